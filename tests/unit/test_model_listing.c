#include "unit/test_model_support.h"

static int setup(void **state)
{
	*state = store_new();
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
	if (query_parse(text, &q, NULL, NULL) != S_OK)
		fail_msg("cannot parse %s", text);
	return q;
}

/* Ids in the order shown. */
static const char *shown(const struct listing *l, char ret[1024])
{
	ret[0] = '\0';
	for (size_t i = 0; i < l->count; i++)
		snprintf(ret + strlen(ret), 1024 - strlen(ret), "%s%s", i ? " " : "",
			 listing_id(l, i));
	return ret;
}

static void tell_world(struct store *st)
{
	struct event events[32];
	size_t n = fixture_events("query_world", events, COUNT(events));
	for (size_t i = 0; i < n; i++)
		tell(st, SOURCE_STREAM, events[i], T0);
}

static void add_invoice(struct store *st, const char *id, const char *status, int amount,
			const char *customer, int created_s)
{
	char buf[1024];
	snprintf(buf, sizeof(buf),
		 "{\"object\":\"invoice\",\"id\":\"%s\",\"status\":\"%s\",\"amount\":%d,"
		 "\"customer_id\":\"%s\",\"created_at\":%lld}",
		 id, status, amount, customer, (long long)(T0 / 1000 + created_s));
	answer(st, OBJECT_INVOICE, buf, T0 + created_s);
}

static void test_records_are_sorted_by_every_key_both_ways(void **state)
{
	static const struct {
		enum sort_key sort;
		bool reverse;
		const char *expect;
	} table[] = {
		{SORT_CREATED, false, "e d b c a"}, /* b and c are as old: by id */
		{SORT_CREATED, true, "a b c d e"},
		{SORT_UPDATED, false, "a e d b c"}, /* a was paid last */
		{SORT_AMOUNT, false, "c e a b d"},  /* a and e cost the same: e is newer */
		{SORT_AMOUNT, true, "d b a e c"},
		{SORT_STATUS, false, "e b d a c"},   /* unpaid, underpaid, paid, then unknown */
		{SORT_CUSTOMER, false, "d b c e a"}, /* Bo, bob, kim, zoe, none */
		{SORT_CUSTOMER, true, "e c b d a"},  /* none comes last either way */
	};
	struct store *st = *state;
	struct listing l;
	char got[1024];
	add_invoice(st, "c", "levitating", 900, "kim", 5);
	add_invoice(st, "a", "paid", 500, "", 1);
	add_invoice(st, "e", "unpaid", 500, "zoe", 9);
	add_invoice(st, "b", "unpaid", 300, "bob", 5);
	add_invoice(st, "d", "underpaid", 100, "Bo", 7);
	answer(st, OBJECT_INVOICE,
	       "{\"object\":\"invoice\",\"id\":\"a\",\"status\":\"paid\",\"amount\":500,"
	       "\"created_at\":1768478401,\"paid_at\":1768478500}",
	       T0);
	listing_init(&l, OBJECT_INVOICE, SORT_CREATED);
	for (size_t i = 0; i < COUNT(table); i++) {
		l.sort = table[i].sort;
		l.reverse = table[i].reverse;
		listing_refresh(&l, st, T0);
		if (!str_equal(shown(&l, got), table[i].expect))
			fail_msg("row %zu: got %s, expected %s", i, got, table[i].expect);
	}
	assert_int_equal(l.total, 5);
	assert_null(listing_record(&l, 5));
	assert_null(listing_event(&l, 0));
	assert_string_equal(listing_id(&l, 5), "");
	listing_release(&l);
	assert_int_equal(l.count, 0);
}

static void test_a_listing_follows_its_query(void **state)
{
	struct store *st = *state;
	struct listing l;
	char got[1024];
	tell_world(st);
	listing_init(&l, OBJECT_PAYOUT, SORT_AMOUNT);
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "po-1 po-2");
	listing_set_query_take(&l, parse("status:failed"));
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "po-2");
	assert_int_equal(l.total, 2);
	listing_set_query_take(&l, NULL);
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "po-1 po-2");
	listing_release(&l);
}

static void test_a_query_over_links_sees_the_other_kind_change(void **state)
{
	struct store *st = *state;
	struct listing l;
	char got[1024];
	tell_world(st);
	listing_init(&l, OBJECT_PAYOUT, SORT_CREATED);
	listing_set_query_take(&l, parse("kyc:rejected"));
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "po-2");
	tell(st, SOURCE_STREAM,
	     event_at(
		     T0 + 990000, 1, "ramp.kyc.updated",
		     "{\"object\":\"ramp_kyc\",\"customer_id\":\"cust_22\",\"status\":\"pending\"}",
		     ""),
	     T0);
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "");
	listing_release(&l);
}

