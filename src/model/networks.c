#include "model/networks.h"

#include "base/strbuf.h"

#include <string.h>
#include <strings.h>

#define HOSTS_MAX 4

static const struct {
	const char *word, *alias, *name;
	const char *explorer, *test_explorer, *test_suffix; /* the hash comes between */
	const char *hosts[HOSTS_MAX + 1];                   /* of these and others */
} NETWORKS[] = {
	{"ethereum",
	 "eth",
	 "Ethereum",
	 "https://etherscan.io/tx/",
	 "https://sepolia.etherscan.io/tx/",
	 "",
	 {"etherscan.io", "eth.blockscout.com"}},
	{"base",
	 "",
	 "Base",
	 "https://basescan.org/tx/",
	 "https://sepolia.basescan.org/tx/",
	 "",
	 {"basescan.org", "base.blockscout.com"}},
	{"bsc",
	 "bnb",
	 "BNB Smart Chain",
	 "https://bscscan.com/tx/",
	 "https://testnet.bscscan.com/tx/",
	 "",
	 {"bscscan.com"}},
	{"solana",
	 "",
	 "Solana",
	 "https://solscan.io/tx/",
	 "https://solscan.io/tx/",
	 "?cluster=devnet",
	 {"solscan.io", "explorer.solana.com", "solana.fm", "solanabeach.io"}},
	{"avalanche",
	 "",
	 "Avalanche",
	 "https://snowtrace.io/tx/",
	 "https://testnet.snowtrace.io/tx/",
	 "",
	 {"snowtrace.io", "snowscan.xyz"}},
	{"arbitrum",
	 "",
	 "Arbitrum",
	 "https://arbiscan.io/tx/",
	 "https://sepolia.arbiscan.io/tx/",
	 "",
	 {"arbiscan.io", "arbitrum.blockscout.com"}},
	{"optimism",
	 "",
	 "Optimism",
	 "https://optimistic.etherscan.io/tx/",
	 "https://sepolia-optimism.etherscan.io/tx/",
	 "",
	 {"optimistic.etherscan.io", "sepolia-optimism.etherscan.io", "optimism.blockscout.com"}},
	{"ton",
	 "",
	 "TON",
	 "https://tonviewer.com/transaction/",
	 "https://testnet.tonviewer.com/transaction/",
	 "",
	 {"tonscan.org", "tonviewer.com"}},
	{"cardano",
	 "",
	 "Cardano",
	 "https://cardanoscan.io/transaction/",
	 "https://preprod.cardanoscan.io/transaction/",
	 "",
	 {"cardanoscan.io", "cexplorer.io"}},
	{"sui",
	 "",
	 "Sui",
	 "https://suiscan.xyz/mainnet/tx/",
	 "https://suiscan.xyz/testnet/tx/",
	 "",
	 {"suiscan.xyz", "suivision.xyz", "suiexplorer.com", "explorer.sui.io"}},
};
#define NETWORK_COUNT (sizeof(NETWORKS) / sizeof(NETWORKS[0]))

const char *network_name(const char *word)
{
	for (size_t i = 0; i < NETWORK_COUNT; i++)
		if (str_equal(NETWORKS[i].word, word))
			return NETWORKS[i].name;
	return word;
}

const char *network_of_word(const char *word)
{
	for (size_t i = 0; i < NETWORK_COUNT && word[0]; i++)
		if (str_equal(NETWORKS[i].word, word) || str_equal(NETWORKS[i].alias, word))
			return NETWORKS[i].word;
	return NULL;
}

static bool host_ends_in(const char *host, size_t len, const char *end, size_t n)
{
	return len >= n && strncasecmp(host + len - n, end, n) == 0 &&
	       (len == n || host[len - n - 1] == '.');
}

const char *network_of_host(const char *host, size_t len)
{
	const char *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < NETWORK_COUNT; i++) {
		for (const char *const *h = NETWORKS[i].hosts; *h; h++) {
			size_t n = strlen(*h);

			if (n <= longest || !host_ends_in(host, len, *h, n))
				continue;
			longest = n;
			best = NETWORKS[i].word;
		}
	}
	return best;
}

static bool hash_is_plain(const char *hash)
{
	size_t n = 0;

	for (; hash[n]; n++) {
		bool plain = (hash[n] >= '0' && hash[n] <= '9') ||
			     (hash[n] >= 'a' && hash[n] <= 'z') ||
			     (hash[n] >= 'A' && hash[n] <= 'Z');
		if (!plain)
			return false;
	}
	return n > 0;
}

bool explorer_link(char *ret, size_t cap, const char *network, const char *hash, bool testnet)
{
	for (size_t i = 0; i < NETWORK_COUNT; i++) {
		if (!str_equal(NETWORKS[i].word, network))
			continue;
		return hash_is_plain(hash) &&
		       str_printf(ret, cap, "%s%s%s",
				  testnet ? NETWORKS[i].test_explorer : NETWORKS[i].explorer, hash,
				  testnet ? NETWORKS[i].test_suffix : "");
	}
	return false;
}

const char *rail_name(const char *rail)
{
	static const struct {
		const char *word, *name;
	} RAILS[] = {
		{"ach", "ACH"},
		{"becs", "BECS"},
		{"blik", "BLIK"},
		{"faster_payments", "Faster Payments"},
		{"nip", "NIP"},
		{"pix", "Pix"},
		{"rtp", "RTP"},
		{"sepa", "SEPA"},
		{"sepa_instant", "SEPA Instant"},
		{"spei", "SPEI"},
		{"swift", "SWIFT"},
		{"wire", "wire transfer"},
	};

	for (size_t i = 0; i < sizeof(RAILS) / sizeof(RAILS[0]); i++)
		if (str_equal(RAILS[i].word, rail))
			return RAILS[i].name;
	return rail;
}

const char *retailer_name(const char *word)
{
	static const struct {
		const char *word, *name;
	} RETAILERS[] = {{"amazon", "Amazon"},   {"bestbuy", "Best Buy"}, {"ebay", "eBay"},
			 {"shopify", "Shopify"}, {"target", "Target"},    {"walmart", "Walmart"}};

	for (size_t i = 0; i < sizeof(RETAILERS) / sizeof(RETAILERS[0]); i++)
		if (str_equal(RETAILERS[i].word, word))
			return RETAILERS[i].name;
	return word[0] ? word : "the retailer";
}
