/*
 * What a list shows: the rows of one kind that pass a query, in an order. Rebuilt
 * from the store when it changed; appending events is incremental. Row pointers
 * are the store's: valid until the store changes next.
 */
#ifndef PEPAYTOP_MODEL_LISTING_H
#define PEPAYTOP_MODEL_LISTING_H

#include "model/query.h"

enum sort_key { /* X-macro when the sort menu comes */
	SORT_CREATED, /* newest first; for events oldest first, as a log reads */
	SORT_UPDATED,
	SORT_AMOUNT,
	SORT_STATUS,  /* by lifecycle order, then newest first */
	SORT_CUSTOMER
};

struct listing {
	enum object_kind kind; /* OBJECT_NONE: events */
	struct query *query;   /* owned; NULL: all */
	enum sort_key sort;
	bool reverse;
	const void **rows;     /* struct event or struct record, by kind */
	size_t count, cap;
	size_t total;          /* before the query */
	size_t scanned;        /* private: events already looked at */
	uint64_t shuffled;     /* private: store_events_shuffled() then */
};

void listing_init(struct listing *l, enum object_kind kind, enum sort_key sort);
void listing_release(struct listing *l);
void listing_set_query_take(struct listing *l, struct query *q); /* marks for rebuild */
void listing_refresh(struct listing *l, const struct store *st, int64_t now_ms);
const struct event *listing_event(const struct listing *l, size_t i);
const struct record *listing_record(const struct listing *l, size_t i);
const char *listing_id(const struct listing *l, size_t i); /* id of row i: event id or object id */

#endif
