/* What the files of the history share. Nothing else includes it. */
#ifndef PEPAYTOP_ARCHIVE_HISTORY_PRIV_H
#define PEPAYTOP_ARCHIVE_HISTORY_PRIV_H

#include "archive/db.h"
#include "archive/history.h"
#include "base/strbuf.h"

struct history {
	/* as opened */
	char *path; /* resolved; NULL temporary */
	char *vfs;
	struct world world;
	struct clock clock;
	struct history_limits limits;
	enum history_mode mode;
	int lock_fd; /* -1: none held */
	/* the connection; NULL between a failure and the next history_begin */
	struct db *db;
	bool suspect; /* a failure that asks for closing and opening again */
	bool damaged; /* found at work: the next opening sets the file aside */
	char set_aside_to[256];
	/* what is asked all the time: as in the transaction under way, and as committed */
	struct tally {
		int64_t events;
		int64_t next_row;
		int64_t merchant_id; /* 0: none seen yet */
		char cursors[HISTORY_CURSOR_COUNT][ID_CAP];
		/* events and answers of these rows and later ones can be looked up; 0: all */
		int64_t told_from, told_answers_from;
		/* and those by texts with other letters than ASCII's */
		int64_t folded_from, folded_answers_from;
	} tally, committed;
	struct filters *filters; /* which runs hold an object: history_filter.c; NULL none yet */
	struct said *said;       /* what can be looked up already: history_mention.c; NULL none */
	int64_t recent_bytes;    /* of texts in no run yet; -1 not known: history_texts.c */
	/*
	 * A commit that failed in its very last step may be on disk for all that. It was called
	 * undone, so what it wrote, rows from doubtful_row up to landed_row, is new to the caller
	 * when it tries again.
	 */
	int64_t doubtful_row, landed_row;
	bool open; /* between history_begin and its end */
	bool changed;
	struct problem failed; /* the first failure in the transaction; S_OK none */
};

/* --- ids: evt_<ms>-<seq> are two numbers, any other id is text --------------------------- */

struct event_key {
	int64_t ms, seq;
	const char *text; /* "" for the numbered */
};
/* False when the id is not of the form that prints back as it was. */
bool event_key_numbered(const char *id, struct event_key *ret);
struct event_key event_key(const struct event *e);
void event_key_id(const struct event_key *k, char ret[ID_CAP]);
/* Of an id on disk; E_NOT_FOUND for text that is not. */
must_check enum status history_key(struct history *h, const char *id, struct event_key *ret,
				   struct problem *reterr);
/* The event SYNC_OVERLAP places older than `id`, or the oldest there is. `ret->text` is not set. */
must_check enum status history_overlap(struct history *h, const char *id, struct event_key *ret,
				       char ret_id[ID_CAP], struct problem *reterr);
#define OBJECT_RUN_SHIFT 14 /* a run is of 1 << this many rows; never to be changed */
/* 0: it is of no object. */
int64_t object_hash(enum object_kind kind, const char *id);
enum object_kind event_object_kind(const struct event *e);

/* --- reading rows ------------------------------------------------------------------------ */

/* The columns of `event` that make one whole, in the order event_row reads them. */
#define EVENT_COLUMNS "row, ms, seq, id, created, arrived, via, live, body"
struct event_row {
	int64_t row;
	int64_t arrived_ms;
	enum event_via via;
	struct event event;
};
void event_row_read(const struct query *q, struct event_row *ret);
/* The row of an id, or E_NOT_FOUND. */
must_check enum status history_row(struct history *h, const char *id, int64_t *ret,
				   struct problem *reterr);

/* --- state: named values, the cursors among them ----------------------------------------- */

#define STATE_SERVER              "server"
#define STATE_ACCOUNT             "account"
#define STATE_ENVIRONMENT         "environment"
#define STATE_OPENED              "opened" /* how many times, to write */
#define STATE_EVENTS              "events"
#define STATE_NEXT_ROW            "next_row"
#define STATE_MERCHANT_ID         "merchant_id"
/* see tally.told_from; never set where all can be looked up from the start */
#define STATE_TOLD_FROM           "told_from"
#define STATE_TOLD_ANSWERS_FROM   "told_answers_from"
#define STATE_FOLDED_FROM         "folded_from"
#define STATE_FOLDED_ANSWERS_FROM "folded_answers_from"
#define STATE_RETIRED             "retired"    /* the newest id that was let go */
#define STATE_RETIRED_MS          "retired_ms" /* and its time */
must_check enum status state_set(struct db *db, const char *name, const char *value,
				 struct problem *reterr);
