/* What the list panes ask of the server, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first */
#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/list_pane.h"
#include "views/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW      INT64_C(1768478400000)
#define SECOND   1000

static const struct paged {
	enum pane pane;
	enum object_kind kind;
} PAGED[] = {{PANE_INVOICES, OBJECT_INVOICE},
	     {PANE_ORDERS, OBJECT_ORDER},
	     {PANE_PAYOUTS, OBJECT_PAYOUT}};

/* A pane over a server of `served` objects, of which number 0 is the newest. */
struct desk {
	const struct paged *what;
	struct store *store;
	struct outbox out;
	struct view_context ctx;
	struct view pane;
	size_t served;
	size_t looked_up;
};

static void object_numbered(struct object *ret, enum object_kind kind, size_t n)
{
	char id[ID_CAP];
	int64_t at = NOW - (int64_t)(n + 1) * SECOND;

	*ret = (struct object){.kind = kind};
	str_printf(id, sizeof(id), "object-%zu", n);
	if (kind == OBJECT_INVOICE) {
		shape_init(&SHAPE_INVOICE, &ret->as.invoice);
		str_copy(ret->as.invoice.id, sizeof(ret->as.invoice.id), id);
		str_copy(ret->as.invoice.status, STATUS_CAP, "paid");
		ret->as.invoice.created_at = at;
		ret->as.invoice.tells_paid = true;
	} else if (kind == OBJECT_ORDER) {
		shape_init(&SHAPE_ORDER, &ret->as.order);
		str_copy(ret->as.order.order_id, sizeof(ret->as.order.order_id), id);
		str_copy(ret->as.order.status, STATUS_CAP, "delivered");
		ret->as.order.created_at = at;
	} else {
		shape_init(&SHAPE_PAYOUT, &ret->as.payout);
		str_copy(ret->as.payout.id, sizeof(ret->as.payout.id), id);
		str_copy(ret->as.payout.status, STATUS_CAP, "paid");
		ret->as.payout.created_at = at;
	}
}

static void tell_one(struct desk *d, size_t n)
{
	struct msg *m = msg_new(MSG_OBJECT);

	object_numbered(&m->as.object.object, d->what->kind, n);
	store_apply(d->store, m, NOW);
	msg_free(m);
	d->pane.stale = true;
}

static size_t page_start(const struct desk *d, const char *cursor)
{
	size_t n = 0;

	if (cursor[0] == '\0')
		return 0;
	if (d->what->kind == OBJECT_ORDER)
		assert_int_equal(sscanf(cursor, "%zu", &n), 1);
	else
		assert_int_equal(sscanf(cursor, "object-%zu", &n), 1), n++;
	return n;
}

static void answer_list(struct desk *d, const struct request *rq)
{
	struct msg *m = msg_new(MSG_PAGE);
	struct msg_page *p = &m->as.page;
	size_t from = page_start(d, rq->cursor), end = from + (size_t)rq->limit;

	end = end < d->served ? end : d->served;
	p->serial = rq->serial;
	p->object = rq->object;
	p->first = rq->cursor[0] == '\0';
	p->page.items = xcalloc(end - from + 1, sizeof(*p->page.items));
	for (size_t n = from; n < end; n++)
		object_numbered(&p->page.items[p->page.count++], rq->object, n);
	p->page.has_more = end < d->served;
	store_apply(d->store, m, NOW);
	msg_free(m);
}

static void refuse(struct desk *d, const struct request *rq)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = *rq;
	(void)problem_set(&m->as.failed.problem, E_NETWORK, NULL, "the server is away");
	store_apply(d->store, m, NOW);
	msg_free(m);
}

/* Hands on what was asked, and answers it. Returns how many pages that were. */
static size_t serve(struct desk *d, bool up)
{
	size_t pages = 0;

	for (size_t i = 0; i < d->out.count; i++) {
		const struct request *rq = &d->out.items[i];
		store_submitted(d->store, rq, NOW);
		d->looked_up += rq->kind == REQUEST_GET;
		if (rq->kind != REQUEST_LIST || rq->object != d->what->kind)
			continue;
		pages++;
		up ? answer_list(d, rq) : refuse(d, rq);
	}
	d->out.count = 0;
	d->pane.stale = true;
	return pages;
}

