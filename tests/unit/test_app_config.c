#include "app/config_parts.h"
#include "app/options.h"
#include "base/alloc.h"
#include "base/strbuf.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* NAME=value words separated by '|', for env_of_test(). */
static const char *test_env = "";

static const char *env_of_test(const char *name)
{
	static char values[8][256]; /* callers hold on to several answers */
	static unsigned turn;
	char *value = values[turn++ % 8];
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

struct place {
	char dir[32];
	char file[64];
};

static int place_make(void **state)
{
	struct place *pl = xcalloc(1, sizeof(*pl));

	str_copy(pl->dir, sizeof(pl->dir), "/tmp/pepaytop-test-XXXXXX");
	assert_non_null(mkdtemp(pl->dir));
	snprintf(pl->file, sizeof(pl->file), "%s/key", pl->dir);
	*state = pl;
	test_env = "";
	return 0;
}

static int place_remove(void **state)
{
	struct place *pl = *state;

	unlink(pl->file);
	rmdir(pl->dir);
	free(pl);
	return 0;
}

static void put_file(const char *path, const char *bytes, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* --- keys ---------------------------------------------------------------------- */

static void test_key_file_gives_its_one_line(void **state)
{
	static const char *const contents[] = {"pk_abc123", "pk_abc123\n", "pk_abc123\r\n"};
	struct place *pl = *state;

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		char *key = NULL;
		struct problem p = {0};
		put_file(pl->file, contents[i], strlen(contents[i]), 0600);
		assert_int_equal(key_from_file(pl->file, &key, &p), S_OK);
		assert_string_equal(key, "pk_abc123");
		key_wipe(key);
	}
}

static void test_key_file_refuses_bad_content_without_showing_it(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} rows[] = {
		{"", 0},
		{"\n", 1},
		{"canary\nsecond\n", 14},
		{"canary\n\n", 8},
		{"cana ry", 7},
		{"canary\t", 7},
		{"canary\x1b[2J", 10},
		{"canary\0x", 8},
		{"canary\xc3\xa9", 8},
		{"canary\x7f", 7},
	};
	struct place *pl = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *key = NULL;
		struct problem p = {0};
		put_file(pl->file, rows[i].bytes, rows[i].len, 0600);
		assert_int_equal(key_from_file(pl->file, &key, &p), E_INVALID);
		assert_null(key);
		assert_non_null(strstr(p.what, pl->file));
		assert_null(strstr(p.what, "canary"));
	}
	char *key = NULL;
	char *big = xmalloc(2000);
	memset(big, 'k', 2000);
	put_file(pl->file, big, 2000, 0600);
	free(big);
	assert_int_equal(key_from_file(pl->file, &key, NULL), E_INVALID);
}

static void test_key_file_refuses_modes_open_to_others(void **state)
{
	static const struct {
		mode_t mode;
		enum status st;
	} rows[] = {
		{0600, S_OK},     {0400, S_OK},     {0700, S_OK},     {0640, E_DENIED},
		{0604, E_DENIED}, {0620, E_DENIED}, {0601, E_DENIED}, {0644, E_DENIED},
	};
	struct place *pl = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *key = NULL;
		struct problem p = {0};
		print_message("# %03o\n", (unsigned)rows[i].mode);
		put_file(pl->file, "pk_abc123\n", 10, rows[i].mode);
		assert_int_equal(key_from_file(pl->file, &key, &p), rows[i].st);
		if (rows[i].st != S_OK)
			assert_non_null(strstr(p.next, "chmod 600"));
		key_wipe(key);
		unlink(pl->file);
	}
}

static void test_key_file_refuses_links_folders_pipes_and_absence(void **state)
{
	struct place *pl = *state;
	char link[80];
	char *key = NULL;
	struct problem p = {0};

	snprintf(link, sizeof(link), "%s/link", pl->dir);
	put_file(pl->file, "pk_abc123\n", 10, 0600);
	assert_int_equal(symlink(pl->file, link), 0);
	assert_int_equal(key_from_file(link, &key, &p), E_DENIED);
	assert_non_null(strstr(p.what, "symbolic link"));
	unlink(link);
	assert_int_equal(key_from_file(pl->dir, &key, &p), E_INVALID);
	assert_int_equal(mkfifo(link, 0600), 0);
	assert_int_equal(key_from_file(link, &key, &p), E_INVALID);
	unlink(link);
	assert_int_equal(key_from_file(link, &key, &p), E_NOT_FOUND);
	assert_null(key);
}

