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
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_PING);
	assert_int_equal(link_next_tick(&r.link), r.now + LINK_PING_MS);
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
				.wall_ms = r.now + 1000005,
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

/* --- REST, and a stream that cannot be had ------------------------------------------ */

static enum link_action say(struct rig *r, enum link_event event, enum status status,
			    const char *words, bool answered, int64_t floor_ms)
{
	struct problem p = {.status = status};
	struct link_input in = {.event = event,
				.mono_ms = r->now,
				.wall_ms = r->now + 1000000,
				.problem = &p,
				.answered = answered,
				.floor_ms = floor_ms,
				.rtt_ms = -1};

	(void)str_copy(p.what, sizeof(p.what), words);
	return link_step(&r->link, &in, &r->changed);
}

static void rest_ok(struct rig *r)
{
	(void)say(r, LINK_EV_REST, S_OK, "", false, 0);
}

static void dial(struct rig *r)
{
	if (r->link.report.next_try_mono_ms > r->now)
		r->now = r->link.report.next_try_mono_ms;
	assert_int_equal(step(r, LINK_EV_TICK), LINK_DO_DIAL);
	(void)step(r, LINK_EV_DIAL);
}

static struct rig rig_blocked(void)
{
	struct rig r = rig_new(true);

	rest_ok(&r);
	dial(&r);
	(void)say(&r, LINK_EV_LOST, E_NETWORK, "HTTP 404 instead of a stream", true, 0);
	assert_int_equal(state_of(&r), LINK_POLLING);
	return r;
}

static void test_link_polls_where_the_upgrade_is_refused(void **state)
{
	struct rig r = rig_blocked();

	(void)state;
	for (unsigned n = 2; n < 20; n++) { /* it is dialled all the same, and stays POLLING */
		assert_true(r.link.report.next_try_mono_ms != TIME_NONE);
		rest_ok(&r);
		dial(&r);
		rest_ok(&r);
		assert_int_equal(state_of(&r), LINK_POLLING);
		(void)say(&r, LINK_EV_LOST, E_NETWORK, "HTTP 404 instead of a stream", true, 0);
		assert_int_equal(state_of(&r), LINK_POLLING);
		assert_int_equal(r.link.report.attempt, n);
	}
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	assert_int_equal(state_of(&r), LINK_LIVE);
}

static void test_link_polls_after_three_failed_attempts(void **state)
{
	struct rig r = rig_live();

	(void)state;
	for (int failed = 0; failed <= 3; failed++) {
		(void)step(&r, LINK_EV_LOST);
		rest_ok(&r);
		assert_int_equal(state_of(&r), failed < 3 ? LINK_RECONNECTING : LINK_POLLING);
		dial(&r);
	}
}

static void test_link_polls_only_while_rest_is_known_to_work(void **state)
{
	struct rig r = rig_blocked();

	(void)state;
	dial(&r); /* so that no attempt falls due meanwhile */
	assert_int_equal(link_next_tick(&r.link), r.link.rest_ok_mono_ms + LINK_REST_MS + 1);
	r.now = r.link.rest_ok_mono_ms + LINK_REST_MS;
	(void)step(&r, LINK_EV_TICK);
	assert_int_equal(state_of(&r), LINK_POLLING);
	r.now++;
	(void)step(&r, LINK_EV_TICK);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	rest_ok(&r);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_POLLING);
	(void)say(&r, LINK_EV_REST, E_NETWORK, "cannot resolve", false, 0);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	for (int i = 0; i < LINK_OFFLINE_AFTER; i++) {
		(void)step(&r, LINK_EV_LOST);
		dial(&r);
	}
	assert_int_equal(state_of(&r), LINK_OFFLINE);
}

