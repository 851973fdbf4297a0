/*
 * What is added to the goods: shipping, tax and the commerce fee. Pepay publishes
 * no rates (contract 7.2 and 7.3 have samples only), so these are ours; what holds
 * is the samples' arithmetic: total = subtotal + shipping + tax + fees.
 */
#ifndef PEPAYTOP_SANDBOX_PRICING_H
#define PEPAYTOP_SANDBOX_PRICING_H

#include "base/status.h"

#define PRICING_FEE_PERCENT        3
#define PRICING_FEE_MINIMUM        1000  /* usd_millis */
#define PRICING_SHIPPING           5990  /* below … */
#define PRICING_SHIPPING_FREE_FROM 35000 /* … this */

struct pricing { /* usd_millis, whole cents but for the subtotal */
	int64_t subtotal;
	int64_t shipping;
	int64_t tax;
	int64_t fee_fixed; /* what the percentage lacks to the minimum */
	int64_t fee_percentage;
	int64_t fee_percentage_amount;
	int64_t fee_total;
	int64_t total;
};

/* 3 %, but at least a dollar, in whole cents. */
int64_t pricing_commerce_fee(int64_t subtotal);
/* `zip_code` NULL: no tax is known yet. Nothing costs nothing. */
struct pricing pricing_of(int64_t subtotal, const char *zip_code);

#endif
