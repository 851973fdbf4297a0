#include "bench/lib_blast.h"

#include "base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <pthread.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* --- what callers say -------------------------------------------------------------------- */

static void answer(struct caller *c, const char *status, const char *body, size_t len)
{
	strbuf_addf(&c->out,
		    "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		    status, len);
	strbuf_add(&c->out, body, len);
}

static void answer_text(struct caller *c, const char *status, const char *body)
{
	answer(c, status, body, strlen(body));
}

/* Of a query; the n of event ids for cursors. Negative: it is not there. */
static int64_t query_number(const char *head, const char *end, const char *name)
{
	const char *at = strstr(head, name);

	if (!at || at > end)
		return -1;
	at += strlen(name);
	if (strncmp(at, "evt_", 4) != 0)
		return strtoll(at, NULL, 10);
	at = strchr(at, '-');
	return at ? strtoll(at + 1, NULL, 10) - 1 : -1;
}

/* A page of what was sent to whoever got most, newest first, as /api/v1/events has it. */
static void answer_events(struct blast *b, struct caller *c, const char *head, const char *end)
{
	int64_t limit = query_number(head, end, "limit=");
	int64_t after = query_number(head, end, "starting_after=");
	int64_t before = query_number(head, end, "ending_before=");
	int64_t known = (int64_t)b->most, low, high; /* events low … high - 1 */
	struct strbuf body;

	limit = limit < 1 || limit > PAGE_MAX ? PAGE_MAX : limit;
	low = before >= 0 ? before + 1 : 0;
	high = after >= 0 && after < known ? after : known;
	bool more = high - low > limit;
	if (more && before >= 0)
		high = low + limit;
	else if (more)
		low = high - limit;
	strbuf_init(&body, OUT_MAX);
	strbuf_addstr(&body, "{\"success\":true,\"data\":{\"object\":\"list\",\"data\":[");
	for (int64_t n = high - 1; n >= low; n--) {
		size_t at = b->starts[n] + HEAD_LEN;
		strbuf_add(&body, b->frames.buf + at, b->starts[n + 1] - at);
		if (n > low)
			strbuf_addch(&body, ',');
	}
	strbuf_addf(&body, "],\"has_more\":%s}}", more ? "true" : "false");
	answer(c, "200 OK", body.buf, body.len);
	strbuf_release(&body);
}

static void upgrade(struct caller *c, const char *key)
{
	char text[128];
	unsigned char digest[SHA_DIGEST_LENGTH], encoded[64];

	str_printf(text, sizeof(text), "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	SHA1((const unsigned char *)text, strlen(text), digest);
	EVP_EncodeBlock(encoded, digest, (int)sizeof(digest));
	strbuf_addstr(&c->out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
			       "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
	strbuf_addstr(&c->out, (const char *)encoded);
	strbuf_addstr(&c->out, "\r\n\r\n");
	c->streaming = true;
	c->began = bench_now();
}

/* A head without body: everything that is asked here is a GET. */
static bool take_request(struct blast *b, struct caller *c)
{
	char *end, *key;

	c->in[c->in_len] = '\0';
	end = strstr(c->in, "\r\n\r\n");
	if (!end)
		return false;
	key = strcasestr(c->in, "\r\nsec-websocket-key:");
	if (key && key < end)
		upgrade(c, key + 20 + strspn(key + 20, " "));
	else if (strncmp(c->in, "GET /api/v1/events?", 19) == 0)
		answer_events(b, c, c->in, end);
	else if (strncmp(c->in, "GET /api/v1/", 12) == 0)
		answer_text(
			c, "200 OK",
			"{\"success\":true,\"object\":\"list\",\"data\":[],\"has_more\":false}");
	else
		answer_text(c, "404 Not Found", "{\"success\":false,\"error\":\"not here\"}");
	c->in_len -= (size_t)(end + 4 - c->in);
	memmove(c->in, end + 4, c->in_len);
	return true;
}

/* Short masked frames are all that clients send; a ping is answered. */
static bool take_frame(struct caller *c)
{
	const unsigned char *b = (const unsigned char *)c->in;
	size_t len = c->in_len < 6 ? 0 : b[1] & 0x7fu;
	unsigned char pong[2 + 125] = {0x8a, (unsigned char)len};

	if (c->in_len < 6 || len > 125 || c->in_len < 6 + len)
		return false;
	for (size_t i = 0; i < len; i++)
		pong[2 + i] = b[6 + i] ^ b[2 + i % 4];
	/* Between two frames only: never inside one that is half sent. */
	if ((b[0] & 0x0f) == 9)
		strbuf_add(&c->out, pong, 2 + len);
	c->in_len -= 6 + len;
	memmove(c->in, c->in + 6 + len, c->in_len);
	return true;
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
	while (c->streaming ? take_frame(c) : take_request(b, c))
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
