#include "views/list_pane.h"

#include "base/strbuf.h"
#include "views/cells.h"
#include "views/count.h"

#include <string.h>

#define CHANGED_MS 1500 /* how long a change stays lit */

const enum command LIST_PANE_BAR[] = {CMD_OPEN,      CMD_LOOK_UP,   CMD_FILTER, CMD_ACTIONS,
				      CMD_NEXT_PANE, CMD_ZOOM,      CMD_HELP,   CMD_QUIT,
				      CMD_FOLLOW,    CMD_ATTENTION, CMD_PROOF,  CMD_PAUSE,
				      CMD_TIME,      CMD_REFRESH,   CMD_THEME,  CMD_NONE};

struct list_pane *list_pane(const struct view *v)
{
	return v->state;
}

void list_pane_init(struct view *v, const struct list_pane_spec *spec)
{
	struct list_pane *p = list_pane(v);

	p->spec = spec;
	listing_init(&p->listing, spec->kind, spec->sort);
	list_init(&p->list, spec->kind == OBJECT_NONE);
}

void list_pane_release(struct view *v)
{
	listing_release(&list_pane(v)->listing);
}

void list_pane_forget(struct view *v)
{
	struct list_pane *p = list_pane(v);

	p->listing.count = 0;
	p->listing.built_sort = 0;
	p->asked[0] = '\0';
	v->stale = true;
}

static const char *list_pane_id(const void *rows, size_t i)
{
	return listing_id(rows, i);
}

void list_pane_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
		       int height)
{
	struct list_pane *p = list_pane(v);

	(void)out;
	(void)width;
	p->rows = height > 1 ? height - 1 : 0; /* the column titles take a line */
	p->listing.pace_ms = v->ctx.mono_ms;
	listing_refresh(&p->listing, st, v->ctx.now_ms);
	list_sync(&p->list, p->listing.count, list_pane_id, &p->listing, p->rows);
}

void list_pane_mend(struct view *v, const struct store *st, struct outbox *out)
{
	struct list_pane *p = list_pane(v);

	if (v->focused)
		listing_hurry(&p->listing);
	if (listing_is_broken(&p->listing, st))
		v->ops->refresh(v, st, out, v->width, v->height);
}

bool list_pane_is_behind(struct view *v)
{
	v->stale |= list_pane(v)->listing.behind;
	return list_pane(v)->listing.behind;
}

static const struct {
	enum command command;
	enum list_move move;
} MOVES[] = {
	{CMD_DOWN, LIST_DOWN},           {CMD_UP, LIST_UP},
	{CMD_PAGE_DOWN, LIST_PAGE_DOWN}, {CMD_PAGE_UP, LIST_PAGE_UP},
	{CMD_HALF_DOWN, LIST_HALF_DOWN}, {CMD_HALF_UP, LIST_HALF_UP},
	{CMD_FIRST, LIST_FIRST},         {CMD_LAST, LIST_LAST},
};

/* The newest page again. Events come by themselves: nothing is to be asked for them. */
static void list_pane_ask(const struct list_pane *p, struct outbox *out)
{
	if (p->spec->kind != OBJECT_NONE)
		outbox_list(out, p->spec->kind, "", PANE_PAGE);
}

/* Asks once from each oldest row. */
static bool list_pane_asks_anew(struct list_pane *p, const char *cursor)
{
	return !str_equal(cursor, p->asked) && str_copy(p->asked, sizeof(p->asked), cursor);
}

/*
 * Events: the history is asked before the reader reaches the oldest row, so that reading on never
 * waits; the server, when the history reaches no further back and he stands there.
 */
static void list_pane_ask_older_events(struct list_pane *p, const struct store *st,
				       struct outbox *out)
{
	bool on_disk = store_history(st)->mode != HISTORY_STARTING && !store_history_exhausted(st);
	struct request rq = {.kind = on_disk ? REQUEST_OLDER : REQUEST_EVENTS,
			     .limit = on_disk ? MSG_EVENTS_MAX : PANE_PAGE};
	size_t near = on_disk ? (size_t)(p->rows > 0 ? p->rows : 1) * 2 : 0;

