/* Filters as texts: the one way to write them, what is wrong with them, what the manual says. */
#include "unit/test_model_support.h"

#include "fuzz/fuzz_query.h"
#include "model/query_priv.h"

#define NOW (T0 + 100 * 1000)

static int setup(void **state)
{
	struct event events[32];
	struct store *st = store_new();
	size_t n = fixture_events("query_world", events, COUNT(events));
	for (size_t i = 0; i < n; i++)
		tell(st, SOURCE_STREAM, events[i], NOW);
	*state = st;
	return 0;
}

static int teardown(void **state)
{
	store_free(*state);
	return 0;
}

static void test_a_query_is_written_in_one_way(void **state)
{
	static const struct {
		const char *query, *expect;
	} table[] = {
		{"paid", "paid"},
		{"PAID  teapot", "paid teapot"},
		{"\"paid\"", "paid"},
		{"\"blue teapot\"", "\"blue teapot\""},
		{"\"say \\\"hi\\\" \\\\o/\"", "\"say \\\"hi\\\" \\\\o/\""},
		{"\"a*\"", "\"a*\""},
		{"a*", "a*"},
		{"!x", "-x"},
		{"--x", "x"},
		{"\"-x\"", "\"-x\""},
		{"\"status:paid\"", "\"status:paid\""},
		{"state=PAID", "status:paid"},
		{"status==paid", "status:paid"},
		{"status!=paid,expired", "-status:paid,expired"},
		{"-status!=paid", "status:paid"},
		{"status:partial", "status:underpaid"},
		{"status:Partially_Paid", "status:underpaid"},
		{"status:too_much,finished", "status:overpaid,closed"},
		{"status:\"overpaid\"", "status:\"overpaid\""},
		{"customer=cust_8F", "customer=cust_8f"},
		{"customer:\"ana\"", "customer:ana"},
		{"customer:\"a,b\",c", "customer:\"a,b\",c"},
		{"cust:/^Cust_/", "customer:/^Cust_/"},
		{"/a\\/b/", "/a\\/b/"},
		{"amount:>=100.500", "amount>=100.5"},
		{"total=$49.990", "amount:49.99"},
		{"amount:10..50", "amount:10..50"},
		{"amount:..50.0", "amount:..50"},
		{"amount:10..", "amount:10.."},
		{"amount:7..7", "amount:7"},
		{"amount!=5", "-amount:5"},
		{"age<900s", "age<15m"},
		{"age<90", "age<90s"},
		{"age>=48h", "age>=2d"},
		{"age:300..1h", "age:5m..1h"},
		{"age<2h30m", "age<150m"},
		{"age<1w", "age<7d"},
		{"age<1h90", NULL},
		{"age<1x", NULL},
		{"age<h", NULL},
		{"age<99999999999999w", NULL},
		{"amount<100usd", "amount<100"},
		{"amount<1.5k", "amount<1500"},
		{"amount:$1kUSD..2000$", "amount:1000..2000"},
		{"amount<k", NULL},
		{"amount<usd", NULL},
		{"amount<100eur", NULL},
		{"is:open", "status:open"},
		{"kind:Payouts,kycs", "kind:payout,kyc"},
		{"kind:orderss", NULL},
		{"since:14:00", "at>=14:00"},
		{"after:2026-01-15 before:today", "at>=2026-01-15 at<today"},
		{"-until:yesterday", "-at<=yesterday"},
		{"from=2026-01-15", "at>=2026-01-15"},
		{"since:2h30m", "age<=150m"},
		{"before!=1d", "-age>1d"},
		{"since:90", NULL},
		{"since:14:00..15:00", NULL},
		{"since:14:00,15:00", NULL},
		{"since>14:00", NULL},
		{"since:\"14:00\"", NULL},
		{"age:5m..5m", "age:5m..5m"},
		{"at:today", "at:today"},
		{"at>=14:00", "at>=14:00"},
		{"at<14:00:00", "at<14:00:00"},
		{"at:13:00..14:00:30", "at:13:00..14:00:30"},
		{"created:2026-01-15", "at:2026-01-15"},
		{"at>2026-01-15T14:00", "at>2026-01-15T14:00"},
		{"at>2026-01-15t14:00:05z", "at>2026-01-15T14:00:05"},
		{"at>2026-01-15T14:00+02:00", "at>2026-01-15T12:00"},
		{"at:yesterday..today", "at:yesterday..23:59"},
		{"at:2026-01-15..", "at:2026-01-15.."},
		{"a|b c", "a | b c"},
		{"(a)", "a"},
		{"((a b))", "a b"},
		{"a (b | c)", "a (b | c)"},
		{"(a b)|c", "a b | c"},
		{"-(a b)", "-(a b)"},
		{"-(-a)", "a"},
		{"-(status!=paid)", "status:paid"},
		{"(a|(b|c)) d", "(a | (b | c)) d"},
		{"a AND b", "a b"},
		{"a OR b AND c", "a | b c"},
		{"NOT a", "-a"},
		{"a NOT (b OR c)", "a -(b | c)"},
		{"NOT -a", "a"},
		{"NOT NOT --(a|b)", "a | b"},
		{"NOT --(a|b)", "-(a | b)"},
		{"NOT !- x", NULL},
		{"2h30m NOTNOT NOT !-\xc3\xa9", "2h30m notnot -\xc3\xa9"},
		{"\"-\" -\"-a\"", "\"-\" -\"-a\""},
		{"and or not", "and or not"},
		{"ORDER NOTE ANDY", "order note andy"},
		{"\"OR\" x", "or x"},
		{"f(x)", "f(x)"},
		{"\"f(x)\"", "\"f(x)\""},
		{"(foo)bar", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct query *q = NULL;
		struct problem why = {0};
		struct strbuf sb;
		enum status status = query_parse(table[i].query, &q, NULL, &why);
		if ((status == S_OK) != (table[i].expect != NULL))
			fail_msg("%s: %s", table[i].query, why.what);
		if (!q)
			continue;
		strbuf_init(&sb, 4096);
		query_format(q, &sb);
		if (!str_equal(strbuf_str(&sb), table[i].expect))
			fail_msg("%s\n   got: %s\nexpect: %s", table[i].query, strbuf_str(&sb),
				 table[i].expect);
		fuzz_query_round(q, table[i].query);
		strbuf_release(&sb);
		query_free(q);
	}
}

static void test_queries_that_differ_are_not_equal(void **state)
{
	static const char *const table[] = {
		"paid",
		"-paid",
		"pai*",
		"status:paid",
		"status:paid,open",
		"id:x",
		"id=x",
		"id:/x/",
		"amount>5",
		"amount>=5",
		"amount:5",
		"amount:5..6",
		"amount:5..",
		"at:14:00",
		"at:14:00:00",
		"a b",
		"a | b",
		"-(a b)",
		"b a",
		"(a | b) c",
		"a | b c",
		"status:late",
		"status:\"late\"",
		"at:today",
		"at:2026-01-15",
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		for (size_t j = 0; j < COUNT(table); j++) {
			struct query *a = NULL, *b = NULL;
			assert_int_equal(query_parse(table[i], &a, NULL, NULL), S_OK);
			assert_int_equal(query_parse(table[j], &b, NULL, NULL), S_OK);
			if (query_equal(a, b) != (i == j))
				fail_msg("%s and %s", table[i], table[j]);
			query_free(a);
			query_free(b);
		}
	}
	assert_true(query_equal(NULL, NULL));
}

static void test_errors_of_the_newer_grammar_point_at_the_byte(void **state)
{
	static const struct {
		const char *query;
		size_t at;
		const char *what;
	} table[] = {
		{"/tea", 0, "a pattern is opened and not closed at 1"},
		{"x id:/tea", 5, "a pattern is opened and not closed at 6"},
		{"//", 0, "nothing between the slashes at 1"},
		{"/tea/pot", 5, "a space is missing at 6"},
		{"/(tea/", 5, "missing closing parenthesis at 6"},
		{"x /a**/", 5, NULL},
		{"id:/[z-a]/", 7, "range out of order in character class at 8"},
		{"(a b", 0, "a parenthesis is opened and not closed at 1"},
		{"()", 1, "a term is missing at 2"},
		{"| a", 0, "a term is missing at 1"},
		{"a |", 3, "a term is missing at 4"},
		{"a || b", 3, "a term is missing at 4"},
		{"(a | )", 5, "a term is missing at 6"},
		{"(-)", 1, "nothing is negated at 2"},
		{"((((((((((a))))))))))", 8, "too many groups in groups at 9"},
		{"customer:=>x", 10, "one sign too many at 11"},
		{"amount>==5", 8, "one sign too many at 9"},
		{"amount > 5", 7, "a sign stands alone: no blanks around it at 8"},
		{"status = paid", 7, "a sign stands alone: no blanks around it at 8"},
		{":-)", 0, "a sign stands alone: no blanks around it at 1"},
		{"a AND", 5, "a term is missing at 6"},
		{"AND a", 0, "a term is missing at 1"},
		{"a AND OR b", 6, "a term is missing at 7"},
		{"a OR", 4, "a term is missing at 5"},
		{"a NOT", 2, "nothing is negated at 3"},
		{"since>=14:00", 5, "this name compares by itself: use ':' at 6"},
		{"amount>1,000", 8, "a comparison takes one value, without a comma at 9"},
		{"amount:..", 7, "a range needs an end at 8"},
		{"amount:50..10", 7, "a range from the greater to the smaller at 8"},
		{"amount:10..x", 11, "expected an amount such as 49.99 at 12"},
		{"amount>10..20", 7, "a comparison takes one value at 8"},
		{"amount:\"10\"", 7, "this field is compared with a number at 8"},
		{"age:1h..5m", 4, "a range from the greater to the smaller at 5"},
		{"at>noon", 3, "expected a time such as 14:00, today or 2026-01-15 at 4"},
		{"at>25:00", 3, "expected a time such as 14:00, today or 2026-01-15 at 4"},
		{"at:2026-02-31", 3, "expected a time such as 14:00, today or 2026-01-15 at 4"},
		{"at:14:00..2026-01-15", 3, "a range from a time of day to a date at 4"},
		{"traking:1Z", 0, "unknown field 'traking' at 1: did you mean tracking?"},
		{"walet:0x", 0, "unknown field 'walet' at 1: did you mean wallet?"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct problem why = {0};
		struct query *q = NULL;
		size_t at = 999;
		enum status status = query_parse(table[i].query, &q, &at, &why);
		if (table[i].what == NULL && status == S_OK) { /* fine for PCRE2 */
			query_free(q);
			continue;
		}
		if (status == S_OK || at != table[i].at ||
		    (table[i].what && !str_equal(why.what, table[i].what)))
			fail_msg("%s: status %d at %zu: %s", table[i].query, status, at, why.what);
		assert_true(why.next[0] != '\0');
	}
}

/* --- patterns --------------------------------------------------------------------------------- */

static void test_a_pattern_ignores_case_unless_it_has_a_capital(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} table[] = {
		{"teapot", "Blue TEAPOT", true},
		{"Teapot", "Blue TEAPOT", false},
		{"Teapot", "Blue Teapot", true},
		{"^blue", "Blue TEAPOT", true},
		{"\\Wtea\\S+$", "Blue TEAPOT", true}, /* the capital of an escape is none */
		{"m\xc3\xbcller", "ANA M\xc3\x9cLLER", true},
		{"^.$", "\xe7\x8f\x88", true},    /* one character, not three bytes */
		{"tea", "\xff\xfetea\xff", true}, /* what is no UTF-8 beside it does no harm */
		{"^\\d{3}-\\d{2}$", "123-45", true},
		{"a{2}", "ba", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct regex_budget budget;
		struct regex *re = NULL;
		size_t at;
		regex_budget_fill(&budget);
		assert_int_equal(regex_compile(table[i].pattern, strlen(table[i].pattern), &re, &at,
					       NULL),
				 S_OK);
		if (regex_matches(re, table[i].text, strlen(table[i].text), &budget) !=
		    table[i].matches)
			fail_msg("/%s/ and %s", table[i].pattern, table[i].text);
		regex_free(re);
	}
}

/* Each of these takes ages, or all memory, where nothing holds it back. */
static void test_a_hostile_pattern_is_given_up(void **state)
{
	static const char *const table[] = {
		"(a+)+$",           "(a|a)*b",
		"(a|aa)+$",         "(.*)*x",
		"(?:a?){60}a{60}b", "((a*)*)*b",
		"(a+)+(a+)+(b)",    "^(([a-z])+.)+[A-Z]([a-z])+$",
		"(?=(a+))a*b\\1",   "(?R)?a{0,9}b",
		"a*a*a*a*a*a*a*b",
	};
	char text[256];
	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 2] = '!';
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < COUNT(table); i++) {
		struct regex_budget budget;
		struct regex *re = NULL;
		size_t at;
		regex_budget_fill(&budget);
		if (regex_compile(table[i], strlen(table[i]), &re, &at, NULL) != S_OK)
			continue;
		for (int n = 0; n < 20000; n++)
			(void)regex_matches(re, text, sizeof(text) - 1, &budget);
		if (i == 0 || i == 2)
			assert_true(budget.spent);
		regex_free(re);
	}
}

