/*
 * Themes: a file in themes/ gives each role a foreground, a background and
 * attributes; colours degrade by table to 256, 16, 8 and none. inih lives here.
 *
 * File: [theme] name=, inherits=, background= (what its colours are read on, and so
 * painted where a role has none), paint= no (the terminal's own background stays);
 * [roles] text = #d0d0d0 on #101014 bold  (parts optional;
 * also names: red, bright-blue, default; attributes: bold dim italic underline reverse).
 */
#ifndef PEPAYTOP_UI_THEME_H
#define PEPAYTOP_UI_THEME_H

#include "ui/style.h"

enum color_depth { COLORS_NONE, COLORS_8, COLORS_16, COLORS_256, COLORS_TRUE };

enum paint_attr {
	PAINT_BOLD = 1 << 0,
	PAINT_DIM = 1 << 1,
	PAINT_ITALIC = 1 << 2,
	PAINT_UNDERLINE = 1 << 3,
	PAINT_REVERSE = 1 << 4
};

/* What to send for a role over an overlay. Colours: -1 = the terminal's default; else a palette
 * index for 8, 16 and 256, or 0xRRGGBB for TRUE. */
struct paint {
	int32_t fg, bg;
	unsigned attrs;
};

struct theme;

/*
 * `dirs` is NULL-terminated; the first "<dir>/<name>.theme" wins. A theme named dark, light, mono
 * or high-contrast is also built in, so that the program runs uninstalled. E_NOT_FOUND names the
 * directories looked in; a bad line is E_INVALID with file and line.
 */
must_check enum status theme_load(const char *const *dirs, const char *name, struct theme **ret,
				  struct problem *reterr);
void theme_free(struct theme *t);
const char *theme_name(const struct theme *t);
/* 0xRRGGBB of the background the theme is made for; -1 when it does not say. */
int32_t theme_background(const struct theme *t);
/*
 * A look-up. Under an overlay a role keeps its own colour if it can be read on the overlay's
 * background. ROLE_DIALOG, ROLE_TOPBAR, ROLE_PROMPT and ROLE_KEY_LABEL as overlays are surfaces: a
 * role with a background of its own keeps that too. Another role without a background recolours and
 * underlines.
 */
struct paint theme_paint(const struct theme *t, enum role role, enum role over,
			 enum color_depth depth);
/* Names that come with the program, NULL-terminated, in the order `T` steps through. */
const char *const *theme_names(void);

#endif
