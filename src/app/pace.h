/*
 * When to paint what is stale. What someone did shows at once, and so does what comes on a
 * quiet feed; when much comes, frames are rationed: a few in a row, then PACE_SUSTAINED_MS apart.
 * Pure: the loop tells the time.
 */
#ifndef PEPAYTOP_APP_PACE_H
#define PEPAYTOP_APP_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_FRAME_MS     16 /* between two frames that events made necessary, at least */
#define PACE_SUSTAINED_MS 40 /* the same, in the long run */
#define PACE_BURST        4  /* frames saved up by a quiet feed */

/* Why the screen is stale; the greater reason decides. */
enum pace_need {
	PACE_NOTHING,
	PACE_EVENTS, /* something came from the threads */
	PACE_NOW     /* a key, a new size, the next second */
};

struct pace {
	enum pace_need need;
	int64_t painted_ms; /* the last frame made for events */
	int64_t spent_ms;   /* what was painted for is paid for until then */
};

void pace_want(struct pace *p, enum pace_need need);
/* Ms until the next frame; 0: now. -1: nothing is stale. */
int pace_wait_ms(const struct pace *p, int64_t now_ms);
/* A frame was painted: nothing is stale any more. */
void pace_painted(struct pace *p, int64_t now_ms);

#endif
