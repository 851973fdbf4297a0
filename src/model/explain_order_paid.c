/* What is said of an order that waits for its payment. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

static bool paid_is_over(const struct order_paid *p)
{
	return str_equal(p->invoice_status, "expired") ||
	       vocab_parse(VOCAB_INVOICE, p->invoice_status) == INVOICE_CANCELED;
}

static void tell_its_invoice(const struct teller *t, const struct invoice *inv,
			     struct order_paid *ret)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], at[SAY_TIME_CAP];
	struct payments_told p;

	str_copy(ret->invoice_status, sizeof(ret->invoice_status), inv->status);
	ret->asked = inv->amount;
	ret->came_in = inv->amount_paid;
	if (str_equal(inv->status, "paid")) {
		happened(t, event_for(t, SUBJECT_INVOICE, inv->id, "paid"),
			 "It is paid: %s came in%s%s.", dollars(a, inv->amount_paid),
			 inv->paid_at != TIME_NONE ? " at " : "",
			 inv->paid_at != TIME_NONE ? say_time(at, t, inv->paid_at) : "");
		return;
	}
	happened(t, event_for(t, SUBJECT_INVOICE, inv->id, NULL),
		 "Its invoice %s is %s: %s of %s came in.", inv->id,
		 status_said(VOCAB_INVOICE, inv->status), dollars(a, inv->amount_paid),
		 dollars(b, inv->amount));
	p = tell_payments_of(t, inv);
	ret->pending = p.pending;
	if (p.confirmed > ret->came_in)
		ret->came_in = p.confirmed;
}

struct order_paid tell_order_payment(const struct teller *t, const struct order *o)
{
	const struct record *r = store_invoice_of(t->st, o->order_id);
	struct order_paid paid = {.asked = o->total};
	struct object copy;

	if (r) {
		object_copy(&copy, &r->object); /* its payments are shown, too */
		tell_its_invoice(t, &copy.as.invoice, &paid);
		object_release(&copy);
	} else if (str_equal(o->payment.status, "paid")) {
		happened(t, "", "It is paid.");
	}
	if (o->payment.tx_hash[0])
		happened(t, "", "The payment's transaction is %s.", o->payment.tx_hash);
	return paid;
}

/* A payment is seen: whoever hears only that none has arrived pays twice. */
static void pending_seen(const struct teller *t, const struct order_paid *p)
{
	int64_t missing = money_minus(p->asked, p->came_in);
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	headline(t, paid_is_over(p) || p->pending < missing ? TONE_WARN : TONE_ACTIVE,
		 "Not shipped: a payment of %s is seen, not confirmed yet", dollars(a, p->pending));
	if (paid_is_over(p))
		say(t,
		    "We can see your payment of %s; it was not confirmed before the time to pay "
		    "ran out. Please do not pay again before you hear from us.",
		    dollars(a, p->pending));
	else if (p->pending < missing)
		say(t,
		    "We can see your payment of %s and are waiting for the network to confirm "
		    "it. It is %s less than what is open: please send the rest the same way.",
		    dollars(a, p->pending), dollars(b, money_minus(missing, p->pending)));
	else
		say(t, "We can see your payment and are waiting for the network to confirm it; "
		       "then your order goes on. There is nothing you need to do; please do not "
		       "pay again.");
}

static void pending_short(const struct teller *t, const struct order_paid *p)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	headline(t, TONE_WARN, "Waiting for its payment: the invoice is %s, %s came in",
		 status_said(VOCAB_INVOICE, p->invoice_status), dollars(a, p->came_in));
	if (paid_is_over(p))
		say(t,
		    "Your %s arrived, but the time to pay ended before all of it was paid. We have "
		    "it. Please do not pay again before you hear from us.",
		    dollars(a, p->came_in));
	else
		say(t,
		    "Thank you, %s arrived. %s is still missing; your order goes on once it is "
		    "here.",
		    dollars(a, p->came_in), dollars(b, money_minus(p->asked, p->came_in)));
}

void tell_order_pending(const struct teller *t, const struct order_paid *p)
{
	char a[MONEY_TEXT_CAP];

	sees(t, "An order that is waiting for its payment.");
	if (str_equal(p->invoice_status, "paid")) {
		headline(t, TONE_WARN, "Paid, but the order is still waiting for its payment");
		say(t, "Your payment arrived; it has not been matched to your order yet. Please do "
		       "not "
		       "pay again.");
	} else if (p->pending > 0) {
		pending_seen(t, p);
	} else if (p->came_in > 0 && p->came_in < p->asked) {
		pending_short(t, p);
	} else if (p->came_in > 0) {
		headline(t, TONE_WARN, "All of it came in; the invoice is still %s",
			 status_said(VOCAB_INVOICE, p->invoice_status));
		say(t, "Your payment arrived and is being matched to your order. Please do not pay "
		       "again.");
	} else if (paid_is_over(p)) {
		headline(t, TONE_WARN, "Not shipped: its invoice is %s, and nothing was paid",
			 status_said(VOCAB_INVOICE, p->invoice_status));
		say(t, "The time to pay for this order has ended and we have not received a "
		       "payment. If you have paid, please tell us the transaction.");
	} else {
		headline(t, TONE_WAITING, "Not shipped: it is waiting for its payment of %s",
			 dollars(a, p->asked));
		say(t, "Your order goes on as soon as its payment has arrived. If you have just "
		       "sent it, it takes a few minutes to show up.");
	}
}
