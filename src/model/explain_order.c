/* Orders and carts in plain words: why is it not shipped, and where is the money. */
#include "model/explain_priv.h"

#include "base/strbuf.h"
#include "model/store_priv.h"

static const char *order_event(const struct teller *t, const struct order *o)
{
	return event_for(t, SUBJECT_ORDER, o->order_id, o->status);
}

/* When it came into its state: by its events, or by its own timeline. */
static int64_t order_since(const struct record *r)
{
	const struct order *o = &r->object.as.order;

	if (r->changed_ms != TIME_NONE)
		return r->changed_ms;
	for (size_t i = o->timeline_count; i-- > 0;)
		if (str_equal(o->timeline[i].status, o->status))
			return o->timeline[i].timestamp;
	return o->updated_at;
}

static void tell_what(const struct teller *t, const struct order *o)
{
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], items[48] = "";
	bool born = o->created_at != TIME_NONE;

	if (o->item_count > 0)
		str_printf(items, sizeof(items), " of %lld %s", (long long)o->item_count,
			   o->item_count == 1 ? "item" : "items");
	happened(t, event_for(t, SUBJECT_ORDER, o->order_id, "pending_payment"),
		 "An order%s%s%s at %s was created%s%s%s%s.", items, o->total > 0 ? " for " : "",
		 o->total > 0 ? dollars(a, o->total) : "", retailer_name(o->retailer),
		 born ? " at " : "", born ? say_time(at, t, o->created_at) : "",
		 o->customer_id[0] ? " by customer " : "", o->customer_id);
}

/* --- shipments ------------------------------------------------------------------------ */

static void tell_shipments(const struct teller *t, const struct order *o)
{
	for (size_t i = 0; i < o->shipment_count && i < 4; i++) {
		const struct shipment *s = &o->shipments[i];

		happened(t, order_event(t, o), "It was handed to %s%s%s%s%s.",
			 s->carrier[0] ? s->carrier : "a carrier",
			 s->tracking_number[0] ? ", tracking number " : "", s->tracking_number,
			 s->delivery_status[0] ? ": " : "", s->delivery_status);
	}
}

static void say_shipment(const struct teller *t, const struct order *o)
{
	const struct shipment *s = o->shipment_count > 0 ? &o->shipments[0] : NULL;

	if (!s || s->tracking_number[0] == '\0')
		say(t, "Your order is on its way. A tracking number has not been given yet.");
	else if (s->carrier_tracking_url[0])
		say(t, "Your order is on its way with %s. You can follow it with %s here: %s",
		    s->carrier[0] ? s->carrier : "the carrier", s->tracking_number,
		    s->carrier_tracking_url);
	else
		say(t, "Your order is on its way with %s, tracking number %s.",
		    s->carrier[0] ? s->carrier : "the carrier", s->tracking_number);
}

/* --- money back ------------------------------------------------------------------------- */

/* "100.00 USD", or where nobody says how much "the money". */
static const char *much(char buf[MONEY_TEXT_CAP], int64_t millis, const char *otherwise)
{
	if (millis > 0)
		return dollars(buf, millis);
	str_copy(buf, MONEY_TEXT_CAP, otherwise);
	return buf;
}

static void tell_back(const struct teller *t, const struct order *o, const struct order_money *m)
{
	const struct order_refund *f = &o->refund;
	char a[MONEY_TEXT_CAP];

	if (m->by_refunds)
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_GOOD,
			  "%s was refunded through its invoice.", much(a, m->amount, "The money"));
	else
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_GOOD,
			  "%s was refunded%s%s%s%s.", much(a, m->amount, "The money"),
			  f->destination_wallet_address_bsc[0] ? " to wallet " : "",
			  f->destination_wallet_address_bsc, f->tx_hash[0] ? ", transaction " : "",
			  f->tx_hash);
}

static void tell_back_open(const struct teller *t, const struct order *o,
			   const struct order_money *m)
{
	const char *wallet = m->by_refunds ? "" : o->refund.destination_wallet_address_bsc;
	char a[MONEY_TEXT_CAP];

	tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
		  "A refund of %s%s%s%s is under way; it has not arrived yet%s%s%s.",
		  much(a, m->amount, "the money"), wallet[0] ? " to wallet " : "", wallet,
		  wallet[0] ? " on BNB Smart Chain" : "", m->by_refunds ? "" : " (Pepay says ",
		  m->by_refunds ? "" : m->word, m->by_refunds ? "" : ")");
}

