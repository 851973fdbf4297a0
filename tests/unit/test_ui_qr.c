/* QR codes: the modules land on the cells they belong to, with their quiet zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ui/qr.h"
#include "ui/theme.h"

#define URL "https://pay.example/payment/1f3f2a91?session_token=st_live_8f3a5d01c3b7e924"

static struct qr *made(const char *text)
{
	struct qr *q = NULL;

	assert_int_equal(qr_new(text, strlen(text), &q, NULL), S_OK);
	return q;
}

/* The three corners every reader looks for: 7 by 7, a ring, a white ring, a core. */
static void check_finder(const struct qr *q, int left, int top)
{
	for (int y = 0; y < 7; y++) {
		for (int x = 0; x < 7; x++) {
			int dx = x < 3 ? 3 - x : x - 3, dy = y < 3 ? 3 - y : y - 3;
			int ring = dx > dy ? dx : dy;

			assert_int_equal(qr_is_dark(q, left + x, top + y), ring != 2);
		}
	}
}

static void test_qr_has_finders_inside_a_quiet_zone(void **state)
{
	struct qr *q = made(URL);
	int side = qr_side(q), far = side - QR_QUIET - 7;

	(void)state;
	check_finder(q, QR_QUIET, QR_QUIET);
	check_finder(q, far, QR_QUIET);
	check_finder(q, QR_QUIET, far);
	for (int i = 0; i < side; i++) {
		for (int quiet = 0; quiet < QR_QUIET; quiet++) {
			assert_false(qr_is_dark(q, i, quiet));
			assert_false(qr_is_dark(q, quiet, i));
			assert_false(qr_is_dark(q, i, side - 1 - quiet));
			assert_false(qr_is_dark(q, side - 1 - quiet, i));
		}
	}
	qr_free(q);
}

static bool cell_is(const struct cell *c, const char *bytes)
{
	return c->len == strlen(bytes) && memcmp(c->bytes, bytes, c->len) == 0;
}

/* Black and white of one module as the grid shows it: backgrounds, and half blocks of the other
 * colour. Letters of the dark colour would leave white gaps between rows. */
static bool shown_dark(const struct grid *g, bool whole, int left, int top, int x, int y)
{
	const struct cell *c =
		whole ? grid_cell(g, left + 2 * x, top + y) : grid_cell(g, left + x, top + y / 2);

	if (whole) {
		assert_true(cell_is(c, " "));
		assert_int_equal(grid_cell(g, left + 2 * x + 1, top + y)->role, c->role);
	}
	assert_true(cell_is(c, " ") || (c->role == ROLE_QR_DARK && !whole));
	if (cell_is(c, " "))
		return c->role == ROLE_QR_DARK;
	return !cell_is(c, y % 2 ? "▄" : "▀");
}

static void check_drawn(bool ascii, bool whole, int width, int height)
{
	struct qr *q = made(URL);
	struct grid *g = grid_new(width, height, ascii);
	struct canvas all = canvas_whole(g);
	int w, h;

	qr_cells(q, whole, &w, &h);
	assert_true(qr_draw(q, &all));
	for (int y = 0; y < qr_side(q); y++) {
		for (int x = 0; x < qr_side(q); x++)
			assert_int_equal(shown_dark(g, whole, (width - w) / 2, (height - h) / 2, x,
						    y),
					 qr_is_dark(q, x, y));
	}
	assert_int_equal(grid_cell(g, (width - w) / 2, (height - h) / 2)->role, ROLE_QR);
	grid_free(g);
	qr_free(q);
}

static void test_qr_is_drawn_as_half_blocks_where_there_is_little_room(void **state)
{
	(void)state;
	check_drawn(false, false, 140, 40);
}

static void test_qr_is_drawn_in_whole_cells_where_there_is_room_and_in_ascii(void **state)
{
	(void)state;
	check_drawn(false, true, 140, 80);
	check_drawn(true, true, 140, 80);
}

static void test_qr_that_does_not_fit_draws_nothing(void **state)
{
	struct qr *q = made(URL);
	int w, h;

	(void)state;
	qr_cells(q, false, &w, &h);
	for (int narrow = 0; narrow < 2; narrow++) {
		struct grid *g = grid_new(w - narrow, h - !narrow, false);
		struct canvas all = canvas_whole(g);
		char *text;

		assert_false(qr_draw(q, &all));
		text = grid_to_text(g);
		assert_int_equal(strspn(text, "\n"), strlen(text));
		free(text);
		grid_free(g);
	}
	qr_free(q);
}

static void test_qr_refuses_nothing_and_too_much(void **state)
{
	static char large[8000];
	struct qr *q;
	struct problem p;

	(void)state;
	memset(large, 'a', sizeof(large));
	assert_int_equal(qr_new("", 0, &q, &p), E_INVALID);
	assert_int_equal(qr_new(large, sizeof(large), &q, &p), E_LIMIT);
	assert_non_null(strstr(p.what, "too long"));
}

static void test_qr_is_black_on_white_in_every_theme(void **state)
{
	static const char *const none[] = {NULL};

	(void)state;
	for (const char *const *n = theme_names(); *n; n++) {
		struct theme *t;
		struct paint p;

		assert_int_equal(theme_load(none, *n, &t, NULL), S_OK);
		p = theme_paint(t, ROLE_QR, ROLE_NONE, COLORS_TRUE);
		assert_int_equal(p.fg, 0x000000);
		assert_int_equal(p.bg, 0xffffff);
		p = theme_paint(t, ROLE_QR, ROLE_NONE, COLORS_16);
		assert_int_equal(p.fg, 0);
		assert_int_equal(p.bg, 15);
		assert_true(theme_paint(t, ROLE_QR, ROLE_NONE, COLORS_NONE).attrs & PAINT_REVERSE);
		p = theme_paint(t, ROLE_QR_DARK, ROLE_NONE, COLORS_TRUE);
		assert_int_equal(p.fg, 0xffffff);
		assert_int_equal(p.bg, 0x000000);
		p = theme_paint(t, ROLE_QR_DARK, ROLE_NONE, COLORS_NONE);
		assert_int_equal(p.attrs & PAINT_REVERSE, 0);
		theme_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qr_has_finders_inside_a_quiet_zone),
		cmocka_unit_test(test_qr_is_drawn_as_half_blocks_where_there_is_little_room),
		cmocka_unit_test(test_qr_is_drawn_in_whole_cells_where_there_is_room_and_in_ascii),
		cmocka_unit_test(test_qr_that_does_not_fit_draws_nothing),
		cmocka_unit_test(test_qr_refuses_nothing_and_too_much),
		cmocka_unit_test(test_qr_is_black_on_white_in_every_theme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
