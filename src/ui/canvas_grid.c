#include "ui/canvas_grid.h"

#include "base/alloc.h"
#include "base/strbuf.h"

struct grid {
	int width, height;
	bool ascii;
	struct cell *cells;
};

static const struct cell blank = {.bytes = " ", .len = 1, .width = 1, .role = ROLE_TEXT};

static int clamp(int n, int most)
{
	return n < 1 ? 1 : n > most ? most : n;
}

static struct cell *grid_at(const struct grid *g, int x, int y)
{
	return &g->cells[(size_t)y * (size_t)g->width + (size_t)x];
}

struct grid *grid_new(int width, int height, bool ascii)
{
	struct grid *g = xcalloc(1, sizeof(*g));
	g->ascii = ascii;
	grid_resize(g, width, height);
	return g;
}

void grid_free(struct grid *g)
{
	if (!g)
		return;
	free(g->cells);
	free(g);
}

void grid_resize(struct grid *g, int width, int height)
{
	g->width = clamp(width, GRID_WIDTH_MAX);
	g->height = clamp(height, GRID_HEIGHT_MAX);
	size_t count = (size_t)g->width * (size_t)g->height;
	g->cells = xrealloc(g->cells, count, sizeof(*g->cells));
	for (size_t i = 0; i < count; i++)
		g->cells[i] = blank;
}

int grid_width(const struct grid *g)
{
	return g->width;
}

int grid_height(const struct grid *g)
{
	return g->height;
}

bool grid_ascii(const struct grid *g)
{
	return g->ascii;
}

const struct cell *grid_cell(const struct grid *g, int x, int y)
{
	if (x < 0 || y < 0 || x >= g->width || y >= g->height)
		return &blank;
	return grid_at(g, x, y);
}

static void cell_blank(struct cell *c, enum role role, uint8_t over)
{
	*c = blank;
	c->role = (uint8_t)role;
	c->over = over;
}

/* Whatever is about to be written over cells x..x+width-1 may cut wide clusters at both ends. */
static void grid_mend(struct grid *g, int x, int y, int width)
{
	struct cell *first = grid_at(g, x, y);
	if (first->len == 0 && x > 0)
		cell_blank(first - 1, first[-1].role, first[-1].over);
	struct cell *last = grid_at(g, x + width - 1, y);
	if (last->width == 2 && x + width < g->width)
		cell_blank(last + 1, last[1].role, last[1].over);
}

static void grid_put_ascii(struct grid *g, int x, int y, const struct cluster *cl, enum role role)
{
	for (int i = 0; i < cl->width; i++) {
		struct cell *c = grid_at(g, x + i, y);
		cell_blank(c, role, ROLE_NONE);
		c->bytes[0] = ascii_stand_in(cl);
	}
}

void grid_put(struct grid *g, int x, int y, const struct cluster *cl, enum role role)
{
	grid_mend(g, x, y, cl->width);
	if (g->ascii) {
		grid_put_ascii(g, x, y, cl, role);
		return;
	}
	struct cell *c = grid_at(g, x, y);
	*c = (struct cell){.len = cl->len, .width = cl->width, .role = (uint8_t)role};
	memcpy(c->bytes, cl->bytes, cl->len);
	if (cl->width == 2)
		c[1] = (struct cell){.role = (uint8_t)role};
}

void grid_put_blank(struct grid *g, int x, int y, enum role role)
{
	grid_mend(g, x, y, 1);
	cell_blank(grid_at(g, x, y), role, ROLE_NONE);
}

void grid_overlay(struct grid *g, int x, int y, enum role over)
{
	grid_at(g, x, y)->over = (uint8_t)over;
}

static void add_row(struct strbuf *sb, const struct grid *g, int y)
{
	int end = g->width;
	while (end > 0 && grid_at(g, end - 1, y)->len == 1 &&
	       grid_at(g, end - 1, y)->bytes[0] == ' ')
		end--;
	for (int x = 0; x < end; x++)
		strbuf_add(sb, grid_at(g, x, y)->bytes, grid_at(g, x, y)->len);
	strbuf_addch(sb, '\n');
}

static void add_rows(struct strbuf *sb, const struct grid *g)
{
	for (int y = 0; y < g->height; y++)
		add_row(sb, g, y);
}

static size_t text_max(const struct grid *g)
{
	return ((size_t)g->width * CELL_BYTES + 1) * (size_t)g->height;
}

char *grid_to_text(const struct grid *g)
{
	struct strbuf sb;
	strbuf_init(&sb, text_max(g));
	add_rows(&sb, g);
	return strbuf_take(&sb);
}

/* '.' for what is most common, so that the map is easy on the eye. */
static char role_letter(uint8_t role, enum role common)
{
	static const char letters[] = "0abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	if (role == common)
		return '.';
	return role < sizeof(letters) - 1 ? letters[role] : '?';
}

static void add_map(struct strbuf *sb, const struct grid *g, bool overlays)
{
	enum role common = overlays ? ROLE_NONE : ROLE_TEXT;
	for (int y = 0; y < g->height; y++) {
		int end = 0;
		for (int x = 0; x < g->width; x++) {
			const struct cell *c = grid_at(g, x, y);
			if ((overlays ? c->over : c->role) != common)
				end = x + 1;
		}
		for (int x = 0; x < end; x++) {
			const struct cell *c = grid_at(g, x, y);
			strbuf_addch(sb, role_letter(overlays ? c->over : c->role, common));
		}
		strbuf_addch(sb, '\n');
	}
}

static void add_legend(struct strbuf *sb, const struct grid *g, bool overlays)
{
	bool used[ROLE_COUNT] = {false};
	enum role common = overlays ? ROLE_NONE : ROLE_TEXT;
	for (int y = 0; y < g->height; y++) {
		for (int x = 0; x < g->width; x++) {
			const struct cell *c = grid_at(g, x, y);
			used[overlays ? c->over : c->role] = true;
		}
	}
	for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
		if (used[r] && r != (int)common)
			strbuf_addf(sb, " %c=%s", role_letter((uint8_t)r, common),
				    role_name((enum role)r));
	}
	strbuf_addch(sb, '\n');
}

char *grid_to_styled_text(const struct grid *g)
{
	struct strbuf sb;
	strbuf_init(&sb, text_max(g) * 3 + 4096);
	add_rows(&sb, g);
	strbuf_addstr(&sb, "--- roles:");
	add_legend(&sb, g, false);
	add_map(&sb, g, false);
	strbuf_addstr(&sb, "--- overlays:");
	add_legend(&sb, g, true);
	add_map(&sb, g, true);
	return strbuf_take(&sb);
}
