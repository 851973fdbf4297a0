/*
 * Names as people type them: without accents, in any order of their words.
 */
#include "model/lookup_priv.h"

#include "base/fold.h"
#include "base/text.h"

#include <string.h>

#define FOLDED_CAP 256 /* no name is longer */

size_t name_letters(const char *s)
{
	size_t left = strlen(s), n = 0, len;

	for (; left > 0; s += len, left -= len)
		n += !fold_is_mark(utf8_decode(s, left, &len));
	return n;
}

bool name_matches(const char *text, const char *name, bool *ret_begins)
{
	char in[FOLDED_CAP], words[FOLDED_CAP], *rest = words;
	const char *at;
	size_t n;

	(void)fold_text(text, in, sizeof(in));
	(void)fold_text(name, words, sizeof(words));
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
