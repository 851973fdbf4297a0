/* The checkout's second and third step, where to and the order: contract 7.3. */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/checkout.h"
#include "sandbox/domain.h"
#include "sandbox/session.h"

static bool refuse(struct reply *r, const char *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", why);
	return false;
}

/* The caller's own, while it holds; otherwise the reply says why not. */
static bool estimate_read(struct world *w, const struct call *c, const struct shopper *s,
			  struct reply *r, struct estimate *ret)
{
	struct problem why = {0};
	const char *id;

	*ret = (struct estimate){0};
	if (!body_required(c, r, "estimateId", ID_CAP - 1, true, &id))
		return false;
	switch (estimate_load(w, s, id, ret, &why)) {
	case S_OK:
		return true;
	case E_TIMEOUT:
		reply_error(r, 400, CODE_ESTIMATE_EXPIRED, "%s", why.what);
		break;
	default:
		reply_problem(r, &why);
		break;
	}
	estimate_release(ret);
	return false;
}

/* --- step 2 ------------------------------------------------------------------------------------
 */

static bool read_text(const struct call *part, struct reply *r, const char *key, char *dst,
		      size_t cap)
{
	const char *text;

	if (!body_string(part, r, key, cap - 1, true, &text))
		return false;
	str_copy(dst, cap, text ? text : "");
	return true;
}

#define READ(member) read_text(&part, r, #member, ret->member, sizeof(ret->member))

static bool read_address(const struct call *c, struct reply *r, struct shipping_address *ret)
{
	const struct json *v;
	struct call part;
	const char *why, *email;

	if (!body_object(c, r, "address", &v))
		return false;
	if (!v)
		return refuse(r, "address: is required");
	body_part(&part, v, "address");
	*ret = (struct shipping_address){0};
	if (!READ(first_name) || !READ(last_name) || !READ(street_address) ||
	    !READ(address_line2) || !READ(city) || !READ(state) || !READ(zip_code) ||
	    !READ(country) || !READ(phone) || !READ(email) ||
	    !body_email(&part, r, "email", &email))
		return false;
	address_standardize(ret);
	why = address_refusal(ret);
	return !why || refuse(r, why);
}

static struct json *address_answer(const struct saved_address *a, const struct estimate *e)
{
	struct json *data = json_new_object(), *options = json_new_array();
	struct json *standard = json_new_object();

	json_set_string(data, "addressId", a->address_id);
	json_set_bool(data, "validated", a->validated);
	json_set_take(data, "standardized", shape_to_json(&SHAPE_SHIPPING_ADDRESS, &a->address));
	/* The one way there is: step 3 has no member to choose another by. */
	json_set_string(standard, "id", "standard");
	json_set_string(standard, "name", "Standard shipping");
	json_set_dollars(standard, "price", e->pricing.shipping);
	json_set_int(standard, "estimatedDays", CHECKOUT_SHIPPING_DAYS);
	json_append_take(options, standard);
	json_set_take(data, "shippingOptions", options);
	return data;
}

void checkout_handle_address(struct world *w, const struct call *c, struct reply *r)
{
	struct shipping_address address;
	struct saved_address saved;
	struct problem why = {0};
	struct estimate e;
	struct shopper s;

	if (!shopper_of_body(c, r, &s) || !read_address(c, r, &address) ||
	    !estimate_read(w, c, &s, r, &e))
		return;
	if (address_save(w, &s, &address, &saved, &why) == S_OK)
		reply_data_take(r, 200, address_answer(&saved, &e));
	else
		reply_problem(r, &why);
	estimate_release(&e);
}

/* --- step 3 ------------------------------------------------------------------------------------
 */

struct purchase {
	struct shopper shopper;
	struct estimate estimate;
	struct saved_address to;
	const char *refund_wallet;
};

