/* Clicks and the wheel, on what is under them. Everything has a key as well (product F12). */
#include "app/screen_parts.h"

#define WHEEL_ROWS 3

/* The pane at a cell of the body; PANE_COUNT: none. */
static int pane_under(const struct screen *s, int x, int y)
{
	for (int p = 0; p < PANE_COUNT; p++) {
		const struct rect *r = &s->pane_at[p];

		if (x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h)
			return p;
	}
	return PANE_COUNT;
}

static void mouse_wheel(struct screen *s, struct view *v, enum mouse_button button)
{
	enum command cmd = button == MOUSE_WHEEL_UP ? CMD_UP : CMD_DOWN;

	for (int i = 0; i < WHEEL_ROWS; i++)
		v->ops->act(v, cmd, s->store, s->out);
}

static enum wish mouse_at(struct screen *s, struct view *v, const struct rect *r, struct key k)
{
	if (k.button != MOUSE_LEFT)
		mouse_wheel(s, v, k.button);
	else if (v->ops->click && k.x > r->x && k.x < r->x + r->w - 1 && k.y > r->y &&
		 k.y < r->y + r->h - 1)
		v->ops->click(v, k.x - r->x - 1, k.y - r->y - 1, s->store, s->out);
	return screen_take_ask(s);
}

/* What the lines above and below say can be clicked does what its key does. */
static enum wish mouse_on_words(struct screen *s, struct key k)
{
	enum command cmd = CMD_NONE;

	if (screen_layer(s) <= LAYER_VIEW)
		cmd = k.y == 0 ? chrome_top_at(s, s->body.w, k.x)
			       : chrome_bottom_at(s, s->body.w, k.x);
	return cmd == CMD_NONE ? WISH_NONE : screen_act(s, cmd);
}

enum wish screen_mouse_key(struct screen *s, struct key k)
{
	struct rect whole = {0, 0, s->body.w, s->body.h};
	bool focuses;
	int p;

	if (s->small)
		return WISH_NONE;
	if (k.button == MOUSE_LEFT && (k.y == 0 || k.y == s->body.y + s->body.h))
		return mouse_on_words(s, k);
	k.x -= s->body.x;
	k.y -= s->body.y;
	if (screen_layer(s) == LAYER_VIEW)
		return mouse_at(s, screen_top(s), &whole, k);
	if (screen_layer(s) != LAYER_PANES)
		return WISH_NONE;
	p = pane_under(s, k.x, k.y);
	if (p == PANE_COUNT)
		return WISH_NONE;
	focuses = k.button == MOUSE_LEFT && p != (int)s->focus;
	if (focuses)
		screen_focus(s, (enum pane)p);
	if (focuses && k.y <= s->pane_at[p].y + 1)
		return WISH_NONE; /* who comes to a pane by its titles does not want it sorted */
	return mouse_at(s, &s->panes[p], &s->pane_at[p], k);
}
