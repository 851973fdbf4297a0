#include "net/resync_walk.h"

#include "base/strbuf.h"

static void id_set(char dst[ID_CAP], const char *id)
{
	(void)str_copy(dst, ID_CAP, id);
}

static bool page_holds(const struct walk_page *page, const char *id)
{
	if (id[0] == '\0')
		return false;
	for (size_t i = 0; i < page->count; i++)
		if (strcmp(page->ids[i], id) == 0)
			return true;
	return false;
}

void walk_begin(struct walk *w, const struct walk_plan *plan)
{
	*w = (struct walk){.phase = WALK_FETCH,
			   .purpose = plan->purpose,
			   .number = plan->number,
			   /* 0 would say that it is not known. */
			   .began_mono_ms = plan->now_mono_ms > 0 ? plan->now_mono_ms : 1,
			   .down = plan->down,
			   .may_go_up = plan->may_go_up,
			   .stride = 1};
	id_set(w->start, plan->start);
	id_set(w->verified, plan->verified);
	if (!w->down) {
		id_set(w->cursor, plan->start);
		w->met = plan->trust_start || strcmp(plan->start, plan->verified) == 0;
	}
}

struct walk_query walk_query(const struct walk *w)
{
	if (w->phase == WALK_PROBE)
		return (struct walk_query){w->oldest, "", 1};
	if (w->down)
		return (struct walk_query){w->cursor, "", WALK_PAGE};
	return (struct walk_query){"", w->cursor, WALK_PAGE};
}

/* --- judging a page ------------------------------------------------------------------------ */

/* Brent's way to find a cycle of any length, with one id remembered. */
static bool goes_round(struct walk *w, const char *cursor)
{
	if (strcmp(cursor, w->milestone) == 0)
		return true;
	if (++w->steps == w->stride) {
		id_set(w->milestone, cursor);
		w->stride *= 2;
		w->steps = 0;
	}
	return false;
}

static enum status page_check(struct walk *w, const struct walk_page *page, struct problem *reterr)
{
	static const char advice[] = "it is tried again; if it stays so, tell Pepay";
	const char *next;

	if (page->count == 0 && page->has_more)
		return problem_set(reterr, E_PROTOCOL, advice,
				   "list events: an empty page that says there is more (%s %.72s)",
				   w->down ? "after" : "before", w->cursor);
	if (page_holds(page, w->cursor))
		return problem_set(reterr, E_PROTOCOL, advice,
				   "list events: a page holds the event it was to begin %s, %.72s",
				   w->down ? "after" : "before", w->cursor);
	if (page->count == 0)
		return S_OK;
	next = page->ids[w->down ? page->count - 1 : 0];
	if (goes_round(w, next))
		return problem_set(reterr, E_PROTOCOL, advice,
				   "list events: the pages go round in a circle, again at %.72s",
				   next);
	return S_OK;
}

static void mark_new(struct walk *w)
{
	w->mark = (struct sync_mark){.purpose = w->purpose,
				     .walk = w->number,
				     .began_mono_ms = w->began_mono_ms};
}

static void mark_proven(struct walk *w, const char *verified)
{
	w->mark.last = true;
	w->mark.proven = true;
	id_set(w->mark.verified, verified);
}

static void take_up(struct walk *w, const struct walk_page *page)
{
	if (page->count > 0)
		id_set(w->cursor, page->ids[0]);
	w->met = w->met || page_holds(page, w->verified);
	if (w->met)
		id_set(w->mark.verified, w->cursor);
	w->mark.last = !page->has_more;
	w->mark.proven = w->mark.last && w->met;
	w->missing = w->mark.last && !w->met;
}

/* Down to the overlap; or as many events past the verified one, should the server not list that. */
static bool down_arrived(struct walk *w, const struct walk_page *page)
{
	if (w->met || w->reached)
		w->past += page->count;
	w->met = w->met || page_holds(page, w->verified);
	return page_holds(page, w->start);
}

