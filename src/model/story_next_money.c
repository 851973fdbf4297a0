/* What should come next of invoices, their payments and refunds. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"

/* --- the money of an invoice --------------------------------------------------------------- */

static void purse_add_actor(struct purse *p, const struct actor *a)
{
	const struct object *o = a->latest;

	if (a->kind == OBJECT_PAYMENT)
		purse_add_payment(p, a->status, o ? o->as.payment.amount_usd : 0, actor_since(a));
	if (a->kind == OBJECT_REFUND)
		purse_add_refund(p, a->status, o ? o->as.refund.amount : 0);
	if (a->kind == OBJECT_ORDER && o)
		purse_add_order(p, a->status, &o->as.order);
}

struct purse telling_purse(const struct telling *t, const struct actor *inv)
{
	const struct invoice *latest = inv->latest ? &inv->latest->as.invoice : NULL;
	bool behind = latest && !str_equal(latest->status, inv->status);
	bool paid_by_none = true;
	struct purse p;

	purse_begin(&p, inv->status, latest, behind || (inv->record && inv->record->incomplete));
	for (size_t i = 0; i < t->actor_count; i++) {
		if (telling_invoice_of(t, &t->actors[i]) != inv)
			continue;
		paid_by_none &= t->actors[i].kind != OBJECT_PAYMENT;
		purse_add_actor(&p, &t->actors[i]);
	}
	if (paid_by_none && latest && latest->has_latest_payment)
		purse_add_payment(&p, latest->latest_payment.status,
				  latest->latest_payment.amount_usd, TIME_NONE);
	purse_end(&p);
	return p;
}

/* --- invoices and payments ----------------------------------------------------------------- */

/* What is confirmed is all there is to pay: the invoice will say so. */
static bool is_all_in(const struct purse *p)
{
	const struct purse_sum *in = &p->payments[STAGE_IN];

	if (!p->asked.known)
		return false;
	return in->sum >= p->asked.millis || (in->silent > 0 && p->counted.millis <= 0);
}

static void ahead_counted(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	struct story_next *n = ahead_add(x, inv, TONE_WAITING);
	char buf[MONEY_TEXT_CAP];

	if (p->payments[STAGE_IN].silent > 0)
		str_copy(n->text, sizeof(n->text),
			 "the invoice counts the payment that is confirmed");
	else
		str_printf(n->text, sizeof(n->text), "the invoice counts the %s that are confirmed",
			   usd_text(buf, p->payments[STAGE_IN].sum));
	ahead_by(x, n, ahead_later(p->in_ms, EXPECT_AGREE_MS), false);
}

static void ahead_pays(struct ahead *x, const struct actor *inv, const struct purse *p,
		       int64_t expires)
{
	struct story_next *n = ahead_add(x, inv, p->underpaid ? TONE_WARN : TONE_WAITING);
	const char *network = inv->latest ? inv->latest->as.invoice.payer_wallet_network : "";
	bool some = p->in.millis > 0 || p->payments[STAGE_COMING].sum > 0;
	char buf[MONEY_TEXT_CAP];

	if (p->rest.known && p->rest.millis > 0 && some)
		str_printf(n->text, sizeof(n->text), "the rest, %s%s%s, is paid",
			   usd_text(buf, p->rest.millis), network[0] ? " on " : "",
			   network[0] ? network_name(network) : "");
	else if (!p->underpaid && p->asked.known)
		str_printf(n->text, sizeof(n->text), "the customer pays %s",
			   usd_text(buf, p->asked.millis));
	else
		str_printf(n->text, sizeof(n->text), "%s is paid",
			   p->underpaid ? "the rest" : "the invoice");
	ahead_by(x, n, expires, true);
}

/* Somebody decides: it takes no money any more, or what came in is being given back. */
static void ahead_decided(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	struct story_next *n;
	char buf[MONEY_TEXT_CAP];

	if (p->held.millis <= 0)
		return;
	n = ahead_add(x, inv, TONE_WARN);
	str_printf(n->text, sizeof(n->text), "someone decides on the %s that is left in it",
		   usd_text(buf, p->held.millis));
}

static void ahead_unpaid(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	int64_t expires = inv->latest ? inv->latest->as.invoice.expires_at : TIME_NONE;
	bool in = purse_any_in(p) || p->payments[STAGE_COMING].count > 0;

	if (p->called_off)
		return; /* its order says what becomes of the money */
	if (is_all_in(p)) {
		ahead_counted(x, inv, p);
	} else if (expires != TIME_NONE && expires < x->t->now_ms) {
		struct story_next *n = ahead_add(x, inv, TONE_WARN);

		str_printf(n->text, sizeof(n->text), "Pepay says that it expired%s",
			   in ? ", and what becomes of the money" : "");
		ahead_by(x, n, expires, true);
	} else if (purse_seen(p) > 0 && purse_rest_is_coming(p)) {
		return; /* what is on its way is enough */
	} else if (purse_goes_back(p)) {
		ahead_decided(x, inv, p);
	} else {
		ahead_pays(x, inv, p, expires);
	}
}

