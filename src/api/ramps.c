/* Local extension (contract 15.3): the one client file that changes the day Pepay publishes its
 * own. */
#include "api/call.h"

static enum status ramp_list(const struct api_client *c, enum route_id route, enum object_kind kind,
			     const struct ramp_query *q, struct page *ret, struct fault *ret_fault,
			     struct problem *reterr)
{
	char limit[API_NUMBER_CAP];
	const struct api_call call = {
		.route = route,
		.query = {{"limit", api_number(limit, q->limit)},
			  {"starting_after", api_filter(q->starting_after)},
			  {"status", api_filter(q->status)},
			  {"customer_id", api_filter(q->customer_id)},
			  {"country", api_filter(q->country)}},
	};

	return api_list(c, &call, kind, ret, ret_fault, reterr);
}

static enum status ramp_get(const struct api_client *c, enum route_id route, enum object_kind kind,
			    const char *id, struct object *ret, struct api_body *ret_body,
			    struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = route, .target = id};

	return api_get(c, &call, kind, ret, ret_body, ret_fault, reterr);
}

#define RAMP(name, route, kind)                                                               \
	enum status api_##name##_list(const struct api_client *c, const struct ramp_query *q, \
				      struct page *ret, struct fault *ret_fault,              \
				      struct problem *reterr)                                 \
	{                                                                                     \
		return ramp_list(c, route##_LIST, kind, q, ret, ret_fault, reterr);           \
	}                                                                                     \
	enum status api_##name##_get(const struct api_client *c, const char *id,              \
				     struct object *ret, struct api_body *ret_body,           \
				     struct fault *ret_fault, struct problem *reterr)         \
	{                                                                                     \
		return ramp_get(c, route##_GET, kind, id, ret, ret_body, ret_fault, reterr);  \
	}

RAMP(payout, ROUTE_PAYOUT, OBJECT_PAYOUT)
RAMP(deposit, ROUTE_DEPOSIT, OBJECT_DEPOSIT)
RAMP(kyc, ROUTE_KYC, OBJECT_KYC)
