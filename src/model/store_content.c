/*
 * An object's fields are those of the newest statement that had them all. An order's come in
 * two groups, told apart: what a list row has, and what only a snapshot has.
 */
#include "model/purse.h"
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/pack.h"

#include <stddef.h>

#define PACKED_MAX (4 * 1024 * 1024) /* an order with every list full is a tenth of it */

void object_blank(struct object *ret, enum object_kind kind)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = kind;
	shape_init(kind_info(kind)->shape, &ret->as);
}

bool object_set_id(struct object *o, const char *id)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		return str_copy(o->as.invoice.id, sizeof(o->as.invoice.id), id);
	case OBJECT_PAYMENT:
		return str_copy(o->as.payment.id, sizeof(o->as.payment.id), id);
	case OBJECT_ORDER:
		return str_copy(o->as.order.order_id, sizeof(o->as.order.order_id), id);
	case OBJECT_PAYOUT:
		return str_copy(o->as.payout.id, sizeof(o->as.payout.id), id);
	case OBJECT_KYC:
		return str_copy(o->as.kyc.customer_id, sizeof(o->as.kyc.customer_id), id);
	case OBJECT_DEPOSIT:
		return str_copy(o->as.deposit.id, sizeof(o->as.deposit.id), id);
	case OBJECT_REFUND:
		return str_copy(o->as.refund.id, sizeof(o->as.refund.id), id);
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
	return false;
}

static char *object_status_field(struct object *o)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		return o->as.invoice.status;
	case OBJECT_PAYMENT:
		return o->as.payment.status;
	case OBJECT_ORDER:
		return o->as.order.status;
	case OBJECT_PAYOUT:
		return o->as.payout.status;
	case OBJECT_KYC:
		return o->as.kyc.status;
	case OBJECT_DEPOSIT:
		return o->as.deposit.status;
	case OBJECT_REFUND:
		return o->as.refund.status;
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
	return NULL;
}

void object_set_status(struct object *o, const char *status)
{
	char *field = object_status_field(o);
	if (field)
		str_copy(field, STATUS_CAP, status);
}

bool invoice_hides_money(const struct invoice *inv)
{
	return !inv->tells_paid && inv->amount_paid == 0 &&
	       (str_equal(inv->status, "underpaid") || str_equal(inv->status, "expired") ||
		vocab_parse(VOCAB_INVOICE, inv->status) == INVOICE_CANCELED);
}

/* Webhook-style samples and {object,id,status}: no creation time means no whole object. */
bool object_is_thin(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		return o->as.invoice.created_at == TIME_NONE || invoice_hides_money(&o->as.invoice);
	case OBJECT_PAYMENT:
		return o->as.payment.invoice_id[0] == '\0';
	case OBJECT_ORDER:
		return !o->as.order.has_snapshot && o->as.order.created_at == TIME_NONE;
	case OBJECT_PAYOUT:
		return o->as.payout.created_at == TIME_NONE;
	case OBJECT_DEPOSIT:
		return o->as.deposit.created_at == TIME_NONE;
	case OBJECT_REFUND:
		return o->as.refund.created_at == TIME_NONE;
	case OBJECT_KYC:
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
	return false;
}

/* When the status an answer shows was reached, as far as the object says. */
int64_t object_changed_ms(const struct object *o)
{
	const char *status = object_status(o);
	if (o->kind != OBJECT_INVOICE)
		return object_updated_ms(o);
	if (str_equal(status, "paid"))
		return o->as.invoice.paid_at;
	if (str_equal(status, "underpaid"))
		return o->as.invoice.last_payment_at;
	if (str_equal(status, "expired"))
		return o->as.invoice.expires_at;
	return str_equal(status, "unpaid") ? o->as.invoice.created_at : TIME_NONE;
}

/* Exchanges the fields only a snapshot has. */
static void order_swap_snapshot(struct order *a, struct order *b)
{
	struct order old = *a;
	int64_t merchant_id = b->merchant_id;
#define SWAP(field)                                              \
	do {                                                     \
		memcpy(&a->field, &b->field, sizeof(a->field));  \
		memcpy(&b->field, &old.field, sizeof(a->field)); \
	} while (0)
	SWAP(has_snapshot);
	SWAP(timeline);
	SWAP(timeline_count);
	SWAP(payment);
	SWAP(shipments);
	SWAP(shipment_count);
	SWAP(lines);
	SWAP(line_count);
	SWAP(has_shipping_address);
	SWAP(shipping_address);
	SWAP(cancellation_status);
	SWAP(refund_status);
	SWAP(commerce_fee);
	SWAP(refund);
#undef SWAP
	b->merchant_id = a->merchant_id;
	a->merchant_id = merchant_id;
}

static void order_take(struct object *held, const struct object *told, bool row, bool snapshot)
{
	struct object copy;
	object_copy(&copy, told);
	if (row != snapshot) {
		/* the group that is not taken goes from one to the other */
		order_swap_snapshot(&held->as.order, &copy.as.order);
	}
	if (row) {
		object_release(held);
		*held = copy;
	} else {
		object_release(&copy);
	}
}

