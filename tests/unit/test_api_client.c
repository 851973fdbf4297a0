/* What leaves for the server, and what its answers mean. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_http.h"

#define ORDER_ROW                                                                       \
	"{\"orderId\":\"o-1\",\"invoiceId\":\"i-1\",\"networkEnvironment\":\"devnet\"," \
	"\"status\":\"placed\",\"substatus\":null,\"actions\":{\"canCancel\":true},"    \
	"\"retailer\":\"amazon\",\"customerId\":\"c\",\"total\":13.99,"                 \
	"\"createdAt\":1766320000,\"updatedAt\":1766320000,\"itemCount\":1}"
#define ORDERS(row) \
	SUCCESS("{\"orders\":[" row "],\"pagination\":{\"limit\":20,\"offset\":0,\"count\":1}}")
#define KYC                                                                         \
	"{\"object\":\"ramp_kyc\",\"customer_id\":\"a b\",\"status\":\"approved\"," \
	"\"country\":\"DE\",\"legal_name\":\"A B\",\"environment\":\"devnet\"}"
#define CANCELLATION(id) \
	SUCCESS("{\"orderId\":\"" id "\",\"status\":\"placed\",\"refundQuote\":{}}")

/* --- what is sent ------------------------------------------------------------------- */

enum call_id {
	CALL_INVOICE_LIST,
	CALL_INVOICE_FILTERED,
	CALL_INVOICE_GET,
	CALL_INVOICE_CANCEL,
	CALL_ORDER_LIST,
	CALL_ORDER_CANCEL,
	CALL_KYC_GET,
	CALL_PAYOUT_LIST,
	CALL_EVENTS,
	CALL_EVENTS_UP,
	CALL_EVENT,
	CALL_CAPABILITIES
};

static enum status make_call(enum call_id id, const struct api_client *c, struct fault *f,
			     struct problem *p)
{
	struct invoice_query all = {.limit = 0};
	struct invoice_query some = {.status = "unpaid,paid",
				     .customer_id = "a&b=c d",
				     .starting_after = "i-9",
				     .ending_before = "",
				     .limit = 100};
	struct page page = {.items = NULL};
	struct event_page events = {.items = NULL};
	struct object o = {.kind = OBJECT_NONE};
	struct event e = {.raw = NULL};
	struct capabilities caps;
	enum status st;

	switch (id) {
	case CALL_INVOICE_LIST:
		st = api_invoice_list(c, &all, &page, f, p);
		break;
	case CALL_INVOICE_FILTERED:
		st = api_invoice_list(c, &some, &page, f, p);
		break;
	case CALL_INVOICE_GET:
		st = api_invoice_get(c, "i-1", &o, NULL, f, p);
		break;
	case CALL_INVOICE_CANCEL:
		st = api_invoice_cancel(c, "i-1", UUID_A, &o, NULL, f, p);
		break;
	case CALL_ORDER_LIST:
		st = api_order_list(c, &(struct order_query){.limit = 20, .offset = 40}, &page, f,
				    p);
		break;
	case CALL_ORDER_CANCEL:
		st = api_order_cancel(c, "o-1", UUID_A, NULL, f, p);
		break;
	case CALL_KYC_GET:
		st = api_kyc_get(c, "a b", &o, NULL, f, p);
		break;
	case CALL_PAYOUT_LIST:
		st = api_payout_list(c, &(struct ramp_query){.limit = 25}, &page, f, p);
		break;
	case CALL_EVENTS:
		st = api_event_list(c,
				    &(struct event_query){.starting_after = "evt_1-1", .limit = 50},
				    &events, f, p);
		break;
	case CALL_EVENTS_UP:
		st = api_event_list(c,
				    &(struct event_query){.ending_before = "evt_1-1",
							  .environment = "devnet",
							  .limit = 100},
				    &events, f, p);
		break;
	case CALL_EVENT:
		st = api_event_get(c, "evt_1-0", &e, f, p);
		event_release(&e);
		break;
	default:
		st = api_capabilities(c, &caps, f, p);
		break;
	}
	page_release(&page);
	event_page_release(&events);
	object_release(&o);
	return st;
}

