/*
 * The screen: four panes, what lies over them, and the lines above and below.
 * Turns keys into commands and commands into what views and the loop do. It draws
 * into a grid and reads the store; it never touches the network.
 */
#ifndef PEPAYTOP_APP_SCREEN_H
#define PEPAYTOP_APP_SCREEN_H

#include "app/actions.h"
#include "ui/keymap.h"
#include "ui/prompt.h"
#include "views/doc.h"
#include "views/registry.h"

#define SCREEN_MIN_WIDTH  60
#define SCREEN_MIN_HEIGHT 15

/* What the screen cannot do itself and asks the loop for. */
enum wish {
	WISH_NONE,
	WISH_QUIT,
	WISH_SUSPEND,
	WISH_REDRAW,
	WISH_THEME,
	WISH_PAUSE, /* pause or go on */
	WISH_RECONNECT,
	WISH_SLOWER, /* a replay's */
	WISH_FASTER,
	WISH_REWIND,
	WISH_FORWARD
};

/* What the screen shows of a recording that plays; set by the loop. */
struct replay_face {
	bool on, held, ended;
	int64_t at_ms; /* the recorded time */
	int64_t speed_milli;
	int percent;
};

/* What lies over the panes and takes the keys. */
enum layer {
	LAYER_PANES,
	LAYER_DETAIL,
	LAYER_PROOF,
	LAYER_HELP,
	LAYER_PROMPT,
	LAYER_MENU,
	LAYER_DIALOG
};

struct screen {
	struct view panes[PANE_COUNT];
	enum pane focus;
	bool zoomed;
	struct view detail;
	struct view proof;
	bool help_open;
	struct doc help;
	int help_height;
	bool prompt_open;
	struct prompt prompt;
	char filter_before[PROMPT_MAX + 1];
	struct safe_text prompt_note;
	enum role prompt_note_role;
	int prompt_error_at;
	bool menu_open;
	struct action_menu actions;
	bool dialog_open;
	struct dialog dialog;
	struct intent intent;
	struct safe_text notice; /* the result line; stays until the next key */
	enum role notice_role;
	uint64_t notice_action; /* serial of the action it speaks of, 0 none */
	struct keymap *keymap;
	struct view_context ctx;
	/* set by the loop before drawing */
	enum environment environment;
	bool read_only;
	size_t held; /* messages held back while paused */
	int64_t mono_ms;
	int64_t wall_ms;    /* ours; ctx.now_ms may run ahead with a demo's clock */
	bool sandbox_ended; /* the demo's sandbox is gone */
	bool show_rtt;
	struct replay_face replay;
	struct rng *rng; /* for idempotency keys */
	const struct store *store;
	struct outbox *out;
};

must_check enum status screen_init(struct screen *s, const struct store *st, struct outbox *out,
				   const struct view_context *ctx, struct problem *reterr);
void screen_release(struct screen *s);
enum layer screen_layer(const struct screen *s);
enum wish screen_key(struct screen *s, struct key k);
/* Marks what the topics make stale. */
void screen_changed(struct screen *s, unsigned topics);
/* Runs CMD_REFRESH on every pane. */
void screen_refresh_all(struct screen *s);
void screen_draw(struct screen *s, struct grid *g);
struct view *screen_focused(struct screen *s);
void screen_notice(struct screen *s, enum role role, const struct safe_text *text);

/* Another store from now on: everything is looked at anew. */
void screen_set_store(struct screen *s, const struct store *st);

/* chrome_top.c, chrome.c: the lines around the panes. */
void chrome_top(const struct screen *s, struct canvas *c);
/* Trouble or a pause, in a line under the top bar; false when there is nothing to say. */
bool chrome_banner(const struct screen *s, struct safe_text *text, enum role *ret_role);
void chrome_bottom(const struct screen *s, struct canvas *c, int y);

#endif
