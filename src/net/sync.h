/*
 * The sync thread: walks through GET /api/v1/events so that nothing is missing. It
 * catches up after the program or a stream was away, sweeps behind a stream that
 * looks healthy, polls where there is no stream, and tells the feed how REST fares.
 * When to walk and how is decided by the pure planner in resync.h.
 */
#ifndef PEPAYTOP_NET_SYNC_H
#define PEPAYTOP_NET_SYNC_H

#include "base/log.h"
#include "bus/mailbox.h"
#include "net/feed.h"

struct sync;

struct sync_options {
	const char *base_url; /* all borrowed for the thread's life */
	const char *merchant_key;
	const char *commerce_key;
	const char *environment;       /* devnet or mainnet; "" or NULL: whatever the key sees */
	struct sync_position position; /* of the archive */
	struct clock clock;
	uint64_t jitter_seed;
	struct log *log;
};

/*
 * `in` is the mailbox the archive tells: MSG_RECEIPT, MSG_LINK, MSG_GAP. Made first, for
 * archive_tell_sync, and the caller's. It is not read while a request is under way (30 s at most):
 * a link report that finds it full may be dropped, a receipt may not (at most ten
 * are to come). `archive` gets MSG_EVENTS, and answers each, also the empty ones,
 * with a receipt. feed NULL: nobody is told how REST fares.
 */
must_check enum status sync_start(const struct sync_options *opt, struct mailbox *in,
				  struct mailbox *archive, struct feed *feed, struct sync **ret,
				  struct problem *reterr);
void sync_now(struct sync *s);  /* a walk at once: the user pressed refresh. Any thread. */
void sync_stop(struct sync *s); /* NULL is fine; at most a second */

#endif
