/*
 * What a list shows: the rows of one kind that pass a query, in an order. New events
 * are appended and a few changed records moved; anything else is built again. Row
 * pointers are the store's: valid until the store changes next.
 */
#ifndef PEPAYTOP_MODEL_LISTING_H
#define PEPAYTOP_MODEL_LISTING_H

#include "model/query.h"

/* An X-macro when the sort menu comes. */
enum sort_key {
	SORT_CREATED, /* newest first; for events oldest first, as a log reads */
	SORT_UPDATED, /* latest first */
	SORT_AMOUNT,  /* largest first; what has none comes last */
	SORT_STATUS,  /* by lifecycle order, then newest first */
	SORT_CUSTOMER /* A to Z, then newest first; none comes last */
};

struct listing {
	enum object_kind kind; /* OBJECT_NONE: events */
	struct query *query;   /* owned; NULL: all */
	enum sort_key sort;
	bool reverse;
	const void **rows; /* struct event or struct record, by kind */
	size_t count, cap;
	size_t total;          /* before the query */
	size_t scanned;        /* private: events already looked at */
	uint64_t shuffled;     /* private: store_events_shuffled() then */
	uint64_t seen_version; /* private: of what the rows were made from */
	uint64_t seen_links;   /* private: the same of the other kinds a query may look at */
	int64_t seen_ms;       /* private: the time a query about age was asked */
	int built_sort;        /* private: sort and direction of the rows; 0 = rebuild */
};

void listing_init(struct listing *l, enum object_kind kind, enum sort_key sort);
void listing_release(struct listing *l);
/* Takes q (NULL: all rows); the rows stay until the next refresh. `sort` and `reverse` may be
 * set by hand at any time: a refresh sees the change. */
void listing_set_query_take(struct listing *l, struct query *q);
void listing_refresh(struct listing *l, const struct store *st, int64_t now_ms);
const struct event *listing_event(const struct listing *l, size_t i);
const struct record *listing_record(const struct listing *l, size_t i);
const char *listing_id(const struct listing *l, size_t i); /* id of row i: event id or object id */

#endif
