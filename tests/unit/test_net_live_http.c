/* libcurl as we use it, and the REST thread, against a server that does what each test says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "net/rest.h"
#include "peer.h"

#define KEY    "pk_test_canary_1234567890"
#define UUID_A "11111111-2222-4333-8444-555555555555"
#define JSON   "Content-Type: application/json\r\n"

static struct http_curl *handle_new(bool read_only, int64_t timeout_ms)
{
	struct http_curl_options opt = {.read_only = read_only, .timeout_ms = timeout_ms};
	struct http_curl *h = NULL;

	assert_int_equal(http_curl_new(&opt, &h, NULL), S_OK);
	return h;
}

static enum status ask(struct http_curl *h, enum http_method method, const char *url,
		       struct http_response *ret, struct problem *p)
{
	struct http_request rq = {.method = method,
				  .url = url,
				  .headers = {{"x-api-key", KEY},
					      {"Content-Type", "application/json"}},
				  .header_count = 1};

	if (method != HTTP_GET) {
		rq.body = "{\"reason\":\"x\"}";
		rq.body_len = strlen(rq.body);
		rq.header_count = 2;
	}
	*ret = (struct http_response){.status = 0};
	*p = (struct problem){.status = S_OK};
	return HTTP_CURL_OPS.perform(h, &rq, ret, p);
}

static const char *url_of(const struct peer *p, char buf[64])
{
	(void)str_printf(buf, 64, "http://127.0.0.1:%d/api/v1/x?y=1", p->port);
	return buf;
}

/* --- answers ------------------------------------------------------------------------ */

static void serve_answer(struct conn *c, void *ctx)
{
	const char *const *answer = ctx; /* status, headers, body */

	if (conn_read_head(c))
		conn_answer(c, answer[0], answer[1], answer[2]);
}

static void test_http_gives_the_answer_whole(void **state)
{
	const char *answer[] = {"201 Created",
				"Content-Type: application/json; charset=utf-8\r\n"
				"X-Request-Id: req_9\r\nIdempotent-Replayed: true\r\n"
				"Retry-After: 7\r\n",
				"{\"a\":1}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	char url[64], head[8192];

	(void)state;
	assert_int_equal(ask(h, HTTP_POST, url_of(p, url), &r, &why), S_OK);
	assert_int_equal(r.status, 201);
	assert_string_equal(r.body, "{\"a\":1}");
	assert_int_equal(r.body_len, 7);
	assert_string_equal(r.content_type, "application/json; charset=utf-8");
	assert_string_equal(r.request_id, "req_9");
	assert_true(r.idempotent_replayed);
	assert_int_equal(r.retry_after_ms, 7000);
	assert_true(r.latency_ms >= 0 && r.latency_ms < PATIENCE_MS);
	http_response_release(&r);
	peer_head(p, head, sizeof(head));
	assert_ptr_equal(strstr(head, "POST /api/v1/x?y=1 HTTP/1.1\r\n"), head);
	assert_non_null(strstr(head, "x-api-key: " KEY "\r\n"));
	assert_non_null(strstr(head, "User-Agent: pepaytop/"));
	assert_null(strstr(head, "Expect:"));
	assert_non_null(strstr(head, "Content-Type: application/json\r\n"));
	assert_null(strstr(head, "application/x-www-form-urlencoded"));
	http_curl_free(h);
	peer_stop(p);
}

static void test_http_empty_answer_has_no_body(void **state)
{
	const char *answer[] = {"204 No Content", "Request-Id: r2\r\n", ""};
	struct peer *p = peer_start(serve_answer, answer);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	char url[64];

	(void)state;
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), S_OK);
	assert_int_equal(r.status, 204);
	assert_null(r.body);
	assert_string_equal(r.content_type, "");
	assert_string_equal(r.request_id, "r2");
	assert_int_equal(r.retry_after_ms, -1);
	assert_false(r.idempotent_replayed);
	http_response_release(&r);
	http_curl_free(h);
	peer_stop(p);
}

/* --- what must not happen ------------------------------------------------------------ */

static void test_http_read_only_lets_no_write_out(void **state)
{
	const char *answer[] = {"200 OK", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct http_curl *h = handle_new(true, PATIENCE_MS);
	static const enum http_method writes[] = {HTTP_POST, HTTP_PUT, HTTP_DELETE};
	struct http_response r;
	struct problem why;
	char url[64];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(ask(h, writes[i], url_of(p, url), &r, &why), E_READ_ONLY);
	test_sleep_ms(100);
	assert_int_equal(atomic_load(&p->accepted), 0);
	assert_int_equal(atomic_load(&p->received), 0);
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), S_OK);
	assert_int_equal(atomic_load(&p->accepted), 1);
	http_response_release(&r);
	http_curl_free(h);
	peer_stop(p);
}