/* What a query asks; an abbreviation's zero means nothing. */
bool object_amount_known(const struct object *o, int64_t *ret)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		*ret = o->as.invoice.amount;
		return invoice_is_in_dollars(&o->as.invoice) &&
		       (*ret != 0 || o->as.invoice.created_at != TIME_NONE);
	case OBJECT_PAYMENT:
		*ret = o->as.payment.amount_usd;
		break;
	case OBJECT_ORDER:
		*ret = o->as.order.total;
		break;
	case OBJECT_PAYOUT:
		*ret = o->as.payout.amount;
		break;
	default:
		return false;
	}
	return *ret != 0 || !object_is_thin(o);
}

static void content_keep(struct store *st, struct entry *en, const struct object *o)
{
	struct strbuf sb;

	strbuf_init(&sb, PACKED_MAX);
	object_pack(o, &sb);
	free(en->packed);
	en->packed = xmemdup0(strbuf_str(&sb), sb.len);
	strbuf_release(&sb);
	customers_learn(st, en, object_customer(o));
	en->created_ms = object_created_ms(o);
	en->updated_ms = object_updated_ms(o);
	en->has_amount = object_amount_known(o, &en->amount);
}

static void content_keep_order(struct store *st, struct entry *en, const struct object *told,
			       bool row, bool snapshot)
{
	struct object held;

	if (en->packed)
		object_unpack(OBJECT_ORDER, entry_id(st, en), en->packed, &held);
	else
		object_blank(&held, OBJECT_ORDER);
	order_take(&held, told, row, snapshot);
	object_set_id(&held, entry_id(st, en));
	content_keep(st, en, &held);
	object_release(&held);
}

/* Rows of a list may leave out what was paid. Another statement of the same state, with no other
 * payment since, has told it. */
static bool invoice_fills(struct invoice *gap, const struct invoice *known)
{
	if (gap->tells_paid || !known->tells_paid || gap->amount != known->amount ||
	    !str_equal(gap->status, known->status) ||
	    (gap->last_payment_at != TIME_NONE && gap->last_payment_at != known->last_payment_at))
		return false;
	gap->tells_paid = true;
	gap->amount_paid = known->amount_paid;
	gap->amount_remaining = known->amount_remaining;
	if (gap->last_payment_at == TIME_NONE)
		gap->last_payment_at = known->last_payment_at;
	return true;
}

/* What a payment is of is told once; some statements leave it out (contract 5). */
static bool payment_fills(struct invoice_payment *gap, const struct invoice_payment *known)
{
	if (gap->amount_usd != 0 || known->amount_usd == 0)
		return false;
	gap->amount_usd = known->amount_usd;
	return true;
}

static bool object_fills(struct object *gap, const struct object *known)
{
	return gap->kind == OBJECT_INVOICE ? invoice_fills(&gap->as.invoice, &known->as.invoice)
					   : payment_fills(&gap->as.payment, &known->as.payment);
}

static bool leaves_money_out(const struct object *o)
{
	return o->kind == OBJECT_INVOICE
		       ? !o->as.invoice.tells_paid
		       : o->kind == OBJECT_PAYMENT && o->as.payment.amount_usd == 0;
}

static void content_keep_filled(struct store *st, struct entry *en, const struct object *told)
{
	struct object held, full = *told; /* borrows: neither kind owns anything */

	if (en->packed && leaves_money_out(told)) {
		object_unpack(told->kind, entry_id(st, en), en->packed, &held);
		(void)object_fills(&full, &held);
		object_release(&held);
	}
	content_keep(st, en, &full);
}

/* An older statement with what the one that is kept left out. */
static bool content_fill(struct store *st, struct entry *en, const struct object *told)
{
	bool invoice = told->kind == OBJECT_INVOICE;
	struct packed_member m = {.offset = invoice ? offsetof(struct invoice, amount_paid)
						    : offsetof(struct invoice_payment, amount_usd),
				  .number = invoice ? INT64_MIN : 0};
	int64_t left_out = m.number;
	struct object held;
	bool filled;

	if ((!invoice && told->kind != OBJECT_PAYMENT) || leaves_money_out(told) || !en->packed)
		return false;
	object_packed_members(told->kind, en->packed, &m, 1);
	if (m.number != left_out)
		return false;
	object_unpack(told->kind, entry_id(st, en), en->packed, &held);
	filled = object_fills(&held, told);
	if (filled)
		content_keep(st, en, &held);
	object_release(&held);
	return filled;
}

static bool content_is_newer(const struct store *st, const struct entry *en,
			     const struct stamp *stamp, bool thin)
{
	if (!en->content.any)
		return true;
	if (en->full == thin) /* a whole object beats an abbreviation of any age */
		return !thin;
	return stamp_replaces(st, entry_vocab(en), &en->content, stamp);
}

bool content_take(struct store *st, struct entry *en, const struct object *told,
		  const struct stamp *stamp, bool thin)
{
	bool whole = content_is_newer(st, en, stamp, thin);
	bool snapshot = told->kind == OBJECT_ORDER && told->as.order.has_snapshot &&
			stamp_replaces(st, entry_vocab(en), &entry_more(en)->lines, stamp);

	if (!whole && !snapshot)
		return content_fill(st, en, told);
	if (told->kind == OBJECT_ORDER)
		content_keep_order(st, en, told, whole, snapshot);
	else if (told->kind == OBJECT_INVOICE || told->kind == OBJECT_PAYMENT)
		content_keep_filled(st, en, told);
	else
		content_keep(st, en, told);
	if (whole) {
		en->content = *stamp;
		en->full = !thin;
	}
	if (snapshot)
		entry_want_more(en)->lines = *stamp;
	return true;
}
