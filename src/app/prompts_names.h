/*
 * Filters that were given a name: `:save late-ones` keeps the one in force, `@late-ones`
 * in a filter stands for it. A name in a filter is replaced by its text in parentheses
 * before the filter is read, so it can be negated and combined like any group.
 */
#ifndef PEPAYTOP_APP_PROMPTS_NAMES_H
#define PEPAYTOP_APP_PROMPTS_NAMES_H

#include "base/strbuf.h"
#include "ui/prompt.h"

#define NAMED_MAX      64
#define NAMED_NAME_CAP 32
#define NAMED_DEPTH    4 /* names within names */

struct named_filters {
	struct named_filter {
		char name[NAMED_NAME_CAP]; /* letters, digits, - and _ */
		char text[PROMPT_MAX + 1];
	} items[NAMED_MAX]; /* by name */
	size_t count;
};

/* NULL: there is none. */
const char *named_find(const struct named_filters *n, const char *name);
/* Replaces one of the same name. E_INVALID: no name, or a text that is too long; E_LIMIT. */
must_check enum status named_set(struct named_filters *n, const char *name, const char *text,
				 struct problem *reterr);
bool named_remove(struct named_filters *n, const char *name);
bool named_is_name(const char *s, size_t len);

/*
 * The filter with every @name replaced. On failure *ret_at is the byte of the name nobody knows.
 * E_LIMIT: it becomes longer than `ret` takes, or a name stands for itself.
 */
must_check enum status named_expand(const struct named_filters *n, const char *text,
				    struct strbuf *ret, size_t *ret_at, struct problem *reterr);
/* Where a byte of the expanded text comes from in `text`; inside of a name: where the name is. */
size_t named_place(const struct named_filters *n, const char *text, size_t expanded_at);

#endif
