/* Invoices in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

/* What is known of an invoice's money. */
struct money_told {
	int64_t amount, paid, missing, over, pending, back;
	struct refunds_told refunds; /* what `back` is made of */
	int64_t uncounted;           /* confirmed by a payment, not in `paid` yet */
	bool late;                   /* money came after it ended */
	int64_t ended_ms, last_ms;
};

static void tell_payments(const struct teller *t, const struct invoice *inv, struct money_told *m)
{
	struct payments_told p = tell_payments_of(t, inv);

	m->pending = p.pending;
	m->uncounted = p.confirmed > m->paid ? money_minus(p.confirmed, m->paid) : 0;
}

/* --- invoices ------------------------------------------------------------------------------ */

static void invoice_money_told(const struct teller *t, const struct record *r, struct money_told *m)
{
	const struct invoice *inv = &r->object.as.invoice;

	m->amount = inv->amount;
	m->paid = inv->amount_paid;
	m->missing =
		inv->amount > inv->amount_paid ? money_minus(inv->amount, inv->amount_paid) : 0;
	m->over = inv->amount_paid > inv->amount ? money_minus(inv->amount_paid, inv->amount) : 0;
	m->last_ms = inv->last_payment_at;
	m->ended_ms = str_equal(inv->status, "expired") && inv->expires_at != TIME_NONE
			      ? inv->expires_at
			      : r->changed_ms;
	m->late = m->paid > 0 && m->ended_ms != TIME_NONE && m->last_ms != TIME_NONE &&
		  m->last_ms > m->ended_ms;
	(void)t;
}

static void tell_birth(const struct teller *t, const struct invoice *inv)
{
	char usd[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	happened(t, event_for(t, SUBJECT_INVOICE, inv->id, "unpaid"),
		 "%s for %s was created at %s%s%s.",
		 str_equal(inv->invoice_type, "commerce") ? "The invoice of an order"
							  : "An invoice",
		 dollars(usd, inv->amount), say_time(at, t, inv->created_at),
		 inv->customer_id[0] ? " for customer " : "", inv->customer_id);
}

static bool invoice_is_over(const struct invoice *inv)
{
	return str_equal(inv->status, "expired") ||
	       vocab_parse(VOCAB_INVOICE, inv->status) == INVOICE_CANCELED;
}

static void tell_money(const struct teller *t, const struct invoice *inv,
		       const struct money_told *m)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], at[SAY_TIME_CAP], late[LAPSE_CAP];
	const char *event = event_for(t, SUBJECT_INVOICE, inv->id, NULL);

	if (m->over > 0)
		happened(t, event, "%s came in, %s more than was asked.", dollars(a, m->paid),
			 dollars(b, m->over));
	else if (m->missing > 0)
		happened(t, event, "%s came in; %s is missing.", dollars(a, m->paid),
			 dollars(b, m->missing));
	else
		happened(t, event, "All of it came in%s%s.", m->last_ms != TIME_NONE ? " by " : "",
			 m->last_ms != TIME_NONE ? say_time(at, t, m->last_ms) : "");
	if (inv->payer_wallet_address[0])
		happened(t, event, "It was paid from wallet %s on %s.", inv->payer_wallet_address,
			 network_name(inv->payer_wallet_network));
	if (m->late && invoice_is_over(inv))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_WARN,
			  "The last money came at %s, %s after the invoice had ended; it is still "
			  "%s.",
			  say_time(at, t, m->last_ms), lapse(late, m->last_ms - m->ended_ms),
			  status_said(VOCAB_INVOICE, inv->status));
}

static void tell_its_order(const struct teller *t, const char *invoice_id)
{
	const struct record *r = store_order_of(t->st, invoice_id);

	if (r)
		happened(t, event_for(t, SUBJECT_ORDER, object_id(&r->object), NULL),
			 "It pays for order %s, which %s%s.", object_id(&r->object),
			 str_equal(object_status(&r->object), "failed") ? "" : "is ",
			 status_said(VOCAB_ORDER, object_status(&r->object)));
}

