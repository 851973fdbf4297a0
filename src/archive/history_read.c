/* What is on disk, read back. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/json.h"

/* --- rows -------------------------------------------------------------------------------- */

/* Whatever the body has become, the event stays in its place. */
static void event_restore(const struct query *q, const char *body, size_t len, struct event *ret)
{
	struct event_key k = {query_get_int(q, 1), query_get_int(q, 2), query_get_text(q, 3)};
	struct event e = {.order_ms = k.ms, .order_seq = k.seq};

	event_key_id(&k, e.id);
	e.created_ms = query_get_int(q, 4);
	e.livemode = query_get_int(q, 7) != 0;
	(void)str_copy(e.flaw, sizeof(e.flaw), "the body on disk can no longer be read");
	e.raw = xmemdup0(body, len);
	e.raw_len = len;
	*ret = e;
}

void event_row_read(const struct query *q, struct event_row *ret)
{
	struct json *json = NULL;
	int64_t via = query_get_int(q, 6);
	size_t len;
	const char *body = query_get_blob(q, 8, &len);

	ret->row = query_get_int(q, 0);
	ret->arrived_ms = query_get_int(q, 5);
	ret->via = via >= 0 && via < EVENT_VIA_COUNT ? (enum event_via)via : VIA_OLDER;
	if (json_parse(body, len, &json, NULL) != S_OK ||
	    event_decode(json, body, len, &ret->event, NULL) != S_OK)
		event_restore(q, body, len, &ret->event);
	json_free(json);
}

struct events {
	struct event *items;
	size_t count, cap;
};

static void events_release(struct events *l)
{
	for (size_t i = 0; i < l->count; i++)
		event_release(&l->items[i]);
	free(l->items);
}

static void events_turn(struct events *l)
{
	for (size_t i = 0, j = l->count; i + 1 < j; i++) {
		struct event t = l->items[i];
		l->items[i] = l->items[--j];
		l->items[j] = t;
	}
}

/* Runs a query that gives EVENT_COLUMNS, newest first; gives them oldest first. `wanted` may leave
 * some out. */
static enum status events_read(struct history *h, struct query *q,
			       bool (*wanted)(const struct event *e, const void *ctx),
			       const void *ctx, struct event **ret_items, size_t *ret_count,
			       struct problem *reterr)
{
	struct events l = {.count = 0};
	enum status st;

	while (query_step(q)) {
		struct event_row row;
		event_row_read(q, &row);
		if (wanted != NULL && !wanted(&row.event, ctx)) {
			event_release(&row.event);
			continue;
		}
		array_reserve((void **)&l.items, &l.cap, l.count + 1, sizeof(*l.items));
		l.items[l.count++] = row.event;
	}
	st = history_read(h, query_end(q, reterr));
	if (st != S_OK) {
		events_release(&l);
		return st;
	}
	events_turn(&l);
	*ret_items = l.items;
	*ret_count = l.count;
	return S_OK;
}

/* --- position ---------------------------------------------------------------------------- */

void history_cursor(struct history *h, enum history_cursor c, char ret[ID_CAP])
{
	char now[ID_CAP] = "";

	if (h->mode == HISTORY_VIEW_ONLY && history_may_read(h, NULL) == S_OK &&
	    history_read(h, state_get(h->db, history_cursor_name(c), now, ID_CAP, NULL)) == S_OK)
		(void)str_copy(h->tally.cursors[c], ID_CAP, now); /* another process writes it */
	(void)str_copy(ret, ID_CAP, h->tally.cursors[c]);
}

static const char OVERLAP[] = "SELECT ms, seq, id FROM event WHERE (ms, seq, id) < (?, ?, ?)"
			      " ORDER BY ms DESC, seq DESC, id DESC LIMIT ?";

enum status history_overlap(struct history *h, const char *id, struct event_key *ret,
			    char ret_id[ID_CAP], struct problem *reterr)
{
	struct event_key k;
	struct query q;
	enum status st = history_key(h, id, &k, reterr);

	(void)str_copy(ret_id, ID_CAP, id);
	if (st != S_OK)
		return st;
	*ret = k;
	query_start(&q, h->db, OVERLAP);
	query_int(&q, k.ms);
	query_int(&q, k.seq);
	query_str(&q, k.text);
	query_int(&q, SYNC_OVERLAP);
	while (query_step(&q)) {
		k = (struct event_key){query_get_int(&q, 0), query_get_int(&q, 1),
				       query_get_text(&q, 2)};
		event_key_id(&k, ret_id);
		k.text = "";
		*ret = k;
	}
	return query_end(&q, reterr);
}

