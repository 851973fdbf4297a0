/* The JSON viewer: what is seen, folded, found, copied, and kept when the text becomes another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "views/json_view_priv.h"

#define WIDTH  44
#define HEIGHT 12

static struct json_view *open_text(const char *text)
{
	struct json_view *j = json_view_new();

	json_view_set(j, text, strlen(text));
	json_view_resize(j, WIDTH, HEIGHT);
	return j;
}

static char *drawn(const struct json_view *j)
{
	struct grid *g = grid_new(j->width, j->height, false);
	struct canvas c = canvas_whole(g);
	char *text;

	json_view_draw(j, &c, true);
	text = grid_to_text(g);
	grid_free(g);
	return text;
}

static void assert_screen(const struct json_view *j, const char *want)
{
	char *have = drawn(j);
	size_t len = strlen(have);

	while (len > 1 && have[len - 1] == '\n' && have[len - 2] == '\n')
		have[--len] = '\0';
	assert_string_equal(have, want);
	free(have);
}

static void assert_path(const struct json_view *j, const char *want)
{
	struct strbuf sb;

	strbuf_init(&sb, 1024);
	json_view_path(j, &sb);
	assert_string_equal(strbuf_str(&sb), want);
	strbuf_release(&sb);
}

static void act(struct json_view *j, enum command cmd, int times)
{
	for (int i = 0; i < times; i++)
		assert_true(json_view_act(j, cmd));
}

#define EVENT                                                                                      \
	"{\"id\":\"evt_1\",\"data\":{\"object\":{\"amount\":12.50,\"paid\":true,\"payment\":null," \
	"\"tags\":[\"a\",{\"x\":[]}],\"meta\":{}}},\"last\":1e400}"

static void test_shows_names_values_and_path(void **state)
{
	struct json_view *j = open_text(EVENT);

	(void)state;
	assert_screen(j, "the whole document                      1/13\n"
			 "- {                                        ▌\n"
			 "    id: \"evt_1\"                            ▌\n"
			 "  - data: {                                ▌\n"
			 "    - object: {                            ▌\n"
			 "        amount: 12.50                      ▌\n"
			 "        paid: true                         ▌\n"
			 "        payment: null                      ▌\n"
			 "      - tags: [                            ▌\n"
			 "          0: \"a\"                           ▌\n"
			 "        - 1: {\n"
			 "            x: []\n");
	json_view_free(j);
}

static void test_folds_node_and_keeps_the_cursor_on_it(void **state)
{
	struct json_view *j = open_text(EVENT);

	(void)state;
	act(j, CMD_DOWN, 3);
	assert_path(j, "data.object");
	act(j, CMD_FOLD, 1);
	assert_screen(j, "data.object                              4/5\n"
			 "- {\n"
			 "    id: \"evt_1\"\n"
			 "  - data: {\n"
			 "    + object: {…} 5\n"
			 "    last: 1e400\n");
	act(j, CMD_UP, 1);
	act(j, CMD_OPEN, 1);
	assert_path(j, "data");
	assert_int_equal(j->row_count, 4);
	act(j, CMD_OPEN, 1);
	assert_int_equal(j->row_count, 5); /* the inner one is as it was */
	json_view_free(j);
}

static void test_enter_on_a_value_is_left_to_the_caller(void **state)
{
	struct json_view *j = open_text(EVENT);
	struct strbuf sb;

	(void)state;
	act(j, CMD_DOWN, 1);
	assert_false(json_view_act(j, CMD_OPEN));
	assert_true(json_view_act(j, CMD_FOLD)); /* nothing to fold, nothing else either */
	strbuf_init(&sb, 100);
	assert_true(json_view_value(j, &sb));
	assert_string_equal(strbuf_str(&sb), "evt_1");
	strbuf_release(&sb);
	json_view_free(j);
}

static void test_levels_go_one_deeper_and_one_shallower(void **state)
{
	static const struct {
		enum command cmd;
		size_t rows;
	} steps[] = {
		{CMD_FOLD_LESS, 12}, {CMD_FOLD_LESS, 10}, {CMD_FOLD_LESS, 5},   {CMD_FOLD_LESS, 4},
		{CMD_FOLD_LESS, 4}, /* the root stays open */
		{CMD_FOLD_MORE, 5},  {CMD_FOLD_MORE, 10}, {CMD_FOLD_MORE, 12},  {CMD_FOLD_MORE, 13},
		{CMD_FOLD_MORE, 13}, {CMD_FOLD_ALL, 4},   {CMD_UNFOLD_ALL, 13},
	};
	struct json_view *j = open_text(EVENT);

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		act(j, steps[i].cmd, 1);
		if (j->row_count != steps[i].rows)
			fail_msg("step %zu: %zu rows, not %zu", i, j->row_count, steps[i].rows);
	}
	json_view_free(j);
}

