#include "app/screen.h"

#include "base/strbuf.h"
#include "views/help.h"
#include "views/list_pane.h"
#include "views/proof.h"

#include <string.h>

enum status screen_init(struct screen *s, const struct store *st, struct outbox *out,
			const struct view_context *ctx, struct problem *reterr)
{
	enum status status;

	memset(s, 0, sizeof(*s));
	s->store = st;
	s->out = out;
	s->ctx = *ctx;
	s->prompt_error_at = -1;
	status = keymap_new(command_table(), COMMAND_COUNT, &s->keymap, reterr);
	if (status != S_OK)
		return status;
	doc_init(&s->help);
	prompt_init(&s->prompt, "/");
	for (int p = 0; p < PANE_COUNT; p++)
		view_open(&s->panes[p], pane_ops((enum pane)p), ctx, st, out);
	s->panes[s->focus].focused = true;
	return S_OK;
}

void screen_release(struct screen *s)
{
	for (int p = 0; p < PANE_COUNT; p++)
		view_close(&s->panes[p]);
	view_close(&s->detail);
	view_close(&s->proof);
	doc_release(&s->help);
	keymap_free(s->keymap);
	memset(s, 0, sizeof(*s));
}

enum layer screen_layer(const struct screen *s)
{
	if (s->dialog_open)
		return LAYER_DIALOG;
	if (s->menu_open)
		return LAYER_MENU;
	if (s->prompt_open)
		return LAYER_PROMPT;
	if (s->help_open)
		return LAYER_HELP;
	if (view_is_open(&s->proof))
		return LAYER_PROOF;
	return view_is_open(&s->detail) ? LAYER_DETAIL : LAYER_PANES;
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
	if (view_is_open(&s->detail) && (s->detail.ops->watches & topics))
		s->detail.stale = true;
	if (view_is_open(&s->proof) && (s->proof.ops->watches & topics))
		s->proof.stale = true;
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

/* --- focus, zoom, filter ------------------------------------------------------- */

static void screen_focus(struct screen *s, enum pane p)
{
	s->panes[s->focus].focused = false;
	s->focus = p;
	s->panes[p].focused = true;
}

static void screen_open_selected(struct screen *s)
{
	struct view *v = screen_focused(s);
	struct subject what;

	if (!v->ops->selected(v, s->store, &what))
		return;
	view_open(&s->detail, &DETAIL_VIEW, &s->ctx, s->store, s->out);
	s->detail.focused = true;
	detail_show(&s->detail, &what, TAB_SUMMARY, s->store, s->out);
}

static void screen_filter_note(struct screen *s)
{
	struct view *v = screen_focused(s);
	size_t shown, total;

	v->ops->refresh(v, s->store, s->out, v->width, v->height);
	v->ops->counts(v, &shown, &total);
	safe_text_fmt(&s->prompt_note, "%zu of %zu", shown, total);
	s->prompt_note_role = shown > 0 || total == 0 ? ROLE_MUTED : ROLE_WARN;
	s->prompt_error_at = -1;
}

static void screen_filter_try(struct screen *s)
{
	struct view *v = screen_focused(s);
	struct problem problem;
	size_t at = 0;

	if (v->ops->filter(v, s->prompt.text, &at, &problem) == S_OK) {
		screen_filter_note(s);
		return;
	}
	safe_text_set(&s->prompt_note, problem.what);
	s->prompt_note_role = ROLE_BAD;
	s->prompt_error_at = (int)at;
}

static void screen_open_prompt(struct screen *s)
{
	struct view *v = screen_focused(s);

	if (!v->ops->filter)
		return;
	str_copy(s->filter_before, sizeof(s->filter_before), v->ops->filter_text(v));
	prompt_open(&s->prompt, s->filter_before);
	s->prompt_open = true;
	screen_filter_note(s);
}

static bool screen_set_filter(struct screen *s, const char *text)
{
	struct view *v = screen_focused(s);

	return v->ops->filter && v->ops->filter(v, text, NULL, NULL) == S_OK;
}

static void screen_key_prompt(struct screen *s, struct key k)
{
	switch (prompt_key(&s->prompt, k)) {
	case PROMPT_CHANGED:
		screen_filter_try(s);
		break;
	case PROMPT_SUBMIT:
		if (s->prompt_error_at < 0)
			s->prompt_open = false;
		break;
	case PROMPT_CANCEL:
		screen_set_filter(s, s->filter_before);
		s->prompt_open = false;
		break;
	case PROMPT_IGNORED:
		break;
	}
}

/* --- actions ---------------------------------------------------------------------- */

/* A recording, or a history that cannot take what follows: no action leaves. */
static bool screen_actions_off(const struct screen *s, struct safe_text *ret_why,
			       enum role *ret_role)
{
	if (s->replay.on) {
		safe_text_set(ret_why, "This is a recording: nothing in it can be changed.");
		*ret_role = ROLE_WARN;
		return true;
	}
	return proof_trouble(ret_why, store_history(s->store), ret_role);
}

static void screen_open_actions(struct screen *s)
{
	struct view *v = view_is_open(&s->detail) ? &s->detail : screen_focused(s);
	struct subject what;
	struct safe_text text;
	enum role role;

	if (screen_actions_off(s, &text, &role)) {
		screen_notice(s, role, &text);
		return;
	}
	if (!v->ops->selected(v, s->store, &what)) {
		safe_text_set(&text, "Nothing is selected, so there is nothing to act on.");
		screen_notice(s, ROLE_MUTED, &text);
		return;
	}
	actions_offer(&s->actions, s->store, &what, s->read_only);
	if (s->actions.menu.count == 0) {
		safe_text_set(&text, "There is no action for this kind of object yet; orders and "
				     "invoices can be cancelled.");
		screen_notice(s, ROLE_MUTED, &text);
		return;
	}
	s->menu_open = true;
}

static void screen_key_menu(struct screen *s, struct key k)
{
	int chosen;

	switch (menu_key(&s->actions.menu, k, &chosen)) {
	case MENU_CHOSEN:
		s->menu_open = false;
		s->dialog_open = true;
		s->intent = s->actions.intents[chosen];
		actions_ask(&s->dialog, &s->intent, s->store, s->environment, s->ctx.server,
			    s->mono_ms);
		break;
	case MENU_CLOSED:
		s->menu_open = false;
		break;
	case MENU_OPEN:
		break;
	}
}

static void screen_send(struct screen *s)
{
	struct safe_text text, why;
	enum role role;

	if (screen_actions_off(s, &why, &role)) {
		safe_text_fmt(&text, "Not sent. %s", safe_text_str(&why));
		screen_notice(s, role, &text);
		return;
	}
	if (!actions_still_true(&s->intent, s->store, &text)) {
		screen_notice(s, ROLE_WARN, &text);
		return;
	}
	rng_uuid(s->rng, s->intent.request.idempotency_key);
	s->notice_action = outbox_add(s->out, &s->intent.request);
	if (s->notice_action == 0) {
		safe_text_set(&text,
			      "Not sent: too many requests are waiting. Try again in a moment.");
		screen_notice(s, ROLE_WARN, &text);
		return;
	}
	safe_text_fmt(&text, "Sending: %s %s", request_kind_words(s->intent.request.kind),
		      s->intent.request.target);
	screen_notice(s, ROLE_ACTIVE, &text);
}

static void screen_key_dialog(struct screen *s, struct key k)
{
	switch (dialog_key(&s->dialog, k, s->mono_ms)) {
	case DIALOG_CONFIRMED:
		s->dialog_open = false;
		screen_send(s);
		break;
	case DIALOG_REFUSED:
		s->dialog_open = false;
		break;
	case DIALOG_OPEN:
		break;
	}
}

/* --- commands ---------------------------------------------------------------------- */

/* Esc and q peel one layer; false when only the dashboard is left. */
static bool screen_peel(struct screen *s, bool filters_too)
{
	struct view *v = screen_focused(s);

	if (s->help_open) {
		s->help_open = false;
		return true;
	}
	if (view_is_open(&s->proof)) {
		view_close(&s->proof);
		return true;
	}
	if (view_is_open(&s->detail)) {
		view_close(&s->detail);
		return true;
	}
	if (filters_too && v->ops->filter && v->ops->filter_text(v)[0] != '\0')
		return screen_set_filter(s, "");
	if (s->zoomed) {
		s->zoomed = false;
		return true;
	}
	return false;
}

static void screen_open_help(struct screen *s, unsigned context)
{
	if (s->help_open) {
		s->help_open = false;
		return;
	}
	help_build(&s->help, s->keymap, context, s->ctx.ascii);
	s->help.top = 0;
	s->help_open = true;
}

static void screen_open_proof(struct screen *s)
{
	if (view_is_open(&s->proof)) {
		view_close(&s->proof);
		return;
	}
	view_open(&s->proof, &PROOF_VIEW, &s->ctx, s->store, s->out);
	s->proof.focused = true;
}

/* What keys that move and refresh are for. */
static struct view *screen_top_view(struct screen *s)
{
	if (view_is_open(&s->proof))
		return &s->proof;
	return view_is_open(&s->detail) ? &s->detail : screen_focused(s);
}

static enum wish screen_quit(struct screen *s)
{
	struct safe_text text;

