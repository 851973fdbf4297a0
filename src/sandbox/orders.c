#include "sandbox/chain.h"
#include "sandbox/domain_private.h"
#include "sandbox/orders.h"
#include "sandbox/pricing.h"

#include "base/alloc.h"

#define COMMERCE_EXPIRY_MS (30 * 60 * 1000) /* contract 4.6 */

/* --- birth ---------------------------------------------------------------------------- */

static void copy_text(char *dst, size_t cap, const char *src)
{
	str_copy(dst, cap, src ? src : "");
}

static void order_ship_to(const struct order_params *p, struct order *o)
{
	struct shipping_address *a = &o->shipping_address;

	if (!p->street)
		return;
	o->has_shipping_address = true;
	copy_text(a->first_name, sizeof(a->first_name), p->first_name);
	copy_text(a->last_name, sizeof(a->last_name), p->last_name);
	copy_text(a->street_address, sizeof(a->street_address), p->street);
	copy_text(a->address_line2, sizeof(a->address_line2), p->line2);
	copy_text(a->city, sizeof(a->city), p->city);
	copy_text(a->state, sizeof(a->state), p->state);
	copy_text(a->zip_code, sizeof(a->zip_code), p->zip);
	copy_text(a->country, sizeof(a->country), p->country);
	copy_text(a->phone, sizeof(a->phone), p->phone);
	copy_text(a->email, sizeof(a->email), p->email);
}

static void order_add_lines(const struct order_params *p, struct order *o)
{
	o->lines = xcalloc(p->item_count, sizeof(*o->lines));
	o->line_count = p->item_count;
	for (size_t i = 0; i < p->item_count; i++) {
		struct line_item *line = &o->lines[i];
		const struct order_item_params *item = &p->items[i];

		copy_text(line->product_id, sizeof(line->product_id), item->product_id);
		copy_text(line->title, sizeof(line->title), item->title);
		copy_text(line->image_url, sizeof(line->image_url), item->image_url);
		line->quantity = item->quantity;
		line->price = item->price;
		o->total += item->price * item->quantity;
	}
}

/* What the checkout promised, or what the same goods would cost there without shipping. */
static void order_price(const struct order_params *p, struct order *o)
{
	o->commerce_fee = p->pricing ? p->pricing->fee_total : pricing_commerce_fee(o->total);
	o->total += o->commerce_fee;
	if (p->pricing)
		o->total += p->pricing->shipping + p->pricing->tax;
}

static void order_fill(struct world *w, const struct order_params *p, struct order *o)
{
	rng_uuid(&w->rng, o->order_id);
	o->merchant_id = MERCHANT_ID;
	copy_text(o->network_environment, sizeof(o->network_environment), w->environment);
	copy_text(o->retailer, sizeof(o->retailer), p->retailer);
	copy_text(o->customer_id, sizeof(o->customer_id), p->customer_id);
	copy_text(o->wallet_address, sizeof(o->wallet_address), p->wallet_address);
	copy_text(o->wallet_network, sizeof(o->wallet_network), p->wallet_network);
	o->created_at = o->updated_at = w->now_ms;
	order_add_lines(p, o);
	order_price(p, o);
	order_ship_to(p, o);
	copy_text(o->payment.status, sizeof(o->payment.status), "pending");
	copy_text(o->cancellation_status, sizeof(o->cancellation_status), "none");
	copy_text(o->refund.destination_wallet_address_bsc,
		  sizeof(o->refund.destination_wallet_address_bsc), p->refund_wallet_bsc);
	order_refund_state(o, "NONE");
	order_move(w, o, "pending_payment", "", "Order created, awaiting payment");
	o->can_cancel = order_cancelable(o);
}

enum status order_create(struct world *w, const struct order_params *p, char ret_order_id[ID_CAP],
			 char ret_invoice_id[ID_CAP], struct problem *reterr)
{
	struct cause cause = {p->request_id, p->idempotency_key};
	struct record r;
	struct order *o = &r.object.as.order;
	struct invoice v;
	enum status st;

	if (p->item_count == 0 || p->item_count > LINE_ITEMS_MAX)
		return problem_set(reterr, E_INVALID, NULL, "an order has 1 to %d lines",
				   LINE_ITEMS_MAX);
	record_init(&r, OBJECT_ORDER);
	order_fill(w, p, o);
	st = invoice_create(w,
			    &(struct invoice_params){.amount = o->total,
						     .customer_id = p->customer_id,
						     .customer_email = p->email,
						     .invoice_type = "commerce",
						     .commerce_order_id = o->order_id,
						     .expires_in_ms = COMMERCE_EXPIRY_MS,
						     .request_id = p->request_id,
						     .idempotency_key = p->idempotency_key},
			    &v, reterr);
	if (st == S_OK) {
		str_copy(o->invoice_id, sizeof(o->invoice_id), v.id);
		st = record_insert(w, &r, NULL, "commerce.order.created", &cause, reterr);
	}
	if (st == S_OK) {
		str_copy(ret_order_id, ID_CAP, o->order_id);
		str_copy(ret_invoice_id, ID_CAP, v.id);
	}
	record_release(&r);
	return st;
}

