#include "sandbox/ledger.h"

#include "base/alloc.h"
#include "sandbox/ledger_private.h"

#include <assert.h>

#define BATCH_LOST "the ledger undid its changes: is the disk full?"

enum status ledger_open(const char *path, struct ledger **ret_ledger, struct problem *reterr)
{
	struct ledger *l = xcalloc(1, sizeof(*l));
	enum status st = sql_open(path, &l->sql, reterr);

	if (st == S_OK)
		st = ledger_schema_apply(l, reterr);
	if (st != S_OK) {
		ledger_close(l);
		return st;
	}
	*ret_ledger = l;
	return S_OK;
}

void ledger_close(struct ledger *l)
{
	if (!l)
		return;
	if (l->in_transaction)
		ledger_rollback(l);
	if (l->in_batch)
		ledger_batch_rollback(l);
	sql_close(l->sql);
	free(l);
}

static enum status ledger_run(struct ledger *l, const char *text, struct problem *reterr)
{
	struct sql_query q;
	enum status st;

	sql_query_init(&q, text);
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st;
}

enum status ledger_begin(struct ledger *l, struct problem *reterr)
{
	enum status st;

	assert(!l->in_transaction);
	if (l->batch_lost) /* a savepoint would open a transaction of its own */
		return problem_set(reterr, E_IO, NULL, BATCH_LOST);
	st = ledger_run(l, l->in_batch ? "SAVEPOINT change" : "BEGIN IMMEDIATE", reterr);
	l->in_transaction = st == S_OK;
	return st;
}

enum status ledger_commit(struct ledger *l, struct problem *reterr)
{
	enum status st;

	assert(l->in_transaction);
	st = ledger_run(l, l->in_batch ? "RELEASE change" : "COMMIT", reterr);
	if (st != S_OK)
		ledger_rollback(l);
	l->in_transaction = false;
	return st;
}

/* Fails, rightly, when SQLite has rolled back all of it by itself already (disk full). */
static bool undone(struct ledger *l, const char *text)
{
	return ledger_run(l, text, NULL) == S_OK;
}

void ledger_rollback(struct ledger *l)
{
	assert(l->in_transaction);
	l->in_transaction = false;
	if (!l->in_batch)
		(void)undone(l, "ROLLBACK");
	else if (!l->batch_lost)
		l->batch_lost = !undone(l, "ROLLBACK TO change") || !undone(l, "RELEASE change");
}

/* --- batches ---------------------------------------------------------------------- */

enum status ledger_batch_begin(struct ledger *l, struct problem *reterr)
{
	enum status st;

	assert(!l->in_transaction && !l->in_batch);
	st = ledger_run(l, "BEGIN IMMEDIATE", reterr);
	l->in_batch = st == S_OK;
	return st;
}

enum status ledger_batch_commit(struct ledger *l, struct problem *reterr)
{
	enum status st;

	assert(!l->in_transaction && l->in_batch);
	st = l->batch_lost ? problem_set(reterr, E_IO, NULL, BATCH_LOST)
			   : ledger_run(l, "COMMIT", reterr);
	if (st != S_OK)
		ledger_batch_rollback(l);
	l->in_batch = false;
	return st;
}

void ledger_batch_rollback(struct ledger *l)
{
	assert(!l->in_transaction && l->in_batch);
	(void)undone(l, "ROLLBACK");
	l->in_batch = l->batch_lost = false;
}

/* --- idempotency ------------------------------------------------------------------ */

enum status ledger_idempotency_get(struct ledger *l, const char *principal, const char *key,
				   struct idempotency_record *ret, struct problem *reterr)
{
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = false;
	enum status st;

	sql_query_init(&q, "SELECT body_hash, status, response, created_ms FROM idempotency");
	sql_query_text(&q, " WHERE principal = ?", principal);
	sql_query_text(&q, " AND key = ?", key);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && !row)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "the key is new");
	if (st == S_OK) {
		str_copy(ret->body_hash, sizeof(ret->body_hash), sql_text(stmt, 0));
		ret->status = (int)sql_int(stmt, 1);
		ret->response = xstrdup(sql_text(stmt, 2));
		ret->created_ms = sql_int(stmt, 3);
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

enum status ledger_idempotency_put(struct ledger *l, const char *principal, const char *key,
				   const char *body_hash, int status, const char *response,
				   int64_t created_ms, struct problem *reterr)
{
	struct sql_query q;
	enum status st;

	sql_query_init(&q, "INSERT OR REPLACE INTO idempotency(principal, key, body_hash, status,"
			   " response, created_ms) VALUES(");
	sql_query_text(&q, "?", principal);
	sql_query_text(&q, ",?", key);
	sql_query_text(&q, ",?", body_hash);
	sql_query_int(&q, ",?", status);
	sql_query_text(&q, ",?", response);
	sql_query_int(&q, ",?)", created_ms);
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st;
}

/* --- named values ------------------------------------------------------------------- */

enum status ledger_meta_get(struct ledger *l, const char *name, char **ret_value,
			    struct problem *reterr)
{
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = false;
	enum status st;

	sql_query_init(&q, "");
	sql_query_text(&q, "SELECT value FROM meta WHERE name = ?", name);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && row)
		*ret_value = xstrdup(sql_text(stmt, 0));
	else if (st == S_OK)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "the ledger has no '%s'", name);
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

enum status ledger_meta_set(struct ledger *l, const char *name, const char *value,
			    struct problem *reterr)
{
	struct sql_query q;
	enum status st;

	sql_query_init(&q, "");
	sql_query_text(&q, "INSERT OR REPLACE INTO meta(name, value) VALUES(?", name);
	sql_query_text(&q, ",?)", value);
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st;
}
