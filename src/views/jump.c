#include "views/jump.h"

#include "base/alloc.h"
#include "views/describe.h"

#include <stdlib.h>

static const struct {
	enum command command;
	enum subject_kind kind;
} JUMPS[] = {
	{CMD_GO_INVOICE, SUBJECT_INVOICE}, {CMD_GO_PAYMENT, SUBJECT_PAYMENT},
	{CMD_GO_SESSION, SUBJECT_SESSION}, {CMD_GO_ORDER, SUBJECT_ORDER},
	{CMD_GO_CART, SUBJECT_CART},       {CMD_GO_PAYOUT, SUBJECT_PAYOUT},
	{CMD_GO_DEPOSIT, SUBJECT_DEPOSIT}, {CMD_GO_KYC, SUBJECT_KYC},
	{CMD_GO_REFUND, SUBJECT_REFUND},   {CMD_GO_CUSTOMER, SUBJECT_CUSTOMER},
};

bool jump_kind(enum command cmd, enum subject_kind *ret)
{
	for (size_t i = 0; i < sizeof(JUMPS) / sizeof(JUMPS[0]); i++) {
		if (JUMPS[i].command != cmd)
			continue;
		*ret = JUMPS[i].kind;
		return true;
	}
	return false;
}

bool jump_target_of(const struct related *r, enum command cmd, struct subject *ret)
{
	const struct related_item *item;
	enum subject_kind kind;

	if (!jump_kind(cmd, &kind))
		return false;
	item = related_first(r, kind);
	if (item)
		*ret = item->subject;
	return item != NULL;
}

bool jump_own_refund(const struct store *st, const struct subject *from, const struct related *r,
		     struct subject *ret)
{
	const struct related_item *item = related_first(r, SUBJECT_ORDER);
	const struct subject *order = from->kind == SUBJECT_ORDER  ? from
				      : item && item->same_payment ? &item->subject
								   : NULL;
	const struct record *rec = order ? store_record(st, OBJECT_ORDER, order->id) : NULL;

	if (!rec || !order_has_refund(&rec->object.as.order))
		return false;
	*ret = *order;
	return true;
}

bool jump_target(const struct store *st, const struct subject *from, enum command cmd,
		 struct subject *ret)
{
	struct related *r = xcalloc(1, sizeof(*r));
	bool found;

	related_build(r, st, from);
	found = jump_target_of(r, cmd, ret) ||
		(cmd == CMD_GO_REFUND && jump_own_refund(st, from, r, ret));
	free(r);
	return found;
}

/* The noun in the middle of a sentence. */
static const char *noun_of(enum subject_kind kind)
{
	return kind == SUBJECT_KYC ? "KYC check" : subject_word(kind);
}

void jump_refusal(struct safe_text *t, const struct subject *from, enum command cmd)
{
	enum subject_kind kind;

	safe_text_clear(t);
	if (!jump_kind(cmd, &kind))
		return;
	if (kind == from->kind)
		safe_text_fmt(t, "This is the %s itself, and there is no other.", noun_of(kind));
	else
		safe_text_fmt(t, "This %s has no %s.", noun_of(from->kind), noun_of(kind));
}
