/* Where money came from and where it went back to: wallet, transaction, chain and day, the same in
 * every place that tells of it. What Pepay does not say is said to be so. */
#include "views/describe.h"

#include "base/strbuf.h"
#include "model/networks.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>
#include <strings.h>

#define UNSAID "Pepay does not say"

static void fact_or_unsaid(struct doc *d, const char *label, const char *value)
{
	if (value[0] != '\0')
		fact_given(d, label, value);
	else
		doc_fact(d, label, ROLE_MUTED, UNSAID);
}

static void fact_when_or_unsaid(struct doc *d, const struct view_context *ctx, const char *label,
				int64_t ms)
{
	if (ms != TIME_NONE)
		fact_when(d, ctx, label, ms);
	else
		doc_fact(d, label, ROLE_MUTED, UNSAID);
}

/* --- money that came in ---------------------------------------------------------------------- */

static bool something_came(const struct invoice *inv, const struct order *o)
{
	if (inv && (inv->amount_paid > 0 || inv->last_payment_at != TIME_NONE ||
		    inv->payer_wallet_address[0] != '\0'))
		return true;
	return o && (o->payment.tx_hash[0] != '\0' || strcmp(o->payment.status, "paid") == 0);
}

void describe_paid_from(struct doc *d, const struct describing *w, const struct invoice *inv,
			const struct order *o)
{
	const char *chain = inv ? inv->payer_wallet_network : "";
	int64_t when = inv ? inv->last_payment_at : TIME_NONE;

	if (!something_came(inv, o))
		return;
	if (when == TIME_NONE && inv)
		when = inv->paid_at;
	fact_or_unsaid(d, "paid from", inv ? inv->payer_wallet_address : "");
	fact_or_unsaid(d, "on chain", network_name(chain));
	fact_or_unsaid(d, "transaction", o ? o->payment.tx_hash : "");
	fact_when_or_unsaid(d, w->ctx, "came in at", when);
}

/* --- money that went back --------------------------------------------------------------------- */

static bool is_said(const char *status)
{
	return status[0] != '\0' && strcasecmp(status, "none") != 0;
}

bool order_has_refund(const struct order *o)
{
	return o->refund.tx_hash[0] != '\0' || is_said(o->refund.status) ||
	       is_said(o->refund_status);
}

/* The words for an order's refund are not published; those are the ones we know. */
static void order_refund_state(struct doc *d, const struct describing *w, const struct order *o)
{
	static const struct {
		const char *wire, *words;
		enum tone tone;
	} ROWS[] = {
		{"pending", "on its way", TONE_ACTIVE},   {"processing", "on its way", TONE_ACTIVE},
		{"completed", "it was sent", TONE_GOOD},  {"succeeded", "it was sent", TONE_GOOD},
		{"refunded", "it was sent", TONE_GOOD},   {"failed", "it failed", TONE_BAD},
		{"rejected", "it was refused", TONE_BAD}, {"canceled", "called off", TONE_BAD},
		{"cancelled", "called off", TONE_BAD},
	};
	const char *status = is_said(o->refund.status) ? o->refund.status : o->refund_status;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		if (strcasecmp(ROWS[i].wire, status) != 0)
			continue;
		doc_fact(d, "refund", tone_role(ROWS[i].tone), "%s %s",
			 glyph_str(tone_glyph(ROWS[i].tone), w->ctx->ascii), ROWS[i].words);
		return;
	}
	fact_wire_word(d, "refund", status[0] != '\0' ? status : "sent");
}

/* Since when the order says what it says of its refund: the first event that does. */
static int64_t order_refund_since(const struct describing *w, const struct order *o)
{
	int64_t since = TIME_NONE;

	for (size_t i = 0; w->dossier && i < w->dossier->count; i++) {
		const struct event *e = &w->dossier->items[i].event;
		const struct order *then = &e->object.as.order;

		if (e->object.kind != OBJECT_ORDER || strcmp(then->order_id, o->order_id) != 0 ||
		    strcmp(then->refund.status, o->refund.status) != 0)
			continue;
		if (since == TIME_NONE || e->created_ms < since)
			since = e->created_ms;
	}
	return since;
}

void order_refund_key(struct doc *d, const char *order_id)
{
	struct subject order;
	char key[SUBJECT_KEY_CAP];

	if (!subject_set(&order, SUBJECT_ORDER, order_id))
		return;
	subject_key(key, &order, REFUND_APART);
	doc_line_key(d, key);
}

static void describe_order_refund(struct doc *d, const struct describing *w, const struct order *o)
{
	const struct order_refund *f = &o->refund;

	doc_heading(d, "Refund");
	order_refund_state(d, w, o);
	order_refund_key(d, o->order_id);
	if (is_said(o->refund_status) && strcasecmp(o->refund_status, f->status) != 0 &&
	    is_said(f->status))
		fact_wire_word(d, "order says", o->refund_status);
	if (f->amount_usd != 0)
		fact_usd(d, "amount", ROLE_STRONG, f->amount_usd);
	if (f->fee_usd != 0)
		fact_usd(d, "fee", ROLE_TEXT, f->fee_usd);
	fact_or_unsaid(d, "to wallet", f->destination_wallet_address_bsc);
	doc_fact(d, "on chain", ROLE_TEXT, "%s", network_name("bsc"));
	fact_or_unsaid(d, "transaction", f->tx_hash);
	if (w->dossier)
		fact_when_or_unsaid(d, w->ctx, "since", order_refund_since(w, o));
}

void describe_refund_proof(struct doc *d, const struct describing *w, const struct refund *f)
{
	fact_or_unsaid(d, "to wallet", f->destination_wallet_address);
	fact_or_unsaid(d, "on chain", network_name(f->destination_wallet_network));
	fact_or_unsaid(d, "transaction", f->tx_hash);
	fact_when(d, w->ctx, "asked for at", f->created_at);
	if (strcmp(f->status, "pending") != 0)
		fact_when_or_unsaid(d, w->ctx,
				    strcmp(f->status, "succeeded") == 0 ? "arrived at" : "ended at",
				    f->updated_at);
}

static void describe_one_refund(struct doc *d, const struct describing *w, const struct refund *f)
{
	doc_heading(d, "Refund");
	fact_state(d, w->ctx, "refund", VOCAB_REFUND, f->status);
	if (f->failure_message[0] != '\0')
		fact_given(d, "because", f->failure_message);
	fact_usd(d, "amount", ROLE_STRONG, f->amount);
	describe_refund_proof(d, w, f);
	fact_subject(d, "refund id", SUBJECT_REFUND, f->id);
}

#define REFUNDS_MAX 4

void describe_refunds(struct doc *d, const struct describing *w, const char *invoice_id,
		      const struct order *o)
{
	size_t n = 0;

	if (o && order_has_refund(o))
		describe_order_refund(d, w, o);
	for (size_t i = 0; w->related && i < w->related->count; i++) {
		const struct subject *s = &w->related->items[i].subject;
		const struct record *r = s->kind == SUBJECT_REFUND
						 ? store_record(w->st, OBJECT_REFUND, s->id)
						 : NULL;

		if (!r || strcmp(r->object.as.refund.invoice_id, invoice_id) != 0)
			continue;
		if (n++ < REFUNDS_MAX)
			describe_one_refund(d, w, &r->object.as.refund);
	}
	if (n > REFUNDS_MAX)
		fact_note(d, w->width, ROLE_MUTED, "%zu more are in Related (5).", n - REFUNDS_MAX);
}
