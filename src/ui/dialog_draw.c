#include "ui/dialog.h"
#include "ui/surface.h"

#define WIDTH_LEAST   44
#define WIDTH_MOST    76
#define WARNING_LINES 4
#define LABEL_MOST    22
#define BUTTON_GAP    2

static int fact_label_width(const struct dialog *d)
{
	int widest = 0;
	for (size_t i = 0; i < d->fact_count; i++) {
		int w = (int)safe_text_width(&d->facts[i].label);
		widest = w > widest ? w : widest;
	}
	return widest < LABEL_MOST ? widest : LABEL_MOST;
}

static int dialog_width(const struct dialog *d)
{
	int label = fact_label_width(d), widest = (int)safe_text_width(&d->title);
	int warning = (int)safe_text_width(&d->warning);
	for (size_t i = 0; i < d->fact_count; i++) {
		int w = label + 2 + (int)safe_text_width(&d->facts[i].value);
		widest = w > widest ? w : widest;
	}
	/* A long warning wraps rather than widens. */
	warning = warning < WIDTH_LEAST + 12 ? warning : WIDTH_LEAST + 12;
	widest = (warning > widest ? warning : widest) + 6;
	return widest < WIDTH_LEAST ? WIDTH_LEAST : widest > WIDTH_MOST ? WIDTH_MOST : widest;
}

static int draw_facts(const struct dialog *d, struct canvas *in, int y)
{
	int label = fact_label_width(d);
	for (size_t i = 0; i < d->fact_count; i++, y++) {
		const struct dialog_fact *f = &d->facts[i];
		canvas_text(in, 0, y, label, ROLE_MUTED, &f->label);
		canvas_text(in, label + 2, y, 0, f->role ? f->role : ROLE_TEXT, &f->value);
	}
	return y;
}

/* "  y  Cancel order  " */
static void button_text(struct safe_text *t, const struct key *k, const struct safe_text *label,
			bool focused)
{
	char name[KEY_NAME_CAP];
	safe_text_set(t, focused ? "[ " : "  ");
	if (k->code != KEYC_NONE)
		safe_text_addf(t, "%s  ", key_to_name(*k, name));
	safe_text_add(t, safe_text_str(label));
	safe_text_add(t, focused ? " ]" : "  ");
}

static void draw_buttons(const struct dialog *d, struct canvas *in, int y)
{
	static const struct key esc = {.code = KEYC_ESC};
	struct safe_text refuse, confirm;
	bool both = safe_text_width(&d->confirm) > 0;
	bool on_confirm = both && d->focus_confirm;

	button_text(&refuse, &esc, &d->refuse, !on_confirm);
	button_text(&confirm, &d->confirm_key, &d->confirm, on_confirm);
	int x = in->at.w - (int)safe_text_width(&refuse);
	if (both)
		x -= BUTTON_GAP + (int)safe_text_width(&confirm);
	x = x > 0 ? x : 0;
	x += canvas_text(in, x, y, 0, on_confirm ? ROLE_BUTTON : ROLE_BUTTON_FOCUS, &refuse);
	if (both)
		canvas_text(in, x + BUTTON_GAP, y, 0, on_confirm ? ROLE_BUTTON_FOCUS : ROLE_BUTTON,
			    &confirm);
}

/* Measured by wrapping it off the screen. */
static int warning_lines(const struct dialog *d, int width)
{
	struct grid *scratch = grid_new(width, WARNING_LINES, false);
	struct canvas c = canvas_whole(scratch);
	int lines =
		canvas_wrap(&c, 0, 0, width, WARNING_LINES, ROLE_WARN, safe_text_str(&d->warning));
	grid_free(scratch);
	return lines;
}

void dialog_draw(const struct dialog *d, struct canvas *c)
{
	int width = dialog_width(d);
	width = width < c->at.w ? width : c->at.w;
	int warning = width > 6 ? warning_lines(d, width - 6) : 0;
	int facts = (int)d->fact_count;
	int height = 2 + 1 + facts + (facts && warning) + warning + (facts || warning) + 1 + 1;

	struct canvas in = surface_open(c, width, height, d->title_role, &d->title);
	int y = 1;
	y = draw_facts(d, &in, y) + (facts && warning);
	y += canvas_wrap(&in, 0, y, in.at.w, WARNING_LINES, ROLE_WARN, safe_text_str(&d->warning));
	surface_close(c, width, height);
	/* On a screen too low for all of it, the buttons are what must be seen. */
	y = height - 4 < in.at.h - 1 ? height - 4 : in.at.h - 1;
	draw_buttons(d, &in, y);
}
