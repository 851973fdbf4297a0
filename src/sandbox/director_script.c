/*
 * Plays a scenario's lines. A telling is one run of a block: the scenario itself,
 * or one repetition of an `every`; a repeater begins the tellings of its block.
 * All times of a telling are drawn when it begins.
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/scenario.h"

#define TELLINGS_MAX 20000 /* a repeater waits while so many are under way */

struct moment {
	int64_t at_ms;
	size_t cue;
};

struct telling {
	struct telling *prev, *next; /* of all there are */
	const struct block *block;
	struct play *actors; /* one an actor of the block; story NULL until it is made */
	bool *made;
	struct moment *moments; /* in order of time */
	size_t at;
	const struct cue *every; /* a repeater: has none of the above */
	int64_t left;
	int64_t begins_ms;
};

/* --- life and death --------------------------------------------------------------------- */

static struct telling *telling_add(struct director *d)
{
	struct telling *t = xcalloc(1, sizeof(*t));

	t->next = d->tellings;
	if (t->next)
		t->next->prev = t;
	d->tellings = t;
	d->telling_count++;
	return t;
}

static void telling_drop(struct director *d, struct telling *t)
{
	if (t->prev)
		t->prev->next = t->next;
	else
		d->tellings = t->next;
	if (t->next)
		t->next->prev = t->prev;
	d->telling_count--;
	free(t->actors);
	free(t->made);
	free(t->moments);
	free(t);
}

void script_end(struct director *d)
{
	while (d->tellings)
		telling_drop(d, d->tellings);
	d->main = NULL;
}

static void queue(struct director *d, struct telling *t, int64_t at_ms)
{
	plays_push(d, &(struct play){.at_ms = at_ms, .telling = t});
}

/* Stable: lines of the same time happen in the order they are written. */
static void sort_moments(struct moment *m, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct moment x = m[i];
		size_t j = i;

		for (; j > 0 && m[j - 1].at_ms > x.at_ms; j--)
			m[j] = m[j - 1];
		m[j] = x;
	}
}

static struct telling *begin(struct director *d, const struct block *b, int64_t begins_ms)
{
	struct telling *t = telling_add(d);
	int64_t at = begins_ms;

	t->block = b;
	t->begins_ms = begins_ms;
	t->actors = xcalloc(b->actor_count + 1, sizeof(*t->actors));
	t->made = xcalloc(b->actor_count + 1, sizeof(*t->made));
	t->moments = xcalloc(b->count + 1, sizeof(*t->moments));
	for (size_t i = 0; i < b->count; i++) {
		const struct cue *c = &b->cues[i];

		at = c->from_start ? begins_ms : at;
		at += rng_between(&d->w->rng, c->wait.least, c->wait.most);
		t->moments[i] = (struct moment){.at_ms = at, .cue = i};
	}
	sort_moments(t->moments, b->count);
	if (b->count)
		queue(d, t, t->moments[0].at_ms);
	return t;
}

void script_begin(struct director *d)
{
	d->main = begin(d, &d->scenario->blocks[0], d->epoch_ms);
}

/* --- repeating --- */

static void begin_every(struct director *d, const struct cue *c)
{
	struct telling *t = telling_add(d);

	t->every = c;
	t->left = c->times;
	queue(d, t, d->w->now_ms + rng_between(&d->w->rng, c->gap.least, c->gap.most));
}

static void repeat(struct director *d, struct telling *t)
{
	const struct cue *c = t->every;
	bool over = c->until_ms < INT64_MAX && d->w->now_ms > d->epoch_ms + c->until_ms;

	if (over || t->left == 0) {
		telling_drop(d, t);
		return;
	}
	if (d->telling_count < TELLINGS_MAX) {
		begin(d, &d->scenario->blocks[c->block], d->w->now_ms);
		t->left--;
	}
	queue(d, t, d->w->now_ms + rng_between(&d->w->rng, c->gap.least, c->gap.most));
}

/* --- one line ------------------------------------------------------------------------------ */

static struct telling *owner(struct director *d, struct telling *t, struct actor_ref ref)
{
	return ref.outer ? d->main : t;
}

static size_t cast_customer(struct director *d, struct telling *t, const struct cue *c)
{
	const char *who = cue_text(c, WORD_CUSTOMER, NULL);
	const char *country = cue_text(c, WORD_COUNTRY, NULL);
	bool (*fits)(const struct person_state *s) = person_is_known;

	if (c->customer.index != SIZE_MAX)
		return owner(d, t, c->customer)->actors[c->customer.index].person;
	if (c->verb->kind == ACTOR_CUSTOMER)
		fits = person_is_unchecked;
	else if (c->verb->kind == ACTOR_PAYOUT || c->verb->kind == ACTOR_DEPOSIT)
		fits = person_is_approved;
	else if (str_equal(who, "new") || (!who && !rng_chance(&d->w->rng, 75)))
		fits = person_is_new;
	return person_find(d, fits, country);
}

/* Whether everybody a line names is there. */
static bool is_set(struct director *d, struct telling *t, const struct cue *c)
{
	if (c->customer.index != SIZE_MAX && !owner(d, t, c->customer)->made[c->customer.index])
		return false;
	return c->verb->how != TAKES || c->verb->kind == ACTOR_NONE ||
	       owner(d, t, c->actor)->made[c->actor.index];
}

static void skip(struct director *d, const struct cue *c, const char *why)
{
	d->skipped++;
	log_msg(d->w->log, LOG_INFO, "scenario %s: line %d is not possible: %s", d->scenario->name,
		c->line, why);
}

static enum status perform(struct director *d, struct telling *t, const struct cue *c,
			   struct problem *reterr)
{
	struct telling *o = owner(d, t, c->actor);
	struct play p = {.stretch = 1, .hold = NO_HOLD};
	bool acts_on = c->verb->kind != ACTOR_NONE;
	struct problem why = {0};
	enum status st;

	if (acts_on && o->made[c->actor.index])
		p = o->actors[c->actor.index];
	else if (acts_on)
		p.person = cast_customer(d, t, c);
	p.cue = c;
	st = director_act(d, &p, &c->verb->step, &why);
	if (director_is_refusal(st)) {
		skip(d, c, why.what);
		return S_OK;
	}
	if (st != S_OK && reterr)
		*reterr = why;
	if (st != S_OK || !acts_on)
		return st;
	d->people[p.person].known = true;
	o->actors[c->actor.index] = p;
	o->made[c->actor.index] = true;
	return S_OK;
}

static enum status happen(struct director *d, struct telling *t, const struct cue *c,
			  struct problem *reterr)
{
	if (c->chance < 100 && !rng_chance(&d->w->rng, c->chance))
		return S_OK;
	if (!c->verb) {
		begin_every(d, c);
		return S_OK;
	}
	if (!is_set(d, t, c)) {
		skip(d, c, "whom it is about is not there");
		return S_OK;
	}
	return perform(d, t, c, reterr);
}

enum status script_turn(struct director *d, struct telling *t, struct problem *reterr)
{
	enum status st;

	if (t->every) {
		repeat(d, t);
		return S_OK;
	}
	st = happen(d, t, &t->block->cues[t->moments[t->at].cue], reterr);
	if (++t->at < t->block->count)
		queue(d, t, t->moments[t->at].at_ms);
	else if (t != d->main) /* what its lines made, other tellings may still name */
		telling_drop(d, t);
	return st;
}