static void test_http_read_only_lets_out_what_the_route_table_calls_harmless(void **state)
{
	const char *answer[] = {"200 OK", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct http_curl *h = handle_new(true, PATIENCE_MS);
	struct http_request rq = {.method = HTTP_POST, .body = "{}", .body_len = 2};
	struct http_response r;
	char url[64];

	(void)state;
	rq.url = url_of(p, url);
	rq.harmless = true;
	assert_int_equal(HTTP_CURL_OPS.perform(h, &rq, &r, NULL), S_OK);
	assert_int_equal(r.status, 200);
	http_response_release(&r);
	rq.harmless = false;
	assert_int_equal(HTTP_CURL_OPS.perform(h, &rq, &r, NULL), E_READ_ONLY);
	assert_int_equal(atomic_load(&p->accepted), 1);
	http_curl_free(h);
	peer_stop(p);
}

/* It changes nothing, so it leaves nothing open either. */
static void serve_silence(struct conn *c, void *ctx)
{
	(void)ctx;
	(void)conn_read_head(c);
}

static void test_http_harmless_post_that_is_not_answered_is_no_open_outcome(void **state)
{
	struct peer *p = peer_start(serve_silence, NULL);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_request rq = {.method = HTTP_POST,
				  .body = "{}",
				  .body_len = 2,
				  .harmless = true};
	struct http_response r;
	char url[64];

	(void)state;
	rq.url = url_of(p, url);
	assert_int_equal(HTTP_CURL_OPS.perform(h, &rq, &r, NULL), E_NETWORK);
	rq.harmless = false;
	assert_int_equal(HTTP_CURL_OPS.perform(h, &rq, &r, NULL), E_UNKNOWN_OUTCOME);
	http_curl_free(h);
	peer_stop(p);
}

static void test_http_never_follows_a_redirect(void **state)
{
	static const char *const codes[] = {"301 M", "302 F", "303 S", "307 T", "308 P"};
	const char *target[] = {"200 OK", JSON, "{}"};
	struct peer *elsewhere = peer_start(serve_answer, target);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	char location[128], url[64];

	(void)state;
	(void)str_printf(location, sizeof(location), "Location: http://127.0.0.1:%d/\r\n",
			 elsewhere->port);
	for (size_t i = 0; i < 5; i++) {
		const char *answer[] = {codes[i], location, "{}"};
		struct peer *p = peer_start(serve_answer, answer);
		struct http_response r;
		struct problem why;

		assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), S_OK);
		assert_in_range(r.status, 301, 308);
		http_response_release(&r);
		peer_stop(p);
	}
	assert_int_equal(atomic_load(&elsewhere->accepted), 0);
	http_curl_free(h);
	peer_stop(elsewhere);
}

static void test_http_refuses_headers_that_smuggle(void **state)
{
	static const struct http_header bad[] = {{"x-api-key", "a\r\nx-evil: 1"},
						 {"x-api-key", "a\nb"},
						 {"x-api-key", "a\rb"},
						 {"x-api-key", "a\tb"},
						 {"x-api-key", ""},
						 {"x api key", "a"},
						 {"x:y", "a"},
						 {"", "a"}};
	const char *answer[] = {"200 OK", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct http_request rq = {.method = HTTP_GET,
					  .url = url_of(p, url),
					  .headers = {bad[i]},
					  .header_count = 1};
		struct http_response r;

		assert_int_equal(HTTP_CURL_OPS.perform(h, &rq, &r, NULL), E_INVALID);
	}
	assert_int_equal(atomic_load(&p->accepted), 0);
	http_curl_free(h);
	peer_stop(p);
}

static void test_http_goes_to_this_machine_without_a_proxy(void **state)
{
	const char *answer[] = {"200 OK", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct peer *proxy = peer_start(serve_answer, answer);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	char url[64], env[64];

	(void)state;
	(void)str_printf(env, sizeof(env), "http://127.0.0.1:%d", proxy->port);
	assert_int_equal(setenv("http_proxy", env, 1), 0);
	assert_int_equal(setenv("ALL_PROXY", env, 1), 0);
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), S_OK);
	assert_int_equal(unsetenv("http_proxy"), 0);
	assert_int_equal(unsetenv("ALL_PROXY"), 0);
	assert_int_equal(atomic_load(&proxy->accepted), 0);
	http_response_release(&r);
	http_curl_free(h);
	peer_stop(proxy);
	peer_stop(p);
}

