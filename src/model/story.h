/*
 * The life of one payment (product N1): one timeline over cart, checkout, invoice,
 * session, payments, settlement, order, shipments, refunds and ramp payout, from
 * events and from what REST says, each step with its time, the gap before it and where
 * it is known from; then what should happen next, and by when. Pure.
 */
#ifndef PEPAYTOP_MODEL_STORY_H
#define PEPAYTOP_MODEL_STORY_H

#include "base/money.h"
#include "model/related.h"

#define STORY_STEPS_MAX 400
#define STORY_NEXT_MAX  8

/* Where a step is known from. */
enum story_source {
	STORY_EVENT,   /* an event: `event_id` opens it */
	STORY_ANSWER,  /* a field of what REST answered, with its own time */
	STORY_DEADLINE /* a moment that was due and went by (an expiry) with no word of it */
};

/* What is odd about a step; bits. X(constant, bit, words) */
#define STORY_MARKS(X)                                                                            \
	X(STORY_LATE, 0, "came late")            /* arrived after something newer */              \
	X(STORY_OUT_OF_ORDER, 1, "out of order") /* its own time is before the step it follows */ \
	X(STORY_IMPOSSIBLE, 2, "should not follow") /* the lifecycle does not allow it */         \
	X(STORY_OVERDUE, 3, "overdue")              /* after the time it was due */               \
	X(STORY_INFERRED, 4, "no event")            /* it must have happened; no event says so */ \
	X(STORY_AFTER_END, 5, "after the end")      /* money or news after a terminal state */    \
	X(STORY_DOUBLE, 6, "said twice")            /* the same news under another event id */

enum story_mark {
#define X(constant, bit, words) constant = 1 << (bit),
	STORY_MARKS(X)
#undef X
};

struct story_step {
	int64_t ms; /* when it happened, as the source says; TIME_NONE unknown: placed by order */
	int64_t gap_ms;         /* since the step before; 0 for the first */
	struct subject subject; /* whose step it is */
	enum story_source source;
	char event_id[ID_CAP]; /* STORY_EVENT */
	char text[160];        /* "40.00 of 100.00 USD came in": bytes from outside may be in it */
	char status[STATUS_CAP]; /* the subject's from then on; "" no change */
	enum tone tone;
	unsigned marks;
};

/* What should happen next. */
struct story_next {
	struct subject subject;
	char text[160]; /* "the rest, 60.00 USD on solana, is paid" */
	int64_t by_ms;  /* TIME_NONE: no time is promised */
	bool overdue;
	enum tone tone;
	bool promised; /* the deadline is the server's; else our experience of how long it takes */
};

struct story {
	struct related related;
	struct story_step steps[STORY_STEPS_MAX]; /* oldest first */
	size_t count;
	bool cut;
	struct story_next next[STORY_NEXT_MAX]; /* most pressing first; none: it is over */
	size_t next_count;
	bool over;              /* nothing more is to happen */
	int64_t from_ms, to_ms; /* span of the steps, or TIME_NONE */
	int64_t checked_ms;     /* when the newest REST answer used was given, or TIME_NONE */
};
/* `s` is large: keep it on the heap. */
void story_build(struct story *s, const struct store *st, const struct subject *root,
		 int64_t now_ms);

/* What has to be asked so that the story is whole: up to `cap` requests in ret (dossier, objects
 * not known, refunds of the invoice), those not asked yet first. Returns how many. */
size_t story_wants(const struct store *st, const struct subject *root, struct request *ret,
		   size_t cap);

#endif
