/* Related: what belongs to the same payment, then what else is the customer's. */
#include "views/tabs.h"

#include "views/facts.h"
#include "views/subject_cells.h"

static const char *relation_label(const struct related_item *item)
{
	return item->relation == RELATION_RETRIES || item->relation == RELATION_RETRIED_BY
		       ? relation_words(item->relation)
		       : subject_label(item->subject.kind);
}

/* A check may hold a payment up, and is the customer's all the same. */
static bool is_of_payment(const struct related_item *item)
{
	return item->same_payment && item->subject.kind != SUBJECT_KYC;
}

static size_t add_group(struct doc *d, const struct subject_look *l, bool same_payment,
			const char *heading)
{
	const struct related *r = &l->story->related;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct related_item *item = &r->items[i];

		if (is_of_payment(item) != same_payment)
			continue;
		if (n++ == 0)
			doc_heading(d, heading);
		subject_line(d, l->ctx, l->st, &item->subject, relation_label(item), l->width,
			     true);
	}
	return n;
}

void tab_related_build(struct doc *d, const struct subject_look *l)
{
	const struct related *r = &l->story->related;
	bool theirs = l->what->kind == SUBJECT_CUSTOMER;
	size_t n = add_group(d, l, true, "The same payment");

	n += add_group(d, l, false, theirs ? "Theirs" : "The same customer");
	if (n == 0) {
		look_add_empty(d, l, "Nothing that belongs to it is known.");
		return;
	}
	if (r->cut)
		fact_note(d, l->width, ROLE_WARN,
			  "There is more than fits here: these are the newest.");
	look_add_asks(d, l);
}
