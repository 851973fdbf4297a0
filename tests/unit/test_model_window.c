/* The window of events: what a row keeps, how history continues it, what leaves it. */
#include "unit/test_model_support.h"
#include "model/store_priv.h"

#include <stdlib.h>

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

/* "3 4 5": the sequences in the window. */
static const char *window(const struct store *st, char ret[2048])
{
	ret[0] = '\0';
	for (size_t i = 0; i < store_event_count(st); i++)
		str_printf(ret + strlen(ret), 64, "%s%lld", i ? " " : "",
			   (long long)brief_at(st, i).order_seq);
	return ret;
}

/* The disk: an event of one of three invoices each 10 ms, sequences from 1. */
#define DISK 60
static void disk_make(struct event disk[DISK])
{
	for (int i = 0; i < DISK; i++) {
		char id[16];
		str_printf(id, sizeof(id), "inv-%d", i % 3);
		disk[i] = invoice_event(T0 + i * 10, i + 1, id, i < 3 ? "unpaid" : "underpaid", "");
	}
}

static void disk_free(struct event disk[DISK])
{
	for (int i = 0; i < DISK; i++)
		event_release(&disk[i]);
}

static void tell_live(struct store *st, const struct event *e)
{
	struct event copy;
	event_copy(&copy, e);
	tell(st, SOURCE_STREAM, copy, T0);
}

/* --- rows ------------------------------------------------------------------------------- */

static void test_a_row_and_its_place_take_no_more_than_64_bytes(void **state)
{
	(void)state;
	/* a place is 4 bytes; its list has a quarter more of them than rows */
	assert_true(sizeof(struct event_row) + 5 <= 64);
}

static void test_a_row_gives_back_what_the_event_said(void **state)
{
	struct store *st = *state;
	struct event_brief b, of_event;
	struct event e = payment_event(T0 + 1, 7, "pay", "inv", "confirmed");
	event_brief(&e, &of_event);
	struct event copy;
	event_copy(&copy, &e);
	tell(st, SOURCE_STREAM, copy, T0);
	b = brief_at(st, 0);
	assert_string_equal(b.id, "evt_1768478400001-7");
	assert_string_equal(b.type, "invoice_payment.updated");
	assert_string_equal(b.object_word, "invoice_payment");
	assert_string_equal(b.object_id, "pay");
	assert_string_equal(b.status, "confirmed");
	assert_string_equal(b.previous_status, "");
	assert_string_equal(b.invoice, "inv");
	assert_string_equal(b.customer, "");
	assert_int_equal(b.kind, OBJECT_PAYMENT);
	assert_int_equal(b.about, OBJECT_PAYMENT);
	assert_int_equal(b.created_ms, T0);
	assert_int_equal(b.order_ms, T0 + 1);
	assert_true(b.has_amount);
	assert_int_equal(b.amount.minor, 20500);
	assert_int_equal(b.amount.exponent, USD_MILLIS_EXPONENT);
	assert_false(b.flawed);
	assert_int_equal(b.thin, of_event.thin);
	event_release(&e);
}

static void test_ids_come_back_exactly_however_they_are_written(void **state)
{
	static const char *const ids[] = {
		"evt_1768478400000-5",
		"evt_1768478400000-05",
		"evt_01768478400000-5",
		"evt_1768478400000-5x",
		"evt_1768478400000-",
		"evt_99999999999999999999-1",
		"evt_1768478400000-9223372036854775807",
		"evt_1768478400000-9223372036854775808",
		"EVT_1768478400000-5",
		"evt_0-0",
		"\xf0\x9f\x92\xb8",
	};
	struct store *st = *state;
	char id[ID_CAP];
	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT(ids); i++)
			tell(st, SOURCE_STREAM,
			     event_about(ids[i], T0, "test.ping", "{\"object\":\"ping\"}", ""), T0);
	assert_int_equal(store_event_count(st), COUNT(ids));
	assert_int_equal(store_stats(st)->duplicates, COUNT(ids));
	for (size_t i = 0; i < COUNT(ids); i++) {
		const struct event_row *row = store_event_by_id(st, ids[i]);
		assert_non_null(row);
		assert_string_equal(store_row_id(st, row, id), ids[i]);
	}
	assert_null(store_event_by_id(st, "evt_1768478400000-6"));
	assert_null(store_event_by_id(st, ""));
}

