/* The checkout's three steps and saved addresses: contract 7.3, 7.6. */
#include "unit/sandbox_commerce_kit.h"

#include "sandbox/session.h"

#define ESTIMATE  CHECKOUT "/estimate"
#define ADDRESS   CHECKOUT "/address"
#define INVOICE   CHECKOUT "/invoice"
#define ADDRESSES "/api/v1/commerce/merchant/addresses"
#define NOWHERE   "00000000-0000-4000-8000-000000000000"

/* An estimate of one product; its id into buf. */
static void make_estimate(struct kit *k, const struct product *p, int64_t quantity, char id[ID_CAP])
{
	char body[1024], item[768];
	struct json *v;

	str_printf(body, sizeof(body), "{" BUYER ",\"items\":[%s]}",
		   item_json(p, quantity, "", item, sizeof(item)));
	v = commerce(k, HTTP_POST, ESTIMATE, body, 200);
	str_copy(id, ID_CAP, text_at(v, "data.estimateId"));
	json_free(v);
}

static struct json *send_address(struct kit *k, const char *who, const char *estimate,
				 const char *address, int status)
{
	char body[2048];

	str_printf(body, sizeof(body), "{%s,\"estimateId\":\"%s\",\"address\":%s}", who, estimate,
		   address);
	return commerce(k, HTTP_POST, ADDRESS, body, status);
}

static void make_address(struct kit *k, const char *estimate, char id[ID_CAP])
{
	struct json *v = send_address(k, BUYER, estimate, HOME, 200);

	str_copy(id, ID_CAP, text_at(v, "data.addressId"));
	json_free(v);
}

static struct json *buy(struct kit *k, const char *estimate, const char *address, const char *more,
			int status)
{
	char body[1024];

	str_printf(body, sizeof(body), "{" BUYER ",\"estimateId\":\"%s\",\"addressId\":\"%s\"%s%s}",
		   estimate, address, *more ? "," : "", more);
	return commerce(k, HTTP_POST, INVOICE, body, status);
}

static void assert_code(struct json *v, const char *code)
{
	assert_false(bool_at(v, "success"));
	assert_string_equal(text_at(v, "error.code"), code);
	json_free(v);
}

/* --- step 1 ----------------------------------------------------------------------------------- */

static void assert_adds_up(const struct json *d)
{
	int64_t subtotal = 0;

	for (const struct json *i = json_first(at(d, "validItems")); i; i = json_next(i)) {
		assert_int_equal(millis_at(i, "totalPrice"),
				 millis_at(i, "price") * int_at(i, "quantity"));
		subtotal += millis_at(i, "totalPrice");
	}
	assert_int_equal(millis_at(d, "pricing.subtotal"), subtotal);
	assert_int_equal(millis_at(d, "pricing.total"),
			 subtotal + millis_at(d, "pricing.shipping") + millis_at(d, "pricing.tax") +
				 millis_at(d, "pricing.fees.total"));
	assert_int_equal(millis_at(d, "feeBreakdown.totalFees"),
			 millis_at(d, "feeBreakdown.shippingBase") +
				 millis_at(d, "feeBreakdown.commerceFee"));
	assert_int_equal(millis_at(d, "feeBreakdown.shippingBase"),
			 millis_at(d, "pricing.shipping"));
	assert_int_equal(millis_at(d, "feeBreakdown.commerceFee"),
			 millis_at(d, "pricing.fees.total"));
}

