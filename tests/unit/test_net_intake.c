/* What frames become on their way to the mailbox, and where the cursor stands. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_http.h"
#include "net/feed_intake.h"

static enum intake_result give(struct intake *in, const char *text)
{
	struct problem p = {.status = S_OK};

	return intake_message(in, text, strlen(text), &p);
}

static enum intake_result give_event(struct intake *in, int n)
{
	struct strbuf sb;
	enum intake_result result;

	strbuf_init(&sb, 1024);
	strbuf_addf(&sb,
		    "{\"object\":\"event\",\"id\":\"evt_%d-1\",\"type\":\"test.ping\","
		    "\"created\":1,\"data\":{\"object\":{}}}",
		    n);
	result = give(in, strbuf_str(&sb));
	strbuf_release(&sb);
	return result;
}

static struct msg *take(struct mailbox *mb, enum msg_kind kind)
{
	struct msg *m = mailbox_take(mb);

	assert_non_null(m);
	assert_int_equal(m->kind, kind);
	return m;
}

static void test_intake_makes_one_batch_a_round(void **state)
{
	struct mailbox *mb = mailbox_new(8);
	struct intake in;
	struct msg *m;

	(void)state;
	intake_init(&in, STREAM_COMMERCE, mb);
	assert_true(intake_flush(&in));
	assert_int_equal(mailbox_count(mb), 0);
	for (int n = 0; n < 3; n++)
		assert_int_equal(give_event(&in, n), INTAKE_OK);
	assert_int_equal(mailbox_count(mb), 0);
	assert_string_equal(in.cursor, "");
	assert_true(intake_flush(&in));
	assert_string_equal(in.cursor, "evt_2-1");
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.count, 3);
	assert_int_equal(m->as.events.stream, STREAM_COMMERCE);
	assert_int_equal(m->as.events.source, SOURCE_STREAM);
	assert_string_equal(m->as.events.items[0].id, "evt_0-1");
	msg_free(m);
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_sends_a_full_batch_at_once(void **state)
{
	struct mailbox *mb = mailbox_new(8);
	struct intake in;
	struct msg *m;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	for (int n = 0; n < MSG_EVENTS_MAX + 1; n++)
		assert_int_equal(give_event(&in, n), INTAKE_OK);
	assert_int_equal(mailbox_count(mb), 1);
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.count, MSG_EVENTS_MAX);
	msg_free(m);
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_keeps_what_the_mailbox_refuses(void **state)
{
	struct mailbox *mb = mailbox_new(1);
	struct intake in;
	size_t events = 0;
	int n = 0;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	assert_int_equal(mailbox_post(mb, msg_new(MSG_LINK)), S_OK);
	for (; n < 700; n++)
		assert_int_equal(give_event(&in, n), INTAKE_OK);
	assert_false(intake_flush(&in));
	assert_string_equal(in.cursor, ""); /* nothing was accepted: resume from the start */
	msg_free(take(mb, MSG_LINK));
	for (int round = 0; round < 20 && events < 700; round++) {
		struct msg *m;

		(void)intake_flush(&in);
		m = take(mb, MSG_EVENTS);
		for (size_t i = 0; i < m->as.events.count; i++) {
			char id[32];

			(void)str_printf(id, sizeof(id), "evt_%zu-1", events++);
			assert_string_equal(m->as.events.items[i].id, id);
		}
		assert_string_equal(in.cursor, m->as.events.items[m->as.events.count - 1].id);
		msg_free(m);
	}
	assert_int_equal(events, 700);
	assert_true(intake_flush(&in));
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_has_a_limit_and_says_so(void **state)
{
	struct mailbox *mb = mailbox_new(1);
	struct intake in;
	int n = 0;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	assert_int_equal(mailbox_post(mb, msg_new(MSG_LINK)), S_OK);
	while (n < 100000 && give_event(&in, n) == INTAKE_OK)
		n++;
	assert_int_equal(n, (INTAKE_WAITING_MAX + 1) * MSG_EVENTS_MAX);
	assert_string_equal(in.cursor, "");
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_counts_what_it_cannot_read(void **state)
{
	struct mailbox *mb = mailbox_new(4);
	struct intake in;
	struct msg *m;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	assert_int_equal(give(&in, "{"), INTAKE_OK);
	assert_int_equal(give(&in, "[]"), INTAKE_OK);
	intake_bad(&in, "a binary frame", "\x01\x00\x02", 3);
	assert_int_equal(give_event(&in, 1), INTAKE_OK);
	assert_true(intake_flush(&in));
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.bad_frames, 3);
	assert_int_equal(m->as.events.count, 1);
	assert_string_not_equal(m->as.events.bad_reason, "");
	assert_string_not_equal(m->as.events.bad_reason, "a binary frame"); /* the first one's */
	msg_free(m);
	intake_bad(&in, "alone", "", 0);
	assert_true(intake_flush(&in));
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.count, 0);
	assert_int_equal(m->as.events.bad_frames, 1);
	assert_string_equal(in.cursor, "evt_1-1");
	msg_free(m);
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_keeps_the_first_frame_it_cannot_read(void **state)
{
	struct mailbox *mb = mailbox_new(4);
	struct intake in;
	struct msg *m;
	char *big = calloc(1, MSG_BAD_TEXT_MAX + 1);

	(void)state;
	assert_non_null(big);
	memset(big, '[', MSG_BAD_TEXT_MAX + 1);
	intake_init(&in, STREAM_MERCHANT, mb);
	intake_bad(&in, "a binary frame", "\x01\x00\x02", 3);
	assert_int_equal(give(&in, "{"), INTAKE_OK);
	assert_true(intake_flush(&in));
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.bad_len, 3);
	assert_memory_equal(m->as.events.bad_text, "\x01\x00\x02", 4);
	msg_free(m);
	assert_int_equal(intake_message(&in, big, MSG_BAD_TEXT_MAX + 1, NULL), INTAKE_OK);
	assert_true(intake_flush(&in));
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.bad_len, MSG_BAD_TEXT_MAX);
	assert_memory_equal(m->as.events.bad_text, big, MSG_BAD_TEXT_MAX);
	msg_free(m);
	intake_bad(&in, "nothing came", "", 0);
	assert_true(intake_flush(&in));
	m = take(mb, MSG_EVENTS);
	assert_int_equal(m->as.events.bad_frames, 1);
	assert_null(m->as.events.bad_text);
	msg_free(m);
	free(big);
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_marks_replayed_events(void **state)
{
	struct mailbox *mb = mailbox_new(8);
	struct intake in;
	static const enum event_source sources[] = {SOURCE_STREAM, SOURCE_REPLAY, SOURCE_STREAM,
						    SOURCE_REPLAY, SOURCE_STREAM};

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	(void)give_event(&in, 0);
	(void)give(&in, "{\"object\":\"ws_control\",\"type\":\"replay_started\"}");
	(void)give_event(&in, 1);
	(void)give(&in, "{\"object\":\"ws_control\",\"type\":\"replay_completed\"}");
	(void)give_event(&in, 2);
	(void)give(&in, "{\"object\":\"ws_control\",\"type\":\"replay_started\"}");
	(void)give_event(&in, 3);
	assert_true(intake_flush(&in));
	intake_reconnected(&in); /* the connection broke in the middle of the replay */
	(void)give_event(&in, 4);
	assert_true(intake_flush(&in));
	for (size_t i = 0; i < 5; i++) {
		struct msg *m = take(mb, MSG_EVENTS);

		assert_int_equal(m->as.events.source, sources[i]);
		assert_int_equal(m->as.events.count, 1);
		msg_free(m);
	}
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_puts_a_gap_where_it_is(void **state)
{
	struct mailbox *mb = mailbox_new(8);
	struct intake in;
	struct msg *m;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	(void)give_event(&in, 1);
	assert_int_equal(give(&in, "{\"object\":\"ws_control\",\"type\":\"resync_required\","
				   "\"since\":\"evt_0-9\",\"oldest_event_id\":\"evt_5-0\"}"),
			 INTAKE_OK);
	(void)give_event(&in, 5);
	assert_true(intake_flush(&in));
	msg_free(take(mb, MSG_EVENTS));
	m = take(mb, MSG_GAP);
	assert_string_equal(m->as.gap.from, "evt_0-9");
	assert_string_equal(m->as.gap.to, "evt_5-0");
	msg_free(m);
	msg_free(take(mb, MSG_EVENTS));
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_takes_an_unknown_control_for_a_gap_once(void **state)
{
	static const char heartbeat[] = "{\"object\":\"ws_control\",\"type\":\"news\"}";
	struct mailbox *mb = mailbox_new(8);
	struct intake in;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	(void)give(&in, heartbeat); /* before anything came there is nothing to have missed */
	assert_true(intake_flush(&in));
	assert_int_equal(mailbox_count(mb), 0);
	(void)give_event(&in, 1);
	assert_true(intake_flush(&in));
	msg_free(take(mb, MSG_EVENTS));
	for (int i = 0; i < 5; i++)
		(void)give(&in, heartbeat);
	assert_true(intake_flush(&in));
	assert_int_equal(mailbox_count(mb), 1);
	msg_free(take(mb, MSG_GAP));
	intake_reconnected(&in);
	(void)give(&in, heartbeat);
	assert_true(intake_flush(&in));
	msg_free(take(mb, MSG_GAP));
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_tells_errors_about_credentials_from_others(void **state)
{
	static const struct {
		const char *code;
		enum intake_result result;
	} rows[] = {{"API_KEY_INVALID", INTAKE_REFUSED}, {"UNAUTHORIZED", INTAKE_REFUSED},
		    {"FORBIDDEN", INTAKE_REFUSED},       {"TOKEN_EXPIRED", INTAKE_REFUSED},
		    {"OVERLOADED", INTAKE_ENDED},        {"", INTAKE_ENDED}};
	struct mailbox *mb = mailbox_new(2);
	struct intake in;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem p = {.status = S_OK};
		char text[128];

		(void)str_printf(text, sizeof(text),
				 "{\"object\":\"ws_error\",\"code\":\"%s\",\"message\":\"m\"}",
				 rows[i].code);
		assert_int_equal(intake_message(&in, text, strlen(text), &p), rows[i].result);
		assert_non_null(strstr(p.what, rows[i].code));
	}
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_forgets_a_cursor_the_server_does_not_take(void **state)
{
	struct mailbox *mb = mailbox_new(4);
	struct intake in;
	struct msg *m;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	(void)give_event(&in, 7);
	assert_true(intake_flush(&in));
	msg_free(take(mb, MSG_EVENTS));
	assert_int_equal(intake_cursor_lost(&in, ""), INTAKE_OK);
	assert_string_equal(in.cursor, "");
	assert_true(intake_flush(&in));
	m = take(mb, MSG_GAP);
	assert_string_equal(m->as.gap.from, "evt_7-1");
	msg_free(m);
	intake_release(&in);
	mailbox_free(mb);
}

static void test_intake_drops_what_nobody_will_take(void **state)
{
	struct mailbox *mb = mailbox_new(4);
	struct intake in;

	(void)state;
	intake_init(&in, STREAM_MERCHANT, mb);
	(void)give_event(&in, 7);
	mailbox_close(mb);
	assert_true(intake_flush(&in));
	assert_string_equal(in.cursor, ""); /* not accepted */
	intake_release(&in);
	mailbox_free(mb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intake_makes_one_batch_a_round),
		cmocka_unit_test(test_intake_sends_a_full_batch_at_once),
		cmocka_unit_test(test_intake_keeps_what_the_mailbox_refuses),
		cmocka_unit_test(test_intake_has_a_limit_and_says_so),
		cmocka_unit_test(test_intake_counts_what_it_cannot_read),
		cmocka_unit_test(test_intake_keeps_the_first_frame_it_cannot_read),
		cmocka_unit_test(test_intake_marks_replayed_events),
		cmocka_unit_test(test_intake_puts_a_gap_where_it_is),
		cmocka_unit_test(test_intake_takes_an_unknown_control_for_a_gap_once),
		cmocka_unit_test(test_intake_tells_errors_about_credentials_from_others),
		cmocka_unit_test(test_intake_forgets_a_cursor_the_server_does_not_take),
		cmocka_unit_test(test_intake_drops_what_nobody_will_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
