/* When the loop paints. */
#include "app/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW 1000000

static void test_nothing_is_painted_when_nothing_changed(void **state)
{
	struct pace p = {.need = PACE_NOTHING};

	(void)state;
	assert_int_equal(pace_wait_ms(&p, NOW), -1);
	pace_want(&p, PACE_EVENTS);
	assert_int_equal(pace_wait_ms(&p, NOW), 0);
	pace_painted(&p, NOW);
	assert_int_equal(pace_wait_ms(&p, NOW + 5000), -1);
}

static void test_a_key_never_waits(void **state)
{
	struct pace p = {.need = PACE_NOTHING};

	(void)state;
	for (int64_t ms = NOW; ms < NOW + 1000; ms++) {
		pace_want(&p, PACE_EVENTS);
		if (pace_wait_ms(&p, ms) == 0)
			pace_painted(&p, ms);
		pace_want(&p, PACE_NOW);
		pace_want(&p, PACE_EVENTS); /* no reason to wait after all */
		assert_int_equal(pace_wait_ms(&p, ms), 0);
		pace_painted(&p, ms);
	}
}

static void test_an_event_on_a_quiet_feed_does_not_wait_for_the_clocks_frame(void **state)
{
	struct pace p = {.need = PACE_NOTHING};

	(void)state;
	pace_want(&p, PACE_NOW);
	pace_painted(&p, NOW);
	pace_want(&p, PACE_EVENTS);
	assert_int_equal(pace_wait_ms(&p, NOW + 1), 0);
}

static void test_two_frames_for_events_are_apart(void **state)
{
	struct pace p = {.need = PACE_NOTHING};

	(void)state;
	pace_want(&p, PACE_EVENTS);
	pace_painted(&p, NOW);
	pace_want(&p, PACE_EVENTS);
	assert_int_equal(pace_wait_ms(&p, NOW), PACE_FRAME_MS);
	assert_int_equal(pace_wait_ms(&p, NOW + PACE_FRAME_MS - 1), 1);
	assert_int_equal(pace_wait_ms(&p, NOW + PACE_FRAME_MS), 0);
}

/* Frames painted for what comes every `every_ms`, in that time. */
static int frames_in(struct pace *p, int64_t from_ms, int64_t until_ms, int64_t every_ms)
{
	int frames = 0;

	for (int64_t ms = from_ms; ms < until_ms; ms++) {
		if (ms % every_ms == 0)
			pace_want(p, PACE_EVENTS);
		if (pace_wait_ms(p, ms) != 0)
			continue;
		pace_painted(p, ms);
		frames++;
	}
	return frames;
}

static void test_a_flood_is_painted_a_few_times_in_a_row_then_seldom(void **state)
{
	struct pace p = {.need = PACE_NOTHING};
	int first, sustained = 1000 / PACE_SUSTAINED_MS;

	(void)state;
	first = frames_in(&p, NOW, NOW + PACE_BURST * PACE_FRAME_MS, 1);
	assert_int_equal(first, PACE_BURST);
	assert_in_range(frames_in(&p, NOW + 1000, NOW + 11000, 1), 10 * sustained,
			10 * sustained + PACE_BURST);
	/* a second of quiet saves up no more than the burst */
	assert_in_range(frames_in(&p, NOW + 12000, NOW + 13000, 1), sustained,
			sustained + PACE_BURST);
}

static void test_a_slow_feed_is_painted_event_by_event(void **state)
{
	struct pace p = {.need = PACE_NOTHING};

	(void)state;
	assert_int_equal(frames_in(&p, NOW, NOW + 10000, 50), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_painted_when_nothing_changed),
		cmocka_unit_test(test_a_key_never_waits),
		cmocka_unit_test(test_an_event_on_a_quiet_feed_does_not_wait_for_the_clocks_frame),
		cmocka_unit_test(test_two_frames_for_events_are_apart),
		cmocka_unit_test(test_a_flood_is_painted_a_few_times_in_a_row_then_seldom),
		cmocka_unit_test(test_a_slow_feed_is_painted_event_by_event),
	};

	return cmocka_run_group_tests_name("app pace", tests, NULL, NULL);
}
