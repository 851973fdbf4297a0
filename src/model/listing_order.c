/* The order of a listing's rows, and records that changed put where they belong now. */
#include "model/listing_priv.h"
#include "model/query_priv.h"

#include "base/alloc.h"

#include <strings.h>

#define MOVED_SHARE 4 /* more changed than one row in so many: sorting all is as quick */
#define MOVED_FEW   32

/* What a row is sorted by, taken out once so that sorting does not chase pointers. */
struct sort_row {
	int64_t key;
	const char *text; /* after key; "" = nothing */
	int64_t then;     /* after text: newest first is a negated time */
	const char *id;   /* at last, so that the order is stable; events: as they stand */
	size_t place;
	const void *row;
};

/* --- sorting ------------------------------------------------------------------------------ */

static int compare_rows(const struct sort_row *a, const struct sort_row *b, int direction)
{
	int order;

	if (a->key != b->key)
		return a->key < b->key ? -direction : direction;
	order = strcasecmp(a->text, b->text);
	if (order != 0)
		return order < 0 ? -direction : direction;
	if (a->then != b->then)
		return a->then < b->then ? -direction : direction;
	order = strcmp(a->id, b->id);
	if (order != 0)
		return order;
	return a->place == b->place ? 0 : a->place < b->place ? -1 : 1;
}

static int compare_forward(const void *a, const void *b)
{
	return compare_rows(a, b, 1);
}

static int compare_backward(const void *a, const void *b)
{
	return compare_rows(a, b, -1);
}

static void sort_rows(struct sort_row *rows, size_t count, bool reverse)
{
	qsort(rows, count, sizeof(*rows), reverse ? compare_backward : compare_forward);
}

static int64_t newest_first(int64_t ms)
{
	return ms == TIME_NONE ? INT64_MAX : -ms;
}

static int64_t stated_of(const struct listing *l, const struct entry *en)
{
	return entry_settle(l->store, en).h.stated_ms;
}

static int64_t created_of(const struct listing *l, const void *row)
{
	const struct entry *en = row;

	if (l->kind == OBJECT_NONE)
		return row_created_ms(row);
	return en->created_ms != TIME_NONE ? en->created_ms : stated_of(l, en);
}

static int64_t updated_of(const struct listing *l, const void *row)
{
	const struct entry *en = row;
	struct history h;
	int64_t ms;

	if (l->kind == OBJECT_NONE)
		return row_created_ms(row);
	h = entry_settle(l->store, en).h;
	ms = h.changed_ms > en->updated_ms ? h.changed_ms : en->updated_ms;
	return ms != TIME_NONE ? ms : h.stated_ms;
}

static int64_t largest_first(const struct listing *l, const void *row)
{
	const struct entry *en = row;
	int64_t amount;
	bool has;

	if (l->kind == OBJECT_NONE) {
		has = row_amount_known(l->store, row, &amount);
	} else {
		has = en->has_amount;
		amount = en->amount;
	}
	return has && amount != INT64_MIN ? -amount : INT64_MAX;
}

static int64_t status_place(const struct listing *l, const void *row)
{
	enum object_kind kind = l->kind;
	uint16_t status;
	struct news n;
	int value;

	if (kind == OBJECT_NONE) {
		n = row_news(l->store, row);
		kind = (enum object_kind)n.about;
		status = n.status;
	} else {
		status = entry_settle(l->store, row).h.last.status;
	}
	value = kind == OBJECT_NONE
			? 0
			: vocab_parse(kind_info(kind)->vocab, word_text(l->store, status));
	return value == 0 ? INT64_MAX : value; /* unknown words come last */
}

static const char *customer_of(const struct listing *l, const void *row)
{
	uint32_t name = l->kind == OBJECT_NONE ? ((const struct event_row *)row)->customer
					       : ((const struct entry *)row)->customer;
	return names_text(l->store->names, name);
}

static struct sort_row sort_row_of(const struct listing *l, const void *row)
{
	struct sort_row s = {.row = row, .text = "", .id = "", .then = 0};

	if (l->kind != OBJECT_NONE)
		s.id = entry_id(l->store, row);
	switch (l->sort) {
	case SORT_CREATED:
		s.key = newest_first(created_of(l, row));
		return s;
	case SORT_UPDATED:
		s.key = newest_first(updated_of(l, row));
		return s;
	case SORT_AMOUNT:
		s.key = largest_first(l, row);
		break;
	case SORT_STATUS:
		s.key = status_place(l, row);
		break;
	case SORT_CUSTOMER:
		s.text = customer_of(l, row);
		s.key = s.text[0] == '\0';
		break;
	}
	s.then = newest_first(created_of(l, row));
	return s;
}

void listing_sort(struct listing *l)
{
	struct sort_row *sorted;

	if (l->count < 2)
		return;
	sorted = xcalloc(l->count, sizeof(*sorted));
	for (size_t i = 0; i < l->count; i++) {
		sorted[i] = sort_row_of(l, l->rows[i]);
		sorted[i].place = i;
	}
	sort_rows(sorted, l->count, l->reverse);
	for (size_t i = 0; i < l->count; i++)
		l->rows[i] = sorted[i].row;
	free(sorted);
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
static size_t listing_place(const struct listing *l, const struct sort_row *row, size_t hi)
{
	size_t lo = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct sort_row other = sort_row_of(l, l->rows[mid]);

		if (compare_rows(&other, row, l->reverse ? -1 : 1) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* From the last one down, each row that was there is moved once. */
static void listing_put_in(struct listing *l, const struct sort_row *sorted, size_t count)
{
	size_t end = l->count;

	array_reserve((void **)&l->rows, &l->cap, l->count + count, sizeof(*l->rows));
	l->count += count;
	for (size_t left = count; left > 0; left--) {
		size_t at = listing_place(l, &sorted[left - 1], end);

		memmove(l->rows + at + left, l->rows + at, (end - at) * sizeof(*l->rows));
		l->rows[at + left - 1] = sorted[left - 1].row;
		end = at;
	}
}

bool listing_move_changed(struct listing *l, int64_t now_ms)
{
	struct sort_row *sorted;
	struct moved m;
	size_t count = 0;

	if (!moved_gather(&m, l))
		return false;
	/* first all out: a search must not meet a row that is no longer where it belongs */
	listing_take_out(l, &m);
	sorted = xcalloc(m.count + 1, sizeof(*sorted));
	for (size_t i = 0; i <= m.mask; i++) {
		if (m.slots[i] && query_matches_entry(l->query, l->store, m.slots[i], now_ms))
			sorted[count++] = sort_row_of(l, m.slots[i]);
	}
	sort_rows(sorted, count, l->reverse);
	listing_put_in(l, sorted, count);
	free(sorted);
	free(m.slots);
	return true;
}