static void test_estimate_is_the_contracts(void **state)
{
	struct kit k;
	struct product p;
	char body[1024], item[768];
	const struct json *d;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 2, 30000);
	str_printf(body, sizeof(body), "{" BUYER ",\"items\":[%s]}",
		   item_json(&p, 2, "", item, sizeof(item)));
	v = commerce(&k, HTTP_POST, ESTIMATE, body, 200);
	assert_members(v, "success data");
	d = at(v, "data");
	assert_members(d, "estimateId merchantId networkEnvironment customerId walletAddress "
			  "walletNetwork validItems invalidItems pricing feeBreakdown expiresAt "
			  "createdAt");
	assert_members(at(d, "validItems.0"),
		       "productId retailer title quantity price totalPrice metadata");
	assert_members(at(d, "validItems.0.metadata"), "image");
	assert_members(at(d, "pricing"), "subtotal shipping tax fees total");
	assert_members(at(d, "pricing.fees"), "fixed percentage total");
	assert_members(at(d, "feeBreakdown"), "shippingBase commerceFee totalFees");
	assert_true(uuid_valid(text_at(d, "estimateId")));
	assert_int_equal(int_at(d, "merchantId"), MERCHANT_ID);
	assert_string_equal(text_at(d, "networkEnvironment"), "devnet");
	assert_null_at(d, "walletAddress");
	assert_string_equal(text_at(d, "validItems.0.title"), p.title);
	assert_int_equal(millis_at(d, "validItems.0.price"), p.price);
	assert_int_equal(json_count(at(d, "invalidItems")), 0);
	assert_int_equal(int_at(d, "createdAt"), KIT_EPOCH / 1000);
	assert_int_equal(int_at(d, "expiresAt"), KIT_EPOCH / 1000 + 15 * 60);
	assert_adds_up(d);
	json_free(v);
	kit_stop(&k);
}

/* The first product with this flaw, or that is out of stock (flaw -1). */
static struct product flawed(struct kit *k, int flaw)
{
	struct product p;

	for (size_t i = 0; i < catalogue_count(); i++) {
		catalogue_product(i, k->w.now_ms, &p);
		if (!str_equal(p.retailer, "amazon"))
			continue;
		if (flaw < 0 ? !p.in_stock : p.in_stock && (int)p.flaw == flaw)
			return p;
	}
	fail_msg("no product with flaw %d", flaw);
	return p;
}

static void test_estimate_says_why_items_are_invalid(void **state)
{
	static const struct {
		int flaw;
		const char *word;
	} cases[] = {{-1, "Out of stock"},
		     {FLAW_NOT_NEW, "new"},
		     {FLAW_NOT_PRIME, "prime"},
		     {FLAW_TOO_SLOW, "10 days"}};
	struct kit k;
	struct product good, ebay;
	struct strbuf body;
	char item[768];
	struct json *v;
	size_t at_row = 0;

	(void)state;
	kit_start(&k, NULL, 1);
	good = some_product(&k, 0, 50000);
	ebay = good;
	for (size_t i = 0; i < catalogue_count() && !str_equal(ebay.retailer, "ebay"); i++) {
		catalogue_product(i, KIT_EPOCH, &ebay);
		if (catalogue_refusal(&ebay, "ebay"))
			ebay.retailer = "";
	}
	strbuf_init(&body, 8192);
	strbuf_addf(&body, "{" BUYER ",\"items\":[%s", item_json(&good, 1, "", item, sizeof(item)));
	for (size_t i = 0; i < 4; i++) {
		struct product p = flawed(&k, cases[i].flaw);

		strbuf_addf(&body, ",%s", item_json(&p, 1, "", item, sizeof(item)));
	}
	strbuf_addf(&body, ",%s", item_json(&ebay, 1, "", item, sizeof(item)));
	good.retailer = "target"; /* which does not sell it */
	strbuf_addf(&body, ",%s", item_json(&good, 1, "", item, sizeof(item)));
	strbuf_addstr(&body, ",{\"product_id\":\"B0NONE\",\"retailer\":\"amazon\"}]}");
	v = commerce(&k, HTTP_POST, ESTIMATE, strbuf_str(&body), 200);
	assert_int_equal(json_count(at(v, "data.validItems")), 1);
	assert_int_equal(json_count(at(v, "data.invalidItems")), 7);
	for (const struct json *row = json_first(at(v, "data.invalidItems")); row;
	     row = json_next(row), at_row++) {
		static const char *const rest[] = {"one retailer", "not sold", "not found"};

		assert_members(row, "productId retailer error");
		if (!strstr(text_at(row, "error"),
			    at_row < 4 ? cases[at_row].word : rest[at_row - 4]))
			fail_msg("%zu: %s", at_row, text_at(row, "error"));
	}
	assert_adds_up(at(v, "data"));
	json_free(v);
	strbuf_release(&body);
	kit_stop(&k);
}

