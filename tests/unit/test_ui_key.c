#include "test_ui_support.h"

static const struct {
	const char *name;
	uint32_t code;
	bool ctrl;
} known[] = {
	{"j", 'j', false},
	{"G", 'G', false},
	{"+", '+', false},
	{"-", '-', false},
	{"C", 'C', false},
	{"Enter", KEYC_ENTER, false},
	{"Esc", KEYC_ESC, false},
	{"Space", ' ', false},
	{"Tab", KEYC_TAB, false},
	{"S-Tab", KEYC_BACKTAB, false},
	{"Backspace", KEYC_BACKSPACE, false},
	{"Delete", KEYC_DELETE, false},
	{"Insert", KEYC_INSERT, false},
	{"Up", KEYC_UP, false},
	{"PgDn", KEYC_PGDN, false},
	{"F1", KEYC_F1, false},
	{"F12", KEYC_F12, false},
	{"C-d", 'd', true},
	{"C-Space", ' ', true},
	{"C-Up", KEYC_UP, true},
	{"C--", '-', true},
	{"é", 0xe9, false},
	{"漢", 0x6f22, false},
	{"😀", 0x1f600, false},
};

static void test_key_names_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct key k;
		char name[KEY_NAME_CAP];
		assert_int_equal(key_parse(known[i].name, &k), S_OK);
		assert_int_equal(k.code, known[i].code);
		assert_int_equal(k.ctrl, known[i].ctrl);
		assert_string_equal(key_to_name(k, name), known[i].name);
	}
}

static void test_key_parse_makes_ctrl_letters_small(void **state)
{
	(void)state;
	assert_true(key_equal(key("C-D"), key("C-d")));
	assert_false(key_equal(key("D"), key("d")));
}

static void test_key_parse_refuses_what_is_no_key(void **state)
{
	static const char *const bad[] = {"",     " ",    "jj",    "enter",    "F13",
					  "F0",   "C-",   "C-C-x", "M-x",      "\x1b",
					  "\x01", "\xff", "\xc3",  "\xc2\x9b", "(gone)"};
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct key k = {.code = 42};
		assert_int_equal(key_parse(bad[i], &k), E_INVALID);
		assert_int_equal(k.code, 42);
	}
	struct key k;
	assert_int_equal(key_parse(NULL, &k), E_INVALID);
}

static void test_key_name_of_odd_codes_is_printable(void **state)
{
	static const uint32_t odd[] = {0,        1,           0x1f,       0x80,
				       0x9b,     0x202e,      0xd800,     0x10ffff,
				       0x110100, KEYC_RESIZE, KEYC_PASTE, KEYC_PASTE_END,
				       KEYC_GONE};
	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		char name[KEY_NAME_CAP];
		key_to_name((struct key){.code = odd[i], .ctrl = true}, name);
		assert_true(name[0] != '\0');
		assert_true(utf8_valid(name, strlen(name)));
		for (const char *p = name; *p; p++)
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
	}
}

static void test_key_is_text_only_for_plain_characters(void **state)
{
	char bytes[4];
	(void)state;
	assert_true(key_is_text(key("a")));
	assert_true(key_is_text(key("Space")));
	assert_true(key_is_text(key("漢")));
	assert_false(key_is_text(key("C-a")));
	assert_false(key_is_text(key("Enter")));
	assert_false(key_is_text(key("Up")));
	assert_false(key_is_text(key("Backspace")));
	assert_false(key_is_text((struct key){.code = KEYC_GONE}));
	assert_int_equal(key_utf8(key("漢"), bytes), 3);
	assert_memory_equal(bytes, "漢", 3);
	assert_int_equal(key_utf8(key("😀"), bytes), 4);
	assert_int_equal(key_utf8(key("F1"), bytes), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_names_go_both_ways),
		cmocka_unit_test(test_key_parse_makes_ctrl_letters_small),
		cmocka_unit_test(test_key_parse_refuses_what_is_no_key),
		cmocka_unit_test(test_key_name_of_odd_codes_is_printable),
		cmocka_unit_test(test_key_is_text_only_for_plain_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
