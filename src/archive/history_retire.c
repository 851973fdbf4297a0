/* Letting go of the oldest, a slice at a time. */
#include "archive/history_priv.h"

#include "base/strbuf.h"

#define SLICE_ROWS 500 /* of a call */

/* What may go in this call. */
struct slice {
	int64_t cut_ms; /* what is older is too old; TIME_NONE: nothing is */
	bool too_big;
	bool any;             /* of the events, those in front of `end` */
	struct event_key end; /* its text is end_id, or "" */
	char end_id[ID_CAP];
	int64_t rows;         /* gone so far, of all tables */
	char last_id[ID_CAP]; /* the newest event that went */
	int64_t last_ms;      /* its place in time */
	int64_t last_created_ms;
};

struct size {
	int64_t used, file; /* bytes */
};

static enum status size_get(struct history *h, struct size *ret, struct problem *why)
{
	int64_t pages = 0, unused = 0, page = 0;
	enum status st = db_number(h->db, "PRAGMA page_count", &pages, why);

	if (st == S_OK)
		st = db_number(h->db, "PRAGMA freelist_count", &unused, why);
	if (st == S_OK)
		st = db_number(h->db, "PRAGMA page_size", &page, why);
	if (st == S_OK)
		*ret = (struct size){(pages - unused) * page, pages * page};
	return st;
}

/* Events from the verified cursor's overlap on are what sweeps compare with: they stay. */
static enum status slice_plan(struct history *h, struct slice *s, struct problem *why)
{
	const char *verified = h->tally.cursors[CURSOR_VERIFIED];
	struct size size = {0, 0};
	enum status st = size_get(h, &size, why);

	s->cut_ms = TIME_NONE;
	if (h->limits.keep_ms > 0)
		s->cut_ms = clock_wall_ms(&h->clock) - h->limits.keep_ms;
	s->too_big = h->limits.keep_bytes > 0 && size.used > h->limits.keep_bytes;
	if (st != S_OK || verified[0] == '\0' || (s->cut_ms == TIME_NONE && !s->too_big))
		return st;
	st = history_overlap(h, verified, &s->end, s->end_id, why);
	if (st == E_NOT_FOUND)
		return S_OK; /* where it is, is not known: nothing goes */
	if (st != S_OK)
		return st;
	s->end.text = event_key_numbered(s->end_id, &s->end) ? "" : s->end_id;
	if (!s->too_big && s->cut_ms < s->end.ms)
		s->end = (struct event_key){s->cut_ms, 0, ""};
	s->any = true;
	return S_OK;
}

/* --- events ------------------------------------------------------------------------------ */

static const char OLDEST_EVENTS[] =
	"SELECT row, ms, seq, id, created, object FROM event WHERE (ms, seq, id) < (?, ?, ?)"
	" AND (ms > -9223372036854775808 OR arrived < ?)"
	" AND object NOT IN (SELECT object FROM pin)"
	" ORDER BY ms, seq, id LIMIT ?";
static const char EVENT_DELETE[] = "DELETE FROM event WHERE row = ?";
static const char OTHERS_DELETE[] = "DELETE FROM other_body WHERE event = ?";

static const char RECENT_DELETE[] = "DELETE FROM object_recent WHERE row = ?";
static const char RUN_DELETE[] = "DELETE FROM object_run WHERE run = ? AND object = ? AND row = ?";

struct doomed {
	int64_t row, object;
};

static enum status delete_by(struct history *h, const char *sql, int64_t number,
			     struct problem *why)
{
	struct query q;

	query_start(&q, h->db, sql);
	query_int(&q, number);
	return query_run(&q, why);
}

static enum status doomed_delete_row(struct history *h, struct doomed d, struct problem *why)
{
	struct query q;
	enum status st = delete_by(h, EVENT_DELETE, d.row, why);

	if (st == S_OK)
		st = delete_by(h, OTHERS_DELETE, d.row, why);
	if (st == S_OK)
		st = delete_by(h, RECENT_DELETE, d.row, why);
	if (st != S_OK)
		return st;
	query_start(&q, h->db, RUN_DELETE);
	query_int(&q, d.row >> OBJECT_RUN_SHIFT);
	query_int(&q, d.object);
	query_int(&q, d.row);
	return query_run(&q, why);
}

