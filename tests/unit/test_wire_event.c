#include "unit/test_wire_support.h"

#include "wire/event.h"

/* One byte more than an id may have. */
#define TEN           "0123456789"
#define LONG_ID       TEN TEN TEN TEN TEN TEN TEN "01"
#define LONG_ID_EVENT "{\"object\":\"event\",\"id\":\"" LONG_ID "\",\"type\":\"x\"}"

static struct frame decode_fixture(const char *name)
{
	char *text = fixture(name);
	struct frame f;
	struct problem why = {0};
	if (frame_decode(text, strlen(text), &f, &why) != S_OK)
		fail_msg("%s: %s", name, why.what);
	if (f.kind == FRAME_EVENT)
		assert_string_equal(f.event.raw, text);
	free(text);
	return f;
}

static struct frame decode_text(const char *text)
{
	struct frame f;
	struct problem why = {0};
	if (frame_decode(text, strlen(text), &f, &why) != S_OK)
		fail_msg("%s: %s", text, why.what);
	return f;
}

static void test_event_envelope_is_read_whole(void **state)
{
	(void)state;
	struct frame f = decode_fixture("event_invoice");
	const struct event *e = &f.event;
	assert_int_equal(f.kind, FRAME_EVENT);
	assert_string_equal(e->id, "evt_1766279100123-7");
	assert_string_equal(e->type, "invoice.updated");
	assert_string_equal(e->api_version, "2025-12-16");
	assert_int_equal(e->created_ms, 1766279100000);
	assert_int_equal(e->order_ms, 1766279100123);
	assert_int_equal(e->order_seq, 7);
	assert_false(e->livemode);
	assert_string_equal(e->request_id, "req_1");
	assert_string_equal(e->idempotency_key, "");
	assert_int_equal(e->object.kind, OBJECT_INVOICE);
	assert_int_equal(e->object.as.invoice.amount_paid, 20000);
	assert_string_equal(e->object_id, "7b0c9f0e-54a1-4a3f-9d55-0f7a4a9f0a01");
	assert_string_equal(e->object_word, "invoice");
	assert_string_equal(e->status, "underpaid");
	assert_string_equal(e->previous_status, "unpaid");
	assert_string_equal(e->flaw, "");
	assert_int_equal(e->raw_len, strlen(e->raw));
	frame_release(&f);
}

static void test_events_carry_every_kind(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum object_kind kind;
		const char *id, *status;
		bool known;
	} TABLE[] = {
		{"event_payment", OBJECT_PAYMENT, "pay_1", "confirmed", true},
		{"event_payout", OBJECT_PAYOUT, "po_1", "processing", true},
		{"event_kyc", OBJECT_KYC, "cust_7", "rejected", true},
		{"event_order_short", OBJECT_ORDER, "0c7e2b1a-6f1d-4a58-8b55-5b1c3d2e4f60",
		 "placed", true},
		{"event_order_full", OBJECT_ORDER, "0c7e2b1a-6f1d-4a58-8b55-5b1c3d2e4f60", "placed",
		 true},
		{"event_ping", OBJECT_NONE, "", "ok", true},
		{"event_unknown", OBJECT_NONE, "m1", "landed", false},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct frame f = decode_fixture(TABLE[i].name);
		assert_int_equal(f.event.object.kind, TABLE[i].kind);
		assert_string_equal(f.event.object_id, TABLE[i].id);
		assert_string_equal(f.event.status, TABLE[i].status);
		assert_string_equal(f.event.flaw, "");
		assert_int_equal(event_type_known(f.event.type), TABLE[i].known);
		frame_release(&f);
	}
}

static void test_event_id_gives_the_order_only_in_pepays_form(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		int64_t ms, seq;
	} TABLE[] = {
		{"evt_1700000000000-123", 1700000000000, 123},
		{"evt_1700000000000-0", 1700000000000, 0},
		{"evt_0-9223372036854775807", 0, INT64_MAX},
		{"evt_0-9223372036854775808", 5000, 0},
		{"evt_9223372036854775807-1", 5000, 0},
		{"evt_-1", 5000, 0},
		{"evt_1", 5000, 0},
		{"evt_1-", 5000, 0},
		{"evt_1-2-3", 5000, 0},
		{"evt_1-2 ", 5000, 0},
		{"evt_+1-2", 5000, 0},
		{"Evt_1-2", 5000, 0},
		{"2f1d6b2e-0000-4000-8000-000000000001", 5000, 0},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			 "{\"object\":\"event\",\"id\":\"%s\",\"type\":\"x\",\"created\":5}",
			 TABLE[i].id);
		struct frame f = decode_text(text);
		assert_string_equal(f.event.id, TABLE[i].id);
		if (f.event.order_ms != TABLE[i].ms || f.event.order_seq != TABLE[i].seq)
			fail_msg("%s", TABLE[i].id);
		frame_release(&f);
	}
}

