#include "sandbox/carts.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/shape_macros.h"

#define CARTS "cart"

static const struct field CART_ITEM_FIELDS[] = {
	VALUE(ID, cart_item, item_id, "itemId", REQUIRED),
	VALUE(ID, cart_item, product_id, "productId", REQUIRED),
	SAME(TEXT, cart_item, retailer, REQUIRED),
	SAME(INT, cart_item, quantity, REQUIRED),
	SAME(DOLLARS, cart_item, price, REQUIRED),
	SAME(TEXT, cart_item, title, 0),
	VALUE(TEXT, cart_item, image_url, "imageUrl", 0),
	VALUE(TEXT, cart_item, product_url, "productUrl", 0),
	VALUE(INT, cart_item, num_reviews, "numReviews", 0),
	SAME(DOLLARS, cart_item, rating, 0), /* a number with up to three decimals, as dollars */
};
static const struct shape SHAPE_CART_ITEM = SHAPE("cart_item", NULL, cart_item, CART_ITEM_FIELDS);

static const struct field CART_FIELDS[] = {
	VALUE(INT, cart, merchant_id, "merchantId", NOT_NULL),
	VALUE(ID, cart, shopper.customer_id, "customerId", 0),
	VALUE(ID, cart, shopper.wallet_address, "walletAddress", 0),
	VALUE(TEXT, cart, shopper.wallet_network, "walletNetwork", 0),
	LIST_AT(cart, items, item_lines, "items", SHAPE_CART_ITEM, COMMERCE_CART_LINES_MAX),
	SAME(DOLLARS, cart, subtotal, NOT_NULL),
	VALUE(INT, cart, item_count, "itemCount", NOT_NULL),
	VALUE(TIME, cart, created_at, "createdAt", 0),
	VALUE(TIME, cart, updated_at, "updatedAt", 0),
};
const struct shape SHAPE_CART = SHAPE("cart", NULL, cart, CART_FIELDS);

/* --- the whole cart --------------------------------------------------------------------- */

void cart_release(struct cart *cart)
{
	shape_release(&SHAPE_CART, cart);
}

enum status cart_load(struct world *w, const struct shopper *s, struct cart *ret,
		      struct problem *reterr)
{
	char key[SHOPPER_KEY_CAP];
	struct json *doc = NULL;
	enum status st = document_load(w, CARTS, shopper_key(s, key), &doc, reterr);

	shape_init(&SHAPE_CART, ret);
	if (st == S_OK)
		st = shape_decode(&SHAPE_CART, doc, ret, reterr);
	else if (st == E_NOT_FOUND)
		st = S_OK;
	ret->merchant_id = MERCHANT_ID;
	ret->shopper = *s;
	json_free(doc);
	return st;
}

static void cart_sum(struct cart *cart)
{
	cart->subtotal = cart->item_count = 0;
	for (size_t i = 0; i < cart->item_lines; i++) {
		cart->subtotal += cart->items[i].price * cart->items[i].quantity;
		cart->item_count += cart->items[i].quantity;
	}
}

static enum status cart_save(struct world *w, struct cart *cart, struct problem *reterr)
{
	char key[SHOPPER_KEY_CAP];
	struct json *doc;
	enum status st;
	char *text;

	cart_sum(cart);
	cart->updated_at = w->now_ms;
	if (cart->created_at == TIME_NONE)
		cart->created_at = w->now_ms;
	doc = shape_to_json(&SHAPE_CART, cart);
	text = json_print(doc);
	st = ledger_doc_put(w->ledger, CARTS, shopper_key(&cart->shopper, key), "", TIME_NONE, text,
			    reterr);
	free(text);
	json_free(doc);
	return st;
}

/* --- its lines ------------------------------------------------------------------------------ */

static struct cart_item *cart_find(struct cart *cart, const char *item_id)
{
	for (size_t i = 0; i < cart->item_lines; i++)
		if (str_equal(cart->items[i].item_id, item_id))
			return &cart->items[i];
	return NULL;
}

