#include "wire/objects.h"

#include "base/money.h"
#include "base/strbuf.h"

#include <assert.h>

#define SHAPE_OF_invoice         SHAPE_INVOICE
#define SHAPE_OF_invoice_payment SHAPE_INVOICE_PAYMENT
#define SHAPE_OF_order           SHAPE_ORDER
#define SHAPE_OF_payout          SHAPE_PAYOUT
#define SHAPE_OF_kyc             SHAPE_KYC
#define SHAPE_OF_deposit         SHAPE_DEPOSIT
#define SHAPE_OF_refund          SHAPE_REFUND

static const struct kind_info KINDS[OBJECT_KIND_COUNT] = {
#define X(constant, type, wire_, id, vocab_, plural_) \
	[constant] = {.kind = (constant),             \
		      .wire = (wire_),                \
		      .plural = (plural_),            \
		      .shape = &SHAPE_OF_##type,      \
		      .vocab = (vocab_)},
	OBJECT_KINDS(X)
#undef X
};

/* Where the members that every kind has stand in its struct. */
static const struct {
	size_t id;
	size_t status;
} OFFSETS[OBJECT_KIND_COUNT] = {
#define X(constant, type, wire_, id_, vocab_, plural_) \
	[constant] = {.id = offsetof(struct type, id_), .status = offsetof(struct type, status)},
	OBJECT_KINDS(X)
#undef X
};

const struct kind_info *kind_info(enum object_kind kind)
{
	return kind > OBJECT_NONE && kind < OBJECT_KIND_COUNT ? &KINDS[kind] : NULL;
}

enum object_kind kind_from_wire(const char *object_word)
{
	for (int kind = OBJECT_NONE + 1; kind < OBJECT_KIND_COUNT; kind++)
		if (str_equal(KINDS[kind].wire, object_word))
			return (enum object_kind)kind;
	return OBJECT_NONE;
}

/* --- decoding ------------------------------------------------------------------- */

/* A webhook's invoice: dollars in amount_usd instead of thousandths in amount. */
static enum status invoice_decode(const struct json *obj, struct invoice *ret,
				  struct problem *reterr)
{
	const char *dollars = NULL;
	int64_t millis = 0;
	if (json_is_null(json_get(obj, "amount")))
		dollars = json_number_text(json_get(obj, "amount_usd"));
	if (dollars == NULL)
		return shape_decode(&SHAPE_INVOICE, obj, ret, reterr);
	if (money_parse_decimal(dollars, USD_MILLIS_EXPONENT, &millis) != S_OK)
		return problem_set(reterr, E_INVALID, NULL,
				   "invoice.amount_usd: is not an exact amount in thousandths");
	struct json *whole = json_copy(obj);
	json_set_int(whole, "amount", millis);
	enum status status = shape_decode(&SHAPE_INVOICE, whole, ret, reterr);
	json_free(whole);
	return status;
}

static enum status order_count_items(struct order *o, struct problem *reterr)
{
	for (size_t i = 0; i < o->line_count; i++) {
		if (__builtin_add_overflow(o->item_count, o->lines[i].quantity, &o->item_count)) {
			shape_release(&SHAPE_ORDER, o);
			return problem_set(reterr, E_INVALID, NULL,
					   "order.lineItems: quantities do not add up");
		}
	}
	return S_OK;
}

static enum status order_decode(const struct json *obj, struct order *ret, struct problem *reterr)
{
	if (json_is_null(json_get(obj, "lineItems")))
		return shape_decode(&SHAPE_ORDER_ROW, obj, ret, reterr);
	enum status status = shape_decode(&SHAPE_ORDER, obj, ret, reterr);
	if (status != S_OK)
		return status;
	ret->has_snapshot = true;
	return order_count_items(ret, reterr);
}

enum status object_decode(enum object_kind kind, const struct json *obj, struct object *ret,
			  struct problem *reterr)
{
	enum status status;
	const struct kind_info *info = kind_info(kind);
	ret->kind = OBJECT_NONE;
	if (info == NULL)
		return problem_set(reterr, E_UNSUPPORTED, NULL, "an object of unknown kind");
	if (kind == OBJECT_INVOICE)
		status = invoice_decode(obj, &ret->as.invoice, reterr);
	else if (kind == OBJECT_ORDER)
		status = order_decode(obj, &ret->as.order, reterr);
	else
		status = shape_decode(info->shape, obj, &ret->as, reterr);
	if (status == S_OK)
		ret->kind = kind;
	return status;
}

/* --- encoding, copying ------------------------------------------------------------ */

