/* What is looked for. */
#include "archive/mention_priv.h"

#include "base/fold.h"
#include "base/strbuf.h"

#include <string.h>

static void longest_word(const char *s, char ret[NAME_CAP])
{
	const char *word = s;
	size_t len = 0, n;

	for (; *s != '\0'; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		if (n > len) {
			word = s;
			len = n;
		}
	}
	memcpy(ret, word, len);
	ret[len] = '\0';
}

void needle_set(struct needle *n, const char *text, const char *tail)
{
	str_copy(n->head, sizeof(n->head), text);
	str_copy(n->tail, sizeof(n->tail), tail);
	(void)fold_text(n->head, n->folded, sizeof(n->folded));
	longest_word(n->folded, n->word);
	(void)fold_text(n->tail, n->folded_tail, sizeof(n->folded_tail));
	if (tail[0] != '\0' || !mention_fold_phone(n->head, n->phone, sizeof(n->phone)) ||
	    str_equal(n->phone, n->head))
		n->phone[0] = '\0';
}

static bool ends_in(const char *s, const char *tail)
{
	size_t len = strlen(s), t = strlen(tail);

	return len >= t && memcmp(s + len - t, tail, t) == 0;
}

/* Its words in any order: a name is typed with the family's first, or without the second one. */
static bool has_words(const char *text, const char *words)
{
	char word[NAME_CAP];
	size_t n;

	if (strchr(words, ' ') == NULL)
		return strstr(text, words) != NULL;
	for (; *words != '\0'; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		memcpy(word, words, n);
		word[n] = '\0';
		if (strstr(text, word) == NULL)
			return false;
	}
	return true;
}

static bool text_matches(const char *text, const char *head, const char *tail, enum match *ret)
{
	bool begins = str_starts_with(text, head);

	if (tail[0] != '\0' && (!ends_in(text, tail) || strlen(text) < strlen(head) + strlen(tail)))
		return false;
	if (tail[0] == '\0' && str_equal(text, head))
		*ret = MATCH_EXACT;
	else if (begins && head[0] != '\0')
		*ret = MATCH_PREFIX;
	else if (has_words(text, head))
		*ret = MATCH_PART;
	else
		return false;
	return true;
}

bool needle_matches(const struct needle *n, const struct mention *m, enum match *ret)
{
	if (mention_minds_case(m->value))
		return text_matches(m->value, n->head, n->tail, ret);
	if (text_matches(m->text, n->folded, n->folded_tail, ret))
		return true;
	return n->phone[0] != '\0' && text_matches(m->text, n->phone, "", ret);
}
