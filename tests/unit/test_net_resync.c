/* The planner of the sync thread, told what happens and asked what it does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "net/resync.h"

#include <stdlib.h>
#include <string.h>

#define KEY "the merchant key ending in 1234"

struct desk {
	struct resync r;
	int64_t now;
	struct resync_step step; /* the last that was asked for */
	struct sync_position at; /* what the archive answers */
	struct problem told;     /* the last word to the feed */
	int64_t told_floor;
	unsigned tells, posts;
	bool hears_again; /* the feed is told the same every half a minute: elsewhere in the way */
};

static void id_of(char buf[ID_CAP], int n)
{
	(void)str_printf(buf, ID_CAP, "evt_%d", n);
}

/* 0: no history. */
static void desk_open(struct desk *d, int overlap, int verified)
{
	struct resync_setup setup = {.has_key = {true, false}, .key = KEY, .seed = 4};

	*d = (struct desk){.now = 100000};
	if (verified > 0)
		id_of(d->at.verified, verified);
	if (overlap > 0)
		id_of(d->at.overlap, overlap);
	setup.position = d->at;
	resync_init(&d->r, &setup, d->now);
}

static void desk_link(struct desk *d, enum link_state state, unsigned attempt)
{
	struct link_report report = {.stream = STREAM_MERCHANT, .state = state, .attempt = attempt};

	resync_link(&d->r, d->now, &report);
}

/* The next step that is not telling the feed. */
static enum resync_do next(struct desk *d)
{
	for (;;) {
		if (!d->hears_again)
			d->r.told = INT64_MAX / 2;
		resync_next(&d->r, d->now, &d->step);
		if (d->step.what != RESYNC_TELL)
			return d->step.what;
		d->told = d->step.problem;
		d->told_floor = d->step.floor_ms;
		d->tells++;
	}
}

/* How long it wants to wait; -1: until it hears something. */
static int64_t waits(struct desk *d)
{
	assert_int_equal(next(d), RESYNC_WAIT);
	if (d->step.until == TIME_NONE || d->step.until > INT64_MAX / 4)
		return -1;
	assert_true(d->step.until > d->now);
	return d->step.until - d->now;
}

/* Lets time go by until there is something to do. */
static enum resync_do next_in_time(struct desk *d)
{
	while (next(d) == RESYNC_WAIT) {
		assert_true(d->step.until != TIME_NONE);
		d->now = d->step.until;
	}
	return d->step.what;
}

static void expect_fetch(struct desk *d, const char *up, const char *down)
{
	assert_int_equal(next(d), RESYNC_FETCH);
	assert_string_equal(d->step.query.ending_before, up);
	assert_string_equal(d->step.query.starting_after, down);
	assert_int_equal(d->step.query.limit, d->step.probe ? 1 : WALK_PAGE);
}

static void answer_ids(struct desk *d, const int *numbers, size_t count, bool more)
{
	static char texts[WALK_PAGE][ID_CAP];
	const char *ids[WALK_PAGE];
	struct resync_answer a = {.status = S_OK,
				  .page = {.ids = ids, .count = count, .has_more = more}};

	for (size_t i = 0; i < count; i++) {
		id_of(texts[i], numbers[i]);
		ids[i] = texts[i];
	}
	resync_fetched(&d->r, d->now, &a);
}

/* `count` events, the newest first. */
static void answer(struct desk *d, int newest, size_t count, bool more)
{
	int numbers[WALK_PAGE];

	for (size_t i = 0; i < count; i++)
		numbers[i] = newest - (int)i;
	answer_ids(d, numbers, count, more);
}

static void refuse(struct desk *d, enum status status, int http, int64_t retry_after_ms)
{
	struct fault fault = {.http_status = http, .retry_after_ms = retry_after_ms};
	struct problem problem = {.status = status, .what = "list events: words of the server"};
	struct resync_answer a = {.status = status, .fault = &fault, .problem = &problem};

	resync_fetched(&d->r, d->now, &a);
}

static void post(struct desk *d)
{
	assert_int_equal(next(d), RESYNC_POST);
	assert_int_equal(d->step.mark.walk, d->r.walk.number);
	resync_posted(&d->r);
	d->posts++;
}

static void receipt_of(struct desk *d, size_t fresh, bool reached)
{
	struct sync_receipt rc = {.walk = d->r.walk.number,
				  .fresh = fresh,
				  .reached = reached,
				  .last = d->step.mark.last,
				  .position = d->at};

	resync_receipt(&d->r, d->now, &rc);
}

/* Posts what is to be posted and commits it as the archive would. */
static const struct sync_mark *commit(struct desk *d, size_t fresh)
{
	post(d);
	if (d->step.mark.verified[0] != '\0') {
		(void)str_copy(d->at.verified, ID_CAP, d->step.mark.verified);
		(void)str_copy(d->at.overlap, ID_CAP, d->step.mark.verified);
	}
	receipt_of(d, fresh, false);
	return &d->step.mark;
}

#define ASSERT_MARK(m, p, v, is_last, is_proven, is_lost)   \
	do {                                                \
		const struct sync_mark *mark_ = (m);        \
		assert_int_equal(mark_->purpose, p);        \
		assert_string_equal(mark_->verified, v);    \
		assert_int_equal(mark_->last, is_last);     \
		assert_int_equal(mark_->proven, is_proven); \
		assert_int_equal(mark_->lost, is_lost);     \
		assert_true(mark_->began_mono_ms > 0);      \
	} while (0)

