/*
 * Ramps beyond what a scenario needs (domain.h), local extension, contract 15.3:
 * what clients start goes on by itself, by the clock, at the demo's pace (works.h).
 * Everything here runs inside a transaction; a change that the lifecycle forbids is
 * E_CONFLICT. `cause` may be NULL.
 */
#ifndef PEPAYTOP_SANDBOX_RAMPS_H
#define PEPAYTOP_SANDBOX_RAMPS_H

#include "sandbox/domain.h"
#include "sandbox/records.h"

/* --- KYC (kyc.c) ---- */
/* To pending, and a decision comes by the clock. */
must_check enum status kyc_submit(struct world *w, const char *customer_id, const char *country,
				  const char *legal_name, const struct cause *cause,
				  struct problem *reterr);
must_check enum status kyc_simulate(struct world *w, const char *customer_id, const char *status,
				    const struct cause *cause, struct problem *reterr);
/* E_DENIED, naming the status, unless it is approved. ret_country may be NULL. */
must_check enum status kyc_require(struct world *w, const char *customer_id,
				   char ret_country[STATUS_CAP], struct problem *reterr);

/* --- payouts (ramps.c) ---- */
/* As payout_create(), and goes on by the clock. */
must_check enum status payout_start(struct world *w, const struct payout_params *p,
				    const struct cause *cause, char ret_id[ID_CAP],
				    struct problem *reterr);
must_check enum status payout_cancel(struct world *w, const char *id, const struct cause *cause,
				     struct problem *reterr);
/* Whatever the state needs comes with it (why it failed); the clock goes on from there. */
must_check enum status payout_simulate(struct world *w, const char *id, const char *status,
				       const struct cause *cause, struct problem *reterr);
/* S_OK when it may be retried: failed or returned, and not retried yet (INFERRED: else the same
 * money could go out twice). E_CONFLICT says why not. *ret is filled then and there. */
must_check enum status payout_retryable(struct world *w, const char *id, struct payout *ret,
					struct problem *reterr);

/* --- deposits (deposits.c) ---- */
struct deposit_params {
	const char *customer_id, *token_symbol, *network;
	int64_t amount; /* usd_millis */
};
/* E_DENIED unless the customer's KYC is approved. Nothing moves it but what is called. */
must_check enum status deposit_open(struct world *w, const struct deposit_params *p,
				    char ret_id[ID_CAP], struct problem *reterr);
must_check enum status deposit_advance(struct world *w, const char *id, const char *status,
				       struct problem *reterr);
/* The same, and goes on by the clock. */
must_check enum status deposit_create(struct world *w, const struct deposit_params *p,
				      const struct cause *cause, char ret_id[ID_CAP],
				      struct problem *reterr);
must_check enum status deposit_simulate(struct world *w, const char *id, const char *status,
					const struct cause *cause, struct problem *reterr);

#endif