static void test_cursor_in_what_is_folded_goes_to_the_fold(void **state)
{
	struct json_view *j = open_text(EVENT);

	(void)state;
	act(j, CMD_DOWN, 10);
	assert_path(j, "data.object.tags[1].x");
	act(j, CMD_FOLD_ALL, 1);
	assert_path(j, "data");
	json_view_free(j);
}

static void test_selected_long_value_is_shown_whole(void **state)
{
	struct json_view *j =
		open_text("{\"url\":\"https://pay.example/s/0123456789abcdefghijklmnop"
			  "qrstuvwxyz?token=ABCDEFGHIJKLMNOP\",\"n\":1}");

	(void)state;
	assert_screen(j, "the whole document                       1/3\n"
			 "- {\n"
			 "    url: \"https://pay.example/s/0123456789a…\n"
			 "    n: 1\n");
	act(j, CMD_DOWN, 1);
	assert_screen(j, "url                                      2/3\n"
			 "- {\n"
			 "    url: \"https://pay.example/s/0123456789ab\n"
			 "      cdefghijklmnopqrstuvwxyz?token=ABCDEFG\n"
			 "      HIJKLMNOP\"\n"
			 "    n: 1\n");
	act(j, CMD_WRAP, 1);
	act(j, CMD_DOWN, 1);
	assert_screen(j, "n                                        3/3\n"
			 "- {\n"
			 "    url: \"https://pay.example/s/0123456789ab\n"
			 "      cdefghijklmnopqrstuvwxyz?token=ABCDEFG\n"
			 "      HIJKLMNOP\"\n"
			 "    n: 1\n");
	json_view_free(j);
}

static void test_click_takes_the_cursor_and_a_second_folds(void **state)
{
	struct json_view *j = open_text(EVENT);

	(void)state;
	json_view_click(j, 20, 4); /* "- object: {": rows begin under the path */
	assert_path(j, "data.object");
	assert_int_equal(j->row_count, 13);
	json_view_click(j, 20, 4);
	assert_int_equal(j->row_count, 5);
	json_view_click(j, 2, 3); /* the mark of "data" */
	assert_path(j, "data");
	assert_int_equal(j->row_count, 4);
	json_view_click(j, 2, 11); /* below the last row */
	json_view_click(j, 2, 0);  /* the path */
	assert_path(j, "data");
	json_view_free(j);
	j = open_text("[\"0123456789012345678901234567890123456789012345678901234567890\",7]");
	act(j, CMD_DOWN, 1); /* two lines high now */
	json_view_click(j, 20, 3);
	assert_path(j, "[0]");
	json_view_click(j, 20, 4);
	assert_path(j, "[1]");
	json_view_free(j);
}

/* Line by line, all of it, and on to the next row. */
static void test_value_higher_than_the_screen_is_read_to_its_end(void **state)
{
	char text[2000] = "[\"";
	struct json_view *j;
	char *screen = NULL;
	int steps = 0;

	(void)state;
	for (int i = 0; i < 150; i++)
		snprintf(text + strlen(text), 20, "word%03d ", i);
	snprintf(text + strlen(text), 12, "THE END\",7]");
	j = open_text(text);
	act(j, CMD_DOWN, 1);
	do {
		free(screen);
		act(j, CMD_DOWN, 1);
		screen = drawn(j);
	} while (++steps < 100 && !strstr(screen, "THE END"));
	assert_int_equal(j->cursor, 1);
	assert_in_range(steps, 10, 30);
	free(screen);
	act(j, CMD_DOWN, 1);
	assert_path(j, "[1]");
	json_view_free(j);
}

