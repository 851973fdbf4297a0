/*
 * The ledger of completeness (product N2), as a pure machine: it is told what
 * happened and answers what may be claimed and which incidents to write. No clock, no
 * disk: the archive thread feeds it, tests feed it by the million. A plain value: a copy
 * taken before a transaction undoes what the machine was told in it.
 *
 * It claims PROOF_COMPLETE only on the word of a walk that said `proven`, and only up to
 * the moment that walk began.
 */
#ifndef PEPAYTOP_ARCHIVE_PROOF_H
#define PEPAYTOP_ARCHIVE_PROOF_H

#include "bus/msg.h"

#define PROOF_FRESH_MS  150000 /* streams live: a claim lasts so long after its walk began */
#define PROOF_POLLED_MS 45000  /* not all of them live: so long */
#define PROOF_WALK_MS   60000  /* a walk without a page for so long is not under way any more */
#define PROOF_BURST_MS  60000  /* what happens again within this goes into the same record */
#define PROOF_ADOPT_MAX 64     /* incidents an earlier session left open */
#define PROOF_GAPS_MAX  64     /* lost stretches told apart; further ones are only counted */

/* Every record that can still change has its place. */
enum proof_place {
	PLACE_AWAY,
	PLACE_DOWN, /* one a stream */
	PLACE_SKIPPED = PLACE_DOWN + STREAM_COUNT,
	PLACE_START,
	PLACE_GAP,
	PLACE_COLLISION,
	PLACE_STRANGER,
	PLACE_UNREADABLE,
	PLACE_STORAGE,
	PLACE_ADOPTED,
	PLACE_COUNT = PLACE_ADOPTED + PROOF_ADOPT_MAX
};

struct proof_record {
	struct incident incident;
	bool used;
	bool dirty;      /* to be written */
	bool torn;       /* a part of what it covers is lost */
	int64_t mono_ms; /* a walk that began then or later proves that it is over; TIME_NONE: it
			    is not over */
	int64_t opened_mono_ms;
	uint64_t count; /* of what is counted in the note */
};

struct proof {
	struct proof_stream {
		bool has_key; /* until the link says OFF */
		bool live, was_live;
		int64_t live_mono_ms;  /* since when */
		int64_t stale_wall_ms; /* since when it is silent, or TIME_NONE */
		char last_id[ID_CAP];  /* what it brought last */
	} streams[STREAM_COUNT];
	struct proof_walk {
		bool active;
		enum sync_purpose purpose;
		uint64_t number;
		int64_t began_mono_ms; /* or TIME_NONE */
		int64_t page_mono_ms;  /* when its last page came */
		uint64_t fresh;
		int64_t oldest_ms; /* created, of all it saw; or TIME_NONE */
		char oldest_id[ID_CAP];
	} walk;
	struct proof_record records[PLACE_COUNT];
	int64_t proven_mono_ms; /* when the last walk that proved something began, or TIME_NONE */
	int64_t proven_to_ms;   /* the same, wall */
	int64_t complete_since_ms;
	bool lost; /* a stretch, and no walk has proven anything behind it */
	uint64_t repairs, repaired_events, alarms;
	int64_t gaps[PROOF_GAPS_MAX]; /* where lost stretches end, oldest first */
	size_t gap_count;
	uint64_t more_gaps; /* further ones */
};

/* What is on disk when a session begins. */
struct proof_past {
	const struct incident *incidents; /* oldest first */
	size_t count;
	int64_t seen_ms;    /* when it was last written; TIME_NONE: never */
	int64_t retired_ms; /* created time of the newest event let go; TIME_NONE: none ever was */
};

/* Everything takes wall and mono time of now. */
struct proof_time {
	int64_t wall_ms, mono_ms;
};

/* A batch of events that is committed. */
struct proof_batch {
	enum event_source source;
	enum stream_id stream;
	const struct sync_mark *mark; /* SOURCE_REST */
	size_t fresh;
	size_t fresh_of[STREAM_COUNT]; /* of these: of types that stream brings */
	const char *last_id;           /* of the batch; "" when it is empty */
	const char *oldest_id;         /* how far back it goes, fresh or known */
	int64_t oldest_ms;             /* its time, or TIME_NONE */
	int64_t lost_from_ms;          /* created time of mark->lost_from, or TIME_NONE */
};

void proof_init(struct proof *p, const struct proof_past *past, struct proof_time now);
void proof_link(struct proof *p, const struct link_report *l, struct proof_time now);
void proof_events(struct proof *p, const struct proof_batch *b, struct proof_time now);
/* Whether what a walk finds from now on is something this stream should have brought: it is
 * live, and everything listed when it became so is on disk already. */
bool proof_expects(const struct proof *p, enum stream_id stream);
/* A walk found it, and the stream that should have brought it did not. */
void proof_skipped(struct proof *p, const char *event_id, struct proof_time now);
void proof_collision(struct proof *p, const char *event_id, struct proof_time now);
void proof_stranger(struct proof *p, const char *event_id, struct proof_time now);
void proof_unreadable(struct proof *p, size_t frames, const char *reason, struct proof_time now);
/* S_OK: over; that is when it is recorded. */
void proof_storage(struct proof *p, const struct problem *why, struct proof_time now);
/* Retention has let go of what was created then or earlier. */
void proof_retired(struct proof *p, int64_t retired_ms);
/* The file was damaged and another begun: nothing of it is proven. What the streams are like stays.
 */
void proof_restart(struct proof *p);

/* Fills in what a report says of completeness, and leaves the rest alone. */
void proof_report(const struct proof *p, struct proof_time now, struct history_report *ret);

/* The next incident to write, or false. After each call above the caller takes all of them,
 * writes each and hands it back with its serial. */
bool proof_take(struct proof *p, struct incident *ret);
void proof_written(struct proof *p, const struct incident *inc);

#endif
