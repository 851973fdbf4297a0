/* What of orders, payouts, deposits and KYC checks needs a person. */
#include "model/attention_priv.h"

#include "base/strbuf.h"
#include "model/fiat.h"
#include "model/networks.h"
#include "model/reasons.h"

/* --- orders --------------------------------------------------------------------------- */

static const struct order *order_of(const struct sight *s)
{
	return &s->rec->object.as.order;
}

static const struct invoice *invoice_of(const struct sight *s)
{
	const struct record *r = store_invoice_of(s->st, order_of(s)->order_id);

	return r ? &r->object.as.invoice : NULL;
}

/* What it holds of the customer's. */
static void order_says(const struct sight *s, struct verdict *v, const struct order_money *m)
{
	const struct order *o = order_of(s);
	char a[MONEY_TEXT_CAP];

	if (m->back == BACK_UNTOLD) {
		why_set(v, "whether it was paid is not known");
		if (o->payment.status[0])
			why_add(v, ": its payment is “%s”", o->payment.status);
	} else if (m->in > 0) {
		why_set(v, "%s USD paid", usd(a, m->in));
		at_risk(v, m->in);
	} else {
		why_set(v, "it is paid");
	}
	facts_text_in(v, o->status);
	facts_text_in(v, o->substatus);
	v->since_ms = sight_since(s);
}

static bool order_is_overdue(struct sight *s, const char **ret_words)
{
	static const struct {
		const char *status, *words;
		int64_t least;
	} STUCK[] = {
		{"processing", "not placed with the retailer yet", EXPECT_PLACE_MS},
		{"placed", "placed, not shipped yet", EXPECT_SHIP_MS},
		{"shipped", "shipped, not delivered yet", EXPECT_DELIVER_MS},
	};
	const struct invoice *inv;

	for (size_t i = 0; i < sizeof(STUCK) / sizeof(STUCK[0]); i++) {
		if (!sight_is(s, STUCK[i].status))
			continue;
		*ret_words = STUCK[i].words;
		return sight_longer(s, sight_since(s), STUCK[i].least);
	}
	inv = sight_is(s, "pending_payment") ? invoice_of(s) : NULL;
	*ret_words = "the order still awaits its payment";
	return inv && str_equal(inv->status, "paid") &&
	       sight_longer(s, inv->paid_at != TIME_NONE ? inv->paid_at : inv->last_payment_at,
			    EXPECT_AGREE_MS);
}

RULE_OF(rule_order_stuck)
{
	const char *words;
	struct order_money m;

	if (!order_is_overdue(s, &words))
		return false;
	m = order_money_in(s->st, s->rec);
	m.back = BACK_NONE; /* it is paid: it went on */
	order_says(s, v, &m);
	why_add(v, "; %s", words);
	return true;
}

static bool order_owes(struct sight *s, struct verdict *v)
{
	struct order_money m = order_money_in(s->st, s->rec);
	char a[MONEY_TEXT_CAP];

	/* Refunds of its invoice that are open are looked at by themselves; so is what came into
	 * an invoice that has ended. */
	if (m.back == BACK_NOT_OWED || m.back == BACK_DONE || m.by_refunds ||
	    (m.back == BACK_UNTOLD && !m.odd_word) || (m.invoice_acts && m.paid != ORDER_PAID_YES))
		return false;
	order_says(s, v, &m);
	facts_text_in(v, m.word);
	if (m.back == BACK_OPEN)
		why_add(v, "; its refund is under way");
	else if (m.failed)
		why_add(v, "; its refund failed");
	else if (m.back == BACK_NONE && !m.in_part)
		why_add(v, "; no refund is under way");
	if (!m.in_part)
		return true;
	why_add(v, "; %s of it not given back", m.amount > 0 ? usd(a, m.amount) : "some");
	if (m.amount > 0)
		at_risk(v, m.amount);
	facts_number_in(v, m.amount);
	return true;
}

RULE_OF(rule_order_failed)
{
	return sight_is(s, "failed") && order_owes(s, v);
}

RULE_OF(rule_order_unrefunded)
{
	return sight_is(s, "cancelled") && order_owes(s, v);
}

/* --- payouts ---------------------------------------------------------------------------- */

static const struct payout *payout_of(const struct sight *s)
{
	return &s->rec->object.as.payout;
}

static void payout_says(const struct sight *s, struct verdict *v)
{
	const struct payout *p = payout_of(s);
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];
	struct money fiat;

	why_set(v, "%s USD", usd(a, p->amount));
	if (payout_fiat(p, &fiat))
		why_add(v, " (%s %s)", money_format(b, fiat, MONEY_PLAIN), fiat.currency);
	else if (p->fiat_currency[0])
		why_add(v, " (an amount in %s)", p->fiat_currency);
	at_risk(v, p->amount);
	facts_text_in(v, p->status);
	facts_text_in(v, p->failure_code);
	v->since_ms = sight_since(s);
}

