#include "base/text.h"

#include "base/strbuf.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define ELLIPSIS     "\xE2\x80\xA6"
#define ELLIPSIS_LEN 3
#define REPLACEMENT  "\xEF\xBF\xBD"
#define MARKS_MAX    2
#define ESCAPE_CAP   16
#define FORMAT_CAP   4096
#define NO_BASE      (MARKS_MAX + 1) /* nothing here that a mark may sit on */

/* Where sanitising stands; a new one for every piece, so that a mark never joins two sources. */
struct intake {
	const char *bytes;
	size_t len;
	unsigned marks; /* on the last cluster, or NO_BASE */
};

void safe_text_clear(struct safe_text *t)
{
	t->len = 0;
	t->width = 0;
	t->cut = false;
	t->full = false;
	t->guarded[0] = '\0';
}

unsigned safe_text_width(const struct safe_text *t)
{
	return t->width;
}

const char *safe_text_str(const struct safe_text *t)
{
	return t->guarded;
}

bool safe_text_next(const struct safe_text *t, size_t *pos, struct cluster *ret)
{
	const char *s = t->guarded + *pos;
	size_t left = *pos < t->len ? t->len - *pos : 0;
	size_t len, n;

	if (!left)
		return false;
	ret->bytes = s;
	ret->len = 1;
	ret->width = 1;
	if ((unsigned char)s[0] >= 0x80)
		ret->width = utf8_width(utf8_decode(s, left, &len)) == 2 ? 2 : 1;
	else
		len = 1;
	while (len < left && (unsigned char)s[len] >= 0x80 &&
	       utf8_is_mark(utf8_decode(s + len, left - len, &n)))
		len += n;
	ret->len = (uint8_t)len;
	*pos += len;
	return true;
}

/* Where the text can be cut to keep at most `width` cells and `bytes` bytes. */
static size_t find_cut(const struct safe_text *t, unsigned width, size_t bytes, unsigned *ret_width)
{
	struct cluster c;
	size_t pos = 0;
	size_t kept = 0;
	unsigned cells = 0;

	while (safe_text_next(t, &pos, &c) && pos <= bytes && cells + c.width <= width) {
		kept = pos;
		cells += c.width;
	}
	*ret_width = cells;
	return kept;
}

static void end_in_ellipsis(struct safe_text *t, unsigned width)
{
	unsigned cells;
	size_t kept = find_cut(t, width - 1, SAFE_TEXT_MAX - ELLIPSIS_LEN, &cells);

	memcpy(t->guarded + kept, ELLIPSIS, ELLIPSIS_LEN + 1);
	t->len = (uint16_t)(kept + ELLIPSIS_LEN);
	t->width = (uint16_t)(cells + 1);
	t->cut = true;
}

static void put(struct safe_text *t, const char *bytes, size_t len, unsigned width)
{
	if (t->full)
		return;
	if (len > (size_t)(SAFE_TEXT_MAX - t->len)) {
		end_in_ellipsis(t, SAFE_TEXT_MAX);
		t->full = true;
		return;
	}
	memcpy(t->guarded + t->len, bytes, len);
	t->len = (uint16_t)(t->len + len);
	t->guarded[t->len] = '\0';
	t->width = (uint16_t)(t->width + width);
}

static void put_escape(struct safe_text *t, struct intake *in, uint32_t cp)
{
	static const char *const named[] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};
	char escape[ESCAPE_CAP];

	if (cp < sizeof(named) / sizeof(named[0]) && named[cp])
		(void)str_copy(escape, sizeof(escape), named[cp]);
	else if (cp < 0xA0)
		(void)str_printf(escape, sizeof(escape), "\\x%02x", (unsigned)cp);
	else
		(void)str_printf(escape, sizeof(escape), "<U+%04X>", (unsigned)cp);
	put(t, escape, strlen(escape), (unsigned)strlen(escape));
	in->marks = NO_BASE;
}

static void put_mark(struct safe_text *t, struct intake *in, uint32_t cp, size_t len)
{
	if (in->marks == NO_BASE) {
		put_escape(t, in, cp);
		in->marks = NO_BASE;
	} else if (in->marks == MARKS_MAX) {
		t->cut = true;
	} else {
		put(t, in->bytes, len, 0);
		in->marks++;
	}
}

static void put_code_point(struct safe_text *t, struct intake *in, uint32_t cp, size_t len)
{
	unsigned width = 0;
	enum glyph glyph = utf8_glyph(cp, &width);

	if (glyph == GLYPH_MARK) {
		put_mark(t, in, cp, len);
	} else if (glyph == GLYPH_ESCAPE || (glyph == GLYPH_SPACING && in->marks == NO_BASE)) {
		put_escape(t, in, cp);
	} else {
		put(t, in->bytes, len, width);
		in->marks = 0;
	}
}

