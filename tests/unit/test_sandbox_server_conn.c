#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/conn.h"
#include "sandbox/ledger.h"
#include "sandbox/wsframe.h"

#define MERCHANT "pk_test_merchant"
#define COMMERCE "ck_test_commerce"
#define T0       1000000

struct bed { /* a world, one connection to it, and what the connection has said */
	struct frozen_time time;
	struct world world;
	struct site site;
	struct conn *conn;
	struct strbuf got;
	int64_t now;
};

static int bed_open(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	struct problem why;

	b->time = (struct frozen_time){.wall_ms = 1768478400000, .mono_ms = T0};
	b->world = (struct world){.real = clock_frozen(&b->time),
				  .epoch_ms = 1768478400000,
				  .started_mono_ms = T0,
				  .speed = 1.0,
				  .now_ms = 1768478400000,
				  .environment = "devnet",
				  .merchant_key = MERCHANT,
				  .commerce_key = COMMERCE};
	rng_seed(&b->world.rng, 1);
	assert_int_equal(ledger_open(NULL, &b->world.ledger, &why), S_OK);
	site_init(&b->site, &b->world);
	b->now = T0;
	b->conn = conn_new(&b->site, b->now);
	strbuf_init(&b->got, 1u << 24);
	*state = b;
	return 0;
}

static int bed_close(void **state)
{
	struct bed *b = *state;

	conn_free(b->conn);
	ledger_close(b->world.ledger);
	strbuf_release(&b->got);
	free(b);
	return 0;
}

static void say(struct bed *b, const char *bytes, size_t len)
{
	conn_receive(b->conn, bytes, len, b->now);
}

static void say_text(struct bed *b, const char *text)
{
	say(b, text, strlen(text));
}

/* Takes everything there is to take. */
static const char *hear(struct bed *b)
{
	const char *bytes;
	size_t n;

	strbuf_clear(&b->got);
	while ((n = conn_output(b->conn, &bytes))) {
		strbuf_add(&b->got, bytes, n);
		conn_sent(b->conn, n, b->now);
	}
	return strbuf_str(&b->got);
}

static int status_of(const char *answer)
{
	return str_starts_with(answer, "HTTP/1.1 ") ? (int)strtol(answer + 9, NULL, 10) : -1;
}

static void append_event(struct bed *b, const char *type, bool commerce, char ret_id[ID_CAP])
{
	struct problem why;
	int64_t seq;
	char body[256];

	assert_int_equal(ledger_begin(b->world.ledger, &why), S_OK);
	assert_int_equal(ledger_next_event_seq(b->world.ledger, &seq, &why), S_OK);
	str_printf(ret_id, ID_CAP, "evt_%lld-%lld", (long long)b->world.now_ms, (long long)seq);
	str_printf(body, sizeof(body), "{\"object\":\"event\",\"id\":\"%s\",\"type\":\"%s\"}",
		   ret_id, type);
	struct ledger_event e = {.seq = seq,
				 .type = type,
				 .created_ms = b->world.now_ms,
				 .invoice_id = "inv_1",
				 .order_id = "",
				 .customer_id = "",
				 .invoice_type = "standard",
				 .wallet = "",
				 .wallet_network = "",
				 .environment = "devnet",
				 .commerce = commerce,
				 .body = body,
				 .body_len = strlen(body)};
	str_copy(e.id, sizeof(e.id), ret_id);
	assert_int_equal(ledger_append_event(b->world.ledger, &e, &why), S_OK);
	assert_int_equal(ledger_commit(b->world.ledger, &why), S_OK);
}

/* --- HTTP --------------------------------------------------------------------------- */

#define GET_CAPABILITIES \
	"GET /api/v1/capabilities HTTP/1.1\r\nHost: x\r\nx-api-key: " MERCHANT "\r\n\r\n"

static void test_conn_answers_a_request_that_comes_byte_by_byte(void **state)
{
	struct bed *b = *state;
	const char *request = GET_CAPABILITIES;

	for (size_t i = 0; request[i + 1]; i++) {
		say(b, request + i, 1);
		assert_string_equal(hear(b), "");
	}
	say(b, request + strlen(request) - 1, 1);
	const char *answer = hear(b);
	assert_int_equal(status_of(answer), 200);
	assert_non_null(strstr(answer, "\"object\":\"capabilities\""));
	assert_false(conn_finished(b->conn));
}

