/* Tables of the panes: sorted by any column, columns chosen, put in order, widened; kept as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first */
#include <cmocka.h>

#include "scene.h"
#include "views/list_pane.h"
#include "views/registry.h"
#include "views/table_setup.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct bench {
	struct store *store;
	struct outbox out;
	struct view_context ctx;
	struct view pane, setup;
};

static struct bench *bench_open(enum pane pane)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->store = scene_store();
	outbox_init(&b->out);
	b->ctx = (struct view_context){.now_ms = SCENE_NOW_MS,
				       .wall_ms = SCENE_NOW_MS,
				       .server = "127.0.0.1:4242"};
	view_open(&b->pane, pane_ops(pane), &b->ctx, b->store, &b->out);
	b->pane.focused = true;
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	return b;
}

static void bench_close(struct bench *b)
{
	view_close(&b->setup);
	view_close(&b->pane);
	store_free(b->store);
	free(b);
}

static void act(struct bench *b, enum command cmd)
{
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	b->pane.ops->act(&b->pane, cmd, b->store, &b->out);
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
}

static void set_up(struct bench *b, enum command cmd)
{
	if (!view_is_open(&b->setup)) {
		view_open(&b->setup, &TABLE_SETUP_VIEW, &b->ctx, b->store, &b->out);
		table_setup_show(&b->setup, &b->pane);
		view_update(&b->setup, &b->ctx, b->store, &b->out, 118, 20);
	}
	assert_int_equal(b->setup.ops->act(&b->setup, cmd, b->store, &b->out), HANDLED);
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
}

/* Line `y` of what the view draws; the caller frees it. */
static char *line(struct bench *b, struct view *v, int y)
{
	struct grid *g = grid_new(118, 20, b->ctx.ascii);
	struct canvas c = canvas_whole(g);
	char *text, *from, *ret;

	canvas_clear(&c, ROLE_TEXT);
	v->ops->draw(v, b->store, &c);
	text = from = grid_to_text(g);
	for (; y > 0; y--)
		from = strchr(from, '\n') + 1;
	ret = xmemdup0(from, strcspn(from, "\n"));
	free(text);
	grid_free(g);
	return ret;
}

static void check_line(struct bench *b, struct view *v, int y, const char *holds)
{
	char *text = line(b, v, y);

	if (!strstr(text, holds))
		fail_msg("\"%s\" is not in \"%s\"", holds, text);
	free(text);
}

static const char *settings(const struct bench *b, struct strbuf *sb)
{
	strbuf_clear(sb);
	list_pane_settings_write(&b->pane, sb);
	return strbuf_str(sb);
}

static void check_settings(const struct bench *b, const char *expect)
{
	struct strbuf sb;

	strbuf_init(&sb, 4096);
	assert_string_equal(settings(b, &sb), expect);
	strbuf_release(&sb);
}

static void test_the_sort_walks_the_columns_in_sight(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	size_t steps = 0;

	(void)state;
	check_line(b, &b->pane, 0, "AGE\xe2\x96\xb2"); /* the newest is the youngest */
	act(b, CMD_SORT_NEXT);                         /* round, to the first */
	check_line(b, &b->pane, 0, "STATUS\xe2\x96\xb2");
	act(b, CMD_SORT_NEXT);
	check_line(b, &b->pane, 0, "USD\xe2\x96\xbc");
	check_line(b, &b->pane, 1, "9,007,199,254.74");
	act(b, CMD_INVERT);
	check_line(b, &b->pane, 0, "USD\xe2\x96\xb2");
	check_line(b, &b->pane, 1, " 5.00");
	act(b, CMD_SORT_PREV);
	check_line(b, &b->pane, 0, "STATUS\xe2\x96\xb2");
	do {
		act(b, CMD_SORT_NEXT);
		steps++;
	} while (list_pane(&b->pane)->listing.sort != SORT_STATUS && steps < 50);
	assert_int_equal(steps, 8);
	b->ctx.ascii = true;
	check_line(b, &b->pane, 0, "STATUS^");
	bench_close(b);
}

static void test_sorting_keeps_the_row_the_cursor_is_on(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	struct subject before, after;

	(void)state;
	act(b, CMD_DOWN);
	act(b, CMD_DOWN);
	act(b, CMD_DOWN);
	assert_true(list_pane_selected(&b->pane, b->store, &before));
	for (int i = 0; i < 8; i++) {
		act(b, i % 3 == 2 ? CMD_INVERT : CMD_SORT_NEXT);
		assert_true(list_pane_selected(&b->pane, b->store, &after));
		assert_true(subject_equal(&before, &after));
	}
	bench_close(b);
}

