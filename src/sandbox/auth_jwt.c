#include "sandbox/auth_jwt.h"

#include "base/strbuf.h"

#define HEADER  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" /* {"alg":"HS256","typ":"JWT"} */
#define MAC_LEN 43                                     /* 32 bytes in base64url */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* base64url without padding, RFC 4648 section 5. */
static void encode(struct strbuf *out, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t v = (uint32_t)bytes[i] << 16;

		v |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
		v |= left > 2 ? bytes[i + 2] : 0;
		for (size_t k = 0; k < (left < 3 ? left + 1 : 4); k++)
			strbuf_addch(out, alphabet[v >> (18 - 6 * k) & 63]);
	}
}

static bool decode(struct strbuf *out, const char *text, size_t len)
{
	uint32_t v = 0;
	unsigned bits = 0;

	if (len % 4 == 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		const char *at = text[i] ? strchr(alphabet, text[i]) : NULL;

		if (!at)
			return false;
		v = v << 6 | (uint32_t)(at - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			strbuf_addch(out, (char)(v >> bits & 0xff));
		}
	}
	return true;
}

static void mac(const struct secret *s, const char *text, size_t len, struct strbuf *out)
{
	unsigned char digest[32];

	secret_mac_raw(s, text, len, digest);
	encode(out, digest, sizeof(digest));
}

enum status jwt_sign(const struct secret *s, const struct json *claims, char ret[JWT_CAP],
		     struct problem *reterr)
{
	struct strbuf out, proof;
	char *text = json_print(claims);
	bool fits;

	strbuf_init(&out, 4096);
	strbuf_init(&proof, 64);
	strbuf_addstr(&out, HEADER ".");
	encode(&out, (const unsigned char *)text, strlen(text));
	mac(s, strbuf_str(&out), out.len, &proof);
	strbuf_addf(&out, ".%s", strbuf_str(&proof));
	fits = !out.overflow && out.len < JWT_CAP;
	if (fits)
		str_copy(ret, JWT_CAP, strbuf_str(&out));
	free(text);
	strbuf_release(&out);
	strbuf_release(&proof);
	return fits ? S_OK : problem_set(reterr, E_LIMIT, NULL, "the token is too long");
}

static bool is_proved(const struct secret *s, const char *token, size_t signed_len)
{
	struct strbuf want;
	bool same;

	strbuf_init(&want, 64);
	mac(s, token, signed_len, &want);
	same = str_equal_constant_time(strbuf_str(&want), token + signed_len + 1);
	strbuf_release(&want);
	return same;
}

static enum status read_claims(const char *payload, size_t len, int64_t now_ms,
			       struct json **ret_claims, struct problem *reterr)
{
	struct json *claims = NULL;
	struct strbuf text;
	int64_t exp;
	enum status st = E_AUTH;

	strbuf_init(&text, JWT_CAP);
	if (decode(&text, payload, len))
		st = json_parse(strbuf_str(&text), text.len, &claims, NULL);
	strbuf_release(&text);
	if (st != S_OK || json_int64(json_get(claims, "exp"), &exp) != S_OK) {
		json_free(claims);
		return problem_set(reterr, E_AUTH, NULL, "Invalid token");
	}
	if (exp <= now_ms / 1000) {
		json_free(claims);
		return problem_set(reterr, E_AUTH, NULL, "The token has expired");
	}
	*ret_claims = claims;
	return S_OK;
}

enum status jwt_verify(const struct secret *s, const char *token, int64_t now_ms,
		       struct json **ret_claims, struct problem *reterr)
{
	size_t head = strlen(HEADER ".");
	const char *last = strrchr(token, '.');

	if (strlen(token) >= JWT_CAP || !str_starts_with(token, HEADER ".") ||
	    last <= token + head || strlen(last + 1) != MAC_LEN ||
	    !is_proved(s, token, (size_t)(last - token)))
		return problem_set(reterr, E_AUTH, NULL, "Invalid token");
	return read_claims(token + head, (size_t)(last - token) - head, now_ms, ret_claims, reterr);
}
