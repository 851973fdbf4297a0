/*
 * The connection state machine of one stream: pure, no sockets, no clock of its
 * own. The feed tells it what happened, asks what to do, and sends its reports on.
 */
#ifndef PEPAYTOP_NET_LINK_H
#define PEPAYTOP_NET_LINK_H

#include "bus/link.h"
#include "net/backoff.h"

#define LINK_PING_MS       5000  /* a ping goes out after so much silence */
#define LINK_STALE_MS      8000  /* silence after which an answer to it is overdue */
#define LINK_DEAD_MS       15000 /* silence after which the feed hangs up */
#define LINK_OFFLINE_AFTER 6     /* failed attempts in a row that make RECONNECTING OFFLINE */
#define LINK_TELL_MS       1000  /* a fresher last_rx is worth a report so often at most */

struct link {
	struct link_report report;
	struct backoff backoff;
	struct rng rng;
	int64_t live_since_mono_ms;  /* TIME_NONE while not open */
	int64_t quiet_since_mono_ms; /* while open: when silence began to count */
	int64_t told_mono_ms;        /* when a report was last worth sending */
	bool dialling;               /* an attempt is under way */
	bool held;                   /* reading is held back */
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
	LINK_EV_REFUSED,   /* the credentials were refused: no retry until the user asks */
	LINK_EV_RETRY_NOW, /* the user asked */
	LINK_EV_TICK       /* time passed */
};
enum link_action { LINK_DO_NOTHING, LINK_DO_DIAL };

struct link_input {
	enum link_event event;
	int64_t mono_ms, wall_ms;
	int64_t floor_ms;              /* LOST */
	const struct problem *problem; /* LOST, REFUSED */
	int64_t rtt_ms;                /* RX: of a pong, else -1 */
};
/* Returns what to do; *ret_changed says whether the report is worth sending. */
enum link_action link_step(struct link *l, const struct link_input *in, bool *ret_changed);
/* When the machine next needs a TICK (mono ms), or TIME_NONE; 0 is at once. */
int64_t link_next_tick(const struct link *l);

#endif
