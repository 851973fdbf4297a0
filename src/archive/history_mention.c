/*
 * The index of mentions: written with each event, kept true when events go, and made
 * afterwards of what an older version wrote. A pair of a text and an object is written
 * once as far as memory goes; twice does no harm.
 */
#include "archive/history_priv.h"
#include "archive/mention.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

/* --- what was written lately ------------------------------------------------------------ */

#define SAID_SETS 16384
#define SAID_WAYS 4

/*
 * Hashes of an object and a text it says, and of an object and all that one event of it says,
 * which is asked first. A place in a set goes to whoever comes next.
 */
struct said {
	uint64_t salt; /* what was hashed with another one is forgotten */
	struct mention_names names;
	unsigned char next[SAID_SETS];
	uint64_t pairs[SAID_SETS][SAID_WAYS];
};

void said_forget(struct history *h)
{
	if (h->said != NULL)
		h->said->salt++;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	a = (a ^ b) * 0x9e3779b97f4a7c15u;
	return a ^ a >> 29;
}

static uint64_t pair_hash(uint64_t salt, int64_t object, const char *text, size_t len)
{
	uint64_t h = mix(salt, (uint64_t)object), word;

	for (; len >= 8; text += 8, len -= 8) {
		memcpy(&word, text, 8);
		h = mix(h, word);
	}
	word = len;
	memcpy(&word, text, len); /* the last byte of it is the length, unless there are eight */
	return mix(mix(h, word), len);
}

static struct said *said(struct history *h)
{
	if (h->said == NULL)
		h->said = xcalloc(1, sizeof(*h->said));
	return h->said;
}

/* True: it was there; else it is now. */
static bool said_before(struct said *s, uint64_t hash)
{
	size_t at = (hash >> 32) % SAID_SETS;
	uint64_t *set = s->pairs[at];

	hash += hash == 0 ? 1 : 0;
	for (size_t i = 0; i < SAID_WAYS; i++)
		if (set[i] == hash)
			return true;
	set[s->next[at]++ % SAID_WAYS] = hash;
	return false;
}

static bool pair_said_before(struct history *h, int64_t object, const char *text, size_t len)
{
	struct said *s = said(h);

	return said_before(s, pair_hash(s->salt, object, text, len));
}

static bool body_said_before(struct history *h, int64_t object, const char *body, size_t len)
{
	struct said *s = said(h);
	uint64_t print = mentions_fingerprint(&s->names, body, len);

	return said_before(s, mix(mix(~s->salt, (uint64_t)object), print));
}

/* --- writing ---------------------------------------------------------------------------- */

static const char RECENT_ADD[] = "INSERT OR IGNORE INTO mention_recent (row, text) VALUES (?, ?)";
static const char RUN_ADD[] = "INSERT OR IGNORE INTO mention_run (run, text, row) VALUES (?, ?, ?)";
static const char ANSWER_ADD[] =
	"INSERT OR IGNORE INTO mention_answer (text, answer) VALUES (?, ?)";

struct writing {
	struct history *h;
	int64_t row, object;
	enum status st;
	struct problem *why;
};

/* What is recent is written in the order it comes and read from end to end: a run takes it in four
 * times until it is full. */
#define RECENT_SHIFT (OBJECT_RUN_SHIFT - 2)

static bool in_recent(const struct history *h, int64_t row)
{
	return row >> RECENT_SHIFT == h->tally.next_row >> RECENT_SHIFT;
}

static enum status put_text(struct history *h, int64_t row, const char *text, struct problem *why)
{
	bool recent = in_recent(h, row);
	struct query q;

	query_start(&q, h->db, recent ? RECENT_ADD : RUN_ADD);
	if (!recent)
		query_int(&q, row >> OBJECT_RUN_SHIFT);
	if (recent)
		query_int(&q, row);
	query_str(&q, text);
	if (!recent)
		query_int(&q, row);
	return query_run(&q, why);
}

static void say_event(void *ctx, const struct mention *m)
{
	struct writing *w = ctx;

	if (w->st == S_OK && !pair_said_before(w->h, w->object, m->text, m->len))
		w->st = put_text(w->h, w->row, m->text, w->why);
}

/* Without an object every event is found for itself. */
enum status mention_event(struct history *h, int64_t row, int64_t object, const char *body,
			  size_t len, struct problem *why)
{
	struct writing w = {h, row, object != 0 ? object : row, S_OK, why};
	struct mention_reader to = {say_event, &w};

	if (object == 0 || !body_said_before(h, object, body, len))
		mentions_of_event(body, len, &to);
	return w.st;
}