static void test_text_from_outside_is_shown_never_obeyed(void **state)
{
	struct json_view *j = open_text("{\"a\xe2\x80\xae"
					"b\":\"\x7f\xe2\x80\x8bx\\u001b[31m\","
					"\"\":1,\"a b\":{\"c\":[2]}}");

	(void)state;
	assert_screen(j, "the whole document                       1/6\n"
			 "- {\n"
			 "    a<U+202E>b: \"\\x7f<U+200B>x\\u001b[31m\"\n"
			 "    \"\": 1\n"
			 "  - a b: {\n"
			 "    - c: [\n"
			 "        0: 2\n");
	act(j, CMD_LAST, 1);
	assert_path(j, "[\"a b\"].c[0]");
	json_view_free(j);
}

static void test_what_is_no_json_is_shown_with_what_is_wrong(void **state)
{
	struct json_view *j = open_text("{\"a\": 1,\n \"b\": oops}\nmore\n");
	size_t at, total;

	(void)state;
	assert_screen(j, "line 2, column 7: not JSON we accept: a… 2/3\n"
			 "{\"a\": 1,\n"
			 " \"b\": oops}\n"
			 "more\n");
	assert_path(j, "");
	json_view_search(j, "MORE");
	json_view_search_count(j, &at, &total);
	assert_int_equal(total, 0);
	json_view_search(j, "more");
	json_view_search_count(j, &at, &total);
	assert_int_equal(at, 1);
	assert_int_equal(total, 1);
	json_view_free(j);
}

/* --- copies --------------------------------------------------------------------------- */

static void assert_copy(const struct json_view *j, const char *label, const char *want)
{
	struct copies c = {0};

	json_view_copies(j, &c);
	for (size_t i = 0; i < c.count; i++) {
		if (strcmp(c.items[i].label, label) != 0)
			continue;
		assert_int_equal(c.items[i].len, strlen(want));
		assert_memory_equal(c.items[i].text, want, strlen(want));
		copies_release(&c);
		return;
	}
	fail_msg("no copy called %s", label);
}

static void test_copies_value_path_and_node(void **state)
{
	static const char TEXT[] = "{\"who\" : {\"n\\u00e4me\":\"J\\u00fcrgen\\n\\ud83d\\ude00\",\n"
				   "\"limit\": 100000000000000000000.10 }}";
	struct json_view *j = open_text(TEXT);

	(void)state;
	act(j, CMD_DOWN, 2);
	assert_copy(j, "value", "J\xc3\xbcrgen\n\xf0\x9f\x98\x80");
	assert_copy(j, "JSON of the node", "\"J\\u00fcrgen\\n\\ud83d\\ude00\"");
	assert_copy(j, "path", "who[\"n\\u00e4me\"]");
	act(j, CMD_DOWN, 1);
	assert_copy(j, "value", "100000000000000000000.10");
	assert_copy(j, "path", "who.limit");
	act(j, CMD_UP, 2);
	assert_copy(j, "JSON of the node",
		    "{\"n\\u00e4me\":\"J\\u00fcrgen\\n\\ud83d\\ude00\",\n"
		    "\"limit\": 100000000000000000000.10 }");
	assert_copy(j, "whole text as received", TEXT);
	json_view_free(j);
}

/* --- search --------------------------------------------------------------------------- */

static void assert_found(const struct json_view *j, size_t at, size_t total, const char *path)
{
	size_t have_at, have_total;

	json_view_search_count(j, &have_at, &have_total);
	if (have_at != at || have_total != total)
		fail_msg("%zu of %zu, not %zu of %zu", have_at, have_total, at, total);
	assert_path(j, path);
}

static void test_search_opens_folds_and_wraps_round(void **state)
{
	struct json_view *j = open_text("{\"a\":{\"Paid\":1,\"x\":{\"y\":\"was paid\"}},"
					"\"b\":[{\"z\":\"UNPAID\"}],\"c\":\"caf\\u00e9\"}");

	(void)state;
	act(j, CMD_FOLD_ALL, 1);
	json_view_search(j, "paid");
	assert_found(j, 1, 3, "a.Paid");
	act(j, CMD_NEXT_HIT, 1);
	assert_found(j, 2, 3, "a.x.y");
	act(j, CMD_NEXT_HIT, 1);
	assert_found(j, 3, 3, "b[0].z");
	act(j, CMD_NEXT_HIT, 1);
	assert_found(j, 1, 3, "a.Paid");
	act(j, CMD_PREV_HIT, 1);
	assert_found(j, 3, 3, "b[0].z");
	json_view_search(j, "PAID"); /* capitals: as it is */
	assert_found(j, 1, 1, "b[0].z");
	act(j, CMD_FOLD_ALL, 1);
	act(j, CMD_NEXT_HIT, 1); /* out of the fold again */
	assert_found(j, 1, 1, "b[0].z");
	json_view_search(j, "caf\xc3\xa9"); /* what it means, whatever it is written like */
	assert_found(j, 1, 1, "c");
	json_view_search(j, "\"c\"");
	assert_found(j, 1, 1, "c");
	json_view_search(j, "nowhere");
	assert_found(j, 0, 0, "b[0].z"); /* where its first letter was typed */
	act(j, CMD_NEXT_HIT, 1);
	json_view_search(j, "");
	assert_found(j, 0, 0, "b[0].z");
	json_view_free(j);
}

