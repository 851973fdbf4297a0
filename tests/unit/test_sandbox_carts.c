/* Carts: contract 7.2. */
#include "unit/sandbox_commerce_kit.h"

#define ITEM(more) \
	"{" BUYER ",\"productId\":\"B0X\",\"retailer\":\"amazon\",\"title\":\"X\"," more "}"

static struct json *get_cart(struct kit *k, const char *who)
{
	char target[256];

	str_printf(target, sizeof(target), CARTS "?%s", who);
	return kit_get(k, SCOPE_COMMERCE, target);
}

/* --- shapes --------------------------------------------------------------------------------- */

static void test_cart_starts_empty_with_null_timestamps(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = commerce(&k, HTTP_POST, CARTS, "{" BUYER "}", 200);
	assert_members(v, "success message data");
	assert_string_equal(text_at(v, "message"), "Cart initialized");
	assert_members(at(v, "data"), "merchantId customerId walletAddress walletNetwork items "
				      "subtotal itemCount createdAt updatedAt");
	assert_int_equal(int_at(v, "data.merchantId"), MERCHANT_ID);
	assert_string_equal(text_at(v, "data.customerId"), "cust_1");
	assert_null_at(v, "data.walletAddress");
	assert_null_at(v, "data.walletNetwork");
	assert_int_equal(json_count(at(v, "data.items")), 0);
	assert_int_equal(millis_at(v, "data.subtotal"), 0);
	assert_int_equal(int_at(v, "data.itemCount"), 0);
	assert_null_at(v, "data.createdAt");
	assert_null_at(v, "data.updatedAt");
	json_free(v);
	kit_stop(&k);
}

static void test_cart_item_is_added_read_changed_and_removed(void **state)
{
	struct kit k;
	char target[256], id[ID_CAP];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = commerce(&k, HTTP_POST, CARTS "/items",
		     ITEM("\"price\":9.99,\"quantity\":2,\"imageUrl\":\"https://i.example/x.png\","
			  "\"productUrl\":\"https://p.example/x\",\"numReviews\":7,\"rating\":4.5"),
		     200);
	assert_members(at(v, "data"), "itemId quantity updated");
	assert_int_equal(int_at(v, "data.quantity"), 2);
	assert_false(bool_at(v, "data.updated"));
	str_copy(id, sizeof(id), text_at(v, "data.itemId"));
	assert_true(uuid_valid(id));
	json_free(v);
	world_advance_to(&k.w, KIT_EPOCH + 5000);
	v = commerce(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":9.49"), 200);
	assert_true(bool_at(v, "data.updated"));
	assert_int_equal(int_at(v, "data.quantity"), 3);
	assert_string_equal(text_at(v, "data.itemId"), id);
	json_free(v);
	v = get_cart(&k, "customer_id=cust_1");
	assert_members(v, "success data");
	assert_int_equal(json_count(at(v, "data.items")), 1);
	assert_members(at(v, "data.items.0"), "itemId productId retailer quantity price title "
					      "imageUrl productUrl numReviews rating");
	assert_string_equal(json_number_text(at(v, "data.items.0.price")), "9.49");
	assert_string_equal(json_number_text(at(v, "data.subtotal")), "28.47");
	assert_int_equal(int_at(v, "data.itemCount"), 3);
	assert_int_equal(int_at(v, "data.createdAt"), KIT_EPOCH / 1000);
	assert_int_equal(int_at(v, "data.updatedAt"), KIT_EPOCH / 1000 + 5);
	json_free(v);
	str_printf(target, sizeof(target), CARTS "/items/%s", id);
	v = commerce(&k, HTTP_PUT, target, "{" BUYER ",\"quantity\":9}", 200);
	assert_string_equal(text_at(v, "message"), "Cart item updated");
	assert_members(at(v, "data"), "itemId quantity updatedAt");
	assert_int_equal(int_at(v, "data.quantity"), 9);
	assert_int_equal(int_at(v, "data.updatedAt"), KIT_EPOCH / 1000 + 5);
	json_free(v);
	str_printf(target, sizeof(target), CARTS "/items/%s?customer_id=cust_1", id);
	v = commerce(&k, HTTP_DELETE, target, NULL, 200);
	assert_string_equal(text_at(v, "message"), "Item removed from cart");
	assert_members(at(v, "data"), "itemId title");
	assert_string_equal(text_at(v, "data.title"), "X");
	json_free(v);
	commerce_refused(&k, HTTP_DELETE, target, NULL, 404, "NOT_FOUND", id);
	kit_stop(&k);
}