static void advance(struct intake *in, size_t len)
{
	in->bytes += len;
	in->len -= len;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/*
 * A bad lead byte takes the continuation bytes it asked for with it, each its
 * own U+FFFD. Only a continuation byte that nobody asked for can be a raw C1.
 */
static void put_bad_bytes(struct safe_text *t, struct intake *in)
{
	unsigned char lead = (unsigned char)in->bytes[0];
	size_t take = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;

	if (lead >= 0x80 && lead < 0xA0) {
		put_escape(t, in, lead);
		advance(in, 1);
		return;
	}
	do {
		put(t, REPLACEMENT, sizeof(REPLACEMENT) - 1, 1);
		advance(in, 1);
	} while (--take && in->len && is_continuation(in->bytes[0]));
	in->marks = NO_BASE;
}

/* The common case in one copy: what is printable ASCII needs no looking up. */
static size_t put_ascii(struct safe_text *t, struct intake *in)
{
	size_t run = 0;
	size_t fits = (size_t)(SAFE_TEXT_MAX - t->len);

	while (run < in->len && in->bytes[run] >= 0x20 && in->bytes[run] < 0x7F)
		run++;
	if (!run)
		return 0;
	if (run <= fits) {
		put(t, in->bytes, run, (unsigned)run);
	} else {
		put(t, in->bytes, fits, (unsigned)fits);
		put(t, in->bytes + fits, 1, 1);
	}
	in->marks = 0;
	return run;
}

static void add_bytes(struct safe_text *t, const char *bytes, size_t len)
{
	struct intake in = {.bytes = bytes, .len = len, .marks = NO_BASE};
	uint32_t cp;
	size_t n;

	while (in.len && !t->full) {
		n = put_ascii(t, &in);
		advance(&in, n);
		if (n || !in.len)
			continue;
		cp = utf8_decode(in.bytes, in.len, &n);
		if (cp == UTF8_REPLACEMENT && n == 1) {
			put_bad_bytes(t, &in);
			continue;
		}
		if (cp < 0xA0)
			put_escape(t, &in, cp);
		else
			put_code_point(t, &in, cp, n);
		advance(&in, n);
	}
}

void safe_text_set(struct safe_text *t, const char *s)
{
	safe_text_clear(t);
	safe_text_add(t, s);
}

void safe_text_set_bytes(struct safe_text *t, const char *bytes, size_t len)
{
	safe_text_clear(t);
	add_bytes(t, bytes, len);
}

void safe_text_add(struct safe_text *t, const char *s)
{
	if (s)
		add_bytes(t, s, strlen(s));
}

void safe_text_fmt(struct safe_text *t, const char *fmt, ...)
{
	struct safe_text made; /* an argument may be *t's own text */
	va_list ap;

	safe_text_clear(&made);
	va_start(ap, fmt);
	safe_text_vaddf(&made, fmt, ap);
	va_end(ap);
	*t = made;
}

void safe_text_addf(struct safe_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	safe_text_vaddf(t, fmt, ap);
	va_end(ap);
}

void safe_text_vaddf(struct safe_text *t, const char *fmt, va_list ap)
{
	char formatted[FORMAT_CAP];
	bool fits = str_vprintf(formatted, sizeof(formatted), fmt, ap);

	add_bytes(t, formatted, strlen(formatted));
	if (!fits && !t->full) {
		/* Only marks can have filled FORMAT_CAP without filling the text. */
		put(t, ELLIPSIS, ELLIPSIS_LEN, 1);
		t->cut = true;
		t->full = true;
	}
}

void safe_text_fit(struct safe_text *t, unsigned width)
{
	if (t->width <= width)
		return;
	if (!width) {
		safe_text_clear(t);
		t->cut = true;
		return;
	}
	end_in_ellipsis(t, width);
	t->full = false;
}

/* Head and tail share the cells three to two, as in "0x8f3a…c41b". */
void safe_text_fit_middle(struct safe_text *t, unsigned width)
{
	struct safe_text whole;
	struct cluster c;
	unsigned head, cells = 0;
	size_t pos = 0;

	if (t->width <= width)
		return;
	whole = *t;
	head = width ? (width - 1) * 3 / 5 : 0;
	safe_text_fit(t, width ? head + 1 : 0);
	while (width &&
	       (whole.width - cells > width - 1 - head ||
		t->len + whole.len - pos > SAFE_TEXT_MAX) &&
	       safe_text_next(&whole, &pos, &c))
		cells += c.width;
	if (width)
		put(t, whole.guarded + pos, whole.len - pos, whole.width - cells);
	t->full = false;
}
