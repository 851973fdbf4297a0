/*
 * Pepay's words: every enumeration the contract names, one X-macro each. The
 * enum, its spelling on the wire, its words for a person and what colour means
 * all expand from here. Value 0 is "unknown": a word this build has not heard of,
 * which is kept as text and shown as it came, never dropped (faults D15).
 *
 * X(name, wire word, words for a person, tone)
 */
#ifndef PEPAYTOP_WIRE_VOCAB_H
#define PEPAYTOP_WIRE_VOCAB_H

#include "base/status.h"

/* What a state means to a person who is watching; the theme gives it a colour and a glyph. */
enum tone {
	TONE_NEUTRAL, /* nothing to judge, or unknown */
	TONE_WAITING, /* normal, not finished */
	TONE_ACTIVE,  /* moving right now */
	TONE_GOOD,    /* finished well */
	TONE_WARN,    /* someone should look */
	TONE_BAD,     /* failed */
	TONE_DEAD     /* over, nothing owed */
};

/* contract 4.6 */
#define INVOICE_STATUSES(X)                                       \
	X(INVOICE_UNPAID, "unpaid", "unpaid", TONE_WAITING)       \
	X(INVOICE_UNDERPAID, "underpaid", "underpaid", TONE_WARN) \
	X(INVOICE_PAID, "paid", "paid", TONE_GOOD)                \
	X(INVOICE_EXPIRED, "expired", "expired", TONE_DEAD)       \
	X(INVOICE_CANCELED, "canceled", "canceled", TONE_DEAD)

/* contract 5 */
#define PAYMENT_STATUSES(X)                                        \
	X(PAYMENT_PENDING, "pending", "seen", TONE_ACTIVE)         \
	X(PAYMENT_UNDERPAID, "underpaid", "too little", TONE_WARN) \
	X(PAYMENT_CONFIRMED, "confirmed", "confirmed", TONE_GOOD)  \
	X(PAYMENT_MANUAL_RETRY, "manual_retry", "manual retry", TONE_WARN)

#define SETTLEMENT_STATUSES(X)                                               \
	X(SETTLEMENT_PENDING, "pending", "settlement pending", TONE_WAITING) \
	X(SETTLEMENT_PROCESSING, "processing", "settling", TONE_ACTIVE)      \
	X(SETTLEMENT_MANUAL, "manual", "manual settlement", TONE_WARN)       \
	X(SETTLEMENT_FAILED, "failed", "settlement failed", TONE_BAD)        \
	X(SETTLEMENT_SETTLED, "settled", "settled", TONE_GOOD)

/* contract 7.4 */
#define ORDER_STATUSES(X)                                                             \
	X(ORDER_PENDING_PAYMENT, "pending_payment", "awaiting payment", TONE_WAITING) \
	X(ORDER_PROCESSING, "processing", "processing", TONE_ACTIVE)                  \
	X(ORDER_PLACED, "placed", "placed", TONE_ACTIVE)                              \
	X(ORDER_SHIPPED, "shipped", "shipped", TONE_ACTIVE)                           \
	X(ORDER_DELIVERED, "delivered", "delivered", TONE_GOOD)                       \
	X(ORDER_CANCELLED, "cancelled", "cancelled", TONE_DEAD)                       \
	X(ORDER_FAILED, "failed", "failed", TONE_BAD)

/* contract 15.3 (local extension) */
#define PAYOUT_STATUSES(X)                                            \
	X(PAYOUT_QUEUED, "queued", "queued", TONE_WAITING)            \
	X(PAYOUT_PROCESSING, "processing", "processing", TONE_ACTIVE) \
	X(PAYOUT_PAID, "paid", "in the bank", TONE_GOOD)              \
	X(PAYOUT_FAILED, "failed", "failed", TONE_BAD)                \
	X(PAYOUT_RETURNED, "returned", "returned", TONE_BAD)          \
	X(PAYOUT_CANCELED, "canceled", "canceled", TONE_DEAD)

