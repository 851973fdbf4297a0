/* What related.c and the story_*.c files share. */
#ifndef PEPAYTOP_MODEL_RELATED_PRIV_H
#define PEPAYTOP_MODEL_RELATED_PRIV_H

#include "model/related.h"
#include "model/store_priv.h"

/* An event's object where it is known, a session's invoice; else the subject itself. */
struct subject related_stands_for(const struct store *st, const struct subject *root);

#endif
