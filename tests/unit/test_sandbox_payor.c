#include "sandbox_payor_kit.h"

#include "sandbox/payor_events.h"
#include "sandbox/tokens.h"
#include "sandbox/verifications.h"

#define INVOICE "{\"amount_usd\":49.99,\"description\":\"Two chairs\",\"expires_in\":3600000}"

/* --- who may call ------------------------------------------------------------------- */

static void test_payor_routes_take_sessions_and_no_keys(void **state)
{
	static const struct {
		const char *headers;
		int status;
		const char *code;
	} rows[] = {
		{"", 401, "SESSION_INVALID"},
		{"x-session-token: pst_1\r\nx-signature: sig_1\r\n", 401, "SESSION_INVALID"},
		{"x-api-key: pk_test_merchant\r\n", 403, "SESSION_DENIED"},
		{"x-commerce-api-key: ck_test_commerce\r\n", 403, "SESSION_DENIED"},
		{"x-api-key: nonsense\r\n", 403, "SESSION_DENIED"},
	};
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r = payor_send(&p, rows[i].headers,
					    "GET " SESSION_PATH "session-details", NULL);
		assert_refusal(&r, rows[i].status, rows[i].code, "");
	}
	payor_stop(&p);
}

static void test_payor_session_opens_no_merchant_route(void **state)
{
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	r = payor_ask(&p, "GET /api/v1/invoices", NULL);
	assert_refusal(&r, 401, CODE_API_KEY_INVALID, "payment session");
	payor_stop(&p);
}

static void test_payor_session_is_of_one_invoice(void **state)
{
	char request[256], other[ID_CAP];
	struct payor p;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	kit_invoice(&p.k, INVOICE, other);
	str_printf(request, sizeof(request), "GET " SESSION_PATH "session-details?invoice_id=%s",
		   other);
	r = payor_ask(&p, request, NULL);
	assert_refusal(&r, 403, "SESSION_DENIED", "another invoice");
	str_printf(request, sizeof(request), "POST /api/v1/invoice/%s/verify", other);
	r = payor_ask(&p, request, "{}");
	assert_refusal(&r, 403, "SESSION_DENIED", "another invoice");
	payor_stop(&p);
}

static void test_payor_idempotency_key_is_its_session_own(void **state)
{
	struct payor p;
	struct session first;
	struct json *a, *b;
	char headers[640], id[ID_CAP];

	(void)state;
	payor_start(&p, INVOICE);
	first = p.session;
	str_printf(headers, sizeof(headers),
		   "x-session-token: %s\r\nx-signature: %s\r\nContent-Type: application/json\r\n"
		   "Idempotency-Key: " KEY_2 "\r\n",
		   first.token, first.signature);
	struct reply r = payor_send(&p, headers, "POST " SESSION_PATH "payment-addresses",
				    "{\"network\":\"base\",\"tokenId\":112}");
	a = kit_parse(&r);
	reply_release(&r);
	kit_invoice(&p.k, INVOICE, id);
	in_transaction(&p.k, session_issue(&p.k.w, id, &p.session, &p.k.why));
	str_printf(headers, sizeof(headers),
		   "x-session-token: %s\r\nx-signature: %s\r\nContent-Type: application/json\r\n"
		   "Idempotency-Key: " KEY_2 "\r\n",
		   p.session.token, p.session.signature);
	r = payor_send(&p, headers, "POST " SESSION_PATH "payment-addresses",
		       "{\"network\":\"base\",\"tokenId\":112}");
	assert_int_equal(r.status, 200);
	assert_false(r.replayed);
	b = kit_parse(&r);
	assert_string_not_equal(text_at(a, "temp_address"), text_at(b, "temp_address"));
	reply_release(&r);
	json_free(a);
	json_free(b);
	payor_stop(&p);
}

/* --- details, status ------------------------------------------------------------------ */

