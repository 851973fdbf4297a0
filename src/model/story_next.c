/*
 * What should happen next, for every state of every kind, and by when: as the server promised it,
 * or else as long as it takes when all is well (expectations.h).
 */
#include "model/story_priv.h"

#include "base/strbuf.h"

/* --- saying it ----------------------------------------------------------------------------- */

struct ahead {
	struct telling *t;
	struct story_next *items; /* room for more than are kept */
	size_t count;
};
#define AHEAD_MAX 64

static struct story_next *ahead_add(struct ahead *x, const struct actor *a, enum tone tone)
{
	struct story_next *n;

	if (x->count == AHEAD_MAX)
		return &x->items[AHEAD_MAX]; /* one more than is looked at */
	n = &x->items[x->count++];
	*n = (struct story_next){.by_ms = TIME_NONE, .tone = tone};
	(void)subject_set(&n->subject, subject_of_object(a->kind), a->id);
	return n;
}

static void ahead_by(const struct ahead *x, struct story_next *n, int64_t by_ms, bool promised)
{
	n->by_ms = by_ms;
	n->promised = promised && by_ms != TIME_NONE;
	n->overdue = by_ms != TIME_NONE && by_ms < x->t->now_ms;
	if (n->overdue && n->tone != TONE_BAD)
		n->tone = TONE_WARN;
}

static int64_t later(int64_t from_ms, int64_t expected)
{
	return from_ms == TIME_NONE ? TIME_NONE : from_ms + expected;
}

/* When it came to be as it is, as well as that is known. */
static int64_t since(const struct actor *a)
{
	if (a->since_ms != TIME_NONE)
		return a->since_ms;
	if (a->record && a->record->changed_ms != TIME_NONE)
		return a->record->changed_ms;
	return a->latest ? object_updated_ms(a->latest) : TIME_NONE;
}

/* --- the money of an invoice --------------------------------------------------------------- */

struct purse {
	int64_t asked, counted; /* by the invoice; asked 0: unknown */
	int64_t confirmed;      /* by its payments */
	int64_t pending;
	int64_t refunded; /* given back, or on its way */
	int64_t confirmed_ms;
	bool settles; /* some payment is not settled yet */
};

static bool is_confirmed(const struct actor *a)
{
	return str_equal(a->status, "confirmed") || str_equal(a->status, "underpaid");
}

static void purse_add_payment(struct purse *p, const struct actor *a)
{
	int64_t amount = a->latest ? a->latest->as.payment.amount_usd : 0;

	if (is_confirmed(a)) {
		p->confirmed += amount;
		if (since(a) != TIME_NONE && since(a) > p->confirmed_ms)
			p->confirmed_ms = since(a);
	} else {
		p->pending += amount;
	}
}

static struct purse purse_of(const struct telling *t, const struct actor *inv)
{
	struct purse p = {.confirmed_ms = TIME_NONE};

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
		if (a->kind == OBJECT_REFUND && a->latest && !str_equal(a->status, "failed"))
			p.refunded += a->latest->as.refund.amount;
		if (o && (str_equal(o->refund.status, "PENDING") ||
			  str_equal(o->refund.status, "COMPLETED")))
			p.refunded += o->refund.amount_usd;
	}
	return p;
}

/* --- invoices and payments ----------------------------------------------------------------- */

