#include "bench/lib_blast_priv.h"

#include "base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "blast: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- frames ------------------------------------------------------------------------------ */

static void frames_make(struct blast *b, const struct canned *story)
{
	struct strbuf body;

	strbuf_init(&b->frames, (size_t)4 << 30);
	strbuf_init(&body, 1u << 16);
	b->starts = xcalloc(b->count + 1, sizeof(*b->starts));
	for (uint64_t n = 0; n < b->count; n++) {
		strbuf_clear(&body);
		canned_event(story, n, &body);
		unsigned char head[HEAD_LEN] = {0x81, 126, (unsigned char)(body.len >> 8),
						(unsigned char)body.len};
		b->starts[n] = b->frames.len;
		strbuf_add(&b->frames, head, sizeof(head));
		strbuf_add(&b->frames, body.buf, body.len);
	}
	b->starts[b->count] = b->frames.len;
	strbuf_release(&body);
}

static void hang_up(struct caller *c)
{
	close(c->fd);
	strbuf_release(&c->out);
	c->fd = -1;
}

static void caller_receive(struct blast *b, struct caller *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, IN_CAP - 1 - c->in_len, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		hang_up(c);
		return;
	}
	c->in_len += n > 0 ? (size_t)n : 0;
	while (c->streaming ? caller_take_frame(c) : caller_take_request(b, c))
		;
}

/* --- sending ------------------------------------------------------------------------------- */

