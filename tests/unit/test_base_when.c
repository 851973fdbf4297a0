#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_when_parse_reads_instants(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T00:00:00.001Z", 1},
		{"2000-02-29T12:00:00Z", 951825600000},
		{"2026-01-15T12:00:00.000Z", 1768478400000},
		{"2026-01-15T12:00:00Z", 1768478400000},
		{"2026-01-15t12:00:00z", 1768478400000},
		{"2026-01-15T14:00:00+02:00", 1768478400000},
		{"2026-01-15T06:30:00-05:30", 1768478400000},
		{"2026-01-15T12:00:00.5Z", 1768478400500},
		{"2026-01-15T12:00:00.123456Z", 1768478400123},
		{"2026-01-15T12:00:00.999999999Z", 1768478400999},
		{"1969-12-31T23:00:00-01:00", 0},
		{"9999-12-31T23:59:59.999Z", WHEN_MAX_MS},
		/* a leap second is the first of the next day, in every zone */
		{"2016-12-31T23:59:60Z", 1483228800000},
		{"2017-01-01T00:59:60+01:00", 1483228800000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = -77;

		assert_int_equal(when_parse(rows[i].text, &ms), S_OK);
		assert_true(ms == rows[i].ms);
	}
}

static void test_when_parse_refuses_the_rest(void **state)
{
	static const char *const rows[] = {
		"",
		"0",
		"1768478400",
		"2026-01-15",
		"2026-01-15 12:00:00Z",
		"2026-01-15T12:00:00", /* no zone */
		"2026-01-15T12:00Z",
		"2026-01-15T12:00:00ZZ",
		"2026-01-15T12:00:00Z ",
		" 2026-01-15T12:00:00Z",
		"2026-01-15T12:00:00.Z",
		"2026-01-15T12:00:00.1234567890Z",
		"2026-01-15T12:00:00,5Z",
		"2026-00-15T12:00:00Z",
		"2026-13-15T12:00:00Z",
		"2026-01-00T12:00:00Z",
		"2026-02-29T12:00:00Z",
		"1900-02-29T12:00:00Z",
		"2026-04-31T12:00:00Z",
		"2026-01-15T24:00:00Z",
		"2026-01-15T12:60:00Z",
		"2026-01-15T12:00:61Z",
		"2026-01-15T12:00:60Z", /* a leap second in the middle of a day */
		"2026-01-15T12:00:00+2:00",
		"2026-01-15T12:00:00+0200",
		"2026-01-15T12:00:00+24:00",
		"2026-01-15T12:00:00+02:60",
		"0000-01-01T00:00:00Z",
		"1969-12-31T23:59:59Z",
		"9999-12-31T23:59:59-00:01",
		"12026-01-15T12:00:00Z",
		"-026-01-15T12:00:00Z",
		"2026-01-15T12:00:0\xD9\xA0Z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = -77;

		assert_int_equal(when_parse(rows[i], &ms), E_INVALID);
		assert_int_equal(ms, -77);
	}
	assert_int_equal(when_parse(NULL, &(int64_t){0}), E_INVALID);
}

static void test_when_iso_and_parse_agree_on_every_day(void **state)
{
	char buf[WHEN_TEXT_CAP];
	int64_t day_ms = 86400000;

	(void)state;
	/* every 17th day up to the year 9999, one second before midnight */
	for (int64_t ms = day_ms - 1000; ms <= WHEN_MAX_MS; ms += 17 * day_ms) {
		int64_t back = -1;

		assert_int_equal(when_parse(when_iso(buf, ms), &back), S_OK);
		assert_true(back == ms);
	}
}

static void test_when_shows_instants(void **state)
{
	static const struct {
		int64_t ms;
		const char *iso, *clock;
	} rows[] = {
		{0, "1970-01-01T00:00:00Z", "00:00:00"},
		{1768478400999, "2026-01-15T12:00:00Z", "12:00:00"},
		{951868799000, "2000-02-29T23:59:59Z", "23:59:59"},
		{WHEN_MAX_MS, "9999-12-31T23:59:59Z", "23:59:59"},
		{WHEN_MAX_MS + 1, "-", "-"},
		{INT64_MAX, "-", "-"},
		{-1, "-", "-"},
		{TIME_NONE, "-", "-"},
	};
	char buf[WHEN_TEXT_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(when_iso(buf, rows[i].ms), rows[i].iso);
		assert_string_equal(when_clock(buf, rows[i].ms), rows[i].clock);
	}
}

#define S 1000LL
#define M (60 * S)
#define H (60 * M)
#define D (24 * H)

