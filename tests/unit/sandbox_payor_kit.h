/* A payor of one invoice, who calls through the router as a browser would. */
#ifndef TESTS_UNIT_SANDBOX_PAYOR_KIT_H
#define TESTS_UNIT_SANDBOX_PAYOR_KIT_H

#include "sandbox_kit.h"

#include "sandbox/quotes.h"
#include "sandbox/router.h"
#include "sandbox/session.h"

#define SESSION_PATH "/api/v1/payments/"

struct payor {
	struct kit k;
	struct site site;
	struct session session;
	char invoice_id[ID_CAP];
};

/* `body`: what the merchant creates the invoice with. */
static inline void payor_start(struct payor *p, const char *body)
{
	struct reply r;
	struct json *made;

	kit_start(&p->k, NULL, 1);
	str_copy(p->k.w.merchant_key, sizeof(p->k.w.merchant_key), "pk_test_merchant");
	str_copy(p->k.w.commerce_key, sizeof(p->k.w.commerce_key), "ck_test_commerce");
	site_init(&p->site, &p->k.w);
	r = kit_call(&p->k, SCOPE_MERCHANT, HTTP_POST, "/api/v1/invoices", body, KEY_1);
	if (r.status != 201)
		fail_msg("create: %d %s", r.status, r.body);
	made = kit_parse(&r);
	str_copy(p->invoice_id, sizeof(p->invoice_id), text_at(made, "invoice_id"));
	str_copy(p->session.token, sizeof(p->session.token), text_at(made, "session_token"));
	str_copy(p->session.signature, sizeof(p->session.signature), text_at(made, "signature"));
	json_free(made);
	reply_release(&r);
}

static inline void payor_stop(struct payor *p)
{
	kit_stop(&p->k);
}

/* With these header lines instead of the session's. */
static inline struct reply payor_send(struct payor *p, const char *headers, const char *request,
				      const char *body)
{
	struct http1_request req;
	struct answer a;
	struct strbuf head;

	strbuf_init(&head, 8192);
	strbuf_addf(&head, "%s HTTP/1.1\r\nHost: x\r\n%s\r\n", request, headers);
	ok(&p->k, http1_parse(strbuf_str(&head), head.len, &req, &p->k.why));
	router_serve(&p->site, &req, body ? body : "", body ? strlen(body) : 0, &a);
	http1_release(&req);
	strbuf_release(&head);
	return a.reply;
}

static inline struct reply payor_ask(struct payor *p, const char *request, const char *body)
{
	char headers[512];

	str_printf(headers, sizeof(headers),
		   "x-session-token: %s\r\nx-signature: %s\r\nContent-Type: application/json\r\n",
		   p->session.token, p->session.signature);
	return payor_send(p, headers, request, body);
}

/* The call must answer 200; parsed. */
static inline struct json *payor_get(struct payor *p, const char *request, const char *body)
{
	struct reply r = payor_ask(p, request, body);
	struct json *root;

	if (r.status != 200)
		fail_msg("%s: %d %s", request, r.status, r.body);
	root = kit_parse(&r);
	reply_release(&r);
	return root;
}

/* The page's form; `fields` are urlencoded. */
static inline struct reply payor_form(struct payor *p, const char *fields)
{
	char body[1024];

	str_printf(body, sizeof(body), "session=%s&signature=%s&%s", p->session.token,
		   p->session.signature, fields);
	return payor_send(p, "Content-Type: application/x-www-form-urlencoded\r\n", "POST /pay",
			  body);
}

static inline struct reply payor_page(struct payor *p)
{
	char request[512];

	str_printf(request, sizeof(request), "GET /pay?session=%s&signature=%s", p->session.token,
		   p->session.signature);
	return payor_send(p, "", request, NULL);
}

/* Lets this much virtual time pass. */
static inline void payor_wait(struct payor *p, int64_t ms)
{
	int64_t until = p->k.w.now_ms + ms;

	ok(&p->k, domain_run_due(&p->k.w, until, &p->k.why));
	world_advance_to(&p->k.w, until);
}

static inline void payor_pays(struct payor *p, const char *fields)
{
	struct reply r = payor_form(p, fields);

	if (r.status != 303)
		fail_msg("%s: %d %s", fields, r.status, r.body);
	reply_release(&r);
}

#endif