static void tell_not_back(const struct teller *t, const struct order *o,
			  const struct order_money *m)
{
	const char *hint = o->refund.destination_wallet_address_bsc[0]
				   ? ""
				   : ": no wallet to refund to is known";
	char a[MONEY_TEXT_CAP], paid[MONEY_TEXT_CAP + 32];

	if (m->paid == ORDER_PAID_YES)
		str_copy(paid, sizeof(paid), "It was paid");
	else
		str_printf(paid, sizeof(paid), "%s came in for it", much(a, m->in, "Money"));
	if (m->in_part)
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "%s, and %s of it has not been given back.", paid,
			  much(a, m->amount, "some"));
	else if (m->failed)
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "%s, and its refund failed%s.", paid, hint);
	else
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "%s, and no refund is under way%s.", paid, hint);
}

static void tell_untold(const struct teller *t, const struct order *o)
{
	if (o->payment.status[0])
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "Whether it was paid is not known: its payment is “%s”.",
			  o->payment.status);
	else
		happened(t, order_event(t, o), "Whether it was paid is not known.");
}

void tell_order_refund(const struct teller *t, const struct order *o, const struct order_money *m)
{
	switch (m->back) {
	case BACK_DONE:
		tell_back(t, o, m);
		break;
	case BACK_OPEN:
		tell_back_open(t, o, m);
		break;
	case BACK_NONE:
		tell_not_back(t, o, m);
		break;
	case BACK_UNTOLD:
		tell_untold(t, o);
		break;
	case BACK_NOT_OWED:
		happened(t, order_event(t, o), "It was never paid, so nothing is owed.");
		break;
	}
}

/* Its invoice may have a payment that is on its way all the same. */
static bool payment_is_seen(const struct teller *t, const struct order *o)
{
	const struct record *r = store_invoice_of(t->st, o->order_id);
	struct purse p;

	if (!r)
		return false;
	p = purse_of_invoice(t->st, r);
	return purse_seen(&p) > 0;
}

static void say_not_owed(const struct teller *t, const struct order *o, const char *what)
{
	if (payment_is_seen(t, o))
		say(t,
		    "I am sorry that your order %s. We can see a payment that is not confirmed "
		    "yet; please do not pay again before you hear from us.",
		    what);
	else
		say(t,
		    "Your order %s before it was paid, so nothing was taken from you. You are "
		    "welcome to order again.",
		    what);
}

static void say_not_back(const struct teller *t, const struct order *o, const struct order_money *m,
			 const char *what)
{
	char a[MONEY_TEXT_CAP], part[MONEY_TEXT_CAP + 32];

	(void)much(a, m->amount, m->in_part ? "Some" : "money");
	str_printf(part, sizeof(part), m->in_part ? "%s of your payment" : "Your %s", a);
	say(t, "I am sorry that your order %s. %s has not been given back to you yet: %s", what,
	    part,
	    o->refund.destination_wallet_address_bsc[0]
		    ? "is your refund wallet still the right one?"
		    : "which wallet should it go to?");
}

static void say_order_over(const struct teller *t, const struct order *o,
			   const struct order_money *m, const char *what)
{
	char a[MONEY_TEXT_CAP];

	switch (m->back) {
	case BACK_DONE:
		say(t, "I am sorry that your order %s. Your %s has been sent back to you.", what,
		    much(a, m->amount, "money"));
		break;
	case BACK_OPEN:
		say(t,
		    "I am sorry that your order %s. Your refund%s%s is under way; it has not "
		    "arrived yet.",
		    what, m->amount > 0 ? " of " : "", much(a, m->amount, ""));
		break;
	case BACK_NONE:
		say_not_back(t, o, m, what);
		break;
	case BACK_UNTOLD:
		say(t,
		    "I am sorry that your order %s. I am finding out whether your payment arrived; "
		    "please do not pay again.",
		    what);
		break;
	case BACK_NOT_OWED:
		say_not_owed(t, o, what);
		break;
	}
}

/* --- states -------------------------------------------------------------------------------- */