/* Caught up, live and quiet: nothing to do but the next sweep. */
static void desk_settled(struct desk *d, int overlap, int verified)
{
	desk_open(d, overlap, verified);
	desk_link(d, LINK_LIVE, 0);
	expect_fetch(d, d->at.overlap, "");
	answer(d, verified, (size_t)(verified - overlap), false);
	post(d);
	receipt_of(d, 0, false);
	d->now += RESYNC_SETTLE_MS;
	expect_fetch(d, d->at.overlap, "");
	answer(d, verified, (size_t)(verified - overlap), false);
	post(d);
	receipt_of(d, 0, false);
	assert_in_range(waits(d), RESYNC_SWEEP_MS * 9 / 10, RESYNC_SWEEP_MS);
}

/* --- starting ---------------------------------------------------------------------------- */

static void test_resync_starts_a_history_with_ten_pages(void **state)
{
	struct desk d;
	char below[ID_CAP] = "";

	(void)state;
	desk_open(&d, 0, 0);
	for (int i = 0; i < 10; i++) {
		expect_fetch(&d, "", below);
		answer(&d, 5000 - 100 * i, 100, true);
		ASSERT_MARK(commit(&d, 100), SYNC_START, i == 9 ? "evt_5000" : "", i == 9, i == 9,
			    false);
		id_of(below, 5000 - 100 * i - 99);
	}
	desk_link(&d, LINK_LIVE, 0);
	d.now += RESYNC_SETTLE_MS;
	expect_fetch(&d, "evt_5000", "");
	answer(&d, 0, 0, false);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "evt_5000", true, true, false);
}

/* It was killed before it had proven anything, and begins no hole. */
static void test_resync_starts_down_to_what_streams_had_brought(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 3750, 0);
	for (int i = 0; i < 13; i++) {
		assert_int_equal(next(&d), RESYNC_FETCH);
		answer(&d, 5000 - 100 * i, 100, true);
		ASSERT_MARK(commit(&d, 100), SYNC_START, i == 12 ? "evt_5000" : "", i == 12,
			    i == 12, false);
	}
}

static void test_resync_of_an_empty_server_starts_again(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 0, 0);
	expect_fetch(&d, "", "");
	answer(&d, 0, 0, false);
	ASSERT_MARK(commit(&d, 0), SYNC_START, "", true, true, false);
	d.now += waits(&d);
	expect_fetch(&d, "", "");
	answer(&d, 3, 3, false);
	ASSERT_MARK(commit(&d, 3), SYNC_START, "evt_3", true, true, false);
}

/* A shop that has sold nothing yet is asked once a minute, not all the time. */
static void test_resync_of_an_empty_server_with_a_live_stream_rests(void **state)
{
	struct desk d;
	int64_t began;

	(void)state;
	desk_open(&d, 0, 0);
	began = d.now;
	desk_link(&d, LINK_LIVE, 0);
	for (int walks = 0; walks < 10; walks++) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		answer(&d, 0, 0, false);
		commit(&d, 0);
	}
	assert_true(d.now - began >= 7 * RESYNC_SWEEP_MS * 9 / 10);
}

static void test_resync_start_ends_where_the_server_forgets_while_it_walks(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 0, 0);
	expect_fetch(&d, "", "");
	answer(&d, 5000, 100, true);
	commit(&d, 100);
	expect_fetch(&d, "", "evt_4901");
	refuse(&d, E_NOT_FOUND, 410, -1);
	ASSERT_MARK(commit(&d, 0), SYNC_START, "evt_5000", true, true, false);
}

/* --- up --------------------------------------------------------------------------------------- */

static void test_resync_marks_a_page_once_it_has_passed_the_verified_event(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 1050);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, true);
	assert_int_equal(next(&d), RESYNC_FETCH); /* the probe: see below */
	answer(&d, 900, 1, true);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", false, false, false);
	expect_fetch(&d, "evt_1000", "");
	answer(&d, 1100, 100, true);
	ASSERT_MARK(commit(&d, 50), SYNC_CATCH_UP, "evt_1100", false, false, false);
	expect_fetch(&d, "evt_1100", "");
	answer(&d, 1107, 7, false);
	ASSERT_MARK(commit(&d, 7), SYNC_CATCH_UP, "evt_1107", true, true, false);
}

static void test_resync_probes_the_first_page_with_more_behind_it_once(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 900);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, true);
	expect_fetch(&d, "", "evt_901");
	assert_true(d.step.probe);
	refuse(&d, E_NETWORK, 503, -1); /* the page stays */
	d.now += waits(&d);
	expect_fetch(&d, "", "evt_901");
	assert_true(d.step.probe);
	answer(&d, 900, 1, true);
	ASSERT_MARK(commit(&d, 100), SYNC_CATCH_UP, "evt_1000", false, false, false);
	for (int i = 1; i < 4; i++) {
		expect_fetch(&d, d.at.verified, "");
		assert_false(d.step.probe);
		answer(&d, 1000 + 100 * i, 100, i < 3);
		commit(&d, 100);
	}
	assert_string_equal(d.at.verified, "evt_1300");
}

