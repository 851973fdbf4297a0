/* verify: what it calls missing, and what it does not. */
#include "archive_kit.h"
#include "fake_http.h"

#include "app/verify.h"

/* Number n, of the second n. */
static struct event numbered(int n)
{
	char text[512];

	str_printf(text, sizeof(text),
		   "{\"id\":\"evt_%lld-%d\",\"object\":\"event\",\"created\":%lld,"
		   "\"type\":\"invoice.updated\",\"livemode\":false,\"data\":{\"object\":"
		   "{\"id\":\"inv-%d\",\"object\":\"invoice\",\"merchant_id\":77,"
		   "\"status\":\"paid\",\"currency\":\"usd\",\"amount\":%d}}}",
		   KIT_NOW + n * 1000LL, n, KIT_NOW / 1000 + n, n, n);
	return kit_decode(text);
}

static void fill(struct kit *k, int first, int last)
{
	kit_begin(k);
	for (int n = first; n <= last; n++)
		assert_int_equal(kit_add(k, numbered(n)), KEPT_NEW);
	kit_commit(k);
}

struct bench {
	struct kit kit;
	struct fake_http http;
	struct api_client client;
	struct verify v;
};

static int bench_make(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	kit_init(&b->kit);
	kit_open(&b->kit);
	b->client = fake_client(&b->http);
	b->v = (struct verify){.client = &b->client,
			       .history = b->kit.h,
			       .environment = "",
			       .since_ms = TIME_NONE,
			       .now_ms = KIT_NOW + 3600000};
	*state = b;
	return 0;
}

static int bench_remove(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < FAKE_MAX; i++)
		free((char *)(uintptr_t)b->http.answers[i].body);
	kit_release(&b->kit);
	free(b);
	return 0;
}

/* The server's next page: events number `from` down to `to`. */
static void bench_page(struct bench *b, size_t page, int from, int to, bool more)
{
	struct strbuf sb;

	strbuf_init(&sb, 1 << 20);
	strbuf_addstr(&sb, "{\"object\":\"list\",\"data\":[");
	for (int n = from; n >= to; n--) {
		struct event e = numbered(n);

		strbuf_addf(&sb, "%s%s", n == from ? "" : ",", e.raw);
		event_release(&e);
	}
	strbuf_addf(&sb, "],\"has_more\":%s}", more ? "true" : "false");
	b->http.answers[page] = (struct fake_answer){.http_status = 200, .body = strbuf_take(&sb)};
}

static void bench_walk(struct bench *b, enum status want)
{
	struct problem why = {.status = S_OK};
	enum status got = verify_walk(&b->v, NULL, &why);

	if (got != want)
		fail_msg("%s: %s", status_words(got), why.what);
}

static void test_verify_a_whole_history_is_complete(void **state)
{
	struct bench *b = *state;

	fill(&b->kit, 1, 150);
	bench_page(b, 0, 150, 51, true);
	bench_page(b, 1, 50, 1, false);
	bench_walk(b, S_OK);
	assert_int_equal(b->v.compared, 150);
	assert_int_equal(b->v.on_disk, 150);
	assert_true(verify_complete(&b->v));
	assert_int_equal(b->http.asked, 2);
	assert_non_null(strstr(b->http.calls[1].url, "starting_after="));
}

static void test_verify_names_what_is_missing(void **state)
{
	struct bench *b = *state;
	struct event gone = numbered(5);

	fill(&b->kit, 1, 4);
	fill(&b->kit, 6, 10);
	bench_page(b, 0, 10, 1, false);
	bench_walk(b, S_OK);
	assert_int_equal(b->v.missing.count, 1);
	assert_string_equal(b->v.missing.ids[0], gone.id);
	assert_int_equal(b->v.on_disk, 9);
	assert_false(verify_complete(&b->v));
	event_release(&gone);
}

static void test_verify_many_missing_are_counted_and_twenty_named(void **state)
{
	struct bench *b = *state;

	fill(&b->kit, 1, 1);
	bench_page(b, 0, 60, 1, false);
	bench_walk(b, S_OK);
	assert_int_equal(b->v.recent_count, 0);
	assert_int_equal(b->v.missing.count, 59);
	assert_string_not_equal(b->v.missing.ids[VERIFY_NAMED_MAX - 1], "");
}

static void test_verify_what_lies_before_the_history_is_not_missing(void **state)
{
	struct bench *b = *state;

	fill(&b->kit, 5, 10);
	bench_page(b, 0, 10, 1, false);
	bench_walk(b, S_OK);
	assert_int_equal(b->v.on_disk, 6);
	assert_int_equal(b->v.missing.count, 0);
	assert_true(verify_complete(&b->v));
}

