/* A recording's clock: pace, holding, seeking, the end. */
#include "archive_kit.h"

#include "app/replay.h"

#define SECONDS 100 /* of the recording, an event each */

struct deck {
	struct kit kit;
	struct frozen_time machine;
	struct replay replay;
};

static int deck_make(void **state)
{
	struct deck *d = xcalloc(1, sizeof(*d));

	kit_init(&d->kit);
	kit_open(&d->kit);
	kit_begin(&d->kit);
	for (int n = 0; n <= SECONDS; n++) {
		d->kit.time.wall_ms = KIT_NOW + n * 1000;
		assert_int_equal(KEPT_NEW, kit_add(&d->kit, kit_event(n)));
	}
	kit_commit(&d->kit);
	kit_close(&d->kit);
	d->machine = (struct frozen_time){KIT_NOW + 86400000, 5000};
	*state = d;
	return 0;
}

static int deck_remove(void **state)
{
	struct deck *d = *state;

	replay_close(&d->replay);
	kit_release(&d->kit);
	free(d);
	return 0;
}

static void deck_open(struct deck *d, int64_t from_ms, int64_t speed_milli)
{
	struct world any = {.server = ""};
	struct problem why = {.status = S_OK};

	if (replay_open(&d->replay, xstrdup(d->kit.path), &any, clock_frozen(&d->machine), from_ms,
			speed_milli, &why) != S_OK)
		fail_msg("%s", why.what);
}

/* Events told up to now. */
static size_t deck_play(struct deck *d)
{
	size_t events = 0;
	int64_t at;

	for (;;) {
		struct msg *m = player_take(d->replay.player, replay_now_ms(&d->replay), &at);

		if (!m)
			return events;
		assert_true(at <= replay_now_ms(&d->replay));
		events += m->kind == MSG_EVENTS ? m->as.events.count : 0;
		msg_free(m);
	}
}

static void test_replay_runs_at_its_pace(void **state)
{
	struct deck *d = *state;

	deck_open(d, TIME_NONE, 2500);
	assert_int_equal(deck_play(d), 1);
	d->machine.mono_ms += 2000;
	assert_true(replay_now_ms(&d->replay) == KIT_NOW + 5000);
	assert_int_equal(deck_play(d), 5);
	replay_set_speed(&d->replay, 1000);
	d->machine.mono_ms += 2000;
	assert_true(replay_now_ms(&d->replay) == KIT_NOW + 7000);
	assert_int_equal(deck_play(d), 2);
}

static void test_replay_speed_has_bounds(void **state)
{
	struct deck *d = *state;

	deck_open(d, TIME_NONE, 1);
	assert_int_equal(d->replay.speed_milli, REPLAY_SPEED_MIN);
	replay_set_speed(&d->replay, INT64_MAX);
	assert_int_equal(d->replay.speed_milli, REPLAY_SPEED_MAX);
}

static void test_replay_holds_still(void **state)
{
	struct deck *d = *state;
	struct replay_face face;

	deck_open(d, KIT_NOW + 50000, 1000);
	replay_hold(&d->replay, true);
	d->machine.mono_ms += 60000;
	assert_true(replay_now_ms(&d->replay) == KIT_NOW + 50000);
	assert_true(replay_next_mono_ms(&d->replay) == TIME_NONE);
	replay_show(&d->replay, &face);
	assert_true(face.on && face.held && !face.ended);
	assert_int_equal(face.percent, 50);
	replay_hold(&d->replay, false);
	d->machine.mono_ms += 1000;
	assert_true(replay_now_ms(&d->replay) == KIT_NOW + 51000);
}

static void test_replay_ends_at_its_last_moment(void **state)
{
	struct deck *d = *state;
	struct replay_face face;

	deck_open(d, TIME_NONE, 1000000);
	deck_play(d);
	d->machine.mono_ms += 86400000;
	assert_int_equal(deck_play(d), SECONDS);
	assert_true(replay_ended(&d->replay));
	assert_true(replay_now_ms(&d->replay) == KIT_NOW + SECONDS * 1000);
	replay_show(&d->replay, &face);
	assert_true(face.ended);
	assert_int_equal(face.percent, 100);
}

static void test_replay_seeks_both_ways(void **state)
{
	struct deck *d = *state;
	bool anew;

	deck_open(d, KIT_NOW + 10000, 1000);
	assert_int_equal(deck_play(d), 11); /* the state at that moment */
	assert_int_equal(S_OK, replay_seek(&d->replay, KIT_NOW + 40000, &anew, NULL));
	assert_false(anew);
	assert_int_equal(deck_play(d), 30);
	assert_int_equal(S_OK, replay_seek(&d->replay, KIT_NOW + 20000, &anew, NULL));
	assert_true(anew);
	assert_int_equal(deck_play(d), 21); /* for a store that knows nothing */
	assert_int_equal(S_OK, replay_seek(&d->replay, KIT_NOW - 1, &anew, NULL));
	assert_true(anew);
	assert_int_equal(deck_play(d), 1);
	assert_int_equal(S_OK, replay_seek(&d->replay, INT64_MAX, &anew, NULL));
	assert_int_equal(deck_play(d), SECONDS);
	assert_true(replay_ended(&d->replay));
}

static void test_replay_knows_when_the_next_record_is_due(void **state)
{
	struct deck *d = *state;

	deck_open(d, TIME_NONE, 4000);
	deck_play(d);
	assert_true(replay_next_mono_ms(&d->replay) > d->machine.mono_ms);
	d->machine.mono_ms = replay_next_mono_ms(&d->replay);
	assert_int_equal(deck_play(d), 1);
}

static void test_replay_of_nothing_says_so(void **state)
{
	struct deck *d = *state;
	struct world any = {.server = ""};
	struct problem why = {.status = S_OK};
	char missing[128];

	str_printf(missing, sizeof(missing), "%s/none.db", d->kit.dir);
	assert_int_not_equal(S_OK, replay_open(&d->replay, xstrdup(missing), &any,
					       clock_frozen(&d->machine), TIME_NONE, 1000, &why));
	assert_non_null(strstr(why.what, "none.db"));
}

int main(void)
{
#define DECKED(f) cmocka_unit_test_setup_teardown(f, deck_make, deck_remove)
	const struct CMUnitTest tests[] = {
		DECKED(test_replay_runs_at_its_pace),
		DECKED(test_replay_speed_has_bounds),
		DECKED(test_replay_holds_still),
		DECKED(test_replay_ends_at_its_last_moment),
		DECKED(test_replay_seeks_both_ways),
		DECKED(test_replay_knows_when_the_next_record_is_due),
		DECKED(test_replay_of_nothing_says_so),
	};
#undef DECKED

	return cmocka_run_group_tests(tests, NULL, NULL);
}
