/* Carts and the catalogue as answers: contract 7.1, 7.2. */
#include "unit/test_wire_mutate.h"
#include "unit/test_wire_support.h"

#include "base/strbuf.h"
#include "base/when.h"
#include "wire/shop.h"

#define MUTATIONS 6000

#define DATA(x) "{\"success\":true,\"data\":" x "}"
/* Contract 7.2; the id of an item is inferred. */
#define CART                                                                                   \
	DATA("{\"merchantId\":123,\"customerId\":\"cust_1\",\"walletAddress\":null,"           \
	     "\"walletNetwork\":null,\"items\":["                                              \
	     "{\"productId\":\"B01\",\"retailer\":\"amazon\",\"quantity\":2,\"price\":9.99,"   \
	     "\"title\":\"Kettle\",\"itemId\":\"it-1\"},"                                      \
	     "{\"productId\":\"B02\",\"retailer\":\"ebay\",\"quantity\":1,\"price\":\"30.5\"," \
	     "\"title\":\"Tent\",\"itemId\":\"it-2\"}],"                                       \
	     "\"subtotal\":50.480000000000004,\"itemCount\":3,\"createdAt\":1766320000,"       \
	     "\"updatedAt\":\"2025-12-21T13:00:00.000Z\"}")
#define CHECK                                                                                 \
	"{\"success\":true,\"valid\":false,\"items\":["                                       \
	"{\"itemId\":\"it-2\",\"available\":true,\"currentPrice\":31.5,\"savedPrice\":30.5,"  \
	"\"priceChanged\":true},"                                                             \
	"{\"itemId\":\"it-9\",\"available\":true,\"currentPrice\":1,\"priceChanged\":false}," \
	"{\"itemId\":\"it-1\",\"available\":false,\"currentPrice\":null,\"savedPrice\":9.99," \
	"\"priceChanged\":false}],\"summary\":{}}"
#define TOTALS                                                                                   \
	DATA("{\"subtotal\":50.48,\"shipping\":5.99,\"tax\":4.1,\"fees\":{\"fixed\":0,"          \
	     "\"percentage\":3,\"percentageAmount\":1.5144,\"total\":1.5144},\"total\":62.0844," \
	     "\"itemCount\":3,\"zipCode\":\"94110\"}")
#define SEARCH                                                                                     \
	DATA("{\"products\":[{\"productId\":\"B01\",\"title\":\"Kettle\",\"price\":9.99,"          \
	     "\"image\":\"https://x/1\",\"rating\":4.5,\"numReviews\":17,\"retailer\":\"amazon\"," \
	     "\"brand\":\"Acme\"},"                                                                \
	     "{\"productId\":\"B02\",\"title\":\"Other\",\"price\":null,\"stars\":\"4.0\","        \
	     "\"reviewCount\":2},{\"title\":\"no id\"},7],"                                        \
	     "\"pagination\":{\"page\":1,\"hasNext\":true}}")
/* The sandbox's guess at a body that is not published. */
#define PRODUCT                                                                                    \
	DATA("{\"productId\":\"B01\",\"title\":\"Kettle\",\"retailer\":\"amazon\","                \
	     "\"pricing\":{\"price\":9.99},\"availability\":{\"inStock\":true,\"eligible\":false," \
	     "\"reason\":\"Not eligible: too slow\"},\"reviews\":{\"rating\":4.1,\"count\":9}}")
#define OFFERS                                                                                    \
	DATA("{\"productId\":\"B01\",\"retailer\":\"amazon\",\"offers\":["                        \
	     "{\"offerId\":\"o1\",\"sellerId\":\"s1\",\"sellerName\":\"Bluefin\",\"price\":9.99," \
	     "\"shipping\":1.5,\"totalCost\":11.49,\"prime\":true,\"primeOnly\":false,"           \
	     "\"condition\":\"New\",\"handlingDays\":{\"min\":1,\"max\":3},"                      \
	     "\"international\":false,\"available\":true},"                                       \
	     "{\"offerId\":\"o2\",\"sellerId\":\"s2\",\"price\":5,\"shipping\":2,"                \
	     "\"available\":false},{\"offerId\":\"o3\"}]}")

#define READ(function, body, into, why) function((body), strlen(body), (into), (why))

static struct shop_cart cart_of(const char *body)
{
	struct shop_cart c = {.items = NULL};
	struct problem why = {.what = ""};
	if (READ(shop_cart_decode, body, &c, &why) != S_OK)
		fail_msg("%s", why.what);
	return c;
}

/* --- carts ---------------------------------------------------------------------------- */

