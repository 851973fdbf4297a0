/*
 * Bytes to keys. Whatever a terminal says that is no key must not become one.
 */
#include "test_ui_support.h"

#include "base/rng.h"
#include "ui/term_keys.h"

/* All keys in `bytes`, fed `step` at a time, as "a C-b Up <p>x</p>"; silence at the end. */
static const char *decode_from(struct term_keys *k, const char *bytes, size_t len, size_t step)
{
	static char out[2048];
	struct key key;
	struct strbuf sb;
	strbuf_init(&sb, sizeof(out) - 1);
	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;
		keys_feed(k, bytes + at, n);
		bool last = at + n == len;
		for (;;) {
			enum keys_result r = keys_next(k, false, &key);
			if (r == KEYS_MORE && last)
				r = keys_next(k, true, &key);
			if (r != KEYS_KEY)
				break;
			char name[KEY_NAME_CAP];
			strbuf_addf(&sb, "%s%s%s", sb.len ? " " : "", key.pasted ? "'" : "",
				    key_to_name(key, name));
		}
	}
	(void)str_copy(out, sizeof(out), strbuf_str(&sb));
	strbuf_release(&sb);
	return out;
}

static const char *decode(const char *bytes, size_t step)
{
	static struct term_keys k;
	keys_init(&k);
	return decode_from(&k, bytes, strlen(bytes), step);
}

static const struct {
	const char *bytes, *want;
} keys[] = {
	{"aG?", "a G ?"},
	{"\r\n\t\x7f\b", "Enter Enter Tab Backspace Backspace"},
	{"\x01\x03\x11\x13\x1a\x1c", "C-a C-c C-q C-s C-z C-\\"},
	{"é漢😀", "é 漢 😀"},
	{"\x1b", "Esc"},
	{"\x1b\x1b", "Esc Esc"},
	{"\x1bq", "Esc q"},
	{"\x1b[A\x1b[B\x1b[C\x1b[D", "Up Down Right Left"},
	{"\x1bOA\x1bOD\x1bOH\x1bOF\x1bOM", "Up Left Home End Enter"},
	{"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "Home End Home End Home End"},
	{"\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[Z", "Insert Delete PgUp PgDn S-Tab"},
	{"\x1bOP\x1bOS\x1b[11~\x1b[15~\x1b[17~\x1b[24~", "F1 F4 F1 F5 F6 F12"},
	{"\x1b[[A\x1b[[E", "F1 F5"},
	{"\x1b[1;5A\x1b[1;2B\x1b[3;5~", "C-Up Down C-Delete"},
	{"\x1b\x1b[A", "Esc Up"},
	{"\x1b[200~y\nq\x1b[201~x", "(paste) 'y 'Enter 'q (pasted) x"},
	{"\x1b[200~a\r\nb\tc\x03\x1b[Ad\x1b[201~", NULL}, /* below: what a paste hides */
	{"\x1b[200~\x1b[201~", "(paste) (pasted)"},
};

static const char *want_of(size_t i)
{
	return keys[i].want ? keys[i].want : "(paste) 'a 'Enter 'b 'Tab 'c '[ 'A 'd (pasted)";
}

static void strip_quotes_of_notices(char *s)
{
	for (char *p; (p = strstr(s, "'(")) != NULL;)
		memmove(p, p + 1, strlen(p));
}

static void test_keys_come_out_of_whole_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		char have[512];
		(void)str_copy(have, sizeof(have), decode(keys[i].bytes, 4096));
		strip_quotes_of_notices(have);
		assert_string_equal(have, want_of(i));
	}
}

/* A slow line delivers a byte at a time; CR LF then cannot be told from CR, LF. */
static void test_keys_come_out_of_single_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		char have[512];
		if (strstr(keys[i].bytes, "a\r\nb"))
			continue;
		(void)str_copy(have, sizeof(have), decode(keys[i].bytes, 1));
		strip_quotes_of_notices(have);
		assert_string_equal(have, want_of(i));
	}
}

