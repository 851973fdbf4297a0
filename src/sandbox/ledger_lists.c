/* The `objects` table: lists and sums. */
#include "base/alloc.h"
#include "sandbox/ledger_private.h"

/* Copies, so that no statement is open while the caller's visit runs. */
struct docs {
	char **items;
	size_t count, cap;
};

static void docs_release(struct docs *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->items[i]);
	free(d->items);
}

static enum status docs_read(struct ledger *l, const struct sql_query *q, struct docs *d,
			     struct problem *reterr)
{
	struct sql_stmt *stmt = NULL;
	bool row = true;
	enum status st = sql_run(l->sql, q, &stmt, reterr);

	while (st == S_OK) {
		st = sql_step(stmt, &row, reterr);
		if (st != S_OK || !row)
			break;
		array_reserve((void **)&d->items, &d->cap, d->count + 1, sizeof(*d->items));
		d->items[d->count++] = xmemdup0(sql_text(stmt, 0), sql_text_len(stmt, 0));
	}
	sql_finish(stmt);
	return st;
}

enum status ledger_children(struct ledger *l, enum object_kind kind, const char *parent,
			    bool (*visit)(void *ctx, const char *doc), void *ctx,
			    struct problem *reterr)
{
	struct sql_query q;
	struct docs docs = {0};
	enum status st;

	if (!parent || !*parent)
		return S_OK;
	sql_query_init(&q, "SELECT doc FROM objects");
	sql_query_text(&q, " WHERE parent_id <> '' AND parent_id = ?", parent);
	sql_query_text(&q, " AND kind = ? ORDER BY n", ledger_kind_word(kind));
	st = docs_read(l, &q, &docs, reterr);
	for (size_t i = 0; st == S_OK && i < docs.count; i++)
		if (!visit(ctx, docs.items[i]))
			break;
	docs_release(&docs);
	sql_query_release(&q);
	return st;
}

/* Where a page starts: just past an object, in one direction. */
struct position {
	bool set;
	bool newer; /* ending_before: walk towards the newest */
	int64_t created_ms, n;
};

static enum status find_position(struct ledger *l, const struct ledger_filter *f,
				 struct position *ret, struct problem *reterr)
{
	const char *id = f->ending_before ? f->ending_before : f->starting_after;
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = false;
	enum status st;

