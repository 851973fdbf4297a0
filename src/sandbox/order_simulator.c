/* The devnet simulator's reducers, contract 7.7: one function a transition. */
#include "sandbox/chain.h"
#include "sandbox/domain_private.h"
#include "sandbox/orders.h"

#include "base/alloc.h"

struct step {
	const char *carrier, *tracking;
};

static enum status refuse(const struct order *o, const char *transition, const char *why,
			  struct problem *reterr)
{
	return problem_set(reterr, E_CONFLICT, NULL, "%s is not possible while the order is %s%s%s",
			   transition, o->status, *why ? ": " : "", why);
}

/* --- through the invoice: the order follows by itself ----------------------------------- */

static enum status simulate_payment(struct world *w, const struct order *o, struct problem *reterr)
{
	static const char *const networks[] = {"base", "bsc", "solana", "ethereum"};
	const char *network =
		*o->wallet_network ? o->wallet_network : networks[rng_below(&w->rng, 4)];
	char payment[ID_CAP];
	struct invoice v;
	enum status st;

	if (!str_equal(o->status, "pending_payment"))
		return refuse(o, "payment_confirmed", "", reterr);
	st = invoice_load(w, o->invoice_id, &v, reterr);
	if (st == S_OK && v.amount_remaining == 0)
		st = refuse(o, "payment_confirmed", "nothing is due", reterr);
	if (st == S_OK)
		st = invoice_payment_see(w, v.id, v.amount_remaining, network, payment, reterr);
	if (st == S_OK)
		st = invoice_payment_confirm(w, payment, reterr);
	return st;
}

#define PAYMENTS_MAX 16

static enum status settle_one(struct world *w, const char *payment_id, bool *any,
			      struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_PAYMENT, payment_id, &r, reterr);
	const char *now = r.object.as.payment.settlement_status;
	bool pending, processing;

	if (st != S_OK)
		return st;
	pending = str_equal(now, "pending");
	processing = str_equal(now, "processing");
	record_release(&r);
	if (pending)
		st = invoice_payment_settle(w, payment_id, "processing", reterr);
	if (st == S_OK && (pending || processing))
		st = invoice_payment_settle(w, payment_id, "settled", reterr);
	*any |= pending || processing;
	return st;
}

static enum status simulate_settlement(struct world *w, const struct order *o,
				       struct problem *reterr)
{
	char ids[PAYMENTS_MAX][ID_CAP];
	size_t count = 0;
	bool any = false;
	enum status st;

	if (!str_equal(o->status, "processing"))
		return refuse(o, "payment_settled", "", reterr);
	st = invoice_payments(w, o->invoice_id, ids, PAYMENTS_MAX, &count, reterr);
	for (size_t i = 0; st == S_OK && i < count; i++)
		st = settle_one(w, ids[i], &any, reterr);
	if (st == S_OK && !any)
		st = refuse(o, "payment_settled", "it is settled already", reterr);
	return st;
}

/* --- on the order itself -------------------------------------------------------------------- */

static enum status simulate_placed(struct world *w, struct order *o, const struct step *step,
				   struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "processing") || !str_equal(o->substatus, ORDER_SUBMITTED))
		return refuse(o, "placed", "its payment has not settled", reterr);
	order_move(w, o, "placed", ORDER_AWAITING_TRACKING, "Order placed with retailer");
	return S_OK;
}

static void shipment_fill(struct world *w, struct shipment *s, const struct step *step)
{
	char digits[17];

	*s = (struct shipment){.obtained_at = w->now_ms};
	rng_uuid(&w->rng, s->shipment_id);
	str_copy(s->carrier, sizeof(s->carrier), step->carrier ? step->carrier : "UPS");
	for (size_t i = 0; i < 16; i++)
		digits[i] = (char)('0' + rng_below(&w->rng, 10));
	digits[16] = '\0';
	str_printf(s->tracking_number, sizeof(s->tracking_number), "%s",
		   step->tracking ? step->tracking : digits);
	str_printf(s->carrier_tracking_url, sizeof(s->carrier_tracking_url),
		   "https://track.example.com/%s", s->tracking_number);
	str_copy(s->delivery_status, sizeof(s->delivery_status), "In Transit");
}

