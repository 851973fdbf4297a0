/*
 * The inside of the store, shared by the store_*.c files; related.c and story_*.c read
 * what belongs together and how events arrived, attention_*.c and query_facts.c what an
 * abbreviation lacks, listing.c what rows are sorted by, and nobody else anything.
 *
 * Everything a record shows is a pure function of the statements made about its object,
 * never of the order they arrived in, as long as they are events: a stamp puts any two
 * statements in order, content is last-writer-wins by stamp, and the status history is
 * folded again from the object's chain of events whenever a late one lands in it.
 */
#ifndef PEPAYTOP_MODEL_STORE_PRIV_H
#define PEPAYTOP_MODEL_STORE_PRIV_H

#include "base/idmap.h"
#include "model/names.h"
#include "model/store.h"

#define CHAIN_MAX      64 /* events of one object kept for refolding; older ones are settled */
#define EVICT_SHARE    16 /* a full window or table gives up one part in this many at once */
#define RANKS_MAX      16
#define WORDS_MAX      60000 /* different status words ever met; the rest count as one */
#define DOUBTS_MAX     256
#define ACKS_MAX       4096
#define WORLD_FLAW_CAP sizeof(((struct record *)0)->flaw)

/* When a statement was made, and what it said. */
struct stamp {
	int64_t ms; /* event: order_ms; answer: when the object says it changed, else answer time */
	int64_t seq;
	uint32_t tie;    /* hash of an id that carries no sequence: the last resort */
	uint16_t status; /* a word of the store */
	uint8_t rank;    /* steps from birth: orders events whose ids carry no sequence */
	bool any : 1;
	bool rest : 1; /* an answer, not an event: its time is only good to the second */
};

/* A status history, folded so far. Words of the store, 0 = none. */
struct history {
	struct stamp last;
	int64_t stated_ms; /* created of the newest event folded in */
	int64_t changed_ms;
	uint16_t previous;
	uint16_t flaw_from, flaw_to; /* an impossible transition; 0 = none */
};

/* What a row's news begins with; the texts follow, each with its NUL: type, object word, status,
 * previous status, settlement status. Many events bring the same news. */
struct news {
	uint8_t kind, about, rank;
	uint8_t unknown_type;
	uint16_t status, previous; /* words */
};

enum row_flags {
	ROW_OPAQUE = 1 << 0, /* the id is not evt_<ms>-<seq>: seq is its name in event_ids */
	ROW_AMOUNT = 1 << 1,
	ROW_THIN = 1 << 2,
	ROW_FLAWED = 1 << 3,
	ROW_ASKED = 1 << 4,  /* came because it was asked for, so never late */
	ROW_CHAINED = 1 << 5 /* in the chain of its object's record */
};

/* An event in the window. Names are of st->names. */
struct event_row {
	uint64_t order_ms : 48; /* ROW_NO_TIME: none */
	uint64_t flags : 16;
	uint64_t created_ms : 48;
	uint64_t unused : 16;
	int64_t seq;
	int64_t amount;   /* usd_millis */
	uint32_t object;  /* its id */
	uint32_t invoice; /* a payment's or refund's */
	uint32_t customer;
	uint32_t news;
	uint32_t arrival; /* cut to 32 bits: compare the difference */
	uint32_t older;   /* slot of the event before it in the chain, 0 = none; free: next free */
};
#define ROW_NO_TIME ((UINT64_C(1) << 48) - 1)

/* What only some records need. */
struct entry_more {
	struct stamp lines; /* who told an order's snapshot fields */
	struct stamp thin;  /* newest abbreviated event */
	struct stamp rest;  /* newest answer that was not behind */
	int64_t rest_answered_ms, rest_changed_ms;
	int64_t said_ms;
	struct history base; /* of events that left the chain */
	struct doubt {
		uint16_t status, flaw_from, flaw_to;
	} doubt;       /* what was asked about last */
	uint16_t said; /* status in the newest answer, believed or not; 0: never asked */
};

/*
 * What it takes to keep a record right: its object packed, and what lists sort by beside it.
 * The struct record that views read is made of it when they ask (store_shown.c).
 */
struct entry {
	char *packed; /* NULL: nothing but the id is known */
	struct entry_more *more;
	struct entry *same_id; /* of another kind */
	struct entry *sibling; /* filed under the same id: payments of one invoice */
	struct entry *next_of_customer, *before_of_customer;
	struct stamp content; /* who told the object's fields (an order: its row fields) */
	struct stamp born;    /* oldest statement */
	struct history told;  /* the base and the chain */
	int64_t created_ms, updated_ms; /* as the object says, or TIME_NONE */
	int64_t amount;                 /* has_amount */
	uint32_t name;                  /* of its id */
	uint32_t index;                 /* in its table */
	uint32_t customer;              /* a name */
	uint32_t filed;  /* name of the id it is filed under in a link map; 0: not filed */
	uint32_t newest; /* slot of the chain's newest event, 0 = none */
	uint16_t shown;  /* place in st->shown, from 1; 0: not unpacked now */
	uint8_t chain_count;
	uint8_t kind;
	bool full; /* content is more than an abbreviated event told */
	bool has_amount;
};

