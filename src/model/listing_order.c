/* The order of a listing's rows, and records that changed put where they belong now. */
#include "model/listing_priv.h"
#include "model/query_priv.h"

#include "base/alloc.h"

#include <strings.h>

#define MOVED_SHARE 4 /* more changed than one row in so many: sorting all is as quick */
#define MOVED_FEW   32
#define SORT_FEW    16 /* sorted by putting each in its place */

/* --- comparing ------------------------------------------------------------------------------- */

struct ordering {
	const struct store *store;
	enum object_kind kind;
	int direction; /* -1: reversed */
};

static struct ordering order_of(const struct listing *l)
{
	return (struct ordering){l->store, l->kind, l->reverse ? -1 : 1};
}

/* Equals: records by id, events as they stand. */
static int compare_ties(const struct ordering *o, const void *a, const void *b)
{
	const struct event_row *x = a, *y = b;
	int64_t left, right;

	if (a == b)
		return 0;
	if (o->kind != OBJECT_NONE)
		return strcmp(entry_id(o->store, a), entry_id(o->store, b));
	left = row_order_ms(x);
	right = row_order_ms(y);
	if (left == right) {
		left = row_order_seq(x);
		right = row_order_seq(y);
	}
	if (left != right)
		return left < right ? -1 : 1;
	return (int32_t)(x->arrival - y->arrival) < 0 ? -1 : 1;
}

static int compare_rows(const struct ordering *o, const struct sort_row *a,
			const struct sort_row *b)
{
	int order;

	if (a->missing != b->missing)
		return a->missing ? 1 : -1;
	if (a->key != b->key)
		return a->key < b->key ? -o->direction : o->direction;
	order = strcasecmp(a->text, b->text);
	if (order != 0)
		return order < 0 ? -o->direction : o->direction;
	if (a->then != b->then)
		return a->then < b->then ? -o->direction : o->direction;
	return compare_ties(o, a->row, b->row);
}

/* --- sorting -----------------------------------------------------------------------------------
 */

/* Merges the sorted halves lo..mid and mid..hi; `spare` has room for the first. */
static void merge_halves(const struct ordering *o, struct sort_row *rows, size_t lo, size_t mid,
			 size_t hi, struct sort_row *spare)
{
	size_t left = 0, lefts = mid - lo, right = mid, to = lo;

	if (compare_rows(o, &rows[mid - 1], &rows[mid]) <= 0)
		return;
	memcpy(spare, rows + lo, lefts * sizeof(*rows));
	while (left < lefts && right < hi) {
		if (compare_rows(o, &spare[left], &rows[right]) <= 0)
			rows[to++] = spare[left++];
		else
			rows[to++] = rows[right++];
	}
	memcpy(rows + to, spare + left, (lefts - left) * sizeof(*rows));
}

static void sort_few(const struct ordering *o, struct sort_row *rows, size_t lo, size_t hi)
{
	for (size_t i = lo + 1; i < hi; i++) {
		struct sort_row held = rows[i];
		size_t at = i;

		for (; at > lo && compare_rows(o, &rows[at - 1], &held) > 0; at--)
			rows[at] = rows[at - 1];
		rows[at] = held;
	}
}

/* A stable merge sort, quick on what is nearly in order: rows mostly are. */
static void sort_rows(const struct ordering *o, struct sort_row *rows, size_t count)
{
	struct sort_row *spare;

	for (size_t lo = 0; lo < count; lo += SORT_FEW)
		sort_few(o, rows, lo, lo + SORT_FEW < count ? lo + SORT_FEW : count);
	if (count <= SORT_FEW)
		return;
	spare = xcalloc(count, sizeof(*spare));
	for (size_t width = SORT_FEW; width < count; width *= 2)
		for (size_t lo = 0; lo + width < count; lo += 2 * width)
			merge_halves(o, rows, lo, lo + width,
				     lo + 2 * width < count ? lo + 2 * width : count, spare);
	free(spare);
}

static struct sort_row *take_rows(const struct listing *l, const void *const *from, size_t count)
{
	struct sort_row *rows = xcalloc(count + 1, sizeof(*rows));
	struct sorter *s = xcalloc(1, sizeof(*s));

	sorter_init(s, l);
	for (size_t i = 0; i < count; i++)
		rows[i] = sorter_take(s, from[i]);
	free(s);
	return rows;
}

static void free_rows(struct sort_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sort_row_release(&rows[i]);
	free(rows);
}

