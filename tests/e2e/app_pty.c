/*
 * The real program in a real pseudo terminal, as a person meets it: colours, keys, dialogs,
 * resizing, and every way out.
 */
#include "e2e/lib_pty.h"

#include "base/alloc.h"

#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MARKER   "the shell was here"
#define START_MS 60000
#define WAIT_MS  60000
#define QUIET_MS 400

static char program[512], sandbox[512];

/* A story that ends and a clock that stands still: the screen comes to rest. */
#define STILL                                                                               \
	(char *)(uintptr_t) "--seed=7", (char *)(uintptr_t) "--clock=2026-01-15T12:00:00Z", \
		(char *)(uintptr_t) "--events=30", (char *)(uintptr_t) "--speed=200"

static void start_still(struct pty *p, int width, int height)
{
	char *argv[] = {program, (char *)(uintptr_t) "demo", STILL, NULL};

	pty_start(p, width, height, "xterm-256color", MARKER, argv);
	assert_true(pty_wait_text(p, "Payouts", START_MS));
	assert_true(pty_wait_text(p, "LIVE", START_MS));
	/* A while after the stream opened the history is compared once more, and the top bar says
	 * so. */
	pty_settle(p, 2500);
	assert_true(pty_wait_text(p, "complete", START_MS));
}

static void start_live(struct pty *p, int width, int height)
{
	char *argv[] = {program, (char *)(uintptr_t) "demo", (char *)(uintptr_t) "--seed=7", NULL};

	pty_start(p, width, height, "xterm-256color", MARKER, argv);
	assert_true(pty_wait_text(p, "LIVE", START_MS));
}

static bool is_as_before(const struct pty *p)
{
	return pty_termios_same(p) && !p->alternate && p->cursor_visible;
}

static void assert_terminal_is_as_before(struct pty *p)
{
	for (int waited = 0; !is_as_before(p) && waited < WAIT_MS; waited += 20)
		pty_pump(p, 20);
	if (!is_as_before(p))
		fprintf(stderr, "the last it was told:\n");
	for (size_t i = p->raw.len > 600 ? p->raw.len - 600 : 0; !is_as_before(p) && i < p->raw.len;
	     i++)
		fprintf(stderr, isprint((unsigned char)p->raw.buf[i]) ? "%c" : "\\x%02x",
			(unsigned char)p->raw.buf[i]);
	assert_true(pty_termios_same(p));
	assert_false(p->alternate);
	assert_true(p->cursor_visible);
	assert_true(pty_shows(p, MARKER));
	assert_false(pty_shows(p, "Invoices"));
}

static void quit(struct pty *p)
{
	pty_type(p, "Q");
	int status = pty_wait_end(p, WAIT_MS);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	pty_release(p);
}

/* --- what is there ------------------------------------------------------------------- */

static void test_first_screen_has_four_panes_in_colour(void **state)
{
	static const char *const titles[] = {"Events", "Invoices", "Orders", "Payouts"};
	struct pty p;
	int x, y;

	(void)state;
	start_still(&p, 120, 40);
	assert_true(p.alternate);
	for (size_t i = 0; i < 4; i++)
		assert_true(pty_find(&p, titles[i], &x, &y));
	assert_true(pty_shows(&p, "pepaytop"));
	assert_true(pty_shows(&p, "DEMO"));
	assert_in_range(pty_colors(&p), 5, 63);
	assert_null(strstr(strbuf_str(&p.raw), "ck_sandbox_"));
	assert_null(strstr(strbuf_str(&p.raw), "pk_sandbox_"));
	quit(&p);
}

static void test_no_color_sends_no_colour(void **state)
{
	struct pty p;
	char *argv[] = {program, (char *)(uintptr_t) "demo", STILL, NULL};

	(void)state;
	setenv("NO_COLOR", "1", 1);
	pty_start(&p, 100, 30, "xterm-256color", MARKER, argv);
	unsetenv("NO_COLOR");
	assert_true(pty_wait_text(&p, "Payouts", START_MS));
	pty_settle(&p, 1000);
	assert_int_equal(pty_colors(&p), 1);
	assert_null(strstr(strbuf_str(&p.raw), "\x1b[38;"));
	assert_null(strstr(strbuf_str(&p.raw), "\x1b[3"
					       "1m"));
	quit(&p);
}

