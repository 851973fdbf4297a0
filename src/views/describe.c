/* Invoices, payments and refunds as facts, and any record by its kind. */
#include "views/describe.h"

#include "model/networks.h"
#include "model/purse.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include "wire/lifecycle.h"

#include <string.h>

/* --- invoices -------------------------------------------------------------------- */

/* In a unit this program does not know: as they came. */
static void invoice_foreign_money(struct doc *d, const struct invoice *inv)
{
	char buf[MONEY_TEXT_CAP];

	doc_fact(d, "amount", ROLE_STRONG, "%s", invoice_amount_text(buf, inv, inv->amount));
	if (inv->tells_paid)
		doc_fact(d, "came in", ROLE_TEXT, "%s",
			 invoice_amount_text(buf, inv, inv->amount_paid));
	fact_given(d, "currency", inv->currency);
	fact_given(d, "amounts in", inv->amount_unit);
}

/* Nobody is to ask for what is on its way, or to think that nothing is. */
static void invoice_seen(struct doc *d, struct money_rows *m, const struct purse_sum *seen)
{
	if (seen->sum > 0) {
		money_rows_usd(m, "seen", ROLE_WARN, seen->sum);
		m->rows[m->count - 1].after =
			seen->silent > 0 ? ", and more, not confirmed yet" : ", not confirmed yet";
	}
	money_rows_write(m, d);
	if (seen->count > 0 && seen->sum <= 0)
		doc_fact(d, "seen", ROLE_WARN, "%s, not confirmed yet",
			 seen->count == 1 ? "a payment" : "payments");
}

static void invoice_money(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct invoice *inv = &r->object.as.invoice;
	struct purse purse = purse_of_invoice(w->st, r);
	const struct purse_sum *seen = &purse.payments[STAGE_COMING];
	int64_t over = money_minus(inv->amount_paid, inv->amount);
	struct money_rows m = {0};
	bool told = inv->tells_paid || inv->amount_paid != 0;

	if (!invoice_is_in_dollars(inv)) {
		invoice_foreign_money(d, inv);
		return;
	}
	money_rows_usd(&m, "amount", ROLE_STRONG, inv->amount);
	if (told && (inv->amount_paid != 0 || seen->count == 0))
		money_rows_usd(&m, "came in", ROLE_TEXT, inv->amount_paid);
	if (inv->amount_remaining > 0 && !lifecycle_is_terminal(VOCAB_INVOICE, inv->status) &&
	    !(seen->sum > 0 && purse_rest_is_coming(&purse)))
		money_rows_usd(&m, "still due", ROLE_WARN, inv->amount_remaining);
	else if (inv->amount_remaining > 0 && inv->amount_paid > 0)
		money_rows_usd(&m, "was missing", ROLE_WARN, inv->amount_remaining);
	if (over > 0)
		money_rows_usd(&m, "overpaid by", ROLE_WARN, over);
	invoice_seen(d, &m, seen);
	if (!told && seen->count == 0)
		doc_fact(d, "came in", ROLE_MUTED, "not told");
}

/* A word that says again what the one before said is left out. */
static void settlement_facts(struct doc *d, const struct settlement *s, const char *said)
{
	if (strcmp(s->summary_status, said) != 0)
		fact_wire_word(d, "summary", s->summary_status);
	if (strcmp(s->status, said) != 0 && strcmp(s->status, s->summary_status) != 0)
		fact_wire_word(d, "its status", s->status);
	if (strcmp(said, "settled") != 0)
		fact_wire_word(d, "stage", s->stage);
	fact_given(d, "to chain", network_name(s->network));
	fact_given(d, "settled by tx", s->settlement_tx_hash);
	if (s->merchant_settlement_id != 0)
		doc_fact(d, "settlement no", ROLE_TEXT, "%lld",
			 (long long)s->merchant_settlement_id);
}

static void payment_facts(struct doc *d, const struct view_context *ctx,
			  const struct invoice_payment *p)
{
	fact_state(d, ctx, "payment", VOCAB_PAYMENT, p->status);
	if (p->amount_usd != 0)
		fact_usd(d, "amount", ROLE_STRONG, p->amount_usd);
	fact_state(d, ctx, "settlement", VOCAB_SETTLEMENT, p->settlement_status);
	if (p->has_settlement)
		settlement_facts(d, &p->settlement, p->settlement_status);
}

static void merchant_facts(struct doc *d, int64_t merchant, const char *environment)
{
	if (merchant != 0)
		doc_fact(d, "merchant", ROLE_TEXT, "%lld", (long long)merchant);
	fact_given(d, "environment", environment);
}

