#include "unit/test_model_support.h"

/* "seq" of each step, with + for late, ! for impossible. */
static const char *outline(const struct store *st, enum object_kind kind, const char *id,
			   char ret[512])
{
	struct timeline t;
	timeline_build(&t, st, kind, id);
	ret[0] = '\0';
	for (size_t i = 0; i < t.count; i++)
		snprintf(ret + strlen(ret), 512 - strlen(ret), "%s%lld%s%s", i ? " " : "",
			 (long long)t.steps[i].event.order_seq, t.steps[i].late ? "+" : "",
			 t.steps[i].impossible ? "!" : "");
	return ret;
}

static struct store *lived(const char *fixture, enum event_source source, const size_t *order)
{
	struct event events[32];
	struct store *st = store_new();
	size_t n = fixture_events(fixture, events, COUNT(events));
	for (size_t i = 0; i < n; i++)
		tell(st, source, events[order ? order[i] : i], T0);
	return st;
}

static void test_a_life_is_told_whole_from_any_of_its_objects(void **state)
{
	static const struct {
		enum object_kind kind;
		const char *id, *expect;
	} table[] = {
		{OBJECT_INVOICE, "inv-1", "1 2 4 5 6 7 9 10!"},
		{OBJECT_ORDER, "ord-1", "1 2 4 5 6 7 9 10!"},
		{OBJECT_PAYMENT, "pay-1", "1 2 4 5 6 7 9 10!"},
		{OBJECT_INVOICE, "inv-2", "3 8"},
		{OBJECT_PAYMENT, "pay-2", "3 8"},
		{OBJECT_PAYOUT, "inv-1", ""},
		{OBJECT_INVOICE, "nobody", ""},
		{OBJECT_INVOICE, "", ""},
	};
	char got[512];
	(void)state;
	struct store *st = lived("payment_life", SOURCE_STREAM, NULL);
	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(outline(st, table[i].kind, table[i].id, got), table[i].expect);
	store_free(st);
}

static void test_steps_say_how_long_each_took(void **state)
{
	static const int64_t gaps_s[] = {0, 0, 60, 30, 1, 1, 3508, 100};
	struct timeline t;
	(void)state;
	struct store *st = lived("payment_life", SOURCE_STREAM, NULL);
	timeline_build(&t, st, OBJECT_INVOICE, "inv-1");
	assert_int_equal(t.count, COUNT(gaps_s));
	for (size_t i = 0; i < COUNT(gaps_s); i++)
		assert_int_equal(t.steps[i].gap_ms, gaps_s[i] * 1000);
	assert_false(t.cut);
	store_free(st);
}

static void test_a_late_step_lands_in_its_place_with_a_mark(void **state)
{
	/* the sixth event, invoice paid, comes before the second, invoice created */
	static const size_t order[] = {0, 5, 1, 2, 3, 4, 6, 7, 8, 9};
	char got[512];
	(void)state;
	struct store *st = lived("payment_life", SOURCE_REPLAY, order);
	assert_string_equal(outline(st, OBJECT_INVOICE, "inv-1", got), "1 2+ 4 5 6 7 9 10!");
	store_free(st);
	/* from REST that is no wonder */
	st = lived("payment_life", SOURCE_REST, order);
	assert_string_equal(outline(st, OBJECT_INVOICE, "inv-1", got), "1 2 4 5 6 7 9 10!");
	store_free(st);
}

static void test_payouts_and_kyc_have_a_life_of_their_own(void **state)
{
	char got[512];
	(void)state;
	struct store *st = lived("query_world", SOURCE_STREAM, NULL);
	assert_string_equal(outline(st, OBJECT_PAYOUT, "po-2", got), "12 13");
	assert_string_equal(outline(st, OBJECT_KYC, "cust_22", got), "10");
	store_free(st);
}

static void test_a_life_too_long_keeps_its_latest_steps(void **state)
{
	struct timeline t;
	(void)state;
	struct store *st = store_new();
	for (int i = 0; i < TIMELINE_STEPS_MAX + 7; i++)
		tell(st, SOURCE_STREAM, order_event(T0 + i, i, "ord", "placed"), T0);
	timeline_build(&t, st, OBJECT_ORDER, "ord");
	assert_int_equal(t.count, TIMELINE_STEPS_MAX);
	assert_true(t.cut);
	assert_int_equal(t.steps[0].event.order_seq, 7);
	assert_int_equal(t.steps[TIMELINE_STEPS_MAX - 1].event.order_seq, TIMELINE_STEPS_MAX + 6);
	store_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_life_is_told_whole_from_any_of_its_objects),
		cmocka_unit_test(test_steps_say_how_long_each_took),
		cmocka_unit_test(test_a_late_step_lands_in_its_place_with_a_mark),
		cmocka_unit_test(test_payouts_and_kyc_have_a_life_of_their_own),
		cmocka_unit_test(test_a_life_too_long_keeps_its_latest_steps),
	};
	return cmocka_run_group_tests_name("model timeline", tests, NULL, NULL);
}
