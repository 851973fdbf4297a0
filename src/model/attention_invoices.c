/* What of invoices, their payments and their refunds needs a person. */
#include "model/attention_priv.h"

#include "base/strbuf.h"

/* --- the money of an invoice ------------------------------------------------------- */

static void money_add_payment(struct invoice_money *m, const struct invoice_payment *p,
			      int64_t seen_ms)
{
	if (str_equal(p->status, "pending") || str_equal(p->status, "manual_retry")) {
		m->pending = money_plus(m->pending, p->amount_usd);
		if (m->pending_ms == TIME_NONE || (seen_ms != TIME_NONE && seen_ms < m->pending_ms))
			m->pending_ms = seen_ms;
	} else if (str_equal(p->status, "confirmed") || str_equal(p->status, "underpaid")) {
		m->told = money_plus(m->told, p->amount_usd);
		if (seen_ms != TIME_NONE && (m->told_ms == TIME_NONE || seen_ms > m->told_ms))
			m->told_ms = seen_ms;
	}
}

static int64_t order_refund_of(const struct sight *s, const char *invoice_id)
{
	const struct record *r = store_order_of(s->st, invoice_id);

	return r ? order_refund_back(&r->object.as.order) : 0;
}

void invoice_money_join(struct sight *s)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct entry *en = links_first_of(s->st, OBJECT_PAYMENT, inv->id);
	struct invoice_money *m = &s->money;

	*m = (struct invoice_money){.known = !object_is_thin(&s->rec->object),
				    .paid = inv->amount_paid,
				    .told_ms = TIME_NONE,
				    .pending_ms = TIME_NONE};
	if (!en && inv->has_latest_payment)
		money_add_payment(m, &inv->latest_payment, s->rec->stated_ms);
	for (; en; en = en->sibling) {
		const struct record *r = record_show(s->st, (struct entry *)en);
		int64_t at = r->changed_ms != TIME_NONE ? r->changed_ms : r->stated_ms;

		money_add_payment(m, &r->object.as.payment, at);
	}
	if (m->paid == 0 && m->pending == 0 && m->told == 0)
		return;
	m->refunded = money_plus(refunds_of(s, inv->id, TIME_NONE), order_refund_of(s, inv->id));
}

/* What the invoice counts, or what its payments say when that is more: one is told first. */
static int64_t came_in(const struct sight *s)
{
	return s->money.told > s->money.paid ? s->money.told : s->money.paid;
}

/* Of what came in; what is pending besides. */
static int64_t held_of(const struct sight *s)
{
	return money_minus(came_in(s), s->money.refunded);
}

static void facts_of_money(struct sight *s, struct verdict *v)
{
	const struct invoice *inv = &s->rec->object.as.invoice;

	facts_text_in(v, inv->status);
	facts_number_in(v, inv->amount);
	facts_number_in(v, came_in(s));
	facts_number_in(v, s->money.pending);
	facts_number_in(v, s->money.refunded);
}

static bool invoice_is_open(const struct sight *s)
{
	return sight_is(s, "unpaid") || sight_is(s, "underpaid");
}

static bool invoice_has_ended(const struct sight *s)
{
	return sight_is(s, "expired") || sight_is(s, "canceled");
}

/* "40.00 of 100.00 USD came in, 60.00 missing, 60.00 more seen" */
static void why_came_in(const struct sight *s, struct verdict *v)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct invoice_money *m = &s->money;
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	if (came_in(s) == 0) {
		why_set(v, "%s of %s USD is seen, not confirmed", usd(a, m->pending),
			usd(b, inv->amount));
		return;
	}
	why_set(v, "%s of %s USD came in", usd(a, came_in(s)), usd(b, inv->amount));
	if (came_in(s) < inv->amount)
		why_add(v, ", %s missing", usd(a, money_minus(inv->amount, came_in(s))));
	if (came_in(s) > inv->amount)
		why_add(v, ", %s too much", usd(a, money_minus(came_in(s), inv->amount)));
	if (m->pending > 0)
		why_add(v, ", %s more seen", usd(a, m->pending));
	if (m->refunded > 0)
		why_add(v, ", %s refunded", usd(a, m->refunded));
}

static int64_t money_since(const struct sight *s)
{
	const struct invoice *inv = &s->rec->object.as.invoice;

	if (inv->last_payment_at != TIME_NONE)
		return inv->last_payment_at;
	if (s->money.pending_ms != TIME_NONE)
		return s->money.pending_ms;
	return sight_since(s);
}

