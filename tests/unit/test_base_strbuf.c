#include "base/alloc.h"
#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- status -------------------------------------------------------------------- */

static void test_status_has_words_for_every_value(void **state)
{
	(void)state;
	for (int i = 0; i < STATUS_COUNT; i++) {
		assert_non_null(status_words((enum status)i));
		assert_true(strlen(status_words((enum status)i)) > 1);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(status_words((enum status)i),
						status_words((enum status)j));
	}
	assert_string_equal(status_words(S_OK), "ok");
	assert_string_equal(status_words(E_UNKNOWN_OUTCOME), "outcome unknown");
	assert_string_equal(status_words(STATUS_COUNT), "unknown status");
	assert_string_equal(status_words((enum status) - 1), "unknown status");
}

static void test_problem_set_fills_and_returns_the_status(void **state)
{
	struct problem p;

	(void)state;
	assert_int_equal(problem_set(&p, E_IO, "try again", "file %s: %d", "x", 7), E_IO);
	assert_int_equal(p.status, E_IO);
	assert_string_equal(p.what, "file x: 7");
	assert_string_equal(p.next, "try again");
	assert_int_equal(problem_set(&p, E_AUTH, NULL, "no"), E_AUTH);
	assert_string_equal(p.next, "");
	assert_int_equal(problem_set(NULL, E_RATE, NULL, "no"), E_RATE);
}

static void test_problem_set_may_quote_the_problem_itself(void **state)
{
	struct problem p;

	(void)state;
	(void)problem_set(&p, E_IO, "check the disk", "write failed");
	(void)problem_set(&p, E_IO, p.next, "ledger: %s", p.what);
	assert_string_equal(p.what, "ledger: write failed");
	assert_string_equal(p.next, "check the disk");
}

static void test_problem_set_cuts_at_a_utf8_boundary(void **state)
{
	struct problem p;
	char longest[600];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	/* The euro sign's first byte is the last one that would fit. */
	memcpy(longest + sizeof(p.what) - 2, "\xE2\x82\xAC", 3);
	longest[sizeof(longest) - 1] = '\0';
	(void)problem_set(&p, E_IO, longest, "%s", longest);
	assert_int_equal(strlen(p.what), sizeof(p.what) - 2);
	assert_int_equal(strlen(p.next), sizeof(p.next) - 1);
}

/* --- memory -------------------------------------------------------------------- */

static int hook_pipe = -1;

static void tell_hook_ran(void)
{
	if (write(hook_pipe, "h", 1) != 1)
		_exit(1);
}

static void exhaust(int which)
{
	void *items = NULL;
	size_t cap = 0;

	switch (which) {
	case 0:
		free(xcalloc(SIZE_MAX / 2, 3));
		break;
	case 1:
		free(xrealloc(NULL, SIZE_MAX / 8 + 2, 8));
		break;
	case 2:
		free(xmalloc(SIZE_MAX));
		break;
	default:
		array_reserve(&items, &cap, SIZE_MAX / 2, 16);
		break;
	}
}

static void test_alloc_ends_the_process_when_a_size_overflows(void **state)
{
	(void)state;
	for (int which = 0; which < 4; which++) {
		int ends[2], status;
		char byte = 0;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			(void)close(STDERR_FILENO);
			hook_pipe = ends[1];
			alloc_on_failure(tell_hook_ran);
			exhaust(which);
			_exit(0);
		}
		(void)close(ends[1]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 70);
		assert_int_equal(read(ends[0], &byte, 1), 1);
		(void)close(ends[0]);
	}
}

static void test_alloc_gives_memory_for_nothing(void **state)
{
	void *p = xmalloc(0), *q = xcalloc(0, 8), *r = xrealloc(NULL, 0, 8);
	char *s = xmemdup0("", 0);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	assert_non_null(r);
	assert_string_equal(s, "");
	free(p);
	free(q);
	free(r);
	free(s);
}

static void test_array_reserve_doubles_and_keeps_what_is_there(void **state)
{
	int *items = NULL;
	size_t cap = 0;
	int moves = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		size_t before = cap;

		array_reserve((void **)&items, &cap, (size_t)i + 1, sizeof(*items));
		assert_true(cap >= (size_t)i + 1);
		moves += cap != before;
		items[i] = i;
	}
	assert_true(moves <= 12);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(items[i], i);
	array_reserve((void **)&items, &cap, 3, sizeof(*items));
	assert_true(cap >= 10000);
	free(items);
}

/* --- strbuf -------------------------------------------------------------------- */

