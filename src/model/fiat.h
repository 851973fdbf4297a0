/* What a payout brings to the bank, in the money of its country. Pure. */
#ifndef PEPAYTOP_MODEL_FIAT_H
#define PEPAYTOP_MODEL_FIAT_H

#include "base/money.h"
#include "wire/objects.h"

/* False: it names no currency, or its digits make no sense: then the amount is not known. */
bool payout_fiat(const struct payout *p, struct money *ret);
/* The same in words, "3,026.55 PLN"; where that is not known what left, "1,000.00 USD". */
const char *payout_text(char buf[MONEY_TEXT_CAP], const struct payout *p);

#endif