static void test_conn_answers_pipelined_requests_one_at_a_time(void **state)
{
	struct bed *b = *state;
	const char *bytes;

	say_text(b, "\r\n" GET_CAPABILITIES "GET /no HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_false(conn_wants_input(b->conn));
	size_t n = conn_output(b->conn, &bytes);
	assert_int_equal(status_of(bytes), 200);
	assert_null(strstr(bytes, "404"));
	conn_sent(b->conn, n - 1, b->now);
	assert_int_equal(conn_output(b->conn, &bytes), 1); /* the second waits for the last byte */
	conn_sent(b->conn, 1, b->now);
	assert_int_equal(status_of(hear(b)), 404);
	assert_true(conn_wants_input(b->conn));
}

static void test_conn_closes_when_asked_and_after_nonsense(void **state)
{
	static const struct {
		const char *request;
		int status;
		bool closes;
	} rows[] = {{"GET /no HTTP/1.1\r\nHost: x\r\n\r\n", 404, false},
		    {"GET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, true},
		    {"GET /no HTTP/1.0\r\n\r\n", 404, true},
		    {"GET /no HTTP/1.1\r\n\r\n", 400, true},
		    {"nonsense\r\n\r\n", 400, true},
		    {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505, true},
		    {"POST /no HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 411,
		     true}};
	struct bed *b = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		say_text(b, rows[i].request);
		const char *answer = hear(b);
		assert_int_equal(status_of(answer), rows[i].status);
		assert_non_null(strstr(answer, "\r\nx-request-id: "));
		assert_non_null(strstr(answer, "{\"success\":false,\"error\":{\"code\":\""));
		assert_int_equal(conn_finished(b->conn), rows[i].closes);
		assert_int_equal(strstr(answer, "Connection: close") != NULL, rows[i].closes);
		conn_free(b->conn);
		b->conn = conn_new(&b->site, b->now);
	}
}

static void test_conn_refuses_a_head_that_does_not_end(void **state)
{
	struct bed *b = *state;

	say_text(b, "GET / HTTP/1.1\r\nHost: x\r\na: ");
	for (int i = 0; i < HTTP1_HEAD_MAX / 1024; i++) {
		char kib[1025];
		memset(kib, 'a', 1024);
		kib[1024] = '\0';
		say_text(b, kib);
	}
	assert_int_equal(status_of(hear(b)), 431);
	assert_true(conn_finished(b->conn));
}

static void test_conn_answers_head_as_get_without_its_body(void **state)
{
	struct bed *b = *state;
	char full[2048];

	say_text(b, GET_CAPABILITIES);
	str_copy(full, sizeof(full), hear(b));
	const char *length = strstr(full, "\r\nContent-Length: ");
	assert_non_null(length);
	say_text(b, "HEAD /api/v1/capabilities HTTP/1.1\r\nHost: x\r\nx-api-key: " MERCHANT
		    "\r\n\r\n");
	const char *answer = hear(b);
	assert_int_equal(status_of(answer), 200);
	assert_memory_equal(strstr(answer, "\r\nContent-Length: "), length,
			    strcspn(length + 2, "\r") + 2);
	assert_string_equal(answer + strlen(answer) - 4, "\r\n\r\n");
	say_text(b, GET_CAPABILITIES); /* the connection is still in step */
	assert_int_equal(status_of(hear(b)), 200);
}

static void test_conn_answers_options_with_405_and_no_cors(void **state)
{
	struct bed *b = *state;

	say_text(b, "OPTIONS /api/v1/invoices HTTP/1.1\r\nHost: x\r\n"
		    "Origin: https://example.com\r\nAccess-Control-Request-Method: POST\r\n\r\n");
	const char *answer = hear(b);
	assert_int_equal(status_of(answer), 405);
	assert_non_null(strstr(answer, "\r\nAllow: GET, HEAD, POST\r\n"));
	assert_non_null(strstr(answer, "\r\nx-request-id: req_"));
	assert_null(strstr(answer, "Access-Control"));
}

static void test_conn_tells_of_a_path_before_a_key_and_a_key_before_the_query(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *code;
	} rows[] = {{"GET /api/v1/nothing?a=%zz HTTP/1.1\r\n", 404, "NOT_FOUND"},
		    {"TRACE /api/v1/nothing HTTP/1.1\r\n", 404, "NOT_FOUND"},
		    {"DELETE /api/v1/invoices HTTP/1.1\r\n", 405, "METHOD_NOT_ALLOWED"},
		    {"TRACE /api/v1/invoices HTTP/1.1\r\n", 405, "METHOD_NOT_ALLOWED"},
		    {"GET /api/v1/invoices/%zz HTTP/1.1\r\n", 400, "VALIDATION_ERROR"},
		    {"GET /api/v1/invoices/a%00b HTTP/1.1\r\n", 400, "VALIDATION_ERROR"},
		    {"GET /api/v1/invoices?a=%zz HTTP/1.1\r\n", 401, "API_KEY_INVALID"},
		    {"GET /api/v1/invoices HTTP/1.1\r\nx-api-key: " COMMERCE "\r\n", 403,
		     "API_KEY_SCOPE"},
		    {"GET /api/v1/invoices?a=%zz HTTP/1.1\r\nx-api-key: " MERCHANT "\r\n", 400,
		     "VALIDATION_ERROR"},
		    {"GET /api/v1/invoices?a=%00 HTTP/1.1\r\nx-api-key: " MERCHANT "\r\n", 400,
		     "VALIDATION_ERROR"},
		    {"POST /api/v1/invoices HTTP/1.1\r\nx-api-key: " MERCHANT
		     "\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n",
		     400, NULL},
		    {"GET /ws/merchant/events HTTP/1.1\r\n", 401, "API_KEY_INVALID"},
		    {"GET /ws/merchant/events HTTP/1.1\r\nx-api-key: " MERCHANT "\r\n", 426,
		     "UPGRADE_REQUIRED"},
		    {"POST /ws/merchant/events HTTP/1.1\r\nx-api-key: " MERCHANT "\r\n", 405,
		     "METHOD_NOT_ALLOWED"}};
	struct bed *b = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char code[64] = "";
		say_text(b, rows[i].request);
		say_text(b, "Host: x\r\n\r\n");
		const char *answer = hear(b);
		if (status_of(answer) != rows[i].status)
			fail_msg("row %zu: %s", i, answer);
		if (rows[i].code)
			str_printf(code, sizeof(code), "\"code\":\"%s\"", rows[i].code);
		assert_non_null(strstr(answer, code));
	}
}

