#include "views/describe.h"

#include "model/timeline.h"
#include "views/cells.h"

#include <stdlib.h>
#include <string.h>

/* A fact whose value a cell function makes. */
static void fact_text(struct doc *d, const char *label, enum role role, const struct safe_text *t)
{
	doc_fact(d, label, role, "%s", safe_text_str(t));
}

static void fact_given(struct doc *d, const char *label, const char *value)
{
	if (value[0] != '\0')
		doc_fact(d, label, ROLE_TEXT, "%s", value);
}

static void fact_usd(struct doc *d, const char *label, enum role role, int64_t usd_millis)
{
	char buf[MONEY_TEXT_CAP];

	doc_fact(d, label, role, "%s USD",
		 money_format(buf, money_usd_millis(usd_millis), MONEY_PLAIN));
}

static void fact_when(struct doc *d, const struct view_context *ctx, const char *label, int64_t ms)
{
	struct safe_text t;

	if (ms == TIME_NONE)
		return;
	cell_when_full(&t, ctx, ms);
	fact_text(d, label, ROLE_TEXT, &t);
}

static void fact_state(struct doc *d, const struct view_context *ctx, const char *label,
		       enum vocab v, const char *status)
{
	struct safe_text t;
	enum role role = cell_state_words(&t, v, status, ctx->ascii);

	if (status[0] != '\0')
		fact_text(d, label, role, &t);
}

/* --- invoices and payments --------------------------------------------------- */

static void describe_payment(struct doc *d, const struct view_context *ctx,
			     const struct invoice_payment *p)
{
	doc_heading(d, "Payment");
	fact_state(d, ctx, "payment", VOCAB_PAYMENT, p->status);
	if (p->amount_usd != 0)
		fact_usd(d, "amount", ROLE_TEXT, p->amount_usd);
	fact_state(d, ctx, "settlement", VOCAB_SETTLEMENT, p->settlement_status);
	if (p->has_settlement) {
		fact_given(d, "stage", p->settlement.stage);
		fact_given(d, "to chain", p->settlement.network);
		fact_given(d, "settled by tx", p->settlement.settlement_tx_hash);
	}
	fact_given(d, "payment id", p->id);
}

static void describe_invoice(struct doc *d, const struct view_context *ctx, const struct store *st,
			     const struct invoice *inv)
{
	const struct record *payment = store_payment_of(st, inv->id);
	int64_t over = inv->amount_paid - inv->amount;

	fact_state(d, ctx, "status", VOCAB_INVOICE, inv->status);
	fact_usd(d, "amount", ROLE_STRONG, inv->amount);
	fact_usd(d, "came in", ROLE_TEXT, inv->amount_paid);
	if (inv->amount_remaining > 0)
		fact_usd(d, "still due", ROLE_WARN, inv->amount_remaining);
	if (over > 0)
		fact_usd(d, "overpaid by", ROLE_WARN, over);
	fact_given(d, "customer", inv->customer_id);
	fact_given(d, "paid from", inv->payer_wallet_address);
	fact_given(d, "on chain", inv->payer_wallet_network);
	fact_given(d, "type", inv->invoice_type);
	fact_given(d, "order", inv->commerce_order_id);
	fact_given(d, "environment", inv->environment);
	fact_when(d, ctx, "created", inv->created_at);
	fact_when(d, ctx, "expires", inv->expires_at);
	fact_when(d, ctx, "last payment", inv->last_payment_at);
	fact_when(d, ctx, "paid", inv->paid_at);
	fact_given(d, "invoice", inv->id);
	if (payment)
		describe_payment(d, ctx, &payment->object.as.payment);
	else if (inv->has_latest_payment)
		describe_payment(d, ctx, &inv->latest_payment);
}

/* --- orders -------------------------------------------------------------------- */

static void describe_lines(struct doc *d, const struct order *o)
{
	char buf[MONEY_TEXT_CAP];

	if (!d->compact)
		doc_heading(d, "Items");
	for (size_t i = 0; i < o->line_count; i++) {
		const struct line_item *l = &o->lines[i];

		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "%lld x", (long long)l->quantity);
		doc_add_at(d, 6, ROLE_TEXT, "%s", l->title);
		doc_add_right(d, -1, ROLE_STRONG, "  %s USD",
			      money_format(buf, money_usd_millis(l->price), MONEY_PLAIN));
	}
}

static void describe_steps(struct doc *d, const struct view_context *ctx, const struct order *o)
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
	}
}

static void describe_shipments(struct doc *d, const struct view_context *ctx, const struct order *o)
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
	}
}

