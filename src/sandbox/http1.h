/*
 * HTTP/1.1, the text of it: reading a request's head and writing a response's.
 * Pure: no sockets, no waiting, no routes. Strict where leniency would let two
 * readers see two different requests (bare LF, folded headers, spaces before the
 * colon, disagreeing lengths), because the sandbox is also what our client is
 * tested against.
 *
 * libwebsockets 4.1.6 has an HTTP server, but it decodes the path before we see
 * it, answers a bad percent-escape with 403 and a page of HTML, drops the
 * connection on an encoded NUL and an unknown method, and takes a chunked body for
 * the next request. So lws carries bytes, timers and (later) TLS, and this reads.
 */
#ifndef PEPAYTOP_SANDBOX_HTTP1_H
#define PEPAYTOP_SANDBOX_HTTP1_H

#include "base/strbuf.h"

#define HTTP1_HEAD_MAX    16384
#define HTTP1_HEADERS_MAX 64

struct http1_header {
	const char *name; /* lower case */
	const char *value;
};

struct http1_request {
	char *text; /* owned; the strings below point into it */
	const char *method;
	const char *path;  /* as sent, still percent-encoded, without the query */
	const char *query; /* as sent, without the '?'; "" when there is none */
	int minor;         /* HTTP/1.0 or 1.1 */
	struct http1_header headers[HTTP1_HEADERS_MAX];
	size_t header_count;
	int64_t content_length; /* 0 when there is no body */
	bool chunked;           /* a Transfer-Encoding was sent, whichever */
	bool keep_alive;
	bool expect_continue;
	bool upgrade; /* Upgrade: websocket with Connection: upgrade */
};

/* Bytes up to and including the empty line, or 0 while it has not come. */
size_t http1_head_length(const char *bytes, size_t len);
/*
 * Reads a complete head. E_INVALID (400), E_LIMIT (431, too many headers) or E_UNSUPPORTED (505,
 * another HTTP version); then *ret is untouched.
 */
must_check enum status http1_parse(const char *head, size_t len, struct http1_request *ret,
				   struct problem *reterr);
void http1_release(struct http1_request *r);
/* NULL when absent. Names in lower case. */
const char *http1_header(const struct http1_request *r, const char *name);
/* True when a comma-separated header has the token, case-insensitively. */
bool http1_header_has(const struct http1_request *r, const char *name, const char *token);

const char *http1_reason(int status); /* "Not Found"; never NULL */

#define HTTP1_DATE_CAP 32
/* RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT"; "" when there is no such date. Returns buf. */
const char *http1_date(int64_t ms, char buf[HTTP1_DATE_CAP]);

struct http1_response {
	int status;
	size_t body_len;
	const char *request_id;
	const char *allow;        /* Allow header, or NULL */
	const char *content_type; /* NULL: JSON; anything else is a page, and shut in as one */
	const char *location;     /* Location header, or NULL */
	int64_t date_ms;
	int64_t retry_after_s;   /* header when ≥ 0 */
	const char *retry_after; /* the same, as text; or NULL */
	bool replayed;           /* Idempotent-Replayed: true */
	bool websocket_hint;     /* Sec-WebSocket-Version: 13 and Upgrade, with a 426 */
	bool close;              /* Connection: close */
};
/* Appends status line, headers and the empty line of an answer. */
void http1_write_head(struct strbuf *out, const struct http1_response *r);

#endif
