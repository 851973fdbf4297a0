/*
 * What was asked and is neither list nor record: the last few answers by what was asked, each a
 * message as it came. Looking at an answer keeps it; the longest unused go first.
 */
#include "model/store_answers_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

void answers_init(struct store *st)
{
	st->answers = xcalloc(1, sizeof(*st->answers));
}

static void answer_drop_body(struct store *st, struct answer *a)
{
	msg_free(a->body);
	a->body = NULL;
	st->answers->bytes -= a->bytes;
	a->bytes = 0;
}

/* Its slot is free then. */
static void answer_forget(struct store *st, struct answer *a)
{
	answer_drop_body(st, a);
	st->answers->forgotten += a->load != LOAD_NOT_ASKED;
	memset(a, 0, sizeof(*a));
}

void answers_release(struct store *st)
{
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		answer_drop_body(st, &st->answers->items[i]);
	free(st->answers);
}

/* --- what was asked ------------------------------------------------------------------------ */

/* Two passes are told apart without keeping them here. */
static uint64_t pass_fingerprint(const struct payor_pass *pass)
{
	uint64_t h = UINT64_C(14695981039346656037);

	if (!pass->token[0])
		return 0;
	for (const char *p = pass->token; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	return h;
}

struct question question_of(const struct request *rq)
{
	struct question q = {.kind = rq->kind, .target = rq->target, .word = rq->word};

	if (rq->kind == REQUEST_LIST || rq->kind == REQUEST_GET || rq->kind == REQUEST_DOSSIER)
		q.object = rq->object;
	if (rq->kind == REQUEST_LIST)
		q.of = rq->of;
	if (rq->kind == REQUEST_SESSION)
		q.pass = pass_fingerprint(&rq->pass);
	return q;
}

static bool answer_is_to(const struct answer *a, const struct question *q)
{
	return a->load != LOAD_NOT_ASKED && a->kind == q->kind && a->object == q->object &&
	       a->of == q->of && a->pass == q->pass && str_equal(a->target, q->target) &&
	       str_equal(a->word, q->word);
}

struct answer *answers_find(const struct store *st, const struct question *q)
{
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		if (answer_is_to(&st->answers->items[i], q))
			return &st->answers->items[i];
	return NULL;
}

struct answer *answers_by_serial(const struct store *st, uint64_t serial)
{
	if (serial == 0)
		return NULL;
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		if (st->answers->items[i].load != LOAD_NOT_ASKED &&
		    st->answers->items[i].serial == serial)
			return &st->answers->items[i];
	return NULL;
}

void answer_use(const struct store *st, struct answer *a)
{
	a->used = ++st->answers->uses;
}

/* A free slot, or the longest unused; one that waits only when all do. */
static struct answer *answers_worst(const struct store *st)
{
	struct answer *worst = NULL;

	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		struct answer *a = &st->answers->items[i];
		bool waits = a->load == LOAD_WAITING;
		bool worst_waits = worst && worst->load == LOAD_WAITING;

		if (a->load == LOAD_NOT_ASKED)
			return a;
		if (!worst || (worst_waits && !waits) ||
		    (worst_waits == waits && a->used < worst->used))
			worst = a;
	}
	return worst;
}

static struct answer *answers_want(struct store *st, const struct question *q)
{
	struct answer *a = answers_find(st, q);

	if (!a) {
		a = answers_worst(st);
		answer_forget(st, a);
		a->kind = q->kind;
		a->object = q->object;
		a->of = q->of;
		a->pass = q->pass;
		str_copy(a->target, sizeof(a->target), q->target);
		str_copy(a->word, sizeof(a->word), q->word);
	}
	answer_use(st, a);
	return a;
}

static unsigned answer_topics(const struct answer *a)
{
	if (a->kind == REQUEST_GET)
		return TOPIC_ANSWERS | TOPIC_SERVER | topic_of_kind(a->object);
	return TOPIC_ANSWERS | (a->kind == REQUEST_EVENT ? TOPIC_HISTORY : 0);
}

static bool is_kept(const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_LIST:
		return rq->of != LIST_ALL;
	case REQUEST_GET:
	case REQUEST_EVENT:
	case REQUEST_FIND:
	case REQUEST_DOSSIER:
	case REQUEST_EVENT_FETCH:
	case REQUEST_SESSION:
	case REQUEST_CART:
	case REQUEST_PRODUCTS:
	case REQUEST_PRODUCT:
		return true;
	default:
		return false;
	}
}

unsigned answers_submitted(struct store *st, const struct request *rq)
{
	struct question q = question_of(rq);
	struct answer *a;

	if (!is_kept(rq))
		return 0;
	a = answers_want(st, &q);
	a->load = LOAD_WAITING;
	a->serial = rq->serial;
	a->asked_at = st->arrivals;
	return answer_topics(a);
}

unsigned answers_failed(struct store *st, const struct msg_failed *m)
{
	struct question q = question_of(&m->request);
	/* A session's pass does not come back: it is known by its serial only. */
	struct answer *a = answers_by_serial(st, m->request.serial);

	if (!a)
		a = answers_find(st, &q);
	if (!is_kept(&m->request) || (a && a->serial > m->request.serial))
		return 0; /* asked again since */
	if (!a)
		a = answers_want(st, &q);
	answer_use(st, a);
	a->load = LOAD_FAILED;
	a->serial = m->request.serial;
	a->problem = m->problem;
	return answer_topics(a);
}

/* --- what came ----------------------------------------------------------------------------- */

static size_t event_bytes(const struct msg_event *m)
{
	return m->event.raw_len + object_list_bytes(&m->event.object) +
	       (m->other ? strlen(m->other) : 0);
}

