/*
 * HTTP and WebSocket on one port: libwebsockets plumbing, routing, auth.
 * One thread: lws's service loop, which also ticks the director.
 */
#ifndef PEPAYTOP_SANDBOX_SERVER_H
#define PEPAYTOP_SANDBOX_SERVER_H

#include "sandbox/director.h"
#include "sandbox/rules.h"

struct server;

struct server_setup {
	const char *address; /* an IP literal; without TLS a loopback one (E_DENIED otherwise) */
	int port;            /* 0 lets the system choose; server_port() tells */
	const char *tls_cert, *tls_key; /* PEM files, or NULL: in clear */
	struct site_rules rules;
};

must_check enum status server_new(struct world *w, struct director *d,
				  const struct server_setup *setup, struct server **ret,
				  struct problem *reterr);
int server_port(const struct server *s);
/* Serves until server_stop(), SIGTERM/SIGINT noticed through `stop`, or the parent is gone. */
must_check enum status server_run(struct server *s, const volatile int *stop,
				  struct problem *reterr);
void server_free(struct server *s);

#endif