static void test_cart_init_with_an_item_keeps_what_is_there(void **state)
{
	static const char body[] = "{" BUYER ",\"item\":{\"productId\":\"B0A\",\"retailer\":"
				   "\"ebay\",\"quantity\":4,\"price\":1.005,\"title\":\"A\"}}";
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	json_free(commerce(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":2"), 200));
	v = commerce(&k, HTTP_POST, CARTS, body, 200);
	assert_int_equal(json_count(at(v, "data.items")), 2);
	assert_string_equal(json_number_text(at(v, "data.subtotal")), "6.02");
	assert_int_equal(int_at(v, "data.itemCount"), 5);
	json_free(v);
	v = commerce(&k, HTTP_DELETE, CARTS "?customer_id=cust_1", NULL, 200);
	assert_string_equal(text_at(v, "message"), "Cart cleared");
	assert_members(at(v, "data"), "itemsRemoved");
	assert_int_equal(int_at(v, "data.itemsRemoved"), 2);
	json_free(v);
	v = commerce(&k, HTTP_DELETE, CARTS "?customer_id=cust_1", NULL, 200);
	assert_int_equal(int_at(v, "data.itemsRemoved"), 0);
	json_free(v);
	v = get_cart(&k, "customer_id=cust_1");
	assert_null_at(v, "data.createdAt");
	json_free(v);
	kit_stop(&k);
}

/* --- whose --------------------------------------------------------------------------------------
 */

static void test_cart_belongs_to_one_shopper(void **state)
{
	static const char wallet[] = "{\"wallet_address\":\"" EVM "\",\"wallet_network\":\"base\","
				     "\"productId\":\"B0W\",\"retailer\":\"amazon\","
				     "\"title\":\"W\",\"price\":5}";
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	json_free(commerce(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":2"), 200));
	json_free(commerce(&k, HTTP_POST, CARTS "/items", wallet, 200));
	v = get_cart(&k, "wallet_address=0x52908400098527886e0f7030069857d2e4169ee7&"
			 "wallet_network=base"); /* in other letter case */
	assert_string_equal(text_at(v, "data.items.0.title"), "W");
	assert_null_at(v, "data.customerId");
	assert_string_equal(text_at(v, "data.walletNetwork"), "base");
	json_free(v);
	v = get_cart(&k, "wallet_address=" EVM "&wallet_network=bsc");
	assert_int_equal(json_count(at(v, "data.items")), 0);
	json_free(v);
	v = get_cart(&k, "customer_id=cust_2");
	assert_int_equal(json_count(at(v, "data.items")), 0);
	json_free(v);
	v = get_cart(&k, "customer_id=cust_1&wallet_address=" EVM "&wallet_network=base");
	assert_string_equal(text_at(v, "data.items.0.title"), "X");
	json_free(v);
	kit_stop(&k);
}

