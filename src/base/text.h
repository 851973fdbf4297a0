/*
 * Text that may be shown: the one choke point between the outside world and a
 * terminal cell, a log line, a title, the clipboard or an export.
 *
 * `struct safe_text` is made only by the functions below and is the only text a
 * canvas takes. Everything that could move a cursor, change a colour, reorder
 * or hide characters is shown escaped, never obeyed and never dropped:
 *   C0 and DEL         \n \r \t \e as  \n \r \t \x1b   (backslash notation, two or four cells)
 *   C1, raw or UTF-8   \x9b
 *   bad UTF-8          U+FFFD, one a byte
 *   bidi, zero-width, joiners out of place, soft hyphen, BOM, tags, line and
 *   paragraph separators, unassigned and private use   <U+202E>
 *   combining marks    at most two a cluster are kept, the rest dropped with `cut` set
 * A literal backslash is shown as it is: the aim is safety on screen, not a
 * reversible encoding.
 *
 * The fields are private: read them through the functions. `make lint` checks
 * that nothing outside text.c names `guarded`.
 */
#ifndef PEPAYTOP_BASE_TEXT_H
#define PEPAYTOP_BASE_TEXT_H

#include "base/status.h"

#include <stdarg.h>

#define SAFE_TEXT_MAX 508 /* bytes; longer input ends in an ellipsis */

struct safe_text {
	uint16_t len;   /* bytes used in guarded */
	uint16_t width; /* terminal cells */
	bool cut;       /* something was left out: bytes, cells or marks */
	bool full;      /* ends in the ellipsis of SAFE_TEXT_MAX; takes no more */
	char guarded[SAFE_TEXT_MAX + 1];
};

/* One user-perceived character: what a cell holds. */
struct cluster {
	const char *bytes; /* into the safe_text, not NUL-terminated */
	uint8_t len;       /* 1..16 */
	uint8_t width;     /* 1 or 2 */
};

void safe_text_clear(struct safe_text *t);
void safe_text_set(struct safe_text *t, const char *s); /* NULL is empty */
void safe_text_set_bytes(struct safe_text *t, const char *bytes, size_t len);
void safe_text_add(struct safe_text *t, const char *s);
/* Formats first, then sanitises the whole: arguments from outside are safe here. */
void safe_text_fmt(struct safe_text *t, const char *fmt, ...) printf_like(2, 3);
void safe_text_addf(struct safe_text *t, const char *fmt, ...) printf_like(2, 3);
void safe_text_vaddf(struct safe_text *t, const char *fmt, va_list ap) printf_like(2, 0);

/* Keeps at most `width` cells, ending in an ellipsis when something was cut off. */
void safe_text_fit(struct safe_text *t, unsigned width);
/* The same, keeping head and tail ("0x8f3a…c41b"): for ids, hashes and addresses. */
void safe_text_fit_middle(struct safe_text *t, unsigned width);

unsigned safe_text_width(const struct safe_text *t);
const char *safe_text_str(const struct safe_text *t); /* NUL-terminated UTF-8 */
/* Next cluster at byte *pos (start with 0); false at the end. */
bool safe_text_next(const struct safe_text *t, size_t *pos, struct cluster *ret);

/* Decodes one code point; *ret_len ≥ 1. Bad input gives 0xFFFD and length 1. */
uint32_t utf8_decode(const char *s, size_t len, size_t *ret_len);
bool utf8_valid(const char *s, size_t len);
/* Cells a code point takes: 0, 1 or 2; control characters give -1. */
int utf8_width(uint32_t code_point);
/* Case-insensitive substring search (simple case folding), for filters. */
bool utf8_contains_nocase(const char *haystack, const char *needle);
/* The same in bytes: where the first is, and how many bytes it takes there. Nothing is found of an
 * empty needle. */
bool utf8_find_nocase(const char *s, size_t len, const char *needle, size_t needle_len,
		      size_t *ret_at, size_t *ret_len);
bool utf8_has_capital(const char *s); /* a letter that has a small form */

#endif
