/*
 * The screen: four panes, what lies over them, and the lines above and below.
 * Turns keys into commands and commands into what views and the loop do. It draws
 * into a grid and reads the store; it never touches the network.
 */
#ifndef PEPAYTOP_APP_SCREEN_H
#define PEPAYTOP_APP_SCREEN_H

#include "app/actions.h"
#include "app/prompts.h"
#include "ui/keymap.h"
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
	WISH_FORWARD,
	WISH_COPY,   /* screen.copy holds what */
	WISH_BROWSE, /* screen.copy holds the address of a page */
	WISH_PLAIN,  /* screen.copy holds the text to show without borders */
	WISH_MOUSE,  /* the terminal is to report the mouse, or not: screen.mouse */
	WISH_CASE    /* of the subject on top: note and evidence into a file */
};

/* What the screen shows of a recording that plays; set by the loop. */
struct replay_face {
	bool on, held, ended;
	int64_t at_ms; /* the recorded time */
	int64_t speed_milli;
	int percent;
};

/* What the screen shows of a case that was opened; set by the loop. */
struct case_face {
	bool on;
	int64_t made_ms;
	const char *server; /* whose it was */
};

#define SCREEN_PATH_CAP 512

/* What lies over the panes and takes the keys. */
enum layer { LAYER_PANES, LAYER_VIEW, LAYER_PROMPT, LAYER_MENU, LAYER_DIALOG };

/* Views over the panes, each where it was left when the one above it goes. */
#define SCREEN_DEPTH 16

enum menu_use { MENU_OF_ACTIONS, MENU_OF_COPIES };

struct screen {
	struct view panes[PANE_COUNT];
	enum pane focus;
	bool zoomed;
	bool mouse;                      /* clicks come to us */
	bool unanswered;                 /* the last command meant nothing to the view */
	bool small;                      /* there is no room: nothing of it is seen */
	struct rect body;                /* of the last draw */
	struct rect pane_at[PANE_COUNT]; /* in the body; w 0: not shown */
	struct view stack[SCREEN_DEPTH]; /* the last one is on top */
	size_t depth;
	struct prompts prompts; /* the line that is typed into */
	bool menu_open;
	enum menu_use menu_use;
	struct action_menu actions;
	struct menu copy_menu;
	struct copies copies; /* what the copy menu offers */
	struct ask copy;      /* for WISH_COPY, WISH_PLAIN */
	/* Where the last case was written, and of what: the copy menu offers it there. */
	char case_path[SCREEN_PATH_CAP];
	struct subject case_of;
	bool dialog_open;
	struct dialog dialog;
	struct intent intent;
	struct safe_text notice; /* the result line; stays until the next key */
	enum role notice_role;
	uint64_t notice_action; /* serial of the action it speaks of, 0 none */
	struct keymap *keymap;
	struct view_context ctx;
	/* Local time, for `t`; NULL: there is none. */
	int64_t (*zone)(int64_t ms, const char **ret_name);
	/* set by the loop before drawing */
	enum environment environment;
	bool read_only;
	size_t held;     /* messages held back while paused */
	int64_t wait_ms; /* the server asked us to; 0: it did not */
	size_t waiting;  /* answers that are still to come */
	int64_t mono_ms;
	int64_t wall_ms;    /* ours; ctx.now_ms may run ahead with a demo's clock */
	bool sandbox_ended; /* the demo's sandbox is gone */
	bool show_rtt;
	struct replay_face replay;
	struct case_face case_face;
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
/* The terminal has another size, before it is drawn at it. */
void screen_resized(struct screen *s, int width, int height);
/* Opens a subject over what is there. */
void screen_open(struct screen *s, const struct subject *what, enum detail_tab tab);
struct view *screen_focused(struct screen *s); /* the pane */
struct view *screen_top(struct screen *s);     /* what keys are for: the view on top, or the pane */
void screen_notice(struct screen *s, enum role role, const struct safe_text *text);

/* Says so, with as much of the path as there is room for, the file's name above all. `home` is
 * written ~; NULL: there is none. */
void screen_case_written(struct screen *s, const struct subject *what, const char *path,
			 const char *home);

/* Another store from now on: everything is looked at anew. */
void screen_set_store(struct screen *s, const struct store *st);

/* chrome_top.c, chrome.c: the lines around the panes. */
void chrome_top(const struct screen *s, struct canvas *c);
/* Trouble or a pause, in a line under the top bar; false when there is nothing to say. */
bool chrome_banner(const struct screen *s, struct safe_text *text, enum role *ret_role);
void chrome_bottom(const struct screen *s, struct canvas *c, int y);
/* The command that a click on the top or the bottom line gives; CMD_NONE: none. */
enum command chrome_top_at(const struct screen *s, int width, int x);
enum command chrome_bottom_at(const struct screen *s, int width, int x);

#endif
