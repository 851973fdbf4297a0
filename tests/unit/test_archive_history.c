/* The history as its callers see it: what goes in comes out, once and in order. */
#include "archive_kit.h"

static int set_up(void **state)
{
	struct kit *k = xcalloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k);
	*state = k;
	return 0;
}

static int tear_down(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void kit_again(struct kit *k)
{
	kit_close(k);
	kit_open(k);
}

/* --- opening ---------------------------------------------------------------------------- */

static void test_history_open_begins_a_fresh_one(void **state)
{
	struct kit *k = *state;
	struct sync_position position;
	struct stat s;

	assert_int_equal(k->opening.mode, HISTORY_WRITING);
	assert_true(k->opening.fresh);
	assert_int_equal(k->opening.problem.status, S_OK);
	assert_int_equal(history_count(k->h), 0);
	assert_int_equal(history_oldest_ms(k->h), TIME_NONE);
	history_position(k->h, &position);
	assert_string_equal(position.verified, "");
	assert_string_equal(position.overlap, "");
	assert_int_equal(stat(k->path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	kit_again(k);
	assert_false(k->opening.fresh);
}

/* --- events ------------------------------------------------------------------------------- */

static void test_history_keeps_an_event_whole(void **state)
{
	struct kit *k = *state;
	struct event sent = kit_event(5), got;
	enum event_via via;
	int64_t arrived;
	char *other;

	kit_fill(k, 5, 5);
	kit_again(k);
	assert_int_equal(history_event(k->h, sent.id, &got, &via, &arrived, &other, NULL), S_OK);
	assert_string_equal(got.raw, sent.raw);
	assert_string_equal(got.id, sent.id);
	assert_string_equal(got.object_id, "inv-5");
	assert_int_equal(got.object.as.invoice.amount, 1005);
	assert_int_equal(got.order_seq, 5);
	assert_int_equal(via, VIA_LIVE);
	assert_int_equal(arrived, KIT_NOW);
	assert_null(other);
	event_release(&sent);
	event_release(&got);
}

static void test_history_round_trips_every_form_of_id(void **state)
{
	static const char *const IDS[] = {"evt_1767225600001-1",
					  "evt_1767225600001-01",
					  "evt_01767225600001-1",
					  "evt_1767225600001-1x",
					  "evt_1767225600001--1",
					  "evt_0-0",
					  "evt_00-0",
					  "evt_1-9223372036854775807",
					  "evt_1-9223372036854775808",
					  "evt_99999999999999999-1",
					  "evt_-1",
					  "evt_1-",
					  "evt_ 1-1",
					  "EVT_1767225600001-1",
					  "x",
					  "6f1c0d3e-0000-4000-8000-000000000000",
					  "evt_+1-1",
					  "\xc3\xa9v\xc3\xa9nement"};
	struct kit *k = *state;

	kit_begin(k);
	for (size_t i = 0; i < sizeof(IDS) / sizeof(IDS[0]); i++)
		assert_int_equal(kit_add(k, kit_event_of(IDS[i], "inv-1", 1, 77)), KEPT_NEW);
	for (size_t i = 0; i < sizeof(IDS) / sizeof(IDS[0]); i++)
		assert_int_equal(kit_add(k, kit_event_of(IDS[i], "inv-1", 1, 77)), KEPT_BEFORE);
	kit_commit(k);
	kit_again(k);
	assert_int_equal(history_count(k->h), sizeof(IDS) / sizeof(IDS[0]));
	for (size_t i = 0; i < sizeof(IDS) / sizeof(IDS[0]); i++) {
		struct event e;
		enum event_via via;
		int64_t arrived;
		char *other;
		assert_true(history_has(k->h, IDS[i]));
		assert_int_equal(history_event(k->h, IDS[i], &e, &via, &arrived, &other, NULL),
				 S_OK);
		assert_string_equal(e.id, IDS[i]);
		event_release(&e);
	}
	assert_false(history_has(k->h, "evt_1767225600001-2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_history_open_begins_a_fresh_one),
		T(test_history_keeps_an_event_whole),
		T(test_history_round_trips_every_form_of_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