static void test_resync_goes_down_where_the_server_gives_the_newest_page(void **state)
{
	static const int nothing[] = {0};
	struct desk d;

	(void)state;
	for (int empty = 0; empty < 2; empty++) {
		desk_open(&d, 900, 950);
		for (int again = 0; again < RESYNC_MISSES; again++) {
			expect_fetch(&d, "evt_900", "");
			answer(&d, 1200, 100, true);
			expect_fetch(&d, "", "evt_1101");
			if (empty)
				answer_ids(&d, nothing, 0, false);
			else
				answer(&d, 1100, 1, true);
			ASSERT_MARK(commit(&d, 100), SYNC_CATCH_UP, "", true, false, false);
		}
		expect_fetch(&d, "", "");
		answer(&d, 1200, 100, true);
		ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", false, false, false);
		expect_fetch(&d, "", "evt_1101");
		answer(&d, 1100, 100, true);
		ASSERT_MARK(commit(&d, 100), SYNC_CATCH_UP, "", false, false, false);
		expect_fetch(&d, "", "evt_1001");
		answer(&d, 1000, 100, true); /* holds 950, not 900 */
		ASSERT_MARK(commit(&d, 50), SYNC_CATCH_UP, "", false, false, false);
		expect_fetch(&d, "", "evt_901");
		answer(&d, 900, 100, true);
		ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "evt_1200", true, true, false);
		assert_int_equal(waits(&d), RESYNC_SETTLE_MS); /* what came meanwhile */
		d.now += RESYNC_SETTLE_MS;
		expect_fetch(&d, "", "");
		answer(&d, 1200, 100, true);
		ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "evt_1200", true, true, false);
	}
}

static void test_resync_does_not_mind_an_event_that_shows_up_before_a_probe(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 900);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1001, 100, true);
	expect_fetch(&d, "", "evt_902");
	answer(&d, 901, 1, true); /* it was not there a moment ago */
	commit(&d, 100);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, true);
	expect_fetch(&d, "", "evt_901");
	answer(&d, 900, 1, true);
	ASSERT_MARK(commit(&d, 1), SYNC_CATCH_UP, "evt_1000", false, false, false);
	expect_fetch(&d, "evt_1000", "");
}

static void test_resync_looks_again_where_the_verified_event_is_not_listed(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 950);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 940, 40, false);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", true, false, false);
	d.now += waits(&d);
	expect_fetch(&d, "evt_950", ""); /* perhaps it is there now */
	refuse(&d, E_INVALID, 400, -1);
	expect_fetch(&d, "evt_900", ""); /* no: then what follows the overlap is all there is */
	answer(&d, 940, 40, false);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "evt_940", true, true, false);
}

static void test_resync_of_a_cursor_forgotten_on_the_way_up_goes_on_later(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 900);
	d.r.probed = true;
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, true);
	commit(&d, 100);
	expect_fetch(&d, "evt_1000", "");
	refuse(&d, E_NOT_FOUND, 404, -1);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", true, false, false);
	d.now += waits(&d);
	expect_fetch(&d, "evt_1000", "");
	/* and so does a probe */
	desk_open(&d, 900, 900);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, true);
	expect_fetch(&d, "", "evt_901");
	refuse(&d, E_NOT_FOUND, 404, -1);
	d.now += waits(&d);
	expect_fetch(&d, "evt_900", "");
}

/* --- rescue -------------------------------------------------------------------------------------
 */

static void test_resync_walks_down_to_what_retention_left_of_the_overlap(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 950);
	expect_fetch(&d, "evt_900", "");
	refuse(&d, E_INVALID, 400, -1);
	expect_fetch(&d, "", "");
	answer(&d, 1000, 70, false); /* down to 931 */
	ASSERT_MARK(commit(&d, 50), SYNC_CATCH_UP, "", false, false, false);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "evt_1000", true, true, false);
	assert_true(d.step.empty);
}

static void test_resync_walks_down_no_further_than_an_overlap_past_the_verified(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 2, 950);
	expect_fetch(&d, "evt_2", "");
	refuse(&d, E_INVALID, 400, -1);
	expect_fetch(&d, "", "");
	answer(&d, 1000, 100, true);
	ASSERT_MARK(commit(&d, 50), SYNC_CATCH_UP, "", false, false, false);
	expect_fetch(&d, "", "evt_901");
	answer(&d, 900, 100, true);
	ASSERT_MARK(commit(&d, 50), SYNC_CATCH_UP, "evt_1000", true, true, false);
}

static void test_resync_gives_up_a_stretch_only_where_the_server_has_nothing_older(void **state)
{
	struct desk d;

	(void)state;
	for (int same = 0; same < 2; same++) {
		desk_open(&d, same ? 950 : 900, 950);
		expect_fetch(&d, d.at.overlap, "");
		refuse(&d, E_NOT_FOUND, 410, -1);
		expect_fetch(&d, "", "");
		answer(&d, 2000, 100, true);
		post(&d);
		receipt_of(&d, 100, false);
		expect_fetch(&d, "", "evt_1901");
		answer(&d, 1900, 50, false);
		post(&d);
		assert_int_equal(waits(&d), -1); /* for what the archive says of it */
		receipt_of(&d, 50, false);
		ASSERT_MARK(commit(&d, 0), SYNC_RESCUE, "evt_2000", true, true, true);
		assert_true(d.step.empty);
		assert_string_equal(d.step.mark.lost_from, "evt_950");
		d.now += waits(&d);
		expect_fetch(&d, "evt_2000", "");
	}
}

