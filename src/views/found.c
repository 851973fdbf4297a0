#include "views/found.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "ui/list.h"
#include "ui/table.h"
#include "views/cells.h"
#include "views/count.h"
#include "views/found_say.h"
#include "views/subject_cells.h"

#include <stdlib.h>
#include <string.h>

struct found_view {
	struct lookup lookup;
	struct list list;
	int rows;   /* of the table */
	bool moved; /* someone is choosing: nothing opens by itself */
	char *text; /* as it was asked for; may hold a secret */
	char id[LIST_ID_CAP];
};

enum {
	COL_KIND,
	COL_ID,
	COL_WHERE,
	COL_WHAT,
	COL_USD,
	COL_STATUS,
	COL_CUSTOMER,
	COL_WHEN,
	COL_PLACE
};

static const struct column COLUMNS[] = {
	[COL_KIND] = {.title = "KIND", .min = 8, .want = 8},
	[COL_ID] = {.title = "ID", .min = 9, .want = 13, .weight = 1, .middle = true},
	[COL_WHERE] = {.title = "FOUND IN ITS", .min = 15, .want = 30, .weight = 3},
	[COL_WHAT] = {.title = "WHAT", .min = 12, .want = 24, .weight = 2, .rank = 2},
	[COL_USD] = {.title = "USD", .min = 10, .want = 11, .rank = 2, .align = ALIGN_RIGHT},
	[COL_STATUS] = {.title = "STATUS", .min = 12, .want = 18, .rank = 1},
	[COL_CUSTOMER] = {.title = "CUSTOMER", .min = 8, .want = 12, .weight = 1, .rank = 4},
	[COL_WHEN] = {.title = "AGE", .min = 5, .want = 5, .rank = 1, .align = ALIGN_RIGHT},
	[COL_PLACE] = {.title = "WHERE", .min = 7, .want = 7, .rank = 5},
};
#define COLUMN_COUNT (sizeof(COLUMNS) / sizeof(COLUMNS[0]))

static struct found_view *found_view(const struct view *v)
{
	return v->state;
}

const struct lookup *found_lookup(const struct view *v)
{
	return &found_view(v)->lookup;
}

/* --- life ---------------------------------------------------------------------------------- */

static void found_open(struct view *v, const struct store *st, struct outbox *out)
{
	(void)st;
	(void)out;
	list_init(&found_view(v)->list, false);
	found_view(v)->list.home = true;
}

static void wipe(struct found_view *p)
{
	if (p->text)
		memset(p->text, 0, strlen(p->text));
	free(p->text);
	p->text = NULL;
	memset(&p->lookup, 0, sizeof(p->lookup));
}

static void found_close(struct view *v)
{
	wipe(found_view(v));
}

void found_begin(struct view *v, const char *text, const struct store *st, struct outbox *out)
{
	struct found_view *p = found_view(v);
	char *copy = xstrdup(text);

	wipe(p);
	p->text = copy;
	p->moved = false;
	lookup_begin_at(&p->lookup, copy, v->ctx.server, st, out);
	v->stale = true;
}

static const char *row_id(const void *rows, size_t i)
{
	struct found_view *p = *(struct found_view *const *)rows;

	str_printf(p->id, sizeof(p->id), "%d:%s", (int)p->lookup.hits[i].subject.kind,
		   p->lookup.hits[i].subject.id);
	return p->id;
}

static void found_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			  int height)
{
	struct found_view *p = found_view(v);
	const struct lookup_hit *answer;
	int above = found_head_height(&p->lookup, width, height);

	lookup_update(&p->lookup, st, out);
	p->rows = height - above - 1;
	if (p->rows < 0)
		p->rows = 0;
	list_sync(&p->list, p->lookup.count, row_id, &p, p->rows);
	answer = p->moved ? NULL : lookup_answer(&p->lookup);
	if (answer)
		view_ask_close(v, &answer->subject);
}

/* --- keys ------------------------------------------------------------------------------------ */

static const struct {
	enum command command;
	enum list_move move;
} MOVES[] = {
	{CMD_DOWN, LIST_DOWN},           {CMD_UP, LIST_UP},
	{CMD_PAGE_DOWN, LIST_PAGE_DOWN}, {CMD_PAGE_UP, LIST_PAGE_UP},
	{CMD_HALF_DOWN, LIST_HALF_DOWN}, {CMD_HALF_UP, LIST_HALF_UP},
	{CMD_FIRST, LIST_FIRST},         {CMD_LAST, LIST_LAST},
};

