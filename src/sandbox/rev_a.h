/*
 * The older revision of Pepay's documents, contract 3.5: the same objects with their
 * times as ISO-8601 strings. Put on at the edge, so that nothing behind it knows.
 */
#ifndef PEPAYTOP_SANDBOX_REV_A_H
#define PEPAYTOP_SANDBOX_REV_A_H

#include <stddef.h>

/*
 * The JSON text with every epoch second of a member that some shape calls a time turned into a
 * string; `created` of an event is a number in both revisions. malloc'd; NULL when it is not JSON.
 */
char *rev_a_text(const char *text, size_t len);

#endif
