#include "e2e/lib_pty.h"

#include "base/alloc.h"
#include "base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define RAW_MAX    (64 * 1024 * 1024)
#define OUTPUT_MAX (16 * 1024 * 1024)
#define COLORS_MAX 64

static int64_t now_ms(void)
{
	struct clock c = clock_system();

	return clock_mono_ms(&c);
}

/* --- the terminal ------------------------------------------------------------------ */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct pty *p = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		p->alternate = value->boolean;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_visible = value->boolean;
	return 1;
}

static int on_bell(void *user)
{
	struct pty *p = user;

	p->bells++;
	return 1;
}

static const VTermScreenCallbacks CALLBACKS = {.settermprop = on_property, .bell = on_bell};

static void terminal_make(struct pty *p, const char *marker)
{
	p->vt = vterm_new(p->height, p->width);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_set_callbacks(p->screen, &CALLBACKS, p);
	vterm_screen_reset(p->screen, 1);
	p->cursor_visible = true;
	vterm_input_write(p->vt, marker, strlen(marker));
	vterm_input_write(p->vt, "\r\n", 2);
}

static void pty_open(struct pty *p)
{
	struct winsize ws = {.ws_row = (unsigned short)p->height,
			     .ws_col = (unsigned short)p->width};

	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(p->master >= 0);
	assert_int_equal(grantpt(p->master), 0);
	assert_int_equal(unlockpt(p->master), 0);
	const char *name = ptsname(p->master);
	assert_non_null(name);
	p->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(p->slave >= 0);
	assert_int_equal(ioctl(p->master, TIOCSWINSZ, &ws), 0);
	assert_int_equal(tcgetattr(p->slave, &p->before), 0);
	assert_int_equal(fcntl(p->master, F_SETFL, O_NONBLOCK), 0);
}

static _Noreturn void child_become(const struct pty *p, const char *term, char *const *argv)
{
	setsid();
	ioctl(p->slave, TIOCSCTTY, 0);
	dup2(p->slave, STDIN_FILENO);
	dup2(p->slave, STDOUT_FILENO);
	dup2(p->slave, STDERR_FILENO);
	setenv("TERM", term, 1);
	execv(argv[0], argv);
	_exit(126);
}

void pty_start(struct pty *p, int width, int height, const char *term, const char *marker,
	       char *const *argv)
{
	*p = (struct pty){.width = width, .height = height};
	strbuf_init(&p->raw, RAW_MAX);
	terminal_make(p, marker);
	pty_open(p);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		child_become(p, term, argv);
}

void pty_release(struct pty *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	close(p->master);
	close(p->slave);
	vterm_free(p->vt);
	strbuf_release(&p->raw);
}

/* --- bytes ------------------------------------------------------------------------- */

static bool pty_take(struct pty *p)
{
	char buf[65536];
	bool any = false;

	for (;;) {
		ssize_t n = read(p->master, buf, sizeof(buf));
		if (n <= 0)
			return any;
		any = true;
		strbuf_add(&p->raw, buf, (size_t)n);
		vterm_input_write(p->vt, buf, (size_t)n);
		/* What the terminal would answer (cursor reports and the like). */
		size_t answer = vterm_output_read(p->vt, buf, sizeof(buf));
		if (answer > 0 && write(p->master, buf, answer) < 0)
			return any;
	}
}

bool pty_step(struct pty *p, int ms)
{
	struct pollfd fd = {.fd = p->master, .events = POLLIN};

	if (poll(&fd, 1, ms) <= 0)
		return false;
	return pty_take(p);
}

void pty_pump(struct pty *p, int ms)
{
	int64_t end = now_ms() + ms;

	for (int64_t left = ms; left > 0; left = end - now_ms())
		(void)pty_step(p, (int)left);
}

void pty_settle(struct pty *p, int quiet_ms)
{
	int64_t end = now_ms() + 60000;
	int64_t last = now_ms();

	while (now_ms() - last < quiet_ms) {
		if (pty_step(p, 20))
			last = now_ms();
		assert_true(now_ms() < end);
	}
}

bool pty_wait_text(struct pty *p, const char *text, int ms)
{
	int64_t end = now_ms() + ms;

	while (!pty_shows(p, text)) {
		if (now_ms() >= end)
			return false;
		(void)pty_step(p, 20);
	}
	return true;
}

bool pty_wait_no_text(struct pty *p, const char *text, int ms)
{
	int64_t end = now_ms() + ms;

	while (pty_shows(p, text)) {
		if (now_ms() >= end)
			return false;
		(void)pty_step(p, 20);
	}
	return true;
}