static void order_processing(const struct teller *t, const struct order *o, int64_t since)
{
	char age[LAPSE_CAP];
	bool sent = str_equal(o->substatus, "PROVIDER_PLACEMENT_SUBMITTED");

	headline(t, TONE_ACTIVE,
		 sent ? "Not shipped: paid, and handed to %s %s ago; not accepted yet"
		      : "Not shipped: paid; placing it with %s has taken %s so far",
		 retailer_name(o->retailer), lapse_between(age, since, t->now_ms));
	happened(t, order_event(t, o),
		 sent ? "It was handed to %s; they have not accepted it yet."
		      : "It is being placed with %s.",
		 retailer_name(o->retailer));
	sees(t, "An order that is being processed.");
	say(t,
	    "Your payment arrived and your order is being placed with %s. There is no tracking "
	    "number before it is shipped.",
	    retailer_name(o->retailer));
}

static void order_placed(const struct teller *t, const struct order *o, int64_t since)
{
	char age[LAPSE_CAP], at[SAY_TIME_CAP];
	bool tracking = str_equal(o->substatus, "AWAITING_TRACKING");

	headline(t, TONE_ACTIVE, "Not shipped yet: placed with %s %s ago%s",
		 retailer_name(o->retailer), lapse_between(age, since, t->now_ms),
		 tracking ? ", waiting for tracking" : "");
	happened(t, order_event(t, o), "It was placed with %s at %s%s.", retailer_name(o->retailer),
		 say_time(at, t, since),
		 tracking ? ", and no tracking number has come since"
			  : "; they have not shipped it yet");
	sees(t, "An order that is placed, without a tracking number.");
	say(t,
	    "Your order was placed with %s at %s. It has not been shipped yet, so there is no "
	    "tracking number yet.",
	    retailer_name(o->retailer), say_time(at, t, since));
}

static void order_shipped(const struct teller *t, const struct order *o, int64_t since)
{
	char at[SAY_TIME_CAP];

	headline(t, TONE_ACTIVE, "Shipped at %s%s%s", say_time(at, t, since),
		 o->shipment_count > 0 && o->shipments[0].delivery_status[0] ? ": " : "",
		 o->shipment_count > 0 ? o->shipments[0].delivery_status : "");
	happened(t, order_event(t, o), "It was shipped at %s.", say_time(at, t, since));
	sees(t, "An order that is on its way.");
	say_shipment(t, o);
}

static void order_delivered(const struct teller *t, const struct order *o, int64_t since)
{
	char at[SAY_TIME_CAP];

	headline(t, TONE_GOOD, "Delivered at %s", say_time(at, t, since));
	happened(t, order_event(t, o), "It was delivered at %s.", say_time(at, t, since));
	sees(t, "An order that is delivered.");
	say(t,
	    "Your order was delivered at %s. If you cannot find it, please ask your neighbours, "
	    "and tell us.",
	    say_time(at, t, since));
}

static const char *last_message(const struct order *o)
{
	return o->timeline_count > 0 ? o->timeline[o->timeline_count - 1].message : "";
}

static const char *back_words(const struct order_money *m)
{
	switch (m->back) {
	case BACK_DONE:
		return "; the money went back";
	case BACK_OPEN:
		return "; its refund is under way";
	case BACK_NONE:
		return m->in_part  ? "; not all of the money went back"
		       : m->failed ? "; its refund failed"
				   : "; no refund is under way";
	case BACK_UNTOLD:
		return "; whether it was paid is not known";
	case BACK_NOT_OWED:
		break;
	}
	return "; nothing was paid";
}

static void order_ended(const struct teller *t, const struct order *o, const struct order_money *m,
			int64_t since)
{
	bool failed = str_equal(o->status, "failed"), dated = since != TIME_NONE;
	char at[SAY_TIME_CAP];

	(void)say_time(at, t, since);
	headline(t,
		 m->back == BACK_DONE || m->back == BACK_NOT_OWED ? TONE_DEAD
		 : failed                                         ? TONE_BAD
								  : TONE_WARN,
		 "%s%s%s%s", failed ? "The order failed" : "Called off", dated ? " at " : "",
		 dated ? at : "", back_words(m));
	happened(t, order_event(t, o), "It %s%s%s%s%s.", failed ? "failed" : "was called off",
		 dated ? " at " : "", dated ? at : "", last_message(o)[0] ? ": " : "",
		 last_message(o));
	tell_order_refund(t, o, m);
	sees(t, failed ? "An order that failed." : "An order that was cancelled.");
	say_order_over(t, o, m, failed ? "could not be placed" : "was cancelled");
}

