/* OSC 52 sequences, read back the way a terminal, tmux and screen read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "ui/osc52.h"

static struct strbuf made(const void *text, size_t len, enum osc52_wrap wrap)
{
	struct strbuf sb;

	strbuf_init(&sb, 400000);
	assert_int_equal(osc52_make(text, len, wrap, &sb), S_OK);
	return sb;
}

static void test_sequences_as_documented(void **state)
{
	static const struct {
		enum osc52_wrap wrap;
		const char *text, *want;
	} cases[] = {
		{OSC52_PLAIN, "f", "\x1b]52;c;Zg==\x07"},
		{OSC52_PLAIN, "fo", "\x1b]52;c;Zm8=\x07"},
		{OSC52_PLAIN, "foo", "\x1b]52;c;Zm9v\x07"},
		{OSC52_PLAIN, "\xff\xfe~?", "\x1b]52;c;//5+Pw==\x07"},
		{OSC52_TMUX, "foo", "\x1b]52;c;Zm9v\x07\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\"},
		{OSC52_SCREEN, "foo", "\x1bP\x1b]52;c;Zm9v\x07\x1b\\"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf sb = made(cases[i].text, strlen(cases[i].text), cases[i].wrap);

		assert_string_equal(strbuf_str(&sb), cases[i].want);
		strbuf_release(&sb);
	}
}

static int digit_value(char c)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(DIGITS, c) : NULL;

	return at ? (int)(at - DIGITS) : -1;
}

/* What a terminal puts on its clipboard; returns the bytes of the sequence. */
static size_t terminal_reads(const char *s, size_t len, struct strbuf *ret)
{
	uint32_t bits = 0;
	int have = 0;
	size_t i = 7;

	assert_true(len > 8);
	assert_memory_equal(s, "\x1b]52;c;", 7);
	for (; i < len && digit_value(s[i]) >= 0; i++) {
		bits = bits << 6 | (uint32_t)digit_value(s[i]);
		have += 6;
		if (have >= 8) {
			have -= 8;
			strbuf_addch(ret, (char)(bits >> have & 0xff));
		}
	}
	while (i < len && s[i] == '=')
		i++;
	assert_int_equal(s[i], '\x07');
	return i + 1;
}

/* What screen passes on: the inside of each DCS, which ends at the first ST. */
static void screen_passes(const char *s, size_t len, struct strbuf *ret)
{
	size_t at = 0;

	while (at < len) {
		size_t start = at;

		assert_memory_equal(s + at, "\x1bP", 2);
		for (at += 2; memcmp(s + at, "\x1b\\", 2) != 0; at++)
			strbuf_addch(ret, s[at]);
		at += 2;
		assert_in_range(at - start, 5, OSC52_CHUNK_MAX);
	}
}

static void tmux_passes(const char *s, size_t len, struct strbuf *ret)
{
	size_t at = 7;

	assert_memory_equal(s, "\x1bPtmux;", 7);
	for (; s[at] != '\x1b' || s[at + 1] == '\x1b'; at++) {
		at += s[at] == '\x1b';
		strbuf_addch(ret, s[at]);
	}
	assert_int_equal(s[at + 1], '\\');
	assert_int_equal(at + 2, len);
}

static void test_any_bytes_come_back(void **state)
{
	static const size_t SIZES[] = {1, 2, 3, 4, 570, 571, 572, 1000, 5000, OSC52_TEXT_MAX};
	struct rng r;

	(void)state;
	rng_seed(&r, 2);
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]) * 3; i++) {
		size_t len = SIZES[i / 3], used;
		char *text = xmalloc(len);
		struct strbuf sb, inner, back;

		for (size_t k = 0; k < len; k++)
			text[k] = (char)rng_next(&r);
		strbuf_init(&inner, 400000);
		strbuf_init(&back, 400000);
		sb = made(text, len, (enum osc52_wrap)(i % 3));
		if (i % 3 == OSC52_SCREEN) {
			screen_passes(strbuf_str(&sb), sb.len, &inner);
			used = terminal_reads(strbuf_str(&inner), inner.len, &back);
			assert_int_equal(used, inner.len);
		} else {
			used = terminal_reads(strbuf_str(&sb), sb.len, &back);
		}
		if (i % 3 == OSC52_TMUX) {
			tmux_passes(strbuf_str(&sb) + used, sb.len - used, &inner);
			assert_int_equal(inner.len, used);
			assert_memory_equal(strbuf_str(&inner), strbuf_str(&sb), used);
		} else if (i % 3 == OSC52_PLAIN) {
			assert_int_equal(used, sb.len);
			assert_in_range(sb.len, 1, 100000);
		}
		assert_int_equal(back.len, len);
		assert_memory_equal(strbuf_str(&back), text, len);
		strbuf_release(&sb);
		strbuf_release(&inner);
		strbuf_release(&back);
		free(text);
	}
}

static void test_refuses_nothing_and_too_much(void **state)
{
	char *text = xcalloc(OSC52_TEXT_MAX + 1, 1);
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 400000);
	assert_int_equal(osc52_make(text, OSC52_TEXT_MAX + 1, OSC52_PLAIN, &sb), E_LIMIT);
	assert_int_equal(osc52_make(text, 0, OSC52_PLAIN, &sb), E_INVALID);
	assert_int_equal(sb.len, 0);
	strbuf_release(&sb);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequences_as_documented),
		cmocka_unit_test(test_any_bytes_come_back),
		cmocka_unit_test(test_refuses_nothing_and_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