#define DEPOSIT_STATUSES(X)                                                         \
	X(DEPOSIT_AWAITING_FUNDS, "awaiting_funds", "awaiting funds", TONE_WAITING) \
	X(DEPOSIT_RECEIVED, "received", "received", TONE_ACTIVE)                    \
	X(DEPOSIT_CONFIRMED, "confirmed", "confirmed", TONE_GOOD)                   \
	X(DEPOSIT_FAILED, "failed", "failed", TONE_BAD)                             \
	X(DEPOSIT_RETURNED, "returned", "returned", TONE_BAD)

#define KYC_STATUSES(X)                                                \
	X(KYC_NOT_STARTED, "not_started", "not started", TONE_NEUTRAL) \
	X(KYC_PENDING, "pending", "in review", TONE_WAITING)           \
	X(KYC_APPROVED, "approved", "approved", TONE_GOOD)             \
	X(KYC_REJECTED, "rejected", "rejected", TONE_BAD)              \
	X(KYC_EXPIRED, "expired", "expired", TONE_WARN)

#define REFUND_STATUSES(X)                                       \
	X(REFUND_PENDING, "pending", "pending", TONE_ACTIVE)     \
	X(REFUND_SUCCEEDED, "succeeded", "succeeded", TONE_GOOD) \
	X(REFUND_FAILED, "failed", "failed", TONE_BAD)

/* Every vocabulary of states: (constant, type, list, first unknown) */
#define VOCABULARIES(X)                                                                 \
	X(VOCAB_INVOICE, invoice_status, INVOICE_STATUSES, INVOICE_UNKNOWN)             \
	X(VOCAB_PAYMENT, payment_status, PAYMENT_STATUSES, PAYMENT_UNKNOWN)             \
	X(VOCAB_SETTLEMENT, settlement_status, SETTLEMENT_STATUSES, SETTLEMENT_UNKNOWN) \
	X(VOCAB_ORDER, order_status, ORDER_STATUSES, ORDER_UNKNOWN)                     \
	X(VOCAB_PAYOUT, payout_status, PAYOUT_STATUSES, PAYOUT_UNKNOWN)                 \
	X(VOCAB_DEPOSIT, deposit_status, DEPOSIT_STATUSES, DEPOSIT_UNKNOWN)             \
	X(VOCAB_KYC, kyc_status, KYC_STATUSES, KYC_UNKNOWN)                             \
	X(VOCAB_REFUND, refund_status, REFUND_STATUSES, REFUND_UNKNOWN)

#define X(name, wire, words, tone) name,
enum invoice_status { INVOICE_UNKNOWN, INVOICE_STATUSES(X) };
enum payment_status { PAYMENT_UNKNOWN, PAYMENT_STATUSES(X) };
enum settlement_status { SETTLEMENT_UNKNOWN, SETTLEMENT_STATUSES(X) };
enum order_status { ORDER_UNKNOWN, ORDER_STATUSES(X) };
enum payout_status { PAYOUT_UNKNOWN, PAYOUT_STATUSES(X) };
enum deposit_status { DEPOSIT_UNKNOWN, DEPOSIT_STATUSES(X) };
enum kyc_status { KYC_UNKNOWN, KYC_STATUSES(X) };
enum refund_status { REFUND_UNKNOWN, REFUND_STATUSES(X) };
#undef X

enum vocab {
#define X(constant, type, list, unknown) constant,
	VOCABULARIES(X)
#undef X
		VOCAB_COUNT
};

struct word {
	const char *wire;  /* spelling on the wire */
	const char *words; /* for a person */
	enum tone tone;
};

/* 0 when the word is not in the vocabulary. Also reads "cancelled"/"canceled" either way. */
int vocab_parse(enum vocab v, const char *wire);
/* The word for a value, or for 0 an entry whose wire is "" and words "unknown". */
const struct word *vocab_word(enum vocab v, int value);
/* The word for text from the wire; NULL when unknown. */
const struct word *vocab_find(enum vocab v, const char *wire);
size_t vocab_count(enum vocab v); /* values 1..count */

#endif