/* --- rules ---------------------------------------------------------------------------- */

RULE_OF(rule_underpaid)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct invoice_money *m = &s->money;

	if (!sight_is(s, "underpaid"))
		return false;
	if (m->known &&
	    (m->paid <= m->refunded || money_plus(came_in(s), m->pending) >= inv->amount))
		return false; /* given back already, or the rest is in or on its way */
	if (m->known) {
		why_came_in(s, v);
		at_risk(v, money_minus(m->paid, m->refunded));
	} else {
		why_set(v, "the amounts are not known yet");
	}
	facts_of_money(s, v);
	v->since_ms = money_since(s);
	v->deadline_ms = inv->expires_at;
	return true;
}

RULE_OF(rule_expiring)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct invoice_money *m = &s->money;
	char at[WHEN_TEXT_CAP];
	int64_t held = money_plus(held_of(s), m->pending);
	bool over;

	if (!invoice_is_open(s) || held <= 0 || inv->expires_at == TIME_NONE ||
	    !sight_reached(s, inv->expires_at - EXPIRES_SOON_MS))
		return false;
	over = sight_reached(s, inv->expires_at);
	why_came_in(s, v);
	why_add(v, over ? "; its time ran out at %s UTC" : "; expires at %s UTC",
		when_clock(at, inv->expires_at));
	at_risk(v, held);
	facts_of_money(s, v);
	facts_number_in(v, over);
	v->clock_runs = !over;
	v->since_ms = inv->expires_at - EXPIRES_SOON_MS;
	v->deadline_ms = inv->expires_at;
	return true;
}

/* When the invoice ended, by its own word. */
static int64_t invoice_ended_ms(const struct sight *s)
{
	const struct invoice *inv = &s->rec->object.as.invoice;

	if (sight_is(s, "expired") && inv->expires_at != TIME_NONE)
		return inv->expires_at;
	return s->rec->changed_ms;
}

static int64_t newest_money_ms(const struct sight *s)
{
	int64_t last = s->rec->object.as.invoice.last_payment_at;

	if (last == TIME_NONE || (s->money.told_ms != TIME_NONE && s->money.told_ms > last))
		return s->money.told_ms;
	return last;
}

/* What became of the order that was to be paid by it. */
static void why_add_order(const struct sight *s, struct verdict *v)
{
	const struct record *r = store_order_of(s->st, s->rec->object.as.invoice.id);

	if (!r)
		return;
	why_add(v, "; its order is %s", r->object.as.order.status);
	facts_text_in(v, r->object.as.order.status);
}

RULE_OF(rule_paid_late)
{
	int64_t held = held_of(s);
	int64_t ended = invoice_ended_ms(s), last = newest_money_ms(s);
	char age[WHEN_TEXT_CAP];

	if (!invoice_has_ended(s) || held <= 0 || ended == TIME_NONE || last == TIME_NONE ||
	    last <= ended)
		return false;
	why_came_in(s, v);
	why_add(v, "; the last came %s after it %s", when_age(age, last - ended),
		sight_is(s, "expired") ? "expired" : "was canceled");
	why_add_order(s, v);
	at_risk(v, held);
	facts_of_money(s, v);
	v->since_ms = last;
	return true;
}

static void ended_with(struct sight *s, struct verdict *v, int64_t held)
{
	why_came_in(s, v);
	why_add(v, sight_is(s, "expired") ? "; it expired" : "; it was canceled");
	why_add_order(s, v);
	at_risk(v, money_plus(held, s->money.pending));
	facts_of_money(s, v);
	v->since_ms = invoice_ended_ms(s);
}

RULE_OF(rule_expired_short)
{
	int64_t held = held_of(s);

	if (!invoice_has_ended(s) || held <= 0)
		return false;
	ended_with(s, v, held);
	return true;
}

/* There is nothing to give back yet, and no rest to ask for. */
RULE_OF(rule_expired_seen)
{
	if (!invoice_has_ended(s) || held_of(s) > 0 || s->money.pending <= 0)
		return false;
	ended_with(s, v, 0);
	return true;
}

