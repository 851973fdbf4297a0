/*
 * Columns that fit any width: each has a least and a wanted width, a weight for
 * spare room and a rank; when it gets narrow the highest ranks go first, and ranks 3 and above
 * also go to give ranks 0 and 1 what they want.
 */
#ifndef PEPAYTOP_UI_TABLE_H
#define PEPAYTOP_UI_TABLE_H

#include "ui/canvas.h"

#define TABLE_COLUMNS_MAX 16

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct column {
	const char *title;
	int min, want; /* cells */
	int weight;    /* share of what is left over; 0: stays at `want` */
	int rank;      /* 0 = never dropped; higher goes first */
	enum align align;
	bool middle; /* cut in the middle (ids, hashes) */
	bool exact;  /* says something else when cut (amounts): the others give way first */
};

struct table_layout {
	const struct column *columns;
	size_t count;
	int x[TABLE_COLUMNS_MAX];
	int w[TABLE_COLUMNS_MAX]; /* 0: dropped */
};

/* One cell apart; columns are borrowed. */
void table_fit(struct table_layout *t, const struct column *columns, size_t count, int width);
void table_header(const struct table_layout *t, struct canvas *c, int y);
/* The same, with a mark after the title the rows are sorted by; t->count: by none of them. */
void table_header_sorted(const struct table_layout *t, struct canvas *c, int y, size_t sorted,
			 bool descends);
/* The column under a cell of the table, or t->count. The blank after a column is its own. */
size_t table_column_at(const struct table_layout *t, int x);
/* Does nothing for a dropped column. */
void table_cell(const struct table_layout *t, struct canvas *c, size_t column, int y,
		enum role role, const struct safe_text *text);
/* A thumb at column x for `top`..`top+height` of `count`; nothing when all is visible. */
void scrollbar_draw(struct canvas *c, int x, int y, int height, size_t top, size_t count);

#endif
