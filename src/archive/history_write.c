/* What goes in during a transaction. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/json.h"

#include <inttypes.h>

#define OTHER_BODIES_MAX    8    /* of one event; what comes after is as good as known */
#define CURIOSITIES_MAX     1000 /* unreadable messages and strangers: the newest */
#define UNREADABLE_TEXT_MAX (64u * 1024u)

/* --- of another account ------------------------------------------------------------------ */

/* 0: it does not say. */
static int64_t event_merchant(const struct event *e)
{
	switch (e->object.kind) {
	case OBJECT_INVOICE:
		return e->object.as.invoice.merchant_id;
	case OBJECT_PAYMENT:
		return e->object.as.payment.merchant_id;
	default:
		return 0;
	}
}

static const char APART_KNOWN[] = "SELECT 1 FROM apart WHERE id = ? AND body = ?";
static const char APART_ADD[] =
	"INSERT INTO apart (arrived, merchant, id, body) VALUES (?, ?, ?, ?)";
static const char APART_BOUND[] = "DELETE FROM apart WHERE row <= ?";

static enum status apart_add(struct history *h, const struct event *e, int64_t arrived_ms,
			     struct problem *why)
{
	struct query q;
	enum status st;
	bool known;

	query_start(&q, h->db, APART_KNOWN);
	query_str(&q, e->id);
	query_blob(&q, e->raw, e->raw_len);
	known = query_step(&q);
	st = query_end(&q, why);
	if (st != S_OK || known)
		return st;
	query_start(&q, h->db, APART_ADD);
	query_int(&q, arrived_ms);
	query_int(&q, event_merchant(e));
	query_str(&q, e->id);
	query_blob(&q, e->raw, e->raw_len);
	st = query_run(&q, why);
	if (st != S_OK)
		return st;
	query_start(&q, h->db, APART_BOUND);
	query_int(&q, db_last_row(h->db) - CURIOSITIES_MAX);
	return query_run(&q, why);
}

/* --- the same id again ------------------------------------------------------------------- */

static const char BODY_OF[] = "SELECT body FROM event WHERE row = ?";
static const char OTHER_BODIES[] = "SELECT body FROM other_body WHERE event = ?";
static const char OTHER_ADD[] = "INSERT INTO other_body (event, arrived, body) VALUES (?, ?, ?)";

/* Is it the body on disk, or one that came under its id? *ret_count: how many of the latter. */
static enum status body_known(struct history *h, const struct event *e, int64_t row, bool *ret,
			      size_t *ret_count, struct problem *why)
{
	struct query q;
	const void *body;
	size_t len, count = 0;
	bool known = false;
	enum status st;

	query_start(&q, h->db, BODY_OF);
	query_int(&q, row);
	if (query_step(&q)) {
		body = query_get_blob(&q, 0, &len);
		known = meaning_same(body, len, e->raw, e->raw_len);
	}
	st = query_end(&q, why);
	if (st != S_OK || known) {
		*ret = known;
		return st;
	}
	query_start(&q, h->db, OTHER_BODIES);
	query_int(&q, row);
	while (!known && query_step(&q)) {
		body = query_get_blob(&q, 0, &len);
		known = meaning_same(body, len, e->raw, e->raw_len);
		count++;
	}
	st = query_end(&q, why);
	*ret = known;
	*ret_count = count;
	return st;
}

static bool row_doubtful(const struct history *h, int64_t row)
{
	return h->doubtful_row > 0 && row >= h->doubtful_row && row < h->landed_row;
}

static enum status event_again(struct history *h, const struct event *e, int64_t arrived_ms,
			       enum keeping *ret, struct problem *why)
{
	int64_t row = 0;
	size_t others = 0;
	bool known = false;
	struct query q;
	enum status st = history_row(h, e->id, &row, why);

	if (st == E_NOT_FOUND) { /* taken, but by none that is there */
		db_set_damaged(h->db);
		return problem_set(why, E_IO, NULL, "an index of the history is damaged");
	}
	if (st == S_OK)
		st = body_known(h, e, row, &known, &others, why);
	if (st != S_OK)
		return st;
	if (known) {
		*ret = row_doubtful(h, row) ? KEPT_NEW : KEPT_BEFORE;
		return S_OK;
	}
	*ret = KEPT_COLLISION;
	if (others >= OTHER_BODIES_MAX)
		return S_OK;
	query_start(&q, h->db, OTHER_ADD);
	query_int(&q, row);
	query_int(&q, arrived_ms);
	query_blob(&q, e->raw, e->raw_len);
	return query_run(&q, why);
}

/* --- events ------------------------------------------------------------------------------ */

static const char RECENT_ADD[] = "INSERT INTO object_recent (row, object) VALUES (?, ?)";
static const char RUN_ADD[] = "INSERT INTO object_run (run, object, row)"
			      " SELECT ?, object, row FROM object_recent ORDER BY object, row";
static const char RECENT_CLEAR[] = "DELETE FROM object_recent";

