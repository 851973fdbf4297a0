/*
 * What the kit's pieces look like, at the two sizes people have, in UTF-8 and in ASCII, with their
 * roles. Read tests/golden/ui to see them.
 */
#include "test_ui_support.h"

#include "golden.h"
#include "ui/bar.h"
#include "ui/dialog.h"
#include "ui/prompt.h"
#include "ui/table.h"

static const struct {
	int width, height;
	bool ascii;
} screens[] = {
	{80, 24, false},
	{80, 24, true},
	{120, 40, false},
	{120, 40, true},
};

typedef void draw_fn(struct canvas *c);

static void check(const char *name, draw_fn *draw)
{
	for (size_t i = 0; i < COUNT(screens); i++) {
		struct grid *g = grid_new(screens[i].width, screens[i].height, screens[i].ascii);
		struct canvas c = canvas_whole(g);
		char file[80];
		draw(&c);
		char *have = grid_to_styled_text(g);
		(void)str_printf(file, sizeof(file), "ui/%s-%dx%d%s.txt", name, screens[i].width,
				 screens[i].height, screens[i].ascii ? "-ascii" : "");
		golden_check(file, have);
		free(have);
		grid_free(g);
	}
}

/* --- a screen of panes ---------------------------------------------------------- */

static const struct column columns[] = {
	{.title = "TIME", .min = 8, .want = 8, .rank = 2},
	{.title = "INVOICE", .min = 9, .want = 14, .rank = 1, .middle = true},
	{.title = "CUSTOMER", .min = 8, .want = 12, .weight = 1, .rank = 3},
	{.title = "STATUS", .min = 9, .want = 12},
	{.title = "AMOUNT", .min = 9, .want = 9, .align = ALIGN_RIGHT},
};

static const struct {
	const char *time, *id, *customer, *status, *amount;
	enum role tone;
	enum glyph glyph;
} invoices[] = {
	{"12:04:31", "inv_01hq3v9k2m5n8p", "Ada Lovelace", "paid", "1,250.00", ROLE_GOOD,
	 GLYPH_CHECK},
	{"12:04:02", "inv_01hq3v8a7c1d4f", "Zoë Müller–Lüdenscheidt", "partial", "80.50", ROLE_WARN,
	 GLYPH_HALF},
	{"12:03:47", "inv_01hq3v7z9x8w6v", "山田 太郎", "pending", "12,000.00", ROLE_WAITING,
	 GLYPH_RING},
	{"12:01:15", "inv_01hq3v6t5r4e3w", "Edsger Dijkstra", "confirming", "42.00", ROLE_ACTIVE,
	 GLYPH_DOT},
	{"11:58:09", "inv_01hq3v5q1a2z3x", "Grace Hopper", "failed", "7.25", ROLE_BAD, GLYPH_CROSS},
	{"11:40:00", "inv_01hq3v4p0o9i8u", "Alan Turing", "expired", "300.00", ROLE_DEAD,
	 GLYPH_DASH},
};

static void draw_invoice(const struct table_layout *t, struct canvas *c, size_t i, int y)
{
	struct safe_text cell = text(invoices[i].time);
	table_cell(t, c, 0, y, ROLE_MUTED, &cell);
	cell = text(invoices[i].id);
	table_cell(t, c, 1, y, ROLE_MUTED, &cell);
	cell = text(invoices[i].customer);
	table_cell(t, c, 2, y, ROLE_TEXT, &cell);
	safe_text_fmt(&cell, "%s %s", glyph_str(invoices[i].glyph, grid_ascii(c->grid)),
		      invoices[i].status);
	table_cell(t, c, 3, y, invoices[i].tone, &cell);
	cell = text(invoices[i].amount);
	table_cell(t, c, 4, y, ROLE_STRONG, &cell);
}

static void draw_list(struct canvas *in, size_t selected, enum role over)
{
	struct table_layout t;
	table_fit(&t, columns, COUNT(columns), in->at.w - 2);
	table_header(&t, in, 0);
	for (size_t i = 0; i < COUNT(invoices); i++)
		draw_invoice(&t, in, i, (int)i + 1);
	canvas_overlay(in, (struct rect){0, (int)selected + 1, in->at.w - 1, 1}, over);
	scrollbar_draw(in, in->at.w - 1, 1, in->at.h - 1, 20, 120);
}

