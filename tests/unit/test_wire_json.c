#include "unit/test_wire_support.h"

struct text {
	const char *bytes;
	size_t len;
};
#define T(literal)                             \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static enum status parse_and_drop(const char *text, size_t len, struct problem *why)
{
	struct json *root = NULL;
	enum status status = json_parse(text, len, &root, why);
	if (status == S_OK)
		json_free(root);
	else
		assert_null(root);
	return status;
}

static void test_json_parse_accepts_what_the_grammar_allows(void **state)
{
	(void)state;
	static const struct text TABLE[] = {
		T("null"),
		T(" true "),
		T("false\r\n\t"),
		T("0"),
		T("-0"),
		T("-1.5e+10"),
		T("1E-400"),
		T("1e999"),
		T("\"\""),
		T("[]"),
		T("{}"),
		T("[1,[2,[3]],{}]"),
		T("{\"\":0}"),
		T("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":2}}"),
		T("[{\"a\":1},{\"a\":2}]"),
		T("{\"Id\":1,\"id\":2,\"ID\":3}"),
		T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\""),
		T("\"\\ud83d\\ude00\\uFFFF\""),
		T("\"\x7f\xc2\x80\xed\x9f\xbf\xf4\x8f\xbf\xbf\""),
		T("{\"a\":1,\"a\\u0001\":2,\"\\u00e9\":3,\"e\xcc\x81\":4}"),
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct problem why = {0};
		if (parse_and_drop(TABLE[i].bytes, TABLE[i].len, &why) != S_OK)
			fail_msg("%s: %s", TABLE[i].bytes, why.what);
	}
}

static void test_json_parse_refuses_everything_else(void **state)
{
	(void)state;
	static const struct text TABLE[] = {
		T(""),
		T(" "),
		T("\xef\xbb\xbf{}"),
		T("{} {}"),
		T("{}x"),
		T("{}\0"),
		T("[1,]"),
		T("[,1]"),
		T("[1 2]"),
		T("[1"),
		T("{\"a\"}"),
		T("{\"a\":}"),
		T("{\"a\":1,}"),
		T("{a:1}"),
		T("{'a':1}"),
		T("{1:1}"),
		T("]"),
		T("[}"),
		T("{\"a\":1]"),
		T("01"),
		T("-01"),
		T("1."),
		T(".5"),
		T("+1"),
		T("-"),
		T("1e"),
		T("1e+"),
		T("1.e5"),
		T("0x10"),
		T("1_000"),
		T("1,5"),
		T("NaN"),
		T("nan"),
		T("Infinity"),
		T("-Infinity"),
		T("True"),
		T("nul"),
		T("nulll"),
		T("\""),
		T("\"a"),
		T("\"\\\""),
		T("\"\\x41\""),
		T("\"\\u12\""),
		T("\"\\u123g\""),
		T("\"\n\""),
		T("\"\t\""),
		T("\"\x1b\""),
		T("\"a\0b\""),
		T("\"a\\u0000b\""),
		T("{\"i\\u0000d\":1}"),
		T("\"\\ud83d\""),
		T("\"\\ud83dx\""),
		T("\"\\ud83d\\u0041\""),
		T("\"\\ud83d\\ud83d\""),
		T("\"\\ude00\""),
		T("\"\xff\""),
		T("\"\xc0\x9b\""),
		T("\"\xc3\""),
		T("\"\xed\xa0\x80\""),
		T("\"\xf4\x90\x80\x80\""),
		T("\xc2\xa0{}"),
		T("{\"a\":1,\"a\":1}"),
		T("{\"a\":1,\"b\":2,\"\\u0061\":3}"),
		T("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"),
		T("{\"\":1,\"\":2}"),
		T("[{\"x\":{\"a\":1},\"y\":0,\"x\":2}]"),
		T("// c\n{}"),
		T("{}/**/"),
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct problem why = {0};
		if (parse_and_drop(TABLE[i].bytes, TABLE[i].len, &why) != E_INVALID)
			fail_msg("row %zu parsed: %s", i, TABLE[i].bytes);
		assert_true(why.what[0] != '\0');
		assert_int_equal(parse_and_drop(TABLE[i].bytes, TABLE[i].len, NULL), E_INVALID);
	}
}

