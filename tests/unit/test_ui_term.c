/*
 * The terminal on a pseudo-terminal, looked at through libvterm: what arrives on the screen, what
 * keys come back, and how it is left, in order or not.
 */
#include "test_ui_support.h"

#include "ui/term.h"
#include "ui/term_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>

#define WIDTH    40
#define HEIGHT   10
#define QUIET_MS 60
#define OUT_MAX  262144
#define PATIENCE 100

/* --- a pseudo-terminal with a screen behind it ------------------------------------------ */

struct pty {
	int master, slave;
	struct termios before;
	VTerm *vt;
	VTermScreen *screen;
	bool alternate, cursor_shown;
	char out[OUT_MAX]; /* everything that was sent */
	size_t out_len;
};

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct pty *p = user;
	if (prop == VTERM_PROP_ALTSCREEN)
		p->alternate = value->boolean;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_shown = value->boolean;
	return 1;
}

static VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void pty_set_size(struct pty *p, int width, int height)
{
	struct winsize ws = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};
	assert_int_equal(ioctl(p->master, TIOCSWINSZ, &ws), 0);
}

static void pty_open_size(struct pty *p, int width, int height)
{
	memset(p, 0, sizeof(*p));
	p->cursor_shown = true;
	p->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(p->master >= 0);
	assert_int_equal(grantpt(p->master), 0);
	assert_int_equal(unlockpt(p->master), 0);
	p->slave = open(ptsname(p->master), O_RDWR | O_NOCTTY);
	assert_true(p->slave >= 0);
	pty_set_size(p, width, height);
	assert_int_equal(tcgetattr(p->slave, &p->before), 0);
	p->vt = vterm_new(height, width);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	p->alternate = false;
	p->cursor_shown = true;
}

static void pty_close(struct pty *p)
{
	vterm_free(p->vt);
	if (p->slave >= 0)
		close(p->slave);
	if (p->master >= 0)
		close(p->master);
}

/* Takes what has been sent until it is quiet for so long; returns the bytes of this round. */
static size_t pty_take(struct pty *p, int quiet_ms)
{
	size_t before = p->out_len;
	struct pollfd pfd = {.fd = p->master, .events = POLLIN};
	while (poll(&pfd, 1, quiet_ms) > 0 && (pfd.revents & POLLIN)) {
		ssize_t n = read(p->master, p->out + p->out_len, sizeof(p->out) - p->out_len - 1);
		if (n <= 0)
			break;
		vterm_input_write(p->vt, p->out + p->out_len, (size_t)n);
		p->out_len += (size_t)n;
		p->out[p->out_len] = '\0';
	}
	return p->out_len - before;
}

static size_t pty_drain(struct pty *p)
{
	return pty_take(p, QUIET_MS);
}

static VTermScreenCell pty_cell(const struct pty *p, int x, int y)
{
	VTermScreenCell cell;
	memset(&cell, 0, sizeof(cell));
	vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x}, &cell);
	return cell;
}

static void pty_row(const struct pty *p, int y, char *buf, size_t cap)
{
	int rows, cols;
	vterm_get_size(p->vt, &rows, &cols);
	size_t n = vterm_screen_get_text(p->screen, buf, cap - 1, (VTermRect){y, y + 1, 0, cols});
	buf[n] = '\0';
}

static bool pty_sent(const struct pty *p, const char *bytes)
{
	return strstr(p->out, bytes) != NULL;
}

/* "ESC [ … m" with a number that is a colour; 39 and 49 are the defaults. */
static bool pty_sent_colour(const struct pty *p)
{
	for (const char *at = p->out; (at = strstr(at, "\x1b[")) != NULL; at += 2) {
		const char *s = at + 2;
		bool colour = false;
		while (*s >= '0' && *s <= '9') {
			char *end;
			long n = strtol(s, &end, 10);
			s = end + (*end == ';');
			colour = colour || (n >= 30 && n <= 38) || (n >= 40 && n <= 48) || n >= 90;
		}
		if (colour && *s == 'm')
			return true;
	}
	return false;
}

