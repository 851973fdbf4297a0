/* Texts as they are looked up, and out of JSON. */
#include "archive/mention_priv.h"

#include "base/strbuf.h"

#include <string.h>

#define PHONE_DIGITS 5

bool mention_fold_phone(const char *s, char *ret, size_t cap)
{
	size_t n = 0, digits = 0;

	for (; *s != '\0'; s++) {
		if (strchr(" -().\t/", *s) != NULL)
			continue;
		if ((!is_digit(*s) && !(*s == '+' && n == 0)) || n + 1 >= cap)
			return false;
		digits += is_digit(*s) ? 1 : 0;
		ret[n++] = *s;
	}
	ret[n] = '\0';
	return digits >= PHONE_DIGITS;
}

bool mention_minds_case(const char *value)
{
	bool upper = false, lower = false, other = false;
	size_t i = 0;

	for (; value[i] != '\0'; i++) {
		char c = value[i];

		if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_')
			return false;
		upper |= is_upper(c);
		lower |= is_letter(c) && !is_upper(c);
		other |= is_letter(c) && hex_digit_value(c) < 0 && !(i == 1 && c == 'x');
	}
	return i >= 25 && upper && lower && other;
}

void mention_field(const struct mention *m, char *ret, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < m->path_len && cap > 0; i++) {
		if (i > 0 && n + 1 < cap)
			ret[n++] = '.';
		for (size_t k = 0; k < m->path[i].len && n + 1 < cap; k++)
			ret[n++] = m->path[i].at[k];
	}
	while (n > 0 && ((unsigned char)ret[n - 1] & 0x80) != 0)
		n--; /* no half of a character */
	ret[n] = '\0';
}

bool mention_is_of(const struct mention *m, const char *name)
{
	const struct mention_name *last = m->path_len > 0 ? &m->path[m->path_len - 1] : NULL;

	return last != NULL && strlen(name) == last->len && memcmp(last->at, name, last->len) == 0;
}

/* --- escapes ---------------------------------------------------------------------------- */

static bool hex4(const char *p, const char *end, uint32_t *ret)
{
	uint32_t v = 0;

	if (end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int d = hex_digit_value(p[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint32_t)d;
	}
	*ret = v;
	return true;
}

static size_t put_utf8(uint32_t c, char ret[4])
{
	if (c < 0x80) {
		ret[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (char)(0xc0 | c >> 6);
		ret[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		ret[0] = (char)(0xe0 | c >> 12);
		ret[1] = (char)(0x80 | (c >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | c >> 18);
	ret[1] = (char)(0x80 | (c >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (c >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* *p is behind "\u"; false: no character. */
static bool take_unicode(const char **p, const char *end, uint32_t *ret)
{
	uint32_t c, low;

	if (!hex4(*p, end, &c))
		return false;
	*p += 4;
	if (c >= 0xd800 && c < 0xdc00) {
		if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u' || !hex4(*p + 2, end, &low) ||
		    low < 0xdc00 || low > 0xdfff)
			return false;
		*p += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*ret = c;
	return c >= 0x20 && !(c >= 0xdc00 && c <= 0xdfff);
}

static bool take_escape(const char **p, const char *end, uint32_t *ret)
{
	char c;

	if (*p >= end)
		return false;
	c = *(*p)++;
	if (c == 'u')
		return take_unicode(p, end, ret);
	*ret = (uint32_t)(unsigned char)c;
	return c == '"' || c == '\\' || c == '/'; /* the others are control characters */
}

/* False: it is too long, empty, or holds what no reference holds. */
bool mention_read_string(const struct mention_name *s, bool escapes, char ret[NAME_CAP])
{
	const char *p = s->at, *end = s->at + s->len;
	size_t n = 0;

	if (!escapes) {
		if (s->len == 0 || s->len >= NAME_CAP || memchr(s->at, '\0', s->len) != NULL)
			return false;
		memcpy(ret, s->at, s->len);
		ret[s->len] = '\0';
		return true;
	}
	while (p < end) {
		uint32_t c = (uint32_t)(unsigned char)*p++;
		char bytes[4] = {(char)c};
		size_t len = 1;

		if (c == '\\') {
			if (!take_escape(&p, end, &c))
				return false;
			len = put_utf8(c, bytes);
		}
		if (c == 0 || n + len >= NAME_CAP)
			return false;
		memcpy(ret + n, bytes, len);
		n += len;
	}
	ret[n] = '\0';
	return n > 0;
}
