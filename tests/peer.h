/*
 * A server for tests that does exactly what the test says: one thread a
 * connection, the handler gets the raw socket. WebSocket by hand, so that it can
 * also be done wrong.
 */
#ifndef PEPAYTOP_TESTS_PEER_H
#define PEPAYTOP_TESTS_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PEER_CONNECTIONS_MAX 2048
#define PATIENCE_MS          60000 /* until a test fails: machines are slow, and have other work */

struct peer;

struct conn {
	struct peer *peer;
	int fd;
	int index; /* 0 for the first connection ever */
	char head[8192];
	pthread_t thread;
};

struct peer {
	int fd;
	int port;
	void (*serve)(struct conn *c, void *ctx);
	void *ctx;
	pthread_t thread;
	atomic_bool stopping;
	atomic_int accepted;
	atomic_long received; /* bytes, whatever they were */
	atomic_int held_back; /* looks in a row at a full socket, 50 ms each */
	pthread_mutex_t lock;
	char first_head[8192]; /* of the latest connection that sent one */
	struct conn conns[PEER_CONNECTIONS_MAX];
};

static inline void test_sleep_ms(long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	nanosleep(&t, NULL);
}

static inline int64_t test_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for input; false when the peer is to stop, the other side hung up, or time is over. */
static inline bool conn_wait(struct conn *c, int timeout_ms)
{
	int64_t until = test_now_ms() + timeout_ms;

	while (!atomic_load(&c->peer->stopping) && test_now_ms() < until) {
		struct pollfd p = {.fd = c->fd, .events = POLLIN};

		if (poll(&p, 1, 20) > 0)
			return true;
	}
	return false;
}

static inline ssize_t conn_read(struct conn *c, void *buf, size_t cap, int timeout_ms)
{
	ssize_t n;

	if (!conn_wait(c, timeout_ms))
		return -1;
	n = recv(c->fd, buf, cap, 0);
	if (n > 0)
		atomic_fetch_add(&c->peer->received, (long)n);
	return n;
}

/* Reads up to the blank line. What follows it is left out only if it came with it: GETs here. */
static inline bool conn_read_head(struct conn *c)
{
	size_t len = 0;

	while (len < sizeof(c->head) - 1) {
		ssize_t n = conn_read(c, c->head + len, sizeof(c->head) - 1 - len, PATIENCE_MS);

		if (n <= 0)
			return false;
		len += (size_t)n;
		c->head[len] = '\0';
		if (strstr(c->head, "\r\n\r\n") != NULL) {
			pthread_mutex_lock(&c->peer->lock);
			memcpy(c->peer->first_head, c->head, len + 1);
			pthread_mutex_unlock(&c->peer->lock);
			return true;
		}
	}
	return false;
}

static inline bool conn_send(struct conn *c, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0 && !atomic_load(&c->peer->stopping)) {
		struct pollfd w = {.fd = c->fd, .events = POLLOUT};
		ssize_t n;

		if (poll(&w, 1, 50) <= 0) {
			atomic_fetch_add(&c->peer->held_back, 1);
			continue;
		}
		atomic_store(&c->peer->held_back, 0);
		n = send(c->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return len == 0;
}

static inline bool conn_sends(struct conn *c, const char *text)
{
	return conn_send(c, text, strlen(text));
}

static inline void conn_answer(struct conn *c, const char *status, const char *headers,
			       const char *body)
{
	char head[2048];

	(void)snprintf(head, sizeof(head), "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status,
		       headers, strlen(body));
	(void)(conn_sends(c, head) && conn_sends(c, body));
}

/* The value of a header in c->head, or "". */
static inline const char *conn_header(const struct conn *c, const char *name, char *buf, size_t cap)
{
	size_t n = strlen(name);

	buf[0] = '\0';
	for (const char *line = strstr(c->head, "\r\n"); line != NULL;
	     line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
			const char *value = line + 3 + n + strspn(line + 3 + n, " ");

			(void)snprintf(buf, cap, "%.*s", (int)strcspn(value, "\r"), value);
			break;
		}
	}
	return buf;
}

/* --- WebSocket ---------------------------------------------------------------- */

