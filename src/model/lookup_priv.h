/*
 * The inside of a look-up, shared by the lookup*.c files.
 */
#ifndef PEPAYTOP_MODEL_LOOKUP_PRIV_H
#define PEPAYTOP_MODEL_LOOKUP_PRIV_H

#include "model/lookup.h"

struct entry;

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
/* The most telling scrap that is no secret link, or `scraps.count`: the one history is asked for.
 */
size_t lookup_plain(const struct lookup *l);
/* It is no text that anything could say. */
static inline bool is_quantity(const struct scrap *s)
{
	return s->kind == SCRAP_AMOUNT || s->kind == SCRAP_DATE;
}
/* An object goes by what this scrap says. */
bool lookup_has(const struct lookup *l, size_t scrap);

/* --- lookup_match.c --- */
/* Does a text say what is looked for? Never for a payment link. */
bool scrap_matches(const struct scrap *s, const char *text, enum match *ret);
/* Is it a member in which words that people type can be found by chance only? */
bool is_dull_member(const char *key);
/* Is it one of ids, hashes or addresses, in which words of a sentence stand by chance? */
bool is_id_member(const char *key);

/* --- lookup_names.c --- */
/* Says the text all words of the name, in any order, whatever accents either has? */
bool name_matches(const char *text, const char *name, bool *ret_begins);
bool is_word_byte(char c); /* letters and digits of any script */
/* Does a word of the text begin so? `anywhere`: or go on so. Both are folded. */
bool begins_word(const char *text, const char *word, bool anywhere);
/* How many letters it has: what says it is no shorter in bytes. */
size_t name_letters(const char *s);

/* --- lookup_window.c --- */
/* Looks at everything the store has; new hits are of `place`. */
void lookup_window(struct lookup *l, const struct store *st, enum lookup_place place);

/* What the object says of itself; a payment says nothing: then when that was stated. */
int64_t entry_ms(const struct entry *en);

/* --- lookup_nearly.c --- */
/* When nothing here says it: what says its words apart, or an id that is nearly it. */
void lookup_nearly(struct lookup *l, const struct store *st, enum lookup_place place);

/* --- lookup_amounts.c --- */
/* What says the amount that is scrap number `scrap`. */
void lookup_amounts(struct lookup *l, const struct store *st, size_t scrap,
		    enum lookup_place place);

/* --- lookup_ask.c --- */
void lookup_note(struct lookup *l, enum lookup_place place, enum load_state state,
		 const char *note);
/* False: the outbox has no room. */
bool lookup_ask(struct lookup *l, const struct request *rq, size_t scrap, struct outbox *out);
/* The same once more. False: the outbox has no room. */
bool lookup_ask_again(struct lookup_question *q, struct outbox *out);
void lookup_ask_history(struct lookup *l, struct outbox *out);
/* Decides what the server is asked, and asks. */
void lookup_ask_server(struct lookup *l, const struct store *st, struct outbox *out);
/* What is asked for, in words: "invoices". */
const char *lookup_asked_words(const struct request *rq);
/* " of this id", " of customer 8F": what was asked for, not what it may turn out to be. */
const char *lookup_asked_of(const struct request *rq, char ret[NAME_CAP + 16]);
void lookup_note_asking(struct lookup *l, const struct request *rq, const struct request *other);

/* --- lookup_plan.c --- */
/* Up to two requests; `then`: the second only if the first finds nothing. */
struct lookup_plan {
	struct request requests[3];
	size_t scraps[3]; /* they are asked for */
	size_t count;
	size_t scrap;
	bool then;
	const char *why_not;
};
void lookup_plan_make(struct lookup_plan *p, const struct lookup *l, const struct store *st);

/* --- lookup_links.c --- */
/* A link of nobody we know loses its secrets before anything is asked. */
void lookup_judge_links(struct lookup *l, const char *server, const struct store *st);
/* Adds that to what is said of the server; nothing where there is no such link. */
void lookup_note_foreign(const struct lookup *l, char *note, size_t cap);

/* --- lookup_hear.c --- */
/* How the questions went; true when something changed. */
bool lookup_hear(struct lookup *l, const struct store *st, struct outbox *out);

#endif
