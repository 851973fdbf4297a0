/*
 * The next row worth looking at, down (1) or up (-1) from the cursor; a notice says when there is
 * none.
 */
#ifndef PEPAYTOP_VIEWS_LIST_PANE_SEEK_H
#define PEPAYTOP_VIEWS_LIST_PANE_SEEK_H

#include "views/list_pane.h"

/* That needs a person, or failed. */
enum handled list_pane_seek_trouble(struct view *v, const struct store *st, int step);
/* Events: of the same payment, invoice or order. NOT_HANDLED in other panes. */
enum handled list_pane_seek_payment(struct view *v, const struct store *st, int step);

#endif
