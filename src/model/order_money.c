/* Is the money of an order back? */
#include "model/order_money.h"

#include "base/strbuf.h"
#include "model/store_priv.h"
#include "wire/pack.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* --- refunds of an invoice ----------------------------------------------------------------- */

struct refund_told refund_told_of(const struct store *st, const struct entry *refund)
{
	struct history h = entry_settle(st, refund).h;
	struct packed_member status = {.offset = offsetof(struct refund, status), .text = ""};
	struct packed_member amount = {.offset = offsetof(struct refund, amount)};
	struct packed_member wanted[] = {status, amount};

	if (refund->packed)
		object_packed_members(OBJECT_REFUND, refund->packed, wanted, 2);
	return (struct refund_told){
		.status = h.last.any ? word_text(st, h.last.status) : wanted[0].text,
		.amount = wanted[1].number,
		.created_ms = refund->created_ms,
	};
}

void refund_sums_add(struct refund_sums *sums, int64_t amount, const char *status)
{
	if (str_equal(status, "failed"))
		sums->failed = true;
	else if (str_equal(status, "succeeded"))
		sums->done = money_plus(sums->done, amount);
	else
		sums->open = money_plus(sums->open, amount);
}

struct refund_sums refund_sums_of(const struct store *st, const char *invoice_id)
{
	struct refund_sums sums = {0};

	for (const struct entry *en = links_first_of(st, OBJECT_REFUND, invoice_id); en;
	     en = en->sibling) {
		struct refund_told told = refund_told_of(st, en);

		refund_sums_add(&sums, told.amount, told.status);
	}
	return sums;
}

int64_t refund_sums_back(const struct refund_sums *sums)
{
	return money_plus(sums->done, sums->open);
}

/* --- what the order says ------------------------------------------------------------------- */

/* From the one that says least to the one that says most. */
enum said { SAID_NOTHING, SAID_OPEN, SAID_FAILED, SAID_DONE };

static enum said word_says(const char *word)
{
	static const struct {
		const char *word;
		enum said said;
	} WORDS[] = {
		{"none", SAID_NOTHING},    {"completed", SAID_DONE},   {"succeeded", SAID_DONE},
		{"refunded", SAID_DONE},   {"failed", SAID_FAILED},    {"rejected", SAID_FAILED},
		{"canceled", SAID_FAILED}, {"cancelled", SAID_FAILED},
	};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (strcasecmp(word, WORDS[i].word) == 0)
			return WORDS[i].said;
	return word[0] ? SAID_OPEN : SAID_NOTHING;
}

static enum said order_says(const struct order *o, const char **ret_word)
{
	enum said in = word_says(o->refund.status), beside = word_says(o->refund_status);

	*ret_word = beside > in || !o->refund.status[0] ? o->refund_status : o->refund.status;
	in = beside > in ? beside : in;
	return in != SAID_FAILED && o->refund.tx_hash[0] ? SAID_DONE : in;
}

enum money_back order_refund_said(const struct order *o, bool *ret_failed)
{
	const char *word;
	enum said said = order_says(o, &word);

	*ret_failed = said == SAID_FAILED;
	return said == SAID_DONE ? BACK_DONE : said == SAID_OPEN ? BACK_OPEN : BACK_NONE;
}

int64_t order_refund_back(const struct order *o)
{
	bool failed;

	return order_refund_said(o, &failed) == BACK_NONE ? 0 : o->refund.amount_usd;
}

/* --- both ---------------------------------------------------------------------------------- */

bool order_is_paid(const struct order *o, const struct invoice *inv)
{
	return str_equal(o->payment.status, "paid") || (inv && str_equal(inv->status, "paid"));
}

static bool refunds_settle(struct order_money *m, int64_t held, const struct refund_sums *refunds)
{
	int64_t back = refund_sums_back(refunds);

	if (back <= 0 || back < held)
		return false;
	m->by_refunds = true;
	m->back = refunds->done >= held && refunds->done > 0 ? BACK_DONE : BACK_OPEN;
	m->amount = m->back == BACK_DONE ? refunds->done : refunds->open;
	return true;
}

struct order_money order_money(const struct order *o, const struct invoice *inv,
			       const struct refund_sums *refunds)
{
	struct order_money m = {.back = BACK_NOT_OWED};
	enum money_back said = order_refund_said(o, &m.failed);
	int64_t held = inv && inv->amount_paid > 0 ? inv->amount_paid : o->total;
	int64_t told = o->refund.amount_usd > 0 ? o->refund.amount_usd : o->total;

	(void)order_says(o, &m.word);
	m.amount = told;
	if (said == BACK_DONE)
		m.back = BACK_DONE;
	if (said == BACK_DONE || !order_is_paid(o, inv))
		return m;
	if (refunds_settle(&m, held, refunds))
		return m;
	m.back = said;
	m.in_part = said == BACK_NONE && refund_sums_back(refunds) > 0;
	m.failed |= refunds->failed;
	if (m.in_part)
		m.amount = money_minus(held, refund_sums_back(refunds));
	return m;
}

struct order_money order_money_in(const struct store *st, const struct order *o)
{
	const struct record *r = store_invoice_of(st, o->order_id);
	struct refund_sums refunds = {0};
	struct invoice inv;

	if (!r)
		return order_money(o, NULL, &refunds);
	inv = r->object.as.invoice; /* other records are shown below */
	refunds = refund_sums_of(st, inv.id);
	return order_money(o, &inv, &refunds);
}
