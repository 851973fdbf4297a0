/*
 * Money: a whole number of minor units with its currency and exponent. Never a
 * double, never rounded, never summed across currencies.
 * Pepay counts dollars in thousandths (`usd_millis`, pepay-contract 3.6).
 */
#ifndef PEPAYTOP_BASE_MONEY_H
#define PEPAYTOP_BASE_MONEY_H

#include "base/status.h"

#define MONEY_EXPONENT_MAX  8
#define MONEY_TEXT_CAP      48
#define USD_MILLIS_EXPONENT 3

struct money {
	int64_t minor;
	uint8_t exponent; /* decimal digits in `minor` that are a fraction */
	char currency[9]; /* upper-case code, "USD"; "" when unknown */
};

struct money money_usd_millis(int64_t millis);
struct money money_make(int64_t minor, unsigned exponent, const char *currency);

/*
 * Reads an exact decimal ("100", "-0.5", "1e2" is refused) into minor units of
 * `exponent`. More significant fraction digits than that, a second dot, spaces,
 * signs other than one leading '-', or overflow: E_INVALID or E_LIMIT. Trailing
 * zeros past the exponent are accepted ("10.0000" in cents is 1000).
 */
must_check enum status money_parse_decimal(const char *text, unsigned exponent, int64_t *ret_minor);

/* "-1234.567", all `exponent` digits, no grouping: what goes on the wire. Returns buf. */
const char *money_decimal(char buf[MONEY_TEXT_CAP], int64_t minor, unsigned exponent);

enum money_style {
	MONEY_PLAIN,   /* "1,234.50": grouped; trailing zeros past 2 decimals dropped */
	MONEY_ALIGNED, /* the same, padded with spaces so that decimal points line up in a column */
	MONEY_FULL     /* "1,234.500 USD": every digit and the currency */
};
/* Currencies of exponent 0 show no point. Returns buf. */
const char *money_format(char buf[MONEY_TEXT_CAP], struct money m, enum money_style style);

/* E_CONFLICT when the currencies or exponents differ, E_LIMIT on overflow. */
must_check enum status money_add(struct money a, struct money b, struct money *ret_sum);

/* Minor units of one currency, some of them from outside: where the sum would overflow it stays
 * at the most (or the least) there can be, so that too much never turns into nothing. */
int64_t money_plus(int64_t a, int64_t b);
int64_t money_minus(int64_t a, int64_t b);

#endif