static void test_replies_and_reports_are_swallowed_whole(void **state)
{
	static const char *const noise[] = {
		"\x1b[?62;1;6;22c",                 /* DA1 */
		"\x1b[>41;354;0c",                  /* DA2 */
		"\x1bP!|00000000\x1b\\",            /* DA3 */
		"\x1b[24;80R",                      /* where the cursor is */
		"\x1b[1;2R",                        /* the same, like F3 with shift */
		"\x1b[0n",                          /* status */
		"\x1b[8;24;80t",                    /* size */
		"\x1b[?2026;2$y",                   /* DECRQM */
		"\x1bP1$r0m\x1b\\",                 /* DECRQSS */
		"\x1bP>|XTerm(379)\x1b\\",          /* XTVERSION */
		"\x1b]52;c;eXkKeQo=\x07",           /* clipboard, BEL */
		"\x1b]52;c;eXkKeQo=\x1b\\",         /* clipboard, ST */
		"\x1b]11;rgb:1414/1616/1b1b\x1b\\", /* background */
		"\x1b[<0;65535;65535M\x1b[<0;1;1m", /* mouse, SGR */
		"\x1b[M\x20yq",                     /* mouse, X10, with letters in it */
		"\x1b[32;10;10M",                   /* mouse, urxvt */
		"\x1b[I\x1b[O",                     /* focus */
		"\x1b[27;5;121~",                   /* modifyOtherKeys */
		"\x1b[121;5u",                      /* kitty */
		"\x1b[1;3A",                        /* Alt-Up */
		"\x1b[99~\x1b[~\x1b[201~",          /* unheard of */
		"\x1b_Gi=1;OK\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\",
		"\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25m",
		"\x9b",
		"\xff\xfe",
		"\xc2\x9b",
		"\xed\xa0\x80",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(noise); i++) {
		struct strbuf sb;
		strbuf_init(&sb, 1024);
		strbuf_addch(&sb, '<');
		strbuf_addstr(&sb, noise[i]);
		strbuf_addch(&sb, '>');
		assert_string_equal(decode(strbuf_str(&sb), 4096), "< >");
		assert_string_equal(decode(strbuf_str(&sb), 1), "< >");
		strbuf_release(&sb);
	}
}

static void test_presses_and_the_wheel_come_with_their_cell(void **state)
{
	static const struct {
		const char *bytes;
		enum mouse_button button;
		int x, y;
	} rows[] = {
		{"\x1b[<0;1;1M", MOUSE_LEFT, 0, 0},
		{"\x1b[<0;120;40M", MOUSE_LEFT, 119, 39},
		{"\x1b[<64;5;7M", MOUSE_WHEEL_UP, 4, 6},
		{"\x1b[<65;5;7M", MOUSE_WHEEL_DOWN, 4, 6},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct term_keys k;
		struct key got;
		keys_init(&k);
		keys_feed(&k, rows[i].bytes, strlen(rows[i].bytes));
		assert_int_equal(keys_next(&k, false, &got), KEYS_KEY);
		assert_int_equal(got.code, KEYC_MOUSE);
		assert_int_equal(got.button, rows[i].button);
		assert_int_equal(got.x, rows[i].x);
		assert_int_equal(got.y, rows[i].y);
		assert_int_equal(keys_next(&k, true, &got), KEYS_NONE);
	}
}

static void test_mouse_reports_of_other_kinds_are_swallowed(void **state)
{
	static const char *const rows[] = {"\x1b[<2;1;1M", "\x1b[<32;5;5M",  "\x1b[<0;0;5M",
					   "\x1b[<0;5M",   "\x1b[<0;1;1;1M", "\x1b[<;;M",
					   "\x1b[<0;1;1m"};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct term_keys k;
		struct key got;
		keys_init(&k);
		keys_feed(&k, rows[i], strlen(rows[i]));
		assert_int_equal(keys_next(&k, true, &got), KEYS_NONE);
	}
}

