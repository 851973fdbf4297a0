#include "unit/sandbox_kit.h"

#include "base/idmap.h"
#include "sandbox/shop.h"
#include "scratch.h"
#include "wire/lifecycle.h"

#include <sys/wait.h>
#include <unistd.h>

static void play(struct kit *k, const char *scenario, uint64_t seed, int64_t limit)
{
	kit_start(k, NULL, seed);
	ok(k, director_new(&k->w, scenario, limit, &k->d, &k->why));
	ok(k, director_seed(k->d, &k->why));
}

/* Lets real time pass in steps of `tick`, and lets the director act after each. */
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

/* Lets exactly as much time pass as the director asks for. */
static void run_as_asked(struct kit *k, int64_t ms)
{
	int64_t next = 0;

	while (ms > 0) {
		ok(k, director_run(k->d, &next, &k->why));
		if (next < 0)
			return;
		kit_wait(k, next);
		ms -= next ? next : 0;
	}
}

static bool join(void *ctx, const struct ledger_event *e)
{
	struct strbuf *sb = ctx;

	strbuf_addf(sb, "%s\n", e->body);
	return true;
}

static char *first_events(struct kit *k, int64_t count)
{
	struct ledger_event_filter f = {.limit = count};
	struct strbuf sb;

	strbuf_init(&sb, 1u << 26);
	ok(k, ledger_events(k->w.ledger, &f, join, &sb, NULL, &k->why));
	assert_false(sb.overflow);
	return strbuf_take(&sb);
}

/* --- determinism --------------------------------------------------------------------------- */

static void test_director_same_seed_same_events_however_late_the_machine_is(void **state)
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

		play(&k, "demo", 42, 0);
		k.w.speed = runs[i].speed;
		run_for(&k, (int64_t)(120000 / runs[i].speed) + runs[i].tick, runs[i].tick);
		if (!i)
			count = ledger_event_count(k.w.ledger);
		assert_true(ledger_event_count(k.w.ledger) >= count);
		got = first_events(&k, count);
		if (want)
			assert_string_equal(got, want);
		else
			want = xstrdup(got);
		free(got);
		kit_stop(&k);
	}
	assert_true(count > 550);
	free(want);
}

static void test_director_other_seed_other_events(void **state)
{
	struct kit a, b;
	char *first, *second;

	(void)state;
	play(&a, "quiet", 1, 0);
	play(&b, "quiet", 2, 0);
	first = first_events(&a, 50);
	second = first_events(&b, 50);
	assert_string_not_equal(first, second);
	free(first);
	free(second);
	kit_stop(&a);
	kit_stop(&b);
}

/* What clients create draws other numbers: the story goes on as it would have. */
static void test_director_story_does_not_depend_on_clients(void **state)
{
	struct kit a, b;
	struct ledger_event_filter f = {.types = "ramp.*", .limit = 0};
	struct strbuf x, y;
	char id[ID_CAP];

	(void)state;
	play(&a, "demo", 5, 0);
	play(&b, "demo", 5, 0);
	for (int i = 0; i < 20; i++) {
		run_for(&a, 3000, 100);
		run_for(&b, 3000, 100);
		kit_invoice(&b, "{\"amount_usd\":5}", id);
	}
	strbuf_init(&x, 1u << 24);
	strbuf_init(&y, 1u << 24);
	ok(&a, ledger_events(a.w.ledger, &f, join, &x, NULL, &a.why));
	ok(&b, ledger_events(b.w.ledger, &f, join, &y, NULL, &b.why));
	assert_true(x.len > 1000);
	/* the sequence numbers differ by the clients' events; the objects do not */
	for (char *p = x.buf, *q = y.buf; p && q;
	     p = strstr(p + 1, "\"data\""), q = strstr(q + 1, "\"data\"")) {
		char *from = strstr(p, "\"data\""), *end = from ? strchr(from, '\n') : NULL;
		char *other = strstr(q, "\"data\"");

		if (!from || !end)
			break;
		assert_non_null(other);
		assert_int_equal(strncmp(from, other, (size_t)(end - from)), 0);
	}
	strbuf_release(&x);
	strbuf_release(&y);
	kit_stop(&a);
	kit_stop(&b);
}