static void test_texts_of_events_that_left_are_let_go(void **state)
{
	struct store *st = *state;
	st->window.keep = 10;
	for (int i = 0; i < 500; i++) {
		char id[32], object[128];
		str_printf(id, sizeof(id), "opaque-%d", i);
		str_printf(object, sizeof(object), "{\"object\":\"thing\",\"id\":\"t-%d\"}", i);
		tell(st, SOURCE_STREAM, event_about(id, T0 + i * 1000, "x.y", object, ""), T0);
	}
	assert_in_range(store_event_count(st), 9, 10);
	assert_int_equal(names_count(st->event_ids), store_event_count(st));
	assert_int_equal(names_count(st->names), store_event_count(st) + 1); /* one news */
	assert_true(st->window.used <= 12);
}

/* --- history continues the window downwards ------------------------------------------------- */

static void test_what_is_read_back_is_neither_news_nor_late(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char got[2048];
	disk_make(disk);
	assert_int_equal(store_load(st, OBJECT_NONE), LOAD_NOT_ASKED);
	assert_true(tell_history(st, disk + 3, 3, 0, false) & TOPIC_EVENTS);
	assert_true(tell_history(st, disk, 3, 0, true) & TOPIC_INVOICES);
	assert_string_equal(window(st, got), "1 2 3 4 5 6");
	assert_int_equal(store_load(st, OBJECT_NONE), LOAD_DONE);
	assert_int_equal(store_stats(st)->events_received, 0);
	assert_int_equal(store_stats(st)->late, 0);
	assert_int_equal(store_stats(st)->duplicates, 0);
	assert_int_equal(store_stats(st)->last_event_ms, TIME_NONE);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv-0"), "underpaid");
	assert_true(store_history_exhausted(st));
	/* read again, or come again: nothing */
	tell_history(st, disk, 6, 0, true);
	tell_live(st, &disk[4]);
	assert_string_equal(window(st, got), "1 2 3 4 5 6");
	assert_int_equal(store_stats(st)->duplicates, 1);
	disk_free(disk);
}

static void test_opaque_ids_of_one_second_keep_their_order_when_read_back(void **state)
{
	struct store *st = *state;
	struct event disk[4];
	static const char *const ids[] = {"b", "a", "d", "c"};
	for (size_t i = 0; i < 4; i++)
		disk[i] = event_about(ids[i], T0, "test.ping", "{\"object\":\"ping\"}", "");
	tell_history(st, disk + 2, 2, 0, false);
	tell_history(st, disk, 2, 0, true);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(brief_at(st, i).id, ids[i]);
		event_release(&disk[i]);
	}
}

static void test_what_is_read_back_pushes_no_record_out(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char id[16];
	disk_make(disk);
	for (int i = 0; i < STORE_RECORDS_MAX; i++) {
		str_printf(id, sizeof(id), "new-%d", i);
		tell(st, SOURCE_STREAM, invoice_event(T0 + 5000 + i, i, id, "paid", ""), T0);
	}
	tell_history(st, disk, 6, 0, true);
	assert_non_null(store_event_by_id(st, "evt_1768478400000-1"));
	assert_null(store_record(st, OBJECT_INVOICE, "inv-0"));
	assert_int_equal(store_record_count(st, OBJECT_INVOICE), STORE_RECORDS_MAX);
	disk_free(disk);
}

static void test_an_instant_of_opaque_ids_leaves_as_a_whole(void **state)
{
	struct store *st = *state;
	char id[ID_CAP];
	st->window.keep = 30; /* gives up 2 at once */
	for (int i = 0; i < 31; i++) {
		str_printf(id, sizeof(id), "ev_%c%d", 'z' - i % 3, i);
		tell(st, SOURCE_STREAM,
		     event_about(id, T0 + i / 3 * 1000, "test.ping", "{\"object\":\"ping\"}", ""),
		     T0);
	}
	assert_int_equal(store_event_count(st), 28); /* the third of that second too */
	assert_string_equal(brief_at(st, 0).id, "ev_z3");
}

static void test_counts_of_the_archive_are_added_up(void **state)
{
	struct store *st = *state;
	struct msg *m = msg_new(MSG_EVENTS);
	m->as.events.source = SOURCE_STREAM;
	m->as.events.known = 5;
	m->as.events.collisions = 2;
	assert_true(store_apply(st, m, T0 + 9) & TOPIC_LINK);
	msg_free(m);
	assert_int_equal(store_stats(st)->duplicates, 5);
	assert_int_equal(store_stats(st)->collisions, 2);
	assert_int_equal(store_stats(st)->last_event_ms, T0 + 9); /* something was heard */
}

