#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive/proof.h"
#include "base/rng.h"
#include "base/strbuf.h"

#include <stdlib.h>

#define WALL0    1767225600000LL
#define INCIDENT 128

/* The machine with a clock, and what it has written. */
struct bench {
	struct proof p;
	struct proof_time now;
	struct incident written[INCIDENT];
	size_t count;
};

static void bench_write(struct bench *b)
{
	struct incident inc;

	while (proof_take(&b->p, &inc)) {
		if (inc.serial == 0) {
			assert_true(b->count < INCIDENT);
			inc.serial = (int64_t)++b->count;
		}
		b->written[inc.serial - 1] = inc;
		proof_written(&b->p, &inc);
	}
}

static void bench_init(struct bench *b, int64_t seen_ms)
{
	struct proof_past past = {.seen_ms = seen_ms, .retired_ms = TIME_NONE};

	memset(b, 0, sizeof(*b));
	b->now = (struct proof_time){WALL0, 100000};
	proof_init(&b->p, &past, b->now);
	bench_write(b);
}

static void bench_pass(struct bench *b, int64_t ms)
{
	b->now.wall_ms += ms;
	b->now.mono_ms += ms;
}

static struct history_report bench_report(struct bench *b)
{
	struct history_report r = {.mode = HISTORY_WRITING};

	proof_report(&b->p, b->now, &r);
	return r;
}

static void bench_link(struct bench *b, enum stream_id s, enum link_state state)
{
	struct link_report l = {.stream = s, .state = state};

	if (state == LINK_RECONNECTING)
		(void)problem_set(&l.problem, E_NETWORK, NULL, "the connection was reset");
	proof_link(&b->p, &l, b->now);
	bench_write(b);
}

enum saying { GOES_ON, ENDS, PROVES, LOSES, PROVES_A_LOSS };

struct said_page {
	enum sync_purpose purpose;
	uint64_t walk;
	int64_t began;
	size_t fresh, of_commerce;
	int64_t oldest_ms;
	enum saying says;
};

static void bench_page(struct bench *b, struct said_page pg)
{
	bool lost = pg.says == LOSES || pg.says == PROVES_A_LOSS;
	struct sync_mark mark = {.purpose = pg.purpose,
				 .walk = pg.walk,
				 .began_mono_ms = pg.began,
				 .last = pg.says != GOES_ON,
				 .proven = pg.says == PROVES || pg.says == PROVES_A_LOSS,
				 .lost = lost};
	struct proof_batch batch = {.source = SOURCE_REST,
				    .mark = &mark,
				    .fresh = pg.fresh,
				    .fresh_of = {pg.fresh - pg.of_commerce, pg.of_commerce},
				    .last_id = "evt_last",
				    .oldest_id = "evt_oldest",
				    .oldest_ms = pg.oldest_ms ? pg.oldest_ms : TIME_NONE,
				    .lost_from_ms = lost ? WALL0 - 9000 : TIME_NONE};

	if (lost)
		(void)str_copy(mark.lost_from, ID_CAP, "evt_verified");
	proof_events(&b->p, &batch, b->now);
	bench_write(b);
}

static void bench_stream(struct bench *b, enum event_source source, enum stream_id s, size_t fresh,
			 const char *last_id)
{
	struct proof_batch batch = {.source = source,
				    .stream = s,
				    .fresh = fresh,
				    .last_id = last_id,
				    .oldest_id = "",
				    .oldest_ms = TIME_NONE};

	proof_events(&b->p, &batch, b->now);
	bench_write(b);
}

/* One stream, live, and all proven a moment ago. */
static void bench_settle(struct bench *b)
{
	bench_link(b, STREAM_COMMERCE, LINK_OFF);
	bench_link(b, STREAM_MERCHANT, LINK_CONNECTING);
	bench_link(b, STREAM_MERCHANT, LINK_LIVE);
	bench_pass(b, 10);
	bench_page(b,
		   (struct said_page){SYNC_START, 1, b->now.mono_ms, 10, 0, WALL0 - 5000, PROVES});
	assert_int_equal(bench_report(b).proof, PROOF_COMPLETE);
}

static const struct incident *newest(const struct bench *b, enum incident_kind kind)
{
	for (size_t i = b->count; i > 0; i--)
		if (b->written[i - 1].kind == kind)
			return &b->written[i - 1];
	fail_msg("no such incident");
	return NULL;
}

/* --- what may be claimed ------------------------------------------------------------------ */

static void test_proof_claims_nothing_before_a_walk(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_link(&b, STREAM_COMMERCE, LINK_OFF);
	bench_link(&b, STREAM_MERCHANT, LINK_LIVE);
	bench_stream(&b, SOURCE_STREAM, STREAM_MERCHANT, 5, "evt_5");
	assert_int_equal(bench_report(&b).proof, PROOF_NONE);
	assert_int_equal(bench_report(&b).proven_to_ms, TIME_NONE);
	assert_int_equal(b.count, 0);
}