/* --- colour ---------------------------------------------------------------------- */

static void test_color_precedence(void **state)
{
	static const struct {
		const char *flag, *env;
		enum color_wish wish;
	} rows[] = {
		{NULL, "", COLOR_AS_TERMINAL},
		{NULL, "NO_COLOR=1", COLOR_OFF},
		{NULL, "NO_COLOR=", COLOR_AS_TERMINAL},
		{NULL, "NO_COLOR=0", COLOR_OFF},
		{NULL, "PEPAYTOP_NO_COLOR=1|CLICOLOR_FORCE=1", COLOR_OFF},
		{NULL, "NO_COLOR=1|CLICOLOR_FORCE=1", COLOR_OFF},
		{NULL, "CLICOLOR_FORCE=1|CLICOLOR=0|TERM=dumb", COLOR_FORCED},
		{NULL, "CLICOLOR_FORCE=0", COLOR_AS_TERMINAL},
		{NULL, "CLICOLOR=0", COLOR_OFF},
		{NULL, "CLICOLOR=1", COLOR_AS_TERMINAL},
		{NULL, "TERM=dumb", COLOR_OFF},
		{NULL, "TERM=xterm", COLOR_AS_TERMINAL},
		{"auto", "NO_COLOR=1", COLOR_OFF},
		{"always", "NO_COLOR=1|TERM=dumb", COLOR_FORCED},
		{"never", "CLICOLOR_FORCE=1", COLOR_OFF},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum color_wish wish;
		test_env = rows[i].env;
		print_message("# --color=%s %s\n", rows[i].flag != NULL ? rows[i].flag : "-",
			      rows[i].env);
		assert_int_equal(color_decide(rows[i].flag, env_of_test, &wish, NULL), S_OK);
		assert_int_equal(wish, rows[i].wish);
	}
	struct problem p = {0};
	enum color_wish wish;
	assert_int_equal(color_decide("sometimes", env_of_test, &wish, &p), E_INVALID);
	assert_non_null(strstr(p.what, "sometimes"));
}

/* --- the whole ------------------------------------------------------------------- */

static void test_config_connects_with_keys_of_environment_or_file(void **state)
{
	struct place *pl = *state;
	struct options o = {.key_file = pl->file};
	struct config c = {0};
	struct problem p = {0};

	test_env = "PEPAY_API_KEY=pk_env|PEPAY_COMMERCE_API_KEY=ck_env|TERM=xterm|HOME=/home/u";
	put_file(pl->file, "pk_file\n", 8, 0600);
	assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), S_OK);
	assert_string_equal(c.merchant_key, "pk_file");
	assert_string_equal(c.commerce_key, "ck_env");
	assert_string_equal(c.url, "https://api-beta.pepay.io");
	assert_string_equal(c.ws_url, "wss://api-beta.pepay.io");
	assert_string_equal(c.theme, "dark");
	assert_string_equal(c.term_name, "xterm");
	assert_int_equal(c.environment, ENV_UNKNOWN);
	assert_int_equal(c.width, 120);
	assert_int_equal(c.height, 40);
	assert_false(c.frozen_clock);
	config_release(&c);
	assert_null(c.merchant_key);
}

