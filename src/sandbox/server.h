/*
 * HTTP and WebSocket on one loopback port: libwebsockets plumbing, routing, auth.
 * One thread: lws's service loop, which also ticks the director.
 */
#ifndef PEPAYTOP_SANDBOX_SERVER_H
#define PEPAYTOP_SANDBOX_SERVER_H

#include "sandbox/director.h"

struct server;

/* `address` is an IP literal; only loopback is served in this version (E_DENIED otherwise).
 * Port 0 lets the system choose; server_port() tells. */
must_check enum status server_new(struct world *w, struct director *d, const char *address,
                                  int port, struct server **ret, struct problem *reterr);
int server_port(const struct server *s);
/* Serves until server_stop(), SIGTERM/SIGINT noticed through `stop`, or the parent is gone. */
must_check enum status server_run(struct server *s, const volatile int *stop,
                                  struct problem *reterr);
void server_free(struct server *s);

#endif
