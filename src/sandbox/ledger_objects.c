/* The `objects` table: rows in, documents out. */
#include "base/alloc.h"
#include "sandbox/ledger_private.h"

/* --- writing ------------------------------------------------------------------ */

static enum status ledger_status_now(struct ledger *l, const struct ledger_row *row, char *ret,
				     size_t cap)
{
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool found = false;
	enum status st;

	sql_query_init(&q, "SELECT status, settlement_status FROM objects");
	sql_query_text(&q, " WHERE kind = ?", ledger_kind_word(row->kind));
	sql_query_text(&q, " AND id = ?", row->id);
	st = sql_run(l->sql, &q, &stmt, NULL);
	if (st == S_OK)
		st = sql_step(stmt, &found, NULL);
	if (st == S_OK && !found)
		st = E_NOT_FOUND;
	if (st == S_OK)
		str_printf(ret, cap, "%s%s%s", sql_text(stmt, 0), sql_text_len(stmt, 1) ? "/" : "",
			   sql_text(stmt, 1));
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

/* Says in words what the database refused. */
static enum status explain_refusal(struct ledger *l, const struct ledger_row *row, bool update,
				   struct problem *reterr)
{
	char now[80];
	const char *settlement = row->settlement_status ? row->settlement_status : "";
	enum status st = ledger_status_now(l, row, now, sizeof(now));

	if (update && st == S_OK)
		return problem_set(reterr, E_CONFLICT, NULL,
				   "%s %s cannot go from '%s' to '%s%s%s'",
				   ledger_kind_word(row->kind), row->id, now, row->status,
				   *settlement ? "/" : "", settlement);
	if (st == S_OK)
		return problem_set(reterr, E_CONFLICT, NULL, "%s %s exists already",
				   ledger_kind_word(row->kind), row->id);
	return problem_set(reterr, E_CONFLICT, NULL, "%s %s cannot start as '%s%s%s'",
			   ledger_kind_word(row->kind), row->id, row->status,
			   *settlement ? "/" : "", settlement);
}

/* `name = ?` or `?` for every column an insert and an update share, in one order. */
static void add_columns(struct sql_query *q, const struct ledger_row *row, bool update)
{
	const struct {
		const char *name, *value;
	} texts[] = {
		{"status", row->status},
		{"settlement_status", row->settlement_status},
		{"type", row->type},
		{"customer_id", row->customer_id},
		{"parent_id", row->parent_id},
		{"country", row->country},
		{"retailer", row->retailer},
		{"wallet", row->wallet},
		{"wallet_network", row->wallet_network},
		{"environment", row->environment},
		{"doc", row->doc},
	};
	char part[48];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (update && !texts[i].value) /* not said: keeps what is there */
			continue;
		str_printf(part, sizeof(part), "%s%s?", update ? texts[i].name : "",
			   update ? " = " : "");
		sql_query_text(q, part, texts[i].value);
		strbuf_addstr(&q->text, ", ");
	}
	sql_query_int(q, update ? "amount = ?" : "?", row->amount);
	sql_query_int(q, update ? ", updated_ms = ?" : ", ?", row->updated_ms);
	sql_query_int(q, update ? ", due_ms = ?" : ", ?", row->due_ms);
}

enum status ledger_insert(struct ledger *l, const struct ledger_row *row, struct problem *reterr)
{
	struct sql_query q;
	enum status st;

	sql_query_init(&q, "INSERT INTO objects(status, settlement_status, type, customer_id,"
			   " parent_id, country, retailer, wallet, wallet_network, environment,"
			   " doc, amount, updated_ms, due_ms, kind, id, hidden, created_ms)"
			   " VALUES(");
	add_columns(&q, row, false);
	sql_query_text(&q, ", ?", ledger_kind_word(row->kind));
	sql_query_text(&q, ", ?", row->id);
	sql_query_text(&q, ", ?", row->hidden ? row->hidden : "{}");
	sql_query_int(&q, ", ?)", row->created_ms);
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st == E_CONFLICT ? explain_refusal(l, row, false, reterr) : st;
}

enum status ledger_update(struct ledger *l, const struct ledger_row *row, struct problem *reterr)
{
	struct sql_query q;
	int64_t changes = 0;
	enum status st;

	sql_query_init(&q, "UPDATE objects SET ");
	add_columns(&q, row, true);
	if (row->hidden)
		sql_query_text(&q, ", hidden = ?", row->hidden);
	sql_query_text(&q, " WHERE kind = ?", ledger_kind_word(row->kind));
	sql_query_text(&q, " AND id = ?", row->id);
	st = sql_write(l->sql, &q, &changes, reterr);
	sql_query_release(&q);
	if (st == E_CONFLICT)
		return explain_refusal(l, row, true, reterr);
	if (st == S_OK && changes == 0)
		return problem_set(reterr, E_NOT_FOUND, NULL, "there is no %s %s",
				   ledger_kind_word(row->kind), row->id);
	return st;
}

/* --- reading one ---------------------------------------------------------------- */

static enum status ledger_get_column(struct ledger *l, const char *select, enum object_kind kind,
				     const char *id, char **ret, struct problem *reterr)
{
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = false;
	enum status st;

	sql_query_init(&q, select);
	sql_query_text(&q, " WHERE kind = ?", ledger_kind_word(kind));
	sql_query_text(&q, " AND id = ?", id);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && row)
		*ret = xmemdup0(sql_text(stmt, 0), sql_text_len(stmt, 0));
	else if (st == S_OK)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "there is no %s %s",
				 ledger_kind_word(kind), id);
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

enum status ledger_get(struct ledger *l, enum object_kind kind, const char *id, char **ret_doc,
		       struct problem *reterr)
{
	return ledger_get_column(l, "SELECT doc FROM objects", kind, id, ret_doc, reterr);
}

enum status ledger_get_hidden(struct ledger *l, enum object_kind kind, const char *id,
			      char **ret_hidden, struct problem *reterr)
{
	return ledger_get_column(l, "SELECT hidden FROM objects", kind, id, ret_hidden, reterr);
}

/* --- what the clock must act on ---------------------------------------------------- */

enum status ledger_next_due(struct ledger *l, enum object_kind *ret_kind, char **ret_id,
			    int64_t *ret_due_ms, struct problem *reterr)
{
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = false;
	enum status st;

	sql_query_init(&q, "SELECT kind, id, due_ms FROM objects WHERE due_ms IS NOT NULL"
			   " ORDER BY due_ms, n LIMIT 1");
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && row) {
		*ret_kind = kind_from_wire(sql_text(stmt, 0));
		*ret_id = xstrdup(sql_text(stmt, 1));
		*ret_due_ms = sql_int(stmt, 2);
	} else if (st == S_OK) {
		st = problem_set(reterr, E_NOT_FOUND, NULL, "nothing is due");
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}