static void test_link_rest_explains_only_with_an_answer(void **state)
{
	struct rig r = rig_live();

	(void)state;
	(void)step(&r, LINK_EV_LOST);
	(void)say(&r, LINK_EV_REST, E_NETWORK, "cannot resolve", false, 0);
	assert_string_equal(r.link.report.problem.what, "gone");
	assert_false(r.changed);
	(void)say(&r, LINK_EV_REST, E_NETWORK, "HTTP 503: maintenance", true, 0);
	assert_string_equal(r.link.report.problem.what, "HTTP 503: maintenance");
	assert_true(r.changed);
	dial(&r);
	(void)step(&r, LINK_EV_LOST);
	assert_string_equal(r.link.report.problem.what, "HTTP 503: maintenance");
	rest_ok(&r);
	assert_string_equal(r.link.report.problem.what, "gone");
	(void)say(&r, LINK_EV_REST, E_NETWORK, "HTTP 503: maintenance", true, 0);
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	assert_int_equal(r.link.report.problem.status, S_OK);
}

static void test_link_dials_soon_when_rest_works_again(void **state)
{
	static const struct {
		bool failed;      /* REST failed before it worked */
		bool blocked;     /* the upgrade is refused: dialling sooner changes nothing */
		int64_t floor_ms; /* of that failure */
		bool soon;
	} rows[] = {
		{true, false, 0, true},
		{false, false, 0, false},
		{true, true, 0, false},
		{true, false, 120000, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig r = rig_live();

		(void)step(&r, LINK_EV_LOST);
		for (int n = 0; n < 8; n++) { /* waits have grown long */
			dial(&r);
			(void)say(&r, LINK_EV_LOST, E_NETWORK, "gone", rows[i].blocked, 0);
		}
		if (rows[i].failed)
			(void)say(&r, LINK_EV_REST, E_NETWORK, "gone", false, rows[i].floor_ms);
		r.link.report.next_try_mono_ms += BACKOFF_CAP_MS;
		rest_ok(&r);
		assert_int_equal(r.link.report.next_try_mono_ms - r.now <= LINK_HURRY_MS,
				 rows[i].soon);
		/* once: a second word is no news */
		r.link.report.next_try_mono_ms += BACKOFF_CAP_MS;
		rest_ok(&r);
		assert_true(r.link.report.next_try_mono_ms - r.now >= BACKOFF_CAP_MS);
	}
}

static void test_link_says_that_polling_misses_nothing(void **state)
{
	struct rig r = rig_blocked();

	(void)state;
	assert_int_equal(state_of(&r), LINK_POLLING);
	assert_non_null(strstr(r.link.report.problem.what, "events come by polling"));
	assert_non_null(strstr(r.link.report.problem.what, r.link.away.what));
}

static void test_link_obeys_floors_of_rest(void **state)
{
	static const struct {
		int64_t floor_ms, least, most;
	} rows[] = {
		{0, BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS},
		{-5, BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS},
		{1, BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS},
		{90000, 90000, 90000 + BACKOFF_BASE_MS},
		{INT64_MAX, BACKOFF_FLOOR_MAX_MS, BACKOFF_FLOOR_MAX_MS + BACKOFF_BASE_MS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig r = rig_live();

		(void)step(&r, LINK_EV_LOST);
		(void)say(&r, LINK_EV_REST, E_RATE, "HTTP 429", true, rows[i].floor_ms);
		assert_in_range(r.link.report.next_try_mono_ms - r.now, rows[i].least,
				rows[i].most);
		/* one that came during an attempt counts when the attempt has failed */
		dial(&r);
		(void)say(&r, LINK_EV_REST, E_RATE, "HTTP 429", true, rows[i].floor_ms);
		(void)step(&r, LINK_EV_LOST);
		assert_in_range(r.link.report.next_try_mono_ms - r.now, rows[i].least,
				rows[i].floor_ms > 1 ? rows[i].most : 2 * BACKOFF_BASE_MS);
		dial(&r); /* opened: what REST asked for is over */
		(void)step(&r, LINK_EV_OPEN);
		(void)say(&r, LINK_EV_REST, E_RATE, "HTTP 429", true, rows[i].floor_ms);
		(void)step(&r, LINK_EV_LOST);
		assert_true(r.link.report.next_try_mono_ms - r.now <= 4 * BACKOFF_BASE_MS);
	}
}

static void test_link_stops_when_rest_refuses_the_key(void **state)
{
	static const enum link_event before[] = {LINK_EV_OPEN, LINK_EV_LOST, LINK_EV_DIAL};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct rig r = rig_new(true);
		bool connected = before[i] != LINK_EV_LOST;

		dial(&r);
		(void)step(&r, before[i]);
		assert_int_equal(say(&r, LINK_EV_REST, E_AUTH, "key abcd", true, 0),
				 connected ? LINK_DO_HANG_UP : LINK_DO_NOTHING);
		assert_true(r.changed);
		assert_int_equal(state_of(&r), LINK_AUTH_FAILED);
		assert_string_equal(r.link.report.problem.what, "key abcd");
		assert_int_equal(say(&r, LINK_EV_REST, E_AUTH, "again", true, 0), LINK_DO_NOTHING);
		assert_false(r.changed);
		rest_ok(&r);
		r.now += 24 * 3600 * 1000;
		assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_NOTHING);
		assert_int_equal(link_next_tick(&r.link), TIME_NONE);
		/* asked before the old connection has ended: dialled when it has */
		assert_int_equal(step(&r, LINK_EV_RETRY_NOW),
				 connected ? LINK_DO_NOTHING : LINK_DO_DIAL);
		assert_int_equal(state_of(&r), LINK_CONNECTING);
		if (connected) {
			assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_NOTHING);
			assert_int_equal(link_next_tick(&r.link), TIME_NONE);
			(void)step(&r, LINK_EV_LOST);
		}
		assert_int_equal(state_of(&r), LINK_CONNECTING);
		assert_int_equal(link_next_tick(&r.link), 0);
		assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_DIAL);
	}
}

