#include "test_ui_support.h"

#include "ui/prompt.h"

static enum prompt_result press(struct prompt *p, const char *name)
{
	return prompt_key(p, key(name));
}

static void type(struct prompt *p, const char *s)
{
	size_t len = strlen(s), used;
	for (size_t at = 0; at < len; at += used) {
		struct key k = {.code = utf8_decode(s + at, len - at, &used)};
		assert_int_equal(prompt_key(p, k), PROMPT_CHANGED);
	}
}

/* Text with '|' at the cursor. */
static const char *shown(const struct prompt *p)
{
	static char buf[PROMPT_MAX + 8];
	(void)str_printf(buf, sizeof(buf), "%.*s|%s", (int)p->at, p->text, p->text + p->at);
	return buf;
}

static void test_prompt_edits_like_a_line(void **state)
{
	/* keys separated by blanks, from "foo bar baz|" */
	static const struct {
		const char *keys, *want;
	} rows[] = {
		{"x", "foo bar bazx|"},
		{"Backspace", "foo bar ba|"},
		{"Home x", "x|foo bar baz"},
		{"C-a Delete", "|oo bar baz"},
		{"Left Left x", "foo bar bx|az"},
		{"C-w", "foo bar |"},
		{"C-w C-w", "foo |"},
		{"C-w C-w C-w C-w", "|"},
		{"C-u", "|"},
		{"Left C-u", "|z"},
		{"Home Right C-k", "f|"},
		{"Home Left", "|foo bar baz"},
		{"Right End C-e", "foo bar baz|"},
		{"Delete", "foo bar baz|"},
		{"Home Backspace", "|foo bar baz"},
		{"Space é", "foo bar baz é|"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct prompt p;
		prompt_init(&p, "/");
		prompt_open(&p, "foo bar baz");
		const char *at = rows[i].keys;
		while (*at) {
			char name[KEY_NAME_CAP];
			size_t len = strcspn(at, " ");
			(void)str_printf(name, sizeof(name), "%.*s", (int)len, at);
			(void)press(&p, name);
			at += len + (at[len] == ' ');
		}
		assert_string_equal(shown(&p), rows[i].want);
		assert_int_equal(p.len, strlen(p.text));
	}
}

static void test_prompt_moves_by_character_not_by_byte(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "漢e\xcc\x81x");
	press(&p, "Left");
	press(&p, "Left");
	assert_string_equal(shown(&p), "漢|e\xcc\x81x");
	press(&p, "Left");
	assert_string_equal(shown(&p), "|漢e\xcc\x81x");
	press(&p, "Right");
	press(&p, "Delete");
	assert_string_equal(shown(&p), "漢|x");
	press(&p, "Backspace");
	assert_string_equal(shown(&p), "|x");
}

static void test_prompt_is_full_at_its_maximum(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "");
	for (int i = 0; i < PROMPT_MAX - 1; i++)
		type(&p, "x");
	assert_int_equal(press(&p, "漢"), PROMPT_IGNORED);
	assert_int_equal(press(&p, "y"), PROMPT_CHANGED);
	assert_int_equal(press(&p, "z"), PROMPT_IGNORED);
	assert_int_equal(p.len, PROMPT_MAX);
	char longer[PROMPT_MAX * 2 + 1];
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	prompt_open(&p, longer);
	assert_int_equal(p.len, PROMPT_MAX);
}

static void test_prompt_remembers_lines_once_each(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	static const char *const lines[] = {"one", "two", "one", "", "three"};
	for (size_t i = 0; i < COUNT(lines); i++) {
		prompt_open(&p, lines[i]);
		assert_int_equal(press(&p, "Enter"), PROMPT_SUBMIT);
	}
	prompt_open(&p, "");
	type(&p, "dra");
	assert_int_equal(press(&p, "Up"), PROMPT_CHANGED);
	assert_string_equal(p.text, "three");
	press(&p, "Up");
	assert_string_equal(p.text, "one");
	press(&p, "Up");
	assert_string_equal(p.text, "two");
	assert_int_equal(press(&p, "Up"), PROMPT_IGNORED);
	press(&p, "Down");
	press(&p, "Down");
	press(&p, "Down");
	assert_string_equal(shown(&p), "dra|");
	assert_int_equal(press(&p, "Down"), PROMPT_IGNORED);
}

static void test_prompt_history_drops_its_oldest(void **state)
{
	struct prompt p;
	char line[16];
	(void)state;
	prompt_init(&p, ":");
	for (int i = 0; i < PROMPT_HISTORY + 3; i++) {
		(void)str_printf(line, sizeof(line), "line %d", i);
		prompt_open(&p, line);
		assert_int_equal(press(&p, "Enter"), PROMPT_SUBMIT);
	}
	assert_int_equal(p.history_count, PROMPT_HISTORY);
	assert_string_equal(p.history[0], "line 3");
	assert_string_equal(p.history[PROMPT_HISTORY - 1], "line 34");
}

static void test_prompt_takes_a_paste_as_text(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "");
	assert_int_equal(prompt_key(&p, (struct key){.code = KEYC_PASTE}), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, pasted("y")), PROMPT_CHANGED);
	assert_int_equal(prompt_key(&p, pasted("Enter")), PROMPT_CHANGED);
	assert_int_equal(prompt_key(&p, pasted("Tab")), PROMPT_CHANGED);
	assert_int_equal(prompt_key(&p, pasted("Esc")), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, pasted("C-u")), PROMPT_IGNORED);
	assert_int_equal(prompt_key(&p, pasted("q")), PROMPT_CHANGED);
	assert_string_equal(p.text, "y  q");
}