static void ahead_too_much(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	struct story_next *n = ahead_add(x, inv, TONE_WARN);
	char buf[MONEY_TEXT_CAP];

	str_printf(n->text, sizeof(n->text), "the %s too much are given back",
		   usd_text(buf, p->owed));
}

/* Money that is in and that the invoice does not ask for (any more). */
static void ahead_decide(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	bool closed = p->state == PURSE_ENDED;
	char buf[MONEY_TEXT_CAP], more[MONEY_TEXT_CAP];
	struct story_next *n;

	if (p->called_off && !closed)
		return; /* its order says what becomes of the money */
	if (!closed) {
		if (p->owed > 0)
			ahead_too_much(x, inv, p);
		return;
	}
	if (!purse_holds(p))
		return;
	n = ahead_add(x, inv, TONE_WARN);
	(void)usd_text(buf, p->held.millis);
	if (p->held.millis <= 0)
		str_copy(n->text, sizeof(n->text), "someone honours or gives back what came in");
	else if (p->asked.known && p->held.millis < p->asked.millis && p->missing.millis > 0)
		str_printf(n->text, sizeof(n->text),
			   "someone gives back the %s that came in, or agrees on the rest", buf);
	else if (p->asked.known && p->held.millis > p->asked.millis)
		str_printf(n->text, sizeof(n->text),
			   "someone gives back the %s that came in, or only the %s too much", buf,
			   usd_text(more, money_minus(p->held.millis, p->asked.millis)));
	else
		str_printf(n->text, sizeof(n->text), "someone honours or gives back the %s that %s",
			   buf, p->given > 0 ? "is left in it" : "came in");
}

void ahead_invoice(struct ahead *x, const struct actor *a)
{
	struct purse p = telling_purse(x->t, a);

	if (str_equal(a->status, "unpaid") || str_equal(a->status, "underpaid"))
		ahead_unpaid(x, a, &p);
	else if (a->status[0])
		ahead_decide(x, a, &p);
}

static void ahead_settlement(struct ahead *x, const struct actor *a, const char *amount)
{
	int64_t from = a->settlement_since_ms;
	bool some = a->latest && a->latest->as.payment.amount_usd > 0;
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
		if (str_equal(a->settlement, "processing"))
			str_printf(n->text, sizeof(n->text), "%s %s settled", amount,
				   some ? "are" : "is");
		else
			str_printf(n->text, sizeof(n->text), "the settlement of %s begins", amount);
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
	if (payment_stage(a->status) == STAGE_COMING) {
		n = ahead_add(x, a, by_hand ? TONE_WARN : TONE_ACTIVE);
		str_printf(n->text, sizeof(n->text), "the payment%s%s is to be %s",
			   millis > 0 ? " of " : "", millis > 0 ? amount : "",
			   by_hand ? "verified by hand" : "confirmed");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_CONFIRM_MS), false);
	} else if (payment_stage(a->status) == STAGE_IN) {
		ahead_settlement(x, a, amount);
	}
}

/* A failed refund that was made good by later ones is over. */
static bool refunded_since(const struct telling *t, const struct actor *a)
{
	int64_t since = a->latest ? object_created_ms(a->latest) : TIME_NONE, sum = 0;

	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *b = &t->actors[i];
		struct purse_part part = {.status = b->status};

		if (b == a || b->kind != OBJECT_REFUND || !b->latest ||
		    telling_invoice_of(t, b) != telling_invoice_of(t, a) ||
		    object_created_ms(b->latest) == TIME_NONE ||
		    object_created_ms(b->latest) < since)
			continue;
		part.amount = b->latest->as.refund.amount;
		sum = money_plus(sum, purse_part_gives(&part));
	}
	return a->latest && sum > 0 && sum >= a->latest->as.refund.amount;
}

void ahead_refund(struct ahead *x, const struct actor *a)
{
	int64_t millis = a->latest ? a->latest->as.refund.amount : 0;
	enum refund_stage stage = refund_stage(a->status);
	char amount[MONEY_TEXT_CAP];
	struct story_next *n;

	if (refund_stage_is_open(stage)) {
		n = ahead_add(x, a, TONE_ACTIVE);
		str_printf(n->text, sizeof(n->text), "the refund%s%s arrives",
			   millis > 0 ? " of " : "", millis > 0 ? usd_text(amount, millis) : "");
		ahead_by(x, n, ahead_later(actor_since(a), EXPECT_REFUND_MS), false);
	} else if (stage == RETURN_FAILED && !refunded_since(x->t, a)) {
		n = ahead_add(x, a, TONE_BAD);
		str_printf(n->text, sizeof(n->text), "the refund%s%s is tried again",
			   millis > 0 ? " of " : "", millis > 0 ? usd_text(amount, millis) : "");
	}
}
