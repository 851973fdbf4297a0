/*
 * The history: one SQLite file that holds every event exactly once, the cursors,
 * the proof ledger and what the server said of objects. Blocking; one thread at a
 * time. Knows nothing of threads, streams or the screen.
 *
 * The file is SQLite's rollback journal (TRUNCATE), synchronous=EXTRA, one writer
 * (a lock file beside it, held by flock), mode 0600 in a directory of 0700. It
 * belongs to one world and refuses every other.
 */
#ifndef PEPAYTOP_ARCHIVE_HISTORY_H
#define PEPAYTOP_ARCHIVE_HISTORY_H

#include "bus/findings.h"
#include "bus/sync.h"

/* Whose events these are (faults N11, D19). */
struct world {
	char server[256];     /* the REST base URL */
	char account[80];     /* a fingerprint of the key, made by world_account(); never the key */
	char environment[24]; /* devnet, mainnet, or "": whatever the key sees */
};
/* SHA-256 of the key, shortened: tells accounts apart and gives nothing away. The merchant key
 * counts; without one the commerce key does. */
void world_account(struct world *w, const char *merchant_key, const char *commerce_key);
/* "<dir>/<host>-<fingerprint of the world>.db". */
must_check enum status world_path(const struct world *w, const char *dir, char *ret, size_t cap,
				  struct problem *reterr);

struct history_limits {
	int64_t keep_ms;    /* what is of longer ago may go; 0 = no limit */
	int64_t keep_bytes; /* of the file; 0 = no limit. What may not go may make it larger */
};

struct history_options {
	const char *path;   /* NULL: temporary, gone when closed */
	struct world world; /* E_CONFLICT when the file belongs to another one */
	bool read_only;     /* never writes: for replay, verify and a second instance; with an
			       empty world.server of any world */
	struct clock clock;
	struct history_limits limits;
	const char *vfs; /* SQLite's way to the disk, by name; NULL: the usual. For fault tests */
};

struct history_opening {
	enum history_mode mode; /* WRITING, TEMPORARY or VIEW_ONLY */
	struct problem problem; /* why VIEW_ONLY, or what was found and done; S_OK: nothing */
	bool fresh;             /* there was no history before */
	char set_aside[256];    /* a damaged file was renamed to this; "" no */
	int upgraded_from;      /* schema version it had, 0 = no upgrade */
};

struct history;

/*
 * Opens, or makes it. A file locked by another instance or on a read-only disk opens VIEW_ONLY.
 * A damaged file (not a database, corrupt) is renamed aside, never deleted, and a new one begun.
 * A newer schema, another world, a symlink, a file that others may read: refused. An upgrade is
 * one transaction after a copy beside the file.
 */
must_check enum status history_open(const struct history_options *opt, struct history **ret,
				    struct history_opening *ret_opening, struct problem *reterr);
void history_close(struct history *h); /* NULL is fine */
/* Does nobody keep the file any more? Its lock is tried, and let go at once. Else *ret_why says
 * who does. */
bool history_is_left(const char *path, struct problem *ret_why);
/*
 * Damage found later: the call that meets it fails with E_IO, the next history_begin (or read) sets
 * the file aside and begins a new one. This tells it once: true, and where the file went. Then the
 * position is as of a fresh history: walk again.
 */
bool history_set_aside(struct history *h, char ret[256]);

/* --- writing: begin, anything, commit ---------------------------------------------------- */

/*
 * What became of an event. Two bodies mean the same when type, created, livemode and data hold the
 * same values: the order of members, spacing, null against absent, and what the envelope says of
 * its own delivery (request, pending_webhooks, api_version) do not count; numbers are compared as
 * they are written. The first merchant_id an invoice or a payment states is the account of the
 * file.
 */
enum keeping {
	KEPT_NEW,
	KEPT_BEFORE,    /* the same id with the same meaning was there: nothing changed. Also
			   another body that is kept under this id already */
	KEPT_COLLISION, /* the same id with another body: both are kept now (the first 8 others) */
	KEPT_APART      /* of another account: kept apart, not part of the history */
};

must_check enum status history_begin(struct history *h, struct problem *reterr);
must_check enum status history_add_event(struct history *h, const struct event *e,
					 enum event_via via, int64_t arrived_ms, enum keeping *ret,
					 struct problem *reterr);
/* A REPAIR that the stream brought after all, a moment later: it was LIVE. */
must_check enum status history_set_via(struct history *h, const char *event_id, enum event_via via,
				       struct problem *reterr);
/* What could not be read, kept as it came (faults D1). `text` may be cut at 64 KiB. */
must_check enum status history_add_unreadable(struct history *h, const char *reason,
					      const char *text, size_t len, int64_t arrived_ms,
					      struct problem *reterr);
