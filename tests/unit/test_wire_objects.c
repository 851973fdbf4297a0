#include "unit/test_wire_random.h"

/* The members of an object, in order, as one line. */
static const char *keys_of(const struct json *obj, char buf[1024])
{
	size_t used = 0;
	buf[0] = '\0';
	for (const struct json *m = json_first(obj); m != NULL; m = json_next(m))
		used += (size_t)snprintf(buf + used, 1024 - used, "%s%s", used > 0 ? " " : "",
					 json_key(m));
	return buf;
}

static struct object decode(enum object_kind kind, struct json *doc)
{
	struct object o;
	struct problem why = {0};
	if (object_decode(kind, doc, &o, &why) != S_OK)
		fail_msg("%s", why.what);
	json_free(doc);
	return o;
}

static void test_kinds_are_found_by_their_word(void **state)
{
	(void)state;
	for (int kind = OBJECT_NONE + 1; kind < OBJECT_KIND_COUNT; kind++) {
		const struct kind_info *info = kind_info((enum object_kind)kind);
		assert_int_equal(info->kind, kind);
		assert_int_equal(kind_from_wire(info->wire), kind);
		assert_true(info->plural[0] != '\0' && info->shape->field_count > 0);
	}
	assert_null(kind_info(OBJECT_NONE));
	assert_null(kind_info(OBJECT_KIND_COUNT));
	assert_int_equal(kind_from_wire("invoices"), OBJECT_NONE);
	assert_int_equal(kind_from_wire(""), OBJECT_NONE);
}

static void test_invoice_of_the_current_revision(void **state)
{
	(void)state;
	struct object o = decode(OBJECT_INVOICE, parse_fixture("invoice_rev_b"));
	const struct invoice *i = &o.as.invoice;
	assert_string_equal(object_id(&o), "7b0c9f0e-54a1-4a3f-9d55-0f7a4a9f0a01");
	assert_string_equal(object_status(&o), "underpaid");
	assert_string_equal(object_customer(&o), "cust_123456");
	assert_int_equal(object_word(&o)->tone, TONE_WARN);
	assert_int_equal(i->merchant_id, 123);
	assert_int_equal(i->amount, 49990);
	assert_int_equal(i->amount_paid, 20000);
	assert_int_equal(i->amount_remaining, 29990);
	assert_string_equal(i->currency, "usd");
	assert_string_equal(i->payer_wallet_network, "base");
	assert_int_equal(i->expires_at, 1766322000000);
	assert_int_equal(object_created_ms(&o), 1766278800000);
	assert_int_equal(i->paid_at, TIME_NONE);
	assert_int_equal(object_updated_ms(&o), 1766279100000);
	assert_true(i->has_latest_payment);
	assert_string_equal(i->latest_payment.status, "underpaid");
	assert_false(i->latest_payment.has_settlement);
	object_release(&o);
	assert_int_equal(o.kind, OBJECT_NONE);
}

static void test_invoice_of_the_older_revision_has_iso_times(void **state)
{
	(void)state;
	struct object o = decode(OBJECT_INVOICE, parse_fixture("invoice_rev_a"));
	assert_int_equal(o.as.invoice.expires_at, 1766322000000);
	assert_int_equal(o.as.invoice.created_at, 1766278800250);
	assert_int_equal(o.as.invoice.paid_at, 1766279100000);
	assert_int_equal(o.as.invoice.last_payment_at, TIME_NONE);
	assert_string_equal(o.as.invoice.customer_id, "");
	assert_false(o.as.invoice.has_latest_payment);
	object_release(&o);
}

static void test_invoice_of_a_webhook_has_dollars(void **state)
{
	(void)state;
	struct object o = decode(OBJECT_INVOICE, parse_fixture("invoice_webhook"));
	assert_int_equal(o.as.invoice.amount, 100005);
	object_release(&o);

	struct problem why = {0};
	struct json *doc = parse_text("{\"id\":\"i\",\"status\":\"paid\",\"amount_usd\":1e999}");
	assert_int_equal(object_decode(OBJECT_INVOICE, doc, &o, &why), E_INVALID);
	assert_non_null(strstr(why.what, "invoice.amount_usd"));
	json_free(doc);
	/* The integer amount wins where both are there. */
	o = decode(OBJECT_INVOICE,
		   parse_text(
			   "{\"id\":\"i\",\"status\":\"paid\",\"amount\":5,\"amount_usd\":100}"));
	assert_int_equal(o.as.invoice.amount, 5);
	object_release(&o);
}

