/* What a list pane asks for: its newest page again, and what is older than its last row. */
#include "views/list_pane.h"

#include "base/strbuf.h"

#define ASK_ON_MS 1000 /* between pages that nobody pressed a key for */

/* The newest page again. Events come by themselves: nothing is to be asked for them. */
void list_pane_ask(const struct list_pane *p, struct outbox *out)
{
	if (p->spec->kind != OBJECT_NONE)
		outbox_list(out, p->spec->kind, "", PANE_PAGE);
}

/* Once from each place; `again`: somebody asks for it once more. */
static void list_pane_ask_from(struct list_pane *p, struct outbox *out, const struct request *rq,
			       bool again)
{
	if ((again || !str_equal(rq->cursor, p->asked)) && outbox_add(out, rq) != 0)
		(void)str_copy(p->asked, sizeof(p->asked), rq->cursor);
}

/*
 * Events: the history is asked before the reader reaches the oldest row, so that reading on never
 * waits; the server, when the history reaches no further back and he stands there.
 */
static void list_pane_ask_older_events(struct list_pane *p, const struct store *st,
				       struct outbox *out)
{
	bool on_disk = store_history(st)->mode != HISTORY_STARTING && !store_history_exhausted(st);
	struct request rq = {.kind = on_disk ? REQUEST_OLDER : REQUEST_EVENTS,
			     .limit = on_disk ? MSG_EVENTS_MAX : PANE_PAGE};
	size_t near = on_disk ? (size_t)(p->rows > 0 ? p->rows : 1) * 2 : 0;

	if (p->list.cursor > near ||
	    !str_copy(rq.cursor, sizeof(rq.cursor), listing_id(&p->listing, 0)))
		return;
	if (on_disk != p->asked_history)
		p->asked[0] = '\0'; /* the same row, of another */
	p->asked_history = on_disk;
	list_pane_ask_from(p, out, &rq, !on_disk && store_load(st, OBJECT_NONE) == LOAD_FAILED);
}

/*
 * Does the reader stand where the rows end that he came down (or, turned round, up), or below what
 * the list itself told so far? Rows of look-ups lie there, and others may belong between them.
 */
static bool list_pane_at_end(const struct list_pane *p, const struct store *st, const char *last)
{
	const struct listing *l = &p->listing;
	bool newest_first = l->sort == SORT_CREATED && !l->reverse;
	size_t end = l->sort == SORT_CREATED && l->reverse ? 0 : l->count - 1;
	const struct record *told = newest_first ? store_record(st, l->kind, last) : NULL;
	int64_t ms = told ? object_created_ms(&told->object) : TIME_NONE;

	if (p->list.cursor == end || ms == TIME_NONE)
		return p->list.cursor == end;
	return object_created_ms(&listing_record(l, p->list.cursor)->object) <= ms;
}

/*
 * The reader comes to the last row: asks for what is older. Events are asked for in their own
 * order only: in any other, the window is what is sorted. `pressed`: by a key, so that what failed
 * is asked for again.
 */
void list_pane_ask_older(struct list_pane *p, const struct store *st, struct outbox *out,
			 bool pressed)
{
	const struct listing *l = &p->listing;
	struct request rq = {.kind = REQUEST_LIST, .object = l->kind, .limit = PANE_PAGE};
	enum load_state load = store_load(st, l->kind);
	const char *last;

	if (l->query || l->count == 0)
		return;
	if (l->kind == OBJECT_NONE) {
		if (l->count >= PANE_PAGE && l->sort == SORT_CREATED && !l->reverse)
			list_pane_ask_older_events(p, st, out);
		return;
	}
	if (load == LOAD_WAITING || !store_list_goes_on(st, l->kind, rq.cursor, &last))
		return;
	if ((load != LOAD_FAILED || pressed) && list_pane_at_end(p, st, last))
		list_pane_ask_from(p, out, &rq, pressed && load == LOAD_FAILED);
}

/*
 * What came may all have been known, from the history or from events, and he still stands where the
 * rows end: it is asked on, at a pace that leaves the server to others.
 */
void list_pane_ask_on(struct view *v, const struct store *st, struct outbox *out)
{
	struct list_pane *p = list_pane(v);

	if (!v->focused || p->listing.kind == OBJECT_NONE || p->asked[0] == '\0' ||
	    v->ctx.mono_ms - p->asked_ms < ASK_ON_MS || v->ctx.no_server)
		return;
	p->asked_ms = v->ctx.mono_ms;
	list_pane_ask_older(p, st, out, false);
}