static void test_link_open_and_refused_gets_one_retry_at_once(void **state)
{
	struct rig r = rig_live();

	(void)state;
	(void)step(&r, LINK_EV_REFUSED);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	assert_int_equal(r.link.report.next_try_mono_ms, r.now);
	assert_int_equal(r.link.report.attempt, 1);
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	r.now += BACKOFF_HEALTHY_MS - 1;
	(void)step(&r, LINK_EV_REFUSED);
	assert_int_equal(state_of(&r), LINK_AUTH_FAILED);
	assert_int_equal(r.link.report.attempt, 0);
	(void)step(&r, LINK_EV_RETRY_NOW);
	for (int hour = 0; hour < 3; hour++) { /* a token that expires now and then */
		(void)step(&r, LINK_EV_DIAL);
		(void)step(&r, LINK_EV_OPEN);
		r.now += BACKOFF_HEALTHY_MS;
		(void)step(&r, LINK_EV_REFUSED);
		assert_int_equal(state_of(&r), LINK_RECONNECTING);
	}
	dial(&r);
	(void)step(&r, LINK_EV_REFUSED);
	assert_int_equal(state_of(&r), LINK_AUTH_FAILED);
	(void)step(&r, LINK_EV_REFUSED);
	assert_false(r.changed);
}

static void test_link_dials_again_at_once_without_its_cursor(void **state)
{
	struct rig r = rig_new(true);

	(void)state;
	dial(&r);
	(void)step(&r, LINK_EV_AGAIN);
	assert_int_equal(state_of(&r), LINK_CONNECTING);
	assert_int_equal(r.link.report.next_try_mono_ms, TIME_NONE);
	dial(&r);
	(void)step(&r, LINK_EV_LOST);
	dial(&r);
	(void)step(&r, LINK_EV_AGAIN);
	assert_int_equal(r.link.report.next_try_mono_ms, r.now);
	assert_int_equal(r.link.report.attempt, 1); /* it was no failure */
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	(void)step(&r, LINK_EV_AGAIN); /* means nothing once open */
	assert_int_equal(state_of(&r), LINK_LIVE);
}

static void test_link_tells_another_advice_under_the_same_words(void **state)
{
	struct rig r = rig_live();
	struct problem p = {.status = E_RATE, .what = "HTTP 429", .next = "wait"};
	struct link_input in = {.event = LINK_EV_REST,
				.mono_ms = r.now,
				.wall_ms = r.now + 1000000,
				.problem = &p,
				.answered = true,
				.rtt_ms = -1};

	(void)state;
	(void)step(&r, LINK_EV_LOST);
	(void)link_step(&r.link, &in, &r.changed);
	assert_true(r.changed);
	(void)link_step(&r.link, &in, &r.changed);
	assert_false(r.changed);
	(void)str_copy(p.next, sizeof(p.next), "wait longer");
	(void)link_step(&r.link, &in, &r.changed);
	assert_true(r.changed);
	assert_string_equal(r.link.report.problem.next, "wait longer");
}

