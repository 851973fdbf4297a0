/*
 * SQLite, as little of it as the history needs: one connection, statements kept by
 * the address of their text, and one way to say what went wrong.
 */
#ifndef PEPAYTOP_ARCHIVE_DB_H
#define PEPAYTOP_ARCHIVE_DB_H

#include "base/status.h"

#define DB_STATEMENTS_MAX 128

struct db_options {
	const char *path; /* NULL: temporary */
	const char *vfs;  /* NULL: the default one */
	bool read_only;   /* writes nothing but the roll-back of a crashed writer's journal */
};

struct db;

/* Opens without looking into the file. */
must_check enum status db_open(const struct db_options *opt, struct db **ret,
			       struct problem *reterr);
void db_close(struct db *db); /* undoes an open transaction; NULL is fine */

/* What a failure since db_open, or since it was last asked, said of the file. */
bool db_damaged(const struct db *db);   /* it is corrupt, or no database */
bool db_io_failed(const struct db *db); /* the connection may not be trusted any more */
void db_set_damaged(struct db *db);     /* the caller found it to be */

bool db_in_transaction(const struct db *db);

/* Several statements in a row, without parameters. */
must_check enum status db_run(struct db *db, const char *sql, struct problem *reterr);
/* One number, e.g. of a pragma. */
must_check enum status db_number(struct db *db, const char *sql, int64_t *ret,
				 struct problem *reterr);
/* The whole of `db` into the new file `path`, which exists and is empty. */
must_check enum status db_copy(struct db *db, const char *path, const char *vfs,
			       struct problem *reterr);
/* Rows changed by the statement that ended last. */
int64_t db_changes(const struct db *db);
int64_t db_last_row(const struct db *db);

/*
 * A statement in use: start, bind in order, step while there are rows, end. `sql` must be a string
 * that lives for ever: the compiled form is kept under its address. A statement is in use once at a
 * time. A failure at any step ends the rows, and query_end tells it. Bound bytes live until then.
 */
struct query {
	struct db *db;
	struct sqlite3_stmt *stmt;
	int bound;
	int code; /* SQLite's */
};
void query_start(struct query *q, struct db *db, const char *sql);
void query_int(struct query *q, int64_t v);
void query_str(struct query *q, const char *s);
void query_blob(struct query *q, const void *p, size_t len);
bool query_step(struct query *q);
int64_t query_get_int(const struct query *q, int column);
const char *query_get_text(const struct query *q, int column); /* never NULL */
const void *query_get_blob(const struct query *q, int column, size_t *ret_len);
enum status query_end(struct query *q, struct problem *reterr);
/* For statements that give no rows: step to the end, and end. */
must_check enum status query_run(struct query *q, struct problem *reterr);

#endif
