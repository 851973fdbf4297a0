/* The outline of a JSON text: every value where the parser sees it, and where a text goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "wire/json_outline.h"

/* "kind depth count key=text" of each node. */
static void test_outline_of_every_kind(void **state)
{
	static const char TEXT[] =
		" {\"a\" : [1, -2.50e3 ,\"x\\\"]\" ], \"b\\u0041\":{},\n\"\":null,"
		"\"c\":[true,[ ]] } ";
	static const struct {
		enum json_kind kind;
		int depth;
		uint32_t count, index, parent, end;
		const char *key, *text;
	} want[] = {
		{JSON_OBJECT, 0, 4, 0, 0, 10, NULL, NULL},
		{JSON_ARRAY, 1, 3, 0, 0, 5, "a", "[1, -2.50e3 ,\"x\\\"]\" ]"},
		{JSON_NUMBER, 2, 0, 0, 1, 3, NULL, "1"},
		{JSON_NUMBER, 2, 0, 1, 1, 4, NULL, "-2.50e3"},
		{JSON_STRING, 2, 0, 2, 1, 5, NULL, "\"x\\\"]\""},
		{JSON_OBJECT, 1, 0, 1, 0, 6, "b\\u0041", "{}"},
		{JSON_NULL, 1, 0, 2, 0, 7, "", "null"},
		{JSON_ARRAY, 1, 2, 3, 0, 10, "c", "[true,[ ]]"},
		{JSON_BOOL, 2, 0, 0, 7, 9, NULL, "true"},
		{JSON_ARRAY, 2, 0, 1, 7, 10, NULL, "[ ]"},
	};
	struct outline o;
	size_t at;

	(void)state;
	assert_int_equal(outline_make(TEXT, strlen(TEXT), &o, &at, NULL), S_OK);
	assert_int_equal(o.count, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < o.count; i++) {
		const struct outline_node *n = &o.nodes[i];

		print_message("# %zu\n", i);
		assert_int_equal(n->kind, want[i].kind);
		assert_int_equal(n->depth, want[i].depth);
		assert_int_equal(n->count, want[i].count);
		assert_int_equal(n->index, want[i].index);
		assert_int_equal(n->parent, want[i].parent);
		assert_int_equal(n->end, want[i].end);
		assert_int_equal(n->member, want[i].key != NULL);
		if (want[i].key) {
			assert_int_equal(n->key_len, strlen(want[i].key));
			assert_memory_equal(TEXT + n->key_at, want[i].key, n->key_len);
		}
		if (want[i].text) {
			assert_int_equal(n->len, strlen(want[i].text));
			assert_memory_equal(TEXT + n->at, want[i].text, n->len);
		}
	}
	assert_int_equal(outline_child_named(&o, TEXT, 0, "c", 1), 7);
	assert_int_equal(outline_child_named(&o, TEXT, 0, "x", 1), 0);
	assert_int_equal(outline_child_at(&o, 1, 2), 4);
	assert_int_equal(outline_child_at(&o, 1, 3), 0);
	outline_release(&o);
}

static void test_says_at_which_byte_it_is_no_json(void **state)
{
	static const struct {
		const char *text;
		enum status status;
		size_t at;
	} cases[] = {
		{"", E_INVALID, 0},
		{"{\"a\":[1,2,oops]}", E_INVALID, 10},
		{"[[[1]]", E_INVALID, 6},
		{"{\"a\":1}x", E_INVALID, 7},
		{"[\"\x80\"]", E_INVALID, 2},
		{"{\"a\":1,\"a\":2}", E_INVALID, 12},
		{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", E_LIMIT,
		 32},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outline o;
		size_t at = 999;

		assert_int_equal(outline_make(cases[i].text, strlen(cases[i].text), &o, &at, NULL),
				 cases[i].status);
		if (at != cases[i].at)
			fail_msg("%s: at %zu", cases[i].text, at);
	}
}

/* Beside what the parser made of it: the same values in the same order, the same texts. */
static size_t compare(const struct json *v, const struct outline *o, const char *text, size_t i)
{
	const struct outline_node *n = &o->nodes[i];

	assert_int_equal(json_kind(v), n->kind);
	assert_int_equal(json_count(v), n->count);
	if (n->kind == JSON_NUMBER) {
		assert_int_equal(strlen(json_number_text(v)), n->len);
		assert_memory_equal(json_number_text(v), text + n->at, n->len);
	}
	if (n->kind == JSON_OBJECT || n->kind == JSON_ARRAY) {
		size_t len;

		assert_ptr_equal(json_source(v, text, &len), text + n->at);
		assert_int_equal(len, n->len);
	}
	i++;
	for (const struct json *c = json_first(v); c; c = json_next(c))
		i = compare(c, o, text, i);
	assert_int_equal(i, n->end);
	return i;
}

static const char *const PIECES[] = {"{",     "}",         "[",           "]",       ",",    ":",
				     "\"a\"", "\"b\\\"\"", "1",           "-0.5e2",  "null", "true",
				     " ",     "\n",        "\"\\u00e9\"", "{\"k\":", "[1,"};

/* Most are no JSON; both say so of the same ones. */
static void test_agrees_with_the_parser_on_any_text(void **state)
{
	struct rng r;
	int good = 0;

	(void)state;
	rng_seed(&r, 8);
	for (int i = 0; i < 60000; i++) {
		char text[128] = "";
		size_t len = 0, at;
		struct outline o;
		struct json *v;

		for (uint64_t k = 1 + rng_below(&r, 8); k > 0; k--)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
						PIECES[rng_below(&r, 17)]);
		enum status mine = outline_make(text, len, &o, &at, NULL);
		enum status theirs = json_parse(text, len, &v, NULL);
		assert_int_equal(mine, theirs);
		if (mine != S_OK) {
			assert_true(at <= len);
			continue;
		}
		good++;
		assert_int_equal(compare(v, &o, text, 0), o.count);
		json_free(v);
		outline_release(&o);
	}
	assert_in_range(good, 1000, 60000);
}

static void test_documents_may_be_larger_than_pages(void **state)
{
	size_t len = JSON_DOCUMENT_SIZE_MAX;
	char *text = xmalloc(len + 1);
	struct outline o;
	struct json *v;
	size_t at;

	(void)state;
	memset(text, ' ', len + 1);
	memcpy(text, "[1,2]", 5);
	assert_int_equal(json_parse_page(text, len, &v, NULL), E_LIMIT);
	assert_int_equal(json_parse_document(text, len, &v, NULL), S_OK);
	json_free(v);
	assert_int_equal(outline_make(text, len, &o, &at, NULL), S_OK);
	outline_release(&o);
	assert_int_equal(json_parse_document(text, len + 1, &v, NULL), E_LIMIT);
	assert_int_equal(outline_make(text, len + 1, &o, &at, NULL), E_LIMIT);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outline_of_every_kind),
		cmocka_unit_test(test_says_at_which_byte_it_is_no_json),
		cmocka_unit_test(test_agrees_with_the_parser_on_any_text),
		cmocka_unit_test(test_documents_may_be_larger_than_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