/* --- the event limit -------------------------------------------------------------------------- */

static void test_director_freezes_the_world_after_its_last_event(void **state)
{
	struct kit k;
	int64_t past, live, now;

	(void)state;
	play(&k, "demo", 3, 25);
	past = ledger_event_count(k.w.ledger);
	run_for(&k, 120000, 500);
	live = ledger_event_count(k.w.ledger) - past;
	assert_true(k.w.frozen);
	assert_in_range(live, 25, 28); /* the last transaction may hold more than one */
	assert_int_equal(director_live_events(k.d), live);
	now = k.w.now_ms;
	run_for(&k, 600000, 1000);
	assert_int_equal(ledger_event_count(k.w.ledger) - past, live);
	assert_int_equal(world_now_ms(&k.w), now);
	assert_int_equal(world_target_ms(&k.w), now);
	kit_stop(&k);
}

/* --- by hand ---------------------------------------------------------------------------------- */

static void test_director_paused_lets_nothing_happen_and_goes_on_where_it_was(void **state)
{
	struct kit k;
	int64_t told, now;

	(void)state;
	play(&k, "demo", 3, 0);
	run_for(&k, 20000, 500);
	told = ledger_event_count(k.w.ledger);
	now = k.w.now_ms;
	director_pause(k.d, true);
	assert_true(director_paused(k.d));
	run_for(&k, 600000, 1000);
	assert_int_equal(ledger_event_count(k.w.ledger), told);
	assert_int_equal(world_now_ms(&k.w), now);
	director_pause(k.d, true); /* again: the same */
	director_pause(k.d, false);
	assert_false(director_paused(k.d));
	run_for(&k, 500, 500);
	assert_int_equal(world_now_ms(&k.w), now + 500);
	run_for(&k, 30000, 500);
	assert_true(ledger_event_count(k.w.ledger) > told + 15);
	kit_stop(&k);
}

/* Step by step and by the clock, the same story is told. */
static void test_director_step_does_exactly_the_next_thing(void **state)
{
	struct kit a, b;
	int64_t count, past;
	char *want, *got;

	(void)state;
	play(&a, "demo", 8, 0);
	play(&b, "demo", 8, 0);
	past = ledger_event_count(a.w.ledger);
	run_for(&a, 60000, 250);
	count = ledger_event_count(a.w.ledger);
	for (int i = 0; i < 1000 && ledger_event_count(b.w.ledger) < count; i++) {
		int64_t before = ledger_event_count(b.w.ledger), was = b.w.now_ms, next;

		ok(&b, director_step(b.d, &b.why));
		/* one transaction: an order's payment tells of payment, invoice and order */
		assert_in_range(ledger_event_count(b.w.ledger) - before, 0, 4);
		assert_true(b.w.now_ms >= was);
		ok(&b, director_run(b.d, &next, &b.why)); /* paused: does nothing */
		assert_int_equal(next, -1);
	}
	assert_true(director_paused(b.d));
	assert_true(count > past + 40);
	want = first_events(&a, count);
	got = first_events(&b, count);
	assert_string_equal(got, want);
	free(want);
	free(got);
	kit_stop(&a);
	kit_stop(&b);
}

static void test_director_step_ends_with_what_waits_and_with_the_limit(void **state)
{
	struct kit k;
	enum status st = S_OK;

	(void)state;
	kit_start(&k, NULL, 1);
	ok(&k, director_new(&k.w, "quiet", 0, &k.d, &k.why));
	ok(&k, director_seed(k.d, &k.why));
	for (int i = 0; i < 500 && st == S_OK; i++) /* what is due: invoices that expire */
		st = director_step(k.d, &k.why);
	assert_int_equal(st, E_NOT_FOUND);
	kit_stop(&k);

	play(&k, "demo", 1, 1);
	st = S_OK;
	for (int i = 0; i < 50 && st == S_OK; i++)
		st = director_step(k.d, &k.why);
	assert_int_equal(st, E_LIMIT);
	assert_int_equal(director_start(k.d, "busy", &k.why), E_LIMIT);
	director_pause(k.d, false);
	assert_true(k.w.frozen);
	kit_stop(&k);
}

