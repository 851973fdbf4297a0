/* Payments, payment sessions and refunds in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

/* --- of an invoice ------------------------------------------------------------------- */

/* "payment of 40.00 USD", where it says how much. */
static const char *payment_named(char buf[PAYMENTS_CAP], const struct invoice_payment *p)
{
	char usd[MONEY_TEXT_CAP];

	if (p->amount_usd > 0)
		str_printf(buf, PAYMENTS_CAP, "payment of %s", dollars(usd, p->amount_usd));
	else
		str_copy(buf, PAYMENTS_CAP, "payment");
	return buf;
}

/* "A payment of 40.00 USD was seen at 12:00:05 UTC and is not confirmed yet." */
static void tell_a_payment(const struct teller *t, const struct invoice_payment *p, int64_t at_ms)
{
	char pay[PAYMENTS_CAP], at[SAY_TIME_CAP];
	const char *event = event_for(t, SUBJECT_PAYMENT, p->id, p->status);
	const char *when = at_ms == TIME_NONE ? "" : say_time(at, t, at_ms);
	const char *since = at_ms == TIME_NONE ? "" : " at ";

	(void)payment_named(pay, p);
	if (str_equal(p->status, "pending"))
		happened(t, event, "A %s was seen%s%s and is not confirmed yet.", pay, since, when);
	else if (str_equal(p->status, "manual_retry"))
		happened(t, event,
			 "A %s could not be matched automatically and has to be verified by hand.",
			 pay);
	else if (payment_stage(p->status) == STAGE_IN)
		happened(t, event, "A %s was confirmed%s%s.", pay, since, when);
	else if (payment_stage(p->status) == STAGE_NEITHER)
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "A %s came to nothing: it is “%s”.",
			  pay, p->status);
	else
		happened(t, event, "A %s is “%s”.", pay, p->status);
}

/* `what`: "the money", or "that payment" where there are several. */
static void tell_settlement(const struct teller *t, const struct invoice_payment *p,
			    const char *what)
{
	const char *event = event_for(t, SUBJECT_PAYMENT, p->id, NULL);
	const struct settlement *s = &p->settlement;

	if (str_equal(p->settlement_status, "settled") && s->settlement_tx_hash[0])
		happened(t, event, "Pepay has passed %s on to you, on %s, transaction %s.", what,
			 network_name(s->network), s->settlement_tx_hash);
	else if (str_equal(p->settlement_status, "settled"))
		happened(t, event, "Pepay has passed %s on to you.", what);
	else if (str_equal(p->settlement_status, "failed"))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD,
			  "Pepay could not pass %s on to you: the settlement failed.", what);
	else if (str_equal(p->settlement_status, "manual"))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_WARN, "Pepay has to pass %s on by hand.",
			  what);
	else if (p->settlement_status[0] && payment_stage(p->status) == STAGE_IN)
		happened(t, event,
			 str_equal(p->settlement_status, "processing")
				 ? "Pepay is passing %s on to you."
				 : "Pepay has not passed %s on to you yet.",
			 what);
}

static void tell_one(const struct teller *t, const struct invoice_payment *p, int64_t at_ms,
		     const char *what)
{
	tell_a_payment(t, p, at_ms);
	tell_settlement(t, p, what);
}

static const struct record *payment_related(const struct teller *t, size_t i,
					    const struct invoice *inv)
{
	const struct related_item *item = &t->story->related.items[i];
	const struct record *r = item->subject.kind == SUBJECT_PAYMENT && item->same_payment
					 ? store_record(t->st, OBJECT_PAYMENT, item->subject.id)
					 : NULL;

	return r && str_equal(r->object.as.payment.invoice_id, inv->id) ? r : NULL;
}

void tell_payments_of(const struct teller *t, const struct invoice *inv)
{
	size_t n = 0;

	for (size_t i = 0; i < t->story->related.count; i++)
		n += payment_related(t, i, inv) != NULL;
	for (size_t i = t->story->related.count; i-- > 0;) { /* the newest stand first there */
		const struct record *r = payment_related(t, i, inv);

		if (r)
			tell_one(t, &r->object.as.payment, r->changed_ms,
				 n > 1 ? "that payment" : "the money");
	}
	if (n == 0 && inv->has_latest_payment)
		tell_one(t, &inv->latest_payment, TIME_NONE, "the money");
}

