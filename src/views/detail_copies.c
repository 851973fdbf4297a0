#include "views/detail_copies.h"

#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

static void copies_invoice(struct copies *c, const struct invoice *i)
{
	copies_add(c, "customer", i->customer_id);
	copies_add(c, "wallet it was paid from", i->payer_wallet_address);
	copies_add(c, "order", i->commerce_order_id);
	if (i->has_latest_payment) {
		copies_add(c, "payment", i->latest_payment.id);
		copies_add(c, "settlement transaction",
			   i->latest_payment.settlement.settlement_tx_hash);
	}
}

static void copies_order(struct copies *c, const struct order *o)
{
	copies_add(c, "customer", o->customer_id);
	copies_add(c, "invoice", o->invoice_id);
	copies_add(c, "payment transaction", o->payment.tx_hash);
	copies_add(c, "settlement transaction", o->payment.settlement.tx_hash);
	for (size_t i = 0; i < o->shipment_count && i < 3; i++) {
		copies_add(c, "tracking number", o->shipments[i].tracking_number);
		copies_add(c, "tracking page", o->shipments[i].carrier_tracking_url);
	}
	copies_add(c, "wallet", o->wallet_address);
	copies_add(c, "refund transaction", o->refund.tx_hash);
}

static void copies_record(struct copies *c, const struct object *o)
{
	switch (o->kind) {
	case OBJECT_INVOICE:
		copies_invoice(c, &o->as.invoice);
		break;
	case OBJECT_PAYMENT:
		copies_add(c, "invoice", o->as.payment.invoice_id);
		copies_add(c, "settlement transaction",
			   o->as.payment.settlement.settlement_tx_hash);
		break;
	case OBJECT_ORDER:
		copies_order(c, &o->as.order);
		break;
	case OBJECT_PAYOUT:
		copies_add(c, "customer", o->as.payout.customer_id);
		copies_add(c, "account holder", o->as.payout.bank_account.holder);
		copies_add(c, "why it failed", o->as.payout.failure_message);
		copies_add(c, "payout it retries", o->as.payout.retry_of);
		break;
	case OBJECT_DEPOSIT:
		copies_add(c, "customer", o->as.deposit.customer_id);
		copies_add(c, "deposit address", o->as.deposit.deposit_address);
		copies_add(c, "transaction", o->as.deposit.tx_hash);
		break;
	case OBJECT_REFUND:
		copies_add(c, "invoice", o->as.refund.invoice_id);
		copies_add(c, "wallet it goes to", o->as.refund.destination_wallet_address);
		copies_add(c, "transaction", o->as.refund.tx_hash);
		break;
	case OBJECT_KYC:
		copies_add(c, "legal name", o->as.kyc.legal_name);
		break;
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
}

/* The link whole: whoever copies it means to send it to the payor. */
static void copies_session(struct copies *c, const struct store *st, const char *invoice)
{
	const struct payor_session *s = answer_session(st, invoice, NULL);

	if (!s)
		return;
	copies_add_secret(c, "payment link, with its secrets", s->payment_url);
	copies_add(c, "address to pay to", s->locked_address);
	if (s->has_quote)
		copies_add(c, "amount to send", s->quote.token_amount);
	copies_add(c, "e-mail", s->email);
}

static void copies_event(struct copies *c, const struct store *st, const char *id)
{
	enum load_state load;
	const struct msg_event *whole = store_event_whole(st, id, &load, NULL);

	if (!whole)
		return;
	copies_add(c, "object it is about", whole->event.object_id);
	copies_add(c, "request", whole->event.request_id);
	copies_add(c, "body as received", whole->event.raw);
}

static void copies_note(struct copies *c, const struct subject_look *l)
{
	struct strbuf note;

	if (l->explain->headline[0] == '\0')
		return;
	strbuf_init(&note, EXPLAIN_NOTE_MAX);
	if (explain_note(&note, l->explain, l->story, l->st, false, l->ctx->now_ms))
		copies_add(c, "note for a ticket (people masked)", strbuf_str(&note));
	strbuf_release(&note);
}

void detail_copy_id(struct copies *ret, const struct subject *what)
{
	char label[48];

	str_printf(label, sizeof(label), "%s id", subject_word(what->kind));
	copies_add(ret, label, what->id);
}

void detail_copies(struct copies *ret, const struct subject_look *l)
{
	enum object_kind kind = subject_object(l->what->kind);
	const struct record *r =
		kind != OBJECT_NONE ? store_record(l->st, kind, l->what->id) : NULL;

	if (l->what->kind != SUBJECT_EVENT)
		copies_note(ret, l);
	if (r)
		copies_record(ret, &r->object);
	if (l->what->kind == SUBJECT_SESSION || l->what->kind == SUBJECT_INVOICE)
		copies_session(ret, l->st, l->what->id);
	if (l->what->kind == SUBJECT_EVENT)
		copies_event(ret, l->st, l->what->id);
	if (l->story->related.customer[0] != '\0' && !r && l->what->kind != SUBJECT_CUSTOMER)
		copies_add(ret, "customer", l->story->related.customer);
}
