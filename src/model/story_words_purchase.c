/* What changed of an invoice, its payments and refunds. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"

static bool came_to(const struct change *c, const char *status)
{
	return str_equal(c->status, status) && !str_equal(c->before_status, status);
}

/* --- invoices ------------------------------------------------------------------------------ */

static void add_network(struct line *l, const struct invoice *inv)
{
	if (inv->payer_wallet_network[0])
		line_add(l, " on %s", network_name(inv->payer_wallet_network));
}

/* "80.01 of 200.00 USD came in on solana" */
static void add_came_in(struct line *l, const struct invoice *inv)
{
	char paid[MONEY_TEXT_CAP], amount[MONEY_TEXT_CAP];

	line_add(l, "%s of %s came in", usd_number(paid, inv->amount_paid),
		 usd_text(amount, inv->amount));
	add_network(l, inv);
}

static void add_too_much(struct line *l, const struct invoice *inv)
{
	char buf[MONEY_TEXT_CAP];

	if (inv->amount_paid > inv->amount)
		line_more(l, "%s too much",
			  usd_text(buf, money_minus(inv->amount_paid, inv->amount)));
}

static void words_paid(const struct change *c, struct line *l)
{
	const struct invoice *inv = &c->now->as.invoice;
	char buf[MONEY_TEXT_CAP];

	if (inv->amount_paid != inv->amount && inv->amount_paid > 0) {
		line_add(l, "paid: ");
		add_came_in(l, inv);
		add_too_much(l, inv);
		return;
	}
	line_add(l, "%s: %s",
		 str_equal(c->before_status, "underpaid") ? "the rest came in, paid in full"
							  : "paid in full",
		 usd_text(buf, inv->amount));
	add_network(l, inv);
}

static void words_expired(const struct change *c, struct line *l)
{
	const struct invoice *inv = &c->now->as.invoice;
	char paid[MONEY_TEXT_CAP], amount[MONEY_TEXT_CAP];

	if (inv->amount_paid > 0)
		line_add(l, "invoice expired with %s of %s paid",
			 usd_number(paid, inv->amount_paid), usd_text(amount, inv->amount));
	else
		line_add(l, c->pending.count > 0 || invoice_hides_money(inv)
				    ? "invoice expired"
				    : "invoice expired, nothing was paid");
	if (c->pending.silent > 0)
		line_add(l, ": %s seen and not confirmed",
			 c->pending.count == 1 ? "a payment is" : "payments are");
	else if (c->pending.count > 0)
		line_add(l, ": %s are seen and not confirmed", usd_text(amount, c->pending.sum));
}

static bool words_invoice_news(const struct change *c, struct line *l)
{
	const struct invoice *now = &c->now->as.invoice, *was = &c->before->as.invoice;
	char buf[MONEY_TEXT_CAP], when[WHEN_TEXT_CAP];
	int64_t more = money_minus(now->amount_paid, was->amount_paid);

	/* a list row may leave out what was paid: less is no news */
	if (more > 0 && str_equal(now->status, "expired")) {
		line_add(l, "%s came in", usd_text(buf, more));
		add_network(l, now);
		line_add(l, " after it expired");
		add_too_much(l, now);
	} else if (more > 0) {
		add_came_in(l, now);
		add_too_much(l, now);
	}
	if (now->amount != was->amount && now->amount > 0)
		line_more(l, "now asks for %s", usd_text(buf, now->amount));
	if (now->expires_at != was->expires_at && now->expires_at != TIME_NONE)
		line_more(l, "now to be paid by %s", when_iso(when, now->expires_at));
	if (!str_equal(now->customer_id, was->customer_id) && now->customer_id[0]) {
		line_more(l, "now of customer ");
		line_clip(l, now->customer_id, 60);
	}
	if (l->len == 0 && !str_equal(now->payer_wallet_network, was->payer_wallet_network) &&
	    now->payer_wallet_network[0])
		line_add(l, "to be paid on %s", network_name(now->payer_wallet_network));
	return l->len > 0;
}

/* Of an invoice of which nothing was known: what it says of money that came at that moment. */
static bool words_first_money(const struct change *c, struct line *l)
{
	const struct invoice *inv = &c->now->as.invoice;
	int64_t at = inv->last_payment_at;

	if (inv->amount_paid <= 0 || at == TIME_NONE || c->ms == TIME_NONE || c->ms < at ||
	    c->ms > at + SAME_MOMENT_MS)
		return false;
	add_came_in(l, inv);
	if (str_equal(inv->status, "expired") && at > inv->expires_at)
		line_add(l, " after it expired");
	add_too_much(l, inv);
	return true;
}

static void words_invoice_created(const struct change *c, struct line *l)
{
	char buf[MONEY_TEXT_CAP];

	if (c->now)
		line_add(l, "invoice of %s created", usd_text(buf, c->now->as.invoice.amount));
	else if (c->brief && c->brief->has_amount)
		line_add(l, "invoice of %s created", usd_text(buf, c->brief->amount.minor));
	else
		line_add(l, "invoice created");
}

