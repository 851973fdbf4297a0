#include "wire/lifecycle.h"

#include <assert.h>

/*
 * `true` where Pepay publishes the step (pepay-contract 4.6, 7.7); `false` where it
 * is inferred from samples or is our own (section 15).
 */

static const struct transition INVOICE_STEPS[] = {
	{"", "unpaid", true},
	{"unpaid", "underpaid", true},
	{"unpaid", "paid", true},
	{"unpaid", "expired", true},
	{"unpaid", "canceled", true},
	{"underpaid", "paid", false},
	{"underpaid", "expired", false},
};

/* An underpaid payment stays what it was: nothing published says that it is topped up. What
 * completes the invoice is a second payment. */
static const struct transition PAYMENT_STEPS[] = {
	{"", "pending", false},
	{"pending", "confirmed", false},
	{"pending", "underpaid", false},
	{"pending", "manual_retry", false},
	{"manual_retry", "confirmed", false},
	{"manual_retry", "underpaid", false},
};

static const struct transition SETTLEMENT_STEPS[] = {
	{"", "pending", false},           {"pending", "processing", false},
	{"pending", "manual", false},     {"pending", "failed", false},
	{"processing", "settled", false}, {"processing", "manual", false},
	{"processing", "failed", false},  {"manual", "processing", false},
	{"manual", "settled", false},     {"manual", "failed", false},
	{"failed", "processing", false}, /* settled again: ours */
};

static const struct transition ORDER_STEPS[] = {
	{"", "pending_payment", false},
	{"pending_payment", "processing", false},
	{"pending_payment", "cancelled", false}, /* its invoice expired or was canceled */
	{"processing", "placed", true},
	{"processing", "failed", true},
	{"processing", "cancelled", false}, /* a cancel request accepted before placement */
	{"placed", "shipped", true},
	{"placed", "cancelled", true},
	{"shipped", "delivered", true},
};

static const struct transition PAYOUT_STEPS[] = {
	{"", "queued", false},         {"queued", "processing", false},
	{"queued", "canceled", false}, {"queued", "failed", false},
	{"processing", "paid", false}, {"processing", "failed", false},
	{"paid", "returned", false}, /* a bank can send money back */
};

static const struct transition DEPOSIT_STEPS[] = {
	{"", "awaiting_funds", false},       {"awaiting_funds", "received", false},
	{"awaiting_funds", "failed", false}, {"received", "confirmed", false},
	{"received", "failed", false},       {"received", "returned", false},
};

static const struct transition KYC_STEPS[] = {
	{"", "not_started", false},        {"", "pending", false},
	{"not_started", "pending", false}, {"pending", "approved", false},
	{"pending", "rejected", false},    {"approved", "expired", false},
	{"rejected", "pending", false},    {"expired", "pending", false},
};

static const struct transition REFUND_STEPS[] = {
	{"", "pending", false},
	{"pending", "succeeded", false},
	{"pending", "failed", false},
};

#define TABLE(steps)                                        \
	{                                                   \
		(steps), sizeof(steps) / sizeof((steps)[0]) \
	}
static const struct {
	const struct transition *steps;
	size_t count;
} TABLES[VOCAB_COUNT] = {
	[VOCAB_INVOICE] = TABLE(INVOICE_STEPS),
	[VOCAB_PAYMENT] = TABLE(PAYMENT_STEPS),
	[VOCAB_SETTLEMENT] = TABLE(SETTLEMENT_STEPS),
	[VOCAB_ORDER] = TABLE(ORDER_STEPS),
	[VOCAB_PAYOUT] = TABLE(PAYOUT_STEPS),
	[VOCAB_DEPOSIT] = TABLE(DEPOSIT_STEPS),
	[VOCAB_KYC] = TABLE(KYC_STEPS),
	[VOCAB_REFUND] = TABLE(REFUND_STEPS),
};
#undef TABLE

const struct transition *lifecycle_table(enum vocab v, size_t *ret_count)
{
	assert(v < VOCAB_COUNT);
	*ret_count = TABLES[v].count;
	return TABLES[v].steps;
}

/* The states a step of the table leads to from any state in the set; states are vocabulary
 * values, birth is 0. */
static unsigned long lifecycle_step(enum vocab v, unsigned long from)
{
	unsigned long to = 0;
	for (size_t i = 0; i < TABLES[v].count; i++) {
		const struct transition *t = &TABLES[v].steps[i];
		if (from & (1ul << vocab_parse(v, t->from)))
			to |= 1ul << vocab_parse(v, t->to);
	}
	return to;
}

bool lifecycle_allows(enum vocab v, const char *from, const char *to)
{
	int source = vocab_parse(v, from);
	int target = vocab_parse(v, to);
	if (target == 0 || (source == 0 && from != NULL && from[0] != '\0'))
		return false;
	return source == target || (lifecycle_step(v, 1ul << source) & (1ul << target)) != 0;
}

bool lifecycle_is_terminal(enum vocab v, const char *state)
{
	int value = vocab_parse(v, state);
	return value != 0 && lifecycle_step(v, 1ul << value) == 0;
}

bool lifecycle_is_over(enum vocab v, const char *state)
{
	const struct word *w = vocab_find(v, state);
	return w != NULL &&
	       (lifecycle_is_terminal(v, w->wire) || w->tone == TONE_GOOD || w->tone == TONE_BAD);
}

bool lifecycle_reaches(enum vocab v, const char *from, const char *to)
{
	int source = vocab_parse(v, from);
	int target = vocab_parse(v, to);
	if (target == 0 || (source == 0 && from != NULL && from[0] != '\0'))
		return false;
	unsigned long reached = lifecycle_step(v, 1ul << source);
	for (unsigned long before = 0; before != reached;) {
		before = reached;
		reached |= lifecycle_step(v, reached);
	}
	return (reached & (1ul << target)) != 0;
}
