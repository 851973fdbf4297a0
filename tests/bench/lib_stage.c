#include "bench/lib_stage.h"

#include "base/when.h"

#include <dirent.h>
#include <unistd.h>

_Noreturn void stage_die(const char *what)
{
	fprintf(stderr, "screen: %s\n", what);
	exit(1);
}

/* --- the stage ------------------------------------------------------------------------------ */

static char *word_with_port(const char *word, int port)
{
	struct strbuf sb;
	const char *at = strstr(word, "PORT");

	strbuf_init(&sb, 4096);
	strbuf_add(&sb, word, at ? (size_t)(at - word) : strlen(word));
	if (at)
		strbuf_addf(&sb, "%d%s", port, at + 4);
	return strbuf_take(&sb);
}

void stage_blast(struct stage *s, uint64_t count, uint64_t objects)
{
	struct clock c = clock_system();
	struct blast_options opt = {
		.story = {.objects = objects, .base_ms = clock_wall_ms(&c) - (int64_t)count},
		.count = count,
		.rate = -1,
	};

	s->blast = blast_start(&opt);
}

void stage_program(struct stage *s, char *const *words)
{
	size_t n = 0;

	for (; words[n] && n < STAGE_WORDS_MAX - 1; n++)
		s->argv[n] = word_with_port(words[n], s->blast ? blast_port(s->blast) : 0);
	s->argv[n] = NULL;
	pty_start(&s->pty, STAGE_WIDTH, STAGE_HEIGHT, "xterm-256color", "", s->argv);
}

void stage_pump_until_sent(struct stage *s, uint64_t sent)
{
	double end = bench_now() + 30;

	while (blast_sent(s->blast) < sent) {
		pty_pump(&s->pty, 20);
		if (bench_now() > end)
			stage_die("the stream was not taken");
	}
}

void stage_warm_up(struct stage *s, double rate)
{
	double end = bench_now() + 3;

	while (!blast_streaming(s->blast) && bench_now() < end)
		pty_pump(&s->pty, 20);
	if (blast_streaming(s->blast)) {
		blast_some(s->blast, STAGE_BEFORE);
		stage_pump_until_sent(s, STAGE_BEFORE);
		if (rate > 0)
			blast_set_rate(s->blast, rate);
	}
	pty_pump(&s->pty, STAGE_SETTLE_MS);
}

void stage_end(struct stage *s)
{
	pty_release(&s->pty);
	if (s->blast)
		blast_stop(s->blast);
	for (size_t i = 0; s->argv[i]; i++)
		free(s->argv[i]);
}

double stage_take(struct stage *s, int ms)
{
	return pty_step(&s->pty, ms) ? bench_now() : 0;
}

void stage_pause(struct stage *s, int least_ms)
{
	uint64_t x = (s->sample_count + 1) * 0x9e3779b97f4a7c15u;

	pty_pump(&s->pty, least_ms + (int)((x >> 33) % 40));
}

void stage_sample(struct stage *s, double seconds)
{
	if (s->sample_count < STAGE_SAMPLES_MAX)
		s->samples[s->sample_count++] = seconds * 1e3;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stage_print_samples(struct stage *s, const char *more)
{
	size_t n = s->sample_count;

	qsort(s->samples, n, sizeof(double), by_size);
	printf("{\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"count\": %zu%s}\n",
	       s->samples[n / 2], s->samples[(n * 99 + 99) / 100 - 1], s->samples[n - 1], n, more);
}

double stage_cpu_ms(const struct stage *s)
{
	char path[320];
	unsigned long long ns = 0, one;

	str_printf(path, sizeof(path), "/proc/%d/task", (int)s->pty.pid);
	DIR *dir = opendir(path);
	if (!dir)
		stage_die("the program ended");
	for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
		if (d->d_name[0] == '.')
			continue;
		str_printf(path, sizeof(path), "/proc/%d/task/%s/schedstat", (int)s->pty.pid,
			   d->d_name);
		FILE *f = fopen(path, "r");
		if (f && fscanf(f, "%llu", &one) == 1)
			ns += one;
		if (f)
			fclose(f);
	}
	closedir(dir);
	return (double)ns / 1e6;
}

long stage_rss_kib(const struct stage *s)
{
	char path[64], line[256];
	long kib = 0;

	str_printf(path, sizeof(path), "/proc/%d/status", (int)s->pty.pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (str_starts_with(line, "VmRSS:"))
			kib = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	if (kib == 0)
		stage_die("the program ended");
	return kib;
}