static void assert_modes_restored(const struct pty *p)
{
	struct termios now;
	assert_int_equal(tcgetattr(p->slave, &now), 0);
	assert_int_equal(now.c_iflag, p->before.c_iflag);
	assert_int_equal(now.c_oflag, p->before.c_oflag);
	assert_int_equal(now.c_cflag, p->before.c_cflag);
	assert_int_equal(now.c_lflag, p->before.c_lflag);
}

/* --- the fixture: a terminal, a grid and a theme ------------------------------------------ */

struct fixture {
	struct pty pty;
	struct term *term;
	struct grid *grid;
	struct theme *theme;
};

static struct term *open_term(struct pty *p, const char *name, bool no_color, int limit)
{
	struct term_options opt = {.term_name = name,
				   .no_color = no_color,
				   .color_limit = limit,
				   .in_fd = p->slave,
				   .out_fd = p->slave};
	struct term *t = NULL;
	struct problem problem = {0};
	if (term_open(&opt, &t, &problem) != S_OK)
		fail_msg("%s", problem.what);
	return t;
}

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	pty_open_size(&f->pty, WIDTH, HEIGHT);
	f->grid = grid_new(WIDTH, HEIGHT, false);
	if (theme_load(NULL, "dark", &f->theme, NULL) != S_OK)
		return -1;
	*state = f;
	return 0;
}

static int setup_open(void **state)
{
	if (setup(state))
		return -1;
	struct fixture *f = *state;
	f->term = open_term(&f->pty, "xterm-256color", false, 0);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	term_close(f->term);
	pty_close(&f->pty);
	theme_free(f->theme);
	grid_free(f->grid);
	test_free(f);
	return 0;
}

static size_t paint(struct fixture *f)
{
	term_paint(f->term, f->grid, f->theme);
	return pty_drain(&f->pty);
}

/* Every cell of the grid against the screen: characters, widths, attributes, palette colours. */
static void assert_screen_is_grid(struct fixture *f)
{
	for (int y = 0; y < grid_height(f->grid); y++) {
		for (int x = 0; x < grid_width(f->grid); x++) {
			const struct cell *want = grid_cell(f->grid, x, y);
			VTermScreenCell have = pty_cell(&f->pty, x, y);
			struct paint look =
				theme_paint(f->theme, want->role, want->over, term_depth(f->term));
			size_t used;
			if (!want->len)
				continue;
			uint32_t code = utf8_decode(want->bytes, want->len, &used);
			uint32_t shown = have.chars[0] ? have.chars[0] : ' ';
			if (shown != code)
				fail_msg("(%d,%d) shows U+%04X, not U+%04X", x, y, (unsigned)shown,
					 (unsigned)code);
			assert_int_equal(have.width, want->width);
			assert_int_equal(have.attrs.reverse, !!(look.attrs & PAINT_REVERSE));
			/* A blank has no strokes to be bold or coloured; ncurses may skip that. */
			if (code == ' ')
				continue;
			assert_int_equal(have.attrs.bold, !!(look.attrs & PAINT_BOLD));
			assert_int_equal(!!have.attrs.underline, !!(look.attrs & PAINT_UNDERLINE));
			if (look.fg >= 0) {
				assert_true(VTERM_COLOR_IS_INDEXED(&have.fg));
				assert_int_equal(have.fg.indexed.idx, look.fg);
			} else {
				assert_true(VTERM_COLOR_IS_DEFAULT_FG(&have.fg));
			}
			if (look.bg >= 0)
				assert_int_equal(have.bg.indexed.idx, look.bg);
			else
				assert_true(VTERM_COLOR_IS_DEFAULT_BG(&have.bg));
		}
	}
}

