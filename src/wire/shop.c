#include "wire/shop.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/envelope.h"
#include "wire/loose.h"

void shop_cart_release(struct shop_cart *c)
{
	free(c->items);
	*c = (struct shop_cart){.items = NULL};
}

void shop_products_release(struct shop_products *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->items[i].offers);
	free(p->items);
	*p = (struct shop_products){.items = NULL};
}

/* The list under `name`, in data or beside it; NULL with the problem set when there is none. */
static const struct json *rows_of(const struct json *data, const char *what, const char *name,
				  struct problem *reterr)
{
	const struct json *rows = json_get(data, name);
	if (rows != NULL && json_kind(rows) == JSON_ARRAY)
		return rows;
	(void)problem_set(reterr, E_INVALID, NULL, "%s.%s: is missing or no list", what, name);
	return NULL;
}

static void *new_rows(const struct json *rows, size_t most, size_t size)
{
	size_t count = json_count(rows);
	return count > 0 ? xcalloc(count < most ? count : most, size) : NULL;
}

/* --- the cart ---------------------------------------------------------------------------- */

static bool read_line(const struct json *row, struct shop_cart_item *it)
{
	*it = (struct shop_cart_item){.quantity = 1};
	bool named = loose_id(LOOSE(row, "productId", "product_id"), it->product_id,
			      sizeof(it->product_id));
	(void)loose_id(LOOSE(row, "itemId", "id"), it->item_id, sizeof(it->item_id));
	(void)loose_text(json_get(row, "retailer"), it->retailer, sizeof(it->retailer));
	(void)loose_int(json_get(row, "quantity"), &it->quantity);
	(void)loose_dollars(json_get(row, "price"), &it->price);
	return loose_text(json_get(row, "title"), it->title, sizeof(it->title)) || named;
}

static void read_lines(const struct json *rows, struct shop_cart *c)
{
	c->items = new_rows(rows, CART_ITEMS_MAX, sizeof(*c->items));
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row))
		if (c->item_count < CART_ITEMS_MAX && read_line(row, &c->items[c->item_count]))
			c->item_count++;
		else
			c->left_out++;
}

static enum status read_cart(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *rows = rows_of(data, "cart", "items", reterr);
	struct shop_cart c = {.created_at = TIME_NONE, .updated_at = TIME_NONE}, *ret = into;
	if (rows == NULL)
		return E_INVALID;
	(void)loose_text(LOOSE(data, "customerId", "customer_id"), c.customer_id,
			 sizeof(c.customer_id));
	(void)loose_id(LOOSE(data, "walletAddress", "wallet_address"), c.wallet_address,
		       sizeof(c.wallet_address));
	(void)loose_text(LOOSE(data, "walletNetwork", "wallet_network"), c.wallet_network,
			 sizeof(c.wallet_network));
	(void)loose_dollars(json_get(data, "subtotal"), &c.subtotal);
	(void)loose_int(json_get(data, "itemCount"), &c.quantity);
	(void)loose_time(json_get(data, "createdAt"), &c.created_at);
	(void)loose_time(json_get(data, "updatedAt"), &c.updated_at);
	read_lines(rows, &c);
	*ret = c;
	return S_OK;
}

enum status shop_cart_decode(const char *body, size_t len, struct shop_cart *ret,
			     struct problem *reterr)
{
	return answer_read(body, len, read_cart, ret, reterr);
}

/* --- validate and totals ------------------------------------------------------------------- */

static struct shop_cart_item *line_find(struct shop_cart *c, const char *item_id)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (str_equal(c->items[i].item_id, item_id))
			return &c->items[i];
	return NULL;
}

static void check_line(const struct json *row, struct shop_cart *c)
{
	char id[ID_CAP];
	bool available;
	if (!loose_id(LOOSE(row, "itemId", "id"), id, sizeof(id)) ||
	    !loose_bool(json_get(row, "available"), &available))
		return;
	struct shop_cart_item *it = line_find(c, id);
	if (it == NULL)
		return;
	it->checked = true;
	it->available = available;
	it->current_price = it->price;
	bool priced = loose_dollars(json_get(row, "currentPrice"), &it->current_price);
	it->price_changed = priced && it->current_price != it->price;
	(void)loose_bool(json_get(row, "priceChanged"), &it->price_changed);
}

static enum status read_check(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *rows = rows_of(data, "validation", "items", reterr);
	struct shop_cart *c = into;
	bool valid;
	if (rows == NULL)
		return E_INVALID;
	if (!loose_bool(json_get(data, "valid"), &valid))
		return problem_set(reterr, E_INVALID, NULL,
				   "validation.valid: is not true or false");
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row))
		check_line(row, c);
	c->checked = true;
	c->valid = valid;
	return S_OK;
}

enum status shop_cart_check_decode(const char *body, size_t len, struct shop_cart *c,
				   struct problem *reterr)
{
	return answer_read(body, len, read_check, c, reterr);
}

static enum status read_totals(const struct json *data, void *into, struct problem *reterr)
{
	struct shop_cart *c = into;
	int64_t total;
	if (!loose_dollars(json_get(data, "total"), &total))
		return problem_set(reterr, E_INVALID, NULL,
				   "totals.total: is missing or no amount");
	c->has_totals = true;
	c->total = total;
	c->shipping = c->tax = c->fees = 0;
	(void)loose_dollars(json_get(data, "shipping"), &c->shipping);
	(void)loose_dollars(json_get(data, "tax"), &c->tax);
	if (!loose_dollars(LOOSE(data, "fees.total"), &c->fees))
		(void)loose_dollars(json_get(data, "fees"), &c->fees);
	(void)loose_text(LOOSE(data, "zipCode", "zip_code"), c->zip_code, sizeof(c->zip_code));
	return S_OK;
}

