/*
 * The disk fails, the process is killed, the power goes: at every call the history makes, one after
 * the other. Afterwards it holds the old state or the new one, and no cursor is ahead of its events
 * (faults S1, S5, S6, S7, S11).
 */
#include "archive_kit.h"
#include "fault_vfs.h"

#include <sys/wait.h>

#define BASE_EVENTS 30
#define MORE_EVENTS 20

struct bench {
	struct kit kit;
	struct disk disk;
	unsigned char *template;
	int64_t template_len;
};

/* --- scenarios: no assertion, for a killed child runs them too --------------------------- */

enum result { FAILED, DONE, WRONG };

static enum result add_more(struct kit *k, bool all_new)
{
	char id[64];
	struct incident inc = {.kind = INCIDENT_DOWN, .from_ms = KIT_NOW, .to_ms = TIME_NONE};
	struct object o = {.kind = OBJECT_INVOICE};

	if (history_begin(k->h, NULL) != S_OK)
		return FAILED;
	for (int64_t n = BASE_EVENTS; n < BASE_EVENTS + MORE_EVENTS; n++) {
		struct event e = kit_event(n);
		enum keeping keeping;
		enum status st = history_add_event(k->h, &e, VIA_LIVE, KIT_NOW, &keeping, NULL);
		event_release(&e);
		if (st == S_OK && all_new && keeping != KEPT_NEW)
			return WRONG;
	}
	(void)str_copy(o.as.invoice.id, sizeof(o.as.invoice.id), "inv-3");
	(void)str_copy(o.as.invoice.status, sizeof(o.as.invoice.status), "paid");
	(void)!history_add_answer(k->h, &o, KIT_NOW, NULL);
	(void)!history_add_unreadable(k->h, "cut", "{\"id", 4, KIT_NOW, NULL);
	(void)!history_put_incident(k->h, &inc, NULL);
	(void)!history_pin(k->h, OBJECT_INVOICE, "inv-3", true, NULL);
	(void)snprintf(id, sizeof(id), "evt_%lld-%d",
		       (long long)(KIT_NOW + BASE_EVENTS + MORE_EVENTS - 1),
		       BASE_EVENTS + MORE_EVENTS - 1);
	(void)!history_set_cursor(k->h, CURSOR_VERIFIED, id, NULL);
	return history_commit(k->h, NULL) == S_OK ? DONE : FAILED;
}

static bool opens(struct kit *k)
{
	if (kit_try_open(k, NULL) != S_OK)
		return false;
	if (k->opening.mode == HISTORY_WRITING)
		return true;
	kit_close(k);
	return false;
}

static enum result scenario_commit(struct kit *k)
{
	return opens(k) ? add_more(k, true) : FAILED;
}

static enum result scenario_open(struct kit *k)
{
	return opens(k) ? DONE : FAILED;
}

static enum result scenario_retire(struct kit *k)
{
	bool more = false;

	if (!opens(k))
		return FAILED;
	return history_retire(k->h, &more, NULL) == S_OK ? DONE : FAILED;
}

/* --- what is on disk --------------------------------------------------------------------- */

