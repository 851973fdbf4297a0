#include "app/options.h"
#include "app/options_values.h"
#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARGS_MAX 8

static const char *no_env(const char *name)
{
	(void)name;
	return NULL;
}

static const char *some_env(const char *name)
{
	if (strcmp(name, "PEPAY_API_URL") == 0)
		return "https://env.example";
	if (strcmp(name, "PEPAYTOP_THEME") == 0)
		return "";
	return NULL;
}

/* Words separated by blanks become argv. */
static enum status parse(struct options *o, const char *line, const char *(*env)(const char *),
			 struct problem *p)
{
	char copy[256];
	char *argv[ARGS_MAX + 1] = {(char *)(uintptr_t) "pepaytop"};
	int argc = 1;

	assert_true(str_copy(copy, sizeof(copy), line));
	for (char *at = copy; *at != '\0' && argc < ARGS_MAX;) {
		argv[argc++] = at;
		at += strcspn(at, " ");
		if (*at == ' ')
			*at++ = '\0';
	}
	return options_parse(o, argc, argv, env, p);
}

static void test_options_take_values_in_both_forms(void **state)
{
	static const struct {
		const char *line, *url, *theme, *ascii;
		enum run run;
	} rows[] = {
		{"--url https://a --theme light", "https://a", "light", NULL, RUN_WATCH},
		{"--url=https://a --ascii", "https://a", NULL, "1", RUN_WATCH},
		{"demo --theme=mono --ascii", NULL, "mono", "1", RUN_DEMO},
		{"--theme=mono demo", NULL, "mono", NULL, RUN_DEMO},
		{"--theme=mono -- demo", NULL, "mono", NULL, RUN_DEMO},
		{"replay --speed 10", NULL, NULL, NULL, RUN_REPLAY},
		{"verify --since 2h", NULL, NULL, NULL, RUN_VERIFY},
		{"--url=https://a?b=c", "https://a?b=c", NULL, NULL, RUN_WATCH},
		{"--url https://first --url https://last", "https://last", NULL, NULL, RUN_WATCH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o = {0};
		struct problem p = {0};
		print_message("# %s\n", rows[i].line);
		assert_int_equal(parse(&o, rows[i].line, no_env, &p), S_OK);
		assert_true(str_equal(o.url, rows[i].url));
		assert_true(str_equal(o.theme, rows[i].theme));
		assert_true(str_equal(o.ascii, rows[i].ascii));
		assert_int_equal(o.run, rows[i].run);
		options_release(&o);
	}
}

static void test_options_refuse_and_say_what_was_meant(void **state)
{
	static const struct {
		const char *line, *what, *next;
	} rows[] = {
		{"--thme dark", "unknown option --thme", "did you mean --theme?"},
		{"--read", "unknown option --read", "did you mean --read-only?"},
		{"--demo", "unknown option --demo", "did you mean pepaytop demo?"},
		{"--zzzzzzzz", "unknown option --zzzzzzzz", "--help"},
		{"-x", "unknown option -x", "--help"},
		{"demmo", "unknown command 'demmo'", "did you mean demo?"},
		{"replya", "unknown command 'replya'", "did you mean replay?"},
		{"replay demo", "unexpected argument 'demo'", "--help"},
		{"--from 2h", "--from is for the replay", "pepaytop replay"},
		{"--since 2h", "--since is for the verify", "pepaytop verify"},
		{"replay --keep 1d", "--keep means nothing to replay", "--help"},
		{"replay --ws-url wss://a", "--ws-url means nothing to replay", "--help"},
		{"verify --theme dark", "--theme means nothing to verify", "--help"},
		{"verify --no-history", "--no-history means nothing to verify", "--help"},
		{"demo --from 2h", "--from means nothing to demo", "--help"},
		{"--history f --no-history", "--history does not go with --no-history", "leave"},
		{"demo demo", "unexpected argument 'demo'", "--help"},
		{"--url", "--url needs a value", "--help"},
		{"--url=", "--url needs a value", "--help"},
		{"--url --ascii", "--url needs a value", "--help"},
		{"--ascii=yes", "--ascii takes no value", "--help"},
		{"--seed 7", "--seed is for the demo", "pepaytop demo"},
		{"demo --url https://a", "--url does not go with demo", "leave out"},
		{"demo --key-file f", "--key-file does not go with demo", "leave out"},
		{"demo --size 80x24", "--size goes with --script", "own size"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o = {0};
		struct problem p = {0};
		print_message("# %s\n", rows[i].line);
		assert_int_equal(parse(&o, rows[i].line, no_env, &p), E_INVALID);
		assert_non_null(strstr(p.what, rows[i].what));
		assert_non_null(strstr(p.next, rows[i].next));
		assert_int_equal(o.storage_count, 0);
	}
}

static void test_options_refuse_keys_and_never_repeat_them(void **state)
{
	static const char *const lines[] = {
		"--key sk_live_canary", "--api-key=sk_live_canary", "--commerce-key ck_canary",
		"--token=canary",       "--merchant-key=pk_canary", "sk_live_canary",
		"demo ck_canary",       "--apikey=sk_live_canary",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct options o = {0};
		struct problem p = {0};
		print_message("# %s\n", lines[i]);
		assert_int_equal(parse(&o, lines[i], no_env, &p), E_INVALID);
		assert_non_null(strstr(p.what, "everyone on this machine can read"));
		assert_non_null(strstr(p.next, "--key-file"));
		assert_null(strstr(p.what, "canary"));
	}
}

static void test_options_flags_win_over_environment_and_empty_variables_count_as_unset(void **state)
{
	struct options o = {0};
	struct problem p = {0};

	(void)state;
	assert_int_equal(parse(&o, "--ascii", some_env, &p), S_OK);
	assert_string_equal(o.url, "https://env.example");
	assert_null(o.theme);
	options_release(&o);
	assert_int_equal(parse(&o, "--url https://flag.example", some_env, &p), S_OK);
	assert_string_equal(o.url, "https://flag.example");
	options_release(&o);
	/* A variable meant for an account does not stand in the way of a demo. */
	assert_int_equal(parse(&o, "demo", some_env, &p), S_OK);
	options_release(&o);
}

static void test_options_help_and_version_in_every_spelling(void **state)
{
	static const char *const help[] = {"-h", "--help", "demo --help", "--seed 7 -h"};

	(void)state;
	for (size_t i = 0; i < sizeof(help) / sizeof(help[0]); i++) {
		struct options o = {0};
		struct problem p = {0};
		assert_int_equal(parse(&o, help[i], no_env, &p), S_OK);
		assert_non_null(o.help);
		options_release(&o);
	}
	struct options o = {0};
	struct problem p = {0};
	assert_int_equal(parse(&o, "-V", no_env, &p), S_OK);
	assert_non_null(o.version);
	options_release(&o);
}

static char *manual_read(void)
{
	struct strbuf sb;
	FILE *f = fopen("docs/pepaytop.1", "re");
	char line[512];

	assert_non_null(f);
	strbuf_init(&sb, 1 << 20);
	while (fgets(line, sizeof(line), f) != NULL)
		strbuf_addstr(&sb, line);
	fclose(f);
	return strbuf_take(&sb);
}

/* roff writes a hyphen that must stay one as \- */
static void roff_hyphens(char *dst, size_t cap, const char *flag)
{
	struct strbuf sb;

	strbuf_init(&sb, cap - 1);
	for (const char *p = flag; *p != '\0'; p++)
		strbuf_addstr(&sb, *p == '-' ? "\\-" : (const char[]){*p, '\0'});
	assert_true(str_copy(dst, cap, strbuf_str(&sb)));
	strbuf_release(&sb);
}

static void test_options_help_and_manual_name_every_option(void **state)
{
	static const char *const flags[][3] = {
#define X(member, flag, arg, env, fits, help) {"--" flag, env, help},
		OPTIONS(X)
#undef X
	};
	static const char *const runs[][2] = {
#define X(constant, word, help) {word, help},
		RUNS(X)
#undef X
	};
	char *help = options_help();
	char *manual = manual_read();
	char roff[64], synopsis[64];

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		print_message("# %s\n", flags[i][0]);
		assert_non_null(strstr(help, flags[i][0]));
		assert_non_null(strstr(help, flags[i][1]));
		assert_non_null(strstr(help, flags[i][2]));
		roff_hyphens(roff, sizeof(roff), flags[i][0]);
		assert_non_null(strstr(manual, roff));
		assert_non_null(strstr(manual, flags[i][1]));
	}
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		print_message("# pepaytop %s\n", runs[i][0]);
		assert_non_null(strstr(help, runs[i][1]));
		str_printf(synopsis, sizeof(synopsis), ".B pepaytop%s%s\n",
			   runs[i][0][0] ? " " : "", runs[i][0]);
		assert_non_null(strstr(manual, synopsis));
	}
	for (const char *line = help; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		assert_true(len <= 100);
		line += len + 1;
	}
	free(help);
	free(manual);
}