static enum status simulate_shipped(struct world *w, struct order *o, const struct step *step,
				    struct problem *reterr)
{
	char message[96];
	struct shipment *s;

	if (!str_equal(o->status, "placed"))
		return refuse(o, "shipped", "", reterr);
	o->shipments = xrealloc(o->shipments, o->shipment_count + 1, sizeof(*o->shipments));
	s = &o->shipments[o->shipment_count++];
	shipment_fill(w, s, step);
	str_printf(message, sizeof(message), "Shipped with %s", s->carrier);
	order_move(w, o, "shipped", "", message);
	return S_OK;
}

static enum status simulate_delivered(struct world *w, struct order *o, const struct step *step,
				      struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "shipped"))
		return refuse(o, "delivery_confirmed", "", reterr);
	for (size_t i = 0; i < o->shipment_count; i++)
		str_copy(o->shipments[i].delivery_status, sizeof(o->shipments[i].delivery_status),
			 "Delivered");
	order_move(w, o, "delivered", "", "Delivered");
	return S_OK;
}

static enum status simulate_failed(struct world *w, struct order *o, const struct step *step,
				   struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "processing"))
		return refuse(o, "failed", "", reterr);
	order_end_failed(w, o, "The retailer could not place the order");
	return S_OK;
}

static enum status simulate_cancelled(struct world *w, struct order *o, const struct step *step,
				      struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "placed"))
		return refuse(o, "cancelled", "", reterr);
	order_end_cancelled(w, o, "Cancelled by the retailer");
	return S_OK;
}

static enum status simulate_refunded(struct world *w, struct order *o, const struct step *step,
				     struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->refund.status, "PENDING"))
		return refuse(o, "refunded",
			      "no refund is open, or no BSC refund destination is known", reterr);
	order_refund_state(o, "COMPLETED");
	chain_tx_hash(&w->rng, "bsc", o->refund.tx_hash);
	return S_OK;
}

static const struct reducer {
	const char *transition;
	enum status (*through_invoice)(struct world *w, const struct order *o,
				       struct problem *reterr);
	enum status (*on_order)(struct world *w, struct order *o, const struct step *step,
				struct problem *reterr);
} reducers[] = {
	{"payment_confirmed", simulate_payment, NULL},
	{"payment_settled", simulate_settlement, NULL},
	{"placed", NULL, simulate_placed},
	{"shipped", NULL, simulate_shipped},
	{"delivery_confirmed", NULL, simulate_delivered},
	{"failed", NULL, simulate_failed},
	{"cancelled", NULL, simulate_cancelled},
	{"refunded", NULL, simulate_refunded},
};

static const struct reducer *reducer_find(const char *transition)
{
	for (size_t i = 0; i < sizeof(reducers) / sizeof(reducers[0]); i++)
		if (str_equal(reducers[i].transition, transition))
			return &reducers[i];
	return NULL;
}

enum status order_advance(struct world *w, const char *order_id, const char *transition,
			  const char *carrier, const char *tracking, struct problem *reterr)
{
	const struct reducer *reducer = reducer_find(transition);
	struct step step = {.carrier = carrier, .tracking = tracking};
	struct record r = {0};
	struct order *o = &r.object.as.order;
	enum status st;

	if (!reducer)
		return problem_set(reterr, E_INVALID, NULL, "unknown transition '%s'", transition);
	st = record_load(w, OBJECT_ORDER, order_id, &r, reterr);
	if (st == S_OK && reducer->through_invoice) {
		st = reducer->through_invoice(w, o, reterr);
	} else if (st == S_OK) {
		st = reducer->on_order(w, o, &step, reterr);
		if (st == S_OK)
			st = order_save(w, &r, NULL, reterr);
	}
	record_release(&r);
	return st;
}