static void test_conn_echoes_a_plain_request_id_only(void **state)
{
	struct bed *b = *state;

	say_text(b, "GET /no HTTP/1.1\r\nHost: x\r\nX-Request-Id: my-id.7\r\n\r\n");
	assert_non_null(strstr(hear(b), "\r\nx-request-id: my-id.7\r\n"));
	say_text(b, "GET /no HTTP/1.1\r\nHost: x\r\nX-Request-Id: <b>\r\n\r\n");
	assert_non_null(strstr(hear(b), "\r\nx-request-id: req_"));
}

static void test_conn_reads_bodies_and_refuses_other_types(void **state)
{
	struct bed *b = *state;

	say_text(b, "POST /api/v1/invoices HTTP/1.1\r\nHost: x\r\nx-api-key: " MERCHANT
		    "\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{");
	assert_string_equal(hear(b), "");
	say_text(b, "}");
	assert_int_equal(status_of(hear(b)), 415);
	say_text(b, "POST /api/v1/invoices HTTP/1.1\r\nHost: x\r\nx-api-key: " MERCHANT
		    "\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n"
		    "Idempotency-Key: 6f1c1a52-9d4f-4c89-a8f5-0d53e9f3a111\r\n\r\n{}");
	const char *answer = hear(b);
	assert_int_equal(status_of(answer), 400); /* read as JSON: the amount is missing */
	assert_non_null(strstr(answer, "amount_usd"));
}

static void test_conn_reads_a_refused_body_away(void **state)
{
	struct bed *b = *state;
	char head[160], kib[1024] = {0};

	str_printf(head, sizeof(head), "POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: %u\r\n\r\n",
		   CALL_BODY_MAX + 1);
	say_text(b, head);
	assert_int_equal(status_of(hear(b)), 413); /* at once, not when it has arrived */
	for (unsigned i = 0; i < CALL_BODY_MAX / sizeof(kib); i++)
		say(b, kib, sizeof(kib));
	assert_string_equal(hear(b), "");
	say_text(b, "x" GET_CAPABILITIES);
	assert_int_equal(status_of(hear(b)), 200);
}