static void test_unknown_status_is_kept_as_it_came(void **state)
{
	(void)state;
	struct object o =
		decode(OBJECT_INVOICE, parse_text("{\"id\":\"i\",\"status\":\"Teleported\","
						  "\"amount\":1}"));
	assert_string_equal(object_status(&o), "Teleported");
	assert_null(object_word(&o));
	object_release(&o);
}

static void test_order_snapshot_is_read_whole(void **state)
{
	(void)state;
	struct json *answer = parse_fixture("order_snapshot");
	struct object o;
	assert_int_equal(object_decode(OBJECT_ORDER, json_get(answer, "data"), &o, NULL), S_OK);
	json_free(answer);
	const struct order *order = &o.as.order;
	assert_true(order->has_snapshot);
	assert_string_equal(object_id(&o), "0c7e2b1a-6f1d-4a58-8b55-5b1c3d2e4f60");
	assert_int_equal(order->timeline_count, 2);
	assert_int_equal(order->timeline[1].timestamp, 1766279340125);
	assert_string_equal(order->timeline[0].message, "Payment received, processing order");
	assert_true(order->payment.has_settlement);
	assert_string_equal(order->payment.settlement.tx_hash, "0xbeef");
	assert_int_equal(order->shipment_count, 1);
	assert_string_equal(order->shipments[0].tracking_number, "1Z999");
	assert_int_equal(order->line_count, 2);
	assert_int_equal(order->lines[0].price, 4500);
	assert_int_equal(order->lines[1].price, 5);
	assert_int_equal(order->item_count, 3);
	assert_int_equal(order->total, 10000);
	assert_int_equal(order->commerce_fee, 1000);
	assert_int_equal(order->refund.amount_usd, 0);
	assert_string_equal(order->refund.destination_wallet_address_bsc,
			    "0x0000000000000000000000000000000000000001");
	assert_false(order->has_shipping_address);
	assert_int_equal(object_updated_ms(&o), 1766279900000);
	object_release(&o);
}

static void test_order_row_and_the_short_order_of_events(void **state)
{
	(void)state;
	struct json *answer = parse_fixture("order_list");
	struct object o;
	const struct json *row = json_first(json_get(json_get(answer, "data"), "orders"));
	assert_int_equal(object_decode(OBJECT_ORDER, row, &o, NULL), S_OK);
	json_free(answer);
	assert_false(o.as.order.has_snapshot);
	assert_true(o.as.order.can_cancel);
	assert_int_equal(o.as.order.item_count, 2);
	assert_int_equal(o.as.order.total, 99990);
	object_release(&o);

	o = decode(OBJECT_ORDER,
		   parse_text(
			   "{\"object\":\"commerce_order\",\"id\":\"o1\",\"status\":\"failed\"}"));
	assert_string_equal(object_id(&o), "o1");
	assert_string_equal(object_status(&o), "failed");
	assert_int_equal(object_created_ms(&o), TIME_NONE);
	object_release(&o);
}

static void test_order_whose_quantities_overflow_is_refused(void **state)
{
	(void)state;
	struct object o = {.kind = OBJECT_NONE};
	struct json *doc = parse_text("{\"orderId\":\"o\",\"status\":\"placed\",\"lineItems\":["
				      "{\"quantity\":9223372036854775807},{\"quantity\":1}]}");
	assert_int_equal(object_decode(OBJECT_ORDER, doc, &o, NULL), E_INVALID);
	assert_int_equal(o.kind, OBJECT_NONE);
	json_free(doc);
}

