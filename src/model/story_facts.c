/*
 * What only the fields of objects and answers tell: beginnings, moments with a time of their own,
 * and deadlines that went by without a word. Nothing that an event has said already.
 */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"

#define CART_NEWS_MS EXPECT_DAYS(2)

const char *birth_status(enum object_kind kind)
{
	static const char *const births[OBJECT_KIND_COUNT] = {
		[OBJECT_NONE] = "",
		[OBJECT_INVOICE] = "unpaid",
		[OBJECT_PAYMENT] = "pending",
		[OBJECT_ORDER] = "pending_payment",
		[OBJECT_PAYOUT] = "queued",
		[OBJECT_KYC] = "pending",
		[OBJECT_DEPOSIT] = "awaiting_funds",
		[OBJECT_REFUND] = "pending",
	};
	return births[kind];
}

/* --- when ---------------------------------------------------------------------------------- */

/* Too little came in in time: it is so, or it ended so. */
static bool was_underpaid(const struct invoice *inv)
{
	if (str_equal(inv->status, "underpaid"))
		return true;
	return str_equal(inv->status, "expired") && inv->amount_paid > 0 &&
	       inv->amount_paid < inv->amount && inv->last_payment_at <= inv->expires_at;
}

static int64_t invoice_status_ms(const struct invoice *inv, const char *status)
{
	if (str_equal(status, "paid"))
		return inv->paid_at;
	if (str_equal(status, "expired") && str_equal(inv->status, "expired"))
		return inv->expires_at;
	if (str_equal(status, "underpaid") && was_underpaid(inv))
		return inv->last_payment_at;
	return TIME_NONE;
}

static int64_t order_status_ms(const struct order *o, const char *status)
{
	for (size_t i = 0; i < o->timeline_count; i++)
		if (str_equal(o->timeline[i].status, status))
			return o->timeline[i].timestamp;
	return str_equal(o->status, status) ? o->updated_at : TIME_NONE;
}

static int64_t kyc_status_ms(const struct kyc *k, const char *status)
{
	if (str_equal(status, "approved") && str_equal(k->status, "expired"))
		return k->reviewed_at;
	if (str_equal(status, "approved") || str_equal(status, "rejected"))
		return str_equal(k->status, status) ? k->reviewed_at : TIME_NONE;
	return TIME_NONE;
}

static int64_t last_status_ms(const struct object *o, const char *status)
{
	return str_equal(object_status(o), status) ? object_updated_ms(o) : TIME_NONE;
}

int64_t fact_status_ms(const struct object *o, const char *status)
{
	if (!o)
		return TIME_NONE;
	if (str_equal(status, birth_status(o->kind)) && object_created_ms(o) != TIME_NONE)
		return object_created_ms(o);
	switch (o->kind) {
	case OBJECT_INVOICE:
		return invoice_status_ms(&o->as.invoice, status);
	case OBJECT_ORDER:
		return order_status_ms(&o->as.order, status);
	case OBJECT_KYC:
		return kyc_status_ms(&o->as.kyc, status);
	case OBJECT_PAYOUT:
		return str_equal(status, "paid") ? o->as.payout.paid_at : last_status_ms(o, status);
	case OBJECT_DEPOSIT:
	case OBJECT_REFUND:
		return last_status_ms(o, status);
	default:
		return TIME_NONE;
	}
}

/* --- what is told already ------------------------------------------------------------------ */

static bool told_near(const struct telling *t, const struct actor *a, int64_t ms)
{
	for (size_t i = 0; i < t->draft_count; i++) {
		const struct story_step *s = &t->drafts[i].step;

		if (is_near(s->ms, ms) && s->subject.kind == subject_of_object(a->kind) &&
		    str_equal(s->subject.id, a->id))
			return true;
	}
	return false;
}

struct draft *telling_fact(struct telling *t, const struct actor *a, int64_t ms, enum tone tone)
{
	struct draft *d = telling_draft(t, a, ms, STORY_ANSWER);

