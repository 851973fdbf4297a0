/* Reads one term of a filter: a word, a phrase, a pattern, or a field with its values. */
#include "model/query_priv.h"

#include "base/alloc.h"
#include "base/text.h"

#define QUOTE_IT "to search for the text as it stands, put it between quotes"

bool reader_is_space(char c)
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

/* Does an operator stand here? */
static bool is_op(const char *at)
{
	return *at == ':' || *at == '=' || *at == '<' || *at == '>' || (*at == '!' && at[1] == '=');
}

/* Where a word or a bare value is over. */
bool reader_is_end(const struct reader *r, char c)
{
	return c == '\0' || reader_is_space(c) || c == '|' || (c == ')' && r->depth > 0);
}

/* Where a byte is, counted as a person counts: characters, from 1. */
static size_t column(const struct reader *r, size_t at)
{
	size_t n = 1;
	for (size_t i = 0; i < at; i++)
		n += ((unsigned char)r->text[i] & 0xc0) != 0x80;
	return n;
}

enum status reader_fail(struct reader *r, size_t at, enum status status, const char *what,
			const char *next)
{
	r->failed_at = at;
	return problem_set(r->problem, status, next, "%s at %zu", what, column(r, at));
}

static enum status fail_field(struct reader *r, size_t at, size_t len)
{
	char meant[QUERY_NAME_CAP];
	int shown = len < QUERY_NAME_CAP ? (int)len : QUERY_NAME_CAP - 1;

	r->failed_at = at;
	if (query_field_suggest(r->text + at, len, meant))
		return problem_set(r->problem, E_INVALID, QUOTE_IT,
				   "unknown field '%.*s' at %zu: did you mean %s?", shown,
				   r->text + at, column(r, at), meant);
	return problem_set(r->problem, E_INVALID, QUOTE_IT, "unknown field '%.*s' at %zu", shown,
			   r->text + at, column(r, at));
}

/* --- texts ------------------------------------------------------------------------------- */

void needle_release(struct needle *n)
{
	free(n->text);
	regex_free(n->regex);
}

static void needle_set(struct needle *n, const char *bytes, size_t len)
{
	free(n->text);
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
		return reader_fail(r, open, E_INVALID, "a quote is opened and not closed",
				   "end it with \", or write \\\" for a quote in the text");
	if (len == 0)
		return reader_fail(r, open, E_INVALID, "nothing between the quotes",
				   "write the text to look for between them");
	r->at++;
	ret->quoted = true;
	needle_set(ret, buf, len);
	return S_OK;
}

/* Reads a pattern between slashes; r->at is on the first, and \/ is a slash inside. */
static enum status read_pattern(struct reader *r, struct needle *ret)
{
	size_t open = r->at, end = open + 1, at = 0;
	struct problem why;

	while (r->text[end] && r->text[end] != '/')
		end += r->text[end] == '\\' && r->text[end + 1] ? 2 : 1;
	if (!r->text[end])
		return reader_fail(r, open, E_INVALID, "a pattern is opened and not closed",
				   "end it with /, or quote a text that begins with one: \"/x\"");
	if (end == open + 1)
		return reader_fail(r, open, E_INVALID, "nothing between the slashes",
				   "write a regular expression between them: /ab+c/");
	if (regex_compile(r->text + open + 1, end - open - 1, &ret->regex, &at, &why) != S_OK)
		return reader_fail(r, open + 1 + at, E_INVALID, why.what,
				   "a \\ before ( ) [ ] { } . * + ? | takes it as it stands");
	r->at = end + 1;
	ret->len = end - open - 1;
	ret->text = xmemdup0(r->text + open + 1, ret->len);
	return S_OK;
}

/* --- numbers ------------------------------------------------------------------------------- */

static enum status read_number(struct reader *r, enum query_field f, size_t at, const char *text,
			       struct needle *ret)
{
	static const struct {
		const char *expected, *next;
	} what[] = {
		[QV_MONEY] = {"expected an amount such as 49.99",
			      "write dollars with at most three decimals and no comma: 1000, "
			      "49.99, 1.5k"},
		[QV_NUMBER] = {"expected a whole number", "write digits only: 3"},
		[QV_DURATION] = {"expected a duration such as 90s, 15m, 2h30m or 7d",
				 "write a number and s, m, h, d or w"},
		[QV_TIME] = {"expected a time such as 14:00, today or 2026-01-15",
			     "write hh:mm for today, a date, or both: 2026-01-15T14:00 (UTC)"},
	};
	enum query_value_kind kind = query_field_kind(f);
	enum status status = S_OK;

	if (kind == QV_MONEY)
		status = query_money_read(text, &ret->low);
	else if (kind == QV_NUMBER)
		status = money_parse_decimal(text, 0, &ret->low);
	else if (kind == QV_DURATION)
		status = query_duration_read(text, &ret->low);
	else
		return query_time_read(text, ret)
			       ? S_OK
			       : reader_fail(r, at, E_INVALID, what[kind].expected,
					     what[kind].next);
	if (status != S_OK)
		return reader_fail(r, at, E_INVALID, what[kind].expected, what[kind].next);
	ret->high = ret->low;
	return S_OK;
}

