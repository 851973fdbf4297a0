#include "api/call.h"

enum status api_event_list(const struct api_client *c, const char *starting_after, int64_t limit,
			   struct event_page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char text[API_NUMBER_CAP];
	const struct api_call call = {
		.route = ROUTE_EVENT_LIST,
		.query = {{"limit", api_number(text, limit)},
			  {"starting_after", api_filter(starting_after)}},
	};
	struct http_response answer;
	struct problem why = {.status = S_OK};
	enum status st = api_call(c, &call, &answer, NULL, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = event_page_decode(answer.body != NULL ? answer.body : "", answer.body_len, ret, &why);
	if (st != S_OK)
		st = api_nonsense(c, &call, reterr, "the list cannot be read: %.120s", why.what);
	http_response_release(&answer);
	return st;
}
