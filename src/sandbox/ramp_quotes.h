/*
 * What a ramp costs: corridors' terms and quotes (contract 15.3, local extension).
 *
 * Rounding, INFERRED, exact in integers and never to the customer's surprise: the fee
 * is 0.5 % cut to whole cents, and half a dollar. A payout pays (amount - fee) at the
 * rate, rounded down to the currency's minor unit; a deposit costs (amount + fee) at
 * the rate, rounded up to it. The rate has four decimals, and fx_rate states them all.
 */
#ifndef PEPAYTOP_SANDBOX_RAMP_QUOTES_H
#define PEPAYTOP_SANDBOX_RAMP_QUOTES_H

#include "sandbox/shop.h"
#include "sandbox/world.h"
#include "wire/objects.h"

#define RAMP_QUOTE_VALID_MS 60000 /* contract 15.3 */

/* INFERRED: the same everywhere, usd_millis. */
#define RAMP_AMOUNT_MIN 5000
#define RAMP_AMOUNT_MAX 50000000

/* Whether money can come in over it; out it can go over all. INFERRED. */
bool ramp_onramp(const struct shop_corridor *c);

struct ramp_quote_params {
	const char *customer_id;
	bool payout;    /* else a deposit */
	int64_t amount; /* usd_millis, within the bounds */
	const struct shop_corridor *corridor;
	const char *rail;
};

/* Inside a transaction. The rate is within half a percent of the corridor's. */
must_check enum status ramp_quote_make(struct world *w, const struct ramp_quote_params *p,
				       struct ramp_quote *ret, struct problem *reterr);
/* E_NOT_FOUND; expired ones are forgotten after an hour. ret_used: a payout was made of it. */
must_check enum status ramp_quote_load(struct world *w, const char *id, struct ramp_quote *ret,
				       bool *ret_used, struct problem *reterr);
/* A quote is good for one payout. */
must_check enum status ramp_quote_use(struct world *w, const char *id, const char *payout_id,
				      struct problem *reterr);

#endif
