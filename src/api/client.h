/*
 * The typed Pepay client: one function a route. Blocking; used by the REST thread
 * and by headless commands. Knows no transport: it speaks through http_ops.
 *
 * Every function answers S_OK with the result; otherwise the problem says what
 * failed and, when the server answered, *ret_fault holds its words (http_status 0
 * when there was no answer). ret_fault may be NULL.
 */
#ifndef PEPAYTOP_API_CLIENT_H
#define PEPAYTOP_API_CLIENT_H

#include "api/http.h"
#include "wire/answers.h"

struct api_client {
	const struct http_ops *http;
	void *http_ctx;
	char base_url[256];       /* without a trailing slash */
	const char *merchant_key; /* borrowed; NULL: none */
	const char *commerce_key;
};

struct api_reply { /* what a write gave besides its result */
	bool replayed;
	int64_t latency_ms;
	char request_id[72];
};

must_check enum status api_capabilities(const struct api_client *c, struct capabilities *ret,
					struct fault *ret_fault, struct problem *reterr);

/* invoices.c */
struct invoice_query {
	const char *status, *customer_id, *starting_after, *ending_before; /* NULL: no filter */
	int64_t limit; /* 1..100; 0 = the server's default */
};
must_check enum status api_invoice_list(const struct api_client *c, const struct invoice_query *q,
					struct page *ret, struct fault *ret_fault,
					struct problem *reterr);
/* With expand=latest_payment. */
must_check enum status api_invoice_get(const struct api_client *c, const char *id,
				       struct object *ret, struct fault *ret_fault,
				       struct problem *reterr);
must_check enum status api_invoice_cancel(const struct api_client *c, const char *id,
					  const char *idempotency_key, struct object *ret,
					  struct api_reply *ret_reply, struct fault *ret_fault,
					  struct problem *reterr);

/* orders.c */
must_check enum status api_order_list(const struct api_client *c, int64_t limit, int64_t offset,
				      struct page *ret, struct fault *ret_fault,
				      struct problem *reterr);
must_check enum status api_order_get(const struct api_client *c, const char *id, struct object *ret,
				     struct fault *ret_fault, struct problem *reterr);
must_check enum status api_order_cancel(const struct api_client *c, const char *id,
					const char *idempotency_key, struct api_reply *ret_reply,
					struct fault *ret_fault, struct problem *reterr);

/* ramps.c, local extension */
must_check enum status api_payout_list(const struct api_client *c, const char *starting_after,
				       int64_t limit, struct page *ret, struct fault *ret_fault,
				       struct problem *reterr);
must_check enum status api_payout_get(const struct api_client *c, const char *id,
				      struct object *ret, struct fault *ret_fault,
				      struct problem *reterr);
must_check enum status api_kyc_list(const struct api_client *c, const char *starting_after,
				    int64_t limit, struct page *ret, struct fault *ret_fault,
				    struct problem *reterr);
must_check enum status api_kyc_get(const struct api_client *c, const char *customer_id,
				   struct object *ret, struct fault *ret_fault,
				   struct problem *reterr);

/* events.c; newest first. Merchant key when there is one, else the commerce key. */
struct event_query {
	/* ids: what is older than the one, or newer than the other; NULL or "": from the newest */
	const char *starting_after, *ending_before;
	const char *environment; /* devnet or mainnet; NULL or "": whatever the key sees */
	int64_t limit;           /* 1..100; 0 = the server's default */
};
must_check enum status api_event_list(const struct api_client *c, const struct event_query *q,
				      struct event_page *ret, struct fault *ret_fault,
				      struct problem *reterr);
must_check enum status api_event_get(const struct api_client *c, const char *id, struct event *ret,
				     struct fault *ret_fault, struct problem *reterr);

#endif
