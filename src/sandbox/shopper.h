/*
 * Whose cart, estimate, address or order it is: contract 7. A merchant's own
 * customer id, or a wallet with its network.
 */
#ifndef PEPAYTOP_SANDBOX_SHOPPER_H
#define PEPAYTOP_SANDBOX_SHOPPER_H

#include "sandbox/call.h"
#include "wire/fields.h"

#define SHOPPER_KEY_CAP (NAME_CAP + 8)

struct shopper { /* "" where not given */
	char customer_id[NAME_CAP];
	char wallet_address[ADDR_CAP];
	char wallet_network[STATUS_CAP];
};

/*
 * Reads customer_id, wallet_address and wallet_network, of which a customer id or the wallet pair
 * must be there, from the body or the query. False: the reply says what is wrong.
 * INFERRED: where both are sent the customer id tells who it is and the wallet goes along.
 */
bool shopper_of_body(const struct call *c, struct reply *r, struct shopper *ret);
bool shopper_of_query(const struct call *c, struct reply *r, struct shopper *ret);
/* The same for saved addresses, which know all ten networks. */
bool shopper_of_any_network(const struct call *c, struct reply *r, struct shopper *ret);
/* Tells shoppers apart, whichever way an EVM address is capitalised. Returns buf. */
const char *shopper_key(const struct shopper *s, char buf[SHOPPER_KEY_CAP]);
bool shopper_same(const struct shopper *a, const struct shopper *b);

#endif