static void test_proof_is_as_old_as_the_walks_beginning(void **state)
{
	struct bench b;
	int64_t began, began_wall;

	(void)state;
	bench_init(&b, TIME_NONE);
	began = b.now.mono_ms;
	began_wall = b.now.wall_ms;
	bench_pass(&b, 700);
	bench_page(&b, (struct said_page){SYNC_START, 1, began, 100, 0, WALL0 - 5000, GOES_ON});
	assert_int_equal(bench_report(&b).proof, PROOF_CATCHING_UP);
	assert_int_equal(bench_report(&b).catching_up, 100);
	bench_pass(&b, 700);
	bench_page(&b, (struct said_page){SYNC_START, 1, began, 50, 0, WALL0 - 9000, PROVES});
	assert_int_equal(bench_report(&b).proven_to_ms, began_wall);
	assert_int_equal(bench_report(&b).complete_since_ms, WALL0 - 9000);
	assert_int_equal(newest(&b, INCIDENT_START)->state, INCIDENT_NOTED);
	assert_int_equal(newest(&b, INCIDENT_START)->to_ms, WALL0 - 9000);
}

static void test_proof_wears_off(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	bench_pass(&b, PROOF_FRESH_MS);
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	bench_pass(&b, 1);
	assert_int_equal(bench_report(&b).proof, PROOF_BEHIND);
	bench_page(&b, (struct said_page){SYNC_SWEEP, 2, b.now.mono_ms, 0, 0, 0, PROVES});
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
}

static void test_proof_without_a_stream_lives_by_polling(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	bench_link(&b, STREAM_MERCHANT, LINK_POLLING);
	bench_pass(&b, PROOF_POLLED_MS);
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	bench_pass(&b, 1);
	assert_int_equal(bench_report(&b).proof, PROOF_BEHIND);
	bench_page(&b, (struct said_page){SYNC_POLL, 2, b.now.mono_ms, 3, 0, WALL0, PROVES});
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	assert_int_equal(newest(&b, INCIDENT_DOWN)->state, INCIDENT_OPEN);
	assert_int_equal(newest(&b, INCIDENT_DOWN)->recovered, 3);
	/* with no key at all, too */
	bench_link(&b, STREAM_MERCHANT, LINK_OFF);
	bench_pass(&b, PROOF_POLLED_MS + 1);
	assert_int_equal(bench_report(&b).proof, PROOF_BEHIND);
}

