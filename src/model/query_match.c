/* Decides whether a record passes a query. */
#include "model/query_priv.h"
#include "model/store_priv.h"

#include "base/text.h"

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static bool starts_with(const char *text, const struct needle *n)
{
	size_t i = 0;
	while (i < n->len && lower((unsigned char)text[i]) == (unsigned char)n->text[i])
		i++;
	return i == n->len;
}

/* As words are written: a hyphen and a blank for an underscore. */
static unsigned char word_byte(unsigned char c)
{
	return c == '-' || c == ' ' ? '_' : lower(c);
}

static bool starts_with_word(const char *text, const struct needle *n)
{
	size_t i = 0;
	while (i < n->len && text[i] &&
	       word_byte((unsigned char)text[i]) == word_byte((unsigned char)n->text[i]))
		i++;
	return i == n->len;
}

/* ASCII in ASCII is nearly everything; the rest goes through real case folding. */
static bool contains(const char *text, const struct needle *n)
{
	unsigned char first;

	if (n->len == 0)
		return true;
	if (!n->ascii)
		return utf8_contains_nocase(text, n->text);
	first = (unsigned char)n->text[0];
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p >= 0x80)
			return utf8_contains_nocase(text, n->text);
		if (lower((unsigned char)*p) == first && starts_with(p, n))
			return true;
	}
	return false;
}

static bool text_passes(const struct query *q, const struct query_term *t, const struct needle *n,
			const char *text)
{
	bool word = t->field != QUERY_FIELD_COUNT && query_field_kind(t->field) == QV_WORD;

	if (n->saying)
		return false; /* no word says it */
	if (n->regex)
		return regex_matches(n->regex, text, strlen(text),
				     (struct regex_budget *)&q->budget);
	if (word)
		return starts_with_word(text, n) &&
		       (n->prefix || text[n->len] == '\0' ||
			(t->field == QF_TYPE && text[n->len] == '.')); /* type:invoice */
	if (n->prefix)
		return starts_with(text, n);
	if (t->exact)
		return starts_with(text, n) && text[n->len] == '\0';
	return contains(text, n);
}

bool term_takes_text(const struct query *q, const struct query_term *t, const char *text)
{
	for (size_t j = 0; j < t->count; j++)
		if (text_passes(q, t, &t->values[j], text))
			return true;
	return false;
}

bool term_takes_facts(const struct query *q, const struct query_term *t, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		if (term_takes_text(q, t, facts->texts[i]))
			return true;
	return false;
}

static bool number_passes(enum query_op op, const struct needle *n, int64_t number)
{
	switch (op) {
	case QOP_IS:
		return n->low <= number && number <= n->high;
	case QOP_LESS:
		return number < n->low;
	case QOP_AT_MOST:
		return number <= n->high;
	case QOP_MORE:
		return number > n->high;
	case QOP_AT_LEAST:
		return number >= n->low;
	}
	return false;
}

bool term_takes_number(const struct query_term *t, int64_t number, int64_t now_ms)
{
	int64_t day = query_day_start(now_ms);

	for (size_t j = 0; j < t->count; j++)
		if (number_passes(t->op, &t->values[j],
				  t->values[j].of_day ? number - day : number))
			return true;
	return false;
}

bool term_has_saying(const struct query_term *t)
{
	for (size_t j = 0; j < t->count; j++)
		if (t->values[j].saying)
			return true;
	return false;
}

bool term_takes_sayings(const struct query_term *t, const struct matter *m)
{
	for (size_t j = 0; j < t->count; j++)
		if (t->values[j].saying && facts_saying(m, t->values[j].saying))
			return true;
	return false;
}

/* --- the tree -------------------------------------------------------------------------------- */

struct walk {
	const struct query *query;
	query_ask_fn *ask;
	void *ctx;
};

static bool node_passes(const struct walk *w, uint8_t node)
{
	const struct query_node *n = &w->query->nodes[node];
	bool passes = n->kind != NODE_ANY;

	if (n->kind == NODE_TERM)
		return w->ask(w->ctx, n->term) != n->negated;
	for (uint8_t child = n->first; child; child = w->query->nodes[child].next) {
		passes = node_passes(w, child);
		if (passes == (n->kind == NODE_ANY))
			break;
	}
	return passes != n->negated;
}

bool query_walk(const struct query *q, query_ask_fn *ask, void *ctx)
{
	const struct walk w = {q, ask, ctx};
	return node_passes(&w, q->root);
}

/* --- records --------------------------------------------------------------------------------- */

