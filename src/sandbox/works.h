/*
 * Work that the clock will do later and that a restart must not lose: a payment's
 * confirmation, a quote's end, the next attempt of a verification. Each runs in a
 * transaction of its own, at its own virtual time, and is gone when it has run;
 * what has more to do schedules itself again.
 */
#ifndef PEPAYTOP_SANDBOX_WORKS_H
#define PEPAYTOP_SANDBOX_WORKS_H

#include "sandbox/world.h"

/* X(constant, name in the ledger, what does it) */
#define WORKS(X)                                                         \
	X(WORK_PAYMENT_CONFIRM, "payment_confirm", work_payment_confirm) \
	X(WORK_PAYMENT_PROCESS, "payment_process", work_payment_process) \
	X(WORK_PAYMENT_SETTLE, "payment_settle", work_payment_settle)    \
	X(WORK_REFUND_SETTLE, "refund_settle", work_refund_settle)       \
	X(WORK_REFUND_SUCCEED, "refund_succeed", work_refund_succeed)    \
	X(WORK_KYC_REVIEW, "kyc_review", work_kyc_review)                \
	X(WORK_DEPOSIT_RECEIVE, "deposit_receive", work_deposit_receive) \
	X(WORK_DEPOSIT_CONFIRM, "deposit_confirm", work_deposit_confirm) \
	X(WORK_PAYOUT_PROCESS, "payout_process", work_payout_process)    \
	X(WORK_PAYOUT_PAY, "payout_pay", work_payout_pay)                \
	X(WORK_PAYOUT_RETURN, "payout_return", work_payout_return)       \
	X(WORK_QUOTE_EXPIRE, "quote_expire", work_quote_expire)          \
	X(WORK_VERIFY, "verify", work_verify)

enum work {
#define X(constant, name, act) constant,
	WORKS(X)
#undef X
		WORK_COUNT
};

/*
 * `subject` is the id of what it is about. E_CONFLICT, E_NOT_FOUND and E_DENIED mean that somebody
 * else was there first: what the act did is taken back, and the work is over. Acts draw from
 * numbers of their own, so that what clients start does not change what a scenario draws.
 */
#define X(constant, name, act) \
	must_check enum status act(struct world *w, const char *subject, struct problem *reterr);
WORKS(X)
#undef X

/* Inside a transaction. One of a kind for a subject: a later call moves it. */
must_check enum status work_schedule(struct world *w, enum work work, const char *subject,
				     int64_t due_ms, struct problem *reterr);
/* Fine when there was none. */
must_check enum status work_cancel(struct world *w, enum work work, const char *subject,
				   struct problem *reterr);
/* Whether anything is still to be done about a subject. */
bool work_waits(struct world *w, const char *subject);
/* When the earliest is due, or TIME_NONE. */
int64_t work_next_due_ms(struct world *w);
/* Runs the earliest, in its own transaction; E_NOT_FOUND when nothing is due at all. */
must_check enum status work_run_one(struct world *w, struct problem *reterr);

#endif
