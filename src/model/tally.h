/*
 * A customer's money: what was asked of them, what they paid, what became of it. Added up from the
 * purses of their invoices (model/purse.h), usd_millis, so that
 *
 *     asked = paid - too_much + not_paid      and      paid = kept + to_go_back + given
 *
 * unless more was given back than came in, or something is not known, which is counted. Pure.
 */
#ifndef PEPAYTOP_MODEL_TALLY_H
#define PEPAYTOP_MODEL_TALLY_H

#include "model/purse.h"
#include "model/related.h"

struct tally {
	size_t invoices; /* counted: those that ended with nothing in them are not */
	size_t unknown;  /* of which it is not known what was asked or paid: not counted */
	int64_t asked, paid;
	int64_t too_much;
	int64_t not_paid;    /* asked, and not in; of that */
	int64_t on_its_way;  /* seen, not confirmed, */
	int64_t can_be_paid; /* and what an open invoice still waits for */
	int64_t kept;        /* of what was paid */
	int64_t to_go_back;  /* held, and not to be kept */
	int64_t given;       /* back, or on the way back; of that */
	int64_t given_arrived;
};
/* `theirs` is what belongs to a customer. */
void tally_build(struct tally *t, const struct store *st, const struct related *theirs);

#endif