	if (p->list.cursor > near ||
	    !str_copy(rq.cursor, sizeof(rq.cursor), listing_id(&p->listing, 0)))
		return;
	if (on_disk != p->asked_history)
		p->asked[0] = '\0'; /* the same row, of another */
	p->asked_history = on_disk;
	if (list_pane_asks_anew(p, rq.cursor))
		outbox_add(out, &rq);
}

/*
 * The reader comes to the oldest row: asks for what is older. Orders page by offset (contract 3.2),
 * everything else by the id of the oldest row.
 */
static void list_pane_ask_older(struct list_pane *p, const struct store *st, struct outbox *out)
{
	const struct listing *l = &p->listing;
	char cursor[ID_CAP];

	if (l->query || l->reverse || l->count < PANE_PAGE)
		return;
	if (p->spec->kind == OBJECT_NONE) {
		list_pane_ask_older_events(p, st, out);
		return;
	}
	if (p->list.cursor != l->count - 1)
		return;
	if (p->spec->kind == OBJECT_ORDER)
		str_printf(cursor, sizeof(cursor), "%zu", l->total);
	else if (!str_copy(cursor, sizeof(cursor), listing_id(l, l->count - 1)))
		return;
	if (list_pane_asks_anew(p, cursor))
		outbox_list(out, p->spec->kind, cursor, PANE_PAGE);
}

enum handled list_pane_act(struct view *v, enum command cmd, const struct store *st,
			   struct outbox *out)
{
	struct list_pane *p = list_pane(v);

	for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
		if (MOVES[i].command == cmd) {
			list_move(&p->list, MOVES[i].move, list_pane_id, &p->listing);
			if (p->listing.count > 0)
				list_pane_ask_older(p, st, out);
			return HANDLED;
		}
	}
	if (cmd == CMD_FOLLOW && p->list.follows) {
		list_follow(&p->list, !p->list.following, list_pane_id, &p->listing);
		return HANDLED;
	}
	if (cmd == CMD_REFRESH) {
		list_pane_ask(p, out);
		return HANDLED;
	}
	return NOT_HANDLED;
}

static bool row_changed(const struct list_pane *p, size_t i, int64_t now_ms)
{
	const struct record *r;

	if (p->spec->kind == OBJECT_NONE)
		return false;
	r = listing_record(&p->listing, i);
	return r->changed_ms != TIME_NONE && r->previous_status[0] != '\0' &&
	       now_ms >= r->changed_ms && now_ms - r->changed_ms < CHANGED_MS;
}

/* What an empty pane says: what it waits for, or why it will stay empty. */
static void list_pane_draw_empty(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct list_pane *p = list_pane(v);
	const struct problem *why = store_load_problem(st, p->spec->kind);
	enum load_state load = store_load(st, p->spec->kind);
	int width = c->at.w - 2;
	int y = c->at.h > 4 ? 1 : 0;

	if (p->listing.query && p->listing.total > 0) {
		struct safe_text t;

		safe_text_fmt(&t, "No row matches “%s”.", query_text(p->listing.query));
		y += canvas_wrap(c, 1, y, width, 3, ROLE_TEXT, safe_text_str(&t));
		canvas_wrap(c, 1, y, width, 2, ROLE_MUTED, "Esc clears the filter, / changes it.");
	} else if (load == LOAD_FAILED && why) {
		struct safe_text t;

		cell_problem(&t, why);
		canvas_wrap(c, 1, y, width, 6, ROLE_WARN, safe_text_str(&t));
	} else if (load == LOAD_WAITING) {
		canvas_print(c, 1, y, width, ROLE_MUTED, "Asking %s …", v->ctx.server);
	} else {
		canvas_wrap(c, 1, y, width, 4, ROLE_MUTED, p->spec->empty);
	}
}

void column_fit(struct column *c, const struct safe_text *t)
{
	int need = (int)safe_text_width(t);

	c->exact = true;
	if (c->min < need)
		c->min = need;
	if (c->want < need)
		c->want = need;
}