static size_t dossier_bytes(const struct dossier *d)
{
	size_t sum = 0;

	for (size_t i = 0; i < d->count; i++)
		sum += kept_event_bytes(&d->items[i]);
	return sum;
}

static size_t products_bytes(const struct shop_products *p)
{
	size_t sum = p->count * sizeof(p->items[0]);

	for (size_t i = 0; i < p->count; i++)
		sum += p->items[i].offer_count * sizeof(p->items[i].offers[0]);
	return sum;
}

static size_t body_bytes(const struct msg *m)
{
	switch (m->kind) {
	case MSG_OBJECT:
		return sizeof(*m) + m->as.object.raw_len;
	case MSG_EVENT:
		return sizeof(*m) + event_bytes(&m->as.event);
	case MSG_FINDINGS:
		return sizeof(*m) + m->as.findings.found.count * sizeof(struct finding);
	case MSG_DOSSIER:
		return sizeof(*m) + dossier_bytes(&m->as.dossier.dossier);
	case MSG_SESSION:
		return sizeof(*m) + m->as.session.session.token_count * sizeof(struct payor_token);
	case MSG_CART:
		return sizeof(*m) + m->as.cart.cart.item_count * sizeof(struct shop_cart_item);
	case MSG_PRODUCTS:
		return sizeof(*m) + products_bytes(&m->as.products.products);
	default:
		return sizeof(*m);
	}
}

/* The answer that just came stays, however large it is. */
static void answers_shrink(struct store *st, const struct answer *keep)
{
	while (st->answers->bytes > ANSWERS_BYTES_MAX) {
		struct answer *worst = NULL;

		for (size_t i = 0; i < ANSWERS_MAX; i++) {
			struct answer *a = &st->answers->items[i];
			if (a->body && a != keep && (!worst || a->used < worst->used))
				worst = a;
		}
		if (!worst)
			return;
		if (worst->load == LOAD_WAITING)
			answer_drop_body(st, worst); /* it is about to come anew */
		else
			answer_forget(st, worst);
	}
}

/* Serials go on where another store begins, so that its answers are others, too. */
static uint64_t answer_version(struct store *st, const struct answer *a)
{
	uint64_t next = st->answers->versions + 1;

	st->answers->versions = a->serial > next ? a->serial : next;
	return st->answers->versions;
}

/* `body` is taken; NULL: the answer only added to the records. */
static unsigned answer_done(struct store *st, struct answer *a, struct msg *body, int64_t now_ms)
{
	answer_drop_body(st, a);
	a->load = LOAD_DONE;
	a->answered_ms = now_ms;
	a->version = answer_version(st, a);
	a->knows = a->asked_at;
	a->body = body;
	a->bytes = body ? body_bytes(body) : 0;
	st->answers->bytes += a->bytes;
	answer_use(st, a);
	answers_shrink(st, a);
	return answer_topics(a);
}

/* Does a message of this kind answer it? */
static bool answer_takes(const struct answer *a, enum msg_kind kind)
{
	static const enum msg_kind answers_with[REQUEST_KIND_COUNT] = {
		[REQUEST_LIST] = MSG_PAGE,         [REQUEST_GET] = MSG_OBJECT,
		[REQUEST_EVENT] = MSG_EVENT,       [REQUEST_FIND] = MSG_FINDINGS,
		[REQUEST_DOSSIER] = MSG_DOSSIER,   [REQUEST_EVENT_FETCH] = MSG_EVENTS,
		[REQUEST_SESSION] = MSG_SESSION,   [REQUEST_CART] = MSG_CART,
		[REQUEST_PRODUCTS] = MSG_PRODUCTS, [REQUEST_PRODUCT] = MSG_PRODUCTS,
	};
	return answers_with[a->kind] == kind;
}

static struct answer *answers_awaiting(const struct store *st, uint64_t serial, enum msg_kind kind)
{
	struct answer *a = answers_by_serial(st, serial);

	return a && answer_takes(a, kind) ? a : NULL;
}

unsigned answers_take(struct store *st, uint64_t serial, struct msg *m, int64_t now_ms)
{
	struct answer *a = answers_awaiting(st, serial, m->kind);

	return a ? answer_done(st, a, msg_take(m), now_ms) : 0;
}

/* The record has taken what the object says; what is kept is how it came. */
unsigned answers_take_object(struct store *st, struct msg *m, int64_t now_ms)
{
	struct answer *a = answers_awaiting(st, m->as.object.serial, MSG_OBJECT);
	struct msg *body = NULL;

	if (!a)
		return 0;
	if (m->as.object.raw) {
		body = msg_take(m);
		object_release(&body->as.object.object);
		memset(&body->as.object.object, 0, sizeof(body->as.object.object));
	}
	return answer_done(st, a, body, now_ms);
}

/* Events of the history are kept by their id: nobody need have asked in this session. */
unsigned answers_take_event(struct store *st, struct msg *m, int64_t now_ms)
{
	struct question q = {.kind = REQUEST_EVENT, .target = m->as.event.event.id, .word = ""};
	struct answer *a = answers_awaiting(st, m->as.event.serial, MSG_EVENT);

	if (!a)
		a = answers_want(st, &q);
	return answer_done(st, a, msg_take(m), now_ms);
}

unsigned answers_done(struct store *st, uint64_t serial, enum msg_kind kind, int64_t now_ms)
{
	struct answer *a = answers_awaiting(st, serial, kind);

	return a ? answer_done(st, a, NULL, now_ms) : 0;
}
