/*
 * From what a theme says to what a terminal of each depth is sent.
 */
#include "ui/theme_spec.h"

#define READABLE    4.5 /* WCAG 2 AA */
#define READABLE_16 3.0 /* the palette is a guess there */
#define TERMINAL_FG 0xd0d0d0
#define TERMINAL_BG 0x000000
#define BG_OF_LIGHT 0.5

/*
 * Sixteen and eight colours cannot be had by nearness: greys would fall together and tones on one
 * another. So each role has its own, on dark and on light terminals. `attrs` helps where colours
 * run out; at eight, a colour from 8 up is its dark twin in bold.
 */
struct ansi {
	int8_t fg, bg;
	uint8_t attrs;
};

static const struct ansi on_dark[ROLE_COUNT] = {
	[ROLE_NONE] = {-1, -1, 0},
	[ROLE_TEXT] = {-1, -1, 0},
	[ROLE_MUTED] = {-1, -1, PAINT_DIM},
	[ROLE_STRONG] = {-1, -1, PAINT_BOLD},
	[ROLE_HEADER] = {-1, -1, PAINT_BOLD},
	[ROLE_BORDER] = {-1, -1, PAINT_DIM},
	[ROLE_BORDER_FOCUS] = {6, -1, 0},
	[ROLE_TITLE] = {-1, -1, 0},
	[ROLE_TITLE_FOCUS] = {14, -1, PAINT_BOLD},
	[ROLE_BADGE] = {11, -1, PAINT_BOLD},
	[ROLE_TOPBAR] = {-1, -1, 0},
	[ROLE_ENV_DEMO] = {15, 4, PAINT_BOLD},
	[ROLE_ENV_TEST] = {0, 3, 0},
	[ROLE_ENV_LIVE] = {15, 1, PAINT_BOLD},
	[ROLE_KEY] = {14, -1, PAINT_BOLD},
	[ROLE_KEY_LABEL] = {-1, -1, 0},
	[ROLE_NEUTRAL] = {-1, -1, 0},
	[ROLE_WAITING] = {12, -1, 0},
	[ROLE_ACTIVE] = {6, -1, 0},
	[ROLE_GOOD] = {10, -1, 0},
	[ROLE_WARN] = {11, -1, 0},
	[ROLE_BAD] = {9, -1, 0},
	[ROLE_DEAD] = {-1, -1, PAINT_DIM},
	[ROLE_PROMPT] = {-1, -1, PAINT_BOLD},
	[ROLE_DIALOG] = {-1, -1, 0},
	[ROLE_DIALOG_BORDER] = {6, -1, 0},
	[ROLE_BUTTON] = {0, 7, 0},
	[ROLE_BUTTON_FOCUS] = {0, 6, 0},
	[ROLE_MATCH] = {0, 3, 0},
	[ROLE_SELECTION] = {15, 4, 0},
	[ROLE_SELECTION_OFF] = {0, 7, 0},
	[ROLE_CHANGED] = {-1, -1, PAINT_BOLD},
};

/* Only where it differs: bright colours and yellow cannot be read on white. */
static const struct {
	enum role role;
	struct ansi ansi;
} on_light[] = {
	{ROLE_BORDER_FOCUS, {4, -1, 0}},   {ROLE_TITLE_FOCUS, {4, -1, PAINT_BOLD}},
	{ROLE_BADGE, {5, -1, PAINT_BOLD}}, {ROLE_KEY, {4, -1, PAINT_BOLD}},
	{ROLE_WAITING, {4, -1, 0}},        {ROLE_ACTIVE, {6, -1, PAINT_BOLD}},
	{ROLE_GOOD, {2, -1, 0}},           {ROLE_WARN, {5, -1, 0}},
	{ROLE_BAD, {1, -1, PAINT_BOLD}},   {ROLE_DIALOG_BORDER, {4, -1, 0}},
};

/* Without colour: what attributes can do. Selection is reverse, focus is bold. */
static const uint8_t without_color[ROLE_COUNT] = {
	[ROLE_MUTED] = PAINT_DIM,
	[ROLE_STRONG] = PAINT_BOLD,
	[ROLE_HEADER] = PAINT_UNDERLINE,
	[ROLE_BORDER] = PAINT_DIM,
	[ROLE_BORDER_FOCUS] = PAINT_BOLD,
	[ROLE_TITLE_FOCUS] = PAINT_BOLD,
	[ROLE_BADGE] = PAINT_BOLD,
	[ROLE_TOPBAR] = PAINT_REVERSE,
	[ROLE_ENV_DEMO] = PAINT_REVERSE,
	[ROLE_ENV_TEST] = PAINT_REVERSE,
	[ROLE_ENV_LIVE] = PAINT_REVERSE | PAINT_BOLD,
	[ROLE_KEY] = PAINT_BOLD,
	[ROLE_WAITING] = PAINT_DIM,
	[ROLE_WARN] = PAINT_BOLD,
	[ROLE_BAD] = PAINT_BOLD | PAINT_UNDERLINE,
	[ROLE_DEAD] = PAINT_DIM,
	[ROLE_PROMPT] = PAINT_BOLD,
	[ROLE_DIALOG_BORDER] = PAINT_BOLD,
	[ROLE_BUTTON_FOCUS] = PAINT_REVERSE | PAINT_BOLD,
	[ROLE_MATCH] = PAINT_BOLD | PAINT_UNDERLINE,
	[ROLE_SELECTION] = PAINT_REVERSE,
	[ROLE_SELECTION_OFF] = PAINT_UNDERLINE,
	[ROLE_CHANGED] = PAINT_BOLD,
};

