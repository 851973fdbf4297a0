/* What looking things up in the history is made of. */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- one read of the file --------------------------------------------------------------- */

static const char RECENT[] = "SELECT object, row FROM object_recent WHERE row <= ?";

static enum status recent_load(struct look *l)
{
	size_t cap = 0;
	struct query q;

	query_start(&q, l->h->db, RECENT);
	query_int(&q, l->last_row);
	while (query_step(&q)) {
		array_reserve((void **)&l->recent, &cap, l->recent_count + 1, sizeof(*l->recent));
		l->recent[l->recent_count++] =
			(struct recent){query_get_int(&q, 0), query_get_int(&q, 1)};
	}
	return query_end(&q, l->why);
}

enum status look_begin(struct look *l, struct history *h, int64_t until_ms, struct problem *why)
{
	struct history_place place;
	bool more;
	enum status st = history_may_read(h, why);

	*l = (struct look){.h = h, .last_row = INT64_MAX, .last_answer = INT64_MAX, .why = why};
	if (st == S_OK && until_ms != TIME_NONE && until_ms < INT64_MAX) {
		st = history_seek(h, until_ms + 1, &place, why);
		l->last_row = place.event_row;
		l->last_answer = place.answer_row;
	}
	if (st == S_OK && !h->open) {
		st = history_hold(h, why);
		l->held = st == S_OK;
	}
	if (st == S_OK)
		st = filters_load(h, SIZE_MAX, &more, why);
	return st == S_OK ? recent_load(l) : st;
}

enum status look_end(struct look *l, enum status st)
{
	free(l->recent);
	l->recent = NULL;
	(void)history_read(l->h, st);
	if (l->held)
		history_let_go(l->h);
	return st;
}

/* --- an object's events ----------------------------------------------------------------- */

static const char IN_RUN[] = "SELECT e.row, e.ms, e.seq FROM object_run o CROSS JOIN event e"
			     " WHERE o.run = ? AND o.object = ? AND e.row = o.row AND e.row <= ?";
static const char PLACE_OF[] = "SELECT row, ms, seq FROM event WHERE row = ?";

static void placed_take(const struct query *q, struct placed_list *ret)
{
	array_reserve((void **)&ret->items, &ret->cap, ret->count + 1, sizeof(*ret->items));
	ret->items[ret->count++] =
		(struct placed){query_get_int(q, 0), query_get_int(q, 1), query_get_int(q, 2)};
}

static enum status rows_in_run(struct look *l, int64_t run, int64_t object, struct placed_list *ret)
{
	struct query q;

	query_start(&q, l->h->db, IN_RUN);
	query_int(&q, run);
	query_int(&q, object);
	query_int(&q, l->last_row);
	while (query_step(&q))
		placed_take(&q, ret);
	return query_end(&q, l->why);
}

enum status look_rows(struct look *l, int64_t object, struct placed_list *ret)
{
	enum status st = S_OK;
	size_t at = 0;
	int64_t run;

	while (st == S_OK && filters_next(l->h->filters, object, &at, &run))
		st = rows_in_run(l, run, object, ret);
	for (size_t i = 0; st == S_OK && i < l->recent_count; i++) {
		struct query q;

		if (l->recent[i].object != object)
			continue;
		query_start(&q, l->h->db, PLACE_OF);
		query_int(&q, l->recent[i].row);
		if (query_step(&q))
			placed_take(&q, ret);
		st = query_end(&q, l->why);
	}
	return st;
}

static const char EVENT_AT[] = "SELECT " EVENT_COLUMNS " FROM event WHERE row = ?";

enum status look_event(struct look *l, int64_t row, struct event_row *ret, bool *ret_found)
{
	struct query q;
	enum status st;

	*ret_found = false;
	if (row > l->last_row)
		return S_OK;
	query_start(&q, l->h->db, EVENT_AT);
	query_int(&q, row);
	*ret_found = query_step(&q);
	if (*ret_found)
		event_row_read(&q, ret);
	st = query_end(&q, l->why);
	if (st != S_OK && *ret_found)
		event_release(&ret->event);
	return st;
}

static const char ANSWER_LATEST[] =
	"SELECT answered, body FROM answer WHERE object = ? AND kind = ? AND id = ? AND row <= ?"
	" ORDER BY row DESC LIMIT 1";

enum status look_answer(struct look *l, enum object_kind kind, const char *id, struct object *ret,
			int64_t *ret_answered_ms)
{
	const struct kind_info *info = kind_info(kind);
	struct json *json = NULL;
	struct query q;
	size_t len;

	*ret = (struct object){.kind = OBJECT_NONE};
	if (info == NULL)
		return S_OK;
	query_start(&q, l->h->db, ANSWER_LATEST);
	query_int(&q, object_hash(kind, id));
	query_str(&q, info->wire);
	query_str(&q, id);
	query_int(&q, l->last_answer);
	if (query_step(&q)) {
		const char *body = query_get_blob(&q, 1, &len);

		*ret_answered_ms = query_get_int(&q, 0);
		if (json_parse(body, len, &json, NULL) != S_OK ||
		    object_decode(kind, json, ret, NULL) != S_OK)
			*ret = (struct object){.kind = OBJECT_NONE};
		json_free(json);
	}
	return query_end(&q, l->why);
}

/* --- leads -------------------------------------------------------------------------------------
 */

/* UNION: in a damaged tree the run before may be a later one, which must not go round for ever. */
#define MENTION_RUNS                                                                           \
	"WITH RECURSIVE runs (run) AS ("                                                       \
	" SELECT max(run) FROM mention_run UNION"                                              \
	" SELECT (SELECT run FROM mention_run WHERE run < runs.run ORDER BY run DESC LIMIT 1)" \
	" FROM runs WHERE runs.run IS NOT NULL)"
