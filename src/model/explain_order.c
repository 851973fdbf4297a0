/* Orders and carts in plain words: why is it not shipped, and where is the money. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

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

static const char *retailer_name(const struct order *o)
{
	static const struct {
		const char *word, *name;
	} NAMES[] = {{"amazon", "Amazon"},   {"bestbuy", "Best Buy"}, {"ebay", "eBay"},
		     {"shopify", "Shopify"}, {"target", "Target"},    {"walmart", "Walmart"}};

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (str_equal(NAMES[i].word, o->retailer))
			return NAMES[i].name;
	return o->retailer[0] ? o->retailer : "the retailer";
}

static void tell_what(const struct teller *t, const struct order *o)
{
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], items[48] = "";

	if (o->item_count > 0)
		str_printf(items, sizeof(items), " of %lld %s", (long long)o->item_count,
			   o->item_count == 1 ? "item" : "items");
	happened(t, event_for(t, SUBJECT_ORDER, o->order_id, "pending_payment"),
		 "An order%s for %s at %s was created at %s%s%s.", items, dollars(a, o->total),
		 retailer_name(o), say_time(at, t, o->created_at),
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

static void tell_back(const struct teller *t, const struct order *o, const struct order_money *m)
{
	const struct order_refund *f = &o->refund;
	char a[MONEY_TEXT_CAP];

	if (m->by_refunds)
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_GOOD,
			  "%s was refunded through its invoice.", dollars(a, m->amount));
	else
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_GOOD,
			  "%s was refunded%s%s%s%s.", dollars(a, m->amount),
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
		  dollars(a, m->amount), wallet[0] ? " to wallet " : "", wallet,
		  wallet[0] ? " on BNB Smart Chain" : "", m->by_refunds ? "" : " (Pepay says ",
		  m->by_refunds ? "" : m->word, m->by_refunds ? "" : ")");
}

static void tell_not_back(const struct teller *t, const struct order *o,
			  const struct order_money *m)
{
	const char *hint = o->refund.destination_wallet_address_bsc[0]
				   ? ""
				   : ": no wallet to refund to is known";
	char a[MONEY_TEXT_CAP];

	if (m->in_part)
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "It was paid, and %s of it has not been given back.",
			  dollars(a, m->amount));
	else if (m->failed)
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "It was paid, and its refund failed%s.", hint);
	else
		tell_line(t, EXPLAIN_HAPPENED, order_event(t, o), TONE_WARN,
			  "It was paid, and no refund is under way%s.", hint);
}

void tell_order_refund(const struct teller *t, const struct order *o)
{
	const struct order_money m = order_money_in(t->st, o);

	switch (m.back) {
	case BACK_DONE:
		tell_back(t, o, &m);
		break;
	case BACK_OPEN:
		tell_back_open(t, o, &m);
		break;
	case BACK_NONE:
		tell_not_back(t, o, &m);
		break;
	case BACK_NOT_OWED:
		happened(t, order_event(t, o), "It was never paid, so nothing is owed.");
		break;
	}
}

static void say_order_over(const struct teller *t, const struct order *o, const char *what)
{
	const struct order_money m = order_money_in(t->st, o);
	char a[MONEY_TEXT_CAP];

	switch (m.back) {
	case BACK_DONE:
		say(t, "I am sorry that your order %s. Your %s has been sent back to you.", what,
		    dollars(a, m.amount));
		break;
	case BACK_OPEN:
		say(t,
		    "I am sorry that your order %s. Your refund of %s is under way; it has not "
		    "arrived yet.",
		    what, dollars(a, m.amount));
		break;
	case BACK_NONE:
		say(t,
		    "I am sorry that your order %s. %s%s%s has not been given back to you yet: %s",
		    what, m.in_part ? "" : "Your ", dollars(a, m.amount),
		    m.in_part ? " of your payment" : "",
		    o->refund.destination_wallet_address_bsc[0]
			    ? "is your refund wallet still the right one?"
			    : "which wallet should it go to?");
		break;
	case BACK_NOT_OWED:
		say(t,
		    "Your order %s before it was paid, so nothing was taken from you. You are "
		    "welcome to order again.",
		    what);
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
		 retailer_name(o), lapse(age, t->now_ms - since));
	happened(t, order_event(t, o),
		 sent ? "It was handed to %s; they have not accepted it yet."
		      : "It is being placed with %s.",
		 retailer_name(o));
	sees(t, "An order that is being processed.");
	say(t,
	    "Your payment arrived and your order is being placed with %s. There is no tracking "
	    "number before it is shipped.",
	    retailer_name(o));
}

static void order_placed(const struct teller *t, const struct order *o, int64_t since)
{
	char age[LAPSE_CAP], at[SAY_TIME_CAP];
	bool tracking = str_equal(o->substatus, "AWAITING_TRACKING");

	headline(t, TONE_ACTIVE, "Not shipped yet: placed with %s %s ago%s", retailer_name(o),
		 lapse(age, t->now_ms - since), tracking ? ", waiting for tracking" : "");
	happened(t, order_event(t, o), "It was placed with %s at %s%s.", retailer_name(o),
		 say_time(at, t, since),
		 tracking ? ", and no tracking number has come since"
			  : "; they have not shipped it yet");
	sees(t, "An order that is placed, without a tracking number.");
	say(t,
	    "Your order was placed with %s at %s. It has not been shipped yet, so there is no "
	    "tracking number yet.",
	    retailer_name(o), say_time(at, t, since));
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
	case BACK_NOT_OWED:
		break;
	}
	return "; nothing was paid";
}

static void order_ended(const struct teller *t, const struct order *o, bool failed, int64_t since)
{
	const struct order_money m = order_money_in(t->st, o);
	char at[SAY_TIME_CAP];

	headline(t,
		 m.back == BACK_DONE || m.back == BACK_NOT_OWED ? TONE_DEAD
		 : failed                                       ? TONE_BAD
								: TONE_WARN,
		 "%s at %s%s", failed ? "The order failed" : "Called off", say_time(at, t, since),
		 back_words(&m));
	happened(t, order_event(t, o), "It %s at %s%s%s.", failed ? "failed" : "was called off",
		 say_time(at, t, since), last_message(o)[0] ? ": " : "", last_message(o));
	tell_order_refund(t, o);
	sees(t, failed ? "An order that failed." : "An order that was cancelled.");
	say_order_over(t, o, failed ? "could not be placed" : "was cancelled");
}

void tell_order_over(const struct teller *t, const struct order *o)
{
	bool failed = str_equal(o->status, "failed");
	const struct order_money m = order_money_in(t->st, o);

	headline(t, m.back == BACK_DONE ? TONE_DEAD : TONE_WARN, "Paid, but its order %s%s",
		 failed ? "failed" : "was called off", back_words(&m));
	tell_order_refund(t, o);
	say_order_over(t, o, failed ? "could not be placed" : "was cancelled");
}

void tell_order(const struct teller *t, const struct record *r)
{
	struct object copy;
	const struct order *o = &copy.as.order;
	int64_t since = order_since(r);
	struct order_paid paid;

	object_copy(&copy, &r->object); /* other records are shown below */
	tell_what(t, o);
	paid = tell_order_payment(t, o);
	switch ((enum order_status)vocab_parse(VOCAB_ORDER, o->status)) {
	case ORDER_PENDING_PAYMENT:
		tell_order_pending(t, &paid);
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
		order_ended(t, o, false, since);
		break;
	case ORDER_FAILED:
		order_ended(t, o, true, since);
		break;
	case ORDER_UNKNOWN:
		headline(t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 o->status);
		break;
	}
	tell_shipments(t, o);
	(void)tell_refunds_of(t, o->invoice_id);
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
