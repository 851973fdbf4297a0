#include "unit/sandbox_kit.h"

#include "sandbox/idempotency.h"

/* --- create ------------------------------------------------------------------------------ */

static const char GOOD[] = "{\"amount_usd\":49.99}";

static struct reply post(struct kit *k, const char *target, const char *body, const char *key)
{
	return kit_call(k, SCOPE_MERCHANT, HTTP_POST, target, body, key);
}

static void test_api_create_answers_what_contract_4_1_says(void **state)
{
	struct kit k;
	struct json *a, *v;
	struct reply r;
	char url[400], target[128];

	(void)state;
	kit_start(&k, NULL, 1);
	r = post(&k, "/api/v1/invoices",
		 "{\"amount_usd\":1249.005,\"customer_id\":\"cust_1\",\"description\":\"Café\","
		 "\"metadata\":{\"order_ref\":\"W-1\",\"deep\":{\"n\":1.50}},\"expires_in\":60000}",
		 KEY_1);
	assert_int_equal(r.status, 201);
	assert_false(r.replayed);
	assert_int_equal(r.retry_after_s, -1);
	a = kit_parse(&r);
	assert_int_equal(json_count(a), 6);
	assert_true(str_starts_with(text_at(a, "session_token"), "pst_"));
	assert_true(strchr(text_at(a, "signature"), '.') != NULL);
	str_printf(url, sizeof(url), "http://127.0.0.1:8080/pay?session=%s&signature=%s",
		   text_at(a, "session_token"), text_at(a, "signature"));
	assert_string_equal(text_at(a, "payment_url"), url);
	assert_string_equal(text_at(a, "payment_session_headers.x-session-token"),
			    text_at(a, "session_token"));
	assert_string_equal(text_at(a, "payment_session_headers.x-signature"),
			    text_at(a, "signature"));
	assert_int_equal(int_at(a, "expires_at"), KIT_EPOCH / 1000 + 60);
	assert_int_equal(k.wakes, 1);

	str_printf(target, sizeof(target), "/api/v1/invoices/%s", text_at(a, "invoice_id"));
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "object"), "invoice");
	assert_string_equal(text_at(v, "id"), text_at(a, "invoice_id"));
	assert_int_equal(int_at(v, "merchant_id"), MERCHANT_ID);
	assert_string_equal(text_at(v, "status"), "unpaid");
	assert_string_equal(text_at(v, "invoice_type"), "standard");
	assert_string_equal(text_at(v, "currency"), "usd");
	assert_int_equal(int_at(v, "amount"), 1249005);
	assert_string_equal(text_at(v, "amount_decimal"), "1249.005");
	assert_int_equal(int_at(v, "amount_paid"), 0);
	assert_string_equal(text_at(v, "amount_paid_decimal"), "0.000");
	assert_int_equal(int_at(v, "amount_remaining"), 1249005);
	assert_string_equal(text_at(v, "amount_remaining_decimal"), "1249.005");
	assert_string_equal(text_at(v, "amount_unit"), "usd_millis");
	assert_string_equal(text_at(v, "customer_id"), "cust_1");
	assert_null_at(v, "payer_wallet_address");
	assert_null_at(v, "payer_wallet_network");
	assert_null_at(v, "commerce_order_id");
	assert_string_equal(text_at(v, "environment"), "devnet");
	assert_int_equal(int_at(v, "expires_at"), KIT_EPOCH / 1000 + 60);
	assert_int_equal(int_at(v, "created_at"), KIT_EPOCH / 1000);
	assert_null_at(v, "paid_at");
	assert_null_at(v, "last_payment_at");
	assert_string_equal(text_at(v, "metadata.order_ref"), "W-1");
	assert_string_equal(json_number_text(at(v, "metadata.deep.n")), "1.50");
	assert_null(json_get(v, "latest_payment"));
	assert_null(json_get(v, "description"));
	assert_null(json_get(v, "session_token"));
	json_free(v);
	json_free(a);
	reply_release(&r);
	kit_stop(&k);
}

