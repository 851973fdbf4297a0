/* Forms of ids, addresses and numbers, with their check digits where they have some. */
#include "model/recognise_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

#define BREAK_MAX 12

bool is_id_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

size_t count_hex(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && hex_digit_value(s[n]) >= 0)
		n++;
	return n;
}

bool has_digit(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isdigit((unsigned char)s[i]))
			return true;
	return false;
}

bool has_letter(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isalpha((unsigned char)s[i]))
			return true;
	return false;
}

/* A line break and the marks of a quoted mail around it. */
static size_t line_break_at(const char *s, size_t len)
{
	size_t n = 0;
	bool broken = false;

	while (n < len && n < BREAK_MAX && (strchr(" \t\r\n>|", s[n]) && s[n])) {
		broken = broken || s[n] == '\n';
		n++;
	}
	return broken ? n : 0;
}

/* One text of hex digits and, where the pattern has them, dashes. */
static size_t pattern_at(const char *s, size_t len, const char *pattern, char *ret)
{
	size_t at = 0, n;
	bool broken = false;

	for (size_t i = 0; pattern[i]; i++) {
		if (i > 0 && !broken && at < len && (n = line_break_at(s + at, len - at)) > 0) {
			broken = true;
			at += n;
		}
		if (at >= len ||
		    (pattern[i] == 'h' ? hex_digit_value(s[at]) < 0 : s[at] != pattern[i]))
			return 0;
		ret[i] = s[at++];
		ret[i + 1] = '\0';
	}
	/* Nothing more of it; an underscore may be markdown's. */
	n = at < len && s[at] == '_' ? at + 1 : at;
	return n < len && isalnum((unsigned char)s[n]) ? 0 : at;
}

size_t uuid_at(const char *s, size_t len, char ret[37])
{
	char digits[33];
	size_t n = pattern_at(s, len, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", ret);

	if (n > 0)
		return n;
	if (len < 32 || count_hex(s, 32) != 32 || (len > 32 && is_id_byte(s[32]) && s[32] != '-') ||
	    !has_letter(s, 32))
		return 0;
	str_printf(digits, sizeof(digits), "%.32s", s);
	str_printf(ret, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", digits, digits + 8, digits + 12,
		   digits + 16, digits + 20);
	return 32;
}

#define H8  "hhhhhhhh"
#define H40 H8 H8 H8 H8 H8
#define H64 H40 H8 H8 H8

size_t chain_hex_at(const char *s, size_t len, char ret[67])
{
	bool prefixed = len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	size_t skip = prefixed ? 2 : 0, n;

	if (len < 40 || count_hex(s + skip, 8) < 8)
		return 0;
	memcpy(ret, s, skip);
	n = pattern_at(s + skip, len - skip, H64, ret + skip);
	if (n == 0 && prefixed)
		n = pattern_at(s + skip, len - skip, H40, ret + skip);
	return n ? n + skip : 0;
}

/* --- base58, TON, bech32 -----------------------------------------------------------------------
 */

static const char BASE58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static bool is_mixed_base58(const char *s, size_t len)
{
	bool digit = false, upper = false, lower = false;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\0' || !strchr(BASE58, s[i]))
			return false;
		digit |= isdigit((unsigned char)s[i]) != 0;
		upper |= isupper((unsigned char)s[i]) != 0;
		lower |= islower((unsigned char)s[i]) != 0;
	}
	return digit && upper && lower;
}

/* How many bytes it stands for. */
static size_t base58_bytes(const char *s, size_t len)
{
	unsigned char bytes[72] = {0};
	size_t used = 0, zeroes = 0;

	while (zeroes < len && s[zeroes] == '1')
		zeroes++;
	for (size_t i = zeroes; i < len; i++) {
		unsigned carry = (unsigned)(strchr(BASE58, s[i]) - BASE58);

		for (size_t b = 0; b < used || carry; b++) {
			if (b == sizeof(bytes))
				return sizeof(bytes) + 1;
			carry += 58u * bytes[b];
			bytes[b] = (unsigned char)carry;
			carry >>= 8;
			if (b >= used)
				used = b + 1;
		}
	}
	return zeroes + used;
}

bool is_base58_address(const char *s, size_t len)
{
	/* The longest are as good as certain by their length alone. */
	return len >= 32 && len <= 44 && is_mixed_base58(s, len) &&
	       (len >= 43 || base58_bytes(s, len) == 32);
}

bool is_base58_signature(const char *s, size_t len)
{
	return len >= 86 && len <= 88 && is_mixed_base58(s, len);
}

bool is_ton_address(const char *s, size_t len)
{
	if (len != 48 || !strchr("EUk0", s[0]) || s[1] != 'Q')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_id_byte(s[i]))
			return false;
	return has_digit(s, len);
}

bool is_bech32_address(const char *s, size_t len, const char **ret_network)
{
	static const struct {
		const char *prefix, *network;
		size_t least;
	} FORMS[] = {{"addr1", "cardano", 50},
		     {"addr_test1", "cardano", 50},
		     {"stake1", "cardano", 50},
		     {"bc1", "", 39}};

	for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
		size_t n = strlen(FORMS[i].prefix);

		if (len < FORMS[i].least || len > 128 || strncmp(s, FORMS[i].prefix, n) != 0)
			continue;
		for (size_t b = n; b < len; b++)
			if (!strchr("qpzry9x8gf2tvdw0s3jn54khce6mua7l", s[b]))
				return false;
		*ret_network = FORMS[i].network;
		return true;
	}
	return false;
}

