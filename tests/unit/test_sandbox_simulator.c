/* The devnet simulator: contract 7.7, and whole stories from search to the end. */
#include "unit/sandbox_commerce_kit.h"

#define ORDERS "/api/commerce/merchant/orders"

static const char *const transitions[] = {
	"payment_confirmed",  "payment_settled", "placed",    "shipped",
	"delivery_confirmed", "failed",          "cancelled", "refunded"};
#define TRANSITIONS (sizeof(transitions) / sizeof(transitions[0]))

/* The call; `more` are further members. */
static struct reply simulate(struct kit *k, const char *order, const char *transition,
			     const char *more)
{
	char target[160], body[1024];

	str_printf(target, sizeof(target), "/api/commerce/devnet/orders/%s/simulate", order);
	str_printf(body, sizeof(body), "{\"transitionTo\":\"%s\"%s%s}", transition,
		   *more ? "," : "", more);
	return kit_call(k, SCOPE_COMMERCE, HTTP_POST, target, body, NULL);
}

/* It must succeed; the snapshot is data.order. */
static struct json *advance(struct kit *k, const char *order, const char *transition,
			    const char *more)
{
	struct reply r = simulate(k, order, transition, more);
	struct json *v;

	if (r.status != 200)
		fail_msg("%s: %d %s", transition, r.status, r.body);
	v = kit_parse(&r);
	assert_members(v, "success data");
	assert_members(at(v, "data"), "order");
	reply_release(&r);
	return v;
}

static void order_with_refund(struct kit *k, const char *refund_wallet, char order[ID_CAP],
			      char invoice[ID_CAP])
{
	const struct order_item_params items[] = {
		{.product_id = "B01", .title = "Kettle", .quantity = 1, .price = 50000}};
	const struct order_params p = {.customer_id = "cust_1",
				       .retailer = "amazon",
				       .items = items,
				       .item_count = 1,
				       .refund_wallet_bsc = refund_wallet};

	in_transaction(k, order_create(&k->w, &p, order, invoice, &k->why));
}

static void make_order(struct kit *k, char order[ID_CAP])
{
	char invoice[ID_CAP];

	order_with_refund(k, NULL, order, invoice);
}

/* --- what may follow what ------------------------------------------------------------------ */