static enum status doomed_delete(struct history *h, struct doomed d, struct problem *why)
{
	struct orphans orphans = {.items = NULL};
	enum status st = mention_take_out(h, d.row, &orphans, why);

	if (st == S_OK)
		st = doomed_delete_row(h, d, why);
	if (st == S_OK)
		st = mention_give(h, d.row, d.object, &orphans, why);
	orphans_release(&orphans);
	return st;
}

/* One whose time is not known is as old as its arrival. */
static enum status slice_pick(struct history *h, struct slice *s, struct doomed *rows,
			      size_t *ret_count, struct problem *why)
{
	struct query q;
	size_t count = 0;

	query_start(&q, h->db, OLDEST_EVENTS);
	query_int(&q, s->end.ms);
	query_int(&q, s->end.seq);
	query_str(&q, s->end.text);
	query_int(&q, s->too_big ? INT64_MAX : s->cut_ms);
	query_int(&q, SLICE_ROWS);
	while (count < SLICE_ROWS && query_step(&q)) {
		struct event_key k = {query_get_int(&q, 1), query_get_int(&q, 2),
				      query_get_text(&q, 3)};
		rows[count++] = (struct doomed){query_get_int(&q, 0), query_get_int(&q, 5)};
		event_key_id(&k, s->last_id);
		s->last_ms = k.ms;
		s->last_created_ms = query_get_int(&q, 4);
	}
	*ret_count = count;
	return query_end(&q, why);
}

/* It only moves on: older events may have been fetched again since. */
static enum status retired_note(struct history *h, const struct slice *s, struct problem *why)
{
	int64_t was = TIME_NONE;
	enum status st = state_get_int(h->db, STATE_RETIRED_MS, TIME_NONE, &was, why);

	if (st != S_OK || s->last_created_ms < was)
		return st;
	st = state_set(h->db, STATE_RETIRED, s->last_id, why);
	if (st == S_OK)
		st = state_set_int(h->db, STATE_RETIRED_MS, s->last_created_ms, why);
	return st;
}

static enum status slice_events(struct history *h, struct slice *s, struct problem *why)
{
	struct doomed rows[SLICE_ROWS];
	size_t count = 0;
	enum status st = slice_pick(h, s, rows, &count, why);

	for (size_t i = 0; st == S_OK && i < count; i++)
		st = doomed_delete(h, rows[i], why);
	if (st != S_OK || count == 0)
		return st;
	s->rows += (int64_t)count;
	h->tally.events -= (int64_t)count;
	return retired_note(h, s, why);
}

/* --- the rest ---------------------------------------------------------------------------- */

#define OLD_ANSWERS                                  \
	"(SELECT row FROM answer WHERE answered < ?" \
	" AND object NOT IN (SELECT object FROM pin) ORDER BY row LIMIT ?)"
/* Only when there are no events to let go: the newest word on each object stays. */
#define SUPERSEDED_ANSWERS                                                                 \
	"(SELECT row FROM answer a WHERE a.answered < ?"                                   \
	" AND object NOT IN (SELECT object FROM pin)"                                      \
	" AND EXISTS (SELECT 1 FROM answer b WHERE b.object = a.object AND b.row > a.row)" \
	" ORDER BY row LIMIT ?)"
/* What they are looked up by goes first. */
static const char *const ANSWERS_OLD[] = {
	"DELETE FROM mention_answer WHERE answer IN " OLD_ANSWERS,
	"DELETE FROM answer WHERE row IN " OLD_ANSWERS,
};
static const char *const ANSWERS_SUPERSEDED[] = {
	"DELETE FROM mention_answer WHERE answer IN " SUPERSEDED_ANSWERS,
	"DELETE FROM answer WHERE row IN " SUPERSEDED_ANSWERS,
};
static const char ACKS_OLD[] =
	"DELETE FROM ack WHERE (rule, kind, id) IN (SELECT rule, kind, id FROM ack WHERE at < ?"
	" LIMIT ?)";
static const char UNREADABLE_OLD[] =
	"DELETE FROM unreadable WHERE row IN (SELECT row FROM unreadable WHERE arrived < ?"
	" ORDER BY row LIMIT ?)";
