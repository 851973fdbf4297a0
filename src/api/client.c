#include "api/call.h"

#include "base/redact.h"
#include "base/rng.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <strings.h>

static const char *const verbs[ROUTE_COUNT] = {
	[ROUTE_INVOICE_LIST] = "list invoices",
	[ROUTE_INVOICE_GET] = "look up invoice",
	[ROUTE_INVOICE_CANCEL] = "cancel invoice",
	[ROUTE_INVOICE_SESSION] = "look up the payment session of",
	[ROUTE_INVOICE_REFUNDS] = "list refunds of",
	[ROUTE_REFUND_LIST] = "list refunds",
	[ROUTE_REFUND_GET] = "look up refund",
	[ROUTE_EVENT_LIST] = "list events",
	[ROUTE_EVENT_GET] = "look up event",
	[ROUTE_ORDER_LIST] = "list orders",
	[ROUTE_ORDER_GET] = "look up order",
	[ROUTE_ORDER_CANCEL] = "cancel order",
	[ROUTE_ORDER_BY_INVOICE] = "look up the order of",
	[ROUTE_CART_GET] = "look up the cart",
	[ROUTE_CART_VALIDATE] = "check the cart",
	[ROUTE_CART_TOTALS] = "add the cart up",
	[ROUTE_PRODUCT_SEARCH] = "search products",
	[ROUTE_PRODUCT_GET] = "look up product",
	[ROUTE_PRODUCT_OFFERS] = "list offers of",
	[ROUTE_SESSION_DETAILS] = "look up the payment session",
	[ROUTE_SESSION_TOKENS] = "list what it can be paid with",
	[ROUTE_SESSION_EMAIL_GET] = "look up the payor's e-mail",
	[ROUTE_CAPABILITIES] = "ask for capabilities",
	[ROUTE_KYC_LIST] = "list KYC checks",
	[ROUTE_KYC_GET] = "look up the KYC check of",
	[ROUTE_DEPOSIT_LIST] = "list deposits",
	[ROUTE_DEPOSIT_GET] = "look up deposit",
	[ROUTE_PAYOUT_LIST] = "list payouts",
	[ROUTE_PAYOUT_GET] = "look up payout",
};

#define CHECK_FIRST "look the object up before trying again"

static bool call_is_write(const struct api_call *call)
{
	return !route_is_harmless(call->route);
}

/* "cancel invoice 5f0c…", short enough to leave room for what went wrong. */
static const char *call_name(const struct api_call *call, char *buf, size_t cap)
{
	const char *verb = verbs[call->route];

	if (verb == NULL)
		verb = route_get(call->route)->name;
	if (call->target != NULL)
		str_printf(buf, cap, "%s %.80s", verb, call->target);
	else
		str_copy(buf, cap, verb);
	return buf;
}

static enum status call_problem(const struct api_client *c, const struct api_call *call,
				struct problem *reterr, enum status st, const char *next,
				const char *why)
{
	char name[128];

	call_name(call, name, sizeof(name));
	return problem_set(reterr, st, next, "%s: %s (%.60s)", name, why, c->base_url);
}

enum status api_nonsense(const struct api_client *c, const struct api_call *call,
			 struct problem *reterr, const char *fmt, ...)
{
	struct strbuf why;
	va_list ap;
	enum status st = call_is_write(call) ? E_UNKNOWN_OUTCOME : E_PROTOCOL;
	const char *next = call_is_write(call) ? CHECK_FIRST : "check that the URL is Pepay's API";

	strbuf_init(&why, sizeof(((struct problem *)0)->what));
	va_start(ap, fmt);
	strbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	call_problem(c, call, reterr, st, next, strbuf_str(&why));
	strbuf_release(&why);
	return st;
}

const char *api_filter(const char *value)
{
	return value != NULL && value[0] != '\0' ? value : NULL;
}

