/* Amounts and dates: no ids, but what people know of a payment. */
#include "model/recognise_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WHOLE_MAX    9
#define FRACTION_MAX 3
#define CENTS        2
#define ALONE_MAX    40 /* bytes of a text that is one amount */

static const struct sign {
	const char *text, *currency;
} SIGNS[] = {
	{"US$", "USD"},          {"$", "USD"},        {"\xe2\x82\xac", "EUR"},
	{"\xc2\xa3", "GBP"},     {"\xc2\xa5", "JPY"}, {"\xe2\x82\xa6", "NGN"},
	{"\xe2\x82\xb9", "INR"}, {"R$", "BRL"},       {"z\xc5\x82", "PLN"},
	{"dollars", "USD"},      {"dollar", "USD"},   {"euros", "EUR"},
	{"euro", "EUR"},         {"pesos", ""},       {"USDC", "USD"},
	{"USDT", "USD"},         {"USDM", "USD"},
};
#define SIGN_COUNT (sizeof(SIGNS) / sizeof(SIGNS[0]))

static const char CODES[] = "AED ARS AUD BDT BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD "
			    "HUF IDR ILS INR JPY KES KRW MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN "
			    "RON SAR SEK SGD THB TRY TZS UAH UGX USD VND XAF XOF ZAR ZMW ";

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) != 0;
}

/* "MXN" and its like; the bytes it takes. */
static size_t code_at(const char *s, char ret[4])
{
	size_t n = 0;

	while (is_letter(s[n]))
		n++;
	if (n != 3)
		return 0;
	for (size_t i = 0; i < 3; i++)
		ret[i] = (char)toupper((unsigned char)s[i]);
	ret[3] = '\0';
	for (const char *p = CODES; *p; p += 4)
		if (strncmp(p, ret, 3) == 0)
			return 3;
	ret[0] = '\0';
	return 0;
}

/* A sign of money, and its currency where it is of one only. */
static size_t sign_at(const char *s, char ret[4])
{
	if (!is_letter(s[0]) && s[0] != '$' && (unsigned char)s[0] < 0x80)
		return 0;
	for (size_t i = 0; i < SIGN_COUNT; i++) {
		size_t n = strlen(SIGNS[i].text);

		if (strncasecmp(s, SIGNS[i].text, n) != 0 ||
		    (is_letter(SIGNS[i].text[n - 1]) && is_letter(s[n])))
			continue;
		(void)str_copy(ret, 4, SIGNS[i].currency);
		return n;
	}
	return code_at(s, ret);
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

static bool number_read(const char *s, size_t end, struct amount_text *ret)
{
	size_t n = 0, whole = 0, fraction = 0;
	bool point = false;

	if (end == 0 || !isdigit((unsigned char)s[0]))
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
			ret->grouped = true;
			continue; /* between thousands */
		}
		point = point || !digit;
		ret->text[n++] = digit ? s[i] : '.';
	}
	ret->text[n] = '\0';
	ret->fraction = fraction;
	return true;
}

size_t amount_at(const char *s, struct amount_text *ret)
{
	size_t before, digits, blanks, after;

	*ret = (struct amount_text){.fraction = 0};
	before = sign_at(s, ret->currency);
	ret->money = before > 0;
	before += before > 0 ? strspn(s + before, " ") : 0;
	digits = strspn(s + before, "0123456789.,");
	while (digits > 0 && !isdigit((unsigned char)s[before + digits - 1]))
		digits--;
	if (!number_read(s + before, digits, ret))
		return 0;
	digits += before;
	blanks = strspn(s + digits, " ");
	after = ret->currency[0] ? 0 : sign_at(s + digits + blanks, ret->currency);
	ret->money = ret->money || after > 0;
	return after > 0 ? digits + blanks + after : digits;
}

/* "12 480,00": thousands by blanks, where the whole text is the amount. */
static void join_thousands(const char *s, char ret[NAME_CAP])
{
	size_t n = 0;

	for (size_t i = 0; s[i] && n + 1 < NAME_CAP; i++)
		if (s[i] != ' ' || i == 0 || !isdigit((unsigned char)s[i - 1]) ||
		    strspn(s + i + 1, "0123456789") != 3)
			ret[n++] = s[i];
	ret[n] = '\0';
}

bool amount_read(const char *typed, struct amount_text *ret)
{
	char s[NAME_CAP];
	size_t n;

	join_thousands(typed, s);
	n = amount_at(s, ret);
	ret->grouped = ret->grouped || strlen(s) < strlen(typed);

	/* "$5 USD" says it twice */
	if (n > 0 && s[n] && ret->currency[0]) {
		char again[4];
		size_t blanks = strspn(s + n, " ");

		n += blanks + sign_at(s + n + blanks, again);
	}
	return n > 0 && s[n] == '\0' && (ret->money || ret->fraction > 0 || ret->grouped);
}

/* Where a sign stands before the number at `at`. */
static size_t sign_before(const struct scan *sc, size_t at)
{
	size_t end = at;

	while (end > 0 && at - end < 2 && sc->s[end - 1] == ' ')
		end--;
	if (end == 0 || (sc->s[end - 1] != '$' && (unsigned char)sc->s[end - 1] < 0x80))
		return at;
	for (size_t i = 0; i < SIGN_COUNT; i++) {
		size_t n = strlen(SIGNS[i].text);

		if (n <= end && memcmp(sc->s + end - n, SIGNS[i].text, n) == 0 &&
		    !is_letter(SIGNS[i].text[0]))
			return end - n;
	}
	return at;
}

/* In the middle of a text only what has cents or a currency is taken for money. */
bool scan_amount(struct scan *sc, size_t at)
{
	struct scrap it = {.kind = SCRAP_AMOUNT, .likely = SUBJECT_EVENT};
	struct amount_text amount;
	size_t from, took;

	if (at > 0 && strchr(".,:/-_", sc->s[at - 1]))
		return false;
	from = isdigit((unsigned char)sc->s[at]) ? sign_before(sc, at) : at;
	took = amount_at(sc->s + from, &amount);
	if (took == 0 || (!amount.money && amount.fraction != CENTS))
		return false;
	if (is_id_byte(sc->s[from + took]) || sc->s[from + took] == '%')
		return false;
	str_copy(it.text, sizeof(it.text), amount.text);
	str_copy(it.currency, sizeof(it.currency), amount.currency);
	scan_add(sc, &it, from, from + took);
	return true;
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

bool scan_amount_alone(struct scan *sc)
{
	struct scrap it = {.kind = SCRAP_AMOUNT, .likely = SUBJECT_EVENT};
	size_t from = strspn(sc->s, " \t\r\n"), to = sc->len;
	struct amount_text amount;
	char text[ALONE_MAX];

	while (to > from && strchr(" \t\r\n.,", sc->s[to - 1]))
		to--;
	if (to - from >= sizeof(text))
		return false;
	str_printf(text, sizeof(text), "%.*s", (int)(to - from), sc->s + from);
	if (!amount_read(text, &amount))
		return false;
	str_copy(it.text, sizeof(it.text), amount.text);
	str_copy(it.currency, sizeof(it.currency), amount.currency);
	scan_add(sc, &it, from, to);
	sc->at = sc->len;
	return true;
}