static const char APART_OLD[] = "DELETE FROM apart WHERE row IN (SELECT row FROM apart"
				" WHERE arrived < ? ORDER BY row LIMIT ?)";

static enum status slice_run(struct history *h, const struct slice *s, const char *sql,
			     int64_t before_ms, struct problem *why)
{
	struct query q;

	query_start(&q, h->db, sql);
	query_int(&q, before_ms);
	query_int(&q, SLICE_ROWS - s->rows);
	return query_run(&q, why);
}

static enum status slice_others(struct history *h, struct slice *s, const char *sql,
				int64_t before_ms, struct problem *why)
{
	enum status st;

	if (s->rows >= SLICE_ROWS)
		return S_OK;
	st = slice_run(h, s, sql, before_ms, why);
	if (st == S_OK)
		s->rows += db_changes(h->db);
	return st;
}

static enum status slice_answers(struct history *h, struct slice *s, const char *const sql[2],
				 int64_t before_ms, struct problem *why)
{
	enum status st = S_OK;

	if (s->rows < SLICE_ROWS)
		st = slice_run(h, s, sql[0], before_ms, why);
	return st == S_OK ? slice_others(h, s, sql[1], before_ms, why) : st;
}

static enum status slice_delete(struct history *h, struct slice *s, struct problem *why)
{
	enum status st = s->any ? slice_events(h, s, why) : S_OK;

	if (st == S_OK && s->cut_ms != TIME_NONE) {
		st = slice_answers(h, s, ANSWERS_OLD, s->cut_ms, why);
		if (st == S_OK)
			st = slice_others(h, s, ACKS_OLD, s->cut_ms, why);
		if (st == S_OK)
			st = slice_others(h, s, UNREADABLE_OLD, s->cut_ms, why);
		if (st == S_OK)
			st = slice_others(h, s, APART_OLD, s->cut_ms, why);
	}
	if (st == S_OK && s->too_big && s->rows > 0)
		st = slice_answers(h, s, ANSWERS_OLD, s->last_ms, why);
	if (st == S_OK && s->too_big && s->rows == 0)
		st = slice_answers(h, s, ANSWERS_SUPERSEDED, INT64_MAX, why);
	return st;
}

/* Free pages are used again first; they go back to the disk only where the file is too big. */
static enum status slice_shrink(struct history *h, bool *ret_more, struct problem *why)
{
	struct size size = {0, 0};
	enum status st = size_get(h, &size, why);

	*ret_more = false;
	if (st != S_OK || h->limits.keep_bytes <= 0 || size.file <= h->limits.keep_bytes ||
	    size.used == size.file)
		return st;
	st = db_run(h->db, "PRAGMA incremental_vacuum(256)", why);
	if (st == S_OK)
		st = size_get(h, &size, why);
	*ret_more = size.file > h->limits.keep_bytes && size.used < size.file;
	return st;
}

enum status history_retire(struct history *h, bool *ret_more, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct slice s = {.rows = 0};
	bool more = false;
	enum status st = history_begin(h, reterr);

	if (st != S_OK)
		return st;
	st = slice_plan(h, &s, &why);
	if (st == S_OK)
		st = slice_delete(h, &s, &why);
	if (st == S_OK)
		st = slice_shrink(h, &more, &why);
	if (st != S_OK) {
		history_rollback(h);
		if (reterr != NULL)
			*reterr = why;
		return st;
	}
	more |= s.rows >= SLICE_ROWS || (s.too_big && s.rows > 0);
	h->changed = s.rows > 0;
	st = history_commit(h, reterr);
	if (st == S_OK)
		*ret_more = more;
	return st;
}

void history_retired(struct history *h, char ret_id[ID_CAP], int64_t *ret_created_ms)
{
	ret_id[0] = '\0';
	*ret_created_ms = TIME_NONE;
	if (history_may_read(h, NULL) != S_OK)
		return;
	(void)history_read(h, state_get(h->db, STATE_RETIRED, ret_id, ID_CAP, NULL));
	(void)history_read(h,
			   state_get_int(h->db, STATE_RETIRED_MS, TIME_NONE, ret_created_ms, NULL));
}