must_check enum status state_set_int(struct db *db, const char *name, int64_t value,
				     struct problem *reterr);
/* "" when never set. */
must_check enum status state_get(struct db *db, const char *name, char *ret, size_t cap,
				 struct problem *reterr);
must_check enum status state_get_int(struct db *db, const char *name, int64_t missing, int64_t *ret,
				     struct problem *reterr);
const char *history_cursor_name(enum history_cursor c);

/* --- transactions ------------------------------------------------------------------------ */

/* What a write inside a transaction ended with: the first failure is kept for the commit. */
enum status history_wrote(struct history *h, enum status st, const struct problem *why,
			  struct problem *reterr);
/* Refuses outside of a transaction, and in one that has failed. */
must_check enum status history_may_write(struct history *h, struct problem *reterr);
/* Opens again what has to be. */
must_check enum status history_may_read(struct history *h, struct problem *reterr);
/* What a read ended with: what it tells of the file is kept. Hands `st` on. */
enum status history_read(struct history *h, enum status st);
/* What lies behind is said to be in front: the file is damaged, and following it would not end. */
enum status history_out_of_order(struct history *h, struct problem *reterr);

/* --- the file: history_file.c ------------------------------------------------------------ */

/* Makes the folder (0700), refuses what is not safe; *ret_path is the caller's, without symlinks
 * in front of the last name. *ret_exists: there is a file. */
must_check enum status file_check(const char *path, bool make, char **ret_path, bool *ret_exists,
				  struct problem *reterr);
bool file_is_missing(const char *path);
/* An empty one, 0600. */
must_check enum status file_create(const char *path, struct problem *reterr);
/* E_CONFLICT: another process has it; E_READ_ONLY: it cannot be had here. */
must_check enum status file_lock(const char *path, int *ret_fd, struct problem *reterr);
void file_unlock(int fd);
/* Renames the file and its journal; never overwrites. */
must_check enum status file_set_aside(const char *path, int64_t now_ms, char *ret, size_t cap,
				      struct problem *reterr);

/* --- the schema: history_schema.c -------------------------------------------------------- */

#define HISTORY_VERSION 4

/*
 * Settings, and the schema this build wants: made in an empty file, upgraded from an older one
 * after a copy to "<path>.version-<n>" when `writable`. Not ours: E_CONFLICT; newer: E_UNSUPPORTED.
 */
must_check enum status schema_apply(struct history *h, bool writable, int *ret_upgraded_from,
				    bool *ret_fresh, struct problem *reterr);
/* Settings to write with beside the owner of the file; E_CONFLICT: it is of another version now. */
must_check enum status schema_lend(struct history *h, struct problem *reterr);
/* The world is written into a new file, and compared in another. */
must_check enum status schema_bind_world(struct history *h, bool writable, struct problem *reterr);

/* --- what can be looked up: history_mention.c ------------------------------------------- */

/* Of an event that was added as `row`, of the object with this hash. */
must_check enum status mention_event(struct history *h, int64_t row, int64_t object,
				     const char *body, size_t len, struct problem *why);
must_check enum status mention_answer(struct history *h, int64_t row, const char *body,
				      struct problem *why);
/* Around the deletion of an event: what it alone was found by is taken out and kept in *ret; then,
 * once it is gone, given to other events of its object that say the same. */
struct orphans {
	char **items;
	size_t count, cap;
};
must_check enum status mention_take_out(struct history *h, int64_t row, struct orphans *ret,
					struct problem *why);
must_check enum status mention_give(struct history *h, int64_t row, int64_t object,
				    struct orphans *orphans, struct problem *why);
void orphans_add(struct orphans *o, const char *text, size_t len);
void orphans_release(struct orphans *o);
/* A text of a row, beside those that are packed. */
must_check enum status mention_put(struct history *h, int64_t row, const char *text,
				   struct problem *why);
must_check enum status mention_put_answer(struct history *h, int64_t answer, const char *text,
					  struct problem *why);