static void test_broken_sequences_do_not_swallow_for_ever(void **state)
{
	static const struct {
		const char *bytes, *want;
	} rows[] = {
		{"\x1b[\x1b[A", "Up"},       /* a new one begins */
		{"\x1b[1;\x03", "C-c"},      /* broken off */
		{"\x1b]52;c;abc\x18q", "q"}, /* CAN */
		{"\x1b]52;c;abc\x1b[A", "Up"},
		{"\x1bO\x1b[A", "Up"},
		{"\x1b[", ""}, /* Alt-[ and silence */
		{"\x1bP", ""},
		{"\x1bO", ""},
		{"\xe6\xbc", ""},
		{"\xe6q", "q"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		static struct term_keys k;
		keys_init(&k);
		assert_string_equal(decode_from(&k, rows[i].bytes, strlen(rows[i].bytes), 4096),
				    rows[i].want);
		assert_string_equal(decode_from(&k, "j", 1, 1), "j");
	}
}

static void test_escape_waits_before_it_is_a_key(void **state)
{
	struct term_keys k;
	struct key got;
	(void)state;
	keys_init(&k);
	keys_feed(&k, "\x1b", 1);
	assert_int_equal(keys_next(&k, false, &got), KEYS_MORE);
	assert_int_equal(keys_wait_ms(&k), TERM_ESC_WAIT_MS);
	keys_feed(&k, "[", 1);
	assert_int_equal(keys_next(&k, false, &got), KEYS_MORE);
	assert_int_equal(keys_wait_ms(&k), TERM_ESC_WAIT_MS);
	keys_feed(&k, "1;", 2);
	assert_int_equal(keys_next(&k, false, &got), KEYS_MORE);
	assert_int_equal(keys_wait_ms(&k), TERM_SEQUENCE_WAIT_MS);
	keys_feed(&k, "5A", 2);
	assert_int_equal(keys_next(&k, false, &got), KEYS_KEY);
	assert_int_equal(got.code, KEYC_UP);
	assert_true(got.ctrl);
	assert_int_equal(keys_next(&k, false, &got), KEYS_NONE);
}

static void test_terminfo_sequences_win(void **state)
{
	struct term_keys k;
	(void)state;
	keys_init(&k);
	keys_add(&k, "\x1b[P", KEYC_DELETE); /* st's */
	keys_add(&k, "\x1b[7$", KEYC_HOME);  /* rxvt's, no ECMA-48 */
	keys_add(&k, "q", KEYC_F1);          /* not of ESC: refused */
	keys_add(&k, "\x1b", KEYC_F1);
	assert_string_equal(decode_from(&k, "\x1b[P\x1b[7$q", 8, 4096), "Delete Home q");
	for (int i = 0; i < TERM_KEYS_EXTRA_MAX * 2; i++)
		keys_add(&k, "\x1b[x", KEYC_F1);
	assert_int_equal(k.extra_count, TERM_KEYS_EXTRA_MAX);
}

static void test_a_lost_end_of_paste_is_ended_by_escape(void **state)
{
	struct term_keys k;
	(void)state;
	keys_init(&k);
	assert_string_equal(decode_from(&k, "\x1b[200~y", 7, 4096), "'(paste) 'y");
	assert_string_equal(decode_from(&k, "q", 1, 1), "'q");
	assert_string_equal(decode_from(&k, "\x1b", 1, 1), "'(pasted) Esc");
	assert_string_equal(decode_from(&k, "q", 1, 1), "q");
}

static void test_a_large_paste_holds_no_command(void **state)
{
	static struct term_keys k;
	struct key got;
	size_t fed = 0, characters = 0;
	(void)state;
	keys_init(&k);
	keys_feed(&k, "\x1b[200~", 6);
	for (; fed < 10240; fed += 2) {
		keys_feed(&k, "y\n", 2);
		while (keys_next(&k, false, &got) == KEYS_KEY) {
			assert_true(got.pasted);
			characters += got.code == 'y' || got.code == KEYC_ENTER;
		}
	}
	assert_int_equal(characters, 10240);
}

/* Nothing crashes the decoder, nothing makes it stop or spin, and only keys come out. */
static void test_random_bytes_end_and_leave_sense(void **state)
{
	static const char alphabet[] = "\x1b\x1b\x1b[[]OPM~;0127AZq?<\x07\\\x18\xc3\xa9\xe6\xff\r";
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		static struct term_keys k;
		struct rng rng;
		struct key got;
		rng_seed(&rng, seed);
		keys_init(&k);
		for (int i = 0; i < 300; i++) {
			char bytes[32];
			size_t len = (size_t)rng_between(&rng, 1, (int64_t)sizeof(bytes));
			for (size_t b = 0; b < len; b++)
				bytes[b] = alphabet[rng_below(&rng, sizeof(alphabet) - 1)];
			keys_feed(&k, bytes, len);
			bool quiet = rng_chance(&rng, 20);
			enum keys_result r;
			size_t rounds = 0;
			while ((r = keys_next(&k, quiet, &got)) == KEYS_KEY) {
				assert_true(got.code != KEYC_NONE && got.code < KEYC_GONE);
				assert_true(++rounds < 2 * sizeof(k.in));
			}
			assert_int_equal(r, quiet ? KEYS_NONE : r);
		}
		decode_from(&k, "\x1b[201~\x1b", 7, 7);
		decode_from(&k, "\x1b", 1, 1);
		assert_string_equal(decode_from(&k, "j", 1, 1), "j");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_come_out_of_whole_reads),
		cmocka_unit_test(test_keys_come_out_of_single_bytes),
		cmocka_unit_test(test_replies_and_reports_are_swallowed_whole),
		cmocka_unit_test(test_presses_and_the_wheel_come_with_their_cell),
		cmocka_unit_test(test_mouse_reports_of_other_kinds_are_swallowed),
		cmocka_unit_test(test_broken_sequences_do_not_swallow_for_ever),
		cmocka_unit_test(test_escape_waits_before_it_is_a_key),
		cmocka_unit_test(test_terminfo_sequences_win),
		cmocka_unit_test(test_a_lost_end_of_paste_is_ended_by_escape),
		cmocka_unit_test(test_a_large_paste_holds_no_command),
		cmocka_unit_test(test_random_bytes_end_and_leave_sense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
