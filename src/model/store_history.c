/* The order of statements, and the status they add up to. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/lifecycle.h"

/* How many steps each status is from birth, by relaxing the table until nothing moves. */
static void ranks_init_vocab(unsigned char *ranks, enum vocab v)
{
	size_t n;
	const struct transition *t = lifecycle_table(v, &n);
	for (size_t i = 0; i < RANKS_MAX; i++)
		ranks[i] = RANKS_MAX;
	for (size_t i = 0; i < n; i++)
		if (t[i].from[0] == '\0')
			ranks[vocab_parse(v, t[i].to) % RANKS_MAX] = 1;
	for (unsigned round = 0; round < RANKS_MAX; round++) {
		for (size_t i = 0; i < n; i++) {
			unsigned char *to = &ranks[vocab_parse(v, t[i].to) % RANKS_MAX];
			unsigned char from = ranks[vocab_parse(v, t[i].from) % RANKS_MAX];
			if (t[i].from[0] != '\0' && from < RANKS_MAX && from + 1 < *to)
				*to = (unsigned char)(from + 1);
		}
	}
	ranks[0] = RANKS_MAX;
}

void ranks_init(struct store *st)
{
	for (int v = 0; v < VOCAB_COUNT; v++)
		ranks_init_vocab(st->ranks[v], (enum vocab)v);
}

