/* Rows of a list: filtered, in order, and cheap to bring up to date. */
#include "model/listing_priv.h"
#include "model/query_priv.h"

#include "base/alloc.h"

#define MANY_ROWS 1000 /* worth remembering what the query said of names, and a pace */

void listing_init(struct listing *l, enum object_kind kind, enum sort_key sort)
{
	memset(l, 0, sizeof(*l));
	l->kind = kind;
	l->sort = sort;
}

void listing_release(struct listing *l)
{
	query_free(l->query);
	free(l->rows);
	free(l->id);
	listing_init(l, l->kind, l->sort);
}

void listing_set_query_take(struct listing *l, struct query *q)
{
	query_free(l->query);
	l->query = q;
	l->built_sort = 0;
}

void listing_add(struct listing *l, const void *row)
{
	array_reserve((void **)&l->rows, &l->cap, l->count + 1, sizeof(*l->rows));
	l->rows[l->count++] = row;
}

/* --- bringing up to date --------------------------------------------------------------------- */

static void reverse_rows(const void **rows, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		const void *held = rows[i];
		rows[i] = rows[n - 1 - i];
		rows[n - 1 - i] = held;
	}
}

/* The rows from `old` on are new: they go to the front, newest first. */
static void listing_turn_new(struct listing *l, size_t old)
{
	size_t fresh = l->count - old;
	const void **held;

	if (fresh == 0)
		return;
	held = xcalloc(fresh, sizeof(*held));
	memcpy(held, l->rows + old, fresh * sizeof(*held));
	reverse_rows(held, fresh);
	memmove(l->rows + fresh, l->rows, old * sizeof(*held));
	memcpy(l->rows, held, fresh * sizeof(*held));
	free(held);
}

static void listing_refresh_events(struct listing *l, const struct store *st, bool again,
				   int64_t now_ms)
{
	size_t old;
	bool many;

	if (again || l->shuffled != store_events_shuffled(st))
		l->count = l->scanned = 0;
	old = l->count;
	l->total = store_event_count(st);
	many = l->total - l->scanned >= MANY_ROWS;
	if (many)
		query_begin_rows(l->query, st);
	for (; l->scanned < l->total; l->scanned++) {
		const struct event_row *e = store_event(st, l->scanned);
		if (query_matches_event(l->query, st, e, now_ms))
			listing_add(l, e);
	}
	if (many)
		query_end_rows(l->query);
	l->shuffled = store_events_shuffled(st);
	if (l->sort != SORT_CREATED && old == 0)
		listing_sort(l);
	else if (l->sort != SORT_CREATED)
		listing_merge_new(l, old);
	else if (l->reverse)
		listing_turn_new(l, old);
}

static void listing_build_records(struct listing *l, const struct store *st, int64_t now_ms)
{
	l->count = 0;
	for (size_t i = 0; i < l->total; i++) {
		const struct entry *en = st->tables[l->kind].entries[i];
		if (query_matches_entry(l->query, st, en, now_ms))
			listing_add(l, en);
	}
	listing_sort(l);
}

/* Sort and direction; never 0. */
static int listing_order(const struct listing *l)
{
	return 1 + (int)l->sort * 2 + l->reverse;
}

/* A query, and an order, may follow links to records of other kinds. */
static uint64_t links_version(const struct listing *l, const struct store *st)
{
	bool asked = l->query && (l->kind != OBJECT_NONE || query_asks_object(l->query));
	uint64_t version = 0;

	if (!asked && !listing_sorts_by_links(l))
		return 0;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if ((enum object_kind)k != l->kind)
			version += store_version(st, (enum object_kind)k);
	return version;
}

/* Has a record changed that the query looks at? Of many events, not every time. */
static bool links_moved(const struct listing *l, uint64_t links, int64_t now_ms)
{
	if (l->seen_links == links)
		return false;
	return l->kind != OBJECT_NONE || now_ms - l->links_ms >= LISTING_AGAIN_MS;
}

/* Is looking at all rows to wait? Not where they are few. */
static bool listing_is_paced(const struct listing *l)
{
	return l->pace_ms != 0 && l->total >= MANY_ROWS &&
	       l->pace_ms - l->built_ms < LISTING_PACE_MS;
}

void listing_hurry(struct listing *l)
{
	l->built_ms = l->pace_ms - LISTING_PACE_MS;
}

bool listing_is_broken(const struct listing *l, const struct store *st)
{
	if (l->count == 0)
		return false;
	if (l->kind == OBJECT_NONE)
		return l->shuffled != store_events_shuffled(st);
	return l->seen_version < st->tables[l->kind].left;
}

/* All rows again. */
static void listing_rebuild(struct listing *l, const struct store *st, int64_t now_ms)
{
	query_refill(l->query);
	if (l->kind == OBJECT_NONE)
		listing_refresh_events(l, st, true, now_ms);
	else
		listing_build_records(l, st, now_ms);
	l->built_sort = listing_order(l);
	l->seen_version = store_version(st, l->kind);
	l->seen_links = links_version(l, st);
	l->links_ms = l->seen_ms = now_ms;
	l->built_ms = l->pace_ms;
	l->behind = false;
}

/* What is new or changed among the rows; false when that can only be told by looking at all. */
static bool listing_catch_up(struct listing *l, const struct store *st, int64_t now_ms)
{
	uint64_t version = store_version(st, l->kind);

	if (l->seen_version == version)
		return true;
	if (l->kind == OBJECT_NONE)
		listing_refresh_events(l, st, false, now_ms);
	else if (!listing_move_changed(l, now_ms))
		return false;
	l->seen_version = version;
	return true;
}

void listing_refresh(struct listing *l, const struct store *st, int64_t now_ms)
{
	bool other = l->built_sort != listing_order(l) || l->store != st;
	bool again = links_moved(l, links_version(l, st), now_ms) ||
		     (query_ages(l->query) && l->seen_ms != now_ms);

	if (!l->id)
		l->id = xmalloc(ID_CAP);
	l->store = st;
	l->total = l->kind == OBJECT_NONE ? store_event_count(st) : store_record_count(st, l->kind);
	if (other || listing_is_broken(l, st) || (again && !listing_is_paced(l))) {
		listing_rebuild(l, st, now_ms);
		return;
	}
	l->behind = again;
	if (listing_catch_up(l, st, now_ms))
		return;
	if (listing_is_paced(l))
		l->behind = true;
	else
		listing_rebuild(l, st, now_ms);
}

/* --- reading ---------------------------------------------------------------------------------- */

const struct event_row *listing_event(const struct listing *l, size_t i)
{
	return l->kind == OBJECT_NONE && i < l->count ? l->rows[i] : NULL;
}

/* Rows are the store's entries: it unpacks them where it keeps what is shown. */
static struct entry *listing_entry(const struct listing *l, size_t i)
{
	const struct entry *en = l->rows[i];
	return l->store->tables[l->kind].entries[en->index];
}

const struct record *listing_record(const struct listing *l, size_t i)
{
	if (l->kind == OBJECT_NONE || i >= l->count)
		return NULL;
	return record_show(l->store, listing_entry(l, i));
}

const char *listing_id(const struct listing *l, size_t i)
{
	if (i >= l->count)
		return "";
	return l->kind == OBJECT_NONE ? store_row_id(l->store, listing_event(l, i), l->id)
				      : entry_id(l->store, l->rows[i]);
}
