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

/* FNV-1a */
static uint32_t text_hash(const char *text)
{
	uint32_t h = 2166136261u;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

struct stamp stamp_of_row(const struct store *st, const struct event_row *r)
{
	struct news n = row_news(st, r);
	return (struct stamp){
		.any = true,
		.ms = row_order_ms(r),
		.seq = row_order_seq(r),
		.status = n.status,
		.rank = n.rank,
		.tie = r->flags & ROW_OPAQUE
			       ? text_hash(names_text(st->event_ids, (uint32_t)r->seq))
			       : 0,
	};
}

struct stamp stamp_of_answer(struct store *st, const struct object *o, int64_t now_ms)
{
	struct stamp s = {.any = true, .rest = true, .ms = object_updated_ms(o)};
	if (s.ms == TIME_NONE)
		s.ms = now_ms;
	s.status = word_of(st, object_status(o));
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
bool stamp_replaces(const struct store *st, enum vocab v, const struct stamp *held,
		    const struct stamp *next)
{
	if (!held->any)
		return true;
	if (!held->rest && !next->rest)
		return stamp_compare_events(held, next) < 0;
	if (held->status != next->status) {
		const char *from = word_text(st, held->status), *to = word_text(st, next->status);
		bool ahead = lifecycle_reaches(v, from, to);
		bool behind = lifecycle_reaches(v, to, from);
		if (ahead != behind)
			return ahead;
	}
	if (held->rest && next->rest) /* answers come one after the other */
		return true;
	return next->ms / 1000 >= held->ms / 1000;
}

static void history_note_flaw(const struct store *st, struct history *h, enum vocab v, uint16_t to)
{
	const char *a = word_text(st, h->last.status), *b = word_text(st, to);
	if (vocab_find(v, a) && vocab_find(v, b) && !lifecycle_reaches(v, a, b)) {
		h->flaw_from = h->last.status;
		h->flaw_to = to;
	}
}

/* `before` is the status the statement itself says came before; 0 when it does not say. */
static void history_step(const struct store *st, struct history *h, enum vocab v,
			 const struct stamp *next, uint16_t before, int64_t at_ms)
{
	bool told_before = before != 0 && before != next->status;

	if (!h->last.any) {
		/* an event tells when something happened, which need not be the status */
		bool dated = next->rest || told_before ||
			     lifecycle_allows(v, "", word_text(st, next->status));
		h->changed_ms = dated ? at_ms : TIME_NONE;
		h->previous = told_before ? before : 0;
	} else if (h->last.status != next->status) {
		history_note_flaw(st, h, v, next->status);
		h->changed_ms = at_ms;
		h->previous = told_before ? before : h->last.status;
	}
	h->last = *next;
}

static void history_step_row(const struct store *st, struct history *h, enum vocab v,
			     const struct event_row *r)
{
	struct stamp s = stamp_of_row(st, r);
	if (s.status == 0)
		return; /* says nothing about the status */
	history_step(st, h, v, &s, row_news(st, r).previous, row_created_ms(r));
	h->stated_ms = row_created_ms(r);
}

/* --- the chain: slots of rows, threaded from the newest to the oldest --------------------------
 */

/* Oldest first. */
struct chain {
	uint32_t slots[CHAIN_MAX + 1];
	size_t count;
};

static void chain_read(const struct store *st, const struct entry *en, struct chain *ret)
{
	uint32_t slot = en->newest;

	ret->count = en->chain_count;
	for (size_t i = ret->count; i > 0; i--) {
		ret->slots[i - 1] = slot;
		slot = window_row(&st->window, slot)->older;
	}
}

static void chain_write(struct store *st, struct entry *en, const struct chain *c)
{
	uint32_t older = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct event_row *r = window_row(&st->window, c->slots[i]);
		r->older = older;
		r->flags |= ROW_CHAINED;
		older = c->slots[i];
	}
	en->newest = older;
	en->chain_count = (uint8_t)c->count;
}

/* The n oldest become part of the base. */
static void chain_settle(struct store *st, struct entry *en, struct chain *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct event_row *r = window_row(&st->window, c->slots[i]);
		history_step_row(st, &entry_want_more(en)->base, entry_vocab(en), r);
		r->flags &= ~(uint64_t)ROW_CHAINED;
		r->older = 0;
	}
	c->count -= n;
	memmove(c->slots, c->slots + n, c->count * sizeof(c->slots[0]));
	chain_write(st, en, c);
}

