#include "sandbox/director_private.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/ledger.h"
#include "sandbox/shop.h"

#define STEPS_A_RUN   2000 /* then the server gets a turn */
#define DEMO_RATE     1.1  /* events a second that the casts' gaps amount to */
#define BUSY_RATE     50.0
#define HELD_LEAST_MS 5000 /* how long after the epoch a held step waits */
#define HELD_MOST_MS  150000

struct scenario {
	const char *name, *description;
	bool live;
	double rate; /* events a second */
};

static const struct scenario scenarios[] = {
	{"demo", "a shop's life, about one event a second, at a pace a person can follow", true,
	 DEMO_RATE},
	{"quiet", "a day of history, then nothing but what clients do", false, 0},
	{"busy", "the same life at 50 events a second", true, BUSY_RATE},
};

#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

const char *const *director_scenarios(void)
{
	static const char *const names[] = {"demo", "quiet", "busy", NULL};

	return names;
}

static const struct scenario *scenario_find(const char *name)
{
	for (size_t i = 0; i < SCENARIOS; i++)
		if (str_equal(scenarios[i].name, name))
			return &scenarios[i];
	return NULL;
}

const char *director_describe(const char *scenario)
{
	const struct scenario *s = scenario_find(scenario);

	return s ? s->description : NULL;
}

void director_set_rate(struct director *d, double events_per_second)
{
	if (events_per_second > 0)
		d->pace = events_per_second / DEMO_RATE;
}

int64_t director_live_events(const struct director *d)
{
	return d->live_events;
}

enum status director_new(struct world *w, const char *scenario, int64_t event_limit,
			 struct director **ret, struct problem *reterr)
{
	const struct scenario *s = scenario_find(scenario);
	struct director *d;

	if (!s)
		return problem_set(reterr, E_NOT_FOUND, "choose demo, quiet or busy",
				   "there is no scenario '%s'", scenario);
	d = xcalloc(1, sizeof(*d));
	d->w = w;
	d->live = s->live;
	d->event_limit = event_limit;
	d->pace = 1;
	director_set_rate(d, s->rate);
	rng_seed(&d->rng, rng_next(&w->rng));
	d->person_count = shop_person_count();
	d->people = xcalloc(d->person_count, sizeof(*d->people));
	for (int i = 0; i < CASTS; i++)
		d->arrival_ms[i] = TIME_NONE;
	*ret = d;
	return S_OK;
}

void director_free(struct director *d)
{
	if (!d)
		return;
	free(d->heap);
	free(d->people);
	free(d);
}

/* --- one step, in its own transaction, at its own time -------------------------------------- */

/* Someone else (a client) got at the object first: not a failure, only the story's end. */
static bool is_story_end(enum status st)
{
	return st == E_CONFLICT || st == E_NOT_FOUND || st == E_DENIED;
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
	const struct step *s = &p.story->steps[p.step];
	enum status st;

	world_advance_to(d->w, p.at_ms);
	st = ledger_begin(d->w->ledger, reterr);
	if (st != S_OK)
		return st;
	st = s->act(d, &p, s, reterr);
	if (st == S_OK)
		st = ledger_commit(d->w->ledger, reterr);
	else
		ledger_rollback(d->w->ledger);
	if (st == S_OK)
		queue_next(d, &p);
	else if (is_story_end(st))
		log_msg(d->w->log, LOG_DEBUG, "story '%s' ends early", p.story->name);
	return is_story_end(st) ? S_OK : st;
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
	int64_t gap = casts[cast].gap_ms * mood(d) / 100;
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

/* The first of each cast comes soon, so that nobody waits for a sign of life. */
static void go_live(struct director *d)
{
	d->live_events = 0;
	if (!d->live) {
		d->count = 0; /* what the past left open stays open */
		return;
	}
	for (int i = 0; i < CASTS; i++)
		d->arrival_ms[i] = d->epoch_ms + rng_between(&d->w->rng, 500, 2500) + i * 1200;
}

/* --- time
 * ----------------------------------------------------------------------------------------- */

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

/* Everything due by `until`, at most `most` things; *ret_done when nothing due is left. */
static enum status run_until(struct director *d, int64_t until, size_t most, bool *ret_done,
			     struct problem *reterr)
{
	int64_t before = ledger_event_count(d->w->ledger);

	*ret_done = false;
	for (size_t i = 0; i < most && !d->w->frozen; i++) {
		struct next n = find_next(d);
		int64_t after;
		enum status st;

		if (n.what == NOTHING || n.at_ms > until) {
			*ret_done = true;
			return S_OK;
		}
		st = do_next(d, &n, reterr);
		if (st != S_OK)
			return st;
		after = ledger_event_count(d->w->ledger);
		d->live_events += after - before;
		before = after;
		if (d->event_limit > 0 && d->live_events >= d->event_limit)
			d->w->frozen = true;
	}
	return S_OK;
}

/* The world draws from the director's own numbers while the director acts. */
static void take_dice(struct director *d, struct rng *outside)
{
	*outside = d->w->rng;
	d->w->rng = d->rng;
}

static void give_dice_back(struct director *d, const struct rng *outside)
{
	d->rng = d->w->rng;
	d->w->rng = *outside;
}

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

	take_dice(d, &outside);
	st = run_until(d, target, STEPS_A_RUN, &done, reterr);
	give_dice_back(d, &outside);
	if (ledger_event_count(d->w->ledger) != before)
		world_wake(d->w);
	if (st != S_OK)
		return st;
	if (done && !d->w->frozen)
		world_advance_to(d->w, target);
	*ret_next_ms = done || d->w->frozen ? real_wait_ms(d) : 0;
	return S_OK;
}

/* --- the past
 * ------------------------------------------------------------------------------------- */

static enum status write_past(struct director *d, struct problem *reterr)
{
	int64_t limit = d->event_limit;
	bool done = false;
	enum status st = S_OK;

	world_restart_at(d->w, d->epoch_ms - PAST_MS);
	d->event_limit = 0;
	past_plan(d);
	while (st == S_OK && !done)
		st = run_until(d, d->epoch_ms, STEPS_A_RUN, &done, reterr);
	d->event_limit = limit;
	world_restart_at(d->w, d->epoch_ms);
	return st;
}

static bool note_time(void *ctx, const struct ledger_event *e)
{
	int64_t *newest_ms = ctx;

	*newest_ms = e->created_ms;
	return false;
}

/* Time goes on after the last event. So do the numbers: the same ids again would clash. */
static enum status take_up(struct director *d, struct problem *reterr)
{
	struct ledger_event_filter f = {.limit = 1, .newest_first = true};
	int64_t newest_ms = d->epoch_ms;
	enum status st = ledger_events(d->w->ledger, &f, note_time, &newest_ms, NULL, reterr);

	if (st != S_OK)
		return st;
	if (newest_ms > d->epoch_ms)
		d->epoch_ms = newest_ms;
	world_restart_at(d->w, d->epoch_ms);
	rng_seed(&d->w->rng, rng_next(&d->w->rng) ^ (uint64_t)ledger_event_count(d->w->ledger));
	return past_adopt(d, reterr);
}

enum status director_seed(struct director *d, struct problem *reterr)
{
	struct rng outside;
	enum status st;

	d->epoch_ms = d->w->epoch_ms;
	take_dice(d, &outside);
	if (ledger_event_count(d->w->ledger) == 0)
		st = write_past(d, reterr);
	else
		st = take_up(d, reterr);
	if (st == S_OK)
		go_live(d);
	give_dice_back(d, &outside);
	return st;
}
