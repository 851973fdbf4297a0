/*
 * Texts that events are looked up by, packed: those of the newest events as each said them, those
 * of the others sorted, many to a row. A row for each would cost the writer more than the events
 * do.
 *
 * A text: its length, and how far its event's row lies before the last one of its run (two bytes
 * each, the low one first), the text, NUL.
 */
#include "archive/history_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_HEAD   4
#define BLOCK_BYTES 1800              /* beyond some 2000 SQLite puts a row on pages of its own */
#define RECENT_MAX  (4 * 1024 * 1024) /* what is recent is sorted in memory */

void texts_add(struct strbuf *to, size_t before, const char *text, size_t len)
{
	unsigned char head[TEXT_HEAD] = {(unsigned char)len, (unsigned char)(len >> 8),
					 (unsigned char)before, (unsigned char)(before >> 8)};

	strbuf_add(to, head, sizeof(head));
	strbuf_add(to, text, len);
	strbuf_add(to, "", 1);
}

struct packed {
	const unsigned char *p, *end;
};

struct packed_text {
	const char *text;
	size_t len, before;
};

static struct packed packed_of(const struct query *q, int column)
{
	size_t len;
	const unsigned char *p = query_get_blob(q, column, &len);

	return (struct packed){p, p + len};
}

/* False: at the end, or there is no sense in what follows; see packed_whole. */
static bool packed_next(struct packed *t, struct packed_text *ret)
{
	const unsigned char *p = t->p;
	size_t left = (size_t)(t->end - p), len;

	if (left <= TEXT_HEAD)
		return false;
	len = (size_t)p[0] | (size_t)p[1] << 8;
	if (left < TEXT_HEAD + len + 1 || p[TEXT_HEAD + len] != '\0')
		return false;
	*ret = (struct packed_text){(const char *)p + TEXT_HEAD, len,
				    (size_t)p[2] | (size_t)p[3] << 8};
	t->p += TEXT_HEAD + len + 1;
	return true;
}

static bool packed_whole(const struct packed *t)
{
	return t->p == t->end;
}

/* Ends a query; a row that is not whole is damage. */
static enum status packed_end(struct history *h, struct query *q, bool whole, struct problem *why)
{
	enum status st = query_end(q, why);

	return st == S_OK && !whole ? history_out_of_order(h, why) : st;
}

/* --- recent ones ------------------------------------------------------------------------ */

static const char RECENT_ADD[] = "INSERT INTO mention_recent (row, texts) VALUES (?, ?)";
static const char RECENT_SIZE[] = "SELECT sum(length(texts)) FROM mention_recent";

enum status texts_put(struct history *h, int64_t row, const struct strbuf *texts,
		      struct problem *why)
{
	struct query q;

	if (h->recent_bytes >= 0)
		h->recent_bytes += (int64_t)texts->len;
	query_start(&q, h->db, RECENT_ADD);
	query_int(&q, row);
	query_blob(&q, texts->buf, texts->len);
	return query_run(&q, why);
}

/* --- a run ------------------------------------------------------------------------------ */

struct sorted {
	const char *text;
	size_t len;
	int64_t row;
};

struct run {
	char *bytes; /* of all rows, one behind the other */
	size_t used, size;
	struct sorted *items;
	size_t count, cap;
};

static int sorted_compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	if (order != 0)
		return order;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static bool run_take(struct run *r, const struct query *q)
{
	struct packed t = packed_of(q, 1);
	size_t len = (size_t)(t.end - t.p);
	struct packed_text one;

	if (len > r->size - r->used)
		return false;
	memcpy(r->bytes + r->used, t.p, len);
	t.p = (unsigned char *)r->bytes + r->used;
	t.end = t.p + len;
	r->used += len;
	while (packed_next(&t, &one)) {
		array_reserve((void **)&r->items, &r->cap, r->count + 1, sizeof(*r->items));
		r->items[r->count++] = (struct sorted){one.text, one.len, query_get_int(q, 0)};
	}
	return packed_whole(&t);
}

static const char RECENT_ALL[] = "SELECT row, texts FROM mention_recent ORDER BY row";

static enum status run_load(struct history *h, struct run *r, struct problem *why)
{
	int64_t size = 0;
	bool whole = true;
	struct query q;
	enum status st = db_number(h->db, RECENT_SIZE, &size, why);

	if (st != S_OK)
		return st;
	r->size = (size_t)size;
	r->bytes = xcalloc(1, r->size + 1);
	query_start(&q, h->db, RECENT_ALL);
	while (whole && query_step(&q))
		whole = run_take(r, &q);
	return packed_end(h, &q, whole, why);
}

static const char BLOCK_ADD[] =
	"INSERT INTO mention_block (run, first, n, texts) VALUES (?, ?, ?, ?)";

static enum status block_write(struct history *h, int64_t run, const char *first, size_t n,
			       const struct strbuf *block, struct problem *why)
{
	struct query q;

	query_start(&q, h->db, BLOCK_ADD);
	query_int(&q, run);
	query_str(&q, first);
	query_int(&q, (int64_t)n);
	query_blob(&q, block->buf, block->len);
	return query_run(&q, why);
}

