/* Orders: the list above, the selected order's items, timeline, shipments and payment below. */
#include "views/cells.h"
#include "views/describe.h"
#include "views/list_pane.h"
#include "views/registry.h"

#include "base/strbuf.h"

#include <string.h>

enum { COL_STATUS, COL_TOTAL, COL_ITEMS, COL_CUSTOMER, COL_RETAILER, COL_ID, COL_WHEN };

static const struct column COLUMNS[] = {
	[COL_STATUS] = {.title = "STATUS", .min = 12, .want = 18},
	[COL_TOTAL] = {.title = "USD", .min = 8, .want = 8, .align = ALIGN_RIGHT},
	[COL_ITEMS] = {.title = "QTY", .min = 3, .want = 3, .rank = 2, .align = ALIGN_RIGHT},
	[COL_CUSTOMER] = {.title = "CUSTOMER", .min = 7, .want = 12, .weight = 1, .rank = 1},
	[COL_RETAILER] = {.title = "RETAILER", .min = 8, .want = 9, .rank = 3},
	[COL_ID] = {.title = "ORDER", .min = 9, .want = 13, .weight = 1, .rank = 4, .middle = true},
	[COL_WHEN] = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT},
};

struct orders {
	struct list_pane pane; /* first: list_pane() finds it here */
	struct doc detail;
	char shown[ID_CAP]; /* the order the detail is of */
	char asked[ID_CAP]; /* the order whose snapshot was asked for last */
	int list_height;
};

static void orders_row(const struct view *v, const struct store *st, size_t i,
		       const struct table_layout *t, struct canvas *c, int y)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct order *o = &r->object.as.order;
	struct safe_text text;
	enum role role;

	(void)st;
	role = cell_state_words(&text, VOCAB_ORDER, o->status, v->ctx.ascii);
	table_cell(t, c, COL_STATUS, y, role, &text);
	cell_usd(&text, o->total);
	table_cell(t, c, COL_TOTAL, y, ROLE_STRONG, &text);
	safe_text_fmt(&text, "%lld", (long long)o->item_count);
	table_cell(t, c, COL_ITEMS, y, ROLE_MUTED, &text);
	safe_text_set(&text, o->customer_id);
	table_cell(t, c, COL_CUSTOMER, y, ROLE_TEXT, &text);
	safe_text_set(&text, o->retailer);
	table_cell(t, c, COL_RETAILER, y, ROLE_MUTED, &text);
	safe_text_set(&text, o->order_id);
	table_cell(t, c, COL_ID, y, ROLE_MUTED, &text);
	cell_when(&text, &v->ctx, o->created_at);
	table_cell(t, c, COL_WHEN, y, ROLE_MUTED, &text);
}

static void orders_fit(const struct view *v, size_t i, struct column *columns)
{
	struct safe_text text;

	cell_usd(&text, listing_record(&list_pane(v)->listing, i)->object.as.order.total);
	column_fit(&columns[COL_TOTAL], &text);
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_ORDER,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.when = COL_WHEN,
	.row = orders_row,
	.fit = orders_fit,
	.empty = "No order yet. The first checkout shows up here with its items and timeline.",
};

static void orders_open(struct view *v, const struct store *st, struct outbox *out)
{
	struct orders *o = v->state;

	list_pane_init(v, &SPEC);
	doc_init(&o->detail);
	list_pane_act(v, CMD_REFRESH, st, out);
}

static void orders_close(struct view *v)
{
	struct orders *o = v->state;

	list_pane_release(v);
	doc_release(&o->detail);
}

/* The list gets a good third, and never so much that no detail fits below. */
static int orders_list_height(int height, size_t rows)
{
	int want = height * 2 / 5;

	if (height < 8)
		return height;
	if (want < 4)
		want = 4;
	if ((size_t)want > rows + 1 && rows > 0)
		want = (int)rows + 1;
	return want;
}

/* A row knows no items: the snapshot of the selected order is asked for once. */
static void orders_ask_snapshot(struct view *v, struct outbox *out)
{
	struct orders *o = v->state;
	const struct record *r = list_pane_record(v);

	if (!r || r->object.as.order.has_snapshot || str_equal(o->asked, object_id(&r->object)))
		return;
	str_copy(o->asked, sizeof(o->asked), object_id(&r->object));
	outbox_get(out, OBJECT_ORDER, o->asked);
}

static void orders_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			   int height)
{
	struct orders *o = v->state;
	const struct record *r;

	o->list_height = orders_list_height(height, store_record_count(st, OBJECT_ORDER));
	list_pane_refresh(v, st, out, width, o->list_height);
	r = list_pane_record(v);
	doc_clear(&o->detail);
	if (!r) {
		o->shown[0] = '\0';
		return;
	}
	if (!str_equal(o->shown, object_id(&r->object))) {
		str_copy(o->shown, sizeof(o->shown), object_id(&r->object));
		o->detail.top = 0;
	}
	describe_order(&o->detail, &v->ctx, &r->object.as.order, height < 24);
	doc_clamp(&o->detail, height - o->list_height - 1);
	orders_ask_snapshot(v, out);
}

static enum handled orders_act(struct view *v, enum command cmd, const struct store *st,
			       struct outbox *out)
{
	struct orders *o = v->state;

	if (cmd == CMD_REFRESH)
		o->asked[0] = '\0';
	return list_pane_act(v, cmd, st, out);
}

static void orders_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct orders *o = v->state;
	struct canvas list = canvas_sub(c, (struct rect){0, 0, c->at.w, o->list_height});
	struct canvas below;
	int rule = o->list_height;

	if (list_pane(v)->listing.count == 0) {
		list_pane_draw(v, st, c);
		return;
	}
	list_pane_draw(v, st, &list);
	if (rule >= c->at.h)
		return;
	canvas_hline(c, 0, rule, c->at.w, ROLE_BORDER);
	below = canvas_sub(c, (struct rect){0, rule + 1, c->at.w, c->at.h - rule - 1});
	doc_draw(&o->detail, &below);
}

const struct view_ops ORDERS_VIEW = {
	.name = "orders",
	.title = "3 Orders",
	.watches = TOPIC_ORDERS | TOPIC_CLOCK | TOPIC_SERVER,
	.state_size = sizeof(struct orders),
	.open = orders_open,
	.close = orders_close,
	.refresh = orders_refresh,
	.act = orders_act,
	.draw = orders_draw,
	LIST_PANE_OPS,
};
