/* POST /api/v1/ws/token, contract 2.1. */
#include "base/strbuf.h"
#include "sandbox/auth_ws.h"
#include "sandbox/body.h"

static bool read_scope(const struct call *c, struct reply *r)
{
	const char *scope;

	if (!body_required(c, r, "scope", 32, false, &scope))
		return false;
	if (strcmp(scope, "merchant") != 0 && strcmp(scope, "commerce") != 0)
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "scope: '%s' is not merchant or commerce", scope);
	else if (strcmp(scope, ws_token_scope(c->scope)) != 0)
		reply_error(r, 400, CODE_VALIDATION_ERROR, "scope: this key is of %s scope",
			    ws_token_scope(c->scope));
	else
		return true;
	return false;
}

void ws_token_handle(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct ws_token token;
	int64_t ttl_s;
	char url[160];

	if (!read_scope(c, r) || !body_int(c, r, "ttl_seconds", WS_TOKEN_TTL_MIN_S,
					   WS_TOKEN_TTL_MAX_S, WS_TOKEN_TTL_S, &ttl_s))
		return;
	if (ws_token_issue(w, c->scope, ttl_s, &token, &why)) {
		reply_problem(r, &why);
		return;
	}
	/* http becomes ws, https becomes wss. */
	str_printf(url, sizeof(url), "ws%s/ws/%s/events", w->base_url + strlen("http"),
		   ws_token_scope(c->scope));
	struct json *o = json_new_object();
	json_set_string(o, "token", token.text);
	json_set_string(o, "scope", ws_token_scope(c->scope));
	json_set_int(o, "merchant_id", MERCHANT_ID);
	/* INFERRED: a commerce key is bound to one environment, a merchant key to none. */
	json_set_string(o, "network_environment",
			c->scope == SCOPE_COMMERCE ? w->environment : NULL);
	json_set_int(o, "expires_at", token.expires_ms / 1000);
	json_set_string(o, "ws_url", url);
	reply_data_take(r, 200, o);
}
