/*
 * Carts, contract 7.2: one a shopper, kept from the first item until it is cleared.
 * The operations run inside a transaction; carts tell no events.
 */
#ifndef PEPAYTOP_SANDBOX_CARTS_H
#define PEPAYTOP_SANDBOX_CARTS_H

#include "sandbox/commerce.h"
#include "sandbox/shopper.h"

#define CART_TITLE_CAP (COMMERCE_TITLE_MAX * 4 + 1)
#define CART_URL_CAP   2049

struct cart_item {
	char item_id[ID_CAP];
	char product_id[ID_CAP];
	char retailer[STATUS_CAP];
	int64_t quantity;
	int64_t price; /* usd_millis */
	char title[CART_TITLE_CAP];
	char image_url[CART_URL_CAP];
	char product_url[CART_URL_CAP];
	int64_t num_reviews;
	int64_t rating; /* thousandths */
};

struct cart {
	int64_t merchant_id;
	struct shopper shopper;
	struct cart_item *items;
	size_t item_lines;
	int64_t subtotal;
	int64_t item_count; /* sum of quantities */
	int64_t created_at; /* TIME_NONE: nothing was ever in it */
	int64_t updated_at;
};

extern const struct shape SHAPE_CART;

/* An empty one when the shopper has none. Release it. */
must_check enum status cart_load(struct world *w, const struct shopper *s, struct cart *ret,
				 struct problem *reterr);
void cart_release(struct cart *cart);

struct cart_change {
	char item_id[ID_CAP];
	char title[CART_TITLE_CAP];
	int64_t quantity;
	bool updated; /* the line was there already */
};
/*
 * The same product of the same retailer is one line: its quantity grows by the new one (INFERRED),
 * the rest becomes the new item's. E_LIMIT above 99 of a line or 100 lines.
 */
must_check enum status cart_add(struct world *w, const struct shopper *s,
				const struct cart_item *item, struct cart_change *ret,
				struct problem *reterr);
/* 0 takes the line out (INFERRED). E_NOT_FOUND when the shopper has no such line. */
must_check enum status cart_set_quantity(struct world *w, const struct shopper *s,
					 const char *item_id, int64_t quantity,
					 struct cart_change *ret, struct problem *reterr);
must_check enum status cart_clear(struct world *w, const struct shopper *s, int64_t *ret_lines,
				  struct problem *reterr);

#endif
