/*
 * What a person can look at: an object, an event, or something that is put together
 * from answers (a customer, a cart, a payment session).
 *
 * X(constant, word, noun on screen, its object kind)
 */
#ifndef PEPAYTOP_MODEL_SUBJECT_H
#define PEPAYTOP_MODEL_SUBJECT_H

#include "wire/objects.h"

#define SUBJECTS(X)                                                   \
	X(SUBJECT_EVENT, "event", "Event", OBJECT_NONE)               \
	X(SUBJECT_INVOICE, "invoice", "Invoice", OBJECT_INVOICE)      \
	X(SUBJECT_PAYMENT, "payment", "Payment", OBJECT_PAYMENT)      \
	X(SUBJECT_SESSION, "session", "Payment session", OBJECT_NONE) \
	X(SUBJECT_ORDER, "order", "Order", OBJECT_ORDER)              \
	X(SUBJECT_CART, "cart", "Cart", OBJECT_NONE)                  \
	X(SUBJECT_PAYOUT, "payout", "Payout", OBJECT_PAYOUT)          \
	X(SUBJECT_DEPOSIT, "deposit", "Deposit", OBJECT_DEPOSIT)      \
	X(SUBJECT_KYC, "kyc", "KYC", OBJECT_KYC)                      \
	X(SUBJECT_REFUND, "refund", "Refund", OBJECT_REFUND)          \
	X(SUBJECT_CUSTOMER, "customer", "Customer", OBJECT_NONE)      \
	X(SUBJECT_PRODUCT, "product", "Product", OBJECT_NONE)

enum subject_kind {
#define X(constant, word, noun, object) constant,
	SUBJECTS(X)
#undef X
		SUBJECT_KIND_COUNT
};

/* A session's id is its invoice's; a cart's, a KYC's and a customer's the customer's. */
struct subject {
	enum subject_kind kind;
	char id[NAME_CAP];
};

const char *subject_word(enum subject_kind k);
const char *subject_noun(enum subject_kind k);
enum object_kind subject_object(enum subject_kind k);
/* OBJECT_NONE: an event. */
enum subject_kind subject_of_object(enum object_kind k);
/* False when the id is empty or does not fit. */
bool subject_set(struct subject *s, enum subject_kind kind, const char *id);
bool subject_equal(const struct subject *a, const struct subject *b);

#endif
