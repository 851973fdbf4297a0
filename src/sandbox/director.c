#include "sandbox/director_private.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/ledger.h"
#include "sandbox/shop.h"

#define DEMO_RATE 1.1 /* events a second that the casts' gaps amount to */
#define BUSY_RATE 50.0

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

/* Nothing of the one before is left. */
static enum status take_scenario(struct director *d, const char *name, struct problem *reterr)
{
	const struct scenario *s = scenario_find(name);

	if (!s)
		return problem_set(reterr, E_NOT_FOUND, "choose demo, quiet or busy",
				   "there is no scenario '%s'", name);
	d->scenario = s->name;
	d->live = s->live;
	d->pace = 1;
	director_set_rate(d, s->rate);
	d->count = 0;
	d->mood_until_ms = 0;
	for (int i = 0; i < CASTS; i++) {
		d->arrival_ms[i] = TIME_NONE;
		d->decks[i] = (struct deck){.count = 0};
	}
	return S_OK;
}

const char *director_scenario(const struct director *d)
{
	return d->scenario;
}

enum status director_new(struct world *w, const char *scenario, int64_t event_limit,
			 struct director **ret, struct problem *reterr)
{
	struct director *d = xcalloc(1, sizeof(*d));
	enum status st;

	d->w = w;
	d->event_limit = event_limit;
	st = take_scenario(d, scenario, reterr);
	if (st != S_OK) {
		director_free(d);
		return st;
	}
	rng_seed(&d->rng, rng_next(&w->rng));
	d->person_count = shop_person_count();
	d->people = xcalloc(d->person_count, sizeof(*d->people));
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

/* --- the past, and going live --- */

/* The first of each cast comes soon, so that nobody waits for a sign of life. */
static void go_live(struct director *d)
{
	if (!d->live) {
		d->count = 0; /* what the past left open stays open */
		return;
	}
	for (int i = 0; i < CASTS; i++)
		d->arrival_ms[i] = d->epoch_ms + rng_between(&d->w->rng, 500, 2500) + i * 1200;
}

static enum status write_past(struct director *d, struct problem *reterr)
{
	int64_t limit = d->event_limit;
	bool done = false;
	enum status st = S_OK;

	world_restart_at(d->w, d->epoch_ms - PAST_MS);
	d->event_limit = 0;
	past_plan(d);
	while (st == S_OK && !done)
		st = director_run_until(d, d->epoch_ms, &done, reterr);
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
	director_take_dice(d, &outside);
	if (ledger_event_count(d->w->ledger) == 0)
		st = write_past(d, reterr);
	else
		st = take_up(d, reterr);
	d->live_events = 0;
	if (st == S_OK)
		go_live(d);
	director_give_dice_back(d, &outside);
	return st;
}

/* With the ledger as it is. */
static enum status begin(struct director *d, const char *scenario, struct problem *reterr)
{
	struct rng outside;
	enum status st = take_scenario(d, scenario, reterr);

	if (st != S_OK)
		return st;
	d->epoch_ms = d->w->now_ms;
	director_take_dice(d, &outside);
	st = past_adopt(d, reterr);
	if (st == S_OK)
		go_live(d);
	director_give_dice_back(d, &outside);
	return st;
}

enum status director_start(struct director *d, const char *scenario, struct problem *reterr)
{
	enum status st = S_OK;

	if (director_is_over(d))
		return problem_set(reterr, E_LIMIT, NULL, "the last event has been told");
	if (!d->paused || !str_equal(scenario, d->scenario))
		st = begin(d, scenario, reterr);
	if (st == S_OK)
		director_pause(d, false);
	return st;
}
