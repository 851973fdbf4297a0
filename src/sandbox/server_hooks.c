#include "sandbox/server_hooks.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <libwebsockets.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 65536
#define LOOK_MS    200 /* while something is on its way */
#define BATCHES    8   /* of new events, before the loop turns */

struct flight {
	struct hooks *hooks;
	struct lws *wsi;
	struct webhook_job job;
	size_t sent;
	struct strbuf answer;
	int status; /* 0: none yet */
	const char *error;
	int64_t until_ms;
	struct flight *next;
};

struct hooks {
	struct world *world;
	struct lws_context *lws;
	struct flight *flights;
	size_t count;
	lws_sorted_usec_list_t timer;
	bool stopping;
};

static void hooks_look(lws_sorted_usec_list_t *sul);

static int64_t hooks_now(const struct hooks *h)
{
	return clock_mono_ms(&h->world->real);
}

static void hooks_schedule(struct hooks *h, int64_t after_ms)
{
	if (!h->stopping)
		lws_sul_schedule(h->lws, 0, &h->timer, hooks_look, (lws_usec_t)after_ms * 1000);
}

void hooks_wake(struct hooks *h)
{
	hooks_schedule(h, 0);
}

/* --- one delivery ------------------------------------------------------------------------- */

static void flight_free(struct flight *f)
{
	webhook_job_release(&f->job);
	strbuf_release(&f->answer);
	free(f);
}

static void hooks_complain(struct hooks *h, const struct problem *why)
{
	log_msg(h->world->log, LOG_ERROR, "webhooks: %s", why->what);
}

/* The ledger hears how it went. */
static void flight_settle(struct flight *f)
{
	struct hooks *h = f->hooks;
	struct problem why = {0};
	const char *error = f->error ? f->error : "the connection ended without an answer";

	log_msg(h->world->log, LOG_INFO, "webhook %s attempt %lld: %d %s", f->job.id,
		(long long)f->job.made, f->status, f->status ? "" : error);
	if (webhook_finish(h->world, &f->job, f->status, error, &why) != S_OK)
		hooks_complain(h, &why);
}

void flight_closed(struct flight *f)
{
	struct hooks *h = f->hooks;

	for (struct flight **p = &h->flights; *p; p = &(*p)->next)
		if (*p == f) {
			*p = f->next;
			break;
		}
	h->count--;
	if (!h->stopping) /* what is cut off now is owed again after a restart */
		flight_settle(f);
	flight_free(f);
	hooks_wake(h);
}

static int flight_fail(struct flight *f, int error)
{
	switch (error) {
	case ECONNREFUSED:
		f->error = "connection refused";
		break;
	case ECONNRESET:
	case EPIPE:
		f->error = "the connection was reset";
		break;
	default:
		f->error = "the connection failed";
	}
	return -1;
}

int flight_writable(struct flight *f)
{
	int fd = lws_get_socket_fd(f->wsi), error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) || error)
		return flight_fail(f, error);
	while (f->sent < f->job.request_len) {
		ssize_t n = send(fd, f->job.request + f->sent, f->job.request_len - f->sent,
				 MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			lws_callback_on_writable(f->wsi);
			return 0;
		}
		if (n < 0)
			return flight_fail(f, errno);
		f->sent += (size_t)n;
	}
	return 0;
}

int flight_readable(struct flight *f)
{
	char bytes[4096];
	ssize_t n;
	int status;

	while ((n = recv(lws_get_socket_fd(f->wsi), bytes, sizeof(bytes), 0)) > 0)
		strbuf_add(&f->answer, bytes, (size_t)n);
	if (n < 0 && errno != EAGAIN && errno != EINTR && !f->answer.len)
		return flight_fail(f, errno);
	status = webhook_read_answer(strbuf_str(&f->answer), f->answer.len,
				     n == 0 || f->answer.overflow);
	if (!status && (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))))
		return 0;
	if (status > 0)
		f->status = status;
	else
		f->error = "the answer is not HTTP";
	return -1;
}

