/*
 * The sandbox's root: what every part of the local Pepay shares. One thread owns
 * it all; nothing here is locked.
 *
 * Virtual time: `world_now_ms()` starts at the epoch given and runs at `speed`
 * times real time, in discrete steps: before anything due at T runs, the clock
 * stands at exactly T, so that with the same seed the same scenario writes the
 * same timestamps however late the machine is. A frozen world (the scenario has
 * reached its --events limit) stands still, so later calls have fixed timestamps too.
 */
#ifndef PEPAYTOP_SANDBOX_WORLD_H
#define PEPAYTOP_SANDBOX_WORLD_H

#include "base/log.h"
#include "base/rng.h"
#include "base/when.h"

#define MERCHANT_ID 4217 /* the one merchant of this local Pepay */

struct ledger;
struct control;

struct world {
	struct ledger *ledger;
	struct log *log;
	struct clock real;       /* immutable: the machine's clock */
	int64_t epoch_ms;        /* immutable: virtual time at start */
	int64_t started_mono_ms; /* immutable: real.mono at start */
	double speed;            /* immutable: virtual ms per real ms */
	int64_t now_ms;          /* virtual; moved only by world_advance_to() */
	bool frozen;
	struct rng rng;              /* ids, hashes, everything a scenario draws */
	char environment[16];        /* "devnet" */
	char merchant_key[64];       /* x-api-key of merchant scope */
	char commerce_key[64];       /* x-commerce-api-key */
	char base_url[96];           /* "http://127.0.0.1:PORT", set once listening */
	void (*on_event)(void *ctx); /* the outbox has something new, after commit */
	void *on_event_ctx;
	struct control *control; /* control.h; NULL: not enabled */
};

int64_t world_now_ms(const struct world *w);
/* Where virtual time should be by the real clock; ≥ now_ms; now_ms when frozen. */
int64_t world_target_ms(const struct world *w);
/* Moves virtual time forward to `ms`; never back. */
void world_advance_to(struct world *w, int64_t ms);
/* For the seeded past and for a ledger that is ahead of the clock: sets virtual time, and lets it
 * run on from there. Not while anything is in flight. */
void world_restart_at(struct world *w, int64_t ms);
/* Tells whoever listens that the outbox has something new. After commit. */
void world_wake(struct world *w);

#endif