static void test_proof_of_a_walk_that_does_not_say_so_is_none(void **state)
{
	static const struct said_page pages[] = {
		{SYNC_CATCH_UP, 2, 99999, 5, 0, WALL0, ENDS},       /* ended, unproven */
		{SYNC_CATCH_UP, 2, 0, 5, 0, WALL0, PROVES},         /* began: who knows */
		{SYNC_CATCH_UP, 2, 1LL << 40, 5, 0, WALL0, PROVES}, /* later than now */
		{SYNC_NONE, 0, 99999, 5, 0, WALL0, PROVES}          /* somebody asked for it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct bench b;

		bench_init(&b, TIME_NONE);
		bench_page(&b, pages[i]);
		assert_int_equal(bench_report(&b).proof, PROOF_NONE);
	}
}

static void test_proof_forgets_a_walk_that_fell_silent(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	bench_page(&b, (struct said_page){SYNC_CATCH_UP, 2, b.now.mono_ms, 5, 0, WALL0, GOES_ON});
	assert_int_equal(bench_report(&b).proof, PROOF_CATCHING_UP);
	bench_pass(&b, PROOF_WALK_MS + 1);
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	/* a later walk begins anew, and an older beginning takes nothing back */
	bench_page(&b, (struct said_page){SYNC_SWEEP, 3, b.now.mono_ms, 1, 0, WALL0, GOES_ON});
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	bench_page(&b, (struct said_page){SYNC_SWEEP, 4, b.now.mono_ms, 1, 0, WALL0, PROVES});
	bench_page(&b, (struct said_page){SYNC_SWEEP, 5, b.now.mono_ms - 50, 1, 0, WALL0, PROVES});
	assert_int_equal(bench_report(&b).proven_to_ms, b.now.wall_ms);
}

static void test_proof_after_a_lost_stretch_begins_behind_it(void **state)
{
	struct bench b;
	struct history_report r;

	(void)state;
	bench_init(&b, WALL0 - 60000);
	bench_settle(&b);
	bench_pass(&b, 1000);
	bench_page(&b,
		   (struct said_page){SYNC_RESCUE, 2, b.now.mono_ms, 20, 0, WALL0 + 500, LOSES});
	r = bench_report(&b);
	assert_int_equal(r.proof, PROOF_UNKNOWN);
	assert_int_equal(r.unknown, 1);
	bench_pass(&b, 1000);
	bench_page(&b, (struct said_page){SYNC_CATCH_UP, 3, b.now.mono_ms, 0, 0, 0, PROVES});
	r = bench_report(&b);
	assert_int_equal(r.proof, PROOF_COMPLETE);
	assert_int_equal(r.complete_since_ms, WALL0 + 500);
	assert_int_equal(r.unknown, 1);
	assert_int_equal(r.repairs, 0);
	assert_int_equal(newest(&b, INCIDENT_GAP)->state, INCIDENT_LOST);
	assert_string_equal(newest(&b, INCIDENT_GAP)->from_id, "evt_verified");
	assert_string_equal(newest(&b, INCIDENT_GAP)->to_id, "evt_oldest");
	/* what is let go takes the gap with it */
	proof_retired(&b.p, WALL0 + 499);
	assert_int_equal(bench_report(&b).unknown, 1);
	proof_retired(&b.p, WALL0 + 600);
	assert_int_equal(bench_report(&b).unknown, 0);
	assert_int_equal(bench_report(&b).complete_since_ms, WALL0 + 600);
}

static void test_proof_of_a_server_that_lists_nothing_loses_up_to_its_answer(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	bench_pass(&b, 1000);
	bench_page(&b, (struct said_page){SYNC_RESCUE, 2, b.now.mono_ms, 0, 0, 0, PROVES_A_LOSS});
	assert_int_equal(bench_report(&b).complete_since_ms, b.now.wall_ms + 1);
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	/* it asked a while ago, or nobody knows when */
	bench_page(&b, (struct said_page){SYNC_RESCUE, 3, b.now.mono_ms - 300, 0, 0, 0, LOSES});
	assert_int_equal(newest(&b, INCIDENT_GAP)->to_ms, b.now.wall_ms - 299);
	bench_page(&b, (struct said_page){SYNC_RESCUE, 4, 0, 0, 0, 0, LOSES});
	assert_int_equal(newest(&b, INCIDENT_GAP)->to_ms, b.now.wall_ms + 1);
	/* and a first walk that finds nothing begins a history now */
	bench_init(&b, TIME_NONE);
	bench_page(&b, (struct said_page){SYNC_START, 1, b.now.mono_ms, 0, 0, 0, PROVES});
	assert_int_equal(bench_report(&b).complete_since_ms, b.now.wall_ms + 1);
}

static void test_proof_counts_more_gaps_than_it_tells_apart(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	for (int i = 0; i < PROOF_GAPS_MAX + 3; i++) {
		bench_pass(&b, 100);
		bench_page(&b, (struct said_page){SYNC_RESCUE, (uint64_t)i + 9, b.now.mono_ms, 1, 0,
						  b.now.wall_ms, PROVES_A_LOSS});
	}
	assert_int_equal(bench_report(&b).unknown, PROOF_GAPS_MAX + 3);
}

/* --- incidents ----------------------------------------------------------------------------------
 */

static void test_proof_away_is_over_with_the_first_walk(void **state)
{
	static const struct {
		size_t fresh;
		bool lost;
		enum incident_state state;
	} ways[] = {{7, false, INCIDENT_REPAIRED},
		    {0, false, INCIDENT_NOTED},
		    {7, true, INCIDENT_LOST}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bench b;
		const struct incident *away;

		bench_init(&b, WALL0 - 60000);
		away = newest(&b, INCIDENT_AWAY);
		assert_int_equal(away->state, INCIDENT_OPEN);
		assert_int_equal(away->from_ms, WALL0 - 60000);
		assert_int_equal(away->to_ms, WALL0);
		bench_stream(&b, SOURCE_REPLAY, STREAM_MERCHANT, ways[i].fresh ? 2 : 0, "evt_2");
		bench_page(&b, (struct said_page){SYNC_RESCUE, 1, b.now.mono_ms, ways[i].fresh, 0,
						  WALL0, ways[i].lost ? PROVES_A_LOSS : PROVES});
		assert_int_equal(away->state, ways[i].state);
		assert_int_equal(away->recovered, ways[i].fresh ? 9 : 0);
		assert_int_equal(bench_report(&b).repairs, ways[i].state == INCIDENT_REPAIRED);
		assert_int_equal(bench_report(&b).repaired_events,
				 ways[i].state == INCIDENT_REPAIRED ? 9 : 0);
	}
}

static void test_proof_down_is_over_when_a_later_walk_proves_it(void **state)
{
	struct bench b;
	const struct incident *down;
	int64_t early;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	bench_stream(&b, SOURCE_STREAM, STREAM_MERCHANT, 1, "evt_42");
	bench_stream(&b, SOURCE_STREAM, STREAM_MERCHANT, 0, ""); /* nothing but a bad frame */
	bench_pass(&b, 1000);
	bench_link(&b, STREAM_MERCHANT, LINK_RECONNECTING);
	down = newest(&b, INCIDENT_DOWN);
	assert_string_equal(down->from_id, "evt_42");
	assert_int_equal(down->from_ms, b.now.wall_ms);
	assert_string_equal(down->note, "merchant stream: the connection was reset");
	early = b.now.mono_ms;
	bench_pass(&b, 1000);
	bench_link(&b, STREAM_MERCHANT, LINK_LIVE);
	assert_int_equal(down->to_ms, b.now.wall_ms);
	bench_link(&b, STREAM_MERCHANT, LINK_LAGGING); /* still there */
	assert_int_equal(down->state, INCIDENT_OPEN);
	/* this walk began while it was away */
	bench_page(&b, (struct said_page){SYNC_SWEEP, 2, early, 2, 0, WALL0, PROVES});
	assert_int_equal(down->state, INCIDENT_OPEN);
	bench_stream(&b, SOURCE_REPLAY, STREAM_MERCHANT, 3, "evt_45");
	bench_page(&b, (struct said_page){SYNC_SWEEP, 3, b.now.mono_ms, 0, 0, 0, PROVES});
	assert_int_equal(down->state, INCIDENT_REPAIRED);
	assert_int_equal(down->recovered, 5);
	/* nothing is replayed for nobody */
	bench_stream(&b, SOURCE_REPLAY, STREAM_MERCHANT, 3, "evt_48");
	assert_int_equal(down->recovered, 5);
}

static void test_proof_down_again_before_it_was_proven_is_one_record(void **state)
{
	struct bench b;
	const struct incident *down;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	for (int i = 0; i < 5; i++) {
		bench_link(&b, STREAM_MERCHANT, LINK_RECONNECTING);
		bench_link(&b, STREAM_MERCHANT, LINK_OFFLINE);
		bench_pass(&b, 100);
		bench_link(&b, STREAM_MERCHANT, LINK_LIVE);
		bench_pass(&b, 100);
	}
	assert_int_equal(b.count, 2); /* that the history began, and this */
	down = newest(&b, INCIDENT_DOWN);
	assert_int_equal(down->from_ms, WALL0 + 10);
	bench_page(&b, (struct said_page){SYNC_SWEEP, 2, b.now.mono_ms, 0, 0, 0, PROVES});
	assert_int_equal(down->state, INCIDENT_NOTED);
}

static void test_proof_down_begins_when_it_fell_silent(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_settle(&b);
	bench_link(&b, STREAM_MERCHANT, LINK_STALE);
	bench_pass(&b, 7000);
	bench_link(&b, STREAM_MERCHANT, LINK_LIVE); /* it was only slow */
	bench_link(&b, STREAM_MERCHANT, LINK_STALE);
	bench_pass(&b, 7000);
	bench_link(&b, STREAM_MERCHANT, LINK_OFFLINE);
	assert_int_equal(newest(&b, INCIDENT_DOWN)->from_ms, WALL0 + 7010);
	assert_string_equal(newest(&b, INCIDENT_DOWN)->note, "merchant stream: closed");
}

static void test_proof_tells_two_streams_apart(void **state)
{
	struct bench b;
	const struct incident *first;

	(void)state;
	bench_init(&b, TIME_NONE);
	bench_link(&b, STREAM_MERCHANT, LINK_LIVE);
	bench_page(&b, (struct said_page){SYNC_START, 1, b.now.mono_ms, 1, 0, WALL0, PROVES});
	bench_pass(&b, PROOF_POLLED_MS + 1);
	assert_int_equal(bench_report(&b).proof, PROOF_BEHIND); /* the other one is not there */
	bench_link(&b, STREAM_COMMERCE, LINK_LIVE);
	assert_int_equal(bench_report(&b).proof, PROOF_COMPLETE);
	bench_link(&b, STREAM_MERCHANT, LINK_RECONNECTING);
	first = newest(&b, INCIDENT_DOWN);
	bench_link(&b, STREAM_COMMERCE, LINK_RECONNECTING);
	bench_page(&b, (struct said_page){SYNC_CATCH_UP, 2, b.now.mono_ms, 5, 2, WALL0, PROVES});
	assert_int_equal(first->recovered, 3);
	assert_int_equal(newest(&b, INCIDENT_DOWN)->recovered, 2);
	assert_true(newest(&b, INCIDENT_DOWN) != first);
}

static void test_proof_expects_of_a_stream_what_came_after_a_proof(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	assert_false(proof_expects(&b.p, STREAM_MERCHANT));
	bench_link(&b, STREAM_MERCHANT, LINK_LIVE);
	assert_false(proof_expects(&b.p, STREAM_MERCHANT));
	bench_pass(&b, 10);
	bench_page(&b, (struct said_page){SYNC_START, 1, b.now.mono_ms - 20, 1, 0, WALL0, PROVES});
	assert_false(proof_expects(&b.p, STREAM_MERCHANT)); /* began before it was live */
	bench_page(&b, (struct said_page){SYNC_SWEEP, 2, b.now.mono_ms, 1, 0, WALL0, PROVES});
	assert_true(proof_expects(&b.p, STREAM_MERCHANT));
	assert_false(proof_expects(&b.p, STREAM_COMMERCE));
	proof_skipped(&b.p, "evt_a", b.now);
	proof_skipped(&b.p, "evt_b", b.now);
	bench_write(&b);
	assert_int_equal(newest(&b, INCIDENT_SKIPPED)->recovered, 2);
	assert_string_equal(newest(&b, INCIDENT_SKIPPED)->from_id, "evt_a");
	assert_string_equal(newest(&b, INCIDENT_SKIPPED)->to_id, "evt_b");
	bench_pass(&b, PROOF_BURST_MS + 1);
	proof_skipped(&b.p, "evt_c", b.now);
	bench_write(&b);
	assert_string_equal(newest(&b, INCIDENT_SKIPPED)->from_id, "evt_c");
	assert_int_equal(bench_report(&b).repairs, 2);
	assert_int_equal(bench_report(&b).repaired_events, 3);
}

static void test_proof_alarms_share_a_record_within_a_minute(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	proof_collision(&b.p, "evt_a", b.now);
	bench_write(&b);
	assert_string_equal(newest(&b, INCIDENT_COLLISION)->note, "evt_a");
	proof_collision(&b.p, "evt_b", b.now);
	bench_write(&b);
	assert_string_equal(newest(&b, INCIDENT_COLLISION)->note, "2 events, evt_a");
	proof_stranger(&b.p, "evt_c", b.now);
	bench_write(&b);
	assert_int_equal(newest(&b, INCIDENT_STRANGER)->state, INCIDENT_NOTED);
	assert_int_equal(b.count, 2);
	bench_pass(&b, PROOF_BURST_MS + 1);
	proof_collision(&b.p, "evt_d", b.now);
	bench_write(&b);
	assert_int_equal(b.count, 3);
	assert_int_equal(bench_report(&b).alarms, 3);
}

static void test_proof_unreadable_is_open_until_a_walk(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, TIME_NONE);
	proof_unreadable(&b.p, 1, "not JSON", b.now);
	bench_write(&b);
	assert_string_equal(newest(&b, INCIDENT_UNREADABLE)->note, "1 message: not JSON");
	bench_pass(&b, PROOF_BURST_MS + 1);
	proof_unreadable(&b.p, 2, "too long", b.now);
	bench_write(&b);
	assert_int_equal(b.count, 1);
	assert_string_equal(newest(&b, INCIDENT_UNREADABLE)->note, "3 messages: too long");
	bench_page(&b, (struct said_page){SYNC_SWEEP, 2, b.now.mono_ms, 0, 0, 0, PROVES});
	assert_int_equal(newest(&b, INCIDENT_UNREADABLE)->state, INCIDENT_NOTED);
}