static void test_encoded_objects_have_the_contracts_members(void **state)
{
	(void)state;
	static const struct {
		const struct shape *shape;
		const char *keys;
	} TABLE[] = {
		{&SHAPE_INVOICE,
		 "object id merchant_id status invoice_type currency amount amount_decimal "
		 "amount_paid amount_paid_decimal amount_remaining amount_remaining_decimal "
		 "amount_unit customer_id payer_wallet_address payer_wallet_network "
		 "commerce_order_id environment expires_at created_at paid_at last_payment_at "
		 "metadata"},
		{&SHAPE_INVOICE_PAYMENT,
		 "object id invoice_id merchant_id status settlement_status "
		 "settlement amount_usd environment"},
		{&SHAPE_SETTLEMENT,
		 "summary_status stage merchant_settlement_id settlement_tx_hash "
		 "network status"},
		{&SHAPE_ORDER_ROW,
		 "orderId invoiceId networkEnvironment status substatus actions "
		 "shipmentsSummary retailer walletAddress walletNetwork customerId "
		 "total createdAt updatedAt itemCount"},
		{&SHAPE_ORDER,
		 "orderId invoiceId merchantId networkEnvironment retailer createdAt "
		 "updatedAt customerId walletAddress walletNetwork status substatus "
		 "actions timeline payment fulfillment lineItems shippingAddress "
		 "cancellationStatus refundStatus totalAmountUsd commerceFeeUsd refund"},
		{&SHAPE_PAYOUT,
		 "object id customer_id quote_id retry_of status amount amount_decimal fee "
		 "fee_decimal amount_unit fiat_currency fiat_amount_minor fiat_exponent fx_rate "
		 "country rail bank_account failure_code failure_message estimated_arrival_at "
		 "paid_at environment created_at updated_at"},
		{&SHAPE_KYC, "object customer_id status country legal_name rejection_reason "
			     "submitted_at reviewed_at environment"},
		{&SHAPE_INVOICE_TOTALS, "object currency amount_unit totals"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char keys[1024];
		char *it = xcalloc(1, TABLE[i].shape->size);
		shape_init(TABLE[i].shape, it);
		struct json *doc = shape_to_json(TABLE[i].shape, it);
		assert_string_equal(keys_of(doc, keys), TABLE[i].keys);
		json_free(doc);
		free(it);
	}
}

static void test_empty_order_is_encoded_with_nulls_and_empty_lists(void **state)
{
	(void)state;
	struct order order;
	shape_init(&SHAPE_ORDER, &order);
	struct json *doc = shape_to_json(&SHAPE_ORDER, &order);
	char *text = json_print(doc);
	assert_string_equal(
		text,
		"{\"orderId\":\"\",\"invoiceId\":null,\"merchantId\":0,\"networkEnvironment\":null,"
		"\"retailer\":null,\"createdAt\":null,\"updatedAt\":null,\"customerId\":null,"
		"\"walletAddress\":null,\"walletNetwork\":null,\"status\":\"\",\"substatus\":null,"
		"\"actions\":{\"canCancel\":false},\"timeline\":[],\"payment\":{\"status\":null,"
		"\"txHash\":null,\"settlement\":null},\"fulfillment\":{\"shipments\":[]},"
		"\"lineItems\":[],\"shippingAddress\":null,\"cancellationStatus\":null,"
		"\"refundStatus\":null,\"totalAmountUsd\":\"0.00\",\"commerceFeeUsd\":\"0.00\","
		"\"refund\":{\"status\":null,\"amountUsd\":null,\"feeUsd\":null,"
		"\"destinationWalletAddressBsc\":null,\"txHash\":null}}");
	free(text);
	json_free(doc);
}

static void test_deposits_and_refunds_say_what_every_kind_says(void **state)
{
	(void)state;
	struct object d = decode(OBJECT_DEPOSIT, parse_fixture("deposit"));
	struct object r = decode(OBJECT_REFUND, parse_fixture("refund"));
	assert_string_equal(object_id(&d), "dep_1");
	assert_string_equal(object_customer(&d), "cust_7");
	assert_int_equal(object_word(&d)->tone, TONE_ACTIVE);
	assert_int_equal(object_created_ms(&d), 1766278800000);
	assert_int_equal(object_updated_ms(&d), 1766278860000);
	assert_string_equal(object_id(&r), "re_1");
	assert_string_equal(object_customer(&r), ""); /* its invoice knows */
	assert_int_equal(object_word(&r)->tone, TONE_BAD);
	assert_int_equal(r.as.refund.amount, 12000);
	assert_int_equal(object_created_ms(&r), 1766278800000);
	assert_int_equal(object_updated_ms(&r), 1766278860000);
}

/* What came in is what goes out, member for member and byte for byte. */
static void test_fixtures_are_written_back_as_they_were_read(void **state)
{
	(void)state;
	static const struct {
		enum object_kind kind;
		const char *name, *inside;
	} TABLE[] = {{OBJECT_ORDER, "order_snapshot", "data"}, {OBJECT_PAYMENT, "payment", NULL},
		     {OBJECT_PAYOUT, "payout", NULL},          {OBJECT_KYC, "kyc", NULL},
		     {OBJECT_DEPOSIT, "deposit", NULL},        {OBJECT_REFUND, "refund", NULL}};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct object o;
		struct problem why = {0};
		struct json *root = parse_fixture(TABLE[i].name);
		const struct json *doc =
			TABLE[i].inside != NULL ? json_get(root, TABLE[i].inside) : root;
		if (object_decode(TABLE[i].kind, doc, &o, &why) != S_OK)
			fail_msg("%s: %s", TABLE[i].name, why.what);
		struct json *back = object_to_json(&o);
		char *before = json_print(doc);
		char *after = json_print(back);
		assert_string_equal(after, before);
		free(before);
		free(after);
		json_free(back);
		json_free(root);
		object_release(&o);
	}
}

