/*
 * What the list panes share: a listing of the store's rows, a cursor pinned to
 * objects, a filter, columns. A pane's state begins with a struct list_pane, so
 * the functions here serve as its view_ops directly.
 */
#ifndef PEPAYTOP_VIEWS_LIST_PANE_H
#define PEPAYTOP_VIEWS_LIST_PANE_H

#include "model/listing.h"
#include "ui/list.h"
#include "ui/table.h"
#include "views/view.h"

#define PANE_PAGE 100 /* rows asked of the server at once */

struct list_pane_spec {
	enum object_kind kind; /* OBJECT_NONE: events */
	enum sort_key sort;
	const struct column *columns;
	size_t column_count;
	size_t when; /* the column that shows ages, or times of day */
	/* One row into the table's cells. */
	void (*row)(const struct view *v, const struct store *st, size_t i,
		    const struct table_layout *t, struct canvas *c, int y);
	/* Widens columns whose values must never be cut (amounts) to what row i needs. */
	void (*fit)(const struct view *v, size_t i, struct column *columns);
	const char *empty; /* what the pane waits for, when there is nothing */
};

struct list_pane {
	const struct list_pane_spec *spec;
	struct listing listing;
	struct list list;
	int rows;             /* visible rows of the list */
	bool asked_history;   /* it was the history that was asked last */
	char asked[NAME_CAP]; /* the cursor older rows were last asked from */
};

void list_pane_init(struct view *v, const struct list_pane_spec *spec);
void list_pane_release(struct view *v);
struct list_pane *list_pane(const struct view *v);
/* The rows are of a store that is gone. Cursor and filter stay. */
void list_pane_forget(struct view *v);

/* Before a key: no row may be one that left the store. What was put off is done by the next frame
 * where the key goes to. */
void list_pane_mend(struct view *v, const struct store *st, struct outbox *out);
/* The last refresh put something off: the view is stale again. */
bool list_pane_is_behind(struct view *v);

/* Usable as view_ops members. */
void list_pane_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
		       int height);
enum handled list_pane_act(struct view *v, enum command cmd, const struct store *st,
			   struct outbox *out);
void list_pane_draw(const struct view *v, const struct store *st, struct canvas *c);
void list_pane_heading(const struct view *v, const struct store *st, struct safe_text *title,
		       struct safe_text *badge);
bool list_pane_selected(const struct view *v, const struct store *st, struct subject *ret);
enum status list_pane_filter(struct view *v, const char *text, size_t *ret_at,
			     struct problem *reterr);
const char *list_pane_filter_text(const struct view *v);
void list_pane_counts(const struct view *v, size_t *ret_shown, size_t *ret_total);

/* The members no list pane has a version of its own of. */
extern const enum command LIST_PANE_BAR[];
#define LIST_PANE_OPS                                                             \
	.context = CTX_PANES, .bar = LIST_PANE_BAR, .heading = list_pane_heading, \
	.selected = list_pane_selected, .filter = list_pane_filter,               \
	.filter_text = list_pane_filter_text, .counts = list_pane_counts

/* Makes a column at least as wide as the text. */
void column_fit(struct column *c, const struct safe_text *t);

/* The record under the cursor, or NULL. */
const struct record *list_pane_record(const struct view *v);

#endif