#define MERCHANT "x-api-key: " FAKE_MERCHANT_KEY "\nAccept: application/json\n"
#define COMMERCE "x-commerce-api-key: " FAKE_COMMERCE_KEY "\nAccept: application/json\n"
#define WRITE    "Idempotency-Key: " UUID_A "\nContent-Type: application/json\n"
#define BASE     "https://api.example.com"

static void test_client_sends_exactly_this(void **state)
{
	static const struct {
		enum call_id call;
		const char *answer;
		enum http_method method;
		const char *url, *headers, *body;
	} rows[] = {
		{CALL_INVOICE_LIST, LIST(INVOICE("i-1", "paid")), HTTP_GET, BASE "/api/v1/invoices",
		 MERCHANT, ""},
		{CALL_INVOICE_FILTERED, LIST(""), HTTP_GET,
		 BASE "/api/v1/invoices?limit=100&starting_after=i-9&status=unpaid%2Cpaid"
		      "&customer_id=a%26b%3Dc%20d",
		 MERCHANT, ""},
		{CALL_INVOICE_GET, INVOICE("i-1", "paid"), HTTP_GET,
		 BASE "/api/v1/invoices/i-1?expand=latest_payment", MERCHANT, ""},
		{CALL_INVOICE_CANCEL, INVOICE("i-1", "canceled"), HTTP_POST,
		 BASE "/api/v1/invoices/i-1/cancel", MERCHANT WRITE, "{}"},
		{CALL_ORDER_LIST, ORDERS(ORDER_ROW), HTTP_GET,
		 BASE "/api/commerce/merchant/orders?limit=20&offset=40", COMMERCE, ""},
		{CALL_ORDER_CANCEL, CANCELLATION("o-1"), HTTP_POST,
		 BASE "/api/commerce/merchant/orders/o-1/cancel", COMMERCE WRITE, "{}"},
		{CALL_KYC_GET, KYC, HTTP_GET, BASE "/api/v1/ramps/kyc/a%20b", MERCHANT, ""},
		{CALL_PAYOUT_LIST, LIST(""), HTTP_GET, BASE "/api/v1/ramps/payouts?limit=25",
		 MERCHANT, ""},
		{CALL_EVENTS, SUCCESS(LIST(EVENT_OF("evt_1-0"))), HTTP_GET,
		 BASE "/api/v1/events?limit=50&starting_after=evt_1-1", MERCHANT, ""},
		{CALL_EVENTS_UP, SUCCESS(LIST(EVENT_OF("evt_1-2"))), HTTP_GET,
		 BASE "/api/v1/events?limit=100&ending_before=evt_1-1&environment=devnet", MERCHANT,
		 ""},
		{CALL_EVENT, SUCCESS(EVENT_OF("evt_1-0")), HTTP_GET, BASE "/api/v1/events/evt_1-0",
		 MERCHANT, ""},
		{CALL_CAPABILITIES,
		 "{\"object\":\"capabilities\",\"server\":\"s\",\"version\":\"1\","
		 "\"extensions\":[\"ramps\"]}",
		 HTTP_GET, BASE "/api/v1/capabilities", MERCHANT, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_http f = {.answers = {{.http_status = 200, .body = rows[i].answer}}};
		struct api_client c = fake_client(&f);
		struct fault fault;
		struct problem p = {.what = ""};
		enum status st = make_call(rows[i].call, &c, &fault, &p);

		if (st != S_OK)
			fail_msg("row %zu: %s", i, p.what);
		assert_int_equal(f.asked, 1);
		assert_int_equal(f.calls[0].method, rows[i].method);
		assert_string_equal(f.calls[0].url, rows[i].url);
		assert_string_equal(f.calls[0].headers, rows[i].headers);
		assert_string_equal(f.calls[0].body, rows[i].body);
	}
}

static void test_client_takes_only_the_event_it_asked_for(void **state)
{
	struct fake_http f = {
		.answers = {
			{.http_status = 200, .body = SUCCESS(EVENT_OF("evt_1-0"))},
			{.http_status = 200, .body = EVENT_OF("evt_1-0")},
			{.http_status = 200, .body = SUCCESS(EVENT_OF("evt_2-0"))},
			{.http_status = 200, .body = "{\"success\":true,\"data\":{}}"},
			{.http_status = 200, .body = "{"},
			{.http_status = 404, .body = "{}"},
		}};
	static const enum status expected[] = {S_OK,       S_OK,       E_PROTOCOL,
					       E_PROTOCOL, E_PROTOCOL, E_NOT_FOUND};
	struct api_client c = fake_client(&f);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct event e = {.id = ""};
		struct problem p = {.what = ""};

		assert_int_equal(api_event_get(&c, "evt_1-0", &e, NULL, &p), expected[i]);
		assert_string_equal(e.id, expected[i] == S_OK ? "evt_1-0" : "");
		assert_true((p.what[0] == '\0') == (expected[i] == S_OK));
		event_release(&e);
	}
}

