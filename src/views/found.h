/*
 * A look-up on the screen (product F8): what was recognised, where was looked and what
 * came of it, then the hits. It opens the one thing it is about by itself, as long as
 * nobody has moved; not found says where it looked and what to try.
 */
#ifndef PEPAYTOP_VIEWS_FOUND_H
#define PEPAYTOP_VIEWS_FOUND_H

#include "model/lookup.h"
#include "views/view.h"

extern const struct view_ops FOUND_VIEW;

/* Right after view_open: what is looked for. The text is copied, and wiped when it is closed. */
void found_begin(struct view *v, const char *text, const struct store *st, struct outbox *out);
/* For scripts and tests. */
const struct lookup *found_lookup(const struct view *v);

#endif
