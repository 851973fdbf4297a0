/* Copying: which way is taken where, that the bytes arrive, and that nothing else is said. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/clipboard_priv.h"
#include "base/alloc.h"
#include "base/strbuf.h"
#include "ui/osc52.h"

/* A folder with the tools of this test in it, and what they left. */
struct place {
	char dir[40];
	char home[64];
};

static const char *test_env = "";

static const char *env_of_test(const char *name)
{
	static char values[16][256];
	static unsigned turn;
	char *value = values[turn++ % 16];
	size_t len = strlen(name);

	for (const char *at = test_env; *at != '\0';) {
		size_t n = strcspn(at, "|");

		if (n > len && strncmp(at, name, len) == 0 && at[len] == '=') {
			snprintf(value, sizeof(values[0]), "%.*s", (int)(n - len - 1),
				 at + len + 1);
			return value;
		}
		at += n + (at[n] == '|');
	}
	return NULL;
}

static int place_make(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));
	char path[300];

	(void)str_copy(p->dir, sizeof(p->dir), "/tmp/pepaytop-copy-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", p->dir);
	setenv("PATH", path, 1);
	setenv("PEPAY_API_KEY", "sk_live_not_for_tools", 1);
	*state = p;
	return 0;
}

static int place_remove(void **state)
{
	static const char *const NAMES[] = {
		"wl-copy", "xclip", "xsel", "tmux", "got", "env", CLIPBOARD_FILE_NAME, "other"};
	struct place *p = *state;
	char path[300];

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", p->dir, NAMES[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(p->dir), 0); /* nothing else was left */
	free(p);
	return 0;
}

static void add_tool(const struct place *p, const char *name, const char *script)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", script);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0700), 0);
}

#define TAKES "env > $HOME/env; exec cat > $HOME/got"
#define FAILS "cat > /dev/null; exit 1"

static char *read_file(const struct place *p, const char *name)
{
	char path[300];
	struct strbuf sb;
	int c;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "r");
	if (!f)
		return NULL;
	strbuf_init(&sb, 1u << 20);
	while ((c = fgetc(f)) != EOF)
		strbuf_addch(&sb, (char)c);
	fclose(f);
	return sb.buf ? strbuf_take(&sb) : xstrdup("");
}

static void assert_file(const struct place *p, const char *name, const char *want)
{
	char *have = read_file(p, name);

	if (!want) {
		assert_null(have);
		return;
	}
	assert_non_null(have);
	assert_string_equal(have, want);
	free(have);
}

static struct strbuf sent_bytes;

static bool send_to_test(void *ctx, const char *bytes, size_t len)
{
	if (ctx)
		return false; /* a terminal that is gone */
	strbuf_clear(&sent_bytes);
	strbuf_add(&sent_bytes, bytes, len);
	return true;
}

struct copier {
	struct clipboard_place place;
	struct clipboard clipboard;
	struct safe_text said;
};

static void copier_open(struct copier *k, const struct place *p, const char *env)
{
	static char whole[1000];
	struct problem problem = {0};

	snprintf(whole, sizeof(whole),
		 "%s|HOME=%s|PATH=/usr/bin:/bin|PEPAY_API_KEY=sk_live_x|"
		 "XDG_RUNTIME_DIR=%s",
		 env, p->dir, p->dir);
	test_env = whole;
	memset(k, 0, sizeof(*k));
	if (clipboard_place_read(&k->place, env_of_test, "/nowhere", &problem) != S_OK)
		fail_msg("%s", problem.what);
	k->clipboard.place = &k->place;
	k->clipboard.send = send_to_test;
	k->clipboard.wait_ms = 60000; /* for one that ends by itself */
	strbuf_init(&sent_bytes, 400000);
}

static void copier_end(struct copier *k)
{
	clipboard_place_release(&k->place);
	strbuf_release(&sent_bytes);
}

/* --- which way ---------------------------------------------------------------------------- */

