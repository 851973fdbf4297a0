/*
 * Boxes and the frames of panes.
 */
#include "ui/canvas.h"

#define TITLE_LEAST 6

void canvas_box(struct canvas *c, struct rect r, enum role role)
{
	int right = r.x + r.w - 1, bottom = r.y + r.h - 1;
	if (r.w < 2 || r.h < 2)
		return;
	canvas_hline(c, r.x + 1, r.y, r.w - 2, role);
	canvas_hline(c, r.x + 1, bottom, r.w - 2, role);
	for (int y = r.y + 1; y < bottom; y++) {
		canvas_glyph(c, r.x, y, role, GLYPH_V);
		canvas_glyph(c, right, y, role, GLYPH_V);
	}
	canvas_glyph(c, r.x, r.y, role, GLYPH_TL);
	canvas_glyph(c, right, r.y, role, GLYPH_TR);
	canvas_glyph(c, r.x, bottom, role, GLYPH_BL);
	canvas_glyph(c, right, bottom, role, GLYPH_BR);
}

static int text_cells(const struct safe_text *t)
{
	return t ? (int)safe_text_width(t) : 0;
}

/* The badge tells of a state (paused, filtered) that the title does not, so the title gives way
 * first; what does not fit at all is left out. */
static void frame_share(int room, int *title, int *badge)
{
	int badge_room = room - (TITLE_LEAST < *title ? TITLE_LEAST : *title) - 5;
	if (*badge > badge_room)
		*badge = badge_room >= TITLE_LEAST ? badge_room : 0;
	int title_room = room - 2 - (*badge ? *badge + 3 : 0);
	if (*title > title_room)
		*title = title_room > 0 ? title_room : 0;
}

static void frame_title(struct canvas *c, struct rect r, bool focused, const struct safe_text *t,
			int cells)
{
	enum role role = focused ? ROLE_TITLE_FOCUS : ROLE_TITLE;
	int x = r.x + 1;
	if (!cells)
		return;
	if (focused)
		canvas_glyph(c, x, r.y, role, GLYPH_BAR);
	else
		canvas_print(c, x, r.y, 1, role, " ");
	x += 1 + canvas_text(c, x + 1, r.y, cells, role, t);
	canvas_print(c, x, r.y, 1, role, " ");
}

/* What a list shows is no alarm: the badge's own colour is for what must be seen (READ-ONLY). */
static void frame_badge(struct canvas *c, struct rect r, const struct safe_text *t, int cells)
{
	int right = r.x + r.w - 2;
	if (!cells)
		return;
	canvas_print(c, right, r.y, 1, ROLE_TEXT, " ");
	int used = canvas_text_right(c, right, r.y, cells, ROLE_TEXT, t);
	canvas_print(c, right - used - 1, r.y, 1, ROLE_TEXT, " ");
}

struct canvas canvas_frame(struct canvas *c, struct rect r, bool focused,
			   const struct safe_text *title, const struct safe_text *badge)
{
	if (r.w < 2 || r.h < 2)
		return canvas_sub(c, (struct rect){r.x, r.y, 0, 0});
	int title_cells = text_cells(title), badge_cells = text_cells(badge);
	canvas_box(c, r, focused ? ROLE_BORDER_FOCUS : ROLE_BORDER);
	frame_share(r.w - 2, &title_cells, &badge_cells);
	frame_title(c, r, focused, title, title_cells);
	frame_badge(c, r, badge, badge_cells);
	return canvas_sub(c, (struct rect){r.x + 1, r.y + 1, r.w - 2, r.h - 2});
}
