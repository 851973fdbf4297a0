/*
 * Who a customer is, as far as orders, checks, bank accounts and payment pages tell: the answer to
 * "am I speaking to …?". Pure.
 */
#ifndef PEPAYTOP_MODEL_PERSON_H
#define PEPAYTOP_MODEL_PERSON_H

#include "model/related.h"

#define PERSON_VALUES_MAX 3
#define PERSON_VALUE_CAP  192

/* X(constant, label) */
#define PERSON_FACTS(X)            \
	X(PERSON_NAME, "name")     \
	X(PERSON_EMAIL, "e-mail")  \
	X(PERSON_PHONE, "phone")   \
	X(PERSON_TOWN, "ships to") \
	X(PERSON_HOLDER, "account of")

enum person_fact {
#define X(constant, label) constant,
	PERSON_FACTS(X)
#undef X
		PERSON_FACT_COUNT
};
const char *person_label(enum person_fact f);

/* The newest first, none twice however it is written; a name that was checked comes before all. */
struct person {
	struct person_values {
		char items[PERSON_VALUES_MAX][PERSON_VALUE_CAP];
		size_t count, more; /* that did not fit */
	} facts[PERSON_FACT_COUNT];
};
/* `theirs` is what belongs to a customer. A holder who goes by one of the names is left out. */
void person_build(struct person *p, const struct store *st, const struct related *theirs);
bool person_is_known(const struct person *p);

#endif
