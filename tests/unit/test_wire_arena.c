#include "unit/test_wire_support.h"

#include "wire/json_arena.h"

#include <pthread.h>

/* Writes every byte, for a sanitizer to see one too many. */
static char *take(size_t size, char fill)
{
	char *p = json_arena_alloc(size);
	memset(p, fill, size);
	return p;
}

static bool holds(const char *p, size_t size, char fill)
{
	for (size_t i = 0; i < size; i++)
		if (p[i] != fill)
			return false;
	return true;
}

static void test_arena_blocks_do_not_touch_and_may_hold_pointers(void **state)
{
	(void)state;
	char *blocks[40];
	json_arena_open(2048);
	for (size_t i = 0; i < 40; i++) {
		blocks[i] = take(i, (char)i);
		assert_int_equal((uintptr_t)blocks[i] % sizeof(void *), 0);
	}
	json_arena_close();
	for (size_t i = 0; i < 40; i++)
		assert_true(holds(blocks[i], i, (char)i));
	for (size_t i = 0; i < 40; i++)
		json_arena_free(blocks[i * 7 % 40]);
}

static void test_arena_takes_from_the_heap_what_does_not_fit(void **state)
{
	(void)state;
	json_arena_open(64);
	char *first = take(40, 1);
	char *second = take(40, 2);
	char *huge = take(100000, 3);
	char *small = take(8, 4);
	json_arena_close();
	assert_true(holds(first, 40, 1) && holds(second, 40, 2) && holds(small, 8, 4));
	json_arena_free(first);
	free(second);
	json_arena_free(huge);
	assert_true(holds(small, 8, 4));
	json_arena_free(small);
}

static void test_arena_that_gave_nothing_is_gone_when_closed(void **state)
{
	(void)state;
	json_arena_open(1000);
	json_arena_close();
	char *p = json_arena_alloc(10);
	free(p);
	json_arena_free(NULL);
}

static void *free_document(void *root)
{
	json_free(root);
	return NULL;
}

/* Parsed here and changed, freed there, others open all the while. */
static void test_arena_documents_end_in_any_order_and_thread(void **state)
{
	(void)state;
	static const char TEXT[] = "{\"a\":[1,\"two\",{\"b\":null}],\"c\":\"\\u00e9\"}";
	for (int round = 0; round < 20; round++) {
		struct json *roots[3];
		pthread_t thread;
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(json_parse(TEXT, strlen(TEXT), &roots[i], NULL), S_OK);
			json_set_string(roots[i], "c", "longer than it was before");
			json_remove(roots[i], "a");
			json_set_int(roots[i], "n", 7);
		}
		json_set_take(roots[0], "in", roots[2]);
		assert_int_equal(pthread_create(&thread, NULL, free_document, roots[0]), 0);
		char *printed = json_print(roots[1]);
		assert_string_equal(printed, "{\"c\":\"longer than it was before\",\"n\":7}");
		free(printed);
		assert_int_equal(pthread_join(thread, NULL), 0);
		json_free(roots[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_blocks_do_not_touch_and_may_hold_pointers),
		cmocka_unit_test(test_arena_takes_from_the_heap_what_does_not_fit),
		cmocka_unit_test(test_arena_that_gave_nothing_is_gone_when_closed),
		cmocka_unit_test(test_arena_documents_end_in_any_order_and_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
