/* Documents: search, cursor, and both while the document is built anew under them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "views/doc_priv.h"

#define WIDTH  30
#define HEIGHT 6

struct fixture {
	struct doc doc;
	struct grid *grid;
};

static struct fixture doc_open(void)
{
	struct fixture f;

	doc_init(&f.doc);
	f.grid = grid_new(WIDTH, HEIGHT, false);
	return f;
}

static void doc_end(struct fixture *f)
{
	doc_release(&f->doc);
	grid_free(f->grid);
}

static const char *line_text(const struct doc *d, size_t line)
{
	return safe_text_str(&d->lines[line].spans[0].text);
}

/* One line a word; a word that begins with @ is a line's key too. */
static void build(struct doc *d, const char *words)
{
	char word[64];

	doc_clear(d);
	while (*words) {
		size_t len = strcspn(words, " ");

		snprintf(word, sizeof(word), "%.*s", (int)len, words);
		doc_line(d);
		doc_add(d, ROLE_TEXT, "%s", word);
		if (word[0] == '@')
			doc_line_key(d, word + 1);
		words += len + (words[len] == ' ');
	}
	doc_clamp(d, HEIGHT);
}

static void assert_count(const struct doc *d, size_t at, size_t total)
{
	size_t have_at, have_total;

	doc_search_count(d, &have_at, &have_total);
	if (have_at != at || have_total != total)
		fail_msg("%zu of %zu, not %zu of %zu", have_at, have_total, at, total);
}

static void act(struct doc *d, enum command cmd, int times)
{
	for (int i = 0; i < times; i++)
		assert_true(doc_act(d, cmd, HEIGHT));
}

/* --- search ----------------------------------------------------------------------------- */

static void test_smart_case(void **state)
{
	static const struct {
		const char *needle;
		size_t found;
	} cases[] = {
		{"paid", 4}, {"Paid", 1},     {"PAID", 2},     {"", 0},
		{"xyz", 0},  {"\xc3\xa9", 2}, {"\xc3\x89", 1}, {"paidpaid", 1},
	};
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "Paid unpaid PAIDPAID caf\xc3\xa9 CAF\xc3\x89 end");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t at, total;

		doc_search(&f.doc, cases[i].needle, HEIGHT);
		doc_search_count(&f.doc, &at, &total);
		if (total != cases[i].found)
			fail_msg("%s: %zu", cases[i].needle, total);
	}
	doc_end(&f);
}

static void test_next_and_previous_wrap_round(void **state)
{
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "hit 1 2 3 4 5 6 7 8 hithit 10 11 12 13 14 15");
	doc_search(&f.doc, "hit", HEIGHT);
	assert_count(&f.doc, 1, 3);
	act(&f.doc, CMD_NEXT_HIT, 1);
	assert_count(&f.doc, 2, 3);
	assert_in_range(9 - f.doc.top, 0, HEIGHT - 1); /* in sight */
	act(&f.doc, CMD_NEXT_HIT, 2);
	assert_count(&f.doc, 1, 3);
	assert_int_equal(f.doc.top, 0);
	act(&f.doc, CMD_PREV_HIT, 1);
	assert_count(&f.doc, 3, 3);
	doc_scroll(&f.doc, 100, HEIGHT);
	doc_search(&f.doc, "hit", HEIGHT); /* from the top of the screen on: round the end */
	assert_count(&f.doc, 1, 3);
	doc_end(&f);
}

static void test_typing_searches_from_where_it_began(void **state)
{
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "1 2 3 p 5 6 7 8 9 10 11 12 pa 14 15 16 17 18 19 20 p 22 23 24 25 26 27");
	doc_search(&f.doc, "pa", HEIGHT);
	assert_count(&f.doc, 1, 1);
	doc_search(&f.doc, "p", HEIGHT); /* a letter taken back */
	assert_count(&f.doc, 1, 3);
	doc_search(&f.doc, "pa", HEIGHT);
	act(&f.doc, CMD_DOWN, 3);
	doc_search(&f.doc, "p", HEIGHT); /* another search: from here */
	assert_count(&f.doc, 3, 3);
	doc_end(&f);
}