static void test_the_way_fits_the_place(void **state)
{
	static const struct {
		const char *env, *said;
	} cases[] = {
		{"WAYLAND_DISPLAY=w|DISPLAY=:0", "copied 5 bytes (wl-copy)"},
		{"DISPLAY=:0", "copied 5 bytes (xclip)"},
		{"", "sent to the terminal (5 bytes)"},
		{"DISPLAY=:0|SSH_TTY=/dev/pts/3", "sent to the terminal (5 bytes)"},
		{"WAYLAND_DISPLAY=w|SSH_CONNECTION=1.2.3.4 5 6.7.8.9 22",
		 "sent to the terminal (5 bytes)"},
		{"TMUX=/tmp/t,1,0|SSH_TTY=/dev/pts/3",
		 "in tmux's buffer and sent to its terminal (5 bytes)"},
		{"TMUX=/tmp/t,1,0|DISPLAY=:0", "copied 5 bytes (xclip)"},
		{"PEPAYTOP_CLIPBOARD=osc52|DISPLAY=:0", "sent to the terminal (5 bytes)"},
		{"PEPAYTOP_CLIPBOARD=native|SSH_TTY=x|DISPLAY=:0", "copied 5 bytes (xclip)"},
		{"PEPAYTOP_CLIPBOARD=auto", "sent to the terminal (5 bytes)"},
	};
	const struct place *p = *state;
	struct copier k;

	add_tool(p, "wl-copy", TAKES);
	add_tool(p, "xclip", TAKES);
	add_tool(p, "tmux", TAKES);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		copier_open(&k, p, cases[i].env);
		assert_true(clipboard_copy(&k.clipboard, "in_42", 5, &k.said));
		assert_string_equal(safe_text_str(&k.said), cases[i].said);
		if (str_starts_with(cases[i].said, "sent to"))
			assert_string_equal(strbuf_str(&sent_bytes), "\x1b]52;c;aW5fNDI=\x07");
		copier_end(&k);
	}
}

static void test_tool_gets_every_byte_and_none_of_our_keys(void **state)
{
	static const char TEXT[] = "line\nwith \x1b and \xff\n";
	const struct place *p = *state;
	struct copier k;
	char *env;

	add_tool(p, "xsel", TAKES);
	copier_open(&k, p, "DISPLAY=:0");
	assert_true(clipboard_copy(&k.clipboard, TEXT, strlen(TEXT), &k.said));
	assert_file(p, "got", TEXT);
	assert_string_equal(safe_text_str(&k.said),
			    "copied 18 bytes, control characters among them (xsel)");
	env = read_file(p, "env");
	assert_non_null(strstr(env, "DISPLAY=:0\n"));
	assert_null(strstr(env, "sk_live"));
	assert_int_equal(sent_bytes.len, 0);
	free(env);
	copier_end(&k);
}

