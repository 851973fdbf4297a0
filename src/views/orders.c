/* Orders: the list above, the selected order's items, timeline, shipments and payment below. */
#include "views/cells.h"
#include "views/describe.h"
#include "views/list_pane.h"
#include "views/registry.h"

#include "base/strbuf.h"

#include <string.h>

#define STOOD_MS 200 /* so long the cursor stands on an order before it is asked for */

enum {
	COL_STATUS,
	COL_TOTAL,
	COL_ITEMS,
	COL_CUSTOMER,
	COL_RETAILER,
	COL_ID,
	COL_WHEN,
	COL_UPDATED,
	COL_INVOICE,
	COL_CHAIN,
	COL_TRACKING,
	COL_REFUND,
	COL_NAME,
	COL_COUNTRY,
	COL_FEE
};

static const struct pane_column COLUMNS[] = {
	[COL_STATUS] = {.name = "status",
			.about = "where it stands",
			.sort = SORT_STATUS,
			.look = {.title = "STATUS", .min = 12, .want = 18}},
	[COL_TOTAL] = {.name = "amount",
		       .about = "its total, in USD",
		       .sort = SORT_AMOUNT,
		       .look = {.title = "USD",
				.min = 8,
				.want = 8,
				.align = ALIGN_RIGHT,
				.exact = true}},
	[COL_ITEMS] =
		{.name = "items",
		 .about = "how many pieces",
		 .sort = SORT_ITEMS,
		 .look = {.title = "QTY", .min = 3, .want = 3, .rank = 2, .align = ALIGN_RIGHT}},
	[COL_CUSTOMER] =
		{.name = "customer",
		 .about = "whose it is",
		 .sort = SORT_CUSTOMER,
		 .look = {.title = "CUSTOMER", .min = 7, .want = 12, .weight = 1, .rank = 1}},
	[COL_RETAILER] = {.name = "retailer",
			  .about = "who ships it",
			  .sort = SORT_RETAILER,
			  .look = {.title = "RETAILER", .min = 8, .want = 9, .rank = 3}},
	[COL_ID] = {.name = "id",
		    .about = "its id",
		    .sort = SORT_ID,
		    .look = {.title = "ORDER",
			     .min = 9,
			     .want = 13,
			     .weight = 1,
			     .rank = 4,
			     .middle = true}},
	[COL_WHEN] = {.name = "created",
		      .about = "when it was made",
		      .sort = SORT_CREATED,
		      .time = true,
		      .look = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT}},
	[COL_UPDATED] = {.name = "updated",
			 .about = "when it changed last",
			 .sort = SORT_UPDATED,
			 .hidden = true,
			 .time = true,
			 .look = {.title = "CHANGED",
				  .min = 7,
				  .want = 7,
				  .rank = 4,
				  .align = ALIGN_RIGHT}},
	[COL_INVOICE] =
		{.name = "invoice",
		 .about = "the invoice that pays it",
		 .sort = SORT_INVOICE,
		 .hidden = true,
		 .look = {.title = "INVOICE", .min = 9, .want = 13, .rank = 5, .middle = true}},
	[COL_CHAIN] = {.name = "chain",
		       .about = "where it was paid",
		       .sort = SORT_CHAIN,
		       .hidden = true,
		       .look = {.title = "CHAIN", .min = 8, .want = 9, .rank = 4}},
	[COL_TRACKING] =
		{.name = "tracking",
		 .about = "its first parcel",
		 .sort = SORT_TRACKING,
		 .hidden = true,
		 .look = {.title = "TRACKING", .min = 9, .want = 18, .rank = 4, .middle = true}},
	[COL_REFUND] = {.name = "refund",
			.about = "how far its refund is",
			.sort = SORT_REFUND,
			.hidden = true,
			.look = {.title = "REFUND", .min = 7, .want = 9, .rank = 4}},
	[COL_NAME] = {.name = "name",
		      .about = "who gets it",
		      .sort = SORT_NAME,
		      .hidden = true,
		      .look = {.title = "RECIPIENT", .min = 9, .want = 14, .rank = 4}},
	[COL_COUNTRY] = {.name = "country",
			 .about = "where it goes",
			 .sort = SORT_COUNTRY,
			 .hidden = true,
			 .look = {.title = "CC", .min = 2, .want = 2, .rank = 4}},
	[COL_FEE] = {.name = "fee",
		     .about = "commerce fee and refund fee, in USD",
		     .sort = SORT_FEE,
		     .hidden = true,
		     .look = {.title = "FEE USD",
			      .min = 7,
			      .want = 8,
			      .rank = 4,
			      .align = ALIGN_RIGHT,
			      .exact = true}},
};

