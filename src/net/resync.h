/*
 * When to walk through /events, and what a failure means: the planner of the sync
 * thread. Pure: no I/O, no clock, randomness from a seed. It is told what
 * happened and asked, again and again, what to do next; it never asks for two
 * requests without an answer in between, and never for one at once after a failure.
 *
 *   CATCH_UP at a start, when a stream opens, after a gap: at once.
 *   SWEEP    two seconds after a stream opened, and every minute while all are live.
 *   POLL     while a stream is not live: every 1 to 15 s, by how much there is.
 *   START    instead of all these where there is no verified cursor yet; RESCUE where the
 *            server does not know it any more.
 *
 * Every walk up begins at the overlap, so that what became visible late is found as long as
 * it is at most SYNC_OVERLAP events late when a walk comes by.
 */
#ifndef PEPAYTOP_NET_RESYNC_H
#define PEPAYTOP_NET_RESYNC_H

#include "bus/link.h"
#include "net/backoff.h"
#include "net/resync_walk.h"

#define RESYNC_SWEEP_MS    60000 /* from the end of one to the next */
#define RESYNC_SETTLE_MS   2000  /* after a stream opened */
#define RESYNC_AWAY_MS     1000  /* not live for so long is polled */
#define RESYNC_POLL_MIN_MS 1000
#define RESYNC_POLL_MAX_MS 15000
#define RESYNC_MISSES      2
#define RESYNC_TELL_MS     30000           /* the feed hears the same again so often */
#define RESYNC_PACED_MS    (5 * 60 * 1000) /* a 429 slows down for so long */

struct resync_stream {
	bool keyed;
	enum link_state state;
	unsigned attempt;
	int64_t away_since; /* mono; TIME_NONE: live */
};

/* How fast requests go after a 429. */
struct resync_pace {
	int64_t since, last; /* of the requests counted */
	uint64_t count;
	int64_t gap;   /* between requests */
	int64_t until; /* TIME_NONE: as fast as answers come */
};

struct resync {
	struct walk walk;
	struct sync_position at;
	struct resync_stream streams[STREAM_COUNT];
	char key[48];
	/* of the server */
	bool probed;           /* `ending_before` pages from its cursor */
	unsigned misses;       /* probes that said it does not */
	bool descending;       /* it does not: every walk goes down */
	bool overlap_refused;  /* the server does not know at.overlap */
	bool verified_refused; /* nor at.verified */
	bool too_long;         /* down from the newest was too far */
	bool verified_missing; /* a walk past it did not list at.verified */
	/* when */
	bool wanted;  /* a walk at once */
	bool stopped; /* the key was refused */
	int64_t sweep_due, poll_due;
	int64_t poll_every;
	int64_t not_before; /* no request before */
	int64_t rate_until; /* the same, for nobody's wish */
	int64_t answered;   /* the last answer or failure */
	uint64_t walks;
	struct backoff backoff;      /* requests that fail */
	struct backoff walk_backoff; /* walks that fail */
	struct resync_pace pace;
	struct rng rng;
	/* what the feed is to be told */
	struct problem word;
	int64_t word_floor;
	bool word_new, word_known;
	int64_t told;
};

struct resync_setup {
	struct sync_position position;
	bool has_key[STREAM_COUNT];
	const char *key; /* which key REST uses, in words: "the merchant key …1234" */
	uint64_t seed;
};

void resync_init(struct resync *r, const struct resync_setup *setup, int64_t now);

enum resync_do {
	RESYNC_WAIT,  /* until a time, or until something is told */
	RESYNC_FETCH, /* one page; then resync_fetched() */
	RESYNC_POST,  /* to the archive, with the mark; then resync_posted() */
	RESYNC_TELL   /* the feed */
};
struct resync_step {
	enum resync_do what;
	int64_t until;           /* WAIT: mono, TIME_NONE: no time */
	struct walk_query query; /* FETCH; good until the next call */
	bool probe;             /* FETCH: a page is held and stays so; this one is only looked at */
	bool empty;             /* POST: a batch without events; else the page held */
	struct sync_mark mark;  /* POST */
	struct problem problem; /* TELL: S_OK, or why REST cannot be had */
	int64_t floor_ms;
};
void resync_next(struct resync *r, int64_t now, struct resync_step *ret);

struct resync_answer {
	enum status status;            /* S_OK: `page` */
	const struct fault *fault;     /* else: what the server said, if it answered */
	const struct problem *problem; /* else: in words */
	struct walk_page page;
};
void resync_fetched(struct resync *r, int64_t now, const struct resync_answer *answer);
void resync_posted(struct resync *r);

void resync_link(struct resync *r, int64_t now, const struct link_report *report);
void resync_gap(struct resync *r, int64_t now);
void resync_receipt(struct resync *r, int64_t now, const struct sync_receipt *receipt);
/* The user asks. Only a Retry-After is stronger. */
void resync_ask(struct resync *r, int64_t now);

#endif
