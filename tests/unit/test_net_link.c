#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "net/link.h"

struct rig {
	struct link link;
	int64_t now;
	bool changed;
};

static struct rig rig_new(bool has_key)
{
	struct rig r = {.now = 1000};

	link_init(&r.link, STREAM_COMMERCE, has_key, 7, 5000);
	return r;
}

static enum link_action step(struct rig *r, enum link_event event)
{
	static const struct problem why = {.status = E_NETWORK, .what = "gone"};
	struct link_input in = {.event = event,
				.mono_ms = r->now,
				.wall_ms = r->now + 1000000,
				.problem = &why,
				.rtt_ms = -1};

	return link_step(&r->link, &in, &r->changed);
}

static enum link_state state_of(const struct rig *r)
{
	return r->link.report.state;
}

static struct rig rig_live(void)
{
	struct rig r = rig_new(true);

	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_DIAL);
	(void)step(&r, LINK_EV_DIAL);
	(void)step(&r, LINK_EV_OPEN);
	assert_int_equal(state_of(&r), LINK_LIVE);
	return r;
}

static void test_link_without_a_key_is_off_for_good(void **state)
{
	struct rig r = rig_new(false);

	(void)state;
	for (int e = LINK_EV_DIAL; e <= LINK_EV_TICK; e++) {
		assert_int_equal(step(&r, (enum link_event)e), LINK_DO_NOTHING);
		assert_false(r.changed);
		assert_int_equal(state_of(&r), LINK_OFF);
	}
	assert_int_equal(link_next_tick(&r.link), TIME_NONE);
}

static void test_link_starts_connecting_and_dials_once(void **state)
{
	struct rig r = rig_new(true);

	(void)state;
	assert_int_equal(state_of(&r), LINK_CONNECTING);
	assert_int_equal(r.link.report.stream, STREAM_COMMERCE);
	assert_int_equal(r.link.report.since_wall_ms, 5000);
	assert_int_equal(link_next_tick(&r.link), 0);
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_DIAL);
	(void)step(&r, LINK_EV_DIAL);
	assert_int_equal(link_next_tick(&r.link), TIME_NONE);
	r.now += 60000;
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_NOTHING);
	assert_int_equal(step(&r, LINK_EV_RETRY_NOW), LINK_DO_NOTHING);
}

static void test_link_open_is_live_and_clears_the_problem(void **state)
{
	struct rig r = rig_live();

	(void)state;
	r.now += 10;
	(void)step(&r, LINK_EV_LOST);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	assert_int_equal(r.link.report.attempt, 1);
	assert_string_equal(r.link.report.problem.what, "gone");
	(void)step(&r, LINK_EV_DIAL);
	assert_int_equal(r.link.report.next_try_mono_ms, TIME_NONE);
	r.now += 10;
	(void)step(&r, LINK_EV_OPEN);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_LIVE);
	assert_int_equal(r.link.report.attempt, 0);
	assert_int_equal(r.link.report.problem.status, S_OK);
	assert_int_equal(r.link.report.last_rx_mono_ms, r.now);
	assert_int_equal(r.link.report.since_wall_ms, r.now + 1000000);
	assert_int_equal(r.link.report.rtt_ms, -1);
}

static void test_link_dials_again_when_the_wait_is_over(void **state)
{
	struct rig r = rig_live();
	int64_t at;

	(void)state;
	(void)step(&r, LINK_EV_LOST);
	at = r.link.report.next_try_mono_ms;
	assert_in_range(at - r.now, BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS);
	assert_int_equal(link_next_tick(&r.link), at);
	r.now = at - 1;
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_NOTHING);
	assert_int_equal(step(&r, LINK_EV_RETRY_NOW), LINK_DO_DIAL);
	r.now = at;
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_DIAL);
}

static void test_link_is_offline_after_many_failures_and_keeps_trying(void **state)
{
	struct rig r = rig_live();

	(void)state;
	for (unsigned n = 1; n <= LINK_OFFLINE_AFTER + 3; n++) {
		(void)step(&r, LINK_EV_LOST);
		assert_int_equal(state_of(&r),
				 n >= LINK_OFFLINE_AFTER ? LINK_OFFLINE : LINK_RECONNECTING);
		assert_int_equal(r.link.report.attempt, n);
		r.now = r.link.report.next_try_mono_ms;
		assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_DIAL);
		(void)step(&r, LINK_EV_DIAL);
	}
	(void)step(&r, LINK_EV_OPEN);
	assert_int_equal(state_of(&r), LINK_LIVE);
}