static void test_values_read_numbers_exactly(void **state)
{
	static const struct {
		const char *text;
		enum status st;
		int64_t n;
	} rows[] = {
		{"0", S_OK, 0},
		{"42", S_OK, 42},
		{"-5", S_OK, -5},
		{"9223372036854775807", S_OK, INT64_MAX},
		{"9223372036854775808", E_LIMIT, 0},
		{"99999999999999999999", E_LIMIT, 0},
		{"", E_INVALID, 0},
		{"-", E_INVALID, 0},
		{"+1", E_INVALID, 0},
		{" 1", E_INVALID, 0},
		{"1 ", E_INVALID, 0},
		{"1.0", E_INVALID, 0},
		{"0x1", E_INVALID, 0},
		{"--1", E_INVALID, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t n = 77;
		print_message("# '%s'\n", rows[i].text);
		assert_int_equal(value_int64(rows[i].text, &n), rows[i].st);
		assert_true(n == (rows[i].st == S_OK ? rows[i].n : 77));
	}
}

static void test_values_read_sizes(void **state)
{
	static const struct {
		const char *text;
		enum status st;
		int w, h;
	} rows[] = {
		{"80x24", S_OK, 80, 24},           {"1x1", S_OK, 1, 1},
		{"1000x400", S_OK, 1000, 400},     {"1001x40", E_LIMIT, 0, 0},
		{"80x401", E_LIMIT, 0, 0},         {"0x24", E_LIMIT, 0, 0},
		{"80", E_INVALID, 0, 0},           {"x24", E_INVALID, 0, 0},
		{"80x", E_INVALID, 0, 0},          {"80x24x3", E_INVALID, 0, 0},
		{"80 x24", E_INVALID, 0, 0},       {"-80x24", E_INVALID, 0, 0},
		{"99999999999x24", E_LIMIT, 0, 0}, {"80X24", E_INVALID, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int w = 0, h = 0;
		print_message("# %s\n", rows[i].text);
		assert_int_equal(value_size(rows[i].text, &w, &h), rows[i].st);
		assert_int_equal(w, rows[i].w);
		assert_int_equal(h, rows[i].h);
	}
}

static void test_values_distance_counts_edits(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned d;
	} rows[] = {
		{"", "", 0},          {"a", "", 1},          {"theme", "theme", 0},
		{"thme", "theme", 1}, {"htmee", "theme", 2}, {"theem", "theme", 1},
		{"abc", "xyz", 3},    {"speed", "seed", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s %s\n", rows[i].a, rows[i].b);
		assert_int_equal(value_distance(rows[i].a, rows[i].b), rows[i].d);
		assert_int_equal(value_distance(rows[i].b, rows[i].a), rows[i].d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_take_values_in_both_forms),
		cmocka_unit_test(test_options_refuse_and_say_what_was_meant),
		cmocka_unit_test(test_options_refuse_keys_and_never_repeat_them),
		cmocka_unit_test(
			test_options_flags_win_over_environment_and_empty_variables_count_as_unset),
		cmocka_unit_test(test_options_help_and_version_in_every_spelling),
		cmocka_unit_test(test_options_help_and_manual_name_every_option),
		cmocka_unit_test(test_values_read_numbers_exactly),
		cmocka_unit_test(test_values_read_sizes),
		cmocka_unit_test(test_values_distance_counts_edits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