static void test_resync_rescue_ends_when_the_archive_knows_a_page(void **state)
{
	struct desk d;

	(void)state;
	for (int late = 0; late < 3; late++) {
		desk_open(&d, 950, 950);
		expect_fetch(&d, "evt_950", "");
		refuse(&d, E_NOT_FOUND, 404, -1);
		expect_fetch(&d, "", "");
		answer(&d, 2000, 100, true);
		post(&d);
		if (late > 0) {
			expect_fetch(&d, "", "evt_1901");
			answer(&d, 1900, 100, true);
			assert_int_equal(next(&d), RESYNC_POST);
		}
		if (late > 1)
			post(&d);
		receipt_of(&d, 1, true);
		if (late == 1)
			post(&d);
		if (late > 0) { /* all of it is to be committed before the ending */
			assert_int_equal(waits(&d), -1);
			receipt_of(&d, 1, true);
		}
		ASSERT_MARK(commit(&d, 0), SYNC_RESCUE, "evt_2000", true, true, false);
		assert_true(d.step.empty);
	}
}

static void test_resync_believes_no_receipt_that_says_a_start_reached_anything(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 0, 0);
	expect_fetch(&d, "", "");
	answer(&d, 1000, 100, true);
	post(&d);
	receipt_of(&d, 100, true);
	expect_fetch(&d, "", "evt_901");
	/* Nor on the way up, where it is no news. */
	desk_open(&d, 900, 900);
	d.r.probed = true;
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, true);
	post(&d);
	receipt_of(&d, 100, true);
	expect_fetch(&d, "evt_1000", "");
}

static void test_resync_goes_down_as_long_as_it_aims_at_the_overlap(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 700, 950);
	expect_fetch(&d, "evt_700", "");
	refuse(&d, E_NOT_FOUND, 404, -1);
	expect_fetch(&d, "", "");
	answer(&d, 940, 60, true); /* 950 is not listed, but 940 is older */
	post(&d);
	receipt_of(&d, 0, true);
	expect_fetch(&d, "", "evt_881");
	answer(&d, 880, 60, true);
	post(&d);
	receipt_of(&d, 0, true);
	expect_fetch(&d, "", "evt_821");
	answer(&d, 820, 60, true);
	post(&d);
	receipt_of(&d, 0, true);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "evt_940", true, true, false);
}

static void test_resync_learns_that_a_server_pages_down_only(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 950, 950);
	expect_fetch(&d, "evt_950", "");
	refuse(&d, E_INVALID, 400, -1);
	expect_fetch(&d, "", "");
	answer(&d, 1000, 100, true);
	ASSERT_MARK(commit(&d, 50), SYNC_RESCUE, "evt_1000", true, true, false);
	d.now += RESYNC_SETTLE_MS;
	expect_fetch(&d, "", ""); /* it knew 950, only not for going up */
	answer(&d, 1010, 100, true);
	ASSERT_MARK(commit(&d, 10), SYNC_CATCH_UP, "evt_1010", true, true, false);
}

static void test_resync_of_a_list_that_ends_before_the_verified_event(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 950);
	d.r.descending = true;
	expect_fetch(&d, "", "");
	answer(&d, 940, 100, true); /* the overlap, and not what came after it */
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", true, false, false);
	d.now += waits(&d);
	expect_fetch(&d, "", "");
	answer(&d, 951, 100, true);
	ASSERT_MARK(commit(&d, 1), SYNC_CATCH_UP, "evt_951", true, true, false);
}

static void test_resync_takes_an_empty_list_for_no_word_about_the_past(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 950, 950);
	expect_fetch(&d, "evt_950", "");
	refuse(&d, E_INVALID, 400, -1);
	expect_fetch(&d, "", "");
	answer(&d, 0, 0, false);
	ASSERT_MARK(commit(&d, 0), SYNC_RESCUE, "", false, false, false);
	ASSERT_MARK(commit(&d, 0), SYNC_RESCUE, "", true, false, false);
	assert_in_range(waits(&d), BACKOFF_BASE_MS / 2, BACKOFF_CAP_MS);
}

static void walk_down_to_the_bound(struct desk *d)
{
	for (int i = 0; i < WALK_DOWN_PAGES; i++) {
		assert_int_equal(next(d), RESYNC_FETCH);
		answer(d, 900000 - i, 1, true);
		post(d);
		receipt_of(d, 1, false);
	}
}

static void test_resync_walks_down_only_so_far(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 950, 950);
	expect_fetch(&d, "evt_950", "");
	refuse(&d, E_INVALID, 400, -1);
	walk_down_to_the_bound(&d);
	ASSERT_MARK(commit(&d, 0), SYNC_RESCUE, "evt_900000", true, false, true);
	/* Where the verified event is still known, it rather goes up from that. */
	desk_open(&d, 900, 950);
	expect_fetch(&d, "evt_900", "");
	refuse(&d, E_INVALID, 400, -1);
	walk_down_to_the_bound(&d);
	ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", true, false, false);
	d.now += waits(&d);
	expect_fetch(&d, "evt_950", "");
	refuse(&d, E_INVALID, 400, -1);
	expect_fetch(&d, "", "");
	assert_int_equal(d.r.walk.purpose, SYNC_RESCUE);
	refuse(&d, E_INVALID, 400, -1); /* not about a cursor: there was none */
	assert_in_range(waits(&d), BACKOFF_BASE_MS / 2, BACKOFF_CAP_MS);
	assert_int_equal(d.told.status, E_INVALID);
}

/* --- answers that make no sense (faults D23) ---------------------------------------------------
 */