/* What the status history and the newest answer add up to. */
struct settled {
	struct history h;
	bool incomplete;
};

/* The records unpacked last: as many as a few screens show. */
struct shown {
	struct shown_record {
		struct record record; /* first: a struct record of the store is one of these */
		struct entry *entry;  /* NULL: free */
		uint16_t newer, older;
	} * items[STORE_SHOWN_MAX + 1]; /* [0] is never used */
	uint16_t newest, oldest;
	uint16_t count;
};

/* What took a table from one version to the next. */
struct table_change {
	enum change_kind {
		CHANGE_TOLD, /* something new was said of the record */
		CHANGE_NEAR, /* one that belongs to it left */
		CHANGE_LEFT  /* it left, and the last one took its place */
	} what;
	uint32_t index; /* its place in the table, then */
	uint32_t last;  /* CHANGE_LEFT: where that had been; its own when it was the last */
};

struct table {
	struct entry **entries;
	size_t count, cap;
	uint64_t version;
	uint64_t left; /* version after a record left last: pointers from before may be gone */
	struct table_change changed[STORE_CHANGES_MAX]; /* by version */
};

#define SLAB_ROWS 1024

/* Rows never move but by window_repack(); their order is a list of slots. */
struct window {
	struct event_row **slabs; /* of SLAB_ROWS; slot s is slabs[(s - 1) / SLAB_ROWS] */
	size_t slab_count, slab_cap;
	uint32_t used; /* slots ever given */
	uint32_t free; /* the first that can be given again, 0 = none */
	uint32_t *buf; /* slots, oldest first: [head, head+count), with room on both sides */
	size_t cap, head, count;
	uint64_t shuffled;
	uint64_t version;
	bool has_floor; /* nothing older than this comes in but by continuing downwards */
	int64_t floor_ms, floor_seq;
	bool cut; /* rows left at the bottom, or did not fit: a restore continues no more */
	size_t keep, keep_looking; /* STORE_EVENTS_MAX and STORE_SCROLL_MAX; tests take less */
	bool looking;              /* someone looks back: room for keep_looking */
	bool exhausted;            /* the archive has nothing older than the window */
	uint64_t older_serial;     /* the last REQUEST_OLDER … */
	char older_cursor[ID_CAP];
};

/* The newest pages of the list of all of a kind, without a hole. */
struct told_list {
	char head[ID_CAP], last[ID_CAP]; /* the newest and the oldest told of */
	size_t count;
	bool has_more;
	uint64_t serial;     /* the page asked for last … */
	char cursor[ID_CAP]; /* … and from where */
};

struct open_action {
	struct action action;
	char before_cancellation[STATUS_CAP]; /* an order's, when the action was submitted */
	char before_refund[STATUS_CAP];
};

struct store {
	struct names *names;     /* object ids, customers, news */
	struct names *words;     /* status words; kept for good */
	struct names *event_ids; /* that are not evt_<ms>-<seq>; owner: the slot */
	struct window window;
	struct table tables[OBJECT_KIND_COUNT];
	struct shown *shown;
	struct idmap *payments_by_invoice; /* → first struct entry of a sibling list */
	struct idmap *order_by_invoice;    /* → struct entry of the order */
	struct idmap *invoice_by_order;    /* → struct entry of the invoice */
	struct idmap *refunds_by_invoice;  /* → first of a sibling list */
	struct idmap *retries_by_payout;   /* → first of a sibling list */
	struct entry **customers;          /* by name: the first of a customer's list, or NULL */
	size_t customers_cap;
	struct open_action *actions[STORE_ACTIONS_MAX]; /* 0 = newest */
	size_t action_count;
	struct link_report links[STREAM_COUNT];
	struct away {
		bool is;          /* it has a key and is not connected */
		bool was_here;    /* it had been, before */
		int64_t since_ms; /* by the clock of store_apply */
	} away[STREAM_COUNT];
	struct capabilities capabilities;
	enum load_state load[OBJECT_KIND_COUNT]; /* OBJECT_NONE: recent events */
	struct problem load_problem[OBJECT_KIND_COUNT];
	struct told_list lists[OBJECT_KIND_COUNT];
	struct answers *answers;
	struct acks *acks;
	struct gap gaps[STORE_GAPS_MAX]; /* oldest first */
	size_t gap_count;
	struct history_report history;
	struct incident incidents[STORE_INCIDENTS_MAX]; /* by serial */
	size_t incident_count;
	struct doubted {
		enum object_kind kind;
		uint32_t name; /* held */
	} doubts[DOUBTS_MAX];  /* oldest first */
	size_t doubt_count;
	/* A stretch was lost: what may have changed in it is asked about, from this place on. */
	struct reconcile {
		int kind; /* OBJECT_KIND_COUNT: through */
		size_t index;
		int64_t since_ms; /* an answer given later knows of it */
	} reconcile;
	struct store_stats stats;
	uint64_t arrivals;
	bool tells_before; /* an event said what a status was before: it is told where it changes */
	unsigned char ranks[VOCAB_COUNT][RANKS_MAX];
};

