/*
 * The connection state machine of one stream: pure, no sockets, no clock of its
 * own. The feed tells it what happened, asks what to do, and sends its reports on.
 *
 * The word on screen is not set but derived from facts after each step:
 *
 *   open      LAGGING while reading is held, STALE while it is silent or being checked, LIVE
 *             otherwise; but a stream that opens and breaks again and again is not called LIVE
 *             before it has held for LINK_HOLD_MS: until then it keeps the word it had.
 *   not open  POLLING when the stream cannot be had (the upgrade was refused, three attempts
 *             failed, or it flaps) and REST worked within the last minute; else OFFLINE after
 *             LINK_OFFLINE_AFTER failures in a row, RECONNECTING before. The stream is dialled in
 *             the background all the same.
 *   refused   AUTH_FAILED: nothing is dialled until the user asks.
 */
#ifndef PEPAYTOP_NET_LINK_H
#define PEPAYTOP_NET_LINK_H

#include "bus/link.h"
#include "net/backoff.h"

#define LINK_PING_MS       5000  /* a ping goes out so often while open */
#define LINK_STALE_MS      8000  /* silence after which an answer to it is overdue */
#define LINK_DEAD_MS       15000 /* silence after which the feed hangs up */
#define LINK_STOPPED_MS    8000  /* nothing looked for so long: we were stopped ourselves */
#define LINK_CHECK_MS      5000  /* how long the peer has to answer after that */
#define LINK_DRAIN_MS      1000  /* bytes older than that may have lain in our own buffers */
#define LINK_REST_MS       60000 /* how long a word from REST counts */
#define LINK_OFFLINE_AFTER 6     /* failed attempts in a row that make RECONNECTING OFFLINE */
#define LINK_GIVE_UP_AFTER 3     /* failed attempts in a row that make a stream unavailable */
#define LINK_FLAPS         3     /* so many losses within LINK_FLAP_MS, none of which had */
#define LINK_FLAP_MS       60000 /* been open for LINK_STEADY_MS: the stream flaps */
#define LINK_STEADY_MS     20000
#define LINK_HOLD_MS       5000 /* how long a flapping stream must hold to be LIVE again */
#define LINK_HURRY_MS      1000 /* REST works again: the stream is dialled within this */
#define LINK_TELL_MS       1000 /* a fresher last_rx is worth a report so often at most */

struct link {
	struct link_report report;
	struct backoff backoff;
	struct rng rng;
	/* the connection */
	int64_t live_since_mono_ms;     /* TIME_NONE while not open */
	int64_t quiet_since_mono_ms;    /* while open: when silence began to count */
	int64_t ping_due_mono_ms;       /* while open */
	int64_t ponged_mono_ms;         /* while open: when the round trip was last measured */
	int64_t checking_since_mono_ms; /* we were stopped and it has not answered since, or
					   TIME_NONE */
	bool dialling;                  /* an attempt is under way */
	bool ending;                    /* it was hung up on and has not ended yet */
	bool held;                      /* reading is held back */
	/* why it is not open */
	bool starting;     /* no attempt has ended yet */
	bool refused;      /* the credentials */
	bool forgiven;     /* a stream that was open was refused, and got its one retry */
	bool blocked;      /* the upgrade was answered, but not with a stream */
	bool flapping;     /* from the last of LINK_FLAPS losses until a steady connection */
	unsigned failures; /* attempts in a row that did not open */
	int64_t lost_mono_ms[LINK_FLAPS]; /* of unsteady connections, newest first */
	int64_t floor_mono_ms;            /* no attempt before that, or TIME_NONE */
	struct problem away, lag;         /* why it is not open; why reading is held */
	/* REST */
	int64_t rest_ok_mono_ms; /* when it last worked, TIME_NONE: never, or it fails now */
	bool rest_failed;        /* its last word was that it fails */
	struct problem rest;     /* the server's answer that says why it fails; S_OK: none */
	/* telling */
	int64_t told_mono_ms;               /* when a report was last worth sending */
	bool untold;                        /* last_rx moved since */
	int64_t seen_mono_ms, seen_wall_ms; /* the last step */
};

/* Starts as CONNECTING (the first TICK dials) or, without a key, as OFF for good. */
void link_init(struct link *l, enum stream_id stream, bool has_key, uint64_t seed, int64_t wall_ms);

enum link_event {
	LINK_EV_DIAL,      /* a connection attempt starts */
	LINK_EV_OPEN,      /* the upgrade succeeded */
	LINK_EV_RX,        /* bytes came */
	LINK_EV_HELD,      /* the mailbox is full: reading stopped */
	LINK_EV_RELEASED,  /* reading again */
	LINK_EV_LOST,      /* closed or failed; problem says why, floor_ms a Retry-After or 0 */
	LINK_EV_AGAIN,     /* the attempt failed for its cursor: dial at once without it */
	LINK_EV_REFUSED,   /* the credentials were refused. Once open, a stream gets one retry at
			      once, for its token may have been renewed; else none until asked */
	LINK_EV_REST,      /* how REST fares: problem, answered, floor_ms */
	LINK_EV_RETRY_NOW, /* the user asked */
	LINK_EV_TICK       /* time passed */
};
enum link_action {
	LINK_DO_NOTHING,
	LINK_DO_DIAL,
	LINK_DO_PING,
	LINK_DO_HANG_UP /* on the connection or attempt; LOST or REFUSED must follow */
};

struct link_input {
	enum link_event event;
	int64_t mono_ms, wall_ms;
	int64_t floor_ms;              /* LOST, REST */
	const struct problem *problem; /* HELD, LOST, REFUSED, REST (status S_OK: it works) */
	/* LOST: the upgrade was answered with something else than a stream. REST: the problem is
	 * the server's answer, and so says more than a connection that was lost. */
	bool answered;
	int64_t rtt_ms; /* RX: of a pong, else -1 */
};
/* Returns what to do; *ret_changed says whether the report is worth sending. */
enum link_action link_step(struct link *l, const struct link_input *in, bool *ret_changed);
/* When the machine next needs a TICK (mono ms), or TIME_NONE; 0 is at once. */
int64_t link_next_tick(const struct link *l);

static inline bool link_is_open(const struct link *l)
{
	return l->live_since_mono_ms != TIME_NONE;
}

#endif
