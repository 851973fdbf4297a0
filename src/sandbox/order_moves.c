/* What every change of an order is made of. */
#include "sandbox/orders.h"

#include "base/alloc.h"
#include "wire/lifecycle.h"

bool order_cancelable(const struct order *o)
{
	return !str_equal(o->status, "cancelled") &&
	       lifecycle_allows(VOCAB_ORDER, o->status, "cancelled");
}

static void order_step_add(struct world *w, struct order *o, const char *message)
{
	struct order_step *step;

	if (o->timeline_count == TIMELINE_MAX)
		return;
	o->timeline = xrealloc(o->timeline, o->timeline_count + 1, sizeof(*o->timeline));
	step = &o->timeline[o->timeline_count++];
	*step = (struct order_step){.timestamp = w->now_ms};
	str_copy(step->status, sizeof(step->status), o->status);
	str_copy(step->message, sizeof(step->message), message);
}

void order_move(struct world *w, struct order *o, const char *status, const char *substatus,
		const char *message)
{
	str_copy(o->status, sizeof(o->status), status);
	str_copy(o->substatus, sizeof(o->substatus), substatus);
	for (size_t i = 0; i < o->line_count; i++)
		str_copy(o->lines[i].status, sizeof(o->lines[i].status), status);
	order_step_add(w, o, message);
}

/* The words of refund and cancellation states are ours: one sample each is published. */
void order_refund_state(struct order *o, const char *status)
{
	str_copy(o->refund.status, sizeof(o->refund.status), status);
	str_copy(o->refund_status, sizeof(o->refund_status), status);
}

bool order_paid(const struct order *o)
{
	return str_equal(o->payment.status, "paid");
}

/* A paid order that ended owes its money back, once it is known where to. */
static void order_refund_open(struct order *o)
{
	if (!order_paid(o) || !*o->refund.destination_wallet_address_bsc)
		return;
	order_refund_state(o, "PENDING");
	o->refund.amount_usd = o->total;
}

void order_end_cancelled(struct world *w, struct order *o, const char *message)
{
	order_move(w, o, "cancelled", "", message);
	str_copy(o->cancellation_status, sizeof(o->cancellation_status), "cancelled");
	order_refund_open(o);
}

void order_end_failed(struct world *w, struct order *o, const char *message)
{
	order_move(w, o, "failed", "", message);
	order_refund_open(o);
}

enum status order_save(struct world *w, struct record *r, const struct cause *cause,
		       struct problem *reterr)
{
	struct order *o = &r->object.as.order;

	o->updated_at = w->now_ms;
	o->can_cancel = order_cancelable(o);
	return record_update(w, r, "commerce.order.updated", cause, reterr);
}