static bool found_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	const struct found_view *p = found_view(v);

	(void)st;
	if (p->list.cursor >= p->lookup.count)
		return false;
	*ret = p->lookup.hits[p->list.cursor].subject;
	return true;
}

static void found_open_selected(struct view *v)
{
	struct subject what;

	if (found_selected(v, NULL, &what))
		view_ask_open(v, &what, TAB_SUMMARY);
}

static enum handled found_act(struct view *v, enum command cmd, const struct store *st,
			      struct outbox *out)
{
	struct found_view *p = found_view(v);

	for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
		if (MOVES[i].command != cmd)
			continue;
		p->moved = true;
		list_move(&p->list, MOVES[i].move, row_id, &p);
		return HANDLED;
	}
	if (cmd == CMD_OPEN) {
		p->moved = true;
		found_open_selected(v);
		return HANDLED;
	}
	if (cmd == CMD_REFRESH && p->text) {
		char *text = xstrdup(p->text);

		found_begin(v, text, st, out);
		memset(text, 0, strlen(text));
		free(text);
		return HANDLED;
	}
	return NOT_HANDLED;
}

static void found_click(struct view *v, int x, int y, const struct store *st, struct outbox *out)
{
	struct found_view *p = found_view(v);
	size_t row = p->list.top + (size_t)(y - (v->height - p->rows));

	(void)x;
	(void)st;
	(void)out;
	if (y < v->height - p->rows || row >= p->lookup.count)
		return;
	p->moved = true;
	if (row == p->list.cursor)
		found_open_selected(v);
	else
		list_select(&p->list, row, row_id, &p);
}

/* --- drawing -------------------------------------------------------------------------------- */

static const struct record *record_of(const struct store *st, const struct lookup_hit *hit)
{
	enum object_kind kind = subject_object(hit->subject.kind);

	return kind == OBJECT_NONE ? NULL : store_record(st, kind, hit->subject.id);
}

static const char *customer_of(const struct store *st, const struct lookup_hit *hit)
{
	const struct record *r = record_of(st, hit), *invoice;

	if (!r || object_customer(&r->object)[0])
		return r ? object_customer(&r->object) : hit->customer;
	invoice = hit->subject.kind == SUBJECT_PAYMENT
			  ? store_record(st, OBJECT_INVOICE, r->object.as.payment.invoice_id)
			  : NULL;
	return invoice ? object_customer(&invoice->object) : hit->customer;
}

static enum role status_cell(struct safe_text *t, const struct store *st,
			     const struct lookup_hit *hit, bool ascii)
{
	const struct record *r = record_of(st, hit);
	enum object_kind kind = subject_object(hit->subject.kind);
	const char *status = r ? object_status(&r->object) : hit->status;

	safe_text_clear(t);
	if (!status[0])
		return ROLE_MUTED;
	if (kind == OBJECT_NONE) {
		cell_wire_word(t, status);
		return ROLE_TEXT;
	}
	return cell_state_words(t, kind_info(kind)->vocab, status, ascii);
}

/* "tx hash 0x5c50…2060": where, and in what. Gives the parts that were looked for, in cells of c.
 */
static size_t where_cell(const struct lookup *l, const struct lookup_hit *hit,
			 const struct table_layout *t, struct canvas *c, int y, struct lit ret[2])
{
	int x = t->x[COL_WHERE], room = t->w[COL_WHERE], used;
	struct safe_text text, field;
	size_t n;

	found_field(&field, hit->field);
	safe_text_fmt(&text, "%s%s ", hit->near ? "nearly: " : "", safe_text_str(&field));
	used = canvas_text(c, x, y, room, ROLE_MUTED, &text);
	if (room - used < 4)
		return 0;
	safe_text_set(&text, hit->value);
	n = found_lit(&text, (unsigned)(room - used), l, hit, ret);
	canvas_text(c, x + used, y, room - used, ROLE_TEXT, &text);
	for (size_t i = 0; i < n; i++)
		ret[i].at += x + used;
	return n;
}

