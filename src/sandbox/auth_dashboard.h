/*
 * The dashboard's JWT, contract 2: what a signed-in merchant's browser sends as
 * `Authorization: Bearer` where a key would stand. Pepay gives it out at sign-in,
 * which is no API; here the control route POST /_sandbox/dashboard-token does.
 */
#ifndef PEPAYTOP_SANDBOX_AUTH_DASHBOARD_H
#define PEPAYTOP_SANDBOX_AUTH_DASHBOARD_H

#include "sandbox/auth_ws.h"

#define DASHBOARD_TTL_S 3600

/*
 * Contract 4, 7 and 9: the merchant's documented routes and events, and of commerce the list of
 * orders, an order and the order of an invoice. Not the ws_token, which is for keys; INFERRED: not
 * our extensions either.
 */
bool dashboard_serves(const struct route *route);
/* Inside a transaction. */
must_check enum status dashboard_token_issue(struct world *w, int64_t ttl_s, struct ws_token *ret,
					     struct problem *reterr);
/* E_AUTH when the header is no bearer token of ours, or it is over; E_DENIED for other tokens. */
must_check enum status dashboard_check(struct world *w, const char *authorization,
				       struct problem *reterr);

#endif
