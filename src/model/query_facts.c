/* What a query can ask of an event or a record. */
#include "model/query_priv.h"
#include "model/store_priv.h"

#include "base/strbuf.h"

void facts_add(struct facts *f, const char *text)
{
	if (text && text[0] && f->count < FACTS_MAX)
		f->texts[f->count++] = text;
}

static const struct invoice *as_invoice(const struct subject *s)
{
	return s->object->kind == OBJECT_INVOICE ? &s->object->as.invoice : NULL;
}

static const struct invoice_payment *as_payment(const struct subject *s)
{
	return s->object->kind == OBJECT_PAYMENT ? &s->object->as.payment : NULL;
}

static const struct order *as_order(const struct subject *s)
{
	return s->object->kind == OBJECT_ORDER ? &s->object->as.order : NULL;
}

static const struct payout *as_payout(const struct subject *s)
{
	return s->object->kind == OBJECT_PAYOUT ? &s->object->as.payout : NULL;
}

static const struct kyc *as_kyc(const struct subject *s)
{
	return s->object->kind == OBJECT_KYC ? &s->object->as.kyc : NULL;
}

/* The wire word, and what a person calls it. */
void facts_add_status(struct facts *f, enum vocab v, const char *status)
{
	const struct word *w = status[0] ? vocab_find(v, status) : NULL;

	facts_add(f, status);
	if (!w)
		return;
	if (!str_equal(w->wire, status))
		facts_add(f, w->wire);
	if (!str_equal(w->words, w->wire))
		facts_add(f, w->words);
	if (str_equal(w->wire, "canceled")) /* Pepay spells it both ways; so may a person */
		facts_add(f, "cancelled");
	if (str_equal(w->wire, "cancelled"))
		facts_add(f, "canceled");
}

static void add_statuses(const struct subject *s, struct facts *f)
{
	facts_add_status(f, kind_info(s->object->kind)->vocab, object_status(s->object));
	if (as_payment(s))
		facts_add_status(f, VOCAB_SETTLEMENT, as_payment(s)->settlement_status);
}

static void add_payment_chain(struct facts *f, const struct invoice_payment *p)
{
	if (p->has_settlement)
		facts_add(f, p->settlement.network);
}

static void add_chains(const struct subject *s, struct facts *f)
{
	const struct order *o = as_order(s);
	const struct invoice *i = as_invoice(s);

	if (i) {
		const struct record *p = s->record ? store_payment_of(s->store, i->id) : NULL;
		facts_add(f, i->payer_wallet_network);
		if (i->has_latest_payment)
			add_payment_chain(f, &i->latest_payment);
		if (p)
			add_payment_chain(f, &p->object.as.payment);
	}
	if (as_payment(s))
		add_payment_chain(f, as_payment(s));
	if (o) {
		facts_add(f, o->wallet_network);
		if (o->has_snapshot && o->payment.has_settlement)
			facts_add(f, o->payment.settlement.network);
	}
}

static const char *invoice_of(const struct subject *s)
{
	const struct entry *other;

	if (as_invoice(s))
		return as_invoice(s)->id;
	if (as_payment(s))
		return as_payment(s)->invoice_id;
	if (!as_order(s))
		return "";
	if (as_order(s)->invoice_id[0] || !s->record)
		return as_order(s)->invoice_id;
	other = links_invoice_of(s->store, as_order(s)->order_id);
	return other ? entry_id(s->store, other) : "";
}

static const char *order_of(const struct subject *s)
{
	const struct entry *other;

	if (as_order(s))
		return as_order(s)->order_id;
	if (as_invoice(s) && as_invoice(s)->commerce_order_id[0])
		return as_invoice(s)->commerce_order_id;
	if (!s->record || !invoice_of(s)[0])
		return "";
	other = links_order_of(s->store, invoice_of(s));
	return other ? entry_id(s->store, other) : "";
}

static void add_country(const struct subject *s, struct facts *f)
{
	if (as_payout(s))
		facts_add(f, as_payout(s)->country);
	if (as_kyc(s))
		facts_add(f, as_kyc(s)->country);
	if (as_order(s) && as_order(s)->has_shipping_address)
		facts_add(f, as_order(s)->shipping_address.country);
}

