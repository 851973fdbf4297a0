/* Whose life it is, and every event heard of it: from the disk whole, from the window in brief. */
#include "model/story_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

/* --- actors -------------------------------------------------------------------------------- */

static struct actor *actors_find(const struct telling *t, enum object_kind kind, const char *id)
{
	for (size_t at = quick_place((int)kind, id); t->quick.numbers[at] != 0;
	     at = quick_after(at)) {
		struct actor *a = (struct actor *)&t->actors[t->quick.numbers[at] - 1];
		if (a->kind == kind && str_equal(a->id, id))
			return a;
	}
	return NULL;
}

static void actors_note(struct telling *t, const struct actor *a)
{
	size_t at = quick_place((int)a->kind, a->id);

	while (t->quick.numbers[at] != 0)
		at = quick_after(at);
	t->quick.numbers[at] = (uint16_t)(a - t->actors + 1);
}

struct actor *telling_actor(struct telling *t, enum object_kind kind, const char *id)
{
	struct actor *a = actors_find(t, kind, id);

	if (a || kind == OBJECT_NONE || !id[0] || t->actor_count == STORY_ACTORS_MAX)
		return a;
	a = &t->actors[t->actor_count++];
	*a = (struct actor){.kind = kind, .status = "", .settlement = ""};
	a->since_ms = a->settlement_since_ms = a->first_ms = a->ended_ms = TIME_NONE;
	str_copy(a->id, sizeof(a->id), id);
	actors_note(t, a);
	a->entry = records_find(t->st, kind, id);
	if (a->entry)
		a->record = record_show(t->st, (struct entry *)a->entry);
	return a;
}

const struct actor *telling_first(const struct telling *t, enum object_kind kind)
{
	for (size_t i = 0; i < t->actor_count; i++)
		if (t->actors[i].kind == kind)
			return &t->actors[i];
	return NULL;
}

const struct actor *telling_invoice_of(const struct telling *t, const struct actor *a)
{
	const char *id = a->latest ? related_invoice_of(a->latest) : "";

	if (!id[0] && a->entry && a->kind != OBJECT_INVOICE && a->kind != OBJECT_PAYOUT)
		id = names_text(t->st->names, a->entry->filed);
	return id[0] ? actors_find(t, OBJECT_INVOICE, id) : NULL;
}

static void gather_actors(struct telling *t)
{
	const struct related *r = &t->s->related;
	bool all = t->at.kind == SUBJECT_CUSTOMER;

	(void)telling_actor(t, subject_object(t->at.kind), t->at.id);
	for (size_t i = 0; i < r->count; i++) {
		const struct related_item *item = &r->items[i];
		enum object_kind kind = subject_object(item->subject.kind);

		if (!item->same_payment && !all)
			continue;
		if (kind != OBJECT_NONE && !telling_actor(t, kind, item->subject.id))
			t->s->cut = true;
	}
}

/* --- events -------------------------------------------------------------------------------- */

static struct heard *gather_one(struct telling *t)
{
	array_reserve((void **)&t->heard, &t->heard_cap, t->heard_count + 1, sizeof(*t->heard));
	t->heard[t->heard_count] = (struct heard){.arrived_ms = TIME_NONE};
	return &t->heard[t->heard_count++];
}

/* Whole seconds are all that `created` has; the id is finer, where it means the same time. */
static int64_t brief_ms(const struct event_brief *b)
{
	int64_t finer;

	if (b->order_ms == TIME_NONE || b->created_ms == TIME_NONE)
		return b->created_ms != TIME_NONE ? b->created_ms : b->order_ms;
	finer = b->order_ms - b->created_ms;
	return finer >= 0 && finer < 1000 ? b->order_ms : b->created_ms;
}

static void heard_place(struct telling *t, struct heard *h)
{
	enum vocab v = kind_info(h->actor->kind)->vocab;

	h->ms = brief_ms(&h->brief);
	h->seq = h->brief.order_seq;
	h->rank = t->st->ranks[v][(unsigned)vocab_parse(v, h->brief.status) % RANKS_MAX];
	h->actor->heard = true;
}

