#include "test_ui_support.h"

#include "ui/canvas.h"

static void assert_screen(const struct grid *g, const char *want)
{
	char *have = grid_to_text(g);
	assert_string_equal(have, want);
	free(have);
}

/* What must hold of every grid: whole clusters, halves in pairs, all of it safe. */
static void assert_grid_sound(const struct grid *g)
{
	for (int y = 0; y < grid_height(g); y++) {
		for (int x = 0; x < grid_width(g); x++) {
			const struct cell *c = grid_cell(g, x, y);
			assert_in_range(c->role, ROLE_NONE + 1, ROLE_COUNT - 1);
			if (!c->len) {
				assert_true(x > 0 && grid_cell(g, x - 1, y)->width == 2);
				continue;
			}
			assert_in_range(c->width, 1, 2);
			assert_in_range(c->len, 1, CELL_BYTES);
			assert_true(utf8_valid(c->bytes, c->len));
			assert_true((unsigned char)c->bytes[0] >= 0x20 && c->bytes[0] != 0x7f);
			if (c->width == 2)
				assert_true(x + 1 < grid_width(g) &&
					    grid_cell(g, x + 1, y)->len == 0);
			if (grid_ascii(g))
				assert_true(c->len == 1 && (unsigned char)c->bytes[0] < 0x7f);
		}
	}
}

static void test_grid_size_is_clamped(void **state)
{
	(void)state;
	struct grid *g = grid_new(0, -5, false);
	assert_int_equal(grid_width(g), 1);
	assert_int_equal(grid_height(g), 1);
	grid_resize(g, 65535, 65535);
	assert_int_equal(grid_width(g), GRID_WIDTH_MAX);
	assert_int_equal(grid_height(g), GRID_HEIGHT_MAX);
	assert_int_equal(grid_cell(g, -1, 0)->len, 1);
	assert_int_equal(grid_cell(g, 5000, 5000)->bytes[0], ' ');
	grid_free(g);
	grid_free(NULL);
}

