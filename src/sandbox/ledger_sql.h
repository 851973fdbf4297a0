/*
 * SQLite behind a few verbs: the one file of the sandbox that knows it. Private
 * to the ledger. Statements are prepared once a text and kept.
 */
#ifndef PEPAYTOP_SANDBOX_LEDGER_SQL_H
#define PEPAYTOP_SANDBOX_LEDGER_SQL_H

#include "base/strbuf.h"
#include "base/when.h"

struct sql;
struct sql_stmt;

/*
 * path NULL: in memory. A file is made 0600 and locked for this process alone (E_CONFLICT when
 * another holds it, or when it is no database).
 */
must_check enum status sql_open(const char *path, struct sql **ret_sql, struct problem *reterr);
void sql_close(struct sql *s);
/* Runs statements that return nothing. */
must_check enum status sql_script(struct sql *s, const char *text, struct problem *reterr);
must_check enum status sql_pragma_get(struct sql *s, const char *pragma, int64_t *ret_value,
				      struct problem *reterr);

/* --- a query under construction: text and the values of its question marks --- */

#define SQL_VALUES_MAX 160

struct sql_query {
	struct strbuf text;
	struct sql_value {
		const char *text; /* borrowed; NULL: the number counts */
		int64_t number;   /* TIME_NONE binds as NULL */
	} values[SQL_VALUES_MAX];
	size_t count;
};

void sql_query_init(struct sql_query *q, const char *text);
void sql_query_release(struct sql_query *q);
/* Appends text, and a value for the one question mark it holds. NULL text binds as "". */
void sql_query_text(struct sql_query *q, const char *text, const char *value);
void sql_query_int(struct sql_query *q, const char *text, int64_t value);

/*
 * Prepares and binds; then sql_step() until *ret_row is false, then sql_finish() (also after a
 * failure). The query must outlive the statement.
 */
must_check enum status sql_run(struct sql *s, const struct sql_query *q, struct sql_stmt **ret_stmt,
			       struct problem *reterr);
must_check enum status sql_step(struct sql_stmt *st, bool *ret_row, struct problem *reterr);
int64_t sql_int(const struct sql_stmt *st, int column);
const char *sql_text(const struct sql_stmt *st, int column); /* until the next step */
size_t sql_text_len(const struct sql_stmt *st, int column);
void sql_finish(struct sql_stmt *st); /* NULL is fine */

/* sql_run, one step, sql_finish: for writes. *ret_changes (may be NULL): rows touched. */
must_check enum status sql_write(struct sql *s, const struct sql_query *q, int64_t *ret_changes,
				 struct problem *reterr);
/* The first column of the first row, or `fallback` when there is none or it is NULL. */
must_check enum status sql_number(struct sql *s, const struct sql_query *q, int64_t fallback,
				  int64_t *ret, struct problem *reterr);

/* A comma-separated list taken apart. */
#define WORDS_MAX 32
struct words {
	char buf[1024];
	const char *items[WORDS_MAX];
	size_t count;
};
/* NULL or "" gives none. E_LIMIT when there are too many. Empty words are skipped. */
must_check enum status words_split(struct words *w, const char *list, struct problem *reterr);

#endif
