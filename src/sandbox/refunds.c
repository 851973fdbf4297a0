#include "sandbox/refunds.h"

#include "sandbox/chain.h"
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/orders.h"
#include "sandbox/works.h"

/* INFERRED: as long as the demo's settlements take. */
#define SETTLE_LEAST_MS 6000
#define SETTLE_MOST_MS  10000
#define FAIL_PERCENT    6

static const struct {
	const char *code, *message;
} failures[] = {
	{"destination_rejected", "The destination wallet does not accept this token"},
	{"destination_invalid", "The network knows no such destination"},
	{"network_unavailable", "The network did not take the transfer in time"},
};

struct sum {
	int64_t amount;
	bool broken;
};

static bool add_refund(void *ctx, const char *doc)
{
	struct sum *sum = ctx;
	struct json *json = NULL;
	struct object o = {0};

	sum->broken = json_parse(doc, strlen(doc), &json, NULL) != S_OK ||
		      object_decode(OBJECT_REFUND, json, &o, NULL) != S_OK;
	json_free(json);
	if (!sum->broken && !str_equal(o.as.refund.status, "failed"))
		sum->amount += o.as.refund.amount;
	object_release(&o);
	return !sum->broken;
}

static enum status refund_left(struct world *w, const struct invoice *v, int64_t *ret,
			       struct problem *reterr)
{
	struct sum sum = {0};
	enum status st = ledger_children(w->ledger, OBJECT_REFUND, v->id, add_refund, &sum, reterr);

	if (st == S_OK && sum.broken)
		st = problem_set(reterr, E_IO, NULL, "a refund of %s cannot be read", v->id);
	if (st == S_OK)
		*ret = v->amount_paid - sum.amount;
	return st;
}

enum status refund_available(struct world *w, const char *invoice_id, int64_t *ret,
			     struct problem *reterr)
{
	struct invoice v;
	enum status st = invoice_load(w, invoice_id, &v, reterr);

	return st == S_OK ? refund_left(w, &v, ret, reterr) : st;
}

/* INFERRED: an order that took the payment refunds it by its cancellation (contract 15.2), so
 * that nobody gets it twice. One that was never paid has nothing to refund. */
static enum status check_order(struct world *w, const struct invoice *v, struct problem *reterr)
{
	struct record r = {0};
	enum status st;

	if (!*v->commerce_order_id)
		return S_OK;
	st = record_load(w, OBJECT_ORDER, v->commerce_order_id, &r, reterr);
	if (st == S_OK && order_paid(&r.object.as.order))
		st = problem_set(reterr, E_CONFLICT, NULL,
				 "The invoice paid order %s: cancel that with a refund destination",
				 v->commerce_order_id);
	record_release(&r);
	return st;
}

static void refund_fill(struct world *w, const struct refund_params *p, int64_t amount,
			struct refund *f)
{
	rng_uuid(&w->rng, f->id);
	str_copy(f->invoice_id, sizeof(f->invoice_id), p->invoice_id);
	f->merchant_id = MERCHANT_ID;
	str_copy(f->status, sizeof(f->status), "pending");
	str_copy(f->currency, sizeof(f->currency), "usd");
	f->amount = amount;
	str_copy(f->destination_wallet_address, sizeof(f->destination_wallet_address),
		 p->wallet_address);
	str_copy(f->destination_wallet_network, sizeof(f->destination_wallet_network),
		 p->wallet_network);
	str_copy(f->reason, sizeof(f->reason), p->reason ? p->reason : "");
	str_copy(f->environment, sizeof(f->environment), w->environment);
	f->created_at = f->updated_at = w->now_ms;
}

static enum status refund_insert(struct world *w, const struct refund_params *p, int64_t amount,
				 const struct invoice *v, const struct cause *cause,
				 char ret_id[ID_CAP], struct problem *reterr)
{
	struct record r;
	struct refund *f = &r.object.as.refund;
	int64_t due = w->now_ms + rng_between(&w->rng, SETTLE_LEAST_MS, SETTLE_MOST_MS);
	enum status st;

	record_init(&r, OBJECT_REFUND);
	r.customer_id = v->customer_id;
	refund_fill(w, p, amount, f);
	st = record_insert(w, &r, NULL, "refund.created", cause, reterr);
	if (st == S_OK)
		st = work_schedule(w, p->succeeds ? WORK_REFUND_SUCCEED : WORK_REFUND_SETTLE, f->id,
				   due, reterr);
	if (st == S_OK)
		str_copy(ret_id, ID_CAP, f->id);
	record_release(&r);
	return st;
}

enum status refund_create(struct world *w, const struct refund_params *p, const struct cause *cause,
			  char ret_id[ID_CAP], struct problem *reterr)
{
	struct invoice v;
	int64_t left = 0, amount;
	enum status st = invoice_load(w, p->invoice_id, &v, reterr);

	if (st == S_OK)
		st = check_order(w, &v, reterr);
	if (st == S_OK)
		st = refund_left(w, &v, &left, reterr);
	if (st != S_OK)
		return st;
	amount = p->amount ? p->amount : left;
	if (left <= 0 || amount > left)
		return problem_set(reterr, E_LIMIT, NULL,
				   "%lld thousandths of a dollar of this invoice can be refunded",
				   (long long)left);
	return refund_insert(w, p, amount, &v, cause, ret_id, reterr);
}

/* --- the clock's part ----------------------------------------------------------------------- */

static void refund_end(struct world *w, struct refund *f, bool succeeds)
{
	size_t why = rng_below(&w->rng, sizeof(failures) / sizeof(failures[0]));
	bool failed = rng_chance(&w->rng, FAIL_PERCENT) && !succeeds;

	str_copy(f->status, sizeof(f->status), failed ? "failed" : "succeeded");
	f->updated_at = w->now_ms;
	if (failed) {
		str_copy(f->failure_code, sizeof(f->failure_code), failures[why].code);
		str_copy(f->failure_message, sizeof(f->failure_message), failures[why].message);
	} else {
		chain_tx_hash(&w->rng, f->destination_wallet_network, f->tx_hash);
	}
}

static enum status refund_settle(struct world *w, const char *id, bool succeeds,
				 struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_REFUND, id, &r, reterr);

	if (st == S_OK) {
		refund_end(w, &r.object.as.refund, succeeds);
		st = record_update(w, &r, "refund.updated", NULL, reterr);
	}
	record_release(&r);
	return st;
}

enum status work_refund_settle(struct world *w, const char *subject, struct problem *reterr)
{
	return refund_settle(w, subject, false, reterr);
}

enum status work_refund_succeed(struct world *w, const char *subject, struct problem *reterr)
{
	return refund_settle(w, subject, true, reterr);
}
