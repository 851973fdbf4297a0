/* POST /api/v1/invoices: contract 4.1. */
#include "sandbox/body.h"
#include "sandbox/domain.h"
#include "sandbox/questions.h"
#include "sandbox/session.h"

#define AMOUNT_MIN      10LL         /* usd_millis: 0.01 */
#define AMOUNT_MAX      1000000000LL /* 1000000 */
#define EXPIRES_DEFAULT 43200000LL   /* 12 h */
#define EXPIRES_MAX     2592000000LL /* 30 days */
#define TEXT_MAX        255
#define EXTRA_TEXT_MAX  1000 /* title, footer: the contract gives no bound */

static bool read_main(const struct call *c, struct reply *r, struct invoice_params *p)
{
	return body_dollars(c, r, "amount_usd", AMOUNT_MIN, AMOUNT_MAX, &p->amount) &&
	       body_string(c, r, "description", TEXT_MAX, false, &p->description) &&
	       body_string(c, r, "customer_id", TEXT_MAX, true, &p->customer_id) &&
	       body_object(c, r, "metadata", &p->metadata) &&
	       body_int(c, r, "expires_in", 1, EXPIRES_MAX, EXPIRES_DEFAULT, &p->expires_in_ms) &&
	       body_email(c, r, "customer_email", &p->customer_email);
}

static bool check_rest(const struct call *c, struct reply *r)
{
	const char *text;

	return body_bool(c, r, "receiver_override_enable") &&
	       body_string(c, r, "receiver_override_address", ADDR_CAP - 1, true, &text) &&
	       body_string(c, r, "invoice_title", EXTRA_TEXT_MAX, false, &text) &&
	       body_string(c, r, "invoice_footer", EXTRA_TEXT_MAX, false, &text) &&
	       body_url(c, r, "payment_return_url", &text) &&
	       body_bool(c, r, "payment_return_url_enabled") && questions_check(c, r);
}

/* What the invoice object never shows but the payor's page will. */
static struct json *keep_rest(const struct call *c)
{
	static const char *const kept[] = {"receiver_override_enable",
					   "receiver_override_address",
					   "invoice_title",
					   "invoice_footer",
					   "payment_return_url",
					   "payment_return_url_enabled",
					   "questions"};
	struct json *hidden = json_new_object();

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const struct json *v = json_get(c->json, kept[i]);

		if (!json_is_null(v))
			json_set_take(hidden, kept[i], json_copy(v));
	}
	return hidden;
}

static void answer(const struct invoice *v, const struct session *session, struct reply *r)
{
	struct json *root = json_new_object();

	json_set_string(root, "invoice_id", v->id);
	json_set_string(root, "payment_url", session->payment_url);
	json_set_int(root, "expires_at", v->expires_at / 1000);
	json_set_string(root, "session_token", session->token);
	json_set_string(root, "signature", session->signature);
	json_set_take(root, "payment_session_headers", session_headers(session));
	reply_json_take(r, 201, root);
}

void invoice_handle_create(struct world *w, const struct call *c, struct reply *r)
{
	struct invoice_params p = {.request_id = c->request_id,
				   .idempotency_key = c->idempotency_key};
	struct problem why = {0};
	struct session session;
	struct json *rest;
	struct invoice v;
	enum status st;

	if (!read_main(c, r, &p) || !check_rest(c, r))
		return;
	rest = keep_rest(c);
	p.hidden = rest;
	st = invoice_create(w, &p, &v, &why);
	json_free(rest);
	if (st == S_OK)
		st = session_issue(w, v.id, &session, &why);
	if (st == S_OK)
		answer(&v, &session, r);
	else
		reply_problem(r, &why);
}
