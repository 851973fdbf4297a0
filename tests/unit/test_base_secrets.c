/* What a secret looks like: names, forms, and both in a text. */
#include "base/secrets.h"
#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_secret_names(void **state)
{
	static const struct {
		const char *name;
		enum secret_name want;
	} table[] = {
		{"api_key", SECRET_NAME_ALWAYS},
		{"apikey", SECRET_NAME_ALWAYS},
		{"x-api-key", SECRET_NAME_ALWAYS},
		{"X-Session-Token", SECRET_NAME_ALWAYS},
		{"sessiontoken", SECRET_NAME_ALWAYS},
		{"session_id", SECRET_NAME_ALWAYS},
		{"wallet_session", SECRET_NAME_ALWAYS},
		{"walletSession", SECRET_NAME_ALWAYS},
		{"payment_session_jwt", SECRET_NAME_ALWAYS},
		{"paymentSessionHeaders", SECRET_NAME_ALWAYS},
		{"userAccessToken", SECRET_NAME_ALWAYS},
		{"ws_token", SECRET_NAME_ALWAYS},
		{"login_otp", SECRET_NAME_ALWAYS},
		{"Authorization", SECRET_NAME_ALWAYS},
		{"Set-Cookie", SECRET_NAME_ALWAYS},
		{"WEBHOOK_SECRET", SECRET_NAME_ALWAYS},
		{"x-signature", SECRET_NAME_ALWAYS},
		{"password", SECRET_NAME_ALWAYS},
		{"session", SECRET_NAME_OF_MEMBER},
		{"token", SECRET_NAME_OF_MEMBER},
		{"jwt", SECRET_NAME_OF_MEMBER},
		{"Cookie", SECRET_NAME_OF_MEMBER},
		{"otp", SECRET_NAME_OF_MEMBER},
		/* of chains, of people, of us */
		{"token_symbol", SECRET_NAME_NONE},
		{"token_id", SECRET_NAME_NONE},
		{"tokenAddress", SECRET_NAME_NONE},
		{"settlement_token", SECRET_NAME_NONE},
		{"available_stable_tokens", SECRET_NAME_NONE},
		{"networkToken", SECRET_NAME_NONE},
		{"idempotency_key", SECRET_NAME_NONE},
		{"customer_id", SECRET_NAME_NONE},
		{"laptop", SECRET_NAME_NONE},
		{"key", SECRET_NAME_NONE},
		{"", SECRET_NAME_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		if (secret_name(table[i].name, strlen(table[i].name)) != table[i].want)
			fail_msg("“%s” is not %d", table[i].name, (int)table[i].want);
}

static void test_secret_forms(void **state)
{
	static const struct {
		const char *text;
		int mark; /* -1: it is none */
	} table[] = {
		{"pst_abcdefgh", 4},
		{"PST_ABCDEFGH12345", 4},
		{"wst_abcdefgh123456789", 4},
		{"rk_live_abcdefgh123456", 3},
		{"sk_test_1", 3},
		{"whsec_abcd", 6},
		{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", 3},
		{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef."
		 "1768000000000",
		 0},
		{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.17", -1},
		{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", -1},
		{"SK_10023", -1},
		{"sk_1", -1},
		{"eyJ", -1},
		{"eyjafjallajokull", -1},
		{"cust_8FQ2LMA", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t mark = 99;
		bool is = is_secret_form(table[i].text, strlen(table[i].text), &mark);

		if (is != (table[i].mark >= 0) || (is && mark != (size_t)table[i].mark))
			fail_msg("“%s”: %d, %zu", table[i].text, is, mark);
	}
}

static void test_secrets_in_a_text(void **state)
{
	static const struct {
		const char *text, *want; /* * for what is taken out */
	} table[] = {
		{"wst_abcdefgh123456789", "wst_*"},
		{"X-Session-Token: abcdefghijklmnop0123\n", "X-Session-Token: *\n"},
		{"x-api-key: 3f9c8d7e6f5a4b3c2d1e", "x-api-key: *"},
		{"api_key=abcdef0123456789&x", "api_key=*&x"},
		{"{\"wallet_session\":\"abcdefghij\"}", "{\"wallet_session\":\"*\"}"},
		{"\\\"apiKey\\\": \\\"abcd1234\\\"", "\\\"apiKey\\\": \\\"*\\\""},
		{"otp=123456", "otp=*"},
		{"Authorization: Basic dXNlcjpwdw==", "Authorization: Basic *"},
		{"authorization: Bearer abcdef12345", "authorization: Bearer *"},
		{"Bearer abcdef12345", "Bearer *"},
		{"password: correcthorse", "password: *"},
		{"Cookie: sid=abcdef123", "Cookie: *"},
		{"https://u:pw@x.example/y", "https://*@x.example/y"},
		{"by \xe2\x80\x8bsig_0123456789abcdef", "by \xe2\x80\x8bsig_*"},
		{"a%3Dpst_abcdefghijklmnop", "a%3Dpst_*"},
		{"%253Fsession%253Dabcdefghijk;", "%253Fsession%253D*;"},
		{"%26signature%3dsig_0123456789 x", "%26signature%3d* x"},
		{"of 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef."
		 "1768000000000, x",
		 "of *, x"},
		/* nothing in these */
		{"session: expired", "session: expired"},
		{"token: USDC", "token: USDC"},
		{"token=usdc", "token=usdc"},
		{"a session, a token. A cookie", "a session, a token. A cookie"},
		{"task_runner desk_lamps_x risk_level", "task_runner desk_lamps_x risk_level"},
		{"Bearer of bad news", "Bearer of bad news"},
		{"https://x.example/a:b@c", "https://x.example/a:b@c"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *text = table[i].text;
		size_t len = strlen(text), at = 0, n, keep = 0;
		struct strbuf sb;

		strbuf_init(&sb, 4096);
		while (at < len) {
			n = secret_at(text, len, at, &keep);
			strbuf_add(&sb, text + at, n > 0 ? keep : 1);
			if (n > 0)
				strbuf_addch(&sb, '*');
			at += n > 0 ? n : 1;
		}
		if (!str_equal(strbuf_str(&sb), table[i].want))
			fail_msg("“%s” became “%s”", text, strbuf_str(&sb));
		strbuf_release(&sb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret_names),
		cmocka_unit_test(test_secret_forms),
		cmocka_unit_test(test_secrets_in_a_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