static void test_cart_refuses_shoppers_it_cannot_tell(void **state)
{
	static const struct {
		const char *query, *word;
	} cases[] = {
		{"", "customer_id"},
		{"?customer_id=", "customer_id"},
		{"?wallet_address=" EVM, "wallet_network"},
		{"?wallet_network=base", "wallet_address"},
		{"?wallet_address=0x12&wallet_network=base", "wallet_address"},
		{"?wallet_address=" EVM "&wallet_network=tron", "wallet_network"},
		{"?wallet_address=" EVM "&wallet_network=sui", "wallet_network"},
		{"?wallet_address=" EVM "&wallet_network=solana", "wallet_address"},
		{"?customer_id=c&wallet_network=base", "wallet_address"},
	};
	struct kit k;
	char target[640], name[260];

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		str_printf(target, sizeof(target), CARTS "%s", cases[i].query);
		commerce_refused(&k, HTTP_GET, target, NULL, 400, "VALIDATION_ERROR",
				 cases[i].word);
		str_printf(target, sizeof(target), CARTS "/totals%s", cases[i].query);
		commerce_refused(&k, HTTP_GET, target, NULL, 400, "VALIDATION_ERROR",
				 cases[i].word);
		str_printf(target, sizeof(target), CARTS "%s", cases[i].query);
		commerce_refused(&k, HTTP_DELETE, target, NULL, 400, "VALIDATION_ERROR",
				 cases[i].word);
	}
	memset(name, 'c', sizeof(name));
	name[255] = '\0';
	str_printf(target, sizeof(target), CARTS "?customer_id=%s", name);
	json_free(kit_get(&k, SCOPE_COMMERCE, target));
	str_printf(target, sizeof(target), CARTS "?customer_id=%sc", name);
	commerce_refused(&k, HTTP_GET, target, NULL, 400, "VALIDATION_ERROR", "customer_id");
	kit_stop(&k);
}

/* --- bounds -------------------------------------------------------------------------------------
 */

static void test_cart_items_have_bounds(void **state)
{
	static const struct {
		const char *body, *word; /* NULL: it is fine */
	} cases[] = {
		{ITEM("\"price\":0.01"), NULL},
		{ITEM("\"price\":0.009"), "price"},
		{ITEM("\"price\":0"), "price"},
		{ITEM("\"price\":-1"), "price"},
		{ITEM("\"price\":\"9.99\""), "price"},
		{ITEM("\"price\":1.2345"), "price"},
		{ITEM("\"quantity\":1"), "price"},
		{ITEM("\"price\":1,\"quantity\":0"), "quantity"},
		{ITEM("\"price\":1,\"quantity\":100"), "quantity"},
		{ITEM("\"price\":1,\"quantity\":1.5"), "quantity"},
		{ITEM("\"price\":1,\"quantity\":98"), NULL}, /* and the one before: 99 */
		{ITEM("\"price\":1,\"quantity\":1"), "quantity"},
		{ITEM("\"price\":1,\"rating\":5.001"), "rating"},
		{ITEM("\"price\":1,\"rating\":-1"), "rating"},
		{ITEM("\"price\":1,\"numReviews\":-1"), "numReviews"},
		{ITEM("\"price\":1,\"numReviews\":1.5"), "numReviews"},
		{ITEM("\"price\":1,\"imageUrl\":\"ftp://x/y\""), "imageUrl"},
		{ITEM("\"price\":1,\"productUrl\":\"x\""), "productUrl"},
		{"{" BUYER ",\"retailer\":\"amazon\",\"title\":\"X\",\"price\":1}", "productId"},
		{"{" BUYER ",\"productId\":\"B\",\"title\":\"X\",\"price\":1}", "retailer"},
		{"{" BUYER ",\"productId\":\"B\",\"retailer\":\"ikea\",\"title\":\"X\","
		 "\"price\":1}",
		 "retailer"},
		{"{" BUYER ",\"productId\":\"B\",\"retailer\":\"ebay\",\"price\":1}", "title"},
		{"{\"productId\":\"B\",\"retailer\":\"ebay\",\"title\":\"X\",\"price\":1}",
		 "customer_id"},
		{"{" BUYER ",\"productId\":\"B\",\"retailer\":\"other\",\"title\":\"X\","
		 "\"price\":1,\"rating\":5,\"numReviews\":0,\"imageUrl\":null}",
		 NULL},
	};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cases[i].word)
			commerce_refused(&k, HTTP_POST, CARTS "/items", cases[i].body, 400,
					 "VALIDATION_ERROR", cases[i].word);
		else
			json_free(commerce(&k, HTTP_POST, CARTS "/items", cases[i].body, 200));
	commerce_refused(&k, HTTP_POST, CARTS, "{" BUYER ",\"item\":{\"productId\":\"B\"}}", 400,
			 "VALIDATION_ERROR", "item.retailer");
	commerce_refused(&k, HTTP_POST, CARTS, "{" BUYER ",\"item\":[]}", 400, "VALIDATION_ERROR",
			 "item");
	kit_stop(&k);
}

