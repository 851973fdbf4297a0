#include "base/strbuf.h"
#include "sandbox/control.h"
#include "sandbox/ledger.h"

#include <openssl/evp.h>

static bool hash_event(void *ctx, const struct ledger_event *e)
{
	EVP_DigestUpdate(ctx, e->body, e->body_len);
	EVP_DigestUpdate(ctx, "\n", 1);
	return true;
}

static bool hash_document(void *ctx, const char *doc)
{
	EVP_DigestUpdate(ctx, doc, strlen(doc));
	EVP_DigestUpdate(ctx, "\n", 1);
	return true;
}

enum status truth_hash(struct world *w, char ret[TRUTH_HASH_CAP], struct problem *reterr)
{
	struct ledger_event_filter all = {.created_from_ms = TIME_NONE, .created_to_ms = TIME_NONE};
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	bool more;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		abort(); /* no memory, or a libcrypto without SHA-256 */
	enum status st = ledger_events(w->ledger, &all, hash_event, ctx, &more, reterr);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT && st == S_OK; k++) {
		struct ledger_filter f = {.kind = (enum object_kind)k,
					  .created_from_ms = TIME_NONE,
					  .created_to_ms = TIME_NONE};
		st = ledger_list(w->ledger, &f, hash_document, ctx, &more, reterr);
	}
	EVP_DigestFinal_ex(ctx, digest, &len);
	EVP_MD_CTX_free(ctx);
	for (size_t i = 0; st == S_OK && i < 32; i++)
		str_printf(ret + 2 * i, 3, "%02x", digest[i]);
	return st;
}
