/*
 * What may come next in a filter, for Tab: names of fields, then values; those that the
 * rows at hand really have come first.
 */
#ifndef PEPAYTOP_MODEL_QUERY_COMPLETE_H
#define PEPAYTOP_MODEL_QUERY_COMPLETE_H

#include "model/query.h"

#define COMPLETIONS_MAX 64

struct completion {
	char text[128]; /* what replaces the bytes from `from` to the cursor */
	char help[64];  /* "status of the object", "41 rows"; "" none */
};
struct completions {
	size_t from; /* byte where the word begins */
	struct completion items[COMPLETIONS_MAX];
	size_t count;
};
/* `kind`: of the rows that are filtered; OBJECT_NONE events. `at` is the cursor. */
void query_complete(const char *text, size_t at, const struct store *st, enum object_kind kind,
		    struct completions *ret);

#endif
