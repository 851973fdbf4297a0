/*
 * Old histories become new ones: whole, or not at all, and with a copy of what was before (fault
 * S5). The schemas below are those of the released versions and never change.
 */
#include "archive_kit.h"
#include "fault_vfs.h"

#include "archive/history_priv.h"

#include <sys/wait.h>

#define OLD_EVENTS 60 /* one more in version 3 */

static const char VERSION_1[] =
	"PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;"
	"BEGIN;"
	"PRAGMA application_id = 1346720848;"
	"CREATE TABLE event ("
	" row INTEGER PRIMARY KEY, ms INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,"
	" created INTEGER NOT NULL, arrived INTEGER NOT NULL, via INTEGER NOT NULL,"
	" live INTEGER NOT NULL, object INTEGER NOT NULL, body BLOB NOT NULL);"
	"CREATE UNIQUE INDEX event_order ON event (ms, seq, id);"
	"CREATE UNIQUE INDEX event_text_id ON event (id) WHERE id <> '';"
	"CREATE TABLE object_recent (row INTEGER PRIMARY KEY, object INTEGER NOT NULL);"
	"CREATE TABLE object_run ("
	" run INTEGER NOT NULL, object INTEGER NOT NULL, row INTEGER NOT NULL,"
	" PRIMARY KEY (run, object, row)) WITHOUT ROWID;"
	"CREATE TABLE other_body ("
	" row INTEGER PRIMARY KEY, event INTEGER NOT NULL, arrived INTEGER NOT NULL,"
	" body BLOB NOT NULL);"
	"CREATE INDEX other_body_event ON other_body (event);"
	"CREATE TABLE unreadable ("
	" row INTEGER PRIMARY KEY, arrived INTEGER NOT NULL, reason TEXT NOT NULL,"
	" text BLOB NOT NULL);"
	"CREATE TABLE incident ("
	" serial INTEGER PRIMARY KEY, kind INTEGER NOT NULL, state INTEGER NOT NULL,"
	" from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, from_id TEXT NOT NULL,"
	" to_id TEXT NOT NULL, recovered INTEGER NOT NULL, note TEXT NOT NULL);"
	"CREATE TABLE state (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
	"INSERT INTO incident VALUES (1, 0, 3, 5, 5, '', '', 0, 'the beginning');"
	"INSERT INTO state VALUES ('server', 'http://127.0.0.1:4242'), ('environment', '');"
	"PRAGMA user_version = 1;"
	"COMMIT;";

static const char VERSION_2[] =
	"BEGIN;"
	"CREATE TABLE answer ("
	" row INTEGER PRIMARY KEY, answered INTEGER NOT NULL, object INTEGER NOT NULL,"
	" kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL);"
	"CREATE INDEX answer_object ON answer (object);"
	"CREATE TABLE pin ("
	" object INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
	" PRIMARY KEY (object, kind, id)) WITHOUT ROWID;"
	"CREATE TABLE apart ("
	" row INTEGER PRIMARY KEY, arrived INTEGER NOT NULL, merchant INTEGER NOT NULL,"
	" id TEXT NOT NULL, body BLOB NOT NULL);"
	"CREATE INDEX apart_id ON apart (id);"
	"INSERT INTO answer VALUES (1, 5, 42, 'refund', 're-1',"
	" '{\"object\":\"refund\",\"id\":\"re-1\",\"invoice_id\":\"inv-1\",\"status\":\"pending\","
	"\"amount\":5,\"tx_hash\":\"0xfeed\"}');"
	"PRAGMA user_version = 2;"
	"COMMIT;";

