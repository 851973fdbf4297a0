/* What belongs to a record, as its rules ask for it. */
#include "model/attention_priv.h"

#include "base/strbuf.h"

int64_t refunds_of(const struct sight *s, const char *invoice_id, int64_t since_ms)
{
	int64_t sum = 0;

	for (const struct entry *en = links_first_of(s->st, OBJECT_REFUND, invoice_id); en;
	     en = en->sibling) {
		struct refund_told told = refund_told_of(s->st, en);

		if ((since_ms == TIME_NONE || told.created_ms >= since_ms) &&
		    !str_equal(told.status, "failed"))
			sum = money_plus(sum, told.amount);
	}
	return sum;
}

bool payout_was_retried(const struct sight *s, const char *payout_id)
{
	return links_first_of(s->st, OBJECT_PAYOUT, payout_id) != NULL;
}

/* Where the money of a payout or a deposit is still on its way. */
static bool transfer_is_open(const struct store *st, const struct entry *en)
{
	const char *status;

	if (en->kind != OBJECT_PAYOUT && en->kind != OBJECT_DEPOSIT)
		return false;
	status = word_text(st, en->told.last.status);
	return str_equal(status, "queued") || str_equal(status, "processing") ||
	       str_equal(status, "received");
}

size_t money_behind(const struct sight *s, const char *customer, int64_t *ret_millis)
{
	size_t n = 0;

	for (struct entry *en = links_first_of_customer(s->st, customer); en;
	     en = en->next_of_customer) {
		const struct object *o;

		if (!transfer_is_open(s->st, en))
			continue;
		o = &record_show(s->st, en)->object;
		*ret_millis =
			money_plus(*ret_millis, o->kind == OBJECT_PAYOUT ? o->as.payout.amount
									 : o->as.deposit.amount);
		n++;
	}
	return n;
}
