/*
 * The money of an invoice, and of the order it pays for: added up here, once, for whoever says or
 * decides something about it. What needs a person, the life of a payment, the explanations and
 * the dialogs read this, and add nothing up themselves.
 *
 * What was not said is not zero. Payments as Pepay publishes them carry no amount (contract 5),
 * list rows of invoices may leave out what was paid (4.3), events may be abbreviations: so each
 * number says whether it is known, and what is there is counted beside what it comes to.
 * An invoice's refunds are a local extension (15.2); of an order's only the word NONE is published
 * (7.4). Sums saturate. Pure.
 */
#ifndef PEPAYTOP_MODEL_PURSE_H
#define PEPAYTOP_MODEL_PURSE_H

#include "model/store.h"

/* Where the money of a payment is, by its status. */
enum payment_stage {
	STAGE_UNTOLD,  /* a word this program does not know: it may be anywhere */
	STAGE_COMING,  /* seen, not confirmed */
	STAGE_IN,      /* confirmed */
	STAGE_NEITHER, /* it came to nothing */
	PAYMENT_STAGE_COUNT
};
enum payment_stage payment_stage(const char *status);

/* Where the money of a refund is, by its status or an order's word for it. From what says least
 * to what says most. */
enum refund_stage {
	RETURN_NO_WORD, /* "", "none" */
	RETURN_UNTOLD,  /* a word this program does not know: counted as open, so that nobody is
			 offered the same money twice */
	RETURN_OPEN,
	RETURN_CALLED_OFF,
	RETURN_FAILED,
	RETURN_ARRIVED,
	REFUND_STAGE_COUNT
};
enum refund_stage refund_stage(const char *status);
/* What an order says itself of its refund; ret_word as it came, pointing into the order. */
enum refund_stage order_refund_stage(const struct order *o, const char **ret_word);
/* Has it not arrived, and may it still? */
bool refund_stage_is_open(enum refund_stage s);

/* Things of one stage. */
struct purse_sum {
	size_t count;
	size_t silent; /* of them, those that say no amount */
	int64_t sum;   /* of the others, usd_millis */
};

/* usd_millis. Where it is not known, `millis` is what there is at least. */
struct purse_amount {
	int64_t millis;
	bool known;
};

enum purse_state {
	PURSE_UNTOLD, /* a status this program does not know */
	PURSE_OPEN,
	PURSE_PAID,
	PURSE_ENDED /* expired or canceled: it takes no money */
};

struct purse {
	/* --- what was said --- */
	enum purse_state state;
	bool whole;  /* not only an abbreviation, or one that is behind */
	bool judged; /* false: in a unit this program does not know; what follows is empty then */
	bool underpaid;  /* it says so */
	bool called_off; /* its order ended without its goods: all of it is to go back */
	struct purse_amount asked, counted; /* by the invoice */
	struct purse_sum payments[PAYMENT_STAGE_COUNT];
	int64_t coming_ms; /* when the first that is coming was seen, or TIME_NONE */
	int64_t in_ms;     /* when the newest said that it is in, or TIME_NONE */
	struct purse_sum back[REFUND_STAGE_COUNT]; /* refunds of it and of its order … */
	int64_t fees_open, fees_arrived; /* … and what was kept of the order's for them */

	/* --- what that comes to --- */
	struct purse_amount in;        /* by what it counts, or by its payments when that is more */
	struct purse_amount uncounted; /* confirmed, and not in what it counts yet */
	int64_t given;                 /* back, or on the way back */
	int64_t arrived;               /* of that */
	struct purse_amount held;      /* in, and not given */
	struct purse_amount missing;   /* asked, and not in */
	struct purse_amount rest;      /* of that, what is not even on its way */
	int64_t over;                  /* in, and more than asked */
	int64_t over_coming;           /* the same of what is in and on its way */
	int64_t owed; /* held, and not to be kept: too much, or all of it once it has ended */
};

