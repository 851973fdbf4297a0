#include "test_ui_support.h"

#include "ui/bar.h"
#include "ui/table.h"

static const struct column columns[] = {
	{.title = "INVOICE", .min = 8, .want = 14, .rank = 0, .middle = true},
	{.title = "CUSTOMER", .min = 6, .want = 12, .weight = 2, .rank = 2},
	{.title = "STATUS", .min = 6, .want = 9, .rank = 1},
	{.title = "AMOUNT", .min = 8, .want = 10, .rank = 0, .align = ALIGN_RIGHT},
	{.title = "NOTE", .min = 4, .want = 6, .weight = 1, .rank = 3},
};

static void test_table_fit_gives_and_drops(void **state)
{
	static const struct {
		int width;
		int w[COUNT(columns)];
	} rows[] = {
		{100, {14, 42, 9, 10, 21}}, /* spare room by weight */
		{55, {14, 12, 9, 10, 6}},   /* just what is wanted */
		{54, {14, 12, 9, 10, 5}},   /* the least important gives first */
		{47, {14, 6, 9, 10, 4}},    {46, {14, 10, 9, 10, 0}}, /* rank 3 went, so that ranks
									 0 and 1 have theirs */
		{41, {14, 6, 8, 10, 0}},    {31, {8, 6, 6, 8, 0}},    /* the least of the rest */
		{30, {14, 0, 6, 8, 0}}, /* rank 2 went: its least did not fit */
		{24, {8, 0, 6, 8, 0}},      {23, {14, 0, 0, 8, 0}}, /* and rank 1 */
		{17, {8, 0, 0, 8, 0}},      {10, {5, 0, 0, 4, 0}},  /* what must stay shrinks */
		{3, {1, 0, 0, 1, 0}},       {2, {2, 0, 0, 0, 0}},     {0, {0, 0, 0, 0, 0}},
		{-4, {0, 0, 0, 0, 0}},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct table_layout t;
		table_fit(&t, columns, COUNT(columns), rows[i].width);
		for (size_t col = 0; col < COUNT(columns); col++)
			assert_int_equal(t.w[col], rows[i].w[col]);
	}
}

static void test_table_amounts_are_cut_last(void **state)
{
	static const struct column money[] = {
		{.title = "STATUS", .min = 12, .want = 12},
		{.title = "AMOUNT", .min = 14, .want = 14, .align = ALIGN_RIGHT, .exact = true},
		{.title = "AGE", .min = 5, .want = 5},
	};
	struct table_layout t;
	(void)state;
	for (int width = 33; width >= 24; width--) {
		table_fit(&t, money, COUNT(money), width);
		assert_int_equal(t.w[1], 14);
	}
}

/* A state and an amount, or a state: never half an amount beside half a time. */
static void test_table_what_may_not_be_cut_goes_whole(void **state)
{
	static const struct column two[] = {
		{.title = "STATUS", .min = 11, .want = 11},
		{.title = "TO BANK", .min = 14, .want = 14, .align = ALIGN_RIGHT, .exact = true},
		{.title = "UTC", .min = 8, .want = 8, .align = ALIGN_RIGHT, .exact = true},
	};
	static const struct {
		int width, w[3];
	} ROWS[] = {{35, {11, 14, 8}}, {28, {4, 14, 8}}, {27, {11, 14, 0}}, {18, {11, 0, 0}}};
	struct table_layout t;
	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		table_fit(&t, two, COUNT(two), ROWS[i].width);
		for (size_t c = 0; c < 3; c++)
			if (t.w[c] != ROWS[i].w[c])
				fail_msg("width %d: column %zu has %d", ROWS[i].width, c, t.w[c]);
	}
}

static void test_table_fit_never_exceeds_the_width(void **state)
{
	(void)state;
	for (int width = 0; width < 200; width++) {
		struct table_layout t;
		table_fit(&t, columns, COUNT(columns), width);
		int x = 0, shown = 0;
		for (size_t i = 0; i < t.count; i++) {
			if (!t.w[i])
				continue;
			assert_int_equal(t.x[i], x);
			x += t.w[i] + 1;
			shown++;
		}
		assert_true(shown == 0 || x - 1 <= width);
		if (width >= 55)
			assert_int_equal(x - 1, width); /* columns with a weight take all */
		if (width >= 17)
			assert_true(t.w[0] >= 8 && t.w[3] >= 8);
	}
}