static void test_payor_details_field_for_field(void **state)
{
	struct payor p;
	struct json *d;

	(void)state;
	payor_start(&p, INVOICE);
	payor_wait(&p, 1500);
	d = payor_get(&p, "GET " SESSION_PATH "session-details", NULL);
	assert_int_equal(json_count(d), 14);
	assert_string_equal(text_at(d, "invoice_id"), p.invoice_id);
	assert_string_equal(json_number_text(at(d, "amount_usd")), "49.99");
	assert_string_equal(json_number_text(at(d, "amount_remaining_usd")), "49.99");
	assert_string_equal(text_at(d, "description"), "Two chairs");
	assert_int_equal(int_at(d, "expires_at"), KIT_EPOCH / 1000 + 3600);
	assert_string_equal(text_at(d, "invoice_status"), "unpaid");
	assert_int_equal(int_at(d, "remaining_time"), 3598500);
	assert_int_equal(int_at(d, "remaining_seconds"), 3598);
	assert_true(*text_at(d, "merchant_name") && *text_at(d, "merchant_email"));
	assert_string_equal(text_at(d, "network_environment"), "devnet");
	assert_null_at(d, "locked_network");
	assert_null_at(d, "locked_token_id");
	assert_null_at(d, "locked_payment_address");
	json_free(d);
	payor_wait(&p, 3600000);
	d = payor_get(&p, "GET " SESSION_PATH "session-details", NULL);
	assert_string_equal(text_at(d, "invoice_status"), "expired");
	assert_int_equal(int_at(d, "remaining_time"), 0);
	assert_int_equal(int_at(d, "remaining_seconds"), 0);
	json_free(d);
	payor_wait(&p, SESSION_GRACE_MS);
	struct reply r = payor_ask(&p, "GET " SESSION_PATH "session-details", NULL);
	assert_refusal(&r, 404, CODE_NOT_FOUND, "expired");
	payor_stop(&p);
}

static void assert_status(struct payor *p, const char *want)
{
	struct json *s = payor_get(p, "GET " SESSION_PATH "payment-status", NULL);

	assert_int_equal(json_count(s), 2);
	assert_string_equal(text_at(s, "status"), want);
	if (str_equal(want, "paid"))
		assert_int_equal(int_at(s, "paid_at"), p->k.w.now_ms / 1000);
	else
		assert_null_at(s, "paid_at");
	json_free(s);
}

static void test_payor_status_follows_the_money(void **state)
{
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	assert_status(&p, "unpaid");
	payor_pays(&p, "token=112&share=part&amount=20");
	assert_status(&p, "unpaid");
	payor_wait(&p, 6000);
	assert_status(&p, "underpaid");
	payor_pays(&p, "token=112&share=full");
	payor_wait(&p, 6000);
	assert_status(&p, "paid");
	payor_stop(&p);
}

static void test_payor_status_of_a_canceled_invoice_is_over(void **state)
{
	struct payor p;
	struct invoice v;

	(void)state;
	payor_start(&p, INVOICE);
	in_transaction(&p.k, invoice_cancel(&p.k.w, p.invoice_id, NULL, NULL, &v, &p.k.why));
	assert_status(&p, "expired");
	payor_stop(&p);
}

/* --- tokens ----------------------------------------------------------------------------- */

static void test_payor_tokens_by_mode(void **state)
{
	static const struct {
		const char *query;
		int64_t count, first;
	} rows[] = {{"", 22, 101},
		    {"?mode=monitored", 22, 101},
		    {"?mode=all", 26, 101},
		    {"?mode=all&available_only=true", 22, 101},
		    {"?mode=all&available_only=false", 26, 101},
		    {"?mode=network&network=solana", 2, 121},
		    {"?mode=all&network=solana", 3, 121},
		    {"?mode=network&network=cardano", 2, 181}};
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char request[160];

		str_printf(request, sizeof(request), "GET " SESSION_PATH "available-tokens%s",
			   rows[i].query);
		struct json *list = payor_get(&p, request, NULL);
		if ((int64_t)json_count(list) != rows[i].count ||
		    int_at(list, "0.id") != rows[i].first)
			fail_msg("%s: %zu", rows[i].query, json_count(list));
		json_free(list);
	}
	payor_stop(&p);
}

static void test_payor_tokens_refuse_bad_parameters(void **state)
{
	static const char *const queries[] = {
		"mode=some",    "mode=network",     "mode=network&network=x",
		"network=Base", "available_only=1", "mode="};
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		char request[160];

		str_printf(request, sizeof(request), "GET " SESSION_PATH "available-tokens?%s",
			   queries[i]);
		struct reply r = payor_ask(&p, request, NULL);
		assert_refusal(&r, 400, CODE_VALIDATION_ERROR, "");
	}
	payor_stop(&p);
}

