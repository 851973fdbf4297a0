#include "unit/test_wire_support.h"

#include "wire/routes.h"

static enum status match(enum http_method method, const char *path, struct route_match *ret)
{
	return route_match(method, path, strlen(path), ret);
}

static void test_route_match_finds_every_route_it_formats(void **state)
{
	(void)state;
	for (int id = 0; id < ROUTE_COUNT; id++) {
		char path[512];
		struct route_match m = {0};
		const struct route *r = route_get((enum route_id)id);
		size_t holes = strstr(r->path, "{}") != NULL ? 1 : 0;
		assert_int_equal(r->id, id);
		assert_int_equal(strncmp(r->name, "ROUTE_", 6), 0);
		/* An escaped slash may not come back in, so this id goes without one. */
		const char *params[] = {"a b%\xc3\xa9"};
		assert_int_equal(route_format(r->id, params, holes, path, sizeof(path)), S_OK);
		assert_int_equal(match(r->method, path, &m), S_OK);
		assert_ptr_equal(m.route, r);
		if (holes == 1)
			assert_string_equal(m.params[0], params[0]);
	}
}

/* What read-only lets through: nothing gets on this list by the way. */
static void test_route_harmless_are_the_gets_and_one_more(void **state)
{
	(void)state;
	for (int id = 0; id < ROUTE_COUNT; id++) {
		const struct route *r = route_get((enum route_id)id);
		bool expected = r->method == HTTP_GET ||
				strcmp(r->path, "/api/commerce/merchant/carts/validate") == 0;
		if (route_is_harmless(r->id) != expected)
			fail_msg("%s", r->name);
	}
}

static void test_route_match_prefers_the_literal(void **state)
{
	(void)state;
	struct route_match m = {0};
	assert_int_equal(match(HTTP_GET, "/api/v1/invoices/totals", &m), S_OK);
	assert_int_equal(m.route->id, ROUTE_INVOICE_TOTALS);
	assert_int_equal(match(HTTP_GET, "/api/v1/invoices/totals2", &m), S_OK);
	assert_int_equal(m.route->id, ROUTE_INVOICE_GET);
	assert_string_equal(m.params[0], "totals2");
	assert_int_equal(match(HTTP_GET, "/api/v1/invoices/customer/c1", &m), S_OK);
	assert_int_equal(m.route->id, ROUTE_INVOICE_LIST_CUSTOMER);
	assert_string_equal(m.params[0], "c1");
}

static void test_route_match_tells_a_wrong_method_from_a_wrong_path(void **state)
{
	(void)state;
	static const struct {
		enum http_method method;
		const char *path;
		enum status status;
	} TABLE[] = {
		{HTTP_POST, "/api/v1/invoices", S_OK},
		{HTTP_DELETE, "/api/v1/invoices", E_UNSUPPORTED},
		{HTTP_PUT, "/api/v1/invoices/x", E_UNSUPPORTED},
		{HTTP_GET, "/api/v1/invoices/x/cancel", E_UNSUPPORTED},
		{HTTP_POST, "/api/v1/invoices/totals", E_UNSUPPORTED},
		{HTTP_GET, "/api/v1/invoices/x/y/z", E_NOT_FOUND},
		{HTTP_GET, "/api/v2/invoices", E_NOT_FOUND},
		{HTTP_GET, "/api/v1/Invoices", E_NOT_FOUND},
		{HTTP_GET, "/api/v1", E_NOT_FOUND},
		{HTTP_GET, "/api/v1/invoices/{}", S_OK},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct route_match m = {0};
		if (match(TABLE[i].method, TABLE[i].path, &m) != TABLE[i].status)
			fail_msg("row %zu: %s", i, TABLE[i].path);
	}
}

