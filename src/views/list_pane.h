/*
 * What the list panes share: a listing of the store's rows, a cursor pinned to
 * objects, a filter, columns that can be chosen, put in order, widened and sorted by.
 * A pane's state begins with a struct list_pane, so the functions here serve as its
 * view_ops directly.
 */
#ifndef PEPAYTOP_VIEWS_LIST_PANE_H
#define PEPAYTOP_VIEWS_LIST_PANE_H

#include "model/listing.h"
#include "ui/list.h"
#include "ui/table.h"
#include "views/view.h"

#define PANE_PAGE 100 /* rows asked of the server at once */

struct pane_column {
	const char *name;   /* in settings; the field of a filter where there is one */
	const char *about;  /* what it shows, for the table set-up */
	enum sort_key sort; /* what its title sorts by */
	struct column look; /* exact: widened to what is in sight */
	bool hidden;        /* until someone chooses it */
	bool time;          /* an age, or a time of day */
};

struct list_pane_spec {
	enum object_kind kind; /* OBJECT_NONE: events */
	enum sort_key sort;
	const struct pane_column *columns;
	size_t column_count;
	/* What a column says of row i, in at most `width` cells where that matters (0: as many as
	 * it likes); nothing when it leaves ret empty. */
	enum role (*cell)(const struct view *v, const struct store *st, size_t i, size_t column,
			  int width, struct safe_text *ret);
	const char *empty; /* what the pane waits for, when there is nothing */
};

/* A column as the user wants it. */
struct pane_choice {
	uint8_t column; /* of the spec */
	bool shown;
	int16_t width; /* 0: by itself */
};

struct list_pane {
	const struct list_pane_spec *spec;
	struct listing listing;
	struct list list;
	int rows;                                      /* visible rows of the list */
	struct pane_choice choices[TABLE_COLUMNS_MAX]; /* every column, in the order shown */
	bool asked_history;                            /* it was the history that was asked last */
	char asked[ID_CAP];                            /* where older rows were last asked from */
	int64_t asked_ms;                              /* by the clock that paces work */
	bool was_following;                            /* before it was sorted by something else */
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
void list_pane_click(struct view *v, int x, int y, const struct store *st, struct outbox *out);
void list_pane_heading(const struct view *v, const struct store *st, struct safe_text *title,
		       struct safe_text *badge);
bool list_pane_selected(const struct view *v, const struct store *st, struct subject *ret);
enum status list_pane_filter(struct view *v, const char *text, size_t *ret_at,
			     struct problem *reterr);
const char *list_pane_filter_text(const struct view *v);
void list_pane_counts(const struct view *v, size_t *ret_shown, size_t *ret_total);
void list_pane_copies(const struct view *v, const struct store *st, struct copies *ret);
void list_pane_plain(const struct view *v, const struct store *st, struct strbuf *ret);

/* The members no list pane has a version of its own of. */
extern const enum command LIST_PANE_BAR[];
#define LIST_PANE_OPS                                                                         \
	.context = CTX_PANES, .bar = LIST_PANE_BAR, .heading = list_pane_heading,             \
	.click = list_pane_click, .selected = list_pane_selected, .filter = list_pane_filter, \
	.filter_text = list_pane_filter_text, .counts = list_pane_counts,                     \
	.copies = list_pane_copies, .plain = list_pane_plain

/* The record under the cursor, or NULL. */
const struct record *list_pane_record(const struct view *v);
/* What a field of a filter says of row i, for a cell. */
enum role list_pane_fact(const struct view *v, const struct store *st, size_t i, enum query_field f,
			 struct safe_text *ret);

/* When it changed last, as far as is known. */
int64_t list_pane_updated_ms(const struct record *r);

/* --- what needs a person (list_pane_matter.c) ------------------------------------------------- */

/* Puts the sign of what needs a person before the state of row i that is in ret, and says in which
 * role; `role` where nothing does. */
enum role list_pane_sign(const struct view *v, size_t i, enum role role, struct safe_text *ret);
/* The worst that is said of row i and is more than worth watching; NULL: nothing. */
const struct attention_item *list_pane_matter_of(const struct view *v, size_t i);
/* Why the selected row needs a person, in the room that the title leaves; empty: it does not. */
void list_pane_matter(const struct view *v, const struct safe_text *title, struct safe_text *ret);

/* --- asking the server (list_pane_ask.c) ------------------------------------------------------ */

/* The newest page again. */
void list_pane_ask(const struct list_pane *p, struct outbox *out);
/* The reader moved: what is older, where the rows end. `pressed`: by a key, so that what failed is
 * asked for again. */
void list_pane_ask_older(struct list_pane *p, const struct store *st, struct outbox *out,
			 bool pressed);
/* He stands still: the same at a pace. */
void list_pane_ask_on(struct view *v, const struct store *st, struct outbox *out);

/* --- sorting and columns (list_pane_table.c) ------------------------------------------------- */

void list_pane_sort(struct view *v, enum sort_key key, bool reverse);
/* What the columns share: the scrollbar, where there is one, stands beside them. */
int list_pane_width(const struct view *v);
/* The columns shown, laid out over `width` cells; ret_map (TABLE_COLUMNS_MAX) says which of the
 * spec's each is. `columns` (as many) must outlive the layout. */
void list_pane_layout(const struct view *v, const struct store *st, int width,
		      struct column *columns, struct table_layout *t, size_t *ret_map);
/* Which of the columns laid out the rows are sorted by; t->count: none of them. */
size_t list_pane_sorted_column(const struct view *v, const struct table_layout *t,
			       const size_t *map);
/* The title of the column the rows are sorted by, shown or not. */
const char *list_pane_sort_title(const struct view *v);
/* Do the values shown go down the list from the great to the small? An age grows as its time gets
 * less. */
bool list_pane_descends(const struct view *v);
/* The choices as they were at first, and the order. */
void list_pane_reset(struct view *v);
/* The sort moves to the next (1) or previous (-1) column in sight; its own order again. */
void list_pane_sort_step(struct view *v, const struct store *st, int step);

/*
 * What a user chose, as a line of text: "invoices sort=amount reverse columns=status,amount:12".
 * Nothing is written where all is as it was at first. Reading takes the line that begins with the
 * pane's name out of any number of lines, and passes over words it does not know.
 */
void list_pane_settings_write(const struct view *v, struct strbuf *ret);
void list_pane_settings_read(struct view *v, const char *text);

#endif