static void test_client_escapes_an_id_and_never_leaves_its_path(void **state)
{
	static const char *const bad[] = {"", ".", ".."};
	struct fake_http f = {.answers = {{.http_status = 404, .body = "{}"}}};
	struct api_client c = fake_client(&f);
	struct object o;
	struct fault fault;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(api_order_get(&c, bad[i], &o, NULL, &fault, &p), E_INVALID);
	assert_int_equal(f.asked, 0);
	assert_int_equal(api_order_get(&c, "o/1?x#", &o, NULL, &fault, &p), E_NOT_FOUND);
	assert_string_equal(f.calls[0].url, BASE "/api/commerce/merchant/orders/o%2F1%3Fx%23");
}

static void test_client_picks_one_key_a_surface(void **state)
{
	struct fake_http f = {.answers = {{.http_status = 200, .body = SUCCESS(LIST(""))}}};
	struct api_client c = fake_client(&f);
	struct event_page events;
	struct object o;
	struct page page;
	struct fault fault;
	struct problem p;

	(void)state;
	c.merchant_key = NULL;
	assert_int_equal(api_event_list(&c, &(struct event_query){.limit = 0}, &events, &fault, &p),
			 S_OK);
	assert_string_equal(f.calls[0].headers, COMMERCE);
	assert_string_equal(f.calls[0].url, BASE "/api/v1/events");
	assert_int_equal(api_invoice_get(&c, "i-1", &o, NULL, &fault, &p), E_AUTH);
	assert_non_null(strstr(p.what, "merchant key"));
	c = fake_client(&f);
	c.commerce_key = NULL;
	assert_int_equal(api_order_list(&c, &(struct order_query){.limit = 1}, &page, &fault, &p),
			 E_AUTH);
	assert_non_null(strstr(p.what, "commerce key"));
	assert_int_equal(f.asked, 1);
	event_page_release(&events);
}

static void test_client_sends_no_write_without_a_proper_key(void **state)
{
	static const char *const keys[] = {NULL, "", "1", "11111111-2222-4333-8444-55555555555"};
	struct fake_http f = {.asked = 0};
	struct api_client c = fake_client(&f);
	struct object o;
	struct problem p;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(api_invoice_cancel(&c, "i-1", keys[i], &o, NULL, NULL, &p),
				 E_INVALID);
		assert_int_equal(api_order_cancel(&c, "o-1", keys[i], NULL, NULL, &p), E_INVALID);
	}
	assert_int_equal(f.asked, 0);
}

static void test_client_refuses_urls_that_do_not_fit(void **state)
{
	struct fake_http f = {.asked = 0};
	struct api_client c = fake_client(&f);
	static char huge[HTTP_URL_CAP];
	struct invoice_query q = {.status = huge};
	struct page page;
	struct problem p;

	(void)state;
	memset(huge, 'a', sizeof(huge) - 1);
	assert_int_equal(api_invoice_list(&c, &q, &page, NULL, &p), E_LIMIT);
	assert_int_equal(f.asked, 0);
}

/* --- what errors mean ------------------------------------------------------------------ */

