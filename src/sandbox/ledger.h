/*
 * The truth: SQLite, in a file or in memory (ledger_sql.c is the one sandbox file
 * that knows it).
 *
 * `objects` holds every resource as its outward JSON document beside the columns
 * that lists filter by. A trigger refuses any status change that lifecycle.h does
 * not allow, so an impossible transition cannot be stored by anyone. `events` is
 * the outbox: written in the same transaction as the change it tells of, and what
 * streams and /api/v1/events send, byte for byte.
 *
 * Every change runs between ledger_begin() and ledger_commit(); transactions do
 * not nest, but many may share a batch. Functions answer E_IO when SQLite fails (the message in
 * reterr).
 */
#ifndef PEPAYTOP_SANDBOX_LEDGER_H
#define PEPAYTOP_SANDBOX_LEDGER_H

#include "wire/event.h"

struct ledger;

/* path NULL: in memory. Creates or upgrades the schema (user_version); E_CONFLICT when the file
 * has a newer schema or is not ours. */
must_check enum status ledger_open(const char *path, struct ledger **ret_ledger,
				   struct problem *reterr);
void ledger_close(struct ledger *l);

must_check enum status ledger_begin(struct ledger *l, struct problem *reterr);
must_check enum status ledger_commit(struct ledger *l, struct problem *reterr);
void ledger_rollback(struct ledger *l);

/*
 * Many transactions reach the disk as one: between these, ledger_commit() keeps a change for the
 * batch and ledger_rollback() undoes that change alone. What a batch did before a crash, or before
 * ledger_close() without its commit, never was. Batches do not nest. E_IO from here or from
 * ledger_begin() when SQLite gave the batch up (disk full).
 */
must_check enum status ledger_batch_begin(struct ledger *l, struct problem *reterr);
must_check enum status ledger_batch_commit(struct ledger *l, struct problem *reterr);
void ledger_batch_rollback(struct ledger *l);

/* --- objects -------------------------------------------------------------- */

/* The columns beside the document. Text members are borrowed; NULL is "" for an insert, and keeps
 * what is there for an update. */
struct ledger_row {
	enum object_kind kind;
	const char *id;
	const char *status;
	const char *settlement_status; /* a payment's second state, guarded like the first */
	const char *type;              /* invoice_type */
	const char *customer_id;
	const char *parent_id; /* payment: its invoice; order: its invoice; invoice: its order */
	const char *country;
	const char *retailer;
	const char *wallet;
	const char *wallet_network;
	const char *environment;
	int64_t amount; /* usd_millis */
	int64_t created_ms;
	int64_t updated_ms;
	int64_t due_ms;     /* when the clock must act on it (expiry), or TIME_NONE */
	const char *doc;    /* outward JSON */
	const char *hidden; /* what is known but never shown (session token, description): a
			       JSON object; NULL on update keeps what is there */
};

/* E_CONFLICT when the id exists. */
must_check enum status ledger_insert(struct ledger *l, const struct ledger_row *row,
				     struct problem *reterr);
/* Replaces columns and document by (kind, id); created_ms never changes. E_CONFLICT when the
 * lifecycle forbids the status change (enforced by the database), E_NOT_FOUND when there is no such
 * object. */
must_check enum status ledger_update(struct ledger *l, const struct ledger_row *row,
				     struct problem *reterr);
/* The document, malloc'd; E_NOT_FOUND. */
must_check enum status ledger_get(struct ledger *l, enum object_kind kind, const char *id,
				  char **ret_doc, struct problem *reterr);
/* The hidden JSON, malloc'd, "{}" when there is none; E_NOT_FOUND. */
must_check enum status ledger_get_hidden(struct ledger *l, enum object_kind kind, const char *id,
					 char **ret_hidden, struct problem *reterr);
/* Documents whose parent_id is `parent`, oldest first. Calls visit for each; it may stop with
 * false. */
must_check enum status ledger_children(struct ledger *l, enum object_kind kind, const char *parent,
				       bool (*visit)(void *ctx, const char *doc), void *ctx,
				       struct problem *reterr);

/* NULL or TIME_NONE or 0 members do not filter. status and type are comma-separated lists. */
struct ledger_filter {
	enum object_kind kind;
	const char *status;
	const char *type;
	const char *customer_id;
	const char *country;
	const char *retailer;
	const char *wallet;
	const char *wallet_network;
	const char *environment;
	const char *parent_id;
	int64_t created_from_ms;
	int64_t created_to_ms;
	const char *starting_after; /* id: older than it */
	const char *ending_before;  /* id: newer than it */
	int64_t limit;
	int64_t offset;
};
/*
 * Newest first (by created_ms, then order of creation). limit 0: all. *ret_has_more tells whether
 * more lie beyond in the direction asked. E_NOT_FOUND when a cursor names no object of this kind.
 */