static void test_cart_quantity_put_is_0_to_99(void **state)
{
	static const char *const bad[] = {"", ",\"quantity\":-1", ",\"quantity\":100",
					  ",\"quantity\":\"1\""};
	struct kit k;
	struct product p;
	char target[128], body[128], id[ID_CAP];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 0, 50000);
	add_to_cart(&k, &p, 1, id);
	str_printf(target, sizeof(target), CARTS "/items/%s", id);
	for (size_t i = 0; i < 4; i++) {
		str_printf(body, sizeof(body), "{" BUYER "%s}", bad[i]);
		commerce_refused(&k, HTTP_PUT, target, body, 400, "VALIDATION_ERROR", "quantity");
	}
	json_free(commerce(&k, HTTP_PUT, target, "{" BUYER ",\"quantity\":99}", 200));
	commerce_refused(&k, HTTP_PUT, target, "{\"customer_id\":\"cust_2\",\"quantity\":1}", 404,
			 "NOT_FOUND", id);
	v = commerce(&k, HTTP_PUT, target, "{" BUYER ",\"quantity\":0}", 200);
	assert_int_equal(int_at(v, "data.quantity"), 0);
	json_free(v);
	v = get_cart(&k, "customer_id=cust_1");
	assert_int_equal(json_count(at(v, "data.items")), 0);
	assert_int_equal(int_at(v, "data.updatedAt"), KIT_EPOCH / 1000);
	json_free(v);
	kit_stop(&k);
}

static void test_cart_holds_100_lines_and_no_more(void **state)
{
	struct kit k;
	char body[256];

	(void)state;
	kit_start(&k, NULL, 1);
	for (int i = 0; i <= COMMERCE_CART_LINES_MAX; i++) {
		str_printf(body, sizeof(body),
			   "{" BUYER ",\"productId\":\"B%d\",\"retailer\":\"amazon\","
			   "\"title\":\"T\",\"price\":1}",
			   i);
		if (i < COMMERCE_CART_LINES_MAX)
			json_free(commerce(&k, HTTP_POST, CARTS "/items", body, 200));
		else
			commerce_refused(&k, HTTP_POST, CARTS "/items", body, 400,
					 "VALIDATION_ERROR", "100");
	}
	kit_stop(&k);
}

/* --- validate
 * --------------------------------------------------------------------------------------- */

static void test_cart_validate_finds_what_changed(void **state)
{
	struct kit k;
	struct product p, later;
	char id[ID_CAP], body[64] = "{" BUYER "}";
	struct json *v;
	size_t changed = 0, unavailable = 0, lines = 40;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < lines; i++) {
		p = some_product(&k, i, 2000000);
		add_to_cart(&k, &p, 1, id);
	}
	v = commerce(&k, HTTP_POST, CARTS "/validate", body, 200);
	assert_members(v, "success valid items summary");
	assert_true(bool_at(v, "valid"));
	assert_members(at(v, "items.0"), "itemId available currentPrice savedPrice priceChanged");
	assert_int_equal(json_count(at(v, "items")), lines);
	assert_int_equal(int_at(v, "summary.availableItems"), lines);
	assert_int_equal(millis_at(v, "summary.savedSubtotal"),
			 millis_at(v, "summary.currentSubtotal"));
	json_free(v);
	for (size_t i = 0; i < lines; i++) {
		p = some_product(&k, i, 2000000);
		catalogue_product(p.index, KIT_EPOCH + 2 * CATALOGUE_DRIFT_MS, &later);
		changed += later.price != p.price;
		unavailable += catalogue_refusal(&later, "amazon") != NULL;
	}
	world_advance_to(&k.w, KIT_EPOCH + 2 * CATALOGUE_DRIFT_MS);
	v = commerce(&k, HTTP_POST, CARTS "/validate", body, 200);
	assert_true(changed > 0 && unavailable > 0); /* or the drift shows nothing here */
	assert_false(bool_at(v, "valid"));
	assert_int_equal(int_at(v, "summary.priceChanges"), changed);
	assert_int_equal(int_at(v, "summary.unavailableItems"), unavailable);
	for (const struct json *row = json_first(at(v, "items")); row; row = json_next(row))
		assert_int_equal(bool_at(row, "priceChanged"),
				 millis_at(row, "currentPrice") != millis_at(row, "savedPrice"));
	json_free(v);
	kit_stop(&k);
}

