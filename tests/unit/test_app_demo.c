#include "app/demo.h"
#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
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

/* Sandboxes made of a few lines of shell stand in for the real one. */
struct stage {
	char dir[32];
	char program[64];
	char notes[64]; /* what the stand-in wrote down */
};

static int stage_make(void **state)
{
	struct stage *sg = xcalloc(1, sizeof(*sg));

	str_copy(sg->dir, sizeof(sg->dir), "/tmp/pepaytop-test-XXXXXX");
	assert_non_null(mkdtemp(sg->dir));
	snprintf(sg->program, sizeof(sg->program), "%s/sandbox", sg->dir);
	snprintf(sg->notes, sizeof(sg->notes), "%s/notes", sg->dir);
	*state = sg;
	return 0;
}

static int stage_remove(void **state)
{
	struct stage *sg = *state;

	unlink(sg->program);
	unlink(sg->notes);
	rmdir(sg->dir);
	free(sg);
	return 0;
}

static void stand_in(const struct stage *sg, const char *body)
{
	FILE *f = fopen(sg->program, "we");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nnotes=%s\n%s\n", sg->notes, body);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(sg->program, 0700), 0);
}

static char *notes_read(const struct stage *sg)
{
	char buf[4096];
	FILE *f = fopen(sg->notes, "re");

	assert_non_null(f);
	buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
	fclose(f);
	return xstrdup(buf);
}

#define READY                                                                         \
	"echo '{\"base_url\":\"http://127.0.0.1:9\",\"ws_url\":\"ws://127.0.0.1:9\"," \
	"\"merchant_key\":\"pk_x\",\"commerce_key\":\"ck_x\",\"pid\":1}'\n"
#define STAY "exec sleep 300\n"

static enum status start(const struct stage *sg, struct demo *d, struct config *c,
			 struct problem *p)
{
	*c = (struct config){.run = RUN_DEMO, .sandbox = xstrdup(sg->program)};
	return demo_start(d, c, p);
}

static bool gone(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

/* Unless another one's start has swept up already. */
static void put_file(const char *dir, const char *name)
{
	char path[192];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	if (f)
		fclose(f);
}

static void test_demo_reads_the_ready_line(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};

	stand_in(sg, READY STAY);
	assert_int_equal(start(sg, &d, &c, &p), S_OK);
	assert_string_equal(c.url, "http://127.0.0.1:9");
	assert_string_equal(c.ws_url, "ws://127.0.0.1:9");
	assert_string_equal(c.merchant_key, "pk_x");
	assert_string_equal(c.commerce_key, "ck_x");
	assert_true(demo_alive(&d));
	pid_t pid = d.pid;
	assert_int_equal(getpgid(pid), pid);
	demo_stop(&d);
	assert_true(gone(pid));
	assert_int_equal(d.pid, 0);
	config_release(&c);
}

static void test_demo_passes_the_story_on_and_keeps_keys_back(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct problem p = {0};
	struct config c = {.run = RUN_DEMO,
			   .sandbox = xstrdup(sg->program),
			   .has_seed = true,
			   .seed = 7,
			   .speed = xstrdup("50"),
			   .scenario = xstrdup("busy"),
			   .events = xstrdup("60"),
			   .frozen_clock = true,
			   .clock_ms = 1768478400000};

	assert_int_equal(setenv("PEPAY_API_KEY", "sk_live_canary", 1), 0);
	assert_int_equal(setenv("PEPAYTOP_TEST_KEPT", "kept", 1), 0);
	stand_in(sg, "for a in \"$@\"; do echo \"[$a]\"; done >$notes\nenv >>$notes\n" READY STAY);
	assert_int_equal(demo_start(&d, &c, &p), S_OK);
	unsetenv("PEPAY_API_KEY");
	unsetenv("PEPAYTOP_TEST_KEPT");
	char *notes = notes_read(sg);
	assert_non_null(strstr(notes, "[--die-with-parent]\n[--seed]\n[7]\n[--speed]\n[50]\n"
				      "[--scenario]\n[busy]\n[--events]\n[60]\n"
				      "[--epoch]\n[2026-01-15T12:00:00Z]\n"));
	assert_non_null(strstr(notes, "[--db]\n[/"));
	assert_null(strstr(notes, "canary"));
	assert_non_null(strstr(notes, "PEPAYTOP_TEST_KEPT=kept"));
	free(notes);
	demo_stop(&d);
	config_release(&c);
}

