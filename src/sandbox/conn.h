/*
 * One connection, from the bytes it sends to the bytes it gets: HTTP/1.1 requests
 * with keep-alive, and after an upgrade a WebSocket stream. Knows no sockets, so a
 * test can be the client; server.c moves the bytes.
 *
 * One request is worked on at a time. While its answer is not taken, input waits
 * (conn_wants_input() is false), so a client that pipelines without reading cannot
 * make us hold more than one answer.
 */
#ifndef PEPAYTOP_SANDBOX_CONN_H
#define PEPAYTOP_SANDBOX_CONN_H

#include "sandbox/router.h"

/* Milliseconds. */
#define CONN_HEAD_MS     10000  /* from a request's first byte to the end of its body */
#define CONN_IDLE_MS     75000  /* between requests */
#define CONN_PING_MS     15000  /* silence on a stream before we ping */
#define CONN_DEAD_MS     45000  /* and before we hang up */
#define CONN_SLOW_MS     60000  /* a stream that takes nothing of what waits for it */
#define CONN_FAREWELL_MS 10000  /* of the last bytes not taken, before we hang up */
#define CONN_STALLED_MS  300000 /* for an answer, or the last bytes of a stream, to be taken */
#define CONN_LINGER_MS   1000   /* after our last byte, for the peer to close */
#define CONN_DISCARD_MAX (8u * 1024u * 1024u) /* of a refused body, read so that the answer is */

struct conn;

struct conn *conn_new(struct site *s, int64_t mono_ms);
void conn_free(struct conn *c);

void conn_receive(struct conn *c, const char *bytes, size_t len, int64_t mono_ms);
bool conn_wants_input(const struct conn *c);
/*
 * The bytes to send next; 0 when there are none now. Fills itself from the ledger on a stream.
 * conn_sent() says how many of them went.
 */
size_t conn_output(struct conn *c, const char **ret_bytes);
void conn_sent(struct conn *c, size_t len, int64_t mono_ms);
/* Everything is sent and nothing more will be: shut the sending side down. */
bool conn_finished(const struct conn *c);
/* The same, but by a reset. */
bool conn_wants_reset(const struct conn *c);
/* A fault keeps its output back for so long; 0: it does not. */
int64_t conn_held_ms(const struct conn *c);
bool conn_is_stream(const struct conn *c);
/* Says goodbye: streams get a close frame (1001), others end after the answer under way. */
void conn_shut_down(struct conn *c);
/* Timeouts and pings. False when it is time to hang up; *ret_output: it has something to send. */
bool conn_tick(struct conn *c, int64_t mono_ms, bool *ret_output);

#endif
