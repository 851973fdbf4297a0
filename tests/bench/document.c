/*
 * A JSON text opened as the JSON tab does, and what one does in it.
 *
 *	document FILE TIMES    prints "LINES OPEN REFRESH SEARCH KEY" in milliseconds, medians
 *
 * OPEN is from the bytes to the first frame of 200×50; REFRESH the same over a text that differs by
 * its last byte, folds kept; SEARCH a text that is nowhere, and back; KEY a page down and a frame.
 * LINES is how many it has laid out, unfolded.
 */
#include "base/alloc.h"
#include "bench/lib_blast.h"
#include "bench/lib_pipe.h"
#include "views/json_view.h"

#define TIMES_MAX 1000
#define WIDTH     200
#define HEIGHT    50

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static char *whole_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	struct problem why;

	if (!f || fseek(f, 0, SEEK_END) != 0) {
		(void)problem_set(&why, E_IO, NULL, "cannot be read");
		pipe_die(path, &why);
	}
	*ret_len = (size_t)ftell(f);
	rewind(f);
	char *text = xmalloc(*ret_len + 2);
	if (fread(text, 1, *ret_len, f) != *ret_len) {
		(void)problem_set(&why, E_IO, NULL, "cannot be read whole");
		pipe_die(path, &why);
	}
	fclose(f);
	return text;
}

enum { OPEN, REFRESH, SEARCH, KEY, STEPS };

static size_t once(char *text, size_t len, struct grid *g, double ret_ms[STEPS])
{
	struct canvas c = canvas_whole(g);
	double at[STEPS + 1];
	struct strbuf plain;

	at[0] = bench_now();
	struct json_view *j = json_view_new();
	json_view_set(j, text, len);
	json_view_resize(j, WIDTH, HEIGHT);
	json_view_draw(j, &c, true);
	at[1] = bench_now();
	text[len] = ' ';
	json_view_set(j, text, len + 1);
	json_view_draw(j, &c, true);
	at[2] = bench_now();
	json_view_search(j, "nowhere to be found");
	json_view_search(j, "");
	at[3] = bench_now();
	(void)json_view_act(j, CMD_PAGE_DOWN);
	json_view_draw(j, &c, true);
	at[4] = bench_now();
	for (int i = 0; i < STEPS; i++)
		ret_ms[i] = (at[i + 1] - at[i]) * 1e3;

	size_t lines = 0;
	strbuf_init(&plain, 64u << 20);
	(void)json_view_act(j, CMD_UNFOLD_ALL);
	json_view_plain(j, &plain);
	for (size_t i = 0; i < plain.len; i++)
		lines += plain.buf[i] == '\n';
	strbuf_release(&plain);
	json_view_free(j);
	return lines;
}

int main(int argc, char **argv)
{
	static double ms[STEPS][TIMES_MAX];
	size_t len, lines = 0, times;

	if (argc != 3) {
		fprintf(stderr, "usage: document FILE TIMES\n");
		return 2;
	}
	char *text = whole_file(argv[1], &len);
	struct grid *g = grid_new(WIDTH, HEIGHT, false);
	times = strtoul(argv[2], NULL, 10);
	times = times == 0 ? 1 : times < TIMES_MAX ? times : TIMES_MAX;
	for (size_t i = 0; i < times; i++) {
		double took[STEPS];

		lines = once(text, len, g, took);
		for (int s = 0; s < STEPS; s++)
			ms[s][i] = took[s];
	}
	printf("%zu", lines);
	for (int s = 0; s < STEPS; s++) {
		qsort(ms[s], times, sizeof(double), by_size);
		printf(" %.4f", ms[s][times / 2]);
	}
	printf("\n");
	grid_free(g);
	free(text);
	return 0;
}
