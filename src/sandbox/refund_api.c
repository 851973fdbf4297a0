/* Refunds over HTTP, local extension: contract 15.2. */
#include "sandbox/body.h"
#include "sandbox/chain.h"
#include "sandbox/lists.h"
#include "sandbox/refunds.h"

#define AMOUNT_MAX 1000000000LL /* an invoice's own bound, contract 3.6 */
#define REASON_MAX 255

static bool read_body(const struct call *c, struct reply *r, struct refund_params *p)
{
	if (!body_int(c, r, "amount", 1, AMOUNT_MAX, 0, &p->amount) ||
	    !body_required(c, r, "destination_wallet_network", STATUS_CAP - 1, true,
			   &p->wallet_network) ||
	    !body_required(c, r, "destination_wallet_address", ADDR_CAP - 1, true,
			   &p->wallet_address) ||
	    !body_string(c, r, "reason", REASON_MAX, true, &p->reason))
		return false;
	if (!chain_known(p->wallet_network)) {
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "destination_wallet_network: unknown network '%s'", p->wallet_network);
		return false;
	}
	if (chain_is_address(p->wallet_network, p->wallet_address))
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR,
		    "destination_wallet_address: is not an address on %s", p->wallet_network);
	return false;
}

/* The error says how much can be refunded: contract 15.2. */
static void refuse_excess(struct world *w, const struct refund_params *p, struct reply *r,
			  const struct problem *why)
{
	struct problem other = {0};
	int64_t left = 0;

	if (refund_available(w, p->invoice_id, &left, &other) != S_OK) {
		reply_problem(r, &other);
		return;
	}
	reply_error(r, 400, CODE_REFUND_EXCEEDS_PAID, "%s", why->what);
	reply_error_int(r, "refundable", left);
}

void refund_handle_create(struct world *w, const struct call *c, struct reply *r)
{
	struct refund_params p = {.invoice_id = c->match.params[0]};
	struct cause cause = {c->request_id, c->idempotency_key};
	struct problem why = {0};
	char id[ID_CAP];
	enum status st;

	if (!read_body(c, r, &p))
		return;
	st = refund_create(w, &p, &cause, id, &why);
	if (st == E_LIMIT) {
		refuse_excess(w, &p, r, &why);
	} else if (st == E_CONFLICT) {
		reply_error(r, 400, CODE_INVOICE_NOT_REFUNDABLE, "%s", why.what);
	} else if (st != S_OK) {
		reply_problem(r, &why);
	} else {
		document_answer(w, r, 201, OBJECT_REFUND, id);
	}
}

void refund_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	list_answer(w, c, r, OBJECT_REFUND);
}

void refund_handle_list_invoice(struct world *w, const struct call *c, struct reply *r)
{
	struct json *invoice = document_read(w, OBJECT_INVOICE, c->match.params[0], r);

	if (!invoice)
		return;
	json_free(invoice);
	list_answer_children(w, c, r, OBJECT_REFUND);
}

void refund_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	document_answer(w, r, 200, OBJECT_REFUND, c->match.params[0]);
}