static void test_payor_tokens_item(void **state)
{
	struct payor p;
	struct json *list;

	(void)state;
	payor_start(&p, INVOICE);
	list = payor_get(&p, "GET " SESSION_PATH "available-tokens?mode=all&network=base", NULL);
	assert_string_equal(text_at(list, "0.token_type"), "native");
	assert_null_at(list, "0.token_address");
	assert_string_equal(text_at(list, "1.token_symbol"), "USDC");
	assert_int_equal(int_at(list, "1.token_decimals"), 6);
	assert_int_equal(strlen(text_at(list, "1.token_address")), 42);
	assert_string_equal(text_at(list, "1.availability_status"), "DEVNET");
	assert_true(bool_at(list, "1.is_monitored"));
	assert_null(at(list, "1.unavailable_reason"));
	assert_null(at(list, "1.settlement_rate")); /* devnet: no settlement quote */
	assert_string_equal(text_at(list, "2.availability_status"), "QUOTE_REQUIRED");
	assert_true(*text_at(list, "2.unavailable_reason"));
	json_free(list);
	payor_stop(&p);
}

static void test_token_amounts_are_rounded_up(void **state)
{
	static const struct {
		int64_t id, millis;
		const char *want;
	} rows[] = {{112, 49990, "49.990000"},
		    {103, 1000, "1.000201"},
		    {101, 10, "0.000004"},
		    {123, 1000, "47619.04762"},
		    {112, 1005000000, "1005000.000000"},
		    {191, 2610, "1.000000"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[TOKEN_AMOUNT_CAP];

		assert_string_equal(token_amount(token_find(rows[i].id), rows[i].millis, text),
				    rows[i].want);
	}
}

/* --- payment-addresses ---------------------------------------------------------------------- */

static struct json *quote(struct payor *p, const char *network, int64_t id)
{
	char body[96];

	str_printf(body, sizeof(body), "{\"network\":\"%s\",\"tokenId\":%lld}", network,
		   (long long)id);
	return payor_get(p, "POST " SESSION_PATH "payment-addresses", body);
}

static void test_payor_quote_field_for_field(void **state)
{
	struct payor p;
	struct json *q;

	(void)state;
	payor_start(&p, INVOICE);
	q = quote(&p, "base", 112);
	assert_int_equal(json_count(q), 16);
	assert_true(bool_at(q, "success"));
	assert_string_equal(text_at(q, "quote_status"), "available");
	assert_string_equal(text_at(q, "status_code"), "ok");
	assert_null_at(q, "message");
	assert_int_equal(strlen(text_at(q, "temp_address")), 42);
	assert_string_equal(text_at(q, "network"), "base");
	assert_int_equal(int_at(q, "supported_token_id"), 112);
	assert_string_equal(text_at(q, "estimated_token_amount"), "50.240000"); /* + 0.5 % */
	assert_string_equal(text_at(q, "exchange_rate"), "1.00000000");
	assert_string_equal(json_number_text(at(q, "usd_amount")), "49.99");
	assert_int_equal(int_at(q, "quote_last_updated_at"), KIT_EPOCH / 1000);
	assert_int_equal(int_at(q, "quote_valid_until"), KIT_EPOCH / 1000 + 300);
	assert_int_equal(int_at(q, "quote_expires_in_seconds"), 300);
	assert_null_at(q, "retryable");
	assert_null_at(q, "retry_after_seconds");
	assert_string_equal(text_at(q, "ws_connection.endpoint"), "/ws/payment");
	assert_string_equal(text_at(q, "ws_connection.ws_url"), "/ws/payment?format=event_v1");
	json_free(q);
	payor_stop(&p);
}

static void test_payor_quote_refuses_bad_selections(void **state)
{
	static const struct {
		const char *body, *word;
	} rows[] = {{NULL, "network"},
		    {"{}", "network"},
		    {"{\"network\":\"base\"}", "tokenId"},
		    {"{\"tokenId\":112}", "network"},
		    {"{\"network\":7,\"tokenId\":112}", "network"},
		    {"{\"network\":\"base\",\"tokenId\":\"112\"}", "tokenId"},
		    {"{\"network\":\"base\",\"tokenId\":122}", "tokenId"},
		    {"{\"network\":\"base\",\"tokenId\":9999}", "tokenId"},
		    {"{\"network\":\"BASE\",\"tokenId\":112}", "network"},
		    {"{\"network\":\"base\",\"tokenId\":113}", "no quote"}};
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r =
			payor_ask(&p, "POST " SESSION_PATH "payment-addresses", rows[i].body);
		assert_refusal(&r, 400, CODE_VALIDATION_ERROR, rows[i].word);
	}
	payor_stop(&p);
}