static void test_director_start_switches_and_keeps_the_ledger(void **state)
{
	struct kit k;
	int64_t told;

	(void)state;
	play(&k, "quiet", 5, 0);
	assert_string_equal(director_scenario(k.d), "quiet");
	run_for(&k, 10000, 500);
	told = ledger_event_count(k.w.ledger);
	assert_int_equal(director_start(k.d, "opera", &k.why), E_NOT_FOUND);
	assert_string_equal(director_scenario(k.d), "quiet");
	ok(&k, director_start(k.d, "demo", &k.why));
	assert_string_equal(director_scenario(k.d), "demo");
	run_for(&k, 60000, 500);
	assert_true(ledger_event_count(k.w.ledger) > told + 40);
	told = ledger_event_count(k.w.ledger);
	ok(&k, director_start(k.d, "quiet", &k.why));
	run_for(&k, 5000, 500);
	assert_in_range(ledger_event_count(k.w.ledger), told, told + 2); /* at most an expiry */

	director_pause(k.d, true);
	ok(&k, director_start(k.d, "quiet", &k.why)); /* goes on */
	assert_false(director_paused(k.d));
	director_pause(k.d, true);
	ok(&k, director_start(k.d, "busy", &k.why));
	assert_false(k.w.frozen);
	told = ledger_event_count(k.w.ledger);
	director_set_speed(k.d, 10);
	run_for(&k, 3000, 100);
	assert_in_range(ledger_event_count(k.w.ledger), told + 300, told + 3000);
	kit_stop(&k);
}

/* --- what can be seen --- */

static int64_t count_of(struct kit *k, enum object_kind kind, const char *status)
{
	struct ledger_filter f = {.kind = kind, .status = status};
	int64_t count, amount;

	ok(k, ledger_total(k->w.ledger, &f, &count, &amount, &k->why));
	return count;
}

static void test_director_past_shows_every_state(void **state)
{
	static const struct {
		enum object_kind kind;
		const char *status;
	} states[] = {
		{OBJECT_INVOICE, "unpaid"},        {OBJECT_INVOICE, "underpaid"},
		{OBJECT_INVOICE, "paid"},          {OBJECT_INVOICE, "expired"},
		{OBJECT_INVOICE, "canceled"},      {OBJECT_PAYMENT, "pending"},
		{OBJECT_PAYMENT, "underpaid"},     {OBJECT_PAYMENT, "confirmed"},
		{OBJECT_ORDER, "pending_payment"}, {OBJECT_ORDER, "processing"},
		{OBJECT_ORDER, "placed"},          {OBJECT_ORDER, "shipped"},
		{OBJECT_ORDER, "delivered"},       {OBJECT_ORDER, "cancelled"},
		{OBJECT_ORDER, "failed"},          {OBJECT_PAYOUT, "queued"},
		{OBJECT_PAYOUT, "processing"},     {OBJECT_PAYOUT, "paid"},
		{OBJECT_PAYOUT, "failed"},         {OBJECT_PAYOUT, "returned"},
		{OBJECT_KYC, "pending"},           {OBJECT_KYC, "approved"},
		{OBJECT_KYC, "rejected"},
	};

	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct kit k;

		play(&k, "quiet", seed, 0);
		for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
			if (count_of(&k, states[i].kind, states[i].status) == 0)
				fail_msg("seed %d: nothing is %s", (int)seed, states[i].status);
		assert_in_range(count_of(&k, OBJECT_INVOICE, NULL), 55, 65);
		assert_int_equal(count_of(&k, OBJECT_ORDER, NULL), 25);
		assert_int_equal(count_of(&k, OBJECT_PAYOUT, NULL), 20);
		assert_int_equal(count_of(&k, OBJECT_KYC, NULL), 18);
		assert_in_range(ledger_event_count(k.w.ledger), 250, 550);
		assert_int_equal(k.w.now_ms, KIT_EPOCH);
		run_for(&k, 20000, 1000);
		kit_stop(&k);
	}
}