static void test_a_restore_fills_the_window_and_no_more(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char got[2048];
	disk_make(disk);
	st->window.keep = 5;
	tell_history(st, disk + 6, 4, 0, false);
	tell_history(st, disk + 2, 4, 0, false);
	tell_history(st, disk, 2, 0, true);
	assert_string_equal(window(st, got), "6 7 8 9 10");
	assert_false(store_history_exhausted(st)); /* the window reaches less far than the disk */
	/* a straggler from below the window would leave a hole */
	struct event late = invoice_event(T0 + 5, 99, "new", "unpaid", "");
	tell(st, SOURCE_REST, late, T0);
	assert_string_equal(window(st, got), "6 7 8 9 10");
	assert_string_equal(status_of(st, OBJECT_INVOICE, "new"), "unpaid");
	disk_free(disk);
}

static void test_a_restore_that_live_events_overtake_leaves_no_hole(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char got[2048];
	disk_make(disk);
	st->window.keep = 16;
	tell_history(st, disk + 20, 10, 0, false);
	for (int i = 30; i < 37; i++) /* the last makes room */
		tell_live(st, &disk[i]);
	assert_string_equal(window(st, got), "22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37");
	st->window.keep = 20; /* room there would be */
	tell_history(st, disk + 14, 6, 0, false);
	assert_string_equal(window(st, got), "22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37");
	disk_free(disk);
}

static void test_scrolling_back_reads_on_until_the_history_ends(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char got[2048], oldest[ID_CAP];
	disk_make(disk);
	st->window.keep = 4;
	for (int i = 0; i < 8; i++)
		tell_live(st, &disk[i]);
	assert_string_equal(window(st, got), "5 6 7 8");
	uint64_t serial = ask_older(st, store_row_id(st, store_event(st, 0), oldest));
	tell_live(st, &disk[8]); /* meanwhile; the rows under the reader stay */
	tell_history(st, disk + 2, 2, serial, false);
	assert_string_equal(window(st, got), "3 4 5 6 7 8 9");
	assert_false(store_history_exhausted(st));
	serial = ask_older(st, store_row_id(st, store_event(st, 0), oldest));
	tell_history(st, disk, 2, serial, true);
	assert_string_equal(window(st, got), "1 2 3 4 5 6 7 8 9");
	assert_true(store_history_exhausted(st));
	/* what only the server had comes below */
	struct request rq = {.kind = REQUEST_EVENTS, .serial = 1000};
	str_copy(rq.cursor, sizeof(rq.cursor), store_row_id(st, store_event(st, 0), oldest));
	store_submitted(st, &rq, T0);
	tell(st, SOURCE_REST, invoice_event(T0 - 10, 0, "inv-0", "unpaid", ""), T0);
	assert_string_equal(window(st, got), "0 1 2 3 4 5 6 7 8 9");
	/* and nobody looks any more */
	uint64_t shuffled = store_events_shuffled(st);
	assert_int_equal(store_trim(st), TOPIC_EVENTS);
	assert_true(store_events_shuffled(st) > shuffled);
	assert_string_equal(window(st, got), "6 7 8 9");
	assert_false(store_history_exhausted(st));
	assert_int_equal(store_trim(st), 0);
	disk_free(disk);
}

static void test_an_answer_that_would_leave_a_hole_is_not_taken(void **state)
{
	static const struct {
		const char *what;
		bool trimmed, other_serial;
		size_t moved_on;
	} table[] = {
		{"nobody looks any more", true, false, 0},
		{"an answer nobody waits for", false, true, 0},
		{"the window moved on", true, false, 3},
	};
	struct event disk[DISK];
	(void)state;
	disk_make(disk);
	for (size_t i = 0; i < COUNT(table); i++) {
		struct store *st = store_new();
		char got[2048], before[2048], oldest[ID_CAP];
		st->window.keep = 4;
		for (int n = 0; n < 8; n++)
			tell_live(st, &disk[n]);
		uint64_t serial = ask_older(st, store_row_id(st, store_event(st, 0), oldest));
		if (table[i].trimmed)
			store_trim(st);
		for (size_t n = 0; n < table[i].moved_on; n++)
			tell_live(st, &disk[8 + n]);
		window(st, before);
		tell_history(st, disk, 3, serial + table[i].other_serial, true);
		if (!str_equal(window(st, got), before))
			fail_msg("%s: %s", table[i].what, got);
		assert_false(store_history_exhausted(st));
		store_free(st);
	}
	disk_free(disk);
}

