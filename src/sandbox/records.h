/*
 * Objects as the operations handle them: the C struct to reason with, and the
 * JSON document it came from, whose members beyond the struct (metadata) survive
 * a change. Saving writes the ledger row and the event that tells of it, both in
 * the caller's transaction.
 */
#ifndef PEPAYTOP_SANDBOX_RECORDS_H
#define PEPAYTOP_SANDBOX_RECORDS_H

#include "sandbox/world.h"
#include "base/strbuf.h"
#include "wire/event.h"

struct record {
	struct object object;
	struct json *json;           /* owned; NULL for a new record without extras */
	char was_status[STATUS_CAP]; /* as loaded; "" for a new one */
	char was_settlement_status[STATUS_CAP];
	/* For an insert: what lists filter by and the document has no member for. Borrowed. */
	const char *customer_id;
	const char *country;
};

/* Who asked for a change, for the event's `request`; NULL members: nobody, the world itself. */
struct cause {
	const char *request_id;
	const char *idempotency_key;
};

/* A new one: every field empty. */
void record_init(struct record *r, enum object_kind kind);
void record_release(struct record *r);
must_check enum status record_load(struct world *w, enum object_kind kind, const char *id,
				   struct record *ret, struct problem *reterr);
/* `hidden` (object or NULL) is stored but never shown. `cause` may be NULL. */
must_check enum status record_insert(struct world *w, struct record *r, const struct json *hidden,
				     const char *event_type, const struct cause *cause,
				     struct problem *reterr);
must_check enum status record_update(struct world *w, struct record *r, const char *event_type,
				     const struct cause *cause, struct problem *reterr);
/* The hidden document, parsed. */
must_check enum status record_hidden(struct world *w, enum object_kind kind, const char *id,
				     struct json **ret_json, struct problem *reterr);

/* outbox.c: the same as outbox_append() with the previous values already in hand (taken). */
must_check enum status outbox_append_previous(struct world *w, const char *type,
					      const struct object *object, struct json *doc_take,
					      struct json *previous_take, const struct cause *cause,
					      struct problem *reterr);

/* outbox.c: an event that only the payor's stream of that invoice carries (contract 9.2). */
#define EVENT_PAYMENT_QUOTE "payment_quote.updated"
must_check enum status outbox_append_session(struct world *w, const char *type,
					     const struct invoice *about, struct json *doc_take,
					     struct problem *reterr);

#endif
