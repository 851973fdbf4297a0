/*
 * A view: one file, one screen or pane. It reads the store and draws on a canvas;
 * what it wants from the network it puts into the outbox. Views never see net, api
 * or archive, and never change the store.
 */
#ifndef PEPAYTOP_VIEWS_VIEW_H
#define PEPAYTOP_VIEWS_VIEW_H

#include "base/strbuf.h"
#include "bus/request.h"
#include "model/attention.h"
#include "model/store.h"
#include "model/subject.h"
#include "ui/canvas.h"
#include "views/command.h"

enum time_style { SHOW_AGES, SHOW_CLOCK };

/* What every view may know of the world around it; set by the screen before each call. */
struct view_context {
	int64_t now_ms;  /* wall time, for ages */
	int64_t wall_ms; /* ours; now_ms may run ahead with a demo's clock */
	int64_t mono_ms; /* to pace work by; 0: everything is done at once */
	bool ascii;
	bool paused;
	enum time_style times;
	/* How far local time is ahead of UTC then, in ms, and what it is called ("CET"). NULL:
	 * times of day are in UTC. */
	int64_t (*zone)(int64_t ms, const char **ret_name);
	const char *no_server; /* why nobody is there to be asked: "a case has no server"; NULL */
	const char *server;    /* "127.0.0.1:4242", for empty states */
	const struct attention *attention; /* what needs a person; NULL: not looked at */
};

enum handled { NOT_HANDLED, HANDLED, HANDLED_CLOSE /* the view is done: close it */ };

/* The tabs of a subject's detail, by their keys 1 to 5. X(constant, name, title) */
#define DETAIL_TABS(X)                          \
	X(TAB_SUMMARY, "summary", "Summary")    \
	X(TAB_TIMELINE, "timeline", "Timeline") \
	X(TAB_JSON, "json", "JSON")             \
	X(TAB_EVENTS, "events", "Events")       \
	X(TAB_RELATED, "related", "Related")

enum detail_tab {
#define X(constant, name, title) constant,
	DETAIL_TABS(X)
#undef X
		DETAIL_TAB_COUNT
};

/* What a view wants of the screen: at most one thing a key or a refresh, taken right after it. */
enum ask_kind {
	ASK_NOTHING,
	ASK_OPEN,   /* `subject` on `tab`, over this view */
	ASK_COPY,   /* `text`, which is called `label` */
	ASK_NOTICE, /* `label`, said in `role` */
	ASK_CLOSE   /* this view, and open `subject` in its place when its id is not empty */
};
struct ask {
	enum ask_kind kind;
	struct subject subject;
	enum detail_tab tab;
	struct safe_text label;
	enum role role;
	char *text; /* owned */
	size_t len;
};

/* What of a view can be copied; the id is what `y` takes, or else the first. */
#define COPIES_MAX 24
struct copies {
	bool id_only; /* asked for by `y`: what comes after the id is for nobody */
	struct copy_item {
		char label[48];
		char letter; /* that chooses it, whatever it is of; 0: none */
		char *text;  /* owned; bytes as they came */
		size_t len;
		bool secret; /* is copied, and not shown */
	} items[COPIES_MAX];
	size_t count;
};
void copies_add(struct copies *c, const char *label, const char *text); /* copies; "" is left out */
void copies_add_secret(struct copies *c, const char *label, const char *text);
void copies_add_take(struct copies *c, const char *label, char *text, size_t len);
void copies_release(struct copies *c);
/* By its label: the same in every view. */
char copy_letter(const char *label);
size_t copies_id(const struct copies *c); /* of those that there are */

struct view;
struct view_ops {
	const char *name, *title;
	unsigned watches;        /* topics that make it stale */
	unsigned context;        /* where its keys are looked up */
	const enum command *bar; /* of the bottom line, most useful first, ended by CMD_NONE */
	/* Whether that one of the bar does something now. NULL: each does. */
	bool (*offers)(const struct view *v, const struct store *st, enum command cmd);
	size_t state_size;
	void (*open)(struct view *v, const struct store *st, struct outbox *out);
	void (*close)(struct view *v);
	/* Before a draw, when something it watches changed or its size did: brings rows up to date.
	 */
	void (*refresh)(struct view *v, const struct store *st, struct outbox *out, int width,
			int height);
	enum handled (*act)(struct view *v, enum command cmd, const struct store *st,
			    struct outbox *out);
	void (*draw)(const struct view *v, const struct store *st, struct canvas *c);
	/* The left button at a cell of what it drew. NULL: it does nothing there. */
	void (*click)(struct view *v, int x, int y, const struct store *st, struct outbox *out);
	void (*heading)(const struct view *v, const struct store *st, struct safe_text *title,
			struct safe_text *badge);
	bool (*selected)(const struct view *v, const struct store *st, struct subject *ret);
	/* Filters by the text; "" clears. E_INVALID leaves the old filter and says where. NULL: the
	 * view has no filter. */
	enum status (*filter)(struct view *v, const char *text, size_t *ret_at,
			      struct problem *reterr);
	const char *(*filter_text)(const struct view *v);
	/* How many rows the filter lets through, of how many. */
	void (*counts)(const struct view *v, size_t *ret_shown, size_t *ret_total);
	/* Looks for a text in what it shows and goes to the first hit from where it stands; "" ends
	 * it. CMD_NEXT_HIT and CMD_PREV_HIT go on. NULL: it is no text. */
	void (*search)(struct view *v, const char *text);
	const char *(*search_text)(const struct view *v);
	/* "3 of 41" */
	void (*search_count)(const struct view *v, size_t *ret_at, size_t *ret_total);
	/* NULL: what is selected can be copied by its id, nothing else. */
	void (*copies)(const struct view *v, const struct store *st, struct copies *ret);
	/* Everything it shows as plain lines, without borders. NULL: it cannot. */
	void (*plain)(const struct view *v, const struct store *st, struct strbuf *ret);
};

struct view {
	const struct view_ops *ops;
	void *state;
	struct view_context ctx;
	bool focused;
	bool stale;
	int width, height; /* of the last refresh */
	struct ask ask;    /* what it wants of the screen now */
};

void view_open(struct view *v, const struct view_ops *ops, const struct view_context *ctx,
	       const struct store *st, struct outbox *out);
/* Refreshes when stale or when the size changed. */
void view_update(struct view *v, const struct view_context *ctx, const struct store *st,
		 struct outbox *out, int width, int height);
void view_close(struct view *v); /* fine on a view that is not open */
bool view_is_open(const struct view *v);

/* For views: what they want of the screen. A later one replaces an earlier one. */
void view_ask_open(struct view *v, const struct subject *what, enum detail_tab tab);
void view_ask_copy(struct view *v, const char *label, const char *text, size_t len);
void view_ask_notice(struct view *v, enum role role, const char *fmt, ...) printf_like(3, 4);
void view_ask_close(struct view *v, const struct subject *instead); /* NULL: nothing instead */
/* Moves it out; the caller releases it. */
struct ask view_take_ask(struct view *v);
void ask_release(struct ask *a);

#endif