static void test_cart_is_read_whole(void **state)
{
	struct shop_cart c = cart_of(CART);

	(void)state;
	assert_string_equal(c.customer_id, "cust_1");
	assert_string_equal(c.wallet_address, "");
	assert_int_equal(c.item_count, 2);
	assert_string_equal(c.items[0].item_id, "it-1");
	assert_string_equal(c.items[0].product_id, "B01");
	assert_string_equal(c.items[0].retailer, "amazon");
	assert_string_equal(c.items[0].title, "Kettle");
	assert_int_equal(c.items[0].quantity, 2);
	assert_int_equal(c.items[0].price, 9990);
	assert_int_equal(c.items[1].price, 30500);
	assert_int_equal(c.subtotal, 50480);
	assert_int_equal(c.quantity, 3);
	assert_int_equal(c.created_at, 1766320000000);
	assert_int_equal(c.updated_at, 1766322000000);
	assert_false(c.checked || c.has_totals || c.items[0].checked);
	shop_cart_release(&c);
}

static void test_cart_may_be_empty_or_say_little(void **state)
{
	static const struct {
		const char *body;
		size_t lines, left_out;
	} rows[] = {
		{DATA("{\"items\":[],\"createdAt\":null,\"updatedAt\":null}"), 0, 0},
		{"{\"items\":[]}", 0, 0},
		{DATA("{\"items\":[{\"title\":\"only a name\"},{\"productId\":\"B1\"}]}"), 2, 0},
		{DATA("{\"items\":[{},7,null,{\"title\":5,\"price\":{}},[]],\"subtotal\":\"x\"}"),
		 1, 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct shop_cart c = cart_of(rows[i].body);
		assert_int_equal(c.item_count, rows[i].lines);
		assert_int_equal(c.left_out, rows[i].left_out);
		assert_int_equal(c.created_at, TIME_NONE);
		assert_int_equal(c.subtotal, 0);
		shop_cart_release(&c);
	}
}

static void test_cart_keeps_no_more_lines_than_it_holds(void **state)
{
	struct strbuf body;

	(void)state;
	strbuf_init(&body, 1 << 20);
	strbuf_addstr(&body, "{\"items\":[");
	for (int i = 0; i < CART_ITEMS_MAX + 5; i++)
		strbuf_addf(&body, "%s{\"productId\":\"B%d\"}", i > 0 ? "," : "", i);
	strbuf_addstr(&body, "]}");
	struct shop_cart c = cart_of(strbuf_str(&body));
	assert_int_equal(c.item_count, CART_ITEMS_MAX);
	assert_int_equal(c.left_out, 5);
	shop_cart_release(&c);
	strbuf_release(&body);
}

static void test_cart_check_finds_its_lines(void **state)
{
	struct shop_cart c = cart_of(CART);

	(void)state;
	assert_int_equal(READ(shop_cart_check_decode, CHECK, &c, NULL), S_OK);
	assert_true(c.checked);
	assert_false(c.valid);
	assert_true(c.items[0].checked);
	assert_false(c.items[0].available);
	assert_false(c.items[0].price_changed);
	assert_int_equal(c.items[0].current_price, 9990);
	assert_true(c.items[1].checked);
	assert_true(c.items[1].available);
	assert_true(c.items[1].price_changed);
	assert_int_equal(c.items[1].current_price, 31500);
	shop_cart_release(&c);
}

static void test_cart_check_sees_a_changed_price_that_nobody_mentions(void **state)
{
	struct shop_cart c = cart_of(CART);

	(void)state;
	assert_int_equal(READ(shop_cart_check_decode,
			      "{\"success\":true,\"valid\":true,\"items\":[{\"itemId\":\"it-1\","
			      "\"available\":true,\"currentPrice\":10.99},{\"itemId\":\"it-2\"}]}",
			      &c, NULL),
			 S_OK);
	assert_true(c.valid);
	assert_true(c.items[0].price_changed);
	assert_false(c.items[1].checked);
	shop_cart_release(&c);
}

static void test_cart_totals_are_rounded_to_the_thousandth(void **state)
{
	struct shop_cart c = cart_of(CART);

	(void)state;
	assert_int_equal(READ(shop_cart_totals_decode, TOTALS, &c, NULL), S_OK);
	assert_true(c.has_totals);
	assert_int_equal(c.shipping, 5990);
	assert_int_equal(c.tax, 4100);
	assert_int_equal(c.fees, 1514);
	assert_int_equal(c.total, 62084);
	assert_string_equal(c.zip_code, "94110");
	shop_cart_release(&c);
}

/* --- the catalogue ---------------------------------------------------------------------------- */

static void test_search_reads_products_in_either_spelling(void **state)
{
	struct shop_products p = {.items = NULL};

	(void)state;
	assert_int_equal(READ(shop_search_decode, SEARCH, &p, NULL), S_OK);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.skipped, 2);
	assert_true(p.more);
	assert_string_equal(p.items[0].product_id, "B01");
	assert_string_equal(p.items[0].title, "Kettle");
	assert_string_equal(p.items[0].retailer, "amazon");
	assert_string_equal(p.items[0].brand, "Acme");
	assert_true(p.items[0].priced);
	assert_int_equal(p.items[0].price, 9990);
	assert_string_equal(p.items[0].rating, "4.5");
	assert_int_equal(p.items[0].review_count, 17);
	assert_false(p.items[1].priced);
	assert_string_equal(p.items[1].rating, "4.0");
	assert_int_equal(p.items[1].review_count, 2);
	assert_string_equal(p.items[1].stock, "");
	shop_products_release(&p);
}

