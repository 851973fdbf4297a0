/* Payment sessions as answers (contract 6), payment links, and what is never shown of them. */
#include "unit/test_wire_mutate.h"
#include "unit/test_wire_support.h"

#include "base/strbuf.h"
#include "base/when.h"
#include "wire/payor.h"

#define ID        "9c6a2f7e-1c57-4a39-9f53-1d6f0f6f1d11"
#define MUTATIONS 6000

/* Contract 6.1, every member. */
#define DETAILS                                                                                 \
	"{\"invoice_id\":\"" ID "\",\"amount_usd\":49.99,\"amount_remaining_usd\":20.005,"      \
	"\"description\":\"Beans\",\"expires_at\":1766322000,\"invoice_status\":\"underpaid\"," \
	"\"remaining_time\":1500,\"remaining_seconds\":1,\"merchant_name\":\"Shop\","           \
	"\"merchant_email\":\"a@b.example\",\"network_environment\":\"devnet\","                \
	"\"locked_network\":\"base\",\"locked_token_id\":112,"                                  \
	"\"locked_payment_address\":\"0xabc\"}"
#define TOKENS                                                                                 \
	"[{\"id\":112,\"token_symbol\":\"USDC\",\"token_name\":\"USD Coin\","                  \
	"\"token_type\":\"erc20\",\"network\":\"base\",\"token_decimals\":6,"                  \
	"\"availability_status\":\"DEVNET\",\"tier\":\"100\"},"                                \
	"{\"id\":121,\"token_symbol\":\"SOL\",\"network\":\"solana\","                         \
	"\"availability_status\":\"STALE\",\"unavailable_reason\":\"rate older than 5 min\"}," \
	"17,{\"id\":1}]"
#define QUOTE                                                                                      \
	"{\"temp_address\":\"0xfeed\",\"network\":\"base\",\"token_symbol\":\"USDC\","             \
	"\"supported_token_id\":112,\"estimated_token_amount\":\"50.239950\","                     \
	"\"exchange_rate\":\"1.00000000\",\"usd_amount\":49.99,"                                   \
	"\"quote_last_updated_at\":1766320000,\"quote_valid_until\":\"2025-12-21T12:31:40.000Z\"," \
	"\"quote_expires_in_seconds\":300}"
#define LINK(quote)                                                                           \
	"{\"object\":\"invoice_session\",\"invoice_id\":\"" ID "\","                          \
	"\"payment_url\":\"https://pay.example/pay?session=pst_1&signature=sig_1\","          \
	"\"session_token\":\"pst_1\",\"signature\":\"sig_1\",\"payment_session_headers\":{}," \
	"\"quote\":" quote "}"

static enum status details(const char *body, struct payor_session *s, struct problem *why)
{
	return payor_details_decode(body, strlen(body), s, why);
}

static enum status tokens(const char *body, struct payor_session *s, struct problem *why)
{
	return payor_tokens_decode(body, strlen(body), s, why);
}

static enum status email(const char *body, struct payor_session *s, struct problem *why)
{
	return payor_email_decode(body, strlen(body), s, why);
}

static enum status link_of(const char *body, struct payor_session *s, struct problem *why)
{
	return payor_link_decode(body, strlen(body), s, why);
}

/* --- answers -------------------------------------------------------------------------- */

static void test_session_details_are_read_whole(void **state)
{
	static const char *const wrapped[] = {DETAILS, "{\"success\":true,\"data\":" DETAILS "}"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct payor_session s;
		payor_session_init(&s);
		assert_int_equal(details(wrapped[i], &s, NULL), S_OK);
		assert_string_equal(s.invoice_id, ID);
		assert_string_equal(s.status, "underpaid");
		assert_int_equal(s.amount, 49990);
		assert_true(s.has_remaining);
		assert_true(s.has_amount);
		assert_int_equal(s.amount_remaining, 20005);
		assert_string_equal(s.description, "Beans");
		assert_string_equal(s.merchant_name, "Shop");
		assert_string_equal(s.environment, "devnet");
		assert_int_equal(s.expires_at, 1766322000000);
		assert_string_equal(s.locked_network, "base");
		assert_int_equal(s.locked_token_id, 112);
		assert_string_equal(s.locked_address, "0xabc");
		assert_false(s.tokens_known || s.email_known || s.quote_known);
		payor_session_release(&s);
	}
}

