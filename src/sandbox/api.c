#include "sandbox/call.h"

#include "base/strbuf.h"
#include "sandbox/idempotency.h"
#include "sandbox/ledger.h"

static call_handler *const handlers[ROUTE_COUNT] = {
#define X(route, handler) [route] = handler,
	HANDLERS(X)
#undef X
};

static bool is_write(const struct call *c)
{
	return c->match.route->method != HTTP_GET;
}

/* Fills c->json, which stays NULL when there is no body. */
static bool parse_body(struct call *c, struct reply *r)
{
	struct problem why = {0};

	c->json = NULL;
	if (!is_write(c) || c->body_len == 0)
		return true;
	if (json_parse(c->body, c->body_len, &c->json, &why) != S_OK) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "body: %s", why.what);
		return false;
	}
	if (json_kind(c->json) == JSON_OBJECT)
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "body: must be a JSON object");
	return false;
}

/* The transaction of a write: everything or nothing, and the stored answer with it. */
static void run_write(struct world *w, const struct call *c, const struct idempotency *it,
		      struct reply *r)
{
	struct problem why = {0};
	enum status st = ledger_begin(w->ledger, &why);
	bool done = false;

	if (st == S_OK) {
		handlers[c->match.route->id](w, c, r);
		done = r->status >= 200 && r->status < 300;
		if (done && it)
			st = idempotency_store(w, c, it, r, &why);
		if (st == S_OK && done)
			st = ledger_commit(w->ledger, &why);
		else
			ledger_rollback(w->ledger);
	}
	if (st != S_OK)
		reply_problem(r, &why);
	else if (done)
		world_wake(w);
}

static void run_idempotent(struct world *w, const struct call *c, struct reply *r)
{
	struct idempotency it;

	if (!c->idempotency_key || !idempotency_key_valid(c->idempotency_key)) {
		if (c->match.route->idempotent)
			reply_error(r, 400, CODE_IDEMPOTENCY_MISSING,
				    "Idempotency-Key: a v4 UUID is required on this request");
		else
			reply_error(r, 400, CODE_VALIDATION_ERROR,
				    "Idempotency-Key: must be a v4 UUID");
		return;
	}
	if (idempotency_check(w, c, &it, r) == REPEAT_NEW)
		run_write(w, c, &it, r);
}

void api_dispatch(struct world *w, struct call *c, struct reply *r)
{
	const struct route *route = c->match.route;

	r->retry_after_s = -1;
	if (!handlers[route->id]) {
		reply_error(r, 404, CODE_NOT_FOUND, "This sandbox does not serve %s", route->path);
		return;
	}
	if (parse_body(c, r)) {
		if (!is_write(c) ||
		    route->surface == SURFACE_CONTROL) /* minds its own transactions */
			handlers[route->id](w, c, r);
		else if (route->idempotent || (c->idempotency_key && *c->idempotency_key))
			run_idempotent(w, c, r);
		else
			run_write(w, c, NULL, r);
	}
	json_free(c->json);
	c->json = NULL;
}
