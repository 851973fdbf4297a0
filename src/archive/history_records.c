/* The ledger, what REST said, and everything again in the order it was recorded. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/json.h"

/* --- incidents --------------------------------------------------------------------------- */

static const char INCIDENTS[] = "SELECT * FROM (SELECT serial, kind, state, from_ms, to_ms,"
				" from_id, to_id, recovered, note FROM incident"
				" ORDER BY serial DESC LIMIT ?) ORDER BY serial";

static void incident_read(const struct query *q, struct incident *ret)
{
	int64_t kind = query_get_int(q, 1), state = query_get_int(q, 2);
	struct incident inc = {.serial = query_get_int(q, 0)};

	inc.kind = kind >= 0 && kind < INCIDENT_KIND_COUNT ? (enum incident_kind)kind
							   : INCIDENT_STORAGE;
	inc.state = state >= 0 && state < INCIDENT_STATE_COUNT ? (enum incident_state)state
							       : INCIDENT_NOTED;
	inc.from_ms = query_get_int(q, 3);
	inc.to_ms = query_get_int(q, 4);
	(void)str_copy(inc.from_id, sizeof(inc.from_id), query_get_text(q, 5));
	(void)str_copy(inc.to_id, sizeof(inc.to_id), query_get_text(q, 6));
	inc.recovered = (uint64_t)query_get_int(q, 7);
	(void)str_copy(inc.note, sizeof(inc.note), query_get_text(q, 8));
	*ret = inc;
}

enum status history_incidents(struct history *h, size_t limit, struct incident **ret,
			      size_t *ret_count, struct problem *reterr)
{
	struct incident *items = NULL;
	size_t count = 0, cap = 0;
	struct query q;
	enum status st = history_may_read(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, INCIDENTS);
	query_int(&q, (int64_t)limit);
	while (query_step(&q)) {
		array_reserve((void **)&items, &cap, count + 1, sizeof(*items));
		incident_read(&q, &items[count++]);
	}
	st = history_read(h, query_end(&q, reterr));
	if (st != S_OK) {
		free(items);
		return st;
	}
	*ret = items;
	*ret_count = count;
	return S_OK;
}

/* --- answers ----------------------------------------------------------------------------- */

/* Row, answered, kind, body, in this order. */
static const char ANSWERS[] =
	"SELECT row, answered, kind, body FROM (SELECT row, answered, kind, body FROM answer a"
	" WHERE NOT EXISTS (SELECT 1 FROM answer b WHERE b.object = a.object AND b.row > a.row"
	" AND b.kind = a.kind AND b.id = a.id) ORDER BY row DESC LIMIT ?) ORDER BY row";

/* False: what is on disk is of a kind this build does not know, or can no longer be read. */
static bool answer_read(const struct query *q, struct object *ret)
{
	enum object_kind kind = kind_from_wire(query_get_text(q, 2));
	struct json *json = NULL;
	size_t len;
	const char *body = query_get_blob(q, 3, &len);
	bool read;

	read = kind != OBJECT_NONE && json_parse(body, len, &json, NULL) == S_OK &&
	       object_decode(kind, json, ret, NULL) == S_OK;
	json_free(json);
	return read;
}

struct answers {
	struct object *items;
	int64_t *times;
	size_t count, cap, times_cap;
};

static void answers_add(struct answers *a, struct object *o, int64_t answered_ms)
{
	array_reserve((void **)&a->items, &a->cap, a->count + 1, sizeof(*a->items));
	array_reserve((void **)&a->times, &a->times_cap, a->count + 1, sizeof(*a->times));
	a->items[a->count] = *o;
	a->times[a->count++] = answered_ms;
}

static void answers_release(struct answers *a)
{
	for (size_t i = 0; i < a->count; i++)
		object_release(&a->items[i]);
	free(a->items);
	free(a->times);
}

enum status history_answers(struct history *h, size_t limit, struct object **ret,
			    int64_t **ret_answered_ms, size_t *ret_count, struct problem *reterr)
{
	struct answers a = {.count = 0};
	struct query q;
	enum status st = history_may_read(h, reterr);

	if (st != S_OK)
		return st;
	query_start(&q, h->db, ANSWERS);
	query_int(&q, (int64_t)limit);
	while (query_step(&q)) {
		struct object o;
		if (answer_read(&q, &o))
			answers_add(&a, &o, query_get_int(&q, 1));
	}
	st = history_read(h, query_end(&q, reterr));
	if (st != S_OK) {
		answers_release(&a);
		return st;
	}
	*ret = a.items;
	*ret_answered_ms = a.times;
	*ret_count = a.count;
	return S_OK;
}

/* --- everything, as it came -------------------------------------------------------------- */

void recorded_release(struct recorded *r)
{
	if (r->is_event)
		event_release(&r->event);
	else
		object_release(&r->object);
}

static const char NEXT_EVENT[] =
	"SELECT " EVENT_COLUMNS " FROM event WHERE row > ? ORDER BY row LIMIT 1";
static const char NEXT_ANSWER[] =
	"SELECT row, answered, kind, body FROM answer WHERE row > ? ORDER BY row LIMIT 1";

/* Takes whichever arrived first; each of the two is in order of arrival. */
static bool next_of_both(struct query *event, struct query *answer, struct history_place *place,
			 struct recorded *ret)
{
	bool is_event = query_step(event);
	bool is_answer = query_step(answer);

