/* Shared by listing.c, listing_keys.c and listing_order.c. */
#ifndef PEPAYTOP_MODEL_LISTING_PRIV_H
#define PEPAYTOP_MODEL_LISTING_PRIV_H

#include "model/listing.h"
#include "model/query_priv.h"
#include "model/store_priv.h"

/* What a row is sorted by, taken out once so that sorting does not chase pointers. */
struct sort_row {
	int64_t key;
	const char *text; /* after key; "" = nothing */
	int64_t then;     /* after text: newest first is a negated time */
	const void *row;
	bool owned;   /* the text is nobody else's */
	bool missing; /* comes last, either way round */
};

/* How two rows are compared. */
struct ordering {
	const struct store *store;
	enum object_kind kind;
	int direction; /* -1: reversed */
};

/* Takes out of rows what they are sorted by. */
struct sorter {
	const struct listing *listing;
	enum query_field field; /* an object says it */
	bool of_object;         /* it has to be unpacked */
	bool largest_first;
	struct facts facts;
	struct record record;
};

/* listing_sort.c */
struct ordering ordering_of(const struct listing *l);
int sort_row_compare(const struct ordering *o, const struct sort_row *a, const struct sort_row *b);
void sort_rows(const struct ordering *o, struct sort_row *rows, size_t count);
/* The same of very many: puts what each is of into ret, in order; the rows end up in any. */
void sort_rows_out(const struct ordering *o, struct sort_row *rows, size_t count, const void **ret);

/* listing_keys.c */
void sorter_init(struct sorter *s, const struct listing *l);
struct sort_row sorter_take(struct sorter *s, const void *row); /* release what it owns */
void sort_row_release(struct sort_row *r);
int64_t listing_created_ms(const struct listing *l, const void *row);
/* The order says something of records of other kinds. */
bool listing_sorts_by_links(const struct listing *l);

void listing_add(struct listing *l, const void *row);
/* All rows, by l->sort and l->reverse. */
void listing_sort(struct listing *l);
/* The rows from `old` on are new: puts them among the others, which are in order. */
void listing_merge_new(struct listing *l, size_t old);
/* Puts the records that changed since the last refresh where they belong now; false when they are
 * too many, or not known one by one: then nothing was done. */
bool listing_move_changed(struct listing *l, int64_t now_ms);

#endif
