/* Stand-ins: what is replaced in texts and JSON, and what is left as it is. */
#include "unit/test_model_support.h"

#include "model/masking.h"

#include <stdlib.h>

static char *masked(const struct masking *m, const char *text)
{
	struct strbuf sb;

	strbuf_init(&sb, 1 << 16);
	masking_text(m, text, &sb);
	if (!sb.buf)
		strbuf_addstr(&sb, "");
	return sb.buf ? strbuf_take(&sb) : xmemdup0("", 0);
}

static struct masking *learnt(const char *json)
{
	struct masking *m = masking_new();
	struct json *v = json_of(json);

	masking_learn_json(m, v);
	json_free(v);
	return m;
}

static void test_values_are_replaced_where_they_stand_for_somebody(void **state)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{"customer cust_7 paid", "customer customer-1 paid"},
		{"CUST_7, cust_77 and xcust_7", "customer-1, cust_77 and xcust_7"},
		{"Ana María lives in Lund", "name-1 lives in address-1"},
		{"Lunds and Lund.", "Lunds and address-1."},
		{"account ending in 2026 was", "account ending in account-1 was"},
		/* four digits are in dates and amounts, too */
		{"2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z"},
		{"1,2026.50 and 3.2026 USD", "1,2026.50 and 3.2026 USD"},
		{"evt_1768478400000-2026", "evt_1768478400000-2026"},
		/* by their looks, learnt or not */
		{"mail bob.b@x-y.example.org now", "mail [email] now"},
		{"a@b is none", "a@b is none"},
		{"at 12:00 me@home. x", "at 12:00 me@home. x"},
		{"go to /pay?session=abcdef123&signature=sig-77777;",
		 "go to /pay?session=[removed]&"
		 "signature=[removed];"},
		{"Bearer abcdef12345", "Bearer [removed]"},
		{"key pk_live_1234567890.", "key pk_[removed]"},
		{"task_runner and desk_lamps_x", "task_runner and desk_lamps_x"},
		{"wst_abcdefgh123456789", "wst_[removed]"},
		{"rk_live_abcdefgh123456", "rk_[removed]"},
		{"refused: PST_ABCDEFGH12345", "refused: PST_[removed]"},
		{"X-Session-Token: abcdefghijklmnop0123", "X-Session-Token: [removed]"},
		{"x-api-key: 3f9c8d7e6f5a4b3c2d1e", "x-api-key: [removed]"},
		{"api_key=abcdef0123456789", "api_key=[removed]"},
		{"signed \xe2\x80\x8bsig_0123456789abcdef", "signed \xe2\x80\x8bsig_[removed]"},
		{"signature 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef."
		 "1768000000000.",
		 "signature [removed]"},
		/* what is in a link is percent-encoded, once or more */
		{"?to=https%3A%2F%2Fpay%3Fsession%3Dpst_abcdefghijklmnop%26signature%3Dsig_01234",
		 "?to=https%3A%2F%2Fpay%3Fsession%3D[removed]"},
		{"%253Fsession%253Dabcdefghijk;", "%253Fsession%253D[removed];"},
		{"%26signature%3dsig_0123456789 x", "%26signature%3d[removed] x"},
		{"a%3Dpst_abcdefghijklmnop", "a%3Dpst_[removed]"},
		{"a%3Dsig_abcdefghijklmnop", "a%3Dsig_[removed]"},
		{"?mail=bob%40x.example.org&a", "?mail=[email]&a"},
		{"?mail%3Dbob%2540x.example.org", "?[email]"},
		{"?name=Ana%20Mar%C3%ADa&b", "?name=name-1&b"},
		{"?name=Ana+Mar%c3%ada&b", "?name=name-1&b"},
		{"?c%3Dcust_7%26d", "?c%3Dcustomer-1%26d"},
		{"100%, 7% and %zz stay", "100%, 7% and %zz stay"},
		{"cust_7%00", "customer-1%00"},
		{"Lund%00x", "address-1%00x"},
		{"%", "%"},
		{"%3", "%3"},
		{"xCDpst_abcdefghijklmnop", "xCDpst_abcdefghijklmnop"},
		{"", ""},
	};
	struct masking *m = learnt("{\"customer_id\":\"cust_7\",\"legal_name\":\"Ana María\","
				   "\"city\":\"Lund\",\"last4\":\"2026\",\"zip\":\"1\"}");

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char *got = masked(m, table[i].text);

		if (!str_equal(got, table[i].want))
			fail_msg("“%s” became “%s”", table[i].text, got);
		free(got);
	}
	masking_free(m);
}