/* --- what follows from the invoice ------------------------------------------------------ */

enum status order_on_paid(struct world *w, const char *order_id, const struct order_paid *p,
			  struct problem *reterr)
{
	struct record r = {0};
	struct order *o = &r.object.as.order;
	enum status st = record_load(w, OBJECT_ORDER, order_id, &r, reterr);

	if (st != S_OK)
		return st;
	copy_text(o->payment.status, sizeof(o->payment.status), "paid");
	copy_text(o->payment.tx_hash, sizeof(o->payment.tx_hash), p->tx_hash);
	/* contract 7.7: a payment on bsc tells where a refund can go */
	if (str_equal(p->payer_network, "bsc") && !*o->refund.destination_wallet_address_bsc)
		copy_text(o->refund.destination_wallet_address_bsc,
			  sizeof(o->refund.destination_wallet_address_bsc), p->payer_address);
	order_move(w, o, "processing", "", "Payment received, processing order");
	st = order_save(w, &r, NULL, reterr);
	record_release(&r);
	return st;
}

enum status order_on_settled(struct world *w, const char *order_id, const struct settlement *s,
			     struct problem *reterr)
{
	struct record r = {0};
	struct order *o = &r.object.as.order;
	enum status st = record_load(w, OBJECT_ORDER, order_id, &r, reterr);

	if (st != S_OK)
		return st;
	if (!order_paid(o)) { /* part of the money settled; the rest is still due */
		record_release(&r);
		return S_OK;
	}
	o->payment.has_settlement = true;
	copy_text(o->payment.settlement.status, sizeof(o->payment.settlement.status), s->status);
	copy_text(o->payment.settlement.tx_hash, sizeof(o->payment.settlement.tx_hash),
		  s->settlement_tx_hash);
	copy_text(o->payment.settlement.network, sizeof(o->payment.settlement.network), s->network);
	if (str_equal(o->status, "processing") && !*o->substatus)
		order_move(w, o, "processing", ORDER_SUBMITTED, "Order submitted to the retailer");
	st = order_save(w, &r, NULL, reterr);
	record_release(&r);
	return st;
}

enum status order_on_invoice_closed(struct world *w, const char *order_id, const char *message,
				    struct problem *reterr)
{
	struct record r = {0};
	struct order *o = &r.object.as.order;
	enum status st = record_load(w, OBJECT_ORDER, order_id, &r, reterr);

	if (st == S_OK && str_equal(o->status, "pending_payment")) {
		order_end_cancelled(w, o, message);
		st = order_save(w, &r, NULL, reterr);
	}
	record_release(&r);
	return st;
}

/* --- cancel ------------------------------------------------------------------------------ */

enum status order_cancel(struct world *w, const char *order_id, const char *refund_wallet_bsc,
			 const char *request_id, const char *idempotency_key,
			 struct problem *reterr)
{
	struct cause cause = {request_id, idempotency_key};
	struct record r = {0};
	struct order *o = &r.object.as.order;
	struct invoice v;
	enum status st = record_load(w, OBJECT_ORDER, order_id, &r, reterr);

	if (st != S_OK)
		return st;
	if (!order_cancelable(o))
		st = problem_set(reterr, E_CONFLICT, NULL,
				 "an order that is %s cannot be cancelled", o->status);
	if (st == S_OK)
		st = invoice_load(w, o->invoice_id, &v, reterr);
	if (st == S_OK && str_equal(v.status, "unpaid"))
		st = invoice_close(w, v.id, "canceled", &cause, NULL, reterr);
	if (st == S_OK) {
		if (refund_wallet_bsc && *refund_wallet_bsc)
			copy_text(o->refund.destination_wallet_address_bsc,
				  sizeof(o->refund.destination_wallet_address_bsc),
				  refund_wallet_bsc);
		order_end_cancelled(w, o, "Cancelled on request");
		st = order_save(w, &r, &cause, reterr);
	}
	record_release(&r);
	return st;
}
