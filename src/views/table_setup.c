#include "views/table_setup.h"

#include "views/list_pane.h"

#include <string.h>

#define WIDTH_LEAST 2
#define WIDTH_MOST  200

struct table_setup {
	struct view *pane;
	size_t cursor, top;
	int rows; /* visible */
};

static const enum command BAR[] = {CMD_COLUMN_SHOW,    CMD_COLUMN_LATER,
				   CMD_COLUMN_EARLIER, CMD_COLUMN_NARROWER,
				   CMD_COLUMN_WIDER,   CMD_COLUMN_SORT,
				   CMD_COLUMN_RESET,   CMD_BACK,
				   CMD_HELP,           CMD_NONE};

enum { COL_SHOWN, COL_NAME, COL_WIDTH, COL_SORTED, COL_ABOUT };

static const struct column COLUMNS[] = {
	[COL_SHOWN] = {.title = "SHOWN", .min = 5, .want = 5},
	[COL_NAME] = {.title = "COLUMN", .min = 11, .want = 12},
	[COL_WIDTH] = {.title = "WIDTH", .min = 7, .want = 7, .align = ALIGN_RIGHT},
	[COL_SORTED] = {.title = "SORT", .min = 4, .want = 4},
	[COL_ABOUT] = {.title = "WHAT IT SHOWS", .min = 12, .want = 30, .weight = 1},
};

static struct table_setup *setup_of(const struct view *v)
{
	return v->state;
}

void table_setup_show(struct view *v, struct view *pane)
{
	setup_of(v)->pane = pane;
	v->stale = true;
}

static size_t column_count(const struct table_setup *s)
{
	return s->pane ? list_pane(s->pane)->spec->column_count : 0;
}

static struct pane_choice *choice_at(const struct table_setup *s, size_t i)
{
	return &list_pane(s->pane)->choices[i];
}

static const struct pane_column *column_at(const struct table_setup *s, size_t i)
{
	return &list_pane(s->pane)->spec->columns[choice_at(s, i)->column];
}

/* The cells the column has in the pane now; 0: none, or no room. */
static int width_now(const struct table_setup *s, const struct store *st, size_t i)
{
	struct column columns[TABLE_COLUMNS_MAX];
	size_t map[TABLE_COLUMNS_MAX];
	struct table_layout t;

	if (listing_is_broken(&list_pane(s->pane)->listing, st))
		return column_at(s, i)->look.want; /* its rows are gone: it has to be refreshed */
	list_pane_layout(s->pane, st, list_pane_width(s->pane), columns, &t, map);
	for (size_t j = 0; j < t.count; j++)
		if (map[j] == choice_at(s, i)->column)
			return t.w[j];
	return 0;
}

/* --- keys ---------------------------------------------------------------------------------------
 */

static void setup_move(struct table_setup *s, long by)
{
	long count = (long)column_count(s), at = (long)s->cursor + by;

	if (count == 0)
		return;
	s->cursor = (size_t)(at < 0 ? 0 : at >= count ? count - 1 : at);
	if (s->cursor < s->top)
		s->top = s->cursor;
	else if (s->rows > 0 && s->cursor >= s->top + (size_t)s->rows)
		s->top = s->cursor - (size_t)s->rows + 1;
}

/* The last column that is shown stays. */
static void setup_show(struct view *v, struct pane_choice *c)
{
	const struct table_setup *s = setup_of(v);
	size_t shown = 0;

	for (size_t i = 0; i < column_count(s); i++)
		shown += choice_at(s, i)->shown;
	if (c->shown && shown == 1)
		view_ask_notice(v, ROLE_WARN, "A table needs a column.");
	else
		c->shown = !c->shown;
}

static void setup_carry(struct table_setup *s, long by)
{
	struct pane_choice *from = choice_at(s, s->cursor), held = *from;
	long to = (long)s->cursor + by;

	if (to < 0 || to >= (long)column_count(s))
		return;
	*from = *choice_at(s, (size_t)to);
	*choice_at(s, (size_t)to) = held;
	setup_move(s, by);
}

static void setup_widen(struct table_setup *s, const struct store *st, int by)
{
	struct pane_choice *c = choice_at(s, s->cursor);
	int now = c->width > 0 ? c->width : width_now(s, st, s->cursor);

	if (now == 0)
		now = column_at(s, s->cursor)->look.want;
	now += by;
	c->width = (int16_t)(now < WIDTH_LEAST ? WIDTH_LEAST : now > WIDTH_MOST ? WIDTH_MOST : now);
}

static void setup_sort(const struct table_setup *s)
{
	const struct listing *l = &list_pane(s->pane)->listing;
	enum sort_key key = column_at(s, s->cursor)->sort;

	list_pane_sort(s->pane, key, l->sort == key && !l->reverse);
}

static bool setup_act_column(struct view *v, enum command cmd, const struct store *st)
{
	struct table_setup *s = setup_of(v);

	switch (cmd) {
	case CMD_COLUMN_SHOW:
		setup_show(v, choice_at(s, s->cursor));
		return true;
	case CMD_COLUMN_LATER:
	case CMD_COLUMN_EARLIER:
		setup_carry(s, cmd == CMD_COLUMN_LATER ? 1 : -1);
		return true;
	case CMD_COLUMN_WIDER:
	case CMD_COLUMN_NARROWER:
		setup_widen(s, st, cmd == CMD_COLUMN_WIDER ? 1 : -1);
		return true;
	case CMD_COLUMN_SORT:
	case CMD_OPEN:
		setup_sort(s);
		return true;
	case CMD_COLUMN_RESET:
		list_pane_reset(s->pane);
		return true;
	default:
		return false;
	}
}

