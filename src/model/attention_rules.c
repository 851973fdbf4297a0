/* The rules of what needs a person, and what they are written with. */
#include "model/attention_priv.h"

#include "base/strbuf.h"

#define SPEAKS_FOR(rule) (1ul << (rule))

const struct rule ATTENTION_TABLE[ATTENTION_RULE_COUNT] = {
	[RULE_UNDERPAID] = {OBJECT_INVOICE, rule_underpaid, 0},
	[RULE_OVERPAID] = {OBJECT_INVOICE, rule_overpaid, 0},
	[RULE_PAID_LATE] = {OBJECT_INVOICE, rule_paid_late,
			    SPEAKS_FOR(RULE_EXPIRED_SHORT) | SPEAKS_FOR(RULE_OVERPAID)},
	[RULE_EXPIRING] = {OBJECT_INVOICE, rule_expiring, SPEAKS_FOR(RULE_UNDERPAID)},
	[RULE_EXPIRED_SHORT] = {OBJECT_INVOICE, rule_expired_short, SPEAKS_FOR(RULE_OVERPAID)},
	[RULE_EXPIRED_SEEN] = {OBJECT_INVOICE, rule_expired_seen, 0},
	[RULE_UNCONFIRMED] = {OBJECT_PAYMENT, rule_unconfirmed, 0},
	[RULE_MANUAL_RETRY] = {OBJECT_PAYMENT, rule_manual_retry, SPEAKS_FOR(RULE_UNCONFIRMED)},
	[RULE_SETTLEMENT_STUCK] = {OBJECT_PAYMENT, rule_settlement_stuck, 0},
	[RULE_SETTLEMENT_MANUAL] = {OBJECT_PAYMENT, rule_settlement_manual, 0},
	[RULE_SETTLEMENT_FAILED] = {OBJECT_PAYMENT, rule_settlement_failed, 0},
	[RULE_ORDER_STUCK] = {OBJECT_ORDER, rule_order_stuck, 0},
	[RULE_ORDER_FAILED] = {OBJECT_ORDER, rule_order_failed, 0},
	[RULE_ORDER_UNREFUNDED] = {OBJECT_ORDER, rule_order_unrefunded, 0},
	[RULE_REFUND_FAILED] = {OBJECT_REFUND, rule_refund_failed, 0},
	[RULE_REFUND_STUCK] = {OBJECT_REFUND, rule_refund_stuck, 0},
	[RULE_PAYOUT_FAILED] = {OBJECT_PAYOUT, rule_payout_failed, 0},
	[RULE_PAYOUT_RETURNED] = {OBJECT_PAYOUT, rule_payout_returned, 0},
	[RULE_PAYOUT_LATE] = {OBJECT_PAYOUT, rule_payout_late, 0},
	[RULE_DEPOSIT_STUCK] = {OBJECT_DEPOSIT, rule_deposit_stuck, 0},
	[RULE_DEPOSIT_FAILED] = {OBJECT_DEPOSIT, rule_deposit_failed, 0},
	[RULE_KYC_WAITING] = {OBJECT_KYC, rule_kyc_waiting, 0},
	[RULE_KYC_BLOCKS] = {OBJECT_KYC, rule_kyc_blocks, 0},
	[RULE_CONTRADICTION] = {OBJECT_NONE, rule_contradiction, 0},
};

/* --- what a rule looks at ------------------------------------------------------- */

bool sight_reached(struct sight *s, int64_t at_ms)
{
	if (at_ms == TIME_NONE)
		return false;
	if (s->now_ms >= at_ms)
		return true;
	if (s->again_ms == TIME_NONE || at_ms < s->again_ms)
		s->again_ms = at_ms;
	return false;
}

bool sight_longer(struct sight *s, int64_t from_ms, int64_t least)
{
	return from_ms != TIME_NONE && sight_reached(s, from_ms + least);
}

int64_t sight_since(const struct sight *s)
{
	if (s->rec->changed_ms != TIME_NONE)
		return s->rec->changed_ms;
	if (object_updated_ms(&s->rec->object) != TIME_NONE)
		return object_updated_ms(&s->rec->object);
	return s->rec->stated_ms;
}

bool sight_is(const struct sight *s, const char *status)
{
	return str_equal(object_status(&s->rec->object), status);
}

/* --- what it says ---------------------------------------------------------------- */

void why_set(struct verdict *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vprintf(v->why, sizeof(v->why), fmt, ap);
	va_end(ap);
}

void why_add(struct verdict *v, const char *fmt, ...)
{
	size_t len = strlen(v->why);
	va_list ap;

	va_start(ap, fmt);
	str_vprintf(v->why + len, sizeof(v->why) - len, fmt, ap);
	va_end(ap);
}

const char *usd(char buf[MONEY_TEXT_CAP], int64_t millis)
{
	return money_format(buf, money_usd_millis(millis), MONEY_PLAIN);
}

void at_risk(struct verdict *v, int64_t millis)
{
	v->has_amount = true;
	v->at_risk = millis;
	facts_number_in(v, millis);
}

/* FNV-1a: it is kept on disk with what was acknowledged, so it must never become another. */
static void facts_byte_in(struct verdict *v, unsigned char byte)
{
	v->facts = (v->facts ^ byte) * UINT64_C(1099511628211);
}

void facts_number_in(struct verdict *v, int64_t number)
{
	for (int i = 0; i < 8; i++)
		facts_byte_in(v, (unsigned char)((uint64_t)number >> (8 * i)));
}

void facts_text_in(struct verdict *v, const char *text)
{
	for (; *text; text++)
		facts_byte_in(v, (unsigned char)*text);
	facts_byte_in(v, 0);
}

/* --- a history that does not add up ------------------------------------------------ */

static bool flaw_of_invoice(struct sight *s, struct verdict *v)
{
	const struct invoice *inv = &s->rec->object.as.invoice;
	const struct purse *p = &s->purse;
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP];
	bool open = p->state == PURSE_OPEN;
	int64_t counted = p->counted.millis;

	if (!p->counted.known)
		return false;
	if (p->uncounted.millis > 0 && sight_longer(s, p->in_ms, EXPECT_AGREE_MS)) {
		why_set(v, "its payments say %s USD came in, the invoice counts %s",
			usd(a, p->in.millis), usd(b, counted));
		at_risk(v, p->uncounted.millis);
	} else if (open && purse_is_behind(p) && sight_longer(s, p->in_ms, EXPECT_AGREE_MS)) {
		why_set(v, "a payment is confirmed, the invoice counts nothing");
	} else if (open && p->asked.known && counted >= inv->amount &&
		   sight_longer(s, inv->last_payment_at, EXPECT_AGREE_MS)) {
		why_set(v, "%s of %s USD came in, and it still says %s", usd(a, counted),
			usd(b, inv->amount), inv->status);
		at_risk(v, counted);
	} else if (p->state == PURSE_PAID && counted < inv->amount) {
		why_set(v, "it says paid, and only %s of %s USD came in", usd(a, counted),
			usd(b, inv->amount));
		at_risk(v, money_minus(inv->amount, counted));
	} else {
		return false;
	}
	v->since_ms = p->in_ms != TIME_NONE ? p->in_ms : sight_since(s);
	return true;
}

RULE_OF(rule_contradiction)
{
	if (s->rec->flaw[0] != '\0') {
		why_set(v, "it %s", s->rec->flaw);
		facts_text_in(v, s->rec->flaw);
		v->since_ms = sight_since(s);
		return true;
	}
	return s->rec->object.kind == OBJECT_INVOICE && flaw_of_invoice(s, v);
}