static void test_table_cells_align_and_cut(void **state)
{
	struct grid *g = grid_new(44, 3, false);
	struct canvas c = canvas_whole(g);
	struct table_layout t;
	struct safe_text id = text("inv_0123456789abcdef"), who = text("Zoë Müller-Lüdenscheidt");
	struct safe_text status = text("paid"), amount = text("1,234.50");
	(void)state;
	table_fit(&t, columns, 4, 44);
	table_header(&t, &c, 0);
	table_cell(&t, &c, 0, 1, ROLE_MUTED, &id);
	table_cell(&t, &c, 1, 1, ROLE_TEXT, &who);
	table_cell(&t, &c, 2, 1, ROLE_GOOD, &status);
	table_cell(&t, &c, 3, 1, ROLE_STRONG, &amount);
	table_cell(&t, &c, 7, 1, ROLE_BAD, &amount);
	char *have = grid_to_text(g);
	assert_string_equal(have, "INVOICE        CUSTOMER STATUS        AMOUNT\n"
				  "inv_012…abcdef Zoë Mül… paid        1,234.50\n\n");
	free(have);
	assert_int_equal(grid_cell(g, 0, 0)->role, ROLE_HEADER);
	grid_free(g);
}

static void test_table_does_not_draw_dropped_columns(void **state)
{
	struct grid *g = grid_new(17, 1, false);
	struct canvas c = canvas_whole(g);
	struct table_layout t;
	struct safe_text word = text("word");
	(void)state;
	table_fit(&t, columns, COUNT(columns), 17);
	for (size_t i = 0; i < COUNT(columns); i++)
		table_cell(&t, &c, i, 0, ROLE_TEXT, &word);
	char *have = grid_to_text(g);
	assert_string_equal(have, "word         word\n");
	free(have);
	grid_free(g);
}

static void test_table_takes_at_most_its_maximum_of_columns(void **state)
{
	static const struct column one = {.title = "A", .min = 1, .want = 1};
	struct column many[TABLE_COLUMNS_MAX + 4];
	struct table_layout t;
	(void)state;
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = one;
	table_fit(&t, many, COUNT(many), 200);
	assert_int_equal(t.count, TABLE_COLUMNS_MAX);
}

static int thumb_rows(const struct grid *g, int *ret_first)
{
	int rows = 0;
	*ret_first = -1;
	for (int y = 0; y < grid_height(g); y++) {
		if (grid_cell(g, 0, y)->bytes[0] != '#')
			continue;
		if (*ret_first < 0)
			*ret_first = y;
		rows++;
	}
	return rows;
}

static void test_scrollbar_shows_where_and_how_much(void **state)
{
	static const struct {
		size_t top, count;
		int first, rows;
	} rows[] = {
		{0, 10, -1, 0},  {0, 0, -1, 0},     {0, 20, 0, 5},     {10, 20, 5, 5},
		{0, 1000, 0, 1}, {990, 1000, 9, 1}, {99999, 20, 5, 5},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(1, 10, true);
		struct canvas c = canvas_whole(g);
		int first;
		scrollbar_draw(&c, 0, 0, 10, rows[i].top, rows[i].count);
		assert_int_equal(thumb_rows(g, &first), rows[i].rows);
		assert_int_equal(first, rows[i].first);
		grid_free(g);
	}
}

