/* Local extension (contract 15.2). */
#include "api/call.h"

static enum status refund_rows(const struct api_client *c, enum route_id route, const char *target,
			       const struct api_pair paging[2], struct page *ret,
			       struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = route,
				      .target = target,
				      .query = {paging[0], paging[1]}};

	return api_list(c, &call, OBJECT_REFUND, ret, ret_fault, reterr);
}

enum status api_refund_list(const struct api_client *c, const char *starting_after, int64_t limit,
			    struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char text[API_NUMBER_CAP];
	const struct api_pair paging[2] = {{"limit", api_number(text, limit)},
					   {"starting_after", api_filter(starting_after)}};

	return refund_rows(c, ROUTE_REFUND_LIST, NULL, paging, ret, ret_fault, reterr);
}

enum status api_refunds_of_invoice(const struct api_client *c, const char *invoice_id,
				   const char *starting_after, int64_t limit, struct page *ret,
				   struct fault *ret_fault, struct problem *reterr)
{
	char text[API_NUMBER_CAP];
	const struct api_pair paging[2] = {{"limit", api_number(text, limit)},
					   {"starting_after", api_filter(starting_after)}};

	return refund_rows(c, ROUTE_INVOICE_REFUNDS, invoice_id, paging, ret, ret_fault, reterr);
}

enum status api_refund_get(const struct api_client *c, const char *id, struct object *ret,
			   struct api_body *ret_body, struct fault *ret_fault,
			   struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_REFUND_GET, .target = id};

	return api_get(c, &call, OBJECT_REFUND, ret, ret_body, ret_fault, reterr);
}
