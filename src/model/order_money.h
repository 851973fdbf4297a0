/*
 * Whether the money of an order that ended without its goods is back: decided here, once, for
 * whoever says something about it. Pepay publishes only the word NONE for the refund of an order
 * (contract 7.4); an invoice's refunds are a local extension (contract 15.2). Pure.
 */
#ifndef PEPAYTOP_MODEL_ORDER_MONEY_H
#define PEPAYTOP_MODEL_ORDER_MONEY_H

#include "model/store.h"

enum money_back {
	BACK_NOT_OWED, /* it was never paid */
	BACK_NONE,     /* paid, and not all of it went back or is on its way */
	BACK_OPEN,     /* all of it is on its way, or has arrived in part */
	BACK_DONE
};

struct entry;

/* What counts of one refund, without unpacking it: an invoice may have very many. */
struct refund_told {
	const char *status; /* until the store changes */
	int64_t amount;     /* usd_millis */
	int64_t created_ms; /* or TIME_NONE */
};
struct refund_told refund_told_of(const struct store *st, const struct entry *refund);

/* What the refunds of an invoice come to, usd_millis. */
struct refund_sums {
	int64_t done, open;
	bool failed; /* one of them did */
};
void refund_sums_add(struct refund_sums *sums, int64_t amount, const char *status);
/* Of those that the store has. */
struct refund_sums refund_sums_of(const struct store *st, const char *invoice_id);
/* Given back, or on its way. */
int64_t refund_sums_back(const struct refund_sums *sums);

struct order_money {
	enum money_back back;
	bool by_refunds;  /* it is the refunds of the invoice that say so */
	bool in_part;     /* BACK_NONE: some of it is back, or on its way */
	bool failed;      /* BACK_NONE: a refund was tried */
	int64_t amount;   /* what is back, on its way, or still owed; 0 unknown */
	const char *word; /* the order's own, as it came; points into the order */
};
/* `inv` is its invoice, or NULL. */
struct order_money order_money(const struct order *o, const struct invoice *inv,
			       const struct refund_sums *refunds);
/* The same, with what the store has of its invoice. */
struct order_money order_money_in(const struct store *st, const struct order *o);
bool order_is_paid(const struct order *o, const struct invoice *inv);

/* What an order says itself of its refund: BACK_NONE, _OPEN or _DONE; and whether it failed. */
enum money_back order_refund_said(const struct order *o, bool *ret_failed);
/* What of it is given back or on its way by the order's own word: else 0. */
int64_t order_refund_back(const struct order *o);

#endif
