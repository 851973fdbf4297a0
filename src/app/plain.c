#include "app/plain.h"

#include "ui/canvas_grid.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define TEXT_MAX   (64u * 1024u * 1024u)
#define PIECE_MAX  100 /* bytes: no escaping makes them more than a safe_text holds */
#define SIGNALS_MS 250 /* how often signals are looked at while one waits that is none of ours */
#define SETTLE_MS  30  /* the rest of a key of several bytes comes within */

/* --- the text -------------------------------------------------------------------------- */

static void add_safe(const char *bytes, size_t len, bool ascii, struct strbuf *ret)
{
	struct safe_text t;
	struct cluster c;
	size_t at = 0;

	safe_text_set_bytes(&t, bytes, len);
	while (ascii && safe_text_next(&t, &at, &c))
		strbuf_addch(ret, ascii_stand_in(&c));
	if (!ascii)
		strbuf_addstr(ret, safe_text_str(&t));
}

/* Cut before an ASCII character, so that no mark is parted from what it stands on; failing that
 * between two code points. */
static size_t piece_len(const char *s, size_t len)
{
	size_t n, at = 0;

	if (len <= PIECE_MAX)
		return len;
	for (size_t cut = PIECE_MAX; cut > PIECE_MAX / 2; cut--)
		if ((unsigned char)s[cut] < 0x80)
			return cut;
	while (at < PIECE_MAX - 4) {
		(void)utf8_decode(s + at, len - at, &n);
		at += n;
	}
	return at;
}

void plain_clean(const char *text, size_t len, bool ascii, struct strbuf *ret)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;

		len -= line + (end != NULL);
		for (size_t n; line > 0; text += n, line -= n) {
			n = piece_len(text, line);
			add_safe(text, n, ascii, ret);
		}
		text += end != NULL;
		strbuf_addch(ret, '\n');
	}
}

/* --- the terminal ------------------------------------------------------------------------ */

static void write_all(int fd, const char *bytes, size_t len)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			(void)poll(&room, 1, -1);
		} else if (n == 0 || errno != EINTR) {
			return;
		}
	}
}

/* One that the loop would leave for; a new window size is none. */
static bool told_to_leave(void)
{
	sigset_t waiting;

	return sigpending(&waiting) == 0 &&
	       (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGHUP) == 1 ||
		sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGQUIT) == 1);
}

static void wait_for_key(const struct plain *p)
{
	struct pollfd fds[2] = {{.fd = p->in_fd, .events = POLLIN},
				{.fd = p->signal_fd, .events = POLLIN}};
	char dropped[64];

	while (poll(fds, 2, fds[1].fd < 0 ? SIGNALS_MS : -1) >= 0 || errno == EINTR) {
		if (told_to_leave())
			return;
		if (fds[0].revents)
			break;
		if (fds[1].revents)
			fds[1].fd = -1; /* stays readable: looked at by the clock from here on */
	}
	do {
		if (read(p->in_fd, dropped, sizeof(dropped)) <= 0)
			return;
	} while (poll(fds, 1, SETTLE_MS) > 0);
}

/* A key at a time, and none of them is the terminal's: C-s would stop our own output for good. */
struct plain_mode {
	struct termios before;
	bool taken;
};

static void mode_take(struct plain_mode *m, int fd)
{
	struct termios raw;

	m->taken = tcgetattr(fd, &m->before) == 0;
	if (!m->taken)
		return;
	raw = m->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	(void)tcsetattr(fd, TCSAFLUSH, &raw);
}

void plain_print(const struct plain *p, const char *text, size_t len)
{
	static const char PROMPT[] = "[any key goes back] ";
	struct plain_mode mode;
	struct strbuf clean;

	strbuf_init(&clean, TEXT_MAX);
	plain_clean(text, len, p->ascii, &clean);
	mode_take(&mode, p->in_fd);
	write_all(p->out_fd, strbuf_str(&clean), clean.len);
	strbuf_release(&clean);
	if (!mode.taken)
		return;
	write_all(p->out_fd, PROMPT, strlen(PROMPT));
	wait_for_key(p);
	write_all(p->out_fd, "\r\n", 2);
	(void)tcsetattr(p->in_fd, TCSANOW, &mode.before);
}

void plain_show(struct term *t, const struct plain *p, const char *text, size_t len)
{
	term_suspend(t);
	plain_print(p, text, len);
	term_resume(t);
}