static void test_demo_draws_a_seed_when_none_is_given(void **state)
{
	struct stage *sg = *state;
	uint64_t seeds[2];

	stand_in(sg, "echo \"$*\" >$notes\n" READY STAY);
	for (int i = 0; i < 2; i++) {
		struct demo d = {0};
		struct config c;
		struct problem p = {0};
		char want[64];
		assert_int_equal(start(sg, &d, &c, &p), S_OK);
		char *notes = notes_read(sg);
		snprintf(want, sizeof(want), "--seed %llu", (unsigned long long)c.seed);
		assert_non_null(strstr(notes, want));
		assert_null(strstr(notes, "--epoch"));
		assert_true(c.seed <= (uint64_t)INT64_MAX);
		seeds[i] = c.seed;
		free(notes);
		demo_stop(&d);
		config_release(&c);
	}
	assert_true(seeds[0] != seeds[1]);
}

static void test_demo_failures_carry_the_last_words(void **state)
{
	static const struct {
		const char *body;
		enum status st;
		const char *says;
	} rows[] = {
		{"echo first >&2\necho 'pepay-sandbox: no such story' >&2\nexit 2", E_CLOSED,
		 "ended before it was ready: no such story"},
		{"exit 1", E_CLOSED, "ended before it was ready"},
		{"echo hello\n" STAY, E_PROTOCOL, "something else"},
		{"echo '{\"base_url\":\"http://127.0.0.1:9\"}'\n" STAY, E_PROTOCOL,
		 "something else"},
		{"head -c 20000 /dev/zero | tr '\\0' x\n" STAY, E_LIMIT, "something else"},
	};
	struct stage *sg = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct demo d = {0};
		struct config c;
		struct problem p = {0};
		print_message("# %s\n", rows[i].says);
		stand_in(sg, rows[i].body);
		assert_int_equal(start(sg, &d, &c, &p), rows[i].st);
		assert_non_null(strstr(p.what, rows[i].says));
		assert_int_equal(d.pid, 0);
		assert_null(c.url);
		config_release(&c);
	}
	/* No child of ours is left behind. */
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_demo_that_died_starts_again_at_its_address(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};

	stand_in(sg, "for a in \"$@\"; do echo \"[$a]\"; done >$notes\n" READY STAY);
	assert_int_equal(start(sg, &d, &c, &p), S_OK);
	assert_int_equal(access(d.dir, F_OK), 0);
	char *dir = xstrdup(d.dir);
	char seed[64];
	snprintf(seed, sizeof(seed), "[--seed]\n[%llu]\n", (unsigned long long)c.seed);
	kill(d.pid, SIGKILL);
	while (demo_alive(&d))
		usleep(1000);
	assert_int_equal(demo_restart(&d, &c, &p), S_OK);
	char *notes = notes_read(sg);
	assert_non_null(strstr(notes, seed)); /* and its keys */
	assert_non_null(strstr(notes, "[--listen]\n[127.0.0.1:9]\n"));
	assert_non_null(strstr(notes, dir)); /* the same ledger */
	free(notes);
	stand_in(sg, "exit 1");
	kill(d.pid, SIGKILL);
	while (demo_alive(&d))
		usleep(1000);
	assert_int_equal(demo_restart(&d, &c, &p), E_CLOSED);
	assert_int_equal(access(dir, F_OK), 0); /* kept for the next try */
	put_file(dir, "history.db");            /* what else a demo keeps goes with it */
	demo_stop(&d);
	assert_int_equal(access(dir, F_OK), -1);
	free(dir);
	config_release(&c);
}

