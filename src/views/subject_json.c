#include "views/subject_json.h"

#include "model/answers.h"

#include <string.h>

static void set_text(struct json *o, const char *key, const char *value)
{
	json_set_string(o, key, value[0] != '\0' ? value : NULL);
}

static void set_time(struct json *o, const char *key, int64_t ms)
{
	char iso[WHEN_TEXT_CAP];

	json_set_string(o, key, ms == TIME_NONE ? NULL : when_iso(iso, ms));
}

/* --- payment sessions ------------------------------------------------------------------- */

static struct json *quote_to_json(const struct payor_quote *q)
{
	struct json *o = json_new_object();

	set_text(o, "address", q->address);
	set_text(o, "network", q->network);
	set_text(o, "token_symbol", q->token_symbol);
	set_text(o, "token_amount", q->token_amount);
	set_text(o, "exchange_rate", q->exchange_rate);
	set_time(o, "updated_at", q->updated_at);
	set_time(o, "valid_until", q->valid_until);
	return o;
}

static struct json *tokens_to_json(const struct payor_session *s)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < s->token_count; i++) {
		struct json *o = json_new_object();

		json_set_int(o, "id", s->tokens[i].id);
		set_text(o, "symbol", s->tokens[i].symbol);
		set_text(o, "network", s->tokens[i].network);
		set_text(o, "availability", s->tokens[i].availability);
		json_append_take(all, o);
	}
	return all;
}

static struct json *session_to_json(const struct payor_session *s)
{
	struct json *o = json_new_object();
	char masked[PAYOR_URL_CAP];

	set_text(o, "invoice_id", s->invoice_id);
	set_text(o, "status", s->status);
	json_set_dollars(o, "amount", s->amount);
	if (s->has_remaining)
		json_set_dollars(o, "amount_remaining", s->amount_remaining);
	set_text(o, "description", s->description);
	set_text(o, "merchant_name", s->merchant_name);
	set_text(o, "environment", s->environment);
	set_time(o, "expires_at", s->expires_at);
	set_text(o, "locked_network", s->locked_network);
	if (s->locked_token_id != 0)
		json_set_int(o, "locked_token_id", s->locked_token_id);
	set_text(o, "locked_address", s->locked_address);
	set_text(o, "email", s->email);
	json_set_take(o, "tokens", tokens_to_json(s));
	if (s->has_quote)
		json_set_take(o, "quote", quote_to_json(&s->quote));
	payor_url_mask(masked, sizeof(masked), s->payment_url);
	set_text(o, "payment_url", masked);
	set_time(o, "answered_at", s->answered_ms);
	return o;
}

/* --- carts and products ------------------------------------------------------------------- */

static struct json *cart_item_to_json(const struct shop_cart_item *i)
{
	struct json *o = json_new_object();

	set_text(o, "itemId", i->item_id);
	set_text(o, "productId", i->product_id);
	set_text(o, "retailer", i->retailer);
	set_text(o, "title", i->title);
	json_set_int(o, "quantity", i->quantity);
	json_set_dollars(o, "price", i->price);
	if (i->checked) {
		json_set_bool(o, "available", i->available);
		json_set_bool(o, "priceChanged", i->price_changed);
		json_set_dollars(o, "currentPrice", i->current_price);
	}
	return o;
}

static struct json *cart_to_json(const struct shop_cart *c)
{
	struct json *o = json_new_object(), *items = json_new_array();

	set_text(o, "customerId", c->customer_id);
	set_text(o, "walletAddress", c->wallet_address);
	set_text(o, "walletNetwork", c->wallet_network);
	for (size_t i = 0; i < c->item_count; i++)
		json_append_take(items, cart_item_to_json(&c->items[i]));
	json_set_take(o, "items", items);
	json_set_dollars(o, "subtotal", c->subtotal);
	json_set_int(o, "itemCount", c->quantity);
	if (c->checked)
		json_set_bool(o, "valid", c->valid);
	if (c->has_totals) {
		json_set_dollars(o, "shipping", c->shipping);
		json_set_dollars(o, "tax", c->tax);
		json_set_dollars(o, "fees", c->fees);
		json_set_dollars(o, "total", c->total);
	}
	set_time(o, "createdAt", c->created_at);
	set_time(o, "updatedAt", c->updated_at);
	return o;
}

static struct json *offer_to_json(const struct shop_offer *f)
{
	struct json *o = json_new_object();

	set_text(o, "offerId", f->offer_id);
	set_text(o, "seller", f->seller);
	set_text(o, "condition", f->condition);
	json_set_dollars(o, "price", f->price);
	json_set_dollars(o, "shipping", f->shipping);
	json_set_dollars(o, "total", f->total);
	json_set_bool(o, "available", f->available);
	json_set_bool(o, "prime", f->prime);
	json_set_bool(o, "international", f->international);
	return o;
}

static struct json *product_to_json(const struct shop_products *p)
{
	const struct shop_listing *l = p->items;
	struct json *o, *offers;

	if (p->count == 0)
		return NULL;
	o = json_new_object();
	set_text(o, "productId", l->product_id);
	set_text(o, "retailer", l->retailer);
	set_text(o, "title", l->title);
	if (l->priced)
		json_set_dollars(o, "price", l->price);
	set_text(o, "brand", l->brand);
	set_text(o, "stock", l->stock);
	set_text(o, "rating", l->rating);
	json_set_int(o, "reviewCount", l->review_count);
	offers = json_new_array();
	for (size_t i = 0; i < l->offer_count; i++)
		json_append_take(offers, offer_to_json(&l->offers[i]));
	json_set_take(o, "offers", offers);
	return o;
}

/* --- customers ------------------------------------------------------------------------------ */

static struct json *customer_to_json(const struct store *st, const struct subject *s,
				     const struct related *related)
{
	struct json *o = json_new_object();

	json_set_string(o, "customer_id", s->id);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		struct json *all = json_new_array();

		for (size_t i = 0; i < related->count; i++) {
			const struct subject *one = &related->items[i].subject;
			const struct record *r =
				subject_object(one->kind) == (enum object_kind)k
					? store_record(st, (enum object_kind)k, one->id)
					: NULL;

			if (r)
				json_append_take(all, object_to_json(&r->object));
		}
		json_set_take(o, kind_info((enum object_kind)k)->wire, all);
	}
	return o;
}

struct json *subject_to_json(const struct store *st, const struct subject *s,
			     const struct related *related)
{
	enum object_kind kind = subject_object(s->kind);
	const struct record *r = kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;
	const struct payor_session *session;
	const struct shop_cart *cart;
	const struct shop_products *product;

	if (r)
		return object_to_json(&r->object);
	switch (s->kind) {
	case SUBJECT_SESSION:
		session = answer_session(st, s->id, NULL);
		return session ? session_to_json(session) : NULL;
	case SUBJECT_CART:
		cart = answer_cart(st, s->id, "", NULL);
		return cart ? cart_to_json(cart) : NULL;
	case SUBJECT_PRODUCT:
		product = answer_product(st, s->id, NULL);
		return product ? product_to_json(product) : NULL;
	case SUBJECT_CUSTOMER:
		return customer_to_json(st, s, related);
	default:
		return NULL;
	}
}
