/*
 * What belongs to what: from any subject to the others of the same payment, order or
 * customer. From the records of the store, the answers and the dossier; pure.
 */
#ifndef PEPAYTOP_MODEL_RELATED_H
#define PEPAYTOP_MODEL_RELATED_H

#include "model/answers.h"
#include "model/subject.h"

#define RELATED_MAX 200

/* X(constant, words: "the … of this") */
#define RELATIONS(X)                           \
	X(RELATION_SELF, "this")               \
	X(RELATION_INVOICE, "invoice")         \
	X(RELATION_PAYMENT, "payment")         \
	X(RELATION_SESSION, "payment session") \
	X(RELATION_ORDER, "order")             \
	X(RELATION_CART, "cart")               \
	X(RELATION_REFUND, "refund")           \
	X(RELATION_CUSTOMER, "customer")       \
	X(RELATION_KYC, "KYC")                 \
	X(RELATION_PAYOUT, "payout")           \
	X(RELATION_RETRIES, "retries")         \
	X(RELATION_RETRIED_BY, "retried by")   \
	X(RELATION_DEPOSIT, "deposit")

enum relation {
#define X(constant, words) constant,
	RELATIONS(X)
#undef X
		RELATION_COUNT
};
const char *relation_words(enum relation r);

struct related_item {
	enum relation relation;
	struct subject subject;
	bool same_payment; /* part of the life of this one payment; else the same customer's */
	bool known;        /* the store has it, or its answer; otherwise only its id is */
};
struct related {
	struct subject root;
	struct related_item items[RELATED_MAX]; /* without the root; the payment's own first, each
						   kind newest first */
	size_t count;
	bool cut;
	char customer[NAME_CAP]; /* "" unknown */
};
void related_build(struct related *r, const struct store *st, const struct subject *root);
/* The first of a kind, or NULL: where `g` and its letter go. */
const struct related_item *related_first(const struct related *r, enum subject_kind kind);

#endif