static void draw_sample(struct fixture *f)
{
	struct canvas c = canvas_whole(f->grid);
	struct safe_text title = text("Invoices"), badge = text("PAUSED");
	canvas_clear(&c, ROLE_TEXT);
	struct rect all = {0, 0, grid_width(f->grid), grid_height(f->grid)};
	struct canvas in = canvas_frame(&c, all, true, &title, &badge);
	canvas_print(&in, 0, 0, 0, ROLE_GOOD, "paid 漢字 e\xcc\x81 1,250.00");
	canvas_print(&in, 0, 1, 0, ROLE_BAD, "failed \x1b[31m");
	canvas_print(&in, 0, 2, 0, ROLE_STRONG, "selected");
	canvas_overlay(&in, (struct rect){0, 2, in.at.w, 1}, ROLE_SELECTION);
	canvas_print(&in, 0, 3, 0, ROLE_ENV_LIVE, " LIVE ");
}

/* --- painting ---------------------------------------------------------------------------- */

static void test_term_paints_what_the_grid_holds(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(term_depth(f->term), COLORS_256);
	draw_sample(f);
	paint(f);
	assert_true(f->pty.alternate);
	assert_false(f->pty.cursor_shown);
	assert_true(pty_sent(&f->pty, "\x1b[?2004h"));
	assert_screen_is_grid(f);
}

static void test_term_sends_nothing_when_nothing_changed(void **state)
{
	struct fixture *f = *state;
	draw_sample(f);
	size_t first = paint(f);
	assert_true(first > 300);
	draw_sample(f);
	assert_int_equal(paint(f), 0);
	struct canvas c = canvas_whole(f->grid);
	canvas_print(&c, 5, 5, 0, ROLE_TEXT, "x");
	size_t one = paint(f);
	assert_true(one > 0 && one < 40);
	assert_screen_is_grid(f);
	term_redraw(f->term);
	assert_true(paint(f) > 300);
	assert_screen_is_grid(f);
}

static void test_term_repaints_only_what_a_theme_changes(void **state)
{
	struct fixture *f = *state;
	draw_sample(f);
	paint(f);
	theme_free(f->theme);
	assert_int_equal(theme_load(NULL, "high-contrast", &f->theme, NULL), S_OK);
	assert_true(paint(f) > 0);
	assert_screen_is_grid(f);
}

static void test_term_moves_wide_clusters_without_leftovers(void **state)
{
	struct fixture *f = *state;
	struct canvas c = canvas_whole(f->grid);
	static const char *const lines[] = {
		"漢字漢字漢字", "x漢字漢字漢", "ab漢cd字ef",
		"漢",           "xyz",         "字字字字字字字字字字字字字字字字字字字字字"};
	for (size_t i = 0; i < COUNT(lines) * 3; i++) {
		canvas_clear(&c, ROLE_TEXT);
		for (int y = 0; y < HEIGHT; y++)
			canvas_print(&c, (int)(i + (size_t)y) % 3, y, 0, ROLE_TEXT, "%s",
				     lines[(i + (size_t)y) % COUNT(lines)]);
		paint(f);
		assert_screen_is_grid(f);
	}
}

static void test_term_uses_only_the_colours_there_are(void **state)
{
	static const struct {
		const char *term;
		bool no_color;
		int limit;
		enum color_depth want;
	} rows[] = {
		{"xterm-256color", false, 0, COLORS_256},
		{"xterm-256color", false, 16, COLORS_16},
		{"xterm-256color", false, 8, COLORS_8},
		{"xterm-256color", true, 0, COLORS_NONE},
		{"xterm", false, 0, COLORS_8},
		{"vt100", false, 0, COLORS_NONE},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pty p;
		pty_close(&f->pty);
		pty_open_size(&p, WIDTH, HEIGHT);
		f->pty = p;
		vterm_screen_set_callbacks(f->pty.screen, &callbacks, &f->pty);
		f->term = open_term(&f->pty, rows[i].term, rows[i].no_color, rows[i].limit);
		assert_int_equal(term_depth(f->term), rows[i].want);
		draw_sample(f);
		paint(f);
		if (strcmp(rows[i].term, "vt100") != 0) /* it has no colours to fall back from */
			assert_screen_is_grid(f);
		if (rows[i].want == COLORS_NONE)
			assert_false(pty_sent_colour(&f->pty));
		term_close(f->term);
		f->term = NULL;
		assert_modes_restored(&f->pty);
	}
}