/* store_window.c: where rows live, and their order */
void window_release(struct window *w);
struct event_row *window_row(const struct window *w, uint32_t slot);
uint32_t window_slot_at(const struct window *w, size_t i);
uint32_t window_take_slot(struct window *w); /* a zeroed row */
void window_give_slot(struct window *w, uint32_t slot);
/* After all that is not newer, or with `before` before all that is not older. */
size_t window_place(const struct window *w, int64_t ms, int64_t seq, bool before);
void window_insert(struct window *w, size_t at, uint32_t slot);
/* The slot of the event whose id carries these numbers, or 0. */
uint32_t window_find(const struct window *w, int64_t ms, int64_t seq);
bool window_is_past(const struct window *w, int64_t ms, int64_t seq);
/* Moves the rows together; ret_moved[old slot] is the new one. The caller frees it. */
uint32_t *window_repack(struct window *w);

/* store_rows.c: an event as a row, and back */
int64_t row_order_ms(const struct event_row *r);
int64_t row_created_ms(const struct event_row *r);
int64_t row_order_seq(const struct event_row *r);
struct news row_news(const struct store *st, const struct event_row *r);
/* Fills a zeroed row. */
void row_set(struct store *st, struct event_row *r, const struct event_brief *b);
const char *object_invoice(const struct object *o);    /* that it belongs to, or "" */
void row_clear(struct store *st, struct event_row *r); /* lets its names go */
/* Do they say the same, as far as rows can tell? */
bool row_means(const struct event_row *a, const struct event_row *b);
/* Reads evt_<ms>-<seq> exactly as it is written. */
bool id_is_canonical(const char *id, int64_t *ret_ms, int64_t *ret_seq);
uint16_t word_of(struct store *st, const char *text);
const char *word_text(const struct store *st, uint16_t word);

/* store_events.c */
void events_init(struct store *st);
void events_release(struct store *st);
unsigned events_take(struct store *st, struct msg_events *m, int64_t now_ms);
void events_asked_older(struct store *st, const struct request *rq);

/* store_records.c */
void records_release(struct store *st);
/* `told` is the event's object, kind OBJECT_NONE when it could not be read; `news`: it was not on
 * disk before. */
unsigned records_tell_event(struct store *st, uint32_t slot, const struct object *told, bool news);
unsigned records_tell_answer(struct store *st, const struct object *answer, int64_t now_ms);
/* The event leaves the window: what it told stays, folded into the base. */
void records_forget_event(struct store *st, uint32_t slot);
struct entry *records_find(const struct store *st, enum object_kind kind, const char *id);
/* What took the kind from `version` to the next. NULL: there was nothing, or it is too long ago to
 * tell. */
const struct table_change *records_change(const struct store *st, enum object_kind kind,
					  uint64_t version);
/* The record that it was; NULL also when records left since: look at all of them. */
struct entry *records_changed_at(const struct store *st, enum object_kind kind, uint64_t version);
/* Of the object a row is about, or NULL. */
struct entry *records_of_row(const struct store *st, const struct event_row *r);

const struct entry_more *entry_more(const struct entry *en); /* all empty where it has none */
struct entry_more *entry_want_more(struct entry *en);
const char *entry_id(const struct store *st, const struct entry *en);
enum vocab entry_vocab(const struct entry *en);

/* store_shown.c: records as views read them */
/* Valid until the store changes, or STORE_SHOWN_MAX others were looked at. NULL for NULL. */
const struct record *record_show(const struct store *st, struct entry *en);
void record_hide(struct store *st, struct entry *en); /* what was shown is out of date */
/* The same into the caller's hands: for looking at many. Its object is to be released. */
void record_fill(const struct store *st, const struct entry *en, struct record *ret);
void shown_free(struct shown *s);