static void test_a_person_called_like_a_word_of_the_protocol(void **state)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{"customer expired paid: the invoice expired",
		 "customer customer-1 paid: the invoice expired"},
		{"invoice.updated, invoice_payment, Invoice",
		 "invoice.updated, invoice_payment, Invoice"},
		{"for Charlotte, charlotte9 and Charlottenburg",
		 "for name-2, name-29 and Charlottenburg"},
		{"Mr Invoiceman", "Mr name-3"},
	};
	struct masking *m = learnt("{\"customer_id\":\"expired\",\"first_name\":\"invoice\","
				   "\"last_name\":\"Charlotte\",\"full_name\":\"Invoiceman\"}");

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char *got = masked(m, table[i].text);

		if (!str_equal(got, table[i].want))
			fail_msg("“%s” became “%s”", table[i].text, got);
		free(got);
	}
	masking_free(m);
}

/* Members that say what the protocol says stay; a person in them does not. */
static void test_what_the_protocol_says_stays(void **state)
{
	static const char TEXT[] =
		"{\"id\":\"evt_1768478400000-1\",\"object\":\"event\",\"type\":\"kundin.updated\","
		"\"status\":\"kundin\",\"substatus\":\"KUNDIN_ASKED\",\"amount\":\"2026.50\","
		"\"paidAt\":\"2026-01-15T12:00:00Z\",\"stage\":\"for Kundin 7\","
		"\"network\":\"kundin7\",\"carrier\":\"kundin\",\"customer_id\":\"kundin\"}";
	struct masking *m = learnt("{\"customer_id\":\"kundin\",\"name\":\"\",\"first_name\":"
				   "\"evt_1768478400000-1\",\"city\":\"2026.50\",\"zip\":"
				   "\"2026-01-15\",\"street\":\"kundin7\"}");
	struct json *v = json_of(TEXT), *copy = masking_json(m, v);
	char *text = json_print(copy);

	(void)state;
	assert_string_equal(text,
			    "{\"id\":\"evt_1768478400000-1\",\"object\":\"event\","
			    "\"type\":\"kundin.updated\",\"status\":\"kundin\","
			    "\"substatus\":\"KUNDIN_ASKED\",\"amount\":\"2026.50\","
			    "\"paidAt\":\"2026-01-15T12:00:00Z\",\"stage\":\"for customer-1 7\","
			    "\"network\":\"address-3\",\"carrier\":\"customer-1\","
			    "\"customer_id\":\"customer-1\"}");
	free(text);
	json_free(copy);
	json_free(v);
	masking_free(m);
}

/* In a text of several words, or in a member for texts; not where the protocol has its words. */
static void test_somebody_called_like_a_word_is_masked_in_free_text_only(void **state)
{
	static const char TEXT[] =
		"{\"type\":\"invoice.paid\",\"status\":\"paid\",\"failure_code\":\"paid\","
		"\"message\":\"Invoice, Paid\",\"title\":\"paid\",\"paid_at\":null,"
		"\"rejection_reason\":\"Paid is not INVOICE: prepaid, paid_out\","
		"\"paid\":\"unpaid\"}";
	struct masking *m = learnt("{\"first_name\":\"Paid\",\"last_name\":\"Invoice\"}");
	struct json *v = json_of(TEXT), *copy = masking_json(m, v);
	char *text = json_print(copy);

	(void)state;
	assert_string_equal(text,
			    "{\"type\":\"invoice.paid\",\"status\":\"paid\","
			    "\"failure_code\":\"paid\",\"message\":\"name-2, name-1\","
			    "\"title\":\"name-1\",\"paid_at\":null,"
			    "\"rejection_reason\":\"name-1 is not name-2: prepaid, name-1_out\","
			    "\"paid\":\"unpaid\"}");
	free(text);
	json_free(copy);
	json_free(v);
	masking_free(m);
}

static void test_who_differs_in_case_only_is_one_person(void **state)
{
	struct masking *m = learnt("{\"email\":\"Ana@x.example\",\"customer_id\":\"ANA@X.example\","
				   "\"customer_email\":\"ana@x.example\",\"city\":\"Ana\"}");
	char *got = masked(m, "Ana, ANA@x.example");

	(void)state;
	assert_string_equal(got, "address-1, email-1");
	assert_string_equal(masking_customer(m, "ANA@X.example"), "email-1");
	free(got);
	masking_free(m);
}