static void test_session_details_need_only_name_their_invoice(void **state)
{
	static const char *const bodies[] = {
		"{\"invoice_id\":\"" ID "\"}",
		"{\"invoice_id\":\"" ID "\",\"amount_usd\":null,\"expires_at\":null,"
		"\"locked_network\":null,\"locked_token_id\":null,\"new\":{\"x\":[1]}}",
		"{\"invoice_id\":\"" ID "\",\"amount_usd\":\"a lot\",\"expires_at\":\"soon\","
		"\"invoice_status\":{},\"locked_token_id\":\"base-1\",\"merchant_name\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct payor_session s;
		payor_session_init(&s);
		assert_int_equal(details(bodies[i], &s, NULL), S_OK);
		assert_string_equal(s.invoice_id, ID);
		assert_int_equal(s.amount, 0);
		assert_false(s.has_remaining);
		assert_int_equal(s.expires_at, TIME_NONE);
		assert_string_equal(s.status, "");
		assert_string_equal(s.locked_network, "");
		assert_int_equal(s.locked_token_id, 0);
		payor_session_release(&s);
	}
}

static void test_session_times_come_in_either_revision(void **state)
{
	struct payor_session s;

	(void)state;
	payor_session_init(&s);
	assert_int_equal(
		details("{\"invoice_id\":\"i\",\"expires_at\":\"2025-12-21T13:00:00.000Z\"}", &s,
			NULL),
		S_OK);
	assert_int_equal(s.expires_at, 1766322000000);
	payor_session_release(&s);
}

