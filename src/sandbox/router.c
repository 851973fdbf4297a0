#include "sandbox/router.h"

#include "base/strbuf.h"
#include "sandbox/auth_dashboard.h"
#include "sandbox/control.h"
#include "sandbox/hosted.h"
#include "sandbox/query.h"
#include "sandbox/rev_a.h"

#include <strings.h>

#define CODE_METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED"
#define CODE_MEDIA_TYPE         "UNSUPPORTED_MEDIA_TYPE"

void site_init(struct site *s, struct world *w)
{
	struct rng seed = w->rng; /* a copy: the world's own sequence is not disturbed */

	*s = (struct site){.world = w, .rules = {.max_lag = MAX_LAG_DEFAULT}};
	rng_seed(&s->ids, rng_next(&seed) ^ UINT64_C(0x7265717565737473));
}

static bool router_is_plain(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
	return n && n < ID_CAP && !s[n];
}

void router_request_id(struct site *s, const struct http1_request *req, char ret[ID_CAP])
{
	const char *given = http1_header(req, "x-request-id");
	char hex[25];

	if (given && router_is_plain(given)) {
		str_copy(ret, ID_CAP, given);
		return;
	}
	rng_hex(&s->ids, hex, 12);
	str_printf(ret, ID_CAP, "req_%s", hex);
}

struct credentials router_credentials(const struct http1_request *req)
{
	return (struct credentials){.api_key = http1_header(req, "x-api-key"),
				    .commerce_key = http1_header(req, "x-commerce-api-key"),
				    .session_token = http1_header(req, "x-session-token"),
				    .signature = http1_header(req, "x-signature"),
				    .authorization = http1_header(req, "authorization")};
}

void router_refuse(struct reply *r, const struct problem *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", why->what);
}

/* HEAD is GET whose body stays here. */
static bool router_method(const char *name, enum http_method *ret)
{
	if (!strcmp(name, "HEAD"))
		name = "GET";
	for (int m = HTTP_GET; m <= HTTP_DELETE; m++)
		if (!strcmp(http_method_name((enum http_method)m), name)) {
			*ret = (enum http_method)m;
			return true;
		}
	return false;
}

/* Which methods a path takes. */
static const char *router_allow(const char *path)
{
	static const char *const lists[] = {"",
					    "GET, HEAD",
					    "POST",
					    "GET, HEAD, POST",
					    "PUT",
					    "GET, HEAD, PUT",
					    "POST, PUT",
					    "GET, HEAD, POST, PUT",
					    "DELETE",
					    "GET, HEAD, DELETE",
					    "POST, DELETE",
					    "GET, HEAD, POST, DELETE",
					    "PUT, DELETE",
					    "GET, HEAD, PUT, DELETE",
					    "POST, PUT, DELETE",
					    "GET, HEAD, POST, PUT, DELETE"};
	struct route_match m;
	unsigned taken = 0;

	for (int method = HTTP_GET; method <= HTTP_DELETE; method++)
		if (route_match((enum http_method)method, path, strlen(path), &m) == S_OK)
			taken |= 1u << method;
	return lists[taken];
}

static bool router_match(const struct site *s, const struct http1_request *req, struct call *c,
			 struct answer *a)
{
	enum http_method method = HTTP_GET;
	bool known = router_method(req->method, &method);
	enum status st = route_match(method, req->path, strlen(req->path), &c->match);

	if (st == S_OK && !known)
		st = E_UNSUPPORTED;
	if (control_is_path(req->path) && !s->world->control)
		st = E_NOT_FOUND;
	if (!strcmp(req->path, "/")) /* well-formed, though no template has an empty segment */
		st = E_NOT_FOUND;
	switch (st) {
	case S_OK:
		return true;
	case E_UNSUPPORTED:
		a->allow = router_allow(req->path);
		reply_error(&a->reply, 405, CODE_METHOD_NOT_ALLOWED, "%s is not allowed here",
			    req->method);
		break;
	case E_NOT_FOUND:
		reply_error(&a->reply, 404, CODE_NOT_FOUND, "No such endpoint: %s", req->path);
		break;
	default:
		reply_error(&a->reply, 400, CODE_VALIDATION_ERROR, "Malformed path");
	}
	return false;
}

static bool router_is_type(const struct http1_request *req, const char *want)
{
	const char *type = http1_header(req, "content-type");
	size_t n = type ? strcspn(type, "; \t") : 0;

	return n == strlen(want) && !strncasecmp(type, want, n);
}

/* A key beside a dashboard token decides, as the more particular of the two (INFERRED). */
static bool router_is_dashboard(const struct credentials *given, const struct route *route)
{
	return given->authorization && !given->api_key && !given->commerce_key &&
	       dashboard_serves(route);
}

