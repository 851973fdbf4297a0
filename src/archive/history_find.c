/* Finding what says a text: leads from the index, followed to what really says it. */
#include "archive/history_priv.h"
#include "archive/mention.h"

#include "base/alloc.h"
#include "base/idmap.h"
#include "base/fold.h"
#include "base/strbuf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX_MIN   2
#define WORD_MIN     2     /* the longest of those a part is of */
#define EVENTS_OF_MS 10000 /* that are looked through for the rest of an id */

/* One, and where its newest event lies in the server's order. */
struct found {
	struct finding f;
	int64_t order_ms, order_seq;
};

struct found_list {
	struct found *items;
	size_t count, cap;
};

struct search {
	struct look look;
	struct needle needle;
	size_t limit;
	struct found_list found;
	struct idmap *objects; /* kind and id → its place in found + 1 */
	bool more;
	struct lead_list followed; /* a lead says all it has to say at once */
};

/* --- what is found ---------------------------------------------------------------------- */

/* What a body says that matches best. */
struct best {
	const struct needle *needle;
	struct finding *f;
	bool any;
};

static void best_take(void *ctx, const struct mention *m)
{
	struct best *b = ctx;
	enum match match;

	if (!needle_matches(b->needle, m, &match) || (b->any && match >= b->f->match))
		return;
	b->any = true;
	b->f->match = match;
	mention_field(m, b->f->field, sizeof(b->f->field));
	str_copy(b->f->value, sizeof(b->f->value), m->value);
}

static bool says_it(const struct needle *n, const struct witness *w, struct finding *f)
{
	struct best b = {n, f, false};
	struct mention_reader to = {best_take, &b};

	if (w->event[0] != '\0')
		mentions_of_event(w->body, w->body_len, &to);
	else
		mentions_of_object(w->body, w->body_len, &to);
	return b.any;
}

static bool placed_after(const struct placed *a, const struct placed *b)
{
	if (a->ms != b->ms)
		return a->ms > b->ms;
	return a->seq != b->seq ? a->seq > b->seq : a->row > b->row;
}

static bool witness_is_of(const struct witness *w, const struct event *e)
{
	return event_object_kind(e) == w->kind && str_equal(e->object_id, w->id);
}

/* Its newest event says what it is like; without one its latest answer does. */
static enum status describe_by_event(struct look *l, const struct witness *w, struct found *ret,
				     bool *ret_done)
{
	struct finding *f = &ret->f;
	struct placed_list rows = {.items = NULL};
	const struct placed *newest = NULL;
	struct event_row r;
	enum status st = w->hash != 0 ? look_rows(l, w->hash, &rows) : S_OK;

	for (size_t i = 0; i < rows.count; i++)
		if (newest == NULL || placed_after(&rows.items[i], newest))
			newest = &rows.items[i];
	*ret_done = false;
	if (st == S_OK && (newest != NULL || w->event[0] != '\0'))
		st = look_event(l, newest != NULL ? newest->row : w->row, &r, ret_done);
	free(rows.items);
	if (st != S_OK || !*ret_done)
		return st;
	if (w->hash != 0 && !witness_is_of(w, &r.event)) { /* another one of the same hash */
		*ret_done = false;
		event_release(&r.event);
		return S_OK;
	}
	if (f->kind == OBJECT_NONE)
		str_copy(f->id, sizeof(f->id), r.event.id);
	str_copy(f->status, sizeof(f->status), r.event.status);
	if (r.event.object.kind != OBJECT_NONE)
		str_copy(f->customer, sizeof(f->customer), object_customer(&r.event.object));
	f->newest_ms = r.event.created_ms;
	ret->order_ms = r.event.order_ms;
	ret->order_seq = r.event.order_seq;
	event_release(&r.event);
	return S_OK;
}

static enum status describe(struct look *l, const struct witness *w, struct found *ret)
{
	struct finding *f = &ret->f;
	struct object o;
	int64_t answered_ms = TIME_NONE;
	bool done = false;
	enum status st = describe_by_event(l, w, ret, &done);