static void invoice_seen(const struct teller *t, const struct money_told *m)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	sees(t, "The payment page waits for the network to confirm the payment.");
	if (m->pending >= m->missing) {
		headline(t, TONE_ACTIVE, "A payment of %s is seen, not confirmed yet",
			 dollars(a, m->pending));
		say(t, "We can see your payment and are waiting for the network to confirm it. "
		       "There is nothing you need to do; please do not pay again.");
		return;
	}
	headline(t, TONE_WARN, "A payment of %s is seen, not confirmed yet: %s less than asked",
		 dollars(a, m->pending), dollars(b, money_minus(m->missing, m->pending)));
	say(t,
	    "We can see your payment of %s and are waiting for the network to confirm it. It is "
	    "%s less than the invoice: please send the rest the same way.",
	    dollars(a, m->pending), dollars(b, money_minus(m->missing, m->pending)));
}

/* Its payments say more than it counts: nobody is asked to pay that again. */
static void invoice_behind(const struct teller *t, const struct money_told *m)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	headline(t, TONE_ACTIVE, "A payment of %s is confirmed; the invoice does not count it yet",
		 dollars(a, m->uncounted));
	sees(t, "The payment page may still ask for the money until the invoice counts it.");
	if (money_plus(m->uncounted, m->pending) >= m->missing)
		say(t,
		    "Your payment is confirmed; your invoice does not show it yet. Please do not "
		    "pay again.");
	else
		say(t,
		    "Your payment of %s is confirmed; your invoice does not show it yet. It is %s "
		    "less than asked: please send the rest the same way.",
		    dollars(a, m->uncounted),
		    dollars(b, money_minus(money_minus(m->missing, m->uncounted), m->pending)));
}

static void invoice_unpaid(const struct teller *t, const struct invoice *inv,
			   const struct money_told *m)
{
	char usd[MONEY_TEXT_CAP], at[SAY_TIME_CAP], left[LAPSE_CAP];
	bool over = inv->expires_at != TIME_NONE && inv->expires_at <= t->now_ms;
	bool ends = inv->expires_at != TIME_NONE;

	if (m->uncounted > 0) {
		invoice_behind(t, m);
		return;
	}
	if (m->pending > 0) {
		invoice_seen(t, m);
		return;
	}
	if (over) {
		headline(t, TONE_WARN, "Not paid, and its time ran out at %s",
			 say_time(at, t, inv->expires_at));
		sees(t, "The payment page has counted down to zero.");
	} else if (ends) {
		headline(t, TONE_WAITING, "Not paid yet: %s asked, %s left",
			 dollars(usd, m->amount), lapse(left, inv->expires_at - t->now_ms));
		sees(t, "The payment page asks for %s and counts down to %s.",
		     dollars(usd, m->amount), say_time(at, t, inv->expires_at));
	} else {
		headline(t, TONE_WAITING, "Not paid yet: %s asked", dollars(usd, m->amount));
		sees(t, "The payment page asks for %s.", dollars(usd, m->amount));
	}
	if (over)
		say(t, "The time for this payment has run out. We can make you a new invoice. "
		       "If you have paid already, please tell us the transaction.");
	else
		say(t, "We have not received a payment yet. If you have just sent it, it takes a "
		       "few minutes to show up. If you tell us the transaction we can look for "
		       "it.");
	todo(t, TONE_WAITING,
	     "If the customer says they paid, ask for the transaction and look it up "
	     "here (key f).");
}

