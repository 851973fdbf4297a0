/* What requests become: reads that wait when asked to, writes that are never sent blindly. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_http.h"
#include "net/rest_calls.h"

struct pauses {
	int64_t ms[8];
	size_t count;
	bool stop;
};

static bool pause_note(void *ctx, int64_t ms)
{
	struct pauses *p = ctx;

	p->ms[p->count++] = ms;
	return !p->stop;
}

struct run {
	struct fake_http http;
	struct pauses pauses;
	struct rest_answers answers;
};

static const struct request CANCEL = {.kind = REQUEST_INVOICE_CANCEL,
				      .serial = 42,
				      .target = "i-1",
				      .idempotency_key = UUID_A};

static void run_it(struct run *r, const struct request *rq)
{
	struct api_client c = fake_client(&r->http);
	const struct rest_pause pause = {.wait = pause_note, .ctx = &r->pauses};

	if (request_kind_is_write(rq->kind))
		rest_write(&c, rq, &pause, &r->answers);
	else
		rest_read(&c, rq, &pause, &r->answers);
}

static struct msg *last(const struct run *r)
{
	assert_true(r->answers.count > 0);
	return r->answers.items[r->answers.count - 1];
}

static void run_end(struct run *r)
{
	for (size_t i = 0; i < r->answers.count; i++)
		msg_free(r->answers.items[i]);
}

/* --- writes --------------------------------------------------------------------------- */

#define DONE                                                           \
	{                                                              \
		.http_status = 200, .body = INVOICE("i-1", "canceled") \
	}
#define DONE_AGAIN                                                                       \
	{                                                                                \
		.http_status = 200, .body = INVOICE("i-1", "canceled"), .replayed = true \
	}
#define SILENCE                            \
	{                                  \
		.fails = E_UNKNOWN_OUTCOME \
	}
#define NOT_SENT                   \
	{                          \
		.fails = E_NETWORK \
	}
#define READ_ONLY                    \
	{                            \
		.fails = E_READ_ONLY \
	}
#define FAULT_500                                                                 \
	{                                                                         \
		.http_status = 500, .body = ERROR_A("INTERNAL_SERVER_ERROR", "x") \
	}
#define REFUSAL                                                                    \
	{                                                                          \
		.http_status = 400, .body = ERROR_A("INVOICE_NOT_CANCELABLE", "x") \
	}
#define REFUSAL_OLD                                                                 \
	{                                                                           \
		.http_status = 400, .body = ERROR_A("INVOICE_NOT_CANCELABLE", "x"), \
		.replayed = true                                                    \
	}
#define RUNNING                                                                     \
	{                                                                           \
		.http_status = 409, .body = ERROR_A("IDEMPOTENCY_IN_PROGRESS", "x") \
	}
#define LIMITED                                                          \
	{                                                                \
		.http_status = 429, .body = "{}", .retry_after_ms = 1000 \
	}
#define OTHER                                                          \
	{                                                              \
		.http_status = 200, .body = INVOICE("i-2", "canceled") \
	}