static struct cart_item *cart_find_product(struct cart *cart, const struct cart_item *like)
{
	for (size_t i = 0; i < cart->item_lines; i++)
		if (str_equal(cart->items[i].product_id, like->product_id) &&
		    str_equal(cart->items[i].retailer, like->retailer))
			return &cart->items[i];
	return NULL;
}

static void cart_remove(struct cart *cart, struct cart_item *line)
{
	size_t at = (size_t)(line - cart->items);

	memmove(line, line + 1, (cart->item_lines - at - 1) * sizeof(*line));
	cart->item_lines--;
}

static struct cart_item *cart_append(struct world *w, struct cart *cart)
{
	struct cart_item *line;

	cart->items = xrealloc(cart->items, cart->item_lines + 1, sizeof(*cart->items));
	line = &cart->items[cart->item_lines++];
	*line = (struct cart_item){0};
	rng_uuid(&w->rng, line->item_id);
	return line;
}

static void change_of(const struct cart_item *line, bool updated, struct cart_change *ret)
{
	*ret = (struct cart_change){.quantity = line->quantity, .updated = updated};
	str_copy(ret->item_id, sizeof(ret->item_id), line->item_id);
	str_copy(ret->title, sizeof(ret->title), line->title);
}

static enum status cart_put(struct world *w, struct cart *cart, const struct cart_item *item,
			    struct cart_change *ret, struct problem *reterr)
{
	struct cart_item *line = cart_find_product(cart, item);
	bool updated = line != NULL;
	int64_t quantity = item->quantity + (line ? line->quantity : 0);
	char id[ID_CAP];

	if (quantity > COMMERCE_QUANTITY_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "quantity: a line holds at most %d",
				   COMMERCE_QUANTITY_MAX);
	if (!line && cart->item_lines == COMMERCE_CART_LINES_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "a cart holds at most %d items",
				   COMMERCE_CART_LINES_MAX);
	if (!line)
		line = cart_append(w, cart);
	str_copy(id, sizeof(id), line->item_id);
	*line = *item;
	str_copy(line->item_id, sizeof(line->item_id), id);
	line->quantity = quantity;
	change_of(line, updated, ret);
	return cart_save(w, cart, reterr);
}

enum status cart_add(struct world *w, const struct shopper *s, const struct cart_item *item,
		     struct cart_change *ret, struct problem *reterr)
{
	struct cart cart;
	enum status st = cart_load(w, s, &cart, reterr);

	if (st == S_OK)
		st = cart_put(w, &cart, item, ret, reterr);
	cart_release(&cart);
	return st;
}

enum status cart_set_quantity(struct world *w, const struct shopper *s, const char *item_id,
			      int64_t quantity, struct cart_change *ret, struct problem *reterr)
{
	struct cart cart;
	enum status st = cart_load(w, s, &cart, reterr);
	struct cart_item *line = st == S_OK ? cart_find(&cart, item_id) : NULL;

	if (st == S_OK && !line)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "no item '%s' in this cart", item_id);
	if (st == S_OK) {
		line->quantity = quantity;
		change_of(line, true, ret);
		if (quantity == 0)
			cart_remove(&cart, line);
		st = cart_save(w, &cart, reterr);
	}
	cart_release(&cart);
	return st;
}

enum status cart_clear(struct world *w, const struct shopper *s, int64_t *ret_lines,
		       struct problem *reterr)
{
	char key[SHOPPER_KEY_CAP];
	struct cart cart;
	enum status st = cart_load(w, s, &cart, reterr);

	if (st == S_OK) {
		*ret_lines = (int64_t)cart.item_lines;
		st = ledger_doc_delete(w->ledger, CARTS, shopper_key(s, key), reterr);
		if (st == E_NOT_FOUND)
			st = S_OK;
	}
	cart_release(&cart);
	return st;
}
