/* Events as a payor may see them (contract 10: "payor-safe"). */
#ifndef PEPAYTOP_SANDBOX_PAYOR_EVENTS_H
#define PEPAYTOP_SANDBOX_PAYOR_EVENTS_H

#include "base/status.h"

/* What the stream of a session carries, as a types filter. */
#define PAYOR_EVENT_TYPES "invoice.updated,invoice_payment.*,payment_quote.updated"

/*
 * The envelope without what is the merchant's business: customer, order, metadata, settlement, who
 * asked for the change. malloc'd.
 */
must_check enum status payor_event_body(const char *body, size_t len, char **ret,
					struct problem *reterr);

#endif
