/* Invoices in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"
#include "model/store_priv.h"

/* An invoice as it is told. */
struct bill {
	const struct teller *t;
	const struct invoice *inv;
	const struct purse *p;
	bool late; /* money came after it ended */
	bool over; /* its time ran out */
	int64_t ended_ms, last_ms;
};

/* --- how much, where that is known ---------------------------------------------------------- */

const char *payments_words(char buf[PAYMENTS_CAP], const struct purse_sum *s, bool theirs)
{
	char a[MONEY_TEXT_CAP];

	if (s->count > 1)
		str_printf(buf, PAYMENTS_CAP, "%s%zu payments%s%s%s", theirs ? "your " : "",
			   s->count, s->silent ? "" : " of ", s->silent ? "" : dollars(a, s->sum),
			   s->silent ? "" : " together");
	else if (s->silent || s->count == 0)
		str_copy(buf, PAYMENTS_CAP, theirs ? "your payment" : "a payment");
	else
		str_printf(buf, PAYMENTS_CAP, "%s payment of %s", theirs ? "your" : "a",
			   dollars(a, s->sum));
	return buf;
}

const char *payments_are(const struct purse_sum *s)
{
	return s->count > 1 ? "are" : "is";
}

const char *payments_headed(char buf[PAYMENTS_CAP], const struct purse_sum *s)
{
	(void)payments_words(buf, s, false);
	if (buf[0] == 'a')
		buf[0] = 'A';
	return buf;
}

/* --- what happened --------------------------------------------------------------------------- */

static void tell_birth(const struct teller *t, const struct invoice *inv)
{
	char asked[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	happened(t, event_for(t, SUBJECT_INVOICE, inv->id, "unpaid"), "%s for %s%s%s%s%s.",
		 str_equal(inv->invoice_type, "commerce") ? "The invoice of an order"
							  : "An invoice",
		 invoice_amount_text(asked, inv, inv->amount),
		 inv->created_at != TIME_NONE ? " was created at " : " is known",
		 inv->created_at != TIME_NONE ? say_time(at, t, inv->created_at) : "",
		 inv->customer_id[0] ? " for customer " : "", inv->customer_id);
}

static bool invoice_is_over(const struct invoice *inv)
{
	return str_equal(inv->status, "expired") ||
	       vocab_parse(VOCAB_INVOICE, inv->status) == INVOICE_CANCELED;
}

/* By what the invoice counts; what its payments say stands with them. */
static void tell_money(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct invoice *inv = b->inv;
	char x[MONEY_TEXT_CAP], y[MONEY_TEXT_CAP], at[SAY_TIME_CAP], late[LAPSE_CAP];
	const char *event = event_for(t, SUBJECT_INVOICE, inv->id, NULL);
	int64_t asked = inv->amount, paid = inv->amount_paid;

	if (paid > asked)
		happened(t, event, "%s came in, %s more than was asked.", dollars(x, paid),
			 dollars(y, money_minus(paid, asked)));
	else if (paid < asked)
		happened(t, event, "%s came in; %s is missing.", dollars(x, paid),
			 dollars(y, money_minus(asked, paid)));
	else
		happened(t, event, "All of it came in%s%s.", b->last_ms != TIME_NONE ? " by " : "",
			 b->last_ms != TIME_NONE ? say_time(at, t, b->last_ms) : "");
	if (inv->payer_wallet_address[0])
		happened(t, event, "It was paid from wallet %s on %s.", inv->payer_wallet_address,
			 network_name(inv->payer_wallet_network));
	if (b->late && invoice_is_over(inv))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_WARN,
			  "The last money came at %s, %s after the invoice had ended; it is still "
			  "%s.",
			  say_time(at, t, b->last_ms), lapse_between(late, b->ended_ms, b->last_ms),
			  status_said(VOCAB_INVOICE, inv->status));
}

