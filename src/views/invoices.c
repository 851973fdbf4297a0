/* Invoices: newest first, what is owed and what came in. */
#include "views/cells.h"
#include "views/list_pane.h"
#include "views/registry.h"

#include <string.h>

enum {
	COL_STATUS,
	COL_AMOUNT,
	COL_DUE,
	COL_CUSTOMER,
	COL_CHAIN,
	COL_TYPE,
	COL_ID,
	COL_WHEN,
	COL_PAID,
	COL_EXPIRES,
	COL_UPDATED,
	COL_SETTLEMENT,
	COL_REFUND,
	COL_ORDER,
	COL_ADDRESS,
	COL_TX
};

static const struct pane_column COLUMNS[] = {
	[COL_STATUS] = {.name = "status",
			.about = "where it stands",
			.sort = SORT_STATUS,
			.look = {.title = "STATUS", .min = 11, .want = 11}},
	[COL_AMOUNT] = {.name = "amount",
			.about = "what it asks for, in USD",
			.sort = SORT_AMOUNT,
			.look = {.title = "USD",
				 .min = 8,
				 .want = 8,
				 .align = ALIGN_RIGHT,
				 .exact = true}},
	[COL_DUE] = {.name = "due",
		     .about = "what is still owed, or (+) came in and is to go back, in USD",
		     .sort = SORT_DUE,
		     .look = {.title = "DUE USD",
			      .min = 8,
			      .want = 8,
			      .rank = 3,
			      .align = ALIGN_RIGHT,
			      .exact = true}},
	[COL_CUSTOMER] =
		{.name = "customer",
		 .about = "whose it is",
		 .sort = SORT_CUSTOMER,
		 .look = {.title = "CUSTOMER", .min = 7, .want = 12, .weight = 1, .rank = 1}},
	[COL_CHAIN] = {.name = "chain",
		       .about = "where it was paid",
		       .sort = SORT_CHAIN,
		       .look = {.title = "CHAIN", .min = 8, .want = 9, .rank = 4}},
	[COL_TYPE] = {.name = "type",
		      .about = "standard, commerce, …",
		      .sort = SORT_TYPE,
		      .look = {.title = "TYPE", .min = 8, .want = 8, .rank = 6}},
	[COL_ID] = {.name = "id",
		    .about = "its id",
		    .sort = SORT_ID,
		    .look = {.title = "INVOICE",
			     .min = 9,
			     .want = 13,
			     .weight = 1,
			     .rank = 5,
			     .middle = true}},
	[COL_WHEN] = {.name = "created",
		      .about = "when it was made",
		      .sort = SORT_CREATED,
		      .time = true,
		      .look = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT}},
	[COL_PAID] = {.name = "paid",
		      .about = "what came in, in USD",
		      .sort = SORT_PAID,
		      .hidden = true,
		      .look = {.title = "PAID USD",
			       .min = 8,
			       .want = 8,
			       .rank = 3,
			       .align = ALIGN_RIGHT,
			       .exact = true}},
	[COL_EXPIRES] =
		{.name = "expires",
		 .about = "time left to pay",
		 .sort = SORT_EXPIRES,
		 .hidden = true,
		 .look = {.title = "LEFT", .min = 5, .want = 5, .rank = 3, .align = ALIGN_RIGHT}},
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
	[COL_SETTLEMENT] = {.name = "settlement",
			    .about = "how far its payment is settled",
			    .sort = SORT_SETTLEMENT,
			    .hidden = true,
			    .look = {.title = "SETTLED", .min = 7, .want = 10, .rank = 4}},
	[COL_REFUND] = {.name = "refund",
			.about = "how far its refund is",
			.sort = SORT_REFUND,
			.hidden = true,
			.look = {.title = "REFUND", .min = 7, .want = 9, .rank = 4}},
	[COL_ORDER] = {.name = "order",
		       .about = "its order",
		       .sort = SORT_ORDER,
		       .hidden = true,
		       .look = {.title = "ORDER", .min = 9, .want = 13, .rank = 5, .middle = true}},
	[COL_ADDRESS] =
		{.name = "address",
		 .about = "the wallet it was paid from",
		 .sort = SORT_ADDRESS,
		 .hidden = true,
		 .look = {.title = "WALLET", .min = 9, .want = 13, .rank = 5, .middle = true}},
	[COL_TX] = {.name = "tx",
		    .about = "the settlement's transaction",
		    .sort = SORT_TX,
		    .hidden = true,
		    .look = {.title = "TRANSACTION",
			     .min = 11,
			     .want = 13,
			     .rank = 5,
			     .middle = true}},
};