/* The quote events of the invoice: how many, and the last one's quote_status. */
struct heard {
	int count;
	char last[STATUS_CAP];
};

static bool hear(void *ctx, const struct ledger_event *e)
{
	struct heard *h = ctx;
	struct json *body = NULL;
	struct problem why;

	assert_int_equal(json_parse(e->body, e->body_len, &body, &why), S_OK);
	assert_string_equal(text_at(body, "data.object.object"), "payment_quote");
	str_copy(h->last, sizeof(h->last), text_at(body, "data.object.quote_status"));
	h->count++;
	json_free(body);
	return true;
}

static struct heard quotes_heard(struct payor *p, bool session)
{
	struct ledger_event_filter f = {.invoice_id = p->invoice_id,
					.types = "payment_quote.*",
					.session = session,
					.created_from_ms = TIME_NONE,
					.created_to_ms = TIME_NONE};
	struct heard h = {0};

	ok(&p->k, ledger_events(p->k.w.ledger, &f, hear, &h, NULL, &p->k.why));
	return h;
}

static void test_payor_quote_tells_when_made_and_when_expired(void **state)
{
	struct payor p;
	struct heard h;

	(void)state;
	payor_start(&p, INVOICE);
	json_free(quote(&p, "base", 112));
	assert_int_equal(quotes_heard(&p, true).count, 1);
	assert_int_equal(quotes_heard(&p, false).count, 0); /* payor streams only */
	payor_wait(&p, 100000);
	json_free(quote(&p, "base", 112)); /* rotated: valid from here on */
	payor_wait(&p, QUOTE_VALID_MS - 1);
	h = quotes_heard(&p, true);
	assert_int_equal(h.count, 2);
	assert_string_equal(h.last, "available");
	payor_wait(&p, 1);
	h = quotes_heard(&p, true);
	assert_int_equal(h.count, 3);
	assert_string_equal(h.last, "expired");
	payor_stop(&p);
}

static void test_payor_quote_of_a_paid_invoice_ends_in_silence(void **state)
{
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=112&share=full");
	payor_wait(&p, QUOTE_VALID_MS * 2);
	assert_int_equal(quotes_heard(&p, true).count, 1);
	struct reply r = payor_ask(&p, "POST " SESSION_PATH "payment-addresses",
				   "{\"network\":\"base\",\"tokenId\":112}");
	assert_refusal(&r, 400, "INVOICE_CLOSED", "paid");
	payor_stop(&p);
}

/* --- lock-in ------------------------------------------------------------------------------------
 */

static void assert_locked(struct payor *p, const char *network, int64_t id)
{
	struct json *d = payor_get(p, "GET " SESSION_PATH "session-details", NULL);
	struct json *list = payor_get(p, "GET " SESSION_PATH "available-tokens?mode=all", NULL);

	assert_string_equal(text_at(d, "locked_network"), network);
	assert_int_equal(int_at(d, "locked_token_id"), id);
	assert_true(*text_at(d, "locked_payment_address"));
	assert_int_equal(json_count(list), 1);
	assert_int_equal(int_at(list, "0.id"), id);
	json_free(d);
	json_free(list);
}

