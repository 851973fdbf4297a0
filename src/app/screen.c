#include "app/screen_parts.h"

#include "views/list_pane.h"

#include <string.h>

enum status screen_init(struct screen *s, const struct store *st, struct outbox *out,
			const struct view_context *ctx, struct problem *reterr)
{
	enum status status;

	memset(s, 0, sizeof(*s));
	s->store = st;
	s->out = out;
	s->ctx = *ctx;
	status = keymap_new(command_table(), COMMAND_COUNT, &s->keymap, reterr);
	if (status != S_OK)
		return status;
	prompts_init(&s->prompts);
	for (int p = 0; p < PANE_COUNT; p++)
		view_open(&s->panes[p], pane_ops((enum pane)p), ctx, st, out);
	s->panes[s->focus].focused = true;
	return S_OK;
}

void screen_release(struct screen *s)
{
	for (int p = 0; p < PANE_COUNT; p++)
		view_close(&s->panes[p]);
	while (s->depth > 0)
		screen_pop(s);
	copies_release(&s->copies);
	ask_release(&s->copy);
	keymap_free(s->keymap);
	memset(s, 0, sizeof(*s));
}

enum layer screen_layer(const struct screen *s)
{
	if (s->dialog_open)
		return LAYER_DIALOG;
	if (s->menu_open)
		return LAYER_MENU;
	if (s->prompts.open)
		return LAYER_PROMPT;
	return s->depth > 0 ? LAYER_VIEW : LAYER_PANES;
}

struct view *screen_focused(struct screen *s)
{
	return &s->panes[s->focus];
}

void screen_notice(struct screen *s, enum role role, const struct safe_text *text)
{
	s->notice = *text;
	s->notice_role = role;
}

void screen_changed(struct screen *s, unsigned topics)
{
	for (int p = 0; p < PANE_COUNT; p++) {
		if (s->panes[p].ops->watches & topics)
			s->panes[p].stale = true;
	}
	for (size_t i = 0; i < s->depth; i++) {
		if (s->stack[i].ops->watches & topics)
			s->stack[i].stale = true;
	}
	if ((topics & TOPIC_ACTIONS) && s->notice_action != 0 && store_action_count(s->store) > 0) {
		const struct action *a = store_action(s->store, 0);

		if (a->request.serial == s->notice_action)
			s->notice_role = actions_result(&s->notice, a, s->ctx.ascii);
	}
}

void screen_set_store(struct screen *s, const struct store *st)
{
	s->store = st;
	for (int p = 0; p < PANE_COUNT; p++)
		list_pane_forget(&s->panes[p]);
	screen_changed(s, TOPIC_ALL);
}

void screen_refresh_all(struct screen *s)
{
	for (int p = 0; p < PANE_COUNT; p++)
		s->panes[p].ops->act(&s->panes[p], CMD_REFRESH, s->store, s->out);
}

/* --- drawing ------------------------------------------------------------------------- */

/* Two by two; three columns where there is room for them: events, invoices over payouts, orders. */
static void screen_layout(const struct screen *s, int w, int h, struct rect ret[PANE_COUNT])
{
	int left = w / 2, top = h / 2;

	if (s->zoomed) {
		for (int p = 0; p < PANE_COUNT; p++)
			ret[p] = (struct rect){0, 0, p == (int)s->focus ? w : 0,
					       p == (int)s->focus ? h : 0};
		return;
	}
	if (w >= 160 && h >= 30) {
		int first = w * 36 / 100, second = w * 34 / 100;

		ret[PANE_EVENTS] = (struct rect){0, 0, first, h};
		ret[PANE_INVOICES] = (struct rect){first, 0, second, top};
		ret[PANE_PAYOUTS] = (struct rect){first, top, second, h - top};
		ret[PANE_ORDERS] = (struct rect){first + second, 0, w - first - second, h};
		return;
	}
	ret[PANE_EVENTS] = (struct rect){0, 0, left, top};
	ret[PANE_INVOICES] = (struct rect){left, 0, w - left, top};
	ret[PANE_ORDERS] = (struct rect){0, top, left, h - top};
	ret[PANE_PAYOUTS] = (struct rect){left, top, w - left, h - top};
}

