/*
 * `g` and a letter: from a subject to what belongs to it.
 */
#ifndef PEPAYTOP_VIEWS_JUMP_H
#define PEPAYTOP_VIEWS_JUMP_H

#include "model/related.h"
#include "views/view.h"

/* The kind a CMD_GO_… leads to. False: it is no such command. */
bool jump_kind(enum command cmd, enum subject_kind *ret);
/* The nearest of that kind: of the same payment first, then of the same customer; of a refund that
 * is part of an order, that order. False: none. */
bool jump_target(const struct store *st, const struct subject *from, enum command cmd,
		 struct subject *ret);
/* An order's own refund is no object: the order of this payment, when it tells of one. */
bool jump_own_refund(const struct store *st, const struct subject *from, const struct related *r,
		     struct subject *ret);
/* The nearest, with what belongs to it already at hand. */
bool jump_target_of(const struct related *r, enum command cmd, struct subject *ret);
/* "This payout has no invoice." */
void jump_refusal(struct safe_text *t, const struct subject *from, enum command cmd);

#endif