static void chain_refold(const struct store *st, struct entry *en, const struct chain *c)
{
	en->told = entry_more(en)->base;
	for (size_t i = 0; i < c->count; i++)
		history_step_row(st, &en->told, entry_vocab(en),
				 window_row(&st->window, c->slots[i]));
}

/* The usual: it is the newest. */
static bool chain_append(struct store *st, struct entry *en, uint32_t slot, const struct stamp *s)
{
	struct event_row *r = window_row(&st->window, slot);

	if (en->newest != 0) {
		struct stamp newest = stamp_of_row(st, window_row(&st->window, en->newest));
		if (stamp_compare_events(&newest, s) > 0)
			return false;
	}
	r->older = en->newest;
	r->flags |= ROW_CHAINED;
	en->newest = slot;
	en->chain_count++;
	history_step_row(st, &en->told, entry_vocab(en), r);
	return true;
}

static void chain_put_in(struct store *st, struct entry *en, uint32_t slot, const struct stamp *s)
{
	struct chain c;
	size_t at;

	chain_read(st, en, &c);
	for (at = c.count; at > 0; at--) {
		struct stamp other = stamp_of_row(st, window_row(&st->window, c.slots[at - 1]));
		if (stamp_compare_events(&other, s) <= 0)
			break;
		c.slots[at] = c.slots[at - 1];
	}
	c.slots[at] = slot;
	c.count++;
	chain_write(st, en, &c);
	chain_refold(st, en, &c);
}

void chain_add(struct store *st, struct entry *en, uint32_t slot)
{
	struct stamp s = stamp_of_row(st, window_row(&st->window, slot));
	struct chain c;

	if (en->more && en->more->base.last.any &&
	    stamp_compare_events(&s, &en->more->base.last) < 0)
		return; /* older than what is settled: it can change nothing now */
	if (!chain_append(st, en, slot, &s))
		chain_put_in(st, en, slot, &s);
	if (en->chain_count <= CHAIN_MAX)
		return;
	chain_read(st, en, &c);
	chain_settle(st, en, &c, 1);
}

/* Rows leave from the oldest on. What still points at it is beyond the count and never followed. */
static void chain_drop_oldest(struct store *st, struct entry *en, struct event_row *r)
{
	history_step_row(st, &entry_want_more(en)->base, entry_vocab(en), r);
	r->flags &= ~(uint64_t)ROW_CHAINED;
	en->chain_count--;
	if (en->chain_count == 0)
		en->newest = 0;
}

void chain_remove(struct store *st, struct entry *en, uint32_t slot)
{
	struct event_row *r = window_row(&st->window, slot);
	struct chain c;
	size_t at = 0;

	if (!(r->flags & ROW_OPAQUE) && r->seq > 0) { /* no other is at its very place */
		chain_drop_oldest(st, en, r);
		return;
	}
	chain_read(st, en, &c);
	while (at < c.count && c.slots[at] != slot)
		at++;
	if (at < c.count) /* equal stamps may leave the window in another order */
		chain_settle(st, en, &c, at + 1);
}

void chain_let_go(struct store *st, struct entry *en)
{
	uint32_t slot = en->newest;

	for (size_t n = en->chain_count; n > 0; n--) {
		struct event_row *r = window_row(&st->window, slot);
		slot = r->older;
		r->older = 0;
		r->flags &= ~(uint64_t)ROW_CHAINED;
	}
	en->newest = 0;
	en->chain_count = 0;
}

/* --- what it adds up to ---------------------------------------------------------------------- */

static bool entry_is_incomplete(const struct entry *en, uint16_t status)
{
	const struct stamp *thin = &entry_more(en)->thin;

	if (!en->content.any || !en->full)
		return true;
	if (en->content.rest)
		return en->content.status != status;
	return thin->any && stamp_compare_events(&en->content, thin) < 0;
}

struct settled entry_settle(const struct store *st, const struct entry *en)
{
	const struct entry_more *more = entry_more(en);
	enum vocab v = entry_vocab(en);
	struct settled s = {.h = en->told};

	if (more->rest.any && stamp_replaces(st, v, &s.h.last, &more->rest)) {
		history_step(st, &s.h, v, &more->rest, 0, more->rest_changed_ms);
		if (s.h.stated_ms == TIME_NONE || more->rest_answered_ms > s.h.stated_ms)
			s.h.stated_ms = more->rest_answered_ms;
	}
	s.incomplete = entry_is_incomplete(en, s.h.last.status);
	return s;
}
