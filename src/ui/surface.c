#include "ui/surface.h"

#define PADDING 2

static struct rect surface_rect(const struct canvas *c, int width, int height)
{
	int w = width < c->at.w ? width : c->at.w;
	int h = height < c->at.h ? height : c->at.h;
	return (struct rect){(c->at.w - w) / 2, (c->at.h - h) / 2, w, h};
}

struct canvas surface_open(struct canvas *c, int width, int height, enum role title_role,
			   const struct safe_text *title)
{
	struct rect r = surface_rect(c, width, height);
	struct canvas box = canvas_sub(c, r);

	canvas_clear(&box, ROLE_DIALOG);
	canvas_box(c, r, ROLE_DIALOG_BORDER);
	if (safe_text_width(title) && r.w > 6) {
		int used = canvas_text(&box, 3, 0, r.w - 6, title_role, title);
		canvas_print(&box, 2, 0, 1, title_role, " ");
		canvas_print(&box, 3 + used, 0, 1, title_role, " ");
	}
	return canvas_sub(&box, (struct rect){1 + PADDING, 1, r.w - 2 - 2 * PADDING, r.h - 2});
}

void surface_close(struct canvas *c, int width, int height)
{
	canvas_overlay(c, surface_rect(c, width, height), ROLE_DIALOG);
}
