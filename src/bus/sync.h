/*
 * What a REST page means for completeness: the walk it belongs to, and up to where
 * everything is on disk once it is committed. The sync thread says it with each
 * page; the archive answers each with what it found new.
 */
#ifndef PEPAYTOP_BUS_SYNC_H
#define PEPAYTOP_BUS_SYNC_H

#include "wire/answers.h"

/*
 * Why a walk through /events is made. A walk goes UP from an id that is on disk (ending_before,
 * page by page, until there is nothing newer), or, where there is no such id or the server does not
 * know it any more, DOWN from the newest (starting_after) until it meets what is on disk. The pages
 * of a walk follow each other without a hole, whichever way; a walk that goes on by the other way
 * is a new one. One that ends without proof still says so, if need be with an empty batch.
 */
enum sync_purpose {
	SYNC_NONE,     /* not of a walk: a page someone asked for */
	SYNC_START,    /* DOWN: there is no history yet; brings the first stretch of it */
	SYNC_CATCH_UP, /* UP with overlap: after the program or the stream was away */
	SYNC_SWEEP,    /* UP with overlap: does the stream that looks healthy skip any? */
	SYNC_POLL,     /* UP with overlap: there is no stream */
	SYNC_RESCUE    /* DOWN: the cursor is unknown to the server; what is between is lost unless
			  the walk meets something known */
};

struct sync_mark {
	enum sync_purpose purpose;
	uint64_t walk; /* a number of its own; pages of one walk share it */
	/* Mono, read before the first request of the walk: what was emitted after it, the walk need
	 * not have seen. 0 is not known: such a walk proves nothing. */
	int64_t began_mono_ms;
	/* The walk ends with this page, and once it is committed everything that the server listed
	 * when the walk began is on disk. Says more than `verified`, which moves page by page, and
	 * cannot move at all where there is nothing new. */
	bool proven;
	/*
	 * Set on the page that proves it: when this page is committed, every event the server
	 * listed at or before this id, back to where the walk began, is on disk. The archive makes
	 * it the verified cursor in the same transaction. "" otherwise.
	 */
	char verified[ID_CAP];
	bool last; /* the walk ends with this page, whether it proved anything or not */
	bool lost; /* on the last page of a RESCUE that met nothing known: a stretch is lost */
	char lost_from[ID_CAP]; /* the old verified cursor, "" none; the other end is the oldest
				   event of the walk */
};

/* Where an archive stands: what the sync and feed threads start from. */
struct sync_position {
	char verified[ID_CAP]; /* "" = none: START */
	/* An id older than `verified` by some SYNC_OVERLAP events: where sweeps and polls begin,
	 * for an event may become visible late. The same as `verified` when there is none. Without
	 * `verified`: the oldest event on disk, which a START goes down to, "" where there is none:
	 * streams brought it before the program was killed. */
	char overlap[ID_CAP];
};
#define SYNC_OVERLAP 100

/* The archive's answer to a page, after its commit. */
struct sync_receipt {
	uint64_t walk;
	size_t fresh; /* were not on disk */
	size_t known;
	/* The page holds an event that lies at or before the verified cursor (as it was before this
	 * page) in the server's order: so everything between the two was in the walk. Being known
	 * is not enough: what the stream brought past the cursor is known too, and proves nothing.
	 * false where it cannot be told. */
	bool reached;
	bool last;
	struct sync_position position;
};

#endif
