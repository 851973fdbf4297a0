#include "base/rng.h"
#include "base/text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FFFD     "\xEF\xBF\xBD"
#define ELLIPSIS "\xE2\x80\xA6"
#define ACUTE    "\xCC\x81" /* U+0301, a combining mark */
#define WIDEST   200

/* --- what every safe_text must be, whatever went in ------------------------------ */

static bool is_forbidden(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} rows[] = {
		{0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},        {0x34F, 0x34F},
		{0x600, 0x605},     {0x61C, 0x61C},     {0x6DD, 0x6DD},      {0x115F, 0x1160},
		{0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},    {0x2060, 0x206F},
		{0x3164, 0x3164},   {0xD800, 0xF8FF},   {0xFE00, 0xFE0F},    {0xFEFF, 0xFEFF},
		{0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},    {0x1D173, 0x1D17A},
		{0x1F1E6, 0x1F1FF}, {0x1F3FB, 0x1F3FF}, {0xE0000, 0x10FFFF},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (cp >= rows[i].first && cp <= rows[i].last)
			return true;
	return false;
}

static void check_clusters(const struct safe_text *t)
{
	struct cluster c;
	size_t pos = 0, bytes = 0;
	unsigned width = 0;

	while (safe_text_next(t, &pos, &c)) {
		size_t n, marks = 0;

		assert_ptr_equal(c.bytes, safe_text_str(t) + bytes);
		assert_in_range(c.len, 1, 16);
		assert_in_range(c.width, 1, 2);
		assert_int_not_equal(utf8_width(utf8_decode(c.bytes, c.len, &n)), 0);
		for (size_t i = n; i < c.len; i += n, marks++)
			assert_int_equal(utf8_width(utf8_decode(c.bytes + i, c.len - i, &n)), 0);
		assert_true(marks <= 2);
		bytes += c.len;
		width += c.width;
	}
	assert_int_equal(bytes, t->len);
	assert_int_equal(width, safe_text_width(t));
	assert_int_equal(pos, t->len);
}

static void check_safe(const struct safe_text *t)
{
	const char *s = safe_text_str(t);
	size_t n;

	assert_true(t->len <= SAFE_TEXT_MAX);
	assert_int_equal(strlen(s), t->len);
	assert_true(utf8_valid(s, t->len));
	for (size_t i = 0; i < t->len; i += n)
		assert_false(is_forbidden(utf8_decode(s + i, t->len - i, &n)));
	check_clusters(t);
}

static void check_fits(const struct safe_text *whole)
{
	for (unsigned width = 0; width <= WIDEST; width++) {
		struct safe_text end = *whole, middle = *whole;

		safe_text_fit(&end, width);
		safe_text_fit_middle(&middle, width);
		check_safe(&end);
		check_safe(&middle);
		assert_true(safe_text_width(&end) <= width);
		assert_true(safe_text_width(&middle) <= width);
		if (safe_text_width(whole) <= width) {
			assert_string_equal(safe_text_str(&end), safe_text_str(whole));
			assert_string_equal(safe_text_str(&middle), safe_text_str(whole));
		} else {
			assert_true(end.cut && middle.cut);
			assert_true(!width || strstr(safe_text_str(&end), ELLIPSIS));
			assert_true(!width || strstr(safe_text_str(&middle), ELLIPSIS));
			/* a wide character may leave one cell over at each cut */
			assert_true(width - safe_text_width(&end) <= 1);
			assert_true(width - safe_text_width(&middle) <= 2);
		}
	}
}

static void check_shown(const char *bytes, size_t len, const char *expected)
{
	struct safe_text t;

	safe_text_set_bytes(&t, bytes, len);
	assert_string_equal(safe_text_str(&t), expected);
	check_safe(&t);
	check_fits(&t);
}

/* --- tables ------------------------------------------------------------------------ */

static void test_text_leaves_printable_ascii_alone(void **state)
{
	char all[96];
	struct safe_text t;

	(void)state;
	for (int i = 0; i < 95; i++)
		all[i] = (char)(0x20 + i);
	all[95] = '\0';
	safe_text_set(&t, all);
	assert_string_equal(safe_text_str(&t), all);
	assert_int_equal(safe_text_width(&t), 95);
	assert_false(t.cut);
	check_safe(&t);
	check_fits(&t);
}

