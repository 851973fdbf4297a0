/* Ramps over HTTP, local extension: contract 15.3. */
#include "sandbox/lists.h"

void kyc_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	list_answer(w, c, r, OBJECT_KYC);
}

void kyc_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	document_answer(w, r, 200, OBJECT_KYC, c->match.params[0]);
}

void payout_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	list_answer(w, c, r, OBJECT_PAYOUT);
}

void payout_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	document_answer(w, r, 200, OBJECT_PAYOUT, c->match.params[0]);
}
