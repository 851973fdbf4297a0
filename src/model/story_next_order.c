/* What should come next of an order. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"

static struct order_money money_of(const struct telling *t, const struct actor *a)
{
	const struct actor *inv = telling_invoice_of(t, a);
	const char *before = a->record ? a->record->previous_status : "";
	struct order nothing = {.retailer = ""};
	struct purse p;

	if (inv)
		p = telling_purse(t, inv);
	return order_money(a->latest ? &a->latest->as.order : &nothing, before, inv ? &p : NULL);
}

static bool order_was_paid(const struct telling *t, const struct actor *a)
{
	const struct actor *inv = telling_invoice_of(t, a);

	return (inv && str_equal(inv->status, "paid")) ||
	       (a->latest && order_is_paid(&a->latest->as.order, NULL) == ORDER_PAID_YES);
}

/* The money of an order that ended without its goods. */
static void ahead_order_money(struct ahead *x, const struct actor *a)
{
	struct order_money m = money_of(x->t, a);
	char buf[MONEY_TEXT_CAP];
	struct story_next *n;

	if (m.back == BACK_DONE || m.back == BACK_NOT_OWED || m.by_refunds ||
	    (m.back == BACK_UNTOLD && !m.odd_word) || (m.invoice_acts && m.paid != ORDER_PAID_YES))
		return; /* open refunds of the invoice are to come by themselves */
	n = ahead_add(x, a, TONE_WARN);
	if (m.amount > 0)
		(void)usd_text(buf, m.amount);
	else
		str_copy(buf, sizeof(buf), "the money");
	if (m.back == BACK_UNTOLD) {
		str_copy(n->text, sizeof(n->text), "someone finds out whether it was paid");
	} else if (m.back == BACK_OPEN) {
		n->tone = TONE_ACTIVE;
		str_printf(n->text, sizeof(n->text), "%s %s back to the customer", buf,
			   m.amount > 0 ? "go" : "goes");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_REFUND_MS), false);
	} else {
		str_printf(n->text, sizeof(n->text), "%s %s given back%s", buf,
			   m.amount > 0 ? "are" : "is", m.failed ? ": the refund failed" : "");
	}
}

static int64_t invoice_paid_ms(const struct telling *t, const struct actor *order)
{
	const struct actor *inv = telling_invoice_of(t, order);

	return inv && str_equal(inv->status, "paid") ? actor_since(inv) : TIME_NONE;
}

static void ahead_order_unpaid(struct ahead *x, const struct actor *a)
{
	const struct actor *inv = telling_invoice_of(x->t, a);
	struct story_next *n;

	if (order_was_paid(x->t, a)) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the order takes note that it is paid");
		ahead_by(x, n, ahead_later(invoice_paid_ms(x->t, a), EXPECT_AGREE_MS), false);
	} else if (inv &&
		   (str_equal(inv->status, "expired") || str_equal(inv->status, "canceled"))) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the order is cancelled");
		ahead_by(x, n, ahead_later(actor_since(inv), EXPECT_AGREE_MS), false);
	} else if (!inv || !inv->status[0]) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the customer pays the order");
	}
}

void ahead_order(struct ahead *x, const struct actor *a)
{
	const struct order *o = a->latest ? &a->latest->as.order : NULL;
	const char *retailer = retailer_name(o ? o->retailer : "");
	struct story_next *n;

	if (str_equal(a->status, "pending_payment")) {
		ahead_order_unpaid(x, a);
	} else if (str_equal(a->status, "processing")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "the order is placed with %s", retailer);
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_PLACE_MS), false);
	} else if (str_equal(a->status, "placed")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "%s ships it", retailer);
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_SHIP_MS), false);
	} else if (str_equal(a->status, "shipped")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "it is delivered");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_DELIVER_MS), false);
	} else if (str_equal(a->status, "cancelled") || str_equal(a->status, "failed")) {
		ahead_order_money(x, a);
	}
}
