/*
 * Where the list of all of a kind ends, as far as the server told it page by page from the newest
 * on. The records do not say that: look-ups and events bring old ones of which nobody knows what
 * lies between.
 */
#include "model/store_priv.h"

#include "base/strbuf.h"

void lists_asked(struct store *st, const struct request *rq)
{
	struct told_list *l = &st->lists[rq->object];

	if (rq->cursor[0] != '\0') {
		l->serial = rq->serial;
		(void)str_copy(l->cursor, sizeof(l->cursor), rq->cursor);
	}
}

/* Orders page by how many there were, everything else by the id of the last (contract 3.2). */
static void write_cursor(enum object_kind kind, const struct told_list *l, char ret[ID_CAP])
{
	ret[0] = '\0';
	if (!l->has_more)
		return;
	if (kind == OBJECT_ORDER)
		(void)str_printf(ret, ID_CAP, "%zu", l->count);
	else
		(void)str_copy(ret, ID_CAP, l->last);
}

static const char *page_id(const struct msg_page *m, size_t i)
{
	return object_id(&m->page.items[i]);
}

static void list_take_end(struct told_list *l, const struct msg_page *m)
{
	if (m->page.count > 0)
		(void)str_copy(l->last, sizeof(l->last), page_id(m, m->page.count - 1));
	l->count += m->page.count + m->page.skipped;
	l->has_more = m->page.has_more;
}

/* The newest page again. Where it reaches what was the newest before, all below goes on as it was;
 * where it does not, nobody knows how much came in between, and it begins anew. */
static void list_take_first(struct told_list *l, const struct msg_page *m)
{
	bool longer = l->head[0] != '\0' && l->count > m->page.count && m->page.has_more;
	size_t above = 0;

	while (above < m->page.count && !str_equal(page_id(m, above), l->head))
		above++;
	if (longer && above < m->page.count) {
		l->count += above;
	} else {
		l->count = 0;
		list_take_end(l, m);
	}
	if (m->page.count > 0)
		(void)str_copy(l->head, sizeof(l->head), page_id(m, 0));
}

/* A server that answers with what it had answered has no more. */
static void list_take_next(struct told_list *l, enum object_kind kind, const struct msg_page *m)
{
	char before[ID_CAP], after[ID_CAP];

	write_cursor(kind, l, before);
	if (!str_equal(before, l->cursor))
		return; /* it begins anew since then */
	list_take_end(l, m);
	write_cursor(kind, l, after);
	if (str_equal(before, after))
		l->has_more = false;
}

void lists_take(struct store *st, const struct msg_page *m)
{
	struct told_list *l = &st->lists[m->object];

	if (m->first)
		list_take_first(l, m);
	else if (m->serial != 0 && m->serial == l->serial)
		list_take_next(l, m->object, m);
}

bool store_list_goes_on(const struct store *st, enum object_kind kind, char ret_cursor[ID_CAP],
			const char **ret_last)
{
	const struct told_list *l;

	ret_cursor[0] = '\0';
	if ((unsigned)kind >= OBJECT_KIND_COUNT)
		return false;
	l = &st->lists[kind];
	write_cursor(kind, l, ret_cursor);
	if (ret_last)
		*ret_last = l->last;
	return ret_cursor[0] != '\0';
}
