/*
 * Which records are looked at, and when: all of them once, then those that changed, those they
 * speak of, and those whose time has come. A record that is finished and adds up is passed by
 * without being unpacked.
 */
#include "model/attention_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/pack.h"

#include <stddef.h>
#include <stdlib.h>

/* --- slots ------------------------------------------------------------------------------ */

static struct slot *slot_at(struct slots *s, size_t index)
{
	size_t old = s->count;

	if (index >= s->count) {
		array_reserve((void **)&s->items, &s->cap, index + 1, sizeof(*s->items));
		s->count = index + 1;
		for (size_t i = old; i < s->count; i++)
			s->items[i] = (struct slot){.again_ms = TIME_NONE};
	}
	return &s->items[index];
}

static struct slot *slot_of(struct attention *a, const struct entry *en)
{
	return slot_at(&a->slots[en->kind], en->index);
}

static void slot_due(struct slots *s, size_t index, int64_t at_ms)
{
	slot_at(s, index)->again_ms = at_ms;
	if (at_ms != TIME_NONE && (s->soonest_ms == TIME_NONE || at_ms < s->soonest_ms))
		s->soonest_ms = at_ms;
}

static void look_soon(struct attention *a, const struct entry *en)
{
	slot_due(&a->slots[en->kind], en->index, a->now_ms);
}

static void found_free(struct found *f)
{
	while (f) {
		struct found *next = f->next;

		free(f);
		f = next;
	}
}

void attention_forget(struct attention *a)
{
	for (int k = 0; k < OBJECT_KIND_COUNT; k++) {
		for (size_t i = 0; i < a->slots[k].count; i++)
			found_free(a->slots[k].items[i].found);
		a->slots[k].count = 0;
		a->slots[k].seen = 0;
		a->slots[k].soonest_ms = TIME_NONE;
	}
	a->count = a->open = 0;
	a->refunds->of = NULL;
	a->looked = false;
	a->store = NULL;
}

/* --- one record --------------------------------------------------------------------------- */

static bool item_same(const struct attention_item *a, const struct attention_item *b)
{
	return a->rule == b->rule && a->facts == b->facts && a->since_ms == b->since_ms &&
	       a->deadline_ms == b->deadline_ms && a->clock_runs == b->clock_runs &&
	       str_equal(a->why, b->why) && str_equal(a->customer, b->customer);
}

/* Finds what is new about a record the same as before where it is: nothing changed then. */
static bool found_same(const struct found *a, const struct found *b)
{
	while (a && b && item_same(&a->item, &b->item)) {
		a = a->next;
		b = b->next;
	}
	return !a && !b;
}

static struct found *judge(struct sight *s)
{
	struct verdict verdicts[ATTENTION_RULE_COUNT];
	unsigned long holds = 0, spoken_for = 0;
	struct found *first = NULL;

	for (int r = 0; r < ATTENTION_RULE_COUNT; r++) {
		const struct rule *rule = &ATTENTION_TABLE[r];

		if (rule->kind != OBJECT_NONE && rule->kind != s->rec->object.kind)
			continue;
		verdicts[r] = (struct verdict){.since_ms = TIME_NONE,
					       .deadline_ms = TIME_NONE,
					       .facts = UINT64_C(14695981039346656037)};
		if (!rule->holds(s, &verdicts[r]))
			continue;
		holds |= 1ul << r;
		spoken_for |= rule->speaks_for;
	}
	for (int r = ATTENTION_RULE_COUNT; r-- > 0;) {
		struct found *f;

		if (!(holds & ~spoken_for & (1ul << r)))
			continue;
		f = xcalloc(1, sizeof(*f));
		attention_fill(&f->item, s, &verdicts[r], (enum attention_rule)r);
		f->next = first;
		first = f;
	}
	return first;
}

/* A record whose judgement rests on another that changed. */
static void look_near(void *ctx, struct entry *near)
{
	look_soon(ctx, near);
}