static void test_order_row_sums_up_its_shipments(void **state)
{
	(void)state;
	static const struct {
		const char *status, *first, *second, *summary;
	} TABLE[] = {
		{"placed", "", "",
		 "{\"shipmentCount\":2,\"hasTracking\":false,\"lastTrackingAt\":null,"
		 "\"isDelivered\":false}"},
		{"delivered", "1Z", "2Z",
		 "{\"shipmentCount\":2,\"hasTracking\":true,\"lastTrackingAt\":2000,"
		 "\"isDelivered\":true}"},
		{"shipped", "1Z", "",
		 "{\"shipmentCount\":2,\"hasTracking\":true,\"lastTrackingAt\":1000,"
		 "\"isDelivered\":false}"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct order order;
		struct shipment shipments[2] = {{.obtained_at = 1000000}, {.obtained_at = 2000500}};
		shape_init(&SHAPE_ORDER, &order);
		snprintf(order.status, sizeof(order.status), "%s", TABLE[i].status);
		snprintf(shipments[0].tracking_number, 8, "%s", TABLE[i].first);
		snprintf(shipments[1].tracking_number, 8, "%s", TABLE[i].second);
		order.shipments = shipments;
		order.shipment_count = 2;
		struct json *row = order_row_to_json(&order);
		char *text = json_print(json_get(row, "shipmentsSummary"));
		assert_string_equal(text, TABLE[i].summary);
		free(text);
		json_free(row);
	}
}

static void test_object_copy_is_independent(void **state)
{
	(void)state;
	struct json *answer = parse_fixture("order_snapshot");
	struct object a;
	struct object b;
	struct object none = {.kind = OBJECT_NONE};
	assert_int_equal(object_decode(OBJECT_ORDER, json_get(answer, "data"), &a, NULL), S_OK);
	json_free(answer);
	object_copy(&b, &a);
	object_release(&a);
	assert_int_equal(b.as.order.line_count, 2);
	assert_string_equal(b.as.order.lines[1].title, "A cup");
	object_release(&b);
	object_copy(&b, &none);
	assert_string_equal(object_id(&b), "");
	assert_string_equal(object_status(&b), "");
	assert_null(object_word(&b));
	object_release(&b);
}

static void test_object_of_no_kind_is_refused(void **state)
{
	(void)state;
	struct object o;
	struct json *doc = parse_fixture("kyc");
	assert_int_equal(object_decode(OBJECT_NONE, doc, &o, NULL), E_UNSUPPORTED);
	assert_int_equal(object_decode(OBJECT_PAYOUT, doc, &o, NULL), E_INVALID);
	json_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_are_found_by_their_word),
		cmocka_unit_test(test_invoice_of_the_current_revision),
		cmocka_unit_test(test_invoice_of_the_older_revision_has_iso_times),
		cmocka_unit_test(test_invoice_of_a_webhook_has_dollars),
		cmocka_unit_test(test_unknown_status_is_kept_as_it_came),
		cmocka_unit_test(test_order_snapshot_is_read_whole),
		cmocka_unit_test(test_order_row_and_the_short_order_of_events),
		cmocka_unit_test(test_order_whose_quantities_overflow_is_refused),
		cmocka_unit_test(test_encoded_objects_have_the_contracts_members),
		cmocka_unit_test(test_empty_order_is_encoded_with_nulls_and_empty_lists),
		cmocka_unit_test(test_deposits_and_refunds_say_what_every_kind_says),
		cmocka_unit_test(test_fixtures_are_written_back_as_they_were_read),
		cmocka_unit_test(test_order_row_sums_up_its_shipments),
		cmocka_unit_test(test_object_copy_is_independent),
		cmocka_unit_test(test_object_of_no_kind_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