static void test_too_small_says_so_and_recovers(void **state)
{
	struct pty p;

	(void)state;
	start_still(&p, 80, 24);
	pty_resize(&p, 40, 10);
	assert_true(pty_wait_text(&p, "60", WAIT_MS));
	assert_false(pty_shows(&p, "Payouts"));
	pty_resize(&p, 80, 24);
	assert_true(pty_wait_text(&p, "Payouts", WAIT_MS));
	quit(&p);
}

static void test_terminal_that_cannot_is_told_what_to_do(void **state)
{
	static const char *const terms[] = {"dumb", "no-such-terminal"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct pty p;
		char *argv[] = {program, (char *)(uintptr_t) "demo", STILL, NULL};
		print_message("# TERM=%s\n", terms[i]);
		pty_start(&p, 100, 30, terms[i], MARKER, argv);
		int status = pty_wait_end(&p, START_MS);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
		assert_true(pty_shows(&p, "pepaytop: "));
		assert_true(pty_termios_same(&p));
		assert_false(p.alternate);
		pty_release(&p);
	}
}

/* --- keys ---------------------------------------------------------------------------- */

/* Left of the focused pane's title stands a mark. */
static bool pane_has_focus(const struct pty *p, const char *title)
{
	char marked[64];

	snprintf(marked, sizeof(marked), "\xe2\x96\x8c%s", title);
	return pty_shows(p, marked);
}

static void test_keys_move_the_focus_and_open_help(void **state)
{
	struct pty p;

	(void)state;
	start_still(&p, 120, 40);
	assert_true(pane_has_focus(&p, "1 Events"));
	pty_type(&p, "\t");
	pty_settle(&p, QUIET_MS);
	assert_true(pane_has_focus(&p, "2 Invoices"));
	pty_type(&p, "4");
	pty_settle(&p, QUIET_MS);
	assert_true(pane_has_focus(&p, "4 Payouts"));
	pty_type(&p, "\x1b[Z");
	pty_settle(&p, QUIET_MS);
	assert_true(pane_has_focus(&p, "3 Orders"));
	pty_type(&p, "?");
	assert_true(pty_wait_text(&p, "focus the next pane", WAIT_MS));
	pty_type(&p, "\x1b");
	assert_true(pty_wait_no_text(&p, "focus the next pane", WAIT_MS));
	quit(&p);
}

static void test_pasted_text_is_never_a_command(void **state)
{
	struct pty p;

	(void)state;
	start_still(&p, 120, 40);
	pty_type(&p, "\x1b[200~Q?\x1b[201~");
	pty_settle(&p, QUIET_MS);
	assert_false(pty_shows(&p, "focus the next pane"));
	assert_true(p.pid > 0 && kill(p.pid, 0) == 0);
	assert_true(pane_has_focus(&p, "1 Events"));
	quit(&p);
}

/* Waits for words and, when they do not come, shows what is there instead. */
static void expect_text(struct pty *p, const char *text)
{
	if (pty_wait_text(p, text, WAIT_MS))
		return;
	char *screen = pty_text(p);
	fprintf(stderr, "no '%s' in:\n%s\n", text, screen);
	free(screen);
	fail();
}

/* On the Invoices pane, an unpaid one selected. */
static void select_unpaid_invoice(struct pty *p)
{
	pty_type(p, "2");
	pty_settle(p, QUIET_MS);
	pty_type(p, "/status:unpaid\r");
	pty_settle(p, QUIET_MS);
	pty_type(p, "\x1b[H");
	pty_settle(p, QUIET_MS);
}