static void test_proof_storage_is_recorded_when_it_is_over(void **state)
{
	struct bench b;
	struct problem full = {.status = S_OK}, over = {.status = S_OK};

	(void)state;
	bench_init(&b, TIME_NONE);
	proof_storage(&b.p, &over, b.now);
	(void)problem_set(&full, E_FULL, NULL, "the disk is full");
	proof_storage(&b.p, &full, b.now);
	proof_storage(&b.p, &full, b.now);
	bench_write(&b);
	assert_int_equal(b.count, 0);
	bench_pass(&b, 4000);
	proof_storage(&b.p, &over, b.now);
	bench_write(&b);
	assert_string_equal(newest(&b, INCIDENT_STORAGE)->note, "the disk is full");
	assert_int_equal(newest(&b, INCIDENT_STORAGE)->from_ms, WALL0);
	assert_int_equal(newest(&b, INCIDENT_STORAGE)->to_ms, WALL0 + 4000);
}

static void test_proof_remembers_an_earlier_session(void **state)
{
	struct incident past[100] = {
		{.serial = 1,
		 .kind = INCIDENT_START,
		 .state = INCIDENT_NOTED,
		 .to_ms = WALL0 - 9000},
		{.serial = 2, .kind = INCIDENT_DOWN, .state = INCIDENT_REPAIRED, .recovered = 4},
		{.serial = 3, .kind = INCIDENT_GAP, .state = INCIDENT_LOST, .to_ms = WALL0 - 7000},
		{.serial = 4, .kind = INCIDENT_DOWN, .state = INCIDENT_REPAIRED, .recovered = 6},
		{.serial = 5, .kind = INCIDENT_COLLISION, .state = INCIDENT_NOTED},
		{.serial = 6, .kind = INCIDENT_STRANGER, .state = INCIDENT_NOTED},
		{.serial = 7, .kind = INCIDENT_UNREADABLE, .state = INCIDENT_NOTED},
	};
	struct proof_past all = {past, 100, WALL0 - 3000, WALL0 - 8000};
	struct history_report r;
	struct bench b;
	size_t closed = 0;

	(void)state;
	for (int i = 7; i < 100; i++) /* more than it can adopt */
		past[i] = (struct incident){.serial = i + 1,
					    .kind = INCIDENT_DOWN,
					    .to_ms = TIME_NONE};
	memset(&b, 0, sizeof(b));
	b.now = (struct proof_time){WALL0, 100000};
	memcpy(b.written, past, sizeof(past));
	b.count = 100;
	proof_init(&b.p, &all, b.now);
	bench_write(&b);
	r = bench_report(&b);
	assert_int_equal(r.proof, PROOF_NONE);
	assert_int_equal(r.complete_since_ms, WALL0 - 7000);
	assert_int_equal(r.unknown, 1);
	assert_int_equal(r.repairs, 1);
	assert_int_equal(r.repaired_events, 6);
	assert_int_equal(r.alarms, 2);
	bench_page(&b, (struct said_page){SYNC_CATCH_UP, 1, b.now.mono_ms, 1, 0, WALL0, PROVES});
	for (int i = 7; i < 100; i++)
		closed += b.written[i].state == INCIDENT_NOTED;
	assert_int_equal(closed, PROOF_ADOPT_MAX);
	assert_int_equal(newest(&b, INCIDENT_AWAY)->state, INCIDENT_REPAIRED);
	/* a damaged file: a new one is begun, and nothing of it is proven */
	bench_link(&b, STREAM_COMMERCE, LINK_OFF);
	proof_restart(&b.p);
	assert_int_equal(bench_report(&b).proof, PROOF_NONE);
	assert_int_equal(bench_report(&b).complete_since_ms, TIME_NONE);
	assert_false(b.p.streams[STREAM_COMMERCE].has_key);
}