static void test_config_urls(void **state)
{
	static const struct {
		const char *url, *ws_url, *want_url, *want_ws;
		enum status st;
	} rows[] = {
		{"https://h.example", NULL, "https://h.example", "wss://h.example", S_OK},
		{"https://h.example:8443/", NULL, "https://h.example:8443", "wss://h.example:8443",
		 S_OK},
		{"http://127.0.0.1:80", NULL, "http://127.0.0.1:80", "ws://127.0.0.1:80", S_OK},
		{"http://[::1]:80", NULL, "http://[::1]:80", "ws://[::1]:80", S_OK},
		{"https://h.example", "wss://s.example/", "https://h.example", "wss://s.example",
		 S_OK},
		{"http://h.example", NULL, NULL, NULL, E_DENIED},
		{"https://h.example", "ws://s.example", NULL, NULL, E_DENIED},
		{"https://user:pw@h.example", NULL, NULL, NULL, E_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o = {.url = rows[i].url, .ws_url = rows[i].ws_url};
		struct config c = {0};
		struct problem p = {0};
		test_env = "PEPAY_API_KEY=pk_env|HOME=/h";
		print_message("# %s\n", rows[i].url);
		assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), rows[i].st);
		assert_true(str_equal(c.url, rows[i].want_url));
		assert_true(str_equal(c.ws_url, rows[i].want_ws));
		config_release(&c);
	}
}

static void test_config_without_a_key_says_how_to_begin(void **state)
{
	struct options o = {0};
	struct config c = {0};
	struct problem p = {0};

	(void)state;
	test_env = "PEPAY_API_KEY=";
	assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), E_INVALID);
	assert_non_null(strstr(p.what, "no API key"));
	assert_non_null(strstr(p.next, "pepaytop demo"));
	assert_non_null(strstr(p.next, "--key-file"));
}

static void test_config_refuses_values_out_of_range(void **state)
{
	static const struct {
		struct options o;
		const char *names;
	} rows[] = {
		{{.env = "demo"}, "--env"},
		{{.env = "prod"}, "--env"},
		{{.color = "yes"}, "--color"},
		{{.clock = "noon"}, "--clock"},
		{{.size = "80"}, "--size"},
		{{.run = RUN_DEMO, .seed = "-1"}, "--seed"},
		{{.run = RUN_DEMO, .seed = "9223372036854775808"}, "--seed"},
		{{.run = RUN_DEMO, .seed = "seven"}, "--seed"},
		{{.run = RUN_DEMO, .speed = "0"}, "--speed"},
		{{.run = RUN_DEMO, .speed = "0.09"}, "--speed"},
		{{.run = RUN_DEMO, .speed = "1000.1"}, "--speed"},
		{{.run = RUN_DEMO, .speed = "1e3"}, "--speed"},
		{{.run = RUN_DEMO, .speed = "nan"}, "--speed"},
		{{.run = RUN_DEMO, .events = "0"}, "--events"},
		{{.run = RUN_REPLAY, .speed = "0"}, "--speed"},
		{{.run = RUN_REPLAY, .from = "yesterday"}, "--from"},
		{{.run = RUN_VERIFY, .since = "25:00"}, "--since"},
		{{.keep = "ages"}, "--keep"},
		{{.keep = "99999999d"}, "--keep"},
		{{.keep_size = "2X"}, "--keep-size"},
		{{.keep_size = "-1G"}, "--keep-size"},
		{{.keep_size = "1K"}, "--keep-size"},
		{{.keep_size = "9223372036854775807K"}, "--keep-size"},
		{{.run = RUN_DEMO, .events = "many"}, "--events"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o = rows[i].o;
		struct config c = {0};
		struct problem p = {0};
		test_env = "PEPAY_API_KEY=pk_env";
		o.sandbox = "/bin/sh";
		print_message("# row %zu, %s\n", i, rows[i].names);
		assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), E_INVALID);
		assert_non_null(strstr(p.what, rows[i].names));
		assert_true(p.next[0] != '\0');
	}
}

static void test_config_demo_takes_what_it_is_given(void **state)
{
	struct options o = {.run = RUN_DEMO,
			    .sandbox = "/bin/sh",
			    .seed = "9223372036854775807",
			    .speed = "0.1",
			    .events = "60",
			    .scenario = "busy",
			    .clock = "2026-01-15T12:00:00Z",
			    .size = "80x24",
			    .script = "-",
			    .read_only = "1",
			    .ascii = "1"};
	struct config c = {0};
	struct problem p = {0};

	(void)state;
	/* An account's key in the environment is no part of a demo. */
	test_env = "PEPAY_API_KEY=pk_env|PEPAY_API_URL=https://h.example";
	assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), S_OK);
	assert_true(c.run == RUN_DEMO && c.read_only && c.ascii && c.has_seed && c.frozen_clock);
	assert_int_equal(c.environment, ENV_DEMO);
	assert_true(c.seed == INT64_MAX);
	assert_true(c.clock_ms == 1768478400000);
	assert_int_equal(c.width, 80);
	assert_int_equal(c.height, 24);
	assert_string_equal(c.sandbox, "/bin/sh");
	assert_string_equal(c.speed, "0.1");
	assert_null(c.merchant_key);
	assert_null(c.url);
	config_release(&c);
}

