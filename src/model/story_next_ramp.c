/* What should come next of payouts, deposits and checks. */
#include "model/story_priv.h"

#include "base/strbuf.h"

static bool was_retried(const struct telling *t, const struct actor *a)
{
	for (size_t i = 0; i < t->actor_count; i++)
		if (t->actors[i].kind == OBJECT_PAYOUT && t->actors[i].latest &&
		    str_equal(t->actors[i].latest->as.payout.retry_of, a->id))
			return true;
	return false;
}

static void ahead_arrival(struct ahead *x, const struct actor *a, struct story_next *n)
{
	const struct payout *p = a->latest ? &a->latest->as.payout : NULL;
	int64_t promised = p ? p->estimated_arrival_at : TIME_NONE;

	if (promised != TIME_NONE)
		ahead_by(x, n, promised, true);
	else
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_PAYOUT_MS), false);
}

/* "3,026.55 PLN arrive" */
static const char *fiat_arrives(char buf[MONEY_TEXT_CAP * 2], const struct payout *p)
{
	char amount[MONEY_TEXT_CAP];

	str_printf(buf, MONEY_TEXT_CAP * 2, "%s arrive", fiat_text(amount, p));
	return buf;
}

void ahead_payout(struct ahead *x, const struct actor *a)
{
	const struct payout *p = a->latest ? &a->latest->as.payout : NULL;
	char buf[MONEY_TEXT_CAP * 2];
	struct story_next *n;

	if (str_equal(a->status, "queued") || str_equal(a->status, "processing")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "%s%s in the bank",
			   str_equal(a->status, "queued") ? "it is sent, and " : "",
			   p && p->fiat_currency[0] ? fiat_arrives(buf, p) : "the money arrives");
		ahead_arrival(x, a, n);
	} else if ((str_equal(a->status, "failed") || str_equal(a->status, "returned")) &&
		   !was_retried(x->t, a)) {
		n = ahead_add(x, a, TONE_WARN);
		str_printf(n->text, sizeof(n->text),
			   "someone retries the payout%s%s, or tells the customer",
			   p && p->amount > 0 ? " of " : "",
			   p && p->amount > 0 ? usd_text(buf, p->amount) : "");
	}
}

void ahead_deposit(struct ahead *x, const struct actor *a)
{
	const struct deposit *d = a->latest ? &a->latest->as.deposit : NULL;
	char buf[MONEY_TEXT_CAP];
	struct story_next *n;

	if (str_equal(a->status, "awaiting_funds")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "the customer sends %s %s",
			   d ? usd_number(buf, d->amount) : "the", d ? d->token_symbol : "money");
	} else if (str_equal(a->status, "received")) {
		n = ahead_add(x, a, TONE_ACTIVE);
		str_copy(n->text, sizeof(n->text), "the deposit is to be confirmed");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_DEPOSIT_MS), false);
	} else if (str_equal(a->status, "failed") || str_equal(a->status, "returned")) {
		n = ahead_add(x, a, TONE_WARN);
		str_printf(n->text, sizeof(n->text), "someone tells the customer that it %s",
			   str_equal(a->status, "failed") ? "failed" : "was sent back");
	}
}

static bool money_waits(const struct telling *t)
{
	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *a = &t->actors[i];
		if ((a->kind == OBJECT_PAYOUT &&
		     (str_equal(a->status, "queued") || str_equal(a->status, "processing"))) ||
		    (a->kind == OBJECT_DEPOSIT &&
		     (str_equal(a->status, "awaiting_funds") || str_equal(a->status, "received"))))
			return true;
	}
	return false;
}

void ahead_kyc(struct ahead *x, const struct actor *a)
{
	struct story_next *n;
	bool own = x->t->at.kind == SUBJECT_KYC;

	if (str_equal(a->status, "pending")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the KYC check is to be decided");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_KYC_MS), false);
	} else if ((str_equal(a->status, "rejected") || str_equal(a->status, "expired")) &&
		   (own || money_waits(x->t))) {
		n = ahead_add(x, a, TONE_WARN);
		str_copy(n->text, sizeof(n->text), "the customer hands in new documents");
	} else if (str_equal(a->status, "not_started") && (own || money_waits(x->t))) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the customer hands in documents");
	}
}
