#include "sandbox/shopper.h"

#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/chain.h"

#include <ctype.h>

/* contract 3.8 */
static const char *const cart_networks[] = {"ethereum", "bsc", "base", "solana", NULL};

struct identity {
	const char *customer_id, *wallet_address, *wallet_network;
};

static bool refuse(struct reply *r, const char *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", why);
	return false;
}

static bool network_known(const char *network, bool any)
{
	if (any)
		return chain_known(network);
	for (const char *const *n = cart_networks; *n; n++)
		if (str_equal(*n, network))
			return true;
	return false;
}

static bool given(const char *text)
{
	return text && *text;
}

static bool wallet_check(struct reply *r, const struct identity *i, bool any)
{
	if (!given(i->wallet_address) || !given(i->wallet_network))
		return refuse(r, "wallet_address: goes together with wallet_network");
	if (!network_known(i->wallet_network, any))
		return refuse(r, any ? "wallet_network: is not a known network"
				     : "wallet_network: must be ethereum, bsc, base or solana");
	if (!chain_is_address(i->wallet_network, i->wallet_address))
		return refuse(r, "wallet_address: is not an address of this network");
	return true;
}

static bool shopper_fill(struct reply *r, const struct identity *i, bool any, struct shopper *ret)
{
	bool wallet = given(i->wallet_address) || given(i->wallet_network);

	if (!given(i->customer_id) && !wallet)
		return refuse(r, "customer_id: or wallet_address and wallet_network, is required");
	if (given(i->customer_id) && strlen(i->customer_id) >= sizeof(ret->customer_id))
		return refuse(r, "customer_id: must be at most 255 bytes long");
	if (wallet && !wallet_check(r, i, any))
		return false;
	*ret = (struct shopper){0};
	if (given(i->customer_id))
		str_copy(ret->customer_id, sizeof(ret->customer_id), i->customer_id);
	if (wallet) {
		str_copy(ret->wallet_address, sizeof(ret->wallet_address), i->wallet_address);
		str_copy(ret->wallet_network, sizeof(ret->wallet_network), i->wallet_network);
	}
	return true;
}

bool shopper_of_body(const struct call *c, struct reply *r, struct shopper *ret)
{
	struct identity i;

	return body_string(c, r, "customer_id", NAME_CAP - 1, true, &i.customer_id) &&
	       body_string(c, r, "wallet_address", ADDR_CAP - 1, true, &i.wallet_address) &&
	       body_string(c, r, "wallet_network", STATUS_CAP - 1, true, &i.wallet_network) &&
	       shopper_fill(r, &i, false, ret);
}

static struct identity identity_of_query(const struct call *c)
{
	return (struct identity){.customer_id = call_param(c, "customer_id"),
				 .wallet_address = call_param(c, "wallet_address"),
				 .wallet_network = call_param(c, "wallet_network")};
}

bool shopper_of_query(const struct call *c, struct reply *r, struct shopper *ret)
{
	struct identity i = identity_of_query(c);

	return shopper_fill(r, &i, false, ret);
}

bool shopper_of_any_network(const struct call *c, struct reply *r, struct shopper *ret)
{
	struct identity i = identity_of_query(c);

	return shopper_fill(r, &i, true, ret);
}

const char *shopper_key(const struct shopper *s, char buf[SHOPPER_KEY_CAP])
{
	if (*s->customer_id) {
		str_printf(buf, SHOPPER_KEY_CAP, "c:%s", s->customer_id);
		return buf;
	}
	str_printf(buf, SHOPPER_KEY_CAP, "w:%s:%s", s->wallet_network, s->wallet_address);
	if (chain_is_evm_address(s->wallet_address))
		for (char *at = buf; *at; at++)
			*at = (char)tolower((unsigned char)*at);
	return buf;
}

bool shopper_same(const struct shopper *a, const struct shopper *b)
{
	char left[SHOPPER_KEY_CAP], right[SHOPPER_KEY_CAP];

	return str_equal(shopper_key(a, left), shopper_key(b, right));
}