/* --- parcels ---------------------------------------------------------------------------------- */

static int digit_at(const char *s, size_t i)
{
	return s[i] - '0';
}

/* Letters count 2 (A) to 9 and round again. */
static bool ups_is_right(const char *s)
{
	int sum = 0, v;

	for (size_t i = 2; i < 17; i++) {
		v = isdigit((unsigned char)s[i]) ? digit_at(s, i) : (toupper(s[i]) - 'A' + 2) % 10;
		sum += i % 2 ? v * 2 : v;
	}
	return isdigit((unsigned char)s[17]) && (10 - sum % 10) % 10 == digit_at(s, 17);
}

/* Weights from the right, then modulo 11 and 10. */
static bool fedex_express_is_right(const char *s)
{
	static const int WEIGHTS[] = {3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1};
	int sum = 0;

	for (size_t i = 0; i < 11; i++)
		sum += digit_at(s, i) * WEIGHTS[i];
	return sum % 11 % 10 == digit_at(s, 11);
}

/* Threes and ones from the right: USPS, FedEx Ground. */
static bool mod10_is_right(const char *s, size_t len)
{
	int sum = 0;

	for (size_t i = 0; i + 1 < len; i++)
		sum += digit_at(s, i) * ((len - i) % 2 == 0 ? 3 : 1);
	return (10 - sum % 10) % 10 == digit_at(s, len - 1);
}

/* RR123456785GB: what posts of the world agreed on. */
static bool is_s10(const char *s, size_t len)
{
	static const int WEIGHTS[] = {8, 6, 4, 2, 3, 5, 9, 7};
	int sum = 0, check;

	if (len != 13 || !isupper((unsigned char)s[0]) || !isupper((unsigned char)s[1]) ||
	    !isupper((unsigned char)s[11]) || !isupper((unsigned char)s[12]))
		return false;
	for (size_t i = 2; i < 11; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	for (size_t i = 0; i < 8; i++)
		sum += digit_at(s, i + 2) * WEIGHTS[i];
	check = 11 - sum % 11;
	check = check == 10 ? 0 : check == 11 ? 5 : check;
	return check == digit_at(s, 10);
}

static enum tracking_sure digits_check(const char *s, size_t len)
{
	switch (len) {
	case 12:
		return fedex_express_is_right(s) ? TRACKING_CHECKED : TRACKING_COULD_BE;
	case 15:
		return mod10_is_right(s, len) ? TRACKING_CHECKED : TRACKING_COULD_BE;
	case 20:
	case 22:
	case 26:
	case 34:
		return (s[0] == '9' || len == 20) && mod10_is_right(s, len) ? TRACKING_CHECKED
									    : TRACKING_COULD_BE;
	case 10: /* DHL Express; its check is too weak to tell */
	case 11:
	case 13:
	case 14:
	case 16:
	case 18:
		return TRACKING_COULD_BE;
	default:
		return TRACKING_NOT;
	}
}

static bool begins_with_digits(const char *s, size_t len, const char *prefix, size_t least)
{
	size_t n = strlen(prefix);

	if (len < n + least || strncmp(s, prefix, n) != 0)
		return false;
	for (size_t i = n; i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

enum tracking_sure tracking_check(const char *s, size_t len)
{
	size_t digits = 0;

	while (digits < len && isdigit((unsigned char)s[digits]))
		digits++;
	if (digits == len)
		return digits_check(s, len);
	if (len == 18 && s[0] == '1' && (s[1] == 'Z' || s[1] == 'z')) {
		for (size_t i = 2; i < len; i++)
			if (!isalnum((unsigned char)s[i]))
				return TRACKING_NOT;
		return ups_is_right(s) ? TRACKING_CHECKED : TRACKING_COULD_BE;
	}
	if (is_s10(s, len) || begins_with_digits(s, len, "TBA", 12) ||
	    begins_with_digits(s, len, "JJD", 12) || begins_with_digits(s, len, "JD", 16) ||
	    begins_with_digits(s, len, "GM", 14))
		return TRACKING_CHECKED;
	return TRACKING_NOT;
}

/* --- e-mail ------------------------------------------------------------------------------------
 */

static bool is_local_byte(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._%+-", c));
}

size_t email_at(const char *s, size_t len)
{
	size_t at = 0, dot = 0, end;

	while (at < len && is_local_byte(s[at]))
		at++;
	if (at == 0 || at > 64 || at >= len || s[at] != '@' || s[0] == '.')
		return 0;
	for (end = at + 1;
	     end < len && (isalnum((unsigned char)s[end]) || s[end] == '.' || s[end] == '-'); end++)
		dot = s[end] == '.' && end + 1 < len && isalpha((unsigned char)s[end + 1]) ? end
											   : dot;
	while (end > at && (s[end - 1] == '.' || s[end - 1] == '-'))
		end--;
	return dot > at + 1 && end - dot > 2 && end < NAME_CAP ? end : 0;
}