static void test_search_keeps_no_more_than_it_holds(void **state)
{
	struct shop_products p = {.items = NULL};
	struct strbuf body;

	(void)state;
	strbuf_init(&body, 1 << 20);
	strbuf_addstr(&body, "{\"products\":[");
	for (int i = 0; i < PRODUCTS_MAX + 3; i++)
		strbuf_addf(&body, "%s{\"productId\":\"B%d\"}", i > 0 ? "," : "", i);
	strbuf_addstr(&body, "]}");
	assert_int_equal(READ(shop_search_decode, strbuf_str(&body), &p, NULL), S_OK);
	assert_int_equal(p.count, PRODUCTS_MAX);
	assert_int_equal(p.skipped, 3);
	shop_products_release(&p);
	strbuf_release(&body);
}

static void test_product_is_read_with_its_offers(void **state)
{
	struct shop_products p = {.items = NULL};
	const struct shop_listing *it;

	(void)state;
	assert_int_equal(READ(shop_product_decode, PRODUCT, &p, NULL), S_OK);
	assert_int_equal(p.count, 1);
	it = &p.items[0];
	assert_int_equal(it->price, 9990);
	assert_string_equal(it->rating, "4.1");
	assert_int_equal(it->review_count, 9);
	assert_string_equal(it->stock, "Not eligible: too slow");
	assert_false(it->offers_known);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(READ(shop_offers_decode, OFFERS, &p.items[0], NULL), S_OK);
		assert_true(it->offers_known);
		assert_int_equal(it->offer_count, 2);
		assert_int_equal(it->offers_left_out, 1);
	}
	assert_string_equal(it->offers[0].seller, "Bluefin");
	assert_int_equal(it->offers[0].total, 11490);
	assert_true(it->offers[0].prime && it->offers[0].available);
	assert_int_equal(it->offers[0].handling_min_days, 1);
	assert_int_equal(it->offers[0].handling_max_days, 3);
	assert_string_equal(it->offers[0].condition, "New");
	assert_string_equal(it->offers[1].seller, "s2");
	assert_int_equal(it->offers[1].total, 7000);
	assert_false(it->offers[1].available);
	shop_products_release(&p);
}

