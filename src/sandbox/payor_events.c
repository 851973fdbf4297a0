#include "sandbox/payor_events.h"

#include "base/strbuf.h"
#include "wire/json.h"

/* By the object's word; what is not listed is left out. INFERRED: no page lists the members. */
static const char *const invoice_members[] = {"object",
					      "id",
					      "status",
					      "currency",
					      "amount",
					      "amount_decimal",
					      "amount_paid",
					      "amount_paid_decimal",
					      "amount_remaining",
					      "amount_remaining_decimal",
					      "amount_unit",
					      "environment",
					      "payer_wallet_address",
					      "payer_wallet_network",
					      "expires_at",
					      "created_at",
					      "paid_at",
					      "last_payment_at",
					      NULL};
static const char *const payment_members[] = {"object",     "id",          "invoice_id", "status",
					      "amount_usd", "environment", NULL};
static const char *const quote_members[] = {"object",
					    "invoice_id",
					    "network",
					    "currency",
					    "amount_remaining",
					    "amount_remaining_decimal",
					    "amount_unit",
					    "quote_status",
					    "supported_token_id",
					    "quote_valid_until",
					    NULL};
static const char *const previous_members[] = {"status", NULL};
static const char *const no_members[] = {"object", "id", NULL};

static const char *const *members_of(const char *object)
{
	if (str_equal(object, "invoice"))
		return invoice_members;
	if (str_equal(object, "invoice_payment"))
		return payment_members;
	if (str_equal(object, "payment_quote"))
		return quote_members;
	return no_members;
}

static struct json *only(const struct json *from, const char *const *members)
{
	struct json *o = json_new_object();

	for (; *members; members++) {
		const struct json *v = json_get(from, *members);

		if (v)
			json_set_take(o, *members, json_copy(v));
	}
	return o;
}

enum status payor_event_body(const char *body, size_t len, char **ret, struct problem *reterr)
{
	struct json *root = NULL, *request, *data;
	const struct json *from;
	enum status st = json_parse(body, len, &root, reterr);

	if (st != S_OK)
		return st;
	from = json_get(root, "data");
	data = json_new_object();
	json_set_take(data, "object",
		      only(json_get(from, "object"),
			   members_of(json_string(json_get(json_get(from, "object"), "object")))));
	json_set_take(data, "previous_attributes",
		      only(json_get(from, "previous_attributes"), previous_members));
	request = json_new_object();
	json_set_null(request, "id");
	json_set_null(request, "idempotency_key");
	json_set_take(root, "request", request);
	json_set_take(root, "data", data);
	*ret = json_print(root);
	json_free(root);
	return S_OK;
}
