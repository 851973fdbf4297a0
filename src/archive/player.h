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
	size_t window;      /* events before from_ms that make up the state at that moment */
	struct clock clock; /* the machine's */
};

must_check enum status player_open(const struct player_options *opt, struct player **ret,
				   struct problem *reterr);
void player_close(struct player *p);

/*
 * The next message that was recorded at or before `until_ms`, the caller's; NULL when none is due.
 * Events come as SOURCE_STREAM or SOURCE_REST, as they did; answers as MSG_PAGE of one object.
 * *ret_at_ms is when it arrived: apply it with that as now.
 */
struct msg *player_take(struct player *p, int64_t until_ms, int64_t *ret_at_ms);
/* When the next record arrived, or TIME_NONE at the end. */
int64_t player_next_ms(struct player *p);
void player_span(const struct player *p, int64_t *ret_first_ms, int64_t *ret_last_ms);
/* One event whole, and older events: what REQUEST_EVENT and REQUEST_OLDER would answer. */
struct msg *player_answer(struct player *p, const struct request *rq);

#endif
