/*
 * What of a subject can be copied: ids, addresses, hashes, the payment link, the note.
 */
#ifndef PEPAYTOP_VIEWS_DETAIL_COPIES_H
#define PEPAYTOP_VIEWS_DETAIL_COPIES_H

#include "views/tabs.h"

void detail_copy_id(struct copies *ret, const struct subject *what);
/* All the rest of it. */
void detail_copies(struct copies *ret, const struct subject_look *l);

#endif