	d->step.tone = tone;
	d->step.marks = STORY_INFERRED;
	d->at = telling_place(t, a, ms, false);
	return d;
}

/* --- by kind ------------------------------------------------------------------------------- */

static void add_birth(struct telling *t, struct actor *a)
{
	int64_t ms = a->latest ? object_created_ms(a->latest) : TIME_NONE;
	struct change c = {.kind = a->kind,
			   .status = birth_status(a->kind),
			   .before_status = "",
			   .settlement = "",
			   .before_settlement = "",
			   .now = a->latest,
			   .ms = ms,
			   .born = true};
	struct draft *d;

	if (a->born || ms == TIME_NONE || told_near(t, a, ms))
		return;
	d = telling_fact(t, a, ms, TONE_NEUTRAL);
	(void)change_words(&c, d->step.text, &d->step.tone);
	str_copy(d->step.status, sizeof(d->step.status), c.status);
	d->at = telling_place(t, a, ms, true);
	if (a->first_ms == TIME_NONE || ms < a->first_ms)
		a->first_ms = ms;
}

static void add_last_payment(struct telling *t, const struct actor *a)
{
	const struct invoice *inv = &a->latest->as.invoice;
	char paid[MONEY_TEXT_CAP], amount[MONEY_TEXT_CAP];
	struct draft *d;

	if (inv->last_payment_at == TIME_NONE || inv->amount_paid == 0 ||
	    told_near(t, a, inv->last_payment_at))
		return;
	for (size_t i = 0; i < t->actor_count; i++)
		if (t->actors[i].kind == OBJECT_PAYMENT &&
		    told_near(t, &t->actors[i], inv->last_payment_at))
			return;
	d = telling_fact(t, a, inv->last_payment_at, TONE_ACTIVE);
	str_printf(d->step.text, sizeof(d->step.text), "money came in: %s of %s so far",
		   usd_number(paid, inv->amount_paid), usd_text(amount, inv->amount));
}

static void add_order_timeline(struct telling *t, const struct actor *a)
{
	const struct order *o = &a->latest->as.order;

	for (size_t i = 0; i < o->timeline_count; i++) {
		const struct order_step *step = &o->timeline[i];
		struct draft *d;
		struct line l;

		if (step->timestamp == TIME_NONE || told_near(t, a, step->timestamp))
			continue;
		d = telling_fact(t, a, step->timestamp, TONE_NEUTRAL);
		l = (struct line){.text = d->step.text, .cap = STORY_TEXT_CAP};
		line_clip(&l, step->message[0] ? step->message : step->status, 120);
	}
}

static void add_parcels(struct telling *t, const struct actor *a)
{
	const struct order *o = &a->latest->as.order;

	for (size_t i = 0; i < o->shipment_count; i++) {
		const struct shipment *p = &o->shipments[i];
		struct draft *d;
		struct line l = {.cap = STORY_TEXT_CAP};

		if (p->obtained_at == TIME_NONE || told_near(t, a, p->obtained_at))
			continue;
		d = telling_fact(t, a, p->obtained_at, TONE_ACTIVE);
		l.text = d->step.text;
		line_add(&l, "a parcel is on its way");
		parcel_words(p, &l);
	}
}

static void add_kyc(struct telling *t, const struct actor *a)
{
	const struct kyc *k = &a->latest->as.kyc;

	if (k->reviewed_at != TIME_NONE && !told_near(t, a, k->reviewed_at)) {
		struct draft *d = telling_fact(t, a, k->reviewed_at, TONE_NEUTRAL);
		str_printf(d->step.text, sizeof(d->step.text), "KYC decided");
	}
}

/* --- deadlines ----------------------------------------------------------------------------- */

static void add_deadline(struct telling *t, const struct actor *a, int64_t ms, const char *text)
{
	struct draft *d;

	if (ms == TIME_NONE || ms >= t->now_ms)
		return;
	d = telling_draft(t, a, ms, STORY_DEADLINE);
	str_copy(d->step.text, sizeof(d->step.text), text);
	d->step.tone = TONE_WARN;
	d->step.marks = STORY_OVERDUE;
}

