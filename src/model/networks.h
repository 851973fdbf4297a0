/*
 * The networks of contract 3.8, once: what people call them, and the block explorers
 * where a transaction can be looked at. Explorers are nobody's promise: links are
 * made for people, and recognised when they paste one. And the ways to a bank, and the shops.
 */
#ifndef PEPAYTOP_MODEL_NETWORKS_H
#define PEPAYTOP_MODEL_NETWORKS_H

#include "base/status.h"

/* "BNB Smart Chain"; a word nobody knows as it came. */
const char *network_name(const char *word);
/* The network's word for a name people write ("eth"); NULL: it is none. */
const char *network_of_word(const char *word);
/* The network whose explorer lives at a host (or above it: the longest name wins), or NULL. */
const char *network_of_host(const char *host, size_t len);
/* The page of a transaction at a public explorer of its network: false when none is known. A
 * hash with anything but letters and digits in it gives none. */
bool explorer_link(char *ret, size_t cap, const char *network, const char *hash, bool testnet);

/* What a transfer to a bank is called by who has it on an account ("SEPA Instant"); a word nobody
 * knows as it came. */
const char *rail_name(const char *rail);
/* "Best Buy"; a word nobody knows as it came, and "the retailer" for none. */
const char *retailer_name(const char *word);

#endif
