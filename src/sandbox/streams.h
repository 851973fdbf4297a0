/*
 * Event streams, contract section 10 and 15.4: who may subscribe with which
 * filters, and what a subscriber is sent next. A subscription remembers only how
 * far it has come in the ledger's outbox, so a slow client costs no memory: it
 * lags, and catches up from the ledger. Knows no sockets and no framing.
 */
#ifndef PEPAYTOP_SANDBOX_STREAMS_H
#define PEPAYTOP_SANDBOX_STREAMS_H

#include "sandbox/router.h"

#define STREAM_BATCH_MAX    64  /* events read from the ledger at once */
#define STREAM_SNAPSHOT_MAX 100 /* of the newest, for a `since` that is older than what is kept */

struct stream;

bool stream_is_path(const char *path);
/*
 * Opens the subscription a request asks for. False with the reply filled: 401, 403 or 400.
 * Reads nothing yet, but fixes where live begins.
 */
must_check bool stream_open(struct site *s, const struct http1_request *req, struct stream **ret,
			    struct reply *r);
void stream_free(struct stream *st);

/*
 * Hands out what comes next, in order, as whole text messages; each is a control message or an
 * event's envelope exactly as the ledger holds it. E_NOT_FOUND when the subscriber is up to date;
 * E_IO when the ledger fails.
 */
must_check enum status stream_pull(struct stream *st,
				   void (*send)(void *ctx, const char *text, size_t len), void *ctx,
				   struct problem *reterr);

/*
 * Whether it may go on: E_AUTH when its token has come to its end; E_LIMIT when it is further
 * behind than the site allows, which is asked only of one that is `waiting` for its client to read.
 * Each with the words for a ws_error. E_IO when the ledger fails.
 */
must_check enum status stream_check_up(const struct stream *st, bool waiting,
				       struct problem *reterr);

#endif
