/* Views over the panes: opened, closed, and what they ask for. */
#include "app/screen_parts.h"

#include <string.h>

#define SETTLE_MAX 4 /* views that open others while they come up to date */

struct view *screen_top(struct screen *s)
{
	return s->depth > 0 ? &s->stack[s->depth - 1] : screen_focused(s);
}

/* A full stack lets go of its oldest view: Esc leads to the panes a little sooner. */
struct view *screen_push(struct screen *s, const struct view_ops *ops)
{
	struct view *v;

	if (s->depth == SCREEN_DEPTH) {
		view_close(&s->stack[0]);
		memmove(&s->stack[0], &s->stack[1], (SCREEN_DEPTH - 1) * sizeof(s->stack[0]));
		s->depth--;
		memset(&s->stack[s->depth], 0, sizeof(s->stack[0]));
	}
	if (s->depth > 0)
		s->stack[s->depth - 1].focused = false;
	v = &s->stack[s->depth++];
	view_open(v, ops, &s->ctx, s->store, s->out);
	v->focused = true;
	return v;
}

void screen_pop(struct screen *s)
{
	if (s->depth == 0)
		return;
	view_close(&s->stack[--s->depth]);
	if (s->depth > 0) {
		s->stack[s->depth - 1].focused = true;
		s->stack[s->depth - 1].stale = true;
	}
}

struct view *screen_toggle(struct screen *s, const struct view_ops *ops)
{
	if (s->depth > 0 && s->stack[s->depth - 1].ops == ops) {
		screen_pop(s);
		return NULL;
	}
	return screen_push(s, ops);
}

void screen_open(struct screen *s, const struct subject *what, enum detail_tab tab)
{
	struct view *v = screen_push(s, &DETAIL_VIEW);

	detail_show(v, what, tab, s->store, s->out);
}

enum wish screen_take_ask(struct screen *s)
{
	struct ask a = view_take_ask(screen_top(s));
	enum wish wish = WISH_NONE;

	switch (a.kind) {
	case ASK_NOTHING:
		break;
	case ASK_OPEN:
		screen_open(s, &a.subject, a.tab);
		break;
	case ASK_COPY:
		ask_release(&s->copy);
		s->copy = a;
		return WISH_COPY; /* the text is the screen's now */
	case ASK_NOTICE:
		screen_notice(s, a.role, &a.label);
		break;
	case ASK_CLOSE:
		screen_pop(s);
		if (a.subject.id[0] != '\0')
			screen_open(s, &a.subject, a.tab);
		break;
	}
	ask_release(&a);
	return wish;
}

void screen_settle(struct screen *s, int width, int height)
{
	for (int i = 0; i < SETTLE_MAX && s->depth > 0; i++) {
		struct view *v = screen_top(s);

		view_update(v, &s->ctx, s->store, s->out, width, height);
		if (v->ask.kind != ASK_OPEN && v->ask.kind != ASK_CLOSE &&
		    v->ask.kind != ASK_NOTICE)
			break;
		(void)screen_take_ask(s);
	}
}
