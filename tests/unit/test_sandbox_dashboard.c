#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "sandbox/auth_dashboard.h"
#include "sandbox/ledger.h"

static void world_make(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->now_ms = 1768478400000;
	rng_seed(&w->rng, 7);
	assert_int_equal(S_OK, ledger_open(NULL, &w->ledger, NULL));
}

static void issue(struct world *w, int64_t ttl_s, struct ws_token *ret)
{
	assert_int_equal(S_OK, ledger_begin(w->ledger, NULL));
	assert_int_equal(S_OK, dashboard_token_issue(w, ttl_s, ret, NULL));
	assert_int_equal(S_OK, ledger_commit(w->ledger, NULL));
}

static enum status check(struct world *w, const char *scheme, const char *token)
{
	char header[JWT_CAP + 16];

	str_printf(header, sizeof(header), "%s %s", scheme, token);
	return dashboard_check(w, header, NULL);
}

static void test_dashboard_token_is_good_until_it_ends(void **state)
{
	struct ws_token token;
	struct world w;

	(void)state;
	world_make(&w);
	issue(&w, 60, &token);
	assert_int_equal(S_OK, check(&w, "Bearer", token.text));
	assert_int_equal(S_OK, check(&w, "bearer", token.text));
	w.now_ms += 59000;
	assert_int_equal(S_OK, check(&w, "Bearer", token.text));
	w.now_ms += 1000;
	assert_int_equal(E_AUTH, check(&w, "Bearer", token.text));
	ledger_close(w.ledger);
}

static void test_dashboard_refuses_what_is_not_its_token(void **state)
{
	struct ws_token token, stream;
	struct world w;

	(void)state;
	world_make(&w);
	issue(&w, 60, &token);
	assert_int_equal(E_AUTH, check(&w, "Basic", token.text));
	assert_int_equal(E_AUTH, check(&w, "Bearer", ""));
	assert_int_equal(E_AUTH, check(&w, "Bearer", "a.b.c"));
	token.text[strlen(token.text) - 2] ^= 1;
	assert_int_equal(E_AUTH, check(&w, "Bearer", token.text));
	assert_int_equal(S_OK, ledger_begin(w.ledger, NULL));
	assert_int_equal(S_OK, ws_token_issue(&w, SCOPE_MERCHANT, 60, &stream, NULL));
	assert_int_equal(S_OK, ledger_commit(w.ledger, NULL));
	assert_int_equal(E_DENIED, check(&w, "Bearer", stream.text));
	ledger_close(w.ledger);
}

static void test_dashboard_serves_what_the_contract_names(void **state)
{
	static const struct {
		enum route_id route;
		bool serves;
	} ROWS[] = {
		{ROUTE_INVOICE_CREATE, true},   {ROUTE_INVOICE_LIST, true},
		{ROUTE_INVOICE_TOTALS, true},   {ROUTE_INVOICE_GET, true},
		{ROUTE_EVENT_LIST, true},       {ROUTE_EVENT_GET, true},
		{ROUTE_ORDER_LIST, true},       {ROUTE_ORDER_GET, true},
		{ROUTE_ORDER_BY_INVOICE, true}, {ROUTE_ORDER_CANCEL, false},
		{ROUTE_WS_TOKEN, false},        {ROUTE_INVOICE_CANCEL, false},
		{ROUTE_PAYOUT_LIST, false},     {ROUTE_CONTROL_STATE, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		assert_int_equal(ROWS[i].serves, dashboard_serves(route_get(ROWS[i].route)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dashboard_token_is_good_until_it_ends),
		cmocka_unit_test(test_dashboard_refuses_what_is_not_its_token),
		cmocka_unit_test(test_dashboard_serves_what_the_contract_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