/* What was looked up was folded as ASCII is. */
static const char VERSION_3[] =
	"BEGIN;"
	"CREATE TABLE mention_recent (row INTEGER NOT NULL, text TEXT NOT NULL,"
	" PRIMARY KEY (row, text)) WITHOUT ROWID;"
	"CREATE TABLE mention_run ("
	" run INTEGER NOT NULL, text TEXT NOT NULL, row INTEGER NOT NULL,"
	" PRIMARY KEY (run, text, row)) WITHOUT ROWID;"
	"CREATE TABLE mention_answer (text TEXT NOT NULL, answer INTEGER NOT NULL,"
	" PRIMARY KEY (text, answer)) WITHOUT ROWID;"
	"CREATE INDEX mention_answer_of ON mention_answer (answer);"
	"CREATE TABLE ack ("
	" rule TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, facts INTEGER NOT NULL,"
	" at INTEGER NOT NULL, PRIMARY KEY (rule, kind, id)) WITHOUT ROWID;"
	"INSERT INTO mention_recent SELECT row, 'inv-' || (row % 7) FROM event WHERE row <= 7;"
	"INSERT INTO mention_recent SELECT row, 'cus_1' FROM event WHERE row <= 7;"
	"INSERT INTO mention_answer VALUES ('re-1', 1), ('inv-1', 1), ('0xfeed', 1);"
	"INSERT INTO event VALUES (61, 5, 1, '', 5, 5, 0, 0, 43, '{\"id\":\"evt_5-1\","
	"\"object\":\"event\",\"type\":\"ramp.payout.created\",\"created\":5,\"livemode\":false,"
	"\"data\":{\"object\":{\"object\":\"ramp_payout\",\"id\":\"po-1\",\"holder\":\"Beno\u00eet"
	" Lef\u00e8vre\"}}}');"
	"UPDATE state SET value = 61 WHERE name = 'events';"
	"UPDATE state SET value = 62 WHERE name = 'next_row';"
	"INSERT INTO mention_recent VALUES (61, 'po-1');"
	"INSERT INTO mention_run VALUES (0, 'beno\u00eet lef\u00e8vre', 61);"
	"INSERT INTO answer VALUES (2, 5, 44, 'refund', 're-2',"
	" '{\"object\":\"refund\",\"id\":\"re-2\",\"holder\":\"No\\u00ebl\"}');"
	"INSERT INTO mention_answer VALUES ('re-2', 2), ('no\u00ebl', 2);"
	"PRAGMA user_version = 3;"
	"COMMIT;";

struct bench {
	int version;
	struct kit kit;
	struct disk disk;
	unsigned char *template;
	int64_t template_len;
};

/* --- a file of version 1 ----------------------------------------------------------------- */

static void sql(sqlite3 *db, const char *text)
{
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
}

static void add_events(sqlite3 *db)
{
	sqlite3_stmt *add = NULL;

	assert_int_equal(
		sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?, ?, ?, '', ?, ?, 0, 0, ?, ?)",
				   -1, &add, NULL),
		SQLITE_OK);
	for (int64_t n = 1; n <= OLD_EVENTS; n++) {
		struct event e = kit_event(n);
		sqlite3_bind_int64(add, 1, n);
		sqlite3_bind_int64(add, 2, e.order_ms);
		sqlite3_bind_int64(add, 3, e.order_seq);
		sqlite3_bind_int64(add, 4, e.created_ms);
		sqlite3_bind_int64(add, 5, KIT_NOW);
		sqlite3_bind_int64(add, 6, object_hash(OBJECT_INVOICE, e.object_id));
		sqlite3_bind_blob(add, 7, e.raw, (int)e.raw_len, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(add), SQLITE_DONE);
		sqlite3_reset(add);
		event_release(&e);
	}
	sqlite3_finalize(add);
}

static void make_old(struct bench *b)
{
	char state[512];
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(b->kit.path, &db), SQLITE_OK);
	sql(db, VERSION_1);
	sql(db, "BEGIN");
	add_events(db);
	sql(db, "INSERT INTO object_recent SELECT row, object FROM event");
	(void)str_printf(state, sizeof(state),
			 "INSERT INTO state VALUES ('account', '%s'), ('events', %d),"
			 " ('next_row', %d), ('merchant_id', 77),"
			 " ('verified', 'evt_%lld-%d')",
			 b->kit.options.world.account, OLD_EVENTS, OLD_EVENTS + 1,
			 (long long)(KIT_NOW + OLD_EVENTS), OLD_EVENTS);
	sql(db, state);
	sql(db, "COMMIT");
	if (b->version >= 2)
		sql(db, VERSION_2);
	if (b->version >= 3)
		sql(db, VERSION_3);
	sqlite3_close(db);
	assert_int_equal(chmod(b->kit.path, 0600), 0);
	b->template = disk_slurp(b->kit.path, &b->template_len);
}

