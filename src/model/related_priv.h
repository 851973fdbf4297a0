/* What related*.c and the story_*.c files share. */
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

struct weave {
	struct related *r;
	struct quick quick; /* its items */
	const struct store *st;
	struct subject at; /* what the root stands for: an event's object, a session's invoice */
};
void weave_add(struct weave *w, enum relation relation, enum subject_kind kind, const char *id,
	       bool same_payment);
void weave_add_object(struct weave *w, enum object_kind kind, const char *id); /* same payment */
void weave_note_entry(struct weave *w, const struct entry *en);                /* whose it is */
/* What the events in it are about; NULL is fine. */
void weave_add_dossier(struct weave *w, const struct dossier *d);
int entries_newest_first(const void *pa, const void *pb); /* of struct entry *, by kind before */
const struct dossier *related_dossier(const struct store *st, const struct subject *s);

/* related_purchase.c: of an invoice, a payment, an order or a refund. */
void weave_purchase(struct weave *w);

/* An event's object where it is known, a session's invoice; else the subject itself. */
struct subject related_stands_for(const struct store *st, const struct subject *root);
/* The invoice an object is or says it belongs to; "" none. */
const char *related_invoice_of(const struct object *o);

#endif
