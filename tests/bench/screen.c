/*
 * What a person in front of a program in a terminal feels, in the pseudo terminal of the
 * end-to-end tests (200x50, xterm-256color).
 *
 *	screen start PROGRAM…
 *		ms until something shows, and until it is complete
 *	screen keys ON OFF COUNT RATE PROGRAM…
 *		two keys that undo each other, in turn: ms until the screen shows it, while
 *		RATE events a second come (0: none)
 *	screen arrive COUNT PROGRAM…
 *		ms from one event on a quiet stream until its row shows
 *	screen cpu SECONDS RATE PROGRAM…
 *		processor time, and memory at the end
 *	screen fill COUNT PROGRAM…
 *		memory after so many events
 *
 * PORT in the program's words becomes that of a canned stream. Prints one JSON object.
 */
#include "base/alloc.h"
#include "base/when.h"
#include "bench/lib_stage.h"

#define CELLS      (STAGE_WIDTH * STAGE_HEIGHT)
#define ANSWER_S   2.0
#define LOOKS      4    /* snapshots that tell which cells stand still */
#define LIKE_FINAL 0.98 /* of the cells that hold something: the rest is clocks and ages */
#define FRAMES_MAX 4096

struct cell {
	uint32_t ch;
	VTermScreenCellAttrs attrs;
	VTermColor fg, bg;
};

/* --- cells ---------------------------------------------------------------------------------- */

static struct cell cell_at(const struct pty *p, size_t i)
{
	VTermScreenCell c = pty_cell(p, (int)(i % STAGE_WIDTH), (int)(i / STAGE_WIDTH));

	return (struct cell){c.chars[0] == ' ' ? 0 : c.chars[0], c.attrs, c.fg, c.bg};
}

static bool cell_same(const struct cell *a, const struct cell *b)
{
	return a->ch == b->ch && a->attrs.bold == b->attrs.bold &&
	       a->attrs.reverse == b->attrs.reverse && a->attrs.underline == b->attrs.underline &&
	       vterm_color_is_equal(&a->fg, &b->fg) && vterm_color_is_equal(&a->bg, &b->bg);
}

static void look(const struct pty *p, struct cell cells[CELLS])
{
	for (size_t i = 0; i < CELLS; i++)
		cells[i] = cell_at(p, i);
}

/* --- start ---------------------------------------------------------------------------------- */

struct frame_seen {
	double when;
	uint32_t *chars;
	size_t filled;
};

static double like(const struct frame_seen *f, const struct frame_seen *last)
{
	size_t same = 0;

	for (size_t i = 0; i < CELLS; i++)
		same += last->chars[i] != 0 && f->chars[i] == last->chars[i];
	return last->filled ? (double)same / (double)last->filled : 0;
}

static struct frame_seen frame_see(const struct pty *p, double when)
{
	struct frame_seen f = {when, xcalloc(CELLS, sizeof(uint32_t)), 0};

	for (size_t i = 0; i < CELLS; i++) {
		f.chars[i] = cell_at(p, i).ch;
		f.filled += f.chars[i] != 0;
	}
	return f;
}

static void run_start(struct stage *s, char *const *words)
{
	static struct frame_seen frames[FRAMES_MAX];
	size_t n = 0, first = 0, complete = 0;

	stage_blast(s, 1, 1); /* for programs that dial */
	double began = bench_now(), last = began;
	stage_program(s, words);
	while (bench_now() - last < STAGE_SETTLE_MS / 1000.0 && n < FRAMES_MAX) {
		double when = stage_take(s, STAGE_SETTLE_MS);
		if (when <= 0)
			break;
		frames[n++] = frame_see(&s->pty, when);
		if (n == 1 || like(&frames[n - 2], &frames[n - 1]) < LIKE_FINAL)
			last = when;
	}
	if (n == 0 || frames[n - 1].filled == 0)
		stage_die("nothing was shown");
	while (first < n - 1 && frames[first].filled < STAGE_WIDTH / 2)
		first++;
	while (complete < n - 1 && like(&frames[complete], &frames[n - 1]) < LIKE_FINAL)
		complete++;
	printf("{\"first_ms\": %.3f, \"complete_ms\": %.3f, \"cells\": %zu}\n",
	       (frames[first].when - began) * 1e3, (frames[complete].when - began) * 1e3,
	       frames[n - 1].filled);
	for (size_t i = 0; i < n; i++)
		free(frames[i].chars);
}

/* --- keys ----------------------------------------------------------------------------------- */

struct probe {
	size_t at;
	struct cell on, off;
};

/* Cells that stand still for a while; ch UINT32_MAX marks those that do not. */
static void look_long(struct pty *p, struct cell still[CELLS])
{
	struct cell *now = xcalloc(CELLS, sizeof(*now));

	look(p, still);
	for (int i = 0; i < LOOKS; i++) {
		pty_pump(p, 40);
		look(p, now);
		for (size_t c = 0; c < CELLS; c++)
			if (!cell_same(&now[c], &still[c]))
				still[c].ch = UINT32_MAX;
	}
	free(now);
}

/* A cell that tells the two states apart, whatever the events do to the others. */
static struct probe probe_find(struct pty *p, const char *on, const char *off)
{
	struct cell *cells[4];
	struct probe found = {.at = CELLS};