static void test_simulator_refuses_what_may_not_follow(void **state)
{
	/* The path taken, by number above, and which transitions it may go on with. */
	static const struct {
		const char *path, *allowed;
	} cases[] = {
		{"", "0"},     {"0", "15"}, {"01", "25"}, {"012", "36"}, {"0123", "4"},
		{"01234", ""}, {"05", ""},  {"015", ""},  {"0126", ""}, /* no refund destination:
									   nothing more can happen
									 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t t = 0; t < TRANSITIONS; t++) {
			struct kit k;
			char order[ID_CAP];
			struct reply r;
			bool allowed = strchr(cases[i].allowed, '0' + (int)t) != NULL;

			kit_start(&k, NULL, 1);
			make_order(&k, order);
			for (const char *at_step = cases[i].path; *at_step; at_step++)
				json_free(advance(&k, order, transitions[*at_step - '0'],
						  *at_step == '0' ? "\"walletNetwork\":\"base\""
								  : ""));
			r = simulate(&k, order, transitions[t], "");
			if (allowed && r.status != 200)
				fail_msg("%s then %s: %s", cases[i].path, transitions[t], r.body);
			if (allowed)
				reply_release(&r);
			else
				assert_refusal(&r, 400, "TRANSITION_NOT_ALLOWED", transitions[t]);
			kit_stop(&k);
		}
}

static void test_simulator_refuses_bad_bodies(void **state)
{
	static const struct {
		const char *body, *word;
	} cases[] = {
		{"", "transitionTo"},
		{"{}", "transitionTo"},
		{"{\"transitionTo\":5}", "transitionTo"},
		{"{\"transitionTo\":\"delivered\"}", "transitionTo"},
		{"{\"transitionTo\":\"shipped\",\"tracking\":\"UPS\"}", "tracking"},
		{"{\"transitionTo\":\"shipped\",\"tracking\":{\"carrier\":7}}", "tracking.carrier"},
		{"{\"transitionTo\":\"shipped\",\"tracking\":{\"carrierTrackingUrl\":\"x\"}}",
		 "tracking.carrierTrackingUrl"},
		{"{\"transitionTo\":\"payment_confirmed\",\"walletNetwork\":\"tron\"}",
		 "walletNetwork"},
		{"{\"transitionTo\":\"payment_confirmed\",\"walletAddress\":\"" EVM "\"}",
		 "walletNetwork"},
		{"{\"transitionTo\":\"payment_confirmed\",\"walletNetwork\":\"bsc\","
		 "\"walletAddress\":\"0x12\"}",
		 "walletAddress"},
	};
	struct kit k;
	char order[ID_CAP], target[160];

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, order);
	str_printf(target, sizeof(target), "/api/commerce/devnet/orders/%s/simulate", order);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		commerce_refused(&k, HTTP_POST, target, cases[i].body, 400, "VALIDATION_ERROR",
				 cases[i].word);
	commerce_refused(&k, HTTP_POST, "/api/commerce/devnet/orders/none/simulate",
			 "{\"transitionTo\":\"placed\"}", 404, "NOT_FOUND", "none");
	kit_stop(&k);
}

static void test_simulator_is_for_devnet_only(void **state)
{
	struct kit k;
	char order[ID_CAP];
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, order);
	str_copy(k.w.environment, sizeof(k.w.environment), "mainnet"); /* a mainnet key */
	r = simulate(&k, order, "payment_confirmed", "");
	assert_refusal(&r, 403, "DEVNET_ONLY", "devnet");
	make_order(&k, order); /* a mainnet order */
	str_copy(k.w.environment, sizeof(k.w.environment), "devnet");
	r = simulate(&k, order, "payment_confirmed", "");
	assert_refusal(&r, 403, "DEVNET_ONLY", "devnet");
	kit_stop(&k);
}

/* --- what it does ------------------------------------------------------------------------------
 */

static size_t events_of(struct kit *k, const char *type)
{
	char target[128];
	struct json *v;
	size_t n;

	str_printf(target, sizeof(target), "/api/v1/events?limit=100&type=%s", type);
	v = kit_get(k, SCOPE_COMMERCE, target);
	n = json_count(at(v, "data.data"));
	json_free(v);
	return n;
}

static void test_simulator_tells_every_step(void **state)
{
	static const struct {
		const char *transition;
		size_t order_events, invoice_events;
	} steps[] = {
		{"payment_confirmed", 1, 1}, {"payment_settled", 1, 0},    {"placed", 1, 0},
		{"shipped", 1, 0},           {"delivery_confirmed", 1, 0},
	};
	struct kit k;
	char order[ID_CAP];

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, order);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		size_t orders = events_of(&k, "commerce.order.updated");
		size_t invoices = events_of(&k, "invoice.updated");

		json_free(advance(&k, order, steps[i].transition, ""));
		assert_int_equal(events_of(&k, "commerce.order.updated") - orders,
				 steps[i].order_events);
		assert_int_equal(events_of(&k, "invoice.updated") - invoices,
				 steps[i].invoice_events);
	}
	kit_stop(&k);
}

static void test_simulator_takes_the_tracking_it_is_given(void **state)
{
	struct kit k;
	char order[ID_CAP];
	const struct json *s;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	make_order(&k, order);
	json_free(advance(&k, order, "payment_confirmed", ""));
	json_free(advance(&k, order, "payment_settled", ""));
	json_free(advance(&k, order, "placed", ""));
	v = advance(&k, order, "shipped",
		    "\"tracking\":{\"carrier\":\"DHL\",\"trackingNumber\":\"JD0146\","
		    "\"carrierTrackingUrl\":\"https://dhl.example/JD0146\","
		    "\"retailerTrackingNumber\":\"TBA1\","
		    "\"retailerTrackingUrl\":\"https://shop.example/TBA1\",\"other\":1}");
	assert_string_equal(text_at(v, "data.order.status"), "shipped");
	s = at(v, "data.order.fulfillment.shipments.0");
	assert_string_equal(text_at(s, "carrier"), "DHL");
	assert_string_equal(text_at(s, "trackingNumber"), "JD0146");
	assert_string_equal(text_at(s, "carrierTrackingUrl"), "https://dhl.example/JD0146");
	assert_string_equal(text_at(s, "retailerTrackingNumber"), "TBA1");
	assert_string_equal(text_at(s, "retailerTrackingUrl"), "https://shop.example/TBA1");
	assert_string_equal(text_at(s, "deliveryStatus"), "In Transit");
	json_free(v);
	v = advance(&k, order, "delivery_confirmed", "\"tracking\":{\"carrier\":\"DHL Express\"}");
	s = at(v, "data.order.fulfillment.shipments.0");
	assert_int_equal(json_count(at(v, "data.order.fulfillment.shipments")), 1);
	assert_string_equal(text_at(s, "carrier"), "DHL Express");
	assert_string_equal(text_at(s, "trackingNumber"), "JD0146");
	assert_string_equal(text_at(s, "deliveryStatus"), "Delivered");
	json_free(v);
	kit_stop(&k);
}

