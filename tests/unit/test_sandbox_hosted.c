#include "sandbox_payor_kit.h"

#include "sandbox/hosted_page.h"
#include "sandbox/payor_pay.h"

#define INVOICE "{\"amount_usd\":49.99,\"description\":\"Two chairs\",\"expires_in\":3600000}"

/* Frees it. */
static void assert_page(struct reply *r, int status, const char *has, const char *lacks)
{
	if (r->status != status || !r->body || !strstr(r->body, has) ||
	    (lacks && strstr(r->body, lacks)))
		fail_msg("wanted %d with %s without %s, got %d %s", status, has,
			 lacks ? lacks : "-", r->status, r->body ? r->body : "");
	assert_string_equal(r->content_type, "text/html; charset=utf-8");
	reply_release(r);
}

static void test_html_escapes_what_would_be_obeyed(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{NULL, ""},
		{"", ""},
		{"plain é 💶", "plain é 💶"},
		{"<script>", "&lt;script&gt;"},
		{"\"'&", "&quot;&#39;&amp;"},
		{"&lt;", "&amp;lt;"},
		{"a\x1b[31m\tb\n\x7f", "a\xef\xbf\xbd[31m\xef\xbf\xbd"
				       "b\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc2\x9b", "\xef\xbf\xbd"},
		{"\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xff\xc0<", "\xef\xbf\xbd\xef\xbf\xbd&lt;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf out;

		strbuf_init(&out, 256);
		html_add_text(&out, rows[i].text);
		assert_string_equal(strbuf_str(&out), rows[i].want);
		strbuf_release(&out);
	}
}

static void test_hosted_shows_what_is_owed(void **state)
{
	static const char *const wanted[] = {"Pepay Sandbox Shop", "Two chairs",
					     "49.99 USD",          "<dt>Still due</dt>",
					     "<dd>unpaid</dd>",    "USDC on base: 49.990000",
					     "method=\"post\"",    "name=\"session\"",
					     "name=\"signature\"", "charset=\"utf-8\""};
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	r = payor_page(&p);
	assert_int_equal(r.status, 200);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!strstr(r.body, wanted[i]))
			fail_msg("no %s in %s", wanted[i], r.body);
	assert_null(strstr(r.body, "http-equiv")); /* nothing to wait for: keeps what is typed */
	assert_null(strstr(r.body, "<script"));
	reply_release(&r);
	payor_stop(&p);
}

static void test_hosted_pays_in_full_with_the_networks_delays(void **state)
{
	struct payor p;
	struct reply r;
	struct invoice v;

	(void)state;
	payor_start(&p, INVOICE);
	r = payor_form(&p, "token=151&share=full");
	assert_int_equal(r.status, 303);
	assert_true(str_starts_with(r.location, "/pay?session=pst_"));
	reply_release(&r);
	r = payor_page(&p);
	assert_page(&r, 200, "49.99 USD was sent on bsc", "<select");
	r = payor_page(&p);
	assert_page(&r, 200, "http-equiv=\"refresh\"", NULL);
	payor_wait(&p, payor_confirm_ms("bsc") - 1);
	ok(&p.k, invoice_load(&p.k.w, p.invoice_id, &v, &p.k.why));
	assert_string_equal(v.status, "unpaid");
	payor_wait(&p, 1);
	ok(&p.k, invoice_load(&p.k.w, p.invoice_id, &v, &p.k.why));
	assert_string_equal(v.status, "paid");
	assert_string_equal(v.payer_wallet_network, "bsc");
	r = payor_page(&p);
	assert_page(&r, 200, "Paid. Thank you.", "<form");
	payor_stop(&p);
}

static void assert_settlement(struct payor *p, const char *want)
{
	char target[128];
	struct json *v;

	str_printf(target, sizeof(target), "/api/v1/invoices/%s/status", p->invoice_id);
	v = kit_get(&p->k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "latest_payment.settlement_status"), want);
	json_free(v);
}

static void test_hosted_payment_settles_later(void **state)
{
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=122");
	payor_wait(&p, payor_confirm_ms("solana"));
	assert_settlement(&p, "pending");
	payor_wait(&p, PAY_SETTLE_START_MS);
	assert_settlement(&p, "processing");
	payor_wait(&p, PAY_SETTLE_END_MS);
	assert_settlement(&p, "settled");
	assert_int_equal(domain_next_due_ms(&p.k.w), KIT_EPOCH + QUOTE_VALID_MS); /* the quote's */
	payor_stop(&p);
}

static void test_hosted_takes_a_part_then_only_the_locked_rest(void **state)
{
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=112&share=part&amount=20.005");
	r = payor_form(&p, "token=112&share=full");
	assert_page(&r, 409, "on its way already", NULL);
	payor_wait(&p, 6000);
	r = payor_page(&p);
	assert_page(&r, 200, "29.985 USD", "USDC on solana");
	r = payor_form(&p, "token=122&share=full");
	assert_page(&r, 400, "token of the first payment", NULL);
	payor_pays(&p, "token=112&share=full");
	payor_wait(&p, 6000);
	r = payor_page(&p);
	assert_page(&r, 200, "Paid. Thank you.", NULL);
	payor_stop(&p);
}

