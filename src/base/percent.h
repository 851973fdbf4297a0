/*
 * Percent-encoding in a text that is read where it stands: a link may hold another link, so that a
 * byte is encoded more than once ("%3D", "%253D").
 */
#ifndef PEPAYTOP_BASE_PERCENT_H
#define PEPAYTOP_BASE_PERCENT_H

#include <stddef.h>

/* The length of an encoded byte at `at`, or 0. */
size_t percent_at(const char *text, size_t len, size_t at, unsigned char *ret_byte);
/* What stands before `at` as a person means it: of an encoded byte that byte (0x80 for all that is
 * no ASCII), ' ' at the beginning. */
char percent_before(const char *text, size_t at);

#endif
