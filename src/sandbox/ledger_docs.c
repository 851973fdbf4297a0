#include "sandbox/ledger_docs.h"

#include "base/alloc.h"
#include "sandbox/ledger_private.h"

enum status ledger_doc_put(struct ledger *l, const char *collection, const char *id,
			   const char *parent, int64_t due_ms, const char *doc,
			   struct problem *reterr)
{
	struct sql_query q;
	enum status st;

	sql_query_init(&q, "INSERT INTO docs(collection, id, parent, due_ms, doc) VALUES(");
	sql_query_text(&q, "?", collection);
	sql_query_text(&q, ",?", id);
	sql_query_text(&q, ",?", parent);
	sql_query_int(&q, ",?", due_ms);
	sql_query_text(&q, ",?)", doc);
	strbuf_addstr(&q.text,
		      " ON CONFLICT(collection, id) DO UPDATE SET parent = excluded.parent,"
		      " due_ms = excluded.due_ms, doc = excluded.doc");
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st;
}

enum status ledger_doc_get(struct ledger *l, const char *collection, const char *id, char **ret_doc,
			   struct problem *reterr)
{
	struct sql_stmt *stmt = NULL;
	struct sql_query q;
	bool row = false;
	enum status st;

	sql_query_init(&q, "SELECT doc FROM docs WHERE ");
	sql_query_text(&q, "collection = ?", collection);
	sql_query_text(&q, " AND id = ?", id);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && row)
		*ret_doc = xmemdup0(sql_text(stmt, 0), sql_text_len(stmt, 0));
	else if (st == S_OK)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "no %s '%s'", collection, id);
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

enum status ledger_doc_delete(struct ledger *l, const char *collection, const char *id,
			      struct problem *reterr)
{
	struct sql_query q;
	int64_t changes = 0;
	enum status st;

	sql_query_init(&q, "DELETE FROM docs WHERE ");
	sql_query_text(&q, "collection = ?", collection);
	sql_query_text(&q, " AND id = ?", id);
	st = sql_write(l->sql, &q, &changes, reterr);
	sql_query_release(&q);
	if (st == S_OK && changes == 0)
		return problem_set(reterr, E_NOT_FOUND, NULL, "no %s '%s'", collection, id);
	return st;
}

enum status ledger_doc_list(struct ledger *l, const char *collection, const char *parent,
			    int64_t limit, int64_t offset,
			    bool (*visit)(void *ctx, const char *id, const char *doc), void *ctx,
			    struct problem *reterr)
{
	struct sql_stmt *stmt = NULL;
	struct sql_query q;
	bool row = true;
	enum status st;

	sql_query_init(&q, "SELECT id, doc FROM docs WHERE ");
	sql_query_text(&q, "collection = ?", collection);
	if (parent)
		sql_query_text(&q, " AND parent = ?", parent);
	sql_query_int(&q, " ORDER BY n LIMIT ?", limit);
	sql_query_int(&q, " OFFSET ?", offset);
	st = sql_run(l->sql, &q, &stmt, reterr);
	while (st == S_OK && row) {
		st = sql_step(stmt, &row, reterr);
		if (st == S_OK && row)
			row = visit(ctx, sql_text(stmt, 0), sql_text(stmt, 1));
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

enum status ledger_doc_next_due(struct ledger *l, const char *collection, char **ret_id,
				int64_t *ret_due_ms, struct problem *reterr)
{
	struct sql_stmt *stmt = NULL;
	struct sql_query q;
	bool row = false;
	enum status st;

	sql_query_init(&q, "SELECT id, due_ms FROM docs WHERE ");
	sql_query_text(&q, "collection = ? AND due_ms IS NOT NULL ORDER BY due_ms, n LIMIT 1",
		       collection);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && row) {
		*ret_id = xstrdup(sql_text(stmt, 0));
		*ret_due_ms = sql_int(stmt, 1);
	} else if (st == S_OK) {
		st = problem_set(reterr, E_NOT_FOUND, NULL, "nothing is due in %s", collection);
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}
