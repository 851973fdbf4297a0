/*
 * Regular expressions of filters, by PCRE2. A text is matched in bounded steps; a pattern that
 * needs more spends from a budget, and once that is spent it matches nothing until it is filled
 * again: no pattern can hold the screen. Private to the model.
 */
#ifndef PEPAYTOP_MODEL_QUERY_REGEX_H
#define PEPAYTOP_MODEL_QUERY_REGEX_H

#include "base/status.h"

#define REGEX_STEPS        2000  /* of a text, before it costs */
#define REGEX_STEPS_COSTLY 50000 /* of a text, when it costs */
#define REGEX_BUDGET       40    /* texts that may cost */

struct regex;

struct regex_budget {
	unsigned left;
	bool spent; /* it ran out: what is shown is not all */
};
void regex_budget_fill(struct regex_budget *b);

/* UTF-8; ignores case unless the pattern has a capital letter of its own. On failure *ret_at is the
 * byte of the pattern and the problem says what is wrong. */
must_check enum status regex_compile(const char *pattern, size_t len, struct regex **ret,
				     size_t *ret_at, struct problem *reterr);
void regex_free(struct regex *re);
/* Any bytes: what is no UTF-8 in them matches nothing. */
bool regex_matches(const struct regex *re, const char *text, size_t len, struct regex_budget *b);
/* Might a text of these bytes alone match? For passing over texts that cannot. */
bool regex_may_match_among(const struct regex *re, const char *bytes);

#endif