static void why_add_failure(const struct sight *s, struct verdict *v)
{
	const struct payout *p = payout_of(s);

	if (p->failure_message[0] || p->failure_code[0])
		why_add(v, ": %s", p->failure_message[0] ? p->failure_message : p->failure_code);
}

RULE_OF(rule_payout_failed)
{
	if (!sight_is(s, "failed") || payout_was_retried(s, payout_of(s)->id))
		return false;
	payout_says(s, v);
	why_add_failure(s, v);
	return true;
}

RULE_OF(rule_payout_returned)
{
	if (!sight_is(s, "returned") || payout_was_retried(s, payout_of(s)->id))
		return false;
	payout_says(s, v);
	why_add_failure(s, v);
	return true;
}

RULE_OF(rule_payout_late)
{
	const struct payout *p = payout_of(s);
	bool promised = p->estimated_arrival_at != TIME_NONE;
	int64_t due = p->estimated_arrival_at;
	char at[WHEN_TEXT_CAP];

	if (!promised && p->created_at != TIME_NONE)
		due = p->created_at + EXPECT_PAYOUT_MS;
	if (!(sight_is(s, "queued") || sight_is(s, "processing")) || !sight_reached(s, due))
		return false;
	payout_says(s, v);
	why_add(v, promised ? "; promised for %s, still %s" : "; usually there by %s, still %s",
		when_iso(at, due), p->status);
	facts_number_in(v, due);
	v->since_ms = v->deadline_ms = due;
	return true;
}

/* --- deposits ---------------------------------------------------------------------------- */

RULE_OF(rule_deposit_stuck)
{
	const struct deposit *d = &s->rec->object.as.deposit;
	char a[MONEY_TEXT_CAP];

	if (!sight_is(s, "received") || !sight_longer(s, sight_since(s), EXPECT_DEPOSIT_MS))
		return false;
	why_set(v, "%s USD in %s on %s", usd(a, d->amount), d->token_symbol,
		network_name(d->network));
	at_risk(v, d->amount);
	facts_text_in(v, d->status);
	v->since_ms = sight_since(s);
	return true;
}

RULE_OF(rule_deposit_failed)
{
	const struct deposit *d = &s->rec->object.as.deposit;
	bool returned = sight_is(s, "returned");
	char a[MONEY_TEXT_CAP];

	if (!returned && !sight_is(s, "failed"))
		return false;
	why_set(v, "%s USD in %s on %s", usd(a, d->amount), d->token_symbol,
		network_name(d->network));
	if (d->failure_code[0])
		why_add(v, ": %s", deposit_reason(d->failure_code));
	facts_text_in(v, d->status);
	if (returned || d->tx_hash[0])
		at_risk(v, d->amount);
	else
		why_add(v, "; nothing was received");
	v->since_ms = sight_since(s);
	return true;
}

/* --- KYC ------------------------------------------------------------------------------------ */

static void kyc_says(const struct sight *s, struct verdict *v, size_t n, int64_t behind)
{
	const struct kyc *k = &s->rec->object.as.kyc;
	char a[MONEY_TEXT_CAP];

	if (n == 0)
		why_add(v, "; no money is known to wait for it");
	else
		why_add(v, "; %s USD of %zu %s wait for it", usd(a, behind), n,
			n == 1 ? "transfer" : "transfers");
	if (n > 0)
		at_risk(v, behind);
	facts_text_in(v, k->status);
	v->since_ms = sight_since(s);
}

RULE_OF(rule_kyc_waiting)
{
	const struct kyc *k = &s->rec->object.as.kyc;
	int64_t begun = k->submitted_at != TIME_NONE ? k->submitted_at : sight_since(s);
	int64_t behind = 0;
	size_t n;
	bool late;

	if (!sight_is(s, "pending"))
		return false;
	late = sight_longer(s, begun, EXPECT_KYC_MS);
	n = money_behind(s, k->customer_id, &behind);
	if (n == 0 && !late)
		return false;
	why_set(v, late ? "in review for more than a day" : "in review");
	kyc_says(s, v, n, behind);
	facts_number_in(v, late);
	v->since_ms = begun;
	return true;
}

RULE_OF(rule_kyc_blocks)
{
	const struct kyc *k = &s->rec->object.as.kyc;
	int64_t behind = 0;
	size_t n;

	if (!sight_is(s, "rejected") && !sight_is(s, "expired"))
		return false;
	n = money_behind(s, k->customer_id, &behind);
	if (n == 0 &&
	    (sight_is(s, "expired") || sight_longer(s, sight_since(s), KYC_REFUSED_NEWS_MS)))
		return false;
	why_set(v, sight_is(s, "expired") ? "the approval has expired" : "refused");
	if (k->rejection_reason[0] && sight_is(s, "rejected"))
		why_add(v, ": %s", k->rejection_reason);
	kyc_says(s, v, n, behind);
	return true;
}
