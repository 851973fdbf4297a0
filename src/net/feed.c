#include "net/feed.h"

#include "base/alloc.h"
#include "net/feed_stream.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#define FEED_STOP_MS 900

struct feed {
	/* immutable */
	struct http_url server;
	struct clock clock;
	char *keys[STREAM_COUNT];
	char *environment;
	struct mailbox *out;
	struct lws_context *context;
	pthread_t thread;
	/* the feed thread */
	struct stream streams[STREAM_COUNT];
	/* shared: set anywhere, read by the feed thread after a wake-up */
	atomic_bool stopping;
	atomic_bool retry_now;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t ended_changed;
	bool ended;     /* the thread is done with everything it borrowed */
	bool abandoned; /* nobody waits: the thread frees the feed */
	struct rest_word {
		bool fresh; /* not yet taken by the feed thread */
		struct problem how;
		int64_t floor_ms;
	} rest;
};

/*
 * libwebsockets 4.1 logs through one function for the whole process and passes no context: the
 * one pointer in this program that is neither constant nor reached from a root.
 */
static _Atomic(struct log *) lws_log;

static void log_from_lws(int level, const char *line)
{
	size_t n = strcspn(line, "\n");

	(void)level;
	log_msg(atomic_load(&lws_log), LOG_DEBUG, "lws: %.*s", (int)n, line);
}

static void feed_free(struct feed *f)
{
	for (size_t i = 0; i < STREAM_COUNT; i++) {
		stream_release(&f->streams[i]);
		free(f->keys[i]);
	}
	free(f->environment);
	pthread_cond_destroy(&f->ended_changed);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* Problems that came with an answer name its HTTP status; the rest say that none came. */
static bool is_answer(const struct problem *p)
{
	return p->status == E_RATE || p->status == E_DENIED || p->status == E_PROTOCOL ||
	       strstr(p->what, "HTTP ") != NULL;
}

static void feed_pass_rest_on(struct feed *f)
{
	struct rest_word word;

	pthread_mutex_lock(&f->lock);
	word = f->rest;
	f->rest.fresh = false;
	pthread_mutex_unlock(&f->lock);
	if (!word.fresh)
		return;
	for (size_t i = 0; i < STREAM_COUNT; i++)
		stream_tell_rest(&f->streams[i], &word.how, is_answer(&word.how), word.floor_ms);
}

static void *feed_run(void *ctx)
{
	struct feed *f = ctx;
	bool abandoned;

	while (!atomic_load(&f->stopping)) {
		bool retry = atomic_exchange(&f->retry_now, false);

		feed_pass_rest_on(f);
		for (size_t i = 0; i < STREAM_COUNT; i++) {
			if (retry)
				stream_retry_now(&f->streams[i]);
			stream_settle(&f->streams[i]);
		}
		if (lws_service(f->context, 0) < 0)
			break;
	}
	pthread_mutex_lock(&f->lock);
	f->ended = true;
	abandoned = f->abandoned;
	pthread_cond_signal(&f->ended_changed);
	pthread_mutex_unlock(&f->lock);
	if (abandoned) {
		lws_context_destroy(f->context);
		feed_free(f);
	}
	return NULL;
}

static struct lws_context *context_new(const struct feed *f)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = STREAM_PROTOCOLS,
		.extensions = NULL, /* a server can crash this version through them */
		.options = LWS_SERVER_OPTION_VALIDATE_UTF8,
		.pt_serv_buf_size = STREAM_RX_BUFFER,
		.fd_limit_per_thread = 16,
		.timeout_secs = LINK_DEAD_MS / 1000,
		.connect_timeout_secs = LINK_DEAD_MS / 1000,
		.retry_and_idle_policy = &STREAM_PATIENCE,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
	};

	if (f->server.tls)
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	/* Given, so that the environment's proxy is not used; port 0 means none. */
	if (f->server.loopback)
		info.http_proxy_address = "none:0";
	return lws_create_context(&info);
}

static void streams_init(struct feed *f, const struct feed_options *opt)
{
	for (size_t i = 0; i < STREAM_COUNT; i++) {
		struct stream *s = &f->streams[i];

		s->context = f->context;
		s->server = &f->server;
		s->clock = &f->clock;
		s->log = opt->log;
		s->out = f->out;
		s->stopping = &f->stopping;
		s->key = f->keys[i];
		s->environment = f->environment;
		stream_init(s, (enum stream_id)i, opt->since[i], opt->jitter_seed + i);
	}
}

