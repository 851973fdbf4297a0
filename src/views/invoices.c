/* Invoices: newest first, what is owed and what came in. */
#include "views/cells.h"
#include "views/list_pane.h"
#include "views/registry.h"

#include <string.h>

enum { COL_STATUS, COL_AMOUNT, COL_DUE, COL_CUSTOMER, COL_CHAIN, COL_TYPE, COL_ID, COL_WHEN };

static const struct column COLUMNS[] = {
	[COL_STATUS] = {.title = "STATUS", .min = 11, .want = 11},
	[COL_AMOUNT] = {.title = "USD", .min = 8, .want = 8, .align = ALIGN_RIGHT},
	[COL_DUE] = {.title = "DUE USD", .min = 8, .want = 8, .rank = 3, .align = ALIGN_RIGHT},
	[COL_CUSTOMER] = {.title = "CUSTOMER", .min = 7, .want = 12, .weight = 1, .rank = 1},
	[COL_CHAIN] = {.title = "CHAIN", .min = 8, .want = 9, .rank = 4},
	[COL_TYPE] = {.title = "TYPE", .min = 8, .want = 8, .rank = 6},
	[COL_ID] =
		{.title = "INVOICE", .min = 9, .want = 13, .weight = 1, .rank = 5, .middle = true},
	[COL_WHEN] = {.title = "AGE", .min = 5, .want = 5, .align = ALIGN_RIGHT},
};

/* Money is owed, or more came in than was asked for: both are worth a look. */
static void invoices_due(const struct invoice *inv, const struct table_layout *t, struct canvas *c,
			 int y)
{
	struct safe_text text;

	if (inv->amount_paid > inv->amount) {
		char buf[MONEY_TEXT_CAP];
		struct money over = money_usd_millis(inv->amount_paid - inv->amount);

		safe_text_fmt(&text, "+%s", money_format(buf, over, MONEY_ALIGNED));
		table_cell(t, c, COL_DUE, y, ROLE_WARN, &text);
	} else if (inv->amount_paid > 0 && inv->amount_remaining > 0) {
		cell_usd(&text, inv->amount_remaining);
		table_cell(t, c, COL_DUE, y, ROLE_WARN, &text);
	} else if (strcmp(inv->status, "unpaid") == 0) {
		cell_usd(&text, inv->amount_remaining);
		table_cell(t, c, COL_DUE, y, ROLE_MUTED, &text);
	}
}

static void invoices_row(const struct view *v, const struct store *st, size_t i,
			 const struct table_layout *t, struct canvas *c, int y)
{
	const struct record *r = listing_record(&list_pane(v)->listing, i);
	const struct invoice *inv = &r->object.as.invoice;
	struct safe_text text;
	enum role role;

	role = cell_state(&text, VOCAB_INVOICE, inv->status, v->ctx.ascii);
	table_cell(t, c, COL_STATUS, y, role, &text);
	cell_usd(&text, inv->amount);
	table_cell(t, c, COL_AMOUNT, y, ROLE_STRONG, &text);
	invoices_due(inv, t, c, y);
	safe_text_set(&text, inv->customer_id);
	table_cell(t, c, COL_CUSTOMER, y, ROLE_TEXT, &text);
	safe_text_set(&text, inv->payer_wallet_network);
	table_cell(t, c, COL_CHAIN, y, ROLE_MUTED, &text);
	safe_text_set(&text, inv->invoice_type);
	table_cell(t, c, COL_TYPE, y, ROLE_MUTED, &text);
	safe_text_set(&text, inv->id);
	table_cell(t, c, COL_ID, y, ROLE_MUTED, &text);
	cell_when(&text, &v->ctx, inv->created_at);
	table_cell(t, c, COL_WHEN, y, ROLE_MUTED, &text);
	(void)st;
}

static void invoices_fit(const struct view *v, size_t i, struct column *columns)
{
	const struct invoice *inv = &listing_record(&list_pane(v)->listing, i)->object.as.invoice;
	struct safe_text text;

	cell_usd(&text, inv->amount);
	column_fit(&columns[COL_AMOUNT], &text);
	column_fit(&columns[COL_DUE], &text);
}

static const struct list_pane_spec SPEC = {
	.kind = OBJECT_INVOICE,
	.sort = SORT_CREATED,
	.columns = COLUMNS,
	.column_count = sizeof(COLUMNS) / sizeof(COLUMNS[0]),
	.when = COL_WHEN,
	.row = invoices_row,
	.fit = invoices_fit,
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
	.watches = TOPIC_INVOICES | TOPIC_CLOCK | TOPIC_SERVER,
	.state_size = sizeof(struct list_pane),
	.open = invoices_open,
	.close = list_pane_release,
	.refresh = list_pane_refresh,
	.act = list_pane_act,
	.draw = list_pane_draw,
	LIST_PANE_OPS,
};