static bool send_out(struct caller *c)
{
	ssize_t n = send(c->fd, c->out.buf + c->out_sent, c->out.len - c->out_sent, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		hang_up(c);
	if (n <= 0)
		return false;
	c->out_sent += (size_t)n;
	if (c->out_sent < c->out.len)
		return false;
	strbuf_clear(&c->out);
	c->out_sent = 0;
	return true;
}

static void caller_send(struct blast *b, struct caller *c)
{
	bool between = c->at == b->starts[c->sent];
	size_t end = b->starts[c->allowed];
	ssize_t n;

	if (c->out.len > 0 && between && !send_out(c))
		return;
	if (!c->streaming || c->at == end)
		return;
	/* With an answer waiting, only to the end of the frame. */
	if (c->out.len > 0)
		end = b->starts[c->sent + 1];
	n = send(c->fd, b->frames.buf + c->at, end - c->at < SEND_MAX ? end - c->at : SEND_MAX,
		 MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN)
		hang_up(c);
	c->at += n > 0 ? (size_t)n : 0;
	while (c->sent < c->allowed && b->starts[c->sent + 1] <= c->at)
		c->sent++;
}

/* How many events each may have by now. */
static void allow(struct blast *b, struct caller *c, double rate, uint64_t singles)
{
	double now = bench_now();

	if (!c->streaming)
		return;
	if (rate == 0) {
		c->allowed = b->count;
	} else if (rate > 0) {
		uint64_t more = (uint64_t)((now - c->began) * rate);

		c->allowed += more;
		c->began += (double)more / rate;
	} else {
		c->allowed += singles;
		c->began = now;
	}
	if (c->allowed > b->count)
		c->allowed = b->count;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void caller_accept(struct blast *b)
{
	int on = 1, fd = accept(b->listener, NULL, NULL);

	for (size_t i = 0; fd >= 0 && i < CALLERS_MAX; i++) {
		struct caller *c = &b->callers[i];

		if (c->fd >= 0)
			continue;
		*c = (struct caller){.fd = fd};
		strbuf_init(&c->out, OUT_MAX);
		fcntl(fd, F_SETFL, O_NONBLOCK);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		return;
	}
	close(fd);
}

static bool caller_wants(const struct blast *b, const struct caller *c)
{
	return c->out.len > 0 || (c->streaming && c->at < b->starts[c->allowed]);
}

static void blast_wait(struct blast *b, double rate)
{
	struct pollfd fds[CALLERS_MAX + 2] = {{.fd = b->listener, .events = POLLIN},
					      {.fd = b->wake, .events = POLLIN}};
	bool pacing = false;
	uint64_t count;

	for (size_t i = 0; i < CALLERS_MAX; i++) {
		const struct caller *c = &b->callers[i];
		bool wants = c->fd >= 0 && caller_wants(b, c);

		fds[i + 2] = (struct pollfd){.fd = c->fd,
					     .events = (short)(POLLIN | (wants ? POLLOUT : 0))};
		pacing |= c->fd >= 0 && c->streaming && rate > 0 && c->allowed < b->count;
	}
	(void)poll(fds, CALLERS_MAX + 2, pacing ? TICK_MS : -1);
	if (fds[0].revents)
		caller_accept(b);
	if (fds[1].revents && read(b->wake, &count, sizeof(count)) < 0)
		die("eventfd");
	for (size_t i = 0; i < CALLERS_MAX; i++)
		if (fds[i + 2].revents & (POLLIN | POLLHUP | POLLERR) && b->callers[i].fd >= 0)
			caller_receive(b, &b->callers[i]);
}

static void *blast_run(void *ctx)
{
	struct blast *b = ctx;
	double rate = 0;

	for (;;) {
		uint64_t singles, sent = 0;
		bool streaming = false, stopping;

		blast_wait(b, rate);
		pthread_mutex_lock(&b->lock);
		rate = b->rate;
		singles = b->singles;
		b->singles = 0;
		stopping = b->stopping;
		pthread_mutex_unlock(&b->lock);
		if (stopping)
			return NULL;
		for (size_t i = 0; i < CALLERS_MAX; i++) {
			struct caller *c = &b->callers[i];

			if (c->fd < 0)
				continue;
			allow(b, c, rate, singles);
			b->most = c->allowed > b->most ? c->allowed : b->most;
			if (caller_wants(b, c))
				caller_send(b, c);
			streaming |= c->fd >= 0 && c->streaming;
			sent = c->sent > sent ? c->sent : sent;
		}
		pthread_mutex_lock(&b->lock);
		b->streaming = streaming;
		b->sent = sent;
		pthread_mutex_unlock(&b->lock);
	}
}

static void blast_listen(struct blast *b)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	b->wake = eventfd(0, EFD_CLOEXEC);
	if (b->listener < 0 || b->wake < 0 || bind(b->listener, (struct sockaddr *)&at, len) ||
	    listen(b->listener, CALLERS_MAX) ||
	    getsockname(b->listener, (struct sockaddr *)&at, &len))
		die("listen");
	b->port = ntohs(at.sin_port);
}

struct blast *blast_start(const struct blast_options *opt)
{
	struct blast *b = xcalloc(1, sizeof(*b));

	b->count = opt->count;
	b->rate = opt->rate;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		b->callers[i].fd = -1;
	pthread_mutex_init(&b->lock, NULL);
	frames_make(b, &opt->story);
	blast_listen(b);
	if (pthread_create(&b->thread, NULL, blast_run, b))
		die("thread");
	return b;
}

int blast_port(const struct blast *b)
{
	return b->port;
}

static void blast_wake(struct blast *b)
{
	uint64_t one = 1;

	if (write(b->wake, &one, sizeof(one)) < 0)
		die("eventfd");
}

uint64_t blast_sent(struct blast *b)
{
	uint64_t sent;

	pthread_mutex_lock(&b->lock);
	sent = b->sent;
	pthread_mutex_unlock(&b->lock);
	return sent;
}

bool blast_streaming(struct blast *b)
{
	bool streaming;

	pthread_mutex_lock(&b->lock);
	streaming = b->streaming;
	pthread_mutex_unlock(&b->lock);
	return streaming;
}

void blast_set_rate(struct blast *b, double rate)
{
	pthread_mutex_lock(&b->lock);
	b->rate = rate;
	pthread_mutex_unlock(&b->lock);
	blast_wake(b);
}

double blast_some(struct blast *b, uint64_t n)
{
	double now = bench_now();

	pthread_mutex_lock(&b->lock);
	b->singles += n;
	pthread_mutex_unlock(&b->lock);
	blast_wake(b);
	return now;
}

void blast_stop(struct blast *b)
{
	pthread_mutex_lock(&b->lock);
	b->stopping = true;
	pthread_mutex_unlock(&b->lock);
	blast_wake(b);
	pthread_join(b->thread, NULL);
	for (size_t i = 0; i < CALLERS_MAX; i++)
		if (b->callers[i].fd >= 0)
			hang_up(&b->callers[i]);
	close(b->listener);
	close(b->wake);
	strbuf_release(&b->frames);
	free(b->starts);
	pthread_mutex_destroy(&b->lock);
	free(b);
}
