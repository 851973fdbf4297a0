#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sandbox/http1.h"

#define HOST "Host: x\r\n"

static enum status parse(const char *head, struct http1_request *ret)
{
	struct problem why = {0};
	return http1_parse(head, strlen(head), ret, &why);
}

static void test_http1_head_length_waits_for_the_empty_line(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} rows[] = {{"", 0},
		    {"\r\n\r", 0},
		    {"GET / HTTP/1.1\r\n", 0},
		    {"GET / HTTP/1.1\r\n\r\n", 18},
		    {"GET / HTTP/1.1\r\n\r\nBODY", 18},
		    {"GET / HTTP/1.1\n\n", 0}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(http1_head_length(rows[i].bytes, strlen(rows[i].bytes)),
				 rows[i].length);
}

static void test_http1_parse_reads_line_and_headers(void **state)
{
	struct http1_request r;
	(void)state;
	assert_int_equal(parse("POST /a%20b?x=1&y=%zz HTTP/1.1\r\nHoSt: h\r\nX-Api-Key:  k k \t\r\n"
			       "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n",
			       &r),
			 S_OK);
	assert_string_equal(r.method, "POST");
	assert_string_equal(r.path, "/a%20b");
	assert_string_equal(r.query, "x=1&y=%zz");
	assert_string_equal(http1_header(&r, "x-api-key"), "k k");
	assert_null(http1_header(&r, "x-api"));
	assert_int_equal(r.content_length, 12);
	assert_true(r.keep_alive);
	assert_true(r.expect_continue);
	assert_false(r.upgrade);
	http1_release(&r);
}

static void test_http1_parse_accepts_an_absolute_target(void **state)
{
	struct http1_request r;
	(void)state;
	assert_int_equal(parse("GET http://127.0.0.1:1/api?q HTTP/1.1\r\n" HOST "\r\n", &r), S_OK);
	assert_string_equal(r.path, "/api");
	assert_string_equal(r.query, "q");
	http1_release(&r);
}

static void test_http1_parse_knows_when_to_keep_alive(void **state)
{
	static const struct {
		const char *head;
		bool keep_alive;
	} rows[] = {{"GET / HTTP/1.1\r\n" HOST "\r\n", true},
		    {"GET / HTTP/1.1\r\n" HOST "Connection: Close\r\n\r\n", false},
		    {"GET / HTTP/1.1\r\n" HOST "Connection: foo, close\r\n\r\n", false},
		    {"GET / HTTP/1.0\r\n\r\n", false},
		    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct http1_request r;
		assert_int_equal(parse(rows[i].head, &r), S_OK);
		assert_int_equal(r.keep_alive, rows[i].keep_alive);
		http1_release(&r);
	}
}

static void test_http1_parse_sees_an_upgrade_only_with_both_headers(void **state)
{
	static const struct {
		const char *head;
		bool upgrade;
	} rows[] = {{"GET / HTTP/1.1\r\n" HOST
		     "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n",
		     true},
		    {"GET / HTTP/1.1\r\n" HOST "Upgrade: websocket\r\n\r\n", false},
		    {"GET / HTTP/1.1\r\n" HOST "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n",
		     false}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct http1_request r;
		assert_int_equal(parse(rows[i].head, &r), S_OK);
		assert_int_equal(r.upgrade, rows[i].upgrade);
		http1_release(&r);
	}
}

