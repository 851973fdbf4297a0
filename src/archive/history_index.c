/*
 * What an older version wrote is made findable, bit by bit and the newest first. Twice, where it is
 * of before mentions were written at all; where they were, but letters with accents as they stood,
 * texts with such letters are.
 */
#include "archive/history_priv.h"
#include "archive/mention.h"

#include "base/strbuf.h"

#include <string.h>

#define INDEX_ROWS 2000 /* of a call */

struct indexing {
	struct history *h;
	int64_t row, object;
	bool folded; /* only what is not of ASCII */
	bool events;
	enum status st;
	struct problem *why;
};

static bool is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

static void say(void *ctx, const struct mention *m)
{
	struct indexing *x = ctx;

	if (x->st != S_OK || (x->folded && is_ascii(m->value, strlen(m->value))))
		return;
	if (!x->events)
		x->st = mention_put_answer(x->h, x->row, m->text, x->why);
	else if (mention_is_news(x->h, x->object, m->text, m->len))
		x->st = mention_put(x->h, x->row, m->text, x->why);
}

static void index_body(struct indexing *x, const char *body, size_t len)
{
	struct mention_reader to = {say, x};

	/* a letter may be written as \\u00e9 */
	if (x->folded && is_ascii(body, len) && memchr(body, '\\', len) == NULL)
		return;
	if (x->events)
		mentions_of_event(body, len, &to);
	else
		mentions_of_object(body, len, &to);
}

static const char EVENTS_BEFORE[] = "SELECT row, object, body FROM event WHERE row < ?"
				    " ORDER BY row DESC LIMIT ?";
static const char ANSWERS_BEFORE[] = "SELECT row, 0, body FROM answer WHERE row < ?"
				     " ORDER BY row DESC LIMIT ?";

/* *left: from where on it can be looked up now; 0 all. */
static enum status index_rows(struct indexing *x, int64_t *left)
{
	size_t count = 0, len;
	struct query q;
	enum status st;

	query_start(&q, x->h->db, x->events ? EVENTS_BEFORE : ANSWERS_BEFORE);
	query_int(&q, *left);
	query_int(&q, INDEX_ROWS);
	while (x->st == S_OK && query_step(&q)) {
		const char *body = query_get_blob(&q, 2, &len);

		x->row = query_get_int(&q, 0);
		x->object = query_get_int(&q, 1) != 0 ? query_get_int(&q, 1) : x->row;
		index_body(x, body, len);
		*left = x->row;
		count++;
	}
	st = query_end(&q, x->why);
	if (count < INDEX_ROWS)
		*left = 0;
	return x->st != S_OK ? x->st : st;
}

static bool index_left(const struct tally *t)
{
	return t->told_from != 0 || t->told_answers_from != 0 || t->folded_from != 0 ||
	       t->folded_answers_from != 0;
}

static enum status index_some(struct history *h, struct problem *why)
{
	struct tally *t = &h->tally;
	struct {
		int64_t *left;
		bool events, folded;
	} parts[] = {
		{&t->told_from, true, false},
		{&t->told_answers_from, false, false},
		{&t->folded_from, true, true},
		{&t->folded_answers_from, false, true},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct indexing x = {.h = h,
				     .folded = parts[i].folded,
				     .events = parts[i].events,
				     .why = why};

		if (*parts[i].left != 0)
			return index_rows(&x, parts[i].left);
	}
	return S_OK;
}

enum status history_index(struct history *h, bool *ret_more, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st;

	*ret_more = false;
	if (h->mode == HISTORY_VIEW_ONLY || !index_left(&h->committed))
		return S_OK;
	st = history_begin(h, reterr);
	if (st != S_OK)
		return st;
	h->changed = true;
	st = index_some(h, &why);
	if (st != S_OK) {
		history_rollback(h);
		if (reterr != NULL)
			*reterr = why;
		return st;
	}
	st = history_commit(h, reterr);
	*ret_more = index_left(&h->committed);
	return st;
}
