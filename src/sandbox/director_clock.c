/* The director's clock: what comes next, and doing it at its own time. */
#include "sandbox/director_private.h"

#include "sandbox/ledger.h"

#define STEPS_A_RUN   50   /* then the server gets a turn: streams must not starve */
#define HELD_LEAST_MS 5000 /* how long after the epoch a held step waits */
#define HELD_MOST_MS  150000

/* --- one step, in its own transaction, at its own time -------------------------------------- */

/* Someone else (a client) got at the object first: not a failure, only the story's end. */
bool director_is_refusal(enum status st)
{
	return st == E_CONFLICT || st == E_NOT_FOUND || st == E_DENIED;
}

enum status director_act(struct director *d, struct play *p, const struct step *s,
			 struct problem *reterr)
{
	enum status st = ledger_begin(d->w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = s->act(d, p, s, reterr);
	if (st == S_OK)
		return ledger_commit(d->w->ledger, reterr);
	ledger_rollback(d->w->ledger);
	return st;
}

static void queue_next(struct director *d, struct play *p)
{
	if (++p->step == p->story->step_count)
		return;
	p->at_ms = d->w->now_ms + play_wait_ms(d, p);
	if (p->step == p->hold) {
		p->at_ms = d->epoch_ms + rng_between(&d->w->rng, HELD_LEAST_MS, HELD_MOST_MS);
		p->stretch = 1;
	}
	plays_push(d, p);
}

static enum status play_one(struct director *d, struct problem *reterr)
{
	struct play p = plays_pop(d);
	enum status st;

	world_advance_to(d->w, p.at_ms);
	if (p.telling)
		return script_turn(d, p.telling, reterr);
	st = director_act(d, &p, &p.story->steps[p.step], reterr);
	if (st == S_OK)
		queue_next(d, &p);
	else if (director_is_refusal(st))
		log_msg(d->w->log, LOG_DEBUG, "story '%s' ends early", p.story->name);
	return director_is_refusal(st) ? S_OK : st;
}

/* --- beginnings --- */

/* Bursts and lulls: for a while the gaps are a share of what they are on average. */
static int mood(struct director *d)
{
	static const struct {
		int percent;
		int64_t least_ms, most_ms;
	} moods[] = {{100, 15000, 35000},
		     {40, 6000, 12000},
		     {100, 15000, 35000},
		     {150, 8000, 14000}};
	size_t pick;

	if (d->w->now_ms < d->mood_until_ms)
		return d->mood_percent;
	pick = rng_below(&d->w->rng, 4);
	d->mood_percent = moods[pick].percent;
	d->mood_until_ms =
		d->w->now_ms + rng_between(&d->w->rng, moods[pick].least_ms, moods[pick].most_ms);
	return d->mood_percent;
}

static void schedule_arrival(struct director *d, int cast)
{
	int64_t gap = d->gap_ms[cast] * mood(d) / 100;
	double wait = (double)rng_between(&d->w->rng, gap * 6 / 10, gap * 14 / 10) / d->pace;

	d->arrival_ms[cast] = d->w->now_ms + (wait < 1 ? 1 : (int64_t)wait);
}

static void arrive(struct director *d, int cast)
{
	struct play p;

	world_advance_to(d->w, d->arrival_ms[cast]);
	play_cast(d, deck_deal(d, cast), d->w->now_ms, &p);
	plays_push(d, &p);
	schedule_arrival(d, cast);
}

/* --- what comes next --- */

enum what { NOTHING, EXPIRY, ARRIVAL, PLAY };

struct next {
	enum what what;
	int64_t at_ms;
	int cast;
};

/* What comes first; at the same millisecond: expiries, then beginnings, then steps. */
static struct next find_next(struct director *d)
{
	struct next n = {.what = NOTHING, .at_ms = INT64_MAX};
	int64_t due = domain_next_due_ms(d->w);
	const struct play *p = plays_peek(d);

