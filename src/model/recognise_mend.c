/* What is mistyped, or said on the telephone. */
#include "model/recognise_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MENDED_LEAST  8 /* digits: a shorter one is a word as likely */
#define WORDS_MAX     6 /* of a spoken host */
#define SPELLED_LEAST 4

static size_t copy(struct clean *c, size_t to, size_t at, size_t end)
{
	for (; at < end; at++, to++) {
		c->s[to] = c->s[at];
		c->at[to] = c->at[at];
	}
	return to;
}

/* --- letters for digits ------------------------------------------------------------------------
 */

static char digit_meant(char c)
{
	return c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' || c == 'i' ? '1' : '\0';
}

/* Hexadecimal digits, some of which are letters that look like one. */
static bool is_mistyped(const char *s, size_t len)
{
	size_t digits = 0, meant = 0, sure = 0;

	if (len > 2 && s[0] == '0' && s[1] == 'x') {
		s += 2;
		len -= 2;
		sure = 2;
	}
	for (size_t i = 0; i < len; i++) {
		bool hex = hex_digit_value(s[i]) >= 0;

		if (!hex && !digit_meant(s[i]) && s[i] != '-')
			return false;
		digits += hex;
		meant += !hex && s[i] != '-';
		sure += isdigit((unsigned char)s[i]) != 0;
	}
	return meant > 0 && digits + meant >= MENDED_LEAST && sure >= 2 && meant * 3 <= digits;
}

void clean_digits(struct clean *c)
{
	size_t end;

	for (size_t i = 0; i < c->len; i = end) {
		for (end = i; end < c->len && is_id_byte(c->s[end]);)
			end++;
		if (end == i) {
			end = i + 1;
			continue;
		}
		if (!is_mistyped(c->s + i, end - i))
			continue;
		for (size_t at = i; at < end; at++)
			if (digit_meant(c->s[at]))
				c->s[at] = digit_meant(c->s[at]);
	}
}

/* --- spelled letter by letter -------------------------------------------------------------------
 */

/* How many single letters and digits stand there with a blank between each. */
static size_t spelled_at(const struct clean *c, size_t at)
{
	size_t n = 0;

	while (at < c->len && isalnum((unsigned char)c->s[at]) &&
	       (at + 1 >= c->len || !is_id_byte(c->s[at + 1]))) {
		n++;
		if (at + 2 >= c->len || c->s[at + 1] != ' ')
			break;
		at += 2;
	}
	return n;
}

void clean_spelled(struct clean *c)
{
	size_t to = 0, i = 0, n;

	while (i < c->len) {
		bool begins = i == 0 || !is_id_byte(c->s[i - 1]);

		n = begins ? spelled_at(c, i) : 0;
		for (size_t k = 0; n >= SPELLED_LEAST && k < n; k++, i += 2)
			to = copy(c, to, i, i + 1);
		if (n >= SPELLED_LEAST)
			i--; /* behind the last there need not be a blank */
		else
			to = copy(c, to, i, i + 1);
		i += n < SPELLED_LEAST;
	}
	c->at[to] = c->at[c->len];
	c->s[to] = '\0';
	c->len = to;
}

/* --- spoken addresses ---------------------------------------------------------------------------
 */

/* A word between two blanks, and the blank behind it: its bytes, 0: another stands there. */
static size_t spoken_at(const struct clean *c, size_t at, const char *word)
{
	size_t n = strlen(word);

	return at + n + 2 < c->len && c->s[at] == ' ' && strncasecmp(c->s + at + 1, word, n) == 0 &&
			       c->s[at + 1 + n] == ' '
		       ? n + 2
		       : 0;
}

static size_t word_end(const struct clean *c, size_t at)
{
	while (at < c->len && (is_id_byte(c->s[at]) || c->s[at] == '.'))
		at++;
	return at;
}

/* Is it " at HOST dot HOST" from here on? */
static bool is_spoken(const struct clean *c, size_t at)
{
	size_t n = spoken_at(c, at, "at"), end = word_end(c, at + n);

	return n > 0 && end > at + n && spoken_at(c, end, "dot") > 0;
}

/* The place behind it; what it stands for is put at *to. */
static size_t take_spoken(struct clean *c, size_t at, size_t *to)
{
	static const char *const SAID[] = {"at", "dot"};
	static const char MEANT[] = "@.";

	for (size_t i = 0, n; i < WORDS_MAX && (n = spoken_at(c, at, SAID[i > 0])) > 0; i++) {
		size_t end = word_end(c, at + n);

		c->s[*to] = MEANT[i > 0];
		c->at[*to] = c->at[at];
		*to = copy(c, *to + 1, at + n, end);
		at = end;
	}
	return at;
}

void clean_spoken(struct clean *c)
{
	size_t to = 0, i = 0;

	while (i < c->len) {
		if (c->s[i] == ' ' && i > 0 && is_id_byte(c->s[i - 1]) && is_spoken(c, i)) {
			i = take_spoken(c, i, &to);
			continue;
		}
		to = copy(c, to, i, i + 1);
		i++;
	}
	c->at[to] = c->at[c->len];
	c->s[to] = '\0';
	c->len = to;
}
