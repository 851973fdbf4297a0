/*
 * The first line of a detail: its tabs, which one is shown, and how the asking goes.
 */
#ifndef PEPAYTOP_VIEWS_DETAIL_TABS_H
#define PEPAYTOP_VIEWS_DETAIL_TABS_H

#include "views/view.h"

#define DETAIL_BAR_HEIGHT 2 /* the tabs, and a rule below */

struct detail_bar {
	enum detail_tab tab;
	size_t counts[DETAIL_TAB_COUNT]; /* 0: says nothing of how much there is */
	size_t waiting, failed;          /* of what was asked */
};
void detail_bar_draw(const struct detail_bar *b, struct canvas *c);
/* The tab at column x of the first line; false: none. */
bool detail_bar_hit(const struct detail_bar *b, int width, int x, enum detail_tab *ret);
const char *detail_tab_title(enum detail_tab t);

#endif
