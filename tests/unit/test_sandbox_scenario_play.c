/* Scenarios told to their end, in virtual time. */
#include "unit/sandbox_kit.h"

#include "sandbox/scenario.h"
#include "scratch.h"

#include <stdio.h>
#include <unistd.h>

/* Lets time pass in steps of `tick`; by the end of `ms` everything due then has happened. */
static void run_for(struct kit *k, int64_t ms, int64_t tick)
{
	for (int64_t t = 0; t < ms; t += tick) {
		int64_t next;

		kit_wait(k, tick);
		do
			ok(k, director_run(k->d, &next, &k->why));
		while (next == 0);
	}
}

static void play(struct kit *k, const char *scenario, uint64_t seed)
{
	kit_start(k, NULL, seed);
	ok(k, director_new(&k->w, scenario, 0, &k->d, &k->why));
	ok(k, director_seed(k->d, &k->why));
}

/* A scenario of these lines, from a file. */
static void play_text(struct kit *k, const char *text, uint64_t seed)
{
	char path[128];
	int fd = scratch_file(path, sizeof(path), "test_scenario_XXXXXX");
	FILE *f = fdopen(fd, "w");

	assert_non_null(f);
	assert_true(fputs("scenario test \"A test\"\n", f) >= 0 && fputs(text, f) >= 0);
	fclose(f);
	play(k, path, seed);
	unlink(path);
}

static int64_t count_of(struct kit *k, enum object_kind kind, const char *status)
{
	struct ledger_filter f = {.kind = kind, .status = status};
	int64_t count, amount;

	ok(k, ledger_total(k->w.ledger, &f, &count, &amount, &k->why));
	return count;
}

struct tally {
	const char *path, *value;
	int64_t count;
};

static bool tally(void *ctx, const char *doc)
{
	struct tally *t = ctx;
	struct json *json = NULL;
	const char *text;

	assert_int_equal(json_parse(doc, strlen(doc), &json, NULL), S_OK);
	text = json_string(at(json, t->path));
	t->count += str_equal(text, t->value);
	json_free(json);
	return true;
}

/* How many objects have this text at this place. */
static int64_t count_with(struct kit *k, enum object_kind kind, const char *path, const char *value)
{
	struct ledger_filter f = {.kind = kind};
	struct tally t = {.path = path, .value = value};

	ok(k, ledger_list(k->w.ledger, &f, tally, &t, NULL, &k->why));
	return t.count;
}

/* --- what each built-in promises --------------------------------------------------------- */

#define PROMISES_MAX 12

struct promise {
	enum object_kind kind;
	const char *path; /* NULL: the status */
	const char *value;
	int64_t count; /* more than before it began */
};

