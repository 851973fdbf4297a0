/* Ramps over HTTP, local extension: contract 15.3. */
#include "sandbox/lists.h"

static void handle_list(struct world *w, const struct call *c, struct reply *r,
			enum object_kind kind, enum vocab v)
{
	struct ledger_filter f = {.kind = kind};
	struct json *items;
	bool has_more;

	if (!list_read_paging(c, r, &f) || !call_statuses(c, r, "status", v, &f.status))
		return;
	f.country = call_param(c, "country");
	if (list_read(w, &f, r, NULL, NULL, &items, &has_more))
		reply_json_take(r, 200, list_envelope(items, has_more));
}

static void handle_get(struct world *w, const struct call *c, struct reply *r,
		       enum object_kind kind)
{
	struct json *doc = document_read(w, kind, c->match.params[0], r);

	if (doc)
		reply_json_take(r, 200, doc);
}

void kyc_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	handle_list(w, c, r, OBJECT_KYC, VOCAB_KYC);
}

void kyc_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	handle_get(w, c, r, OBJECT_KYC);
}

void payout_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	handle_list(w, c, r, OBJECT_PAYOUT, VOCAB_PAYOUT);
}

void payout_handle_get(struct world *w, const struct call *c, struct reply *r)
{
	handle_get(w, c, r, OBJECT_PAYOUT);
}
