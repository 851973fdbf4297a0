#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/backoff.h"

static void test_backoff_stays_within_its_bounds(void **state)
{
	static const int64_t most[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000};

	(void)state;
	for (uint64_t seed = 0; seed < 500; seed++) {
		struct backoff b = {.attempt = 0};
		struct rng rng;

		rng_seed(&rng, seed);
		for (unsigned i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
			int64_t wait = backoff_next(&b, &rng, 0);

			assert_true(wait >= BACKOFF_BASE_MS / 2);
			assert_true(wait <= most[i]);
			assert_int_equal(b.attempt, i + 1);
		}
	}
}

/* 200 clients that lost the same server must not come back together (N28). */
static void test_backoff_spreads_a_crowd(void **state)
{
	size_t tenth[10] = {0};

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct backoff b = {.attempt = 6};
		struct rng rng;
		int64_t wait;

		rng_seed(&rng, seed);
		wait = backoff_next(&b, &rng, 0);
		tenth[(wait * 10) / (BACKOFF_CAP_MS + 1)]++;
	}
	for (size_t i = 0; i < 10; i++)
		assert_in_range(tenth[i], 5, 45);
}

static void test_backoff_waits_at_least_what_the_server_asks(void **state)
{
	static const int64_t floors[] = {1, 1000, 29999, 90000, BACKOFF_FLOOR_MAX_MS};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3);
	for (size_t i = 0; i < sizeof(floors) / sizeof(floors[0]); i++) {
		struct backoff b = {.attempt = 0};
		int64_t wait = backoff_next(&b, &rng, floors[i]);

		assert_true(wait >= floors[i]);
		assert_true(wait <= floors[i] + 2 * BACKOFF_BASE_MS);
	}
	struct backoff b = {.attempt = 0};
	assert_true(backoff_next(&b, &rng, INT64_MAX) <= BACKOFF_FLOOR_MAX_MS + BACKOFF_BASE_MS);
	assert_true(backoff_next(&b, &rng, -5) >= BACKOFF_BASE_MS / 2);
}

static void test_backoff_starts_over_only_after_a_healthy_while(void **state)
{
	struct backoff b = {.attempt = 7};

	(void)state;
	backoff_was_live(&b, BACKOFF_HEALTHY_MS - 1);
	assert_int_equal(b.attempt, 7);
	backoff_was_live(&b, BACKOFF_HEALTHY_MS);
	assert_int_equal(b.attempt, 0);
}

static void test_backoff_attempts_do_not_wrap(void **state)
{
	struct backoff b = {.attempt = BACKOFF_ATTEMPT_MAX};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	assert_true(backoff_next(&b, &rng, 0) <= BACKOFF_CAP_MS);
	assert_int_equal(b.attempt, BACKOFF_ATTEMPT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backoff_stays_within_its_bounds),
		cmocka_unit_test(test_backoff_spreads_a_crowd),
		cmocka_unit_test(test_backoff_waits_at_least_what_the_server_asks),
		cmocka_unit_test(test_backoff_starts_over_only_after_a_healthy_while),
		cmocka_unit_test(test_backoff_attempts_do_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