static int set_up_version(void **state, int version)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->version = version;
	disk_register(&b->disk);
	kit_init(&b->kit);
	b->kit.options.vfs = FAULT_VFS;
	make_old(b);
	*state = b;
	return 0;
}

static int set_up(void **state)
{
	return set_up_version(state, 1);
}

static int set_up_2(void **state)
{
	return set_up_version(state, 2);
}

static int set_up_3(void **state)
{
	return set_up_version(state, 3);
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	kit_release(&b->kit);
	disk_unregister(&b->disk);
	free(b->template);
	free(b);
	return 0;
}

static void template_put(struct bench *b)
{
	kit_empty_folder(b->kit.dir);
	disk_spill(b->kit.path, b->template, b->template_len);
}

/* --- what is there afterwards ------------------------------------------------------------ */

static int64_t raw_number(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static size_t found_count(struct kit *k, const char *text)
{
	struct sought sought = {text, "", 100, TIME_NONE};
	struct findings f;
	size_t count;

	assert_int_equal(history_find(k->h, &sought, &f, NULL), S_OK);
	count = f.count;
	findings_release(&f);
	return count;
}

/* What was there before can be looked up, once that was prepared. */
static void assert_findable(struct bench *b)
{
	struct kit *k = &b->kit;
	bool more = true;

	while (more)
		assert_int_equal(history_index(k->h, &more, NULL), S_OK);
	assert_int_equal(found_count(k, "cus_1"), 7);
	assert_int_equal(found_count(k, "inv-3"), 1);
	assert_int_equal(found_count(k, "0xFEED"), b->version >= 2 ? 1 : 0);
	assert_int_equal(found_count(k, "lefevre benoit"), b->version == 3 ? 1 : 0);
	assert_int_equal(found_count(k, "noel"), b->version == 3 ? 1 : 0);
}

static int64_t old_events(const struct bench *b)
{
	return OLD_EVENTS + (b->version == 3);
}

/* Opened without faults it is of this version, with everything it held. */
static void assert_upgraded(struct bench *b)
{
	struct kit *k = &b->kit;
	struct incident *incidents;
	size_t count;

	disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
	kit_open(k);
	assert_int_equal(k->opening.mode, HISTORY_WRITING);
	assert_string_equal(k->opening.set_aside, "");
	assert_int_equal(history_count(k->h), old_events(b));
	for (int64_t n = 1; n <= OLD_EVENTS; n++) {
		struct event e = kit_event(n);
		enum keeping keeping;
		assert_int_equal(history_compare(k->h, &e, &keeping, NULL), S_OK);
		assert_int_equal(keeping, KEPT_BEFORE);
		event_release(&e);
	}
	assert_int_equal(history_incidents(k->h, 9, &incidents, &count, NULL), S_OK);
	assert_int_equal(count, 1);
	free(incidents);
	kit_fill(k, OLD_EVENTS + 1, OLD_EVENTS + 5);
	assert_findable(b);
	kit_close(k);
	assert_int_equal(raw_number(k->path, "PRAGMA user_version"), HISTORY_VERSION);
	assert_int_equal(raw_number(k->path, "SELECT quick_check = 'ok' FROM pragma_quick_check"),
			 1);
}

static void test_upgrade_keeps_everything_and_a_copy(void **state)
{
	struct bench *b = *state;
	char copy[128];
	struct stat s;

	kit_open(&b->kit);
	assert_int_equal(b->kit.opening.upgraded_from, b->version);
	assert_false(b->kit.opening.fresh);
	kit_close(&b->kit);
	assert_upgraded(b);
	assert_int_equal(b->kit.opening.upgraded_from, 0);
	(void)str_printf(copy, sizeof(copy), "%s.version-%d", b->kit.path, b->version);
	assert_int_equal(stat(copy, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	assert_int_equal(raw_number(copy, "PRAGMA user_version"), b->version);
	assert_int_equal(raw_number(copy, "SELECT count(*) FROM event"), old_events(b));
}

static void test_upgrade_is_left_to_a_writer(void **state)
{
	struct bench *b = *state;
	struct problem why;

	b->kit.options.read_only = true;
	assert_int_equal(kit_try_open(&b->kit, &why), E_READ_ONLY);
	assert_non_null(strstr(why.what, "older"));
	b->kit.options.read_only = false;
	assert_upgraded(b);
}

static void test_upgrade_survives_a_failure_of_every_call(void **state)
{
	static const enum disk_fault FAULTS[] = {FAULT_EIO, FAULT_FULL, FAULT_SHORT};
	struct bench *b = *state;
	int64_t rounds = 0;

	for (size_t i = 0; i < 6; i++) {
		for (int64_t n = 1;; n += i == 0 ? 2 : 7, rounds++) {
			bool tripped;
			template_put(b);
			disk_arm(&b->disk, FAULTS[i / 2], i / 2 == 0 ? CALL_ALL : CALL_WRITE, n,
				 i % 2 == 1);
			if (kit_try_open(&b->kit, NULL) == S_OK)
				kit_close(&b->kit);
			tripped = b->disk.tripped > 0;
			assert_upgraded(b);
			if (!tripped)
				break;
		}
	}
	print_message("%lld failures of an upgrade\n", (long long)rounds);
}

static void test_upgrade_survives_kill_9_at_every_call(void **state)
{
	struct bench *b = *state;
	bool ended = false;
	int64_t times = 0;

	for (int64_t n = 1; !ended; n += KILL_STEP, times++) {
		int status = 0;
		pid_t child;
		template_put(b);
		child = kit_fork();
		if (child == 0) {
			disk_arm(&b->disk, FAULT_KILL, CALL_ALL, n, true);
			_exit(kit_try_open(&b->kit, NULL) == S_OK ? 0 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		ended = WIFEXITED(status);
		assert_true(!ended || WEXITSTATUS(status) == 0);
		assert_upgraded(b);
	}
	print_message("killed at %lld calls of an upgrade\n", (long long)(times - 1));
}

static void test_upgrade_survives_power_loss(void **state)
{
	struct bench *b = *state;
	struct rng r;
	int64_t calls;
	const int seeds = 60;

	disk_arm(&b->disk, FAULT_NONE, CALL_CHANGES, 0, false);
	kit_open(&b->kit);
	calls = b->disk.calls;
	kit_close(&b->kit);
	for (int seed = 1; seed <= seeds; seed++) {
		rng_seed(&r, (uint64_t)seed);
		template_put(b);
		disk_forget(&b->disk);
		b->disk.remember = true;
		disk_arm(&b->disk, FAULT_POWER, CALL_CHANGES,
			 1 + (int64_t)rng_below(&r, (uint64_t)calls + 2), true);
		if (kit_try_open(&b->kit, NULL) == S_OK)
			kit_close(&b->kit);
		b->disk.remember = false;
		disk_lose_power(&b->disk, &r);
		assert_upgraded(b);
	}
	print_message("the power went %d times within %lld calls of an upgrade\n", seeds,
		      (long long)calls);
}

/* New events are found at once, old ones from the newest down, and the answer says how far. */
static void test_upgrade_makes_old_events_findable_bit_by_bit(void **state)
{
	struct bench *b = *state;
	struct sought sought = {"cus_1", "", 100, TIME_NONE};
	struct findings f;

	kit_open(&b->kit);
	assert_int_equal(found_count(&b->kit, "cus_1"), 0);
	kit_fill(&b->kit, OLD_EVENTS + 1, OLD_EVENTS + 2);
	assert_int_equal(history_find(b->kit.h, &sought, &f, NULL), S_OK);
	assert_int_equal(f.count, 2);
	assert_int_equal(f.events, 2);
	assert_int_equal(f.oldest_ms, KIT_NOW);
	findings_release(&f);
	assert_findable(b);
	assert_int_equal(history_find(b->kit.h, &sought, &f, NULL), S_OK);
	assert_int_equal(f.events, OLD_EVENTS + 2);
	findings_release(&f);
}

/* Whatever fails while that is done, it is done in the end. */
static void test_upgrade_goes_on_preparing_after_any_failure(void **state)
{
	struct bench *b = *state;

	for (int64_t n = 1; n <= 40; n++) {
		bool more = true;

		template_put(b);
		disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
		kit_open(&b->kit);
		disk_arm(&b->disk, FAULT_EIO, CALL_ALL, n, n % 2 == 0);
		for (int i = 0; i < 3 && more; i++)
			(void)!history_index(b->kit.h, &more, NULL);
		disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
		if (n % 3 == 0)
			kit_close(&b->kit);
		if (b->kit.h == NULL)
			kit_open(&b->kit);
		assert_findable(b);
		kit_close(&b->kit);
	}
}

/* What had no accents is found all the while; and a text is in the index once, as it is now. */
static void test_upgrade_folds_what_has_accents(void **state)
{
	struct bench *b = *state;
	struct kit *k = &b->kit;

	kit_open(k);
	assert_int_equal(k->opening.upgraded_from, 3);
	assert_int_equal(found_count(k, "cus_1"), 7);
	assert_int_equal(found_count(k, "0xfeed"), 1);
	assert_int_equal(found_count(k, "po-1"), 1);
	assert_int_equal(found_count(k, "benoit"), 0);
	assert_findable(b);
	kit_close(k);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM mention_run"), 16);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM mention_answer"), 5);
	assert_int_equal(raw_number(k->path, "SELECT count(*) FROM state WHERE value <> 0 AND name"
					     " LIKE 'folded%'"),
			 0);
	kit_open(k);
	assert_findable(b);
}

/* Who comes with an older build is told to use the newer one, and nothing is touched. */
static void test_upgrade_refuses_the_way_back(void **state)
{
	struct bench *b = *state;
	struct problem why;
	sqlite3 *db = NULL;

	kit_open(&b->kit);
	kit_close(&b->kit);
	assert_int_equal(sqlite3_open(b->kit.path, &db), SQLITE_OK);
	(void)sqlite3_exec(db, "PRAGMA user_version = 5", NULL, NULL, NULL);
	sqlite3_close(db);
	assert_int_equal(kit_try_open(&b->kit, &why), E_UNSUPPORTED);
	assert_non_null(strstr(why.what, "newer"));
	assert_non_null(strstr(why.next, "that one"));
	assert_int_equal(raw_number(b->kit.path, "PRAGMA user_version"), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_upgrade_keeps_everything_and_a_copy),
		T(test_upgrade_is_left_to_a_writer),
		T(test_upgrade_survives_a_failure_of_every_call),
		T(test_upgrade_survives_kill_9_at_every_call),
		T(test_upgrade_survives_power_loss),
#define T2(f) cmocka_unit_test_setup_teardown(f, set_up_2, tear_down)
		T2(test_upgrade_keeps_everything_and_a_copy),
		T2(test_upgrade_is_left_to_a_writer),
		T2(test_upgrade_makes_old_events_findable_bit_by_bit),
		T2(test_upgrade_goes_on_preparing_after_any_failure),
#define T3(f) cmocka_unit_test_setup_teardown(f, set_up_3, tear_down)
		T3(test_upgrade_keeps_everything_and_a_copy),
		T3(test_upgrade_folds_what_has_accents),
		T3(test_upgrade_goes_on_preparing_after_any_failure),
		T3(test_upgrade_refuses_the_way_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
