/* Stablecoin deposits, local extension (contract 15.3). */
#include "sandbox/chain.h"
#include "sandbox/ramps.h"
#include "sandbox/works.h"

/* INFERRED: the demo's pace, and how often something goes wrong. */
#define RECEIVE_LEAST_MS      8000
#define RECEIVE_MOST_MS       14000
#define CONFIRM_LEAST_MS      5000
#define CONFIRM_MOST_MS       9000
#define NEVER_CAME_PERCENT    4
#define UNCONFIRMED_PERCENT   2
#define RETURNED_PERCENT      3
#define CODE_NOT_RECEIVED     "funds_not_received"
#define CODE_NOT_CONFIRMED    "transaction_dropped"
#define CODE_SENDER_UNTRUSTED "sender_not_allowed"

static enum status schedule(struct world *w, const struct deposit *p, struct problem *reterr)
{
	if (str_equal(p->status, "awaiting_funds"))
		return work_schedule(w, WORK_DEPOSIT_RECEIVE, p->id,
				     w->now_ms + rng_between(&w->rng, RECEIVE_LEAST_MS,
							     RECEIVE_MOST_MS),
				     reterr);
	if (str_equal(p->status, "received"))
		return work_schedule(w, WORK_DEPOSIT_CONFIRM, p->id,
				     w->now_ms + rng_between(&w->rng, CONFIRM_LEAST_MS,
							     CONFIRM_MOST_MS),
				     reterr);
	return S_OK;
}

static void deposit_fill(struct world *w, const struct deposit_params *p, struct deposit *d)
{
	rng_uuid(&w->rng, d->id);
	str_copy(d->customer_id, sizeof(d->customer_id), p->customer_id);
	str_copy(d->status, sizeof(d->status), "awaiting_funds");
	str_copy(d->token_symbol, sizeof(d->token_symbol), p->token_symbol);
	str_copy(d->network, sizeof(d->network), p->network);
	chain_address(&w->rng, p->network, d->deposit_address);
	d->amount = p->amount;
	str_copy(d->environment, sizeof(d->environment), w->environment);
	d->created_at = d->updated_at = w->now_ms;
}

static enum status deposit_insert(struct world *w, const struct deposit_params *p, bool by_clock,
				  const struct cause *cause, char ret_id[ID_CAP],
				  struct problem *reterr)
{
	char country[STATUS_CAP];
	struct record r;
	struct deposit *d = &r.object.as.deposit;
	enum status st = kyc_require(w, p->customer_id, country, reterr);

	if (st != S_OK)
		return st;
	record_init(&r, OBJECT_DEPOSIT);
	r.country = country; /* INFERRED: what the list's `country` means is the customer's own */
	deposit_fill(w, p, d);
	st = record_insert(w, &r, NULL, "ramp.deposit.created", cause, reterr);
	if (st == S_OK && by_clock)
		st = schedule(w, d, reterr);
	if (st == S_OK)
		str_copy(ret_id, ID_CAP, d->id);
	record_release(&r);
	return st;
}

enum status deposit_open(struct world *w, const struct deposit_params *p, char ret_id[ID_CAP],
			 struct problem *reterr)
{
	return deposit_insert(w, p, false, NULL, ret_id, reterr);
}

enum status deposit_create(struct world *w, const struct deposit_params *p,
			   const struct cause *cause, char ret_id[ID_CAP], struct problem *reterr)
{
	return deposit_insert(w, p, true, cause, ret_id, reterr);
}

static const char *failure_of(const struct deposit *d, const char *status)
{
	if (str_equal(status, "returned"))
		return CODE_SENDER_UNTRUSTED;
	if (!str_equal(status, "failed"))
		return "";
	return str_equal(d->status, "received") ? CODE_NOT_CONFIRMED : CODE_NOT_RECEIVED;
}

static enum status deposit_move(struct world *w, struct record *r, const char *status,
				const struct cause *cause, struct problem *reterr)
{
	struct deposit *d = &r->object.as.deposit;

	if (str_equal(d->status, status))
		return problem_set(reterr, E_CONFLICT, NULL, "deposit %s is %s already", d->id,
				   status);
	str_copy(d->failure_code, sizeof(d->failure_code), failure_of(d, status));
	str_copy(d->status, sizeof(d->status), status);
	if (str_equal(status, "received"))
		chain_tx_hash(&w->rng, d->network, d->tx_hash);
	d->updated_at = w->now_ms;
	return record_update(w, r, "ramp.deposit.updated", cause, reterr);
}

enum status deposit_advance(struct world *w, const char *id, const char *status,
			    struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_DEPOSIT, id, &r, reterr);

	if (st == S_OK)
		st = deposit_move(w, &r, status, NULL, reterr);
	record_release(&r);
	return st;
}

enum status deposit_simulate(struct world *w, const char *id, const char *status,
			     const struct cause *cause, struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_DEPOSIT, id, &r, reterr);

	if (st == S_OK)
		st = deposit_move(w, &r, status, cause, reterr);
	if (st == S_OK)
		st = schedule(w, &r.object.as.deposit, reterr);
	record_release(&r);
	return st;
}

/* --- the clock's part ------------------------------------------------------------------------ */

static enum status go_on(struct world *w, const char *id, const char *from, const char *to,
			 struct problem *reterr)
{
	struct record r = {0};
	const struct deposit *d = &r.object.as.deposit;
	enum status st = record_load(w, OBJECT_DEPOSIT, id, &r, reterr);

	if (st == S_OK && !str_equal(d->status, from))
		st = problem_set(reterr, E_CONFLICT, NULL, "deposit %s is %s", id, d->status);
	if (st == S_OK)
		st = deposit_move(w, &r, to, NULL, reterr);
	if (st == S_OK)
		st = schedule(w, d, reterr);
	record_release(&r);
	return st;
}

enum status work_deposit_receive(struct world *w, const char *subject, struct problem *reterr)
{
	bool never = rng_chance(&w->rng, NEVER_CAME_PERCENT);

	return go_on(w, subject, "awaiting_funds", never ? "failed" : "received", reterr);
}

enum status work_deposit_confirm(struct world *w, const char *subject, struct problem *reterr)
{
	uint64_t roll = rng_below(&w->rng, 100);
	const char *to = "confirmed";

	if (roll < UNCONFIRMED_PERCENT)
		to = "failed";
	else if (roll < UNCONFIRMED_PERCENT + RETURNED_PERCENT)
		to = "returned";
	return go_on(w, subject, "received", to, reterr);
}