static void what_was_ordered(struct safe_text *t, const struct order *o)
{
	if (o->line_count == 0)
		return;
	safe_text_set(t, o->lines[0].title);
	if (o->line_count > 1)
		safe_text_addf(t, " +%zu", o->line_count - 1);
}

/* What tells one from others of the same customer: the first item, why it failed, whose account. */
static void what_cell(struct safe_text *t, const struct store *st, const struct lookup_hit *hit)
{
	const struct record *r = record_of(st, hit), *order = NULL;
	const struct object *o = r ? &r->object : NULL;

	safe_text_clear(t);
	if (!o)
		return;
	if (o->kind == OBJECT_INVOICE || o->kind == OBJECT_PAYMENT)
		order = store_order_of(st, o->kind == OBJECT_INVOICE ? o->as.invoice.id
								     : o->as.payment.invoice_id);
	if (order || o->kind == OBJECT_ORDER)
		what_was_ordered(t, order ? &order->object.as.order : &o->as.order);
	else if (o->kind == OBJECT_PAYOUT)
		safe_text_set(t, o->as.payout.failure_message[0] != '\0'
					 ? o->as.payout.failure_message
					 : o->as.payout.bank_account.holder);
	else if (o->kind == OBJECT_REFUND)
		safe_text_set(t, o->as.refund.reason);
	else if (o->kind == OBJECT_KYC)
		safe_text_set(t, o->as.kyc.legal_name);
	else if (o->kind == OBJECT_DEPOSIT)
		safe_text_set(t, o->as.deposit.token_symbol);
}

static void draw_row(const struct view *v, const struct store *st, const struct lookup_hit *hit,
		     const struct table_layout *t, struct canvas *c, int y)
{
	struct safe_text text;
	struct subject_brief brief;
	enum role role;

	safe_text_set(&text, subject_noun(hit->subject.kind));
	table_cell(t, c, COL_KIND, y, ROLE_STRONG, &text);
	safe_text_set(&text, hit->subject.id);
	table_cell(t, c, COL_ID, y, ROLE_TEXT, &text);
	what_cell(&text, st, hit);
	table_cell(t, c, COL_WHAT, y, ROLE_TEXT, &text);
	subject_brief(&brief, st, &hit->subject, v->ctx.ascii);
	safe_text_clear(&text);
	if (brief.has_amount)
		cell_usd(&text, brief.amount.minor);
	table_cell(t, c, COL_USD, y, ROLE_STRONG, &text);
	role = status_cell(&text, st, hit, v->ctx.ascii);
	table_cell(t, c, COL_STATUS, y, role, &text);
	safe_text_set(&text, customer_of(st, hit));
	table_cell(t, c, COL_CUSTOMER, y, ROLE_TEXT, &text);
	safe_text_clear(&text);
	if (hit->newest_ms != TIME_NONE)
		cell_when(&text, &v->ctx, hit->newest_ms);
	table_cell(t, c, COL_WHEN, y, ROLE_MUTED, &text);
	safe_text_set(&text, lookup_place_words(hit->place));
	table_cell(t, c, COL_PLACE, y, ROLE_MUTED, &text);
}

static int when_width(const struct view *v)
{
	const struct found_view *p = found_view(v);
	int most = cell_when_width(&v->ctx, TIME_NONE);

	for (int y = 0; y < p->rows && p->list.top + (size_t)y < p->lookup.count; y++) {
		int need =
			cell_when_width(&v->ctx, p->lookup.hits[p->list.top + (size_t)y].newest_ms);

		most = need > most ? need : most;
	}
	return most;
}

/* A column nothing stands in is room for others. */
static void leave_out_what(const struct view *v, const struct store *st,
			   struct column columns[COLUMN_COUNT])
{
	const struct found_view *p = found_view(v);
	struct safe_text t;

	for (int y = 0; y < p->rows && p->list.top + (size_t)y < p->lookup.count; y++) {
		what_cell(&t, st, &p->lookup.hits[p->list.top + (size_t)y]);
		if (safe_text_width(&t) > 0)
			return;
	}
	columns[COL_WHAT] = (struct column){.title = "", .min = 1, .want = 1, .rank = UINT8_MAX};
	columns[COL_CUSTOMER].rank = 2;
}

