#include "sandbox/idempotency.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/ledger.h"

#include <openssl/evp.h>

bool idempotency_key_valid(const char *key)
{
	return uuid_valid(key) && key[14] == '4' && strchr("89abAB", key[19]);
}

/* Who the key belongs to: a payor's session, or with one merchant, its scope. */
static const char *principal(const struct call *c)
{
	if (*c->invoice_id)
		return c->invoice_id;
	return c->scope == SCOPE_COMMERCE ? "commerce" : "merchant";
}

/* Parts are told apart by a NUL, which none of them holds. */
static void hash_request(const struct call *c, char ret[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const struct route *route = c->match.route;

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		abort(); /* no memory, or a libcrypto without SHA-256 */
	EVP_DigestUpdate(ctx, http_method_name(route->method),
			 strlen(http_method_name(route->method)) + 1);
	EVP_DigestUpdate(ctx, route->path, strlen(route->path) + 1);
	for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
		EVP_DigestUpdate(ctx, c->match.params[i], strlen(c->match.params[i]) + 1);
	if (c->body_len)
		EVP_DigestUpdate(ctx, c->body, c->body_len);
	for (size_t i = 0; i < c->param_count; i++) { /* a cart is cleared by its query */
		EVP_DigestUpdate(ctx, "", 1);
		EVP_DigestUpdate(ctx, c->params[i].name, strlen(c->params[i].name) + 1);
		EVP_DigestUpdate(ctx, c->params[i].value, strlen(c->params[i].value) + 1);
	}
	EVP_DigestFinal_ex(ctx, digest, &len);
	EVP_MD_CTX_free(ctx);
	for (unsigned int i = 0; i < 32; i++)
		str_printf(ret + 2 * i, 3, "%02x", digest[i]);
}

static void answer_repeat(const struct idempotency *it, const struct idempotency_record *old,
			  struct reply *r)
{
	if (!str_equal(old->body_hash, it->body_hash)) {
		reply_error(r, 409, CODE_IDEMPOTENCY_REUSED,
			    "This Idempotency-Key was used for another request");
	} else if (old->status == 0) {
		reply_error(r, 409, CODE_IDEMPOTENCY_PROGRESS,
			    "The first request with this Idempotency-Key is still running");
	} else {
		reply_release(r);
		r->status = old->status;
		r->body = xmemdup0(old->response, strlen(old->response));
		r->replayed = true;
	}
}

enum repeat idempotency_check(struct world *w, const struct call *c, struct idempotency *it,
			      struct reply *r)
{
	struct idempotency_record old = {0};
	struct problem why = {0};
	enum status st;

	it->principal = principal(c);
	hash_request(c, it->body_hash);
	st = ledger_idempotency_get(w->ledger, it->principal, c->idempotency_key, &old, &why);
	if (st == E_NOT_FOUND)
		return REPEAT_NEW;
	if (st != S_OK) {
		reply_problem(r, &why);
		return REPEAT_ANSWERED;
	}
	if (w->now_ms - old.created_ms < IDEMPOTENCY_WINDOW_MS) {
		answer_repeat(it, &old, r);
		free(old.response);
		return REPEAT_ANSWERED;
	}
	free(old.response);
	return REPEAT_NEW;
}

enum status idempotency_store(struct world *w, const struct call *c, const struct idempotency *it,
			      const struct reply *r, struct problem *reterr)
{
	return ledger_idempotency_put(w->ledger, it->principal, c->idempotency_key, it->body_hash,
				      r->status, r->body, w->now_ms, reterr);
}
