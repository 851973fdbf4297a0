#include "sandbox/domain_private.h"
#include "sandbox/ledger.h"

/* What an invoice keeps for itself: contract 4.3 shows none of it, 4.1 and section 6 need it. */
static struct json *invoice_hidden(struct world *w, const struct invoice_params *p)
{
	struct json *hidden = p->hidden ? json_copy(p->hidden) : json_new_object();
	char spare[65];

	/* Sessions took these draws once; what a seed's scenario draws next depends on them. */
	rng_hex(&w->rng, spare, 24);
	rng_hex(&w->rng, spare, 32);
	json_set_string(hidden, "description", p->description);
	json_set_string(hidden, "customer_email", p->customer_email);
	return hidden;
}

/* A whole second, so that the document (which counts seconds) and the clock agree. */
static int64_t round_up_to_second(int64_t ms)
{
	return (ms + 999) / 1000 * 1000;
}

static void invoice_fill(struct world *w, const struct invoice_params *p, struct invoice *v)
{
	rng_uuid(&w->rng, v->id);
	v->merchant_id = MERCHANT_ID;
	str_copy(v->status, sizeof(v->status), "unpaid");
	str_copy(v->invoice_type, sizeof(v->invoice_type),
		 p->invoice_type ? p->invoice_type : "standard");
	str_copy(v->currency, sizeof(v->currency), "usd");
	v->amount = p->amount;
	v->amount_remaining = p->amount;
	str_copy(v->amount_unit, sizeof(v->amount_unit), "usd_millis");
	str_copy(v->customer_id, sizeof(v->customer_id), p->customer_id ? p->customer_id : "");
	str_copy(v->commerce_order_id, sizeof(v->commerce_order_id),
		 p->commerce_order_id ? p->commerce_order_id : "");
	str_copy(v->environment, sizeof(v->environment), w->environment);
	v->created_at = w->now_ms;
	v->expires_at = round_up_to_second(w->now_ms + p->expires_in_ms);
}

enum status invoice_create(struct world *w, const struct invoice_params *p, struct invoice *ret,
			   struct problem *reterr)
{
	struct cause cause = {p->request_id, p->idempotency_key};
	struct json *hidden;
	struct record r;
	enum status st;

	record_init(&r, OBJECT_INVOICE);
	invoice_fill(w, p, &r.object.as.invoice);
	r.json = shape_to_json(&SHAPE_INVOICE, &r.object.as.invoice);
	if (p->metadata)
		json_set_take(r.json, "metadata", json_copy(p->metadata));
	hidden = invoice_hidden(w, p);
	st = record_insert(w, &r, hidden, "invoice.created", &cause, reterr);
	if (st == S_OK)
		*ret = r.object.as.invoice;
	json_free(hidden);
	record_release(&r);
	return st;
}

enum status invoice_load(struct world *w, const char *id, struct invoice *ret,
			 struct problem *reterr)
{
	struct record r = {0};
	enum status st = record_load(w, OBJECT_INVOICE, id, &r, reterr);

	if (st == S_OK)
		*ret = r.object.as.invoice;
	record_release(&r);
	return st;
}

enum status invoice_close(struct world *w, const char *id, const char *status,
			  const struct cause *cause, struct invoice *ret, struct problem *reterr)
{
	struct record r = {0};
	struct invoice *v = &r.object.as.invoice;
	enum status st = record_load(w, OBJECT_INVOICE, id, &r, reterr);

	if (st != S_OK)
		return st;
	if (str_equal(v->status, status)) {
		st = problem_set(reterr, E_CONFLICT, NULL, "the invoice is %s already", status);
	} else {
		str_copy(v->status, sizeof(v->status), status);
		st = record_update(w, &r, "invoice.updated", cause, reterr);
	}
	if (st == S_OK && ret)
		*ret = *v;
	record_release(&r);
	return st;
}

enum status invoice_expire(struct world *w, const char *id, struct problem *reterr)
{
	struct invoice v;
	enum status st = invoice_close(w, id, "expired", NULL, &v, reterr);

	if (st == S_OK && *v.commerce_order_id)
		st = order_on_invoice_closed(w, v.commerce_order_id, "Payment window expired",
					     reterr);
	return st;
}

enum status invoice_cancel(struct world *w, const char *id, const char *request_id,
			   const char *idempotency_key, struct invoice *ret, struct problem *reterr)
{
	struct cause cause = {request_id, idempotency_key};
	struct invoice v;
	enum status st = invoice_close(w, id, "canceled", &cause, &v, reterr);

	if (st == S_OK && *v.commerce_order_id)
		st = order_on_invoice_closed(w, v.commerce_order_id, "Invoice canceled", reterr);
	if (st == S_OK && ret)
		*ret = v;
	return st;
}