static void describe_order_payment(struct doc *d, const struct view_context *ctx,
				   const struct order *o)
{
	const struct order_payment *p = &o->payment;

	doc_heading(d, "Payment");
	/* The words of an order's payment are not published: known ones get their look. */
	if (vocab_find(VOCAB_INVOICE, p->status))
		fact_state(d, ctx, "invoice is", VOCAB_INVOICE, p->status);
	else
		fact_given(d, "invoice is", p->status);
	fact_given(d, "tx", p->tx_hash);
	if (p->has_settlement && p->settlement.status[0] != '\0') {
		fact_state(d, ctx, "settlement", VOCAB_SETTLEMENT, p->settlement.status);
		fact_given(d, "to chain", p->settlement.network);
	}
	fact_given(d, "invoice", o->invoice_id);
	if (o->refund.status[0] != '\0' && strcmp(o->refund.status, "NONE") != 0) {
		doc_heading(d, "Refund");
		fact_given(d, "refund", o->refund.status);
		if (o->refund.amount_usd != 0)
			fact_usd(d, "amount", ROLE_STRONG, o->refund.amount_usd);
		fact_given(d, "to wallet", o->refund.destination_wallet_address_bsc);
		fact_given(d, "tx", o->refund.tx_hash);
	}
}

static void describe_address(struct doc *d, const struct order *o)
{
	const struct shipping_address *a = &o->shipping_address;

	if (!o->has_shipping_address)
		return;
	doc_heading(d, "Ships to");
	doc_line(d);
	doc_add_at(d, 1, ROLE_TEXT, "%s %s", a->first_name, a->last_name);
	doc_line(d);
	doc_add_at(d, 1, ROLE_TEXT, "%s %s", a->street_address, a->address_line2);
	doc_line(d);
	doc_add_at(d, 1, ROLE_TEXT, "%s %s %s, %s", a->zip_code, a->city, a->state, a->country);
}

/* The most telling first: what a pane of six lines shows is state, money, items, last steps. */
void describe_order(struct doc *d, const struct view_context *ctx, const struct order *o,
		    bool compact)
{
	char buf[MONEY_TEXT_CAP];
	struct safe_text t;
	enum role role = cell_state_words(&t, VOCAB_ORDER, o->status, ctx->ascii);

	d->compact = compact;
	doc_line(d);
	doc_add_at(d, 1, role, "%s", safe_text_str(&t));
	if (o->substatus[0] != '\0')
		doc_add(d, ROLE_MUTED, "  %s", o->substatus);
	doc_add_right(d, -1, ROLE_STRONG, "  %s USD",
		      money_format(buf, money_usd_millis(o->total), MONEY_PLAIN));
	if (!o->has_snapshot) {
		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "Asking for items, timeline and shipments …");
	} else {
		describe_lines(d, o);
		describe_steps(d, ctx, o);
		describe_shipments(d, ctx, o);
		describe_order_payment(d, ctx, o);
		describe_address(d, o);
	}
	doc_heading(d, "Order");
	fact_given(d, "customer", o->customer_id);
	fact_given(d, "wallet", o->wallet_address);
	fact_given(d, "retailer", o->retailer);
	if (o->commerce_fee > 0)
		fact_usd(d, "fee", ROLE_TEXT, o->commerce_fee);
	fact_given(d, "environment", o->network_environment);
	doc_fact(d, "can cancel", ROLE_TEXT, "%s", o->can_cancel ? "yes" : "no");
	fact_when(d, ctx, "created", o->created_at);
	fact_when(d, ctx, "updated", o->updated_at);
	fact_given(d, "order", o->order_id);
}

/* --- ramps ---------------------------------------------------------------------- */

static void describe_kyc(struct doc *d, const struct view_context *ctx, const struct kyc *k)
{
	fact_state(d, ctx, "KYC", VOCAB_KYC, k->status);
	fact_given(d, "legal name", k->legal_name);
	fact_given(d, "country", k->country);
	fact_given(d, "refused for", k->rejection_reason);
	fact_when(d, ctx, "submitted", k->submitted_at);
	fact_when(d, ctx, "reviewed", k->reviewed_at);
	fact_given(d, "customer", k->customer_id);
}

