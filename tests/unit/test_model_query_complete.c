#include "unit/test_model_support.h"

#include "model/query_complete.h"

static int setup(void **state)
{
	struct event events[32];
	struct store *st = store_new();
	size_t n = fixture_events("query_world", events, COUNT(events));
	for (size_t i = 0; i < n; i++)
		tell(st, SOURCE_STREAM, events[i], T0);
	*state = st;
	return 0;
}

static int teardown(void **state)
{
	store_free(*state);
	return 0;
}

/* The cursor is at the ^ of the text. */
static void complete(const struct store *st, enum object_kind kind, const char *marked,
		     struct completions *ret)
{
	char text[256];
	size_t at = (size_t)(strchr(marked, '^') - marked);

	str_printf(text, sizeof(text), "%.*s%s", (int)at, marked, marked + at + 1);
	query_complete(text, at, st, kind, ret);
}

static const char *texts(const struct completions *c, char buf[4096])
{
	buf[0] = '\0';
	for (size_t i = 0; i < c->count; i++)
		snprintf(buf + strlen(buf), 4096 - strlen(buf), "%s%s", i ? " " : "",
			 c->items[i].text);
	return buf;
}

static void test_the_beginning_of_a_name_or_value_is_completed(void **state)
{
	static const struct {
		const char *text;
		enum object_kind kind;
		size_t from;
		const char *expect;
	} table[] = {
		{"sta^", OBJECT_INVOICE, 0, "status:"},
		{"STA^", OBJECT_INVOICE, 0, "status:"},
		{"x -sta^", OBJECT_INVOICE, 3, "status:"},
		{"(sta^", OBJECT_INVOICE, 1, "status:"},
		{"paid|amo^", OBJECT_INVOICE, 5, "amount>="},
		{"tot^", OBJECT_INVOICE, 0, "amount>="}, /* by another name of it */
		{"ag^ status:paid", OBJECT_INVOICE, 0, "age<"},
		{"status:u^", OBJECT_INVOICE, 7, "underpaid unpaid"},
		{"status:paid,u^", OBJECT_INVOICE, 12, "underpaid unpaid"},
		{"status!=ov^", OBJECT_INVOICE, 8, "overpaid"},
		{"kind:pay^", OBJECT_NONE, 5, "payout payment"},
		{"type:invoice.cr^", OBJECT_NONE, 5, "invoice.created"},
		{"customer:ana^", OBJECT_ORDER, 9, "\"Ana M\xc3\xbcller\""},
		{"customer:\"ana^", OBJECT_ORDER, 9, "\"Ana M\xc3\xbcller\""},
		{"currency:^", OBJECT_PAYOUT, 9, "BRL EUR"},
		{"kyc:re^", OBJECT_PAYOUT, 4, "rejected expired"}, /* then what holds it */
		{"age<1^", OBJECT_INVOICE, 4, "15m 1h 1d"},
		{"at:to^", OBJECT_INVOICE, 3, "today"},
		{"sin^", OBJECT_INVOICE, 0, "at>="},
		{"since:to^", OBJECT_INVOICE, 6, "today"},
		{"is:u^", OBJECT_INVOICE, 3, "underpaid unpaid"},
		{"paid AND NOT sta^", OBJECT_INVOICE, 13, "status:"},
		{"nonsense:x^", OBJECT_INVOICE, 0, ""},
		{"/sta^", OBJECT_INVOICE, 0, ""},
		{"\"sta^", OBJECT_INVOICE, 0, ""},
		{"qqq^", OBJECT_INVOICE, 0, ""},
	};
	struct completions c;
	char buf[4096];
	int failed = 0;

	for (size_t i = 0; i < COUNT(table); i++) {
		complete(*state, table[i].kind, table[i].text, &c);
		if (!str_equal(texts(&c, buf), table[i].expect) || c.from != table[i].from) {
			print_error("%s\n   got: %s from %zu\nexpect: %s\n", table[i].text, buf,
				    c.from, table[i].expect);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void test_fields_the_rows_have_come_first(void **state)
{
	struct completions c;
	size_t at[2] = {99, 99};

	complete(*state, OBJECT_PAYOUT, "^", &c);
	assert_int_equal(c.count, QUERY_FIELD_COUNT);
	for (size_t i = 0; i < c.count; i++) {
		if (str_equal(c.items[i].text, "rail:") || str_equal(c.items[i].text, "kyc:"))
			at[0] = at[0] == 99 || i > at[0] ? i : at[0];
		if (str_equal(c.items[i].text, "tracking:") && i < at[1])
			at[1] = i;
	}
	assert_true(at[0] < at[1]);
}

static void test_a_value_says_how_many_rows_have_it(void **state)
{
	struct completions c;

	complete(*state, OBJECT_INVOICE, "type:st^", &c);
	assert_int_equal(c.count, 1);
	assert_string_equal(c.items[0].help, "2 rows");
	complete(*state, OBJECT_INVOICE, "status:over^", &c);
	assert_string_equal(c.items[0].help, "more came in than was asked");
}

/* --- a word that is none ------------------------------------------------------------------------
 */

static void test_a_word_that_no_object_says_is_told_with_what_was_meant(void **state)
{
	static const struct {
		const char *query;
		enum object_kind kind;
		const char *expect; /* NULL: nothing to say */
	} table[] = {
		{"status:pad", OBJECT_NONE, "No status is “pad”: did you mean paid?"},
		{"status:paid,unpiad", OBJECT_INVOICE,
		 "No status is “unpiad”: did you mean unpaid?"},
		{"x | -status!=ovrepaid", OBJECT_INVOICE,
		 "No status is “ovrepaid”: did you mean overpaid?"},
		{"status:nonsense", OBJECT_NONE, "No status is “nonsense”."},
		{"status:queued", OBJECT_INVOICE, "No status is “queued”."},
		{"kyc:aproved", OBJECT_PAYOUT, "No kyc is “aproved”: did you mean approved?"},
		{"\xd1\x81ustomer:8f", OBJECT_INVOICE,
		 "No field is called “\xd1\x81ustomer”: that is a word here."},
		{"\"\xd1\x81ustomer:8f\" http//x \xc3\xbc", OBJECT_INVOICE, NULL},
		{"status:queued", OBJECT_NONE, NULL},
		{"status:queued", OBJECT_PAYOUT, NULL},
		{"status:canceled,cancelled", OBJECT_ORDER, NULL},
		{"status:\"awaiting payment\"", OBJECT_ORDER, NULL},
		{"status:pending-payment", OBJECT_ORDER, NULL},
		{"status:late status:partial", OBJECT_INVOICE, NULL},
		{"status:pad*", OBJECT_INVOICE, NULL},
		{"status:/pad/ pad chain:pad", OBJECT_INVOICE, NULL},
	};
	char hint[160];

	(void)state;
	assert_false(query_hint(NULL, OBJECT_NONE, hint, sizeof(hint)));
	for (size_t i = 0; i < COUNT(table); i++) {
		struct query *q = NULL;
		assert_int_equal(query_parse(table[i].query, &q, NULL, NULL), S_OK);
		hint[0] = '\0';
		if (query_hint(q, table[i].kind, hint, sizeof(hint)) != (table[i].expect != NULL) ||
		    !str_equal(hint, table[i].expect ? table[i].expect : ""))
			fail_msg("%s: %s", table[i].query, hint);
		query_free(q);
	}
}

/* What is offered can be read, wherever the cursor stands. */
static void test_every_completion_parses(void **state)
{
	static const char *const starts[] = {"^",          "status:^", "customer:^", "type:^",
					     "-country:^", "(kind:^",  "name:^",     "id:^"};
	struct completions c;

	for (size_t i = 0; i < COUNT(starts); i++) {
		for (int k = OBJECT_NONE; k < OBJECT_KIND_COUNT; k++) {
			complete(*state, (enum object_kind)k, starts[i], &c);
			for (size_t j = 0; j < c.count; j++) {
				char text[256];
				struct query *q = NULL;
				bool field = starts[i][0] == '^';
				enum status status;
				str_printf(text, sizeof(text), "%.*s%s%s%s", (int)c.from, starts[i],
					   c.items[j].text, starts[i][0] == '(' ? ")" : "", "");
				status = query_parse(text, &q, NULL, NULL);
				if (field ? status == S_OK : status != S_OK)
					fail_msg("%s: %d", text, status);
				query_free(q);
			}
		}
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_beginning_of_a_name_or_value_is_completed),
		T(test_fields_the_rows_have_come_first),
		T(test_a_value_says_how_many_rows_have_it),
		T(test_a_word_that_no_object_says_is_told_with_what_was_meant),
		T(test_every_completion_parses),
	};
#undef T
	return cmocka_run_group_tests_name("model query complete", tests, NULL, NULL);
}