static void test_api_create_keeps_metadata_through_a_payment(void **state)
{
	struct kit k;
	char id[ID_CAP], payment[ID_CAP], target[128];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, "{\"amount_usd\":10,\"metadata\":{\"a\":\"b\"}}", id);
	in_transaction(&k, invoice_payment_see(&k.w, id, 10000, "base", payment, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	str_printf(target, sizeof(target), "/api/v1/invoices/%s", id);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "status"), "paid");
	assert_string_equal(text_at(v, "metadata.a"), "b");
	json_free(v);
	kit_stop(&k);
}

static void test_api_create_refuses_bad_fields_by_name(void **state)
{
	static const struct {
		const char *body, *word;
	} cases[] = {
		{"", "amount_usd: is required"},
		{"{}", "amount_usd: is required"},
		{"{\"amount_usd\":null}", "amount_usd: is required"},
		{"{\"amount_usd\":\"10\"}", "amount_usd: must be a number"},
		{"{\"amount_usd\":0.009}", "amount_usd: must be between 0.010 and 1000000.000"},
		{"{\"amount_usd\":0}", "amount_usd"},
		{"{\"amount_usd\":-5}", "amount_usd"},
		{"{\"amount_usd\":1000000.001}", "amount_usd"},
		{"{\"amount_usd\":1e3}", "amount_usd"},
		{"{\"amount_usd\":10.0005}", "amount_usd"},
		{"{\"amount_usd\":99999999999999999999}", "amount_usd"},
		{"{\"amount_usd\":1,\"description\":5}", "description: must be a string"},
		{"{\"amount_usd\":1,\"metadata\":[]}", "metadata: must be an object"},
		{"{\"amount_usd\":1,\"expires_in\":2592000001}", "expires_in: must be between"},
		{"{\"amount_usd\":1,\"expires_in\":0}", "expires_in"},
		{"{\"amount_usd\":1,\"expires_in\":1.5}", "expires_in: must be a whole number"},
		{"{\"amount_usd\":1,\"expires_in\":\"60\"}", "expires_in"},
		{"{\"amount_usd\":1,\"customer_email\":\"nobody\"}", "customer_email"},
		{"{\"amount_usd\":1,\"customer_email\":\"a b@c.de\"}", "customer_email"},
		{"{\"amount_usd\":1,\"customer_email\":\"a@b@c.de\"}", "customer_email"},
		{"{\"amount_usd\":1,\"payment_return_url\":\"javascript:1\"}",
		 "payment_return_url"},
		{"{\"amount_usd\":1,\"payment_return_url\":\"https://\"}", "payment_return_url"},
		{"{\"amount_usd\":1,\"receiver_override_enable\":1}", "receiver_override_enable"},
		{"{\"amount_usd\":1,\"questions\":[]}", "questions: must be an object"},
		{"[]", "body: must be a JSON object"},
		{"{\"amount_usd\":1", "body"},
		{"{\"amount_usd\":1,\"amount_usd\":2}", "body"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply r = post(&k, "/api/v1/invoices", cases[i].body, KEY_1);

		assert_refusal(&r, 400, "VALIDATION_ERROR", cases[i].word);
	}
	assert_int_equal(ledger_event_count(k.w.ledger), 0);
	assert_int_equal(k.wakes, 0);
	kit_stop(&k);
}

static void test_api_create_bounds_texts(void **state)
{
	static const struct {
		const char *key, *unit;
		int count;
		int status;
	} cases[] = {
		{"description", "x", 255, 201}, {"description", "x", 256, 400},
		{"description", "é", 255, 201}, {"description", "é", 256, 400},
		{"customer_id", "x", 255, 201}, {"customer_id", "x", 256, 400},
		{"customer_id", "é", 128, 400},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf sb;
		struct rng rng;
		char key[UUID_CAP];
		struct reply r;

		rng_seed(&rng, i);
		strbuf_init(&sb, 4096);
		strbuf_addf(&sb, "{\"amount_usd\":1,\"%s\":\"", cases[i].key);
		for (int n = 0; n < cases[i].count; n++)
			strbuf_addstr(&sb, cases[i].unit);
		strbuf_addstr(&sb, "\"}");
		r = post(&k, "/api/v1/invoices", strbuf_str(&sb), rng_uuid(&rng, key));
		if (r.status != cases[i].status)
			fail_msg("case %zu: %d %s", i, r.status, r.body);
		reply_release(&r);
		strbuf_release(&sb);
	}
	kit_stop(&k);
}

static void test_api_create_defaults_to_twelve_hours(void **state)
{
	struct kit k;
	char id[ID_CAP];
	struct invoice v;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, GOOD, id);
	ok(&k, invoice_load(&k.w, id, &v, &k.why));
	assert_int_equal(v.expires_at - v.created_at, 43200000);
	kit_stop(&k);
}