static void ahead_unpaid(struct ahead *x, const struct actor *inv, const struct purse *p)
{
	int64_t expires = inv->latest ? inv->latest->as.invoice.expires_at : TIME_NONE;
	bool short_of = str_equal(inv->status, "underpaid");
	char buf[MONEY_TEXT_CAP];
	struct story_next *n;

	if (p->asked > 0 && p->confirmed >= p->asked) {
		n = ahead_add(x, inv, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "the invoice counts the %s that are confirmed",
			   usd_text(buf, p->confirmed));
		ahead_by(x, n, later(p->confirmed_ms, EXPECT_AGREE_MS), false);
		return;
	}
	if (expires != TIME_NONE && expires < x->t->now_ms) {
		n = ahead_add(x, inv, TONE_WARN);
		str_printf(n->text, sizeof(n->text), "Pepay says that it expired%s",
			   p->counted + p->pending > 0 ? ", and what becomes of the money" : "");
		ahead_by(x, n, expires, true);
		return;
	}
	if (p->pending > 0 && p->counted + p->pending >= p->asked)
		return; /* what is on its way is enough */
	n = ahead_add(x, inv, short_of ? TONE_WARN : TONE_WAITING);
	if (!short_of && p->asked > 0)
		str_printf(n->text, sizeof(n->text), "the customer pays %s",
			   usd_text(buf, p->asked));
	else if (short_of && p->asked > p->counted && p->counted > 0)
		str_printf(n->text, sizeof(n->text), "the rest, %s%s%s, is paid",
			   usd_text(buf, p->asked - p->counted),
			   inv->latest->as.invoice.payer_wallet_network[0] ? " on " : "",
			   inv->latest->as.invoice.payer_wallet_network);
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
	int64_t left = in - p->refunded, kept = closed ? 0 : p->asked;
	char buf[MONEY_TEXT_CAP], more[MONEY_TEXT_CAP];
	struct story_next *n;

	if (left <= kept || (!closed && p->asked == 0))
		return;
	n = ahead_add(x, inv, TONE_WARN);
	(void)usd_text(buf, left);
	if (!closed)
		str_printf(n->text, sizeof(n->text), "the %s too much are given back",
			   usd_text(buf, left - kept));
	else if (left < p->asked)
		str_printf(n->text, sizeof(n->text),
			   "someone gives back the %s that came in, or agrees on the rest", buf);
	else if (left > p->asked && p->asked > 0)
		str_printf(n->text, sizeof(n->text),
			   "someone gives back the %s that came in, or only the %s too much", buf,
			   usd_text(more, left - p->asked));
	else
		str_printf(n->text, sizeof(n->text),
			   "someone honours or gives back the %s that came in", buf);
}

static void ahead_invoice(struct ahead *x, const struct actor *a)
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
		ahead_by(x, n, later(from, EXPECT_SETTLE_MS), false);
	} else if (str_equal(a->settlement, "failed")) {
		n->tone = TONE_BAD;
		str_printf(n->text, sizeof(n->text), "Pepay settles %s again, or says why not",
			   amount);
	} else {
		str_printf(n->text, sizeof(n->text),
			   str_equal(a->settlement, "processing") ? "%s are settled"
								  : "the settlement of %s begins",
			   amount);
		ahead_by(x, n, later(since(a), EXPECT_SETTLE_MS), false);
	}
}

static void ahead_payment(struct ahead *x, const struct actor *a)
{
	int64_t millis = a->latest ? a->latest->as.payment.amount_usd : 0;
	char amount[MONEY_TEXT_CAP];
	struct story_next *n;

	if (millis > 0)
		(void)usd_text(amount, millis);
	else
		str_copy(amount, sizeof(amount), "the payment");
	if (str_equal(a->status, "pending")) {
		n = ahead_add(x, a, TONE_ACTIVE);
		str_printf(n->text, sizeof(n->text),
			   millis > 0 ? "the payment of %s is confirmed" : "%s is confirmed",
			   amount);
		ahead_by(x, n, later(since(a), EXPECT_CONFIRM_MS), false);
	} else if (str_equal(a->status, "manual_retry")) {
		n = ahead_add(x, a, TONE_WARN);
		str_printf(n->text, sizeof(n->text),
			   millis > 0 ? "the payment of %s is verified by hand"
				      : "%s is verified by hand",
			   amount);
		ahead_by(x, n, later(since(a), EXPECT_CONFIRM_MS), false);
	} else if (is_confirmed(a)) {
		ahead_settlement(x, a, amount);
	}
}