static void serve_endless(struct conn *c, void *ctx)
{
	static const char chunk[65536] = "x";

	(void)ctx;
	if (!conn_read_head(c) || !conn_sends(c, "HTTP/1.1 200 OK\r\n" JSON "\r\n"))
		return;
	while (conn_send(c, chunk, sizeof(chunk)))
		;
}

static void serve_announced(struct conn *c, void *ctx)
{
	(void)ctx;
	if (conn_read_head(c) &&
	    conn_sends(c, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"))
		conn_idle(c, false, PATIENCE_MS);
}

static void test_http_stops_reading_an_endless_answer(void **state)
{
	struct peer *p = peer_start(serve_endless, NULL);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	char url[64];

	(void)state;
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), E_LIMIT);
	assert_int_equal(ask(h, HTTP_POST, url_of(p, url), &r, &why), E_UNKNOWN_OUTCOME);
	peer_stop(p);
	p = peer_start(serve_announced, NULL);
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), E_LIMIT);
	http_curl_free(h);
	peer_stop(p);
}

static void serve_hello(struct conn *c, void *ctx)
{
	char *seen = ctx;
	ssize_t n = conn_read(c, seen, 4096, PATIENCE_MS);

	(void)n;
	(void)conn_sends(c, "HTTP/1.1 400 this is not TLS\r\n\r\n");
}

static void test_http_sends_no_key_before_tls_is_up(void **state)
{
	static char seen[4097];
	struct peer *p = peer_start(serve_hello, seen);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	char url[64];

	(void)state;
	(void)str_printf(url, sizeof(url), "https://127.0.0.1:%d/", p->port);
	assert_int_equal(ask(h, HTTP_POST, url, &r, &why), E_NETWORK);
	peer_stop(p);
	assert_true(seen[0] == 0x16); /* a TLS handshake */
	for (size_t i = 0; i + sizeof(KEY) <= sizeof(seen); i++)
		assert_true(memcmp(seen + i, KEY, sizeof(KEY) - 1) != 0);
	http_curl_free(h);
}

/* --- how far a failed request got -------------------------------------------------------- */

static void serve_hang_up(struct conn *c, void *ctx)
{
	(void)ctx;
	(void)conn_read_head(c);
}

static void serve_half(struct conn *c, void *ctx)
{
	(void)ctx;
	if (conn_read_head(c))
		(void)conn_sends(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":");
}

static void serve_nothing(struct conn *c, void *ctx)
{
	(void)ctx;
	if (conn_read_head(c))
		conn_idle(c, false, PATIENCE_MS);
}

static void test_http_tells_sent_from_not_sent(void **state)
{
	static const struct {
		void (*serve)(struct conn *, void *); /* NULL: nobody listens */
		int64_t timeout_ms;
		enum status read, write;
	} rows[] = {
		{NULL, PATIENCE_MS, E_NETWORK, E_NETWORK},
		{serve_hang_up, PATIENCE_MS, E_NETWORK, E_UNKNOWN_OUTCOME},
		{serve_half, PATIENCE_MS, E_NETWORK, E_UNKNOWN_OUTCOME},
		{serve_nothing, 400, E_TIMEOUT, E_UNKNOWN_OUTCOME},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int port, held = port_hold(&port);
		struct peer *p = rows[i].serve ? peer_start_on(port, rows[i].serve, NULL) : NULL;
		struct http_curl *h = handle_new(false, rows[i].timeout_ms);
		struct http_response r;
		struct problem why;
		char url[64];

		(void)str_printf(url, sizeof(url), "http://127.0.0.1:%d/x", port);
		assert_int_equal(ask(h, HTTP_GET, url, &r, &why), rows[i].read);
		assert_string_not_equal(why.what, "");
		assert_int_equal(ask(h, HTTP_POST, url, &r, &why), rows[i].write);
		assert_string_not_equal(why.what, "");
		http_curl_free(h);
		if (p != NULL)
			peer_stop(p);
		close(held);
	}
}

static void serve_then_die(struct conn *c, void *ctx)
{
	(void)ctx;
	/* keeps the connection for another request, then drops it with that one unanswered */
	if (conn_read_head(c)) {
		conn_answer(c, "200 OK", JSON, "{}");
		(void)conn_read_head(c);
	}
}

