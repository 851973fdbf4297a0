/*
 * One walk through /events, page by page: pure, no I/O, no clock. It says which page
 * to fetch, judges the answer, and marks the pages with what they prove (bus/sync.h).
 *
 * UP: `ending_before` the id it starts from, each page next to the one before it. A page is
 * marked once the walk has met the verified event, so the cursor never goes back.
 * DOWN: `starting_after`, from the newest, until a page holds the id it aims at, or it is
 * SYNC_OVERLAP events past what was verified before: because that event was among them, or because
 * a receipt says so. Nothing is marked before that. What comes to the end without is a RESCUE that
 * lost a stretch, whatever the walk was made for.
 */
#ifndef PEPAYTOP_NET_RESYNC_WALK_H
#define PEPAYTOP_NET_RESYNC_WALK_H

#include "bus/sync.h"

#define WALK_PAGE        100  /* events asked for at once */
#define WALK_START_PAGES 10   /* how far down a new history goes */
#define WALK_DOWN_PAGES  2000 /* how far down any other walk goes before it gives up */
#define WALK_UNRECEIPTED 8    /* pages posted and not committed yet */

enum walk_phase {
	WALK_NONE,
	WALK_FETCH,  /* the next page is to be fetched */
	WALK_PROBE,  /* a page is held; what lies before its oldest event is to be fetched */
	WALK_POST,   /* a page is held and marked: to be posted */
	WALK_SETTLE, /* DOWN, everything posted: what the receipts say decides the ending */
	WALK_CLOSE,  /* an empty page with the ending is to be posted */
	WALK_LAST    /* the ending is posted, not all is committed */
};

struct walk {
	enum walk_phase phase;
	enum sync_purpose purpose;
	uint64_t number;
	int64_t began_mono_ms;
	bool down;
	bool may_go_up;         /* DOWN: there is another way, should this get too long */
	char start[ID_CAP];     /* UP: the cursor it starts from; DOWN: the id it aims at */
	char verified[ID_CAP];  /* as it was when the walk began */
	char cursor[ID_CAP];    /* of the page to fetch; "" the newest */
	char first[ID_CAP];     /* DOWN: the newest event of the walk */
	char oldest[ID_CAP];    /* of the page held */
	char milestone[ID_CAP]; /* a cursor of before, to notice that the walk goes round */
	uint64_t steps, stride;
	bool met;     /* the verified event is in the walk, or it started from there */
	bool reached; /* a receipt said so */
	bool ended;   /* DOWN: there is nothing more to fetch */
	bool bounded; /* ended, because it got too long */
	bool missing; /* it went all the way without meeting the verified event */
	bool abandoned;
	uint64_t past; /* DOWN: events since it met or reached what was verified */
	uint64_t pages, posted, receipted;
	uint64_t fresh;
	bool empty; /* to be posted: no page, only the mark */
	struct sync_mark mark;
};

struct walk_plan {
	enum sync_purpose purpose;
	uint64_t number;
	int64_t now_mono_ms;
	bool down;
	const char *start;    /* START: the oldest event there is, "" none: it has no hole then */
	const char *verified; /* "" none */
	/* The server knows `start` but not the verified event any more: all that follows `start`
	 * is proof enough. */
	bool trust_start;
	bool may_go_up; /* DOWN: end without proof rather than give a stretch up for its length */
};
void walk_begin(struct walk *w, const struct walk_plan *plan);

struct walk_query {
	const char *starting_after, *ending_before; /* "" where not; they are the walk's */
	int64_t limit;
};
/* In FETCH and PROBE. */
struct walk_query walk_query(const struct walk *w);

/* A page as the server answered it. */
struct walk_page {
	const char *const *ids; /* newest first */
	size_t count;
	bool has_more;
};
/* In FETCH. `probe`: whether a page with more behind it must show that it lies next to its cursor.
 * E_PROTOCOL: it makes no sense, the reason in words; nothing changed, the caller abandons. */
must_check enum status walk_take_page(struct walk *w, const struct walk_page *page, bool probe,
				      struct problem *reterr);
/* In PROBE. False: `ending_before` does not page from its cursor. The page held is the last of the
 * walk then, and proves nothing. */
bool walk_take_probe(struct walk *w, const struct walk_page *page);
/* In FETCH, DOWN: the server no longer knows the cursor, so nothing older is to be had. */
void walk_cut(struct walk *w);
void walk_posted(struct walk *w); /* in POST and CLOSE */
/* Of this walk's pages. True when the walk is over: phase is NONE then. */
bool walk_take_receipt(struct walk *w, const struct sync_receipt *rc);
/* Ends it without proof. What was posted is closed with an empty page, so that it is known. */
void walk_abandon(struct walk *w);

#endif
