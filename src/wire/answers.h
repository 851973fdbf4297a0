/*
 * What REST answers besides single resources: lists in both paging styles, error
 * envelopes A, B and C, totals, capabilities, the invoice status object
 * (contract 3.1 to 3.3, 4.1, 4.4, 4.5, 7.4, 9.4, 15.1).
 */
#ifndef PEPAYTOP_WIRE_ANSWERS_H
#define PEPAYTOP_WIRE_ANSWERS_H

#include "wire/event.h"

#define LIST_ITEMS_MAX 100

/* A page of resources. */
struct page {
	struct object *items; /* heap */
	size_t count;
	bool has_more;  /* cursor style; offset style: a full page */
	size_t skipped; /* rows that did not decode */
	char flaw[160]; /* why the first of them did not */
};
void page_release(struct page *p);
/* Reads a cursor list (bare or inside success/data), or the orders list, by kind. */
must_check enum status page_decode(enum object_kind kind, const char *body, size_t len,
				   struct page *ret, struct problem *reterr);

/* The payments inside an invoice that was asked for with expand=payments (4.3): a list object or an
 * array. */
must_check enum status invoice_payments_decode(const char *body, size_t len, struct page *ret,
					       struct problem *reterr);

struct event_page {
	struct event *items;
	size_t count;
	bool has_more;
	size_t skipped;
};
void event_page_release(struct event_page *p);
must_check enum status event_page_decode(const char *body, size_t len, struct event_page *ret,
					 struct problem *reterr);

/* One resource, bare or inside success/data; for OBJECT_INVOICE also the invoice status object.
 * Here and above, an answer that says `"success":false` is E_PROTOCOL. */
must_check enum status answer_decode(enum object_kind kind, const char *body, size_t len,
				     struct object *ret, struct problem *reterr);

/* An error answer, whichever envelope it came in; never fails: unreadable bodies give
 * code "" and a message from the HTTP status. */
struct fault {
	int http_status;
	char code[64];
	char message[256];
	char request_id[ID_CAP]; /* filled by the transport's caller */
	int64_t retry_after_ms;  /* from the header, by the caller; -1 when absent */
};
void fault_decode(int http_status, const char *body, size_t len, struct fault *ret);
/* 401 → E_AUTH, 403 → E_DENIED, 404 and 410 → E_NOT_FOUND, 409 → E_CONFLICT, 429 → E_RATE, 408 →
 * E_TIMEOUT, other 4xx → E_INVALID, 5xx → E_NETWORK, 2xx → S_OK, the rest → E_PROTOCOL */
enum status fault_status(int http_status);

#define CAPABILITIES_MAX 16
struct capabilities {
	bool known;      /* the server answered (also with 404: none) */
	char server[64]; /* "" for a Pepay that publishes no capabilities */
	char version[32];
	char extensions[CAPABILITIES_MAX][32];
	size_t count;
};
/* Names longer than an entry are ignored: this build can know none of them. */
must_check enum status capabilities_decode(const char *body, size_t len, struct capabilities *ret,
					   struct problem *reterr);
bool capabilities_have(const struct capabilities *c, const char *extension);

struct totals_bucket {
	int64_t amount; /* usd_millis */
	int64_t count;
};
struct invoice_totals { /* contract 4.5 */
	struct totals_bucket all, paid, unpaid, underpaid, expired, canceled;
};
extern const struct shape SHAPE_INVOICE_TOTALS;

/* Error code words the sandbox answers and the client recognises (contract 3.3, 15). */
#define CODE_API_KEY_INVALID        "API_KEY_INVALID"
#define CODE_VALIDATION_ERROR       "VALIDATION_ERROR"
#define CODE_RATE_LIMIT             "RATE_LIMIT_EXCEEDED"
#define CODE_INTERNAL               "INTERNAL_SERVER_ERROR"
#define CODE_IDEMPOTENCY_REUSED     "IDEMPOTENCY_KEY_REUSED"
#define CODE_IDEMPOTENCY_PROGRESS   "IDEMPOTENCY_IN_PROGRESS"
#define CODE_IDEMPOTENCY_MISSING    "IDEMPOTENCY_KEY_MISSING"
#define CODE_INVOICE_NOT_CANCELABLE "INVOICE_NOT_CANCELABLE"

#endif
