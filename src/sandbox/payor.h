/*
 * What the payor's routes and the hosted page share. Nobody else includes this.
 */
#ifndef PEPAYTOP_SANDBOX_PAYOR_H
#define PEPAYTOP_SANDBOX_PAYOR_H

#include "sandbox/call.h"
#include "sandbox/quotes.h"

#define CODE_INVOICE_EXPIRED "INVOICE_EXPIRED"
#define CODE_INVOICE_CLOSED  "INVOICE_CLOSED"

/* INFERRED: there is one merchant here, and no page says what it is called. */
#define MERCHANT_NAME  "Pepay Sandbox Shop"
#define MERCHANT_EMAIL "shop@sandbox.example"

/* The session's invoice; false with the reply filled, also when `?invoice_id` names another. */
bool payor_invoice(struct world *w, const struct call *c, struct reply *r, struct invoice *ret);
/* Whether it can still be paid. */
bool payor_invoice_open(const struct invoice *v);
/* Something of what the invoice keeps for the payor's page (hidden); NULL when it has none. */
must_check enum status payor_hidden(struct world *w, const char *invoice_id, struct json **ret,
				    struct problem *reterr);
/* What was sent and not yet confirmed, usd_millis. */
must_check enum status payor_in_flight(struct world *w, const char *invoice_id, int64_t *ret_amount,
				       char ret_payment_id[ID_CAP], struct problem *reterr);
/* The network a payment came on. */
must_check enum status payor_payment_network(struct world *w, const char *payment_id,
					     char ret[STATUS_CAP], struct problem *reterr);
/* Whether the payor may choose the token: not when another is locked in. */
bool lock_allows(const struct lock *lock, const struct token *t);
/* {"token","endpoint","format","ws_url"} of contract 6.3. */
must_check enum status payor_ws_connection(struct world *w, const struct invoice *v,
					   struct json **ret, struct problem *reterr);
/* The invoice a `?token=` of /ws/payment speaks for; E_AUTH when it is not a good one. */
must_check enum status payor_ws_check(struct world *w, const char *token,
				      char ret_invoice_id[ID_CAP], struct problem *reterr);

#endif
