#include "test_ui_support.h"

#include "golden.h"
#include "ui/theme_spec.h"

#include <unistd.h>

static const enum role tones[] = {ROLE_NEUTRAL, ROLE_WAITING, ROLE_ACTIVE, ROLE_GOOD,
				  ROLE_WARN,    ROLE_BAD,     ROLE_DEAD};
static const enum role overlays[] = {ROLE_SELECTION, ROLE_SELECTION_OFF, ROLE_CHANGED, ROLE_DIALOG};

static struct theme *load(const char *name)
{
	struct theme *t = NULL;
	struct problem p = {0};
	if (theme_load(NULL, name, &t, &p) != S_OK)
		fail_msg("theme %s: %s", name, p.what);
	return t;
}

static bool is_text(enum role r)
{
	return r != ROLE_BORDER;
}

static void test_role_names_go_both_ways(void **state)
{
	(void)state;
	for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
		assert_int_equal(role_from_name(role_name((enum role)r)), r);
	assert_null(role_name(ROLE_NONE));
	assert_null(role_name(ROLE_COUNT));
	assert_int_equal(role_from_name("nonsense"), ROLE_NONE);
	assert_int_equal(role_from_name(NULL), ROLE_NONE);
}

static void test_builtin_themes_are_the_files(void **state)
{
	(void)state;
	for (const char *const *n = theme_names(); *n; n++) {
		char path[80];
		(void)str_printf(path, sizeof(path), "themes/%s.theme", *n);
		char *file = golden_read(path);
		assert_non_null(file);
		assert_string_equal(theme_builtin(*n), file);
		free(file);
	}
}

static void test_builtin_themes_name_every_role(void **state)
{
	(void)state;
	for (const char *const *n = theme_names(); *n; n++) {
		for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
			char line[40];
			if (r == ROLE_QR || r == ROLE_QR_DARK)
				continue; /* no theme's to say */
			(void)str_printf(line, sizeof(line), "\n%s ", role_name((enum role)r));
			if (!strstr(theme_builtin(*n), line))
				fail_msg("%s has no %s", *n, role_name((enum role)r));
		}
		struct theme *t = load(*n);
		assert_string_equal(theme_name(t), *n);
		theme_free(t);
	}
}

/* What an xterm shows for what is sent. */
static int32_t shown_as(int32_t sent, enum color_depth depth)
{
	if (depth == COLORS_TRUE)
		return sent;
	assert_in_range(sent, 16, 255);
	return color_of_256(sent);
}

/* WCAG 2 AA for every role, and for every role under every overlay, in true colour and in 256; a
 * theme that paints no background is read on the one it is made for. */
static void test_text_can_be_read_on_its_background(void **state)
{
	static const char *const names[] = {"dark", "light", "high-contrast"};
	static const enum color_depth depths[] = {COLORS_256, COLORS_TRUE};
	(void)state;
	for (size_t n = 0; n < COUNT(names) * COUNT(depths) * ROLE_COUNT; n++) {
		const char *name = names[n % COUNT(names)];
		enum color_depth depth = depths[n / COUNT(names) % COUNT(depths)];
		enum role r = (enum role)(n / COUNT(names) / COUNT(depths));
		struct theme *t = load(name);
		for (size_t o = 0; r != ROLE_NONE && o <= COUNT(overlays); o++) {
			enum role over = o ? overlays[o - 1] : ROLE_NONE;
			struct paint p = theme_paint(t, r, over, depth);
			int32_t bg = p.bg < 0 ? theme_background(t) : shown_as(p.bg, depth);
			assert_true(p.fg >= 0 && bg >= 0);
			if (is_text(r) && color_contrast(shown_as(p.fg, depth), bg) < 4.5)
				fail_msg("%s, depth %d: %s over %s has contrast %.2f", name, depth,
					 role_name(r), over ? role_name(over) : "nothing",
					 color_contrast(shown_as(p.fg, depth), bg));
		}
		theme_free(t);
	}
}

