/* What the files of the canned stream share. Nothing else includes it. */
#ifndef TESTS_BENCH_LIB_BLAST_PRIV_H
#define TESTS_BENCH_LIB_BLAST_PRIV_H

#include "bench/lib_blast.h"

#include <pthread.h>

#define CALLERS_MAX 32
#define IN_CAP      16384u
#define OUT_MAX     (1u << 20) /* answers and pongs; events are sent from where they lie */
#define SEND_MAX    (256u * 1024u)
#define TICK_MS     1
#define PAGE_MAX    100
#define HEAD_LEN    4 /* of a frame */

struct caller {
	int fd; /* -1: free */
	bool streaming;
	char in[IN_CAP];
	size_t in_len;
	struct strbuf out;
	size_t out_sent;
	uint64_t allowed, sent; /* events */
	size_t at;              /* bytes of the frames sent */
	double began;
};

struct blast {
	/* immutable */
	struct strbuf frames;
	size_t *starts; /* of each frame; one more for the end */
	uint64_t count;
	int listener, wake, port;
	pthread_t thread;
	/* the thread */
	struct caller callers[CALLERS_MAX];
	uint64_t most; /* events allowed to some caller so far */
	/* under lock */
	pthread_mutex_t lock;
	double rate;
	uint64_t singles; /* asked for by blast_some, not sent yet */
	uint64_t sent;
	bool streaming, stopping;
};

/* --- lib_blast_answers.c: what callers say, one at a time; false when it is not whole yet --- */

/* A head without body: everything that is asked here is a GET. Upgrades, or answers. */
bool caller_take_request(struct blast *b, struct caller *c);
/* Short masked frames are all that clients send; a ping is answered. */
bool caller_take_frame(struct caller *c);

#endif
