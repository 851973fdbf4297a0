#include "app/script.h"
#include "app/script_parts.h"
#include "base/alloc.h"
#include "base/strbuf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* An application that only remembers what was done to it. */
struct fake {
	struct strbuf seen;
	int64_t events;
	const char *state;
	const char *screen;
	bool clock_moves;
};

static bool fake_value(void *ctx, const char *name, int64_t *ret_number, const char **ret_word)
{
	struct fake *f = ctx;

	*ret_word = NULL;
	if (strcmp(name, "events") == 0)
		*ret_number = f->events;
	else if (strcmp(name, "state") == 0)
		*ret_word = f->state;
	else
		return false;
	return true;
}

static char *fake_text(void *ctx, enum script_text what)
{
	static const char *const SUFFIXES[] = {[TEXT_SCREEN] = "",
					       [TEXT_STYLED] = "\n--styles--",
					       [TEXT_OBJECTS] = "\n{objects}",
					       [TEXT_INCIDENTS] = "\n{incidents}"};
	struct fake *f = ctx;
	struct strbuf sb;

	strbuf_init(&sb, 4096);
	strbuf_addf(&sb, "%s%s\n", f->screen, SUFFIXES[what]);
	return strbuf_take(&sb);
}

static void fake_key(void *ctx, struct key k)
{
	struct fake *f = ctx;
	char name[KEY_NAME_CAP];

	strbuf_addf(&f->seen, "[%s]", key_to_name(k, name));
}

static void fake_resize(void *ctx, int width, int height)
{
	struct fake *f = ctx;

	strbuf_addf(&f->seen, "(%dx%d)", width, height);
}

static enum status fake_advance(void *ctx, int64_t ms)
{
	struct fake *f = ctx;

	if (!f->clock_moves)
		return E_UNSUPPORTED;
	strbuf_addf(&f->seen, "+%lld", (long long)ms);
	return S_OK;
}

static struct script_host host_of(struct fake *f)
{
	return (struct script_host){.ctx = f,
				    .value = fake_value,
				    .text = fake_text,
				    .key = fake_key,
				    .resize = fake_resize,
				    .advance = fake_advance};
}

static void fake_init(struct fake *f)
{
	*f = (struct fake){.state = "live", .screen = "Cancel order", .clock_moves = true};
	strbuf_init(&f->seen, 4096);
}

/* Steps until the script waits or ends; at most 1000 turns. */
static enum script_result run(struct script *s, struct fake *f, int64_t now, int64_t *ret_wait,
			      struct problem *p)
{
	struct script_host host = host_of(f);

	for (int turn = 0; turn < 1000; turn++) {
		enum script_result r = script_step(s, &host, now, ret_wait, p);
		if (r != SCRIPT_AGAIN)
			return r;
	}
	fail_msg("the script never rests");
	return SCRIPT_FAILED;
}

static enum script_result run_text(const char *text, struct fake *f, struct problem *p)
{
	struct script *s = NULL;
	int64_t wait = 0;

	assert_int_equal(script_parse(text, &s, p), S_OK);
	enum script_result r = run(s, f, 0, &wait, p);
	script_free(s);
	return r;
}

static void test_script_presses_keys_and_types_in_order(void **state)
{
	struct fake f;
	struct problem p = {0};

	(void)state;
	fake_init(&f);
	assert_int_equal(run_text("# a comment\n\n  key Tab\nkey j 3\r\ntype /a:é \nresize 80x24\n"
				  "clock +90s\nclock +250ms\nquit\nkey x\n",
				  &f, &p),
			 SCRIPT_QUIT);
	assert_string_equal(strbuf_str(&f.seen),
			    "[Tab][j][j][j][/][a][:][é][Space](80x24)+90000+250");
	strbuf_release(&f.seen);
}

