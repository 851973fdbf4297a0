/* Reads the filter grammar. */
#include "model/query_priv.h"

#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"
#include "base/text.h"

#define FIELD_NAME_MAX 32
#define SUGGEST_WITHIN 2 /* edits between what was typed and a name worth suggesting */

static const struct {
	const char *name, *alias, *help;
	enum query_value_kind kind;
} fields[QUERY_FIELD_COUNT] = {
#define X(constant, name, aliases, value, help) [constant] = {name, aliases, help, value},
	QUERY_FIELDS(X)
#undef X
};

static const char *const kind_words[] = {"invoice", "payment", "order", "payout", "kyc"};
#define KIND_WORDS (sizeof(kind_words) / sizeof(kind_words[0]))

const char *query_field_name(enum query_field f)
{
	return (unsigned)f < QUERY_FIELD_COUNT ? fields[f].name : "";
}

const char *query_field_help(enum query_field f)
{
	return (unsigned)f < QUERY_FIELD_COUNT ? fields[f].help : "";
}

enum query_value_kind query_field_kind(enum query_field f)
{
	return fields[f].kind;
}

/* --- reading --------------------------------------------------------------------------- */

struct reader {
	const char *text;
	size_t at;
	size_t failed_at;
	struct problem *problem;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_name(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_';
}

static bool is_op(char c)
{
	return c == ':' || c == '=' || c == '<' || c == '>';
}

/* Where a byte is, counted as a person counts: characters, from 1. */
static size_t column(const struct reader *r, size_t at)
{
	size_t n = 1;
	for (size_t i = 0; i < at; i++)
		n += ((unsigned char)r->text[i] & 0xc0) != 0x80;
	return n;
}

static bool same_word(const char *a, const char *b, size_t len)
{
	size_t i = 0;
	while (i < len && lower(a[i]) == b[i] && b[i])
		i++;
	return i == len && b[len] == '\0';
}

/* Edits (insert, delete, replace, swap of neighbours) from `typed` to `name`. */
static size_t edits(const char *typed, size_t len, const char *name)
{
	size_t rows[3][FIELD_NAME_MAX + 1];
	size_t width = strlen(name);
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= width; j++)
		above[j] = before[j] = j;
	for (size_t i = 1; i <= len; i++) {
		size_t *recycled = before;
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			bool same = lower(typed[i - 1]) == name[j - 1];
			size_t best = above[j - 1] + !same;
			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && lower(typed[i - 1]) == name[j - 2] &&
			    lower(typed[i - 2]) == name[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = above;
		above = row;
		row = recycled;
	}
	return above[width];
}

static const char *suggestion(const char *typed, size_t len)
{
	const char *best = NULL;
	size_t least = SUGGEST_WITHIN + 1;

	if (len > FIELD_NAME_MAX)
		return NULL;
	for (size_t f = 0; f < QUERY_FIELD_COUNT; f++) {
		const char *names[2] = {fields[f].name, fields[f].alias};
		for (size_t i = 0; i < 2; i++) {
			size_t n = names[i][0] ? edits(typed, len, names[i]) : least;
			if (n < least && n < len) {
				least = n;
				best = names[i];
			}
		}
	}
	return best;
}

static enum status fail_field(struct reader *r, size_t at, size_t len)
{
	const char *meant = suggestion(r->text + at, len);
	int shown = len > FIELD_NAME_MAX ? FIELD_NAME_MAX : (int)len;

	r->failed_at = at;
	if (meant)
		return problem_set(r->problem, E_INVALID,
				   "quote the text to search for it as it stands",
				   "unknown field '%.*s' at %zu: did you mean %s?", shown,
				   r->text + at, column(r, at), meant);
	return problem_set(r->problem, E_INVALID, "quote the text to search for it as it stands",
			   "unknown field '%.*s' at %zu", shown, r->text + at, column(r, at));
}

static enum status fail_at(struct reader *r, size_t at, enum status status, const char *what)
{
	r->failed_at = at;
	return problem_set(r->problem, status, NULL, "%s at %zu", what, column(r, at));
}

/* --- values ------------------------------------------------------------------------------ */

static void needle_set(struct needle *n, const char *bytes, size_t len)
{
	n->text = xmemdup0(bytes, len);
	n->len = len;
	n->ascii = true;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)n->text[i] >= 0x80)
			n->ascii = false;
		n->text[i] = lower(n->text[i]);
	}
}

