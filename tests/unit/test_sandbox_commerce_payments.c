/* Payments by order and orders by invoice: contract 7.5. */
#include "unit/sandbox_commerce_kit.h"

#define PAYMENTS "/api/commerce/merchant/payments"

static void make_order(struct kit *k, const char *customer, char order[ID_CAP],
		       char invoice[ID_CAP])
{
	const struct order_item_params items[] = {
		{.product_id = "B01", .title = "Kettle", .quantity = 3, .price = 9990}};
	const struct order_params p = {.customer_id = customer,
				       .retailer = "amazon",
				       .items = items,
				       .item_count = 1,
				       .first_name = "Ada",
				       .street = "1 Main St",
				       .country = "US"};

	in_transaction(k, order_create(&k->w, &p, order, invoice, &k->why));
}

static void advance(struct kit *k, const char *order, const char *transition)
{
	in_transaction(k, order_advance(&k->w, order, transition, NULL, NULL, &k->why));
}

static struct json *by_order(struct kit *k, const char *order)
{
	char target[160];

	str_printf(target, sizeof(target), PAYMENTS "/%s/status", order);
	return kit_get(k, SCOPE_COMMERCE, target);
}

static void test_payment_of_an_order_before_and_after(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP];
	struct order_simulation by = {.payer_network = "bsc", .payer_address = EVM};
	const struct json *d;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "cust_1", order, invoice);
	v = by_order(&k, order);
	assert_members(v, "success data");
	d = at(v, "data");
	assert_members(d, "orderId invoiceId status orderStatus customerId amount paidAt "
			  "paymentDetails");
	assert_string_equal(text_at(d, "orderId"), order);
	assert_string_equal(text_at(d, "invoiceId"), invoice);
	assert_string_equal(text_at(d, "status"), "pending");
	assert_string_equal(text_at(d, "orderStatus"), "pending_payment");
	assert_string_equal(text_at(d, "customerId"), "cust_1");
	assert_string_equal(json_number_text(at(d, "amount")), "30.97");
	assert_null_at(d, "paidAt");
	assert_null_at(d, "paymentDetails");
	json_free(v);
	world_advance_to(&k.w, KIT_EPOCH + 7000);
	in_transaction(&k, order_simulate(&k.w, order, "payment_confirmed", &by, &k.why));
	v = by_order(&k, order);
	d = at(v, "data");
	assert_string_equal(text_at(d, "status"), "paid");
	assert_string_equal(text_at(d, "orderStatus"), "processing");
	assert_int_equal(int_at(d, "paidAt"), KIT_EPOCH / 1000 + 7);
	assert_members(at(d, "paymentDetails"), "network token amount txHash walletAddress");
	assert_string_equal(text_at(d, "paymentDetails.network"), "bsc");
	assert_true(strlen(text_at(d, "paymentDetails.token")) >= 3);
	assert_int_equal(millis_at(d, "paymentDetails.amount"), 30970);
	assert_true(str_starts_with(text_at(d, "paymentDetails.txHash"), "0x"));
	assert_string_equal(text_at(d, "paymentDetails.walletAddress"), EVM);
	json_free(v);
	kit_stop(&k);
}

static void test_payment_words_follow_the_invoice(void **state)
{
	struct kit k;
	char part[ID_CAP], late[ID_CAP], gone[ID_CAP], invoice[ID_CAP], payment[ID_CAP];
	static const char *const words[] = {"underpaid", "expired", "canceled"};
	const char *orders[] = {part, late, gone};

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "c", part, invoice);
	in_transaction(&k, invoice_payment_see(&k.w, invoice, 1000, "base", payment, &k.why));
	in_transaction(&k, invoice_payment_confirm(&k.w, payment, &k.why));
	make_order(&k, "c", late, invoice);
	in_transaction(&k, invoice_expire(&k.w, invoice, &k.why));
	make_order(&k, "c", gone, invoice);
	in_transaction(&k, order_cancel(&k.w, gone, NULL, NULL, NULL, &k.why));
	for (size_t i = 0; i < 3; i++) {
		struct json *v = by_order(&k, orders[i]);

		assert_string_equal(text_at(v, "data.status"), words[i]);
		if (i == 0)
			assert_int_equal(millis_at(v, "data.paymentDetails.amount"), 1000);
		json_free(v);
	}
	commerce_refused(&k, HTTP_GET, PAYMENTS "/none/status", NULL, 404, "NOT_FOUND", "none");
	kit_stop(&k);
}

