/*
 * Paying on devnet: what a wallet and a chain would do with the money, as due work
 * of the clock. Local extension: Pepay's testnet rails do this by themselves.
 */
#ifndef PEPAYTOP_SANDBOX_PAYOR_PAY_H
#define PEPAYTOP_SANDBOX_PAYOR_PAY_H

#include "sandbox/world.h"
#include "wire/fields.h"

/* From sent to confirmed, from confirmed to settlement begun, from there to settled. */
#define PAY_SETTLE_START_MS 4000
#define PAY_SETTLE_END_MS   15000

/*
 * The network sees `amount` (usd_millis) for the invoice, and will confirm and settle it.
 * `unnoticed`: the payment is seen but nobody confirms it, until a verification does.
 */
must_check enum status payor_pay(struct world *w, const char *invoice_id, int64_t amount,
				 const char *network, bool unnoticed, char ret_payment_id[ID_CAP],
				 struct problem *reterr);
/* Confirms now what was seen, and lets its settlement begin. */
must_check enum status payor_confirm(struct world *w, const char *payment_id,
				     struct problem *reterr);
/* How long a network takes to confirm. */
int64_t payor_confirm_ms(const char *network);

#endif