static void test_people_who_are_keys_are_masked(void **state)
{
	struct masking *m = learnt("{\"customer_id\":\"cust_7\",\"city\":\"data\"}");
	struct json *v = json_of("{\"data\":{\"cust_7\":1,\"b@x.example\":2,\"data\":\"data\"}}");
	struct json *copy = masking_json(m, v);
	char *text = json_print(copy);

	(void)state;
	assert_string_equal(text,
			    "{\"data\":{\"customer-1\":1,\"[email]\":2,\"data\":\"address-1\"}}");
	free(text);
	json_free(copy);
	json_free(v);
	masking_free(m);
}

/* Nothing of a body is lost because two people are masked alike. */
static void test_members_that_become_one_name_are_numbered(void **state)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{"{\"shares\":{\"ana@x.io\":1,\"bob@y.io\":2,\"[email]\":3,\"c@z.io\":4}}",
		 "{\"shares\":{\"[email]\":1,\"[email] 2\":2,\"[email] 3\":3,\"[email] 4\":4}}"},
		{"{\"customer_id\":\"cust_anna\",\"by\":{\"cust_anna\":5,\"Ana\":1,\"ANA\":2},"
		 "\"first_name\":\"Ana\"}",
		 "{\"customer_id\":\"customer-1\",\"by\":{\"customer-1\":5,\"name-1\":1,"
		 "\"name-1 2\":2},\"first_name\":\"name-1\"}"},
		{"{\"l\":[{\"customer_id\":\"cust_9 \"},{\"customer_id\":\"CUST_9+\"}],"
		 "\"by\":{\"cust_9 \":5,\"CUST_9+\":1}}",
		 "{\"l\":[{\"customer_id\":\"customer-1\"},{\"customer_id\":\"customer-1\"}],"
		 "\"by\":{\"customer-1\":5,\"customer-1 2\":1}}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct masking *m = learnt(table[i].text);
		struct json *v = json_of(table[i].text), *copy = masking_json(m, v);
		char *text = json_print(copy);

		assert_string_equal(text, table[i].want);
		free(text);
		json_free(copy);
		json_free(v);
		masking_free(m);
	}
}

/* What finds a customer again stays, what is the customer's own does not. */
static void test_for_colleagues_ids_and_last_digits_stay(void **state)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{"cust_7, account ending in 2026, of Ana",
		 "cust_7, account ending in 2026, of name-1"},
		{"K-1042 and cust_anna", "K-1042 and cust_anna"},
		{"for customer ana@x.example", "for customer customer-1"},
		{"for customer +46701234567", "for customer customer-2"},
		{"for customer bobby", "for customer customer-3"},
		{"of DE89370400440532013000", "of account-1"},
	};
	struct masking *m = masking_new();
	struct json *v = json_of("[{\"customer_id\":\"cust_7\",\"last4\":\"2026\",\"first_name\":"
				 "\"Ana\"},{\"customer_id\":\"K-1042\"},"
				 "{\"customer_id\":\"cust_anna\"},"
				 "{\"customer_id\":\"ana@x.example\"},"
				 "{\"customer_id\":\"+46701234567\"},{\"customer_id\":\"bobby\"},"
				 "{\"iban\":\"DE89370400440532013000\"}]");

	(void)state;
	masking_for_colleagues(m);
	masking_learn_json(m, v);
	for (size_t i = 0; i < COUNT(table); i++) {
		char *got = masked(m, table[i].text);

		if (!str_equal(got, table[i].want))
			fail_msg("“%s” became “%s”", table[i].text, got);
		free(got);
	}
	json_free(v);
	masking_free(m);
}

/* Who is known by a beginning only is masked to the end, whoever of them it is. */
static void test_long_values_that_begin_alike_are_masked_whole(void **state)
{
	char text[512], want[64];
	char head[81] = "";
	struct masking *m;
	char *got;

	(void)state;
	memset(head, 'x', 80);
	str_printf(text, sizeof(text), "{\"city\":\"%s Lund\",\"street\":\"%s Malmo\"}", head,
		   head);
	m = learnt(text);
	str_printf(text, sizeof(text), "%s Malmo\n%s Lund\n", head, head);
	got = masked(m, text);
	str_printf(want, sizeof(want), "address-1\naddress-1\n");
	assert_string_equal(got, want);
	free(got);
	masking_free(m);
}

