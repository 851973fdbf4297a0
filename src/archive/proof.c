#include "archive/proof.h"

#include "base/strbuf.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static const char *const stream_names[STREAM_COUNT] = {
	[STREAM_MERCHANT] = "merchant stream",
	[STREAM_COMMERCE] = "commerce stream",
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* --- records -------------------------------------------------------------------- */

static struct proof_record *record_open(struct proof *p, unsigned place, enum incident_kind kind,
					struct proof_time now)
{
	struct proof_record *r = &p->records[place];

	assert(!r->dirty);
	*r = (struct proof_record){.used = true,
				   .dirty = true,
				   .mono_ms = TIME_NONE,
				   .opened_mono_ms = now.mono_ms};
	r->incident.kind = kind;
	r->incident.state = INCIDENT_OPEN;
	r->incident.from_ms = now.wall_ms;
	r->incident.to_ms = TIME_NONE;
	return r;
}

static void record_close(struct proof_record *r, enum incident_state state)
{
	r->incident.state = state;
	r->used = false;
	r->dirty = true;
}

static void count_repair(struct proof *p, uint64_t events)
{
	p->repairs++;
	p->repaired_events += events;
}

/* A walk has compared what this one covers with the server. */
static void record_prove(struct proof *p, struct proof_record *r, struct proof_time now)
{
	if (r->incident.to_ms == TIME_NONE)
		r->incident.to_ms = now.wall_ms;
	if (r->torn) {
		record_close(r, INCIDENT_LOST);
	} else if (r->incident.recovered > 0) {
		record_close(r, INCIDENT_REPAIRED);
		count_repair(p, r->incident.recovered);
	} else {
		record_close(r, INCIDENT_NOTED);
	}
}

/* Records of single happenings: those within a minute, or while it is open, share one. */
static struct proof_record *record_burst(struct proof *p, unsigned place, enum incident_kind kind,
					 const char *event_id, struct proof_time now)
{
	struct proof_record *r = &p->records[place];
	bool over = now.mono_ms - r->opened_mono_ms > PROOF_BURST_MS;

	if (!r->used || (over && r->incident.state != INCIDENT_OPEN)) {
		r = record_open(p, place, kind, now);
		str_copy(r->incident.from_id, sizeof(r->incident.from_id), event_id);
	}
	r->dirty = true;
	r->incident.to_ms = now.wall_ms;
	str_copy(r->incident.to_id, sizeof(r->incident.to_id), event_id);
	return r;
}

static struct proof_record *record_first_dirty(struct proof *p)
{
	for (unsigned i = 0; i < PLACE_COUNT; i++)
		if (p->records[i].dirty)
			return &p->records[i];
	return NULL;
}

bool proof_take(struct proof *p, struct incident *ret)
{
	const struct proof_record *r = record_first_dirty(p);

	if (r)
		*ret = r->incident;
	return r != NULL;
}

void proof_written(struct proof *p, const struct incident *inc)
{
	struct proof_record *r = record_first_dirty(p);

	assert(r);
	r->incident.serial = inc->serial;
	r->dirty = false;
}

/* --- starting --------------------------------------------------------------------- */

static void gap_add(struct proof *p, int64_t end_ms)
{
	p->lost = true;
	p->complete_since_ms = later(p->complete_since_ms, end_ms);
	p->repairs = p->repaired_events = 0;
	if (p->gap_count == PROOF_GAPS_MAX)
		p->more_gaps++;
	else
		p->gaps[p->gap_count++] = end_ms;
}

static void past_adopt(struct proof *p, const struct incident *inc)
{
	static const unsigned end = PLACE_ADOPTED + PROOF_ADOPT_MAX;

	for (unsigned i = PLACE_ADOPTED; i < end; i++) {
		if (p->records[i].used)
			continue;
		p->records[i] = (struct proof_record){.incident = *inc, .used = true};
		p->records[i].mono_ms = TIME_NONE;
		return;
	}
}

static void past_tell(struct proof *p, const struct incident *inc)
{
	if (inc->kind == INCIDENT_COLLISION || inc->kind == INCIDENT_STRANGER)
		p->alarms++;
	if (inc->kind == INCIDENT_START)
		p->complete_since_ms = later(p->complete_since_ms, inc->to_ms);
	else if (inc->state == INCIDENT_OPEN)
		past_adopt(p, inc);
	else if (inc->kind == INCIDENT_GAP)
		gap_add(p, inc->to_ms);
	else if (inc->state == INCIDENT_REPAIRED)
		count_repair(p, inc->recovered);
}

