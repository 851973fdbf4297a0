/*
 * The make-believe retailers' shelves: what can be searched, looked up and put in a
 * cart. The same products with the same ids always; prices and stock drift with
 * virtual time, a few hours at a stretch, so that a cart validated tomorrow finds
 * what changed. Some products can never be ordered (contract 7.1, eligibility).
 */
#ifndef PEPAYTOP_SANDBOX_CATALOGUE_H
#define PEPAYTOP_SANDBOX_CATALOGUE_H

#include "base/status.h"

#define CATALOGUE_DRIFT_MS      (6LL * 60 * 60 * 1000) /* price and stock hold this long */
#define CATALOGUE_OFFERS_MAX    4
#define CATALOGUE_DELIVERY_DAYS 10 /* contract 7.1: an offer must arrive within */

enum product_flaw { FLAW_NONE, FLAW_NOT_NEW, FLAW_NOT_PRIME, FLAW_TOO_SLOW };

struct product {
	size_t index;
	char id[12];
	char title[160];
	const char *brand, *category, *variant, *blurb; /* static; brand "" when it has none */
	const char *retailer;
	char image[112];
	char url[112];
	int64_t list_price; /* usd_millis */
	int64_t price;      /* now */
	int64_t rating;     /* thousandths of a star */
	int64_t reviews;
	bool fresh; /* groceries */
	bool in_stock;
	enum product_flaw flaw;
};

struct offer {
	char id[32];
	char seller_id[16];
	const char *seller;
	int64_t price, shipping; /* usd_millis */
	bool prime, prime_only, international, available;
	const char *condition;
	int64_t days_min, days_max; /* handlingDays */
};

/* Retailers the API knows (contract 7.2), NULL after the last. */
extern const char *const catalogue_retailers[];

size_t catalogue_count(void);
void catalogue_product(size_t index, int64_t now_ms, struct product *ret);
/* False when no product has this id. */
bool catalogue_find(const char *id, int64_t now_ms, struct product *ret);
/* Best value first: what can be ordered before what cannot, then by total cost. */
size_t catalogue_offers(const struct product *p, struct offer ret[CATALOGUE_OFFERS_MAX]);
bool offer_eligible(const struct offer *o);
/* Why it cannot be ordered from this retailer, or NULL when it can. `p` NULL: there is none. */
const char *catalogue_refusal(const struct product *p, const char *retailer);

#endif