static int64_t raw_number(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static void assert_sound(const char *path)
{
	assert_int_equal(raw_number(path, "SELECT quick_check = 'ok' FROM pragma_quick_check"), 1);
	assert_int_equal(raw_number(path, "SELECT (SELECT count(*) FROM event) ="
					  " (SELECT value FROM state WHERE name = 'events')"),
			 1);
	assert_int_equal(raw_number(path, "SELECT (SELECT count(*) FROM event) ="
					  " (SELECT count(*) FROM object_recent) +"
					  " (SELECT count(*) FROM object_run)"),
			 1);
}

static void assert_nothing_set_aside(struct kit *k)
{
	DIR *d = opendir(k->dir);
	struct dirent *entry;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		assert_null(strstr(entry->d_name, "damaged"));
	closedir(d);
}

/* Opens it without faults. *ret_new: the commit's state, else the one before; nothing between. */
static void assert_old_or_new(struct bench *b, bool *ret_new)
{
	struct kit *k = &b->kit;
	struct sync_position position;
	uint64_t count;

	kit_open(k);
	assert_int_equal(k->opening.mode, HISTORY_WRITING);
	assert_int_equal(k->opening.problem.status, S_OK);
	history_position(k->h, &position);
	assert_true(history_has(k->h, position.verified));
	assert_true(history_has(k->h, position.overlap));
	count = history_count(k->h);
	*ret_new = count == BASE_EVENTS + MORE_EVENTS;
	if (!*ret_new)
		assert_int_equal(count, BASE_EVENTS);
	for (int64_t n = 0; n < BASE_EVENTS + MORE_EVENTS; n++) {
		char id[64];
		(void)snprintf(id, sizeof(id), "evt_%lld-%lld", (long long)(KIT_NOW + n),
			       (long long)n);
		assert_int_equal(history_has(k->h, id), n < (int64_t)count);
		if (n == (int64_t)count - 1)
			assert_string_equal(position.verified, id);
	}
	kit_close(k);
	assert_sound(k->path);
	assert_nothing_set_aside(k);
}

/* --- set up ------------------------------------------------------------------------------ */

static int set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	disk_register(&b->disk);
	kit_init(&b->kit);
	b->kit.options.vfs = FAULT_VFS;
	*state = b;
	return 0;
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

static void template_take(struct bench *b)
{
	kit_close(&b->kit);
	b->template = disk_slurp(b->kit.path, &b->template_len);
	assert_non_null(b->template);
}

static void template_put(struct bench *b)
{
	kit_close(&b->kit);
	kit_empty_folder(b->kit.dir);
	if (b->template != NULL)
		disk_spill(b->kit.path, b->template, b->template_len);
}

static void template_of_events(struct bench *b)
{
	kit_open(&b->kit);
	kit_fill(&b->kit, 0, BASE_EVENTS - 1);
	template_take(b);
}

/* --- S1, S7: a call fails ---------------------------------------------------------------- */

/* Each call fails once; in the other ways every step-th one does. */
static const struct {
	const char *name;
	enum disk_fault fault;
	unsigned calls;
	bool from_then_on;
	int64_t step;
} FAILURES[] = {
	{"one call fails", FAULT_EIO, CALL_ALL, false, 1},
	{"every call fails from then on", FAULT_EIO, CALL_ALL, true, 5},
	{"one write finds the disk full", FAULT_FULL, CALL_WRITE, false, 2},
	{"the disk is full from then on", FAULT_FULL, CALL_WRITE, true, 3},
	{"one write is short", FAULT_SHORT, CALL_WRITE, false, 2},
	{"one sync fails", FAULT_EIO, CALL_SYNC, false, 1},
	{"syncs fail from then on", FAULT_EIO, CALL_SYNC, true, 1},
};
#define FAILURE_COUNT (sizeof(FAILURES) / sizeof(FAILURES[0]))

static void test_storage_a_failing_call_leaves_old_or_new(void **state)
{
	struct bench *b = *state;
	int64_t rounds = 0, landed = 0;

	template_of_events(b);
	for (size_t i = 0; i < FAILURE_COUNT; i++) {
		for (int64_t n = 1;; n += FAILURES[i].step) {
			enum result result;
			bool is_new = false, tripped;
			template_put(b);
			disk_arm(&b->disk, FAILURES[i].fault, FAILURES[i].calls, n,
				 FAILURES[i].from_then_on);
			result = scenario_commit(&b->kit);
			tripped = b->disk.tripped > 0;
			kit_close(&b->kit);
			disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
			assert_int_not_equal(result, WRONG);
			assert_old_or_new(b, &is_new);
			if (result == DONE)
				assert_true(is_new);
			landed += is_new && result == FAILED;
			rounds++;
			if (!tripped)
				break;
		}
	}
	print_message("%lld failures; %lld times a commit that was called undone was not\n",
		      (long long)rounds, (long long)landed);
}

/* The same, and then the caller tries again: to it every event is as new as the first time. */
static void test_storage_after_a_failure_the_batch_can_be_tried_again(void **state)
{
	struct bench *b = *state;
	int64_t rounds = 0;

	template_of_events(b);
	for (size_t i = 0; i < FAILURE_COUNT; i++) {
		for (int64_t n = 1;; n += FAILURES[i].step) {
			enum result result = FAILED;
			bool is_new = false, tripped;
			template_put(b);
			kit_open(&b->kit);
			disk_arm(&b->disk, FAILURES[i].fault, FAILURES[i].calls, n,
				 FAILURES[i].from_then_on);
			result = add_more(&b->kit, true);
			tripped = b->disk.tripped > 0;
			disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
			if (result == FAILED)
				result = add_more(&b->kit, true);
			assert_int_equal(result, DONE);
			kit_close(&b->kit);
			assert_old_or_new(b, &is_new);
			assert_true(is_new);
			rounds++;
			if (!tripped)
				break;
		}
	}
	print_message("%lld failures, tried again\n", (long long)rounds);
}

/* --- S6: kill -9 ------------------------------------------------------------------------- */

/* True when the child came to the end by itself. */
static bool killed_at(struct bench *b, int64_t n, enum result (*scenario)(struct kit *))
{
	int status = 0;
	pid_t child;

	template_put(b);
	child = kit_fork();
	if (child == 0) {
		disk_arm(&b->disk, FAULT_KILL, CALL_ALL, n, true);
		_exit(scenario(&b->kit) == DONE ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return false;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

static void test_storage_kill_9_at_every_call_of_a_commit(void **state)
{
	struct bench *b = *state;
	bool ended = false, is_new = false, was_new = false;
	int64_t times = 0;

	template_of_events(b);
	for (int64_t n = 1; !ended; n += KILL_STEP, times++) {
		ended = killed_at(b, n, scenario_commit);
		assert_old_or_new(b, &is_new);
		assert_true(!was_new || is_new); /* once past the commit, never back */
		was_new = is_new;
	}
	assert_true(is_new);
	print_message("killed at %lld calls of a commit\n", (long long)(times - 1));
}

static void test_storage_kill_9_at_every_call_of_a_first_start(void **state)
{
	struct bench *b = *state;
	bool ended = false;
	int64_t times = 0;

	for (int64_t n = 1; !ended; n += KILL_STEP, times++) {
		ended = killed_at(b, n, scenario_open);
		kit_open(&b->kit);
		assert_int_equal(b->kit.opening.mode, HISTORY_WRITING);
		assert_int_equal(history_count(b->kit.h), 0);
		kit_fill(&b->kit, 0, 3);
		kit_close(&b->kit);
		assert_sound(b->kit.path);
		assert_nothing_set_aside(&b->kit);
	}
	print_message("killed at %lld calls of a first start\n", (long long)(times - 1));
}

/* --- S11: the power goes ----------------------------------------------------------------- */

static void power_rounds(struct bench *b, int seeds, enum result (*scenario)(struct kit *),
			 void (*check)(struct bench *b, bool done))
{
	struct rng r;
	int64_t calls;

	template_put(b);
	disk_arm(&b->disk, FAULT_NONE, CALL_CHANGES, 0, false);
	assert_int_equal(scenario(&b->kit), DONE);
	calls = b->disk.calls;
	for (int seed = 1; seed <= seeds; seed++) {
		enum result result;
		rng_seed(&r, (uint64_t)seed);
		template_put(b);
		disk_forget(&b->disk);
		b->disk.remember = true;
		disk_arm(&b->disk, FAULT_POWER, CALL_CHANGES,
			 1 + (int64_t)rng_below(&r, (uint64_t)calls + 2), true);
		result = scenario(&b->kit);
		kit_close(&b->kit);
		b->disk.remember = false;
		disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
		disk_lose_power(&b->disk, &r);
		check(b, result == DONE);
	}
	print_message("the power went %d times within %lld calls\n", seeds, (long long)calls);
}

static void check_commit(struct bench *b, bool done)
{
	bool is_new = false;

	assert_old_or_new(b, &is_new);
	if (done)
		assert_true(is_new);
}

static void test_storage_power_loss_during_a_commit(void **state)
{
	template_of_events(*state);
	power_rounds(*state, 250, scenario_commit, check_commit);
}

/* --- retiring ---------------------------------------------------------------------------- */

#define OLD_EVENTS 700

static void template_to_retire(struct bench *b)
{
	struct kit *k = &b->kit;

	k->options.limits = (struct history_limits){.keep_ms = 10000, .keep_bytes = 200000};
	kit_open(k);
	kit_fill(k, 0, OLD_EVENTS - 1);
	kit_begin(k);
	assert_int_equal(history_pin(k->h, OBJECT_INVOICE, "inv-2", true, NULL), S_OK);
	kit_commit(k);
	k->time.wall_ms += 1000000;
	template_take(b);
}

static void check_retire(struct bench *b, bool done)
{
	struct kit *k = &b->kit;
	struct sync_position position;
	char retired[ID_CAP];
	int64_t retired_ms;
	struct event *items = NULL;
	size_t count = 0;

	kit_open(k);
	assert_int_equal(k->opening.problem.status, S_OK);
	history_position(k->h, &position);
	assert_true(history_has(k->h, position.verified));
	history_retired(k->h, retired, &retired_ms);
	if (done)
		assert_int_not_equal(retired_ms, TIME_NONE);
	if (retired_ms == TIME_NONE)
		assert_int_equal(history_count(k->h), OLD_EVENTS);
	else
		assert_int_equal(history_count(k->h), OLD_EVENTS - 500);
	assert_false(retired_ms != TIME_NONE && history_has(k->h, retired));
	assert_int_equal(history_of_object(k->h, OBJECT_INVOICE, "inv-2", 1000, &items, &count,
					   NULL),
			 S_OK);
	assert_int_equal(count, OLD_EVENTS / 7);
	kit_free_events(items, count);
	kit_close(k);
	assert_sound(k->path);
	assert_nothing_set_aside(k);
}

static void test_storage_faults_while_retiring(void **state)
{
	struct bench *b = *state;
	bool ended = false;
	int64_t n, failed = 0, killed = 0;

	template_to_retire(b);
	for (n = 1; !ended; n += 9) {
		enum result result;
		template_put(b);
		disk_arm(&b->disk, FAULT_EIO, CALL_ALL, n, n % 2 == 0);
		result = scenario_retire(&b->kit);
		ended = b->disk.tripped == 0;
		kit_close(&b->kit);
		disk_arm(&b->disk, FAULT_NONE, 0, 0, false);
		check_retire(b, result == DONE);
		failed++;
	}
	for (n = 1, ended = false; !ended; n += 5 * KILL_STEP, killed++) {
		ended = killed_at(b, n, scenario_retire);
		check_retire(b, ended);
	}
	power_rounds(b, 25, scenario_retire, check_retire);
	print_message("retiring: %lld failures, killed %lld times\n", (long long)failed,
		      (long long)killed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_storage_a_failing_call_leaves_old_or_new),
		T(test_storage_after_a_failure_the_batch_can_be_tried_again),
		T(test_storage_kill_9_at_every_call_of_a_commit),
		T(test_storage_kill_9_at_every_call_of_a_first_start),
		T(test_storage_power_loss_during_a_commit),
		T(test_storage_faults_while_retiring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
