/* The server's clock and ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/skew.h"
#include "base/when.h"

#define NOW INT64_C(1768478400000)

static void test_skew_is_what_is_more_than_the_way_of_an_answer(void **state)
{
	static const struct {
		int64_t server, newest; /* of now; TIME_NONE: nothing is known */
		int64_t ahead;
		const char *said;
	} ROWS[] = {
		{TIME_NONE, TIME_NONE, 0, NULL},
		{0, TIME_NONE, 0, NULL},
		{4999, TIME_NONE, 0, NULL},
		{-4999, -86400000, 0, NULL},
		{360000, TIME_NONE, 360000,
		 "This machine's clock is 6m behind the server's: ages go by the server's."},
		{-7200000, -7300000, -7200000,
		 "This machine's clock is 2h00m ahead of the server's: ages go by the server's."},
		{TIME_NONE, -50000, 0, NULL}, /* an old event says nothing of the clock */
		{TIME_NONE, 50000, 50000,
		 "This machine's clock is 50s behind the server's: ages go by the server's."},
		{10000, 50000, 50000,
		 "This machine's clock is 50s behind the server's: ages go by the server's."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		int64_t server = ROWS[i].server == TIME_NONE ? TIME_NONE : NOW + ROWS[i].server;
		int64_t newest = ROWS[i].newest == TIME_NONE ? TIME_NONE : NOW + ROWS[i].newest;
		struct skew s = {.told = false};
		struct safe_text said;

		assert_int_equal(skew_look(&s, NOW, server, newest, &said), ROWS[i].said != NULL);
		assert_int_equal(s.ahead_ms, ROWS[i].ahead);
		if (ROWS[i].said)
			assert_string_equal(safe_text_str(&said), ROWS[i].said);
		assert_false(skew_look(&s, NOW, server, newest, &said)); /* once */
		assert_int_equal(s.ahead_ms, ROWS[i].ahead);
	}
}

static void test_skew_does_not_make_ages_tremble_and_ends_when_the_clock_is_set(void **state)
{
	struct skew s = {.told = false};
	struct safe_text said;

	(void)state;
	assert_true(skew_look(&s, NOW, NOW + 60000, TIME_NONE, &said));
	(void)skew_look(&s, NOW, NOW + 61500, TIME_NONE, &said);
	assert_int_equal(s.ahead_ms, 60000);
	(void)skew_look(&s, NOW, NOW + 63000, TIME_NONE, &said);
	assert_int_equal(s.ahead_ms, 63000);
	(void)skew_look(&s, NOW, NOW + 100, TIME_NONE, &said);
	assert_int_equal(s.ahead_ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_skew_is_what_is_more_than_the_way_of_an_answer),
		cmocka_unit_test(
			test_skew_does_not_make_ages_tremble_and_ends_when_the_clock_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
