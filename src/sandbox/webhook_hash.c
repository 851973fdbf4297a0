#include "base/strbuf.h"
#include "sandbox/webhooks.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SIGNED_MAX (2u * 1024u * 1024u)

void webhook_sign(const char *secret, int64_t timestamp_ms, const char *body, size_t len,
		  char ret[WEBHOOK_SIGNATURE_CAP])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;
	struct strbuf text;

	strbuf_init(&text, SIGNED_MAX);
	strbuf_addf(&text, "%lld.", (long long)timestamp_ms);
	strbuf_add(&text, body, len);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret),
		  (const unsigned char *)strbuf_str(&text), text.len, digest, &digest_len))
		abort(); /* no memory, or a libcrypto without SHA-256 */
	strbuf_release(&text);
	for (size_t i = 0; i < 32; i++)
		str_printf(ret + 2 * i, 3, "%02x", digest[i]);
}
