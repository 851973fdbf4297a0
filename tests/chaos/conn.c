#include "conn.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 65536

static void *must(void *p)
{
	if (p == NULL) {
		fprintf(stderr, "proxy: out of memory\n");
		exit(1);
	}
	return p;
}

void bytes_add(struct bytes *b, const char *data, size_t len)
{
	if (b->len + len > b->cap) {
		b->cap = (b->len + len) * 2;
		b->at = must(realloc(b->at, b->cap));
	}
	memcpy(b->at + b->len, data, len);
	b->len += len;
}

void bytes_skip(struct bytes *b, size_t len)
{
	memmove(b->at, b->at + len, b->len - len);
	b->len -= len;
}

static struct chunk *queue_add(struct queue *q, const char *data, size_t len, int64_t due_ms)
{
	struct chunk *k = must(calloc(1, sizeof(*k) + len));
	memcpy(k->data, data, len);
	k->len = len;
	k->due_ms = due_ms;
	*q->last = k;
	q->last = &k->next;
	q->size += len;
	return k;
}

static void queue_drop_first(struct queue *q)
{
	struct chunk *k = q->first;
	q->first = k->next;
	q->size -= k->len;
	if (q->first == NULL)
		q->last = &q->first;
	free(k);
}

void conn_log(const struct conn *c, const char *what, const char *id)
{
	if (c->chaos->log != NULL)
		fprintf(c->chaos->log, "%" PRId64 " #%" PRIu64 " %s %s\n", c->chaos->now_ms,
			c->number, what, id);
}

struct chunk *conn_send_client(struct conn *c, const char *data, size_t len)
{
	const struct faults *f = &c->chaos->faults;
	int64_t due = 0;
	if (f->latency_ms > 0 || f->jitter_ms > 0)
		due = c->chaos->now_ms + f->latency_ms + dice_between(&c->dice, 0, f->jitter_ms);
	return queue_add(&c->to_client, data, len, due);
}

void conn_send_server(struct conn *c, const char *data, size_t len)
{
	queue_add(&c->to_server, data, len, 0);
}

static int dial(const struct sockaddr_in *to)
{
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0 && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

struct conn *conn_new(struct chaos *chaos, int client, uint64_t number)
{
	int one = 1;
	int server = dial(&chaos->target);
	if (server < 0) {
		close(client);
		return NULL;
	}
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	struct conn *c = must(calloc(1, sizeof(*c)));
	c->chaos = chaos;
	c->number = number;
	c->client = client;
	c->server = server;
	c->connecting = true;
	c->to_client.last = &c->to_client.first;
	c->to_server.last = &c->to_server.first;
	dice_seed(&c->dice, chaos->seed, number);
	chaos->counters.connections++;
	return c;
}

void conn_free(struct conn *c)
{
	if (c->client >= 0)
		close(c->client);
	if (c->server >= 0)
		close(c->server);
	while (c->to_client.first != NULL)
		queue_drop_first(&c->to_client);
	while (c->to_server.first != NULL)
		queue_drop_first(&c->to_server);
	free(c->from_client.at);
	free(c->from_server.at);
	free(c->held.at);
	free(c);
}

/* What is unread would make close() send RST, so it is read away first. */
static void end(struct conn *c, enum ending how)
{
	char away[4096];
	struct linger hard = {.l_onoff = 1, .l_linger = 0};
	if (how == END_RST) {
		setsockopt(c->client, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	} else {
		shutdown(c->client, SHUT_WR);
		while (recv(c->client, away, sizeof(away), MSG_DONTWAIT) > 0)
			;
	}
	close(c->client);
	c->client = -1;
	c->dead = true;
}

void conn_cut(struct conn *c, enum ending how)
{
	if (c->dead)
		return;
	if (c->open) {
		*(how == END_RST ? &c->chaos->counters.cut_rst : &c->chaos->counters.cut_fin) += 1;
		conn_log(c, how == END_RST ? "rst" : "fin", "");
	}
	end(c, how);
}

void conn_freeze(struct conn *c, int64_t ms, bool ends)
{
	c->frozen_until_ms = c->chaos->now_ms + ms;
	c->freeze_ends = ends;
	conn_log(c, ends ? "half-open" : "stall", "");
}

static void freeze_over(struct conn *c)
{
	c->frozen_until_ms = 0;
	if (!c->freeze_ends) {
		c->chaos->counters.stalled += c->open;
		return;
	}
	c->chaos->counters.cut_half_open += c->open;
	conn_log(c, "half-open over", "");
	end(c, END_RST);
}

void conn_thaw(struct conn *c)
{
	if (c->frozen_until_ms > 0)
		freeze_over(c);
	if (!c->dead)
		frames_release(c);
}

/* How many bytes of the chunk may go now: slices and bandwidth. */
static size_t allowed(struct conn *c, size_t len)
{
	const struct faults *f = &c->chaos->faults;
	if (f->slice > 0 && len > 1) {
		size_t most = 1 + dice_below(&c->dice, f->slice);
		len = len < most ? len : most;
	}
	if (f->bandwidth > 0) {
		double per_ms = (double)f->bandwidth / 1000;
		c->tokens += per_ms * (double)(c->chaos->now_ms - c->tokens_ms);
		c->tokens_ms = c->chaos->now_ms;
		if (c->tokens > per_ms * 100)
			c->tokens = per_ms * 100;
		if ((double)len > c->tokens)
			len = c->tokens < 1 ? 0 : (size_t)c->tokens;
		c->tokens -= (double)len;
	}
	return len;
}

/* Of a chunk that has gone out whole. True when the connection goes on. */
static bool went_out(struct conn *c, const struct chunk *k)
{
	struct counters *n = &c->chaos->counters;
	if (k->opens) {
		c->open = true;
		n->streams++;
	}
	if (k->then == END_NONE)
		return true;
	if (c->open)
		*(k->then == END_RST ? &n->cut_mid_frame_rst : &n->cut_mid_frame) += 1;
	end(c, k->then);
	return false;
}

static void client_gone(struct conn *c)
{
	if (c->open)
		c->chaos->counters.ended_by_client++;
	c->dead = true;
}

static void write_client(struct conn *c)
{
	bool sliced = c->chaos->faults.slice > 0;
	for (bool again = true; again && c->to_client.first != NULL; again = !sliced) {
		struct chunk *k = c->to_client.first;
		size_t may = k->len - k->done;
		if (k->due_ms > c->chaos->now_ms)
			return;
		if (may > 0 && (may = allowed(c, may)) == 0)
			return;
		ssize_t n = send(c->client, k->data + k->done, may, MSG_NOSIGNAL);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				client_gone(c);
			return;
		}
		k->done += (size_t)n;
		if (k->done < k->len)
			continue;
		if (!went_out(c, k))
			return;
		queue_drop_first(&c->to_client);
	}
}

static void server_gone(struct conn *c)
{
	if (!c->server_gone && c->open)
		c->chaos->counters.ended_by_server++;
	c->server_gone = true;
}

static void write_server(struct conn *c)
{
	while (c->to_server.first != NULL && !c->connecting && !c->server_gone) {
		struct chunk *k = c->to_server.first;
		ssize_t n = send(c->server, k->data + k->done, k->len - k->done, MSG_NOSIGNAL);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				server_gone(c);
			return;
		}
		k->done += (size_t)n;
		if (k->done == k->len)
			queue_drop_first(&c->to_server);
	}
}

