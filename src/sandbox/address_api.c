/* Saved addresses: contract 7.6. */
#include "base/strbuf.h"
#include "sandbox/checkout.h"
#include "sandbox/lists.h"

#define ADDRESS_LIMIT_DEFAULT 20 /* INFERRED */
#define OFFSET_MAX            1000000000LL

void address_handle_list(struct world *w, const struct call *c, struct reply *r)
{
	struct json *rows = NULL, *data;
	struct problem why = {0};
	int64_t limit, offset;
	struct shopper s;

	if (!shopper_of_any_network(c, r, &s) ||
	    !call_limit(c, r, ADDRESS_LIMIT_DEFAULT, LIST_LIMIT_MAX, &limit) ||
	    !call_int(c, r, "offset", 0, &offset))
		return;
	if (offset < 0 || offset > OFFSET_MAX) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "offset: must not be negative");
		return;
	}
	if (address_list(w, &s, limit, offset, &rows, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	data = json_new_object();
	json_set_take(data, "addresses", rows);
	reply_data_take(r, 200, data);
}

/* INFERRED: the identifiers may be left out; where they are sent the address must be theirs. */
void address_handle_delete(struct world *w, const struct call *c, struct reply *r)
{
	bool named = call_param(c, "customer_id") || call_param(c, "wallet_address") ||
		     call_param(c, "wallet_network");
	const char *id = c->match.params[0];
	struct problem why = {0};
	struct shopper s;
	struct json *data;

	if (named && !shopper_of_any_network(c, r, &s))
		return;
	if (address_delete(w, named ? &s : NULL, id, &why) != S_OK) {
		reply_problem(r, &why);
		return;
	}
	data = json_new_object();
	json_set_string(data, "addressId", id);
	reply_message_take(r, 200, "Address deleted", data);
}
