/* What of invoices, their payments and their refunds needs a person. */
#include "model/attention_priv.h"

#include "base/strbuf.h"

/* --- the money of an invoice ------------------------------------------------------- */

static void facts_of_money(struct sight *s, struct verdict *v)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct purse *p = &s->purse;

	facts_text_in(v, inv->status);
	facts_number_in(v, inv->amount);
	facts_number_in(v, p->judged ? p->in.millis : inv->amount_paid);
	facts_number_in(v, p->payments[STAGE_COMING].sum);
	facts_number_in(v, p->given);
	if (p->payments[STAGE_COMING].silent > 0)
		facts_number_in(v, (int64_t)p->payments[STAGE_COMING].silent);
	if (!p->in.known && p->payments[STAGE_IN].silent > 0)
		facts_number_in(v, (int64_t)p->payments[STAGE_IN].silent);
}

static bool invoice_is_open(const struct sight *s)
{
	return sight_is(s, "unpaid") || sight_is(s, "underpaid");
}

static bool invoice_has_ended(const struct sight *s)
{
	return sight_is(s, "expired") || sight_is(s, "canceled");
}

/* What is on its way besides: "60.00 more seen", "a payment more seen". */
static void why_add_seen(const struct purse *p, struct verdict *v)
{
	const struct purse_sum *coming = &p->payments[STAGE_COMING];
	char a[MONEY_TEXT_CAP];

	if (coming->silent == 1 && coming->count == 1)
		why_add(v, ", a payment more seen");
	else if (coming->silent > 0)
		why_add(v, ", %zu payments more seen", coming->count);
	else if (coming->sum > 0)
		why_add(v, ", %s more seen", usd(a, coming->sum));
}

/* Nothing is in that anybody counts. */
static void why_seen(const struct sight *s, struct verdict *v)
{
	const struct purse_sum *coming = &s->purse.payments[STAGE_COMING];
	int64_t asked = s->rec->object.as.invoice.amount;
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	if (coming->silent > 0 || coming->count == 0)
		why_set(v, "a payment is seen, not confirmed; %s USD asked", usd(b, asked));
	else
		why_set(v, "%s of %s USD is seen, not confirmed", usd(a, coming->sum),
			usd(b, asked));
	if (coming->count > 1 && s->purse.over_coming > 0)
		why_add(v, ", %s more than asked", usd(a, s->purse.over_coming));
}

/* "40.00 of 100.00 USD came in, 60.00 missing, 60.00 more seen" */
static void why_came_in(const struct sight *s, struct verdict *v)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct purse *p = &s->purse;
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];

	if (!p->judged) {
		why_set(v, "%s of %s came in", invoice_amount_text(a, inv, inv->amount_paid),
			invoice_amount_text(b, inv, inv->amount));
		return;
	}
	if (p->in.millis == 0 && !purse_any_in(p)) {
		why_seen(s, v);
		return;
	}
	if (p->in.millis == 0) {
		why_set(v, p->payments[STAGE_IN].count > 0
				   ? "a payment is confirmed, its amount is not known"
				   : "the amounts are not known yet");
		return;
	}
	why_set(v, "%s of %s USD came in", usd(a, p->in.millis), usd(b, inv->amount));
	if (p->missing.millis > 0)
		why_add(v, ", %s missing", usd(a, p->missing.millis));
	if (p->over > 0)
		why_add(v, ", %s too much", usd(a, p->over));
	why_add_seen(p, v);
	if (p->given > 0)
		why_add(v, ", %s refunded", usd(a, p->given));
}

/* At risk: what is held, and what is on its way; unless nobody knows how much that is. */
static void risk_set(const struct purse *p, struct verdict *v, int64_t millis)
{
	if (p->judged && millis > 0)
		at_risk(v, millis);
}

static int64_t money_since(const struct sight *s)
{
	const struct invoice *inv = &s->rec->object.as.invoice;

	if (inv->last_payment_at != TIME_NONE)
		return inv->last_payment_at;
	if (s->purse.coming_ms != TIME_NONE)
		return s->purse.coming_ms;
	return sight_since(s);
}