static void add_kyc(const struct subject *s, struct facts *f)
{
	const struct entry *kyc;

	if (as_kyc(s))
		facts_add_status(f, VOCAB_KYC, as_kyc(s)->status);
	if (!as_payout(s) || !s->record)
		return;
	kyc = records_find(s->store, OBJECT_KYC, as_payout(s)->customer_id);
	if (kyc)
		facts_add_status(f, VOCAB_KYC,
				 word_text(s->store, entry_settle(s->store, kyc).h.last.status));
}

void facts_add_kind(struct facts *f, enum object_kind kind)
{
	static const char *const words[OBJECT_KIND_COUNT] = {
		[OBJECT_INVOICE] = "invoice", [OBJECT_PAYMENT] = "payment",
		[OBJECT_ORDER] = "order",     [OBJECT_PAYOUT] = "payout",
		[OBJECT_KYC] = "kyc",         [OBJECT_DEPOSIT] = "deposit",
		[OBJECT_REFUND] = "refund",
	};
	facts_add(f, words[kind]);
}

void facts_of_field(const struct subject *s, enum query_field field, struct facts *ret)
{
	ret->count = 0;
	switch (field) {
	case QF_STATUS:
		add_statuses(s, ret);
		break;
	case QF_TYPE:
		facts_add(ret, as_invoice(s) ? as_invoice(s)->invoice_type : NULL);
		break;
	case QF_ID:
		facts_add(ret, object_id(s->object));
		break;
	case QF_CUSTOMER:
		facts_add(ret, object_customer(s->object));
		break;
	case QF_CHAIN:
		add_chains(s, ret);
		break;
	case QF_CURRENCY:
		facts_add(ret, as_invoice(s) ? as_invoice(s)->currency : NULL);
		facts_add(ret, as_payout(s) ? as_payout(s)->fiat_currency : NULL);
		break;
	case QF_COUNTRY:
		add_country(s, ret);
		break;
	case QF_RETAILER:
		facts_add(ret, as_order(s) ? as_order(s)->retailer : NULL);
		break;
	case QF_ORDER:
		facts_add(ret, order_of(s));
		break;
	case QF_INVOICE:
		facts_add(ret, invoice_of(s));
		break;
	case QF_KYC:
		add_kyc(s, ret);
		break;
	case QF_KIND:
		facts_add_kind(ret, s->object->kind);
		break;
	case QF_AMOUNT:
	case QF_PAID:
	case QF_AGE:
	case QF_ITEMS:
	case QUERY_FIELD_COUNT:
		break;
	}
}

void facts_of_object(const struct subject *s, struct facts *ret)
{
	const struct order *o = as_order(s);

	facts_add(ret, object_customer(s->object));
	add_chains(s, ret);
	add_country(s, ret);
	if (as_payout(s)) {
		facts_add(ret, as_payout(s)->fiat_currency);
		facts_add(ret, as_payout(s)->bank_account.holder);
		facts_add(ret, as_payout(s)->failure_code);
	}
	if (as_kyc(s))
		facts_add(ret, as_kyc(s)->legal_name);
	if (!as_order(s) || as_order(s)->invoice_id[0])
		facts_add(ret, invoice_of(s));
	if (as_invoice(s))
		facts_add(ret, as_invoice(s)->commerce_order_id);
	if (!o)
		return;
	facts_add(ret, o->retailer);
	for (size_t i = 0; i < o->line_count; i++)
		facts_add(ret, o->lines[i].title);
}

void facts_of_all(const struct subject *s, struct facts *ret)
{
	ret->count = 0;
	facts_add(ret, object_id(s->object));
	if (as_invoice(s))
		facts_add(ret, as_invoice(s)->invoice_type);
	add_statuses(s, ret);
	facts_of_object(s, ret);
}

/* --- numbers ----------------------------------------------------------------------------- */

static bool fact_age(const struct subject *s, int64_t *ret)
{
	int64_t created = object_created_ms(s->object);

	if (created == TIME_NONE)
		created = s->record->stated_ms;
	if (created == TIME_NONE)
		return false;
	*ret = s->now_ms - created;
	return true;
}

bool facts_number(const struct subject *s, enum query_field f, int64_t *ret)
{
	switch (f) {
	case QF_AMOUNT:
		return object_amount_known(s->object, ret);
	case QF_AGE:
		return fact_age(s, ret);
	case QF_PAID:
		if (!as_invoice(s))
			return false;
		*ret = as_invoice(s)->amount_paid;
		return true;
	case QF_ITEMS:
		if (!as_order(s) || object_is_thin(s->object))
			return false;
		*ret = as_order(s)->item_count;
		return true;
	default:
		return false;
	}
}
