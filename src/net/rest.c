#include "net/rest.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "net/rest_calls.h"

#include <errno.h>
#include <pthread.h>

#define REST_QUEUE_MAX 64

struct rest {
	/* immutable */
	struct api_client client;
	char *merchant_key;
	char *commerce_key;
	struct http_curl *http;
	struct mailbox *out;
	struct request_queue *queue;
	struct clock clock; /* without functions: nobody asks for the time */
	struct log *log;
	pthread_t thread;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool stopping;
	bool room;
	int64_t asked_to_wait_until_ms; /* by a server that answers too many; 0: it did not */
};

static void rest_on_room(void *ctx)
{
	struct rest *r = ctx;

	pthread_mutex_lock(&r->lock);
	r->room = true;
	pthread_cond_signal(&r->woken);
	pthread_mutex_unlock(&r->lock);
}

static bool rest_wait(void *ctx, int64_t ms)
{
	struct rest *r = ctx;
	struct timespec until;
	bool go_on;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&r->lock);
	while (!r->stopping && pthread_cond_timedwait(&r->woken, &r->lock, &until) != ETIMEDOUT)
		;
	go_on = !r->stopping;
	pthread_mutex_unlock(&r->lock);
	return go_on;
}

static int64_t mono_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void rest_tell_wait(struct rest *r, int64_t until_ms)
{
	pthread_mutex_lock(&r->lock);
	r->asked_to_wait_until_ms = until_ms;
	pthread_mutex_unlock(&r->lock);
}

/* Because the server said so: whoever waits for an answer is told. */
static bool rest_wait_as_asked(void *ctx, int64_t ms)
{
	struct rest *r = ctx;
	bool go_on;

	rest_tell_wait(r, mono_now_ms() + ms);
	go_on = rest_wait(ctx, ms);
	rest_tell_wait(r, 0);
	return go_on;
}

int64_t rest_server_ms(struct rest *r)
{
	return http_curl_server_ms(r->http);
}

int64_t rest_asked_to_wait_ms(struct rest *r)
{
	int64_t left;

	pthread_mutex_lock(&r->lock);
	left = r->asked_to_wait_until_ms ? r->asked_to_wait_until_ms - mono_now_ms() : 0;
	pthread_mutex_unlock(&r->lock);
	return left > 0 ? left : 0;
}

static int64_t rest_wall_ms(void *ctx)
{
	const struct rest *r = ctx;

	return clock_wall_ms(&r->clock);
}

/* False when the thread is to end. `room` was cleared before the refused post: no wake-up is lost.
 */
static bool rest_wait_for_room(struct rest *r)
{
	bool go_on;

	pthread_mutex_lock(&r->lock);
	while (!r->stopping && !r->room)
		pthread_cond_wait(&r->woken, &r->lock);
	go_on = !r->stopping;
	pthread_mutex_unlock(&r->lock);
	return go_on;
}

/* Takes m. */
static bool rest_deliver(struct rest *r, struct msg *m)
{
	for (;;) {
		enum status st;

		pthread_mutex_lock(&r->lock);
		r->room = false;
		pthread_mutex_unlock(&r->lock);
		st = mailbox_post(r->out, m);
		if (st == S_OK)
			return true;
		if (st == E_CLOSED || !rest_wait_for_room(r)) {
			msg_free(m);
			return false;
		}
	}
}

static void *rest_run(void *ctx)
{
	struct rest *r = ctx;
	const struct rest_pause pause = {.wait = rest_wait_as_asked,
					 .wall_ms = r->clock.wall_ms != NULL ? rest_wall_ms : NULL,
					 .ctx = r};
	const struct rest_pause of_writes = {.wait = rest_wait, .wall_ms = pause.wall_ms, .ctx = r};
	struct request rq;
	bool go_on = true;

	while (go_on && request_queue_wait(r->queue, &rq) == S_OK) {
		struct rest_answers answers = {.count = 0};

		if (request_kind_is_write(rq.kind))
			rest_write(&r->client, &rq, &of_writes, &answers);
		else
			rest_read(&r->client, &rq, &pause, &answers);
		for (size_t i = 0; i < answers.count; i++) {
			if (go_on)
				go_on = rest_deliver(r, answers.items[i]);
			else
				msg_free(answers.items[i]);
		}
	}
	return NULL;
}

static void rest_free(struct rest *r)
{
	http_curl_free(r->http);
	request_queue_free(r->queue);
	pthread_cond_destroy(&r->woken);
	pthread_mutex_destroy(&r->lock);
	free(r->merchant_key);
	free(r->commerce_key);
	free(r);
}

static struct rest *rest_new(const struct rest_options *opt, struct mailbox *out)
{
	struct rest *r = xcalloc(1, sizeof(*r));
	pthread_condattr_t attr;

	r->out = out;
	r->log = opt->log;
	if (opt->clock != NULL)
		r->clock = *opt->clock;
	r->queue = request_queue_new(REST_QUEUE_MAX);
	r->merchant_key = opt->merchant_key != NULL ? xstrdup(opt->merchant_key) : NULL;
	r->commerce_key = opt->commerce_key != NULL ? xstrdup(opt->commerce_key) : NULL;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->woken, &attr);
	pthread_condattr_destroy(&attr);
	return r;
}

enum status rest_start(const struct rest_options *opt, struct mailbox *out, struct rest **ret,
		       struct problem *reterr)
{
	struct http_curl_options http = {.read_only = opt->read_only, .log = opt->log};
	struct rest *r;
	enum status st = http_url_check(opt->base_url, false, reterr);

	if (st != S_OK)
		return st;
	r = rest_new(opt, out);
	r->client = (struct api_client){.http = &HTTP_CURL_OPS,
					.merchant_key = r->merchant_key,
					.commerce_key = r->commerce_key};
	if (!str_copy(r->client.base_url, sizeof(r->client.base_url), opt->base_url))
		st = problem_set(reterr, E_LIMIT, NULL, "the URL is too long");
	if (st == S_OK)
		st = http_curl_new(&http, &r->http, reterr);
	r->client.http_ctx = r->http;
	if (st == S_OK && pthread_create(&r->thread, NULL, rest_run, r) != 0)
		st = problem_set(reterr, E_LIMIT, NULL, "cannot start the REST thread");
	if (st != S_OK) {
		rest_free(r);
		return st;
	}
	mailbox_on_room(out, rest_on_room, r);
	*ret = r;
	return S_OK;
}

enum status rest_submit(struct rest *r, const struct request *rq)
{
	return request_queue_post(r->queue, rq);
}

void rest_stop(struct rest *r)
{
	if (r == NULL)
		return;
	mailbox_on_room(r->out, NULL, r);
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_signal(&r->woken);
	pthread_mutex_unlock(&r->lock);
	request_queue_close(r->queue);
	http_curl_abort(r->http);
	pthread_join(r->thread, NULL);
	rest_free(r);
}
