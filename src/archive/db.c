#include "archive/db.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <assert.h>
#include <sqlite3.h>

/* Readers block a writer's commit, and it them, for the length of one statement. */
#define BUSY_MS 5000

struct kept_statement {
	const char *sql;
	sqlite3_stmt *stmt;
};

struct db {
	sqlite3 *sqlite;
	struct kept_statement kept[DB_STATEMENTS_MAX];
	size_t kept_count;
	char name[256];
	bool damaged;
	bool io_failed;
};

/* --- what went wrong --------------------------------------------------------------------- */

static const struct {
	int code;
	enum status status;
	const char *next;
} FAILURES[] = {
	{SQLITE_FULL, E_FULL, "make room on the disk"},
	{SQLITE_READONLY_DBMOVED, E_IO, "the file was moved or deleted"},
	{SQLITE_READONLY, E_READ_ONLY, "it may only be looked at"},
	{SQLITE_CANTOPEN, E_READ_ONLY, "its folder must exist and be writable"},
	{SQLITE_PERM, E_READ_ONLY, "it may only be looked at"},
	{SQLITE_BUSY, E_TIMEOUT, "another program holds it; it is tried again"},
	{SQLITE_LOCKED, E_TIMEOUT, NULL},
	{SQLITE_CORRUPT, E_IO, "the file is damaged"},
	{SQLITE_NOTADB, E_IO, "the file is damaged, or is something else"},
	{SQLITE_ERROR, E_IO, "the file is damaged"},
	{SQLITE_CONSTRAINT, E_IO, "the file is damaged"},
	{SQLITE_TOOBIG, E_LIMIT, NULL},
};

/* Our statements are constant, and conflicts they expect are handled in them: one that does not
 * compile, or meets a row that cannot be, has met another schema or a broken index. */
static bool code_means_damage(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB ||
	       (code & 0xff) == SQLITE_ERROR || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
	       code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_ROWID;
}

static enum status db_fail(struct db *db, int code, struct problem *reterr)
{
	const char *words = sqlite3_errstr(code);
	enum status status = E_IO;
	const char *next = NULL;

	for (size_t i = 0; i < sizeof(FAILURES) / sizeof(FAILURES[0]); i++) {
		if (FAILURES[i].code != code && FAILURES[i].code != (code & 0xff))
			continue;
		status = FAILURES[i].status;
		next = FAILURES[i].next;
		break;
	}
	db->damaged |= code_means_damage(code);
	db->io_failed |= (code & 0xff) == SQLITE_IOERR || code == SQLITE_READONLY_DBMOVED;
	return problem_set(reterr, status, next, "history %s: %s", db->name, words);
}

bool db_damaged(const struct db *db)
{
	return db->damaged;
}

bool db_io_failed(const struct db *db)
{
	return db->io_failed;
}

void db_set_damaged(struct db *db)
{
	db->damaged = true;
}

/* --- connection -------------------------------------------------------------------------- */

static void db_harden(struct db *db)
{
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024);
}

enum status db_open(const struct db_options *opt, struct db **ret, struct problem *reterr)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		    SQLITE_OPEN_NOFOLLOW;
	struct db *db = xcalloc(1, sizeof(*db));
	int code;

	if (opt->path == NULL)
		flags |= SQLITE_OPEN_CREATE;
	(void)str_copy(db->name, sizeof(db->name), opt->path ? opt->path : "(temporary)");
	code = sqlite3_open_v2(opt->path ? opt->path : "", &db->sqlite, flags, opt->vfs);
	if (code == SQLITE_OK) {
		db_harden(db);
		code = sqlite3_exec(db->sqlite,
				    opt->read_only ? "PRAGMA query_only = ON" : "SELECT 1", NULL,
				    NULL, NULL);
	}
	if (code != SQLITE_OK) {
		enum status st = db_fail(db, code, reterr);
		db_close(db);
		return st;
	}
	*ret = db;
	return S_OK;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	for (size_t i = 0; i < db->kept_count; i++)
		sqlite3_finalize(db->kept[i].stmt);
	sqlite3_close_v2(db->sqlite);
	free(db);
}

bool db_in_transaction(const struct db *db)
{
	return !sqlite3_get_autocommit(db->sqlite);
}

enum status db_run(struct db *db, const char *sql, struct problem *reterr)
{
	int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	bool damaged = db->damaged;
	enum status st = S_OK;

