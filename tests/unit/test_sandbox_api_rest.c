/* Orders, events and ramps through the dispatcher. */
#include "unit/sandbox_kit.h"

#define WALLET "0x52908400098527886E0F7030069857D2E4169EE7"

static void make_order(struct kit *k, const char *customer, const char *retailer,
		       char order[ID_CAP], char invoice[ID_CAP])
{
	const struct order_item_params items[] = {
		{.product_id = "B01", .title = "Kettle", .quantity = 3, .price = 9990}};
	const struct order_params p = {.customer_id = customer,
				       .retailer = retailer,
				       .items = items,
				       .item_count = 1,
				       .first_name = "Zoé",
				       .last_name = "Lefèvre",
				       .street = "9 rue des Abbesses",
				       .city = "Paris",
				       .zip = "75018",
				       .country = "FR",
				       .email = "zoe@mail.example"};

	in_transaction(k, order_create(&k->w, &p, order, invoice, &k->why));
}

static void advance(struct kit *k, const char *order, const char *transition)
{
	in_transaction(k, order_advance(&k->w, order, transition, "DHL", "TRACK1", &k->why));
}

/* --- orders ------------------------------------------------------------------------------ */

static void test_api_order_list_row_is_the_contracts(void **state)
{
	static const char *const members[] = {
		"orderId",       "invoiceId",     "networkEnvironment", "status",
		"substatus",     "actions",       "shipmentsSummary",   "retailer",
		"walletAddress", "walletNetwork", "customerId",         "total",
		"createdAt",     "updatedAt",     "itemCount"};
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct json *v;
	const struct json *row;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "cust_1", "amazon", order, invoice);
	advance(&k, order, "payment_confirmed");
	advance(&k, order, "payment_settled");
	advance(&k, order, "placed");
	world_advance_to(&k.w, KIT_EPOCH + 5000);
	advance(&k, order, "shipped");
	v = kit_get(&k, SCOPE_COMMERCE, "/api/commerce/merchant/orders");
	assert_true(bool_at(v, "success"));
	assert_int_equal(int_at(v, "data.pagination.limit"), 20);
	assert_int_equal(int_at(v, "data.pagination.offset"), 0);
	assert_int_equal(int_at(v, "data.pagination.count"), 1);
	row = at(v, "data.orders.0");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!json_get(row, members[i]))
			fail_msg("no %s", members[i]);
	assert_int_equal(json_count(row), sizeof(members) / sizeof(members[0]));
	assert_string_equal(text_at(row, "orderId"), order);
	assert_string_equal(text_at(row, "invoiceId"), invoice);
	assert_string_equal(text_at(row, "networkEnvironment"), "devnet");
	assert_string_equal(text_at(row, "status"), "shipped");
	assert_null_at(row, "substatus");
	assert_false(bool_at(row, "actions.canCancel"));
	assert_int_equal(int_at(row, "shipmentsSummary.shipmentCount"), 1);
	assert_true(bool_at(row, "shipmentsSummary.hasTracking"));
	assert_int_equal(int_at(row, "shipmentsSummary.lastTrackingAt"), KIT_EPOCH / 1000 + 5);
	assert_false(bool_at(row, "shipmentsSummary.isDelivered"));
	assert_string_equal(text_at(row, "retailer"), "amazon");
	assert_string_equal(text_at(row, "customerId"), "cust_1");
	assert_string_equal(json_number_text(at(row, "total")), "30.97"); /* 29.97 and a dollar */
	assert_int_equal(int_at(row, "createdAt"), KIT_EPOCH / 1000);
	assert_int_equal(int_at(row, "updatedAt"), KIT_EPOCH / 1000 + 5);
	assert_int_equal(int_at(row, "itemCount"), 3);
	json_free(v);
	kit_stop(&k);
}

