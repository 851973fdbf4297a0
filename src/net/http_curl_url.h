/*
 * What a URL says, once it is known to be one we may talk to. Private to net.
 */
#ifndef PEPAYTOP_NET_HTTP_CURL_URL_H
#define PEPAYTOP_NET_HTTP_CURL_URL_H

#include "net/http_curl.h"

struct http_url {
	char scheme[8];
	char host[256]; /* IPv6 in brackets */
	int port;
	bool tls;
	bool loopback;
	bool has_path; /* more than "/" */
	bool has_query;
};

/* As http_url_check(), but a query is allowed. */
must_check enum status http_url_parse(const char *url, bool websocket, struct http_url *ret,
				      struct problem *reterr);

#define HTTP_RETRY_AFTER_MAX_MS (10LL * 60 * 1000)

/* A Retry-After header: seconds, or an HTTP date seen from now_wall_ms (TIME_NONE: dates are not
 * understood). Milliseconds, at most HTTP_RETRY_AFTER_MAX_MS; -1 when it makes no sense. */
int64_t http_retry_after_ms(const char *text, int64_t now_wall_ms);
/* An HTTP date, or TIME_NONE. */
int64_t http_date_ms(const char *text);

#endif