static void test_config_demo_needs_a_sandbox_it_can_run(void **state)
{
	struct place *pl = *state;
	struct options o = {.run = RUN_DEMO};
	struct config c = {0};
	struct problem p = {0};

	assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), E_NOT_FOUND);
	assert_non_null(strstr(p.what, "/pepay-sandbox"));
	assert_non_null(strstr(p.next, "--sandbox"));
	put_file(pl->file, "#!/bin/sh\n", 10, 0600);
	o.sandbox = pl->file;
	assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), E_NOT_FOUND);
	o.sandbox = pl->dir;
	assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), E_NOT_FOUND);
}

static void test_config_history_lies_where_state_belongs(void **state)
{
	static const struct {
		const char *env;
		struct options o;
		enum status st;
		const char *dir;
		bool no_history;
	} rows[] = {
		{"XDG_STATE_HOME=/x|HOME=/h", {.url = NULL}, S_OK, "/x/pepaytop", false},
		{"HOME=/h", {.url = NULL}, S_OK, "/h/.local/state/pepaytop", false},
		{"XDG_STATE_HOME=rel|HOME=/h",
		 {.url = NULL},
		 S_OK,
		 "/h/.local/state/pepaytop",
		 false},
		{"XDG_STATE_HOME=rel", {.url = NULL}, E_INVALID, NULL, false},
		{"", {.no_history = "1"}, S_OK, NULL, true},
		{"", {.history = "f"}, S_OK, NULL, false},
		{"HOME=/h", {.script = "-"}, S_OK, "/h/.local/state/pepaytop", true},
		{"HOME=/h",
		 {.script = "-", .history = "f"},
		 S_OK,
		 "/h/.local/state/pepaytop",
		 false},
		{"", {.run = RUN_DEMO, .sandbox = "/bin/sh"}, S_OK, NULL, false},
		{"", {.run = RUN_VERIFY}, E_INVALID, NULL, false},
		{"", {.run = RUN_REPLAY, .history = "f", .script = "-"}, S_OK, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o = rows[i].o;
		struct config c = {0};
		struct problem p = {0};
		char env[128];

		str_printf(env, sizeof(env), "PEPAY_API_KEY=pk_env|%s", rows[i].env);
		test_env = env;
		print_message("# row %zu, %s\n", i, env);
		assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), rows[i].st);
		if (rows[i].st != S_OK) {
			assert_non_null(strstr(p.next, "--history FILE"));
			assert_non_null(strstr(p.next, "--no-history"));
			continue;
		}
		assert_true(str_equal(c.state_dir, rows[i].dir));
		assert_int_equal(c.no_history, rows[i].no_history);
		assert_true(str_equal(c.history, rows[i].o.history));
		config_release(&c);
	}
}

static void test_config_keeps_by_age_and_size(void **state)
{
	static const struct {
		const char *keep, *size;
		int64_t ms, bytes;
	} rows[] = {
		{NULL, NULL, 90 * 86400000LL, 2LL << 30},
		{"12h", "500M", 12 * 3600000LL, 500LL << 20},
		{"0", "0", 0, 0},
		{"7d", "3g", 7 * 86400000LL, 3LL << 30},
		{"90", "1048576", 90000, 1 << 20},
	};

	(void)state;
	test_env = "PEPAY_API_KEY=pk_env|HOME=/h";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options o = {.keep = rows[i].keep, .keep_size = rows[i].size};
		struct config c = {0};
		struct problem p = {0};

		print_message("# row %zu\n", i);
		assert_int_equal(config_make(&c, &o, "/usr/bin/env", env_of_test, &p), S_OK);
		assert_true(c.keep_ms == rows[i].ms);
		assert_true(c.keep_bytes == rows[i].bytes);
		config_release(&c);
	}
}

