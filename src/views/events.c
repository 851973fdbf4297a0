/* Events: the live stream, oldest first, the newest at the bottom. */
#include "views/cells.h"
#include "views/list_pane.h"
#include "views/registry.h"

enum { COL_WHEN, COL_WHAT, COL_AMOUNT, COL_CUSTOMER, COL_OBJECT, COL_TYPE, COL_ID };

static const struct pane_column COLUMNS[] = {
	[COL_WHEN] = {.name = "created",
		      .about = "when it happened",
		      .sort = SORT_CREATED,
		      .time = true,
		      .look = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT}},
	[COL_WHAT] = {.name = "event",
		      .about = "what happened",
		      .sort = SORT_STATUS,
		      .look = {.title = "EVENT", .min = 17, .want = 24, .weight = 1}},
	[COL_AMOUNT] = {.name = "amount",
			.about = "of its object, in USD",
			.sort = SORT_AMOUNT,
			.look = {.title = "USD",
				 .min = 8,
				 .want = 8,
				 .align = ALIGN_RIGHT,
				 .exact = true}},
	[COL_CUSTOMER] =
		{.name = "customer",
		 .about = "whose it is",
		 .sort = SORT_CUSTOMER,
		 .look = {.title = "CUSTOMER", .min = 8, .want = 12, .weight = 1, .rank = 1}},
	[COL_OBJECT] = {.name = "object",
			.about = "the id of its object",
			.sort = SORT_OBJECT,
			.look = {.title = "OBJECT",
				 .min = 9,
				 .want = 13,
				 .weight = 1,
				 .rank = 2,
				 .middle = true}},
	[COL_TYPE] = {.name = "type",
		      .about = "its type, as Pepay calls it",
		      .sort = SORT_TYPE,
		      .look = {.title = "TYPE", .min = 15, .want = 23, .rank = 3}},
	[COL_ID] =
		{.name = "id",
		 .about = "its own id",
		 .sort = SORT_ID,
		 .look = {.title = "EVENT ID", .min = 20, .want = 26, .rank = 4, .middle = true}},
};

static enum role events_cell(const struct view *v, const struct store *st, size_t i, size_t column,
			     int width, struct safe_text *ret)
{
	struct event_brief e;

	(void)width;
	store_brief(st, listing_event(&list_pane(v)->listing, i), &e);
	switch (column) {
	case COL_WHEN:
		cell_when(ret, &v->ctx, e.created_ms);
		return ROLE_MUTED;
	case COL_WHAT:
		return cell_event(ret, &e, v->ctx.ascii);
	case COL_AMOUNT:
		if (e.has_amount)
			cell_usd(ret, e.amount.minor);
		return ROLE_TEXT;
	case COL_CUSTOMER:
		safe_text_set(ret, event_customer(&e, st));
		return ROLE_TEXT;
	case COL_OBJECT:
		safe_text_set(ret, e.object_id);
		return ROLE_MUTED;
	case COL_TYPE:
		safe_text_set(ret, e.type);
		return ROLE_MUTED;
	default:
		safe_text_set(ret, e.id);
		return ROLE_MUTED;
	}
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_NONE,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.cell = events_cell,
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
