/*
 * Amounts of money among what the store has: what was asked, what came in, what a bank was to pay.
 * A whole number is also what people say for something and some cents.
 */
#include "model/lookup_priv.h"
#include "model/store_priv.h"

#include "base/money.h"
#include "base/strbuf.h"
#include "wire/pack.h"

#include <stddef.h>
#include <string.h>

#define USD_EXPONENT 3
#define AHEAD        8 /* entries lie all over the memory: they are asked for early */

struct hunt {
	struct lookup *lookup;
	const struct store *store;
	size_t scrap;
	enum lookup_place place;
	bool other_currency; /* than the one that was typed: people say euro for everything */
};

static const struct scrap *scrap_of(const struct hunt *h)
{
	return &h->lookup->scraps.items[h->scrap];
}

/* What people leave out of it: the cents of a whole number, digits that shops round away. */
static bool is_about(const char *typed, int64_t minor, int64_t wanted, unsigned exponent)
{
	const char *point = strchr(typed, '.');
	size_t digits = point ? strlen(point + 1) : 0;
	int64_t unit = 1;

	for (size_t i = digits; i < exponent; i++)
		unit *= 10;
	if (!point)
		return minor > wanted && minor - wanted < unit;
	return minor < wanted ? wanted - minor <= unit / 2 : minor - wanted <= unit / 2;
}

static bool says(const struct scrap *s, int64_t minor, unsigned exponent, enum match *ret)
{
	int64_t wanted;

	if (money_parse_decimal(s->text, exponent, &wanted) != S_OK || wanted <= 0)
		return false;
	*ret = minor == wanted ? MATCH_EXACT : MATCH_PREFIX;
	return minor == wanted || is_about(s->text, minor, wanted, exponent);
}

static void found(const struct hunt *h, const struct entry *en, enum match match, const char *field,
		  struct money amount)
{
	struct lookup_hit hit = {.place = h->place,
				 .match = match,
				 .near = h->other_currency,
				 .newest_ms = entry_ms(en),
				 .scrap = h->scrap,
				 .rank = rank_of(match, h->scrap, true)};

	(void)str_copy(hit.field, sizeof(hit.field), field);
	(void)money_format(hit.value, amount, MONEY_PLAIN);
	str_printf(hit.value + strlen(hit.value), sizeof(hit.value) - strlen(hit.value), " %.8s",
		   amount.currency);
	if (subject_set(&hit.subject, subject_of_object((enum object_kind)en->kind),
			entry_id(h->store, en)))
		lookup_add(h->lookup, &hit);
}

/* What is too much of an invoice is what people ask back. */
static void look_at_surplus(const struct hunt *h, const struct entry *en)
{
	struct packed_member m[] = {
		{.offset = offsetof(struct invoice, amount)},
		{.offset = offsetof(struct invoice, amount_paid)},
	};
	enum match match;
	int64_t over, missing;

	object_packed_members(OBJECT_INVOICE, en->packed, m, 2);
	over = money_minus(m[1].number, m[0].number);
	missing = m[1].number > 0 ? money_minus(m[0].number, m[1].number) : 0;
	if (over > 0 && m[0].number > 0 && says(scrap_of(h), over, USD_EXPONENT, &match))
		found(h, en, match, "too much", money_usd_millis(over));
	else if (missing > 0 && says(scrap_of(h), missing, USD_EXPONENT, &match))
		found(h, en, match, "missing", money_usd_millis(missing));
}

static void look_at_dollars(const struct hunt *h, const struct entry *en)
{
	static const struct {
		enum object_kind kind;
		size_t offset;
		const char *field;
	} MEMBERS[] = {
		{OBJECT_INVOICE, offsetof(struct invoice, amount), "amount"},
		{OBJECT_INVOICE, offsetof(struct invoice, amount_paid), "amount_paid"},
		{OBJECT_INVOICE, offsetof(struct invoice, amount_remaining), "amount_remaining"},
		{OBJECT_PAYMENT, offsetof(struct invoice_payment, amount_usd), "amount"},
		{OBJECT_ORDER, offsetof(struct order, total), "total"},
		{OBJECT_REFUND, offsetof(struct refund, amount), "amount"},
		{OBJECT_DEPOSIT, offsetof(struct deposit, amount), "amount"},
		{OBJECT_PAYOUT, offsetof(struct payout, amount), "amount"},
	};
	enum match match;

	for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++) {
		struct packed_member m = {.offset = MEMBERS[i].offset};

		if (MEMBERS[i].kind != (enum object_kind)en->kind)
			continue;
		object_packed_members(MEMBERS[i].kind, en->packed, &m, 1);
		if (!says(scrap_of(h), m.number, USD_EXPONENT, &match))
			continue;
		found(h, en, match, MEMBERS[i].field, money_usd_millis(m.number));
		return; /* paid in full, it says it twice */
	}
	if (en->kind == OBJECT_INVOICE)
		look_at_surplus(h, en);
}

/* What arrives at the bank: the customer's number, in the customer's money. */
static void look_at_bank(const struct hunt *h, const struct entry *en)
{
	struct packed_member m[] = {
		{.offset = offsetof(struct payout, fiat_amount_minor)},
		{.offset = offsetof(struct payout, fiat_exponent)},
		{.offset = offsetof(struct payout, fiat_currency), .text = ""},
	};
	const char *wanted = scrap_of(h)->currency;
	unsigned exponent;
	enum match match;

	object_packed_members(OBJECT_PAYOUT, en->packed, m, 3);
	exponent = m[1].number >= 0 && m[1].number <= 6 ? (unsigned)m[1].number : 2;
	if ((!wanted[0] || str_equal(wanted, m[2].text)) &&
	    says(scrap_of(h), m[0].number, exponent, &match))
		found(h, en, match, "to bank", money_make(m[0].number, exponent, m[2].text));
}

void lookup_amounts(struct lookup *l, const struct store *st, size_t scrap, enum lookup_place place)
{
	struct hunt h = {.lookup = l, .store = st, .scrap = scrap, .place = place};
	const char *currency = l->scraps.items[scrap].currency;
	bool dollars = currency[0] == '\0' || str_equal(currency, "USD");

	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		const struct table *t = &st->tables[k];

		for (size_t i = 0; i < t->count; i++) {
			const struct entry *en = t->entries[i];

			if (i + AHEAD < t->count)
				__builtin_prefetch(t->entries[i + AHEAD]);
			if (!en->packed)
				continue;
			h.other_currency = !dollars;
			look_at_dollars(&h, en);
			h.other_currency = false;
			if (k == OBJECT_PAYOUT)
				look_at_bank(&h, en);
		}
	}
}