static void test_link_backs_off_less_only_after_a_healthy_connection(void **state)
{
	struct rig r = rig_live();

	(void)state;
	r.now += BACKOFF_HEALTHY_MS - 1;
	(void)step(&r, LINK_EV_LOST);
	(void)step(&r, LINK_EV_DIAL);
	(void)step(&r, LINK_EV_OPEN);
	r.now += BACKOFF_HEALTHY_MS - 1;
	(void)step(&r, LINK_EV_LOST);
	assert_int_equal(r.link.report.attempt, 2);
	(void)step(&r, LINK_EV_DIAL);
	(void)step(&r, LINK_EV_OPEN);
	r.now += BACKOFF_HEALTHY_MS;
	(void)step(&r, LINK_EV_LOST);
	assert_int_equal(r.link.report.attempt, 1);
}

static void test_link_refused_stays_refused_until_asked(void **state)
{
	struct rig r = rig_new(true);

	(void)state;
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_DIAL);
	(void)step(&r, LINK_EV_DIAL);
	(void)step(&r, LINK_EV_REFUSED);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_AUTH_FAILED);
	assert_int_equal(link_next_tick(&r.link), TIME_NONE);
	r.now += 24 * 3600 * 1000;
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_NOTHING);
	(void)step(&r, LINK_EV_LOST); /* the socket's own end, late */
	assert_false(r.changed);
	assert_int_equal(state_of(&r), LINK_AUTH_FAILED);
	assert_int_equal(step(&r, LINK_EV_RETRY_NOW), LINK_DO_DIAL);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_CONNECTING);
}

static void test_link_goes_stale_in_silence_and_comes_back(void **state)
{
	struct rig r = rig_live();

	(void)state;
	assert_int_equal(link_next_tick(&r.link), r.now + LINK_STALE_MS);
	r.now += LINK_STALE_MS - 1;
	(void)step(&r, LINK_EV_TICK);
	assert_int_equal(state_of(&r), LINK_LIVE);
	r.now += 1;
	(void)step(&r, LINK_EV_TICK);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_STALE);
	assert_int_equal(r.link.report.problem.status, E_TIMEOUT);
	(void)step(&r, LINK_EV_TICK);
	assert_false(r.changed);
	(void)step(&r, LINK_EV_RX);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_LIVE);
	assert_int_equal(r.link.report.problem.status, S_OK);
}

static void test_link_tells_of_bytes_at_most_once_a_second(void **state)
{
	struct rig r = rig_live();
	int told = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) { /* ten seconds of a busy stream */
		r.now += 1;
		(void)step(&r, LINK_EV_RX);
		told += r.changed;
		assert_int_equal(r.link.report.last_rx_mono_ms, r.now);
	}
	assert_int_equal(told, 10);
}

static void test_link_keeps_the_last_round_trip(void **state)
{
	struct rig r = rig_live();
	struct link_input in = {.event = LINK_EV_RX,
				.mono_ms = r.now + 5,
				.wall_ms = 0,
				.rtt_ms = 5};

	(void)state;
	(void)link_step(&r.link, &in, &r.changed);
	assert_true(r.changed); /* the first one is news */
	(void)step(&r, LINK_EV_RX);
	assert_int_equal(r.link.report.rtt_ms, 5);
	in.rtt_ms = 9;
	(void)link_step(&r.link, &in, &r.changed);
	assert_false(r.changed);
	assert_int_equal(r.link.report.rtt_ms, 9);
	(void)step(&r, LINK_EV_LOST);
	assert_int_equal(r.link.report.rtt_ms, -1);
}

static void test_link_held_back_is_lagging_and_never_stale(void **state)
{
	struct rig r = rig_live();

	(void)state;
	(void)step(&r, LINK_EV_HELD);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_LAGGING);
	assert_int_equal(link_next_tick(&r.link), TIME_NONE);
	r.now += 10 * LINK_STALE_MS;
	(void)step(&r, LINK_EV_TICK);
	assert_int_equal(state_of(&r), LINK_LAGGING);
	(void)step(&r, LINK_EV_RELEASED);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_LIVE);
	(void)step(&r, LINK_EV_TICK); /* silence counts from the release */
	assert_int_equal(state_of(&r), LINK_LIVE);
	(void)step(&r, LINK_EV_RELEASED);
	assert_false(r.changed);
}

