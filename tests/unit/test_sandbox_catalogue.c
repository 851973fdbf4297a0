/* The catalogue, and what is said of it: contract 7.1. */
#include "unit/sandbox_commerce_kit.h"

#include "base/text.h"
#include "sandbox/auth.h"

#define DAY_MS (24LL * 60 * 60 * 1000)

/* --- the catalogue itself ------------------------------------------------------------------ */

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct product *)a)->id, ((const struct product *)b)->id);
}

static void test_catalogue_has_300_products_with_ids_of_their_own(void **state)
{
	size_t count = catalogue_count(), amazon = 0;
	struct product *all = xcalloc(count, sizeof(*all)), again;

	(void)state;
	assert_true(count >= 300);
	for (size_t i = 0; i < count; i++) {
		catalogue_product(i, KIT_EPOCH, &all[i]);
		assert_true(all[i].price >= 1000 && all[i].price <= 2000000);
		assert_int_equal(all[i].price % 10, 0);
		assert_true(all[i].rating >= 1000 && all[i].rating <= 5000);
		assert_true(strlen(all[i].title) > 8);
		amazon += str_equal(all[i].retailer, "amazon");
		assert_true(catalogue_find(all[i].id, KIT_EPOCH, &again));
		assert_int_equal(again.index, i);
	}
	assert_true(amazon > count / 3 && amazon < count);
	qsort(all, count, sizeof(*all), by_id);
	for (size_t i = 1; i < count; i++)
		assert_string_not_equal(all[i - 1].id, all[i].id);
	free(all);
}

static void test_catalogue_price_and_stock_drift_by_hours_and_come_back(void **state)
{
	size_t changed = 0, gone = 0, later_gone = 0;
	struct product now, same, later;
	int64_t start = KIT_EPOCH / CATALOGUE_DRIFT_MS * CATALOGUE_DRIFT_MS;

	(void)state;
	for (size_t i = 0; i < catalogue_count(); i++) {
		catalogue_product(i, start, &now);
		catalogue_product(i, start + CATALOGUE_DRIFT_MS - 1, &same);
		catalogue_product(i, start + DAY_MS, &later);
		assert_int_equal(now.price, same.price);
		assert_int_equal(now.in_stock, same.in_stock);
		assert_int_equal(now.list_price, later.list_price);
		assert_true(later.price * 100 >= later.list_price * 85);
		changed += now.price != later.price;
		gone += !now.in_stock;
		later_gone += now.in_stock && !later.in_stock;
	}
	assert_true(changed > catalogue_count() / 10 && changed < catalogue_count() / 2);
	assert_true(gone > 0 && gone < catalogue_count() / 10);
	assert_true(later_gone > 0);
}

static void test_catalogue_offers_agree_with_what_can_be_ordered(void **state)
{
	size_t flaws[4] = {0};

	(void)state;
	for (size_t i = 0; i < catalogue_count(); i++) {
		struct offer offers[CATALOGUE_OFFERS_MAX];
		struct product p;
		size_t count;
		bool any = false;

		catalogue_product(i, KIT_EPOCH, &p);
		count = catalogue_offers(&p, offers);
		assert_true(count >= 1 && count <= CATALOGUE_OFFERS_MAX);
		for (size_t n = 0; n < count; n++) {
			any |= offer_eligible(&offers[n]);
			assert_true(offers[n].days_min <= offers[n].days_max);
			if (n && offer_eligible(&offers[n - 1]) == offer_eligible(&offers[n]))
				assert_true(offers[n - 1].price + offers[n - 1].shipping <=
					    offers[n].price + offers[n].shipping);
			if (n)
				assert_true(offer_eligible(&offers[n - 1]) ||
					    !offer_eligible(&offers[n]));
		}
		assert_int_equal(any, !catalogue_refusal(&p, p.retailer));
		if (any) /* what an order costs is the best offer's price */
			assert_int_equal(offers[0].price, p.price);
		flaws[p.flaw]++;
	}
	for (size_t i = 0; i < 4; i++)
		assert_true(flaws[i] > 0);
}