	if (st != S_OK || done)
		return st;
	st = look_answer(l, w->kind, w->id, &o, &answered_ms);
	if (st != S_OK || o.kind == OBJECT_NONE)
		return st;
	str_copy(f->status, sizeof(f->status), object_status(&o));
	str_copy(f->customer, sizeof(f->customer), object_customer(&o));
	f->newest_ms = object_updated_ms(&o);
	if (f->newest_ms == TIME_NONE)
		f->newest_ms = answered_ms;
	ret->order_ms = f->newest_ms;
	object_release(&o);
	return S_OK;
}

/* --- following leads -------------------------------------------------------------------- */

static void object_key(const struct witness *w, char ret[NAME_CAP + 32])
{
	if (w->id[0] == '\0')
		(void)str_printf(ret, NAME_CAP + 32, "event %s", w->event);
	else
		(void)str_printf(ret, NAME_CAP + 32, "%d %s", (int)w->kind, w->id);
}

static void found_better(struct finding *was, const struct finding *f)
{
	if (f->match >= was->match)
		return;
	was->match = f->match;
	str_copy(was->field, sizeof(was->field), f->field);
	str_copy(was->value, sizeof(was->value), f->value);
}

static void found_add(struct search *s, const char *key, const struct found *f)
{
	struct found_list *l = &s->found;

	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = *f;
	(void)idmap_put(s->objects, key, (void *)(uintptr_t)l->count);
}

static enum status follow(struct search *s, const struct lead *lead)
{
	struct found one = {.f.newest_ms = TIME_NONE, .order_ms = TIME_NONE};
	struct finding *f = &one.f;
	char key[NAME_CAP + 32];
	struct witness w;
	uintptr_t known;
	bool found;
	enum status st = look_follow(&s->look, lead, &w, &found);

	if (st != S_OK || !found)
		return st;
	f->kind = w.kind;
	str_copy(f->id, sizeof(f->id), w.id[0] != '\0' && w.kind != OBJECT_NONE ? w.id : w.event);
	if (!w.id[0])
		f->kind = OBJECT_NONE;
	if (f->id[0] == '\0' || !says_it(&s->needle, &w, f))
		goto out;
	object_key(&w, key);
	known = (uintptr_t)idmap_get(s->objects, key);
	if (known > 0) {
		found_better(&s->found.items[known - 1].f, f);
	} else if (s->found.count >= s->limit) {
		s->more = true;
	} else {
		st = describe(&s->look, &w, &one);
		if (st == S_OK)
			found_add(s, key, &one);
	}
out:
	witness_release(&w);
	return st;
}

static int lead_compare(const void *a, const void *b)
{
	const struct lead *x = a, *y = b;

	if (x->answer != y->answer)
		return x->answer ? 1 : -1;
	return (x->row < y->row) - (x->row > y->row);
}

static bool followed_before(struct search *s, const struct lead *lead)
{
	struct lead_list *l = &s->followed;

	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].row == lead->row && l->items[i].answer == lead->answer)
			return true;
	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	l->items[l->count++] = *lead;
	return false;
}

static enum status follow_all(struct search *s, enum match match, const char *text,
			      const char *tail)
{
	struct lead_list leads = {.items = NULL};
	enum status st = look_leads(&s->look, match, text, tail, &leads);

	if (leads.count > 0)
		qsort(leads.items, leads.count, sizeof(*leads.items), lead_compare);
	for (size_t i = 0; st == S_OK && i < leads.count && !s->more; i++)
		if (!followed_before(s, &leads.items[i]))
			st = follow(s, &leads.items[i]);
	s->more |= leads.cut;
	free(leads.items);
	return st;
}

/* --- events by their ids ------------------------------------------------------------------------
 */

static enum status event_found(struct search *s, int64_t row)
{
	struct found one = {.f = {.field = "id", .newest_ms = TIME_NONE}, .order_ms = TIME_NONE};
	struct finding *f = &one.f;
	char text[ID_CAP];
	struct event_row r;
	bool found = false;
	enum status st = look_event(&s->look, row, &r, &found);