static void test_event_created_is_tolerant(void **state)
{
	(void)state;
	static const struct {
		const char *id, *created;
		int64_t ms;
	} TABLE[] = {
		{"x", "\"2025-12-21T13:00:00.000Z\"", 1766322000000},
		{"x", "\"soon\"", TIME_NONE},
		{"x", "null", TIME_NONE},
		{"x", "-5", TIME_NONE},
		{"x", "1766322000000", TIME_NONE},
		{"x", "1.5", TIME_NONE},
		{"evt_7-1", "null", 7},
		{"evt_7-1", "{}", 7},
		{"evt_7-1", "9", 9000},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			 "{\"object\":\"event\",\"id\":\"%s\",\"type\":\"x\",\"created\":%s}",
			 TABLE[i].id, TABLE[i].created);
		struct frame f = decode_text(text);
		assert_int_equal(f.event.created_ms, TABLE[i].ms);
		frame_release(&f);
	}
}

static void test_event_without_usable_id_or_type_is_refused(void **state)
{
	(void)state;
	static const char *const TABLE[] = {
		"{\"object\":\"event\",\"type\":\"x\"}",
		"{\"object\":\"event\",\"id\":\"\",\"type\":\"x\"}",
		"{\"object\":\"event\",\"id\":7,\"type\":\"x\"}",
		"{\"object\":\"event\",\"id\":null,\"type\":\"x\"}",
		"{\"object\":\"event\",\"ID\":\"e\",\"type\":\"x\"}",
		"{\"object\":\"event\",\"id\":\"e\"}",
		"{\"object\":\"event\",\"id\":\"e\",\"type\":\"\"}",
		"{\"object\":\"event\",\"id\":\"e\",\"type\":[]}",
		LONG_ID_EVENT,
		"[]",
		"\"event\"",
		"null",
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct frame f;
		struct problem why = {0};
		if (frame_decode(TABLE[i], strlen(TABLE[i]), &f, &why) != E_INVALID)
			fail_msg("%s", TABLE[i]);
		assert_true(why.what[0] != '\0');
	}
}

