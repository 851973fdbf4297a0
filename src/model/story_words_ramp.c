/* What changed of payouts, deposits and checks. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"
#include "model/reasons.h"

static void add_reason(struct line *l, const char *message, const char *code)
{
	if (message[0] || code[0])
		line_add(l, ": ");
	line_clip(l, message, 90);
	if (!code[0])
		return;
	if (message[0])
		line_add(l, " (");
	line_clip(l, code, 40);
	if (message[0])
		line_add(l, ")");
}

/* --- payouts ------------------------------------------------------------------------------- */

static void words_queued(const struct payout *p, struct line *l)
{
	char buf[MONEY_TEXT_CAP];

	line_add(l, "payout of %s", usd_text(buf, p->amount));
	if (p->country[0])
		line_add(l, " to a bank in %s", p->country);
	if (p->rail[0])
		line_add(l, " by %s", rail_name(p->rail));
	line_add(l, " queued");
	if (p->retry_of[0])
		line_add(l, ", a retry");
}

static void words_arrived(const struct payout *p, struct line *l)
{
	char buf[MONEY_TEXT_CAP];

	if (p->fiat_currency[0])
		line_add(l, "%s are in the bank", fiat_text(buf, p));
	else
		line_add(l, "payout of %s is in the bank", usd_text(buf, p->amount));
}

static bool words_payout_status(const struct change *c, struct line *l)
{
	const struct payout *p = &c->now->as.payout;

	if (str_equal(c->status, "queued"))
		words_queued(p, l);
	else if (str_equal(c->status, "paid"))
		words_arrived(p, l);
	else if (str_equal(c->status, "failed") || str_equal(c->status, "returned")) {
		line_add(l, "%s",
			 str_equal(c->status, "failed") ? "payout failed"
							: "the bank sent the payout back");
		add_reason(l, p->failure_message, p->failure_code);
	}
	return l->len > 0;
}

static bool words_payout(const struct change *c, struct line *l)
{
	const struct payout *now, *was;
	char when[WHEN_TEXT_CAP];

	if (!c->now)
		return false;
	if (!str_equal(c->status, c->before_status))
		return words_payout_status(c, l);
	if (!c->before)
		return false;
	now = &c->now->as.payout;
	was = &c->before->as.payout;
	if (now->estimated_arrival_at != was->estimated_arrival_at &&
	    now->estimated_arrival_at != TIME_NONE)
		line_more(l, "now to arrive by %s", when_iso(when, now->estimated_arrival_at));
	if (!str_equal(now->failure_code, was->failure_code) && now->failure_code[0]) {
		line_more(l, "the reason is ");
		line_clip(l, now->failure_code, 40);
		line_add(l, " now");
	}
	return l->len > 0;
}

/* --- deposits ------------------------------------------------------------------------------ */

static bool words_deposit(const struct change *c, struct line *l)
{
	const struct deposit *d = c->now ? &c->now->as.deposit : NULL;
	char buf[MONEY_TEXT_CAP], hash[STATUS_CAP];

	if (!d || str_equal(c->status, c->before_status))
		return false;
	line_add(l, "deposit of %s", usd_number(buf, d->amount));
	line_add(l, " %s", d->token_symbol[0] ? d->token_symbol : "USD");
	if (str_equal(c->status, "awaiting_funds")) {
		line_add(l, " awaited");
		if (d->network[0])
			line_add(l, " on %s", network_name(d->network));
	} else if (str_equal(c->status, "received")) {
		line_add(l, " received");
		if (d->network[0])
			line_add(l, " on %s", network_name(d->network));
		if (d->tx_hash[0])
			line_more(l, "%s", short_text(hash, d->tx_hash));
	} else if (str_equal(c->status, "confirmed")) {
		line_add(l, " confirmed");
	} else if (str_equal(c->status, "failed") || str_equal(c->status, "returned")) {
		line_add(l, str_equal(c->status, "failed") ? " failed" : " sent back");
		add_reason(l, deposit_reason(d->failure_code), "");
	} else {
		line_add(l, ": %s", c->status);
	}
	return true;
}

/* --- checks -------------------------------------------------------------------------------- */

static bool words_kyc(const struct change *c, struct line *l)
{
	const struct kyc *k = c->now ? &c->now->as.kyc : NULL;

	if (!k || str_equal(c->status, c->before_status))
		return false;
	if (str_equal(c->status, "rejected")) {
		line_add(l, "KYC refused");
		add_reason(l, k->rejection_reason, "");
	} else if (str_equal(c->status, "pending")) {
		line_add(l, str_equal(c->before_status, "rejected") ||
					    str_equal(c->before_status, "expired")
				    ? "KYC handed in again"
				    : "KYC handed in");
		if (k->country[0])
			line_add(l, ", %s", k->country);
	}
	return l->len > 0;
}

bool ramp_words(const struct change *c, struct line *l)
{
	switch (c->kind) {
	case OBJECT_PAYOUT:
		return words_payout(c, l);
	case OBJECT_DEPOSIT:
		return words_deposit(c, l);
	case OBJECT_KYC:
		return words_kyc(c, l);
	default:
		return false;
	}
}
