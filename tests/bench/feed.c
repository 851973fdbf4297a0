/*
 * The real pipeline, from the socket to the store: feed, archive, store_apply.
 *
 *	feed PORT COUNT PATH      PATH of the history, - for none
 *
 * Prints "COUNT BYTES SECONDS", from the start of the feed until the last event is in the store,
 * and so on disk.
 */
#include "bench/lib_blast.h"
#include "bench/lib_pipe.h"
#include "net/feed.h"

int main(int argc, char **argv)
{
	struct problem why = {.status = S_OK};
	struct feed *feed = NULL;
	struct pipe pipe;
	char url[64];

	if (argc != 4) {
		fprintf(stderr, "usage: feed PORT COUNT PATH\n");
		return 2;
	}
	uint64_t count = strtoull(argv[2], NULL, 10);
	str_printf(url, sizeof(url), "ws://127.0.0.1:%.8s", argv[1]);
	pipe_start(&pipe, str_equal(argv[3], "-") ? NULL : argv[3], url);
	struct feed_options opt = {.ws_url = url,
				   .merchant_key = PIPE_KEY,
				   .clock = pipe.clock,
				   .jitter_seed = 1};
	double began = bench_now();
	if (feed_start(&opt, archive_inbox(pipe.archive), &feed, &why) != S_OK)
		pipe_die("feed", &why);
	pipe_run(&pipe, count);
	printf("%llu %zu %.6f\n", (unsigned long long)count, pipe.bytes, bench_now() - began);
	fflush(stdout);
	feed_stop(feed);
	pipe_stop(&pipe);
	return 0;
}
