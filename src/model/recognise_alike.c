/* Letters of other scripts that look like Latin ones: by mistake, or to mislead. */
#include "model/recognise_priv.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

static char latin_of(uint32_t u)
{
	static const struct {
		uint16_t from;
		char to;
	} ALIKE[] = {{0x391, 'A'}, {0x392, 'B'}, {0x395, 'E'}, {0x396, 'Z'}, {0x397, 'H'},
		     {0x399, 'I'}, {0x39A, 'K'}, {0x39C, 'M'}, {0x39D, 'N'}, {0x39F, 'O'},
		     {0x3A1, 'P'}, {0x3A4, 'T'}, {0x3A5, 'Y'}, {0x3A7, 'X'}, {0x3B1, 'a'},
		     {0x3B9, 'i'}, {0x3BD, 'v'}, {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3C5, 'u'},
		     {0x405, 'S'}, {0x406, 'I'}, {0x408, 'J'}, {0x410, 'A'}, {0x412, 'B'},
		     {0x415, 'E'}, {0x41A, 'K'}, {0x41C, 'M'}, {0x41D, 'H'}, {0x41E, 'O'},
		     {0x420, 'P'}, {0x421, 'C'}, {0x422, 'T'}, {0x423, 'Y'}, {0x425, 'X'},
		     {0x430, 'a'}, {0x432, 'b'}, {0x433, 'r'}, {0x435, 'e'}, {0x43A, 'k'},
		     {0x43C, 'm'}, {0x43D, 'n'}, {0x43E, 'o'}, {0x43F, 'n'}, {0x440, 'p'},
		     {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'},
		     {0x456, 'i'}, {0x458, 'j'}, {0x501, 'd'}, {0x51B, 'q'}, {0x51D, 'w'}};

	for (size_t i = 0; i < sizeof(ALIKE) / sizeof(ALIKE[0]); i++)
		if (ALIKE[i].from == u)
			return ALIKE[i].to;
	return '\0';
}

bool has_alike(const char *text, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if (latin_of(utf8_decode(text + i, len - i, &n)))
			return true;
	return false;
}

/* Latin letters, or what only Latin words have in them, and letters that all have a look-alike: a
 * word of another script stays as it is. */
static bool is_mixed(const char *s, size_t len)
{
	bool latin = false, alike = false;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t u = utf8_decode(s + i, len - i, &n);

		latin = latin || u == '@' || (u < 0x80 && isalnum((int)u));
		if (u >= 0x80 && !latin_of(u))
			return false;
		alike = alike || u >= 0x80;
	}
	return latin && alike;
}

void clean_alike(struct clean *c)
{
	size_t to = 0, end, n;

	for (size_t i = 0; i < c->len; i = end) {
		bool mixed;

		for (end = i + 1; end < c->len && (unsigned char)c->s[end - 1] > ' ' &&
				  (unsigned char)c->s[end] > ' ';)
			end++;
		mixed = is_mixed(c->s + i, end - i);
		for (size_t at = i; at < end; at += n, to++) {
			char latin = latin_of(utf8_decode(c->s + at, end - at, &n));

			if (!mixed || !latin)
				n = 1;
			c->at[to] = c->at[at];
			c->s[to] = mixed && latin ? latin : c->s[at];
		}
	}
	c->at[to] = c->at[c->len];
	c->s[to] = '\0';
	c->len = to;
}