static void test_payment_bulk_tells_errors_by_id(void **state)
{
	struct kit k;
	char first[ID_CAP], second[ID_CAP], invoice[ID_CAP], body[512];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "c", first, invoice);
	make_order(&k, "c", second, invoice);
	advance(&k, second, "payment_confirmed");
	str_printf(body, sizeof(body), "{\"orderIds\":[\"%s\",\"%s\",\"unknown\"]}", first, second);
	v = commerce(&k, HTTP_POST, PAYMENTS "/bulk-status", body, 200);
	assert_members(v, "success data");
	assert_int_equal(json_count(at(v, "data")), 3);
	assert_members(at(v, "data.0"), "orderId status");
	assert_string_equal(text_at(v, "data.0.status"), "pending");
	assert_string_equal(text_at(v, "data.1.orderId"), second);
	assert_string_equal(text_at(v, "data.1.status"), "paid");
	assert_members(at(v, "data.2"), "orderId status error");
	assert_null_at(v, "data.2.status");
	assert_string_equal(text_at(v, "data.2.error"), "Order not found");
	json_free(v);
	kit_stop(&k);
}

static void test_payment_bulk_takes_1_to_50_ids(void **state)
{
	static const char *const bad[] = {"",
					  "{}",
					  "{\"orderIds\":[]}",
					  "{\"orderIds\":\"x\"}",
					  "{\"orderIds\":[1]}",
					  "{\"orderIds\":[null]}"};
	struct kit k;
	struct strbuf body;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		commerce_refused(&k, HTTP_POST, PAYMENTS "/bulk-status", bad[i], 400,
				 "VALIDATION_ERROR", "orderIds");
	strbuf_init(&body, 4096);
	for (int count = 50; count <= 51; count++) {
		strbuf_clear(&body);
		strbuf_addstr(&body, "{\"orderIds\":[\"x\"");
		for (int i = 1; i < count; i++)
			strbuf_addstr(&body, ",\"x\"");
		strbuf_addstr(&body, "]}");
		json_free(commerce(&k, HTTP_POST, PAYMENTS "/bulk-status", strbuf_str(&body),
				   count == 50 ? 200 : 400));
	}
	strbuf_release(&body);
	kit_stop(&k);
}

static void test_order_is_found_by_its_invoice(void **state)
{
	struct kit k;
	char order[ID_CAP], invoice[ID_CAP], target[160];
	const struct json *d;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, "cust_1", order, invoice);
	advance(&k, order, "payment_confirmed");
	advance(&k, order, "payment_settled");
	str_printf(target, sizeof(target), "/api/commerce/merchant/invoices/%s/status", invoice);
	v = kit_get(&k, SCOPE_COMMERCE, target);
	d = at(v, "data");
	assert_members(d, "invoiceId orderId payment order");
	assert_members(at(d, "order"), "orderId status substatus customerId actions");
	assert_string_equal(text_at(d, "invoiceId"), invoice);
	assert_string_equal(text_at(d, "orderId"), order);
	assert_string_equal(text_at(d, "payment.status"), "paid");
	assert_int_equal(millis_at(d, "payment.amountPaid"), 30970);
	assert_string_equal(text_at(d, "order.status"), "processing");
	assert_string_equal(text_at(d, "order.substatus"), "PROVIDER_PLACEMENT_SUBMITTED");
	assert_true(bool_at(d, "order.actions.canCancel"));
	json_free(v);
	kit_invoice(&k, "{\"amount_usd\":10}", invoice); /* a plain one has no order */
	str_printf(target, sizeof(target), "/api/commerce/merchant/invoices/%s/status", invoice);
	commerce_refused(&k, HTTP_GET, target, NULL, 404, "NOT_FOUND", invoice);
	commerce_refused(&k, HTTP_GET, "/api/commerce/merchant/invoices/none/status", NULL, 404,
			 "NOT_FOUND", "none");
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payment_of_an_order_before_and_after),
		cmocka_unit_test(test_payment_words_follow_the_invoice),
		cmocka_unit_test(test_payment_bulk_tells_errors_by_id),
		cmocka_unit_test(test_payment_bulk_takes_1_to_50_ids),
		cmocka_unit_test(test_order_is_found_by_its_invoice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
