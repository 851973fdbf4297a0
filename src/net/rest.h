/*
 * The REST thread: takes requests, calls the typed client, posts what came of them.
 */
#ifndef PEPAYTOP_NET_REST_H
#define PEPAYTOP_NET_REST_H

#include "bus/mailbox.h"
#include "net/http_curl.h"

struct rest;

struct rest_options {
	const char *base_url;     /* all borrowed for the thread's life */
	const char *merchant_key; /* NULL: none */
	const char *commerce_key;
	bool read_only;
	const struct clock *clock; /* when answers came; NULL: they do not say. Copied */
	struct log *log;
};

must_check enum status rest_start(const struct rest_options *opt, struct mailbox *out,
				  struct rest **ret, struct problem *reterr);
/* E_FULL when too many wait; the request is then not taken. */
must_check enum status rest_submit(struct rest *r, const struct request *rq);
/* How long it still waits because the server asked for that (429); 0: it does not. Any thread. */
int64_t rest_asked_to_wait_ms(struct rest *r);
/* What the server's clock shows now, or TIME_NONE. Any thread. */
int64_t rest_server_ms(struct rest *r);
/* Ends the request in flight at most a second later, joins, frees. NULL is fine. */
void rest_stop(struct rest *r);

#endif
