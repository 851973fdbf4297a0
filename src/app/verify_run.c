/* The command around the comparison: what it opens, says and ends with. */
#include "app/verify.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/http_curl.h"
#include "views/count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_FAILED     1
#define EXIT_USAGE      2
#define EXIT_CONNECTION 3
#define EXIT_INCOMPLETE 6
#define RECHECK_MS      2000
#define TELL_EVERY      5000 /* events between two lines of progress */

static void say(FILE *to, const char *fmt, ...) printf_like(2, 3);
static void say(FILE *to, const char *fmt, ...)
{
	struct safe_text t;
	va_list ap;

	safe_text_clear(&t);
	va_start(ap, fmt);
	safe_text_vaddf(&t, fmt, ap);
	va_end(ap);
	fprintf(to, "%s\n", safe_text_str(&t));
}

static void tell_progress(const struct verify *v)
{
	char count[COUNT_CAP];

	if (v->compared > 0 && v->compared % TELL_EVERY == 0)
		say(stderr, "pepaytop: %s events compared", count_words(count, v->compared));
}

static void report_named(const char *what, const struct verify_named *n)
{
	char count[COUNT_CAP];

	say(stdout, "%-11s%s", what, count_words(count, n->count));
	for (uint64_t i = 0; i < n->count && i < VERIFY_NAMED_MAX; i++)
		say(stdout, "           %s", n->ids[i]);
	if (n->count > VERIFY_NAMED_MAX)
		say(stdout, "           and %s more",
		    count_words(count, n->count - VERIFY_NAMED_MAX));
}

static void report(const struct verify *v, const char *path)
{
	char from[WHEN_TEXT_CAP], to[WHEN_TEXT_CAP], count[COUNT_CAP];

	say(stdout, "history    %s, %s events", path,
	    count_words(count, history_count(v->history)));
	say(stdout, "server     %s", v->client->base_url);
	if (v->newest_ms == TIME_NONE)
		say(stdout, "range      the server lists no event");
	else
		say(stdout, "range      %s to %s", when_iso(from, v->oldest_ms),
		    when_iso(to, v->newest_ms));
	say(stdout, "compared   %s", count_words(count, v->compared));
	say(stdout, "on disk    %s", count_words(count, v->on_disk));
	report_named("missing", &v->missing);
	report_named("differing", &v->differing);
	say(stdout, "strangers  %s", count_words(count, v->strangers));
	if (v->unreadable > 0)
		say(stdout, "unreadable %s", count_words(count, v->unreadable));
	say(stdout, "lost       %s %s", count_words(count, v->lost),
	    v->lost == 1 ? "stretch" : "stretches");
	say(stdout, "result     %s", verify_complete(v) ? "complete" : "not complete");
}

static int complain(const struct problem *p, int exit_status)
{
	say(stderr, "pepaytop: %s", p->what);
	if (p->next[0] != '\0')
		say(stderr, "          %s", p->next);
	return exit_status;
}

static int exit_of(enum status s)
{
	switch (s) {
	case E_NETWORK:
	case E_TIMEOUT:
	case E_RATE:
	case E_CLOSED:
		return EXIT_CONNECTION;
	case E_AUTH:
	case E_DENIED:
		return EXIT_FAILED;
	default:
		return EXIT_INCOMPLETE; /* it could not be shown */
	}
}

static int verify_compare(struct verify *v, const char *path)
{
	const struct timespec pause = {.tv_sec = RECHECK_MS / 1000};
	struct problem problem = {.status = S_OK};

	if (verify_walk(v, tell_progress, &problem) != S_OK)
		return complain(&problem, exit_of(problem.status));
	if (v->recent_count > 0) {
		say(stderr, "pepaytop: %zu young events are not on disk; looking once more in %d s",
		    v->recent_count, RECHECK_MS / 1000);
		nanosleep(&pause, NULL);
		verify_recheck(v);
	}
	report(v, path);
	return verify_complete(v) ? 0 : EXIT_INCOMPLETE;
}

static int verify_with(const struct network_options *o, struct history *h, const char *path)
{
	const struct config *c = o->config;
	struct http_curl_options ho = {.read_only = true, .log = o->log};
	struct api_client client = {.http = &HTTP_CURL_OPS,
				    .merchant_key = c->merchant_key,
				    .commerce_key = c->commerce_key};
	struct verify *v = xcalloc(1, sizeof(*v));
	struct problem problem = {.status = S_OK};
	struct http_curl *http;
	int status;

	if (http_curl_new(&ho, &http, &problem) != S_OK) {
		free(v);
		return complain(&problem, EXIT_FAILED);
	}
	client.http_ctx = http;
	str_copy(client.base_url, sizeof(client.base_url), c->url);
	v->client = &client;
	v->history = h;
	v->environment = c->environment == ENV_DEVNET    ? "devnet"
			 : c->environment == ENV_MAINNET ? "mainnet"
							 : "";
	v->now_ms = clock_wall_ms(&o->clock);
	v->since_ms = when_asked_at(&c->from, v->now_ms);
	status = verify_compare(v, path);
	http_curl_free(http);
	free(v);
	return status;
}

int verify_run(const struct network_options *o)
{
	struct history_options ho = {.read_only = true, .clock = o->clock};
	struct history_opening opening;
	struct problem problem = {.status = S_OK};
	struct history *h;
	char *path = NULL;
	int status;

	if (http_curl_global_init(&problem) != S_OK)
		return complain(&problem, EXIT_FAILED);
	if (network_history_path(o, &path, &problem) != S_OK)
		return complain(&problem, EXIT_USAGE);
	if (access(path, F_OK) != 0) {
		say(stderr, "pepaytop: there is no history at %s", path);
		say(stderr, "          pepaytop keeps one as soon as it watches the account");
		free(path);
		return EXIT_INCOMPLETE;
	}
	ho.path = path;
	network_world(o, &ho.world);
	if (history_open(&ho, &h, &opening, &problem) != S_OK) {
		free(path);
		return complain(&problem, problem.status == E_IO ? EXIT_INCOMPLETE : EXIT_USAGE);
	}
	status = verify_with(o, h, path);
	history_close(h);
	free(path);
	return status;
}
