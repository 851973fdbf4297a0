/* Decides whether a row passes a query. */
#include "model/query_priv.h"
#include "model/store_priv.h"

#include "base/strbuf.h"
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

static bool equals(const char *text, const struct needle *n)
{
	return starts_with(text, n) && text[n->len] == '\0';
}

static bool text_passes(const char *text, const struct query_term *t, const struct needle *n)
{
	if (n->prefix)
		return starts_with(text, n);
	if (t->exact || (t->field != QUERY_FIELD_COUNT && query_field_kind(t->field) == QV_WORD))
		return equals(text, n);
	return contains(text, n);
}

static bool texts_pass(const struct facts *facts, const struct query_term *t)
{
	for (size_t i = 0; i < facts->count; i++)
		for (size_t j = 0; j < t->count; j++)
			if (text_passes(facts->texts[i], t, &t->values[j]))
				return true;
	return false;
}

static bool number_passes(int64_t number, enum query_op op, int64_t bound)
{
	switch (op) {
	case QOP_IS:
		return number == bound;
	case QOP_LESS:
		return number < bound;
	case QOP_AT_MOST:
		return number <= bound;
	case QOP_MORE:
		return number > bound;
	case QOP_AT_LEAST:
		return number >= bound;
	}
	return false;
}

static bool numbers_pass(const struct subject *s, const struct query_term *t)
{
	int64_t number;

	if (!facts_number(s, t->field, &number))
		return false;
	for (size_t j = 0; j < t->count; j++)
		if (number_passes(number, t->op, t->values[j].number))
			return true;
	return false;
}

static bool term_passes(const struct subject *s, const struct query_term *t,
			const struct facts *all)
{
	struct facts facts;

	if (t->field == QUERY_FIELD_COUNT)
		return texts_pass(all, t);
	if (query_field_kind(t->field) >= QV_MONEY)
		return numbers_pass(s, t);
	facts_of_field(s, t->field, &facts);
	return texts_pass(&facts, t);
}

static bool query_matches(const struct query *q, const struct subject *s)
{
	struct facts all;

	all.count = 0;
	if (q->has_words)
		facts_of_all(s, &all);
	for (size_t i = 0; i < q->count; i++)
		if (term_passes(s, &q->terms[i], &all) == q->terms[i].negated)
			return false;
	return true;
}

/* As long as the subject is looked at, its object is in q->scratch. */
static bool query_matches_of(const struct query *q, struct subject *s, const struct entry *en)
{
	bool passes;

	record_fill(s->store, en, q->scratch);
	s->record = q->scratch;
	s->object = &q->scratch->object;
	passes = query_matches(q, s);
	object_release(&q->scratch->object);
	return passes;
}

bool query_matches_event(const struct query *q, const struct store *st, const struct event_row *e,
			 int64_t now_ms)
{
	static const struct object unknown = {.kind = OBJECT_NONE};
	struct event_brief brief;
	struct subject s = {.store = st, .event = &brief, .object = &unknown, .now_ms = now_ms};
	const struct entry *en;

	if (!q)
		return true;
	store_brief(st, e, &brief);
	en = q->asks_object ? records_of_row(st, e) : NULL;
	return en ? query_matches_of(q, &s, en) : query_matches(q, &s);
}

bool query_matches_entry(const struct query *q, const struct store *st, const struct entry *en,
			 int64_t now_ms)
{
	struct subject s = {.store = st, .now_ms = now_ms};
	return !q || query_matches_of(q, &s, en);
}

bool query_matches_record(const struct query *q, const struct store *st, const struct record *r,
			  int64_t now_ms)
{
	struct subject s = {.store = st, .record = r, .object = &r->object, .now_ms = now_ms};
	return !q || query_matches(q, &s);
}
