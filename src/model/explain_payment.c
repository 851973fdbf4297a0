/* Payments, payment sessions and refunds in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

/* --- of an invoice ------------------------------------------------------------------- */

bool payment_is_pending(const struct invoice_payment *p)
{
	return str_equal(p->status, "pending") || str_equal(p->status, "manual_retry");
}

/* "40.00 USD was seen at 12:00:05 UTC and is not confirmed yet." */
void tell_a_payment(const struct teller *t, const struct invoice_payment *p, int64_t at_ms)
{
	char usd[MONEY_TEXT_CAP], at[SAY_TIME_CAP];
	const char *event = event_for(t, SUBJECT_PAYMENT, p->id, p->status);
	const char *when = at_ms == TIME_NONE ? "" : say_time(at, t, at_ms);
	const char *since = at_ms == TIME_NONE ? "" : " at ";

	if (str_equal(p->status, "pending"))
		happened(t, event, "A payment of %s was seen%s%s and is not confirmed yet.",
			 dollars(usd, p->amount_usd), since, when);
	else if (str_equal(p->status, "manual_retry"))
		happened(
			t, event,
			"A payment of %s could not be matched automatically and has to be verified "
			"by hand.",
			dollars(usd, p->amount_usd));
	else if (str_equal(p->status, "confirmed") || str_equal(p->status, "underpaid"))
		happened(t, event, "A payment of %s was confirmed%s%s.",
			 dollars(usd, p->amount_usd), since, when);
	else
		happened(t, event, "A payment of %s is “%s”.", dollars(usd, p->amount_usd),
			 p->status);
}

void tell_settlement(const struct teller *t, const struct invoice_payment *p)
{
	const char *event = event_for(t, SUBJECT_PAYMENT, p->id, NULL);
	const struct settlement *s = &p->settlement;

	if (str_equal(p->settlement_status, "settled") && s->settlement_tx_hash[0])
		happened(t, event, "Pepay has passed the money on to you, on %s, transaction %s.",
			 network_name(s->network), s->settlement_tx_hash);
	else if (str_equal(p->settlement_status, "settled"))
		happened(t, event, "Pepay has passed the money on to you.");
	else if (str_equal(p->settlement_status, "failed"))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD,
			  "Pepay could not pass the money on to you: the settlement failed.");
	else if (str_equal(p->settlement_status, "manual"))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_WARN,
			  "Pepay has to pass the money on by hand.");
	else if (p->settlement_status[0] && !payment_is_pending(p))
		happened(t, event,
			 str_equal(p->settlement_status, "processing")
				 ? "Pepay is passing the money on to you."
				 : "Pepay has not passed the money on to you yet.");
}

static void tell_one(const struct teller *t, const struct invoice_payment *p, int64_t at_ms,
		     struct payments_told *sum)
{
	int64_t *of = payment_is_pending(p) ? &sum->pending : &sum->confirmed;

	*of = money_plus(*of, p->amount_usd);
	tell_a_payment(t, p, at_ms);
	tell_settlement(t, p);
}

struct payments_told tell_payments_of(const struct teller *t, const struct invoice *inv)
{
	struct payments_told sum = {0};
	bool any = false;

	for (size_t i = 0; i < t->story->related.count; i++) {
		const struct related_item *item = &t->story->related.items[i];
		const struct record *r =
			item->subject.kind == SUBJECT_PAYMENT && item->same_payment
				? store_record(t->st, OBJECT_PAYMENT, item->subject.id)
				: NULL;

		if (!r || !str_equal(r->object.as.payment.invoice_id, inv->id))
			continue;
		any = true;
		tell_one(t, &r->object.as.payment, r->changed_ms, &sum);
	}
	if (!any && inv->has_latest_payment)
		tell_one(t, &inv->latest_payment, TIME_NONE, &sum);
	return sum;
}

/* --- refunds ---------------------------------------------------------------------------- */