static void test_http_sends_a_write_once_even_on_a_stale_connection(void **state)
{
	struct peer *p = peer_start(serve_then_die, NULL);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	char url[64];

	(void)state;
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), S_OK);
	http_response_release(&r);
	assert_int_equal(ask(h, HTTP_POST, url_of(p, url), &r, &why), S_OK);
	http_response_release(&r);
	assert_int_equal(atomic_load(&p->accepted), 2); /* never over the used connection */
	http_curl_free(h);
	peer_stop(p);
}

static void *abort_soon(void *ctx)
{
	test_sleep_ms(200);
	http_curl_abort(ctx);
	return NULL;
}

static void test_http_abort_ends_a_request_at_once_and_for_good(void **state)
{
	struct peer *p = peer_start(serve_nothing, NULL);
	struct http_curl *h = handle_new(false, PATIENCE_MS);
	struct http_response r;
	struct problem why;
	pthread_t thread;
	int64_t at = test_now_ms();
	char url[64];

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, abort_soon, h), 0);
	assert_int_equal(ask(h, HTTP_POST, url_of(p, url), &r, &why), E_UNKNOWN_OUTCOME);
	assert_true(test_now_ms() - at < 10000);
	pthread_join(thread, NULL);
	assert_int_equal(ask(h, HTTP_GET, url_of(p, url), &r, &why), E_CLOSED);
	http_curl_free(h);
	peer_stop(p);
}

/* --- the REST thread ------------------------------------------------------------------------ */

static struct rest *thread_new(const struct peer *p, struct mailbox *mb, bool read_only)
{
	char url[64];
	struct rest_options opt = {.base_url = url, .merchant_key = KEY, .read_only = read_only};
	struct rest *r = NULL;

	(void)str_printf(url, sizeof(url), "http://127.0.0.1:%d", p->port);
	assert_int_equal(rest_start(&opt, mb, &r, NULL), S_OK);
	return r;
}

static struct msg *wait_msg(struct mailbox *mb)
{
	struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return mailbox_take(mb);
}

