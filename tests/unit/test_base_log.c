#include "base/log.h"
#include "base/strbuf.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SECRET   "sk_live_9f?b>c/d+e~canary"
#define OTHER    "whsec_Zyxw=987654321"

struct world {
	char dir[64], path[96];
	struct frozen_time at;
	struct log *log;
};

static void open_log(struct world *w, enum log_level least)
{
	struct clock clock = clock_frozen(&w->at);

	assert_int_equal(log_open(w->path, least, &clock, &w->log, NULL), S_OK);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	(void)snprintf(w->dir, sizeof(w->dir), "/tmp/pepaytop-log-XXXXXX");
	if (!mkdtemp(w->dir))
		return -1;
	(void)snprintf(w->path, sizeof(w->path), "%s/log", w->dir);
	w->at.wall_ms = 1768478400000;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	log_close(w->log);
	(void)unlink(w->path);
	(void)rmdir(w->dir);
	free(w);
	return 0;
}

static char *read_log(const struct world *w)
{
	FILE *f = fopen(w->path, "r");
	struct strbuf sb;
	int c;

	assert_non_null(f);
	strbuf_init(&sb, 64u << 20);
	while ((c = fgetc(f)) != EOF)
		strbuf_addch(&sb, (char)c);
	(void)fclose(f);
	return strbuf_take(&sb);
}

static void assert_log(const struct world *w, const char *expected)
{
	char *text = read_log(w);

	assert_string_equal(text, expected);
	free(text);
}

static void test_log_writes_one_line_a_message(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_INFO);
	log_msg(w->log, LOG_DEBUG, "hidden");
	log_msg(w->log, LOG_INFO, "started %d", 1);
	w->at.wall_ms += 1500;
	log_msg(w->log, LOG_WARN, "two\nlines\r\x1b[31m \xC2\x9B \xE2\x80\xAE \xC3\xA9");
	log_msg(w->log, LOG_ERROR, "%s", "");
	assert_log(w, "2026-01-15T12:00:00Z INFO  started 1\n"
		      "2026-01-15T12:00:01Z WARN  two\\nlines\\r\\x1b[31m \\x9b <U+202E> \xC3\xA9\n"
		      "2026-01-15T12:00:01Z ERROR \n");
}

static void test_log_tells_nothing_that_looks_like_a_secret(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_INFO);
	log_msg(w->log, LOG_INFO, "GET /pay?session=pst_abcdefgh&signature=sig_12345678 200");
	log_msg(w->log, LOG_INFO, "X-Api-Key: 3f9c8d7e6f5a, otp=123456; rk_live_abcdefgh");
	log_msg(w->log, LOG_INFO,
		"{\"wallet_session\":\"abcdefghij\"} by 0123456789abcdef"
		"0123456789abcdef0123456789abcdef0123456789abcdef.1768000000000");
	log_msg(w->log, LOG_INFO, "token: USDC, session: expired, key 7");
	assert_log(w, "2026-01-15T12:00:00Z INFO  GET /pay?session=[redacted]&"
		      "signature=[redacted] 200\n"
		      "2026-01-15T12:00:00Z INFO  X-Api-Key: [redacted], otp=[redacted]; "
		      "rk_[redacted]\n"
		      "2026-01-15T12:00:00Z INFO  {\"wallet_session\":\"[redacted]\"} by "
		      "[redacted]\n"
		      "2026-01-15T12:00:00Z INFO  token: USDC, session: expired, key 7\n");
}

static void test_log_null_swallows_everything(void **state)
{
	(void)state;
	log_msg(NULL, LOG_ERROR, "%s", "x");
	log_add_secret(NULL, "secret1");
	log_close(NULL);
}

static void test_log_appends_with_mode_0600(void **state)
{
	struct world *w = *state;
	struct stat st;

	open_log(w, LOG_INFO);
	log_msg(w->log, LOG_INFO, "one");
	log_close(w->log);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(chmod(w->path, 0644), 0);
	open_log(w, LOG_INFO);
	log_msg(w->log, LOG_INFO, "two");
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_log(w, "2026-01-15T12:00:00Z INFO  one\n2026-01-15T12:00:00Z INFO  two\n");
}