/* --- refunds ---------------------------------------------------------------------------- */

static void tell_a_refund(const struct teller *t, const struct refund *f)
{
	char usd[MONEY_TEXT_CAP];
	const char *event = event_for(t, SUBJECT_REFUND, f->id, f->status);
	const char *wallet = f->destination_wallet_address;
	const char *network = f->destination_wallet_network;

	(void)dollars(usd, f->amount);
	switch (refund_stage(f->status)) {
	case RETURN_ARRIVED:
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_GOOD, "%s was refunded%s%s%s%s%s%s.",
			  usd, wallet[0] ? " to wallet " : "", wallet, network[0] ? " on " : "",
			  network[0] ? network_name(network) : "",
			  f->tx_hash[0] ? ", transaction " : "", f->tx_hash);
		break;
	case RETURN_FAILED:
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD,
			  "A refund of %s failed%s%s: the customer does not have it.", usd,
			  f->failure_message[0] ? ": " : "", f->failure_message);
		break;
	case RETURN_CALLED_OFF:
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_WARN,
			  "A refund of %s was called off: it is “%s”.", usd, f->status);
		break;
	case RETURN_OPEN:
		happened(t, event, "A refund of %s is %s; it has not arrived yet.", usd,
			 str_equal(f->status, "pending") ? "on its way" : f->status);
		break;
	default:
		happened(t, event, "A refund of %s is “%s”.", usd, f->status);
		break;
	}
}

void tell_refunds_of(const struct teller *t, const char *invoice_id)
{
	for (size_t i = t->story->related.count; i-- > 0;) { /* the newest stand first there */
		const struct related_item *item = &t->story->related.items[i];
		const struct record *r =
			item->subject.kind == SUBJECT_REFUND
				? store_record(t->st, OBJECT_REFUND, item->subject.id)
				: NULL;

		if (r && str_equal(r->object.as.refund.invoice_id, invoice_id))
			tell_a_refund(t, &r->object.as.refund);
	}
}

static const char *in_parts(char buf[32], size_t parts)
{
	if (parts < 2)
		return "";
	if (parts == 2)
		return " in two parts";
	str_printf(buf, 32, " in %zu parts", parts);
	return buf;
}

const char *refunds_said(char buf[REFUNDS_SAID_CAP], const struct purse *p, int64_t of,
			 bool to_them)
{
	const struct purse_sum *done = &p->back[RETURN_ARRIVED];
	const char *sent = to_them ? "sent back to you" : "refunded";
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], parts[32];
	int64_t open = money_minus(p->given, p->arrived);

	(void)in_parts(parts, done->count);
	if (p->arrived == 0)
		str_printf(buf, REFUNDS_SAID_CAP, "%s%s is on the way back%s",
			   open == of ? "all of it" : dollars(a, open), open < of ? " of it" : "",
			   to_them ? " to you" : "");
	else if (open > 0)
		str_printf(buf, REFUNDS_SAID_CAP, "%s%s was %s, and %s more is on the way",
			   dollars(a, p->arrived), p->given <= of ? " of it" : "", sent,
			   dollars(b, open));
	else if (p->fees_arrived > 0)
		str_printf(buf, REFUNDS_SAID_CAP, "%s of it was %s, and %s was kept as a fee",
			   dollars(a, done->sum), sent, dollars(b, p->fees_arrived));
	else if (p->arrived == of)
		str_printf(buf, REFUNDS_SAID_CAP, "all of it, %s, was %s%s", dollars(a, of), sent,
			   in_parts(parts, done->count));
	else
		str_printf(buf, REFUNDS_SAID_CAP, "%s%s was %s%s", dollars(a, p->arrived),
			   p->arrived < of ? " of it" : "", sent, in_parts(parts, done->count));
	return buf;
}

/* --- a payment by itself ----------------------------------------------------------------- */

const char *late_choice(const struct teller *t, const char *invoice_id)
{
	const struct record *r = store_order_of(t->st, invoice_id);
	const char *status = r ? object_status(&r->object) : "";

	return str_equal(status, "cancelled") || str_equal(status, "failed")
		       ? "can send it back: which wallet should it go to?"
		       : "can still accept it or send it back. Which would you like?";
}

