/*
 * The inside of the store, shared by the store_*.c files; timeline.c reads how an event
 * arrived, query_facts.c what an abbreviation lacks, and nobody else anything.
 *
 * Everything a record shows is a pure function of the statements made about its object,
 * never of the order they arrived in, as long as they are events: a stamp puts any two
 * statements in order, content is last-writer-wins by stamp, and the status history is
 * folded again from the object's chain of events whenever a late one lands in it.
 */
#ifndef PEPAYTOP_MODEL_STORE_PRIV_H
#define PEPAYTOP_MODEL_STORE_PRIV_H

#include "base/idmap.h"
#include "model/store.h"

#define CHAIN_MAX      64 /* events of one object kept for refolding; older ones are settled */
#define EVICT_SHARE    16 /* a full window or table gives up one part in this many at once */
#define RANKS_MAX      16
#define LOOKUPS_MAX    16
#define WORLD_FLAW_CAP sizeof(((struct record *)0)->flaw)

/* When a statement was made, and what it said. */
struct stamp {
	bool any;
	bool rest;  /* an answer, not an event: its time is only good to the second */
	int64_t ms; /* event: order_ms; answer: when the object says it changed, else answer time */
	int64_t seq;
	unsigned rank; /* steps from birth: orders events whose ids carry no sequence */
	uint64_t tie;  /* hash of the event id: the last resort */
	char status[STATUS_CAP];
};

/* A status history, folded so far. */
struct history {
	struct stamp last;
	int64_t stated_ms; /* created of the newest event folded in */
	int64_t changed_ms;
	char previous[STATUS_CAP];
	char flaw[WORLD_FLAW_CAP];
};

/* An event in the window. */
struct held {
	struct event event;  /* first: a struct event of the store is a struct held */
	struct entry *entry; /* the record whose chain holds it, or NULL */
	uint64_t arrival;
	enum event_source source;
};

/* A record and what it takes to keep it right. */
struct entry {
	struct record record; /* first: a struct record of the store is a struct entry */
	size_t index;         /* in its table */
	bool full;            /* content is more than an abbreviated event told */
	struct stamp content; /* who told the object's fields (an order: its row fields) */
	struct stamp lines;   /* who told an order's snapshot fields */
	struct stamp thin;    /* newest abbreviated event */
	struct stamp born;    /* oldest statement */
	struct stamp rest;    /* newest answer that was not behind */
	int64_t rest_answered_ms, rest_changed_ms;
	struct history base; /* of events that left the chain */
	struct history told; /* base and the chain */
	struct held **chain; /* oldest first */
	size_t chain_count, chain_cap;
	char filed[ID_CAP];    /* the id it is filed under in a link map; "" not filed */
	struct entry *sibling; /* payments of one invoice */
};

struct table {
	struct idmap *by_id;
	struct entry **entries;
	size_t count, cap;
	uint64_t version;
	struct entry *changed[STORE_CHANGES_MAX]; /* by version; NULL: records left then */
};

/* An id seen, remembered longer than its event. */
struct seen {
	struct held *held; /* NULL once out of the window */
	uint64_t raw_hash, meaning_hash;
	bool rest;
	char id[];
};

struct id_memory {
	struct idmap *map;  /* → struct seen */
	struct seen **ring; /* STORE_IDS_MAX, oldest at head */
	size_t head, count;
};

struct window {
	struct held **buf; /* [head, head+count), with room on both sides */
	size_t cap, head, count;
	uint64_t shuffled;
	uint64_t version;
	bool has_floor; /* something was evicted: nothing at or before this comes back */
	int64_t floor_ms, floor_seq;
};

struct open_action {
	struct action action;
	char before_cancellation[STATUS_CAP]; /* an order's, when the action was submitted */
	char before_refund[STATUS_CAP];
};

struct lookup {
	enum object_kind kind;
	char id[NAME_CAP];
	uint64_t serial;
	enum load_state state;
	struct problem problem;
};

