#include "sandbox/auth.h"

#include "base/strbuf.h"
#include "sandbox/session.h"

#define CODE_API_KEY_SCOPE   "API_KEY_SCOPE"
#define CODE_SESSION_INVALID "SESSION_INVALID"
#define CODE_SESSION_DENIED  "SESSION_DENIED"

/* Both comparisons always run, so the time taken tells nothing about which key it was. */
static enum key_scope auth_scope_of(const struct world *w, const char *key)
{
	bool merchant = str_equal_constant_time(key, w->merchant_key);
	bool commerce = str_equal_constant_time(key, w->commerce_key);

	return merchant ? SCOPE_MERCHANT : commerce ? SCOPE_COMMERCE : SCOPE_NONE;
}

static const char *auth_pick(enum surface surface, struct credentials c)
{
	switch (surface) {
	case SURFACE_MERCHANT:
		/* The commerce header alone: a good key there is the wrong scope, not a missing
		 * one. */
		return c.api_key ? c.api_key : c.commerce_key;
	case SURFACE_COMMERCE:
		return c.commerce_key ? c.commerce_key : c.api_key;
	case SURFACE_ANY_KEY:
		return c.api_key ? c.api_key : c.commerce_key;
	case SURFACE_PAYOR:
	case SURFACE_CONTROL:
		break;
	}
	return NULL;
}

enum status auth_check(const struct world *w, enum surface surface, struct credentials c,
		       enum key_scope *ret, struct problem *reterr)
{
	const char *key = auth_pick(surface, c);
	enum key_scope scope = key && *key ? auth_scope_of(w, key) : SCOPE_NONE;
	/* A merchant key belongs into x-api-key, whatever the surface. */
	bool misplaced = scope == SCOPE_MERCHANT && key != c.api_key;

	if (!key)
		return problem_set(reterr, E_AUTH, NULL, "Missing API key%s",
				   c.session_token ? "; a payment session does not serve here"
						   : "");
	if (scope == SCOPE_NONE)
		return problem_set(reterr, E_AUTH, NULL, "Invalid API key");
	if (misplaced)
		return problem_set(reterr, E_DENIED, NULL,
				   "A merchant key is not accepted in x-commerce-api-key");
	if ((surface == SURFACE_MERCHANT && scope != SCOPE_MERCHANT) ||
	    (surface == SURFACE_COMMERCE && scope != SCOPE_COMMERCE))
		return problem_set(reterr, E_DENIED, NULL, "This endpoint needs a key of %s scope",
				   surface == SURFACE_MERCHANT ? "merchant" : "commerce");
	*ret = scope;
	return S_OK;
}

void auth_refuse(struct reply *r, const struct problem *why)
{
	if (why->status == E_DENIED)
		reply_error(r, 403, CODE_API_KEY_SCOPE, "%s", why->what);
	else
		reply_error(r, 401, CODE_API_KEY_INVALID, "%s", why->what);
}

enum status auth_check_session(struct world *w, struct credentials c, char ret_invoice_id[ID_CAP],
			       struct problem *reterr)
{
	struct invoice v;
	enum status st;

	if (c.api_key || c.commerce_key)
		return problem_set(reterr, E_DENIED, NULL,
				   "API keys are not accepted here: send the session's headers");
	st = session_check(w, c.session_token, c.signature, &v, reterr);
	if (st == S_OK)
		str_copy(ret_invoice_id, ID_CAP, v.id);
	return st;
}

void auth_refuse_session(struct reply *r, const struct problem *why)
{
	switch (why->status) {
	case E_AUTH:
		reply_error(r, 401, CODE_SESSION_INVALID, "%s", why->what);
		break;
	case E_DENIED:
		reply_error(r, 403, CODE_SESSION_DENIED, "%s", why->what);
		break;
	default:
		reply_problem(r, why);
		break;
	}
}
