#include "ui/bar.h"

void bar_draw(struct canvas *c, int y, const struct bar_item *items, size_t count)
{
	struct canvas row = canvas_sub(c, (struct rect){0, y, c->at.w, 1});
	int x = 1;

	canvas_clear(&row, ROLE_KEY_LABEL);
	for (size_t i = 0; i < count; i++) {
		int wide = (int)safe_text_width(&items[i].key) +
			   (int)safe_text_width(&items[i].label) + 1;
		if (x + wide > row.at.w)
			break;
		x += canvas_text(&row, x, 0, 0, ROLE_KEY, &items[i].key) + 1;
		x += canvas_text(&row, x, 0, 0, ROLE_KEY_LABEL, &items[i].label) + 2;
	}
}