static void test_strbuf_collects(void **state)
{
	struct strbuf sb;
	char *taken;

	(void)state;
	strbuf_init(&sb, 1000);
	assert_string_equal(strbuf_str(&sb), "");
	strbuf_addstr(&sb, "ab");
	strbuf_addch(&sb, 'c');
	strbuf_addf(&sb, "-%d-%s", 42, "x");
	strbuf_add(&sb, "\0z", 2);
	assert_int_equal(sb.len, 10);
	assert_memory_equal(strbuf_str(&sb), "abc-42-x\0z", 11);
	assert_false(sb.overflow);
	taken = strbuf_take(&sb);
	assert_string_equal(taken, "abc-42-x");
	free(taken);
	assert_int_equal(sb.len, 0);
	assert_int_equal(sb.max, 1000);
	taken = strbuf_take(&sb);
	assert_string_equal(taken, "");
	free(taken);
	strbuf_release(&sb);
}

static void test_strbuf_keeps_what_fits_at_every_maximum(void **state)
{
	static const char text[] =
		"The quick brown fox jumps over the lazy dog, twice and then some.";

	(void)state;
	for (size_t max = 0; max <= sizeof(text); max++) {
		struct strbuf parts, whole, printed;
		size_t expected = max < sizeof(text) - 1 ? max : sizeof(text) - 1;

		strbuf_init(&parts, max);
		strbuf_init(&whole, max);
		strbuf_init(&printed, max);
		for (size_t i = 0; text[i]; i++)
			strbuf_addch(&parts, text[i]);
		strbuf_addstr(&whole, text);
		strbuf_addf(&printed, "%s", text);
		assert_int_equal(parts.len, expected);
		assert_int_equal(whole.len, expected);
		assert_int_equal(printed.len, expected);
		assert_memory_equal(strbuf_str(&whole), text, expected);
		assert_string_equal(strbuf_str(&parts), strbuf_str(&whole));
		assert_string_equal(strbuf_str(&printed), strbuf_str(&whole));
		assert_int_equal(whole.overflow, max < sizeof(text) - 1);
		assert_int_equal(parts.overflow, whole.overflow);
		assert_int_equal(printed.overflow, whole.overflow);
		assert_true(whole.cap <= max + 1);
		strbuf_release(&parts);
		strbuf_release(&whole);
		strbuf_release(&printed);
	}
}

static void test_strbuf_clear_forgets_the_overflow(void **state)
{
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 3);
	strbuf_addstr(&sb, "abcd");
	assert_true(sb.overflow);
	strbuf_addstr(&sb, "e");
	assert_string_equal(strbuf_str(&sb), "abc");
	strbuf_clear(&sb);
	assert_false(sb.overflow);
	assert_string_equal(strbuf_str(&sb), "");
	strbuf_addstr(&sb, "xy");
	assert_string_equal(strbuf_str(&sb), "xy");
	strbuf_release(&sb);
}

static void test_strbuf_urlencodes_everything_but_unreserved(void **state)
{
	struct strbuf sb;
	char every[256];
	size_t n = 0;

	(void)state;
	strbuf_init(&sb, 4000);
	strbuf_add_urlencoded(&sb, "a Z0-._~/?&=%+\n\xC3\xA9");
	assert_string_equal(strbuf_str(&sb), "a%20Z0-._~%2F%3F%26%3D%25%2B%0A%C3%A9");
	strbuf_clear(&sb);
	for (int c = 1; c < 256; c++)
		every[n++] = (char)c;
	every[n] = '\0';
	strbuf_add_urlencoded(&sb, every);
	assert_int_equal(sb.len, 66 + 3 * (255 - 66));
	strbuf_release(&sb);
}

/* --- str_* --------------------------------------------------------------------- */

static void test_str_copy_never_leaves_half_a_character(void **state)
{
	/* 1, 2, 3 and 4 byte characters; the boundaries between them */
	static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
	static const size_t kept[] = {0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};

	(void)state;
	for (size_t cap = 0; cap < sizeof(kept) / sizeof(kept[0]); cap++) {
		char copied[16] = "untouched", printed[16] = "untouched";
		bool fits = cap > strlen(text);

		assert_int_equal(str_copy(copied, cap, text), fits);
		assert_int_equal(str_printf(printed, cap, "%s", text), fits);
		if (!cap) {
			assert_string_equal(copied, "untouched");
			continue;
		}
		assert_int_equal(strlen(copied), kept[cap]);
		assert_memory_equal(copied, text, kept[cap]);
		assert_string_equal(printed, copied);
	}
}