static void test_term_draws_ascii_when_told(void **state)
{
	struct fixture *f = *state;
	struct term_options opt = {.term_name = "xterm-256color",
				   .ascii = true,
				   .in_fd = f->pty.slave,
				   .out_fd = f->pty.slave};
	assert_int_equal(term_open(&opt, &f->term, NULL), S_OK);
	draw_sample(f); /* the grid is not in ASCII: the terminal is the last to see to it */
	paint(f);
	for (size_t i = 0; i < f->pty.out_len; i++)
		assert_true((unsigned char)f->pty.out[i] < 0x80);
}

/* --- size -------------------------------------------------------------------------------- */

static void test_term_follows_the_size(void **state)
{
	static const struct {
		int w, h;
	} sizes[] = {{100, 30}, {12, 4}, {1, 1}, {2, 10}, {40, 10}, {200, 60}, {80, 24}};
	struct fixture *f = *state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct key k;
		int w, h;
		pty_set_size(&f->pty, sizes[i].w, sizes[i].h);
		vterm_set_size(f->pty.vt, sizes[i].h, sizes[i].w);
		term_resized(f->term);
		assert_true(term_read_key(f->term, &k));
		assert_int_equal(k.code, KEYC_RESIZE);
		assert_false(term_read_key(f->term, &k));
		term_size(f->term, &w, &h);
		assert_int_equal(w, sizes[i].w);
		assert_int_equal(h, sizes[i].h);
		grid_resize(f->grid, w, h);
		draw_sample(f);
		paint(f);
		assert_screen_is_grid(f);
		term_resized(f->term); /* the same size again is no news */
		assert_false(term_read_key(f->term, &k));
	}
}

static void test_term_clamps_mad_sizes(void **state)
{
	static const struct {
		int w, h, want_w, want_h;
	} sizes[] = {
		{65535, 65535, GRID_WIDTH_MAX, GRID_HEIGHT_MAX},
		{0, 0, 80, 24},
		{0, 7, 80, 7},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		int w, h;
		pty_set_size(&f->pty, sizes[i].w, sizes[i].h);
		term_resized(f->term);
		term_size(f->term, &w, &h);
		assert_int_equal(w, sizes[i].want_w);
		assert_int_equal(h, sizes[i].want_h);
	}
	term_close(f->term);
	pty_set_size(&f->pty, 65535, 65535);
	f->term = open_term(&f->pty, "xterm-256color", false, 0);
	int w, h;
	term_size(f->term, &w, &h);
	assert_int_equal(w, GRID_WIDTH_MAX);
	assert_int_equal(h, GRID_HEIGHT_MAX);
}

static void test_term_ends_a_storm_of_resizes_right(void **state)
{
	struct fixture *f = *state;
	int w = 0, h = 0;
	for (int i = 0; i < 200; i++) {
		pty_set_size(&f->pty, 10 + i * 7 % 90, 5 + i * 5 % 35);
		term_resized(f->term);
		term_size(f->term, &w, &h);
		grid_resize(f->grid, w, h);
		draw_sample(f);
		term_paint(f->term, f->grid, f->theme);
		vterm_set_size(f->pty.vt, h, w);
		pty_take(&f->pty, 1);
		f->pty.out_len = 0;
	}
	vterm_set_size(f->pty.vt, h, w);
	term_redraw(f->term);
	paint(f);
	assert_screen_is_grid(f);
}

/* --- keys -------------------------------------------------------------------------------- */

static void type(struct fixture *f, const char *bytes)
{
	assert_int_equal(write(f->pty.master, bytes, strlen(bytes)), strlen(bytes));
}

