#include "base/money.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_money_parse_reads_exact_decimals(void **state)
{
	static const struct {
		const char *text;
		unsigned exponent;
		int64_t minor;
	} rows[] = {
		{"100", 2, 10000},
		{"100.0", 2, 10000},
		{"100.00", 2, 10000},
		{"100.0000000000", 2, 10000},
		{"100", 0, 100},
		{"100.00", 0, 100},
		{"100.005", 3, 100005},
		{"0", 3, 0},
		{"0.000", 3, 0},
		{"0.001", 3, 1},
		{"-1", 3, -1000},
		{"-0.5", 3, -500},
		{"1000000.01", 2, 100000001},
		{"10.0000", 2, 1000},
		{"0.00000001", 8, 1},
		/* where a double would round */
		{"9007199254740993", 0, 9007199254740993},
		{"9007199254740.993", 3, 9007199254740993},
		{"9223372036854775807", 0, INT64_MAX},
		{"-9223372036854775808", 0, INT64_MIN},
		{"9223372036854775.807", 3, INT64_MAX},
		{"-9223372036854775.808", 3, INT64_MIN},
		{"92233720368.54775807", 8, INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t minor = -77;

		assert_int_equal(money_parse_decimal(rows[i].text, rows[i].exponent, &minor), S_OK);
		assert_true(minor == rows[i].minor);
	}
}

static void refuse(const char *text, unsigned exponent, enum status status)
{
	int64_t minor = -77;

	assert_int_equal(money_parse_decimal(text, exponent, &minor), status);
	assert_int_equal(minor, -77);
}

static void test_money_parse_refuses_what_is_not_a_decimal(void **state)
{
	static const char *const rows[] = {
		"",           "-",         ".",
		"-.",         ".5",        "5.",
		"-.5",        "+5",        "--5",
		"5-",         "1e2",       "1E2",
		"1e999",      "1e-400",    "NaN",
		"nan",        "Infinity",  "-Infinity",
		"inf",        "0x10",      "1.2.3",
		"1..2",       " 1",        "1 ",
		"1 000",      "1,000",     "1,000,000.01",
		"\"100\"",    "1\n",       "$1",
		"1_0",        "01",        "007",
		"00",         "-01",       "\xD9\xA1",
		"1.\xD9\xA1", "1\xC2\xA0", "-0",
		"-0.00",      "- 1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (unsigned exponent = 0; exponent <= MONEY_EXPONENT_MAX; exponent++)
			refuse(rows[i], exponent, E_INVALID);
	refuse(NULL, 2, E_INVALID);
	refuse("1", MONEY_EXPONENT_MAX + 1, E_INVALID);
}

static void test_money_parse_refuses_too_many_digits(void **state)
{
	(void)state;
	refuse("100.005", 2, E_INVALID);
	refuse("0.0001", 3, E_INVALID);
	refuse("0.00010", 3, E_INVALID);
	refuse("1.5", 0, E_INVALID);
	refuse("0.000000001", 8, E_INVALID);
}

static void test_money_parse_refuses_overflow(void **state)
{
	char digits[401];

	(void)state;
	refuse("9223372036854775808", 0, E_LIMIT);
	refuse("-9223372036854775809", 0, E_LIMIT);
	refuse("9223372036854775.808", 3, E_LIMIT);
	refuse("9223372036854775808", 3, E_LIMIT);
	refuse("18446744073709551617", 0, E_LIMIT);
	memset(digits, '9', 400);
	digits[400] = '\0';
	refuse(digits, 3, E_LIMIT);
}

static void test_money_decimal_is_what_parse_reads(void **state)
{
	static const int64_t edges[] = {0,
					1,
					-1,
					9,
					10,
					99,
					100,
					999,
					1000,
					1001,
					-1000,
					INT64_MAX,
					INT64_MIN,
					INT64_MIN + 1,
					9007199254740993};
	char buf[MONEY_TEXT_CAP];
	struct rng r;

	(void)state;
	rng_seed(&r, 11);
	for (unsigned exponent = 0; exponent <= MONEY_EXPONENT_MAX; exponent++) {
		for (size_t i = 0; i < COUNT(edges) + 20000; i++) {
			int64_t minor = i < COUNT(edges)
						? edges[i]
						: (int64_t)rng_next(&r) >> rng_below(&r, 64);
			int64_t back = minor ^ 1;

			money_decimal(buf, minor, exponent);
			assert_int_equal(money_parse_decimal(buf, exponent, &back), S_OK);
			assert_true(back == minor);
		}
	}
	assert_string_equal(money_decimal(buf, -1234567, 3), "-1234.567");
	assert_string_equal(money_decimal(buf, 5, 3), "0.005");
	assert_string_equal(money_decimal(buf, 49990, 3), "49.990");
	assert_string_equal(money_decimal(buf, -7, 0), "-7");
	assert_string_equal(money_decimal(buf, INT64_MIN, 0), "-9223372036854775808");
	assert_string_equal(money_decimal(buf, INT64_MIN, 8), "-92233720368.54775808");
}

static void test_money_format_styles(void **state)
{
	static const struct {
		int64_t minor;
		unsigned exponent;
		const char *plain, *aligned, *full;
	} rows[] = {
		{0, 3, "0.00", "0.00 ", "0.000 USD"},
		{5, 3, "0.005", "0.005", "0.005 USD"},
		{50, 3, "0.05", "0.05 ", "0.050 USD"},
		{-5, 3, "-0.005", "-0.005", "-0.005 USD"},
		{12500, 3, "12.50", "12.50 ", "12.500 USD"},
		{999990, 3, "999.99", "999.99 ", "999.990 USD"},
		{1000000, 3, "1,000.00", "1,000.00 ", "1,000.000 USD"},
		{1234500, 3, "1,234.50", "1,234.50 ", "1,234.500 USD"},
		{123456, 2, "1,234.56", "1,234.56", "1,234.56 USD"},
		{100, 2, "1.00", "1.00", "1.00 USD"},
		{15, 1, "1.5", "1.5", "1.5 USD"},
		{1234567, 0, "1,234,567", "1,234,567", "1,234,567 USD"},
		{-999, 0, "-999", "-999", "-999 USD"},
		{150000000, 8, "1.50", "1.50      ", "1.50000000 USD"},
		{100000001, 8, "1.00000001", "1.00000001", "1.00000001 USD"},
		{INT64_MAX, 3, "9,223,372,036,854,775.807", "9,223,372,036,854,775.807",
		 "9,223,372,036,854,775.807 USD"},
		{INT64_MIN, 0, "-9,223,372,036,854,775,808", "-9,223,372,036,854,775,808",
		 "-9,223,372,036,854,775,808 USD"},
		{INT64_MIN, 8, "-92,233,720,368.54775808", "-92,233,720,368.54775808",
		 "-92,233,720,368.54775808 USD"},
	};
	char buf[MONEY_TEXT_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct money m = money_make(rows[i].minor, rows[i].exponent, "usd");

		assert_string_equal(money_format(buf, m, MONEY_PLAIN), rows[i].plain);
		assert_string_equal(money_format(buf, m, MONEY_ALIGNED), rows[i].aligned);
		assert_string_equal(money_format(buf, m, MONEY_FULL), rows[i].full);
	}
}

static void test_money_aligned_keeps_points_in_one_column(void **state)
{
	char buf[MONEY_TEXT_CAP];
	struct rng r;

	(void)state;
	rng_seed(&r, 12);
	for (int i = 0; i < 20000; i++) {
		unsigned exponent = 1 + (unsigned)rng_below(&r, MONEY_EXPONENT_MAX);
		int64_t minor = (int64_t)rng_next(&r) >> rng_below(&r, 64);

		if (rng_chance(&r, 50))
			minor = minor / 1000 * 1000;
		money_format(buf, money_make(minor, exponent, "X"), MONEY_ALIGNED);
		assert_int_equal(strlen(strchr(buf, '.')), exponent + 1);
	}
}

static void test_money_format_loses_no_digit(void **state)
{
	char buf[MONEY_TEXT_CAP], bare[MONEY_TEXT_CAP];
	struct rng r;

	(void)state;
	rng_seed(&r, 13);
	for (int i = 0; i < 50000; i++) {
		unsigned exponent = (unsigned)rng_below(&r, MONEY_EXPONENT_MAX + 1);
		int64_t minor = (int64_t)rng_next(&r) >> rng_below(&r, 64);
		enum money_style style = rng_chance(&r, 50) ? MONEY_PLAIN : MONEY_FULL;
		int64_t back = minor ^ 1;
		size_t n = 0;

		money_format(buf, money_make(minor, exponent, ""), style);
		for (size_t j = 0; buf[j]; j++)
			if (buf[j] != ',')
				bare[n++] = buf[j];
		bare[n] = '\0';
		assert_int_equal(money_parse_decimal(bare, exponent, &back), S_OK);
		assert_true(back == minor);
	}
}

static void test_money_parse_survives_random_bytes(void **state)
{
	static const char alphabet[] = "0123456789.-+eE, 0\n\xFF";
	struct rng r;
	int accepted = 0;

	(void)state;
	rng_seed(&r, 14);
	for (int i = 0; i < 200000; i++) {
		unsigned exponent = (unsigned)rng_below(&r, MONEY_EXPONENT_MAX + 1);
		size_t len = (size_t)rng_below(&r, 24);
		int64_t minor = 0, again = 1;
		char text[32], buf[MONEY_TEXT_CAP];

		for (size_t j = 0; j < len; j++)
			text[j] = rng_chance(&r, 10)
					  ? (char)(1 + rng_below(&r, 255))
					  : alphabet[rng_below(&r, rng_chance(&r, 60) ? 11 : 19)];
		text[len] = '\0';
		if (money_parse_decimal(text, exponent, &minor) != S_OK)
			continue;
		accepted++;
		assert_int_equal(strspn(text, "-.0123456789"), len);
		assert_int_equal(money_parse_decimal(money_decimal(buf, minor, exponent), exponent,
						     &again),
				 S_OK);
		assert_true(again == minor);
	}
	assert_true(accepted > 1000);
}

static void test_money_make_upper_cases_and_never_shortens_a_code(void **state)
{
	char buf[MONEY_TEXT_CAP];

	(void)state;
	assert_string_equal(money_make(1, 2, "eur").currency, "EUR");
	assert_string_equal(money_make(1, 2, "usdc.e").currency, "USDC.E");
	assert_string_equal(money_make(1, 2, "az`{AZ").currency, "AZ`{AZ");
	assert_string_equal(money_make(1, 2, "ABCDEFGH").currency, "ABCDEFGH");
	assert_string_equal(money_make(1, 2, "ABCDEFGHI").currency, "");
	assert_string_equal(money_make(1, 2, NULL).currency, "");
	assert_string_equal(money_format(buf, money_make(150, 2, NULL), MONEY_FULL), "1.50");
	assert_string_equal(money_usd_millis(1).currency, "USD");
	assert_int_equal(money_usd_millis(1).exponent, 3);
}

static void test_money_add_keeps_currencies_apart(void **state)
{
	static const struct {
		struct money a, b;
		enum status status;
		int64_t sum;
	} rows[] = {
		{{1, 3, "USD"}, {2, 3, "USD"}, S_OK, 3},
		{{-5, 3, "USD"}, {2, 3, "USD"}, S_OK, -3},
		{{INT64_MAX, 3, "USD"}, {INT64_MIN, 3, "USD"}, S_OK, -1},
		{{1, 3, "USD"}, {2, 2, "USD"}, E_CONFLICT, 0},
		{{1, 3, "USD"}, {2, 3, "EUR"}, E_CONFLICT, 0},
		{{1, 3, "USD"}, {2, 3, "USDC"}, E_CONFLICT, 0},
		{{1, 3, ""}, {2, 3, ""}, E_CONFLICT, 0},
		{{1, 3, ""}, {2, 3, "USD"}, E_CONFLICT, 0},
		{{INT64_MAX, 3, "USD"}, {1, 3, "USD"}, E_LIMIT, 0},
		{{INT64_MIN, 3, "USD"}, {-1, 3, "USD"}, E_LIMIT, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct money sum = {.minor = -77};

		assert_int_equal(money_add(rows[i].a, rows[i].b, &sum), rows[i].status);
		assert_true(sum.minor == (rows[i].status == S_OK ? rows[i].sum : -77));
		if (rows[i].status == S_OK)
			assert_string_equal(sum.currency, "USD");
	}
}

static void test_money_plus_and_minus_stay_at_the_border(void **state)
{
	static const struct {
		int64_t a, b, plus, minus;
	} rows[] = {
		{2, 3, 5, -1},
		{-2, 3, 1, -5},
		{INT64_MAX, 1, INT64_MAX, INT64_MAX - 1},
		{INT64_MAX, -1, INT64_MAX - 1, INT64_MAX},
		{INT64_MIN, 1, INT64_MIN + 1, INT64_MIN},
		{INT64_MIN, -1, INT64_MIN, INT64_MIN + 1},
		{0, INT64_MIN, INT64_MIN, INT64_MAX},
		{-1, INT64_MIN, INT64_MIN, INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(money_plus(rows[i].a, rows[i].b) == rows[i].plus);
		assert_true(money_minus(rows[i].a, rows[i].b) == rows[i].minus);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_money_parse_reads_exact_decimals),
		cmocka_unit_test(test_money_parse_refuses_what_is_not_a_decimal),
		cmocka_unit_test(test_money_parse_refuses_too_many_digits),
		cmocka_unit_test(test_money_parse_refuses_overflow),
		cmocka_unit_test(test_money_decimal_is_what_parse_reads),
		cmocka_unit_test(test_money_format_styles),
		cmocka_unit_test(test_money_aligned_keeps_points_in_one_column),
		cmocka_unit_test(test_money_format_loses_no_digit),
		cmocka_unit_test(test_money_parse_survives_random_bytes),
		cmocka_unit_test(test_money_make_upper_cases_and_never_shortens_a_code),
		cmocka_unit_test(test_money_add_keeps_currencies_apart),
		cmocka_unit_test(test_money_plus_and_minus_stay_at_the_border),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
