/*
 * Small readings of argument text that options and scripts share.
 */
#ifndef PEPAYTOP_APP_OPTIONS_VALUES_H
#define PEPAYTOP_APP_OPTIONS_VALUES_H

#include "base/status.h"

/* Whole decimal numbers, digits only (one leading '-' for int64): E_INVALID, or E_LIMIT when it
 * does not fit. */
must_check enum status value_uint64(const char *text, uint64_t *ret);
must_check enum status value_int64(const char *text, int64_t *ret);
/* "2G", "500M", "64K", "1000": bytes. */
must_check enum status value_bytes(const char *text, int64_t *ret);
/* "120x40", within the largest grid; E_INVALID or E_LIMIT. */
must_check enum status value_size(const char *text, int *ret_width, int *ret_height);
/* Edits (insert, delete, replace, swap of neighbours) between two words, for suggestions. */
unsigned value_distance(const char *a, const char *b);
/* The nearest of `count` words when it is near enough to be what was meant, or NULL. */
const char *value_nearest(const char *word, const char *const *words, size_t count);

#endif
