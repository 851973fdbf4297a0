#include "unit/test_wire_support.h"

#include "wire/lifecycle.h"

static void test_vocab_parse_reads_every_word_back(void **state)
{
	(void)state;
	for (int v = 0; v < VOCAB_COUNT; v++) {
		assert_true(vocab_count((enum vocab)v) >= 3);
		for (size_t i = 1; i <= vocab_count((enum vocab)v); i++) {
			const struct word *w = vocab_word((enum vocab)v, (int)i);
			assert_int_equal(vocab_parse((enum vocab)v, w->wire), i);
			assert_ptr_equal(vocab_find((enum vocab)v, w->wire), w);
			assert_true(w->words[0] != '\0');
		}
	}
}

static void test_vocab_parse_knows_both_spellings_of_canceled(void **state)
{
	(void)state;
	assert_int_equal(vocab_parse(VOCAB_INVOICE, "canceled"), INVOICE_CANCELED);
	assert_int_equal(vocab_parse(VOCAB_INVOICE, "cancelled"), INVOICE_CANCELED);
	assert_int_equal(vocab_parse(VOCAB_ORDER, "canceled"), ORDER_CANCELLED);
	assert_int_equal(vocab_parse(VOCAB_KYC, "canceled"), KYC_UNKNOWN);
}

static void test_vocab_unknown_word_is_zero_and_has_words(void **state)
{
	(void)state;
	static const char *const UNKNOWN[] = {"", "PAID", "paid ", "refunded", "unknown"};
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(vocab_parse(VOCAB_INVOICE, UNKNOWN[i]), INVOICE_UNKNOWN);
		assert_null(vocab_find(VOCAB_INVOICE, UNKNOWN[i]));
	}
	assert_int_equal(vocab_parse(VOCAB_INVOICE, NULL), INVOICE_UNKNOWN);
	assert_string_equal(vocab_word(VOCAB_INVOICE, 0)->wire, "");
	assert_string_equal(vocab_word(VOCAB_INVOICE, 0)->words, "unknown");
	assert_ptr_equal(vocab_word(VOCAB_INVOICE, 99), vocab_word(VOCAB_INVOICE, 0));
	assert_ptr_equal(vocab_word(VOCAB_INVOICE, -1), vocab_word(VOCAB_INVOICE, 0));
}

static void test_lifecycle_tables_use_only_known_words(void **state)
{
	(void)state;
	for (int v = 0; v < VOCAB_COUNT; v++) {
		size_t count = 0;
		bool born = false;
		const struct transition *t = lifecycle_table((enum vocab)v, &count);
		assert_true(count > 0);
		for (size_t i = 0; i < count; i++) {
			assert_non_null(vocab_find((enum vocab)v, t[i].to));
			if (t[i].from[0] != '\0')
				assert_non_null(vocab_find((enum vocab)v, t[i].from));
			born = born || t[i].from[0] == '\0';
			assert_true(lifecycle_allows((enum vocab)v, t[i].from, t[i].to));
		}
		assert_true(born);
	}
}

static void test_lifecycle_every_state_can_be_reached_from_birth(void **state)
{
	(void)state;
	for (int v = 0; v < VOCAB_COUNT; v++)
		for (size_t i = 1; i <= vocab_count((enum vocab)v); i++)
			assert_true(lifecycle_reaches((enum vocab)v, "",
						      vocab_word((enum vocab)v, (int)i)->wire));
}

static void test_lifecycle_allows_one_step_only(void **state)
{
	(void)state;
	static const struct {
		enum vocab v;
		const char *from, *to;
		bool allowed, reached;
	} TABLE[] = {
		{VOCAB_INVOICE, "", "unpaid", true, true},
		{VOCAB_INVOICE, "", "paid", false, true},
		{VOCAB_INVOICE, "unpaid", "unpaid", true, false},
		{VOCAB_INVOICE, "unpaid", "paid", true, true},
		{VOCAB_INVOICE, "underpaid", "paid", true, true},
		{VOCAB_INVOICE, "underpaid", "canceled", false, false},
		{VOCAB_INVOICE, "unpaid", "cancelled", true, true},
		{VOCAB_INVOICE, "paid", "unpaid", false, false},
		{VOCAB_INVOICE, "expired", "paid", false, false},
		{VOCAB_INVOICE, "paid", "teleported", false, false},
		{VOCAB_INVOICE, "teleported", "paid", false, false},
		{VOCAB_INVOICE, "teleported", "teleported", false, false},
		{VOCAB_PAYMENT, "underpaid", "confirmed", false, false},
		{VOCAB_PAYMENT, "pending", "confirmed", true, true},
		{VOCAB_SETTLEMENT, "failed", "settled", false, true},
		{VOCAB_SETTLEMENT, "failed", "processing", true, true},
		{VOCAB_ORDER, "pending_payment", "delivered", false, true},
		{VOCAB_ORDER, "pending_payment", "failed", false, true},
		{VOCAB_ORDER, "placed", "failed", false, false},
		{VOCAB_ORDER, "placed", "cancelled", true, true},
		{VOCAB_ORDER, "shipped", "cancelled", false, false},
		{VOCAB_PAYOUT, "paid", "returned", true, true},
		{VOCAB_PAYOUT, "processing", "canceled", false, false},
		{VOCAB_KYC, "rejected", "rejected", true, true},
		{VOCAB_KYC, "", "approved", false, true},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (lifecycle_allows(TABLE[i].v, TABLE[i].from, TABLE[i].to) != TABLE[i].allowed ||
		    lifecycle_reaches(TABLE[i].v, TABLE[i].from, TABLE[i].to) != TABLE[i].reached)
			fail_msg("row %zu: %s to %s", i, TABLE[i].from, TABLE[i].to);
	}
}

static void test_lifecycle_terminal_states_are_the_contracts(void **state)
{
	(void)state;
	static const struct {
		enum vocab v;
		const char *terminal;
	} TABLE[] = {
		{VOCAB_INVOICE, "paid expired canceled"},
		{VOCAB_PAYMENT, "underpaid confirmed"},
		{VOCAB_SETTLEMENT, "settled"},
		{VOCAB_ORDER, "delivered cancelled failed"},
		{VOCAB_PAYOUT, "failed returned canceled"},
		{VOCAB_DEPOSIT, "confirmed failed returned"},
		{VOCAB_KYC, ""},
		{VOCAB_REFUND, "succeeded failed"},
	};
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		char found[128] = "";
		size_t used = 0;
		for (size_t n = 1; n <= vocab_count(TABLE[i].v); n++) {
			const char *wire = vocab_word(TABLE[i].v, (int)n)->wire;
			if (lifecycle_is_terminal(TABLE[i].v, wire))
				used += (size_t)snprintf(found + used, sizeof(found) - used, "%s%s",
							 used > 0 ? " " : "", wire);
		}
		assert_string_equal(found, TABLE[i].terminal);
	}
	assert_false(lifecycle_is_terminal(VOCAB_INVOICE, "teleported"));
	assert_false(lifecycle_is_terminal(VOCAB_INVOICE, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vocab_parse_reads_every_word_back),
		cmocka_unit_test(test_vocab_parse_knows_both_spellings_of_canceled),
		cmocka_unit_test(test_vocab_unknown_word_is_zero_and_has_words),
		cmocka_unit_test(test_lifecycle_tables_use_only_known_words),
		cmocka_unit_test(test_lifecycle_every_state_can_be_reached_from_birth),
		cmocka_unit_test(test_lifecycle_allows_one_step_only),
		cmocka_unit_test(test_lifecycle_terminal_states_are_the_contracts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