static void test_resync_refuses_pages_that_go_nowhere(void **state)
{
	static const struct {
		bool down;
		int ids[2];
		size_t count;
		bool more;
		const char *words;
	} rows[] = {
		{false, {0}, 0, true, "an empty page that says there is more"},
		{true, {0}, 0, true, "an empty page that says there is more"},
		{false, {1000, 999}, 2, false, "holds the event it was to begin before"},
		{true, {901, 900}, 2, true, "holds the event it was to begin after"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk d;
		int64_t wait;

		desk_open(&d, rows[i].down ? 0 : 900, rows[i].down ? 0 : 900);
		d.r.probed = true;
		assert_int_equal(next(&d), RESYNC_FETCH);
		answer(&d, 1000, 100, true);
		commit(&d, 100);
		assert_int_equal(next(&d), RESYNC_FETCH);
		answer_ids(&d, rows[i].ids, rows[i].count, rows[i].more);
		assert_int_equal(next(&d), RESYNC_POST);
		assert_int_equal(d.told.status, E_PROTOCOL);
		assert_non_null(strstr(d.told.what, rows[i].words));
		assert_true(d.step.empty);
		ASSERT_MARK(commit(&d, 0), rows[i].down ? SYNC_START : SYNC_CATCH_UP, "", true,
			    false, false);
		wait = waits(&d);
		assert_in_range(wait, BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS);
		d.now += wait;
		assert_int_equal(next(&d), RESYNC_FETCH);
	}
}

static void test_resync_notices_a_circle_of_any_length(void **state)
{
	(void)state;
	for (int length = 2; length < 60; length++) {
		struct desk d;
		int pages = 0;

		desk_open(&d, 900, 900);
		d.r.probed = true;
		do {
			assert_int_equal(next(&d), RESYNC_FETCH);
			answer(&d, 1000 + pages % length, 1, true);
			assert_true(++pages < 5 * length);
			if (next(&d) == RESYNC_POST && !d.step.empty)
				commit(&d, 1);
		} while (d.told.status != E_PROTOCOL);
		assert_non_null(strstr(d.told.what, "circle"));
		ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", true, false, false);
	}
}

static void test_resync_waits_longer_each_time_a_walk_fails(void **state)
{
	struct desk d;
	int64_t longest = 0;

	(void)state;
	desk_open(&d, 900, 900);
	for (int i = 0; i < 40; i++) {
		int64_t wait;

		expect_fetch(&d, "evt_900", "");
		answer(&d, 0, 0, true);
		wait = waits(&d);
		assert_in_range(wait, BACKOFF_BASE_MS / 2, BACKOFF_CAP_MS);
		longest = wait > longest ? wait : longest;
		d.now += wait;
	}
	assert_true(longest > BACKOFF_CAP_MS / 2);
}

/* --- failures ----------------------------------------------------------------------------------
 */

static void test_resync_tries_the_same_page_again_after_a_failure(void **state)
{
	static const struct {
		enum status status;
		int http;
		int64_t retry_after, least, most, floor;
	} rows[] = {
		{E_NETWORK, 0, -1, 250, 500, 0},
		{E_TIMEOUT, 0, -1, 250, 500, 0},
		{E_NETWORK, 500, -1, 250, 500, 0},
		{E_NETWORK, 503, 90000, 250, 500, 0},
		{E_PROTOCOL, 0, -1, 250, 500, 0},
		{E_RATE, 429, -1, 250, 500, 0},
		{E_RATE, 429, 0, 250, 500, 0},
		{E_RATE, 429, 90000, 90000, 90500, 90000},
		{E_RATE, 429, INT64_C(1000000000000), 600000, 600500, 600000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk d;
		int64_t wait;

		desk_open(&d, 900, 900);
		desk_link(&d, LINK_LIVE, 0);
		d.now += 5000;
		expect_fetch(&d, "evt_900", "");
		refuse(&d, rows[i].status, rows[i].http, rows[i].retry_after);
		assert_int_equal(next(&d), RESYNC_WAIT);
		assert_int_equal(d.told.status, rows[i].status);
		assert_int_equal(d.told_floor, rows[i].floor);
		/* After a 429 the gap of its pace comes on top. */
		wait = d.r.not_before - d.now;
		assert_in_range(wait, rows[i].least, rows[i].most);
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		assert_string_equal(d.step.query.ending_before, "evt_900");
	}
}

static void test_resync_backs_off_to_thirty_seconds(void **state)
{
	struct desk d;
	int64_t end;
	int requests = 0;

	(void)state;
	desk_open(&d, 900, 900);
	end = d.now + 3600 * 1000;
	while (d.now < end) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		refuse(&d, E_NETWORK, 0, -1);
		requests++;
	}
	assert_in_range(requests, 120, 420); /* 15 s between two, on average */
}

static void test_resync_stops_when_the_key_is_refused(void **state)
{
	static const struct {
		enum status status;
		int http;
	} rows[] = {{E_AUTH, 401}, {E_DENIED, 403}, {E_AUTH, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct desk d;

		desk_open(&d, 900, 900);
		d.r.probed = true;
		expect_fetch(&d, "evt_900", "");
		answer(&d, 1000, 100, true);
		commit(&d, 100);
		expect_fetch(&d, "evt_1000", "");
		refuse(&d, rows[i].status, rows[i].http, -1);
		ASSERT_MARK(commit(&d, 0), SYNC_CATCH_UP, "", true, false, false);
		assert_int_equal(waits(&d), -1);
		assert_int_equal(d.told.status, E_AUTH);
		assert_non_null(strstr(d.told.what, KEY " was refused"));
		d.now += 3600 * 1000;
		assert_int_equal(waits(&d), -1);
		assert_int_equal(d.tells, 2); /* it went well once */
		if (i == 0)
			resync_ask(&d.r, d.now);
		else
			desk_link(&d, LINK_LIVE, 0);
		expect_fetch(&d, "evt_1000", "");
		refuse(&d, rows[i].status, rows[i].http, -1);
		assert_int_equal(waits(&d), -1);
		assert_int_equal(d.tells, i == 0 ? 3 : 2);
	}
}

static void test_resync_keeps_to_four_fifths_of_the_rate_it_was_refused_at(void **state)
{
	struct desk d;
	int64_t gap;

	(void)state;
	desk_open(&d, 900, 900);
	d.r.probed = true;
	for (int i = 0; i < 99; i++) {
		assert_int_equal(next(&d), RESYNC_FETCH);
		answer(&d, 1000 + 100 * i, 100, true);
		commit(&d, 100);
		d.now += 10;
	}
	assert_int_equal(next(&d), RESYNC_FETCH);
	refuse(&d, E_RATE, 429, 59000); /* a hundred a minute */
	gap = d.r.pace.gap;
	assert_in_range(gap, 740, 760);
	assert_in_range(waits(&d), 59000 + gap, 59000 + BACKOFF_BASE_MS + gap);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		answer(&d, 20000 + 100 * i, 100, true);
		commit(&d, 100);
		assert_int_equal(waits(&d), gap);
	}
	d.now += RESYNC_PACED_MS; /* and after a while it tries without */
	for (int i = 0; i < 10; i++) {
		assert_int_equal(next(&d), RESYNC_FETCH);
		answer(&d, 30000 + 100 * i, 100, true);
		commit(&d, 100);
	}
}

static void test_resync_ask_is_stronger_than_all_but_a_retry_after(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 900);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		refuse(&d, E_NETWORK, 0, -1);
	}
	resync_ask(&d.r, d.now);
	expect_fetch(&d, "evt_900", "");
	refuse(&d, E_RATE, 429, 30000);
	resync_ask(&d.r, d.now);
	assert_true(waits(&d) >= 30000);
	desk_link(&d, LINK_LIVE, 0);
	assert_true(waits(&d) >= 30000);
}