static void test_rows_leave_an_age_filter_as_time_goes_by(void **state)
{
	struct store *st = *state;
	struct listing l;
	tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
	listing_init(&l, OBJECT_NONE, SORT_CREATED);
	listing_set_query_take(&l, parse("age<1m"));
	listing_refresh(&l, st, T0 + 59000);
	assert_int_equal(l.count, 1);
	listing_refresh(&l, st, T0 + 60000);
	assert_int_equal(l.count, 0);
	listing_release(&l);
}

static void test_new_events_are_appended_without_looking_at_the_old(void **state)
{
	struct store *st = *state;
	struct listing l;
	listing_init(&l, OBJECT_NONE, SORT_CREATED);
	for (int i = 0; i < 100; i++)
		tell(st, SOURCE_STREAM, invoice_event(T0 + i, 1, "inv", "unpaid", ""), T0);
	listing_refresh(&l, st, T0);
	/* a mark where a rebuild would notice */
	const void *first = l.rows[0];
	l.rows[0] = l.rows[1];
	tell(st, SOURCE_STREAM, invoice_event(T0 + 100, 1, "inv", "unpaid", ""), T0);
	listing_refresh(&l, st, T0);
	assert_int_equal(l.count, 101);
	assert_ptr_equal(l.rows[0], l.rows[1]);
	assert_ptr_equal(listing_event(&l, 100), store_event(st, 100));
	/* a late event is a reason to build again */
	tell(st, SOURCE_STREAM, invoice_event(T0 + 50, 0, "inv", "unpaid", ""), T0);
	listing_refresh(&l, st, T0);
	assert_ptr_equal(l.rows[0], first);
	assert_int_equal(l.count, 102);
	listing_release(&l);
}

static void check_same(const struct listing *l, const struct store *st, const char *query,
		       unsigned round)
{
	struct listing fresh;
	listing_init(&fresh, l->kind, l->sort);
	fresh.reverse = l->reverse;
	listing_set_query_take(&fresh, query[0] ? parse(query) : NULL);
	listing_refresh(&fresh, st, T0);
	if (fresh.count != l->count || fresh.total != l->total)
		fail_msg("round %u: %zu rows, %zu when built anew", round, l->count, fresh.count);
	for (size_t i = 0; i < l->count; i++)
		assert_string_equal(listing_id(l, i), listing_id(&fresh, i));
	listing_release(&fresh);
}

/* Whatever comes in whichever order: what was kept up to date equals what is built anew. */
static void test_a_listing_kept_up_to_date_equals_one_built_anew(void **state)
{
	static const struct {
		enum object_kind kind;
		enum sort_key sort;
		bool reverse;
		const char *query;
	} table[] = {
		{OBJECT_NONE, SORT_CREATED, false, ""},
		{OBJECT_NONE, SORT_CREATED, true, ""},
		{OBJECT_NONE, SORT_CREATED, true, "status:paid"},
		{OBJECT_NONE, SORT_STATUS, false, "-status:paid"},
		{OBJECT_INVOICE, SORT_STATUS, false, "status:paid,unpaid"},
		{OBJECT_INVOICE, SORT_UPDATED, true, ""},
		{OBJECT_INVOICE, SORT_AMOUNT, false, "-status:expired"},
		{OBJECT_INVOICE, SORT_CREATED, false, ""},
		{OBJECT_INVOICE, SORT_CUSTOMER, true, ""},
	};
	static const char *const statuses[] = {"unpaid", "underpaid", "paid", "expired"};
	struct listing lists[COUNT(table)];
	struct store *st = *state;
	struct rng rng;
	rng_seed(&rng, 7);
	for (size_t i = 0; i < COUNT(table); i++) {
		listing_init(&lists[i], table[i].kind, table[i].sort);
		lists[i].reverse = table[i].reverse;
		listing_set_query_take(&lists[i], table[i].query[0] ? parse(table[i].query) : NULL);
	}
	for (unsigned round = 0; round < 120; round++) {
		/* few changes, then many, once in a while more than are told one by one */
		uint64_t most = round % 100 == 99 ? 2 * STORE_CHANGES_MAX
				: round % 10 == 3 ? 150
						  : 6;
		for (uint64_t n = rng_below(&rng, most); n > 0; n--) {
			char id[16];
			snprintf(id, sizeof(id), "inv-%u",
				 (unsigned)rng_below(&rng, 40 + 2 * round));
			int64_t ms = T0 + round * 10 - (rng_chance(&rng, 10) ? 500 : 0);
			tell(st, SOURCE_STREAM,
			     invoice_event(ms, (int)rng_below(&rng, 1000), id,
					   statuses[rng_below(&rng, COUNT(statuses))], ""),
			     T0);
		}
		for (size_t i = 0; i < COUNT(table); i++) {
			listing_refresh(&lists[i], st, T0);
			check_same(&lists[i], st, table[i].query, round);
		}
	}
	for (size_t i = 0; i < COUNT(table); i++)
		listing_release(&lists[i]);
}

