#include "base/strbuf.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRBUF_FIRST_CAP 64

void strbuf_init(struct strbuf *sb, size_t max)
{
	*sb = (struct strbuf){.max = max < SIZE_MAX / 2 ? max : SIZE_MAX / 2};
}

void strbuf_release(struct strbuf *sb)
{
	free(sb->buf);
	strbuf_init(sb, sb->max);
}

void strbuf_clear(struct strbuf *sb)
{
	sb->len = 0;
	sb->overflow = false;
	if (sb->buf)
		sb->buf[0] = '\0';
}

const char *strbuf_str(const struct strbuf *sb)
{
	return sb->buf ? sb->buf : "";
}

char *strbuf_take(struct strbuf *sb)
{
	char *taken = sb->buf ? sb->buf : xstrdup("");

	strbuf_init(sb, sb->max);
	return taken;
}

/* Makes room for `len` more bytes and the NUL; answers how many of them may be written. */
static size_t strbuf_reserve(struct strbuf *sb, size_t len)
{
	size_t room = sb->max - sb->len;
	size_t need, cap;

	if (len > room) {
		len = room;
		sb->overflow = true;
	}
	need = sb->len + len + 1;
	if (need > sb->cap) {
		cap = sb->cap ? sb->cap : STRBUF_FIRST_CAP;
		while (cap < need)
			cap *= 2;
		if (cap > sb->max + 1)
			cap = sb->max + 1;
		sb->buf = xrealloc(sb->buf, cap, 1);
		sb->cap = cap;
	}
	return len;
}

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len)
{
	size_t fits = strbuf_reserve(sb, len);

	if (fits)
		memcpy(sb->buf + sb->len, bytes, fits);
	sb->len += fits;
	sb->buf[sb->len] = '\0';
}

void strbuf_addstr(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, s, strlen(s));
}

void strbuf_addch(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	size_t fits;
	int need;

	va_copy(again, ap);
	need = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (need < 0) {
		sb->overflow = true;
		need = 0;
	}
	fits = strbuf_reserve(sb, (size_t)need);
	if (fits)
		(void)vsnprintf(sb->buf + sb->len, fits + 1, fmt, ap);
	sb->len += fits;
	sb->buf[sb->len] = '\0';
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void strbuf_add_urlencoded(struct strbuf *sb, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		char escape[3] = {'%', hex[c >> 4], hex[c & 15]};

		if (is_unreserved(c))
			strbuf_addch(sb, *s);
		else
			strbuf_add(sb, escape, sizeof(escape));
	}
}

/* The length without a UTF-8 sequence that the end of the buffer cut short. */
static size_t trim_partial_utf8(const char *s, size_t len)
{
	size_t tail = 0;
	unsigned char lead;
	size_t promised;

	while (tail < 3 && tail < len && ((unsigned char)s[len - 1 - tail] & 0xC0) == 0x80)
		tail++;
	if (tail == len)
		return len;
	lead = (unsigned char)s[len - 1 - tail];
	promised = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
	return tail < promised ? len - 1 - tail : len;
}

bool str_copy(char *dst, size_t cap, const char *src)
{
	size_t len = strlen(src);
	bool fits = len < cap;

	if (!cap)
		return false;
	if (!fits)
		len = trim_partial_utf8(src, cap - 1);
	memmove(dst, src, len);
	dst[len] = '\0';
	return fits;
}

bool str_printf(char *dst, size_t cap, const char *fmt, ...)
{
	bool fits;
	va_list ap;

	va_start(ap, fmt);
	fits = str_vprintf(dst, cap, fmt, ap);
	va_end(ap);
	return fits;
}

bool str_vprintf(char *dst, size_t cap, const char *fmt, va_list ap)
{
	int need;

	if (!cap)
		return false;
	need = vsnprintf(dst, cap, fmt, ap);
	if (need < 0) {
		dst[0] = '\0';
		return false;
	}
	if ((size_t)need < cap)
		return true;
	dst[trim_partial_utf8(dst, cap - 1)] = '\0';
	return false;
}

bool str_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool str_equal_constant_time(const char *a, const char *b)
{
	volatile unsigned char differ = 0;
	size_t len;

	if (!a || !b)
		return false;
	len = strlen(a);
	if (len != strlen(b))
		return false;
	for (size_t i = 0; i < len; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

int hex_digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool str_starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_matches_wildcard(const char *pattern, const char *s)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return strncmp(pattern, s, len - 1) == 0;
	return strcmp(pattern, s) == 0;
}
