#include "unit/test_wire_support.h"

#include "wire/answers.h"

static enum status read_page(enum object_kind kind, const char *body, struct page *ret,
			     struct problem *why)
{
	return page_decode(kind, body, strlen(body), ret, why);
}

static void test_page_of_a_cursor_list_skips_what_does_not_decode(void **state)
{
	(void)state;
	char *body = fixture("invoice_list");
	struct page p;
	assert_int_equal(read_page(OBJECT_INVOICE, body, &p, NULL), S_OK);
	assert_int_equal(p.count, 2);
	assert_true(p.has_more);
	assert_int_equal(p.skipped, 1);
	assert_string_equal(p.flaw, "invoice.amount: expected an integer, got a string");
	assert_string_equal(object_id(&p.items[0]), "a");
	assert_string_equal(object_id(&p.items[1]), "c");
	page_release(&p);
	assert_int_equal(p.count, 0);
	free(body);
}

static void test_page_of_orders_is_offset_style(void **state)
{
	(void)state;
	char *body = fixture("order_list");
	struct page p;
	assert_int_equal(read_page(OBJECT_ORDER, body, &p, NULL), S_OK);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.skipped, 0);
	assert_string_equal(p.flaw, "");
	assert_true(p.has_more); /* as many as it was asked for */
	assert_int_equal(p.items[1].as.order.total, 5000);
	page_release(&p);
	free(body);
}

static void test_page_comes_in_every_envelope(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		size_t count;
		bool has_more;
	} TABLE[] = {
		{"[]", 0, false},
		{"[{\"customer_id\":\"c\",\"status\":\"pending\"}]", 1, false},
		{"{\"object\":\"list\",\"data\":[],\"has_more\":true}", 0, true},
		{"{\"object\":\"list\",\"data\":[]}", 0, false},
		{"{\"success\":true,\"data\":[{\"customer_id\":\"c\",\"status\":\"pending\"}]}", 1,
		 false},
		{"{\"success\":true,\"data\":{\"object\":\"list\",\"data\":["
		 "{\"customer_id\":\"c\",\"status\":\"pending\"}],\"has_more\":true}}",
		 1, true},
		{"{\"success\":true,\"data\":{\"orders\":[],\"pagination\":{\"limit\":20}}}", 0,
		 false},
		{"{\"data\":{\"orders\":[],\"pagination\":{\"limit\":0}}}", 0, false},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct page p;
		struct problem why = {0};
		if (read_page(OBJECT_KYC, TABLE[i].body, &p, &why) != S_OK)
			fail_msg("%s: %s", TABLE[i].body, why.what);
		assert_int_equal(p.count, TABLE[i].count);
		assert_int_equal(p.has_more, TABLE[i].has_more);
		page_release(&p);
	}
}

static void test_page_that_is_none_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		enum status status;
	} TABLE[] = {
		{"", E_INVALID},
		{"<html>502</html>", E_INVALID},
		{"{}", E_INVALID},
		{"7", E_INVALID},
		{"{\"object\":\"list\",\"data\":{}}", E_INVALID},
		{"{\"object\":\"list\",\"data\":null}", E_INVALID},
		{"{\"object\":\"list\",\"data\":[],\"has_more\":\"no\"}", E_INVALID},
		{"{\"success\":true,\"data\":{}}", E_INVALID},
		{"{\"success\":true}", E_INVALID},
		{"{\"success\":false,\"data\":[]}", E_PROTOCOL},
		{"{\"object\":\"list\",\"data\":[]} ", S_OK},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct page p = {0};
		struct event_page e = {0};
		if (read_page(OBJECT_INVOICE, TABLE[i].body, &p, NULL) != TABLE[i].status)
			fail_msg("%s", TABLE[i].body);
		assert_int_equal(event_page_decode(TABLE[i].body, strlen(TABLE[i].body), &e, NULL),
				 TABLE[i].status);
		page_release(&p);
		event_page_release(&e);
	}
	struct page p;
	assert_int_equal(read_page(OBJECT_NONE, "[]", &p, NULL), E_UNSUPPORTED);
}

static void test_page_bounds_its_rows(void **state)
{
	(void)state;
	for (size_t rows = LIST_ITEMS_MAX; rows <= LIST_ITEMS_MAX + 1; rows++) {
		char body[8192] = "[";
		struct page p;
		size_t used = 1;
		for (size_t i = 0; i < rows; i++)
			used += (size_t)snprintf(body + used, 64,
						 "%s{\"customer_id\":\"c%zu\",\"status\":\"s\"}",
						 i > 0 ? "," : "", i);
		snprintf(body + used, 2, "]");
		enum status status = read_page(OBJECT_KYC, body, &p, NULL);
		assert_int_equal(status, rows == LIST_ITEMS_MAX ? S_OK : E_LIMIT);
		if (status == S_OK) {
			assert_int_equal(p.count, LIST_ITEMS_MAX);
			page_release(&p);
		}
	}
}

