/* What the history does about the file it finds: damaged, old, new, another's, in use, unsafe
 * (faults S1 to S5, S10). */
#include "archive_kit.h"
#include "fault_vfs.h"

#include <sys/wait.h>

static int set_up(void **state)
{
	struct kit *k = xcalloc(1, sizeof(*k));

	kit_init(k);
	*state = k;
	return 0;
}

static int tear_down(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void raw_run(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static char *beside(struct kit *k, const char *suffix)
{
	static char path[256];

	(void)str_printf(path, sizeof(path), "%s%s", k->path, suffix);
	return path;
}

/* --- S3: damaged ------------------------------------------------------------------------- */

enum damage { RANDOM, TEXT, HALF, PAGE_1, SCHEMA_GONE, TWO_BYTES };

static void damage(struct kit *k, enum damage how)
{
	int64_t len;
	unsigned char *bytes = disk_slurp(k->path, &len);
	struct rng r;

	rng_seed(&r, 1);
	assert_true(len > 30000);
	if (how == HALF)
		len = len / 2 / 8192 * 8192;
	for (int64_t i = 0; i < len; i++)
		if (how == RANDOM || (how == PAGE_1 && i >= 100 && i < 8192))
			bytes[i] = (unsigned char)rng_next(&r);
	if (how == TEXT)
		len = str_printf((char *)bytes, 64, "dear diary") ? 10 : 0;
	if (how == TWO_BYTES)
		len = 2; /* SQLite takes one byte for none */
	disk_spill(k->path, bytes, len);
	free(bytes);
	if (how == SCHEMA_GONE)
		raw_run(k->path, "DROP TABLE incident");
}

static void test_storage_a_damaged_file_is_set_aside_whole(void **state)
{
	static const enum damage HOW[] = {RANDOM, TEXT, HALF, PAGE_1, SCHEMA_GONE, TWO_BYTES};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(HOW) / sizeof(HOW[0]); i++) {
		int64_t len, len_after;
		unsigned char *before, *after;
		kit_empty_folder(k->dir);
		kit_open(k);
		kit_fill(k, 0, 199);
		kit_close(k);
		damage(k, HOW[i]);
		before = disk_slurp(k->path, &len);
		kit_open(k);
		assert_int_equal(k->opening.mode, HISTORY_WRITING);
		assert_true(k->opening.fresh);
		assert_int_equal(k->opening.problem.status, E_IO);
		assert_non_null(strstr(k->opening.set_aside, ".damaged-20260101T000000Z"));
		after = disk_slurp(k->opening.set_aside, &len_after);
		assert_int_equal(len_after, len);
		assert_memory_equal(after, before, (size_t)len);
		assert_int_equal(history_count(k->h), 0);
		kit_fill(k, 0, 5);
		kit_close(k);
		free(before);
		free(after);
	}
}

static void test_storage_each_damaged_file_keeps_its_own_name(void **state)
{
	struct kit *k = *state;
	char first[256];

	disk_spill(k->path, (const unsigned char *)"not a database, the first", 25);
	kit_open(k);
	(void)str_copy(first, sizeof(first), k->opening.set_aside);
	kit_close(k);
	disk_spill(k->path, (const unsigned char *)"not a database, the second", 26);
	kit_open(k);
	assert_string_not_equal(k->opening.set_aside, first);
	assert_int_equal(access(first, F_OK), 0);
	assert_int_equal(access(k->opening.set_aside, F_OK), 0);
}

static void test_storage_an_empty_file_is_a_fresh_history(void **state)
{
	struct kit *k = *state;

	disk_spill(k->path, (const unsigned char *)"", 0);
	kit_open(k);
	assert_true(k->opening.fresh);
	assert_string_equal(k->opening.set_aside, "");
}

static void test_storage_a_damaged_file_is_only_refused_by_a_viewer(void **state)
{
	struct kit *k = *state;
	struct problem why;

	disk_spill(k->path, (const unsigned char *)"not a database", 14);
	k->options.read_only = true;
	assert_int_equal(kit_try_open(k, &why), E_IO);
	assert_int_equal(access(k->path, F_OK), 0);
}

/* Opening does not read a gigabyte; so this may come out later. */
static void test_storage_damage_found_at_work_sets_the_file_aside(void **state)
{
	struct kit *k = *state;
	struct event *items;
	size_t count;
	struct problem why;
	struct sync_position position;
	char aside[256];
	int64_t len;
	unsigned char *bytes;

	kit_open(k);
	kit_fill(k, 0, 2999);
	kit_close(k);
	bytes = disk_slurp(k->path, &len);
	memset(bytes + len / 3, 0xfe, (size_t)len / 3);
	disk_spill(k->path, bytes, len);
	free(bytes);
	kit_open(k);
	assert_int_equal(k->opening.problem.status, S_OK);
	assert_false(history_set_aside(k->h, aside));
	assert_int_equal(history_older(k->h, "", 3000, &items, &count, &why), E_IO);
	kit_begin(k);
	assert_true(history_set_aside(k->h, aside));
	assert_non_null(strstr(aside, ".damaged-"));
	assert_int_equal(access(aside, F_OK), 0);
	assert_false(history_set_aside(k->h, aside));
	assert_int_equal(kit_add(k, kit_event(7)), KEPT_NEW);
	kit_commit(k);
	history_position(k->h, &position);
	assert_string_equal(position.verified, "");
	assert_int_equal(history_count(k->h), 1);
}

static void look_everything_up(struct kit *k)
{
	static const char *const TEXTS[] = {"cus_1", "inv-", "v-3", "evt_17", "req_1"};
	struct dossier_asked asked = {OBJECT_INVOICE, "inv-2", 100, TIME_NONE};
	struct known_states states;
	struct findings found;
	struct dossier dossier;
	struct acknowledgement *acks = NULL;
	size_t count = 0;

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		struct sought sought = {TEXTS[i], "", 50, TIME_NONE};

		if (history_find(k->h, &sought, &found, NULL) == S_OK)
			findings_release(&found);
	}
	if (history_dossier(k->h, &asked, &dossier, &states, NULL) == S_OK) {
		dossier_release(&dossier);
		known_states_release(&states);
	}
	if (history_acks(k->h, &acks, &count, NULL) == S_OK)
		free(acks);
}

