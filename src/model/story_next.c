/*
 * What should happen next, for every state of every kind, and by when: as the server promised it,
 * or else as long as it takes when all is well (expectations.h).
 */
#include "model/story_priv.h"

#include "base/strbuf.h"

struct story_next *ahead_add(struct ahead *x, const struct actor *a, enum tone tone)
{
	struct story_next *n = &x->items[x->count]; /* there is one more than is looked at */

	if (x->count < AHEAD_MAX)
		x->count++;
	*n = (struct story_next){.by_ms = TIME_NONE, .tone = tone};
	(void)subject_set(&n->subject, subject_of_object(a->kind), a->id);
	return n;
}

void ahead_by(const struct ahead *x, struct story_next *n, int64_t by_ms, bool promised)
{
	n->by_ms = by_ms;
	n->promised = promised && by_ms != TIME_NONE;
	n->overdue = by_ms != TIME_NONE && by_ms < x->t->now_ms;
	if (n->overdue && n->tone != TONE_BAD)
		n->tone = TONE_WARN;
}

int64_t ahead_later(int64_t from_ms, int64_t expected)
{
	return from_ms == TIME_NONE ? TIME_NONE : from_ms + expected;
}

int64_t actor_since(const struct actor *a)
{
	if (a->since_ms != TIME_NONE)
		return a->since_ms;
	if (a->record && a->record->changed_ms != TIME_NONE)
		return a->record->changed_ms;
	return a->latest ? object_updated_ms(a->latest) : TIME_NONE;
}

/* --- all of it ----------------------------------------------------------------------------- */

static void ahead_quote(struct ahead *x)
{
	const struct actor *inv = telling_first(x->t, OBJECT_INVOICE);
	const struct payor_session *s = inv ? answer_session(x->t->st, inv->id, NULL) : NULL;
	struct story_next *n;

	if (!s || !s->has_quote || s->quote.valid_until == TIME_NONE ||
	    s->quote.valid_until < x->t->now_ms ||
	    !(str_equal(inv->status, "unpaid") || str_equal(inv->status, "underpaid")))
		return;
	n = ahead_add(x, inv, TONE_WAITING);
	n->subject.kind = SUBJECT_SESSION;
	str_printf(n->text, sizeof(n->text), "the quote of %s %s is used, or runs out",
		   s->quote.token_amount, s->quote.token_symbol);
	ahead_by(x, n, s->quote.valid_until, true);
}

static void ahead_actor(struct ahead *x, const struct actor *a)
{
	switch (a->kind) {
	case OBJECT_INVOICE:
		ahead_invoice(x, a);
		break;
	case OBJECT_PAYMENT:
		ahead_payment(x, a);
		break;
	case OBJECT_ORDER:
		ahead_order(x, a);
		break;
	case OBJECT_PAYOUT:
		ahead_payout(x, a);
		break;
	case OBJECT_KYC:
		ahead_kyc(x, a);
		break;
	case OBJECT_DEPOSIT:
		ahead_deposit(x, a);
		break;
	case OBJECT_REFUND:
		ahead_refund(x, a);
		break;
	case OBJECT_NONE:
	case OBJECT_KIND_COUNT:
		break;
	}
}

static bool wants_a_person(const struct story_next *n)
{
	return n->tone == TONE_WARN || n->tone == TONE_BAD;
}

/* Overdue first, then what goes not by itself, then what comes soonest; what no time is promised
 * for comes last. */
static bool presses_more(const struct story_next *a, const struct story_next *b)
{
	if (a->overdue != b->overdue)
		return a->overdue;
	if (wants_a_person(a) != wants_a_person(b))
		return wants_a_person(a);
	if ((a->by_ms == TIME_NONE) != (b->by_ms == TIME_NONE))
		return b->by_ms == TIME_NONE;
	return a->by_ms < b->by_ms;
}

static void ahead_sort(struct story_next *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct story_next n = items[i];
		size_t at = i;

		for (; at > 0 && presses_more(&n, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = n;
	}
}

void telling_look_ahead(struct telling *t)
{
	struct story_next items[AHEAD_MAX + 1];
	struct ahead x = {.t = t, .items = items};
	struct story *s = t->s;
	bool known = false;

	for (size_t i = 0; i < t->actor_count; i++) {
		known |= t->actors[i].status[0] != '\0';
		ahead_actor(&x, &t->actors[i]);
	}
	ahead_quote(&x);
	ahead_sort(items, x.count);
	s->next_count = x.count < STORY_NEXT_MAX ? x.count : STORY_NEXT_MAX;
	memcpy(s->next, items, s->next_count * sizeof(items[0]));
	s->over = known && x.count == 0;
}