static void test_script_gives_the_application_a_turn_after_every_key(void **state)
{
	struct fake f;
	struct problem p = {0};
	struct script *s = NULL;
	int64_t wait = 0;

	(void)state;
	fake_init(&f);
	struct script_host host = host_of(&f);
	assert_int_equal(script_parse("key j 2\ntype ab", &s, &p), S_OK);
	for (size_t i = 1; i <= 4; i++) {
		assert_int_equal(script_step(s, &host, 0, &wait, &p), SCRIPT_AGAIN);
		assert_int_equal(f.seen.len, i * 3);
	}
	script_free(s);
	strbuf_release(&f.seen);
}

/* Standard input is a pipe that is written to while the script runs. */
static void test_script_follows_standard_input_as_it_is_written(void **state)
{
	struct fake f;
	struct script *s;
	struct problem p;
	struct script_host host;
	int64_t wait = -1;
	int ends[2], stdin_before = dup(STDIN_FILENO);

	(void)state;
	fake_init(&f);
	host = host_of(&f);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(script_parse("key a\nfollow", &s, &p), S_OK);
	while (script_step(s, &host, 0, &wait, &p) == SCRIPT_AGAIN)
		;
	assert_int_equal(script_step(s, &host, 0, &wait, &p), SCRIPT_WAIT);
	assert_int_equal(write(ends[1], "key b\nkey ", 10), 10);
	while (script_step(s, &host, 0, &wait, &p) == SCRIPT_AGAIN)
		;
	assert_string_equal(strbuf_str(&f.seen), "[a][b]");
	assert_int_equal(write(ends[1], "c\nkye d\n", 8), 8);
	assert_int_equal(script_step(s, &host, 0, &wait, &p), SCRIPT_FAILED);
	assert_non_null(strstr(p.what, "line 3"));
	assert_int_equal(write(ends[1], "key e", 5), 5);
	assert_int_equal(close(ends[1]), 0);
	while (script_step(s, &host, 0, &wait, &p) == SCRIPT_AGAIN)
		;
	assert_int_equal(script_step(s, &host, 0, &wait, &p), SCRIPT_QUIT);
	assert_string_equal(strbuf_str(&f.seen), "[a][b][e]");
	assert_int_equal(dup2(stdin_before, STDIN_FILENO), STDIN_FILENO);
	close(stdin_before);
	close(ends[0]);
	script_free(s);
	strbuf_release(&f.seen);
}

static void test_script_conditions(void **state)
{
	static const struct {
		const char *condition;
		bool holds;
	} rows[] = {
		{"events=50", true},
		{"events!=50", false},
		{"events>49", true},
		{"events>50", false},
		{"events>=50", true},
		{"events<50", false},
		{"events<=50", true},
		{"events<51", true},
		{"state=live", true},
		{"state=\"live\"", true},
		{"state!=live", false},
		{"state!=lagging", true},
		{"text=\"Cancel order\"", true},
		{"text=\"cancel order\"", false},
		{"text=order", true},
	};
	char step[80];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem p = {0};
		struct fake f;
		fake_init(&f);
		f.events = 50;
		print_message("# %s\n", rows[i].condition);
		snprintf(step, sizeof(step), "expect %s", rows[i].condition);
		assert_int_equal(run_text(step, &f, &p),
				 rows[i].holds ? SCRIPT_QUIT : SCRIPT_FAILED);
		snprintf(step, sizeof(step), "reject %s", rows[i].condition);
		assert_int_equal(run_text(step, &f, &p),
				 rows[i].holds ? SCRIPT_FAILED : SCRIPT_QUIT);
		strbuf_release(&f.seen);
	}
}

