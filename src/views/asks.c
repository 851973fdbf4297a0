#include "views/asks.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define LIST_LIMIT      100
#define ORDERS_ASKED    12   /* of a customer: what is in them */
#define DOSSIER_PACE_MS 2000 /* a flood does not have the history read through for every event */

static bool same_question(const struct request *a, const struct request *b)
{
	return a->kind == b->kind && a->object == b->object && a->of == b->of &&
	       strcmp(a->target, b->target) == 0 &&
	       (a->kind == REQUEST_PRODUCT || strcmp(a->word, b->word) == 0);
}

static struct request *asks_find(struct asks *a, const struct request *rq)
{
	for (size_t i = 0; i < a->count; i++) {
		if (same_question(&a->items[i], rq))
			return &a->items[i];
	}
	return NULL;
}

/* The dossier is asked for anew when the story has outgrown it, once the last was answered. */
static bool may_ask_again(const struct asks *a, const struct store *st,
			  const struct request *before)
{
	struct asked how;

	if (before->kind != REQUEST_DOSSIER || a->mono_ms - a->dossier_mono_ms < DOSSIER_PACE_MS)
		return false;
	(void)answer_dossier(st, before->object, before->target, &how);
	return how.load == LOAD_DONE && how.serial == before->serial;
}

void asks_product(struct outbox *out, const char *id, const char *retailer)
{
	struct request rq = {.kind = REQUEST_PRODUCT};

	if (str_copy(rq.target, sizeof(rq.target), id) &&
	    str_copy(rq.word, sizeof(rq.word), retailer))
		(void)outbox_add(out, &rq);
}

/* A product somebody asked for by its shop a moment ago. */
static const struct request *asked_already(const struct outbox *out, const struct request *rq)
{
	for (size_t i = 0; rq->kind == REQUEST_PRODUCT && i < out->count; i++) {
		if (out->items[i].kind == rq->kind && strcmp(out->items[i].target, rq->target) == 0)
			return &out->items[i];
	}
	return NULL;
}

static struct request *asks_keep(struct asks *a, const struct request *rq)
{
	a->items[a->count] = *rq;
	a->known[a->count] = a->dropped[a->count] = a->let_go[a->count] = false;
	return &a->items[a->count++];
}

static void ask(struct asks *a, const struct store *st, const struct request *rq,
		struct outbox *out)
{
	const struct request *theirs = asked_already(out, rq);
	struct request *before = asks_find(a, rq);
	uint64_t serial;

	if (theirs && !before && a->count < ASKS_MAX) {
		asks_keep(a, theirs);
		return;
	}

	if (rq->target[0] == '\0' || (before && !may_ask_again(a, st, before)) ||
	    (!before && a->count == ASKS_MAX))
		return;
	serial = outbox_add(out, rq);
	if (serial == 0)
		return; /* full: the next refresh tries again */
	if (!before)
		before = asks_keep(a, rq);
	before->serial = serial;
	if (rq->kind == REQUEST_DOSSIER)
		a->dossier_mono_ms = a->mono_ms;
}

static void ask_of(struct asks *a, const struct store *st, enum request_kind kind,
		   enum object_kind object, const char *target, struct outbox *out)
{
	struct request rq = {.kind = kind, .object = object, .limit = LIST_LIMIT};

	if (kind == REQUEST_LIST)
		rq.of = LIST_OF_CUSTOMER;
	if (str_copy(rq.target, sizeof(rq.target), target))
		ask(a, st, &rq, out);
}

/* An event the history does not have may still be the server's. */
static void ask_event(struct asks *a, const struct store *st, const char *id, struct outbox *out)
{
	enum load_state load;

	ask_of(a, st, REQUEST_EVENT, OBJECT_NONE, id, out);
	if (!store_event_whole(st, id, &load, NULL) && load == LOAD_FAILED)
		ask_of(a, st, REQUEST_EVENT_FETCH, OBJECT_NONE, id, out);
}

/* Lists and events may leave out what is in an order. */
static void ask_orders(struct asks *a, const struct store *st, const struct subject *customer,
		       struct outbox *out)
{
	struct related *r = xcalloc(1, sizeof(*r));
	size_t n = 0;

