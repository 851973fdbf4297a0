/*
 * Carts and the catalogue as answers (contract 7.1, 7.2). Amounts are usd_millis;
 * float dollars on the wire.
 */
#ifndef PEPAYTOP_WIRE_SHOP_H
#define PEPAYTOP_WIRE_SHOP_H

#include "wire/objects.h"

#define CART_ITEMS_MAX     200
#define PRODUCTS_MAX       100
#define PRODUCT_OFFERS_MAX 100

struct shop_cart_item {
	char item_id[ID_CAP];
	char product_id[ID_CAP];
	char retailer[STATUS_CAP];
	char title[NAME_CAP];
	int64_t quantity;
	int64_t price;
	/* from carts/validate; checked is false when the line was not in that answer */
	bool checked, available, price_changed;
	int64_t current_price;
};

struct shop_cart {
	char customer_id[NAME_CAP];
	char wallet_address[ADDR_CAP];
	char wallet_network[STATUS_CAP];
	struct shop_cart_item *items; /* heap */
	size_t item_count;
	int64_t subtotal;
	int64_t quantity; /* itemCount */
	int64_t created_at, updated_at;
	bool checked, valid; /* carts/validate answered; and says so */
	bool has_totals;     /* carts/totals answered */
	int64_t shipping, tax, fees, total;
	char zip_code[STATUS_CAP];
	char note[160];      /* why validation or totals are missing, in words; "" */
	int64_t answered_ms; /* wall */
};
void shop_cart_release(struct shop_cart *c);

struct shop_offer {
	char offer_id[ID_CAP];
	char seller[NAME_CAP];
	char condition[STATUS_CAP];
	int64_t price, shipping, total;
	bool available, prime, international;
	int64_t handling_min_days, handling_max_days;
};

struct shop_listing { /* a product; the last members only when one was asked for */
	char product_id[ID_CAP];
	char retailer[STATUS_CAP];
	char title[NAME_CAP];
	int64_t price;
	char rating[STATUS_CAP]; /* as it is written */
	int64_t review_count;
	struct shop_offer *offers; /* heap */
	size_t offer_count;
};

struct shop_products {
	struct shop_listing *items; /* heap */
	size_t count;
	size_t skipped;
	int64_t answered_ms; /* wall */
};
void shop_products_release(struct shop_products *p);

#endif