/* In a flood some of the work waits; once it does not, nothing is missing. */
static void test_a_paced_listing_catches_up(void **state)
{
	static const char *const queries[] = {"", "status:paid,unpaid", "order:ord", "-paid"};
	static const char *const statuses[] = {"unpaid", "underpaid", "paid", "expired"};
	struct listing lists[COUNT(queries)];
	struct store *st = *state;
	unsigned behind = 0;
	struct rng rng;
	rng_seed(&rng, 9);
	for (size_t i = 0; i < COUNT(queries); i++) {
		listing_init(&lists[i], OBJECT_INVOICE, SORT_STATUS);
		listing_set_query_take(&lists[i], queries[i][0] ? parse(queries[i]) : NULL);
	}
	for (unsigned round = 1; round < 60; round++) {
		uint64_t most = round % 30 == 29 ? 2 * STORE_CHANGES_MAX : 60;
		for (uint64_t n = rng_below(&rng, most); n > 0; n--) {
			char id[16];
			snprintf(id, sizeof(id), "inv-%u", (unsigned)rng_below(&rng, 3000));
			tell(st, SOURCE_STREAM,
			     invoice_event(T0 + round * 10, (int)rng_below(&rng, 1000), id,
					   statuses[rng_below(&rng, COUNT(statuses))], ""),
			     T0);
			if (n % 16 == 0)
				tell(st, SOURCE_STREAM,
				     order_event(T0 + round * 10, (int)n, "ord", "placed"), T0);
		}
		for (size_t i = 0; i < COUNT(queries); i++) {
			lists[i].pace_ms = round * (LISTING_PACE_MS / 4);
			if (round % 40 == 0)
				listing_hurry(&lists[i]);
			listing_refresh(&lists[i], st, T0);
			behind += lists[i].behind;
			assert_false(round % 40 == 0 && lists[i].behind);
			if (!lists[i].behind)
				check_same(&lists[i], st, queries[i], round);
		}
	}
	assert_in_range(behind, 60, 400); /* some of the 476 refreshes, not most of all four */
	for (size_t i = 0; i < COUNT(queries); i++) {
		lists[i].pace_ms += LISTING_PACE_MS; /* nothing more comes */
		listing_refresh(&lists[i], st, T0);
		assert_false(lists[i].behind);
		check_same(&lists[i], st, queries[i], 1000);
		listing_release(&lists[i]);
	}
}

static void test_a_paced_listing_says_that_other_kinds_are_to_be_looked_at(void **state)
{
	struct store *st = *state;
	struct listing l;
	char id[16];
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		tell(st, SOURCE_STREAM, invoice_event(T0 + i, 1, id, "paid", ""), T0);
	}
	listing_init(&l, OBJECT_INVOICE, SORT_CREATED);
	listing_set_query_take(&l, parse("-order:ord"));
	l.pace_ms = 1000;
	listing_refresh(&l, st, T0);
	assert_false(l.behind);
	tell(st, SOURCE_STREAM, order_event(T0, 7, "ord", "placed"), T0);
	l.pace_ms += LISTING_PACE_MS - 1;
	listing_refresh(&l, st, T0);
	assert_true(l.behind);
	listing_hurry(&l);
	listing_refresh(&l, st, T0);
	assert_false(l.behind);
	tell(st, SOURCE_STREAM, order_event(T0 + 1, 8, "ord", "shipped"), T0);
	l.pace_ms += LISTING_PACE_MS;
	listing_refresh(&l, st, T0);
	assert_false(l.behind);
	listing_release(&l);
}

/* Records that left are no longer in a listing, however little time went by. */
static void test_a_paced_listing_waits_for_nothing_when_records_left(void **state)
{
	struct store *st = *state;
	struct listing l;
	char id[32];
	listing_init(&l, OBJECT_INVOICE, SORT_CREATED);
	for (int i = 0; i < STORE_RECORDS_MAX + 1; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		tell(st, SOURCE_STREAM, invoice_event(T0 + i, 1, id, "paid", ""), T0);
		l.pace_ms = 1000;
		if (i != STORE_RECORDS_MAX - 1)
			continue;
		listing_refresh(&l, st, T0);
		assert_false(listing_is_broken(&l, st));
	}
	assert_true(listing_is_broken(&l, st));
	listing_refresh(&l, st, T0);
	assert_false(l.behind);
	assert_false(listing_is_broken(&l, st));
	check_same(&l, st, "", 0);
	listing_release(&l);
}

