/* The history as its callers see it: what goes in comes out, once and in order. */
#include "archive_kit.h"

static int set_up(void **state)
{
	struct kit *k = xcalloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k);
	*state = k;
	return 0;
}

static int tear_down(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void kit_again(struct kit *k)
{
	kit_close(k);
	kit_open(k);
}

/* --- opening ----------------------------------------------------------------------------- */

static void test_history_open_begins_a_fresh_one(void **state)
{
	struct kit *k = *state;
	struct sync_position position;
	struct stat s;

	assert_int_equal(k->opening.mode, HISTORY_WRITING);
	assert_true(k->opening.fresh);
	assert_int_equal(k->opening.problem.status, S_OK);
	assert_int_equal(history_count(k->h), 0);
	assert_int_equal(history_oldest_ms(k->h), TIME_NONE);
	history_position(k->h, &position);
	assert_string_equal(position.verified, "");
	assert_string_equal(position.overlap, "");
	assert_int_equal(stat(k->path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	kit_again(k);
	assert_false(k->opening.fresh);
}

/* --- events ------------------------------------------------------------------------------ */

static void test_history_keeps_an_event_whole(void **state)
{
	struct kit *k = *state;
	struct event sent = kit_event(5), got;
	enum event_via via;
	int64_t arrived;
	char *other;

	kit_fill(k, 5, 5);
	kit_again(k);
	assert_int_equal(history_event(k->h, sent.id, &got, &via, &arrived, &other, NULL), S_OK);
	assert_string_equal(got.raw, sent.raw);
	assert_string_equal(got.id, sent.id);
	assert_string_equal(got.object_id, "inv-5");
	assert_int_equal(got.object.as.invoice.amount, 1005);
	assert_int_equal(got.order_seq, 5);
	assert_int_equal(via, VIA_LIVE);
	assert_int_equal(arrived, KIT_NOW);
	assert_null(other);
	event_release(&sent);
	event_release(&got);
}

static void test_history_round_trips_every_form_of_id(void **state)
{
	static const char *const IDS[] = {"evt_1767225600001-1",
					  "evt_1767225600001-01",
					  "evt_01767225600001-1",
					  "evt_1767225600001-1x",
					  "evt_1767225600001--1",
					  "evt_0-0",
					  "evt_00-0",
					  "evt_1-9223372036854775807",
					  "evt_1-9223372036854775808",
					  "evt_99999999999999999-1",
					  "evt_-1",
					  "evt_1-",
					  "evt_ 1-1",
					  "EVT_1767225600001-1",
					  "x",
					  "6f1c0d3e-0000-4000-8000-000000000000",
					  "evt_+1-1",
					  "\xc3\xa9v\xc3\xa9nement"};
	struct kit *k = *state;

	kit_begin(k);
	for (size_t i = 0; i < sizeof(IDS) / sizeof(IDS[0]); i++)
		assert_int_equal(kit_add(k, kit_event_of(IDS[i], "inv-1", 1, 77)), KEPT_NEW);
	for (size_t i = 0; i < sizeof(IDS) / sizeof(IDS[0]); i++)
		assert_int_equal(kit_add(k, kit_event_of(IDS[i], "inv-1", 1, 77)), KEPT_BEFORE);
	kit_commit(k);
	kit_again(k);
	assert_int_equal(history_count(k->h), sizeof(IDS) / sizeof(IDS[0]));
	for (size_t i = 0; i < sizeof(IDS) / sizeof(IDS[0]); i++) {
		struct event e;
		enum event_via via;
		int64_t arrived;
		char *other;
		assert_true(history_has(k->h, IDS[i]));
		assert_int_equal(history_event(k->h, IDS[i], &e, &via, &arrived, &other, NULL),
				 S_OK);
		assert_string_equal(e.id, IDS[i]);
		event_release(&e);
	}
	assert_false(history_has(k->h, "evt_1767225600001-2"));
}

/* --- the same id again ------------------------------------------------------------------- */

/* A body with this amount; spaces, order, what tells of the delivery: as a second server would. */
static struct event reprinted(const char *id, int64_t amount, const char *more)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
		       "{ \"type\": \"invoice.updated\", \"id\" : \"%s\", \"created\":%lld,\n"
		       "\"livemode\":false, \"pending_webhooks\":3, \"request\":null, \"data\": {"
		       "\"previous_attributes\":{\"status\":\"unpaid\"}, \"object\":{"
		       "\"environment\":\"devnet\",\"customer_id\":\"cus_1\",\"id\":\"inv-1\","
		       "\"amount\":%lld,\"object\":\"invoice\",\"merchant_id\":77,"
		       "\"status\":\"paid\",\"invoice_type\":\"standard\",\"currency\":\"usd\","
		       "\"amount_paid\":0,\"amount_remaining\":0,\"paid_at\":null,"
		       "\"amount_unit\":\"usd_millis\"%s}}}",
		       id, (long long)(KIT_NOW / 1000), (long long)amount, more);
	return kit_decode(text);
}

static void test_history_knows_a_reprinted_event_by_its_meaning(void **state)
{
	static const struct {
		int64_t amount;
		const char *more;
		enum keeping keeping;
	} TABLE[] = {
		{1001, "", KEPT_BEFORE},
		{1001, ",\"new_member\":null", KEPT_BEFORE},
		{1002, "", KEPT_COLLISION},
		{1001, ",\"new_member\":0", KEPT_COLLISION},
		{1001, ",\"payer_wallet_address\":\"0x1\"", KEPT_COLLISION},
	};
	struct kit *k = *state;
	const char *id = "evt_1767225600001-1";

	kit_fill(k, 1, 1);
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		struct event e = reprinted(id, TABLE[i].amount, TABLE[i].more);
		enum keeping keeping;
		assert_int_equal(history_compare(k->h, &e, &keeping, NULL), S_OK);
		assert_int_equal(keeping, TABLE[i].keeping);
		event_release(&e);
		kit_begin(k);
		assert_int_equal(kit_add(k, reprinted(id, TABLE[i].amount, TABLE[i].more)),
				 TABLE[i].keeping);
		kit_commit(k);
	}
	assert_int_equal(history_count(k->h), 1);
}

