#include "sandbox/auth_secret.h"

#include "base/strbuf.h"
#include "sandbox/ledger.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define META_SECRET "auth_secret"

static void to_hex(const unsigned char bytes[32], char ret[MAC_HEX_CAP])
{
	for (size_t i = 0; i < 32; i++)
		str_printf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static bool from_hex(const char *hex, unsigned char ret[32])
{
	static const char digits[] = "0123456789abcdef";

	if (strlen(hex) != 64 || strspn(hex, digits) != 64)
		return false;
	for (size_t i = 0; i < 32; i++)
		ret[i] = (unsigned char)((strchr(digits, hex[2 * i]) - digits) * 16 +
					 (strchr(digits, hex[2 * i + 1]) - digits));
	return true;
}

enum status secret_load(struct world *w, struct secret *ret, struct problem *reterr)
{
	char *hex = NULL;
	enum status st = ledger_meta_get(w->ledger, META_SECRET, &hex, reterr);

	if (st == S_OK && !from_hex(hex, ret->key))
		st = problem_set(reterr, E_IO, NULL, "the ledger's secret is damaged");
	free(hex);
	return st;
}

enum status secret_load_or_make(struct world *w, struct secret *ret, struct problem *reterr)
{
	struct secret fresh;
	char hex[MAC_HEX_CAP];
	enum status st = secret_load(w, ret, reterr);

	if (st != E_NOT_FOUND)
		return st;
	if (RAND_bytes(fresh.key, sizeof(fresh.key)) != 1)
		return problem_set(reterr, E_IO, NULL, "the system gives no random bytes");
	to_hex(fresh.key, hex);
	st = ledger_meta_set(w->ledger, META_SECRET, hex, reterr);
	if (st == S_OK)
		*ret = fresh;
	return st;
}

void secret_mac_raw(const struct secret *s, const char *text, size_t len, unsigned char ret[32])
{
	unsigned int ret_len = 32;

	if (!HMAC(EVP_sha256(), s->key, sizeof(s->key), (const unsigned char *)text, len, ret,
		  &ret_len) ||
	    ret_len != 32)
		abort(); /* no memory, or a libcrypto without SHA-256 */
}

void secret_mac(const struct secret *s, const char *purpose, const char *text,
		char ret[MAC_HEX_CAP])
{
	unsigned char digest[32];
	struct strbuf all;

	strbuf_init(&all, 4096);
	strbuf_add(&all, purpose, strlen(purpose) + 1); /* with its NUL: no text holds one */
	strbuf_addstr(&all, text);
	secret_mac_raw(s, strbuf_str(&all), all.len, digest);
	strbuf_release(&all);
	to_hex(digest, ret);
}
