#include "sandbox/ledger_sql.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#define STATEMENTS_MAX 96
#define QUERY_TEXT_MAX (64u * 1024u)

struct sql_stmt {
	sqlite3_stmt *handle;
	char *text; /* NULL: the slot is free */
	uint64_t last_use;
	bool busy;
	struct sql *owner;
};

struct sql {
	sqlite3 *db;
	uint64_t uses;
	struct sql_stmt statements[STATEMENTS_MAX];
};

static enum status sql_status(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_NOTADB:
		return E_CONFLICT;
	default:
		return E_IO;
	}
}

static enum status sql_problem(struct sql *s, int rc, struct problem *reterr)
{
	const char *next = NULL;

	if ((rc & 0xff) == SQLITE_BUSY)
		next = "another pepay-sandbox uses this file: stop it, or name another file";
	else if ((rc & 0xff) == SQLITE_NOTADB)
		next = "name a file that pepay-sandbox made, or a new one";
	else if ((rc & 0xff) == SQLITE_FULL)
		next = "free some disk space";
	return problem_set(reterr, sql_status(rc), next, "ledger: %s", sqlite3_errmsg(s->db));
}

static enum status sql_make_file(const char *path, struct problem *reterr)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return problem_set(reterr, E_IO, "check the path and its permissions",
				   "cannot open the ledger '%s': %s", path, strerror(errno));
	close(fd);
	return S_OK;
}

enum status sql_open(const char *path, struct sql **ret_sql, struct problem *reterr)
{
	/* The exclusive lock is taken by the first write and kept: one writer, by construction. */
	static const char file_rules[] =
		"PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=TRUNCATE;"
		"PRAGMA synchronous=EXTRA;";
	struct sql *s;
	enum status st;

	if (path) {
		st = sql_make_file(path, reterr);
		if (st != S_OK)
			return st;
	}
	s = xcalloc(1, sizeof(*s));
	if (sqlite3_open_v2(path ? path : ":memory:", &s->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		st = problem_set(reterr, E_IO, "check the path and its permissions",
				 "cannot open the ledger '%s': %s", path ? path : ":memory:",
				 s->db ? sqlite3_errmsg(s->db) : "no memory");
		goto failed;
	}
	sqlite3_extended_result_codes(s->db, 1);
	st = sql_script(s, path ? file_rules : "PRAGMA journal_mode=MEMORY;", reterr);
	if (st == S_OK)
		st = sql_script(s, "BEGIN IMMEDIATE; COMMIT;", reterr);
	if (st != S_OK)
		goto failed;
	*ret_sql = s;
	return S_OK;
failed:
	sql_close(s);
	return st;
}

void sql_close(struct sql *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < STATEMENTS_MAX; i++) {
		sqlite3_finalize(s->statements[i].handle);
		free(s->statements[i].text);
	}
	sqlite3_close(s->db);
	free(s);
}

enum status sql_script(struct sql *s, const char *text, struct problem *reterr)
{
	int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? S_OK : sql_problem(s, rc, reterr);
}

enum status sql_pragma_get(struct sql *s, const char *pragma, int64_t *ret_value,
			   struct problem *reterr)
{
	sqlite3_stmt *handle = NULL;
	char text[64];
	int rc;

	str_printf(text, sizeof(text), "PRAGMA %s", pragma);
	rc = sqlite3_prepare_v2(s->db, text, -1, &handle, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(handle);
	if (rc == SQLITE_ROW)
		*ret_value = sqlite3_column_int64(handle, 0);
	sqlite3_finalize(handle);
	return rc == SQLITE_ROW ? S_OK : sql_problem(s, rc, reterr);
}

/* --- queries ------------------------------------------------------------------ */

void sql_query_init(struct sql_query *q, const char *text)
{
	strbuf_init(&q->text, QUERY_TEXT_MAX);
	strbuf_addstr(&q->text, text);
	q->count = 0;
}

void sql_query_release(struct sql_query *q)
{
	strbuf_release(&q->text);
	q->count = 0;
}

static void sql_query_add(struct sql_query *q, const char *text, const char *value, int64_t number)
{
	strbuf_addstr(&q->text, text);
	if (q->count < SQL_VALUES_MAX)
		q->values[q->count] = (struct sql_value){.text = value, .number = number};
	q->count++; /* past the maximum: sql_run() refuses */
}

void sql_query_text(struct sql_query *q, const char *text, const char *value)
{
	sql_query_add(q, text, value ? value : "", 0);
}

void sql_query_int(struct sql_query *q, const char *text, int64_t value)
{
	sql_query_add(q, text, NULL, value);
}

/* --- statements ---------------------------------------------------------------- */

/* The statement of this text when it is cached and idle, else the slot to prepare it in. */
static struct sql_stmt *sql_slot(struct sql *s, const char *text)
{
	struct sql_stmt *oldest = NULL;

