/*
 * What a person can look at: an object, an event, or something that is put together
 * from answers (a customer, a cart, a payment session).
 *
 * X(constant, word, noun on screen, letter after `g`, its object kind)
 */
#ifndef PEPAYTOP_MODEL_SUBJECT_H
#define PEPAYTOP_MODEL_SUBJECT_H

#include "wire/objects.h"

#define SUBJECTS(X)                                                        \
	X(SUBJECT_EVENT, "event", "Event", 'e', OBJECT_NONE)               \
	X(SUBJECT_INVOICE, "invoice", "Invoice", 'i', OBJECT_INVOICE)      \
	X(SUBJECT_PAYMENT, "payment", "Payment", 'p', OBJECT_PAYMENT)      \
	X(SUBJECT_SESSION, "session", "Payment session", 's', OBJECT_NONE) \
	X(SUBJECT_ORDER, "order", "Order", 'o', OBJECT_ORDER)              \
	X(SUBJECT_CART, "cart", "Cart", 'c', OBJECT_NONE)                  \
	X(SUBJECT_PAYOUT, "payout", "Payout", 'b', OBJECT_PAYOUT)          \
	X(SUBJECT_DEPOSIT, "deposit", "Deposit", 'd', OBJECT_DEPOSIT)      \
	X(SUBJECT_KYC, "kyc", "KYC", 'k', OBJECT_KYC)                      \
	X(SUBJECT_REFUND, "refund", "Refund", 'r', OBJECT_REFUND)          \
	X(SUBJECT_CUSTOMER, "customer", "Customer", 'u', OBJECT_NONE)      \
	X(SUBJECT_PRODUCT, "product", "Product", '\0', OBJECT_NONE)

enum subject_kind {
#define X(constant, word, noun, letter, object) constant,
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
char subject_letter(enum subject_kind k); /* '\0': none */
enum object_kind subject_object(enum subject_kind k);
/* OBJECT_NONE: an event. */
enum subject_kind subject_of_object(enum object_kind k);
/* False when the id is empty or does not fit. */
bool subject_set(struct subject *s, enum subject_kind kind, const char *id);
bool subject_equal(const struct subject *a, const struct subject *b);

#endif