/* "10..50", "10..", "..50": both ends within. */
static enum status read_range(struct reader *r, enum query_field f, size_t at, char *text,
			      char *dots, struct needle *ret)
{
	struct needle till = {.high = INT64_MAX};
	enum status status = S_OK;

	*dots = '\0';
	ret->low = INT64_MIN;
	ret->from_open = text[0] == '\0';
	ret->till_open = dots[2] == '\0';
	if (ret->from_open && ret->till_open)
		return reader_fail(r, at, E_INVALID, "a range needs an end",
				   "write 10..50, 10.. or ..50");
	if (!ret->from_open)
		status = read_number(r, f, at, text, ret);
	if (status == S_OK && !ret->till_open)
		status = read_number(r, f, at + (size_t)(dots + 2 - text), dots + 2, &till);
	if (status != S_OK)
		return status;
	if (!ret->from_open && !ret->till_open && ret->of_day != till.of_day)
		return reader_fail(r, at, E_INVALID, "a range from a time of day to a date",
				   "write both as times of day, or both with their date");
	ret->of_day |= till.of_day;
	ret->high = till.high;
	if (ret->low > ret->high)
		return reader_fail(r, at, E_INVALID, "a range from the greater to the smaller",
				   "write the smaller end first: 10..50");
	return S_OK;
}

static enum status read_bare_number(struct reader *r, struct query_term *t, size_t at, size_t len,
				    struct needle *ret)
{
	char text[QUERY_TEXT_MAX + 1];
	char *dots;
	enum status status;

	memcpy(text, r->text + at, len);
	text[len] = '\0';
	dots = strstr(text, "..");
	if (dots && t->op != QOP_IS)
		return reader_fail(r, at, E_INVALID, "a comparison takes one value",
				   "write a range after ':': amount:10..50");
	if (!dots && t->op == QOP_IS && query_field_kind(t->field) == QV_DURATION)
		return reader_fail(r, at - 1, E_INVALID, "an age is compared: use '<' or '>'",
				   "age<15m, age>2d, or a range: age:5m..1h");
	status = dots ? read_range(r, t->field, at, text, dots, ret)
		      : read_number(r, t->field, at, text, ret);
	if (status == S_OK)
		query_number_write(t->field, t->op, ret);
	return status;
}

/* --- values -------------------------------------------------------------------------------- */

/* Also as of many: "payouts". */
static enum status check_kind_word(struct reader *r, size_t at, struct needle *n)
{
	const char *word;

	for (size_t i = 0; (word = query_kind_word(i)); i++) {
		size_t len = strlen(word);

		if (n->prefix ? str_starts_with(word, n->text) : str_equal(word, n->text))
			return S_OK;
		if (n->len == len + 1 && n->text[len] == 's' && str_starts_with(n->text, word)) {
			needle_set(n, word, len);
			return S_OK;
		}
	}
	return reader_fail(r, at, E_INVALID,
			   "expected invoice, payment, order, payout, kyc, deposit or refund",
			   "write one of them, or several: kind:invoice,order");
}

static enum status read_bare(struct reader *r, struct query_term *t, struct needle *ret)
{
	size_t at = r->at, end = at;
	const char *word;

	if (r->text[at] != ':' && is_op(r->text + at))
		return reader_fail(r, at, E_INVALID, "one sign too many",
				   "write one of : = != < <= > >=, or quote the value");
	while (!reader_is_end(r, r->text[end]) && r->text[end] != ',')
		end++;
	if (end == at)
		return reader_fail(r, at, E_INVALID, "a value is missing",
				   "write it right after the sign, without a space: status:paid");
	r->at = end;
	if (query_is_number(t->field))
		return read_bare_number(r, t, at, end - at, ret);
	ret->prefix = r->text[end - 1] == '*';
	needle_set(ret, r->text + at, end - at - ret->prefix);
	if (t->field == QF_STATUS && !ret->prefix) {
		ret->saying = query_saying_find(ret->text, &word);
		if (word)
			needle_set(ret, word, strlen(word));
		else if (ret->saying)
			needle_set(ret, query_saying_word(ret->saying),
				   strlen(query_saying_word(ret->saying)));
	}
	return t->field == QF_KIND ? check_kind_word(r, at, ret) : S_OK;
}

static enum status read_value(struct reader *r, struct query_term *t, struct needle *ret)
{
	size_t at = r->at;
	bool text = !query_is_number(t->field);
	enum status status;

	if (r->text[at] == '/' && text)
		return read_pattern(r, ret);
	if (r->text[at] != '"')
		return read_bare(r, t, ret);
	status = read_quoted(r, ret);
	if (status != S_OK)
		return status;
	if (!text)
		return reader_fail(r, at, E_INVALID, "this field is compared with a number",
				   "write it without quotes: amount>=100");
	return t->field == QF_KIND ? check_kind_word(r, at, ret) : S_OK;
}

