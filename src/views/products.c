#include "views/products.h"

#include "base/strbuf.h"
#include "model/answers.h"
#include "ui/list.h"
#include "ui/table.h"
#include "views/asks.h"
#include "views/cells.h"
#include "views/count.h"

#include <string.h>

enum { COL_TITLE, COL_PRICE, COL_RETAILER, COL_RATING, COL_ID, COL_STOCK, COL_COUNT };

static const struct column COLUMNS[COL_COUNT] = {
	[COL_TITLE] = {.title = "TITLE", .min = 16, .want = 40, .weight = 3},
	[COL_PRICE] = {.title = "USD", .min = 9, .want = 10, .align = ALIGN_RIGHT, .exact = true},
	[COL_RETAILER] = {.title = "RETAILER", .min = 8, .want = 9, .rank = 1},
	[COL_RATING] = {.title = "RATING", .min = 6, .want = 14, .rank = 2},
	[COL_STOCK] = {.title = "STOCK", .min = 8, .want = 14, .rank = 3},
	[COL_ID] = {.title = "PRODUCT", .min = 10, .want = 14, .rank = 4, .middle = true},
};

struct products {
	char text[NAME_CAP];
	struct list list;
	int rows;
};

static const struct shop_products *products_found(const struct view *v, const struct store *st,
						  struct asked *ret)
{
	const struct products *p = v->state;

	return answer_products(st, p->text, ret);
}

static const char *products_id(const void *rows, size_t i)
{
	const struct shop_products *found = rows;

	return found->items[i].product_id;
}

static void products_open(struct view *v, const struct store *st, struct outbox *out)
{
	struct products *p = v->state;

	(void)st;
	(void)out;
	list_init(&p->list, false);
}

static void products_close(struct view *v)
{
	(void)v;
}

static void products_ask(const struct products *p, struct outbox *out)
{
	struct request rq = {.kind = REQUEST_PRODUCTS, .limit = PRODUCTS_MAX};

	if (p->text[0] != '\0' && str_copy(rq.target, sizeof(rq.target), p->text))
		(void)outbox_add(out, &rq);
}

void products_search(struct view *v, const char *text, const struct store *st, struct outbox *out)
{
	struct products *p = v->state;

	(void)st;
	(void)str_copy(p->text, sizeof(p->text), text);
	v->stale = true;
	products_ask(p, out);
}

static void products_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			     int height)
{
	const struct shop_products *found = products_found(v, st, NULL);
	struct products *p = v->state;

	(void)out;
	(void)width;
	p->rows = height > 1 ? height - 1 : 0;
	list_sync(&p->list, found ? found->count : 0, products_id, found, p->rows);
}

static bool products_move(struct products *p, enum command cmd, const struct shop_products *found)
{
	static const struct {
		enum command command;
		enum list_move move;
	} MOVES[] = {
		{CMD_DOWN, LIST_DOWN},           {CMD_UP, LIST_UP},
		{CMD_PAGE_DOWN, LIST_PAGE_DOWN}, {CMD_PAGE_UP, LIST_PAGE_UP},
		{CMD_HALF_DOWN, LIST_HALF_DOWN}, {CMD_HALF_UP, LIST_HALF_UP},
		{CMD_FIRST, LIST_FIRST},         {CMD_LAST, LIST_LAST},
	};

	for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
		if (MOVES[i].command != cmd)
			continue;
		list_sync(&p->list, found ? found->count : 0, products_id, found, p->rows);
		if (found)
			list_move(&p->list, MOVES[i].move, products_id, found);
		return true;
	}
	return false;
}

static bool products_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	const struct shop_products *found = products_found(v, st, NULL);
	const struct products *p = v->state;

	return found && p->list.cursor < found->count &&
	       subject_set(ret, SUBJECT_PRODUCT, found->items[p->list.cursor].product_id);
}

static enum handled products_act(struct view *v, enum command cmd, const struct store *st,
				 struct outbox *out)
{
	struct products *p = v->state;
	struct subject what;

	if (cmd == CMD_REFRESH) {
		products_ask(p, out);
		return HANDLED;
	}
	if (cmd == CMD_OPEN) {
		if (products_selected(v, st, &what)) {
			asks_product(out, what.id,
				     products_found(v, st, NULL)->items[p->list.cursor].retailer);
			view_ask_open(v, &what, TAB_SUMMARY);
		}
		return HANDLED;
	}
	return products_move(p, cmd, products_found(v, st, NULL)) ? HANDLED : NOT_HANDLED;
}

static void products_row(const struct shop_listing *l, const struct table_layout *t,
			 struct canvas *c, int y)
{
	struct safe_text text;

