/* Takes off what mail programs, web pages and copying do to a text. */
#include "model/recognise_priv.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_MAX (1024u * 1024) /* no paste is longer that is meant */

struct cleaning {
	const char *s;
	size_t len, at;
	bool quoted_printable;
	struct clean *out;
};

static void put(struct cleaning *c, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		c->out->at[c->out->len] = (uint32_t)c->at;
		c->out->s[c->out->len++] = bytes[i];
	}
}

static const struct {
	const char *from;
	const char *to;
} ENTITIES[] = {
	{"&amp;", "&"},   {"&lt;", "<"},    {"&gt;", ">"},       {"&quot;", "\""},
	{"&apos;", "'"},  {"&#39;", "'"},   {"&#x27;", "'"},     {"&#34;", "\""},
	{"&#x3D;", "="},  {"&#61;", "="},   {"&nbsp;", " "},     {"&#160;", " "},
	{"&shy;", ""},    {"&zwnj;", ""},   {"&zwj;", ""},       {"&ndash;", "-"},
	{"&mdash;", "-"}, {"&#8203;", ""},  {"&hellip;", "..."}, {"&#8230;", "..."},
	{"\\u0026", "&"}, {"\\u003d", "="}, {"\\u003D", "="},    {"\\/", "/"},
	{"\\n", "\n"},
};

static bool take_entity(struct cleaning *c)
{
	const char *s = c->s + c->at;

	if (*s != '&' && *s != '\\')
		return false;
	for (size_t i = 0; i < sizeof(ENTITIES) / sizeof(ENTITIES[0]); i++) {
		size_t n = strlen(ENTITIES[i].from);

		if (n <= c->len - c->at && memcmp(s, ENTITIES[i].from, n) == 0) {
			put(c, ENTITIES[i].to, strlen(ENTITIES[i].to));
			c->at += n;
			return true;
		}
	}
	return false;
}

/* Links inside links: only what holds a URL together is decoded, values keep their escapes. */
static bool take_escape(struct cleaning *c)
{
	static const char STRUCTURE[] = ":/?&=#@";
	const char *s = c->s + c->at;
	int hi, lo;

	if (*s != '%' || c->len - c->at < 3)
		return false;
	hi = s[1] >= '0' && s[1] <= '9' ? s[1] - '0' : -1;
	lo = s[2] >= '0' && s[2] <= '9'                     ? s[2] - '0'
	     : (s[2] | 0x20) >= 'a' && (s[2] | 0x20) <= 'f' ? (s[2] | 0x20) - 'a' + 10
							    : -1;
	if (hi < 2 || lo < 0 || !strchr(STRUCTURE, hi * 16 + lo))
		return false;
	put(c, &(char){(char)(hi * 16 + lo)}, 1);
	c->at += 3;
	return true;
}

/* Mail as it travels: "=\r\n" is no line break, "=3D" is "=". */
static bool take_quoted_printable(struct cleaning *c)
{
	const char *s = c->s + c->at;
	size_t left = c->len - c->at;

	if (!c->quoted_printable || *s != '=')
		return false;
	if (left >= 2 && s[1] == '\n') {
		c->at += 2;
		return true;
	}
	if (left >= 3 && s[1] == '\r' && s[2] == '\n') {
		c->at += 3;
		return true;
	}
	if (left >= 3 && s[1] == '3' && s[2] == 'D') {
		put(c, "=", 1);
		c->at += 3;
		return true;
	}
	return false;
}

static bool is_dash(uint32_t u)
{
	return (u >= 0x2010 && u <= 0x2015) || u == 0x2212 || u == 0xFE58 || u == 0xFF0D;
}

static bool is_invisible(uint32_t u)
{
	return u == 0xAD || (u >= 0x200B && u <= 0x200F) || (u >= 0x202A && u <= 0x202E) ||
	       (u >= 0x2060 && u <= 0x2069) || u == 0xFEFF || u == 0x180E ||
	       (u >= 0xFE00 && u <= 0xFE0F);
}

static void take_wide(struct cleaning *c)
{
	size_t n;
	uint32_t u = utf8_decode(c->s + c->at, c->len - c->at, &n);

	if (is_dash(u))
		put(c, "-", 1);
	else if (u == 0x2026)
		put(c, "...", 3);
	else if (u >= 0xFF01 && u <= 0xFF5E) /* full width */
		put(c, &(char){(char)(u - 0xFF01 + '!')}, 1);
	else if (u == 0x2028 || u == 0x2029 || u == 0x85)
		put(c, "\n", 1);
	else if (u == 0xA0 || u == 0x202F || (u >= 0x2000 && u <= 0x200A) || u == 0x3000)
		put(c, " ", 1);
	else if (!is_invisible(u))
		put(c, c->s + c->at, n);
	c->at += n;
}

void clean_make(struct clean *c, const char *text, size_t len)
{
	struct cleaning it = {.s = text, .len = len < LOOK_MAX ? len : LOOK_MAX, .out = c};

	/* Nothing gets longer: the longest replacement, "…", takes the place of as many bytes. */
	c->s = xmalloc(it.len + 4);
	c->at = xcalloc(it.len + 4, sizeof(*c->at));
	c->len = 0;
	for (size_t i = 0; i + 1 < it.len && !it.quoted_printable; i++)
		it.quoted_printable =
			text[i] == '=' &&
			(text[i + 1] == '\n' ||
			 (i + 2 < it.len && text[i + 1] == '\r' && text[i + 2] == '\n'));
	while (it.at < it.len) {
		if ((unsigned char)text[it.at] >= 0x80) {
			take_wide(&it);
		} else if (!take_entity(&it) && !take_escape(&it) && !take_quoted_printable(&it)) {
			put(&it, text + it.at, 1);
			it.at++;
		}
	}
	c->s[c->len] = '\0';
	c->at[c->len] = (uint32_t)it.at;
}

void clean_release(struct clean *c)
{
	/* There may have been a payment link in it. */
	memset(c->s, 0, c->len);
	free(c->s);
	free(c->at);
}
