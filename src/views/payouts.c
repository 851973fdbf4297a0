/* Payouts to bank accounts, with the KYC state that gates them (local extension). */
#include "views/cells.h"
#include "views/list_pane.h"
#include "views/registry.h"

enum {
	COL_STATUS,
	COL_AMOUNT,
	COL_FIAT,
	COL_COUNTRY,
	COL_RAIL,
	COL_KYC,
	COL_HOLDER,
	COL_ID,
	COL_WHEN
};

static const struct column COLUMNS[] = {
	[COL_STATUS] = {.title = "STATUS", .min = 12, .want = 12},
	[COL_AMOUNT] = {.title = "USD", .min = 8, .want = 11, .rank = 2, .align = ALIGN_RIGHT},
	[COL_FIAT] = {.title = "TO BANK", .min = 12, .want = 16, .rank = 0, .align = ALIGN_RIGHT},
	[COL_COUNTRY] = {.title = "CC", .min = 2, .want = 2, .rank = 4},
	[COL_RAIL] = {.title = "RAIL", .min = 6, .want = 8, .rank = 6},
	[COL_KYC] = {.title = "KYC", .min = 3, .want = 11, .rank = 1},
	[COL_HOLDER] = {.title = "HOLDER", .min = 8, .want = 14, .weight = 2, .rank = 3},
	[COL_ID] = {.title = "PAYOUT", .min = 9, .want = 13, .rank = 7, .middle = true},
	[COL_WHEN] = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT},
};

static void payouts_kyc(const struct view *v, const struct store *st, const struct payout *p,
			const struct table_layout *t, struct canvas *c, int y)
{
	const struct record *r = store_record(st, OBJECT_KYC, p->customer_id);
	struct safe_text text;
	enum role role = ROLE_MUTED;

	if (r && t->w[COL_KYC] < 10)
		role = cell_state_glyph(&text, VOCAB_KYC, r->object.as.kyc.status, v->ctx.ascii);
	else if (r)
		role = cell_state_words(&text, VOCAB_KYC, r->object.as.kyc.status, v->ctx.ascii);
	else
		safe_text_set(&text, "-");
	table_cell(t, c, COL_KYC, y, role, &text);
}

static void payouts_row(const struct view *v, const struct store *st, size_t i,
			const struct table_layout *t, struct canvas *c, int y)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct payout *p = &r->object.as.payout;
	struct safe_text text;
	enum role role;

	role = cell_state(&text, VOCAB_PAYOUT, p->status, v->ctx.ascii);
	table_cell(t, c, COL_STATUS, y, role, &text);
	cell_usd(&text, p->amount);
	table_cell(t, c, COL_AMOUNT, y, ROLE_STRONG, &text);
	cell_money(&text, p->fiat_amount_minor, p->fiat_exponent, p->fiat_currency);
	table_cell(t, c, COL_FIAT, y, ROLE_TEXT, &text);
	safe_text_set(&text, p->country);
	table_cell(t, c, COL_COUNTRY, y, ROLE_MUTED, &text);
	safe_text_set(&text, p->rail);
	table_cell(t, c, COL_RAIL, y, ROLE_MUTED, &text);
	payouts_kyc(v, st, p, t, c, y);
	safe_text_set(&text, p->bank_account.holder);
	table_cell(t, c, COL_HOLDER, y, ROLE_TEXT, &text);
	safe_text_set(&text, p->id);
	table_cell(t, c, COL_ID, y, ROLE_MUTED, &text);
	cell_when(&text, &v->ctx, p->created_at);
	table_cell(t, c, COL_WHEN, y, ROLE_MUTED, &text);
}

static void payouts_fit(const struct view *v, size_t i, struct column *columns)
{
	const struct payout *p = &listing_record(&list_pane(v)->listing, i)->object.as.payout;
	struct safe_text text;

	cell_usd(&text, p->amount);
	column_fit(&columns[COL_AMOUNT], &text);
	cell_money(&text, p->fiat_amount_minor, p->fiat_exponent, p->fiat_currency);
	column_fit(&columns[COL_FIAT], &text);
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_PAYOUT,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.when = COL_WHEN,
	.row = payouts_row,
	.fit = payouts_fit,
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
	.watches = TOPIC_PAYOUTS | TOPIC_CLOCK | TOPIC_SERVER,
	.state_size = sizeof(struct list_pane),
	.open = payouts_open,
	.close = list_pane_release,
	.refresh = list_pane_refresh,
	.act = payouts_act,
	.draw = payouts_draw,
	LIST_PANE_OPS,
};
