/* Who a customer is. */
#include "model/person.h"

#include "base/fold.h"
#include "base/strbuf.h"

#include <string.h>

const char *person_label(enum person_fact f)
{
	static const char *const labels[PERSON_FACT_COUNT] = {
#define X(constant, label) [constant] = (label),
		PERSON_FACTS(X)
#undef X
	};
	return (unsigned)f < PERSON_FACT_COUNT ? labels[f] : "?";
}

/* --- values ---------------------------------------------------------------------------------- */

static bool values_have(const struct person_values *v, const char *text)
{
	char want[PERSON_VALUE_CAP], have[PERSON_VALUE_CAP];

	(void)fold_text(text, want, sizeof(want));
	for (size_t i = 0; i < v->count; i++) {
		(void)fold_text(v->items[i], have, sizeof(have));
		if (strcmp(want, have) == 0)
			return true;
	}
	return false;
}

static void values_add(struct person_values *v, const char *text)
{
	if (text[0] == '\0' || values_have(v, text))
		return;
	if (v->count == PERSON_VALUES_MAX)
		v->more++;
	else
		(void)str_copy(v->items[v->count++], PERSON_VALUE_CAP, text);
}

/* Words apart by blanks; the last after a comma. */
static void words_join(char ret[PERSON_VALUE_CAP], const char *first, const char *second,
		       const char *after_comma)
{
	str_printf(ret, PERSON_VALUE_CAP, "%s%s%s%s%s", first, first[0] && second[0] ? " " : "",
		   second, (first[0] || second[0]) && after_comma[0] ? ", " : "", after_comma);
}

/* --- where they are told ---------------------------------------------------------------------- */

static void learn_order(struct person *p, const struct order *o)
{
	const struct shipping_address *a = &o->shipping_address;
	char text[PERSON_VALUE_CAP];

	if (!o->has_shipping_address)
		return;
	words_join(text, a->first_name, a->last_name, "");
	values_add(&p->facts[PERSON_NAME], text);
	values_add(&p->facts[PERSON_EMAIL], a->email);
	values_add(&p->facts[PERSON_PHONE], a->phone);
	words_join(text, a->zip_code, a->city, a->country);
	values_add(&p->facts[PERSON_TOWN], text);
}

static void learn_session(struct person *p, const struct store *st, const char *invoice)
{
	const struct payor_session *s = answer_session(st, invoice, NULL);

	if (s)
		values_add(&p->facts[PERSON_EMAIL], s->email);
}

static void learn_items(struct person *p, const struct store *st, const struct related *theirs,
			enum subject_kind kind)
{
	for (size_t i = 0; i < theirs->count; i++) {
		const struct subject *s = &theirs->items[i].subject;
		const struct record *r;

		if (s->kind != kind)
			continue;
		if (kind == SUBJECT_INVOICE)
			learn_session(p, st, s->id);
		r = store_record(st, subject_object(kind), s->id);
		if (r && kind == SUBJECT_ORDER)
			learn_order(p, &r->object.as.order);
		else if (r && kind == SUBJECT_PAYOUT &&
			 !values_have(&p->facts[PERSON_NAME],
				      r->object.as.payout.bank_account.holder))
			values_add(&p->facts[PERSON_HOLDER],
				   r->object.as.payout.bank_account.holder);
	}
}

void person_build(struct person *p, const struct store *st, const struct related *theirs)
{
	const struct record *kyc = store_record(st, OBJECT_KYC, theirs->root.id);

	memset(p, 0, sizeof(*p));
	if (kyc)
		values_add(&p->facts[PERSON_NAME], kyc->object.as.kyc.legal_name);
	learn_items(p, st, theirs, SUBJECT_ORDER);
	learn_items(p, st, theirs, SUBJECT_INVOICE);
	learn_items(p, st, theirs, SUBJECT_PAYOUT);
}

bool person_is_known(const struct person *p)
{
	for (int f = 0; f < PERSON_FACT_COUNT; f++) {
		if (p->facts[f].count > 0)
			return true;
	}
	return false;
}
