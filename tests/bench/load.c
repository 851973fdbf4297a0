/*
 * A client that is no bottleneck: plain sockets, one poll loop, no library.
 *
 *	load replay PORT PATH HEADER CONNECTIONS
 *		frames until replay_completed
 *	load live PORT PATH HEADER CONNECTIONS COUNT
 *		each reads COUNT events; says "up" once all may
 *	load echo PORT FRAMES-FILE CONNECTIONS COUNT
 *		each sends COUNT frames and reads them back
 *	load http PORT REQUEST-FILE CONNECTIONS COUNT
 *		COUNT requests in all, one at a time each; KEY in the file is another UUID every
 *time
 *
 * Prints "COUNT BYTES SECONDS": what was received, from the first connect to the last byte; of live
 * events, from the first one on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PEERS_MAX 64
#define IN_CAP    (512u * 1024u)
#define OUT_CAP   (256u * 1024u)
#define FRAME_MAX 16384u
#define WINDOW    32 /* frames on their way */

enum mode { MODE_REPLAY, MODE_LIVE, MODE_ECHO, MODE_HTTP };

struct peer {
	int fd;
	bool up, done;
	char *in, *out;
	size_t in_len, out_len;
	size_t sent, received, bytes;
};

struct load {
	enum mode mode;
	const char *path, *header;
	char *text; /* the frames, a line each, or the request */
	size_t text_len, next;
	size_t count; /* for each peer */
	uint64_t serial;
	struct peer peers[PEERS_MAX];
	size_t peer_count, up_count;
	double began;
};

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "unexpected");
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *read_file(const char *name, size_t *ret_len)
{
	FILE *f = fopen(name, "rb");
	char *text = malloc(1u << 20);

	if (!f || !text)
		die(name);
	*ret_len = fread(text, 1, 1u << 20, f);
	fclose(f);
	return text;
}

static void put(struct peer *p, const void *bytes, size_t len)
{
	if (len > OUT_CAP - p->out_len)
		die("too much to send");
	memcpy(p->out + p->out_len, bytes, len);
	p->out_len += len;
}

/* --- what is sent ----------------------------------------------------------------------- */

static void put_upgrade(struct load *l, struct peer *p)
{
	char head[1024];
	int n = snprintf(head, sizeof(head),
			 "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
			 "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			 "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n%s\r\n",
			 l->path, l->header);

	put(p, head, (size_t)n);
}

/* Masked with zeros, which is as much work for the server. */
static void put_frame(struct peer *p, const char *payload, size_t len)
{
	unsigned char head[8] = {0x81, (unsigned char)(0x80 | (len < 126 ? len : 126)),
				 (unsigned char)(len >> 8), (unsigned char)len};

	put(p, head, len < 126 ? 2 : 4);
	put(p, "\0\0\0\0", 4);
	put(p, payload, len);
}

static void put_next_frame(struct load *l, struct peer *p)
{
	const char *line = l->text + l->next;
	const char *end = memchr(line, '\n', l->text_len - l->next);
	size_t len = end ? (size_t)(end - line) : l->text_len - l->next;

	put_frame(p, line, len);
	l->next = end && l->next + len + 1 < l->text_len ? l->next + len + 1 : 0;
	p->sent++;
}

static void put_request(struct load *l, struct peer *p)
{
	char *key = strstr(l->text, "KEY");
	char uuid[40];

	if (!key) {
		put(p, l->text, l->text_len);
	} else {
		snprintf(uuid, sizeof(uuid), "%08x-0000-4000-8000-%012llx", (unsigned)getpid(),
			 (unsigned long long)++l->serial);
		put(p, l->text, (size_t)(key - l->text));
		put(p, uuid, strlen(uuid));
		put(p, key + 3, l->text_len - (size_t)(key + 3 - l->text));
	}
	p->sent++;
}

static void put_more(struct load *l, struct peer *p)
{
	if (l->mode == MODE_HTTP && p->sent == p->received && p->sent < l->count)
		put_request(l, p);
	while (l->mode == MODE_ECHO && p->up && p->sent < l->count &&
	       p->sent - p->received < WINDOW && OUT_CAP - p->out_len > FRAME_MAX)
		put_next_frame(l, p);
}

/* --- what is received -------------------------------------------------------------------- */

/* The bytes the first message takes, 0 when it is not whole yet. */
static size_t frame_size(const struct peer *p, size_t *ret_head)
{
	const unsigned char *b = (const unsigned char *)p->in;

	if (p->in_len < 4)
		return 0;
	*ret_head = b[1] < 126 ? 2 : 4;
	if (b[1] > 126)
		die("a frame is too long");
	size_t size = *ret_head + (b[1] < 126 ? b[1] : (size_t)b[2] << 8 | b[3]);
	return size <= p->in_len ? size : 0;
}

