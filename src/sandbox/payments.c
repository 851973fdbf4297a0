#include "sandbox/chain.h"
#include "sandbox/domain_private.h"
#include "sandbox/ledger.h"

#include "base/alloc.h"

/* --- seen ------------------------------------------------------------------------- */

enum status invoice_payment_see_from(struct world *w, const char *invoice_id, int64_t amount,
				     const char *network, const char *address,
				     char ret_payment_id[ID_CAP], struct problem *reterr)
{
	struct invoice v;
	struct record r;
	struct invoice_payment *p = &r.object.as.payment;
	struct json *hidden;
	char text[ADDR_CAP];
	enum status st = invoice_load(w, invoice_id, &v, reterr);

	if (st != S_OK)
		return st;
	if (amount <= 0)
		return problem_set(reterr, E_INVALID, NULL, "a payment must be more than nothing");
	record_init(&r, OBJECT_PAYMENT);
	rng_uuid(&w->rng, p->id);
	str_copy(p->invoice_id, sizeof(p->invoice_id), invoice_id);
	p->merchant_id = MERCHANT_ID;
	str_copy(p->status, sizeof(p->status), "pending");
	p->amount_usd = amount;
	str_copy(p->environment, sizeof(p->environment), w->environment);
	/* Pepay shows none of these on the payment; the invoice and the order show them later. */
	hidden = json_new_object();
	json_set_string(hidden, "payer_network", network);
	json_set_string(hidden, "payer_address",
			address ? address : chain_address(&w->rng, network, text));
	json_set_string(hidden, "tx_hash", chain_tx_hash(&w->rng, network, text));
	st = record_insert(w, &r, hidden, "invoice_payment.created", NULL, reterr);
	if (st == S_OK)
		str_copy(ret_payment_id, ID_CAP, p->id);
	json_free(hidden);
	record_release(&r);
	return st;
}

enum status invoice_payment_see(struct world *w, const char *invoice_id, int64_t amount,
				const char *network, char ret_payment_id[ID_CAP],
				struct problem *reterr)
{
	return invoice_payment_see_from(w, invoice_id, amount, network, NULL, ret_payment_id,
					reterr);
}

/* --- confirmed --------------------------------------------------------------------- */

static void settlement_start(struct world *w, struct invoice_payment *p)
{
	struct settlement *s = &p->settlement;

	str_copy(p->settlement_status, sizeof(p->settlement_status), "pending");
	p->has_settlement = true;
	str_copy(s->summary_status, sizeof(s->summary_status), "pending");
	/* Only the last stage's name is published (contract 5): these are ours. */
	str_copy(s->stage, sizeof(s->stage), "queued");
	str_copy(s->status, sizeof(s->status), "pending");
	str_copy(s->network, sizeof(s->network), SETTLEMENT_NETWORK);
	s->merchant_settlement_id = rng_between(&w->rng, 10000, 999999);
}

static bool invoice_open(const struct invoice *v)
{
	return str_equal(v->status, "unpaid") || str_equal(v->status, "underpaid");
}

/* Money that comes after the end is counted, but brings a closed invoice back to nothing. */
static void invoice_receive(struct world *w, struct invoice *v, int64_t amount,
			    const struct order_paid *from)
{
	v->amount_paid += amount;
	v->amount_remaining = v->amount_paid < v->amount ? v->amount - v->amount_paid : 0;
	v->last_payment_at = w->now_ms;
	str_copy(v->payer_wallet_address, sizeof(v->payer_wallet_address), from->payer_address);
	str_copy(v->payer_wallet_network, sizeof(v->payer_wallet_network), from->payer_network);
	if (!invoice_open(v))
		return;
	if (v->amount_paid >= v->amount) {
		str_copy(v->status, sizeof(v->status), "paid");
		v->paid_at = w->now_ms;
	} else {
		str_copy(v->status, sizeof(v->status), "underpaid");
	}
}

static const char *hidden_text(const struct json *hidden, const char *key)
{
	const char *text = json_string(json_get(hidden, key));

	return text ? text : "";
}

