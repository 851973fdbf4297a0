/*
 * Repeated writes, contract 3.7 and the rules of section 15: within 24 hours the
 * same key with the same request answers as the first time, with another request
 * it is refused.
 */
#ifndef PEPAYTOP_SANDBOX_IDEMPOTENCY_H
#define PEPAYTOP_SANDBOX_IDEMPOTENCY_H

#include "sandbox/call.h"

#define IDEMPOTENCY_WINDOW_MS (24LL * 60 * 60 * 1000)

enum repeat {
	REPEAT_NEW,      /* go on */
	REPEAT_ANSWERED, /* the reply is filled: a replay, or a refusal */
};

struct idempotency {
	const char *principal;
	char body_hash[65];
};

/* A v4 UUID, as contract 4.1 asks. */
bool idempotency_key_valid(const char *key);
enum repeat idempotency_check(struct world *w, const struct call *c, struct idempotency *it,
			      struct reply *r);
/* Inside the write's transaction. */
must_check enum status idempotency_store(struct world *w, const struct call *c,
					 const struct idempotency *it, const struct reply *r,
					 struct problem *reterr);

#endif
