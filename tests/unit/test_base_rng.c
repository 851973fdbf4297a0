#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_rng_follows_the_published_xoshiro256ss(void **state)
{
	/* From state {1, 2, 3, 4}, as the reference implementation gives them. */
	static const uint64_t expected[] = {
		11520ULL,
		0ULL,
		1509978240ULL,
		1215971899390074240ULL,
		1216172134540287360ULL,
		607988272756665600ULL,
	};
	struct rng r = {{1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_true(rng_next(&r) == expected[i]);
}

static void test_rng_same_seed_same_sequence(void **state)
{
	struct rng a, b, c;
	int same = 0;

	(void)state;
	rng_seed(&a, 42);
	rng_seed(&b, 42);
	rng_seed(&c, 43);
	for (int i = 0; i < 1000; i++) {
		uint64_t value = rng_next(&a);

		assert_true(value == rng_next(&b));
		same += value == rng_next(&c);
	}
	assert_int_equal(same, 0);
}

static void test_rng_seed_zero_is_no_trap(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 0);
	assert_true(rng_next(&r) != rng_next(&r));
}

static void test_rng_system_seeds_differ(void **state)
{
	struct rng a, b;

	(void)state;
	rng_seed_from_system(&a);
	rng_seed_from_system(&b);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

static void test_rng_below_is_even_and_in_range(void **state)
{
	struct rng r;
	int counts[7] = {0};

	(void)state;
	rng_seed(&r, 1);
	for (int i = 0; i < 70000; i++) {
		uint64_t v = rng_below(&r, 7);

		assert_true(v < 7);
		counts[v]++;
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(counts[i], 9600, 10400);
	for (int i = 0; i < 100; i++)
		assert_true(rng_below(&r, 1) == 0);
	assert_true(rng_below(&r, UINT64_MAX) < UINT64_MAX);
}

static void test_rng_between_includes_both_ends(void **state)
{
	struct rng r;
	bool seen[5] = {false};

	(void)state;
	rng_seed(&r, 2);
	for (int i = 0; i < 1000; i++) {
		int64_t v = rng_between(&r, -2, 2);

		assert_true(v >= -2 && v <= 2);
		seen[v + 2] = true;
	}
	for (int i = 0; i < 5; i++)
		assert_true(seen[i]);
	assert_true(rng_between(&r, 9, 9) == 9);
	assert_true(rng_between(&r, INT64_MIN, INT64_MIN) == INT64_MIN);
	for (int i = 0; i < 100; i++)
		assert_true(rng_between(&r, INT64_MAX - 1, INT64_MAX) >= INT64_MAX - 1);
	assert_true(rng_between(&r, INT64_MIN, INT64_MAX) != rng_between(&r, INT64_MIN, INT64_MAX));
}

static void test_rng_chance_keeps_its_percentage(void **state)
{
	struct rng r;
	int hits = 0;

	(void)state;
	rng_seed(&r, 3);
	for (int i = 0; i < 10000; i++) {
		assert_false(rng_chance(&r, 0));
		assert_true(rng_chance(&r, 100));
		hits += rng_chance(&r, 30);
	}
	assert_in_range(hits, 2800, 3200);
}

static void test_rng_uuid_is_version_4_and_never_repeats(void **state)
{
	static char made[2000][UUID_CAP];
	struct rng r;

	(void)state;
	rng_seed(&r, 4);
	for (size_t i = 0; i < 2000; i++) {
		assert_ptr_equal(rng_uuid(&r, made[i]), made[i]);
		assert_true(uuid_valid(made[i]));
		assert_int_equal(made[i][14], '4');
		assert_non_null(strchr("89ab", made[i][19]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(made[i], made[j]);
	}
	/* every digit position but the fixed ones must vary */
	for (size_t at = 0; at < UUID_CAP - 1; at++) {
		bool varies = false;

		for (size_t i = 1; i < 2000; i++)
			varies |= made[i][at] != made[0][at];
		assert_int_equal(varies, at != 14 && made[0][at] != '-');
	}
}

static void test_uuid_valid_is_strict(void **state)
{
	static const char *const bad[] = {
		"",
		"00000000-0000-0000-0000-00000000000",
		"00000000-0000-0000-0000-0000000000000",
		"00000000-0000-0000-0000-00000000000g",
		"00000000-0000-0000-000000000-0000000",
		"{0000000-0000-0000-0000-00000000000}",
		"00000000000000000000000000000000",
	};

	(void)state;
	assert_true(uuid_valid("00000000-0000-0000-0000-000000000000"));
	assert_true(uuid_valid("018f4E2c-7b1A-7Def-9c3d-0123456789AB"));
	assert_false(uuid_valid(NULL));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(uuid_valid(bad[i]));
}

static void test_rng_hex_writes_twice_the_bytes(void **state)
{
	struct rng r;
	char buf[80];

	(void)state;
	rng_seed(&r, 5);
	for (size_t bytes = 0; bytes < 39; bytes++) {
		memset(buf, 'Z', sizeof(buf));
		rng_hex(&r, buf, bytes);
		assert_int_equal(strlen(buf), 2 * bytes);
		assert_int_equal(strspn(buf, "0123456789abcdef"), 2 * bytes);
		assert_int_equal(buf[2 * bytes + 1], 'Z');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rng_follows_the_published_xoshiro256ss),
		cmocka_unit_test(test_rng_same_seed_same_sequence),
		cmocka_unit_test(test_rng_seed_zero_is_no_trap),
		cmocka_unit_test(test_rng_system_seeds_differ),
		cmocka_unit_test(test_rng_below_is_even_and_in_range),
		cmocka_unit_test(test_rng_between_includes_both_ends),
		cmocka_unit_test(test_rng_chance_keeps_its_percentage),
		cmocka_unit_test(test_rng_uuid_is_version_4_and_never_repeats),
		cmocka_unit_test(test_uuid_valid_is_strict),
		cmocka_unit_test(test_rng_hex_writes_twice_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
