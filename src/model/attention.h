/*
 * What needs a person (product N6): one table of rules over the records of the store,
 * ranked by money at risk and time left. Pure, but for what it remembers to be quick.
 *
 * A rule: name, severity, plain words, what to do, and a predicate in attention_rules.c.
 */
#ifndef PEPAYTOP_MODEL_ATTENTION_H
#define PEPAYTOP_MODEL_ATTENTION_H

#include "base/money.h"
#include "model/answers.h"
#include "model/subject.h"

enum severity { SEVERITY_WATCH, SEVERITY_ACT, SEVERITY_URGENT, SEVERITY_COUNT };
const char *severity_word(enum severity s);
enum tone severity_tone(enum severity s);

/*
 * X(constant, name, severity, words, suggested action)
 *
 * The money at risk of an item is money that has left somebody's hands and is not where it should
 * be: what came into an invoice that is short or over, what an order, a refund or a payout holds.
 */
#define ATTENTION_RULES(X)                                                                         \
	X(RULE_UNDERPAID, "underpaid", SEVERITY_ACT, "too little came in",                         \
	  "ask the customer for the rest before it expires, or refund what came in")               \
	X(RULE_OVERPAID, "overpaid", SEVERITY_ACT, "more came in than was asked",                  \
	  "refund what is too much")                                                               \
	X(RULE_PAID_LATE, "paid-late", SEVERITY_ACT, "money came in after the end",                \
	  "accept the payment or refund it")                                                       \
	X(RULE_EXPIRING, "expiring", SEVERITY_URGENT, "expires soon, with money seen",             \
	  "ask for no more than what is still missing: what is seen is not to be paid twice")      \
	X(RULE_EXPIRED_SHORT, "expired-short", SEVERITY_ACT, "ended with money in it",             \
	  "refund what came in, accept it, or agree on a new invoice for what is missing")         \
	X(RULE_EXPIRED_SEEN, "expired-seen", SEVERITY_ACT, "ended, a payment only seen",           \
	  "see on the network's explorer page if it is confirmed; then accept it or refund it")    \
	X(RULE_UNCONFIRMED, "unconfirmed", SEVERITY_WATCH, "payment seen, not confirmed",          \
	  "ask for the transaction and look it up on the network's explorer page")                 \
	X(RULE_MANUAL_RETRY, "manual-retry", SEVERITY_ACT, "payment waits for manual retry",       \
	  "ask Pepay to verify it by hand")                                                        \
	X(RULE_SETTLEMENT_STUCK, "settlement-stuck", SEVERITY_ACT,                                 \
	  "paid, the settlement takes long", "ask Pepay when the money is passed on to you")       \
	X(RULE_SETTLEMENT_MANUAL, "settlement-manual", SEVERITY_ACT, "has to be settled by hand",  \
	  "ask Pepay what they are waiting for")                                                   \
	X(RULE_SETTLEMENT_FAILED, "settlement-failed", SEVERITY_URGENT, "the settlement failed",   \
	  "ask Pepay: the money was received but not passed on")                                   \
	X(RULE_ORDER_STUCK, "order-stuck", SEVERITY_ACT, "paid, the order does not move",          \
	  "ask Pepay about the order, or ask for its cancellation (key a)")                        \
	X(RULE_ORDER_FAILED, "order-failed", SEVERITY_URGENT, "paid, and the order failed",        \
	  "see to it that the money goes back, and tell the customer")                             \
	X(RULE_ORDER_UNREFUNDED, "order-unrefunded", SEVERITY_ACT,                                 \
	  "called off, money not back yet",                                                        \
	  "see to it that the money goes back, and tell the customer")                             \
	X(RULE_REFUND_FAILED, "refund-failed", SEVERITY_URGENT, "a refund did not arrive",         \
	  "check the wallet with the customer, then have it refunded again")                       \
	X(RULE_REFUND_STUCK, "refund-stuck", SEVERITY_WATCH, "a refund takes long",                \
	  "ask Pepay about the refund")                                                            \
	X(RULE_PAYOUT_FAILED, "payout-failed", SEVERITY_URGENT, "a payout failed",                 \
	  "find out why, fix that, then have the payout retried")                                  \
	X(RULE_PAYOUT_RETURNED, "payout-returned", SEVERITY_URGENT, "the bank sent a payout back", \
	  "ask the customer for the right account, then have it retried")                          \
	X(RULE_PAYOUT_LATE, "payout-late", SEVERITY_ACT, "payout later than promised",             \
	  "ask the bank partner where it is")                                                      \
	X(RULE_DEPOSIT_STUCK, "deposit-stuck", SEVERITY_WATCH, "deposit not confirmed yet",        \
	  "ask for the transaction and look it up on the network's explorer page")                 \
	X(RULE_DEPOSIT_FAILED, "deposit-failed", SEVERITY_ACT, "deposit failed or was returned",   \
	  "tell the customer what happened to the money")                                          \
	X(RULE_KYC_WAITING, "kyc-waiting", SEVERITY_WATCH, "a KYC check is undecided",             \
	  "get the check decided")                                                                 \
	X(RULE_KYC_BLOCKS, "kyc-blocks", SEVERITY_ACT, "KYC was refused or has expired",           \
	  "ask the customer for new documents")                                                    \
	X(RULE_CONTRADICTION, "contradiction", SEVERITY_ACT, "its history does not add up",        \
	  "open its timeline, refresh it (R), and ask Pepay if it stays so")

enum attention_rule {
#define X(constant, name, severity, words, action) constant,
	ATTENTION_RULES(X)
#undef X
		ATTENTION_RULE_COUNT
};
const char *attention_rule_name(enum attention_rule r);
const char *attention_rule_words(enum attention_rule r);
const char *attention_rule_action(enum attention_rule r);
enum severity attention_rule_severity(enum attention_rule r);

struct attention_item {
	enum attention_rule rule;
	struct subject subject;
	char customer[NAME_CAP];
	char why[160];       /* the facts, none of which ages: "40.00 of 100.00 USD came in" */
	int64_t since_ms;    /* since when it is so, or TIME_NONE */
	int64_t deadline_ms; /* when it gets worse, or TIME_NONE */
	bool clock_runs;     /* and only until then can it be mended */
	bool has_amount;
	struct money at_risk; /* usd_millis */
	uint64_t facts;       /* fingerprint of what makes it so */
	bool acknowledged;    /* and the facts are still those */
	int64_t seen_ms;      /* when that was, wall, or TIME_NONE */
};

struct attention;
struct attention *attention_new(void);
void attention_free(struct attention *a);
/* Looks at what changed and at what became due; cheap when nothing did. True: the list changed. */
bool attention_refresh(struct attention *a, const struct store *st, int64_t now_ms);
/*
 * By severity; within one what can be mended only while the clock runs first, the soonest before
 * the others; then by money at risk, then by time. Acknowledged ones come last, the
 * newest first, and are not counted as open.
 */
size_t attention_count(const struct attention *a);
size_t attention_open_count(const struct attention *a);
const struct attention_item *attention_at(const struct attention *a, size_t i);
/* When it was first looked at this store, or TIME_NONE. */
int64_t attention_since_ms(const struct attention *a);
/* What speaks of one object; returns how many were put into ret. */
size_t attention_of(const struct attention *a, const struct subject *s,
		    const struct attention_item **ret, size_t cap);

#endif
