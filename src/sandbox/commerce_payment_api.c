/* How an order's payment stands: contract 7.5. */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/commerce.h"
#include "sandbox/domain.h"
#include "sandbox/records.h"
#include "sandbox/quotes.h"

#define BULK_MAX 50

struct standing {
	struct record order;
	struct invoice invoice;
};

static void standing_release(struct standing *s)
{
	record_release(&s->order);
}

static enum status standing_of_order(struct world *w, const char *order_id, struct standing *ret,
				     struct problem *reterr)
{
	enum status st = record_load(w, OBJECT_ORDER, order_id, &ret->order, reterr);

	if (st == S_OK)
		st = invoice_load(w, ret->order.object.as.order.invoice_id, &ret->invoice, reterr);
	return st;
}

/* INFERRED but for pending and paid: the invoice's own words, where it is not waiting. */
static const char *payment_word(const struct invoice *v)
{
	return str_equal(v->status, "unpaid") ? "pending" : v->status;
}

/* --- what was paid ---------------------------------------------------------------------- */

static const char *text_of(const struct json *obj, const char *key)
{
	const char *text = json_string(json_get(obj, key));

	return text ? text : "";
}

/* What an invoice was paid in is what the rest of it would be locked to. */
static enum status token_paid(struct world *w, const struct invoice *v, const struct token **ret,
			      struct problem *reterr)
{
	struct invoice partly = *v;
	struct lock lock;
	enum status st;

	str_copy(partly.status, sizeof(partly.status), "underpaid");
	st = lock_load(w, &partly, &lock, reterr);
	if (st == S_OK)
		*ret = lock.token;
	return st;
}

static enum status details_of(struct world *w, const char *payment_id, const struct invoice *v,
			      struct json **ret, struct problem *reterr)
{
	struct json *hidden = NULL, *details;
	const struct token *token;
	enum status st = token_paid(w, v, &token, reterr);

	if (st == S_OK)
		st = record_hidden(w, OBJECT_PAYMENT, payment_id, &hidden, reterr);
	if (st != S_OK)
		return st;
	details = json_new_object();
	json_set_text(details, "network", text_of(hidden, "payer_network"));
	json_set_string(details, "token", token->symbol);
	json_set_dollars(details, "amount", v->amount_paid);
	json_set_text(details, "txHash", text_of(hidden, "tx_hash"));
	json_set_text(details, "walletAddress", text_of(hidden, "payer_address"));
	json_free(hidden);
	*ret = details;
	return S_OK;
}

#define PAYMENTS_MAX 64

/* Of the latest payment; *ret stays NULL before there is one. */
static enum status latest_details(struct world *w, const struct invoice *v, struct json **ret,
				  struct problem *reterr)
{
	char(*ids)[ID_CAP] = xcalloc(PAYMENTS_MAX, sizeof(*ids));
	size_t count = 0;
	enum status st = invoice_payments(w, v->id, ids, PAYMENTS_MAX, &count, reterr);

	if (st == S_OK && count)
		st = details_of(w, ids[count - 1], v, ret, reterr);
	free(ids);
	return st;
}

static void set_paid(struct json *obj, const struct standing *s, struct json *details_take)
{
	if (s->invoice.paid_at == TIME_NONE)
		json_set_null(obj, "paidAt");
	else
		json_set_int(obj, "paidAt", s->invoice.paid_at / 1000);
	if (details_take)
		json_set_take(obj, "paymentDetails", details_take);
	else
		json_set_null(obj, "paymentDetails");
}

/* --- by order ------------------------------------------------------------------------------ */

static struct json *payment_answer(const struct standing *s, struct json *details_take)
{
	const struct order *o = &s->order.object.as.order;
	struct json *data = json_new_object();

	json_set_string(data, "orderId", o->order_id);
	json_set_string(data, "invoiceId", s->invoice.id);
	json_set_string(data, "status", payment_word(&s->invoice));
	json_set_string(data, "orderStatus", o->status);
	json_set_text(data, "customerId", o->customer_id);
	json_set_dollars(data, "amount", s->invoice.amount);
	set_paid(data, s, details_take);
	return data;
}