static void test_a_query_says_that_its_pattern_took_too_long(void **state)
{
	struct store *st = store_new();
	struct query *q = NULL;
	char id[80];

	(void)state;
	for (int i = 0; i < 100; i++) {
		char buf[4096], extra[200];
		snprintf(id, sizeof(id), "inv-%d", i);
		snprintf(extra, sizeof(extra),
			 ",\"customer_id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			 "aaaaaaaaaaaaaaaaaaaaaaa%d\"",
			 i);
		answer(st, OBJECT_INVOICE, invoice_json(buf, id, "unpaid", 0, extra), T0);
	}
	assert_int_equal(query_parse("customer:/(a+)+$/", &q, NULL, NULL), S_OK);
	assert_null(query_complaint(q));
	fuzz_query_ask(q, st, T0);
	assert_non_null(query_complaint(q));
	assert_null(query_complaint(NULL));
	query_free(q);
	store_free(st);
}

/* --- any text ----------------------------------------------------------------------------------
 */

static void test_what_is_written_is_read_as_the_same(void **state)
{
	static const char *const pieces[] = {
		"status",     ":",       "paid",     ",",     "\"",       "-",       "!",
		"amount",     ">",       "=",        "<",     "100",      ".",       " ",
		"*",          "$",       "age",      "15m",   "kind",     "\\",      "\xc3\xbc",
		"\xff",       "\t",      "id",       "(",     ")",        "|",       "/",
		"..",         "at",      "14:00",    "today", "overpaid", "partial", "!=",
		"2026-01-15", "T",       "customer", "[",     "+",        "order",   " (",
		") ",         " | ",     " \"",      "\" ",   " /",       "/ ",      "amount:1..2 ",
		"-(",         "teapot ", "at>",      " AND ", " OR ",     " NOT ",   "since:",
		"2h30m",      "1.5k",    "usd",      "type:", "NOT",      "--",      "!-",
	};
	struct rng rng;
	char text[512];
	int read = 0;

	rng_seed(&rng, 4242);
	for (int round = 0; round < 30000; round++) {
		text[0] = '\0';
		for (uint64_t parts = 1 + rng_below(&rng, 12); parts > 0; parts--)
			str_printf(text + strlen(text), sizeof(text) - strlen(text), "%s",
				   pieces[rng_below(&rng, COUNT(pieces))]);
		read += fuzz_query(text, *state, NOW);
	}
	assert_in_range(read, 6000, 29000); /* both sorts were tried */
	for (int round = 0; round < 5000; round++) {
		size_t n = (size_t)rng_below(&rng, 60);
		for (size_t i = 0; i < n; i++)
			text[i] = (char)rng_between(&rng, 1, 255);
		text[n] = '\0';
		(void)fuzz_query(text, *state, NOW);
	}
}