static void test_link_counts_failures_to_an_end(void **state)
{
	struct rig r = rig_new(true);

	(void)state;
	r.link.failures = BACKOFF_ATTEMPT_MAX;
	dial(&r);
	(void)step(&r, LINK_EV_LOST);
	assert_int_equal(r.link.failures, BACKOFF_ATTEMPT_MAX);
}

static void test_link_makes_nothing_of_what_it_does_not_know(void **state)
{
	struct rig r = rig_live();

	(void)state;
	assert_int_equal(step(&r, (enum link_event)(LINK_EV_TICK + 1)), LINK_DO_NOTHING);
	assert_false(r.changed);
}

/* --- flapping ---------------------------------------------------------------------------- */

static struct rig rig_flapping(void)
{
	struct rig r = rig_live();

	for (int i = 0; i < LINK_FLAPS; i++) {
		assert_int_equal(state_of(&r), LINK_LIVE);
		r.now += 1000;
		(void)step(&r, LINK_EV_LOST);
		if (i + 1 < LINK_FLAPS) {
			dial(&r);
			(void)step(&r, LINK_EV_OPEN);
		}
	}
	return r;
}

static void test_link_that_flaps_is_live_only_after_it_held(void **state)
{
	struct rig r = rig_flapping();
	int64_t opened;

	(void)state;
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	rest_ok(&r);
	assert_int_equal(state_of(&r), LINK_POLLING);
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	opened = r.now;
	assert_int_equal(state_of(&r), LINK_POLLING);
	(void)step(&r, LINK_EV_TICK);
	assert_int_equal(link_next_tick(&r.link), opened + LINK_HOLD_MS);
	r.now = opened + LINK_HOLD_MS - 1;
	(void)step(&r, LINK_EV_RX);
	assert_int_equal(state_of(&r), LINK_POLLING);
	r.now++;
	(void)step(&r, LINK_EV_TICK);
	assert_true(r.changed);
	assert_int_equal(state_of(&r), LINK_LIVE);
	r.now = opened + LINK_STEADY_MS - 1; /* not steady yet: still flapping */
	(void)step(&r, LINK_EV_RX);
	(void)step(&r, LINK_EV_LOST);
	rest_ok(&r);
	assert_int_equal(state_of(&r), LINK_POLLING);
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	r.now += LINK_STEADY_MS;
	(void)step(&r, LINK_EV_RX);
	(void)step(&r, LINK_EV_LOST);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
	dial(&r);
	(void)step(&r, LINK_EV_OPEN);
	assert_int_equal(state_of(&r), LINK_LIVE);
}

static void test_link_losses_far_apart_are_no_flapping(void **state)
{
	struct rig r = rig_live();

	(void)state;
	rest_ok(&r);
	for (int i = 0; i < 20; i++) {
		r.now += 1000;
		(void)step(&r, LINK_EV_LOST);
		assert_int_not_equal(state_of(&r), LINK_POLLING);
		rest_ok(&r);
		assert_int_not_equal(state_of(&r), LINK_POLLING);
		r.now += LINK_FLAP_MS / 2; /* the third loss is more than a minute off */
		dial(&r);
		(void)step(&r, LINK_EV_OPEN);
		assert_int_equal(state_of(&r), LINK_LIVE);
	}
}

/* --- life and sleep ------------------------------------------------------------------------- */

