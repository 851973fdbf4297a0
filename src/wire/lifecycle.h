/*
 * What may follow what: one state machine an object kind, as pure tables. The
 * sandbox loads them into its ledger so that an impossible transition cannot be
 * stored; the dashboard uses them to keep a late event from taking an object
 * backwards and to mark a history that does not add up.
 * Source: pepay-contract 4.6, 5, 7.4, 7.7, 15.2, 15.3; what is inferred there is marked in the
 * table.
 */
#ifndef PEPAYTOP_WIRE_LIFECYCLE_H
#define PEPAYTOP_WIRE_LIFECYCLE_H

#include "wire/vocab.h"

struct transition {
	const char *from; /* "" = the object's birth */
	const char *to;
	bool documented; /* Pepay publishes it; false: inferred, or ours (contract 15) */
};

/* The table of a vocabulary, ended by count. Below, an unknown word is in no table: nothing
 * leads to it or out of it, and it is not terminal. A NULL `from` is "". */
const struct transition *lifecycle_table(enum vocab v, size_t *ret_count);
/* from "" asks whether an object may be born as `to`. Same state to same state is true. */
bool lifecycle_allows(enum vocab v, const char *from, const char *to);
/* No transition leads out of it. */
bool lifecycle_is_terminal(enum vocab v, const char *state);
/* Nothing more is waited for: it ended, or went well (a bank may still send a payout back), or
 * failed. */
bool lifecycle_is_over(enum vocab v, const char *state);
/* True when `to` can be reached from `from` in one or more steps: `from` is the older state. */
bool lifecycle_reaches(enum vocab v, const char *from, const char *to);

#endif