/* Came in, and is not what the invoice asked for: too much, or all that an ended one holds. */
static bool holds_too_much(const struct view *v, size_t i, const struct invoice *inv, int64_t *ret)
{
	const struct attention_item *item = list_pane_matter_of(v, i);

	if (!v->ctx.attention && inv->amount_paid > inv->amount) {
		*ret = money_minus(inv->amount_paid, inv->amount);
		return true;
	}
	if (!item || !item->has_amount)
		return false;
	*ret = item->at_risk.minor;
	return item->rule == RULE_OVERPAID || item->rule == RULE_PAID_LATE ||
	       item->rule == RULE_EXPIRED_SHORT;
}

/* Both what is missing and what is too much are worth a look; nothing is owed on what ended. */
static enum role invoices_due(const struct view *v, size_t i, const struct invoice *inv,
			      struct safe_text *ret)
{
	bool unpaid = strcmp(inv->status, "unpaid") == 0;
	char buf[MONEY_TEXT_CAP];
	int64_t held;

	if (holds_too_much(v, i, inv, &held)) {
		safe_text_fmt(ret, "+%s", money_format(buf, money_usd_millis(held), MONEY_ALIGNED));
		return ROLE_WARN;
	}
	if (unpaid && !inv->tells_paid)
		cell_usd(ret, inv->amount);
	else if (unpaid || (strcmp(inv->status, "underpaid") == 0 && inv->tells_paid))
		cell_usd(ret, inv->amount_remaining);
	return unpaid && inv->amount_paid == 0 ? ROLE_MUTED : ROLE_WARN;
}

/* Time left, while there is something to wait for. */
static enum role invoices_left(const struct view *v, const struct invoice *inv,
			       struct safe_text *ret)
{
	bool open = strcmp(inv->status, "unpaid") == 0 || strcmp(inv->status, "underpaid") == 0;
	char buf[WHEN_TEXT_CAP];

	if (!open || inv->expires_at == TIME_NONE || inv->expires_at < v->ctx.now_ms)
		return ROLE_MUTED;
	safe_text_set(ret, when_age(buf, inv->expires_at - v->ctx.now_ms));
	return inv->amount_paid > 0 ? ROLE_WARN : ROLE_MUTED;
}

static enum role invoices_more(const struct view *v, const struct store *st, size_t i,
			       size_t column, struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);

	switch (column) {
	case COL_PAID:
		if (r->object.as.invoice.tells_paid)
			cell_usd(ret, r->object.as.invoice.amount_paid);
		return ROLE_TEXT;
	case COL_EXPIRES:
		return invoices_left(v, &r->object.as.invoice, ret);
	case COL_UPDATED:
		cell_when(ret, &v->ctx, list_pane_updated_ms(r));
		return ROLE_MUTED;
	case COL_SETTLEMENT:
		return list_pane_fact(v, st, i, QF_SETTLEMENT, ret);
	case COL_REFUND:
		return list_pane_fact(v, st, i, QF_REFUND, ret);
	case COL_ORDER:
		return list_pane_fact(v, st, i, QF_ORDER, ret);
	case COL_ADDRESS:
		return list_pane_fact(v, st, i, QF_ADDRESS, ret);
	default:
		return list_pane_fact(v, st, i, QF_TX, ret);
	}
}

static enum role invoices_cell(const struct view *v, const struct store *st, size_t i,
			       size_t column, int width, struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct invoice *inv = &r->object.as.invoice;

	(void)width;
	switch (column) {
	case COL_STATUS:
		return list_pane_sign(v, i,
				      cell_state(ret, VOCAB_INVOICE, inv->status, v->ctx.ascii),
				      ret);
	case COL_AMOUNT:
		cell_usd(ret, inv->amount);
		return ROLE_STRONG;
	case COL_DUE:
		return invoices_due(v, i, inv, ret);
	case COL_CUSTOMER:
		safe_text_set(ret, inv->customer_id);
		return ROLE_TEXT;
	case COL_CHAIN:
		return list_pane_fact(v, st, i, QF_CHAIN, ret);
	case COL_TYPE:
		safe_text_set(ret, inv->invoice_type);
		return ROLE_MUTED;
	case COL_ID:
		safe_text_set(ret, inv->id);
		return ROLE_MUTED;
	case COL_WHEN:
		cell_when(ret, &v->ctx, inv->created_at);
		return ROLE_MUTED;
	default:
		return invoices_more(v, st, i, column, ret);
	}
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_INVOICE,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.cell = invoices_cell,
	.empty = "No invoice yet. The first one created shows up here.",
};

static void invoices_open(struct view *v, const struct store *st, struct outbox *out)
{
	list_pane_init(v, &SPEC);
	list_pane_act(v, CMD_REFRESH, st, out);
}

const struct view_ops INVOICES_VIEW = {
	.name = "invoices",
	.title = "2 Invoices",
	.watches = TOPIC_INVOICES | TOPIC_CLOCK | TOPIC_SERVER | TOPIC_ATTENTION,
	.state_size = sizeof(struct list_pane),
	.open = invoices_open,
	.close = list_pane_release,
	.refresh = list_pane_refresh,
	.act = list_pane_act,
	.draw = list_pane_draw,
	LIST_PANE_OPS,
};
