#include "net/sync.h"

#include "api/client.h"
#include "base/alloc.h"
#include "base/strbuf.h"
#include "net/http_curl.h"
#include "net/resync.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define WAIT_MAX_MS 60000

struct sync {
	/* immutable */
	struct api_client client;
	char *merchant_key;
	char *commerce_key;
	char environment[24];
	struct http_curl *http;
	struct mailbox *in;
	struct mailbox *archive;
	struct feed *feed;
	struct clock clock;
	struct log *log;
	pthread_t thread;
	int wake_fd;
	/* this thread */
	struct resync plan;
	struct event_page page; /* held until it is posted or given up */
	struct msg *outgoing;   /* refused by a full mailbox */
	/* shared */
	atomic_bool stopping;
	atomic_bool asked;
};

static void sync_wake(void *ctx)
{
	struct sync *s = ctx;
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(s->wake_fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

static int64_t sync_now_ms(const struct sync *s)
{
	return clock_mono_ms(&s->clock);
}

/* --- what it hears ------------------------------------------------------------------- */

static void sync_hear(struct sync *s, const struct msg *m)
{
	int64_t now = sync_now_ms(s);

	switch (m->kind) {
	case MSG_RECEIPT:
		resync_receipt(&s->plan, now, &m->as.receipt);
		break;
	case MSG_LINK:
		resync_link(&s->plan, now, &m->as.link);
		break;
	case MSG_GAP:
		resync_gap(&s->plan, now);
		break;
	default:
		break;
	}
}

static void sync_listen(struct sync *s)
{
	struct msg *m;

	while ((m = mailbox_take(s->in)) != NULL) {
		sync_hear(s, m);
		msg_free(m);
	}
	if (atomic_exchange(&s->asked, false))
		resync_ask(&s->plan, sync_now_ms(s));
}

/* Until something is heard, or until a time; TIME_NONE is no time. */
static void sync_wait(struct sync *s, int64_t until)
{
	struct pollfd fds[] = {{.fd = mailbox_fd(s->in), .events = POLLIN},
			       {.fd = s->wake_fd, .events = POLLIN}};
	int64_t ms = until == TIME_NONE ? WAIT_MAX_MS : until - sync_now_ms(s);
	uint64_t count;

	if (ms > WAIT_MAX_MS)
		ms = WAIT_MAX_MS;
	if (poll(fds, 2, ms > 0 ? (int)ms : 0) > 0 && (fds[1].revents & POLLIN) != 0 &&
	    read(s->wake_fd, &count, sizeof(count)) < 0)
		log_msg(s->log, LOG_DEBUG, "sync: nothing to read from the wake-up");
}

/* --- what it does --------------------------------------------------------------------- */

static void sync_fetch(struct sync *s, const struct resync_step *step)
{
	const struct event_query q = {.starting_after = step->query.starting_after,
				      .ending_before = step->query.ending_before,
				      .environment = s->environment,
				      .limit = step->query.limit};
	const char *ids[LIST_ITEMS_MAX];
	struct event_page page = {.items = NULL};
	struct fault fault = {.retry_after_ms = -1};
	struct problem problem = {.status = S_OK};
	struct resync_answer answer = {.fault = &fault, .problem = &problem};

	answer.status = api_event_list(&s->client, &q, &page, &fault, &problem);
	for (size_t i = 0; i < page.count; i++)
		ids[i] = page.items[i].id;
	answer.page =
		(struct walk_page){.ids = ids, .count = page.count, .has_more = page.has_more};
	resync_fetched(&s->plan, sync_now_ms(s), &answer);
	if (answer.status != S_OK)
		log_msg(s->log, LOG_INFO, "sync: %s", problem.what);
	if (step->probe || answer.status != S_OK) {
		event_page_release(&page);
		return;
	}
	event_page_release(&s->page);
	s->page = page;
}

/* A quiet sweep brings what cannot be read again and again: once is enough to say so. */
static bool sync_page_is_news(const struct sync *s)
{
	return s->page.count == 0 || strcmp(s->page.items[0].id, s->plan.at.verified) != 0;
}

static void sync_fill(struct sync *s, struct msg_events *batch)
{
	bool told = s->page.skipped > 0 && !sync_page_is_news(s);

	msg_events_take_page(batch, &s->page);
	if (!told)
		return;
	batch->bad_frames = 0;
	batch->bad_reason[0] = '\0';
}

static void sync_post(struct sync *s, const struct resync_step *step)
{
	struct msg *m = s->outgoing;
	enum status st;

	if (m == NULL) {
		m = msg_new(MSG_EVENTS);
		m->as.events.source = SOURCE_REST;
		m->as.events.stream = s->merchant_key != NULL ? STREAM_MERCHANT : STREAM_COMMERCE;
		m->as.events.mark = step->mark;
		if (!step->empty)
			sync_fill(s, &m->as.events);
	}
	st = mailbox_post(s->archive, m);
	s->outgoing = st == S_OK ? NULL : m;
	if (st == S_OK)
		resync_posted(&s->plan);
	else
		sync_wait(s, TIME_NONE); /* for room, or to be stopped */
}

static void sync_step(struct sync *s)
{
	struct resync_step step;

	resync_next(&s->plan, sync_now_ms(s), &step);
	switch (step.what) {
	case RESYNC_WAIT:
		sync_wait(s, step.until);
		break;
	case RESYNC_FETCH:
		sync_fetch(s, &step);
		break;
	case RESYNC_POST:
		sync_post(s, &step);
		break;
	case RESYNC_TELL:
		if (s->feed != NULL)
			feed_tell_rest(s->feed, &step.problem, step.floor_ms);
		break;
	}
}

static void *sync_run(void *ctx)
{
	struct sync *s = ctx;

	while (!atomic_load(&s->stopping)) {
		sync_listen(s);
		sync_step(s);
	}
	return NULL;
}

/* --- starting and stopping -------------------------------------------------------------- */

static void sync_free(struct sync *s)
{
	http_curl_free(s->http);
	event_page_release(&s->page);
	msg_free(s->outgoing);
	if (s->wake_fd >= 0)
		close(s->wake_fd);
	free(s->merchant_key);
	free(s->commerce_key);
	free(s);
}

static struct sync *sync_new(const struct sync_options *opt)
{
	struct sync *s = xcalloc(1, sizeof(*s));

	s->clock = opt->clock;
	s->log = opt->log;
	s->merchant_key = opt->merchant_key != NULL ? xstrdup(opt->merchant_key) : NULL;
	s->commerce_key = opt->commerce_key != NULL ? xstrdup(opt->commerce_key) : NULL;
	s->client = (struct api_client){.http = &HTTP_CURL_OPS,
					.merchant_key = s->merchant_key,
					.commerce_key = s->commerce_key};
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_init(&s->stopping, false);
	atomic_init(&s->asked, false);
	return s;
}

/* Never more of a key than its last four characters, and of a short one nothing. */
static void sync_plan(struct sync *s, const struct sync_options *opt)
{
	const char *key = s->merchant_key != NULL ? s->merchant_key : s->commerce_key;
	size_t n = key != NULL ? strlen(key) : 0;
	char words[48];
	struct resync_setup setup = {.position = opt->position,
				     .has_key = {[STREAM_MERCHANT] = s->merchant_key != NULL,
						 [STREAM_COMMERCE] = s->commerce_key != NULL},
				     .key = words,
				     .seed = opt->jitter_seed};

	(void)str_printf(words, sizeof(words), "the %s key ending in %s",
			 s->merchant_key != NULL ? "merchant" : "commerce",
			 n > 8 ? key + n - 4 : "…");
	resync_init(&s->plan, &setup, sync_now_ms(s));
}

static enum status sync_set_up(struct sync *s, const struct sync_options *opt,
			       struct problem *reterr)
{
	const struct http_curl_options http = {.read_only = true, .log = opt->log};
	const char *environment = opt->environment != NULL ? opt->environment : "";
	enum status st;

	if (!str_copy(s->client.base_url, sizeof(s->client.base_url), opt->base_url))
		return problem_set(reterr, E_LIMIT, NULL, "the URL is too long");
	if (!str_copy(s->environment, sizeof(s->environment), environment))
		return problem_set(reterr, E_LIMIT, NULL, "the environment's name is too long");
	if (s->wake_fd < 0)
		return problem_set(reterr, E_LIMIT, NULL, "no file descriptor is left");
	st = http_curl_new(&http, &s->http, reterr);
	s->client.http_ctx = s->http;
	return st;
}

enum status sync_start(const struct sync_options *opt, struct mailbox *in, struct mailbox *archive,
		       struct feed *feed, struct sync **ret, struct problem *reterr)
{
	struct sync *s;
	enum status st = http_url_check(opt->base_url, false, reterr);

	if (st != S_OK)
		return st;
	s = sync_new(opt);
	s->in = in;
	s->archive = archive;
	s->feed = feed;
	st = sync_set_up(s, opt, reterr);
	if (st == S_OK) {
		sync_plan(s, opt);
		mailbox_on_room(archive, sync_wake, s);
		if (pthread_create(&s->thread, NULL, sync_run, s) != 0) {
			mailbox_on_room(archive, NULL, s);
			st = problem_set(reterr, E_LIMIT, NULL, "cannot start the sync thread");
		}
	}
	if (st != S_OK) {
		sync_free(s);
		return st;
	}
	*ret = s;
	return S_OK;
}

void sync_now(struct sync *s)
{
	atomic_store(&s->asked, true);
	sync_wake(s);
}

void sync_stop(struct sync *s)
{
	if (s == NULL)
		return;
	mailbox_on_room(s->archive, NULL, s);
	atomic_store(&s->stopping, true);
	http_curl_abort(s->http);
	sync_wake(s);
	pthread_join(s->thread, NULL);
	sync_free(s);
}