static void test_api_order_snapshot_is_the_contracts(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], target[128];
	struct json *v;
	const struct json *o;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "cust_1", "amazon", order, invoice);
	advance(&k, order, "payment_confirmed");
	advance(&k, order, "payment_settled");
	advance(&k, order, "placed");
	advance(&k, order, "shipped");
	str_printf(target, sizeof(target), "/api/commerce/merchant/orders/%s", order);
	v = kit_get(&k, SCOPE_COMMERCE, target);
	assert_true(bool_at(v, "success"));
	o = at(v, "data");
	assert_null(json_get(o, "object"));
	assert_string_equal(text_at(o, "orderId"), order);
	assert_string_equal(text_at(o, "invoiceId"), invoice);
	assert_int_equal(int_at(o, "merchantId"), MERCHANT_ID);
	assert_string_equal(text_at(o, "timeline.0.status"), "pending_payment");
	assert_string_equal(text_at(o, "timeline.1.status"), "processing");
	assert_string_equal(text_at(o, "timeline.1.message"), "Payment received, processing order");
	assert_string_equal(text_at(o, "timeline.1.timestamp"), "2026-01-15T12:00:00.000Z");
	assert_string_equal(text_at(o, "timeline.3.message"), "Order placed with retailer");
	assert_string_equal(text_at(o, "payment.status"), "paid");
	assert_true(strlen(text_at(o, "payment.txHash")) > 40);
	assert_string_equal(text_at(o, "payment.settlement.status"), "settled");
	assert_string_equal(text_at(o, "payment.settlement.network"), "bsc");
	assert_string_equal(text_at(o, "fulfillment.shipments.0.carrier"), "DHL");
	assert_string_equal(text_at(o, "fulfillment.shipments.0.trackingNumber"), "TRACK1");
	assert_string_equal(text_at(o, "fulfillment.shipments.0.deliveryStatus"), "In Transit");
	assert_string_equal(text_at(o, "lineItems.0.productId"), "B01");
	assert_int_equal(int_at(o, "lineItems.0.quantity"), 3);
	assert_string_equal(text_at(o, "lineItems.0.price"), "9.99");
	assert_string_equal(text_at(o, "shippingAddress.last_name"), "Lefèvre");
	assert_string_equal(text_at(o, "cancellationStatus"), "none");
	assert_string_equal(text_at(o, "refundStatus"), "NONE");
	assert_string_equal(text_at(o, "totalAmountUsd"), "30.97");
	assert_string_equal(text_at(o, "commerceFeeUsd"), "1.00");
	assert_string_equal(text_at(o, "refund.status"), "NONE");
	assert_null_at(o, "refund.amountUsd");
	assert_null_at(o, "refund.txHash");
	json_free(v);
	kit_stop(&k);
}

static void test_api_order_list_filters_and_pages(void **state)
{
	static const struct {
		const char *query;
		int want;
	} cases[] = {
		{"", 5},
		{"?limit=2", 2},
		{"?limit=2&offset=4", 1},
		{"?offset=9", 0},
		{"?status=processing", 2},
		{"?status=processing,cancelled", 3},
		{"?customer_id=cust_0", 3},
		{"?retailer=ebay", 2},
		{"?retailer=ebay,amazon&customer_id=cust_0", 0}, /* one retailer at a time */
		{"?createdFrom=1768478402", 3},
		{"?createdFrom=1768478402&createdTo=1768478403", 2},
		{"?wallet=0x1&walletNetwork=bsc", 0},
	};
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], target[128];

	(void)state;
	kit_start(&k, NULL, 1);
	for (int i = 0; i < 5; i++) {
		char customer[16];

		str_printf(customer, sizeof(customer), "cust_%d", i % 2);
		make_order(&k, customer, i < 2 ? "ebay" : "amazon", order, invoice);
		if (i < 2)
			advance(&k, order, "payment_confirmed");
		if (i == 2)
			in_transaction(&k, order_cancel(&k.w, order, NULL, NULL, NULL, &k.why));
		world_advance_to(&k.w, k.w.now_ms + 1000);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *v;

		str_printf(target, sizeof(target), "/api/commerce/merchant/orders%s",
			   cases[i].query);
		v = kit_get(&k, SCOPE_COMMERCE, target);
		if ((int)json_count(at(v, "data.orders")) != cases[i].want)
			fail_msg("%s: %zu", target, json_count(at(v, "data.orders")));
		assert_int_equal(int_at(v, "data.pagination.count"), cases[i].want);
		json_free(v);
	}
	kit_stop(&k);
}