/* Everything that reads, on a file of which some bytes are others. It may fail, and say so. */
static void read_everything(struct kit *k)
{
	struct history_place place = {0, 0};
	struct recorded r;
	struct event *items = NULL;
	struct incident *incidents = NULL;
	struct sync_position position;
	size_t count = 0;
	enum keeping keeping;
	struct event e = kit_event(3);

	if (history_older(k->h, "", 1000, &items, &count, NULL) == S_OK)
		kit_free_events(items, count);
	if (history_of_object(k->h, OBJECT_INVOICE, "inv-1", 9, &items, &count, NULL) == S_OK)
		kit_free_events(items, count);
	if (history_incidents(k->h, 9, &incidents, &count, NULL) == S_OK)
		free(incidents);
	while (history_next(k->h, &place, &r, NULL) == S_OK)
		recorded_release(&r);
	history_position(k->h, &position);
	(void)!history_compare(k->h, &e, &keeping, NULL);
	event_release(&e);
	look_everything_up(k);
}

/*
 * A commit visits the pages it writes into and those on the way there. Reading the event whole asks
 * the index of other bodies too, which no commit of a new event visits: its damage comes out here,
 * as such. False: it is not found at all. A bit that changes a key within an index leaves a tree
 * SQLite reads without complaint and searches in vain.
 */
static bool kept_or_damage_told(struct kit *k, const struct event *e)
{
	struct event found;
	enum event_via via;
	int64_t arrived_ms;
	char *other = NULL;
	enum status st;

	if (!history_has(k->h, e->id))
		return false;
	st = history_event(k->h, e->id, &found, &via, &arrived_ms, &other, NULL);
	assert_true(st == S_OK || st == E_IO);
	if (st != S_OK)
		return true;
	assert_string_equal(found.id, e->id);
	event_release(&found);
	free(other);
	return true;
}

