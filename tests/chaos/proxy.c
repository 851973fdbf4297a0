/*
 * A proxy that misbehaves, by seed: between pepaytop and the sandbox it cuts, stalls,
 * duplicates, reorders, swallows and refuses.
 *
 *	proxy --to HOST:PORT [--listen PORT] [--seed N] [--log FILE] [COMMAND...]
 *
 * Says {"port":N} on stdout. A line on stdin is a command and is answered with a line: "ok",
 * "error WHY", or JSON. When stdin ends it prints what it did, as JSON, and goes.
 *
 *	cut, rst                every open stream ends now
 *	half MS, stall MS       silence both ways on every connection; then they end, or go on
 *	deny MS                 nobody listens for so long
 *	storm LO HI WHAT...     every LO to HI ms one of the above (cut rst half stall deny), by
 *seed; "storm off" to HOST:PORT            where new connections go gap P   duplicate P [TIMES]
 *reorder P [WINDOW]   drop P   drop-rst P   drop-at K rest-429 P [SECONDS]   rest-500 P   rest-cut
 *P   rest-hang P refuse P [503|500|401|403|429|html|close|redirect URL] latency MS [JITTER]
 *bandwidth BYTES   slice BYTES quiet                   all faults off, silence over, what waits
 *goes out stats                   the counters so far
 */
#include "conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNS_MAX  500
#define LINE_MAX_  512
#define WORDS_MAX  16
#define DENY_MAX   60000
#define STORM_HALF 4000 /* a half-open spell of a storm, at most */

enum deed { DEED_CUT, DEED_RST, DEED_HALF, DEED_STALL, DEED_DENY, DEED_COUNT };
static const char *const DEEDS[DEED_COUNT] = {"cut", "rst", "half", "stall", "deny"};

struct proxy {
	struct chaos chaos;
	struct sockaddr_in here;
	int listener; /* -1 while denied */
	int64_t deny_until_ms;
	struct conn *conns[CONNS_MAX];
	size_t count;
	uint64_t next_number;
	struct dice dice;
	int64_t storm_lo, storm_hi, storm_ms; /* storm_ms: the next one; 0 none */
	enum deed storm[DEED_COUNT * 4];
	size_t storm_count;
	char line[LINE_MAX_];
	size_t line_len;
	bool over;
};