	*ret = (struct position){.newer = f->ending_before != NULL};
	if (!id)
		return S_OK;
	sql_query_init(&q, "SELECT created_ms, n FROM objects");
	sql_query_text(&q, " WHERE kind = ?", ledger_kind_word(f->kind));
	sql_query_text(&q, " AND id = ?", id);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && !row)
		st = problem_set(reterr, E_NOT_FOUND, NULL, "the cursor names no %s",
				 ledger_kind_word(f->kind));
	if (st == S_OK) {
		ret->set = true;
		ret->created_ms = sql_int(stmt, 0);
		ret->n = sql_int(stmt, 1);
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

static void add_text_filter(struct sql_query *q, const char *condition, const char *value)
{
	if (value && *value)
		sql_query_text(q, condition, value);
}

static void add_in(struct sql_query *q, const char *column, const struct words *w)
{
	if (!w->count)
		return;
	strbuf_addf(&q->text, " AND %s IN (", column);
	for (size_t i = 0; i < w->count; i++)
		sql_query_text(q, i ? ",?" : "?", w->items[i]);
	strbuf_addstr(&q->text, ")");
}

/* Everything a filter says but its status list, its cursor and its limits. */
static void add_filter(struct sql_query *q, const struct ledger_filter *f,
		       const struct words *types)
{
	sql_query_text(q, " WHERE kind = ?", ledger_kind_word(f->kind));
	add_in(q, "type", types);
	add_text_filter(q, " AND customer_id = ?", f->customer_id);
	add_text_filter(q, " AND country = ?", f->country);
	add_text_filter(q, " AND retailer = ?", f->retailer);
	add_text_filter(q, " AND wallet = ?", f->wallet);
	add_text_filter(q, " AND wallet_network = ?", f->wallet_network);
	add_text_filter(q, " AND environment = ?", f->environment);
	add_text_filter(q, " AND parent_id <> '' AND parent_id = ?", f->parent_id);
	if (f->created_from_ms > 0)
		sql_query_int(q, " AND created_ms >= ?", f->created_from_ms);
	if (f->created_to_ms > 0)
		sql_query_int(q, " AND created_ms <= ?", f->created_to_ms);
}

static void add_page(struct sql_query *q, const struct position *pos, int64_t most)
{
	if (pos->set) {
		sql_query_int(q,
			      pos->newer ? " AND (created_ms, n) > (?"
					 : " AND (created_ms, n) < (?",
			      pos->created_ms);
		sql_query_int(q, ",?)", pos->n);
	}
	strbuf_addstr(&q->text,
		      pos->newer ? " ORDER BY created_ms, n" : " ORDER BY created_ms DESC, n DESC");
	sql_query_int(q, " LIMIT ?", most);
}

/*
 * One status, or none, or few objects anyway (a customer's): one index walk. Several statuses: one
 * walk each, none longer than the page, then merged; so that neither a common nor a rare status
 * makes the list read more than it shows.
 */
static void build_list(struct sql_query *q, const struct ledger_filter *f,
		       const struct words *types, const struct words *statuses,
		       const struct position *pos, int64_t most)
{
	bool few = f->customer_id && *f->customer_id;

	if (few || statuses->count < 2) {
		strbuf_addstr(&q->text, "SELECT doc FROM objects");
		add_filter(q, f, types);
		add_in(q, few ? "+status" : "status", statuses);
		add_page(q, pos, most);
	} else {
		strbuf_addstr(&q->text, "SELECT doc FROM objects WHERE n IN (");
		for (size_t i = 0; i < statuses->count; i++) {
			strbuf_addf(&q->text, "%sSELECT n FROM (SELECT n FROM objects",
				    i ? " UNION ALL " : "");
			add_filter(q, f, types);
			sql_query_text(q, " AND status = ?", statuses->items[i]);
			add_page(q, pos, most);
			strbuf_addstr(&q->text, ")");
		}
		strbuf_addstr(&q->text, ")");
		add_page(q, &(struct position){.newer = pos->newer}, most);
	}
	sql_query_int(q, " OFFSET ?", f->offset > 0 ? f->offset : 0);
}

/* `docs` are in walking order, one more than the page when more lie beyond. */
static void visit_page(struct docs *docs, size_t shown, bool newer,
		       bool (*visit)(void *ctx, const char *doc), void *ctx)
{
	for (size_t i = 0; i < shown; i++)
		if (!visit(ctx, docs->items[newer ? shown - 1 - i : i]))
			return;
}

enum status ledger_list(struct ledger *l, const struct ledger_filter *f,
			bool (*visit)(void *ctx, const char *doc), void *ctx, bool *ret_has_more,
			struct problem *reterr)
{
	int64_t most = f->limit > 0 ? f->offset + f->limit + 1 : -1;
	struct words types, statuses;
	struct position pos;
	struct docs docs = {0};
	struct sql_query q;
	enum status st = words_split(&types, f->type, reterr);

	if (st == S_OK)
		st = words_split(&statuses, f->status, reterr);
	if (st == S_OK)
		st = find_position(l, f, &pos, reterr);
	if (st != S_OK)
		return st;
	sql_query_init(&q, "");
	build_list(&q, f, &types, &statuses, &pos, most);
	st = docs_read(l, &q, &docs, reterr);
	sql_query_release(&q);
	if (st == S_OK) {
		size_t limit = f->limit > 0 ? (size_t)f->limit : docs.count;
		size_t shown = docs.count < limit ? docs.count : limit;

		if (ret_has_more)
			*ret_has_more = docs.count > shown;
		visit_page(&docs, shown, pos.newer, visit, ctx);
	}
	docs_release(&docs);
	return st;
}

enum status ledger_total(struct ledger *l, const struct ledger_filter *f, int64_t *ret_count,
			 int64_t *ret_amount, struct problem *reterr)
{
	struct words types, statuses;
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = false;
	enum status st = words_split(&types, f->type, reterr);

	if (st == S_OK)
		st = words_split(&statuses, f->status, reterr);
	if (st != S_OK)
		return st;
	sql_query_init(&q, "SELECT count(*), coalesce(sum(amount), 0) FROM objects");
	add_filter(&q, f, &types);
	add_in(&q, "status", &statuses);
	st = sql_run(l->sql, &q, &stmt, reterr);
	if (st == S_OK)
		st = sql_step(stmt, &row, reterr);
	if (st == S_OK && row) {
		*ret_count = sql_int(stmt, 0);
		*ret_amount = sql_int(stmt, 1);
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}