static void test_conn_says_continue_only_for_a_body_it_wants(void **state)
{
	struct bed *b = *state;

	say_text(b, "POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
		    "Content-Length: 2\r\n\r\n");
	assert_string_equal(hear(b), "HTTP/1.1 100 Continue\r\n\r\n");
	say_text(b, "{}");
	assert_int_equal(status_of(hear(b)), 404);
	say_text(b, "POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
		    "Content-Length: 999999\r\n\r\n");
	assert_int_equal(status_of(hear(b)), 413);
	assert_true(conn_finished(b->conn)); /* what follows could be a body or a request */
}

/* --- streams ------------------------------------------------------------------------- */

static const char *subscribe(struct bed *b, const char *path)
{
	char head[512];

	str_printf(head, sizeof(head),
		   "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		   "Sec-WebSocket-Extensions: permessage-deflate\r\nx-api-key: %s\r\n\r\n",
		   path, strstr(path, "merchant") ? MERCHANT : COMMERCE);
	say_text(b, head);
	return hear(b);
}

/* The frames after a 101, as texts joined by '|'. */
static const char *texts(struct bed *b, const char *bytes, char *ret, size_t cap)
{
	const unsigned char *p = (const unsigned char *)bytes;
	const unsigned char *end = (const unsigned char *)strbuf_str(&b->got) + b->got.len;
	size_t n = 0;

	ret[0] = '\0';
	while (p + 2 <= end) {
		size_t len = p[1];
		assert_int_equal(p[0], 0x81);
		p += 2;
		if (len == 126) {
			len = (size_t)p[0] << 8 | p[1];
			p += 2;
		}
		assert_true(p + len <= end && n + len + 2 < cap);
		memcpy(ret + n, p, len);
		n += len;
		ret[n++] = '|';
		p += len;
	}
	ret[n] = '\0';
	return ret;
}

static const char *after_head(const char *answer)
{
	return strstr(answer, "\r\n\r\n") + 4;
}