static void test_event_page_keeps_each_envelope(void **state)
{
	(void)state;
	char *body = fixture("event_list");
	char *alone = fixture("event_payout");
	struct event_page p;
	assert_int_equal(event_page_decode(body, strlen(body), &p, NULL), S_OK);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.skipped, 1);
	assert_false(p.has_more);
	assert_int_equal(p.items[0].object.as.payout.fiat_amount_minor, 38727);
	assert_string_equal(p.items[0].raw, alone);
	assert_string_equal(p.items[1].type, "treasury.moon.landed");
	event_page_release(&p);
	free(body);
	free(alone);
}

static void test_event_page_keeps_the_bytes_of_each_event(void **state)
{
	(void)state;
	static const char ONE[] =
		"{ \"id\" : \"e\\u00e9\",\n\"type\":\"a\\/b\", \"n\":[1.50 ,{}] }";
	static const char TWO[] = "{\"type\":\"t\",\"id\":\"2\"}";
	char body[512];
	struct event_page p;
	snprintf(body, sizeof(body), "{\"data\":[ %s ,\"no event\", %s\t,[]],\"has_more\":true} ",
		 ONE, TWO);
	assert_int_equal(event_page_decode(body, strlen(body), &p, NULL), S_OK);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.skipped, 2);
	assert_string_equal(p.items[0].raw, ONE);
	assert_int_equal(p.items[0].raw_len, strlen(ONE));
	assert_string_equal(p.items[0].id, "e\xc3\xa9");
	assert_string_equal(p.items[0].type, "a/b");
	assert_string_equal(p.items[1].raw, TWO);
	event_page_release(&p);
}