/* At the end of a run everything recent becomes one. */
static enum status object_index(struct history *h, int64_t row, int64_t object, struct problem *why)
{
	struct query q;
	enum status st = S_OK;

	if (object != 0) {
		query_start(&q, h->db, RECENT_ADD);
		query_int(&q, row);
		query_int(&q, object);
		st = query_run(&q, why);
	}
	if (st != S_OK || (row + 1) >> OBJECT_RUN_SHIFT == row >> OBJECT_RUN_SHIFT)
		return st;
	query_start(&q, h->db, RUN_ADD);
	query_int(&q, row >> OBJECT_RUN_SHIFT);
	st = query_run(&q, why);
	if (st != S_OK)
		return st;
	query_start(&q, h->db, RECENT_CLEAR);
	return query_run(&q, why);
}

static const char EVENT_ADD[] = "INSERT OR IGNORE INTO event"
				" (row, ms, seq, id, created, arrived, via, live, object, body)"
				" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/* *ret_new false: its id is taken. */
static enum status event_insert(struct history *h, const struct event *e, enum event_via via,
				int64_t arrived_ms, bool *ret_new, struct problem *why)
{
	int64_t object = object_hash(event_object_kind(e), e->object_id);
	struct event_key k = event_key(e);
	struct query q;
	enum status st;

	query_start(&q, h->db, EVENT_ADD);
	query_int(&q, h->tally.next_row);
	query_int(&q, k.ms);
	query_int(&q, k.seq);
	query_str(&q, k.text);
	query_int(&q, e->created_ms);
	query_int(&q, arrived_ms);
	query_int(&q, via);
	query_int(&q, e->livemode);
	query_int(&q, object);
	query_blob(&q, e->raw, e->raw_len);
	st = query_run(&q, why);
	if (st != S_OK)
		return st;
	*ret_new = db_changes(h->db) > 0;
	if (!*ret_new)
		return S_OK;
	h->tally.events++;
	st = mention_event(h, h->tally.next_row, object, e->raw, e->raw_len, why);
	if (st == S_OK)
		st = texts_settle(h, h->tally.next_row, why);
	return st == S_OK ? object_index(h, h->tally.next_row++, object, why) : st;
}

static enum status event_keep(struct history *h, const struct event *e, enum event_via via,
			      int64_t arrived_ms, enum keeping *ret, struct problem *why)
{
	int64_t merchant = event_merchant(e);
	bool is_new = false;
	enum status st;

	if (merchant != 0 && h->tally.merchant_id != 0 && merchant != h->tally.merchant_id) {
		*ret = KEPT_APART;
		return apart_add(h, e, arrived_ms, why);
	}
	st = event_insert(h, e, via, arrived_ms, &is_new, why);
	if (st != S_OK)
		return st;
	if (!is_new)
		return event_again(h, e, arrived_ms, ret, why);
	if (h->tally.merchant_id == 0)
		h->tally.merchant_id = merchant;
	*ret = KEPT_NEW;
	return S_OK;
}

enum status history_add_event(struct history *h, const struct event *e, enum event_via via,
			      int64_t arrived_ms, enum keeping *ret, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum keeping keeping = KEPT_NEW;
	enum status st = history_may_write(h, reterr);

	if (st != S_OK)
		return st;
	st = event_keep(h, e, via, arrived_ms, &keeping, &why);
	if (st == S_OK)
		*ret = keeping;
	return history_wrote(h, st, &why, reterr);
}

static const char VIA_SET[] = "UPDATE event SET via = ? WHERE row = ?";

enum status history_set_via(struct history *h, const char *event_id, enum event_via via,
			    struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct query q;
	int64_t row = 0;
	enum status st = history_may_write(h, reterr);

	if (st != S_OK)
		return st;
	st = history_row(h, event_id, &row, &why);
	if (st == E_NOT_FOUND) {
		if (reterr != NULL)
			*reterr = why;
		return st; /* nothing was written and nothing is wrong with the transaction */
	}
	if (st == S_OK) {
		query_start(&q, h->db, VIA_SET);
		query_int(&q, via);
		query_int(&q, row);
		st = query_run(&q, &why);
	}
	return history_wrote(h, st, &why, reterr);
}

/* --- what could not be read -------------------------------------------------------------- */

static const char UNREADABLE_ADD[] =
	"INSERT INTO unreadable (arrived, reason, text) VALUES (?, ?, ?)";
static const char UNREADABLE_BOUND[] = "DELETE FROM unreadable WHERE row <= ?";

enum status history_add_unreadable(struct history *h, const char *reason, const char *text,
				   size_t len, int64_t arrived_ms, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct query q;
	enum status st = history_may_write(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, UNREADABLE_ADD);
	query_int(&q, arrived_ms);
	query_str(&q, reason);
	query_blob(&q, text, len < UNREADABLE_TEXT_MAX ? len : UNREADABLE_TEXT_MAX);
	st = query_run(&q, &why);
	if (st == S_OK) {
		query_start(&q, h->db, UNREADABLE_BOUND);
		query_int(&q, db_last_row(h->db) - CURIOSITIES_MAX);
		st = query_run(&q, &why);
	}
	return history_wrote(h, st, &why, reterr);
}

