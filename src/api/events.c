#include "api/call.h"

#include "wire/json.h"

enum status api_event_list(const struct api_client *c, const struct event_query *q,
			   struct event_page *ret, struct fault *ret_fault, struct problem *reterr)
{
	char text[API_NUMBER_CAP];
	const struct api_call call = {
		.route = ROUTE_EVENT_LIST,
		.query = {{"limit", api_number(text, q->limit)},
			  {"starting_after", api_filter(q->starting_after)},
			  {"ending_before", api_filter(q->ending_before)},
			  {"environment", api_filter(q->environment)}},
	};
	struct http_response answer;
	struct problem why = {.status = S_OK};
	enum status st = api_call(c, &call, &answer, NULL, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = event_page_decode(api_body_text(&answer), answer.body_len, ret, &why);
	if (st != S_OK)
		st = api_nonsense(c, &call, reterr, "the list cannot be read: %.120s", why.what);
	http_response_release(&answer);
	return st;
}

static enum status event_read(const struct http_response *answer, struct event *ret,
			      struct problem *reterr)
{
	struct json *root = NULL;
	const struct json *data;
	char *text;
	enum status st =
		json_parse_document(api_body_text(answer), answer->body_len, &root, reterr);

	if (st != S_OK)
		return st;
	data = json_get(root, "data");
	/* An event has a `data` of its own: only the envelope around it says `success`. */
	if (json_is_null(data) || json_get(root, "success") == NULL)
		data = root;
	text = json_print(data);
	st = event_decode(data, text, strlen(text), ret, reterr);
	free(text);
	json_free(root);
	return st;
}

enum status api_event_get(const struct api_client *c, const char *id, struct event *ret,
			  struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_EVENT_GET, .target = id};
	struct http_response answer;
	struct problem why = {.status = S_OK};
	struct event e;
	enum status st = api_call(c, &call, &answer, NULL, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = event_read(&answer, &e, &why);
	http_response_release(&answer);
	if (st != S_OK)
		return api_nonsense(c, &call, reterr, "the answer cannot be read: %.120s",
				    why.what);
	if (strcmp(e.id, id) != 0) {
		st = api_nonsense(c, &call, reterr, "the answer is about another event, '%.72s'",
				  e.id);
		event_release(&e);
		return st;
	}
	*ret = e;
	return S_OK;
}
