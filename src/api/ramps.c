/* Local extension (contract 15.3): the one client file that changes the day Pepay publishes its
 * own. */
#include "api/call.h"

static enum status ramp_list(const struct api_client *c, enum route_id route, enum object_kind kind,
			     const struct api_pair page[2], struct page *ret,
			     struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = route, .query = {page[0], page[1]}};

	return api_list(c, &call, kind, ret, ret_fault, reterr);
}

enum status api_payout_list(const struct api_client *c, const char *starting_after, int64_t limit,
			    struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char text[API_NUMBER_CAP];
	const struct api_pair page[2] = {{"limit", api_number(text, limit)},
					 {"starting_after", api_filter(starting_after)}};

	return ramp_list(c, ROUTE_PAYOUT_LIST, OBJECT_PAYOUT, page, ret, ret_fault, reterr);
}

enum status api_payout_get(const struct api_client *c, const char *id, struct object *ret,
			   struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_PAYOUT_GET, .target = id};

	return api_get(c, &call, OBJECT_PAYOUT, ret, ret_fault, reterr);
}

enum status api_kyc_list(const struct api_client *c, const char *starting_after, int64_t limit,
			 struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char text[API_NUMBER_CAP];
	const struct api_pair page[2] = {{"limit", api_number(text, limit)},
					 {"starting_after", api_filter(starting_after)}};

	return ramp_list(c, ROUTE_KYC_LIST, OBJECT_KYC, page, ret, ret_fault, reterr);
}

enum status api_kyc_get(const struct api_client *c, const char *customer_id, struct object *ret,
			struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_KYC_GET, .target = customer_id};

	return api_get(c, &call, OBJECT_KYC, ret, ret_fault, reterr);
}