/* Reads "…" with \" and \\ inside; r->at is on the opening quote. */
static enum status read_quoted(struct reader *r, struct needle *ret)
{
	char buf[QUERY_TEXT_MAX];
	size_t open = r->at++, len = 0;

	for (; r->text[r->at] && r->text[r->at] != '"'; r->at++) {
		if (r->text[r->at] == '\\' &&
		    (r->text[r->at + 1] == '"' || r->text[r->at + 1] == '\\'))
			r->at++;
		buf[len++] = r->text[r->at];
	}
	if (r->text[r->at] != '"')
		return fail_at(r, open, E_INVALID, "a quote is opened and not closed");
	if (len == 0)
		return fail_at(r, open, E_INVALID, "nothing between the quotes");
	r->at++;
	needle_set(ret, buf, len);
	return S_OK;
}

static enum status read_number(struct reader *r, enum query_field f, size_t at, struct needle *n)
{
	enum query_value_kind kind = fields[f].kind;
	const char *digits = n->text[0] == '$' ? n->text + 1 : n->text;

	if (kind == QV_MONEY &&
	    money_parse_decimal(digits, USD_MILLIS_EXPONENT, &n->number) != S_OK)
		return fail_at(r, at, E_INVALID, "expected an amount such as 49.99");
	if (kind == QV_NUMBER && money_parse_decimal(n->text, 0, &n->number) != S_OK)
		return fail_at(r, at, E_INVALID, "expected a whole number");
	if (kind == QV_DURATION && when_parse_duration(n->text, &n->number) != S_OK)
		return fail_at(r, at, E_INVALID, "expected a duration such as 90s, 15m, 2h or 7d");
	return S_OK;
}

static enum status check_kind_word(struct reader *r, size_t at, const struct needle *n)
{
	for (size_t i = 0; i < KIND_WORDS; i++)
		if (n->prefix ? str_starts_with(kind_words[i], n->text)
			      : str_equal(kind_words[i], n->text))
			return S_OK;
	return fail_at(r, at, E_INVALID, "expected invoice, payment, order, payout or kyc");
}

static enum status read_value(struct reader *r, enum query_field f, struct needle *ret)
{
	size_t at = r->at, end = at;

	if (r->text[at] == '"') {
		enum status status = read_quoted(r, ret);
		if (status != S_OK)
			return status;
	} else {
		while (r->text[end] && !is_space(r->text[end]) && r->text[end] != ',')
			end++;
		if (end == at)
			return fail_at(r, at, E_INVALID, "a value is missing");
		r->at = end;
		ret->prefix = r->text[end - 1] == '*';
		needle_set(ret, r->text + at, end - at - ret->prefix);
	}
	if (f == QF_KIND)
		return check_kind_word(r, at, ret);
	return fields[f].kind >= QV_MONEY ? read_number(r, f, at, ret) : S_OK;
}

static enum status read_values(struct reader *r, struct query_term *t)
{
	t->values = xcalloc(QUERY_VALUES_MAX, sizeof(*t->values));
	for (;;) {
		enum status status;
		if (t->count == QUERY_VALUES_MAX)
			return fail_at(r, r->at, E_LIMIT, "too many values");
		status = read_value(r, t->field, &t->values[t->count]);
		t->count++; /* also on failure: query_free frees what is there */
		if (status != S_OK)
			return status;
		if (r->text[r->at] != ',')
			return S_OK;
		if (t->op != QOP_IS)
			return fail_at(r, r->at, E_INVALID, "a comparison takes one value");
		r->at++;
	}
}

/* --- terms --------------------------------------------------------------------------------- */

static enum query_op read_op(struct reader *r, bool *ret_exact)
{
	char c = r->text[r->at++];

	if (c == ':' && r->text[r->at] != '\0' && is_op(r->text[r->at]) && r->text[r->at] != ':')
		c = r->text[r->at++]; /* amount:>=100, as some write it */
	*ret_exact = c == '=';
	if (c == ':' || c == '=')
		return QOP_IS;
	if (r->text[r->at] == '=') {
		r->at++;
		return c == '<' ? QOP_AT_MOST : QOP_AT_LEAST;
	}
	return c == '<' ? QOP_LESS : QOP_MORE;
}

static enum query_field find_field(const char *name, size_t len)
{
	for (int f = 0; f < QUERY_FIELD_COUNT; f++)
		if (same_word(name, fields[f].name, len) || same_word(name, fields[f].alias, len))
			return (enum query_field)f;
	return QUERY_FIELD_COUNT;
}

