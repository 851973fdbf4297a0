/*
 * What the dashboard knows: recent events, the latest state of every object seen,
 * the state of the connection and of every action. Owned by the UI thread; views
 * get it const.
 *
 * Events are kept as compact rows, in order of (order_ms, order_seq, arrival); a late
 * one lands in its place. Their bodies stay on disk. That an event comes once is the
 * archive's promise; what is in the window is never taken twice all the same. An
 * object's state comes from events and from REST; an older statement never replaces a
 * newer one, and never takes it backwards through its lifecycle.
 *
 * The window reaches from the newest event down without a hole. It holds
 * STORE_EVENTS_MAX; when someone looks further back (REQUEST_OLDER), it grows downwards
 * to STORE_SCROLL_MAX until store_trim() lets go of that again.
 */
#ifndef PEPAYTOP_MODEL_STORE_H
#define PEPAYTOP_MODEL_STORE_H

#include "base/money.h"
#include "bus/msg.h"

#define STORE_EVENTS_MAX    100000  /* events in the window; older ones leave it */
#define STORE_SCROLL_MAX    1000000 /* with those read back because someone looks at them */
#define STORE_RECORDS_MAX   20000   /* objects of a kind; the longest over leave first */
#define STORE_SHOWN_MAX     1024    /* records unpacked at a time */
#define STORE_ACTIONS_MAX   200
#define STORE_GAPS_MAX      32
#define STORE_INCIDENTS_MAX 256
#define STORE_CHANGES_MAX   4096 /* changes of a kind told one by one (store_priv.h) */

/* X(constant, bit) what changed, and so what is stale on screen */
enum topic {
	TOPIC_EVENTS = 1 << 0,
	TOPIC_INVOICES = 1 << 1, /* and payments */
	TOPIC_ORDERS = 1 << 2,
	TOPIC_PAYOUTS = 1 << 3, /* and KYC */
	TOPIC_LINK = 1 << 4,
	TOPIC_ACTIONS = 1 << 5,
	TOPIC_SERVER = 1 << 6,  /* capabilities, loading state */
	TOPIC_CLOCK = 1 << 7,   /* a second went by: ages; set by the loop, never by the store */
	TOPIC_HISTORY = 1 << 8, /* how complete things are, incidents, an event read back whole */
	TOPIC_ANSWERS = 1 << 9, /* something of answers.h, an acknowledgement */
	TOPIC_ATTENTION = 1 << 10, /* what needs a person; set by the loop */
	TOPIC_ALL = 0x7ff
};
unsigned topic_of_kind(enum object_kind kind);

/* Latest known state of one object. */
struct record {
	struct object object;
	int64_t stated_ms;  /* when the server said this (event created, or answer time) */
	int64_t changed_ms; /* when its status last changed, as the server tells; TIME_NONE unknown
			     */
	char previous_status[STATUS_CAP]; /* before that change; "" unknown */
	bool incomplete; /* known only from an abbreviated event: ask REST for the rest */
	char flaw[120];  /* a history that does not add up, in words; "" */
};

enum load_state { LOAD_NOT_ASKED, LOAD_WAITING, LOAD_DONE, LOAD_FAILED };

/* An action of the user's, from the moment it was submitted. */
struct action {
	struct request request;
	bool in_flight;
	enum outcome outcome; /* when not in flight */
	int64_t started_ms;   /* wall */
	int64_t latency_ms;
	struct fault fault;
	struct problem problem;
	bool replayed;
	bool confirmed; /* an event or a GET has since shown the effect */
};

struct store_stats {
	uint64_t events_received; /* distinct events since start; not those read back from disk */
	uint64_t duplicates;      /* with those the archive took out */
	uint64_t late;            /* arrived out of order */
	uint64_t bad_frames;
	uint64_t unknown_types;
	uint64_t collisions; /* same id, another body (alarm) */
	uint64_t gaps;
	int64_t last_event_ms; /* wall time of the last arrival, or TIME_NONE */
};

/* An event as the window keeps it: some fifty bytes, read through store_brief(). */
struct event_row;

/* What is known of an event without its body. Texts are borrowed. */
struct event_brief {
	char id[ID_CAP];
	const char *type;
	const char *object_word; /* data.object.object */
	const char *object_id;
	const char *status, *previous_status;
	const char *settlement_status;  /* of a payment */
	const char *customer, *invoice; /* as the event says; "" it does not */
	enum object_kind kind;          /* of the object; OBJECT_NONE: it could not be read */
	enum object_kind about;         /* the same, even then, by its word */
	int64_t created_ms;             /* or TIME_NONE */
	int64_t order_ms, order_seq;
	bool has_amount;
	struct money amount;
	bool thin;   /* an abbreviation: a zero means nothing */
	bool flawed; /* data.object is not what it should be; the body says why */
};
/* Borrows from the event. */
void event_brief(const struct event *e, struct event_brief *ret);

/* A stretch the server could not replay: what happened between the two cursors is unknown. */
struct gap {
	enum stream_id stream;
	char from[ID_CAP], to[ID_CAP];
	int64_t noticed_ms; /* wall */
};

struct store;