static void test_history_keeps_both_bodies_of_a_collision(void **state)
{
	struct kit *k = *state;
	const char *id = "evt_1767225600001-1";
	struct event mine = kit_event(1), got;
	enum event_via via;
	int64_t arrived;
	char *other;

	kit_fill(k, 1, 1);
	kit_begin(k);
	assert_int_equal(kit_add(k, kit_event_of(id, "inv-1", 1, 77)), KEPT_COLLISION);
	assert_int_equal(kit_add(k, kit_event_of(id, "inv-1", 1, 77)), KEPT_BEFORE);
	for (int64_t n = 2; n < 20; n++) /* a server gone mad fills no disk */
		assert_int_equal(kit_add(k, kit_event_of(id, "inv-1", n, 77)), KEPT_COLLISION);
	kit_commit(k);
	kit_again(k);
	assert_int_equal(history_event(k->h, id, &got, &via, &arrived, &other, NULL), S_OK);
	assert_string_equal(got.raw, mine.raw);
	assert_non_null(strstr(other, "\"amount\":8,"));
	free(other);
	event_release(&mine);
	event_release(&got);
}

static void test_history_keeps_another_accounts_events_apart(void **state)
{
	struct kit *k = *state;

	kit_fill(k, 1, 3);
	kit_begin(k);
	assert_int_equal(kit_add(k, kit_event_of("evt_9-9", "inv-9", 1, 78)), KEPT_APART);
	assert_int_equal(kit_add(k, kit_event_of("evt_9-9", "inv-9", 1, 78)), KEPT_APART);
	kit_commit(k);
	kit_again(k);
	kit_begin(k);
	assert_int_equal(kit_add(k, kit_event_of("evt_9-10", "inv-9", 1, 78)), KEPT_APART);
	assert_int_equal(kit_add(k, kit_event_of("evt_9-11", "inv-9", 1, 77)), KEPT_NEW);
	kit_commit(k);
	assert_false(history_has(k->h, "evt_9-9"));
	assert_int_equal(history_count(k->h), 4);
}

