#include "model/related.h"

#include "model/related_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

#define CUSTOMER_VISIT_MAX 2048 /* of a customer's objects, about the newest */
#define CUSTOMER_KIND_MAX  24   /* of a kind, where not all fit */
#define RETRIES_MAX        16
#define KYC_NEWS_MS        (INT64_C(24) * 3600 * 1000)

const char *relation_words(enum relation r)
{
	static const char *const words[RELATION_COUNT] = {
#define X(constant, text) [constant] = (text),
		RELATIONS(X)
#undef X
	};
	return (unsigned)r < RELATION_COUNT ? words[r] : "?";
}

static enum relation relation_of_kind(enum object_kind kind)
{
	static const enum relation relations[OBJECT_KIND_COUNT] = {
		[OBJECT_INVOICE] = RELATION_INVOICE, [OBJECT_PAYMENT] = RELATION_PAYMENT,
		[OBJECT_ORDER] = RELATION_ORDER,     [OBJECT_PAYOUT] = RELATION_PAYOUT,
		[OBJECT_KYC] = RELATION_KYC,         [OBJECT_DEPOSIT] = RELATION_DEPOSIT,
		[OBJECT_REFUND] = RELATION_REFUND,
	};
	return relations[kind];
}

/* --- collecting ---------------------------------------------------------------------------- */

size_t quick_place(int kind, const char *id)
{
	uint32_t h = 2166136261u ^ (uint32_t)kind;

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * 16777619u;
	return (h ^ h >> 16) % QUICK_PLACES;
}

static bool subject_known(const struct store *st, const struct subject *s)
{
	enum object_kind kind = subject_object(s->kind);
	const struct entry *en;

	switch (s->kind) {
	case SUBJECT_SESSION:
		return answer_session(st, s->id, NULL) != NULL;
	case SUBJECT_CART:
		return answer_cart(st, s->id, NULL, NULL) != NULL;
	case SUBJECT_CUSTOMER:
		return links_first_of_customer(st, s->id) != NULL;
	default:
		en = kind != OBJECT_NONE ? records_find(st, kind, s->id) : NULL;
		return en && en->packed;
	}
}

/* Its place, where its number is or 0. */
static uint16_t *weave_find(struct weave *w, const struct subject *s)
{
	size_t at = quick_place((int)s->kind, s->id);

	while (w->quick.numbers[at] != 0 &&
	       !subject_equal(s, &w->r->items[w->quick.numbers[at] - 1].subject))
		at = quick_after(at);
	return &w->quick.numbers[at];
}

void weave_add(struct weave *w, enum relation relation, enum subject_kind kind, const char *id,
	       bool same_payment)
{
	struct related_item *item = &w->r->items[w->r->count];
	struct subject s;
	uint16_t *number;

	if (!subject_set(&s, kind, id) || subject_equal(&s, &w->r->root))
		return;
	number = weave_find(w, &s);
	if (*number != 0)
		return;
	if (w->r->count == RELATED_MAX) {
		w->r->cut = true;
		return;
	}
	item->relation = relation;
	item->subject = s;
	item->same_payment = same_payment;
	item->known = subject_known(w->st, &s);
	*number = (uint16_t)++w->r->count;
}

void weave_add_object(struct weave *w, enum object_kind kind, const char *id)
{
	weave_add(w, relation_of_kind(kind), subject_of_object(kind), id, true);
}

static void weave_note_customer(struct weave *w, const char *customer)
{
	if (!w->r->customer[0])
		str_copy(w->r->customer, sizeof(w->r->customer), customer);
}

void weave_note_entry(struct weave *w, const struct entry *en)
{
	if (en)
		weave_note_customer(w, names_text(w->st->names, en->customer));
}

int entries_newest_first(const void *pa, const void *pb)
{
	const struct entry *a = *(struct entry *const *)pa, *b = *(struct entry *const *)pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return entry_order(b, a);
}

/* --- what a dossier tells ------------------------------------------------------------------ */

const char *related_invoice_of(const struct object *o)
{
	return o->kind == OBJECT_INVOICE ? o->as.invoice.id : object_invoice(o);
}

const struct dossier *related_dossier(const struct store *st, const struct subject *s)
{
	enum object_kind kind = subject_object(s->kind);

	if (kind == OBJECT_NONE && s->kind != SUBJECT_CUSTOMER)
		return NULL;
	return answer_dossier(st, kind, s->id, NULL);
}

void weave_add_dossier(struct weave *w, const struct dossier *d)
{
	bool of_customer = d && d->kind == OBJECT_NONE;

	for (size_t i = d ? d->count : 0; i > 0; i--) {
		const struct event *e = &d->items[i - 1].event;
		bool readable = e->object.kind != OBJECT_NONE;
		enum object_kind kind = readable ? e->object.kind : kind_from_wire(e->object_word);

		if (kind == OBJECT_NONE)
			continue;
		weave_note_customer(w, object_customer(&e->object));
		weave_add(w, relation_of_kind(kind), subject_of_object(kind),
			  readable ? object_id(&e->object) : e->object_id, !of_customer);
	}
}

/* --- by kind ------------------------------------------------------------------------------- */

static void weave_retries(struct weave *w, const char *id, unsigned deep)
{
	for (struct entry *en = links_first_of(w->st, OBJECT_PAYOUT, id); en && deep < RETRIES_MAX;
	     en = en->sibling) {
		weave_add(w, RELATION_RETRIED_BY, SUBJECT_PAYOUT, entry_id(w->st, en), true);
		weave_retries(w, entry_id(w->st, en), deep + 1);
	}
}