const char *api_number(char buf[API_NUMBER_CAP], int64_t value)
{
	if (value == 0)
		return NULL;
	str_printf(buf, API_NUMBER_CAP, "%" PRId64, value);
	return buf;
}

/* --- building ---------------------------------------------------------------- */

/* Dot segments would be folded into another path on the way. */
static bool target_usable(const char *target)
{
	return target[0] != '\0' && strcmp(target, ".") != 0 && strcmp(target, "..") != 0;
}

static enum status call_url(const struct api_client *c, const struct api_call *call,
			    char url[HTTP_URL_CAP])
{
	struct strbuf sb;
	char path[HTTP_URL_CAP];
	char separator = '?';
	enum status st;

	if (call->target != NULL && !target_usable(call->target))
		return E_INVALID;
	st = route_format(call->route, &call->target, call->target != NULL ? 1 : 0, path,
			  sizeof(path));
	if (st != S_OK)
		return st;
	strbuf_init(&sb, HTTP_URL_CAP - 1);
	strbuf_addstr(&sb, c->base_url);
	strbuf_addstr(&sb, path);
	for (size_t i = 0; i < API_QUERY_MAX && call->query[i].name != NULL; i++) {
		if (call->query[i].value == NULL)
			continue;
		strbuf_addch(&sb, separator);
		strbuf_addstr(&sb, call->query[i].name);
		strbuf_addch(&sb, '=');
		strbuf_add_urlencoded(&sb, call->query[i].value);
		separator = '&';
	}
	st = sb.overflow ? E_LIMIT : S_OK;
	if (st == S_OK)
		str_copy(url, HTTP_URL_CAP, strbuf_str(&sb));
	strbuf_release(&sb);
	return st;
}

/* Exactly one key leaves with a call, in the header its surface asks for. */
static bool call_key(const struct api_client *c, enum surface surface, struct http_header *ret)
{
	bool merchant = surface == SURFACE_MERCHANT ||
			(surface == SURFACE_ANY_KEY && c->merchant_key != NULL);

	if (surface != SURFACE_MERCHANT && surface != SURFACE_COMMERCE &&
	    surface != SURFACE_ANY_KEY)
		return false;
	ret->name = merchant ? "x-api-key" : "x-commerce-api-key";
	ret->value = merchant ? c->merchant_key : c->commerce_key;
	return ret->value != NULL;
}

static void add_header(struct http_request *rq, const char *name, const char *value)
{
	rq->headers[rq->header_count++] = (struct http_header){.name = name, .value = value};
}

static const char *const missing_key[] = {
	[SURFACE_MERCHANT] = "needs a merchant key",
	[SURFACE_COMMERCE] = "needs a commerce key",
	[SURFACE_ANY_KEY] = "needs a merchant or a commerce key",
	[SURFACE_PAYOR] = "needs the link of the payment session",
	[SURFACE_CONTROL] = "is not for this client",
};

/* What says who is calling. */
static bool add_credentials(const struct api_client *c, const struct api_call *call,
			    struct http_request *rq)
{
	enum surface surface = route_get(call->route)->surface;
	struct http_header key;

	if (surface == SURFACE_PAYOR) {
		if (call->pass == NULL || call->pass->token[0] == '\0' ||
		    call->pass->signature[0] == '\0')
			return false;
		add_header(rq, "x-session-token", call->pass->token);
		add_header(rq, "x-signature", call->pass->signature);
		return true;
	}
	if (!call_key(c, surface, &key))
		return false;
	add_header(rq, key.name, key.value);
	return true;
}

static enum status call_build(const struct api_client *c, const struct api_call *call,
			      char url[HTTP_URL_CAP], struct http_request *ret,
			      struct problem *reterr)
{
	const struct route *route = route_get(call->route);
	struct http_request rq = {.method = route->method,
				  .url = url,
				  .body = call->body,
				  .harmless = route_is_harmless(call->route)};
	enum status st = call_url(c, call, url);

