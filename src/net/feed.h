/*
 * The feed thread: one libwebsockets loop that keeps the merchant and commerce
 * streams open, decodes their frames and posts batches of events. Reconnects with
 * backoff and `since`, says every change of state, and holds back reading when the
 * mailbox is full. `out` is the archive's inbox.
 */
#ifndef PEPAYTOP_NET_FEED_H
#define PEPAYTOP_NET_FEED_H

#include "bus/mailbox.h"
#include "base/log.h"

struct feed;

struct feed_options {
	const char *ws_url;       /* ws://… or wss://…, no path; borrowed */
	const char *merchant_key; /* NULL: that stream is LINK_OFF */
	const char *commerce_key;
	const char *environment;          /* devnet or mainnet; "" or NULL: whatever the key sees */
	char since[STREAM_COUNT][ID_CAP]; /* where to resume each stream; "" from now on */
	struct clock clock;
	uint64_t jitter_seed;
	struct log *log;
};

must_check enum status feed_start(const struct feed_options *opt, struct mailbox *out,
				  struct feed **ret, struct problem *reterr);
/* Dial now instead of waiting for the backoff (the user pressed refresh). Any thread. */
void feed_retry_now(struct feed *f);
/*
 * How REST fares, from the sync thread: S_OK lets a stream that cannot be had be POLLING instead
 * of OFFLINE; E_AUTH stops both streams; everything else explains a refused upgrade, and floor_ms
 * (a Retry-After, 0 none) keeps the next attempt away so long. Any thread.
 */
void feed_tell_rest(struct feed *f, const struct problem *how, int64_t floor_ms);
void feed_stop(struct feed *f); /* closes, joins, frees; NULL is fine */

#endif
