/*
 * A Pepay that has only events, and that is no bottleneck: one thread, plain sockets, frames
 * prepared before anyone asks. Every connection that upgrades gets event 0, 1, 2, … as fast as it
 * takes them, at a rate, or one by one; /api/v1/events lists what was sent. Other lists are empty.
 */
#ifndef TESTS_BENCH_LIB_BLAST_H
#define TESTS_BENCH_LIB_BLAST_H

#include "bench/lib_events.h"

#include <stdbool.h>

struct blast;

struct blast_options {
	struct canned story;
	uint64_t count; /* frames prepared, and sent to each connection */
	double rate;    /* a second, 0: as fast as it goes; negative: only blast_some sends */
};

/* Listens on loopback. Ends the program with a message when it cannot. */
struct blast *blast_start(const struct blast_options *opt);
int blast_port(const struct blast *b);
/* Events sent so far to the connection that has got most. */
uint64_t blast_sent(struct blast *b);
void blast_set_rate(struct blast *b, double rate);
/* The next n events to every open stream, at once; bench_now() just before. */
double blast_some(struct blast *b, uint64_t n);
bool blast_streaming(struct blast *b); /* some connection has upgraded */
void blast_stop(struct blast *b);

double bench_now(void); /* seconds, monotonic */

#endif