/* A descriptor whose connection is under way; -1 with *ret_error. */
static int flight_connect(const struct webhook_target *t, int *ret_error)
{
	int fd = socket(t->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*ret_error = errno;
	if (fd < 0)
		return -1;
	if (!connect(fd, &t->address.any, t->address_len) || errno == EINPROGRESS)
		return fd;
	*ret_error = errno;
	close(fd);
	return -1;
}

static void flight_start(struct hooks *h, struct webhook_job *job_take)
{
	struct flight *f = xcalloc(1, sizeof(*f));
	lws_sock_file_fd_type fd;
	int error;

	f->hooks = h;
	f->job = *job_take;
	f->until_ms = hooks_now(h) + WEBHOOK_TIMEOUT_MS;
	strbuf_init(&f->answer, ANSWER_MAX);
	fd.filefd = flight_connect(&f->job.target, &error);
	if (fd.filefd >= 0) {
		/* Closes the descriptor itself when it fails. */
		f->wsi = lws_adopt_descriptor_vhost(lws_get_vhost_by_name(h->lws, "default"),
						    LWS_ADOPT_RAW_FILE_DESC, fd, "pepay", NULL);
		error = ENOMEM;
	}
	if (!f->wsi) {
		(void)flight_fail(f, error);
		flight_settle(f);
		flight_free(f);
		return;
	}
	lws_set_opaque_user_data(f->wsi, f);
	f->next = h->flights;
	h->flights = f;
	h->count++;
	lws_callback_on_writable(f->wsi);
}

/* --- all of them -------------------------------------------------------------------------- */

static void hooks_end_late(struct hooks *h)
{
	int64_t now = hooks_now(h);

	for (struct flight *f = h->flights; f; f = f->next) {
		if (now < f->until_ms)
			continue;
		int status = webhook_read_answer(strbuf_str(&f->answer), f->answer.len, true);
		if (status > 0) /* whole but for its end */
			f->status = status;
		else
			f->error = "no answer in time";
		f->until_ms = now + WEBHOOK_TIMEOUT_MS;
		lws_set_timeout(f->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	}
}

/* False when the ledger fails: then later. */
static bool hooks_start_due(struct hooks *h, bool *ret_more)
{
	struct problem why = {0};
	enum status st = S_OK;

	*ret_more = true;
	for (int i = 0; i < BATCHES && st == S_OK && *ret_more; i++)
		st = webhooks_enqueue(h->world, ret_more, &why);
	while (st == S_OK && h->count < HOOK_FLIGHTS_MAX) {
		struct webhook_job job = {0};

		st = webhook_claim(h->world, &job, &why);
		if (st == S_OK && job.request)
			flight_start(h, &job);
	}
	if (st == S_OK || st == E_NOT_FOUND)
		return true;
	hooks_complain(h, &why);
	return false;
}

static void hooks_look(lws_sorted_usec_list_t *sul)
{
	struct hooks *h = lws_container_of(sul, struct hooks, timer);
	int64_t wait;
	bool more = false;

	hooks_end_late(h);
	if (!hooks_start_due(h, &more)) {
		hooks_schedule(h, WEBHOOK_FIRST_WAIT_MS);
		return;
	}
	wait = webhooks_wait_ms(h->world);
	if (h->count && (wait < 0 || wait > LOOK_MS || h->count == HOOK_FLIGHTS_MAX))
		wait = LOOK_MS;
	if (more)
		wait = 0;
	if (wait >= 0)
		hooks_schedule(h, wait);
}

struct hooks *hooks_new(struct world *w, struct lws_context *lws)
{
	struct hooks *h = xcalloc(1, sizeof(*h));

	h->world = w;
	h->lws = lws;
	return h;
}

void hooks_stop(struct hooks *h)
{
	if (!h)
		return;
	h->stopping = true;
	lws_sul_cancel(&h->timer);
}

void hooks_free(struct hooks *h)
{
	free(h);
}