static size_t answer_size(struct peer *p)
{
	char *end, *length;

	p->in[p->in_len] = '\0';
	end = strstr(p->in, "\r\n\r\n");
	if (!end)
		return 0;
	length = strcasestr(p->in, "\r\ncontent-length:");
	size_t size = (size_t)(end + 4 - p->in) +
		      (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
	return size <= p->in_len ? size : 0;
}

static bool take_frame(struct load *l, struct peer *p, size_t size, size_t head)
{
	bool event = p->in[0] == (char)0x81;

	if (l->mode == MODE_REPLAY && event && size < 400 &&
	    memmem(p->in + head, size - head, "replay_completed", 16))
		return true;
	/* The other frames of control are not what is measured. */
	if (event && !(l->mode == MODE_REPLAY && memmem(p->in + head, 40, "ws_control", 10))) {
		if (l->mode == MODE_LIVE && l->began <= 0)
			l->began = now();
		p->received++;
		p->bytes += size - head;
	}
	return l->mode != MODE_REPLAY && p->received == l->count;
}

static void take_upgrade(struct load *l, struct peer *p)
{
	if (strncmp(p->in, "HTTP/1.1 101", 12) != 0)
		die(p->in);
	p->up = true;
	if (++l->up_count == l->peer_count && l->mode == MODE_LIVE) {
		printf("up\n");
		fflush(stdout);
	}
}

static void take(struct load *l, struct peer *p)
{
	size_t used = 0, size, head = 0;
	char *start = p->in;
	size_t len = p->in_len;

	while (!p->done) {
		bool http = l->mode == MODE_HTTP || !p->up;

		p->in = start + used;
		p->in_len = len - used;
		size = http ? answer_size(p) : frame_size(p, &head);
		if (!size)
			break;
		used += size;
		if (!p->up && l->mode != MODE_HTTP) {
			take_upgrade(l, p);
		} else if (http) {
			if (strncmp(p->in, "HTTP/1.1 20", 11) != 0)
				die(p->in);
			p->bytes += size;
			p->done = ++p->received == l->count;
		} else {
			p->done = take_frame(l, p, size, head);
		}
		put_more(l, p);
	}
	p->in = start;
	p->in_len = len - used;
	memmove(p->in, p->in + used, p->in_len);
}

/* --- the loop ------------------------------------------------------------------------------ */

static void peer_open(struct load *l, struct peer *p, int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int on = 1;

	p->in = malloc(IN_CAP + 1);
	p->out = malloc(OUT_CAP);
	p->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (!p->in || !p->out || p->fd < 0 || connect(p->fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	if (l->mode != MODE_HTTP)
		put_upgrade(l, p);
	put_more(l, p);
}

static void peer_send(struct peer *p)
{
	ssize_t n = p->out_len ? send(p->fd, p->out, p->out_len, MSG_NOSIGNAL) : 0;

	if (n < 0 && errno != EAGAIN)
		die("send");
	if (n > 0) {
		p->out_len -= (size_t)n;
		memmove(p->out, p->out + n, p->out_len);
	}
}

static void peer_receive(struct load *l, struct peer *p)
{
	ssize_t n = recv(p->fd, p->in + p->in_len, IN_CAP - p->in_len, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("the server hung up");
	if (n > 0) {
		p->in_len += (size_t)n;
		take(l, p);
	}
}

static void run(struct load *l)
{
	size_t left = l->peer_count;

	while (left) {
		struct pollfd fds[PEERS_MAX];

		for (size_t i = 0; i < l->peer_count; i++) {
			struct peer *p = &l->peers[i];
			if (!p->done)
				peer_send(p);
			fds[i] = (struct pollfd){.fd = p->done ? -1 : p->fd,
						 .events = (short)(POLLIN |
								   (p->out_len ? POLLOUT : 0))};
		}
		if (poll(fds, l->peer_count, 20000) <= 0)
			die("nothing for 20 s");
		for (size_t i = 0; i < l->peer_count; i++)
			if (fds[i].revents & (POLLIN | POLLHUP | POLLERR)) {
				peer_receive(l, &l->peers[i]);
				left -= l->peers[i].done;
			}
	}
}

static void configure(struct load *l, char **argv)
{
	bool stream = l->mode == MODE_REPLAY || l->mode == MODE_LIVE;

	l->peer_count = strtoul(argv[stream ? 5 : 4], NULL, 10);
	if (l->peer_count < 1 || l->peer_count > PEERS_MAX)
		die("how many connections?");
	l->path = "/";
	l->header = "";
	if (stream) {
		l->path = argv[3];
		l->header = argv[4];
		l->count = l->mode == MODE_LIVE ? strtoul(argv[6], NULL, 10) : 0;
		return;
	}
	l->text = read_file(argv[3], &l->text_len);
	l->text[l->text_len] = '\0';
	l->count = strtoul(argv[5], NULL, 10);
	if (l->mode == MODE_HTTP)
		l->count /= l->peer_count;
}

int main(int argc, char **argv)
{
	static struct load l;
	size_t count = 0, bytes = 0;

	if (argc < 2 || argc != (!strcmp(argv[1], "live") ? 7 : 6))
		die("usage");
	l.mode = !strcmp(argv[1], "echo")   ? MODE_ECHO
		 : !strcmp(argv[1], "live") ? MODE_LIVE
		 : !strcmp(argv[1], "http") ? MODE_HTTP
					    : MODE_REPLAY;
	configure(&l, argv);
	if (l.mode != MODE_LIVE)
		l.began = now();
	for (size_t i = 0; i < l.peer_count; i++)
		peer_open(&l, &l.peers[i], (int)strtol(argv[2], NULL, 10));
	run(&l);
	double seconds = now() - l.began;
	for (size_t i = 0; i < l.peer_count; i++) {
		count += l.peers[i].received;
		bytes += l.peers[i].bytes;
	}
	printf("%zu %zu %.6f\n", count, bytes, seconds);
	return 0;
}