/* By REST, for a time nobody listened, they come in any order. */
static bool via_is_asked(enum event_via via)
{
	return via == VIA_CATCH_UP || via == VIA_POLL || via == VIA_OLDER;
}

static void gather_kept(struct telling *t, const struct kept_event *k)
{
	struct event_brief b;
	struct actor *a;
	struct heard *h;

	event_brief(&k->event, &b);
	a = actors_find(t, b.about, b.object_id);
	if (!a || t->heard_count >= STORY_HEARD_MAX) {
		t->s->cut |= a != NULL;
		return;
	}
	h = gather_one(t);
	h->brief = b;
	h->actor = a;
	h->whole = &k->event;
	if (k->event.object.kind != OBJECT_NONE && !b.thin)
		h->now = &k->event.object;
	h->arrived_ms = k->arrived_ms;
	h->on_disk = true;
	h->disk_asks = via_is_asked(k->via);
	heard_place(t, h);
}

static void gather_dossier(struct telling *t, enum object_kind kind, const char *id)
{
	const struct dossier *d = answer_dossier(t->st, kind, id, NULL);

	if (!d)
		return;
	t->dossier = true;
	t->s->cut |= d->cut;
	for (size_t i = d->count; i > 0; i--)
		gather_kept(t, &d->items[i - 1]);
}

/* The record says what its newest whole event says, until an answer speaks. */
static bool record_is_of_row(const struct store *st, const struct entry *en,
			     const struct event_row *row)
{
	struct stamp s = stamp_of_row(st, row);

	return en->content.any && !en->content.rest && en->full && !(row->flags & ROW_THIN) &&
	       stamp_compare_events(&en->content, &s) == 0;
}

static void gather_rows(struct telling *t, struct actor *a)
{
	uint32_t slot = a->entry->newest;

	for (size_t n = a->entry->chain_count; n > 0 && t->heard_count < STORY_HEARD_MAX; n--) {
		const struct event_row *row = window_row(&t->st->window, slot);
		struct heard *h = gather_one(t);

		store_brief(t->st, row, &h->brief);
		h->actor = a;
		if (record_is_of_row(t->st, a->entry, row))
			h->now = &a->record->object;
		h->in_window = true;
		h->arrival = row->arrival;
		h->asked = row->flags & ROW_ASKED;
		heard_place(t, h);
		slot = row->older;
	}
	if (!t->dossier && entry_more(a->entry)->base.last.any)
		t->s->cut = true; /* what is older is on disk */
}

/* --- in order, each once ------------------------------------------------------------------- */

int64_t heard_key_ms(const struct heard *h)
{
	return h->brief.order_ms != TIME_NONE ? h->brief.order_ms : h->ms;
}

bool brief_is_birth(const struct event_brief *b)
{
	static const char END[] = ".created";
	size_t n = strlen(b->type), m = sizeof(END) - 1;

	return n >= m && str_equal(b->type + n - m, END);
}

static int heard_compare(const void *pa, const void *pb)
{
	const struct heard *a = *(struct heard *const *)pa, *b = *(struct heard *const *)pb;
	int64_t ma = heard_key_ms(a), mb = heard_key_ms(b);

	if (ma != mb)
		return ma < mb ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return strcmp(a->brief.id, b->brief.id);
}

/* Both speak of one event: what either knows is known. */
static void heard_join(struct heard *h, const struct heard *other)
{
	if (!h->whole)
		h->whole = other->whole;
	if (other->now && (!h->now || other->whole))
		h->now = other->now;
	if (other->in_window) {
		h->in_window = true;
		h->arrival = other->arrival;
		h->asked = other->asked;
	}
	if (other->on_disk) {
		h->on_disk = true;
		h->arrived_ms = other->arrived_ms;
		h->disk_asks = other->disk_asks;
	}
}