static void test_rest_answers_what_it_is_asked(void **state)
{
	const char *answer[] = {"404 Not Found", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct mailbox *mb = mailbox_new(8);
	struct rest *r = thread_new(p, mb, false);
	struct request rq = {.kind = REQUEST_CAPABILITIES, .serial = 1};
	struct msg *m;

	(void)state;
	assert_int_equal(rest_submit(r, &rq), S_OK);
	m = wait_msg(mb);
	assert_int_equal(m->kind, MSG_CAPABILITIES);
	assert_true(m->as.capabilities.known);
	msg_free(m);
	rq = (struct request){.kind = REQUEST_GET,
			      .object = OBJECT_INVOICE,
			      .serial = 2,
			      .target = "i-1"};
	assert_int_equal(rest_submit(r, &rq), S_OK);
	m = wait_msg(mb);
	assert_int_equal(m->kind, MSG_FAILED);
	assert_int_equal(m->as.failed.request.serial, 2);
	assert_int_equal(m->as.failed.problem.status, E_NOT_FOUND);
	msg_free(m);
	rest_stop(r);
	mailbox_free(mb);
	peer_stop(p);
}

static void test_rest_waits_for_room_and_drops_nothing(void **state)
{
	const char *answer[] = {"404 Not Found", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct mailbox *mb = mailbox_new(1);
	struct rest *r = thread_new(p, mb, false);

	(void)state;
	for (uint64_t n = 1; n <= 10; n++) {
		struct request rq = {.kind = REQUEST_GET,
				     .object = OBJECT_INVOICE,
				     .serial = n,
				     .target = "i-1"};

		assert_int_equal(rest_submit(r, &rq), S_OK);
	}
	while (mailbox_count(mb) == 0)
		test_sleep_ms(5);
	test_sleep_ms(200);
	assert_in_range(atomic_load(&p->accepted), 1, 2); /* it does not run ahead */
	for (uint64_t n = 1; n <= 10; n++) {
		struct msg *m = wait_msg(mb);

		assert_int_equal(m->as.failed.request.serial, n);
		msg_free(m);
	}
	rest_stop(r);
	mailbox_free(mb);
	peer_stop(p);
}

static void test_rest_stops_within_a_second_whatever_it_does(void **state)
{
	struct request read = {.kind = REQUEST_CAPABILITIES};
	struct request write = {.kind = REQUEST_INVOICE_CANCEL,
				.target = "i-1",
				.idempotency_key = UUID_A};
	const struct {
		void (*serve)(struct conn *, void *);
		const struct request *request;
		size_t capacity;
	} rows[] = {
		{serve_nothing, &read, 4}, /* in flight */
		{serve_nothing, &write, 4},
		{serve_hang_up, &write, 4}, /* waiting to send again */
		{serve_hang_up, &read, 1},  /* waiting for room */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct peer *p = peer_start(rows[i].serve, NULL);
		struct mailbox *mb = mailbox_new(rows[i].capacity);
		struct rest *r = thread_new(p, mb, false);
		int64_t at;

		assert_int_equal(rest_submit(r, rows[i].request), S_OK);
		assert_int_equal(rest_submit(r, rows[i].request), S_OK);
		test_sleep_ms(150);
		at = test_now_ms();
		rest_stop(r);
		assert_true(test_now_ms() - at < 10000);
		mailbox_free(mb);
		peer_stop(p);
	}
	rest_stop(NULL);
}

static void test_rest_says_when_too_many_wait(void **state)
{
	struct peer *p = peer_start(serve_nothing, NULL);
	struct mailbox *mb = mailbox_new(4);
	struct rest *r = thread_new(p, mb, false);
	struct request rq = {.kind = REQUEST_CAPABILITIES};
	enum status st = S_OK;

	(void)state;
	for (int i = 0; i < 1000 && st == S_OK; i++)
		st = rest_submit(r, &rq);
	assert_int_equal(st, E_FULL);
	rest_stop(r);
	mailbox_free(mb);
	peer_stop(p);
}

static void test_rest_read_only_refuses_an_action_at_home(void **state)
{
	const char *answer[] = {"200 OK", JSON, "{}"};
	struct peer *p = peer_start(serve_answer, answer);
	struct mailbox *mb = mailbox_new(4);
	struct rest *r = thread_new(p, mb, true);
	struct request write = {.kind = REQUEST_INVOICE_CANCEL,
				.target = "i-1",
				.idempotency_key = UUID_A};
	struct msg *m;

	(void)state;
	assert_int_equal(rest_submit(r, &write), S_OK);
	m = wait_msg(mb);
	assert_int_equal(m->kind, MSG_OUTCOME);
	assert_int_equal(m->as.outcome.outcome, OUTCOME_REFUSED);
	assert_int_equal(m->as.outcome.problem.status, E_READ_ONLY);
	assert_int_equal(atomic_load(&p->accepted), 0);
	msg_free(m);
	rest_stop(r);
	mailbox_free(mb);
	peer_stop(p);
}

static void test_rest_refuses_a_url_it_must_not_use(void **state)
{
	struct rest_options opt = {.base_url = "http://api.example.com", .merchant_key = KEY};
	struct mailbox *mb = mailbox_new(1);
	struct rest *r = NULL;
	struct problem p;

	(void)state;
	assert_int_equal(rest_start(&opt, mb, &r, &p), E_DENIED);
	assert_null(r);
	mailbox_free(mb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_gives_the_answer_whole),
		cmocka_unit_test(test_http_empty_answer_has_no_body),
		cmocka_unit_test(test_http_read_only_lets_no_write_out),
		cmocka_unit_test(test_http_read_only_lets_out_what_the_route_table_calls_harmless),
		cmocka_unit_test(test_http_harmless_post_that_is_not_answered_is_no_open_outcome),
		cmocka_unit_test(test_http_never_follows_a_redirect),
		cmocka_unit_test(test_http_refuses_headers_that_smuggle),
		cmocka_unit_test(test_http_goes_to_this_machine_without_a_proxy),
		cmocka_unit_test(test_http_stops_reading_an_endless_answer),
		cmocka_unit_test(test_http_sends_no_key_before_tls_is_up),
		cmocka_unit_test(test_http_tells_sent_from_not_sent),
		cmocka_unit_test(test_http_sends_a_write_once_even_on_a_stale_connection),
		cmocka_unit_test(test_http_abort_ends_a_request_at_once_and_for_good),
		cmocka_unit_test(test_rest_answers_what_it_is_asked),
		cmocka_unit_test(test_rest_waits_for_room_and_drops_nothing),
		cmocka_unit_test(test_rest_stops_within_a_second_whatever_it_does),
		cmocka_unit_test(test_rest_says_when_too_many_wait),
		cmocka_unit_test(test_rest_read_only_refuses_an_action_at_home),
		cmocka_unit_test(test_rest_refuses_a_url_it_must_not_use),
	};

	if (http_curl_global_init(NULL) != S_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