static void say_answer(void *ctx, const struct mention *m)
{
	struct writing *w = ctx;
	struct query q;

	if (w->st != S_OK)
		return;
	query_start(&q, w->h->db, ANSWER_ADD);
	query_str(&q, m->text);
	query_int(&q, w->row);
	w->st = query_run(&q, w->why);
}

enum status mention_answer(struct history *h, int64_t row, const char *body, struct problem *why)
{
	struct writing w = {h, row, 0, S_OK, why};
	struct mention_reader to = {say_answer, &w};

	mentions_of_object(body, strlen(body), &to);
	return w.st;
}

static const char SETTLE[] = "INSERT OR IGNORE INTO mention_run (run, text, row)"
			     " SELECT row >> ?, text, row FROM mention_recent ORDER BY 1, 2, 3";
static const char CLEAR_RECENT[] = "DELETE FROM mention_recent";

enum status mention_settle(struct history *h, int64_t row, struct problem *why)
{
	struct query q;
	enum status st;

	if ((row + 1) >> RECENT_SHIFT == row >> RECENT_SHIFT)
		return S_OK;
	query_start(&q, h->db, SETTLE);
	query_int(&q, OBJECT_RUN_SHIFT);
	st = query_run(&q, why);
	if (st != S_OK)
		return st;
	query_start(&q, h->db, CLEAR_RECENT);
	return query_run(&q, why);
}

/* --- when an event goes -------------------------------------------------------------------------
 */

static const char BODY_OF[] = "SELECT body FROM event WHERE row = ?";
static const char RECENT_OUT[] = "DELETE FROM mention_recent WHERE row = ? AND text = ?";
static const char RUN_OUT[] = "DELETE FROM mention_run WHERE run = ? AND text = ? AND row = ?";

void orphans_release(struct orphans *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->items[i]);
	free(o->items);
	*o = (struct orphans){.items = NULL};
}

struct leaving {
	struct writing w;
	struct orphans *out;
};

static void take_text_out(void *ctx, const struct mention *m)
{
	struct leaving *l = ctx;
	struct writing *w = &l->w;
	bool recent = in_recent(w->h, w->row);
	struct orphans *o = l->out;
	struct query q;

	if (w->st != S_OK)
		return;
	query_start(&q, w->h->db, recent ? RECENT_OUT : RUN_OUT);
	query_int(&q, recent ? w->row : w->row >> OBJECT_RUN_SHIFT);
	if (recent) {
		query_str(&q, m->text);
	} else {
		query_str(&q, m->text);
		query_int(&q, w->row);
	}
	w->st = query_run(&q, w->why);
	if (w->st != S_OK || db_changes(w->h->db) == 0)
		return;
	array_reserve((void **)&o->items, &o->cap, o->count + 1, sizeof(*o->items));
	o->items[o->count++] = xmemdup0(m->text, m->len);
}

/* Reads one body; the statement is over before it is walked. */
static enum status body_get(struct history *h, int64_t row, char **ret, size_t *ret_len,
			    struct problem *why)
{
	const void *body;
	char *copy = NULL;
	size_t len = 0;
	struct query q;
	enum status st;

	query_start(&q, h->db, BODY_OF);
	query_int(&q, row);
	if (query_step(&q)) {
		body = query_get_blob(&q, 0, &len);
		copy = xmemdup0(body, len);
	}
	st = query_end(&q, why);
	if (st != S_OK) {
		free(copy);
		return st;
	}
	*ret = copy;
	*ret_len = len;
	return S_OK;
}

enum status mention_take_out(struct history *h, int64_t row, struct orphans *ret,
			     struct problem *why)
{
	struct leaving l = {{h, row, 0, S_OK, why}, ret};
	struct mention_reader to = {take_text_out, &l};
	char *body = NULL;
	size_t len = 0;
	enum status st = body_get(h, row, &body, &len, why);

	if (st == S_OK && body != NULL)
		mentions_of_event(body, len, &to);
	free(body);
	return st == S_OK ? l.w.st : st;
}

struct heir {
	struct writing w;
	struct orphans *orphans;
};

static void give_text(void *ctx, const struct mention *m)
{
	struct heir *t = ctx;
	struct orphans *o = t->orphans;

	for (size_t i = 0; i < o->count && t->w.st == S_OK; i++) {
		if (!str_equal(o->items[i], m->text))
			continue;
		t->w.st = put_text(t->w.h, t->w.row, m->text, t->w.why);
		free(o->items[i]);
		o->items[i--] = o->items[--o->count];
	}
}

#define HEIRS_MAX 64 /* events that are asked whether they say what is left over */

