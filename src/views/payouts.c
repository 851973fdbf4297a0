/* Payouts to bank accounts, with the KYC state that gates them (local extension). */
#include "views/cells.h"
#include "views/list_pane.h"
#include "views/payouts_fiat.h"
#include "views/registry.h"

#include <string.h>

enum {
	COL_STATUS,
	COL_AMOUNT,
	COL_FIAT,
	COL_COUNTRY,
	COL_RAIL,
	COL_KYC,
	COL_HOLDER,
	COL_ID,
	COL_WHEN,
	COL_CUSTOMER,
	COL_FEE,
	COL_REASON,
	COL_BANK,
	COL_ARRIVES,
	COL_UPDATED
};

static const struct pane_column COLUMNS[] = {
	[COL_STATUS] = {.name = "status",
			.about = "where it stands",
			.sort = SORT_STATUS,
			.look = {.title = "STATUS", .min = 12, .want = 12}},
	[COL_AMOUNT] = {.name = "amount",
			.about = "what it costs, in USD",
			.sort = SORT_AMOUNT,
			.look = {.title = "USD",
				 .min = 8,
				 .want = 11,
				 .rank = 2,
				 .align = ALIGN_RIGHT,
				 .exact = true}},
	[COL_FIAT] = {.name = "fiat",
		      .about = "what the bank gets, and in which currency",
		      .sort = SORT_FIAT,
		      .look = {.title = "TO BANK",
			       .min = 12,
			       .want = 16,
			       .align = ALIGN_RIGHT,
			       .exact = true}},
	[COL_COUNTRY] = {.name = "country",
			 .about = "where the bank is",
			 .sort = SORT_COUNTRY,
			 .look = {.title = "CC", .min = 2, .want = 2, .rank = 4}},
	[COL_RAIL] = {.name = "rail",
		      .about = "how it reaches the bank",
		      .sort = SORT_RAIL,
		      .look = {.title = "RAIL", .min = 6, .want = 8, .rank = 6}},
	[COL_KYC] = {.name = "kyc",
		     .about = "the customer's check",
		     .sort = SORT_KYC,
		     .look = {.title = "KYC", .min = 3, .want = 11, .rank = 1}},
	[COL_HOLDER] = {.name = "name",
			.about = "who gets it",
			.sort = SORT_NAME,
			.look = {.title = "HOLDER", .min = 8, .want = 14, .weight = 2, .rank = 3}},
	[COL_ID] = {.name = "id",
		    .about = "its id",
		    .sort = SORT_ID,
		    .look = {.title = "PAYOUT", .min = 9, .want = 13, .rank = 7, .middle = true}},
	[COL_WHEN] = {.name = "created",
		      .about = "when it was made",
		      .sort = SORT_CREATED,
		      .time = true,
		      .look = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT}},
	[COL_CUSTOMER] =
		{.name = "customer",
		 .about = "whose it is",
		 .sort = SORT_CUSTOMER,
		 .hidden = true,
		 .look = {.title = "CUSTOMER", .min = 7, .want = 12, .weight = 1, .rank = 3}},
	[COL_FEE] = {.name = "fee",
		     .about = "what it costs to send, in USD",
		     .sort = SORT_FEE,
		     .hidden = true,
		     .look = {.title = "FEE USD",
			      .min = 7,
			      .want = 8,
			      .rank = 4,
			      .align = ALIGN_RIGHT,
			      .exact = true}},
	[COL_REASON] = {.name = "reason",
			.about = "why it failed",
			.sort = SORT_REASON,
			.hidden = true,
			.look = {.title = "REASON", .min = 8, .want = 16, .rank = 4}},
	[COL_BANK] = {.name = "bank",
		      .about = "the bank's name",
		      .sort = SORT_BANK,
		      .hidden = true,
		      .look = {.title = "BANK", .min = 8, .want = 14, .rank = 5}},
	[COL_ARRIVES] =
		{.name = "arrives",
		 .about = "when it should be there",
		 .sort = SORT_ARRIVES,
		 .hidden = true,
		 .look = {.title = "DUE", .min = 5, .want = 5, .rank = 3, .align = ALIGN_RIGHT}},
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
};

static enum role payouts_kyc(const struct view *v, const struct store *st, const struct payout *p,
			     int width, struct safe_text *ret)
{
	const struct record *r = store_record(st, OBJECT_KYC, p->customer_id);

	if (!r) {
		safe_text_set(ret, "-");
		return ROLE_MUTED;
	}
	if (width > 0 && width < 10)
		return cell_state_glyph(ret, VOCAB_KYC, r->object.as.kyc.status, v->ctx.ascii);
	return cell_state_words(ret, VOCAB_KYC, r->object.as.kyc.status, v->ctx.ascii);
}

