/*
 * The keys, as a document, from the live key table: help cannot be wrong (F15).
 */
#ifndef PEPAYTOP_VIEWS_HELP_H
#define PEPAYTOP_VIEWS_HELP_H

#include "ui/keymap.h"
#include "views/doc.h"
#include "views/view.h"

/* A layer over the panes; tell it which keys right after view_open. */
extern const struct view_ops HELP_VIEW;
void help_show(struct view *v, const struct keymap *km, unsigned context);

/* Commands of `context` first, by group, then the filter grammar and what the glyphs mean. */
void help_build(struct doc *d, const struct keymap *km, unsigned context, bool ascii);

#endif
