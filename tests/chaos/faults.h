/*
 * What the proxy may do to traffic, how often, and what it did. Chances are drawn
 * from a seed: one generator for the proxy, one of its own for each connection, so
 * that the same messages on the same connection meet the same fate.
 */
#ifndef CHAOS_FAULTS_H
#define CHAOS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};
void dice_seed(struct dice *d, uint64_t seed, uint64_t stream);
uint64_t dice_roll(struct dice *d);
uint64_t dice_below(struct dice *d, uint64_t bound); /* [0, bound) */
int64_t dice_between(struct dice *d, int64_t lo, int64_t hi);
bool dice_chance(struct dice *d, double probability);

enum refusal {
	REFUSE_503,
	REFUSE_500,
	REFUSE_401,
	REFUSE_403,
	REFUSE_429,
	REFUSE_HTML,     /* 200 with a page */
	REFUSE_REDIRECT, /* 302 to faults.redirect */
	REFUSE_CLOSE,    /* no answer: the connection ends */
	REFUSAL_COUNT
};
enum refusal refusal_parse(const char *word); /* REFUSAL_COUNT: no such */

/* Probabilities are 0 to 1; 0 is off. */
struct faults {
	/* for each event of a stream */
	double gap;       /* it is swallowed */
	double duplicate; /* it comes up to `times` times more */
	double reorder;   /* it waits until up to `window` others have passed */
	double drop;      /* the stream ends after k bytes of its frame, any k */
	double drop_rst;  /* the same with RST */
	int64_t drop_at;  /* the next event's frame is cut at byte drop_at % length; -1 off */
	unsigned times, window;
	/* for each request that is not an upgrade */
	double rest_429, rest_500, rest_cut, rest_hang;
	unsigned retry_after; /* of the 429: seconds */
	/* for each upgrade */
	double refuse;
	enum refusal refusal;
	char redirect[128];
	/* towards the client, every byte */
	int64_t latency_ms, jitter_ms;
	int64_t bandwidth; /* bytes a second for each connection; 0 any */
	unsigned slice;    /* at most so many bytes a write; 0 any */
};
void faults_quiet(struct faults *f);

/* X(member, what it counts) */
#define CHAOS_COUNTERS(X)                                                 \
	X(connections, "accepted")                                        \
	X(denied, "spells in which nobody listened")                      \
	X(upgrades, "asked for")                                          \
	X(refused, "upgrades")                                            \
	X(streams, "opened: the 101 was delivered")                       \
	X(cut_fin, "open streams ended by a command: FIN")                \
	X(cut_rst, "open streams ended by a command: RST")                \
	X(cut_mid_frame, "open streams ended inside a frame: FIN")        \
	X(cut_mid_frame_rst, "the same: RST")                             \
	X(cut_half_open, "open streams that fell silent, and then ended") \
	X(ended_by_client, "open streams")                                \
	X(ended_by_server, "open streams")                                \
	X(stalled, "open streams that fell silent and went on")           \
	X(events, "event messages read from the server")                  \
	X(swallowed, "events")                                            \
	X(duplicated, "events")                                           \
	X(reordered, "events that others passed")                         \
	X(requests, "that are not upgrades")                              \
	X(rest_429, "answered")                                           \
	X(rest_500, "answered")                                           \
	X(rest_cut, "answers that ended early")                           \
	X(rest_hung, "requests that were never answered")

struct counters {
#define X(member, what) uint64_t member;
	CHAOS_COUNTERS(X)
#undef X
};
/* Streams that were open and that the proxy ended. */
uint64_t counters_disconnects(const struct counters *c);
void counters_print(const struct counters *c, uint64_t seed); /* one line of JSON on stdout */

/*
 * A line of the control protocol that only changes settings: "gap 0.01", "reorder 0.2 3",
 * "refuse 1 503". 1 done, 0 not one of these, -1 a bad argument.
 */
int faults_command(struct faults *f, char *const *words, size_t count);

#endif