static void refuse(const char *path, enum status status)
{
	struct clock clock = clock_system();
	struct log *log = (struct log *)&clock;
	struct problem p = {0};

	assert_int_equal(log_open(path, LOG_INFO, &clock, &log, &p), status);
	assert_ptr_equal(log, &clock);
	assert_int_equal(p.status, status);
	assert_non_null(strstr(p.what, path));
}

static void test_log_refuses_what_is_not_its_own_file(void **state)
{
	struct world *w = *state;
	char target[128];

	(void)snprintf(target, sizeof(target), "%s/target", w->dir);
	assert_int_equal(symlink(target, w->path), 0);
	refuse(w->path, E_DENIED);
	assert_int_not_equal(access(target, F_OK), 0);
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	refuse(w->path, E_IO);
	refuse(w->dir, E_IO);
	refuse("/dev/null", E_INVALID);
	(void)snprintf(target, sizeof(target), "%s/no/such/dir", w->dir);
	refuse(target, E_IO);
}

/* --- secrets --------------------------------------------------------------------------- */

static void base64(const char *s, size_t len, const char *last_two, bool pad, struct strbuf *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	for (size_t i = 0; i < len; i += 3) {
		unsigned long group = 0;
		size_t have = len - i < 3 ? len - i : 3;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (j < have ? (unsigned char)s[i + j] : 0);
		for (size_t j = 0; j < 4; j++) {
			unsigned six = group >> (18 - 6 * j) & 63;

			if (j <= have)
				strbuf_addch(out, six < 62 ? letters[six] : last_two[six - 62]);
			else if (pad)
				strbuf_addch(out, '=');
		}
	}
}

/* No seven characters in a row of the secret, in any form, are left. */
static void assert_no_trace(const char *text, const char *form)
{
	size_t len = strlen(form);

	assert_true(len >= 7);
	for (size_t i = 0; i + 7 <= len; i++) {
		char part[8];

		memcpy(part, form + i, 7);
		part[7] = '\0';
		assert_null(strstr(text, part));
	}
}

static void test_log_redacts_a_secret_as_it_is(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, SECRET);
	log_add_secret(w->log, OTHER);
	log_msg(w->log, LOG_INFO, "x-api-key: %s.", SECRET);
	log_msg(w->log, LOG_INFO, "%s%s", SECRET, SECRET);
	log_msg(w->log, LOG_INFO, "%s %s", OTHER, SECRET);
	log_msg(w->log, LOG_INFO, "almost %.20s", SECRET);
	assert_log(w, "2026-01-15T12:00:00Z INFO  x-api-key: [redacted].\n"
		      "2026-01-15T12:00:00Z INFO  [redacted]\n"
		      "2026-01-15T12:00:00Z INFO  [redacted] [redacted]\n"
		      "2026-01-15T12:00:00Z INFO  almost sk_[redacted]?b>c/d+e~c\n");
}

static void test_log_redacts_percent_encoding_of_any_mix(void **state)
{
	static const char hex[] = "0123456789ABCDEF", lower[] = "0123456789abcdef";
	struct world *w = *state;
	struct strbuf all, usual, shouting;
	char *text;

	strbuf_init(&all, 1000);
	strbuf_init(&usual, 1000);
	strbuf_init(&shouting, 1000);
	for (const char *s = SECRET; *s; s++) {
		strbuf_addf(&all, "%%%c%c", lower[*s >> 4], lower[*s & 15]);
		if (*s == '/')
			strbuf_addf(&shouting, "%%%c%c", hex[*s >> 4], hex[*s & 15]);
		else
			strbuf_addch(&shouting, *s);
	}
	strbuf_add_urlencoded(&usual, SECRET);
	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, SECRET);
	log_msg(w->log, LOG_INFO, "?token=%s&x=1", strbuf_str(&usual));
	log_msg(w->log, LOG_INFO, "?token=%s&x=%%zz%%", strbuf_str(&all));
	log_msg(w->log, LOG_INFO, "?token=%s", strbuf_str(&shouting));
	text = read_log(w);
	assert_string_equal(text, "2026-01-15T12:00:00Z INFO  ?token=[redacted]&x=1\n"
				  "2026-01-15T12:00:00Z INFO  ?token=[redacted]&x=%zz%\n"
				  "2026-01-15T12:00:00Z INFO  ?token=[redacted]\n");
	free(text);
	strbuf_release(&all);
	strbuf_release(&usual);
	strbuf_release(&shouting);
}

