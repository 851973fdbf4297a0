/* The outbox: every change's event, in the change's own transaction. */
#include "sandbox/domain.h"
#include "sandbox/ledger.h"
#include "sandbox/records.h"

#define API_VERSION "2025-12-16" /* contract 9.1 */

/* What streams and lists filter by; the strings are borrowed from the objects. */
static void about_invoice(const struct invoice *v, struct ledger_event *e)
{
	e->invoice_id = v->id;
	e->order_id = v->commerce_order_id;
	e->customer_id = v->customer_id;
	e->invoice_type = v->invoice_type;
	e->wallet = v->payer_wallet_address;
	e->wallet_network = v->payer_wallet_network;
	e->environment = v->environment;
	e->commerce = str_equal(v->invoice_type, "commerce");
}

static void about_order(const struct order *o, struct ledger_event *e)
{
	e->invoice_id = o->invoice_id;
	e->order_id = o->order_id;
	e->customer_id = o->customer_id;
	e->invoice_type = "commerce";
	e->wallet = o->wallet_address;
	e->wallet_network = o->wallet_network;
	e->environment = o->network_environment;
	e->commerce = true;
}

/* `parent` receives the payment's invoice, which must outlive *e. */
static enum status about(struct world *w, const struct object *o, struct record *parent,
			 struct ledger_event *e, struct problem *reterr)
{
	enum status st;

	switch (o->kind) {
	case OBJECT_INVOICE:
		about_invoice(&o->as.invoice, e);
		break;
	case OBJECT_PAYMENT:
		st = record_load(w, OBJECT_INVOICE, o->as.payment.invoice_id, parent, reterr);
		if (st != S_OK)
			return st;
		about_invoice(&parent->object.as.invoice, e);
		break;
	case OBJECT_REFUND: /* the merchant's business, whatever the invoice is for */
		st = record_load(w, OBJECT_INVOICE, o->as.refund.invoice_id, parent, reterr);
		if (st != S_OK)
			return st;
		about_invoice(&parent->object.as.invoice, e);
		e->commerce = false;
		break;
	case OBJECT_ORDER:
		about_order(&o->as.order, e);
		break;
	default:
		e->customer_id = object_customer(o);
		e->environment = w->environment;
		break;
	}
	return S_OK;
}

static struct json *envelope(const struct world *w, const struct ledger_event *e,
			     struct json *doc_take, struct json *previous_take,
			     const struct cause *cause)
{
	struct json *root = json_new_object(), *request = json_new_object();
	struct json *data = json_new_object();

	json_set_string(root, "id", e->id);
	json_set_string(root, "object", "event");
	json_set_string(root, "api_version", API_VERSION);
	json_set_int(root, "created", e->created_ms / 1000);
	json_set_string(root, "type", e->type);
	json_set_bool(root, "livemode", str_equal(w->environment, "mainnet"));
	json_set_int(root, "pending_webhooks", 0);
	json_set_string(request, "id", cause ? cause->request_id : NULL);
	json_set_string(request, "idempotency_key", cause ? cause->idempotency_key : NULL);
	json_set_take(root, "request", request);
	json_set_take(data, "object", doc_take);
	json_set_take(data, "previous_attributes", previous_take);
	json_set_take(root, "data", data);
	return root;
}

char *outbox_ping(const struct world *w, const char *id)
{
	struct ledger_event e = {.type = "test.ping", .created_ms = w->now_ms};
	struct json *about = json_new_object(), *root;
	char *body;

	str_copy(e.id, sizeof(e.id), id);
	json_set_string(about, "object", "ping");
	root = envelope(w, &e, about, json_new_object(), NULL);
	body = json_print(root);
	json_free(root);
	return body;
}

/* Orders travel as their snapshot with the two members every event object has (contract 9.1). */
static struct json *identified(const struct object *o, struct json *doc)
{
	if (o->kind == OBJECT_ORDER) {
		json_set_string(doc, "object", kind_info(o->kind)->wire);
		json_set_string(doc, "id", object_id(o));
	}
	return doc;
}

/* `e` says what it is about; it gets its id and its body here. */
static enum status append(struct world *w, struct ledger_event *e, struct json *doc_take,
			  struct json *previous_take, const struct cause *cause,
			  struct problem *reterr)
{
	struct json *root;
	char *body;
	enum status st = ledger_next_event_seq(w->ledger, &e->seq, reterr);

	if (st != S_OK) {
		json_free(doc_take);
		json_free(previous_take);
		return st;
	}
	str_printf(e->id, sizeof(e->id), "evt_%lld-%lld", (long long)e->created_ms,
		   (long long)e->seq);
	root = envelope(w, e, doc_take, previous_take, cause);
	body = json_print(root);
	json_free(root);
	e->body = body;
	e->body_len = strlen(body);
	st = ledger_append_event(w->ledger, e, reterr);
	free(body);
	return st;
}

enum status outbox_append_previous(struct world *w, const char *type, const struct object *object,
				   struct json *doc_take, struct json *previous_take,
				   const struct cause *cause, struct problem *reterr)
{
	struct ledger_event e = {.type = type, .created_ms = w->now_ms};
	struct record parent = {0};
	enum status st = about(w, object, &parent, &e, reterr);

	if (st == S_OK) {
		st = append(w, &e, identified(object, doc_take), previous_take, cause, reterr);
	} else {
		json_free(doc_take);
		json_free(previous_take);
	}
	record_release(&parent);
	return st;
}

enum status outbox_append_session(struct world *w, const char *type, const struct invoice *v,
				  struct json *doc_take, struct problem *reterr)
{
	struct ledger_event e = {.type = type, .created_ms = w->now_ms};

	about_invoice(v, &e);
	e.commerce = false;
	return append(w, &e, doc_take, json_new_object(), NULL, reterr);
}

enum status outbox_append(struct world *w, const char *type, const struct object *object,
			  const char *doc, const char *previous_status, const char *request_id,
			  const char *idempotency_key, struct problem *reterr)
{
	struct cause cause = {.request_id = request_id, .idempotency_key = idempotency_key};
	struct json *parsed = NULL, *previous;
	enum status st = json_parse(doc, strlen(doc), &parsed, reterr);

	if (st != S_OK)
		return st;
	previous = json_new_object();
	if (previous_status && *previous_status)
		json_set_string(previous, "status", previous_status);
	return outbox_append_previous(w, type, object, parsed, previous, &cause, reterr);
}