#define TAIL " AND (?2 = '' OR substr(text, -length(?2)) = ?2)"

/* What lies beside the packed ones. ?1 the text, ?2 the tail, ?3 the last row that counts, ?4 how
 * many, ?5 where the text's like end. Run by run from the newest. */
#define RUN_OF " SELECT row FROM runs CROSS JOIN mention_run m WHERE m.run = runs.run"
#define UP_TO  " AND row <= ?3 LIMIT ?4"
static const char EXACT[] = MENTION_RUNS RUN_OF " AND text = ?1" TAIL UP_TO;
static const char PREFIX[] = MENTION_RUNS RUN_OF " AND text >= ?1 AND text < ?5" TAIL UP_TO;
static const char PART[] = MENTION_RUNS RUN_OF " AND instr(text, ?1) > 0" TAIL UP_TO;
static const char EXACT_ANSWER[] =
	"SELECT answer FROM mention_answer WHERE text = ?1" TAIL " AND answer <= ?3 LIMIT ?4";
static const char PREFIX_ANSWER[] =
	"SELECT answer FROM mention_answer WHERE text >= ?1 AND text < ?5" TAIL
	" AND answer <= ?3 LIMIT ?4";
static const char PART_ANSWER[] = "SELECT answer FROM mention_answer WHERE instr(text, ?1) > 0" TAIL
				  " AND answer <= ?3 LIMIT ?4";

/* The first text behind all that begin so; false: there is none. */
static bool text_after(const char *text, char ret[NAME_CAP])
{
	size_t n;

	str_copy(ret, NAME_CAP, text);
	for (n = strlen(ret); n > 0 && (unsigned char)ret[n - 1] == 0xff; n--)
		ret[n - 1] = '\0';
	if (n == 0)
		return false;
	ret[n - 1] = (char)((unsigned char)ret[n - 1] + 1);
	return true;
}

void lead_add(struct lead_list *l, int64_t row, bool answer)
{
	if (l->left == 0)
		return;
	l->cut |= --l->left == 0;
	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = (struct lead){row, answer};
}

static enum status leads_read(struct look *l, const char *sql, const char *text, const char *tail,
			      const char *after, bool answer, struct lead_list *ret)
{
	struct query q;

	query_start(&q, l->h->db, sql);
	query_str(&q, text);
	query_str(&q, tail);
	query_int(&q, answer ? l->last_answer : l->last_row);
	query_int(&q, (int64_t)ret->left);
	if (after != NULL)
		query_str(&q, after);
	while (ret->left > 0 && query_step(&q))
		lead_add(ret, query_get_int(&q, 0), answer);
	return query_end(&q, l->why);
}

enum status look_leads(struct look *l, enum match match, const char *text, const char *tail,
		       struct lead_list *ret)
{
	static const char *const SQL[][2] = {
		[MATCH_EXACT] = {EXACT, EXACT_ANSWER},
		[MATCH_PREFIX] = {PREFIX, PREFIX_ANSWER},
		[MATCH_PART] = {PART, PART_ANSWER},
	};
	char after[NAME_CAP] = "";
	bool bounded = match == MATCH_PREFIX;
	enum status st;

	if (bounded && !text_after(text, after))
		return S_OK;
	ret->left = LEADS_MAX;
	st = texts_leads(l, match, text, tail, after, ret);
	if (st == S_OK)
		st = leads_read(l, SQL[match][0], text, tail, bounded ? after : NULL, false, ret);
	ret->left = LEADS_MAX;
	if (st == S_OK)
		st = leads_read(l, SQL[match][1], text, tail, bounded ? after : NULL, true, ret);
	return st;
}

/* --- where they lead -------------------------------------------------------------------- */

static const char ANSWER_AT[] = "SELECT object, kind, id, body FROM answer WHERE row = ?";

static enum status follow_answer(struct look *l, int64_t row, struct witness *ret, bool *ret_found)
{
	struct query q;
	size_t len;

	query_start(&q, l->h->db, ANSWER_AT);
	query_int(&q, row);
	if (query_step(&q)) {
		const char *body = query_get_blob(&q, 3, &len);

		ret->hash = query_get_int(&q, 0);
		ret->kind = kind_from_wire(query_get_text(&q, 1));
		str_copy(ret->id, sizeof(ret->id), query_get_text(&q, 2));
		ret->body = xmemdup0(body, len);
		ret->body_len = len;
		*ret_found = true;
	}
	return query_end(&q, l->why);
}

static enum status follow_event(struct look *l, int64_t row, struct witness *ret, bool *ret_found)
{
	struct event_row r;
	enum status st = look_event(l, row, &r, ret_found);

	if (st != S_OK || !*ret_found)
		return st;
	ret->kind = event_object_kind(&r.event);
	str_copy(ret->id, sizeof(ret->id), r.event.object_id);
	str_copy(ret->event, sizeof(ret->event), r.event.id);
	ret->hash = object_hash(ret->kind, ret->id);
	ret->body = r.event.raw;
	ret->body_len = r.event.raw_len;
	r.event.raw = NULL;
	event_release(&r.event);
	return S_OK;
}

enum status look_follow(struct look *l, const struct lead *lead, struct witness *ret,
			bool *ret_found)
{
	enum status st;

	*ret_found = false;
	*ret = (struct witness){.row = lead->row};
	st = lead->answer ? follow_answer(l, lead->row, ret, ret_found)
			  : follow_event(l, lead->row, ret, ret_found);
	if (st != S_OK)
		witness_release(ret);
	return st;
}

void witness_release(struct witness *w)
{
	free(w->body);
	w->body = NULL;
}
