/* What streams_filter.c (parameters), streams_open.c (who, and from where) and streams.c (what
 * comes next) share. */
#ifndef PEPAYTOP_SANDBOX_STREAMS_PRIVATE_H
#define PEPAYTOP_SANDBOX_STREAMS_PRIVATE_H

#include "base/strbuf.h"
#include "sandbox/ledger.h"
#include "sandbox/streams.h"

struct stream_kind {
	const char *path;
	enum surface surface;
};

enum stream_start {
	START_LIVE,    /* no `since` */
	START_REPLAY,  /* after `since` */
	START_UNKNOWN, /* `since` names no event: only what is new */
	START_SNAPSHOT /* `since` is older than what is kept: the newest of what is, then live */
};

struct stream {
	const struct site *site;
	struct world *world;
	struct call_param params[CALL_PARAMS_MAX]; /* what the filter's strings point into */
	size_t param_count;
	struct ledger_event_filter filter; /* after_seq: how far this subscriber has come */
	char since[ID_CAP];                /* "" when not asked for */
	char session_invoice_id[ID_CAP];   /* a payor's; "" on the other streams */
	int64_t expires_ms;                /* of its token, or TIME_NONE */
	enum stream_start start;
	int64_t oldest_seq;     /* what is kept begins here */
	int64_t live_after_seq; /* the newest event when it subscribed */
	enum { STREAM_OPENING, STREAM_REPLAYING, STREAM_LIVE } state;
};

const struct stream_kind *stream_kind_find(const char *path); /* NULL for other paths */
/* The parameters against the stream's list and their values: E_INVALID. */
must_check enum status stream_check(const struct stream *st, enum surface surface,
				    struct problem *reterr);
void stream_set_filter(struct stream *st, enum surface surface);

#endif