static enum status run_write(struct history *h, int64_t run, const struct run *r,
			     struct problem *why)
{
	struct strbuf block;
	enum status st = S_OK;
	const char *first = NULL;

	strbuf_init(&block, 2 * BLOCK_BYTES);
	for (size_t i = 0; i < r->count && st == S_OK; i++) {
		const struct sorted *t = &r->items[i];

		if (block.len > 0 && block.len + TEXT_HEAD + t->len + 1 > BLOCK_BYTES) {
			st = block_write(h, run, first, i, &block, why);
			strbuf_clear(&block);
		}
		if (block.len == 0)
			first = t->text;
		texts_add(&block, (size_t)(run - t->row), t->text, t->len);
	}
	if (st == S_OK && block.len > 0)
		st = block_write(h, run, first, r->count, &block, why);
	strbuf_release(&block);
	return st;
}

static const char RECENT_CLEAR[] = "DELETE FROM mention_recent";

static enum status run_make(struct history *h, int64_t row, struct problem *why)
{
	struct run r = {.bytes = NULL};
	struct query q;
	enum status st = run_load(h, &r, why);

	if (st == S_OK && r.count > 0) {
		qsort(r.items, r.count, sizeof(*r.items), sorted_compare);
		st = run_write(h, row, &r, why);
	}
	free(r.items);
	free(r.bytes);
	if (st != S_OK)
		return st;
	h->recent_bytes = 0;
	query_start(&q, h->db, RECENT_CLEAR);
	return query_run(&q, why);
}

enum status texts_settle(struct history *h, int64_t row, struct problem *why)
{
	if (h->recent_bytes < 0) {
		enum status st = db_number(h->db, RECENT_SIZE, &h->recent_bytes, why);

		if (st != S_OK)
			return st;
	}
	if ((row + 1) >> OBJECT_RUN_SHIFT == row >> OBJECT_RUN_SHIFT &&
	    h->recent_bytes < RECENT_MAX)
		return S_OK;
	return run_make(h, row, why);
}

/* --- when an event goes ----------------------------------------------------------------- */

static const char RECENT_OF[] = "SELECT row, texts FROM mention_recent WHERE row = ?";
static const char RECENT_OUT[] = "DELETE FROM mention_recent WHERE row = ?";

enum status texts_take_recent(struct history *h, int64_t row, struct orphans *ret,
			      struct problem *why)
{
	struct packed_text one;
	struct packed t = {NULL, NULL};
	struct query q;
	enum status st;

	query_start(&q, h->db, RECENT_OF);
	query_int(&q, row);
	if (query_step(&q)) {
		t = packed_of(&q, 1);
		while (packed_next(&t, &one))
			orphans_add(ret, one.text, one.len);
	}
	st = packed_end(h, &q, packed_whole(&t), why);
	if (st != S_OK)
		return st;
	query_start(&q, h->db, RECENT_OUT);
	query_int(&q, row);
	return query_run(&q, why);
}

/* A block without one of its texts. */
struct smaller {
	int64_t run, n;
	char first[NAME_CAP];
	struct strbuf texts;
	bool any; /* it was there */
};

static const char BLOCKS_OF[] =
	"SELECT run, first, n, texts FROM mention_block WHERE run ="
	" (SELECT run FROM mention_block WHERE run >= ?1 ORDER BY run LIMIT 1)"
	" AND first >= coalesce((SELECT first FROM mention_block WHERE run ="
	" (SELECT run FROM mention_block WHERE run >= ?1 ORDER BY run LIMIT 1) AND first < ?2"
	" ORDER BY first DESC LIMIT 1), '') AND first <= ?2";

static bool is_of(const struct packed_text *t, int64_t run, int64_t row, const char *text,
		  size_t len)
{
	return run - (int64_t)t->before == row && t->len == len && memcmp(t->text, text, len) == 0;
}

static bool packed_has(struct packed *t, int64_t run, int64_t row, const char *text, size_t len)
{
	struct packed_text one;

	while (packed_next(t, &one))
		if (is_of(&one, run, row, text, len))
			return true;
	return false;
}

/* False: the block makes no sense. */
static bool smaller_make(struct smaller *s, const struct query *q, int64_t row, const char *text,
			 size_t len)
{
	struct packed t = packed_of(q, 3), again = t;
	struct packed_text one;

	s->run = query_get_int(q, 0);
	if (!packed_has(&t, s->run, row, text, len))
		return packed_whole(&t);
	s->any = true;
	s->n = query_get_int(q, 2);
	(void)str_copy(s->first, sizeof(s->first), query_get_text(q, 1));
	while (packed_next(&again, &one))
		if (!is_of(&one, s->run, row, text, len))
			texts_add(&s->texts, one.before, one.text, one.len);
	return packed_whole(&again);
}

static const char BLOCK_SET[] =
	"UPDATE mention_block SET texts = ?, first = ? WHERE run = ? AND first = ? AND n = ?";