	if (st != S_OK || !found)
		return st;
	(void)fold_text(r.event.id, text, sizeof(text));
	if (needle_matches(&s->needle, &(struct mention){.text = text, .value = r.event.id},
			   &f->match)) {
		struct witness w = {.row = row};

		str_copy(f->id, sizeof(f->id), r.event.id);
		str_copy(f->value, sizeof(f->value), r.event.id);
		str_copy(w.event, sizeof(w.event), r.event.id);
		st = describe(&s->look, &w, &one);
		if (s->found.count >= s->limit)
			s->more = true;
		else if (st == S_OK)
			found_add(s, r.event.id, &one);
	}
	event_release(&r.event);
	return st;
}

static const char OF_MS[] = "SELECT row FROM event WHERE ms BETWEEN ? AND ? ORDER BY ms DESC,"
			    " seq DESC LIMIT ?";
static const char OF_TEXT[] = "SELECT row FROM event WHERE id >= ? AND id < ? AND id <> ''"
			      " LIMIT ?";

static enum status events_found(struct search *s, struct query *q)
{
	int64_t *rows = NULL;
	size_t count = 0, cap = 0;
	enum status st;

	while (query_step(q)) {
		array_reserve((void **)&rows, &cap, count + 1, sizeof(*rows));
		rows[count++] = query_get_int(q, 0);
	}
	st = query_end(q, s->look.why);
	for (size_t i = 0; i < count && st == S_OK && !s->more; i++)
		st = event_found(s, rows[i]);
	free(rows);
	return st;
}

/* The milliseconds that begin with these digits; false: it is no beginning of a numbered id. */
static bool ms_range(const char *head, int64_t *ret_from, int64_t *ret_to, bool *ret_exact)
{
	const char *p = head + strlen("evt_");
	int64_t from = 0, width = 1;
	int digits = 0;

	if (!str_starts_with(head, "evt_") || *p == '0')
		return false;
	for (; *p >= '0' && *p <= '9' && digits < 13; p++, digits++)
		from = from * 10 + (*p - '0');
	*ret_exact = *p == '-';
	if ((*p != '\0' && *p != '-') || digits < 4)
		return false;
	for (; !*ret_exact && digits < 13; digits++)
		width *= 10;
	*ret_from = from * width;
	*ret_to = from * width + width - 1;
	return true;
}

static enum status find_numbered(struct search *s)
{
	int64_t from, to;
	struct query q;
	bool exact;

	if (!ms_range(s->needle.folded, &from, &to, &exact))
		return S_OK;
	query_start(&q, s->look.h->db, OF_MS);
	query_int(&q, from);
	query_int(&q, to);
	query_int(&q, exact ? EVENTS_OF_MS : (int64_t)s->limit + 1);
	return events_found(s, &q);
}

/* Other ids are found as they are written. */
static enum status find_text_id(struct search *s)
{
	char after[NAME_CAP];
	struct query q;
	size_t n = strlen(s->needle.head);

	if (n < PREFIX_MIN || n >= ID_CAP)
		return S_OK;
	str_copy(after, sizeof(after), s->needle.head);
	if ((unsigned char)after[n - 1] == 0xff)
		return S_OK;
	after[n - 1] = (char)((unsigned char)after[n - 1] + 1);
	query_start(&q, s->look.h->db, OF_TEXT);
	query_str(&q, s->needle.head);
	query_str(&q, after);
	query_int(&q, (int64_t)s->limit + 1);
	return events_found(s, &q);
}

/* --- the whole -------------------------------------------------------------------------- */

static enum status find_whole_and_beginning(struct search *s)
{
	const struct needle *n = &s->needle;
	bool whole = n->tail[0] == '\0';
	enum status st = S_OK;

	if (n->folded[0] == '\0')
		return S_OK;
	if (whole)
		st = follow_all(s, MATCH_EXACT, n->folded, "");
	if (st == S_OK && n->phone[0] != '\0')
		st = follow_all(s, MATCH_EXACT, n->phone, "");
	if (st == S_OK)
		st = find_numbered(s);
	if (st == S_OK)
		st = find_text_id(s);
	if (st == S_OK && strlen(n->folded) >= PREFIX_MIN)
		st = follow_all(s, MATCH_PREFIX, n->folded, n->folded_tail);
	if (st == S_OK && n->phone[0] != '\0')
		st = follow_all(s, MATCH_PREFIX, n->phone, "");
	return st;
}

