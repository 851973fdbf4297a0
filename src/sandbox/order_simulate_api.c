/* The devnet simulator over HTTP: contract 7.7. */
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/chain.h"
#include "sandbox/commerce.h"
#include "sandbox/domain.h"
#include "sandbox/lists.h"
#include "sandbox/records.h"

static bool refuse(struct reply *r, const char *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", why);
	return false;
}

static bool read_transition(const struct call *c, struct reply *r, const char **ret)
{
	static const char *const known[] = {
		"payment_confirmed",  "payment_settled", "placed",    "shipped",
		"delivery_confirmed", "failed",          "cancelled", "refunded"};

	if (!body_required(c, r, "transitionTo", 31, true, ret))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_equal(known[i], *ret))
			return true;
	return refuse(r, "transitionTo: must be payment_confirmed, payment_settled, placed, "
			 "shipped, delivery_confirmed, failed, cancelled or refunded");
}

/* INFERRED: the keys mirror a shipment of the snapshot. */
static bool read_tracking(const struct call *c, struct reply *r, struct order_simulation *s)
{
	const struct json *v;
	struct call part;

	if (!body_object(c, r, "tracking", &v))
		return false;
	if (!v)
		return true;
	body_part(&part, v, "tracking");
	return body_string(&part, r, "carrier", STATUS_CAP - 1, true, &s->carrier) &&
	       body_string(&part, r, "trackingNumber", 100, true, &s->tracking_number) &&
	       body_url(&part, r, "carrierTrackingUrl", &s->carrier_tracking_url) &&
	       body_string(&part, r, "retailerTrackingNumber", 100, true,
			   &s->retailer_tracking_number) &&
	       body_url(&part, r, "retailerTrackingUrl", &s->retailer_tracking_url);
}

static bool read_payer(const struct call *c, struct reply *r, struct order_simulation *s)
{
	if (!body_string(c, r, "walletNetwork", STATUS_CAP - 1, true, &s->payer_network) ||
	    !body_string(c, r, "walletAddress", ADDR_CAP - 1, true, &s->payer_address))
		return false;
	if (s->payer_network && !chain_known(s->payer_network))
		return refuse(r, "walletNetwork: is not a known network");
	if (s->payer_address && !s->payer_network)
		return refuse(r, "walletNetwork: is required together with walletAddress");
	if (s->payer_address && !chain_is_address(s->payer_network, s->payer_address))
		return refuse(r, "walletAddress: is not an address of this network");
	return true;
}

/* Both the key's environment, which is this sandbox's, and the order's must be devnet. */
static bool on_devnet(struct world *w, const char *order_id, struct reply *r)
{
	struct record rec = {0};
	struct problem why = {0};
	enum status st = record_load(w, OBJECT_ORDER, order_id, &rec, &why);
	bool devnet = str_equal(w->environment, "devnet") &&
		      str_equal(rec.object.as.order.network_environment, "devnet");

	record_release(&rec);
	if (st != S_OK)
		reply_problem(r, &why);
	else if (!devnet)
		reply_error(r, 403, CODE_DEVNET_ONLY, "Only devnet orders can be simulated");
	return st == S_OK && devnet;
}

void order_handle_simulate(struct world *w, const struct call *c, struct reply *r)
{
	const char *id = c->match.params[0], *transition;
	struct order_simulation s = {0};
	struct problem why = {0};
	struct json *snapshot, *data;

	if (!read_transition(c, r, &transition) || !read_tracking(c, r, &s) ||
	    !read_payer(c, r, &s) || !on_devnet(w, id, r))
		return;
	switch (order_simulate(w, id, transition, &s, &why)) {
	case S_OK:
		break;
	case E_CONFLICT: /* INFERRED: 400, contract 7.7 */
		reply_error(r, 400, CODE_TRANSITION_REFUSED, "%s", why.what);
		return;
	default:
		reply_problem(r, &why);
		return;
	}
	snapshot = document_read(w, OBJECT_ORDER, id, r);
	if (!snapshot)
		return;
	data = json_new_object();
	json_set_take(data, "order", snapshot);
	reply_data_take(r, 200, data);
}