/* Time until it should be there; how long it is late when that went by. */
static enum role payouts_due(const struct view *v, const struct payout *p, struct safe_text *ret)
{
	char buf[WHEN_TEXT_CAP];
	int64_t left;
	bool open = strcmp(p->status, "queued") == 0 || strcmp(p->status, "processing") == 0;

	if (!open || p->estimated_arrival_at == TIME_NONE)
		return ROLE_MUTED;
	left = p->estimated_arrival_at - v->ctx.now_ms;
	if (left >= 0)
		safe_text_set(ret, when_age(buf, left));
	else
		safe_text_fmt(ret, "-%s", when_age(buf, -left));
	return left < 0 ? ROLE_WARN : ROLE_MUTED;
}

static enum role payouts_more(const struct view *v, const struct store *st, size_t i, size_t column,
			      struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct payout *p = &r->object.as.payout;

	switch (column) {
	case COL_CUSTOMER:
		safe_text_set(ret, p->customer_id);
		return ROLE_TEXT;
	case COL_FEE:
		cell_usd(ret, p->fee);
		return ROLE_MUTED;
	case COL_REASON:
		list_pane_fact(v, st, i, QF_REASON, ret);
		return ROLE_BAD;
	case COL_BANK:
		return list_pane_fact(v, st, i, QF_BANK, ret);
	case COL_ARRIVES:
		return payouts_due(v, p, ret);
	default:
		cell_when(ret, &v->ctx, list_pane_updated_ms(r));
		return ROLE_MUTED;
	}
}

static enum role payouts_cell(const struct view *v, const struct store *st, size_t i, size_t column,
			      int width, struct safe_text *ret)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct payout *p = &r->object.as.payout;

	switch (column) {
	case COL_STATUS:
		return list_pane_sign(v, i, cell_state(ret, VOCAB_PAYOUT, p->status, v->ctx.ascii),
				      ret);
	case COL_AMOUNT:
		cell_usd(ret, p->amount);
		return ROLE_STRONG;
	case COL_FIAT:
		payouts_fiat(list_pane(v), i, ret);
		return ROLE_TEXT;
	case COL_COUNTRY:
		safe_text_set(ret, p->country);
		return ROLE_MUTED;
	case COL_RAIL:
		safe_text_set(ret, p->rail);
		return ROLE_MUTED;
	case COL_KYC:
		return payouts_kyc(v, st, p, width, ret);
	case COL_HOLDER:
		safe_text_set(ret, p->bank_account.holder);
		return ROLE_TEXT;
	case COL_ID:
		safe_text_set(ret, p->id);
		return ROLE_MUTED;
	case COL_WHEN:
		cell_when(ret, &v->ctx, p->created_at);
		return ROLE_MUTED;
	default:
		return payouts_more(v, st, i, column, ret);
	}
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_PAYOUT,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.cell = payouts_cell,
	.empty = "No payout yet. Bank payouts show up here with the customer's KYC state.",
};

/* Nothing is asked yet: the screen refreshes when the server has said what it can do. */
static void payouts_open(struct view *v, const struct store *st, struct outbox *out)
{
	(void)st;
	(void)out;
	list_pane_init(v, &SPEC);
}

/* A Pepay without the extension: said once, in place of an error. */
static void payouts_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct capabilities *caps = store_capabilities(st);

	if (caps->known && !capabilities_have(caps, "ramps") && list_pane(v)->listing.total == 0) {
		canvas_wrap(
			c, 1, c->at.h > 4 ? 1 : 0, c->at.w - 2, 5, ROLE_MUTED,
			"This server publishes no ramp routes, so there are no payouts to show. "
			"Everything else works.");
		return;
	}
	list_pane_draw(v, st, c);
}

static enum handled payouts_act(struct view *v, enum command cmd, const struct store *st,
				struct outbox *out)
{
	const struct capabilities *caps = store_capabilities(st);

	if (cmd == CMD_REFRESH) {
		if (!caps->known || !capabilities_have(caps, "ramps"))
			return HANDLED;
		outbox_list(out, OBJECT_KYC, "", PANE_PAGE);
	}
	return list_pane_act(v, cmd, st, out);
}

const struct view_ops PAYOUTS_VIEW = {
	.name = "payouts",
	.title = "4 Payouts",
	.watches = TOPIC_PAYOUTS | TOPIC_CLOCK | TOPIC_SERVER | TOPIC_ATTENTION,
	.state_size = sizeof(struct list_pane),
	.open = payouts_open,
	.close = list_pane_release,
	.refresh = list_pane_refresh,
	.act = payouts_act,
	.draw = payouts_draw,
	LIST_PANE_OPS,
};