static void test_payor_underpaid_locks_network_and_token(void **state)
{
	struct payor p;
	struct json *q, *d;

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=121&share=part&amount=20");
	payor_wait(&p, 2000);
	assert_locked(&p, "solana", 121);
	struct reply r = payor_ask(&p, "POST " SESSION_PATH "payment-addresses",
				   "{\"network\":\"base\",\"tokenId\":112}");
	assert_refusal(&r, 400, CODE_VALIDATION_ERROR, "locked");
	r = payor_ask(&p, "POST " SESSION_PATH "payment-addresses",
		      "{\"network\":\"solana\",\"tokenId\":122}");
	assert_refusal(&r, 400, CODE_VALIDATION_ERROR, "locked");
	q = quote(&p, "solana", 121);
	assert_string_equal(json_number_text(at(q, "usd_amount")), "29.99");
	d = payor_get(&p, "GET " SESSION_PATH "session-details", NULL);
	assert_string_equal(text_at(d, "locked_payment_address"), text_at(q, "temp_address"));
	json_free(d);
	json_free(q);
	payor_pays(&p, "token=121&share=full");
	payor_wait(&p, 2000);
	d = payor_get(&p, "GET " SESSION_PATH "session-details", NULL);
	assert_string_equal(text_at(d, "invoice_status"), "paid");
	assert_null_at(d, "locked_network");
	json_free(d);
	payor_stop(&p);
}

/* Money that the scenario sent locks as well, though no quote of ours was asked for. */
static void test_payor_lock_without_a_quote(void **state)
{
	char id[ID_CAP];
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	in_transaction(&p.k, invoice_payment_see(&p.k.w, p.invoice_id, 1000, "ton", id, &p.k.why));
	in_transaction(&p.k, invoice_payment_confirm(&p.k.w, id, &p.k.why));
	assert_locked(&p, "ton", 142);
	payor_stop(&p);
}

/* --- e-mail, form -------------------------------------------------------------------------------
 */

static void test_payor_email_is_kept(void **state)
{
	struct payor p;
	struct json *e;
	struct reply r;

	(void)state;
	payor_start(&p, INVOICE);
	e = payor_get(&p, "GET " SESSION_PATH "customer-email", NULL);
	assert_null_at(e, "email");
	assert_false(bool_at(e, "has_email"));
	json_free(e);
	e = payor_get(&p, "POST " SESSION_PATH "customer-email", "{\"email\":\"a@b.example\"}");
	assert_string_equal(text_at(e, "email"), "a@b.example");
	assert_string_equal(text_at(e, "message"), "Email added successfully");
	json_free(e);
	e = payor_get(&p, "GET " SESSION_PATH "customer-email", NULL);
	assert_string_equal(text_at(e, "email"), "a@b.example");
	assert_true(bool_at(e, "has_email"));
	json_free(e);
	r = payor_ask(&p, "POST " SESSION_PATH "customer-email", "{\"email\":\"nobody\"}");
	assert_refusal(&r, 400, CODE_VALIDATION_ERROR, "email");
	r = payor_ask(&p, "POST " SESSION_PATH "customer-email", "{}");
	assert_refusal(&r, 400, CODE_VALIDATION_ERROR, "required");
	payor_pays(&p, "token=112&share=full");
	payor_wait(&p, 10000);
	r = payor_ask(&p, "POST " SESSION_PATH "customer-email", "{\"email\":\"c@d.example\"}");
	assert_refusal(&r, 400, "INVOICE_CLOSED", "paid");
	payor_stop(&p);
}

static void test_payor_email_after_expiry_is_gone(void **state)
{
	struct payor p;
	struct json *e;

	(void)state;
	payor_start(&p,
		    "{\"amount_usd\":1,\"expires_in\":60000,\"customer_email\":\"m@s.example\"}");
	e = payor_get(&p, "GET " SESSION_PATH "customer-email", NULL);
	assert_string_equal(text_at(e, "email"), "m@s.example");
	json_free(e);
	payor_wait(&p, 60000);
	struct reply r =
		payor_ask(&p, "POST " SESSION_PATH "customer-email", "{\"email\":\"a@b.example\"}");
	assert_refusal(&r, 410, "INVOICE_EXPIRED", "expired");
	payor_stop(&p);
}

#define QUESTIONS                                                                      \
	"{\"amount_usd\":5,\"questions\":{\"questions\":["                             \
	"{\"id\":\"q1\",\"question\":\"Where to?\",\"type\":\"email\",\"validation\":" \
	"{\"required\":true}},"                                                        \
	"{\"id\":\"q2\",\"question\":\"How many?\",\"type\":\"number\"},"              \
	"{\"id\":\"q3\",\"question\":\"Gift?\",\"type\":\"boolean\"}]}}"
