#include "test_ui_support.h"

#include "ui/keymap.h"

enum { LISTS = 1 << 0, TEXTS = 1 << 1, DIALOGS = 1 << 2, ALL = LISTS | TEXTS | DIALOGS };
enum { NONE, DOWN, TOP, OPEN_INVOICE, QUIT, ZOOM_OUT, YANK, COMMANDS };

static const struct command_info commands[COMMANDS] = {
	[DOWN] = {"cursor-down", "Down", "One row down", "Moving", "j Down", LISTS | TEXTS},
	[TOP] = {"cursor-first", "Top", "First row", "Moving", "g+g Home", LISTS | TEXTS},
	[OPEN_INVOICE] = {"go-invoice", "Invoice", "To the invoice", "Going", "g+i g+Enter", LISTS},
	[QUIT] = {"quit", "Quit", "Leave", "Program", "q C-c", ALL},
	[ZOOM_OUT] = {"zoom", "Zoom", "Zoom", "View", "+ z++", LISTS},
	[YANK] = {"yes", "Yes", "Yes", "Dialog", "g y", DIALOGS},
};

struct fixture {
	struct keymap *km;
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	assert_int_equal(keymap_new(commands, COMMANDS, &f->km, NULL), S_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	keymap_free(f->km);
	test_free(f);
	return 0;
}

static int feed(struct keymap *km, unsigned context, const char *name)
{
	int command = NONE;
	enum key_result r = keymap_feed(km, context, key(name), &command);
	return r == KEY_COMMAND ? command : r == KEY_PENDING ? -1 : NONE;
}

static void test_keymap_finds_single_keys_by_context(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(feed(f->km, LISTS, "j"), DOWN);
	assert_int_equal(feed(f->km, TEXTS, "Down"), DOWN);
	assert_int_equal(feed(f->km, DIALOGS, "j"), NONE);
	assert_int_equal(feed(f->km, DIALOGS, "C-c"), QUIT);
	assert_int_equal(feed(f->km, LISTS, "c"), NONE);
	assert_int_equal(feed(f->km, LISTS, "+"), ZOOM_OUT);
}

static void test_keymap_waits_for_the_second_key(void **state)
{
	struct fixture *f = *state;
	char name[KEY_NAME_CAP];
	assert_int_equal(feed(f->km, LISTS, "g"), -1);
	assert_string_equal(keymap_pending(f->km, name), "g");
	assert_int_equal(feed(f->km, LISTS, "g"), TOP);
	assert_string_equal(keymap_pending(f->km, name), "");
	assert_int_equal(feed(f->km, LISTS, "g"), -1);
	assert_int_equal(feed(f->km, LISTS, "Enter"), OPEN_INVOICE);
	assert_int_equal(feed(f->km, LISTS, "z"), -1);
	assert_int_equal(feed(f->km, LISTS, "+"), ZOOM_OUT);
	assert_int_equal(feed(f->km, DIALOGS, "g"), YANK);
}

static void test_keymap_never_runs_the_second_key_of_a_broken_sequence(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(feed(f->km, LISTS, "g"), -1);
	assert_int_equal(feed(f->km, LISTS, "q"), NONE);
	assert_int_equal(feed(f->km, LISTS, "q"), QUIT);
}

static void test_keymap_forgets_a_pending_key_in_another_context(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(feed(f->km, LISTS, "g"), -1);
	assert_int_equal(feed(f->km, TEXTS, "g"), -1);
	keymap_reset(f->km);
	assert_int_equal(feed(f->km, TEXTS, "g"), -1);
	assert_int_equal(feed(f->km, TEXTS, "i"), NONE);
}

static void test_keymap_ignores_pasted_keys_and_notices(void **state)
{
	struct fixture *f = *state;
	int command = 99;
	assert_int_equal(keymap_feed(f->km, LISTS, pasted("q"), &command), KEY_UNBOUND);
	assert_int_equal(feed(f->km, LISTS, "g"), -1);
	struct key resize = {.code = KEYC_RESIZE};
	assert_int_equal(keymap_feed(f->km, LISTS, resize, &command), KEY_UNBOUND);
	assert_int_equal(feed(f->km, LISTS, "g"), TOP);
	assert_int_equal(feed(f->km, LISTS, "g"), -1);
	assert_int_equal(keymap_feed(f->km, LISTS, pasted("g"), &command), KEY_UNBOUND);
	assert_int_equal(feed(f->km, LISTS, "i"), NONE);
	assert_int_equal(command, 99);
}

static void test_keymap_describes_keys_for_help(void **state)
{
	struct fixture *f = *state;
	char buf[64];
	assert_string_equal(keymap_keys_of(f->km, DOWN, false, buf, sizeof(buf)), "j, Down");
	assert_string_equal(keymap_keys_of(f->km, DOWN, true, buf, sizeof(buf)), "j");
	assert_string_equal(keymap_keys_of(f->km, TOP, false, buf, sizeof(buf)), "gg, Home");
	assert_string_equal(keymap_keys_of(f->km, OPEN_INVOICE, false, buf, sizeof(buf)),
			    "gi, g Enter");
	assert_string_equal(keymap_keys_of(f->km, 99, false, buf, sizeof(buf)), "");
	assert_string_equal(keymap_keys_of(f->km, TOP, false, buf, 5), "gg, ");
}

static void test_keymap_finds_commands_by_name(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(keymap_command_by_name(f->km, "quit"), QUIT);
	assert_int_equal(keymap_command_by_name(f->km, "Quit"), COMMAND_NONE);
	assert_int_equal(keymap_command_by_name(f->km, NULL), COMMAND_NONE);
	assert_ptr_equal(keymap_command(f->km, QUIT), &commands[QUIT]);
	assert_null(keymap_command(f->km, COMMAND_NONE));
	assert_null(keymap_command(f->km, COMMANDS));
	assert_null(keymap_command(f->km, -1));
}

static void test_keymap_new_refuses_bad_tables(void **state)
{
	static const struct {
		const char *keys, *others;
		unsigned other_contexts;
		enum status want;
	} rows[] = {
		{"j", "j", LISTS, E_CONFLICT},
		{"C-d", "C-D", LISTS, E_CONFLICT},
		{"j", "j", DIALOGS, S_OK},
		{"g", "g+g", LISTS, E_CONFLICT},
		{"g+g", "g", LISTS, E_CONFLICT},
		{"g+g", "g+i", LISTS, S_OK},
		{"g+g", "x g+g", LISTS, E_CONFLICT},
		{"j", "down", LISTS, E_INVALID},
		{"j", "g+", LISTS, E_INVALID},
		{"j", "g+g+g", LISTS, E_INVALID},
		{"j", "a b c d e f", LISTS, S_OK},
		{"j", "a b c d e f k", LISTS, E_LIMIT},
		{"j", "", LISTS, S_OK},
		{"j", NULL, LISTS, S_OK},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct command_info table[] = {
			{0},
			{"one", "One", "", "", rows[i].keys, LISTS | TEXTS},
			{"two", "Two", "", "", rows[i].others, rows[i].other_contexts},
		};
		struct keymap *km = NULL;
		struct problem p = {0};
		assert_int_equal(keymap_new(table, COUNT(table), &km, &p), rows[i].want);
		if (rows[i].want == E_CONFLICT) {
			assert_non_null(strstr(p.what, "'one'"));
			assert_non_null(strstr(p.what, "'two'"));
		}
		assert_int_equal(km != NULL, rows[i].want == S_OK);
		keymap_free(km);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keymap_finds_single_keys_by_context, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_keymap_waits_for_the_second_key, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_keymap_never_runs_the_second_key_of_a_broken_sequence, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_keymap_forgets_a_pending_key_in_another_context, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keymap_ignores_pasted_keys_and_notices, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_keymap_describes_keys_for_help, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_keymap_finds_commands_by_name, setup,
						teardown),
		cmocka_unit_test(test_keymap_new_refuses_bad_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
