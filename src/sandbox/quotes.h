/*
 * What a payor is told to pay, and where: the quote and address of an invoice
 * (contract 6.3), and the underpaid lock-in (6.1). An invoice has one quote at a
 * time; asking again rotates the address.
 */
#ifndef PEPAYTOP_SANDBOX_QUOTES_H
#define PEPAYTOP_SANDBOX_QUOTES_H

#include "sandbox/tokens.h"
#include "sandbox/world.h"
#include "wire/objects.h"

#define QUOTE_VALID_MS 300000 /* contract 6.3, examples */

struct quote {
	char network[STATUS_CAP];
	int64_t token_id;
	char address[ADDR_CAP];
	int64_t amount; /* usd_millis that were due */
	char token_amount[TOKEN_AMOUNT_CAP];
	char rate[TOKEN_AMOUNT_CAP];
	int64_t quoted_at;
	int64_t valid_until;
	bool expired;
};

/* A new address and price for what is due, and its event. Inside a transaction. */
must_check enum status quote_make(struct world *w, const struct invoice *v, const struct token *t,
				  struct quote *ret, struct problem *reterr);
/*
 * The same for a story's payor: at `quoted_ms`, with an address drawn from `dice`, and without an
 * event. It ends by itself, and nobody is told. Inside a transaction.
 */
must_check enum status quote_hold(struct world *w, const struct invoice *v, const struct token *t,
				  int64_t quoted_ms, struct rng *dice, struct quote *ret,
				  struct problem *reterr);
/* The current one, expired or not; E_NOT_FOUND when none was ever made. */
must_check enum status quote_load(struct world *w, const char *invoice_id, struct quote *ret,
				  struct problem *reterr);
/* Remembers that money was sent on this quote: what a lock-in binds to. Inside a transaction. */
must_check enum status quote_paid_on(struct world *w, const char *invoice_id, const struct quote *q,
				     struct problem *reterr);

/* The rest of an underpaid invoice is due on the network and in the token of the first part. */
struct lock {
	const struct token *token; /* NULL: nothing is locked */
	char address[ADDR_CAP];
};
must_check enum status lock_load(struct world *w, const struct invoice *v, struct lock *ret,
				 struct problem *reterr);

#endif