static void draw_frames(struct canvas *c)
{
	struct safe_text left = text("Events"), right = text("Invoices"), below = text("Attention");
	struct safe_text badge = text("▼ 1,284 new"), filter = text("status:partial,overpaid");
	int half = c->at.w / 2, h = c->at.h - 8;
	struct canvas in = canvas_frame(c, (struct rect){0, 0, half, h}, false, &left, &badge);
	draw_list(&in, 1, ROLE_SELECTION_OFF);
	in = canvas_frame(c, (struct rect){half, 0, c->at.w - half, h}, true, &right, &filter);
	draw_list(&in, 3, ROLE_SELECTION);
	in = canvas_frame(c, (struct rect){0, h, c->at.w, 8}, false, &below, NULL);
	canvas_wrap(&in, 1, 1, in.at.w - 2, 3, ROLE_MUTED,
		    "Nothing needs you now. Invoices that are underpaid, overpaid, paid late or "
		    "stuck turn up here, the most money at risk first.");
}

static void test_golden_frames(void **state)
{
	(void)state;
	check("frames", draw_frames);
}

/* --- over it: dialog and menu ------------------------------------------------------ */

static void draw_dialog_with(struct canvas *c, bool focus_confirm)
{
	struct dialog d;
	draw_frames(c);
	dialog_init(&d, 0);
	d.title = text("LIVE · Cancel order");
	d.title_role = ROLE_ENV_LIVE;
	d.refuse = text("Keep it");
	d.confirm = text("Cancel order");
	d.confirm_key = key("y");
	d.focus_confirm = focus_confirm;
	dialog_fact(&d, "Order", ROLE_STRONG, "ord_01hq3v8a7c1d4f");
	dialog_fact(&d, "Customer", ROLE_TEXT, "Zoë Müller–Lüdenscheidt");
	dialog_fact(&d, "Amount", ROLE_STRONG, "80.50 USD");
	dialog_fact(&d, "Now", ROLE_WARN, "%s partial, 20.00 USD seen",
		    glyph_str(GLYPH_HALF, grid_ascii(c->grid)));
	dialog_fact(&d, "Then", ROLE_DEAD, "%s cancelled",
		    glyph_str(GLYPH_DASH, grid_ascii(c->grid)));
	d.warning =
		text("The customer can no longer pay it. The 20.00 USD already seen are not sent "
		     "back by this; refund them separately.");
	dialog_draw(&d, c);
}

static void draw_dialog(struct canvas *c)
{
	draw_dialog_with(c, false);
}

static void draw_dialog_confirm(struct canvas *c)
{
	draw_dialog_with(c, true);
}

static void test_golden_dialog(void **state)
{
	(void)state;
	check("dialog", draw_dialog);
	check("dialog-confirm", draw_dialog_confirm);
}

static void draw_menu(struct canvas *c)
{
	struct menu m;
	draw_frames(c);
	menu_init(&m);
	m.title = text("inv_01hq3v8a7c1d4f");
	menu_add(&m, 1, "Copy id", NULL);
	menu_add(&m, 2, "Open timeline", NULL);
	menu_add(&m, 3, "Refund payment", "nothing has been paid out yet");
	menu_add(&m, 4, "Cancel order", "read-only: :unlock first");
	m.cursor = 1;
	menu_draw(&m, c);
}

static void test_golden_menu(void **state)
{
	(void)state;
	check("menu", draw_menu);
}

/* --- lines: prompt and bar ----------------------------------------------------------- */

static void draw_lines(struct canvas *c)
{
	static const char *const keys[][2] = {
		{"Enter", "open"}, {"/", "filter"},   {"a", "actions"}, {"Tab", "next pane"},
		{"z", "zoom"},     {"F", "follow"},   {":", "command"}, {"?", "help"},
		{"q", "back"},     {"C-l", "redraw"},
	};
	struct bar_item items[COUNT(keys)];
	struct prompt p;
	struct safe_text note = text("3 of 41"), error = text("no such field");

	for (size_t i = 0; i < COUNT(keys); i++)
		items[i] = (struct bar_item){text(keys[i][0]), text(keys[i][1]), false};
	bar_draw(c, c->at.h - 1, items, COUNT(items));
	prompt_init(&p, "/");
	prompt_open(&p, "status:partial,overpaid amount>=100 “Müller”");
	prompt_draw(&p, c, c->at.h - 3, &note, ROLE_MUTED, -1);
	prompt_open(&p, "stratus:paid chain:solana");
	prompt_draw(&p, c, c->at.h - 5, &error, ROLE_BAD, 0);
	prompt_open(&p,
		    "a long line that does not fit beside its note on a screen that is eighty "
		    "cells wide, and on a wider one neither, since it goes on and on until here");
	prompt_draw(&p, c, c->at.h - 7, &note, ROLE_MUTED, -1);
}

static void test_golden_prompt_and_bar(void **state)
{
	(void)state;
	check("lines", draw_lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_frames),
		cmocka_unit_test(test_golden_dialog),
		cmocka_unit_test(test_golden_menu),
		cmocka_unit_test(test_golden_prompt_and_bar),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