/* Whatever the terminal's own colours are: nothing of such a theme is left to them. */
static void test_a_theme_that_paints_its_background_leaves_nothing_to_the_terminal(void **state)
{
	static const char *const names[] = {"light", "high-contrast"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct theme *t = load(names[i]);
		for (int depth = COLORS_8; depth <= COLORS_TRUE; depth++) {
			for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
				for (int o = ROLE_NONE; o < ROLE_COUNT; o++) {
					struct paint p = theme_paint(t, (enum role)r, (enum role)o,
								     (enum color_depth)depth);
					if (p.fg < 0 || p.bg < 0 || p.fg == p.bg)
						fail_msg("%s, depth %d: %s over %s is %d on %d",
							 names[i], depth, role_name((enum role)r),
							 o ? role_name((enum role)o) : "nothing",
							 p.fg, p.bg);
				}
			}
		}
		assert_int_equal(theme_paint(t, ROLE_TEXT, ROLE_NONE, COLORS_NONE).bg, -1);
		theme_free(t);
	}
}

static void test_only_bars_dialogs_and_marks_have_a_background_of_their_own(void **state)
{
	static const enum role may[] = {
		ROLE_TOPBAR,       ROLE_ENV_DEMO, ROLE_ENV_TEST,  ROLE_ENV_LIVE,      ROLE_KEY,
		ROLE_KEY_LABEL,    ROLE_PROMPT,   ROLE_DIALOG,    ROLE_DIALOG_BORDER, ROLE_BUTTON,
		ROLE_BUTTON_FOCUS, ROLE_MATCH,    ROLE_SELECTION, ROLE_SELECTION_OFF, ROLE_CHANGED,
		ROLE_QR,           ROLE_QR_DARK,
	};
	static const char *const names[] = {"dark", "light"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct theme *t = load(names[i]);
		for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
			bool allowed = false;
			for (size_t m = 0; m < COUNT(may); m++)
				allowed = allowed || may[m] == (enum role)r;
			if (!allowed)
				assert_int_equal(
					theme_paint(t, (enum role)r, ROLE_NONE, COLORS_TRUE).bg,
					i == 0 ? -1 : theme_background(t));
		}
		theme_free(t);
	}
}

