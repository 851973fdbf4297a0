#include "sandbox/hosted.h"

#include "base/money.h"
#include "sandbox/domain.h"
#include "sandbox/hosted_page.h"
#include "sandbox/ledger.h"
#include "sandbox/payor.h"
#include "sandbox/payor_pay.h"
#include "sandbox/session.h"
#include "sandbox/verifications.h"

#define LEAST_PART 10 /* usd_millis: the least an invoice can be */

/* --- showing ------------------------------------------------------------------------------ */

static void reply_page(struct reply *r, int status, struct strbuf *page)
{
	reply_release(r);
	r->status = status;
	r->body = strbuf_take(page);
	r->content_type = "text/html; charset=utf-8";
}

static void refuse(struct reply *r, const struct problem *why)
{
	int status = why->status == E_AUTH        ? 401
		     : why->status == E_DENIED    ? 403
		     : why->status == E_NOT_FOUND ? 404
						  : 500;
	struct strbuf page;

	strbuf_init(&page, HOSTED_PAGE_MAX);
	hosted_error_write(&page, status, why->what);
	reply_page(r, status, &page);
}

/* False with the page of why not. */
static bool authorize(struct world *w, const struct call *c, struct reply *r, struct invoice *ret)
{
	struct problem why = {0};

	if (session_check(w, call_param(c, "session"), call_param(c, "signature"), ret, &why) ==
	    S_OK)
		return true;
	if (why.status == E_AUTH && !call_param(c, "session"))
		(void)problem_set(&why, E_AUTH, NULL, "The address is not complete");
	refuse(r, &why);
	return false;
}

/* Where what is on its way was sent; a quote may have been asked for since, but not paid on. */
static enum status find_flight(struct world *w, struct hosted_page *p, char network[STATUS_CAP],
			       struct problem *reterr)
{
	char payment_id[ID_CAP];
	struct json *job = NULL;
	const char *status;
	enum status st = payor_in_flight(w, p->invoice->id, &p->in_flight, payment_id, reterr);

	*network = '\0';
	p->network = network;
	if (st != S_OK || !*payment_id)
		return st;
	st = payor_payment_network(w, payment_id, network, reterr);
	if (st == S_OK && verification_load(w, p->invoice->id, &job, NULL) == S_OK) {
		status = json_string(json_get(job, "job_status"));
		p->verifying = str_equal(status, "pending") || str_equal(status, "processing");
	}
	json_free(job);
	return st;
}

static void show(struct world *w, const struct call *c, const struct invoice *v, int status,
		 const char *complaint, struct reply *r)
{
	struct hosted_page p = {.session = call_param(c, "session"),
				.signature = call_param(c, "signature"),
				.invoice = v,
				.complaint = complaint,
				.now_ms = w->now_ms};
	struct json *hidden = NULL;
	struct problem why = {0};
	char network[STATUS_CAP];
	struct strbuf page;
	struct lock lock;
	enum status st = lock_load(w, v, &lock, &why);

	if (st == S_OK)
		st = find_flight(w, &p, network, &why);
	if (st == S_OK)
		st = payor_hidden(w, v->id, &hidden, &why);
	if (st != S_OK) {
		refuse(r, &why);
		return;
	}
	p.lock = &lock;
	p.hidden = hidden;
	strbuf_init(&page, HOSTED_PAGE_MAX);
	hosted_page_write(&page, &p);
	reply_page(r, status, &page);
	json_free(hidden);
}

void hosted_show(struct world *w, const struct call *c, struct reply *r)
{
	struct invoice v;

	if (authorize(w, c, r, &v))
		show(w, c, &v, 200, NULL, r);
}

/* --- paying ---------------------------------------------------------------------------------- */

static enum status read_token(const struct call *c, const struct lock *lock,
			      const struct token **ret, struct problem *reterr)
{
	const char *text = call_param(c, "token");
	const struct token *t =
		text && strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text)
			? token_find(strtoll(text, NULL, 10))
			: NULL;

	if (!t || !t->monitored)
		return problem_set(reterr, E_INVALID, NULL, "Choose what to pay with.");
	if (!lock_allows(lock, t))
		return problem_set(reterr, E_INVALID, NULL,
				   "The rest is due in the token of the first payment.");
	*ret = t;
	return S_OK;
}

static enum status read_amount(const struct call *c, const struct invoice *v, int64_t *ret,
			       struct problem *reterr)
{
	const char *share = call_param(c, "share"), *text = call_param(c, "amount");

	*ret = v->amount_remaining;
	/* Whoever types an amount means it, also with the mark still on "all". */
	if (text && text[0] && (!share || str_equal(share, "full")))
		share = "part";
	if (!share || str_equal(share, "full"))
		return S_OK;
	if (!str_equal(share, "part") || !text ||
	    money_parse_decimal(text, USD_MILLIS_EXPONENT, ret) != S_OK || *ret < LEAST_PART ||
	    *ret > v->amount_remaining)
		return problem_set(reterr, E_INVALID, NULL,
				   "The part must be an amount in dollars, at least 0.01 and no "
				   "more than is due.");
	return S_OK;
}