static void test_text_escapes_every_c0_and_del(void **state)
{
	(void)state;
	for (int c = 0; c <= 0x7F; c = c == 0x1F ? 0x7F : c + 1) {
		char in[3] = {'a', (char)c, 'b'};
		char expected[16];
		const char *name = c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;

		if (name)
			(void)snprintf(expected, sizeof(expected), "a%sb", name);
		else
			(void)snprintf(expected, sizeof(expected), "a\\x%02xb", (unsigned)c);
		check_shown(in, 3, expected);
	}
}

static void test_text_escapes_every_c1_raw_and_encoded(void **state)
{
	(void)state;
	for (unsigned c = 0x80; c <= 0x9F; c++) {
		char raw[3] = {'a', (char)c, 'b'};
		char encoded[4] = {'a', (char)0xC2, (char)c, 'b'};
		char expected[16];

		(void)snprintf(expected, sizeof(expected), "a\\x%02xb", c);
		check_shown(raw, 3, expected);
		check_shown(encoded, 4, expected);
	}
}

static void test_text_shows_bad_utf8_byte_by_byte(void **state)
{
	static const struct {
		const char *in, *shown;
	} rows[] = {
		{"\xC0\x9B", FFFD FFFD},                   /* overlong ESC */
		{"\xE0\x80\x9B", FFFD FFFD FFFD},          /* overlong ESC */
		{"\xF0\x80\x80\x9B", FFFD FFFD FFFD FFFD}, /* overlong ESC */
		{"\xE0\x82\x9B", FFFD FFFD FFFD},          /* overlong C1 */
		{"\xC1\xBF", FFFD FFFD},
		{"\xED\xA0\x80", FFFD FFFD FFFD}, /* surrogates */
		{"\xED\xBF\xBF", FFFD FFFD FFFD},
		{"\xED\xA0\xBD\xED\xB8\x80", FFFD FFFD FFFD FFFD FFFD FFFD},
		{"\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD}, /* past U+10FFFF */
		{"\xF5\x80\x80\x80", FFFD FFFD FFFD FFFD},
		{"\xFF\xFE", FFFD FFFD},
		{"\xE2\x82", FFFD FFFD}, /* cut short by the field's end */
		{"\xF0\x9F\x98", FFFD FFFD FFFD},
		{"\xC3", FFFD},
		{"\xE2\x82"
		 "A",
		 FFFD FFFD "A"},
		{"\xF0\x9F\x98\xC3\xA9", FFFD FFFD FFFD "\xC3\xA9"},
		{"\xA0\xBF", FFFD FFFD}, /* continuations alone, not C1 */
		{"\xE2\x9B", FFFD FFFD},
		{"\xE2\x82\xAC\x9B", "\xE2\x82\xAC\\x9b"}, /* a raw C1 after a whole character */
		{"\xC3\xA9\xA9\x9B", "\xC3\xA9" FFFD "\\x9b"},
		{"\x9B\x9B", "\\x9b\\x9b"},
		{"\xC2\x1B[0m", FFFD "\\x1b[0m"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_shown(rows[i].in, strlen(rows[i].in), rows[i].shown);
}

static void test_text_escapes_what_hides_or_reorders(void **state)
{
	static const uint32_t rows[] = {
		0xAD,    0x34F,   0x61C,   0x115F,  0x1160,  0x1161,  0x17B4,  0x180B,  0x180E,
		0x200B,  0x200C,  0x200D,  0x200E,  0x200F,  0x2028,  0x2029,  0x202A,  0x202B,
		0x202C,  0x202D,  0x202E,  0x2060,  0x2064,  0x2066,  0x2067,  0x2068,  0x2069,
		0x206A,  0x206F,  0x20DD,  0x20E3,  0x3164,  0xE000,  0xF8FF,  0xFE00,  0xFE0E,
		0xFE0F,  0xFEFF,  0xFFA0,  0xFFF9,  0xFFFB,  0xFFFE,  0xFFFF,  0x0378,  0x1D173,
		0x1F1E6, 0x1F3FB, 0xE0001, 0xE0020, 0xE0041, 0xE007F, 0xE0100, 0xF0000, 0x10FFFF,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t cp = rows[i];
		char in[8], expected[24];
		size_t n = 0;

		in[n++] = 'a';
		if (cp < 0x800) {
			in[n++] = (char)(0xC0 | cp >> 6);
		} else if (cp < 0x10000) {
			in[n++] = (char)(0xE0 | cp >> 12);
			in[n++] = (char)(0x80 | (cp >> 6 & 63));
		} else {
			in[n++] = (char)(0xF0 | cp >> 18);
			in[n++] = (char)(0x80 | (cp >> 12 & 63));
			in[n++] = (char)(0x80 | (cp >> 6 & 63));
		}
		in[n++] = (char)(0x80 | (cp & 63));
		in[n++] = 'b';
		(void)snprintf(expected, sizeof(expected), "a<U+%04X>b", (unsigned)cp);
		check_shown(in, n, expected);
	}
}

static void test_text_shows_terminal_attacks(void **state)
{
	static const struct {
		const char *in, *shown;
	} rows[] = {
		{"\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"},
		{"\x1b]0;title\a", "\\x1b]0;title\\x07"},
		{"\x1b]8;;http://x\x1b\\link", "\\x1b]8;;http://x\\x1b\\link"},
		{"\x1b]52;c;ZXZpbA==\x1b\\", "\\x1b]52;c;ZXZpbA==\\x1b\\"},
		{"\x1bP$q\x1b\\", "\\x1bP$q\\x1b\\"},
		{"\x9b"
		 "31m",
		 "\\x9b31m"},
		{"\xC2\x9D"
		 "0;t\xC2\x9C",
		 "\\x9d0;t\\x9c"},
		{"paid\rVOID", "paid\\rVOID"},
		{"a\b\b\vx\f", "a\\x08\\x08\\x0bx\\x0c"},
		{"a\xC2\x85z", "a\\x85z"},
		{"%n%s%1000000d", "%n%s%1000000d"},
		{"back\\slash", "back\\slash"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_shown(rows[i].in, strlen(rows[i].in), rows[i].shown);
}

static void test_text_measures_cells(void **state)
{
	static const struct {
		const char *in;
		unsigned width;
	} rows[] = {
		{"", 0},
		{"abc", 3},
		{"\xC3\xA9t\xC3\xA9", 3},
		{"e" ACUTE "t", 2},
		{"\xE6\x97\xA5\xE6\x9C\xAC", 4},         /* two ideographs */
		{"\xEF\xBC\xA1", 2},                     /* full-width A */
		{"\xEF\xBD\xB1", 1},                     /* half-width katakana */
		{"\xEA\xB0\x80", 2},                     /* a Hangul syllable */
		{"\xF0\x9F\x98\x80", 2},                 /* an emoji */
		{"\xC2\xA1\xE2\x80\xA6\xE2\x94\x80", 3}, /* ambiguous: one each */
		{"\xE3\x80\x80", 2},                     /* the ideographic space */
		{"\xD7\xA9\xD7\x9C", 2},                 /* Hebrew letters */
		{"\xE0\xA4\x95\xE0\xA4\xBE", 2},         /* a spacing mark has its own cell */
		{"\xE0\xB8\x81\xE0\xB8\xB5", 1},         /* Thai with a vowel above */
	};
	struct safe_text t;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		safe_text_set(&t, rows[i].in);
		assert_string_equal(safe_text_str(&t), rows[i].in);
		assert_int_equal(safe_text_width(&t), rows[i].width);
		assert_false(t.cut);
		check_safe(&t);
		check_fits(&t);
	}
}

static void test_text_keeps_two_marks_a_cluster(void **state)
{
	char many[2 + 1000 * 2 + 1];
	struct safe_text t;

	(void)state;
	many[0] = 'x';
	for (int i = 0; i < 1000; i++)
		memcpy(many + 1 + 2 * i, ACUTE, 2);
	many[2001] = 'y';
	safe_text_set_bytes(&t, many, 2002);
	assert_string_equal(safe_text_str(&t), "x" ACUTE ACUTE "y");
	assert_int_equal(safe_text_width(&t), 2);
	assert_true(t.cut);
	check_safe(&t);
	safe_text_set(&t, "a" ACUTE ACUTE "b" ACUTE);
	assert_false(t.cut);
}

static void test_text_escapes_a_mark_with_nothing_to_sit_on(void **state)
{
	static const struct {
		const char *in, *shown;
	} rows[] = {
		{ACUTE, "<U+0301>"},
		{ACUTE "a", "<U+0301>a"},
		{ACUTE ACUTE "a", "<U+0301><U+0301>a"},
		{"\x1b" ACUTE, "\\x1b<U+0301>"},
		{"\xE2\x80\xAE" ACUTE, "<U+202E><U+0301>"},
		{"\xFF" ACUTE, FFFD "<U+0301>"},
		{"\xE0\xA4\xBE", "<U+093E>"},
		{"a" ACUTE "\n" ACUTE, "a" ACUTE "\\n<U+0301>"},
	};
	struct safe_text t;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_shown(rows[i].in, strlen(rows[i].in), rows[i].shown);
	safe_text_set(&t, "Amount: 1");
	safe_text_add(&t, ACUTE);
	assert_string_equal(safe_text_str(&t), "Amount: 1<U+0301>");
}

static void test_text_does_not_join_pieces(void **state)
{
	struct safe_text t;

	(void)state;
	safe_text_set(&t, "a\xE2\x82");
	safe_text_add(&t, "\xAC");
	assert_string_equal(safe_text_str(&t), "a" FFFD FFFD FFFD);
	check_safe(&t);
}

static void test_text_zwj_families_fall_apart_visibly(void **state)
{
	(void)state;
	check_shown("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", 11,
		    "\xF0\x9F\x91\xA8<U+200D>\xF0\x9F\x91\xA9");
	check_shown("\xE2\x9D\xA4\xEF\xB8\x8F", 6, "\xE2\x9D\xA4<U+FE0F>");
}

static void test_text_formats_before_it_sanitises(void **state)
{
	struct safe_text t;
	char long_mark[9000];

	(void)state;
	safe_text_fmt(&t, "%s \x1b %d%%", "\x1b[1m", 5);
	assert_string_equal(safe_text_str(&t), "\\x1b[1m \\x1b 5%");
	safe_text_addf(&t, " %c%s", 7, "\xE2\x80\xAE");
	assert_string_equal(safe_text_str(&t), "\\x1b[1m \\x1b 5% \\x07<U+202E>");
	safe_text_fmt(&t, "<%s>", safe_text_str(&t));
	assert_string_equal(safe_text_str(&t), "<\\x1b[1m \\x1b 5% \\x07<U+202E>>");
	check_safe(&t);
	/* so many marks that formatting itself runs out */
	for (size_t i = 0; i < sizeof(long_mark) - 1; i += 2)
		memcpy(long_mark + i, ACUTE, 2);
	long_mark[sizeof(long_mark) - 2] = '\0';
	safe_text_fmt(&t, "x%sy", long_mark);
	assert_string_equal(safe_text_str(&t), "x" ACUTE ACUTE ELLIPSIS);
	assert_true(t.cut);
	safe_text_add(&t, "z");
	assert_string_equal(safe_text_str(&t), "x" ACUTE ACUTE ELLIPSIS);
	check_safe(&t);
}

static void test_text_null_is_empty(void **state)
{
	struct safe_text t;
	struct cluster c;
	size_t pos = 0;

	(void)state;
	safe_text_set(&t, "x");
	safe_text_set(&t, NULL);
	assert_string_equal(safe_text_str(&t), "");
	assert_int_equal(safe_text_width(&t), 0);
	safe_text_add(&t, NULL);
	assert_false(safe_text_next(&t, &pos, &c));
	safe_text_fit(&t, 0);
	assert_false(t.cut);
	safe_text_set_bytes(&t, "", 0);
	assert_int_equal(t.len, 0);
}

/* --- limits -------------------------------------------------------------------------- */

static void test_text_ends_long_input_in_an_ellipsis(void **state)
{
	static const char *const units[] = {
		"a",    "\xC3\xA9",     "\xE6\x97\xA5", "\xF0\x9F\x98\x80", "e" ACUTE ACUTE,
		"\x1b", "\xE2\x80\xAE", "\xFF",         "\xF3\xA0\x81\x81"};
	char in[4200];
	struct safe_text t;

	(void)state;
	for (size_t u = 0; u < COUNT(units); u++) {
		size_t len = 0, unit = strlen(units[u]);
		bool was_cut = false;

		while (len + unit < sizeof(in) && len < 600 * unit) {
			memcpy(in + len, units[u], unit);
			len += unit;
			safe_text_set_bytes(&t, in, len);
			check_safe(&t);
			assert_true(t.cut || !was_cut);
			was_cut = t.cut;
			if (was_cut)
				assert_string_equal(safe_text_str(&t) + t.len - 3, ELLIPSIS);
			else
				assert_null(strstr(safe_text_str(&t), ELLIPSIS));
			assert_true(!was_cut || t.len > SAFE_TEXT_MAX - 16);
		}
		assert_true(was_cut);
		check_fits(&t);
	}
}

static void test_text_full_takes_no_more(void **state)
{
	char in[SAFE_TEXT_MAX + 2];
	struct safe_text t, before;

	(void)state;
	memset(in, 'a', sizeof(in));
	in[SAFE_TEXT_MAX] = '\0';
	safe_text_set(&t, in);
	assert_false(t.cut);
	assert_int_equal(t.len, SAFE_TEXT_MAX);
	safe_text_add(&t, "b");
	assert_true(t.cut);
	assert_int_equal(t.len, SAFE_TEXT_MAX);
	before = t;
	safe_text_add(&t, "c");
	safe_text_addf(&t, "%s", "\x1b");
	assert_string_equal(safe_text_str(&t), safe_text_str(&before));
	/* an escape that does not fit leaves room that nothing may slip into */
	memset(in, 'a', SAFE_TEXT_MAX);
	in[500] = '\x1b';
	memcpy(in + 501, "\xE2\x80\xAE", 4);
	safe_text_set(&t, in);
	assert_int_equal(t.len, 507);
	safe_text_add(&t, "x");
	assert_int_equal(t.len, 507);
	assert_string_equal(safe_text_str(&t) + 496, "aaaa\\x1b" ELLIPSIS);
	t = before;
	/* cut to a field, there is room again */
	safe_text_fit(&t, 10);
	safe_text_add(&t, "|");
	assert_string_equal(safe_text_str(&t), "aaaaaaaaa" ELLIPSIS "|");
	safe_text_set(&t, "new");
	assert_string_equal(safe_text_str(&t), "new");
	assert_false(t.cut);
}

static void test_text_fit_keeps_the_longest_text_within_its_bytes(void **state)
{
	char in[SAFE_TEXT_MAX + 1];
	struct safe_text whole;

	(void)state;
	memset(in, 'a', SAFE_TEXT_MAX);
	in[SAFE_TEXT_MAX] = '\0';
	safe_text_set(&whole, in);
	for (unsigned width = SAFE_TEXT_MAX - 8; width <= SAFE_TEXT_MAX; width++) {
		struct safe_text end = whole, middle = whole;

		safe_text_fit(&end, width);
		safe_text_fit_middle(&middle, width);
		check_safe(&end);
		check_safe(&middle);
		assert_true(safe_text_width(&end) <= width && safe_text_width(&end) + 3 > width);
		assert_true(safe_text_width(&middle) + 3 > width);
		assert_true(safe_text_width(&middle) <= width);
		assert_int_equal(safe_text_str(&middle)[middle.len - 1], 'a');
	}
}

static void test_text_fit_cuts_where_it_should(void **state)
{
	static const struct {
		const char *in;
		unsigned width;
		const char *end, *middle;
	} rows[] = {
		{"0x8f3a99999999c41b", 11, "0x8f3a9999" ELLIPSIS, "0x8f3a" ELLIPSIS "c41b"},
		{"abcdef", 6, "abcdef", "abcdef"},
		{"abcdef", 5, "abcd" ELLIPSIS, "ab" ELLIPSIS "ef"},
		{"abcdef", 2, "a" ELLIPSIS, ELLIPSIS "f"},
		{"abcdef", 1, ELLIPSIS, ELLIPSIS},
		{"abcdef", 0, "", ""},
		{"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 5, "\xE6\x97\xA5\xE6\x9C\xAC" ELLIPSIS,
		 "\xE6\x97\xA5" ELLIPSIS "\xE8\xAA\x9E"},
		{"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 4, "\xE6\x97\xA5" ELLIPSIS,
		 ELLIPSIS "\xE8\xAA\x9E"},
		{"\xE6\x97\xA5\xE6\x9C\xAC", 2, ELLIPSIS, ELLIPSIS},
		{"\xE6\x97\xA5\xE6\x9C\xAC", 1, ELLIPSIS, ELLIPSIS},
		/* a wide character with a mark at the last column goes as one */
		{"a\xE6\x97\xA5" ACUTE "b", 3, "a" ELLIPSIS, "a" ELLIPSIS "b"},
		{"a\xE6\x97\xA5" ACUTE "bc", 4, "a\xE6\x97\xA5" ACUTE ELLIPSIS, "a" ELLIPSIS "bc"},
		{"xe" ACUTE ACUTE "yz", 3, "xe" ACUTE ACUTE ELLIPSIS, "x" ELLIPSIS "z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct safe_text t;

		safe_text_set(&t, rows[i].in);
		safe_text_fit(&t, rows[i].width);
		assert_string_equal(safe_text_str(&t), rows[i].end);
		safe_text_set(&t, rows[i].in);
		safe_text_fit_middle(&t, rows[i].width);
		assert_string_equal(safe_text_str(&t), rows[i].middle);
	}
}

/* --- everything there is --------------------------------------------------------------- */

static size_t encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 63));
		out[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 63));
	out[2] = (char)(0x80 | (cp >> 6 & 63));
	out[3] = (char)(0x80 | (cp & 63));
	return 4;
}

static void test_text_is_safe_for_every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char in[8] = {'x'};
		size_t n = encode(cp, in + 1), got;
		bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
		struct safe_text t;

		assert_int_equal(utf8_decode(in + 1, n, &got), surrogate ? 0xFFFD : cp);
		assert_int_equal(got, surrogate ? 1 : n);
		in[n + 1] = 'y';
		safe_text_set_bytes(&t, in, n + 2);
		check_safe(&t);
		assert_int_equal(t.guarded[t.len - 1], 'y');
	}
}