struct orders {
	struct list_pane pane; /* first: list_pane() finds it here */
	struct doc detail;
	char shown[ID_CAP]; /* the order the detail is of */
	char asked[ID_CAP]; /* the order whose snapshot was asked for last */
	int64_t stood_ms;   /* since when the cursor stands on the order shown, to pace work by */
	int list_height;
};

static enum role orders_more(const struct view *v, const struct store *st, size_t i, size_t column,
			     struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct order *o = &r->object.as.order;

	switch (column) {
	case COL_UPDATED:
		cell_when(ret, &v->ctx, list_pane_updated_ms(r));
		return ROLE_MUTED;
	case COL_INVOICE:
		return list_pane_fact(v, st, i, QF_INVOICE, ret);
	case COL_CHAIN:
		return list_pane_fact(v, st, i, QF_CHAIN, ret);
	case COL_TRACKING:
		return list_pane_fact(v, st, i, QF_TRACKING, ret);
	case COL_REFUND:
		return list_pane_fact(v, st, i, QF_REFUND, ret);
	case COL_NAME:
		return list_pane_fact(v, st, i, QF_NAME, ret);
	case COL_COUNTRY:
		return list_pane_fact(v, st, i, QF_COUNTRY, ret);
	default:
		if (o->has_snapshot)
			cell_usd(ret, money_plus(o->commerce_fee, o->refund.fee_usd));
		return ROLE_MUTED;
	}
}

static enum role orders_cell(const struct view *v, const struct store *st, size_t i, size_t column,
			     int width, struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct order *o = &r->object.as.order;

	(void)width;
	switch (column) {
	case COL_STATUS:
		return list_pane_sign(v, i,
				      cell_state_words(ret, VOCAB_ORDER, o->status, v->ctx.ascii),
				      ret);
	case COL_TOTAL:
		cell_usd(ret, o->total);
		return ROLE_STRONG;
	case COL_ITEMS:
		safe_text_fmt(ret, "%lld", (long long)o->item_count);
		return ROLE_MUTED;
	case COL_CUSTOMER:
		safe_text_set(ret, o->customer_id);
		return ROLE_TEXT;
	case COL_RETAILER:
		safe_text_set(ret, o->retailer);
		return ROLE_MUTED;
	case COL_ID:
		safe_text_set(ret, o->order_id);
		return ROLE_MUTED;
	case COL_WHEN:
		cell_when(ret, &v->ctx, o->created_at);
		return ROLE_MUTED;
	default:
		return orders_more(v, st, i, column, ret);
	}
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_ORDER,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.cell = orders_cell,
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

/* A row knows no items: the snapshot of an order is asked for once, where the cursor stays. */
static void orders_ask_snapshot(struct view *v, struct outbox *out)
{
	struct orders *o = v->state;
	const struct record *r = list_pane_record(v);
	bool stays = v->ctx.mono_ms == 0 || v->ctx.mono_ms - o->stood_ms >= STOOD_MS;

	if (!r || r->object.as.order.has_snapshot || str_equal(o->asked, object_id(&r->object)))
		return;
	if (stays && outbox_get(out, OBJECT_ORDER, object_id(&r->object)) != 0)
		(void)str_copy(o->asked, sizeof(o->asked), object_id(&r->object));
	else
		list_pane(v)->listing.behind = true; /* look again soon */
}

/* Where its items were refused the facts say so, and why; else they are being asked for. */
static void orders_describe(struct view *v, const struct store *st, const struct record *r,
			    bool low)
{
	struct orders *o = v->state;
	const struct problem *why = NULL;
	struct view_context ctx = v->ctx;
	struct describing w = {.ctx = &ctx, .st = st, .width = v->width};
	bool failed = !r->object.as.order.has_snapshot &&
		      store_lookup(st, OBJECT_ORDER, object_id(&r->object), &why) == LOAD_FAILED;
	struct safe_text text, words;

	if (failed)
		ctx.no_server = "it refused";
	describe_order(&o->detail, &w, &r->object.as.order, low ? ORDER_PANE_LOW : ORDER_PANE);
	if (!failed || !why)
		return;
	cell_problem(&text, why);
	safe_text_fmt(&words, "%s R asks again.", safe_text_str(&text));
	doc_wrap(&o->detail, 1, v->width - 2, ROLE_WARN, &words);
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
		o->stood_ms = v->ctx.mono_ms;
	}
	orders_describe(v, st, r, height < 24);
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
	.watches = TOPIC_ORDERS | TOPIC_CLOCK | TOPIC_SERVER | TOPIC_ATTENTION,
	.state_size = sizeof(struct orders),
	.open = orders_open,
	.close = orders_close,
	.refresh = orders_refresh,
	.act = orders_act,
	.draw = orders_draw,
	LIST_PANE_OPS,
};
