/*
 * A filter over all events in the window, and a sort of what it leaves, as a list pane does it.
 *
 *	sift COUNT OBJECTS TIMES QUERY    prints "ROWS P50 P99" in milliseconds
 */
#include "bench/lib_blast.h"
#include "bench/lib_pipe.h"
#include "model/listing.h"

#define TIMES_MAX 1000
#define BATCH     256

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* From nothing, the query too: what happens when someone presses Enter. */
static double sift(const struct store *st, const char *text, int64_t now_ms, size_t *ret_rows)
{
	struct problem why = {.status = S_OK};
	struct listing l;
	struct query *q = NULL;
	double began = bench_now();

	if (query_parse(text, &q, NULL, &why) != S_OK)
		pipe_die(text, &why);
	listing_init(&l, OBJECT_NONE, SORT_AMOUNT);
	listing_set_query_take(&l, q);
	listing_refresh(&l, st, now_ms);
	double took = bench_now() - began;
	*ret_rows = l.count;
	listing_release(&l);
	return took;
}

int main(int argc, char **argv)
{
	static double ms[TIMES_MAX];
	size_t rows = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: sift COUNT OBJECTS TIMES QUERY\n");
		return 2;
	}
	uint64_t count = strtoull(argv[1], NULL, 10);
	size_t times = strtoul(argv[3], NULL, 10);
	struct canned story = {.objects = strtoull(argv[2], NULL, 10), .base_ms = CANNED_BASE_MS};
	struct store *st = store_new();
	times = times < TIMES_MAX ? times : TIMES_MAX;
	for (uint64_t n = 0; n < count; n += BATCH)
		pipe_fill(st, &story, n, n + BATCH < count ? n + BATCH : count);
	for (size_t i = 0; i < times; i++)
		ms[i] = sift(st, argv[4], story.base_ms + (int64_t)count, &rows) * 1e3;
	qsort(ms, times, sizeof(double), by_size);
	printf("%zu %.4f %.4f\n", rows, ms[times / 2], ms[(times * 99 + 99) / 100 - 1]);
	store_free(st);
	return 0;
}