static void test_looking_back_has_an_end_too(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char oldest[ID_CAP];
	disk_make(disk);
	st->window.keep = 4;
	st->window.keep_looking = 16;
	for (int n = 30; n < 36; n++)
		tell_live(st, &disk[n]);
	while (store_event_count(st) < 16) {
		size_t top = (size_t)brief_at(st, 0).order_seq - 1;
		uint64_t serial = ask_older(st, store_row_id(st, store_event(st, 0), oldest));
		tell_history(st, disk + top - 5, 5, serial, false);
	}
	assert_int_equal(store_event_count(st), 16);
	assert_int_equal(brief_at(st, 0).order_seq, 21);
	/* the newest still come, in exchange for the oldest */
	tell_live(st, &disk[36]);
	assert_int_equal(brief_at(st, store_event_count(st) - 1).order_seq, 37);
	assert_in_range(store_event_count(st), 14, 16);
	disk_free(disk);
}

/* How many events the story of an invoice knows; each is of that invoice. */
static size_t events_of_story(const struct store *st, const char *id)
{
	struct story *s = xcalloc(1, sizeof(*s));
	struct subject root;
	size_t n = 0;
	assert_true(subject_set(&root, SUBJECT_INVOICE, id));
	story_build(s, st, &root, T0);
	for (size_t i = 0; i < s->count; i++) {
		assert_string_equal(s->steps[i].subject.id, id);
		n += s->steps[i].source == STORY_EVENT;
	}
	free(s);
	return n;
}

static void test_lives_are_whole_after_rows_moved_together(void **state)
{
	struct store *st = *state;
	struct event disk[DISK];
	char oldest[ID_CAP];
	disk_make(disk);
	st->window.keep = 9;
	for (int n = 30; n < DISK; n++)
		tell_live(st, &disk[n]);
	uint64_t serial = ask_older(st, store_row_id(st, store_event(st, 0), oldest));
	tell_history(st, disk, 30 + DISK - 30 - store_event_count(st), serial, true);
	assert_int_equal(store_event_count(st), DISK);
	/* what has left the window once is told from the disk */
	assert_int_equal(events_of_story(st, "inv-1"), 4);
	store_trim(st);
	assert_int_equal(events_of_story(st, "inv-1"), 3);
	/* a late event still finds its place in the chain */
	tell(st, SOURCE_STREAM, invoice_event(T0 + 595, 5, "inv-1", "paid", "underpaid"), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 592, 5, "inv-1", "underpaid", ""), T0);
	assert_string_equal(status_of(st, OBJECT_INVOICE, "inv-1"), "paid");
	assert_string_equal(store_record(st, OBJECT_INVOICE, "inv-1")->previous_status,
			    "underpaid");
	disk_free(disk);
}

/* --- what the server should be asked about ------------------------------------------------------
 */

static bool doubt(struct store *st, char ret[NAME_CAP])
{
	enum object_kind kind;
	if (store_doubt_take(st, &kind, ret))
		return true;
	ret[0] = '\0';
	return false;
}

static void test_an_impossible_history_is_asked_about_once_a_change(void **state)
{
	struct store *st = *state;
	char id[NAME_CAP], buf[4096];
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	assert_false(doubt(st, id));
	tell(st, SOURCE_STREAM, invoice_event(T0 + 1000, 2, "inv", "paid", "unpaid"), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 2000, 3, "inv", "unpaid", "paid"), T0);
	assert_true(doubt(st, id));
	assert_string_equal(id, "inv");
	assert_false(doubt(st, id));
	tell(st, SOURCE_STREAM, invoice_event(T0 + 3000, 4, "inv", "unpaid", ""), T0);
	assert_false(doubt(st, id)); /* no change */
	assert_string_equal(store_record(st, OBJECT_INVOICE, "inv")->flaw,
			    "went from paid to unpaid, which should not happen");
	/* the server was asked: what it says now is on the mark */
	answer(st, OBJECT_INVOICE, invoice_json(buf, "inv", "unpaid", 0, ""), T0 + 9000);
	assert_string_equal(
		store_record(st, OBJECT_INVOICE, "inv")->flaw,
		"went from paid to unpaid, which should not happen; the server confirms unpaid");
	tell(st, SOURCE_STREAM, invoice_event(T0 + 10000, 5, "inv", "paid", "unpaid"), T0);
	assert_true(doubt(st, id)); /* changed again */
	answer(st, OBJECT_INVOICE, invoice_json(buf, "inv", "unpaid", 0, ""), T0 + 20000);
	assert_string_equal(
		store_record(st, OBJECT_INVOICE, "inv")->flaw,
		"went from paid to unpaid, which should not happen; the server says unpaid");
}

