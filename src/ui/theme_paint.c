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

/* A colour at one depth: what it is, what is sent for it and how bright it looks. */
struct ink {
	struct color color;
	int32_t sent;
	double luminance;
};

/* A role's look at one depth, with what overlays need to weigh it. */
struct look {
	struct ink fg, bg;
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

static struct ink ink_of(struct color c, enum color_depth depth)
{
	int32_t sent = color_at(c, depth), shown = color_rgb(c, TERMINAL_BG);

	if (depth == COLORS_256 && sent >= 16) /* near it is not it */
		shown = color_of_256(sent);
	return (struct ink){c, sent, color_luminance(shown)};
}

static bool ink_is_default(const struct ink *i)
{
	return i->color.kind == COLOR_DEFAULT;
}

static bool ink_readable(const struct ink *fg, const struct ink *bg, enum color_depth depth)
{
	double light = fg->luminance, dark = bg->luminance;
	double ratio =
		light > dark ? (light + 0.05) / (dark + 0.05) : (dark + 0.05) / (light + 0.05);
	return ratio >= (depth <= COLORS_16 ? READABLE_16 : READABLE);
}

/* A phone reads it off the screen: the same in every theme. */
static struct look look_of_qr(enum color_depth depth, bool dark)
{
	struct color black = {COLOR_RGB, 0x000000}, white = {COLOR_RGB, 0xffffff};

	if (depth == COLORS_NONE)
		return (struct look){ink_of(color_index(-1), depth), ink_of(color_index(-1), depth),
				     dark ? 0 : PAINT_REVERSE};
	if (depth <= COLORS_16) {
		black = color_index(0);
		white = color_index(depth == COLORS_8 ? 7 : 15);
	}
	return (struct look){ink_of(dark ? white : black, depth),
			     ink_of(dark ? black : white, depth), 0};
}

static struct look look_of(const struct theme_spec *spec, enum role role, enum color_depth depth)
{
	const struct role_spec *rs = &spec->roles[role];
	struct color fg = rs->fg, bg = rs->bg;
	unsigned attrs = rs->attrs;

	if (role == ROLE_QR || role == ROLE_QR_DARK)
		return look_of_qr(depth, role == ROLE_QR_DARK);
	if (depth == COLORS_NONE) {
		fg = bg = color_index(-1);
		attrs |= without_color[role];
	} else if (depth <= COLORS_16 && (fg.kind == COLOR_RGB || bg.kind == COLOR_RGB)) {
		struct ansi a = ansi_of(spec, role);
		fg = color_index(a.fg);
		bg = color_index(a.bg);
		attrs |= a.attrs;
	}
	return (struct look){ink_of(fg, depth), ink_of(bg, depth), attrs};
}

/* What text is drawn on, rather than what marks it: laid over, it goes under. */
static bool role_is_surface(enum role r)
{
	return r == ROLE_DIALOG || r == ROLE_TOPBAR || r == ROLE_PROMPT || r == ROLE_KEY_LABEL;
}

/* The overlay's background under the role's own colour, unless that cannot be read there. An
 * overlay without a background recolours the text instead. */
static struct look look_over(struct look l, const struct look *o, enum role over,
			     enum color_depth depth)
{
	l.attrs |= o->attrs;
	bool surface = role_is_surface(over);
	if (depth == COLORS_NONE || (surface && !ink_is_default(&l.bg)))
		return l;
	if (ink_is_default(&o->bg)) {
		bool readable = ink_is_default(&l.bg) || ink_readable(&o->fg, &l.bg, depth);
		if (!ink_is_default(&o->fg) && readable && !surface)
			l.fg = o->fg;
		if (over < ROLE_SELECTION && !surface)
			l.attrs |= PAINT_UNDERLINE;
		return l;
	}
	l.bg = o->bg;
	if (ink_is_default(&l.fg) || !ink_readable(&l.fg, &o->bg, depth))
		l.fg = o->fg;
	return l;
}

/* What is under everything where a theme paints it, and what is read on that. */
struct ground {
	bool painted;
	int32_t fg, bg;
};

static struct ground ground_of(const struct theme_spec *spec, enum color_depth depth)
{
	bool light = spec_is_light(spec);
	int32_t white = depth == COLORS_8 ? 7 : 15, black = 0;

	if (spec->background.kind == COLOR_DEFAULT || spec->ground == GROUND_TERMINALS ||
	    depth == COLORS_NONE)
		return (struct ground){.painted = false};
	if (depth <= COLORS_16)
		return (struct ground){true, light ? black : white, light ? white : black};
	return (struct ground){true, color_at(spec->roles[ROLE_TEXT].fg, depth),
			       color_at(spec->background, depth)};
}

static struct paint paint_of(const struct look *l, const struct ground *under,
			     enum color_depth depth)
{
	struct paint p = {l->fg.sent, l->bg.sent, l->attrs};
	if (under->painted) {
		p.fg = p.fg < 0 ? under->fg : p.fg;
		p.bg = p.bg < 0 ? under->bg : p.bg;
	}
	if (depth == COLORS_8 && l->fg.color.kind == COLOR_INDEX && l->fg.color.value >= 8)
		p.attrs |= PAINT_BOLD;
	if (p.attrs & (PAINT_BOLD | PAINT_REVERSE)) /* dim turned round is a hole in the bar */
		p.attrs &= ~(unsigned)PAINT_DIM;
	return p;
}

static void paint_table_fill_depth(struct paint_table *t, const struct theme_spec *spec,
				   enum color_depth depth)
{
	struct look looks[ROLE_COUNT];
	struct ground under = ground_of(spec, depth);
	for (int role = 0; role < ROLE_COUNT; role++)
		looks[role] = look_of(spec, (enum role)role, depth);
	for (int role = 0; role < ROLE_COUNT; role++) {
		t->at[depth][role][ROLE_NONE] = paint_of(&looks[role], &under, depth);
		for (int over = ROLE_NONE + 1; over < ROLE_COUNT; over++) {
			struct look l =
				look_over(looks[role], &looks[over], (enum role)over, depth);
			t->at[depth][role][over] = paint_of(&l, &under, depth);
		}
	}
}

void paint_table_fill(struct paint_table *t, const struct theme_spec *spec)
{
	for (int depth = COLORS_NONE; depth <= COLORS_TRUE; depth++)
		paint_table_fill_depth(t, spec, (enum color_depth)depth);
}
