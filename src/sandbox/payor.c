#include "sandbox/payor.h"

#include "base/strbuf.h"
#include "sandbox/auth_jwt.h"
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/records.h"

#define WS_SCOPE          "payment_session"
/* INFERRED: a stream may be opened until some time after the invoice's own end. */
#define WS_TOKEN_GRACE_MS 3600000

bool payor_invoice(struct world *w, const struct call *c, struct reply *r, struct invoice *ret)
{
	const char *asked = call_param(c, "invoice_id");
	struct problem why = {0};

	/* Two pages append it, the reference does not (contract 6): optional, but never another's.
	 */
	if (asked && !str_equal(asked, c->invoice_id)) {
		reply_error(r, 403, "SESSION_DENIED", "The session belongs to another invoice");
		return false;
	}
	if (invoice_load(w, c->invoice_id, ret, &why) == S_OK)
		return true;
	reply_problem(r, &why);
	return false;
}

bool payor_invoice_open(const struct invoice *v)
{
	return str_equal(v->status, "unpaid") || str_equal(v->status, "underpaid");
}

enum status payor_hidden(struct world *w, const char *invoice_id, struct json **ret,
			 struct problem *reterr)
{
	return record_hidden(w, OBJECT_INVOICE, invoice_id, ret, reterr);
}

/* --- money on its way ------------------------------------------------------------------ */

struct flight {
	int64_t amount;
	char payment_id[ID_CAP]; /* the oldest */
	bool broken;
};

static bool add_flight(void *ctx, const char *doc)
{
	struct flight *f = ctx;
	struct json *json = NULL;
	struct object o = {0};
	const struct invoice_payment *p = &o.as.payment;

	f->broken = json_parse(doc, strlen(doc), &json, NULL) != S_OK ||
		    object_decode(OBJECT_PAYMENT, json, &o, NULL) != S_OK;
	json_free(json);
	if (f->broken)
		return false;
	if (str_equal(p->status, "pending") || str_equal(p->status, "manual_retry")) {
		f->amount += p->amount_usd;
		if (!*f->payment_id)
			str_copy(f->payment_id, sizeof(f->payment_id), p->id);
	}
	object_release(&o);
	return true;
}

enum status payor_in_flight(struct world *w, const char *invoice_id, int64_t *ret_amount,
			    char ret_payment_id[ID_CAP], struct problem *reterr)
{
	struct flight f = {0};
	enum status st =
		ledger_children(w->ledger, OBJECT_PAYMENT, invoice_id, add_flight, &f, reterr);

	if (st == S_OK && f.broken)
		st = problem_set(reterr, E_IO, NULL, "a payment of %s cannot be read", invoice_id);
	if (st != S_OK)
		return st;
	*ret_amount = f.amount;
	str_copy(ret_payment_id, ID_CAP, f.payment_id);
	return S_OK;
}

enum status payor_payment_network(struct world *w, const char *payment_id, char ret[STATUS_CAP],
				  struct problem *reterr)
{
	struct json *hidden = NULL;
	const char *network;
	enum status st = record_hidden(w, OBJECT_PAYMENT, payment_id, &hidden, reterr);

	if (st != S_OK)
		return st;
	network = json_string(json_get(hidden, "payer_network"));
	str_copy(ret, STATUS_CAP, network ? network : "");
	json_free(hidden);
	return S_OK;
}

bool lock_allows(const struct lock *lock, const struct token *t)
{
	return !lock->token || lock->token->id == t->id;
}

/* --- the stream's token ------------------------------------------------------------------ */

enum status payor_ws_connection(struct world *w, const struct invoice *v, struct json **ret,
				struct problem *reterr)
{
	struct json *claims, *o;
	struct secret secret;
	char token[JWT_CAP];
	enum status st = secret_load_or_make(w, &secret, reterr);

	if (st != S_OK)
		return st;
	claims = json_new_object();
	json_set_string(claims, "scope", WS_SCOPE);
	json_set_string(claims, "sub", v->id);
	json_set_int(claims, "iat", w->now_ms / 1000);
	json_set_int(claims, "exp", (v->expires_at + WS_TOKEN_GRACE_MS) / 1000);
	st = jwt_sign(&secret, claims, token, reterr);
	json_free(claims);
	if (st != S_OK)
		return st;
	o = json_new_object();
	json_set_string(o, "token", token);
	json_set_string(o, "endpoint", "/ws/payment");
	json_set_string(o, "format", "event_v1");
	json_set_string(o, "ws_url", "/ws/payment?format=event_v1");
	*ret = o;
	return S_OK;
}

enum status payor_ws_check(struct world *w, const char *token, char ret_invoice_id[ID_CAP],
			   struct problem *reterr)
{
	struct json *claims = NULL;
	struct secret secret;
	const char *id;
	enum status st = secret_load(w, &secret, NULL);

	if (st == E_NOT_FOUND)
		return problem_set(reterr, E_AUTH, NULL, "Invalid token");
	if (st == S_OK)
		st = jwt_verify(&secret, token, w->now_ms, &claims, reterr);
	if (st != S_OK)
		return st;
	id = json_string(json_get(claims, "sub"));
	if (!id || !str_equal(json_string(json_get(claims, "scope")), WS_SCOPE))
		st = problem_set(reterr, E_AUTH, NULL, "The token is not one of a payment session");
	else
		str_copy(ret_invoice_id, ID_CAP, id);
	json_free(claims);
	return st;
}
