/*
 * Refunds of invoices, local extension (contract 15.2). Money that was paid goes back to a wallet
 * somebody names; failed refunds count for nothing, so what they held can be refunded again.
 */
#ifndef PEPAYTOP_SANDBOX_REFUNDS_H
#define PEPAYTOP_SANDBOX_REFUNDS_H

#include "sandbox/records.h"

struct refund_params {
	const char *invoice_id;
	int64_t amount; /* usd_millis; 0: all that is refundable */
	const char *wallet_address, *wallet_network;
	const char *reason; /* or NULL */
	bool succeeds;      /* else some fail */
};

/* What of an invoice's amount_paid no pending or succeeded refund has taken; E_NOT_FOUND. */
must_check enum status refund_available(struct world *w, const char *invoice_id, int64_t *ret,
					struct problem *reterr);
/*
 * Inside a transaction. E_LIMIT when it is more than what is refundable, or nothing is. E_CONFLICT
 * when the invoice's order has the money: then the order's own refund is the way.
 */
must_check enum status refund_create(struct world *w, const struct refund_params *p,
				     const struct cause *cause, char ret_id[ID_CAP],
				     struct problem *reterr);

#endif