	if (code != SQLITE_OK)
		st = db_fail(db, code, reterr);
	if ((code & 0xff) == SQLITE_ERROR)
		db->damaged = damaged; /* a commit of nothing, say: that is not the file's fault */
	return st;
}

enum status db_number(struct db *db, const char *sql, int64_t *ret, struct problem *reterr)
{
	struct query q;
	int64_t number = 0;
	enum status st;

	query_start(&q, db, sql);
	if (query_step(&q))
		number = query_get_int(&q, 0);
	st = query_end(&q, reterr);
	if (st == S_OK)
		*ret = number;
	return st;
}

enum status db_copy(struct db *db, const char *path, const char *vfs, struct problem *reterr)
{
	struct db_options opt = {.path = path, .vfs = vfs};
	struct db *copy;
	sqlite3_backup *backup;
	enum status st = db_open(&opt, &copy, reterr);
	int code;

	if (st != S_OK)
		return st;
	backup = sqlite3_backup_init(copy->sqlite, "main", db->sqlite, "main");
	code = backup ? sqlite3_backup_step(backup, -1) : sqlite3_errcode(copy->sqlite);
	if (backup != NULL) {
		int end = sqlite3_backup_finish(backup);
		code = code == SQLITE_DONE ? end : code;
	}
	if (code != SQLITE_OK)
		st = db_fail(copy, code, reterr);
	db_close(copy);
	return st;
}

int64_t db_changes(const struct db *db)
{
	return sqlite3_changes(db->sqlite);
}

int64_t db_last_row(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->sqlite);
}

/* --- statements -------------------------------------------------------------------------- */

static sqlite3_stmt *db_statement(struct db *db, const char *sql, int *ret_code)
{
	sqlite3_stmt *stmt = NULL;

	for (size_t i = 0; i < db->kept_count; i++)
		if (db->kept[i].sql == sql)
			return db->kept[i].stmt;
	*ret_code = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
	if (*ret_code != SQLITE_OK)
		return NULL;
	assert(db->kept_count < DB_STATEMENTS_MAX);
	db->kept[db->kept_count].sql = sql;
	db->kept[db->kept_count++].stmt = stmt;
	return stmt;
}

void query_start(struct query *q, struct db *db, const char *sql)
{
	*q = (struct query){.db = db, .code = SQLITE_OK};
	q->stmt = db_statement(db, sql, &q->code);
	assert(q->stmt == NULL || !sqlite3_stmt_busy(q->stmt));
}

static void query_note(struct query *q, int code)
{
	if (q->code == SQLITE_OK)
		q->code = code;
}

void query_int(struct query *q, int64_t v)
{
	if (q->stmt != NULL)
		query_note(q, sqlite3_bind_int64(q->stmt, ++q->bound, v));
}

void query_str(struct query *q, const char *s)
{
	if (q->stmt != NULL)
		query_note(q, sqlite3_bind_text(q->stmt, ++q->bound, s, -1, SQLITE_STATIC));
}

void query_blob(struct query *q, const void *p, size_t len)
{
	if (q->stmt != NULL)
		query_note(q, sqlite3_bind_blob64(q->stmt, ++q->bound, len ? p : "", len,
						  SQLITE_STATIC));
}

bool query_step(struct query *q)
{
	int code;

	if (q->code != SQLITE_OK)
		return false;
	code = sqlite3_step(q->stmt);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		query_note(q, code);
	return code == SQLITE_ROW;
}

int64_t query_get_int(const struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

const char *query_get_text(const struct query *q, int column)
{
	const unsigned char *s = sqlite3_column_text(q->stmt, column);

	return s != NULL ? (const char *)s : "";
}

const void *query_get_blob(const struct query *q, int column, size_t *ret_len)
{
	const void *p = sqlite3_column_blob(q->stmt, column);

	*ret_len = p != NULL ? (size_t)sqlite3_column_bytes(q->stmt, column) : 0;
	return p != NULL ? p : "";
}

enum status query_end(struct query *q, struct problem *reterr)
{
	if (q->stmt != NULL)
		(void)sqlite3_reset(q->stmt); /* tells again what the step told */
	return q->code == SQLITE_OK ? S_OK : db_fail(q->db, q->code, reterr);
}

enum status query_run(struct query *q, struct problem *reterr)
{
	while (query_step(q))
		;
	return query_end(q, reterr);
}
