#include "wire/json_scan.h"

#include "base/alloc.h"
#include "base/text.h"
#include "wire/json.h"
#include "wire/json_keys.h"

#include <endian.h>

struct scanner {
	const char *text;
	size_t len;
	size_t pos;
	size_t depth;
	size_t values;
	struct key *keys; /* of the objects that are open, innermost last */
	size_t key_count;
	size_t key_cap;
	char *store; /* unescaped keys; never more bytes than the text has, so it never moves */
	size_t stored;
	const struct json_limits *limits;
	struct json_scan *out;
	struct problem *err;
};

static enum status scan_value(struct scanner *s);

static enum status scan_fail(struct scanner *s, const char *why)
{
	return problem_set(s->err, E_INVALID, NULL, "not JSON we accept: %s at byte %zu", why,
			   s->pos);
}

static int scan_peek(const struct scanner *s)
{
	return s->pos < s->len ? (unsigned char)s->text[s->pos] : -1;
}

static void scan_space(struct scanner *s)
{
	while (s->pos < s->len && (s->text[s->pos] == ' ' || s->text[s->pos] == '\n' ||
				   s->text[s->pos] == '\r' || s->text[s->pos] == '\t'))
		s->pos++;
}

/* --- strings ---------------------------------------------------------------- */

static int hex4(const struct scanner *s, size_t at)
{
	int value = 0;
	if (at > s->len || s->len - at < 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char c = s->text[i];
		int digit;
		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (c | 0x20) - 'a' + 10;
		else
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static size_t utf8_put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* At the `u` of an escape; leaves pos after it. */
static enum status scan_unicode(struct scanner *s, uint32_t *ret)
{
	int high = hex4(s, s->pos + 1);
	if (high < 0)
		return scan_fail(s, "a bad \\u escape");
	if (high == 0)
		return scan_fail(s, "an escaped NUL");
	if (high >= 0xdc00 && high <= 0xdfff)
		return scan_fail(s, "a lone surrogate");
	s->pos += 5;
	*ret = (uint32_t)high;
	if (high < 0xd800 || high > 0xdbff)
		return S_OK;
	int low = s->len - s->pos >= 6 && s->text[s->pos] == '\\' && s->text[s->pos + 1] == 'u'
			  ? hex4(s, s->pos + 2)
			  : -1;
	if (low < 0xdc00 || low > 0xdfff)
		return scan_fail(s, "a lone surrogate");
	s->pos += 6;
	*ret = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
	return S_OK;
}

/* At a backslash. */
static enum status scan_escape(struct scanner *s, uint32_t *ret)
{
	static const char NAMES[] = "\"\\/bfnrt";
	static const char MEANINGS[] = "\"\\/\b\f\n\r\t";
	s->pos++;
	int c = scan_peek(s);
	if (c == 'u')
		return scan_unicode(s, ret);
	const char *name = c > 0 ? strchr(NAMES, c) : NULL;
	if (name == NULL)
		return scan_fail(s, "a bad escape");
	s->pos++;
	*ret = (uint32_t)MEANINGS[name - NAMES];
	return S_OK;
}

/* One character of a string, which is no quote. */
static enum status scan_character(struct scanner *s, bool *ret_escaped)
{
	uint32_t ignored;
	size_t width = 1;
	int c = scan_peek(s);
	if (c < 0)
		return scan_fail(s, "a string without an end");
	if (c < 0x20)
		return scan_fail(s, "a raw control character in a string");
	if (c == '\\') {
		*ret_escaped = true;
		return scan_escape(s, &ignored);
	}
	if (c >= 0x80) {
		(void)utf8_decode(s->text + s->pos, s->len - s->pos, &width);
		if (width == 1)
			return scan_fail(s, "invalid UTF-8");
	}
	s->pos += width;
	return S_OK;
}

#define EVERY_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Sets the highest bit of the first byte that is not plain, and of none before it. */
static uint64_t not_plain(uint64_t eight)
{
	return (eight | (eight - EVERY_BYTE(0x20)) | ((eight ^ EVERY_BYTE('"')) - EVERY_BYTE(1)) |
		((eight ^ EVERY_BYTE('\\')) - EVERY_BYTE(1))) &
	       EVERY_BYTE(0x80);
}

/* Past what needs no second look, most of every string: printable ASCII but quote and backslash. */
static void scan_plain(struct scanner *s)
{
	const char *p = s->text + s->pos;
	const char *end = s->text + s->len;
	while (end - p >= 8) {
		uint64_t eight;
		memcpy(&eight, p, sizeof(eight));
		uint64_t found = not_plain(le64toh(eight));
		if (found != 0) {
			s->pos = (size_t)(p - s->text) + (size_t)__builtin_ctzll(found) / 8;
			return;
		}
		p += 8;
	}
	while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' &&
	       *p != '\\')
		p++;
	s->pos = (size_t)(p - s->text);
}

/* At a quote. Tells where the content stands and whether it has escapes. */
static enum status scan_string(struct scanner *s, struct json_span *ret, bool *ret_escaped)
{
	size_t start = ++s->pos;
	bool escaped = false;
	for (scan_plain(s); scan_peek(s) != '"'; scan_plain(s)) {
		enum status status = scan_character(s, &escaped);
		if (status != S_OK)
			return status;
	}
	*ret = (struct json_span){.at = start, .len = s->pos - start};
	*ret_escaped = escaped;
	s->pos++;
	return S_OK;
}

/* The content of a string that was scanned before, without its escapes. */
static enum status scan_unescape(struct scanner *s, struct json_span span, struct key *ret)
{
	struct scanner again = {.text = s->text, .len = span.at + span.len, .pos = span.at};
	if (s->store == NULL)
		s->store = xmalloc(s->len);
	char *start = s->store + s->stored;
	size_t used = 0;
	while (again.pos < again.len) {
		uint32_t c;
		if (again.text[again.pos] != '\\')
			start[used++] = again.text[again.pos++];
		else if (scan_escape(&again, &c) == S_OK)
			used += utf8_put(start + used, c);
		else
			return scan_fail(s, "a bad escape");
	}
	s->stored += used;
	*ret = (struct key){.bytes = start, .len = used};
	return S_OK;
}

/* --- objects and arrays ------------------------------------------------------- */

/* Checks the keys from `base` on and forgets them. */
static enum status scan_close_keys(struct scanner *s, size_t base)
{
	size_t count = s->key_count - base;
	s->key_count = base;
	if (count > 1 && json_keys_repeat(s->keys + base, count))
		return scan_fail(s, "a duplicate key in the object that ends");
	return S_OK;
}

static enum status scan_key(struct scanner *s)
{
	struct json_span span;
	bool escaped;
	if (scan_peek(s) != '"')
		return scan_fail(s, "a member without a name");
	enum status status = scan_string(s, &span, &escaped);
	if (status != S_OK)
		return status;
	struct key key = {.bytes = s->text + span.at, .len = span.len};
	if (escaped && (status = scan_unescape(s, span, &key)) != S_OK)
		return status;
	array_reserve((void **)&s->keys, &s->key_cap, s->key_count + 1, sizeof(*s->keys));
	s->keys[s->key_count++] = key;
	scan_space(s);
	if (scan_peek(s) != ':')
		return scan_fail(s, "a member without a colon");
	s->pos++;
	return S_OK;
}

static enum status scan_elements(struct scanner *s, char close)
{
	scan_space(s);
	if (scan_peek(s) == close)
		return S_OK;
	for (;;) {
		enum status status = S_OK;
		scan_space(s);
		if (close == '}')
			status = scan_key(s);
		if (status == S_OK)
			status = scan_value(s);
		if (status != S_OK)
			return status;
		scan_space(s);
		if (scan_peek(s) == close)
			return S_OK;
		if (scan_peek(s) != ',')
			return scan_fail(s, "neither a comma nor the end");
		s->pos++;
	}
}

/* Returns the index of what begins here. */
static size_t scan_note(struct scanner *s, size_t len)
{
	struct json_scan *out = s->out;
	if (out->span_count == out->span_cap)
		array_reserve((void **)&out->spans, &out->span_cap, out->span_count + 1,
			      sizeof(*out->spans));
	out->spans[out->span_count] = (struct json_span){.at = s->pos, .len = len};
	return out->span_count++;
}

/* At the opening bracket. */
static enum status scan_container(struct scanner *s, char close)
{
	size_t base = s->key_count;
	if (s->depth == JSON_DEPTH_MAX)
		return problem_set(s->err, E_LIMIT, NULL, "JSON nested deeper than %d at byte %zu",
				   JSON_DEPTH_MAX, s->pos);
	size_t noted = scan_note(s, 0);
	s->depth++;
	s->pos++;
	enum status status = scan_elements(s, close);
	if (status == S_OK && close == '}')
		status = scan_close_keys(s, base);
	if (status != S_OK)
		return status;
	s->pos++;
	s->depth--;
	s->out->spans[noted].len = s->pos - s->out->spans[noted].at;
	return S_OK;
}

/* --- values --------------------------------------------------------------------- */

static size_t digits(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

size_t json_scan_number(const char *s, size_t len)
{
	size_t n = len > 0 && s[0] == '-' ? 1 : 0;
	size_t whole = digits(s + n, len - n);
	if (whole == 0)
		return 0;
	n += s[n] == '0' ? 1 : whole;
	if (n < len && s[n] == '.') {
		size_t fraction = digits(s + n + 1, len - n - 1);
		if (fraction == 0)
			return 0;
		n += 1 + fraction;
	}
	if (n < len && (s[n] == 'e' || s[n] == 'E')) {
		size_t sign = n + 1 < len && (s[n + 1] == '+' || s[n + 1] == '-') ? 2 : 1;
		size_t exponent = digits(s + n + sign, len - n - sign);
		if (exponent == 0)
			return 0;
		n += sign + exponent;
	}
	return n;
}

static enum status scan_number(struct scanner *s)
{
	size_t n = json_scan_number(s->text + s->pos, s->len - s->pos);
	if (n == 0)
		return scan_fail(s, "a bad number");
	(void)scan_note(s, n);
	s->out->number_count++;
	s->pos += n;
	return S_OK;
}

static enum status scan_word(struct scanner *s, const char *word, size_t n)
{
	if (s->len - s->pos < n || memcmp(s->text + s->pos, word, n) != 0)
		return scan_fail(s, "an unknown word");
	s->pos += n;
	return S_OK;
}

static enum status scan_value(struct scanner *s)
{
	struct json_span span;
	bool escaped;
	scan_space(s);
	if (++s->values > s->limits->values)
		return problem_set(s->err, E_LIMIT, NULL, "JSON of more than %zu values",
				   s->limits->values);
	switch (scan_peek(s)) {
	case '{':
		return scan_container(s, '}');
	case '[':
		return scan_container(s, ']');
	case '"':
		return scan_string(s, &span, &escaped);
	case 't':
		return scan_word(s, "true", 4);
	case 'f':
		return scan_word(s, "false", 5);
	case 'n':
		(void)scan_note(s, 4);
		return scan_word(s, "null", 4);
	case -1:
		return scan_fail(s, "a value missing");
	default:
		return scan_number(s);
	}
}

static enum status scan_all(struct scanner *s)
{
	if (s->len > s->limits->size)
		return problem_set(s->err, E_LIMIT, NULL, "JSON of %zu bytes, more than %zu",
				   s->len, s->limits->size);
	if (s->len >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0)
		return scan_fail(s, "a byte order mark");
	enum status status = scan_value(s);
	if (status != S_OK)
		return status;
	scan_space(s);
	return s->pos == s->len ? S_OK : scan_fail(s, "more after the value");
}

enum status json_scan(const char *text, size_t len, const struct json_limits *limits,
		      struct json_scan *ret, struct problem *reterr)
{
	struct json_scan out = {0};
	struct scanner s = {.text = text, .len = len, .limits = limits, .out = &out, .err = reterr};
	enum status status = scan_all(&s);
	free(s.keys);
	free(s.store);
	out.value_count = s.values;
	if (status != S_OK) {
		json_scan_release(&out);
		out.failed_at = s.pos;
	}
	*ret = out;
	return status;
}

void json_scan_release(struct json_scan *scan)
{
	free(scan->spans);
	*scan = (struct json_scan){0};
}