RULE_OF(rule_overpaid)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct invoice_money *m = &s->money;
	int64_t over = money_minus(money_minus(m->paid, inv->amount), m->refunded);

	if (!m->known || inv->amount <= 0 || over <= 0)
		return false;
	why_came_in(s, v);
	at_risk(v, over);
	facts_of_money(s, v);
	v->since_ms = money_since(s);
	return true;
}

/* --- payments ---------------------------------------------------------------------------- */

static const struct invoice_payment *payment_of(const struct sight *s)
{
	return &s->rec->object.as.payment;
}

static void payment_says(const struct sight *s, struct verdict *v, const char *words)
{
	const struct invoice_payment *p = payment_of(s);
	char a[MONEY_TEXT_CAP];

	if (p->amount_usd > 0) {
		why_set(v, "%s USD %s", usd(a, p->amount_usd), words);
		at_risk(v, p->amount_usd);
	} else {
		why_set(v, "a payment %s", words);
	}
	facts_text_in(v, p->status);
	facts_text_in(v, p->settlement_status);
	v->since_ms = sight_since(s);
}

/* Does the invoice speak for its payments: has it ended, or is it about to? */
static bool invoice_speaks(struct sight *s)
{
	const struct record *r = store_record(s->st, OBJECT_INVOICE, payment_of(s)->invoice_id);
	const struct invoice *inv = r ? &r->object.as.invoice : NULL;

	if (!inv)
		return false;
	if (str_equal(inv->status, "expired") || str_equal(inv->status, "canceled"))
		return true;
	return inv->expires_at != TIME_NONE && !str_equal(inv->status, "paid") &&
	       sight_reached(s, inv->expires_at - EXPIRES_SOON_MS);
}

RULE_OF(rule_unconfirmed)
{
	if (!sight_is(s, "pending") || !sight_longer(s, sight_since(s), EXPECT_CONFIRM_MS) ||
	    invoice_speaks(s))
		return false;
	payment_says(s, v, "seen and not confirmed");
	return true;
}

RULE_OF(rule_manual_retry)
{
	if (!sight_is(s, "manual_retry"))
		return false;
	payment_says(s, v, "could not be matched by itself");
	return true;
}

static bool settlement_is(const struct sight *s, const char *status)
{
	return str_equal(payment_of(s)->settlement_status, status);
}

RULE_OF(rule_settlement_stuck)
{
	bool under_way = settlement_is(s, "pending") || settlement_is(s, "processing");

	if (!under_way || !(sight_is(s, "confirmed") || sight_is(s, "underpaid")) ||
	    !sight_longer(s, sight_since(s), EXPECT_SETTLE_MS))
		return false;
	payment_says(s, v,
		     settlement_is(s, "pending") ? "confirmed, its settlement has not begun"
						 : "confirmed, its settlement is not through");
	return true;
}

RULE_OF(rule_settlement_manual)
{
	if (!settlement_is(s, "manual"))
		return false;
	payment_says(s, v, "confirmed; Pepay settles it by hand");
	return true;
}

RULE_OF(rule_settlement_failed)
{
	if (!settlement_is(s, "failed"))
		return false;
	payment_says(s, v, "confirmed; passing it on failed");
	return true;
}

/* --- refunds -------------------------------------------------------------------------------- */

RULE_OF(rule_refund_failed)
{
	const struct refund *f = &s->rec->object.as.refund;
	char a[MONEY_TEXT_CAP];

	if (!sight_is(s, "failed") || refunds_of(s, f->invoice_id, f->created_at) >= f->amount)
		return false;
	why_set(v, "%s USD", usd(a, f->amount));
	if (f->failure_message[0] || f->failure_code[0])
		why_add(v, ": %s", f->failure_message[0] ? f->failure_message : f->failure_code);
	at_risk(v, f->amount);
	facts_text_in(v, f->status);
	v->since_ms = sight_since(s);
	return true;
}

RULE_OF(rule_refund_stuck)
{
	const struct refund *f = &s->rec->object.as.refund;
	int64_t begun = f->created_at != TIME_NONE ? f->created_at : sight_since(s);
	char a[MONEY_TEXT_CAP];

	if (!sight_is(s, "pending") || !sight_longer(s, begun, EXPECT_REFUND_MS))
		return false;
	why_set(v, "%s USD, nothing is said of its arrival", usd(a, f->amount));
	at_risk(v, f->amount);
	facts_text_in(v, f->status);
	v->since_ms = begun;
	return true;
}
