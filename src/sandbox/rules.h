/* How strict this Pepay is: what the command line says about every caller. */
#ifndef PEPAYTOP_SANDBOX_RULES_H
#define PEPAYTOP_SANDBOX_RULES_H

#include "sandbox/rate.h"

#define MAX_LAG_DEFAULT 100000

struct site_rules {
	struct rate_limit rate;   /* of each key */
	int64_t retention_events; /* how many a stream can replay; 0: all */
	int64_t retention_ms;     /* and how old, by virtual time; 0: any */
	int64_t max_lag;          /* events a subscriber may fall behind */
	bool rev_a;               /* times in the older revision's spelling */
};

#endif
