/*
 * What a detail has asked for, so that its subject is whole; how that goes is the
 * store's to tell (model/answers.h).
 */
#ifndef PEPAYTOP_VIEWS_ASKS_H
#define PEPAYTOP_VIEWS_ASKS_H

#include "model/story.h"

#define ASKS_MAX 32

struct asks {
	struct subject what;
	struct request items[ASKS_MAX];
	bool known[ASKS_MAX];   /* the store has been told of it */
	bool dropped[ASKS_MAX]; /* nobody is there to answer: a recording has no server */
	bool let_go[ASKS_MAX];  /* answered, but the store had no room to keep it */
	size_t count;
	const struct store *store; /* that was asked */
	uint64_t forgotten;        /* answers it had let go of */
	int64_t mono_ms;           /* of the last asks_missing() */
	int64_t dossier_mono_ms;   /* when the dossier was asked for; 0: before that */
};

/* Asks everything there is to ask about it. */
void asks_begin(struct asks *a, const struct store *st, const struct subject *what,
		struct outbox *out);
/* All of it once more. */
void asks_again(struct asks *a, const struct store *st, struct outbox *out);
/* What came to light to be missing since; nothing that was asked is asked twice, unless the store
 * is another one. What the store let go of is asked for by asks_again() only, and what has
 * grown since at a pace, by a clock that only goes on. */
void asks_missing(struct asks *a, const struct store *st, int64_t mono_ms, struct outbox *out);
/* Before a product is opened: which shop it is of, which its id does not say. What is already in
 * the outbox is not asked again. */
void asks_product(struct outbox *out, const char *id, const char *retailer);
/* How one of them goes. NOT_ASKED: it is on its way, or was dropped. That there is none of what
 * belongs to the subject is an answer, too. */
void asks_state(const struct asks *a, const struct store *st, size_t index, struct asked *ret);
size_t asks_count(const struct asks *a, const struct store *st, enum load_state state);
/* Is this, or any of it, still to come? What was dropped or let go of is not. */
bool asks_awaits(const struct asks *a, size_t index, const struct asked *how);
bool asks_wait(const struct asks *a, const struct store *st);
/* "the invoice", "its refunds". */
const char *asks_words(const struct request *rq);
/* The events on disk that were asked for, or NULL. */
const struct dossier *asks_dossier(const struct asks *a, const struct store *st);

#endif
