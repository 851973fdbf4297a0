/*
 * What invoices, payments and orders ask of each other inside one transaction.
 * Nobody but those three files includes this.
 */
#ifndef PEPAYTOP_SANDBOX_DOMAIN_PRIVATE_H
#define PEPAYTOP_SANDBOX_DOMAIN_PRIVATE_H

#include "sandbox/domain.h"
#include "sandbox/records.h"

/* invoices.c: to `status` (expired, canceled), with its event; leaves the order alone. */
must_check enum status invoice_close(struct world *w, const char *id, const char *status,
				     const struct cause *cause, struct invoice *ret,
				     struct problem *reterr);

/* orders.c: what follows for the order from what happened to its invoice. */
struct order_paid {
	const char *tx_hash;
	const char *payer_address;
	const char *payer_network;
};
must_check enum status order_on_paid(struct world *w, const char *order_id,
				     const struct order_paid *p, struct problem *reterr);
must_check enum status order_on_settled(struct world *w, const char *order_id,
					const struct settlement *s, struct problem *reterr);
must_check enum status order_on_invoice_closed(struct world *w, const char *order_id,
					       const char *message, struct problem *reterr);

#endif
