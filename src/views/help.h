/*
 * The keys, as a document, from the live key table: help cannot be wrong (F15).
 */
#ifndef PEPAYTOP_VIEWS_HELP_H
#define PEPAYTOP_VIEWS_HELP_H

#include "ui/keymap.h"
#include "views/doc.h"

/* Commands of `context` first, by group, then the filter grammar and what the glyphs mean. */
void help_build(struct doc *d, const struct keymap *km, unsigned context, bool ascii);

#endif