static void test_config_reads_times_as_people_say_them(void **state)
{
	static const struct {
		const char *text, *at; /* NULL: refused */
	} rows[] = {
		{"2026-01-15T11:30:00Z", "2026-01-15T11:30:00Z"},
		{"11:02", "2026-01-15T11:02:00Z"},
		{"11:02:30", "2026-01-15T11:02:30Z"},
		{"12:00", "2026-01-15T12:00:00Z"},
		{"14:02", "2026-01-14T14:02:00Z"}, /* not yet today: yesterday's */
		{"2h", "2026-01-15T10:00:00Z"},
		{"90s", "2026-01-15T11:58:30Z"},
		{"1d", "2026-01-14T12:00:00Z"},
		{"24:00", NULL},
		{"9:30", NULL},
		{"90", NULL},
		{"", NULL},
		{"h", NULL},
		{"-2h", NULL},
		{"noon", NULL},
	};
	const int64_t now = 1768478400000;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct when_asked w = {0};
		char at[WHEN_TEXT_CAP];

		print_message("# '%s'\n", rows[i].text);
		assert_int_equal(when_asked_parse(rows[i].text, &w), rows[i].at ? S_OK : E_INVALID);
		assert_int_equal(w.given, rows[i].at != NULL);
		if (rows[i].at)
			assert_string_equal(when_iso(at, when_asked_at(&w, now)), rows[i].at);
	}
	assert_true(when_asked_at(&(struct when_asked){0}, now) == TIME_NONE);
}

static void test_theme_folders_in_order(void **state)
{
	static const struct {
		const char *env, *first;
	} rows[] = {
		{"XDG_CONFIG_HOME=/x|HOME=/h", "/x/pepaytop/themes"},
		{"HOME=/h", "/h/.config/pepaytop/themes"},
		{"XDG_CONFIG_HOME=relative|HOME=/h", "/h/.config/pepaytop/themes"},
		{"XDG_CONFIG_HOME=relative", "/b/../themes"},
		{"", "/b/../themes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool beside = false, installed = false, local = false;
		test_env = rows[i].env;
		print_message("# %s\n", rows[i].env);
		char **dirs = path_theme_dirs("/b", env_of_test);
		assert_string_equal(dirs[0], rows[i].first);
		for (size_t d = 0; dirs[d] != NULL; d++) {
			beside = beside || strcmp(dirs[d], "/b/../themes") == 0;
			installed =
				installed || strcmp(dirs[d], "/b/../share/pepaytop/themes") == 0;
			local = local || strcmp(dirs[d], "/usr/local/share/pepaytop/themes") == 0;
			free(dirs[d]);
		}
		free(dirs);
		assert_true(beside && installed && local);
	}
}

int main(void)
{
#define PLACED(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		PLACED(test_key_file_gives_its_one_line),
		PLACED(test_key_file_refuses_bad_content_without_showing_it),
		PLACED(test_key_file_refuses_modes_open_to_others),
		PLACED(test_key_file_refuses_links_folders_pipes_and_absence),
		cmocka_unit_test(test_color_precedence),
		PLACED(test_config_connects_with_keys_of_environment_or_file),
		cmocka_unit_test(test_config_urls),
		cmocka_unit_test(test_config_without_a_key_says_how_to_begin),
		cmocka_unit_test(test_config_refuses_values_out_of_range),
		cmocka_unit_test(test_config_demo_takes_what_it_is_given),
		PLACED(test_config_demo_needs_a_sandbox_it_can_run),
		cmocka_unit_test(test_config_history_lies_where_state_belongs),
		cmocka_unit_test(test_config_keeps_by_age_and_size),
		cmocka_unit_test(test_config_reads_times_as_people_say_them),
		cmocka_unit_test(test_theme_folders_in_order),
	};
#undef PLACED

	return cmocka_run_group_tests(tests, NULL, NULL);
}