static void test_bar_shows_only_whole_items(void **state)
{
	struct bar_item items[] = {{text("Enter"), text("open"), false},
				   {text("/"), text("filter"), false},
				   {text("?"), text("help"), false}};
	static const struct {
		int width;
		const char *want;
	} rows[] = {
		{40, " Enter open  / filter  ? help\n"},
		{29, " Enter open  / filter  ? help\n"},
		{28, " Enter open  / filter\n"},
		{12, " Enter open\n"},
		{5, "\n"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(rows[i].width, 1, false);
		struct canvas c = canvas_whole(g);
		bar_draw(&c, 0, items, COUNT(items));
		char *have = grid_to_text(g);
		assert_string_equal(have, rows[i].want);
		free(have);
		assert_int_equal(grid_cell(g, rows[i].width - 1, 0)->role, ROLE_KEY_LABEL);
		grid_free(g);
	}
}

static void test_bar_makes_room_for_what_stays(void **state)
{
	const struct bar_item items[] = {{text("Enter"), text("open"), false},
					 {text("/"), text("filter"), false},
					 {text("a"), text("act"), false},
					 {text("?"), text("help"), true},
					 {text("z"), text("zoom"), false}};
	static const struct {
		int width;
		const char *want;
	} rows[] = {
		{50, " Enter open  / filter  a act  ? help  z zoom\n"},
		{36, " Enter open  / filter  a act  ? help\n"},
		{35, " Enter open  / filter  ? help\n"},
		{29, " Enter open  / filter  ? help\n"},
		{28, " Enter open  ? help\n"},
		{8, " ? help\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(rows[i].width, 1, false);
		struct canvas c = canvas_whole(g);
		char *have;

		bar_draw(&c, 0, items, COUNT(items));
		have = grid_to_text(g);
		assert_string_equal(have, rows[i].want);
		for (int x = 0; x < rows[i].width; x++) {
			size_t at = bar_at(items, COUNT(items), rows[i].width, x);
			const char *key = at < COUNT(items) ? safe_text_str(&items[at].key) : "";

			/* What is hit is what stands there. */
			if (grid_cell(g, x, 0)->role == ROLE_KEY)
				assert_non_null(strchr(key, grid_cell(g, x, 0)->bytes[0]));
			if (x >= (int)strlen(rows[i].want) - 1 || x == 0)
				assert_int_equal(at, COUNT(items));
		}
		free(have);
		grid_free(g);
	}
}

/* The mark is there however narrow the column, and is ASCII where the screen is. */
static void test_table_marks_the_column_it_is_sorted_by(void **state)
{
	static const struct {
		int width;
		size_t sorted;
		bool descends, ascii;
		const char *want;
	} rows[] = {
		{55, 0, true, false,
		 "INVOICE\xe2\x96\xbc       CUSTOMER     STATUS        AMOUNT NOTE\n"},
		{55, 3, false, false,
		 "INVOICE        CUSTOMER     STATUS       AMOUNT\xe2\x96\xb2 NOTE\n"},
		{55, 3, false, true, "INVOICE        CUSTOMER     STATUS       AMOUNT^ NOTE\n"},
		{55, 4, true, true, "INVOICE        CUSTOMER     STATUS        AMOUNT NOTEv\n"},
		{55, COUNT(columns), true, true,
		 "INVOICE        CUSTOMER     STATUS        AMOUNT NOTE\n"},
		{10, 0, true, true, "INVOv AMO~\n"}, /* the title is what is cut */
		{10, 4, true, true, "IN~CE AMO~\n"}, /* and a dropped one has none */
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(rows[i].width, 1, rows[i].ascii);
		struct canvas c = canvas_whole(g);
		struct table_layout t;
		char *have;
		table_fit(&t, columns, COUNT(columns), rows[i].width);
		table_header_sorted(&t, &c, 0, rows[i].sorted, rows[i].descends);
		have = grid_to_text(g);
		if (strcmp(have, rows[i].want) != 0)
			fail_msg("row %zu: %s", i, have);
		free(have);
		grid_free(g);
	}
}

static void test_table_tells_which_column_is_under_a_cell(void **state)
{
	static const struct {
		int x;
		size_t column;
	} rows[] = {{0, 0}, {13, 0}, {14, 0}, {15, 1}, {27, 1}, {28, 2}, {54, 4}, {56, 5}, {-1, 5}};
	struct table_layout t;
	(void)state;
	table_fit(&t, columns, COUNT(columns), 55);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(table_column_at(&t, rows[i].x), rows[i].column);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_marks_the_column_it_is_sorted_by),
		cmocka_unit_test(test_table_tells_which_column_is_under_a_cell),
		cmocka_unit_test(test_table_fit_gives_and_drops),
		cmocka_unit_test(test_table_amounts_are_cut_last),
		cmocka_unit_test(test_table_what_may_not_be_cut_goes_whole),
		cmocka_unit_test(test_table_fit_never_exceeds_the_width),
		cmocka_unit_test(test_table_cells_align_and_cut),
		cmocka_unit_test(test_table_does_not_draw_dropped_columns),
		cmocka_unit_test(test_table_takes_at_most_its_maximum_of_columns),
		cmocka_unit_test(test_scrollbar_shows_where_and_how_much),
		cmocka_unit_test(test_bar_shows_only_whole_items),
		cmocka_unit_test(test_bar_makes_room_for_what_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
