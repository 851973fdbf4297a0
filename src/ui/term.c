#include "ui/term.h"
#include "ui/term_private.h"
#include "ui/term_type.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PASTE_ON       "\x1b[?2004h"
#define PASTE_OFF      "\x1b[?2004l"
#define MOUSE_ON       "\x1b[?1000h\x1b[?1006h" /* presses, in SGR form */
#define MOUSE_OFF      "\x1b[?1006l\x1b[?1000l"
#define DEFAULT_WIDTH  80
#define DEFAULT_HEIGHT 24
#define FLUSH_ROUNDS   256

/* What terminfo calls keys that some terminal sends in a way of its own. */
static const struct {
	const char *capability;
	uint32_t code;
} capabilities[] = {
	{"kcuu1", KEYC_UP},     {"kcud1", KEYC_DOWN},   {"kcub1", KEYC_LEFT},
	{"kcuf1", KEYC_RIGHT},  {"khome", KEYC_HOME},   {"kend", KEYC_END},
	{"kpp", KEYC_PGUP},     {"knp", KEYC_PGDN},     {"kich1", KEYC_INSERT},
	{"kdch1", KEYC_DELETE}, {"kcbt", KEYC_BACKTAB}, {"kf1", KEYC_F1},
	{"kf2", KEYC_F2},       {"kf3", KEYC_F3},       {"kf4", KEYC_F4},
	{"kf5", KEYC_F5},       {"kf6", KEYC_F6},       {"kf7", KEYC_F7},
	{"kf8", KEYC_F8},       {"kf9", KEYC_F9},       {"kf10", KEYC_F10},
	{"kf11", KEYC_F11},     {"kf12", KEYC_F12},
};

/* What undoes what opening did, in this order. */
static const char *const undo[] = {"rmkx", "sgr0", "op", "cnorm", "rmcup"};

/* newterm() takes these four for itself if nobody has; the program wants its own ways. */
static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A terminfo string, or NULL: it says "no such" in two ways. */
static const char *capability(const char *name)
{
	const char *s = tigetstr(name);
	return s == (const char *)-1 ? NULL : s;
}

static void term_write(const struct term *t, const char *s)
{
	size_t len = strlen(s);
	while (len) {
		ssize_t n = write(t->out_fd, s, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		s += n;
		len -= (size_t)n;
	}
}

/* Terminfo marks delays as $<5>; a guard's bytes go out as they are. */
static void add_without_delays(struct strbuf *sb, const char *s)
{
	while (*s) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
		if (end)
			s = end + 1;
		else
			strbuf_addch(sb, *s++);
	}
}

static void term_learn(struct term *t)
{
	struct strbuf sb;
	strbuf_init(&sb, sizeof(t->restore) - 1);
	strbuf_addstr(&sb, PASTE_OFF MOUSE_OFF);
	for (size_t i = 0; i < COUNT(undo); i++) {
		const char *s = capability(undo[i]);
		if (s)
			add_without_delays(&sb, s);
	}
	(void)str_copy(t->restore, sizeof(t->restore), strbuf_str(&sb));
	strbuf_release(&sb);

	keys_init(&t->keys);
	for (size_t i = 0; i < COUNT(capabilities); i++) {
		const char *s = capability(capabilities[i].capability);
		if (s)
			keys_add(&t->keys, s, capabilities[i].code);
	}
}

static int clamp(int n, int most, int if_unknown)
{
	return n < 1 ? if_unknown : n > most ? most : n;
}

/* Whether it differs from what was known. */
static bool term_read_size(struct term *t)
{
	struct winsize ws = {0};
	if (ioctl(t->out_fd, TIOCGWINSZ, &ws) < 0)
		ws = (struct winsize){0};
	int width = clamp(ws.ws_col, GRID_WIDTH_MAX, DEFAULT_WIDTH);
	int height = clamp(ws.ws_row, GRID_HEIGHT_MAX, DEFAULT_HEIGHT);
	if (width == t->width && height == t->height)
		return false;
	t->width = width;
	t->height = height;
	resizeterm(height, width);
	term_paint_resize(t);
	return true;
}

static struct screen *newterm_without_signals(const char *name, FILE *out, FILE *in)
{
	struct sigaction before[COUNT(taken)];
	for (size_t i = 0; i < COUNT(taken); i++)
		sigaction(taken[i], NULL, &before[i]);
	/* The size is ours to read: ncurses would believe 65535x65535, or LINES. */
	use_env(FALSE);
	use_tioctl(FALSE);
	struct screen *s = newterm((char *)(uintptr_t)name, out, in);
	for (size_t i = 0; i < COUNT(taken); i++)
		sigaction(taken[i], &before[i], NULL);
	return s;
}

static enum status term_refuse(struct problem *reterr, const char *what)
{
	return problem_set(reterr, E_UNSUPPORTED,
			   "use a terminal with cursor movement, or a command that prints", "%s",
			   what);
}

/* ncurses owns the streams' descriptors, so they are duplicates. */
static enum status term_open_streams(struct term *t, struct problem *reterr)
{
	if (!isatty(t->in_fd) || !isatty(t->out_fd))
		return term_refuse(reterr, "input and output are not both a terminal");
	if (tcgetattr(t->in_fd, &t->modes) < 0)
		return problem_set(reterr, E_IO, NULL, "terminal modes: %s", strerror(errno));
	int in = dup(t->in_fd), out = dup(t->out_fd);
	t->in = in < 0 ? NULL : fdopen(in, "r");
	t->out = out < 0 ? NULL : fdopen(out, "w");
	if (in >= 0 && !t->in)
		close(in);
	if (out >= 0 && !t->out)
		close(out);
	if (!t->in || !t->out)
		return problem_set(reterr, E_IO, NULL, "terminal: %s", strerror(errno));
	return S_OK;
}