static void test_estimate_of_the_cart_leaves_the_cart_alone(void **state)
{
	struct kit k;
	struct product a, b;
	char first[ID_CAP], second[ID_CAP], body[512];
	struct json *v, *before, *after;
	char *left, *right;

	(void)state;
	kit_start(&k, NULL, 1);
	a = some_product(&k, 0, 60000);
	b = some_product(&k, 1, 60000);
	add_to_cart(&k, &a, 2, first);
	add_to_cart(&k, &b, 3, second);
	before = kit_get(&k, SCOPE_COMMERCE, CARTS "?customer_id=cust_1");
	v = commerce(&k, HTTP_POST, ESTIMATE, "{" BUYER ",\"useCart\":true}", 200);
	assert_int_equal(json_count(at(v, "data.validItems")), 2);
	assert_int_equal(int_at(v, "data.validItems.1.quantity"), 3);
	assert_adds_up(at(v, "data"));
	json_free(v);
	str_printf(body, sizeof(body),
		   "{" BUYER ",\"useCart\":true,\"itemOverrides\":[{\"productId\":\"%s\","
		   "\"retailer\":\"amazon\",\"quantity\":0},{\"itemId\":\"%s\",\"quantity\":7}]}",
		   a.id, second);
	v = commerce(&k, HTTP_POST, ESTIMATE, body, 200);
	assert_int_equal(json_count(at(v, "data.validItems")), 1);
	assert_string_equal(text_at(v, "data.validItems.0.productId"), b.id);
	assert_int_equal(int_at(v, "data.validItems.0.quantity"), 7);
	json_free(v);
	after = kit_get(&k, SCOPE_COMMERCE, CARTS "?customer_id=cust_1");
	left = json_print(before);
	right = json_print(after);
	assert_string_equal(left, right);
	free(left);
	free(right);
	json_free(before);
	json_free(after);
	kit_stop(&k);
}

