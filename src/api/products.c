/* The catalogue: contract 7.1. */
#include "api/call.h"

static enum status read_search(const char *body, size_t len, void *into, struct problem *reterr)
{
	return shop_search_decode(body, len, into, reterr);
}

static enum status read_product(const char *body, size_t len, void *into, struct problem *reterr)
{
	return shop_product_decode(body, len, into, reterr);
}

static enum status read_offers(const char *body, size_t len, void *into, struct problem *reterr)
{
	return shop_offers_decode(body, len, into, reterr);
}

enum status api_product_search(const struct api_client *c, const char *text, const char *retailer,
			       int64_t limit, struct shop_products *ret, struct fault *ret_fault,
			       struct problem *reterr)
{
	char number[API_NUMBER_CAP];
	const struct api_call call = {
		.route = ROUTE_PRODUCT_SEARCH,
		.query = {{"q", text},
			  {"limit", api_number(number, limit)},
			  {"retailer", api_filter(retailer)}},
	};

	return api_ask(c, &call, read_search, ret, ret_fault, reterr);
}

enum status api_product_get(const struct api_client *c, const char *id, const char *retailer,
			    struct shop_products *ret, struct fault *ret_fault,
			    struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_PRODUCT_GET,
				      .target = id,
				      .query = {{"retailer", api_filter(retailer)}}};
	struct shop_products p = {.items = NULL};
	enum status st = api_ask(c, &call, read_product, &p, ret_fault, reterr);

	if (st != S_OK)
		return st;
	if (strcmp(p.items[0].product_id, id) != 0) {
		st = api_nonsense(c, &call, reterr, "the answer is about another product, '%.72s'",
				  p.items[0].product_id);
		shop_products_release(&p);
		return st;
	}
	*ret = p;
	return S_OK;
}

enum status api_product_offers(const struct api_client *c, struct shop_listing *product,
			       struct fault *ret_fault, struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_PRODUCT_OFFERS,
				      .target = product->product_id,
				      .query = {{"retailer", api_filter(product->retailer)}}};

	return api_ask(c, &call, read_offers, product, ret_fault, reterr);
}