static void draw_table(const struct view *v, const struct store *st, struct canvas *c, int top)
{
	const struct found_view *p = found_view(v);
	bool bar = p->list.count > (size_t)p->rows;
	int width = c->at.w - (bar ? 1 : 0);
	struct column columns[COLUMN_COUNT];
	struct table_layout t;

	memcpy(columns, COLUMNS, sizeof(COLUMNS));
	if (v->ctx.times == SHOW_CLOCK) {
		columns[COL_WHEN].title = cell_zone(&v->ctx);
		columns[COL_WHEN].min = columns[COL_WHEN].want = when_width(v);
	}
	leave_out_what(v, st, columns);
	table_fit(&t, columns, COLUMN_COUNT, width);
	table_header(&t, c, top);
	for (int y = 0; y < p->rows && p->list.top + (size_t)y < p->lookup.count; y++) {
		size_t i = p->list.top + (size_t)y, lits;
		struct lit lit[2];

		draw_row(v, st, &p->lookup.hits[i], &t, c, top + 1 + y);
		lits = where_cell(&p->lookup, &p->lookup.hits[i], &t, c, top + 1 + y, lit);
		if (i == p->list.cursor)
			canvas_overlay(c, (struct rect){0, top + 1 + y, width, 1},
				       v->focused ? ROLE_SELECTION : ROLE_SELECTION_OFF);
		for (size_t k = 0; k < lits; k++)
			canvas_overlay(c, (struct rect){lit[k].at, top + 1 + y, lit[k].len, 1},
				       ROLE_MATCH);
	}
	if (bar)
		scrollbar_draw(c, c->at.w - 1, top + 1, p->rows, p->list.top, p->list.count);
}

static void found_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct found_view *p = found_view(v);
	int top = found_draw_head(&p->lookup, &v->ctx, c);

	if (p->lookup.count > 0)
		draw_table(v, st, c, top);
	else if (p->lookup.over)
		found_draw_nothing(&p->lookup, &v->ctx, c, top);
}

static void found_heading(const struct view *v, const struct store *st, struct safe_text *title,
			  struct safe_text *badge)
{
	const struct lookup *l = found_lookup(v);
	char n[COUNT_CAP];

	(void)st;
	safe_text_fmt(title, "Look up %s",
		      l->scraps.count > 0 ? l->scraps.items[0].text : "nothing");
	if (l->scraps.count > 0 && l->scraps.items[0].tail[0])
		safe_text_addf(title, "…%s", l->scraps.items[0].tail);
	if (!l->over)
		safe_text_set(badge, "asking …");
	else if (l->count > 0)
		safe_text_fmt(badge, "%s%s found", count_words(n, l->count),
			      l->cut ? " and more" : "");
	else
		safe_text_set(badge, "not found");
}

static void found_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct lookup *l = found_lookup(v);
	struct safe_text text;

	found_say_head(l, v->ctx.now_ms, ret);
	for (size_t i = 0; i < l->count; i++) {
		const struct lookup_hit *hit = &l->hits[i];

		(void)status_cell(&text, st, hit, true);
		strbuf_addf(ret, "%s %s  %s", subject_noun(hit->subject.kind), hit->subject.id,
			    safe_text_str(&text));
		found_field(&text, hit->field);
		strbuf_addf(ret, "  %s: ", safe_text_str(&text));
		safe_text_set(&text, hit->value);
		strbuf_addf(ret, "%s\n", safe_text_str(&text));
	}
}

static const enum command BAR[] = {CMD_OPEN,    CMD_LOOK_UP, CMD_COPY, CMD_BACK, CMD_HELP,
				   CMD_REFRESH, CMD_PLAIN,   CMD_TIME, CMD_QUIT, CMD_NONE};

const struct view_ops FOUND_VIEW = {
	.name = "found",
	.title = "Look up",
	.watches = TOPIC_ALL & ~TOPIC_ACTIONS,
	.context = CTX_LIST,
	.bar = BAR,
	.state_size = sizeof(struct found_view),
	.open = found_open,
	.close = found_close,
	.refresh = found_refresh,
	.act = found_act,
	.draw = found_draw,
	.click = found_click,
	.heading = found_heading,
	.selected = found_selected,
	.plain = found_plain,
};