static void ahead_refund(struct ahead *x, const struct actor *a)
{
	int64_t millis = a->latest ? a->latest->as.refund.amount : 0;
	char amount[MONEY_TEXT_CAP];
	struct story_next *n;

	if (str_equal(a->status, "pending")) {
		n = ahead_add(x, a, TONE_ACTIVE);
		str_printf(n->text, sizeof(n->text), "the refund%s%s arrives",
			   millis > 0 ? " of " : "", millis > 0 ? usd_text(amount, millis) : "");
		ahead_by(x, n, later(since(a), EXPECT_REFUND_MS), false);
	} else if (str_equal(a->status, "failed")) {
		n = ahead_add(x, a, TONE_BAD);
		str_printf(n->text, sizeof(n->text), "the refund%s%s is tried again",
			   millis > 0 ? " of " : "", millis > 0 ? usd_text(amount, millis) : "");
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

/* --- orders -------------------------------------------------------------------------------- */

static bool order_was_paid(const struct telling *t, const struct actor *a)
{
	const struct actor *inv = telling_invoice_of(t, a);

	if (inv && str_equal(inv->status, "paid"))
		return true;
	return a->latest && str_equal(a->latest->as.order.payment.status, "paid");
}

/* The money of an order that ended without its goods. */
static void ahead_order_money(struct ahead *x, const struct actor *a)
{
	const struct order *o = a->latest ? &a->latest->as.order : NULL;
	const char *refund = o ? o->refund.status : "";
	char buf[MONEY_TEXT_CAP];
	int64_t amount = o ? (o->refund.amount_usd > 0 ? o->refund.amount_usd : o->total) : 0;
	struct story_next *n;

	if (str_equal(refund, "COMPLETED") || !order_was_paid(x->t, a))
		return;
	n = ahead_add(x, a, TONE_WARN);
	if (amount > 0)
		(void)usd_text(buf, amount);
	else
		str_copy(buf, sizeof(buf), "the money");
	if (str_equal(refund, "PENDING")) {
		n->tone = TONE_ACTIVE;
		str_printf(n->text, sizeof(n->text), "%s go back to the customer", buf);
		ahead_by(x, n, later(since(a), EXPECT_REFUND_MS), false);
	} else {
		str_printf(n->text, sizeof(n->text), "%s are given back%s", buf,
			   str_equal(refund, "FAILED") ? ": the refund failed" : "");
	}
}

static int64_t invoice_paid_ms(const struct telling *t, const struct actor *order)
{
	const struct actor *inv = telling_invoice_of(t, order);

	return inv && str_equal(inv->status, "paid") ? since(inv) : TIME_NONE;
}

static void ahead_order_unpaid(struct ahead *x, const struct actor *a)
{
	const struct actor *inv = telling_invoice_of(x->t, a);
	struct story_next *n;

	if (order_was_paid(x->t, a)) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the order takes note that it is paid");
		ahead_by(x, n, later(invoice_paid_ms(x->t, a), EXPECT_AGREE_MS), false);
	} else if (inv &&
		   (str_equal(inv->status, "expired") || str_equal(inv->status, "canceled"))) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the order is cancelled");
		ahead_by(x, n, later(since(inv), EXPECT_AGREE_MS), false);
	} else if (!inv || !inv->status[0]) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the customer pays the order");
	}
}

static void ahead_order(struct ahead *x, const struct actor *a)
{
	const struct order *o = a->latest ? &a->latest->as.order : NULL;
	const char *retailer = o && o->retailer[0] ? o->retailer : "the retailer";
	struct story_next *n;

	if (str_equal(a->status, "pending_payment")) {
		ahead_order_unpaid(x, a);
	} else if (str_equal(a->status, "processing")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "the order is placed with %s", retailer);
		ahead_by(x, n, later(since(a), EXPECT_PLACE_MS), false);
	} else if (str_equal(a->status, "placed")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_printf(n->text, sizeof(n->text), "%s ships it", retailer);
		ahead_by(x, n, later(since(a), EXPECT_SHIP_MS), false);
	} else if (str_equal(a->status, "shipped")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "it is delivered");
		ahead_by(x, n, later(since(a), EXPECT_DELIVER_MS), false);
	} else if (str_equal(a->status, "cancelled") || str_equal(a->status, "failed")) {
		ahead_order_money(x, a);
	}
}

/* --- ramps --------------------------------------------------------------------------------- */

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
		ahead_by(x, n, later(since(a), EXPECT_PAYOUT_MS), false);
}

/* "3,026.55 PLN arrive" */
static const char *fiat_arrives(char buf[MONEY_TEXT_CAP * 2], const struct payout *p)
{
	char amount[MONEY_TEXT_CAP];

	str_printf(buf, MONEY_TEXT_CAP * 2, "%s arrive", fiat_text(amount, p));
	return buf;
}

