/* Bank payouts over HTTP, local extension: contract 15.3. */
#include "base/strbuf.h"
#include "sandbox/lists.h"
#include "sandbox/ramp_body.h"
#include "sandbox/ramp_quotes.h"
#include "sandbox/ramps.h"

#define ARRIVAL_MS 30000 /* INFERRED: the demo's pace */
#define LAST4      4

void payout_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	list_answer(w, c, r, OBJECT_PAYOUT);
}

void payout_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	document_answer(w, r, 200, OBJECT_PAYOUT, c->match.params[0]);
}

/* --- what a request says ---------------------------------------------------------------------- */

static bool refuse(struct reply *r, const char *key, const char *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: %s", key, why);
	return false;
}

/* Accounts may end in letters (IBANs of Malta do). */
static bool is_last4(const char *s)
{
	return strlen(s) == LAST4 &&
	       strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == LAST4;
}

static bool read_bank(const struct call *c, struct reply *r, bool *ret_there,
		      struct payout_params *p)
{
	const struct json *bank;
	struct call part;

	if (!body_object(c, r, "bank_account", &bank))
		return false;
	*ret_there = bank != NULL;
	if (!bank)
		return true;
	body_part(&part, bank, "bank_account");
	if (!body_required(&part, r, "holder", NAME_CAP - 1, true, &p->holder) ||
	    !body_required(&part, r, "bank_name", NAME_CAP - 1, true, &p->bank_name) ||
	    !body_required(&part, r, "last4", STATUS_CAP - 1, true, &p->last4))
		return false;
	return is_last4(p->last4) ||
	       refuse(r, "bank_account.last4", "must be the account's last 4 digits or letters");
}

static bool read_quote(struct world *w, const struct call *c, struct reply *r,
		       struct ramp_quote *ret, bool *ret_used)
{
	struct problem why = {0};
	const char *id;
	enum status st;

	if (!body_required(c, r, "quote_id", ID_CAP - 1, true, &id))
		return false;
	st = ramp_quote_load(w, id, ret, ret_used, &why);
	if (st == E_NOT_FOUND)
		return refuse(r, "quote_id", "names no quote");
	if (st != S_OK) {
		reply_problem(r, &why);
		return false;
	}
	return str_equal(ret->direction, "payout") ||
	       refuse(r, "quote_id", "is a quote for a deposit");
}

/* INFERRED: that a quote is good once, and the order of refusals: who, then what. */
static bool check_quote(struct world *w, struct reply *r, const struct ramp_quote *q, bool used)
{
	struct problem why = {0};

	if (kyc_require(w, q->customer_id, NULL, &why) != S_OK)
		reply_problem(r, &why);
	else if (used)
		reply_error(r, 400, CODE_QUOTE_USED, "Quote %s was used already", q->id);
	else if (w->now_ms >= q->expires_at)
		reply_error(r, 400, CODE_QUOTE_EXPIRED, "Quote %s has expired: ask for a fresh one",
			    q->id);
	else
		return true;
	return false;
}

/* --- create and retry ---------------------------------------------------------------------------
 */

static void params_from_quote(const struct world *w, const struct ramp_quote *q,
			      struct payout_params *p)
{
	p->customer_id = q->customer_id;
	p->quote_id = q->id;
	p->amount = q->amount;
	p->fee = q->fee;
	p->country = q->country;
	p->rail = q->rail;
	p->fiat_currency = q->fiat_currency;
	p->fiat_amount_minor = q->fiat_amount_minor;
	p->fiat_exponent = q->fiat_exponent;
	p->fx_rate = q->fx_rate;
	p->estimated_arrival_ms = w->now_ms + ARRIVAL_MS;
}

static void start(struct world *w, const struct call *c, struct reply *r,
		  const struct ramp_quote *q, struct payout_params *p)
{
	struct cause cause = {c->request_id, c->idempotency_key};
	struct problem why = {0};
	char id[ID_CAP];
	enum status st;

	params_from_quote(w, q, p);
	st = payout_start(w, p, &cause, id, &why);
	if (st == S_OK)
		st = ramp_quote_use(w, q->id, id, &why);
	if (st == S_OK)
		document_answer(w, r, 201, OBJECT_PAYOUT, id);
	else
		reply_problem(r, &why);
}

void payout_handle_create(struct world *w, const struct call *c, struct reply *r)
{
	struct payout_params p = {0};
	struct ramp_quote q;
	const char *customer;
	bool used, bank;

	if (!body_string(c, r, "customer_id", NAME_CAP - 1, true, &customer) ||
	    !read_bank(c, r, &bank, &p) || !read_quote(w, c, r, &q, &used))
		return;
	if (!bank)
		refuse(r, "bank_account", "is required");
	else if (customer && !str_equal(customer, q.customer_id))
		refuse(r, "customer_id", "is not the customer whom the quote is for");
	else if (check_quote(w, r, &q, used))
		start(w, c, r, &q, &p);
}

/* INFERRED: a retry is the same payout again: to the same customer, of the same amount, and to the
 * same country unless another account is named. */
static bool check_retry(struct reply *r, const struct payout *old, const struct ramp_quote *q,
			bool bank)
{
	if (!str_equal(q->customer_id, old->customer_id))
		return refuse(r, "quote_id", "is a quote for another customer");
	if (q->amount != old->amount)
		return refuse(r, "quote_id", "is a quote for another amount");
	if (!bank && !str_equal(q->country, old->country))
		return refuse(r, "quote_id", "is a quote for another country than the account's");
	return true;
}

void payout_handle_retry(struct world *w, const struct call *c, struct reply *r)
{
	struct payout_params p = {.retry_of = c->match.params[0]};
	struct problem why = {0};
	struct ramp_quote q;
	struct payout old;
	bool used, bank;
	enum status st = payout_retryable(w, p.retry_of, &old, &why);

	if (st == E_CONFLICT)
		reply_error(r, 400, CODE_PAYOUT_NOT_RETRYABLE, "%s", why.what);
	else if (st != S_OK)
		reply_problem(r, &why);
	if (st != S_OK || !read_bank(c, r, &bank, &p) || !read_quote(w, c, r, &q, &used))
		return;
	if (!bank) {
		p.holder = old.bank_account.holder;
		p.bank_name = old.bank_account.bank_name;
		p.last4 = old.bank_account.last4;
	}
	if (check_retry(r, &old, &q, bank) && check_quote(w, r, &q, used))
		start(w, c, r, &q, &p);
}

/* --- cancel --------------------------------------------------------------------------------------
 */

void payout_handle_cancel(struct world *w, const struct call *c, struct reply *r)
{
	struct cause cause = {c->request_id, c->idempotency_key};
	const char *id = c->match.params[0];
	struct problem why = {0};
	enum status st = payout_cancel(w, id, &cause, &why);

	if (st == S_OK)
		document_answer(w, r, 200, OBJECT_PAYOUT, id);
	else if (st == E_CONFLICT)
		reply_error(r, 400, CODE_PAYOUT_NOT_CANCELABLE,
			    "Only a queued payout can be canceled: %s", why.what);
	else
		reply_problem(r, &why);
}
