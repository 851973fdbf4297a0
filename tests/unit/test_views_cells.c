/* What an event says in a few words, for the kinds whose words are not on a golden screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "views/cells.h"
#include "views/subject_cells.h"

static struct event read_event(const char *type, const char *object)
{
	char text[1024];
	struct json *root = NULL;
	struct event e;
	struct problem why = {0};

	snprintf(text, sizeof(text),
		 "{\"id\":\"evt_1766278860000-5\",\"object\":\"event\",\"created\":1766278860,"
		 "\"type\":\"%s\",\"data\":{\"object\":%s}}",
		 type, object);
	assert_int_equal(json_parse(text, strlen(text), &root, &why), S_OK);
	if (event_decode(root, text, strlen(text), &e, &why) != S_OK || e.flaw[0])
		fail_msg("%s %s", why.what, e.flaw);
	json_free(root);
	return e;
}

#define REFUND(status)                                                                        \
	"{\"object\":\"refund\",\"id\":\"re_1\",\"invoice_id\":\"in_1\",\"status\":\"" status \
	"\",\"amount\":12000}"
#define DEPOSIT(status)                                                             \
	"{\"object\":\"ramp_deposit\",\"id\":\"dep_1\",\"customer_id\":\"cust_7\"," \
	"\"status\":\"" status "\",\"amount\":250000}"

static void test_a_cross_is_for_what_failed(void **state)
{
	static const struct {
		enum attention_rule rule;
		const char *says, *glyph;
	} ROWS[] = {
		{RULE_EXPIRING, "o unpaid", "!"},         {RULE_UNDERPAID, "! underpaid", "!"},
		{RULE_SETTLEMENT_FAILED, "+ paid", NULL}, {RULE_ORDER_FAILED, "x failed", NULL},
		{RULE_KYC_BLOCKS, "x rejected", NULL},    {RULE_PAYOUT_LATE, "o pending", "!"},
	};
	const char *cross = glyph_str(GLYPH_CROSS, true);

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct safe_text says;

		safe_text_set(&says, ROWS[i].says);
		assert_string_equal(matter_glyph(ROWS[i].rule, &says, true),
				    ROWS[i].glyph ? ROWS[i].glyph : cross);
	}
}

static void test_event_says_what_became_of_a_refund_or_deposit(void **state)
{
	static const struct {
		const char *type, *object, *words;
		int64_t amount;
		enum role role;
	} cases[] = {
		{"refund.created", REFUND("pending"), "new refund", 12000, ROLE_ACTIVE},
		{"refund.updated", REFUND("succeeded"), "refund succeeded", 12000, ROLE_GOOD},
		{"refund.updated", REFUND("failed"), "refund failed", 12000, ROLE_BAD},
		{"ramp.deposit.created", DEPOSIT("awaiting_funds"), "new deposit", 250000,
		 ROLE_WAITING},
		{"ramp.deposit.updated", DEPOSIT("received"), "deposit received", 250000,
		 ROLE_ACTIVE},
		{"ramp.deposit.updated", DEPOSIT("confirmed"), "deposit confirmed", 250000,
		 ROLE_GOOD},
		{"ramp.deposit.updated", DEPOSIT("returned"), "deposit returned", 250000, ROLE_BAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct event e = read_event(cases[i].type, cases[i].object);
		struct event_brief b;
		struct safe_text t;

		event_brief(&e, &b);
		assert_int_equal(cell_event(&t, &b, true), cases[i].role);
		if (!strstr(safe_text_str(&t), cases[i].words))
			fail_msg("'%s' for '%s'", safe_text_str(&t), cases[i].words);
		assert_true(b.has_amount);
		assert_int_equal(b.amount.minor, cases[i].amount);
		event_release(&e);
	}
}

static void test_event_customer_of_a_refund_is_its_invoices(void **state)
{
	struct store *st = store_new();
	struct event refund = read_event("refund.created", REFUND("pending"));
	struct event invoice =
		read_event("invoice.created",
			   "{\"object\":\"invoice\",\"id\":\"in_1\",\"status\":\"paid\","
			   "\"amount\":12000,\"customer_id\":\"cust_9\",\"created_at\":5}");
	struct event deposit = read_event("ramp.deposit.created", DEPOSIT("received"));
	struct msg *m = msg_new(MSG_EVENTS);

	struct event_brief of_refund, of_deposit;

	(void)state;
	event_brief(&refund, &of_refund);
	event_brief(&deposit, &of_deposit);
	assert_string_equal(event_customer(&of_refund, st), "");
	assert_string_equal(event_customer(&of_deposit, st), "cust_7");
	m->as.events.items = xcalloc(1, sizeof(invoice));
	m->as.events.items[0] = invoice;
	m->as.events.count = 1;
	store_apply(st, m, 1766278860000);
	msg_free(m);
	assert_string_equal(event_customer(&of_refund, st), "cust_9");
	event_release(&refund);
	event_release(&deposit);
	store_free(st);
}

/* Somewhere five hours behind in winter, four in summer. */
static int64_t by_the_sea(int64_t ms, const char **ret_name)
{
	bool summer = ms >= 1774000000000 && ms < 1790000000000;

	*ret_name = summer ? "SDT" : "SST";
	return (summer ? -4 : -5) * 3600 * 1000LL;
}

