/*
 * Names as people type them: without accents, in any order of their words.
 */
#include "model/lookup_priv.h"

#include "base/fold.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define FOLDED_CAP     256 /* no name is longer */
#define ANYWHERE_LEAST 4   /* bytes of a word that is found inside of others */

size_t name_letters(const char *s)
{
	size_t left = strlen(s), n = 0, len;

	for (; left > 0; s += len, left -= len)
		n += !fold_is_mark(utf8_decode(s, left, &len));
	return n;
}

bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

bool begins_word(const char *text, const char *word, bool anywhere)
{
	const char *at = text;

	while ((at = strstr(at, word)) != NULL && !anywhere && at > text && is_word_byte(at[-1]))
		at++;
	return at != NULL;
}

/* Short words and numbers say something only where a word begins. */
static bool says_name_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	return begins_word(text, word, len >= ANYWHERE_LEAST && strspn(word, "0123456789") < len);
}

bool name_matches(const char *text, const char *name, bool *ret_begins)
{
	char in[FOLDED_CAP], words[FOLDED_CAP], *rest = words;
	size_t n;

	(void)fold_text(text, in, sizeof(in));
	(void)fold_text(name, words, sizeof(words));
	*ret_begins = strncmp(in, words, strlen(words)) == 0;
	while (*(rest += strspn(rest, " ")) != '\0') {
		n = strcspn(rest, " ");
		if (rest[n])
			rest[n++] = '\0';
		if (!says_name_word(in, rest))
			return false;
		rest += n;
	}
	return words[0] != '\0';
}