static void test_a_click_on_a_title_sorts_by_it(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	char *titles = line(b, &b->pane, 0);
	int x = (int)(strstr(titles, "CUSTOMER") - titles) + 2;

	(void)state;
	free(titles);
	list_pane_click(&b->pane, x, 0, b->store, &b->out);
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	check_line(b, &b->pane, 0, "CUSTOMER\xe2\x96\xb2");
	list_pane_click(&b->pane, x, 0, b->store, &b->out);
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	check_line(b, &b->pane, 0, "CUSTOMER\xe2\x96\xbc");
	list_pane_click(&b->pane, 3, 4, b->store, &b->out);
	assert_int_equal(list_pane(&b->pane)->list.cursor, 3);
	list_pane_click(&b->pane, 3, 19, b->store, &b->out); /* below the last row */
	assert_int_equal(list_pane(&b->pane)->list.cursor, 3);
	bench_close(b);
}

static void test_events_are_followed_in_their_own_order_only(void **state)
{
	struct bench *b = bench_open(PANE_EVENTS);
	struct list_pane *p = list_pane(&b->pane);

	(void)state;
	assert_true(p->list.following);
	act(b, CMD_SORT_NEXT);
	assert_int_equal(p->listing.sort, SORT_STATUS);
	assert_false(p->list.follows);
	assert_int_equal(p->list.cursor, 0); /* who followed sees what comes first */
	act(b, CMD_SORT_PREV);
	assert_true(p->list.following);
	assert_int_equal(p->list.cursor, p->listing.count - 1);
	act(b, CMD_INVERT);
	assert_false(p->list.follows);
	act(b, CMD_FOLLOW); /* back to the order that can be followed */
	assert_true(p->list.following);
	assert_false(p->listing.reverse);
	act(b, CMD_UP);
	act(b, CMD_SORT_NEXT);
	act(b, CMD_SORT_PREV);
	assert_false(p->list.following); /* it was not before either */
	bench_close(b);
}

static void test_columns_are_shown_hidden_and_moved(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	char *titles;

	(void)state;
	set_up(b, CMD_COLUMN_SHOW); /* the status goes */
	titles = line(b, &b->pane, 0);
	assert_null(strstr(titles, "STATUS"));
	free(titles);
	set_up(b, CMD_COLUMN_SHOW);
	set_up(b, CMD_COLUMN_LATER); /* and comes after the amount */
	titles = line(b, &b->pane, 0);
	assert_true(strstr(titles, "USD") < strstr(titles, "STATUS"));
	free(titles);
	set_up(b, CMD_LAST);
	set_up(b, CMD_COLUMN_SHOW);
	check_settings(b, "invoices columns=amount,status,due,customer,chain,type,id,created,tx\n");
	set_up(b, CMD_COLUMN_RESET);
	check_settings(b, "");
	bench_close(b);
}

static void test_the_last_column_stays(void **state)
{
	struct bench *b = bench_open(PANE_EVENTS);

	(void)state;
	for (size_t i = 0; i < list_pane(&b->pane)->spec->column_count; i++) {
		set_up(b, CMD_COLUMN_SHOW);
		set_up(b, CMD_DOWN);
	}
	check_settings(b, "events columns=id\n");
	assert_int_equal(b->setup.ask.kind, ASK_NOTICE);
	bench_close(b);
}

static void test_a_column_is_as_wide_as_it_was_told(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	struct column columns[TABLE_COLUMNS_MAX];
	size_t map[TABLE_COLUMNS_MAX];
	struct table_layout t;

	(void)state;
	list_pane_settings_read(&b->pane, "invoices columns=customer:20,amount:2,created");
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	list_pane_layout(&b->pane, b->store, 118, columns, &t, map);
	assert_int_equal(t.count, 3);
	assert_int_equal(t.w[0], 20);
	assert_true(t.w[1] >= 16); /* an amount is never cut */
	set_up(b, CMD_COLUMN_NARROWER);
	check_settings(b, "invoices columns=customer:19,amount:2,created\n");
	bench_close(b);
}

static bool titles_hold(struct bench *b, int width, int height, const char *title)
{
	struct grid *g = grid_new(width, height, false);
	struct canvas c = canvas_whole(g);
	char *text, *end;
	bool found;

	canvas_clear(&c, ROLE_TEXT);
	b->pane.ops->draw(&b->pane, b->store, &c);
	text = grid_to_text(g);
	end = strchr(text, '\n');
	*end = '\0';
	found = strstr(text, title) != NULL;
	free(text);
	grid_free(g);
	return found;
}