	if (st != S_OK)
		return call_problem(c, call, reterr, st, "check the id",
				    "this cannot be put into a URL");
	if (!add_credentials(c, call, &rq))
		return call_problem(c, call, reterr, E_AUTH,
				    route->surface == SURFACE_PAYOR ? "paste the payment link"
								    : "configure the key for it",
				    missing_key[route->surface]);
	if (route->idempotent &&
	    (call->idempotency_key == NULL || !uuid_valid(call->idempotency_key)))
		return call_problem(c, call, reterr, E_INVALID, NULL,
				    "needs an idempotency key that is a UUID");
	add_header(&rq, "Accept", "application/json");
	if (route->idempotent)
		add_header(&rq, "Idempotency-Key", call->idempotency_key);
	if (call->body != NULL) {
		rq.body_len = strlen(call->body);
		add_header(&rq, "Content-Type", "application/json");
	}
	*ret = rq;
	return S_OK;
}

/* --- judging the answer ------------------------------------------------------ */

static bool is_json(const char *content_type)
{
	static const char json[] = "application/json";
	size_t n = sizeof(json) - 1;

	if (strncasecmp(content_type, json, n) != 0)
		return false;
	return content_type[n] == '\0' || content_type[n] == ';' || content_type[n] == ' ';
}

static const char *advice(const struct api_call *call, enum status st)
{
	switch (st) {
	case E_AUTH:
		return call->pass != NULL ? "paste the whole payment link" : "check the API key";
	case E_DENIED:
		if (call->pass != NULL)
			return "paste the whole payment link";
		return "check what this key may do, and in which environment";
	case E_NOT_FOUND:
		return "check the id and the environment";
	case E_RATE:
		return "wait, then try again";
	case E_NETWORK:
		return "try again; the server may be in trouble";
	case E_UNKNOWN_OUTCOME:
		return CHECK_FIRST;
	default:
		return NULL;
	}
}

/*
 * Which refusals of a write leave open whether it was done: the server's own failures, a time-out,
 * a redirect (303 follows a success), and the answer that the first attempt is still running.
 */
static bool leaves_open(int http_status, const struct fault *f)
{
	return http_status < 400 || http_status >= 500 || http_status == 408 ||
	       (http_status == 409 && strcmp(f->code, CODE_IDEMPOTENCY_PROGRESS) == 0);
}

/* Appends the text without the payor's secrets; nothing where they cannot be looked for. */
static void add_scrubbed(const struct api_call *call, const char *text, size_t len,
			 struct strbuf *out)
{
	const char *const secrets[] = {call->pass->token, call->pass->signature};
	struct redactor *r = redactor_new();
	bool known = true;

	for (size_t i = 0; i < 2; i++)
		known = redactor_add(r, secrets[i], 2) == S_OK && known;
	if (known)
		redactor_apply(r, text, len, out);
	redactor_free(r);
}

/* A server that repeats the payor's secrets in its refusal must not get them onto a screen: before
 * anything is cut, and again where JSON's escapes hid them. */
static void scrub_answer(const struct api_call *call, struct http_response *answer)
{
	struct strbuf clean;

	strbuf_init(&clean, HTTP_BODY_MAX);
	add_scrubbed(call, api_body_text(answer), answer->body_len, &clean);
	free(answer->body);
	answer->body_len = clean.len;
	answer->body = strbuf_take(&clean);
	answer->request_id[0] = '\0';
}

static void scrub_words(const struct api_call *call, char *words, size_t cap)
{
	struct strbuf clean;

	strbuf_init(&clean, cap - 1);
	add_scrubbed(call, words, strlen(words), &clean);
	(void)str_copy(words, cap, strbuf_str(&clean));
	strbuf_release(&clean);
}

static enum status call_refused(const struct api_client *c, const struct api_call *call,
				const struct http_response *answer, struct fault *ret_fault,
				struct problem *reterr)
{
	struct strbuf why;
	struct fault f;
	bool json = is_json(answer->content_type);
	enum status st;

