#include "net/backoff.h"

static int64_t ceiling(unsigned attempt)
{
	int64_t most = BACKOFF_BASE_MS;

	while (attempt-- > 0 && most < BACKOFF_CAP_MS)
		most *= 2;
	return most < BACKOFF_CAP_MS ? most : BACKOFF_CAP_MS;
}

int64_t backoff_next(struct backoff *b, struct rng *rng, int64_t floor_ms)
{
	int64_t wait = rng_between(rng, BACKOFF_BASE_MS / 2, ceiling(b->attempt));

	if (b->attempt < BACKOFF_ATTEMPT_MAX)
		b->attempt++;
	if (floor_ms > BACKOFF_FLOOR_MAX_MS)
		floor_ms = BACKOFF_FLOOR_MAX_MS;
	/* Everyone was told the same Retry-After: spread the crowd here too. */
	if (floor_ms > wait)
		wait = rng_between(rng, floor_ms, floor_ms + BACKOFF_BASE_MS);
	return wait;
}

void backoff_was_live(struct backoff *b, int64_t live_ms)
{
	if (live_ms >= BACKOFF_HEALTHY_MS)
		b->attempt = 0;
}