#define ANSWERS(list) "{\"responses\":[" list "]}"
#define ANSWER(id, v) "{\"question_id\":\"" id "\",\"response\":" v "}"

static void test_payor_form_takes_what_was_asked(void **state)
{
	static const struct {
		const char *body;
		int status;
	} rows[] = {
		{ANSWERS(ANSWER("q1", "\"a@b.example\"")), 200},
		{ANSWERS(ANSWER("q1", "\"a@b.example\"") "," ANSWER("q2", "3") "," ANSWER("q3",
											  "true")),
		 200},
		{ANSWERS(ANSWER("q1", "\"a@b.example\"") "," ANSWER("q2", "\"three\"")), 200},
		{ANSWERS(ANSWER("q1", "\"a@b.example\"") "," ANSWER("q3", "null")), 200},
		{ANSWERS(""), 400},
		{ANSWERS(ANSWER("q2", "3")), 400},
		{ANSWERS(ANSWER("q1", "\"\"")), 400},
		{ANSWERS(ANSWER("q1", "null")), 400},
		{ANSWERS(ANSWER("q1", "\"nobody\"")), 400},
		{ANSWERS(ANSWER("q1", "7")), 400},
		{ANSWERS(ANSWER("q1", "\"a@b.example\"") "," ANSWER("q3", "\"yes\"")), 400},
		{ANSWERS(ANSWER("q1", "\"a@b.example\"") "," ANSWER("q9", "1")), 400},
		{ANSWERS(ANSWER("q1", "\"a@b.example\"") "," ANSWER("q1", "\"c@d.example\"")), 400},
		{ANSWERS("\"q1\""), 400},
		{"{\"responses\":{}}", 400},
		{"{}", 400},
		{NULL, 400},
	};
	struct payor p;

	(void)state;
	payor_start(&p, QUESTIONS);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply r = payor_ask(&p, "POST " SESSION_PATH "submit-form", rows[i].body);

		if (r.status != rows[i].status)
			fail_msg("%s: %d %s", rows[i].body, r.status, r.body);
		if (r.status == 200)
			assert_string_equal(r.body, "{\"success\":true}");
		reply_release(&r);
	}
	payor_stop(&p);
}

static void test_payor_questions_only_when_there_are_some(void **state)
{
	struct payor p;
	struct json *q;

	(void)state;
	payor_start(&p, QUESTIONS);
	q = payor_get(&p, "GET " SESSION_PATH "invoice-questions", NULL);
	assert_true(bool_at(q, "has_questions"));
	assert_string_equal(text_at(q, "questions.questions.1.question"), "How many?");
	json_free(q);
	payor_stop(&p);
	payor_start(&p, INVOICE);
	q = payor_get(&p, "GET " SESSION_PATH "invoice-questions", NULL);
	assert_false(bool_at(q, "has_questions"));
	assert_null(at(q, "questions"));
	json_free(q);
	payor_stop(&p);
}

static void test_payor_questions_are_checked_when_made(void **state)
{
	static const char *const rows[] = {
		"{}",
		"{\"questions\":{}}",
		"{\"questions\":[1]}",
		"{\"questions\":[{\"id\":\"a\"}]}",
		"{\"questions\":[{\"id\":\"a\",\"question\":\"?\",\"validation\":1}]}",
		"{\"questions\":[{\"id\":\"a\",\"question\":\"?\",\"type\":1}]}",
		"{\"questions\":[{\"id\":\"a\",\"question\":\"?\"},{\"id\":\"a\",\"question\":\"!"
		"\"}]}",
		"{\"questions\":[{\"id\":\"a\",\"question\":\"?\",\"validation\":{\"required\":1}}]"
		"}"};
	struct payor p;

	(void)state;
	payor_start(&p, INVOICE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char body[256];

		str_printf(body, sizeof(body), "{\"amount_usd\":1,\"questions\":%s}", rows[i]);
		struct reply r =
			kit_call(&p.k, SCOPE_MERCHANT, HTTP_POST, "/api/v1/invoices", body, KEY_2);
		assert_refusal(&r, 400, CODE_VALIDATION_ERROR, "questions");
	}
	payor_stop(&p);
}

