/*
 * GET /api/v1/invoices/{id}/session: contract 15.6, local extension. Whoever made an invoice was
 * given its payment link then; this tells it again, with what the payor holds now. Nothing is
 * rotated, quoted or announced by asking.
 */
#include "base/strbuf.h"
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/payor.h"
#include "sandbox/session.h"

/* The server's secret is made when the first session is told: that alone is written. */
static enum status issue(struct world *w, const char *invoice_id, struct session *ret,
			 struct problem *reterr)
{
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = session_issue(w, invoice_id, ret, reterr);
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

/* As contract 6.3 tells it to the payor, without what only a new one has. */
static struct json *quote_json(const struct world *w, const struct quote *q)
{
	const struct token *token = token_find(q->token_id);
	int64_t left_ms = q->expired ? 0 : q->valid_until - w->now_ms;
	struct json *o = json_new_object();

	json_set_string(o, "quote_status", left_ms > 0 ? "available" : "expired");
	json_set_string(o, "temp_address", q->address);
	json_set_string(o, "network", q->network);
	json_set_string(o, "token_symbol", token ? token->symbol : NULL);
	json_set_int(o, "supported_token_id", q->token_id);
	json_set_string(o, "estimated_token_amount", q->token_amount);
	json_set_string(o, "exchange_rate", q->rate);
	json_set_dollars(o, "usd_amount", q->amount);
	json_set_int(o, "quote_last_updated_at", q->quoted_at / 1000);
	json_set_int(o, "quote_valid_until", q->valid_until / 1000);
	json_set_int(o, "quote_expires_in_seconds", left_ms > 0 ? left_ms / 1000 : 0);
	return o;
}

static struct json *session_json(const struct world *w, const struct invoice *v,
				 const struct session *s, const struct quote *q)
{
	struct json *o = json_new_object();

	json_set_string(o, "object", "invoice_session");
	json_set_string(o, "invoice_id", v->id);
	json_set_string(o, "invoice_status", v->status);
	json_set_string(o, "payment_url", s->payment_url);
	json_set_string(o, "session_token", s->token);
	json_set_string(o, "signature", s->signature);
	json_set_take(o, "payment_session_headers", session_headers(s));
	json_set_int(o, "expires_at", v->expires_at / 1000);
	json_set_string(o, "environment", v->environment);
	if (q)
		json_set_take(o, "quote", quote_json(w, q));
	else
		json_set_null(o, "quote");
	return o;
}

void invoice_handle_session(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct session s;
	struct invoice v;
	struct quote q;
	enum status st = invoice_load(w, c->match.params[0], &v, &why), quoted = E_NOT_FOUND;

	if (st == S_OK && payor_invoice_open(&v)) {
		quoted = quote_load(w, v.id, &q, &why);
		if (quoted != S_OK && quoted != E_NOT_FOUND)
			st = quoted;
	}
	if (st == S_OK)
		st = issue(w, v.id, &s, &why);
	if (st == S_OK)
		reply_json_take(r, 200, session_json(w, &v, &s, quoted == S_OK ? &q : NULL));
	else
		reply_problem(r, &why);
}
