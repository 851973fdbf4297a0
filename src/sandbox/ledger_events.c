/* The `events` table: the outbox, in the order things happened. */
#include "base/alloc.h"
#include "sandbox/ledger_private.h"

enum status ledger_next_event_seq(struct ledger *l, int64_t *ret_seq, struct problem *reterr)
{
	int64_t first, last = 0;
	enum status st = ledger_event_bounds(l, &first, &last, reterr);

	if (st == S_OK)
		*ret_seq = last + 1;
	return st;
}

static enum status check_order(struct ledger *l, const struct ledger_event *e,
			       struct problem *reterr)
{
	struct sql_query q;
	int64_t newest = TIME_NONE;
	enum status st;

	sql_query_init(&q, "SELECT created_ms FROM events ORDER BY seq DESC LIMIT 1");
	st = sql_number(l->sql, &q, TIME_NONE, &newest, reterr);
	sql_query_release(&q);
	if (st == S_OK && newest != TIME_NONE && e->created_ms < newest)
		return problem_set(reterr, E_INVALID, NULL, "event %s is older than the newest one",
				   e->id);
	return st;
}

static enum status remember_type(struct ledger *l, const char *type, struct problem *reterr)
{
	struct sql_query q;
	enum status st;

	sql_query_init(&q, "INSERT OR IGNORE INTO event_types(type) VALUES(");
	sql_query_text(&q, "?)", type);
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st;
}

enum status ledger_append_event(struct ledger *l, const struct ledger_event *e,
				struct problem *reterr)
{
	const char *texts[] = {e->id,          e->type,         e->invoice_id, e->order_id,
			       e->customer_id, e->invoice_type, e->wallet,     e->wallet_network,
			       e->environment, e->body};
	struct sql_query q;
	int64_t seq;
	enum status st = check_order(l, e, reterr);

	if (st == S_OK)
		st = ledger_next_event_seq(l, &seq, reterr);
	if (st == S_OK)
		st = remember_type(l, e->type, reterr);
	if (st != S_OK)
		return st;
	sql_query_init(&q, "INSERT INTO events(id, type, invoice_id, order_id, customer_id,"
			   " invoice_type, wallet, wallet_network, environment, body, seq,"
			   " created_ms, commerce) VALUES(");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		sql_query_text(&q, i ? ",?" : "?", texts[i]);
	sql_query_int(&q, ",?", seq);
	sql_query_int(&q, ",?", e->created_ms);
	sql_query_int(&q, ",?)", e->commerce);
	st = sql_write(l->sql, &q, NULL, reterr);
	sql_query_release(&q);
	return st;
}

/* --- lists ---------------------------------------------------------------------- */

/* The types that ever occurred and that one of the patterns matches. */
struct type_set {
	char items[WORDS_MAX][EVENT_TYPE_CAP];
	size_t count;
};

static bool any_matches(const struct words *patterns, const char *type)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (str_matches_wildcard(patterns->items[i], type))
			return true;
	return false;
}

static enum status expand_types(struct ledger *l, const struct words *patterns,
				struct type_set *ret, struct problem *reterr)
{
	struct sql_query q;
	struct sql_stmt *stmt = NULL;
	bool row = true;
	enum status st;

	ret->count = 0;
	sql_query_init(&q, "SELECT type FROM event_types ORDER BY type");
	st = sql_run(l->sql, &q, &stmt, reterr);
	while (st == S_OK) {
		st = sql_step(stmt, &row, reterr);
		if (st != S_OK || !row)
			break;
		if (any_matches(patterns, sql_text(stmt, 0)) && ret->count < WORDS_MAX)
			str_copy(ret->items[ret->count++], EVENT_TYPE_CAP, sql_text(stmt, 0));
	}
	sql_finish(stmt);
	sql_query_release(&q);
	return st;
}

/* Time never goes back in this table, so a bound in time is a bound in seq as well. 0 and TIME_NONE
 * are no bound. */