/* --- incidents --------------------------------------------------------------------------- */

static const char INCIDENT_PUT[] =
	"INSERT INTO incident"
	" (serial, kind, state, from_ms, to_ms, from_id, to_id, recovered, note)"
	" VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?)"
	" ON CONFLICT (serial) DO UPDATE SET kind = excluded.kind, state = excluded.state,"
	" from_ms = excluded.from_ms, to_ms = excluded.to_ms, from_id = excluded.from_id,"
	" to_id = excluded.to_id, recovered = excluded.recovered, note = excluded.note";

enum status history_put_incident(struct history *h, struct incident *inc, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct query q;
	enum status st = history_may_write(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, INCIDENT_PUT);
	query_int(&q, inc->serial);
	query_int(&q, inc->kind);
	query_int(&q, inc->state);
	query_int(&q, inc->from_ms);
	query_int(&q, inc->to_ms);
	query_str(&q, inc->from_id);
	query_str(&q, inc->to_id);
	query_int(&q, (int64_t)inc->recovered);
	query_str(&q, inc->note);
	st = query_run(&q, &why);
	if (st == S_OK && inc->serial == 0)
		inc->serial = db_last_row(h->db);
	return history_wrote(h, st, &why, reterr);
}

/* --- cursors and pins -------------------------------------------------------------------- */

enum status history_set_cursor(struct history *h, enum history_cursor c, const char *value,
			       struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st = history_may_write(h, reterr);

	if (st != S_OK || str_equal(h->tally.cursors[c], value))
		return st;
	if (strlen(value) >= ID_CAP)
		return problem_set(reterr, E_LIMIT, NULL, "a cursor that is too long");
	st = state_set(h->db, history_cursor_name(c), value, &why);
	if (st == S_OK)
		(void)str_copy(h->tally.cursors[c], ID_CAP, value);
	return history_wrote(h, st, &why, reterr);
}

static const char PIN_ADD[] = "INSERT OR IGNORE INTO pin (object, kind, id) VALUES (?, ?, ?)";
static const char PIN_REMOVE[] = "DELETE FROM pin WHERE object = ? AND kind = ? AND id = ?";

enum status history_pin(struct history *h, enum object_kind kind, const char *object_id,
			bool pinned, struct problem *reterr)
{
	const struct kind_info *info = kind_info(kind);
	struct problem why = {.status = S_OK};
	struct query q;
	enum status st = history_may_write(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, pinned ? PIN_ADD : PIN_REMOVE);
	query_int(&q, object_hash(kind, object_id));
	query_str(&q, info ? info->wire : "");
	query_str(&q, object_id);
	st = query_run(&q, &why);
	return history_wrote(h, st, &why, reterr);
}

/* --- answers ----------------------------------------------------------------------------- */

static const char ANSWER_LATEST[] = "SELECT body FROM answer WHERE object = ? AND kind = ?"
				    " AND id = ? ORDER BY row DESC LIMIT 1";
static const char ANSWER_ADD[] =
	"INSERT INTO answer (answered, object, kind, id, body) VALUES (?, ?, ?, ?, ?)";

static enum status answer_add(struct history *h, const struct object *o, const char *body,
			      int64_t answered_ms, struct problem *why)
{
	const char *kind = kind_info(o->kind)->wire;
	const char *id = object_id(o);
	int64_t hash = object_hash(o->kind, id);
	struct query q;
	enum status st;
	bool same = false;

	query_start(&q, h->db, ANSWER_LATEST);
	query_int(&q, hash);
	query_str(&q, kind);
	query_str(&q, id);
	if (query_step(&q)) {
		size_t len;
		const void *latest = query_get_blob(&q, 0, &len);
		same = len == strlen(body) && memcmp(latest, body, len) == 0;
	}
	st = query_end(&q, why);
	if (st != S_OK || same)
		return st;
	query_start(&q, h->db, ANSWER_ADD);
	query_int(&q, answered_ms);
	query_int(&q, hash);
	query_str(&q, kind);
	query_str(&q, id);
	query_blob(&q, body, strlen(body));
	st = query_run(&q, why);
	return st == S_OK ? mention_answer(h, db_last_row(h->db), body, why) : st;
}

enum status history_add_answer(struct history *h, const struct object *o, int64_t answered_ms,
			       struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct json *json;
	char *body;
	enum status st = history_may_write(h, reterr);

	if (st != S_OK || kind_info(o->kind) == NULL || object_id(o)[0] == '\0')
		return st;
	json = object_to_json(o);
	body = json_print(json);
	json_free(json);
	st = answer_add(h, o, body, answered_ms, &why);
	free(body);
	return history_wrote(h, st, &why, reterr);
}