static void test_demo_sweeps_up_after_one_that_was_killed(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};
	char dead[64], alive[64];
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid); /* a number nobody has now */
	snprintf(dead, sizeof(dead), "/dev/shm/pepaytop-demo-%ld-abcdef", (long)pid);
	snprintf(alive, sizeof(alive), "/dev/shm/pepaytop-demo-%ld-abcdef", (long)getpid());
	if (mkdir(dead, 0700) != 0)
		skip(); /* a system without /dev/shm has nothing of this kind to sweep */
	assert_int_equal(mkdir(alive, 0700), 0);
	put_file(dead, "ledger.db");
	put_file(dead, "history.db-journal");
	stand_in(sg, READY STAY);
	assert_int_equal(start(sg, &d, &c, &p), S_OK);
	assert_int_equal(access(dead, F_OK), -1);
	assert_int_equal(access(alive, F_OK), 0);
	demo_stop(&d);
	rmdir(alive);
	config_release(&c);
}

static void test_demo_that_cannot_be_executed_says_so(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};

	assert_int_equal(start(sg, &d, &c, &p), E_CLOSED);
	assert_non_null(strstr(p.what, "cannot be executed"));
	config_release(&c);
}

static void test_demo_notices_that_it_died(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};

	stand_in(sg, READY STAY);
	assert_int_equal(start(sg, &d, &c, &p), S_OK);
	kill(d.pid, SIGKILL);
	for (int i = 0; i < 6000 && demo_alive(&d); i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_false(demo_alive(&d));
	demo_stop(&d);
	config_release(&c);
}

static void test_demo_that_ignores_sigterm_is_killed(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};

	stand_in(sg, "trap '' TERM\n" READY "while :; do sleep 1; done\n");
	assert_int_equal(start(sg, &d, &c, &p), S_OK);
	pid_t pid = d.pid;
	demo_stop(&d);
	assert_true(gone(pid));
	config_release(&c);
}

static void test_demo_that_talks_much_is_not_stalled(void **state)
{
	struct stage *sg = *state;
	struct demo d = {0};
	struct config c;
	struct problem p = {0};
	char *notes = NULL;

	stand_in(sg, READY "head -c 400000 /dev/zero >&2\necho done >$notes\n" STAY);
	assert_int_equal(start(sg, &d, &c, &p), S_OK);
	for (int i = 0; i < 6000 && access(sg->notes, R_OK) != 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	notes = notes_read(sg);
	assert_non_null(notes);
	free(notes);
	assert_true(demo_alive(&d));
	assert_int_equal(lseek(d.err_fd, 0, SEEK_END), 0);
	demo_stop(&d);
	config_release(&c);
}

static void test_demo_stop_is_fine_on_nothing(void **state)
{
	struct demo d = {0};

	(void)state;
	demo_stop(&d);
	assert_int_equal(d.pid, 0);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
}

int main(void)
{
#define STAGED(f) cmocka_unit_test_setup_teardown(f, stage_make, stage_remove)
	const struct CMUnitTest tests[] = {
		STAGED(test_demo_reads_the_ready_line),
		STAGED(test_demo_passes_the_story_on_and_keeps_keys_back),
		STAGED(test_demo_draws_a_seed_when_none_is_given),
		STAGED(test_demo_failures_carry_the_last_words),
		STAGED(test_demo_that_died_starts_again_at_its_address),
		STAGED(test_demo_sweeps_up_after_one_that_was_killed),
		STAGED(test_demo_that_cannot_be_executed_says_so),
		STAGED(test_demo_notices_that_it_died),
		STAGED(test_demo_that_ignores_sigterm_is_killed),
		STAGED(test_demo_that_talks_much_is_not_stalled),
		cmocka_unit_test(test_demo_stop_is_fine_on_nothing),
	};
#undef STAGED

	return cmocka_run_group_tests(tests, NULL, NULL);
}