static void add_time_bounds(struct sql_query *q, const struct ledger_event_filter *f)
{
	if (f->created_from_ms > 0)
		sql_query_int(q,
			      " AND seq >= (SELECT coalesce((SELECT seq FROM events"
			      " WHERE created_ms >= ? ORDER BY created_ms, seq LIMIT 1),"
			      " 9223372036854775807))",
			      f->created_from_ms);
	if (f->created_to_ms > 0)
		sql_query_int(q,
			      " AND seq <= (SELECT coalesce((SELECT seq FROM events"
			      " WHERE created_ms <= ? ORDER BY created_ms DESC, seq DESC LIMIT 1),"
			      " -1))",
			      f->created_to_ms);
}

static void add_text_filter(struct sql_query *q, const char *condition, const char *value)
{
	if (value && *value)
		sql_query_text(q, condition, value);
}

static void add_filter(struct sql_query *q, const struct ledger_event_filter *f)
{
	strbuf_addstr(&q->text, " WHERE 1");
	add_text_filter(q, " AND invoice_id <> '' AND invoice_id = ?", f->invoice_id);
	add_text_filter(q, " AND order_id <> '' AND order_id = ?", f->order_id);
	add_text_filter(q, " AND customer_id <> '' AND customer_id = ?", f->customer_id);
	add_text_filter(q, " AND +invoice_type = ?", f->invoice_type);
	add_text_filter(q, " AND +wallet = ?", f->wallet);
	add_text_filter(q, " AND +wallet_network = ?", f->wallet_network);
	add_text_filter(q, " AND +environment = ?", f->environment);
	if (f->commerce_only)
		strbuf_addstr(&q->text, " AND commerce = 1");
	if (!f->session) /* contract 9.2: payor streams only */
		strbuf_addstr(&q->text, " AND +type <> 'payment_quote.updated'");
	if (f->after_seq > 0)
		sql_query_int(q, " AND seq > ?", f->after_seq);
	if (f->before_seq > 0)
		sql_query_int(q, " AND seq < ?", f->before_seq);
	add_time_bounds(q, f);
}

static void add_page(struct sql_query *q, bool newest_first, int64_t most)
{
	strbuf_addstr(&q->text, newest_first ? " ORDER BY seq DESC" : " ORDER BY seq");
	sql_query_int(q, " LIMIT ?", most);
}

#define EVENT_COLUMNS                                                                        \
	"SELECT seq, id, type, created_ms, invoice_id, order_id, customer_id, invoice_type," \
	" wallet, wallet_network, environment, commerce, body FROM events"

/* One walk when an object or a customer is named, else one walk a type, merged: see the objects. */
static void build_list(struct sql_query *q, const struct ledger_event_filter *f,
		       const struct type_set *types, int64_t most)
{
	bool few = (f->invoice_id && *f->invoice_id) || (f->order_id && *f->order_id) ||
		   (f->customer_id && *f->customer_id);

	strbuf_addstr(&q->text, EVENT_COLUMNS);
	if (!f->types || !*f->types) {
		add_filter(q, f);
	} else if (few || types->count == 0) {
		add_filter(q, f);
		strbuf_addstr(&q->text, " AND +type IN (");
		for (size_t i = 0; i < types->count; i++)
			sql_query_text(q, i ? ",?" : "?", types->items[i]);
		strbuf_addstr(&q->text, ")");
	} else {
		strbuf_addstr(&q->text, " WHERE seq IN (");
		for (size_t i = 0; i < types->count; i++) {
			strbuf_addf(&q->text, "%sSELECT seq FROM (SELECT seq FROM events",
				    i ? " UNION ALL " : "");
			add_filter(q, f);
			sql_query_text(q, " AND type = ?", types->items[i]);
			add_page(q, f->newest_first, most);
			strbuf_addstr(&q->text, ")");
		}
		strbuf_addstr(&q->text, ")");
	}
	add_page(q, f->newest_first, most);
}

/* Copies, so that no statement is open while the caller's visit runs. */
struct stored {
	struct ledger_event event;
	char *texts[8];
};