static void test_prompt_cancels_and_ignores(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "abc");
	assert_int_equal(press(&p, "Esc"), PROMPT_CANCEL);
	assert_int_equal(press(&p, "C-g"), PROMPT_CANCEL);
	assert_int_equal(press(&p, "F1"), PROMPT_IGNORED);
	assert_int_equal(press(&p, "C-z"), PROMPT_IGNORED);
	assert_string_equal(p.text, "abc");
}

static void assert_drawn(const struct prompt *p, int width, const char *note, int error_at,
			 const char *want, int cursor_x)
{
	struct grid *g = grid_new(width, 1, false);
	struct canvas c = canvas_whole(g);
	struct safe_text n = text(note);
	prompt_draw(p, &c, 0, &n, ROLE_MUTED, error_at);
	char *have = grid_to_text(g);
	assert_string_equal(have, want);
	free(have);
	for (int x = 0; x < width; x++) {
		bool at_cursor = grid_cell(g, x, 0)->over == ROLE_BUTTON_FOCUS;
		bool wide = x > 0 && grid_cell(g, x, 0)->len == 0;
		if (!wide)
			assert_int_equal(at_cursor, x == cursor_x);
	}
	grid_free(g);
}

static void test_prompt_draws_cursor_note_and_error(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "status:paid");
	assert_drawn(&p, 40, "3 of 41", -1, "/status:paid                    3 of 41\n", 12);
	press(&p, "Home");
	assert_drawn(&p, 40, "", -1, "/status:paid\n", 1);
	assert_drawn(&p, 40, NULL, 7, "/status:paid\n", 1);
	prompt_open(&p, "漢字x");
	press(&p, "Left");
	press(&p, "Left");
	assert_drawn(&p, 20, "", -1, "/漢字x\n", 3);
}

static void test_prompt_marks_the_error(void **state)
{
	struct prompt p;
	struct grid *g = grid_new(30, 1, false);
	struct canvas c = canvas_whole(g);
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "amount>=x");
	prompt_draw(&p, &c, 0, NULL, ROLE_BAD, 8);
	assert_int_equal(grid_cell(g, 9, 0)->over, ROLE_BAD);
	assert_int_equal(grid_cell(g, 8, 0)->over, ROLE_NONE);
	prompt_draw(&p, &c, 0, NULL, ROLE_BAD, 5000);
	grid_free(g);
}

static void test_prompt_scrolls_to_keep_the_cursor_in_sight(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "abcdefghijklmnopqrstuvwxyz");
	assert_drawn(&p, 12, "", -1, "/rstuvwxyz\n", 10);
	press(&p, "Home");
	assert_drawn(&p, 12, "", -1, "/abcdefghijk\n", 1);
}

/* What is wrong with a long line leaves it its room. */
static void test_a_long_note_goes_above_a_long_line(void **state)
{
	static const struct {
		const char *typed, *note, *want;
	} table[] = {
		{"abcdefghijklmnop", "a value is missing at 12",
		 " a value is missing at 12\n/abcdefghijklmnop\n"},
		{"abcd", "a value is missing at 12", " a value is missing at 12\n/abcd\n"},
		{"abcd", "a value is missing", "\n/abcd         a value is missing\n"},
		{"abcdefghijklmnopqrstuvwxyz", "12 of 40", "\n/ghijklmnopqrstuvwxyz   12 of 40\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct grid *g = grid_new(33, 2, false);
		struct canvas c = canvas_whole(g);
		struct safe_text n = text(table[i].note);
		struct prompt p;
		prompt_init(&p, "/");
		prompt_open(&p, table[i].typed);
		prompt_draw(&p, &c, 1, &n, ROLE_BAD, -1);
		char *have = grid_to_text(g);
		assert_string_equal(have, table[i].want);
		free(have);
		grid_free(g);
	}
}

static void test_prompt_shows_hostile_text_escaped_at_every_width(void **state)
{
	struct prompt p;
	(void)state;
	prompt_init(&p, "/");
	prompt_open(&p, "a\xe2\x80\xae"
			"b\x1b[31m漢😀e\xcc\x81\xff");
	for (int width = 1; width < 60; width++) {
		struct grid *g = grid_new(width, 1, false);
		struct canvas c = canvas_whole(g);
		struct safe_text note = text("a long note about it");
		for (size_t at = 0; at <= p.len; at++) {
			prompt_draw(&p, &c, 0, &note, ROLE_BAD, (int)at);
			for (int x = 0; x < width; x++) {
				const struct cell *cell = grid_cell(g, x, 0);
				assert_false(cell->len && (unsigned char)cell->bytes[0] < 0x20);
				assert_false(cell->len > 1 &&
					     memcmp(cell->bytes, "\xe2\x80\xae", 3) == 0);
			}
		}
		grid_free(g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prompt_edits_like_a_line),
		cmocka_unit_test(test_prompt_moves_by_character_not_by_byte),
		cmocka_unit_test(test_prompt_is_full_at_its_maximum),
		cmocka_unit_test(test_prompt_remembers_lines_once_each),
		cmocka_unit_test(test_prompt_history_drops_its_oldest),
		cmocka_unit_test(test_prompt_takes_a_paste_as_text),
		cmocka_unit_test(test_prompt_cancels_and_ignores),
		cmocka_unit_test(test_prompt_draws_cursor_note_and_error),
		cmocka_unit_test(test_prompt_marks_the_error),
		cmocka_unit_test(test_prompt_scrolls_to_keep_the_cursor_in_sight),
		cmocka_unit_test(test_a_long_note_goes_above_a_long_line),
		cmocka_unit_test(test_prompt_shows_hostile_text_escaped_at_every_width),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