/* The scrollbar's column is the table's no more: what it drops there has no room here. */
static void test_what_is_told_of_widths_is_what_the_table_does(void **state)
{
	static const char *const TITLES[] = {"TYPE", "CHAIN"};
	struct bench *b = bench_open(PANE_INVOICES);
	size_t dropped = 0;

	(void)state;
	set_up(b, CMD_FIRST);
	for (int width = 40; width < 100; width++) {
		int height = width % 2 ? 5 : 20; /* with the bar and without */

		view_update(&b->pane, &b->ctx, b->store, &b->out, width, height);
		for (size_t i = 0; i < COUNT(TITLES); i++) {
			for (int y = 1; y < 20; y++) {
				char *row = line(b, &b->setup, y);
				char *at = strstr(row, TITLES[i]);
				bool has = titles_hold(b, width, height, TITLES[i]);

				if (at && at - row < 10 && has == !!strstr(row, "no room"))
					fail_msg("%d wide: %s", width, row);
				dropped += at && at - row < 10 && !has;
				free(row);
			}
		}
	}
	assert_true(dropped > 0);
	bench_close(b);
}

static void test_an_order_by_a_column_out_of_sight_is_told(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	struct safe_text title, badge;

	(void)state;
	list_pane_sort(&b->pane, SORT_AMOUNT, false);
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	b->pane.ops->heading(&b->pane, b->store, &title, &badge);
	assert_string_equal(safe_text_str(&badge), "");
	set_up(b, CMD_FIRST);
	set_up(b, CMD_DOWN);
	set_up(b, CMD_COLUMN_SHOW); /* USD */
	b->pane.ops->heading(&b->pane, b->store, &title, &badge);
	assert_string_equal(safe_text_str(&badge), "by USD \xe2\x96\xbc");
	act(b, CMD_INVERT);
	b->pane.ops->heading(&b->pane, b->store, &title, &badge);
	assert_string_equal(safe_text_str(&badge), "by USD \xe2\x96\xb2");
	list_pane_sort(&b->pane, SORT_CREATED, false);
	view_update(&b->pane, &b->ctx, b->store, &b->out, 118, 20);
	b->pane.ops->heading(&b->pane, b->store, &title, &badge);
	assert_string_equal(safe_text_str(&badge), "");
	bench_close(b);
}

static void test_enter_sorts_by_the_column(void **state)
{
	struct bench *b = bench_open(PANE_PAYOUTS);

	(void)state;
	set_up(b, CMD_DOWN);
	set_up(b, CMD_DOWN);
	set_up(b, CMD_COLUMN_SORT);
	check_settings(b, "payouts sort=fiat\n");
	set_up(b, CMD_COLUMN_SORT);
	check_settings(b, "payouts sort=fiat reverse\n");
	check_line(b, &b->setup, 3, "[x]   TO BANK");
	check_line(b, &b->setup, 3, "\xe2\x96\xb2");
	bench_close(b);
}

static void test_settings_are_read_back_and_strange_words_passed_over(void **state)
{
	static const struct {
		const char *text, *expect;
	} table[] = {
		{"invoices sort=amount reverse columns=status,amount,customer:18\n", NULL},
		{"invoices sort=expires\n", NULL},
		{"invoices reverse\n", NULL},
		{"invoices columns=tx:40,id\n", NULL},
		{"", ""},
		{"invoices", ""},
		{"invoices sort=created\n", ""},
		{"orders sort=amount\n", ""}, /* another pane's */
		{"orders sort=id\ninvoices sort=due\nevents reverse\n", "invoices sort=due\n"},
		{"  invoices\t sort=due  \r\n", "invoices sort=due\n"},
		{"invoices sort=colour hue=3 reverse\n", "invoices reverse\n"},
		{"invoices sort=items\n", ""}, /* no column of invoices sorts by it */
		{"invoices columns=nothing,known\n", ""},
		{"invoices columns=id,id,hue,status\n", "invoices columns=id,status\n"},
		{"invoices columns=id:0,status:x,due:99999999999999999999\n",
		 "invoices columns=id,status,due\n"},
		{"invoices columns=\n", ""},
		{"invoices columns=,,:,\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct bench *b = bench_open(PANE_INVOICES);
		list_pane_settings_read(&b->pane, table[i].text);
		check_settings(b, table[i].expect ? table[i].expect : table[i].text);
		bench_close(b);
	}
}

static void test_what_is_copied_is_the_id_first(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);
	struct copies c = {0};

	(void)state;
	act(b, CMD_DOWN);
	list_pane_copies(&b->pane, b->store, &c);
	assert_true(c.count >= 4);
	assert_string_equal(c.items[0].label, "id");
	assert_string_equal(c.items[0].text, listing_id(&list_pane(&b->pane)->listing,
							list_pane(&b->pane)->list.cursor));
	assert_string_equal(c.items[1].label, "row as text");
	assert_non_null(strstr(c.items[1].text, "49.99"));
	assert_string_equal(c.items[2].label, "customer");
	assert_string_equal(c.items[2].text, "cust_1QZT7B");
	copies_release(&c);
	bench_close(b);
}