/* What a wallet would have in hand: a quote for this token that still holds. */
static enum status quote_in_hand(struct world *w, const struct invoice *v, const struct token *t,
				 struct quote *ret, struct problem *reterr)
{
	enum status st = quote_load(w, v->id, ret, reterr);

	if (st == S_OK && !ret->expired && ret->token_id == t->id &&
	    ret->amount == v->amount_remaining)
		return S_OK;
	if (st != S_OK && st != E_NOT_FOUND)
		return st;
	return quote_make(w, v, t, ret, reterr);
}

static enum status send(struct world *w, const struct call *c, const struct invoice *v,
			const struct lock *lock, struct problem *reterr)
{
	bool unnoticed = call_param(c, "unnoticed") != NULL;
	const struct token *t = NULL;
	char payment_id[ID_CAP];
	struct quote q;
	int64_t amount;
	enum status st = read_token(c, lock, &t, reterr);

	if (st == S_OK)
		st = read_amount(c, v, &amount, reterr);
	if (st == S_OK && unnoticed && !verification_serves(t->network))
		st = problem_set(reterr, E_INVALID, NULL,
				 "Payments on this network cannot be verified by hand, so they "
				 "cannot go unnoticed either.");
	if (st == S_OK)
		st = quote_in_hand(w, v, t, &q, reterr);
	if (st == S_OK)
		st = quote_paid_on(w, v->id, &q, reterr);
	if (st == S_OK)
		st = payor_pay(w, v->id, amount, t->network, unnoticed, payment_id, reterr);
	return st;
}

static enum status pay(struct world *w, const struct call *c, const struct invoice *v,
		       struct problem *reterr)
{
	char payment_id[ID_CAP];
	struct lock lock;
	int64_t in_flight;
	enum status st = payor_in_flight(w, v->id, &in_flight, payment_id, reterr);

	if (st == S_OK && in_flight > 0)
		return problem_set(reterr, E_CONFLICT, NULL, "A payment is on its way already.");
	if (st == S_OK && !payor_invoice_open(v))
		return problem_set(reterr, E_CONFLICT, NULL, "This can no longer be paid.");
	if (st == S_OK)
		st = lock_load(w, v, &lock, reterr);
	if (st == S_OK)
		st = send(w, c, v, &lock, reterr);
	return st;
}

static enum status verify(struct world *w, const struct invoice *v, struct problem *reterr)
{
	char payment_id[ID_CAP], network[STATUS_CAP];
	struct json *job = NULL;
	int64_t in_flight;
	enum status st = payor_in_flight(w, v->id, &in_flight, payment_id, reterr);

	if (st == S_OK && in_flight == 0)
		return problem_set(reterr, E_CONFLICT, NULL, "Nothing is on its way.");
	if (st == S_OK)
		st = payor_payment_network(w, payment_id, network, reterr);
	if (st == S_OK && !verification_serves(network))
		return problem_set(reterr, E_INVALID, NULL,
				   "Payments on this network cannot be verified by hand.");
	if (st == S_OK)
		st = verification_start(w, v, network, &job, reterr);
	json_free(job);
	return st;
}

static enum status submit(struct world *w, const struct call *c, const struct invoice *v,
			  struct problem *reterr)
{
	const char *action = call_param(c, "action");
	enum status st = ledger_begin(w->ledger, reterr);

	if (st != S_OK)
		return st;
	if (!action || str_equal(action, "pay"))
		st = pay(w, c, v, reterr);
	else if (str_equal(action, "verify"))
		st = verify(w, v, reterr);
	else
		st = problem_set(reterr, E_INVALID, NULL, "The form is not one of this page.");
	if (st == S_OK)
		return ledger_commit(w->ledger, reterr);
	ledger_rollback(w->ledger);
	return st;
}

/* Back to the page by GET, so that reloading it sends nothing again. */
static void redirect(const struct call *c, struct reply *r)
{
	struct strbuf url;

	strbuf_init(&url, SESSION_URL_CAP);
	strbuf_addstr(&url, HOSTED_PATH "?session=");
	strbuf_add_urlencoded(&url, call_param(c, "session"));
	strbuf_addstr(&url, "&signature=");
	strbuf_add_urlencoded(&url, call_param(c, "signature"));
	reply_release(r);
	r->status = 303;
	r->content_type = "text/html; charset=utf-8";
	r->location = strbuf_take(&url);
}

void hosted_submit(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct invoice v;
	enum status st;

	if (!authorize(w, c, r, &v))
		return;
	st = submit(w, c, &v, &why);
	if (st == S_OK) {
		redirect(c, r);
		world_wake(w);
	} else if (st == E_INVALID || st == E_CONFLICT) {
		show(w, c, &v, st == E_INVALID ? 400 : 409, why.what, r);
	} else {
		refuse(r, &why);
	}
}