static void test_json_parse_bounds_depth(void **state)
{
	(void)state;
	static const struct {
		size_t depth;
		enum status status;
	} TABLE[] = {{1, S_OK},       {31, S_OK},      {32, S_OK},        {33, E_LIMIT},
		     {1000, E_LIMIT}, {1001, E_LIMIT}, {500000, E_LIMIT}, {1000000, E_LIMIT}};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		size_t n = TABLE[i].depth;
		char *text = xmalloc(2 * n);
		memset(text, '[', n);
		memset(text + n, ']', n);
		assert_int_equal(parse_and_drop(text, 2 * n, NULL), TABLE[i].status);
		assert_true(parse_and_drop(text, n, NULL) != S_OK);
		free(text);
	}
	/* Depth counts what is open, not what was. */
	assert_int_equal(parse_and_drop("[[[]],[[]],[[[]]]]", 18, NULL), S_OK);
}

static void test_json_parse_bounds_size(void **state)
{
	(void)state;
	char *text = xmalloc(JSON_SIZE_MAX + 1);
	memset(text, 'a', JSON_SIZE_MAX + 1);
	text[0] = text[JSON_SIZE_MAX - 1] = '"';
	assert_int_equal(parse_and_drop(text, JSON_SIZE_MAX, NULL), S_OK);
	text[JSON_SIZE_MAX - 1] = 'a';
	text[JSON_SIZE_MAX] = '"';
	assert_int_equal(parse_and_drop(text, JSON_SIZE_MAX + 1, NULL), E_LIMIT);
	free(text);
}

static void test_json_parse_bounds_the_count_of_values(void **state)
{
	(void)state;
	char *text = xmalloc(2 * JSON_VALUES_MAX + 2);
	for (size_t extra = 0; extra < 2; extra++) {
		/* The array itself is a value too. */
		size_t elements = JSON_VALUES_MAX - 1 + extra;
		for (size_t i = 0; i < elements; i++)
			memcpy(text + 2 * i, ",1", 2);
		text[0] = '[';
		text[2 * elements] = ']';
		assert_int_equal(parse_and_drop(text, 2 * elements + 1, NULL),
				 extra == 0 ? S_OK : E_LIMIT);
	}
	free(text);
}

/* A hundred order events are more values than one frame may hold. */
static void test_json_parse_page_takes_what_a_frame_may_not(void **state)
{
	(void)state;
	char *text = xmalloc(2 * JSON_PAGE_VALUES_MAX + 2);
	for (size_t extra = 0; extra < 2; extra++) {
		size_t elements = JSON_PAGE_VALUES_MAX - 1 + extra;
		struct json *root = NULL;
		for (size_t i = 0; i < elements; i++)
			memcpy(text + 2 * i, ",1", 2);
		text[0] = '[';
		text[2 * elements] = ']';
		assert_int_equal(json_parse(text, 2 * elements + 1, &root, NULL), E_LIMIT);
		assert_int_equal(json_parse_page(text, 2 * elements + 1, &root, NULL),
				 extra == 0 ? S_OK : E_LIMIT);
		json_free(root);
	}
	free(text);
}

static void test_json_parse_finds_a_duplicate_among_thousands_of_keys(void **state)
{
	(void)state;
	for (int duplicate = 0; duplicate < 2; duplicate++) {
		char *text = xmalloc(200000);
		size_t used = 1;
		text[0] = '{';
		for (int i = 0; i < 9000; i++)
			used += (size_t)snprintf(text + used, 32, "\"key-%d\":%d,", i, i);
		used += (size_t)snprintf(text + used, 32, "\"key-%s\":0}",
					 duplicate ? "4\\u0035\\u0030\\u0030" : "x");
		assert_int_equal(parse_and_drop(text, used, NULL), duplicate ? E_INVALID : S_OK);
		free(text);
	}
}