static void test_product_says_whether_it_can_be_had(void **state)
{
	static const struct {
		const char *availability, *words;
	} rows[] = {
		{"{\"inStock\":true,\"eligible\":true}", "in stock"},
		{"{\"inStock\":true}", "in stock"},
		{"{\"inStock\":false}", "out of stock"},
		{"{\"inStock\":false,\"reason\":\"Out of stock until May\"}",
		 "Out of stock until May"},
		{"{\"inStock\":true,\"eligible\":false}", "not eligible"},
		{"{}", ""},
		{"\"yes\"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct shop_products p = {.items = NULL};
		char body[256];
		(void)str_printf(body, sizeof(body),
				 DATA("{\"productId\":\"B\",\"availability\":%s}"),
				 rows[i].availability);
		assert_int_equal(READ(shop_product_decode, body, &p, NULL), S_OK);
		assert_string_equal(p.items[0].stock, rows[i].words);
		shop_products_release(&p);
	}
}

/* --- what is none of these -----------------------------------------------------------------------
 */

static enum status read_cart(const char *b, struct problem *why)
{
	struct shop_cart c = {.subtotal = 77};
	enum status st = READ(shop_cart_decode, b, &c, why);
	assert_true(st == S_OK || c.subtotal == 77);
	shop_cart_release(&c);
	return st;
}

static enum status read_check(const char *b, struct problem *why)
{
	struct shop_cart c = cart_of(CART);
	enum status st = READ(shop_cart_check_decode, b, &c, why);
	assert_true(st == S_OK || (!c.checked && !c.items[0].checked));
	shop_cart_release(&c);
	return st;
}

static enum status read_totals(const char *b, struct problem *why)
{
	struct shop_cart c = {.total = 77};
	enum status st = READ(shop_cart_totals_decode, b, &c, why);
	assert_true(st == S_OK || (!c.has_totals && c.total == 77));
	shop_cart_release(&c);
	return st;
}

static enum status read_search(const char *b, struct problem *why)
{
	struct shop_products p = {.items = NULL};
	enum status st = READ(shop_search_decode, b, &p, why);
	shop_products_release(&p);
	return st;
}

static enum status read_product(const char *b, struct problem *why)
{
	struct shop_products p = {.items = NULL};
	enum status st = READ(shop_product_decode, b, &p, why);
	shop_products_release(&p);
	return st;
}

static enum status read_offers(const char *b, struct problem *why)
{
	struct shop_products p = {.items = NULL};
	assert_int_equal(READ(shop_product_decode, PRODUCT, &p, NULL), S_OK);
	enum status st = READ(shop_offers_decode, b, &p.items[0], why);
	assert_true(p.items[0].offers_known == (st == S_OK));
	shop_products_release(&p);
	return st;
}

static enum status (*const readers[])(const char *, struct problem *) = {read_cart,    read_check,
									 read_totals,  read_search,
									 read_product, read_offers};
#define READERS (sizeof(readers) / sizeof(readers[0]))

static void test_shop_refuses_what_is_none(void **state)
{
	static const char *const bodies[] = {
		"",
		"{}",
		"[]",
		"null",
		"7",
		"\"x\"",
		"{\"success\":true}",
		DATA("{}"),
		DATA("[]"),
		DATA("{\"items\":{},\"products\":null,\"offers\":\"x\",\"productId\":\"\","
		     "\"total\":{}}"),
		"{\"items\":[",
		"{\"success\":true,\"valid\":\"yes\",\"items\":[]}x"};

	(void)state;
	for (size_t r = 0; r < READERS; r++)
		for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
			struct problem why = {.what = ""};
			enum status st = readers[r](bodies[i], &why);
			if (st != E_INVALID || why.what[0] == '\0')
				fail_msg("reader %zu, body %zu: %s", r, i, status_words(st));
		}
}

static void test_shop_believes_no_failure(void **state)
{
	(void)state;
	for (size_t r = 0; r < READERS; r++) {
		struct problem why = {.what = ""};
		assert_int_equal(readers[r]("{\"success\":false,\"error\":{\"code\":\"NOPE\","
					    "\"message\":\"m\"},\"items\":[],\"data\":{}}",
					    &why),
				 E_PROTOCOL);
		assert_non_null(strstr(why.what, "NOPE"));
	}
}

static void test_shop_of_chance_breaks_nothing(void **state)
{
	static const char *const texts[] = {CART, CHECK, TOTALS, SEARCH, PRODUCT, OFFERS};
	char *work = xmalloc(MUTATE_ROOM);
	size_t read = 0;
	struct rng r;

	(void)state;
	rng_seed(&r, 1766322006);
	for (size_t i = 0; i < MUTATIONS; i++) {
		size_t which = i % READERS;
		size_t len = mutate_text(&r, work, texts[which]);
		work[len] = '\0';
		read += strlen(work) == len && readers[which](work, NULL) == S_OK;
	}
	assert_in_range(read, MUTATIONS / 20, MUTATIONS);
	free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cart_is_read_whole),
		cmocka_unit_test(test_cart_may_be_empty_or_say_little),
		cmocka_unit_test(test_cart_keeps_no_more_lines_than_it_holds),
		cmocka_unit_test(test_cart_check_finds_its_lines),
		cmocka_unit_test(test_cart_check_sees_a_changed_price_that_nobody_mentions),
		cmocka_unit_test(test_cart_totals_are_rounded_to_the_thousandth),
		cmocka_unit_test(test_search_reads_products_in_either_spelling),
		cmocka_unit_test(test_search_keeps_no_more_than_it_holds),
		cmocka_unit_test(test_product_is_read_with_its_offers),
		cmocka_unit_test(test_product_says_whether_it_can_be_had),
		cmocka_unit_test(test_shop_refuses_what_is_none),
		cmocka_unit_test(test_shop_believes_no_failure),
		cmocka_unit_test(test_shop_of_chance_breaks_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
