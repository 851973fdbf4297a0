/* What the bank gets, in a column: one place for the point, whatever the currencies, and each digit
 * that its currency has. */
#include "views/payouts_fiat.h"

#include "model/fiat.h"

#include <ctype.h>
#include <string.h>

/* "1,234.567" and "KWD"; an amount whose digits make no sense is "?". */
struct parts {
	char number[MONEY_TEXT_CAP];
	struct safe_text currency;
	int fraction; /* cells from the point on */
};

static void parts_of(const struct payout *p, struct parts *ret)
{
	struct money m = {.minor = 0};
	bool known = payout_fiat(p, &m);
	const char *code = known ? m.currency : p->fiat_currency;
	char upper[sizeof(m.currency)] = "";
	const char *point;

	for (size_t i = 0; code[i] && i < sizeof(upper) - 1; i++)
		upper[i] = (char)toupper((unsigned char)code[i]);
	safe_text_set(&ret->currency, upper);
	m.currency[0] = '\0';
	ret->number[0] = '?';
	ret->number[1] = '\0';
	if (known)
		money_format(ret->number, m, MONEY_FULL);
	ret->number[strcspn(ret->number, " ")] = '\0';
	point = strchr(ret->number, '.');
	ret->fraction = point ? (int)strlen(point) : 0;
}

void payouts_fiat(const struct list_pane *pane, size_t i, struct safe_text *ret)
{
	const struct payout *p = &listing_record(&pane->listing, i)->object.as.payout;
	struct parts own, other;
	int fraction, code;

	if (!p->fiat_currency[0])
		return;
	parts_of(p, &own);
	fraction = own.fraction;
	code = (int)safe_text_width(&own.currency);
	for (int y = 0; y < pane->rows && pane->list.top + (size_t)y < pane->listing.count; y++) {
		parts_of(&listing_record(&pane->listing, pane->list.top + (size_t)y)
				  ->object.as.payout,
			 &other);
		fraction = other.fraction > fraction ? other.fraction : fraction;
		code = (int)safe_text_width(&other.currency) > code
			       ? (int)safe_text_width(&other.currency)
			       : code;
	}
	safe_text_fmt(ret, "%s%*s %s%*s", own.number, fraction - own.fraction, "",
		      safe_text_str(&own.currency), code - (int)safe_text_width(&own.currency), "");
}