/* --- rules ---------------------------------------------------------------------------- */

/* Its order came to nothing: that is what there is to see to. */
static bool order_speaks(const struct sight *s)
{
	return s->purse.called_off;
}

RULE_OF(rule_underpaid)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct purse *p = &s->purse;

	if (!sight_is(s, "underpaid") || order_speaks(s) || !purse_holds(p) ||
	    (p->in.known && p->missing.millis == 0) ||
	    (p->in.known && purse_rest_is_coming(p) && !purse_goes_back(p)))
		return false; /* given back already, or the rest is in or on its way */
	why_came_in(s, v);
	if (p->in.known)
		at_risk(v, p->held.millis);
	facts_of_money(s, v);
	v->since_ms = money_since(s);
	v->deadline_ms = inv->expires_at;
	return true;
}

RULE_OF(rule_expiring)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct purse *p = &s->purse;
	char at[WHEN_TEXT_CAP];
	bool over;

	if (!invoice_is_open(s) || order_speaks(s) || inv->expires_at == TIME_NONE ||
	    !(purse_holds(p) || p->payments[STAGE_COMING].count > 0) ||
	    !sight_reached(s, inv->expires_at - EXPIRES_SOON_MS))
		return false;
	over = sight_reached(s, inv->expires_at);
	why_came_in(s, v);
	why_add(v, over ? "; its time ran out at %s UTC" : "; expires at %s UTC",
		when_clock(at, inv->expires_at));
	risk_set(p, v, money_plus(p->held.millis, p->payments[STAGE_COMING].sum));
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

	if (last == TIME_NONE || (s->purse.in_ms != TIME_NONE && s->purse.in_ms > last))
		return s->purse.in_ms;
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
	const struct purse *p = &s->purse;
	int64_t ended = invoice_ended_ms(s), last = newest_money_ms(s);
	char age[WHEN_TEXT_CAP];

	if (!invoice_has_ended(s) || !purse_holds(p) || ended == TIME_NONE || last == TIME_NONE ||
	    last <= ended)
		return false;
	why_came_in(s, v);
	why_add(v, "; the last came %s after it %s", when_age(age, last - ended),
		sight_is(s, "expired") ? "expired" : "was canceled");
	why_add_order(s, v);
	risk_set(p, v, p->held.millis);
	facts_of_money(s, v);
	v->since_ms = last;
	return true;
}

static void ended_with(struct sight *s, struct verdict *v, int64_t held)
{
	why_came_in(s, v);
	why_add(v, sight_is(s, "expired") ? "; it expired" : "; it was canceled");
	why_add_order(s, v);
	risk_set(&s->purse, v, money_plus(held, s->purse.payments[STAGE_COMING].sum));
	facts_of_money(s, v);
	v->since_ms = invoice_ended_ms(s);
}

RULE_OF(rule_expired_short)
{
	if (!invoice_has_ended(s) || !purse_holds(&s->purse))
		return false;
	ended_with(s, v, s->purse.held.millis);
	return true;
}

/* There is nothing to give back yet, and no rest to ask for. */
RULE_OF(rule_expired_seen)
{
	if (!invoice_has_ended(s) || purse_holds(&s->purse) ||
	    s->purse.payments[STAGE_COMING].count == 0)
		return false;
	ended_with(s, v, 0);
	return true;
}

RULE_OF(rule_overpaid)
{
	const struct purse *p = &s->purse;
	int64_t over = order_speaks(s) || p->state == PURSE_ENDED ? 0 : p->owed;

	if (over <= 0)
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

	if (refund_stage(f->status) != RETURN_FAILED ||
	    refunds_since(s, f->invoice_id, f->created_at) >= f->amount)
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

	if (!refund_stage_is_open(refund_stage(f->status)) ||
	    !sight_longer(s, begun, EXPECT_REFUND_MS))
		return false;
	why_set(v, "%s USD, nothing is said of its arrival", usd(a, f->amount));
	at_risk(v, f->amount);
	facts_text_in(v, f->status);
	v->since_ms = begun;
	return true;
}
