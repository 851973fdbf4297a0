/*
 * Names as people type them: without accents, in any order of their words.
 */
#include "model/lookup_priv.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define FOLDED_CAP 256 /* no name is longer */

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

static bool is_mark(uint32_t u)
{
	return u >= 0x300 && u <= 0x36F; /* an accent that stands by itself */
}

static uint32_t small_letter(uint32_t u)
{
	if ((u >= 0x391 && u <= 0x3A9) || (u >= 0x410 && u <= 0x42F))
		return u + 0x20;
	return u >= 0x400 && u <= 0x40F ? u + 0x50 : u;
}

/* Bytes put there; at most four. */
static size_t fold_one(const char *s, size_t len, uint32_t u, char ret[4])
{
	uint32_t small = small_letter(u);

	if (u < 0x80) {
		ret[0] = (char)tolower((int)u);
		return 1;
	}
	if (is_mark(u))
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
	memcpy(ret, s, len);
	return len;
}

static void fold(const char *s, char ret[FOLDED_CAP])
{
	size_t left = strlen(s), n = 0, len;

	for (; left > 0 && n + 4 < FOLDED_CAP; s += len, left -= len) {
		uint32_t u = utf8_decode(s, left, &len);

		n += fold_one(s, len, u, ret + n);
	}
	ret[n] = '\0';
}

size_t name_letters(const char *s)
{
	size_t left = strlen(s), n = 0, len;

	for (; left > 0; s += len, left -= len)
		n += !is_mark(utf8_decode(s, left, &len));
	return n;
}

bool name_matches(const char *text, const char *name, bool *ret_begins)
{
	char in[FOLDED_CAP], words[FOLDED_CAP], *rest = words;
	const char *at;
	size_t n;

	fold(text, in);
	fold(name, words);
	*ret_begins = strncmp(in, words, strlen(words)) == 0;
	while (*(rest += strspn(rest, " ")) != '\0') {
		n = strcspn(rest, " ");
		if (rest[n])
			rest[n++] = '\0';
		at = strstr(in, rest);
		if (!at)
			return false;
		rest += n;
	}
	return words[0] != '\0';
}