static void test_type_ahead_does_not_confirm(void **state)
{
	struct pty p;

	(void)state;
	start_still(&p, 120, 40);
	select_unpaid_invoice(&p);
	/* Everything at once, as fingers that know the way: the question is still to be read. */
	pty_type(&p, "a\ry");
	expect_text(&p, "Keep the ");
	assert_true(pty_shows(&p, "DEMO"));
	assert_true(pty_shows(&p, "customer"));
	pty_pump(&p, QUIET_MS);
	assert_true(pty_shows(&p, "Keep the "));
	assert_false(pty_shows(&p, "Done"));
	pty_type(&p, "\r"); /* the default keeps it */
	assert_true(pty_wait_no_text(&p, "Keep the ", WAIT_MS));
	pty_pump(&p, QUIET_MS);
	assert_false(pty_shows(&p, "Done"));
	quit(&p);
}

static void test_cancel_by_keys_is_done(void **state)
{
	struct pty p;

	(void)state;
	start_still(&p, 120, 40);
	select_unpaid_invoice(&p);
	pty_type(&p, "a");
	expect_text(&p, "Enter chooses");
	pty_type(&p, "\r");
	expect_text(&p, "Keep the ");
	pty_pump(&p, QUIET_MS);
	pty_type(&p, "y");
	expect_text(&p, "Done: cancel");
	quit(&p);
}

/* --- size ----------------------------------------------------------------------------- */

static void test_resize_storm_ends_like_a_fresh_start(void **state)
{
	static const int sizes[][2] = {{80, 24}, {137, 51}, {61, 16}, {30, 8}, {200, 60}, {99, 33}};
	struct pty stormy, fresh;

	(void)state;
	start_still(&stormy, 120, 40);
	for (int i = 0; i < 200; i++) {
		const int *size = sizes[i % 6];
		pty_resize(&stormy, size[0], size[1]);
		if (i % 7 == 0)
			pty_pump(&stormy, 5);
	}
	pty_resize(&stormy, 100, 30);
	pty_settle(&stormy, QUIET_MS);
	start_still(&fresh, 100, 30);
	char *a = pty_text(&stormy), *b = pty_text(&fresh);
	/* A comparison with the server may just be shown in one of them. */
	for (int tries = 0; tries < 5 && strcmp(a, b) != 0; tries++) {
		free(a);
		free(b);
		pty_settle(&stormy, QUIET_MS);
		pty_settle(&fresh, QUIET_MS);
		a = pty_text(&stormy);
		b = pty_text(&fresh);
	}
	assert_string_equal(a, b);
	for (int y = 0; y < 30; y++) {
		for (int x = 0; x < 100; x++) {
			VTermScreenCell ca = pty_cell(&stormy, x, y), cb = pty_cell(&fresh, x, y);
			assert_true(vterm_color_is_equal(&ca.fg, &cb.fg));
			assert_true(vterm_color_is_equal(&ca.bg, &cb.bg));
		}
	}
	free(a);
	free(b);
	quit(&stormy);
	quit(&fresh);
}

/* --- ways out --------------------------------------------------------------------------- */

static void test_quit_leaves_the_terminal_as_it_was(void **state)
{
	struct pty p;

	(void)state;
	start_still(&p, 100, 30);
	assert_false(pty_termios_same(&p));
	pty_type(&p, "q");
	int status = pty_wait_end(&p, WAIT_MS);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_terminal_is_as_before(&p);
	pty_release(&p);
}

