/*
 * The least a full-screen program does with the same stream: plain ncurses, two panes of the
 * newest rows, 1 and 2 move the focus, at most 60 frames a second while rows come but keys at
 * once. No JSON, no store: the id of the object is found by its name.
 *
 *	hello PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROWS     1024 /* remembered: a screenful is less */
#define FRAME_MS 16
#define IN_CAP   (256 * 1024)

struct hello {
	char rows[ROWS][64];
	uint64_t count;
	int focus, fd;
	char in[IN_CAP + 1];
	size_t in_len;
	bool up, stale;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int dial(const char *port)
{
	static const char head[] =
		"GET /ws/merchant/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)strtol(port, NULL, 10)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    send(fd, head, sizeof(head) - 1, 0) < 0) {
		perror("hello");
		exit(1);
	}
	return fd;
}

static void add_row(struct hello *h, const char *body, size_t len)
{
	char *row = h->rows[h->count++ % ROWS];
	const char *object = memmem(body + 200, len - 200, "\"id\":\"", 6);

	snprintf(row, sizeof(h->rows[0]), "%.26s %.36s", body + 7, object ? object + 6 : "?");
	h->stale = true;
}

static void take(struct hello *h)
{
	size_t at = 0;

	h->in[h->in_len] = '\0';
	if (!h->up) {
		char *end = strstr(h->in, "\r\n\r\n");
		if (!end)
			return;
		h->up = true;
		at = (size_t)(end + 4 - h->in);
	}
	while (h->in_len - at >= 4) {
		const unsigned char *b = (const unsigned char *)h->in + at;
		size_t len = (size_t)b[2] << 8 | b[3]; /* every frame of this stream has 126 */
		if (h->in_len - at < 4 + len)
			break;
		if (len > 206)
			add_row(h, h->in + at + 4, len);
		at += 4 + len;
	}
	h->in_len -= at;
	memmove(h->in, h->in + at, h->in_len);
}

static void draw_pane(const struct hello *h, int pane, int x, int width)
{
	attrset(h->focus == pane ? A_BOLD | A_REVERSE : A_NORMAL);
	mvprintw(0, x, "%d %-*.*s", pane + 1, width - 3, width - 3,
		 pane == 0 ? "Events" : "Objects");
	attrset(A_NORMAL);
	for (int y = 1; y < LINES; y++) {
		uint64_t back = (uint64_t)(LINES - y);
		if (back <= h->count)
			mvprintw(y, x, "%-*.*s", width - 1, width - 1,
				 h->rows[(h->count - back) % ROWS] + (pane == 0 ? 0 : 27));
	}
}

static void draw(struct hello *h)
{
	draw_pane(h, 0, 0, COLS / 2);
	draw_pane(h, 1, COLS / 2, COLS / 2);
	refresh();
	h->stale = false;
}

int main(int argc, char **argv)
{
	static struct hello h;
	int64_t painted = 0;

	if (argc != 2)
		return 2;
	setlocale(LC_ALL, "");
	initscr();
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	curs_set(0);
	h.fd = dial(argv[1]);
	draw(&h);
	for (;;) {
		struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
					{.fd = h.fd, .events = POLLIN}};
		int64_t wait = h.stale ? painted + FRAME_MS - now_ms() : -1;
		int key = ERR;

		poll(fds, 2, !h.stale ? -1 : wait > 0 ? (int)wait : 0);
		while (fds[0].revents && (key = getch()) != ERR) {
			if (key == 'q')
				return endwin(), 0;
			h.focus = key == '1' || key == '2' ? key - '1' : h.focus;
			painted = 0;
			h.stale = true;
		}
		if (fds[1].revents) {
			ssize_t n = recv(h.fd, h.in + h.in_len, IN_CAP - h.in_len, 0);
			if (n <= 0)
				return endwin(), 1;
			h.in_len += (size_t)n;
			take(&h);
		}
		if (h.stale && now_ms() - painted >= FRAME_MS) {
			draw(&h);
			painted = now_ms();
		}
	}
}
