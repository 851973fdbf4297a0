/*
 * Private to the canvas: writing cells.
 */
#ifndef PEPAYTOP_UI_CANVAS_GRID_H
#define PEPAYTOP_UI_CANVAS_GRID_H

#include "ui/canvas.h"

/* Writes one cluster at a place inside the grid, in grid coordinates. It takes the overlay off and
 * blanks the other half of any wide cluster it cuts in two. The caller sees to it that all of it is
 * inside. */
void grid_put(struct grid *g, int x, int y, const struct cluster *cl, enum role role);
void grid_put_blank(struct grid *g, int x, int y, enum role role);
void grid_overlay(struct grid *g, int x, int y, enum role over);
/* One byte standing in for a cluster on an ASCII screen. */
char ascii_stand_in(const struct cluster *cl);

#endif