/* Each letter begins where the first did: what one unfolded, the next folds again. */
static void test_typing_a_search_leaves_no_trail(void **state)
{
	struct json_view *j = open_text("{\"a\":[\"pa\"],\"b\":[\"pay\"],\"c\":[\"pa\"],\"d\":0}");

	(void)state;
	act(j, CMD_FOLD_ALL, 1);
	act(j, CMD_DOWN, 1);
	json_view_search(j, "p");
	assert_found(j, 1, 3, "a[0]");
	assert_int_equal(j->row_count, 8);
	json_view_search(j, "pay");
	assert_found(j, 1, 1, "b[0]");
	assert_int_equal(j->row_count, 6);
	json_view_search(j, "pa");
	assert_found(j, 1, 3, "a[0]");
	json_view_search(j, "");
	assert_found(j, 0, 0, "a[0]"); /* stays */
	json_view_free(j);
}

static void test_fold_says_what_was_found_in_it(void **state)
{
	struct json_view *j = open_text("{\"a\":[\"hit\",\"hit\",{\"hit\":0}],\"b\":\"hit\"}");

	(void)state;
	json_view_search(j, "hit");
	act(j, CMD_FOLD_ALL, 1);
	assert_screen(j, "a                                        2/3\n"
			 "- {\n"
			 "  + a: […] 3  3 found\n"
			 "    b: \"hit\"\n");
	json_view_free(j);
}

static void test_hits_are_marked_in_the_text_and_on_the_scrollbar(void **state)
{
	struct json_view *j;
	struct grid *g = grid_new(WIDTH, HEIGHT, false);
	struct canvas c = canvas_whole(g);
	char text[1000] = "[\"needle at the start\"";
	int marks = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		snprintf(text + strlen(text), 13, "%s", i == 20 ? ",\"a needle\"" : ",0");
	snprintf(text + strlen(text), 2, "]");
	j = open_text(text);
	json_view_search(j, "needle");
	json_view_draw(j, &c, true);
	/* "    0: "needle": the text begins at the eighth cell */
	assert_int_equal(grid_cell(g, 6, 2)->role, ROLE_TEXT);
	for (int x = 8; x < 14; x++)
		assert_int_equal(grid_cell(g, x, 2)->role, ROLE_MATCH);
	assert_int_equal(grid_cell(g, 14, 2)->role, ROLE_TEXT);
	for (int y = 1; y < HEIGHT; y++)
		marks += grid_cell(g, WIDTH - 1, y)->role == ROLE_MATCH;
	assert_int_equal(marks, 2);
	grid_free(g);
	json_view_free(j);
}

/* --- a text that becomes another ---------------------------------------------------------- */

static void test_cursor_and_folds_stay_by_path(void **state)
{
	static const char AFTER[] = "{\"new\":[1,2,{\"deep\":{}}],\"data\":{\"more\":0,\"object\":{"
				    "\"amount\":99,\"tags\":[\"b\"],\"meta\":{\"k\":1}}},\"id\":1}";
	struct json_view *j = open_text(EVENT);

	(void)state;
	act(j, CMD_DOWN, 7);
	assert_path(j, "data.object.tags");
	act(j, CMD_FOLD, 1);
	json_view_set(j, "", 0); /* an answer on its way */
	json_view_set(j, AFTER, strlen(AFTER));
	assert_path(j, "data.object.tags");
	assert_true(j->folded[j->cursor]);
	json_view_set(j, "{\"data\":{\"object\":7}}", 21); /* as far as it goes */
	assert_path(j, "data.object");
	json_view_free(j);
}

