/* Carts over HTTP: contract 7.2. */
#include "base/money.h"
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/carts.h"
#include "sandbox/catalogue.h"

#define RATING_MAX 5000 /* thousandths */

/* --- reading an item ------------------------------------------------------------------- */

static void keep(char *dst, size_t cap, const char *text)
{
	str_copy(dst, cap, text ? text : "");
}

static bool read_rating(const struct call *c, struct reply *r, int64_t *ret)
{
	*ret = 0;
	return json_is_null(json_get(c->part ? c->part : c->json, "rating")) ||
	       body_dollars(c, r, "rating", 0, RATING_MAX, ret);
}

static bool read_item(const struct call *c, struct reply *r, struct cart_item *ret)
{
	const char *product, *retailer, *title, *image, *url;

	*ret = (struct cart_item){0};
	if (!body_required(c, r, "productId", ID_CAP - 1, true, &product) ||
	    !body_retailer(c, r, &retailer) ||
	    !body_required(c, r, "title", COMMERCE_TITLE_MAX, false, &title) ||
	    !body_price(c, r, true, &ret->price) ||
	    !body_int(c, r, "quantity", 1, COMMERCE_QUANTITY_MAX, 1, &ret->quantity) ||
	    !body_url(c, r, "imageUrl", &image) || !body_url(c, r, "productUrl", &url) ||
	    !body_int(c, r, "numReviews", 0, INT32_MAX, 0, &ret->num_reviews) ||
	    !read_rating(c, r, &ret->rating))
		return false;
	keep(ret->product_id, sizeof(ret->product_id), product);
	keep(ret->retailer, sizeof(ret->retailer), retailer);
	keep(ret->title, sizeof(ret->title), title);
	keep(ret->image_url, sizeof(ret->image_url), image);
	keep(ret->product_url, sizeof(ret->product_url), url);
	return true;
}

/* --- the cart ------------------------------------------------------------------------------ */

/* The cart as it is now, under `message` where there is one. */
static void answer_cart(struct world *w, const struct shopper *s, const char *message,
			struct reply *r)
{
	struct problem why = {0};
	struct cart cart;
	enum status st = cart_load(w, s, &cart, &why);

	if (st != S_OK)
		reply_problem(r, &why);
	else if (message)
		reply_message_take(r, 200, message, shape_to_json(&SHAPE_CART, &cart));
	else
		reply_data_take(r, 200, shape_to_json(&SHAPE_CART, &cart));
	cart_release(&cart);
}

void cart_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	struct shopper s;

	if (shopper_of_query(c, r, &s))
		answer_cart(w, &s, NULL, r);
}

/* INFERRED: a cart that is there already stays as it is, and the item goes into it. */
void cart_handle_init(struct world *w, const struct call *c, struct reply *r)
{
	const struct json *item_json;
	struct problem why = {0};
	struct cart_change change;
	struct cart_item item;
	struct shopper s;
	struct call part;

	if (!shopper_of_body(c, r, &s) || !body_object(c, r, "item", &item_json))
		return;
	if (item_json) {
		body_part(&part, item_json, "item");
		if (!read_item(&part, r, &item))
			return;
		if (cart_add(w, &s, &item, &change, &why) != S_OK) {
			reply_problem(r, &why);
			return;
		}
	}
	answer_cart(w, &s, "Cart initialized", r);
}