static const struct {
	const char *name;
	int64_t ms;
	int64_t events; /* 0: depends on who was approved in the past */
	struct promise promises[PROMISES_MAX];
} endings[] = {
	{"tour",
	 60000,
	 0,
	 {{OBJECT_INVOICE, NULL, "paid", 5},
	  {OBJECT_INVOICE, NULL, "expired", 1},
	  {OBJECT_PAYMENT, NULL, "underpaid", 1},
	  {OBJECT_ORDER, NULL, "delivered", 1},
	  {OBJECT_ORDER, "refund.status", "COMPLETED", 1},
	  {OBJECT_PAYOUT, NULL, "paid", 1},
	  {OBJECT_PAYOUT, "failure_code", "account_closed", 1},
	  {OBJECT_PAYOUT, "failure_code", "beneficiary_refused", 1},
	  {OBJECT_KYC, NULL, "rejected", 1},
	  {OBJECT_REFUND, "reason", "Paid too much", 1},
	  {OBJECT_REFUND, NULL, "succeeded", 1}}},
	{"trouble",
	 90000,
	 73,
	 {{OBJECT_INVOICE, NULL, "expired", 3},
	  {OBJECT_INVOICE, NULL, "paid", 6},
	  {OBJECT_PAYMENT, NULL, "pending", 1},
	  {OBJECT_PAYMENT, "settlement_status", "processing", 1},
	  {OBJECT_PAYMENT, "settlement_status", "manual", 1},
	  {OBJECT_PAYMENT, "settlement_status", "failed", 1},
	  {OBJECT_PAYOUT, NULL, "failed", 2},
	  {OBJECT_PAYOUT, NULL, "returned", 1},
	  {OBJECT_KYC, NULL, "rejected", 1},
	  {OBJECT_ORDER, NULL, "failed", 1},
	  {OBJECT_ORDER, "refund.status", "PENDING", 2}}},
	{"invoice-paid",
	 20000,
	 6,
	 {{OBJECT_INVOICE, NULL, "paid", 1}, {OBJECT_PAYMENT, "settlement_status", "settled", 1}}},
	{"invoice-underpaid",
	 35000,
	 11,
	 {{OBJECT_INVOICE, NULL, "paid", 1},
	  {OBJECT_PAYMENT, NULL, "underpaid", 1},
	  {OBJECT_PAYMENT, NULL, "confirmed", 1},
	  {OBJECT_PAYMENT, "settlement_status", "settled", 2}}},
	{"invoice-expired", 31000, 2, {{OBJECT_INVOICE, NULL, "expired", 1}}},
	{"invoice-canceled", 11000, 2, {{OBJECT_INVOICE, NULL, "canceled", 1}}},
	{"order-delivered",
	 42000,
	 12,
	 {{OBJECT_ORDER, NULL, "delivered", 1}, {OBJECT_INVOICE, NULL, "paid", 1}}},
	{"order-failed",
	 33000,
	 11,
	 {{OBJECT_ORDER, NULL, "failed", 1}, {OBJECT_ORDER, "refund.status", "COMPLETED", 1}}},
	{"order-cancelled",
	 38000,
	 12,
	 {{OBJECT_ORDER, NULL, "cancelled", 1}, {OBJECT_ORDER, "refund.status", "COMPLETED", 1}}},
	{"payout-paid", 21000, 5, {{OBJECT_PAYOUT, NULL, "paid", 1}}},
	{"payout-failed",
	 19000,
	 5,
	 {{OBJECT_PAYOUT, "failure_code", "account_closed", 1},
	  {OBJECT_PAYOUT, NULL, "failed", 1}}},
	{"payout-returned",
	 34000,
	 6,
	 {{OBJECT_PAYOUT, NULL, "returned", 1},
	  {OBJECT_PAYOUT, "failure_code", "beneficiary_refused", 1}}},
	{"deposit",
	 25000,
	 10,
	 {{OBJECT_DEPOSIT, NULL, "confirmed", 1},
	  {OBJECT_DEPOSIT, NULL, "returned", 1},
	  {OBJECT_DEPOSIT, "failure_code", "sender_not_allowed", 1},
	  {OBJECT_DEPOSIT, NULL, "failed", 1},
	  {OBJECT_DEPOSIT, "failure_code", "funds_not_received", 1}}},
	{"refund",
	 45000,
	 10,
	 {{OBJECT_INVOICE, NULL, "paid", 1},
	  {OBJECT_REFUND, NULL, "succeeded", 2},
	  {OBJECT_REFUND, "amount_decimal", "21.000", 1},
	  {OBJECT_REFUND, "amount_decimal", "63.000", 1}}},
	{"kyc", 40000, 9, {{OBJECT_KYC, NULL, "approved", 2}, {OBJECT_KYC, NULL, "expired", 1}}},
};

#define ENDINGS (sizeof(endings) / sizeof(endings[0]))

static int64_t count_promise(struct kit *k, const struct promise *p)
{
	return p->path ? count_with(k, p->kind, p->path, p->value) : count_of(k, p->kind, p->value);
}