static enum status term_open_screen(struct term *t, const struct term_options *opt,
				    struct problem *reterr)
{
	bool usable;
	if (!term_type_known(opt->term_name, t->out_fd, &usable))
		return problem_set(reterr, E_UNSUPPORTED,
				   "set TERM to what your terminal is, such as xterm-256color",
				   "terminal type '%s' is not known here",
				   opt->term_name ? opt->term_name : "(TERM)");
	if (!usable)
		return term_refuse(reterr, "this terminal type cannot move its cursor");
	t->screen = newterm_without_signals(opt->term_name, t->out, t->in);
	return t->screen ? S_OK : term_refuse(reterr, "the terminal cannot be used");
}

static void term_enter(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	typeahead(-1); /* waiting keys must not cut a frame short */
	curs_set(0);
}

static void term_arm(struct term *t)
{
	term_write(t, PASTE_ON);
	if (t->mouse)
		term_write(t, MOUSE_ON);
	term_guard_arm(t->in_fd, t->out_fd, &t->modes, t->restore);
}

enum status term_open(const struct term_options *opt, struct term **ret, struct problem *reterr)
{
	struct term *t = xcalloc(1, sizeof(*t));
	t->in_fd = opt->in_fd;
	t->out_fd = opt->out_fd;
	t->ascii = opt->ascii;
	t->suspended = true; /* nothing to undo yet */
	term_frame_open(t);
	enum status st = term_open_streams(t, reterr);
	if (st == S_OK)
		st = term_open_screen(t, opt, reterr);
	if (st != S_OK) {
		term_close(t);
		return st;
	}
	term_learn(t);
	term_enter();
	term_read_size(t);
	term_paint_init(t, opt);
	t->suspended = false;
	term_arm(t);
	*ret = t;
	return S_OK;
}

static void term_leave(struct term *t)
{
	term_guard_disarm();
	if (!t->suspended)
		term_write(t, t->mouse ? PASTE_OFF MOUSE_OFF : PASTE_OFF);
	endwin();
	tcsetattr(t->in_fd, TCSANOW, &t->modes);
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (t->screen) {
		term_leave(t);
		delscreen(t->screen);
	}
	if (t->in)
		fclose(t->in);
	if (t->out)
		fclose(t->out);
	term_frame_close(t);
	free(t->shown);
	free(t);
}

void term_suspend(struct term *t)
{
	if (t->suspended)
		return;
	term_leave(t);
	t->suspended = true;
}

void term_resume(struct term *t)
{
	if (!t->suspended)
		return;
	t->suspended = false;
	refresh(); /* modes and the alternate screen again */
	term_arm(t);
	term_resized(t);
	t->force = true;
}

int term_fd(const struct term *t)
{
	return t->in_fd;
}

void term_size(const struct term *t, int *ret_w, int *ret_h)
{
	*ret_w = t->width;
	*ret_h = t->height;
}

void term_resized(struct term *t)
{
	if (term_read_size(t))
		t->resized = true;
}

void term_mouse(struct term *t, bool on)
{
	if (t->mouse == on)
		return;
	t->mouse = on;
	if (!t->suspended && !t->gone)
		term_write(t, on ? MOUSE_ON : MOUSE_OFF);
}

void term_bell(struct term *t)
{
	if (!t->suspended && !t->gone)
		beep();
}

/* Waits for bytes; false when none came in time or the terminal is gone. */
static bool term_fill(struct term *t, int timeout_ms)
{
	struct pollfd p = {.fd = t->in_fd, .events = POLLIN};
	unsigned char bytes[TERM_KEYS_BUFFER];
	int n;

	do {
		n = poll(&p, 1, timeout_ms);
	} while (n < 0 && errno == EINTR);
	if (n == 0 || t->gone)
		return false;
	size_t room = keys_room(&t->keys);
	if (!room)
		return false;
	ssize_t got = n < 0 ? -1 : read(t->in_fd, bytes, room);
	if (got > 0) {
		keys_feed(&t->keys, bytes, (size_t)got);
		return true;
	}
	/* Readable, yet nothing to read: it has hung up, and would stay readable for ever. */
	t->gone = !(got < 0 && (errno == EINTR || errno == EAGAIN));
	return false;
}

/* Once a round of reading, so that a loop which reads until false ends, and the next hears it too.
 */
static bool term_tell_gone(struct term *t, struct key *ret)
{
	if (!t->gone)
		return false;
	t->gone_told = !t->gone_told;
	if (t->gone_told)
		*ret = (struct key){.code = KEYC_GONE};
	return t->gone_told;
}

bool term_read_key(struct term *t, struct key *ret)
{
	if (t->resized) {
		t->resized = false;
		*ret = (struct key){.code = KEYC_RESIZE};
		return true;
	}
	for (;;) {
		enum keys_result r = keys_next(&t->keys, false, ret);
		bool filled =
			r != KEYS_KEY && term_fill(t, r == KEYS_MORE ? keys_wait_ms(&t->keys) : 0);
		if (r == KEYS_MORE && !filled)
			r = keys_next(&t->keys, true, ret);
		if (r == KEYS_KEY)
			return true;
		if (!filled && r == KEYS_NONE)
			return term_tell_gone(t, ret);
	}
}

void term_flush_input(struct term *t)
{
	struct key dropped;
	/* Decoded and dropped, not discarded by the kernel: a paste that began must be seen to end.
	 */
	for (int round = 0; round < FLUSH_ROUNDS; round++) {
		while (keys_next(&t->keys, false, &dropped) == KEYS_KEY)
			;
		if (!term_fill(t, 0))
			break;
	}
}
