#include "sandbox/chain.h"

#include "base/strbuf.h"

enum form { FORM_EVM, FORM_BASE58, FORM_BASE64, FORM_BECH32 };

static const struct network {
	const char *name;
	enum form form;
	const char *address_prefix;
	size_t address_len; /* after the prefix */
	const char *hash_prefix;
	size_t hash_len;
} networks[] = {
	{"ethereum", FORM_EVM, "0x", 40, "0x", 64},     {"base", FORM_EVM, "0x", 40, "0x", 64},
	{"bsc", FORM_EVM, "0x", 40, "0x", 64},          {"avalanche", FORM_EVM, "0x", 40, "0x", 64},
	{"arbitrum", FORM_EVM, "0x", 40, "0x", 64},     {"optimism", FORM_EVM, "0x", 40, "0x", 64},
	{"solana", FORM_BASE58, "", 44, "", 88},        {"ton", FORM_BASE64, "EQ", 46, "", 44},
	{"cardano", FORM_BECH32, "addr1q", 58, "", 64}, {"sui", FORM_EVM, "0x", 64, "", 44},
};

static const char *const alphabets[] = {
	[FORM_EVM] = "0123456789abcdef",
	[FORM_BASE58] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
	[FORM_BASE64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	[FORM_BECH32] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l",
};

static const struct network *network_find(const char *name)
{
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (str_equal(networks[i].name, name))
			return &networks[i];
	return NULL;
}

bool chain_known(const char *network)
{
	return network_find(network) != NULL;
}

static const char *draw(struct rng *r, const char *prefix, enum form form, size_t len,
			char buf[ADDR_CAP])
{
	const char *alphabet = alphabets[form];
	size_t at = strlen(prefix);

	str_copy(buf, ADDR_CAP, prefix);
	for (size_t i = 0; i < len && at + 1 < ADDR_CAP; i++)
		buf[at++] = alphabet[rng_below(r, strlen(alphabet))];
	buf[at] = '\0';
	return buf;
}

const char *chain_address(struct rng *r, const char *network, char buf[ADDR_CAP])
{
	const struct network *n = network_find(network);

	if (!n)
		n = &networks[0];
	return draw(r, n->address_prefix, n->form, n->address_len, buf);
}

const char *chain_tx_hash(struct rng *r, const char *network, char buf[ADDR_CAP])
{
	const struct network *n = network_find(network);

	if (!n)
		n = &networks[0];
	return draw(r, n->hash_prefix, n->hash_len == 64 ? FORM_EVM : FORM_BASE58, n->hash_len,
		    buf);
}

bool chain_is_evm_address(const char *s)
{
	return s && str_starts_with(s, "0x") && strlen(s) == 42 &&
	       strspn(s + 2, "0123456789abcdefABCDEF") == 40;
}

bool chain_is_address(const char *network, const char *s)
{
	const struct network *n = network_find(network);
	const char *alphabet =
		n && n->form == FORM_BASE58 ? alphabets[FORM_BASE58] : alphabets[FORM_BASE64];
	size_t len = strlen(s);

	if (!n)
		return false;
	if (n->form == FORM_EVM)
		return str_starts_with(s, "0x") && len == 2 + n->address_len &&
		       strspn(s + 2, "0123456789abcdefABCDEF") == n->address_len;
	return len >= 32 && len <= (n->form == FORM_BASE58 ? 44u : 120u) &&
	       strspn(s, alphabet) == len;
}