/* A role's look at one depth, still as colours, so that overlays can weigh them. */
struct look {
	struct color fg, bg;
	unsigned attrs;
};

static struct color color_index(int n)
{
	return n < 0 ? (struct color){COLOR_DEFAULT, -1} : (struct color){COLOR_INDEX, n};
}

static bool spec_is_light(const struct theme_spec *spec)
{
	return color_luminance(color_rgb(spec->background, TERMINAL_BG)) > BG_OF_LIGHT;
}

static struct ansi ansi_of(const struct theme_spec *spec, enum role role)
{
	for (size_t i = 0; spec_is_light(spec) && i < sizeof(on_light) / sizeof(on_light[0]); i++) {
		if (on_light[i].role == role)
			return on_light[i].ansi;
	}
	return on_dark[role];
}

static struct look look_of(const struct theme_spec *spec, enum role role, enum color_depth depth)
{
	const struct role_spec *rs = &spec->roles[role];
	struct look l = {rs->fg, rs->bg, rs->attrs};

	if (depth == COLORS_NONE) {
		l = (struct look){color_index(-1), color_index(-1), rs->attrs};
		l.attrs |= without_color[role];
	} else if (depth <= COLORS_16 && (l.fg.kind == COLOR_RGB || l.bg.kind == COLOR_RGB)) {
		struct ansi a = ansi_of(spec, role);
		l = (struct look){color_index(a.fg), color_index(a.bg), rs->attrs | a.attrs};
	}
	return l;
}

/* The overlay's background under the role's own colour, unless that cannot be read there. An
 * overlay without a background recolours the text instead. */
static struct look look_over(const struct theme_spec *spec, struct look l, enum role over,
			     enum color_depth depth)
{
	struct look o = look_of(spec, over, depth);
	double least = depth <= COLORS_16 ? READABLE_16 : READABLE;

	l.attrs |= o.attrs;
	if (depth == COLORS_NONE)
		return l;
	if (o.bg.kind == COLOR_DEFAULT) {
		bool readable = l.bg.kind == COLOR_DEFAULT ||
				color_contrast(color_rgb(o.fg, 0), color_rgb(l.bg, 0)) >= least;
		if (o.fg.kind != COLOR_DEFAULT && readable)
			l.fg = o.fg;
		if (over < ROLE_SELECTION && over != ROLE_DIALOG)
			l.attrs |= PAINT_UNDERLINE;
		return l;
	}
	l.bg = o.bg;
	if (l.fg.kind == COLOR_DEFAULT ||
	    color_contrast(color_rgb(l.fg, 0), color_rgb(o.bg, 0)) < least)
		l.fg = o.fg;
	return l;
}

static int32_t color_at(struct color c, enum color_depth depth)
{
	if (c.kind == COLOR_DEFAULT)
		return -1;
	if (depth == COLORS_TRUE)
		return color_rgb(c, -1);
	if (c.kind == COLOR_RGB)
		return color_nearest_256(c.value);
	return depth == COLORS_8 ? c.value & 7 : c.value;
}

static struct paint paint_of(struct look l, enum color_depth depth)
{
	struct paint p = {color_at(l.fg, depth), color_at(l.bg, depth), l.attrs};
	if (depth == COLORS_NONE)
		p.fg = p.bg = -1;
	if (depth == COLORS_8 && l.fg.kind == COLOR_INDEX && l.fg.value >= 8)
		p.attrs |= PAINT_BOLD;
	if (p.attrs & PAINT_BOLD)
		p.attrs &= ~(unsigned)PAINT_DIM;
	return p;
}

void paint_table_fill(struct paint_table *t, const struct theme_spec *spec)
{
	for (int depth = COLORS_NONE; depth <= COLORS_TRUE; depth++) {
		for (int role = 0; role < ROLE_COUNT; role++) {
			for (int over = 0; over < ROLE_COUNT; over++) {
				enum color_depth d = (enum color_depth)depth;
				struct look l = look_of(spec, (enum role)role, d);
				if (over != ROLE_NONE)
					l = look_over(spec, l, (enum role)over, d);
				t->at[depth][role][over] = paint_of(l, d);
			}
		}
	}
}
