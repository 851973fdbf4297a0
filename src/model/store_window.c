/* Where the rows of the window live, and their order. */
#include "model/store_priv.h"

#include "base/alloc.h"

void window_release(struct window *w)
{
	for (size_t i = 0; i < w->slab_count; i++)
		free(w->slabs[i]);
	free(w->slabs);
	free(w->buf);
}

/* --- slots --------------------------------------------------------------------------- */

struct event_row *window_row(const struct window *w, uint32_t slot)
{
	return &w->slabs[(slot - 1) / SLAB_ROWS][(slot - 1) % SLAB_ROWS];
}

uint32_t window_take_slot(struct window *w)
{
	uint32_t slot = w->free;

	if (slot != 0) {
		w->free = window_row(w, slot)->older;
		*window_row(w, slot) = (struct event_row){0};
		return slot;
	}
	if (w->used == w->slab_count * SLAB_ROWS) {
		array_reserve((void **)&w->slabs, &w->slab_cap, w->slab_count + 1,
			      sizeof(*w->slabs));
		w->slabs[w->slab_count++] = xcalloc(SLAB_ROWS, sizeof(struct event_row));
	}
	return ++w->used;
}

void window_give_slot(struct window *w, uint32_t slot)
{
	*window_row(w, slot) = (struct event_row){.older = w->free};
	w->free = slot;
}

uint32_t *window_repack(struct window *w)
{
	struct window old = *w;
	uint32_t *moved = xcalloc(old.used + 1, sizeof(*moved));

	w->slabs = NULL;
	w->slab_count = w->slab_cap = 0;
	w->used = w->free = 0;
	w->cap = w->count + w->count / 8 + 64;
	w->head = 32;
	w->buf = xcalloc(w->cap, sizeof(*w->buf));
	for (size_t i = 0; i < w->count; i++) {
		uint32_t from = old.buf[old.head + i], to = window_take_slot(w);
		*window_row(w, to) = *window_row(&old, from);
		moved[from] = to;
		w->buf[w->head + i] = to;
	}
	for (uint32_t slot = 1; slot <= w->used; slot++)
		window_row(w, slot)->older = moved[window_row(w, slot)->older];
	window_release(&old);
	w->shuffled++;
	return moved;
}

/* --- order ---------------------------------------------------------------------------- */

uint32_t window_slot_at(const struct window *w, size_t i)
{
	return w->buf[w->head + i];
}

static int key_compare(const struct event_row *r, int64_t ms, int64_t seq)
{
	int64_t own_ms = row_order_ms(r), own_seq = row_order_seq(r);

	if (own_ms != ms)
		return own_ms < ms ? -1 : 1;
	return own_seq == seq ? 0 : own_seq < seq ? -1 : 1;
}

static int key_compare_at(const struct window *w, size_t i, int64_t ms, int64_t seq)
{
	return key_compare(window_row(w, window_slot_at(w, i)), ms, seq);
}

size_t window_place(const struct window *w, int64_t ms, int64_t seq, bool before)
{
	size_t lo = 0, hi = w->count;

	if (hi > 0 && !before && key_compare_at(w, hi - 1, ms, seq) <= 0)
		return hi;
	if (hi > 0 && before && key_compare_at(w, 0, ms, seq) >= 0)
		return 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (key_compare_at(w, mid, ms, seq) < (before ? 0 : 1))
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
	uint32_t *buf;

	if (w->head > 0 && w->head + w->count < w->cap)
		return;
	cap = w->count + w->count / 4 + 64;
	head = (cap - w->count) / 2;
	buf = xcalloc(cap, sizeof(*buf));
	if (w->count)
		memcpy(buf + head, w->buf + w->head, w->count * sizeof(*buf));
	free(w->buf);
	w->buf = buf;
	w->cap = cap;
	w->head = head;
}

void window_insert(struct window *w, size_t at, uint32_t slot)
{
	uint32_t *first;

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
	w->buf[w->head + at] = slot;
	w->version++;
}

uint32_t window_find(const struct window *w, int64_t ms, int64_t seq)
{
	for (size_t i = window_place(w, ms, seq, true);
	     i < w->count && key_compare_at(w, i, ms, seq) == 0; i++) {
		uint32_t slot = window_slot_at(w, i);
		if (!(window_row(w, slot)->flags & ROW_OPAQUE))
			return slot;
	}
	return 0;
}

bool window_is_past(const struct window *w, int64_t ms, int64_t seq)
{
	if (!w->has_floor || ms > w->floor_ms)
		return false;
	return ms < w->floor_ms || seq < w->floor_seq;
}