static void look(struct desk *d)
{
	view_update(&d->pane, &d->ctx, d->store, &d->out, 118, 20);
}

static void act(struct desk *d, enum command cmd)
{
	look(d);
	d->pane.ops->act(&d->pane, cmd, d->store, &d->out);
	d->pane.stale = true;
	look(d);
}

static struct desk *desk_open(const struct paged *what, size_t served)
{
	struct desk *d = xcalloc(1, sizeof(*d));

	d->what = what;
	d->served = served;
	d->store = store_new();
	outbox_init(&d->out);
	d->ctx = (struct view_context){.now_ms = NOW,
				       .wall_ms = NOW,
				       .mono_ms = 5000,
				       .server = "127.0.0.1:4242"};
	view_open(&d->pane, pane_ops(what->pane), &d->ctx, d->store, &d->out);
	d->pane.focused = true;
	d->out.count = 0;
	outbox_list(&d->out, what->kind, "", PANE_PAGE);
	serve(d, true);
	look(d);
	return d;
}

static void desk_close(struct desk *d)
{
	view_close(&d->pane);
	store_free(d->store);
	free(d);
}

static size_t rows(const struct desk *d)
{
	return store_record_count(d->store, d->what->kind);
}

static void test_the_next_page_begins_where_the_list_itself_ended(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PAGED); i++) {
		struct desk *d = desk_open(&PAGED[i], 350);

		for (size_t n = 330; n < 350; n++) /* a customer of long ago is looked up */
			tell_one(d, n);
		for (int page = 0; page < 3; page++) {
			act(d, CMD_LAST);
			if (serve(d, true) != 1)
				fail_msg("kind %zu: page %d was not asked for", i, page);
		}
		if (rows(d) != 350)
			fail_msg("kind %zu: %zu of 350 rows", i, rows(d));
		act(d, CMD_LAST);
		assert_int_equal(serve(d, true), 0); /* there is nothing older */
		desk_close(d);
	}
}

static void test_rows_of_a_look_up_are_no_end_to_read_past(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PAGED); i++) {
		struct desk *d = desk_open(&PAGED[i], 250);

		tell_one(d, 240);
		tell_one(d, 241);
		while (outbox_get(&d->out, OBJECT_KYC, "nobody"))
			;
		act(d, CMD_LAST);
		assert_int_equal(serve(d, true), 0);
		act(d, CMD_UP); /* on a looked-up one, which is not the last row */
		assert_int_equal(serve(d, true), 1);
		assert_int_equal(rows(d), 202);
		desk_close(d);
	}
}

/* The history has them all, so no page brings a row: it is asked on while he stands there. */
static void test_pages_that_bring_nothing_are_gone_through_at_a_pace(void **state)
{
	struct desk *d = desk_open(&PAGED[0], 500);
	size_t pages;
	(void)state;

	for (size_t n = 100; n < 450; n++)
		tell_one(d, n);
	act(d, CMD_LAST);
	assert_int_equal(serve(d, true), 1);
	look(d);
	assert_int_equal(serve(d, true), 0); /* not at once */
	for (pages = 0; pages < 10; pages++) {
		d->ctx.mono_ms += 1000;
		d->pane.stale = true;
		look(d);
		if (serve(d, true) == 0)
			break;
	}
	assert_int_equal(pages, 3);
	assert_int_equal(rows(d), 500);
	desk_close(d);
}

static void test_a_page_that_failed_is_asked_for_again_by_a_key_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PAGED); i++) {
		struct desk *d = desk_open(&PAGED[i], 250);

		act(d, CMD_LAST);
		assert_int_equal(serve(d, false), 1);
		d->ctx.mono_ms += 5000;
		look(d);
		assert_int_equal(serve(d, true), 0);
		act(d, CMD_DOWN);
		assert_int_equal(serve(d, true), 1);
		assert_int_equal(rows(d), 200);
		desk_close(d);
	}
}

static void test_a_full_outbox_does_not_lose_a_page(void **state)
{
	struct desk *d = desk_open(&PAGED[1], 250);
	(void)state;

	while (outbox_get(&d->out, OBJECT_INVOICE, "inv"))
		;
	act(d, CMD_LAST);
	assert_int_equal(serve(d, true), 0);
	act(d, CMD_DOWN);
	assert_int_equal(serve(d, true), 1);
	desk_close(d);
}