	if (screen_peel(s, false))
		return WISH_NONE;
	for (size_t i = 0; i < store_action_count(s->store); i++) {
		if (!store_action(s->store, i)->in_flight)
			continue;
		safe_text_set(&text, "An action is still under way; Q leaves all the same.");
		screen_notice(s, ROLE_WARN, &text);
		return WISH_NONE;
	}
	return WISH_QUIT;
}

static enum wish screen_refresh(struct screen *s)
{
	struct view *v = screen_top_view(s);

	v->ops->act(v, CMD_REFRESH, s->store, s->out);
	return WISH_RECONNECT; /* dials at once when it is waiting to */
}

static void screen_toggle_times(struct screen *s)
{
	s->ctx.times = s->ctx.times == SHOW_AGES ? SHOW_CLOCK : SHOW_AGES;
	screen_changed(s, TOPIC_ALL);
}

static enum wish screen_act(struct screen *s, enum command cmd, unsigned context)
{
	struct view *v = screen_top_view(s);

	switch (cmd) {
	case CMD_QUIT_NOW:
		return WISH_QUIT;
	case CMD_QUIT:
		return screen_quit(s);
	case CMD_SUSPEND:
		return WISH_SUSPEND;
	case CMD_REDRAW:
		return WISH_REDRAW;
	case CMD_THEME:
		return WISH_THEME;
	case CMD_PAUSE:
		return WISH_PAUSE;
	case CMD_REFRESH:
		return screen_refresh(s);
	case CMD_BACK:
		screen_peel(s, true);
		return WISH_NONE;
	case CMD_HELP:
		screen_open_help(s, context);
		return WISH_NONE;
	case CMD_NEXT_PANE:
		screen_focus(s, (enum pane)((s->focus + 1) % PANE_COUNT));
		return WISH_NONE;
	case CMD_PREV_PANE:
		screen_focus(s, (enum pane)((s->focus + PANE_COUNT - 1) % PANE_COUNT));
		return WISH_NONE;
	case CMD_PANE_1:
	case CMD_PANE_2:
	case CMD_PANE_3:
	case CMD_PANE_4:
		screen_focus(s, (enum pane)(cmd - CMD_PANE_1));
		return WISH_NONE;
	case CMD_ZOOM:
		s->zoomed = !s->zoomed;
		return WISH_NONE;
	case CMD_OPEN:
		screen_open_selected(s);
		return WISH_NONE;
	case CMD_FILTER:
		screen_open_prompt(s);
		return WISH_NONE;
	case CMD_TIME:
		screen_toggle_times(s);
		return WISH_NONE;
	case CMD_ACTIONS:
		screen_open_actions(s);
		return WISH_NONE;
	case CMD_PROOF:
		screen_open_proof(s);
		return WISH_NONE;
	case CMD_SLOWER:
		return WISH_SLOWER;
	case CMD_FASTER:
		return WISH_FASTER;
	case CMD_REWIND:
		return WISH_REWIND;
	case CMD_FORWARD:
		return WISH_FORWARD;
	default:
		break;
	}
	if (s->help_open && doc_act(&s->help, cmd, s->help_height))
		return WISH_NONE;
	v->ops->act(v, cmd, s->store, s->out);
	return WISH_NONE;
}

static void screen_forget_notice(struct screen *s)
{
	const struct action *a = store_action_count(s->store) ? store_action(s->store, 0) : NULL;

	if (a && s->notice_action == a->request.serial && a->in_flight)
		return; /* its result is still to come */
	safe_text_clear(&s->notice);
	s->notice_action = 0;
}

enum wish screen_key(struct screen *s, struct key k)
{
	static const unsigned CONTEXTS[] = {[LAYER_PANES] = CTX_PANES,
					    [LAYER_DETAIL] = CTX_DETAIL,
					    [LAYER_PROOF] = CTX_PROOF,
					    [LAYER_HELP] = CTX_HELP};
	enum layer layer = screen_layer(s);
	unsigned context;
	int cmd;