/* What REST said of an object; the same as last time is not written again. */
must_check enum status history_add_answer(struct history *h, const struct object *o,
					  int64_t answered_ms, struct problem *reterr);
/* serial 0 makes a new record and sets it; otherwise replaces that one. */
must_check enum status history_put_incident(struct history *h, struct incident *inc,
					    struct problem *reterr);
/* Cursors by name: see HISTORY_CURSORS. */
#define HISTORY_CURSORS(X)                                                               \
	X(CURSOR_VERIFIED, "verified") /* everything at or before it is on disk */       \
	X(CURSOR_MERCHANT, "merchant") /* last event committed of the stream: `since` */ \
	X(CURSOR_COMMERCE, "commerce")                                                   \
	X(CURSOR_SEEN, "seen") /* wall ms, as text: when this history was last written */
enum history_cursor {
#define X(constant, name) constant,
	HISTORY_CURSORS(X)
#undef X
		HISTORY_CURSOR_COUNT
};
must_check enum status history_set_cursor(struct history *h, enum history_cursor c,
					  const char *value, struct problem *reterr);
/* What an open action refers to stays whatever the limits say, until it is let go. Durable. */
must_check enum status history_pin(struct history *h, enum object_kind kind, const char *object_id,
				   bool pinned, struct problem *reterr);
/*
 * Makes it durable. On failure everything since history_begin is undone, and E_FULL says the disk
 * is full, E_READ_ONLY that it may not be written, E_TIMEOUT that a reader is in the way, E_IO the
 * rest. After a failed write or fsync the file is closed, and opened again by the next call (faults
 * S7). Where such a commit turns out to have reached the disk after all, its events are KEPT_NEW
 * again when they are added next: what was called undone may be tried again without a thought.
 */
must_check enum status history_commit(struct history *h, struct problem *reterr);
void history_rollback(struct history *h); /* fine when nothing is open */

/*
 * Deletes a bounded number (500) of what the limits let go, the oldest first; true in *ret_more
 * when more is left: call again, but not at once. Opens and commits its own transaction. Never
 * goes: incidents, cursors, what is of a pinned object, and events from the verified cursor's
 * overlap on (so nothing at all while that cursor is not set). Never moves CURSOR_VERIFIED.
 */
must_check enum status history_retire(struct history *h, bool *ret_more, struct problem *reterr);
/* Up to where events were let go: the newest of them, "" and TIME_NONE when none ever was. The
 * unbroken stretch begins after it (complete_since_ms is no longer what it was when this moves; a
 * pinned object's events may be older and say nothing of their neighbours). */
void history_retired(struct history *h, char ret_id[ID_CAP], int64_t *ret_created_ms);

/*
 * What an older version wrote becomes findable, a bounded part at a time (2000), the newest first;
 * true in *ret_more while some is left: call again. Opens and commits its own transaction. What is
 * added from now on is findable at once, and nothing has to be done in a history begun by this
 * version.
 */
must_check enum status history_index(struct history *h, bool *ret_more, struct problem *reterr);

/* "I have seen this": replaces what was said of this rule and object before; withdrawn, there is
 * nothing. The newest HISTORY_ACKS_MAX are kept. */
#define HISTORY_ACKS_MAX 10000
must_check enum status history_put_ack(struct history *h, const struct acknowledgement *ack,
				       struct problem *reterr);

/*
 * The same in a history that is only viewed because another instance writes it: at once, as a
 * transaction of its own, and that instance finds it there when it is started again. E_READ_ONLY
 * where nothing may be written, E_TIMEOUT where someone keeps the file for too long.
 */
must_check enum status history_lend_ack(struct history *h, const struct acknowledgement *ack,
					struct problem *reterr);

/* --- reading ----------------------------------------------------------------------------- */

/* "" when never set. */
void history_cursor(struct history *h, enum history_cursor c, char ret[ID_CAP]);
void history_position(struct history *h, struct sync_position *ret);
bool history_has(struct history *h, const char *event_id);
const struct world *history_world(const struct history *h); /* whose it is */
uint64_t history_count(struct history *h);    /* events; kept, not counted each time */
int64_t history_oldest_ms(struct history *h); /* created, or TIME_NONE */

/* Events from the newest older than `before` ("" = from the very newest) down, oldest first in
 * *ret_items, at most `limit`. The caller releases and frees them. */
must_check enum status history_older(struct history *h, const char *before, size_t limit,
				     struct event **ret_items, size_t *ret_count,
				     struct problem *reterr);
/* One event whole; *ret_other another body under its id, or NULL, the caller's. E_NOT_FOUND. */
must_check enum status history_event(struct history *h, const char *id, struct event *ret,
				     enum event_via *ret_via, int64_t *ret_arrived_ms,
				     char **ret_other, struct problem *reterr);
