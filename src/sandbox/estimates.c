#include "sandbox/checkout.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/catalogue.h"
#include "wire/shape_macros.h"

#define ESTIMATES "estimate"

static const struct field ESTIMATE_ITEM_FIELDS[] = {
	VALUE(ID, estimate_item, product_id, "productId", REQUIRED),
	SAME(TEXT, estimate_item, retailer, REQUIRED),
	SAME(TEXT, estimate_item, title, 0),
	SAME(INT, estimate_item, quantity, REQUIRED),
	SAME(DOLLARS, estimate_item, price, REQUIRED),
	VALUE(DOLLARS, estimate_item, total_price, "totalPrice", REQUIRED),
	VALUE(TEXT, estimate_item, image, "metadata.image", 0),
};
static const struct shape SHAPE_ESTIMATE_ITEM =
	SHAPE("estimate_item", NULL, estimate_item, ESTIMATE_ITEM_FIELDS);

static const struct field ESTIMATE_REFUSAL_FIELDS[] = {
	VALUE(ID, estimate_refusal, product_id, "productId", REQUIRED),
	SAME(TEXT, estimate_refusal, retailer, REQUIRED),
	SAME(TEXT, estimate_refusal, error, REQUIRED),
};
static const struct shape SHAPE_ESTIMATE_REFUSAL =
	SHAPE("estimate_refusal", NULL, estimate_refusal, ESTIMATE_REFUSAL_FIELDS);

static const struct field ESTIMATE_FIELDS[] = {
	VALUE(ID, estimate, estimate_id, "estimateId", REQUIRED),
	VALUE(INT, estimate, merchant_id, "merchantId", NOT_NULL),
	VALUE(TEXT, estimate, network_environment, "networkEnvironment", 0),
	VALUE(ID, estimate, shopper.customer_id, "customerId", 0),
	VALUE(ID, estimate, shopper.wallet_address, "walletAddress", 0),
	VALUE(TEXT, estimate, shopper.wallet_network, "walletNetwork", 0),
	LIST_AT(estimate, valid, valid_count, "validItems", SHAPE_ESTIMATE_ITEM,
		CHECKOUT_LINES_MAX),
	LIST_AT(estimate, invalid, invalid_count, "invalidItems", SHAPE_ESTIMATE_REFUSAL,
		CHECKOUT_LINES_MAX),
	VALUE(DOLLARS, estimate, pricing.subtotal, "pricing.subtotal", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.shipping, "pricing.shipping", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.tax, "pricing.tax", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.fee_fixed, "pricing.fees.fixed", NOT_NULL),
	VALUE(INT, estimate, pricing.fee_percentage, "pricing.fees.percentage", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.fee_total, "pricing.fees.total", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.total, "pricing.total", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.shipping, "feeBreakdown.shippingBase", NOT_NULL),
	VALUE(DOLLARS, estimate, pricing.fee_total, "feeBreakdown.commerceFee", NOT_NULL),
	VALUE(DOLLARS, estimate, total_fees, "feeBreakdown.totalFees", NOT_NULL),
	VALUE(TIME, estimate, expires_at, "expiresAt", 0),
	VALUE(TIME, estimate, created_at, "createdAt", 0),
};
const struct shape SHAPE_ESTIMATE = SHAPE("estimate", NULL, estimate, ESTIMATE_FIELDS);

void estimate_release(struct estimate *e)
{
	shape_release(&SHAPE_ESTIMATE, e);
}

/* --- looking items up ------------------------------------------------------------------- */

static void refuse_item(struct estimate *e, const struct wanted_item *item, const char *why)
{
	struct estimate_refusal *row = &e->invalid[e->invalid_count++];

	str_copy(row->product_id, sizeof(row->product_id), item->product_id);
	str_copy(row->retailer, sizeof(row->retailer), item->retailer);
	str_copy(row->error, sizeof(row->error), why);
}

