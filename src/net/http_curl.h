/*
 * HTTP by libcurl: the only place bytes leave for REST, and so the place where
 * read-only is enforced. No redirects, TLS verified, https only (http to loopback),
 * size and time limits, no proxy or netrc surprises.
 */
#ifndef PEPAYTOP_NET_HTTP_CURL_H
#define PEPAYTOP_NET_HTTP_CURL_H

#include "api/http.h"
#include "base/log.h"

struct http_curl;

struct http_curl_options {
	bool read_only; /* what is neither GET nor harmless is E_READ_ONLY, before a byte is sent */
	int64_t timeout_ms; /* whole request; 0 = 30 s */
	struct log *log;    /* borrowed; may be NULL */
};

/* Once per process, before any thread. */
must_check enum status http_curl_global_init(struct problem *reterr);
must_check enum status http_curl_new(const struct http_curl_options *opt, struct http_curl **ret,
				     struct problem *reterr);
void http_curl_free(struct http_curl *h);
/* From any thread, for good: the request in flight ends at once (E_CLOSED, or E_UNKNOWN_OUTCOME for
 * a write that may have arrived), later ones are E_CLOSED. */
void http_curl_abort(struct http_curl *h);
/* What the server's clock shows now, by the Date of its last answer; TIME_NONE: none had one. From
 * any thread. */
int64_t http_curl_server_ms(struct http_curl *h);
/* One handle serves one thread. ctx for the ops is the http_curl. */
extern const struct http_ops HTTP_CURL_OPS;

/* https://…, or http:// to 127.0.0.0/8, ::1 or localhost; ws likewise. E_DENIED with the reason
 * otherwise. Parses with libcurl's URL parser; refuses userinfo, query and fragment. */
must_check enum status http_url_check(const char *url, bool websocket, struct problem *reterr);

#endif