	for (int i = 0; i < 4; i++) {
		cells[i] = xcalloc(CELLS, sizeof(struct cell));
		pty_type(p, i % 2 ? on : off);
		pty_pump(p, 150);
		look_long(p, cells[i]);
	}
	for (size_t c = 0; c < CELLS && found.at == CELLS; c++) {
		bool still = true;
		for (int i = 0; i < 4; i++)
			still = still && cells[i][c].ch != UINT32_MAX;
		if (still && cell_same(&cells[0][c], &cells[2][c]) &&
		    cell_same(&cells[1][c], &cells[3][c]) && !cell_same(&cells[0][c], &cells[1][c]))
			found = (struct probe){c, .on = cells[1][c], .off = cells[0][c]};
	}
	for (int i = 0; i < 4; i++)
		free(cells[i]);
	if (found.at == CELLS)
		stage_die("the keys change nothing that stays");
	return found;
}

static void press(struct stage *s, const char *key, size_t at, const struct cell *want)
{
	double began = bench_now();

	pty_type(&s->pty, key);
	for (;;) {
		double when = stage_take(s, 100);
		struct cell now = cell_at(&s->pty, at);

		if (cell_same(&now, want)) {
			stage_sample(s, (when > 0 ? when : bench_now()) - began);
			return;
		}
		if (bench_now() - began > ANSWER_S)
			stage_die("a key had no effect");
	}
}

static void run_keys(struct stage *s, char *const *args)
{
	size_t count = strtoul(args[2], NULL, 10);
	double rate = strtod(args[3], NULL);
	char more[96];

	stage_blast(s, STAGE_BEFORE + (uint64_t)(rate * (10 + (double)count * 0.05)), 5000);
	stage_program(s, args + 4);
	stage_warm_up(s, rate);
	struct probe p = probe_find(&s->pty, args[0], args[1]);
	uint64_t sent = blast_sent(s->blast);
	double began = bench_now();
	for (size_t i = 0; i < count; i++) {
		stage_pause(s, 15);
		press(s, i % 2 ? args[0] : args[1], p.at, i % 2 ? &p.on : &p.off);
	}
	str_printf(more, sizeof(more), ", \"events_per_second\": %.0f",
		   (double)(blast_sent(s->blast) - sent) / (bench_now() - began));
	stage_print_samples(s, more);
}

/* --- arrive ----------------------------------------------------------------------------------- */

static void run_arrive(struct stage *s, char *const *args)
{
	size_t count = strtoul(args[0], NULL, 10);
	struct clock c = clock_system();
	uint64_t n = STAGE_BEFORE;

	/* Every event is about an object of its own, which is what its row is found by. */
	struct blast_options opt = {
		.story = {.objects = STAGE_BEFORE + count,
			  .base_ms = clock_wall_ms(&c) - (int64_t)(STAGE_BEFORE + count)},
		.count = STAGE_BEFORE + count,
		.rate = -1,
	};
	s->blast = blast_start(&opt);
	stage_program(s, args + 1);
	stage_warm_up(s, 0);
	if (blast_sent(s->blast) < STAGE_BEFORE)
		stage_die("the program does not read the stream");
	for (; s->sample_count < count; n++) {
		char id[64];

		stage_pause(s, 60);
		canned_object_id(&opt.story, n, id, sizeof(id));
		id[7] = '\0';
		double began = blast_some(s->blast, 1), when = 0;
		while (!pty_shows(&s->pty, id)) {
			when = stage_take(s, 100);
			if (bench_now() - began > ANSWER_S)
				stage_die("an event was not shown");
		}
		stage_sample(s, when - began);
	}
	stage_print_samples(s, "");
}

/* --- cpu ---------------------------------------------------------------------------------------
 */

static void run_cpu(struct stage *s, char *const *args)
{
	double seconds = strtod(args[0], NULL), rate = strtod(args[1], NULL);

	stage_blast(s, STAGE_BEFORE + (uint64_t)(rate * (seconds + 10)), 5000);
	stage_program(s, args + 2);
	stage_warm_up(s, rate);
	double before = stage_cpu_ms(s), began = bench_now();
	uint64_t sent = blast_sent(s->blast);
	while (bench_now() - began < seconds)
		pty_pump(&s->pty, 100);
	double took = bench_now() - began;
	printf("{\"cpu_percent\": %.4f, \"events_per_second\": %.0f, \"rss_kib\": %ld}\n",
	       (stage_cpu_ms(s) - before) / took / 10, (double)(blast_sent(s->blast) - sent) / took,
	       stage_rss_kib(s));
}

static void run_fill(struct stage *s, char *const *args)
{
	uint64_t count = strtoull(args[0], NULL, 10);

	stage_blast(s, count, count / 10);
	stage_program(s, args + 1);
	for (int i = 0; i < 150 && !blast_streaming(s->blast); i++)
		pty_pump(&s->pty, 20);
	blast_set_rate(s->blast, 0);
	stage_pump_until_sent(s, count);
	pty_pump(&s->pty, 2 * STAGE_SETTLE_MS);
	printf("{\"rss_kib\": %ld}\n", stage_rss_kib(s));
}

/* ------------------------------------------------------------------------------------------------
 */

int main(int argc, char **argv)
{
	static struct stage s;
	const struct {
		const char *name;
		int words; /* before the program's */
		void (*run)(struct stage *s, char *const *args);
	} plays[] = {
		{"start", 0, run_start}, {"keys", 4, run_keys}, {"arrive", 1, run_arrive},
		{"cpu", 2, run_cpu},     {"fill", 1, run_fill},
	};

	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		if (argc < plays[i].words + 3 || !str_equal(argv[1], plays[i].name))
			continue;
		plays[i].run(&s, argv + 2);
		stage_end(&s);
		return 0;
	}
	stage_die("start, keys, arrive, cpu or fill?");
}
