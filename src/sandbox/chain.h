/*
 * What a blockchain would give: addresses and transaction hashes in the form of
 * each network (contract 3.8). Drawn from the world's rng; they lead nowhere.
 */
#ifndef PEPAYTOP_SANDBOX_CHAIN_H
#define PEPAYTOP_SANDBOX_CHAIN_H

#include "base/rng.h"
#include "wire/fields.h"

/* Where this merchant's settlements land (contract 4.4, sample). */
#define SETTLEMENT_NETWORK "bsc"

bool chain_known(const char *network);
const char *chain_address(struct rng *r, const char *network, char buf[ADDR_CAP]);
const char *chain_tx_hash(struct rng *r, const char *network, char buf[ADDR_CAP]);
/* 0x and 40 hex digits. */
bool chain_is_evm_address(const char *s);
/* Whether it has the form of this network's addresses; the checksum is not looked at. */
bool chain_is_address(const char *network, const char *s);

#endif
