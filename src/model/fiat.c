#include "model/fiat.h"

#include "base/strbuf.h"

bool payout_fiat(const struct payout *p, struct money *ret)
{
	if (!p->fiat_currency[0] || p->fiat_exponent < 0 || p->fiat_exponent > MONEY_EXPONENT_MAX)
		return false;
	*ret = money_make(p->fiat_amount_minor, (unsigned)p->fiat_exponent, p->fiat_currency);
	return true;
}

const char *payout_text(char buf[MONEY_TEXT_CAP], const struct payout *p)
{
	struct money m;
	size_t len;

	if (!payout_fiat(p, &m))
		m = money_usd_millis(p->amount);
	money_format(buf, m, MONEY_PLAIN);
	len = strlen(buf);
	str_printf(buf + len, MONEY_TEXT_CAP - len, " %s", m.currency);
	return buf;
}
