/*
 * The dashboard without its screen: the archive, and a store fed by it, for those who drive one
 * end of the pipe. Ends the program with a message when something fails.
 */
#ifndef TESTS_BENCH_LIB_PIPE_H
#define TESTS_BENCH_LIB_PIPE_H

#include "archive/archive.h"
#include "bench/lib_events.h"
#include "model/store.h"

#define PIPE_KEY "pk_bench_0123456789"

struct pipe {
	struct mailbox *mailbox;
	struct archive *archive;
	struct store *store;
	struct clock clock;
	struct world world;
	size_t bytes; /* of the bodies that came through */
};

_Noreturn void pipe_die(const char *what, const struct problem *why);
/* path NULL: a temporary history, as with --no-history. */
void pipe_start(struct pipe *p, const char *path, const char *server);
/* Applies what comes until the store has had so many events. */
void pipe_run(struct pipe *p, uint64_t events);
void pipe_stop(struct pipe *p);

struct world pipe_world(const char *server);

/* Events from … to - 1 into a store without anything before it, in one message. */
void pipe_fill(struct store *st, const struct canned *c, uint64_t from, uint64_t to);

#endif
