/* What a query can ask of an object: states, references, money on its way. */
#include "model/query_objects.h"
#include "model/store_priv.h"

void facts_clear(struct facts *f)
{
	f->count = f->used = 0;
}

void facts_add(struct facts *f, const char *text)
{
	if (text && text[0] && f->count < FACTS_MAX)
		f->texts[f->count++] = text;
}

/* --- states -------------------------------------------------------------------------------- */

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

static void add_statuses(const struct matter *m, struct facts *f)
{
	facts_add_status(f, kind_info(m->object->kind)->vocab, object_status(m->object));
	if (as_payment(m))
		facts_add_status(f, VOCAB_SETTLEMENT, as_payment(m)->settlement_status);
}

static void add_entry_status(const struct matter *m, const struct entry *en, struct facts *f)
{
	if (en)
		facts_add_status(f, entry_vocab(en),
				 word_text(m->store, entry_settle(m->store, en).h.last.status));
}

/* --- links --------------------------------------------------------------------------------- */

/* The newest payment of an invoice, or NULL. */
static const struct invoice_payment *payment_of(const struct matter *m)
{
	const struct record *p;

	if (m->has_payment)
		return m->payment;
	if (as_payment(m))
		return as_payment(m);
	if (!as_invoice(m) || !m->record)
		return NULL;
	p = store_payment_of(m->store, as_invoice(m)->id);
	if (p)
		return &p->object.as.payment;
	return as_invoice(m)->has_latest_payment ? &as_invoice(m)->latest_payment : NULL;
}

static const char *invoice_of(const struct matter *m)
{
	const struct entry *other;

	if (as_invoice(m))
		return as_invoice(m)->id;
	if (as_payment(m))
		return as_payment(m)->invoice_id;
	if (as_refund(m))
		return as_refund(m)->invoice_id;
	if (!as_order(m))
		return "";
	if (as_order(m)->invoice_id[0] || !m->record)
		return as_order(m)->invoice_id;
	other = links_invoice_of(m->store, as_order(m)->order_id);
	return other ? entry_id(m->store, other) : "";
}

static const char *order_of(const struct matter *m)
{
	const struct entry *other;

	if (as_order(m))
		return as_order(m)->order_id;
	if (as_invoice(m) && as_invoice(m)->commerce_order_id[0])
		return as_invoice(m)->commerce_order_id;
	if (!m->record || !invoice_of(m)[0])
		return "";
	other = links_order_of(m->store, invoice_of(m));
	return other ? entry_id(m->store, other) : "";
}

/* A payment's or refund's is its invoice's. */
static const char *customer_of(const struct matter *m)
{
	const struct entry *invoice;

	if (!as_payment(m) && !as_refund(m))
		return object_customer(m->object);
	invoice = records_find(m->store, OBJECT_INVOICE, invoice_of(m));
	return invoice ? names_text(m->store->names, invoice->customer) : "";
}

/* --- money on its way ------------------------------------------------------------------------ */

static void add_payment_chain(struct facts *f, const struct invoice_payment *p)
{
	if (p && p->has_settlement)
		facts_add(f, p->settlement.network);
}

static void add_chains(const struct matter *m, struct facts *f)
{
	const struct order *o = as_order(m);
	const struct invoice *i = as_invoice(m);

	facts_add(f, i ? i->payer_wallet_network : NULL);
	if (i && i->has_latest_payment)
		add_payment_chain(f, &i->latest_payment);
	add_payment_chain(f, payment_of(m));
	facts_add(f, as_deposit(m) ? as_deposit(m)->network : NULL);
	facts_add(f, as_refund(m) ? as_refund(m)->destination_wallet_network : NULL);
	if (!o)
		return;
	facts_add(f, o->wallet_network);
	if (o->has_snapshot && o->payment.has_settlement)
		facts_add(f, o->payment.settlement.network);
}

static void add_addresses(const struct matter *m, struct facts *f)
{
	const struct order *o = as_order(m);

	facts_add(f, as_invoice(m) ? as_invoice(m)->payer_wallet_address : NULL);
	facts_add(f, as_deposit(m) ? as_deposit(m)->deposit_address : NULL);
	facts_add(f, as_refund(m) ? as_refund(m)->destination_wallet_address : NULL);
	facts_add(f, o ? o->wallet_address : NULL);
	facts_add(f, o ? o->refund.destination_wallet_address_bsc : NULL);
}

static void add_hashes(const struct matter *m, struct facts *f)
{
	const struct invoice_payment *p = payment_of(m);
	const struct order *o = as_order(m);

	if (p && p->has_settlement)
		facts_add(f, p->settlement.settlement_tx_hash);
	facts_add(f, as_deposit(m) ? as_deposit(m)->tx_hash : NULL);
	facts_add(f, as_refund(m) ? as_refund(m)->tx_hash : NULL);
	if (!o)
		return;
	facts_add(f, o->payment.tx_hash);
	facts_add(f, o->payment.settlement.tx_hash);
	facts_add(f, o->refund.tx_hash);
}

static void add_settlement(const struct matter *m, struct facts *f)
{
	const struct invoice_payment *p = payment_of(m);
	const struct order *o = as_order(m);

	if (p)
		facts_add_status(f, VOCAB_SETTLEMENT, p->settlement_status);
	if (o && o->payment.has_settlement)
		facts_add_status(f, VOCAB_SETTLEMENT, o->payment.settlement.status);
}

