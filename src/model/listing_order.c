/* The order of a listing's rows, and records that changed put where they belong now. */
#include "model/listing_priv.h"
#include "model/query_priv.h"

#include "base/alloc.h"

#define MOVED_SHARE 4 /* more changed than one row in so many: sorting all is as quick */
#define MOVED_FEW   32

/* The last first, as equals mostly have to stand when the list is not turned round. */
static struct sort_row *take_rows(const struct listing *l, const void *const *from, size_t count)
{
	struct sort_row *rows = xmalloc((count + 1) * sizeof(*rows));
	struct sorter *s = xcalloc(1, sizeof(*s));

	sorter_init(s, l);
	for (size_t i = 0; i < count; i++)
		rows[i] = sorter_take(s, from[l->reverse ? i : count - 1 - i]);
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
	struct ordering order = ordering_of(l);
	struct sort_row *sorted;

	if (l->count < 2)
		return;
	sorted = take_rows(l, l->rows, l->count);
	sort_rows_out(&order, sorted, l->count, l->rows);
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
	struct ordering order = ordering_of(l);
	size_t lo = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct sort_row other = sorter_take(s, l->rows[mid]);

		if (sort_row_compare(&order, &other, row) < 0)
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
	struct ordering order = ordering_of(l);
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
