/*
 * What dialogs and menus are drawn on: a titled box in the middle of the screen
 * with a surface of its own.
 */
#ifndef PEPAYTOP_UI_SURFACE_H
#define PEPAYTOP_UI_SURFACE_H

#include "ui/canvas.h"

/* Clears and frames a box of that size, cut to the canvas; returns the inside without padding. */
struct canvas surface_open(struct canvas *c, int width, int height, enum role title_role,
			   const struct safe_text *title);
/* Lays the surface's colour under all that was drawn into it since. */
void surface_close(struct canvas *c, int width, int height);

#endif