static const char BLOCK_OUT[] = "DELETE FROM mention_block WHERE run = ? AND first = ? AND n = ?";

/* Its first text too is one of those that are left. */
static enum status smaller_write(struct history *h, const struct smaller *s, struct problem *why)
{
	bool empty = s->texts.len == 0;
	struct query q;

	query_start(&q, h->db, empty ? BLOCK_OUT : BLOCK_SET);
	if (!empty) {
		query_blob(&q, s->texts.buf, s->texts.len);
		query_str(&q, s->texts.buf + TEXT_HEAD);
	}
	query_int(&q, s->run);
	query_str(&q, s->first);
	query_int(&q, s->n);
	return query_run(&q, why);
}

enum status texts_take_out(struct history *h, int64_t row, const char *text, size_t len,
			   bool *ret_was, struct problem *why)
{
	struct smaller s = {.any = false};
	bool whole = true;
	struct query q;
	enum status st;

	strbuf_init(&s.texts, 1u << 20);
	query_start(&q, h->db, BLOCKS_OF);
	query_int(&q, row);
	query_str(&q, text);
	while (whole && !s.any && query_step(&q))
		whole = smaller_make(&s, &q, row, text, len);
	st = packed_end(h, &q, whole, why);
	if (st == S_OK && s.any)
		st = smaller_write(h, &s, why);
	strbuf_release(&s.texts);
	*ret_was = st == S_OK && s.any;
	return st;
}

/* --- leads ------------------------------------------------------------------------------ */

/* UNION: in a damaged tree the run before may be a later one, which must not go round for ever. */
#define BLOCK_RUNS                                                                               \
	"WITH RECURSIVE runs (run) AS ("                                                         \
	" SELECT max(run) FROM mention_block UNION"                                              \
	" SELECT (SELECT run FROM mention_block WHERE run < runs.run ORDER BY run DESC LIMIT 1)" \
	" FROM runs WHERE runs.run IS NOT NULL)"                                                 \
	" SELECT b.run, b.texts FROM runs CROSS JOIN mention_block b WHERE b.run = runs.run"
#define FROM_BEFORE                                                                            \
	" AND b.first >= coalesce((SELECT x.first FROM mention_block x WHERE x.run = runs.run" \
	" AND x.first < ?1 ORDER BY x.first DESC LIMIT 1), '')"

static const char RECENT_SAY[] =
	"SELECT row, texts FROM mention_recent WHERE row <= ? ORDER BY row DESC";
static const char EXACT_SAY[] = BLOCK_RUNS FROM_BEFORE " AND b.first <= ?1";
static const char PREFIX_SAY[] = BLOCK_RUNS FROM_BEFORE " AND b.first < ?2";
static const char PART_SAY[] = BLOCK_RUNS;

static bool ends_in(const struct packed_text *t, const char *tail, size_t tail_len)
{
	return t->len >= tail_len && memcmp(t->text + t->len - tail_len, tail, tail_len) == 0;
}

struct asked {
	enum match match;
	const char *text, *tail;
	size_t len, tail_len;
};

static bool asked_for(const struct asked *a, const struct packed_text *t)
{
	switch (a->match) {
	case MATCH_EXACT:
		return t->len == a->len && memcmp(t->text, a->text, a->len) == 0;
	case MATCH_PREFIX:
		return t->len >= a->len && memcmp(t->text, a->text, a->len) == 0 &&
		       ends_in(t, a->tail, a->tail_len);
	case MATCH_PART:
		return ends_in(t, a->tail, a->tail_len) && strstr(t->text, a->text) != NULL;
	}
	return false;
}

/* Rows of a query: the last row of the run, and its texts. */
static enum status leads_of(struct look *l, struct query *q, const struct asked *a,
			    struct lead_list *ret)
{
	bool whole = true;

	while (whole && ret->left > 0 && query_step(q)) {
		struct packed t = packed_of(q, 1);
		int64_t last = query_get_int(q, 0);
		struct packed_text one;

		while (packed_next(&t, &one))
			if (asked_for(a, &one) && last - (int64_t)one.before <= l->last_row)
				lead_add(ret, last - (int64_t)one.before, false);
		whole = packed_whole(&t);
	}
	return packed_end(l->h, q, whole, l->why);
}

enum status texts_leads(struct look *l, enum match match, const char *text, const char *tail,
			const char *after, struct lead_list *ret)
{
	static const char *const SAY[] = {
		[MATCH_EXACT] = EXACT_SAY,
		[MATCH_PREFIX] = PREFIX_SAY,
		[MATCH_PART] = PART_SAY,
	};
	struct asked a = {match, text, tail, strlen(text), strlen(tail)};
	struct query q;
	enum status st;

	query_start(&q, l->h->db, RECENT_SAY);
	query_int(&q, l->last_row);
	st = leads_of(l, &q, &a, ret);
	if (st != S_OK)
		return st;
	query_start(&q, l->h->db, SAY[match]);
	if (match != MATCH_PART)
		query_str(&q, text);
	if (match == MATCH_PREFIX)
		query_str(&q, after);
	return leads_of(l, &q, &a, ret);
}