/* A word whose parts have roles of their own is one word; columns apart are not. */
static void test_finds_across_spans_that_touch(void **state)
{
	struct fixture f = doc_open();
	struct canvas c = canvas_whole(f.grid);

	(void)state;
	doc_line(&f.doc);
	doc_add_at(&f.doc, 2, ROLE_MUTED, "in_");
	doc_add(&f.doc, ROLE_STRONG, "42 paid");
	doc_add_right(&f.doc, -1, ROLE_TEXT, "12.50");
	doc_clamp(&f.doc, HEIGHT);
	doc_search(&f.doc, "n_42", HEIGHT);
	assert_count(&f.doc, 1, 1);
	doc_draw(&f.doc, &c);
	assert_int_equal(grid_cell(f.grid, 2, 0)->role, ROLE_MUTED);
	for (int x = 3; x < 7; x++)
		assert_int_equal(grid_cell(f.grid, x, 0)->role, ROLE_MATCH);
	assert_int_equal(grid_cell(f.grid, 7, 0)->role, ROLE_STRONG);
	doc_search(&f.doc, "paid12", HEIGHT);
	assert_count(&f.doc, 0, 0);
	doc_search(&f.doc, "2.5", HEIGHT);
	canvas_clear(&c, ROLE_TEXT);
	doc_draw(&f.doc, &c);
	assert_int_equal(grid_cell(f.grid, WIDTH - 4, 0)->role, ROLE_MATCH);
	assert_string_equal(grid_cell(f.grid, WIDTH - 4, 0)->bytes, "2");
	doc_end(&f);
}

static void test_hits_are_on_the_scrollbar(void **state)
{
	struct fixture f = doc_open();
	struct canvas c = canvas_whole(f.grid);
	int marks = 0;

	(void)state;
	build(&f.doc, "hit 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 hit hit");
	doc_search(&f.doc, "hit", HEIGHT);
	doc_draw(&f.doc, &c);
	for (int y = 0; y < HEIGHT; y++)
		marks += grid_cell(f.grid, WIDTH - 1, y)->role == ROLE_MATCH;
	assert_int_equal(marks, 2); /* at its two ends */
	assert_int_equal(grid_cell(f.grid, WIDTH - 1, 0)->role, ROLE_MATCH);
	assert_int_equal(grid_cell(f.grid, WIDTH - 1, HEIGHT - 1)->role, ROLE_MATCH);
	doc_end(&f);
}

/* Following: what is new at the top moves the page, and the reader's hit with it. */
static void test_hit_stays_while_the_document_grows(void **state)
{
	struct fixture f = doc_open();
	size_t line_on_screen;

	(void)state;
	build(&f.doc, "a-hit b c d e f g h c-hit j k d-hit l m n o p q r s t");
	doc_search(&f.doc, "hit", HEIGHT);
	act(&f.doc, CMD_NEXT_HIT, 1);
	assert_count(&f.doc, 2, 3);
	line_on_screen = f.doc.hits[f.doc.hit].line - f.doc.top;
	build(&f.doc, "z-hit y x a-hit b c d e f g h c-hit j k d-hit l m n o p q r s t");
	assert_count(&f.doc, 3, 4);
	assert_string_equal(line_text(&f.doc, f.doc.hits[f.doc.hit].line), "c-hit");
	assert_int_equal(f.doc.hits[f.doc.hit].line - f.doc.top, line_on_screen);
	build(&f.doc, ""); /* for a moment there is nothing */
	assert_count(&f.doc, 0, 0);
	build(&f.doc, "a-hit b c d e f g h c-hit j k d-hit l m n o p q r s t");
	assert_count(&f.doc, 2, 3);
	build(&f.doc, "a-hit b c d e f g h c d-hit"); /* its line lost the word */
	assert_count(&f.doc, 2, 2);
	doc_search(&f.doc, "", HEIGHT);
	build(&f.doc, "hit");
	assert_count(&f.doc, 0, 0);
	doc_end(&f);
}

/* --- cursor ------------------------------------------------------------------------------- */