static void test_client_reads_every_error_envelope(void **state)
{
	static const struct {
		int http_status;
		const char *type, *body;
		enum status read, write;
		const char *code;
	} rows[] = {
		{400, NULL, ERROR_A("INVOICE_NOT_CANCELABLE", "it is paid"), E_INVALID, E_INVALID,
		 "INVOICE_NOT_CANCELABLE"},
		{401, NULL, ERROR_A("API_KEY_INVALID", "no"), E_AUTH, E_AUTH, "API_KEY_INVALID"},
		{403, NULL, "{\"error\":\"no\",\"code\":\"FORBIDDEN\"}", E_DENIED, E_DENIED,
		 "FORBIDDEN"},
		{404, NULL, "{}", E_NOT_FOUND, E_NOT_FOUND, ""},
		{409, NULL, ERROR_A("IDEMPOTENCY_KEY_REUSED", "x"), E_CONFLICT, E_CONFLICT,
		 "IDEMPOTENCY_KEY_REUSED"},
		{409, NULL, ERROR_A("IDEMPOTENCY_IN_PROGRESS", "x"), E_CONFLICT, E_UNKNOWN_OUTCOME,
		 "IDEMPOTENCY_IN_PROGRESS"},
		{429, NULL,
		 "{\"success\":false,\"message\":\"slow\",\"error_code\":\"RATE_LIMIT_EXCEEDED\","
		 "\"retry_after\":\"15 minutes\"}",
		 E_RATE, E_RATE, "RATE_LIMIT_EXCEEDED"},
		{500, NULL, "{\"error\":\"x\",\"code\":\"INTERNAL_SERVER_ERROR\"}", E_NETWORK,
		 E_UNKNOWN_OUTCOME, "INTERNAL_SERVER_ERROR"},
		{503, "text/html", "<html>{\"code\":\"X\"}", E_NETWORK, E_UNKNOWN_OUTCOME, ""},
		{302, NULL, "{}", E_PROTOCOL, E_UNKNOWN_OUTCOME, ""},
		{408, NULL, "{}", E_TIMEOUT, E_UNKNOWN_OUTCOME, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct fake_answer a = {.http_status = rows[i].http_status,
					      .type = rows[i].type,
					      .body = rows[i].body,
					      .retry_after_ms = 3000};
		struct fake_http f = {.answers = {a, a}};
		struct api_client c = fake_client(&f);
		struct fault fault = {.http_status = -1};
		struct problem p;

		assert_int_equal(make_call(CALL_INVOICE_GET, &c, &fault, &p), rows[i].read);
		assert_int_equal(p.status, rows[i].read);
		assert_int_equal(fault.http_status, rows[i].http_status);
		assert_string_equal(fault.code, rows[i].code);
		assert_string_equal(fault.request_id, "req_7");
		assert_int_equal(fault.retry_after_ms, 3000);
		assert_non_null(strstr(p.what, "look up invoice i-1: HTTP "));
		assert_non_null(strstr(p.what, rows[i].code));
		assert_int_equal(make_call(CALL_INVOICE_CANCEL, &c, &fault, &p), rows[i].write);
	}
}

static void test_client_tells_sent_from_not_sent(void **state)
{
	static const struct {
		enum status transport, read, write;
	} rows[] = {
		{E_NETWORK, E_NETWORK, E_NETWORK},
		{E_UNKNOWN_OUTCOME, E_NETWORK, E_UNKNOWN_OUTCOME},
		{E_TIMEOUT, E_TIMEOUT, E_UNKNOWN_OUTCOME},
		{E_READ_ONLY, E_READ_ONLY, E_READ_ONLY},
		{E_CLOSED, E_CLOSED, E_CLOSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_http f = {
			.answers = {{.fails = rows[i].transport}, {.fails = rows[i].transport}}};
		struct api_client c = fake_client(&f);
		struct fault fault = {.http_status = 7};
		struct problem p;

		assert_int_equal(make_call(CALL_INVOICE_GET, &c, &fault, &p), rows[i].read);
		assert_int_equal(fault.http_status, 0);
		assert_non_null(strstr(p.what, "the line went dead"));
		assert_int_equal(make_call(CALL_ORDER_CANCEL, &c, &fault, &p), rows[i].write);
	}
}

/* A8: a success that cannot be believed. */
static void test_client_does_not_believe_every_success(void **state)
{
	static const struct {
		enum call_id call;
		const char *type, *body;
		enum status expected;
	} rows[] = {
		{CALL_INVOICE_CANCEL, NULL, INVOICE("i-2", "canceled"), E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, NULL, INVOICE("i-1", "unpaid"), E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, NULL, "", E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, NULL, "{\"object\":\"inv", E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_CANCEL, "text/html", INVOICE("i-1", "canceled"), E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, CANCELLATION("o-2"), E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, "{\"success\":false,\"data\":{\"orderId\":\"o-1\"}}",
		 E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, "{}", E_UNKNOWN_OUTCOME},
		{CALL_ORDER_CANCEL, NULL, NULL, E_UNKNOWN_OUTCOME},
		{CALL_INVOICE_GET, NULL, INVOICE("i-2", "paid"), E_PROTOCOL},
		{CALL_INVOICE_GET, NULL, "not json", E_PROTOCOL},
		{CALL_INVOICE_GET, "text/html", INVOICE("i-1", "paid"), E_PROTOCOL},
		{CALL_INVOICE_GET, "application/jsonx", INVOICE("i-1", "paid"), E_PROTOCOL},
		{CALL_INVOICE_LIST, NULL, "{}", E_PROTOCOL},
		{CALL_INVOICE_LIST, NULL, NULL, E_PROTOCOL},
		{CALL_EVENTS, NULL, "[1", E_PROTOCOL},
		{CALL_CAPABILITIES, NULL, "\"yes\"", E_PROTOCOL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_http f = {
			.answers = {
				{.http_status = 200, .type = rows[i].type, .body = rows[i].body}}};
		struct api_client c = fake_client(&f);
		struct problem p = {.status = S_OK};
		enum status st = make_call(rows[i].call, &c, NULL, &p);

		if (st != rows[i].expected)
			fail_msg("row %zu: %s", i, status_words(st));
		assert_int_equal(p.status, rows[i].expected);
		assert_string_not_equal(p.what, "");
	}
}

static void test_client_tells_what_a_write_gave(void **state)
{
	struct fake_http f = {
		.answers = {
			{.http_status = 200, .body = INVOICE("i-1", "canceled"), .replayed = true},
			{.http_status = 400, .body = ERROR_A("X", "y"), .replayed = true}}};
	struct api_client c = fake_client(&f);
	struct api_reply reply;
	struct object o;
	struct fault fault;
	struct problem p;

	(void)state;
	assert_int_equal(api_invoice_cancel(&c, "i-1", UUID_A, &o, &reply, &fault, &p), S_OK);
	assert_true(reply.replayed);
	assert_int_equal(reply.latency_ms, 12);
	assert_string_equal(reply.request_id, "req_7");
	assert_string_equal(object_status(&o), "canceled");
	object_release(&o);
	assert_int_equal(api_invoice_cancel(&c, "i-1", UUID_A, &o, &reply, &fault, &p), E_INVALID);
	assert_true(reply.replayed); /* of refusals too: it tells them from fresh ones */
}

static void test_capabilities_of_a_server_without_the_route_are_none(void **state)
{
	struct fake_http f = {
		.answers = {{.http_status = 404, .type = "text/html", .body = "<h1>404"},
			    {.http_status = 500, .body = "{}"}}};
	struct api_client c = fake_client(&f);
	struct capabilities caps = {.count = 9};
	struct fault fault;
	struct problem p;

	(void)state;
	assert_int_equal(api_capabilities(&c, &caps, &fault, &p), S_OK);
	assert_true(caps.known);
	assert_int_equal(caps.count, 0);
	assert_string_equal(caps.server, "");
	assert_int_equal(fault.http_status, 0);
	assert_false(capabilities_have(&caps, "ramps"));
	assert_int_equal(api_capabilities(&c, &caps, NULL, &p), E_NETWORK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client_sends_exactly_this),
		cmocka_unit_test(test_client_takes_only_the_event_it_asked_for),
		cmocka_unit_test(test_client_escapes_an_id_and_never_leaves_its_path),
		cmocka_unit_test(test_client_picks_one_key_a_surface),
		cmocka_unit_test(test_client_sends_no_write_without_a_proper_key),
		cmocka_unit_test(test_client_refuses_urls_that_do_not_fit),
		cmocka_unit_test(test_client_reads_every_error_envelope),
		cmocka_unit_test(test_client_tells_sent_from_not_sent),
		cmocka_unit_test(test_client_does_not_believe_every_success),
		cmocka_unit_test(test_client_tells_what_a_write_gave),
		cmocka_unit_test(test_capabilities_of_a_server_without_the_route_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