/* Events that share a second with the oldest on disk and come before it in the server's order. */
static void test_verify_the_first_second_counts_only_from_the_first_on_disk(void **state)
{
	struct bench *b = *state;
	const char *ids[] = {"evt_1767225605000-9", "evt_1767225605000-8", "evt_1767225605000-7",
			     "evt_1767225605000-6"};
	struct strbuf sb;

	kit_begin(&b->kit); /* of the four, the second is missing, the last is older */
	assert_int_equal(KEPT_NEW, kit_add(&b->kit, kit_event_of(ids[0], "inv-1", 1, 77)));
	assert_int_equal(KEPT_NEW, kit_add(&b->kit, kit_event_of(ids[2], "inv-1", 1, 77)));
	kit_commit(&b->kit);
	strbuf_init(&sb, 1 << 20);
	strbuf_addstr(&sb, "{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < 4; i++) {
		struct event e = kit_event_of(ids[i], "inv-1", 1, 77);

		strbuf_addf(&sb, "%s%s", i == 0 ? "" : ",", e.raw);
		event_release(&e);
	}
	strbuf_addstr(&sb, "],\"has_more\":false}");
	b->http.answers[0] = (struct fake_answer){.http_status = 200, .body = strbuf_take(&sb)};
	bench_walk(b, S_OK);
	assert_int_equal(b->v.missing.count, 1);
	assert_string_equal(b->v.missing.ids[0], ids[1]);
	assert_int_equal(b->v.on_disk, 2);
	assert_int_equal(b->v.compared, 3);
}

static void test_verify_stops_where_it_was_asked_to(void **state)
{
	struct bench *b = *state;
	struct event from = numbered(8);

	fill(&b->kit, 1, 10);
	b->v.since_ms = from.created_ms;
	assert_true(from.created_ms == KIT_NOW + 8000);
	bench_page(b, 0, 10, 1, true); /* a second page is not asked for */
	bench_walk(b, S_OK);
	assert_int_equal(b->v.on_disk, 3);
	assert_int_equal(b->v.on_disk, b->v.compared);
	assert_int_equal(b->http.asked, 1);
	event_release(&from);
}

static void test_verify_young_events_are_looked_up_twice(void **state)
{
	struct bench *b = *state;
	struct event last = numbered(10);

	fill(&b->kit, 1, 8);
	b->v.now_ms = last.created_ms + 1000;
	bench_page(b, 0, 10, 1, false);
	bench_walk(b, S_OK);
	assert_int_equal(b->v.missing.count, 2);
	assert_true(b->v.recent_count >= 2);
	fill(&b->kit, 9, 9); /* the writer commits one meanwhile */
	verify_recheck(&b->v);
	assert_int_equal(b->v.missing.count, 1);
	assert_string_equal(b->v.missing.ids[0], last.id);
	fill(&b->kit, 10, 10);
	event_release(&last);
}

static void test_verify_lost_stretches_are_not_complete(void **state)
{
	struct bench *b = *state;
	struct incident inc = {.kind = INCIDENT_GAP,
			       .state = INCIDENT_LOST,
			       .from_ms = KIT_NOW,
			       .to_ms = KIT_NOW + 1000};

	fill(&b->kit, 1, 3);
	assert_int_equal(S_OK, history_begin(b->kit.h, NULL));
	assert_int_equal(S_OK, history_put_incident(b->kit.h, &inc, NULL));
	assert_int_equal(S_OK, history_commit(b->kit.h, NULL));
	bench_page(b, 0, 3, 1, false);
	bench_walk(b, S_OK);
	assert_int_equal(b->v.lost, 1);
	assert_false(verify_complete(&b->v));
}

static void test_verify_a_server_that_fails_is_not_an_answer(void **state)
{
	struct bench *b = *state;

	fill(&b->kit, 1, 3);
	b->http.answers[0] = (struct fake_answer){.fails = E_NETWORK};
	bench_walk(b, E_NETWORK);
}

static void test_verify_a_list_that_goes_round_ends(void **state)
{
	struct bench *b = *state;

	fill(&b->kit, 1, 3);
	for (size_t i = 0; i < FAKE_MAX; i++)
		bench_page(b, i, 3, 2, true);
	bench_walk(b, E_PROTOCOL);
}

int main(void)
{
#define BENCHED(f) cmocka_unit_test_setup_teardown(f, bench_make, bench_remove)
	const struct CMUnitTest tests[] = {
		BENCHED(test_verify_a_whole_history_is_complete),
		BENCHED(test_verify_names_what_is_missing),
		BENCHED(test_verify_many_missing_are_counted_and_twenty_named),
		BENCHED(test_verify_what_lies_before_the_history_is_not_missing),
		BENCHED(test_verify_the_first_second_counts_only_from_the_first_on_disk),
		BENCHED(test_verify_stops_where_it_was_asked_to),
		BENCHED(test_verify_young_events_are_looked_up_twice),
		BENCHED(test_verify_lost_stretches_are_not_complete),
		BENCHED(test_verify_a_server_that_fails_is_not_an_answer),
		BENCHED(test_verify_a_list_that_goes_round_ends),
	};
#undef BENCHED

	return cmocka_run_group_tests(tests, NULL, NULL);
}