static void add_deadlines(struct telling *t, const struct actor *a)
{
	if (a->kind == OBJECT_INVOICE &&
	    (str_equal(a->status, "unpaid") || str_equal(a->status, "underpaid")))
		add_deadline(t, a, a->latest->as.invoice.expires_at,
			     "the time to pay ran out, and nothing says that it expired");
	if (a->kind == OBJECT_PAYOUT &&
	    (str_equal(a->status, "queued") || str_equal(a->status, "processing")))
		add_deadline(t, a, a->latest->as.payout.estimated_arrival_at,
			     "it was to be in the bank, and nothing says that it is");
}

/* --- what is no object --------------------------------------------------------------------- */

static void add_session(struct telling *t)
{
	const struct actor *inv = telling_first(t, OBJECT_INVOICE);
	const struct payor_session *s = inv ? answer_session(t->st, inv->id, NULL) : NULL;
	struct draft *d;
	char when[WHEN_TEXT_CAP];

	if (!s || !s->has_quote || s->quote.updated_at == TIME_NONE)
		return;
	d = telling_draft(t, NULL, s->quote.updated_at, STORY_ANSWER);
	(void)subject_set(&d->step.subject, SUBJECT_SESSION, inv->id);
	str_printf(d->step.text, sizeof(d->step.text),
		   "the payor was quoted %s %s on %s, good until %s", s->quote.token_amount,
		   s->quote.token_symbol, network_name(s->quote.network),
		   when_clock(when, s->quote.valid_until));
	if (s->quote.valid_until == TIME_NONE || s->quote.valid_until >= t->now_ms ||
	    !(str_equal(inv->status, "unpaid") || str_equal(inv->status, "underpaid")))
		return;
	d = telling_draft(t, NULL, s->quote.valid_until, STORY_DEADLINE);
	(void)subject_set(&d->step.subject, SUBJECT_SESSION, inv->id);
	str_copy(d->step.text, sizeof(d->step.text),
		 "the quote ran out; the payor has to ask for another");
}

static void add_cart(struct telling *t)
{
	const struct actor *order = telling_first(t, OBJECT_ORDER);
	const char *customer = t->s->related.customer;
	const struct shop_cart *cart;
	char buf[MONEY_TEXT_CAP];
	struct draft *d;

	if ((!order && t->at.kind != SUBJECT_CART) || !customer[0])
		return;
	cart = answer_cart(t->st, customer, NULL, NULL);
	if (!cart || cart->created_at == TIME_NONE)
		return;
	if (order && (order->first_ms == TIME_NONE || cart->created_at > order->first_ms ||
		      cart->created_at < order->first_ms - CART_NEWS_MS))
		return; /* not the one it was bought with */
	d = telling_draft(t, NULL, cart->created_at, STORY_ANSWER);
	(void)subject_set(&d->step.subject, SUBJECT_CART, customer);
	str_printf(d->step.text, sizeof(d->step.text), "cart begun; %lld item%s for %s in it now",
		   (long long)cart->quantity, cart->quantity == 1 ? "" : "s",
		   usd_text(buf, cart->subtotal));
	d->at.seq = -2;
}

static void actor_add_facts(struct telling *t, struct actor *a)
{
	telling_add_answer(t, a);
	if (!a->latest)
		return;
	add_birth(t, a);
	if (a->kind == OBJECT_INVOICE)
		add_last_payment(t, a);
	if (a->kind == OBJECT_ORDER) {
		add_order_timeline(t, a);
		add_parcels(t, a);
	}
	if (a->kind == OBJECT_KYC)
		add_kyc(t, a);
	add_deadlines(t, a);
}

void telling_add_facts(struct telling *t)
{
	/* payments first: an invoice says less of them than they do */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t->actor_count; i++)
			if ((t->actors[i].kind == OBJECT_PAYMENT) == (pass == 0))
				actor_add_facts(t, &t->actors[i]);
	add_session(t);
	add_cart(t);
}
