/* Carts, as their merchant reads them: contract 7.2. */
#include "api/call.h"

#include "base/strbuf.h"
#include "wire/json.h"

#include <strings.h>

static enum status read_cart(const char *body, size_t len, void *into, struct problem *reterr)
{
	return shop_cart_decode(body, len, into, reterr);
}

static enum status read_check(const char *body, size_t len, void *into, struct problem *reterr)
{
	return shop_cart_check_decode(body, len, into, reterr);
}

static enum status read_totals(const char *body, size_t len, void *into, struct problem *reterr)
{
	return shop_cart_totals_decode(body, len, into, reterr);
}

static struct api_call owner_query(enum route_id route, const struct cart_owner *who)
{
	return (struct api_call){
		.route = route,
		.query = {{"customer_id", api_filter(who->customer_id)},
			  {"wallet_address", api_filter(who->wallet_address)},
			  {"wallet_network", api_filter(who->wallet_network)}},
	};
}

/* A8: somebody else's cart is worse than none. A checksum is only in the case of an address. */
static bool is_anothers(const struct cart_owner *who, const struct shop_cart *cart)
{
	const char *customer = api_filter(who->customer_id);
	const char *wallet = api_filter(who->wallet_address);

	if (customer != NULL && cart->customer_id[0] != '\0')
		return strcmp(customer, cart->customer_id) != 0;
	return wallet != NULL && cart->wallet_address[0] != '\0' &&
	       strcasecmp(wallet, cart->wallet_address) != 0;
}

static void keep(char *dst, size_t cap, const char *text)
{
	if (dst[0] == '\0' && text != NULL)
		(void)str_copy(dst, cap, text);
}

enum status api_cart_get(const struct api_client *c, const struct cart_owner *who,
			 struct shop_cart *ret, struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = owner_query(ROUTE_CART_GET, who);
	struct shop_cart cart = {.items = NULL};
	enum status st = api_ask(c, &call, read_cart, &cart, ret_fault, reterr);

	if (st != S_OK)
		return st;
	if (is_anothers(who, &cart)) {
		shop_cart_release(&cart);
		return api_nonsense(c, &call, reterr, "the answer is somebody else's cart");
	}
	keep(cart.customer_id, sizeof(cart.customer_id), who->customer_id);
	keep(cart.wallet_address, sizeof(cart.wallet_address), who->wallet_address);
	keep(cart.wallet_network, sizeof(cart.wallet_network), who->wallet_network);
	*ret = cart;
	return S_OK;
}

enum status api_cart_validate(const struct api_client *c, const struct cart_owner *who,
			      struct shop_cart *cart, struct fault *ret_fault,
			      struct problem *reterr)
{
	struct json *root = json_new_object();
	struct api_call call = owner_query(ROUTE_CART_VALIDATE, who);
	enum status st;
	char *body;

	/* A POST: what the others have in their query is in its body. */
	for (size_t i = 0; call.query[i].name != NULL; i++) {
		if (call.query[i].value != NULL)
			json_set_string(root, call.query[i].name, call.query[i].value);
		call.query[i] = (struct api_pair){.name = NULL};
	}
	body = json_print(root);
	call.body = body;
	st = api_ask(c, &call, read_check, cart, ret_fault, reterr);
	free(body);
	json_free(root);
	return st;
}

enum status api_cart_totals(const struct api_client *c, const struct cart_owner *who,
			    struct shop_cart *cart, struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = owner_query(ROUTE_CART_TOTALS, who);

	return api_ask(c, &call, read_totals, cart, ret_fault, reterr);
}
