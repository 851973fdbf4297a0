/*
 * A scenario as data: what happens in the shop, when, to whom. docs/SCENARIOS.md
 * is the manual of the format; scenario_verbs.c and scenario_values.c are its
 * vocabulary, one row a verb and one row a word. director_script.c plays it.
 */
#ifndef PEPAYTOP_SANDBOX_SCENARIO_H
#define PEPAYTOP_SANDBOX_SCENARIO_H

#include "sandbox/director_private.h"

#define SCENARIO_BYTES_MAX  65536
#define SCENARIO_CUES_MAX   2000 /* lines that happen */
#define SCENARIO_BLOCKS_MAX 100
#define SCENARIO_NAME_CAP   32
#define SCENARIO_TITLE_CAP  128

enum actor_kind {
	ACTOR_NONE,
	ACTOR_CUSTOMER,
	ACTOR_INVOICE,
	ACTOR_ORDER,
	ACTOR_PAYOUT,
	ACTOR_DEPOSIT,
	ACTOR_KINDS
};

/* What a line may say after its verb: X(id, keyword or what a bare value is, how it is read,
 * what it must be). Words below BARE_WORDS stand alone, straight after the name. */
#define WORDS(X)                                                                              \
	X(SHARE, "how much", share, "full, a percentage (60%, 40%..60%) or dollars")          \
	X(STATE, "state", settlement, "processing, settled, manual or failed")                \
	X(FAILURE, "code", failure, "a failure code")                                         \
	X(RETURN, "code", return, "a return code")                                            \
	X(CAPTION, "caption", text, "what to say, in quotes")                                 \
	X(AMOUNT, "amount", money, "dollars, such as 49.99 or 10..90")                        \
	X(CUSTOMER, "customer", customer, "new, known or a customer's name")                  \
	X(COUNTRY, "country", country, "a two-letter country code that money can go to")      \
	X(DESCRIPTION, "description", text, "text in quotes")                                 \
	X(EXPIRES, "expires", duration, "a duration from 1s to 366d, such as 30s or 10s..2m") \
	X(ITEMS, "items", items, "a number of different goods, 1 to 3")                       \
	X(NETWORK, "network", network, "a network, such as base or solana")                   \
	X(CARRIER, "carrier", text, "text in quotes")                                         \
	X(TRACKING, "tracking", text, "text in quotes")                                       \
	X(NAMED, "name", text, "text in quotes")                                              \
	X(REASON, "reason", text, "text in quotes")

enum cue_word {
#define X(id, keyword, how, must_be) WORD_##id,
	WORDS(X)
#undef X
		WORD_COUNT
};
#define BARE_WORDS WORD_AMOUNT

struct span {
	int64_t least, most; /* drawn between, both included */
};

struct value {
	bool said;
	struct span span;
	char *text; /* or NULL */
};

/* What a verb does to one kind of actor; the same verb may have a row for each kind. */
struct verb {
	const char *name;
	enum actor_kind kind; /* ACTOR_NONE: it has no actor */
	enum { TAKES, MAKES, MAKES_OR_TAKES } how;
	struct step step;
	unsigned words; /* 1u << WORD_… that may follow */
};
const struct verb *scenario_verbs(size_t *ret_count);
const char *scenario_actor_words(enum actor_kind kind); /* "an invoice" */

struct actor_ref {
	bool outer; /* of the scenario itself, seen from a block that is told again and again */
	size_t index;
};

/* One line that happens. */
struct cue {
	int line;
	bool from_start; /* `wait` counts from the block's start, not from the line before */
	struct span wait;
	unsigned chance;         /* percent */
	const struct verb *verb; /* NULL: `every` */
	struct actor_ref actor;
	struct actor_ref customer; /* who a CUSTOMER word names; index SIZE_MAX: nobody */
	struct value values[WORD_COUNT];
	/* every */
	size_t block;
	struct span gap;
	int64_t times;    /* INT64_MAX: for ever */
	int64_t until_ms; /* from the scenario's start; INT64_MAX: for ever */
};

struct actor {
	char name[SCENARIO_NAME_CAP];
	enum actor_kind kind;
};

/* Lines that are told together; block 0 is the scenario itself. */
struct block {
	struct cue *cues;
	size_t count, cap;
	struct actor *actors;
	size_t actor_count, actor_cap;
};

struct scenario {
	char name[SCENARIO_NAME_CAP], title[SCENARIO_TITLE_CAP];
	uint64_t seed;  /* goes into what the scenario draws, beside the world's own; 0: not said */
	bool past;      /* a day of history before it */
	double rate;    /* events a second of the shop's own life; 0: it has none */
	int mix[CASTS]; /* how many stories of each cast in comparison; all 0: as the demo's */
	struct block *blocks;
	size_t block_count, block_cap;
	size_t cue_count;
};

/*
 * E_INVALID or E_LIMIT for a text that is no scenario: "origin:line: why", and what is allowed. The
 * same text gives the same scenario, always.
 */
must_check enum status scenario_parse(const char *text, size_t len, const char *origin,
				      struct scenario **ret, struct problem *reterr);
void scenario_free(struct scenario *s);
/* A built-in one by name, or else a file by path. E_NOT_FOUND when it is neither. */
must_check enum status scenario_open(const char *name_or_path, struct scenario **ret,
				     struct problem *reterr);

/* --- built in (scenario_builtin.c, made by scenarios/embed.sh from scenarios/) --- */
struct builtin_scenario {
	const char *name, *title, *text;
};
const struct builtin_scenario *scenario_builtins(size_t *ret_count);
const struct builtin_scenario *scenario_builtin(const char *name); /* or NULL */

/* --- what a line says, for the acts (scenario_values.c) --- */
/* A drawn number, or `otherwise`; a NULL cue says nothing. */
int64_t cue_number(const struct cue *c, enum cue_word word, struct rng *r, int64_t otherwise);
const char *cue_text(const struct cue *c, enum cue_word word, const char *otherwise);
bool cue_says(const struct cue *c, enum cue_word word);

#endif
