/* What a query can ask of an object: amounts, times, and what no status word says. */
#include "base/strbuf.h"
#include "model/purse.h"
#include "model/query_priv.h"
#include "model/store_priv.h"
#include "wire/lifecycle.h"

static const struct invoice *as_invoice(const struct matter *m)
{
	return m->object->kind == OBJECT_INVOICE ? &m->object->as.invoice : NULL;
}

static const struct payout *as_payout(const struct matter *m)
{
	return m->object->kind == OBJECT_PAYOUT ? &m->object->as.payout : NULL;
}

static const struct order *as_order(const struct matter *m)
{
	return m->object->kind == OBJECT_ORDER && !object_is_thin(m->object) ? &m->object->as.order
									     : NULL;
}

static bool is_over(const struct matter *m)
{
	return lifecycle_is_over(kind_info(m->object->kind)->vocab, object_status(m->object));
}

/* --- money ----------------------------------------------------------------------------------- */

static bool fact_amount(const struct matter *m, int64_t *ret)
{
	if (m->object->kind == OBJECT_DEPOSIT)
		*ret = m->object->as.deposit.amount;
	else if (m->object->kind == OBJECT_REFUND)
		*ret = m->object->as.refund.amount;
	else
		return object_amount_known(m->object, ret);
	return *ret != 0 || !object_is_thin(m->object);
}

static bool fact_of_invoice(const struct matter *m, enum query_field f, int64_t *ret)
{
	const struct invoice *i = as_invoice(m);

	if (!i || object_is_thin(m->object) || !invoice_is_in_dollars(i))
		return false;
	if (!i->tells_paid && i->amount_paid == 0 && !str_equal(i->status, "unpaid"))
		return false; /* a list's row that leaves it out */
	if (f == QF_DUE && !i->tells_paid)
		*ret = i->amount;
	else if (f == QF_PAID)
		*ret = i->amount_paid;
	else if (f == QF_DUE)
		*ret = i->amount_remaining;
	else
		*ret = i->amount_paid > i->amount ? money_minus(i->amount_paid, i->amount) : 0;
	return true;
}

static bool fact_fee(const struct matter *m, int64_t *ret)
{
	const struct order *o = as_order(m);

	if (as_payout(m))
		*ret = as_payout(m)->fee;
	else if (o && o->has_snapshot)
		*ret = money_plus(o->commerce_fee, o->refund.fee_usd);
	else
		return false;
	return true;
}

/* --- times ----------------------------------------------------------------------------------- */

static bool fact_created(const struct matter *m, int64_t *ret)
{
	int64_t created = object_created_ms(m->object);

	*ret = created != TIME_NONE ? created : m->record->stated_ms;
	return *ret != TIME_NONE;
}

static bool fact_updated(const struct matter *m, int64_t *ret)
{
	int64_t updated = object_updated_ms(m->object);

	*ret = m->record->changed_ms > updated ? m->record->changed_ms : updated;
	if (*ret == TIME_NONE)
		*ret = m->record->stated_ms;
	return *ret != TIME_NONE;
}

/* Time left; what is over has none, and what is past neither. */
static bool fact_left(const struct matter *m, int64_t at_ms, int64_t *ret)
{
	if (at_ms == TIME_NONE || at_ms < m->now_ms || is_over(m))
		return false;
	*ret = at_ms - m->now_ms;
	return true;
}

static bool fact_of_time(const struct matter *m, enum query_field f, int64_t *ret)
{
	bool known = f == QF_UPDATED ? fact_updated(m, ret) : fact_created(m, ret);

	if (known && f != QF_AT)
		*ret = m->now_ms - *ret;
	return known;
}

/* --- all ------------------------------------------------------------------------------------- */

bool facts_number(const struct matter *m, enum query_field f, int64_t *ret)
{
	switch (f) {
	case QF_AMOUNT:
		return fact_amount(m, ret);
	case QF_PAID:
	case QF_DUE:
	case QF_OVER:
		return fact_of_invoice(m, f, ret);
	case QF_FEE:
		return fact_fee(m, ret);
	case QF_AGE:
	case QF_AT:
	case QF_UPDATED:
		return fact_of_time(m, f, ret);
	case QF_EXPIRES:
		return as_invoice(m) && fact_left(m, as_invoice(m)->expires_at, ret);
	case QF_ARRIVES:
		return as_payout(m) && fact_left(m, as_payout(m)->estimated_arrival_at, ret);
	case QF_ITEMS:
		if (!as_order(m))
			return false;
		*ret = as_order(m)->item_count;
		return true;
	case QF_MERCHANT:
		if (as_invoice(m))
			*ret = as_invoice(m)->merchant_id;
		else if (as_order(m))
			*ret = as_order(m)->merchant_id;
		else if (m->object->kind == OBJECT_PAYMENT)
			*ret = m->object->as.payment.merchant_id;
		else
			return false;
		return true;
	default:
		return false;
	}
}

static bool is_late(const struct matter *m)
{
	const struct invoice *i = as_invoice(m);
	const struct payout *p = as_payout(m);

	if (i)
		return i->amount_paid > 0 && i->last_payment_at != TIME_NONE &&
		       i->expires_at != TIME_NONE && i->last_payment_at > i->expires_at;
	return p && !is_over(m) && p->estimated_arrival_at != TIME_NONE &&
	       p->estimated_arrival_at < m->now_ms;
}

bool facts_saying(const struct matter *m, enum query_saying s)
{
	int64_t over;

	switch (s) {
	case SAYING_OVERPAID:
		return fact_of_invoice(m, QF_OVER, &over) && over > 0;
	case SAYING_LATE:
		return is_late(m);
	case SAYING_OPEN:
	case SAYING_CLOSED:
		return vocab_find(kind_info(m->object->kind)->vocab, object_status(m->object)) &&
		       is_over(m) == (s == SAYING_CLOSED);
	case SAYING_NONE:
	case QUERY_SAYING_COUNT:
		break;
	}
	return false;
}