static void test_estimate_refuses_bodies_that_make_no_sense(void **state)
{
	static const struct {
		const char *body, *code, *word;
	} cases[] = {
		{"{}", "VALIDATION_ERROR", "customer_id"},
		{"{" BUYER "}", "VALIDATION_ERROR", "items"},
		{"{" BUYER ",\"useCart\":false}", "VALIDATION_ERROR", "items"},
		{"{" BUYER ",\"useCart\":1}", "VALIDATION_ERROR", "useCart"},
		{"{" BUYER ",\"useCart\":true}", "CART_EMPTY", "empty"},
		{"{" BUYER ",\"useCart\":true,\"items\":[]}", "VALIDATION_ERROR", "items"},
		{"{" BUYER ",\"items\":[]}", "VALIDATION_ERROR", "items"},
		{"{" BUYER ",\"items\":{}}", "VALIDATION_ERROR", "items"},
		{"{" BUYER ",\"items\":[1]}", "VALIDATION_ERROR", "items.0"},
		{"{" BUYER ",\"items\":[{}]}", "VALIDATION_ERROR", "items.0.productId"},
		{"{" BUYER ",\"items\":[{\"productId\":\"B\"}]}", "VALIDATION_ERROR",
		 "items.0.retailer"},
		{"{" BUYER ",\"items\":[{\"productId\":\"B\",\"retailer\":\"ebay\","
		 "\"quantity\":100}]}",
		 "VALIDATION_ERROR", "items.0.quantity"},
		{"{" BUYER ",\"items\":[{\"productId\":\"B\",\"retailer\":\"ebay\","
		 "\"price\":0}]}",
		 "VALIDATION_ERROR", "items.0.price"},
		{"{" BUYER ",\"items\":[{\"productId\":\"B\",\"retailer\":\"ebay\"}],"
		 "\"itemOverrides\":[]}",
		 "VALIDATION_ERROR", "itemOverrides"},
		{"{" BUYER ",\"useCart\":true,\"itemOverrides\":{}}", "VALIDATION_ERROR",
		 "itemOverrides"},
		{"{" BUYER ",\"useCart\":true,\"itemOverrides\":[{\"quantity\":1}]}",
		 "VALIDATION_ERROR", "itemOverrides.0"},
		{"{" BUYER ",\"useCart\":true,\"itemOverrides\":[{\"itemId\":\"x\"}]}",
		 "VALIDATION_ERROR", "quantity"},
		{"{" BUYER ",\"useCart\":true,\"itemOverrides\":[{\"itemId\":\"x\","
		 "\"quantity\":100}]}",
		 "VALIDATION_ERROR", "quantity"},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		commerce_refused(&k, HTTP_POST, ESTIMATE, cases[i].body, 400, cases[i].code,
				 cases[i].word);
	kit_stop(&k);
}

/* --- step 2 -------------------------------------------------------------------------------------
 */

static void test_address_is_standardized_and_saved(void **state)
{
	struct kit k;
	struct product p;
	char estimate[ID_CAP], id[ID_CAP];
	const struct json *d, *row;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	make_estimate(&k, &p, 1, estimate);
	v = send_address(&k, BUYER, estimate, HOME, 200);
	d = at(v, "data");
	assert_members(d, "addressId validated standardized shippingOptions");
	assert_members(at(d, "standardized"), "first_name last_name street_address address_line2 "
					      "city state zip_code country phone email");
	assert_true(bool_at(d, "validated"));
	assert_string_equal(text_at(d, "standardized.street_address"), "1 Main St");
	assert_string_equal(text_at(d, "standardized.state"), "CA");
	assert_string_equal(text_at(d, "standardized.country"), "US");
	assert_members(at(d, "shippingOptions.0"), "id name price estimatedDays");
	assert_string_equal(text_at(d, "shippingOptions.0.id"), "standard");
	assert_int_equal(millis_at(d, "shippingOptions.0.price"), 5990);
	str_copy(id, sizeof(id), text_at(d, "addressId"));
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE, ADDRESSES "?customer_id=cust_1");
	assert_members(v, "success data");
	assert_members(at(v, "data"), "addresses");
	row = at(v, "data.addresses.0");
	assert_members(row, "addressId customerId walletAddress walletNetwork firstName lastName "
			    "addressLine1 addressLine2 city state zipCode country phoneNumber "
			    "email isValidated validatedAt createdAt");
	assert_string_equal(text_at(row, "addressId"), id);
	assert_string_equal(text_at(row, "addressLine1"), "1 Main St");
	assert_string_equal(text_at(row, "zipCode"), "90210");
	assert_true(bool_at(row, "isValidated"));
	assert_int_equal(int_at(row, "createdAt"), KIT_EPOCH / 1000);
	json_free(v);
	v = send_address(&k, BUYER, estimate, HOME, 200); /* the same again: no second one */
	assert_string_equal(text_at(v, "data.addressId"), id);
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE, ADDRESSES "?customer_id=cust_1");
	assert_int_equal(json_count(at(v, "data.addresses")), 1);
	json_free(v);
	kit_stop(&k);
}

#define WHO "\"first_name\":\"A\",\"last_name\":\"B\",\"street_address\":\"1 X St\",\"city\":\"C\""

