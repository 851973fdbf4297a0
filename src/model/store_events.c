/* The window of recent events: what comes in, what leaves, and how far back it reaches. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

/* --- leaving ---------------------------------------------------------------------------- */

static void row_forget(struct store *st, uint32_t slot)
{
	struct event_row *r = window_row(&st->window, slot);

	if (r->flags & ROW_OPAQUE)
		names_set_owner(st->event_ids, (uint32_t)r->seq, NULL);
	records_forget_event(st, slot);
	row_clear(st, r);
	window_give_slot(&st->window, slot);
}

static void window_raise_floor(struct window *w, const struct event_row *r)
{
	w->has_floor = true;
	w->floor_ms = row_order_ms(r);
	w->floor_seq = row_order_seq(r);
}

static void window_evict_oldest(struct store *st)
{
	struct window *w = &st->window;
	uint32_t oldest = window_slot_at(w, 0);

	window_raise_floor(w, window_row(w, oldest));
	w->head++;
	w->count--;
	row_forget(st, oldest);
}

/* Is the oldest row at the very place of the last that left? */
static bool window_splits_instant(const struct window *w)
{
	const struct event_row *r = w->count > 0 ? window_row(w, window_slot_at(w, 0)) : NULL;

	return r && row_order_ms(r) == w->floor_ms && row_order_seq(r) == w->floor_seq;
}

/*
 * Ids without a sequence share places, and on disk they stand in another order there: all of such
 * an instant leave, or continuing from the oldest would miss some. Never everything, though.
 */
static void window_evict(struct store *st, size_t n)
{
	struct window *w = &st->window;
	size_t more = n;

	for (; n > 0; n--)
		window_evict_oldest(st);
	for (; more > 0 && w->count > 1 && window_splits_instant(w); more--)
		window_evict_oldest(st);
	w->cut = true;
	w->exhausted = false;
	w->shuffled++;
	w->version++;
}

static size_t window_limit(const struct window *w)
{
	return w->looking ? w->keep_looking : w->keep;
}

/* Rows sit where they came in: those that stay move together, so that memory goes back. */
static void events_repack(struct store *st)
{
	uint32_t *moved = window_repack(&st->window);

	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		for (size_t i = 0; i < st->tables[k].count; i++)
			st->tables[k].entries[i]->newest = moved[st->tables[k].entries[i]->newest];
	for (size_t i = 0; i < st->window.count; i++) {
		uint32_t slot = window_slot_at(&st->window, i);
		const struct event_row *r = window_row(&st->window, slot);
		if (r->flags & ROW_OPAQUE)
			names_set_owner(st->event_ids, (uint32_t)r->seq, (void *)(uintptr_t)slot);
	}
	free(moved);
}

unsigned store_trim(struct store *st)
{
	struct window *w = &st->window;

	w->looking = false;
	w->older_serial = 0;
	if (w->count <= w->keep)
		return 0;
	window_evict(st, w->count - w->keep);
	events_repack(st);
	return TOPIC_EVENTS;
}

/* --- one event ----------------------------------------------------------------------------- */

static uint32_t events_find(const struct store *st, const char *id)
{
	int64_t ms, seq;
	uint32_t name = names_find(st->event_ids, id);

	if (name != 0)
		return (uint32_t)(uintptr_t)names_owner(st->event_ids, name);
	return id_is_canonical(id, &ms, &seq) ? window_find(&st->window, ms, seq) : 0;
}

/* The archive lets none through; but what was read back may have been on its way already. */
static unsigned events_take_again(struct store *st, uint32_t slot, const struct event_brief *b)
{
	uint32_t other = window_take_slot(&st->window);
	struct event_row *row = window_row(&st->window, other);

	row_set(st, row, b);
	st->stats.duplicates++;
	if (!row_means(window_row(&st->window, slot), row))
		st->stats.collisions++;
	row_clear(st, row);
	window_give_slot(&st->window, other);
	return TOPIC_LINK;
}

static void stats_count(struct store *st, const struct event_row *row, bool asked, size_t place)
{
	st->stats.events_received++;
	if (row_news(st, row).unknown_type)
		st->stats.unknown_types++;
	if (!asked && place < st->window.count)
		st->stats.late++;
}