void cart_handle_clear(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct json *data;
	struct shopper s;
	int64_t lines = 0;

	/* INFERRED: the identifiers may come in the query or in a body. */
	if (!(c->json ? shopper_of_body(c, r, &s) : shopper_of_query(c, r, &s)))
		return;
	if (cart_clear(w, &s, &lines, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	data = json_new_object();
	json_set_int(data, "itemsRemoved", lines);
	reply_message_take(r, 200, "Cart cleared", data);
}

/* --- items ----------------------------------------------------------------------------------- */

void cart_handle_add(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct cart_change change;
	struct cart_item item;
	struct shopper s;
	struct json *data;

	if (!shopper_of_body(c, r, &s) || !read_item(c, r, &item))
		return;
	if (cart_add(w, &s, &item, &change, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	data = json_new_object();
	json_set_string(data, "itemId", change.item_id);
	json_set_int(data, "quantity", change.quantity);
	json_set_bool(data, "updated", change.updated);
	reply_message_take(r, 200, change.updated ? "Cart item updated" : "Item added to cart",
			   data);
}

void cart_handle_update(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct cart_change change;
	struct shopper s;
	struct json *data;
	int64_t quantity;

	if (!shopper_of_body(c, r, &s) ||
	    !body_int(c, r, "quantity", 0, COMMERCE_QUANTITY_MAX, -1, &quantity))
		return;
	if (quantity < 0) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "quantity: is required");
		return;
	}
	if (cart_set_quantity(w, &s, c->match.params[0], quantity, &change, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	data = json_new_object();
	json_set_string(data, "itemId", change.item_id);
	json_set_int(data, "quantity", change.quantity);
	json_set_int(data, "updatedAt", w->now_ms / 1000);
	reply_message_take(r, 200, "Cart item updated", data);
}

void cart_handle_remove(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct cart_change change;
	struct shopper s;
	struct json *data;

	if (!(c->json ? shopper_of_body(c, r, &s) : shopper_of_query(c, r, &s)))
		return;
	if (cart_set_quantity(w, &s, c->match.params[0], 0, &change, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	data = json_new_object();
	json_set_string(data, "itemId", change.item_id);
	json_set_string(data, "title", change.title);
	reply_message_take(r, 200, "Item removed from cart", data);
}

/* --- validate ----------------------------------------------------------------------------------
 */

struct tally { /* the members of `summary` are ours: the contract's sample is empty */
	int64_t available, unavailable, changed, current_subtotal;
};

static struct json *check_line(struct world *w, const struct cart_item *line, struct tally *t)
{
	struct json *row = json_new_object();
	struct product p;
	bool known = catalogue_find(line->product_id, w->now_ms, &p);
	bool available = !catalogue_refusal(known ? &p : NULL, line->retailer);
	bool changed = known && p.price != line->price;

	json_set_string(row, "itemId", line->item_id);
	json_set_bool(row, "available", available);
	if (known)
		json_set_dollars(row, "currentPrice", p.price);
	else
		json_set_null(row, "currentPrice");
	json_set_dollars(row, "savedPrice", line->price);
	json_set_bool(row, "priceChanged", changed);
	t->available += available;
	t->unavailable += !available;
	t->changed += changed;
	if (available)
		t->current_subtotal += p.price * line->quantity;
	return row;
}

static struct json *summary_of(const struct cart *cart, const struct tally *t)
{
	struct json *summary = json_new_object();

	json_set_int(summary, "totalItems", (int64_t)cart->item_lines);
	json_set_int(summary, "availableItems", t->available);
	json_set_int(summary, "unavailableItems", t->unavailable);
	json_set_int(summary, "priceChanges", t->changed);
	json_set_dollars(summary, "savedSubtotal", cart->subtotal);
	json_set_dollars(summary, "currentSubtotal", t->current_subtotal);
	return summary;
}

/* INFERRED: valid while everything is there at the price that was saved. */
void cart_handle_validate(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct tally tally = {0};
	struct json *root, *rows;
	struct shopper s;
	struct cart cart;

	if (!shopper_of_body(c, r, &s))
		return;
	if (cart_load(w, &s, &cart, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	rows = json_new_array();
	for (size_t i = 0; i < cart.item_lines; i++)
		json_append_take(rows, check_line(w, &cart.items[i], &tally));
	root = json_new_object();
	json_set_bool(root, "success", true);
	json_set_bool(root, "valid", tally.unavailable == 0 && tally.changed == 0);
	json_set_take(root, "items", rows);
	json_set_take(root, "summary", summary_of(&cart, &tally));
	reply_json_take(r, 200, root);
	cart_release(&cart);
}

/* --- totals --------------------------------------------------------------------------------------
 */

static bool read_zip(const struct call *c, struct reply *r, const char **ret)
{
	const char *zip = call_param(c, "zip_code");
	size_t plain = zip ? strspn(zip, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz -")
			   : 0;

	*ret = NULL;
	if (!zip || !*zip)
		return true;
	if (plain < 3 || plain > 10 || zip[plain]) {
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "zip_code: must be 3 to 10 letters and digits");
		return false;
	}
	*ret = zip;
	return true;
}

static struct json *totals_of(const struct cart *cart, const char *zip)
{
	struct pricing p = pricing_of(cart->subtotal, zip);
	struct json *data = json_new_object(), *fees;

	json_set_dollars(data, "subtotal", p.subtotal);
	json_set_dollars(data, "shipping", p.shipping);
	json_set_dollars(data, "tax", p.tax);
	fees = json_set_object(data, "fees");
	json_set_dollars(fees, "fixed", p.fee_fixed);
	json_set_int(fees, "percentage", p.fee_percentage);
	json_set_dollars(fees, "percentageAmount", p.fee_percentage_amount);
	json_set_dollars(fees, "total", p.fee_total);
	json_set_dollars(data, "total", p.total);
	json_set_int(data, "itemCount", cart->item_count);
	json_set_string(data, "zipCode", zip);
	return data;
}

void cart_handle_totals(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct shopper s;
	struct cart cart;
	const char *zip;

	if (!shopper_of_query(c, r, &s) || !read_zip(c, r, &zip))
		return;
	if (cart_load(w, &s, &cart, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	reply_data_take(r, 200, totals_of(&cart, zip));
	cart_release(&cart);
}
