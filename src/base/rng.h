/*
 * Seeded pseudo-random numbers (xoshiro256**), and v4 UUIDs from them. The same
 * seed gives the same sequence everywhere. Not for secrets.
 */
#ifndef PEPAYTOP_BASE_RNG_H
#define PEPAYTOP_BASE_RNG_H

#include "base/status.h"

#define UUID_CAP 37

struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
/* From the operating system; for idempotency keys and jitter in the real program. */
void rng_seed_from_system(struct rng *r);
uint64_t rng_next(struct rng *r);
/* Uniform in [0, bound); bound > 0. */
uint64_t rng_below(struct rng *r, uint64_t bound);
/* Uniform in [lo, hi], both included. */
int64_t rng_between(struct rng *r, int64_t lo, int64_t hi);
bool rng_chance(struct rng *r, unsigned percent);
/* Writes a v4 UUID; returns buf. */
const char *rng_uuid(struct rng *r, char buf[UUID_CAP]);
/* Writes 2*bytes lower-case hex digits and a NUL. */
void rng_hex(struct rng *r, char *buf, size_t bytes);
bool uuid_valid(const char *s); /* 8-4-4-4-12 hex, any version */

#endif