static void test_http1_parse_refuses_what_two_readers_could_see_differently(void **state)
{
	static const struct {
		const char *head;
		enum status status;
	} rows[] = {{"GET  / HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET / x HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET /\r\n" HOST "\r\n", E_INVALID},
		    {"G(T / HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET x HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET http://host HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET /\x01 HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET / HTTP/2.0\r\n" HOST "\r\n", E_UNSUPPORTED},
		    {"GET / FTP/1.1\r\n" HOST "\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n\r\n", E_INVALID}, /* no Host */
		    {"GET / HTTP/1.1\r\n" HOST HOST "\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "a : b\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST " folded\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "no-colon\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST ": v\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "a: \x7f\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "a: b\nc: d\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
		     E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "Content-Length: 1 2\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "Content-Length: 9999999999999999\r\n\r\n",
		     E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST
		     "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		     E_INVALID},
		    {"GET / HTTP/1.1\r\n" HOST "X-Api-Key: a\r\nX-Api-Key: b\r\n\r\n", E_INVALID}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct http1_request r = {.minor = 42};
		enum status st = parse(rows[i].head, &r);
		if (st != rows[i].status)
			fail_msg("row %zu: %s, not %s", i, status_words(st),
				 status_words(rows[i].status));
		assert_int_equal(r.minor, 42); /* untouched */
	}
}

static void test_http1_parse_refuses_a_nul_byte(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\nHost: x\r\na: \0b\r\n\r\n";
	struct http1_request r;
	struct problem why;
	(void)state;
	assert_int_equal(http1_parse(head, sizeof(head) - 1, &r, &why), E_INVALID);
}

static void test_http1_parse_counts_headers(void **state)
{
	struct strbuf sb;
	struct http1_request r;
	(void)state;
	strbuf_init(&sb, 65536);
	strbuf_addstr(&sb, "GET / HTTP/1.1\r\n" HOST);
	for (int i = 1; i < HTTP1_HEADERS_MAX; i++)
		strbuf_addf(&sb, "h%d: v\r\n", i);
	size_t full = sb.len;
	strbuf_addstr(&sb, "\r\n");
	assert_int_equal(parse(strbuf_str(&sb), &r), S_OK);
	assert_int_equal(r.header_count, HTTP1_HEADERS_MAX);
	http1_release(&r);
	sb.len = full;
	strbuf_addstr(&sb, "one: more\r\n\r\n");
	assert_int_equal(parse(strbuf_str(&sb), &r), E_LIMIT);
	strbuf_release(&sb);
}

static void test_http1_write_head_says_what_was_asked(void **state)
{
	struct strbuf sb;
	struct http1_response r = {.status = 429,
				   .body_len = 17,
				   .request_id = "req_1",
				   .date_ms = 784111777000,
				   .retry_after_s = 30,
				   .replayed = true,
				   .close = true};
	(void)state;
	strbuf_init(&sb, 4096);
	http1_write_head(&sb, &r);
	const char *s = strbuf_str(&sb);
	assert_ptr_equal(strstr(s, "HTTP/1.1 429 Too Many Requests\r\n"), s);
	assert_non_null(strstr(s, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	assert_non_null(strstr(s, "\r\nContent-Type: application/json\r\nContent-Length: 17\r\n"));
	assert_non_null(strstr(s, "\r\nx-request-id: req_1\r\n"));
	assert_non_null(strstr(s, "\r\nRetry-After: 30\r\n"));
	assert_non_null(strstr(s, "\r\nIdempotent-Replayed: true\r\n"));
	assert_non_null(strstr(s, "\r\nConnection: close\r\n"));
	assert_null(strstr(s, "Access-Control"));
	assert_string_equal(s + sb.len - 4, "\r\n\r\n");
	strbuf_clear(&sb);
	r = (struct http1_response){.status = 200, .request_id = "r", .retry_after_s = -1};
	http1_write_head(&sb, &r);
	assert_null(strstr(strbuf_str(&sb), "Retry-After"));
	assert_null(strstr(strbuf_str(&sb), "Idempotent"));
	assert_null(strstr(strbuf_str(&sb), "Connection"));
	strbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http1_head_length_waits_for_the_empty_line),
		cmocka_unit_test(test_http1_parse_reads_line_and_headers),
		cmocka_unit_test(test_http1_parse_accepts_an_absolute_target),
		cmocka_unit_test(test_http1_parse_knows_when_to_keep_alive),
		cmocka_unit_test(test_http1_parse_sees_an_upgrade_only_with_both_headers),
		cmocka_unit_test(test_http1_parse_refuses_what_two_readers_could_see_differently),
		cmocka_unit_test(test_http1_parse_refuses_a_nul_byte),
		cmocka_unit_test(test_http1_parse_counts_headers),
		cmocka_unit_test(test_http1_write_head_says_what_was_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
