/*
 * The feed thread: one libwebsockets loop that keeps the merchant and commerce
 * streams open, decodes their frames and posts batches of events. Reconnects with
 * backoff and `since`, says every change of state, and holds back reading when the
 * mailbox is full. Where the archive will stand (a later issue): between `out`
 * here and the UI's mailbox.
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
	struct clock clock;
	uint64_t jitter_seed;
	struct log *log;
};

must_check enum status feed_start(const struct feed_options *opt, struct mailbox *out,
				  struct feed **ret, struct problem *reterr);
/* Dial now instead of waiting for the backoff (the user pressed refresh). Any thread. */
void feed_retry_now(struct feed *f);
void feed_stop(struct feed *f); /* closes, joins, frees; NULL is fine */

#endif