static void test_address_refuses_where_nothing_can_be_sent(void **state)
{
	static const struct {
		const char *address, *word; /* NULL: it is fine */
	} cases[] = {
		{"null", "address"},
		{"\"x\"", "address"},
		{"{}", "address.first_name"},
		{"{\"first_name\":\" \"}", "address.first_name"},
		{"{" WHO "}", "address.zip_code"},
		{"{" WHO ",\"zip_code\":\"10001\"}", "address.country"},
		{"{" WHO ",\"zip_code\":\"10001\",\"country\":\"USA\"}", "address.country"},
		{"{" WHO ",\"zip_code\":\"10001\",\"country\":\"US\"}", "address.state"},
		{"{" WHO ",\"zip_code\":\"10001\",\"country\":\"US\",\"state\":\"CA\"}",
		 "address.zip_code"},
		{"{" WHO ",\"zip_code\":\"1000\",\"country\":\"US\",\"state\":\"NY\"}",
		 "address.zip_code"},
		{"{" WHO ",\"zip_code\":\"10001-12\",\"country\":\"US\",\"state\":\"NY\"}",
		 "address.zip_code"},
		{"{" WHO ",\"zip_code\":\"10001-1234\",\"country\":\"us\",\"state\":\"ny\"}", NULL},
		{"{" WHO ",\"zip_code\":\"75018\",\"country\":\"FR\"}", NULL},
		{"{" WHO ",\"zip_code\":\"1\",\"country\":\"FR\",\"email\":\"x\"}",
		 "address.email"},
		{"{" WHO ",\"zip_code\":\"1\",\"country\":\"FR\",\"phone\":\"call me\"}",
		 "address.phone"},
		{"{" WHO ",\"zip_code\":\"1\",\"country\":\"FR\",\"phone\":5}", "address.phone"},
	};
	struct kit k;
	struct product p;
	char estimate[ID_CAP];

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	make_estimate(&k, &p, 1, estimate);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *v = send_address(&k, BUYER, estimate, cases[i].address,
					      cases[i].word ? 400 : 200);

		if (cases[i].word && !strstr(text_at(v, "error.message"), cases[i].word))
			fail_msg("%zu: %s", i, text_at(v, "error.message"));
		json_free(v);
	}
	kit_stop(&k);
}

static void test_address_needs_the_callers_own_living_estimate(void **state)
{
	struct kit k;
	struct product p;
	char estimate[ID_CAP];

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	make_estimate(&k, &p, 1, estimate);
	assert_code(send_address(&k, "\"customer_id\":\"cust_2\"", estimate, HOME, 404),
		    "NOT_FOUND");
	assert_code(send_address(&k, BUYER, NOWHERE, HOME, 404), "NOT_FOUND");
	assert_code(send_address(&k, BUYER, "", HOME, 400), "VALIDATION_ERROR");
	world_advance_to(&k.w, KIT_EPOCH + COMMERCE_ESTIMATE_MS - 1);
	json_free(send_address(&k, BUYER, estimate, HOME, 200));
	world_advance_to(&k.w, KIT_EPOCH + COMMERCE_ESTIMATE_MS);
	assert_code(send_address(&k, BUYER, estimate, HOME, 400), "ESTIMATE_EXPIRED");
	kit_stop(&k);
}

static void test_addresses_are_listed_in_pages_and_deleted(void **state)
{
	struct kit k;
	struct product p;
	char estimate[ID_CAP], target[160], address[512];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	make_estimate(&k, &p, 1, estimate);
	for (int i = 0; i < 5; i++) {
		str_printf(address, sizeof(address),
			   "{\"first_name\":\"A%d\",\"last_name\":\"B\",\"street_address\":\"1\","
			   "\"city\":\"C\",\"zip_code\":\"1\",\"country\":\"DE\"}",
			   i);
		json_free(send_address(&k, BUYER, estimate, address, 200));
	}
	v = kit_get(&k, SCOPE_COMMERCE, ADDRESSES "?customer_id=cust_1&limit=2&offset=3");
	assert_int_equal(json_count(at(v, "data.addresses")), 2);
	assert_string_equal(text_at(v, "data.addresses.0.firstName"), "A3");
	str_printf(target, sizeof(target), ADDRESSES "/%s",
		   text_at(v, "data.addresses.0.addressId"));
	json_free(v);
	str_printf(address, sizeof(address), "%s?customer_id=cust_2", target);
	commerce_refused(&k, HTTP_DELETE, address, NULL, 404, "NOT_FOUND", "");
	v = commerce(&k, HTTP_DELETE, target, NULL, 200);
	assert_true(bool_at(v, "success"));
	json_free(v);
	commerce_refused(&k, HTTP_DELETE, target, NULL, 404, "NOT_FOUND", "");
	v = kit_get(&k, SCOPE_COMMERCE, ADDRESSES "?customer_id=cust_1&limit=100");
	assert_int_equal(json_count(at(v, "data.addresses")), 4);
	json_free(v);
	commerce_refused(&k, HTTP_GET, ADDRESSES, NULL, 400, "VALIDATION_ERROR", "customer_id");
	commerce_refused(&k, HTTP_GET, ADDRESSES "?customer_id=c&limit=101", NULL, 400,
			 "VALIDATION_ERROR", "limit");
	commerce_refused(&k, HTTP_GET, ADDRESSES "?customer_id=c&offset=-1", NULL, 400,
			 "VALIDATION_ERROR", "offset");
	v = kit_get(&k, SCOPE_COMMERCE, /* ten networks here, four for carts */
		    ADDRESSES "?wallet_address=" EVM "&wallet_network=arbitrum");
	assert_int_equal(json_count(at(v, "data.addresses")), 0);
	json_free(v);
	kit_stop(&k);
}