/* --- idempotency --------------------------------------------------------------------------- */

static void test_api_create_needs_a_v4_key(void **state)
{
	static const char *const bad[] = {"", "abc", "7b3f9a52-1c9e-1d0a-8f53-0a6a2b1c3d4e",
					  "7b3f9a52-1c9e-4d0a-7f53-0a6a2b1c3d4e"};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < 4; i++) {
		struct reply r = post(&k, "/api/v1/invoices", GOOD, bad[i]);

		assert_refusal(&r, 400, "IDEMPOTENCY_KEY_MISSING", "Idempotency-Key");
	}
	kit_stop(&k);
}

static void test_api_repeats_are_answered_from_the_record(void **state)
{
	struct kit k;
	struct reply first, again, other;

	(void)state;
	kit_start(&k, NULL, 1);
	first = post(&k, "/api/v1/invoices", GOOD, KEY_1);
	again = post(&k, "/api/v1/invoices", GOOD, KEY_1);
	assert_int_equal(again.status, 201);
	assert_true(again.replayed);
	assert_string_equal(again.body, first.body);
	assert_int_equal(ledger_event_count(k.w.ledger), 1);
	assert_int_equal(k.wakes, 1);
	other = post(&k, "/api/v1/invoices", "{\"amount_usd\":50}", KEY_1);
	assert_refusal(&other, 409, "IDEMPOTENCY_KEY_REUSED", "another request");
	other = post(&k, "/api/v1/invoices", GOOD, KEY_2);
	assert_int_equal(other.status, 201);
	assert_false(other.replayed);
	assert_string_not_equal(other.body, first.body);
	reply_release(&first);
	reply_release(&again);
	reply_release(&other);
	kit_stop(&k);
}

static void test_api_key_belongs_to_its_path_too(void **state)
{
	struct kit k;
	char a[ID_CAP], b[ID_CAP], target[128];
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, GOOD, a);
	kit_invoice(&k, GOOD, b);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s/cancel", a);
	r = post(&k, target, "", KEY_1);
	assert_int_equal(r.status, 200);
	reply_release(&r);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s/cancel", b);
	r = post(&k, target, "", KEY_1);
	assert_refusal(&r, 409, "IDEMPOTENCY_KEY_REUSED", "");
	kit_stop(&k);
}

static void test_api_refused_write_leaves_its_key_usable(void **state)
{
	struct kit k;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	r = post(&k, "/api/v1/invoices", "{\"amount_usd\":0}", KEY_1);
	assert_int_equal(r.status, 400);
	reply_release(&r);
	r = post(&k, "/api/v1/invoices", GOOD, KEY_1);
	assert_int_equal(r.status, 201);
	reply_release(&r);
	kit_stop(&k);
}

static void test_api_key_is_forgotten_after_a_day(void **state)
{
	struct kit k;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	r = post(&k, "/api/v1/invoices", GOOD, KEY_1);
	reply_release(&r);
	world_advance_to(&k.w, KIT_EPOCH + IDEMPOTENCY_WINDOW_MS - 1);
	r = post(&k, "/api/v1/invoices", GOOD, KEY_1);
	assert_true(r.replayed);
	reply_release(&r);
	world_advance_to(&k.w, KIT_EPOCH + IDEMPOTENCY_WINDOW_MS);
	r = post(&k, "/api/v1/invoices", "{\"amount_usd\":7}", KEY_1);
	assert_int_equal(r.status, 201);
	assert_false(r.replayed);
	reply_release(&r);
	kit_stop(&k);
}