static void test_link_times_of_life(void **state)
{
	static const struct {
		int64_t after; /* ms of silence since it opened */
		enum link_action action;
		enum link_state state;
	} rows[] = {
		{0, LINK_DO_PING, LINK_LIVE},
		{LINK_PING_MS - 1, LINK_DO_NOTHING, LINK_LIVE},
		{LINK_PING_MS, LINK_DO_PING, LINK_LIVE},
		{LINK_STALE_MS - 1, LINK_DO_NOTHING, LINK_LIVE},
		{LINK_STALE_MS, LINK_DO_NOTHING, LINK_STALE},
		{2 * LINK_PING_MS, LINK_DO_PING, LINK_STALE},
		{LINK_DEAD_MS - 1, LINK_DO_NOTHING, LINK_STALE},
		{LINK_DEAD_MS, LINK_DO_HANG_UP, LINK_STALE},
		{LINK_DEAD_MS + 1, LINK_DO_NOTHING, LINK_STALE}, /* once */
	};
	struct rig r = rig_live();
	int64_t opened = r.now;

	(void)state;
	assert_int_equal(LINK_PING_MS, 5000);
	assert_int_equal(LINK_STALE_MS, 8000);
	assert_int_equal(LINK_DEAD_MS, 15000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r.now = opened + rows[i].after;
		assert_int_equal(step(&r, LINK_EV_TICK), rows[i].action);
		assert_int_equal(state_of(&r), rows[i].state);
	}
	assert_int_equal(link_next_tick(&r.link), TIME_NONE);
	(void)step(&r, LINK_EV_LOST);
	assert_int_equal(state_of(&r), LINK_RECONNECTING);
}

static enum link_action pong(struct rig *r, int64_t rtt_ms)
{
	struct link_input in = {.event = LINK_EV_RX,
				.mono_ms = r->now,
				.wall_ms = r->now + 1000000,
				.rtt_ms = rtt_ms};

	return link_step(&r->link, &in, &r->changed);
}

/* N29: a server that sends and never pongs is alive for reading, its round trip unknown. */
static void test_link_reads_from_a_server_that_never_pongs(void **state)
{
	struct rig r = rig_live();
	bool told = false;

	(void)state;
	(void)pong(&r, 3);
	for (int s = 0; s < 100; s++) {
		r.now += 1000;
		(void)step(&r, LINK_EV_RX);
		assert_int_not_equal(step(&r, LINK_EV_TICK), LINK_DO_HANG_UP);
		assert_int_equal(state_of(&r), LINK_LIVE);
		assert_int_equal(r.link.report.rtt_ms, s < 14 ? 3 : -1);
		told = told || (r.changed && r.link.report.rtt_ms < 0);
	}
	assert_true(told);
	(void)pong(&r, 4);
	assert_int_equal(r.link.report.rtt_ms, 4);
}

static enum link_action after_sleep(struct rig *r, int64_t mono, int64_t wall, enum link_event e)
{
	struct link_input in = {.event = e,
				.mono_ms = r->now + mono,
				.wall_ms = r->now + 1000000 + wall,
				.rtt_ms = -1};

	r->now += mono;
	return link_step(&r->link, &in, &r->changed);
}

/* N30: stopped by a signal, the monotonic clock runs on; suspended, only the wall clock does. */
static void test_link_checks_a_connection_after_sleep(void **state)
{
	static const struct {
		int64_t mono, wall;
		bool checks;
	} rows[] = {
		{600000, 600000, true},
		{LINK_STOPPED_MS + 1, LINK_STOPPED_MS + 1, true},
		{LINK_STOPPED_MS, LINK_STOPPED_MS, false}, /* silence, not sleep */
		{10, 600000, true},
		{10, -600000, false}, /* somebody set the clock back */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig r = rig_live();

		(void)step(&r, LINK_EV_TICK);
		(void)pong(&r, 1);
		assert_int_equal(after_sleep(&r, rows[i].mono, rows[i].wall, LINK_EV_TICK),
				 rows[i].checks || rows[i].mono >= LINK_PING_MS ? LINK_DO_PING
										: LINK_DO_NOTHING);
		assert_int_equal(r.link.checking_since_mono_ms != TIME_NONE, rows[i].checks);
		assert_int_equal(state_of(&r), rows[i].checks || rows[i].mono >= LINK_STALE_MS
						       ? LINK_STALE
						       : LINK_LIVE);
	}
}