static void test_history_binds_no_account_in_a_commit_that_is_undone(void **state)
{
	struct kit *k = *state;

	kit_begin(k);
	assert_int_equal(kit_add(k, kit_event_of("evt_9-9", "inv-9", 1, 78)), KEPT_NEW);
	history_rollback(k->h);
	assert_int_equal(history_count(k->h), 0);
	kit_begin(k);
	assert_int_equal(kit_add(k, kit_event_of("evt_9-10", "inv-9", 1, 77)), KEPT_NEW);
	kit_commit(k);
}

/* --- place ------------------------------------------------------------------------------- */

static void assert_ids(struct event *items, size_t count, const char *const *ids, size_t wanted)
{
	assert_int_equal(count, wanted);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(items[i].id, ids[i]);
	kit_free_events(items, count);
}

static void test_history_older_pages_in_the_servers_order(void **state)
{
	static const char *const ARRIVED[] = {"evt_3-1", "evt_1-2", "evt_2-10", "evt_2-9",
					      "evt_1-1", "evt_3-0", "evt_10-0"};
	static const char *const ORDER[] = {"evt_1-1", "evt_1-2", "evt_2-9", "evt_2-10",
					    "evt_3-0", "evt_3-1", "evt_10-0"};
	struct kit *k = *state;
	struct event *items;
	size_t count;

	kit_begin(k);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(kit_add(k, kit_event_of(ARRIVED[i], "inv-1", 1, 77)), KEPT_NEW);
	kit_commit(k);
	assert_int_equal(history_older(k->h, "", 3, &items, &count, NULL), S_OK);
	assert_ids(items, count, ORDER + 4, 3);
	assert_int_equal(history_older(k->h, ORDER[4], 3, &items, &count, NULL), S_OK);
	assert_ids(items, count, ORDER + 1, 3);
	assert_int_equal(history_older(k->h, ORDER[1], 3, &items, &count, NULL), S_OK);
	assert_ids(items, count, ORDER, 1);
	assert_int_equal(history_older(k->h, ORDER[0], 3, &items, &count, NULL), S_OK);
	assert_ids(items, count, ORDER, 0);
	assert_int_equal(history_older(k->h, "who?", 3, &items, &count, NULL), E_NOT_FOUND);
}

static void test_history_position_overlaps_by_a_hundred_events(void **state)
{
	struct kit *k = *state;
	struct sync_position position;
	char wanted[64];

	kit_fill(k, 1, 50);
	history_position(k->h, &position);
	assert_string_equal(position.overlap, "evt_1767225600001-1"); /* the oldest there is */
	kit_fill(k, 51, 300);
	(void)snprintf(wanted, sizeof(wanted), "evt_%lld-200", (long long)(KIT_NOW + 200));
	history_position(k->h, &position);
	assert_string_equal(position.overlap, wanted);
	kit_begin(k);
	assert_int_equal(history_set_cursor(k->h, CURSOR_VERIFIED, "gone", NULL), S_OK);
	kit_commit(k);
	history_position(k->h, &position);
	assert_string_equal(position.verified, "gone");
	assert_string_equal(position.overlap, "gone");
}

static void test_history_finds_an_objects_events_in_every_run(void **state)
{
	struct kit *k = *state;
	struct event *items;
	size_t count;

	for (int64_t first = 0; first < 40000; first += 1000) /* two runs and a part */
		kit_fill(k, first, first + 999);
	assert_int_equal(history_of_object(k->h, OBJECT_INVOICE, "inv-3", 100000, &items, &count,
					   NULL),
			 S_OK);
	assert_int_equal(count, 5714);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(items[i].order_seq, 3 + 7 * (int64_t)i);
	kit_free_events(items, count);
	assert_int_equal(history_of_object(k->h, OBJECT_INVOICE, "inv-3", 2, &items, &count, NULL),
			 S_OK);
	assert_int_equal(count, 2);
	assert_int_equal(items[1].order_seq, 3 + 7 * 5713);
	kit_free_events(items, count);
	assert_int_equal(history_of_object(k->h, OBJECT_PAYMENT, "inv-3", 9, &items, &count, NULL),
			 S_OK);
	assert_int_equal(count, 0);
	free(items);
}