static void test_scenario_every_builtin_keeps_its_promises_by_any_seed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENDINGS; i++)
		for (uint64_t seed = 1; seed <= 5; seed++) {
			int64_t before[PROMISES_MAX] = {0}, past;
			struct kit k;

			play(&k, endings[i].name, seed);
			past = ledger_event_count(k.w.ledger);
			for (size_t j = 0; j < PROMISES_MAX && endings[i].promises[j].value; j++)
				before[j] = count_promise(&k, &endings[i].promises[j]);
			run_for(&k, endings[i].ms, 1000);
			for (size_t j = 0; j < PROMISES_MAX && endings[i].promises[j].value; j++) {
				const struct promise *p = &endings[i].promises[j];
				int64_t more = count_promise(&k, p) - before[j];

				if (more != p->count)
					fail_msg("%s, seed %d: %d instead of %d more are %s",
						 endings[i].name, (int)seed, (int)more,
						 (int)p->count, p->value);
			}
			if (director_skipped(k.d))
				fail_msg("%s: %d lines were not possible", endings[i].name,
					 (int)director_skipped(k.d));
			if (endings[i].events &&
			    ledger_event_count(k.w.ledger) - past != endings[i].events)
				fail_msg("%s: %d events", endings[i].name,
					 (int)(ledger_event_count(k.w.ledger) - past));
			past = ledger_event_count(k.w.ledger);
			run_for(&k, 15000, 1000); /* nothing comes after the end */
			assert_int_equal(ledger_event_count(k.w.ledger), past);
			kit_stop(&k);
		}
}

static void test_scenario_no_builtin_is_without_a_test(void **state)
{
	static const char *const shops[] = {"demo", "quiet", "busy"}; /* the director's tests */

	(void)state;
	for (const char *const *name = director_scenarios(); *name; name++) {
		bool found = false;

		for (size_t i = 0; i < ENDINGS; i++)
			found |= str_equal(endings[i].name, *name);
		for (size_t i = 0; i < 3; i++)
			found |= str_equal(shops[i], *name);
		if (!found)
			fail_msg("nothing is promised of %s", *name);
	}
}

static void test_scenario_tour_says_where_it_is(void **state)
{
	struct kit k;

	(void)state;
	play(&k, "tour", 1);
	assert_string_equal(director_caption(k.d), "");
	run_for(&k, 1000, 500);
	assert_non_null(strstr(director_caption(k.d), "Every change"));
	run_for(&k, 60000, 500);
	assert_non_null(strstr(director_caption(k.d), "That was the tour"));
	ok(&k, director_start(k.d, "quiet", &k.why));
	assert_string_equal(director_caption(k.d), "");
	kit_stop(&k);
}

/* --- determinism ----------------------------------------------------------------------------- */

static bool join(void *ctx, const struct ledger_event *e)
{
	strbuf_addf(ctx, "%s\n", e->body);
	return true;
}

static char *all_events(struct kit *k, int64_t count)
{
	struct ledger_event_filter f = {.limit = count};
	struct strbuf sb;

	strbuf_init(&sb, 1u << 26);
	ok(k, ledger_events(k->w.ledger, &f, join, &sb, NULL, &k->why));
	assert_false(sb.overflow);
	return strbuf_take(&sb);
}

static const char lively[] = "past none\n"
			     "rate 2/s mix invoices 3 orders 1 kyc 1\n"
			     "every 300ms..2s\n"
			     "  invoice a amount 10..200\n"
			     "  +1s..4s chance 70% pay a 50%..120%\n"
			     "  +1s..2s confirm a\n"
			     "  +500ms chance 40% cancel a\n"
			     "at 3s every 5s times 4 payout p amount 10..900 country DE\n"
			     "at 1s kyc c\n"
			     "+2s..9s chance 50% approve c\n";

static void test_scenario_same_text_seed_and_epoch_same_events_however_time_passes(void **state)
{
	static const struct {
		int64_t tick;
		double speed;
	} runs[] = {{250, 1}, {7, 1}, {9973, 1}, {250, 16}, {100, 1000}};
	char *want = NULL;
	int64_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct kit k;
		char *got;

		play_text(&k, lively, 9);
		k.w.speed = runs[i].speed;
		/* the first decides how many events are compared: the others run longer */
		run_for(&k, (int64_t)((i ? 62000 : 60000) / runs[i].speed) + runs[i].tick,
			runs[i].tick);
		if (!i)
			count = ledger_event_count(k.w.ledger);
		assert_true(ledger_event_count(k.w.ledger) >= count);
		got = all_events(&k, count);
		if (want)
			assert_string_equal(got, want);
		else
			want = xstrdup(got);
		free(got);
		kit_stop(&k);
	}
	assert_true(count > 150);
	free(want);
}

