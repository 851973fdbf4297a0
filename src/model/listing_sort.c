/*
 * Puts rows in order. Many are sorted by a radix sort of what comes first, numbers or the places of
 * texts among the texts there are; only what is equal in that is compared.
 */
#include "model/listing_priv.h"

#include "base/alloc.h"

#include <strings.h>

#define SORT_FEW  16              /* sorted by putting each in its place */
#define SORT_MANY 512             /* worth a radix sort */
#define KEY_LAST  (INT64_MAX - 1) /* from here on two keys may have one number */

/* --- comparing ------------------------------------------------------------------------------- */

struct ordering ordering_of(const struct listing *l)
{
	return (struct ordering){l->store, l->kind, l->reverse ? -1 : 1};
}

/* Equals: records by id, events the newest first. */
static int compare_ties(const struct ordering *o, const void *a, const void *b)
{
	const struct event_row *x = a, *y = b;
	int64_t left, right;
	bool less;

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
	less = left != right ? left < right : (int32_t)(x->arrival - y->arrival) < 0;
	return less ? o->direction : -o->direction;
}

/* What are equal in what is sorted by. */
static int compare_equals(const struct ordering *o, const struct sort_row *a,
			  const struct sort_row *b)
{
	if (a->then != b->then)
		return a->then < b->then ? -o->direction : o->direction;
	return compare_ties(o, a->row, b->row);
}

int sort_row_compare(const struct ordering *o, const struct sort_row *a, const struct sort_row *b)
{
	int order;

	if (a->missing != b->missing)
		return a->missing ? 1 : -1;
	if (a->key != b->key)
		return a->key < b->key ? -o->direction : o->direction;
	order = a->text == b->text ? 0 : strcasecmp(a->text, b->text);
	if (order != 0)
		return order < 0 ? -o->direction : o->direction;
	return compare_equals(o, a, b);
}

/* --- sorting -----------------------------------------------------------------------------------
 */

/* Merges the sorted halves lo..mid and mid..hi; `spare` has room for the first. */
static void merge_halves(const struct ordering *o, struct sort_row *rows, size_t lo, size_t mid,
			 size_t hi, struct sort_row *spare)
{
	size_t left = 0, lefts = mid - lo, right = mid, to = lo;

	if (sort_row_compare(o, &rows[mid - 1], &rows[mid]) <= 0)
		return;
	memcpy(spare, rows + lo, lefts * sizeof(*rows));
	while (left < lefts && right < hi) {
		if (sort_row_compare(o, &spare[left], &rows[right]) <= 0)
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

		for (; at > lo && sort_row_compare(o, &rows[at - 1], &held) > 0; at--)
			rows[at] = rows[at - 1];
		rows[at] = held;
	}
}

/* A stable merge sort, quick on what is nearly in order: rows mostly are. */
void sort_rows(const struct ordering *o, struct sort_row *rows, size_t count)
{
	struct sort_row *spare;

	for (size_t lo = 0; lo < count; lo += SORT_FEW)
		sort_few(o, rows, lo, lo + SORT_FEW < count ? lo + SORT_FEW : count);
	if (count <= SORT_FEW)
		return;
	spare = xmalloc(count * sizeof(*spare));
	for (size_t width = SORT_FEW; width < count; width *= 2)
		for (size_t lo = 0; lo + width < count; lo += 2 * width)
			merge_halves(o, rows, lo, lo + width,
				     lo + 2 * width < count ? lo + 2 * width : count, spare);
	free(spare);
}

/* --- many ----------------------------------------------------------------------------------------
 */

/* Where a row stands, as a number: what is less comes first. */
struct sort_place {
	uint64_t number;
	uint32_t row;
	uint32_t text; /* its place among the texts */
};

static int by_text(const void *a, const void *b)
{
	const struct sort_row *const *x = a, *const *y = b;
	return (*x)->text == (*y)->text ? 0 : strcasecmp((*x)->text, (*y)->text);
}

/* Texts borrowed of names are the same pointer where they are the same text. */
struct text_set {
	const struct sort_row **slots; /* by pointer of the text */
	uint32_t *places;
	size_t mask;
};