/* Did it do what it was for? */
static void say_payment_kept(const struct teller *t, const struct invoice_payment *p,
			     const struct purse *inv)
{
	char pay[PAYMENTS_CAP], b[MONEY_TEXT_CAP];

	(void)payment_named(pay, p);
	if (inv && inv->state == PURSE_ENDED && purse_holds(inv))
		say(t,
		    "Your %s arrived, but its invoice ended without being paid in full in time. We "
		    "have it, and %s",
		    pay, late_choice(t, p->invoice_id));
	else if (inv && inv->underpaid && purse_asks(inv))
		say(t, "Your %s arrived; of its invoice %s is still open.", pay,
		    dollars(b, inv->rest.millis));
	else
		say(t, "Your %s arrived.", pay);
}

/* Its order came to nothing: then that is what there is to say. */
static bool say_payment_order_over(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *r = store_order_of(t->st, p->invoice_id);
	const char *status = r ? object_status(&r->object) : "";
	struct order_money m;

	if (!str_equal(status, "cancelled") && !str_equal(status, "failed"))
		return false;
	m = order_money_in(t->st, r);
	if (m.back == BACK_NOT_OWED || m.back == BACK_UNTOLD ||
	    (m.invoice_acts && m.paid != ORDER_PAID_YES))
		return false;
	tell_order_over(t, store_order_of(t->st, p->invoice_id));
	return true;
}

/* What became of it since: its order came to nothing, or it was given back. */
static void say_payment_arrived(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *r = store_record(t->st, OBJECT_INVOICE, p->invoice_id);
	char pay[PAYMENTS_CAP], back[REFUNDS_SAID_CAP];
	struct purse inv;

	if (say_payment_order_over(t, p))
		return;
	r = store_record(t->st, OBJECT_INVOICE, p->invoice_id);
	if (!r) {
		say_payment_kept(t, p, NULL);
		return;
	}
	inv = purse_of_invoice(t->st, r);
	tell_refunds_of(t, p->invoice_id);
	(void)payment_named(pay, p);
	if (inv.given == 0)
		say_payment_kept(t, p, &inv);
	else if (p->amount_usd <= 0 || inv.given > p->amount_usd)
		say(t, "Your %s arrived, and money went back for its invoice.", pay);
	else
		say(t, "Your %s arrived, and %s.", pay,
		    refunds_said(back, &inv, p->amount_usd, true));
}

static void tell_its_invoice(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *inv = store_record(t->st, OBJECT_INVOICE, p->invoice_id);

	if (!p->invoice_id[0])
		happened(t, "", "Which invoice it is for is not known yet.");
	else if (inv)
		happened(t, event_for(t, SUBJECT_INVOICE, p->invoice_id, NULL),
			 "It is for invoice %s, which is %s.", p->invoice_id,
			 status_said(VOCAB_INVOICE, object_status(&inv->object)));
	else
		happened(t, "", "It is for invoice %s, of which nothing is known yet.",
			 p->invoice_id);
}