/* The hash is what the dispatcher would compute; only the record's status tells "in flight". */
static void test_api_key_in_flight_is_refused(void **state)
{
	struct kit k;
	struct idempotency it;
	struct call *c = xcalloc(1, sizeof(*c));
	struct reply r = {.retry_after_s = -1};

	(void)state;
	kit_start(&k, NULL, 1);
	ok(&k, route_match(HTTP_POST, "/api/v1/invoices", 16, &c->match));
	c->scope = SCOPE_MERCHANT;
	c->body = GOOD;
	c->body_len = strlen(GOOD);
	c->idempotency_key = KEY_1;
	assert_int_equal(idempotency_check(&k.w, c, &it, &r), REPEAT_NEW);
	ok(&k, ledger_idempotency_put(k.w.ledger, it.principal, KEY_1, it.body_hash, 0, "",
				      k.w.now_ms, &k.why));
	r = post(&k, "/api/v1/invoices", GOOD, KEY_1);
	assert_refusal(&r, 409, "IDEMPOTENCY_IN_PROGRESS", "still running");
	free(c);
	kit_stop(&k);
}

/* --- lists, totals --- */

/* Ten invoices a minute apart: 0..9, three customers, some of them moved on. */
static void populate(struct kit *k, char ids[10][ID_CAP])
{
	char payment[ID_CAP], body[128];

	for (int i = 0; i < 10; i++) {
		str_printf(body, sizeof(body), "{\"amount_usd\":%d.01,\"customer_id\":\"c%d\"}",
			   i + 1, i % 3);
		kit_invoice(k, body, ids[i]);
		world_advance_to(&k->w, k->w.now_ms + 60000);
	}
	for (int i = 0; i < 3; i++) {
		in_transaction(k, invoice_payment_see(&k->w, ids[i], i == 2 ? 5 : 99000, "base",
						      payment, &k->why));
		in_transaction(k, invoice_payment_confirm(&k->w, payment, &k->why));
	}
	in_transaction(k, invoice_cancel(&k->w, ids[3], NULL, NULL, NULL, &k->why));
	in_transaction(k, invoice_expire(&k->w, ids[4], &k->why));
}

/* "c1:3" style: which of ids the list shows, as digits. */
static void digits(const struct json *list, char ids[10][ID_CAP], char out[16])
{
	size_t n = 0;

	for (const struct json *v = json_first(json_get(list, "data")); v; v = json_next(v))
		for (int i = 0; i < 10; i++)
			if (str_equal(text_at(v, "id"), ids[i]))
				out[n++] = (char)('0' + i);
	out[n] = '\0';
}

static void test_api_invoice_list_filters_and_pages(void **state)
{
	static const struct {
		const char *query; /* '#' stands for the id of the digit that follows */
		const char *want;
		bool has_more;
	} cases[] = {
		{"", "9876543210", false},
		{"?limit=4", "9876", true},
		{"?limit=4&starting_after=#6", "5432", true},
		{"?limit=10&starting_after=#6", "543210", false},
		{"?limit=2&ending_before=#5", "76", true},
		{"?limit=5&ending_before=#7", "98", false},
		{"?status=paid", "10", false},
		{"?status=underpaid,canceled,expired", "432", false},
		{"?status=paid&customer_id=c1", "1", false},
		{"?customer_id=c0", "9630", false},
		{"?invoice_type=commerce", "", false},
		{"?invoice_type=standard,commerce&limit=1", "9", true},
		{"?environment=devnet&limit=2", "98", true},
		{"?environment=mainnet", "", false},
		{"?created_gte=1768478820", "987", false},
		{"?created_gte=1768478820&created_lte=1768478880", "87", false},
		{"?created_lte=2026-01-15T12:01:00Z", "10", false},
		{"?payer_wallet_network=base", "210", false},
		{"?payer_wallet_network=ton", "", false},
	};
	struct kit k;
	char ids[10][ID_CAP], target[256], got[16];

	(void)state;
	kit_start(&k, NULL, 1);
	populate(&k, ids);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *mark = strchr(cases[i].query, '#');
		struct json *list;

		str_printf(target, sizeof(target), "/api/v1/invoices%.*s%s",
			   (int)(mark ? mark - cases[i].query : (int)strlen(cases[i].query)),
			   cases[i].query, mark ? ids[mark[1] - '0'] : "");
		list = kit_get(&k, SCOPE_MERCHANT, target);
		assert_string_equal(text_at(list, "object"), "list");
		digits(list, ids, got);
		if (!str_equal(got, cases[i].want) ||
		    bool_at(list, "has_more") != cases[i].has_more)
			fail_msg("%s: %s", target, got);
		json_free(list);
	}
	kit_stop(&k);
}

