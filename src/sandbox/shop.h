/*
 * The make-believe shop's catalogue: who buys, what, for how much, and over which
 * banks money leaves. Data only; what happens with it is the director's.
 */
#ifndef PEPAYTOP_SANDBOX_SHOP_H
#define PEPAYTOP_SANDBOX_SHOP_H

#include "base/status.h"

#define SHOP_RAILS_MAX 3
#define SHOP_BANKS_MAX 3

/* Where fiat money can go, contract 15.3 "corridors". */
struct shop_corridor {
	const char *country; /* ISO 3166-1 alpha-2 */
	const char *name;
	const char *currency; /* ISO 4217 */
	int exponent;
	int64_t rate_e4;                   /* units of the currency for one dollar, times 10^4 */
	const char *rails[SHOP_RAILS_MAX]; /* NULL after the last */
	const char *banks[SHOP_BANKS_MAX]; /* of the catalogue's customers; NULL after the last */
};
const struct shop_corridor *shop_corridors(size_t *ret_count);
const struct shop_corridor *shop_corridor(const char *country); /* NULL when there is none */
/* usd_millis in minor units of the corridor's currency at a rate, rounded down. */
int64_t shop_convert(const struct shop_corridor *c, int64_t usd_millis, int64_t rate_e4);
/* The same, rounded up. */
int64_t shop_convert_up(const struct shop_corridor *c, int64_t usd_millis, int64_t rate_e4);
/* What moving this much costs, usd_millis: half a percent in whole cents, and half a dollar. */
int64_t shop_fee(int64_t usd_millis);

struct shop_person {
	char customer_id[24]; /* "cust_8F3K2Q": the same person has the same one, always */
	const char *first, *last, *street, *city, *state, *zip, *country;
	char legal_name[96];
	char email[96];
};
size_t shop_person_count(void);
void shop_person(size_t index, struct shop_person *ret);

struct shop_product { /* sold through commerce orders */
	const char *id, *title, *retailer;
	int64_t price; /* usd_millis */
};
const struct shop_product *shop_products(size_t *ret_count);

struct shop_charge { /* billed by plain invoices */
	const char *description;
	const char *channel;
	int64_t amount; /* usd_millis */
	int most;       /* times 1..most */
};
const struct shop_charge *shop_charges(size_t *ret_count);

struct shop_failure {
	const char *code, *message;
};
const struct shop_failure *shop_payout_failures(size_t *ret_count);
const struct shop_failure *shop_payout_returns(size_t *ret_count);
const char *const *shop_kyc_rejections(size_t *ret_count);
const char *const *shop_carriers(size_t *ret_count);
/* Networks payers use, the common ones more than once. */
const char *const *shop_networks(size_t *ret_count);

#endif