static void test_answer_is_one_resource_in_any_envelope(void **state)
{
	(void)state;
	static const struct {
		enum object_kind kind;
		const char *name, *id;
	} TABLE[] = {
		{OBJECT_INVOICE, "invoice_rev_a", "7b0c9f0e-54a1-4a3f-9d55-0f7a4a9f0a01"},
		{OBJECT_INVOICE, "invoice_status", "7b0c9f0e-54a1-4a3f-9d55-0f7a4a9f0a01"},
		{OBJECT_ORDER, "order_snapshot", "0c7e2b1a-6f1d-4a58-8b55-5b1c3d2e4f60"},
		{OBJECT_PAYOUT, "payout", "po_1"},
		{OBJECT_KYC, "kyc", "cust_7"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char *body = fixture(TABLE[i].name);
		struct object o;
		struct problem why = {0};
		if (answer_decode(TABLE[i].kind, body, strlen(body), &o, &why) != S_OK)
			fail_msg("%s: %s", TABLE[i].name, why.what);
		assert_string_equal(object_id(&o), TABLE[i].id);
		object_release(&o);
		free(body);
	}
}

static void test_answer_of_an_invoice_status_brings_the_latest_payment(void **state)
{
	(void)state;
	char *body = fixture("invoice_status");
	struct object o;
	assert_int_equal(answer_decode(OBJECT_INVOICE, body, strlen(body), &o, NULL), S_OK);
	assert_true(o.as.invoice.has_latest_payment);
	assert_string_equal(o.as.invoice.latest_payment.settlement.settlement_tx_hash, "0xabc123");
	assert_int_equal(o.as.invoice.latest_payment.settlement.merchant_settlement_id, 30);
	object_release(&o);
	free(body);
	static const char NOTHING_YET[] =
		"{\"object\":\"invoice_status\",\"invoice\":{\"id\":\"i\",\"status\":\"unpaid\","
		"\"amount\":1},\"latest_payment\":null}";
	assert_int_equal(answer_decode(OBJECT_INVOICE, NOTHING_YET, strlen(NOTHING_YET), &o, NULL),
			 S_OK);
	assert_false(o.as.invoice.has_latest_payment);
	object_release(&o);
	static const char EMPTY[] = "{\"object\":\"invoice_status\"}";
	assert_int_equal(answer_decode(OBJECT_INVOICE, EMPTY, strlen(EMPTY), &o, NULL), E_INVALID);
}

static void test_answer_that_says_it_failed_is_no_resource(void **state)
{
	(void)state;
	char *body = fixture("error_a");
	struct object o;
	struct problem why = {0};
	assert_int_equal(answer_decode(OBJECT_INVOICE, body, strlen(body), &o, &why), E_PROTOCOL);
	assert_non_null(strstr(why.what, "API_KEY_INVALID Invalid API key"));
	free(body);
}

static void test_fault_is_read_from_every_envelope(void **state)
{
	(void)state;
	static const struct {
		const char *name, *code, *message;
	} TABLE[] = {
		{"error_a", CODE_API_KEY_INVALID, "Invalid API key"},
		{"error_b", CODE_INTERNAL, "Failed to fetch wallets"},
		{"error_c", CODE_RATE_LIMIT, "Too many requests from this IP"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char *body = fixture(TABLE[i].name);
		struct fault f;
		fault_decode(418, body, strlen(body), &f);
		assert_int_equal(f.http_status, 418);
		assert_string_equal(f.code, TABLE[i].code);
		assert_string_equal(f.message, TABLE[i].message);
		assert_int_equal(f.retry_after_ms, -1);
		assert_string_equal(f.request_id, "");
		free(body);
	}
}

static void test_fault_never_fails(void **state)
{
	(void)state;
	static const char *const TABLE[] = {"",
					    "<html>Bad gateway</html>",
					    "[]",
					    "null",
					    "{\"error\":{\"code\":7,\"message\":[]}}",
					    "{\"error\":null,\"code\":{},\"message\":false}"};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct fault f;
		fault_decode(503, TABLE[i], strlen(TABLE[i]), &f);
		assert_string_equal(f.code, "");
		assert_string_equal(f.message, "HTTP 503: network failure");
	}
}

static void test_fault_status_follows_http(void **state)
{
	(void)state;
	static const struct {
		int http;
		enum status status;
	} TABLE[] = {
		{200, S_OK},       {201, S_OK},       {204, S_OK},        {302, E_PROTOCOL},
		{400, E_INVALID},  {401, E_AUTH},     {403, E_DENIED},    {404, E_NOT_FOUND},
		{408, E_TIMEOUT},  {409, E_CONFLICT}, {410, E_NOT_FOUND}, {422, E_INVALID},
		{429, E_RATE},     {500, E_NETWORK},  {503, E_NETWORK},   {0, E_PROTOCOL},
		{101, E_PROTOCOL}, {999, E_PROTOCOL},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
		assert_int_equal(fault_status(TABLE[i].http), TABLE[i].status);
}

static void test_capabilities_are_read(void **state)
{
	(void)state;
	char *body = fixture("capabilities");
	struct capabilities c;
	assert_int_equal(capabilities_decode(body, strlen(body), &c, NULL), S_OK);
	assert_true(c.known);
	assert_string_equal(c.server, "pepay-sandbox");
	assert_string_equal(c.version, "0.1.0");
	assert_int_equal(c.count, 3);
	assert_true(capabilities_have(&c, "ramps"));
	assert_true(capabilities_have(&c, "scenario"));
	assert_false(capabilities_have(&c, "ramp"));
	assert_false(capabilities_have(&c, "invoice_refund"));
	free(body);
}

static void test_capabilities_have_limits(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		enum status status;
		size_t count;
	} TABLE[] = {
		{"{\"extensions\":[]}", S_OK, 0},
		{"{\"server\":7,\"extensions\":[\"a\"]}", S_OK, 1},
		{"{\"extensions\":[\"a name that is longer than any we know of\",\"b\"]}", S_OK, 1},
		{"{\"extensions\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\","
		 "\"11\",\"12\",\"13\",\"14\",\"15\",\"16\"]}",
		 S_OK, 16},
		{"{\"extensions\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\","
		 "\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]}",
		 E_LIMIT, 0},
		{"{\"extensions\":[7]}", E_INVALID, 0},
		{"{\"extensions\":\"ramps\"}", E_INVALID, 0},
		{"{}", E_INVALID, 0},
		{"ramps", E_INVALID, 0},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct capabilities c = {0};
		if (capabilities_decode(TABLE[i].body, strlen(TABLE[i].body), &c, NULL) !=
		    TABLE[i].status)
			fail_msg("%s", TABLE[i].body);
		assert_int_equal(c.count, TABLE[i].count);
		assert_int_equal(c.known, TABLE[i].status == S_OK);
	}
}

static void test_totals_are_read_and_written_back(void **state)
{
	(void)state;
	struct json *doc = parse_fixture("invoice_totals");
	struct invoice_totals t;
	struct problem why = {0};
	if (shape_decode(&SHAPE_INVOICE_TOTALS, doc, &t, &why) != S_OK)
		fail_msg("%s", why.what);
	assert_int_equal(t.all.amount, 129900);
	assert_int_equal(t.all.count, 3);
	assert_int_equal(t.paid.amount, 99900);
	assert_int_equal(t.unpaid.count, 1);
	assert_int_equal(t.canceled.amount, 0);
	struct json *back = shape_to_json(&SHAPE_INVOICE_TOTALS, &t);
	char *before = json_print(doc);
	char *after = json_print(back);
	assert_string_equal(after, before);
	free(before);
	free(after);
	json_free(back);
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_of_a_cursor_list_skips_what_does_not_decode),
		cmocka_unit_test(test_page_of_orders_is_offset_style),
		cmocka_unit_test(test_page_comes_in_every_envelope),
		cmocka_unit_test(test_page_that_is_none_is_refused),
		cmocka_unit_test(test_page_bounds_its_rows),
		cmocka_unit_test(test_event_page_keeps_each_envelope),
		cmocka_unit_test(test_event_page_keeps_the_bytes_of_each_event),
		cmocka_unit_test(test_answer_is_one_resource_in_any_envelope),
		cmocka_unit_test(test_answer_of_an_invoice_status_brings_the_latest_payment),
		cmocka_unit_test(test_answer_that_says_it_failed_is_no_resource),
		cmocka_unit_test(test_fault_is_read_from_every_envelope),
		cmocka_unit_test(test_fault_never_fails),
		cmocka_unit_test(test_fault_status_follows_http),
		cmocka_unit_test(test_capabilities_are_read),
		cmocka_unit_test(test_capabilities_have_limits),
		cmocka_unit_test(test_totals_are_read_and_written_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