/* created_at counts whole seconds: a bound equal to what is shown must include it. */
static void test_api_upper_bound_covers_its_whole_second(void **state)
{
	static const struct {
		int64_t from, to;
		size_t want;
	} cases[] = {{1, 1, 1}, {0, 0, 0}, {2, 2, 0}, {0, 1, 1}, {1, 5, 1}};
	struct kit k;
	char id[ID_CAP], target[128];

	(void)state;
	kit_start(&k, NULL, 1);
	world_advance_to(&k.w, KIT_EPOCH + 1750);
	kit_invoice(&k, GOOD, id);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *v;

		str_printf(target, sizeof(target),
			   "/api/v1/invoices?created_gte=%lld&created_lte=%lld",
			   (long long)(KIT_EPOCH / 1000 + cases[i].from),
			   (long long)(KIT_EPOCH / 1000 + cases[i].to));
		v = kit_get(&k, SCOPE_MERCHANT, target);
		assert_int_equal(json_count(json_get(v, "data")), cases[i].want);
		json_free(v);
	}
	kit_stop(&k);
}

static void test_api_invoice_list_of_one_customer(void **state)
{
	struct kit k;
	char ids[10][ID_CAP], got[16];
	struct json *list;

	(void)state;
	kit_start(&k, NULL, 1);
	populate(&k, ids);
	list = kit_get(&k, SCOPE_MERCHANT, "/api/v1/invoices/customer/c2?limit=2");
	digits(list, ids, got);
	assert_string_equal(got, "85");
	assert_true(bool_at(list, "has_more"));
	json_free(list);
	kit_stop(&k);
}

