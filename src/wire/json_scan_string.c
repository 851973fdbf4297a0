#include "base/text.h"
#include "wire/json_scan_priv.h"

#include <endian.h>

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

/* One character that is not plain and no quote, to *to. */
static enum status scan_character(struct scanner *s, char **to)
{
	uint32_t code_point = 0;
	size_t width = 1;
	int c = scan_peek(s);
	if (c < 0)
		return scan_fail(s, "a string without an end");
	if (c < 0x20)
		return scan_fail(s, "a raw control character in a string");
	if (c == '\\') {
		enum status status = scan_escape(s, &code_point);
		if (status == S_OK)
			*to += utf8_put(*to, code_point);
		return status;
	}
	(void)utf8_decode(s->text + s->pos, s->len - s->pos, &width);
	if (width == 1)
		return scan_fail(s, "invalid UTF-8");
	memcpy(*to, s->text + s->pos, width);
	*to += width;
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

/* Where the first character stands that is not plain. */
static enum status scan_rest(struct scanner *s, char **ret_end)
{
	char *to = s->copy + s->pos;
	while (scan_peek(s) != '"') {
		enum status status = scan_character(s, &to);
		if (status != S_OK)
			return status;
		size_t from = s->pos;
		scan_plain(s);
		memcpy(to, s->text + from, s->pos - from);
		to += s->pos - from;
	}
	*ret_end = to;
	return S_OK;
}

enum status scan_string(struct scanner *s, char **ret, uint32_t *ret_len)
{
	char *start = s->copy + ++s->pos;
	scan_plain(s);
	char *end = s->copy + s->pos;
	if (scan_peek(s) != '"') {
		enum status status = scan_rest(s, &end);
		if (status != S_OK)
			return status;
	}
	s->pos++;
	*end = '\0';
	*ret = start;
	*ret_len = (uint32_t)(end - start);
	return S_OK;
}
