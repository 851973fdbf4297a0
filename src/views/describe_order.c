/* An order as facts: what is in it, what happened to it, where it goes. */
#include "views/describe.h"

#include "model/networks.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>
#include <strings.h>

/* A pane's lines are not for a cursor. */
static void order_link(struct doc *d, bool whole, const char *label, enum subject_kind kind,
		       const char *id)
{
	if (whole)
		fact_subject(d, label, kind, id);
	else
		fact_given(d, label, id);
}

/* What the quantity costs; false: more than there is. */
static bool line_total(const struct line_item *l, int64_t *ret)
{
	return !__builtin_mul_overflow(l->price, l->quantity, ret);
}

/* A price is that of one; the line's is what adds up to the order's. */
static void order_line_price(struct doc *d, const struct line_item *l)
{
	char buf[MONEY_TEXT_CAP];
	int64_t total;

	if (l->quantity == 1 || !line_total(l, &total)) {
		doc_add_right(d, -1, ROLE_STRONG, "  %s USD%s",
			      money_format(buf, money_usd_millis(l->price), MONEY_PLAIN),
			      l->quantity == 1 ? "" : " each");
		return;
	}
	doc_add(d, ROLE_MUTED, "  %s each",
		money_format(buf, money_usd_millis(l->price), MONEY_PLAIN));
	doc_add_right(d, -1, ROLE_STRONG, "  %s USD",
		      money_format(buf, money_usd_millis(total), MONEY_PLAIN));
}

static void order_sum_line(struct doc *d, const char *what, enum role role, int64_t usd_millis)
{
	char buf[MONEY_TEXT_CAP];

	doc_line(d);
	doc_add_at(d, 6, ROLE_MUTED, "%s", what);
	doc_add_right(d, -1, role, "  %s USD",
		      money_format(buf, money_usd_millis(usd_millis), MONEY_PLAIN));
}

/* What the lines leave of the total: nothing else tells of shipping and tax (contract 13). */
static void order_sum(struct doc *d, const struct order *o)
{
	int64_t rest = o->total, one;
	bool fee = o->commerce_fee > 0;

	for (size_t i = 0; i < o->line_count; i++) {
		if (!line_total(&o->lines[i], &one) || __builtin_sub_overflow(rest, one, &rest))
			return;
	}
	if (o->line_count == 0 || (rest == 0 && o->line_count == 1) ||
	    __builtin_sub_overflow(rest, o->commerce_fee, &rest))
		return;
	if (rest > 0)
		order_sum_line(d, fee ? "shipping and tax" : "shipping, tax and fee", ROLE_TEXT,
			       rest);
	if (fee)
		order_sum_line(d, "fee", ROLE_TEXT, o->commerce_fee);
	if (rest < 0)
		order_sum_line(d, "less than its lines come to", ROLE_WARN, rest);
	order_sum_line(d, "total", ROLE_STRONG, o->total);
}

static void order_line_status(struct doc *d, const char *status)
{
	const struct word *w = vocab_find(VOCAB_ORDER, status);
	struct safe_text t;

	if (w)
		safe_text_set(&t, w->words);
	else
		cell_wire_word(&t, status);
	doc_add(d, ROLE_MUTED, "  %s", safe_text_str(&t));
}

static void order_lines(struct doc *d, const struct order *o, bool whole)
{
	if (!d->compact)
		doc_heading(d, "Items");
	for (size_t i = 0; i < o->line_count; i++) {
		const struct line_item *l = &o->lines[i];

		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "%lld x", (long long)l->quantity);
		doc_add_at(d, 6, ROLE_TEXT, "%s", l->title);
		if (whole && l->status[0] != '\0' && strcmp(l->status, o->status) != 0)
			order_line_status(d, l->status);
		order_line_price(d, l);
		if (whole && l->product_id[0] != '\0') {
			doc_line(d);
			doc_add_at(d, 6, ROLE_MUTED, "product %s", l->product_id);
			product_key(d, l->product_id, i);
		}
	}
	if (!d->compact)
		order_sum(d, o);
}