static int64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void die(const char *what)
{
	fprintf(stderr, "proxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* While nobody listens the port stays ours: it is bound again with SO_REUSEADDR. */
static bool listen_here(struct proxy *p)
{
	int one = 1;
	socklen_t len = sizeof(p->here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&p->here, sizeof(p->here)) < 0 || listen(fd, 128) < 0) {
		close(fd);
		return false;
	}
	getsockname(fd, (struct sockaddr *)&p->here, &len);
	p->listener = fd;
	return true;
}

static bool parse_address(const char *text, struct sockaddr_in *ret)
{
	char host[64];
	char *end;
	const char *colon = strrchr(text, ':');
	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	unsigned long port = strtoul(colon + 1, &end, 10);
	*ret = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	return *end == '\0' && port > 0 && port < 65536 &&
	       inet_pton(AF_INET, host, &ret->sin_addr) == 1 &&
	       (ntohl(ret->sin_addr.s_addr) >> 24) == 127;
}

/* --- deeds ------------------------------------------------------------------------- */

static void deny(struct proxy *p, int64_t ms)
{
	if (p->listener < 0)
		return;
	close(p->listener);
	p->listener = -1;
	p->deny_until_ms = p->chaos.now_ms + ms;
	p->chaos.counters.denied++;
}

static void deed_do(struct proxy *p, enum deed d, int64_t ms)
{
	if (d == DEED_DENY) {
		deny(p, ms);
		return;
	}
	for (size_t i = 0; i < p->count; i++) {
		struct conn *c = p->conns[i];
		if (c->dead || (d <= DEED_RST && !c->open))
			continue;
		if (d <= DEED_RST)
			conn_cut(c, d == DEED_RST ? END_RST : END_FIN);
		else if (c->frozen_until_ms == 0)
			conn_freeze(c, ms, d == DEED_HALF);
	}
}

static void storm_next(struct proxy *p)
{
	p->storm_ms = p->chaos.now_ms + dice_between(&p->dice, p->storm_lo, p->storm_hi);
}

static void storm_strike(struct proxy *p)
{
	enum deed d = p->storm[dice_below(&p->dice, p->storm_count)];
	deed_do(p, d, dice_between(&p->dice, 50, d == DEED_DENY ? 600 : STORM_HALF));
	storm_next(p);
}

static void quiet(struct proxy *p)
{
	faults_quiet(&p->chaos.faults);
	p->storm_ms = 0;
	if (p->listener < 0)
		p->deny_until_ms = p->chaos.now_ms;
	for (size_t i = 0; i < p->count; i++)
		conn_thaw(p->conns[i]);
}

/* --- commands ---------------------------------------------------------------------- */

static bool milliseconds(const char *word, int64_t *ret)
{
	char *end;
	*ret = strtoll(word, &end, 10);
	return end != word && *end == '\0' && *ret >= 0 && *ret <= DENY_MAX;
}

static enum deed deed_parse(const char *word)
{
	int d = 0;
	while (d < DEED_COUNT && strcmp(DEEDS[d], word) != 0)
		d++;
	return (enum deed)d;
}

static bool command_storm(struct proxy *p, char *const *words, size_t count)
{
	if (count == 2 && strcmp(words[1], "off") == 0) {
		p->storm_ms = 0;
		return true;
	}
	if (count < 4 || count - 3 > sizeof(p->storm) / sizeof(p->storm[0]) ||
	    !milliseconds(words[1], &p->storm_lo) || !milliseconds(words[2], &p->storm_hi))
		return false;
	p->storm_count = 0;
	for (size_t i = 3; i < count; i++) {
		enum deed d = deed_parse(words[i]);
		if (d == DEED_COUNT)
			return false;
		p->storm[p->storm_count++] = d;
	}
	storm_next(p);
	return true;
}

static bool command_deed(struct proxy *p, enum deed d, char *const *words, size_t count)
{
	int64_t ms = 0;
	if (count != (d <= DEED_RST ? 1u : 2u) || (count == 2 && !milliseconds(words[1], &ms)))
		return false;
	deed_do(p, d, ms);
	return true;
}

static bool command_words(struct proxy *p, char *const *words, size_t count)
{
	enum deed d = deed_parse(words[0]);
	if (d != DEED_COUNT)
		return command_deed(p, d, words, count);
	if (strcmp(words[0], "storm") == 0)
		return command_storm(p, words, count);
	if (strcmp(words[0], "to") == 0)
		return count == 2 && parse_address(words[1], &p->chaos.target);
	if (strcmp(words[0], "quiet") == 0) {
		quiet(p);
		return count == 1;
	}
	return faults_command(&p->chaos.faults, words, count) == 1;
}

static bool command(struct proxy *p, char *line)
{
	char *words[WORDS_MAX], *save = NULL;
	size_t count = 0;
	for (char *w = strtok_r(line, " \t\r", &save); w != NULL && count < WORDS_MAX;
	     w = strtok_r(NULL, " \t\r", &save))
		words[count++] = w;
	return count == 0 || command_words(p, words, count);
}

static void answer_line(struct proxy *p)
{
	char copy[LINE_MAX_];
	snprintf(copy, sizeof(copy), "%s", p->line);
	if (strcmp(p->line, "stats") == 0)
		counters_print(&p->chaos.counters, p->chaos.seed);
	else if (command(p, p->line))
		puts("ok");
	else
		printf("error %s\n", copy);
	fflush(stdout);
}

static void read_commands(struct proxy *p)
{
	char buf[1024];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));
	if (n <= 0) {
		p->over = n == 0 || (errno != EAGAIN && errno != EINTR);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n') {
			p->line[p->line_len] = '\0';
			p->line_len = 0;
			answer_line(p);
		} else if (p->line_len < sizeof(p->line) - 1) {
			p->line[p->line_len++] = buf[i];
		}
	}
}