static void test_script_wait_goes_on_as_soon_as_it_holds(void **state)
{
	struct fake f;
	struct problem p = {0};
	struct script *s = NULL;
	int64_t wait = -1;

	(void)state;
	fake_init(&f);
	assert_int_equal(script_parse("timeout 2s\nwait events>=3\nkey x", &s, &p), S_OK);
	assert_int_equal(run(s, &f, 1000, &wait, &p), SCRIPT_WAIT);
	assert_in_range(wait, 1, 2000);
	assert_int_equal(run(s, &f, 2999, &wait, &p), SCRIPT_WAIT);
	assert_int_equal(wait, 1);
	f.events = 3;
	assert_int_equal(run(s, &f, 2999, &wait, &p), SCRIPT_QUIT);
	assert_string_equal(strbuf_str(&f.seen), "[x]");
	script_free(s);
	strbuf_release(&f.seen);
}

static void test_script_wait_fails_after_the_timeout_and_says_where(void **state)
{
	struct fake f;
	struct problem p = {0};
	struct script *s = NULL;
	int64_t wait = -1;

	(void)state;
	fake_init(&f);
	f.events = 2;
	assert_int_equal(script_parse("timeout 2s\n\nwait events>=3", &s, &p), S_OK);
	assert_int_equal(run(s, &f, 1000, &wait, &p), SCRIPT_WAIT);
	assert_int_equal(run(s, &f, 3000, &wait, &p), SCRIPT_FAILED);
	assert_non_null(strstr(p.what, "line 3"));
	assert_non_null(strstr(p.what, "wait events>=3"));
	assert_non_null(strstr(p.what, "events is 2"));
	script_free(s);
	strbuf_release(&f.seen);
}

static void test_script_does_not_wait_for_what_cannot_come(void **state)
{
	static const char *const steps[] = {"wait nothing=1", "wait state>=1", "wait events=many"};

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct fake f;
		struct problem p = {0};
		fake_init(&f);
		print_message("# %s\n", steps[i]);
		assert_int_equal(run_text(steps[i], &f, &p), SCRIPT_FAILED);
		strbuf_release(&f.seen);
	}
}

static void test_script_sleeps_real_time(void **state)
{
	struct fake f;
	struct problem p = {0};
	struct script *s = NULL;
	int64_t wait = -1;

	(void)state;
	fake_init(&f);
	assert_int_equal(script_parse("sleep 200ms\nsleep 1s", &s, &p), S_OK);
	assert_int_equal(run(s, &f, 5000, &wait, &p), SCRIPT_WAIT);
	assert_int_equal(wait, 200);
	assert_int_equal(run(s, &f, 5199, &wait, &p), SCRIPT_WAIT);
	assert_int_equal(run(s, &f, 5200, &wait, &p), SCRIPT_WAIT);
	assert_int_equal(wait, 1000);
	assert_int_equal(run(s, &f, 6200, &wait, &p), SCRIPT_QUIT);
	script_free(s);
	strbuf_release(&f.seen);
}

static void test_script_moves_only_a_clock_that_stands_still(void **state)
{
	struct fake f;
	struct problem p = {0};

	(void)state;
	fake_init(&f);
	f.clock_moves = false;
	assert_int_equal(run_text("clock +1s", &f, &p), SCRIPT_FAILED);
	assert_non_null(strstr(p.what, "--clock"));
	strbuf_release(&f.seen);
}

static void read_file(const char *path, char *buf, size_t cap)
{
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	buf[fread(buf, 1, cap - 1, f)] = '\0';
	fclose(f);
}

static void test_script_writes_what_is_asked(void **state)
{
	static const struct {
		const char *verb, *written;
	} rows[] = {
		{"snapshot", "Cancel order\n"},
		{"styled", "Cancel order\n--styles--\n"},
		{"objects", "Cancel order\n{objects}\n"},
		{"incidents", "Cancel order\n{incidents}\n"},
	};
	struct fake f;
	struct problem p = {0};
	char dir[] = "/tmp/pepaytop-test-XXXXXX", path[64], text[192], got[64];

	(void)state;
	fake_init(&f);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/shot", dir);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "%s %s", rows[i].verb, path);
		assert_int_equal(run_text(text, &f, &p), SCRIPT_QUIT);
		read_file(path, got, sizeof(got));
		assert_string_equal(got, rows[i].written);
	}
	snprintf(text, sizeof(text), "\nsnapshot %s/no/such", dir);
	assert_int_equal(run_text(text, &f, &p), SCRIPT_FAILED);
	assert_non_null(strstr(p.what, "line 2"));
	unlink(path);
	rmdir(dir);
	strbuf_release(&f.seen);
}

