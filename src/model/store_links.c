/*
 * Which payments, refunds, order and invoice belong together, which payout retries which, and
 * what is a customer's. Links are learnt from every statement, whether or not it is the newest: a
 * link does not change.
 */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

void links_init(struct store *st)
{
	st->payments_by_invoice = idmap_new();
	st->order_by_invoice = idmap_new();
	st->invoice_by_order = idmap_new();
	st->refunds_by_invoice = idmap_new();
	st->retries_by_payout = idmap_new();
}

void links_release(struct store *st)
{
	idmap_free(st->payments_by_invoice);
	idmap_free(st->order_by_invoice);
	idmap_free(st->invoice_by_order);
	idmap_free(st->refunds_by_invoice);
	idmap_free(st->retries_by_payout);
	free(st->customers);
}

static struct idmap *links_of(const struct store *st, enum object_kind kind)
{
	switch (kind) {
	case OBJECT_PAYMENT:
		return st->payments_by_invoice;
	case OBJECT_ORDER:
		return st->order_by_invoice;
	case OBJECT_INVOICE:
		return st->invoice_by_order;
	case OBJECT_REFUND:
		return st->refunds_by_invoice;
	case OBJECT_PAYOUT:
		return st->retries_by_payout;
	default:
		return NULL;
	}
}

static const char *link_told(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_PAYMENT:
		return o->as.payment.invoice_id;
	case OBJECT_ORDER:
		return o->as.order.invoice_id;
	case OBJECT_INVOICE:
		return o->as.invoice.commerce_order_id;
	case OBJECT_REFUND:
		return o->as.refund.invoice_id;
	case OBJECT_PAYOUT:
		return o->as.payout.retry_of;
	default:
		return "";
	}
}

void links_forget(struct store *st, struct entry *en)
{
	struct idmap *map = links_of(st, (enum object_kind)en->kind);
	struct entry *first;
	const char *id;

	if (!map || en->filed == 0)
		return;
	id = names_text(st->names, en->filed);
	first = idmap_get(map, id);
	if (first == en && en->sibling) {
		idmap_put(map, id, en->sibling);
	} else if (first == en) {
		idmap_remove(map, id);
	} else {
		while (first && first->sibling != en)
			first = first->sibling;
		if (first)
			first->sibling = en->sibling;
	}
	en->sibling = NULL;
	names_drop(st->names, en->filed);
	en->filed = 0;
}

void links_learn(struct store *st, struct entry *en, const struct object *told)
{
	struct idmap *map = links_of(st, told->kind);
	const char *to = link_told(told);

	if (!map || !to[0] || str_equal(names_text(st->names, en->filed), to))
		return;
	links_forget(st, en);
	en->filed = names_hold_text(st->names, to);
	en->sibling = idmap_get(map, to);
	idmap_put(map, to, en);
}

/* --- customers ----------------------------------------------------------------------------- */

void customers_forget(struct store *st, struct entry *en)
{
	if (en->customer == 0)
		return;
	if (en->before_of_customer)
		en->before_of_customer->next_of_customer = en->next_of_customer;
	else
		st->customers[en->customer] = en->next_of_customer;
	if (en->next_of_customer)
		en->next_of_customer->before_of_customer = en->before_of_customer;
	en->next_of_customer = en->before_of_customer = NULL;
	names_drop(st->names, en->customer);
	en->customer = 0;
}

void customers_learn(struct store *st, struct entry *en, const char *customer)
{
	uint32_t name;
	size_t had = st->customers_cap;

	if (str_equal(names_text(st->names, en->customer), customer))
		return;
	customers_forget(st, en);
	name = names_hold_text(st->names, customer);
	if (name == 0)
		return;
	array_reserve((void **)&st->customers, &st->customers_cap, (size_t)name + 1,
		      sizeof(st->customers[0]));
	for (; had < st->customers_cap; had++)
		st->customers[had] = NULL;
	en->customer = name;
	en->next_of_customer = st->customers[name];
	if (en->next_of_customer)
		en->next_of_customer->before_of_customer = en;
	st->customers[name] = en;
}

struct entry *links_first_of_customer(const struct store *st, const char *customer)
{
	uint32_t name = names_find(st->names, customer);

	return name != 0 && name < st->customers_cap ? st->customers[name] : NULL;
}

/* --- several of one kind -------------------------------------------------------------------- */

static int64_t entry_born_ms(const struct entry *en)
{
	return en->created_ms != TIME_NONE ? en->created_ms : en->born.ms;
}

