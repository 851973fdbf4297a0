/* Keys to commands, and commands to what the screen, its views and the loop do. */
#include "app/screen_parts.h"

#include "base/strbuf.h"
#include "views/attention.h"
#include "views/help.h"
#include "views/jump.h"
#include "views/proof.h"
#include "views/table_setup.h"

void screen_focus(struct screen *s, enum pane p)
{
	s->panes[s->focus].focused = false;
	s->focus = p;
	s->panes[p].focused = true;
}

/* --- commands ---------------------------------------------------------------------- */

/* Esc and q peel one layer; false when only the dashboard is left. */
static bool screen_peel(struct screen *s, bool filters_too)
{
	struct view *v = screen_top(s);
	enum command cmd = filters_too ? CMD_BACK : CMD_QUIT;

	if (s->depth > 0 && v->ops->act(v, cmd, s->store, s->out) == HANDLED)
		return true; /* something of its own lay over it */
	if (filters_too && v->ops->filter && v->ops->filter_text(v)[0] != '\0')
		return v->ops->filter(v, "", NULL, NULL) == S_OK;
	if (filters_too && v->ops->search && v->ops->search_text(v)[0] != '\0') {
		v->ops->search(v, "");
		return true;
	}
	if (s->depth > 0) {
		screen_pop(s);
		return true;
	}
	if (s->zoomed) {
		s->zoomed = false;
		return true;
	}
	return false;
}

static void screen_open_help(struct screen *s, unsigned context)
{
	struct view *v = screen_toggle(s, &HELP_VIEW);

	if (v)
		help_show(v, s->keymap, context);
}

static enum wish screen_open_selected(struct screen *s)
{
	struct view *v = screen_top(s);
	struct subject what;

	/* A pane's row opens; a view over the panes knows itself what Enter means. */
	if (s->depth > 0) {
		v->ops->act(v, CMD_OPEN, s->store, s->out);
		return screen_take_ask(s);
	}
	if (v->ops->selected(v, s->store, &what))
		screen_open(s, &what, TAB_SUMMARY);
	return WISH_NONE;
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
	struct view *v = screen_top(s);

	v->ops->act(v, CMD_REFRESH, s->store, s->out);
	return WISH_RECONNECT; /* dials at once when it is waiting to */
}

/* Ages, local times, times in UTC; where local time is UTC that is said once. */
static void screen_next_times(struct screen *s)
{
	const char *name;
	bool local = s->zone && s->zone(s->ctx.now_ms, &name) != 0;

	if (s->ctx.times == SHOW_CLOCK && !s->ctx.zone) {
		s->ctx.times = SHOW_AGES;
	} else {
		s->ctx.zone = s->ctx.times == SHOW_AGES && local ? s->zone : NULL;
		s->ctx.times = SHOW_CLOCK;
	}
	screen_changed(s, TOPIC_ALL);
}

/* What the view on top does with it. */
static enum wish screen_pass(struct screen *s, enum command cmd)
{
	struct view *v = screen_top(s);
	enum handled how = v->ops->act(v, cmd, s->store, s->out);

	if (how == HANDLED_CLOSE) {
		screen_pop(s);
		return WISH_NONE;
	}
	s->unanswered = how == NOT_HANDLED;
	return screen_take_ask(s);
}

/* Of the pane below; on itself it closes. */
static void screen_open_table(struct screen *s)
{
	struct view *pane = &s->panes[s->focus];
	struct view *v = screen_toggle(s, &TABLE_SETUP_VIEW);

	if (v)
		table_setup_show(v, pane);
}

/* `g` and a letter from a row; a detail knows its own way. */
static bool screen_jump(struct screen *s, enum command cmd)
{
	struct view *v = screen_top(s);
	struct subject from, to;
	struct safe_text why;
	enum subject_kind kind;

	if (!jump_kind(cmd, &kind) || v->ops->context == CTX_DETAIL)
		return false;
	if (!v->ops->selected(v, s->store, &from))
		return true;
	if (jump_target(s->store, &from, cmd, &to)) {
		screen_open(s, &to, TAB_SUMMARY);
		return true;
	}
	jump_refusal(&why, &from, cmd);
	screen_notice(s, ROLE_MUTED, &why);
	return true;
}

static enum wish screen_act_panes(struct screen *s, enum command cmd)
{
	switch (cmd) {
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
	case CMD_TABLE:
		s->unanswered = s->depth > 0 && screen_top(s)->ops != &TABLE_SETUP_VIEW;
		if (!s->unanswered)
			screen_open_table(s);
		return WISH_NONE;
	default:
		return screen_pass(s, cmd);
	}
}

