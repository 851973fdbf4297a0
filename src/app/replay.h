/*
 * A recording that plays: the clock on screen is the recorded time, running at a pace
 * of its own. Pulled by the loop; no thread.
 */
#ifndef PEPAYTOP_APP_REPLAY_H
#define PEPAYTOP_APP_REPLAY_H

#include "app/screen.h"
#include "archive/player.h"

#define REPLAY_SPEED_MIN 100     /* thousandths */
#define REPLAY_SPEED_MAX 1000000 /* thousandths */
#define REPLAY_STEP_MS   60000
#define REPLAY_WINDOW    20000 /* records before the moment that make up the state at it */

struct replay {
	struct player *player; /* NULL: none plays */
	char *path;
	struct world world; /* asked for: server "" is any */
	struct clock machine;
	int64_t first_ms, last_ms;
	int64_t base_ms, base_mono_ms; /* the recorded time at a moment of the machine's */
	int64_t speed_milli;
	bool held;
};

/* `from_ms` TIME_NONE: where the recording begins; out of it: its nearest end. Takes over path. */
must_check enum status replay_open(struct replay *r, char *path_take, const struct world *world,
				   struct clock machine, int64_t from_ms, int64_t speed_milli,
				   struct problem *reterr);
void replay_close(struct replay *r); /* fine on zeroes */

int64_t replay_now_ms(const struct replay *r);
bool replay_ended(const struct replay *r); /* the last moment is reached: it stays */
/* When the machine's clock will have come to the next record, mono ms; TIME_NONE: never by itself.
 */
int64_t replay_next_mono_ms(const struct replay *r);
void replay_hold(struct replay *r, bool held);
void replay_set_speed(struct replay *r, int64_t speed_milli); /* clamped */
/*
 * To another moment, within the recording. Going back opens the player anew: *ret_anew says that a
 * fresh store is needed. Going forward plays what lies between at once.
 */
must_check enum status replay_seek(struct replay *r, int64_t to_ms, bool *ret_anew,
				   struct problem *reterr);
void replay_show(const struct replay *r, struct replay_face *ret);

#endif