/* --- verification
 * --------------------------------------------------------------------------------- */

static struct json *job(struct payor *p, const char *method, const char *body)
{
	char request[160];

	str_printf(request, sizeof(request), "%s /api/v1/invoice/%s/verify", method, p->invoice_id);
	return payor_get(p, request, body);
}

static void test_verification_gives_up_after_its_attempts(void **state)
{
	struct payor p;
	struct json *j;

	(void)state;
	payor_start(&p, INVOICE);
	json_free(quote(&p, "bsc", 153));
	j = job(&p, "POST", NULL);
	assert_true(bool_at(j, "success"));
	assert_string_equal(text_at(j, "data.object"), "invoice_manual_verification");
	assert_string_equal(text_at(j, "data.job_status"), "pending");
	assert_string_equal(text_at(j, "data.network"), "bsc");
	assert_int_equal(int_at(j, "data.max_attempts"), VERIFY_ATTEMPTS);
	assert_string_equal(text_at(j, "data.next_attempt_at"), "2026-01-15T12:00:03Z");
	json_free(j);
	payor_wait(&p, VERIFY_FIRST_MS);
	j = job(&p, "GET", NULL);
	assert_string_equal(text_at(j, "data.job_status"), "processing");
	assert_int_equal(int_at(j, "data.attempt_count"), 1);
	json_free(j);
	payor_wait(&p, VERIFY_EVERY_MS * (VERIFY_ATTEMPTS - 1));
	j = job(&p, "GET", NULL);
	assert_string_equal(text_at(j, "data.status"), "failed");
	assert_int_equal(int_at(j, "data.attempt_count"), VERIFY_ATTEMPTS);
	assert_string_equal(text_at(j, "data.error.code"), "PAYMENT_NOT_FOUND");
	assert_null_at(j, "data.next_attempt_at");
	assert_string_equal(text_at(j, "data.completed_at"), "2026-01-15T12:00:43Z");
	json_free(j);
	payor_stop(&p);
}

static void test_verification_finds_what_nobody_noticed(void **state)
{
	struct payor p;
	struct json *j, *again;

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=112&share=part&amount=10&unnoticed=yes");
	payor_wait(&p, 600000);
	assert_status(&p, "unpaid");
	j = job(&p, "POST", "{\"network\":\"base\"}");
	again = job(&p, "POST", "{}");
	assert_string_equal(text_at(j, "data.id"), text_at(again, "data.id")); /* the same job */
	json_free(j);
	json_free(again);
	payor_wait(&p, VERIFY_FIRST_MS);
	j = job(&p, "GET", NULL);
	assert_string_equal(text_at(j, "data.job_status"), "completed");
	assert_true(bool_at(j, "data.result.payment_found"));
	assert_string_equal(text_at(j, "data.result.invoice_status"), "underpaid");
	assert_int_equal(int_at(j, "data.result.amount_paid"), 10000);
	json_free(j);
	assert_status(&p, "underpaid");
	payor_stop(&p);
}

/* The confirmation that was due anyhow finds nothing left to do, and the clock goes on. */
static void test_verification_comes_before_the_network(void **state)
{
	struct payor p;
	struct json *v;
	char target[128];

	(void)state;
	payor_start(&p, INVOICE);
	payor_pays(&p, "token=152&share=full"); /* bsc: 9 s */
	json_free(job(&p, "POST", "{}"));
	payor_wait(&p, VERIFY_FIRST_MS);
	assert_status(&p, "paid");
	payor_wait(&p, 60000);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s/status", p.invoice_id);
	v = kit_get(&p.k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "latest_payment.status"), "confirmed");
	assert_string_equal(text_at(v, "latest_payment.settlement_status"), "settled");
	json_free(v);
	v = kit_get(&p.k, SCOPE_MERCHANT, "/api/v1/invoices?expand=payments");
	assert_int_equal(json_count(at(v, "data.0.payments.data")), 1);
	assert_int_equal(int_at(v, "data.0.amount_paid"), 49990); /* once */
	json_free(v);
	payor_stop(&p);
}