static inline bool conn_upgrade(struct conn *c, const char *more_headers)
{
	char key[128], text[256], answer[1024];
	unsigned char digest[SHA_DIGEST_LENGTH], encoded[64];

	(void)conn_header(c, "Sec-WebSocket-Key", key, sizeof(key));
	(void)snprintf(text, sizeof(text), "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	SHA1((const unsigned char *)text, strlen(text), digest);
	EVP_EncodeBlock(encoded, digest, (int)sizeof(digest));
	(void)snprintf(answer, sizeof(answer),
		       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		       "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n",
		       (const char *)encoded, more_headers);
	return conn_sends(c, answer);
}

static inline bool conn_frame(struct conn *c, unsigned first_byte, const void *payload, size_t len)
{
	unsigned char head[10] = {(unsigned char)first_byte};
	size_t n = 2;

	if (len < 126) {
		head[1] = (unsigned char)len;
	} else if (len < 65536) {
		head[1] = 126;
		head[2] = (unsigned char)(len >> 8);
		head[3] = (unsigned char)len;
		n = 4;
	} else {
		head[1] = 127;
		for (int i = 0; i < 8; i++)
			head[2 + i] = (unsigned char)((unsigned long long)len >> (56 - 8 * i));
		n = 10;
	}
	return conn_send(c, head, n) && conn_send(c, payload, len);
}

static inline bool conn_text(struct conn *c, const char *text)
{
	return conn_frame(c, 0x81, text, strlen(text));
}

static inline void conn_close_frame(struct conn *c, unsigned code, const char *reason)
{
	unsigned char payload[125] = {(unsigned char)(code >> 8), (unsigned char)code};
	size_t n = strlen(reason);

	memcpy(payload + 2, reason, n);
	(void)conn_frame(c, 0x88, payload, n + 2);
}

/* Answers pings and drops the rest until the client leaves or the peer stops. */
static inline void conn_idle(struct conn *c, bool pong, int timeout_ms)
{
	int64_t until = test_now_ms() + timeout_ms;
	unsigned char buf[256];

	while (test_now_ms() < until) {
		ssize_t n = conn_read(c, buf, sizeof(buf), (int)(until - test_now_ms()));

		if (n <= 0)
			return;
		/* Short masked frames only: that is all this client sends. */
		for (ssize_t at = 0; at + 6 <= n;) {
			size_t len = buf[at + 1] & 0x7f;
			unsigned char out[125];

			if (at + 6 + (ssize_t)len > n)
				break;
			for (size_t i = 0; i < len; i++)
				out[i] = buf[(size_t)at + 6 + i] ^ buf[(size_t)at + 2 + i % 4];
			if ((buf[at] & 0x0f) == 9 && pong)
				(void)conn_frame(c, 0x8a, out, len);
			if ((buf[at] & 0x0f) == 8)
				return;
			at += 6 + (ssize_t)len;
		}
	}
}

/* --- the server ------------------------------------------------------------------ */

/* A port that is nobody else's until the descriptor is closed. Nobody listens there; a server that
 * sets SO_REUSEADDR can. */
static inline int port_hold(int *ret_port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) != 0)
		abort();
	*ret_port = ntohs(addr.sin_port);
	return fd;
}

/* What was sent arrives: with something unread, to close at once would take it back. A handler that
 * wants just that sets SO_LINGER. */
static inline void conn_hang_up(struct conn *c)
{
	struct linger linger = {.l_onoff = 0};
	socklen_t len = sizeof(linger);
	char rest[4096];

	(void)getsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger, &len);
	shutdown(c->fd, linger.l_onoff ? SHUT_RDWR : SHUT_WR);
	while (!linger.l_onoff && conn_read(c, rest, sizeof(rest), PATIENCE_MS) > 0)
		;
	close(c->fd);
}

static inline void *peer_serve_one(void *arg)
{
	struct conn *c = arg;

	c->peer->serve(c, c->peer->ctx);
	conn_hang_up(c);
	return NULL;
}

static inline void *peer_run(void *arg)
{
	struct peer *p = arg;

	while (!atomic_load(&p->stopping)) {
		struct pollfd in = {.fd = p->fd, .events = POLLIN};
		int n = atomic_load(&p->accepted);

		if (poll(&in, 1, 20) <= 0 || n == PEER_CONNECTIONS_MAX)
			continue;
		p->conns[n].fd = accept(p->fd, NULL, NULL);
		if (p->conns[n].fd < 0)
			continue;
		p->conns[n].peer = p;
		p->conns[n].index = n;
		atomic_fetch_add(&p->accepted, 1);
		if (pthread_create(&p->conns[n].thread, NULL, peer_serve_one, &p->conns[n]) != 0)
			abort();
	}
	for (int i = 0; i < atomic_load(&p->accepted); i++)
		pthread_join(p->conns[i].thread, NULL);
	return NULL;
}

/* port 0: any. */
static inline struct peer *peer_start_on(int port, void (*serve)(struct conn *, void *), void *ctx)
{
	struct peer *p = calloc(1, sizeof(*p));
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_port = htons((unsigned short)port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(addr);
	int one = 1;

	if (p == NULL)
		abort();
	p->serve = serve;
	p->ctx = ctx;
	atomic_init(&p->stopping, false);
	pthread_mutex_init(&p->lock, NULL);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)setsockopt(p->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(p->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 || listen(p->fd, 64) != 0 ||
	    getsockname(p->fd, (struct sockaddr *)&addr, &len) != 0)
		abort();
	p->port = ntohs(addr.sin_port);
	if (pthread_create(&p->thread, NULL, peer_run, p) != 0)
		abort();
	return p;
}

static inline struct peer *peer_start(void (*serve)(struct conn *, void *), void *ctx)
{
	return peer_start_on(0, serve, ctx);
}

static inline void peer_stop(struct peer *p)
{
	atomic_store(&p->stopping, true);
	pthread_join(p->thread, NULL);
	close(p->fd);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static inline void peer_head(struct peer *p, char *buf, size_t cap)
{
	pthread_mutex_lock(&p->lock);
	(void)snprintf(buf, cap, "%s", p->first_head);
	pthread_mutex_unlock(&p->lock);
}

#endif
