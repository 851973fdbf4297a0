#include "sandbox/session.h"

#include "base/rng.h"
#include "base/strbuf.h"
#include "sandbox/auth_secret.h"
#include "sandbox/domain.h"

#define TOKEN_PREFIX "pst_"
#define ID_DIGITS    32
#define MAC_DIGITS   64

/* --- issuing -------------------------------------------------------------------- */

static bool id_digits(const char *id, char ret[ID_DIGITS + 1])
{
	size_t n = 0;

	if (!uuid_valid(id))
		return false;
	for (const char *p = id; *p; p++)
		if (*p != '-')
			ret[n++] = *p;
	ret[n] = '\0';
	return true;
}

static void sign(const struct secret *secret, const char *token, int64_t ms,
		 char ret[SESSION_SIGNATURE_CAP])
{
	char text[SESSION_TOKEN_CAP + 32], mac[MAC_HEX_CAP];

	str_printf(text, sizeof(text), "%s.%lld", token, (long long)ms);
	secret_mac(secret, "signature", text, mac);
	str_printf(ret, SESSION_SIGNATURE_CAP, "%s.%lld", mac, (long long)ms);
}

enum status session_issue(struct world *w, const char *invoice_id, struct session *ret,
			  struct problem *reterr)
{
	struct secret secret;
	char id[ID_DIGITS + 1], mac[MAC_HEX_CAP];
	enum status st;

	if (!id_digits(invoice_id, id))
		return problem_set(reterr, E_INVALID, NULL, "%s is no invoice id", invoice_id);
	st = secret_load_or_make(w, &secret, reterr);
	if (st != S_OK)
		return st;
	secret_mac(&secret, "session", id, mac);
	str_printf(ret->token, sizeof(ret->token), TOKEN_PREFIX "%s%s", id, mac);
	sign(&secret, ret->token, w->now_ms, ret->signature);
	str_printf(ret->payment_url, sizeof(ret->payment_url), "%s/pay?session=%s&signature=%s",
		   w->base_url, ret->token, ret->signature);
	return S_OK;
}

struct json *session_headers(const struct session *s)
{
	struct json *headers = json_new_object();

	json_set_string(headers, "x-session-token", s->token);
	json_set_string(headers, "x-signature", s->signature);
	return headers;
}

/* --- checking ------------------------------------------------------------------- */

/* The id a token claims; the proof is not looked at. */
static bool token_read(const char *token, char ret_id[ID_CAP], char ret_digits[ID_DIGITS + 1])
{
	const char *d = token + strlen(TOKEN_PREFIX);

	if (!str_starts_with(token, TOKEN_PREFIX) || strlen(d) != ID_DIGITS + MAC_DIGITS ||
	    strspn(d, "0123456789abcdef") != ID_DIGITS + MAC_DIGITS)
		return false;
	str_printf(ret_digits, ID_DIGITS + 1, "%.32s", d);
	str_printf(ret_id, ID_CAP, "%.8s-%.4s-%.4s-%.4s-%.12s", d, d + 8, d + 12, d + 16, d + 20);
	return true;
}

static bool signature_read(const char *signature, int64_t *ret_ms)
{
	const char *digits = signature + MAC_DIGITS + 1;

	if (strlen(signature) != MAC_DIGITS + 14 || signature[MAC_DIGITS] != '.' ||
	    strspn(signature, "0123456789abcdef") != MAC_DIGITS || *digits == '0' ||
	    strspn(digits, "0123456789") != 13)
		return false;
	*ret_ms = strtoll(digits, NULL, 10);
	return true;
}

static enum status check_token(const struct secret *secret, const char *token, char ret_id[ID_CAP],
			       struct problem *reterr)
{
	char digits[ID_DIGITS + 1], mac[MAC_HEX_CAP];

	if (!token_read(token, ret_id, digits))
		return problem_set(reterr, E_AUTH, NULL, "Invalid session token");
	secret_mac(secret, "session", digits, mac);
	if (!str_equal_constant_time(mac, token + strlen(TOKEN_PREFIX) + ID_DIGITS))
		return problem_set(reterr, E_AUTH, NULL, "Invalid session token");
	return S_OK;
}

static enum status check_signature(const struct secret *secret, const char *token,
				   const char *signature, struct problem *reterr)
{
	char want[SESSION_SIGNATURE_CAP];
	int64_t ms;

	if (!signature_read(signature, &ms))
		return problem_set(reterr, E_AUTH, NULL, "Malformed session signature");
	sign(secret, token, ms, want);
	if (!str_equal_constant_time(want, signature))
		return problem_set(reterr, E_DENIED, NULL,
				   "The signature does not belong to this session");
	return S_OK;
}

static enum status check_invoice(struct world *w, const char *id, struct invoice *ret,
				 struct problem *reterr)
{
	enum status st = invoice_load(w, id, ret, reterr);

	if (st == E_NOT_FOUND)
		return problem_set(reterr, E_NOT_FOUND, NULL,
				   "The invoice of this session does not exist");
	if (st == S_OK && w->now_ms > ret->expires_at + SESSION_GRACE_MS)
		return problem_set(reterr, E_NOT_FOUND, NULL, "The payment session has expired");
	return st;
}

enum status session_check(struct world *w, const char *token, const char *signature,
			  struct invoice *ret, struct problem *reterr)
{
	struct secret secret;
	char id[ID_CAP];
	enum status st;

	if (!token || !*token || !signature || !*signature)
		return problem_set(reterr, E_AUTH, NULL,
				   "x-session-token and x-signature are both required");
	st = secret_load(w, &secret, reterr);
	if (st == E_NOT_FOUND)
		return problem_set(reterr, E_AUTH, NULL, "Invalid session token");
	if (st == S_OK)
		st = check_token(&secret, token, id, reterr);
	if (st == S_OK)
		st = check_signature(&secret, token, signature, reterr);
	if (st == S_OK)
		st = check_invoice(w, id, ret, reterr);
	return st;
}