static void test_storage_no_damage_makes_it_crash_or_lie(void **state)
{
	struct kit *k = *state;
	struct disk disk;
	int64_t len, aside = 0, unharmed = 0, lost = 0;
	unsigned char *good, *bad;
	struct rng r;

	disk_register(&disk); /* its syncs cost nothing */
	k->options.vfs = FAULT_VFS;
	kit_open(k);
	kit_fill(k, 0, 299);
	kit_close(k);
	good = disk_slurp(k->path, &len);
	bad = xmalloc((size_t)len);
	for (uint64_t seed = 1; seed <= 120; seed++) {
		char where[256];
		int committed = 0;
		bool later;
		rng_seed(&r, seed);
		memcpy(bad, good, (size_t)len);
		for (uint64_t n = 1 + rng_below(&r, 40); n > 0; n--)
			bad[rng_below(&r, (uint64_t)len)] = (unsigned char)rng_next(&r);
		if (rng_chance(&r, 50)) /* and somewhere in a page's head, where it hurts */
			bad[rng_below(&r, (uint64_t)len / 8192) * 8192 + rng_below(&r, 12)] ^= 0x15;
		kit_empty_folder(k->dir);
		disk_spill(k->path, bad, len);
		if (kit_try_open(k, NULL) != S_OK)
			continue; /* it looks like another's, or a newer one's: refused */
		read_everything(k);
		for (int i = 0; i < 3; i++) {
			struct event e = kit_event(1000 + i);
			enum keeping keeping;
			if (history_begin(k->h, NULL) != S_OK)
				continue;
			(void)!history_add_event(k->h, &e, VIA_LIVE, KIT_NOW, &keeping, NULL);
			if (history_commit(k->h, NULL) == S_OK) {
				lost += !kept_or_damage_told(k, &e);
				committed++;
			}
			event_release(&e);
		}
		assert_true(committed > 0); /* sooner or later it goes on */
		later = history_set_aside(k->h, where);
		aside += later || k->opening.set_aside[0] != '\0';
		unharmed += !later && k->opening.set_aside[0] == '\0';
		kit_close(k);
	}
	assert_true(aside > 30);
	assert_true(lost <= 3); /* of three events a file */
	print_message("120 damaged files: %lld set aside, %lld could be used\n", (long long)aside,
		      (long long)unharmed);
	free(good);
	free(bad);
	disk_unregister(&disk);
}

/* Not SQLite's to notice: it would go on writing into a file without a name. */
static void test_storage_a_file_deleted_at_work_is_begun_anew(void **state)
{
	struct kit *k = *state;
	struct event e = kit_event(10);
	struct problem why;
	struct sync_position position;
	enum keeping keeping;

	kit_open(k);
	kit_fill(k, 0, 9);
	assert_int_equal(unlink(k->path), 0);
	assert_int_equal(history_begin(k->h, &why), S_OK);
	assert_int_equal(history_add_event(k->h, &e, VIA_LIVE, 1, &keeping, &why), E_IO);
	event_release(&e);
	assert_int_equal(history_commit(k->h, &why), E_IO);
	kit_begin(k);
	assert_int_equal(kit_add(k, kit_event(10)), KEPT_NEW);
	kit_commit(k);
	history_position(k->h, &position);
	assert_string_equal(position.verified, "");
	kit_close(k);
	kit_open(k);
	assert_int_equal(history_count(k->h), 1);
}

/* --- S4: in use -------------------------------------------------------------------------- */

static void test_storage_a_second_writer_only_views(void **state)
{
	struct kit *k = *state;
	struct history *second;
	struct history_opening o;
	struct problem why = {.status = S_OK};
	char words[64], cursor[ID_CAP];

	kit_open(k);
	kit_fill(k, 0, 9);
	assert_int_equal(history_open(&k->options, &second, &o, &why), S_OK);
	assert_int_equal(o.mode, HISTORY_VIEW_ONLY);
	assert_int_equal(o.problem.status, E_CONFLICT);
	(void)snprintf(words, sizeof(words), "another pepaytop (pid %ld)", (long)getpid());
	assert_non_null(strstr(o.problem.what, words));
	assert_int_equal(history_count(second), 10);
	assert_int_equal(history_begin(second, &why), E_READ_ONLY);
	kit_fill(k, 10, 19);
	assert_int_equal(history_count(second), 20);
	history_cursor(second, CURSOR_VERIFIED, cursor);
	assert_true(history_has(second, cursor));
	history_close(second);
	kit_close(k);
	kit_open(k);
	assert_int_equal(k->opening.mode, HISTORY_WRITING);
}