/* A check is part of a payout's life while it holds it up, or when it let it through just then. */
static bool kyc_matters(const struct store *st, const struct entry *kyc, const struct entry *money)
{
	struct history h;

	if (!kyc)
		return false;
	h = entry_settle(st, kyc).h;
	if (!str_equal(word_text(st, h.last.status), "approved"))
		return true;
	return money && money->created_ms != TIME_NONE && h.changed_ms != TIME_NONE &&
	       h.changed_ms >= money->created_ms - KYC_NEWS_MS;
}

static void weave_ramp(struct weave *w)
{
	enum object_kind kind = subject_object(w->at.kind);
	const struct entry *own = records_find(w->st, kind, w->at.id), *before = own;

	weave_note_entry(w, own);
	for (unsigned i = 0; kind == OBJECT_PAYOUT && before && before->filed && i < RETRIES_MAX;
	     i++) {
		const char *id = names_text(w->st->names, before->filed);
		weave_add(w, RELATION_RETRIES, SUBJECT_PAYOUT, id, true);
		before = records_find(w->st, kind, id);
	}
	if (kind == OBJECT_PAYOUT)
		weave_retries(w, w->at.id, 0);
	weave_add_dossier(w, related_dossier(w->st, &w->at));
	if (kyc_matters(w->st, records_find(w->st, OBJECT_KYC, w->r->customer), own))
		weave_add_object(w, OBJECT_KYC, w->r->customer);
}

/* --- the same customer's ------------------------------------------------------------------- */

static void weave_customer(struct weave *w)
{
	const char *customer = w->r->customer;
	size_t n = 0, of_kind[OBJECT_KIND_COUNT] = {0};
	struct entry **some;

	if (!customer[0])
		return;
	weave_add(w, RELATION_CUSTOMER, SUBJECT_CUSTOMER, customer, false);
	weave_add(w, RELATION_CART, SUBJECT_CART, customer, false);
	weave_add(w, RELATION_KYC, SUBJECT_KYC, customer, false);
	some = xcalloc(CUSTOMER_VISIT_MAX, sizeof(*some));
	for (struct entry *en = links_first_of_customer(w->st, customer);
	     en && n < CUSTOMER_VISIT_MAX; en = en->next_of_customer)
		some[n++] = en;
	w->r->cut |= n == CUSTOMER_VISIT_MAX;
	qsort(some, n, sizeof(*some), entries_newest_first);
	for (size_t i = 0; i < n; i++) {
		enum object_kind kind = (enum object_kind)some[i]->kind;
		if (n > CUSTOMER_KIND_MAX && ++of_kind[kind] > CUSTOMER_KIND_MAX) {
			w->r->cut = true;
			continue;
		}
		weave_add(w, relation_of_kind(kind), subject_of_object(kind),
			  entry_id(w->st, some[i]), false);
	}
	free(some);
}

/* A check nobody has heard of is not there; a cart may always be. */
static void weave_drop_unknown_kyc(struct weave *w)
{
	struct related *r = w->r;

	for (size_t i = 0; i < r->count; i++) {
		if (r->items[i].subject.kind != SUBJECT_KYC || r->items[i].known ||
		    r->items[i].same_payment)
			continue;
		r->count--;
		memmove(&r->items[i], &r->items[i + 1], (r->count - i) * sizeof(r->items[0]));
		return;
	}
}

/* --- what the root stands for -------------------------------------------------------------- */

static bool kept_event_object(const struct store *st, const char *event_id, struct subject *ret)
{
	const struct event_row *row = store_event_by_id(st, event_id);
	enum load_state load;
	const struct msg_event *whole = store_event_whole(st, event_id, &load, NULL);
	struct event_brief b;

	if (row)
		store_brief(st, row, &b);
	else if (whole)
		event_brief(&whole->event, &b);
	else
		return false;
	return b.about != OBJECT_NONE && subject_set(ret, subject_of_object(b.about), b.object_id);
}

struct subject related_stands_for(const struct store *st, const struct subject *root)
{
	struct subject s = *root;

	if (root->kind == SUBJECT_EVENT)
		(void)kept_event_object(st, root->id, &s);
	else if (root->kind == SUBJECT_SESSION)
		s.kind = SUBJECT_INVOICE;
	return s;
}

static void weave_root(struct weave *w)
{
	switch (w->at.kind) {
	case SUBJECT_INVOICE:
	case SUBJECT_PAYMENT:
	case SUBJECT_ORDER:
	case SUBJECT_REFUND:
		weave_purchase(w);
		break;
	case SUBJECT_PAYOUT:
	case SUBJECT_DEPOSIT:
		weave_ramp(w);
		break;
	case SUBJECT_KYC:
	case SUBJECT_CART:
	case SUBJECT_CUSTOMER:
		weave_note_customer(w, w->at.id);
		break;
	case SUBJECT_EVENT:
	case SUBJECT_SESSION:
	case SUBJECT_PRODUCT:
	case SUBJECT_KIND_COUNT:
		break;
	}
}

void related_build(struct related *r, const struct store *st, const struct subject *root)
{
	struct weave w = {.r = r, .st = st, .at = related_stands_for(st, root)};

	r->root = *root;
	r->count = 0;
	r->cut = false;
	r->customer[0] = '\0';
	if (!subject_equal(&w.at, root))
		weave_add(&w, relation_of_kind(subject_object(w.at.kind)), w.at.kind, w.at.id,
			  true);
	weave_root(&w);
	weave_customer(&w);
	if (w.at.kind == SUBJECT_CUSTOMER)
		weave_add_dossier(&w, related_dossier(st, &w.at));
	weave_drop_unknown_kyc(&w);
}

const struct related_item *related_first(const struct related *r, enum subject_kind kind)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].subject.kind == kind)
			return &r->items[i];
	return NULL;
}