static void read_client(struct conn *c)
{
	char buf[READ_SIZE];
	ssize_t n = recv(c->client, buf, sizeof(buf), 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		client_gone(c);
	} else if (n > 0 && !c->hung) {
		bytes_add(&c->from_client, buf, (size_t)n);
		http_read_request(c);
	}
}

static void read_server(struct conn *c)
{
	char buf[READ_SIZE];
	ssize_t n = recv(c->server, buf, sizeof(buf), 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		server_gone(c);
	} else if (n > 0) {
		bytes_add(&c->from_server, buf, (size_t)n);
		http_read_answer(c);
	}
}

static void sooner(int64_t *wake_ms, int64_t at_ms)
{
	if (at_ms < *wake_ms)
		*wake_ms = at_ms;
}

/* Whether the client's socket should be waited for to take bytes, or when else. */
static bool wants_client(const struct conn *c, int64_t *wake_ms)
{
	const struct chunk *k = c->to_client.first;
	if (k == NULL)
		return false;
	if (k->due_ms > c->chaos->now_ms) {
		sooner(wake_ms, k->due_ms);
		return false;
	}
	if (c->chaos->faults.bandwidth > 0 && c->tokens < 1) {
		sooner(wake_ms, c->chaos->now_ms + 5);
		return false;
	}
	return true;
}

void conn_poll(struct conn *c, struct pollfd fds[2], int64_t *wake_ms)
{
	fds[0] = (struct pollfd){.fd = c->client};
	fds[1] = (struct pollfd){.fd = c->server_gone ? -1 : c->server};
	if (c->frozen_until_ms > 0) {
		fds[0].events = POLLRDHUP;
		fds[1].fd = -1;
		sooner(wake_ms, c->frozen_until_ms);
		return;
	}
	if (c->held.at != NULL)
		sooner(wake_ms, c->held.due_ms);
	if (c->to_server.size < CONN_QUEUE_MAX)
		fds[0].events |= POLLIN;
	if (wants_client(c, wake_ms))
		fds[0].events |= POLLOUT;
	if (c->to_client.size < CONN_QUEUE_MAX)
		fds[1].events |= POLLIN;
	if (c->connecting || c->to_server.first != NULL)
		fds[1].events |= POLLOUT;
}

static void connected(struct conn *c)
{
	int error = 0;
	socklen_t len = sizeof(error);
	getsockopt(c->server, SOL_SOCKET, SO_ERROR, &error, &len);
	c->connecting = false;
	if (error != 0)
		server_gone(c);
}

static void turn_frozen(struct conn *c, const struct pollfd *client)
{
	if (client->revents != 0) {
		c->chaos->counters.cut_half_open += c->open;
		conn_log(c, "half-open noticed", "");
		c->dead = true;
	} else if (c->chaos->now_ms >= c->frozen_until_ms) {
		freeze_over(c);
	}
}

void conn_turn(struct conn *c, const struct pollfd fds[2])
{
	if (c->dead)
		return;
	if (c->frozen_until_ms > 0) {
		turn_frozen(c, &fds[0]);
		return;
	}
	if (c->connecting && (fds[1].revents & (POLLOUT | POLLERR | POLLHUP)))
		connected(c);
	if (!c->server_gone && (fds[1].revents & (POLLIN | POLLHUP | POLLERR)))
		read_server(c);
	if (c->held.at != NULL && c->chaos->now_ms >= c->held.due_ms)
		frames_release(c);
	if (!c->dead && (fds[0].revents & (POLLIN | POLLHUP | POLLERR)))
		read_client(c);
	if (!c->dead)
		write_server(c);
	if (!c->dead)
		write_client(c);
	if (!c->dead && c->server_gone && c->to_client.first == NULL)
		end(c, END_FIN);
}