static void test_storage_the_lock_goes_with_its_process(void **state)
{
	struct kit *k = *state;
	int ready[2], status;
	char c;
	pid_t child;

	kit_open(k);
	kit_close(k);
	assert_int_equal(pipe(ready), 0);
	child = kit_fork();
	if (child == 0) {
		bool writing = kit_try_open(k, NULL) == S_OK && k->opening.mode == HISTORY_WRITING;
		if (write(ready[1], writing ? "y" : "n", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]); /* a child that dies is the end of the pipe */
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	kit_open(k);
	assert_int_equal(k->opening.mode, HISTORY_VIEW_ONLY);
	kit_close(k);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	kit_open(k);
	assert_int_equal(k->opening.mode, HISTORY_WRITING);
	close(ready[0]);
}

static void test_storage_a_viewer_puts_a_killed_commit_right(void **state)
{
	struct kit *k = *state;
	struct disk disk;
	int64_t journals = 0;

	disk_register(&disk);
	k->options.vfs = FAULT_VFS;
	for (int64_t n = 1; n < 40; n += 3) {
		int status;
		pid_t child;
		struct stat s;
		kit_empty_folder(k->dir);
		kit_open(k);
		kit_fill(k, 0, 99);
		kit_close(k);
		child = kit_fork();
		if (child == 0) {
			if (kit_try_open(k, NULL) != S_OK)
				_exit(1);
			disk_arm(&disk, FAULT_KILL, CALL_CHANGES, n, true);
			kit_fill(k, 100, 199);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL
						: WEXITSTATUS(status) == 0);
		journals += stat(beside(k, "-journal"), &s) == 0 && s.st_size > 512;
		k->options.read_only = true;
		kit_open(k);
		k->options.read_only = false;
		assert_true(history_count(k->h) == 100 || history_count(k->h) == 200);
		kit_close(k);
	}
	assert_true(journals > 2);
	disk_unregister(&disk);
}

/* --- S2: read-only ----------------------------------------------------------------------- */

/* Runs as nobody where we are root, for whom nothing is read-only. */
static int as_somebody(struct kit *k, int (*run)(struct kit *k))
{
	int status;
	pid_t child = kit_fork();

	if (child == 0) {
		if (geteuid() == 0 &&
		    (chown(k->dir, 65534, 65534) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
			_exit(99);
		_exit(run(k));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	(void)!chown(k->dir, geteuid(), getegid());
	(void)chmod(k->dir, 0700);
	return WEXITSTATUS(status);
}

static int views_what_it_may_not_write(struct kit *k)
{
	bool folder = k->options.limits.keep_ms == 1; /* which of the two is read-only */

	k->options.limits.keep_ms = 0;
	kit_open(k);
	kit_fill(k, 0, 9);
	kit_close(k);
	if (folder && unlink(beside(k, "-journal")) != 0)
		return 1;
	if (chmod(folder ? k->dir : k->path, folder ? 0500 : 0400) != 0)
		return 2;
	if (kit_try_open(k, NULL) != S_OK)
		return 3;
	if (k->opening.mode != HISTORY_VIEW_ONLY || k->opening.problem.status != E_READ_ONLY)
		return 4;
	if (history_count(k->h) != 10 || history_begin(k->h, NULL) != E_READ_ONLY)
		return 5;
	history_close(k->h);
	return 0;
}

static void test_storage_views_what_it_may_not_write(void **state)
{
	struct kit *k = *state;

	for (int folder = 0; folder < 2; folder++) {
		k->options.limits.keep_ms = folder;
		assert_int_equal(as_somebody(k, views_what_it_may_not_write), 0);
		kit_empty_folder(k->dir);
	}
}

static int refuses_to_begin_in_a_read_only_folder(struct kit *k)
{
	struct problem why = {.status = S_OK};

	if (chmod(k->dir, 0500) != 0)
		return 2;
	return kit_try_open(k, &why) == E_READ_ONLY && why.what[0] != '\0' ? 0 : 3;
}

static void test_storage_refuses_to_begin_in_a_read_only_folder(void **state)
{
	assert_int_equal(as_somebody(*state, refuses_to_begin_in_a_read_only_folder), 0);
}

/* --- S10: unsafe ------------------------------------------------------------------------- */

enum unsafe {
	FILE_LINK,
	FILE_DANGLING,
	FILE_SHARED,
	FILE_GROUP,
	FILE_TWO_NAMES,
	FILE_FOLDER,
	FILE_FIFO,
	FOLDER_LINK,
	FOLDER_OPEN,
	FOLDER_FILE
};

static void make_unsafe(struct kit *k, enum unsafe how, const char *other)
{
	const char *dir = k->dir;

	switch (how) {
	case FILE_LINK:
		assert_int_equal(rename(k->path, other), 0);
		assert_int_equal(symlink(other, k->path), 0);
		break;
	case FILE_DANGLING:
		assert_int_equal(unlink(k->path), 0);
		assert_int_equal(symlink("/nonexistent/file", k->path), 0);
		break;
	case FILE_SHARED:
		assert_int_equal(chmod(k->path, 0604), 0);
		break;
	case FILE_GROUP:
		assert_int_equal(chmod(k->path, 0620), 0);
		break;
	case FILE_TWO_NAMES:
		assert_int_equal(link(k->path, other), 0);
		break;
	case FILE_FOLDER:
		assert_int_equal(unlink(k->path), 0);
		assert_int_equal(mkdir(k->path, 0700), 0);
		break;
	case FILE_FIFO:
		assert_int_equal(unlink(k->path), 0);
		assert_int_equal(mkfifo(k->path, 0600), 0);
		break;
	case FOLDER_LINK:
		assert_int_equal(symlink(dir, other), 0);
		break;
	case FOLDER_OPEN:
		assert_int_equal(chmod(dir, 0770), 0);
		break;
	case FOLDER_FILE:
		disk_spill(other, (const unsigned char *)"", 0);
		break;
	}
}

static void test_storage_refuses_what_is_not_safe(void **state)
{
	struct kit *k = *state;

	for (int how = FILE_LINK; how <= FOLDER_FILE; how++) {
		char other[128], through[192];
		struct problem why = {.status = S_OK};
		enum status st;
		kit_open(k);
		kit_close(k);
		(void)str_printf(other, sizeof(other), "%s/other", k->dir);
		(void)str_printf(through, sizeof(through), "%s/h.db", other);
		make_unsafe(k, how, other);
		k->options.path = how == FOLDER_LINK || how == FOLDER_FILE ? through : k->path;
		st = kit_try_open(k, &why);
		if (st == S_OK || why.what[0] == '\0')
			fail_msg("unsafe %d: was opened", how);
		if (how != FOLDER_FILE && st != E_DENIED)
			fail_msg("unsafe %d: %s", how, status_words(st));
		k->options.path = k->path;
		assert_int_equal(chmod(k->dir, 0700), 0);
		kit_empty_folder(k->dir);
	}
}

static void test_storage_refuses_another_persons_file(void **state)
{
	struct kit *k = *state;
	struct problem why;

	kit_open(k);
	kit_close(k);
	if (geteuid() != 0)
		return; /* only root can give a file away */
	assert_int_equal(chown(k->path, 65534, 65534), 0);
	assert_int_equal(kit_try_open(k, &why), E_DENIED);
	assert_non_null(strstr(why.what, "somebody else"));
}

static void test_storage_makes_its_folders_private(void **state)
{
	struct kit *k = *state;
	char deep[128], file[192];
	struct stat s;

	(void)str_printf(deep, sizeof(deep), "%s/a/b", k->dir);
	(void)str_printf(file, sizeof(file), "%s/h.db", deep);
	k->options.path = file;
	kit_open(k);
	kit_fill(k, 0, 1);
	assert_int_equal(stat(deep, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0700);
	(void)str_printf(file, sizeof(file), "%s/h.db-journal", deep);
	assert_int_equal(stat(file, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	kit_close(k);
}

/* --- another's --------------------------------------------------------------------------- */

static void test_storage_refuses_another_world(void **state)
{
	struct kit *k = *state;
	struct world ours;

	kit_open(k);
	kit_close(k);
	ours = k->options.world;
	for (int i = 0; i < 3; i++) {
		struct problem why = {.status = S_OK};
		k->options.world = ours;
		if (i == 0)
			(void)str_copy(k->options.world.server, 256, "http://127.0.0.1:1");
		else if (i == 1)
			world_account(&k->options.world, "pk_another", NULL);
		else
			(void)str_copy(k->options.world.environment, 24, "mainnet");
		assert_int_equal(kit_try_open(k, &why), E_CONFLICT);
		assert_non_null(strstr(why.what, i == 0   ? "another server"
						 : i == 1 ? "another account"
							  : "another environment"));
	}
	k->options.world = (struct world){.server = ""};
	k->options.read_only = true; /* whoever only looks, and says so, may look at any */
	kit_open(k);
}

static void test_storage_refuses_a_newer_history_and_another_database(void **state)
{
	static const struct {
		const char *sql;
		enum status status;
		const char *words;
	} TABLE[] = {
		{"PRAGMA user_version = 99", E_UNSUPPORTED, "newer"},
		{"PRAGMA application_id = 7", E_CONFLICT, "not a history"},
	};
	struct kit *k = *state;

	for (size_t i = 0; i < 2; i++) {
		struct problem why;
		kit_empty_folder(k->dir);
		kit_open(k);
		kit_close(k);
		raw_run(k->path, TABLE[i].sql);
		assert_int_equal(kit_try_open(k, &why), TABLE[i].status);
		assert_non_null(strstr(why.what, TABLE[i].words));
		assert_int_equal(access(k->path, F_OK), 0);
	}
}

/* --- S1: no room ------------------------------------------------------------------------- */

static void test_storage_a_full_disk_keeps_what_was_committed(void **state)
{
	struct kit *k = *state;
	struct disk disk;
	int64_t steps = 0, refused = 0;

	disk_register(&disk);
	k->options.vfs = FAULT_VFS;
	for (int64_t room = 120000; room < 400000; room += 16384, steps++) {
		struct problem why = {.status = S_OK};
		int64_t committed = 0;
		struct sync_position position;
		kit_empty_folder(k->dir);
		kit_open(k);
		disk.full_after = room;
		while (why.status == S_OK && committed < 600) {
			char id[64];
			if (history_begin(k->h, &why) != S_OK)
				break;
			for (int64_t n = committed; n < committed + 20; n++) {
				struct event e = kit_event(n);
				enum keeping keeping;
				(void)!history_add_event(k->h, &e, VIA_LIVE, 1, &keeping, NULL);
				event_release(&e);
			}
			committed += 20;
			(void)snprintf(id, sizeof(id), "evt_%lld-%lld",
				       (long long)(KIT_NOW + committed - 1),
				       (long long)(committed - 1));
			(void)!history_set_cursor(k->h, CURSOR_VERIFIED, id, NULL);
			if (history_commit(k->h, &why) != S_OK)
				committed -= 20;
		}
		refused += why.status == E_FULL;
		assert_true(why.status == S_OK || why.status == E_FULL);
		assert_int_equal(history_count(k->h), committed);
		history_position(k->h, &position);
		assert_true(committed == 0 || history_has(k->h, position.verified));
		disk.full_after = 0;
		kit_fill(k, committed, committed + 19); /* there is room again */
		kit_close(k);
		kit_open(k);
		assert_int_equal(history_count(k->h), committed + 20);
		kit_close(k);
	}
	assert_true(refused > 10);
	print_message("%lld disk sizes, %lld of them too small\n", (long long)steps,
		      (long long)refused);
	disk_unregister(&disk);
}

static void test_storage_tells_when_nobody_keeps_it_any_more(void **state)
{
	struct kit *k = *state;
	struct problem why = {.status = S_OK};

	kit_open(k);
	assert_false(history_is_left(k->path, &why));
	assert_int_equal(why.status, E_CONFLICT);
	kit_close(k);
	assert_true(history_is_left(k->path, &why));
	assert_true(history_is_left(k->path, &why)); /* to look is not to take it */
	kit_open(k);
	assert_int_equal(k->opening.mode, HISTORY_WRITING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		T(test_storage_a_damaged_file_is_set_aside_whole),
		T(test_storage_each_damaged_file_keeps_its_own_name),
		T(test_storage_an_empty_file_is_a_fresh_history),
		T(test_storage_a_damaged_file_is_only_refused_by_a_viewer),
		T(test_storage_damage_found_at_work_sets_the_file_aside),
		T(test_storage_no_damage_makes_it_crash_or_lie),
		T(test_storage_a_file_deleted_at_work_is_begun_anew),
		T(test_storage_a_second_writer_only_views),
		T(test_storage_the_lock_goes_with_its_process),
		T(test_storage_tells_when_nobody_keeps_it_any_more),
		T(test_storage_a_viewer_puts_a_killed_commit_right),
		T(test_storage_views_what_it_may_not_write),
		T(test_storage_refuses_to_begin_in_a_read_only_folder),
		T(test_storage_refuses_what_is_not_safe),
		T(test_storage_refuses_another_persons_file),
		T(test_storage_makes_its_folders_private),
		T(test_storage_refuses_another_world),
		T(test_storage_refuses_a_newer_history_and_another_database),
		T(test_storage_a_full_disk_keeps_what_was_committed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
