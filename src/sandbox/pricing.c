#include "sandbox/pricing.h"

#include "sandbox/us_states.h"

/* In whole cents, rounded down. */
static int64_t percentage(int64_t subtotal)
{
	return subtotal * PRICING_FEE_PERCENT / 100 / 10 * 10;
}

int64_t pricing_commerce_fee(int64_t subtotal)
{
	int64_t fee = percentage(subtotal);

	return fee > PRICING_FEE_MINIMUM ? fee : PRICING_FEE_MINIMUM;
}

/* In whole cents, half a cent up. */
static int64_t tax(int64_t subtotal, const char *zip_code)
{
	const struct us_state *state = zip_code ? us_state_of_zip(zip_code) : NULL;

	return state ? (subtotal * state->tax_e5 + 500000) / 1000000 * 10 : 0;
}

struct pricing pricing_of(int64_t subtotal, const char *zip_code)
{
	struct pricing p = {.subtotal = subtotal, .fee_percentage = PRICING_FEE_PERCENT};

	if (subtotal == 0)
		return p;
	p.shipping = subtotal >= PRICING_SHIPPING_FREE_FROM ? 0 : PRICING_SHIPPING;
	p.tax = tax(subtotal, zip_code);
	p.fee_total = pricing_commerce_fee(subtotal);
	p.fee_percentage_amount = percentage(subtotal);
	p.fee_fixed = p.fee_total - p.fee_percentage_amount;
	p.total = p.subtotal + p.shipping + p.tax + p.fee_total;
	return p;
}
