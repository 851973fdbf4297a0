#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/when.h"
#include "sandbox/ledger_docs.h"

static struct ledger *open_ledger(void)
{
	struct ledger *l = NULL;

	assert_int_equal(S_OK, ledger_open(NULL, &l, NULL));
	assert_int_equal(S_OK, ledger_begin(l, NULL));
	return l;
}

static void close_ledger(struct ledger *l)
{
	assert_int_equal(S_OK, ledger_commit(l, NULL));
	ledger_close(l);
}

static void put(struct ledger *l, const char *id, const char *parent, int64_t due, const char *doc)
{
	assert_int_equal(S_OK, ledger_doc_put(l, "cart", id, parent, due, doc, NULL));
}

static bool join(void *ctx, const char *id, const char *doc)
{
	char *all = ctx;
	size_t n = strlen(all);

	snprintf(all + n, 100 - n, "%s=%s ", id, doc);
	return true;
}

static void test_docs_are_listed_in_the_order_they_came(void **state)
{
	struct ledger *l = open_ledger();
	char all[100] = "", rest[100] = "";

	(void)state;
	put(l, "c", "p", TIME_NONE, "1");
	put(l, "a", "p", TIME_NONE, "2");
	put(l, "b", "q", TIME_NONE, "3");
	put(l, "c", "p", TIME_NONE, "4"); /* replaced: keeps its place */
	assert_int_equal(S_OK, ledger_doc_list(l, "cart", "p", 10, 0, join, all, NULL));
	assert_string_equal("c=4 a=2 ", all);
	assert_int_equal(S_OK, ledger_doc_list(l, "cart", NULL, 10, 1, join, rest, NULL));
	assert_string_equal("a=2 b=3 ", rest);
	close_ledger(l);
}

static void test_docs_of_other_collections_do_not_mix(void **state)
{
	struct ledger *l = open_ledger();
	char *doc = NULL;

	(void)state;
	put(l, "x", "", TIME_NONE, "mine");
	assert_int_equal(E_NOT_FOUND, ledger_doc_get(l, "session", "x", &doc, NULL));
	assert_int_equal(E_NOT_FOUND, ledger_doc_delete(l, "session", "x", NULL));
	assert_int_equal(S_OK, ledger_doc_get(l, "cart", "x", &doc, NULL));
	assert_string_equal("mine", doc);
	free(doc);
	assert_int_equal(S_OK, ledger_doc_delete(l, "cart", "x", NULL));
	assert_int_equal(E_NOT_FOUND, ledger_doc_delete(l, "cart", "x", NULL));
	close_ledger(l);
}

static void test_docs_due_earliest_first_and_never_when_none(void **state)
{
	struct ledger *l = open_ledger();
	char *id = NULL;
	int64_t due = 0;

	(void)state;
	put(l, "never", "", TIME_NONE, "{}");
	assert_int_equal(E_NOT_FOUND, ledger_doc_next_due(l, "cart", &id, &due, NULL));
	put(l, "late", "", 900, "{}");
	put(l, "soon", "", 100, "{}");
	assert_int_equal(S_OK, ledger_doc_next_due(l, "cart", &id, &due, NULL));
	assert_string_equal("soon", id);
	assert_int_equal(100, due);
	free(id);
	close_ledger(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docs_are_listed_in_the_order_they_came),
		cmocka_unit_test(test_docs_of_other_collections_do_not_mix),
		cmocka_unit_test(test_docs_due_earliest_first_and_never_when_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
