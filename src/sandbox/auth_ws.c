#include "sandbox/auth_ws.h"

#include "base/strbuf.h"

const char *ws_token_scope(enum key_scope scope)
{
	return scope == SCOPE_COMMERCE ? "commerce" : "merchant";
}

enum status ws_token_issue(struct world *w, enum key_scope scope, int64_t ttl_s,
			   struct ws_token *ret, struct problem *reterr)
{
	return token_issue(w, ws_token_scope(scope), ttl_s, ret, reterr);
}

enum status token_issue(struct world *w, const char *scope, int64_t ttl_s, struct ws_token *ret,
			struct problem *reterr)
{
	int64_t now_s = world_now_ms(w) / 1000;
	struct secret secret;
	enum status st = secret_load_or_make(w, &secret, reterr);

	if (st)
		return st;
	struct json *claims = json_new_object();
	json_set_string(claims, "scope", scope);
	json_set_int(claims, "merchant_id", MERCHANT_ID);
	json_set_int(claims, "iat", now_s);
	json_set_int(claims, "exp", now_s + ttl_s);
	st = jwt_sign(&secret, claims, ret->text, reterr);
	json_free(claims);
	ret->expires_ms = (now_s + ttl_s) * 1000;
	return st;
}

static enum status ws_token_open(struct world *w, const char *token, int64_t now_ms,
				 struct json **ret_claims, int64_t *ret_expires_ms,
				 struct problem *reterr)
{
	struct secret secret;
	int64_t exp;
	enum status st = secret_load(w, &secret, reterr);

	if (st == E_NOT_FOUND)
		return problem_set(reterr, E_AUTH, NULL, "Invalid token");
	if (!st)
		st = jwt_verify(&secret, token, now_ms, ret_claims, reterr);
	if (!st && json_int64(json_get(*ret_claims, "exp"), &exp) == S_OK)
		*ret_expires_ms = exp * 1000;
	return st;
}

enum status ws_token_check(struct world *w, const char *token, enum key_scope scope, int64_t now_ms,
			   int64_t *ret_expires_ms, struct problem *reterr)
{
	enum status st =
		token_check(w, token, ws_token_scope(scope), now_ms, ret_expires_ms, reterr);

	if (st == E_DENIED)
		(void)problem_set(reterr, st, NULL, "This stream needs a token of %s scope",
				  ws_token_scope(scope));
	return st;
}

enum status token_check(struct world *w, const char *token, const char *scope, int64_t now_ms,
			int64_t *ret_expires_ms, struct problem *reterr)
{
	struct json *claims = NULL;
	int64_t expires_ms = TIME_NONE;
	enum status st = ws_token_open(w, token, now_ms, &claims, &expires_ms, reterr);

	if (st)
		return st;
	if (!str_equal(json_string(json_get(claims, "scope")), scope))
		st = problem_set(reterr, E_DENIED, NULL, "A token of another scope");
	else
		*ret_expires_ms = expires_ms;
	json_free(claims);
	return st;
}

enum status ws_token_end(struct world *w, const char *token, int64_t *ret_expires_ms,
			 struct problem *reterr)
{
	struct json *claims = NULL;
	enum status st = ws_token_open(w, token, world_now_ms(w), &claims, ret_expires_ms, reterr);

	json_free(claims);
	return st;
}