struct sanity {
	int64_t last_ms, first_ms;
	struct kit *k;
	struct idmap *states;
};

/* Every event is decodable, in time, and takes its object where its lifecycle allows. */
static bool check_sane(void *ctx, const struct ledger_event *e)
{
	struct sanity *s = ctx;
	struct event ev = {0};
	struct json *json = NULL;
	const char *was;
	enum vocab v;

	ok(s->k, json_parse(e->body, e->body_len, &json, &s->k->why));
	ok(s->k, event_decode(json, e->body, e->body_len, &ev, &s->k->why));
	assert_string_equal(ev.flaw, "");
	assert_true(event_type_known(ev.type));
	assert_true(e->created_ms >= s->last_ms);
	if (!s->first_ms)
		s->first_ms = e->created_ms;
	s->last_ms = e->created_ms;
	v = kind_info(ev.object.kind)->vocab;
	was = idmap_get(s->states, object_id(&ev.object));
	if (!lifecycle_allows(v, was ? was : "", object_status(&ev.object)))
		fail_msg("%s: %s → %s", object_id(&ev.object), was ? was : "",
			 object_status(&ev.object));
	idmap_put(s->states, object_id(&ev.object),
		  (void *)(uintptr_t)vocab_find(v, object_status(&ev.object))->wire);
	event_release(&ev);
	json_free(json);
	return true;
}

static void test_director_past_lies_within_the_day_before_the_epoch(void **state)
{
	struct kit k;
	struct ledger_event_filter f = {.limit = 0};
	struct sanity s = {.k = &k, .states = idmap_new()};

	(void)state;
	play(&k, "demo", 9, 0);
	ok(&k, ledger_events(k.w.ledger, &f, check_sane, &s, NULL, &k.why));
	assert_true(s.first_ms >= KIT_EPOCH - 24LL * 3600 * 1000);
	assert_true(s.last_ms <= KIT_EPOCH);
	assert_true(s.first_ms < KIT_EPOCH - 18LL * 3600 * 1000);
	assert_true(s.last_ms > KIT_EPOCH - 10LL * 60 * 1000);
	idmap_free(s.states);
	kit_stop(&k);
}

/* --- the stories
 * ------------------------------------------------------------------------------------ */

enum tale {
	PAID_AND_SETTLED,
	TOPPED_UP,
	OVERPAID,
	EXPIRED_UNPAID,
	CANCELED,
	PAID_LATE,
	DELIVERED,
	ORDER_FAILS,
	ORDER_CANCELLED_BY_MERCHANT,
	PAYOUT_PAID_OUT,
	PAYOUT_FAILS,
	PAYOUT_RETURNS,
	KYC_OK,
	KYC_NO,
	TALES
};

static const char *const tale_names[TALES] = {"paid and settled", "topped up",    "overpaid",
					      "expired unpaid",   "canceled",     "paid late",
					      "delivered",        "order fails",  "order cancelled",
					      "payout paid",      "payout fails", "payout returns",
					      "KYC approved",     "KYC rejected"};

struct tales {
	bool told[TALES];
	struct kit *k;
};

static void invoice_tales(struct tales *t, const struct invoice *v, const char *was)
{
	if (str_equal(v->status, "paid") && str_equal(was, "underpaid"))
		t->told[TOPPED_UP] = true;
	if (str_equal(v->status, "paid") && v->amount_paid > v->amount)
		t->told[OVERPAID] = true;
	if (str_equal(v->status, "expired") && v->amount_paid == 0 && str_equal(was, "unpaid"))
		t->told[EXPIRED_UNPAID] = true;
	if (str_equal(v->status, "canceled"))
		t->told[CANCELED] = true;
	if (str_equal(v->status, "expired") && v->amount_paid >= v->amount)
		t->told[PAID_LATE] = true;
}

