/*
 * A program on a stage: in the pseudo terminal of the end-to-end tests (200x50, xterm-256color),
 * with a canned stream it may dial, and what is measured of it. Ends the program with a message
 * when something fails.
 */
#ifndef TESTS_BENCH_LIB_STAGE_H
#define TESTS_BENCH_LIB_STAGE_H

#include "bench/lib_blast.h"
#include "e2e/lib_pty.h"

#define STAGE_WIDTH       200
#define STAGE_HEIGHT      50
#define STAGE_BEFORE      500 /* events that are there already */
#define STAGE_SETTLE_MS   1000
#define STAGE_WORDS_MAX   48
#define STAGE_SAMPLES_MAX 4096

struct stage {
	struct pty pty;
	struct blast *blast;
	char *argv[STAGE_WORDS_MAX];
	double samples[STAGE_SAMPLES_MAX]; /* ms */
	size_t sample_count;
};

_Noreturn void stage_die(const char *what);
/* So many events, the newest about now; none is sent yet. */
void stage_blast(struct stage *s, uint64_t count, uint64_t objects);
/* PORT in the words becomes that of the stream. */
void stage_program(struct stage *s, char *const *words);
/* Waits until the program has connected, if it does, then for a screenful of events; after that
 * the stream has this rate. */
void stage_warm_up(struct stage *s, double rate);
void stage_pump_until_sent(struct stage *s, uint64_t sent);
void stage_end(struct stage *s);

/* When what came was on the terminal's screen; 0 for nothing within `ms`. */
double stage_take(struct stage *s, int ms);
/* At least so long and at most 40 ms longer, another time after each sample. */
void stage_pause(struct stage *s, int least_ms);
void stage_sample(struct stage *s, double seconds);
/* As JSON; `more` are further members. */
void stage_print_samples(struct stage *s, const char *more);

/* Milliseconds all its threads have run, to the nanosecond. */
double stage_cpu_ms(const struct stage *s);
long stage_rss_kib(const struct stage *s);

#endif