/* False: an event or an answer of this object, by its hash, has said it lately. */
bool mention_is_news(struct history *h, int64_t object, const char *text, size_t len);
/* What is said to be known is not known any more. */
void said_forget(struct history *h);

/* --- looking things up: history_look.c ---------------------------------------------------- */

/* One look-up, in one read of the file. */
struct look {
	struct history *h;
	bool held;
	int64_t last_row, last_answer; /* what came later does not count */
	struct recent {
		int64_t object, row;
	} * recent; /* those in no run yet */
	size_t recent_count;
	struct problem *why;
};
must_check enum status look_begin(struct look *l, struct history *h, int64_t until_ms,
				  struct problem *why);
/* What it ended with; hands `st` on. */
enum status look_end(struct look *l, enum status st);

/* Makes the filters of so many runs that have none; true in *ret_more: there may be others. */
must_check enum status filters_load(struct history *h, size_t most, bool *ret_more,
				    struct problem *why);
/* The next run from *at on that may hold the object; false: no other does. */
bool filters_next(const struct filters *f, int64_t object, size_t *at, int64_t *ret_run);
void filters_free(struct filters *f);

/* The events of an object by its hash, in no order. */
struct placed {
	int64_t row, ms, seq;
};
struct placed_list {
	struct placed *items;
	size_t count, cap;
};
must_check enum status look_rows(struct look *l, int64_t object, struct placed_list *ret);
/* *ret_found false: it is gone, or came later. The event is the caller's. */
must_check enum status look_event(struct look *l, int64_t row, struct event_row *ret,
				  bool *ret_found);
/* The object's latest answer; kind OBJECT_NONE where there is none. It is the caller's. */
must_check enum status look_answer(struct look *l, enum object_kind kind, const char *id,
				   struct object *ret, int64_t *ret_answered_ms);

/* Where a text is said: a row of events, or of answers. */
struct lead {
	int64_t row;
	bool answer;
};
struct lead_list {
	struct lead *items;
	size_t count, cap;
	size_t left; /* that may still be added */
	bool cut;    /* none may */
};
#define LEADS_MAX 4096
void lead_add(struct lead_list *l, int64_t row, bool answer);
/* Adds them, the newest first as far as runs go; folded texts. The tail may be "". */
must_check enum status look_leads(struct look *l, enum match match, const char *text,
				  const char *tail, struct lead_list *ret);

/* --- texts, packed: history_texts.c ------------------------------------------------------- */

/* One more of an event; `before` as in history_texts.c, 0 for those of texts_put. */
void texts_add(struct strbuf *to, size_t before, const char *text, size_t len);
/* All that an event says for the first time, which was added as `row`. */
must_check enum status texts_put(struct history *h, int64_t row, const struct strbuf *texts,
				 struct problem *why);
/* After the event of each row: at the end of a run all that is recent is sorted into blocks. */
must_check enum status texts_settle(struct history *h, int64_t row, struct problem *why);
/* What a recent row says goes, and is kept in *ret. */
must_check enum status texts_take_recent(struct history *h, int64_t row, struct orphans *ret,
					 struct problem *why);
/* Out of its block; *ret_was false: it was in none. */
must_check enum status texts_take_out(struct history *h, int64_t row, const char *text, size_t len,
				      bool *ret_was, struct problem *why);
/* `after`: for MATCH_PREFIX, the first text behind all that begin so. */
must_check enum status texts_leads(struct look *l, enum match match, const char *text,
				   const char *tail, const char *after, struct lead_list *ret);

/* A lead followed. */
struct witness {
	enum object_kind kind;
	char id[NAME_CAP];  /* of the object; "" it has none */
	char event[ID_CAP]; /* "" an answer */
	int64_t hash;       /* of the object; 0 none */
	int64_t row;        /* of the event or the answer */
	char *body;         /* owned */
	size_t body_len;
};
/* *ret_found false: what was there is gone. */
must_check enum status look_follow(struct look *l, const struct lead *lead, struct witness *ret,
				   bool *ret_found);
void witness_release(struct witness *w);

/* --- meaning.c --------------------------------------------------------------------------- */

/* Do two envelopes of one id say the same? Not compared: how the text is spaced, the order of
 * members, null or absent, and members of the envelope that tell of its delivery. */
bool meaning_same(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