must_check enum status ledger_list(struct ledger *l, const struct ledger_filter *f,
				   bool (*visit)(void *ctx, const char *doc), void *ctx,
				   bool *ret_has_more, struct problem *reterr);
/* Count and sum of amount of what the filter matches (cursors and limit ignored). */
must_check enum status ledger_total(struct ledger *l, const struct ledger_filter *f,
				    int64_t *ret_count, int64_t *ret_amount,
				    struct problem *reterr);
/* The earliest due object (id malloc'd), or E_NOT_FOUND when nothing is due at all. */
must_check enum status ledger_next_due(struct ledger *l, enum object_kind *ret_kind, char **ret_id,
				       int64_t *ret_due_ms, struct problem *reterr);

/* --- events (the outbox) ---------------------------------------------------- */

struct ledger_event {
	int64_t seq;     /* assigned on append; dense and increasing */
	char id[ID_CAP]; /* evt_<ms>-<seq> */
	const char *type;
	int64_t created_ms;
	const char *invoice_id; /* what it concerns; "" when nothing */
	const char *order_id;
	const char *customer_id;
	const char *invoice_type;
	const char *wallet;
	const char *wallet_network;
	const char *environment;
	bool commerce;    /* visible to commerce-scope keys */
	const char *body; /* the envelope, exactly as it is sent */
	size_t body_len;
};

/* The seq the next append will use, for building the id before the body. */
must_check enum status ledger_next_event_seq(struct ledger *l, int64_t *ret_seq,
					     struct problem *reterr);
/* E_INVALID when it is older than the newest one: virtual time never goes back. */
must_check enum status ledger_append_event(struct ledger *l, const struct ledger_event *e,
					   struct problem *reterr);

struct ledger_event_filter {
	const char *types; /* comma-separated, prefix wildcards; NULL = all */
	const char *invoice_id;
	const char *order_id;
	const char *customer_id;
	const char *invoice_type;
	const char *wallet;
	const char *wallet_network;
	const char *environment;
	bool commerce_only;
	bool session;            /* for a payor's session: also what only such streams carry */
	int64_t created_from_ms; /* TIME_NONE or 0: no bound; inclusive */
	int64_t created_to_ms;
	int64_t after_seq;  /* only newer; 0 = from the start */
	int64_t before_seq; /* only older; 0 = no bound */
	bool newest_first;
	int64_t limit; /* 0: all */
};
/* The strings in a visited event live until visit returns. */
must_check enum status ledger_events(struct ledger *l, const struct ledger_event_filter *f,
				     bool (*visit)(void *ctx, const struct ledger_event *e),
				     void *ctx, bool *ret_has_more, struct problem *reterr);
/* E_NOT_FOUND when the id is unknown. */
must_check enum status ledger_event_seq(struct ledger *l, const char *id, int64_t *ret_seq,
					struct problem *reterr);
must_check enum status ledger_event_bounds(struct ledger *l, int64_t *ret_first_seq,
					   int64_t *ret_last_seq, struct problem *reterr);
/* Number of events whose envelope was appended, for --events limits and tests. */
int64_t ledger_event_count(struct ledger *l);

/* --- idempotency (contract 3.7, section 15) --------------------------------- */

struct idempotency_record {
	char body_hash[65]; /* SHA-256 hex of method, path and body */
	int status;         /* 0 while in flight */
	char *response;     /* malloc'd body */
	int64_t created_ms;
};
/* E_NOT_FOUND when the pair is new. */
must_check enum status ledger_idempotency_get(struct ledger *l, const char *principal,
					      const char *key, struct idempotency_record *ret,
					      struct problem *reterr);
/* Inserts or completes the record; inside the write's own transaction. */
must_check enum status ledger_idempotency_put(struct ledger *l, const char *principal,
					      const char *key, const char *body_hash, int status,
					      const char *response, int64_t created_ms,
					      struct problem *reterr);

/* Small named values that last (seed, scenario position). get: malloc'd, E_NOT_FOUND. */
must_check enum status ledger_meta_get(struct ledger *l, const char *name, char **ret_value,
				       struct problem *reterr);
must_check enum status ledger_meta_set(struct ledger *l, const char *name, const char *value,
				       struct problem *reterr);

#endif