static void test_api_parameters_are_refused_by_name(void **state)
{
	static const struct {
		enum key_scope scope;
		const char *target, *word;
	} cases[] = {
		{SCOPE_MERCHANT, "/api/v1/invoices?limit=0", "limit"},
		{SCOPE_MERCHANT, "/api/v1/invoices?limit=101", "limit"},
		{SCOPE_MERCHANT, "/api/v1/invoices?limit=ten", "limit"},
		{SCOPE_MERCHANT, "/api/v1/invoices?limit=1.5", "limit"},
		{SCOPE_MERCHANT, "/api/v1/invoices?limit=99999999999999999999", "limit"},
		{SCOPE_MERCHANT, "/api/v1/invoices?status=payed", "status: unknown value 'payed'"},
		{SCOPE_MERCHANT, "/api/v1/invoices?status=paid,", "status"},
		{SCOPE_MERCHANT, "/api/v1/invoices?status=cancelled", "status"},
		{SCOPE_MERCHANT, "/api/v1/invoices?invoice_type=gift", "invoice_type"},
		{SCOPE_MERCHANT, "/api/v1/invoices?environment=testnet", "environment"},
		{SCOPE_MERCHANT, "/api/v1/invoices?created_gte=yesterday", "created_gte"},
		{SCOPE_MERCHANT, "/api/v1/invoices?created_lte=-4", "created_lte"},
		{SCOPE_MERCHANT, "/api/v1/invoices?starting_after=nope", "starting_after"},
		{SCOPE_MERCHANT, "/api/v1/invoices?ending_before=nope", "ending_before"},
		{SCOPE_MERCHANT, "/api/v1/invoices?starting_after=a&ending_before=b",
		 "ending_before"},
		{SCOPE_MERCHANT, "/api/v1/invoices?expand=customer", "expand"},
		{SCOPE_MERCHANT, "/api/v1/invoices?expand=payments&payments_limit=0",
		 "payments_limit"},
		{SCOPE_MERCHANT, "/api/v1/invoices/x?expand=settlement", "expand"},
		{SCOPE_MERCHANT, "/api/v1/invoices/totals?status=open", "status"},
		{SCOPE_MERCHANT, "/api/v1/events?starting_after=evt_1-1", "starting_after"},
		{SCOPE_MERCHANT, "/api/v1/events?created%5Bgte%5D=x", "created[gte]"},
		{SCOPE_MERCHANT, "/api/v1/events?type=DROP%20TABLE", "type"},
		{SCOPE_MERCHANT, "/api/v1/events?limit=500", "limit"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders?wallet=0x1", "walletNetwork"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders?status=refunded", "status"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders?retailer=etsy", "retailer"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders?offset=-1", "offset"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders?limit=101", "limit"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders?createdFrom=x", "createdFrom"},
		{SCOPE_MERCHANT, "/api/v1/ramps/payouts?status=done", "status"},
		{SCOPE_MERCHANT, "/api/v1/ramps/kyc?starting_after=x", "starting_after"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply r =
			kit_call(&k, cases[i].scope, HTTP_GET, cases[i].target, NULL, NULL);

		assert_refusal(&r, 400, "VALIDATION_ERROR", cases[i].word);
	}
	kit_stop(&k);
}

static void test_api_unknown_ids_are_404(void **state)
{
	static const struct {
		enum key_scope scope;
		const char *target;
	} cases[] = {
		{SCOPE_MERCHANT, "/api/v1/invoices/7b3f9a52-1c9e-4d0a-8f53-0a6a2b1c3d4e"},
		{SCOPE_MERCHANT, "/api/v1/invoices/x/status"},
		{SCOPE_MERCHANT, "/api/v1/events/evt_1-1"},
		{SCOPE_COMMERCE, "/api/commerce/merchant/orders/x"},
		{SCOPE_MERCHANT, "/api/v1/ramps/kyc/x"},
		{SCOPE_MERCHANT, "/api/v1/ramps/payouts/x"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply r =
			kit_call(&k, cases[i].scope, HTTP_GET, cases[i].target, NULL, NULL);

		assert_refusal(&r, 404, "NOT_FOUND", "there is no");
	}
	kit_stop(&k);
}

/* Counts and sums a whole list through its pages. */
static void walk_list(struct kit *k, const char *query, int64_t *count, int64_t *amount)
{
	char target[512], after[ID_CAP] = "";
	bool more = true;

	*count = *amount = 0;
	while (more) {
		struct json *list;

		str_printf(target, sizeof(target), "/api/v1/invoices?limit=7%s%s%s%s",
			   *query ? "&" : "", query, *after ? "&starting_after=" : "", after);
		list = kit_get(k, SCOPE_MERCHANT, target);
		for (const struct json *v = json_first(json_get(list, "data")); v;
		     v = json_next(v)) {
			(*count)++;
			*amount += int_at(v, "amount");
			str_copy(after, sizeof(after), text_at(v, "id"));
		}
		more = bool_at(list, "has_more");
		json_free(list);
	}
}

static void assert_totals_agree(struct kit *k, const char *filter)
{
	static const char *const buckets[] = {"all",       "paid",    "unpaid",
					      "underpaid", "expired", "canceled"};
	char target[256], query[256];
	struct json *totals;

	str_printf(target, sizeof(target), "/api/v1/invoices/totals%s%s", *filter ? "?" : "",
		   filter);
	totals = kit_get(k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(totals, "object"), "invoice_totals");
	assert_string_equal(text_at(totals, "currency"), "usd");
	assert_string_equal(text_at(totals, "amount_unit"), "usd_millis");
	for (size_t i = 0; i < 6; i++) {
		char path[64];
		int64_t count, amount;

		str_printf(query, sizeof(query), "%s%s%s%s", filter, *filter && i ? "&" : "",
			   i ? "status=" : "", i ? buckets[i] : "");
		walk_list(k, query, &count, &amount);
		str_printf(path, sizeof(path), "totals.%s.count", buckets[i]);
		assert_int_equal(int_at(totals, path), count);
		str_printf(path, sizeof(path), "totals.%s.amount", buckets[i]);
		assert_int_equal(int_at(totals, path), amount);
	}
	json_free(totals);
}

static void test_api_totals_equal_the_list(void **state)
{
	static const char *const filters[] = {
		"",
		"customer_id=c1",
		"invoice_type=standard",
		"invoice_type=commerce",
		"environment=mainnet",
		"created_gte=1768478600&created_lte=1768478820",
	};
	struct kit k;
	char ids[10][ID_CAP];
	struct json *totals;

	(void)state;
	kit_start(&k, NULL, 1);
	populate(&k, ids);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		assert_totals_agree(&k, filters[i]);
	totals = kit_get(&k, SCOPE_MERCHANT, "/api/v1/invoices/totals?status=paid,expired");
	assert_int_equal(int_at(totals, "totals.all.count"), 3);
	assert_int_equal(int_at(totals, "totals.unpaid.count"), 0);
	assert_string_equal(text_at(totals, "totals.paid.amount_decimal"), "3.020");
	json_free(totals);
	kit_stop(&k);
}

static void test_api_expand_shows_payments(void **state)
{
	struct kit k;
	char id[ID_CAP], first[ID_CAP], second[ID_CAP], target[160];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, "{\"amount_usd\":10}", id);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s?expand=latest_payment,payments",
		   id);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_null_at(v, "latest_payment");
	assert_int_equal(json_count(at(v, "payments.data")), 0);
	json_free(v);
	in_transaction(&k, invoice_payment_see(&k.w, id, 4000, "base", first, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, first, &k.why));
	in_transaction(&k, invoice_payment_see(&k.w, id, 6000, "base", second, &k.why));
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "latest_payment.object"), "invoice_payment");
	assert_string_equal(text_at(v, "latest_payment.id"), second);
	assert_string_equal(text_at(v, "latest_payment.status"), "pending");
	assert_null_at(v, "latest_payment.settlement");
	assert_string_equal(text_at(v, "payments.object"), "list");
	assert_string_equal(text_at(v, "payments.data.0.id"), second);
	assert_string_equal(text_at(v, "payments.data.1.id"), first);
	assert_string_equal(text_at(v, "payments.data.1.status"), "underpaid");
	assert_string_equal(json_number_text(at(v, "payments.data.1.amount_usd")), "4");
	assert_false(bool_at(v, "payments.has_more"));
	json_free(v);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s?expand=payments&payments_limit=1",
		   id);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_int_equal(json_count(at(v, "payments.data")), 1);
	assert_true(bool_at(v, "payments.has_more"));
	assert_null(json_get(v, "latest_payment"));
	json_free(v);
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/invoices?expand=latest_payment");
	assert_string_equal(text_at(v, "data.0.latest_payment.id"), second);
	json_free(v);
	kit_stop(&k);
}

