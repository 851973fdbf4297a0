/*
 * How many calls a key may make, contract 3.4: a token bucket that starts full and
 * fills evenly. In whole numbers, so that nothing drifts. Pure: the caller brings
 * the time, which is the machine's and not the scenario's.
 */
#ifndef PEPAYTOP_SANDBOX_RATE_H
#define PEPAYTOP_SANDBOX_RATE_H

#include "sandbox/call.h"

#define RATE_COUNT_MAX     1000000
#define RATE_PERIOD_MAX_MS (24LL * 60 * 60 * 1000)

struct rate_limit {
	int64_t count; /* calls a period, and at once; 0: no limit */
	int64_t period_ms;
};

struct rate_bucket {   /* zero is one that was never used */
	int64_t level; /* in period_ms to a call, so that a millisecond adds `count` */
	int64_t filled_ms;
	bool used;
};

/* "100/1m": count and duration, each at least 1 and 1 s, and at most the above. E_INVALID. */
must_check enum status rate_parse(const char *text, struct rate_limit *ret);
/* Takes one call out: 0, or the milliseconds until there will be one. */
int64_t rate_take(const struct rate_limit *l, struct rate_bucket *b, int64_t mono_ms);
/* 429, envelope C: Retry-After in seconds, and the same for a person in `retry_after`. */
void rate_refuse(struct reply *r, int64_t wait_ms);

#endif