	related_build(r, st, customer);
	for (size_t i = 0; i < r->count && n < ORDERS_ASKED; i++) {
		const struct subject *s = &r->items[i].subject;
		const struct record *o =
			s->kind == SUBJECT_ORDER ? store_record(st, OBJECT_ORDER, s->id) : NULL;

		n += s->kind == SUBJECT_ORDER;
		if (o && !o->object.as.order.has_snapshot)
			ask_of(a, st, REQUEST_GET, OBJECT_ORDER, s->id, out);
	}
	free(r);
}

static void ask_customer(struct asks *a, const struct store *st, const char *customer,
			 struct outbox *out)
{
	static const enum object_kind KINDS[] = {OBJECT_INVOICE, OBJECT_ORDER, OBJECT_PAYOUT,
						 OBJECT_DEPOSIT};

	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
		ask_of(a, st, REQUEST_LIST, KINDS[i], customer, out);
	ask_of(a, st, REQUEST_GET, OBJECT_KYC, customer, out);
}

/* The subject itself; the server has no route to one payment, its invoice tells of it. */
static void ask_itself(struct asks *a, const struct store *st, const struct subject *what,
		       struct outbox *out)
{
	switch (what->kind) {
	case SUBJECT_EVENT:
		ask_event(a, st, what->id, out);
		break;
	case SUBJECT_SESSION:
		ask_of(a, st, REQUEST_SESSION, OBJECT_NONE, what->id, out);
		ask_of(a, st, REQUEST_GET, OBJECT_INVOICE, what->id, out);
		break;
	case SUBJECT_CART:
		ask_of(a, st, REQUEST_CART, OBJECT_NONE, what->id, out);
		break;
	case SUBJECT_PRODUCT:
		ask_of(a, st, REQUEST_PRODUCT, OBJECT_NONE, what->id, out);
		break;
	case SUBJECT_CUSTOMER:
		ask_customer(a, st, what->id, out);
		ask_orders(a, st, what, out);
		break;
	case SUBJECT_INVOICE:
	case SUBJECT_ORDER:
	case SUBJECT_PAYOUT:
	case SUBJECT_DEPOSIT:
	case SUBJECT_KYC:
		ask_of(a, st, REQUEST_GET, subject_object(what->kind), what->id, out);
		break;
	default:
		break;
	}
}

static void request_state(const struct store *st, const struct request *rq, struct asked *ret)
{
	memset(ret, 0, sizeof(*ret));
	switch (rq->kind) {
	case REQUEST_GET:
		ret->load = store_lookup(st, rq->object, rq->target, &ret->problem);
		break;
	case REQUEST_EVENT:
		(void)store_event_whole(st, rq->target, &ret->load, &ret->problem);
		break;
	case REQUEST_DOSSIER:
		(void)answer_dossier(st, rq->object, rq->target, ret);
		break;
	case REQUEST_SESSION:
		(void)answer_session(st, rq->target, ret);
		break;
	case REQUEST_CART:
		(void)answer_cart(st, rq->target, rq->word, ret);
		break;
	case REQUEST_PRODUCT:
		(void)answer_product(st, rq->target, ret);
		break;
	default:
		answer_asked(st, rq, ret);
		break;
	}
}

static bool is_pending(const struct outbox *out, uint64_t serial)
{
	for (size_t i = 0; i < out->count; i++) {
		if (out->items[i].serial == serial)
			return true;
	}
	return false;
}

static void ask_item_again(struct asks *a, size_t i, struct outbox *out)
{
	uint64_t serial = outbox_add(out, &a->items[i]);

	if (serial == 0)
		return;
	a->items[i].serial = serial;
	a->known[i] = a->dropped[i] = a->let_go[i] = false;
}

/* What the store knew and knows no more is asked again where it is another store. One that let go
 * of answers had no room for them: asked again, they would push each other out for ever. What left
 * the outbox and never came to the store, nobody answers. */
