/*
 * The history alone: no socket, no thread.
 *
 *	history fill PATH COUNT OBJECTS   makes it COUNT events long
 *	history add PATH COUNT OBJECTS    adds COUNT more, in batches as large as the archive's
 *	history find PATH TIMES OBJECTS   looks up all events of one object, another one each time
 *	history lines PATH COUNT OBJECTS  the same events as lines of JSON in a file
 *	history one PATH TIMES OBJECTS    commits one event alone, again and again
 *	history sync PATH TIMES BYTES     writes so many bytes at the end of a file, and waits until
 *	                                  they are on the disk
 *
 * The first two print "COUNT BYTES SECONDS" without the time it takes to make the events up, those
 * that time something "TIMES EVENTS P50 P99" in milliseconds.
 */
#include "base/alloc.h"
#include "bench/lib_blast.h"
#include "bench/lib_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#define BATCH      2000 /* ARCHIVE_BATCH_EVENTS */
#define EVENTS_MAX 1000
#define TIMES_MAX  10000

static struct history *history_at(const char *path)
{
	struct history_options opt = {.path = path,
				      .world = pipe_world("http://127.0.0.1:1"),
				      .clock = clock_system()};
	struct history_opening opening;
	struct problem why = {.status = S_OK};
	struct history *h = NULL;

	if (history_open(&opt, &h, &opening, &why) != S_OK)
		pipe_die(path, &why);
	if (opening.mode != HISTORY_WRITING)
		pipe_die(path, &opening.problem);
	return h;
}

static void decode(const struct canned *c, uint64_t n, struct event *ret)
{
	struct problem why = {.status = S_OK};
	struct strbuf body;
	struct frame f;

	strbuf_init(&body, 1u << 16);
	canned_event(c, n, &body);
	if (frame_decode(body.buf, body.len, &f, &why) != S_OK || f.kind != FRAME_EVENT)
		pipe_die("event", &why);
	*ret = f.event;
	strbuf_release(&body);
}

static double add_batch(struct history *h, struct event *items, size_t count)
{
	struct problem why = {.status = S_OK};
	double began = bench_now();
	enum status st = history_begin(h, &why);

	for (size_t i = 0; i < count && st == S_OK; i++) {
		enum keeping kept;
		st = history_add_event(h, &items[i], VIA_LIVE, items[i].created_ms, &kept, &why);
	}
	if (st != S_OK || history_commit(h, &why) != S_OK)
		pipe_die("history", &why);
	double took = bench_now() - began;
	for (size_t i = 0; i < count; i++)
		event_release(&items[i]);
	return took;
}

static void run_add(const char *path, uint64_t more, uint64_t until, uint64_t objects)
{
	static struct event items[BATCH];
	struct canned story = {.objects = objects, .base_ms = CANNED_BASE_MS};
	struct history *h = history_at(path);
	uint64_t first = history_count(h), n = first;
	uint64_t end = until ? until : first + more;
	double seconds = 0;
	size_t bytes = 0;

	while (n < end) {
		size_t count = 0;

		for (; count < BATCH && n < end; count++, n++) {
			decode(&story, n, &items[count]);
			bytes += items[count].raw_len;
		}
		seconds += add_batch(h, items, count);
	}
	history_close(h);
	printf("%llu %zu %.6f\n", (unsigned long long)(n - first), bytes, seconds);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_times(double *ms, size_t times, size_t total)
{
	qsort(ms, times, sizeof(double), by_size);
	printf("%zu %zu %.4f %.4f\n", times, total, ms[times / 2], ms[(times * 99 + 99) / 100 - 1]);
}

static void run_one(const char *path, size_t times, uint64_t objects)
{
	static double ms[TIMES_MAX];
	struct canned story = {.objects = objects, .base_ms = CANNED_BASE_MS};
	struct history *h = history_at(path);
	uint64_t n = history_count(h);

	times = times < TIMES_MAX ? times : TIMES_MAX;
	for (size_t i = 0; i < times; i++, n++) {
		struct event e;

		decode(&story, n, &e);
		ms[i] = add_batch(h, &e, 1) * 1e3;
	}
	history_close(h);
	print_times(ms, times, times);
}

static void run_sync(const char *path, size_t times, size_t bytes)
{
	static double ms[TIMES_MAX];
	char *block = xcalloc(1, bytes);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	times = times < TIMES_MAX ? times : TIMES_MAX;
	for (size_t i = 0; i < times; i++) {
		double began = bench_now();

		if (write(fd, block, bytes) != (ssize_t)bytes || fdatasync(fd) != 0)
			pipe_die(path, NULL);
		ms[i] = (bench_now() - began) * 1e3;
	}
	close(fd);
	free(block);
	print_times(ms, times, times);
}

/* The kind of the object of event n, as lib_events deals them out. */
static enum object_kind kind_of(const struct canned *c, uint64_t n)
{
	struct event e;

	decode(c, n, &e);
	enum object_kind kind = e.object.kind;
	event_release(&e);
	return kind;
}

static void run_find(const char *path, size_t times, uint64_t objects)
{
	static double ms[TIMES_MAX];
	struct canned story = {.objects = objects, .base_ms = CANNED_BASE_MS};
	struct history *h = history_at(path);
	struct problem why = {.status = S_OK};
	size_t total = 0;
	uint64_t known = history_count(h) / CANNED_STEPS;

	times = times < TIMES_MAX ? times : TIMES_MAX;
	for (size_t i = 0; i < times; i++) {
		uint64_t n = canned_creation(&story, (i * 2654435761u + 17) % known);
		enum object_kind kind = kind_of(&story, n);
		struct event *items = NULL;
		char id[64];
		size_t count = 0;

		canned_object_id(&story, n, id, sizeof(id));
		double began = bench_now();
		if (history_of_object(h, kind, id, EVENTS_MAX, &items, &count, &why) != S_OK)
			pipe_die("look-up", &why);
		ms[i] = (bench_now() - began) * 1e3;
		for (size_t e = 0; e < count; e++)
			event_release(&items[e]);
		free(items);
		total += count;
	}
	history_close(h);
	if (total == 0)
		pipe_die("look-up", NULL);
	print_times(ms, times, total);
}

static void write_lines(const char *path, uint64_t count, uint64_t objects)
{
	struct canned story = {.objects = objects, .base_ms = CANNED_BASE_MS};
	struct strbuf body;
	FILE *f = fopen(path, "w");

	if (!f)
		pipe_die(path, NULL);
	strbuf_init(&body, 1u << 16);
	for (uint64_t n = 0; n < count; n++) {
		strbuf_clear(&body);
		canned_event(&story, n, &body);
		strbuf_addch(&body, '\n');
		fwrite(body.buf, 1, body.len, f);
	}
	strbuf_release(&body);
	if (fclose(f) != 0)
		pipe_die(path, NULL);
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: history fill|add|find|lines|one|sync PATH NUMBER NUMBER\n");
		return 2;
	}
	uint64_t a = strtoull(argv[3], NULL, 10), b = strtoull(argv[4], NULL, 10);
	if (str_equal(argv[1], "fill"))
		run_add(argv[2], 0, a, b);
	else if (str_equal(argv[1], "add"))
		run_add(argv[2], a, 0, b);
	else if (str_equal(argv[1], "find"))
		run_find(argv[2], a, b);
	else if (str_equal(argv[1], "lines"))
		write_lines(argv[2], a, b);
	else if (str_equal(argv[1], "one"))
		run_one(argv[2], a, b);
	else if (str_equal(argv[1], "sync"))
		run_sync(argv[2], a, b);
	else
		return 2;
	return 0;
}
