/*
 * How far the server's clock is ahead of this machine's, or behind (less than 0). Ages go by the
 * server's, since all times come from there. Pure.
 */
#ifndef PEPAYTOP_APP_SKEW_H
#define PEPAYTOP_APP_SKEW_H

#include "base/text.h"

#define SKEW_LEAST_MS 5000 /* what less there is may be the way the answers took */

struct skew {
	int64_t ahead_ms; /* 0: the clocks agree */
	bool told;
};

/* What the clocks show now: the server's by the Date of an answer, or TIME_NONE, and by the newest
 * event that came live, or TIME_NONE. True: it is to be told, in *ret_said, which is done once. */
bool skew_look(struct skew *s, int64_t wall_ms, int64_t server_ms, int64_t newest_ms,
	       struct safe_text *ret_said);

#endif