static void ahead_payout(struct ahead *x, const struct actor *a)
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

static void ahead_deposit(struct ahead *x, const struct actor *a)
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
		str_copy(n->text, sizeof(n->text), "the deposit is confirmed");
		ahead_by(x, n, later(since(a), EXPECT_DEPOSIT_MS), false);
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

static void ahead_kyc(struct ahead *x, const struct actor *a)
{
	struct story_next *n;
	bool own = x->t->at.kind == SUBJECT_KYC;

	if (str_equal(a->status, "pending")) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the KYC check is decided");
		ahead_by(x, n, later(since(a), EXPECT_KYC_MS), false);
	} else if ((str_equal(a->status, "rejected") || str_equal(a->status, "expired")) &&
		   (own || money_waits(x->t))) {
		n = ahead_add(x, a, TONE_WARN);
		str_copy(n->text, sizeof(n->text), "the customer hands in new documents");
	} else if (str_equal(a->status, "not_started") && (own || money_waits(x->t))) {
		n = ahead_add(x, a, TONE_WAITING);
		str_copy(n->text, sizeof(n->text), "the customer hands in documents");
	}
}

/* --- all of it ----------------------------------------------------------------------------- */

static void ahead_quote(struct ahead *x)
{
	const struct actor *inv = telling_first(x->t, OBJECT_INVOICE);
	const struct payor_session *s = inv ? answer_session(x->t->st, inv->id, NULL) : NULL;
	struct story_next *n;

	if (!s || !s->has_quote || s->quote.valid_until == TIME_NONE ||
	    s->quote.valid_until < x->t->now_ms ||
	    !(str_equal(inv->status, "unpaid") || str_equal(inv->status, "underpaid")))
		return;
	n = ahead_add(x, inv, TONE_WAITING);
	n->subject.kind = SUBJECT_SESSION;
	str_printf(n->text, sizeof(n->text), "the quote of %s %s is used, or runs out",
		   s->quote.token_amount, s->quote.token_symbol);
	ahead_by(x, n, s->quote.valid_until, true);
}

static void ahead_actor(struct ahead *x, const struct actor *a)
{
	switch (a->kind) {
	case OBJECT_INVOICE:
		ahead_invoice(x, a);
		break;
	case OBJECT_PAYMENT:
		ahead_payment(x, a);
		break;
	case OBJECT_ORDER:
		ahead_order(x, a);
		break;
	case OBJECT_PAYOUT:
		ahead_payout(x, a);
		break;
	case OBJECT_KYC:
		ahead_kyc(x, a);
		break;
	case OBJECT_DEPOSIT:
		ahead_deposit(x, a);
		break;
	case OBJECT_REFUND:
		if (!str_equal(a->status, "failed") || !refunded_since(x->t, a))
			ahead_refund(x, a);
		break;
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
}

/* Overdue first, then what comes soonest; what no time is promised for comes last. */
static bool presses_more(const struct story_next *a, const struct story_next *b)
{
	if (a->overdue != b->overdue)
		return a->overdue;
	if ((a->by_ms == TIME_NONE) != (b->by_ms == TIME_NONE))
		return b->by_ms == TIME_NONE;
	return a->by_ms < b->by_ms;
}

static void ahead_sort(struct story_next *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct story_next n = items[i];
		size_t at = i;

		for (; at > 0 && presses_more(&n, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = n;
	}
}

void telling_look_ahead(struct telling *t)
{
	struct story_next items[AHEAD_MAX + 1];
	struct ahead x = {.t = t, .items = items};
	struct story *s = t->s;
	bool known = false;

	for (size_t i = 0; i < t->actor_count; i++) {
		known |= t->actors[i].status[0] != '\0';
		ahead_actor(&x, &t->actors[i]);
	}
	ahead_quote(&x);
	ahead_sort(items, x.count);
	s->next_count = x.count < STORY_NEXT_MAX ? x.count : STORY_NEXT_MAX;
	memcpy(s->next, items, s->next_count * sizeof(items[0]));
	s->over = known && x.count == 0;
}
