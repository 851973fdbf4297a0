#include "views/detail_tabs.h"

#include "views/count.h"

#define COUNTS_FROM 76 /* cells: narrower has no room for how much there is */

const char *detail_tab_title(enum detail_tab t)
{
	static const char *const TITLES[DETAIL_TAB_COUNT] = {
#define X(constant, name, title) [constant] = (title),
		DETAIL_TABS(X)
#undef X
	};
	return TITLES[t];
}

/* "[2 Timeline]" is the one that is shown: the brackets say so where colour does not. */
static void tab_text(struct safe_text *t, const struct detail_bar *b, enum detail_tab tab,
		     int width)
{
	bool active = tab == b->tab;
	char count[COUNT_CAP];

	safe_text_fmt(t, "%s%d %s", active ? "[" : " ", (int)tab + 1, detail_tab_title(tab));
	if (width >= COUNTS_FROM && b->counts[tab] > 0)
		safe_text_addf(t, " %s", count_words(count, b->counts[tab]));
	safe_text_add(t, active ? "]" : " ");
}

bool detail_bar_hit(const struct detail_bar *b, int width, int x, enum detail_tab *ret)
{
	int at = 0;

	for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
		struct safe_text text;

		tab_text(&text, b, (enum detail_tab)t, width);
		if (x >= at && x < at + (int)safe_text_width(&text)) {
			*ret = (enum detail_tab)t;
			return true;
		}
		at += (int)safe_text_width(&text);
	}
	return false;
}

static void bar_draw_state(const struct detail_bar *b, struct canvas *c, int x)
{
	struct safe_text t;
	enum role role = ROLE_MUTED;

	if (b->waiting > 0) {
		safe_text_set(&t, "asking … ");
	} else if (b->failed > 0) {
		safe_text_fmt(&t, "%s %zu not to be had ",
			      glyph_str(GLYPH_BANG, grid_ascii(c->grid)), b->failed);
		role = ROLE_WARN;
	} else {
		return;
	}
	if (c->at.w - x > (int)safe_text_width(&t))
		canvas_text_right(c, c->at.w, 0, c->at.w - x, role, &t);
}

void detail_bar_draw(const struct detail_bar *b, struct canvas *c)
{
	int x = 0;

	for (int t = 0; t < DETAIL_TAB_COUNT; t++) {
		struct safe_text text;
		bool active = t == (int)b->tab;

		tab_text(&text, b, (enum detail_tab)t, c->at.w);
		x += canvas_text(c, x, 0, c->at.w - x, active ? ROLE_TITLE_FOCUS : ROLE_TITLE,
				 &text);
	}
	bar_draw_state(b, c, x);
	canvas_hline(c, 0, 1, c->at.w, ROLE_BORDER);
}
