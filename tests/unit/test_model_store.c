#include "unit/test_model_support.h"

static int setup(void **state)
{
	*state = store_new();
	return 0;
}

static int teardown(void **state)
{
	store_free(*state);
	return 0;
}

/* --- events ----------------------------------------------------------------------------- */

static void test_events_are_kept_in_order_however_they_arrive(void **state)
{
	struct store *st = *state;
	static const int arrivals[] = {3, 1, 4, 0, 2, 5};
	for (size_t i = 0; i < COUNT(arrivals); i++)
		tell(st, SOURCE_STREAM, invoice_event(T0 + arrivals[i], 1, "inv", "unpaid", ""),
		     T0);
	assert_int_equal(store_event_count(st), 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(brief_at(st, (size_t)i).order_ms, T0 + i);
	assert_null(store_event(st, 6));
}

static void test_events_of_one_instant_are_ordered_by_sequence(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0, 10, "inv", "paid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0, 9, "inv", "unpaid", ""), T0);
	assert_int_equal(brief_at(st, 0).order_seq, 9);
	assert_int_equal(brief_at(st, 1).order_seq, 10);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv"), "paid");
}

static void test_events_with_opaque_ids_keep_arrival_order_within_a_second(void **state)
{
	struct store *st = *state;
	char buf[4096];
	invoice_json(buf, "inv", "unpaid", 0, "");
	tell(st, SOURCE_STREAM, event_about("zzz", T0, "invoice.created", buf, ""), T0);
	tell(st, SOURCE_STREAM, event_about("aaa", T0, "invoice.updated", buf, ""), T0);
	assert_string_equal(brief_at(st, 0).id, "zzz");
	assert_string_equal(brief_at(st, 1).id, "aaa");
	assert_int_equal(store_stats(st)->late, 0);
}

static void test_events_with_the_same_id_count_once(void **state)
{
	struct store *st = *state;
	unsigned first = tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	uint64_t version = store_version(st, OBJECT_NONE);
	unsigned again = tell(st, SOURCE_REPLAY, invoice_event(T0, 1, "inv", "unpaid", ""), T0 + 5);
	assert_true(first & TOPIC_EVENTS && first & TOPIC_INVOICES);
	assert_false(again & (TOPIC_EVENTS | TOPIC_INVOICES));
	assert_int_equal(store_version(st, OBJECT_NONE), version);
	assert_int_equal(store_event_count(st), 1);
	assert_int_equal(store_stats(st)->events_received, 1);
	assert_int_equal(store_stats(st)->duplicates, 1);
	assert_int_equal(store_stats(st)->collisions, 0);
	assert_int_equal(store_stats(st)->last_event_ms, T0 + 5);
}

static void test_an_id_reused_for_another_body_keeps_the_first_and_alarms(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "paid", "unpaid"), T0);
	assert_int_equal(store_stats(st)->collisions, 1);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv"), "unpaid");
	assert_ptr_equal(store_event_by_id(st, "evt_1768478400000-1"), store_event(st, 0));
	assert_string_equal(brief_at(st, 0).status, "unpaid");
}

static void test_rest_may_space_an_event_otherwise_than_the_stream(void **state)
{
	static const char *const rest[] = {
		/* spaces and an unlike pending_webhooks: the same event */
		"{ \"id\": \"evt_1-1\", \"object\": \"event\", \"created\": 5, \"type\": "
		"\"test.ping\","
		" \"pending_webhooks\": 3, \"data\": {\"object\": {\"object\": \"ping\", "
		"\"status\": "
		"\"ok\"}}}",
		/* another status: not the same event */
		"{\"id\":\"evt_1-1\",\"object\":\"event\",\"created\":5,\"type\":\"test.ping\","
		"\"data\":"
		"{\"object\":{\"object\":\"ping\",\"status\":\"bad\"}}}",
	};
	struct store *st = *state;
	tell(st, SOURCE_STREAM,
	     event_of("{\"id\":\"evt_1-1\",\"object\":\"event\",\"created\":5,\"type\":\"test."
		      "ping\","
		      "\"data\":{\"object\":{\"object\":\"ping\",\"status\":\"ok\"}}}"),
	     T0);
	tell(st, SOURCE_REST, event_of(rest[0]), T0);
	assert_int_equal(store_stats(st)->collisions, 0);
	tell(st, SOURCE_REST, event_of(rest[1]), T0);
	assert_int_equal(store_stats(st)->collisions, 1);
}

