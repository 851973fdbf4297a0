/* What the files of the archive thread share. Nothing else includes it. */
#ifndef PEPAYTOP_ARCHIVE_ARCHIVE_PRIV_H
#define PEPAYTOP_ARCHIVE_ARCHIVE_PRIV_H

#include "archive/archive.h"
#include "archive/proof.h"
#include "base/idmap.h"

#include <pthread.h>

#define ARCHIVE_INBOX_MESSAGES   256
#define ARCHIVE_ANSWERS_MESSAGES 64
#define ARCHIVE_BATCH_MESSAGES   128
#define ARCHIVE_BATCH_EVENTS     2000 /* one more message may be taken while it is below this */
/* After a commit of a few events the next few are waited for so long: a commit costs the disk the
 * same whether it holds one or a hundred. The first after a quiet moment waits for nothing. */
#define ARCHIVE_GATHER_MS        40
#define ARCHIVE_GATHER_EVENTS    8
#define ARCHIVE_REQUESTS_MAX     64
#define ARCHIVE_REQUESTS_A_ROUND 8
#define ARCHIVE_SYNC_HELD_MAX    256
#define ARCHIVE_FIRST_BATCH      500
#define ARCHIVE_ANSWERS_MAX      4000
#define ARCHIVE_INCIDENTS_TOLD   256
#define ARCHIVE_INCIDENTS_ASKED  4096
#define ARCHIVE_INCIDENTS_READ   65536 /* by the ledger, at the start */
#define ARCHIVE_RETRY_MS         2000
#define ARCHIVE_SEEN_MS          10000
#define ARCHIVE_REPORT_MS        200
#define ARCHIVE_TICK_MS          1000
#define ARCHIVE_KEEPER_MS        2000 /* between looks whether another still keeps the file */
#define ARCHIVE_RETIRE_MS        60000
#define ARCHIVE_RETIRE_FIRST_MS  5000 /* after the start, which has better things to do */
#define ARCHIVE_SKIP_MS          5000
#define ARCHIVE_SKIPS_MAX        1024
#define ARCHIVE_TYPES_MAX        256
#define ARCHIVE_AHEAD_MS         1000 /* by which a stamp may run ahead of the clock */
#define ARCHIVE_SHELF_MS         60000

struct pin {
	enum object_kind kind;
	char id[NAME_CAP];
	bool pinned;
};

/* Messages that are ready for a mailbox that may be full. */
struct held_list {
	struct msg **items;
	size_t head, count, cap; /* items[head .. head + count) */
};

/* What a batch became on disk, a byte an event: enum keeping. */
struct kept_list {
	unsigned char *items;
	size_t count, cap;
};

struct told_list {
	struct incident *items;
	size_t count, cap;
};

/* A page's answer, kept until its commit. */
struct page_note {
	size_t fresh, known;
	bool reached;
};

/* What is under way between the inboxes and the disk. */
struct batch {
	struct msg *msgs[ARCHIVE_BATCH_MESSAGES];
	struct page_note notes[ARCHIVE_BATCH_MESSAGES];
	size_t count;
	size_t events;
	struct kept_list kept; /* of all MSG_EVENTS, one after the other */
	struct told_list told; /* incidents written */
	struct pin *pins;
	size_t pin_count, pin_cap;
	struct acknowledgement *acks;
	size_t ack_count, ack_cap;
	int64_t arrived_ms;  /* of the message that is being written, wall */
	bool stamped_answer; /* that one was none of events */
};

/* The verified cursor, and where it lies in the server's order. */
struct verified {
	char id[ID_CAP];
	bool placed; /* the two below are known */
	int64_t order_ms, order_seq;
};

/* An event a sweep found. Did the stream skip it, or is it only slower? */
struct skip {
	char id[ID_CAP];
	enum stream_id stream;
	int64_t found_mono_ms;
};

struct skip_list {
	struct skip *items; /* oldest first */
	size_t count, cap;
	size_t settled;      /* of these: by the transaction under way */
	struct idmap *ids;   /* of items */
	struct idmap *types; /* event type → streams that have brought it, as bits */
};

enum restore_step {
	RESTORE_ACKS,
	RESTORE_EVENTS,
	RESTORE_ANSWERS,
	RESTORE_INCIDENTS,
	RESTORE_DONE
};

struct restore {
	enum restore_step step;
	size_t left; /* events still to be told */
	bool begun;
	char before[ID_CAP];
	struct object *answers; /* what is not yet told starts at answer_next */
	int64_t *answered_ms;
	size_t answer_count, answer_next;
};