/* --- the manual --------------------------------------------------------------------------------
 */

static char *manual(void)
{
	FILE *f = fopen("docs/FILTERS.md", "r");
	char *text = xcalloc(1, 65536);

	assert_non_null(f);
	assert_true(fread(text, 1, 65535, f) > 4000);
	fclose(f);
	return text;
}

static void check_parses(const char *text, size_t len)
{
	char filter[1200];
	struct query *q = NULL;
	struct problem why = {0};
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '\\' || text[i + 1] != '|') /* how a table has its | */
			filter[n++] = text[i];
	filter[n] = '\0';
	if (query_parse(filter, &q, NULL, &why) != S_OK || !q)
		fail_msg("%s: %s", filter, why.what);
	fuzz_query_round(q, filter);
	query_free(q);
}

static void test_every_example_of_the_manual_is_a_filter(void **state)
{
	char *text = manual();
	char *next = text;
	int found = 0;

	(void)state;
	while ((next = strstr(next, "```filter\n"))) {
		for (next += strlen("```filter\n"); strncmp(next, "```", 3) != 0; found++) {
			size_t len = strcspn(next, "\n");
			check_parses(next, len);
			next += len + 1;
		}
	}
	assert_true(found >= 15);
	free(text);
}

/* The code spans of the first cells of the short table, and the examples of the fields. */
static void test_every_row_of_the_manual_is_a_filter(void **state)
{
	char *text = manual();
	int found = 0;

	(void)state;
	for (char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		char *end = line + strcspn(line, "\n");
		int cell = 0;
		if (strncmp(line, "| `", 3) != 0)
			continue;
		for (char *p = line; p < end; p++) {
			char *close;
			cell += *p == '|' && p[-1] != '\\';
			if (*p != '`' || !(close = strchr(p + 1, '`')))
				continue;
			if (cell == 1 || cell == 4)
				check_parses(p + 1, (size_t)(close - p) - 1);
			found += cell == 1 || cell == 4;
			p = close;
		}
	}
	assert_true(found > 2 * QUERY_FIELD_COUNT);
	free(text);
}

