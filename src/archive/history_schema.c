/*
 * The tables, as steps from one version to the next. A new file goes through all of
 * them, an old one through those it lacks: one transaction a step, and before the
 * first a copy of the file beside it. A step that was released is never changed.
 */
#include "archive/history_priv.h"

#include "base/strbuf.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID      1346720848 /* "PEPP" */
#define APPLICATION_ID_TEXT "1346720848"

/*
 * event: ms, seq and id are the place in the server's order and the identity in one: an id of the
 * form evt_<ms>-<seq> is kept as its numbers with id '', so that one index that grows at its end
 * serves both. `row` is the order of arrival. `object` is object_hash().
 *
 * Events of an object are found by runs of 16384 rows, each in order of object: a run is written in
 * one go at the end of its table, from object_recent. One index over all would dirty a page
 * somewhere in it for every event, which is what a commit would then spend its time on (measured at
 * a million events: a tenth of the speed).
 */
static const char STEP_1[] =
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
	"CREATE TABLE state (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;";

static const char STEP_2[] =
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
	"CREATE INDEX apart_id ON apart (id);";

/*
 * mention: texts that events are looked up by (mention.h), in runs of their own like those of
 * objects and for the same reason; `row` is the first event of its object, or one of the first,
 * that says so. What was there before this step is read later, bit by bit: history_index().
 */
static const char STEP_3[] =
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
	"INSERT INTO state SELECT 'told_from', value FROM state WHERE name = 'next_row';"
	"INSERT INTO state SELECT 'told_answers_from', n FROM"
	" (SELECT max(row) + 1 AS n FROM answer) WHERE n IS NOT NULL;";

/*
 * Texts are packed: mention_recent holds those of an event each, mention_block those of a run of
 * events, sorted; `run` is the last row that is in it, `first` the first text in the block. What
 * mention_run holds stays there. Texts are folded otherwise now where they are not of ASCII: those
 * go, and are written again bit by bit, like all in step 3.
 */
#define OTHER_LETTERS "text GLOB '*[^ -~]*'"
static const char STEP_4[] =
	"INSERT OR IGNORE INTO mention_run SELECT row >> 14, text, row FROM mention_recent;"
	"DROP TABLE mention_recent;"
	"CREATE TABLE mention_recent (row INTEGER PRIMARY KEY, texts BLOB NOT NULL);"
	"CREATE TABLE mention_block ("
	" run INTEGER NOT NULL, first TEXT NOT NULL, n INTEGER NOT NULL, texts BLOB NOT NULL,"
	" PRIMARY KEY (run, first, n)) WITHOUT ROWID;"
	"DELETE FROM mention_run WHERE " OTHER_LETTERS ";"
	"DELETE FROM mention_answer WHERE " OTHER_LETTERS ";"
	"INSERT INTO state SELECT 'folded_from', value FROM state WHERE name = 'next_row'"
	" AND value <> coalesce((SELECT value FROM state WHERE name = 'told_from'), 0);"
	"INSERT INTO state SELECT 'folded_answers_from', n FROM"
	" (SELECT max(row) + 1 AS n FROM answer) WHERE n <>"
	" coalesce((SELECT value FROM state WHERE name = 'told_answers_from'), 0);";

static const char *const STEPS[HISTORY_VERSION] = {STEP_1, STEP_2, STEP_3, STEP_4};

/* How a file is used; none of it is kept in the file. */
static const char SETTINGS[] = "PRAGMA cell_size_check = ON;"
			       "PRAGMA mmap_size = 0;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA foreign_keys = OFF;"
			       "PRAGMA cache_size = -8192;";
static const char DURABLE[] = "PRAGMA journal_mode = TRUNCATE;"
			      "PRAGMA synchronous = EXTRA;";
static const char FLEETING[] = "PRAGMA journal_mode = MEMORY;"
			       "PRAGMA synchronous = OFF;";
/* Kept in the file, and only to be had before the first table. Of 4, 8, 16 and 32 KiB a page of 8
 * was the fastest with bodies of some 830 bytes, and wastes a tenth less than 4. */
static const char LAYOUT[] = "PRAGMA page_size = 8192;"
			     "PRAGMA auto_vacuum = INCREMENTAL;";

static enum status schema_step(struct history *h, int to, struct problem *reterr)
{
	char version[48];
	enum status st = db_run(h->db, "BEGIN IMMEDIATE", reterr);