static const char *settled_said(const char *status)
{
	static const struct {
		const char *status, *words;
	} ROWS[] = {
		{"settled", " and passed on to you"},
		{"pending", ", not passed on to you yet"},
		{"processing", ", and is being passed on to you"},
		{"manual", ", and Pepay has to pass it on by hand"},
		{"failed", ", but could not be passed on to you"},
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		if (str_equal(ROWS[i].status, status))
			return ROWS[i].words;
	return "";
}

static enum tone settled_tone(const char *status)
{
	if (str_equal(status, "failed"))
		return TONE_BAD;
	return str_equal(status, "manual") ? TONE_WARN : TONE_GOOD;
}

/* It came, and was too little for its invoice, or came too late. */
static void payment_in_headline(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *r = store_record(t->st, OBJECT_INVOICE, p->invoice_id);
	enum tone tone = settled_tone(p->settlement_status);
	char pay[PAYMENTS_CAP], rest[MONEY_TEXT_CAP], more[64] = "";
	struct purse inv = {.state = PURSE_UNTOLD};

	if (r)
		inv = purse_of_invoice(t->st, r);
	if (inv.underpaid && purse_asks(&inv) && inv.rest.known && inv.rest.millis > 0)
		str_printf(more, sizeof(more), ", too little (%s missing)",
			   dollars(rest, inv.rest.millis));
	else if (str_equal(p->status, "underpaid") && inv.state != PURSE_PAID)
		str_copy(more, sizeof(more), ", too little");
	if (more[0] && tone == TONE_GOOD)
		tone = TONE_WARN;
	headline(t, tone, "A %s is confirmed%s%s", payment_named(pay, p), more,
		 settled_said(p->settlement_status));
}

static void payment_pending(const struct teller *t, const struct invoice_payment *p,
			    int64_t seen_ms)
{
	char pay[PAYMENTS_CAP], since[LAPSE_CAP];

	headline(t, TONE_ACTIVE, "A %s was seen, and has not been confirmed for %s",
		 payment_named(pay, p), lapse_between(since, seen_ms, t->now_ms));
	say(t, "We can see your payment and are waiting for the network to confirm it. "
	       "Please do not pay again.");
}

static void payment_unknown(const struct teller *t, const struct invoice_payment *p)
{
	char pay[PAYMENTS_CAP];

	headline(t, TONE_NEUTRAL, "A %s that is “%s”", payment_named(pay, p), p->status);
	if (payment_stage(p->status) == STAGE_NEITHER)
		say(t,
		    "Your %s did not go through. If the money has left your wallet, please tell us "
		    "the transaction.",
		    pay);
}

void tell_payment(const struct teller *t, const struct record *r)
{
	const struct invoice_payment p = r->object.as.payment;
	char pay[PAYMENTS_CAP];
	int64_t seen = r->changed_ms != TIME_NONE ? r->changed_ms : r->stated_ms;

	tell_one(t, &p, r->changed_ms, "the money");
	if (str_equal(p.status, "manual_retry")) {
		(void)payment_named(pay, &p);
		headline(t, TONE_WARN, "A %s has to be verified by hand", pay);
		say(t, "We can see your payment; it has to be checked by hand. Please do not pay "
		       "again.");
	} else if (payment_stage(p.status) == STAGE_COMING) {
		payment_pending(t, &p, seen);
	} else if (payment_stage(p.status) == STAGE_IN) {
		payment_in_headline(t, &p);
		say_payment_arrived(t, &p);
	} else {
		payment_unknown(t, &p);
	}
	tell_its_invoice(t, &p);
	sees(t, "The payment page, as it stands with its invoice.");
}

/* --- sessions ------------------------------------------------------------------------------- */

static void tell_quote(const struct teller *t, const struct payor_quote *q)
{
	char at[SAY_TIME_CAP];

	sees(t, "They are asked to send %s %s on %s to %s.", q->token_amount, q->token_symbol,
	     network_name(q->network), q->address);
	if (q->valid_until == TIME_NONE)
		return;
	if (q->valid_until <= t->now_ms)
		sees(t, "That price ran out at %s; the page gets a new one.",
		     say_time(at, t, q->valid_until));
	else
		sees(t, "That price holds until %s.", say_time(at, t, q->valid_until));
}

void tell_session(const struct teller *t, const char *invoice_id)
{
	const struct payor_session *s = answer_session(t->st, invoice_id, NULL);
	const struct record *r = store_record(t->st, OBJECT_INVOICE, invoice_id);
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	if (r)
		tell_invoice(t, r);
	if (!s) {
		if (!r)
			headline(t, TONE_NEUTRAL, "Nothing is known of this payment session yet");
		return;
	}
	happened(t, "", "Pepay was asked about the session at %s: it says %s.",
		 say_time(at, t, s->answered_ms), status_said(VOCAB_INVOICE, s->status));
	if (s->locked_network[0])
		sees(t, "The payment has to be made on %s.", network_name(s->locked_network));
	else if (s->has_remaining && s->amount_remaining > 0)
		sees(t, "They have not chosen a network yet; %zu tokens are offered.",
		     s->token_count);
	if (s->has_quote)
		tell_quote(t, &s->quote);
	if (!r)
		headline(t, TONE_NEUTRAL, "A payment session for %s that is %s",
			 dollars(a, s->amount), status_said(VOCAB_INVOICE, s->status));
}

/* --- refunds by themselves ------------------------------------------------------------------- */

static void refund_arrived(const struct teller *t, const struct refund *f)
{
	char a[MONEY_TEXT_CAP];

	headline(t, TONE_GOOD, "Refunded: %s is in the customer's wallet", dollars(a, f->amount));
	sees(t, "The money in their wallet, from transaction %s.",
	     f->tx_hash[0] ? f->tx_hash : "(not told)");
	say(t, "Your refund of %s has arrived in your wallet%s%s.", a,
	    f->tx_hash[0] ? ": the transaction is " : "", f->tx_hash);
}

/* It was made good by later ones. */
static bool refund_sent_again(const struct teller *t, const struct refund *f)
{
	int64_t arrived, given = refunds_given_since(t->st, f->invoice_id, f->created_at, &arrived);
	bool here = arrived >= f->amount;
	char a[MONEY_TEXT_CAP];

	if (given <= 0 || given < f->amount)
		return false;
	headline(t, TONE_DEAD, "The refund of %s failed; it was sent again and %s",
		 dollars(a, f->amount), here ? "arrived" : "is on its way");
	sees(t, here ? "The money in their wallet, from a later refund."
		     : "Nothing yet: the later refund has not arrived.");
	say(t, "Your refund of %s did not go through at first. It was sent again and %s.", a,
	    here ? "has arrived" : "is on its way");
	return true;
}

static void refund_failed(const struct teller *t, const struct refund *f)
{
	char a[MONEY_TEXT_CAP];

	if (refund_sent_again(t, f))
		return;
	headline(t, TONE_BAD, "The refund of %s failed: the customer does not have it",
		 dollars(a, f->amount));
	sees(t, "Nothing: the money did not arrive.");
	say(t,
	    "I am sorry, your refund of %s did not go through%s%s. Please check the "
	    "wallet address with me, so that it can be sent again.",
	    a, f->failure_message[0] ? ": " : "", f->failure_message);
}

static void refund_open(const struct teller *t, const struct refund *f, int64_t stated_ms)
{
	char a[MONEY_TEXT_CAP], since[LAPSE_CAP];

	headline(t, TONE_ACTIVE, "The refund of %s has been on its way for %s",
		 dollars(a, f->amount),
		 lapse_between(since, f->created_at != TIME_NONE ? f->created_at : stated_ms,
			       t->now_ms));
	sees(t, "Nothing yet: the money has not arrived.");
	say(t,
	    "Your refund of %s is on its way. It shows up in your wallet as soon as the "
	    "network has confirmed it.",
	    a);
}

static void refund_odd(const struct teller *t, const struct refund *f)
{
	char a[MONEY_TEXT_CAP];
	bool off = refund_stage(f->status) == RETURN_CALLED_OFF;

	headline(t, TONE_WARN,
		 off ? "The refund of %s was called off: it is “%s”"
		     : "A refund of %s that is “%s”, a state this program does not know",
		 dollars(a, f->amount), f->status);
	sees(t, "Nothing, as far as is known: nobody says that the money arrived.");
	if (off)
		say(t, "The refund of %s was not sent.", a);
	else
		say(t, "We are finding out where your refund of %s is.", a);
}

void tell_refund(const struct teller *t, const struct record *r)
{
	const struct refund f = r->object.as.refund;
	int64_t stated_ms = r->stated_ms;
	char a[MONEY_TEXT_CAP];

	happened(t, event_for(t, SUBJECT_REFUND, f.id, "pending"),
		 "A refund of %s for invoice %s was started%s%s.", dollars(a, f.amount),
		 f.invoice_id, f.reason[0] ? ": " : "", f.reason);
	tell_a_refund(t, &f);
	switch (refund_stage(f.status)) {
	case RETURN_ARRIVED:
		refund_arrived(t, &f);
		break;
	case RETURN_FAILED:
		refund_failed(t, &f);
		break;
	case RETURN_OPEN:
		refund_open(t, &f, stated_ms);
		break;
	default:
		refund_odd(t, &f);
		break;
	}
}