/* --- cursors, ledger, the rest ----------------------------------------------------------- */

static void test_history_cursors_are_undone_with_their_commit(void **state)
{
	struct kit *k = *state;
	char cursor[ID_CAP];

	kit_begin(k);
	assert_int_equal(history_set_cursor(k->h, CURSOR_MERCHANT, "evt_1-1", NULL), S_OK);
	kit_commit(k);
	kit_begin(k);
	assert_int_equal(history_set_cursor(k->h, CURSOR_MERCHANT, "evt_1-2", NULL), S_OK);
	history_rollback(k->h);
	history_cursor(k->h, CURSOR_MERCHANT, cursor);
	assert_string_equal(cursor, "evt_1-1");
	kit_again(k);
	history_cursor(k->h, CURSOR_MERCHANT, cursor);
	assert_string_equal(cursor, "evt_1-1");
	history_cursor(k->h, CURSOR_COMMERCE, cursor);
	assert_string_equal(cursor, "");
	history_cursor(k->h, CURSOR_SEEN, cursor);
	assert_string_equal(cursor, "1767225600000");
}

static void test_history_incidents_are_replaced_by_serial(void **state)
{
	struct kit *k = *state;
	struct incident *items;
	size_t count;

	kit_begin(k);
	for (int i = 0; i < 5; i++) {
		struct incident inc = {.kind = INCIDENT_DOWN,
				       .from_ms = KIT_NOW + i,
				       .to_ms = TIME_NONE,
				       .recovered = 7};
		(void)str_copy(inc.note, sizeof(inc.note), "it's; \"quoted\" --");
		assert_int_equal(history_put_incident(k->h, &inc, NULL), S_OK);
		assert_int_equal(inc.serial, i + 1);
		inc.state = INCIDENT_REPAIRED;
		if (i == 3)
			assert_int_equal(history_put_incident(k->h, &inc, NULL), S_OK);
	}
	kit_commit(k);
	kit_again(k);
	assert_int_equal(history_incidents(k->h, 3, &items, &count, NULL), S_OK);
	assert_int_equal(count, 3);
	assert_int_equal(items[0].serial, 3);
	assert_int_equal(items[1].state, INCIDENT_REPAIRED);
	assert_int_equal(items[2].state, INCIDENT_OPEN);
	assert_int_equal(items[2].to_ms, TIME_NONE);
	assert_int_equal(items[2].recovered, 7);
	assert_string_equal(items[2].note, "it's; \"quoted\" --");
	free(items);
}

static struct object invoice(const char *id, const char *status)
{
	struct object o = {.kind = OBJECT_INVOICE};

	o.as.invoice.expires_at = o.as.invoice.created_at = KIT_NOW;
	o.as.invoice.paid_at = o.as.invoice.last_payment_at = TIME_NONE;
	(void)str_copy(o.as.invoice.id, sizeof(o.as.invoice.id), id);
	(void)str_copy(o.as.invoice.status, sizeof(o.as.invoice.status), status);
	(void)str_copy(o.as.invoice.currency, sizeof(o.as.invoice.currency), "usd");
	return o;
}

static void say(struct kit *k, const char *id, const char *status, int64_t ms)
{
	struct object o = invoice(id, status);

	kit_begin(k);
	assert_int_equal(history_add_answer(k->h, &o, ms, NULL), S_OK);
	kit_commit(k);
}

static void test_history_keeps_the_latest_answer_of_each_object(void **state)
{
	struct kit *k = *state;
	struct object *items;
	int64_t *times;
	size_t count;

	say(k, "a", "unpaid", 1);
	say(k, "b", "unpaid", 2);
	say(k, "a", "paid", 3);
	say(k, "c", "unpaid", 4);
	say(k, "a", "paid", 5); /* as last time */
	kit_again(k);
	assert_int_equal(history_answers(k->h, 2, &items, &times, &count, NULL), S_OK);
	assert_int_equal(count, 2);
	assert_string_equal(object_id(&items[0]), "a");
	assert_string_equal(object_status(&items[0]), "paid");
	assert_int_equal(times[0], 3);
	assert_string_equal(object_id(&items[1]), "c");
	free(items);
	free(times);
}

