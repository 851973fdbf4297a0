#include "base/rng.h"

#include <time.h>
#include <unistd.h>

/* splitmix64: spreads one word over the state, as xoshiro's authors advise. */
static uint64_t seed_next(uint64_t *x)
{
	uint64_t z = *x += 0x9E3779B97F4A7C15ULL;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
	return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed)
{
	for (size_t i = 0; i < 4; i++)
		r->s[i] = seed_next(&seed);
}

void rng_seed_from_system(struct rng *r)
{
	struct timespec now = {0};

	if (getentropy(r->s, sizeof(r->s)) == 0 && (r->s[0] | r->s[1] | r->s[2] | r->s[3]))
		return;
	/* Uniqueness is what idempotency keys need; this still gives it to every process. */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	rng_seed(r, ((uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec) ^
			    ((uint64_t)getpid() << 40));
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s;
	uint64_t result = rotl(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *r, uint64_t bound)
{
	/* The first 2^64 mod bound values would make small results likelier. */
	uint64_t reject = (0 - bound) % bound;
	uint64_t value;

	do
		value = rng_next(r);
	while (value < reject);
	return value % bound;
}

int64_t rng_between(struct rng *r, int64_t lo, int64_t hi)
{
	uint64_t span = (uint64_t)hi - (uint64_t)lo;
	uint64_t step = span == UINT64_MAX ? rng_next(r) : rng_below(r, span + 1);

	return (int64_t)((uint64_t)lo + step);
}

bool rng_chance(struct rng *r, unsigned percent)
{
	return rng_below(r, 100) < percent;
}

void rng_hex(struct rng *r, char *buf, size_t bytes)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t bits = 0;

	for (size_t i = 0; i < 2 * bytes; i++, bits >>= 4) {
		if (i % 16 == 0)
			bits = rng_next(r);
		buf[i] = hex[bits & 15];
	}
	buf[2 * bytes] = '\0';
}

const char *rng_uuid(struct rng *r, char buf[UUID_CAP])
{
	static const char hex[] = "0123456789abcdef";
	static const char shape[UUID_CAP] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
	uint64_t bits[2] = {rng_next(r), rng_next(r)};

	for (size_t i = 0, digit = 0; i < UUID_CAP; i++) {
		uint64_t four = (bits[digit / 16 % 2] >> (digit % 16 * 4)) & 15;

		buf[i] = shape[i];
		if (shape[i] == 'x')
			buf[i] = hex[four];
		else if (shape[i] == 'y')
			buf[i] = hex[8 | (four & 3)];
		if (shape[i] != '-')
			digit++;
	}
	return buf;
}

bool uuid_valid(const char *s)
{
	size_t i;

	if (!s)
		return false;
	for (i = 0; i < UUID_CAP - 1; i++) {
		char c = s[i];
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? c != '-'
			 : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
			     (c >= 'A' && c <= 'F')))
			return false;
	}
	return s[i] == '\0';
}