static void order_steps(struct doc *d, const struct view_context *ctx, const struct order *o,
			bool whole)
{
	char clock[WHEN_TEXT_CAP];

	doc_heading(d, "Timeline");
	for (size_t i = 0; i < o->timeline_count; i++) {
		const struct order_step *s = &o->timeline[i];
		const struct word *w = vocab_find(VOCAB_ORDER, s->status);
		enum tone tone = w ? w->tone : TONE_NEUTRAL;

		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "%s", when_clock(clock, s->timestamp));
		doc_add_at(d, 10, tone_role(tone), "%s", glyph_str(tone_glyph(tone), ctx->ascii));
		doc_add_at(d, 12, ROLE_TEXT, "%s", s->message[0] != '\0' ? s->message : s->status);
		if (whole && !w && s->message[0] != '\0')
			doc_add(d, ROLE_MUTED, "  %s", s->status);
	}
}

static void order_shipments(struct doc *d, const struct view_context *ctx, const struct order *o,
			    bool whole)
{
	if (o->shipment_count == 0)
		return;
	doc_heading(d, o->shipment_count == 1 ? "Shipment" : "Shipments");
	for (size_t i = 0; i < o->shipment_count; i++) {
		const struct shipment *s = &o->shipments[i];

		doc_line(d);
		doc_add_at(d, 1, ROLE_TEXT, "%s ", s->carrier);
		doc_add(d, ROLE_STRONG, "%s", s->tracking_number);
		doc_add(d, ROLE_ACTIVE, "  %s", s->delivery_status);
		fact_when(d, ctx, "since", s->obtained_at);
		if (!whole)
			continue;
		fact_given(d, "track at", s->carrier_tracking_url);
		if (strcmp(s->retailer_tracking_number, s->tracking_number) != 0)
			fact_given(d, "retailer's no", s->retailer_tracking_number);
		if (strcmp(s->retailer_tracking_url, s->carrier_tracking_url) != 0)
			fact_given(d, "retailer's", s->retailer_tracking_url);
		fact_given(d, "shipment", s->shipment_id);
	}
}

/* The words of an order's payment are not published: known ones get their look. */
static void order_payment(struct doc *d, const struct describing *w, const struct order *o,
			  bool whole)
{
	const struct order_payment *p = &o->payment;
	const struct record *inv = store_invoice_of(w->st, o->order_id);

	doc_heading(d, "Payment");
	if (vocab_find(VOCAB_INVOICE, p->status))
		fact_state(d, w->ctx, "invoice is", VOCAB_INVOICE, p->status);
	else if (inv)
		fact_state(d, w->ctx, "invoice is", VOCAB_INVOICE, inv->object.as.invoice.status);
	else
		fact_wire_word(d, "invoice is", p->status);
	if (whole)
		describe_paid_from(d, w, inv ? &inv->object.as.invoice : NULL, o);
	else
		fact_given(d, "tx", p->tx_hash);
	if (p->has_settlement && p->settlement.status[0] != '\0') {
		fact_state(d, w->ctx, "settlement", VOCAB_SETTLEMENT, p->settlement.status);
		fact_given(d, "to chain", network_name(p->settlement.network));
		if (whole)
			fact_given(d, "settled by tx", p->settlement.tx_hash);
	}
	order_link(d, whole, "invoice", SUBJECT_INVOICE, o->invoice_id);
}

static bool is_said(const char *status)
{
	return status[0] != '\0' && strcasecmp(status, "none") != 0;
}

static void order_cancellation(struct doc *d, const struct order *o)
{
	if (!is_said(o->cancellation_status) || strcasecmp(o->cancellation_status, o->status) == 0)
		return;
	doc_heading(d, "Cancellation");
	fact_wire_word(d, "it is", o->cancellation_status);
}

static void order_refund(struct doc *d, const struct describing *w, const struct order *o,
			 bool whole)
{
	const struct order_refund *f = &o->refund;

	if (whole)
		order_cancellation(d, o);
	describe_refunds(d, w, o->invoice_id, o);
	if (!order_has_refund(o) && whole && f->destination_wallet_address_bsc[0] != '\0') {
		doc_heading(d, "Refunds go to");
		fact_given(d, "wallet", f->destination_wallet_address_bsc);
		fact_given(d, "on chain", network_name("bsc"));
	}
}