static void describe_payout(struct doc *d, const struct view_context *ctx, const struct store *st,
			    const struct payout *p)
{
	const struct record *kyc = store_record(st, OBJECT_KYC, p->customer_id);
	struct safe_text t;

	fact_state(d, ctx, "status", VOCAB_PAYOUT, p->status);
	fact_given(d, "failure", p->failure_code);
	fact_given(d, "reason", p->failure_message);
	fact_usd(d, "amount", ROLE_STRONG, p->amount);
	cell_money(&t, p->fiat_amount_minor, p->fiat_exponent, p->fiat_currency);
	fact_text(d, "to the bank", ROLE_STRONG, &t);
	fact_given(d, "rate", p->fx_rate);
	fact_usd(d, "fee", ROLE_TEXT, p->fee);
	fact_given(d, "holder", p->bank_account.holder);
	doc_fact(d, "account", ROLE_TEXT, "%s …%s", p->bank_account.bank_name,
		 p->bank_account.last4);
	doc_fact(d, "rail", ROLE_TEXT, "%s, %s", p->rail, p->country);
	fact_when(d, ctx, "created", p->created_at);
	fact_when(d, ctx, "expected", p->estimated_arrival_at);
	fact_when(d, ctx, "arrived", p->paid_at);
	fact_given(d, "retry of", p->retry_of);
	fact_given(d, "payout", p->id);
	doc_heading(d, "Customer");
	if (kyc)
		describe_kyc(d, ctx, &kyc->object.as.kyc);
	else
		doc_fact(d, "KYC", ROLE_MUTED, "not known yet");
}

static void describe_deposit(struct doc *d, const struct view_context *ctx, const struct deposit *p)
{
	fact_state(d, ctx, "status", VOCAB_DEPOSIT, p->status);
	fact_given(d, "failure", p->failure_code);
	fact_usd(d, "amount", ROLE_STRONG, p->amount);
	doc_fact(d, "token", ROLE_TEXT, "%s on %s", p->token_symbol, p->network);
	fact_given(d, "address", p->deposit_address);
	fact_given(d, "transaction", p->tx_hash);
	fact_when(d, ctx, "created", p->created_at);
	fact_when(d, ctx, "updated", p->updated_at);
	fact_given(d, "customer", p->customer_id);
	fact_given(d, "deposit", p->id);
}

/* --- refunds ---------------------------------------------------------------------- */

static void describe_refund(struct doc *d, const struct view_context *ctx, const struct refund *p)
{
	fact_state(d, ctx, "status", VOCAB_REFUND, p->status);
	fact_given(d, "failure", p->failure_code);
	fact_given(d, "because", p->failure_message);
	fact_usd(d, "amount", ROLE_STRONG, p->amount);
	fact_given(d, "to wallet", p->destination_wallet_address);
	fact_given(d, "network", p->destination_wallet_network);
	fact_given(d, "transaction", p->tx_hash);
	fact_given(d, "reason", p->reason);
	fact_when(d, ctx, "created", p->created_at);
	fact_when(d, ctx, "updated", p->updated_at);
	fact_given(d, "invoice", p->invoice_id);
	fact_given(d, "refund", p->id);
}

/* --- what happened, and the record as it came --------------------------------- */

static void describe_timeline(struct doc *d, const struct view_context *ctx, const struct store *st,
			      const struct record *r)
{
	struct timeline t;

	timeline_build(&t, st, r->object.kind, object_id(&r->object));
	if (t.count == 0)
		return;
	doc_heading(d, "Events");
	for (size_t i = 0; i < t.count; i++) {
		const struct timeline_step *s = &t.steps[i];
		char clock[WHEN_TEXT_CAP], gap[WHEN_TEXT_CAP];
		struct safe_text text;
		enum role role = cell_event(&text, &s->event, ctx->ascii);

		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "%s", when_clock(clock, s->event.created_ms));
		if (i > 0)
			doc_add_right(d, 16, ROLE_MUTED, "+%s", when_age(gap, s->gap_ms));
		doc_add_at(d, 18, role, "%s", safe_text_str(&text));
		if (s->late)
			doc_add(d, ROLE_WARN, "  came late");
		if (s->impossible)
			doc_add(d, ROLE_BAD, "  should not follow");
	}
	if (t.cut) {
		doc_line(d);
		doc_add_at(d, 1, ROLE_MUTED, "(older events left out)");
	}
}

static void describe_json(struct doc *d, struct json *value)
{
	char *text = json_print_pretty(value);

	doc_heading(d, "JSON");
	doc_text(d, ROLE_MUTED, text);
	free(text);
	json_free(value);
}