static void test_search_goes_on_in_the_new_text(void **state)
{
	struct json_view *j = open_text("[\"x1\",\"y\",\"x2\"]");

	(void)state;
	json_view_search(j, "x");
	act(j, CMD_NEXT_HIT, 1);
	assert_found(j, 2, 2, "[2]");
	json_view_set(j, "[\"x1\",\"x\",\"x2\",\"x3\"]", 20);
	assert_found(j, 3, 4, "[2]");
	act(j, CMD_NEXT_HIT, 1);
	assert_found(j, 4, 4, "[3]");
	json_view_free(j);
}

/* --- properties ----------------------------------------------------------------------------- */

#define LONG "long enough to be wrapped at a width of forty"

static struct json *random_value(struct rng *r, int depth)
{
	static const char *const WORDS[] = {"", "a", "\"q\"", "\\", "\xc3\xa9", "tab\t", "/", LONG};
	static const char *const NUMBERS[] = {"0", "-1.50", "1e-7",
					      "123456789012345678901234567890"};
	struct json *v;
	char key[16];

	switch (rng_below(r, depth < 5 ? 6 : 4)) {
	case 0:
	case 1:
		return json_new_string(WORDS[rng_below(r, 8)]);
	case 2:
	case 3:
		v = json_new_object();
		json_set_number_text(v, "n", NUMBERS[rng_below(r, 4)]);
		if (rng_below(r, 2))
			json_set_null(v, WORDS[rng_below(r, 8)]);
		return v;
	case 4:
		v = json_new_array();
		for (uint64_t n = rng_below(r, 5); n > 0; n--)
			json_append_take(v, random_value(r, depth + 1));
		return v;
	default:
		v = json_new_object();
		for (uint64_t n = rng_below(r, 5); n > 0; n--) {
			snprintf(key, sizeof(key), "k%u", (unsigned)n);
			json_set_take(v, key, random_value(r, depth + 1));
		}
		return v;
	}
}

static char *random_text(struct rng *r)
{
	struct json *root = random_value(r, 0);
	char *text = rng_below(r, 2) ? json_print(root) : json_print_pretty(root);

	json_free(root);
	return text;
}

static void test_any_document_unfolded_prints_back_to_itself(void **state)
{
	struct rng r;

	(void)state;
	rng_seed(&r, 11);
	for (int i = 0; i < 500; i++) {
		char *text = random_text(&r);
		struct json_view *j = open_text(text);
		struct json *was, *is;
		struct strbuf sb;
		char *a, *b;

		strbuf_init(&sb, JSON_VIEW_TEXT_MAX);
		act(j, CMD_UNFOLD_ALL, 1);
		json_view_plain(j, &sb);
		assert_int_equal(json_parse(text, strlen(text), &was, NULL), S_OK);
		assert_int_equal(json_parse(strbuf_str(&sb), sb.len, &is, NULL), S_OK);
		a = json_print_pretty(was);
		b = json_print_pretty(is);
		assert_string_equal(a, b);
		assert_int_equal(j->row_count, j->outline.count);
		free(a);
		free(b);
		json_free(was);
		json_free(is);
		strbuf_release(&sb);
		json_view_free(j);
		free(text);
	}
}

/* The rows are the nodes with no fold above them; cursor and top are rows of the screen. */
static void assert_sound(const struct json_view *j)
{
	size_t rows = 0, lines = 0;
	bool cursor_seen = false;

	for (size_t i = 0; i < j->outline.count;) {
		assert_int_equal(j->rows[rows++], i);
		i = j->folded[i] ? json_view_node(j, i)->end : i + 1;
	}
	assert_int_equal(rows, j->row_count);
	assert_true(j->top < rows);
	assert_true(j->skip < json_row_height(j, j->rows[j->top], SIZE_MAX));
	for (size_t row = j->top; row < rows; row++) {
		if (lines < j->skip + (size_t)json_view_page(j) && j->rows[row] == j->cursor)
			cursor_seen = true;
		lines += json_row_height(j, j->rows[row], SIZE_MAX);
	}
	assert_true(cursor_seen);
}