int entry_order(const struct entry *a, const struct entry *b)
{
	int64_t ma = entry_born_ms(a), mb = entry_born_ms(b);

	if (ma != mb)
		return ma < mb ? -1 : 1;
	return stamp_compare_events(&a->born, &b->born);
}

/* --- what lies around a record --------------------------------------------------------------- */

struct around {
	const struct store *st;
	const struct entry *of;
	void (*visit)(void *ctx, struct entry *near);
	void *ctx;
};

static void around_one(const struct around *r, struct entry *near)
{
	if (near && near != r->of)
		r->visit(r->ctx, near);
}

static void around_each(const struct around *r, enum object_kind kind, const char *filed_under)
{
	for (struct entry *en = links_first_of(r->st, kind, filed_under); en; en = en->sibling)
		around_one(r, en);
}

static void around_transfer(const struct around *r)
{
	around_one(r, records_find(r->st, OBJECT_KYC, names_text(r->st->names, r->of->customer)));
}

void links_around(const struct store *st, const struct entry *en,
		  void (*visit)(void *ctx, struct entry *near), void *ctx)
{
	const struct around r = {.st = st, .of = en, .visit = visit, .ctx = ctx};
	const char *id = entry_id(st, en), *filed = names_text(st->names, en->filed);

	switch (en->kind) {
	case OBJECT_PAYMENT:
		around_one(&r, records_find(st, OBJECT_INVOICE, filed));
		around_one(&r, links_order_of(st, filed));
		break;
	case OBJECT_ORDER:
		around_one(&r, links_invoice_of(st, id));
		break;
	case OBJECT_INVOICE:
		around_each(&r, OBJECT_PAYMENT, id);
		around_one(&r, links_order_of(st, id));
		around_each(&r, OBJECT_REFUND, id);
		break;
	case OBJECT_REFUND:
		around_each(&r, OBJECT_REFUND, filed);
		around_one(&r, records_find(st, OBJECT_INVOICE, filed));
		around_one(&r, links_order_of(st, filed));
		break;
	case OBJECT_PAYOUT:
		around_one(&r, records_find(st, OBJECT_PAYOUT, filed));
		around_transfer(&r);
		break;
	case OBJECT_DEPOSIT:
		around_transfer(&r);
		break;
	default:
		break;
	}
}

/* --- reading ---------------------------------------------------------------------------- */

struct entry *links_first_of(const struct store *st, enum object_kind kind, const char *filed_under)
{
	const struct idmap *map = links_of(st, kind);

	return map && filed_under[0] ? idmap_get(map, filed_under) : NULL;
}

struct entry *links_payment_of(const struct store *st, const char *invoice_id)
{
	struct entry *newest = idmap_get(st->payments_by_invoice, invoice_id);

	for (struct entry *en = newest ? newest->sibling : NULL; en; en = en->sibling)
		if (stamp_compare_events(&newest->born, &en->born) < 0)
			newest = en;
	return newest;
}

/* Either side may be the one that knows. Several may say that they belong to it, one that was
 * replaced by another: it is the one it names itself, else the newest of them. */
static struct entry *linked(const struct store *st, struct idmap *filed_under,
			    enum object_kind from, enum object_kind to, const char *id)
{
	const struct entry *own = records_find(st, from, id);
	struct entry *en = own ? records_find(st, to, names_text(st->names, own->filed)) : NULL;

	if (en)
		return en;
	en = idmap_get(filed_under, id);
	for (struct entry *other = en ? en->sibling : NULL; other; other = other->sibling)
		if (entry_order(other, en) > 0)
			en = other;
	return en;
}

struct entry *links_order_of(const struct store *st, const char *invoice_id)
{
	return linked(st, st->order_by_invoice, OBJECT_INVOICE, OBJECT_ORDER, invoice_id);
}

struct entry *links_invoice_of(const struct store *st, const char *order_id)
{
	return linked(st, st->invoice_by_order, OBJECT_ORDER, OBJECT_INVOICE, order_id);
}

const struct record *store_payment_of(const struct store *st, const char *invoice_id)
{
	return record_show(st, links_payment_of(st, invoice_id));
}

const struct record *store_order_of(const struct store *st, const char *invoice_id)
{
	return record_show(st, links_order_of(st, invoice_id));
}

const struct record *store_invoice_of(const struct store *st, const char *order_id)
{
	return record_show(st, links_invoice_of(st, order_id));
}