/* --- status and info ------------------------------------------------------------------------ */

static void test_commerce_status_is_the_contracts_sample(void **state)
{
	struct kit k;
	struct reply r;

	(void)state;
	kit_start(&k, NULL, 1);
	r = kit_call(&k, SCOPE_COMMERCE, HTTP_GET, "/api/commerce/status", NULL, NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(
		r.body, "{\"success\":true,\"data\":{\"status\":\"available\",\"escrowBalance\":50,"
			"\"minimumRequired\":50,\"features\":{\"search\":true,\"cart\":true,"
			"\"checkout\":true,\"orders\":true}}}");
	reply_release(&r);
	kit_stop(&k);
}

static void test_commerce_info_names_retailers_limits_and_fees(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = kit_get(&k, SCOPE_COMMERCE, "/api/commerce/info");
	assert_int_equal(json_count(at(v, "data.retailers")), 6);
	assert_string_equal(text_at(v, "data.retailers.0"), "amazon");
	assert_int_equal(int_at(v, "data.limits.maxOrderValueUsd"), 2500);
	assert_int_equal(int_at(v, "data.limits.maxQuantityPerItem"), 99);
	assert_int_equal(int_at(v, "data.limits.estimateTtlSeconds"), 900);
	assert_int_equal(int_at(v, "data.limits.maxDeliveryDays"), 10);
	assert_int_equal(int_at(v, "data.fees.percentage"), 3);
	json_free(v);
	kit_stop(&k);
}

/* --- search ------------------------------------------------------------------------------------
 */

static void test_commerce_search_row_and_page_are_the_contracts(void **state)
{
	struct kit k;
	struct json *v;
	struct product p;

	(void)state;
	kit_start(&k, NULL, 1);
	v = kit_get(&k, SCOPE_COMMERCE, "/api/commerce/search?q=coffee&limit=2");
	assert_members(v, "success data meta");
	assert_members(at(v, "data"), "products pagination query retailer");
	assert_int_equal(json_count(at(v, "data.products")), 2);
	assert_members(at(v, "data.products.0"),
		       "productId title price image rating numReviews fresh retailer url brand "
		       "categories");
	assert_true(catalogue_find(text_at(v, "data.products.0.productId"), KIT_EPOCH, &p));
	assert_string_equal(text_at(v, "data.products.0.title"), p.title);
	assert_int_equal(millis_at(v, "data.products.0.price"), p.price);
	assert_string_equal(text_at(v, "data.products.0.retailer"), "amazon");
	assert_members(at(v, "data.pagination"), "page totalPages totalResults hasNext");
	assert_int_equal(int_at(v, "data.pagination.page"), 1);
	assert_true(bool_at(v, "data.pagination.hasNext"));
	assert_string_equal(text_at(v, "data.query"), "coffee");
	assert_string_equal(text_at(v, "data.retailer"), "amazon");
	assert_members(at(v, "meta"), "cacheStats timestamp");
	assert_int_equal(int_at(v, "meta.timestamp"), KIT_EPOCH / 1000);
	json_free(v);
	kit_stop(&k);
}

static void test_commerce_search_pages_hold_every_result_once(void **state)
{
	struct kit k;
	char target[128], seen[512][12];
	size_t count = 0;
	int64_t total = 0;
	bool more = true;

	(void)state;
	kit_start(&k, NULL, 1);
	for (int page = 1; more; page++) {
		struct json *v;

		str_printf(target, sizeof(target),
			   "/api/commerce/search?q=e&limit=7&retailer=walmart&page=%d", page);
		v = kit_get(&k, SCOPE_COMMERCE, target);
		total = int_at(v, "data.pagination.totalResults");
		assert_int_equal(int_at(v, "data.pagination.totalPages"), (total + 6) / 7);
		for (const struct json *row = json_first(at(v, "data.products")); row;
		     row = json_next(row)) {
			for (size_t i = 0; i < count; i++)
				assert_string_not_equal(seen[i], text_at(row, "productId"));
			assert_string_equal(text_at(row, "retailer"), "walmart");
			str_copy(seen[count++], 12, text_at(row, "productId"));
		}
		more = bool_at(v, "data.pagination.hasNext");
		assert_int_equal(more, (int64_t)count < total);
		json_free(v);
	}
	assert_int_equal(count, total);
	assert_true(count > 14);
	kit_stop(&k);
}

static void test_commerce_search_keeps_within_prices_and_words(void **state)
{
	struct kit k;
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	v = kit_get(&k, SCOPE_COMMERCE,
		    "/api/commerce/search?q=wireless+MOUSE&minPrice=40&maxPrice=60.5");
	assert_true(json_count(at(v, "data.products")) > 0);
	for (const struct json *row = json_first(at(v, "data.products")); row;
	     row = json_next(row)) {
		assert_true(millis_at(row, "price") >= 40000 && millis_at(row, "price") <= 60500);
		assert_true(utf8_contains_nocase(text_at(row, "title"), "wireless"));
		assert_true(utf8_contains_nocase(text_at(row, "title"), "mouse"));
	}
	json_free(v);
	v = kit_get(&k, SCOPE_COMMERCE, "/api/commerce/search?q=zeppelin");
	assert_int_equal(json_count(at(v, "data.products")), 0);
	assert_int_equal(int_at(v, "data.pagination.totalPages"), 0);
	assert_false(bool_at(v, "data.pagination.hasNext"));
	json_free(v);
	kit_stop(&k);
}

static void test_commerce_search_refuses_what_is_out_of_bounds(void **state)
{
	static const struct {
		const char *query, *word;
	} cases[] = {
		{"", "q:"},
		{"?q=", "q:"},
		{"?q=%20%20", "q:"},
		{"?q=tea&limit=0", "limit"},
		{"?q=tea&limit=101", "limit"},
		{"?q=tea&limit=x", "limit"},
		{"?q=tea&page=0", "page"},
		{"?q=tea&page=100001", "page"},
		{"?q=tea&retailer=ikea", "retailer"},
		{"?q=tea&retailer=amazon,ebay", "retailer"},
		{"?q=tea&minPrice=-1", "minPrice"},
		{"?q=tea&minPrice=cheap", "minPrice"},
		{"?q=tea&maxPrice=1.2345", "maxPrice"},
		{"?q=tea&minPrice=10&maxPrice=9", "maxPrice"},
	};
	struct kit k;
	char target[128];

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		str_printf(target, sizeof(target), "/api/commerce/search%s", cases[i].query);
		commerce_refused(&k, HTTP_GET, target, NULL, 400, "VALIDATION_ERROR",
				 cases[i].word);
	}
	kit_stop(&k);
}