static void test_history_tells_again_in_the_order_it_was_told(void **state)
{
	static const char *const SAID[] = {"evt_5-5", "a", "evt_2-2", "evt_9-9", "b"};
	struct kit *k = *state;
	struct history_place place = {0, 0};
	struct recorded r;
	int64_t first, last;

	history_span(k->h, &first, &last);
	assert_int_equal(first, TIME_NONE);
	for (int i = 0; i < 5; i++) {
		k->time.wall_ms = KIT_NOW + 100 * i;
		if (strlen(SAID[i]) == 1) {
			say(k, SAID[i], "paid", k->time.wall_ms);
			continue;
		}
		kit_begin(k);
		(void)kit_add(k, kit_event_of(SAID[i], "inv-1", 1, 77));
		kit_commit(k);
	}
	history_span(k->h, &first, &last);
	assert_int_equal(first, KIT_NOW);
	assert_int_equal(last, KIT_NOW + 400);
	for (int from = 0; from <= 5; from++) {
		assert_int_equal(history_seek(k->h, KIT_NOW + 100 * from - 50, &place, NULL), S_OK);
		for (int i = from; i < 5; i++) {
			assert_int_equal(history_next(k->h, &place, &r, NULL), S_OK);
			assert_int_equal(r.arrived_ms, KIT_NOW + 100 * i);
			assert_string_equal(r.is_event ? r.event.id : object_id(&r.object),
					    SAID[i]);
			recorded_release(&r);
		}
		assert_int_equal(history_next(k->h, &place, &r, NULL), E_NOT_FOUND);
	}
}

static void test_history_set_via_corrects_how_it_came(void **state)
{
	struct kit *k = *state;
	struct event e;
	enum event_via via;
	int64_t arrived;
	char *other;

	kit_fill(k, 1, 1);
	kit_begin(k);
	assert_int_equal(history_set_via(k->h, "evt_1767225600001-1", VIA_REPAIR, NULL), S_OK);
	assert_int_equal(history_set_via(k->h, "evt_9-9", VIA_REPAIR, NULL), E_NOT_FOUND);
	kit_commit(k);
	assert_int_equal(history_event(k->h, "evt_1767225600001-1", &e, &via, &arrived, &other,
				       NULL),
			 S_OK);
	assert_int_equal(via, VIA_REPAIR);
	event_release(&e);
	assert_int_equal(history_event(k->h, "evt_9-9", &e, &via, &arrived, &other, NULL),
			 E_NOT_FOUND);
}

/* They are on disk as numbers: new ones go to the end of their lists. */
static void test_history_numbers_on_disk_stay_what_they_are(void **state)
{
	(void)state;
	assert_int_equal(VIA_LIVE, 0);
	assert_int_equal(VIA_REPLAY, 1);
	assert_int_equal(VIA_CATCH_UP, 2);
	assert_int_equal(VIA_REPAIR, 3);
	assert_int_equal(VIA_POLL, 4);
	assert_int_equal(VIA_OLDER, 5);
	assert_int_equal(INCIDENT_START, 0);
	assert_int_equal(INCIDENT_AWAY, 1);
	assert_int_equal(INCIDENT_DOWN, 2);
	assert_int_equal(INCIDENT_SKIPPED, 3);
	assert_int_equal(INCIDENT_GAP, 4);
	assert_int_equal(INCIDENT_COLLISION, 5);
	assert_int_equal(INCIDENT_UNREADABLE, 6);
	assert_int_equal(INCIDENT_STRANGER, 7);
	assert_int_equal(INCIDENT_STORAGE, 8);
	assert_int_equal(INCIDENT_OPEN, 0);
	assert_int_equal(INCIDENT_REPAIRED, 1);
	assert_int_equal(INCIDENT_LOST, 2);
	assert_int_equal(INCIDENT_NOTED, 3);
}

/* --- letting go -------------------------------------------------------------------------- */