static void test_an_abbreviation_is_asked_about_unless_it_is_old_news(void **state)
{
	struct store *st = *state;
	char id[NAME_CAP], buf[4096];
	struct event old = order_event(T0, 1, "old", "placed");
	tell_history(st, &old, 1, 0, true);
	event_release(&old);
	assert_false(doubt(st, id));
	tell(st, SOURCE_STREAM, order_event(T0 + 1, 2, "a", "placed"), T0);
	tell(st, SOURCE_STREAM, order_event(T0 + 2, 3, "b", "placed"), T0);
	answer(st, OBJECT_ORDER, order_json(buf, "a", "placed", T0 + 5000, ""), T0 + 9000);
	assert_true(doubt(st, id)); /* the other one was told meanwhile */
	assert_string_equal(id, "b");
	assert_false(doubt(st, id));
	tell(st, SOURCE_STREAM, order_event(T0 + 9000, 4, "a", "shipped"), T0);
	assert_true(doubt(st, id));
	assert_string_equal(id, "a");
}

static void report_unknown(struct store *st, uint64_t unknown, int64_t now_ms)
{
	struct msg m = {.kind = MSG_HISTORY,
			.as.history = {.mode = HISTORY_WRITING, .unknown = unknown}};

	assert_int_equal(store_apply(st, &m, now_ms), TOPIC_HISTORY);
}

static void test_after_a_loss_what_may_have_changed_is_asked_about(void **state)
{
	struct store *st = *state;
	char id[NAME_CAP], buf[4096];

	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "open", "unpaid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0, 2, "answered", "unpaid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0, 3, "over", "unpaid", ""), T0);
	tell(st, SOURCE_STREAM, invoice_event(T0 + 1, 4, "over", "paid", "unpaid"), T0);
	report_unknown(st, 2, T0); /* of earlier sessions */
	assert_false(doubt(st, id));
	answer(st, OBJECT_INVOICE, invoice_json(buf, "answered", "unpaid", 0, ""), T0 + 60000);
	report_unknown(st, 3, T0 + 60000);
	assert_true(doubt(st, id));
	assert_string_equal(id, "open");
	assert_false(doubt(st, id));
	report_unknown(st, 3, T0 + 70000);
	assert_false(doubt(st, id));
}

static void test_the_newest_doubts_matter_most(void **state)
{
	struct store *st = *state;
	char id[NAME_CAP], want[16];
	for (int i = 0; i < DOUBTS_MAX + 3; i++) {
		str_printf(want, sizeof(want), "o-%d", i);
		tell(st, SOURCE_STREAM, order_event(T0 + i, i, want, "placed"), T0);
	}
	for (int i = 3; i < DOUBTS_MAX + 3; i++) {
		str_printf(want, sizeof(want), "o-%d", i);
		assert_true(doubt(st, id));
		assert_string_equal(id, want);
	}
	assert_false(doubt(st, id));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_row_and_its_place_take_no_more_than_64_bytes),
		T(test_a_row_gives_back_what_the_event_said),
		T(test_ids_come_back_exactly_however_they_are_written),
		T(test_texts_of_events_that_left_are_let_go),
		T(test_what_is_read_back_is_neither_news_nor_late),
		T(test_opaque_ids_of_one_second_keep_their_order_when_read_back),
		T(test_what_is_read_back_pushes_no_record_out),
		T(test_an_instant_of_opaque_ids_leaves_as_a_whole),
		T(test_counts_of_the_archive_are_added_up),
		T(test_a_restore_fills_the_window_and_no_more),
		T(test_a_restore_that_live_events_overtake_leaves_no_hole),
		T(test_scrolling_back_reads_on_until_the_history_ends),
		T(test_an_answer_that_would_leave_a_hole_is_not_taken),
		T(test_looking_back_has_an_end_too),
		T(test_lives_are_whole_after_rows_moved_together),
		T(test_an_impossible_history_is_asked_about_once_a_change),
		T(test_an_abbreviation_is_asked_about_unless_it_is_old_news),
		T(test_after_a_loss_what_may_have_changed_is_asked_about),
		T(test_the_newest_doubts_matter_most),
	};
#undef T
	return cmocka_run_group_tests_name("model window", tests, NULL, NULL);
}