static bool router_authorize(struct site *s, const struct http1_request *req, struct call *c,
			     struct reply *r)
{
	struct credentials given = router_credentials(req);
	enum surface surface = c->match.route->surface;
	struct problem why = {0};

	if (surface == SURFACE_CONTROL)
		return control_admit(http1_header(req, "host"), http1_header(req, "origin"), r);
	if (surface == SURFACE_PAYOR) {
		if (auth_check_session(s->world, given, c->invoice_id, &why) == S_OK)
			return true;
		auth_refuse_session(r, &why);
	} else if (router_is_dashboard(&given, c->match.route)) {
		c->scope = surface == SURFACE_COMMERCE ? SCOPE_COMMERCE : SCOPE_MERCHANT;
		if (dashboard_check(s->world, given.authorization, &why) == S_OK)
			return true;
		auth_refuse(r, &why);
	} else {
		if (auth_check(s->world, surface, given, &c->scope, &why) == S_OK)
			return true;
		auth_refuse(r, &why);
	}
	return false;
}

/* By the machine's clock: the story's may run a thousand times as fast. */
static bool router_rate(struct site *s, const struct call *c, struct reply *r)
{
	int64_t wait_ms;

	if (c->match.route->surface == SURFACE_CONTROL)
		return true;
	wait_ms = rate_take(&s->rules.rate, &s->buckets[c->scope], clock_mono_ms(&s->world->real));
	if (wait_ms)
		rate_refuse(r, wait_ms);
	return !wait_ms;
}

static bool router_prepare(struct site *s, const struct http1_request *req, struct call *c,
			   struct answer *a)
{
	struct problem why = {0};

	if (!router_match(s, req, c, a) || !router_authorize(s, req, c, &a->reply))
		return false;
	if (!router_rate(s, c, &a->reply))
		return false;
	if (query_parse(req->query, c->params, &c->param_count, &why)) {
		router_refuse(&a->reply, &why);
		return false;
	}
	if (c->body_len && c->match.route->method != HTTP_GET &&
	    !router_is_type(req, "application/json")) {
		reply_error(&a->reply, 415, CODE_MEDIA_TYPE,
			    "A body needs Content-Type: application/json");
		return false;
	}
	return true;
}

/* The hosted page is no route of the API: a form's fields come where a query would. */
static void router_serve_page(struct site *s, const struct http1_request *req, struct call *c,
			      struct answer *a)
{
	bool post = !strcmp(req->method, "POST");
	struct problem why = {0};

	if (!post && strcmp(req->method, "GET") && strcmp(req->method, "HEAD")) {
		a->allow = "GET, HEAD, POST";
		reply_error(&a->reply, 405, CODE_METHOD_NOT_ALLOWED, "%s is not allowed here",
			    req->method);
	} else if (post && !router_is_type(req, "application/x-www-form-urlencoded")) {
		reply_error(&a->reply, 415, CODE_MEDIA_TYPE, "This takes an HTML form");
	} else if (strlen(c->body) != c->body_len ||
		   query_parse(post ? c->body : req->query, c->params, &c->param_count, &why)) {
		reply_error(&a->reply, 400, CODE_VALIDATION_ERROR, "Malformed form");
	} else {
		if (s->before_call)
			s->before_call(s->ctx);
		(post ? hosted_submit : hosted_show)(s->world, c, &a->reply);
		if (post && s->after_write)
			s->after_write(s->ctx);
	}
}

static void router_rev_a(const struct site *s, struct reply *r)
{
	char *older = s->rules.rev_a && r->body && r->status < 300
			      ? rev_a_text(r->body, strlen(r->body))
			      : NULL;

	if (older) {
		free(r->body);
		r->body = older;
	}
}

void router_serve(struct site *s, const struct http1_request *req, const char *body,
		  size_t body_len, struct answer *ret)
{
	struct call c = {.body = body, .body_len = body_len};
	const char *key = http1_header(req, "idempotency-key");

	*ret = (struct answer){.reply = {.retry_after_s = -1}};
	router_request_id(s, req, ret->request_id);
	str_copy(c.request_id, sizeof(c.request_id), ret->request_id);
	c.idempotency_key = key ? key : "";
	if (!strcmp(req->path, HOSTED_PATH)) {
		router_serve_page(s, req, &c, ret);
		return;
	}
	if (!router_prepare(s, req, &c, ret))
		return;
	if (s->before_call)
		s->before_call(s->ctx);
	api_dispatch(s->world, &c, &ret->reply);
	router_rev_a(s, &ret->reply);
	if (c.match.route->method != HTTP_GET && s->after_write)
		s->after_write(s->ctx);
}
