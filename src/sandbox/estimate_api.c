/* The checkout's first step, what it would cost: contract 7.3. */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/carts.h"
#include "sandbox/checkout.h"

/* --- what is wanted --------------------------------------------------------------- */

struct wish {
	struct wanted_item items[CHECKOUT_LINES_MAX];
	size_t count;
};

static bool refuse(struct reply *r, const char *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", why);
	return false;
}

static void wish_add(struct wish *wish, const char *product, const char *retailer, int64_t quantity)
{
	struct wanted_item *item = &wish->items[wish->count++];

	str_copy(item->product_id, sizeof(item->product_id), product);
	str_copy(item->retailer, sizeof(item->retailer), retailer);
	item->quantity = quantity;
}

/* One guide spells it product_id. */
static bool read_product_id(const struct call *c, struct reply *r, const char **ret)
{
	if (json_is_null(json_get(c->part, "productId")) &&
	    !json_is_null(json_get(c->part, "product_id")))
		return body_required(c, r, "product_id", ID_CAP - 1, true, ret);
	return body_required(c, r, "productId", ID_CAP - 1, true, ret);
}

/* INFERRED: title and price may be left out, since the catalogue's are used. */
static bool read_wanted(const struct call *c, struct reply *r, struct wish *wish)
{
	const char *product, *retailer, *title;
	int64_t quantity, price;

	if (!read_product_id(c, r, &product) || !body_retailer(c, r, &retailer) ||
	    !body_string(c, r, "title", COMMERCE_TITLE_MAX, false, &title) ||
	    !body_int(c, r, "quantity", 1, COMMERCE_QUANTITY_MAX, 1, &quantity) ||
	    !body_price(c, r, false, &price))
		return false;
	wish_add(wish, product, retailer, quantity);
	return true;
}

/* Calls `read` for each object of a list in the body, with the object as the part to read. */
static bool each_part(const struct json *list, const char *name, struct reply *r,
		      bool (*read)(const struct call *part, struct reply *r, struct wish *wish),
		      struct wish *wish)
{
	struct call part;
	char label[24];
	int at = 0;

	if (json_kind(list) != JSON_ARRAY || json_count(list) == 0 ||
	    json_count(list) > CHECKOUT_LINES_MAX) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: must be a list of 1 to %d items",
			    name, CHECKOUT_LINES_MAX);
		return false;
	}
	for (const struct json *v = json_first(list); v; v = json_next(v)) {
		str_printf(label, sizeof(label), "%s.%d", name, at++);
		body_part(&part, v, label);
		if (json_kind(v) != JSON_OBJECT) {
			reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: must be an object", label);
			return false;
		}
		if (!read(&part, r, wish))
			return false;
	}
	return true;
}

/* --- from the cart ------------------------------------------------------------------- */

/* The part names a line by itemId, or by productId and, where two retailers have it, retailer. */
static bool override_fits(const struct json *part, const struct cart_item *line)
{
	const char *item = json_string(json_get(part, "itemId"));
	const char *product = json_string(json_get(part, "productId"));
	const char *retailer = json_string(json_get(part, "retailer"));

	if (item)
		return str_equal(item, line->item_id);
	return product && str_equal(product, line->product_id) &&
	       (!retailer || str_equal(retailer, line->retailer));
}

struct overriding {
	struct cart *cart;
	struct reply *r;
};

static bool override_apply(const struct json *v, const char *label, const struct overriding *o)
{
	struct call part;
	const char *text;
	int64_t quantity;
	bool any = false;

	body_part(&part, v, label);
	if (!body_string(&part, o->r, "itemId", ID_CAP - 1, true, &text) ||
	    !body_string(&part, o->r, "productId", ID_CAP - 1, true, &text) ||
	    !body_string(&part, o->r, "retailer", STATUS_CAP - 1, true, &text) ||
	    !body_int(&part, o->r, "quantity", 0, COMMERCE_QUANTITY_MAX, -1, &quantity))
		return false;
	for (size_t i = 0; quantity >= 0 && i < o->cart->item_lines; i++)
		if (override_fits(v, &o->cart->items[i])) {
			o->cart->items[i].quantity = quantity;
			any = true;
		}
	if (any)
		return true;
	reply_error(o->r, 400, CODE_VALIDATION_ERROR, "%s: %s", label,
		    quantity < 0 ? "quantity is required" : "is no item of the cart");
	return false;
}

/* INFERRED: a list of {itemId or productId, quantity}; the cart itself stays as it is. */
static bool override_cart(const struct call *c, struct reply *r, struct cart *cart)
{
	const struct json *list = json_get(c->json, "itemOverrides");
	struct overriding o = {cart, r};
	char label[32];
	int at = 0;

	if (json_is_null(list))
		return true;
	if (json_kind(list) != JSON_ARRAY || json_count(list) > CHECKOUT_LINES_MAX)
		return refuse(r, "itemOverrides: must be a list of at most 100 objects");
	for (const struct json *v = json_first(list); v; v = json_next(v)) {
		str_printf(label, sizeof(label), "itemOverrides.%d", at++);
		if (!override_apply(v, label, &o))
			return false;
	}
	return true;
}

static bool wish_of_cart(struct world *w, const struct call *c, const struct shopper *s,
			 struct reply *r, struct wish *wish)
{
	struct problem why = {0};
	struct cart cart;
	bool done = false;

	if (cart_load(w, s, &cart, &why) != S_OK) {
		reply_problem(r, &why);
	} else if (override_cart(c, r, &cart)) {
		for (size_t i = 0; i < cart.item_lines; i++)
			if (cart.items[i].quantity > 0)
				wish_add(wish, cart.items[i].product_id, cart.items[i].retailer,
					 cart.items[i].quantity);
		done = wish->count > 0;
		if (!done)
			reply_error(r, 400, CODE_CART_EMPTY,
				    cart.item_lines ? "every item of the cart is excluded"
						    : "the cart is empty");
	}
	cart_release(&cart);
	return done;
}

static bool wish_read(struct world *w, const struct call *c, const struct shopper *s,
		      struct reply *r, struct wish *wish)
{
	const struct json *items = json_get(c->json, "items");
	bool use_cart = false, overrides = !json_is_null(json_get(c->json, "itemOverrides"));

	if (!body_bool(c, r, "useCart"))
		return false;
	if (json_bool(json_get(c->json, "useCart"), &use_cart) != S_OK)
		use_cart = false;
	if (use_cart && !json_is_null(items))
		return refuse(r, "items: cannot be sent together with useCart");
	if (!use_cart && overrides)
		return refuse(r, "itemOverrides: needs useCart");
	if (use_cart)
		return wish_of_cart(w, c, s, r, wish);
	if (json_is_null(items))
		return refuse(r, "items: is required, unless useCart is true");
	return each_part(items, "items", r, read_wanted, wish);
}

void checkout_handle_estimate(struct world *w, const struct call *c, struct reply *r)
{
	struct wish *wish = xcalloc(1, sizeof(*wish));
	struct problem why = {0};
	struct estimate e = {0};
	struct shopper s;

	if (shopper_of_body(c, r, &s) && wish_read(w, c, &s, r, wish)) {
		if (estimate_create(w, &s, wish->items, wish->count, &e, &why) == S_OK)
			reply_data_take(r, 200, shape_to_json(&SHAPE_ESTIMATE, &e));
		else
			reply_problem(r, &why);
		estimate_release(&e);
	}
	free(wish);
}
