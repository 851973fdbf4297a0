/* What a query can ask of an object: goods, people and banks. */
#include "model/query_objects.h"

/* Two texts with a blank between, as one. */
static void facts_add_joined(struct facts *f, const char *a, const char *b)
{
	char *at = f->scratch + f->used;

	if (!a[0] || !b[0] || !str_printf(at, sizeof(f->scratch) - f->used, "%s %s", a, b)) {
		facts_add(f, a);
		facts_add(f, b);
		return;
	}
	f->used += strlen(at) + 1;
	facts_add(f, at);
}

static void add_items(const struct matter *m, struct facts *f)
{
	const struct order *o = as_order(m);

	for (size_t i = 0; o && i < o->line_count; i++) {
		facts_add(f, o->lines[i].title);
		facts_add(f, o->lines[i].product_id);
	}
}

static void add_parcels(const struct matter *m, enum query_field field, struct facts *f)
{
	const struct order *o = as_order(m);

	for (size_t i = 0; o && i < o->shipment_count; i++) {
		const struct shipment *s = &o->shipments[i];

		if (field == QF_CARRIER) {
			facts_add(f, s->carrier);
		} else if (field == QF_DELIVERY) {
			facts_add(f, s->delivery_status);
		} else {
			facts_add(f, s->tracking_number);
			facts_add(f, s->retailer_tracking_number);
			facts_add(f, s->shipment_id);
		}
	}
}

static void add_shipping(const struct matter *m, enum query_field field, struct facts *f)
{
	const struct shipping_address *a;

	if (!as_order(m) || !as_order(m)->has_shipping_address)
		return;
	a = &as_order(m)->shipping_address;
	if (field == QF_EMAIL) {
		facts_add(f, a->email);
	} else if (field == QF_PHONE) {
		facts_add(f, a->phone);
	} else if (field == QF_NAME) {
		facts_add_joined(f, a->first_name, a->last_name);
	} else if (field == QF_COUNTRY) {
		facts_add(f, a->country);
	} else {
		facts_add(f, a->street_address);
		facts_add(f, a->address_line2);
		facts_add_joined(f, a->zip_code, a->city);
		facts_add(f, a->state);
	}
}

static void add_name(const struct matter *m, struct facts *f)
{
	facts_add(f, as_payout(m) ? as_payout(m)->bank_account.holder : NULL);
	facts_add(f, as_kyc(m) ? as_kyc(m)->legal_name : NULL);
	add_shipping(m, QF_NAME, f);
}

static void add_bank(const struct matter *m, struct facts *f)
{
	if (!as_payout(m))
		return;
	facts_add(f, as_payout(m)->bank_account.bank_name);
	facts_add(f, as_payout(m)->bank_account.last4);
}

static void add_country(const struct matter *m, struct facts *f)
{
	facts_add(f, as_payout(m) ? as_payout(m)->country : NULL);
	facts_add(f, as_kyc(m) ? as_kyc(m)->country : NULL);
	add_shipping(m, QF_COUNTRY, f);
}

static void add_reason(const struct matter *m, struct facts *f)
{
	if (as_payout(m)) {
		facts_add(f, as_payout(m)->failure_code);
		facts_add(f, as_payout(m)->failure_message);
	}
	if (as_refund(m)) {
		facts_add(f, as_refund(m)->reason);
		facts_add(f, as_refund(m)->failure_code);
		facts_add(f, as_refund(m)->failure_message);
	}
	facts_add(f, as_deposit(m) ? as_deposit(m)->failure_code : NULL);
	facts_add(f, as_kyc(m) ? as_kyc(m)->rejection_reason : NULL);
}

void facts_of_goods(const struct matter *m, enum query_field field, struct facts *ret)
{
	switch (field) {
	case QF_RETAILER:
		facts_add(ret, as_order(m) ? as_order(m)->retailer : NULL);
		break;
	case QF_ITEM:
		add_items(m, ret);
		break;
	case QF_TRACKING:
	case QF_CARRIER:
	case QF_DELIVERY:
		add_parcels(m, field, ret);
		break;
	case QF_EMAIL:
	case QF_PHONE:
	case QF_SHIPPING:
		add_shipping(m, field, ret);
		break;
	case QF_NAME:
		add_name(m, ret);
		break;
	case QF_COUNTRY:
		add_country(m, ret);
		break;
	case QF_RAIL:
		facts_add(ret, as_payout(m) ? as_payout(m)->rail : NULL);
		break;
	case QF_BANK:
		add_bank(m, ret);
		break;
	case QF_REASON:
		add_reason(m, ret);
		break;
	default:
		break;
	}
}