static void test_log_redacts_base64_at_every_offset(void **state)
{
	static const char *const around[] = {"", ":", "u:", "usr:", "user:", "merchant:"};
	struct world *w = *state;
	struct strbuf plain, encoded, expected;
	char *text;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, SECRET);
	strbuf_init(&plain, 1000);
	strbuf_init(&encoded, 1000);
	strbuf_init(&expected, 1000);
	for (size_t before = 0; before < COUNT(around); before++) {
		for (size_t after = 0; after < COUNT(around); after++) {
			for (int url_safe = 0; url_safe <= 1; url_safe++) {
				strbuf_clear(&plain);
				strbuf_clear(&encoded);
				strbuf_addf(&plain, "%s%s%s", around[before], SECRET,
					    around[after]);
				base64(plain.buf, plain.len, url_safe ? "-_" : "+/", !url_safe,
				       &encoded);
				log_msg(w->log, LOG_INFO, "Basic %s;", strbuf_str(&encoded));
				strbuf_clear(&expected);
				strbuf_add_urlencoded(&expected, strbuf_str(&encoded));
				log_msg(w->log, LOG_INFO, "%s;", strbuf_str(&expected));
			}
		}
	}
	text = read_log(w);
	for (size_t shift = 0; shift < 3; shift++) {
		for (int url_safe = 0; url_safe <= 1; url_safe++) {
			strbuf_clear(&plain);
			strbuf_clear(&encoded);
			strbuf_addf(&plain, "%.*s%s", (int)shift, "\1\1\1", SECRET);
			base64(plain.buf, plain.len, url_safe ? "-_" : "+/", false, &encoded);
			/* from the first to the last character that is the secret's alone */
			encoded.buf[encoded.len - 1] = '\0';
			assert_no_trace(text, encoded.buf + (shift ? 2 : 0));
		}
	}
	strbuf_clear(&encoded);
	for (const char *s = text; (s = strstr(s, "[redacted]")); s++)
		strbuf_addch(&encoded, '.');
	assert_int_equal(encoded.len, COUNT(around) * COUNT(around) * 4);
	free(text);
	strbuf_release(&plain);
	strbuf_release(&encoded);
	strbuf_release(&expected);
}

static void test_log_redacts_the_partial_neighbours_of_base64(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, "canary7");
	/* "canary7", "ucanary7", "u:canary7", "canary7x", ":canary7:" */
	log_msg(w->log, LOG_INFO,
		"Y2FuYXJ5Nw==|dWNhbmFyeTc=|dTpjYW5hcnk3|Y2FuYXJ5N3g=|OmNhbmFyeTc6");
	assert_log(w, "2026-01-15T12:00:00Z INFO  [redacted]==|d[redacted]=|dT[redacted]|"
		      "[redacted]g=|O[redacted]6\n");
}

static void test_log_decodes_every_hex_digit(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, "\x0a\x1a\xa0\xaf\xf9\x90\x99\xff");
	log_msg(w->log, LOG_INFO, "%s", "%0a%1a%a0%af%f9%90%99%ff %0A%1A%A0%AF%F9%90%99%FF");
	log_msg(w->log, LOG_INFO, "%s", "%0a%1a%a0%af%f9%90%99%fg %0`%1@%: %4");
	log_msg(w->log, LOG_INFO, "%s", "%0a%1a%a0%af%f9%90%99%f");
	assert_log(w, "2026-01-15T12:00:00Z INFO  [redacted] [redacted]\n"
		      "2026-01-15T12:00:00Z INFO  %0a%1a%a0%af%f9%90%99%fg %0`%1@%: %4\n"
		      "2026-01-15T12:00:00Z INFO  %0a%1a%a0%af%f9%90%99%f\n");
}

static void test_log_redacts_overlapping_secrets_whole(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, "abcdefgh");
	log_add_secret(w->log, "fghijklm");
	log_add_secret(w->log, "abcdefghXYZ");
	log_msg(w->log, LOG_INFO, "-abcdefghijklm- abcdefghXYZ abcdefgh fghijkl");
	assert_log(w, "2026-01-15T12:00:00Z INFO  -[redacted]- [redacted] [redacted] fghijkl\n");
}

