/*
 * How the commerce surface answers, and what its records look like on the wire
 * (contract 3.1, 7). A record is stored as the document that is sent.
 */
#ifndef PEPAYTOP_SANDBOX_COMMERCE_H
#define PEPAYTOP_SANDBOX_COMMERCE_H

#include "sandbox/call.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/pricing.h"

#define CODE_CART_EMPTY       "CART_EMPTY"
#define CODE_ESTIMATE_EXPIRED "ESTIMATE_EXPIRED"
#define CODE_NO_VALID_ITEMS   "NO_VALID_ITEMS"
#define CODE_ORDER_LIMIT      "ORDER_LIMIT_EXCEEDED"

#define COMMERCE_QUANTITY_MAX   99
#define COMMERCE_PRICE_MIN      10LL         /* usd_millis: 0.01 */
#define COMMERCE_PRICE_MAX      1000000000LL /* INFERRED: as an invoice's amount */
#define COMMERCE_TITLE_MAX      500          /* characters; INFERRED */
#define COMMERCE_ORDER_MAX      2500000LL    /* usd_millis: contract 7.3 */
#define COMMERCE_CART_LINES_MAX 100          /* INFERRED */
#define COMMERCE_ESTIMATE_MS    (15 * 60 * 1000LL)

/* {"success":true,"message":…,"data":…}: what cart writes answer. */
void reply_message_take(struct reply *r, int status, const char *message, struct json *data);
/* {"success":true,"data":…,"meta":…}, where the timestamp is added to what `meta` holds; takes
 * both. */
void reply_meta_take(struct world *w, struct reply *r, struct json *data, struct json *meta);
/* null when it is "". */
void json_set_text(struct json *obj, const char *key, const char *text);
/* A document of a collection, parsed; E_NOT_FOUND. */
must_check enum status document_load(struct world *w, const char *collection, const char *id,
				     struct json **ret, struct problem *reterr);
/* One word out of catalogue_retailers. */
bool body_retailer(const struct call *c, struct reply *r, const char **ret);
/* A dollar amount that may be absent: *ret is 0 then. */
bool body_price(const struct call *c, struct reply *r, bool required, int64_t *ret);

#endif
