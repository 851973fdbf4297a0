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
	size_t left_out;     /* lines past CART_ITEMS_MAX, or not readable */
	char note[160];      /* why validation or totals are missing, in words; "" */
	int64_t answered_ms; /* wall */
};
void shop_cart_release(struct shop_cart *c);

/*
 * Carts and products are published in samples: what is missing, or of a type this build does not
 * expect, stays empty. An answer that holds none at all is E_INVALID. Failures leave *ret as it
 * was.
 */
/* GET carts. *ret must not hold items. */
must_check enum status shop_cart_decode(const char *body, size_t len, struct shop_cart *ret,
					struct problem *reterr);
/* POST carts/validate: sets `checked` of the lines it names, by their item id. */
must_check enum status shop_cart_check_decode(const char *body, size_t len, struct shop_cart *c,
					      struct problem *reterr);
/* GET carts/totals. */
must_check enum status shop_cart_totals_decode(const char *body, size_t len, struct shop_cart *c,
					       struct problem *reterr);

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
	bool priced; /* false: no price was told */
	char brand[STATUS_CAP * 2];
	char stock[STATUS_CAP * 4]; /* "in stock", or why it cannot be had; "" unknown */
	struct shop_offer *offers;  /* heap */
	size_t offer_count;
	size_t offers_left_out; /* past PRODUCT_OFFERS_MAX, or not readable */
	bool offers_known;      /* the offers answered */
};

struct shop_products {
	struct shop_listing *items; /* heap */
	size_t count;
	size_t skipped;      /* past PRODUCTS_MAX, or not readable */
	bool more;           /* the server has further pages */
	char note[160];      /* why offers are missing, in words; "" */
	int64_t answered_ms; /* wall */
};
void shop_products_release(struct shop_products *p);

/* A search. *ret must not hold items. */
must_check enum status shop_search_decode(const char *body, size_t len, struct shop_products *ret,
					  struct problem *reterr);
/* One product: its only item. *ret must not hold items. */
must_check enum status shop_product_decode(const char *body, size_t len, struct shop_products *ret,
					   struct problem *reterr);
/* Its offers, best value first as they came; replaces those it has. */
must_check enum status shop_offers_decode(const char *body, size_t len, struct shop_listing *p,
					  struct problem *reterr);

#endif
