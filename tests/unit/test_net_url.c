/* Which URLs may be spoken to, and what Retry-After means. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/when.h"
#include "net/http_curl_url.h"

static void test_url_check_lets_through_only_tls_and_this_machine(void **state)
{
	static const struct {
		const char *url;
		bool websocket;
		enum status expected;
	} rows[] = {
		{"https://api.pepay.io", false, S_OK},
		{"https://api.pepay.io:8443", false, S_OK},
		{"https://api.pepay.io/prefix", false, S_OK},
		{"HTTPS://API.PEPAY.IO", false, S_OK},
		{"http://127.0.0.1:3000", false, S_OK},
		{"http://127.8.9.1", false, S_OK},
		{"http://[::1]:3000", false, S_OK},
		{"http://localhost:3000", false, S_OK},
		{"wss://api.pepay.io", true, S_OK},
		{"ws://127.0.0.1:3000", true, S_OK},
		{"ws://localhost", true, S_OK},
		{"http://api.pepay.io", false, E_DENIED},
		{"http://10.0.0.1", false, E_DENIED},
		{"http://128.0.0.1", false, E_DENIED},
		{"http://0.0.0.0", false, E_DENIED},
		{"http://127.0.0.1.evil.com", false, E_DENIED},
		{"http://localhost.evil.com", false, E_DENIED},
		{"http://127.0.0.1@evil.com", false, E_DENIED},
		{"http://[::2]", false, E_DENIED},
		{"ws://api.pepay.io", true, E_DENIED},
		{"https://api.pepay.io", true, E_DENIED},
		{"wss://api.pepay.io", false, E_DENIED},
		{"ftp://127.0.0.1", false, E_DENIED},
		{"file:///etc/passwd", false, E_DENIED},
		{"gopher://127.0.0.1", false, E_DENIED},
		{"https://user@api.pepay.io", false, E_DENIED},
		{"https://user:pass@api.pepay.io", false, E_DENIED},
		{"https://api.pepay.io?x=1", false, E_DENIED},
		{"https://api.pepay.io#x", false, E_DENIED},
		{"https://api.pepay.io:99999", false, E_DENIED},
		{"https://api pepay.io", false, E_DENIED},
		{"https://api.pepay.io\r\nx: y", false, E_DENIED},
		{"api.pepay.io", false, E_DENIED},
		{"https://", false, E_DENIED},
		{"", false, E_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem p = {.what = ""};

		if (http_url_check(rows[i].url, rows[i].websocket, &p) != rows[i].expected)
			fail_msg("'%s': %s", rows[i].url, p.what);
		if (rows[i].expected != S_OK)
			assert_string_not_equal(p.what, "");
	}
}

static void test_url_parse_says_where_it_leads(void **state)
{
	struct http_url u;

	(void)state;
	assert_int_equal(http_url_parse("https://h.example/x?y=1", false, &u, NULL), S_OK);
	assert_string_equal(u.host, "h.example");
	assert_int_equal(u.port, 443);
	assert_true(u.tls && u.has_path && u.has_query && !u.loopback);
	assert_int_equal(http_url_parse("ws://[::1]:81/", true, &u, NULL), S_OK);
	assert_string_equal(u.host, "[::1]");
	assert_int_equal(u.port, 81);
	assert_true(!u.tls && !u.has_path && !u.has_query && u.loopback);
	assert_int_equal(http_url_parse("ws://localhost", true, &u, NULL), S_OK);
	assert_int_equal(u.port, 80);
}

static void test_retry_after_in_every_spelling(void **state)
{
	/* 2026-01-15 12:00:00 UTC */
	const int64_t now = 1768478400000;
	static const struct {
		const char *text;
		int64_t expected;
	} rows[] = {
		{"0", 0},
		{"5", 5000},
		{"600", 600000},
		{"601", HTTP_RETRY_AFTER_MAX_MS},
		{"1000000000000", HTTP_RETRY_AFTER_MAX_MS},
		{"99999999999999999999999999", HTTP_RETRY_AFTER_MAX_MS},
		{"Thu, 15 Jan 2026 12:00:30 GMT", 30000},
		{"Thu, 15 Jan 2026 11:00:00 GMT", 0},
		{"Thu, 15 Jan 2030 11:00:00 GMT", HTTP_RETRY_AFTER_MAX_MS},
		{"-1", -1},
		{"soon", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (http_retry_after_ms(rows[i].text, now) != rows[i].expected)
			fail_msg("'%s' gave %lld", rows[i].text,
				 (long long)http_retry_after_ms(rows[i].text, now));
	assert_int_equal(http_retry_after_ms("Thu, 15 Jan 2026 12:00:30 GMT", TIME_NONE), -1);
	assert_int_equal(http_date_ms("garbage"), TIME_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url_check_lets_through_only_tls_and_this_machine),
		cmocka_unit_test(test_url_parse_says_where_it_leads),
		cmocka_unit_test(test_retry_after_in_every_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