static void test_api_status_is_the_contracts(void **state)
{
	struct kit k;
	char id[ID_CAP], payment[ID_CAP], target[160];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, "{\"amount_usd\":49.99}", id);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s/status", id);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "object"), "invoice_status");
	assert_null_at(v, "latest_payment");
	json_free(v);
	in_transaction(&k, invoice_payment_see(&k.w, id, 49990, "base", payment, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	in_transaction(&k, invoice_payment_settle(&k.w, payment, "processing", &k.why));
	in_transaction(&k, invoice_payment_settle(&k.w, payment, "settled", &k.why));
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "invoice.object"), "invoice");
	assert_string_equal(text_at(v, "invoice.id"), id);
	assert_int_equal(int_at(v, "invoice.merchant_id"), MERCHANT_ID);
	assert_string_equal(text_at(v, "invoice.status"), "paid");
	assert_string_equal(text_at(v, "invoice.invoice_type"), "standard");
	assert_string_equal(text_at(v, "invoice.currency"), "usd");
	assert_int_equal(int_at(v, "invoice.amount"), 49990);
	assert_string_equal(text_at(v, "invoice.amount_decimal"), "49.990");
	assert_string_equal(text_at(v, "invoice.amount_unit"), "usd_millis");
	assert_string_equal(text_at(v, "invoice.environment"), "devnet");
	assert_int_equal(json_count(json_get(v, "invoice")), 10);
	assert_string_equal(text_at(v, "latest_payment.object"), "invoice_payment");
	assert_string_equal(text_at(v, "latest_payment.invoice_id"), id);
	assert_string_equal(text_at(v, "latest_payment.status"), "confirmed");
	assert_string_equal(text_at(v, "latest_payment.settlement_status"), "settled");
	assert_string_equal(text_at(v, "latest_payment.settlement.summary_status"), "settled");
	assert_string_equal(text_at(v, "latest_payment.settlement.stage"), "final");
	assert_string_equal(text_at(v, "latest_payment.settlement.network"), "bsc");
	assert_string_equal(text_at(v, "latest_payment.settlement.status"), "settled");
	assert_true(int_at(v, "latest_payment.settlement.merchant_settlement_id") > 0);
	json_free(v);
	kit_stop(&k);
}

