/* Shared by listing.c and listing_order.c. */
#ifndef PEPAYTOP_MODEL_LISTING_PRIV_H
#define PEPAYTOP_MODEL_LISTING_PRIV_H

#include "model/listing.h"
#include "model/store_priv.h"

void listing_add(struct listing *l, const void *row);
/* All rows, by l->sort and l->reverse. */
void listing_sort(struct listing *l);
/* Puts the records that changed since the last refresh where they belong now; false when they are
 * too many, or not known one by one: then nothing was done. */
bool listing_move_changed(struct listing *l, int64_t now_ms);

#endif
