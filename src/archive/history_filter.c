/*
 * Which runs an object may be in, from memory: a look-up of many objects would else look into every
 * run for each of them, and nearly always in vain (a million events: sixty runs). A Bloom filter a
 * run, 16 KiB, made once from the run, which only ever loses rows.
 */
#include "archive/history_priv.h"

#include "base/alloc.h"

#include <stdlib.h>

#define FILTER_BITS  131072u /* eight an object of a full run */
#define FILTER_HASH  3
#define RUNS_AT_ONCE 4

struct filter {
	int64_t run;
	unsigned char bits[FILTER_BITS / 8];
};

struct filters {
	struct filter **items; /* by run */
	size_t count, cap;
};

void filters_free(struct filters *f)
{
	for (size_t i = 0; f != NULL && i < f->count; i++)
		free(f->items[i]);
	if (f != NULL)
		free(f->items);
	free(f);
}

static uint32_t bit_of(int64_t object, unsigned n)
{
	uint64_t h = ((uint64_t)object ^ (uint64_t)n << 17) * 0x9e3779b97f4a7c15u;

	return (uint32_t)(h >> 40) % FILTER_BITS;
}

static void filter_add(struct filter *f, int64_t object)
{
	for (unsigned n = 0; n < FILTER_HASH; n++) {
		uint32_t bit = bit_of(object, n);

		f->bits[bit / 8] |= (unsigned char)(1u << bit % 8);
	}
}

static bool filter_has(const struct filter *f, int64_t object)
{
	for (unsigned n = 0; n < FILTER_HASH; n++) {
		uint32_t bit = bit_of(object, n);

		if ((f->bits[bit / 8] & 1u << bit % 8) == 0)
			return false;
	}
	return true;
}

static const char NEXT_RUN[] = "SELECT run FROM object_run WHERE run > ? ORDER BY run LIMIT 1";
static const char OBJECTS_OF[] = "SELECT DISTINCT object FROM object_run WHERE run = ?";

static enum status filter_load(struct history *h, int64_t run, struct problem *why)
{
	struct filters *l = h->filters;
	struct filter *f = xcalloc(1, sizeof(*f));
	struct query q;
	enum status st;

	f->run = run;
	query_start(&q, h->db, OBJECTS_OF);
	query_int(&q, run);
	while (query_step(&q))
		filter_add(f, query_get_int(&q, 0));
	st = query_end(&q, why);
	if (st != S_OK) {
		free(f);
		return st;
	}
	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = f;
	return S_OK;
}

enum status filters_load(struct history *h, size_t most, bool *ret_more, struct problem *why)
{
	enum status st = S_OK;
	bool any = true;

	if (h->filters == NULL)
		h->filters = xcalloc(1, sizeof(*h->filters));
	for (size_t n = 0; st == S_OK && any && n < most; n++) {
		const struct filters *l = h->filters;
		int64_t last = l->count > 0 ? l->items[l->count - 1]->run : -1, run = 0;
		struct query q;

		query_start(&q, h->db, NEXT_RUN);
		query_int(&q, last);
		any = query_step(&q);
		if (any)
			run = query_get_int(&q, 0);
		st = query_end(&q, why);
		if (st == S_OK && any)
			st = run > last ? filter_load(h, run, why) : history_out_of_order(h, why);
	}
	*ret_more = any;
	return st;
}

bool filters_next(const struct filters *f, int64_t object, size_t *at, int64_t *ret_run)
{
	for (; f != NULL && *at < f->count; ++*at)
		if (filter_has(f->items[*at], object)) {
			*ret_run = f->items[(*at)++]->run;
			return true;
		}
	return false;
}

enum status history_warm(struct history *h, bool *ret_more, struct problem *reterr)
{
	enum status st = history_may_read(h, reterr);

	*ret_more = false;
	return st == S_OK ? history_read(h, filters_load(h, RUNS_AT_ONCE, ret_more, reterr)) : st;
}
