/*
 * The threads and how they are joined:
 *
 *   feed ──▶ inbox ───┐
 *   sync ──▶ inbox    ├─ archive ──▶ the UI's mailbox
 *   rest ──▶ answers ─┘     └──▶ sync's mailbox
 */
#ifndef PEPAYTOP_APP_NETWORK_H
#define PEPAYTOP_APP_NETWORK_H

#include "app/options.h"
#include "archive/archive.h"
#include "net/feed.h"
#include "net/rest.h"
#include "net/sync.h"

struct network {
	struct archive *archive;
	struct history_opening opening;
	struct rest *rest;
	struct mailbox *sync_in;
	struct feed *feed;
	struct sync *sync;
};

struct network_options {
	const struct config *config; /* borrowed for the threads' life */
	const char *demo_dir;        /* the folder of a demo, or NULL */
	struct clock clock;          /* may be asked by any thread */
	struct rng *rng;
	struct log *log;
};

/* The history's path for a config, by the world where none was asked for; makes its folder. NULL in
 * *ret: there is none, for --no-history. The caller frees. */
must_check enum status network_history_path(const struct network_options *o, char **ret,
					    struct problem *reterr);
/* Whose events they are. */
void network_world(const struct network_options *o, struct world *ret);

/* What was started before a failure is still to be stopped. */
must_check enum status network_start(struct network *n, const struct network_options *o,
				     struct mailbox *out, struct problem *reterr);
/* E_FULL: not taken, try later. E_CLOSED before network_start. */
must_check enum status network_submit(struct network *n, const struct request *rq);
/* An action on an object is over: what it refers to need not be kept for it. */
void network_settled(struct network *n, const struct request *rq);
/* How long the server asked us to wait before the next request; 0: not at all. */
int64_t network_asked_to_wait_ms(const struct network *n);
/* What the server's clock shows now, as far as it told; or TIME_NONE. */
int64_t network_server_ms(const struct network *n);
/* Dial and compare now instead of waiting. */
void network_retry_now(struct network *n);
void network_stop(struct network *n); /* also what never started */

#endif
