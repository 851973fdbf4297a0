/* Proof of money that came and went, and why a cart cannot be ordered: told, or told to be untold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "views/describe.h"
#include "views/jump.h"

#define T0     INT64_C(1768478400000) /* 2026-01-15T12:00:00Z */
#define UNSAID "Pepay does not say"

static const struct view_context CTX = {.now_ms = T0, .ascii = true};

static char *doc_take(struct doc *d)
{
	struct strbuf sb;

	strbuf_init(&sb, 1 << 16);
	for (size_t i = 0; i < d->count; i++) {
		for (size_t j = 0; j < d->lines[i].count; j++)
			strbuf_addf(&sb, "%s|", safe_text_str(&d->lines[i].spans[j].text));
		strbuf_addch(&sb, '\n');
	}
	doc_release(d);
	return strbuf_take(&sb);
}

static void check(char *text, size_t row, const char *const *has, const char *hides)
{
	for (; *has; has++)
		if (!strstr(text, *has))
			fail_msg("row %zu: no '%s' in\n%s", row, *has, text);
	if (hides && strstr(text, hides))
		fail_msg("row %zu: '%s' in\n%s", row, hides, text);
	free(text);
}

static void test_where_money_came_from_is_told_or_told_to_be_untold(void **state)
{
	static const struct {
		int64_t paid;
		const char *wallet, *network, *tx;
		bool order;
		const char *has[5];
		const char *hides;
	} ROWS[] = {
		{50000,
		 "0xab",
		 "bsc",
		 "0xfe",
		 true,
		 {"paid from|0xab|", "on chain|BNB Smart Chain|", "transaction|0xfe|",
		  "came in at|11:59:00 UTC", NULL},
		 UNSAID},
		{50000,
		 "0xab",
		 "bsc",
		 "",
		 false,
		 {"paid from|0xab|", "transaction|" UNSAID, NULL},
		 NULL},
		{50000, "", "", "", true, {"paid from|" UNSAID, "on chain|" UNSAID, NULL}, NULL},
		{0, "", "", "", true, {"", NULL}, "paid from"}, /* nothing came */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct describing w = {.ctx = &CTX, .width = 78};
		struct invoice inv;
		struct order o;
		struct doc d;

		shape_init(&SHAPE_INVOICE, &inv);
		shape_init(&SHAPE_ORDER, &o);
		inv.amount_paid = ROWS[i].paid;
		inv.last_payment_at = ROWS[i].paid ? T0 - 60000 : TIME_NONE;
		str_copy(inv.payer_wallet_address, ADDR_CAP, ROWS[i].wallet);
		str_copy(inv.payer_wallet_network, STATUS_CAP, ROWS[i].network);
		str_copy(o.payment.tx_hash, ADDR_CAP, ROWS[i].tx);
		doc_init(&d);
		describe_paid_from(&d, &w, &inv, ROWS[i].order ? &o : NULL);
		check(doc_take(&d), i, ROWS[i].has, ROWS[i].hides);
	}
}

static void order_told(struct order *o, const char *status, const char *beside, const char *tx)
{
	shape_init(&SHAPE_ORDER, o);
	str_copy(o->order_id, ID_CAP, "ord-1");
	str_copy(o->refund.status, STATUS_CAP, status);
	str_copy(o->refund_status, STATUS_CAP, beside);
	str_copy(o->refund.tx_hash, ADDR_CAP, tx);
	o->refund.amount_usd = 12500;
}

