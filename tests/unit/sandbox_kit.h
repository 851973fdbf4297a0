/* A world for the sandbox's unit tests, and calls to its API without a socket. */
#ifndef TESTS_UNIT_SANDBOX_KIT_H
#define TESTS_UNIT_SANDBOX_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/call.h"
#include "sandbox/director.h"
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/query.h"

#define KIT_EPOCH 1768478400000LL /* 2026-01-15T12:00:00Z */
#define KEY_1     "7b3f9a52-1c9e-4d0a-8f53-0a6a2b1c3d4e"
#define KEY_2     "0c5d2e18-93aa-4f7b-b6de-5f0e9d8c7b6a"

struct kit {
	struct world w;
	struct frozen_time time;
	struct problem why;
	struct director *d;
	int wakes;
	uint64_t keys;
};

/* An assertion that says what the problem was. */
#define ok(kit, expression)                                                                      \
	do {                                                                                     \
		enum status st_ = (expression);                                                  \
		if (st_ != S_OK)                                                                 \
			fail_msg("%s: %s: %s", #expression, status_words(st_), (kit)->why.what); \
	} while (0)

static inline void kit_woken(void *ctx)
{
	((struct kit *)ctx)->wakes++;
}

static inline void kit_start(struct kit *k, const char *path, uint64_t seed)
{
	*k = (struct kit){.time = {.wall_ms = KIT_EPOCH, .mono_ms = 5000}};
	k->w = (struct world){.real = clock_frozen(&k->time),
			      .epoch_ms = KIT_EPOCH,
			      .started_mono_ms = 5000,
			      .speed = 1,
			      .now_ms = KIT_EPOCH,
			      .environment = "devnet",
			      .base_url = "http://127.0.0.1:8080",
			      .on_event = kit_woken,
			      .on_event_ctx = k};
	rng_seed(&k->w.rng, seed);
	ok(k, ledger_open(path, &k->w.ledger, &k->why));
}

static inline void kit_stop(struct kit *k)
{
	director_free(k->d);
	ledger_close(k->w.ledger);
	*k = (struct kit){0};
}

static inline void kit_wait(struct kit *k, int64_t ms)
{
	k->time.mono_ms += ms;
	k->time.wall_ms += ms;
}

/* Runs one operation in a transaction of its own. */
#define in_transaction(kit, expression)                               \
	do {                                                          \
		ok(kit, ledger_begin((kit)->w.ledger, &(kit)->why));  \
		ok(kit, expression);                                  \
		ok(kit, ledger_commit((kit)->w.ledger, &(kit)->why)); \
	} while (0)

/* The operation must be refused with `status`, and leave no trace. */
#define refused(kit, status, expression)                             \
	do {                                                         \
		ok(kit, ledger_begin((kit)->w.ledger, &(kit)->why)); \
		assert_int_equal((expression), (status));            \
		ledger_rollback((kit)->w.ledger);                    \
	} while (0)

/* --- calls ---------------------------------------------------------------------------- */

/* A call through routing, parameters and dispatch; `key` NULL: no header. */
static inline struct reply kit_call(struct kit *k, enum key_scope scope, enum http_method method,
				    const char *target, const char *body, const char *key)
{
	struct call *c = xcalloc(1, sizeof(*c));
	struct reply r = {.retry_after_s = -1};
	size_t path_len = strcspn(target, "?");

	if (route_match(method, target, path_len, &c->match) != S_OK)
		fail_msg("no route: %s", target);
	if (target[path_len])
		ok(k, query_parse(target + path_len + 1, c->params, &c->param_count, &k->why));
	c->scope = scope;
	c->body = body ? body : "";
	c->body_len = strlen(c->body);
	c->idempotency_key = key ? key : "";
	str_copy(c->request_id, sizeof(c->request_id), "req_test");
	api_dispatch(&k->w, c, &r);
	free(c);
	return r;
}

static inline struct json *kit_parse(const struct reply *r)
{
	struct json *root = NULL;
	struct problem why = {0};

	assert_non_null(r->body);
	if (json_parse(r->body, strlen(r->body), &root, &why) != S_OK)
		fail_msg("not JSON: %s: %.200s", why.what, r->body);
	return root;
}

/* GET that must answer 200, parsed. */
static inline struct json *kit_get(struct kit *k, enum key_scope scope, const char *target)
{
	struct reply r = kit_call(k, scope, HTTP_GET, target, NULL, NULL);
	struct json *root;

	if (r.status != 200)
		fail_msg("GET %s: %d %s", target, r.status, r.body);
	root = kit_parse(&r);
	reply_release(&r);
	return root;
}

/* The value at "data.0.status"; numbers walk arrays. NULL when there is none. */
static inline const struct json *at(const struct json *v, const char *path)
{
	char word[64];

	while (v && *path) {
		size_t len = strcspn(path, ".");

		str_printf(word, sizeof(word), "%.*s", (int)len, path);
		if (json_kind(v) == JSON_ARRAY) {
			long n = strtol(word, NULL, 10);

			v = json_first(v);
			while (v && n-- > 0)
				v = json_next(v);
		} else {
			v = json_get(v, word);
		}
		path += len + (path[len] == '.');
	}
	return v;
}

static inline const char *text_at(const struct json *v, const char *path)
{
	const char *text = json_string(at(v, path));

	if (!text) {
		char *all = json_print(v);

		fail_msg("no string at %s of %.400s", path, all);
	}
	return text;
}

static inline int64_t int_at(const struct json *v, const char *path)
{
	int64_t n = 0;

	if (!at(v, path) || json_int64(at(v, path), &n) != S_OK)
		fail_msg("no whole number at %s", path);
	return n;
}

static inline bool bool_at(const struct json *v, const char *path)
{
	bool b = false;

	if (!at(v, path) || json_bool(at(v, path), &b) != S_OK)
		fail_msg("no boolean at %s", path);
	return b;
}

static inline void assert_null_at(const struct json *v, const char *path)
{
	const struct json *it = at(v, path);

	if (!it || json_kind(it) != JSON_NULL)
		fail_msg("not null: %s", path);
}

/* The call must answer `status` with this error code, and its message must hold `word`. */
static inline void assert_refusal(struct reply *r, int status, const char *code, const char *word)
{
	struct json *root = kit_parse(r);

	if (r->status != status || !str_equal(text_at(root, "error.code"), code) ||
	    !strstr(text_at(root, "error.message"), word))
		fail_msg("wanted %d %s …%s…, got %d %s", status, code, word, r->status, r->body);
	assert_false(bool_at(root, "success"));
	json_free(root);
	reply_release(r);
}

/* Creates an invoice through the API; its id into buf. */
static inline void kit_invoice(struct kit *k, const char *body, char id[ID_CAP])
{
	char key[UUID_CAP];
	struct rng keys;
	struct reply r;
	struct json *root;

	rng_seed(&keys, 1000 + k->keys++);
	r = kit_call(k, SCOPE_MERCHANT, HTTP_POST, "/api/v1/invoices", body, rng_uuid(&keys, key));
	if (r.status != 201)
		fail_msg("create: %d %s", r.status, r.body);
	root = kit_parse(&r);
	str_copy(id, ID_CAP, text_at(root, "invoice_id"));
	json_free(root);
	reply_release(&r);
}

#endif