static void tell_a_refund(const struct teller *t, const struct refund *f)
{
	char usd[MONEY_TEXT_CAP];
	const char *event = event_for(t, SUBJECT_REFUND, f->id, f->status);

	if (str_equal(f->status, "succeeded"))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_GOOD,
			  "%s was refunded to wallet %s on %s%s%s.", dollars(usd, f->amount),
			  f->destination_wallet_address,
			  network_name(f->destination_wallet_network),
			  f->tx_hash[0] ? ", transaction " : "", f->tx_hash);
	else if (str_equal(f->status, "failed"))
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD,
			  "A refund of %s failed%s%s: the customer does not have it.",
			  dollars(usd, f->amount), f->failure_message[0] ? ": " : "",
			  f->failure_message);
	else
		happened(t, event, "A refund of %s is %s; it has not arrived yet.",
			 dollars(usd, f->amount),
			 str_equal(f->status, "pending") ? "on its way" : f->status);
}

struct refunds_told tell_refunds_of(const struct teller *t, const char *invoice_id)
{
	struct refunds_told sum = {0};

	for (size_t i = t->story->related.count; i-- > 0;) { /* the newest stand first there */
		const struct related_item *item = &t->story->related.items[i];
		const struct record *r =
			item->subject.kind == SUBJECT_REFUND
				? store_record(t->st, OBJECT_REFUND, item->subject.id)
				: NULL;
		const struct refund *f = r ? &r->object.as.refund : NULL;

		if (!f || !str_equal(f->invoice_id, invoice_id))
			continue;
		tell_a_refund(t, f);
		if (str_equal(f->status, "succeeded")) {
			sum.done = money_plus(sum.done, f->amount);
			sum.parts++;
		} else if (!str_equal(f->status, "failed")) {
			sum.open = money_plus(sum.open, f->amount);
		}
	}
	return sum;
}

static const char *in_parts(char buf[32], unsigned parts)
{
	if (parts < 2)
		return "";
	if (parts == 2)
		return " in two parts";
	str_printf(buf, 32, " in %u parts", parts);
	return buf;
}

const char *refunds_said(char buf[REFUNDS_SAID_CAP], const struct refunds_told *r, int64_t paid,
			 bool to_them)
{
	const char *sent = to_them ? "sent back to you" : "refunded";
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], parts[32];

	if (r->done == 0)
		str_printf(buf, REFUNDS_SAID_CAP, "%s of it is on the way back%s",
			   dollars(a, r->open), to_them ? " to you" : "");
	else if (r->open > 0)
		str_printf(buf, REFUNDS_SAID_CAP, "%s of it was %s, and %s more is on the way",
			   dollars(a, r->done), sent, dollars(b, r->open));
	else if (r->done >= paid)
		str_printf(buf, REFUNDS_SAID_CAP, "all of it, %s, was %s%s", dollars(a, r->done),
			   sent, in_parts(parts, r->parts));
	else
		str_printf(buf, REFUNDS_SAID_CAP, "%s of it was %s%s", dollars(a, r->done), sent,
			   in_parts(parts, r->parts));
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
static void say_payment_kept(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *r = store_record(t->st, OBJECT_INVOICE, p->invoice_id);
	const struct invoice *inv = r ? &r->object.as.invoice : NULL;
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	if (inv && (str_equal(inv->status, "expired") ||
		    vocab_parse(VOCAB_INVOICE, inv->status) == INVOICE_CANCELED))
		say(t,
		    "Your payment of %s arrived, but its invoice ended without being paid in full "
		    "in time. We have it, and %s",
		    dollars(a, p->amount_usd), late_choice(t, p->invoice_id));
	else if (inv && str_equal(inv->status, "underpaid") && inv->amount > inv->amount_paid)
		say(t, "Your payment of %s arrived; of its invoice %s is still open.",
		    dollars(a, p->amount_usd),
		    dollars(b, money_minus(inv->amount, inv->amount_paid)));
	else
		say(t, "Your payment of %s arrived.", dollars(a, p->amount_usd));
}

