/* Rows of a list: filtered, in order, and cheap to bring up to date. */
#include "model/listing.h"
#include "model/query_priv.h"
#include "model/store_priv.h"

#include "base/alloc.h"

#include <strings.h>

#define MANY_ROWS 1000 /* worth remembering what the query said of names */
#define PATCH_MAX 32   /* changed records moved one by one; more are sorted anew */

/* What a row is sorted by, taken out once so that sorting does not chase pointers. */
struct sort_row {
	int64_t key;
	const char *text; /* after key; "" = nothing */
	int64_t then;     /* after text: newest first is a negated time */
	const char *id;   /* at last, so that the order is stable; events: as they stand */
	size_t place;
	const void *row;
};

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

static void listing_add(struct listing *l, const void *row)
{
	array_reserve((void **)&l->rows, &l->cap, l->count + 1, sizeof(*l->rows));
	l->rows[l->count++] = row;
}

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

static void listing_sort(struct listing *l)
{
	struct sort_row *sorted;

	if (l->count < 2)
		return;
	sorted = xcalloc(l->count, sizeof(*sorted));
	for (size_t i = 0; i < l->count; i++) {
		sorted[i] = sort_row_of(l, l->rows[i]);
		sorted[i].place = i;
	}
	qsort(sorted, l->count, sizeof(*sorted), l->reverse ? compare_backward : compare_forward);
	for (size_t i = 0; i < l->count; i++)
		l->rows[i] = sorted[i].row;
	free(sorted);
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
	if (l->sort != SORT_CREATED)
		listing_sort(l);
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

static void listing_take_out(struct listing *l, const void *row)
{
	size_t i = 0;
	while (i < l->count && l->rows[i] != row)
		i++;
	if (i == l->count)
		return;
	l->count--;
	memmove(l->rows + i, l->rows + i + 1, (l->count - i) * sizeof(*l->rows));
}

static void listing_put_in(struct listing *l, const void *row)
{
	struct sort_row key = sort_row_of(l, row);
	size_t lo = 0, hi = l->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct sort_row other = sort_row_of(l, l->rows[mid]);
		if (compare_rows(&other, &key, l->reverse ? -1 : 1) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	listing_add(l, row);
	memmove(l->rows + lo + 1, l->rows + lo, (l->count - 1 - lo) * sizeof(*l->rows));
	l->rows[lo] = row;
}

/* Moves the few records that changed; false when they are too many or not known one by one. */
static bool listing_patch_records(struct listing *l, const struct store *st, int64_t now_ms)
{
	uint64_t version = store_version(st, l->kind);

	if (version - l->seen_version > PATCH_MAX)
		return false;
	for (uint64_t v = l->seen_version; v < version; v++)
		if (!records_changed_at(st, l->kind, v))
			return false;
	/* first all out: a search must not meet a row that is no longer where it belongs */
	for (uint64_t v = l->seen_version; v < version; v++)
		listing_take_out(l, records_changed_at(st, l->kind, v));
	for (uint64_t v = l->seen_version; v < version; v++) {
		const struct entry *en = records_changed_at(st, l->kind, v);
		listing_take_out(l, en); /* it may have changed twice */
		if (query_matches_entry(l->query, st, en, now_ms))
			listing_put_in(l, en);
	}
	return true;
}

static void listing_refresh_records(struct listing *l, const struct store *st, bool again,
				    int64_t now_ms)
{
	l->total = store_record_count(st, l->kind);
	if (again || !listing_patch_records(l, st, now_ms))
		listing_build_records(l, st, now_ms);
}

/* A query may follow links to records of other kinds. */
static uint64_t links_version(const struct listing *l, const struct store *st)
{
	uint64_t version = 0;
	if (!l->query || (l->kind == OBJECT_NONE && !query_asks_object(l->query)))
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

void listing_refresh(struct listing *l, const struct store *st, int64_t now_ms)
{
	int sort = 1 + (int)l->sort * 2 + l->reverse;
	uint64_t version = store_version(st, l->kind);
	uint64_t links = links_version(l, st);
	bool again = l->built_sort != sort || links_moved(l, links, now_ms) ||
		     (query_ages(l->query) && l->seen_ms != now_ms);

	if (!l->id)
		l->id = xmalloc(ID_CAP);
	l->store = st;
	if (!again && l->seen_version == version)
		return;
	if (l->kind == OBJECT_NONE)
		listing_refresh_events(l, st, again, now_ms);
	else
		listing_refresh_records(l, st, again, now_ms);
	l->built_sort = sort;
	l->seen_version = version;
	if (again) {
		l->seen_links = links;
		l->links_ms = now_ms;
	}
	l->seen_ms = now_ms;
}

/* --- reading ------------------------------------------------------------------------------------
 */

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
