/*
 * Manual verification of an invoice, contract 4.7: a job that looks on the chain
 * for money that was sent and not noticed. It tries a few times, by the clock.
 */
#ifndef PEPAYTOP_SANDBOX_VERIFICATIONS_H
#define PEPAYTOP_SANDBOX_VERIFICATIONS_H

#include "sandbox/world.h"
#include "wire/objects.h"

/* INFERRED: all three; the sample shows zeros. */
#define VERIFY_ATTEMPTS 5
#define VERIFY_FIRST_MS 3000
#define VERIFY_EVERY_MS 10000

/* Whether payments on the network can be verified by hand: contract 3.8, base, solana and bsc. */
bool verification_serves(const char *network);
/*
 * Starts a job, or gives the one that is still running (INFERRED). Inside a transaction.
 * *ret_job: the object of contract 4.7.
 */
must_check enum status verification_start(struct world *w, const struct invoice *v,
					  const char *network, struct json **ret_job,
					  struct problem *reterr);
/* The latest one; E_NOT_FOUND. */
must_check enum status verification_load(struct world *w, const char *invoice_id,
					 struct json **ret_job, struct problem *reterr);

#endif