static void test_canvas_text_is_cut_with_an_ellipsis(void **state)
{
	static const struct {
		const char *text;
		int x, max, used;
		const char *want;
	} rows[] = {
		{"hello", 0, 0, 5, "hello\n"},
		{"hello", 3, 0, 5, "   hello\n"},
		{"hello", 5, 0, 3, "     he…\n"},
		{"hello", 7, 0, 1, "       …\n"},
		{"hello", 8, 0, 0, "\n"},
		{"hello", 0, 5, 5, "hello\n"},
		{"hello", 0, 4, 4, "hel…\n"},
		{"hello", 0, 1, 1, "…\n"},
		{"hello", -2, 0, 5, "llo\n"},
		{"", 0, 0, 0, "\n"},
		{"漢字漢字", 0, 0, 8, "漢字漢字\n"},
		{"漢字漢字", 1, 0, 7, " 漢字漢…\n"},
		{"漢字漢字", 2, 0, 5, "  漢字…\n"},
		{"漢字", 0, 2, 1, "…\n"},
		{"漢字", -1, 0, 4, " 字\n"},
		{"e\xcc\x81te", 0, 0, 3, "e\xcc\x81te\n"},
		{"a\x1b[31mb", 0, 0, 8, "a\\x1b[3…\n"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(8, 1, false);
		struct canvas c = canvas_whole(g);
		struct safe_text t = text(rows[i].text);
		assert_int_equal(canvas_text(&c, rows[i].x, 0, rows[i].max, ROLE_TEXT, &t),
				 rows[i].used);
		assert_screen(g, rows[i].want);
		assert_grid_sound(g);
		grid_free(g);
	}
}

static void test_canvas_text_aligns_right_and_centre(void **state)
{
	struct grid *g = grid_new(10, 4, false);
	struct canvas c = canvas_whole(g);
	struct safe_text t = text("12.50"), wide = text("漢字漢字漢字");
	(void)state;
	assert_int_equal(canvas_text_right(&c, 10, 0, 0, ROLE_TEXT, &t), 5);
	assert_int_equal(canvas_text_right(&c, 6, 1, 3, ROLE_TEXT, &t), 3);
	assert_int_equal(canvas_text_center(&c, 2, ROLE_TEXT, &t), 5);
	/* The ellipsis touches the right edge even where a wide one would not fit. */
	assert_int_equal(canvas_text_right(&c, 10, 3, 8, ROLE_TEXT, &wide), 7);
	assert_screen(g, "     12.50\n   12…\n  12.50\n   漢字漢…\n");
	grid_free(g);
}

static void test_canvas_never_leaves_half_a_wide_cluster(void **state)
{
	static const struct {
		int x;
		const char *over, *want;
	} rows[] = {
		{0, "a", "a 字\n"}, {1, "a", " a字\n"}, {2, "a", "漢a\n"},   {3, "a", "漢 a\n"},
		{1, "漢", " 漢\n"}, {1, "ab", " ab\n"}, {0, "字", "字字\n"}, {3, "字", "漢 …\n"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(4, 1, false);
		struct canvas c = canvas_whole(g);
		struct safe_text t = text("漢字"), over = text(rows[i].over);
		canvas_text(&c, 0, 0, 0, ROLE_TEXT, &t);
		canvas_text(&c, rows[i].x, 0, 0, ROLE_TEXT, &over);
		assert_screen(g, rows[i].want);
		assert_grid_sound(g);
		grid_free(g);
	}
}

static void test_canvas_sub_clips_to_its_parent(void **state)
{
	struct grid *g = grid_new(8, 3, false);
	struct canvas c = canvas_whole(g);
	(void)state;
	struct canvas in = canvas_sub(&c, (struct rect){2, 1, 4, 1});
	canvas_print(&in, 0, 0, 0, ROLE_TEXT, "abcdefgh");
	canvas_print(&in, 0, 1, 0, ROLE_TEXT, "below");
	canvas_print(&in, 0, -1, 0, ROLE_TEXT, "above");
	canvas_hline(&in, 3, 0, 100, ROLE_BORDER);
	struct canvas deeper = canvas_sub(&in, (struct rect){-3, 0, 5, 9});
	assert_int_equal(deeper.at.x, 2);
	assert_int_equal(deeper.at.w, 2);
	assert_int_equal(deeper.at.h, 1);
	canvas_print(&deeper, 1, 0, 0, ROLE_TEXT, "XY");
	assert_screen(g, "\n  a…c─\n\n");
	struct canvas none = canvas_sub(&c, (struct rect){100, 100, 5, 5});
	canvas_clear(&none, ROLE_BAD);
	canvas_print(&none, 0, 0, 0, ROLE_TEXT, "nothing");
	struct canvas huge = canvas_sub(&c, (struct rect){-2000000000, 0, 2147483647, 2147483647});
	canvas_clear(&huge, ROLE_TEXT);
	assert_grid_sound(g);
	grid_free(g);
}

static void test_canvas_overlay_lies_over_text_until_it_is_drawn_again(void **state)
{
	struct grid *g = grid_new(6, 2, false);
	struct canvas c = canvas_whole(g);
	(void)state;
	canvas_print(&c, 0, 0, 0, ROLE_GOOD, "paid");
	canvas_overlay(&c, (struct rect){0, 0, 99, 1}, ROLE_SELECTION);
	for (int x = 0; x < 6; x++)
		assert_int_equal(grid_cell(g, x, 0)->over, ROLE_SELECTION);
	assert_int_equal(grid_cell(g, 0, 0)->role, ROLE_GOOD);
	assert_int_equal(grid_cell(g, 0, 1)->over, ROLE_NONE);
	canvas_print(&c, 0, 0, 0, ROLE_TEXT, "x");
	assert_int_equal(grid_cell(g, 0, 0)->over, ROLE_NONE);
	grid_free(g);
}

static void test_ascii_grid_keeps_widths_and_stands_in_for_the_rest(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"plain", "plain\n"},
		{"a–b · c → d", "a-b . c > d\n"},
		{"“Zoë’s” Café", "\"Zoe's\" Cafe\n"},
		{"漢x", "??x\n"},
		{"● ○ ✓ ✗ ▼ ▲", "* o + x v ^\n"},
		{"Ω 😀", "? ??\n"},
		{"a very long line that is cut", "a very long lin~\n"},
		{"e\xcc\x81", "e\n"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(16, 1, true);
		struct canvas c = canvas_whole(g);
		struct safe_text t = text(rows[i].text);
		int want = (int)safe_text_width(&t) < 16 ? (int)safe_text_width(&t) : 16;
		assert_int_equal(canvas_text(&c, 0, 0, 0, ROLE_TEXT, &t), want);
		assert_screen(g, rows[i].want);
		assert_grid_sound(g);
		grid_free(g);
	}
	for (int gl = 0; gl < GLYPH_COUNT; gl++) {
		const char *s = glyph_str((enum glyph)gl, true);
		assert_true(strlen(s) == 1 && s[0] > ' ' && s[0] < 0x7f);
		size_t used;
		const char *u = glyph_str((enum glyph)gl, false);
		assert_int_equal(utf8_width(utf8_decode(u, strlen(u), &used)), 1);
		assert_int_equal(used, strlen(u));
	}
}

/* Everything at every width, over what was there before: nothing may tear. */
static void test_canvas_bears_hostile_and_wide_text_at_every_width(void **state)
{
	static const char *const hostile[] = {
		"\x1b[2J\x1b]0;title\x07\x9b\x33\x31m",
		"\xe2\x80\xaegnp.exe\xe2\x80\xac",
		"漢字漢字漢字漢字漢字",
		"👩‍👩‍👧‍👦 family 🇩🇪 ✈️",
		"Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86 algo",
		"\xff\xfe\xc0\xaf\xed\xa0\x80",
		"a\tb\rc\nd\be",
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80x\xf0\x9f\x98\x80",
	};
	(void)state;
	for (int width = 1; width <= 60; width++) {
		struct grid *g = grid_new(width, 6, width % 3 == 0);
		struct canvas c = canvas_whole(g);
		for (size_t i = 0; i < COUNT(hostile) * 5; i++) {
			struct safe_text t = text(hostile[i % COUNT(hostile)]);
			int x = (int)(i * 7 % (size_t)(width + 4)) - 2;
			int used = canvas_text(&c, x, (int)i % 4, (int)i % 9, ROLE_TEXT, &t);
			assert_true(used >= 0 && used <= width + 2);
			canvas_text_right(&c, x, 4, (int)i % 11, ROLE_BAD, &t);
			canvas_wrap(&c, x, 1, width, 3, ROLE_WARN, hostile[i % COUNT(hostile)]);
			canvas_frame(&c, (struct rect){x, 2, width - (int)i % 7, 4}, i & 1, &t, &t);
			assert_grid_sound(g);
		}
		grid_free(g);
	}
}

static void test_canvas_wrap_breaks_at_spaces(void **state)
{
	static const struct {
		const char *text;
		int width, most, lines;
		const char *want;
	} rows[] = {
		{"one two three", 8, 5, 2, "one two\nthree\n\n\n"},
		{"one two", 7, 5, 1, "one two\n\n\n\n"},
		{"one two", 6, 5, 2, "one\ntwo\n\n\n"},
		{"one  two", 8, 5, 1, "one two\n\n\n\n"},
		{"abcdefghij kl", 4, 4, 4, "abcd\nefgh\nij\nkl\n"},
		{"one two three four", 8, 2, 2, "one two\nthree f…\n\n\n"},
		{"one two three four", 7, 1, 1, "one tw…\n\n\n\n"},
		{"abcdefghij", 4, 2, 2, "abcd\nefg…\n\n\n"},
		{"a\nb", 8, 4, 2, "a\nb\n\n\n"},
		{"a\n", 8, 4, 1, "a\n\n\n\n"},
		{"漢字漢字", 5, 4, 2, "漢字\n漢字\n\n\n"},
		{"a \x1b[m", 8, 4, 1, "a \\x1b[m\n\n\n\n"},
		{"", 8, 4, 0, "\n\n\n\n"},
		{"   ", 8, 4, 0, "\n\n\n\n"},
		{"x", 0, 4, 0, "\n\n\n\n"},
		{"x", 8, 0, 0, "\n\n\n\n"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct grid *g = grid_new(12, 4, false);
		struct canvas c = canvas_whole(g);
		int lines =
			canvas_wrap(&c, 0, 0, rows[i].width, rows[i].most, ROLE_TEXT, rows[i].text);
		assert_screen(g, rows[i].want);
		assert_int_equal(lines, rows[i].lines);
		grid_free(g);
	}
}

static void test_canvas_frame_shows_focus_without_colour(void **state)
{
	struct grid *g = grid_new(30, 3, false);
	struct canvas c = canvas_whole(g);
	struct safe_text title = text("Invoices"), badge = text("▼ 1,284 new");
	(void)state;
	struct canvas in = canvas_frame(&c, (struct rect){0, 0, 30, 3}, true, &title, &badge);
	assert_int_equal(in.at.w, 28);
	assert_int_equal(in.at.h, 1);
	assert_screen(g, "╭▌Invoices ───── ▼ 1,284 new ╮\n"
			 "│                            │\n"
			 "╰────────────────────────────╯\n");
	canvas_clear(&c, ROLE_TEXT);
	canvas_frame(&c, (struct rect){0, 0, 30, 3}, false, &title, NULL);
	assert_screen(g, "╭ Invoices ──────────────────╮\n"
			 "│                            │\n"
			 "╰────────────────────────────╯\n");
	canvas_clear(&c, ROLE_TEXT);
	canvas_frame(&c, (struct rect){0, 0, 20, 3}, false, &title, &badge);
	assert_screen(g, "╭ Invoi… ─ ▼ 1,28… ╮\n"
			 "│                  │\n"
			 "╰──────────────────╯\n");
	struct canvas none = canvas_frame(&c, (struct rect){0, 0, 1, 3}, true, &title, &badge);
	assert_int_equal(none.at.w, 0);
	grid_free(g);
}

static void test_grid_to_styled_text_maps_roles_and_overlays(void **state)
{
	struct grid *g = grid_new(6, 1, false);
	struct canvas c = canvas_whole(g);
	char want[160], *have;
	(void)state;
	canvas_print(&c, 0, 0, 0, ROLE_GOOD, "ok");
	canvas_overlay(&c, (struct rect){1, 0, 2, 1}, ROLE_SELECTION);
	char good = (char)('a' + ROLE_GOOD - 1), over = (char)('A' + ROLE_SELECTION - 27);
	snprintf(want, sizeof(want),
		 "ok\n--- roles: %c=good\n%c%c\n--- overlays: %c=selection\n.%c%c\n", good, good,
		 good, over, over, over);
	have = grid_to_styled_text(g);
	assert_string_equal(have, want);
	free(have);
	grid_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grid_size_is_clamped),
		cmocka_unit_test(test_canvas_text_is_cut_with_an_ellipsis),
		cmocka_unit_test(test_canvas_text_aligns_right_and_centre),
		cmocka_unit_test(test_canvas_never_leaves_half_a_wide_cluster),
		cmocka_unit_test(test_canvas_sub_clips_to_its_parent),
		cmocka_unit_test(test_canvas_overlay_lies_over_text_until_it_is_drawn_again),
		cmocka_unit_test(test_ascii_grid_keeps_widths_and_stands_in_for_the_rest),
		cmocka_unit_test(test_canvas_bears_hostile_and_wide_text_at_every_width),
		cmocka_unit_test(test_canvas_wrap_breaks_at_spaces),
		cmocka_unit_test(test_canvas_frame_shows_focus_without_colour),
		cmocka_unit_test(test_grid_to_styled_text_maps_roles_and_overlays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