static void accept_item(struct estimate *e, const struct wanted_item *item, const struct product *p)
{
	struct estimate_item *row = &e->valid[e->valid_count++];

	str_copy(row->product_id, sizeof(row->product_id), p->id);
	str_copy(row->retailer, sizeof(row->retailer), p->retailer);
	str_copy(row->title, sizeof(row->title), p->title);
	str_copy(row->image, sizeof(row->image), p->image);
	row->quantity = item->quantity;
	row->price = p->price;
	row->total_price = p->price * item->quantity;
}

static void look_up(struct world *w, struct estimate *e, const struct wanted_item *item)
{
	struct product p;
	bool known = catalogue_find(item->product_id, w->now_ms, &p);
	const char *why = catalogue_refusal(known ? &p : NULL, item->retailer);
	char other[NAME_CAP];

	if (!why && e->valid_count && !str_equal(e->valid[0].retailer, p.retailer)) {
		str_printf(other, sizeof(other), "One order goes to one retailer, here %s",
			   e->valid[0].retailer);
		why = other;
	}
	if (why)
		refuse_item(e, item, why);
	else
		accept_item(e, item, &p);
}

static void estimate_fill(struct world *w, const struct shopper *s, const struct wanted_item *items,
			  size_t count, struct estimate *e)
{
	int64_t subtotal = 0;

	rng_uuid(&w->rng, e->estimate_id);
	e->merchant_id = MERCHANT_ID;
	str_copy(e->network_environment, sizeof(e->network_environment), w->environment);
	e->shopper = *s;
	e->valid = xcalloc(count, sizeof(*e->valid));
	e->invalid = xcalloc(count, sizeof(*e->invalid));
	for (size_t i = 0; i < count; i++)
		look_up(w, e, &items[i]);
	for (size_t i = 0; i < e->valid_count; i++)
		subtotal += e->valid[i].total_price;
	/* No tax, as in the sample: where it goes is not known yet, and what was estimated holds.
	 */
	e->pricing = pricing_of(subtotal, NULL);
	e->total_fees = e->pricing.shipping + e->pricing.fee_total;
	e->created_at = w->now_ms / 1000 * 1000;
	e->expires_at = e->created_at + COMMERCE_ESTIMATE_MS;
}

/* --- keeping them ------------------------------------------------------------------------- */

enum status estimate_create(struct world *w, const struct shopper *s,
			    const struct wanted_item *items, size_t count, struct estimate *ret,
			    struct problem *reterr)
{
	char key[SHOPPER_KEY_CAP];
	struct json *doc;
	enum status st;
	char *text;

	shape_init(&SHAPE_ESTIMATE, ret);
	if (count > CHECKOUT_LINES_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "items: must be at most %d",
				   CHECKOUT_LINES_MAX);
	estimate_fill(w, s, items, count, ret);
	doc = shape_to_json(&SHAPE_ESTIMATE, ret);
	text = json_print(doc);
	st = ledger_doc_put(w->ledger, ESTIMATES, ret->estimate_id, shopper_key(s, key), TIME_NONE,
			    text, reterr);
	free(text);
	json_free(doc);
	return st;
}

enum status estimate_load(struct world *w, const struct shopper *s, const char *id,
			  struct estimate *ret, struct problem *reterr)
{
	struct json *doc = NULL;
	enum status st = document_load(w, ESTIMATES, id, &doc, reterr);

	shape_init(&SHAPE_ESTIMATE, ret);
	if (st == S_OK)
		st = shape_decode(&SHAPE_ESTIMATE, doc, ret, reterr);
	json_free(doc);
	if (st == S_OK && !shopper_same(&ret->shopper, s))
		st = problem_set(reterr, E_NOT_FOUND, NULL, "no estimate '%s'", id);
	if (st == S_OK && w->now_ms >= ret->expires_at)
		st = problem_set(reterr, E_TIMEOUT, NULL,
				 "estimateId: the estimate has expired; make a new one");
	return st;
}