static void stored_read(const struct sql_stmt *stmt, struct stored *s)
{
	static const int columns[] = {2, 4, 5, 6, 7, 8, 9, 10};
	struct ledger_event *e = &s->event;

	*e = (struct ledger_event){0};
	e->seq = sql_int(stmt, 0);
	str_copy(e->id, sizeof(e->id), sql_text(stmt, 1));
	e->created_ms = sql_int(stmt, 3);
	e->commerce = sql_int(stmt, 11) != 0;
	for (size_t i = 0; i < 8; i++)
		s->texts[i] = xstrdup(sql_text(stmt, columns[i]));
	e->type = s->texts[0];
	e->invoice_id = s->texts[1];
	e->order_id = s->texts[2];
	e->customer_id = s->texts[3];
	e->invoice_type = s->texts[4];
	e->wallet = s->texts[5];
	e->wallet_network = s->texts[6];
	e->environment = s->texts[7];
	e->body = xmemdup0(sql_text(stmt, 12), sql_text_len(stmt, 12));
	e->body_len = sql_text_len(stmt, 12);
}

static void stored_release(struct stored *s)
{
	for (size_t i = 0; i < 8; i++)
		free(s->texts[i]);
	free((char *)(uintptr_t)s->event.body);
}

static enum status events_read(struct ledger *l, const struct sql_query *q, struct stored **items,
			       size_t *count, struct problem *reterr)
{
	struct sql_stmt *stmt = NULL;
	size_t cap = 0;
	bool row = true;
	enum status st = sql_run(l->sql, q, &stmt, reterr);

	while (st == S_OK) {
		st = sql_step(stmt, &row, reterr);
		if (st != S_OK || !row)
			break;
		array_reserve((void **)items, &cap, *count + 1, sizeof(**items));
		stored_read(stmt, &(*items)[(*count)++]);
	}
	sql_finish(stmt);
	return st;
}

enum status ledger_events(struct ledger *l, const struct ledger_event_filter *f,
			  bool (*visit)(void *ctx, const struct ledger_event *e), void *ctx,
			  bool *ret_has_more, struct problem *reterr)
{
	struct words patterns;
	struct type_set types = {.count = 0};
	struct stored *items = NULL;
	size_t count = 0, shown;
	struct sql_query q;
	enum status st = words_split(&patterns, f->types, reterr);

	if (st == S_OK && patterns.count)
		st = expand_types(l, &patterns, &types, reterr);
	if (st != S_OK)
		return st;
	sql_query_init(&q, "");
	build_list(&q, f, &types, f->limit > 0 ? f->limit + 1 : -1);
	st = events_read(l, &q, &items, &count, reterr);
	sql_query_release(&q);
	shown = f->limit > 0 && count > (size_t)f->limit ? (size_t)f->limit : count;
	if (st == S_OK && ret_has_more)
		*ret_has_more = count > shown;
	for (size_t i = 0; st == S_OK && i < shown; i++)
		if (!visit(ctx, &items[i].event))
			break;
	for (size_t i = 0; i < count; i++)
		stored_release(&items[i]);
	free(items);
	return st;
}

enum status ledger_event_seq(struct ledger *l, const char *id, int64_t *ret_seq,
			     struct problem *reterr)
{
	struct sql_query q;
	int64_t seq = 0;
	enum status st;

	sql_query_init(&q, "");
	sql_query_text(&q, "SELECT seq FROM events WHERE id = ?", id);
	st = sql_number(l->sql, &q, 0, &seq, reterr);
	sql_query_release(&q);
	if (st == S_OK && seq == 0)
		return problem_set(reterr, E_NOT_FOUND, NULL, "there is no event %s", id);
	if (st == S_OK)
		*ret_seq = seq;
	return st;
}

enum status ledger_event_bounds(struct ledger *l, int64_t *ret_first_seq, int64_t *ret_last_seq,
				struct problem *reterr)
{
	struct sql_query first, last;
	enum status st;

	sql_query_init(&first, "SELECT min(seq) FROM events");
	sql_query_init(&last, "SELECT max(seq) FROM events");
	st = sql_number(l->sql, &first, 0, ret_first_seq, reterr);
	if (st == S_OK)
		st = sql_number(l->sql, &last, 0, ret_last_seq, reterr);
	sql_query_release(&first);
	sql_query_release(&last);
	return st;
}

int64_t ledger_event_count(struct ledger *l)
{
	int64_t first, last;

	if (ledger_event_bounds(l, &first, &last, NULL) != S_OK || last == 0)
		return 0;
	return last - first + 1;
}
