/*
 * Who may call what, contract section 2. Two keys exist here: one of merchant
 * scope, one of commerce scope.
 */
#ifndef PEPAYTOP_SANDBOX_AUTH_H
#define PEPAYTOP_SANDBOX_AUTH_H

#include "sandbox/call.h"

struct credentials {               /* borrowed; NULL when the header is absent */
	const char *api_key;       /* x-api-key */
	const char *commerce_key;  /* x-commerce-api-key */
	const char *session_token; /* x-session-token */
	const char *signature;     /* x-signature */
	const char *authorization; /* Authorization, with its scheme */
};

/*
 * The scope under which the call runs. Where both headers are sent the surface picks: x-api-key
 * on merchant surfaces and those for any key, x-commerce-api-key on commerce ones; the other is
 * not looked at. E_AUTH (401) when the key is missing or wrong, E_DENIED (403) when it is a good
 * key of the wrong scope, or a merchant key in the commerce header.
 */
must_check enum status auth_check(const struct world *w, enum surface surface, struct credentials c,
				  enum key_scope *ret, struct problem *reterr);
/*
 * A payor's session: the invoice it is bound to. E_AUTH, E_DENIED and E_NOT_FOUND as
 * session_check() has them, and E_DENIED for an API key, which does not belong in a browser
 * (INFERRED: also beside a good session).
 */
must_check enum status auth_check_session(struct world *w, struct credentials c,
					  char ret_invoice_id[ID_CAP], struct problem *reterr);
/* Envelope A for what auth_check_session() refused. */
void auth_refuse_session(struct reply *r, const struct problem *why);
/* Envelope A for what auth_check() refused: 401 API_KEY_INVALID or 403 API_KEY_SCOPE. */
void auth_refuse(struct reply *r, const struct problem *why);

#endif