static void asks_follow_up(struct asks *a, const struct store *st, struct outbox *out)
{
	uint64_t forgotten = answers_forgotten(st);
	/* another one may stand where the last one stood */
	bool other = a->store != st || forgotten < a->forgotten;
	bool same = !other && forgotten > a->forgotten;

	for (size_t i = 0; i < a->count; i++) {
		struct asked how;

		request_state(st, &a->items[i], &how);
		if (how.load != LOAD_NOT_ASKED) {
			a->known[i] = true;
			a->let_go[i] = false;
		} else if (a->known[i] && same) {
			a->known[i] = false;
			a->let_go[i] = true;
		} else if (a->known[i] || (a->let_go[i] && other)) {
			ask_item_again(a, i, out);
		} else {
			a->dropped[i] = !is_pending(out, a->items[i].serial);
		}
	}
	a->store = st;
	a->forgotten = forgotten;
}

static void asks_look(struct asks *a, const struct store *st, struct outbox *out)
{
	struct request wants[ASKS_MAX];
	size_t n;

	asks_follow_up(a, st, out);

	ask_itself(a, st, &a->what, out);
	n = story_wants(st, &a->what, wants, ASKS_MAX);
	for (size_t i = 0; i < n; i++)
		ask(a, st, &wants[i], out);
}

void asks_missing(struct asks *a, const struct store *st, int64_t mono_ms, struct outbox *out)
{
	a->mono_ms = mono_ms;
	if (a->dossier_mono_ms == 0)
		a->dossier_mono_ms = mono_ms;
	asks_look(a, st, out);
}

void asks_begin(struct asks *a, const struct store *st, const struct subject *what,
		struct outbox *out)
{
	a->count = 0;
	a->what = *what;
	a->store = st;
	a->forgotten = answers_forgotten(st);
	a->mono_ms = a->dossier_mono_ms = 0;
	asks_look(a, st, out);
}

void asks_again(struct asks *a, const struct store *st, struct outbox *out)
{
	for (size_t i = 0; i < a->count; i++)
		ask_item_again(a, i, out);
	a->dossier_mono_ms = a->mono_ms;
	asks_look(a, st, out);
}

/* What is asked is the subject itself. */
static bool asks_itself(const struct asks *a, const struct request *rq)
{
	return rq->kind != REQUEST_LIST && strcmp(rq->target, a->what.id) == 0 &&
	       (rq->kind != REQUEST_GET || rq->object == subject_object(a->what.kind));
}

void asks_state(const struct asks *a, const struct store *st, size_t index, struct asked *ret)
{
	const struct request *rq = &a->items[index];

	request_state(st, rq, ret);
	if (ret->load == LOAD_FAILED && ret->problem && ret->problem->status == E_NOT_FOUND &&
	    !asks_itself(a, rq))
		ret->load = LOAD_DONE;
}

size_t asks_count(const struct asks *a, const struct store *st, enum load_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct asked how;

		asks_state(a, st, i, &how);
		n += how.load == state;
	}
	return n;
}

bool asks_awaits(const struct asks *a, size_t index, const struct asked *how)
{
	return how->load == LOAD_WAITING ||
	       (how->load == LOAD_NOT_ASKED && !a->dropped[index] && !a->let_go[index]);
}

bool asks_wait(const struct asks *a, const struct store *st)
{
	for (size_t i = 0; i < a->count; i++) {
		struct asked how;

		asks_state(a, st, i, &how);
		if (asks_awaits(a, i, &how))
			return true;
	}
	return false;
}

static const char *object_words(enum object_kind kind)
{
	return kind == OBJECT_NONE ? "it" : subject_noun(subject_of_object(kind));
}

const char *asks_words(const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_GET:
		return object_words(rq->object);
	case REQUEST_LIST:
		return rq->object == OBJECT_NONE ? "list" : kind_info(rq->object)->plural;
	case REQUEST_DOSSIER:
		return "its events on disk";
	case REQUEST_EVENT:
		return "its body on disk";
	case REQUEST_EVENT_FETCH:
		return "the event";
	case REQUEST_SESSION:
		return "the payment session";
	case REQUEST_CART:
		return "the cart";
	case REQUEST_PRODUCT:
		return "the product";
	default:
		return request_kind_words(rq->kind);
	}
}

const struct dossier *asks_dossier(const struct asks *a, const struct store *st)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct request *rq = &a->items[i];

		if (rq->kind == REQUEST_DOSSIER)
			return answer_dossier(st, rq->object, rq->target, NULL);
	}
	return NULL;
}