static void test_cart_validate_knows_what_is_not_sold(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	json_free(commerce(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":2"), 200));
	v = commerce(&k, HTTP_POST, CARTS "/validate", "{" BUYER "}", 200);
	assert_false(bool_at(v, "valid"));
	assert_false(bool_at(v, "items.0.available"));
	assert_null_at(v, "items.0.currentPrice");
	assert_int_equal(millis_at(v, "items.0.savedPrice"), 2000);
	assert_false(bool_at(v, "items.0.priceChanged"));
	json_free(v);
	kit_stop(&k);
}

/* --- totals
 * ------------------------------------------------------------------------------------------- */

static void test_cart_totals_add_up(void **state)
{
	static const struct {
		const char *price;
		int quantity;
		const char *zip;
		const char *subtotal, *shipping, *tax, *fixed, *share, *fees, *total;
	} cases[] = {
		{"9.99", 1, "", "9.99", "5.99", "0", "0.71", "0.29", "1", "16.98"},
		{"9.99", 1, "&zip_code=90210", "9.99", "5.99", "0.72", "0.71", "0.29", "1", "17.7"},
		{"34.99", 1, "", "34.99", "5.99", "0", "0", "1.04", "1.04", "42.02"},
		{"35", 1, "", "35", "0", "0", "0", "1.05", "1.05", "36.05"},
		{"100", 3, "&zip_code=10001-0001", "300", "0", "12", "0", "9", "9", "321"},
		{"100", 3, "&zip_code=97201", "300", "0", "0", "0", "9", "9", "309"},
		{"0.01", 1, "&zip_code=SW1A%201AA", "0.01", "5.99", "0", "1", "0", "1", "7"},
		{"1000000", 99, "&zip_code=37011", "99000000", "0", "6930000", "0", "2970000",
		 "2970000", "108900000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kit k;
		char body[256], target[128];
		const struct json *d;
		struct json *v;

		kit_start(&k, NULL, 1);
		str_printf(body, sizeof(body), ITEM("\"price\":%s,\"quantity\":%d"), cases[i].price,
			   cases[i].quantity);
		json_free(commerce(&k, HTTP_POST, CARTS "/items", body, 200));
		str_printf(target, sizeof(target), CARTS "/totals?customer_id=cust_1%s",
			   cases[i].zip);
		v = kit_get(&k, SCOPE_COMMERCE, target);
		d = at(v, "data");
		assert_members(d, "subtotal shipping tax fees total itemCount zipCode");
		assert_members(at(d, "fees"), "fixed percentage percentageAmount total");
		assert_string_equal(json_number_text(at(d, "subtotal")), cases[i].subtotal);
		assert_string_equal(json_number_text(at(d, "shipping")), cases[i].shipping);
		assert_string_equal(json_number_text(at(d, "tax")), cases[i].tax);
		assert_string_equal(json_number_text(at(d, "fees.fixed")), cases[i].fixed);
		assert_string_equal(json_number_text(at(d, "fees.percentageAmount")),
				    cases[i].share);
		assert_string_equal(json_number_text(at(d, "fees.total")), cases[i].fees);
		assert_string_equal(json_number_text(at(d, "total")), cases[i].total);
		assert_int_equal(int_at(d, "itemCount"), cases[i].quantity);
		assert_int_equal(json_kind(at(d, "zipCode")),
				 *cases[i].zip ? JSON_STRING : JSON_NULL);
		json_free(v);
		kit_stop(&k);
	}
}

static void test_cart_totals_of_nothing_are_nothing(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = kit_get(&k, SCOPE_COMMERCE, CARTS "/totals?customer_id=cust_1");
	assert_int_equal(millis_at(v, "data.total"), 0);
	assert_int_equal(millis_at(v, "data.fees.total"), 0);
	json_free(v);
	commerce_refused(&k, HTTP_GET, CARTS "/totals?customer_id=c&zip_code=1", NULL, 400,
			 "VALIDATION_ERROR", "zip_code");
	commerce_refused(&k, HTTP_GET, CARTS "/totals?customer_id=c&zip_code=90210%3B", NULL, 400,
			 "VALIDATION_ERROR", "zip_code");
	kit_stop(&k);
}

/* --- idempotency
 * ---------------------------------------------------------------------------------------- */

static struct reply keyed(struct kit *k, enum http_method method, const char *target,
			  const char *body, const char *key)
{
	return kit_call(k, SCOPE_COMMERCE, method, target, body, key);
}

static void test_cart_writes_honour_an_idempotency_key(void **state)
{
	struct kit k;
	struct reply r;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	for (int i = 0; i < 2; i++) {
		r = keyed(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":2"), KEY_1);
		assert_int_equal(r.status, 200);
		assert_int_equal(r.replayed, i);
		reply_release(&r);
	}
	v = get_cart(&k, "customer_id=cust_1");
	assert_int_equal(int_at(v, "data.itemCount"), 1); /* not added twice */
	json_free(v);
	r = keyed(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":3"), KEY_1);
	assert_refusal(&r, 409, "IDEMPOTENCY_KEY_REUSED", "");
	r = keyed(&k, HTTP_POST, CARTS "/items", ITEM("\"price\":3"), "not-a-uuid");
	assert_refusal(&r, 400, "VALIDATION_ERROR", "Idempotency-Key");
	r = keyed(&k, HTTP_DELETE, CARTS "?customer_id=cust_1", NULL, KEY_2);
	assert_int_equal(r.status, 200);
	reply_release(&r);
	r = keyed(&k, HTTP_DELETE, CARTS "?customer_id=cust_2", NULL, KEY_2);
	assert_refusal(&r, 409, "IDEMPOTENCY_KEY_REUSED", ""); /* another cart, another request */
	kit_stop(&k);
}

