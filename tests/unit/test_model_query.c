#include "unit/test_model_support.h"

#define NOW (T0 + 100 * 1000) /* 100 s after the first event of the fixture */

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

static struct query *parse(const char *text)
{
	struct query *q = NULL;
	struct problem why = {0};
	if (query_parse(text, &q, NULL, &why) != S_OK)
		fail_msg("'%s': %s", text, why.what);
	return q;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Ids of all records that pass, of every kind, sorted, with spaces between. */
static void records_passing(const struct store *st, const struct query *q, char *ret, size_t cap)
{
	const char *ids[64];
	size_t n = 0;
	for (int k = 1; k < OBJECT_KIND_COUNT; k++)
		for (size_t i = 0; i < store_record_count(st, (enum object_kind)k); i++) {
			const struct record *r = store_record_at(st, (enum object_kind)k, i);
			if (query_matches_record(q, st, r, NOW))
				ids[n++] = object_id(&r->object);
		}
	qsort(ids, n, sizeof(ids[0]), compare_ids);
	ret[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(ret + strlen(ret), cap - strlen(ret), "%s%s", i ? " " : "", ids[i]);
}

/* Sequence numbers of the events that pass, in order. */
static void events_passing(const struct store *st, const struct query *q, char *ret, size_t cap)
{
	ret[0] = '\0';
	for (size_t i = 0; i < store_event_count(st); i++) {
		if (query_matches_event(q, st, store_event(st, i), NOW))
			snprintf(ret + strlen(ret), cap - strlen(ret), "%s%lld", ret[0] ? " " : "",
				 (long long)brief_at(st, i).order_seq);
	}
}

static void test_queries_pick_records(void **state)
{
	static const struct {
		const char *query, *expect;
	} table[] = {
		/* words: in any field, any case, all of them */
		{"teapot", "ord-7c1e"},
		{"TEAPOT blue", "ord-7c1e"},
		{"teapot green", ""},
		{"\"blue teapot\"", "ord-7c1e"},
		{"\"teapot blue\"", ""},
		{"-teapot kind:order", "ord-55ee"},
		{"!teapot kind:order", "ord-55ee"},
		{"-\"blue teapot\" kind:order", "ord-55ee"},
		{"jo\xc3\xa3o", "cust_8F po-1"},
		{"JO\xc3\x83O", "cust_8F po-1"},
		{"m\xc3\x9cller", "inv-9b0d ord-7c1e"},
		{"account_closed", "po-2"},
		{"eur", "po-2"},
		{"\"in the bank\"", ""},
		{"\"awaiting payment\"", "ord-7c1e"},
		{"amazon", "ord-7c1e"},
		{"solana", "inv-77aa"},
		/* status, exact; wire words and a person's */
		{"status:paid", "inv-9b0d"},
		{"status:PAID", "inv-9b0d"},
		{"status:pai", ""},
		{"status:pai*", "inv-9b0d"},
		{"state:unpaid", "inv-3f2a"},
		{"status=unpaid", "inv-3f2a"},
		{"status:paid,underpaid", "inv-77aa inv-9b0d"},
		{"-status:paid,underpaid kind:invoice", "inv-3f2a"},
		{"status:\"awaiting payment\"", "ord-7c1e"},
		{"status:settled", "pay-0001"},
		{"status:failed", "po-2"},
		/* type of an invoice */
		{"type:commerce", "inv-9b0d"},
		{"type:standard", "inv-3f2a inv-77aa"},
		{"type:stand", ""},
		{"type:s*", "inv-3f2a inv-77aa"},
		/* ids contain */
		{"id:3f2a", "inv-3f2a"},
		{"id:3F2A", "inv-3f2a"},
		{"id=3f2a", ""},
		{"id=inv-3f2a", "inv-3f2a"},
		{"id:inv-*", "inv-3f2a inv-77aa inv-9b0d"},
		{"customer:cust_8F", "cust_8F inv-3f2a po-1"},
		{"cust:8f", "cust_8F inv-3f2a po-1"},
		{"customer:\"ana m\xc3\xbcller\"", "inv-9b0d ord-7c1e"},
		/* money: exact dollars; payouts compare by what they cost in dollars */
		{"amount>=100", "inv-77aa po-1"},
		{"amount>99.999", "inv-77aa po-1"},
		{"amount<=40.5", "inv-9b0d ord-7c1e pay-0001"},
		{"amount<20.5", ""}, /* what an abbreviated order costs is not known */
		{"items<3", ""},
		{"amount:49.99", "inv-3f2a"},
		{"amount=49.990", "inv-3f2a"},
		{"amount:$49.99,250", "inv-3f2a po-1"},
		{"total:20.50", "inv-9b0d ord-7c1e"},
		{"amount:>=100", "inv-77aa po-1"},
		{"-amount<100 kind:invoice", "inv-77aa"},
		{"paid>0", "inv-77aa inv-9b0d"},
		{"paid:40.5", "inv-77aa"},
		/* age: of payouts 20 and 19 s, of KYC and invoices 100 s, orders 40 s */
		{"age<20s", "po-2"},
		{"age<=20s", "po-1 po-2"},
		{"age>=40 kind:order", "ord-7c1e"},
		{"age>15m", ""},
		/* chains, also of the newest payment */
		{"chain:sol", "inv-77aa"},
		{"network:base", "inv-9b0d"},
		{"chain:bsc", "inv-77aa pay-0001"},
		{"currency:eur", "po-2"},
		{"fiat:EUR,BRL", "po-1 po-2"},
		{"currency:usd", "inv-3f2a inv-77aa inv-9b0d"},
		{"currency:us", ""},
		{"country:br", "cust_8F po-1"},
		{"country:b", ""},
		{"retailer:amaz", "ord-7c1e"},
		{"retailer:amazon,walmart", "ord-7c1e"},
		{"-retailer:amazon kind:order", "ord-55ee"},
		/* links, both ways */
		{"order:7c1e", "inv-9b0d ord-7c1e"},
		{"invoice:9b0d", "inv-9b0d ord-7c1e"},
		{"invoice:77aa", "inv-77aa pay-0001"},
		{"items>2", "ord-7c1e"},
		{"items>3", ""},
		{"items=3", "ord-7c1e"},
		{"kyc:rejected", "cust_22 po-2"},
		{"kyc:approved kind:payout", "po-1"},
		{"kind:payout", "po-1 po-2"},
		{"object:kyc,payment", "cust_22 cust_8F pay-0001"},
		{"kind:pay*", "pay-0001 po-1 po-2"},
		/* together */
		{"status:paid amount>=20.5 m\xc3\xbcller", "inv-9b0d"},
		{"kind:invoice -status:paid amount>=100", "inv-77aa"},
		{"  kind:invoice\t\n status:paid ", "inv-9b0d"},
		/* no field: plain words */
		{"10:30", ""},
		{"po-1", "po-1"},
	};
	char got[512];
	for (size_t i = 0; i < COUNT(table); i++) {
		struct query *q = parse(table[i].query);
		records_passing(*state, q, got, sizeof(got));
		if (!str_equal(got, table[i].expect))
			fail_msg("%s\n   got: %s\nexpect: %s", table[i].query, got,
				 table[i].expect);
		assert_string_equal(query_text(q), table[i].query);
		query_free(q);
	}
}

static void test_queries_pick_events(void **state)
{
	static const struct {
		const char *query, *expect;
	} table[] = {
		/* what the event itself said */
		{"type:invoice.*", "1 2 4 6"},
		{"type:invoice.created", "1 2"},
		{"type:invoice", "1 2 4 6"},
		{"type:invoice.crea", ""},
		{"type:*.created -type:invoice.created", ""}, /* a star only ends a prefix */
		{"kind:invoice", "1 2 4 6"},
		{"kind:order", "7 8"},
		{"status:underpaid", "4"},
		{"id:evt_1768478440000-4", "4"},
		{"id:77aa", "2 4"}, /* the object's id too */
		{"invoice:77aa", "2 3 4 5"},
		{"order:7c1e", "6 7"},
		{"customer:cust_8F", "1 9 11"},
		{"amount>=250", "11"},
		{"amount>=99.999", "2 4 11 12 13"},
		{"age<10s", "14"},
		{"age<=20s", "11 12 13 14"},
		{"country:de", "10 12 13"},
		/* what is known of its object now */
		{"chain:bsc", "2 3 4 5"},
		{"retailer:amazon", "7"},
		{"items>=3", "7"},
		{"kyc:rejected", "10 12 13"},
		{"status:ok", "14"},
		{"ping", "14"},
		{"ok -kind:invoice type:test.*", "14"},
		{"teapot", "7"},
		{"-kind:invoice,order,payout,kyc,payment", "14"},
	};
	char got[512];
	int failed = 0;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct query *q = parse(table[i].query);
		events_passing(*state, q, got, sizeof(got));
		if (!str_equal(got, table[i].expect)) {
			print_error("%s\n   got: %s\nexpect: %s\n", table[i].query, got,
				    table[i].expect);
			failed++;
		}
		query_free(q);
	}
	assert_int_equal(failed, 0);
}

static void test_no_query_matches_everything(void **state)
{
	static const char *const nothing[] = {"", " ", "\t\n  "};
	for (size_t i = 0; i < COUNT(nothing); i++) {
		struct query *q = parse("x");
		query_free(q);
		assert_int_equal(query_parse(nothing[i], &q, NULL, NULL), S_OK);
		assert_null(q);
	}
	assert_string_equal(query_text(NULL), "");
	assert_true(query_matches_event(NULL, *state, store_event(*state, 0), NOW));
	assert_true(query_matches_record(NULL, *state, store_record(*state, OBJECT_PAYOUT, "po-1"),
					 NOW));
}

static void test_errors_point_at_the_character(void **state)
{
	static const struct {
		const char *query;
		size_t at;
		const char *what;
	} table[] = {
		{"statsu:paid", 0, "unknown field 'statsu' at 1: did you mean status?"},
		{"amount>=1 custmer:x", 10,
		 "unknown field 'custmer' at 11: did you mean customer?"},
		{"-typ:x", 1, "unknown field 'typ' at 2: did you mean type?"},
		{"netwrok:base", 0, "unknown field 'netwrok' at 1: did you mean network?"},
		{"https://x", 0, "unknown field 'https' at 1"},
		{"m\xc3\xbcller x:1", 8, "unknown field 'x' at 8"},
		{"status:", 7, "a value is missing at 8"},
		{"status:paid,", 12, "a value is missing at 13"},
		{"status: paid", 7, "a value is missing at 8"},
		{"amount>=", 8, "a value is missing at 9"},
		{"amount>=ten", 8, "expected an amount such as 49.99 at 9"},
		{"amount>=1.2345", 8, "expected an amount such as 49.99 at 9"},
		{"amount>=99999999999999999999", 8, "expected an amount such as 49.99 at 9"},
		{"amount>=1e2", 8, "expected an amount such as 49.99 at 9"},
		{"amount>1,2", 8, "a comparison takes one value, without a comma at 9"},
		{"items>1.5", 6, "expected a whole number at 7"},
		{"age<soon", 4, "expected a duration such as 90s, 15m, 2h30m or 7d at 5"},
		{"age:15m", 3, "an age is compared: use '<' or '>' at 4"},
		{"status>paid", 6, "this field has no order: use ':' at 7"},
		{"kind:banana", 5,
		 "expected invoice, payment, order, payout, kyc, deposit or refund at 6"},
		{"\"open", 0, "a quote is opened and not closed at 1"},
		{"status:\"open", 7, "a quote is opened and not closed at 8"},
		{"a \"\"", 2, "nothing between the quotes at 3"},
		{"\"a\"b", 3, "a space is missing at 4"},
		{"x -", 2, "nothing is negated at 3"},
		{"! x", 0, "nothing is negated at 1"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct problem why = {0};
		struct query *q = (struct query *)&why; /* untouched on failure */
		size_t at = 999;
		enum status status = query_parse(table[i].query, &q, &at, &why);
		if (status != E_INVALID || at != table[i].at || !str_equal(why.what, table[i].what))
			fail_msg("%s: status %d at %zu: %s", table[i].query, status, at, why.what);
		assert_ptr_equal(q, &why);
	}
}

static void test_every_field_has_a_name_and_a_help_line_that_parses(void **state)
{
	(void)state;
	for (int f = 0; f < QUERY_FIELD_COUNT; f++) {
		const char *help = query_field_help((enum query_field)f);
		struct query *q = parse(help);
		query_free(q);
		assert_true(str_starts_with(help, query_field_name((enum query_field)f)));
	}
	assert_string_equal(query_field_name(QUERY_FIELD_COUNT), "");
}

static void test_a_query_has_limits(void **state)
{
	(void)state;
	struct problem why;
	struct query *q = NULL;
	size_t at;
	char text[2048] = "";
	memset(text, 'a', 1025);
	assert_int_equal(query_parse(text, &q, &at, &why), E_LIMIT);
	text[1024] = '\0';
	assert_int_equal(query_parse(text, &q, &at, &why), S_OK);
	query_free(q);

	text[0] = '\0';
	for (int i = 0; i < 33; i++)
		str_printf(text + i * 2, sizeof(text) - 64, "x ");
	assert_int_equal(query_parse(text, &q, &at, &why), E_LIMIT);
	assert_int_equal(at, 64);

	str_copy(text, sizeof(text), "id:a");
	for (int i = 0; i < 32; i++)
		str_printf(text + 4 + i * 2, 16, ",b");
	assert_int_equal(query_parse(text, &q, &at, &why), E_LIMIT);
}

static void try_everywhere(const struct store *st, const char *text)
{
	struct query *q = NULL;
	struct problem why = {0};
	size_t at = 0;
	if (query_parse(text, &q, &at, &why) != S_OK) {
		assert_true(at <= strlen(text));
		assert_true(why.what[0] != '\0');
		return;
	}
	char got[4096];
	records_passing(st, q, got, sizeof(got));
	events_passing(st, q, got, sizeof(got));
	query_free(q);
}

static void test_random_bytes_never_crash_the_parser(void **state)
{
	static const char *const pieces[] = {
		"status", ":",   "paid", ",",   "\"",       "-",    "!",  "amount",
		">",      "=",   "<",    "100", ".",        " ",    "*",  "$",
		"age",    "15m", "kind", "\\",  "\xc3\xbc", "\xff", "\t", "id",
	};
	struct rng rng;
	char text[256];
	rng_seed(&rng, 42);
	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)rng_below(&rng, 60);
		for (size_t i = 0; i < n; i++)
			text[i] = (char)rng_between(&rng, 1, 255);
		text[n] = '\0';
		try_everywhere(*state, text);
		text[0] = '\0';
		for (uint64_t parts = rng_below(&rng, 12); parts > 0; parts--)
			str_printf(text + strlen(text), sizeof(text) - strlen(text), "%s",
				   pieces[rng_below(&rng, COUNT(pieces))]);
		try_everywhere(*state, text);
	}
}

