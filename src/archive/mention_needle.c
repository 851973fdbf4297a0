/* What is looked for. */
#include "archive/mention_priv.h"

#include "base/strbuf.h"

#include <string.h>

void needle_set(struct needle *n, const char *text, const char *tail)
{
	str_copy(n->head, sizeof(n->head), text);
	str_copy(n->tail, sizeof(n->tail), tail);
	mention_fold(n->head, n->folded, sizeof(n->folded));
	mention_fold(n->tail, n->folded_tail, sizeof(n->folded_tail));
	if (tail[0] != '\0' || !mention_fold_phone(n->head, n->phone, sizeof(n->phone)) ||
	    str_equal(n->phone, n->head))
		n->phone[0] = '\0';
}

static bool ends_in(const char *s, const char *tail)
{
	size_t len = strlen(s), t = strlen(tail);

	return len >= t && memcmp(s + len - t, tail, t) == 0;
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
	else if (strstr(text, head) != NULL)
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
