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
#include "wire/payor.h"
#include "wire/shop.h"

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

/* What a GET of one object answered, as it came, with all the members this build does not know. A
 * NULL struct api_body * keeps none. */
struct api_body {
	char *text; /* malloc'd, NUL-terminated; the caller's */
	size_t len;
};

must_check enum status api_capabilities(const struct api_client *c, struct capabilities *ret,
					struct fault *ret_fault, struct problem *reterr);

/* In every query below NULL and "" are no filter, and a limit of 0 is the server's default. */

/* invoices.c */
struct invoice_query {
	const char *status, *customer_id, *starting_after, *ending_before;
	const char *payer_wallet_address, *payer_wallet_network;
	int64_t limit; /* 1..100 */
};
must_check enum status api_invoice_list(const struct api_client *c, const struct invoice_query *q,
					struct page *ret, struct fault *ret_fault,
					struct problem *reterr);
/* With expand=latest_payment. */
must_check enum status api_invoice_get(const struct api_client *c, const char *id,
				       struct object *ret, struct api_body *ret_body,
				       struct fault *ret_fault, struct problem *reterr);
/* The newest hundred payments of an invoice, with expand=payments: Pepay has no other list. */
must_check enum status api_invoice_payments(const struct api_client *c, const char *id,
					    struct page *ret, struct fault *ret_fault,
					    struct problem *reterr);
must_check enum status api_invoice_cancel(const struct api_client *c, const char *id,
					  const char *idempotency_key, struct object *ret,
					  struct api_reply *ret_reply, struct fault *ret_fault,
					  struct problem *reterr);

/* sessions.c. The pass never gets into a problem, a fault or a log. Each adds to a session that was
 * init'ed. */
must_check enum status api_session_details(const struct api_client *c,
					   const struct payor_pass *pass, struct payor_session *s,
					   struct fault *ret_fault, struct problem *reterr);
must_check enum status api_session_tokens(const struct api_client *c, const struct payor_pass *pass,
					  struct payor_session *s, struct fault *ret_fault,
					  struct problem *reterr);
must_check enum status api_session_email(const struct api_client *c, const struct payor_pass *pass,
					 struct payor_session *s, struct fault *ret_fault,
					 struct problem *reterr);
/* Local extension `invoice_session`: invoice, pass, payment URL, and the quote the payor holds. */
must_check enum status api_invoice_session(const struct api_client *c, const char *invoice_id,
					   struct payor_session *s, struct fault *ret_fault,
					   struct problem *reterr);

/* orders.c */
struct order_query {
	const char *customer_id, *status;
	const char *wallet, *wallet_network; /* both or none */
	int64_t limit, offset;
};
must_check enum status api_order_list(const struct api_client *c, const struct order_query *q,
				      struct page *ret, struct fault *ret_fault,
				      struct problem *reterr);
must_check enum status api_order_get(const struct api_client *c, const char *id, struct object *ret,
				     struct api_body *ret_body, struct fault *ret_fault,
				     struct problem *reterr);
must_check enum status api_order_of_invoice(const struct api_client *c, const char *invoice_id,
					    char ret_order_id[ID_CAP], struct fault *ret_fault,
					    struct problem *reterr);
must_check enum status api_order_cancel(const struct api_client *c, const char *id,
					const char *idempotency_key, struct api_reply *ret_reply,
					struct fault *ret_fault, struct problem *reterr);

/* carts.c. A cart is found by its customer, or by wallet and network. */
struct cart_owner {
	const char *customer_id;
	const char *wallet_address, *wallet_network;
};
must_check enum status api_cart_get(const struct api_client *c, const struct cart_owner *who,
				    struct shop_cart *ret, struct fault *ret_fault,
				    struct problem *reterr);
/* A POST that changes nothing: read-only lets it through. */
must_check enum status api_cart_validate(const struct api_client *c, const struct cart_owner *who,
					 struct shop_cart *cart, struct fault *ret_fault,
					 struct problem *reterr);
must_check enum status api_cart_totals(const struct api_client *c, const struct cart_owner *who,
				       struct shop_cart *cart, struct fault *ret_fault,
				       struct problem *reterr);

/* products.c */
must_check enum status api_product_search(const struct api_client *c, const char *text,
					  const char *retailer, int64_t limit,
					  struct shop_products *ret, struct fault *ret_fault,
					  struct problem *reterr);
/* Its one item. */
must_check enum status api_product_get(const struct api_client *c, const char *id,
				       const char *retailer, struct shop_products *ret,
				       struct fault *ret_fault, struct problem *reterr);
must_check enum status api_product_offers(const struct api_client *c, struct shop_listing *product,
					  struct fault *ret_fault, struct problem *reterr);

/* refunds.c, local extension */
must_check enum status api_refund_list(const struct api_client *c, const char *starting_after,
				       int64_t limit, struct page *ret, struct fault *ret_fault,
				       struct problem *reterr);
must_check enum status api_refunds_of_invoice(const struct api_client *c, const char *invoice_id,
					      const char *starting_after, int64_t limit,
					      struct page *ret, struct fault *ret_fault,
					      struct problem *reterr);
must_check enum status api_refund_get(const struct api_client *c, const char *id,
				      struct object *ret, struct api_body *ret_body,
				      struct fault *ret_fault, struct problem *reterr);

/* ramps.c, local extension */
struct ramp_query {
	const char *customer_id, *status, *country, *starting_after;
	int64_t limit;
};
must_check enum status api_payout_list(const struct api_client *c, const struct ramp_query *q,
				       struct page *ret, struct fault *ret_fault,
				       struct problem *reterr);
must_check enum status api_payout_get(const struct api_client *c, const char *id,
				      struct object *ret, struct api_body *ret_body,
				      struct fault *ret_fault, struct problem *reterr);
must_check enum status api_deposit_list(const struct api_client *c, const struct ramp_query *q,
					struct page *ret, struct fault *ret_fault,
					struct problem *reterr);
must_check enum status api_deposit_get(const struct api_client *c, const char *id,
				       struct object *ret, struct api_body *ret_body,
				       struct fault *ret_fault, struct problem *reterr);
must_check enum status api_kyc_list(const struct api_client *c, const struct ramp_query *q,
				    struct page *ret, struct fault *ret_fault,
				    struct problem *reterr);
must_check enum status api_kyc_get(const struct api_client *c, const char *customer_id,
				   struct object *ret, struct api_body *ret_body,
				   struct fault *ret_fault, struct problem *reterr);

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