static void test_scenario_seeds_of_the_world_and_of_the_file_both_count(void **state)
{
	static const struct {
		const char *text;
		uint64_t seed;
	} runs[] = {{"at 1s invoice a\n", 1},
		    {"at 1s invoice a\n", 2},
		    {"seed 7\nat 1s invoice a\n", 1}};
	char *told[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct kit k;

		play_text(&k, runs[i].text, runs[i].seed);
		run_for(&k, 2000, 1000);
		assert_int_equal(ledger_event_count(k.w.ledger), 1);
		told[i] = all_events(&k, 1);
		kit_stop(&k);
	}
	assert_string_not_equal(told[0], told[1]);
	assert_string_not_equal(told[0], told[2]);
	for (size_t i = 0; i < 3; i++)
		free(told[i]);
}

/* --- times, chances, repetition -----------------------------------------------------------------
 */

struct times {
	int64_t at_ms[64];
	size_t count;
};

static bool note_time(void *ctx, const struct ledger_event *e)
{
	struct times *t = ctx;

	assert_true(t->count < 64);
	t->at_ms[t->count++] = e->created_ms - KIT_EPOCH;
	return true;
}

static struct times times_of(struct kit *k, const char *types)
{
	struct ledger_event_filter f = {.types = types};
	struct times t = {.count = 0};

	ok(k, ledger_events(k->w.ledger, &f, note_time, &t, NULL, &k->why));
	return t;
}

