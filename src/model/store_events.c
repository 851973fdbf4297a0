/* The window of recent events, and the longer memory of the ids seen. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

/* --- ids ----------------------------------------------------------------------------- */

static size_t ids_slot(const struct id_memory *m, size_t i)
{
	return (m->head + i) % STORE_IDS_MAX;
}

static void ids_push(struct id_memory *m, struct seen *s)
{
	m->ring[ids_slot(m, m->count)] = s;
	m->count++;
}

/* Forgets the id seen longest ago whose event is no longer in the window. */
static void ids_make_room(struct id_memory *m)
{
	while (m->count == STORE_IDS_MAX) {
		struct seen *oldest = m->ring[m->head];
		m->head = ids_slot(m, 1);
		m->count--;
		if (oldest->held) {
			ids_push(m, oldest);
			continue;
		}
		idmap_remove(m->map, oldest->id);
		free(oldest);
	}
}

/* Whatever may differ between a stream's copy and REST's of one event is left out. */
static uint64_t event_meaning_hash(const struct event *e)
{
	uint64_t h = store_hash(e->type, strlen(e->type));
	h = h * 31 + store_hash(e->object_id, strlen(e->object_id));
	h = h * 31 + store_hash(e->status, strlen(e->status));
	h = h * 31 + store_hash(e->previous_status, strlen(e->previous_status));
	return h * 31 + (uint64_t)e->created_ms;
}

static struct seen *ids_add(struct id_memory *m, const struct event *e, bool rest)
{
	size_t len = strlen(e->id);
	struct seen *s;

	ids_make_room(m);
	s = xmalloc(sizeof(*s) + len + 1);
	s->held = NULL;
	s->raw_hash = store_hash(e->raw, e->raw ? e->raw_len : 0);
	s->meaning_hash = event_meaning_hash(e);
	s->rest = rest;
	memcpy(s->id, e->id, len + 1);
	ids_push(m, s);
	idmap_put(m->map, e->id, s);
	return s;
}

static bool seen_collides(const struct seen *s, const struct event *e, bool rest)
{
	if (s->rest == rest)
		return s->raw_hash != store_hash(e->raw, e->raw ? e->raw_len : 0);
	return s->meaning_hash != event_meaning_hash(e); /* spacing and order may differ */
}

/* --- window --------------------------------------------------------------------------- */

static struct held *window_at(const struct window *w, size_t i)
{
	return w->buf[w->head + i];
}

static int key_compare(const struct event *a, int64_t ms, int64_t seq)
{
	if (a->order_ms != ms)
		return a->order_ms < ms ? -1 : 1;
	return a->order_seq == seq ? 0 : a->order_seq < seq ? -1 : 1;
}