static void test_link_believes_nothing_old_after_sleep(void **state)
{
	struct rig r = rig_live();

	(void)state;
	(void)step(&r, LINK_EV_TICK);
	/* bytes that lay in the socket come first: not dropped, not believed */
	(void)after_sleep(&r, 600000, 600000, LINK_EV_RX);
	assert_int_equal(state_of(&r), LINK_STALE);
	assert_int_equal(link_next_tick(&r.link), r.now);
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_PING);
	r.now += 3;
	(void)pong(&r, 3);
	assert_int_equal(state_of(&r), LINK_LIVE);
	/* a server that does not pong, but goes on sending */
	(void)after_sleep(&r, 600000, 600000, LINK_EV_TICK);
	r.now += LINK_DRAIN_MS - 1;
	(void)step(&r, LINK_EV_RX);
	assert_int_equal(state_of(&r), LINK_STALE);
	r.now++;
	(void)step(&r, LINK_EV_RX);
	assert_int_equal(state_of(&r), LINK_LIVE);
	/* one that is gone */
	(void)after_sleep(&r, 600000, 600000, LINK_EV_TICK);
	assert_in_range(link_next_tick(&r.link), r.now, r.now + LINK_CHECK_MS);
	r.now += LINK_CHECK_MS - 1;
	assert_int_not_equal(step(&r, LINK_EV_TICK), LINK_DO_HANG_UP);
	r.now++;
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_HANG_UP);
}

static void test_link_held_back_is_not_checked_after_sleep(void **state)
{
	struct rig r = rig_live();

	(void)state;
	(void)step(&r, LINK_EV_HELD);
	(void)after_sleep(&r, 600000, 600000, LINK_EV_TICK);
	assert_int_equal(state_of(&r), LINK_LAGGING);
	(void)step(&r, LINK_EV_RELEASED);
	assert_int_equal(state_of(&r), LINK_LIVE);
	assert_int_equal(step(&r, LINK_EV_TICK), LINK_DO_PING);
}

/* --- any order of events ------------------------------------------------------------------------
 */

struct walk {
	struct rig r;
	struct rng rng;
	int64_t wall_off;
	uint64_t seed;
	size_t visits[LINK_STATE_COUNT];
	size_t actions[LINK_DO_HANG_UP + 1];
};

static struct link_input walk_input(struct walk *w, struct problem *p)
{
	static const int64_t floors[] = {0, 0, 0, -1, 1, 5000, 90000, INT64_MAX};
	/* Time mostly creeps, as it does between the ticks of a live link. */
	static const int64_t jumps[] = {0, 10, 900, 5000, 5000, 20000, 100000};
	static const enum status statuses[] = {S_OK, S_OK, S_OK, E_NETWORK, E_RATE, E_AUTH};
	enum link_event e = (enum link_event)rng_below(&w->rng, LINK_EV_TICK + 4);
	enum status status = statuses[rng_below(&w->rng, rng_chance(&w->rng, 10) ? 6 : 5)];

	if (e > LINK_EV_TICK)
		e = LINK_EV_TICK;
	if (e == LINK_EV_REFUSED && rng_chance(&w->rng, 70))
		e = LINK_EV_RX;
	w->r.now += rng_between(&w->rng, 0, jumps[rng_below(&w->rng, 7)]);
	if (rng_chance(&w->rng, 2))
		w->wall_off += rng_between(&w->rng, -1000000, 1000000);
	*p = (struct problem){.status = e == LINK_EV_REST ? status : E_NETWORK};
	(void)str_copy(p->what, sizeof(p->what), rng_chance(&w->rng, 50) ? "gone" : "HTTP 500");
	return (struct link_input){.event = e,
				   .mono_ms = w->r.now,
				   .wall_ms = w->r.now + w->wall_off,
				   .floor_ms = floors[rng_below(&w->rng, 8)],
				   .problem = p,
				   .answered = rng_chance(&w->rng, 30),
				   .rtt_ms = rng_between(&w->rng, -1, 50)};
}

#define PROMISE(w, broken, words)                                                              \
	do {                                                                                   \
		if (broken)                                                                    \
			fail_msg("seed %llu: " words ", in %s", (unsigned long long)(w)->seed, \
				 link_state_word((w)->r.link.report.state));                   \
	} while (0)