void proof_init(struct proof *p, const struct proof_past *past, struct proof_time now)
{
	struct proof_record *away;

	memset(p, 0, sizeof(*p));
	for (int s = 0; s < STREAM_COUNT; s++)
		p->streams[s] = (struct proof_stream){.has_key = true,
						      .live_mono_ms = TIME_NONE,
						      .stale_wall_ms = TIME_NONE};
	proof_restart(p);
	for (size_t i = 0; i < past->count; i++)
		past_tell(p, &past->incidents[i]);
	p->lost = false;
	proof_retired(p, past->retired_ms);
	if (past->seen_ms == TIME_NONE)
		return;
	away = record_open(p, PLACE_AWAY, INCIDENT_AWAY, now);
	away->incident.from_ms = past->seen_ms;
	away->incident.to_ms = now.wall_ms;
	away->mono_ms = now.mono_ms;
}

void proof_restart(struct proof *p)
{
	struct proof fresh = {.complete_since_ms = TIME_NONE,
			      .proven_mono_ms = TIME_NONE,
			      .proven_to_ms = TIME_NONE};

	memcpy(fresh.streams, p->streams, sizeof(fresh.streams));
	*p = fresh;
}

void proof_retired(struct proof *p, int64_t retired_ms)
{
	size_t gone = 0;

	if (p->complete_since_ms != TIME_NONE)
		p->complete_since_ms = later(p->complete_since_ms, retired_ms);
	while (gone < p->gap_count && p->gaps[gone] <= retired_ms)
		gone++;
	p->gap_count -= gone;
	memmove(&p->gaps[0], &p->gaps[gone], p->gap_count * sizeof(p->gaps[0]));
}

/* --- streams ------------------------------------------------------------------------ */

static void stream_up(struct proof *p, enum stream_id s, struct proof_time now)
{
	struct proof_record *down = &p->records[PLACE_DOWN + s];

	p->streams[s].has_key = true;
	p->streams[s].stale_wall_ms = TIME_NONE;
	if (p->streams[s].live)
		return;
	p->streams[s].live = p->streams[s].was_live = true;
	p->streams[s].live_mono_ms = now.mono_ms;
	if (!down->used)
		return;
	down->mono_ms = now.mono_ms;
	down->incident.to_ms = now.wall_ms;
	down->dirty = true;
}

/* Most problems name their stream already. */
static void stream_note(const struct link_report *l, struct incident *inc)
{
	const char *name = stream_names[l->stream];
	const char *why = l->problem.status != S_OK ? l->problem.what : "closed";
	bool named = strncmp(why, name, strlen(name)) == 0;

	str_printf(inc->note, sizeof(inc->note), "%s%s%s", named ? "" : name, named ? "" : ": ",
		   why);
}

static void stream_down(struct proof *p, const struct link_report *l, struct proof_time now)
{
	struct proof_stream *st = &p->streams[l->stream];
	struct proof_record *down = &p->records[PLACE_DOWN + l->stream];

	if (down->used) { /* away again before a walk could prove anything: still the same */
		down->dirty = down->mono_ms != TIME_NONE;
		down->mono_ms = TIME_NONE;
		down->incident.to_ms = TIME_NONE;
	} else if (st->was_live) {
		down = record_open(p, PLACE_DOWN + l->stream, INCIDENT_DOWN, now);
		if (st->stale_wall_ms != TIME_NONE)
			down->incident.from_ms = st->stale_wall_ms;
		str_copy(down->incident.from_id, sizeof(down->incident.from_id), st->last_id);
		stream_note(l, &down->incident);
	}
	st->stale_wall_ms = TIME_NONE;
}

void proof_link(struct proof *p, const struct link_report *l, struct proof_time now)
{
	struct proof_stream *st = &p->streams[l->stream];

	if (l->state == LINK_LIVE || l->state == LINK_LAGGING) {
		stream_up(p, l->stream, now);
		return;
	}
	st->live = false;
	if (l->state == LINK_STALE)
		st->stale_wall_ms = now.wall_ms;
	else
		stream_down(p, l, now);
	if (l->state == LINK_OFF)
		st->has_key = false;
}

bool proof_expects(const struct proof *p, enum stream_id stream)
{
	const struct proof_stream *st = &p->streams[stream];

	return st->live && p->proven_mono_ms != TIME_NONE && p->proven_mono_ms >= st->live_mono_ms;
}

/* --- walks ---------------------------------------------------------------------------- */