/* Where an event lands: after everything that is not newer. */
static size_t window_place(const struct window *w, const struct event *e)
{
	size_t lo = 0, hi = w->count;

	if (hi > 0 && key_compare(e, window_at(w, hi - 1)->event.order_ms,
				  window_at(w, hi - 1)->event.order_seq) >= 0)
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct event *m = &window_at(w, mid)->event;
		if (key_compare(e, m->order_ms, m->order_seq) >= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Room for one more on both sides, so that neither live events nor a backfill move many. */
static void window_make_room(struct window *w)
{
	size_t cap, head;
	struct held **buf;

	if (w->head > 0 && w->head + w->count < w->cap)
		return;
	cap = w->count * 2 + 64;
	head = (cap - w->count) / 2;
	buf = xcalloc(cap, sizeof(struct held *));
	if (w->count)
		memcpy(buf + head, w->buf + w->head, w->count * sizeof(struct held *));
	free(w->buf);
	w->buf = buf;
	w->cap = cap;
	w->head = head;
}

static void window_insert(struct window *w, size_t at, struct held *held)
{
	struct held **first;

	window_make_room(w);
	if (at < w->count)
		w->shuffled++;
	first = w->buf + w->head;
	if (at < w->count / 2) {
		memmove(first - 1, first, at * sizeof(*first));
		w->head--;
	} else {
		memmove(first + at + 1, first + at, (w->count - at) * sizeof(*first));
	}
	w->count++;
	w->buf[w->head + at] = held;
}

static void held_free(struct held *held)
{
	event_release(&held->event);
	free(held);
}

static void window_evict_one(struct store *st)
{
	struct window *w = &st->window;
	struct held *oldest = window_at(w, 0);
	struct seen *seen = idmap_get(st->ids.map, oldest->event.id);

	records_forget_event(st, oldest);
	if (seen)
		seen->held = NULL;
	w->has_floor = true;
	w->floor_ms = oldest->event.order_ms;
	w->floor_seq = oldest->event.order_seq;
	w->head++;
	w->count--;
	held_free(oldest);
}

static void window_evict(struct store *st)
{
	if (st->window.count <= STORE_EVENTS_MAX)
		return;
	for (size_t n = STORE_EVENTS_MAX / EVICT_SHARE; n > 0; n--)
		window_evict_one(st);
	st->window.shuffled++;
}

static bool window_is_past(const struct window *w, const struct event *e)
{
	return w->has_floor && key_compare(e, w->floor_ms, w->floor_seq) < 0;
}

/* --- taking ---------------------------------------------------------------------------- */

static void stats_count(struct store *st, const struct event *e, enum event_source source,
			size_t place)
{
	st->stats.events_received++;
	if (!event_type_known(e->type))
		st->stats.unknown_types++;
	if (source != SOURCE_REST && place < st->window.count)
		st->stats.late++;
}

static unsigned events_take_again(struct store *st, const struct seen *seen,
				  const struct event *item, enum event_source source)
{
	st->stats.duplicates++;
	if (seen_collides(seen, item, source == SOURCE_REST))
		st->stats.collisions++;
	return TOPIC_LINK;
}

unsigned events_take(struct store *st, struct event *item, enum event_source source, int64_t now_ms)
{
	struct seen *seen = idmap_get(st->ids.map, item->id);
	struct held *held;
	unsigned topics;
	size_t place;

	if (source != SOURCE_REST)
		st->stats.last_event_ms = now_ms;
	if (seen)
		return events_take_again(st, seen, item, source);
	seen = ids_add(&st->ids, item, source == SOURCE_REST);
	place = window_place(&st->window, item);
	stats_count(st, item, source, place);

	held = xcalloc(1, sizeof(*held));
	held->event = *item; /* moved */
	memset(item, 0, sizeof(*item));
	held->source = source;
	held->arrival = ++st->arrivals;
	topics = records_tell_event(st, held);
	if (window_is_past(&st->window, &held->event)) {
		records_forget_event(st, held);
		held_free(held);
		return topics | TOPIC_LINK;
	}
	window_insert(&st->window, place, held);
	seen->held = held;
	st->window.version++;
	window_evict(st);
	return topics | TOPIC_EVENTS | TOPIC_LINK;
}

void events_init(struct store *st)
{
	st->ids.map = idmap_new();
	st->ids.ring = xcalloc(STORE_IDS_MAX, sizeof(struct seen *));
}

void events_release(struct store *st)
{
	for (size_t i = 0; i < st->window.count; i++)
		held_free(window_at(&st->window, i));
	free(st->window.buf);
	for (size_t i = 0; i < st->ids.count; i++)
		free(st->ids.ring[ids_slot(&st->ids, i)]);
	free(st->ids.ring);
	idmap_free(st->ids.map);
}

/* --- reading ------------------------------------------------------------------------------ */

size_t store_event_count(const struct store *st)
{
	return st->window.count;
}

const struct event *store_event(const struct store *st, size_t index)
{
	return index < st->window.count ? &window_at(&st->window, index)->event : NULL;
}

const struct event *store_event_by_id(const struct store *st, const char *id)
{
	const struct seen *seen = idmap_get(st->ids.map, id);
	return seen && seen->held ? &seen->held->event : NULL;
}

uint64_t store_events_shuffled(const struct store *st)
{
	return st->window.shuffled;
}