static void assert_cursor(const struct doc *d, const char *key)
{
	const char *have = doc_cursor_key(d);

	if (!key) {
		assert_null(have);
		return;
	}
	assert_non_null(have);
	assert_string_equal(have, key);
	if (d->cursor < d->top || d->cursor >= d->top + HEIGHT)
		fail_msg("%s is in line %zu, the screen begins at %zu", key, d->cursor, d->top);
}

static void test_cursor_goes_from_key_to_key(void **state)
{
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "head @a - - @b @c - - - - @d foot");
	assert_cursor(&f.doc, "a");
	assert_int_equal(f.doc.top, 0);
	act(&f.doc, CMD_DOWN, 1);
	assert_cursor(&f.doc, "b");
	act(&f.doc, CMD_DOWN, 1);
	assert_cursor(&f.doc, "c");
	act(&f.doc, CMD_DOWN, 1);
	assert_cursor(&f.doc, "d");
	assert_int_equal(f.doc.top, f.doc.count - HEIGHT); /* with the foot */
	act(&f.doc, CMD_DOWN, 1);
	assert_cursor(&f.doc, "d");
	act(&f.doc, CMD_FIRST, 1);
	assert_cursor(&f.doc, "a");
	assert_int_equal(f.doc.top, 0); /* with the head */
	act(&f.doc, CMD_LAST, 1);
	assert_cursor(&f.doc, "d");
	act(&f.doc, CMD_PAGE_UP, 1);
	assert_cursor(&f.doc, "c");
	assert_true(doc_cursor_to(&f.doc, "a", HEIGHT));
	assert_cursor(&f.doc, "a");
	assert_false(doc_cursor_to(&f.doc, "x", HEIGHT));
	doc_end(&f);
}

static void test_far_key_is_scrolled_to_through_the_text(void **state)
{
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "@a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 @b");
	act(&f.doc, CMD_DOWN, 3);
	assert_int_equal(f.doc.top, 3);
	assert_string_equal(doc_cursor_key(&f.doc), "a");
	act(&f.doc, CMD_DOWN, 8);
	assert_cursor(&f.doc, "b");
	doc_end(&f);
}

static void test_cursor_is_pinned_to_its_key(void **state)
{
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "@a @b @c @d @e @f @g @h @i @j");
	act(&f.doc, CMD_DOWN, 6);
	assert_cursor(&f.doc, "g");
	assert_int_equal(f.doc.cursor - f.doc.top, HEIGHT - 1);
	build(&f.doc, "@x @y @z @a @b @c @d @e @f @g @h @i @j"); /* three came above it */
	assert_cursor(&f.doc, "g");
	assert_int_equal(f.doc.cursor - f.doc.top, HEIGHT - 1);
	build(&f.doc, "@a @b @c @d @e @f @h @i @j @k"); /* it went; its place did not */
	assert_non_null(doc_cursor_key(&f.doc));
	build(&f.doc, "");
	assert_cursor(&f.doc, NULL);
	build(&f.doc, "no keys");
	assert_cursor(&f.doc, NULL);
	doc_end(&f);
}

static void test_search_takes_the_cursor_along(void **state)
{
	struct fixture f = doc_open();

	(void)state;
	build(&f.doc, "@a1 @b2 text1 @c1 @d2");
	doc_search(&f.doc, "1", HEIGHT);
	assert_cursor(&f.doc, "a1");
	act(&f.doc, CMD_NEXT_HIT, 1);
	assert_cursor(&f.doc, "a1"); /* a line without a key */
	act(&f.doc, CMD_NEXT_HIT, 1);
	assert_cursor(&f.doc, "c1");
	doc_end(&f);
}

static void test_cursor_line_is_laid_over(void **state)
{
	struct fixture f = doc_open();
	struct canvas c = canvas_whole(f.grid);

	(void)state;
	build(&f.doc, "head @a @b");
	doc_draw_focused(&f.doc, &c, true);
	assert_int_equal(grid_cell(f.grid, 0, 1)->over, ROLE_SELECTION);
	assert_int_equal(grid_cell(f.grid, WIDTH - 1, 1)->over, ROLE_SELECTION);
	assert_int_equal(grid_cell(f.grid, 0, 0)->over, ROLE_NONE);
	doc_draw_focused(&f.doc, &c, false);
	assert_int_equal(grid_cell(f.grid, 0, 1)->over, ROLE_SELECTION_OFF);
	doc_end(&f);
}

