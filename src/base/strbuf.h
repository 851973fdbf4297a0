/*
 * A growing byte string that is born with a maximum. Appending past the maximum
 * keeps what fits and sets `overflow`; it never fails loudly and never exceeds
 * the maximum. Always NUL-terminated once anything was appended.
 */
#ifndef PEPAYTOP_BASE_STRBUF_H
#define PEPAYTOP_BASE_STRBUF_H

#include "base/status.h"

#include <stdarg.h>

struct strbuf {
	char *buf; /* NULL until the first append; use strbuf_str() to read */
	size_t len;
	size_t cap;
	size_t max;    /* most bytes held, without the NUL */
	bool overflow; /* something did not fit */
};

void strbuf_init(struct strbuf *sb, size_t max);
void strbuf_release(struct strbuf *sb);          /* init'ed state again, same max */
void strbuf_clear(struct strbuf *sb);            /* keeps the memory */
const char *strbuf_str(const struct strbuf *sb); /* never NULL */
char *strbuf_take(struct strbuf *sb);            /* caller frees; sb is empty again */

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len);
void strbuf_addstr(struct strbuf *sb, const char *s);
void strbuf_addch(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) printf_like(2, 3);
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap) printf_like(2, 0);
/* Percent-encodes everything but RFC 3986 unreserved characters. */
void strbuf_add_urlencoded(struct strbuf *sb, const char *s);

/* snprintf into a fixed array that cuts at a UTF-8 boundary; true when it all fitted. */
bool str_copy(char *dst, size_t cap, const char *src);
bool str_printf(char *dst, size_t cap, const char *fmt, ...) printf_like(3, 4);
bool str_vprintf(char *dst, size_t cap, const char *fmt, va_list ap) printf_like(3, 0);
bool str_equal(const char *a, const char *b);               /* NULL-safe */
bool str_equal_constant_time(const char *a, const char *b); /* for secrets; length may leak */
/* 0..15 for a hexadecimal digit of either case, -1 for anything else. */
int hex_digit_value(char c);
bool str_starts_with(const char *s, const char *prefix);
/* `pattern` is an exact name or a prefix ending in `*` ("invoice.*", "*"). */
bool str_matches_wildcard(const char *pattern, const char *s);

#endif