static void test_simulator_refunds_where_a_destination_is_known(void **state)
{
	static const struct {
		const char *at_checkout, *payer;
		bool known;
	} cases[] = {
		{EVM, "\"walletNetwork\":\"base\"", true},
		{NULL, "\"walletNetwork\":\"bsc\",\"walletAddress\":\"" EVM "\"", true},
		{NULL, "\"walletNetwork\":\"base\",\"walletAddress\":\"" EVM "\"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kit k;
		char order[ID_CAP], invoice[ID_CAP];
		struct json *v;
		struct reply r;

		kit_start(&k, NULL, 1);
		order_with_refund(&k, cases[i].at_checkout, order, invoice);
		json_free(advance(&k, order, "payment_confirmed", cases[i].payer));
		v = advance(&k, order, "failed", "");
		assert_string_equal(text_at(v, "data.order.status"), "failed");
		assert_string_equal(text_at(v, "data.order.refund.status"),
				    cases[i].known ? "PENDING" : "NONE");
		json_free(v);
		r = simulate(&k, order, "refunded", "");
		if (cases[i].known) {
			assert_int_equal(r.status, 200);
			v = kit_parse(&r);
			assert_string_equal(text_at(v, "data.order.refundStatus"), "COMPLETED");
			assert_string_equal(text_at(v, "data.order.refund.amountUsd"), "51.50");
			assert_string_equal(
				text_at(v, "data.order.refund.destinationWalletAddressBsc"), EVM);
			assert_true(str_starts_with(text_at(v, "data.order.refund.txHash"), "0x"));
			json_free(v);
			reply_release(&r);
		} else {
			assert_refusal(&r, 400, "TRANSITION_NOT_ALLOWED", "refund");
		}
		kit_stop(&k);
	}
}

/* --- whole stories ------------------------------------------------------------------------------
 */

/* Search, cart, validate, totals, estimate, address, invoice: as a shop's own server would. */
static void shop_for(struct kit *k, const char *query, const char *refund, char order[ID_CAP])
{
	char target[200], body[1024], text[128], estimate[ID_CAP];
	struct json *v;
	int64_t total;

	str_printf(target, sizeof(target), "/api/commerce/search?q=%s&limit=100", query);
	v = kit_get(k, SCOPE_COMMERCE, target);
	for (const struct json *row = json_first(at(v, "data.products")); row;
	     row = json_next(row)) {
		struct json *title = json_new_string(text_at(row, "title"));
		char *quoted = json_print(title);

		str_printf(body, sizeof(body),
			   "{" BUYER ",\"productId\":\"%s\",\"retailer\":\"%s\",\"title\":%s,"
			   "\"price\":%s,\"imageUrl\":\"%s\"}",
			   text_at(row, "productId"), text_at(row, "retailer"), quoted,
			   json_number_text(at(row, "price")), text_at(row, "image"));
		json_free(commerce(k, HTTP_POST, CARTS "/items", body, 200));
		free(quoted);
		json_free(title);
	}
	json_free(v);
	v = commerce(k, HTTP_POST, CARTS "/validate", "{" BUYER "}", 200);
	for (const struct json *row = json_first(at(v, "items")); row; row = json_next(row)) {
		if (bool_at(row, "available"))
			continue;
		str_printf(target, sizeof(target), CARTS "/items/%s?customer_id=cust_1",
			   text_at(row, "itemId"));
		json_free(commerce(k, HTTP_DELETE, target, NULL, 200));
	}
	json_free(v);
	v = kit_get(k, SCOPE_COMMERCE, CARTS "/totals?customer_id=cust_1");
	total = millis_at(v, "data.total");
	json_free(v);
	v = commerce(k, HTTP_POST, CHECKOUT "/estimate", "{" BUYER ",\"useCart\":true}", 200);
	assert_int_equal(json_count(at(v, "data.invalidItems")), 0);
	assert_int_equal(millis_at(v, "data.pricing.total"), total);
	str_copy(estimate, sizeof(estimate), text_at(v, "data.estimateId"));
	json_free(v);
	str_printf(body, sizeof(body), "{" BUYER ",\"estimateId\":\"%s\",\"address\":" HOME "}",
		   estimate);
	v = commerce(k, HTTP_POST, CHECKOUT "/address", body, 200);
	str_copy(text, sizeof(text), text_at(v, "data.addressId"));
	json_free(v);
	str_printf(body, sizeof(body), "{" BUYER ",\"estimateId\":\"%s\",\"addressId\":\"%s\"%s}",
		   estimate, text, refund);
	v = commerce(k, HTTP_POST, CHECKOUT "/invoice", body, 201);
	assert_int_equal(millis_at(v, "data.amount"), total);
	str_copy(order, ID_CAP, text_at(v, "data.orderId"));
	json_free(v);
}

static void test_commerce_story_from_search_to_the_door(void **state)
{
	static const struct {
		const char *transition, *status, *substatus;
	} steps[] = {
		{"payment_confirmed", "processing", NULL},
		{"payment_settled", "processing", "PROVIDER_PLACEMENT_SUBMITTED"},
		{"placed", "placed", "AWAITING_TRACKING"},
		{"shipped", "shipped", NULL},
		{"delivery_confirmed", "delivered", NULL},
	};
	struct kit k;
	char order[ID_CAP];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	shop_for(&k, "coffee%20roast", "", order);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		world_advance_to(&k.w, k.w.now_ms + 60000);
		v = advance(&k, order, steps[i].transition, "");
		assert_string_equal(text_at(v, "data.order.orderId"), order);
		assert_string_equal(text_at(v, "data.order.status"), steps[i].status);
		if (steps[i].substatus)
			assert_string_equal(text_at(v, "data.order.substatus"), steps[i].substatus);
		else
			assert_null_at(v, "data.order.substatus");
		assert_int_equal(int_at(v, "data.order.updatedAt"), k.w.now_ms / 1000);
		json_free(v);
	}
	v = kit_get(&k, SCOPE_COMMERCE, ORDERS "?status=delivered");
	assert_string_equal(text_at(v, "data.orders.0.orderId"), order);
	assert_true(bool_at(v, "data.orders.0.shipmentsSummary.isDelivered"));
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE, CARTS "?customer_id=cust_1");
	assert_true(json_count(at(v, "data.items")) > 0); /* the cart is not cleared */
	json_free(v);
	kit_stop(&k);
}