/* --- step 3
 * --------------------------------------------------------------------------------------- */

static void test_checkout_makes_an_order_its_invoice_and_a_session(void **state)
{
	struct kit k;
	struct product p;
	struct invoice paid_for;
	char estimate[ID_CAP], address[ID_CAP], bought[ID_CAP], target[160], want[200];
	const struct json *d;
	struct json *v, *order;
	int64_t amount;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 5, 30000);
	make_estimate(&k, &p, 2, estimate);
	make_address(&k, estimate, address);
	v = buy(&k, estimate, address,
		"\"refundDestinationWalletAddressBsc\":\"" EVM "\",\"webhookUrl\":\"ignored\"",
		201);
	d = at(v, "data");
	assert_members(d, "orderId invoiceId invoiceUrl session signature payment_session_headers "
			  "merchantId networkEnvironment customerId amount status expiresAt "
			  "endpoints");
	ok(&k,
	   session_check(&k.w, text_at(d, "session"), text_at(d, "signature"), &paid_for, &k.why));
	assert_string_equal(paid_for.id, text_at(d, "invoiceId"));
	assert_string_equal(paid_for.invoice_type, "commerce");
	assert_string_equal(text_at(d, "payment_session_headers.x-session-token"),
			    text_at(d, "session"));
	assert_string_equal(text_at(d, "payment_session_headers.x-signature"),
			    text_at(d, "signature"));
	assert_true(str_starts_with(text_at(d, "invoiceUrl"), "http://127.0.0.1:8080/pay?"));
	assert_string_equal(text_at(d, "status"), "unpaid");
	assert_int_equal(int_at(d, "expiresAt"), KIT_EPOCH / 1000 + 30 * 60);
	amount = millis_at(d, "amount");
	assert_int_equal(amount, paid_for.amount);
	str_copy(bought, sizeof(bought), text_at(d, "orderId"));
	str_printf(target, sizeof(target), "/api/commerce/merchant/orders/%s", bought);
	assert_string_equal(text_at(d, "endpoints.checkOrder"), target);
	str_printf(want, sizeof(want), "%s/cancel", target);
	assert_string_equal(text_at(d, "endpoints.cancelOrder"), want);
	str_printf(want, sizeof(want), "/api/commerce/merchant/payments/%s/status", bought);
	assert_string_equal(text_at(d, "endpoints.checkPayment"), want);
	order = kit_get(&k, SCOPE_COMMERCE, target);
	assert_string_equal(text_at(order, "data.status"), "pending_payment");
	assert_string_equal(text_at(order, "data.retailer"), "amazon");
	assert_string_equal(text_at(order, "data.lineItems.0.productId"), p.id);
	assert_int_equal(int_at(order, "data.lineItems.0.quantity"), 2);
	assert_string_equal(text_at(order, "data.lineItems.0.imageUrl"), p.image);
	assert_string_equal(text_at(order, "data.shippingAddress.address_line2"), "Apt 4");
	assert_string_equal(text_at(order, "data.shippingAddress.phone"), "+1 310 555 0100");
	assert_string_equal(text_at(order, "data.refund.destinationWalletAddressBsc"), EVM);
	ok(&k, money_parse_decimal(text_at(order, "data.totalAmountUsd"), USD_MILLIS_EXPONENT,
				   &paid_for.amount));
	assert_int_equal(paid_for.amount, amount);
	json_free(order);
	json_free(v);
	kit_stop(&k);
}