static void test_plain_is_every_row_in_columns(void **state)
{
	struct bench *b = bench_open(PANE_PAYOUTS);
	struct strbuf sb;
	size_t lines = 0;

	(void)state;
	strbuf_init(&sb, 65536);
	list_pane_plain(&b->pane, b->store, &sb);
	for (const char *at = strbuf_str(&sb); *at; at++)
		lines += *at == '\n';
	assert_int_equal(lines, 1 + list_pane(&b->pane)->listing.count);
	assert_non_null(strstr(strbuf_str(&sb), "TO BANK"));
	assert_non_null(strstr(strbuf_str(&sb), "2,298.25"));
	assert_null(strstr(strbuf_str(&sb), " \n"));
	strbuf_release(&sb);
	bench_close(b);
}

/* --- older rows ----------------------------------------------------------------------------------
 */

/* The newest page of a list that goes on; what costs least is neither the oldest nor the newest. */
static void add_invoices(struct store *st, int count)
{
	struct msg *m = msg_new(MSG_PAGE);
	struct page *page = &m->as.page.page;

	m->as.page.object = OBJECT_INVOICE;
	m->as.page.first = true;
	page->items = xcalloc((size_t)count, sizeof(*page->items));
	for (int i = 0; i < count; i++)
		page->items[page->count++] =
			scene_invoice(1000 + i, "unpaid", 1000 + (i * 37) % count * 1000, 0,
				      "cust_MANY", "base", 100000 + i);
	page->has_more = true;
	scene_apply(st, m);
}

/* Whatever the order, once the reader is at the end. */
static void test_older_rows_are_asked_for_where_the_list_ended(void **state)
{
	static const struct {
		enum sort_key sort;
		bool reverse;
		enum command to;
		bool asks;
	} table[] = {
		{SORT_CREATED, false, CMD_LAST, true},  {SORT_CREATED, false, CMD_FIRST, false},
		{SORT_CREATED, true, CMD_FIRST, true},  {SORT_CREATED, true, CMD_LAST, false},
		{SORT_AMOUNT, false, CMD_LAST, true},   {SORT_AMOUNT, true, CMD_LAST, true},
		{SORT_AMOUNT, false, CMD_FIRST, false}, {SORT_DUE, false, CMD_LAST, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct bench *b = bench_open(PANE_INVOICES);
		const struct request *rq;
		char cursor[ID_CAP];
		const char *last;

		add_invoices(b->store, 150);
		assert_true(store_list_goes_on(b->store, OBJECT_INVOICE, cursor, &last));
		list_pane_sort(&b->pane, table[i].sort, table[i].reverse);
		act(b, CMD_DOWN);
		b->out.count = 0;
		act(b, table[i].to);
		if ((b->out.count == 1) != table[i].asks)
			fail_msg("row %zu: %zu requests", i, b->out.count);
		if (table[i].asks) {
			rq = &b->out.items[0];
			assert_int_equal(rq->kind, REQUEST_LIST);
			assert_string_equal(rq->cursor, last);
			act(b, table[i].to);
			assert_int_equal(b->out.count, 1); /* once */
		}
		bench_close(b);
	}
}

static void test_a_filtered_list_asks_for_nothing(void **state)
{
	struct bench *b = bench_open(PANE_INVOICES);

	(void)state;
	add_invoices(b->store, 150);
	assert_int_equal(list_pane_filter(&b->pane, "unpaid", NULL, NULL), S_OK);
	b->out.count = 0;
	act(b, CMD_LAST);
	act(b, CMD_LAST);
	assert_int_equal(b->out.count, 0);
	bench_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_sort_walks_the_columns_in_sight),
		cmocka_unit_test(test_sorting_keeps_the_row_the_cursor_is_on),
		cmocka_unit_test(test_a_click_on_a_title_sorts_by_it),
		cmocka_unit_test(test_events_are_followed_in_their_own_order_only),
		cmocka_unit_test(test_columns_are_shown_hidden_and_moved),
		cmocka_unit_test(test_the_last_column_stays),
		cmocka_unit_test(test_a_column_is_as_wide_as_it_was_told),
		cmocka_unit_test(test_what_is_told_of_widths_is_what_the_table_does),
		cmocka_unit_test(test_an_order_by_a_column_out_of_sight_is_told),
		cmocka_unit_test(test_enter_sorts_by_the_column),
		cmocka_unit_test(test_settings_are_read_back_and_strange_words_passed_over),
		cmocka_unit_test(test_older_rows_are_asked_for_where_the_list_ended),
		cmocka_unit_test(test_a_filtered_list_asks_for_nothing),
		cmocka_unit_test(test_what_is_copied_is_the_id_first),
		cmocka_unit_test(test_plain_is_every_row_in_columns),
	};
	return cmocka_run_group_tests_name("views tables", tests, NULL, NULL);
}