static void test_a_changed_record_moves_and_the_rest_stay(void **state)
{
	struct store *st = *state;
	struct listing l;
	char got[1024];
	add_invoice(st, "a", "unpaid", 100, "", 1);
	add_invoice(st, "b", "unpaid", 200, "", 2);
	add_invoice(st, "c", "unpaid", 300, "", 3);
	listing_init(&l, OBJECT_INVOICE, SORT_STATUS);
	listing_set_query_take(&l, parse("-status:expired"));
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "c b a");
	/* a mark where a rebuild would notice */
	const void *c = l.rows[0];
	l.rows[0] = l.rows[2];
	add_invoice(st, "b", "paid", 200, "", 2);
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "a a b");
	l.rows[0] = c;
	add_invoice(st, "b", "underpaid", 200, "", 2); /* behind: refused, nothing moves */
	add_invoice(st, "d", "unpaid", 200, "", 9);
	add_invoice(st, "a", "expired", 100, "", 1);
	listing_refresh(&l, st, T0);
	assert_string_equal(shown(&l, got), "d c b");
	assert_int_equal(l.total, 4);
	listing_release(&l);
}

static void test_many_changed_records_move_and_the_rest_stay(void **state)
{
	struct store *st = *state;
	struct listing l;
	char id[16];
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		add_invoice(st, id, "unpaid", 100, "", i);
	}
	listing_init(&l, OBJECT_INVOICE, SORT_STATUS);
	listing_refresh(&l, st, T0);
	assert_string_equal(listing_id(&l, 0), "inv-999");
	/* a mark where a rebuild would notice */
	const void *newest = l.rows[0];
	l.rows[0] = l.rows[1];
	for (int i = 100; i < 300; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		add_invoice(st, id, "paid", 100, "", i);
	}
	listing_refresh(&l, st, T0);
	assert_int_equal(l.count, 1000);
	assert_ptr_equal(l.rows[0], l.rows[1]);
	assert_string_equal(listing_id(&l, 799), "inv-0");
	assert_string_equal(listing_id(&l, 800), "inv-299");
	assert_string_equal(listing_id(&l, 999), "inv-100");
	l.rows[0] = newest;
	check_same(&l, st, "", 0);
	listing_release(&l);
}

/* Over many rows a query remembers what it said of names: the answers must be the same. */
static void test_a_filter_over_many_rows_says_what_it_says_of_each(void **state)
{
	static const char *const queries[] = {
		"status:paid",    "paid",          "-paid",
		"cust_1",         "-cust_1 paid",  "customer:cust_1",
		"id:inv-1",       "id:evt_",       "1768478",
		"type:invoice.*", "kind:payment",  "invoice:inv-7",
		"amount>=49.99",  "amount<1",      "age<1m",
		"chain:solana",   "-chain:solana", "paid>0",
		"kyc:approved",   "alias",         "retailer:amazon",
		"order:ord",      "country:br",    "status:paid,underpaid -cust_2",
	};
	static const char *const statuses[] = {"unpaid", "underpaid", "paid", "expired"};
	struct store *st = *state;
	struct rng rng;
	rng_seed(&rng, 21);
	for (int i = 0; i < 3000; i++) {
		char buf[4096], id[16], extra[128];
		unsigned n = (unsigned)rng_below(&rng, 60);
		str_printf(id, sizeof(id), n < 50 ? "inv-%u" : "opaque-%u", n);
		str_printf(extra, sizeof(extra),
			   ",\"customer_id\":\"cust_%u\",\"payer_wallet_network\":\"%s\"", n % 7,
			   n % 3 ? "solana" : "base");
		const char *status = statuses[rng_below(&rng, COUNT(statuses))];
		if (i % 5 == 0)
			tell(st, SOURCE_STREAM, payment_event(T0 + i, i, id, "inv-7", "pending"),
			     T0);
		else if (i % 5 == 1) /* another kind under the id of an invoice */
			tell(st, SOURCE_STREAM,
			     event_at(T0 + i, i, "ramp.kyc.updated",
				      "{\"object\":\"ramp_kyc\",\"customer_id\":\"inv-7\","
				      "\"status\":\"approved\",\"country\":\"BR\","
				      "\"legal_name\":\"Alias\"}",
				      ""),
			     T0);
		else
			tell(st, SOURCE_STREAM,
			     event_at(T0 + i, i, "invoice.updated",
				      invoice_json(buf, id, status, (int64_t)n * 7, extra), ""),
			     T0);
	}
	for (size_t q = 0; q < COUNT(queries); q++) {
		struct listing l;
		size_t next = 0;
		listing_init(&l, OBJECT_NONE, SORT_CREATED);
		listing_set_query_take(&l, parse(queries[q]));
		listing_refresh(&l, st, T0 + 2000);
		for (size_t i = 0; i < store_event_count(st); i++) {
			const struct event_row *row = store_event(st, i);
			bool listed = listing_event(&l, next) == row;
			if (listed != query_matches_event(l.query, st, row, T0 + 2000))
				fail_msg("%s: row %zu", queries[q], i);
			next += listed;
		}
		assert_int_equal(next, l.count);
		listing_release(&l);
	}
}