static const char *keys_waiting(struct fixture *f)
{
	static char out[256];
	struct key k;
	struct strbuf sb;
	strbuf_init(&sb, sizeof(out) - 1);
	usleep(5000);
	while (term_read_key(f->term, &k)) {
		char name[KEY_NAME_CAP];
		strbuf_addf(&sb, "%s%s%s", sb.len ? " " : "", k.pasted ? "'" : "",
			    key_to_name(k, name));
	}
	(void)str_copy(out, sizeof(out), strbuf_str(&sb));
	strbuf_release(&sb);
	return out;
}

static void test_term_reads_keys(void **state)
{
	static const struct {
		const char *bytes, *want;
	} rows[] = {
		{"jG\r", "j G Enter"},
		{"\x03\x1a\x11\x13\x1c", "C-c C-z C-q C-s C-\\"}, /* raw: none is a signal */
		{"\x1b", "Esc"},
		{"\x1b[A\x1bOB", "Up Down"},
		{"é漢", "é 漢"},
		{"\x1b[?62;22c\x1b]52;c;eXkK\x07q", "q"},
		{"\x1b[200~y\ry\r\x1b[201~j", "'(paste) 'y 'Enter 'y 'Enter '(pasted) j"},
	};
	struct fixture *f = *state;
	struct key k;
	assert_int_equal(term_fd(f->term), f->pty.slave);
	assert_false(term_read_key(f->term, &k));
	for (size_t i = 0; i < COUNT(rows); i++) {
		type(f, rows[i].bytes);
		assert_string_equal(keys_waiting(f), rows[i].want);
	}
}

static void test_term_paints_whole_frames_while_keys_wait(void **state)
{
	struct fixture *f = *state;
	draw_sample(f);
	paint(f);
	type(f, "jjjjjjjj");
	usleep(5000);
	struct canvas c = canvas_whole(f->grid);
	for (int y = 0; y < HEIGHT; y++)
		canvas_print(&c, 0, y, 0, ROLE_WARN, "line %d is another one now", y);
	paint(f);
	assert_screen_is_grid(f);
}

static void test_term_joins_a_sequence_that_comes_in_pieces(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		for (const char *p = "\x1b[1;5A"; *p; p++) {
			if (write(f->pty.master, p, 1) != 1)
				_exit(1);
			usleep(4000);
		}
		_exit(0);
	}
	struct pollfd pfd = {.fd = f->pty.slave, .events = POLLIN};
	assert_int_equal(poll(&pfd, 1, 2000), 1);
	assert_string_equal(keys_waiting(f), "C-Up");
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void test_term_flushes_type_ahead_but_not_the_state_of_a_paste(void **state)
{
	struct fixture *f = *state;
	type(f, "yyyy\r\r");
	usleep(5000);
	term_flush_input(f->term);
	assert_string_equal(keys_waiting(f), "");
	type(f, "\x1b[200~yy");
	usleep(5000);
	term_flush_input(f->term);
	type(f, "y\x1b[201~j");
	assert_string_equal(keys_waiting(f), "'y '(pasted) j");
}

static void test_term_tells_when_it_is_gone_and_does_not_spin(void **state)
{
	struct fixture *f = *state;
	struct key k;
	draw_sample(f);
	paint(f);
	type(f, "j");
	usleep(5000);
	close(f->pty.master);
	f->pty.master = -1;
	int keys = 0, gone = 0;
	for (int round = 0; round < 3; round++) {
		while (term_read_key(f->term, &k)) {
			gone += k.code == KEYC_GONE;
			assert_true(++keys < 10);
		}
	}
	assert_int_equal(gone, 3); /* once a round */
	draw_sample(f);
	term_paint(f->term, f->grid, f->theme);
	term_bell(f->term);
}

/* A sequence of its own reaches the terminal whole, and changes nothing of what is shown. */
static void test_term_sends_a_sequence_between_frames(void **state)
{
	static const char COPY[] = "\x1b]52;c;Zm9v\x07";
	struct fixture *f = *state;

	draw_sample(f);
	paint(f);
	pty_drain(&f->pty);
	assert_true(term_send(f->term, COPY, strlen(COPY)));
	assert_int_equal(pty_drain(&f->pty), strlen(COPY));
	assert_non_null(strstr(f->pty.out, COPY));
	paint(f);
	assert_screen_is_grid(f);
	term_suspend(f->term);
	pty_drain(&f->pty);
	assert_false(term_send(f->term, COPY, strlen(COPY)));
	assert_int_equal(pty_drain(&f->pty), 0);
	term_resume(f->term);
}