/* The next ones first: they mostly say all of it. */
static const char HEIRS[] =
	"WITH RECURSIVE later (run) AS ("
	" SELECT ?2 UNION"
	" SELECT (SELECT run FROM object_run WHERE run > later.run ORDER BY run LIMIT 1)"
	" FROM later WHERE later.run IS NOT NULL),"
	" earlier (run) AS ("
	" SELECT (SELECT max(run) FROM object_run WHERE run < ?2) UNION"
	" SELECT (SELECT run FROM object_run WHERE run < earlier.run ORDER BY run DESC LIMIT 1)"
	" FROM earlier WHERE earlier.run IS NOT NULL)"
	" SELECT o.row FROM later CROSS JOIN object_run o WHERE o.run = later.run AND o.object = ?1"
	" UNION ALL SELECT row FROM object_recent WHERE object = ?1"
	" UNION ALL SELECT o.row FROM earlier CROSS JOIN object_run o"
	" WHERE o.run = earlier.run AND o.object = ?1 LIMIT ?3";

static enum status heirs_get(struct history *h, int64_t row, int64_t object, int64_t ret[HEIRS_MAX],
			     size_t *ret_count, struct problem *why)
{
	struct query q;
	size_t n = 0;

	query_start(&q, h->db, HEIRS);
	query_int(&q, object);
	query_int(&q, row >> OBJECT_RUN_SHIFT);
	query_int(&q, HEIRS_MAX);
	while (n < HEIRS_MAX && query_step(&q))
		ret[n++] = query_get_int(&q, 0);
	*ret_count = n;
	return query_end(&q, why);
}

enum status mention_give(struct history *h, int64_t row, int64_t object, struct orphans *orphans,
			 struct problem *why)
{
	int64_t heirs[HEIRS_MAX];
	size_t count = 0;
	enum status st = S_OK;

	if (orphans->count == 0)
		return S_OK;
	said_forget(h);
	if (object != 0)
		st = heirs_get(h, row, object, heirs, &count, why);
	for (size_t i = 0; i < count && st == S_OK && orphans->count > 0; i++) {
		struct heir t = {{h, heirs[i], object, S_OK, why}, orphans};
		struct mention_reader to = {give_text, &t};
		char *body = NULL;
		size_t len = 0;

		st = body_get(h, heirs[i], &body, &len, why);
		if (st == S_OK && body != NULL)
			mentions_of_event(body, len, &to);
		free(body);
		st = st == S_OK ? t.w.st : st;
	}
	return st;
}

/* --- what an older version wrote -------------------------------------------------------- */

#define INDEX_ROWS 2000 /* of a call */

static const char EVENTS_BEFORE[] = "SELECT row, object, body FROM event WHERE row < ?"
				    " ORDER BY row DESC LIMIT ?";
static const char ANSWERS_BEFORE[] = "SELECT row, 0, body FROM answer WHERE row < ?"
				     " ORDER BY row DESC LIMIT ?";

/* *ret_left: from where on it can be looked up now; 0 all. */
static enum status index_rows(struct history *h, bool events, int64_t *left, struct problem *why)
{
	struct writing w = {h, 0, 0, S_OK, why};
	struct mention_reader to = {events ? say_event : say_answer, &w};
	size_t count = 0;
	struct query q;
	enum status st;

	query_start(&q, h->db, events ? EVENTS_BEFORE : ANSWERS_BEFORE);
	query_int(&q, *left);
	query_int(&q, INDEX_ROWS);
	while (w.st == S_OK && query_step(&q)) {
		size_t len;
		const char *body = query_get_blob(&q, 2, &len);

		w.row = query_get_int(&q, 0);
		w.object = query_get_int(&q, 1) != 0 ? query_get_int(&q, 1) : w.row;
		if (events)
			mentions_of_event(body, len, &to);
		else
			mentions_of_object(body, len, &to);
		*left = w.row;
		count++;
	}
	st = query_end(&q, why);
	if (count < INDEX_ROWS)
		*left = 0;
	return w.st != S_OK ? w.st : st;
}

enum status history_index(struct history *h, bool *ret_more, struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	enum status st;

	*ret_more = false;
	if (h->mode == HISTORY_VIEW_ONLY ||
	    (h->committed.told_from == 0 && h->committed.told_answers_from == 0))
		return S_OK;
	st = history_begin(h, reterr);
	if (st != S_OK)
		return st;
	h->changed = true;
	st = h->tally.told_from != 0 ? index_rows(h, true, &h->tally.told_from, &why)
				     : index_rows(h, false, &h->tally.told_answers_from, &why);
	if (st != S_OK) {
		history_rollback(h);
		if (reterr != NULL)
			*reterr = why;
		return st;
	}
	st = history_commit(h, reterr);
	*ret_more = h->committed.told_from != 0 || h->committed.told_answers_from != 0;
	return st;
}
