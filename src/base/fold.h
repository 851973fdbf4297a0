/*
 * Text as people type it when they look for it: "lefevre" for "Lefèvre". Latin letters up to U+017F
 * lose what is on them (ß is ss, Œ is oe), Greek and Cyrillic capitals become small, accents that
 * stand by themselves go. Everything else stays as it is, bytes that are no UTF-8 too.
 */
#ifndef PEPAYTOP_BASE_FOLD_H
#define PEPAYTOP_BASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Never more bytes than `s` has; cut to `cap`, at a character. Returns how many. */
size_t fold_text(const char *s, char *ret, size_t cap);
bool fold_is_mark(uint32_t code_point);

#endif