	if (is_event && is_answer)
		is_event = query_get_int(event, 5) <= query_get_int(answer, 1);
	if (is_event) {
		struct event_row row;
		event_row_read(event, &row);
		*ret = (struct recorded){.arrived_ms = row.arrived_ms,
					 .is_event = true,
					 .via = row.via};
		ret->event = row.event;
		place->event_row = row.row;
	} else if (is_answer) {
		struct object o;
		*ret = (struct recorded){.arrived_ms = query_get_int(answer, 1)};
		if (answer_read(answer, &o))
			ret->object = o;
		place->answer_row = query_get_int(answer, 0);
	}
	return is_event || is_answer;
}

enum status history_next(struct history *h, struct history_place *place, struct recorded *ret,
			 struct problem *reterr)
{
	struct history_place after = *place;
	struct query event, answer;
	struct recorded found;
	enum status st = history_may_read(h, reterr), st_answer;
	bool any;

	if (st != S_OK)
		return st;
	query_start(&event, h->db, NEXT_EVENT);
	query_int(&event, place->event_row);
	query_start(&answer, h->db, NEXT_ANSWER);
	query_int(&answer, place->answer_row);
	any = next_of_both(&event, &answer, &after, &found);
	st = history_read(h, query_end(&event, reterr));
	st_answer = history_read(h, query_end(&answer, st == S_OK ? reterr : NULL));
	st = st == S_OK ? st_answer : st;
	if (st != S_OK) {
		if (any)
			recorded_release(&found);
		return st;
	}
	if (!any)
		return problem_set(reterr, E_NOT_FOUND, NULL, "the end of the history");
	if (after.event_row < place->event_row || after.answer_row < place->answer_row ||
	    (after.event_row == place->event_row && after.answer_row == place->answer_row)) {
		recorded_release(&found);
		return history_read(h, history_out_of_order(h, reterr));
	}
	*ret = found;
	*place = after;
	return S_OK;
}

enum status history_hold(struct history *h, struct problem *reterr)
{
	enum status st = history_may_read(h, reterr);

	return st == S_OK ? history_read(h, db_run(h->db, "BEGIN", reterr)) : st;
}

void history_let_go(struct history *h)
{
	if (h->db != NULL && db_in_transaction(h->db)) /* a failure may have ended it */
		(void)history_read(h, db_run(h->db, "COMMIT", NULL));
}

/* --- by time of arrival ------------------------------------------------------------------ */

/* Rows and when they arrived, from a row on. */
static const char EVENT_FROM[] = "SELECT row, arrived FROM event WHERE row >= ? ORDER BY row"
				 " LIMIT 1";
static const char ANSWER_FROM[] = "SELECT row, answered FROM answer WHERE row >= ? ORDER BY row"
				  " LIMIT 1";
static const char EVENT_LAST[] = "SELECT row, arrived FROM event ORDER BY row DESC LIMIT 1";
static const char ANSWER_LAST[] = "SELECT row, answered FROM answer ORDER BY row DESC LIMIT 1";

struct arrival {
	int64_t row, ms;
	bool any;
};

static enum status arrival_get(struct history *h, const char *sql, int64_t row, struct arrival *ret,
			       struct problem *reterr)
{
	struct arrival a = {.any = false};
	struct query q;
	enum status st;

	query_start(&q, h->db, sql);
	if (row > 0)
		query_int(&q, row);
	if (query_step(&q))
		a = (struct arrival){query_get_int(&q, 0), query_get_int(&q, 1), true};
	st = history_read(h, query_end(&q, reterr));
	if (st == S_OK)
		*ret = a;
	return st;
}

/* The row before the first that arrived at or after a time; by halves, for rows are in order of
 * arrival (where the clock was set back: near there). */
static enum status arrival_before(struct history *h, const char *from, const char *last, int64_t ms,
				  int64_t *ret, struct problem *reterr)
{
	struct arrival a = {.any = false};
	int64_t lo = 1, hi;
	enum status st = arrival_get(h, last, 0, &a, reterr);

	hi = a.any ? a.row + 1 : 1;
	while (st == S_OK && lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;
		st = arrival_get(h, from, mid, &a, reterr);
		if (!a.any || a.ms >= ms)
			hi = mid;
		else
			lo = a.row + 1;
	}
	if (st == S_OK)
		*ret = lo - 1;
	return st;
}

enum status history_seek(struct history *h, int64_t arrived_ms, struct history_place *ret,
			 struct problem *reterr)
{
	struct history_place place = {0, 0};
	enum status st = history_may_read(h, reterr);

	if (st == S_OK)
		st = arrival_before(h, EVENT_FROM, EVENT_LAST, arrived_ms, &place.event_row,
				    reterr);
	if (st == S_OK)
		st = arrival_before(h, ANSWER_FROM, ANSWER_LAST, arrived_ms, &place.answer_row,
				    reterr);
	if (st == S_OK)
		*ret = place;
	return st;
}

void history_span(struct history *h, int64_t *ret_first_ms, int64_t *ret_last_ms)
{
	static const char *const ENDS[2][2] = {{EVENT_FROM, EVENT_LAST},
					       {ANSWER_FROM, ANSWER_LAST}};
	int64_t first = TIME_NONE, last = TIME_NONE;

	for (int i = 0; i < 2 && history_may_read(h, NULL) == S_OK; i++) {
		struct arrival a = {.any = false}, z = {.any = false};
		if (arrival_get(h, ENDS[i][0], 1, &a, NULL) != S_OK ||
		    arrival_get(h, ENDS[i][1], 0, &z, NULL) != S_OK || !a.any || !z.any)
			continue;
		first = first == TIME_NONE || a.ms < first ? a.ms : first;
		last = last == TIME_NONE || z.ms > last ? z.ms : last;
	}
	*ret_first_ms = first;
	*ret_last_ms = last;
}
