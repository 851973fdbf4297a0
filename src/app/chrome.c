/* The lines around the panes: what is wrong, and which keys help. */
#include "app/screen.h"
#include "base/strbuf.h"
#include "ui/bar.h"
#include "views/cells.h"
#include "views/proof.h"

#include <string.h>

bool chrome_banner(const struct screen *s, struct safe_text *text, enum role *ret_role)
{
	const struct link_report *l = store_link_worst(s->store);
	const struct history_report *history = store_history(s->store);

	if (s->replay.on)
		return false; /* the top bar says it all, so that panes stand as they did live */
	if (s->ctx.paused) {
		if (s->held == 0)
			safe_text_set(text, "PAUSED: the panes stand still. Nothing new has come "
					    "since. Z goes on.");
		else
			safe_text_fmt(text,
				      "PAUSED: the panes stand still, %zu new event%s, none is "
				      "lost. Z goes on.",
				      s->held, s->held == 1 ? " waits" : "s wait");
		*ret_role = ROLE_BADGE;
		return true;
	}
	if (s->sandbox_ended) {
		safe_text_set(text, "The demo's sandbox ended. R starts it again where it was.");
		*ret_role = ROLE_BAD;
		return true;
	}
	if (history->mode == HISTORY_STALLED)
		return proof_trouble(text, history, ret_role);
	if (l->state == LINK_LIVE || l->problem.status == S_OK)
		return proof_trouble(text, history, ret_role);
	cell_problem(text, &l->problem);
	*ret_role = tone_role(link_state_tone(l->state));
	return true;
}

static const enum command BAR_REPLAY[] = {CMD_PAUSE,   CMD_SLOWER, CMD_FASTER, CMD_REWIND,
					  CMD_FORWARD, CMD_OPEN,   CMD_FILTER, CMD_NEXT_PANE,
					  CMD_ZOOM,    CMD_HELP,   CMD_QUIT,   CMD_NONE};

/* What the bottom line says; *commands are theirs. Whoever is lost finds help and the way out. */
static size_t chrome_items(const struct screen *s, struct bar_item *items, enum command *commands)
{
	const struct view *v = s->depth > 0 ? &s->stack[s->depth - 1] : &s->panes[s->focus];
	const enum command *bar = s->replay.on && s->depth == 0 ? BAR_REPLAY : v->ops->bar;
	size_t n = 0;

	for (; *bar != CMD_NONE; bar++) {
		char keys[32];

		if (v->ops->offers && !v->ops->offers(v, s->store, *bar))
			continue;
		commands[n] = *bar;
		items[n].stays = s->depth == 0 && (*bar == CMD_HELP || *bar == CMD_QUIT);
		safe_text_set(&items[n].key,
			      keymap_keys_of(s->keymap, (int)*bar, true, keys, sizeof(keys)));
		safe_text_set(&items[n++].label, keymap_command(s->keymap, (int)*bar)->title);
	}
	return n;
}

static void chrome_keys(const struct screen *s, struct canvas *c, int y)
{
	struct bar_item items[COMMAND_COUNT];
	enum command commands[COMMAND_COUNT];
	size_t n = chrome_items(s, items, commands);

	bar_draw(c, y, items, n);
}

enum command chrome_bottom_at(const struct screen *s, int width, int x)
{
	struct bar_item items[COMMAND_COUNT];
	enum command commands[COMMAND_COUNT];
	size_t n, at;

	if (screen_layer(s) > LAYER_VIEW || safe_text_width(&s->notice) > 0 || s->wait_ms > 0)
		return CMD_NONE;
	n = chrome_items(s, items, commands);
	at = bar_at(items, n, width, x);
	return at < n ? commands[at] : CMD_NONE;
}

static void chrome_hint(struct canvas *c, int y, const char *text)
{
	canvas_print(c, 1, y, c->at.w - 2, ROLE_MUTED, "%s", text);
}

static void chrome_wait(const struct screen *s, struct canvas *c, int y)
{
	long long seconds = (long long)(s->wait_ms + 999) / 1000;

	if (s->waiting > 1)
		canvas_print(c, 1, y, c->at.w - 2, ROLE_WARN,
			     "Pepay asks us to wait %lld s; %zu answers come after that.", seconds,
			     s->waiting);
	else
		canvas_print(c, 1, y, c->at.w - 2, ROLE_WARN,
			     "Pepay asks us to wait %lld s; what was asked for comes after that.",
			     seconds);
}

void chrome_bottom(const struct screen *s, struct canvas *c, int y)
{
	switch (screen_layer(s)) {
	case LAYER_PROMPT:
		prompts_draw(s, c, y);
		return;
	case LAYER_MENU:
		chrome_hint(c, y, "Enter chooses, Esc closes");
		return;
	case LAYER_DIALOG:
		chrome_hint(c, y, "Esc keeps everything as it is");
		return;
	case LAYER_PANES:
	case LAYER_VIEW:
		break;
	}
	if (safe_text_width(&s->notice) > 0) {
		struct safe_text t = s->notice;

		safe_text_fit(&t, (unsigned)(c->at.w > 2 ? c->at.w - 2 : 0));
		canvas_text(c, 1, y, c->at.w - 2, s->notice_role, &t);
		return;
	}
	if (s->wait_ms > 0)
		chrome_wait(s, c, y);
	else
		chrome_keys(s, c, y);
}