/* --- making one ---------------------------------------------------------------------------- */
/* `inv` may be NULL: only its status is known. `incomplete`: as of its record. */
void purse_begin(struct purse *p, const char *status, const struct invoice *inv, bool incomplete);
void purse_add_payment(struct purse *p, const char *status, int64_t amount, int64_t at_ms);
void purse_add_refund(struct purse *p, const char *status, int64_t amount);
/* The order it pays for, whose status may be newer than what it says itself. */
void purse_add_order(struct purse *p, const char *status, const struct order *o);
void purse_end(struct purse *p);
/* All of that, of what the store has. */
struct purse purse_of_invoice(const struct store *st, const struct record *r);

/* --- asking it ------------------------------------------------------------------------------- */
size_t purse_seen(const struct purse *p);    /* payments that may yet come in */
bool purse_any_in(const struct purse *p);    /* something came in, however much */
bool purse_holds(const struct purse *p);     /* and not all of it is given back */
bool purse_is_behind(const struct purse *p); /* payments are in that it does not count */
/* May the customer be asked for more: something is missing that is not even on its way, and
 * nothing is being given back? */
bool purse_asks(const struct purse *p);
/* Some of it is given back, or was to be: somebody has decided so. */
bool purse_goes_back(const struct purse *p);
/* What is seen comes to what is missing, or may. */
bool purse_rest_is_coming(const struct purse *p);
/* "100.00 USD", or in a unit that nobody here can judge "4000 eur_cents". */
const char *invoice_amount_text(char buf[MONEY_TEXT_CAP], const struct invoice *inv,
				int64_t amount);
bool invoice_is_in_dollars(const struct invoice *inv);

/* --- one refund, or one payment --------------------------------------------------------------- */
struct entry;
/* What counts of it, without unpacking it: an invoice may have very many. */
struct purse_part {
	const char *status; /* until the store changes */
	int64_t amount;     /* usd_millis; 0: it does not say */
	int64_t created_ms; /* of a refund, or TIME_NONE */
	int64_t changed_ms; /* since when it is so, as well as that is known */
};
struct purse_part purse_part_of(const struct store *st, const struct entry *en);
/* What of a refund is back, or on its way. */
int64_t purse_part_gives(const struct purse_part *refund);
/* The same of the refunds of an invoice that were made at or after `since_ms`; and what of that
 * has arrived. */
int64_t refunds_given_since(const struct store *st, const char *invoice_id, int64_t since_ms,
			    int64_t *ret_arrived);

/* --- an order ----------------------------------------------------------------------------------
 */
enum order_paid { ORDER_PAID_UNTOLD, ORDER_PAID_NO, ORDER_PAID_YES };

/* What of an order that ended without its goods went back. */
enum money_back {
	BACK_NOT_OWED, /* nothing came in */
	BACK_UNTOLD,   /* whether anything came in */
	BACK_NONE,     /* and not all of it went back or is on its way */
	BACK_OPEN,     /* all of it is on its way, or has arrived in part */
	BACK_DONE
};

struct order_money {
	enum order_paid paid;
	enum money_back back;
	bool by_refunds;   /* it is the refunds of the invoice that say so */
	bool in_part;      /* BACK_NONE: some of it is back, or on its way */
	bool failed;       /* BACK_NONE: a refund was tried */
	bool odd_word;     /* BACK_UNTOLD: it says something of its payment all the same */
	bool invoice_acts; /* its invoice has ended, and what it holds is looked at there */
	int64_t amount;    /* what is back, on its way, or still owed; 0: not known */
	int64_t in;        /* what came in; 0: not known */
	const char *word;  /* the order's own for its refund, as it came; points into the order */
};
/* `before`: the status it had before, "" unknown. `inv` is the purse of its invoice, with this
 * order in it; or NULL. */
struct order_money order_money(const struct order *o, const char *before, const struct purse *inv);
/* The same, with what the store has of its invoice. */
struct order_money order_money_in(const struct store *st, const struct record *order);
enum order_paid order_is_paid(const struct order *o, const struct purse *inv);

#endif