static void test_verification_wants_the_active_network(void **state)
{
	static const struct {
		const char *network; /* quoted */
		int64_t token;
		const char *body, *word;
	} rows[] = {{NULL, 0, "{}", "no active network"},
		    {"base", 112, "{\"network\":\"bsc\"}", "base"},
		    {"base", 112, "{\"network\":\"ton\"}", "base, solana or bsc"},
		    {"ton", 141, "{}", "cannot be verified"},
		    {"ton", 141, "{\"network\":1}", "network"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char request[160];
		struct payor p;

		payor_start(&p, INVOICE);
		if (rows[i].network)
			json_free(quote(&p, rows[i].network, rows[i].token));
		str_printf(request, sizeof(request), "POST /api/v1/invoice/%s/verify",
			   p.invoice_id);
		struct reply r = payor_ask(&p, request, rows[i].body);
		assert_refusal(&r, 400, CODE_VALIDATION_ERROR, rows[i].word);
		payor_stop(&p);
	}
}

/* --- events
 * --------------------------------------------------------------------------------------- */

static void test_payor_events_keep_the_merchants_business_to_it(void **state)
{
	static const char body[] =
		"{\"id\":\"evt_1-1\",\"object\":\"event\",\"type\":\"invoice.updated\","
		"\"request\":{\"id\":\"req_1\",\"idempotency_key\":\"k\"},\"data\":{\"object\":"
		"{\"object\":\"invoice\",\"id\":\"i\",\"status\":\"paid\",\"merchant_id\":1,"
		"\"customer_id\":\"c\",\"metadata\":{\"a\":1},\"amount\":5},"
		"\"previous_attributes\":{\"status\":\"unpaid\",\"settlement_status\":\"pending\"}}"
		"}";
	static const char want[] =
		"{\"id\":\"evt_1-1\",\"object\":\"event\",\"type\":\"invoice.updated\","
		"\"request\":{\"id\":null,\"idempotency_key\":null},\"data\":{\"object\":"
		"{\"object\":\"invoice\",\"id\":\"i\",\"status\":\"paid\",\"amount\":5},"
		"\"previous_attributes\":{\"status\":\"unpaid\"}}}";
	struct problem why;
	char *got = NULL;

	(void)state;
	assert_int_equal(payor_event_body(body, strlen(body), &got, &why), S_OK);
	assert_string_equal(got, want);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payor_routes_take_sessions_and_no_keys),
		cmocka_unit_test(test_payor_session_opens_no_merchant_route),
		cmocka_unit_test(test_payor_session_is_of_one_invoice),
		cmocka_unit_test(test_payor_idempotency_key_is_its_session_own),
		cmocka_unit_test(test_payor_details_field_for_field),
		cmocka_unit_test(test_payor_status_follows_the_money),
		cmocka_unit_test(test_payor_status_of_a_canceled_invoice_is_over),
		cmocka_unit_test(test_payor_tokens_by_mode),
		cmocka_unit_test(test_payor_tokens_refuse_bad_parameters),
		cmocka_unit_test(test_payor_tokens_item),
		cmocka_unit_test(test_token_amounts_are_rounded_up),
		cmocka_unit_test(test_payor_quote_field_for_field),
		cmocka_unit_test(test_payor_quote_refuses_bad_selections),
		cmocka_unit_test(test_payor_quote_tells_when_made_and_when_expired),
		cmocka_unit_test(test_payor_quote_of_a_paid_invoice_ends_in_silence),
		cmocka_unit_test(test_payor_underpaid_locks_network_and_token),
		cmocka_unit_test(test_payor_lock_without_a_quote),
		cmocka_unit_test(test_payor_email_is_kept),
		cmocka_unit_test(test_payor_email_after_expiry_is_gone),
		cmocka_unit_test(test_payor_form_takes_what_was_asked),
		cmocka_unit_test(test_payor_questions_only_when_there_are_some),
		cmocka_unit_test(test_payor_questions_are_checked_when_made),
		cmocka_unit_test(test_verification_gives_up_after_its_attempts),
		cmocka_unit_test(test_verification_finds_what_nobody_noticed),
		cmocka_unit_test(test_verification_comes_before_the_network),
		cmocka_unit_test(test_verification_wants_the_active_network),
		cmocka_unit_test(test_payor_events_keep_the_merchants_business_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