/* --- one product
 * ---------------------------------------------------------------------------------- */

static void test_commerce_product_and_offers_are_the_contracts(void **state)
{
	struct kit k;
	struct product p;
	char target[128];
	struct json *v;

	(void)state;
	kit_start(&k, NULL, 1);
	p = some_product(&k, 3, 100000);
	str_printf(target, sizeof(target), "/api/commerce/products/%s?retailer=amazon", p.id);
	v = kit_get(&k, SCOPE_COMMERCE, target);
	assert_string_equal(text_at(v, "data.productId"), p.id);
	assert_string_equal(text_at(v, "data.title"), p.title);
	assert_true(strlen(text_at(v, "data.description")) > 10);
	assert_int_equal(json_kind(at(v, "data.specifications")), JSON_OBJECT);
	assert_string_equal(text_at(v, "data.images.0"), p.image);
	assert_int_equal(millis_at(v, "data.pricing.price"), p.price);
	assert_true(bool_at(v, "data.availability.inStock"));
	assert_true(bool_at(v, "data.availability.eligible"));
	assert_null_at(v, "data.availability.reason");
	assert_int_equal(int_at(v, "data.reviews.count"), p.reviews);
	json_free(v);
	str_printf(target, sizeof(target), "/api/commerce/products/%s/offers?zip_code=10001", p.id);
	v = kit_get(&k, SCOPE_COMMERCE, target);
	assert_members(v, "success data meta");
	assert_members(at(v, "data"), "productId retailer offers");
	assert_members(at(v, "data.offers.0"),
		       "offerId sellerId sellerName price shipping totalCost prime primeOnly "
		       "condition handlingDays international available");
	assert_members(at(v, "data.offers.0.handlingDays"), "min max");
	assert_string_equal(text_at(v, "data.offers.0.condition"), "New");
	for (const struct json *o = json_first(at(v, "data.offers")); o; o = json_next(o))
		assert_int_equal(millis_at(o, "totalCost"),
				 millis_at(o, "price") + millis_at(o, "shipping"));
	json_free(v);
	kit_stop(&k);
}