static bool listen(void *ctx, const struct ledger_event *e)
{
	struct tales *t = ctx;
	struct event ev = {0};
	struct json *json = NULL;
	const struct {
		enum object_kind kind;
		const char *status;
		enum tale tale;
	} simple[] = {{OBJECT_ORDER, "delivered", DELIVERED},
		      {OBJECT_ORDER, "failed", ORDER_FAILS},
		      {OBJECT_ORDER, "cancelled", ORDER_CANCELLED_BY_MERCHANT},
		      {OBJECT_PAYOUT, "paid", PAYOUT_PAID_OUT},
		      {OBJECT_PAYOUT, "failed", PAYOUT_FAILS},
		      {OBJECT_PAYOUT, "returned", PAYOUT_RETURNS},
		      {OBJECT_KYC, "approved", KYC_OK},
		      {OBJECT_KYC, "rejected", KYC_NO}};

	ok(t->k, json_parse(e->body, e->body_len, &json, &t->k->why));
	ok(t->k, event_decode(json, e->body, e->body_len, &ev, &t->k->why));
	if (ev.object.kind == OBJECT_INVOICE)
		invoice_tales(t, &ev.object.as.invoice, ev.previous_status);
	if (ev.object.kind == OBJECT_PAYMENT &&
	    str_equal(ev.object.as.payment.settlement_status, "settled"))
		t->told[PAID_AND_SETTLED] = true;
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (ev.object.kind == simple[i].kind &&
		    str_equal(object_status(&ev.object), simple[i].status))
			t->told[simple[i].tale] = true;
	event_release(&ev);
	json_free(json);
	return true;
}

static void test_director_demo_tells_every_story_within_three_minutes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 25; seed++) {
		struct kit k;
		struct tales t = {.k = &k};
		struct ledger_event_filter f = {.limit = 0};

		play(&k, "demo", seed, 0);
		f.after_seq = ledger_event_count(k.w.ledger);
		run_for(&k, 180000, 1000);
		ok(&k, ledger_events(k.w.ledger, &f, listen, &t, NULL, &k.why));
		for (int i = 0; i < TALES; i++)
			if (!t.told[i])
				fail_msg("seed %d: nothing was %s", (int)seed, tale_names[i]);
		kit_stop(&k);
	}
}

static void test_director_demo_keeps_a_pace_a_person_can_follow(void **state)
{
	struct kit k;
	struct ledger_event_filter f = {.limit = 0};
	struct sanity s = {.k = &k, .states = idmap_new()};
	int64_t past, live;

	(void)state;
	play(&k, "demo", 11, 0);
	past = ledger_event_count(k.w.ledger);
	run_as_asked(&k, 30 * 60000);
	live = ledger_event_count(k.w.ledger) - past;
	print_message("demo: %.2f events/s over half an hour\n", (double)live / 1800);
	assert_in_range(live, 1800 * 7 / 10, 1800 * 15 / 10);
	ok(&k, ledger_events(k.w.ledger, &f, check_sane, &s, NULL, &k.why));
	idmap_free(s.states);
	kit_stop(&k);
}

static void test_director_busy_keeps_the_rate_asked_for(void **state)
{
	static const double rates[] = {0 /* its own: 50 */, 100};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kit k;
		int64_t before;
		double rate = rates[i] > 0 ? rates[i] : 50, got;

		play(&k, "busy", 4, 0);
		director_set_rate(k.d, rates[i]);
		run_for(&k, 60000, 50); /* stories under way take a minute to fill the pipe */
		before = ledger_event_count(k.w.ledger);
		run_for(&k, 30000, 50);
		got = (double)(ledger_event_count(k.w.ledger) - before) / 30;
		print_message("busy: %.1f events/s, %.0f asked\n", got, rate);
		assert_true(got > rate * 0.7 && got < rate * 1.4);
		kit_stop(&k);
	}
}

