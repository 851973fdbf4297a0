/* Commerce orders over HTTP: contract 7.4. */
#include "base/money.h"
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/catalogue.h"
#include "sandbox/domain.h"
#include "sandbox/lists.h"
#include "sandbox/orders.h"

#define ORDERS_LIMIT_DEFAULT 20
#define ORDERS_OFFSET_MAX    1000000000LL

/* --- list ------------------------------------------------------------------------------ */

static bool read_filter(const struct call *c, struct reply *r, struct ledger_filter *f)
{
	f->kind = OBJECT_ORDER;
	f->customer_id = call_param(c, "customer_id");
	f->wallet = call_param(c, "wallet");
	f->wallet_network = call_param(c, "walletNetwork");
	if (f->wallet && !f->wallet_network) {
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "walletNetwork: is required together with wallet");
		return false;
	}
	if (!call_statuses(c, r, "status", VOCAB_ORDER, &f->status) ||
	    !call_words(c, r, "retailer", catalogue_retailers, &f->retailer) ||
	    !call_time_range(c, r, "createdFrom", "createdTo", &f->created_from_ms,
			     &f->created_to_ms) ||
	    !call_limit(c, r, ORDERS_LIMIT_DEFAULT, LIST_LIMIT_MAX, &f->limit) ||
	    !call_int(c, r, "offset", 0, &f->offset))
		return false;
	if (f->offset >= 0 && f->offset <= ORDERS_OFFSET_MAX)
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "offset: must not be negative");
	return false;
}

struct rows {
	struct json *items;
	struct problem why;
	enum status status;
};

static bool add_row(void *ctx, const char *doc)
{
	struct rows *rows = ctx;
	struct object o = {0};
	struct json *json = NULL;

	rows->status = json_parse(doc, strlen(doc), &json, &rows->why);
	if (rows->status == S_OK)
		rows->status = object_decode(OBJECT_ORDER, json, &o, &rows->why);
	json_free(json);
	if (rows->status != S_OK)
		return false;
	json_append_take(rows->items, order_row_to_json(&o.as.order));
	object_release(&o);
	return true;
}

static struct json *orders_page(struct json *rows_take, const struct ledger_filter *f)
{
	struct json *data = json_new_object(), *paging = json_new_object();

	json_set_int(paging, "limit", f->limit);
	json_set_int(paging, "offset", f->offset);
	json_set_int(paging, "count", (int64_t)json_count(rows_take));
	json_set_take(data, "orders", rows_take);
	json_set_take(data, "pagination", paging);
	return data;
}

void order_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	struct ledger_filter f = {0};
	struct rows rows = {0};
	enum status st;

	if (!read_filter(c, r, &f))
		return;
	rows.items = json_new_array();
	st = ledger_list(w->ledger, &f, add_row, &rows, NULL, &rows.why);
	if (st == S_OK && rows.status == S_OK) {
		reply_data_take(r, 200, orders_page(rows.items, &f));
	} else {
		json_free(rows.items);
		reply_problem(r, &rows.why);
	}
}

void order_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	struct json *doc = document_read(w, OBJECT_ORDER, c->match.params[0], r);

	if (doc)
		reply_data_take(r, 200, doc);
}

/* --- cancel ------------------------------------------------------------------------------ */

static void set_dollars(struct json *obj, const char *key, bool known, int64_t millis)
{
	char text[MONEY_TEXT_CAP];
	size_t len;

	money_decimal(text, millis, USD_MILLIS_EXPONENT);
	len = strlen(text);
	if (text[len - 1] == '0')
		text[len - 1] = '\0'; /* two decimals, as the snapshot's own (contract 3.6) */
	json_set_string(obj, key, known ? text : NULL);
}

/* The members of refundQuote are ours: contract 12, body not seen. */
static struct json *refund_quote(const struct order *o)
{
	struct json *quote = json_new_object();
	const char *wallet = o->refund.destination_wallet_address_bsc;

	json_set_string(quote, "status", o->refund.status);
	set_dollars(quote, "amountUsd", order_paid(o), o->total);
	set_dollars(quote, "feeUsd", order_paid(o), o->refund.fee_usd);
	json_set_string(quote, "destinationWalletAddressBsc", *wallet ? wallet : NULL);
	return quote;
}

static void answer_cancel(const struct order *o, struct reply *r)
{
	struct json *data = json_new_object();

	json_set_string(data, "orderId", o->order_id);
	json_set_string(data, "status", o->status);
	json_set_string(data, "substatus", *o->substatus ? o->substatus : NULL);
	json_set_string(data, "customerId", *o->customer_id ? o->customer_id : NULL);
	json_set_take(data, "refundQuote", refund_quote(o));
	reply_data_take(r, 200, data);
}

void order_handle_cancel(struct world *w, const struct call *c, struct reply *r)
{
	const char *id = c->match.params[0], *wallet;
	struct problem why = {0};
	struct record rec = {0};
	enum status st;

	if (!body_evm_address(c, r, "refundDestinationWalletAddressBsc", &wallet))
		return;
	st = order_cancel(w, id, wallet, c->request_id, c->idempotency_key, &why);
	if (st == S_OK)
		st = record_load(w, OBJECT_ORDER, id, &rec, &why);
	if (st == S_OK)
		answer_cancel(&rec.object.as.order, r);
	else if (st == E_CONFLICT)
		reply_error(r, 400, CODE_ORDER_NOT_CANCELABLE, "%s", why.what);
	else
		reply_problem(r, &why);
	record_release(&rec);
}