static void take_down(struct walk *w, const struct walk_page *page)
{
	bool arrived = down_arrived(w, page);
	bool past = w->past >= SYNC_OVERLAP;

	if (w->pages == 1 && page->count > 0)
		id_set(w->first, page->ids[0]);
	if (page->count > 0)
		id_set(w->cursor, page->ids[page->count - 1]);
	if (w->purpose == SYNC_START) {
		w->met = w->met || arrived || w->start[0] == '\0';
		if (!page->has_more || w->pages == WALK_DOWN_PAGES ||
		    (w->pages >= WALK_START_PAGES && w->met))
			mark_proven(w, w->first);
		return;
	}
	if ((arrived || past) && w->met) {
		mark_proven(w, w->first);
		return;
	}
	/* At the overlap without having met the verified event: the list ends before it. */
	w->mark.last = w->missing = arrived;
	w->bounded = w->pages == WALK_DOWN_PAGES;
	w->ended = !page->has_more || w->bounded || past;
}

enum status walk_take_page(struct walk *w, const struct walk_page *page, bool probe,
			   struct problem *reterr)
{
	enum status st = page_check(w, page, reterr);

	if (st != S_OK)
		return st;
	w->pages++;
	w->empty = false;
	mark_new(w);
	if (page->count > 0)
		id_set(w->oldest, page->ids[page->count - 1]);
	if (w->down)
		take_down(w, page);
	else
		take_up(w, page);
	w->phase = probe && !w->down && page->has_more ? WALK_PROBE : WALK_POST;
	return S_OK;
}

bool walk_take_probe(struct walk *w, const struct walk_page *page)
{
	bool next_to_it = page->count == 1 && strcmp(page->ids[0], w->start) == 0;

	w->phase = WALK_POST;
	if (next_to_it)
		return true;
	mark_new(w);
	w->mark.last = true;
	w->abandoned = true;
	return false;
}

/* --- ending ---------------------------------------------------------------------------------- */

static void ending_down(struct walk *w)
{
	mark_new(w);
	w->mark.last = true;
	w->empty = true;
	w->phase = WALK_CLOSE;
	/* A server that lists nothing at all says nothing about what it listed once. */
	if (w->first[0] == '\0')
		return;
	w->mark.lost = !w->met && !w->reached && w->purpose != SYNC_START;
	if (w->mark.lost && w->bounded && w->may_go_up)
		w->mark.lost = false; /* nothing proven, nothing given up */
	else
		id_set(w->mark.verified, w->first);
	w->mark.proven = w->mark.verified[0] != '\0' && !(w->mark.lost && w->bounded);
	if (w->mark.lost) {
		w->mark.purpose = SYNC_RESCUE;
		id_set(w->mark.lost_from, w->verified);
	}
}

static void settle(struct walk *w)
{
	w->phase = WALK_SETTLE;
	if (w->receipted == w->posted)
		ending_down(w);
}

void walk_cut(struct walk *w)
{
	w->ended = true;
	settle(w);
}

void walk_posted(struct walk *w)
{
	w->posted++;
	if (w->mark.last)
		w->phase = WALK_LAST;
	else if (w->ended)
		settle(w);
	else
		w->phase = WALK_FETCH;
}

bool walk_take_receipt(struct walk *w, const struct sync_receipt *rc)
{
	w->receipted++;
	w->fresh += rc->fresh;
	/* Where it aims at the overlap, it goes on to that. */
	if (rc->reached && w->down && w->purpose != SYNC_START) {
		w->reached = true;
		if (strcmp(w->start, w->verified) == 0) {
			w->ended = true;
			if (w->phase == WALK_FETCH)
				w->phase = WALK_SETTLE;
		}
	}
	if (w->receipted < w->posted)
		return false;
	if (w->phase == WALK_SETTLE)
		ending_down(w);
	if (w->phase != WALK_LAST)
		return false;
	w->phase = WALK_NONE;
	return true;
}

void walk_abandon(struct walk *w)
{
	mark_new(w);
	w->abandoned = true;
	if (w->posted == 0) {
		w->phase = WALK_NONE;
		return;
	}
	w->mark.last = true;
	w->empty = true;
	w->phase = WALK_CLOSE;
}
