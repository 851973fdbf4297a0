/* Events: the live stream, oldest first, the newest at the bottom. */
#include "views/cells.h"
#include "views/list_pane.h"
#include "views/registry.h"

enum { COL_WHEN, COL_WHAT, COL_AMOUNT, COL_CUSTOMER, COL_OBJECT, COL_TYPE, COL_ID };

static const struct column COLUMNS[] = {
	[COL_WHEN] = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT},
	[COL_WHAT] = {.title = "EVENT", .min = 17, .want = 24, .weight = 1},
	[COL_AMOUNT] = {.title = "USD", .min = 8, .want = 8, .align = ALIGN_RIGHT},
	[COL_CUSTOMER] = {.title = "CUSTOMER", .min = 8, .want = 12, .weight = 1, .rank = 1},
	[COL_OBJECT] =
		{.title = "OBJECT", .min = 9, .want = 13, .weight = 1, .rank = 2, .middle = true},
	[COL_TYPE] = {.title = "TYPE", .min = 15, .want = 23, .rank = 3},
	[COL_ID] = {.title = "EVENT ID", .min = 20, .want = 26, .rank = 4, .middle = true},
};

static void events_row(const struct view *v, const struct store *st, size_t i,
		       const struct table_layout *t, struct canvas *c, int y)
{
	struct event_brief e;
	struct safe_text text;
	enum role role;

	store_brief(st, listing_event(&list_pane(v)->listing, i), &e);
	cell_when(&text, &v->ctx, e.created_ms);
	table_cell(t, c, COL_WHEN, y, ROLE_MUTED, &text);
	role = cell_event(&text, &e, v->ctx.ascii);
	table_cell(t, c, COL_WHAT, y, role, &text);
	if (e.has_amount) {
		cell_usd(&text, e.amount.minor);
		table_cell(t, c, COL_AMOUNT, y, ROLE_TEXT, &text);
	}
	safe_text_set(&text, event_customer(&e, st));
	table_cell(t, c, COL_CUSTOMER, y, ROLE_TEXT, &text);
	safe_text_set(&text, e.object_id);
	table_cell(t, c, COL_OBJECT, y, ROLE_MUTED, &text);
	safe_text_set(&text, e.type);
	table_cell(t, c, COL_TYPE, y, ROLE_MUTED, &text);
	safe_text_set(&text, e.id);
	table_cell(t, c, COL_ID, y, ROLE_MUTED, &text);
}

static void events_fit(const struct view *v, size_t i, struct column *columns)
{
	const struct listing *l = &list_pane(v)->listing;
	struct safe_text text;
	struct event_brief e;

	store_brief(l->store, listing_event(l, i), &e);
	if (!e.has_amount)
		return;
	cell_usd(&text, e.amount.minor);
	column_fit(&columns[COL_AMOUNT], &text);
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_NONE,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.when = COL_WHEN,
	.row = events_row,
	.fit = events_fit,
	.empty = "No event yet. They appear here the moment Pepay sends them.",
};

static void events_open(struct view *v, const struct store *st, struct outbox *out)
{
	(void)st;
	(void)out;
	list_pane_init(v, &SPEC);
}

const struct view_ops EVENTS_VIEW = {
	.name = "events",
	.title = "1 Events",
	.watches = TOPIC_EVENTS | TOPIC_CLOCK | TOPIC_SERVER,
	.state_size = sizeof(struct list_pane),
	.open = events_open,
	.close = list_pane_release,
	.refresh = list_pane_refresh,
	.act = list_pane_act,
	.draw = list_pane_draw,
	LIST_PANE_OPS,
};