int wcwidth(wchar_t c); /* XSI: not in the feature set we build with */

/* What this libc's terminals think; other than utf8proc's opinion, and made with other tables. */
static void test_text_shows_only_what_libc_measures_the_same(void **state)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	unsigned shown = 0;

	(void)state;
	if (!utf8)
		skip();
	(void)uselocale(utf8);
	for (uint32_t cp = 0xA0; cp <= 0x10FFFF; cp++) {
		char in[8] = {'x'};
		struct safe_text t;

		safe_text_set_bytes(&t, in, 1 + encode(cp, in + 1));
		if (t.guarded[1] == '<' || (cp >= 0xD800 && cp <= 0xDFFF))
			continue;
		shown++;
		assert_int_equal(wcwidth((wchar_t)cp), (int)safe_text_width(&t) - 1);
	}
	(void)uselocale(LC_GLOBAL_LOCALE);
	freelocale(utf8);
	assert_true(shown > 140000);
}

static size_t random_bytes(struct rng *r, char *out, size_t max)
{
	static const char *const spice[] = {
		"\x1b[",        "\xC2\x9B",     "\xE2\x80\xAE",
		ACUTE,          "\xE6\x97\xA5", "\xF0\x9F\x98\x80",
		"\xE2\x80\x8D", "\xEF\xB8\x8F", "\xF3\xA0\x81\x81",
		"\xED\xA0\x80", "\xC0\x9B",     "\r\n",
		"\xE0\xA4\xBE", "abc",          "\xE1\x84\x80\xE1\x85\xA1"};
	size_t len = (size_t)rng_below(r, max), n = 0;

	while (n < len) {
		const char *s = spice[rng_below(r, COUNT(spice))];

		if (rng_chance(r, 50))
			out[n++] = (char)rng_next(r);
		else if (n + strlen(s) <= len)
			for (; *s; s++)
				out[n++] = *s;
		else
			out[n++] = 'z';
	}
	return n;
}