static void add_refund(const struct matter *m, struct facts *f)
{
	const struct order *o = as_order(m);
	const struct entry *en;

	if (as_refund(m))
		facts_add_status(f, VOCAB_REFUND, as_refund(m)->status);
	if (as_invoice(m) && m->record)
		for (en = links_first_of(m->store, OBJECT_REFUND, as_invoice(m)->id); en;
		     en = en->sibling)
			add_entry_status(m, en, f);
	if (!o)
		return;
	facts_add_status(f, VOCAB_REFUND, o->refund_status);
	facts_add_status(f, VOCAB_REFUND, o->refund.status);
}

static void add_kyc(const struct matter *m, struct facts *f)
{
	if (as_kyc(m))
		facts_add_status(f, VOCAB_KYC, as_kyc(m)->status);
	else if (m->record && customer_of(m)[0])
		add_entry_status(m, records_find(m->store, OBJECT_KYC, customer_of(m)), f);
}

/* --- field by field -------------------------------------------------------------------------- */

static void facts_of_word(const struct matter *m, enum query_field field, struct facts *ret)
{
	switch (field) {
	case QF_STATUS:
		add_statuses(m, ret);
		break;
	case QF_TYPE:
		facts_add(ret, as_invoice(m) ? as_invoice(m)->invoice_type : NULL);
		break;
	case QF_KIND:
		facts_add_kind(ret, m->object->kind);
		break;
	case QF_TOKEN:
		facts_add(ret, as_deposit(m) ? as_deposit(m)->token_symbol : NULL);
		break;
	case QF_SETTLEMENT:
		add_settlement(m, ret);
		break;
	case QF_REFUND:
		add_refund(m, ret);
		break;
	case QF_CURRENCY:
		facts_add(ret, as_invoice(m) ? as_invoice(m)->currency : NULL);
		facts_add(ret, as_payout(m) ? as_payout(m)->fiat_currency : NULL);
		facts_add(ret, as_refund(m) ? as_refund(m)->currency : NULL);
		break;
	case QF_KYC:
		add_kyc(m, ret);
		break;
	case QF_ENV:
		facts_add(ret, object_environment(m->object));
		break;
	default:
		break;
	}
}

static void facts_of_reference(const struct matter *m, enum query_field field, struct facts *ret)
{
	switch (field) {
	case QF_ID:
		facts_add(ret, object_id(m->object));
		break;
	case QF_CUSTOMER:
		facts_add(ret, customer_of(m));
		break;
	case QF_INVOICE:
		facts_add(ret, invoice_of(m));
		break;
	case QF_PAYMENT:
		facts_add(ret, payment_of(m) ? payment_of(m)->id : NULL);
		break;
	case QF_ORDER:
		facts_add(ret, order_of(m));
		break;
	case QF_PAYOUT:
		facts_add(ret, as_payout(m) ? as_payout(m)->id : NULL);
		facts_add(ret, as_payout(m) ? as_payout(m)->retry_of : NULL);
		break;
	case QF_QUOTE:
		facts_add(ret, as_payout(m) ? as_payout(m)->quote_id : NULL);
		break;
	case QF_ADDRESS:
		add_addresses(m, ret);
		break;
	case QF_TX:
		add_hashes(m, ret);
		break;
	case QF_CHAIN:
		add_chains(m, ret);
		break;
	default:
		break;
	}
}

/* Each field is answered by exactly one of the three. */
void facts_of_field(const struct matter *m, enum query_field field, struct facts *ret)
{
	facts_of_word(m, field, ret);
	facts_of_reference(m, field, ret);
	facts_of_goods(m, field, ret);
}

void facts_of_object(const struct matter *m, struct facts *ret)
{
	static const enum query_field SAID[] = {QF_CUSTOMER, QF_CHAIN,    QF_COUNTRY, QF_NAME,
						QF_BANK,     QF_REASON,   QF_RAIL,    QF_TOKEN,
						QF_ADDRESS,  QF_TX,       QF_PAYMENT, QF_PAYOUT,
						QF_QUOTE,    QF_RETAILER, QF_ITEM,    QF_TRACKING,
						QF_CARRIER,  QF_DELIVERY, QF_EMAIL,   QF_PHONE,
						QF_SHIPPING};
	struct matter known = *m; /* its payment is looked for once */

	known.payment = payment_of(m);
	known.has_payment = true;
	for (size_t i = 0; i < sizeof(SAID) / sizeof(SAID[0]); i++)
		facts_of_field(&known, SAID[i], ret);
	facts_add(ret, as_payout(m) ? as_payout(m)->fiat_currency : NULL);
	if (!as_order(m) || as_order(m)->invoice_id[0])
		facts_add(ret, invoice_of(m));
	facts_add(ret, as_invoice(m) ? as_invoice(m)->commerce_order_id : NULL);
}

void facts_of_all(const struct matter *m, struct facts *ret)
{
	facts_clear(ret);
	facts_of_field(m, QF_ID, ret);
	facts_of_field(m, QF_TYPE, ret);
	facts_of_field(m, QF_STATUS, ret);
	facts_of_object(m, ret);
}

bool query_field_text(enum query_field f, const struct store *st, const struct record *r, char *ret,
		      size_t cap)
{
	struct matter m = {.store = st, .record = r, .object = &r->object};
	struct facts facts;

	facts_clear(&facts);
	facts_of_field(&m, f, &facts);
	(void)str_copy(ret, cap, facts.count > 0 ? facts.texts[0] : "");
	return facts.count > 0;
}
