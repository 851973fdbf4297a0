/*
 * What an event costs in memory, once it is in the window.
 *
 *	memory store COUNT OBJECTS    the store
 *	memory raw COUNT OBJECTS      every body kept, found by id: what the store does without
 *
 * Prints "COUNT HEAP RSS": bytes an event, by malloc's own books and by the kernel's, of those
 * after the first OBJECTS (which make the objects known).
 */
#include "base/alloc.h"
#include "base/idmap.h"
#include "bench/lib_events.h"
#include "bench/lib_pipe.h"

#include <malloc.h>
#include <unistd.h>

#define BATCH 256

struct keeper {
	struct store *store; /* or */
	struct idmap *bodies;
};

struct weight {
	double heap, rss;
};

static struct weight weigh(void)
{
	struct mallinfo2 info;
	unsigned long size = 0, resident = 0;
	FILE *f;

	malloc_trim(0);
	info = mallinfo2();
	f = fopen("/proc/self/statm", "r");
	if (!f || fscanf(f, "%lu %lu", &size, &resident) != 2)
		pipe_die("statm", NULL);
	fclose(f);
	return (struct weight){(double)(info.uordblks + info.hblkhd),
			       (double)resident * (double)sysconf(_SC_PAGESIZE)};
}

static void keep_bodies(struct keeper *k, const struct canned *c, uint64_t from, uint64_t to,
			struct strbuf *body)
{
	for (uint64_t n = from; n < to; n++) {
		char id[64];

		strbuf_clear(body);
		canned_event(c, n, body);
		canned_event_id(c, n, id, sizeof(id));
		idmap_put(k->bodies, id, xmemdup0(body->buf, body->len));
	}
}

static void keep(struct keeper *k, const struct canned *c, uint64_t from, uint64_t to)
{
	struct strbuf body;

	strbuf_init(&body, 1u << 16);
	for (uint64_t n = from; n < to; n += BATCH) {
		uint64_t end = n + BATCH < to ? n + BATCH : to;

		if (k->store)
			pipe_fill(k->store, c, n, end);
		else
			keep_bodies(k, c, n, end, &body);
	}
	strbuf_release(&body);
}

int main(int argc, char **argv)
{
	struct keeper k = {NULL, NULL};

	if (argc != 4) {
		fprintf(stderr, "usage: memory store|raw COUNT OBJECTS\n");
		return 2;
	}
	uint64_t count = strtoull(argv[2], NULL, 10), objects = strtoull(argv[3], NULL, 10);
	struct canned story = {.objects = objects, .base_ms = CANNED_BASE_MS};
	if (str_equal(argv[1], "store"))
		k.store = store_new();
	else
		k.bodies = idmap_new();
	keep(&k, &story, 0, objects);
	struct weight before = weigh();
	keep(&k, &story, objects, count);
	struct weight after = weigh();
	double kept = (double)(count - objects);
	if (k.store && store_event_count(k.store) != count)
		fprintf(stderr, "memory: the window holds only %zu\n", store_event_count(k.store));
	if (k.store)
		kept -= (double)(count - store_event_count(k.store));
	printf("%.0f %.2f %.2f\n", kept, (after.heap - before.heap) / kept,
	       (after.rss - before.rss) / kept);
	return 0; /* what is kept goes with the process */
}