/* --- never more than was proven: random schedules against a model that knows the truth ----------
 */

#define WORLD_EVENTS 400
#define PAGE_EVENTS  5

struct world_event {
	int64_t emitted_wall;
	enum stream_id stream;
	bool on_disk;
};

struct model_walk {
	bool on, down;
	enum sync_purpose purpose;
	uint64_t number;
	int64_t began_mono;
	int cursor; /* UP: next to ask is above; DOWN: next is below */
	int top;    /* DOWN: the newest when it began */
	int pages;
};

/* The server, what is on disk, and the machine in between. Events are 0, 1, 2 … */
struct universe {
	struct bench b;
	struct rng rng;
	struct world_event events[WORLD_EVENTS];
	int count;    /* emitted */
	int floor;    /* what is below, the server has let go */
	int begin;    /* where the history begins, or -1 */
	int verified; /* or -1 */
	bool live[STREAM_COUNT], has_key[STREAM_COUNT];
	struct model_walk walk;
	uint64_t walks;
	uint64_t claims;
};

static void universe_init(struct universe *u, uint64_t seed)
{
	memset(u, 0, sizeof(*u));
	rng_seed(&u->rng, seed);
	bench_init(&u->b, TIME_NONE);
	u->begin = u->verified = -1;
	u->has_key[STREAM_MERCHANT] = true;
	u->has_key[STREAM_COMMERCE] = rng_chance(&u->rng, 50);
	if (!u->has_key[STREAM_COMMERCE])
		bench_link(&u->b, STREAM_COMMERCE, LINK_OFF);
}