static enum status purchase_order(struct world *w, const struct call *c, const struct purchase *p,
				  char order[ID_CAP], char invoice[ID_CAP], struct problem *reterr)
{
	const struct shipping_address *a = &p->to.address;
	const struct estimate *e = &p->estimate;
	struct order_item_params *items = xcalloc(e->valid_count, sizeof(*items));
	struct order_params params = {
		.customer_id = p->shopper.customer_id,
		.wallet_address = p->shopper.wallet_address,
		.wallet_network = p->shopper.wallet_network,
		.retailer = e->valid[0].retailer,
		.items = items,
		.item_count = e->valid_count,
		.first_name = a->first_name,
		.last_name = a->last_name,
		.street = a->street_address,
		.line2 = a->address_line2,
		.city = a->city,
		.state = a->state,
		.zip = a->zip_code,
		.country = a->country,
		.phone = a->phone,
		.email = a->email,
		.refund_wallet_bsc = p->refund_wallet,
		.pricing = &e->pricing,
		.request_id = c->request_id,
		.idempotency_key = *c->idempotency_key ? c->idempotency_key : NULL,
	};
	enum status st;

	for (size_t i = 0; i < e->valid_count; i++)
		items[i] = (struct order_item_params){.product_id = e->valid[i].product_id,
						      .title = e->valid[i].title,
						      .image_url = e->valid[i].image,
						      .quantity = e->valid[i].quantity,
						      .price = e->valid[i].price};
	st = order_create(w, &params, order, invoice, reterr);
	free(items);
	return st;
}

static void set_endpoint(struct json *endpoints, const char *key, enum route_id route,
			 const char *order_id)
{
	char path[256];

	if (route_format(route, &order_id, 1, path, sizeof(path)) == S_OK)
		json_set_string(endpoints, key, path);
}

static struct json *purchase_answer(struct world *w, const struct purchase *p, const char *order,
				    const struct invoice *v, const struct session *session)
{
	struct json *data = json_new_object(), *endpoints;

	json_set_string(data, "orderId", order);
	json_set_string(data, "invoiceId", v->id);
	json_set_string(data, "invoiceUrl", session->payment_url);
	json_set_string(data, "session", session->token);
	json_set_string(data, "signature", session->signature);
	json_set_take(data, "payment_session_headers", session_headers(session));
	json_set_int(data, "merchantId", MERCHANT_ID);
	json_set_string(data, "networkEnvironment", w->environment);
	json_set_text(data, "customerId", p->shopper.customer_id);
	json_set_dollars(data, "amount", v->amount);
	json_set_string(data, "status", v->status);
	json_set_int(data, "expiresAt", v->expires_at / 1000);
	endpoints = json_set_object(data, "endpoints");
	set_endpoint(endpoints, "checkOrder", ROUTE_ORDER_GET, order);
	set_endpoint(endpoints, "checkPayment", ROUTE_ORDER_PAYMENT, order);
	set_endpoint(endpoints, "cancelOrder", ROUTE_ORDER_CANCEL, order);
	return data;
}

static void purchase_make(struct world *w, const struct call *c, const struct purchase *p,
			  struct reply *r)
{
	char order[ID_CAP], invoice[ID_CAP];
	struct problem why = {0};
	struct session session;
	struct invoice v;
	enum status st = purchase_order(w, c, p, order, invoice, &why);

	if (st == S_OK)
		st = invoice_load(w, invoice, &v, &why);
	if (st == S_OK)
		st = session_issue(w, invoice, &session, &why);
	if (st == S_OK)
		reply_data_take(r, 201, purchase_answer(w, p, order, &v, &session));
	else
		reply_problem(r, &why);
}

static bool purchase_allowed(const struct purchase *p, struct reply *r)
{
	if (p->estimate.valid_count == 0) {
		reply_error(r, 400, CODE_NO_VALID_ITEMS,
			    "estimateId: nothing in this estimate can be ordered");
		return false;
	}
	if (p->estimate.pricing.total > COMMERCE_ORDER_MAX) {
		reply_error(r, 400, CODE_ORDER_LIMIT,
			    "an order must not cost more than %lld dollars",
			    COMMERCE_ORDER_MAX / 1000);
		return false;
	}
	return true;
}

/* webhookUrl is deprecated and not looked at. The cart is not cleared. */
void checkout_handle_invoice(struct world *w, const struct call *c, struct reply *r)
{
	struct purchase p = {0};
	struct problem why = {0};
	const char *address;

	if (!shopper_of_body(c, r, &p.shopper) ||
	    !body_required(c, r, "addressId", ID_CAP - 1, true, &address) ||
	    !body_evm_address(c, r, "refundDestinationWalletAddressBsc", &p.refund_wallet) ||
	    !estimate_read(w, c, &p.shopper, r, &p.estimate))
		return;
	if (address_load(w, &p.shopper, address, &p.to, &why) != S_OK)
		reply_problem(r, &why);
	else if (purchase_allowed(&p, r))
		purchase_make(w, c, &p, r);
	estimate_release(&p.estimate);
}
