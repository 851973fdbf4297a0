/*
 * Counts as people read them.
 */
#ifndef PEPAYTOP_VIEWS_COUNT_H
#define PEPAYTOP_VIEWS_COUNT_H

#include "base/strbuf.h"

#define COUNT_CAP 32

/* Grouped like money: "1,284". */
const char *count_words(char buf[COUNT_CAP], uint64_t n);

#endif
