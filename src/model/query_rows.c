/*
 * Asks a query of events' rows. What a row says is names, and many rows share them: while many
 * are asked about, each term looks at a name once, and once at an object.
 */
#include "model/query_priv.h"
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

struct asking {
	const struct query *query;
	const struct store *store;
	int64_t now_ms;
	size_t index; /* of the term */
	const struct query_term *term;
};

void query_begin_rows(struct query *q, const struct store *st)
{
	size_t n = names_limit(st->names);

	if (!q)
		return;
	q->names = xcalloc(n, sizeof(*q->names));
	q->objects = xcalloc(n, sizeof(*q->objects));
}

void query_end_rows(struct query *q)
{
	if (!q)
		return;
	free(q->names);
	free(q->objects);
	q->names = q->objects = NULL;
}

/* --- what is said of a name ----------------------------------------------------------------- */

typedef bool ask_fn(const struct asking *a, uint32_t name, const struct entry *en);

static bool remember(const struct asking *a, struct memo *memo, uint32_t name,
		     const struct entry *en, ask_fn *ask)
{
	uint32_t bit = UINT32_C(1) << a->index;

	if (!memo)
		return ask(a, name, en);
	if (!(memo[name].known & bit)) {
		memo[name].known |= bit;
		memo[name].passes |= ask(a, name, en) ? bit : 0;
	}
	return memo[name].passes & bit;
}

static bool ask_text(const struct asking *a, uint32_t name, const struct entry *en)
{
	(void)en;
	return term_takes_text(a->query, a->term, names_text(a->store->names, name));
}

static bool name_passes(const struct asking *a, uint32_t name)
{
	return name != 0 && remember(a, a->query->names, name, NULL, ask_text);
}

static void facts_of_statuses(const struct news *n, const char *status, const char *settlement,
			      struct facts *f)
{
	if (n->about == OBJECT_NONE)
		facts_add(f, status);
	else
		facts_add_status(f, kind_info((enum object_kind)n->about)->vocab, status);
	facts_add_status(f, VOCAB_SETTLEMENT, settlement);
}

static bool ask_news(const struct asking *a, uint32_t name, const struct entry *en)
{
	const struct event_row row = {.news = name};
	enum query_field f = a->term->field;
	struct facts facts;
	struct event_brief b;
	struct news n = row_news(a->store, &row);

	(void)en;
	facts_clear(&facts);
	store_brief(a->store, &row, &b);
	if (f == QF_TYPE || f == QUERY_FIELD_COUNT)
		facts_add(&facts, b.type);
	if (f == QF_STATUS || f == QUERY_FIELD_COUNT)
		facts_of_statuses(&n, b.status, b.settlement_status, &facts);
	if (f == QF_KIND)
		facts_add_kind(&facts, b.about);
	return term_takes_facts(a->query, a->term, &facts);
}

static bool news_passes(const struct asking *a, const struct event_row *r)
{
	return remember(a, a->query->names, r->news, NULL, ask_news);
}

/* --- what is said of an object ------------------------------------------------------------ */

static bool ask_matter(const struct asking *a, const struct matter *m)
{
	enum query_field f = a->term->field;
	struct facts facts;
	int64_t number;

	facts_clear(&facts);
	if (query_is_number(f))
		return facts_number(m, f, &number) && term_takes_number(a->term, number, a->now_ms);
	if (f == QF_STATUS)
		return term_takes_sayings(a->term, m); /* its words the event said */
	if (f == QUERY_FIELD_COUNT)
		facts_of_object(m, &facts);
	else
		facts_of_field(m, f, &facts);
	return term_takes_facts(a->query, a->term, &facts);
}

static bool ask_object(const struct asking *a, uint32_t name, const struct entry *en)
{
	struct record *r = a->query->scratch;
	struct matter m = {.store = a->store,
			   .record = r,
			   .object = &r->object,
			   .now_ms = a->now_ms};
	bool passes;

	(void)name;
	record_fill(a->store, en, r);
	passes = ask_matter(a, &m);
	object_release(&r->object);
	return passes;
}