static void test_api_order_cancel_says_what_comes_back(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], target[160];
	struct reply r;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "cust_1", "amazon", order, invoice);
	advance(&k, order, "payment_confirmed");
	str_printf(target, sizeof(target), "/api/commerce/merchant/orders/%s/cancel", order);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, target, "", NULL);
	assert_refusal(&r, 400, "IDEMPOTENCY_KEY_MISSING", "");
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, target,
		     "{\"refundDestinationWalletAddressBsc\":\"0x12\"}", KEY_1);
	assert_refusal(&r, 400, "VALIDATION_ERROR", "refundDestinationWalletAddressBsc");
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, target,
		     "{\"refundDestinationWalletAddressBsc\":\"" WALLET "\"}", KEY_1);
	assert_int_equal(r.status, 200);
	v = kit_parse(&r);
	assert_true(bool_at(v, "success"));
	assert_string_equal(text_at(v, "data.orderId"), order);
	assert_string_equal(text_at(v, "data.status"), "cancelled");
	assert_null_at(v, "data.substatus");
	assert_string_equal(text_at(v, "data.customerId"), "cust_1");
	assert_string_equal(text_at(v, "data.refundQuote.status"), "PENDING");
	assert_string_equal(text_at(v, "data.refundQuote.amountUsd"), "30.97");
	assert_string_equal(text_at(v, "data.refundQuote.destinationWalletAddressBsc"), WALLET);
	json_free(v);
	reply_release(&r);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, target, "", KEY_2);
	assert_refusal(&r, 400, "ORDER_NOT_CANCELABLE", "cancelled");
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, "/api/commerce/merchant/orders/x/cancel", "",
		     KEY_2);
	assert_refusal(&r, 404, "NOT_FOUND", "");
	kit_stop(&k);
}

/* canCancel and the route must never tell different stories. */
static void test_api_order_can_cancel_is_what_cancel_does(void **state)
{
	static const char *const path[] = {"",       "payment_confirmed", "payment_settled",
					   "placed", "shipped",           "delivery_confirmed"};
	static const int want[] = {200, 200, 200, 200, 400, 400};

	(void)state;
	for (size_t reached = 0; reached < 6; reached++) {
		struct kit k;
		char order[ID_CAP], invoice[ID_CAP], target[160];
		struct json *v;
		struct reply r;

		kit_start(&k, NULL, 1);
		make_order(&k, "c", "amazon", order, invoice);
		for (size_t i = 1; i <= reached; i++)
			advance(&k, order, path[i]);
		str_printf(target, sizeof(target), "/api/commerce/merchant/orders/%s", order);
		v = kit_get(&k, SCOPE_COMMERCE, target);
		assert_int_equal(bool_at(v, "data.actions.canCancel"), want[reached] == 200);
		json_free(v);
		str_printf(target, sizeof(target), "/api/commerce/merchant/orders/%s/cancel",
			   order);
		r = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, target, "", KEY_1);
		assert_int_equal(r.status, want[reached]);
		reply_release(&r);
		kit_stop(&k);
	}
}

/* --- events ---------------------------------------------------------------------------------- */

static bool keep_bodies(void *ctx, const struct ledger_event *e)
{
	struct strbuf *sb = ctx;

	strbuf_addf(sb, "%s%s", sb->len ? "," : "", e->body);
	return true;
}

static void test_api_event_list_is_what_the_outbox_holds(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct ledger_event_filter f = {.newest_first = true};
	struct strbuf bodies, want;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "cüst \\ \"quoted\" / ☃", "amazon", order, invoice);
	advance(&k, order, "payment_confirmed");
	strbuf_init(&bodies, 1u << 20);
	strbuf_init(&want, 1u << 20);
	ok(&k, ledger_events(k.w.ledger, &f, keep_bodies, &bodies, NULL, &k.why));
	strbuf_addf(&want,
		    "{\"success\":true,\"data\":{\"object\":\"list\",\"data\":[%s],"
		    "\"has_more\":false}}",
		    strbuf_str(&bodies));
	r = kit_call(&k, SCOPE_MERCHANT, HTTP_GET, "/api/v1/events", NULL, NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, strbuf_str(&want));
	reply_release(&r);
	strbuf_release(&bodies);
	strbuf_release(&want);
	kit_stop(&k);
}

/* Events 1..n have ids evt_<ms>-<n>: the digits after the dash, newest first. */
static void numbers(const struct json *v, char out[64])
{
	size_t len = 0;

	out[0] = '\0';
	for (const struct json *e = json_first(at(v, "data.data")); e; e = json_next(e)) {
		str_printf(out + len, 64 - len, "%s%s", len ? " " : "",
			   strchr(text_at(e, "id"), '-') + 1);
		len = strlen(out);
	}
}

