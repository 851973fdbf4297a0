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

#define NOW_MS 1766320000123

static int64_t stopped_clock(void *ctx)
{
	(void)ctx;
	return NOW_MS;
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
	const struct rest_pause pause = {.wait = pause_note,
					 .wall_ms = stopped_clock,
					 .ctx = &r->pauses};

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
		{.kind = REQUEST_LIST,
		 .object = OBJECT_PAYMENT,
		 .of = LIST_OF_CUSTOMER,
		 .target = "c"},
		{.kind = REQUEST_LIST,
		 .object = OBJECT_INVOICE,
		 .of = LIST_OF_INVOICE,
		 .target = "i"},
		{.kind = REQUEST_LIST, .object = OBJECT_INVOICE, .of = LIST_OF_CUSTOMER},
		{.kind = REQUEST_LIST,
		 .object = OBJECT_ORDER,
		 .of = LIST_OF_WALLET,
		 .target = "0xAB"},
		{.kind = REQUEST_LIST,
		 .object = OBJECT_REFUND,
		 .of = LIST_OF_CUSTOMER,
		 .target = "c"},
		{.kind = REQUEST_LIST,
		 .object = OBJECT_REFUND,
		 .of = LIST_OF_WALLET,
		 .target = "0xAB"},
		{.kind = REQUEST_LIST,
		 .object = OBJECT_PAYOUT,
		 .of = LIST_OF_WALLET,
		 .target = "0xAB"},
		{.kind = REQUEST_LIST, .object = OBJECT_KYC, .of = LIST_OF_INVOICE, .target = "i"},
		{.kind = REQUEST_LIST, .object = OBJECT_NONE},
		{.kind = REQUEST_GET, .object = OBJECT_NONE, .target = "x"},
		{.kind = REQUEST_GET, .object = OBJECT_INVOICE},
		{.kind = REQUEST_EVENT_FETCH},
		{.kind = REQUEST_SESSION},
		{.kind = REQUEST_SESSION, .pass = {.token = "half"}},
		{.kind = REQUEST_CART},
		{.kind = REQUEST_PRODUCTS, .target = "  "},
		{.kind = REQUEST_PRODUCT},
		{.kind = REQUEST_OLDER, .limit = 5},
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

/* --- somebody's rows ------------------------------------------------------------------- */

#define BASE   "https://api.example.com"
#define ORDERS SUCCESS("{\"orders\":[],\"pagination\":{\"limit\":20,\"offset\":0,\"count\":0}}")

static void test_list_of_somebody_asks_for_no_others(void **state)
{
	static const struct {
		enum object_kind object;
		enum list_of of;
		const char *target, *word, *body, *url;
	} rows[] = {
		{OBJECT_INVOICE, LIST_OF_CUSTOMER, "c 1", "", LIST(""),
		 BASE "/api/v1/invoices?limit=9&customer_id=c%201"},
		{OBJECT_INVOICE, LIST_OF_WALLET, "0xAB", "base", LIST(""),
		 BASE "/api/v1/invoices?limit=9&payer_wallet_address=0xAB"
		      "&payer_wallet_network=base"},
		{OBJECT_INVOICE, LIST_OF_WALLET, "0xAB", "", LIST(""),
		 BASE "/api/v1/invoices?limit=9&payer_wallet_address=0xAB"},
		{OBJECT_PAYMENT, LIST_OF_INVOICE, "i-1", "",
		 "{\"object\":\"invoice\",\"id\":\"i-1\",\"payments\":[]}",
		 BASE "/api/v1/invoices/i-1?expand=payments&payments_limit=100"},
		{OBJECT_ORDER, LIST_OF_CUSTOMER, "c 1", "", ORDERS,
		 BASE "/api/commerce/merchant/orders?limit=9&customer_id=c%201"},
		{OBJECT_ORDER, LIST_OF_WALLET, "0xAB", "base", ORDERS,
		 BASE "/api/commerce/merchant/orders?limit=9&wallet=0xAB&walletNetwork=base"},
		{OBJECT_REFUND, LIST_ALL, "", "", LIST(""), BASE "/api/v1/refunds?limit=9"},
		{OBJECT_REFUND, LIST_OF_INVOICE, "i-1", "", LIST(""),
		 BASE "/api/v1/invoices/i-1/refunds?limit=9"},
		{OBJECT_PAYOUT, LIST_OF_CUSTOMER, "c 1", "", LIST(""),
		 BASE "/api/v1/ramps/payouts?limit=9&customer_id=c%201"},
		{OBJECT_DEPOSIT, LIST_ALL, "", "", LIST(""), BASE "/api/v1/ramps/deposits?limit=9"},
		{OBJECT_DEPOSIT, LIST_OF_CUSTOMER, "c 1", "", LIST(""),
		 BASE "/api/v1/ramps/deposits?limit=9&customer_id=c%201"},
		{OBJECT_KYC, LIST_OF_CUSTOMER, "c 1", "", LIST(""),
		 BASE "/api/v1/ramps/kyc?limit=9&customer_id=c%201"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r = {.http.answers = {{.http_status = 200, .body = rows[i].body}}};
		struct request rq = {.kind = REQUEST_LIST,
				     .serial = 5,
				     .object = rows[i].object,
				     .of = rows[i].of,
				     .limit = 9};

		(void)str_copy(rq.target, sizeof(rq.target), rows[i].target);
		(void)str_copy(rq.word, sizeof(rq.word), rows[i].word);
		run_it(&r, &rq);
		if (last(&r)->kind != MSG_PAGE)
			fail_msg("row %zu: %s", i, last(&r)->as.failed.problem.what);
		assert_int_equal(r.http.asked, 1);
		assert_string_equal(r.http.calls[0].url, rows[i].url);
		assert_int_equal(last(&r)->as.page.object, rows[i].object);
		assert_int_equal(last(&r)->as.page.of, rows[i].of);
		assert_true(last(&r)->as.page.first == (rows[i].of == LIST_ALL));
		assert_int_equal(last(&r)->as.page.serial, 5);
		run_end(&r);
	}
}

#define ORDER_OF_INVOICE SUCCESS("{\"invoiceId\":\"i-1\",\"orderId\":\"o-1\"}")
#define ORDER_ROW                                                                             \
	SUCCESS("{\"orderId\":\"o-1\",\"invoiceId\":\"i-1\",\"status\":\"placed\","           \
		"\"networkEnvironment\":\"devnet\",\"total\":13.99,\"createdAt\":1766320000," \
		"\"updatedAt\":1766320000,\"itemCount\":1,\"actions\":{\"canCancel\":false}}")

static void test_order_of_an_invoice_is_named_then_looked_up(void **state)
{
	struct run r = {.http.answers = {{.http_status = 200, .body = ORDER_OF_INVOICE},
					 {.http_status = 200, .body = ORDER_ROW}}};
	const struct request rq = {.kind = REQUEST_LIST,
				   .object = OBJECT_ORDER,
				   .of = LIST_OF_INVOICE,
				   .target = "i-1"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_PAGE);
	assert_int_equal(last(&r)->as.page.page.count, 1);
	assert_string_equal(object_id(&last(&r)->as.page.page.items[0]), "o-1");
	assert_string_equal(r.http.calls[0].url, BASE "/api/commerce/merchant/invoices/i-1/status");
	assert_string_equal(r.http.calls[1].url, BASE "/api/commerce/merchant/orders/o-1");
	run_end(&r);
}

static void test_invoice_without_an_order_has_none(void **state)
{
	struct run r = {.http.answers = {{.http_status = 404, .body = "{}"}}};
	const struct request rq = {.kind = REQUEST_LIST,
				   .object = OBJECT_ORDER,
				   .of = LIST_OF_INVOICE,
				   .target = "i-1"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(r.http.asked, 1);
	assert_int_equal(last(&r)->kind, MSG_PAGE);
	assert_int_equal(last(&r)->as.page.page.count, 0);
	run_end(&r);
}

/* --- one of them ------------------------------------------------------------------------- */

static void test_get_keeps_the_answer_as_it_came(void **state)
{
	static const char body[] = "  " INVOICE("i-1", "paid") "\n";
	struct run r = {.http.answers = {{.http_status = 200, .body = body}}};
	const struct request rq = {.kind = REQUEST_GET,
				   .serial = 8,
				   .object = OBJECT_INVOICE,
				   .target = "i-1"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_OBJECT);
	assert_int_equal(last(&r)->as.object.serial, 8);
	assert_string_equal(last(&r)->as.object.raw, body);
	assert_int_equal(last(&r)->as.object.raw_len, strlen(body));
	run_end(&r);
}

static void test_event_is_fetched_as_a_batch_of_one(void **state)
{
	struct run r = {.http.answers = {{.http_status = 200, .body = SUCCESS(EVENT_OF("evt_1-0"))},
					 {.http_status = 404, .body = "{}"}}};
	const struct request rq = {.kind = REQUEST_EVENT_FETCH, .serial = 9, .target = "evt_1-0"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_EVENTS);
	assert_int_equal(last(&r)->as.events.source, SOURCE_REST);
	assert_int_equal(last(&r)->as.events.serial, 9);
	assert_int_equal(last(&r)->as.events.count, 1);
	assert_string_equal(last(&r)->as.events.items[0].id, "evt_1-0");
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_FAILED);
	assert_int_equal(last(&r)->as.failed.problem.status, E_NOT_FOUND);
	run_end(&r);
}

/* --- what is put together ------------------------------------------------------------------ */

#define ANSWER(text)                               \
	{                                          \
		.http_status = 200, .body = (text) \
	}
#define TROUBLE                                                                      \
	{                                                                            \
		.http_status = 503, .body = ERROR_A("INTERNAL_SERVER_ERROR", "down") \
	}
#define DETAILS                                                                       \
	"{\"invoice_id\":\"i-1\",\"amount_usd\":49.99,\"invoice_status\":\"unpaid\"," \
	"\"expires_at\":1766322000}"
#define SESSION_TOKENS                                                 \
	"[{\"id\":112,\"token_symbol\":\"USDC\",\"network\":\"base\"," \
	"\"availability_status\":\"DEVNET\"}]"
#define EMAIL "{\"email\":\"a@b.example\",\"has_email\":true}"
#define LINK                                                                       \
	"{\"object\":\"invoice_session\",\"invoice_id\":\"i-1\","                  \
	"\"payment_url\":\"https://p.example/pay?session=pst_9&signature=sig_9\"," \
	"\"session_token\":\"pst_9\",\"signature\":\"sig_9\","                     \
	"\"quote\":{\"temp_address\":\"0xfeed\",\"network\":\"base\"}}"
#define CAPABILITIES(list) \
	"{\"object\":\"capabilities\",\"server\":\"s\",\"version\":\"1\",\"extensions\":[" list "]}"

static const struct request BY_LINK = {.kind = REQUEST_SESSION,
				       .serial = 4,
				       .pass = {.token = "pst_secret", .signature = "sig_secret"}};
static const struct request BY_INVOICE = {.kind = REQUEST_SESSION, .serial = 4, .target = "i-1"};

static void test_session_by_its_link(void **state)
{
	struct run r = {.http.answers = {ANSWER(DETAILS), ANSWER(SESSION_TOKENS), ANSWER(EMAIL)}};
	const struct payor_session *s;

	(void)state;
	run_it(&r, &BY_LINK);
	assert_int_equal(last(&r)->kind, MSG_SESSION);
	assert_int_equal(last(&r)->as.session.serial, 4);
	s = &last(&r)->as.session.session;
	assert_string_equal(s->invoice_id, "i-1");
	assert_int_equal(s->amount, 49990);
	assert_int_equal(s->token_count, 1);
	assert_string_equal(s->email, "a@b.example");
	assert_string_equal(s->pass.token, "pst_secret");
	assert_string_equal(s->note, "");
	assert_int_equal(s->answered_ms, NOW_MS);
	assert_false(s->has_quote);
	assert_int_equal(r.http.asked, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(r.http.calls[i].method, HTTP_GET);
		assert_null(strstr(r.http.calls[i].url, "secret"));
		assert_non_null(strstr(r.http.calls[i].headers,
				       "x-session-token: pst_secret\nx-signature: sig_secret\n"));
		assert_null(strstr(r.http.calls[i].headers, "api-key"));
	}
	run_end(&r);
}

static void test_session_by_its_invoice(void **state)
{
	struct run r = {.http.answers = {ANSWER(LINK), ANSWER(DETAILS), ANSWER(SESSION_TOKENS),
					 ANSWER(EMAIL)}};
	const struct payor_session *s;

	(void)state;
	run_it(&r, &BY_INVOICE);
	assert_int_equal(last(&r)->kind, MSG_SESSION);
	s = &last(&r)->as.session.session;
	assert_string_equal(s->payment_url, "https://p.example/pay?session=pst_9&signature=sig_9");
	assert_true(s->has_quote);
	assert_string_equal(s->quote.address, "0xfeed");
	assert_int_equal(s->amount, 49990);
	assert_int_equal(s->token_count, 1);
	assert_true(s->has_email);
	assert_string_equal(r.http.calls[0].url, BASE "/api/v1/invoices/i-1/session");
	assert_non_null(strstr(r.http.calls[0].headers, "x-api-key: " FAKE_MERCHANT_KEY "\n"));
	assert_non_null(strstr(r.http.calls[1].headers, "x-session-token: pst_9\n"));
	run_end(&r);
}

static void test_session_says_what_it_could_not_learn(void **state)
{
	static const struct {
		struct fake_answer tokens, email;
		const char *note;
	} rows[] = {
		{TROUBLE, ANSWER(EMAIL),
		 "what it can be paid with is unknown (HTTP 503 INTERNAL_SERVER_ERROR)"},
		{ANSWER(SESSION_TOKENS),
		 {.fails = E_NETWORK},
		 "the payor's e-mail is unknown (network failure)"},
		{ANSWER("{}"), ANSWER("[]"),
		 "what it can be paid with is unknown (protocol error); the payor's e-mail is "
		 "unknown (protocol error)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r = {.http.answers = {ANSWER(DETAILS), rows[i].tokens, rows[i].email}};

		run_it(&r, &BY_LINK);
		assert_int_equal(last(&r)->kind, MSG_SESSION);
		assert_string_equal(last(&r)->as.session.session.note, rows[i].note);
		run_end(&r);
	}
}

/* An old session is closed to its payor; its merchant may still see whose it was. */
static void test_session_that_is_closed_still_has_its_link(void **state)
{
	struct run r = {
		.http.answers = {ANSWER(LINK),
				 {.http_status = 404, .body = ERROR_A("NOT_FOUND", "expired")}}};

	(void)state;
	run_it(&r, &BY_INVOICE);
	assert_int_equal(last(&r)->kind, MSG_SESSION);
	assert_int_equal(r.http.asked, 2);
	assert_string_equal(last(&r)->as.session.session.note,
			    "what the payor sees is unknown (HTTP 404 NOT_FOUND)");
	assert_string_equal(last(&r)->as.session.session.pass.token, "pst_9");
	run_end(&r);
}

static void test_session_of_another_invoice_than_asked_is_not_believed(void **state)
{
	struct run r = {.http.answers = {ANSWER(DETAILS)}};
	struct request rq = BY_LINK;

	(void)state;
	(void)str_copy(rq.target, sizeof(rq.target), "i-2");
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_FAILED);
	assert_int_equal(last(&r)->as.failed.problem.status, E_PROTOCOL);
	run_end(&r);
}

static void test_failure_carries_no_secrets(void **state)
{
	struct run r = {
		.http.answers = {{.http_status = 401,
				  .body = ERROR_A("SESSION_INVALID", "pst_secret is unknown")}}};
	const struct msg_failed *f;

	(void)state;
	run_it(&r, &BY_LINK);
	f = &last(&r)->as.failed;
	assert_int_equal(last(&r)->kind, MSG_FAILED);
	assert_int_equal(f->problem.status, E_AUTH);
	assert_int_equal(f->request.serial, 4);
	assert_string_equal(f->request.pass.token, "");
	assert_string_equal(f->request.pass.signature, "");
	assert_null(strstr(f->problem.what, "pst_secret"));
	assert_null(strstr(f->fault.message, "pst_secret"));
	run_end(&r);
}

/* --- extensions that are not there -------------------------------------------------------------
 */

static void test_missing_extension_is_told_from_a_missing_object(void **state)
{
	static const struct {
		struct request rq;
		const char *extensions;
		enum status expected;
		const char *words, *next;
	} rows[] = {
		{{.kind = REQUEST_SESSION, .target = "i-1"},
		 "\"ramps\"",
		 E_UNSUPPORTED,
		 "Pepay tells the payment link only to who created the invoice",
		 "paste the link to see the session"},
		{{.kind = REQUEST_SESSION, .target = "i-1"},
		 "\"invoice_session\"",
		 E_NOT_FOUND,
		 "payment session of i-1",
		 "check"},
		{{.kind = REQUEST_LIST, .object = OBJECT_DEPOSIT},
		 "",
		 E_UNSUPPORTED,
		 "no ramps",
		 "local extension"},
		{{.kind = REQUEST_GET, .object = OBJECT_DEPOSIT, .target = "d"},
		 "\"ramps\"",
		 E_NOT_FOUND,
		 "deposit d",
		 "check"},
		{{.kind = REQUEST_GET, .object = OBJECT_KYC, .target = "c"},
		 "",
		 E_UNSUPPORTED,
		 "no ramps",
		 "local extension"},
		{{.kind = REQUEST_LIST, .object = OBJECT_REFUND},
		 "\"ramps\"",
		 E_UNSUPPORTED,
		 "no refunds",
		 "local extension"},
		{{.kind = REQUEST_GET, .object = OBJECT_REFUND, .target = "r"},
		 "\"invoice_refund\"",
		 E_NOT_FOUND,
		 "refund r",
		 "check"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char have[256];
		struct run r = {.http.answers = {{.http_status = 404, .body = "{}"},
						 {.http_status = 200, .body = have}}};
		const struct problem *p;

		(void)str_printf(have, sizeof(have), CAPABILITIES("%s"), rows[i].extensions);
		run_it(&r, &rows[i].rq);
		assert_int_equal(last(&r)->kind, MSG_FAILED);
		p = &last(&r)->as.failed.problem;
		if (p->status != rows[i].expected || strstr(p->what, rows[i].words) == NULL ||
		    strstr(p->next, rows[i].next) == NULL)
			fail_msg("row %zu: %s: %s (%s)", i, status_words(p->status), p->what,
				 p->next);
		assert_int_equal(last(&r)->as.failed.fault.http_status, 404);
		assert_string_equal(r.http.calls[1].url, BASE "/api/v1/capabilities");
		run_end(&r);
	}
}

static void test_pepays_own_404_is_not_looked_into(void **state)
{
	static const struct request requests[] = {
		{.kind = REQUEST_GET, .object = OBJECT_INVOICE, .target = "i"},
		{.kind = REQUEST_CART, .target = "c"},
		{.kind = REQUEST_PRODUCT, .target = "p"},
		{.kind = REQUEST_SESSION, .pass = {.token = "pst_secret", .signature = "s"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct run r = {.http.answers = {{.http_status = 404, .body = "{}"}}};

		run_it(&r, &requests[i]);
		assert_int_equal(r.http.asked, 1);
		assert_int_equal(last(&r)->as.failed.problem.status, E_NOT_FOUND);
		run_end(&r);
	}
}

/* --- carts and products
 * ---------------------------------------------------------------------------- */

#define CART_LINE   "{\"itemId\":\"it-1\",\"productId\":\"B01\",\"title\":\"Kettle\",\"price\":9.99}"
#define CART(lines) SUCCESS("{\"customerId\":\"c 1\",\"items\":[" lines "],\"subtotal\":9.99}")
#define CHECKED                                                             \
	"{\"success\":true,\"valid\":true,\"items\":[{\"itemId\":\"it-1\"," \
	"\"available\":true,\"currentPrice\":9.99,\"priceChanged\":false}]}"
#define ADDED_UP SUCCESS("{\"shipping\":5.99,\"tax\":0,\"fees\":{\"total\":1},\"total\":16.98}")

static const struct request HIS_CART = {.kind = REQUEST_CART, .serial = 3, .target = "c 1"};

static void test_cart_is_checked_and_added_up(void **state)
{
	struct run r = {
		.http.answers = {ANSWER(CART(CART_LINE)), ANSWER(CHECKED), ANSWER(ADDED_UP)}};
	const struct shop_cart *c;

	(void)state;
	run_it(&r, &HIS_CART);
	assert_int_equal(last(&r)->kind, MSG_CART);
	assert_int_equal(last(&r)->as.cart.serial, 3);
	c = &last(&r)->as.cart.cart;
	assert_int_equal(c->item_count, 1);
	assert_true(c->checked && c->valid && c->items[0].checked && c->items[0].available);
	assert_true(c->has_totals);
	assert_int_equal(c->total, 16980);
	assert_string_equal(c->note, "");
	assert_int_equal(c->answered_ms, NOW_MS);
	assert_int_equal(r.http.calls[1].method, HTTP_POST);
	assert_string_equal(r.http.calls[1].body, "{\"customer_id\":\"c 1\"}");
	run_end(&r);
}

static void test_cart_is_told_even_when_the_rest_fails(void **state)
{
	static const struct {
		struct fake_answer check, totals;
		bool checked, added_up;
		const char *note;
	} rows[] = {
		{TROUBLE, ANSWER(ADDED_UP), false, true,
		 "not checked (HTTP 503 INTERNAL_SERVER_ERROR)"},
		{ANSWER(CHECKED), LIMITED, true, false, "not added up (HTTP 429)"},
		{{.fails = E_READ_ONLY},
		 {.fails = E_TIMEOUT},
		 false,
		 false,
		 "not checked (read-only); not added up (timed out)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r = {
			.http.answers = {ANSWER(CART(CART_LINE)), rows[i].check, rows[i].totals}};

		run_it(&r, &HIS_CART);
		assert_int_equal(last(&r)->kind, MSG_CART);
		assert_int_equal(r.http.asked, 3);
		assert_true(last(&r)->as.cart.cart.checked == rows[i].checked);
		assert_true(last(&r)->as.cart.cart.has_totals == rows[i].added_up);
		assert_string_equal(last(&r)->as.cart.cart.note, rows[i].note);
		run_end(&r);
	}
}

static void test_empty_cart_is_one_call(void **state)
{
	struct run r = {.http.answers = {ANSWER(CART(""))}};

	(void)state;
	run_it(&r, &HIS_CART);
	assert_int_equal(last(&r)->kind, MSG_CART);
	assert_int_equal(r.http.asked, 1);
	assert_string_equal(last(&r)->as.cart.cart.note, "");
	run_end(&r);
}

static void test_cart_of_a_wallet_names_its_network(void **state)
{
	struct run r = {.http.answers = {ANSWER(SUCCESS("{\"items\":[]}"))}};
	const struct request rq = {.kind = REQUEST_CART, .target = "0xAB", .word = "base"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_CART);
	assert_string_equal(r.http.calls[0].url, BASE "/api/commerce/merchant/carts"
						      "?wallet_address=0xAB&wallet_network=base");
	assert_string_equal(last(&r)->as.cart.cart.wallet_address, "0xAB");
	assert_string_equal(last(&r)->as.cart.cart.wallet_network, "base");
	assert_string_equal(last(&r)->as.cart.cart.customer_id, "");
	run_end(&r);
}

static void test_product_comes_with_its_offers_or_says_why_not(void **state)
{
	static const struct {
		struct fake_answer offers;
		size_t count;
		const char *note;
	} rows[] = {
		{ANSWER(SUCCESS("{\"offers\":[{\"price\":1}]}")), 1, ""},
		{TROUBLE, 0, "its offers are unknown (HTTP 503 INTERNAL_SERVER_ERROR)"},
	};
	const struct request rq = {.kind = REQUEST_PRODUCT, .serial = 2, .target = "B01"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct run r = {.http.answers = {ANSWER(SUCCESS("{\"productId\":\"B01\","
								"\"retailer\":\"ebay\"}")),
						 rows[i].offers}};
		const struct shop_products *p;

		run_it(&r, &rq);
		assert_int_equal(last(&r)->kind, MSG_PRODUCTS);
		assert_int_equal(last(&r)->as.products.serial, 2);
		p = &last(&r)->as.products.products;
		assert_int_equal(p->count, 1);
		assert_int_equal(p->items[0].offer_count, rows[i].count);
		assert_string_equal(p->note, rows[i].note);
		assert_string_equal(r.http.calls[1].url,
				    BASE "/api/commerce/products/B01/offers?retailer=ebay");
		run_end(&r);
	}
}

static void test_search_asks_for_a_page_that_fits(void **state)
{
	struct run r = {.http.answers = {ANSWER(SUCCESS("{\"products\":[]}"))}};
	const struct request rq = {.kind = REQUEST_PRODUCTS, .target = "red kettle"};

	(void)state;
	run_it(&r, &rq);
	assert_int_equal(last(&r)->kind, MSG_PRODUCTS);
	assert_int_equal(last(&r)->as.products.products.answered_ms, NOW_MS);
	assert_string_equal(r.http.calls[0].url,
			    BASE "/api/commerce/search?q=red%20kettle&limit=30");
	run_end(&r);
}

/* A first call that is told to wait is made again from the start, and nothing is left over. */
static void test_what_is_put_together_waits_like_any_read(void **state)
{
	struct run r = {.http.answers = {LIMITED, ANSWER(CART(CART_LINE)), ANSWER(CHECKED),
					 ANSWER(ADDED_UP)}};

	(void)state;
	run_it(&r, &HIS_CART);
	assert_int_equal(last(&r)->kind, MSG_CART);
	assert_int_equal(r.pauses.count, 1);
	assert_int_equal(r.http.asked, 4);
	run_end(&r);
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
		cmocka_unit_test(test_list_of_somebody_asks_for_no_others),
		cmocka_unit_test(test_order_of_an_invoice_is_named_then_looked_up),
		cmocka_unit_test(test_invoice_without_an_order_has_none),
		cmocka_unit_test(test_get_keeps_the_answer_as_it_came),
		cmocka_unit_test(test_event_is_fetched_as_a_batch_of_one),
		cmocka_unit_test(test_session_by_its_link),
		cmocka_unit_test(test_session_by_its_invoice),
		cmocka_unit_test(test_session_says_what_it_could_not_learn),
		cmocka_unit_test(test_session_that_is_closed_still_has_its_link),
		cmocka_unit_test(test_session_of_another_invoice_than_asked_is_not_believed),
		cmocka_unit_test(test_failure_carries_no_secrets),
		cmocka_unit_test(test_missing_extension_is_told_from_a_missing_object),
		cmocka_unit_test(test_pepays_own_404_is_not_looked_into),
		cmocka_unit_test(test_cart_is_checked_and_added_up),
		cmocka_unit_test(test_cart_is_told_even_when_the_rest_fails),
		cmocka_unit_test(test_empty_cart_is_one_call),
		cmocka_unit_test(test_cart_of_a_wallet_names_its_network),
		cmocka_unit_test(test_product_comes_with_its_offers_or_says_why_not),
		cmocka_unit_test(test_search_asks_for_a_page_that_fits),
		cmocka_unit_test(test_what_is_put_together_waits_like_any_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
