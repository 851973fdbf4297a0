/* What should come next of invoices, their payments and refunds. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"

/* --- the money of an invoice --------------------------------------------------------------- */

struct purse {
	int64_t asked, counted; /* by the invoice; asked 0: unknown */
	int64_t confirmed;      /* by its payments */
	int64_t pending;
	int64_t refunded; /* given back, or on its way */
	int64_t confirmed_ms;
};

static bool is_confirmed(const struct actor *a)
{
	return str_equal(a->status, "confirmed") || str_equal(a->status, "underpaid");
}

static void purse_add_payment(struct purse *p, const struct actor *a)
{
	int64_t amount = a->latest ? a->latest->as.payment.amount_usd : 0;

	if (is_confirmed(a)) {
		p->confirmed = money_plus(p->confirmed, amount);
		if (actor_since(a) != TIME_NONE && actor_since(a) > p->confirmed_ms)
			p->confirmed_ms = actor_since(a);
	} else {
		p->pending = money_plus(p->pending, amount);
	}
}

static struct purse purse_of(const struct telling *t, const struct actor *inv)
{
	struct purse p = {.confirmed_ms = TIME_NONE};
	struct refund_sums refunds = {0};

	if (inv->latest) {
		p.asked = inv->latest->as.invoice.amount;
		p.counted = inv->latest->as.invoice.amount_paid;
	}
	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *a = &t->actors[i];
		const struct order *o =
			a->kind == OBJECT_ORDER && a->latest ? &a->latest->as.order : NULL;

		if (telling_invoice_of(t, a) != inv)
			continue;
		if (a->kind == OBJECT_PAYMENT)
			purse_add_payment(&p, a);
		if (a->kind == OBJECT_REFUND && a->latest)
			refund_sums_add(&refunds, a->latest->as.refund.amount, a->status);
		if (o)
			p.refunded = money_plus(p.refunded, order_refund_back(o));
	}
	p.refunded = money_plus(p.refunded, refund_sums_back(&refunds));
	return p;
}

/* --- invoices and payments ----------------------------------------------------------------- */

static void ahead_unpaid(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	int64_t expires = inv->latest ? inv->latest->as.invoice.expires_at : TIME_NONE;
	bool short_of = str_equal(inv->status, "underpaid");
	int64_t in = money_plus(p->counted > p->confirmed ? p->counted : p->confirmed, p->pending);
	char buf[MONEY_TEXT_CAP];
	struct story_next *n;

	if (p->asked > 0 && p->confirmed >= p->asked) {
		n = ahead_add(x, inv, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "the invoice counts the %s that are confirmed",
			   usd_text(buf, p->confirmed));
		ahead_by(x, n, ahead_later(p->confirmed_ms, EXPECT_AGREE_MS), false);
		return;
	}
	if (expires != TIME_NONE && expires < x->t->now_ms) {
		n = ahead_add(x, inv, TONE_WARN);
		str_printf(n->text, sizeof(n->text), "Pepay says that it expired%s",
			   in > 0 ? ", and what becomes of the money" : "");
		ahead_by(x, n, expires, true);
		return;
	}
	if (p->pending > 0 && in >= p->asked)
		return; /* what is on its way is enough */
	n = ahead_add(x, inv, short_of ? TONE_WARN : TONE_WAITING);
	if (p->asked > in && in > 0)
		str_printf(n->text, sizeof(n->text), "the rest, %s%s%s, is paid",
			   usd_text(buf, money_minus(p->asked, in)),
			   inv->latest->as.invoice.payer_wallet_network[0] ? " on " : "",
			   network_name(inv->latest->as.invoice.payer_wallet_network));
	else if (!short_of && p->asked > 0)
		str_printf(n->text, sizeof(n->text), "the customer pays %s",
			   usd_text(buf, p->asked));
	else
		str_printf(n->text, sizeof(n->text), "%s is paid",
			   short_of ? "the rest" : "the invoice");
	ahead_by(x, n, expires, true);
}

