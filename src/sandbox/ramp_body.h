/* Members of ramp requests, as body.h reads others. Each is required. */
#ifndef PEPAYTOP_SANDBOX_RAMP_BODY_H
#define PEPAYTOP_SANDBOX_RAMP_BODY_H

#include "sandbox/body.h"
#include "sandbox/shop.h"

/* customer_id */
bool ramp_body_customer(const struct call *c, struct reply *r, const char **ret);
/* country: one with a corridor. */
bool ramp_body_corridor(const struct call *c, struct reply *r, const struct shop_corridor **ret);
/* amount: usd_millis within the corridors' bounds. */
bool ramp_body_amount(const struct call *c, struct reply *r, int64_t *ret);
/* One word of a NULL-terminated list; `fallback` where the member may be absent, else NULL. */
bool ramp_body_word(const struct call *c, struct reply *r, const char *key,
		    const char *const *allowed, const char *fallback, const char **ret);
/* transitionTo: a status of the vocabulary, in its own spelling. */
bool ramp_body_transition(const struct call *c, struct reply *r, enum vocab v, const char **ret);

#endif
