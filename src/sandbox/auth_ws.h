/*
 * ws_tokens, contract 2.1: what a browser shows for a stream instead of an API key.
 * A JWT with the scope and an end; it is good for any number of connections until
 * then, and by virtual time, as every other end here.
 */
#ifndef PEPAYTOP_SANDBOX_AUTH_WS_H
#define PEPAYTOP_SANDBOX_AUTH_WS_H

#include "sandbox/auth_jwt.h"
#include "sandbox/call.h"

/* INFERRED: Pepay's page shows 60 and no bounds. */
#define WS_TOKEN_TTL_S     60
#define WS_TOKEN_TTL_MIN_S 10
#define WS_TOKEN_TTL_MAX_S 3600

struct ws_token {
	char text[JWT_CAP];
	int64_t expires_ms;
};

/* "merchant" or "commerce". */
const char *ws_token_scope(enum key_scope scope);
/* A token of any scope word, and its check; what the functions below are made of. Inside a
 * transaction. */
must_check enum status token_issue(struct world *w, const char *scope, int64_t ttl_s,
				   struct ws_token *ret, struct problem *reterr);
must_check enum status token_check(struct world *w, const char *token, const char *scope,
				   int64_t now_ms, int64_t *ret_expires_ms, struct problem *reterr);
/* Inside a transaction. */
must_check enum status ws_token_issue(struct world *w, enum key_scope scope, int64_t ttl_s,
				      struct ws_token *ret, struct problem *reterr);
/* E_AUTH when it is not ours, damaged or over at now_ms; E_DENIED when it is of another scope, or
 * a payor's. */
must_check enum status ws_token_check(struct world *w, const char *token, enum key_scope scope,
				      int64_t now_ms, int64_t *ret_expires_ms,
				      struct problem *reterr);
/* When a token of any scope ends; E_AUTH as above. */
must_check enum status ws_token_end(struct world *w, const char *token, int64_t *ret_expires_ms,
				    struct problem *reterr);

#endif