struct store {
	struct id_memory ids;
	struct window window;
	struct table tables[OBJECT_KIND_COUNT];
	struct idmap *payments_by_invoice; /* → first struct entry of a sibling list */
	struct idmap *order_by_invoice;    /* → struct entry of the order */
	struct idmap *invoice_by_order;    /* → struct entry of the invoice */
	struct open_action *actions[STORE_ACTIONS_MAX]; /* 0 = newest */
	size_t action_count;
	struct link_report links[STREAM_COUNT];
	struct capabilities capabilities;
	enum load_state load[OBJECT_KIND_COUNT]; /* OBJECT_NONE: recent events */
	struct problem load_problem[OBJECT_KIND_COUNT];
	struct lookup lookups[LOOKUPS_MAX];
	size_t next_lookup;
	struct gap gaps[STORE_GAPS_MAX]; /* oldest first */
	size_t gap_count;
	struct history_report history;
	struct incident incidents[STORE_INCIDENTS_MAX]; /* by serial */
	size_t incident_count;
	struct whole {
		char id[ID_CAP];
		enum load_state load;
		struct problem problem;
		struct msg_event event; /* LOAD_DONE */
	} wholes[STORE_WHOLE_MAX];
	size_t next_whole;
	struct store_stats stats;
	uint64_t arrivals;
	unsigned char ranks[VOCAB_COUNT][RANKS_MAX];
};

/* store_events.c */
void events_init(struct store *st);
void events_release(struct store *st);
unsigned events_take(struct store *st, struct event *item, enum event_source source,
		     int64_t now_ms);

/* store_records.c */
void records_init(struct store *st);
void records_release(struct store *st);
unsigned records_tell_event(struct store *st, struct held *held);
unsigned records_tell_answer(struct store *st, const struct object *answer, int64_t now_ms);
/* The event leaves the window: what it told stays, folded into the base. */
void records_forget_event(struct store *st, struct held *held);
struct entry *records_find(const struct store *st, enum object_kind kind, const char *id);

/* store_links.c: which payment, order and invoice belong together */
void links_init(struct store *st);
void links_release(struct store *st);
void links_learn(struct store *st, struct entry *en, const struct object *told);
void links_forget(struct store *st, struct entry *en);

/* store_content.c: an object's fields, by whoever said them last */
bool content_take(struct entry *en, const struct object *told, const struct stamp *stamp,
		  bool thin);
bool object_is_thin(const struct object *o);
void object_blank(struct object *ret, enum object_kind kind);
bool object_set_id(struct object *o, const char *id); /* false when it is too long */
void object_set_status(struct object *o, const char *status);
int64_t object_changed_ms(const struct object *o);

/* store_history.c: the order of statements, and the status they add up to */
void ranks_init(struct store *st);
uint64_t store_hash(const void *bytes, size_t len);
struct stamp stamp_of_event(const struct store *st, const struct event *e, enum vocab v);
struct stamp stamp_of_answer(const struct object *o, int64_t now_ms);
int stamp_compare_events(const struct stamp *a, const struct stamp *b);
/* Does `next` replace `held`? */
bool stamp_replaces(enum vocab v, const struct stamp *held, const struct stamp *next);
void chain_add(const struct store *st, struct entry *en, struct held *held);
void chain_remove(const struct store *st, struct entry *en, struct held *held);
/* Puts the status, its history and what is missing on the record. */
void entry_settle(struct entry *en);
enum vocab entry_vocab(const struct entry *en);

/* store_archive.c: what the archive tells besides events */
void archive_init(struct store *st);
void archive_release(struct store *st);
unsigned archive_take_report(struct store *st, const struct history_report *r);
unsigned archive_take_incident(struct store *st, const struct incident *inc);
unsigned archive_take_whole(struct store *st, struct msg_event *m); /* takes the event out of it */
unsigned archive_asked_whole(struct store *st, const char *id);
unsigned archive_failed_whole(struct store *st, const char *id, const struct problem *why);

/* store_actions.c */
unsigned actions_begin(struct store *st, const struct request *rq, int64_t now_ms);
unsigned actions_end(struct store *st, const struct msg_outcome *m, int64_t now_ms);
unsigned actions_confirm(struct store *st, const struct entry *en);
void actions_release(struct store *st);

#endif
