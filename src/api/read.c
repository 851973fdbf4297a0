/* What is made of an answer that came. */
#include "api/call.h"

void http_response_release(struct http_response *r)
{
	free(r->body);
	*r = (struct http_response){.retry_after_ms = -1};
}

const char *api_body_text(const struct http_response *answer)
{
	return answer->body != NULL ? answer->body : "";
}

enum status api_read_object(const struct api_client *c, const struct api_call *call,
			    enum object_kind kind, const struct http_response *answer,
			    struct object *ret, struct problem *reterr)
{
	struct object o = {.kind = OBJECT_NONE};
	struct problem why = {.status = S_OK};
	enum status st = answer_decode(kind, api_body_text(answer), answer->body_len, &o, &why);

	if (st != S_OK)
		return api_nonsense(c, call, reterr, "the answer cannot be read: %.120s", why.what);
	if (call->target != NULL && strcmp(object_id(&o), call->target) != 0) {
		st = api_nonsense(c, call, reterr, "the answer is about another object, '%.72s'",
				  object_id(&o));
		object_release(&o);
		return st;
	}
	*ret = o;
	return S_OK;
}

enum status api_get(const struct api_client *c, const struct api_call *call, enum object_kind kind,
		    struct object *ret, struct api_body *ret_body, struct fault *ret_fault,
		    struct problem *reterr)
{
	struct http_response answer;
	enum status st = api_call(c, call, &answer, NULL, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = api_read_object(c, call, kind, &answer, ret, reterr);
	if (st == S_OK && ret_body != NULL) {
		*ret_body = (struct api_body){.text = answer.body, .len = answer.body_len};
		answer.body = NULL;
	}
	http_response_release(&answer);
	return st;
}

enum status api_ask(const struct api_client *c, const struct api_call *call,
		    enum status (*decode)(const char *body, size_t len, void *into,
					  struct problem *reterr),
		    void *into, struct fault *ret_fault, struct problem *reterr)
{
	struct http_response answer;
	struct problem why = {.status = S_OK};
	enum status st = api_call(c, call, &answer, NULL, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = decode(api_body_text(&answer), answer.body_len, into, &why);
	if (st != S_OK)
		st = api_nonsense(c, call, reterr, "the answer cannot be read: %.120s", why.what);
	http_response_release(&answer);
	return st;
}

enum status api_list(const struct api_client *c, const struct api_call *call, enum object_kind kind,
		     struct page *ret, struct fault *ret_fault, struct problem *reterr)
{
	struct http_response answer;
	struct problem why = {.status = S_OK};
	enum status st = api_call(c, call, &answer, NULL, ret_fault, reterr);

	if (st != S_OK)
		return st;
	st = page_decode(kind, api_body_text(&answer), answer.body_len, ret, &why);
	if (st != S_OK)
		st = api_nonsense(c, call, reterr, "the list cannot be read: %.120s", why.what);
	http_response_release(&answer);
	return st;
}