static void walk_page(struct proof_walk *w, const struct proof_batch *b, struct proof_time now)
{
	if (!w->active || w->number != b->mark->walk)
		*w = (struct proof_walk){.active = true,
					 .number = b->mark->walk,
					 .began_mono_ms = b->mark->began_mono_ms,
					 .oldest_ms = TIME_NONE};
	w->purpose = b->mark->purpose;
	w->page_mono_ms = now.mono_ms;
	w->fresh += b->fresh;
	if (b->oldest_ms == TIME_NONE ||
	    (w->oldest_ms != TIME_NONE && w->oldest_ms <= b->oldest_ms))
		return;
	w->oldest_ms = b->oldest_ms;
	str_copy(w->oldest_id, sizeof(w->oldest_id), b->oldest_id);
}

static void recovered_add(struct proof_record *r, uint64_t n)
{
	r->incident.recovered += n;
	if (n > 0)
		r->dirty = true;
}

/* Each event counts for one record: the stretch it is most likely of. */
static void walk_recover(struct proof *p, const struct proof_batch *b)
{
	if (p->records[PLACE_AWAY].used) {
		recovered_add(&p->records[PLACE_AWAY], b->fresh);
		return;
	}
	for (int s = 0; s < STREAM_COUNT; s++)
		if (p->records[PLACE_DOWN + s].used)
			recovered_add(&p->records[PLACE_DOWN + s], b->fresh_of[s]);
}

static void replay_recover(struct proof *p, const struct proof_batch *b)
{
	if (p->records[PLACE_AWAY].used)
		recovered_add(&p->records[PLACE_AWAY], b->fresh);
	else if (p->records[PLACE_DOWN + b->stream].used)
		recovered_add(&p->records[PLACE_DOWN + b->stream], b->fresh);
}

/* Where what the walk saw begins: with nothing, after it asked. */
static int64_t walk_edge(const struct proof_walk *w, struct proof_time now)
{
	if (w->oldest_ms != TIME_NONE)
		return w->oldest_ms;
	if (w->began_mono_ms <= 0)
		return now.wall_ms + 1;
	return now.wall_ms - (now.mono_ms - w->began_mono_ms) + 1;
}

static void walk_lost(struct proof *p, const struct proof_batch *b, struct proof_time now)
{
	struct proof_record *gap = record_open(p, PLACE_GAP, INCIDENT_GAP, now);
	const struct proof_walk *w = &p->walk;

	gap->incident.from_ms = b->lost_from_ms;
	gap->incident.to_ms = later(walk_edge(w, now), b->lost_from_ms);
	str_copy(gap->incident.from_id, sizeof(gap->incident.from_id), b->mark->lost_from);
	str_copy(gap->incident.to_id, sizeof(gap->incident.to_id), w->oldest_id);
	str_copy(gap->incident.note, sizeof(gap->incident.note),
		 "the server does not know the last proven event and lists nothing between");
	record_close(gap, INCIDENT_LOST);
	gap_add(p, gap->incident.to_ms);
	p->records[PLACE_AWAY].torn = true;
	for (int s = 0; s < STREAM_COUNT; s++)
		p->records[PLACE_DOWN + s].torn = true;
}

static void walk_begins_history(struct proof *p, struct proof_time now)
{
	struct proof_record *start = record_open(p, PLACE_START, INCIDENT_START, now);
	const struct proof_walk *w = &p->walk;

	start->incident.from_ms = start->incident.to_ms = walk_edge(w, now);
	str_copy(start->incident.to_id, sizeof(start->incident.to_id), w->oldest_id);
	record_close(start, INCIDENT_NOTED);
	p->complete_since_ms = start->incident.to_ms;
}

static void walk_proves(struct proof *p, struct proof_time now)
{
	int64_t began = p->walk.began_mono_ms;

	if (began <= 0 || began > now.mono_ms)
		return;
	if (p->complete_since_ms == TIME_NONE || p->walk.purpose == SYNC_START)
		walk_begins_history(p, now);
	p->lost = false;
	if (began > p->proven_mono_ms) {
		p->proven_mono_ms = began;
		p->proven_to_ms = now.wall_ms - (now.mono_ms - began);
	}
	for (unsigned i = 0; i < PLACE_COUNT; i++) {
		struct proof_record *r = &p->records[i];
		bool adopted = i >= PLACE_ADOPTED;

		if (r->used && (adopted || (r->mono_ms != TIME_NONE && began >= r->mono_ms)))
			record_prove(p, r, now);
	}
}