static void tell_no_money(const struct bill *b)
{
	const struct purse *p = b->p;

	if (purse_any_in(p) || purse_seen(p) > 0 || !p->in.known)
		return;
	happened(b->t, event_for(b->t, SUBJECT_INVOICE, b->inv->id, NULL),
		 invoice_is_over(b->inv) ? "No money came in." : "No money has come in so far.");
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

/* --- open ones ---------------------------------------------------------------------------------
 */

#define WAIT "waiting for the network to confirm "

/* More than asked is on its way: it was paid twice. */
static void invoice_seen_twice(const struct bill *b)
{
	const struct purse_sum *coming = &b->p->payments[STAGE_COMING];
	char pay[PAYMENTS_CAP], more[MONEY_TEXT_CAP];

	headline(b->t, TONE_WARN, "%s %s seen, not confirmed yet: %s more than asked",
		 payments_headed(pay, coming), payments_are(coming),
		 dollars(more, b->p->over_coming));
	say(b->t,
	    "We can see %s and are " WAIT "%s. That is %s more than the invoice asks for: please "
	    "do not pay again. What is too much can be sent back once it is confirmed.",
	    payments_words(pay, coming, true), coming->count > 1 ? "them" : "it",
	    dollars(more, b->p->over_coming));
}

static void invoice_seen(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	const struct purse_sum *coming = &p->payments[STAGE_COMING];
	char pay[PAYMENTS_CAP], rest[MONEY_TEXT_CAP];

	sees(t, "The payment page waits for the network to confirm the payment.");
	if (coming->count > 1 && p->over_coming > 0) {
		invoice_seen_twice(b);
	} else if (!purse_asks(p)) {
		headline(t, TONE_ACTIVE, "%s %s seen, not confirmed yet",
			 payments_headed(pay, coming), payments_are(coming));
		say(t, "We can see your payment and are " WAIT "it. There is nothing you need to "
		       "do; please do not pay again.");
	} else {
		headline(t, TONE_WARN, "%s %s seen, not confirmed yet: %s less than asked",
			 payments_headed(pay, coming), payments_are(coming),
			 dollars(rest, p->rest.millis));
		say(t,
		    "We can see %s and are " WAIT "%s. It is %s less than the invoice: please send "
		    "the rest the same way.",
		    payments_words(pay, coming, true), coming->count > 1 ? "them" : "it",
		    dollars(rest, p->rest.millis));
	}
}

/* Its payments say more than it counts: nobody is asked to pay that again. */
static void invoice_behind(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	char x[MONEY_TEXT_CAP], y[MONEY_TEXT_CAP];
	bool known = p->uncounted.millis > 0;
	const char *of = known ? " of " : "", *much = known ? dollars(x, p->uncounted.millis) : "";

	headline(t, TONE_ACTIVE, "A payment%s%s is confirmed; the invoice does not count it yet",
		 of, much);
	sees(t, "The payment page may still ask for the money until the invoice counts it.");
	if (!purse_asks(p))
		say(t, "Your payment is confirmed; your invoice does not show it yet. Please do "
		       "not pay again.");
	else
		say(t,
		    "Your payment of %s is confirmed; your invoice does not show it yet. It is %s "
		    "less than asked: please send the rest the same way.",
		    much, dollars(y, p->rest.millis));
}

/* A payment in a state that nobody here knows: it may be on its way. */
static void invoice_odd_payment(const struct bill *b)
{
	headline(b->t, TONE_WARN, "Not paid, with a payment in a state this program does not know");
	sees(b->t, "The payment page, as it stands with its payment.");
	say(b->t, "We can see a payment and are finding out where it is. Please do not pay again "
		  "before you hear from us.");
	todo(b->t, TONE_WARN, "Ask Pepay about the payment: its state is not a published one.");
}

static void headline_unpaid(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct invoice *inv = b->inv;
	char usd[MONEY_TEXT_CAP], at[SAY_TIME_CAP], left[LAPSE_CAP];

	(void)dollars(usd, inv->amount);
	if (b->over) {
		headline(t, TONE_WARN, "Not paid, and its time ran out at %s",
			 say_time(at, t, inv->expires_at));
		sees(t, "The payment page has counted down to zero.");
	} else if (inv->expires_at != TIME_NONE) {
		headline(t, TONE_WAITING, "Not paid yet: %s asked, %s left", usd,
			 lapse_between(left, t->now_ms, inv->expires_at));
		sees(t, "The payment page asks for %s and counts down to %s.", usd,
		     say_time(at, t, inv->expires_at));
	} else {
		headline(t, TONE_WAITING, "Not paid yet: %s asked", usd);
		sees(t, "The payment page asks for %s.", usd);
	}
}

static void invoice_unpaid(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;

	if (purse_is_behind(p)) {
		invoice_behind(b);
		return;
	}
	if (p->payments[STAGE_COMING].count > 0) {
		invoice_seen(b);
		return;
	}
	if (p->payments[STAGE_UNTOLD].count > 0) {
		invoice_odd_payment(b);
		return;
	}
	headline_unpaid(b);
	if (p->payments[STAGE_NEITHER].count > 0)
		say(t, "Your payment did not go through, and we have not received another. If the "
		       "money has left your wallet, please tell us the transaction before you "
		       "pay again.");
	else if (b->over)
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

static void headline_underpaid(const struct bill *b)
{
	const struct teller *t = b->t;
	char a[MONEY_TEXT_CAP], left[LAPSE_CAP];

	(void)dollars(a, b->p->missing.millis);
	if (b->inv->expires_at == TIME_NONE)
		headline(t, TONE_WARN, "Underpaid: %s is missing", a);
	else if (b->over)
		headline(t, TONE_WARN, "Underpaid: %s is missing, and its time ran out", a);
	else
		headline(t, TONE_WARN, "Underpaid: %s is missing, %s left", a,
			 lapse_between(left, t->now_ms, b->inv->expires_at));
	sees(t,
	     "The payment page asks for the missing %s, on the network and in the token the "
	     "first part was paid with.",
	     a);
}

/* Beside what there is to say of money that is in. */
static void say_also_seen(const struct bill *b)
{
	const struct purse_sum *coming = &b->p->payments[STAGE_COMING];
	char pay[PAYMENTS_CAP];

	if (coming->count > 0)
		say(b->t, "Besides, %s %s seen, not confirmed yet. Please do not pay again.",
		    payments_words(pay, coming, false), payments_are(coming));
}

/* Money of an open invoice is being given back: nobody is asked for the rest of it. */
static void invoice_goes_back(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	char in[MONEY_TEXT_CAP], held[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];

	(void)dollars(in, p->in.millis);
	(void)dollars(held, p->held.millis);
	sees(t, "The payment page may still ask for the rest until the invoice has ended.");
	if (p->given == 0) {
		headline(t, TONE_WARN, "Underpaid: %s came in, and its refund failed", in);
		say(t,
		    "Your %s arrived and was to be sent back, which did not go through. We have "
		    "it: which wallet should it go to?",
		    in);
		say_also_seen(b);
		return;
	}
	headline(t, p->held.millis > 0 ? TONE_WARN : TONE_DEAD, "Underpaid with %s; %s", in,
		 refunds_said(back, p, p->in.millis, false));
	(void)refunds_said(back, p, p->in.millis, true);
	if (p->held.millis > 0)
		say(t, "Your %s arrived, and %s. We still have %s: we can send it back, too.", in,
		    back, held);
	else
		say(t, "Your %s arrived, and %s. Please do not pay this invoice any more.", in,
		    back);
	say_also_seen(b);
}

static void say_underpaid(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	bool ends = b->inv->expires_at != TIME_NONE;
	char in[MONEY_TEXT_CAP], pay[PAYMENTS_CAP], rest[MONEY_TEXT_CAP], at[SAY_TIME_CAP];
	const char *before = ends ? ", before " : "";

	(void)dollars(in, p->in.millis);
	(void)dollars(rest, p->rest.millis);
	(void)payments_words(pay, &p->payments[STAGE_COMING], false);
	at[0] = '\0';
	if (ends)
		(void)say_time(at, t, b->inv->expires_at);
	if (purse_seen(p) > 0 && !p->rest.known)
		say(t,
		    "Thank you, %s arrived, and another payment is seen, not confirmed yet. Please "
		    "do not pay again before you hear from us.",
		    in);
	else if (!purse_asks(p))
		say(t,
		    "Thank you, %s arrived and the rest is on its way. There is nothing you "
		    "need to do; please do not pay again.",
		    in);
	else if (b->over)
		say(t,
		    "Thank you, %s arrived. The time to pay the rest has run out; we can send "
		    "back what came, or make you a new invoice for the rest. Which would you "
		    "like?",
		    in);
	else if (purse_seen(p) > 0)
		say(t,
		    "Thank you, %s arrived and %s is being confirmed. %s is still missing: please "
		    "send it the same way%s%s.",
		    in, pay, rest, before, at);
	else
		say(t,
		    "Thank you, %s arrived. %s is still missing: please send it the same way, "
		    "with the same token%s%s.",
		    in, rest, before, at);
}

static void invoice_underpaid(const struct bill *b)
{
	const struct purse *p = b->p;

	if (!p->in.known) {
		headline(b->t, TONE_WARN, "Underpaid; how much came in is not known yet");
		sees(b->t, "The payment page asks for what is missing.");
	} else if (purse_goes_back(p) && p->missing.millis > 0) {
		invoice_goes_back(b);
	} else if (purse_is_behind(p)) {
		invoice_behind(b);
	} else {
		headline_underpaid(b);
		say_underpaid(b);
	}
}

/* --- paid ones -----------------------------------------------------------------------------------
 */

/* The order it pays for has come to nothing: that is what there is to say. */
static bool invoice_order_over(const struct bill *b)
{
	const struct record *r = b->p->called_off ? store_order_of(b->t->st, b->inv->id) : NULL;

	if (!r)
		return false;
	tell_order_over(b->t, r);
	return true;
}

static void invoice_paid(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct invoice *inv = b->inv;
	const struct purse *p = b->p;
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], back[REFUNDS_SAID_CAP];
	int64_t when = inv->paid_at != TIME_NONE ? inv->paid_at : inv->last_payment_at;

	sees(t, "The payment page says that it is paid.");
	if (invoice_order_over(b))
		return;
	if (p->owed > 0) {
		headline(t, TONE_WARN, "Paid, and %s too much", dollars(a, p->owed));
		say(t,
		    "Your payment arrived, and it was %s more than needed. We can send that "
		    "back: which wallet should it go to?",
		    dollars(a, p->owed));
	} else if (p->given > 0) {
		headline(t, TONE_GOOD, "Paid: %s; %s", dollars(a, p->in.millis),
			 refunds_said(back, p, p->in.millis, false));
		say(t, "Your payment of %s arrived, and %s.", a,
		    refunds_said(back, p, p->in.millis, true));
	} else if (p->counted.known && p->missing.millis > 0) {
		headline(t, TONE_WARN, "Paid, it says, and %s is missing",
			 dollars(a, p->missing.millis));
		say(t, "Your invoice is paid. There is nothing you need to do.");
	} else {
		headline(t, TONE_GOOD, "Paid: %s%s%s", dollars(a, inv->amount),
			 when != TIME_NONE ? " at " : "",
			 when != TIME_NONE ? say_time(at, t, when) : "");
		say(t, "Your payment arrived in full. Thank you!");
	}
}

/* --- ended ones ----------------------------------------------------------------------------------
 */

static const char *ended_word(const struct bill *b)
{
	return str_equal(b->inv->status, "expired") ? "Expired" : "Canceled";
}

/* Nothing is in, or what was is back; and a payment is on its way all the same. */
static void ended_seen(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse_sum *coming = &b->p->payments[STAGE_COMING];
	char pay[PAYMENTS_CAP], in[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];
	bool before = b->p->given > 0 && b->p->in.millis > 0;

	headline(t, TONE_WARN, "%s with %s seen but not confirmed", ended_word(b),
		 payments_words(pay, coming, false));
	if (before)
		say(t, "Your payment of %s arrived, and %s.", dollars(in, b->p->in.millis),
		    refunds_said(back, b->p, b->p->in.millis, true));
	say(t,
	    "We can see %s%s, but it was not confirmed before the time to pay ran out. Once it is "
	    "confirmed we can accept it or send it back. Please do not pay again before you hear "
	    "from us.",
	    before ? "another payment, " : "", payments_words(pay, coming, !before));
}

static void ended_unpaid(const struct bill *b)
{
	const struct teller *t = b->t;

	if (b->p->payments[STAGE_UNTOLD].count > 0) {
		invoice_odd_payment(b);
		return;
	}
	headline(t, TONE_DEAD,
		 str_equal(b->inv->status, "expired") ? "Expired: nothing was paid"
						      : "Canceled before anything was paid");
	say(t, "The time to pay ended before a payment arrived. We can make you a new "
	       "invoice. If you did pay, please tell us the transaction and we will look "
	       "for it.");
	todo(t, TONE_NEUTRAL,
	     "If the customer still wants to pay, create a new invoice in your shop.");
}

/* By the word of its payments alone. */
static void ended_uncounted(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	bool known = p->in.known && p->in.millis > 0;
	char a[MONEY_TEXT_CAP], held[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];
	const char *of = known ? " of " : "", *much = known ? dollars(a, p->in.millis) : "";

	headline(t, TONE_WARN, "%s, but a payment%s%s is confirmed", ended_word(b), of, much);
	if (p->given > 0)
		say(t, "Your payment of %s arrived, and %s. We have the other %s, and %s", much,
		    refunds_said(back, p, p->in.millis, true), dollars(held, p->held.millis),
		    late_choice(t, b->inv->id));
	else
		say(t,
		    "Your payment%s%s arrived, but the time to pay had ended. We have it, and %s",
		    of, much, late_choice(t, b->inv->id));
}

static void ended_late(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	char x[MONEY_TEXT_CAP], y[MONEY_TEXT_CAP];

	if (p->over > 0)
		headline(t, TONE_WARN, "Paid late, and too much: %s came in for %s",
			 dollars(x, p->in.millis), dollars(y, p->asked.millis));
	else
		headline(t, TONE_WARN, "Paid late: %s of %s came in, the last after it %s",
			 dollars(x, p->in.millis), dollars(y, p->asked.millis),
			 str_equal(b->inv->status, "expired") ? "expired" : "was canceled");
	say(t,
	    "Your %s arrived, the last of it after the time to pay had ended. We have %s, and "
	    "%s",
	    dollars(x, p->in.millis), p->given > 0 ? dollars(y, p->held.millis) : "it",
	    late_choice(t, b->inv->id));
}

static void ended_with_money(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	char held[MONEY_TEXT_CAP], asked[MONEY_TEXT_CAP];

	(void)dollars(held, p->held.millis);
	headline(t, TONE_WARN, "%s with %s of %s in it", ended_word(b), held,
		 dollars(asked, p->asked.millis));
	if (p->missing.millis > 0)
		say(t,
		    "The time to pay ended before all of it was paid. We have your %s: we can "
		    "send it back, or make a new invoice for the rest. Which would you like?",
		    held);
	else if (p->given > 0)
		say(t,
		    "The invoice has ended, and part of your payment went back. We have the other "
		    "%s, and %s",
		    held, late_choice(t, b->inv->id));
	else
		say(t, "The invoice has ended, though all of it was paid. We have your %s, and %s",
		    held, late_choice(t, b->inv->id));
}

static void invoice_ended(const struct bill *b)
{
	const struct teller *t = b->t;
	const struct purse *p = b->p;
	char in[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];

	sees(t, "The payment page says that the invoice is %s and takes no payment.",
	     str_equal(b->inv->status, "expired") ? "expired" : "canceled");
	if (!purse_holds(p) && p->payments[STAGE_COMING].count > 0) {
		ended_seen(b);
		return;
	}
	if (!purse_any_in(p)) {
		ended_unpaid(b);
	} else if (!purse_holds(p)) {
		bool known = p->in.millis > 0;

		(void)dollars(in, p->in.millis);
		headline(t, TONE_DEAD, "%s with %s paid; %s", ended_word(b),
			 known ? in : "a payment", refunds_said(back, p, p->in.millis, false));
		say(t, "The time to pay has ended. Your payment%s%s arrived, and %s.",
		    known ? " of " : "", known ? in : "",
		    refunds_said(back, p, p->in.millis, true));
	} else if (p->counted.millis == 0) {
		ended_uncounted(b);
	} else if (b->late) {
		ended_late(b);
	} else {
		ended_with_money(b);
	}
	if (purse_holds(p))
		say_also_seen(b);
}

/* --- all of them ---------------------------------------------------------------------------------
 */

/* Amounts in a unit this program does not know: its numbers as they are, and no judgement. */
static void invoice_foreign(const struct bill *b)
{
	char a[MONEY_TEXT_CAP], c[MONEY_TEXT_CAP];

	headline(b->t, status_tone(VOCAB_INVOICE, b->inv->status),
		 "It is %s; its amounts are in %s", status_said(VOCAB_INVOICE, b->inv->status),
		 b->inv->amount_unit[0] ? b->inv->amount_unit : b->inv->currency);
	if (b->inv->tells_paid)
		happened(b->t, event_for(b->t, SUBJECT_INVOICE, b->inv->id, NULL),
			 "%s of %s came in.", invoice_amount_text(a, b->inv, b->inv->amount_paid),
			 invoice_amount_text(c, b->inv, b->inv->amount));
	tell_line(b->t, EXPLAIN_HAPPENED, "", TONE_WARN,
		  "This program knows usd_millis only: it does not judge what is missing or too "
		  "much.");
	sees(b->t, "The payment page, as it stands with its invoice.");
}

/* Only its status is known for sure. */
static void invoice_in_part(const struct bill *b)
{
	const struct purse_sum *coming = &b->p->payments[STAGE_COMING];
	char pay[PAYMENTS_CAP];

	headline(b->t, status_tone(VOCAB_INVOICE, b->inv->status),
		 "It is %s; only a part of it is known yet",
		 status_said(VOCAB_INVOICE, b->inv->status));
	if (coming->count > 0)
		say(b->t, "We can see %s. Please do not pay again.",
		    payments_words(pay, coming, true));
	todo(b->t, TONE_WAITING,
	     "Ask for the whole of it (key R) before you say anything about "
	     "money.");
}

static void invoice_by_state(const struct bill *b)
{
	const struct purse *p = b->p;

	if (!p->whole)
		invoice_in_part(b);
	else if (!p->judged)
		invoice_foreign(b);
	else if (p->state == PURSE_OPEN && purse_any_in(p) && invoice_order_over(b))
		return;
	else if (p->underpaid)
		invoice_underpaid(b);
	else if (p->state == PURSE_OPEN)
		invoice_unpaid(b);
	else if (p->state == PURSE_PAID)
		invoice_paid(b);
	else if (p->state == PURSE_ENDED)
		invoice_ended(b);
	else
		headline(b->t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 b->inv->status);
}

void tell_invoice(const struct teller *t, const struct record *r)
{
	const struct invoice inv = r->object.as.invoice; /* other records are shown below */
	const struct record copy = *r;                   /* its times */
	const struct purse p = purse_of_invoice(t->st, r);
	struct bill b = {.t = t,
			 .inv = &inv,
			 .p = &p,
			 .over = inv.expires_at != TIME_NONE && inv.expires_at <= t->now_ms,
			 .last_ms = inv.last_payment_at};

	b.ended_ms = str_equal(inv.status, "expired") && inv.expires_at != TIME_NONE
			     ? inv.expires_at
			     : copy.changed_ms;
	b.late = p.in.millis > 0 && b.ended_ms != TIME_NONE && b.last_ms != TIME_NONE &&
		 b.last_ms > b.ended_ms;
	tell_partly(t, !p.whole, copy.incomplete);
	tell_birth(t, &inv);
	if (p.counted.known && inv.amount_paid != 0)
		tell_money(&b);
	tell_payments_of(t, &inv);
	tell_no_money(&b);
	tell_refunds_of(t, inv.id);
	tell_its_order(t, inv.id);
	invoice_by_state(&b);
}