static void test_write_ends_as_what_is_known(void **state)
{
	static const struct {
		struct fake_answer first, second;
		size_t asked;
		enum outcome outcome;
		int fault;
	} rows[] = {
		{DONE, SILENCE, 1, OUTCOME_DONE, 0},
		{REFUSAL, SILENCE, 1, OUTCOME_REFUSED, 400},
		{NOT_SENT, SILENCE, 1, OUTCOME_REFUSED, 0},
		{READ_ONLY, SILENCE, 1, OUTCOME_REFUSED, 0},
		{LIMITED, SILENCE, 1, OUTCOME_REFUSED, 429},
		{SILENCE, DONE_AGAIN, 2, OUTCOME_DONE, 0},
		{SILENCE, DONE, 2, OUTCOME_DONE, 0},
		{OTHER, DONE_AGAIN, 2, OUTCOME_DONE, 0},
		{FAULT_500, DONE, 2, OUTCOME_DONE, 0},
		{FAULT_500, FAULT_500, 2, OUTCOME_UNKNOWN, 500},
		{SILENCE, SILENCE, 2, OUTCOME_UNKNOWN, 0},
		{SILENCE, NOT_SENT, 2, OUTCOME_UNKNOWN, 0},
		{SILENCE, RUNNING, 2, OUTCOME_UNKNOWN, 409},
		{SILENCE, LIMITED, 2, OUTCOME_UNKNOWN, 429},
		{OTHER, OTHER, 2, OUTCOME_UNKNOWN, 0},
		/* decided the first time and told now, or decided now: only the first is certain */
		{SILENCE, REFUSAL_OLD, 2, OUTCOME_REFUSED, 400},
		{SILENCE, REFUSAL, 2, OUTCOME_UNKNOWN, 400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r = {.http.answers = {rows[i].first, rows[i].second}};
		const struct msg_outcome *o;

		run_it(&r, &CANCEL);
		assert_int_equal(last(&r)->kind, MSG_OUTCOME);
		o = &last(&r)->as.outcome;
		if (o->outcome != rows[i].outcome || r.http.asked != rows[i].asked)
			fail_msg("row %zu: %s after %zu", i, outcome_word(o->outcome),
				 r.http.asked);
		assert_int_equal(o->request.serial, 42);
		assert_int_equal(o->fault.http_status, rows[i].fault);
		if (o->outcome == OUTCOME_UNKNOWN)
			assert_int_equal(o->problem.status, E_UNKNOWN_OUTCOME);
		if (o->outcome != OUTCOME_DONE)
			assert_string_not_equal(o->problem.what, "");
		run_end(&r);
	}
}

static void test_write_is_sent_again_only_under_the_same_key(void **state)
{
	struct run r = {.http.answers = {SILENCE, DONE_AGAIN}};

	(void)state;
	run_it(&r, &CANCEL);
	assert_int_equal(r.pauses.count, 1);
	assert_int_equal(r.pauses.ms[0], REST_RETRY_MS);
	assert_string_equal(r.http.calls[0].headers, r.http.calls[1].headers);
	assert_non_null(strstr(r.http.calls[1].headers, "Idempotency-Key: " UUID_A "\n"));
	assert_string_equal(r.http.calls[0].url, r.http.calls[1].url);
	assert_string_equal(r.http.calls[0].body, r.http.calls[1].body);
	assert_true(last(&r)->as.outcome.replayed);
	run_end(&r);
}

static void test_write_that_is_interrupted_is_unknown_and_not_sent_again(void **state)
{
	struct run r = {.http.answers = {SILENCE, DONE}, .pauses.stop = true};

	(void)state;
	run_it(&r, &CANCEL);
	assert_int_equal(r.http.asked, 1);
	assert_int_equal(last(&r)->as.outcome.outcome, OUTCOME_UNKNOWN);
	run_end(&r);
}

static void test_write_gives_the_changed_object_first(void **state)
{
	struct run r = {.http.answers = {DONE}};

	(void)state;
	run_it(&r, &CANCEL);
	assert_int_equal(r.answers.count, 2);
	assert_int_equal(r.answers.items[0]->kind, MSG_OBJECT);
	assert_int_equal(r.answers.items[0]->as.object.serial, 42);
	assert_string_equal(object_status(&r.answers.items[0]->as.object.object), "canceled");
	assert_int_equal(r.answers.items[1]->kind, MSG_OUTCOME);
	assert_int_equal(r.answers.items[1]->as.outcome.latency_ms, 12);
	run_end(&r);
}

static void test_order_cancel_uses_its_own_route(void **state)
{
	struct run r = {
		.http.answers = {{.http_status = 200, .body = SUCCESS("{\"orderId\":\"o-1\"}")}}};
	struct request rq = CANCEL;

	(void)state;
	rq.kind = REQUEST_ORDER_CANCEL;
	(void)str_copy(rq.target, sizeof(rq.target), "o-1");
	run_it(&r, &rq);
	assert_int_equal(r.answers.count, 1);
	assert_int_equal(last(&r)->as.outcome.outcome, OUTCOME_DONE);
	assert_string_equal(r.http.calls[0].url,
			    "https://api.example.com/api/commerce/merchant/orders/o-1/cancel");
	run_end(&r);
}

/* --- reads ---------------------------------------------------------------------------- */

static void test_read_of_a_page_says_what_it_is(void **state)
{
	struct run r = {.http.answers = {{.http_status = 200, .body = LIST(INVOICE("i", "paid"))},
					 {.http_status = 200, .body = LIST("")}}};
	struct request rq = {.kind = REQUEST_LIST,
			     .serial = 5,
			     .object = OBJECT_INVOICE,
			     .limit = 9};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_PAGE);
	assert_int_equal(last(&r)->as.page.serial, 5);
	assert_int_equal(last(&r)->as.page.object, OBJECT_INVOICE);
	assert_int_equal(last(&r)->as.page.page.count, 1);
	assert_true(last(&r)->as.page.page.has_more);
	assert_true(last(&r)->as.page.first);
	(void)str_copy(rq.cursor, sizeof(rq.cursor), "i-7");
	run_it(&r, &rq);
	assert_false(last(&r)->as.page.first);
	assert_non_null(strstr(r.http.calls[1].url, "limit=9&starting_after=i-7"));
	run_end(&r);
}

