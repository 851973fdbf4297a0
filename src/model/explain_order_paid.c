/* What is said of an order that waits for its payment. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

/* Its invoice, as the tellers below look at it. */
struct order_bill {
	const struct teller *t;
	const struct invoice *inv; /* NULL: nobody has it */
	const struct purse *p;
	const struct order *o;
};

static void tell_its_invoice(const struct teller *t, const struct record *r)
{
	const struct invoice inv = r->object.as.invoice; /* its payments are shown, too */
	const struct purse p = purse_of_invoice(t->st, r);
	const char *event = event_for(t, SUBJECT_INVOICE, inv.id, NULL);
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	if (p.state == PURSE_PAID) {
		at[0] = '\0';
		if (inv.paid_at != TIME_NONE)
			(void)say_time(at, t, inv.paid_at);
		happened(t, event_for(t, SUBJECT_INVOICE, inv.id, "paid"), "It is paid%s%s%s%s%s.",
			 p.counted.known ? ": " : "",
			 p.counted.known ? dollars(a, inv.amount_paid) : "",
			 p.counted.known ? " came in" : "", at[0] ? " at " : "", at);
		return;
	}
	if (p.counted.known)
		happened(t, event, "Its invoice %s is %s: %s of %s came in.", inv.id,
			 status_said(VOCAB_INVOICE, inv.status), dollars(a, inv.amount_paid),
			 dollars(b, inv.amount));
	else
		happened(t, event, "Its invoice %s is %s; how much came in is not known.", inv.id,
			 status_said(VOCAB_INVOICE, inv.status));
	tell_payments_of(t, &inv);
}

void tell_order_payment(const struct teller *t, const struct order *o)
{
	const struct record *r = store_invoice_of(t->st, o->order_id);

	if (r)
		tell_its_invoice(t, r);
	else if (order_is_paid(o, NULL) == ORDER_PAID_YES)
		happened(t, "", "It is paid.");
	if (o->payment.tx_hash[0])
		happened(t, "", "The payment's transaction is %s.", o->payment.tx_hash);
}

/* A payment is seen: whoever hears only that none has arrived pays twice. */
static void pending_seen(const struct order_bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	const struct purse_sum *coming = &p->payments[STAGE_COMING];
	bool over = p->state == PURSE_ENDED;
	char pay[PAYMENTS_CAP], rest[MONEY_TEXT_CAP];

	headline(t, over || purse_asks(p) || p->over_coming > 0 ? TONE_WARN : TONE_ACTIVE,
		 "Not shipped: %s %s seen, not confirmed yet", payments_words(pay, coming, false),
		 payments_are(coming));
	(void)payments_words(pay, coming, true);
	if (over)
		say(t,
		    "We can see %s; it was not confirmed before the time to pay ran out. Please do "
		    "not pay again before you hear from us.",
		    pay);
	else if (purse_asks(p))
		say(t,
		    "We can see %s and are waiting for the network to confirm it. It is %s less "
		    "than what is open: please send the rest the same way.",
		    pay, dollars(rest, p->rest.millis));
	else
		say(t, "We can see your payment and are waiting for the network to confirm it; "
		       "then your order goes on. There is nothing you need to do; please do not "
		       "pay again.");
}

static void pending_short(const struct order_bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	char in[MONEY_TEXT_CAP], rest[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];

	(void)dollars(in, p->in.millis);
	headline(t, TONE_WARN, "Waiting for its payment: the invoice is %s, %s came in",
		 status_said(VOCAB_INVOICE, b->inv->status), in);
	if (p->given > 0)
		say(t,
		    "Your %s arrived, and %s. Your order does not go on. Please do not pay again "
		    "before you hear from us.",
		    in, refunds_said(back, p, p->in.millis, true));
	else if (p->state == PURSE_ENDED)
		say(t,
		    "Your %s arrived, but the time to pay ended before all of it was paid. We have "
		    "it. Please do not pay again before you hear from us.",
		    in);
	else if (purse_asks(p))
		say(t,
		    "Thank you, %s arrived. %s is still missing; your order goes on once it is "
		    "here.",
		    in, dollars(rest, p->rest.millis));
	else
		say(t, "Thank you, %s arrived. Please do not pay again before you hear from us.",
		    in);
}

static void pending_in(const struct order_bill *b)
{
	const struct purse *p = b->p;
	char back[REFUNDS_SAID_CAP];

	headline(b->t, TONE_WARN, "%s came in; the invoice is still %s",
		 p->in.known ? "All of it" : "A payment",
		 status_said(VOCAB_INVOICE, b->inv->status));
	if (p->given > 0)
		say(b->t, "Your payment arrived, and %s.",
		    refunds_said(back, p, p->in.millis, true));
	else
		say(b->t, "Your payment arrived and is being matched to your order. Please do not "
			  "pay again.");
}

static void pending_odd(const struct order_bill *b, const char *why)
{
	headline(b->t, TONE_WARN, "Not shipped: %s", why);
	say(b->t, "We are finding out about your payment. Please do not pay again before you hear "
		  "from us.");
}

static void pending_unpaid(const struct order_bill *b)
{
	const struct teller *t = b->t;
	char a[MONEY_TEXT_CAP];
	int64_t asked = b->p && b->p->asked.known ? b->p->asked.millis : b->o->total;

	if (b->p && b->p->state == PURSE_ENDED) {
		headline(t, TONE_WARN, "Not shipped: its invoice is %s, and nothing was paid",
			 status_said(VOCAB_INVOICE, b->inv->status));
		say(t, "The time to pay for this order has ended and we have not received a "
		       "payment. If you have paid, please tell us the transaction.");
		return;
	}
	headline(t, TONE_WAITING, "Not shipped: it is waiting for its payment%s%s",
		 asked > 0 ? " of " : "", asked > 0 ? dollars(a, asked) : "");
	say(t, "Your order goes on as soon as its payment has arrived. If you have just "
	       "sent it, it takes a few minutes to show up.");
}

static void pending_by_invoice(const struct order_bill *b)
{
	const struct purse *p = b->p;

	if (p->payments[STAGE_COMING].count > 0)
		pending_seen(b);
	else if (!p->judged)
		pending_odd(b, "its invoice is in a unit this program does not know");
	else if (!p->whole)
		pending_odd(b, "only a part of its invoice is known yet");
	else if (p->payments[STAGE_UNTOLD].count > 0)
		pending_odd(b, "its payment is in a state this program does not know");
	else if (p->in.millis > 0 && p->missing.millis > 0)
		pending_short(b);
	else if (purse_any_in(p))
		pending_in(b);
	else
		pending_unpaid(b);
}

void tell_order_pending(const struct teller *t, const struct order *o)
{
	const struct record *r = store_invoice_of(t->st, o->order_id);
	struct order_bill b = {.t = t, .o = o};
	struct invoice inv;
	struct purse p;

	if (r) {
		inv = r->object.as.invoice;
		p = purse_of_invoice(t->st, r);
		b.inv = &inv;
		b.p = &p;
	}
	sees(t, "An order that is waiting for its payment.");
	if (order_is_paid(o, b.p) == ORDER_PAID_YES) {
		headline(t, TONE_WARN, "Paid, but the order is still waiting for its payment");
		say(t, "Your payment arrived; it has not been matched to your order yet. Please do "
		       "not pay again.");
	} else if (b.p) {
		pending_by_invoice(&b);
	} else {
		pending_unpaid(&b);
	}
}