/* --- the loop ---------------------------------------------------------------------- */

static void accept_all(struct proxy *p)
{
	int fd;
	while (p->count < CONNS_MAX &&
	       (fd = accept4(p->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *c = conn_new(&p->chaos, fd, p->next_number++);
		if (c != NULL)
			p->conns[p->count++] = c;
	}
}

static void bury(struct proxy *p)
{
	size_t kept = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (p->conns[i]->dead)
			conn_free(p->conns[i]);
		else
			p->conns[kept++] = p->conns[i];
	}
	p->count = kept;
}

static int wait_time(int64_t wake_ms, int64_t now)
{
	int64_t left = wake_ms - now;
	return left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
}

static void timers(struct proxy *p)
{
	if (p->listener < 0 && p->chaos.now_ms >= p->deny_until_ms && !listen_here(p))
		p->deny_until_ms = p->chaos.now_ms + 10;
	if (p->storm_ms > 0 && p->chaos.now_ms >= p->storm_ms)
		storm_strike(p);
}

static void turn(struct proxy *p)
{
	struct pollfd fds[2 + 2 * CONNS_MAX];
	size_t count = p->count;
	int64_t wake_ms = p->chaos.now_ms + 1000;
	fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = p->listener, .events = POLLIN};
	if (p->listener < 0 && p->deny_until_ms < wake_ms)
		wake_ms = p->deny_until_ms;
	if (p->storm_ms > 0 && p->storm_ms < wake_ms)
		wake_ms = p->storm_ms;
	for (size_t i = 0; i < count; i++)
		conn_poll(p->conns[i], &fds[2 + 2 * i], &wake_ms);
	if (poll(fds, 2 + 2 * (nfds_t)count, wait_time(wake_ms, p->chaos.now_ms)) < 0)
		return;
	p->chaos.now_ms = now_ms();
	for (size_t i = 0; i < count; i++)
		conn_turn(p->conns[i], &fds[2 + 2 * i]);
	if (fds[1].revents & POLLIN)
		accept_all(p);
	if (fds[0].revents != 0)
		read_commands(p);
	timers(p);
	bury(p);
}

static void options(struct proxy *p, int argc, char **argv)
{
	const char *to = NULL, *log = NULL;
	int i = 1;
	for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
		if (strcmp(argv[i], "--to") == 0)
			to = argv[i + 1];
		else if (strcmp(argv[i], "--listen") == 0)
			p->here.sin_port = htons((uint16_t)strtoul(argv[i + 1], NULL, 10));
		else if (strcmp(argv[i], "--seed") == 0)
			p->chaos.seed = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--log") == 0)
			log = argv[i + 1];
		else
			break;
	}
	errno = EINVAL;
	if (to == NULL || !parse_address(to, &p->chaos.target))
		die("--to wants a loopback address and a port");
	for (; i < argc; i++) {
		char line[LINE_MAX_];
		snprintf(line, sizeof(line), "%s", argv[i]);
		if (!command(p, line))
			die(argv[i]);
	}
	if (log != NULL && (p->chaos.log = fopen(log, "ae")) == NULL)
		die(log);
	if (p->chaos.log != NULL)
		setvbuf(p->chaos.log, NULL, _IOLBF, 0);
}

int main(int argc, char **argv)
{
	static struct proxy p = {.listener = -1, .chaos.seed = 1};
	signal(SIGPIPE, SIG_IGN);
	p.chaos.now_ms = now_ms();
	p.here = (struct sockaddr_in){.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	faults_quiet(&p.chaos.faults);
	options(&p, argc, argv);
	dice_seed(&p.dice, p.chaos.seed, UINT64_MAX);
	if (!listen_here(&p))
		die("cannot listen");
	printf("{\"port\":%d}\n", ntohs(p.here.sin_port));
	fflush(stdout);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	while (!p.over)
		turn(&p);
	counters_print(&p.chaos.counters, p.chaos.seed);
	while (p.count > 0)
		conn_free(p.conns[--p.count]);
	if (p.chaos.log != NULL)
		fclose(p.chaos.log);
	return 0;
}