static void gather_order(struct telling *t)
{
	size_t n = 0;

	t->order = xcalloc(t->heard_count + 1, sizeof(struct heard *));
	for (size_t i = 0; i < t->heard_count; i++)
		t->order[i] = &t->heard[i];
	qsort(t->order, t->heard_count, sizeof(struct heard *), heard_compare);
	for (size_t i = 0; i < t->heard_count; i++) {
		if (n > 0 && str_equal(t->order[n - 1]->brief.id, t->order[i]->brief.id))
			heard_join(t->order[n - 1], t->order[i]);
		else
			t->order[n++] = t->order[i];
	}
	t->order_count = n;
	t->tells_before = t->st->tells_before;
	for (size_t i = 0; i < n; i++)
		t->tells_before |= t->order[i]->brief.previous_status[0] != '\0';
}

/* --- how they came ------------------------------------------------------------------------- */

/* When the earliest of those after it came, an actor at a time. */
struct arrivals {
	bool rows, disk;
	uint32_t row;
	int64_t disk_ms;
};

static bool heard_is_late(const struct heard *h, const struct arrivals *after)
{
	if (h->in_window && !h->asked && after->rows && (int32_t)(after->row - h->arrival) < 0)
		return true;
	return h->on_disk && !h->disk_asks && after->disk && after->disk_ms < h->arrived_ms;
}

static void mark_late(struct telling *t)
{
	struct arrivals after[STORY_ACTORS_MAX] = {{.rows = false}};

	for (size_t i = t->order_count; i > 0; i--) {
		struct heard *h = t->order[i - 1];
		struct arrivals *a = &after[h->actor - t->actors];

		if (heard_is_late(h, a))
			h->marks |= STORY_LATE;
		if (h->in_window && (!a->rows || (int32_t)(h->arrival - a->row) < 0)) {
			a->rows = true;
			a->row = h->arrival;
		}
		if (h->on_disk && (!a->disk || h->arrived_ms < a->disk_ms)) {
			a->disk = true;
			a->disk_ms = h->arrived_ms;
		}
	}
}

/* Its id says that it came after, its own clock says before. */
static void mark_out_of_order(struct telling *t)
{
	int64_t newest[STORY_ACTORS_MAX];

	for (size_t i = 0; i < STORY_ACTORS_MAX; i++)
		newest[i] = TIME_NONE;
	for (size_t i = 0; i < t->order_count; i++) {
		struct heard *h = t->order[i];
		int64_t *before = &newest[h->actor - t->actors];

		if (h->ms == TIME_NONE)
			continue;
		if (*before != TIME_NONE && h->ms < *before - 999)
			h->marks |= STORY_OUT_OF_ORDER;
		else
			*before = h->ms;
	}
}

/* --- the newest that is known -------------------------------------------------------------- */

/* A list's row may leave out what was paid: the rest of it holds. */
static bool tells_all_but_money(const struct actor *a)
{
	const struct invoice *inv = &a->record->object.as.invoice;

	return a->kind == OBJECT_INVOICE && !a->latest && inv->created_at != TIME_NONE &&
	       invoice_hides_money(inv);
}

static void gather_latest(struct telling *t)
{
	for (size_t i = 0; i < t->order_count; i++)
		if (t->order[i]->now)
			t->order[i]->actor->latest = t->order[i]->now;
	for (size_t i = 0; i < t->actor_count; i++) {
		struct actor *a = &t->actors[i];
		/* the record has heard all that the window has, and the answers */
		if (a->record && a->entry->packed && (a->entry->full || tells_all_but_money(a)))
			a->latest = &a->record->object;
	}
}

void telling_gather(struct telling *t)
{
	gather_actors(t);
	if (t->at.kind == SUBJECT_CUSTOMER)
		gather_dossier(t, OBJECT_NONE, t->at.id);
	for (size_t i = 0; i < t->actor_count; i++)
		gather_dossier(t, t->actors[i].kind, t->actors[i].id);
	for (size_t i = 0; i < t->actor_count; i++)
		if (t->actors[i].entry)
			gather_rows(t, &t->actors[i]);
	gather_order(t);
	mark_late(t);
	mark_out_of_order(t);
	gather_latest(t);
}