void proof_events(struct proof *p, const struct proof_batch *b, struct proof_time now)
{
	if (b->source == SOURCE_STREAM || b->source == SOURCE_REPLAY) {
		if (b->last_id[0] != '\0')
			str_copy(p->streams[b->stream].last_id, ID_CAP, b->last_id);
		if (b->source == SOURCE_REPLAY)
			replay_recover(p, b);
		return;
	}
	if (b->mark->purpose == SYNC_NONE)
		return;
	walk_page(&p->walk, b, now);
	walk_recover(p, b);
	if (b->mark->lost)
		walk_lost(p, b, now);
	if (b->mark->proven)
		walk_proves(p, now);
	if (b->mark->last)
		p->walk.active = false;
}

/* --- single happenings ------------------------------------------------------------------ */

void proof_skipped(struct proof *p, const char *event_id, struct proof_time now)
{
	struct proof_record *r = record_burst(p, PLACE_SKIPPED, INCIDENT_SKIPPED, event_id, now);

	r->incident.state = INCIDENT_REPAIRED;
	if (r->incident.recovered++ == 0)
		p->repairs++;
	p->repaired_events++;
}

static void alarm_note(struct proof *p, struct proof_record *r, const char *event_id)
{
	r->incident.state = INCIDENT_NOTED;
	if (r->count++ == 0) {
		p->alarms++;
		str_copy(r->incident.note, sizeof(r->incident.note), event_id);
	} else {
		str_printf(r->incident.note, sizeof(r->incident.note), "%" PRIu64 " events, %s",
			   r->count, r->incident.from_id);
	}
}

void proof_collision(struct proof *p, const char *event_id, struct proof_time now)
{
	alarm_note(p, record_burst(p, PLACE_COLLISION, INCIDENT_COLLISION, event_id, now),
		   event_id);
}

void proof_stranger(struct proof *p, const char *event_id, struct proof_time now)
{
	alarm_note(p, record_burst(p, PLACE_STRANGER, INCIDENT_STRANGER, event_id, now), event_id);
}

void proof_unreadable(struct proof *p, size_t frames, const char *reason, struct proof_time now)
{
	struct proof_record *r = record_burst(p, PLACE_UNREADABLE, INCIDENT_UNREADABLE, "", now);

	r->count += frames;
	r->mono_ms = now.mono_ms;
	str_printf(r->incident.note, sizeof(r->incident.note), "%" PRIu64 " %s: %s", r->count,
		   r->count == 1 ? "message" : "messages", reason);
}

void proof_storage(struct proof *p, const struct problem *why, struct proof_time now)
{
	struct proof_record *r = &p->records[PLACE_STORAGE];

	if (why->status != S_OK && !r->used) {
		r = record_open(p, PLACE_STORAGE, INCIDENT_STORAGE, now);
		str_copy(r->incident.note, sizeof(r->incident.note), why->what);
		r->dirty = false; /* where could it be written? */
	} else if (why->status == S_OK && r->used) {
		r->incident.to_ms = now.wall_ms;
		record_close(r, INCIDENT_NOTED);
	}
}

/* --- what may be claimed ------------------------------------------------------------------ */

static bool all_live(const struct proof *p)
{
	unsigned keys = 0, live = 0;

	for (int s = 0; s < STREAM_COUNT; s++) {
		keys += p->streams[s].has_key;
		live += p->streams[s].has_key && p->streams[s].live;
	}
	return keys > 0 && keys == live;
}

static bool catching_up(const struct proof *p, struct proof_time now)
{
	const struct proof_walk *w = &p->walk;

	if (!w->active || now.mono_ms - w->page_mono_ms > PROOF_WALK_MS)
		return false;
	return w->purpose == SYNC_START || w->purpose == SYNC_CATCH_UP || w->purpose == SYNC_RESCUE;
}

static enum proof_state proof_state(const struct proof *p, struct proof_time now)
{
	int64_t lasts = all_live(p) ? PROOF_FRESH_MS : PROOF_POLLED_MS;

	if (p->lost)
		return PROOF_UNKNOWN;
	if (catching_up(p, now))
		return PROOF_CATCHING_UP;
	if (p->proven_mono_ms == TIME_NONE)
		return PROOF_NONE;
	return now.mono_ms - p->proven_mono_ms <= lasts ? PROOF_COMPLETE : PROOF_BEHIND;
}

void proof_report(const struct proof *p, struct proof_time now, struct history_report *ret)
{
	ret->proof = proof_state(p, now);
	ret->complete_since_ms = p->complete_since_ms;
	ret->proven_to_ms = p->proven_to_ms;
	ret->repairs = p->repairs;
	ret->repaired_events = p->repaired_events;
	ret->unknown = p->gap_count + p->more_gaps;
	ret->alarms = p->alarms;
	ret->catching_up = catching_up(p, now) ? p->walk.fresh : 0;
}