/* What the payments of an invoice say came in. */
static int64_t payments_say(const struct entry *en)
{
	struct packed_member amount = {.offset = offsetof(struct invoice_payment, amount_usd)};
	int64_t sum = 0;

	for (; en; en = en->sibling) {
		struct packed_member m = amount;

		if (en->packed)
			object_packed_members(OBJECT_PAYMENT, en->packed, &m, 1);
		sum = money_plus(sum, m.number);
	}
	return sum;
}

/* Nothing came in, or what was asked for: of an invoice that is no longer to be looked at. */
static bool invoice_is_quiet(const struct attention *a, const struct entry *en, const char *status)
{
	struct packed_member amount = {.offset = offsetof(struct invoice, amount)};
	struct packed_member paid = {.offset = offsetof(struct invoice, amount_paid)};
	struct packed_member latest = {.offset = offsetof(struct invoice, latest_payment)};
	struct packed_member wanted[] = {amount, paid, latest};
	const struct entry *payment;

	object_packed_members(OBJECT_INVOICE, en->packed, wanted, 3);
	if (str_equal(status, "underpaid") ||
	    (!str_equal(status, "paid") && (wanted[1].number != 0 || wanted[2].number != 0)) ||
	    (str_equal(status, "paid") && wanted[1].number != wanted[0].number))
		return false;
	payment = links_first_of(a->store, OBJECT_PAYMENT, entry_id(a->store, en));
	return !payment || (str_equal(status, "paid") && payments_say(payment) <= wanted[1].number);
}

static bool payment_is_quiet(const struct entry *en, const char *status)
{
	struct packed_member settled = {.offset =
						offsetof(struct invoice_payment, settlement_status),
					.text = ""};

	if (!str_equal(status, "confirmed") && !str_equal(status, "underpaid"))
		return false;
	object_packed_members(OBJECT_PAYMENT, en->packed, &settled, 1);
	return settled.text[0] == '\0' || str_equal(settled.text, "settled");
}

/* Finished, adds up, and what there is to see is seen without unpacking it. */
static bool entry_is_quiet(const struct attention *a, const struct entry *en)
{
	static const char *const QUIET[OBJECT_KIND_COUNT][2] = {
		[OBJECT_ORDER] = {"delivered", "delivered"},
		[OBJECT_PAYOUT] = {"paid", "canceled"},
		[OBJECT_DEPOSIT] = {"confirmed", "awaiting_funds"},
		[OBJECT_KYC] = {"approved", "not_started"},
		[OBJECT_REFUND] = {"succeeded", "succeeded"},
	};
	const char *status;

	if (en->told.flaw_to != 0 || !en->packed)
		return false;
	status = word_text(a->store, entry_settle(a->store, en).h.last.status);
	if (en->kind == OBJECT_INVOICE)
		return invoice_is_quiet(a, en, status);
	if (en->kind == OBJECT_PAYMENT)
		return payment_is_quiet(en, status);
	return str_equal(status, QUIET[en->kind][0]) || str_equal(status, QUIET[en->kind][1]);
}

static void slot_take(struct attention *a, struct slot *slot, struct found *found)
{
	if (found_same(slot->found, found)) {
		found_free(found);
		return;
	}
	found_free(slot->found);
	slot->found = found;
	a->changed = true;
}

