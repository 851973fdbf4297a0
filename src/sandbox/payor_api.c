/* The payor's view of an invoice: contract 6.1, 6.4, 6.5. */
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/payor.h"

#define EMAILS "payor_emails" /* by invoice */

/* --- session-details ----------------------------------------------------------------- */

static void set_lock(struct json *o, const struct lock *lock)
{
	json_set_string(o, "locked_network", lock->token ? lock->token->network : NULL);
	if (lock->token)
		json_set_int(o, "locked_token_id", lock->token->id);
	else
		json_set_null(o, "locked_token_id");
	json_set_string(o, "locked_payment_address", lock->token ? lock->address : NULL);
}

static void set_remaining_time(struct json *o, int64_t left_ms)
{
	json_set_int(o, "remaining_time", left_ms > 0 ? left_ms : 0);
	json_set_int(o, "remaining_seconds", left_ms > 0 ? left_ms / 1000 : 0);
}

static struct json *details(const struct world *w, const struct invoice *v,
			    const struct json *hidden, const struct lock *lock)
{
	const char *description = json_string(json_get(hidden, "description"));
	struct json *o = json_new_object();

	json_set_string(o, "invoice_id", v->id);
	json_set_dollars(o, "amount_usd", v->amount);
	json_set_dollars(o, "amount_remaining_usd", v->amount_remaining);
	json_set_string(o, "description", description ? description : "");
	json_set_int(o, "expires_at", v->expires_at / 1000);
	json_set_string(o, "invoice_status", v->status);
	set_remaining_time(o, v->expires_at - w->now_ms);
	json_set_string(o, "merchant_name", MERCHANT_NAME);
	json_set_string(o, "merchant_email", MERCHANT_EMAIL);
	json_set_string(o, "network_environment", v->environment);
	set_lock(o, lock);
	return o;
}

void payor_handle_details(struct world *w, const struct call *c, struct reply *r)
{
	struct json *hidden = NULL;
	struct problem why = {0};
	struct invoice v;
	struct lock lock;
	enum status st;

	if (!payor_invoice(w, c, r, &v))
		return;
	st = lock_load(w, &v, &lock, &why);
	if (st == S_OK)
		st = payor_hidden(w, v.id, &hidden, &why);
	if (st == S_OK)
		reply_json_take(r, 200, details(w, &v, hidden, &lock));
	else
		reply_problem(r, &why);
	json_free(hidden);
}

/* --- payment-status -------------------------------------------------------------------- */

void payor_handle_status(struct world *w, const struct call *c, struct reply *r)
{
	struct invoice v;
	struct json *o;

	if (!payor_invoice(w, c, r, &v))
		return;
	o = json_new_object();
	/* INFERRED: the enum here has no `canceled`; to who pays, it is over all the same. */
	json_set_string(o, "status", str_equal(v.status, "canceled") ? "expired" : v.status);
	if (v.paid_at == TIME_NONE)
		json_set_null(o, "paid_at");
	else
		json_set_int(o, "paid_at", v.paid_at / 1000);
	reply_json_take(r, 200, o);
}

/* --- customer-email ---------------------------------------------------------------------- */

static bool email_takes(const struct invoice *v, struct reply *r)
{
	if (str_equal(v->status, "expired")) {
		reply_error(r, 410, CODE_INVOICE_EXPIRED, "The invoice has expired");
		return false;
	}
	if (payor_invoice_open(v))
		return true;
	reply_error(r, 400, CODE_INVOICE_CLOSED, "The invoice is already %s", v->status);
	return false;
}

void payor_handle_email_set(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct json *o = NULL;
	struct invoice v;
	const char *email;
	char *doc;

	if (!payor_invoice(w, c, r, &v) || !email_takes(&v, r) ||
	    !body_email(c, r, "email", &email))
		return;
	if (!email) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "email: is required");
		return;
	}
	o = json_new_object();
	json_set_string(o, "email", email);
	doc = json_print(o);
	if (ledger_doc_put(w->ledger, EMAILS, v.id, "", TIME_NONE, doc, &why) == S_OK) {
		struct json *answer = json_new_object();

		json_set_bool(answer, "success", true);
		json_set_string(answer, "email", email);
		json_set_string(answer, "message", "Email added successfully");
		reply_json_take(r, 200, answer);
	} else {
		reply_problem(r, &why);
	}
	free(doc);
	json_free(o);
}

/* What the payor left, else what the merchant knew when it made the invoice. */
static enum status email_load(struct world *w, const char *invoice_id, struct json **ret,
			      struct problem *reterr)
{
	char *doc = NULL;
	struct json *o = NULL, *hidden = NULL;
	enum status st = ledger_doc_get(w->ledger, EMAILS, invoice_id, &doc, reterr);

	if (st == S_OK) {
		st = json_parse(doc, strlen(doc), ret, reterr);
		free(doc);
		return st;
	}
	if (st == E_NOT_FOUND)
		st = payor_hidden(w, invoice_id, &hidden, reterr);
	if (st != S_OK)
		return st;
	o = json_new_object();
	json_set_string(o, "email", json_string(json_get(hidden, "customer_email")));
	json_free(hidden);
	*ret = o;
	return S_OK;
}

void payor_handle_email_get(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct json *o = NULL;
	struct invoice v;

	if (!payor_invoice(w, c, r, &v))
		return;
	if (email_load(w, v.id, &o, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	json_set_bool(o, "has_email", json_string(json_get(o, "email")) != NULL);
	reply_json_take(r, 200, o);
}