struct store *store_new(void);
void store_free(struct store *st);

/* Takes what it needs out of *msg (the msg stays the caller's to free). now_ms is wall time.
 * Returns the topics that changed. */
unsigned store_apply(struct store *st, struct msg *msg, int64_t now_ms);
/* The loop says what it handed to the REST thread, so that views can show "loading" and actions. */
unsigned store_submitted(struct store *st, const struct request *rq, int64_t now_ms);

/* Nobody looks further back than the window any more. Returns the topics that changed. */
unsigned store_trim(struct store *st);
/*
 * The next object whose history does not add up, or which is known only from an abbreviation,
 * each told once a change; after a stretch was lost also those that may have changed in it. Ask
 * the server (REQUEST_GET), at a bounded pace. False: none.
 */
bool store_doubt_take(struct store *st, enum object_kind *ret_kind, char ret_id[NAME_CAP]);

/* --- reading ---------------------------------------------------------------- */
size_t store_event_count(const struct store *st);
/* Rows stay where they are until store_events_shuffled() grows. */
const struct event_row *store_event(const struct store *st, size_t index); /* 0 = oldest */
const struct event_row *store_event_by_id(const struct store *st,
					  const char *id); /* in the window, or NULL */
int64_t store_newest_ms(const struct store *st); /* created time of the newest, or TIME_NONE */
/* The texts are borrowed until the store changes next. */
void store_brief(const struct store *st, const struct event_row *row, struct event_brief *ret);
const char *store_row_id(const struct store *st, const struct event_row *row, char ret[ID_CAP]);
/* Grows whenever an event is added anywhere but at the end, or leaves the window: indexes moved. */
uint64_t store_events_shuffled(const struct store *st);
/* The history on disk reaches no further back than the window: what is older only the server has.
 */
bool store_history_exhausted(const struct store *st);

/* Grows with every change to the events (OBJECT_NONE) or to the records of a kind. */
uint64_t store_version(const struct store *st, enum object_kind kind);

/* Records are unpacked when asked for: a pointer is good until the store changes, or until
 * STORE_SHOWN_MAX others were looked at. */
size_t store_record_count(const struct store *st, enum object_kind kind);
const struct record *store_record_at(const struct store *st, enum object_kind kind,
				     size_t index); /* no order */
const struct record *store_record(const struct store *st, enum object_kind kind, const char *id);
/* The newest payment of an invoice, or NULL. */
const struct record *store_payment_of(const struct store *st, const char *invoice_id);
/* The order of an invoice and the other way round; NULL when not known. */
const struct record *store_order_of(const struct store *st, const char *invoice_id);
const struct record *store_invoice_of(const struct store *st, const char *order_id);

/* How loading a list of a kind went; OBJECT_NONE: recent events. */
enum load_state store_load(const struct store *st, enum object_kind kind);
/* Where the next page of the list of all of a kind begins: behind what the server told page by
 * page from the newest on, wherever the oldest record is. `ret_last` (may be NULL): the last of
 * that. False: nothing is older, or none was told yet. */
bool store_list_goes_on(const struct store *st, enum object_kind kind, char ret_cursor[ID_CAP],
			const char **ret_last);
/* NULL unless the last attempt failed. */
const struct problem *store_load_problem(const struct store *st, enum object_kind kind);

/* How looking up one object (REQUEST_GET) went, while its answer is kept (answers.h); ret_problem
 * may be NULL and is set for LOAD_FAILED only. */
enum load_state store_lookup(const struct store *st, enum object_kind kind, const char *id,
			     const struct problem **ret_problem);
/* The last STORE_GAPS_MAX gaps, 0 = oldest. */
size_t store_gap_count(const struct store *st);
const struct gap *store_gap(const struct store *st, size_t index);

/* How complete things are; mode HISTORY_STARTING until the archive has spoken. */
const struct history_report *store_history(const struct store *st);
/* The last STORE_INCIDENTS_MAX records of the proof ledger, by serial; 0 = oldest. */
size_t store_incident_count(const struct store *st);
const struct incident *store_incident(const struct store *st, size_t index);
/* An event with its body and how it came, once the archive has answered REQUEST_EVENT; else NULL
 * and how the asking went (ret_problem may be NULL, set for LOAD_FAILED). */
const struct msg_event *store_event_whole(const struct store *st, const char *id,
					  enum load_state *ret_load,
					  const struct problem **ret_problem);

const struct link_report *store_link(const struct store *st, enum stream_id stream);
/* The state to show for the whole: the worst of the streams that have a key. */
const struct link_report *store_link_worst(const struct store *st);
/* Nothing new comes of one of the streams; since when, by the clock of store_apply, and whether
 * anything ever did. */
bool store_is_away(const struct store *st, int64_t *ret_since_ms, bool *ret_was_here);
const struct capabilities *store_capabilities(const struct store *st);
const struct store_stats *store_stats(const struct store *st);

size_t store_action_count(const struct store *st);
const struct action *store_action(const struct store *st, size_t index); /* 0 = newest */
/* The action in flight on a target, or NULL: one open action an object. */
const struct action *store_action_open(const struct store *st, const char *target);

#endif
