/*
 * JSON Web Tokens, HS256, as the streams take them in `?token=`. One algorithm and
 * one header, compared byte for byte, so a token cannot choose how it is checked.
 */
#ifndef PEPAYTOP_SANDBOX_AUTH_JWT_H
#define PEPAYTOP_SANDBOX_AUTH_JWT_H

#include "sandbox/auth_secret.h"
#include "wire/json.h"

#define JWT_CAP 480 /* a query parameter holds it */

/* `claims` must have `exp` (epoch seconds). E_LIMIT when it does not fit. */
must_check enum status jwt_sign(const struct secret *s, const struct json *claims,
				char ret[JWT_CAP], struct problem *reterr);
/* E_AUTH when it is not ours, damaged, or its `exp` has come. */
must_check enum status jwt_verify(const struct secret *s, const char *token, int64_t now_ms,
				  struct json **ret_claims, struct problem *reterr);

#endif