static void test_commerce_story_that_ends_in_a_refund(void **state)
{
	struct kit k;
	char order[ID_CAP], target[160];
	struct json *v;
	int64_t amount, refunded;

	(void)state;
	kit_start(&k, NULL, 1);
	shop_for(&k, "notebook", ",\"refundDestinationWalletAddressBsc\":\"" EVM "\"", order);
	json_free(advance(&k, order, "payment_confirmed", "\"walletNetwork\":\"solana\""));
	json_free(advance(&k, order, "payment_settled", ""));
	json_free(advance(&k, order, "placed", ""));
	v = advance(&k, order, "cancelled", "");
	assert_string_equal(text_at(v, "data.order.status"), "cancelled");
	assert_string_equal(text_at(v, "data.order.refund.status"), "PENDING");
	assert_false(bool_at(v, "data.order.actions.canCancel"));
	json_free(v);
	str_printf(target, sizeof(target), "/api/commerce/merchant/payments/%s/status", order);
	v = kit_get(&k, SCOPE_COMMERCE, target);
	amount = millis_at(v, "data.amount");
	assert_string_equal(text_at(v, "data.status"), "paid");
	assert_string_equal(text_at(v, "data.orderStatus"), "cancelled");
	assert_string_equal(text_at(v, "data.paymentDetails.network"), "solana");
	json_free(v);
	v = advance(&k, order, "refunded", "");
	assert_string_equal(text_at(v, "data.order.refund.status"), "COMPLETED");
	assert_string_equal(text_at(v, "data.order.refund.destinationWalletAddressBsc"), EVM);
	ok(&k, money_parse_decimal(text_at(v, "data.order.refund.amountUsd"), USD_MILLIS_EXPONENT,
				   &refunded));
	assert_int_equal(refunded, amount);
	json_free(v);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simulator_refuses_what_may_not_follow),
		cmocka_unit_test(test_simulator_refuses_bad_bodies),
		cmocka_unit_test(test_simulator_is_for_devnet_only),
		cmocka_unit_test(test_simulator_tells_every_step),
		cmocka_unit_test(test_simulator_takes_the_tracking_it_is_given),
		cmocka_unit_test(test_simulator_refunds_where_a_destination_is_known),
		cmocka_unit_test(test_commerce_story_from_search_to_the_door),
		cmocka_unit_test(test_commerce_story_that_ends_in_a_refund),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
