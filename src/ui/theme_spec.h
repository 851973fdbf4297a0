/*
 * Private to themes: what a theme file says, before it becomes paint.
 */
#ifndef PEPAYTOP_UI_THEME_SPEC_H
#define PEPAYTOP_UI_THEME_SPEC_H

#include "ui/theme.h"

#define THEME_NAME_CAP 32

enum color_kind { COLOR_DEFAULT, COLOR_INDEX, COLOR_RGB };

struct color {
	enum color_kind kind;
	int32_t value; /* 0..15, or 0xRRGGBB */
};

struct role_spec {
	bool set;
	struct color fg, bg;
	unsigned attrs;
};

/* Does a theme paint its background? One that says nothing does. */
enum theme_ground { GROUND_UNSAID, GROUND_PAINTED, GROUND_TERMINALS };

struct theme_spec {
	char name[THEME_NAME_CAP];
	char inherits[THEME_NAME_CAP]; /* "" = none */
	struct color background;       /* it is made for; DEFAULT when it does not say */
	enum theme_ground ground;
	struct role_spec roles[ROLE_COUNT];
};

/* The text of a theme that is built in, or NULL. */
const char *theme_builtin(const char *name);

/* "#d0d0d0 on #101014 bold"; E_INVALID when a word means nothing. */
must_check enum status role_spec_parse(const char *value, struct role_spec *ret);
must_check enum status color_parse(const char *word, struct color *ret);

/* Colour arithmetic. */
int32_t color_rgb(struct color c, int32_t if_default); /* what it looks like, 0xRRGGBB */
int color_nearest_256(int32_t rgb);                    /* 16..255 */
int32_t color_of_256(int index);                       /* what xterm shows for those */
double color_luminance(int32_t rgb);                   /* WCAG 2 relative luminance */
double color_contrast(int32_t a, int32_t b);           /* WCAG 2, 1..21 */

/* What to send for each role under each overlay at each depth. */
struct paint_table {
	struct paint at[COLORS_TRUE + 1][ROLE_COUNT][ROLE_COUNT]; /* depth, role, over */
};
void paint_table_fill(struct paint_table *t, const struct theme_spec *spec);

#endif