static int retire_all(struct kit *k)
{
	bool more = true;
	int calls = 0;

	for (; more; calls++) {
		uint64_t before = history_count(k->h);
		assert_int_equal(history_retire(k->h, &more, NULL), S_OK);
		assert_true(before - history_count(k->h) <= 500);
		assert_true(calls < 1000);
	}
	return calls;
}

static void limited(struct kit *k, int64_t keep_ms, int64_t keep_bytes, bool temporary)
{
	kit_close(k);
	k->options.limits = (struct history_limits){keep_ms, keep_bytes};
	k->options.path = temporary ? NULL : k->path;
	kit_open(k);
	assert_int_equal(k->opening.mode, temporary ? HISTORY_TEMPORARY : HISTORY_WRITING);
}

static void test_history_retires_by_age_but_not_what_sweeps_need(void **state)
{
	struct kit *k = *state;

	for (int temporary = 0; temporary < 2; temporary++) {
		char retired[ID_CAP], wanted[64];
		int64_t retired_ms;
		k->time.wall_ms = KIT_NOW;
		limited(k, 5000, 0, temporary);
		for (int64_t first = 0; first < 3000; first += 500)
			kit_fill(k, first, first + 499);
		k->time.wall_ms = KIT_NOW + 1000 + 5000; /* events 0..999 are too old */
		assert_int_equal(retire_all(k), 3);
		assert_int_equal(history_count(k->h), 2000);
		assert_int_equal(history_oldest_ms(k->h), KIT_NOW);
		history_retired(k->h, retired, &retired_ms);
		(void)snprintf(wanted, sizeof(wanted), "evt_%lld-999", (long long)(KIT_NOW + 999));
		assert_string_equal(retired, wanted);
		k->time.wall_ms = KIT_NOW + 1000000; /* all are */
		(void)retire_all(k);
		assert_int_equal(history_count(k->h), SYNC_OVERLAP + 1);
	}
}

static void test_history_retires_by_size_and_gives_the_room_back(void **state)
{
	struct kit *k = *state;
	const int64_t keep = 1000000;
	struct stat s;

	limited(k, 0, keep, false);
	for (int64_t first = 0; first < 4000; first += 500)
		kit_fill(k, first, first + 499);
	assert_int_equal(stat(k->path, &s), 0);
	assert_true(s.st_size > 2 * keep);
	(void)retire_all(k);
	assert_int_equal(stat(k->path, &s), 0);
	assert_true(s.st_size <= keep);
	assert_true(history_count(k->h) > 500);
	for (int64_t first = 4000; first < 8000; first += 500) { /* and stays there */
		kit_fill(k, first, first + 499);
		(void)retire_all(k);
		assert_int_equal(stat(k->path, &s), 0);
		assert_true(s.st_size <= keep);
	}
	assert_true(history_has(k->h, "evt_1767225607999-7999"));
}

static void test_history_retires_nothing_that_is_pinned_or_unverified(void **state)
{
	struct kit *k = *state;
	struct event *items;
	size_t count;

	limited(k, 1000, 1, false);
	kit_begin(k);
	for (int64_t n = 0; n < 700; n++)
		(void)kit_add(k, kit_event(n));
	assert_int_equal(history_pin(k->h, OBJECT_INVOICE, "inv-5", true, NULL), S_OK);
	kit_commit(k);
	k->time.wall_ms += 1000000;
	(void)retire_all(k); /* no walk has verified anything yet */
	assert_int_equal(history_count(k->h), 700);
	kit_fill(k, 700, 700);
	kit_again(k);
	(void)retire_all(k);
	assert_int_equal(history_of_object(k->h, OBJECT_INVOICE, "inv-5", 999, &items, &count,
					   NULL),
			 S_OK);
	assert_int_equal(count, 100);
	kit_free_events(items, count);
	assert_int_equal(history_count(k->h), 101 + 85); /* 15 of the pinned are in the overlap */
	kit_begin(k);
	assert_int_equal(history_pin(k->h, OBJECT_INVOICE, "inv-5", false, NULL), S_OK);
	kit_commit(k);
	(void)retire_all(k);
	assert_int_equal(history_count(k->h), 101);
}