void tell_order_over(const struct teller *t, const struct record *order)
{
	const struct order_money m = order_money_in(t->st, order);
	struct object copy;
	const struct order *o = &copy.as.order;
	bool failed = str_equal(object_status(&order->object), "failed");

	object_copy(&copy, &order->object); /* other records are shown below */
	headline(t, m.back == BACK_DONE ? TONE_DEAD : TONE_WARN, "%s, but its order %s%s",
		 m.paid == ORDER_PAID_YES ? "Paid" : "Money came in",
		 failed ? "failed" : "was called off", back_words(&m));
	tell_order_refund(t, o, &m);
	say_order_over(t, o, &m, failed ? "could not be placed" : "was cancelled");
	object_release(&copy);
}

/* An abbreviation tells its status, and nothing of its money. */
static void order_in_part(const struct teller *t, const struct order *o)
{
	headline(t, status_tone(VOCAB_ORDER, o->status), "It %s%s; only a part of it is known yet",
		 str_equal(o->status, "failed") ? "" : "is ", status_said(VOCAB_ORDER, o->status));
	todo(t, TONE_WAITING,
	     "Ask for the whole of it (key R) before you say anything about money.");
}

static void order_by_state(const struct teller *t, const struct order *o,
			   const struct order_money *m, int64_t since)
{
	switch ((enum order_status)vocab_parse(VOCAB_ORDER, o->status)) {
	case ORDER_PENDING_PAYMENT:
		tell_order_pending(t, o);
		break;
	case ORDER_PROCESSING:
		order_processing(t, o, since);
		break;
	case ORDER_PLACED:
		order_placed(t, o, since);
		break;
	case ORDER_SHIPPED:
		order_shipped(t, o, since);
		break;
	case ORDER_DELIVERED:
		order_delivered(t, o, since);
		break;
	case ORDER_CANCELLED:
	case ORDER_FAILED:
		order_ended(t, o, m, since);
		break;
	case ORDER_UNKNOWN:
		headline(t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 o->status);
		break;
	}
}

void tell_order(const struct teller *t, const struct record *r)
{
	const struct order_money m = order_money_in(t->st, r);
	struct object copy;
	const struct order *o = &copy.as.order;
	int64_t since = order_since(r);
	bool thin = object_is_thin(&r->object);

	object_copy(&copy, &r->object); /* other records are shown below */
	if (!thin)
		tell_what(t, o);
	tell_order_payment(t, o);
	/* what its invoice holds is known all the same */
	if (thin && (m.back == BACK_UNTOLD || m.back == BACK_NOT_OWED))
		order_in_part(t, o);
	else
		order_by_state(t, o, &m, since);
	tell_shipments(t, o);
	tell_refunds_of(t, o->invoice_id);
	object_release(&copy);
}

void tell_cart(const struct teller *t, const char *customer)
{
	const struct shop_cart *c = answer_cart(t->st, customer, "", NULL);
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	if (!c) {
		headline(t, TONE_NEUTRAL, "Nothing is known of this cart yet");
		return;
	}
	headline(t, TONE_NEUTRAL, "A cart of %lld %s, %s", (long long)c->quantity,
		 c->quantity == 1 ? "item" : "items", dollars(a, c->subtotal));
	happened(t, "", "Pepay was asked about it at %s.", say_time(at, t, c->answered_ms));
	for (size_t i = 0; i < c->item_count && i < 8; i++)
		if (c->items[i].checked && !c->items[i].available)
			tell_line(t, EXPLAIN_HAPPENED, "", TONE_WARN, "%s is no longer available.",
				  c->items[i].title);
		else if (c->items[i].checked && c->items[i].price_changed)
			tell_line(t, EXPLAIN_HAPPENED, "", TONE_WARN, "%s costs %s now.",
				  c->items[i].title, dollars(a, c->items[i].current_price));
	sees(t, "The same list; at the checkout only what is still available goes into the order.");
}
