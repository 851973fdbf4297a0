/*
 * A view: one file, one screen or pane. It reads the store and draws on a canvas;
 * what it wants from the network it puts into the outbox. Views never see net, api
 * or archive, and never change the store.
 */
#ifndef PEPAYTOP_VIEWS_VIEW_H
#define PEPAYTOP_VIEWS_VIEW_H

#include "bus/request.h"
#include "model/store.h"
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
	const char *server; /* "127.0.0.1:4242", for empty states */
};

enum handled { NOT_HANDLED, HANDLED, HANDLED_CLOSE /* the view is done: close it */ };

/* The object under the cursor, frozen when an action or a detail opens. */
struct selection {
	enum object_kind kind; /* OBJECT_NONE: an event */
	char id[NAME_CAP];     /* of the object, or the event */
};

struct view;
struct view_ops {
	const char *name, *title;
	unsigned watches; /* topics that make it stale */
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
	void (*heading)(const struct view *v, const struct store *st, struct safe_text *title,
			struct safe_text *badge);
	bool (*selected)(const struct view *v, const struct store *st, struct selection *ret);
	/* Filters by the text; "" clears. E_INVALID leaves the old filter and says where. NULL: the
	 * view has no filter. */
	enum status (*filter)(struct view *v, const char *text, size_t *ret_at,
			      struct problem *reterr);
	const char *(*filter_text)(const struct view *v);
	/* How many rows the filter lets through, of how many. */
	void (*counts)(const struct view *v, size_t *ret_shown, size_t *ret_total);
};

struct view {
	const struct view_ops *ops;
	void *state;
	struct view_context ctx;
	bool focused;
	bool stale;
	int width, height; /* of the last refresh */
};

void view_open(struct view *v, const struct view_ops *ops, const struct view_context *ctx,
	       const struct store *st, struct outbox *out);
/* Refreshes when stale or when the size changed. */
void view_update(struct view *v, const struct view_context *ctx, const struct store *st,
		 struct outbox *out, int width, int height);
void view_close(struct view *v); /* fine on a view that is not open */
bool view_is_open(const struct view *v);

#endif