/* The newest page again moves nothing, unless so much came that it does not reach what was known.
 */
static void test_the_newest_page_again_goes_on_below(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PAGED); i++) {
		struct desk *d = desk_open(&PAGED[i], 450);
		char cursor[ID_CAP];

		act(d, CMD_LAST);
		serve(d, true);
		act(d, CMD_REFRESH);
		serve(d, true);
		assert_true(store_list_goes_on(d->store, PAGED[i].kind, cursor, NULL));
		assert_string_equal(cursor, PAGED[i].kind == OBJECT_ORDER ? "200" : "object-199");
		desk_close(d);
	}
}

/* What is drawn, with the pane's frame; the caller frees it. */
static char *picture(struct desk *d, int width)
{
	struct grid *g = grid_new(width, 16, d->ctx.ascii);
	struct canvas c = canvas_whole(g), inside;
	struct safe_text title, badge;
	char *text;

	canvas_clear(&c, ROLE_TEXT);
	d->pane.stale = true;
	view_update(&d->pane, &d->ctx, d->store, &d->out, width - 2, 14);
	d->pane.ops->heading(&d->pane, d->store, &title, &badge);
	inside = canvas_frame(&c, c.at, true, &title, &badge);
	d->pane.ops->draw(&d->pane, d->store, &inside);
	text = grid_to_text(g);
	grid_free(g);
	return text;
}

static void check_picture(struct desk *d, int width, const char *has, const char *has_not)
{
	char *text = picture(d, width);

	if (has && !strstr(text, has))
		fail_msg("no \"%s\" at %d in\n%s", has, width, text);
	if (has_not && strstr(text, has_not))
		fail_msg("\"%s\" at %d in\n%s", has_not, width, text);
	free(text);
}

/* --- the order under the cursor --------------------------------------------------------------- */

/* Hands on what was asked; an order that is looked up is refused. Returns how many were. */
static size_t refuse_orders(struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->out.count; i++) {
		store_submitted(d->store, &d->out.items[i], NOW);
		if (d->out.items[i].kind == REQUEST_GET) {
			refuse(d, &d->out.items[i]);
			n++;
		}
	}
	d->out.count = 0;
	d->pane.stale = true;
	return n;
}

static void pass_time(struct desk *d, int64_t ms)
{
	d->ctx.mono_ms += ms;
	d->pane.stale |= list_pane_is_behind(&d->pane);
	look(d);
}

static void test_an_order_is_asked_for_where_the_cursor_stays(void **state)
{
	struct desk *d = desk_open(&PAGED[1], 40);
	(void)state;

	for (int i = 0; i < 30; i++) {
		pass_time(d, 20);
		act(d, CMD_DOWN);
	}
	assert_int_equal(refuse_orders(d), 0);
	while (outbox_get(&d->out, OBJECT_KYC, "nobody"))
		;
	pass_time(d, 200);
	d->out.count = 0; /* there was no room: it is asked for when there is */
	pass_time(d, 200);
	assert_int_equal(d->out.count, 1);
	assert_string_equal(d->out.items[0].target, "object-30");
	check_picture(d, 100, "Asking for items", NULL);
	assert_int_equal(refuse_orders(d), 1);
	pass_time(d, 1000);
	check_picture(d, 100, "erver is away. R asks again", "Asking for items");
	assert_int_equal(refuse_orders(d), 0); /* once */
	act(d, CMD_REFRESH);
	pass_time(d, 200);
	assert_int_equal(refuse_orders(d), 1);
	desk_close(d);
}

/* --- what needs a person --------------------------------------------------------------------- */

static void tell_invoice(struct desk *d, const char *id, const char *status, int64_t paid)
{
	struct msg *m = msg_new(MSG_OBJECT);
	struct invoice *inv = &m->as.object.object.as.invoice;

	m->as.object.object.kind = OBJECT_INVOICE;
	shape_init(&SHAPE_INVOICE, inv);
	str_copy(inv->id, sizeof(inv->id), id);
	str_copy(inv->status, sizeof(inv->status), status);
	str_copy(inv->currency, sizeof(inv->currency), "usd");
	str_copy(inv->amount_unit, sizeof(inv->amount_unit), "usd_millis");
	inv->amount = 200000;
	inv->amount_paid = paid;
	inv->amount_remaining = 200000 - paid;
	inv->tells_paid = true;
	inv->created_at = NOW - SECOND;
	store_apply(d->store, m, NOW);
	msg_free(m);
}