static void invoice_underpaid(const struct teller *t, const struct invoice *inv,
			      const struct money_told *m)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], c[MONEY_TEXT_CAP];
	char at[SAY_TIME_CAP], left[LAPSE_CAP];
	bool over = inv->expires_at != TIME_NONE && inv->expires_at <= t->now_ms;

	if (m->uncounted > 0) {
		invoice_behind(t, m);
		return;
	}
	if (inv->expires_at == TIME_NONE)
		headline(t, TONE_WARN, "Underpaid: %s is missing", dollars(a, m->missing));
	else
		headline(t, TONE_WARN, "Underpaid: %s is missing, %s", dollars(a, m->missing),
			 over ? "and its time ran out" : lapse(left, inv->expires_at - t->now_ms));
	if (!over && inv->expires_at != TIME_NONE)
		str_printf(t->x->headline + strlen(t->x->headline),
			   sizeof(t->x->headline) - strlen(t->x->headline), " left");
	sees(t,
	     "The payment page asks for the missing %s, on the network and in the token the "
	     "first part was paid with.",
	     dollars(a, m->missing));
	if (m->pending >= m->missing && m->pending > 0)
		say(t,
		    "Thank you, %s arrived and the rest is on its way. There is nothing you "
		    "need to do; please do not pay again.",
		    dollars(a, m->paid));
	else if (over)
		say(t,
		    "Thank you, %s arrived. The time to pay the rest has run out; we can send "
		    "back what came, or make you a new invoice for the rest. Which would you "
		    "like?",
		    dollars(a, m->paid));
	else if (m->pending > 0)
		say(t,
		    "Thank you, %s arrived and a payment of %s is being confirmed. %s is still "
		    "missing: please send it the same way%s%s.",
		    dollars(a, m->paid), dollars(b, m->pending),
		    dollars(c, money_minus(m->missing, m->pending)),
		    inv->expires_at != TIME_NONE ? ", before " : "",
		    inv->expires_at != TIME_NONE ? say_time(at, t, inv->expires_at) : "");
	else
		say(t,
		    "Thank you, %s arrived. %s is still missing: please send it the same way, "
		    "with the same token%s%s.",
		    dollars(a, m->paid), dollars(b, m->missing),
		    inv->expires_at != TIME_NONE ? ", before " : "",
		    inv->expires_at != TIME_NONE ? say_time(at, t, inv->expires_at) : "");
}

/* The order it paid for has come to nothing: that is what there is to say. */
static bool invoice_order_over(const struct teller *t, const struct invoice *inv)
{
	const struct record *r = store_order_of(t->st, inv->id);
	const char *status = r ? object_status(&r->object) : "";
	struct object copy;

	if (!str_equal(status, "cancelled") && !str_equal(status, "failed"))
		return false;
	object_copy(&copy, &r->object);
	tell_order_over(t, &copy.as.order);
	object_release(&copy);
	return true;
}

static void invoice_paid(const struct teller *t, const struct invoice *inv,
			 const struct money_told *m)
{
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], back[REFUNDS_SAID_CAP];
	int64_t when = inv->paid_at != TIME_NONE ? inv->paid_at : inv->last_payment_at;
	int64_t over = money_minus(m->over, m->back);

	sees(t, "The payment page says that it is paid.");
	if (invoice_order_over(t, inv))
		return;
	if (over > 0) {
		headline(t, TONE_WARN, "Paid, and %s too much", dollars(a, over));
		say(t,
		    "Your payment arrived, and it was %s more than needed. We can send that "
		    "back: which wallet should it go to?",
		    dollars(a, over));
		return;
	}
	if (m->back > 0)
		headline(t, TONE_GOOD, "Paid: %s; %s", dollars(a, m->paid),
			 refunds_said(back, &m->refunds, m->paid, false));
	else
		headline(t, TONE_GOOD, "Paid: %s%s%s", dollars(a, m->amount),
			 when != TIME_NONE ? " at " : "",
			 when != TIME_NONE ? say_time(at, t, when) : "");
	if (m->back > 0)
		say(t, "Your payment of %s arrived, and %s.", dollars(a, m->paid),
		    refunds_said(back, &m->refunds, m->paid, true));
	else
		say(t, "Your payment arrived in full. Thank you!");
}