/* What a negated query picks is exactly what the query itself does not. */
static void test_a_term_and_its_negation_part_the_world(void **state)
{
	static const char *const terms[] = {"teapot",  "status:paid", "amount>50",    "kind:order",
					    "age<30s", "chain:bsc",   "\"in review\""};
	const struct store *st = *state;
	for (size_t i = 0; i < COUNT(terms); i++) {
		char negated[64];
		str_printf(negated, sizeof(negated), "-%s", terms[i]);
		struct query *q = parse(terms[i]), *not_q = parse(negated);
		for (size_t j = 0; j < store_event_count(st); j++)
			assert_int_not_equal(query_matches_event(q, st, store_event(st, j), NOW),
					     query_matches_event(not_q, st, store_event(st, j),
								 NOW));
		query_free(q);
		query_free(not_q);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_queries_pick_records),
		T(test_queries_pick_events),
		T(test_no_query_matches_everything),
		T(test_errors_point_at_the_character),
		T(test_every_field_has_a_name_and_a_help_line_that_parses),
		T(test_a_query_has_limits),
		T(test_random_bytes_never_crash_the_parser),
		T(test_a_term_and_its_negation_part_the_world),
	};
#undef T
	return cmocka_run_group_tests_name("model query", tests, NULL, NULL);
}