static void test_history_retires_answers_and_keeps_incidents(void **state)
{
	struct kit *k = *state;
	struct incident inc = {.kind = INCIDENT_GAP}, *incidents;
	struct object *items;
	int64_t *times;
	size_t count;

	limited(k, 1000, 0, false);
	say(k, "a", "unpaid", KIT_NOW);
	say(k, "b", "unpaid", KIT_NOW);
	kit_begin(k);
	assert_int_equal(history_put_incident(k->h, &inc, NULL), S_OK);
	assert_int_equal(history_add_unreadable(k->h, "why", "{", 1, KIT_NOW, NULL), S_OK);
	assert_int_equal(history_pin(k->h, OBJECT_INVOICE, "b", true, NULL), S_OK);
	kit_commit(k);
	k->time.wall_ms += 5000;
	(void)retire_all(k);
	assert_int_equal(history_answers(k->h, 9, &items, &times, &count, NULL), S_OK);
	assert_int_equal(count, 1);
	assert_string_equal(object_id(&items[0]), "b");
	free(items);
	free(times);
	assert_int_equal(history_incidents(k->h, 9, &incidents, &count, NULL), S_OK);
	assert_int_equal(count, 1);
	free(incidents);
}

/* --- worlds ------------------------------------------------------------------------------ */

static void test_world_tells_keys_apart_and_gives_none_away(void **state)
{
	struct world a = {.server = "https://api.pepay.io/x"}, b = a, c = a, d = a;
	char path[256], again[256], tight[20];
	(void)state;

	world_account(&a, "pk_secret", "ck_secret");
	world_account(&b, "pk_secret", NULL);
	world_account(&c, NULL, "pk_secret");
	world_account(&d, "", "");
	assert_string_equal(a.account, b.account);
	assert_string_not_equal(a.account, c.account);
	assert_string_equal(d.account, "");
	assert_null(strstr(a.account, "secret"));
	assert_int_equal(world_path(&a, "/s", path, sizeof(path), NULL), S_OK);
	assert_true(str_starts_with(path, "/s/api.pepay.io-"));
	(void)str_copy(b.environment, sizeof(b.environment), "devnet");
	assert_int_equal(world_path(&b, "/s", again, sizeof(again), NULL), S_OK);
	assert_string_not_equal(path, again);
	assert_int_equal(world_path(&a, "/s", tight, sizeof(tight), NULL), E_LIMIT);
	(void)str_copy(a.server, sizeof(a.server), "http://../../etc/passwd");
	assert_int_equal(world_path(&a, "/s", path, sizeof(path), NULL), S_OK);
	assert_null(strchr(path + 3, '/'));
	assert_null(strstr(path, "/."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_history_open_begins_a_fresh_one),
		T(test_history_keeps_an_event_whole),
		T(test_history_round_trips_every_form_of_id),
		T(test_history_knows_a_reprinted_event_by_its_meaning),
		T(test_history_keeps_both_bodies_of_a_collision),
		T(test_history_keeps_another_accounts_events_apart),
		T(test_history_binds_no_account_in_a_commit_that_is_undone),
		T(test_history_older_pages_in_the_servers_order),
		T(test_history_position_overlaps_by_a_hundred_events),
		T(test_history_finds_an_objects_events_in_every_run),
		T(test_history_cursors_are_undone_with_their_commit),
		T(test_history_incidents_are_replaced_by_serial),
		T(test_history_keeps_the_latest_answer_of_each_object),
		T(test_history_tells_again_in_the_order_it_was_told),
		T(test_history_set_via_corrects_how_it_came),
		cmocka_unit_test(test_history_numbers_on_disk_stay_what_they_are),
		T(test_history_retires_by_age_but_not_what_sweeps_need),
		T(test_history_retires_by_size_and_gives_the_room_back),
		T(test_history_retires_nothing_that_is_pinned_or_unverified),
		T(test_history_retires_answers_and_keeps_incidents),
		cmocka_unit_test(test_world_tells_keys_apart_and_gives_none_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