/* Money that is in and that the invoice does not ask for (any more). */
static void ahead_decide(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	bool closed = str_equal(inv->status, "expired") || str_equal(inv->status, "canceled");
	int64_t in = p->counted > p->confirmed ? p->counted : p->confirmed;
	int64_t left = money_minus(in, p->refunded), kept = closed ? 0 : p->asked;
	char buf[MONEY_TEXT_CAP], more[MONEY_TEXT_CAP];
	struct story_next *n;

	if (left <= kept || (!closed && p->asked == 0))
		return;
	n = ahead_add(x, inv, TONE_WARN);
	(void)usd_text(buf, left);
	if (!closed)
		str_printf(n->text, sizeof(n->text), "the %s too much are given back",
			   usd_text(buf, money_minus(left, kept)));
	else if (left < p->asked)
		str_printf(n->text, sizeof(n->text),
			   "someone gives back the %s that came in, or agrees on the rest", buf);
	else if (left > p->asked && p->asked > 0)
		str_printf(n->text, sizeof(n->text),
			   "someone gives back the %s that came in, or only the %s too much", buf,
			   usd_text(more, money_minus(left, p->asked)));
	else
		str_printf(n->text, sizeof(n->text),
			   "someone honours or gives back the %s that came in", buf);
}

void ahead_invoice(struct ahead *x, const struct actor *a)
{
	struct purse p = purse_of(x->t, a);

	if (str_equal(a->status, "unpaid") || str_equal(a->status, "underpaid"))
		ahead_unpaid(x, a, &p);
	else if (a->status[0])
		ahead_decide(x, a, &p);
}

static void ahead_settlement(struct ahead *x, const struct actor *a, const char *amount)
{
	int64_t from = a->settlement_since_ms;
	struct story_next *n;

	if (str_equal(a->settlement, "settled") || !a->settlement[0])
		return;
	n = ahead_add(x, a, TONE_WAITING);
	if (str_equal(a->settlement, "manual")) {
		n->tone = TONE_WARN;
		str_printf(n->text, sizeof(n->text), "Pepay settles %s by hand", amount);
		ahead_by(x, n, ahead_later(from, EXPECT_SETTLE_MS), false);
	} else if (str_equal(a->settlement, "failed")) {
		n->tone = TONE_BAD;
		str_printf(n->text, sizeof(n->text), "Pepay settles %s again, or says why not",
			   amount);
	} else {
		str_printf(n->text, sizeof(n->text),
			   str_equal(a->settlement, "processing") ? "%s are settled"
								  : "the settlement of %s begins",
			   amount);
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_SETTLE_MS), false);
	}
}

void ahead_payment(struct ahead *x, const struct actor *a)
{
	int64_t millis = a->latest ? a->latest->as.payment.amount_usd : 0;
	bool by_hand = str_equal(a->status, "manual_retry");
	char amount[MONEY_TEXT_CAP];
	struct story_next *n;

	if (millis > 0)
		(void)usd_text(amount, millis);
	else
		str_copy(amount, sizeof(amount), "the payment");
	if (str_equal(a->status, "pending") || by_hand) {
		n = ahead_add(x, a, by_hand ? TONE_WARN : TONE_ACTIVE);
		str_printf(n->text, sizeof(n->text), "the payment%s%s is to be %s",
			   millis > 0 ? " of " : "", millis > 0 ? amount : "",
			   by_hand ? "verified by hand" : "confirmed");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_CONFIRM_MS), false);
	} else if (is_confirmed(a)) {
		ahead_settlement(x, a, amount);
	}
}

/* A failed refund that was tried again is over. */
static bool refunded_since(const struct telling *t, const struct actor *a)
{
	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *b = &t->actors[i];
		if (b != a && b->kind == OBJECT_REFUND &&
		    telling_invoice_of(t, b) == telling_invoice_of(t, a) &&
		    b->first_ms != TIME_NONE && a->since_ms != TIME_NONE &&
		    b->first_ms >= a->since_ms && !str_equal(b->status, "failed"))
			return true;
	}
	return false;
}

void ahead_refund(struct ahead *x, const struct actor *a)
{
	int64_t millis = a->latest ? a->latest->as.refund.amount : 0;
	char amount[MONEY_TEXT_CAP];
	struct story_next *n;

	if (str_equal(a->status, "pending")) {
		n = ahead_add(x, a, TONE_ACTIVE);
		str_printf(n->text, sizeof(n->text), "the refund%s%s arrives",
			   millis > 0 ? " of " : "", millis > 0 ? usd_text(amount, millis) : "");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_REFUND_MS), false);
	} else if (str_equal(a->status, "failed") && !refunded_since(x->t, a)) {
		n = ahead_add(x, a, TONE_BAD);
		str_printf(n->text, sizeof(n->text), "the refund%s%s is tried again",
			   millis > 0 ? " of " : "", millis > 0 ? usd_text(amount, millis) : "");
	}
}
