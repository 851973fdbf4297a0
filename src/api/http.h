/*
 * The transport port: what the typed client needs of HTTP. net/http_curl.c is the
 * real one; tests bring their own.
 */
#ifndef PEPAYTOP_API_HTTP_H
#define PEPAYTOP_API_HTTP_H

#include "wire/routes.h"

#define HTTP_URL_CAP     2048
#define HTTP_HEADERS_MAX 8
#define HTTP_BODY_MAX    (8u * 1024u * 1024u) /* what can be shown of it: JSON_DOCUMENT_SIZE_MAX */

struct http_header {
	const char *name;
	const char *value; /* no CR, LF or NUL: the transport refuses them */
};

struct http_request {
	enum http_method method;
	const char *url;
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t header_count;
	const char *body; /* NULL: none */
	size_t body_len;
	bool harmless; /* no GET, yet it changes nothing: by the route table, see
			  route_is_harmless() */
};

struct http_response {
	int status;
	char *body; /* malloc'd, NUL-terminated; NULL when empty */
	size_t body_len;
	char content_type[64];
	char request_id[72];
	bool idempotent_replayed;
	int64_t retry_after_ms; /* from Retry-After (seconds or HTTP date), capped at 10 min; -1
				   absent */
	int64_t latency_ms;
};
void http_response_release(struct http_response *r);

/* How far a failed request got: decides Refused or Unknown for writes. */
struct http_ops {
	/*
	 * S_OK: an answer arrived, whatever its status. Otherwise E_NETWORK when nothing was sent
	 * (name, connect, TLS), E_UNKNOWN_OUTCOME when bytes may have reached the server, E_TIMEOUT
	 * is not used for writes that were sent, E_READ_ONLY when a non-GET that is not
	 * harmless was stopped before sending.
	 */
	enum status (*perform)(void *ctx, const struct http_request *rq, struct http_response *ret,
			       struct problem *reterr);
};

#endif