static void test_any_walk_keeps_the_cursor_in_sight(void **state)
{
	static const enum command WALK[] = {CMD_DOWN,      CMD_UP,         CMD_FOLD,
					    CMD_FOLD,      CMD_FOLD_LESS,  CMD_FOLD_ALL,
					    CMD_FOLD_MORE, CMD_UNFOLD_ALL, CMD_WRAP,
					    CMD_PAGE_DOWN, CMD_PAGE_UP,    CMD_HALF_DOWN,
					    CMD_HALF_UP,   CMD_FIRST,      CMD_LAST,
					    CMD_NEXT_HIT,  CMD_PREV_HIT,   CMD_DOWN,
					    CMD_FOLD_MORE, CMD_OPEN};
	struct rng r;

	(void)state;
	rng_seed(&r, 5);
	for (int i = 0; i < 60; i++) {
		struct json_view *j = json_view_new();

		for (int step = 0; step < 120; step++) {
			uint64_t dice = rng_below(&r, 30);

			if (step == 0 || dice == 0) {
				char *text = random_text(&r);

				json_view_set(j, text, strlen(text));
				free(text);
			} else if (dice == 1) {
				json_view_resize(j, 10 + (int)rng_below(&r, 60),
						 1 + (int)rng_below(&r, 20));
			} else if (dice == 2) {
				json_view_search(j, rng_below(&r, 2) ? "a" : "");
			} else {
				(void)json_view_act(j, WALK[rng_below(&r, 20)]);
			}
			assert_sound(j);
			free(drawn(j));
		}
		json_view_free(j);
	}
}

/* Any bytes: shown, whatever they are. */
static void test_any_bytes_can_be_looked_at(void **state)
{
	static const char BYTES[] = "{}[]\",:\\ \n01e-.tnu\xc3\xa9\x80\xff\x1b";
	struct rng r;

	(void)state;
	rng_seed(&r, 3);
	for (int i = 0; i < 3000; i++) {
		char text[40];
		size_t len = rng_below(&r, sizeof(text));
		struct json_view *j = json_view_new();

		for (size_t k = 0; k < len; k++)
			text[k] = BYTES[rng_below(&r, sizeof(BYTES))];
		json_view_set(j, text, len);
		json_view_search(j, "e");
		assert_sound(j);
		free(drawn(j));
		json_view_free(j);
	}
}

static void test_draws_a_row_of_megabytes(void **state)
{
	size_t len = 5u << 20;
	char *text = xmalloc(len);
	struct json_view *j;
	char *screen;

	(void)state;
	memset(text, 'x', len);
	memcpy(text, "[\"", 2);
	memcpy(text + len - 2, "\"]", 2);
	j = json_view_new();
	json_view_set(j, text, len);
	json_view_resize(j, 80, 24);
	act(j, CMD_DOWN, 1);
	act(j, CMD_WRAP, 1);
	screen = drawn(j);
	assert_non_null(strstr(screen, "the first 65536 of 5242878 bytes"));
	free(screen);
	json_view_free(j);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shows_names_values_and_path),
		cmocka_unit_test(test_folds_node_and_keeps_the_cursor_on_it),
		cmocka_unit_test(test_enter_on_a_value_is_left_to_the_caller),
		cmocka_unit_test(test_levels_go_one_deeper_and_one_shallower),
		cmocka_unit_test(test_cursor_in_what_is_folded_goes_to_the_fold),
		cmocka_unit_test(test_selected_long_value_is_shown_whole),
		cmocka_unit_test(test_click_takes_the_cursor_and_a_second_folds),
		cmocka_unit_test(test_value_higher_than_the_screen_is_read_to_its_end),
		cmocka_unit_test(test_text_from_outside_is_shown_never_obeyed),
		cmocka_unit_test(test_what_is_no_json_is_shown_with_what_is_wrong),
		cmocka_unit_test(test_copies_value_path_and_node),
		cmocka_unit_test(test_search_opens_folds_and_wraps_round),
		cmocka_unit_test(test_typing_a_search_leaves_no_trail),
		cmocka_unit_test(test_fold_says_what_was_found_in_it),
		cmocka_unit_test(test_hits_are_marked_in_the_text_and_on_the_scrollbar),
		cmocka_unit_test(test_cursor_and_folds_stay_by_path),
		cmocka_unit_test(test_search_goes_on_in_the_new_text),
		cmocka_unit_test(test_any_document_unfolded_prints_back_to_itself),
		cmocka_unit_test(test_any_walk_keeps_the_cursor_in_sight),
		cmocka_unit_test(test_any_bytes_can_be_looked_at),
		cmocka_unit_test(test_draws_a_row_of_megabytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
