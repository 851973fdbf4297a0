/* Which world a history belongs to: told apart without giving the key away. */
#include "archive/history.h"

#include "base/strbuf.h"

#include <openssl/sha.h>

#define ACCOUNT_BYTES 12 /* of the digest: no two of a person's keys meet */
#define FILE_BYTES    6

/* The first `bytes` of SHA-256, as hexadecimal digits. */
static void digest(const char *text, size_t bytes, char *ret)
{
	static const char DIGITS[] = "0123456789abcdef";
	unsigned char sum[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)text, strlen(text), sum);
	for (size_t i = 0; i < bytes; i++) {
		ret[2 * i] = DIGITS[sum[i] >> 4];
		ret[2 * i + 1] = DIGITS[sum[i] & 15];
	}
	ret[2 * bytes] = '\0';
}

void world_account(struct world *w, const char *merchant_key, const char *commerce_key)
{
	bool merchant = merchant_key != NULL && merchant_key[0] != '\0';
	const char *key = merchant ? merchant_key : commerce_key;
	char text[1024];
	char hex[2 * ACCOUNT_BYTES + 1];

	w->account[0] = '\0';
	if (key == NULL || key[0] == '\0')
		return;
	(void)str_printf(text, sizeof(text), "pepaytop account %s", key);
	digest(text, ACCOUNT_BYTES, hex);
	(void)str_printf(w->account, sizeof(w->account), "%s:%s",
			 merchant ? "merchant" : "commerce", hex);
}

/* Of "https://api.pepay.io/x" the "api.pepay.io", and nothing a file name cannot hold. */
static void host_of(const char *server, char *ret, size_t cap)
{
	const char *p = strstr(server, "://");
	size_t len = 0;

	p = p != NULL ? p + 3 : server;
	for (; *p != '\0' && *p != '/' && *p != '?' && *p != '#' && len + 1 < cap; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || *p == '-' || (*p == '.' && len > 0);
		ret[len++] = plain ? *p : '_';
	}
	ret[len] = '\0';
}

enum status world_path(const struct world *w, const char *dir, char *ret, size_t cap,
		       struct problem *reterr)
{
	char host[80];
	char text[sizeof(struct world) + 8];
	char hex[2 * FILE_BYTES + 1];

	host_of(w->server, host, sizeof(host));
	if (host[0] == '\0')
		return problem_set(reterr, E_INVALID, NULL, "no server to keep a history of");
	(void)str_printf(text, sizeof(text), "%s\n%s\n%s", w->server, w->account, w->environment);
	digest(text, FILE_BYTES, hex);
	if (strlen(dir) + strlen(host) + sizeof(hex) + sizeof("/-.db") > cap)
		return problem_set(reterr, E_LIMIT, "use --history FILE",
				   "the path of the history is too long: %s", dir);
	(void)str_printf(ret, cap, "%s/%s-%s.db", dir, host, hex);
	return S_OK;
}