/* As long as it may be, and made to be looked at again and again. */
static void test_hostile_texts_take_no_longer_than_others(void **state)
{
	enum { LEN = 200000 };
	static const char *const FILLS[] = {"a", "25", "%25", "pst_", "a%40", "aaaaaaa@", "a b "};
	char *value = xcalloc(LEN + 32, 1), *text = xcalloc(LEN + 1, 1);
	struct masking *m;
	char *got;

	(void)state;
	memset(value, 'a', LEN);
	memcpy(value, "{\"city\":\"", 9);
	memcpy(value + LEN - 2, "b\"}", 4);
	m = learnt(value);
	for (size_t i = 0; i < COUNT(FILLS); i++) {
		for (size_t k = 0; k < LEN; k++)
			text[k] = FILLS[i][k % strlen(FILLS[i])];
		got = masked(m, text);
		assert_true(got[0] != '\0');
		free(got);
	}
	masking_free(m);
	free(text);
	free(value);
}

static void test_a_customer_of_one_letter_is_known_by_the_word_before_it(void **state)
{
	struct masking *m = learnt("{\"customer_id\":\"7\"}");
	char *got = masked(m, "for customer 7: 7 things for 7.00 USD, customer 77");

	(void)state;
	assert_string_equal(got, "for customer customer-1: 7 things for 7.00 USD, customer 77");
	assert_string_equal(masking_customer(m, "7"), "customer-1");
	assert_string_equal(masking_customer(m, "8"), "8");
	free(got);
	masking_free(m);
}

static void test_json_keeps_its_shape_and_its_numbers(void **state)
{
	static const char TEXT[] =
		"{\"amount\":1e2,\"big\":9007199254740993,\"customer_id\":\"cust_7\","
		"\"customerId\":null,\"email\":\"\",\"Phone-Number\":\"+46 1\",\"phone\":5,"
		"\"token_symbol\":\"USDC\",\"session_token\":{\"a\":[1]},\"apiKey\":\"k\",\"wallet_"
		"session\":\"w\","
		"\"otp\":123456,"
		"\"metadata\":{\"who\":\"x\",\"n\":[1,{\"y\":2}]},\"questions\":[\"q\",[3]],"
		"\"list\":[\"cust_7\",{\"first_name\":\"Ada\"}],\"status\":\"paid\"}";
	struct masking *m = learnt(TEXT);
	struct json *v = json_of(TEXT), *copy = masking_json(m, v);
	char *text = json_print(copy);

	(void)state;
	assert_string_equal(
		text, "{\"amount\":1e2,\"big\":9007199254740993,\"customer_id\":\"customer-1\","
		      "\"customerId\":null,\"email\":\"\",\"Phone-Number\":\"phone-1\","
		      "\"phone\":\"[masked]\",\"token_symbol\":\"USDC\","
		      "\"session_token\":\"[removed]\",\"apiKey\":\"[removed]\","
		      "\"wallet_session\":\"[removed]\",\"otp\":\"[removed]\",\"metadata\":{},"
		      "\"questions\":[\"[masked]\",[\"[masked]\"]],"
		      "\"list\":[\"customer-1\",{\"first_name\":\"name-1\"}],\"status\":\"paid\"}");
	free(text);
	json_free(copy);
	json_free(v);
	masking_free(m);
}

static void test_more_people_than_it_can_learn_are_masked_all_the_same(void **state)
{
	struct masking *m = masking_new();
	struct json *v, *copy;
	char name[64];

	(void)state;
	for (int i = 0; i < MASKING_MAX + 5; i++) {
		snprintf(name, sizeof(name), "cust_%d", i);
		masking_learn_customer(m, name);
	}
	snprintf(name, sizeof(name), "{\"customer_id\":\"cust_%d\"}", MASKING_MAX + 1);
	v = json_of(name);
	copy = masking_json(m, v);
	assert_true(masking_is_full(m));
	assert_string_equal(json_string(json_get(copy, "customer_id")), "customer-masked");
	json_free(copy);
	json_free(v);
	masking_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_replaced_where_they_stand_for_somebody),
		cmocka_unit_test(test_a_person_called_like_a_word_of_the_protocol),
		cmocka_unit_test(test_what_the_protocol_says_stays),
		cmocka_unit_test(test_somebody_called_like_a_word_is_masked_in_free_text_only),
		cmocka_unit_test(test_who_differs_in_case_only_is_one_person),
		cmocka_unit_test(test_people_who_are_keys_are_masked),
		cmocka_unit_test(test_members_that_become_one_name_are_numbered),
		cmocka_unit_test(test_for_colleagues_ids_and_last_digits_stay),
		cmocka_unit_test(test_long_values_that_begin_alike_are_masked_whole),
		cmocka_unit_test(test_hostile_texts_take_no_longer_than_others),
		cmocka_unit_test(test_a_customer_of_one_letter_is_known_by_the_word_before_it),
		cmocka_unit_test(test_json_keeps_its_shape_and_its_numbers),
		cmocka_unit_test(test_more_people_than_it_can_learn_are_masked_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