	safe_text_set(&text, l->title);
	table_cell(t, c, COL_TITLE, y, ROLE_TEXT, &text);
	if (l->priced)
		cell_usd(&text, l->price);
	else
		safe_text_set(&text, "-");
	table_cell(t, c, COL_PRICE, y, ROLE_STRONG, &text);
	safe_text_set(&text, l->retailer);
	table_cell(t, c, COL_RETAILER, y, ROLE_MUTED, &text);
	safe_text_set(&text, l->rating);
	if (l->review_count > 0)
		safe_text_addf(&text, " (%lld)", (long long)l->review_count);
	table_cell(t, c, COL_RATING, y, ROLE_MUTED, &text);
	safe_text_set(&text, l->stock);
	table_cell(t, c, COL_STOCK, y, ROLE_MUTED, &text);
	safe_text_set(&text, l->product_id);
	table_cell(t, c, COL_ID, y, ROLE_MUTED, &text);
}

/* The last column is there when a shop says anything in it. */
static size_t products_columns(const struct shop_products *found)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i].stock[0] != '\0')
			return COL_COUNT;
	}
	return COL_STOCK;
}

static void products_draw_empty(const struct view *v, struct canvas *c, const struct asked *how)
{
	const struct products *p = v->state;
	struct safe_text t;

	if (how->load == LOAD_FAILED && how->problem) {
		cell_problem(&t, how->problem);
		safe_text_add(&t, " R asks again.");
		canvas_wrap(c, 1, 1, c->at.w - 2, 4, ROLE_WARN, safe_text_str(&t));
	} else if (how->load == LOAD_DONE) {
		safe_text_fmt(&t, "The catalogue knows nothing by “%s”.", p->text);
		canvas_wrap(c, 1, 1, c->at.w - 2, 4, ROLE_MUTED, safe_text_str(&t));
	} else {
		canvas_print(c, 1, 1, c->at.w - 2, ROLE_MUTED, "Asking %s …", v->ctx.server);
	}
}

static void products_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct products *p = v->state;
	struct asked how;
	const struct shop_products *found = products_found(v, st, &how);
	struct table_layout t;
	bool bar;

	if (!found || found->count == 0) {
		products_draw_empty(v, c, &how);
		return;
	}
	bar = found->count > (size_t)p->rows;
	table_fit(&t, COLUMNS, products_columns(found), c->at.w - (bar ? 1 : 0));
	table_header(&t, c, 0);
	for (int y = 0; y < p->rows && p->list.top + (size_t)y < found->count; y++) {
		size_t i = p->list.top + (size_t)y;

		products_row(&found->items[i], &t, c, y + 1);
		if (i == p->list.cursor)
			canvas_overlay(c, (struct rect){0, y + 1, c->at.w - (bar ? 1 : 0), 1},
				       ROLE_SELECTION);
	}
	if (bar)
		scrollbar_draw(c, c->at.w - 1, 1, p->rows, p->list.top, found->count);
}

static void products_heading(const struct view *v, const struct store *st, struct safe_text *title,
			     struct safe_text *badge)
{
	const struct shop_products *found = products_found(v, st, NULL);
	const struct products *p = v->state;
	char count[COUNT_CAP];

	safe_text_fmt(title, "Products “%s”", p->text);
	if (found && found->count > 0)
		safe_text_addf(title, " %s", count_words(count, found->count));
	safe_text_set(badge, found && found->more ? "there are more" : "");
}

static void products_copies(const struct view *v, const struct store *st, struct copies *ret)
{
	const struct shop_products *found = products_found(v, st, NULL);
	const struct products *p = v->state;

	if (!found || p->list.cursor >= found->count)
		return;
	copies_add(ret, "product id", found->items[p->list.cursor].product_id);
	copies_add(ret, "title", found->items[p->list.cursor].title);
}

static void products_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct shop_products *found = products_found(v, st, NULL);
	char price[MONEY_TEXT_CAP];

	for (size_t i = 0; found && i < found->count; i++) {
		const struct shop_listing *l = &found->items[i];
		struct safe_text line;

		money_format(price, money_usd_millis(l->price), MONEY_PLAIN);
		safe_text_fmt(&line, "%s  %s USD  %s  %s  %s", l->product_id,
			      l->priced ? price : "-", l->retailer, l->rating, l->title);
		strbuf_addf(ret, "%s\n", safe_text_str(&line));
	}
}

static const enum command BAR[] = {CMD_OPEN,    CMD_BACK, CMD_DOWN,    CMD_UP,  CMD_COPY,
				   CMD_REFRESH, CMD_HELP, CMD_LOOK_UP, CMD_NONE};

const struct view_ops PRODUCTS_VIEW = {
	.name = "products",
	.title = "Products",
	.context = CTX_LIST,
	.bar = BAR,
	.watches = TOPIC_ANSWERS,
	.state_size = sizeof(struct products),
	.open = products_open,
	.close = products_close,
	.refresh = products_refresh,
	.act = products_act,
	.draw = products_draw,
	.heading = products_heading,
	.selected = products_selected,
	.copies = products_copies,
	.plain = products_plain,
};
