/*
 * What can be paid with on this devnet: a few tokens on each network of contract
 * 3.8. Make-believe prices and addresses; both stand still.
 */
#ifndef PEPAYTOP_SANDBOX_TOKENS_H
#define PEPAYTOP_SANDBOX_TOKENS_H

#include "wire/fields.h"

struct token {
	int64_t id; /* the tokenId to send */
	const char *symbol, *name;
	const char *type; /* "native", "erc20" and, INFERRED, each other network's own word */
	const char *network;
	int decimals;
	int64_t price; /* millionths of a dollar for one */
	bool monitored;
	bool requires_memo;
};

const struct token *tokens_all(size_t *ret_count);
const struct token *token_find(int64_t id); /* NULL when there is none */
/* What a wallet on the network pays with when nobody says: its dollar coin. */
const struct token *token_default(const char *network);
bool token_is_native(const struct token *t);
/* The contract's address; NULL for native. Returns buf. */
const char *token_address(const struct token *t, char buf[ADDR_CAP]);
/* All ten, NULL-terminated. */
const char *const *token_networks(void);

#define TOKEN_AMOUNT_CAP 48
/* What `usd_millis` is in tokens, rounded up to what can be sent, at most six decimals. */
const char *token_amount(const struct token *t, int64_t usd_millis, char buf[TOKEN_AMOUNT_CAP]);
/* Tokens for one dollar. */
const char *token_rate(const struct token *t, char buf[TOKEN_AMOUNT_CAP]);

#endif
