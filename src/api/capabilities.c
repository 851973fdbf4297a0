#include "api/call.h"

enum status api_capabilities(const struct api_client *c, struct capabilities *ret,
			     struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_CAPABILITIES};
	struct http_response answer;
	struct problem why = {.status = S_OK};
	struct fault fault;
	enum status st = api_call(c, &call, &answer, NULL, &fault, reterr);

	if (ret_fault != NULL)
		*ret_fault = fault;
	/* Pepay publishes no such route: a server without it has no extensions. */
	if (st == E_NOT_FOUND && fault.http_status == 404) {
		*ret = (struct capabilities){.known = true};
		if (ret_fault != NULL)
			*ret_fault = (struct fault){.retry_after_ms = -1};
		return S_OK;
	}
	if (st != S_OK)
		return st;
	st = capabilities_decode(answer.body != NULL ? answer.body : "", answer.body_len, ret,
				 &why);
	if (st != S_OK)
		st = api_nonsense(c, &call, reterr, "the answer cannot be read: %.120s", why.what);
	http_response_release(&answer);
	return st;
}