	for (size_t i = 0; i < STATEMENTS_MAX; i++) {
		struct sql_stmt *st = &s->statements[i];

		if (st->busy)
			continue;
		if (st->text && strcmp(st->text, text) == 0)
			return st;
		if (!oldest || st->last_use < oldest->last_use)
			oldest = st;
	}
	return oldest;
}

static enum status sql_prepare(struct sql *s, const char *text, struct sql_stmt **ret_stmt,
			       struct problem *reterr)
{
	struct sql_stmt *st = sql_slot(s, text);
	int rc;

	if (!st)
		return problem_set(reterr, E_LIMIT, NULL, "ledger: too many statements at once");
	if (!st->text || strcmp(st->text, text) != 0) {
		sqlite3_finalize(st->handle);
		free(st->text);
		st->handle = NULL;
		st->text = NULL;
		rc = sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &st->handle,
					NULL);
		if (rc != SQLITE_OK)
			return sql_problem(s, rc, reterr);
		st->text = xstrdup(text);
		st->owner = s;
	}
	st->last_use = ++s->uses;
	*ret_stmt = st;
	return S_OK;
}

enum status sql_run(struct sql *s, const struct sql_query *q, struct sql_stmt **ret_stmt,
		    struct problem *reterr)
{
	struct sql_stmt *st = NULL;
	enum status status;

	if (q->count > SQL_VALUES_MAX || q->text.overflow)
		return problem_set(reterr, E_LIMIT, NULL, "ledger: the query is too long");
	status = sql_prepare(s, strbuf_str(&q->text), &st, reterr);
	if (status != S_OK)
		return status;
	for (size_t i = 0; i < q->count; i++) {
		const struct sql_value *v = &q->values[i];
		int at = (int)i + 1, rc;

		if (v->text)
			rc = sqlite3_bind_text(st->handle, at, v->text, -1, SQLITE_STATIC);
		else if (v->number == TIME_NONE)
			rc = sqlite3_bind_null(st->handle, at);
		else
			rc = sqlite3_bind_int64(st->handle, at, v->number);
		if (rc != SQLITE_OK) {
			sqlite3_clear_bindings(st->handle);
			return sql_problem(s, rc, reterr);
		}
	}
	st->busy = true;
	*ret_stmt = st;
	return S_OK;
}

enum status sql_step(struct sql_stmt *st, bool *ret_row, struct problem *reterr)
{
	int rc = sqlite3_step(st->handle);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_problem(st->owner, rc, reterr);
	*ret_row = rc == SQLITE_ROW;
	return S_OK;
}

int64_t sql_int(const struct sql_stmt *st, int column)
{
	if (sqlite3_column_type(st->handle, column) == SQLITE_NULL)
		return TIME_NONE;
	return sqlite3_column_int64(st->handle, column);
}

const char *sql_text(const struct sql_stmt *st, int column)
{
	const unsigned char *text = sqlite3_column_text(st->handle, column);

	return text ? (const char *)text : "";
}

size_t sql_text_len(const struct sql_stmt *st, int column)
{
	return (size_t)sqlite3_column_bytes(st->handle, column);
}

void sql_finish(struct sql_stmt *st)
{
	if (!st)
		return;
	sqlite3_reset(st->handle);
	sqlite3_clear_bindings(st->handle);
	st->busy = false;
}

enum status sql_write(struct sql *s, const struct sql_query *q, int64_t *ret_changes,
		      struct problem *reterr)
{
	struct sql_stmt *st = NULL;
	bool row;
	enum status status = sql_run(s, q, &st, reterr);

	if (status == S_OK)
		status = sql_step(st, &row, reterr);
	if (status == S_OK && ret_changes)
		*ret_changes = sqlite3_changes(s->db);
	sql_finish(st);
	return status;
}

enum status sql_number(struct sql *s, const struct sql_query *q, int64_t fallback, int64_t *ret,
		       struct problem *reterr)
{
	struct sql_stmt *st = NULL;
	bool row = false;
	enum status status = sql_run(s, q, &st, reterr);

	if (status == S_OK)
		status = sql_step(st, &row, reterr);
	if (status == S_OK) {
		int64_t value = row ? sql_int(st, 0) : TIME_NONE;

		*ret = value == TIME_NONE ? fallback : value;
	}
	sql_finish(st);
	return status;
}

/* --- lists of words --------------------------------------------------------------- */

enum status words_split(struct words *w, const char *list, struct problem *reterr)
{
	char *at = w->buf;

	w->count = 0;
	if (!str_copy(w->buf, sizeof(w->buf), list ? list : ""))
		return problem_set(reterr, E_LIMIT, "ask for fewer words", "the list is too long");
	while (at) {
		char *comma = strchr(at, ',');

		if (comma)
			*comma++ = '\0';
		if (*at && w->count == WORDS_MAX)
			return problem_set(reterr, E_LIMIT, "ask for fewer words",
					   "the list has more than %d words", WORDS_MAX);
		if (*at)
			w->items[w->count++] = at;
		at = comma;
	}
	return S_OK;
}
