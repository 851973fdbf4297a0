/*
 * The director: plays a scenario, a seeded story, against the domain. It first
 * fills in a believable past (in virtual time before the epoch), then goes live.
 */
#ifndef PEPAYTOP_SANDBOX_DIRECTOR_H
#define PEPAYTOP_SANDBOX_DIRECTOR_H

#include "sandbox/world.h"

struct director;

/* The scenarios built in, NULL-terminated: "demo" (a shop's life), "quiet" (past only), "busy". */
const char *const *director_scenarios(void);
const char *director_describe(const char *scenario); /* one line, or NULL when unknown */

/* E_NOT_FOUND for an unknown scenario. `event_limit`: freeze the world after that many live
 * events; 0 = none. */
must_check enum status director_new(struct world *w, const char *scenario, int64_t event_limit,
                                    struct director **ret, struct problem *reterr);
void director_free(struct director *d);
/* Writes the past. Once, before listening; skipped when the ledger already has one. */
must_check enum status director_seed(struct director *d, struct problem *reterr);
/*
 * Runs everything due by now (world_target_ms), expiries included, in time order, each in its own
 * transaction at its own virtual time. *ret_next_ms: real milliseconds until it wants to be called
 * again, or -1 when never.
 */
must_check enum status director_run(struct director *d, int64_t *ret_next_ms,
                                    struct problem *reterr);

#endif