/* --- leaving ----------------------------------------------------------------------------- */

static void assert_left(struct fixture *f)
{
	pty_drain(&f->pty);
	assert_false(f->pty.alternate);
	assert_true(f->pty.cursor_shown);
	const char *last_on = NULL, *last_off = NULL;
	for (char *p = f->pty.out; (p = strstr(p, "\x1b[?2004")) != NULL; p++) {
		if (p[7] == 'h')
			last_on = p;
		else
			last_off = p;
	}
	assert_true(last_on && last_off && last_off > last_on);
	assert_modes_restored(&f->pty);
}

static void test_term_close_leaves_the_terminal_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct termios now;
	char row[256];
	draw_sample(f);
	paint(f);
	assert_int_equal(tcgetattr(f->pty.slave, &now), 0);
	assert_false(now.c_lflag & (ICANON | ECHO | ISIG));
	assert_false(now.c_iflag & IXON);
	term_close(f->term);
	f->term = NULL;
	assert_left(f);
	pty_row(&f->pty, 0, row, sizeof(row));
	assert_null(strstr(row, "Invoices"));
	term_close(NULL);
}

static void test_term_suspends_and_resumes(void **state)
{
	struct fixture *f = *state;
	draw_sample(f);
	paint(f);
	term_suspend(f->term);
	assert_left(f);
	term_paint(f->term, f->grid, f->theme); /* writes nothing while stopped */
	assert_int_equal(pty_drain(&f->pty), 0);
	term_suspend(f->term);
	pty_set_size(&f->pty, 60, 12);
	vterm_set_size(f->pty.vt, 12, 60);
	term_resume(f->term);
	struct key k;
	assert_true(term_read_key(f->term, &k));
	assert_int_equal(k.code, KEYC_RESIZE);
	grid_resize(f->grid, 60, 12);
	draw_sample(f);
	paint(f);
	assert_true(f->pty.alternate);
	assert_false(f->pty.cursor_shown);
	assert_screen_is_grid(f);
	type(f, "\x03");
	assert_string_equal(keys_waiting(f), "C-c");
	term_close(f->term);
	f->term = NULL;
	assert_left(f);
}

static void test_term_refuses_what_it_cannot_use(void **state)
{
	struct fixture *f = *state;
	int null = open("/dev/null", O_RDWR), pipes[2];
	assert_int_equal(pipe(pipes), 0);
	const struct {
		const char *term;
		int in, out;
	} rows[] = {
		{"dumb", f->pty.slave, f->pty.slave},
		{"no-such-terminal", f->pty.slave, f->pty.slave},
		{"xterm-256color", f->pty.slave, null},
		{"xterm-256color", null, f->pty.slave},
		{"xterm-256color", pipes[0], pipes[1]},
		{"xterm-256color", -1, -1},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct term_options opt = {.term_name = rows[i].term,
					   .in_fd = rows[i].in,
					   .out_fd = rows[i].out};
		struct problem p = {0};
		struct term *t = NULL;
		assert_int_equal(term_open(&opt, &t, &p), E_UNSUPPORTED);
		assert_null(t);
		assert_true(p.what[0] && p.next[0]);
		assert_modes_restored(&f->pty);
	}
	assert_int_equal(pty_drain(&f->pty), 0);
	close(null);
	close(pipes[0]);
	close(pipes[1]);
}

/* --- dying ------------------------------------------------------------------------------- */

static const int fatal_signals[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL, SIGABRT,
				    SIGSYS,  SIGTERM, SIGHUP, SIGINT, SIGQUIT};
#define FATAL_SIGNALS ((int)COUNT(fatal_signals))

