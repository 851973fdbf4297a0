#include "sandbox/records.h"

#include "sandbox/ledger.h"

void record_init(struct record *r, enum object_kind kind)
{
	*r = (struct record){.object.kind = kind};
	shape_init(kind_info(kind)->shape, &r->object.as);
	if (kind == OBJECT_ORDER)
		r->object.as.order.has_snapshot = true;
}

void record_release(struct record *r)
{
	object_release(&r->object);
	json_free(r->json);
	*r = (struct record){0};
}

static const char *record_settlement_status(const struct record *r)
{
	return r->object.kind == OBJECT_PAYMENT ? r->object.as.payment.settlement_status : "";
}

enum status record_load(struct world *w, enum object_kind kind, const char *id, struct record *ret,
			struct problem *reterr)
{
	struct record r = {0};
	char *doc = NULL;
	enum status st = ledger_get(w->ledger, kind, id, &doc, reterr);

	if (st != S_OK)
		return st;
	st = json_parse(doc, strlen(doc), &r.json, reterr);
	free(doc);
	if (st == S_OK)
		st = object_decode(kind, r.json, &r.object, reterr);
	if (st != S_OK) {
		json_free(r.json);
		return st;
	}
	str_copy(r.was_status, sizeof(r.was_status), object_status(&r.object));
	str_copy(r.was_settlement_status, sizeof(r.was_settlement_status),
		 record_settlement_status(&r));
	*ret = r;
	return S_OK;
}

enum status record_hidden(struct world *w, enum object_kind kind, const char *id,
			  struct json **ret_json, struct problem *reterr)
{
	char *text = NULL;
	enum status st = ledger_get_hidden(w->ledger, kind, id, &text, reterr);

	if (st == S_OK)
		st = json_parse(text, strlen(text), ret_json, reterr);
	free(text);
	return st;
}

/* --- the row ------------------------------------------------------------------- */

static void row_of_invoice(const struct invoice *v, struct ledger_row *row)
{
	bool open = str_equal(v->status, "unpaid") || str_equal(v->status, "underpaid");

	row->type = v->invoice_type;
	row->customer_id = v->customer_id;
	row->parent_id = v->commerce_order_id;
	row->wallet = v->payer_wallet_address;
	row->wallet_network = v->payer_wallet_network;
	row->environment = v->environment;
	row->amount = v->amount;
	row->due_ms = open ? v->expires_at : TIME_NONE;
}

static void row_of_order(const struct order *o, struct ledger_row *row)
{
	row->customer_id = o->customer_id;
	row->parent_id = o->invoice_id;
	row->retailer = o->retailer;
	row->wallet = o->wallet_address;
	row->wallet_network = o->wallet_network;
	row->environment = o->network_environment;
	row->amount = o->total;
}

static void row_of_payment(const struct invoice_payment *p, struct ledger_row *row)
{
	row->settlement_status = p->settlement_status;
	row->parent_id = p->invoice_id;
	row->environment = p->environment;
	row->amount = p->amount_usd;
}

static void row_of_payout(const struct payout *p, struct ledger_row *row)
{
	row->customer_id = p->customer_id;
	row->parent_id = p->retry_of;
	row->country = p->country;
	row->environment = p->environment;
	row->amount = p->amount;
}

static void row_of_kyc(const struct kyc *k, struct ledger_row *row)
{
	row->customer_id = k->customer_id;
	row->country = k->country;
	row->environment = k->environment;
}

static void row_of_deposit(const struct deposit *p, struct ledger_row *row)
{
	row->customer_id = p->customer_id;
	row->environment = p->environment;
	row->amount = p->amount;
}

static void row_of_refund(const struct refund *p, struct ledger_row *row)
{
	row->parent_id = p->invoice_id;
	row->environment = p->environment;
	row->amount = p->amount;
}

static struct ledger_row row_of(const struct world *w, const struct record *r)
{
	const struct object *o = &r->object;
	struct ledger_row row = {
		.kind = o->kind,
		.id = object_id(o),
		.status = object_status(o),
		.created_ms = w->now_ms,
		.updated_ms = w->now_ms,
		.customer_id = r->customer_id,
		.country = r->country,
		.due_ms = TIME_NONE,
	};

	switch (o->kind) {
	case OBJECT_INVOICE:
		row_of_invoice(&o->as.invoice, &row);
		break;
	case OBJECT_PAYMENT:
		row_of_payment(&o->as.payment, &row);
		break;
	case OBJECT_ORDER:
		row_of_order(&o->as.order, &row);
		break;
	case OBJECT_PAYOUT:
		row_of_payout(&o->as.payout, &row);
		break;
	case OBJECT_KYC:
		row_of_kyc(&o->as.kyc, &row);
		break;
	case OBJECT_DEPOSIT:
		row_of_deposit(&o->as.deposit, &row);
		break;
	case OBJECT_REFUND:
		row_of_refund(&o->as.refund, &row);
		break;
	default:
		break;
	}
	return row;
}

/* --- saving ---------------------------------------------------------------------- */

static void record_encode(struct record *r)
{
	if (!r->json)
		r->json = json_new_object();
	shape_encode(kind_info(r->object.kind)->shape, &r->object.as, r->json);
}

enum status record_insert(struct world *w, struct record *r, const struct json *hidden,
			  const char *event_type, const struct cause *cause, struct problem *reterr)
{
	struct ledger_row row;
	char *doc, *hidden_text = hidden ? json_print(hidden) : NULL;
	enum status st;

	record_encode(r);
	doc = json_print(r->json);
	row = row_of(w, r);
	row.doc = doc;
	row.hidden = hidden_text;
	st = ledger_insert(w->ledger, &row, reterr);
	free(doc);
	free(hidden_text);
	if (st != S_OK)
		return st;
	return outbox_append_previous(w, event_type, &r->object, json_copy(r->json),
				      json_new_object(), cause, reterr);
}

/* The states as they were, where they changed: data.previous_attributes. */
static struct json *record_previous(const struct record *r)
{
	struct json *previous = json_new_object();

	if (!str_equal(r->was_status, object_status(&r->object)))
		json_set_string(previous, "status", r->was_status);
	if (!str_equal(r->was_settlement_status, record_settlement_status(r)))
		json_set_string(previous, "settlement_status",
				*r->was_settlement_status ? r->was_settlement_status : NULL);
	return previous;
}

enum status record_update(struct world *w, struct record *r, const char *event_type,
			  const struct cause *cause, struct problem *reterr)
{
	struct ledger_row row;
	char *doc;
	enum status st;

	record_encode(r);
	doc = json_print(r->json);
	row = row_of(w, r);
	row.doc = doc;
	st = ledger_update(w->ledger, &row, reterr);
	free(doc);
	if (st == S_OK)
		st = outbox_append_previous(w, event_type, &r->object, json_copy(r->json),
					    record_previous(r), cause, reterr);
	if (st == S_OK) {
		str_copy(r->was_status, sizeof(r->was_status), object_status(&r->object));
		str_copy(r->was_settlement_status, sizeof(r->was_settlement_status),
			 record_settlement_status(r));
	}
	return st;
}
