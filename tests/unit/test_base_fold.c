#include "base/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_fold_is_what_people_type(void **state)
{
	static const struct {
		const char *text, *folded;
	} TABLE[] = {
		{"Beno\u00eet Lef\u00e8vre", "benoit lefevre"},
		{"STRA\u00dfE \u00c6GIR \u0152uvre", "strasse aegir oeuvre"},
		{"\u0141\u00f3d\u017a \u00deor", "lodz thor"},
		{"e\u0301te\u0301", "ete"}, /* accents that stand by themselves */
		{"\u0391\u03b8\u03ae \u0416\u0401", "\u03b1\u03b8\u03ae \u0436\u0451"},
		{"\u6771\u4eac \U0001F600 5\u00d75", "\u6771\u4eac \U0001F600 5\u00d75"},
		{"\xff\xc3 A", "\xff\xc3 a"}, /* no UTF-8 */
		{"\u0301", ""},
		{"", ""},
	};
	char folded[64];

	(void)state;
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		size_t len = fold_text(TABLE[i].text, folded, sizeof(folded));

		assert_string_equal(folded, TABLE[i].folded);
		assert_int_equal(len, strlen(folded));
		assert_true(len <= strlen(TABLE[i].text));
	}
}

static void test_fold_cuts_at_a_character(void **state)
{
	char folded[6];

	(void)state;
	assert_int_equal(fold_text("abcd\u6771", folded, sizeof(folded)), 4);
	assert_string_equal(folded, "abcd");
	assert_int_equal(fold_text("\u00c6\u00c6\u00c6", folded, sizeof(folded)), 4);
	assert_string_equal(folded, "aeae");
	assert_int_equal(fold_text("abcdefgh", folded, sizeof(folded)), 5);
	assert_int_equal(fold_text("x", folded, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold_is_what_people_type),
		cmocka_unit_test(test_fold_cuts_at_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
