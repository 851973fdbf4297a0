/*
 * The columns of a list pane: which are shown, in which order, how wide, and what the
 * rows are sorted by. Every change is in the pane at once.
 *
 * A view over the panes: open it on the screen's stack, then tell it which pane it sets
 * up, right after view_open. The pane must outlive it.
 */
#ifndef PEPAYTOP_VIEWS_TABLE_SETUP_H
#define PEPAYTOP_VIEWS_TABLE_SETUP_H

#include "views/view.h"

extern const struct view_ops TABLE_SETUP_VIEW;

void table_setup_show(struct view *v, struct view *pane);

#endif
