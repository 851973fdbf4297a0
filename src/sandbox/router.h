/*
 * From a request to its answer: which route, who calls, which parameters; then
 * api_dispatch() does the rest. Knows no sockets.
 */
#ifndef PEPAYTOP_SANDBOX_ROUTER_H
#define PEPAYTOP_SANDBOX_ROUTER_H

#include "sandbox/auth.h"
#include "sandbox/http1.h"
#include "sandbox/rules.h"

/* What every connection shares. */
struct site {
	struct world *world;
	struct site_rules rules;
	struct rate_bucket buckets[SCOPE_COMMERCE + 1]; /* by scope; NONE: the payors together */
	struct rng ids;                 /* request ids; apart from world.rng, so that a client's
					   polling does not change what a scenario draws */
	void (*before_call)(void *ctx); /* brings virtual time up to date */
	void (*after_write)(void *ctx); /* a write may have changed what is due next */
	void *ctx;
};

/* With the rules as they are when the command line says nothing. */
void site_init(struct site *s, struct world *w);

struct answer {
	struct reply reply;
	char request_id[ID_CAP];
	const char *allow; /* for a 405; static */
};

/* The caller's x-request-id when it is short and plain, else a fresh one. */
void router_request_id(struct site *s, const struct http1_request *req, char ret[ID_CAP]);
struct credentials router_credentials(const struct http1_request *req);
/* Answers everything but WebSocket upgrades. `body` is NUL-terminated. Release ret->reply. */
void router_serve(struct site *s, const struct http1_request *req, const char *body,
		  size_t body_len, struct answer *ret);
/* A 400 VALIDATION_ERROR that says what `why` says. */
void router_refuse(struct reply *r, const struct problem *why);

#endif