static bool paint_equal(struct paint a, struct paint b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void test_tones_stay_apart_at_every_depth_with_colour(void **state)
{
	static const char *const names[] = {"dark", "light", "high-contrast"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct theme *t = load(names[i]);
		for (int depth = COLORS_8; depth <= COLORS_TRUE; depth++) {
			for (size_t a = 0; a < COUNT(tones); a++) {
				for (size_t b = 0; b < a; b++) {
					enum color_depth d = (enum color_depth)depth;
					if (paint_equal(theme_paint(t, tones[a], ROLE_NONE, d),
							theme_paint(t, tones[b], ROLE_NONE, d)))
						fail_msg("%s, depth %d: %s is %s", names[i], depth,
							 role_name(tones[a]), role_name(tones[b]));
				}
			}
		}
		theme_free(t);
	}
}

/*
 * Machado's matrices for full deuteranopia and protanopia, on gamma-coded values: rough, but enough
 * to find two tones that fall together.
 */
static int32_t seen_by(const double m[9], int32_t rgb)
{
	double in[3] = {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255};
	int32_t out = 0;
	for (int i = 0; i < 3; i++) {
		double v = m[i * 3] * in[0] + m[i * 3 + 1] * in[1] + m[i * 3 + 2] * in[2];
		out = out << 8 | (int32_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
	return out;
}

static int farthest_channel(int32_t a, int32_t b)
{
	int most = 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		int d = abs((a >> shift & 255) - (b >> shift & 255));
		most = d > most ? d : most;
	}
	return most;
}

static void test_good_warn_and_bad_stay_apart_for_the_colour_blind(void **state)
{
	static const double kinds[][9] = {
		{0.367, 0.861, -0.228, 0.280, 0.673, 0.047, -0.012, 0.043, 0.969},
		{0.152, 1.053, -0.205, 0.115, 0.786, 0.099, -0.004, -0.048, 1.052},
	};
	static const enum role three[] = {ROLE_GOOD, ROLE_WARN, ROLE_BAD};
	static const char *const names[] = {"dark", "light", "high-contrast"};
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct theme *t = load(names[i]);
		for (size_t k = 0; k < COUNT(kinds); k++) {
			for (size_t a = 0; a < 3; a++) {
				size_t b = (a + 1) % 3;
				int32_t x = theme_paint(t, three[a], ROLE_NONE, COLORS_TRUE).fg;
				int32_t y = theme_paint(t, three[b], ROLE_NONE, COLORS_TRUE).fg;
				int apart = farthest_channel(seen_by(kinds[k], x),
							     seen_by(kinds[k], y));
				if (apart < 24)
					fail_msg("%s, kind %zu: %s and %s are %d apart", names[i],
						 k, role_name(three[a]), role_name(three[b]),
						 apart);
			}
		}
		theme_free(t);
	}
}

static void test_colours_fit_their_depth(void **state)
{
	static const int32_t most[] = {
		[COLORS_NONE] = -1, [COLORS_8] = 7,           [COLORS_16] = 15,
		[COLORS_256] = 255, [COLORS_TRUE] = 0xffffff,
	};
	(void)state;
	for (const char *const *n = theme_names(); *n; n++) {
		struct theme *t = load(*n);
		for (int depth = COLORS_NONE; depth <= COLORS_TRUE; depth++) {
			for (int r = 0; r < ROLE_COUNT; r++) {
				for (int o = 0; o < ROLE_COUNT; o++) {
					struct paint p = theme_paint(t, (enum role)r, (enum role)o,
								     (enum color_depth)depth);
					assert_true(p.fg >= -1 && p.fg <= most[depth]);
					assert_true(p.bg >= -1 && p.bg <= most[depth]);
					assert_false(p.fg >= 0 && p.fg == p.bg);
				}
			}
		}
		theme_free(t);
	}
}

static void test_without_colour_attributes_carry_the_meaning(void **state)
{
	(void)state;
	for (const char *const *n = theme_names(); *n; n++) {
		struct theme *t = load(*n);
		for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
			assert_int_equal(
				theme_paint(t, (enum role)r, ROLE_SELECTION, COLORS_NONE).attrs &
					(PAINT_REVERSE | PAINT_DIM),
				PAINT_REVERSE); /* no holes in the bar */
		unsigned focus = theme_paint(t, ROLE_BORDER_FOCUS, ROLE_NONE, COLORS_NONE).attrs;
		unsigned border = theme_paint(t, ROLE_BORDER, ROLE_NONE, COLORS_NONE).attrs;
		assert_true(focus & PAINT_BOLD);
		assert_false(border & PAINT_BOLD);
		unsigned bad = theme_paint(t, ROLE_BAD, ROLE_NONE, COLORS_NONE).attrs;
		assert_true((bad & PAINT_BOLD) && (bad & PAINT_UNDERLINE));
		assert_true(theme_paint(t, ROLE_WARN, ROLE_NONE, COLORS_NONE).attrs & PAINT_BOLD);
		unsigned dead = theme_paint(t, ROLE_DEAD, ROLE_NONE, COLORS_NONE).attrs;
		assert_true(dead & PAINT_DIM);
		theme_free(t);
	}
}

static void test_selection_keeps_a_readable_tone_and_replaces_another(void **state)
{
	struct theme *t = load("dark");
	(void)state;
	struct paint selection = theme_paint(t, ROLE_SELECTION, ROLE_NONE, COLORS_TRUE);
	struct paint good = theme_paint(t, ROLE_GOOD, ROLE_SELECTION, COLORS_TRUE);
	assert_int_equal(good.bg, selection.bg);
	assert_int_equal(good.fg, theme_paint(t, ROLE_GOOD, ROLE_NONE, COLORS_TRUE).fg);
	struct paint border = theme_paint(t, ROLE_BORDER, ROLE_SELECTION, COLORS_TRUE);
	assert_int_equal(border.fg, selection.fg);
	struct paint strong = theme_paint(t, ROLE_STRONG, ROLE_SELECTION, COLORS_TRUE);
	assert_true(strong.attrs & PAINT_BOLD);
	assert_true(paint_equal(theme_paint(t, ROLE_COUNT, ROLE_NONE, COLORS_TRUE),
				(struct paint){-1, -1, 0}));
	/* Selected in a focused pane, in an unfocused one and not at all: three looks everywhere.
	 */
	for (int d = COLORS_NONE; d <= COLORS_TRUE; d++) {
		enum color_depth depth = (enum color_depth)d;
		struct paint on = theme_paint(t, ROLE_TEXT, ROLE_SELECTION, depth);
		struct paint off = theme_paint(t, ROLE_TEXT, ROLE_SELECTION_OFF, depth);
		assert_false(paint_equal(on, off));
		assert_false(paint_equal(off, theme_paint(t, ROLE_TEXT, ROLE_NONE, depth)));
	}
	theme_free(t);
}

static void test_surfaces_lie_under_what_has_a_background(void **state)
{
	static const enum role surfaces[] = {ROLE_DIALOG, ROLE_TOPBAR, ROLE_PROMPT, ROLE_KEY_LABEL};
	struct theme *t = load("dark");
	(void)state;
	for (size_t i = 0; i < COUNT(surfaces); i++) {
		struct paint live = theme_paint(t, ROLE_ENV_LIVE, ROLE_NONE, COLORS_TRUE);
		struct paint over = theme_paint(t, ROLE_ENV_LIVE, surfaces[i], COLORS_TRUE);
		assert_int_equal(over.bg, live.bg);
		assert_int_equal(over.fg, live.fg);
		assert_int_equal(theme_paint(t, ROLE_WARN, surfaces[i], COLORS_TRUE).bg,
				 theme_paint(t, surfaces[i], ROLE_NONE, COLORS_TRUE).bg);
		for (int d = COLORS_NONE; d <= COLORS_TRUE; d++)
			assert_false(
				theme_paint(t, ROLE_TEXT, surfaces[i], (enum color_depth)d).attrs &
				PAINT_UNDERLINE);
	}
	theme_free(t);
}

static void test_nearest_of_256_is_exact_where_it_can_be(void **state)
{
	static const struct {
		int32_t rgb;
		int want;
	} rows[] = {
		{0x000000, 16},  {0xffffff, 231}, {0xff0000, 196}, {0x5fafd7, 74},
		{0x080808, 232}, {0xeeeeee, 255}, {0x87d75f, 113}, {0x303030, 236},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(color_nearest_256(rows[i].rgb), rows[i].want);
}

static void test_contrast_is_wcags(void **state)
{
	(void)state;
	assert_true(color_contrast(0xffffff, 0x000000) > 20.99);
	assert_true(color_contrast(0x777777, 0xffffff) > 4.47);
	assert_true(color_contrast(0x777777, 0xffffff) < 4.49);
	assert_true(color_contrast(0x123456, 0x123456) < 1.001);
}

static void test_role_values_are_parsed_strictly(void **state)
{
	static const struct {
		const char *value;
		bool ok;
		enum color_kind fg, bg;
		int32_t fg_value, bg_value;
		unsigned attrs;
	} rows[] = {
		{"#d0d0d0", true, COLOR_RGB, COLOR_DEFAULT, 0xd0d0d0, -1, 0},
		{"#D0d0D0 on #101014 bold", true, COLOR_RGB, COLOR_RGB, 0xd0d0d0, 0x101014,
		 PAINT_BOLD},
		{"bright-blue on red", true, COLOR_INDEX, COLOR_INDEX, 12, 1, 0},
		{"default", true, COLOR_DEFAULT, COLOR_DEFAULT, -1, -1, 0},
		{"on white", true, COLOR_DEFAULT, COLOR_INDEX, -1, 7, 0},
		{"bold dim italic underline reverse", true, COLOR_DEFAULT, COLOR_DEFAULT, -1, -1,
		 31},
		{"red\tbold", true, COLOR_INDEX, COLOR_DEFAULT, 1, -1, PAINT_BOLD},
		{"", false, 0, 0, 0, 0, 0},
		{"   ", false, 0, 0, 0, 0, 0},
		{"#12345", false, 0, 0, 0, 0, 0},
		{"#1234567", false, 0, 0, 0, 0, 0},
		{"#12345g", false, 0, 0, 0, 0, 0},
		{"red on", false, 0, 0, 0, 0, 0},
		{"red blue", false, 0, 0, 0, 0, 0},
		{"red on on", false, 0, 0, 0, 0, 0},
		{"red bold blue", false, 0, 0, 0, 0, 0},
		{"red bold on blue", false, 0, 0, 0, 0, 0},
		{"blink", false, 0, 0, 0, 0, 0},
		{"a-word-much-longer-than-any-there-is", false, 0, 0, 0, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct role_spec s = {0};
		assert_int_equal(role_spec_parse(rows[i].value, &s), rows[i].ok ? S_OK : E_INVALID);
		assert_int_equal(s.set, rows[i].ok);
		if (!rows[i].ok)
			continue;
		assert_int_equal(s.fg.kind, rows[i].fg);
		assert_int_equal(s.bg.kind, rows[i].bg);
		assert_int_equal(s.fg.value, rows[i].fg_value);
		assert_int_equal(s.bg.value, rows[i].bg_value);
		assert_int_equal(s.attrs, rows[i].attrs);
	}
}

/* --- files --------------------------------------------------------------------- */

struct folder {
	char path[64];
	const char *dirs[3];
};

static int setup(void **state)
{
	struct folder *f = test_calloc(1, sizeof(*f));
	(void)str_copy(f->path, sizeof(f->path), "/tmp/test_ui_theme.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->dirs[0] = "/nonexistent/themes";
	f->dirs[1] = f->path;
	*state = f;
	return 0;
}

static void theme_path(const struct folder *f, const char *name, char path[128])
{
	(void)str_printf(path, 128, "%s/%s.theme", f->path, name);
}

static int teardown(void **state)
{
	static const char *const names[] = {"mine", "dark", "child", "loop"};
	struct folder *f = *state;
	char path[128];
	for (size_t i = 0; i < COUNT(names); i++) {
		theme_path(f, names[i], path);
		unlink(path);
	}
	rmdir(f->path);
	test_free(f);
	return 0;
}

static void put_theme(const struct folder *f, const char *name, const char *content)
{
	char path[128];
	theme_path(f, name, path);
	golden_write(path, content);
}

static void test_theme_file_wins_over_the_builtin(void **state)
{
	struct folder *f = *state;
	struct theme *t;
	put_theme(f, "dark", "[theme]\nname = dark\n[roles]\ntext = #123456\n");
	assert_int_equal(theme_load(f->dirs, "dark", &t, NULL), S_OK);
	assert_int_equal(theme_paint(t, ROLE_TEXT, ROLE_NONE, COLORS_TRUE).fg, 0x123456);
	assert_int_equal(theme_paint(t, ROLE_GOOD, ROLE_NONE, COLORS_TRUE).fg, -1);
	assert_int_equal(theme_background(t), -1);
	theme_free(t);
}

static void test_theme_inherits_what_it_does_not_say(void **state)
{
	struct folder *f = *state;
	struct theme *t, *light = load("light");
	put_theme(f, "mine", "[theme]\ninherits = light\n[roles]\ngood = blue\n");
	put_theme(f, "child", "[roles]\nbad = magenta bold\n[theme]\ninherits=mine\nname=kid\n");
	assert_int_equal(theme_load(f->dirs, "child", &t, NULL), S_OK);
	assert_string_equal(theme_name(t), "kid");
	assert_int_equal(theme_paint(t, ROLE_BAD, ROLE_NONE, COLORS_256).fg, 5);
	assert_int_equal(theme_paint(t, ROLE_GOOD, ROLE_NONE, COLORS_16).fg, 4);
	assert_true(paint_equal(theme_paint(t, ROLE_TEXT, ROLE_NONE, COLORS_TRUE),
				theme_paint(light, ROLE_TEXT, ROLE_NONE, COLORS_TRUE)));
	assert_int_equal(theme_background(t), theme_background(light));
	theme_free(t);
	theme_free(light);
}

static void test_theme_that_inherits_from_itself_is_refused(void **state)
{
	struct folder *f = *state;
	struct theme *t = NULL;
	put_theme(f, "loop", "[theme]\ninherits = loop\n");
	assert_int_equal(theme_load(f->dirs, "loop", &t, NULL), E_LIMIT);
	assert_null(t);
}

static void test_theme_errors_say_file_line_and_why(void **state)
{
	static const struct {
		const char *content, *line, *why;
	} rows[] = {
		{"[roles]\ntext = #12\n", ":2:", "'text'"},
		{"[roles]\n\ntekst = red\n", ":3:", "unknown role 'tekst'"},
		{"[colours]\ntext = red\n", ":2:", "unknown section 'colours'"},
		{"[theme]\nauthor = me\n", ":2:", "unknown key 'author'"},
		{"[theme]\nbackground = puce\n", ":2:", "'puce'"},
		{"[theme]\ninherits = ../../etc/x\n", ":2:", "'../../etc/x'"},
		{"[roles]\nrubbish\n", ":2:", "name = value"},
	};
	struct folder *f = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct theme *t = NULL;
		struct problem p = {0};
		put_theme(f, "mine", rows[i].content);
		assert_int_equal(theme_load(f->dirs, "mine", &t, &p), E_INVALID);
		assert_non_null(strstr(p.what, "mine.theme"));
		assert_non_null(strstr(p.what, rows[i].line));
		assert_non_null(strstr(p.what, rows[i].why));
		assert_null(t);
	}
}

static void test_theme_not_found_names_the_folders(void **state)
{
	struct folder *f = *state;
	struct theme *t = NULL;
	struct problem p = {0};
	assert_int_equal(theme_load(f->dirs, "neon", &t, &p), E_NOT_FOUND);
	assert_non_null(strstr(p.what, "'neon'"));
	assert_non_null(strstr(p.what, "/nonexistent/themes"));
	assert_non_null(strstr(p.what, f->path));
	assert_int_equal(theme_load(NULL, "neon", &t, &p), E_NOT_FOUND);
	assert_int_equal(theme_load(f->dirs, "../dark", &t, &p), E_INVALID);
	assert_int_equal(theme_load(f->dirs, "", &t, &p), E_INVALID);
	assert_int_equal(theme_load(f->dirs, NULL, &t, &p), E_INVALID);
	assert_null(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_role_names_go_both_ways),
		cmocka_unit_test(test_builtin_themes_are_the_files),
		cmocka_unit_test(test_builtin_themes_name_every_role),
		cmocka_unit_test(test_text_can_be_read_on_its_background),
		cmocka_unit_test(
			test_a_theme_that_paints_its_background_leaves_nothing_to_the_terminal),
		cmocka_unit_test(test_only_bars_dialogs_and_marks_have_a_background_of_their_own),
		cmocka_unit_test(test_tones_stay_apart_at_every_depth_with_colour),
		cmocka_unit_test(test_good_warn_and_bad_stay_apart_for_the_colour_blind),
		cmocka_unit_test(test_colours_fit_their_depth),
		cmocka_unit_test(test_without_colour_attributes_carry_the_meaning),
		cmocka_unit_test(test_selection_keeps_a_readable_tone_and_replaces_another),
		cmocka_unit_test(test_surfaces_lie_under_what_has_a_background),
		cmocka_unit_test(test_nearest_of_256_is_exact_where_it_can_be),
		cmocka_unit_test(test_contrast_is_wcags),
		cmocka_unit_test(test_role_values_are_parsed_strictly),
		cmocka_unit_test_setup_teardown(test_theme_file_wins_over_the_builtin, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_theme_inherits_what_it_does_not_say, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_theme_that_inherits_from_itself_is_refused,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_theme_errors_say_file_line_and_why, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_theme_not_found_names_the_folders, setup,
						teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
