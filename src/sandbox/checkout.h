/*
 * The checkout's records, contract 7.3: estimates, which hold a price for a quarter
 * of an hour, and addresses, which are kept for the next time. Both belong to the
 * shopper who made them: to anybody else they do not exist. Inside a transaction.
 */
#ifndef PEPAYTOP_SANDBOX_CHECKOUT_H
#define PEPAYTOP_SANDBOX_CHECKOUT_H

#include "sandbox/commerce.h"
#include "sandbox/shopper.h"
#include "wire/objects.h"

#define CHECKOUT_LINES_MAX     COMMERCE_CART_LINES_MAX
#define CHECKOUT_SHIPPING_DAYS 5

/* --- estimates (estimates.c) ---- */

struct wanted_item { /* what the shopper asks for */
	char product_id[ID_CAP];
	char retailer[STATUS_CAP];
	int64_t quantity;
};

struct estimate_item {
	char product_id[ID_CAP];
	char retailer[STATUS_CAP];
	char title[NAME_CAP];
	int64_t quantity;
	int64_t price, total_price; /* usd_millis */
	char image[NAME_CAP];
};

struct estimate_refusal {
	char product_id[ID_CAP];
	char retailer[STATUS_CAP];
	char error[NAME_CAP];
};

struct estimate {
	char estimate_id[ID_CAP];
	int64_t merchant_id;
	char network_environment[STATUS_CAP];
	struct shopper shopper;
	struct estimate_item *valid;
	size_t valid_count;
	struct estimate_refusal *invalid;
	size_t invalid_count;
	struct pricing pricing;
	int64_t total_fees; /* shipping and commerce fee */
	int64_t expires_at, created_at;
};

extern const struct shape SHAPE_ESTIMATE;

/*
 * Looks every item up, at today's price whatever the shopper remembers (INFERRED), and keeps the
 * result. INFERRED: an order goes to one retailer, that of the first item that can be had.
 */
must_check enum status estimate_create(struct world *w, const struct shopper *s,
				       const struct wanted_item *items, size_t count,
				       struct estimate *ret, struct problem *reterr);
/* E_NOT_FOUND when it is not this shopper's, E_TIMEOUT when it has expired. Release it. */
must_check enum status estimate_load(struct world *w, const struct shopper *s, const char *id,
				     struct estimate *ret, struct problem *reterr);
void estimate_release(struct estimate *e);

/* --- addresses (addresses.c) ---- */

struct saved_address {
	char address_id[ID_CAP];
	struct shopper shopper;
	struct shipping_address address;
	bool validated;
	int64_t validated_at, created_at;
};

/* Spaces, letter case and the form of codes. */
void address_standardize(struct shipping_address *a);
/* Why nothing can be sent there, naming the member; NULL when it can. Of a standardized one. */
const char *address_refusal(const struct shipping_address *a);
/* The same address of the same shopper keeps its id (INFERRED). */
must_check enum status address_save(struct world *w, const struct shopper *s,
				    const struct shipping_address *a, struct saved_address *ret,
				    struct problem *reterr);
must_check enum status address_load(struct world *w, const struct shopper *s, const char *id,
				    struct saved_address *ret, struct problem *reterr);
/* As address rows are listed, contract 7.6; oldest first. */
must_check enum status address_list(struct world *w, const struct shopper *s, int64_t limit,
				    int64_t offset, struct json **ret_rows, struct problem *reterr);
/* `s` NULL: whosever it is. */
must_check enum status address_delete(struct world *w, const struct shopper *s, const char *id,
				      struct problem *reterr);

#endif
