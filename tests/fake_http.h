/*
 * A transport that answers from a list and keeps what it was asked: for tests of
 * the typed client and of what the REST thread makes of it.
 */
#ifndef PEPAYTOP_TESTS_FAKE_HTTP_H
#define PEPAYTOP_TESTS_FAKE_HTTP_H

#include "api/client.h"
#include "base/alloc.h"
#include "base/strbuf.h"

#define FAKE_MAX 8

struct fake_answer {
	enum status fails; /* not S_OK: no answer arrives */
	int http_status;
	const char *type; /* content type; NULL: application/json */
	const char *body;
	bool replayed;
	int64_t retry_after_ms;
};

struct fake_http {
	struct fake_answer answers[FAKE_MAX];
	size_t asked;
	struct {
		enum http_method method;
		char url[HTTP_URL_CAP];
		char headers[512]; /* "name: value\n" each, in order */
		char body[256];
	} calls[FAKE_MAX];
};

static inline enum status fake_perform(void *ctx, const struct http_request *rq,
				       struct http_response *ret, struct problem *reterr)
{
	struct fake_http *f = ctx;
	const struct fake_answer *a = &f->answers[f->asked];
	struct strbuf headers;

	assert_true(f->asked < FAKE_MAX);
	f->calls[f->asked].method = rq->method;
	assert_true(str_copy(f->calls[f->asked].url, HTTP_URL_CAP, rq->url));
	strbuf_init(&headers, sizeof(f->calls[0].headers) - 1);
	for (size_t i = 0; i < rq->header_count; i++)
		strbuf_addf(&headers, "%s: %s\n", rq->headers[i].name, rq->headers[i].value);
	assert_true(str_copy(f->calls[f->asked].headers, sizeof(f->calls[0].headers),
			     strbuf_str(&headers)));
	strbuf_release(&headers);
	(void)str_copy(f->calls[f->asked].body, sizeof(f->calls[0].body),
		       rq->body != NULL ? rq->body : "");
	f->asked++;
	if (a->fails != S_OK)
		return problem_set(reterr, a->fails, "do this", "the line went dead");
	*ret = (struct http_response){.status = a->http_status,
				      .idempotent_replayed = a->replayed,
				      .retry_after_ms =
					      a->retry_after_ms != 0 ? a->retry_after_ms : -1,
				      .latency_ms = 12};
	(void)str_copy(ret->content_type, sizeof(ret->content_type),
		       a->type != NULL ? a->type : "application/json; charset=utf-8");
	(void)str_copy(ret->request_id, sizeof(ret->request_id), "req_7");
	if (a->body != NULL) {
		ret->body = xstrdup(a->body);
		ret->body_len = strlen(a->body);
	}
	return S_OK;
}

static const struct http_ops FAKE_OPS = {.perform = fake_perform};

#define FAKE_MERCHANT_KEY "pk_test_merchant"
#define FAKE_COMMERCE_KEY "ck_test_commerce"

static inline struct api_client fake_client(struct fake_http *f)
{
	return (struct api_client){.http = &FAKE_OPS,
				   .http_ctx = f,
				   .base_url = "https://api.example.com",
				   .merchant_key = FAKE_MERCHANT_KEY,
				   .commerce_key = FAKE_COMMERCE_KEY};
}

#define UUID_A "11111111-2222-4333-8444-555555555555"
#define INVOICE(id, status)                                                                  \
	"{\"object\":\"invoice\",\"id\":\"" id "\",\"merchant_id\":123,\"status\":\"" status \
	"\",\"invoice_type\":\"standard\",\"currency\":\"usd\",\"amount\":49990,"            \
	"\"amount_decimal\":\"49.990\",\"amount_paid\":0,\"amount_paid_decimal\":\"0.000\"," \
	"\"amount_remaining\":49990,\"amount_remaining_decimal\":\"49.990\","                \
	"\"amount_unit\":\"usd_millis\",\"environment\":\"devnet\",\"created_at\":1766320000}"
#define EVENT_OF(id)                                                                             \
	"{\"object\":\"event\",\"id\":\"" id "\",\"type\":\"test.ping\",\"created\":1766320000," \
	"\"api_version\":\"2025-12-16\",\"livemode\":false,\"pending_webhooks\":0,"              \
	"\"request\":{\"id\":null,\"idempotency_key\":null},"                                    \
	"\"data\":{\"object\":{\"object\":\"ping\",\"status\":\"ok\"}}}"
#define LIST(rows)    "{\"object\":\"list\",\"data\":[" rows "],\"has_more\":true}"
#define SUCCESS(data) "{\"success\":true,\"data\":" data "}"
#define ERROR_A(code, message) \
	"{\"success\":false,\"error\":{\"code\":\"" code "\",\"message\":\"" message "\"}}"

#endif
