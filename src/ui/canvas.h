/*
 * A grid of cells between views and the terminal. Views draw into it; the terminal,
 * golden tests and `snapshot` read it. It takes text only as struct safe_text, or
 * as a line-drawing glyph.
 *
 * A `struct canvas` is a window onto a grid: a rectangle with its own origin that
 * clips everything. Copy it freely; it owns nothing.
 */
#ifndef PEPAYTOP_UI_CANVAS_H
#define PEPAYTOP_UI_CANVAS_H

#include "base/text.h"
#include "ui/style.h"

#define GRID_WIDTH_MAX  1000
#define GRID_HEIGHT_MAX 400
#define CELL_BYTES      16

struct cell {
	char bytes[CELL_BYTES]; /* one cluster; len 0 is the right half of a wide one */
	uint8_t len;
	uint8_t width;
	uint8_t role; /* enum role */
	uint8_t over; /* overlay role, or ROLE_NONE */
};

struct rect {
	int x, y, w, h;
};

struct grid;                                              /* the cells */
struct grid *grid_new(int width, int height, bool ascii); /* clamped to 1..MAX */
void grid_free(struct grid *g);
void grid_resize(struct grid *g, int width, int height); /* blank afterwards */
int grid_width(const struct grid *g);
int grid_height(const struct grid *g);
bool grid_ascii(const struct grid *g); /* glyphs and text come out as ASCII */
const struct cell *grid_cell(const struct grid *g, int x, int y); /* a blank when outside */
/* UTF-8 lines ended by \n, trailing blanks cut: the screen as text. Caller frees. */
char *grid_to_text(const struct grid *g);
/* The same followed by maps of the roles and of the overlays, one letter a cell ('.' for text and
 * for no overlay), each with its legend: for golden tests of colour. Caller frees. */
char *grid_to_styled_text(const struct grid *g);

struct canvas {
	struct grid *grid;
	struct rect at; /* in grid coordinates */
};
struct canvas canvas_whole(struct grid *g);
/* r relative to c; clipped, and (0, 0) is the corner of what is left of it. */
struct canvas canvas_sub(const struct canvas *c, struct rect r);

void canvas_clear(struct canvas *c, enum role role); /* blanks with that role */
/* Draws at (x, y), cut at the right edge or at max_width cells when > 0 (with an ellipsis when it
 * does not fit). Returns the cells used. */
int canvas_text(struct canvas *c, int x, int y, int max_width, enum role role,
		const struct safe_text *t);
int canvas_text_right(struct canvas *c, int right_x, int y, int max_width, enum role role,
		      const struct safe_text *t); /* ends before right_x */
int canvas_text_center(struct canvas *c, int y, enum role role, const struct safe_text *t);
/* Literals and formatted words through the sanitiser, for the common case. */
int canvas_print(struct canvas *c, int x, int y, int max_width, enum role role, const char *fmt,
		 ...) printf_like(6, 7);
/* Lay it after the text: drawing into a cell takes its overlay off. */
void canvas_overlay(struct canvas *c, struct rect r, enum role over);
/* Wraps at spaces, and breaks at \n, from (x, y) in `width`, at most `max_lines` (then with an
 * ellipsis); returns the lines used. */
int canvas_wrap(struct canvas *c, int x, int y, int width, int max_lines, enum role role,
		const char *text);

enum glyph {
	GLYPH_H,
	GLYPH_V,
	GLYPH_TL,
	GLYPH_TR,
	GLYPH_BL,
	GLYPH_BR,     /* single line, round corners */
	GLYPH_DOT,    /* ● */
	GLYPH_RING,   /* ○ */
	GLYPH_HALF,   /* ◐ */
	GLYPH_CHECK,  /* ✓ */
	GLYPH_CROSS,  /* ✗ */
	GLYPH_BANG,   /* ! */
	GLYPH_DASH,   /* – */
	GLYPH_ARROW,  /* → */
	GLYPH_DOWN,   /* ▼ */
	GLYPH_UP,     /* ▲ */
	GLYPH_BAR,    /* ▌ selection mark, scrollbar thumb */
	GLYPH_TRACK,  /* │ scrollbar track */
	GLYPH_BRANCH, /* ├ */
	GLYPH_LAST,   /* └ */
	GLYPH_COUNT
};
void canvas_glyph(struct canvas *c, int x, int y, enum role role, enum glyph g);
/* The glyph as text for putting into a line: UTF-8 or its ASCII stand-in. */
const char *glyph_str(enum glyph g, bool ascii);
void canvas_hline(struct canvas *c, int x, int y, int w, enum role role);
void canvas_box(struct canvas *c, struct rect r, enum role role);

/*
 * A pane: border, "title" at the left of the top edge, `badge` at its right (either may be NULL);
 * returns the inside. The focused one has another role and a mark that is not colour (▌title).
 */
struct canvas canvas_frame(struct canvas *c, struct rect r, bool focused,
			   const struct safe_text *title, const struct safe_text *badge);

#endif
