/* Amounts and dates: no ids, but what people know of a payment. */
#include "model/recognise_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WHOLE_MAX    9
#define FRACTION_MAX 3

/* The text behind a sign of money, or itself. */
static const char *behind_sign(const char *s, bool *ret_money)
{
	static const char *const SIGNS[] = {"USD", "US$", "$", "\xe2\x82\xac", "EUR", "\xc2\xa3"};

	for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]); i++) {
		size_t n = strlen(SIGNS[i]);

		if (strncasecmp(s, SIGNS[i], n) != 0)
			continue;
		*ret_money = true;
		s += n;
		return s + strspn(s, " ");
	}
	return s;
}

/* Is the mark at `at` the one before the cents? Before three digits it may be either: then the last
 * of two different marks is. */
static bool is_point(const char *s, size_t at, size_t end)
{
	size_t digits = end - at - 1;

	if (memchr(s + at + 1, '.', digits) || memchr(s + at + 1, ',', digits))
		return false;
	return digits < 3 || s[at] == '.' || memchr(s, '.', at) != NULL;
}

bool amount_read(const char *s, char ret[24])
{
	size_t n = 0, end, whole = 0, fraction = 0;
	bool money = false, point = false;
	const char *rest;

	s = behind_sign(s, &money);
	end = strspn(s, "0123456789.,");
	rest = behind_sign(s + end + strspn(s + end, " "), &money);
	if (end == 0 || *rest || !isdigit((unsigned char)s[0]) ||
	    !isdigit((unsigned char)s[end - 1]))
		return false;
	for (size_t i = 0; i < end; i++) {
		bool digit = isdigit((unsigned char)s[i]) != 0;

		if (!digit && !isdigit((unsigned char)s[i + 1]))
			return false;
		if (digit && (point ? fraction++ >= FRACTION_MAX : whole++ >= WHOLE_MAX))
			return false;
		if (!digit && !is_point(s, i, end)) {
			if (point || strspn(s + i + 1, "0123456789") != 3)
				return false;
			continue; /* between thousands */
		}
		point = point || !digit;
		ret[n++] = digit ? s[i] : '.';
	}
	ret[n] = '\0';
	return point || money;
}

static int number_at(const char *s, size_t digits)
{
	int v = 0;

	for (size_t i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static bool date_put(const char *year, const char *month, const char *day, char ret[24])
{
	int y = number_at(year, 4), m = number_at(month, 2), d = number_at(day, 2);

	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	return str_printf(ret, 24, "%04d-%02d-%02d", y, m, d);
}

bool date_read(const char *s, char ret[24])
{
	size_t len = strlen(s);

	if (len != 10)
		return false;
	if (s[4] == s[7] && strchr("-/.", s[4]))
		return date_put(s, s + 5, s + 8, ret);
	return s[2] == '.' && s[5] == '.' && date_put(s + 6, s + 3, s, ret);
}
