/* What the archive tells of how complete things are. */
#include "model/store_priv.h"

void archive_init(struct store *st)
{
	st->history = (struct history_report){.mode = HISTORY_STARTING,
					      .complete_since_ms = TIME_NONE,
					      .proven_to_ms = TIME_NONE,
					      .oldest_ms = TIME_NONE};
	st->reconcile.kind = OBJECT_KIND_COUNT;
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
