/* POST and GET /api/v1/invoice/{invoiceId}/verify: contract 4.7. */
#include "sandbox/verifications.h"

#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/payor.h"

static bool own_invoice(struct world *w, const struct call *c, struct reply *r, struct invoice *ret)
{
	if (!str_equal(c->match.params[0], c->invoice_id)) {
		reply_error(r, 403, "SESSION_DENIED", "The session belongs to another invoice");
		return false;
	}
	return payor_invoice(w, c, r, ret);
}

/* The network of the current quote, or of the money that came; "" when there is neither. */
static enum status active_network(struct world *w, const struct invoice *v, char ret[STATUS_CAP],
				  struct problem *reterr)
{
	struct quote q;
	enum status st = quote_load(w, v->id, &q, reterr);

	if (st == S_OK)
		str_copy(ret, STATUS_CAP, q.network);
	else
		str_copy(ret, STATUS_CAP, v->payer_wallet_network);
	return st == E_NOT_FOUND ? S_OK : st;
}

static bool read_network(struct world *w, const struct call *c, const struct invoice *v,
			 struct reply *r, char ret[STATUS_CAP])
{
	struct problem why = {0};
	const char *asked;

	if (!body_string(c, r, "network", STATUS_CAP, true, &asked))
		return false;
	if (active_network(w, v, ret, &why) != S_OK) {
		reply_problem(r, &why);
		return false;
	}
	if (asked && !verification_serves(asked))
		reply_error(r, 400, CODE_VALIDATION_ERROR, "network: must be base, solana or bsc");
	else if (!*ret)
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "The invoice has no active network: ask for a payment address first");
	else if (asked && !str_equal(asked, ret))
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "network: the invoice's active network is %s", ret);
	else if (!verification_serves(ret))
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "network: payments on %s cannot be verified by hand", ret);
	else
		return true;
	return false;
}

void verification_handle_start(struct world *w, const struct call *c, struct reply *r)
{
	char network[STATUS_CAP];
	struct problem why = {0};
	struct json *job = NULL;
	struct invoice v;

	if (!own_invoice(w, c, r, &v) || !read_network(w, c, &v, r, network))
		return;
	if (verification_start(w, &v, network, &job, &why) == S_OK)
		reply_data_take(r, 200, job);
	else
		reply_problem(r, &why);
}

void verification_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	struct json *job = NULL;
	struct invoice v;

	if (!own_invoice(w, c, r, &v))
		return;
	if (verification_load(w, v.id, &job, &why) == S_OK)
		reply_data_take(r, 200, job);
	else
		reply_problem(r, &why);
}
