/* The money of a customer. */
#include "model/tally.h"

#include <string.h>

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void tally_add(struct tally *t, const struct purse *p)
{
	int64_t coming = p->payments[STAGE_COMING].sum, missing = p->missing.millis;

	if (!p->judged || !p->asked.known || !p->in.known) {
		t->unknown++;
		return;
	}
	if (p->state == PURSE_ENDED && p->in.millis == 0 && purse_seen(p) == 0)
		return;
	t->invoices++;
	t->asked = money_plus(t->asked, p->asked.millis);
	t->paid = money_plus(t->paid, p->in.millis);
	t->too_much = money_plus(t->too_much, p->over);
	t->not_paid = money_plus(t->not_paid, missing);
	t->on_its_way = money_plus(t->on_its_way, at_most(coming, missing));
	if (p->state == PURSE_OPEN && p->rest.known)
		t->can_be_paid = money_plus(t->can_be_paid, p->rest.millis);
	t->to_go_back = money_plus(t->to_go_back, p->owed);
	t->given = money_plus(t->given, p->given);
	t->given_arrived = money_plus(t->given_arrived, p->arrived);
}

void tally_build(struct tally *t, const struct store *st, const struct related *theirs)
{
	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < theirs->count; i++) {
		const struct subject *s = &theirs->items[i].subject;
		const struct record *r =
			s->kind == SUBJECT_INVOICE ? store_record(st, OBJECT_INVOICE, s->id) : NULL;
		struct purse p;

		if (!r)
			continue;
		p = purse_of_invoice(st, r);
		tally_add(t, &p);
	}
	t->kept = money_minus(money_minus(t->paid, t->given), t->to_go_back);
	if (t->kept < 0)
		t->kept = 0;
}