	fault_decode(answer->status, json ? api_body_text(answer) : "", json ? answer->body_len : 0,
		     &f);
	if (call->pass != NULL) {
		scrub_words(call, f.code, sizeof(f.code));
		scrub_words(call, f.message, sizeof(f.message));
	}
	f.http_status = answer->status;
	str_copy(f.request_id, sizeof(f.request_id), answer->request_id);
	f.retry_after_ms = answer->retry_after_ms;
	st = answer->status >= 400 ? fault_status(answer->status) : E_PROTOCOL;
	if (call_is_write(call) && leaves_open(answer->status, &f))
		st = E_UNKNOWN_OUTCOME;

	strbuf_init(&why, sizeof(((struct problem *)0)->what));
	strbuf_addf(&why, "HTTP %d", answer->status);
	if (answer->status >= 300 && answer->status < 400)
		strbuf_addstr(&why, ", a redirect, which is never followed");
	if (f.code[0] != '\0')
		strbuf_addf(&why, " %s", f.code);
	if (f.message[0] != '\0')
		strbuf_addf(&why, ": %.80s", f.message);
	if (st == E_RATE && f.retry_after_ms > 0)
		strbuf_addf(&why, "; it asks us to wait %lld s",
			    (long long)(f.retry_after_ms + 999) / 1000);
	if (f.request_id[0] != '\0')
		strbuf_addf(&why, ", request %.40s", f.request_id);
	call_problem(c, call, reterr, st, advice(call, st), strbuf_str(&why));
	strbuf_release(&why);
	if (ret_fault != NULL)
		*ret_fault = f;
	return st;
}

/* The transport's own words, under the name of what was tried. */
static enum status call_unanswered(const struct api_client *c, const struct api_call *call,
				   enum status st, const struct problem *cause,
				   struct problem *reterr)
{
	if (st == E_UNKNOWN_OUTCOME && !call_is_write(call))
		st = E_NETWORK;
	if (st == E_TIMEOUT && call_is_write(call))
		st = E_UNKNOWN_OUTCOME;
	return call_problem(c, call, reterr, st,
			    st == E_UNKNOWN_OUTCOME ? CHECK_FIRST : cause->next,
			    cause->what[0] != '\0' ? cause->what : status_words(st));
}

static void reply_fill(struct api_reply *reply, const struct http_response *answer)
{
	if (reply == NULL)
		return;
	reply->replayed = answer->idempotent_replayed;
	reply->latency_ms = answer->latency_ms;
	str_copy(reply->request_id, sizeof(reply->request_id), answer->request_id);
}

enum status api_call(const struct api_client *c, const struct api_call *call,
		     struct http_response *ret, struct api_reply *ret_reply,
		     struct fault *ret_fault, struct problem *reterr)
{
	char url[HTTP_URL_CAP];
	struct http_request rq;
	struct http_response answer = {.retry_after_ms = -1};
	struct problem cause = {.status = S_OK};
	enum status st;

	if (ret_fault != NULL)
		*ret_fault = (struct fault){.retry_after_ms = -1};
	if (ret_reply != NULL)
		*ret_reply = (struct api_reply){.replayed = false};
	st = call_build(c, call, url, &rq, reterr);
	if (st != S_OK)
		return st;
	st = c->http->perform(c->http_ctx, &rq, &answer, &cause);
	if (st != S_OK)
		return call_unanswered(c, call, st, &cause, reterr);
	reply_fill(ret_reply, &answer);
	if (call->pass != NULL && (answer.status < 200 || answer.status > 299))
		scrub_answer(call, &answer);
	if (answer.status < 200 || answer.status > 299)
		st = call_refused(c, call, &answer, ret_fault, reterr);
	else if (!is_json(answer.content_type))
		st = api_nonsense(c, call, reterr,
				  "HTTP %d, but its content type is '%s', not JSON", answer.status,
				  answer.content_type);
	if (st != S_OK) {
		http_response_release(&answer);
		return st;
	}
	*ret = answer;
	return S_OK;
}
