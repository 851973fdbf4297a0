#include "api/call.h"

#include "base/strbuf.h"
#include "wire/json.h"

enum status api_order_list(const struct api_client *c, const struct order_query *q,
			   struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char limit[API_NUMBER_CAP], offset[API_NUMBER_CAP];
	const struct api_call call = {
		.route = ROUTE_ORDER_LIST,
		.query = {{"limit", api_number(limit, q->limit)},
			  {"offset", api_number(offset, q->offset)},
			  {"customer_id", api_filter(q->customer_id)},
			  {"wallet", api_filter(q->wallet)},
			  {"walletNetwork", api_filter(q->wallet_network)},
			  {"status", api_filter(q->status)}},
	};

	return api_list(c, &call, OBJECT_ORDER, ret, ret_fault, reterr);
}

enum status api_order_get(const struct api_client *c, const char *id, struct object *ret,
			  struct api_body *ret_body, struct fault *ret_fault,
			  struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_ORDER_GET, .target = id};

	return api_get(c, &call, OBJECT_ORDER, ret, ret_body, ret_fault, reterr);
}

/* {"success":true,"data":{"invoiceId","orderId",…}} (contract 7.5) */
struct invoice_order {
	char invoice_id[ID_CAP], order_id[ID_CAP];
};

static enum status read_invoice_order(const char *body, size_t len, void *into,
				      struct problem *reterr)
{
	struct invoice_order *o = into;
	struct json *root = NULL;
	enum status st = json_parse(body, len, &root, reterr);
	const struct json *data;
	const char *order, *invoice;

	if (st != S_OK)
		return st;
	data = json_get(root, "data");
	order = json_string(json_get(data, "orderId"));
	invoice = json_string(json_get(data, "invoiceId"));
	if (order == NULL || order[0] == '\0' || !str_copy(o->order_id, sizeof(o->order_id), order))
		st = problem_set(reterr, E_INVALID, NULL, "orderId: is missing or no identifier");
	else
		(void)str_copy(o->invoice_id, sizeof(o->invoice_id),
			       invoice != NULL ? invoice : "");
	json_free(root);
	return st;
}

enum status api_order_of_invoice(const struct api_client *c, const char *invoice_id,
				 char ret_order_id[ID_CAP], struct fault *ret_fault,
				 struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_ORDER_BY_INVOICE, .target = invoice_id};
	struct invoice_order o = {.order_id = ""};
	enum status st = api_ask(c, &call, read_invoice_order, &o, ret_fault, reterr);

	if (st != S_OK)
		return st;
	if (o.invoice_id[0] != '\0' && strcmp(o.invoice_id, invoice_id) != 0)
		return api_nonsense(c, &call, reterr,
				    "the answer is about another invoice, '%.72s'", o.invoice_id);
	(void)str_copy(ret_order_id, ID_CAP, o.order_id);
	return S_OK;
}

/* {"success":true,"data":{"orderId",…,"refundQuote"}}: less than an order (contract 7.4). */
static enum status read_cancellation(const struct api_client *c, const struct api_call *call,
				     const struct http_response *answer, struct problem *reterr)
{
	struct json *root = NULL;
	struct problem why = {.status = S_OK};
	const char *body = answer->body != NULL ? answer->body : "";
	const char *id;
	bool success = false;
	enum status st = json_parse(body, answer->body_len, &root, &why);

	if (st != S_OK)
		return api_nonsense(c, call, reterr, "the answer cannot be read: %.120s", why.what);
	id = json_string(json_get(json_get(root, "data"), "orderId"));
	if (json_bool(json_get(root, "success"), &success) != S_OK || !success || id == NULL)
		st = api_nonsense(c, call, reterr, "the answer is not a cancellation");
	else if (strcmp(id, call->target) != 0)
		st = api_nonsense(c, call, reterr, "the answer is about another order, '%.72s'",
				  id);
	json_free(root);
	return st;
}

enum status api_order_cancel(const struct api_client *c, const char *id,
			     const char *idempotency_key, struct api_reply *ret_reply,
			     struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {
		.route = ROUTE_ORDER_CANCEL,
		.target = id,
		.idempotency_key = idempotency_key,
		.body = "{}",
	};
	struct http_response answer;
	enum status st = api_call(c, &call, &answer, ret_reply, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = read_cancellation(c, &call, &answer, reterr);
	http_response_release(&answer);
	return st;
}