static void test_an_orders_refund_is_told_in_words(void **state)
{
	static const struct {
		const char *status, *beside, *tx;
		const char *has[5];
		const char *hides;
	} ROWS[] = {
		{"PENDING",
		 "PENDING",
		 "",
		 {"refund|@ on its way|", "12.50 USD", "to wallet|" UNSAID, "transaction|" UNSAID,
		  NULL},
		 "PENDING"},
		{"COMPLETED",
		 "",
		 "0xfe",
		 {"refund|+ it was sent|", "on chain|BNB Smart Chain|", "transaction|0xfe|", NULL},
		 "COMPLETED"},
		{"", "FAILED", "", {"refund|x it failed|", NULL}, NULL},
		{"NONE", "UNDER_REVIEW", "", {"refund|under review|", NULL}, "UNDER_REVIEW"},
		{"", "", "0xfe", {"refund|sent|", NULL}, NULL},
		{"NONE", "NONE", "", {"", NULL}, "Refund"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct describing w = {.ctx = &CTX, .width = 78};
		struct order o;
		struct doc d;

		order_told(&o, ROWS[i].status, ROWS[i].beside, ROWS[i].tx);
		doc_init(&d);
		describe_refunds(&d, &w, "", &o);
		check(doc_take(&d), i, ROWS[i].has, ROWS[i].hides);
	}
}

/* Since when: the first event that says what the order says now. */
static void test_an_orders_refund_is_dated_by_its_events(void **state)
{
	static const char *const WORDS[] = {"NONE", "PENDING", "PENDING"};
	static const char *const SINCE[] = {"since|11:58:00 UTC", NULL};
	static const char *const NEVER[] = {"since|" UNSAID, NULL};
	struct kept_event items[3];
	struct dossier dossier = {.items = items, .count = 3};
	const struct describing w = {.ctx = &CTX, .width = 78, .dossier = &dossier};
	struct order o;
	struct doc d;

	(void)state;
	memset(items, 0, sizeof(items));
	for (size_t i = 0; i < 3; i++) {
		items[i].event.object.kind = OBJECT_ORDER;
		order_told(&items[i].event.object.as.order, WORDS[i], "", "");
		items[i].event.created_ms = T0 - 180000 + (int64_t)i * 60000;
	}
	order_told(&o, "PENDING", "", "");
	doc_init(&d);
	describe_refunds(&d, &w, "", &o);
	check(doc_take(&d), 0, SINCE, NULL);
	order_told(&o, "COMPLETED", "", "");
	doc_init(&d);
	describe_refunds(&d, &w, "", &o);
	check(doc_take(&d), 1, NEVER, NULL);
}

/* "This order has no refund" would be a lie. */
static void test_g_r_of_an_order_with_a_refund_of_its_own_leads_to_it(void **state)
{
	static const struct {
		const char *status;
		bool leads;
	} ROWS[] = {{"PENDING", true}, {"COMPLETED", true}, {"NONE", false}, {"", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct store *st = store_new();
		struct msg *m = msg_new(MSG_OBJECT);
		struct subject from, to = {.id = ""};

		m->as.object.object.kind = OBJECT_ORDER;
		order_told(&m->as.object.object.as.order, ROWS[i].status, "", "");
		str_copy(m->as.object.object.as.order.status, STATUS_CAP, "cancelled");
		m->as.object.object.as.order.created_at = T0;
		m->as.object.object.as.order.has_snapshot = true;
		store_apply(st, m, T0);
		msg_free(m);
		assert_true(subject_set(&from, SUBJECT_ORDER, "ord-1"));
		assert_int_equal(jump_target(st, &from, CMD_GO_REFUND, &to), ROWS[i].leads);
		if (ROWS[i].leads)
			assert_true(subject_equal(&to, &from));
		store_free(st);
	}
}

static void test_a_cart_says_why_and_what_is_not_worked_out(void **state)
{
	static const struct {
		bool gone, other, totals;
		const char *zip;
		const char *has[4];
		const char *hides;
	} ROWS[] = {
		{true,
		 true,
		 true,
		 "",
		 {"1 is not available any more, 1 costs something else now",
		  "shipping, tax|not worked out yet", "so far|", NULL},
		 "total"},
		{false,
		 true,
		 true,
		 "94107",
		 {": 1 costs something else now", "shipping|0.00 USD", "total|", NULL},
		 "not worked out"},
		{false,
		 false,
		 false,
		 "",
		 {"Pepay does not say why", "not worked out", NULL},
		 "total"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct describing w = {.ctx = &CTX, .width = 78};
		struct shop_cart_item items[2];
		struct shop_cart c = {.items = items,
				      .item_count = 2,
				      .checked = true,
				      .has_totals = ROWS[i].totals,
				      .created_at = TIME_NONE,
				      .updated_at = TIME_NONE,
				      .answered_ms = TIME_NONE};
		struct doc d;

		memset(items, 0, sizeof(items));
		items[0].checked = items[1].checked = items[1].available = true;
		items[0].available = !ROWS[i].gone;
		items[1].price_changed = ROWS[i].other;
		str_copy(c.zip_code, STATUS_CAP, ROWS[i].zip);
		doc_init(&d);
		describe_cart(&d, &w, &c);
		check(doc_take(&d), i, ROWS[i].has, ROWS[i].hides);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where_money_came_from_is_told_or_told_to_be_untold),
		cmocka_unit_test(test_an_orders_refund_is_told_in_words),
		cmocka_unit_test(test_an_orders_refund_is_dated_by_its_events),
		cmocka_unit_test(test_g_r_of_an_order_with_a_refund_of_its_own_leads_to_it),
		cmocka_unit_test(test_a_cart_says_why_and_what_is_not_worked_out),
	};

	return cmocka_run_group_tests_name("views proof", tests, NULL, NULL);
}