/* "" where there is no event. */
static void history_oldest_id(struct history *h, char ret[ID_CAP])
{
	struct event_key k;
	struct query q;

	query_start(&q, h->db, "SELECT ms, seq, id FROM event ORDER BY ms, seq, id LIMIT 1");
	if (query_step(&q)) {
		k = (struct event_key){query_get_int(&q, 0), query_get_int(&q, 1),
				       query_get_text(&q, 2)};
		event_key_id(&k, ret);
	}
	if (history_read(h, query_end(&q, NULL)) != S_OK)
		ret[0] = '\0';
}

void history_position(struct history *h, struct sync_position *ret)
{
	struct event_key ignored;

	history_cursor(h, CURSOR_VERIFIED, ret->verified);
	(void)str_copy(ret->overlap, sizeof(ret->overlap), ret->verified);
	if (history_may_read(h, NULL) != S_OK)
		return;
	if (ret->verified[0] == '\0')
		history_oldest_id(h, ret->overlap);
	else if (history_read(h, history_overlap(h, ret->verified, &ignored, ret->overlap, NULL)) !=
		 S_OK)
		(void)str_copy(ret->overlap, sizeof(ret->overlap), ret->verified);
}

/* --- facts ------------------------------------------------------------------------------- */

bool history_has(struct history *h, const char *event_id)
{
	int64_t row;

	return history_may_read(h, NULL) == S_OK &&
	       history_read(h, history_row(h, event_id, &row, NULL)) == S_OK;
}

const struct world *history_world(const struct history *h)
{
	return &h->world;
}

uint64_t history_count(struct history *h)
{
	int64_t now = h->tally.events;

	if (h->mode == HISTORY_VIEW_ONLY && history_may_read(h, NULL) == S_OK &&
	    history_read(h, state_get_int(h->db, STATE_EVENTS, now, &now, NULL)) == S_OK)
		h->tally.events = now;
	return (uint64_t)h->tally.events;
}

static const char OLDEST[] = "SELECT created FROM event WHERE ms > ? ORDER BY ms, seq, id LIMIT 1";

int64_t history_oldest_ms(struct history *h)
{
	int64_t created = TIME_NONE;
	struct query q;

	if (history_may_read(h, NULL) != S_OK)
		return TIME_NONE;
	query_start(&q, h->db, OLDEST);
	query_int(&q, TIME_NONE);
	if (query_step(&q))
		created = query_get_int(&q, 0);
	return history_read(h, query_end(&q, NULL)) == S_OK ? created : TIME_NONE;
}

/* --- events ------------------------------------------------------------------------------ */

static const char NEWEST[] =
	"SELECT " EVENT_COLUMNS " FROM event ORDER BY ms DESC, seq DESC, id DESC LIMIT ?";
static const char OLDER[] = "SELECT " EVENT_COLUMNS " FROM event WHERE (ms, seq, id) < (?, ?, ?)"
			    " ORDER BY ms DESC, seq DESC, id DESC LIMIT ?";

enum status history_older(struct history *h, const char *before, size_t limit,
			  struct event **ret_items, size_t *ret_count, struct problem *reterr)
{
	struct event_key k;
	struct query q;
	enum status st = history_may_read(h, reterr);

	if (st == S_OK && before[0] != '\0')
		st = history_read(h, history_key(h, before, &k, reterr));
	if (st != S_OK)
		return st;
	query_start(&q, h->db, before[0] != '\0' ? OLDER : NEWEST);
	if (before[0] != '\0') {
		query_int(&q, k.ms);
		query_int(&q, k.seq);
		query_str(&q, k.text);
	}
	query_int(&q, (int64_t)limit);
	return events_read(h, &q, NULL, NULL, ret_items, ret_count, reterr);
}

static const char ONE[] = "SELECT " EVENT_COLUMNS " FROM event WHERE row = ?";
static const char ANOTHER_BODY[] =
	"SELECT body FROM other_body WHERE event = ? ORDER BY row DESC LIMIT 1";

static enum status other_body(struct history *h, int64_t row, char **ret, struct problem *reterr)
{
	char *other = NULL;
	struct query q;
	enum status st;