static void test_str_copy_knows_every_lead_byte(void **state)
{
	static const char *const rows[] = {"x\xC2\x80",         "x\xDF\xBF",
					   "x\xE0\xA0\x80",     "x\xEF\xBF\xBD",
					   "x\xF0\x90\x80\x80", "x\xF4\x8F\xBF\xBF"};
	char copied[8];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t cap = 2; cap <= strlen(rows[i]); cap++) {
			assert_false(str_copy(copied, cap, rows[i]));
			assert_string_equal(copied, "x");
		}
		assert_true(str_copy(copied, strlen(rows[i]) + 1, rows[i]));
		assert_string_equal(copied, rows[i]);
	}
	/* bytes that are no UTF-8 are not this function's business */
	assert_false(str_copy(copied, 4, "\x80\x80\x80\x80"));
	assert_string_equal(copied, "\x80\x80\x80");
}

static void test_printing_survives_what_printf_refuses(void **state)
{
	struct strbuf sb;
	char buf[16] = "before";

	(void)state;
	strbuf_init(&sb, 100);
	strbuf_addstr(&sb, "a");
	strbuf_addf(&sb, "%ls", L"\x1F600"); /* not in the C locale */
	assert_string_equal(strbuf_str(&sb), "a");
	assert_true(sb.overflow);
	strbuf_release(&sb);
	assert_false(str_printf(buf, sizeof(buf), "%ls", L"\x1F600"));
	assert_string_equal(buf, "");
	assert_true(str_printf(buf, sizeof(buf), "%s", ""));
}

static void test_str_equal_takes_null(void **state)
{
	(void)state;
	assert_true(str_equal(NULL, NULL));
	assert_false(str_equal(NULL, ""));
	assert_false(str_equal("", NULL));
	assert_true(str_equal("a", "a"));
	assert_false(str_equal("a", "A"));
	assert_true(str_equal_constant_time("secret", "secret"));
	assert_true(str_equal_constant_time("", ""));
	assert_false(str_equal_constant_time("secret", "secreT"));
	assert_false(str_equal_constant_time("Secret", "secret"));
	assert_false(str_equal_constant_time("secret", "secre"));
	assert_false(str_equal_constant_time("secret", ""));
	assert_false(str_equal_constant_time(NULL, NULL));
	assert_false(str_equal_constant_time(NULL, "x"));
	assert_false(str_equal_constant_time("x", NULL));
}

static void test_str_matches_wildcard(void **state)
{
	static const struct {
		const char *pattern, *s;
		bool matches;
	} rows[] = {
		{"invoice.*", "invoice.paid", true},
		{"invoice.*", "invoice.", true},
		{"invoice.*", "invoice", false},
		{"invoice.*", "invoices.paid", false},
		{"*", "anything", true},
		{"*", "", true},
		{"invoice.paid", "invoice.paid", true},
		{"invoice.paid", "invoice.paid2", false},
		{"", "", true},
		{"", "a", false},
		{"a*b", "axb", false},
		{"a*b", "a*b", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(str_matches_wildcard(rows[i].pattern, rows[i].s), rows[i].matches);
	assert_true(str_starts_with("inv_1", "inv_"));
	assert_true(str_starts_with("inv_1", ""));
	assert_false(str_starts_with("in", "inv_"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_has_words_for_every_value),
		cmocka_unit_test(test_problem_set_fills_and_returns_the_status),
		cmocka_unit_test(test_problem_set_may_quote_the_problem_itself),
		cmocka_unit_test(test_problem_set_cuts_at_a_utf8_boundary),
		cmocka_unit_test(test_alloc_ends_the_process_when_a_size_overflows),
		cmocka_unit_test(test_alloc_gives_memory_for_nothing),
		cmocka_unit_test(test_array_reserve_doubles_and_keeps_what_is_there),
		cmocka_unit_test(test_strbuf_collects),
		cmocka_unit_test(test_strbuf_keeps_what_fits_at_every_maximum),
		cmocka_unit_test(test_strbuf_clear_forgets_the_overflow),
		cmocka_unit_test(test_strbuf_urlencodes_everything_but_unreserved),
		cmocka_unit_test(test_str_copy_never_leaves_half_a_character),
		cmocka_unit_test(test_str_copy_knows_every_lead_byte),
		cmocka_unit_test(test_printing_survives_what_printf_refuses),
		cmocka_unit_test(test_str_equal_takes_null),
		cmocka_unit_test(test_str_matches_wildcard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
