/*
 * What a list shows: the rows of one kind that pass a query, in an order. New events are
 * appended and changed records moved, unless they are very many; anything else is built
 * again. Rows are the store's: valid until it changes next. A query that asks what is known
 * of events' objects looks at all of them again at most once in LISTING_AGAIN_MS.
 *
 * Who refreshes for every frame of a flood sets pace_ms before: then all rows are looked at
 * again at most once in LISTING_PACE_MS, and `behind` says when that is still to come.
 */
#ifndef PEPAYTOP_MODEL_LISTING_H
#define PEPAYTOP_MODEL_LISTING_H

#include "model/query.h"

#define LISTING_AGAIN_MS 1000
#define LISTING_PACE_MS  200

/*
 * What rows can be sorted by. What has no such thing comes last, whichever way round; equals are
 * newest first, and then by id.
 * X(constant, name, the field of a filter that says the same, does the greatest come first)
 */
#define SORT_KEYS(X)                                                                            \
	X(SORT_CREATED, "created", QF_AT, true) /* for events oldest first, as a log reads */   \
	X(SORT_UPDATED, "updated", QF_UPDATED, true)                                            \
	X(SORT_AMOUNT, "amount", QF_AMOUNT, true)                                               \
	X(SORT_STATUS, "status", QF_STATUS, false) /* by lifecycle; of events, by kind first */ \
	X(SORT_CUSTOMER, "customer", QF_CUSTOMER, false)                                        \
	X(SORT_ID, "id", QF_ID, false)                                                          \
	X(SORT_TYPE, "type", QF_TYPE, false)                                                    \
	X(SORT_OBJECT, "object", QF_ID, false) /* an event's */                                 \
	X(SORT_PAID, "paid", QF_PAID, true)                                                     \
	X(SORT_DUE, "due", QF_DUE, true)                                                        \
	X(SORT_FEE, "fee", QF_FEE, true)                                                        \
	X(SORT_ITEMS, "items", QF_ITEMS, true)                                                  \
	X(SORT_EXPIRES, "expires", QF_EXPIRES, false)                                           \
	X(SORT_ARRIVES, "arrives", QF_ARRIVES, false)                                           \
	X(SORT_FIAT, "fiat", QF_CURRENCY, true) /* by currency, then the amount in it */        \
	X(SORT_CHAIN, "chain", QF_CHAIN, false)                                                 \
	X(SORT_ADDRESS, "address", QF_ADDRESS, false)                                           \
	X(SORT_TX, "tx", QF_TX, false)                                                          \
	X(SORT_SETTLEMENT, "settlement", QF_SETTLEMENT, false)                                  \
	X(SORT_REFUND, "refund", QF_REFUND, false)                                              \
	X(SORT_ORDER, "order", QF_ORDER, false)                                                 \
	X(SORT_INVOICE, "invoice", QF_INVOICE, false)                                           \
	X(SORT_RETAILER, "retailer", QF_RETAILER, false)                                        \
	X(SORT_TRACKING, "tracking", QF_TRACKING, false)                                        \
	X(SORT_COUNTRY, "country", QF_COUNTRY, false)                                           \
	X(SORT_RAIL, "rail", QF_RAIL, false)                                                    \
	X(SORT_KYC, "kyc", QF_KYC, false)                                                       \
	X(SORT_NAME, "name", QF_NAME, false)                                                    \
	X(SORT_BANK, "bank", QF_BANK, false)                                                    \
	X(SORT_REASON, "reason", QF_REASON, false)

enum sort_key {
#define X(constant, name, field, greatest_first) constant,
	SORT_KEYS(X)
#undef X
		SORT_KEY_COUNT
};
const char *sort_key_name(enum sort_key k);
/* Do values go down the list, from great to small, late to early, Z to A? */
bool sort_key_descends(enum sort_key k, enum object_kind kind, bool reverse);

struct listing {
	enum object_kind kind; /* OBJECT_NONE: events */
	struct query *query;   /* owned; NULL: all */
	enum sort_key sort;
	bool reverse;
	const struct store *store; /* of the last refresh */
	const void **rows;         /* private */
	size_t count, cap;
	size_t total;          /* before the query */
	int64_t pace_ms;       /* the machine's clock; 0: everything is done at once */
	bool behind;           /* the last refresh put something off */
	size_t scanned;        /* private: events already looked at */
	uint64_t shuffled;     /* private: store_events_shuffled() then */
	uint64_t seen_version; /* private: of what the rows were made from */
	uint64_t seen_links;   /* private: the same of the other kinds a query may look at */
	int64_t seen_ms;       /* private: the time a query about age was asked */
	int64_t links_ms;      /* private: when seen_links was */
	int64_t built_ms;      /* private: pace_ms when all rows were looked at */
	int built_sort;        /* private: sort and direction of the rows; 0 = rebuild */
	char *id;              /* private: listing_id() of an event, ID_CAP; owned */
};

void listing_init(struct listing *l, enum object_kind kind, enum sort_key sort);
void listing_release(struct listing *l);
/* Takes q (NULL: all rows); the rows stay until the next refresh. `sort` and `reverse` may be
 * set by hand at any time: a refresh sees the change. */
void listing_set_query_take(struct listing *l, struct query *q);
void listing_refresh(struct listing *l, const struct store *st, int64_t now_ms);
/* The next refresh puts nothing off. */
void listing_hurry(struct listing *l);
/* Rows may be gone from the store since the last refresh: only a refresh may touch them. */
bool listing_is_broken(const struct listing *l, const struct store *st);
const struct event_row *listing_event(const struct listing *l, size_t i);
const struct record *listing_record(const struct listing *l, size_t i);
/* Id of row i, of the event or the object; valid until the next call. */
const char *listing_id(const struct listing *l, size_t i);

#endif