static void test_log_ignores_secrets_too_short_to_tell(void **state)
{
	struct world *w = *state;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, "");
	log_add_secret(w->log, NULL);
	log_add_secret(w->log, "12345");
	log_add_secret(w->log, "123456");
	log_msg(w->log, LOG_INFO, "12345 123456 1234567");
	assert_log(w, "2026-01-15T12:00:00Z INFO  12345 [redacted] [redacted]7\n");
}

static void test_log_never_splits_a_secret_in_a_long_line(void **state)
{
	struct world *w = *state;
	char filler[1100];
	char *text;
	size_t lines = 0;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, SECRET);
	memset(filler, '.', sizeof(filler));
	for (int before = 0; before < 1000; before += 7)
		log_msg(w->log, LOG_INFO, "%.*s%s%.*s", before, filler, SECRET, 100, filler);
	text = read_log(w);
	assert_no_trace(text, SECRET);
	for (const char *s = text; (s = strstr(s, "[redacted]")); s++)
		lines++;
	assert_int_equal(lines, 143);
	free(text);
}

static void test_log_cuts_an_endless_message_without_half_a_secret(void **state)
{
	struct world *w = *state;
	size_t len = 65536;
	char *filler = malloc(len + 1);
	char *text;

	assert_non_null(filler);
	memset(filler, '.', len);
	filler[len] = '\0';
	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, SECRET);
	for (size_t room = 1; room < strlen(SECRET) + 3; room++)
		log_msg(w->log, LOG_INFO, "%.*s%s and more", (int)(len - room), filler, SECRET);
	text = read_log(w);
	assert_no_trace(text, SECRET);
	assert_non_null(strstr(text, " [cut]\n"));
	free(text);
	free(filler);
}

static void test_log_falls_silent_rather_than_tell(void **state)
{
	struct world *w = *state;
	char secret[32];

	open_log(w, LOG_DEBUG);
	for (int i = 0; i < LOG_SECRETS_MAX; i++) {
		(void)snprintf(secret, sizeof(secret), "secret-%02d", i);
		log_add_secret(w->log, secret);
	}
	log_msg(w->log, LOG_INFO, "still %s", secret);
	log_add_secret(w->log, "one-too-many");
	log_msg(w->log, LOG_INFO, "one-too-many");
	assert_log(w, "2026-01-15T12:00:00Z INFO  still [redacted]\n");
}

/* --- threads ------------------------------------------------------------------------------ */

static void *write_many(void *arg)
{
	struct log *log = arg;

	for (int i = 0; i < 300; i++) {
		log_msg(log, LOG_INFO, "begin %0200d %s end", i, SECRET);
		if (i == 100)
			log_add_secret(log, OTHER);
	}
	return NULL;
}

static void test_log_keeps_lines_whole_across_threads(void **state)
{
	struct world *w = *state;
	pthread_t threads[4];
	char *text, *line, *end;
	int lines = 0;

	open_log(w, LOG_DEBUG);
	log_add_secret(w->log, SECRET);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, w->log), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	text = read_log(w);
	for (line = text; *line; line = end + 1, lines++) {
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		assert_true(str_starts_with(line, "2026-01-15T12:00:00Z INFO  begin 0"));
		assert_int_equal(strlen(line), 27 + 6 + 200 + 15);
		assert_string_equal(end - 15, " [redacted] end");
	}
	assert_int_equal(lines, 1200);
	free(text);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_log_writes_one_line_a_message),
		test(test_log_tells_nothing_that_looks_like_a_secret),
		test(test_log_null_swallows_everything),
		test(test_log_appends_with_mode_0600),
		test(test_log_refuses_what_is_not_its_own_file),
		test(test_log_redacts_a_secret_as_it_is),
		test(test_log_redacts_percent_encoding_of_any_mix),
		test(test_log_redacts_base64_at_every_offset),
		test(test_log_redacts_the_partial_neighbours_of_base64),
		test(test_log_decodes_every_hex_digit),
		test(test_log_redacts_overlapping_secrets_whole),
		test(test_log_ignores_secrets_too_short_to_tell),
		test(test_log_never_splits_a_secret_in_a_long_line),
		test(test_log_cuts_an_endless_message_without_half_a_secret),
		test(test_log_falls_silent_rather_than_tell),
		test(test_log_keeps_lines_whole_across_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