static void test_hosted_refuses_bad_forms_and_changes_nothing(void **state)
{
	static const struct {
		const char *fields;
		int status;
	} rows[] = {
		{"", 400},
		{"token=", 400},
		{"token=abc", 400},
		{"token=-112", 400},
		{"token=999999999999999999999", 400},
		{"token=113", 400}, /* not monitored */
		{"token=112&share=half", 400},
		{"token=112&share=part", 400},
		{"token=112&share=full&amount=-5", 400}, /* an amount typed is an amount meant */
		{"token=112&share=part&amount=", 400},
		{"token=112&share=part&amount=-5", 400},
		{"token=112&share=part&amount=0", 400},
		{"token=112&share=part&amount=0.009", 400},
		{"token=112&share=part&amount=50", 400},
		{"token=112&share=part&amount=1e2", 400},
		{"token=112&share=part&amount=99999999999999999999", 400},
		{"token=101&unnoticed=yes", 400}, /* ethereum cannot be verified by hand */
		{"action=refund&token=112", 400},
		{"action=verify", 409},
	};
	struct payor p;
	int64_t before;

	(void)state;
	payor_start(&p, INVOICE);
	before = ledger_event_count(p.k.w.ledger);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r = payor_form(&p, rows[i].fields);

		if (r.status != rows[i].status)
			fail_msg("%s: %d", rows[i].fields, r.status);
		assert_page(&r, rows[i].status, "role=\"alert\"", NULL);
	}
	assert_int_equal(ledger_event_count(p.k.w.ledger), before);
	payor_stop(&p);
}

static void test_hosted_needs_the_session_it_is_of(void **state)
{
	static const struct {
		const char *request;
		int status;
	} rows[] = {{"GET /pay", 401},
		    {"GET /pay?session=pst_x", 401},
		    {"GET /pay?session=pst_x&signature=%3Cscript%3E", 401}};
	char request[512], headers[512];
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = payor_send(&p, "", rows[i].request, NULL);
		assert_page(&r, rows[i].status, "cannot be shown", "<script");
	}
	/* A good pair in headers is no pair in the form: what a form proves is in the form. */
	str_printf(headers, sizeof(headers),
		   "x-session-token: %s\r\nx-signature: %s\r\n"
		   "Content-Type: application/x-www-form-urlencoded\r\n",
		   p.session.token, p.session.signature);
	r = payor_send(&p, headers, "POST /pay", "action=pay&token=112");
	assert_page(&r, 401, "cannot be shown", NULL);
	p.session.signature[0] = p.session.signature[0] == '0' ? '1' : '0';
	r = payor_page(&p);
	assert_page(&r, 403, "does not belong", NULL);
	str_printf(request, sizeof(request), "POST /pay?session=%s", p.session.token);
	r = payor_send(&p, "Content-Type: text/plain\r\n", request, "a=b");
	assert_int_equal(r.status, 415);
	reply_release(&r);
	payor_stop(&p);
}

static void test_hosted_page_of_an_expired_invoice(void **state)
{
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	payor_wait(&p, 3600000);
	r = payor_page(&p);
	assert_page(&r, 200, "time to pay is over", "<form");
	r = payor_form(&p, "token=112");
	assert_page(&r, 409, "can no longer be paid", NULL);
	payor_wait(&p, SESSION_GRACE_MS + 1);
	r = payor_page(&p);
	assert_page(&r, 404, "is gone", NULL);
	payor_stop(&p);
}

static void test_hosted_shows_hostile_texts_as_text(void **state)
{
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, "{\"amount_usd\":1,\"description\":\"<script>x</script>\\u001b[31m\\\"'\","
			"\"invoice_title\":\"</title><script>\",\"invoice_footer\":\"<img src=x>\","
			"\"payment_return_url\":\"https://s.example/?a=\\\"><script>\","
			"\"payment_return_url_enabled\":true}");
	r = payor_page(&p);
	assert_null(strstr(r.body, "<img"));
	assert_null(strchr(r.body, '\x1b'));
	assert_page(&r, 200, "&lt;script&gt;x&lt;/script&gt;\xef\xbf\xbd[31m&quot;&#39;",
		    "<script");
	payor_pays(&p, "token=112");
	payor_wait(&p, 10000);
	r = payor_page(&p);
	assert_page(&r, 200, "href=\"https://s.example/?a=&quot;&gt;&lt;script&gt;\"", "<script");
	payor_stop(&p);
}

static void test_hosted_return_address_only_when_enabled(void **state)
{
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, "{\"amount_usd\":1,\"payment_return_url\":\"https://s.example/\"}");
	payor_pays(&p, "token=112");
	payor_wait(&p, 10000);
	r = payor_page(&p);
	assert_page(&r, 200, "Paid. Thank you.", "s.example");
	payor_stop(&p);
}

static void test_hosted_verifies_by_its_button(void **state)
{
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=121&unnoticed=yes");
	payor_wait(&p, 60000);
	r = payor_page(&p);
	assert_page(&r, 200, "verify it", NULL);
	payor_pays(&p, "action=verify");
	r = payor_page(&p);
	assert_page(&r, 200, "is being looked for", "verify it");
	payor_wait(&p, 3000);
	r = payor_page(&p);
	assert_page(&r, 200, "Paid. Thank you.", NULL);
	payor_stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_escapes_what_would_be_obeyed),
		cmocka_unit_test(test_hosted_shows_what_is_owed),
		cmocka_unit_test(test_hosted_pays_in_full_with_the_networks_delays),
		cmocka_unit_test(test_hosted_payment_settles_later),
		cmocka_unit_test(test_hosted_takes_a_part_then_only_the_locked_rest),
		cmocka_unit_test(test_hosted_refuses_bad_forms_and_changes_nothing),
		cmocka_unit_test(test_hosted_needs_the_session_it_is_of),
		cmocka_unit_test(test_hosted_page_of_an_expired_invoice),
		cmocka_unit_test(test_hosted_shows_hostile_texts_as_text),
		cmocka_unit_test(test_hosted_return_address_only_when_enabled),
		cmocka_unit_test(test_hosted_verifies_by_its_button),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