/* "/amount 3 of 41": while a search is on. */
static void screen_add_search(const struct view *v, struct safe_text *badge)
{
	size_t at, total;

	if (!v->ops->search || v->ops->search_text(v)[0] == '\0')
		return;
	v->ops->search_count(v, &at, &total);
	safe_text_addf(badge, "%s/%.40s ", safe_text_width(badge) ? "  " : "",
		       v->ops->search_text(v));
	if (total)
		safe_text_addf(badge, "%zu of %zu", at, total);
	else
		safe_text_add(badge, "not found");
}

static void screen_draw_view(struct screen *s, struct view *v, struct canvas *c, struct rect r)
{
	struct safe_text title, badge;
	struct canvas inside;

	view_update(v, &s->ctx, s->store, s->out, r.w - 2, r.h - 2);
	v->ops->heading(v, s->store, &title, &badge);
	screen_add_search(v, &badge);
	inside = canvas_frame(c, r, v->focused, &title, &badge);
	v->ops->draw(v, s->store, &inside);
}

static void screen_draw_body(struct screen *s, struct canvas *c)
{
	struct rect *at = s->pane_at;

	s->body = c->at;
	if (s->depth > 0) {
		screen_settle(s, c->at.w - 2, c->at.h - 2);
		screen_draw_view(s, screen_top(s), c, (struct rect){0, 0, c->at.w, c->at.h});
		return;
	}
	screen_layout(s, c->at.w, c->at.h, at);
	for (int p = 0; p < PANE_COUNT; p++) {
		if (at[p].w > 0)
			screen_draw_view(s, &s->panes[p], c, at[p]);
	}
}

static void screen_draw_small(const struct screen *s, struct canvas *c)
{
	const struct link_report *link = store_link_worst(s->store);

	canvas_print(c, 0, 0, c->at.w, ROLE_WARN, "pepaytop needs %dx%d", SCREEN_MIN_WIDTH,
		     SCREEN_MIN_HEIGHT);
	canvas_print(c, 0, 1, c->at.w, ROLE_TEXT, "this is %dx%d", c->at.w, c->at.h);
	canvas_print(c, 0, 2, c->at.w, ROLE_MUTED, "%s, %zu events", link_state_word(link->state),
		     store_event_count(s->store));
	if (s->dialog_open || s->menu_open)
		canvas_print(c, 0, 3, c->at.w, ROLE_WARN, "a question is open: Esc closes it");
}

void screen_resized(struct screen *s, int width, int height)
{
	bool was_small = s->small;

	s->small = width < SCREEN_MIN_WIDTH || height < SCREEN_MIN_HEIGHT;
	if (was_small && !s->small && s->dialog_open)
		s->dialog.opened_mono_ms = s->mono_ms; /* seen again: as if just asked */
}

void screen_draw(struct screen *s, struct grid *g)
{
	struct canvas all = canvas_whole(g);
	struct canvas body;
	struct safe_text banner;
	enum role role;
	int top = 1;

	prompts_settle(s);
	canvas_clear(&all, ROLE_TEXT);
	screen_resized(s, all.at.w, all.at.h);
	if (s->small) {
		screen_draw_small(s, &all);
		return;
	}
	chrome_top(s, &all);
	if (chrome_banner(s, &banner, &role)) {
		canvas_text(&all, 1, 1, all.at.w - 2, role, &banner);
		top = 2;
	}
	body = canvas_sub(&all, (struct rect){0, top, all.at.w, all.at.h - top - 1});
	screen_draw_body(s, &body);
	chrome_bottom(s, &all, all.at.h - 1);
	if (s->menu_open)
		menu_draw(s->menu_use == MENU_OF_ACTIONS ? &s->actions.menu : &s->copy_menu, &all);
	if (s->dialog_open)
		dialog_draw(&s->dialog, &all);
}
