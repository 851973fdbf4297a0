/* What belongs to a record, as its rules ask for it. */
#include "model/attention_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

/* --- refunds ---------------------------------------------------------------------------------- */

#define REFUNDS_FEW 16 /* summed as they are asked for */

static int64_t refunds_sum(const struct store *st, const struct entry *first, int64_t since_ms)
{
	int64_t sum = 0;

	for (const struct entry *en = first; en; en = en->sibling) {
		struct purse_part told = purse_part_of(st, en);

		if (since_ms == TIME_NONE || told.created_ms >= since_ms)
			sum = money_plus(sum, purse_part_gives(&told));
	}
	return sum;
}

static int by_creation(const void *x, const void *y)
{
	const struct refund_since *a = x, *b = y;

	return (a->created_ms > b->created_ms) - (a->created_ms < b->created_ms);
}

/* The sums from each refund on: each of them asks for the sum of those after it. */
static void sums_build(struct refund_sums_since *sums, const struct store *st,
		       const struct entry *first)
{
	sums->of = first;
	sums->version = store_version(st, OBJECT_REFUND);
	sums->count = 0;
	for (const struct entry *en = first; en; en = en->sibling) {
		struct purse_part told = purse_part_of(st, en);

		array_reserve((void **)&sums->items, &sums->cap, sums->count + 1,
			      sizeof(*sums->items));
		sums->items[sums->count++] = (struct refund_since){
			.created_ms = told.created_ms,
			.sum = purse_part_gives(&told),
		};
	}
	qsort(sums->items, sums->count, sizeof(*sums->items), by_creation);
	for (size_t i = sums->count - 1; i-- > 0;)
		sums->items[i].sum = money_plus(sums->items[i].sum, sums->items[i + 1].sum);
}

static int64_t sums_since(const struct refund_sums_since *sums, int64_t since_ms)
{
	size_t lo = 0, hi = sums->count;

	while (lo < hi && since_ms != TIME_NONE) {
		size_t mid = lo + (hi - lo) / 2;

		if (sums->items[mid].created_ms < since_ms)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sums->count ? sums->items[lo].sum : 0;
}

static bool are_few(const struct entry *en)
{
	size_t n = 0;

	for (; en && n <= REFUNDS_FEW; en = en->sibling)
		n++;
	return n <= REFUNDS_FEW;
}

int64_t refunds_since(const struct sight *s, const char *invoice_id, int64_t since_ms)
{
	const struct entry *first = links_first_of(s->st, OBJECT_REFUND, invoice_id);
	struct refund_sums_since *sums = s->a->refunds;

	if (are_few(first))
		return refunds_sum(s->st, first, since_ms);
	if (sums->of != first || sums->version != store_version(s->st, OBJECT_REFUND))
		sums_build(sums, s->st, first);
	return sums_since(sums, since_ms);
}

/* --- transfers -------------------------------------------------------------------------------- */

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