static void batch_fresh(struct proof_batch *batch, enum stream_id s)
{
	batch->fresh++;
	batch->fresh_of[s]++;
}

static void universe_deliver(struct universe *u, enum stream_id s, int i)
{
	struct proof_batch batch = {.source =
					    rng_chance(&u->rng, 90) ? SOURCE_STREAM : SOURCE_REPLAY,
				    .stream = s,
				    .last_id = "evt",
				    .oldest_id = "evt",
				    .oldest_ms = u->events[i].emitted_wall};

	if (!u->events[i].on_disk)
		batch_fresh(&batch, s);
	u->events[i].on_disk = true;
	proof_events(&u->b.p, &batch, u->b.now);
	bench_write(&u->b);
}

static void universe_emit(struct universe *u)
{
	struct world_event *e = &u->events[u->count];

	if (u->count == WORLD_EVENTS)
		return;
	bench_pass(&u->b, 1); /* no two of the same moment */
	*e = (struct world_event){.emitted_wall = u->b.now.wall_ms};
	e->stream = rng_chance(&u->rng, 30) && u->has_key[STREAM_COMMERCE] ? STREAM_COMMERCE
									   : STREAM_MERCHANT;
	u->count++;
	if (u->live[e->stream] && rng_chance(&u->rng, 85)) /* or skipped */
		universe_deliver(u, e->stream, u->count - 1);
}

static void universe_link(struct universe *u)
{
	static const enum link_state states[] = {LINK_LIVE,   LINK_LIVE,         LINK_LAGGING,
						 LINK_STALE,  LINK_RECONNECTING, LINK_POLLING,
						 LINK_OFFLINE};
	enum stream_id s = rng_chance(&u->rng, 50) && u->has_key[STREAM_COMMERCE] ? STREAM_COMMERCE
										  : STREAM_MERCHANT;
	enum link_state state = states[rng_below(&u->rng, 7)];

	u->live[s] = state == LINK_LIVE || state == LINK_LAGGING;
	bench_link(&u->b, s, state);
}

