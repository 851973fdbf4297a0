/* Ramps, local extension (contract 15.3): identity checks and bank payouts. */
#include "sandbox/domain.h"
#include "sandbox/records.h"

static void copy_text(char *dst, size_t cap, const char *src)
{
	str_copy(dst, cap, src ? src : "");
}

/* --- KYC --------------------------------------------------------------------------------- */

static void kyc_apply(struct world *w, struct kyc *k, const char *status, const char *country,
		      const char *legal_name, const char *rejection_reason)
{
	copy_text(k->status, sizeof(k->status), status);
	if (country)
		copy_text(k->country, sizeof(k->country), country);
	if (legal_name)
		copy_text(k->legal_name, sizeof(k->legal_name), legal_name);
	copy_text(k->rejection_reason, sizeof(k->rejection_reason),
		  str_equal(status, "rejected") ? rejection_reason : NULL);
	if (str_equal(status, "pending")) {
		k->submitted_at = w->now_ms;
		k->reviewed_at = TIME_NONE;
	} else if (str_equal(status, "approved") || str_equal(status, "rejected")) {
		k->reviewed_at = w->now_ms;
	}
}

enum status kyc_set(struct world *w, const char *customer_id, const char *status,
		    const char *country, const char *legal_name, const char *rejection_reason,
		    struct problem *reterr)
{
	struct record r = {0};
	struct kyc *k = &r.object.as.kyc;
	enum status st = record_load(w, OBJECT_KYC, customer_id, &r, reterr);

	if (st == E_NOT_FOUND) {
		record_init(&r, OBJECT_KYC);
		copy_text(k->customer_id, sizeof(k->customer_id), customer_id);
		copy_text(k->environment, sizeof(k->environment), w->environment);
		kyc_apply(w, k, status, country, legal_name, rejection_reason);
		st = record_insert(w, &r, NULL, "ramp.kyc.updated", NULL, reterr);
	} else if (st == S_OK && str_equal(k->status, status)) {
		st = problem_set(reterr, E_CONFLICT, NULL, "the check of %s is %s already",
				 customer_id, status);
	} else if (st == S_OK) {
		kyc_apply(w, k, status, country, legal_name, rejection_reason);
		st = record_update(w, &r, "ramp.kyc.updated", NULL, reterr);
	}
	record_release(&r);
	return st;
}

static enum status kyc_require(struct world *w, const char *customer_id, struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_KYC, customer_id, &r, NULL);
	const char *status = st == S_OK ? r.object.as.kyc.status : "not_started";

	if (st != S_OK && st != E_NOT_FOUND)
		return problem_set(reterr, st, NULL, "cannot read the check of %s", customer_id);
	st = str_equal(status, "approved")
		     ? S_OK
		     : problem_set(reterr, E_DENIED, NULL, "KYC of %s is %s", customer_id, status);
	record_release(&r);
	return st;
}

/* --- payouts ------------------------------------------------------------------------------ */

static void payout_fill(struct world *w, const struct payout_params *p, struct payout *o)
{
	rng_uuid(&w->rng, o->id);
	rng_uuid(&w->rng, o->quote_id);
	copy_text(o->customer_id, sizeof(o->customer_id), p->customer_id);
	copy_text(o->retry_of, sizeof(o->retry_of), p->retry_of);
	copy_text(o->status, sizeof(o->status), "queued");
	o->amount = p->amount;
	o->fee = p->fee;
	copy_text(o->fiat_currency, sizeof(o->fiat_currency), p->fiat_currency);
	o->fiat_amount_minor = p->fiat_amount_minor;
	o->fiat_exponent = p->fiat_exponent;
	copy_text(o->fx_rate, sizeof(o->fx_rate), p->fx_rate);
	copy_text(o->country, sizeof(o->country), p->country);
	copy_text(o->rail, sizeof(o->rail), p->rail);
	copy_text(o->bank_account.holder, sizeof(o->bank_account.holder), p->holder);
	copy_text(o->bank_account.bank_name, sizeof(o->bank_account.bank_name), p->bank_name);
	copy_text(o->bank_account.last4, sizeof(o->bank_account.last4), p->last4);
	copy_text(o->environment, sizeof(o->environment), w->environment);
	o->estimated_arrival_at = p->estimated_arrival_ms;
	o->created_at = o->updated_at = w->now_ms;
}

enum status payout_create(struct world *w, const struct payout_params *p, char ret_id[ID_CAP],
			  struct problem *reterr)
{
	struct record r;
	enum status st = kyc_require(w, p->customer_id, reterr);

	if (st != S_OK)
		return st;
	record_init(&r, OBJECT_PAYOUT);
	payout_fill(w, p, &r.object.as.payout);
	st = record_insert(w, &r, NULL, "ramp.payout.created", NULL, reterr);
	if (st == S_OK)
		str_copy(ret_id, ID_CAP, r.object.as.payout.id);
	record_release(&r);
	return st;
}

enum status payout_advance(struct world *w, const char *id, const char *status,
			   const char *failure_code, const char *failure_message,
			   struct problem *reterr)
{
	struct record r = {0};
	struct payout *o = &r.object.as.payout;
	enum status st = record_load(w, OBJECT_PAYOUT, id, &r, reterr);

	if (st == S_OK && str_equal(o->status, status))
		st = problem_set(reterr, E_CONFLICT, NULL, "payout %s is %s already", id, status);
	if (st == S_OK) {
		copy_text(o->status, sizeof(o->status), status);
		copy_text(o->failure_code, sizeof(o->failure_code), failure_code);
		copy_text(o->failure_message, sizeof(o->failure_message), failure_message);
		o->updated_at = w->now_ms;
		if (str_equal(status, "paid"))
			o->paid_at = w->now_ms;
		st = record_update(w, &r, "ramp.payout.updated", NULL, reterr);
	}
	record_release(&r);
	return st;
}
