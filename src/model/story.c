#include "model/story.h"

#include "model/story_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

/* --- putting it together ------------------------------------------------------------------- */

static int draft_compare(const void *pa, const void *pb)
{
	const struct draft *a = *(struct draft *const *)pa, *b = *(struct draft *const *)pb;
	const struct subject *sa = &a->step.subject, *sb = &b->step.subject;

	if (a->at.ms != b->at.ms)
		return a->at.ms < b->at.ms ? -1 : 1;
	if (a->at.seq != b->at.seq)
		return a->at.seq < b->at.seq ? -1 : 1;
	if (a->at.sub != b->at.sub)
		return a->at.sub < b->at.sub ? -1 : 1;
	if (sa->kind != sb->kind)
		return sa->kind < sb->kind ? -1 : 1;
	if (!str_equal(sa->id, sb->id))
		return strcmp(sa->id, sb->id);
	return a < b ? -1 : a > b; /* as they were told */
}

static void story_measure(struct story *s)
{
	int64_t before = TIME_NONE;

	s->from_ms = s->to_ms = TIME_NONE;
	for (size_t i = 0; i < s->count; i++) {
		struct story_step *step = &s->steps[i];

		if (step->ms == TIME_NONE)
			continue;
		if (before != TIME_NONE && step->ms > before)
			step->gap_ms = step->ms - before;
		before = step->ms;
		if (s->from_ms == TIME_NONE || step->ms < s->from_ms)
			s->from_ms = step->ms;
		if (s->to_ms == TIME_NONE || step->ms > s->to_ms)
			s->to_ms = step->ms;
	}
}

/* The newest steps, when not all fit. */
static void story_keep(struct telling *t)
{
	struct draft **order = xcalloc(t->draft_count + 1, sizeof(*order));
	size_t skip = t->draft_count > STORY_STEPS_MAX ? t->draft_count - STORY_STEPS_MAX : 0;
	struct story *s = t->s;

	for (size_t i = 0; i < t->draft_count; i++)
		order[i] = &t->drafts[i];
	qsort(order, t->draft_count, sizeof(*order), draft_compare);
	s->cut |= skip > 0;
	s->count = 0;
	for (size_t i = skip; i < t->draft_count; i++)
		s->steps[s->count++] = order[i]->step;
	free(order);
	story_measure(s);
}

static void note_checked(struct story *s, int64_t ms)
{
	if (ms != TIME_NONE && ms > 0 && (s->checked_ms == TIME_NONE || ms > s->checked_ms))
		s->checked_ms = ms;
}

static void story_note_checked(struct telling *t)
{
	const struct actor *inv = telling_first(t, OBJECT_INVOICE);
	const struct payor_session *session = inv ? answer_session(t->st, inv->id, NULL) : NULL;

	for (size_t i = 0; i < t->actor_count; i++)
		if (t->actors[i].entry)
			note_checked(t->s, entry_more(t->actors[i].entry)->said_ms);
	if (session)
		note_checked(t->s, session->answered_ms);
}

void story_build(struct story *s, const struct store *st, const struct subject *root,
		 int64_t now_ms)
{
	struct telling *t = xcalloc(1, sizeof(*t));

	s->count = s->next_count = 0;
	s->cut = s->over = false;
	s->checked_ms = TIME_NONE;
	related_build(&s->related, st, root);
	t->s = s;
	t->st = st;
	t->now_ms = now_ms;
	t->at = related_stands_for(st, root);
	telling_gather(t);
	telling_walk(t);
	telling_add_facts(t);
	telling_look_ahead(t);
	story_note_checked(t);
	story_keep(t);
	free(t->heard);
	free(t->order);
	free(t->drafts);
	free(t);
}