/* --- a random walk against a naive model
 * ----------------------------------------------------------------- */

#define MODEL_PRODUCTS 6
#define MODEL_SHOPPERS 2

struct model { /* quantity 0: not there */
	int64_t quantity[MODEL_SHOPPERS][MODEL_PRODUCTS], price[MODEL_SHOPPERS][MODEL_PRODUCTS];
	char id[MODEL_SHOPPERS][MODEL_PRODUCTS][ID_CAP];
};

static void walk_add(struct kit *k, struct model *m, int who, int what, struct rng *dice)
{
	int64_t n = rng_between(dice, 1, 60), price = rng_between(dice, 10, 99999);
	bool fits = m->quantity[who][what] + n <= 99;
	char body[256], text[MONEY_TEXT_CAP];
	struct json *v;

	str_printf(body, sizeof(body),
		   "{\"customer_id\":\"c%d\",\"productId\":\"B%d\",\"retailer\":\"amazon\","
		   "\"title\":\"T\",\"price\":%s,\"quantity\":%d}",
		   who, what, money_decimal(text, price, USD_MILLIS_EXPONENT), (int)n);
	v = commerce(k, HTTP_POST, CARTS "/items", body, fits ? 200 : 400);
	if (fits) {
		assert_int_equal(bool_at(v, "data.updated"), m->quantity[who][what] > 0);
		m->quantity[who][what] += n;
		m->price[who][what] = price;
		str_copy(m->id[who][what], ID_CAP, text_at(v, "data.itemId"));
	}
	json_free(v);
}

static void walk_set(struct kit *k, struct model *m, int who, int what, struct rng *dice)
{
	int64_t n = rng_between(dice, 0, 3);
	bool there = m->quantity[who][what] > 0;
	char target[128], body[96];

	if (!*m->id[who][what])
		return;
	str_printf(target, sizeof(target), CARTS "/items/%s", m->id[who][what]);
	str_printf(body, sizeof(body), "{\"customer_id\":\"c%d\",\"quantity\":%d}", who, (int)n);
	json_free(commerce(k, HTTP_PUT, target, body, there ? 200 : 404));
	if (there)
		m->quantity[who][what] = n;
}