static int64_t at(const char *text)
{
	int64_t ms = TIME_NONE;

	assert_int_equal(when_parse(text, &ms), S_OK);
	return ms;
}

static void test_a_time_says_its_day_where_it_is_another_and_its_zone(void **state)
{
	static const struct {
		bool local;
		const char *now, *then, *cell, *full;
	} ROWS[] = {
		{false, "2026-11-23T10:00:00Z", "2026-11-23T09:58:00Z", "09:58:00",
		 "09:58:00 UTC, 2m ago"},
		{false, "2026-11-23T10:00:00Z", "2026-11-22T17:52:57Z", "22 Nov 17:52",
		 "17:52:57 UTC on 22 Nov, 16h ago"},
		{false, "2026-11-23T00:00:01Z", "2026-11-22T23:59:59Z", "22 Nov 23:59",
		 "23:59:59 UTC on 22 Nov, 2s ago"},
		{false, "2026-11-23T10:00:00Z", "2025-11-02T17:52:57Z", "2 Nov 2025",
		 "17:52:57 UTC on 2 Nov 2025, 55w ago"},
		{true, "2026-11-23T10:00:00Z", "2026-11-23T09:58:00Z", "04:58:00",
		 "04:58:00 SST, 2m ago"},
		{true, "2026-11-23T04:00:00Z", "2026-11-23T03:58:00Z", "22:58:00",
		 "22:58:00 SST, 2m ago"}, /* both are of the 22nd there */
		{true, "2026-11-23T10:00:00Z", "2026-07-01T12:00:00Z", "1 Jul 08:00",
		 "08:00:00 SDT on 1 Jul, 20w ago"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct view_context ctx = {.now_ms = at(ROWS[i].now),
					   .times = SHOW_CLOCK,
					   .zone = ROWS[i].local ? by_the_sea : NULL};
		struct safe_text t;

		cell_when(&t, &ctx, at(ROWS[i].then));
		assert_string_equal(safe_text_str(&t), ROWS[i].cell);
		assert_int_equal(cell_when_width(&ctx, at(ROWS[i].then)),
				 safe_text_width(&t) > 8 ? safe_text_width(&t) : 8);
		cell_when_full(&t, &ctx, at(ROWS[i].then));
		assert_string_equal(safe_text_str(&t), ROWS[i].full);
		assert_string_equal(cell_zone(&ctx), ROWS[i].local ? "SST" : "UTC");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_time_says_its_day_where_it_is_another_and_its_zone),
		cmocka_unit_test(test_a_cross_is_for_what_failed),
		cmocka_unit_test(test_event_says_what_became_of_a_refund_or_deposit),
		cmocka_unit_test(test_event_customer_of_a_refund_is_its_invoices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