static void test_text_survives_random_bytes(void **state)
{
	char in[900];
	struct rng r;

	(void)state;
	rng_seed(&r, 20260115);
	for (int i = 0; i < 12000; i++) {
		struct safe_text t, again;
		size_t len = random_bytes(&r, in, i % 10 ? 60 : sizeof(in));
		unsigned width = (unsigned)rng_below(&r, WIDEST + 1);

		safe_text_set_bytes(&t, in, len);
		check_safe(&t);
		/* what is safe stays as it is, unless it ended in marks or an ellipsis */
		if (!t.cut) {
			safe_text_set(&again, safe_text_str(&t));
			assert_string_equal(safe_text_str(&again), safe_text_str(&t));
		}
		safe_text_addf(&t, "%.*s|%s", 20, safe_text_str(&t), "\x1b");
		check_safe(&t);
		again = t;
		safe_text_fit(&t, width);
		safe_text_fit_middle(&again, width);
		check_safe(&t);
		check_safe(&again);
		assert_true(safe_text_width(&t) <= width && safe_text_width(&again) <= width);
		safe_text_add(&t, "tail");
		check_safe(&t);
	}
}

/* --- utf8 -------------------------------------------------------------------------------- */

static void test_utf8_width_of_code_points(void **state)
{
	static const struct {
		uint32_t cp;
		int width;
	} rows[] = {
		{0, -1},     {0x1B, -1},  {0x7F, -1},  {0x85, -1},  {' ', 1},    {'~', 1},
		{0xE9, 1},   {0x301, 0},  {0x200B, 0}, {0x3042, 2}, {0xFF01, 2}, {0x1F600, 2},
		{0x2026, 1}, {0x2500, 1}, {0x2588, 1}, {0x2800, 1}, {0xFFFD, 1}, {0x110000, 0},
		{0xA0, 1},   {0x9F, -1},  {0x80, -1},  {0x1160, 0}, {0x11FF, 0}, {0xD7B0, 0},
		{0xD7FF, 0}, {0x115F, 2}, {0xAC00, 2}, {0x903, 1},  {0x302E, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(utf8_width(rows[i].cp), rows[i].width);
}

static void test_utf8_valid(void **state)
{
	(void)state;
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("a\0b", 3));
	assert_true(utf8_valid("\xEF\xBF\xBD", 3));
	assert_true(utf8_valid("\xF4\x8F\xBF\xBF", 4));
	assert_false(utf8_valid("\xC0\x80", 2));
	assert_false(utf8_valid("\xED\xA0\x80", 3));
	assert_false(utf8_valid("ok\xE2\x82", 4));
	assert_false(utf8_valid("\x80", 1));
}

static void test_utf8_contains_nocase(void **state)
{
	static const struct {
		const char *haystack, *needle;
		bool found;
	} rows[] = {
		{"Invoice INV_42", "inv_42", true},
		{"Invoice INV_42", "", true},
		{"", "", true},
		{"", "a", false},
		{"aab", "AB", true},
		{"AZ", "az", true},
		{"aaab", "aab", true},
		{"abc", "abcd", false},
		{"Stra\xC3\x9F"
		 "e",
		 "stra\xE1\xBA\x9E", true}, /* sharp s, small and capital */
		{"\xC3\x89T\xC3\x89", "\xC3\xA9t\xC3\xA9", true},
		{"\xCE\x9F\xCE\xA3", "\xCE\xBF\xCF\x82", true}, /* final sigma */
		{"\xD0\x9F\xD1\x80", "\xD0\xBF\xD0\xA0", true}, /* Cyrillic */
		{"a", "\xD0\xB0", false},                       /* not its Cyrillic twin */
		{"e" ACUTE, "e", true},
		{"\xFF", "\xFF", true},
		{"\xFF", "\xFE", false},
		{"\xFF", FFFD, false},
		{"x[y", "X{Y", false},
		{"x@y", "x`y", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(utf8_contains_nocase(rows[i].haystack, rows[i].needle),
				 rows[i].found);
	assert_true(utf8_contains_nocase(NULL, NULL));
	assert_true(utf8_contains_nocase("a", NULL));
	assert_false(utf8_contains_nocase(NULL, "a"));
}

static void test_utf8_find_nocase_tells_where(void **state)
{
	static const struct {
		const char *s, *needle;
		bool found;
		size_t at, len;
	} rows[] = {
		{"an Invoice", "invoice", true, 3, 7},
		{"aAab", "AAB", true, 1, 3},
		{"x", "", false, 0, 0},
		{"", "x", false, 0, 0},
		/* as many bytes as it has there, not as it was asked with */
		{"a \xE1\xBA\x9E!", "\xC3\x9F", true, 2, 3},
		{"\xC3\x89T\xC3\x89", "t\xC3\xA9", true, 2, 3},
		{"300 \xE2\x84\xAA", "k", true, 4, 3}, /* the Kelvin sign */
		{"\xFF\xFE", "\xFE", true, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t at = 0, len = 0;

		assert_int_equal(utf8_find_nocase(rows[i].s, strlen(rows[i].s), rows[i].needle,
						  strlen(rows[i].needle), &at, &len),
				 rows[i].found);
		assert_int_equal(at, rows[i].at);
		assert_int_equal(len, rows[i].len);
	}
}

static void test_utf8_has_capital(void **state)
{
	(void)state;
	assert_false(utf8_has_capital(""));
	assert_false(utf8_has_capital("in_42 \xC3\xA9\xC3\x9F \xFF"));
	assert_true(utf8_has_capital("pAid"));
	assert_true(utf8_has_capital("caf\xC3\x89"));
	assert_true(utf8_has_capital("\xD0\x9F"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_leaves_printable_ascii_alone),
		cmocka_unit_test(test_text_escapes_every_c0_and_del),
		cmocka_unit_test(test_text_escapes_every_c1_raw_and_encoded),
		cmocka_unit_test(test_text_shows_bad_utf8_byte_by_byte),
		cmocka_unit_test(test_text_escapes_what_hides_or_reorders),
		cmocka_unit_test(test_text_shows_terminal_attacks),
		cmocka_unit_test(test_text_measures_cells),
		cmocka_unit_test(test_text_keeps_two_marks_a_cluster),
		cmocka_unit_test(test_text_escapes_a_mark_with_nothing_to_sit_on),
		cmocka_unit_test(test_text_does_not_join_pieces),
		cmocka_unit_test(test_text_zwj_families_fall_apart_visibly),
		cmocka_unit_test(test_text_formats_before_it_sanitises),
		cmocka_unit_test(test_text_null_is_empty),
		cmocka_unit_test(test_text_ends_long_input_in_an_ellipsis),
		cmocka_unit_test(test_text_full_takes_no_more),
		cmocka_unit_test(test_text_fit_keeps_the_longest_text_within_its_bytes),
		cmocka_unit_test(test_text_fit_cuts_where_it_should),
		cmocka_unit_test(test_text_is_safe_for_every_code_point),
		cmocka_unit_test(test_text_shows_only_what_libc_measures_the_same),
		cmocka_unit_test(test_text_survives_random_bytes),
		cmocka_unit_test(test_utf8_width_of_code_points),
		cmocka_unit_test(test_utf8_valid),
		cmocka_unit_test(test_utf8_contains_nocase),
		cmocka_unit_test(test_utf8_find_nocase_tells_where),
		cmocka_unit_test(test_utf8_has_capital),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
