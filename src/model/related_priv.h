/* What related.c and the story_*.c files share. */
#ifndef PEPAYTOP_MODEL_RELATED_PRIV_H
#define PEPAYTOP_MODEL_RELATED_PRIV_H

#include "model/related.h"
#include "model/store_priv.h"

/* Finds one of a few things by kind and id without looking at them all: places of numbers from 1,
 * of at most half as many things. */
#define QUICK_PLACES 512
struct quick {
	uint16_t numbers[QUICK_PLACES];
};
size_t quick_place(int kind, const char *id);
static inline size_t quick_after(size_t place)
{
	return (place + 1) % QUICK_PLACES;
}

/* An event's object where it is known, a session's invoice; else the subject itself. */
struct subject related_stands_for(const struct store *st, const struct subject *root);
/* The invoice an object is or says it belongs to; "" none. */
const char *related_invoice_of(const struct object *o);

#endif