/* --- when ----------------------------------------------------------------------------------------
 */

static void test_resync_sweeps_every_minute_behind_a_live_stream(void **state)
{
	struct desk d;

	(void)state;
	desk_settled(&d, 900, 950);
	for (int i = 0; i < 5; i++) {
		int64_t wait = waits(&d);

		assert_in_range(wait, RESYNC_SWEEP_MS * 9 / 10, RESYNC_SWEEP_MS);
		d.now += wait;
		expect_fetch(&d, "evt_900", "");
		answer(&d, 950, 50, false);
		post(&d);
		ASSERT_MARK(&d.step.mark, SYNC_SWEEP, "evt_950", true, true, false);
		receipt_of(&d, 0, false);
	}
	desk_link(&d, LINK_LAGGING, 0); /* as good as live */
	assert_true(waits(&d) > RESYNC_POLL_MAX_MS);
	desk_link(&d, LINK_LIVE, 0); /* and no opening */
	assert_true(waits(&d) > RESYNC_POLL_MAX_MS);
}

static void test_resync_polls_while_a_stream_is_not_live(void **state)
{
	static const enum link_state away[] = {LINK_STALE,   LINK_RECONNECTING, LINK_POLLING,
					       LINK_OFFLINE, LINK_AUTH_FAILED,  LINK_CONNECTING};
	static const int64_t pace[] = {1000, 2000, 4000, 8000, 15000, 15000};

	(void)state;
	for (size_t i = 0; i < sizeof(away) / sizeof(away[0]); i++) {
		struct desk d;

		desk_settled(&d, 900, 950);
		d.now += 5000;
		desk_link(&d, away[i], 0);
		for (size_t n = 0; n < sizeof(pace) / sizeof(pace[0]); n++) {
			assert_int_equal(waits(&d), pace[n]);
			d.now += pace[n];
			expect_fetch(&d, "evt_900", "");
			answer(&d, 950, 50, false);
			post(&d);
			ASSERT_MARK(&d.step.mark, SYNC_POLL, "evt_950", true, true, false);
			receipt_of(&d, 0, false);
		}
		d.now += 15000;
		expect_fetch(&d, "evt_900", "");
		answer(&d, 951, 51, false);
		commit(&d, 1);
		assert_int_equal(waits(&d), RESYNC_POLL_MIN_MS);
	}
}

static void test_resync_that_is_failing_polls_and_sweeps_again(void **state)
{
	struct desk d;

	(void)state;
	for (int live = 0; live < 2; live++) {
		desk_settled(&d, 900, 950);
		if (!live)
			desk_link(&d, LINK_RECONNECTING, 1);
		d.now += waits(&d);
		expect_fetch(&d, "evt_900", "");
		answer(&d, 0, 0, true);
		assert_in_range(waits(&d), BACKOFF_BASE_MS / 2, BACKOFF_BASE_MS);
		d.now += waits(&d);
		expect_fetch(&d, "evt_900", "");
		assert_int_equal(d.r.walk.purpose, live ? SYNC_SWEEP : SYNC_POLL);
	}
}