static void test_tool_that_fails_leaves_it_to_the_next(void **state)
{
	const struct place *p = *state;
	struct copier k;

	add_tool(p, "xclip", FAILS);
	add_tool(p, "xsel", TAKES);
	copier_open(&k, p, "DISPLAY=:0");
	assert_true(clipboard_copy(&k.clipboard, "x", 1, &k.said));
	assert_string_equal(safe_text_str(&k.said), "copied 1 byte (xsel)");
	add_tool(p, "xsel", FAILS);
	add_tool(p, "tmux", FAILS); /* an old one knows no -w */
	k.place.tmux = true;
	assert_true(clipboard_copy(&k.clipboard, "foo", 3, &k.said));
	assert_string_equal(safe_text_str(&k.said), "sent to the terminal (3 bytes)");
	assert_string_equal(strbuf_str(&sent_bytes),
			    "\x1b]52;c;Zm9v\x07\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\");
	copier_end(&k);
}

/* One that serves its selection itself, and one that hangs (a display that does not answer). */
static void test_tool_that_stays_has_it_and_one_that_hangs_has_not(void **state)
{
	const struct place *p = *state;
	struct copier k;

	add_tool(p, "xclip", "cat > $HOME/got; exec sleep 60");
	add_tool(p, "xsel", "echo $$ > $HOME/other; exec sleep 60");
	copier_open(&k, p, "DISPLAY=:0");
	k.clipboard.wait_ms = 1500; /* for a shell to start, on a slow machine */
	assert_true(clipboard_copy(&k.clipboard, "stays", 5, &k.said));
	assert_string_equal(safe_text_str(&k.said), "copied 5 bytes (xclip)");
	assert_file(p, "got", "stays");
	assert_int_not_equal(k.clipboard.staying[0], 0);
	(void)kill(k.clipboard.staying[0], SIGKILL);
	add_tool(p, "xclip", FAILS);
	assert_true(clipboard_copy(&k.clipboard, "hangs", 5, &k.said));
	assert_string_equal(safe_text_str(&k.said), "sent to the terminal (5 bytes)");
	char *pid = read_file(p, "other");
	assert_non_null(pid);
	assert_int_equal(kill((pid_t)strtol(pid, NULL, 10), 0), -1); /* it is gone */
	free(pid);
	copier_end(&k);
}

/* --- the file ------------------------------------------------------------------------------ */

static void test_file_is_only_for_its_owner_and_replaces_the_last(void **state)
{
	const struct place *p = *state;
	struct copier k;
	struct stat sb;
	char path[300], other[300], made[CLIPBOARD_PATH_CAP];

	snprintf(other, sizeof(other), "%s/a/b", p->dir); /* folders that are still to be made */
	assert_int_equal(clipboard_write_file(other, "x", 1, made, NULL), S_OK);
	assert_int_equal(unlink(made), 0);
	assert_int_equal(rmdir(other), 0);
	snprintf(other, sizeof(other), "%s/a", p->dir);
	assert_int_equal(rmdir(other), 0);
	snprintf(path, sizeof(path), "%s/" CLIPBOARD_FILE_NAME, p->dir);
	snprintf(other, sizeof(other), "%s/other", p->dir);
	add_tool(p, "other", "untouched");
	assert_int_equal(symlink(other, path), 0); /* somebody's trap */
	copier_open(&k, p, "PEPAYTOP_CLIPBOARD=file|DISPLAY=:0");
	assert_true(clipboard_copy(&k.clipboard, "one", 3, &k.said));
	assert_true(clipboard_copy(&k.clipboard, "second", 6, &k.said));
	assert_string_equal(safe_text_str(&k.said),
			    "written to ~/" CLIPBOARD_FILE_NAME " (6 bytes)");
	assert_file(p, CLIPBOARD_FILE_NAME, "second");
	assert_file(p, "other", "#!/bin/sh\nuntouched\n");
	assert_int_equal(lstat(path, &sb), 0);
	assert_int_equal(sb.st_mode, S_IFREG | 0600);
	copier_end(&k);
}

static void test_too_large_for_a_terminal_goes_to_the_file(void **state)
{
	const struct place *p = *state;
	char *text = xmalloc(OSC52_TEXT_MAX + 2);
	struct copier k;

	memset(text, 'a', OSC52_TEXT_MAX + 1);
	text[OSC52_TEXT_MAX + 1] = '\0';
	copier_open(&k, p, "");
	assert_true(clipboard_copy(&k.clipboard, text, OSC52_TEXT_MAX, &k.said));
	assert_string_equal(safe_text_str(&k.said), "sent to the terminal (74,994 bytes)");
	sent_bytes.len = 0;
	assert_true(clipboard_copy(&k.clipboard, text, OSC52_TEXT_MAX + 1, &k.said));
	assert_int_equal(sent_bytes.len, 0);
	assert_non_null(
		strstr(safe_text_str(&k.said), "(74,995 bytes): more than a terminal takes"));
	assert_file(p, CLIPBOARD_FILE_NAME, text);
	free(text);
	copier_end(&k);
}

/* tmux would send it on, and the terminal would drop it without a word. */
static void test_too_large_for_a_terminal_stays_in_the_buffer_of_tmux(void **state)
{
	const struct place *p = *state;
	char *text = xmalloc(OSC52_TEXT_MAX + 2), *args;
	struct copier k;

	memset(text, 'a', OSC52_TEXT_MAX + 1);
	text[OSC52_TEXT_MAX + 1] = '\0';
	add_tool(p, "tmux", "echo \"$*\" > $HOME/other; cat > $HOME/got");
	copier_open(&k, p, "TMUX=/tmp/t,1,0");
	for (size_t more = 0; more <= 1; more++) {
		assert_true(clipboard_copy(&k.clipboard, text, OSC52_TEXT_MAX + more, &k.said));
		assert_string_equal(
			safe_text_str(&k.said),
			more ? "in tmux's buffer only (74,995 bytes): more than its terminal takes"
			     : "in tmux's buffer and sent to its terminal (74,994 bytes)");
		args = read_file(p, "other");
		assert_string_equal(args, more ? "load-buffer -\n" : "load-buffer -w -\n");
		free(args);
		assert_int_equal(sent_bytes.len, 0);
	}
	assert_file(p, "got", text);
	assert_file(p, CLIPBOARD_FILE_NAME, NULL);
	free(text);
	copier_end(&k);
}

static void test_screen_passes_it_on_in_pieces(void **state)
{
	const struct place *p = *state;
	char text[600];
	struct copier k;
	size_t pieces = 0;

	memset(text, 'a', sizeof(text));
	copier_open(&k, p, "STY=1234.pts-0|SSH_TTY=/dev/pts/3");
	assert_true(clipboard_copy(&k.clipboard, "foo", 3, &k.said));
	assert_string_equal(safe_text_str(&k.said), "sent to the terminal (3 bytes)");
	assert_string_equal(strbuf_str(&sent_bytes), "\x1bP\x1b]52;c;Zm9v\x07\x1b\\");
	assert_true(clipboard_copy(&k.clipboard, text, sizeof(text), &k.said));
	for (const char *at = strbuf_str(&sent_bytes); (at = strstr(at, "\x1bP")); at++)
		pieces++;
	assert_int_equal(pieces, 2); /* 808 bytes, up to OSC52_CHUNK_MAX each */
	copier_end(&k);
}

static void test_says_copied_only_when_it_is(void **state)
{
	const struct place *p = *state;
	struct copier k;

	copier_open(&k, p, "");
	k.clipboard.send_ctx = &k; /* gone */
	assert_true(clipboard_copy(&k.clipboard, "x", 1, &k.said));
	assert_non_null(strstr(safe_text_str(&k.said), "written to "));
	assert_non_null(strstr(safe_text_str(&k.said), ": the terminal cannot be reached"));
	free(k.place.folders[1]);
	k.place.folders[1] = k.place.folders[0];
	k.place.folders[0] = xstrdup("/proc/nowhere"); /* of a session that ended */
	assert_true(clipboard_copy(&k.clipboard, "x", 1, &k.said));
	assert_non_null(strstr(safe_text_str(&k.said), "written to ~/" CLIPBOARD_FILE_NAME));
	free(k.place.folders[1]);
	k.place.folders[1] = NULL;
	assert_false(clipboard_copy(&k.clipboard, "x", 1, &k.said));
	assert_non_null(strstr(safe_text_str(&k.said),
			       "not copied: the terminal cannot be reached; no file in /proc"));
	free(k.place.folders[0]);
	k.place.folders[0] = NULL;
	assert_false(clipboard_copy(&k.clipboard, "x", 1, &k.said));
	assert_non_null(strstr(safe_text_str(&k.said), "; there is no folder for a file"));
	assert_false(clipboard_copy(&k.clipboard, "", 0, &k.said));
	assert_string_equal(safe_text_str(&k.said), "nothing to copy");
	k.place.way = CLIPBOARD_NONE;
	assert_false(clipboard_copy(&k.clipboard, "x", 1, &k.said));
	assert_string_equal(safe_text_str(&k.said),
			    "not copied (1 byte): a script has no clipboard");
	copier_end(&k);
}

/* --- the environment ------------------------------------------------------------------------ */

static void test_reads_the_environment(void **state)
{
	static const struct {
		const char *env;
		enum clipboard_way way;
		bool ssh, tmux, screen;
		const char *folder;
	} cases[] = {
		{"", CLIPBOARD_AUTO, false, false, false, "/state"},
		{"TERM=screen-256color", CLIPBOARD_AUTO, false, false, true, "/state"},
		{"TERM=screen|TMUX=x", CLIPBOARD_AUTO, false, true, false, "/state"},
		{"STY=1.x|PEPAYTOP_CLIPBOARD=", CLIPBOARD_AUTO, false, false, true, "/state"},
		{"XDG_RUNTIME_DIR=/run/u|PEPAYTOP_CLIPBOARD=file|SSH_TTY=t", CLIPBOARD_FILE, true,
		 false, false, "/run/u"},
		{"XDG_RUNTIME_DIR=relative", CLIPBOARD_AUTO, false, false, false, "/state"},
	};
	struct clipboard_place c;
	struct problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		test_env = cases[i].env;
		assert_int_equal(clipboard_place_read(&c, env_of_test, "/state", NULL), S_OK);
		assert_int_equal(c.way, cases[i].way);
		assert_int_equal(c.ssh, cases[i].ssh);
		assert_int_equal(c.tmux, cases[i].tmux);
		assert_int_equal(c.screen, cases[i].screen);
		assert_string_equal(c.folders[0] ? c.folders[0] : c.folders[1], cases[i].folder);
		clipboard_place_release(&c);
	}
	test_env = "PEPAYTOP_CLIPBOARD=carrier-pigeon";
	assert_int_equal(clipboard_place_read(&c, env_of_test, NULL, &problem), E_INVALID);
	assert_non_null(strstr(problem.what, "carrier-pigeon"));
}

#define AT_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(test_the_way_fits_the_place),
		AT_PLACE(test_tool_gets_every_byte_and_none_of_our_keys),
		AT_PLACE(test_tool_that_fails_leaves_it_to_the_next),
		AT_PLACE(test_tool_that_stays_has_it_and_one_that_hangs_has_not),
		AT_PLACE(test_file_is_only_for_its_owner_and_replaces_the_last),
		AT_PLACE(test_too_large_for_a_terminal_goes_to_the_file),
		AT_PLACE(test_too_large_for_a_terminal_stays_in_the_buffer_of_tmux),
		AT_PLACE(test_screen_passes_it_on_in_pieces),
		AT_PLACE(test_says_copied_only_when_it_is),
		cmocka_unit_test(test_reads_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