static enum status read_values(struct reader *r, struct query_term *t)
{
	t->values = xcalloc(QUERY_VALUES_MAX, sizeof(*t->values));
	for (;;) {
		enum status status;
		if (t->count == QUERY_VALUES_MAX)
			return reader_fail(r, r->at, E_LIMIT, "too many values",
					   "use a prefix or a pattern: id:inv-*, id:/^inv/");
		status = read_value(r, t, &t->values[t->count]);
		t->count++; /* also on failure: query_free frees what is there */
		if (status != S_OK)
			return status;
		if (r->text[r->at] != ',')
			return S_OK;
		if (t->op != QOP_IS)
			return reader_fail(r, r->at, E_INVALID,
					   "a comparison takes one value, without a comma",
					   "write 1000 for a thousand, and several after ':'");
		r->at++;
	}
}

/* --- terms --------------------------------------------------------------------------------- */

static void read_op(struct reader *r, struct query_term *t, bool *ret_unlike)
{
	char c = r->text[r->at++];

	if (c == ':' && is_op(r->text + r->at) && r->text[r->at] != ':')
		c = r->text[r->at++]; /* amount:>=100, as some write it */
	*ret_unlike = c == '!';
	t->exact = c == '=' || c == '!';
	t->op = QOP_IS;
	if (c == ':')
		return;
	if (r->text[r->at] == '=') {
		r->at++;
		t->op = c == '<' ? QOP_AT_MOST : c == '>' ? QOP_AT_LEAST : QOP_IS;
	} else if (c == '<' || c == '>') {
		t->op = c == '<' ? QOP_LESS : QOP_MORE;
	}
}

/* "since:14:00" is at>=14:00, and "since:2h" age<=2h: what is left to read is the value. */
static enum status read_since(struct reader *r, struct query_term *t, size_t op_at,
			      enum query_op op)
{
	static const enum query_op OF_AGES[] = {
		[QOP_LESS] = QOP_MORE, [QOP_AT_MOST] = QOP_AT_LEAST, [QOP_AT_LEAST] = QOP_AT_MOST};
	char value[QUERY_TEXT_MAX + 1];
	size_t end = r->at;
	int64_t ms;

	if (t->op != QOP_IS)
		return reader_fail(r, op_at, E_INVALID, "this name compares by itself: use ':'",
				   "since:14:00, before:2026-01-15, since:2h; or at>=14:00");
	while (!reader_is_end(r, r->text[end]))
		end++;
	str_printf(value, sizeof(value), "%.*s", (int)(end - r->at), r->text + r->at);
	t->op = op;
	if (end > r->at && r->text[end - 1] > '9' && query_duration_read(value, &ms) == S_OK) {
		t->field = QF_AGE;
		t->op = OF_AGES[op];
	}
	return S_OK;
}

static enum status read_field(struct reader *r, struct query_term *t, size_t name_len,
			      bool *ret_unlike)
{
	size_t at = r->at, op_at = at + name_len;
	enum status status;
	enum query_op op;

	t->field = query_field_find(r->text + at, name_len);
	if (t->field == QUERY_FIELD_COUNT)
		return fail_field(r, at, name_len);
	r->at = op_at;
	read_op(r, t, ret_unlike);
	if (query_field_compares(r->text + at, name_len, &op) &&
	    (status = read_since(r, t, op_at, op)) != S_OK)
		return status;
	if (t->op != QOP_IS && !query_is_number(t->field))
		return reader_fail(r, op_at, E_INVALID, "this field has no order: use ':'",
				   "amounts, ages and times are compared, words are not");
	if (query_is_number(t->field) || query_field_kind(t->field) == QV_WORD)
		t->exact = false; /* that is what ':' means there */
	return read_values(r, t);
}

static enum status read_word(struct reader *r, struct query_term *t)
{
	size_t at = r->at;
	struct needle *n;

	t->values = n = xcalloc(1, sizeof(*t->values));
	t->count = 1;
	if (r->text[at] == '"')
		return read_quoted(r, n);
	if (r->text[at] == '/')
		return read_pattern(r, n);
	if (is_op(r->text + at))
		return reader_fail(r, at, E_INVALID, "a sign stands alone: no blanks around it",
				   "write all of it together: amount>=100, or quote the text");
	while (!reader_is_end(r, r->text[r->at]))
		r->at++;
	n->prefix = r->at - at > 1 && r->text[r->at - 1] == '*';
	needle_set(n, r->text + at, r->at - at - n->prefix);
	return S_OK;
}

enum status reader_term(struct reader *r, struct query_term *t, bool *ret_unlike)
{
	enum status status;
	size_t name_len = 0;

	t->field = QUERY_FIELD_COUNT;
	*ret_unlike = false;
	while (is_name(r->text[r->at + name_len]))
		name_len++;
	if (name_len > 0 && is_op(r->text + r->at + name_len))
		status = read_field(r, t, name_len, ret_unlike);
	else
		status = read_word(r, t);
	return status;
}
