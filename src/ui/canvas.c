#include "ui/canvas.h"
#include "ui/canvas_grid.h"

#define ELLIPSIS "\xe2\x80\xa6"

struct canvas canvas_whole(struct grid *g)
{
	return (struct canvas){g, {0, 0, grid_width(g), grid_height(g)}};
}

static struct rect rect_meet(struct rect a, struct rect b)
{
	int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	return (struct rect){x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0};
}

/* Keeps sums of coordinates far from overflow whatever a caller computes. */
static int sane(int n)
{
	const int most = 1 << 20;
	return n < -most ? -most : n > most ? most : n;
}

struct canvas canvas_sub(const struct canvas *c, struct rect r)
{
	struct rect in_grid = {c->at.x + sane(r.x), c->at.y + sane(r.y), sane(r.w), sane(r.h)};
	return (struct canvas){c->grid, rect_meet(c->at, in_grid)};
}

static bool canvas_has_row(const struct canvas *c, int y)
{
	return y >= 0 && y < c->at.h;
}

static void canvas_blank(struct canvas *c, int x, int y, enum role role)
{
	if (x >= 0 && x < c->at.w && canvas_has_row(c, y))
		grid_put_blank(c->grid, c->at.x + x, c->at.y + y, role);
}

/* A wide cluster that an edge cuts in two is shown as a blank. */
static void canvas_put(struct canvas *c, int x, int y, enum role role, const struct cluster *cl)
{
	if (!canvas_has_row(c, y))
		return;
	if (x >= 0 && x + cl->width <= c->at.w) {
		grid_put(c->grid, c->at.x + x, c->at.y + y, cl, role);
		return;
	}
	for (int i = 0; i < cl->width; i++)
		canvas_blank(c, x + i, y, role);
}

void canvas_clear(struct canvas *c, enum role role)
{
	for (int y = 0; y < c->at.h; y++) {
		for (int x = 0; x < c->at.w; x++)
			canvas_blank(c, x, y, role);
	}
}

/* How much of a text is shown in `room` cells. */
struct span {
	size_t bytes; /* of the text, before the ellipsis */
	int cells;    /* with the ellipsis */
	bool cut;
};

static struct span text_span(const struct safe_text *t, int room)
{
	struct span s = {0};
	struct cluster cl;
	size_t pos = 0;

	if (room <= 0)
		return s;
	s.cut = safe_text_width(t) > (unsigned)room;
	if (s.cut)
		room--;
	while (safe_text_next(t, &pos, &cl) && s.cells + cl.width <= room) {
		s.cells += cl.width;
		s.bytes = pos;
	}
	if (s.cut)
		s.cells++;
	return s;
}

static void canvas_draw_span(struct canvas *c, int x, int y, enum role role,
			     const struct safe_text *t, const struct span *s)
{
	struct cluster cl;
	size_t pos = 0;
	while (pos < s->bytes && safe_text_next(t, &pos, &cl)) {
		canvas_put(c, x, y, role, &cl);
		x += cl.width;
	}
	if (s->cut) {
		cl = (struct cluster){ELLIPSIS, sizeof(ELLIPSIS) - 1, 1};
		canvas_put(c, x, y, role, &cl);
	}
}

int canvas_text(struct canvas *c, int x, int y, int max_width, enum role role,
		const struct safe_text *t)
{
	int room = c->at.w - sane(x);
	if (max_width > 0 && max_width < room)
		room = max_width;
	struct span s = text_span(t, room);
	canvas_draw_span(c, sane(x), y, role, t, &s);
	return s.cells;
}

int canvas_text_right(struct canvas *c, int right_x, int y, int max_width, enum role role,
		      const struct safe_text *t)
{
	if (right_x > c->at.w)
		right_x = c->at.w;
	int room = max_width > 0 && max_width < right_x ? max_width : right_x;
	struct span s = text_span(t, room);
	canvas_draw_span(c, right_x - s.cells, y, role, t, &s);
	return s.cells;
}

int canvas_text_center(struct canvas *c, int y, enum role role, const struct safe_text *t)
{
	struct span s = text_span(t, c->at.w);
	canvas_draw_span(c, (c->at.w - s.cells) / 2, y, role, t, &s);
	return s.cells;
}

int canvas_print(struct canvas *c, int x, int y, int max_width, enum role role, const char *fmt,
		 ...)
{
	struct safe_text t;
	va_list ap;

	safe_text_clear(&t);
	va_start(ap, fmt);
	safe_text_vaddf(&t, fmt, ap);
	va_end(ap);
	return canvas_text(c, x, y, max_width, role, &t);
}

void canvas_overlay(struct canvas *c, struct rect r, enum role over)
{
	struct rect at = canvas_sub(c, r).at;
	for (int y = at.y; y < at.y + at.h; y++) {
		for (int x = at.x; x < at.x + at.w; x++)
			grid_overlay(c->grid, x, y, over);
	}
}

/* utf-8, ascii */
static const char *const glyphs[GLYPH_COUNT][2] = {
	[GLYPH_H] = {"─", "-"},      [GLYPH_V] = {"│", "|"},     [GLYPH_TL] = {"╭", "+"},
	[GLYPH_TR] = {"╮", "+"},     [GLYPH_BL] = {"╰", "+"},    [GLYPH_BR] = {"╯", "+"},
	[GLYPH_DOT] = {"●", "*"},    [GLYPH_RING] = {"○", "o"},  [GLYPH_HALF] = {"◐", "@"},
	[GLYPH_CHECK] = {"✓", "+"},  [GLYPH_CROSS] = {"✗", "x"}, [GLYPH_BANG] = {"!", "!"},
	[GLYPH_DASH] = {"–", "-"},   [GLYPH_ARROW] = {"→", ">"}, [GLYPH_DOWN] = {"▼", "v"},
	[GLYPH_UP] = {"▲", "^"},     [GLYPH_BAR] = {"▌", ">"},   [GLYPH_TRACK] = {"│", "|"},
	[GLYPH_BRANCH] = {"├", "+"}, [GLYPH_LAST] = {"└", "`"},
};

const char *glyph_str(enum glyph g, bool ascii)
{
	return (int)g >= 0 && g < GLYPH_COUNT ? glyphs[g][ascii] : "?";
}

void canvas_glyph(struct canvas *c, int x, int y, enum role role, enum glyph g)
{
	const char *s = glyph_str(g, grid_ascii(c->grid));
	struct cluster cl = {s, (uint8_t)strlen(s), 1};
	canvas_put(c, x, y, role, &cl);
}

void canvas_hline(struct canvas *c, int x, int y, int w, enum role role)
{
	int end = sane(x) + sane(w) < c->at.w ? sane(x) + sane(w) : c->at.w;
	for (x = x < 0 ? 0 : x; x < end; x++)
		canvas_glyph(c, x, y, role, GLYPH_H);
}