/* What became of it since: its order came to nothing, or it was given back. */
static void say_payment_arrived(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *r = store_order_of(t->st, p->invoice_id);
	const char *status = r ? object_status(&r->object) : "";
	char a[MONEY_TEXT_CAP], back[REFUNDS_SAID_CAP];
	struct refunds_told refunds;
	struct object order;

	if (str_equal(status, "cancelled") || str_equal(status, "failed")) {
		bool owed;

		object_copy(&order, &r->object);
		owed = order_money_in(t->st, &order.as.order).back != BACK_NOT_OWED;
		if (owed)
			tell_order_over(t, &order.as.order);
		object_release(&order);
		if (owed)
			return;
	}
	refunds = tell_refunds_of(t, p->invoice_id);
	if (money_plus(refunds.done, refunds.open) > p->amount_usd)
		say(t, "Your payment of %s arrived, and money went back for its invoice.",
		    dollars(a, p->amount_usd));
	else if (refunds.done > 0 || refunds.open > 0)
		say(t, "Your payment of %s arrived, and %s.", dollars(a, p->amount_usd),
		    refunds_said(back, &refunds, p->amount_usd, true));
	else
		say_payment_kept(t, p);
}

static void tell_its_invoice(const struct teller *t, const struct invoice_payment *p)
{
	const struct record *inv = store_record(t->st, OBJECT_INVOICE, p->invoice_id);

	if (inv)
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

void tell_payment(const struct teller *t, const struct record *r)
{
	const struct invoice_payment p = r->object.as.payment;
	char a[MONEY_TEXT_CAP], since[LAPSE_CAP];
	int64_t seen = r->changed_ms != TIME_NONE ? r->changed_ms : r->stated_ms;

	tell_a_payment(t, &p, r->changed_ms);
	tell_settlement(t, &p);
	if (str_equal(p.status, "pending")) {
		headline(t, TONE_ACTIVE,
			 "A payment of %s was seen, and has not been confirmed for %s",
			 dollars(a, p.amount_usd), lapse(since, t->now_ms - seen));
		say(t, "We can see your payment and are waiting for the network to confirm it. "
		       "Please do not pay again.");
	} else if (str_equal(p.status, "manual_retry")) {
		headline(t, TONE_WARN, "A payment of %s has to be verified by hand",
			 dollars(a, p.amount_usd));
		say(t, "We can see your payment; it has to be checked by hand. Please do not pay "
		       "again.");
	} else if (str_equal(p.status, "confirmed") || str_equal(p.status, "underpaid")) {
		headline(t, TONE_GOOD, "A payment of %s is confirmed%s", dollars(a, p.amount_usd),
			 settled_said(p.settlement_status));
		say_payment_arrived(t, &p);
	} else {
		headline(t, TONE_NEUTRAL, "A payment of %s that is “%s”", dollars(a, p.amount_usd),
			 p.status);
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

void tell_refund(const struct teller *t, const struct record *r)
{
	const struct refund f = r->object.as.refund;
	char a[MONEY_TEXT_CAP], since[LAPSE_CAP];

	happened(t, event_for(t, SUBJECT_REFUND, f.id, "pending"),
		 "A refund of %s for invoice %s was started%s%s.", dollars(a, f.amount),
		 f.invoice_id, f.reason[0] ? ": " : "", f.reason);
	tell_a_refund(t, &f);
	if (str_equal(f.status, "succeeded")) {
		headline(t, TONE_GOOD, "Refunded: %s is in the customer's wallet",
			 dollars(a, f.amount));
		sees(t, "The money in their wallet, from transaction %s.",
		     f.tx_hash[0] ? f.tx_hash : "(not told)");
		say(t, "Your refund of %s has arrived in your wallet%s%s.", dollars(a, f.amount),
		    f.tx_hash[0] ? ": the transaction is " : "", f.tx_hash);
	} else if (str_equal(f.status, "failed")) {
		headline(t, TONE_BAD, "The refund of %s failed: the customer does not have it",
			 dollars(a, f.amount));
		sees(t, "Nothing: the money did not arrive.");
		say(t,
		    "I am sorry, your refund of %s did not go through%s%s. Please check the "
		    "wallet address with me, so that it can be sent again.",
		    dollars(a, f.amount), f.failure_message[0] ? ": " : "", f.failure_message);
	} else {
		headline(t, TONE_ACTIVE, "The refund of %s has been on its way for %s",
			 dollars(a, f.amount),
			 lapse(since, t->now_ms - (f.created_at != TIME_NONE ? f.created_at
									     : r->stated_ms)));
		sees(t, "Nothing yet: the money has not arrived.");
		say(t,
		    "Your refund of %s is on its way. It shows up in your wallet as soon as the "
		    "network has confirmed it.",
		    dollars(a, f.amount));
	}
}
