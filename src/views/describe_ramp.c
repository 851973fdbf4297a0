/* Payouts, deposits and KYC checks as facts. */
#include "views/describe.h"

#include "model/fiat.h"
#include "model/networks.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>

static void kyc_facts(struct doc *d, const struct view_context *ctx, const struct kyc *k)
{
	fact_state(d, ctx, "KYC", VOCAB_KYC, k->status);
	fact_given(d, "refused for", k->rejection_reason);
	fact_given(d, "legal name", k->legal_name);
	fact_given(d, "country", k->country);
	fact_when(d, ctx, "submitted", k->submitted_at);
	fact_when(d, ctx, "reviewed", k->reviewed_at);
	fact_subject(d, "customer", SUBJECT_CUSTOMER, k->customer_id);
}

void describe_kyc(struct doc *d, const struct describing *w, const struct record *r)
{
	kyc_facts(d, w->ctx, &r->object.as.kyc);
	fact_given(d, "environment", r->object.as.kyc.environment);
}

/* A currency's fraction as the server counts it; one that makes no sense is no amount. */
static void payout_money(struct doc *d, const struct payout *p)
{
	struct money_rows m = {0};
	struct money fiat;
	bool known = payout_fiat(p, &fiat);

	money_rows_usd(&m, "amount", ROLE_STRONG, p->amount);
	money_rows_usd(&m, "fee", ROLE_TEXT, p->fee);
	if (known)
		money_rows_add(&m, "to the bank", ROLE_STRONG, fiat);
	money_rows_write(&m, d);
	if (!known && p->fiat_currency[0])
		doc_fact(d, "to the bank", ROLE_WARN, "? %s", p->fiat_currency);
}

static void payout_customer(struct doc *d, const struct describing *w, const struct payout *p)
{
	const struct record *kyc = store_record(w->st, OBJECT_KYC, p->customer_id);

	doc_heading(d, "Customer");
	if (kyc)
		kyc_facts(d, w->ctx, &kyc->object.as.kyc);
	else
		doc_fact(d, "KYC", ROLE_MUTED, "not known yet");
}

void describe_payout(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct payout p = r->object.as.payout;

	fact_state(d, w->ctx, "status", VOCAB_PAYOUT, p.status);
	fact_given(d, "failure", p.failure_code);
	fact_given(d, "reason", p.failure_message);
	payout_money(d, &p);
	fact_given(d, "rate", p.fx_rate);
	fact_given(d, "holder", p.bank_account.holder);
	doc_fact(d, "account", ROLE_TEXT, "%s …%s", p.bank_account.bank_name, p.bank_account.last4);
	doc_fact(d, "sent by", ROLE_TEXT, "%s, %s", rail_name(p.rail), p.country);
	fact_when(d, w->ctx, "created", p.created_at);
	fact_when(d, w->ctx, "updated", p.updated_at);
	fact_when(d, w->ctx, "expected", p.estimated_arrival_at);
	fact_when(d, w->ctx, "arrived", p.paid_at);
	fact_subject(d, "customer", SUBJECT_CUSTOMER, p.customer_id);
	fact_subject(d, "retry of", SUBJECT_PAYOUT, p.retry_of);
	fact_given(d, "quote", p.quote_id);
	fact_given(d, "payout", p.id);
	fact_given(d, "environment", p.environment);
	payout_customer(d, w, &p);
}

void describe_deposit(struct doc *d, const struct describing *w, const struct record *r)
{
	const struct deposit *p = &r->object.as.deposit;

	fact_state(d, w->ctx, "status", VOCAB_DEPOSIT, p->status);
	fact_given(d, "failure", p->failure_code);
	fact_usd(d, "amount", ROLE_STRONG, p->amount);
	doc_fact(d, "token", ROLE_TEXT, "%s on %s", p->token_symbol, network_name(p->network));
	fact_given(d, "address", p->deposit_address);
	fact_given(d, "transaction", p->tx_hash);
	if (strcmp(p->status, "returned") == 0)
		doc_fact(d, "sent back to", ROLE_MUTED,
			 "Pepay does not say to which wallet, nor by which transaction");
	fact_when(d, w->ctx, "created", p->created_at);
	fact_when(d, w->ctx, "updated", p->updated_at);
	fact_subject(d, "customer", SUBJECT_CUSTOMER, p->customer_id);
	fact_given(d, "deposit", p->id);
	fact_given(d, "environment", p->environment);
}