static void test_api_event_list_filters_and_pages(void **state)
{
	static const struct {
		enum key_scope scope;
		const char *query; /* '#' and a digit: that event's id; '@': the invoice's */
		const char *want;
		bool has_more;
	} cases[] = {
		{SCOPE_MERCHANT, "", "8 7 6 5 4 3 2 1", false},
		{SCOPE_MERCHANT, "?limit=3", "8 7 6", true},
		{SCOPE_MERCHANT, "?limit=3&starting_after=#6", "5 4 3", true},
		{SCOPE_MERCHANT, "?limit=3&starting_after=#4", "3 2 1", false},
		{SCOPE_MERCHANT, "?limit=3&ending_before=#2", "5 4 3", true},
		{SCOPE_MERCHANT, "?limit=3&ending_before=#5", "8 7 6", false},
		{SCOPE_MERCHANT, "?limit=3&ending_before=#8", "", false},
		{SCOPE_MERCHANT, "?type=invoice.*", "6 3 1", false},
		{SCOPE_MERCHANT, "?type=commerce.order.updated,ramp.*", "8 7", false},
		{SCOPE_MERCHANT, "?type=invoice.*&limit=1&ending_before=#1", "3", true},
		{SCOPE_MERCHANT, "?invoice_id=@", "1", false},
		{SCOPE_MERCHANT, "?created[gte]=1768478401", "8 7 6 5 4 3 2", false},
		{SCOPE_MERCHANT, "?created%5Blte%5D=1768478400", "1", false},
		{SCOPE_MERCHANT, "?environment=mainnet", "", false},
		{SCOPE_COMMERCE, "", "7 6 5 4 3 2", false},
		{SCOPE_COMMERCE, "?type=invoice.*", "6 3", false},
	};
	struct kit k;
	char order[ID_CAP], other[ID_CAP], invoice[ID_CAP], target[200], got[64], event[ID_CAP];

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, "{\"amount_usd\":5}", invoice); /* 1 */
	world_advance_to(&k.w, KIT_EPOCH + 1000);
	make_order(&k, "c", "amazon", order, other); /* 3 2: invoice, then order */
	advance(&k, order, "payment_confirmed");     /* payment 4, 5, invoice 6, order 7 */
	in_transaction(&k, kyc_set(&k.w, "c", "pending", "FR", "N", NULL, &k.why)); /* 8 */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *q = cases[i].query, *mark = strpbrk(q, "#@");
		struct json *v;

		if (mark && *mark == '#')
			str_printf(event, sizeof(event), "evt_%lld-%c",
				   (long long)KIT_EPOCH + (mark[1] == '1' ? 0 : 1000), mark[1]);
		str_printf(target, sizeof(target), "/api/v1/events%.*s%s",
			   (int)(mark ? (size_t)(mark - q) : strlen(q)), q,
			   !mark          ? ""
			   : *mark == '@' ? invoice
					  : event);
		v = kit_get(&k, cases[i].scope, target);
		numbers(v, got);
		/* which of 2 and 3 is the invoice is the domain's choice: the types above tell */
		if (i == 7 || i == 9 || i == 15) {
			for (const struct json *e = json_first(at(v, "data.data")); e;
			     e = json_next(e))
				assert_true(str_starts_with(text_at(e, "type"), "invoice."));
			assert_int_equal(json_count(at(v, "data.data")), i == 7   ? 3
									 : i == 9 ? 1
										  : 2);
		} else if (!str_equal(got, cases[i].want)) {
			fail_msg("%s: %s", target, got);
		}
		if (bool_at(v, "data.has_more") != cases[i].has_more)
			fail_msg("%s: has_more", target);
		json_free(v);
	}
	kit_stop(&k);
}

static void test_api_event_get_obeys_the_keys_scope(void **state)
{
	struct kit k;
	char invoice[ID_CAP], target[128];
	struct json *v;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_invoice(&k, "{\"amount_usd\":5}", invoice);
	str_printf(target, sizeof(target), "/api/v1/events/evt_%lld-1", (long long)KIT_EPOCH);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "data.data.object.id"), invoice);
	assert_string_equal(text_at(v, "data.request.id"), "req_test");
	assert_true(strlen(text_at(v, "data.request.idempotency_key")) == 36);
	json_free(v);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_GET, target, NULL, NULL);
	assert_refusal(&r, 404, "NOT_FOUND", "");
	kit_stop(&k);
}

/* --- ramps --- */