static void test_director_quiet_does_nothing_by_itself(void **state)
{
	struct kit k;
	int64_t past;

	(void)state;
	play(&k, "quiet", 4, 0);
	past = ledger_event_count(k.w.ledger);
	run_for(&k, 4 * 60000, 1000);
	assert_int_equal(ledger_event_count(k.w.ledger), past);
	assert_int_equal(world_now_ms(&k.w), KIT_EPOCH + 4 * 60000);
	kit_stop(&k);
}

/* --- files, names
 * ----------------------------------------------------------------------------------------- */

struct unfinished {
	char ids[64][ID_CAP];
	size_t count;
};

static bool note_unfinished(void *ctx, const char *doc)
{
	struct unfinished *u = ctx;
	struct json *json = NULL;
	const char *id;

	assert_int_equal(json_parse(doc, strlen(doc), &json, NULL), S_OK);
	id = json_string(json_get(json, "id"));
	assert_true(u->count < 64);
	str_copy(u->ids[u->count++], ID_CAP, id ? id : text_at(json, "customer_id"));
	json_free(json);
	return true;
}

static struct unfinished find_unfinished(struct kit *k, enum object_kind kind, const char *status)
{
	struct ledger_filter f = {.kind = kind, .status = status};
	struct unfinished u = {.count = 0};

	ok(k, ledger_list(k->w.ledger, &f, note_unfinished, &u, NULL, &k->why));
	return u;
}

static void assert_moved(struct kit *k, enum object_kind kind, const struct unfinished *u,
			 const char *was)
{
	for (size_t i = 0; i < u->count; i++) {
		char *doc = NULL;
		struct json *json = NULL;

		ok(k, ledger_get(k->w.ledger, kind, u->ids[i], &doc, &k->why));
		ok(k, json_parse(doc, strlen(doc), &json, &k->why));
		if (strstr(was, text_at(json, "status")))
			fail_msg("%s is still %s", u->ids[i], text_at(json, "status"));
		json_free(json);
		free(doc);
	}
}

static void test_director_takes_up_where_an_earlier_run_stopped(void **state)
{
	char path[128];
	int fd = scratch_file(path, sizeof(path), "test_director_XXXXXX");
	struct kit k;
	int64_t before, last_ms;
	struct unfinished checks, payouts;
	struct sanity s = {.k = &k, .states = idmap_new()};
	struct ledger_event_filter f = {.limit = 0};

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	kit_start(&k, path, 6);
	ok(&k, director_new(&k.w, "demo", 0, &k.d, &k.why));
	ok(&k, director_seed(k.d, &k.why));
	run_for(&k, 60000, 500);
	last_ms = k.w.now_ms;
	before = ledger_event_count(k.w.ledger);
	payouts = find_unfinished(&k, OBJECT_PAYOUT, "queued");
	checks = find_unfinished(&k, OBJECT_KYC, "pending");
	kit_stop(&k);

	kit_start(&k, path, 6); /* the same seed and epoch */
	ok(&k, director_new(&k.w, "demo", 0, &k.d, &k.why));
	ok(&k, director_seed(k.d, &k.why));
	assert_int_equal(ledger_event_count(k.w.ledger), before);
	assert_in_range(k.w.now_ms, last_ms - 30000, last_ms);
	assert_true(payouts.count > 0);
	assert_true(checks.count > 0);
	run_for(&k, 120000, 500);
	assert_true(ledger_event_count(k.w.ledger) > before + 60);
	assert_moved(&k, OBJECT_PAYOUT, &payouts, "queued");
	assert_moved(&k, OBJECT_KYC, &checks, "pending");
	ok(&k, ledger_events(k.w.ledger, &f, check_sane, &s, NULL, &k.why));
	idmap_free(s.states);
	kit_stop(&k);
	unlink(path);
}

