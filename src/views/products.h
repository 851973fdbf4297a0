/*
 * The catalogue searched by words: what was found, as a list over the panes.
 */
#ifndef PEPAYTOP_VIEWS_PRODUCTS_H
#define PEPAYTOP_VIEWS_PRODUCTS_H

#include "views/view.h"

/* Tell it what to search for right after view_open. */
extern const struct view_ops PRODUCTS_VIEW;
void products_search(struct view *v, const char *text, const struct store *st, struct outbox *out);

#endif