static void test_api_ramps_list_and_get(void **state)
{
	struct kit k;
	char id[ID_CAP], target[128];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	for (int i = 0; i < 3; i++) {
		char customer[16];

		str_printf(customer, sizeof(customer), "cust_%d", i);
		in_transaction(&k, kyc_set(&k.w, customer, "pending", i ? "JP" : "DE",
					   "Haruka Ōtsuka", NULL, &k.why));
	}
	world_advance_to(&k.w, KIT_EPOCH + 3000);
	in_transaction(&k, kyc_set(&k.w, "cust_1", "approved", NULL, NULL, NULL, &k.why));
	in_transaction(&k, kyc_set(&k.w, "cust_2", "rejected", NULL, NULL, "blurred", &k.why));
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/ramps/kyc?status=pending,rejected&country=JP");
	assert_string_equal(text_at(v, "object"), "list");
	assert_int_equal(json_count(at(v, "data")), 1);
	assert_string_equal(text_at(v, "data.0.customer_id"), "cust_2");
	assert_string_equal(text_at(v, "data.0.rejection_reason"), "blurred");
	assert_int_equal(int_at(v, "data.0.submitted_at"), KIT_EPOCH / 1000);
	assert_int_equal(int_at(v, "data.0.reviewed_at"), KIT_EPOCH / 1000 + 3);
	json_free(v);
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/ramps/kyc?limit=1&starting_after=cust_1");
	assert_string_equal(text_at(v, "data.0.customer_id"), "cust_0");
	assert_false(bool_at(v, "has_more"));
	json_free(v);

	in_transaction(&k, payout_create(&k.w,
					 &(struct payout_params){.customer_id = "cust_1",
								 .amount = 100000,
								 .fee = 1000,
								 .country = "JP",
								 .rail = "zengin",
								 .fiat_currency = "JPY",
								 .fx_rate = "156.3000",
								 .fiat_amount_minor = 15473,
								 .holder = "Haruka Ōtsuka",
								 .bank_name = "Kaede Shinkin",
								 .last4 = "0042",
								 .estimated_arrival_ms =
									 KIT_EPOCH + 60000},
					 id, &k.why));
	in_transaction(&k, payout_advance(&k.w, id, "processing", NULL, NULL, &k.why));
	in_transaction(&k, payout_advance(&k.w, id, "failed", "account_closed", "It is closed",
					  &k.why));
	str_printf(target, sizeof(target), "/api/v1/ramps/payouts/%s", id);
	v = kit_get(&k, SCOPE_MERCHANT, target);
	assert_string_equal(text_at(v, "object"), "ramp_payout");
	assert_string_equal(text_at(v, "id"), id);
	assert_string_equal(text_at(v, "customer_id"), "cust_1");
	assert_int_equal(strlen(text_at(v, "quote_id")), 36);
	assert_null_at(v, "retry_of");
	assert_string_equal(text_at(v, "status"), "failed");
	assert_int_equal(int_at(v, "amount"), 100000);
	assert_string_equal(text_at(v, "amount_decimal"), "100.000");
	assert_string_equal(text_at(v, "amount_unit"), "usd_millis");
	assert_string_equal(text_at(v, "fee_decimal"), "1.000");
	assert_string_equal(text_at(v, "fiat_currency"), "JPY");
	assert_int_equal(int_at(v, "fiat_amount_minor"), 15473);
	assert_int_equal(int_at(v, "fiat_exponent"), 0);
	assert_string_equal(text_at(v, "fx_rate"), "156.3000");
	assert_string_equal(text_at(v, "bank_account.holder"), "Haruka Ōtsuka");
	assert_string_equal(text_at(v, "bank_account.last4"), "0042");
	assert_string_equal(text_at(v, "failure_code"), "account_closed");
	assert_string_equal(text_at(v, "failure_message"), "It is closed");
	assert_int_equal(int_at(v, "estimated_arrival_at"), KIT_EPOCH / 1000 + 60);
	assert_null_at(v, "paid_at");
	json_free(v);
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/ramps/payouts?status=failed&customer_id=cust_1");
	assert_int_equal(json_count(at(v, "data")), 1);
	json_free(v);
	v = kit_get(&k, SCOPE_MERCHANT, "/api/v1/ramps/payouts?country=DE");
	assert_int_equal(json_count(at(v, "data")), 0);
	json_free(v);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_api_order_list_row_is_the_contracts),
		cmocka_unit_test(test_api_order_snapshot_is_the_contracts),
		cmocka_unit_test(test_api_order_list_filters_and_pages),
		cmocka_unit_test(test_api_order_cancel_says_what_comes_back),
		cmocka_unit_test(test_api_order_can_cancel_is_what_cancel_does),
		cmocka_unit_test(test_api_event_list_is_what_the_outbox_holds),
		cmocka_unit_test(test_api_event_list_filters_and_pages),
		cmocka_unit_test(test_api_event_get_obeys_the_keys_scope),
		cmocka_unit_test(test_api_ramps_list_and_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