static void test_conn_upgrades_without_extensions(void **state)
{
	struct bed *b = *state;
	const char *answer = subscribe(b, "/ws/merchant/events");

	assert_int_equal(status_of(answer), 101);
	assert_non_null(strstr(answer, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
	assert_null(strstr(answer, "Extensions"));
	assert_string_equal(after_head(answer), "");
	assert_true(conn_is_stream(b->conn));
}

static void test_conn_refuses_bad_filters_before_upgrading(void **state)
{
	static const struct {
		const char *path;
		int status;
	} rows[] = {{"/ws/merchant/events?types=bogus", 400},
		    {"/ws/merchant/events?types=invoice.created,", 400},
		    {"/ws/merchant/events?types=", 400},
		    {"/ws/merchant/events?types=invoice.*,ramp.payout.updated", 101},
		    {"/ws/merchant/events?types=*", 101},
		    {"/ws/merchant/events?types=inv*", 101},
		    {"/ws/merchant/events?type=invoice.*", 400},
		    {"/ws/merchant/events?format=event_v2", 400},
		    {"/ws/merchant/events?format=event_v1", 101},
		    {"/ws/merchant/events?environment=testnet", 400},
		    {"/ws/merchant/events?environment=mainnet", 101},
		    {"/ws/merchant/events?invoice_type=gift", 400},
		    {"/ws/merchant/events?order_id=o", 400},
		    {"/ws/merchant/events?since=%zz", 400},
		    {"/ws/merchant/events?since=", 400},
		    {"/ws/merchant/events?token=x", 401},
		    {"/ws/commerce/events?order_id=o", 101},
		    {"/ws/merchant/events?types=refund.*,ramp.deposit.created", 101},
		    {"/ws/commerce/events?types=ramp.*", 400},
		    {"/ws/commerce/events?types=ramp.deposit.*", 400},
		    {"/ws/commerce/events?types=refund.*", 400},
		    {"/ws/commerce/events?types=commerce.order.*", 101},
		    {"/ws/commerce/events?invoice_type=commerce", 400},
		    {"/ws/commerce/events?wallet_network=bsc", 400},
		    {"/ws/commerce/events?wallet_network=bsc&wallet_address=0x1", 101},
		    {"/ws/payment?token=x", 401},
		    {"/ws/payment", 401},
		    {"/ws/payment?types=invoice.*", 400}};
	struct bed *b = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *answer = subscribe(b, rows[i].path);
		if (status_of(answer) != rows[i].status)
			fail_msg("%s: %s", rows[i].path, answer);
		conn_free(b->conn);
		b->conn = conn_new(&b->site, b->now);
	}
}

static void test_conn_sends_what_happens_after_subscribing(void **state)
{
	struct bed *b = *state;
	char id[ID_CAP], got[1024], want[256];

	append_event(b, "invoice.created", false, id);
	assert_string_equal(after_head(subscribe(b, "/ws/merchant/events")), "");
	append_event(b, "invoice.updated", false, id);
	str_printf(want, sizeof(want),
		   "{\"object\":\"event\",\"id\":\"%s\",\"type\":\"invoice.updated\"}|", id);
	assert_string_equal(texts(b, hear(b), got, sizeof(got)), want);
	assert_string_equal(hear(b), "");
}

static void test_conn_sends_only_what_the_filter_lets_through(void **state)
{
	struct bed *b = *state;
	char id[ID_CAP], got[1024];

	subscribe(b, "/ws/commerce/events?types=commerce.*");
	append_event(b, "commerce.order.created", true, id);
	append_event(b, "invoice.updated", true, id);         /* another type */
	append_event(b, "commerce.order.updated", false, id); /* not for commerce keys */
	texts(b, hear(b), got, sizeof(got));
	assert_non_null(strstr(got, "commerce.order.created"));
	assert_null(strstr(got, "invoice.updated"));
	assert_null(strstr(got, "commerce.order.updated"));
}

static void test_conn_replays_from_since_then_goes_live(void **state)
{
	struct bed *b = *state;
	char first[ID_CAP], id[ID_CAP], path[160], got[65536];
	char *at = got;

	append_event(b, "invoice.created", false, first);
	for (int i = 0; i < 150; i++) /* more than one batch */
		append_event(b, "invoice.updated", false, id);
	str_printf(path, sizeof(path), "/ws/merchant/events?since=%s", first);
	texts(b, after_head(subscribe(b, path)), got, sizeof(got));
	assert_ptr_equal(strstr(got, "{\"object\":\"ws_control\",\"type\":\"replay_started\""),
			 got);
	for (int i = 2; i <= 151; i++) {
		char want[ID_CAP];
		str_printf(want, sizeof(want), "\"evt_1768478400000-%d\",\"type", i);
		at = strstr(at, want);
		assert_non_null(at);
	}
	at = strstr(at, "\"type\":\"replay_completed\"");
	assert_non_null(at);
	assert_null(strstr(at, "\"object\":\"event\""));
	append_event(b, "invoice.updated", false, id);
	texts(b, hear(b), got, sizeof(got));
	assert_ptr_equal(strstr(got, "{\"object\":\"event\""), got);
	assert_non_null(strstr(got, id));
}

static void test_conn_asks_for_a_resync_when_since_is_unknown(void **state)
{
	struct bed *b = *state;
	char first[ID_CAP], last[ID_CAP], got[1024], want[256];

	append_event(b, "invoice.created", false, first);
	append_event(b, "invoice.updated", false, last);
	str_printf(want, sizeof(want),
		   "{\"object\":\"ws_control\",\"type\":\"resync_required\",\"since\":\"evt_1-1\","
		   "\"oldest_event_id\":\"%s\",\"latest_event_id\":\"%s\",\"snapshot\":false}|",
		   first, last);
	const char *answer = subscribe(b, "/ws/merchant/events?since=evt_1-1");
	assert_string_equal(texts(b, after_head(answer), got, sizeof(got)), want);
}

static void test_conn_answers_pings_and_closes_with_the_same_code(void **state)
{
	static const char ping[] = "\x89\x82\0\0\0\0hi";
	static const char close[] = "\x88\x82\0\0\0\0\x0f\xa1"; /* 4001 */
	struct bed *b = *state;

	subscribe(b, "/ws/merchant/events");
	say(b, ping, 8);
	assert_string_equal(hear(b), "\x8a\x02hi");
	say(b, close, 8);
	assert_memory_equal(hear(b), "\x88\x02\x0f\xa1", 4);
	assert_int_equal(b->got.len, 4);
	assert_true(conn_finished(b->conn));
}

static void test_conn_closes_a_stream_that_breaks_the_protocol(void **state)
{
	struct bed *b = *state;

	subscribe(b, "/ws/merchant/events");
	say(b, "\x81\x01x", 3); /* not masked */
	assert_memory_equal(hear(b), "\x88\x02\x03\xea", 4);
	assert_true(conn_finished(b->conn));
}

/* --- time -------------------------------------------------------------------------------- */

static bool alive_at(struct bed *b, int64_t after_ms)
{
	bool output;
	return conn_tick(b->conn, T0 + after_ms, &output);
}

static void test_conn_gives_a_slow_head_ten_seconds(void **state)
{
	struct bed *b = *state;

	assert_true(alive_at(b, CONN_IDLE_MS - 1));
	assert_false(alive_at(b, CONN_IDLE_MS));
	say_text(b, "GET / HT");
	assert_true(alive_at(b, CONN_HEAD_MS - 1));
	b->now = T0 + 9000;
	say_text(b, "T"); /* dripping on does not buy time */
	assert_false(alive_at(b, CONN_HEAD_MS));
}

static void test_conn_pings_silence_and_hangs_up_on_it(void **state)
{
	struct bed *b = *state;
	bool output;

	subscribe(b, "/ws/merchant/events");
	assert_true(conn_tick(b->conn, T0 + CONN_PING_MS - 1, &output));
	assert_false(output);
	assert_true(conn_tick(b->conn, T0 + CONN_PING_MS, &output));
	assert_true(output);
	b->now = T0 + CONN_PING_MS;
	assert_memory_equal(hear(b), "\x89\x00", 2);
	say(b, "\x8a\x80\0\0\0\0", 6); /* pong */
	assert_true(alive_at(b, CONN_PING_MS + CONN_DEAD_MS - 1));
	hear(b); /* the ping that tick made */
	assert_false(alive_at(b, CONN_PING_MS + CONN_DEAD_MS));
}

static void test_conn_shut_down_says_goodbye(void **state)
{
	struct bed *b = *state;

	subscribe(b, "/ws/merchant/events");
	conn_shut_down(b->conn);
	assert_memory_equal(hear(b), "\x88\x15\x03\xe9sandbox is stopping", 23);
	assert_true(conn_finished(b->conn));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, bed_open, bed_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_conn_answers_a_request_that_comes_byte_by_byte),
		TEST(test_conn_answers_pipelined_requests_one_at_a_time),
		TEST(test_conn_closes_when_asked_and_after_nonsense),
		TEST(test_conn_refuses_a_head_that_does_not_end),
		TEST(test_conn_answers_head_as_get_without_its_body),
		TEST(test_conn_answers_options_with_405_and_no_cors),
		TEST(test_conn_tells_of_a_path_before_a_key_and_a_key_before_the_query),
		TEST(test_conn_echoes_a_plain_request_id_only),
		TEST(test_conn_reads_bodies_and_refuses_other_types),
		TEST(test_conn_reads_a_refused_body_away),
		TEST(test_conn_says_continue_only_for_a_body_it_wants),
		TEST(test_conn_upgrades_without_extensions),
		TEST(test_conn_refuses_bad_filters_before_upgrading),
		TEST(test_conn_sends_what_happens_after_subscribing),
		TEST(test_conn_sends_only_what_the_filter_lets_through),
		TEST(test_conn_replays_from_since_then_goes_live),
		TEST(test_conn_asks_for_a_resync_when_since_is_unknown),
		TEST(test_conn_answers_pings_and_closes_with_the_same_code),
		TEST(test_conn_closes_a_stream_that_breaks_the_protocol),
		TEST(test_conn_gives_a_slow_head_ten_seconds),
		TEST(test_conn_pings_silence_and_hangs_up_on_it),
		TEST(test_conn_shut_down_says_goodbye),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