struct json *order_row_to_json(const struct order *order)
{
	struct json *row = shape_to_json(&SHAPE_ORDER_ROW, order);
	struct json *summary = json_set_object(row, "shipmentsSummary");
	bool tracked = false;
	int64_t last = TIME_NONE;
	for (size_t i = 0; i < order->shipment_count; i++) {
		const struct shipment *s = &order->shipments[i];
		if (s->tracking_number[0] == '\0')
			continue;
		tracked = true;
		last = s->obtained_at > last ? s->obtained_at : last;
	}
	json_set_int(summary, "shipmentCount", (int64_t)order->shipment_count);
	json_set_bool(summary, "hasTracking", tracked);
	if (last == TIME_NONE)
		json_set_null(summary, "lastTrackingAt");
	else
		json_set_int(summary, "lastTrackingAt", last / 1000);
	json_set_bool(summary, "isDelivered",
		      vocab_parse(VOCAB_ORDER, order->status) == ORDER_DELIVERED);
	return row;
}

struct json *object_to_json(const struct object *o)
{
	assert(kind_info(o->kind) != NULL);
	if (o->kind == OBJECT_ORDER && !o->as.order.has_snapshot)
		return order_row_to_json(&o->as.order);
	return shape_to_json(kind_info(o->kind)->shape, &o->as);
}

void object_release(struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);
	if (info != NULL)
		shape_release(info->shape, &o->as);
	o->kind = OBJECT_NONE;
}

size_t object_list_bytes(const struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);
	return info != NULL ? shape_list_bytes(info->shape, &o->as) : 0;
}

void object_copy(struct object *dst, const struct object *src)
{
	const struct kind_info *info = kind_info(src->kind);
	dst->kind = src->kind;
	if (info != NULL)
		shape_copy(info->shape, &dst->as, &src->as);
}

/* --- what every kind has ------------------------------------------------------------- */

const char *object_id(const struct object *o)
{
	return kind_info(o->kind) != NULL ? (const char *)&o->as + OFFSETS[o->kind].id : "";
}

const char *object_status(const struct object *o)
{
	return kind_info(o->kind) != NULL ? (const char *)&o->as + OFFSETS[o->kind].status : "";
}

const struct word *object_word(const struct object *o)
{
	const struct kind_info *info = kind_info(o->kind);
	return info != NULL ? vocab_find(info->vocab, object_status(o)) : NULL;
}

const char *object_environment(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		return o->as.invoice.environment;
	case OBJECT_PAYMENT:
		return o->as.payment.environment;
	case OBJECT_ORDER:
		return o->as.order.network_environment;
	case OBJECT_PAYOUT:
		return o->as.payout.environment;
	case OBJECT_KYC:
		return o->as.kyc.environment;
	case OBJECT_DEPOSIT:
		return o->as.deposit.environment;
	case OBJECT_REFUND:
		return o->as.refund.environment;
	default:
		return "";
	}
}

const char *object_customer(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		return o->as.invoice.customer_id;
	case OBJECT_ORDER:
		return o->as.order.customer_id;
	case OBJECT_PAYOUT:
		return o->as.payout.customer_id;
	case OBJECT_KYC:
		return o->as.kyc.customer_id;
	case OBJECT_DEPOSIT:
		return o->as.deposit.customer_id;
	default:
		return "";
	}
}

int64_t object_created_ms(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		return o->as.invoice.created_at;
	case OBJECT_ORDER:
		return o->as.order.created_at;
	case OBJECT_PAYOUT:
		return o->as.payout.created_at;
	case OBJECT_KYC:
		return o->as.kyc.submitted_at;
	case OBJECT_DEPOSIT:
		return o->as.deposit.created_at;
	case OBJECT_REFUND:
		return o->as.refund.created_at;
	default:
		return TIME_NONE;
	}
}

/* TIME_NONE is the smallest int64, so any real time is later. */
static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t object_updated_ms(const struct object *o)
{
	const struct invoice *i = &o->as.invoice;
	int64_t created = object_created_ms(o);
	switch (o->kind) {
	case OBJECT_INVOICE:
		return later(created, later(i->paid_at, i->last_payment_at));
	case OBJECT_ORDER:
		return later(created, o->as.order.updated_at);
	case OBJECT_PAYOUT:
		return later(created, later(o->as.payout.updated_at, o->as.payout.paid_at));
	case OBJECT_KYC:
		return later(created, o->as.kyc.reviewed_at);
	case OBJECT_DEPOSIT:
		return later(created, o->as.deposit.updated_at);
	case OBJECT_REFUND:
		return later(created, o->as.refund.updated_at);
	default:
		return created;
	}
}
