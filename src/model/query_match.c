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

bool term_takes_text(const struct query_term *t, const char *text)
{
	for (size_t j = 0; j < t->count; j++)
		if (text_passes(text, t, &t->values[j]))
			return true;
	return false;
}

bool term_takes_facts(const struct query_term *t, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		if (term_takes_text(t, facts->texts[i]))
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

bool term_takes_number(const struct query_term *t, int64_t number)
{
	for (size_t j = 0; j < t->count; j++)
		if (number_passes(number, t->op, t->values[j].number))
			return true;
	return false;
}

static bool term_passes(const struct subject *s, const struct query_term *t,
			const struct facts *all)
{
	struct facts facts;
	int64_t number;

	if (t->field == QUERY_FIELD_COUNT)
		return term_takes_facts(t, all);
	if (query_field_kind(t->field) >= QV_MONEY)
		return facts_number(s, t->field, &number) && term_takes_number(t, number);
	facts_of_field(s, t->field, &facts);
	return term_takes_facts(t, &facts);
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

bool query_matches_entry(const struct query *q, const struct store *st, const struct entry *en,
			 int64_t now_ms)
{
	bool passes;

	if (!q)
		return true;
	record_fill(st, en, q->scratch);
	passes = query_matches_record(q, st, q->scratch, now_ms);
	object_release(&q->scratch->object);
	return passes;
}

bool query_matches_record(const struct query *q, const struct store *st, const struct record *r,
			  int64_t now_ms)
{
	struct subject s = {.store = st, .record = r, .object = &r->object, .now_ms = now_ms};
	return !q || query_matches(q, &s);
}