static void test_signals_leave_the_terminal_as_it_was(void **state)
{
	static const struct {
		int signal;
		bool dies; /* of the signal, so that a parent sees it */
	} rows[] = {{SIGTERM, false}, {SIGHUP, false}, {SIGINT, false}, {SIGSEGV, true},
		    {SIGABRT, true},  {SIGBUS, true},  {SIGFPE, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pty p;
		print_message("# signal %d\n", rows[i].signal);
		start_live(&p, 100, 30);
		kill(p.pid, rows[i].signal);
		int status = pty_wait_end(&p, WAIT_MS);
		assert_int_equal(WIFSIGNALED(status), rows[i].dies);
		if (rows[i].dies)
			assert_int_equal(WTERMSIG(status), rows[i].signal);
		assert_terminal_is_as_before(&p);
		pty_release(&p);
	}
}

static void test_suspend_and_come_back(void **state)
{
	struct pty p;
	int status = 0;

	(void)state;
	start_still(&p, 100, 30);
	char *before = pty_text(&p);
	pty_type(&p, "\x1a");
	for (int i = 0; i < 3000 && waitpid(p.pid, &status, WUNTRACED | WNOHANG) == 0; i++)
		pty_pump(&p, 20);
	assert_true(WIFSTOPPED(status));
	pty_settle(&p, QUIET_MS);
	assert_terminal_is_as_before(&p);
	kill(p.pid, SIGCONT);
	assert_true(pty_wait_text(&p, "Payouts", WAIT_MS));
	pty_settle(&p, QUIET_MS);
	assert_true(p.alternate);
	char *after = pty_text(&p);
	assert_string_equal(before, after);
	free(before);
	free(after);
	quit(&p);
}

static void test_closed_terminal_ends_the_program(void **state)
{
	struct pty p;
	int status = 0;
	pid_t ended = 0;

	(void)state;
	start_live(&p, 100, 30);
	close(p.slave);
	close(p.master);
	for (int i = 0; i < 3000 && ended == 0; i++) {
		ended = waitpid(p.pid, &status, WNOHANG);
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	}
	assert_int_equal(ended, p.pid);
	p.pid = 0;
	p.master = p.slave = -1;
	pty_release(&p);
}

/* --- text from strangers ----------------------------------------------------------------- */

struct served {
	pid_t pid;
	char base_url[96], merchant_key[64];
	char key_file[64];
};

static void field_of(const char *line, const char *name, char *ret, size_t cap)
{
	char start[32];

	snprintf(start, sizeof(start), "\"%s\":\"", name);
	const char *at = strstr(line, start);
	assert_non_null(at);
	at += strlen(start);
	assert_true(strcspn(at, "\"") < cap);
	snprintf(ret, cap, "%.*s", (int)strcspn(at, "\""), at);
}

static void serve(struct served *s)
{
	char *argv[] = {sandbox, (char *)(uintptr_t) "--seed=7",
			(char *)(uintptr_t) "--scenario=quiet",
			(char *)(uintptr_t) "--die-with-parent", NULL};
	char line[1024] = "";
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	s->pid = fork();
	assert_true(s->pid >= 0);
	if (s->pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(126);
	}
	close(fds[1]);
	for (size_t n = 0; n < sizeof(line) - 1 && strchr(line, '\n') == NULL; n++)
		assert_int_equal(read(fds[0], line + n, 1), 1);
	close(fds[0]);
	field_of(line, "base_url", s->base_url, sizeof(s->base_url));
	field_of(line, "merchant_key", s->merchant_key, sizeof(s->merchant_key));
	snprintf(s->key_file, sizeof(s->key_file), "/tmp/pepaytop-key-XXXXXX");
	int fd = mkstemp(s->key_file);
	assert_true(fd >= 0);
	assert_true(write(fd, s->merchant_key, strlen(s->merchant_key)) > 0);
	close(fd);
}

static void served_end(struct served *s)
{
	kill(s->pid, SIGTERM);
	waitpid(s->pid, NULL, 0);
	unlink(s->key_file);
}

/* What a stranger may write into an invoice, as JSON and as the bytes that must never come out. */
static const struct {
	const char *json, *raw;
} HOSTILE[] = {
	{"\\u001b]0;OWNED\\u0007", "\x1b]0;OWNED"},
	{"\\u001b[31mRED", "\x1b[31mRED"},
	{"\\u001b[2J\\u001b[HGONE", "\x1b[2J\x1b[HGONE"},
	{"\\u009b31mC1", "\xc2\x9b"},
	{"\\u202eLTR\\u202c", "\xe2\x80\xae"},
	{"\\u2066ISO\\u2069", "\xe2\x81\xa6"},
	{"\\rOVER", "\rOVER"},
	{"\\nLINE", "\nLINE"},
	{"\\bBACK", "\bBACK"},
	{"\\u200bZW", "\xe2\x80\x8b"},
	{"\\ufeffBOM", "\xef\xbb\xbf"},
};
#define HOSTILE_COUNT (sizeof(HOSTILE) / sizeof(HOSTILE[0]))

static void create_invoice(const struct served *s, const char *hostile_json)
{
	struct strbuf body;
	static unsigned count;
	char url[160], key[96], idempotency[96];

	strbuf_init(&body, 65536);
	strbuf_addf(&body, "{\"amount_usd\":12.5,\"customer_id\":\"cu%s\",\"description\":\"%s",
		    hostile_json, hostile_json);
	for (int i = 0; i < 20; i++) /* as long as the server takes them */
		strbuf_addstr(&body, "0123456789");
	strbuf_addf(&body, "%s\"}", hostile_json);
	snprintf(url, sizeof(url), "%s/api/v1/invoices", s->base_url);
	snprintf(key, sizeof(key), "x-api-key: %s", s->merchant_key);
	snprintf(idempotency, sizeof(idempotency), "Idempotency-Key: 6f1c1a52-0c5e-4f5c-9d1b-%012u",
		 ++count);
	char *argv[] = {(char *)(uintptr_t) "curl",
			(char *)(uintptr_t) "-sS",
			(char *)(uintptr_t) "-m",
			(char *)(uintptr_t) "10",
			(char *)(uintptr_t) "-H",
			key,
			(char *)(uintptr_t) "-H",
			idempotency,
			(char *)(uintptr_t) "-H",
			(char *)(uintptr_t) "content-type: application/json",
			(char *)(uintptr_t) "-d",
			(char *)(uintptr_t)strbuf_str(&body),
			url,
			NULL};
	char *answer = run_output(argv);
	assert_non_null(strstr(answer, "\"invoice_id\""));
	free(answer);
	strbuf_release(&body);
}

static bool raw_contains(const struct strbuf *raw, const char *bytes)
{
	size_t len = strlen(bytes);

	for (size_t i = 0; i + len <= raw->len; i++)
		if (raw->buf[i] == bytes[0] && memcmp(raw->buf + i, bytes, len) == 0)
			return true;
	return false;
}

static void test_text_from_strangers_never_drives_the_terminal(void **state)
{
	struct served s;
	struct pty p;
	char url[128], key_file[96];

	(void)state;
	serve(&s);
	snprintf(url, sizeof(url), "--url=%s", s.base_url);
	snprintf(key_file, sizeof(key_file), "--key-file=%s", s.key_file);
	char *argv[] = {program, url, key_file, NULL};
	pty_start(&p, 120, 40, "xterm-256color", MARKER, argv);
	assert_true(pty_wait_text(&p, "LIVE", START_MS));
	pty_pump(&p, QUIET_MS);
	for (size_t i = 0; i < HOSTILE_COUNT; i++)
		create_invoice(&s, HOSTILE[i].json);
	pty_pump(&p, 500);
	/* Every place that shows it: lists, zoomed lists, events, details down to the last line. */
	for (int pane = 1; pane <= 2; pane++) {
		pty_type(&p, pane == 1 ? "1" : "2");
		pty_type(&p, "z\x1b[H");
		for (size_t i = 0; i < HOSTILE_COUNT; i++) {
			pty_type(&p, "\r");
			pty_pump(&p, 60);
			pty_type(&p, "G");
			pty_pump(&p, 60);
			pty_type(&p, "\x1b");
			pty_pump(&p, 60);
			pty_type(&p, "j");
		}
		pty_type(&p, "z");
	}
	pty_pump(&p, 300);
	assert_true(raw_contains(&p.raw, "RED"));
	assert_true(raw_contains(&p.raw, "OWNED"));
	for (size_t i = 0; i < HOSTILE_COUNT; i++) {
		print_message("# %s\n", HOSTILE[i].json);
		assert_false(raw_contains(&p.raw, HOSTILE[i].raw));
	}
	assert_false(raw_contains(&p.raw, s.merchant_key));
	assert_int_equal(p.bells, 0);
	quit(&p);
	served_end(&s);
}

/* --- taking text away ------------------------------------------------------------------ */

/* "\x1b]52;c;BASE64\x07" of it; caller frees. */
static char *osc52_of(const char *text)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text);
	struct strbuf sb;

	strbuf_init(&sb, 4096);
	strbuf_addstr(&sb, "\x1b]52;c;");
	for (size_t bit = 0; bit < 8 * len; bit += 6) {
		unsigned high = (unsigned char)text[bit / 8];
		unsigned low = (unsigned char)text[bit / 8 + 1]; /* the NUL, after the last */

		strbuf_addch(&sb, DIGITS[(high << 8 | low) >> (10 - bit % 8) & 63]);
	}
	strbuf_addf(&sb, "%.*s\x07", (int)((3 - len % 3) % 3), "==");
	return strbuf_take(&sb);
}