static void test_json_parse_refuses_every_fixture_cut_short_or_followed_by_more(void **state)
{
	(void)state;
	for (size_t f = 0; f < FIXTURE_COUNT; f++) {
		char *text = fixture(FIXTURE_NAMES[f]);
		size_t len = strlen(text);
		assert_int_equal(parse_and_drop(text, len, NULL), S_OK);
		for (size_t cut = 0; cut < len; cut++) {
			/* On the heap and exactly as long, so that a sanitizer sees a read too far.
			 */
			char *part = xmalloc(cut + 1);
			memcpy(part, text, cut);
			char *exact = xrealloc(part, cut > 0 ? cut : 1, 1);
			assert_int_equal(parse_and_drop(exact, cut, NULL), E_INVALID);
			free(exact);
		}
		text[len] = '{';
		assert_int_equal(parse_and_drop(text, len + 1, NULL), E_INVALID);
		free(text);
	}
}

static void test_json_numbers_keep_their_own_text(void **state)
{
	(void)state;
	char long_number[401];
	memset(long_number, '7', 400);
	long_number[400] = '\0';
	const char *const TABLE[] = {"0",
				     "-0",
				     "9007199254740993",
				     "9223372036854775807",
				     "9223372036854775808",
				     "1e999",
				     "1E-400",
				     "100.00",
				     "0.1000000000000000055511151231257827",
				     long_number};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char text[1024];
		snprintf(text, sizeof(text), "{\"a\":[{\"b\":%s},\"1\",2.50],\"c\":%s}", TABLE[i],
			 TABLE[i]);
		struct json *root = parse_text(text);
		const struct json *c = json_get(root, "c");
		assert_int_equal(json_kind(c), JSON_NUMBER);
		assert_string_equal(json_number_text(c), TABLE[i]);
		assert_null(json_string(c));
		char *printed = json_print(root);
		assert_string_equal(printed, text);
		free(printed);
		struct json *copy = json_copy(root);
		json_free(root);
		printed = json_print(copy);
		assert_string_equal(printed, text);
		free(printed);
		json_free(copy);
	}
}

static void test_json_int64_reads_whole_numbers_that_fit(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum status status;
		int64_t value;
	} TABLE[] = {
		{"0", S_OK, 0},
		{"-5", S_OK, -5},
		{"9007199254740993", S_OK, 9007199254740993},
		{"9223372036854775807", S_OK, INT64_MAX},
		{"-9223372036854775808", S_OK, INT64_MIN},
		{"9223372036854775808", E_INVALID, 0},
		{"-9223372036854775809", E_INVALID, 0},
		{"99999999999999999999999", E_INVALID, 0},
		{"-0", E_INVALID, 0},
		{"1.0", E_INVALID, 0},
		{"1e3", E_INVALID, 0},
		{"\"1\"", E_INVALID, 0},
		{"true", E_INVALID, 0},
		{"null", E_INVALID, 0},
		{"[1]", E_INVALID, 0},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		int64_t value = 77;
		struct json *v = parse_text(TABLE[i].text);
		if (json_int64(v, &value) != TABLE[i].status)
			fail_msg("%s", TABLE[i].text);
		assert_int_equal(value, TABLE[i].status == S_OK ? TABLE[i].value : 77);
		json_free(v);
	}
	int64_t value = 77;
	assert_int_equal(json_int64(NULL, &value), E_INVALID);
}

static void test_json_get_is_exact_about_case_and_kind(void **state)
{
	(void)state;
	struct json *root = parse_text("{\"Status\":\"a\",\"status\":\"b\",\"list\":[\"status\"]}");
	assert_string_equal(json_string(json_get(root, "status")), "b");
	assert_string_equal(json_string(json_get(root, "Status")), "a");
	assert_null(json_get(root, "STATUS"));
	assert_null(json_get(json_get(root, "list"), "status"));
	assert_null(json_get(json_get(root, "status"), "b"));
	assert_null(json_get(NULL, "status"));
	assert_true(json_is_null(json_get(root, "nothing")));
	assert_false(json_is_null(json_get(root, "status")));
	json_free(root);
}