void describe_record(struct doc *d, const struct view_context *ctx, const struct store *st,
		     const struct record *r)
{
	const struct object *o = &r->object;

	if (r->flaw[0] != '\0')
		doc_fact(d, "look here", ROLE_WARN, "%s", r->flaw);
	switch (o->kind) {
	case OBJECT_INVOICE:
		describe_invoice(d, ctx, st, &o->as.invoice);
		break;
	case OBJECT_PAYMENT:
		describe_payment(d, ctx, &o->as.payment);
		break;
	case OBJECT_ORDER:
		describe_order(d, ctx, &o->as.order, false);
		break;
	case OBJECT_PAYOUT:
		describe_payout(d, ctx, st, &o->as.payout);
		break;
	case OBJECT_KYC:
		describe_kyc(d, ctx, &o->as.kyc);
		break;
	case OBJECT_DEPOSIT:
		describe_deposit(d, ctx, &o->as.deposit);
		break;
	case OBJECT_REFUND:
		describe_refund(d, ctx, &o->as.refund);
		break;
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
	describe_timeline(d, ctx, st, r);
	describe_json(d, object_to_json(o));
}

/* How it came into the history. */
static void describe_arrival(struct doc *d, const struct view_context *ctx,
			     const struct msg_event *m)
{
	doc_fact(d, "came", ROLE_TEXT, "%s", event_via_word(m->via));
	fact_when(d, ctx, "on disk", m->arrived_ms);
}

/* As it came; made readable where it is JSON. */
static void describe_raw(struct doc *d, const char *heading, const char *text, size_t len)
{
	struct json *value;
	char *pretty = NULL;

	if (json_parse(text, len, &value, NULL) == S_OK) {
		pretty = json_print_pretty(value);
		json_free(value);
	}
	doc_heading(d, heading ? heading : pretty ? "JSON" : "As received");
	doc_text(d, ROLE_MUTED, pretty ? pretty : text);
	free(pretty);
}

static void describe_body(struct doc *d, const struct view_context *ctx, const struct msg_event *m)
{
	const struct event *e = &m->event;

	if (e->flaw[0] != '\0')
		doc_fact(d, "look here", ROLE_WARN, "%s", e->flaw);
	fact_given(d, "request", e->request_id);
	fact_given(d, "idempotency", e->idempotency_key);
	fact_given(d, "event id", e->id);
	describe_arrival(d, ctx, m);
	if (m->other)
		describe_raw(d, "The other body under this id", m->other, strlen(m->other));
	describe_raw(d, NULL, e->raw, e->raw_len);
}

static void describe_waiting(struct doc *d, const struct event_brief *e, enum load_state load,
			     const struct problem *why)
{
	struct safe_text t;

	if (e->flawed)
		doc_fact(d, "look here", ROLE_WARN, "its object is not what it should be");
	fact_given(d, "event id", e->id);
	doc_heading(d, "JSON");
	doc_line(d);
	if (load == LOAD_FAILED && why) {
		cell_problem(&t, why);
		doc_add_at(d, 1, ROLE_WARN, "%s", safe_text_str(&t));
	} else {
		doc_add_at(d, 1, ROLE_MUTED, "Reading it from the history …");
	}
}

bool describe_event(struct doc *d, const struct view_context *ctx, const struct store *st,
		    const char *id)
{
	const struct event_row *row = store_event_by_id(st, id);
	const struct problem *why = NULL;
	enum load_state load;
	const struct msg_event *whole = store_event_whole(st, id, &load, &why);
	struct event_brief e;
	struct safe_text t;
	enum role role;

	if (!row && !whole) {
		if (load == LOAD_FAILED && why) {
			cell_problem(&t, why);
			fact_text(d, "event", ROLE_WARN, &t);
		}
		return load == LOAD_FAILED;
	}
	if (row)
		store_brief(st, row, &e);
	else
		event_brief(&whole->event, &e);
	if (whole && whole->other)
		doc_fact(d, "look here", ROLE_BAD,
			 "another body came under this id; it is below, before this one's");
	role = cell_event(&t, &e, ctx->ascii);
	fact_text(d, "event", role, &t);
	doc_fact(d, "type", ROLE_TEXT, "%s", e.type);
	fact_when(d, ctx, "created", e.created_ms);
	if (e.previous_status[0] != '\0')
		doc_fact(d, "changed", ROLE_TEXT, "%s %s %s", e.previous_status,
			 glyph_str(GLYPH_ARROW, ctx->ascii), e.status);
	fact_given(d, "customer", event_customer(&e, st));
	doc_fact(d, "about", ROLE_TEXT, "%s %s", e.object_word, e.object_id);
	if (whole)
		describe_body(d, ctx, whole);
	else
		describe_waiting(d, &e, load, why);
	return true;
}