/* store_doubts.c: whom to ask the server about */
void doubts_note(struct store *st, struct entry *en);
void doubts_note_all(struct store *st, int64_t now_ms); /* a stretch was lost */
/* What cannot be right in a status history, in words; "" nothing. */
void doubts_write_flaw(const struct store *st, const struct entry *en, char *ret, size_t cap);

/* store_links.c: what belongs together, and to whom */
void links_init(struct store *st);
void links_release(struct store *st);
void links_learn(struct store *st, struct entry *en, const struct object *told);
void links_forget(struct store *st, struct entry *en);
/* Those of which it may be asked: what is told of a payment says something of its invoice. */
void links_around(const struct store *st, const struct entry *en,
		  void (*visit)(void *ctx, struct entry *near), void *ctx);
/* Payments, refunds or orders of an invoice, invoices of an order, payouts that retry another, in
 * no order: the first of a sibling list. */
struct entry *links_first_of(const struct store *st, enum object_kind kind,
			     const char *filed_under);
void customers_learn(struct store *st, struct entry *en, const char *customer);
void customers_forget(struct store *st, struct entry *en);
/* Of a list by next_of_customer, about newest first. */
struct entry *links_first_of_customer(const struct store *st, const char *customer);
/* Which of two objects is older, as well as is known: < 0, 0, > 0. */
int entry_order(const struct entry *a, const struct entry *b);
struct entry *links_payment_of(const struct store *st, const char *invoice_id);
struct entry *links_order_of(const struct store *st, const char *invoice_id);
struct entry *links_invoice_of(const struct store *st, const char *order_id);

/* store_content.c: an object's fields, by whoever said them last */
bool content_take(struct store *st, struct entry *en, const struct object *told,
		  const struct stamp *stamp, bool thin);
bool object_is_thin(const struct object *o);
/* A state that money may have led to, and nothing is said of how much (contract 4.3, list rows). */
bool invoice_hides_money(const struct invoice *inv);
bool object_amount_known(const struct object *o, int64_t *ret); /* what is asked of it in a query */
void object_blank(struct object *ret, enum object_kind kind);
bool object_set_id(struct object *o, const char *id); /* false when it is too long */
void object_set_status(struct object *o, const char *status);
int64_t object_changed_ms(const struct object *o);

/* store_history.c: the order of statements, and the status they add up to */
void ranks_init(struct store *st);
struct stamp stamp_of_row(const struct store *st, const struct event_row *r);
struct stamp stamp_of_answer(struct store *st, const struct object *o, int64_t now_ms);
int stamp_compare_events(const struct stamp *a, const struct stamp *b);
/* Does `next` replace `held`? */
bool stamp_replaces(const struct store *st, enum vocab v, const struct stamp *held,
		    const struct stamp *next);
void chain_add(struct store *st, struct entry *en, uint32_t slot);
void chain_remove(struct store *st, struct entry *en, uint32_t slot);
void chain_let_go(struct store *st, struct entry *en); /* of every row; settles nothing */
struct settled entry_settle(const struct store *st, const struct entry *en);

/* store_lists.c: where the list of a kind ends, page by page */
void lists_asked(struct store *st, const struct request *rq);
void lists_take(struct store *st, const struct msg_page *m);

/* store_archive.c: what the archive tells of how complete things are */
void archive_init(struct store *st);
unsigned archive_take_report(struct store *st, const struct history_report *r, int64_t now_ms);
unsigned archive_take_incident(struct store *st, const struct incident *inc);

/* store_answers.c: what was asked and is neither list nor record */
void answers_init(struct store *st);
void answers_release(struct store *st);
unsigned answers_submitted(struct store *st, const struct request *rq);
unsigned answers_failed(struct store *st, const struct msg_failed *m);
/* Each is of the request with this serial; what the message holds is taken when it is kept. */
unsigned answers_take(struct store *st, uint64_t serial, struct msg *m, int64_t now_ms);
unsigned answers_take_object(struct store *st, struct msg *m, int64_t now_ms);
unsigned answers_take_event(struct store *st, struct msg *m, int64_t now_ms);
unsigned answers_done(struct store *st, uint64_t serial, enum msg_kind kind, int64_t now_ms);
/* How many events had come when a dossier was asked for: later ones are not in it. False: there is
 * none. */
bool answers_dossier_asked(const struct store *st, enum object_kind kind, const char *id,
			   uint64_t *ret_arrivals);

/* store_acks.c */
void acks_init(struct store *st);
void acks_release(struct store *st);
unsigned acks_take(struct store *st, const struct acknowledgement *ack);

/* store_actions.c */
unsigned actions_begin(struct store *st, const struct request *rq, int64_t now_ms);
unsigned actions_end(struct store *st, const struct msg_outcome *m, int64_t now_ms);
unsigned actions_confirm(struct store *st, struct entry *en);
void actions_release(struct store *st);

#endif