/* The terminal gets the id that is shown, by OSC 52, and is left alone while text is plain. */
static void test_copy_reaches_the_terminal_and_plain_text_leaves_it(void **state)
{
	char *argv[] = {program, (char *)(uintptr_t) "demo", (char *)(uintptr_t) "--no-history",
			(char *)(uintptr_t) "--seed=7", NULL};
	struct pty p;
	char id[64], *shown, *sequence;

	(void)state;
	setenv("PEPAYTOP_CLIPBOARD", "osc52", 1);
	unsetenv("TMUX");
	unsetenv("STY");
	pty_start(&p, 100, 30, "xterm-256color", MARKER, argv);
	unsetenv("PEPAYTOP_CLIPBOARD");
	assert_true(pty_wait_text(&p, "LIVE", START_MS));
	pty_pump(&p, QUIET_MS);
	pty_type(&p, "2\r");
	assert_true(pty_wait_text(&p, "Summary", WAIT_MS));
	shown = pty_text(&p);
	assert_non_null(strstr(shown, "Invoice "));
	assert_int_equal(sscanf(strstr(shown, "Invoice ") + strlen("Invoice "), "%63s", id), 1);
	free(shown);
	pty_type(&p, "y");
	assert_true(pty_wait_text(&p, "sent to the terminal (36 bytes)", WAIT_MS));
	sequence = osc52_of(id);
	assert_non_null(strstr(strbuf_str(&p.raw), sequence));
	free(sequence);
	pty_type(&p, "p");
	assert_true(pty_wait_text(&p, "[any key goes back]", WAIT_MS));
	assert_false(p.alternate);
	assert_true(pty_shows(&p, "Facts"));
	pty_type(&p, "\x1b[A");
	assert_true(pty_wait_text(&p, "1 Summary", WAIT_MS));
	pty_pump(&p, QUIET_MS);
	assert_true(p.alternate);
	assert_true(pty_shows(&p, id));
	quit(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_screen_has_four_panes_in_colour),
		cmocka_unit_test(test_no_color_sends_no_colour),
		cmocka_unit_test(test_too_small_says_so_and_recovers),
		cmocka_unit_test(test_terminal_that_cannot_is_told_what_to_do),
		cmocka_unit_test(test_keys_move_the_focus_and_open_help),
		cmocka_unit_test(test_pasted_text_is_never_a_command),
		cmocka_unit_test(test_type_ahead_does_not_confirm),
		cmocka_unit_test(test_cancel_by_keys_is_done),
		cmocka_unit_test(test_copy_reaches_the_terminal_and_plain_text_leaves_it),
		cmocka_unit_test(test_resize_storm_ends_like_a_fresh_start),
		cmocka_unit_test(test_quit_leaves_the_terminal_as_it_was),
		cmocka_unit_test(test_signals_leave_the_terminal_as_it_was),
		cmocka_unit_test(test_suspend_and_come_back),
		cmocka_unit_test(test_closed_terminal_ends_the_program),
		cmocka_unit_test(test_text_from_strangers_never_drives_the_terminal),
	};
	const char *build = getenv("PEPAYTOP_BUILD");

	snprintf(program, sizeof(program), "%s/pepaytop", build != NULL ? build : "build");
	snprintf(sandbox, sizeof(sandbox), "%s/pepay-sandbox", build != NULL ? build : "build");
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	unsetenv("COLORTERM");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
