/*
 * What was missed, fetched by REST: every event after one that is known, 100 a page.
 *
 *	backfill sync URL KEY FIRST PATH COUNT   the sync thread, the archive (a new history at
 *	                                         PATH) and the store, until COUNT events are there
 *	backfill curl URL KEY FIRST              libcurl alone: the same pages, dropped
 *
 * FIRST is a file with the known event. Prints "COUNT BYTES SECONDS".
 */
#include "bench/lib_blast.h"
#include "bench/lib_pipe.h"
#include "net/http_curl.h"
#include "net/sync.h"

#include <curl/curl.h>

#define BODY_MAX     (64u << 20)
#define SYNC_MAILBOX 1024

static struct event first_event(const char *path)
{
	struct problem why = {.status = S_OK};
	static char text[1u << 20];
	struct frame f;
	FILE *file = fopen(path, "r");
	size_t len = file ? fread(text, 1, sizeof(text), file) : 0;

	if (file)
		fclose(file);
	if (frame_decode(text, len, &f, &why) != S_OK || f.kind != FRAME_EVENT)
		pipe_die(path, &why);
	return f.event;
}

/* --- ours ------------------------------------------------------------------------------------- */

/* A history that was complete up to this event. */
static void history_seed(const char *path, const char *server, const struct event *e)
{
	struct history_options opt = {.path = path,
				      .world = pipe_world(server),
				      .clock = clock_system()};
	struct history_opening opening;
	struct problem why = {.status = S_OK};
	struct history *h = NULL;
	enum keeping kept;

	if (history_open(&opt, &h, &opening, &why) != S_OK || history_begin(h, &why) != S_OK ||
	    history_add_event(h, e, VIA_LIVE, e->created_ms, &kept, &why) != S_OK ||
	    history_set_cursor(h, CURSOR_VERIFIED, e->id, &why) != S_OK ||
	    history_commit(h, &why) != S_OK)
		pipe_die(path, &why);
	history_close(h);
}

static void run_sync(char **argv)
{
	struct problem why = {.status = S_OK};
	struct event first = first_event(argv[4]);
	uint64_t count = strtoull(argv[6], NULL, 10);
	struct mailbox *mailbox = mailbox_new(SYNC_MAILBOX);
	struct sync *sync = NULL;
	struct pipe pipe;

	history_seed(argv[5], argv[2], &first);
	pipe_start(&pipe, argv[5], argv[2]);
	archive_tell_sync(pipe.archive, mailbox);
	struct sync_options opt = {.base_url = argv[2],
				   .merchant_key = argv[3],
				   .clock = pipe.clock,
				   .jitter_seed = 1};
	archive_position(pipe.archive, &opt.position);
	double began = bench_now();
	if (sync_start(&opt, mailbox, archive_inbox(pipe.archive), NULL, &sync, &why) != S_OK)
		pipe_die("sync", &why);
	pipe_run(&pipe, count);
	printf("%llu %zu %.6f\n", (unsigned long long)count, pipe.bytes, bench_now() - began);
	fflush(stdout);
	sync_stop(sync);
	archive_tell_sync(pipe.archive, NULL);
	pipe_stop(&pipe);
	mailbox_free(mailbox);
	event_release(&first);
}

/* --- the ceiling -------------------------------------------------------------------------------
 */

static size_t take_body(char *bytes, size_t size, size_t count, void *body)
{
	strbuf_add(body, bytes, size * count);
	return size * count;
}

/* The events in a page, and the newest of them, which comes first. */
static size_t look_through(const char *body, char *ret_newest, size_t cap)
{
	static const char mark[] = "\"id\":\"evt_";
	size_t count = 0;

	for (const char *at = strstr(body, mark); at; at = strstr(at + 1, mark))
		if (count++ == 0)
			str_printf(ret_newest, cap, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
	return count;
}

static void run_curl(char **argv)
{
	struct event first = first_event(argv[4]);
	struct strbuf body;
	char cursor[ID_CAP], header[600], url[1024];
	size_t count = 0, bytes = 0, page;
	CURL *curl = curl_easy_init();

	str_copy(cursor, sizeof(cursor), first.id);
	str_printf(header, sizeof(header), "x-api-key: %s", argv[3]);
	struct curl_slist *headers = curl_slist_append(NULL, header);
	strbuf_init(&body, BODY_MAX);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	double began = bench_now();
	do {
		str_printf(url, sizeof(url), "%s/api/v1/events?limit=100&ending_before=%s", argv[2],
			   cursor);
		curl_easy_setopt(curl, CURLOPT_URL, url);
		strbuf_clear(&body);
		CURLcode code = curl_easy_perform(curl);
		if (code != CURLE_OK) {
			fprintf(stderr, "backfill: %s\n", curl_easy_strerror(code));
			exit(1);
		}
		page = look_through(strbuf_str(&body), cursor, sizeof(cursor));
		count += page;
		bytes += body.len;
	} while (page > 0 && !strstr(strbuf_str(&body), "\"has_more\":false"));
	printf("%zu %zu %.6f\n", count, bytes, bench_now() - began);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	strbuf_release(&body);
	event_release(&first);
}

int main(int argc, char **argv)
{
	struct problem why = {.status = S_OK};

	if (http_curl_global_init(&why) != S_OK)
		pipe_die("libcurl", &why);
	if (argc == 7 && str_equal(argv[1], "sync")) {
		run_sync(argv);
	} else if (argc == 5 && str_equal(argv[1], "curl")) {
		run_curl(argv);
	} else {
		fprintf(stderr, "usage: backfill sync URL KEY FIRST PATH COUNT | "
				"curl URL KEY FIRST\n");
		return 2;
	}
	return 0;
}