static void die_by(int sig)
{
	volatile int *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (sig == SIGSEGV)
		*nowhere = 1;
	else if (sig == SIGABRT)
		abort();
	else
		raise(sig);
}

static volatile int depth;

/* Not a tail call, and the compiler must not see that it never ends. */
static int overflow(int n)
{
	volatile char page[4096];
	page[0] = (char)n;
	depth++;
	return n < 0 ? 0 : overflow(n + 1) + page[0];
}

/* In a child, since it dies; sanitizers keep their hands off so that the signal is what ends it. */
static void child_dies(struct fixture *f, int sig, bool of_stack)
{
	for (int i = 0; i < FATAL_SIGNALS; i++)
		signal(fatal_signals[i], SIG_DFL);
	f->term = open_term(&f->pty, "xterm-256color", false, 0);
	term_guard_signals(f->term);
	draw_sample(f);
	term_paint(f->term, f->grid, f->theme);
	if (of_stack)
		_exit(overflow(1));
	die_by(sig);
	_exit(99);
}

static int wait_for(struct fixture *f, pid_t pid)
{
	int status = 0;
	for (int i = 0; i < PATIENCE; i++) {
		pty_drain(&f->pty); /* so that the child never blocks on a full terminal */
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	fail_msg("the child did not end");
	return status;
}

static void test_term_is_put_right_by_every_fatal_signal(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < FATAL_SIGNALS + 1; i++) {
		bool of_stack = i == FATAL_SIGNALS;
		int sig = of_stack ? SIGSEGV : fatal_signals[i];
		f->pty.out_len = 0;
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			child_dies(f, sig, of_stack);
		int status = wait_for(f, pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
			fail_msg("signal %d: status %x", sig, (unsigned)status);
		assert_true(pty_sent(&f->pty, "Invoices"));
		assert_left(f);
	}
}

static void test_term_guard_leaves_ignored_and_handled_signals_alone(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGTERM, SIG_IGN);
		f->term = open_term(&f->pty, "xterm-256color", false, 0);
		term_guard_signals(f->term);
		raise(SIGTERM);
		term_close(f->term);
		term_guard_restore(); /* disarmed: writes nothing */
		_exit(7);
	}
	int status = wait_for(f, pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_left(f);
}

static void test_term_leaves_the_programs_signals_alone(void **state)
{
	static const int mine[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct fixture *f = *state;
	for (size_t i = 0; i < COUNT(mine); i++) {
		struct sigaction now;
		draw_sample(f);
		paint(f);
		assert_int_equal(sigaction(mine[i], NULL, &now), 0);
		assert_true(now.sa_handler == SIG_DFL);
	}
}

#define opened(test) cmocka_unit_test_setup_teardown(test, setup_open, teardown)
#define closed(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		opened(test_term_paints_what_the_grid_holds),
		opened(test_term_sends_nothing_when_nothing_changed),
		opened(test_term_repaints_only_what_a_theme_changes),
		opened(test_term_moves_wide_clusters_without_leftovers),
		closed(test_term_uses_only_the_colours_there_are),
		closed(test_term_draws_ascii_when_told),
		opened(test_term_follows_the_size),
		opened(test_term_clamps_mad_sizes),
		opened(test_term_ends_a_storm_of_resizes_right),
		opened(test_term_reads_keys),
		opened(test_term_paints_whole_frames_while_keys_wait),
		opened(test_term_joins_a_sequence_that_comes_in_pieces),
		opened(test_term_flushes_type_ahead_but_not_the_state_of_a_paste),
		opened(test_term_tells_when_it_is_gone_and_does_not_spin),
		opened(test_term_close_leaves_the_terminal_as_it_was),
		opened(test_term_sends_a_sequence_between_frames),
		opened(test_term_suspends_and_resumes),
		closed(test_term_refuses_what_it_cannot_use),
		closed(test_term_is_put_right_by_every_fatal_signal),
		closed(test_term_guard_leaves_ignored_and_handled_signals_alone),
		opened(test_term_leaves_the_programs_signals_alone),
	};
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
