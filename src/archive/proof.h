/*
 * The ledger of completeness (product N2), as a pure machine: it is told what
 * happened and answers what may be claimed and which incidents to write. No clock, no
 * disk: the archive thread feeds it, tests feed it by the million.
 */
#ifndef PEPAYTOP_ARCHIVE_PROOF_H
#define PEPAYTOP_ARCHIVE_PROOF_H

#include "bus/msg.h"

#define PROOF_CHANGES_MAX 16 /* incidents that one step can change */

struct proof {
	struct history_report report; /* its proof half is kept here */
	bool has_key[STREAM_COUNT];
	bool live[STREAM_COUNT];
	struct incident down[STREAM_COUNT]; /* OPEN while that stream is away; serial 0: none */
	struct incident away;               /* OPEN until the first walk after a start is done */
	/* Incidents to write, taken by proof_take; those without serial are new. */
	struct incident changes[PROOF_CHANGES_MAX];
	size_t change_count;
	int64_t swept_mono_ms; /* the last walk that proved something, TIME_NONE */
	bool walking;
	uint64_t walk_fresh;
};

/* `seen_ms`: when the history was last written, TIME_NONE for a fresh one. `past` are the incidents
 * on disk, oldest first. */
void proof_init(struct proof *p, const bool has_key[STREAM_COUNT], int64_t seen_ms, int64_t now_ms,
		const struct incident *past, size_t past_count, int64_t oldest_ms);

/* Everything takes wall and mono time of now. */
struct proof_time {
	int64_t wall_ms, mono_ms;
};
void proof_link(struct proof *p, const struct link_report *l, struct proof_time now);
/* Events of a committed batch: how many were new, and where they came from. */
void proof_events(struct proof *p, enum event_source source, const struct sync_mark *mark,
		  size_t fresh, size_t skipped_by_stream, int64_t oldest_created_ms,
		  struct proof_time now);
void proof_collision(struct proof *p, const char *event_id, struct proof_time now);
void proof_stranger(struct proof *p, const char *event_id, struct proof_time now);
void proof_unreadable(struct proof *p, size_t frames, const char *reason, struct proof_time now);
void proof_storage(struct proof *p, const struct problem *why,
		   struct proof_time now); /* S_OK: over */
void proof_tick(struct proof *p, struct proof_time now);

/* The next incident to write, or false. The caller writes it and hands the serial back. */
bool proof_take(struct proof *p, struct incident *ret);
void proof_written(struct proof *p, const struct incident *inc);

#endif
