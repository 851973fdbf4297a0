/* Plays waiting for their time, and the shuffled decks they are dealt from. */
#include "sandbox/director_private.h"
#include "sandbox/shop.h"

#include "base/alloc.h"
#include "base/strbuf.h"

/* --- a binary heap by (at_ms, tie) ------------------------------------------------------- */

static bool earlier(const struct play *a, const struct play *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->tie < b->tie;
}

static void swap(struct play *a, struct play *b)
{
	struct play t = *a;

	*a = *b;
	*b = t;
}

void plays_push(struct director *d, const struct play *p)
{
	size_t at = d->count;

	array_reserve((void **)&d->heap, &d->cap, d->count + 1, sizeof(*d->heap));
	d->heap[d->count++] = *p;
	d->heap[at].tie = d->ties++;
	while (at > 0 && earlier(&d->heap[at], &d->heap[(at - 1) / 2])) {
		swap(&d->heap[at], &d->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

const struct play *plays_peek(const struct director *d)
{
	return d->count ? &d->heap[0] : NULL;
}

struct play plays_pop(struct director *d)
{
	struct play top = d->heap[0];
	size_t at = 0;

	d->heap[0] = d->heap[--d->count];
	for (;;) {
		size_t least = at, left = 2 * at + 1, right = left + 1;

		if (left < d->count && earlier(&d->heap[left], &d->heap[least]))
			least = left;
		if (right < d->count && earlier(&d->heap[right], &d->heap[least]))
			least = right;
		if (least == at)
			return top;
		swap(&d->heap[at], &d->heap[least]);
		at = least;
	}
}

/* --- decks ----------------------------------------------------------------------------------- */

static void deck_shuffle(struct director *d, struct deck *deck, const struct cast *cast)
{
	deck->count = deck->dealt = 0;
	for (size_t i = 0; i < cast->part_count; i++) {
		const struct part *part = &cast->parts[i];
		int copies = deck->first_dealt ? part->later : part->first;

		while (copies-- > 0 && deck->count < DECK_MAX)
			deck->cards[deck->count++] = part->story;
	}
	for (size_t i = deck->count; i > 1; i--) {
		size_t j = rng_below(&d->w->rng, i);
		const struct story *card = deck->cards[i - 1];

		deck->cards[i - 1] = deck->cards[j];
		deck->cards[j] = card;
	}
	deck->first_dealt = true;
}

const struct story *deck_deal(struct director *d, int cast)
{
	struct deck *deck = &d->decks[cast];

	if (deck->dealt == deck->count)
		deck_shuffle(d, deck, &casts[cast]);
	return deck->cards[deck->dealt++];
}

/* --- casting --- */

static bool lives_in(size_t person, const char *country)
{
	struct shop_person who;

	shop_person(person, &who);
	return !country || str_equal(who.country, country);
}

size_t person_find(struct director *d, bool (*fits)(const struct person_state *s),
		   const char *country)
{
	size_t start = rng_below(&d->w->rng, d->person_count);

	for (size_t i = 0; i < d->person_count; i++) {
		size_t at = (start + i) % d->person_count;

		if (fits(&d->people[at]) && lives_in(at, country))
			return at;
	}
	for (size_t i = 0; i < d->person_count; i++)
		if (lives_in((start + i) % d->person_count, country))
			return (start + i) % d->person_count;
	return start;
}

static size_t pick_person(struct director *d, bool (*fits)(const struct person_state *s))
{
	return person_find(d, fits, NULL);
}

bool person_is_known(const struct person_state *s)
{
	return s->known;
}

bool person_is_new(const struct person_state *s)
{
	return !s->known;
}

bool person_is_approved(const struct person_state *s)
{
	return s->check == CHECK_APPROVED;
}

bool person_is_unchecked(const struct person_state *s)
{
	return s->check == CHECK_NONE || s->check == CHECK_REJECTED;
}

static bool is_story_of(const struct story *story, int cast)
{
	for (size_t i = 0; i < casts[cast].part_count; i++)
		if (casts[cast].parts[i].story == story)
			return true;
	return false;
}

static size_t cast_person(struct director *d, const struct story *story)
{
	size_t person;

	if (is_story_of(story, CAST_PAYOUTS))
		return pick_person(d, person_is_approved);
	if (is_story_of(story, CAST_KYC)) {
		person = pick_person(d, person_is_unchecked);
		if (person_is_unchecked(&d->people[person]))
			return person;
		return pick_person(d, person_is_approved);
	}
	person = pick_person(d, rng_chance(&d->w->rng, 75) ? person_is_known : person_is_new);
	d->people[person].known = true;
	return person;
}

void play_cast(struct director *d, const struct story *story, int64_t at_ms, struct play *ret)
{
	*ret = (struct play){.story = story, .at_ms = at_ms, .stretch = 1, .hold = NO_HOLD};
	ret->person = cast_person(d, story);
}

int64_t play_wait_ms(struct director *d, const struct play *p)
{
	const struct step *s = &p->story->steps[p->step];

	return rng_between(&d->w->rng, s->least_ms, s->most_ms) * p->stretch;
}
