/*
 * What the order operations, their simulator and their handlers share: the moves
 * a change of an order is made of (order_moves.c).
 */
#ifndef PEPAYTOP_SANDBOX_ORDERS_H
#define PEPAYTOP_SANDBOX_ORDERS_H

#include "sandbox/records.h"

/* Substatus words seen (contract 7.4). */
#define ORDER_SUBMITTED         "PROVIDER_PLACEMENT_SUBMITTED"
#define ORDER_AWAITING_TRACKING "AWAITING_TRACKING"

/* What actions.canCancel says and the cancel route obeys: pending_payment, processing, placed. */
bool order_cancelable(const struct order *o);
bool order_paid(const struct order *o);
/* Status, substatus and lines, with a step on the timeline. */
void order_move(struct world *w, struct order *o, const char *status, const char *substatus,
		const char *message);
/* NONE, PENDING, COMPLETED */
void order_refund_state(struct order *o, const char *status);
/* Cancelled; a paid one whose refund wallet is known waits for its refund. */
void order_end_cancelled(struct world *w, struct order *o, const char *message);
/* The same for one that failed. */
void order_end_failed(struct world *w, struct order *o, const char *message);
must_check enum status order_save(struct world *w, struct record *r, const struct cause *cause,
				  struct problem *reterr);

#endif
