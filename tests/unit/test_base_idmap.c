#include "base/idmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MANY 300000

static void test_idmap_put_get_remove(void **state)
{
	struct idmap *m = idmap_new();
	int a, b;

	(void)state;
	assert_null(idmap_get(m, "x"));
	assert_null(idmap_remove(m, "x"));
	assert_int_equal(idmap_count(m), 0);
	assert_null(idmap_put(m, "x", &a));
	assert_ptr_equal(idmap_get(m, "x"), &a);
	assert_ptr_equal(idmap_put(m, "x", &b), &a);
	assert_ptr_equal(idmap_get(m, "x"), &b);
	assert_int_equal(idmap_count(m), 1);
	assert_ptr_equal(idmap_remove(m, "x"), &b);
	assert_false(idmap_has(m, "x"));
	assert_int_equal(idmap_count(m), 0);
	assert_null(idmap_put(m, "x", &a));
	assert_ptr_equal(idmap_get(m, "x"), &a);
	idmap_free(m);
	idmap_free(NULL);
}

static void test_idmap_compares_ids_exactly(void **state)
{
	static const char *const ids[] = {"evt_1",  "EVT_1", "evt_1 ",      "evt_",
					  "evt_10", "",      "evt_\xD0\xB0"};
	struct idmap *m = idmap_new();
	int values[7];

	(void)state;
	for (size_t i = 0; i < 7; i++)
		assert_null(idmap_put(m, ids[i], &values[i]));
	assert_int_equal(idmap_count(m), 7);
	for (size_t i = 0; i < 7; i++)
		assert_ptr_equal(idmap_get(m, ids[i]), &values[i]);
	assert_false(idmap_has(m, "evt_1\xCC\x81"));
	idmap_free(m);
}

static void test_idmap_copies_the_id(void **state)
{
	struct idmap *m = idmap_new();
	char id[] = "abc";

	(void)state;
	assert_null(idmap_put(m, id, m));
	id[0] = 'z';
	assert_true(idmap_has(m, "abc"));
	assert_false(idmap_has(m, "zbc"));
	idmap_free(m);
}

static void test_idmap_knows_an_id_without_a_value(void **state)
{
	struct idmap *m = idmap_new();

	(void)state;
	assert_null(idmap_put(m, "seen", NULL));
	assert_true(idmap_has(m, "seen"));
	assert_null(idmap_get(m, "seen"));
	assert_int_equal(idmap_count(m), 1);
	assert_null(idmap_remove(m, "seen"));
	assert_false(idmap_has(m, "seen"));
	idmap_free(m);
}

static void test_idmap_holds_hundreds_of_thousands(void **state)
{
	static char values[MANY];
	struct idmap *m = idmap_new();
	char id[32];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(id, sizeof(id), "evt_%08d", i);
		assert_null(idmap_put(m, id, &values[i]));
	}
	assert_int_equal(idmap_count(m), MANY);
	for (int i = 0; i < MANY; i += 3) {
		(void)snprintf(id, sizeof(id), "evt_%08d", i);
		assert_ptr_equal(idmap_remove(m, id), &values[i]);
	}
	assert_int_equal(idmap_count(m), MANY - MANY / 3);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(id, sizeof(id), "evt_%08d", i);
		assert_ptr_equal(idmap_get(m, id), i % 3 ? &values[i] : NULL);
	}
	idmap_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idmap_put_get_remove),
		cmocka_unit_test(test_idmap_compares_ids_exactly),
		cmocka_unit_test(test_idmap_copies_the_id),
		cmocka_unit_test(test_idmap_knows_an_id_without_a_value),
		cmocka_unit_test(test_idmap_holds_hundreds_of_thousands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