static void test_a_row_with_money_in_it_has_the_sign_and_says_why(void **state)
{
	struct desk *d = desk_open(&PAGED[0], 0);
	struct attention *a = attention_new();
	struct request seen = {.kind = REQUEST_ACK};
	const struct attention_item *item;
	(void)state;

	tell_invoice(d, "empty", "expired", 0);
	attention_refresh(a, d->store, NOW);
	d->ctx.attention = a;
	check_picture(d, 80, "– expired", "+");
	tell_invoice(d, "money-in-it", "expired", 80010);
	attention_refresh(a, d->store, NOW);
	list_pane_filter(&d->pane, "money-in-it", NULL, NULL);
	check_picture(d, 80, "! expired", "– expired");
	check_picture(d, 80, "+80.01", "119.99");
	check_picture(d, 120, "ended with money in it: 80.01 of 200.00 USD came in", NULL);
	list_pane_filter(&d->pane, "", NULL, NULL);
	check_picture(d, 40, "– expired", NULL); /* the other one is as it was */
	item = attention_at(a, 0);
	seen.ack = (struct acknowledgement){.kind = OBJECT_INVOICE,
					    .facts = item->facts,
					    .at_ms = NOW};
	str_copy(seen.ack.rule, sizeof(seen.ack.rule), attention_rule_name(item->rule));
	str_copy(seen.ack.id, sizeof(seen.ack.id), item->subject.id);
	store_submitted(d->store, &seen, NOW);
	assert_true(attention_refresh(a, d->store, NOW));
	assert_int_equal(attention_open_count(a), 0);
	check_picture(d, 80, "! expired", NULL); /* seen is not settled */
	attention_free(a);
	desk_close(d);
}

/* --- money of many countries ----------------------------------------------------------------- */

static void test_amounts_of_all_currencies_stand_on_one_point(void **state)
{
	static const struct {
		int64_t minor, exponent;
		const char *currency, *shown;
	} ROWS[] = {
		{123456789, 8, "BTC", "1.23456789 BTC"},
		{1234567, 3, "KWD", "1,234.567      KWD"},
		{-1000, 3, "KWD", "-1.000      KWD"},
		{1234567, 0, "JPY", "1,234,567          JPY"},
		{5, 2, "mxn", "0.05       MXN"},
		{302655, 12, "PLN", "?          PLN"},
	};
	struct desk *d = desk_open(&PAGED[2], 0);
	char *text;
	(void)state;

	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct msg *m = msg_new(MSG_OBJECT);
		struct payout *p = &m->as.object.object.as.payout;
		object_numbered(&m->as.object.object, OBJECT_PAYOUT, i);
		p->fiat_amount_minor = ROWS[i].minor;
		p->fiat_exponent = ROWS[i].exponent;
		str_copy(p->fiat_currency, sizeof(p->fiat_currency), ROWS[i].currency);
		store_apply(d->store, m, NOW);
		msg_free(m);
	}
	text = picture(d, 120);
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (!strstr(text, ROWS[i].shown))
			fail_msg("no \"%s\" in\n%.900s", ROWS[i].shown, text);
	free(text);
	desk_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_page_begins_where_the_list_itself_ended),
		cmocka_unit_test(test_rows_of_a_look_up_are_no_end_to_read_past),
		cmocka_unit_test(test_pages_that_bring_nothing_are_gone_through_at_a_pace),
		cmocka_unit_test(test_a_page_that_failed_is_asked_for_again_by_a_key_only),
		cmocka_unit_test(test_a_full_outbox_does_not_lose_a_page),
		cmocka_unit_test(test_the_newest_page_again_goes_on_below),
		cmocka_unit_test(test_an_order_is_asked_for_where_the_cursor_stays),
		cmocka_unit_test(test_amounts_of_all_currencies_stand_on_one_point),
		cmocka_unit_test(test_a_row_with_money_in_it_has_the_sign_and_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
