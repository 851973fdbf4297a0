/*
 * Memory. Out of memory leaves through one door: a line on stderr and exit
 * status 70 (EX_SOFTWARE), after the hook set with alloc_on_failure() has run
 * (the terminal puts itself right there). So none of these returns NULL.
 */
#ifndef PEPAYTOP_BASE_ALLOC_H
#define PEPAYTOP_BASE_ALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);           /* zeroed; overflow-checked */
void *xrealloc(void *p, size_t count, size_t size); /* overflow-checked */
char *xstrdup(const char *s);
char *xmemdup0(const void *p, size_t len); /* copy of len bytes plus a NUL */

/*
 * Grows *items so that `need` elements fit, doubling; new space is not zeroed.
 * `*cap` counts elements. Usage: array_reserve((void **)&a->items, &a->cap, n, sizeof(*a->items)).
 */
void array_reserve(void **items, size_t *cap, size_t need, size_t element_size);

/* Runs before the process ends for lack of memory; must not allocate. */
void alloc_on_failure(void (*hook)(void));

#endif