void payment_handle_by_order(struct world *w, const struct call *c, struct reply *r)
{
	struct standing s = {0};
	struct json *details = NULL;
	struct problem why = {0};
	enum status st = standing_of_order(w, c->match.params[0], &s, &why);

	if (st == S_OK)
		st = latest_details(w, &s.invoice, &details, &why);
	if (st == S_OK)
		reply_data_take(r, 200, payment_answer(&s, details));
	else
		reply_problem(r, &why);
	standing_release(&s);
}

static struct json *bulk_row(struct world *w, const char *order_id)
{
	struct json *row = json_new_object();
	struct standing s = {0};
	struct problem why = {0};
	enum status st = standing_of_order(w, order_id, &s, &why);

	json_set_string(row, "orderId", order_id);
	json_set_string(row, "status", st == S_OK ? payment_word(&s.invoice) : NULL);
	if (st != S_OK)
		json_set_string(row, "error",
				st == E_NOT_FOUND ? "Order not found" : "Internal error");
	standing_release(&s);
	return row;
}

void payment_handle_bulk(struct world *w, const struct call *c, struct reply *r)
{
	const struct json *ids = json_get(c->json, "orderIds");
	struct json *rows;

	if (json_is_null(ids) || json_kind(ids) != JSON_ARRAY || json_count(ids) == 0 ||
	    json_count(ids) > BULK_MAX) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "orderIds: must be a list of 1 to %d",
			    BULK_MAX);
		return;
	}
	for (const struct json *id = json_first(ids); id; id = json_next(id))
		if (!json_string(id) || strlen(json_string(id)) >= ID_CAP) {
			reply_error(r, 400, CODE_VALIDATION_ERROR,
				    "orderIds: every one must be an order's id");
			return;
		}
	rows = json_new_array();
	for (const struct json *id = json_first(ids); id; id = json_next(id))
		json_append_take(rows, bulk_row(w, json_string(id)));
	reply_data_take(r, 200, rows);
}

/* --- by invoice ------------------------------------------------------------------------------ */

/* INFERRED: the members of `payment`. */
static struct json *invoice_answer(const struct standing *s, struct json *details_take)
{
	const struct order *o = &s->order.object.as.order;
	struct json *data = json_new_object(), *part;

	json_set_string(data, "invoiceId", s->invoice.id);
	json_set_string(data, "orderId", o->order_id);
	part = json_set_object(data, "payment");
	json_set_string(part, "status", payment_word(&s->invoice));
	json_set_dollars(part, "amount", s->invoice.amount);
	json_set_dollars(part, "amountPaid", s->invoice.amount_paid);
	set_paid(part, s, details_take);
	part = json_set_object(data, "order");
	json_set_string(part, "orderId", o->order_id);
	json_set_string(part, "status", o->status);
	json_set_text(part, "substatus", o->substatus);
	json_set_text(part, "customerId", o->customer_id);
	json_set_bool(json_set_object(part, "actions"), "canCancel", o->can_cancel);
	return data;
}

void payment_handle_by_invoice(struct world *w, const struct call *c, struct reply *r)
{
	const char *id = c->match.params[0];
	struct standing s = {0};
	struct json *details = NULL;
	struct problem why = {0};
	enum status st = invoice_load(w, id, &s.invoice, &why);

	if (st == S_OK && !*s.invoice.commerce_order_id)
		st = problem_set(&why, E_NOT_FOUND, NULL, "invoice '%s' belongs to no order", id);
	if (st == S_OK)
		st = record_load(w, OBJECT_ORDER, s.invoice.commerce_order_id, &s.order, &why);
	if (st == S_OK)
		st = latest_details(w, &s.invoice, &details, &why);
	if (st == S_OK)
		reply_data_take(r, 200, invoice_answer(&s, details));
	else
		reply_problem(r, &why);
	standing_release(&s);
}
