/*
 * The index of mentions: written with each event, and kept true when events go. A pair of
 * a text and an object is written once as far as memory goes; twice does no harm. What an
 * event is the first to say goes into the packed texts of history_texts.c; what is given to
 * it later, and what an older version wrote, stands beside them in mention_run.
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

/* True: it was there; else it is now. `place` says where. */
static bool said_before(struct said *s, uint64_t place, uint64_t hash)
{
	size_t at = (place >> 32) % SAID_SETS;
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
	uint64_t hash = pair_hash(s->salt, object, text, len);

	return said_before(s, hash, hash);
}

/* The place is the object's, so that it is fetched from memory while the body is read. */
static bool body_said_before(struct history *h, int64_t object, const char *body, size_t len)
{
	struct said *s = said(h);
	uint64_t place = mix(~s->salt, (uint64_t)object);

	__builtin_prefetch(s->pairs[(place >> 32) % SAID_SETS]);
	return said_before(s, place, mix(place, mentions_fingerprint(&s->names, body, len)));
}

/* --- writing ---------------------------------------------------------------------------- */

static const char RUN_ADD[] = "INSERT OR IGNORE INTO mention_run (run, text, row) VALUES (?, ?, ?)";
static const char ANSWER_ADD[] =
	"INSERT OR IGNORE INTO mention_answer (text, answer) VALUES (?, ?)";

struct writing {
	struct history *h;
	int64_t row, object;
	struct strbuf texts; /* of an event that is new */
	enum status st;
	struct problem *why;
};

#define TEXTS_MAX ((size_t)MENTIONS_MAX * (NAME_CAP + 8))

enum status mention_put(struct history *h, int64_t row, const char *text, struct problem *why)
{
	struct query q;

	query_start(&q, h->db, RUN_ADD);
	query_int(&q, row >> OBJECT_RUN_SHIFT);
	query_str(&q, text);
	query_int(&q, row);
	return query_run(&q, why);
}

enum status mention_put_answer(struct history *h, int64_t answer, const char *text,
			       struct problem *why)
{
	struct query q;

	query_start(&q, h->db, ANSWER_ADD);
	query_str(&q, text);
	query_int(&q, answer);
	return query_run(&q, why);
}

bool mention_is_news(struct history *h, int64_t object, const char *text, size_t len)
{
	return !pair_said_before(h, object, text, len);
}

static void say_event(void *ctx, const struct mention *m)
{
	struct writing *w = ctx;

	if (mention_is_news(w->h, w->object, m->text, m->len))
		texts_add(&w->texts, 0, m->text, m->len);
}

/* Without an object every event is found for itself. */
enum status mention_event(struct history *h, int64_t row, int64_t object, const char *body,
			  size_t len, struct problem *why)
{
	struct writing w = {.h = h, .row = row, .object = object != 0 ? object : row};
	struct mention_reader to = {say_event, &w};
	enum status st = S_OK;

	if (object != 0 && body_said_before(h, object, body, len))
		return S_OK;
	strbuf_init(&w.texts, TEXTS_MAX);
	mentions_of_event(body, len, &to);
	if (w.texts.len > 0)
		st = texts_put(h, row, &w.texts, why);
	strbuf_release(&w.texts);
	return st;
}

static void say_answer(void *ctx, const struct mention *m)
{
	struct writing *w = ctx;

	if (w->st == S_OK)
		w->st = mention_put_answer(w->h, w->row, m->text, w->why);
}

enum status mention_answer(struct history *h, int64_t row, const char *body, struct problem *why)
{
	struct writing w = {.h = h, .row = row, .why = why};
	struct mention_reader to = {say_answer, &w};

	mentions_of_object(body, strlen(body), &to);
	return w.st;
}

/* --- when an event goes -------------------------------------------------------------------------
 */

static const char BODY_OF[] = "SELECT body FROM event WHERE row = ?";
static const char RUN_OUT[] = "DELETE FROM mention_run WHERE run = ? AND text = ? AND row = ?";

void orphans_release(struct orphans *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->items[i]);
	free(o->items);
	*o = (struct orphans){.items = NULL};
}

void orphans_add(struct orphans *o, const char *text, size_t len)
{
	array_reserve((void **)&o->items, &o->cap, o->count + 1, sizeof(*o->items));
	o->items[o->count++] = xmemdup0(text, len);
}

struct leaving {
	struct writing w;
	struct orphans *out;
};

static void take_text_out(void *ctx, const struct mention *m)
{
	struct leaving *l = ctx;
	struct writing *w = &l->w;
	bool was;
	struct query q;

	if (w->st != S_OK)
		return;
	query_start(&q, w->h->db, RUN_OUT);
	query_int(&q, w->row >> OBJECT_RUN_SHIFT);
	query_str(&q, m->text);
	query_int(&q, w->row);
	w->st = query_run(&q, w->why);
	was = w->st == S_OK && db_changes(w->h->db) > 0;
	if (w->st == S_OK && !was)
		w->st = texts_take_out(w->h, w->row, m->text, m->len, &was, w->why);
	if (w->st == S_OK && was)
		orphans_add(l->out, m->text, m->len);
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
	struct leaving l = {{.h = h, .row = row, .why = why}, ret};
	struct mention_reader to = {take_text_out, &l};
	char *body = NULL;
	size_t len = 0;
	enum status st = texts_take_recent(h, row, ret, why);

	if (st == S_OK)
		st = body_get(h, row, &body, &len, why);
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
		t->w.st = mention_put(t->w.h, t->w.row, m->text, t->w.why);
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
		struct heir t = {{.h = h, .row = heirs[i], .object = object, .why = why}, orphans};
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
