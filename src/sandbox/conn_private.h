/*
 * What conn.c (buffers, time, streams) and conn_http.c (requests and answers)
 * share.
 */
#ifndef PEPAYTOP_SANDBOX_CONN_PRIVATE_H
#define PEPAYTOP_SANDBOX_CONN_PRIVATE_H

#include "base/strbuf.h"
#include "sandbox/conn.h"
#include "sandbox/conn_faults.h"
#include "sandbox/streams.h"
#include "sandbox/wsframe.h"

#define CONN_IN_MAX   (HTTP1_HEAD_MAX + CALL_BODY_MAX + 65536)
#define CONN_OUT_MAX  (64u * 1024u * 1024u)
#define CONN_OUT_KEEP (256u * 1024u) /* memory kept between answers */

enum conn_state {
	CONN_HEAD,    /* reading a request's head */
	CONN_BODY,    /* and its body */
	CONN_ANSWER,  /* sending the answer; input waits */
	CONN_DISCARD, /* the same, while a refused body is read away */
	CONN_STREAM,  /* a WebSocket stream */
	CONN_CLOSING  /* sending the last bytes; input is thrown away */
};

struct conn {
	struct site *site;
	enum conn_state state;
	struct strbuf in;
	size_t in_used; /* bytes at the start of `in` already dealt with */
	struct strbuf out;
	size_t out_sent;
	struct http1_request req; /* in BODY and ANSWER */
	int64_t discard;
	bool close_after;
	struct stream *stream;
	struct ws_reader reader;
	int64_t started_ms; /* BODY, HEAD with bytes: when the request began; else last activity */
	int64_t heard_ms;   /* last byte from the peer */
	int64_t pinged_ms;
	int64_t taken_ms;    /* when bytes of ours last went, or there were none to go */
	int64_t closing_ms;  /* when CLOSING was first seen, or 0 */
	int64_t finished_ms; /* or 0 */
	struct conn_line line;
};

/* Bytes not yet sent. */
size_t conn_pending(const struct conn *c);
/* Bytes not yet dealt with. */
const char *conn_input(const struct conn *c, size_t *ret_len);

/* One step each of working through the input: false when it needs more bytes or must wait. */
bool conn_read_head(struct conn *c, int64_t mono_ms);
bool conn_read_body(struct conn *c);
bool conn_discard(struct conn *c);
bool conn_next_request(struct conn *c, int64_t mono_ms);

#endif