/* Amounts come as the floating point of somebody's JavaScript. */
static void test_session_amounts_are_read_from_their_own_text(void **state)
{
	static const struct {
		const char *text;
		bool read;
		int64_t millis;
	} rows[] = {
		{"13.99", true, 13990},
		{"0", true, 0},
		{"1000000", true, 1000000000},
		{"0.30000000000000004", true, 300},
		{"59.989999999999995", true, 59990},
		{"0.0005", true, 1},
		{"0.0004", true, 0},
		{"-0.0004", true, 0},
		{"-2.5", true, -2500},
		{"9007199254740993.001", true, 9007199254740993001},
		{"\"10.00\"", true, 10000},
		{"\"10.0005\"", true, 10001},
		{"9223372036854775.8079", false, 0},
		{"1e2", false, 0},
		{"1e400", false, 0},
		{"\"\"", false, 0},
		{"\"ten\"", false, 0},
		{"\"1.2x\"", false, 0},
		{"\"1.2345x\"", false, 0},
		{"\"1,5\"", false, 0},
		{"[1]", false, 0},
		{"true", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct payor_session s;
		char body[256];
		(void)str_printf(body, sizeof(body),
				 "{\"invoice_id\":\"i\",\"amount_remaining_usd\":%s}",
				 rows[i].text);
		payor_session_init(&s);
		assert_int_equal(details(body, &s, NULL), S_OK);
		if (s.has_remaining != rows[i].read || s.amount_remaining != rows[i].millis)
			fail_msg("%s: %lld", rows[i].text, (long long)s.amount_remaining);
		payor_session_release(&s);
	}
}

static void test_session_tokens_are_read_and_what_is_none_is_counted(void **state)
{
	static const char *const bodies[] = {TOKENS, "{\"success\":true,\"data\":" TOKENS "}",
					     "{\"tokens\":" TOKENS "}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct payor_session s;
		payor_session_init(&s);
		assert_int_equal(tokens(bodies[i], &s, NULL), S_OK);
		assert_true(s.tokens_known);
		assert_int_equal(s.token_count, 2);
		assert_int_equal(s.tokens_left_out, 2);
		assert_int_equal(s.tokens[0].id, 112);
		assert_string_equal(s.tokens[0].symbol, "USDC");
		assert_string_equal(s.tokens[0].network, "base");
		assert_string_equal(s.tokens[1].availability, "STALE");
		/* asked again: the old ones go */
		assert_int_equal(tokens("[]", &s, NULL), S_OK);
		assert_int_equal(s.token_count, 0);
		assert_int_equal(s.tokens_left_out, 0);
		payor_session_release(&s);
	}
}

static void test_session_keeps_no_more_tokens_than_it_holds(void **state)
{
	struct payor_session s;
	struct strbuf body;

	(void)state;
	strbuf_init(&body, 1 << 20);
	strbuf_addch(&body, '[');
	for (int i = 0; i < PAYOR_TOKENS_MAX + 9; i++)
		strbuf_addf(&body, "%s{\"token_symbol\":\"T%d\"}", i > 0 ? "," : "", i);
	strbuf_addch(&body, ']');
	payor_session_init(&s);
	assert_int_equal(tokens(strbuf_str(&body), &s, NULL), S_OK);
	assert_int_equal(s.token_count, PAYOR_TOKENS_MAX);
	assert_int_equal(s.tokens_left_out, 9);
	payor_session_release(&s);
	strbuf_release(&body);
}

static void test_session_email_is_there_or_not(void **state)
{
	static const struct {
		const char *body, *email;
		bool has;
	} rows[] = {
		{"{\"email\":\"a@b.example\",\"has_email\":true}", "a@b.example", true},
		{"{\"email\":null,\"has_email\":false}", "", false},
		{"{\"has_email\":true}", "", false},
		{"{\"email\":\"\"}", "", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct payor_session s;
		payor_session_init(&s);
		assert_int_equal(email(rows[i].body, &s, NULL), S_OK);
		assert_true(s.email_known);
		assert_true(s.has_email == rows[i].has);
		assert_string_equal(s.email, rows[i].email);
		payor_session_release(&s);
	}
}

static void test_link_tells_the_pass_and_the_quote(void **state)
{
	struct payor_session s;
	struct payor_pass read;

	(void)state;
	payor_session_init(&s);
	assert_int_equal(link_of(LINK(QUOTE), &s, NULL), S_OK);
	assert_string_equal(s.invoice_id, ID);
	assert_string_equal(s.pass.token, "pst_1");
	assert_string_equal(s.pass.signature, "sig_1");
	assert_true(payor_url_read(s.payment_url, strlen(s.payment_url), &read));
	assert_string_equal(read.token, "pst_1");
	assert_true(s.has_quote);
	assert_string_equal(s.quote.address, "0xfeed");
	assert_string_equal(s.quote.network, "base");
	assert_string_equal(s.quote.token_symbol, "USDC");
	assert_string_equal(s.quote.token_amount, "50.239950");
	assert_string_equal(s.quote.exchange_rate, "1.00000000");
	assert_int_equal(s.quote.token_id, 112);
	assert_int_equal(s.quote.amount, 49990);
	assert_int_equal(s.quote.updated_at, 1766320000000);
	assert_int_equal(s.quote.valid_until, 1766320300000);
	/* and then nobody holds one */
	assert_int_equal(link_of(LINK("null"), &s, NULL), S_OK);
	assert_true(s.quote_known);
	assert_false(s.has_quote);
	payor_session_release(&s);
}

static void test_session_refuses_what_is_none(void **state)
{
	static const struct {
		enum status (*decode)(const char *body, struct payor_session *s,
				      struct problem *why);
		const char *body;
		enum status expected;
		const char *words;
	} rows[] = {
		{details, "{}", E_INVALID, "invoice_id"},
		{details, "[]", E_INVALID, "invoice_id"},
		{details, "null", E_INVALID, "invoice_id"},
		{details, "{\"invoice_id\":\"\"}", E_INVALID, "invoice_id"},
		{details, "{\"invoice_id\":{}}", E_INVALID, "invoice_id"},
		{details, "{\"success\":false,\"error\":{\"code\":\"X\",\"message\":\"y\"}}",
		 E_PROTOCOL, "X y"},
		{details, "{\"invoice_id\":\"another\"}", E_CONFLICT, "another"},
		{details, "", E_INVALID, ""},
		{details, "{\"invoice_id\":\"" ID "\"", E_INVALID, ""},
		{tokens, "{}", E_INVALID, "list"},
		{tokens, "\"none\"", E_INVALID, "list"},
		{tokens, "{\"tokens\":{}}", E_INVALID, "list"},
		{email, "[]", E_INVALID, "e-mail"},
		{email, "{\"email\":7}", E_INVALID, "e-mail"},
		{link_of, "{\"invoice_id\":\"" ID "\"}", E_INVALID, "token"},
		{link_of, "{\"session_token\":\"a\",\"signature\":\"b\"}", E_INVALID, "invoice_id"},
		{link_of, "{\"invoice_id\":\"x\",\"session_token\":\"a\",\"signature\":\"b\"}",
		 E_CONFLICT, "another"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct payor_session s;
		struct problem why = {.what = ""};
		payor_session_init(&s);
		(void)str_copy(s.invoice_id, sizeof(s.invoice_id), ID);
		enum status st = rows[i].decode(rows[i].body, &s, &why);
		if (st != rows[i].expected || strstr(why.what, rows[i].words) == NULL)
			fail_msg("row %zu: %s: %s", i, status_words(st), why.what);
		assert_string_equal(s.invoice_id, ID);
		assert_string_equal(s.pass.token, "");
		payor_session_release(&s);
	}
}

/* --- links ---------------------------------------------------------------------------------- */

static void test_url_gives_its_pass(void **state)
{
	static const struct {
		const char *url, *token, *signature;
	} rows[] = {
		{"https://pay.pepay.io/pay?session=pst_1&signature=abc.1766320000000", "pst_1",
		 "abc.1766320000000"},
		{"http://127.0.0.1:8080/pay?session=a&signature=b", "a", "b"},
		{"HTTPS://pay.example/pay?session=a&signature=b", "a", "b"},
		{"https://p.example/pay?x=1&signature=b&lang=de&session=a", "a", "b"},
		{"https://p.example/pay?session=a&amp;signature=b", "a", "b"},
		{"https://p.example/?session=a%2Fb%3d&signature=%62", "a/b=", "b"},
		{"https://p.example/pay?session=a&signature=b#session=c", "a", "b"},
		{"https://p.example?session=a&signature=b+c", "a", "b+c"},
		{"https://p.example/pay?session=a&session=a&signature=b", "a", "b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct payor_pass p;
		if (!payor_url_read(rows[i].url, strlen(rows[i].url), &p))
			fail_msg("%s is none", rows[i].url);
		assert_string_equal(p.token, rows[i].token);
		assert_string_equal(p.signature, rows[i].signature);
	}
}

static void test_url_that_is_no_payment_link_gives_none(void **state)
{
	static const char *const urls[] = {
		"",
		"https://",
		"https://?session=a&signature=b",
		"ftp://p.example/pay?session=a&signature=b",
		"p.example/pay?session=a&signature=b",
		"javascript:alert(1)?session=a&signature=b",
		"https://p.example/pay",
		"https://p.example/pay?",
		"https://p.example/pay?session=a",
		"https://p.example/pay?signature=b",
		"https://p.example/pay?session=&signature=b",
		"https://p.example/pay?session&signature=b",
		"https://p.example/pay?sessions=a&signature=b",
		"https://p.example/pay?Session=a&signature=b",
		"https://p.example/pay#session=a&signature=b",
		"https://p.example/pay?session=a%&signature=b",
		"https://p.example/pay?session=a%0d%0aX:1&signature=b",
		"https://p.example/pay?session=a%00&signature=b",
		"https://p.example/pay?session=a b&signature=b",
		"https://p.example/pay?session=a&session=c&signature=b",
		"https://p.example/pay?session=\xc3\xa9&signature=b",
	};
	char long_url[PAYOR_TOKEN_CAP + 64];
	struct payor_pass p = {.token = "untouched"};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		if (payor_url_read(urls[i], strlen(urls[i]), &p))
			fail_msg("%s gave %s", urls[i], p.token);
	(void)str_printf(long_url, sizeof(long_url),
			 "https://p.example/pay?signature=b&session=%0*d", PAYOR_TOKEN_CAP, 7);
	assert_false(payor_url_read(long_url, strlen(long_url), &p));
	assert_string_equal(p.token, "untouched");
}

static void test_url_may_end_where_its_text_goes_on(void **state)
{
	static const char text[] = "https://p.example/pay?session=a&signature=bXYZ";
	struct payor_pass p;

	(void)state;
	assert_true(payor_url_read(text, sizeof(text) - 4, &p));
	assert_string_equal(p.signature, "b");
}

#define DOTS "••••"

static void test_url_is_masked_wherever_a_secret_may_stand(void **state)
{
	static const struct {
		const char *url, *masked;
	} rows[] = {
		{"https://pay.pepay.io/pay?session=pst_1&signature=abc.17",
		 "https://pay.pepay.io/pay?session=" DOTS "&signature=" DOTS},
		{"https://p.example/pay?session=a&amp;signature=b",
		 "https://p.example/pay?session=" DOTS "&signature=" DOTS},
		{"https://p.example/pay", "https://p.example/pay"},
		{"https://me:secret@p.example/pay?x=", "https://" DOTS "@p.example/pay?" DOTS},
		{"https://p.example/pay?pst_0123456789abcdef0123", "https://p.example/pay?" DOTS},
		{"https://p.example/pay#pst_1", "https://p.example/pay#" DOTS},
		{"https://p.example/s/pst_0123456789abcdef0123/end",
		 "https://p.example/s/" DOTS "/end"},
		{"p.example/pay?session=a", "p.example/pay?session=" DOTS},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char masked[PAYOR_URL_CAP];
		payor_url_mask(masked, sizeof(masked), rows[i].url);
		assert_string_equal(masked, rows[i].masked);
	}
}

static void test_url_mask_is_cut_to_fit(void **state)
{
	char masked[12];

	(void)state;
	payor_url_mask(masked, sizeof(masked), "https://p.example/pay?session=a");
	assert_string_equal(masked, "https://p.e");
}

/* --- by chance ----------------------------------------------------------------------------------
 */

/* On the heap and exactly as long, so that a sanitizer sees a read too far. */
static bool feed(const char *text, size_t len)
{
	struct payor_session s;
	struct payor_pass p;
	char *exact = xmalloc(len > 0 ? len : 1);
	bool any = false;

	memcpy(exact, text, len);
	payor_session_init(&s);
	any |= payor_link_decode(exact, len, &s, NULL) == S_OK;
	any |= payor_details_decode(exact, len, &s, NULL) == S_OK;
	any |= payor_tokens_decode(exact, len, &s, NULL) == S_OK;
	any |= payor_email_decode(exact, len, &s, NULL) == S_OK;
	any |= payor_url_read(exact, len, &p);
	assert_true(s.token_count <= PAYOR_TOKENS_MAX);
	assert_non_null(memchr(s.invoice_id, '\0', sizeof(s.invoice_id)));
	assert_non_null(memchr(s.description, '\0', sizeof(s.description)));
	payor_session_release(&s);
	free(exact);
	return any;
}

static void test_session_of_chance_breaks_nothing(void **state)
{
	static const char *const texts[] = {
		DETAILS, TOKENS, "{\"email\":\"a@b.example\",\"has_email\":true}", LINK(QUOTE),
		"https://p.example/pay?session=pst_1&amp;signature=abc%2E17#x"};
	char *work = xmalloc(MUTATE_ROOM);
	size_t read = 0;
	struct rng r;

	(void)state;
	rng_seed(&r, 1766322005);
	for (size_t i = 0; i < MUTATIONS; i++) {
		size_t len = mutate_text(&r, work, texts[i % 5]);
		char masked[PAYOR_URL_CAP];
		read += feed(work, len);
		work[len] = '\0';
		payor_url_mask(masked, sizeof(masked), work);
	}
	assert_in_range(read, MUTATIONS / 20, MUTATIONS);
	free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_details_are_read_whole),
		cmocka_unit_test(test_session_details_need_only_name_their_invoice),
		cmocka_unit_test(test_session_times_come_in_either_revision),
		cmocka_unit_test(test_session_amounts_are_read_from_their_own_text),
		cmocka_unit_test(test_session_tokens_are_read_and_what_is_none_is_counted),
		cmocka_unit_test(test_session_keeps_no_more_tokens_than_it_holds),
		cmocka_unit_test(test_session_email_is_there_or_not),
		cmocka_unit_test(test_link_tells_the_pass_and_the_quote),
		cmocka_unit_test(test_session_refuses_what_is_none),
		cmocka_unit_test(test_url_gives_its_pass),
		cmocka_unit_test(test_url_that_is_no_payment_link_gives_none),
		cmocka_unit_test(test_url_may_end_where_its_text_goes_on),
		cmocka_unit_test(test_url_is_masked_wherever_a_secret_may_stand),
		cmocka_unit_test(test_url_mask_is_cut_to_fit),
		cmocka_unit_test(test_session_of_chance_breaks_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