	if (k.ctrl && k.code == 'c')
		return WISH_QUIT; /* leaves from anywhere; nothing is confirmed by it */
	screen_forget_notice(s);
	switch (layer) {
	case LAYER_DIALOG:
		screen_key_dialog(s, k);
		return WISH_NONE;
	case LAYER_MENU:
		screen_key_menu(s, k);
		return WISH_NONE;
	case LAYER_PROMPT:
		screen_key_prompt(s, k);
		return WISH_NONE;
	case LAYER_PANES:
	case LAYER_DETAIL:
	case LAYER_PROOF:
	case LAYER_HELP:
		break;
	}
	context = CONTEXTS[layer] | (s->replay.on ? CTX_REPLAY : 0u);
	if (k.pasted || keymap_feed(s->keymap, context, k, &cmd) != KEY_COMMAND)
		return WISH_NONE;
	return screen_act(s, (enum command)cmd, context);
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

static void screen_draw_view(struct screen *s, struct view *v, struct canvas *c, struct rect r)
{
	struct safe_text title, badge;
	struct canvas inside;

	view_update(v, &s->ctx, s->store, s->out, r.w - 2, r.h - 2);
	v->ops->heading(v, s->store, &title, &badge);
	inside = canvas_frame(c, r, v->focused, &title, &badge);
	v->ops->draw(v, s->store, &inside);
}

static void screen_draw_help(struct screen *s, struct canvas *c)
{
	struct safe_text title, badge;
	struct canvas inside;

	safe_text_set(&title, "Help");
	safe_text_set(&badge, "Esc closes");
	inside = canvas_frame(c, (struct rect){0, 0, c->at.w, c->at.h}, true, &title, &badge);
	s->help_height = inside.at.h;
	doc_clamp(&s->help, s->help_height);
	doc_draw(&s->help, &inside);
}

static void screen_draw_body(struct screen *s, struct canvas *c)
{
	struct rect at[PANE_COUNT];

	if (s->help_open) {
		screen_draw_help(s, c);
		return;
	}
	if (view_is_open(&s->proof)) {
		screen_draw_view(s, &s->proof, c, (struct rect){0, 0, c->at.w, c->at.h});
		return;
	}
	if (view_is_open(&s->detail)) {
		screen_draw_view(s, &s->detail, c, (struct rect){0, 0, c->at.w, c->at.h});
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
}

void screen_draw(struct screen *s, struct grid *g)
{
	struct canvas all = canvas_whole(g);
	struct canvas body;
	struct safe_text banner;
	enum role role;
	int top = 1;

	canvas_clear(&all, ROLE_TEXT);
	if (all.at.w < SCREEN_MIN_WIDTH || all.at.h < SCREEN_MIN_HEIGHT) {
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
		menu_draw(&s->actions.menu, &all);
	if (s->dialog_open)
		dialog_draw(&s->dialog, &all);
}