static void test_a_filter_by_what_is_known_of_objects_follows_them(void **state)
{
	struct store *st = *state;
	struct listing l;
	char buf[4096];
	tell(st, SOURCE_STREAM, order_event(T0, 1, "ord", "placed"), T0);
	listing_init(&l, OBJECT_NONE, SORT_CREATED);
	listing_set_query_take(&l, parse("teapot"));
	listing_refresh(&l, st, T0);
	assert_int_equal(l.count, 0);
	/* the rest of the order comes, no event with it */
	answer(st, OBJECT_ORDER, order_json(buf, "ord", "placed", T0, ""), T0);
	listing_refresh(&l, st, T0 + LISTING_AGAIN_MS - 1);
	assert_int_equal(l.count, 0); /* not at every change … */
	listing_refresh(&l, st, T0 + LISTING_AGAIN_MS);
	assert_int_equal(l.count, 1); /* … but soon */
	listing_release(&l);
}

static void test_a_listing_forgets_records_that_left(void **state)
{
	struct store *st = *state;
	struct listing l;
	char id[32];
	listing_init(&l, OBJECT_INVOICE, SORT_CREATED);
	for (int i = 0; i < STORE_RECORDS_MAX + 3; i++) {
		snprintf(id, sizeof(id), "inv-%d", i);
		tell(st, SOURCE_STREAM, invoice_event(T0 + i, 1, id, "paid", ""), T0);
		if (i > STORE_RECORDS_MAX - 3) {
			listing_refresh(&l, st, T0);
			check_same(&l, st, "", (unsigned)i);
		}
	}
	assert_int_equal(l.count, store_record_count(st, OBJECT_INVOICE));
	listing_release(&l);
}

static void test_a_listing_survives_the_window_moving_on(void **state)
{
	struct store *st = *state;
	struct listing l;
	listing_init(&l, OBJECT_NONE, SORT_CREATED);
	listing_set_query_take(&l, parse("status:shipped"));
	for (int i = 0; i < STORE_EVENTS_MAX + 10; i++) {
		tell(st, SOURCE_STREAM, order_event(T0 + i, 1, "ord", i % 2 ? "shipped" : "placed"),
		     T0);
		if (i % 1000 == 0)
			listing_refresh(&l, st, T0);
	}
	listing_refresh(&l, st, T0);
	assert_int_equal(l.total, store_event_count(st));
	assert_int_equal(l.count, l.total / 2);
	for (size_t i = 0; i < l.count; i++) {
		struct event_brief e;
		store_brief(st, listing_event(&l, i), &e);
		assert_string_equal(e.status, "shipped");
	}
	listing_release(&l);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_records_are_sorted_by_every_key_both_ways),
		T(test_a_listing_follows_its_query),
		T(test_a_query_over_links_sees_the_other_kind_change),
		T(test_rows_leave_an_age_filter_as_time_goes_by),
		T(test_new_events_are_appended_without_looking_at_the_old),
		T(test_a_listing_kept_up_to_date_equals_one_built_anew),
		T(test_a_paced_listing_catches_up),
		T(test_a_paced_listing_says_that_other_kinds_are_to_be_looked_at),
		T(test_a_paced_listing_waits_for_nothing_when_records_left),
		T(test_a_changed_record_moves_and_the_rest_stay),
		T(test_many_changed_records_move_and_the_rest_stay),
		T(test_a_filter_over_many_rows_says_what_it_says_of_each),
		T(test_a_filter_by_what_is_known_of_objects_follows_them),
		T(test_a_listing_forgets_records_that_left),
		T(test_a_listing_survives_the_window_moving_on),
	};
#undef T
	return cmocka_run_group_tests_name("model listing", tests, NULL, NULL);
}