void listing_sort(struct listing *l)
{
	struct ordering order = order_of(l);
	struct sort_row *sorted;

	if (l->count < 2)
		return;
	sorted = take_rows(l, l->rows, l->count);
	sort_rows(&order, sorted, l->count);
	for (size_t i = 0; i < l->count; i++)
		l->rows[i] = sorted[i].row;
	free_rows(sorted, l->count);
}

/* --- moving what changed -------------------------------------------------------------------- */

/* Rows that changed: a set of pointers, by open addressing. */
struct moved {
	const void **slots; /* NULL: free */
	size_t mask, count;
};

static const void **moved_slot(const struct moved *m, const void *row)
{
	size_t i = (size_t)(((uintptr_t)row >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	while (m->slots[i & m->mask] && m->slots[i & m->mask] != row)
		i++;
	return &m->slots[i & m->mask];
}

/* Those that changed since the last refresh; false when they cannot be told one by one. */
static bool moved_gather(struct moved *m, const struct listing *l)
{
	uint64_t version = store_version(l->store, l->kind), v;
	size_t cap = 8;

	if (version - l->seen_version > STORE_CHANGES_MAX)
		return false;
	while (cap < 2 * (version - l->seen_version))
		cap *= 2;
	*m = (struct moved){xcalloc(cap, sizeof(*m->slots)), cap - 1, 0};
	for (v = l->seen_version; v < version; v++) {
		const void *row = records_changed_at(l->store, l->kind, v);
		const void **slot;

		if (!row)
			break;
		slot = moved_slot(m, row);
		m->count += *slot == NULL;
		*slot = row;
	}
	if (v == version && (m->count <= MOVED_FEW || m->count <= l->count / MOVED_SHARE))
		return true;
	free(m->slots);
	return false;
}

static void listing_take_out(struct listing *l, const struct moved *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		if (*moved_slot(m, l->rows[i]) == NULL)
			l->rows[kept++] = l->rows[i];
	}
	l->count = kept;
}

/* Where the row belongs among the first `hi`. */
static size_t listing_place(const struct listing *l, struct sorter *s, const struct sort_row *row,
			    size_t hi)
{
	struct ordering order = order_of(l);
	size_t lo = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct sort_row other = sorter_take(s, l->rows[mid]);

		if (compare_rows(&order, &other, row) < 0)
			lo = mid + 1;
		else
			hi = mid;
		sort_row_release(&other);
	}
	return lo;
}

/* From the last one down, each row that was there is moved once. */
static void listing_put_in(struct listing *l, const struct sort_row *sorted, size_t count)
{
	struct sorter *s = xcalloc(1, sizeof(*s));
	size_t end = l->count;

	sorter_init(s, l);
	array_reserve((void **)&l->rows, &l->cap, l->count + count, sizeof(*l->rows));
	l->count += count;
	for (size_t left = count; left > 0; left--) {
		size_t at = listing_place(l, s, &sorted[left - 1], end);

		memmove(l->rows + at + left, l->rows + at, (end - at) * sizeof(*l->rows));
		l->rows[at + left - 1] = sorted[left - 1].row;
		end = at;
	}
	free(s);
}

/* Sorts these and puts them among the rows. */
static void listing_put_rows(struct listing *l, const void *const *rows, size_t count)
{
	struct ordering order = order_of(l);
	struct sort_row *sorted = take_rows(l, rows, count);

	sort_rows(&order, sorted, count);
	listing_put_in(l, sorted, count);
	free_rows(sorted, count);
}

void listing_merge_new(struct listing *l, size_t old)
{
	size_t fresh = l->count - old;
	const void **held;

	if (fresh == 0)
		return;
	if (fresh > MOVED_FEW && fresh > l->count / MOVED_SHARE) {
		listing_sort(l);
		return;
	}
	held = xcalloc(fresh, sizeof(*held));
	memcpy(held, l->rows + old, fresh * sizeof(*held));
	l->count = old;
	listing_put_rows(l, held, fresh);
	free(held);
}

bool listing_move_changed(struct listing *l, int64_t now_ms)
{
	const void **rows;
	struct moved m;
	size_t count = 0;

	if (!moved_gather(&m, l))
		return false;
	/* first all out: a search must not meet a row that is no longer where it belongs */
	listing_take_out(l, &m);
	rows = xcalloc(m.count + 1, sizeof(*rows));
	for (size_t i = 0; i <= m.mask; i++) {
		if (m.slots[i] && query_matches_entry(l->query, l->store, m.slots[i], now_ms))
			rows[count++] = m.slots[i];
	}
	listing_put_rows(l, rows, count);
	free(rows);
	free(m.slots);
	return true;
}