static enum status read_field(struct reader *r, struct query_term *t, size_t name_len)
{
	size_t at = r->at, op_at = at + name_len;

	t->field = find_field(r->text + at, name_len);
	if (t->field == QUERY_FIELD_COUNT)
		return fail_field(r, at, name_len);
	r->at = op_at;
	t->op = read_op(r, &t->exact);
	if (t->op != QOP_IS && fields[t->field].kind < QV_MONEY)
		return fail_at(r, op_at, E_INVALID, "this field has no order: use ':'");
	if (t->op == QOP_IS && fields[t->field].kind == QV_DURATION)
		return fail_at(r, op_at, E_INVALID, "an age is compared: use '<' or '>'");
	return read_values(r, t);
}

static enum status read_word(struct reader *r, struct query_term *t)
{
	size_t at = r->at;

	t->values = xcalloc(1, sizeof(*t->values));
	t->count = 1;
	if (r->text[at] == '"')
		return read_quoted(r, &t->values[0]);
	while (r->text[r->at] && !is_space(r->text[r->at]))
		r->at++;
	needle_set(&t->values[0], r->text + at, r->at - at);
	return S_OK;
}

static enum status read_term(struct reader *r, struct query_term *t)
{
	size_t name_len = 0;

	t->field = QUERY_FIELD_COUNT;
	if (r->text[r->at] == '-' || r->text[r->at] == '!') {
		t->negated = true;
		r->at++;
		if (!r->text[r->at] || is_space(r->text[r->at]))
			return fail_at(r, r->at - 1, E_INVALID, "nothing is negated");
	}
	while (is_name(r->text[r->at + name_len]))
		name_len++;
	if (name_len > 0 && is_op(r->text[r->at + name_len]))
		return read_field(r, t, name_len);
	return read_word(r, t);
}

/* A row answers by itself. */
static bool field_is_of_row(enum query_field f)
{
	switch (f) {
	case QF_STATUS:
	case QF_TYPE:
	case QF_ID:
	case QF_CUSTOMER:
	case QF_AMOUNT:
	case QF_AGE:
	case QF_KIND:
		return true;
	default:
		return false;
	}
}

static enum status read_terms(struct reader *r, struct query *q)
{
	for (;;) {
		struct query_term *t;
		enum status status;

		while (is_space(r->text[r->at]))
			r->at++;
		if (!r->text[r->at])
			return S_OK;
		if (q->count == QUERY_TERMS_MAX)
			return fail_at(r, r->at, E_LIMIT, "too many terms");
		t = &q->terms[q->count++];
		status = read_term(r, t);
		if (status != S_OK)
			return status;
		q->has_words |= t->field == QUERY_FIELD_COUNT;
		q->asks_object |= !field_is_of_row(t->field);
		if (r->text[r->at] && !is_space(r->text[r->at]))
			return fail_at(r, r->at, E_INVALID, "a space is missing");
	}
}

enum status query_parse(const char *text, struct query **ret, size_t *ret_at,
			struct problem *reterr)
{
	struct reader r = {.text = text, .problem = reterr};
	struct query *q = xcalloc(1, sizeof(*q));
	enum status status;

	q->text = xstrdup(text);
	q->scratch = xcalloc(1, sizeof(*q->scratch));
	if (strlen(text) > QUERY_TEXT_MAX)
		status = fail_at(&r, QUERY_TEXT_MAX, E_LIMIT, "the filter is too long");
	else
		status = read_terms(&r, q);
	if (status != S_OK || q->count == 0) {
		query_free(q);
		q = NULL;
	}
	if (status == S_OK)
		*ret = q;
	else if (ret_at)
		*ret_at = r.failed_at;
	return status;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->count; i++) {
		for (size_t j = 0; j < q->terms[i].count; j++)
			free(q->terms[i].values[j].text);
		free(q->terms[i].values);
	}
	free(q->text);
	free(q->scratch);
	free(q);
}

const char *query_text(const struct query *q)
{
	return q ? q->text : "";
}

bool query_ages(const struct query *q)
{
	for (size_t i = 0; q && i < q->count; i++)
		if (q->terms[i].field == QF_AGE)
			return true;
	return false;
}

bool query_asks_object(const struct query *q)
{
	return q && q->asks_object;
}
