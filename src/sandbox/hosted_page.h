/* The hosted page as HTML. Every text from outside goes through html_add_text(). */
#ifndef PEPAYTOP_SANDBOX_HOSTED_PAGE_H
#define PEPAYTOP_SANDBOX_HOSTED_PAGE_H

#include "base/strbuf.h"
#include "sandbox/quotes.h"

#define HOSTED_PAGE_MAX (256u * 1024u)

/* Escaped for text and for quoted attributes; what could not be seen becomes U+FFFD. NULL: "". */
void html_add_text(struct strbuf *out, const char *text);

struct hosted_page {
	const char *session, *signature;
	const struct invoice *invoice;
	const struct json *hidden; /* description, title, footer, return address */
	const struct lock *lock;
	const char *network;   /* of what is on its way; "" when nothing is */
	int64_t in_flight;     /* usd_millis */
	bool verifying;        /* a verification is looking for it */
	const char *complaint; /* or NULL */
	int64_t now_ms;
};

void hosted_page_write(struct strbuf *out, const struct hosted_page *p);
/* For a session that is none. */
void hosted_error_write(struct strbuf *out, int status, const char *what);

#endif