struct archive {
	/* immutable */
	struct clock clock;
	struct log *log;
	struct mailbox *in, *answers, *out;
	int wake_fd;
	char path[256];
	enum history_mode mode; /* as opened */
	struct problem opening; /* why */
	struct sync_position position;
	char since[STREAM_COUNT][ID_CAP];
	int64_t opened_ms;
	bool retires;
	pthread_t thread;
	/* the archive thread */
	struct history *history; /* what is written to */
	struct history *shelf;   /* VIEW_ONLY: the file; else NULL */
	struct proof proof;
	struct proof before; /* as it was when the transaction began */
	struct verified verified_before;
	int64_t aside_mono_ms; /* when the file was found damaged and another begun, or TIME_NONE */
	bool finishing;        /* archive_stop: the last word */
	struct verified verified;
	struct batch batch;
	bool writing;           /* a transaction is open */
	struct problem trouble; /* S_OK: the last commit succeeded */
	int64_t retry_mono_ms, seen_mono_ms, retire_mono_ms, index_mono_ms;
	int64_t keeper_mono_ms; /* when it is looked again whether the other one still keeps it */
	bool warm;              /* look-ups are quick from the first on */
	bool indexes;           /* an older version's events may still have to be made findable */
	bool gathering;         /* the next wait is for more to come, once */
	struct held_list for_out, for_sync;
	struct skip_list skips;
	struct restore restore;
	struct history_report told;
	int64_t told_mono_ms;
	bool telling; /* the last report is not yet told */
	/* under lock */
	pthread_mutex_t lock;
	struct mailbox *sync;
	struct request requests[ARCHIVE_REQUESTS_MAX];
	size_t request_count;
	struct pin *pins;
	size_t pin_count, pin_cap;
	bool stop;
};

struct proof_time archive_now(const struct archive *a);
void archive_wake(void *archive);
void *archive_run(void *archive);
/* Created time of the newest event let go, or TIME_NONE. */
int64_t archive_retired_ms(struct history *h);

/* --- archive_pass.c: towards out and sync ------------------------------------------------- */

/* Take m. */
void archive_pass(struct archive *a, struct msg *m);
void archive_pass_sync(struct archive *a, struct msg *m);
/* Out is full, or sync has far too much to read: nothing more is taken. */
bool archive_holds(const struct archive *a);
/* Posts what is held; false: some still is. */
bool archive_flush(struct archive *a);
void held_list_release(struct held_list *l);
/* A batch that is committed: its messages, the receipts of pages, the incidents written. */
void batch_pass(struct archive *a);
/* Tells how things stand, when it changed and not too often; `at_once` when it matters. */
void archive_tell(struct archive *a, bool at_once);

/* --- archive_batch.c: from the inboxes to the disk ------------------------------------------ */

/* Takes what waits, up to a batch. True: there is something to write. */
bool batch_gather(struct archive *a);
/* Writes the batch, and passes it on. On a failure it stays, and a->trouble says why. */
void batch_commit(struct archive *a);
/* Something is to be written although nothing came. */
bool batch_is_due(const struct archive *a);
void batch_release(struct batch *b);
void batch_add_ack(struct batch *b, const struct acknowledgement *ack);
/* Begins the batch's transaction unless it has begun. */
must_check enum status archive_begin(struct archive *a, struct problem *reterr);
/* Writes what the proof machine has changed, and keeps it to be told. */
must_check enum status archive_write_incidents(struct archive *a, struct problem *reterr);
void archive_position_now(const struct archive *a, struct sync_position *ret);
void archive_place_verified(struct archive *a);

/* --- archive_events.c: one MSG_EVENTS -------------------------------------------------------- */

must_check enum status events_write(struct archive *a, const struct msg_events *m,
				    struct page_note *note, struct problem *reterr);
/* After the commit: takes out what was known. `kept` are its events' outcomes. */
void events_thin(struct msg_events *m, const unsigned char *kept);

/* --- archive_skips.c ---------------------------------------------------------------------------
 */

void skips_init(struct skip_list *l);
void skips_release(struct skip_list *l);
/* Which streams bring this type, as bits. */
unsigned skips_streams(const struct skip_list *l, const char *type);
void skips_learn(struct skip_list *l, const char *type, enum stream_id s);
bool skips_waits(const struct skip_list *l, const char *id);
void skips_add(struct skip_list *l, const char *id, enum stream_id s, int64_t mono_ms);
void skips_drop(struct skip_list *l, const char *id);
/* Forgets those added last, down to `count`: their transaction failed. */
void skips_truncate(struct skip_list *l, size_t count);
bool skips_due(const struct skip_list *l, int64_t mono_ms);
/* Tells the proof machine of those whose time is up, and after its commit forgets these, not those
 * whose time was up while it committed: nobody was told of them. */
void skips_settle(struct skip_list *l, struct proof *p, struct proof_time now);
void skips_forget_settled(struct skip_list *l);

/* --- archive_restore.c ---------------------------------------------------------------------------
 */

void restore_init(struct restore *r, size_t events);
void restore_release(struct restore *r);
/* One slice. */
void restore_go_on(struct archive *a);

/* --- archive_lookup.c ------------------------------------------------------------------------ */

/* Pass the answer on; on a failure nothing is passed on. */
must_check enum status lookup_find(struct archive *a, const struct request *rq,
				   struct problem *reterr);
must_check enum status lookup_dossier(struct archive *a, const struct request *rq,
				      struct problem *reterr);

/* --- archive_requests.c
 * ---------------------------------------------------------------------------- */

/* Answers some; true when more wait, or something is to be written now. */
bool requests_serve(struct archive *a);
/* Of those that still wait, what is to be written is taken, and the rest dropped. */
void requests_finish(struct archive *a);
bool requests_wait(struct archive *a);

#endif