uint64_t store_hash(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	uint64_t h = 0x9e3779b97f4a7c15u ^ len;
	for (; len >= 8; p += 8, len -= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	for (; len > 0; p++, len--)
		h = (h ^ *p) * 0x100000001b3u;
	return h ^ (h >> 29);
}

struct stamp stamp_of_event(const struct store *st, const struct event *e, enum vocab v)
{
	struct stamp s = {.any = true, .ms = e->order_ms, .seq = e->order_seq};
	const char *status = e->object.kind != OBJECT_NONE ? object_status(&e->object) : e->status;
	str_copy(s.status, sizeof(s.status), status);
	s.rank = st->ranks[v][(unsigned)vocab_parse(v, status) % RANKS_MAX];
	s.tie = store_hash(e->id, strlen(e->id));
	return s;
}

struct stamp stamp_of_answer(const struct object *o, int64_t now_ms)
{
	struct stamp s = {.any = true, .rest = true, .ms = object_updated_ms(o)};
	if (s.ms == TIME_NONE)
		s.ms = now_ms;
	str_copy(s.status, sizeof(s.status), object_status(o));
	return s;
}

int stamp_compare_events(const struct stamp *a, const struct stamp *b)
{
	if (a->ms != b->ms)
		return a->ms < b->ms ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->tie == b->tie ? 0 : a->tie < b->tie ? -1 : 1;
}

/*
 * Two events compare by stamp alone. An answer's time is vague (some objects say only when
 * they were created), so with an answer the lifecycle is asked first: what can only come
 * before is older. Where it cannot tell, time decides, to the second.
 */
bool stamp_replaces(enum vocab v, const struct stamp *held, const struct stamp *next)
{
	if (!held->any)
		return true;
	if (!held->rest && !next->rest)
		return stamp_compare_events(held, next) < 0;
	if (!str_equal(held->status, next->status)) {
		bool ahead = lifecycle_reaches(v, held->status, next->status);
		bool behind = lifecycle_reaches(v, next->status, held->status);
		if (ahead != behind)
			return ahead;
	}
	if (held->rest && next->rest) /* answers come one after the other */
		return true;
	return next->ms / 1000 >= held->ms / 1000;
}

enum vocab entry_vocab(const struct entry *en)
{
	return kind_info(en->record.object.kind)->vocab;
}

static void history_note_flaw(struct history *h, enum vocab v, const char *to)
{
	const struct word *a = vocab_find(v, h->last.status), *b = vocab_find(v, to);
	if (a && b && !lifecycle_reaches(v, h->last.status, to))
		str_printf(h->flaw, sizeof(h->flaw), "went from %s to %s, which should not happen",
			   a->wire, b->wire);
}

/* `before` is the status the statement itself says came before; "" when it does not say. */
static void history_step(struct history *h, enum vocab v, const struct stamp *next,
			 const char *before, int64_t at_ms)
{
	bool first = !h->last.any;
	bool told_before = before[0] && !str_equal(before, next->status);

	if (first) {
		/* an event tells when something happened, which need not be the status */
		bool dated = next->rest || told_before || lifecycle_allows(v, "", next->status);
		h->changed_ms = dated ? at_ms : TIME_NONE;
		str_copy(h->previous, sizeof(h->previous), told_before ? before : "");
	} else if (!str_equal(h->last.status, next->status)) {
		history_note_flaw(h, v, next->status);
		h->changed_ms = at_ms;
		str_copy(h->previous, sizeof(h->previous), told_before ? before : h->last.status);
	}
	h->last = *next;
}

static void history_step_event(const struct store *st, struct history *h, enum vocab v,
			       const struct event *e)
{
	struct stamp s = stamp_of_event(st, e, v);
	if (!s.status[0])
		return; /* says nothing about the status */
	history_step(h, v, &s, e->previous_status, e->created_ms);
	h->stated_ms = e->created_ms;
}

static void chain_refold(const struct store *st, struct entry *en)
{
	enum vocab v = entry_vocab(en);
	en->told = en->base;
	for (size_t i = 0; i < en->chain_count; i++)
		history_step_event(st, &en->told, v, &en->chain[i]->event);
}

static void chain_drop_at(struct entry *en, size_t i)
{
	en->chain[i]->entry = NULL;
	en->chain_count--;
	memmove(en->chain + i, en->chain + i + 1, (en->chain_count - i) * sizeof(*en->chain));
}

static void chain_settle_oldest(const struct store *st, struct entry *en)
{
	history_step_event(st, &en->base, entry_vocab(en), &en->chain[0]->event);
	chain_drop_at(en, 0);
}

void chain_add(const struct store *st, struct entry *en, struct held *held)
{
	enum vocab v = entry_vocab(en);
	struct stamp s = stamp_of_event(st, &held->event, v);
	size_t at = en->chain_count;

	if (en->base.last.any && stamp_compare_events(&s, &en->base.last) < 0)
		return; /* older than what is settled: it can change nothing now */
	while (at > 0) {
		struct stamp other = stamp_of_event(st, &en->chain[at - 1]->event, v);
		if (stamp_compare_events(&other, &s) <= 0)
			break;
		at--;
	}
	array_reserve((void **)&en->chain, &en->chain_cap, en->chain_count + 1,
		      sizeof(struct held *));
	memmove(en->chain + at + 1, en->chain + at, (en->chain_count - at) * sizeof(*en->chain));
	en->chain[at] = held;
	en->chain_count++;
	held->entry = en;
	if (at + 1 == en->chain_count)
		history_step_event(st, &en->told, v, &held->event);
	else
		chain_refold(st, en);
	if (en->chain_count > CHAIN_MAX)
		chain_settle_oldest(st, en);
}

void chain_remove(const struct store *st, struct entry *en, struct held *held)
{
	for (size_t i = 0; i < en->chain_count; i++) {
		if (en->chain[i] != held)
			continue;
		while (i > 0) { /* equal stamps may leave the window in another order */
			chain_settle_oldest(st, en);
			i--;
		}
		chain_settle_oldest(st, en);
		return;
	}
}

static bool entry_is_incomplete(const struct entry *en, const char *status)
{
	if (!en->content.any || !en->full)
		return true;
	if (en->content.rest)
		return !str_equal(en->content.status, status);
	return en->thin.any && stamp_compare_events(&en->content, &en->thin) < 0;
}

void entry_settle(struct entry *en)
{
	struct record *r = &en->record;
	enum vocab v = entry_vocab(en);
	struct history h = en->told;

	if (en->rest.any && stamp_replaces(v, &h.last, &en->rest)) {
		history_step(&h, v, &en->rest, "", en->rest_changed_ms);
		if (h.stated_ms == TIME_NONE || en->rest_answered_ms > h.stated_ms)
			h.stated_ms = en->rest_answered_ms;
	}
	if (h.last.any)
		object_set_status(&r->object, h.last.status);
	r->stated_ms = h.stated_ms;
	r->changed_ms = h.changed_ms;
	str_copy(r->previous_status, sizeof(r->previous_status), h.previous);
	str_copy(r->flaw, sizeof(r->flaw), h.flaw);
	r->incomplete = entry_is_incomplete(en, h.last.status);
}
