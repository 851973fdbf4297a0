#include "ui/bar.h"

#define BETWEEN 2

static int item_width(const struct bar_item *item)
{
	return (int)safe_text_width(&item->key) + (int)safe_text_width(&item->label) + 1;
}

/* Along the items, from left to right. */
struct walk {
	int x;     /* where the next one begins */
	bool full; /* one had no room: only those that stay come after it */
};

/* Has the i-th a place, beside those behind it that stay? */
static bool walk_shows(struct walk *w, const struct bar_item *items, size_t count, int width,
		       size_t i)
{
	int end = w->x + item_width(&items[i]);

	for (size_t k = i + 1; k < count && !items[i].stays; k++)
		end += items[k].stays ? item_width(&items[k]) + BETWEEN : 0;
	w->full = w->full || end > width;
	return end <= width && (items[i].stays || !w->full);
}

size_t bar_at(const struct bar_item *items, size_t count, int width, int x)
{
	struct walk w = {.x = 1};

	for (size_t i = 0; i < count; i++) {
		if (!walk_shows(&w, items, count, width, i))
			continue;
		if (x >= w.x && x < w.x + item_width(&items[i]))
			return i;
		w.x += item_width(&items[i]) + BETWEEN;
	}
	return count;
}

void bar_draw(struct canvas *c, int y, const struct bar_item *items, size_t count)
{
	struct canvas row = canvas_sub(c, (struct rect){0, y, c->at.w, 1});
	struct walk w = {.x = 1};

	canvas_clear(&row, ROLE_KEY_LABEL);
	for (size_t i = 0; i < count; i++) {
		if (!walk_shows(&w, items, count, row.at.w, i))
			continue;
		w.x += canvas_text(&row, w.x, 0, 0, ROLE_KEY, &items[i].key) + 1;
		w.x += canvas_text(&row, w.x, 0, 0, ROLE_KEY_LABEL, &items[i].label) + BETWEEN;
	}
}
