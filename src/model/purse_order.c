/* Was an order paid, and did its money go back? */
#include "model/purse.h"

#include "base/strbuf.h"

#include <strings.h>

/* --- was it paid? ----------------------------------------------------------------------------- */

/* Pepay publishes one word, "paid", in a sample (contract 7.4). */
static enum order_paid word_of_payment(const char *word)
{
	static const char *const YES[] = {"paid",    "confirmed", "completed",
					  "settled", "succeeded", "refunded"};
	static const char *const NO[] = {"none",   "pending",  "unpaid",    "awaiting_payment",
					 "failed", "canceled", "cancelled", "expired"};

	for (size_t i = 0; i < sizeof(YES) / sizeof(YES[0]); i++)
		if (strcasecmp(YES[i], word) == 0)
			return ORDER_PAID_YES;
	for (size_t i = 0; i < sizeof(NO) / sizeof(NO[0]); i++)
		if (strcasecmp(NO[i], word) == 0)
			return ORDER_PAID_NO;
	return ORDER_PAID_UNTOLD;
}

/* A state that an order comes to by being paid. */
static bool follows_payment(const char *status)
{
	enum order_status s = (enum order_status)vocab_parse(VOCAB_ORDER, status);

	return s == ORDER_PROCESSING || s == ORDER_PLACED || s == ORDER_SHIPPED ||
	       s == ORDER_DELIVERED;
}

static bool went_on(const struct order *o)
{
	bool on = follows_payment(o->status);

	for (size_t i = 0; i < o->timeline_count; i++)
		on |= follows_payment(o->timeline[i].status);
	return on;
}

static bool is_settled(const struct order *o)
{
	const struct order_payment *p = &o->payment;

	return p->has_settlement && (p->settlement.status[0] || p->settlement.tx_hash[0]);
}

enum order_paid order_is_paid(const struct order *o, const struct purse *inv)
{
	enum order_paid word = word_of_payment(o->payment.status);

	if ((inv && inv->state == PURSE_PAID) || word == ORDER_PAID_YES || went_on(o) ||
	    is_settled(o))
		return ORDER_PAID_YES;
	if (o->payment.tx_hash[0]) /* it was sent: whether it arrived is another thing */
		return word == ORDER_PAID_NO ? ORDER_PAID_UNTOLD : ORDER_PAID_YES;
	if (word == ORDER_PAID_NO || (o->timeline_count > 0 && !o->payment.status[0]))
		return ORDER_PAID_NO;
	if (inv && inv->whole && inv->in.known && !o->payment.status[0])
		return ORDER_PAID_NO;
	return ORDER_PAID_UNTOLD;
}

/* --- is it back? ------------------------------------------------------------------------------ */

/* What its invoice knows; where nobody has that, or where it counts nothing of an order that was
 * paid, what the order says itself. */
static struct purse purse_of_order(const struct order *o, enum order_paid paid,
				   const struct purse *inv)
{
	struct purse p;

	if (inv && inv->judged) {
		p = *inv;
	} else {
		purse_begin(&p, paid == ORDER_PAID_YES ? "paid" : "", NULL, true);
		purse_add_order(&p, o->status, o);
	}
	if (paid == ORDER_PAID_YES && p.in.millis <= 0) {
		p.counted = (struct purse_amount){o->total, o->total > 0};
		if (!p.asked.known)
			p.asked = p.counted;
	}
	purse_end(&p);
	return p;
}

static void tell_not_back(struct order_money *m, const struct purse *p)
{
	m->back = BACK_NONE;
	m->in_part = p->given > 0;
	m->failed = p->back[RETURN_FAILED].count + p->back[RETURN_CALLED_OFF].count > 0;
	m->amount = m->in > p->given ? money_minus(m->in, p->given) : 0;
}

static void tell_back(struct order_money *m, const struct purse *p, enum refund_stage own,
		      bool silent)
{
	bool own_says = own == RETURN_ARRIVED || refund_stage_is_open(own);

	m->by_refunds = !own_says;
	if (own_says && silent) { /* all there is, as far as it says */
		m->back = own == RETURN_ARRIVED ? BACK_DONE : BACK_OPEN;
		m->amount = m->in;
	} else if (p->given <= 0 || p->given < m->in || (m->in <= 0 && !own_says)) {
		tell_not_back(m, p);
	} else if (p->arrived >= m->in) {
		m->back = BACK_DONE;
		m->amount = p->back[RETURN_ARRIVED].sum;
	} else {
		m->back = BACK_OPEN;
		m->amount = money_plus(p->back[RETURN_OPEN].sum, p->back[RETURN_UNTOLD].sum);
	}
	m->by_refunds &= m->back != BACK_NONE;
}

static struct order_money money_of(const struct order *o, enum order_paid paid,
				   const struct purse *inv)
{
	const struct purse p = purse_of_order(o, paid, inv);
	struct order_money m = {.paid = paid, .in = p.in.millis};
	enum refund_stage own = order_refund_stage(o, &m.word);

	m.invoice_acts = inv && inv->state == PURSE_ENDED && inv->in.millis > 0;
	if (paid == ORDER_PAID_YES || m.in > 0 || p.given > 0 || own == RETURN_ARRIVED ||
	    refund_stage_is_open(own))
		tell_back(&m, &p, own, o->refund.amount_usd <= 0);
	else
		m.back = paid == ORDER_PAID_NO ? BACK_NOT_OWED : BACK_UNTOLD;
	m.odd_word = m.back == BACK_UNTOLD && (o->payment.status[0] || o->payment.tx_hash[0]);
	return m;
}

struct order_money order_money(const struct order *o, const char *before, const struct purse *inv)
{
	return money_of(o, follows_payment(before) ? ORDER_PAID_YES : order_is_paid(o, inv), inv);
}

struct order_money order_money_in(const struct store *st, const struct record *order)
{
	const struct record *r = store_invoice_of(st, order->object.as.order.order_id);
	struct order_money m;
	struct purse p;

	if (r)
		p = purse_of_invoice(st, r);
	m = order_money(&order->object.as.order, order->previous_status, r ? &p : NULL);
	if (m.back == BACK_NOT_OWED && order->incomplete && !(r && p.in.known))
		m.back = BACK_UNTOLD; /* what it says of its payment is older than its status */
	return m;
}