static size_t text_slot(const struct text_set *t, const char *text)
{
	size_t i = (size_t)(((uintptr_t)text >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & t->mask;

	while (t->slots[i] && t->slots[i]->text != text)
		i = (i + 1) & t->mask;
	return i;
}

static void set_gather(struct text_set *t, const struct sort_row *rows, size_t count)
{
	size_t cap = 1024;

	while (cap < 2 * count)
		cap *= 2;
	t->mask = cap - 1;
	t->slots = xcalloc(cap, sizeof(*t->slots));
	t->places = xcalloc(cap, sizeof(*t->places));
	for (size_t i = 0; i < count; i++) {
		size_t slot = text_slot(t, rows[i].text);
		if (!t->slots[slot])
			t->slots[slot] = &rows[i];
	}
}

static void set_order(struct text_set *t, size_t count)
{
	const struct sort_row **sorted = xcalloc(count, sizeof(*sorted));
	uint32_t place = 0;
	size_t n = 0;

	for (size_t i = 0; i <= t->mask; i++)
		if (t->slots[i])
			sorted[n++] = t->slots[i];
	qsort(sorted, n, sizeof(*sorted), by_text);
	for (size_t i = 0; i < n; i++) {
		place += i > 0 && by_text(&sorted[i - 1], &sorted[i]) != 0;
		t->places[text_slot(t, sorted[i]->text)] = place;
	}
	free(sorted);
}

/* The place of each row's text among all; false when there is but one, and nothing was done. */
static bool place_texts(struct sort_place *places, const struct sort_row *rows, size_t count)
{
	struct text_set t;
	size_t i = 1;

	while (i < count && rows[i].text == rows[0].text)
		i++;
	if (i >= count)
		return false;
	set_gather(&t, rows, count);
	set_order(&t, count);
	for (i = 0; i < count; i++)
		places[i].text = t.places[text_slot(&t, rows[i].text)];
	free(t.slots);
	free(t.places);
	return true;
}

/* A key and a text do not come together but in a key all share. */
static uint64_t number_of(const struct ordering *o, const struct sort_row *r, uint32_t text)
{
	uint64_t number = ((uint64_t)r->key ^ (UINT64_C(1) << 63)) + text;

	if (r->missing)
		return UINT64_MAX;
	if (number == UINT64_MAX)
		number--; /* beside the one before it: what is equal is compared */
	return o->direction < 0 ? UINT64_MAX - 1 - number : number;
}

/* By one byte of the number, keeping the order of equals. */
static void radix_pass(struct sort_place *to, const struct sort_place *from, size_t count,
		       unsigned shift)
{
	size_t starts[256] = {0};
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i].number >> shift & 0xff]++;
	for (size_t i = 0; i < 256; i++) {
		size_t n = starts[i];
		starts[i] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].number >> shift & 0xff]++] = from[i];
}

/* `differ` has the bits in which numbers do. Returns which of the two holds them in order. */
static struct sort_place *radix_sort(struct sort_place *a, struct sort_place *b, size_t count,
				     uint64_t differ)
{
	for (unsigned shift = 0; shift < 64; shift += 8) {
		struct sort_place *held = a;

		if ((differ >> shift & 0xff) == 0)
			continue;
		radix_pass(b, a, count, shift);
		a = b;
		b = held;
	}
	return a;
}

/* Were all equal in what is sorted by, would they be in order? Then a stable sort has no more to
 * do. */
static bool equals_are_in_order(const struct ordering *o, const struct sort_row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (compare_equals(o, &rows[i - 1], &rows[i]) > 0 || rows[i].key >= KEY_LAST)
			return false;
	return true;
}

static bool run_is_in_order(const struct ordering *o, const struct sort_row *rows,
			    const struct sort_place *run, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (sort_row_compare(o, &rows[run[i - 1].row], &rows[run[i].row]) > 0)
			return false;
	return true;
}

/* Rows that are equal in number. */
static void put_run(const struct ordering *o, const struct sort_row *rows,
		    const struct sort_place *run, size_t count, const void **ret)
{
	struct sort_row *sorted;

	if (run_is_in_order(o, rows, run, count)) {
		for (size_t i = 0; i < count; i++)
			ret[i] = rows[run[i].row].row;
		return;
	}
	sorted = xmalloc(count * sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		sorted[i] = rows[run[i].row];
	sort_rows(o, sorted, count);
	for (size_t i = 0; i < count; i++)
		ret[i] = sorted[i].row;
	free(sorted);
}

static void put_runs(const struct ordering *o, const struct sort_row *rows,
		     const struct sort_place *sorted, size_t count, const void **ret)
{
	for (size_t first = 0, end; first < count; first = end) {
		end = first + 1;
		while (end < count && sorted[end].number == sorted[first].number)
			end++;
		put_run(o, rows, sorted + first, end - first, ret + first);
	}
}

static void sort_many(const struct ordering *o, const struct sort_row *rows, size_t count,
		      const void **ret)
{
	struct sort_place *places = xmalloc(2 * count * sizeof(*places));
	const struct sort_place *sorted;
	uint64_t differ = 0;

	if (!place_texts(places, rows, count))
		for (size_t i = 0; i < count; i++)
			places[i].text = 0;
	for (size_t i = 0; i < count; i++) {
		places[i].row = (uint32_t)i;
		places[i].number = number_of(o, &rows[i], places[i].text);
		differ |= places[i].number ^ places[0].number;
	}
	sorted = radix_sort(places, places + count, count, differ);
	if (equals_are_in_order(o, rows, count))
		for (size_t i = 0; i < count; i++)
			ret[i] = rows[sorted[i].row].row;
	else
		put_runs(o, rows, sorted, count, ret);
	free(places);
}

void sort_rows_out(const struct ordering *o, struct sort_row *rows, size_t count, const void **ret)
{
	if (count > SORT_MANY && count <= UINT32_MAX) {
		sort_many(o, rows, count, ret);
		return;
	}
	sort_rows(o, rows, count);
	for (size_t i = 0; i < count; i++)
		ret[i] = rows[i].row;
}
