/* The devnet simulator's reducers, contract 7.7: one function a transition. */
#include "sandbox/chain.h"
#include "sandbox/domain_private.h"
#include "sandbox/orders.h"

#include "base/alloc.h"

static enum status refuse(const struct order *o, const char *transition, const char *why,
			  struct problem *reterr)
{
	return problem_set(reterr, E_CONFLICT, NULL, "%s is not possible while the order is %s%s%s",
			   transition, o->status, *why ? ": " : "", why);
}

/* --- through the invoice: the order follows by itself ----------------------------------- */

/* Who pays: whom the caller names, else the order's own wallet, else anybody. */
static const char *payer_network(struct world *w, const struct order *o,
				 const struct order_simulation *step)
{
	static const char *const networks[] = {"base", "bsc", "solana", "ethereum"};

	if (step->payer_network)
		return step->payer_network;
	return *o->wallet_network ? o->wallet_network : networks[rng_below(&w->rng, 4)];
}

static enum status simulate_payment(struct world *w, const struct order *o,
				    const struct order_simulation *step, struct problem *reterr)
{
	const char *network = payer_network(w, o, step), *address = step->payer_address;
	char payment[ID_CAP];
	struct invoice v;
	enum status st;

	if (!str_equal(o->status, "pending_payment"))
		return refuse(o, "payment_confirmed", "", reterr);
	if (!address && *o->wallet_address && str_equal(network, o->wallet_network))
		address = o->wallet_address;
	st = invoice_load(w, o->invoice_id, &v, reterr);
	if (st == S_OK && v.amount_remaining == 0)
		st = refuse(o, "payment_confirmed", "nothing is due", reterr);
	if (st == S_OK)
		st = invoice_payment_see_from(w, v.id, v.amount_remaining, network, address,
					      payment, reterr);
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
				       const struct order_simulation *step, struct problem *reterr)
{
	char ids[PAYMENTS_MAX][ID_CAP];
	size_t count = 0;
	bool any = false;
	enum status st;

	(void)step;
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

static enum status simulate_placed(struct world *w, struct order *o,
				   const struct order_simulation *step, struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "processing") || !str_equal(o->substatus, ORDER_SUBMITTED))
		return refuse(o, "placed", "its payment has not settled", reterr);
	order_move(w, o, "placed", ORDER_AWAITING_TRACKING, "Order placed with retailer");
	return S_OK;
}

static void take(char *dst, size_t cap, const char *text)
{
	if (text)
		str_copy(dst, cap, text);
}

/* What the caller says about the parcel. */
static void shipment_take(struct shipment *s, const struct order_simulation *step)
{
	take(s->carrier, sizeof(s->carrier), step->carrier);
	take(s->tracking_number, sizeof(s->tracking_number), step->tracking_number);
	if (step->tracking_number)
		str_printf(s->carrier_tracking_url, sizeof(s->carrier_tracking_url),
			   "https://track.example.com/%s", s->tracking_number);
	take(s->carrier_tracking_url, sizeof(s->carrier_tracking_url), step->carrier_tracking_url);
	take(s->retailer_tracking_number, sizeof(s->retailer_tracking_number),
	     step->retailer_tracking_number);
	take(s->retailer_tracking_url, sizeof(s->retailer_tracking_url),
	     step->retailer_tracking_url);
}

static void shipment_fill(struct world *w, struct shipment *s, const struct order_simulation *step)
{
	*s = (struct shipment){.obtained_at = w->now_ms};
	rng_uuid(&w->rng, s->shipment_id);
	str_copy(s->carrier, sizeof(s->carrier), "UPS");
	for (size_t i = 0; i < 16; i++)
		s->tracking_number[i] = (char)('0' + rng_below(&w->rng, 10));
	str_printf(s->carrier_tracking_url, sizeof(s->carrier_tracking_url),
		   "https://track.example.com/%s", s->tracking_number);
	str_copy(s->delivery_status, sizeof(s->delivery_status), "In Transit");
	shipment_take(s, step);
}

static enum status simulate_shipped(struct world *w, struct order *o,
				    const struct order_simulation *step, struct problem *reterr)
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

static enum status simulate_delivered(struct world *w, struct order *o,
				      const struct order_simulation *step, struct problem *reterr)
{
	if (!str_equal(o->status, "shipped"))
		return refuse(o, "delivery_confirmed", "", reterr);
	if (o->shipment_count)
		shipment_take(&o->shipments[o->shipment_count - 1], step);
	for (size_t i = 0; i < o->shipment_count; i++)
		str_copy(o->shipments[i].delivery_status, sizeof(o->shipments[i].delivery_status),
			 "Delivered");
	order_move(w, o, "delivered", "", "Delivered");
	return S_OK;
}

static enum status simulate_failed(struct world *w, struct order *o,
				   const struct order_simulation *step, struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "processing"))
		return refuse(o, "failed", "", reterr);
	order_end_failed(w, o, "The retailer could not place the order");
	return S_OK;
}

static enum status simulate_cancelled(struct world *w, struct order *o,
				      const struct order_simulation *step, struct problem *reterr)
{
	(void)step;
	if (!str_equal(o->status, "placed"))
		return refuse(o, "cancelled", "", reterr);
	order_end_cancelled(w, o, "Cancelled by the retailer");
	return S_OK;
}

static enum status simulate_refunded(struct world *w, struct order *o,
				     const struct order_simulation *step, struct problem *reterr)
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
				       const struct order_simulation *step, struct problem *reterr);
	enum status (*on_order)(struct world *w, struct order *o,
				const struct order_simulation *step, struct problem *reterr);
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

enum status order_simulate(struct world *w, const char *order_id, const char *transition,
			   const struct order_simulation *s, struct problem *reterr)
{
	const struct reducer *reducer = reducer_find(transition);
	struct record r = {0};
	struct order *o = &r.object.as.order;
	enum status st;

	if (!reducer)
		return problem_set(reterr, E_INVALID, NULL, "unknown transition '%s'", transition);
	st = record_load(w, OBJECT_ORDER, order_id, &r, reterr);
	if (st == S_OK && reducer->through_invoice) {
		st = reducer->through_invoice(w, o, s, reterr);
	} else if (st == S_OK) {
		st = reducer->on_order(w, o, s, reterr);
		if (st == S_OK)
			st = order_save(w, &r, NULL, reterr);
	}
	record_release(&r);
	return st;
}

enum status order_advance(struct world *w, const char *order_id, const char *transition,
			  const char *carrier, const char *tracking, struct problem *reterr)
{
	struct order_simulation s = {0};

	if (str_equal(transition, "shipped")) {
		s.carrier = carrier;
		s.tracking_number = tracking;
	}
	return order_simulate(w, order_id, transition, &s, reterr);
}