static void test_json_get_after_finds_every_member_from_anywhere(void **state)
{
	(void)state;
	static const char *const KEYS[] = {"a", "ab", "", "b", "ba"};
	struct json *root = parse_text("{\"a\":0,\"ab\":1,\"\":2,\"b\":3,\"ba\":4}");
	const struct json *hint = NULL;
	for (size_t h = 0; h <= 5; h++) {
		for (size_t k = 0; k < 5; k++) {
			int64_t value = -1;
			const struct json *v = json_get_after(root, KEYS[k], strlen(KEYS[k]), hint);
			assert_int_equal(json_int64(v, &value), S_OK);
			assert_int_equal(value, k);
		}
		assert_null(json_get_after(root, "bab", 3, hint));
		assert_string_equal(json_key(json_get_after(root, "bab", 2, hint)), "ba");
		hint = h == 0 ? json_first(root) : json_next(hint);
	}
	assert_null(json_get_after(json_first(root), "a", 1, NULL));
	json_free(root);
}

static void test_json_source_is_where_a_container_stood(void **state)
{
	(void)state;
	static const char TEXT[] = " {\"a\" : [ 1, {\"b\":\"\\u00e9]\"}] , \"c\":{},\"d\":1} ";
	struct json *root = parse_text(TEXT);
	static const struct {
		const char *key;
		const char *source;
	} TABLE[] = {{"a", "[ 1, {\"b\":\"\\u00e9]\"}]"}, {"c", "{}"}, {"d", ""}};
	size_t len = 0;
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		const char *at = json_source(json_get(root, TABLE[i].key), TEXT, &len);
		assert_int_equal(len, strlen(TABLE[i].source));
		assert_memory_equal(at, TABLE[i].source, len);
	}
	assert_ptr_equal(json_source(root, TEXT, &len), TEXT + 1);
	assert_int_equal(len, strlen(TEXT) - 2);
	json_free(root);
}

static size_t source_len(const struct json *v)
{
	size_t len = 1;
	(void)json_source(v, "", &len);
	return len;
}

static void test_json_source_of_what_is_built_is_none(void **state)
{
	(void)state;
	static const char TEXT[] = "{\"a\":[1,{}]}";
	struct json *built = json_new_object();
	struct json *root = parse_text(TEXT);
	struct json *copy = json_copy(root);
	assert_int_equal(source_len(built), 0);
	assert_int_equal(source_len(json_set_object(built, "o")), 0);
	assert_int_equal(source_len(copy), 0);
	assert_int_equal(source_len(json_get(copy, "a")), 0);
	json_set_take(root, "b", built);
	json_append_take(member(root, "a"), copy);
	assert_int_equal(source_len(root), strlen(TEXT));
	assert_int_equal(source_len(json_get(root, "a")), strlen("[1,{}]"));
	assert_int_equal(source_len(json_get(root, "b")), 0);
	json_free(root);
}

/* What is built into a parsed document, and the other way round, is freed once. */
static void test_json_parsed_and_built_values_hang_in_one_tree(void **state)
{
	(void)state;
	struct json *built = json_new_object();
	struct json *parsed = parse_text("{\"x\":{\"y\":[1,\"two\"]},\"z\":3}");
	json_set_string(json_set_object(parsed, "x"), "y", "new");
	json_set_int(json_set_object(parsed, "x"), "more", 4);
	json_remove(parsed, "z");
	json_set_take(built, "first", parsed);
	json_set_take(built, "second", parse_text("[{\"a\":null}]"));
	json_set_take(built, "second", parse_text("[true]"));
	json_append_take(member(built, "second"), parse_text("\"s\""));
	char *printed = json_print(built);
	assert_string_equal(printed, "{\"first\":{\"x\":{\"y\":\"new\",\"more\":4}},"
				     "\"second\":[true,\"s\"]}");
	free(printed);
	json_remove(built, "second");
	json_set_null(built, "third");
	json_remove(built, "first");
	printed = json_print(built);
	assert_string_equal(printed, "{\"third\":null}");
	free(printed);
	json_free(built);
}

