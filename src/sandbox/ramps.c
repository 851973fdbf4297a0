/* Bank payouts, local extension (contract 15.3). */
#include "sandbox/ledger.h"
#include "sandbox/ramps.h"
#include "sandbox/shop.h"
#include "sandbox/works.h"

/* The demo's pace, and how often something goes wrong. */
#define PROCESS_LEAST_MS 5000
#define PROCESS_MOST_MS  9000
#define PAY_LEAST_MS     13000
#define PAY_MOST_MS      20000
#define RETURN_LEAST_MS  14000
#define RETURN_MOST_MS   20000
#define FAIL_PERCENT     7
#define RETURN_PERCENT   3

static void copy_text(char *dst, size_t cap, const char *src)
{
	str_copy(dst, cap, src ? src : "");
}

/* --- payouts ------------------------------------------------------------------------------ */

static void payout_fill(struct world *w, const struct payout_params *p, struct payout *o)
{
	rng_uuid(&w->rng, o->id);
	if (p->quote_id)
		copy_text(o->quote_id, sizeof(o->quote_id), p->quote_id);
	else
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

static enum status payout_insert(struct world *w, const struct payout_params *p,
				 const struct cause *cause, char ret_id[ID_CAP],
				 struct problem *reterr)
{
	struct record r;
	enum status st = kyc_require(w, p->customer_id, NULL, reterr);

	if (st != S_OK)
		return st;
	record_init(&r, OBJECT_PAYOUT);
	payout_fill(w, p, &r.object.as.payout);
	st = record_insert(w, &r, NULL, "ramp.payout.created", cause, reterr);
	if (st == S_OK)
		str_copy(ret_id, ID_CAP, r.object.as.payout.id);
	record_release(&r);
	return st;
}

enum status payout_create(struct world *w, const struct payout_params *p, char ret_id[ID_CAP],
			  struct problem *reterr)
{
	return payout_insert(w, p, NULL, ret_id, reterr);
}

struct change {
	const char *from; /* or NULL: whatever the lifecycle allows */
	const char *status, *failure_code, *failure_message;
	const struct cause *cause;
};

static void payout_apply(struct world *w, struct payout *o, const struct change *c)
{
	copy_text(o->status, sizeof(o->status), c->status);
	copy_text(o->failure_code, sizeof(o->failure_code), c->failure_code);
	copy_text(o->failure_message, sizeof(o->failure_message), c->failure_message);
	o->updated_at = w->now_ms;
	if (str_equal(c->status, "paid"))
		o->paid_at = w->now_ms;
}

static enum status payout_change(struct world *w, const char *id, const struct change *c,
				 struct problem *reterr)
{
	struct record r = {0};
	struct payout *o = &r.object.as.payout;
	enum status st = record_load(w, OBJECT_PAYOUT, id, &r, reterr);

	if (st == S_OK &&
	    (str_equal(o->status, c->status) || (c->from && !str_equal(o->status, c->from))))
		st = problem_set(reterr, E_CONFLICT, NULL, "payout %s is %s already", id,
				 o->status);
	if (st == S_OK) {
		payout_apply(w, o, c);
		st = record_update(w, &r, "ramp.payout.updated", c->cause, reterr);
	}
	record_release(&r);
	return st;
}

enum status payout_advance(struct world *w, const char *id, const char *status,
			   const char *failure_code, const char *failure_message,
			   struct problem *reterr)
{
	const struct change c = {NULL, status, failure_code, failure_message, NULL};

	return payout_change(w, id, &c, reterr);
}

/* --- what clients start ---------------------------------------------------------------------- */

static enum status schedule(struct world *w, enum work work, const char *id, int64_t least_ms,
			    int64_t most_ms, struct problem *reterr)
{
	return work_schedule(w, work, id, w->now_ms + rng_between(&w->rng, least_ms, most_ms),
			     reterr);
}

enum status payout_start(struct world *w, const struct payout_params *p, const struct cause *cause,
			 char ret_id[ID_CAP], struct problem *reterr)
{
	enum status st = payout_insert(w, p, cause, ret_id, reterr);

	return st == S_OK ? schedule(w, WORK_PAYOUT_PROCESS, ret_id, PROCESS_LEAST_MS,
				     PROCESS_MOST_MS, reterr)
			  : st;
}

enum status payout_cancel(struct world *w, const char *id, const struct cause *cause,
			  struct problem *reterr)
{
	const struct change c = {.from = "queued", .status = "canceled", .cause = cause};

	return payout_change(w, id, &c, reterr);
}

/* A mishap of the kind that leads to `status`; none for the other states. */
static void draw_mishap(struct world *w, struct change *c)
{
	const struct shop_failure *table = NULL;
	size_t count = 0, pick;

	if (str_equal(c->status, "failed"))
		table = shop_payout_failures(&count);
	else if (str_equal(c->status, "returned"))
		table = shop_payout_returns(&count);
	if (!table)
		return;
	pick = rng_below(&w->rng, count);
	c->failure_code = table[pick].code;
	c->failure_message = table[pick].message;
}

enum status payout_simulate(struct world *w, const char *id, const char *status,
			    const struct cause *cause, struct problem *reterr)
{
	struct change c = {.status = status, .cause = cause};
	enum status st;

	draw_mishap(w, &c);
	st = payout_change(w, id, &c, reterr);
	if (st == S_OK && str_equal(status, "processing"))
		st = schedule(w, WORK_PAYOUT_PAY, id, PAY_LEAST_MS, PAY_MOST_MS, reterr);
	return st;
}

static bool note_child(void *ctx, const char *doc)
{
	(void)doc;
	*(bool *)ctx = true;
	return false;
}

enum status payout_retryable(struct world *w, const char *id, struct payout *ret,
			     struct problem *reterr)
{
	struct record r = {0};
	bool retried = false;
	enum status st = record_load(w, OBJECT_PAYOUT, id, &r, reterr);

	if (st == S_OK)
		st = ledger_children(w->ledger, OBJECT_PAYOUT, id, note_child, &retried, reterr);
	if (st == S_OK) {
		*ret = r.object.as.payout;
		if (!str_equal(ret->status, "failed") && !str_equal(ret->status, "returned"))
			st = problem_set(reterr, E_CONFLICT, NULL,
					 "Only a failed or returned payout can be retried; this "
					 "one is %s",
					 ret->status);
		else if (retried)
			st = problem_set(reterr, E_CONFLICT, NULL,
					 "This payout was retried already: retry the newest one");
	}
	record_release(&r);
	return st;
}

/* --- the clock's part ------------------------------------------------------------------------ */

enum status work_payout_process(struct world *w, const char *subject, struct problem *reterr)
{
	const struct change c = {.from = "queued", .status = "processing"};
	enum status st = payout_change(w, subject, &c, reterr);

	return st == S_OK ? schedule(w, WORK_PAYOUT_PAY, subject, PAY_LEAST_MS, PAY_MOST_MS, reterr)
			  : st;
}

enum status work_payout_pay(struct world *w, const char *subject, struct problem *reterr)
{
	bool failed = rng_chance(&w->rng, FAIL_PERCENT);
	bool returned = rng_chance(&w->rng, RETURN_PERCENT);
	struct change c = {.from = "processing", .status = failed ? "failed" : "paid"};
	enum status st;

	draw_mishap(w, &c);
	st = payout_change(w, subject, &c, reterr);
	if (st == S_OK && !failed && returned)
		st = schedule(w, WORK_PAYOUT_RETURN, subject, RETURN_LEAST_MS, RETURN_MOST_MS,
			      reterr);
	return st;
}

enum status work_payout_return(struct world *w, const char *subject, struct problem *reterr)
{
	struct change c = {.from = "paid", .status = "returned"};

	draw_mishap(w, &c);
	return payout_change(w, subject, &c, reterr);
}
