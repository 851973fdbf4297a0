#include "base/money.h"

#include "base/strbuf.h"

#include <assert.h>
#include <string.h>

#define DIGITS_MAX 20 /* of a uint64_t */

struct money money_usd_millis(int64_t millis)
{
	return money_make(millis, USD_MILLIS_EXPONENT, "USD");
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

struct money money_make(int64_t minor, unsigned exponent, const char *currency)
{
	struct money m = {.minor = minor, .exponent = (uint8_t)exponent};

	assert(exponent <= MONEY_EXPONENT_MAX);
	/* A code cut short could pass for another one: too long is unknown. */
	if (currency && strlen(currency) < sizeof(m.currency))
		for (size_t i = 0; currency[i]; i++)
			m.currency[i] = upper(currency[i]);
	return m;
}

static size_t count_digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* Counts down from zero, so that INT64_MIN has no special case. */
static bool push_digits(int64_t *negative, const char *digits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (__builtin_mul_overflow(*negative, 10, negative) ||
		    __builtin_sub_overflow(*negative, digits[i] - '0', negative))
			return false;
	return true;
}

enum status money_parse_decimal(const char *text, unsigned exponent, int64_t *ret_minor)
{
	bool minus = text && text[0] == '-';
	const char *whole = minus ? text + 1 : text;
	const char *fraction = "";
	int64_t value = 0;
	size_t wholes, fractions = 0, significant;

	if (!text || exponent > MONEY_EXPONENT_MAX)
		return E_INVALID;
	wholes = count_digits(whole);
	if (!wholes || (wholes > 1 && whole[0] == '0'))
		return E_INVALID;
	if (whole[wholes] == '.') {
		fraction = whole + wholes + 1;
		fractions = count_digits(fraction);
		if (!fractions || fraction[fractions])
			return E_INVALID;
	} else if (whole[wholes]) {
		return E_INVALID;
	}
	significant = fractions;
	while (significant > exponent && fraction[significant - 1] == '0')
		significant--;
	if (significant > exponent)
		return E_INVALID;
	if (!push_digits(&value, whole, wholes) || !push_digits(&value, fraction, significant) ||
	    !push_digits(&value, "00000000", exponent - significant))
		return E_LIMIT;
	if (minus && value == 0)
		return E_INVALID;
	if (!minus && __builtin_sub_overflow(0, value, &value))
		return E_LIMIT;
	*ret_minor = value;
	return S_OK;
}

/* The digits of |minor|, at least one before the point; answers how many. */
static size_t digits_of(char digits[DIGITS_MAX + 1], int64_t minor, unsigned exponent)
{
	uint64_t magnitude = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;

	assert(exponent <= MONEY_EXPONENT_MAX);
	(void)str_printf(digits, DIGITS_MAX + 1, "%0*llu", (int)exponent + 1,
			 (unsigned long long)magnitude);
	return strlen(digits);
}

const char *money_decimal(char buf[MONEY_TEXT_CAP], int64_t minor, unsigned exponent)
{
	char digits[DIGITS_MAX + 1];
	size_t wholes = digits_of(digits, minor, exponent) - exponent;

	(void)str_printf(buf, MONEY_TEXT_CAP, "%s%.*s%s%s", minor < 0 ? "-" : "", (int)wholes,
			 digits, exponent ? "." : "", digits + wholes);
	return buf;
}

static size_t shown_decimals(const char *fraction, unsigned exponent, enum money_style style)
{
	size_t shown = exponent;

	if (style == MONEY_FULL)
		return shown;
	while (shown > 2 && fraction[shown - 1] == '0')
		shown--;
	return shown;
}

const char *money_format(char buf[MONEY_TEXT_CAP], struct money m, enum money_style style)
{
	char digits[DIGITS_MAX + 1];
	size_t wholes = digits_of(digits, m.minor, m.exponent) - m.exponent;
	size_t shown = shown_decimals(digits + wholes, m.exponent, style);
	size_t padding = style == MONEY_ALIGNED ? m.exponent - shown : 0;
	size_t n = 0;

	if (m.minor < 0)
		buf[n++] = '-';
	for (size_t i = 0; i < wholes; i++) {
		if (i && (wholes - i) % 3 == 0)
			buf[n++] = ',';
		buf[n++] = digits[i];
	}
	if (shown)
		buf[n++] = '.';
	memcpy(buf + n, digits + wholes, shown);
	n += shown;
	memset(buf + n, ' ', padding);
	n += padding;
	buf[n] = '\0';
	if (style == MONEY_FULL && m.currency[0])
		(void)str_printf(buf + n, MONEY_TEXT_CAP - n, " %.8s", m.currency);
	return buf;
}

enum status money_add(struct money a, struct money b, struct money *ret_sum)
{
	int64_t sum;

	/* Two unknown currencies need not be the same one. */
	if (a.exponent != b.exponent || !a.currency[0] || !str_equal(a.currency, b.currency))
		return E_CONFLICT;
	if (__builtin_add_overflow(a.minor, b.minor, &sum))
		return E_LIMIT;
	*ret_sum = a;
	ret_sum->minor = sum;
	return S_OK;
}

int64_t money_plus(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

int64_t money_minus(int64_t a, int64_t b)
{
	int64_t left;

	if (!__builtin_sub_overflow(a, b, &left))
		return left;
	return a < 0 ? INT64_MIN : INT64_MAX;
}