static void test_the_manual_has_every_field_and_saying(void **state)
{
	char *text = manual();
	char row[300];

	(void)state;
	for (int f = 0; f < QUERY_FIELD_COUNT; f++) {
		str_printf(row, sizeof(row), "| `%s` |", query_field_name((enum query_field)f));
		if (!strstr(text, row))
			fail_msg("no row %s", row);
		str_printf(row, sizeof(row), "| `%s` | %s |", query_field_help((enum query_field)f),
			   query_field_about((enum query_field)f));
		if (!strstr(text, row))
			fail_msg("no example %s", row);
	}
	for (int s = SAYING_NONE + 1; s < QUERY_SAYING_COUNT; s++) {
		str_printf(row, sizeof(row), "| `status:%s` |",
			   query_saying_word((enum query_saying)s));
		assert_non_null(strstr(text, row));
	}
	free(text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_query_is_written_in_one_way),
		T(test_queries_that_differ_are_not_equal),
		T(test_errors_of_the_newer_grammar_point_at_the_byte),
		T(test_a_pattern_ignores_case_unless_it_has_a_capital),
		T(test_a_hostile_pattern_is_given_up),
		T(test_a_query_says_that_its_pattern_took_too_long),
		T(test_what_is_written_is_read_as_the_same),
		T(test_every_example_of_the_manual_is_a_filter),
		T(test_every_row_of_the_manual_is_a_filter),
		T(test_the_manual_has_every_field_and_saying),
	};
#undef T
	return cmocka_run_group_tests_name("model query text", tests, NULL, NULL);
}
