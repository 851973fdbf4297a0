#include "sandbox/tokens.h"

#include "base/money.h"
#include "base/strbuf.h"
#include "sandbox/chain.h"

#define AMOUNT_DIGITS 6
#define RATE_DIGITS   8

/* X(id, symbol, name, type, network, decimals, price, monitored, memo) */
#define TOKENS(X)                                                                        \
	X(101, "ETH", "Ether", "native", "ethereum", 18, 3120500000, true, false)        \
	X(102, "USDC", "USD Coin", "erc20", "ethereum", 6, 1000000, true, false)         \
	X(103, "USDT", "Tether USD", "erc20", "ethereum", 6, 999800, true, false)        \
	X(104, "LINK", "Chainlink", "erc20", "ethereum", 18, 14270000, false, false)     \
	X(111, "ETH", "Ether", "native", "base", 18, 3120500000, true, false)            \
	X(112, "USDC", "USD Coin", "erc20", "base", 6, 1000000, true, false)             \
	X(113, "DEGEN", "Degen", "erc20", "base", 18, 4100, false, false)                \
	X(121, "SOL", "Solana", "native", "solana", 9, 148250000, true, false)           \
	X(122, "USDC", "USD Coin", "spl", "solana", 6, 1000000, true, false)             \
	X(123, "BONK", "Bonk", "spl", "solana", 5, 21, false, false)                     \
	X(131, "AVAX", "Avalanche", "native", "avalanche", 18, 27400000, true, false)    \
	X(132, "USDC", "USD Coin", "erc20", "avalanche", 6, 1000000, true, false)        \
	X(141, "TON", "Toncoin", "native", "ton", 9, 3350000, true, true)                \
	X(142, "USDT", "Tether USD", "jetton", "ton", 6, 999800, true, true)             \
	X(151, "BNB", "BNB", "native", "bsc", 18, 612300000, true, false)                \
	X(152, "USDT", "Tether USD", "erc20", "bsc", 18, 999800, true, false)            \
	X(153, "USDC", "USD Coin", "erc20", "bsc", 18, 1000000, true, false)             \
	X(161, "ETH", "Ether", "native", "arbitrum", 18, 3120500000, true, false)        \
	X(162, "USDC", "USD Coin", "erc20", "arbitrum", 6, 1000000, true, false)         \
	X(163, "ARB", "Arbitrum", "erc20", "arbitrum", 18, 391000, false, false)         \
	X(171, "ETH", "Ether", "native", "optimism", 18, 3120500000, true, false)        \
	X(172, "USDC", "USD Coin", "erc20", "optimism", 6, 1000000, true, false)         \
	X(181, "ADA", "Cardano", "native", "cardano", 6, 645000, true, false)            \
	X(182, "USDM", "Mehen USDM", "native_asset", "cardano", 6, 1000000, true, false) \
	X(191, "SUI", "Sui", "native", "sui", 9, 2610000, true, false)                   \
	X(192, "USDC", "USD Coin", "coin", "sui", 6, 1000000, true, false)

static const struct token tokens[] = {
#define X(id, symbol, name, type, network, decimals, price, monitored, memo) \
	{id, symbol, name, type, network, decimals, price, monitored, memo},
	TOKENS(X)
#undef X
};

#define TOKEN_COUNT (sizeof(tokens) / sizeof(tokens[0]))

const struct token *tokens_all(size_t *ret_count)
{
	*ret_count = TOKEN_COUNT;
	return tokens;
}

const struct token *token_find(int64_t id)
{
	for (size_t i = 0; i < TOKEN_COUNT; i++)
		if (tokens[i].id == id)
			return &tokens[i];
	return NULL;
}

bool token_is_native(const struct token *t)
{
	return str_equal(t->type, "native");
}

const struct token *token_default(const char *network)
{
	for (size_t i = 0; i < TOKEN_COUNT; i++)
		if (str_equal(tokens[i].network, network) && !token_is_native(&tokens[i]))
			return &tokens[i];
	return &tokens[1];
}

const char *token_address(const struct token *t, char buf[ADDR_CAP])
{
	struct rng fixed;

	if (token_is_native(t))
		return NULL;
	rng_seed(&fixed, (uint64_t)t->id);
	return chain_address(&fixed, t->network, buf);
}

const char *const *token_networks(void)
{
	static const char *const networks[] = {"ethereum", "base", "solana",   "avalanche",
					       "ton",      "bsc",  "arbitrum", "optimism",
					       "cardano",  "sui",  NULL};
	return networks;
}

/* 10^digits */
static int64_t power(int digits)
{
	int64_t n = 1;

	while (digits-- > 0)
		n *= 10;
	return n;
}

/* An invoice is at most 10^9 thousandths, so nothing here overflows. */
const char *token_amount(const struct token *t, int64_t usd_millis, char buf[TOKEN_AMOUNT_CAP])
{
	int digits = t->decimals < AMOUNT_DIGITS ? t->decimals : AMOUNT_DIGITS;
	int64_t scaled = usd_millis * 1000 * power(digits);
	char text[MONEY_TEXT_CAP];

	money_decimal(text, scaled / t->price + (scaled % t->price != 0), (unsigned)digits);
	str_copy(buf, TOKEN_AMOUNT_CAP, text);
	return buf;
}

const char *token_rate(const struct token *t, char buf[TOKEN_AMOUNT_CAP])
{
	char text[MONEY_TEXT_CAP];

	money_decimal(text, 1000000 * power(RATE_DIGITS) / t->price, RATE_DIGITS);
	str_copy(buf, TOKEN_AMOUNT_CAP, text);
	return buf;
}
