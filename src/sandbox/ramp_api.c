/* KYC, deposits and the devnet simulator over HTTP, local extension: contract 15.3. */
#include "base/strbuf.h"
#include "sandbox/chain.h"
#include "sandbox/lists.h"
#include "sandbox/ramp_body.h"
#include "sandbox/ramps.h"

/* --- KYC ---------------------------------------------------------------------------------- */

void kyc_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	list_answer(w, c, r, OBJECT_KYC);
}

void kyc_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	document_answer(w, r, 200, OBJECT_KYC, c->match.params[0]);
}

void kyc_handle_submit(struct world *w, const struct call *c, struct reply *r)
{
	const char *customer = c->match.params[0], *legal_name;
	struct cause cause = {c->request_id, c->idempotency_key};
	const struct shop_corridor *corridor;
	struct problem why = {0};
	enum status st;

	if (!ramp_body_corridor(c, r, &corridor) ||
	    !body_required(c, r, "legal_name", NAME_CAP - 1, true, &legal_name))
		return;
	st = kyc_submit(w, customer, corridor->country, legal_name, &cause, &why);
	if (st == S_OK)
		document_answer(w, r, 200, OBJECT_KYC, customer);
	else if (st == E_CONFLICT) /* INFERRED: pending or approved, there is nothing to submit */
		reply_error(r, 400, CODE_KYC_NOT_SUBMITTABLE, "%s", why.what);
	else
		reply_problem(r, &why);
}

/* --- deposits ------------------------------------------------------------------------------- */

void deposit_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	list_answer(w, c, r, OBJECT_DEPOSIT);
}

void deposit_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	document_answer(w, r, 200, OBJECT_DEPOSIT, c->match.params[0]);
}

/* INFERRED: which tokens, and that both have defaults. */
static bool read_deposit(const struct call *c, struct reply *r, struct deposit_params *p)
{
	static const char *const tokens[] = {"USDC", "USDT", NULL};

	if (!ramp_body_customer(c, r, &p->customer_id) || !ramp_body_amount(c, r, &p->amount) ||
	    !ramp_body_word(c, r, "token_symbol", tokens, tokens[0], &p->token_symbol) ||
	    !body_string(c, r, "network", STATUS_CAP - 1, true, &p->network))
		return false;
	if (!p->network)
		p->network = "base";
	if (chain_known(p->network))
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "network: unknown network '%s'", p->network);
	return false;
}

void deposit_handle_create(struct world *w, const struct call *c, struct reply *r)
{
	struct cause cause = {c->request_id, c->idempotency_key};
	struct deposit_params p = {0};
	struct problem why = {0};
	char id[ID_CAP];

	if (!read_deposit(c, r, &p))
		return;
	if (deposit_create(w, &p, &cause, id, &why) == S_OK)
		document_answer(w, r, 201, OBJECT_DEPOSIT, id);
	else
		reply_problem(r, &why);
}

/* --- the devnet simulator --------------------------------------------------------------------- */

static void simulate(struct world *w, const struct call *c, struct reply *r, enum object_kind kind,
		     enum status (*move)(struct world *w, const char *id, const char *status,
					 const struct cause *cause, struct problem *reterr))
{
	struct cause cause = {c->request_id, c->idempotency_key};
	const char *id = c->match.params[0], *status;
	struct problem why = {0};
	enum status st;

	if (!str_equal(w->environment, "devnet")) {
		reply_error(r, 403, CODE_DEVNET_ONLY, "Only devnet can be simulated");
		return;
	}
	if (!ramp_body_transition(c, r, kind_info(kind)->vocab, &status))
		return;
	st = move(w, id, status, &cause, &why);
	if (st == S_OK)
		document_answer(w, r, 200, kind, id);
	else if (st == E_CONFLICT)
		reply_error(r, 400, CODE_TRANSITION_REFUSED, "%s", why.what);
	else
		reply_problem(r, &why);
}

void kyc_handle_simulate(struct world *w, const struct call *c, struct reply *r)
{
	simulate(w, c, r, OBJECT_KYC, kyc_simulate);
}

void deposit_handle_simulate(struct world *w, const struct call *c, struct reply *r)
{
	simulate(w, c, r, OBJECT_DEPOSIT, deposit_simulate);
}

void payout_handle_simulate(struct world *w, const struct call *c, struct reply *r)
{
	simulate(w, c, r, OBJECT_PAYOUT, payout_simulate);
}
