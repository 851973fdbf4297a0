/* Who is let in, how often, and how far back: tokens of streams, limits, retention. */
#include "sandbox_kit.h"

#include "sandbox/auth_ws.h"
#include "sandbox/conn.h"
#include "sandbox/rate.h"
#include "sandbox/rev_a.h"
#include "sandbox/streams.h"

/* --- limits of rate ------------------------------------------------------------- */

static void test_rate_parse_reads_count_and_period(void **state)
{
	static const struct {
		const char *text;
		enum status status;
		int64_t count, period_ms;
	} rows[] = {
		{"100/1m", S_OK, 100, 60000},    {"1/1s", S_OK, 1, 1000},
		{"5/60", S_OK, 5, 60000},        {"1000000/24h", S_OK, 1000000, 86400000},
		{"1000001/1m", E_INVALID, 0, 0}, {"0/1m", E_INVALID, 0, 0},
		{"10/0s", E_INVALID, 0, 0},      {"10/25h", E_INVALID, 0, 0},
		{"10", E_INVALID, 0, 0},         {"/1m", E_INVALID, 0, 0},
		{"-1/1m", E_INVALID, 0, 0},      {" 1/1m", E_INVALID, 0, 0},
		{"1/1m ", E_INVALID, 0, 0},      {"99999999/1m", E_INVALID, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rate_limit l = {0};
		if (rate_parse(rows[i].text, &l) != rows[i].status)
			fail_msg("'%s'", rows[i].text);
		assert_int_equal(l.count, rows[i].count);
		assert_int_equal(l.period_ms, rows[i].period_ms);
	}
}

static void test_rate_gives_a_burst_and_then_evenly(void **state)
{
	const struct rate_limit l = {.count = 3, .period_ms = 1000};
	struct rate_bucket b = {0};
	int64_t now = 77000;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(rate_take(&l, &b, now), 0);
	assert_int_equal(rate_take(&l, &b, now), 334); /* a third of a second, rounded up */
	assert_int_equal(rate_take(&l, &b, now + 333), 1);
	assert_int_equal(rate_take(&l, &b, now + 334), 0);
	assert_int_equal(rate_take(&l, &b, now + 334), 333);
	assert_int_equal(rate_take(&l, &b, now + 100), 333); /* a clock that goes back gives none */
	for (int i = 0; i < 3; i++)
		assert_int_equal(rate_take(&l, &b, now + 90000), 0);
	assert_true(rate_take(&l, &b, now + 90000) > 0); /* and a long rest no more than a burst */
}

static void test_rate_never_lets_more_through_than_it_says(void **state)
{
	const struct rate_limit l = {.count = 7, .period_ms = 1000};
	struct rate_bucket b = {0};
	int64_t taken = 0;

	(void)state;
	for (int64_t ms = 0; ms < 100000; ms += 3)
		taken += rate_take(&l, &b, ms) == 0;
	assert_in_range(taken, 7 + 698, 7 + 700);
}

static void test_rate_refusal_is_envelope_c(void **state)
{
	static const struct {
		int64_t wait_ms, seconds;
		const char *words;
	} rows[] = {{1, 1, "1 second"},        {1001, 2, "2 seconds"},
		    {59000, 59, "59 seconds"}, {60000, 60, "1 minute"},
		    {60001, 61, "2 minutes"},  {900000, 900, "15 minutes"},
		    {3600000, 3600, "1 hour"}, {3601000, 3601, "2 hours"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r = {.retry_after_s = -1};
		rate_refuse(&r, rows[i].wait_ms);
		struct json *root = kit_parse(&r);
		assert_int_equal(r.status, 429);
		assert_int_equal(r.retry_after_s, rows[i].seconds);
		assert_string_equal(text_at(root, "retry_after"), rows[i].words);
		assert_string_equal(text_at(root, "error_code"), "RATE_LIMIT_EXCEEDED");
		assert_false(bool_at(root, "success"));
		json_free(root);
		reply_release(&r);
	}
}

/* --- the older revision --------------------------------------------------------------- */

static void test_rev_a_spells_times_only(void **state)
{
	static const struct {
		const char *told, *want;
	} rows[] = {
		{"{\"created_at\":1766320496,\"amount\":1766320496}",
		 "{\"created_at\":\"2025-12-21T12:34:56.000Z\",\"amount\":1766320496}"},
		{"{\"object\":\"event\",\"created\":1766320496}",
		 "{\"object\":\"event\",\"created\":1766320496}"},
		{"[{\"a\":[{\"expiresAt\":0}],\"n\":13.990}]",
		 "[{\"a\":[{\"expiresAt\":\"1970-01-01T00:00:00.000Z\"}],\"n\":13.990}]"},
		{"{\"paid_at\":null,\"updated_at\":\"x\",\"metadata\":{}}",
		 "{\"paid_at\":null,\"updated_at\":\"x\",\"metadata\":{}}"},
		{"{\"created_at\":-1,\"updated_at\":1.5,\"paid_at\":99999999999999}",
		 "{\"created_at\":-1,\"updated_at\":1.5,\"paid_at\":99999999999999}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *got = rev_a_text(rows[i].told, strlen(rows[i].told));
		assert_string_equal(got, rows[i].want);
		free(got);
	}
	assert_null(rev_a_text("<p>", 3));
}

/* --- tokens ------------------------------------------------------------------------------- */

static int kit_open(void **state)
{
	struct kit *k = xcalloc(1, sizeof(*k));

	kit_start(k, NULL, 1);
	str_copy(k->w.merchant_key, sizeof(k->w.merchant_key), "pk_test_merchant");
	str_copy(k->w.commerce_key, sizeof(k->w.commerce_key), "ck_test_commerce");
	*state = k;
	return 0;
}

static int kit_close(void **state)
{
	kit_stop(*state);
	free(*state);
	return 0;
}

static void test_ws_token_is_good_for_its_scope_until_its_end(void **state)
{
	struct kit *k = *state;
	struct ws_token t;
	int64_t end = 0;

	/* Before anything was ever signed, nothing is ours. */
	assert_int_equal(ws_token_check(&k->w, "a.b.c", SCOPE_MERCHANT, KIT_EPOCH, &end, &k->why),
			 E_AUTH);
	in_transaction(k, ws_token_issue(&k->w, SCOPE_MERCHANT, 60, &t, &k->why));
	assert_int_equal(t.expires_ms, KIT_EPOCH + 60000);
	ok(k, ws_token_check(&k->w, t.text, SCOPE_MERCHANT, KIT_EPOCH + 59999, &end, &k->why));
	assert_int_equal(end, t.expires_ms);
	assert_int_equal(ws_token_check(&k->w, t.text, SCOPE_MERCHANT, KIT_EPOCH + 60000, &end,
					&k->why),
			 E_AUTH);
	assert_int_equal(ws_token_check(&k->w, t.text, SCOPE_COMMERCE, KIT_EPOCH, &end, &k->why),
			 E_DENIED);
}

static void test_ws_token_with_any_letter_changed_is_refused(void **state)
{
	struct kit *k = *state;
	struct ws_token t;
	int64_t end;

	in_transaction(k, ws_token_issue(&k->w, SCOPE_MERCHANT, 60, &t, &k->why));
	size_t n = strlen(t.text);
	for (size_t i = 0; i + 1 < n; i++) { /* the last letter has bits that mean nothing */
		char kept = t.text[i];
		t.text[i] = kept == 'A' ? 'B' : 'A';
		if (ws_token_check(&k->w, t.text, SCOPE_MERCHANT, KIT_EPOCH, &end, &k->why) !=
		    E_AUTH)
			fail_msg("letter %zu", i);
		t.text[i] = kept;
	}
	ok(k, ws_token_check(&k->w, t.text, SCOPE_MERCHANT, KIT_EPOCH, &end, &k->why));
}

static void test_ws_token_route_answers_the_documented_members(void **state)
{
	struct kit *k = *state;
	struct reply r = kit_call(k, SCOPE_COMMERCE, HTTP_POST, "/api/v1/ws/token",
				  "{\"scope\":\"commerce\"}", NULL);
	struct json *root = kit_parse(&r);

	assert_int_equal(r.status, 200);
	assert_true(bool_at(root, "success"));
	assert_string_equal(text_at(root, "data.scope"), "commerce");
	assert_int_equal(int_at(root, "data.merchant_id"), MERCHANT_ID);
	assert_int_equal(int_at(root, "data.expires_at"), KIT_EPOCH / 1000 + 60);
	assert_string_equal(text_at(root, "data.network_environment"), "devnet");
	assert_string_equal(text_at(root, "data.ws_url"), "ws://127.0.0.1:8080/ws/commerce/events");
	json_free(root);
	reply_release(&r);
}

/* --- streams -------------------------------------------------------------------------------- */

struct line { /* a subscriber's connection */
	struct site site;
	struct conn *conn;
	struct strbuf got;
};

static void append_events(struct kit *k, int count)
{
	ok(k, ledger_begin(k->w.ledger, &k->why));
	for (int i = 0; i < count; i++) {
		struct ledger_event e = {.type = "invoice.created",
					 .created_ms = k->w.now_ms,
					 .invoice_id = "",
					 .order_id = "",
					 .customer_id = "",
					 .invoice_type = "standard",
					 .wallet = "",
					 .wallet_network = "",
					 .environment = "devnet"};
		char body[96];
		ok(k, ledger_next_event_seq(k->w.ledger, &e.seq, &k->why));
		str_printf(e.id, sizeof(e.id), "evt_1-%lld", (long long)e.seq);
		str_printf(body, sizeof(body), "{\"object\":\"event\",\"id\":\"%s\"}", e.id);
		e.body = body;
		e.body_len = strlen(body);
		ok(k, ledger_append_event(k->w.ledger, &e, &k->why));
	}
	ok(k, ledger_commit(k->w.ledger, &k->why));
}

static void line_open(struct kit *k, struct line *l, struct site_rules rules, const char *query)
{
	char request[512];

	site_init(&l->site, &k->w);
	l->site.rules = rules;
	l->conn = conn_new(&l->site, k->time.mono_ms);
	strbuf_init(&l->got, 1u << 24);
	str_printf(request, sizeof(request),
		   "GET /ws/merchant/events%s HTTP/1.1\r\nHost: x\r\nx-api-key: %s\r\n"
		   "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		   query, k->w.merchant_key);
	conn_receive(l->conn, request, strlen(request), k->time.mono_ms);
}

static const char *line_hear(struct kit *k, struct line *l)
{
	const char *bytes;
	size_t n;

	strbuf_clear(&l->got);
	while ((n = conn_output(l->conn, &bytes))) {
		for (size_t i = 0; i < n; i++) /* frames have NULs in their lengths */
			strbuf_addch(&l->got, bytes[i] ? bytes[i] : '~');
		conn_sent(l->conn, n, k->time.mono_ms);
	}
	return strbuf_str(&l->got);
}

static void line_close(struct line *l)
{
	conn_free(l->conn);
	strbuf_release(&l->got);
}

static int count_of(const char *text, const char *word)
{
	int n = 0;

	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		n++;
	return n;
}

static void test_stream_replays_what_is_kept_and_else_a_snapshot(void **state)
{
	static const struct {
		struct site_rules rules;
		int since, events;
		const char *control, *oldest;
	} rows[] = {
		{{.max_lag = 1000}, 1, 299, "replay_started", "evt_1-1"},
		{{.max_lag = 1000, .retention_events = 50}, 250, 50, "replay_started", "evt_1-251"},
		{{.max_lag = 1000, .retention_events = 50}, 299, 1, "replay_started", "evt_1-251"},
		{{.max_lag = 1000, .retention_events = 50},
		 249,
		 50,
		 "resync_required",
		 "evt_1-251"},
		{{.max_lag = 1000, .retention_events = 200},
		 1,
		 STREAM_SNAPSHOT_MAX,
		 "resync_required",
		 "evt_1-101"},
		{{.max_lag = 1000, .retention_events = 900}, 1, 299, "replay_started", "evt_1-1"},
		/* 200 of them are an hour old, the rest is new. */
		{{.max_lag = 1000, .retention_ms = 1800000},
		 200,
		 100,
		 "replay_started",
		 "evt_1-201"},
		{{.max_lag = 1000, .retention_ms = 1800000},
		 199,
		 100,
		 "resync_required",
		 "evt_1-201"},
		{{.max_lag = 1000, .retention_ms = 7200000}, 1, 299, "replay_started", "evt_1-1"},
		{{.max_lag = 1000, .retention_events = 20, .retention_ms = 1800000},
		 1,
		 20,
		 "resync_required",
		 "evt_1-281"},
	};
	struct kit *k = *state;

	append_events(k, 200);
	world_advance_to(&k->w, KIT_EPOCH + 3600000);
	append_events(k, 100);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct line l;
		char query[64], type[64], oldest[64];
		str_printf(query, sizeof(query), "?since=evt_1-%d", rows[i].since);
		str_printf(type, sizeof(type), "\"type\":\"%s\"", rows[i].control);
		str_printf(oldest, sizeof(oldest), "\"oldest_event_id\":\"%s\"", rows[i].oldest);
		line_open(k, &l, rows[i].rules, query);
		const char *got = line_hear(k, &l);
		bool whole = strcmp(rows[i].control, "replay_started") == 0;
		if (count_of(got, "\"object\":\"event\"") != rows[i].events || !strstr(got, type) ||
		    !strstr(got, oldest) || !strstr(got, "replay_completed") ||
		    count_of(got, "\"snapshot\":true") != (whole ? 0 : 2))
			fail_msg("row %zu: %.600s", i, got);
		line_close(&l);
	}
}

static void test_stream_with_nothing_young_enough_is_a_bare_snapshot(void **state)
{
	struct kit *k = *state;
	struct line l;

	append_events(k, 5);
	world_advance_to(&k->w, KIT_EPOCH + 3600000);
	line_open(k, &l, (struct site_rules){.max_lag = 10, .retention_ms = 1000},
		  "?since=evt_1-1");
	const char *got = line_hear(k, &l);
	assert_non_null(strstr(got, "resync_required"));
	assert_non_null(strstr(got, "\"oldest_event_id\":null"));
	assert_null(strstr(got, "\"object\":\"event\""));
	append_events(k, 1);
	assert_int_equal(count_of(line_hear(k, &l), "\"object\":\"event\""), 1);
	line_close(&l);
}

static void test_stream_that_lags_too_far_is_told_and_closed(void **state)
{
	struct kit *k = *state;
	struct line l;
	const char *bytes;
	bool output;

	line_open(k, &l, (struct site_rules){.max_lag = 100}, "");
	line_hear(k, &l);
	append_events(k, 101);
	/* It is not lagging before it lets something wait. */
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_true(conn_is_stream(l.conn));
	assert_true(conn_output(l.conn, &bytes) > 0); /* 64 of them, and nobody takes them */
	append_events(k, 63);
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_true(conn_is_stream(l.conn));
	append_events(k, 1);
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_false(conn_is_stream(l.conn));
	const char *got = line_hear(k, &l);
	assert_int_equal(count_of(got, "\"object\":\"event\""), 64);
	assert_non_null(strstr(got, "\"object\":\"ws_error\",\"code\":\"SLOW_CONSUMER\""));
	assert_memory_equal(got + strlen(got) - 4, "\x88\x02\x03\xf5", 4);
	assert_true(conn_finished(l.conn));
	line_close(&l);
}

static void test_stream_that_takes_nothing_for_a_minute_is_closed(void **state)
{
	struct kit *k = *state;
	struct line l;
	const char *bytes;
	bool output;

	line_open(k, &l, (struct site_rules){.max_lag = 100}, "");
	line_hear(k, &l);
	append_events(k, 1);
	assert_true(conn_output(l.conn, &bytes) > 0);
	kit_wait(k, CONN_SLOW_MS - 1);
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_true(conn_is_stream(l.conn));
	kit_wait(k, 1);
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_false(conn_is_stream(l.conn));
	kit_wait(k, CONN_FAREWELL_MS - 1);
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	kit_wait(k, 1);
	assert_false(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_non_null(strstr(line_hear(k, &l), "SLOW_CONSUMER"));
	line_close(&l);
}

static void test_stream_ends_with_its_token(void **state)
{
	struct kit *k = *state;
	struct ws_token t;
	struct line l;
	char query[JWT_CAP + 16];
	bool output;

	in_transaction(k, ws_token_issue(&k->w, SCOPE_MERCHANT, 30, &t, &k->why));
	str_printf(query, sizeof(query), "?token=%s", t.text);
	char key[64];
	str_copy(key, sizeof(key), k->w.merchant_key);
	str_copy(k->w.merchant_key, sizeof(k->w.merchant_key), "another_key");
	line_open(k, &l, (struct site_rules){.max_lag = 100}, query);
	assert_non_null(strstr(line_hear(k, &l), "HTTP/1.1 101 "));
	kit_wait(k, 29999);
	conn_receive(l.conn, "\x8a\x80\0\0\0\0", 6, k->time.mono_ms); /* a pong */
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	assert_true(conn_is_stream(l.conn));
	kit_wait(k, 1);
	assert_true(conn_tick(l.conn, k->time.mono_ms, &output));
	const char *got = line_hear(k, &l);
	assert_non_null(strstr(got, "\"code\":\"TOKEN_EXPIRED\""));
	assert_memory_equal(got + strlen(got) - 4, "\x88\x02\x03\xf0", 4);
	line_close(&l);
}

static void test_query_redact_hides_what_proves_who_asks(void **state)
{
	static const struct {
		const char *query, *want;
	} rows[] = {{"", ""},
		    {"limit=1&types=a", "limit=1&types=a"},
		    {"token=abc&since=x", "token=[hidden]&since=x"},
		    {"session=s&signature=t", "session=[hidden]&signature=[hidden]"},
		    {"%74oken=abc", "%74oken=[hidden]"},
		    {"tokens=1&token", "tokens=1&token"},
		    {"a=%41&token=a=b&", "a=%41&token=[hidden]&"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf out;
		strbuf_init(&out, 256);
		query_redact(rows[i].query, &out);
		assert_string_equal(strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_open, kit_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate_parse_reads_count_and_period),
		cmocka_unit_test(test_rate_gives_a_burst_and_then_evenly),
		cmocka_unit_test(test_rate_never_lets_more_through_than_it_says),
		cmocka_unit_test(test_rate_refusal_is_envelope_c),
		cmocka_unit_test(test_rev_a_spells_times_only),
		cmocka_unit_test(test_query_redact_hides_what_proves_who_asks),
		TEST(test_ws_token_is_good_for_its_scope_until_its_end),
		TEST(test_ws_token_with_any_letter_changed_is_refused),
		TEST(test_ws_token_route_answers_the_documented_members),
		TEST(test_stream_replays_what_is_kept_and_else_a_snapshot),
		TEST(test_stream_with_nothing_young_enough_is_a_bare_snapshot),
		TEST(test_stream_that_lags_too_far_is_told_and_closed),
		TEST(test_stream_that_takes_nothing_for_a_minute_is_closed),
		TEST(test_stream_ends_with_its_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
