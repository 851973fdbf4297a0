/* What the archive tells besides events: how complete things are, and events read back whole. */
#include "model/store_priv.h"

#include "base/strbuf.h"

#include <stdlib.h>

void archive_init(struct store *st)
{
	st->history = (struct history_report){.mode = HISTORY_STARTING,
					      .complete_since_ms = TIME_NONE,
					      .proven_to_ms = TIME_NONE,
					      .oldest_ms = TIME_NONE};
	st->reconcile.kind = OBJECT_KIND_COUNT;
}

static void whole_clear(struct whole *w)
{
	if (w->load == LOAD_DONE) {
		event_release(&w->event.event);
		free(w->event.other);
	}
	memset(w, 0, sizeof(*w));
}

void archive_release(struct store *st)
{
	for (size_t i = 0; i < STORE_WHOLE_MAX; i++)
		whole_clear(&st->wholes[i]);
}

unsigned archive_take_report(struct store *st, const struct history_report *r, int64_t now_ms)
{
	bool told_before = st->history.mode != HISTORY_STARTING;

	if (told_before && r->unknown > st->history.unknown)
		doubts_note_all(st, now_ms);
	st->history = *r;
	return TOPIC_HISTORY;
}

unsigned archive_take_incident(struct store *st, const struct incident *inc)
{
	size_t at = st->incident_count;

	while (at > 0 && st->incidents[at - 1].serial > inc->serial)
		at--;
	if (at > 0 && st->incidents[at - 1].serial == inc->serial) {
		st->incidents[at - 1] = *inc;
		return TOPIC_HISTORY;
	}
	if (st->incident_count == STORE_INCIDENTS_MAX) {
		if (at == 0)
			return 0;
		at--;
		st->incident_count--;
		memmove(&st->incidents[0], &st->incidents[1],
			st->incident_count * sizeof(st->incidents[0]));
	}
	memmove(&st->incidents[at + 1], &st->incidents[at],
		(st->incident_count - at) * sizeof(st->incidents[0]));
	st->incidents[at] = *inc;
	st->incident_count++;
	return TOPIC_HISTORY;
}

static struct whole *whole_find(const struct store *st, const char *id)
{
	for (size_t i = 0; i < STORE_WHOLE_MAX; i++)
		if (st->wholes[i].load != LOAD_NOT_ASKED && str_equal(st->wholes[i].id, id))
			return (struct whole *)&st->wholes[i];
	return NULL;
}

static struct whole *whole_want(struct store *st, const char *id)
{
	struct whole *w = whole_find(st, id);

	if (w)
		return w;
	w = &st->wholes[st->next_whole++ % STORE_WHOLE_MAX];
	whole_clear(w);
	str_copy(w->id, sizeof(w->id), id);
	return w;
}

unsigned archive_take_whole(struct store *st, struct msg_event *m)
{
	struct whole *w = whole_want(st, m->event.id);

	if (w->load == LOAD_DONE) {
		event_release(&w->event.event);
		free(w->event.other);
	}
	w->load = LOAD_DONE;
	w->event = *m;
	memset(m, 0, sizeof(*m));
	return TOPIC_HISTORY;
}

unsigned archive_asked_whole(struct store *st, const char *id)
{
	struct whole *w = whole_want(st, id);

	if (w->load != LOAD_DONE)
		w->load = LOAD_WAITING;
	return TOPIC_HISTORY;
}

unsigned archive_failed_whole(struct store *st, const char *id, const struct problem *why)
{
	struct whole *w = whole_want(st, id);

	if (w->load == LOAD_DONE)
		return 0;
	w->load = LOAD_FAILED;
	w->problem = *why;
	return TOPIC_HISTORY;
}

const struct history_report *store_history(const struct store *st)
{
	return &st->history;
}

size_t store_incident_count(const struct store *st)
{
	return st->incident_count;
}

const struct incident *store_incident(const struct store *st, size_t index)
{
	return index < st->incident_count ? &st->incidents[index] : NULL;
}

const struct msg_event *store_event_whole(const struct store *st, const char *id,
					  enum load_state *ret_load,
					  const struct problem **ret_problem)
{
	const struct whole *w = whole_find(st, id);

	*ret_load = w ? w->load : LOAD_NOT_ASKED;
	if (ret_problem)
		*ret_problem = w && w->load == LOAD_FAILED ? &w->problem : NULL;
	return w && w->load == LOAD_DONE ? &w->event : NULL;
}