static void test_json_children_come_in_order(void **state)
{
	(void)state;
	struct json *root = parse_text("{\"z\":1,\"a\":2,\"m\":[3,4,5]}");
	char keys[8] = "";
	size_t n = 0;
	for (const struct json *m = json_first(root); m != NULL; m = json_next(m))
		keys[n++] = json_key(m)[0];
	assert_string_equal(keys, "zam");
	assert_int_equal(json_count(root), 3);
	assert_int_equal(json_count(json_get(root, "m")), 3);
	assert_int_equal(json_count(json_get(root, "z")), 0);
	assert_null(json_key(json_first(json_get(root, "m"))));
	assert_string_equal(json_number_text(json_next(json_first(json_get(root, "m")))), "4");
	json_free(root);
}

static void test_json_strings_are_unescaped_and_escaped_again(void **state)
{
	(void)state;
	struct json *root = parse_text("[\"\\u00e9\\n\\u001b\\/\\ud83d\\ude00\"]");
	assert_string_equal(json_string(json_first(root)), "\xc3\xa9\n\x1b/\xf0\x9f\x98\x80");
	char *printed = json_print(root);
	assert_string_equal(printed, "[\"\xc3\xa9\\n\\u001b/\xf0\x9f\x98\x80\"]");
	free(printed);
	json_free(root);
}

static void test_json_building_sets_replaces_and_removes(void **state)
{
	(void)state;
	struct json *o = json_new_object();
	struct json *list = json_new_array();
	json_set_string(o, "s", "a\"b");
	json_set_int(o, "n", INT64_MIN);
	json_set_bool(o, "b", true);
	json_set_null(o, "gone");
	json_set_string(o, "null", NULL);
	json_append_take(list, json_new_string("x"));
	json_append_take(list, json_new_object());
	json_set_take(o, "list", list);
	json_set_number_text(o, "s", "13.990");
	json_set_int(json_set_object(o, "in"), "k", 1);
	json_set_int(json_set_object(o, "in"), "l", 2);
	json_set_int(json_set_object(o, "b"), "was", 0);
	json_remove(o, "gone");
	json_remove(o, "never there");
	char *printed = json_print(o);
	assert_string_equal(printed, "{\"s\":13.990,\"n\":-9223372036854775808,\"b\":{\"was\":0},"
				     "\"null\":null,\"list\":[\"x\",{}],\"in\":{\"k\":1,\"l\":2}}");
	free(printed);
	json_free(o);
	json_free(NULL);
}

static void test_json_print_pretty_indents_with_two_spaces(void **state)
{
	(void)state;
	struct json *root = parse_text("{\"a\":1.50,\"b\":{\"c\":\"x\\ty:\\t\"}}");
	char *printed = json_print_pretty(root);
	assert_string_equal(printed,
			    "{\n  \"a\": 1.50,\n  \"b\": {\n    \"c\": \"x\\ty:\\t\"\n  }\n}");
	struct json *again = parse_text(printed);
	free(printed);
	json_free(again);
	json_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_parse_accepts_what_the_grammar_allows),
		cmocka_unit_test(test_json_parse_refuses_everything_else),
		cmocka_unit_test(test_json_parse_bounds_depth),
		cmocka_unit_test(test_json_parse_bounds_size),
		cmocka_unit_test(test_json_parse_bounds_the_count_of_values),
		cmocka_unit_test(test_json_parse_page_takes_what_a_frame_may_not),
		cmocka_unit_test(test_json_parse_finds_a_duplicate_among_thousands_of_keys),
		cmocka_unit_test(
			test_json_parse_refuses_every_fixture_cut_short_or_followed_by_more),
		cmocka_unit_test(test_json_numbers_keep_their_own_text),
		cmocka_unit_test(test_json_int64_reads_whole_numbers_that_fit),
		cmocka_unit_test(test_json_get_is_exact_about_case_and_kind),
		cmocka_unit_test(test_json_get_after_finds_every_member_from_anywhere),
		cmocka_unit_test(test_json_source_is_where_a_container_stood),
		cmocka_unit_test(test_json_source_of_what_is_built_is_none),
		cmocka_unit_test(test_json_parsed_and_built_values_hang_in_one_tree),
		cmocka_unit_test(test_json_children_come_in_order),
		cmocka_unit_test(test_json_strings_are_unescaped_and_escaped_again),
		cmocka_unit_test(test_json_building_sets_replaces_and_removes),
		cmocka_unit_test(test_json_print_pretty_indents_with_two_spaces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