static void test_resync_catches_up_when_a_stream_opens_and_sweeps_behind_it(void **state)
{
	struct desk d;

	(void)state;
	desk_settled(&d, 900, 950);
	d.now += 10000;
	desk_link(&d, LINK_RECONNECTING, 1);
	d.now += 400;
	desk_link(&d, LINK_LIVE, 0);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 960, 60, false);
	post(&d);
	ASSERT_MARK(&d.step.mark, SYNC_CATCH_UP, "evt_960", true, true, false);
	receipt_of(&d, 10, false);
	assert_int_equal(waits(&d), RESYNC_SETTLE_MS);
	d.now += RESYNC_SETTLE_MS;
	expect_fetch(&d, "evt_900", "");
	assert_int_equal(d.r.walk.purpose, SYNC_SWEEP);
	answer(&d, 950, 50, false);
	commit(&d, 0);
	/* Silence that ends is no opening. */
	desk_link(&d, LINK_STALE, 0);
	desk_link(&d, LINK_LIVE, 0);
	assert_true(waits(&d) > 50000);
}

static void test_resync_after_a_gap_catches_up_and_sweeps_at_once(void **state)
{
	struct desk d;

	(void)state;
	desk_settled(&d, 900, 950);
	resync_gap(&d.r, d.now);
	expect_fetch(&d, "evt_900", "");
	assert_int_equal(d.r.walk.purpose, SYNC_CATCH_UP);
	answer(&d, 950, 50, false);
	commit(&d, 0);
	expect_fetch(&d, "evt_950", "");
	assert_int_equal(d.r.walk.purpose, SYNC_SWEEP);
}

static void test_resync_asks_rest_why_a_stream_cannot_be_had(void **state)
{
	struct desk d;

	(void)state;
	desk_settled(&d, 900, 950);
	desk_link(&d, LINK_RECONNECTING, 1);
	d.r.poll_due = d.now + RESYNC_POLL_MAX_MS; /* as after a quiet while */
	d.now += 5000;
	assert_int_equal(waits(&d), RESYNC_POLL_MAX_MS - 5000);
	desk_link(&d, LINK_RECONNECTING, 2);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 950, 50, false);
	commit(&d, 0);
	d.now += 100;
	desk_link(&d, LINK_RECONNECTING, 3); /* not more than once a second */
	assert_int_equal(waits(&d), RESYNC_AWAY_MS - 100);
}

static void test_resync_tells_the_feed_what_is_new_and_again_while_it_is_away(void **state)
{
	struct desk d;

	(void)state;
	desk_settled(&d, 900, 950);
	assert_int_equal(d.tells, 1);
	assert_int_equal(d.told.status, S_OK);
	d.hears_again = true;
	d.r.told = d.now;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		answer(&d, 950, 50, false);
		post(&d);
		receipt_of(&d, 0, false);
	}
	assert_int_equal(d.tells, 1); /* live: nobody needs to know */
	desk_link(&d, LINK_RECONNECTING, 1);
	for (int64_t end = d.now + 300000; d.now < end;) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		answer(&d, 950, 50, false);
		post(&d);
		receipt_of(&d, 0, false);
	}
	assert_in_range(d.tells, 1 + 9, 1 + 11);
	assert_int_equal(d.told.status, S_OK);
	assert_int_equal(next_in_time(&d), RESYNC_FETCH);
	for (unsigned i = 0; i < 3; i++) { /* each time, for the wait begins anew */
		unsigned before = d.tells;

		refuse(&d, E_RATE, 429, 20000);
		assert_int_equal(next(&d), RESYNC_WAIT);
		assert_int_equal(d.told.status, E_RATE);
		assert_int_equal(d.told_floor, 20000);
		assert_int_equal(d.tells, before + 1);
		if (i < 2)
			assert_int_equal(next_in_time(&d), RESYNC_FETCH);
	}
	d.now += RESYNC_TELL_MS;
	assert_int_equal(next(&d), RESYNC_WAIT);
	assert_int_equal(d.told_floor, 0); /* said once: it would be counted from now again */
}

static void test_resync_words_that_change_are_told(void **state)
{
	struct desk d;
	struct fault fault = {.retry_after_ms = -1};
	struct problem problem = {.status = E_NETWORK, .what = "no route"};
	struct resync_answer a = {.status = E_NETWORK, .fault = &fault, .problem = &problem};

	(void)state;
	desk_open(&d, 900, 900);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(next_in_time(&d), RESYNC_FETCH);
		if (i == 4)
			(void)str_copy(problem.what, sizeof(problem.what), "no such host");
		resync_fetched(&d.r, d.now, &a);
		assert_int_equal(next(&d), RESYNC_WAIT);
		assert_int_equal(d.tells, i < 4 ? 1 : 2);
	}
}

/* --- with the archive ---------------------------------------------------------------------------
 */

static void test_resync_is_at_most_eight_pages_ahead_of_the_archive(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 900, 900);
	d.r.probed = true;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(next(&d), RESYNC_FETCH);
		answer(&d, 1000 + 100 * i, 100, true);
		post(&d);
	}
	assert_int_equal(waits(&d), -1);
	receipt_of(&d, 100, false);
	assert_int_equal(next(&d), RESYNC_FETCH);
}

static void test_resync_waits_for_the_last_receipt_before_it_walks_again(void **state)
{
	struct desk d;
	struct sync_receipt other = {.walk = 77, .last = true};

	(void)state;
	desk_open(&d, 900, 900);
	desk_link(&d, LINK_LIVE, 0);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 1000, 100, false);
	assert_int_equal(next(&d), RESYNC_POST); /* refused by a full mailbox: the same again */
	post(&d);
	resync_ask(&d.r, d.now);
	assert_int_equal(waits(&d), -1);
	resync_receipt(&d.r, d.now, &other);
	assert_int_equal(waits(&d), -1);
	id_of(d.at.verified, 1000);
	receipt_of(&d, 100, false);
	expect_fetch(&d, "evt_900", "");
	/* A receipt that nobody waits for. */
	desk_settled(&d, 900, 950);
	other.walk = d.r.walk.number;
	resync_receipt(&d.r, d.now, &other);
	assert_string_equal(d.r.at.verified, "evt_950");
}