static enum status find_part(struct search *s)
{
	const struct needle *n = &s->needle;
	enum status st = S_OK;

	if ((strlen(n->folded) < SOUGHT_PART_MIN || strlen(n->word) < WORD_MIN) &&
	    strlen(n->folded_tail) < SOUGHT_PART_MIN)
		return S_OK;
	st = follow_all(s, MATCH_PART, n->word, n->folded_tail);
	if (st == S_OK && s->found.count == 0 && n->phone[0] != '\0')
		st = follow_all(s, MATCH_PART, n->phone, "");
	return st;
}

/* Best match first, then newest first; the rest so that it is always the same. */
static int found_compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->f.match != y->f.match)
		return x->f.match < y->f.match ? -1 : 1;
	if (x->f.newest_ms != y->f.newest_ms)
		return x->f.newest_ms > y->f.newest_ms ? -1 : 1;
	if (x->order_ms != y->order_ms)
		return x->order_ms > y->order_ms ? -1 : 1;
	if (x->order_seq != y->order_seq)
		return x->order_seq > y->order_seq ? -1 : 1;
	if (x->f.kind != y->f.kind)
		return x->f.kind < y->f.kind ? -1 : 1;
	return strcmp(x->f.id, y->f.id);
}

static const char CREATED_AT[] = "SELECT created FROM event WHERE row >= ? ORDER BY row LIMIT 1";

/* Where it was looked: where an upgrade is not yet through, only in what it has come to. */
static enum status looked_in(struct look *l, struct findings *ret)
{
	int64_t from = 0;
	struct query q;
	enum status st = state_get_int(l->h->db, STATE_TOLD_FROM, 0, &from, l->why);

	ret->events = history_count(l->h);
	ret->oldest_ms = history_oldest_ms(l->h);
	if (st != S_OK || from == 0)
		return st;
	query_start(&q, l->h->db, CREATED_AT);
	query_int(&q, from);
	ret->oldest_ms = query_step(&q) ? query_get_int(&q, 0) : TIME_NONE;
	if ((uint64_t)(l->h->tally.next_row - from) < ret->events)
		ret->events = (uint64_t)(l->h->tally.next_row - from);
	return query_end(&q, l->why);
}

static enum status search_run(struct search *s, struct findings *ret)
{
	enum status st = find_whole_and_beginning(s);

	if (st == S_OK && s->found.count == 0)
		st = find_part(s);
	if (st == S_OK)
		st = looked_in(&s->look, ret);
	if (st == S_OK && s->found.count > 0)
		qsort(s->found.items, s->found.count, sizeof(*s->found.items), found_compare);
	return st;
}

static void search_give(const struct search *s, const struct sought *sought, struct findings *f,
			struct findings *ret)
{
	str_copy(f->text, sizeof(f->text), sought->text);
	f->items = xcalloc(s->found.count ? s->found.count : 1, sizeof(*f->items));
	f->count = s->found.count;
	for (size_t i = 0; i < f->count; i++)
		f->items[i] = s->found.items[i].f;
	f->more = s->more;
	*ret = *f;
}

enum status history_find(struct history *h, const struct sought *sought, struct findings *ret,
			 struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct findings f = {.oldest_ms = TIME_NONE};
	struct search s = {.limit = sought->limit > 0 ? sought->limit : 1};
	enum status st;

	needle_set(&s.needle, sought->text, sought->tail ? sought->tail : "");
	s.objects = idmap_new();
	st = look_begin(&s.look, h, sought->until_ms, &why);
	if (st == S_OK)
		st = search_run(&s, &f);
	st = look_end(&s.look, st);
	idmap_free(s.objects);
	if (st == S_OK)
		search_give(&s, sought, &f, ret);
	else if (reterr != NULL)
		*reterr = why;
	free(s.found.items);
	free(s.followed.items);
	return st;
}