static enum handled setup_act(struct view *v, enum command cmd, const struct store *st,
			      struct outbox *out)
{
	static const struct {
		enum command cmd;
		long by;
	} MOVES[] = {
		{CMD_DOWN, 1},      {CMD_UP, -1},      {CMD_PAGE_DOWN, 10}, {CMD_PAGE_UP, -10},
		{CMD_HALF_DOWN, 5}, {CMD_HALF_UP, -5}, {CMD_FIRST, -10000}, {CMD_LAST, 10000},
	};
	struct table_setup *s = setup_of(v);

	(void)out;
	if (column_count(s) == 0)
		return NOT_HANDLED;
	for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
		if (MOVES[i].cmd == cmd) {
			setup_move(s, MOVES[i].by);
			return HANDLED;
		}
	}
	if (!setup_act_column(v, cmd, st))
		return NOT_HANDLED;
	s->pane->stale = true;
	return HANDLED;
}

static void setup_click(struct view *v, int x, int y, const struct store *st, struct outbox *out)
{
	struct table_setup *s = setup_of(v);
	size_t at = s->top + (size_t)(y > 0 ? y - 1 : 0);

	(void)st;
	(void)out;
	if (y == 0 || at >= column_count(s))
		return;
	if (at == s->cursor && x < COLUMNS[COL_SHOWN].min)
		setup_show(v, choice_at(s, at));
	setup_move(s, (long)at - (long)s->cursor);
	s->pane->stale = true;
}

/* --- drawing ------------------------------------------------------------------------------------
 */

static void setup_open(struct view *v, const struct store *st, struct outbox *out)
{
	(void)v;
	(void)st;
	(void)out;
}

static void setup_close(struct view *v)
{
	(void)v;
}

static void setup_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			  int height)
{
	(void)st;
	(void)out;
	(void)width;
	setup_of(v)->rows = height > 1 ? height - 1 : 0;
	setup_move(setup_of(v), 0);
}

static void draw_width(const struct view *v, const struct store *st, size_t i,
		       const struct table_layout *t, struct canvas *c, int y)
{
	const struct table_setup *s = setup_of(v);
	const struct pane_choice *choice = choice_at(s, i);
	int now = choice->shown ? width_now(s, st, i) : 0;
	struct safe_text text;

	if (choice->width > 0)
		safe_text_fmt(&text, "%d", choice->width);
	else if (choice->shown && now > 0)
		safe_text_fmt(&text, "auto %d", now);
	else
		safe_text_set(&text, "auto");
	if (choice->shown && now == 0)
		safe_text_set(&text, "no room");
	table_cell(t, c, COL_WIDTH, y, choice->width > 0 ? ROLE_TEXT : ROLE_MUTED, &text);
}

static void draw_sorted(const struct view *v, size_t i, const struct table_layout *t,
			struct canvas *c, int y)
{
	const struct table_setup *s = setup_of(v);
	const struct listing *l = &list_pane(s->pane)->listing;
	struct safe_text text;

	if (column_at(s, i)->sort != l->sort)
		return;
	safe_text_set(&text,
		      glyph_str(list_pane_descends(s->pane) ? GLYPH_DOWN : GLYPH_UP, v->ctx.ascii));
	table_cell(t, c, COL_SORTED, y, ROLE_STRONG, &text);
}

static void setup_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct table_setup *s = setup_of(v);
	struct table_layout t;
	struct safe_text text;

	table_fit(&t, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), c->at.w);
	table_header(&t, c, 0);
	for (int y = 1; y <= s->rows && s->top + (size_t)y <= column_count(s); y++) {
		size_t i = s->top + (size_t)y - 1;
		bool shown = choice_at(s, i)->shown;

		safe_text_set(&text, shown ? "[x]" : "[ ]");
		table_cell(&t, c, COL_SHOWN, y, ROLE_TEXT, &text);
		safe_text_set(&text, column_at(s, i)->look.title);
		table_cell(&t, c, COL_NAME, y, shown ? ROLE_STRONG : ROLE_MUTED, &text);
		draw_width(v, st, i, &t, c, y);
		draw_sorted(v, i, &t, c, y);
		safe_text_set(&text, column_at(s, i)->about);
		table_cell(&t, c, COL_ABOUT, y, ROLE_MUTED, &text);
		if (i == s->cursor)
			canvas_overlay(c, (struct rect){0, y, c->at.w, 1}, ROLE_SELECTION);
	}
}

static void setup_heading(const struct view *v, const struct store *st, struct safe_text *title,
			  struct safe_text *badge)
{
	const struct table_setup *s = setup_of(v);
	const char *name = s->pane ? strchr(s->pane->ops->title, ' ') : NULL;

	(void)st;
	safe_text_fmt(title, "Table of%s", name ? name : " nothing");
	safe_text_clear(badge);
	if (s->pane)
		safe_text_fmt(badge, "sorted by %s", list_pane_sort_title(s->pane));
}

static bool setup_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	(void)v;
	(void)st;
	(void)ret;
	return false;
}

const struct view_ops TABLE_SETUP_VIEW = {
	.name = "table",
	.title = "Table",
	.watches = 0,
	.context = CTX_SETUP,
	.bar = BAR,
	.state_size = sizeof(struct table_setup),
	.open = setup_open,
	.close = setup_close,
	.refresh = setup_refresh,
	.act = setup_act,
	.draw = setup_draw,
	.click = setup_click,
	.heading = setup_heading,
	.selected = setup_selected,
};