static void test_script_refuses_bad_lines_before_it_runs(void **state)
{
	static const struct {
		const char *text, *what, *next;
	} rows[] = {
		{"key Tab\nkey NoSuchKey", "line 2", ""},
		{"key j 0", "key", ""},
		{"key j 99999", "key", ""},
		{"key j x", "key", ""},
		{"key", "key", ""},
		{"wiat events>=1", "unknown step 'wiat'", "did you mean wait?"},
		{"wait events", "wait", ""},
		{"wait >=5", "wait", ""},
		{"wait text=\"open", "wait", ""},
		{"wait text>=\"a\"", "wait", ""},
		{"wait text=\"\"", "wait", ""},
		{"timeout", "timeout", ""},
		{"timeout soon", "timeout", ""},
		{"resize 80", "resize", ""},
		{"clock 30s", "clock", ""},
		{"clock +x", "clock", ""},
		{"sleep -5ms", "sleep", ""},
		{"snapshot", "snapshot", ""},
		{"quit now", "quit", ""},
		{"type", "type", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script *s = NULL;
		struct problem p = {0};
		print_message("# %s\n", rows[i].text);
		assert_int_equal(script_parse(rows[i].text, &s, &p), E_INVALID);
		assert_null(s);
		assert_non_null(strstr(p.what, rows[i].what));
		assert_non_null(strstr(p.what, "line "));
		assert_non_null(strstr(p.next, rows[i].next));
	}
}

static void test_script_has_a_maximum(void **state)
{
	struct strbuf sb;
	struct script *s = NULL;
	struct problem p = {0};

	(void)state;
	strbuf_init(&sb, 1 << 20);
	for (int i = 0; i <= SCRIPT_LINES_MAX; i++)
		strbuf_addstr(&sb, "key j\n");
	assert_int_equal(script_parse(strbuf_str(&sb), &s, &p), E_LIMIT);
	strbuf_release(&sb);
}

static void test_script_load_says_why_it_cannot(void **state)
{
	char path[] = "/tmp/pepaytop-script-XXXXXX";
	int fd = mkstemp(path);
	struct script *s = NULL;
	struct problem p = {0};

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(script_load("/no/such/script", &s, &p), E_NOT_FOUND);
	assert_non_null(strstr(p.what, "/no/such/script"));
	assert_int_equal(write(fd, "quit\0quit", 9), 9);
	assert_int_equal(script_load(path, &s, &p), E_INVALID);
	assert_int_equal(ftruncate(fd, 4), 0);
	assert_int_equal(script_load(path, &s, &p), S_OK);
	script_free(s);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script_presses_keys_and_types_in_order),
		cmocka_unit_test(test_script_gives_the_application_a_turn_after_every_key),
		cmocka_unit_test(test_script_follows_standard_input_as_it_is_written),
		cmocka_unit_test(test_script_conditions),
		cmocka_unit_test(test_script_wait_goes_on_as_soon_as_it_holds),
		cmocka_unit_test(test_script_wait_fails_after_the_timeout_and_says_where),
		cmocka_unit_test(test_script_does_not_wait_for_what_cannot_come),
		cmocka_unit_test(test_script_sleeps_real_time),
		cmocka_unit_test(test_script_moves_only_a_clock_that_stands_still),
		cmocka_unit_test(test_script_writes_what_is_asked),
		cmocka_unit_test(test_script_refuses_bad_lines_before_it_runs),
		cmocka_unit_test(test_script_has_a_maximum),
		cmocka_unit_test(test_script_load_says_why_it_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
