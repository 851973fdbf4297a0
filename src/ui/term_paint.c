/*
 * A grid onto the screen: only cells that differ from what is shown are touched.
 */
#include "ui/term_private.h"

#include "base/alloc.h"

#include <curses.h>
#include <wchar.h>

#define WHITE 7
#define BLACK 0

static bool terminfo_says_rgb(void)
{
	char *words = tigetstr("RGB");
	return tigetflag("RGB") > 0 || tigetnum("RGB") > 0 ||
	       (words && words != (char *)-1); /* NOLINT: terminfo's "no such string" */
}

static enum color_depth depth_of(int colors)
{
	if (colors >= 0x1000000 && terminfo_says_rgb())
		return COLORS_TRUE;
	if (colors >= 256)
		return COLORS_256;
	if (colors >= 16)
		return COLORS_16;
	return colors >= 8 ? COLORS_8 : COLORS_NONE;
}

void term_paint_init(struct term *t, const struct term_options *opt)
{
	t->depth = COLORS_NONE;
	if (!opt->no_color && has_colors() && start_color() == OK) {
		enum color_depth most =
			opt->color_limit > 0 ? depth_of(opt->color_limit) : COLORS_TRUE;
		t->depth = depth_of(COLORS);
		t->depth = t->depth < most ? t->depth : most;
	}
	t->default_colors = t->depth != COLORS_NONE && use_default_colors() == OK;
	t->pairs.most = COLOR_PAIRS - 1 < TERM_PAIRS_MAX ? COLOR_PAIRS - 1 : TERM_PAIRS_MAX;
	t->square_corners = strncmp(termname(), "linux", 5) == 0;
}

void term_paint_resize(struct term *t)
{
	size_t count = (size_t)t->width * (size_t)t->height;
	t->shown = xrealloc(t->shown, count, sizeof(*t->shown));
	memset(t->shown, 0, count * sizeof(*t->shown));
	t->force = true;
}

static bool pair_is(const struct term_pairs *p, int i, const struct paint *paint)
{
	return i < p->count && p->of[i].fg == paint->fg && p->of[i].bg == paint->bg;
}

/* The pair for these colours; -1 when all are in use. */
static int term_pair(struct term *t, const struct paint *paint)
{
	struct term_pairs *p = &t->pairs;
	bool plain = paint->fg < 0 && paint->bg < 0;
	if (t->depth == COLORS_NONE || (plain && t->default_colors))
		return 0;
	for (int n = 0, i = p->recent; n < p->count; n++, i = (i + 1) % p->count) {
		if (pair_is(p, i, paint)) {
			p->recent = i;
			return i + 1;
		}
	}
	if (p->count >= p->most)
		return -1;
	int fg = paint->fg < 0 && !t->default_colors ? WHITE : paint->fg;
	int bg = paint->bg < 0 && !t->default_colors ? BLACK : paint->bg;
	if (init_extended_pair(p->count + 1, fg, bg) == ERR)
		return 0;
	p->of[p->count].fg = paint->fg;
	p->of[p->count].bg = paint->bg;
	p->recent = p->count;
	return ++p->count;
}

static attr_t attrs_of(unsigned attrs)
{
	attr_t a = A_NORMAL;
	a |= attrs & PAINT_BOLD ? A_BOLD : 0;
	a |= attrs & PAINT_DIM ? A_DIM : 0;
	a |= attrs & PAINT_ITALIC ? A_ITALIC : 0;
	a |= attrs & PAINT_UNDERLINE ? A_UNDERLINE : 0;
	a |= attrs & PAINT_REVERSE ? A_REVERSE : 0;
	return a;
}

static wchar_t square_corner(wchar_t c)
{
	switch (c) {
	case 0x256d:
		return 0x250c;
	case 0x256e:
		return 0x2510;
	case 0x2570:
		return 0x2514;
	case 0x256f:
		return 0x2518;
	default:
		return c;
	}
}

/*
 * The cell as wide characters. False when the C library thinks it wider or narrower than the grid
 * does (an emoji newer than the one or the other), which would shift the rest of the line.
 */
static bool cell_to_wide(const struct term *t, const struct cell *c, wchar_t wide[CCHARW_MAX + 1])
{
	size_t n = 0, used;
	for (size_t at = 0; at < c->len && n < CCHARW_MAX; at += used) {
		uint32_t code = utf8_decode(c->bytes + at, c->len - at, &used);
		wide[n++] = (wchar_t)code;
	}
	wide[n] = L'\0';
	if (n && t->square_corners)
		wide[0] = square_corner(wide[0]);
	if (t->ascii && (n != 1 || wide[0] >= 0x80))
		return false;
	return n && wcwidth(wide[0]) == c->width;
}

static void term_put(const struct term *t, int x, int y, const struct painted *p, int pair)
{
	wchar_t wide[CCHARW_MAX + 1];
	attr_t attrs = attrs_of(p->paint.attrs);
	cchar_t cc;

	if (cell_to_wide(t, &p->cell, wide) && setcchar(&cc, wide, attrs, 0, &pair) == OK) {
		/* ERR at the lower right corner, where the cursor has nowhere to go. */
		mvadd_wch(y, x, &cc);
		return;
	}
	for (int i = 0; i < p->cell.width; i++) {
		if (setcchar(&cc, i ? L" " : L"?", attrs, 0, &pair) == OK)
			mvadd_wch(y, x + i, &cc);
	}
}

static bool painted_equal(const struct painted *a, const struct painted *b)
{
	return memcmp(&a->cell, &b->cell, sizeof(a->cell)) == 0 && a->paint.fg == b->paint.fg &&
	       a->paint.bg == b->paint.bg && a->paint.attrs == b->paint.attrs;
}

/* Returns how many cells were touched, or -1 when colour pairs ran out. */
static long term_put_cells(struct term *t, const struct grid *g, const struct theme *theme)
{
	long touched = 0;
	for (int y = 0; y < t->height; y++) {
		for (int x = 0; x < t->width; x++) {
			struct painted *shown = &t->shown[(size_t)y * (size_t)t->width + (size_t)x];
			const struct cell *c = grid_cell(g, x, y);
			struct painted now = {*c, theme_paint(theme, c->role, c->over, t->depth)};
			if (painted_equal(shown, &now))
				continue;
			int pair = term_pair(t, &now.paint);
			if (pair < 0)
				return -1;
			*shown = now;
			touched++;
			if (now.cell.len)
				term_put(t, x, y, &now, pair);
		}
	}
	return touched;
}

static void term_forget(struct term *t)
{
	memset(t->shown, 0, (size_t)t->width * (size_t)t->height * sizeof(*t->shown));
	erase();
	clearok(stdscr, TRUE);
}

void term_paint(struct term *t, const struct grid *g, const struct theme *theme)
{
	if (t->suspended || t->gone)
		return;
	if (t->force)
		term_forget(t);
	long touched = term_put_cells(t, g, theme);
	if (touched < 0) {
		/* Pairs in use cannot change meaning under what is shown: start afresh. */
		t->pairs.count = 0;
		term_forget(t);
		touched = term_put_cells(t, g, theme);
	}
	if (touched || t->force) {
		wnoutrefresh(stdscr);
		term_frame_update(t);
	}
	t->force = false;
}

void term_redraw(struct term *t)
{
	t->force = true;
}

enum color_depth term_depth(const struct term *t)
{
	return t->depth;
}
