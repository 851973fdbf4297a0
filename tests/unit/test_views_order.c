/* An order's facts: its lines add up to its total, and its address has no holes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/describe.h"

static void order_init(struct object *ret, int64_t total, int64_t fee)
{
	*ret = (struct object){.kind = OBJECT_ORDER};
	shape_init(&SHAPE_ORDER, &ret->as.order);
	str_copy(ret->as.order.status, sizeof(ret->as.order.status), "processing");
	ret->as.order.has_snapshot = true;
	ret->as.order.total = total;
	ret->as.order.commerce_fee = fee;
	ret->as.order.lines = xcalloc(2, sizeof(*ret->as.order.lines));
}

static void order_line(struct object *o, const char *title, int64_t quantity, int64_t price)
{
	struct line_item *l = &o->as.order.lines[o->as.order.line_count++];

	str_copy(l->title, sizeof(l->title), title);
	l->quantity = quantity;
	l->price = price;
}

static char *order_text(const struct object *o, enum order_depth depth)
{
	const struct view_context ctx = {.now_ms = 0, .ascii = true};
	struct store *st = store_new();
	const struct describing w = {.ctx = &ctx, .st = st, .width = 78};
	struct strbuf sb;
	struct doc d;

	strbuf_init(&sb, 1 << 16);
	doc_init(&d);
	describe_order(&d, &w, &o->as.order, depth);
	for (size_t i = 0; i < d.count; i++) {
		for (size_t j = 0; j < d.lines[i].count; j++)
			strbuf_addf(&sb, "%s|", safe_text_str(&d.lines[i].spans[j].text));
		strbuf_addch(&sb, '\n');
	}
	doc_release(&d);
	store_free(st);
	return strbuf_take(&sb);
}

static void test_the_lines_shown_add_up_to_the_total(void **state)
{
	static const struct {
		int64_t total, fee, quantity, price;
		const char *lines[5];
		const char *hides;
	} ROWS[] = {
		{445970,
		 12980,
		 3,
		 139000,
		 {"3 x|Grinder|  139.00 each|  417.00 USD|", "shipping and tax|  15.99 USD|",
		  "fee|  12.98 USD|", "total|  445.97 USD|"},
		 NULL},
		{139000, 0, 1, 139000, {"1 x|Grinder|  139.00 USD|"}, "total"},
		{145000,
		 0,
		 1,
		 139000,
		 {"shipping, tax and fee|  6.00 USD|", "total|  145.00 USD|"},
		 "each"},
		{100000,
		 0,
		 2,
		 60000,
		 {"  120.00 USD|", "less than its lines come to|  -20.00 USD|",
		  "total|  100.00 USD|"},
		 "shipping"},
		/* what no money can be: the price stands for itself and nothing is added up */
		{1000, 0, INT64_MAX, 5000, {"  5.00 USD each|"}, "total"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct object o;
		char *text;
		order_init(&o, ROWS[i].total, ROWS[i].fee);
		order_line(&o, "Grinder", ROWS[i].quantity, ROWS[i].price);
		text = order_text(&o, ORDER_WHOLE);
		for (size_t j = 0; j < 5 && ROWS[i].lines[j]; j++) {
			if (!strstr(text, ROWS[i].lines[j]))
				fail_msg("row %zu: no '%s' in\n%s", i, ROWS[i].lines[j], text);
		}
		if (ROWS[i].hides && strstr(text, ROWS[i].hides))
			fail_msg("row %zu: '%s' in\n%s", i, ROWS[i].hides, text);
		free(text);
		object_release(&o);
	}
}

static void test_a_low_pane_has_the_lines_without_their_sum(void **state)
{
	struct object o;
	char *text;
	(void)state;
	order_init(&o, 445970, 12980);
	order_line(&o, "Grinder", 3, 139000);
	text = order_text(&o, ORDER_PANE_LOW);
	assert_non_null(strstr(text, "  417.00 USD"));
	assert_null(strstr(text, "shipping"));
	free(text);
	object_release(&o);
}

static void test_an_address_has_no_holes(void **state)
{
	static const struct {
		const char *zip, *city, *state, *country, *want;
	} ROWS[] = {
		{"75018", "Paris", "", "FR", "75018 Paris, FR|"},
		{"94103", "San Francisco", "CA", "US", "94103 San Francisco CA, US|"},
		{"", "", "", "SG", "SG|"},
		{"", "Cork", "", "", "Cork|"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct object o;
		struct shipping_address *a = &o.as.order.shipping_address;
		char *text, *at;
		order_init(&o, 1000, 0);
		o.as.order.has_shipping_address = true;
		str_copy(a->zip_code, sizeof(a->zip_code), ROWS[i].zip);
		str_copy(a->city, sizeof(a->city), ROWS[i].city);
		str_copy(a->state, sizeof(a->state), ROWS[i].state);
		str_copy(a->country, sizeof(a->country), ROWS[i].country);
		str_copy(a->first_name, sizeof(a->first_name), "Ana");
		text = order_text(&o, ORDER_WHOLE);
		for (char *p = text; *p; p++)
			*p = *p == '\n' ? ' ' : *p;
		at = strstr(text, "Ana| ");
		assert_non_null(at);
		at += strlen("Ana| ");
		if (strncmp(at, ROWS[i].want, strlen(ROWS[i].want)) != 0)
			fail_msg("row %zu: no '%s' in\n%s", i, ROWS[i].want, at);
		free(text);
		object_release(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_lines_shown_add_up_to_the_total),
		cmocka_unit_test(test_a_low_pane_has_the_lines_without_their_sum),
		cmocka_unit_test(test_an_address_has_no_holes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
