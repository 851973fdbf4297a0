/* Which state a US zip code lies in, and what the state itself takes as sales tax. */
#ifndef PEPAYTOP_SANDBOX_US_STATES_H
#define PEPAYTOP_SANDBOX_US_STATES_H

#include "base/status.h"

struct us_state {
	const char *code;
	int zip_from, zip_to; /* first three digits */
	int64_t tax_e5;       /* hundred-thousandths of the price */
};

/* "90210" or "90210-1234"; NULL when it is none, or no state has it. */
const struct us_state *us_state_of_zip(const char *zip);

#endif