static void look_at(struct attention *a, const struct entry *en, bool around)
{
	struct sight s = {.a = a,
			  .st = a->store,
			  .entry = en,
			  .rec = &a->scratch,
			  .now_ms = a->now_ms,
			  .again_ms = TIME_NONE};
	struct slot *slot = slot_of(a, en);
	struct found *found;

	slot->again_ms = TIME_NONE;
	slot->told = false;
	if (!around && entry_is_quiet(a, en)) {
		slot_take(a, slot, NULL);
		return;
	}
	record_fill(a->store, en, &a->scratch);
	if (en->kind == OBJECT_INVOICE)
		s.purse = purse_of_invoice(a->store, &a->scratch);
	found = judge(&s);
	slot_take(a, slot_of(a, en), found);
	slot_due(&a->slots[en->kind], en->index, s.again_ms);
	if (around)
		links_around(a->store, en, look_near, a);
	object_release(&a->scratch.object);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void look_at_all(struct attention *a)
{
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		const struct table *t = &a->store->tables[k];

		for (size_t i = 0; i < t->count; i++)
			look_at(a, t->entries[i], false);
		a->slots[k].seen = t->version;
	}
	a->looked = true;
}

/* --- what changed since -------------------------------------------------------------------------
 */

static bool can_catch_up(const struct attention *a)
{
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if (store_version(a->store, (enum object_kind)k) - a->slots[k].seen >
		    STORE_CHANGES_MAX)
			return false;
	return true;
}

/* What is remembered of a record goes with it to its new place. */
static void slot_leave(struct attention *a, struct slots *s, const struct table_change *c)
{
	struct slot moved = {.again_ms = TIME_NONE};

	if (c->index >= s->count)
		return;
	a->changed |= s->items[c->index].found != NULL;
	found_free(s->items[c->index].found);
	if (c->last < s->count) {
		moved = s->items[c->last];
		s->count = c->last;
	}
	if (c->index < s->count)
		s->items[c->index] = moved;
}

/* Each slot is again that of the record in its place. */
static void follow(struct attention *a, enum object_kind kind)
{
	struct slots *s = &a->slots[kind];

	for (; s->seen < store_version(a->store, kind); s->seen++) {
		const struct table_change *c = records_change(a->store, kind, s->seen);

		if (c->what == CHANGE_LEFT)
			slot_leave(a, s, c);
		else if (c->what == CHANGE_NEAR)
			slot_due(s, c->index, a->now_ms);
		else
			slot_at(s, c->index)->told = true;
	}
}

/* Of those that others came in place of since, where they are now is not told. */
static void look_at_told(struct attention *a, enum object_kind kind, uint64_t from)
{
	const struct table *t = &a->store->tables[kind];

	if (from < t->left) {
		for (size_t i = 0; i < t->count && i < a->slots[kind].count; i++)
			if (a->slots[kind].items[i].told)
				look_at(a, t->entries[i], true);
		return;
	}
	for (; from < t->version; from++) {
		size_t i = records_change(a->store, kind, from)->index;

		if (slot_at(&a->slots[kind], i)->told)
			look_at(a, t->entries[i], true);
	}
}

static void look_at_changed(struct attention *a)
{
	uint64_t from[OBJECT_KIND_COUNT];

	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		from[k] = a->slots[k].seen;
		follow(a, (enum object_kind)k);
	}
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		look_at_told(a, (enum object_kind)k, from[k]);
}

/* --- what became due ------------------------------------------------------------------------- */

static void look_at_due(struct attention *a, enum object_kind kind)
{
	struct slots *s = &a->slots[kind];

	if (s->soonest_ms == TIME_NONE || a->now_ms < s->soonest_ms)
		return;
	s->soonest_ms = TIME_NONE;
	for (size_t i = 0; i < s->count; i++) {
		int64_t at = s->items[i].again_ms;

		if (at == TIME_NONE)
			continue;
		if (at <= a->now_ms)
			look_at(a, a->store->tables[kind].entries[i], false);
		else if (s->soonest_ms == TIME_NONE || at < s->soonest_ms)
			s->soonest_ms = at;
	}
}

void attention_look(struct attention *a)
{
	if (a->looked && !can_catch_up(a)) {
		const struct store *st = a->store;

		a->changed |= a->count > 0;
		attention_forget(a);
		a->store = st;
	}
	if (!a->looked)
		look_at_all(a);
	else
		look_at_changed(a);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		look_at_due(a, (enum object_kind)k);
}