static enum wish screen_act_view(struct screen *s, enum command cmd, unsigned context)
{
	switch (cmd) {
	case CMD_REFRESH:
		return screen_refresh(s);
	case CMD_BACK:
		screen_peel(s, true);
		return WISH_NONE;
	case CMD_HELP:
		screen_open_help(s, context);
		return WISH_NONE;
	case CMD_OPEN:
		return screen_open_selected(s);
	case CMD_FILTER:
		screen_open_prompt(s, PROMPT_FILTER);
		return WISH_NONE;
	case CMD_SEARCH:
		screen_open_prompt(s, PROMPT_SEARCH);
		return WISH_NONE;
	case CMD_LOOK_UP:
		screen_open_prompt(s, PROMPT_LOOK_UP);
		return WISH_NONE;
	case CMD_COMMAND:
		screen_open_prompt(s, PROMPT_COMMAND);
		return WISH_NONE;
	case CMD_NEXT_FILTER:
	case CMD_PREV_FILTER:
		prompts_step_filter(s, cmd == CMD_NEXT_FILTER ? 1 : -1);
		return WISH_NONE;
	case CMD_TIME:
		screen_next_times(s);
		return WISH_NONE;
	case CMD_ACTIONS:
		screen_open_actions(s);
		return WISH_NONE;
	case CMD_PROOF:
		screen_toggle(s, &PROOF_VIEW);
		return WISH_NONE;
	case CMD_ATTENTION:
		screen_toggle(s, &ATTENTION_VIEW);
		return WISH_NONE;
	case CMD_COPY:
		return screen_copy(s);
	case CMD_COPY_MENU:
		screen_open_copies(s);
		return WISH_NONE;
	case CMD_PLAIN:
		return screen_plain(s);
	case CMD_BROWSE:
		return screen_browse(s);
	default:
		return screen_jump(s, cmd) ? WISH_NONE : screen_act_panes(s, cmd);
	}
}

static enum wish screen_toggle_mouse(struct screen *s)
{
	struct safe_text text;

	s->mouse = !s->mouse;
	safe_text_set(&text, s->mouse ? "The mouse clicks here; with Shift it selects text. F2 "
					"gives it back."
				      : "The mouse is the terminal's again. F2 takes it.");
	screen_notice(s, ROLE_MUTED, &text);
	return WISH_MOUSE;
}

enum wish screen_act(struct screen *s, enum command cmd)
{
	unsigned context = screen_top(s)->ops->context | (s->replay.on ? CTX_REPLAY : 0u);

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
	case CMD_SLOWER:
		return WISH_SLOWER;
	case CMD_FASTER:
		return WISH_FASTER;
	case CMD_REWIND:
		return WISH_REWIND;
	case CMD_FORWARD:
		return WISH_FORWARD;
	case CMD_CASE:
		return WISH_CASE;
	case CMD_MOUSE:
		return screen_toggle_mouse(s);
	default:
		return screen_act_view(s, cmd, context);
	}
}

static void screen_forget_notice(struct screen *s)
{
	const struct action *a = store_action_count(s->store) ? store_action(s->store, 0) : NULL;

	if (a && s->notice_action == a->request.serial && a->in_flight)
		return; /* its result is still to come */
	safe_text_clear(&s->notice);
	s->notice_action = 0;
}

/* One quiet line, until the next key. */
static void say_no_such_key(struct screen *s, const char *before, struct key k)
{
	char name[KEY_NAME_CAP], help[KEY_NAME_CAP * 2 + 1];
	struct safe_text text;

	if (safe_text_width(&s->notice) > 0)
		return;
	safe_text_fmt(&text, "%s%s%s: no such key here; %s shows the keys", before,
		      before[0] ? " " : "", key_to_name(k, name),
		      keymap_keys_of(s->keymap, CMD_HELP, true, help, sizeof(help)));
	screen_notice(s, ROLE_MUTED, &text);
}

/* A key for the panes or the view over them. */
static enum wish screen_key_command(struct screen *s, struct key k)
{
	unsigned context = screen_top(s)->ops->context | (s->replay.on ? CTX_REPLAY : 0u);
	char before[KEY_NAME_CAP];
	enum wish wish;
	int cmd;

	if (k.pasted || k.code == KEYC_PASTE || k.code == KEYC_PASTE_END)
		return WISH_NONE;
	keymap_pending(s->keymap, before);
	switch (keymap_feed(s->keymap, context, k, &cmd)) {
	case KEY_PENDING:
		return WISH_NONE;
	case KEY_UNBOUND:
		say_no_such_key(s, before, k);
		return WISH_NONE;
	case KEY_COMMAND:
		break;
	}
	s->unanswered = false;
	wish = screen_act(s, (enum command)cmd);
	if (s->unanswered && !str_equal(keymap_command(s->keymap, cmd)->group, "Move"))
		say_no_such_key(s, before, k);
	return wish;
}

enum wish screen_key(struct screen *s, struct key k)
{
	if (k.ctrl && k.code == 'c')
		return WISH_QUIT; /* leaves from anywhere; nothing is confirmed by it */
	screen_forget_notice(s);
	if (s->small && (s->dialog_open || s->menu_open) && k.code != KEYC_ESC)
		return WISH_NONE; /* nobody answers a question that cannot be seen */
	if (k.code == KEYC_MOUSE) {
		prompts_settle(s);
		return screen_mouse_key(s, k);
	}
	switch (screen_layer(s)) {
	case LAYER_DIALOG:
		screen_key_dialog(s, k);
		return WISH_NONE;
	case LAYER_MENU:
		return screen_key_menu(s, k);
	case LAYER_PROMPT:
		return screen_key_prompt(s, k);
	case LAYER_PANES:
	case LAYER_VIEW:
		break;
	}
	return screen_key_command(s, k);
}
