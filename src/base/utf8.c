#include "base/utf8.h"

#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

struct range {
	uint32_t first, last;
};

/*
 * Assigned, visible, and yet not shown: terminals disagree on how wide these
 * are (or were made before Unicode 15.0 and do not know them), and a cell too
 * many or too few moves the rest of the line.
 */
static const struct range contested[] = {
	{0x0CF3, 0x0CF3},   {0x0ECE, 0x0ECE},   {0x1160, 0x11FF}, /* Hangul vowels and finals that
								     join what stands before */
	{0x302E, 0x302F},                                         /* Hangul tone marks */
	{0x3248, 0x324F},   {0x4DC0, 0x4DFF},   {0xD7B0, 0xD7FF},   {0x10EFD, 0x10EFF},
	{0x1123F, 0x11241}, {0x11B00, 0x11B09}, {0x11F00, 0x11F59}, {0x1342F, 0x1342F},
	{0x13440, 0x13455}, {0x16FF0, 0x16FF1}, {0x1B132, 0x1B132}, {0x1B155, 0x1B155},
	{0x1D2C0, 0x1D2D3}, {0x1DF25, 0x1DF2A}, {0x1E030, 0x1E08F}, {0x1E4D0, 0x1E4F9},
	{0x1F1E6, 0x1F1FF}, /* regional indicators: two make a flag, or not */
	{0x1F3FB, 0x1F3FF}, /* skin tones: join an emoji, or not */
	{0x1F6DC, 0x1F6DC}, {0x1F774, 0x1F776}, {0x1F77B, 0x1F77F}, {0x1F7D9, 0x1F7D9},
	{0x1FA75, 0x1FA77}, {0x1FA87, 0x1FA88}, {0x1FAAD, 0x1FAAF}, {0x1FABB, 0x1FABD},
	{0x1FABF, 0x1FABF}, {0x1FACE, 0x1FACF}, {0x1FADA, 0x1FADB}, {0x1FAE8, 0x1FAE8},
	{0x1FAF7, 0x1FAF8}, {0x2B739, 0x2B739}, {0x31350, 0x323AF},
};

static bool is_contested(uint32_t cp)
{
	size_t lo = 0;
	size_t hi = sizeof(contested) / sizeof(contested[0]);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cp > contested[mid].last)
			lo = mid + 1;
		else if (cp < contested[mid].first)
			hi = mid;
		else
			return true;
	}
	return false;
}

/* Bytes a lead byte promises, with the smallest code point they may carry; 0 for no lead. */
static size_t sequence_length(unsigned char lead, uint32_t *ret_bits, uint32_t *ret_least)
{
	static const struct {
		unsigned char mask, mark;
		uint32_t least;
	} forms[] = {{0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

	for (size_t i = 0; i < 3; i++) {
		if ((lead & forms[i].mask) != forms[i].mark)
			continue;
		*ret_bits = (uint32_t)(lead & ~forms[i].mask & 0xFF);
		*ret_least = forms[i].least;
		return i + 2;
	}
	return 0;
}

uint32_t utf8_decode(const char *s, size_t len, size_t *ret_len)
{
	uint32_t cp, least;
	unsigned char lead = len ? (unsigned char)s[0] : 0xFF;
	size_t need;

	*ret_len = 1;
	if (lead < 0x80)
		return lead;
	need = sequence_length(lead, &cp, &least);
	if (!need || need > len)
		return UTF8_REPLACEMENT;
	for (size_t i = 1; i < need; i++) {
		if (((unsigned char)s[i] & 0xC0) != 0x80)
			return UTF8_REPLACEMENT;
		cp = cp << 6 | ((unsigned char)s[i] & 0x3F);
	}
	if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return UTF8_REPLACEMENT;
	*ret_len = need;
	return cp;
}

bool utf8_valid(const char *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if (utf8_decode(s + i, len - i, &n) == UTF8_REPLACEMENT && n == 1)
			return false;
	return true;
}

int utf8_width(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return -1;
	if (cp < 0x7F)
		return 1;
	if (cp > 0x10FFFF)
		return 0;
	if ((cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FF))
		return 0;
	if (utf8proc_get_property((utf8proc_int32_t)cp)->category == UTF8PROC_CATEGORY_MC &&
	    !is_contested(cp))
		return 1;
	return utf8proc_charwidth((utf8proc_int32_t)cp);
}

bool utf8_is_mark(uint32_t cp)
{
	return cp >= 0x300 && cp <= 0x10FFFF &&
	       utf8proc_get_property((utf8proc_int32_t)cp)->category == UTF8PROC_CATEGORY_MN;
}

enum glyph utf8_glyph(uint32_t cp, unsigned *ret_width)
{
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)cp);
	int width = utf8_width(cp);

	if (p->ignorable || is_contested(cp))
		return GLYPH_ESCAPE;
	switch (p->category) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_ME:
		return GLYPH_ESCAPE;
	case UTF8PROC_CATEGORY_MN:
		return GLYPH_MARK;
	default:
		break;
	}
	if (width != 1 && width != 2)
		return GLYPH_ESCAPE;
	*ret_width = (unsigned)width;
	return p->category == UTF8PROC_CATEGORY_MC ? GLYPH_SPACING : GLYPH_PLAIN;
}

static uint32_t fold(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
	if (cp > 0x10FFFF)
		return cp;
	/* Up first: final sigma and its like meet their plain form that way. */
	return (uint32_t)utf8proc_tolower(utf8proc_toupper((utf8proc_int32_t)cp));
}

/* One folded code point; a byte that is not UTF-8 equals only itself. */
static uint32_t next_folded(const char **s, const char *end)
{
	size_t n;
	uint32_t cp = utf8_decode(*s, (size_t)(end - *s), &n);

	if (cp == UTF8_REPLACEMENT && n == 1)
		cp = 0x110000u + (unsigned char)**s;
	*s += n;
	return fold(cp);
}

/* Where the prefix ends in s, or NULL when s does not start with it. */
static const char *after_nocase(const char *s, const char *end, const char *prefix,
				const char *prefix_end)
{
	while (prefix < prefix_end)
		if (s >= end || next_folded(&s, end) != next_folded(&prefix, prefix_end))
			return NULL;
	return s;
}

bool utf8_find_nocase(const char *s, size_t len, const char *needle, size_t needle_len,
		      size_t *ret_at, size_t *ret_len)
{
	const char *from = s, *end = s + len;
	const char *rest = needle, *needle_end = needle + needle_len;
	uint32_t first;

	if (needle_len == 0)
		return false;
	first = next_folded(&rest, needle_end);
	while (from < end) {
		const char *start = from, *stop;

		if (next_folded(&from, end) != first)
			continue;
		stop = after_nocase(from, end, rest, needle_end);
		if (!stop)
			continue;
		*ret_at = (size_t)(start - s);
		*ret_len = (size_t)(stop - start);
		return true;
	}
	return false;
}

bool utf8_contains_nocase(const char *haystack, const char *needle)
{
	const char *s = haystack ? haystack : "";
	const char *text = needle ? needle : "";
	size_t at, len;

	return *text == '\0' || utf8_find_nocase(s, strlen(s), text, strlen(text), &at, &len);
}

bool utf8_has_capital(const char *s)
{
	size_t left = strlen(s), n;

	for (; left; s += n, left -= n) {
		uint32_t cp = utf8_decode(s, left, &n);

		if (cp >= 0x80 && cp <= 0x10FFFF
			    ? utf8proc_tolower((utf8proc_int32_t)cp) != (utf8proc_int32_t)cp
			    : cp >= 'A' && cp <= 'Z')
			return true;
	}
	return false;
}