	if (due != TIME_NONE)
		n = (struct next){.what = EXPIRY, .at_ms = due};
	for (int i = 0; i < CASTS; i++)
		if (d->arrival_ms[i] != TIME_NONE && d->arrival_ms[i] < n.at_ms)
			n = (struct next){.what = ARRIVAL, .at_ms = d->arrival_ms[i], .cast = i};
	if (p && p->at_ms < n.at_ms)
		n = (struct next){.what = PLAY, .at_ms = p->at_ms};
	return n;
}

static enum status do_next(struct director *d, const struct next *n, struct problem *reterr)
{
	switch (n->what) {
	case EXPIRY:
		return domain_run_due_one(d->w, reterr);
	case ARRIVAL:
		arrive(d, n->cast);
		return S_OK;
	case PLAY:
		return play_one(d, reterr);
	default:
		return S_OK;
	}
}

/* Does it, and counts what it told; the last event of a limited run freezes the world. */
static enum status run_next(struct director *d, const struct next *n, struct problem *reterr)
{
	int64_t before = ledger_event_count(d->w->ledger);
	enum status st = do_next(d, n, reterr);

	d->live_events += ledger_event_count(d->w->ledger) - before;
	if (director_is_over(d))
		d->w->frozen = true;
	return st;
}

enum status director_run_until(struct director *d, int64_t until, bool *ret_done,
			       struct problem *reterr)
{
	*ret_done = false;
	for (size_t i = 0; i < STEPS_A_RUN && !d->w->frozen; i++) {
		struct next n = find_next(d);
		enum status st;

		if (n.what == NOTHING || n.at_ms > until) {
			*ret_done = true;
			return S_OK;
		}
		st = run_next(d, &n, reterr);
		if (st != S_OK)
			return st;
	}
	return S_OK;
}

/* The world draws from the director's own numbers while the director acts. */
void director_take_dice(struct director *d, struct rng *outside)
{
	*outside = d->w->rng;
	d->w->rng = d->rng;
}

void director_give_dice_back(struct director *d, const struct rng *outside)
{
	d->rng = d->w->rng;
	d->w->rng = *outside;
}

/* --- running --- */

static int64_t real_wait_ms(struct director *d)
{
	struct next n = find_next(d);
	double wait;

	if (n.what == NOTHING || d->w->frozen || d->w->speed <= 0)
		return -1;
	if (n.at_ms <= d->w->now_ms)
		return 0;
	wait = (double)(n.at_ms - world_target_ms(d->w)) / d->w->speed;
	if (wait < 1)
		return 1;
	return wait > 60000 ? 60000 : (int64_t)wait + 1;
}

enum status director_run(struct director *d, int64_t *ret_next_ms, struct problem *reterr)
{
	int64_t target = world_target_ms(d->w), before = ledger_event_count(d->w->ledger);
	struct rng outside;
	bool done = false;
	enum status st;

	director_take_dice(d, &outside);
	st = director_run_until(d, target, &done, reterr);
	director_give_dice_back(d, &outside);
	if (ledger_event_count(d->w->ledger) != before)
		world_wake(d->w);
	if (st != S_OK)
		return st;
	if (done && !d->w->frozen)
		world_advance_to(d->w, target);
	*ret_next_ms = done || d->w->frozen ? real_wait_ms(d) : 0;
	return S_OK;
}

/* --- by hand --- */

bool director_is_over(const struct director *d)
{
	return d->event_limit > 0 && d->live_events >= d->event_limit;
}

void director_pause(struct director *d, bool paused)
{
	if (paused == d->paused)
		return;
	d->paused = paused;
	d->w->frozen = paused || director_is_over(d);
	if (!d->w->frozen)
		world_restart_at(d->w, d->w->now_ms);
}

bool director_paused(const struct director *d)
{
	return d->paused;
}

void director_set_speed(struct director *d, double speed)
{
	world_restart_at(d->w, d->w->now_ms);
	d->w->speed = speed;
}

enum status director_step(struct director *d, struct problem *reterr)
{
	struct rng outside;
	struct next n;
	enum status st;

	director_pause(d, true);
	if (director_is_over(d))
		return problem_set(reterr, E_LIMIT, NULL,
				   "the scenario's last event has been told");
	director_take_dice(d, &outside);
	n = find_next(d);
	st = n.what == NOTHING ? problem_set(reterr, E_NOT_FOUND, NULL, "nothing waits to happen")
			       : run_next(d, &n, reterr);
	director_give_dice_back(d, &outside);
	world_wake(d->w);
	return st;
}
