#include "sandbox/auth_dashboard.h"

#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/ledger.h"

#include <strings.h>

#define DASHBOARD_SCOPE "dashboard"
#define BEARER          "Bearer "

bool dashboard_serves(const struct route *route)
{
	switch (route->id) {
	case ROUTE_WS_TOKEN:
		return false;
	case ROUTE_EVENT_LIST:
	case ROUTE_EVENT_GET:
	case ROUTE_ORDER_LIST:
	case ROUTE_ORDER_GET:
	case ROUTE_ORDER_BY_INVOICE:
		return true;
	default:
		return route->surface == SURFACE_MERCHANT && route->origin == ORIGIN_PEPAY;
	}
}

enum status dashboard_token_issue(struct world *w, int64_t ttl_s, struct ws_token *ret,
				  struct problem *reterr)
{
	return token_issue(w, DASHBOARD_SCOPE, ttl_s, ret, reterr);
}

enum status dashboard_check(struct world *w, const char *authorization, struct problem *reterr)
{
	size_t n = strlen(BEARER);
	int64_t expires_ms;
	enum status st;

	if (strncasecmp(authorization, BEARER, n) != 0)
		return problem_set(reterr, E_AUTH, NULL, "Authorization must be a Bearer token");
	st = token_check(w, authorization + n, DASHBOARD_SCOPE, world_now_ms(w), &expires_ms,
			 reterr);
	return st == E_DENIED ? problem_set(reterr, st, NULL, "This token is not the dashboard's")
			      : st;
}

/* POST /_sandbox/dashboard-token: what signing in gives. */
void control_handle_dashboard_token(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct ws_token token;
	struct json *o;
	int64_t ttl_s;
	enum status st;

	if (!body_int(c, r, "ttl_seconds", WS_TOKEN_TTL_MIN_S, DASHBOARD_TTL_S, DASHBOARD_TTL_S,
		      &ttl_s))
		return;
	st = ledger_begin(w->ledger, &why);
	if (st == S_OK) {
		st = dashboard_token_issue(w, ttl_s, &token, &why);
		if (st == S_OK)
			st = ledger_commit(w->ledger, &why);
		else
			ledger_rollback(w->ledger);
	}
	if (st != S_OK) {
		reply_problem(r, &why);
		return;
	}
	o = json_new_object();
	json_set_string(o, "object", "dashboard_token");
	json_set_string(o, "token", token.text);
	json_set_int(o, "expires_at", token.expires_ms / 1000);
	reply_json_take(r, 200, o);
}