static void seed_in_a_batch(struct kit *k, const char *path)
{
	kit_start(k, path, 7);
	ok(k, ledger_batch_begin(k->w.ledger, &k->why));
	ok(k, director_new(&k->w, "demo", 0, &k->d, &k->why));
	ok(k, director_seed(k->d, &k->why));
}

/* A process of its own, which ends without a word. */
static void crash_before_the_commit(const char *path)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct kit k;

		seed_in_a_batch(&k, path);
		_exit(ledger_event_count(k.w.ledger) > 400 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_director_past_is_whole_or_not_there(void **state)
{
	char path[128];
	int fd = scratch_file(path, sizeof(path), "test_director_XXXXXX");
	struct kit k;
	char *want, *got;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	play(&k, "demo", 7, 0);
	want = first_events(&k, 0);
	kit_stop(&k);

	crash_before_the_commit(path);
	kit_start(&k, path, 7);
	assert_int_equal(ledger_event_count(k.w.ledger), 0);
	kit_stop(&k);

	seed_in_a_batch(&k, path);
	ok(&k, ledger_batch_commit(k.w.ledger, &k.why));
	kit_stop(&k);
	kit_start(&k, path, 7);
	got = first_events(&k, 0);
	assert_string_equal(got, want);
	kit_stop(&k);
	free(want);
	free(got);
	unlink(path);
}

static void test_director_knows_its_scenarios(void **state)
{
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	for (const char *const *name = director_scenarios(); *name; name++)
		assert_non_null(director_describe(*name));
	assert_null(director_describe("opera"));
	assert_int_equal(director_new(&k.w, "opera", 0, &k.d, &k.why), E_NOT_FOUND);
	kit_stop(&k);
}

static void test_shop_is_in_order(void **state)
{
	struct idmap *ids = idmap_new();
	struct shop_person who;
	size_t count, exponents[4] = {0};
	const struct shop_corridor *c = shop_corridors(&count);

	(void)state;
	assert_true(count >= 32);
	for (size_t i = 0; i < count; i++) {
		assert_in_range(c[i].exponent, 0, 3);
		exponents[c[i].exponent]++;
		assert_non_null(c[i].rails[0]);
		assert_non_null(c[i].banks[0]);
		assert_int_equal(strlen(c[i].currency), 3);
		assert_null(idmap_put(ids, c[i].country, (void *)1));
	}
	assert_true(exponents[0] && exponents[2] && exponents[3]);
	for (size_t i = 0; i < shop_person_count(); i++) {
		shop_person(i, &who);
		assert_null(idmap_put(ids, who.customer_id, (void *)1));
		assert_non_null(shop_corridor(who.country));
	}
	assert_true(shop_person_count() > 300);
	idmap_free(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_director_same_seed_same_events_however_late_the_machine_is),
		cmocka_unit_test(test_director_other_seed_other_events),
		cmocka_unit_test(test_director_story_does_not_depend_on_clients),
		cmocka_unit_test(test_director_freezes_the_world_after_its_last_event),
		cmocka_unit_test(test_director_paused_lets_nothing_happen_and_goes_on_where_it_was),
		cmocka_unit_test(test_director_step_does_exactly_the_next_thing),
		cmocka_unit_test(test_director_step_ends_with_what_waits_and_with_the_limit),
		cmocka_unit_test(test_director_start_switches_and_keeps_the_ledger),
		cmocka_unit_test(test_director_past_shows_every_state),
		cmocka_unit_test(test_director_past_lies_within_the_day_before_the_epoch),
		cmocka_unit_test(test_director_demo_tells_every_story_within_three_minutes),
		cmocka_unit_test(test_director_demo_keeps_a_pace_a_person_can_follow),
		cmocka_unit_test(test_director_busy_keeps_the_rate_asked_for),
		cmocka_unit_test(test_director_quiet_does_nothing_by_itself),
		cmocka_unit_test(test_director_takes_up_where_an_earlier_run_stopped),
		cmocka_unit_test(test_director_past_is_whole_or_not_there),
		cmocka_unit_test(test_director_knows_its_scenarios),
		cmocka_unit_test(test_shop_is_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