/* --- cancel, capabilities --------------------------------------------------------------------- */

static void test_api_cancel_only_an_unpaid_invoice(void **state)
{
	struct kit k;
	char id[ID_CAP], payment[ID_CAP], target[160];
	struct json *v;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, GOOD, id);
	str_printf(target, sizeof(target), "/api/v1/invoices/%s/cancel", id);
	r = post(&k, target, "{\"reason\":\"typo\"}", NULL);
	assert_refusal(&r, 400, "IDEMPOTENCY_KEY_MISSING", "");
	r = post(&k, target, "{\"reason\":\"typo\"}", KEY_1);
	assert_int_equal(r.status, 200);
	v = kit_parse(&r);
	assert_string_equal(text_at(v, "object"), "invoice");
	assert_string_equal(text_at(v, "status"), "canceled");
	json_free(v);
	reply_release(&r);
	r = post(&k, target, "{\"reason\":\"typo\"}", KEY_2);
	assert_refusal(&r, 400, "INVOICE_NOT_CANCELABLE", "canceled");
	kit_invoice(&k, GOOD, id);
	in_transaction(&k, invoice_payment_see(&k.w, id, 10, "base", payment, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	str_printf(target, sizeof(target), "/api/v1/invoices/%s/cancel", id);
	r = post(&k, target, "", KEY_2);
	assert_refusal(&r, 400, "INVOICE_NOT_CANCELABLE", "underpaid");
	r = post(&k, "/api/v1/invoices/nope/cancel", "", KEY_2);
	assert_refusal(&r, 404, "NOT_FOUND", "");
	kit_stop(&k);
}

static void test_api_capabilities_name_what_is_served(void **state)
{
	struct kit k;
	struct capabilities caps;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_GET, "/api/v1/capabilities", NULL, NULL);
	assert_int_equal(r.status, 200);
	ok(&k, capabilities_decode(r.body, strlen(r.body), &caps, &k.why));
	assert_string_equal(caps.server, "pepay-sandbox");
	assert_string_equal(caps.version, PEPAYTOP_VERSION);
	assert_true(capabilities_have(&caps, "invoice_cancel"));
	assert_true(capabilities_have(&caps, "ramps"));
	assert_true(capabilities_have(&caps, "invoice_refund"));
	reply_release(&r);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_api_create_answers_what_contract_4_1_says),
		cmocka_unit_test(test_api_create_keeps_metadata_through_a_payment),
		cmocka_unit_test(test_api_create_refuses_bad_fields_by_name),
		cmocka_unit_test(test_api_create_bounds_texts),
		cmocka_unit_test(test_api_create_defaults_to_twelve_hours),
		cmocka_unit_test(test_api_create_needs_a_v4_key),
		cmocka_unit_test(test_api_repeats_are_answered_from_the_record),
		cmocka_unit_test(test_api_key_belongs_to_its_path_too),
		cmocka_unit_test(test_api_refused_write_leaves_its_key_usable),
		cmocka_unit_test(test_api_key_is_forgotten_after_a_day),
		cmocka_unit_test(test_api_key_in_flight_is_refused),
		cmocka_unit_test(test_api_invoice_list_filters_and_pages),
		cmocka_unit_test(test_api_invoice_list_of_one_customer),
		cmocka_unit_test(test_api_upper_bound_covers_its_whole_second),
		cmocka_unit_test(test_api_parameters_are_refused_by_name),
		cmocka_unit_test(test_api_unknown_ids_are_404),
		cmocka_unit_test(test_api_totals_equal_the_list),
		cmocka_unit_test(test_api_expand_shows_payments),
		cmocka_unit_test(test_api_status_is_the_contracts),
		cmocka_unit_test(test_api_cancel_only_an_unpaid_invoice),
		cmocka_unit_test(test_api_capabilities_name_what_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
