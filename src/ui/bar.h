/*
 * The bottom bar: the most useful keys and what they do, as many as fit.
 */
#ifndef PEPAYTOP_UI_BAR_H
#define PEPAYTOP_UI_BAR_H

#include "ui/canvas.h"

struct bar_item {
	struct safe_text key, label;
	bool stays; /* others make room for it */
};
/* The item at a cell of the bar, or `count`: none is there. */
size_t bar_at(const struct bar_item *items, size_t count, int width, int x);
void bar_draw(struct canvas *c, int y, const struct bar_item *items, size_t count);

#endif