/* Remembered by the name of the id, where that is of one object only. */
static bool object_passes(const struct asking *a, const struct event_row *r)
{
	struct memo *memo = a->query->objects ? &a->query->objects[r->object] : NULL;
	uint32_t bit = UINT32_C(1) << a->index;
	uint8_t kind = row_news(a->store, r).about;
	const struct entry *en;

	if (memo && (memo->known & bit) && memo->kind == kind)
		return memo->passes & bit;
	en = records_of_row(a->store, r);
	if (!en)
		return false;
	if (!memo || en->same_id || names_owner(a->store->names, r->object) != en)
		return ask_object(a, r->object, en); /* two kinds under one id */
	memo->kind = kind;
	return remember(a, a->query->objects, r->object, en, ask_object);
}

/* --- what is said of a row ----------------------------------------------------------------- */

/* An id made of numbers only has so many letters: most words cannot be in it. */
bool term_may_take_ids(const struct query_term *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct needle *n = &t->values[i];
		if (n->regex ? regex_may_match_among(n->regex, "evt_-0123456789")
			     : strspn(n->text, "evt_-0123456789") == n->len)
			return true;
	}
	return false;
}

static bool id_passes(const struct asking *a, const struct event_row *r)
{
	char id[ID_CAP];
	return (a->term->takes_ids || (r->flags & ROW_OPAQUE)) &&
	       term_takes_text(a->query, a->term, store_row_id(a->store, r, id));
}

bool row_amount_known(const struct store *st, const struct event_row *r, int64_t *ret)
{
	switch (row_news(st, r).kind) {
	case OBJECT_INVOICE:
	case OBJECT_PAYMENT:
	case OBJECT_ORDER:
	case OBJECT_PAYOUT:
		*ret = r->amount;
		return r->amount != 0 || !(r->flags & ROW_THIN);
	default:
		return false;
	}
}

static bool time_passes(const struct asking *a, const struct event_row *r)
{
	int64_t created = row_created_ms(r);

	if (created == TIME_NONE)
		return false;
	return term_takes_number(a->term, a->term->field == QF_AGE ? a->now_ms - created : created,
				 a->now_ms);
}

/* A payment's event does not say whose it is: its invoice knows. */
static bool customer_passes(const struct asking *a, const struct event_row *r)
{
	if (r->customer != 0)
		return name_passes(a, r->customer);
	return object_passes(a, r);
}

static bool row_passes(const struct asking *a, const struct event_row *r)
{
	int64_t amount;

	switch (a->term->field) {
	case QF_STATUS:
		return news_passes(a, r) || (term_has_saying(a->term) && object_passes(a, r));
	case QF_TYPE:
	case QF_KIND:
		return news_passes(a, r);
	case QF_ID:
		return name_passes(a, r->object) || id_passes(a, r);
	case QF_CUSTOMER:
		return customer_passes(a, r);
	case QF_AMOUNT:
		return row_amount_known(a->store, r, &amount) &&
		       term_takes_number(a->term, amount, a->now_ms);
	case QF_AGE:
	case QF_AT:
		return time_passes(a, r);
	case QF_INVOICE:
		return name_passes(a, r->invoice) || object_passes(a, r);
	case QUERY_FIELD_COUNT:
		return news_passes(a, r) || name_passes(a, r->object) ||
		       name_passes(a, r->customer) || name_passes(a, r->invoice) ||
		       id_passes(a, r) || object_passes(a, r);
	default:
		return object_passes(a, r);
	}
}

struct asking_row {
	struct asking asking;
	const struct event_row *row;
};

static bool ask_row(void *ctx, size_t term)
{
	struct asking_row *r = ctx;

	r->asking.index = term;
	r->asking.term = &r->asking.query->terms[term];
	return row_passes(&r->asking, r->row);
}

bool query_matches_event(const struct query *q, const struct store *st, const struct event_row *e,
			 int64_t now_ms)
{
	struct asking_row r = {{.query = q, .store = st, .now_ms = now_ms}, e};

	return !q || query_walk(q, ask_row, &r);
}