static void test_when_age_takes_five_cells(void **state)
{
	static const struct {
		int64_t age;
		const char *text;
	} rows[] = {
		{0, "0s"},
		{-5 * D, "0s"},
		{999, "0s"},
		{3 * S, "3s"},
		{59 * S + 999, "59s"},
		{60 * S, "1m"},
		{4 * M, "4m"},
		{59 * M + 59 * S, "59m"},
		{H, "1h00m"},
		{65 * M, "1h05m"},
		{10 * H - 1, "9h59m"},
		{10 * H, "10h"},
		{D - 1, "23h"},
		{D, "1d"},
		{2 * D, "2d"},
		{14 * D - 1, "13d"},
		{14 * D, "2w"},
		{35 * D, "5w"},
		{365 * D, "52w"},
		{INT64_MAX, "9999w"},
		{TIME_NONE, "-"},
	};
	char buf[WHEN_TEXT_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(when_age(buf, rows[i].age), rows[i].text);
	for (int64_t age = 1; age > 0 && age < INT64_MAX / 3; age = age * 3 - 1)
		assert_true(strlen(when_age(buf, age)) <= 5);
}

static void test_when_relative_says_which_side_of_now(void **state)
{
	static const int64_t now = 1768478400000;
	static const struct {
		int64_t ahead;
		const char *text;
	} rows[] = {
		{0, "now"},           {999, "now"},     {-999, "now"},      {S, "in 1s"},
		{-12 * S, "12s ago"}, {4 * M, "in 4m"}, {-2 * D, "2d ago"}, {65 * M, "in 1h05m"},
	};
	char buf[WHEN_TEXT_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(when_relative(buf, now + rows[i].ahead, now), rows[i].text);
	assert_string_equal(when_relative(buf, TIME_NONE, now), "-");
	assert_string_equal(when_relative(buf, now, TIME_NONE), "-");
	assert_string_equal(when_relative(buf, INT64_MAX, now), "-");
}

static void test_when_parse_duration(void **state)
{
	static const struct {
		const char *text;
		enum status status;
		int64_t ms;
	} rows[] = {
		{"90s", S_OK, 90 * S},
		{"90", S_OK, 90 * S},
		{"0", S_OK, 0},
		{"15m", S_OK, 15 * M},
		{"2h", S_OK, 2 * H},
		{"7d", S_OK, 7 * D},
		{"9223372036854775", S_OK, 9223372036854775000},
		{"9223372036854776", E_LIMIT, 0},
		{"99999999999999999999", E_LIMIT, 0},
		{"999999999999999d", E_LIMIT, 0},
		{"", E_INVALID, 0},
		{"s", E_INVALID, 0},
		{"-5s", E_INVALID, 0},
		{"+5s", E_INVALID, 0},
		{" 5s", E_INVALID, 0},
		{"5 s", E_INVALID, 0},
		{"5ms", E_INVALID, 0},
		{"5mm", E_INVALID, 0},
		{"1.5h", E_INVALID, 0},
		{"5w", E_INVALID, 0},
		{"0x5", E_INVALID, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = -77;

		assert_int_equal(when_parse_duration(rows[i].text, &ms), rows[i].status);
		assert_true(ms == (rows[i].status == S_OK ? rows[i].ms : -77));
	}
	assert_int_equal(when_parse_duration(NULL, &(int64_t){0}), E_INVALID);
}

static void test_clock_frozen_stands_still_until_told(void **state)
{
	struct frozen_time at = {.wall_ms = 5, .mono_ms = 7};
	struct clock c = clock_frozen(&at);

	(void)state;
	assert_int_equal(clock_wall_ms(&c), 5);
	assert_int_equal(clock_mono_ms(&c), 7);
	at.wall_ms = 1;
	at.mono_ms = 9;
	assert_int_equal(clock_wall_ms(&c), 1);
	assert_int_equal(clock_mono_ms(&c), 9);
}

static void test_clock_system_tells_the_time(void **state)
{
	struct clock c = clock_system();
	int64_t before = clock_mono_ms(&c);

	(void)state;
	assert_true(clock_wall_ms(&c) > 1700000000000);
	assert_true(clock_wall_ms(&c) < WHEN_MAX_MS);
	assert_true(clock_mono_ms(&c) >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when_parse_reads_instants),
		cmocka_unit_test(test_when_parse_refuses_the_rest),
		cmocka_unit_test(test_when_iso_and_parse_agree_on_every_day),
		cmocka_unit_test(test_when_shows_instants),
		cmocka_unit_test(test_when_age_takes_five_cells),
		cmocka_unit_test(test_when_relative_says_which_side_of_now),
		cmocka_unit_test(test_when_parse_duration),
		cmocka_unit_test(test_clock_frozen_stands_still_until_told),
		cmocka_unit_test(test_clock_system_tells_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
