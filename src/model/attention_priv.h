/*
 * The inside of what needs a person: attention.c keeps the list, attention_look.c looks at
 * the records that changed or became due, and the rules say what holds of one.
 */
#ifndef PEPAYTOP_MODEL_ATTENTION_PRIV_H
#define PEPAYTOP_MODEL_ATTENTION_PRIV_H

#include "model/attention.h"
#include "model/expectations.h"
#include "model/purse.h"
#include "model/store_priv.h"

/* One record as the rules look at it. */
struct sight {
	const struct attention *a;
	const struct store *st;
	const struct entry *entry;
	const struct record *rec;
	int64_t now_ms;
	int64_t again_ms;   /* the next moment at which another answer is possible, or TIME_NONE */
	struct purse purse; /* of an invoice */
};

/* What a rule that holds has to say. */
struct verdict {
	char why[160];
	int64_t since_ms, deadline_ms;
	bool clock_runs;
	bool has_amount;
	int64_t at_risk; /* usd_millis */
	uint64_t facts;
};

struct rule {
	enum object_kind kind; /* OBJECT_NONE: any */
	bool (*holds)(struct sight *s, struct verdict *v);
	unsigned long speaks_for; /* weaker rules about the same object: 1 << rule */
};
extern const struct rule ATTENTION_TABLE[ATTENTION_RULE_COUNT];

/* --- for the rules ------------------------------------------------------------ */
/* Has the moment come? If not, the record is looked at again then. False for TIME_NONE. */
bool sight_reached(struct sight *s, int64_t at_ms);
/* `least` after `from_ms`; never after TIME_NONE. */
bool sight_longer(struct sight *s, int64_t from_ms, int64_t least);
/* When its status last changed, as well as that is known. */
int64_t sight_since(const struct sight *s);
bool sight_is(const struct sight *s, const char *status);

void why_set(struct verdict *v, const char *fmt, ...) printf_like(2, 3);
void why_add(struct verdict *v, const char *fmt, ...) printf_like(2, 3);
const char *usd(char buf[MONEY_TEXT_CAP], int64_t millis); /* "1,234.50" */
void at_risk(struct verdict *v, int64_t millis);
void facts_number_in(struct verdict *v, int64_t number);
void facts_text_in(struct verdict *v, const char *text);

/* Money that went back to the payor of an invoice, or is on its way, by refunds made at or after
 * `since_ms`. */
int64_t refunds_since(const struct sight *s, const char *invoice_id, int64_t since_ms);
/* Was a payout tried again? */
bool payout_was_retried(const struct sight *s, const char *payout_id);
/* Payouts and deposits of a customer that are under way: how many, and how much. */
size_t money_behind(const struct sight *s, const char *customer, int64_t *ret_millis);

#define RULE_OF(name) bool name(struct sight *s, struct verdict *v)
RULE_OF(rule_underpaid);
RULE_OF(rule_overpaid);
RULE_OF(rule_paid_late);
RULE_OF(rule_expiring);
RULE_OF(rule_expired_short);
RULE_OF(rule_expired_seen);
RULE_OF(rule_unconfirmed);
RULE_OF(rule_manual_retry);
RULE_OF(rule_settlement_stuck);
RULE_OF(rule_settlement_manual);
RULE_OF(rule_settlement_failed);
RULE_OF(rule_order_stuck);
RULE_OF(rule_order_failed);
RULE_OF(rule_order_unrefunded);
RULE_OF(rule_refund_failed);
RULE_OF(rule_refund_stuck);
RULE_OF(rule_payout_failed);
RULE_OF(rule_payout_returned);
RULE_OF(rule_payout_late);
RULE_OF(rule_deposit_stuck);
RULE_OF(rule_deposit_failed);
RULE_OF(rule_kyc_waiting);
RULE_OF(rule_kyc_blocks);
RULE_OF(rule_contradiction);

/* --- the list ------------------------------------------------------------------ */
struct found {
	struct attention_item item;
	struct found *next; /* of the same record */
};

/* What is remembered of a record, by its place in the store's table. */
struct slot {
	int64_t again_ms; /* or TIME_NONE */
	struct found *found;
	bool told; /* something new was said of it */
};

struct slots {
	struct slot *items;
	size_t count, cap;
	int64_t soonest_ms; /* no slot is due before, or TIME_NONE */
	uint64_t seen;      /* version of the store's table */
};

/* The refunds of the invoice that was asked about last, when they are many: by the time they were
 * made, each with the sum of it and those after it. */
struct refund_sums_since {
	struct refund_since {
		int64_t created_ms, sum;
	} * items;
	size_t count, cap;
	const struct entry *of; /* the first of them, or NULL */
	uint64_t version;       /* of the store's refunds, then */
};

struct attention {
	const struct store *store;
	int64_t since_ms; /* of the first refresh, or TIME_NONE */
	int64_t now_ms;   /* of the last */
	uint64_t acks_seen;
	struct slots slots[OBJECT_KIND_COUNT];
	struct refund_sums_since *refunds;
	const struct attention_item **list;
	size_t count, cap, open;
	bool looked;  /* at all of them, once */
	bool changed; /* the list is to be put together again */
	struct record scratch;
};

/* attention_look.c */
void attention_look(struct attention *a);
void attention_forget(struct attention *a); /* all that was found */
/* attention.c */
void attention_fill(struct attention_item *item, const struct sight *s, const struct verdict *v,
		    enum attention_rule r);

#endif
