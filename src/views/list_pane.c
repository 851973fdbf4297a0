#include "views/list_pane_seek.h"

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
	list_pane_reset(v);
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

	(void)width;
	p->rows = height > 1 ? height - 1 : 0; /* the column titles take a line */
	p->listing.pace_ms = v->ctx.mono_ms;
	listing_refresh(&p->listing, st, v->ctx.now_ms);
	list_sync(&p->list, p->listing.count, list_pane_id, &p->listing, p->rows);
	list_pane_ask_on(v, st, out);
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

static bool list_pane_act_table(struct view *v, enum command cmd, const struct store *st)
{
	struct list_pane *p = list_pane(v);

	switch (cmd) {
	case CMD_SORT_NEXT:
	case CMD_SORT_PREV:
		list_pane_sort_step(v, st, cmd == CMD_SORT_NEXT ? 1 : -1);
		return true;
	case CMD_INVERT:
		list_pane_sort(v, p->listing.sort, !p->listing.reverse);
		return true;
	default:
		return false;
	}
}

/* Only in their own order do events have an end to stay with. */
static void list_pane_follow(struct view *v)
{
	struct list_pane *p = list_pane(v);
	bool on = !p->list.follows || !p->list.following;

	if (!p->list.follows)
		list_pane_sort(v, SORT_CREATED, false);
	list_follow(&p->list, on, list_pane_id, &p->listing);
}

enum handled list_pane_act(struct view *v, enum command cmd, const struct store *st,
			   struct outbox *out)
{
	struct list_pane *p = list_pane(v);

	for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
		if (MOVES[i].command == cmd) {
			list_move(&p->list, MOVES[i].move, list_pane_id, &p->listing);
			if (p->listing.count > 0)
				list_pane_ask_older(p, st, out, true);
			p->asked_ms = v->ctx.mono_ms;
			return HANDLED;
		}
	}
	if (list_pane_act_table(v, cmd, st))
		return HANDLED;
	if (cmd == CMD_NEXT_TROUBLE || cmd == CMD_PREV_TROUBLE)
		return list_pane_seek_trouble(v, st, cmd == CMD_NEXT_TROUBLE ? 1 : -1);
	if (cmd == CMD_NEXT_STEP || cmd == CMD_PREV_STEP)
		return list_pane_seek_payment(v, st, cmd == CMD_NEXT_STEP ? 1 : -1);
	if (cmd == CMD_FOLLOW && p->spec->kind == OBJECT_NONE) {
		list_pane_follow(v);
		return HANDLED;
	}
	if (cmd == CMD_REFRESH) {
		p->asked[0] = '\0';
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
		char hint[160];
		struct safe_text t;

		safe_text_fmt(&t, "No row matches “%s”.", query_text(p->listing.query));
		y += canvas_wrap(c, 1, y, width, 3, ROLE_TEXT, safe_text_str(&t));
		if (query_complaint(p->listing.query))
			y += canvas_wrap(c, 1, y, width, 2, ROLE_WARN,
					 query_complaint(p->listing.query));
		if (query_hint(p->listing.query, p->spec->kind, hint, sizeof(hint))) {
			safe_text_set(&t, hint);
			y += canvas_wrap(c, 1, y, width, 2, ROLE_WARN, safe_text_str(&t));
		}
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

static void list_pane_draw_row(const struct view *v, const struct store *st, size_t i,
			       const struct table_layout *t, const size_t *map, struct canvas *c,
			       int y)
{
	struct safe_text text;

	for (size_t j = 0; j < t->count; j++) {
		enum role role;
		if (!t->w[j])
			continue;
		safe_text_clear(&text);
		role = list_pane(v)->spec->cell(v, st, i, map[j], t->w[j], &text);
		table_cell(t, c, j, y, role, &text);
	}
}

static bool list_pane_has_bar(const struct list_pane *p)
{
	return p->list.count > (size_t)(p->rows > 0 ? p->rows : 0);
}

int list_pane_width(const struct view *v)
{
	return v->width - list_pane_has_bar(list_pane(v));
}

void list_pane_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct list_pane *p = list_pane(v);
	const struct list *l = &p->list;
	bool bar = list_pane_has_bar(p);
	int width = c->at.w - bar;
	struct column columns[TABLE_COLUMNS_MAX];
	size_t map[TABLE_COLUMNS_MAX];
	struct table_layout t;

	if (p->listing.count == 0) {
		list_pane_draw_empty(v, st, c);
		return;
	}
	list_pane_layout(v, st, width, columns, &t, map);
	table_header_sorted(&t, c, 0, list_pane_sorted_column(v, &t, map), list_pane_descends(v));
	for (int y = 0; y < p->rows && l->top + (size_t)y < l->count; y++) {
		size_t i = l->top + (size_t)y;
		struct rect line = {0, y + 1, width, 1};

		list_pane_draw_row(v, st, i, &t, map, c, y + 1);
		if (i == l->cursor)
			canvas_overlay(c, line, v->focused ? ROLE_SELECTION : ROLE_SELECTION_OFF);
		else if (row_changed(p, i, v->ctx.now_ms))
			canvas_overlay(c, line, ROLE_CHANGED);
	}
	if (bar)
		scrollbar_draw(c, c->at.w - 1, 1, p->rows, l->top, l->count);
}