/* Each member of the envelope and of its object wrong in turn: the event stays. */
static void test_event_with_a_flaw_stays_whole(void **state)
{
	(void)state;
	static const struct {
		const char *data, *flaw, *id, *status;
	} TABLE[] = {
		{"{}", "data.object: is missing", "", ""},
		{"[]", "data.object: is missing", "", ""},
		{"null", "data.object: is missing", "", ""},
		{"{\"object\":\"invoice\"}", "data.object: is missing", "", ""},
		{"{\"object\":{\"object\":\"invoice\",\"id\":\"i1\",\"status\":\"paid\"}}",
		 "invoice.amount: is missing", "i1", "paid"},
		{"{\"object\":{\"object\":\"invoice\",\"id\":\"i1\",\"status\":9,\"amount\":1}}",
		 "invoice.status: expected a string, got 9", "i1", ""},
		{"{\"object\":{\"object\":\"invoice\",\"id\":5,\"status\":\"paid\",\"amount\":1}}",
		 "invoice.id: expected a string, got 5", "", "paid"},
		{"{\"object\":{\"object\":\"ramp_payout\",\"id\":\"p1\",\"status\":\"paid\"}}",
		 "an event of type invoice.updated that carries a ramp_payout", "p1", "paid"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char text[512];
		snprintf(text, sizeof(text),
			 "{\"object\":\"event\",\"id\":\"e\",\"type\":\"invoice.updated\","
			 "\"created\":\"x\",\"livemode\":\"y\",\"request\":[],\"api_version\":3,"
			 "\"data\":%s}",
			 TABLE[i].data);
		struct frame f = decode_text(text);
		assert_int_equal(f.event.object.kind, OBJECT_NONE);
		if (strncmp(f.event.flaw, TABLE[i].flaw, strlen(TABLE[i].flaw)) != 0)
			fail_msg("%s: %s", TABLE[i].data, f.event.flaw);
		assert_string_equal(f.event.object_id, TABLE[i].id);
		assert_string_equal(f.event.status, TABLE[i].status);
		assert_string_equal(f.event.raw, text);
		frame_release(&f);
	}
}

static void test_event_object_id_is_never_cut(void **state)
{
	(void)state;
	char text[1024];
	char id[400];
	memset(id, 'x', 399);
	id[399] = '\0';
	snprintf(text, sizeof(text),
		 "{\"object\":\"event\",\"id\":\"e\",\"type\":\"t\",\"data\":{\"object\":{\"id\":"
		 "\"%s\"}}}",
		 id);
	struct frame f = decode_text(text);
	assert_string_equal(f.event.object_id, "");
	assert_string_equal(f.event.flaw, "data.object.id: is not usable");
	frame_release(&f);
}

static void test_order_event_without_an_object_word_is_an_order(void **state)
{
	(void)state;
	struct frame f = decode_text("{\"object\":\"event\",\"id\":\"e\",\"type\":"
				     "\"commerce.order.updated\",\"data\":{\"object\":{\"orderId\":"
				     "\"o1\",\"status\":\"shipped\",\"lineItems\":[]}}}");
	assert_int_equal(f.event.object.kind, OBJECT_ORDER);
	assert_true(f.event.object.as.order.has_snapshot);
	assert_string_equal(f.event.object_id, "o1");
	frame_release(&f);
}

static void test_event_copy_is_independent(void **state)
{
	(void)state;
	struct frame f = decode_fixture("event_order_full");
	struct event copy;
	char *raw = xstrdup(f.event.raw);
	event_copy(&copy, &f.event);
	frame_release(&f);
	assert_string_equal(copy.raw, raw);
	assert_int_equal(copy.object.as.order.line_count, 2);
	event_release(&copy);
	free(raw);
}

static void test_control_and_error_frames_take_what_comes(void **state)
{
	(void)state;
	struct frame f = decode_fixture("ws_control");
	assert_int_equal(f.kind, FRAME_CONTROL);
	assert_string_equal(f.type, "replay_started");
	assert_string_equal(f.since, "evt_1766279100123-7");
	assert_string_equal(f.oldest_event_id, "evt_1766279000000-1");
	assert_string_equal(f.latest_event_id, "evt_1766279100123-13");
	assert_true(f.snapshot);
	frame_release(&f);
	f = decode_fixture("ws_error");
	assert_int_equal(f.kind, FRAME_ERROR);
	assert_string_equal(f.type, "TOKEN_EXPIRED");
	assert_string_equal(f.message, "The token expired");
	frame_release(&f);

	static const struct {
		const char *text;
		enum frame_kind kind;
		const char *type;
	} TABLE[] = {
		{"{\"object\":\"ws_control\"}", FRAME_CONTROL, ""},
		{"{\"object\":\"ws_control\",\"type\":7,\"since\":{},\"snapshot\":\"yes\","
		 "\"oldest_event_id\":[],\"latest_event_id\":null,\"message\":1}",
		 FRAME_CONTROL, ""},
		{"{\"object\":\"ws_control\",\"type\":\"brand_new\"}", FRAME_CONTROL, "brand_new"},
		{"{\"object\":\"ws_error\"}", FRAME_ERROR, ""},
		{"{\"object\":\"ws_error\",\"type\":\"auth\"}", FRAME_ERROR, "auth"},
		{"{\"object\":\"ws_error\",\"error\":{\"code\":\"X\",\"message\":\"m\"}}",
		 FRAME_ERROR, "X"},
		{"{\"object\":\"ws_error\",\"code\":4001,\"message\":[]}", FRAME_ERROR, ""},
		{"{\"object\":\"something\"}", FRAME_OTHER, ""},
		{"{\"object\":7}", FRAME_OTHER, ""},
		{"{}", FRAME_OTHER, ""},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		f = decode_text(TABLE[i].text);
		assert_int_equal(f.kind, TABLE[i].kind);
		assert_string_equal(f.type, TABLE[i].type);
		frame_release(&f);
	}
}

static void test_event_type_known_is_exact(void **state)
{
	(void)state;
	assert_true(event_type_known("invoice.created"));
	assert_true(event_type_known("ramp.kyc.updated"));
	assert_false(event_type_known("invoice.paid"));
	assert_false(event_type_known("invoice.create"));
	assert_false(event_type_known(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_envelope_is_read_whole),
		cmocka_unit_test(test_events_carry_every_kind),
		cmocka_unit_test(test_event_id_gives_the_order_only_in_pepays_form),
		cmocka_unit_test(test_event_created_is_tolerant),
		cmocka_unit_test(test_event_without_usable_id_or_type_is_refused),
		cmocka_unit_test(test_event_with_a_flaw_stays_whole),
		cmocka_unit_test(test_event_object_id_is_never_cut),
		cmocka_unit_test(test_order_event_without_an_object_word_is_an_order),
		cmocka_unit_test(test_event_copy_is_independent),
		cmocka_unit_test(test_control_and_error_frames_take_what_comes),
		cmocka_unit_test(test_event_type_known_is_exact),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
