/*
 * Text as people type it when they look for it: small, and without accents. One way for all that is
 * looked for and looked through, or the one would not find what the other does.
 */
#include "base/fold.h"

#include "base/text.h"

#include <string.h>

/* U+00C0 to U+017F: Latin letters with something on them, and those that stand for two. */
static const char LATIN[][3] = {
	"a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
	"d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss",
	"a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
	"d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",
	"a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",
	"d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",
	"g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",
	"i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",
	"l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",
	"o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",
	"s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",
	"u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s",
};

bool fold_is_mark(uint32_t u)
{
	return u >= 0x300 && u <= 0x36F; /* an accent that stands by itself */
}

static uint32_t small_letter(uint32_t u)
{
	if ((u >= 0x391 && u <= 0x3A9) || (u >= 0x410 && u <= 0x42F))
		return u + 0x20;
	return u >= 0x400 && u <= 0x40F ? u + 0x50 : u;
}

/* The character at s, of *ret_len bytes. Bytes put there; no more than those. */
static size_t fold_one(const char *s, size_t left, size_t *ret_len, char ret[4])
{
	uint32_t u = utf8_decode(s, left, ret_len);
	uint32_t small = small_letter(u);

	if (fold_is_mark(u))
		return 0;
	if (u >= 0xC0 && u < 0xC0 + sizeof(LATIN) / sizeof(LATIN[0]) && LATIN[u - 0xC0][0]) {
		memcpy(ret, LATIN[u - 0xC0], 2);
		return strlen(LATIN[u - 0xC0]);
	}
	if (small != u) { /* all of two bytes */
		ret[0] = (char)(0xC0 | small >> 6);
		ret[1] = (char)(0x80 | (small & 0x3F));
		return 2;
	}
	memcpy(ret, s, *ret_len);
	return *ret_len;
}

size_t fold_text(const char *s, char *ret, size_t cap)
{
	size_t n = 0, left = strlen(s), len, put;
	char letters[4];

	for (; left > 0 && n + 1 < cap; s += len, left -= len) {
		if ((unsigned char)*s < 0x80) {
			ret[n++] = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
			len = 1;
			continue;
		}
		put = fold_one(s, left, &len, letters);
		if (n + put >= cap)
			break;
		memcpy(ret + n, letters, put);
		n += put;
	}
	ret[n] = '\0';
	return n;
}