/* --- plain -------------------------------------------------------------------------------- */

static void test_plain_keeps_columns_and_cuts_nothing(void **state)
{
	struct fixture f = doc_open();
	struct strbuf sb;

	(void)state;
	strbuf_init(&sb, 1000);
	doc_fact(&f.doc, "Amount", ROLE_STRONG, "%s", "12.50 USDC");
	doc_line(&f.doc);
	doc_add_at(&f.doc, 1, ROLE_TEXT, "a name that is longer than its column");
	doc_add_at(&f.doc, 12, ROLE_TEXT, "next");
	doc_line(&f.doc);
	doc_add_at(&f.doc, 1, ROLE_TEXT, "left");
	doc_add_right(&f.doc, -1, ROLE_TEXT, "right");
	doc_plain(&f.doc, 20, &sb);
	assert_string_equal(strbuf_str(&sb), " Amount        12.50 USDC\n"
					     " a name that is longer than its column next\n"
					     " left          right\n");
	strbuf_release(&sb);
	doc_end(&f);
}

/* --- any walk ------------------------------------------------------------------------------- */

static void build_random(struct doc *d, struct rng *r)
{
	char key[16];

	doc_clear(d);
	for (uint64_t n = rng_below(r, 40), i = 0; i < n; i++) {
		doc_line(d);
		doc_add_at(d, (int)rng_below(r, 10), ROLE_TEXT, "w%u", (unsigned)rng_below(r, 20));
		doc_add(d, ROLE_STRONG, "1x");
		if (rng_below(r, 3) == 0)
			continue;
		snprintf(key, sizeof(key), "k%u", (unsigned)(i + rng_below(r, 3) * 100));
		doc_line_key(d, key);
	}
	doc_clamp(d, HEIGHT);
}

static void test_any_walk_stays_in_the_document(void **state)
{
	static const enum command WALK[] = {CMD_DOWN,      CMD_UP,      CMD_PAGE_DOWN, CMD_PAGE_UP,
					    CMD_HALF_DOWN, CMD_HALF_UP, CMD_FIRST,     CMD_LAST,
					    CMD_NEXT_HIT,  CMD_PREV_HIT};
	struct fixture f = doc_open();
	struct canvas c = canvas_whole(f.grid);
	struct doc *d = &f.doc;
	struct rng r;

	(void)state;
	rng_seed(&r, 9);
	for (int i = 0; i < 5000; i++) {
		uint64_t dice = rng_below(&r, 12);
		size_t at, total;

		if (dice == 0)
			build_random(d, &r);
		else if (dice == 1)
			doc_search(d, rng_below(&r, 3) ? "1" : "", HEIGHT);
		else
			(void)doc_act(d, WALK[rng_below(&r, 10)], HEIGHT);
		doc_search_count(d, &at, &total);
		assert_true(at <= total && (total == 0) == (at == 0));
		assert_true(d->top + HEIGHT <= d->count || d->top == 0);
		if (doc_cursor_key(d))
			assert_string_equal(doc_cursor_key(d), d->cursor_key);
		doc_draw(d, &c);
	}
	doc_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smart_case),
		cmocka_unit_test(test_next_and_previous_wrap_round),
		cmocka_unit_test(test_typing_searches_from_where_it_began),
		cmocka_unit_test(test_finds_across_spans_that_touch),
		cmocka_unit_test(test_hits_are_on_the_scrollbar),
		cmocka_unit_test(test_hit_stays_while_the_document_grows),
		cmocka_unit_test(test_cursor_goes_from_key_to_key),
		cmocka_unit_test(test_far_key_is_scrolled_to_through_the_text),
		cmocka_unit_test(test_cursor_is_pinned_to_its_key),
		cmocka_unit_test(test_search_takes_the_cursor_along),
		cmocka_unit_test(test_cursor_line_is_laid_over),
		cmocka_unit_test(test_plain_keeps_columns_and_cuts_nothing),
		cmocka_unit_test(test_any_walk_stays_in_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
