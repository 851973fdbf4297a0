/* Plain mode: the text through the sanitiser, and a terminal that is as before afterwards. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/plain.h"
#include "base/rng.h"

static void test_text_is_cleaned_and_never_cut(void **state)
{
	static const struct {
		const char *text;
		bool ascii;
		const char *want;
	} cases[] = {
		{"", false, ""},
		{"one\n\ntwo", false, "one\n\ntwo\n"},
		{"a\x1b[31mb\tc\r\n", false, "a\\x1b[31mb\\tc\\r\n"},
		{"\xe2\x80\xae"
		 "evil\x9b",
		 false, "<U+202E>evil\\x9b\n"},
		{"caf\xc3\xa9 \xe2\x80\xa6", true, "cafe ~\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf sb;

		strbuf_init(&sb, 10000);
		plain_clean(cases[i].text, strlen(cases[i].text), cases[i].ascii, &sb);
		assert_string_equal(strbuf_str(&sb), cases[i].want);
		strbuf_release(&sb);
	}
}

/* Marks stay on what they stand on wherever a long line is cut into pieces; all of it is there. */
static void test_long_lines_are_whole(void **state)
{
	static const char *const UNITS[] = {"x", "e\xcc\x81", "\xe0\xa4\xa8", "\xf0\x9f\x98\x80",
					    "\xe6\xbc\xa2"};

	(void)state;
	for (size_t u = 0; u < sizeof(UNITS) / sizeof(UNITS[0]); u++) {
		struct strbuf text, clean;

		strbuf_init(&text, 100000);
		strbuf_init(&clean, 100000);
		for (int i = 0; i < 2000; i++)
			strbuf_addstr(&text, UNITS[u]);
		plain_clean(strbuf_str(&text), text.len, false, &clean);
		strbuf_addch(&text, '\n');
		assert_string_equal(strbuf_str(&clean), strbuf_str(&text));
		strbuf_release(&text);
		strbuf_release(&clean);
	}
}

static void test_any_bytes_come_out_harmless(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 4);
	for (int i = 0; i < 300; i++) {
		char text[700];
		size_t len = rng_below(&r, sizeof(text));
		struct strbuf sb;

		for (size_t k = 0; k < len; k++)
			text[k] = (char)rng_below(&r, 256);
		strbuf_init(&sb, 10000);
		plain_clean(text, len, false, &sb);
		for (size_t k = 0; k < sb.len; k++)
			assert_true((unsigned char)sb.buf[k] >= 0x20 || sb.buf[k] == '\n');
		assert_true(utf8_valid(strbuf_str(&sb), sb.len));
		assert_false(sb.overflow);
		strbuf_release(&sb);
	}
}

/* --- on a terminal -------------------------------------------------------------------------- */

static int open_pty(int *ret_slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	*ret_slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(*ret_slave >= 0);
	return master;
}

static void read_until(int master, const char *word, struct strbuf *ret)
{
	struct pollfd p = {.fd = master, .events = POLLIN};

	while (!strstr(strbuf_str(ret), word)) {
		char bytes[512];
		ssize_t n;

		if (poll(&p, 1, 5000) <= 0)
			fail_msg("no %s in %s", word, strbuf_str(ret));
		n = read(master, bytes, sizeof(bytes));
		assert_true(n > 0);
		strbuf_add(ret, bytes, (size_t)n);
	}
}

static void test_prints_and_waits_for_a_key(void **state)
{
	int slave, master = open_pty(&slave);
	struct termios before, after;
	struct strbuf seen;
	pid_t pid;
	int how;

	(void)state;
	assert_int_equal(tcgetattr(slave, &before), 0);
	pid = fork();
	if (pid == 0) {
		const struct plain p = {.in_fd = slave, .out_fd = slave, .signal_fd = -1};
		char left;

		plain_print(&p, "first\nsecond \x1b[2J", 17);
		/* The key is gone, all of it. */
		(void)fcntl(slave, F_SETFL, O_NONBLOCK);
		_exit(read(slave, &left, 1) > 0);
	}
	strbuf_init(&seen, 10000);
	read_until(master, "[any key goes back]", &seen);
	assert_non_null(strstr(strbuf_str(&seen), "first\r\nsecond \\x1b[2J\r\n"));
	/* C-s is a key like any other: it does not stop the output. */
	assert_int_equal(write(master, "\x13\x1b[A", 4), 4);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
	assert_int_equal(tcgetattr(slave, &after), 0);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_lflag, before.c_lflag);
	strbuf_release(&seen);
	close(slave);
	close(master);
}

/* A new size is no reason to go back, the end is; and it is still there to be read. */
static void test_comes_back_when_told_to_leave(void **state)
{
	int slave, master = open_pty(&slave);
	struct strbuf seen;
	sigset_t set;
	pid_t pid;
	int how;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGWINCH);
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		const struct plain p = {slave, slave, signalfd(-1, &set, SFD_NONBLOCK), false};
		struct signalfd_siginfo si;
		int signals = 0;

		plain_print(&p, "text", 4);
		while (read(p.signal_fd, &si, sizeof(si)) == (ssize_t)sizeof(si))
			signals++;
		_exit(signals);
	}
	strbuf_init(&seen, 10000);
	read_until(master, "[any key goes back]", &seen);
	kill(pid, SIGWINCH);
	(void)poll(NULL, 0, 30);
	assert_int_equal(waitpid(pid, &how, WNOHANG), 0);
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), 2);
	strbuf_release(&seen);
	close(slave);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_cleaned_and_never_cut),
		cmocka_unit_test(test_long_lines_are_whole),
		cmocka_unit_test(test_any_bytes_come_out_harmless),
		cmocka_unit_test(test_prints_and_waits_for_a_key),
		cmocka_unit_test(test_comes_back_when_told_to_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