static void test_commerce_unknown_products_are_404(void **state)
{
	static const char *const targets[] = {
		"/api/commerce/products/B0NOTHING", "/api/commerce/products/B0NOTHING/offers",
		"/api/commerce/products/B0KET1L7?retailer=ebay" /* amazon's */};
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (size_t i = 0; i < 3; i++)
		commerce_refused(&k, HTTP_GET, targets[i], NULL, 404, "NOT_FOUND", "B0");
	commerce_refused(&k, HTTP_GET, "/api/commerce/products/B0KET1L7?retailer=ikea", NULL, 400,
			 "VALIDATION_ERROR", "retailer");
	kit_stop(&k);
}

/* --- who may -------------------------------------------------------------------------------------
 */

static bool commerce_path(const char *path)
{
	return str_starts_with(path, "/api/commerce/") ||
	       str_starts_with(path, "/api/v1/commerce/");
}

static void test_commerce_routes_take_a_commerce_key_and_no_other(void **state)
{
	struct kit k;
	enum key_scope scope;
	size_t routes = 0;

	(void)state;
	kit_start(&k, NULL, 1);
	str_copy(k.w.merchant_key, sizeof(k.w.merchant_key), "sk_m");
	str_copy(k.w.commerce_key, sizeof(k.w.commerce_key), "ck_c");
	for (int id = 0; id < ROUTE_COUNT; id++) {
		const struct route *route = route_get((enum route_id)id);
		enum surface s = route->surface;

		if (!commerce_path(route->path))
			continue;
		routes++;
		assert_int_equal(E_DENIED,
				 auth_check(&k.w, s, (struct credentials){.api_key = "sk_m"},
					    &scope, &k.why));
		assert_int_equal(E_AUTH,
				 auth_check(&k.w, s, (struct credentials){.api_key = "ck_x"},
					    &scope, &k.why));
		assert_int_equal(E_AUTH,
				 auth_check(&k.w, s, (struct credentials){0}, &scope, &k.why));
		ok(&k, auth_check(&k.w, s, (struct credentials){.commerce_key = "ck_c"}, &scope,
				  &k.why));
		ok(&k,
		   auth_check(&k.w, s, (struct credentials){.api_key = "ck_c"}, &scope, &k.why));
		assert_int_equal(scope, SCOPE_COMMERCE);
	}
	assert_true(routes >= 25);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue_has_300_products_with_ids_of_their_own),
		cmocka_unit_test(test_catalogue_price_and_stock_drift_by_hours_and_come_back),
		cmocka_unit_test(test_catalogue_offers_agree_with_what_can_be_ordered),
		cmocka_unit_test(test_commerce_status_is_the_contracts_sample),
		cmocka_unit_test(test_commerce_info_names_retailers_limits_and_fees),
		cmocka_unit_test(test_commerce_search_row_and_page_are_the_contracts),
		cmocka_unit_test(test_commerce_search_pages_hold_every_result_once),
		cmocka_unit_test(test_commerce_search_keeps_within_prices_and_words),
		cmocka_unit_test(test_commerce_search_refuses_what_is_out_of_bounds),
		cmocka_unit_test(test_commerce_product_and_offers_are_the_contracts),
		cmocka_unit_test(test_commerce_unknown_products_are_404),
		cmocka_unit_test(test_commerce_routes_take_a_commerce_key_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