static void test_read_of_events_turns_them_oldest_first(void **state)
{
	struct run r = {.http.answers = {{.http_status = 200,
					  .body = SUCCESS(LIST(EVENT_OF("evt_3-0") "," EVENT_OF(
						  "evt_2-0") "," EVENT_OF("evt_1-0")))}}};
	const struct request rq = {.kind = REQUEST_EVENTS, .serial = 6, .limit = 3};
	const struct msg_events *e;

	(void)state;
	run_it(&r, &rq);
	e = &last(&r)->as.events;
	assert_int_equal(last(&r)->kind, MSG_EVENTS);
	assert_int_equal(e->source, SOURCE_REST);
	assert_int_equal(e->serial, 6);
	assert_int_equal(e->count, 3);
	assert_string_equal(e->items[0].id, "evt_1-0");
	assert_string_equal(e->items[1].id, "evt_2-0");
	assert_string_equal(e->items[2].id, "evt_3-0");
	run_end(&r);
}

static void test_read_waits_out_a_short_rate_limit_and_no_other(void **state)
{
	static const struct {
		int64_t retry_after_ms;
		size_t asked;
	} rows[] = {{2000, 2}, {REST_RATE_WAIT_MS, 2}, {REST_RATE_WAIT_MS + 1, 1}, {-1, 1}};
	const struct request rq = {.kind = REQUEST_CAPABILITIES};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r = {.http.answers = {{.http_status = 429,
						  .body = "{}",
						  .retry_after_ms = rows[i].retry_after_ms},
						 {.http_status = 404, .body = "{}"}}};

		run_it(&r, &rq);
		assert_int_equal(r.http.asked, rows[i].asked);
		assert_int_equal(last(&r)->kind,
				 rows[i].asked == 2 ? MSG_CAPABILITIES : MSG_FAILED);
		if (rows[i].asked == 2)
			assert_int_equal(r.pauses.ms[0], rows[i].retry_after_ms);
		run_end(&r);
	}
}

static void test_read_gives_up_on_a_rate_limit_that_lasts(void **state)
{
	struct run r = {.http.answers = {LIMITED, LIMITED, LIMITED, LIMITED}};
	const struct request rq = {.kind = REQUEST_GET, .object = OBJECT_ORDER, .target = "o-1"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(r.http.asked, 1 + REST_RATE_RETRIES);
	assert_int_equal(last(&r)->kind, MSG_FAILED);
	assert_int_equal(last(&r)->as.failed.problem.status, E_RATE);
	assert_int_equal(last(&r)->as.failed.fault.http_status, 429);
	assert_string_equal(last(&r)->as.failed.request.target, "o-1");
	run_end(&r);
}

static void test_read_of_what_pepay_does_not_offer_fails_at_home(void **state)
{
	static const struct request requests[] = {
		{.kind = REQUEST_LIST, .object = OBJECT_PAYMENT},
		{.kind = REQUEST_GET, .object = OBJECT_PAYMENT, .target = "p"},
		{.kind = REQUEST_LIST, .object = OBJECT_ORDER, .cursor = "evt_1-1"},
		{.kind = REQUEST_LIST, .object = OBJECT_ORDER, .cursor = "-1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct run r = {.http.asked = 0};

		run_it(&r, &requests[i]);
		assert_int_equal(r.http.asked, 0);
		assert_int_equal(last(&r)->kind, MSG_FAILED);
		assert_string_not_equal(last(&r)->as.failed.problem.what, "");
		run_end(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_ends_as_what_is_known),
		cmocka_unit_test(test_write_is_sent_again_only_under_the_same_key),
		cmocka_unit_test(test_write_that_is_interrupted_is_unknown_and_not_sent_again),
		cmocka_unit_test(test_write_gives_the_changed_object_first),
		cmocka_unit_test(test_order_cancel_uses_its_own_route),
		cmocka_unit_test(test_read_of_a_page_says_what_it_is),
		cmocka_unit_test(test_read_of_events_turns_them_oldest_first),
		cmocka_unit_test(test_read_waits_out_a_short_rate_limit_and_no_other),
		cmocka_unit_test(test_read_gives_up_on_a_rate_limit_that_lasts),
		cmocka_unit_test(test_read_of_what_pepay_does_not_offer_fails_at_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