	query_start(&q, h->db, ANOTHER_BODY);
	query_int(&q, row);
	if (query_step(&q)) {
		size_t len;
		const void *body = query_get_blob(&q, 0, &len);
		other = xmemdup0(body, len);
	}
	st = query_end(&q, reterr);
	if (st != S_OK)
		free(other);
	else
		*ret = other;
	return st;
}

static enum status event_row_get(struct history *h, const char *id, struct event_row *ret,
				 struct problem *reterr)
{
	struct query q;
	int64_t number = 0;
	enum status st = history_row(h, id, &number, reterr);
	bool found;

	if (st != S_OK)
		return st;
	query_start(&q, h->db, ONE);
	query_int(&q, number);
	found = query_step(&q);
	if (found)
		event_row_read(&q, ret);
	st = query_end(&q, reterr);
	if (found && st != S_OK)
		event_release(&ret->event);
	if (st == S_OK && !found) /* retired in between */
		st = problem_set(reterr, E_NOT_FOUND, NULL, "the history has no event %s", id);
	return st;
}

enum status history_event(struct history *h, const char *id, struct event *ret,
			  enum event_via *ret_via, int64_t *ret_arrived_ms, char **ret_other,
			  struct problem *reterr)
{
	struct event_row row;
	char *other = NULL;
	enum status st = history_may_read(h, reterr);

	if (st == S_OK)
		st = history_read(h, event_row_get(h, id, &row, reterr));
	if (st != S_OK)
		return st;
	st = history_read(h, other_body(h, row.row, &other, reterr));
	if (st != S_OK) {
		event_release(&row.event);
		return st;
	}
	*ret = row.event;
	*ret_via = row.via;
	*ret_arrived_ms = row.arrived_ms;
	*ret_other = other;
	return S_OK;
}

/* Run by run, and what is in none yet; newest first by place, whatever the order of arrival. Bodies
 * are read for the newest only. */
static const char OF_OBJECT[] =
	"WITH RECURSIVE runs (run) AS ("
	" SELECT min(run) FROM object_run UNION" /* of a damaged tree, too, there is an end */
	" SELECT (SELECT run FROM object_run WHERE run > runs.run ORDER BY run LIMIT 1)"
	" FROM runs WHERE runs.run IS NOT NULL),"
	" found (row) AS ("
	" SELECT o.row FROM runs CROSS JOIN object_run o WHERE o.run = runs.run AND o.object = ?1"
	" UNION ALL SELECT row FROM object_recent WHERE object = ?1)"
	" SELECT " EVENT_COLUMNS " FROM event WHERE row IN"
	" (SELECT e.row FROM found CROSS JOIN event e ON e.row = found.row"
	" ORDER BY e.ms DESC, e.seq DESC, e.id DESC LIMIT ?2)"
	" ORDER BY ms DESC, seq DESC, id DESC";

struct object_wanted {
	enum object_kind kind;
	const char *id;
};

static bool of_object(const struct event *e, const void *ctx)
{
	const struct object_wanted *w = ctx;

	return event_object_kind(e) == w->kind && str_equal(e->object_id, w->id);
}

enum status history_of_object(struct history *h, enum object_kind kind, const char *id,
			      size_t limit, struct event **ret_items, size_t *ret_count,
			      struct problem *reterr)
{
	struct object_wanted wanted = {kind, id};
	struct query q;
	enum status st = history_may_read(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, OF_OBJECT);
	query_int(&q, object_hash(kind, id));
	query_int(&q, (int64_t)limit);
	return events_read(h, &q, of_object, &wanted, ret_items, ret_count, reterr);
}

static const char COMPARED[] = "SELECT body FROM event WHERE row = ?";

enum status history_compare(struct history *h, const struct event *e, enum keeping *ret,
			    struct problem *reterr)
{
	enum keeping keeping = KEPT_NEW;
	struct query q;
	int64_t row = 0;
	enum status st = history_may_read(h, reterr);

	if (st == S_OK)
		st = history_row(h, e->id, &row, reterr);
	if (st == E_NOT_FOUND) {
		*ret = KEPT_NEW;
		return S_OK;
	}
	if (st != S_OK)
		return history_read(h, st);
	query_start(&q, h->db, COMPARED);
	query_int(&q, row);
	if (query_step(&q)) {
		size_t len;
		const void *body = query_get_blob(&q, 0, &len);
		keeping =
			meaning_same(body, len, e->raw, e->raw_len) ? KEPT_BEFORE : KEPT_COLLISION;
	}
	st = history_read(h, query_end(&q, reterr));
	if (st == S_OK)
		*ret = keeping;
	return st;
}