static void universe_begin_walk(struct universe *u)
{
	struct model_walk *w = &u->walk;

	*w = (struct model_walk){.on = true, .number = ++u->walks, .began_mono = u->b.now.mono_ms};
	w->cursor = u->verified;
	w->purpose = rng_chance(&u->rng, 50) ? SYNC_SWEEP : SYNC_CATCH_UP;
	if (u->verified < 0 || u->verified < u->floor) {
		w->down = true;
		w->purpose = u->verified < 0 ? SYNC_START : SYNC_RESCUE;
		w->cursor = w->top = -1; /* learnt with the first page */
	}
}

/* Writes events lo..hi as a page of the walk, and says what it proves. */
static void universe_page(struct universe *u, int lo, int hi, struct sync_mark *mark)
{
	struct proof_batch batch = {.source = SOURCE_REST,
				    .mark = mark,
				    .last_id = "evt",
				    .oldest_id = "evt",
				    .oldest_ms = TIME_NONE,
				    .lost_from_ms = TIME_NONE};

	mark->purpose = u->walk.purpose;
	mark->walk = u->walk.number;
	mark->began_mono_ms = u->walk.began_mono;
	for (int i = lo; i <= hi; i++) {
		if (!u->events[i].on_disk)
			batch_fresh(&batch, u->events[i].stream);
		u->events[i].on_disk = true;
	}
	if (lo <= hi)
		batch.oldest_ms = u->events[lo].emitted_wall;
	if (mark->lost && u->verified >= 0)
		batch.lost_from_ms = u->events[u->verified].emitted_wall;
	proof_events(&u->b.p, &batch, u->b.now);
	bench_write(&u->b);
	u->walk.on = !mark->last;
}

/* The answer is made now and arrives later: in between the world goes on. */
static void universe_wait(struct universe *u)
{
	bench_pass(&u->b, (int64_t)rng_below(&u->rng, 2000));
	while (rng_chance(&u->rng, 30))
		universe_emit(u);
}

static void universe_step_up(struct universe *u)
{
	struct model_walk *w = &u->walk;
	struct sync_mark mark = {.purpose = SYNC_NONE};
	int hi = w->cursor + PAGE_EVENTS < u->count ? w->cursor + PAGE_EVENTS : u->count - 1;
	int lo = w->cursor + 1;

	if (w->cursor < u->floor) { /* let go of meanwhile: the server knows it no more */
		mark.last = true;
		universe_page(u, 0, -1, &mark);
		return;
	}
	mark.last = mark.proven = hi == u->count - 1;
	universe_wait(u);
	u->verified = w->cursor = hi;
	universe_page(u, lo, hi, &mark);
}

static void universe_step_down(struct universe *u)
{
	struct model_walk *w = &u->walk;
	struct sync_mark mark = {.purpose = SYNC_NONE};
	int floor = u->floor, hi = w->pages++ == 0 ? u->count - 1 : w->cursor - 1, lo;
	int top = w->pages == 1 ? hi : w->top;
	bool all, met;

	lo = hi - PAGE_EVENTS + 1 > floor ? hi - PAGE_EVENTS + 1 : floor;
	if (lo > hi) { /* nothing is left of what was to come */
		lo = hi + 1;
		all = true;
	} else {
		all = lo == floor;
	}
	met = u->verified >= 0 && lo <= u->verified;
	w->cursor = lo;
	w->top = top;
	mark.last = all || met || (w->purpose == SYNC_START && w->pages == 3);
	universe_wait(u);
	if (mark.last) {
		mark.proven = true;
		mark.lost = w->purpose == SYNC_RESCUE && !met;
	}
	universe_page(u, lo, hi, &mark);
	if (!mark.last)
		return;
	if (w->purpose == SYNC_START)
		u->begin = lo;
	u->verified = top;
}

static void universe_walk(struct universe *u)
{
	struct sync_mark failed = {.last = true};

	if (!u->walk.on)
		universe_begin_walk(u);
	else if (rng_chance(&u->rng, 10) && rng_chance(&u->rng, 50))
		universe_page(u, 0, -1, &failed);
	else if (rng_chance(&u->rng, 5))
		u->walk.on = false; /* and not a word of it */
	else if (u->walk.down)
		universe_step_down(u);
	else
		universe_step_up(u);
}

/* Killed: the ledger begins again from what it has written. */
static void universe_crash(struct universe *u)
{
	struct proof_past past = {u->b.written, u->b.count, u->b.now.wall_ms, TIME_NONE};

	if (u->b.count > INCIDENT / 2)
		return;
	bench_pass(&u->b, (int64_t)rng_below(&u->rng, 100000));
	while (rng_chance(&u->rng, 60))
		universe_emit(u);
	proof_init(&u->b.p, &past, u->b.now);
	bench_write(&u->b);
	for (int s = 0; s < STREAM_COUNT; s++) {
		u->live[s] = false;
		if (!u->has_key[s])
			bench_link(&u->b, (enum stream_id)s, LINK_OFF);
	}
	u->walk.on = false;
}