static void test_only_streams_can_be_late_and_only_streams_are_heard(void **state)
{
	static const struct {
		enum event_source source;
		unsigned late;
		int64_t last_event_ms;
	} table[] = {
		{SOURCE_STREAM, 1, T0 + 100},
		{SOURCE_REPLAY, 1, T0 + 100},
		{SOURCE_REST, 0, T0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct store *st = store_new();
		tell(st, SOURCE_STREAM, invoice_event(T0, 2, "inv", "unpaid", ""), T0);
		tell(st, table[i].source, invoice_event(T0 - 9, 1, "old", "unpaid", ""), T0 + 100);
		assert_int_equal(store_stats(st)->events_received, 2);
		assert_int_equal(store_stats(st)->late, table[i].late);
		assert_int_equal(store_stats(st)->last_event_ms, table[i].last_event_ms);
		assert_int_equal(brief_at(st, 0).order_ms, T0 - 9);
		store_free(st);
	}
}

static void test_appending_moves_no_index_and_a_late_event_does(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	uint64_t shuffled = store_events_shuffled(st);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 1, 1, "inv", "unpaid", ""), T0);
	assert_int_equal(store_events_shuffled(st), shuffled);
	tell(st, SOURCE_STREAM, invoice_event(T0 - 1, 1, "inv", "unpaid", ""), T0);
	assert_true(store_events_shuffled(st) > shuffled);
}

static void test_unknown_types_and_unreadable_objects_are_kept(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM,
	     event_at(T0, 1, "invoice.teleported", "{\"object\":\"saucer\",\"id\":\"s1\"}", ""),
	     T0);
	tell(st, SOURCE_STREAM,
	     event_at(
		     T0, 2, "invoice.updated",
		     "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"paid\",\"amount\":\"x\"}",
		     ""),
	     T0);
	assert_int_equal(store_event_count(st), 2);
	assert_int_equal(store_stats(st)->unknown_types, 1);
	/* the status is told even though the rest cannot be read */
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv"), "paid");
	assert_true(store_record(st, OBJECT_INVOICE, "inv")->incomplete);
}

/* --- the window ----------------------------------------------------------------------------- */

static void fill(struct store *st, int from, int to)
{
	for (int i = from; i < to; i++) {
		char id[32];
		snprintf(id, sizeof(id), "inv-%d", i % 50);
		tell(st, SOURCE_STREAM, order_event(T0 + i, 1, id, "placed"), T0 + i);
	}
}

static void test_a_full_window_forgets_the_oldest_in_chunks(void **state)
{
	struct store *st = *state;
	fill(st, 0, STORE_EVENTS_MAX);
	assert_int_equal(store_event_count(st), STORE_EVENTS_MAX);
	uint64_t shuffled = store_events_shuffled(st);
	fill(st, STORE_EVENTS_MAX, STORE_EVENTS_MAX + 1);
	size_t kept = store_event_count(st);
	assert_true(kept < STORE_EVENTS_MAX && kept > STORE_EVENTS_MAX * 9 / 10);
	assert_int_equal(store_events_shuffled(st), shuffled + 1);
	for (size_t i = 1; i < kept; i++)
		assert_int_equal(brief_at(st, i).order_ms, brief_at(st, i - 1).order_ms + 1);
	assert_int_equal(brief_at(st, kept - 1).order_ms, T0 + STORE_EVENTS_MAX);
	/* room was made once for many */
	fill(st, STORE_EVENTS_MAX + 1, STORE_EVENTS_MAX + 1000);
	assert_int_equal(store_events_shuffled(st), shuffled + 1);
	assert_int_equal(store_event_count(st), kept + 999);
}

static void test_what_is_older_than_a_cut_window_does_not_come_back_with_a_hole(void **state)
{
	struct store *st = *state;
	fill(st, 0, STORE_EVENTS_MAX + 1);
	size_t kept = store_event_count(st);
	int64_t oldest = brief_at(st, 0).order_ms;
	tell(st, SOURCE_REST, invoice_event(T0 - 1000, 1, "ancient", "unpaid", ""), T0);
	assert_int_equal(store_event_count(st), kept);
	assert_int_equal(brief_at(st, 0).order_ms, oldest);
	/* but what it told is known */
	assert_string_equal(status_of(st, OBJECT_INVOICE, "ancient"), "unpaid");
	assert_int_equal(store_stats(st)->events_received, STORE_EVENTS_MAX + 2);
}

