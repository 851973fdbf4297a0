/*
 * The director: plays a scenario, a seeded story, against the domain. It first
 * fills in a believable past (in virtual time before the epoch), then goes live.
 */
#ifndef PEPAYTOP_SANDBOX_DIRECTOR_H
#define PEPAYTOP_SANDBOX_DIRECTOR_H

#include "sandbox/world.h"

struct director;

#define CAPTION_CAP 256

/* The scenarios built in, NULL-terminated: "demo" (a shop's life), "quiet" (past only), "busy"… */
const char *const *director_scenarios(void);
const char *director_describe(const char *scenario); /* one line, or NULL when it is not built in */

/* A built-in scenario, or the path of a file that holds one (docs/SCENARIOS.md). E_NOT_FOUND when
 * it is neither, E_INVALID when it is no scenario, naming the line. `event_limit`: freeze the world
 * after that many live events; 0 = none. */
must_check enum status director_new(struct world *w, const char *scenario, int64_t event_limit,
				    struct director **ret, struct problem *reterr);
void director_free(struct director *d);
/* Events a second of the shop's own life, on average, instead of the scenario's rate; one that has
 * none gets it. Before director_seed(). */
void director_set_rate(struct director *d, double events_per_second);
/* Events the director has appended since it went live. */
int64_t director_live_events(const struct director *d);
/* Writes the past. Once, before listening; skipped when the ledger already has one. */
/* A ledger that is ahead of the epoch moves the world's clock on to its last event, and what it
 * left unfinished is taken up again. */
must_check enum status director_seed(struct director *d, struct problem *reterr);
/*
 * Runs everything due by now (world_target_ms), expiries included, in time order, each in its own
 * transaction at its own virtual time. *ret_next_ms: real milliseconds until it wants to be called
 * again, or -1 when never.
 */
must_check enum status director_run(struct director *d, int64_t *ret_next_ms,
				    struct problem *reterr);

/* --- by hand --- */
/* A paused world stands still: nothing happens by itself, and calls have a fixed timestamp. Time
 * goes on from there. */
void director_pause(struct director *d, bool paused);
bool director_paused(const struct director *d);
/* Pauses, then lets exactly the next thing happen, at its own time. E_NOT_FOUND when nothing waits,
 * E_LIMIT after the last event of a limited run. */
must_check enum status director_step(struct director *d, struct problem *reterr);
/*
 * Goes on with the scenario that is paused, or begins one (another, or the same again) with the
 * ledger as it is: no past is written. What the old one left unfinished is taken up by one that is
 * the shop's life, and stays open under any other. After director_seed(). E_NOT_FOUND unless it is
 * built in or what director_new() was given; E_LIMIT as director_step().
 */
must_check enum status director_start(struct director *d, const char *scenario,
				      struct problem *reterr);
/* The name of what is playing. */
const char *director_scenario(const struct director *d);
/* What it said last, or "". */
const char *director_caption(const struct director *d);
/* How many of its lines were not possible when their time came. */
int64_t director_skipped(const struct director *d);
/* Virtual seconds a second from now on; > 0. */
void director_set_speed(struct director *d, double speed);

#endif
