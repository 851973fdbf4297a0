#include "api/call.h"

enum status api_invoice_list(const struct api_client *c, const struct invoice_query *q,
			     struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char limit[API_NUMBER_CAP];
	const struct api_call call = {
		.route = ROUTE_INVOICE_LIST,
		.query = {{"limit", api_number(limit, q->limit)},
			  {"starting_after", api_filter(q->starting_after)},
			  {"ending_before", api_filter(q->ending_before)},
			  {"status", api_filter(q->status)},
			  {"customer_id", api_filter(q->customer_id)},
			  {"payer_wallet_address", api_filter(q->payer_wallet_address)},
			  {"payer_wallet_network", api_filter(q->payer_wallet_network)}},
	};

	return api_list(c, &call, OBJECT_INVOICE, ret, ret_fault, reterr);
}

enum status api_invoice_get(const struct api_client *c, const char *id, struct object *ret,
			    struct api_body *ret_body, struct fault *ret_fault,
			    struct problem *reterr)
{
	const struct api_call call = {
		.route = ROUTE_INVOICE_GET,
		.target = id,
		.query = {{"expand", "latest_payment"}},
	};

	return api_get(c, &call, OBJECT_INVOICE, ret, ret_body, ret_fault, reterr);
}

static enum status read_payments(const char *body, size_t len, void *into, struct problem *reterr)
{
	return invoice_payments_decode(body, len, into, reterr);
}

enum status api_invoice_payments(const struct api_client *c, const char *id, struct page *ret,
				 struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {
		.route = ROUTE_INVOICE_GET,
		.target = id,
		.query = {{"expand", "payments"}, {"payments_limit", "100"}},
	};
	struct page page = {.items = NULL};
	enum status st = api_ask(c, &call, read_payments, &page, ret_fault, reterr);

	for (size_t i = 0; st == S_OK && i < page.count; i++) {
		const char *of = page.items[i].as.payment.invoice_id;

		if (of[0] != '\0' && strcmp(of, id) != 0)
			st = api_nonsense(c, &call, reterr,
					  "a payment in the answer is another invoice's, '%.72s'",
					  of);
	}
	if (st == S_OK)
		*ret = page;
	else
		page_release(&page);
	return st;
}

enum status api_invoice_cancel(const struct api_client *c, const char *id,
			       const char *idempotency_key, struct object *ret,
			       struct api_reply *ret_reply, struct fault *ret_fault,
			       struct problem *reterr)
{
	const struct api_call call = {
		.route = ROUTE_INVOICE_CANCEL,
		.target = id,
		.idempotency_key = idempotency_key,
		.body = "{}",
	};
	struct http_response answer;
	struct object o;
	enum status st = api_call(c, &call, &answer, ret_reply, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = api_read_object(c, &call, OBJECT_INVOICE, &answer, &o, reterr);
	http_response_release(&answer);
	if (st != S_OK)
		return st;
	if (vocab_parse(VOCAB_INVOICE, o.as.invoice.status) != INVOICE_CANCELED) {
		st = api_nonsense(c, &call, reterr,
				  "the server says success, yet the invoice is '%s'",
				  o.as.invoice.status);
		object_release(&o);
		return st;
	}
	*ret = o;
	return S_OK;
}