static void walk_remove(struct kit *k, struct model *m, int who, int what)
{
	bool there = m->quantity[who][what] > 0;
	char target[160];

	if (!*m->id[who][what])
		return;
	str_printf(target, sizeof(target), CARTS "/items/%s?customer_id=c%d", m->id[who][what],
		   who);
	json_free(commerce(k, HTTP_DELETE, target, NULL, there ? 200 : 404));
	m->quantity[who][what] = 0;
}

static void walk_clear(struct kit *k, struct model *m, int who)
{
	char target[96];
	int64_t lines = 0;
	struct json *v;

	str_printf(target, sizeof(target), CARTS "?customer_id=c%d", who);
	v = commerce(k, HTTP_DELETE, target, NULL, 200);
	for (int i = 0; i < MODEL_PRODUCTS; i++) {
		lines += m->quantity[who][i] > 0;
		m->quantity[who][i] = 0;
	}
	assert_int_equal(int_at(v, "data.itemsRemoved"), lines);
	json_free(v);
}

static void walk_check(struct kit *k, const struct model *m, int who)
{
	int64_t count = 0, subtotal = 0, lines = 0;
	char who_text[32], target[96];
	struct json *v;

	for (int i = 0; i < MODEL_PRODUCTS; i++) {
		count += m->quantity[who][i];
		subtotal += m->quantity[who][i] * m->price[who][i];
		lines += m->quantity[who][i] > 0;
	}
	str_printf(who_text, sizeof(who_text), "customer_id=c%d", who);
	v = get_cart(k, who_text);
	assert_int_equal(int_at(v, "data.itemCount"), count);
	assert_int_equal(millis_at(v, "data.subtotal"), subtotal);
	assert_int_equal(json_count(at(v, "data.items")), lines);
	json_free(v);
	str_printf(target, sizeof(target), CARTS "/totals?%s&zip_code=60601", who_text);
	v = kit_get(k, SCOPE_COMMERCE, target);
	assert_int_equal(millis_at(v, "data.subtotal"), subtotal);
	assert_int_equal(millis_at(v, "data.total"), subtotal + millis_at(v, "data.shipping") +
							     millis_at(v, "data.tax") +
							     millis_at(v, "data.fees.total"));
	assert_int_equal(millis_at(v, "data.fees.total"),
			 millis_at(v, "data.fees.fixed") +
				 millis_at(v, "data.fees.percentageAmount"));
	json_free(v);
}

static void test_cart_walks_at_random_as_the_model_does(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct kit k;
		struct model *m = xcalloc(1, sizeof(*m));
		struct rng dice;

		kit_start(&k, NULL, seed);
		rng_seed(&dice, seed);
		for (int step = 0; step < 150; step++) {
			int who = (int)rng_below(&dice, MODEL_SHOPPERS);
			int what = (int)rng_below(&dice, MODEL_PRODUCTS);
			uint64_t act = rng_below(&dice, 20);

			if (act < 10)
				walk_add(&k, m, who, what, &dice);
			else if (act < 15)
				walk_set(&k, m, who, what, &dice);
			else if (act < 19)
				walk_remove(&k, m, who, what);
			else
				walk_clear(&k, m, who);
			walk_check(&k, m, who);
		}
		free(m);
		kit_stop(&k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cart_starts_empty_with_null_timestamps),
		cmocka_unit_test(test_cart_item_is_added_read_changed_and_removed),
		cmocka_unit_test(test_cart_init_with_an_item_keeps_what_is_there),
		cmocka_unit_test(test_cart_belongs_to_one_shopper),
		cmocka_unit_test(test_cart_refuses_shoppers_it_cannot_tell),
		cmocka_unit_test(test_cart_items_have_bounds),
		cmocka_unit_test(test_cart_quantity_put_is_0_to_99),
		cmocka_unit_test(test_cart_holds_100_lines_and_no_more),
		cmocka_unit_test(test_cart_validate_finds_what_changed),
		cmocka_unit_test(test_cart_validate_knows_what_is_not_sold),
		cmocka_unit_test(test_cart_totals_add_up),
		cmocka_unit_test(test_cart_totals_of_nothing_are_nothing),
		cmocka_unit_test(test_cart_writes_honour_an_idempotency_key),
		cmocka_unit_test(test_cart_walks_at_random_as_the_model_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