static enum status payment_confirm(struct world *w, struct record *pay, struct record *inv,
				   const struct json *hidden, struct problem *reterr)
{
	struct invoice_payment *p = &pay->object.as.payment;
	struct invoice *v = &inv->object.as.invoice;
	struct order_paid from = {.tx_hash = hidden_text(hidden, "tx_hash"),
				  .payer_address = hidden_text(hidden, "payer_address"),
				  .payer_network = hidden_text(hidden, "payer_network")};
	bool was_open = invoice_open(v);
	enum status st;

	invoice_receive(w, v, p->amount_usd, &from);
	str_copy(p->status, sizeof(p->status),
		 str_equal(v->status, "underpaid") ? "underpaid" : "confirmed");
	settlement_start(w, p);
	st = record_update(w, pay, "invoice_payment.updated", NULL, reterr);
	if (st == S_OK)
		st = record_update(w, inv, "invoice.updated", NULL, reterr);
	if (st == S_OK && was_open && str_equal(v->status, "paid") && *v->commerce_order_id)
		st = order_on_paid(w, v->commerce_order_id, &from, reterr);
	return st;
}

enum status invoice_payment_confirm(struct world *w, const char *payment_id, struct problem *reterr)
{
	struct record pay = {0}, inv = {0};
	const struct invoice_payment *p = &pay.object.as.payment;
	struct json *hidden = NULL;
	enum status st = record_load(w, OBJECT_PAYMENT, payment_id, &pay, reterr);

	if (st == S_OK && !str_equal(p->status, "pending") && !str_equal(p->status, "manual_retry"))
		st = problem_set(reterr, E_CONFLICT, NULL, "payment %s is %s already", payment_id,
				 p->status);
	if (st == S_OK)
		st = record_load(w, OBJECT_INVOICE, p->invoice_id, &inv, reterr);
	if (st == S_OK)
		st = record_hidden(w, OBJECT_PAYMENT, payment_id, &hidden, reterr);
	if (st == S_OK)
		st = payment_confirm(w, &pay, &inv, hidden, reterr);
	json_free(hidden);
	record_release(&inv);
	record_release(&pay);
	return st;
}

/* --- settled ------------------------------------------------------------------------ */

static void settlement_move(struct world *w, struct invoice_payment *p, const char *status)
{
	struct settlement *s = &p->settlement;
	bool settled = str_equal(status, "settled");

	str_copy(p->settlement_status, sizeof(p->settlement_status), status);
	str_copy(s->summary_status, sizeof(s->summary_status), status);
	str_copy(s->status, sizeof(s->status), status);
	str_copy(s->stage, sizeof(s->stage), settled ? "final" : "transfer");
	if (settled)
		chain_tx_hash(&w->rng, SETTLEMENT_NETWORK, s->settlement_tx_hash);
}

enum status invoice_payment_settle(struct world *w, const char *payment_id, const char *status,
				   struct problem *reterr)
{
	struct record r = {0};
	struct invoice_payment *p = &r.object.as.payment;
	struct invoice v;
	enum status st = record_load(w, OBJECT_PAYMENT, payment_id, &r, reterr);

	if (st == S_OK && str_equal(p->settlement_status, status))
		st = problem_set(reterr, E_CONFLICT, NULL, "the settlement of %s is %s already",
				 payment_id, status);
	if (st == S_OK) {
		settlement_move(w, p, status);
		st = record_update(w, &r, "invoice_payment.updated", NULL, reterr);
	}
	if (st == S_OK)
		st = invoice_load(w, p->invoice_id, &v, reterr);
	if (st == S_OK && *v.commerce_order_id && str_equal(status, "settled"))
		st = order_on_settled(w, v.commerce_order_id, &p->settlement, reterr);
	record_release(&r);
	return st;
}

/* --- an invoice's payments ------------------------------------------------------------- */

struct id_list {
	char (*ids)[ID_CAP];
	size_t cap, count;
	bool broken;
};

static bool collect_id(void *ctx, const char *doc)
{
	struct id_list *list = ctx;
	struct json *json = NULL;
	const char *id;

	if (list->count == list->cap || json_parse(doc, strlen(doc), &json, NULL) != S_OK) {
		list->broken = true;
		return false;
	}
	id = json_string(json_get(json, "id"));
	if (id)
		str_copy(list->ids[list->count++], ID_CAP, id);
	json_free(json);
	return true;
}

enum status invoice_payments(struct world *w, const char *invoice_id, char (*ret_ids)[ID_CAP],
			     size_t cap, size_t *ret_count, struct problem *reterr)
{
	struct id_list list = {.ids = ret_ids, .cap = cap};
	enum status st =
		ledger_children(w->ledger, OBJECT_PAYMENT, invoice_id, collect_id, &list, reterr);

	if (st == S_OK && list.broken)
		st = problem_set(reterr, E_LIMIT, NULL, "invoice %s has too many payments",
				 invoice_id);
	if (st == S_OK)
		*ret_count = list.count;
	return st;
}