	(void)str_printf(version, sizeof(version), "PRAGMA user_version = %d", to);
	if (st == S_OK && to == 1)
		st = db_run(h->db, "PRAGMA application_id = " APPLICATION_ID_TEXT, reterr);
	if (st == S_OK)
		st = db_run(h->db, STEPS[to - 1], reterr);
	if (st == S_OK)
		st = db_run(h->db, version, reterr);
	if (st == S_OK)
		st = db_run(h->db, "COMMIT", reterr);
	if (st != S_OK && db_in_transaction(h->db))
		(void)!db_run(h->db, "ROLLBACK", NULL);
	return st;
}

/* A copy that an earlier attempt left may be half of one: it is made again. */
static enum status schema_back_up(struct history *h, int version, struct problem *reterr)
{
	struct strbuf path;
	enum status st = S_OK;

	if (h->path == NULL)
		return S_OK;
	strbuf_init(&path, 4096);
	strbuf_addf(&path, "%s.version-%d", h->path, version);
	if (unlink(strbuf_str(&path)) != 0 && access(strbuf_str(&path), F_OK) == 0)
		st = problem_set(reterr, E_READ_ONLY, "move it away",
				 "cannot replace %s, the copy made before an upgrade",
				 strbuf_str(&path));
	if (st == S_OK)
		st = file_create(strbuf_str(&path), reterr);
	if (st == S_OK)
		st = db_copy(h->db, strbuf_str(&path), h->vfs, reterr);
	strbuf_release(&path);
	return st;
}

static enum status schema_upgrade(struct history *h, int from, struct problem *reterr)
{
	enum status st = from > 0 ? schema_back_up(h, from, reterr) : S_OK;

	for (int v = from; st == S_OK && v < HISTORY_VERSION; v++)
		st = schema_step(h, v + 1, reterr);
	return st;
}

static enum status schema_refuse(struct history *h, const char *words, const char *next,
				 enum status status, struct problem *reterr)
{
	return problem_set(reterr, status, next, "%s %s", h->path ? h->path : "", words);
}

/* Reads the header, so this is where a file that is no database shows. */
static enum status schema_look(struct history *h, int *ret_version, bool *ret_empty,
			       struct problem *reterr)
{
	int64_t application = 0, version = 0, tables = 0;
	enum status st = db_number(h->db, "PRAGMA application_id", &application, reterr);

	if (st == S_OK)
		st = db_number(h->db, "PRAGMA user_version", &version, reterr);
	if (st == S_OK)
		st = db_number(h->db, "SELECT count(*) FROM sqlite_schema", &tables, reterr);
	if (st != S_OK)
		return st;
	*ret_empty = tables == 0 && version == 0 && application == 0;
	if (!*ret_empty && application != APPLICATION_ID)
		return schema_refuse(h, "is a database, but not a history of pepaytop",
				     "name another file", E_CONFLICT, reterr);
	if (version > HISTORY_VERSION)
		return schema_refuse(h, "was written by a newer pepaytop",
				     "use that one, or another file", E_UNSUPPORTED, reterr);
	*ret_version = (int)version;
	return S_OK;
}

/* Touches the ends of every tree: constant work, whatever the size. */
static enum status schema_probe(struct history *h, struct problem *reterr)
{
	static const char *const PROBES[] = {
		"SELECT length(body) FROM event ORDER BY row LIMIT 1",
		"SELECT length(body) FROM event ORDER BY row DESC LIMIT 1",
		"SELECT row FROM event ORDER BY ms, seq, id LIMIT 1",
		"SELECT row FROM event ORDER BY ms DESC, seq DESC, id DESC LIMIT 1",
		"SELECT max(row) FROM object_recent",
		"SELECT max(run) FROM object_run",
		"SELECT row FROM event WHERE id = 'x' AND id <> ''",
		"SELECT max(serial) FROM incident",
		"SELECT max(row) FROM answer",
		"SELECT count(*) FROM state",
		"SELECT count(*) FROM pin",
		"SELECT max(row) FROM other_body",
		"SELECT max(row) FROM unreadable",
		"SELECT max(row) FROM apart",
		"SELECT max(row) FROM mention_recent",
		"SELECT max(run) FROM mention_run",
		"SELECT max(run) FROM mention_block",
		"SELECT max(text) FROM mention_answer",
		"SELECT max(answer) FROM mention_answer",
		"SELECT max(rule) FROM ack",
	};
	enum status st = S_OK;
	int64_t ignored;