static void test_checkout_amount_is_the_estimates_total(void **state)
{
	(void)state;
	for (size_t i = 0; i < 25; i++) {
		struct kit k;
		struct product p;
		char body[1024], item[768], estimate[ID_CAP], address[ID_CAP];
		struct json *v;
		int64_t total;

		kit_start(&k, NULL, i + 1);
		p = some_product(&k, i, 2000000 / 5);
		str_printf(body, sizeof(body), "{" BUYER ",\"items\":[%s]}",
			   item_json(&p, 1 + (int64_t)i % 5, "", item, sizeof(item)));
		v = commerce(&k, HTTP_POST, ESTIMATE, body, 200);
		total = millis_at(v, "data.pricing.total");
		str_copy(estimate, sizeof(estimate), text_at(v, "data.estimateId"));
		assert_adds_up(at(v, "data"));
		json_free(v);
		make_address(&k, estimate, address);
		v = buy(&k, estimate, address, "", total > COMMERCE_ORDER_MAX ? 400 : 201);
		if (total <= COMMERCE_ORDER_MAX)
			assert_int_equal(millis_at(v, "data.amount"), total);
		json_free(v);
		kit_stop(&k);
	}
}

static void test_checkout_limits_an_order_to_2500_dollars(void **state)
{
	struct kit k;
	struct product p;
	char estimate[ID_CAP], address[ID_CAP];
	int64_t fits;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 65000);
	fits = 2500000 / (p.price + p.price * 3 / 100); /* with the fee, no shipping */
	assert_true(fits > 1 && fits < 99);
	make_estimate(&k, &p, fits + 1, estimate);
	make_address(&k, estimate, address);
	assert_code(buy(&k, estimate, address, "", 400), "ORDER_LIMIT_EXCEEDED");
	make_estimate(&k, &p, fits, estimate);
	json_free(buy(&k, estimate, address, "", 201));
	kit_stop(&k);
}

static void test_checkout_refuses_what_is_not_the_callers(void **state)
{
	struct kit k;
	struct product p;
	char estimate[ID_CAP], address[ID_CAP], empty[ID_CAP], body[512];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	make_estimate(&k, &p, 1, estimate);
	make_address(&k, estimate, address);
	assert_code(buy(&k, NOWHERE, address, "", 404), "NOT_FOUND");
	assert_code(buy(&k, estimate, NOWHERE, "", 404), "NOT_FOUND");
	assert_code(buy(&k, estimate, "", "", 400), "VALIDATION_ERROR");
	assert_code(buy(&k, estimate, address, "\"refundDestinationWalletAddressBsc\":\"0x1\"",
			400),
		    "VALIDATION_ERROR");
	str_printf(body, sizeof(body),
		   "{\"customer_id\":\"cust_2\",\"estimateId\":\"%s\",\"addressId\":\"%s\"}",
		   estimate, address);
	assert_code(commerce(&k, HTTP_POST, INVOICE, body, 404), "NOT_FOUND");
	v = commerce(&k, HTTP_POST, ESTIMATE,
		     "{" BUYER ",\"items\":[{\"productId\":\"B0NONE\",\"retailer\":\"amazon\"}]}",
		     200);
	assert_int_equal(millis_at(v, "data.pricing.total"), 0);
	str_copy(empty, sizeof(empty), text_at(v, "data.estimateId"));
	json_free(v);
	assert_code(buy(&k, empty, address, "", 400), "NO_VALID_ITEMS");
	world_advance_to(&k.w, KIT_EPOCH + COMMERCE_ESTIMATE_MS);
	assert_code(buy(&k, estimate, address, "", 400), "ESTIMATE_EXPIRED");
	assert_int_equal(ledger_event_count(k.w.ledger), 0); /* nothing came of all this */
	kit_stop(&k);
}

