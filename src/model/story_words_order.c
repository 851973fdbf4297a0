/* What changed of an order: its way through the retailer, parcels, cancellation, refund. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "model/networks.h"

/* --- parcels ------------------------------------------------------------------------------- */

static const char *parcel_number(const struct shipment *p)
{
	return p->tracking_number[0] ? p->tracking_number : p->retailer_tracking_number;
}

void parcel_words(const struct shipment *p, struct line *l)
{
	if (p->carrier[0])
		line_add(l, " with %s", p->carrier);
	if (parcel_number(p)[0]) {
		line_add(l, " ");
		line_clip(l, parcel_number(p), 60);
	}
}

static const struct shipment *parcel_before(const struct order *was, const struct shipment *p)
{
	for (size_t i = 0; was && i < was->shipment_count; i++)
		if (str_equal(was->shipments[i].shipment_id, p->shipment_id))
			return &was->shipments[i];
	return NULL;
}

static void words_parcels(const struct order *now, const struct order *was, struct line *l)
{
	for (size_t i = 0; i < now->shipment_count; i++) {
		const struct shipment *p = &now->shipments[i], *before = parcel_before(was, p);

		if (!before) {
			line_more(l, "a parcel is on its way");
			parcel_words(p, l);
		} else if (!str_equal(p->delivery_status, before->delivery_status)) {
			line_more(l, "parcel ");
			line_clip(l, parcel_number(p), 60);
			line_add(l, ": %s", p->delivery_status);
		} else if (!str_equal(parcel_number(p), parcel_number(before))) {
			line_more(l, "the parcel's number is ");
			line_clip(l, parcel_number(p), 60);
		}
	}
}

/* --- the money back ------------------------------------------------------------------------ */

static bool refund_is(const struct order *o, const char *status)
{
	return o && str_equal(o->refund.status, status);
}

static void words_money_back(const struct order *now, const struct order *was, struct line *l)
{
	char buf[MONEY_TEXT_CAP], hash[STATUS_CAP];
	int64_t amount = now->refund.amount_usd > 0 ? now->refund.amount_usd : now->total;

	if (!now->refund.status[0] || (was && str_equal(now->refund.status, was->refund.status)) ||
	    (!was && refund_is(now, "NONE")))
		return;
	if (refund_is(now, "PENDING"))
		line_more(l, "refund of %s is under way", usd_text(buf, amount));
	else if (refund_is(now, "COMPLETED"))
		line_more(l, "refund of %s was paid out", usd_text(buf, amount));
	else if (refund_is(now, "FAILED"))
		line_more(l, "refund of %s failed", usd_text(buf, amount));
	else
		line_more(l, "refund: %s", now->refund.status);
	if (now->refund.tx_hash[0])
		line_more(l, "%s", short_text(hash, now->refund.tx_hash));
}

/* --- all of it ----------------------------------------------------------------------------- */

static const char *message_of(const struct order *o, const char *status)
{
	for (size_t i = o ? o->timeline_count : 0; i > 0; i--)
		if (str_equal(o->timeline[i - 1].status, status))
			return o->timeline[i - 1].message;
	return "";
}

static void words_created(const struct change *c, const struct order *o, struct line *l)
{
	char buf[MONEY_TEXT_CAP];

	line_add(l, "order");
	if (o && o->item_count > 0)
		line_add(l, " of %lld item%s", (long long)o->item_count,
			 o->item_count == 1 ? "" : "s");
	if (o && o->total > 0)
		line_add(l, " for %s", usd_text(buf, o->total));
	else if (!o && c->brief && c->brief->has_amount)
		line_add(l, " for %s", usd_text(buf, c->brief->amount.minor));
	if (o && o->retailer[0])
		line_add(l, " at %s", retailer_name(o->retailer));
	line_add(l, " created");
}

static void words_failure(const char *head, const struct order *o, struct line *l)
{
	const char *message = message_of(o, o->status);

	line_add(l, message[0] ? "%s: " : "%s", head);
	line_clip(l, message, 80);
}

static bool words_status(const struct change *c, const struct order *o, struct line *l)
{
	if (!o)
		return false;
	if (str_equal(c->status, "placed")) {
		line_add(l, "order placed with %s", retailer_name(o->retailer));
	} else if (str_equal(c->status, "shipped")) {
		line_add(l, "shipped");
		if (o->shipment_count > 0)
			parcel_words(&o->shipments[o->shipment_count - 1], l);
	} else if (str_equal(c->status, "failed")) {
		words_failure("order failed", o, l);
	} else if (str_equal(c->status, "cancelled")) {
		words_failure("order cancelled", o, l);
	} else {
		return false;
	}
	return true;
}

/* Is this entry of the timeline the one with which the status began? */
static bool begins_status(const struct order *o, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_equal(o->timeline[i].status, o->timeline[at].status))
			return false;
	return true;
}

static void words_news(const struct order *now, const struct order *was, struct line *l)
{
	char id[STATUS_CAP];

	if (now->timeline_count > was->timeline_count)
		line_clip(l, now->timeline[now->timeline_count - 1].message, 90);
	else if (!str_equal(now->substatus, was->substatus) && now->substatus[0])
		line_more(l, "order: %s", now->substatus);
	words_parcels(now, was, l);
	if (!str_equal(now->invoice_id, was->invoice_id) && now->invoice_id[0])
		line_more(l, "its invoice is %s now", short_text(id, now->invoice_id));
	if (!str_equal(now->cancellation_status, was->cancellation_status) &&
	    now->cancellation_status[0])
		line_more(l, "cancellation: %s", now->cancellation_status);
	if (l->len == 0 && now->payment.has_settlement &&
	    !str_equal(now->payment.settlement.status, was->payment.settlement.status))
		line_more(l, "its payment: %s", now->payment.settlement.status);
}

/* Of an order of which nothing was known: what its own fields say of that moment. */
static void words_first_news(const struct order *now, int64_t ms, struct line *l)
{
	for (size_t i = now->timeline_count; i > 0 && l->len == 0; i--) {
		const struct order_step *step = &now->timeline[i - 1];
		if (is_near(step->timestamp, ms) && !begins_status(now, i - 1))
			line_clip(l, step->message, 90);
	}
	for (size_t i = 0; i < now->shipment_count && l->len == 0; i++) {
		if (!is_near(now->shipments[i].obtained_at, ms))
			continue;
		line_more(l, "a parcel is on its way");
		parcel_words(&now->shipments[i], l);
	}
}

bool order_words(const struct change *c, struct line *l)
{
	const struct order *now = c->now ? &c->now->as.order : NULL;
	const struct order *was = c->before ? &c->before->as.order : NULL;
	bool moved = !str_equal(c->status, c->before_status);

	if (c->born) {
		words_created(c, now, l);
		return true;
	}
	if (moved && !words_status(c, now, l)) {
		state_words(c->kind, c->status, l->text);
		l->len = strlen(l->text);
	}
	if (!now || !now->has_snapshot)
		return l->len > 0;
	if (!moved && was)
		words_news(now, was, l);
	else if (!moved)
		words_first_news(now, c->ms, l);
	if (!c->past && (moved || was || changed_after(c->now, c->status, c->ms, false)))
		words_money_back(now, was, l);
	return l->len > 0;
}
