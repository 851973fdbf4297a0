/*
 * What a view or a command asks the REST thread, or the archive, to do. A plain
 * value: copied into the queue, nothing owned.
 */
#ifndef PEPAYTOP_BUS_REQUEST_H
#define PEPAYTOP_BUS_REQUEST_H

#include "base/rng.h"
#include "bus/findings.h"
#include "wire/answers.h"
#include "wire/payor.h"

/* Who can answer. */
enum asked_of { OF_SERVER, OF_HISTORY };

/* X(constant, words for a person, is it a write, who is asked, is it answered by one message) */
#define REQUEST_KINDS(X)                                                                         \
	X(REQUEST_CAPABILITIES, "capabilities", 0, OF_SERVER, 1)                                 \
	X(REQUEST_LIST, "list", 0, OF_SERVER,                                                    \
	  1) /* of `object`, a page of `limit` after `cursor` */                                 \
	X(REQUEST_EVENTS, "recent events", 0, OF_SERVER, 1)                                      \
	X(REQUEST_GET, "look up", 0, OF_SERVER, 1) /* one `object` by `target` */                \
	X(REQUEST_INVOICE_CANCEL, "cancel invoice", 1, OF_SERVER, 1)                             \
	X(REQUEST_ORDER_CANCEL, "cancel order", 1, OF_SERVER, 1)                                 \
	/* `limit` events older than the event `cursor`: MSG_EVENTS, SOURCE_HISTORY */           \
	X(REQUEST_OLDER, "older events", 0, OF_HISTORY, 1)                                       \
	/* one event whole, by `target`: MSG_EVENT, or MSG_FAILED */                             \
	X(REQUEST_EVENT, "event", 0, OF_HISTORY, 1)                                              \
	/* the newest `limit` incidents: MSG_INCIDENT each, oldest first */                      \
	X(REQUEST_INCIDENTS, "incidents", 0, OF_HISTORY, 0)                                      \
	/* objects that say `target` somewhere: MSG_FINDINGS */                                  \
	X(REQUEST_FIND, "look up in the history", 0, OF_HISTORY, 1)                              \
	/* all events of `object` `target` and what belongs to it; OBJECT_NONE: of a customer */ \
	X(REQUEST_DOSSIER, "the whole story", 0, OF_HISTORY, 1)                                  \
	/* `ack` is kept; no answer */                                                           \
	X(REQUEST_ACK, "acknowledge", 0, OF_HISTORY, 0)                                          \
	/* one event by `target`: MSG_EVENTS, SOURCE_REST */                                     \
	X(REQUEST_EVENT_FETCH, "look up an event", 0, OF_SERVER, 1)                              \
	/* a payment session, by `pass`, or by the invoice `target` (local extension) */         \
	X(REQUEST_SESSION, "payment session", 0, OF_SERVER, 1)                                   \
	/* the cart of customer `target`, or of wallet `target` on network `word` */             \
	X(REQUEST_CART, "cart", 0, OF_SERVER, 1)                                                 \
	X(REQUEST_PRODUCTS, "search products", 0, OF_SERVER, 1) /* by `target` */                \
	X(REQUEST_PRODUCT, "product", 0, OF_SERVER,                                              \
	  1) /* `target` with its offers; retailer `word`                                        \
	      */

enum request_kind {
#define X(constant, words, write, asked_of, answered) constant,
	REQUEST_KINDS(X)
#undef X
		REQUEST_KIND_COUNT
};
const char *request_kind_words(enum request_kind k);
bool request_kind_is_write(enum request_kind k);
enum asked_of request_kind_asked_of(enum request_kind k);
bool request_kind_is_answered(enum request_kind k);

/* Which rows of a LIST: all, or those of `target`. */
enum list_of { LIST_ALL, LIST_OF_CUSTOMER, LIST_OF_WALLET, LIST_OF_INVOICE };

struct request {
	enum request_kind kind;
	uint64_t serial;         /* given by outbox_add; the answer carries it back */
	enum object_kind object; /* LIST, GET, DOSSIER */
	enum list_of of;         /* LIST */
	char target[NAME_CAP];   /* an id, or a text */
	char word[STATUS_CAP];   /* a network, a retailer; "" none */
	char cursor[ID_CAP];     /* LIST, EVENTS: starting_after (offset for orders); "" = newest */
	int64_t limit;
	char idempotency_key[UUID_CAP]; /* writes: a v4 UUID, the same on every retry */
	struct payor_pass pass;         /* SESSION; secret */
	struct acknowledgement ack;     /* ACK */
};

/* Somebody looks at what it is about. Not so of whole lists, which are filled as they are, and of
 * writes: with nobody to answer they are best forgotten. */
bool request_is_of_someone(const struct request *rq);

/* --- outbox: what the UI thread has asked for and the loop has not yet handed over --- */
#define OUTBOX_MAX 64
struct outbox {
	struct request items[OUTBOX_MAX];
	size_t count;
	uint64_t next_serial; /* starts at 1 */
};
void outbox_init(struct outbox *o);
/* Copies; returns the serial, or 0 when the outbox is full (say so to the user). */
uint64_t outbox_add(struct outbox *o, const struct request *r);
/* Asks for a list page or one object. */
uint64_t outbox_list(struct outbox *o, enum object_kind kind, const char *cursor, int64_t limit);
uint64_t outbox_get(struct outbox *o, enum object_kind kind, const char *id);

#endif