static void test_route_match_decodes_percent_escapes(void **state)
{
	(void)state;
	static const struct {
		const char *segment;
		enum status status;
		const char *param;
	} TABLE[] = {
		{"a%20b", S_OK, "a b"},       {"%41%7a%7A", S_OK, "Azz"},
		{"%c3%a9", S_OK, "\xc3\xa9"}, {"a+b", S_OK, "a+b"},
		{"%2541", S_OK, "%41"},       {"%0a%1b", S_OK, "\n\x1b"},
		{"%", E_INVALID, NULL},       {"%4", E_INVALID, NULL},
		{"%4g", E_INVALID, NULL},     {"%g4", E_INVALID, NULL},
		{"%00", E_INVALID, NULL},     {"a%2Fb", E_INVALID, NULL},
		{"a%2fb", E_INVALID, NULL},   {"%ff", E_INVALID, NULL},
		{"%c0%9b", E_INVALID, NULL},  {"a b", E_INVALID, NULL},
		{"a\x1b", E_INVALID, NULL},   {"\xc3\xa9", E_INVALID, NULL},
		{"", E_INVALID, NULL},        {"x/", E_INVALID, NULL},
		{"/x", E_INVALID, NULL},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char path[128];
		struct route_match m = {0};
		snprintf(path, sizeof(path), "/api/v1/invoices/%s", TABLE[i].segment);
		if (match(HTTP_GET, path, &m) != TABLE[i].status)
			fail_msg("row %zu: %s", i, path);
		if (TABLE[i].status == S_OK)
			assert_string_equal(m.params[0], TABLE[i].param);
		else
			assert_null(m.route);
	}
}

static void test_route_match_refuses_paths_that_are_none(void **state)
{
	(void)state;
	struct route_match m = {0};
	assert_int_equal(match(HTTP_GET, "", &m), E_INVALID);
	assert_int_equal(match(HTTP_GET, "/", &m), E_INVALID);
	assert_int_equal(match(HTTP_GET, "api/v1/invoices", &m), E_INVALID);
	assert_int_equal(match(HTTP_GET, "//api/v1/invoices", &m), E_INVALID);
	assert_int_equal(route_match(HTTP_GET, "/api/v1/invoices\0/x", 19, &m), E_INVALID);
}

static void test_route_match_bounds_a_segment(void **state)
{
	(void)state;
	char path[1024] = "/api/v1/invoices/";
	size_t prefix = strlen(path);
	struct route_match m = {0};
	memset(path + prefix, 'a', ROUTE_PARAM_CAP - 1);
	assert_int_equal(match(HTTP_GET, path, &m), S_OK);
	assert_int_equal(strlen(m.params[0]), ROUTE_PARAM_CAP - 1);
	path[prefix + ROUTE_PARAM_CAP - 1] = 'a';
	assert_int_equal(match(HTTP_GET, path, &m), E_LIMIT);
}

static void test_route_format_encodes_what_could_change_the_path(void **state)
{
	(void)state;
	char path[128];
	const char *evil[] = {"../x?y#z%2e"};
	assert_int_equal(route_format(ROUTE_INVOICE_STATUS, evil, 1, path, sizeof(path)), S_OK);
	assert_string_equal(path, "/api/v1/invoices/..%2Fx%3Fy%23z%252e/status");
	const char *bad[] = {"", ".", ".."};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(route_format(ROUTE_INVOICE_GET, &bad[i], 1, path, sizeof(path)),
				 E_INVALID);
}

static void test_route_format_counts_parameters_and_room(void **state)
{
	(void)state;
	char path[32] = "untouched";
	const char *params[] = {"abc", "def"};
	assert_int_equal(route_format(ROUTE_INVOICE_GET, params, 0, path, sizeof(path)), E_INVALID);
	assert_int_equal(route_format(ROUTE_INVOICE_GET, params, 2, path, sizeof(path)), E_INVALID);
	assert_int_equal(route_format(ROUTE_INVOICE_GET, params, 1, path, 20), E_LIMIT);
	assert_string_equal(path, "untouched");
	assert_int_equal(route_format(ROUTE_INVOICE_GET, params, 1, path, 21), S_OK);
	assert_string_equal(path, "/api/v1/invoices/abc");
}

static void test_http_method_name_is_the_method(void **state)
{
	(void)state;
	assert_string_equal(http_method_name(HTTP_GET), "GET");
	assert_string_equal(http_method_name(HTTP_POST), "POST");
	assert_string_equal(http_method_name(HTTP_PUT), "PUT");
	assert_string_equal(http_method_name(HTTP_DELETE), "DELETE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_route_match_finds_every_route_it_formats),
		cmocka_unit_test(test_route_harmless_are_the_gets_and_one_more),
		cmocka_unit_test(test_route_match_prefers_the_literal),
		cmocka_unit_test(test_route_match_tells_a_wrong_method_from_a_wrong_path),
		cmocka_unit_test(test_route_match_decodes_percent_escapes),
		cmocka_unit_test(test_route_match_refuses_paths_that_are_none),
		cmocka_unit_test(test_route_match_bounds_a_segment),
		cmocka_unit_test(test_route_format_encodes_what_could_change_the_path),
		cmocka_unit_test(test_route_format_counts_parameters_and_room),
		cmocka_unit_test(test_http_method_name_is_the_method),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
