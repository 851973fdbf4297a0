/*
 * Payment sessions, contract sections 2, 4.1 and 6: what a payor's browser shows
 * for one invoice instead of an API key.
 *
 * Token and signature are opaque to everyone else. Here the token is "pst_", the
 * invoice's id and a proof of it; the signature is "<hash>.<timestamp_ms>", a proof
 * of the token and of when it was signed. Both are made with the server's secret,
 * so nothing has to be stored, and both outlive a restart.
 */
#ifndef PEPAYTOP_SANDBOX_SESSION_H
#define PEPAYTOP_SANDBOX_SESSION_H

#include "sandbox/world.h"
#include "wire/json.h"
#include "wire/objects.h"

/* INFERRED: how long after the invoice's expiry its session may still read how it ended. */
#define SESSION_GRACE_MS (24LL * 60 * 60 * 1000)

#define SESSION_TOKEN_CAP     112
#define SESSION_SIGNATURE_CAP 96
#define SESSION_URL_CAP       384

struct session {
	char token[SESSION_TOKEN_CAP];         /* session_token, x-session-token */
	char signature[SESSION_SIGNATURE_CAP]; /* signature, x-signature */
	char payment_url[SESSION_URL_CAP];     /* the hosted page, absolute */
};

/*
 * The session of an invoice, signed now; asking again gives the same token and another signature,
 * and both signatures are good. Inside a transaction. E_INVALID when the id is no UUID.
 */
must_check enum status session_issue(struct world *w, const char *invoice_id, struct session *ret,
				     struct problem *reterr);
/* {"x-session-token":…,"x-signature":…}: payment_session_headers, on both surfaces. */
struct json *session_headers(const struct session *s);
/*
 * Which invoice the pair speaks for. NULL arguments: not sent. E_AUTH (401) when one is missing or
 * the token is not ours, E_DENIED (403) when the signature is not one of this token,
 * E_NOT_FOUND (404) when the invoice is gone, or expired longer than SESSION_GRACE_MS ago.
 */
must_check enum status session_check(struct world *w, const char *token, const char *signature,
				     struct invoice *ret, struct problem *reterr);

#endif