/* Blanks and the comma only between what is there. */
static void address_line(struct doc *d, const char *first, const char *second, const char *third,
			 const char *after_comma)
{
	const char *const PARTS[] = {first, second, third};
	struct safe_text t;

	safe_text_clear(&t);
	for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++) {
		if (PARTS[i][0] != '\0')
			safe_text_addf(&t, "%s%s", safe_text_width(&t) > 0 ? " " : "", PARTS[i]);
	}
	if (after_comma[0] != '\0')
		safe_text_addf(&t, "%s%s", safe_text_width(&t) > 0 ? ", " : "", after_comma);
	if (safe_text_width(&t) == 0)
		return;
	doc_line(d);
	doc_add_at(d, 1, ROLE_TEXT, "%s", safe_text_str(&t));
}

static void order_address(struct doc *d, const struct order *o, bool whole)
{
	const struct shipping_address *a = &o->shipping_address;

	if (!o->has_shipping_address)
		return;
	doc_heading(d, "Ships to");
	address_line(d, a->first_name, a->last_name, "", "");
	address_line(d, a->street_address, a->address_line2, "", "");
	address_line(d, a->zip_code, a->city, a->state, a->country);
	if (!whole)
		return;
	fact_given(d, "phone", a->phone);
	fact_given(d, "e-mail", a->email);
}

static void order_head(struct doc *d, const struct view_context *ctx, const struct order *o)
{
	char buf[MONEY_TEXT_CAP];
	struct safe_text t;
	enum role role = cell_state_words(&t, VOCAB_ORDER, o->status, ctx->ascii);

	doc_line(d);
	doc_add_at(d, 1, role, "%s", safe_text_str(&t));
	if (o->substatus[0] != '\0') {
		cell_wire_word(&t, o->substatus);
		doc_add(d, ROLE_MUTED, ", %s", safe_text_str(&t));
	}
	doc_add_right(d, -1, ROLE_STRONG, "  %s USD",
		      money_format(buf, money_usd_millis(o->total), MONEY_PLAIN));
}

static void order_facts(struct doc *d, const struct view_context *ctx, const struct order *o,
			bool whole)
{
	doc_heading(d, "Order");
	order_link(d, whole, "customer", SUBJECT_CUSTOMER, o->customer_id);
	fact_given(d, "wallet", o->wallet_address);
	if (whole)
		fact_given(d, "on chain", network_name(o->wallet_network));
	if (o->retailer[0] != '\0')
		fact_given(d, "retailer", retailer_name(o->retailer));
	if (whole)
		fact_count(d, "items", o->item_count);
	if (o->commerce_fee > 0 && !o->has_snapshot)
		fact_usd(d, "fee", ROLE_TEXT, o->commerce_fee);
	fact_yes(d, "can cancel", o->can_cancel);
	fact_when(d, ctx, "created", o->created_at);
	fact_when(d, ctx, "updated", o->updated_at);
	fact_given(d, "order", o->order_id);
	if (!o->has_snapshot)
		order_link(d, whole, "invoice", SUBJECT_INVOICE, o->invoice_id);
	if (whole && o->merchant_id != 0)
		doc_fact(d, "merchant", ROLE_TEXT, "%lld", (long long)o->merchant_id);
	fact_given(d, "environment", o->network_environment);
}

/* The most telling first: what a pane of six lines shows is state, money, items, last steps. */
void describe_order(struct doc *d, const struct describing *w, const struct order *o,
		    enum order_depth depth)
{
	const struct view_context *ctx = w->ctx;
	bool whole = depth == ORDER_WHOLE;

	d->compact = depth == ORDER_PANE_LOW;
	order_head(d, ctx, o);
	if (!o->has_snapshot) {
		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "%s",
			   ctx->no_server ? "Items, timeline and shipments are not known here."
					  : "Asking for items, timeline and shipments …");
	} else {
		order_lines(d, o, whole);
		order_steps(d, ctx, o, whole);
		order_shipments(d, ctx, o, whole);
		order_payment(d, w, o, whole);
		order_refund(d, w, o, whole);
		order_address(d, o, whole);
	}
	order_facts(d, ctx, o, whole);
	d->compact = false;
}