static bool words_invoice(const struct change *c, struct line *l)
{
	if (c->born) {
		words_invoice_created(c, l);
		return true;
	}
	if (!c->now)
		return false;
	if (came_to(c, "underpaid") && c->now->as.invoice.amount_paid > 0) {
		add_came_in(l, &c->now->as.invoice);
		line_add(l, ": underpaid");
		return true;
	}
	if (came_to(c, "paid")) {
		words_paid(c, l);
		return true;
	}
	if (came_to(c, "expired")) {
		words_expired(c, l);
		return true;
	}
	if (!str_equal(c->status, c->before_status))
		return false;
	return c->before ? words_invoice_news(c, l) : words_first_money(c, l);
}

/* --- payments ------------------------------------------------------------------------------ */

static int64_t payment_amount(const struct change *c)
{
	if (c->now)
		return c->now->as.payment.amount_usd;
	if (c->brief && c->brief->has_amount)
		return c->brief->amount.minor;
	return c->before ? c->before->as.payment.amount_usd : 0;
}

static void words_payment_status(const struct change *c, struct line *l)
{
	static const char *const after[RANKS_MAX] = {
		[PAYMENT_PENDING] = "seen",
		[PAYMENT_UNDERPAID] = "confirmed: too little",
		[PAYMENT_CONFIRMED] = "confirmed",
		[PAYMENT_MANUAL_RETRY] = "waits for a manual retry",
	};
	const char *what = after[(unsigned)vocab_parse(VOCAB_PAYMENT, c->status) % RANKS_MAX];
	int64_t amount = payment_amount(c);
	char buf[MONEY_TEXT_CAP];

	if (amount > 0)
		line_add(l, "payment of %s %s", usd_text(buf, amount), what ? what : c->status);
	else
		line_add(l, "payment %s", what ? what : c->status);
}

static void words_settlement(const struct change *c, struct line *l)
{
	const struct invoice_payment *p = c->now ? &c->now->as.payment : NULL;
	const struct settlement *s =
		p && p->has_settlement && str_equal(p->settlement_status, c->settlement)
			? &p->settlement
			: NULL;
	const char *phrase = status_phrase(VOCAB_SETTLEMENT, c->settlement);
	char buf[STATUS_CAP];

	if (phrase)
		line_more(l, "%s", phrase);
	else
		line_more(l, "settlement: %s", c->settlement);
	if (s && str_equal(c->settlement, "settled") && s->network[0])
		line_add(l, " on %s", network_name(s->network));
	if (s && s->settlement_tx_hash[0])
		line_add(l, ", %s", short_text(buf, s->settlement_tx_hash));
}

static bool words_payment(const struct change *c, struct line *l)
{
	bool settles = c->settlement[0] && !str_equal(c->settlement, c->before_settlement);
	char buf[MONEY_TEXT_CAP];

	if (!str_equal(c->status, c->before_status))
		words_payment_status(c, l);
	if (settles && !(l->len > 0 && str_equal(c->settlement, "pending")))
		words_settlement(c, l);
	if (l->len == 0 && c->now && c->before &&
	    c->now->as.payment.amount_usd != c->before->as.payment.amount_usd)
		line_add(l, "the payment is of %s now",
			 usd_text(buf, c->now->as.payment.amount_usd));
	return l->len > 0;
}

/* --- refunds ------------------------------------------------------------------------------- */

static void words_refund_amount(const struct change *c, struct line *l)
{
	char buf[MONEY_TEXT_CAP];

	if (c->now)
		line_add(l, "refund of %s", usd_text(buf, c->now->as.refund.amount));
	else if (c->brief && c->brief->has_amount)
		line_add(l, "refund of %s", usd_text(buf, c->brief->amount.minor));
	else
		line_add(l, "refund");
}

static bool words_refund(const struct change *c, struct line *l)
{
	const struct refund *r = c->now ? &c->now->as.refund : NULL;
	char buf[STATUS_CAP];

	if (!c->born && str_equal(c->status, c->before_status))
		return false;
	words_refund_amount(c, l);
	if (str_equal(c->status, "pending")) {
		line_add(l, " asked for");
		if (r && r->reason[0]) {
			line_add(l, ": ");
			line_clip(l, r->reason, 90);
		}
	} else if (str_equal(c->status, "succeeded")) {
		line_add(l, " arrived");
		if (r && r->destination_wallet_network[0])
			line_add(l, " on %s", network_name(r->destination_wallet_network));
		if (r && r->tx_hash[0])
			line_add(l, ", %s", short_text(buf, r->tx_hash));
	} else if (str_equal(c->status, "failed")) {
		line_add(l, " failed");
		if (r && (r->failure_message[0] || r->failure_code[0])) {
			line_add(l, ": ");
			line_clip(l, r->failure_message[0] ? r->failure_message : r->failure_code,
				  90);
		}
	} else {
		line_add(l, ": %s", c->status);
	}
	return true;
}

bool purchase_words(const struct change *c, struct line *l)
{
	switch (c->kind) {
	case OBJECT_INVOICE:
		return words_invoice(c, l);
	case OBJECT_PAYMENT:
		return words_payment(c, l);
	case OBJECT_ORDER:
		return order_words(c, l);
	default:
		return words_refund(c, l);
	}
}
