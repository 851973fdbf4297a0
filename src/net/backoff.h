/*
 * How long to wait before dialling again: doubling with full jitter, a floor from
 * Retry-After, reset after a healthy while. Pure: clock and randomness come in.
 */
#ifndef PEPAYTOP_NET_BACKOFF_H
#define PEPAYTOP_NET_BACKOFF_H

#include "base/rng.h"

#define BACKOFF_BASE_MS      500
#define BACKOFF_CAP_MS       30000
#define BACKOFF_HEALTHY_MS   60000
#define BACKOFF_FLOOR_MAX_MS (10 * 60 * 1000) /* most a Retry-After may ask */
#define BACKOFF_ATTEMPT_MAX  1000000          /* where counting stops */

struct backoff {
	unsigned attempt; /* 0 = the last connection was healthy */
};

/* The wait before the next attempt, and counts it: in [BASE/2, min(CAP, BASE·2^attempt)], or, where
 * the floor is higher, in [floor, floor + BASE]. */
int64_t backoff_next(struct backoff *b, struct rng *rng, int64_t floor_ms);
/* Tells how long the connection that just ended had been live. */
void backoff_was_live(struct backoff *b, int64_t live_ms);

#endif
