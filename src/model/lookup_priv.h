/*
 * The inside of a look-up, shared by the lookup*.c files.
 */
#ifndef PEPAYTOP_MODEL_LOOKUP_PRIV_H
#define PEPAYTOP_MODEL_LOOKUP_PRIV_H

#include "model/lookup.h"

/* What hits are in order of: by its own id; then how it says the text, then which of the scraps;
 * who goes by it, and a customer, before what only speaks of them. */
#define RANK_OWN  0
#define RANK_SAYS 100
static inline int rank_of(enum match match, size_t scrap, bool speaks_of_it)
{
	return RANK_SAYS * (1 + (int)match) + 2 * (int)scrap + speaks_of_it;
}

/* --- lookup.c --- */
/* Adds a hit, or betters the one of that subject. False: there is nothing new in it. */
bool lookup_add(struct lookup *l, const struct lookup_hit *hit);
/* The subject goes by its own id; of no record, when nothing is known of it but that. */
bool lookup_add_own(struct lookup *l, const struct store *st, enum lookup_place place,
		    const struct subject *what, size_t scrap);
/* An object that goes by what the most telling scrap says. */
bool lookup_is_settled(const struct lookup *l);

/* --- lookup_match.c --- */
/* Does a text say what is looked for? Never for a payment link. */
bool scrap_matches(const struct scrap *s, const char *text, enum match *ret);
/* Is it a member in which words that people type can be found by chance only? */
bool is_dull_member(const char *key);

/* --- lookup_window.c --- */
/* Looks at everything the store has; new hits are of `place`. */
void lookup_window(struct lookup *l, const struct store *st, enum lookup_place place);

/* --- lookup_ask.c --- */
void lookup_ask_history(struct lookup *l, struct outbox *out);
/* Decides what the server is asked, and asks. */
void lookup_ask_server(struct lookup *l, const struct store *st, struct outbox *out);
/* How the questions went; true when something changed. */
bool lookup_hear(struct lookup *l, const struct store *st, struct outbox *out);

#endif