static bool key_usable(const char *key)
{
	size_t n = 0;

	if (key == NULL)
		return true;
	for (; key[n] != '\0'; n++)
		if (key[n] <= ' ' || key[n] >= 0x7f)
			return false;
	return n > 0 && n <= 512;
}

static enum status options_check(const struct feed_options *opt, struct http_url *ret_server,
				 struct problem *reterr)
{
	enum status st = http_url_parse(opt->ws_url, true, ret_server, reterr);

	if (st == S_OK && (ret_server->has_query || ret_server->has_path))
		st = problem_set(reterr, E_DENIED, "leave out what follows the host",
				 "'%.100s': a path or query has no use here", opt->ws_url);
	if (st == S_OK && !(key_usable(opt->merchant_key) && key_usable(opt->commerce_key)))
		st = problem_set(reterr, E_INVALID, "check the key for stray characters",
				 "a key holds characters that no header may hold");
	return st;
}

static void feed_on_room(void *ctx)
{
	struct feed *f = ctx;

	lws_cancel_service(f->context);
}

static struct feed *feed_new(const struct feed_options *opt, const struct http_url *server,
			     struct mailbox *out)
{
	struct feed *f = xcalloc(1, sizeof(*f));
	pthread_condattr_t attr;

	f->server = *server;
	f->clock = opt->clock;
	f->out = out;
	f->keys[STREAM_MERCHANT] = opt->merchant_key != NULL ? xstrdup(opt->merchant_key) : NULL;
	f->keys[STREAM_COMMERCE] = opt->commerce_key != NULL ? xstrdup(opt->commerce_key) : NULL;
	f->environment = opt->environment != NULL ? xstrdup(opt->environment) : NULL;
	atomic_init(&f->stopping, false);
	atomic_init(&f->retry_now, false);
	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&f->ended_changed, &attr);
	pthread_condattr_destroy(&attr);
	return f;
}

enum status feed_start(const struct feed_options *opt, struct mailbox *out, struct feed **ret,
		       struct problem *reterr)
{
	struct http_url server;
	struct feed *f;
	enum status st = options_check(opt, &server, reterr);

	if (st != S_OK)
		return st;
	atomic_store(&lws_log, opt->log);
	lws_set_log_level(LLL_ERR | LLL_WARN, log_from_lws);
	f = feed_new(opt, &server, out);
	f->context = context_new(f);
	if (f->context == NULL) {
		feed_free(f);
		return problem_set(reterr, E_IO, NULL, "cannot set libwebsockets up");
	}
	streams_init(f, opt);
	mailbox_on_room(out, feed_on_room, f);
	if (pthread_create(&f->thread, NULL, feed_run, f) != 0) {
		mailbox_on_room(out, NULL, f);
		lws_context_destroy(f->context);
		feed_free(f);
		return problem_set(reterr, E_LIMIT, NULL, "cannot start the feed thread");
	}
	*ret = f;
	return S_OK;
}

void feed_retry_now(struct feed *f)
{
	atomic_store(&f->retry_now, true);
	lws_cancel_service(f->context);
}

void feed_tell_rest(struct feed *f, const struct problem *how, int64_t floor_ms)
{
	pthread_mutex_lock(&f->lock);
	f->rest = (struct rest_word){.fresh = true, .how = *how, .floor_ms = floor_ms};
	pthread_mutex_unlock(&f->lock);
	lws_cancel_service(f->context);
}

/* False: it did not end in time, stuck in a name look-up, and frees itself when it comes back. */
static bool feed_wait_ended(struct feed *f)
{
	struct timespec until;
	bool ended;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += FEED_STOP_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&f->lock);
	while (!f->ended &&
	       pthread_cond_timedwait(&f->ended_changed, &f->lock, &until) != ETIMEDOUT)
		;
	ended = f->ended;
	f->abandoned = !ended;
	pthread_mutex_unlock(&f->lock);
	return ended;
}

void feed_stop(struct feed *f)
{
	pthread_t thread;

	if (f == NULL)
		return;
	thread = f->thread;
	mailbox_on_room(f->out, NULL, f);
	atomic_store(&f->stopping, true);
	lws_cancel_service(f->context);
	if (!feed_wait_ended(f)) {
		pthread_detach(thread);
		atomic_store(&lws_log, NULL);
		return;
	}
	pthread_join(thread, NULL);
	lws_context_destroy(f->context);
	atomic_store(&lws_log, NULL);
	feed_free(f);
}