static void test_scenario_times_are_from_the_start_or_from_the_line_before(void **state)
{
	static const int64_t want[] = {500, 2000, 2000, 3250, 5000, 64000};
	struct kit k;
	struct times t;

	(void)state;
	play_text(&k,
		  "at 2s invoice b\n"
		  "      invoice c\n"
		  "+1250ms invoice d\n"
		  "at 1m4s invoice f\n"
		  "at 500ms invoice a\n" /* lines need not be in order */
		  "+4500ms invoice e\n",
		  1);
	run_for(&k, 70000, 1000);
	t = times_of(&k, "invoice.created");
	assert_int_equal(t.count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(t.at_ms[i], want[i]);
	kit_stop(&k);
}

static void test_scenario_every_repeats_so_often_and_so_long(void **state)
{
	struct kit k;
	struct times t;

	(void)state;
	play_text(&k, "every 5s times 3 invoice a\nat 1m every 10s until 1m45s invoice b\n", 1);
	run_for(&k, 300000, 1000);
	t = times_of(&k, "invoice.created");
	assert_int_equal(t.count, 3 + 4);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(t.at_ms[i], 5000 * (int64_t)(i + 1));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(t.at_ms[3 + i], 60000 + 10000 * (int64_t)(i + 1));
	kit_stop(&k);
}

/* Each telling of a block has its own actors, and sees those of the scenario. */
static void test_scenario_blocks_have_actors_of_their_own(void **state)
{
	struct kit k;

	(void)state;
	play_text(&k,
		  "at 0s kyc ana country BR\n"
		  "+1s approve ana\n"
		  "every 2s times 10\n"
		  "  invoice a amount 10 customer ana\n"
		  "  +5s pay a\n" /* when this comes, two more were begun */
		  "  +1s confirm a\n"
		  "  payout p amount 5 customer ana\n",
		  1);
	run_for(&k, 60000, 1000);
	assert_int_equal(director_skipped(k.d), 0);
	assert_int_equal(count_of(&k, OBJECT_INVOICE, "paid"), 10);
	assert_int_equal(count_of(&k, OBJECT_PAYOUT, "queued"), 10);
	assert_int_equal(count_of(&k, OBJECT_KYC, NULL), 1);
	kit_stop(&k);
}

static void test_scenario_chances_come_true_about_as_often(void **state)
{
	struct kit k;
	int64_t count;

	(void)state;
	play_text(&k,
		  "every 1s times 1000\n  chance 30% invoice a\n  chance 0% invoice b\n"
		  "  chance 100% kyc c\n",
		  4);
	run_for(&k, 1100000, 10000);
	count = count_of(&k, OBJECT_INVOICE, NULL);
	assert_in_range(count, 250, 350);
	kit_stop(&k);
}

/* --- what lines say ------------------------------------------------------------------------------
 */

static void test_scenario_lines_say_what_happens(void **state)
{
	struct kit k;

	(void)state;
	play_text(&k,
		  "invoice a amount 49.99 description \"Tea \\\"for two\\\"\" expires 90s\n"
		  "kyc ana country JP name \"Ana Ōta\"\n"
		  "+1s pay a 12.34 network sui\n"
		  "+1s confirm a\n"
		  "order o items 2\n"
		  "+1s pay o\n"
		  "+1s confirm o\n"
		  "settle o\n"
		  "place o\n"
		  "ship o carrier \"Yamato\" tracking \"JP 1\"\n"
		  "reject ana reason \"No\"\n"
		  "payout p amount 1200 country AR\n" /* nobody of the shop lives there */
		  "process p\n"
		  "fail p bank_offline reason \"Closed on Mondays\"\n",
		  1);
	run_for(&k, 20000, 1000);
	assert_int_equal(director_skipped(k.d), 0);
	assert_int_equal(count_with(&k, OBJECT_INVOICE, "payer_wallet_network", "sui"), 1);
	assert_int_equal(count_of(&k, OBJECT_INVOICE, "underpaid"), 1);
	assert_int_equal(count_with(&k, OBJECT_KYC, "legal_name", "Ana Ōta"), 1);
	assert_int_equal(count_with(&k, OBJECT_KYC, "country", "JP"), 1);
	assert_int_equal(count_with(&k, OBJECT_KYC, "rejection_reason", "No"), 1);
	assert_int_equal(count_with(&k, OBJECT_PAYOUT, "country", "AR"), 1);
	assert_int_equal(count_with(&k, OBJECT_PAYOUT, "fiat_currency", "ARS"), 1);
	assert_int_equal(count_with(&k, OBJECT_PAYOUT, "failure_message", "Closed on Mondays"), 1);
	assert_int_equal(count_of(&k, OBJECT_ORDER, "shipped"), 1);
	run_for(&k, 80000, 1000);
	assert_int_equal(count_of(&k, OBJECT_INVOICE, "expired"), 1);
	kit_stop(&k);
}

/* The lines alone move a deposit: the clock, which moves a client's, leaves it where it is. */
static void test_scenario_deposits_go_where_the_lines_say(void **state)
{
	static const struct {
		const char *lines, *status, *code;
		int skipped;
	} ways[] = {
		{"", "awaiting_funds", NULL, 0},
		{"receive a\n", "received", NULL, 0},
		{"receive a\n+1s confirm a\n", "confirmed", NULL, 0},
		{"fail a\n", "failed", "funds_not_received", 0},
		{"receive a\n+1s fail a\n", "failed", "transaction_dropped", 0},
		{"receive a\n+1s return a\n", "returned", "sender_not_allowed", 0},
		{"confirm a\n", "awaiting_funds", NULL, 1},
		{"receive a\n+1s receive a\n", "received", NULL, 1},
		{"fail a\n+1s receive a\n+1s confirm a\n", "failed", NULL, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		char text[200];
		struct kit k;

		str_printf(text, sizeof(text), "deposit a amount 12.5 network sui country JP\n%s",
			   ways[i].lines);
		play_text(&k, text, i + 1);
		run_for(&k, 60000, 1000);
		assert_int_equal(director_skipped(k.d), ways[i].skipped);
		assert_int_equal(count_of(&k, OBJECT_DEPOSIT, ways[i].status), 1);
		assert_int_equal(count_with(&k, OBJECT_DEPOSIT, "network", "sui"), 1);
		assert_int_equal(count_with(&k, OBJECT_DEPOSIT, "amount_decimal", "12.500"), 1);
		assert_int_equal(count_with(&k, OBJECT_KYC, "country", "JP"), 1);
		if (ways[i].code)
			assert_int_equal(count_with(&k, OBJECT_DEPOSIT, "failure_code",
						    ways[i].code),
					 1);
		kit_stop(&k);
	}
}

/* What is not possible any more is passed over, and counted; the rest goes on. */
static void test_scenario_goes_on_where_a_line_is_not_possible(void **state)
{
	struct kit k;

	(void)state;
	play_text(&k,
		  "at 1s invoice a\n"
		  "+1s confirm a\n"         /* nothing was paid */
		  "+1s settle a\n"          /* likewise */
		  "+1s chance 0% order o\n" /* never made */
		  "+1s pay o\n"
		  "+1s cancel a\n"
		  "+1s cancel a\n" /* is canceled already */
		  "+1s expire a\n"
		  "+1s refund a\n" /* nothing was paid */
		  "+1s kyc c\n"
		  "+1s payout p customer c\n" /* who is not approved */
		  "+1s process p\n"
		  "+1s deposit d customer c\n" /* likewise */
		  "+1s invoice b\n",
		  1);
	run_for(&k, 30000, 1000);
	assert_int_equal(director_skipped(k.d), 9);
	assert_int_equal(count_of(&k, OBJECT_INVOICE, "canceled"), 1);
	assert_int_equal(count_of(&k, OBJECT_INVOICE, "unpaid"), 1);
	assert_int_equal(count_of(&k, OBJECT_PAYOUT, NULL), 0);
	kit_stop(&k);
}

/* Any two verbs that a name can be given, in any order, at any state, never stop the world. */
static void test_scenario_no_order_of_verbs_stops_the_world(void **state)
{
	static const char *const makers[] = {"invoice", "order",    "payout",
					     "kyc",     "customer", "deposit"};
	static const enum actor_kind kinds[] = {ACTOR_INVOICE,  ACTOR_ORDER,    ACTOR_PAYOUT,
						ACTOR_CUSTOMER, ACTOR_CUSTOMER, ACTOR_DEPOSIT};
	size_t count;
	const struct verb *verbs = scenario_verbs(&count);
	struct rng r;

	(void)state;
	rng_seed(&r, 77);
	for (int round = 0; round < 90; round++) {
		struct strbuf text;
		struct kit k;
		size_t kind = (size_t)round % 6;

		strbuf_init(&text, 10000);
		strbuf_addf(&text, "%s a\n", makers[kind]);
		for (int i = 0; i < 60; i++) {
			const struct verb *v = &verbs[rng_below(&r, count)];

			if (v->kind == kinds[kind] && v->how != MAKES)
				strbuf_addf(&text, "+%ds %s a\n", (int)rng_below(&r, 3), v->name);
		}
		play_text(&k, strbuf_str(&text), (uint64_t)round);
		run_for(&k, 200000, 5000);
		strbuf_release(&text);
		kit_stop(&k);
	}
}

/* More pieces than are looked at in one go: passed over, and the world goes on. */
static void test_scenario_an_invoice_is_paid_in_many_pieces(void **state)
{
	struct kit k;

	(void)state;
	play_text(&k,
		  "invoice a amount 100\n"
		  "every 1s times 220\n"
		  "  pay a 1\n"
		  "at 50500ms confirm a\n"
		  "at 60500ms settle a\n"
		  "at 250s confirm a\n",
		  1);
	run_for(&k, 55000, 1000);
	assert_int_equal(count_of(&k, OBJECT_INVOICE, "underpaid"), 1);
	run_for(&k, 10000, 1000);
	assert_int_equal(count_with(&k, OBJECT_PAYMENT, "settlement_status", "settled"), 50);
	run_for(&k, 200000, 1000);
	assert_int_equal(director_skipped(k.d), 1);
	kit_stop(&k);
}

/* --- the shop's own life
 * -------------------------------------------------------------------------- */

static void test_scenario_rate_and_mix(void **state)
{
	struct kit k;
	int64_t before, events;

	(void)state;
	play_text(&k, "rate 20/s mix invoices 1 kyc 1\n", 2);
	run_for(&k, 60000, 100);
	before = ledger_event_count(k.w.ledger);
	run_for(&k, 60000, 100);
	events = (ledger_event_count(k.w.ledger) - before) / 60;
	print_message("mix: %d events/s, 20 asked\n", (int)events);
	assert_in_range(events, 14, 28);
	assert_int_equal(count_of(&k, OBJECT_ORDER, NULL), 0);
	assert_int_equal(count_of(&k, OBJECT_PAYOUT, NULL), 0);
	assert_true(count_of(&k, OBJECT_KYC, NULL) > 50);
	kit_stop(&k);
}

static void test_scenario_without_a_life_gets_one_by_a_rate(void **state)
{
	struct kit k;
	int64_t before;

	(void)state;
	kit_start(&k, NULL, 3);
	ok(&k, director_new(&k.w, "quiet", 0, &k.d, &k.why));
	director_set_rate(k.d, 10);
	ok(&k, director_seed(k.d, &k.why));
	before = ledger_event_count(k.w.ledger);
	run_for(&k, 60000, 100);
	assert_true(ledger_event_count(k.w.ledger) - before > 200);
	kit_stop(&k);
}

static void test_scenario_starts_with_no_past_unless_it_asks_for_one(void **state)
{
	struct kit k;

	(void)state;
	play_text(&k, "at 1s invoice a\n", 1);
	assert_int_equal(ledger_event_count(k.w.ledger), 0);
	kit_stop(&k);
	play_text(&k, "past day\nat 1s invoice a\n", 1);
	assert_true(ledger_event_count(k.w.ledger) > 400);
	kit_stop(&k);
}

/* A second run with the same ledger tells the story again, after what is there. */
static void test_scenario_is_told_again_with_a_ledger_that_has_it(void **state)
{
	char path[128];
	int fd = scratch_file(path, sizeof(path), "test_scenario_db_XXXXXX");
	struct kit k;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	for (int run = 1; run <= 2; run++) {
		kit_start(&k, path, 6);
		ok(&k, director_new(&k.w, "tour", 0, &k.d, &k.why));
		ok(&k, director_seed(k.d, &k.why));
		run_for(&k, 60000, 500);
		assert_int_equal(director_skipped(k.d), 0);
		kit_stop(&k);
	}
	unlink(path);
}

/* Switching to a scenario, away and back, by hand. */
static void test_scenario_is_started_paused_and_stepped_by_hand(void **state)
{
	struct kit k;
	enum status st = S_OK;
	int steps = 0;

	(void)state;
	play(&k, "quiet", 1);
	ok(&k, director_start(k.d, "payout-returned", &k.why));
	run_for(&k, 40000, 500);
	assert_int_equal(director_skipped(k.d), 0);
	ok(&k, director_start(k.d, "payout-paid", &k.why));
	for (; st == S_OK && steps < 3; steps++)
		st = director_step(k.d, &k.why);
	assert_int_equal(st, S_OK);
	ok(&k, director_start(k.d, "payout-paid", &k.why)); /* goes on: nothing is left to happen */
	ok(&k, director_start(k.d, "quiet", &k.why));
	ok(&k, director_start(k.d, "payout-paid", &k.why));
	run_for(&k, 25000, 500);
	assert_int_equal(director_skipped(k.d), 0);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenario_every_builtin_keeps_its_promises_by_any_seed),
		cmocka_unit_test(test_scenario_no_builtin_is_without_a_test),
		cmocka_unit_test(test_scenario_tour_says_where_it_is),
		cmocka_unit_test(
			test_scenario_same_text_seed_and_epoch_same_events_however_time_passes),
		cmocka_unit_test(test_scenario_seeds_of_the_world_and_of_the_file_both_count),
		cmocka_unit_test(test_scenario_times_are_from_the_start_or_from_the_line_before),
		cmocka_unit_test(test_scenario_every_repeats_so_often_and_so_long),
		cmocka_unit_test(test_scenario_blocks_have_actors_of_their_own),
		cmocka_unit_test(test_scenario_chances_come_true_about_as_often),
		cmocka_unit_test(test_scenario_lines_say_what_happens),
		cmocka_unit_test(test_scenario_deposits_go_where_the_lines_say),
		cmocka_unit_test(test_scenario_goes_on_where_a_line_is_not_possible),
		cmocka_unit_test(test_scenario_no_order_of_verbs_stops_the_world),
		cmocka_unit_test(test_scenario_an_invoice_is_paid_in_many_pieces),
		cmocka_unit_test(test_scenario_rate_and_mix),
		cmocka_unit_test(test_scenario_without_a_life_gets_one_by_a_rate),
		cmocka_unit_test(test_scenario_starts_with_no_past_unless_it_asks_for_one),
		cmocka_unit_test(test_scenario_is_told_again_with_a_ledger_that_has_it),
		cmocka_unit_test(test_scenario_is_started_paused_and_stepped_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