static void test_records_outlive_their_events(void **state)
{
	struct store *st = *state;
	tell(st, SOURCE_STREAM, invoice_event(T0 - 3, 1, "inv", "unpaid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 - 2, 1, "inv", "paid", "unpaid"), T0);
	fill(st, 0, STORE_EVENTS_MAX + 1);
	assert_null(store_event_by_id(st, "evt_1768478399998-1"));
	const struct record *r = store_record(st, OBJECT_INVOICE, "inv");
	assert_string_equal(object_status(&r->object), "paid");
	assert_string_equal(r->previous_status, "unpaid");
	/* a straggler from before what is settled changes nothing */
	tell(st, SOURCE_REST, invoice_event(T0 - 4, 1, "inv", "underpaid", ""), T0);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv"), "paid");
}

static void test_a_backfill_lands_before_what_is_there(void **state)
{
	struct store *st = *state;
	fill(st, 1000, 1010);
	for (int page = 9; page >= 0; page--) {
		struct msg *m = msg_new(MSG_EVENTS);
		m->as.events.source = SOURCE_REST;
		m->as.events.items = xcalloc(100, sizeof(struct event));
		m->as.events.count = 100;
		for (int i = 0; i < 100; i++)
			m->as.events.items[i] =
				order_event(T0 + page * 100 + i, 1, "ord", "placed");
		store_apply(st, m, T0 + 5000);
		msg_free(m);
	}
	assert_int_equal(store_event_count(st), 1010);
	for (int i = 0; i < 1010; i++)
		assert_int_equal(brief_at(st, (size_t)i).order_ms, T0 + i);
	assert_int_equal(store_stats(st)->late, 0);
	assert_int_equal(store_stats(st)->last_event_ms, T0 + 1009);
}

/* --- load, lookups, link, gaps --------------------------------------------------------------- */

static unsigned apply_page(struct store *st, enum object_kind kind)
{
	struct msg *m = msg_new(MSG_PAGE);
	m->as.page.object = kind;
	unsigned topics = store_apply(st, m, T0);
	msg_free(m);
	return topics;
}

static unsigned apply_failed(struct store *st, const struct request *rq, const char *what)
{
	struct msg *m = msg_new(MSG_FAILED);
	m->as.failed.request = *rq;
	str_copy(m->as.failed.problem.what, sizeof(m->as.failed.problem.what), what);
	unsigned topics = store_apply(st, m, T0);
	msg_free(m);
	return topics;
}

static void test_load_state_follows_asked_answered_and_failed(void **state)
{
	struct store *st = *state;
	struct request rq = {.kind = REQUEST_LIST, .object = OBJECT_ORDER};
	assert_int_equal(store_load(st, OBJECT_ORDER), LOAD_NOT_ASKED);
	assert_int_equal(store_submitted(st, &rq, T0), TOPIC_SERVER | TOPIC_ORDERS);
	assert_int_equal(store_load(st, OBJECT_ORDER), LOAD_WAITING);
	assert_int_equal(store_load(st, OBJECT_INVOICE), LOAD_NOT_ASKED);
	assert_int_equal(apply_failed(st, &rq, "no route"), TOPIC_SERVER | TOPIC_ORDERS);
	assert_int_equal(store_load(st, OBJECT_ORDER), LOAD_FAILED);
	assert_string_equal(store_load_problem(st, OBJECT_ORDER)->what, "no route");
	store_submitted(st, &rq, T0);
	apply_page(st, OBJECT_ORDER);
	assert_int_equal(store_load(st, OBJECT_ORDER), LOAD_DONE);
	assert_null(store_load_problem(st, OBJECT_ORDER));
}

static void test_recent_events_have_a_load_state_too(void **state)
{
	struct store *st = *state;
	struct request rq = {.kind = REQUEST_EVENTS};
	store_submitted(st, &rq, T0);
	assert_int_equal(store_load(st, OBJECT_NONE), LOAD_WAITING);
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	assert_int_equal(store_load(st, OBJECT_NONE), LOAD_WAITING);
	tell(st, SOURCE_REST, invoice_event(T0, 2, "inv", "unpaid", ""), T0);
	assert_int_equal(store_load(st, OBJECT_NONE), LOAD_DONE);
	apply_failed(st, &rq, "down");
	assert_int_equal(store_load(st, OBJECT_NONE), LOAD_FAILED);
}

static void test_a_lookup_that_finds_nothing_says_so(void **state)
{
	struct store *st = *state;
	struct request rq = {.kind = REQUEST_GET,
			     .serial = 5,
			     .object = OBJECT_INVOICE,
			     .target = "inv"};
	const struct problem *why = NULL;
	char buf[4096];
	assert_int_equal(store_lookup(st, OBJECT_INVOICE, "inv", NULL), LOAD_NOT_ASKED);
	store_submitted(st, &rq, T0);
	assert_int_equal(store_lookup(st, OBJECT_INVOICE, "inv", &why), LOAD_WAITING);
	apply_failed(st, &rq, "not found");
	assert_int_equal(store_lookup(st, OBJECT_INVOICE, "inv", &why), LOAD_FAILED);
	assert_string_equal(why->what, "not found");

	rq.serial = 6;
	store_submitted(st, &rq, T0);
	struct msg *m = msg_new(MSG_OBJECT);
	m->as.object.serial = 6;
	m->as.object.object = object_of(OBJECT_INVOICE, invoice_json(buf, "inv", "unpaid", 0, ""));
	store_apply(st, m, T0);
	msg_free(m);
	assert_int_equal(store_lookup(st, OBJECT_INVOICE, "inv", NULL), LOAD_DONE);
}

static unsigned apply_link(struct store *st, enum stream_id stream, enum link_state state)
{
	struct msg *m = msg_new(MSG_LINK);
	m->as.link.stream = stream;
	m->as.link.state = state;
	unsigned topics = store_apply(st, m, T0);
	msg_free(m);
	return topics;
}

static void test_the_worst_stream_with_a_key_speaks_for_the_whole(void **state)
{
	static const enum link_state worst_first[] = {
		LINK_AUTH_FAILED, LINK_OFFLINE, LINK_RECONNECTING, LINK_CONNECTING, LINK_STALE,
		LINK_POLLING,     LINK_LAGGING, LINK_LIVE,         LINK_OFF,
	};
	struct store *st = *state;
	assert_int_equal(store_link_worst(st)->state, LINK_OFF);
	for (size_t i = 0; i < COUNT(worst_first); i++) {
		for (size_t j = 0; j < COUNT(worst_first); j++) {
			assert_int_equal(apply_link(st, STREAM_MERCHANT, worst_first[i]),
					 TOPIC_LINK);
			apply_link(st, STREAM_COMMERCE, worst_first[j]);
			assert_int_equal(store_link_worst(st)->state, worst_first[i < j ? i : j]);
			assert_int_equal(store_link(st, STREAM_COMMERCE)->state, worst_first[j]);
		}
	}
}

static void test_gaps_and_bad_frames_are_counted_and_the_last_gaps_kept(void **state)
{
	struct store *st = *state;
	for (int i = 0; i < STORE_GAPS_MAX + 3; i++) {
		struct msg *m = msg_new(MSG_GAP);
		str_printf(m->as.gap.from, sizeof(m->as.gap.from), "evt_%d-1", i);
		assert_true(store_apply(st, m, T0 + i) & TOPIC_EVENTS);
		msg_free(m);
	}
	assert_int_equal(store_stats(st)->gaps, STORE_GAPS_MAX + 3);
	assert_int_equal(store_gap_count(st), STORE_GAPS_MAX);
	assert_string_equal(store_gap(st, 0)->from, "evt_3-1");
	assert_int_equal(store_gap(st, STORE_GAPS_MAX - 1)->noticed_ms, T0 + STORE_GAPS_MAX + 2);

	struct msg *m = msg_new(MSG_EVENTS);
	m->as.events.bad_frames = 4;
	assert_true(store_apply(st, m, T0) & TOPIC_LINK);
	msg_free(m);
	assert_int_equal(store_stats(st)->bad_frames, 4);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_events_are_kept_in_order_however_they_arrive),
		T(test_events_of_one_instant_are_ordered_by_sequence),
		T(test_events_with_opaque_ids_keep_arrival_order_within_a_second),
		T(test_events_with_the_same_id_count_once),
		T(test_an_id_reused_for_another_body_keeps_the_first_and_alarms),
		T(test_rest_may_space_an_event_otherwise_than_the_stream),
		T(test_only_streams_can_be_late_and_only_streams_are_heard),
		T(test_appending_moves_no_index_and_a_late_event_does),
		T(test_unknown_types_and_unreadable_objects_are_kept),
		T(test_a_full_window_forgets_the_oldest_in_chunks),
		T(test_what_is_older_than_a_cut_window_does_not_come_back_with_a_hole),
		T(test_records_outlive_their_events),
		T(test_a_backfill_lands_before_what_is_there),
		T(test_load_state_follows_asked_answered_and_failed),
		T(test_recent_events_have_a_load_state_too),
		T(test_a_lookup_that_finds_nothing_says_so),
		T(test_the_worst_stream_with_a_key_speaks_for_the_whole),
		T(test_gaps_and_bad_frames_are_counted_and_the_last_gaps_kept),
	};
#undef T
	return cmocka_run_group_tests_name("model store", tests, NULL, NULL);
}