enum status shop_cart_totals_decode(const char *body, size_t len, struct shop_cart *c,
				    struct problem *reterr)
{
	return answer_read(body, len, read_totals, c, reterr);
}

/* --- products --------------------------------------------------------------------------------- */

static void read_stock(const struct json *row, struct shop_listing *p)
{
	bool in_stock;
	bool eligible = true;
	if (!loose_bool(LOOSE(row, "availability.inStock", "inStock"), &in_stock))
		return;
	(void)loose_bool(LOOSE(row, "availability.eligible"), &eligible);
	if (in_stock && eligible)
		(void)str_copy(p->stock, sizeof(p->stock), "in stock");
	else if (!loose_text(LOOSE(row, "availability.reason"), p->stock, sizeof(p->stock)))
		(void)str_copy(p->stock, sizeof(p->stock),
			       in_stock ? "not eligible" : "out of stock");
}

static bool read_product(const struct json *row, struct shop_listing *p)
{
	*p = (struct shop_listing){.offers = NULL};
	(void)loose_text(json_get(row, "title"), p->title, sizeof(p->title));
	(void)loose_text(json_get(row, "retailer"), p->retailer, sizeof(p->retailer));
	(void)loose_text(json_get(row, "brand"), p->brand, sizeof(p->brand));
	p->priced = loose_dollars(json_get(row, "price"), &p->price) ||
		    loose_dollars(LOOSE(row, "pricing.price"), &p->price);
	(void)loose_text(LOOSE(row, "rating", "stars", "reviews.rating"), p->rating,
			 sizeof(p->rating));
	(void)loose_int(LOOSE(row, "numReviews", "reviewCount", "reviews.count"), &p->review_count);
	read_stock(row, p);
	return loose_id(LOOSE(row, "productId", "product_id", "id"), p->product_id,
			sizeof(p->product_id));
}

static enum status read_found(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *rows = rows_of(data, "search", "products", reterr);
	struct shop_products *ret = into;
	if (rows == NULL)
		return E_INVALID;
	struct shop_products p = {.items = new_rows(rows, PRODUCTS_MAX, sizeof(*p.items))};
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row))
		if (p.count < PRODUCTS_MAX && read_product(row, &p.items[p.count]))
			p.count++;
		else
			p.skipped++;
	(void)loose_bool(LOOSE(data, "pagination.hasNext"), &p.more);
	*ret = p;
	return S_OK;
}

enum status shop_search_decode(const char *body, size_t len, struct shop_products *ret,
			       struct problem *reterr)
{
	return answer_read(body, len, read_found, ret, reterr);
}

static enum status read_one(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *inner = json_get(data, "product");
	struct shop_products *ret = into;
	struct shop_listing p;
	if (!read_product(json_is_null(inner) ? data : inner, &p))
		return problem_set(reterr, E_INVALID, NULL,
				   "product.productId: is missing or no identifier");
	*ret = (struct shop_products){.items = xcalloc(1, sizeof(p)), .count = 1};
	ret->items[0] = p;
	return S_OK;
}

enum status shop_product_decode(const char *body, size_t len, struct shop_products *ret,
				struct problem *reterr)
{
	return answer_read(body, len, read_one, ret, reterr);
}

/* --- offers -------------------------------------------------------------------------------------
 */

/* An offer without a price is none. */
static bool read_offer(const struct json *row, struct shop_offer *o)
{
	*o = (struct shop_offer){.available = true};
	(void)loose_id(LOOSE(row, "offerId", "id"), o->offer_id, sizeof(o->offer_id));
	(void)loose_text(LOOSE(row, "sellerName", "sellerId"), o->seller, sizeof(o->seller));
	(void)loose_text(json_get(row, "condition"), o->condition, sizeof(o->condition));
	bool priced = loose_dollars(json_get(row, "price"), &o->price);
	(void)loose_dollars(json_get(row, "shipping"), &o->shipping);
	if (!loose_dollars(json_get(row, "totalCost"), &o->total) &&
	    __builtin_add_overflow(o->price, o->shipping, &o->total))
		return false;
	(void)loose_bool(json_get(row, "available"), &o->available);
	(void)loose_bool(json_get(row, "prime"), &o->prime);
	(void)loose_bool(json_get(row, "international"), &o->international);
	(void)loose_int(LOOSE(row, "handlingDays.min"), &o->handling_min_days);
	(void)loose_int(LOOSE(row, "handlingDays.max"), &o->handling_max_days);
	return priced;
}

static enum status read_offers(const struct json *data, void *into, struct problem *reterr)
{
	const struct json *rows = rows_of(data, "offers", "offers", reterr);
	struct shop_listing *p = into;
	if (rows == NULL)
		return E_INVALID;
	free(p->offers);
	p->offers = new_rows(rows, PRODUCT_OFFERS_MAX, sizeof(*p->offers));
	p->offer_count = p->offers_left_out = 0;
	for (const struct json *row = json_first(rows); row != NULL; row = json_next(row))
		if (p->offer_count < PRODUCT_OFFERS_MAX &&
		    read_offer(row, &p->offers[p->offer_count]))
			p->offer_count++;
		else
			p->offers_left_out++;
	p->offers_known = true;
	return S_OK;
}

enum status shop_offers_decode(const char *body, size_t len, struct shop_listing *p,
			       struct problem *reterr)
{
	return answer_read(body, len, read_offers, p, reterr);
}