static void test_resync_dates_a_walk_even_at_the_beginning_of_time(void **state)
{
	struct resync_setup setup = {.has_key = {true, true}, .key = KEY};
	struct desk d = {.now = 0};

	(void)state;
	resync_init(&d.r, &setup, 0);
	expect_fetch(&d, "", "");
	answer(&d, 3, 3, false);
	assert_int_equal(next(&d), RESYNC_POST);
	assert_int_equal(d.step.mark.began_mono_ms, 1);
}

static void test_resync_polls_for_either_stream(void **state)
{
	struct resync_setup setup = {.has_key = {true, true}, .key = KEY};
	struct link_report report = {.stream = STREAM_MERCHANT, .state = LINK_LIVE};
	struct desk d = {.now = 1000};

	(void)state;
	id_of(d.at.verified, 950);
	id_of(d.at.overlap, 900);
	setup.position = d.at;
	resync_init(&d.r, &setup, d.now);
	resync_link(&d.r, d.now, &report);
	expect_fetch(&d, "evt_900", "");
	answer(&d, 950, 50, false);
	post(&d);
	receipt_of(&d, 0, false);
	assert_in_range(waits(&d), 1, 2000); /* the commerce stream is not there yet */
	d.now += 2000;
	expect_fetch(&d, "evt_900", "");
	assert_int_equal(d.r.walk.purpose, SYNC_POLL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resync_starts_a_history_with_ten_pages),
		cmocka_unit_test(test_resync_starts_down_to_what_streams_had_brought),
		cmocka_unit_test(test_resync_of_an_empty_server_starts_again),
		cmocka_unit_test(test_resync_of_an_empty_server_with_a_live_stream_rests),
		cmocka_unit_test(test_resync_start_ends_where_the_server_forgets_while_it_walks),
		cmocka_unit_test(test_resync_marks_a_page_once_it_has_passed_the_verified_event),
		cmocka_unit_test(test_resync_probes_the_first_page_with_more_behind_it_once),
		cmocka_unit_test(test_resync_goes_down_where_the_server_gives_the_newest_page),
		cmocka_unit_test(test_resync_does_not_mind_an_event_that_shows_up_before_a_probe),
		cmocka_unit_test(test_resync_looks_again_where_the_verified_event_is_not_listed),
		cmocka_unit_test(test_resync_of_a_cursor_forgotten_on_the_way_up_goes_on_later),
		cmocka_unit_test(test_resync_walks_down_to_what_retention_left_of_the_overlap),
		cmocka_unit_test(
			test_resync_walks_down_no_further_than_an_overlap_past_the_verified),
		cmocka_unit_test(
			test_resync_gives_up_a_stretch_only_where_the_server_has_nothing_older),
		cmocka_unit_test(test_resync_rescue_ends_when_the_archive_knows_a_page),
		cmocka_unit_test(
			test_resync_believes_no_receipt_that_says_a_start_reached_anything),
		cmocka_unit_test(test_resync_goes_down_as_long_as_it_aims_at_the_overlap),
		cmocka_unit_test(test_resync_learns_that_a_server_pages_down_only),
		cmocka_unit_test(test_resync_of_a_list_that_ends_before_the_verified_event),
		cmocka_unit_test(test_resync_takes_an_empty_list_for_no_word_about_the_past),
		cmocka_unit_test(test_resync_walks_down_only_so_far),
		cmocka_unit_test(test_resync_refuses_pages_that_go_nowhere),
		cmocka_unit_test(test_resync_notices_a_circle_of_any_length),
		cmocka_unit_test(test_resync_waits_longer_each_time_a_walk_fails),
		cmocka_unit_test(test_resync_tries_the_same_page_again_after_a_failure),
		cmocka_unit_test(test_resync_backs_off_to_thirty_seconds),
		cmocka_unit_test(test_resync_stops_when_the_key_is_refused),
		cmocka_unit_test(test_resync_keeps_to_four_fifths_of_the_rate_it_was_refused_at),
		cmocka_unit_test(test_resync_ask_is_stronger_than_all_but_a_retry_after),
		cmocka_unit_test(test_resync_sweeps_every_minute_behind_a_live_stream),
		cmocka_unit_test(test_resync_polls_while_a_stream_is_not_live),
		cmocka_unit_test(test_resync_that_is_failing_polls_and_sweeps_again),
		cmocka_unit_test(test_resync_catches_up_when_a_stream_opens_and_sweeps_behind_it),
		cmocka_unit_test(test_resync_after_a_gap_catches_up_and_sweeps_at_once),
		cmocka_unit_test(test_resync_asks_rest_why_a_stream_cannot_be_had),
		cmocka_unit_test(test_resync_tells_the_feed_what_is_new_and_again_while_it_is_away),
		cmocka_unit_test(test_resync_words_that_change_are_told),
		cmocka_unit_test(test_resync_is_at_most_eight_pages_ahead_of_the_archive),
		cmocka_unit_test(test_resync_waits_for_the_last_receipt_before_it_walks_again),
		cmocka_unit_test(test_resync_dates_a_walk_even_at_the_beginning_of_time),
		cmocka_unit_test(test_resync_polls_for_either_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