/* What is asked of one object. */
struct asked {
	const struct query *query;
	struct matter matter;
	const struct entry *entry; /* not unpacked yet, when matter.object is NULL */
	struct facts facts;
	bool has_all; /* all holds every text */
	struct facts all;
};

static void asked_unpack(struct asked *a)
{
	if (a->matter.object)
		return;
	record_fill(a->matter.store, a->entry, a->query->scratch);
	a->matter.record = a->query->scratch;
	a->matter.object = &a->query->scratch->object;
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

static enum answer answer_of_status(struct asked *a, const struct query_term *t)
{
	const struct entry *en = a->entry;
	struct history h;

	if (en->kind == OBJECT_PAYMENT || term_has_saying(t))
		return ANSWER_UNKNOWN;
	h = entry_settle(a->matter.store, en).h;
	if (!h.last.any)
		return ANSWER_UNKNOWN;
	facts_clear(&a->facts);
	facts_add_status(&a->facts, entry_vocab(en), word_text(a->matter.store, h.last.status));
	return term_takes_facts(a->query, t, &a->facts) ? ANSWER_YES : ANSWER_NO;
}

/* What the store keeps beside the packed object answers most questions. */
static enum answer answer_of_entry(struct asked *a, const struct query_term *t)
{
	const struct store *st = a->matter.store;
	const struct entry *en = a->entry;

	switch (t->field) {
	case QF_STATUS:
		return answer_of_status(a, t);
	case QF_ID:
		return term_takes_text(a->query, t, entry_id(st, en)) ? ANSWER_YES : ANSWER_NO;
	case QF_AMOUNT:
		if (!en->has_amount) /* not all kinds have it beside them */
			return ANSWER_UNKNOWN;
		return term_takes_number(t, en->amount, a->matter.now_ms) ? ANSWER_YES : ANSWER_NO;
	case QF_CUSTOMER:
		if (en->customer == 0)
			return ANSWER_UNKNOWN;
		return term_takes_text(a->query, t, names_text(st->names, en->customer))
			       ? ANSWER_YES
			       : ANSWER_NO;
	default:
		return ANSWER_UNKNOWN;
	}
}

static bool ask_term(void *ctx, size_t term)
{
	struct asked *a = ctx;
	const struct query_term *t = &a->query->terms[term];
	enum answer answer = a->matter.object ? ANSWER_UNKNOWN : answer_of_entry(a, t);
	int64_t number;

	if (answer != ANSWER_UNKNOWN)
		return answer == ANSWER_YES;
	asked_unpack(a);
	if (t->field == QUERY_FIELD_COUNT) {
		if (!a->has_all)
			facts_of_all(&a->matter, &a->all);
		a->has_all = true;
		return term_takes_facts(a->query, t, &a->all);
	}
	if (query_is_number(t->field))
		return facts_number(&a->matter, t->field, &number) &&
		       term_takes_number(t, number, a->matter.now_ms);
	facts_clear(&a->facts);
	facts_of_field(&a->matter, t->field, &a->facts);
	return term_takes_facts(a->query, t, &a->facts) || term_takes_sayings(t, &a->matter);
}

bool query_matches_entry(const struct query *q, const struct store *st, const struct entry *en,
			 int64_t now_ms)
{
	struct asked a;
	bool passes;

	if (!q)
		return true;
	a.query = q;
	a.matter = (struct matter){.store = st, .now_ms = now_ms};
	a.entry = en;
	a.has_all = false;
	passes = query_walk(q, ask_term, &a);
	if (a.matter.object)
		object_release(&q->scratch->object);
	return passes;
}

bool query_matches_row_of(const struct query *q, const struct store *st, const struct record *r,
			  const char *const *texts, size_t count, int64_t now_ms)
{
	static const struct object nothing = {.kind = OBJECT_NONE};
	struct asked a;

	if (!q)
		return true;
	a.query = q;
	a.matter = (struct matter){.store = st,
				   .record = r,
				   .object = r ? &r->object : &nothing,
				   .now_ms = now_ms};
	a.entry = NULL;
	a.has_all = true;
	facts_clear(&a.all);
	if (r)
		facts_of_all(&a.matter, &a.all);
	for (size_t i = 0; i < count; i++)
		facts_add(&a.all, texts[i]);
	return query_walk(q, ask_term, &a);
}

bool query_matches_record(const struct query *q, const struct store *st, const struct record *r,
			  int64_t now_ms)
{
	struct asked a;

	if (!q)
		return true;
	a.query = q;
	a.matter =
		(struct matter){.store = st, .record = r, .object = &r->object, .now_ms = now_ms};
	a.entry = NULL;
	a.has_all = false;
	return query_walk(q, ask_term, &a);
}
