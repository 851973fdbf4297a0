/* Identity checks, local extension (contract 15.3). */
#include "sandbox/ramps.h"
#include "sandbox/shop.h"
#include "sandbox/works.h"

/* As long as the demo's reviews take. */
#define REVIEW_LEAST_MS 12000
#define REVIEW_MOST_MS  25000
#define REJECT_PERCENT  12

/* NULL members: as it was. */
struct change {
	const char *status, *country, *legal_name, *rejection_reason;
	const struct cause *cause;
};

static void copy_text(char *dst, size_t cap, const char *src)
{
	str_copy(dst, cap, src ? src : "");
}

static void kyc_apply(struct world *w, struct kyc *k, const struct change *c)
{
	copy_text(k->status, sizeof(k->status), c->status);
	if (c->country)
		copy_text(k->country, sizeof(k->country), c->country);
	if (c->legal_name)
		copy_text(k->legal_name, sizeof(k->legal_name), c->legal_name);
	copy_text(k->rejection_reason, sizeof(k->rejection_reason),
		  str_equal(c->status, "rejected") ? c->rejection_reason : NULL);
	if (str_equal(c->status, "pending")) {
		k->submitted_at = w->now_ms;
		k->reviewed_at = TIME_NONE;
	} else if (str_equal(c->status, "approved") || str_equal(c->status, "rejected")) {
		k->reviewed_at = w->now_ms;
	}
}

static enum status kyc_update(struct world *w, struct record *r, const struct change *c,
			      struct problem *reterr)
{
	struct kyc *k = &r->object.as.kyc;

	if (str_equal(k->status, c->status))
		return problem_set(reterr, E_CONFLICT, NULL, "the check of %s is %s already",
				   k->customer_id, c->status);
	kyc_apply(w, k, c);
	return record_update(w, r, "ramp.kyc.updated", c->cause, reterr);
}

static enum status kyc_insert(struct world *w, const char *customer_id, const struct change *c,
			      struct problem *reterr)
{
	struct record r;
	struct kyc *k = &r.object.as.kyc;
	enum status st;

	record_init(&r, OBJECT_KYC);
	copy_text(k->customer_id, sizeof(k->customer_id), customer_id);
	copy_text(k->environment, sizeof(k->environment), w->environment);
	kyc_apply(w, k, c);
	st = record_insert(w, &r, NULL, "ramp.kyc.updated", c->cause, reterr);
	record_release(&r);
	return st;
}

/* `born`: makes the check when there is none. */
static enum status kyc_change(struct world *w, const char *customer_id, const struct change *c,
			      bool born, struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_KYC, customer_id, &r, reterr);

	if (st == S_OK)
		st = kyc_update(w, &r, c, reterr);
	else if (st == E_NOT_FOUND && born)
		st = kyc_insert(w, customer_id, c, reterr);
	record_release(&r);
	return st;
}

enum status kyc_set(struct world *w, const char *customer_id, const char *status,
		    const char *country, const char *legal_name, const char *rejection_reason,
		    struct problem *reterr)
{
	const struct change c = {status, country, legal_name, rejection_reason, NULL};

	return kyc_change(w, customer_id, &c, true, reterr);
}

enum status kyc_require(struct world *w, const char *customer_id, char ret_country[STATUS_CAP],
			struct problem *reterr)
{
	struct record r = {0};
	const struct kyc *k = &r.object.as.kyc;
	enum status st = record_load(w, OBJECT_KYC, customer_id, &r, NULL);
	const char *status = st == S_OK ? k->status : "not_started";

	if (st != S_OK && st != E_NOT_FOUND)
		return problem_set(reterr, st, NULL, "cannot read the check of %s", customer_id);
	st = str_equal(status, "approved")
		     ? S_OK
		     : problem_set(reterr, E_DENIED, NULL, "KYC of %s is %s", customer_id, status);
	if (st == S_OK && ret_country)
		str_copy(ret_country, STATUS_CAP, k->country);
	record_release(&r);
	return st;
}

/* --- what clients start ---------------------------------------------------------------------- */

static enum status schedule_review(struct world *w, const char *customer_id, struct problem *reterr)
{
	int64_t due = w->now_ms + rng_between(&w->rng, REVIEW_LEAST_MS, REVIEW_MOST_MS);

	return work_schedule(w, WORK_KYC_REVIEW, customer_id, due, reterr);
}

enum status kyc_submit(struct world *w, const char *customer_id, const char *country,
		       const char *legal_name, const struct cause *cause, struct problem *reterr)
{
	const struct change c = {"pending", country, legal_name, NULL, cause};
	enum status st = kyc_change(w, customer_id, &c, true, reterr);

	return st == S_OK ? schedule_review(w, customer_id, reterr) : st;
}

static const char *draw_rejection(struct world *w)
{
	size_t count;
	const char *const *reasons = shop_kyc_rejections(&count);

	return reasons[rng_below(&w->rng, count)];
}

enum status kyc_simulate(struct world *w, const char *customer_id, const char *status,
			 const struct cause *cause, struct problem *reterr)
{
	const struct change c = {status, NULL, NULL, draw_rejection(w), cause};
	enum status st = kyc_change(w, customer_id, &c, false, reterr);

	if (st == S_OK)
		st = work_cancel(w, WORK_KYC_REVIEW, customer_id, reterr);
	if (st == S_OK && str_equal(status, "pending"))
		st = schedule_review(w, customer_id, reterr);
	return st;
}

/* A second try is decided anew: the numbers are the submission's, not only the customer's. */
enum status work_kyc_review(struct world *w, const char *subject, struct problem *reterr)
{
	struct change c = {.status = "approved"};
	struct record r = {0};
	enum status st = record_load(w, OBJECT_KYC, subject, &r, reterr);

	if (st == S_OK && !str_equal(r.object.as.kyc.status, "pending"))
		st = problem_set(reterr, E_CONFLICT, NULL, "the check of %s is over", subject);
	if (st == S_OK) {
		rng_seed(&w->rng, rng_next(&w->rng) ^ (uint64_t)r.object.as.kyc.submitted_at);
		if (rng_chance(&w->rng, REJECT_PERCENT)) {
			c.status = "rejected";
			c.rejection_reason = draw_rejection(w);
		}
		st = kyc_update(w, &r, &c, reterr);
	}
	record_release(&r);
	return st;
}