static void invoice_ended(const struct teller *t, const struct invoice *inv,
			  const struct money_told *m)
{
	bool expired = str_equal(inv->status, "expired");
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];
	int64_t held = money_minus(m->paid, m->back);
	const char *ended = expired ? "Expired" : "Canceled";

	sees(t, "The payment page says that the invoice is %s and takes no payment.",
	     expired ? "expired" : "canceled");
	if (m->paid == 0 && m->uncounted > 0) {
		headline(t, TONE_WARN, "%s, but a payment of %s is confirmed", ended,
			 dollars(a, m->uncounted));
		say(t,
		    "Your payment of %s arrived, but the time to pay had ended. We have it, and %s",
		    dollars(a, m->uncounted), late_choice(t, inv->id));
	} else if (m->paid == 0 && m->pending > 0) {
		headline(t, TONE_WARN, "%s with a payment of %s seen but not confirmed", ended,
			 dollars(a, m->pending));
		say(t,
		    "We can see your payment of %s, but it was not confirmed before the time to "
		    "pay ran out. Once it is confirmed we can accept it or send it back. Please "
		    "do not pay again before you hear from us.",
		    dollars(a, m->pending));
	} else if (m->paid == 0) {
		headline(t, TONE_DEAD,
			 expired ? "Expired: nothing was paid"
				 : "Canceled before anything was paid");
		say(t, "The time to pay ended before a payment arrived. We can make you a new "
		       "invoice. If you did pay, please tell us the transaction and we will look "
		       "for it.");
		todo(t, TONE_NEUTRAL,
		     "If the customer still wants to pay, create a new invoice in your shop.");
	} else if (held <= 0) {
		headline(t, TONE_DEAD, "%s with %s paid; %s", ended, dollars(a, m->paid),
			 refunds_said(back, &m->refunds, m->paid, false));
		say(t, "The time to pay has ended. Your payment of %s arrived, and %s.",
		    dollars(a, m->paid), refunds_said(back, &m->refunds, m->paid, true));
	} else if (m->late) {
		headline(t, TONE_WARN, "Paid late: %s of %s came in, the last after it %s",
			 dollars(a, m->paid), dollars(b, m->amount),
			 expired ? "expired" : "was canceled");
		if (m->over > 0)
			headline(t, TONE_WARN, "Paid late, and too much: %s came in for %s",
				 dollars(a, m->paid), dollars(b, m->amount));
		say(t,
		    "Your %s arrived, the last of it after the time to pay had ended. We have it, "
		    "and "
		    "%s",
		    dollars(a, held), late_choice(t, inv->id));
	} else {
		headline(t, TONE_WARN, "%s with %s of %s in it", ended, dollars(a, held),
			 dollars(b, m->amount));
		say(t,
		    "The time to pay ended before all of it was paid. We have your %s: we can "
		    "send it back, or make a new invoice for the rest. Which would you like?",
		    dollars(a, held));
	}
}

void tell_invoice(const struct teller *t, const struct record *r)
{
	const struct invoice inv = r->object.as.invoice; /* other records are shown below */
	struct money_told m = {0};

	invoice_money_told(t, r, &m);
	tell_birth(t, &inv);
	if (m.paid != 0)
		tell_money(t, &inv, &m);
	tell_payments(t, &inv, &m);
	if (m.paid == 0 && m.pending == 0 && m.uncounted == 0)
		happened(t, event_for(t, SUBJECT_INVOICE, inv.id, NULL),
			 invoice_is_over(&inv) ? "No money came in."
					       : "No money has come in so far.");
	m.refunds = tell_refunds_of(t, inv.id);
	m.back = money_plus(m.refunds.done, m.refunds.open);
	tell_its_order(t, inv.id);
	if (str_equal(inv.status, "unpaid"))
		invoice_unpaid(t, &inv, &m);
	else if (str_equal(inv.status, "underpaid"))
		invoice_underpaid(t, &inv, &m);
	else if (str_equal(inv.status, "paid"))
		invoice_paid(t, &inv, &m);
	else if (invoice_is_over(&inv))
		invoice_ended(t, &inv, &m);
	else
		headline(t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 inv.status);
}
