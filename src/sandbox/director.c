#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/ledger.h"
#include "sandbox/scenario.h"
#include "sandbox/shop.h"

#define DEMO_RATE 1.1 /* events a second that the casts' gaps amount to */

const char *const *director_scenarios(void)
{
	static const char *names[SCENARIOS_MAX + 1];
	size_t count;
	const struct builtin_scenario *all = scenario_builtins(&count);

	for (size_t i = 0; i < count && i < SCENARIOS_MAX; i++)
		names[i] = all[i].name;
	return names;
}

const char *director_describe(const char *scenario)
{
	const struct builtin_scenario *s = scenario_builtin(scenario);

	return s ? s->title : NULL;
}

/* --- the shop's own life: how much of it, and of what --- */

/* As many stories of each cast as the mix says, so that together they tell DEMO_RATE. */
static void set_gaps(struct director *d)
{
	const int *mix = d->scenario->mix;
	double sum = 0, events = 0;

	for (int i = 0; i < CASTS; i++) {
		d->gap_ms[i] = casts[i].gap_ms;
		sum += mix[i];
		events += mix[i] * casts[i].events;
	}
	for (int i = 0; i < CASTS && sum > 0; i++)
		d->gap_ms[i] = mix[i] ? (int64_t)(1000 * events / (mix[i] * DEMO_RATE)) : 0;
}

void director_set_rate(struct director *d, double events_per_second)
{
	if (events_per_second <= 0)
		return;
	d->live = true;
	d->pace = events_per_second / DEMO_RATE;
}

int64_t director_live_events(const struct director *d)
{
	return d->live_events;
}

/* Nothing of the one before is left. */
static void take_scenario(struct director *d, struct scenario *s)
{
	script_end(d);
	if (d->scenario != d->given)
		scenario_free(d->scenario);
	d->scenario = s;
	d->live = false;
	d->pace = 1;
	director_set_rate(d, s->rate);
	set_gaps(d);
	d->count = 0;
	d->mood_until_ms = 0;
	d->skipped = 0;
	d->caption[0] = '\0';
	for (int i = 0; i < CASTS; i++) {
		d->arrival_ms[i] = TIME_NONE;
		d->decks[i] = (struct deck){.count = 0};
	}
}

const char *director_scenario(const struct director *d)
{
	return d->scenario->name;
}

const char *director_caption(const struct director *d)
{
	return d->caption;
}

int64_t director_skipped(const struct director *d)
{
	return d->skipped;
}

enum status director_new(struct world *w, const char *scenario, int64_t event_limit,
			 struct director **ret, struct problem *reterr)
{
	struct scenario *s = NULL;
	struct director *d;
	enum status st = scenario_open(scenario, &s, reterr);

	if (st != S_OK)
		return st;
	d = xcalloc(1, sizeof(*d));
	d->w = w;
	d->event_limit = event_limit;
	d->given = d->scenario = s;
	take_scenario(d, s);
	rng_seed(&d->rng, rng_next(&w->rng) ^ s->seed);
	d->person_count = shop_person_count();
	d->people = xcalloc(d->person_count, sizeof(*d->people));
	*ret = d;
	return S_OK;
}

void director_free(struct director *d)
{
	if (!d)
		return;
	script_end(d);
	if (d->scenario != d->given)
		scenario_free(d->scenario);
	scenario_free(d->given);
	free(d->heap);
	free(d->people);
	free(d);
}

/* --- the past, and going live --- */

/* The first of each cast comes soon, so that nobody waits for a sign of life. */
static void go_live(struct director *d)
{
	if (!d->live)
		d->count = 0; /* what the past left open stays open */
	for (int i = 0; i < CASTS && d->live; i++) {
		int64_t first = rng_between(&d->w->rng, 500, 2500) + i * 1200;

		if (d->gap_ms[i])
			d->arrival_ms[i] = d->epoch_ms + first;
	}
	script_begin(d);
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
	return st == S_OK ? aside_past(d, reterr) : st;
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
	enum status st = S_OK;

	d->epoch_ms = d->w->epoch_ms;
	director_take_dice(d, &outside);
	if (ledger_event_count(d->w->ledger) > 0)
		st = take_up(d, reterr);
	else if (d->scenario->past)
		st = write_past(d, reterr);
	d->live_events = 0;
	if (st == S_OK)
		go_live(d);
	director_give_dice_back(d, &outside);
	return st;
}

/* Over HTTP, no file is opened that the command line did not name. */
static enum status find_scenario(struct director *d, const char *name, struct scenario **ret,
				 struct problem *reterr)
{
	if (str_equal(name, d->given->name)) {
		*ret = d->given;
		return S_OK;
	}
	if (!scenario_builtin(name))
		return problem_set(reterr, E_NOT_FOUND, NULL, "there is no scenario '%s'", name);
	return scenario_open(name, ret, reterr);
}

/* With the ledger as it is. */
static enum status begin(struct director *d, const char *name, struct problem *reterr)
{
	struct scenario *s = NULL;
	struct rng outside;
	enum status st = find_scenario(d, name, &s, reterr);

	if (st != S_OK)
		return st;
	take_scenario(d, s);
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
	if (!d->paused || !str_equal(scenario, d->scenario->name))
		st = begin(d, scenario, reterr);
	if (st == S_OK)
		director_pause(d, false);
	return st;
}
