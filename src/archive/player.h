/*
 * Time travel (product N5): what was recorded, told again in the order it came and
 * at its pace, or another. Reads the history, writes nothing; no thread: the loop asks
 * for what is due.
 */
#ifndef PEPAYTOP_ARCHIVE_PLAYER_H
#define PEPAYTOP_ARCHIVE_PLAYER_H

#include "archive/history.h"
#include "bus/msg.h"

struct player;

struct player_options {
	const char *path;
	struct world world;
	int64_t from_ms;    /* wall; TIME_NONE: from the first record */
	size_t window;      /* records before from_ms that make up the state at that moment */
	struct clock clock; /* the machine's */
};

/* E_NOT_FOUND when nothing was recorded. */
must_check enum status player_open(const struct player_options *opt, struct player **ret,
				   struct problem *reterr);
void player_close(struct player *p);

/*
 * The next message that was recorded at or before `until_ms`, the caller's; NULL when none is due.
 * *ret_at_ms is when it arrived: apply it with that as now.
 *
 * The first is MSG_HISTORY (mode REPLAY). Events come in batches that arrived together, as
 * SOURCE_STREAM, SOURCE_REPLAY or SOURCE_REST, as they did; answers as MSG_PAGE of one object;
 * incidents as MSG_INCIDENT when they began (open) and when they ended. With from_ms the `window`
 * records before it come first, at their own times, and are due at once: ask with from_ms until
 * NULL before the first screen.
 */
struct msg *player_take(struct player *p, int64_t until_ms, int64_t *ret_at_ms);
/* When the next record arrived, or TIME_NONE at the end. */
int64_t player_next_ms(struct player *p);
const struct world *player_world(const struct player *p); /* whose recording it is */
void player_span(const struct player *p, int64_t *ret_first_ms, int64_t *ret_last_ms);
/*
 * What REQUEST_EVENT, OLDER, FIND and DOSSIER would have been answered at the moment that is
 * played: one message, the caller's; MSG_FAILED where there is no answer. What came later is not
 * told.
 */
struct msg *player_answer(struct player *p, const struct request *rq);

#endif