/* The pane's columns, wide enough for every amount in sight. */
static void list_pane_columns(const struct view *v, struct column *columns)
{
	const struct list_pane *p = list_pane(v);

	memcpy(columns, p->spec->columns, p->spec->column_count * sizeof(*columns));
	if (v->ctx.times == SHOW_CLOCK) {
		columns[p->spec->when].title = "UTC";
		columns[p->spec->when].min = columns[p->spec->when].want = 8;
	}
	for (int y = 0; y < p->rows && p->list.top + (size_t)y < p->list.count; y++)
		p->spec->fit(v, p->list.top + (size_t)y, columns);
}

void list_pane_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct list_pane *p = list_pane(v);
	const struct list *l = &p->list;
	int width = c->at.w;
	bool bar = l->count > (size_t)(p->rows > 0 ? p->rows : 0);
	struct column columns[TABLE_COLUMNS_MAX];
	struct table_layout t;

	if (p->listing.count == 0) {
		list_pane_draw_empty(v, st, c);
		return;
	}
	list_pane_columns(v, columns);
	table_fit(&t, columns, p->spec->column_count, width - (bar ? 1 : 0));
	table_header(&t, c, 0);
	for (int y = 0; y < p->rows && l->top + (size_t)y < l->count; y++) {
		size_t i = l->top + (size_t)y;
		struct rect line = {0, y + 1, width - (bar ? 1 : 0), 1};

		p->spec->row(v, st, i, &t, c, y + 1);
		if (i == l->cursor)
			canvas_overlay(c, line, v->focused ? ROLE_SELECTION : ROLE_SELECTION_OFF);
		else if (row_changed(p, i, v->ctx.now_ms))
			canvas_overlay(c, line, ROLE_CHANGED);
	}
	if (bar)
		scrollbar_draw(c, width - 1, 1, p->rows, l->top, l->count);
}

void list_pane_heading(const struct view *v, const struct store *st, struct safe_text *title,
		       struct safe_text *badge)
{
	const struct list_pane *p = list_pane(v);
	const char *down = glyph_str(GLYPH_DOWN, v->ctx.ascii);
	char a[32], b[32];

	(void)st;
	if (p->listing.query)
		safe_text_fmt(title, "%s %s of %s  /%s", v->ops->title,
			      count_words(a, p->listing.count), count_words(b, p->listing.total),
			      query_text(p->listing.query));
	else if (p->listing.total > 0)
		safe_text_fmt(title, "%s %s", v->ops->title, count_words(a, p->listing.total));
	else
		safe_text_set(title, v->ops->title);
	safe_text_clear(badge);
	if (!p->list.follows)
		return;
	if (v->ctx.paused)
		safe_text_set(badge, "PAUSED");
	else if (p->list.following)
		safe_text_fmt(badge, "%s following", down);
	else if (p->list.unseen > 0)
		safe_text_fmt(badge, "%s %s new", down, count_words(a, p->list.unseen));
	else
		safe_text_set(badge, "not following");
}

bool list_pane_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	const struct list_pane *p = list_pane(v);

	(void)st;
	if (p->list.cursor >= p->listing.count)
		return false;
	return subject_set(ret, subject_of_object(p->spec->kind),
			   listing_id(&p->listing, p->list.cursor));
}

const struct record *list_pane_record(const struct view *v)
{
	const struct list_pane *p = list_pane(v);

	if (p->spec->kind == OBJECT_NONE || p->list.cursor >= p->listing.count)
		return NULL;
	return listing_record(&p->listing, p->list.cursor);
}

enum status list_pane_filter(struct view *v, const char *text, size_t *ret_at,
			     struct problem *reterr)
{
	struct query *q;
	enum status s = query_parse(text, &q, ret_at, reterr);

	if (s != S_OK)
		return s;
	listing_set_query_take(&list_pane(v)->listing, q);
	v->stale = true;
	return S_OK;
}

const char *list_pane_filter_text(const struct view *v)
{
	return query_text(list_pane(v)->listing.query);
}

void list_pane_counts(const struct view *v, size_t *ret_shown, size_t *ret_total)
{
	const struct listing *l = &list_pane(v)->listing;

	*ret_shown = l->count;
	*ret_total = l->total;
}