/* `continues`: it may go below the floor, for there is no hole between it and the window. */
static unsigned events_take_one(struct store *st, const struct event *e, enum event_source source,
				bool continues)
{
	struct window *w = &st->window;
	bool past, told = source == SOURCE_HISTORY;
	struct event_brief b;
	struct event_row *row;
	uint32_t slot = events_find(st, e->id);
	unsigned topics;
	size_t place;

	event_brief(e, &b);
	if (slot != 0)
		return told ? 0 : events_take_again(st, slot, &b);
	slot = window_take_slot(w);
	row = window_row(w, slot);
	row_set(st, row, &b);
	row->arrival = (uint32_t)++st->arrivals;
	if (told || source == SOURCE_REST)
		row->flags |= ROW_ASKED;
	place = window_place(w, row_order_ms(row), row_order_seq(row), told);
	if (!told)
		stats_count(st, row, row->flags & ROW_ASKED, place);
	topics = records_tell_event(st, slot, &e->object, !told) | TOPIC_LINK;
	past = continues ? w->count >= window_limit(w) && place == 0
			 : window_is_past(w, row_order_ms(row), row_order_seq(row));
	if (past) {
		w->cut |= continues;
		row_forget(st, slot);
		return topics;
	}
	if (row->flags & ROW_OPAQUE)
		names_set_owner(st->event_ids, (uint32_t)row->seq, (void *)(uintptr_t)slot);
	window_insert(w, place, slot);
	if (w->count > window_limit(w))
		window_evict(st, (window_limit(w) + EVICT_SHARE - 1) / EVICT_SHARE);
	return topics | TOPIC_EVENTS;
}

/* --- batches ---------------------------------------------------------------------------------- */

/* Does a batch from disk go on below the window without a hole? */
static bool window_continues(const struct store *st, const struct msg_events *m)
{
	const struct window *w = &st->window;
	char oldest[ID_CAP];

	if (m->serial == 0) /* the restore at a start */
		return !w->cut;
	if (m->serial != w->older_serial || !w->looking)
		return false;
	if (w->count == 0)
		return w->older_cursor[0] == '\0';
	return str_equal(store_row_id(st, window_row(w, window_slot_at(w, 0)), oldest),
			 w->older_cursor);
}

static unsigned events_take_history(struct store *st, struct msg_events *m)
{
	struct window *w = &st->window;
	bool continues = window_continues(st, m), cut = w->cut, all;
	unsigned topics = TOPIC_EVENTS;

	/* from the newest down: each goes below the one before, and only a full window ends it */
	w->cut = false;
	for (size_t i = m->count; i > 0; i--)
		topics |= events_take_one(st, &m->items[i - 1], m->source, continues);
	all = !w->cut;
	w->cut |= cut;
	if (!continues)
		return topics;
	if (m->oldest && all) {
		w->exhausted = true;
		w->has_floor = false;
	} else if (w->count > 0) {
		window_raise_floor(w, window_row(w, window_slot_at(w, 0)));
	}
	return topics;
}

unsigned events_take(struct store *st, struct msg_events *m, int64_t now_ms)
{
	unsigned topics = 0;

	st->stats.duplicates += m->known;
	st->stats.collisions += m->collisions;
	if (m->known > 0 || m->collisions > 0)
		topics |= TOPIC_LINK;
	if (m->source == SOURCE_HISTORY)
		return topics | events_take_history(st, m);
	if (m->source != SOURCE_REST && m->count + m->known > 0)
		st->stats.last_event_ms = now_ms;
	for (size_t i = 0; i < m->count; i++)
		topics |= events_take_one(st, &m->items[i], m->source, false);
	return topics;
}

void events_asked_older(struct store *st, const struct request *rq)
{
	if (rq->cursor[0] == '\0')
		return;
	st->window.looking = true;
	if (rq->kind != REQUEST_OLDER)
		return;
	st->window.older_serial = rq->serial;
	str_copy(st->window.older_cursor, sizeof(st->window.older_cursor), rq->cursor);
}

void events_init(struct store *st)
{
	st->names = names_new();
	st->words = names_new();
	st->event_ids = names_new();
	st->window.keep = STORE_EVENTS_MAX;
	st->window.keep_looking = STORE_SCROLL_MAX;
}

void events_release(struct store *st)
{
	window_release(&st->window);
	names_free(st->names);
	names_free(st->words);
	names_free(st->event_ids);
}

/* --- reading ------------------------------------------------------------------------------ */

size_t store_event_count(const struct store *st)
{
	return st->window.count;
}

const struct event_row *store_event(const struct store *st, size_t index)
{
	return index < st->window.count
		       ? window_row(&st->window, window_slot_at(&st->window, index))
		       : NULL;
}

int64_t store_newest_ms(const struct store *st)
{
	size_t n = st->window.count;
	return n > 0 ? row_created_ms(store_event(st, n - 1)) : TIME_NONE;
}

const struct event_row *store_event_by_id(const struct store *st, const char *id)
{
	uint32_t slot = events_find(st, id);
	return slot != 0 ? window_row(&st->window, slot) : NULL;
}

uint64_t store_events_shuffled(const struct store *st)
{
	return st->window.shuffled;
}

bool store_history_exhausted(const struct store *st)
{
	return st->window.exhausted;
}