static void test_checkout_by_wallet_keeps_the_wallet(void **state)
{
	static const char who[] = "\"wallet_address\":\"" EVM "\",\"wallet_network\":\"base\"";
	struct kit k;
	struct product p;
	char body[1024], item[768], estimate[ID_CAP], address[ID_CAP];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	str_printf(body, sizeof(body), "{%s,\"items\":[%s]}", who,
		   item_json(&p, 1, "", item, sizeof(item)));
	v = commerce(&k, HTTP_POST, ESTIMATE, body, 200);
	assert_null_at(v, "data.customerId");
	assert_string_equal(text_at(v, "data.walletAddress"), EVM);
	str_copy(estimate, sizeof(estimate), text_at(v, "data.estimateId"));
	json_free(v);
	v = send_address(&k, who, estimate, HOME, 200);
	str_copy(address, sizeof(address), text_at(v, "data.addressId"));
	json_free(v);
	str_printf(body, sizeof(body), "{%s,\"estimateId\":\"%s\",\"addressId\":\"%s\"}", who,
		   estimate, address);
	v = commerce(&k, HTTP_POST, INVOICE, body, 201);
	assert_null_at(v, "data.customerId");
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE,
		    "/api/commerce/merchant/orders?wallet=" EVM "&walletNetwork=base");
	assert_int_equal(json_count(at(v, "data.orders")), 1);
	assert_string_equal(text_at(v, "data.orders.0.walletAddress"), EVM);
	json_free(v);
	kit_stop(&k);
}

static void test_checkout_with_the_same_key_buys_once(void **state)
{
	struct kit k;
	struct product p;
	char estimate[ID_CAP], address[ID_CAP], body[512];
	struct reply first, second;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 30000);
	make_estimate(&k, &p, 1, estimate);
	make_address(&k, estimate, address);
	str_printf(body, sizeof(body), "{" BUYER ",\"estimateId\":\"%s\",\"addressId\":\"%s\"}",
		   estimate, address);
	first = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, INVOICE, body, KEY_1);
	second = kit_call(&k, SCOPE_COMMERCE, HTTP_POST, INVOICE, body, KEY_1);
	assert_true(second.replayed);
	assert_string_equal(first.body, second.body);
	reply_release(&first);
	reply_release(&second);
	v = kit_get(&k, SCOPE_COMMERCE, "/api/commerce/merchant/orders");
	assert_int_equal(json_count(at(v, "data.orders")), 1);
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE, "/api/v1/events?type=commerce.order.created");
	assert_string_equal(text_at(v, "data.data.0.request.idempotency_key"), KEY_1);
	json_free(v);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_estimate_is_the_contracts),
		cmocka_unit_test(test_estimate_says_why_items_are_invalid),
		cmocka_unit_test(test_estimate_of_the_cart_leaves_the_cart_alone),
		cmocka_unit_test(test_estimate_refuses_bodies_that_make_no_sense),
		cmocka_unit_test(test_address_is_standardized_and_saved),
		cmocka_unit_test(test_address_refuses_where_nothing_can_be_sent),
		cmocka_unit_test(test_address_needs_the_callers_own_living_estimate),
		cmocka_unit_test(test_addresses_are_listed_in_pages_and_deleted),
		cmocka_unit_test(test_checkout_makes_an_order_its_invoice_and_a_session),
		cmocka_unit_test(test_checkout_amount_is_the_estimates_total),
		cmocka_unit_test(test_checkout_limits_an_order_to_2500_dollars),
		cmocka_unit_test(test_checkout_refuses_what_is_not_the_callers),
		cmocka_unit_test(test_checkout_by_wallet_keeps_the_wallet),
		cmocka_unit_test(test_checkout_with_the_same_key_buys_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
