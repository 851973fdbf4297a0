/* What a customer bought: their orders, newest first, each with what is in it. */
#include "views/describe.h"

#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>

#define ORDERS_MAX  20
#define ITEMS_MAX   12
#define ITEM_COLUMN 12

/* What was really bought: an order that came to nothing, or waits to be paid, is none. */
struct bought {
	int64_t pieces;
	size_t orders, ended, unpaid;
};

static void count_order(struct bought *b, const struct order *o)
{
	switch ((enum order_status)vocab_parse(VOCAB_ORDER, o->status)) {
	case ORDER_PENDING_PAYMENT:
		b->unpaid++;
		return;
	case ORDER_CANCELLED:
	case ORDER_FAILED:
		b->ended++;
		return;
	default:
		break;
	}
	b->orders++;
	if (o->item_count > 0 && __builtin_add_overflow(b->pieces, o->item_count, &b->pieces))
		b->pieces = INT64_MAX;
}

static void add_items(struct doc *d, const struct view_context *ctx, const struct order *o)
{
	char buf[MONEY_TEXT_CAP];

	for (size_t i = 0; i < o->line_count && i < ITEMS_MAX; i++) {
		const struct line_item *l = &o->lines[i];

		doc_line(d);
		doc_add_at(d, ITEM_COLUMN, ROLE_MUTED, "%lld x ", (long long)l->quantity);
		doc_add(d, ROLE_TEXT, "%s", l->title[0] != '\0' ? l->title : l->product_id);
		doc_add_right(d, -1, ROLE_MUTED, "  %s USD%s ",
			      money_format(buf, money_usd_millis(l->price), MONEY_PLAIN),
			      l->quantity == 1 ? "" : " each");
	}
	if (o->line_count > ITEMS_MAX || (o->line_count == 0 && o->item_count > 0)) {
		long long left = o->line_count > ITEMS_MAX ? (long long)(o->line_count - ITEMS_MAX)
							   : (long long)o->item_count;

		doc_line(d);
		doc_add_at(d, ITEM_COLUMN, ROLE_MUTED,
			   o->line_count > 0 ? "%lld more; Enter shows them"
			   : ctx->no_server  ? "%lld items, which ones is not known here"
			   : left == 1       ? "%lld item; Enter asks which"
					     : "%lld items; Enter asks which",
			   left);
	}
}

static const struct order *order_at(const struct describing *w, const struct related *theirs,
				    size_t i)
{
	const struct subject *s = &theirs->items[i].subject;
	const struct record *r =
		s->kind == SUBJECT_ORDER ? store_record(w->st, OBJECT_ORDER, s->id) : NULL;

	return r ? &r->object.as.order : NULL;
}

static void add_sum(struct doc *d, const struct describing *w, const struct bought *b)
{
	struct safe_text t;

	safe_text_fmt(&t, "%lld %s in %zu %s", (long long)b->pieces,
		      b->pieces == 1 ? "piece" : "pieces", b->orders,
		      b->orders == 1 ? "order" : "orders");
	if (b->orders == 0)
		safe_text_set(&t, "Nothing yet");
	if (b->ended > 0)
		safe_text_addf(&t, "; %zu %s called off or failed", b->ended,
			       b->ended == 1 ? "order was" : "orders were");
	if (b->unpaid > 0)
		safe_text_addf(&t, "; %zu %s to be paid", b->unpaid,
			       b->unpaid == 1 ? "order is" : "orders are");
	fact_note(d, w->width, ROLE_TEXT, "%s.", safe_text_str(&t));
}

void describe_bought(struct doc *d, const struct describing *w, const struct related *theirs)
{
	struct bought sum = {0};
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < theirs->count; i++) {
		const struct order *o = order_at(w, theirs, i);

		if (o)
			count_order(&sum, o);
		all += o != NULL;
	}
	if (all == 0)
		return;
	doc_heading(d, "Bought");
	add_sum(d, w, &sum);
	for (size_t i = 0; i < theirs->count && shown < ORDERS_MAX; i++) {
		if (!order_at(w, theirs, i))
			continue;
		subject_line(d, w->ctx, w->st, &theirs->items[i].subject, "order", w->width, false);
		add_items(d, w->ctx, order_at(w, theirs, i));
		shown++;
	}
	if (all > shown)
		fact_note(d, w->width, ROLE_MUTED, "%zu older orders are in Related (5).",
			  all - shown);
}