static bool is_away(enum link_state s)
{
	return s == LINK_RECONNECTING || s == LINK_POLLING || s == LINK_OFFLINE;
}

static void promises_of_the_word(struct walk *w, const struct link *was)
{
	const struct link *l = &w->r.link;
	const struct link_report *now = &l->report;
	bool open = link_is_open(l);

	PROMISE(w, was->report.state != now->state && !w->r.changed, "a change nobody is told");
	PROMISE(w, was->report.next_try_mono_ms != now->next_try_mono_ms && !w->r.changed,
		"another time of the next attempt, and nobody is told");
	PROMISE(w, now->state == LINK_LIVE && (!open || l->held || l->refused), "LIVE and is not");
	PROMISE(w, now->state == LINK_LIVE && w->r.now - l->quiet_since_mono_ms >= LINK_STALE_MS,
		"LIVE in silence");
	PROMISE(w, now->state == LINK_LIVE && l->checking_since_mono_ms != TIME_NONE,
		"LIVE and not yet believed");
	PROMISE(w, now->state == LINK_LIVE && now->problem.status != S_OK, "LIVE with a problem");
	PROMISE(w, now->state == LINK_STALE && (!open || l->held), "STALE without a connection");
	PROMISE(w, now->state == LINK_LAGGING && !(open && l->held), "LAGGING and is not");
	PROMISE(w,
		now->state == LINK_POLLING && (l->rest_ok_mono_ms == TIME_NONE ||
					       w->r.now - l->rest_ok_mono_ms > LINK_REST_MS),
		"POLLING without REST");
	PROMISE(w,
		open && is_away(now->state) &&
			(!l->flapping || w->r.now - l->live_since_mono_ms >= LINK_HOLD_MS),
		"open, steady, and denied");
	PROMISE(w, now->state == LINK_OFFLINE && l->backoff.attempt < LINK_OFFLINE_AFTER,
		"OFFLINE too early");
	PROMISE(w, is_away(now->state) && now->problem.status == S_OK, "no reason given");
}

static void promises_of_the_next_step(struct walk *w, const struct link *was,
				      enum link_action action)
{
	const struct link *l = &w->r.link;
	const struct link_report *now = &l->report;
	bool connected = link_is_open(l) || l->dialling || l->ending;
	int64_t tick = link_next_tick(l);

	PROMISE(w, action == LINK_DO_DIAL && (now->state == LINK_AUTH_FAILED || connected),
		"dials and must not");
	PROMISE(w, action == LINK_DO_PING && !link_is_open(l), "pings nobody");
	PROMISE(w, action == LINK_DO_HANG_UP && !(link_is_open(was) || was->dialling),
		"hangs up on nobody");
	PROMISE(w, action == LINK_DO_HANG_UP && was->ending, "hangs up twice");
	PROMISE(w, now->next_try_mono_ms != TIME_NONE && (!is_away(now->state) || connected),
		"waits to dial");
	PROMISE(w,
		now->next_try_mono_ms != TIME_NONE &&
			now->next_try_mono_ms - w->r.now > BACKOFF_FLOOR_MAX_MS + BACKOFF_BASE_MS,
		"waits too long");
	PROMISE(w, now->attempt > BACKOFF_ATTEMPT_MAX || l->failures > BACKOFF_ATTEMPT_MAX,
		"counts without end");
	PROMISE(w, now->attempt != 0 && (now->state == LINK_LIVE || now->state == LINK_AUTH_FAILED),
		"an attempt of nothing");
	/* never stuck: a tick, an attempt or an end under way, reading held back, or a refusal */
	PROMISE(w, tick == TIME_NONE && !l->dialling && !l->ending && !l->held && !l->refused,
		"stuck");
	PROMISE(w,
		l->untold && (w->r.now - l->told_mono_ms >= LINK_TELL_MS ||
			      (tick != TIME_NONE && tick > l->told_mono_ms + LINK_TELL_MS)),
		"news kept back");
}

/* A tick when it asks for one must get somewhere: a tick that falls due again and again at the
 * same moment would spin. */