	for (size_t i = 0; st == S_OK && i < sizeof(PROBES) / sizeof(PROBES[0]); i++)
		st = db_number(h->db, PROBES[i], &ignored, reterr);
	return st;
}

enum status schema_apply(struct history *h, bool writable, int *ret_upgraded_from, bool *ret_fresh,
			 struct problem *reterr)
{
	bool temporary = h->path == NULL;
	bool empty = false;
	int version = 0;
	enum status st = db_run(h->db, SETTINGS, reterr);

	if (st == S_OK)
		st = schema_look(h, &version, &empty, reterr);
	if (st == S_OK && empty && writable)
		st = db_run(h->db, LAYOUT, reterr);
	if (st == S_OK && writable)
		st = db_run(h->db, temporary ? FLEETING : DURABLE, reterr);
	if (st == S_OK && empty && !writable)
		return schema_refuse(h, "holds no history yet", NULL, E_NOT_FOUND, reterr);
	if (st == S_OK && version < HISTORY_VERSION && !writable)
		return schema_refuse(h, "was written by an older pepaytop",
				     "run pepaytop on it once, that upgrades it", E_READ_ONLY,
				     reterr);
	if (st == S_OK && version < HISTORY_VERSION)
		st = schema_upgrade(h, version, reterr);
	if (st == S_OK)
		st = schema_probe(h, reterr);
	if (st != S_OK)
		return st;
	*ret_upgraded_from = empty ? 0 : version < HISTORY_VERSION ? version : 0;
	*ret_fresh = empty;
	return S_OK;
}

enum status schema_lend(struct history *h, struct problem *reterr)
{
	bool empty = false;
	int version = 0;
	enum status st = db_run(h->db, SETTINGS, reterr);

	if (st == S_OK)
		st = schema_look(h, &version, &empty, reterr);
	if (st == S_OK && version != HISTORY_VERSION)
		st = schema_refuse(h, "was begun anew meanwhile", "start again", E_CONFLICT,
				   reterr);
	return st == S_OK ? db_run(h->db, DURABLE, reterr) : st;
}

/* --- world ------------------------------------------------------------------------------- */

static const struct {
	const char *name, *words;
} WORLD[] = {{STATE_SERVER, "server"},
	     {STATE_ACCOUNT, "account"},
	     {STATE_ENVIRONMENT, "environment"}};
#define WORLD_FIELDS (sizeof(WORLD) / sizeof(WORLD[0]))

static const char *world_field(const struct world *w, size_t i)
{
	return i == 0 ? w->server : i == 1 ? w->account : w->environment;
}

static enum status world_write(struct history *h, struct problem *reterr)
{
	enum status st = db_run(h->db, "BEGIN IMMEDIATE", reterr);

	for (size_t i = 0; st == S_OK && i < WORLD_FIELDS; i++)
		st = state_set(h->db, WORLD[i].name, world_field(&h->world, i), reterr);
	if (st == S_OK)
		st = db_run(h->db, "COMMIT", reterr);
	if (st != S_OK && db_in_transaction(h->db))
		(void)!db_run(h->db, "ROLLBACK", NULL);
	return st;
}

enum status schema_bind_world(struct history *h, bool writable, struct problem *reterr)
{
	char found[WORLD_FIELDS][256];
	enum status st = S_OK;

	for (size_t i = 0; st == S_OK && i < WORLD_FIELDS; i++)
		st = state_get(h->db, WORLD[i].name, found[i], sizeof(found[i]), reterr);
	if (st != S_OK)
		return st;
	if (!writable && h->world.server[0] == '\0') { /* whoever only looks may look at any */
		str_copy(h->world.server, sizeof(h->world.server), found[0]);
		str_copy(h->world.account, sizeof(h->world.account), found[1]);
		str_copy(h->world.environment, sizeof(h->world.environment), found[2]);
		return S_OK;
	}
	if (writable && found[0][0] == '\0' && found[1][0] == '\0' && found[2][0] == '\0')
		return world_write(h, reterr); /* new, or never bound for a crash */
	for (size_t i = 0; i < WORLD_FIELDS; i++)
		if (!str_equal(found[i], world_field(&h->world, i)))
			return problem_set(reterr, E_CONFLICT, "name another file with --history",
					   "%s keeps the events of another %s%s%s",
					   h->path ? h->path : "", WORLD[i].words,
					   i == 1 ? "" : ": ", i == 1 ? "" : found[i]);
	return S_OK;
}