static void universe_forget(struct universe *u)
{
	if (u->count > 0 && rng_chance(&u->rng, 20))
		u->floor += (int)rng_below(&u->rng, (uint64_t)(u->count - u->floor) + 1);
}

static void universe_check(struct universe *u, uint64_t seed)
{
	struct history_report r = bench_report(&u->b);
	bool all_live = true, missing = false;
	int64_t age;

	if (r.proof != PROOF_COMPLETE)
		return;
	u->claims++;
	age = u->b.now.wall_ms - r.proven_to_ms;
	for (int s = 0; s < STREAM_COUNT; s++)
		all_live = all_live && (!u->has_key[s] || u->live[s]);
	if (age < 0 || age > (all_live ? PROOF_FRESH_MS : PROOF_POLLED_MS))
		fail_msg("seed %llu: claims to be complete on a proof %lld ms old",
			 (unsigned long long)seed, (long long)age);
	for (int i = 0; i < u->count && u->events[i].emitted_wall <= r.proven_to_ms; i++) {
		const struct world_event *e = &u->events[i];

		if (e->on_disk)
			continue;
		missing = missing || (u->begin >= 0 && i > u->begin);
		if (e->emitted_wall >= r.complete_since_ms)
			fail_msg("seed %llu: claims to be complete without event %d",
				 (unsigned long long)seed, i);
	}
	if (missing && r.unknown == 0)
		fail_msg("seed %llu: keeps quiet about what is lost", (unsigned long long)seed);
}

static void universe_check_ledger(const struct universe *u, uint64_t seed)
{
	for (size_t i = 0; i < u->b.count; i++) {
		const struct incident *inc = &u->b.written[i];

		if (inc->state == INCIDENT_REPAIRED && inc->recovered == 0)
			fail_msg("seed %llu: a repair of nothing", (unsigned long long)seed);
		if (inc->state != INCIDENT_OPEN && inc->to_ms == TIME_NONE)
			fail_msg("seed %llu: over, but when?", (unsigned long long)seed);
		if (inc->kind == INCIDENT_GAP && inc->state != INCIDENT_LOST)
			fail_msg("seed %llu: a gap is lost", (unsigned long long)seed);
	}
}

static void universe_step(struct universe *u)
{
	uint64_t dice = rng_below(&u->rng, 100);

	if (dice < 45)
		universe_walk(u);
	else if (dice < 70)
		universe_emit(u);
	else if (dice < 85)
		universe_link(u);
	else if (dice < 96)
		bench_pass(&u->b, (int64_t)rng_below(&u->rng, 30000));
	else if (dice < 98)
		universe_forget(u);
	else
		universe_crash(u);
}

static void test_proof_never_claims_more_than_was_proven(void **state)
{
	const char *wanted = getenv("PROOF_SEEDS");
	uint64_t seeds = wanted ? strtoull(wanted, NULL, 10) : 50000, claims = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		static struct universe u;

		universe_init(&u, seed);
		for (int step = 0; step < 150 && u.b.count < INCIDENT - 8; step++) {
			universe_step(&u);
			universe_check(&u, seed);
		}
		universe_check_ledger(&u, seed);
		claims += u.claims;
	}
	assert_true(claims > seeds); /* it does claim, and often */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proof_claims_nothing_before_a_walk),
		cmocka_unit_test(test_proof_is_as_old_as_the_walks_beginning),
		cmocka_unit_test(test_proof_wears_off),
		cmocka_unit_test(test_proof_without_a_stream_lives_by_polling),
		cmocka_unit_test(test_proof_of_a_walk_that_does_not_say_so_is_none),
		cmocka_unit_test(test_proof_forgets_a_walk_that_fell_silent),
		cmocka_unit_test(test_proof_after_a_lost_stretch_begins_behind_it),
		cmocka_unit_test(test_proof_of_a_server_that_lists_nothing_loses_up_to_its_answer),
		cmocka_unit_test(test_proof_counts_more_gaps_than_it_tells_apart),
		cmocka_unit_test(test_proof_away_is_over_with_the_first_walk),
		cmocka_unit_test(test_proof_down_is_over_when_a_later_walk_proves_it),
		cmocka_unit_test(test_proof_down_again_before_it_was_proven_is_one_record),
		cmocka_unit_test(test_proof_down_begins_when_it_fell_silent),
		cmocka_unit_test(test_proof_tells_two_streams_apart),
		cmocka_unit_test(test_proof_expects_of_a_stream_what_came_after_a_proof),
		cmocka_unit_test(test_proof_alarms_share_a_record_within_a_minute),
		cmocka_unit_test(test_proof_unreadable_is_open_until_a_walk),
		cmocka_unit_test(test_proof_storage_is_recorded_when_it_is_over),
		cmocka_unit_test(test_proof_remembers_an_earlier_session),
		cmocka_unit_test(test_proof_never_claims_more_than_was_proven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
