/* An event's detail: what its row knows at once, the rest when the history has answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/describe.h"

#define T0 INT64_C(1768478400000)
#define ID "evt_1768478400000-5"

static struct event made(void)
{
	static const char text[] =
		"{\"id\":\"" ID "\",\"object\":\"event\",\"created\":1768478400,"
		"\"type\":\"invoice.updated\",\"request\":{\"id\":\"req_77\"},"
		"\"data\":{\"object\":{\"object\":\"invoice\",\"id\":\"in_1\",\"status\":\"paid\","
		"\"amount\":12000,\"customer_id\":\"cust_9\",\"created_at\":5},"
		"\"previous_attributes\":{\"status\":\"unpaid\"}}}";
	struct json *root = NULL;
	struct event e;

	assert_int_equal(json_parse(text, strlen(text), &root, NULL), S_OK);
	assert_int_equal(event_decode(root, text, strlen(text), &e, NULL), S_OK);
	json_free(root);
	return e;
}

static void tell(struct store *st)
{
	struct msg *m = msg_new(MSG_EVENTS);

	m->as.events.items = xcalloc(1, sizeof(struct event));
	m->as.events.items[0] = made();
	m->as.events.count = 1;
	store_apply(st, m, T0);
	msg_free(m);
}

static void answer(struct store *st, enum event_via via, const char *other)
{
	struct msg *m = msg_new(MSG_EVENT);

	m->as.event.event = made();
	m->as.event.via = via;
	m->as.event.arrived_ms = T0 + 65000;
	m->as.event.other = other ? xstrdup(other) : NULL;
	store_apply(st, m, T0);
	msg_free(m);
}

/* Every line of the document, spans apart by a space. */
static char *described_at(const struct store *st, int64_t now_ms, int64_t wall_ms, bool *ret_known)
{
	const struct view_context ctx = {.now_ms = now_ms, .wall_ms = wall_ms, .ascii = true};
	const struct describing w = {.ctx = &ctx, .st = st, .width = 78};
	struct strbuf sb;
	struct doc d;

	strbuf_init(&sb, 1 << 16);
	doc_init(&d);
	*ret_known = describe_event(&d, &w, ID);
	for (size_t i = 0; i < d.count; i++) {
		for (size_t j = 0; j < d.lines[i].count; j++)
			strbuf_addf(&sb, "%s ", safe_text_str(&d.lines[i].spans[j].text));
		strbuf_addch(&sb, '\n');
	}
	doc_release(&d);
	return strbuf_take(&sb);
}

static char *described(const struct store *st, bool *ret_known)
{
	return described_at(st, T0 + 120000, 0, ret_known);
}

static void check(const struct store *st, bool known, const char *const *has,
		  const char *const *has_not)
{
	bool is_known;
	char *text = described(st, &is_known);

	assert_int_equal(is_known, known);
	for (; *has; has++)
		if (!strstr(text, *has))
			fail_msg("no '%s' in\n%s", *has, text);
	for (; *has_not; has_not++)
		if (strstr(text, *has_not))
			fail_msg("'%s' in\n%s", *has_not, text);
	free(text);
}

static void test_an_event_nobody_has_is_not_described(void **state)
{
	static const char *const none[] = {NULL};
	struct store *st = store_new();
	(void)state;
	check(st, false, none, none);
	store_free(st);
}

static void test_the_row_is_described_at_once_and_the_body_when_it_comes(void **state)
{
	static const char *const row[] = {"invoice paid",
					  "invoice.updated",
					  "unpaid",
					  "cust_9",
					  "invoice",
					  "in_1",
					  ID,
					  "Reading it from the history",
					  NULL};
	static const char *const body[] = {"invoice paid",      "req_77",
					   "caught up",         "12:01:05 UTC",
					   "\"amount\": 12000", NULL};
	static const char *const waiting[] = {"Reading it", "look here", NULL};
	static const char *const early[] = {"req_77", "\"amount\"", "came", NULL};
	struct store *st = store_new();
	(void)state;
	tell(st);
	check(st, true, row, early);
	answer(st, VIA_CATCH_UP, NULL);
	check(st, true, body, waiting);
	store_free(st);
}

static void test_an_event_outside_the_window_is_described_by_its_body(void **state)
{
	static const char *const body[] = {"invoice paid", "live", "\"amount\": 12000", NULL};
	static const char *const none[] = {"Reading it", NULL};
	struct store *st = store_new();
	(void)state;
	answer(st, VIA_LIVE, NULL);
	check(st, true, body, none);
	store_free(st);
}

static void test_another_body_under_its_id_is_said_first_and_shown(void **state)
{
	static const char *const alarm[] = {"look here",
					    "another body came under this id",
					    "The other body under this id",
					    "\"amount\": 1",
					    "\"amount\": 12000",
					    NULL};
	static const char *const none[] = {NULL};
	struct store *st = store_new();
	(void)state;
	tell(st);
	answer(st, VIA_REPAIR, "{\"id\":\"" ID "\",\"amount\":1}");
	check(st, true, alarm, none);
	store_free(st);
}

/* A demo's clock runs ahead of ours, and a machine's may be slow: what is on disk cannot be older
 * than the event unless another clock says so. */
static void test_the_time_on_disk_is_told_to_be_ours_where_clocks_differ(void **state)
{
	static const struct {
		int64_t now_ms, wall_ms, arrived_ms;
		bool told;
	} ROWS[] = {
		{T0 + 5000, T0 + 5000, T0 + 1000, false},
		{T0 + 5000, T0 + 4000, T0 + 1000, false},
		{T0 + 600000, T0 + 5000, T0 + 1000, true},
		{T0 + 5000, T0 + 5000, T0 - 40000, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct store *st = store_new();
		struct msg *m = msg_new(MSG_EVENT);
		bool known;
		char *text;
		m->as.event.event = made();
		m->as.event.arrived_ms = ROWS[i].arrived_ms;
		store_apply(st, m, T0);
		msg_free(m);
		text = described_at(st, ROWS[i].now_ms, ROWS[i].wall_ms, &known);
		assert_non_null(strstr(text, "on disk"));
		assert_int_equal(strstr(text, "by this machine's own clock") != NULL, ROWS[i].told);
		free(text);
		store_free(st);
	}
}

static void test_a_history_that_cannot_be_read_says_why(void **state)
{
	static const char *const why[] = {"The disk is gone", NULL};
	static const char *const none[] = {"Reading it", NULL};
	(void)state;
	for (int has_row = 0; has_row < 2; has_row++) {
		struct store *st = store_new();
		struct msg *m = msg_new(MSG_FAILED);
		if (has_row)
			tell(st);
		m->as.failed.request.kind = REQUEST_EVENT;
		str_copy(m->as.failed.request.target, NAME_CAP, ID);
		str_copy(m->as.failed.problem.what, sizeof(m->as.failed.problem.what),
			 "the disk is gone");
		store_apply(st, m, T0);
		msg_free(m);
		check(st, true, why, none);
		store_free(st);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_event_nobody_has_is_not_described),
		cmocka_unit_test(test_the_row_is_described_at_once_and_the_body_when_it_comes),
		cmocka_unit_test(test_an_event_outside_the_window_is_described_by_its_body),
		cmocka_unit_test(test_another_body_under_its_id_is_said_first_and_shown),
		cmocka_unit_test(test_the_time_on_disk_is_told_to_be_ours_where_clocks_differ),
		cmocka_unit_test(test_a_history_that_cannot_be_read_says_why),
	};

	return cmocka_run_group_tests_name("views describe", tests, NULL, NULL);
}