void pty_type(struct pty *p, const char *bytes)
{
	assert_int_equal(write(p->master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

void pty_resize(struct pty *p, int width, int height)
{
	struct winsize ws = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};

	p->width = width;
	p->height = height;
	vterm_set_size(p->vt, height, width);
	assert_int_equal(ioctl(p->master, TIOCSWINSZ, &ws), 0);
}

int pty_wait_end(struct pty *p, int ms)
{
	int64_t end = now_ms() + ms;
	int status = 0;

	while (waitpid(p->pid, &status, WNOHANG) == 0) {
		assert_true(now_ms() < end);
		(void)pty_step(p, 20);
	}
	p->pid = 0;
	(void)pty_take(p);
	return status;
}

/* --- cells ------------------------------------------------------------------------- */

VTermScreenCell pty_cell(const struct pty *p, int x, int y)
{
	VTermScreenCell cell;

	memset(&cell, 0, sizeof(cell));
	(void)vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x}, &cell);
	return cell;
}

static void utf8_add(struct strbuf *sb, uint32_t c)
{
	if (c < 0x80) {
		strbuf_addch(sb, (char)c);
	} else if (c < 0x800) {
		strbuf_addch(sb, (char)(0xc0 | (c >> 6)));
		strbuf_addch(sb, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		strbuf_addch(sb, (char)(0xe0 | (c >> 12)));
		strbuf_addch(sb, (char)(0x80 | ((c >> 6) & 0x3f)));
		strbuf_addch(sb, (char)(0x80 | (c & 0x3f)));
	} else {
		strbuf_addch(sb, (char)(0xf0 | (c >> 18)));
		strbuf_addch(sb, (char)(0x80 | ((c >> 12) & 0x3f)));
		strbuf_addch(sb, (char)(0x80 | ((c >> 6) & 0x3f)));
		strbuf_addch(sb, (char)(0x80 | (c & 0x3f)));
	}
}

static void line_add(struct strbuf *sb, const struct pty *p, int y)
{
	for (int x = 0; x < p->width; x++) {
		VTermScreenCell cell = pty_cell(p, x, y);
		if (cell.chars[0] == (uint32_t)-1)
			continue; /* right half of a wide one */
		if (cell.chars[0] == 0)
			strbuf_addch(sb, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
			utf8_add(sb, cell.chars[i]);
	}
	while (sb->len > 0 && sb->buf[sb->len - 1] == ' ')
		sb->buf[--sb->len] = '\0';
}

char *pty_text(const struct pty *p)
{
	struct strbuf sb;

	strbuf_init(&sb, 1 << 20);
	for (int y = 0; y < p->height; y++) {
		line_add(&sb, p, y);
		strbuf_addch(&sb, '\n');
	}
	return strbuf_take(&sb);
}

bool pty_shows(const struct pty *p, const char *text)
{
	char *screen = pty_text(p);
	bool shown = strstr(screen, text) != NULL;

	free(screen);
	return shown;
}

/* Column of byte `at` in a line of text without wide or combined characters before it. */
static int column_of(const char *line, size_t at)
{
	int x = 0;

	for (size_t i = 0; i < at; i++)
		x += ((unsigned char)line[i] & 0xc0) != 0x80;
	return x;
}

bool pty_find(const struct pty *p, const char *text, int *ret_x, int *ret_y)
{
	for (int y = 0; y < p->height; y++) {
		struct strbuf sb;
		strbuf_init(&sb, 1 << 16);
		line_add(&sb, p, y);
		const char *found = strstr(strbuf_str(&sb), text);
		if (found != NULL) {
			*ret_x = column_of(strbuf_str(&sb), (size_t)(found - strbuf_str(&sb)));
			*ret_y = y;
		}
		strbuf_release(&sb);
		if (found != NULL)
			return true;
	}
	return false;
}

unsigned pty_colors(const struct pty *p)
{
	VTermColor seen[COLORS_MAX];
	unsigned count = 0;

	for (int y = 0; y < p->height; y++) {
		for (int x = 0; x < p->width; x++) {
			VTermScreenCell cell = pty_cell(p, x, y);
			unsigned i = 0;
			if (cell.chars[0] == 0 || cell.chars[0] == ' ')
				continue;
			while (i < count && !vterm_color_is_equal(&seen[i], &cell.fg))
				i++;
			if (i == count && count < COLORS_MAX)
				seen[count++] = cell.fg;
		}
	}
	return count;
}

bool pty_termios_same(const struct pty *p)
{
	struct termios now;

	if (tcgetattr(p->slave, &now) != 0)
		return false;
	return now.c_iflag == p->before.c_iflag && now.c_oflag == p->before.c_oflag &&
	       now.c_cflag == p->before.c_cflag && now.c_lflag == p->before.c_lflag &&
	       memcmp(now.c_cc, p->before.c_cc, sizeof(now.c_cc)) == 0;
}

/* --- other programs ------------------------------------------------------------------ */

char *run_output(char *const *argv)
{
	struct strbuf sb;
	char buf[4096];
	int fds[2], status = 0;

	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[0], argv);
		_exit(126);
	}
	close(fds[1]);
	strbuf_init(&sb, OUTPUT_MAX);
	for (ssize_t n = read(fds[0], buf, sizeof(buf)); n > 0; n = read(fds[0], buf, sizeof(buf)))
		strbuf_add(&sb, buf, (size_t)n);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	strbuf_addch(&sb, '\0');
	return strbuf_take(&sb);
}