static void promises_not_to_spin(struct walk *w)
{
	struct rig r = w->r;

	for (int i = 0; i < 8; i++) {
		int64_t tick = link_next_tick(&r.link);

		if (tick == TIME_NONE || tick > r.now)
			return;
		struct link_input in = {.event = LINK_EV_TICK,
					.mono_ms = r.now,
					.wall_ms = r.now + w->wall_off,
					.rtt_ms = -1};
		if (link_step(&r.link, &in, &r.changed) == LINK_DO_DIAL)
			return;
	}
	fail_msg("seed %llu: spins in %s", (unsigned long long)w->seed,
		 link_state_word(r.link.report.state));
}

static void walk_step(struct walk *w, const struct link_input *in)
{
	struct link was = w->r.link;
	enum link_action action = link_step(&w->r.link, in, &w->r.changed);

	promises_of_the_word(w, &was);
	promises_of_the_next_step(w, &was, action);
	promises_not_to_spin(w);
	w->visits[w->r.link.report.state]++;
	w->actions[action]++;
	if (action == LINK_DO_DIAL) {
		struct link_input dialled = *in;

		dialled.event = LINK_EV_DIAL;
		(void)link_step(&w->r.link, &dialled, &w->r.changed);
	}
}

#define WALKS      20000
#define WALK_STEPS 200

/* Four million steps; the seed is in the message of a failure. */
static void test_link_keeps_its_promises_on_random_schedules(void **state)
{
	struct walk *w = calloc(1, sizeof(*w));

	(void)state;
	assert_non_null(w);
	for (w->seed = 1; w->seed <= WALKS; w->seed++) {
		w->r = rig_new(true);
		w->wall_off = 1000000;
		rng_seed(&w->rng, w->seed);
		for (int i = 0; i < WALK_STEPS; i++) {
			struct problem p;
			struct link_input in = walk_input(w, &p);

			if (in.event != LINK_EV_DIAL) /* comes only when the machine says so */
				walk_step(w, &in);
		}
	}
	for (size_t i = LINK_CONNECTING; i < LINK_STATE_COUNT; i++)
		if (w->visits[i] < WALKS / 10)
			fail_msg("%s was reached %zu times", link_state_word((enum link_state)i),
				 w->visits[i]);
	for (size_t i = 0; i <= LINK_DO_HANG_UP; i++)
		assert_true(w->actions[i] > WALKS / 10);
	free(w);
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
		cmocka_unit_test(test_link_polls_where_the_upgrade_is_refused),
		cmocka_unit_test(test_link_polls_after_three_failed_attempts),
		cmocka_unit_test(test_link_polls_only_while_rest_is_known_to_work),
		cmocka_unit_test(test_link_rest_explains_only_with_an_answer),
		cmocka_unit_test(test_link_dials_soon_when_rest_works_again),
		cmocka_unit_test(test_link_says_that_polling_misses_nothing),
		cmocka_unit_test(test_link_obeys_floors_of_rest),
		cmocka_unit_test(test_link_stops_when_rest_refuses_the_key),
		cmocka_unit_test(test_link_open_and_refused_gets_one_retry_at_once),
		cmocka_unit_test(test_link_dials_again_at_once_without_its_cursor),
		cmocka_unit_test(test_link_tells_another_advice_under_the_same_words),
		cmocka_unit_test(test_link_counts_failures_to_an_end),
		cmocka_unit_test(test_link_makes_nothing_of_what_it_does_not_know),
		cmocka_unit_test(test_link_that_flaps_is_live_only_after_it_held),
		cmocka_unit_test(test_link_losses_far_apart_are_no_flapping),
		cmocka_unit_test(test_link_times_of_life),
		cmocka_unit_test(test_link_reads_from_a_server_that_never_pongs),
		cmocka_unit_test(test_link_checks_a_connection_after_sleep),
		cmocka_unit_test(test_link_believes_nothing_old_after_sleep),
		cmocka_unit_test(test_link_held_back_is_not_checked_after_sleep),
		cmocka_unit_test(test_link_keeps_its_promises_on_random_schedules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