static void test_link_stale_and_then_held_back_is_lagging(void **state)
{
	struct rig r = rig_live();

	(void)state;
	r.now += LINK_STALE_MS;
	(void)step(&r, LINK_EV_TICK);
	assert_int_equal(state_of(&r), LINK_STALE);
	(void)step(&r, LINK_EV_HELD);
	assert_int_equal(state_of(&r), LINK_LAGGING);
	(void)step(&r, LINK_EV_RX);
	assert_int_equal(state_of(&r), LINK_LAGGING);
	(void)step(&r, LINK_EV_RELEASED);
	assert_int_equal(state_of(&r), LINK_LIVE);
}

static void test_link_still_held_after_a_reconnect_is_lagging(void **state)
{
	struct rig r = rig_live();

	(void)state;
	(void)step(&r, LINK_EV_HELD);
	(void)step(&r, LINK_EV_LOST);
	(void)step(&r, LINK_EV_HELD);
	assert_false(r.changed);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	(void)step(&r, LINK_EV_DIAL);
	(void)step(&r, LINK_EV_OPEN);
	assert_int_equal(state_of(&r), LINK_LAGGING);
	(void)step(&r, LINK_EV_RELEASED);
	assert_int_equal(state_of(&r), LINK_LIVE);
}

/*
 * Any order of events, as a network makes them: the machine keeps its promises.
 * The seed is in the message of a failure.
 */
static void test_link_keeps_its_promises_on_random_schedules(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 2000; seed++) {
		struct rig r = rig_new(true);
		struct rng rng;

		rng_seed(&rng, seed);
		for (int i = 0; i < 200; i++) {
			enum link_event e = (enum link_event)rng_below(&rng, LINK_EV_TICK + 1);
			struct link_report before = r.link.report;
			enum link_action action;

			if (e == LINK_EV_DIAL) /* comes only when the machine says so */
				continue;
			r.now += rng_between(&rng, 0, 20000);
			action = step(&r, e);
			const struct link_report *now = &r.link.report;

			if (before.state != now->state && !r.changed)
				fail_msg("seed %d: a change nobody is told of", (int)seed);
			if (now->state == LINK_AUTH_FAILED && action == LINK_DO_DIAL)
				fail_msg("seed %d: dials with a refused key", (int)seed);
			if (action == LINK_DO_DIAL &&
			    (r.link.dialling || r.link.live_since_mono_ms != TIME_NONE))
				fail_msg("seed %d: dials twice", (int)seed);
			if (now->next_try_mono_ms != TIME_NONE && now->state != LINK_RECONNECTING &&
			    now->state != LINK_OFFLINE)
				fail_msg("seed %d: waits to dial in %s", (int)seed,
					 link_state_word(now->state));
			if ((now->state == LINK_LIVE) != (r.link.live_since_mono_ms != TIME_NONE &&
							  !r.link.held && now->state != LINK_STALE))
				fail_msg("seed %d: LIVE is not what it says", (int)seed);
			if (now->next_try_mono_ms != TIME_NONE &&
			    now->next_try_mono_ms - r.now > BACKOFF_CAP_MS)
				fail_msg("seed %d: waits too long", (int)seed);
			/* never stuck: a tick, an attempt under way, an open socket or a refusal */
			if (link_next_tick(&r.link) == TIME_NONE && !r.link.dialling &&
			    r.link.live_since_mono_ms == TIME_NONE &&
			    now->state != LINK_AUTH_FAILED)
				fail_msg("seed %d: stuck in %s", (int)seed,
					 link_state_word(now->state));
			if (action == LINK_DO_DIAL)
				(void)step(&r, LINK_EV_DIAL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_without_a_key_is_off_for_good),
		cmocka_unit_test(test_link_starts_connecting_and_dials_once),
		cmocka_unit_test(test_link_open_is_live_and_clears_the_problem),
		cmocka_unit_test(test_link_dials_again_when_the_wait_is_over),
		cmocka_unit_test(test_link_is_offline_after_many_failures_and_keeps_trying),
		cmocka_unit_test(test_link_backs_off_less_only_after_a_healthy_connection),
		cmocka_unit_test(test_link_refused_stays_refused_until_asked),
		cmocka_unit_test(test_link_goes_stale_in_silence_and_comes_back),
		cmocka_unit_test(test_link_tells_of_bytes_at_most_once_a_second),
		cmocka_unit_test(test_link_keeps_the_last_round_trip),
		cmocka_unit_test(test_link_held_back_is_lagging_and_never_stale),
		cmocka_unit_test(test_link_stale_and_then_held_back_is_lagging),
		cmocka_unit_test(test_link_still_held_after_a_reconnect_is_lagging),
		cmocka_unit_test(test_link_keeps_its_promises_on_random_schedules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