/* Everything known of one object, oldest first, at most `limit` of the newest. */
must_check enum status history_of_object(struct history *h, enum object_kind kind, const char *id,
					 size_t limit, struct event **ret_items, size_t *ret_count,
					 struct problem *reterr);

/* Makes ready for the look-ups below, a bounded part at a time; true in *ret_more: call again. What
 * is not ready the first of them makes so, which then takes longer. */
must_check enum status history_warm(struct history *h, bool *ret_more, struct problem *reterr);

/*
 * Objects whose events or answers say a text: an id, a hash, an address, a reference, an e-mail
 * address, a phone number, a recipient's name (mention.h), as a whole or the beginning of it; with
 * a `tail` what begins and ends so. Where nothing does, those that have it somewhere in the middle,
 * from SOUGHT_PART_MIN characters on, and several words in any order. Neither case nor accents
 * count (fold_text), but for case where it does in what is found. An event id, or its beginning,
 * finds the event itself (kind OBJECT_NONE), and so does what an object of a kind unknown to this
 * build says.
 *
 * At most `limit`, best match first, then newest first. Where there are more, those are kept that
 * came up last. ret->events and ret->oldest_ms say what was looked through.
 */
#define SOUGHT_PART_MIN 4
struct sought {
	const char *text, *tail; /* "" no tail; text may be "" then */
	size_t limit;
	int64_t until_ms; /* what arrived later does not count; TIME_NONE: all does */
};
must_check enum status history_find(struct history *h, const struct sought *sought,
				    struct findings *ret, struct problem *reterr);

/*
 * All events of an object and of what belongs to it: its invoice, payments, order and refunds, the
 * payout it retries and those that retry it, and so on from there, but not by way of the customer;
 * the newest `limit`, oldest first. kind OBJECT_NONE: those of all that is the customer's, `id`.
 * *ret_states gets what is known of each object last, oldest first: by its newest event, and by
 * the server's latest answer.
 */
#define DOSSIER_OBJECTS_MAX 512
struct dossier_asked {
	enum object_kind kind;
	const char *id;
	size_t limit;
	int64_t until_ms; /* as in struct sought */
};
struct known_state {
	struct object object;
	int64_t said_ms; /* wall: when the event was created, or the answer came */
};
struct known_states {
	struct known_state *items;
	size_t count, cap;
};
void known_states_release(struct known_states *s);
must_check enum status history_dossier(struct history *h, const struct dossier_asked *asked,
				       struct dossier *ret, struct known_states *ret_states,
				       struct problem *reterr);
/* What people said they have seen, oldest first; heap. */
must_check enum status history_acks(struct history *h, struct acknowledgement **ret,
				    size_t *ret_count, struct problem *reterr);
/* The newest `limit` incidents, oldest first; heap. */
must_check enum status history_incidents(struct history *h, size_t limit, struct incident **ret,
					 size_t *ret_count, struct problem *reterr);
/* The latest answer about each of the `limit` objects answered last, oldest first; heap. */
must_check enum status history_answers(struct history *h, size_t limit, struct object **ret,
				       int64_t **ret_answered_ms, size_t *ret_count,
				       struct problem *reterr);

/*
 * What was recorded, in the order it was recorded: events and answers, for time travel. `place`
 * starts as zeroes, or by history_seek at the first record that arrived at or after a time.
 */
struct history_place {
	int64_t event_row, answer_row;
};
struct recorded {
	int64_t arrived_ms;
	bool is_event;
	struct event event;   /* is_event */
	struct object object; /* else; kind OBJECT_NONE where it can no longer be read */
	enum event_via via;
};
void recorded_release(struct recorded *r);
must_check enum status history_seek(struct history *h, int64_t arrived_ms,
				    struct history_place *ret, struct problem *reterr);
/*
 * Many history_next in one read of the file, so that one who only looks neither waits for the
 * writer nor keeps it waiting at every record. Let go of it soon: the writer commits only then.
 */
must_check enum status history_hold(struct history *h, struct problem *reterr);
void history_let_go(struct history *h);
/* E_NOT_FOUND at the end. */
must_check enum status history_next(struct history *h, struct history_place *place,
				    struct recorded *ret, struct problem *reterr);
/* The first and the last arrival, wall ms; TIME_NONE when it is empty. */
void history_span(struct history *h, int64_t *ret_first_ms, int64_t *ret_last_ms);

/* For `verify`: a body by id, compared by meaning. KEPT_NEW: not there. */
must_check enum status history_compare(struct history *h, const struct event *e, enum keeping *ret,
				       struct problem *reterr);

#endif