static void invoice_payment_facts(struct doc *d, const struct describing *w,
				  const struct invoice *inv)
{
	const struct record *newest = store_payment_of(w->st, inv->id);
	const struct invoice_payment *p = newest                    ? &newest->object.as.payment
					  : inv->has_latest_payment ? &inv->latest_payment
								    : NULL;

	if (!p)
		return;
	doc_heading(d, "Latest payment");
	payment_facts(d, w->ctx, p);
	fact_subject(d, "payment id", SUBJECT_PAYMENT, p->id);
}

static const struct order *order_of(const struct describing *w, const char *invoice_id)
{
	const struct record *r = store_order_of(w->st, invoice_id);

	return r ? &r->object.as.order : NULL;
}

/* Where it can be paid, once the payor's page was asked. */
static void invoice_address(struct doc *d, const struct describing *w, const struct invoice *inv)
{
	const struct payor_session *s = answer_session(w->st, inv->id, NULL);

	if (!s || s->locked_address[0] == '\0' || lifecycle_is_terminal(VOCAB_INVOICE, inv->status))
		return;
	fact_given(d, "to be paid to", s->locked_address);
	fact_given(d, "on chain", network_name(s->locked_network));
}

void describe_invoice(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct invoice *inv = &r->object.as.invoice;

	fact_state(d, w->ctx, "status", VOCAB_INVOICE, inv->status);
	invoice_money(d, w, r);
	invoice_address(d, w, inv);
	fact_when(d, w->ctx, "created", inv->created_at);
	fact_when(d, w->ctx, "expires", inv->expires_at);
	fact_when(d, w->ctx, "paid", inv->paid_at);
	describe_paid_from(d, w, inv, order_of(w, inv->id));
	fact_subject(d, "customer", SUBJECT_CUSTOMER, inv->customer_id);
	fact_subject(d, "order", SUBJECT_ORDER, inv->commerce_order_id);
	fact_given(d, "invoice", inv->id);
	fact_given(d, "type", inv->invoice_type);
	merchant_facts(d, inv->merchant_id, inv->environment);
	describe_refunds(d, w, inv->id, order_of(w, inv->id));
	invoice_payment_facts(d, w, inv);
}

/* Of this invoice, as far as they are known. */
static size_t payments_known(const struct describing *w)
{
	size_t n = 0;

	for (size_t i = 0; w->related && i < w->related->count; i++)
		n += w->related->items[i].same_payment &&
		     w->related->items[i].subject.kind == SUBJECT_PAYMENT;
	return n;
}

void describe_payment(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct invoice_payment *p = &r->object.as.payment;
	const struct record *inv = store_record(w->st, OBJECT_INVOICE, p->invoice_id);
	size_t others = payments_known(w);

	payment_facts(d, w->ctx, p);
	describe_paid_from(d, w, inv ? &inv->object.as.invoice : NULL, order_of(w, p->invoice_id));
	if (others > 0)
		doc_fact(d, "", ROLE_MUTED, "(of its invoice's newest payment: there %s %zu more)",
			 others == 1 ? "is" : "are", others);
	fact_subject(d, "invoice", SUBJECT_INVOICE, p->invoice_id);
	fact_given(d, "payment id", p->id);
	merchant_facts(d, p->merchant_id, p->environment);
	describe_refunds(d, w, p->invoice_id, order_of(w, p->invoice_id));
}

/* --- refunds ---------------------------------------------------------------------- */

void describe_refund(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct refund *p = &r->object.as.refund;

	fact_state(d, w->ctx, "status", VOCAB_REFUND, p->status);
	fact_given(d, "failure", p->failure_code);
	fact_given(d, "because", p->failure_message);
	fact_usd(d, "amount", ROLE_STRONG, p->amount);
	if (p->currency[0] != '\0' && strcmp(p->currency, "usd") != 0)
		fact_given(d, "currency", p->currency);
	describe_refund_proof(d, w, p);
	fact_given(d, "reason", p->reason);
	fact_subject(d, "invoice", SUBJECT_INVOICE, p->invoice_id);
	fact_given(d, "refund", p->id);
	merchant_facts(d, p->merchant_id, p->environment);
}

/* --- any record ---------------------------------------------------------------------- */

void describe_record(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct object *o = &r->object;

	if (r->flaw[0] != '\0')
		doc_fact(d, "look here", ROLE_WARN, "%s", r->flaw);
	switch (o->kind) {
	case OBJECT_INVOICE:
		describe_invoice(d, w, r);
		break;
	case OBJECT_PAYMENT:
		describe_payment(d, w, r);
		break;
	case OBJECT_ORDER:
		describe_order(d, w, &o->as.order, ORDER_WHOLE);
		break;
	case OBJECT_PAYOUT:
		describe_payout(d, w, r);
		break;
	case OBJECT_KYC:
		describe_kyc(d, w, r);
		break;
	case OBJECT_DEPOSIT:
		describe_deposit(d, w, r);
		break;
	case OBJECT_REFUND:
		describe_refund(d, w, r);
		break;
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
}
