/*
 * One REST call, as a value, and the one function that makes it. Private to api.
 */
#ifndef PEPAYTOP_API_CALL_H
#define PEPAYTOP_API_CALL_H

#include "api/client.h"

#define API_QUERY_MAX 8

struct api_pair {
	const char *name;  /* sent as it is */
	const char *value; /* percent-encoded; NULL leaves the pair out */
};

struct api_call {
	enum route_id route;
	const char *target; /* fills the route's `{}`; NULL where it has none */
	struct api_pair query[API_QUERY_MAX];
	const char *idempotency_key;   /* writes */
	const char *body;              /* JSON, or NULL */
	const struct payor_pass *pass; /* the payor's surface: sent instead of a key */
};

/*
 * S_OK: a 2xx answer whose body says it is JSON; *ret holds it until http_response_release().
 * Otherwise *ret is empty. A write whose outcome the answer (or its absence) leaves open is
 * E_UNKNOWN_OUTCOME; a read never is. ret_reply may be NULL; it is filled whenever the server
 * answered.
 */
must_check enum status api_call(const struct api_client *c, const struct api_call *call,
				struct http_response *ret, struct api_reply *ret_reply,
				struct fault *ret_fault, struct problem *reterr);

/* A 2xx answer that makes no sense: E_UNKNOWN_OUTCOME for a write, E_PROTOCOL for a read. */
enum status api_nonsense(const struct api_client *c, const struct api_call *call,
			 struct problem *reterr, const char *fmt, ...) printf_like(4, 5);

/* Reads the resource in the body and checks that it is the one asked for (faults A8). */
must_check enum status api_read_object(const struct api_client *c, const struct api_call *call,
				       enum object_kind kind, const struct http_response *answer,
				       struct object *ret, struct problem *reterr);

/* GET of one resource, and of a cursor list. */
must_check enum status api_get(const struct api_client *c, const struct api_call *call,
			       enum object_kind kind, struct object *ret, struct api_body *ret_body,
			       struct fault *ret_fault, struct problem *reterr);
must_check enum status api_list(const struct api_client *c, const struct api_call *call,
				enum object_kind kind, struct page *ret, struct fault *ret_fault,
				struct problem *reterr);

/* "" where it is empty. */
const char *api_body_text(const struct http_response *answer);
/* A call whose answer is read by `decode` into `into`; E_PROTOCOL when it cannot be. */
must_check enum status api_ask(const struct api_client *c, const struct api_call *call,
			       enum status (*decode)(const char *body, size_t len, void *into,
						     struct problem *reterr),
			       void *into, struct fault *ret_fault, struct problem *reterr);

/* "" becomes NULL, so that an empty filter is left out. */
const char *api_filter(const char *value);
#define API_NUMBER_CAP 24
/* The number as text, or NULL when it is 0; buf holds it. */
const char *api_number(char buf[API_NUMBER_CAP], int64_t value);

#endif
