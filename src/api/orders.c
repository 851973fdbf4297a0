#include "api/call.h"

#include "wire/json.h"

enum status api_order_list(const struct api_client *c, int64_t limit, int64_t offset,
			   struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char limit_text[API_NUMBER_CAP], offset_text[API_NUMBER_CAP];
	const struct api_call call = {
		.route = ROUTE_ORDER_LIST,
		.query = {{"limit", api_number(limit_text, limit)},
			  {"offset", api_number(offset_text, offset)}},
	};

	return api_list(c, &call, OBJECT_ORDER, ret, ret_fault, reterr);
}

enum status api_order_get(const struct api_client *c, const char *id, struct object *ret,
			  struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_ORDER_GET, .target = id};

	return api_get(c, &call, OBJECT_ORDER, ret, ret_fault, reterr);
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