/* A title sorts by its column, and turns the order round when it does already. */
static void list_pane_click_title(struct view *v, int x, const struct store *st)
{
	const struct list_pane *p = list_pane(v);
	struct column columns[TABLE_COLUMNS_MAX];
	size_t map[TABLE_COLUMNS_MAX], at;
	struct table_layout t;

	list_pane_layout(v, st, list_pane_width(v), columns, &t, map);
	at = table_column_at(&t, x);
	if (at == t.count)
		return;
	if (at == list_pane_sorted_column(v, &t, map))
		list_pane_sort(v, p->listing.sort, !p->listing.reverse);
	else
		list_pane_sort(v, p->spec->columns[map[at]].sort, false);
}

void list_pane_click(struct view *v, int x, int y, const struct store *st, struct outbox *out)
{
	struct list_pane *p = list_pane(v);

	(void)out;
	if (p->listing.count == 0)
		return;
	if (y == 0)
		list_pane_click_title(v, x, st);
	else if (y <= p->rows && p->list.top + (size_t)(y - 1) < p->list.count)
		list_select(&p->list, p->list.top + (size_t)(y - 1), list_pane_id, &p->listing);
}

/* No title bears the mark of the order somebody chose. */
static bool list_pane_sort_is_hidden(const struct view *v, const struct store *st)
{
	const struct list_pane *p = list_pane(v);
	struct column columns[TABLE_COLUMNS_MAX];
	size_t map[TABLE_COLUMNS_MAX];
	struct table_layout t;

	if ((p->listing.sort == p->spec->sort && !p->listing.reverse) || p->listing.count == 0 ||
	    listing_is_broken(&p->listing, st))
		return false;
	list_pane_layout(v, st, list_pane_width(v), columns, &t, map);
	return list_pane_sorted_column(v, &t, map) == t.count;
}

void list_pane_heading(const struct view *v, const struct store *st, struct safe_text *title,
		       struct safe_text *badge)
{
	const struct list_pane *p = list_pane(v);
	const char *down = glyph_str(GLYPH_DOWN, v->ctx.ascii);
	char a[32], b[32];

	if (p->listing.query)
		safe_text_fmt(title, "%s %s of %s  /%s", v->ops->title,
			      count_words(a, p->listing.count), count_words(b, p->listing.total),
			      query_text(p->listing.query));
	else if (p->listing.total > 0)
		safe_text_fmt(title, "%s %s", v->ops->title, count_words(a, p->listing.total));
	else
		safe_text_set(title, v->ops->title);
	safe_text_clear(badge);
	if (query_complaint(p->listing.query)) {
		safe_text_set(badge, "pattern too slow");
		return;
	}
	if (!p->list.follows) {
		if (p->spec->kind == OBJECT_NONE || list_pane_sort_is_hidden(v, st))
			safe_text_fmt(badge, "by %s %s", list_pane_sort_title(v),
				      glyph_str(list_pane_descends(v) ? GLYPH_DOWN : GLYPH_UP,
						v->ctx.ascii));
		else
			list_pane_matter(v, title, badge);
		return;
	}
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

enum role list_pane_fact(const struct view *v, const struct store *st, size_t i, enum query_field f,
			 struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	char text[NAME_CAP];

	if (r && query_field_text(f, st, r, text, sizeof(text)))
		safe_text_set(ret, text);
	return ROLE_MUTED;
}

int64_t list_pane_updated_ms(const struct record *r)
{
	int64_t updated = object_updated_ms(&r->object);

	if (r->changed_ms > updated)
		updated = r->changed_ms;
	return updated != TIME_NONE ? updated : r->stated_ms;
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
