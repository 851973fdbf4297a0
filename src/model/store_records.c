/* The latest known state of every object, by kind. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/lifecycle.h"

void records_init(struct store *st)
{
	for (int k = 1; k < OBJECT_KIND_COUNT; k++)
		st->tables[k].by_id = idmap_new();
}

static void entry_free(struct entry *en)
{
	if (!en)
		return;
	for (size_t i = 0; i < en->chain_count; i++)
		en->chain[i]->entry = NULL;
	object_release(&en->record.object);
	free(en->chain);
	free(en);
}

void records_release(struct store *st)
{
	for (int k = 1; k < OBJECT_KIND_COUNT; k++) {
		struct table *t = &st->tables[k];
		for (size_t i = 0; i < t->count; i++)
			entry_free(t->entries[i]);
		free(t->entries);
		idmap_free(t->by_id);
	}
}

struct entry *records_find(const struct store *st, enum object_kind kind, const char *id)
{
	if (kind <= OBJECT_NONE || kind >= OBJECT_KIND_COUNT || !id || !id[0])
		return NULL;
	return idmap_get(st->tables[kind].by_id, id);
}

static struct entry *records_add(struct store *st, enum object_kind kind, const char *id)
{
	struct table *t = &st->tables[kind];
	struct entry *en = xcalloc(1, sizeof(*en));

	object_blank(&en->record.object, kind);
	if (!object_set_id(&en->record.object, id)) {
		free(en);
		return NULL;
	}
	en->base.stated_ms = en->base.changed_ms = TIME_NONE;
	en->told = en->base;
	array_reserve((void **)&t->entries, &t->cap, t->count + 1, sizeof(struct entry *));
	en->index = t->count;
	t->entries[t->count++] = en;
	idmap_put(t->by_id, id, en);
	return en;
}

static void records_remove(struct store *st, struct entry *en)
{
	struct table *t = &st->tables[en->record.object.kind];
	struct entry *last = t->entries[--t->count];

	memset(t->changed, 0, sizeof(t->changed));
	t->version++;
	links_forget(st, en);
	idmap_remove(t->by_id, object_id(&en->record.object));
	t->entries[en->index] = last;
	last->index = en->index;
	entry_free(en);
}

/* --- a full table -------------------------------------------------------------- */

struct leaving {
	struct entry *entry;
	bool finished;
	int64_t since_ms;
};

static int leaving_compare(const void *pa, const void *pb)
{
	const struct leaving *a = pa, *b = pb;
	if (a->finished != b->finished)
		return a->finished ? -1 : 1;
	if (a->since_ms != b->since_ms)
		return a->since_ms < b->since_ms ? -1 : 1;
	return strcmp(object_id(&a->entry->record.object), object_id(&b->entry->record.object));
}

static void records_make_room(struct store *st, enum object_kind kind)
{
	struct table *t = &st->tables[kind];
	struct leaving *all;
	size_t n = t->count;

	if (n < STORE_RECORDS_MAX)
		return;
	all = xcalloc(n, sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		const struct record *r = &t->entries[i]->record;
		all[i].entry = t->entries[i];
		all[i].finished =
			lifecycle_is_terminal(kind_info(kind)->vocab, object_status(&r->object));
		all[i].since_ms = r->changed_ms != TIME_NONE ? r->changed_ms : r->stated_ms;
	}
	qsort(all, n, sizeof(*all), leaving_compare);
	for (size_t i = 0; i < n / EVICT_SHARE; i++)
		records_remove(st, all[i].entry);
	free(all);
}

static struct entry *records_want(struct store *st, enum object_kind kind, const char *id)
{
	struct entry *en = records_find(st, kind, id);
	if (en || !id[0] || strlen(id) >= NAME_CAP)
		return en;
	records_make_room(st, kind);
	return records_add(st, kind, id);
}

/* --- statements ------------------------------------------------------------------ */

static unsigned records_told(struct store *st, struct entry *en)
{
	enum object_kind kind = en->record.object.kind;
	struct table *t = &st->tables[kind];

	entry_settle(en);
	en->record.touched = ++st->arrivals;
	t->changed[t->version++ % STORE_CHANGES_MAX] = en;
	return topic_of_kind(kind) | actions_confirm(st, en);
}

static void entry_note_birth(struct entry *en, const struct stamp *s)
{
	if (!en->born.any || (en->born.rest && !s->rest) ||
	    (en->born.rest == s->rest && stamp_compare_events(s, &en->born) < 0))
		en->born = *s;
}

unsigned records_tell_event(struct store *st, struct held *held)
{
	const struct event *e = &held->event;
	const struct object *told = &e->object;
	bool readable = told->kind != OBJECT_NONE;
	enum object_kind kind = readable ? told->kind : kind_from_wire(e->object_word);
	const char *id = readable ? object_id(told) : e->object_id;
	struct entry *en;
	struct stamp s;
	bool thin;

	if (kind == OBJECT_NONE)
		return 0;
	en = records_want(st, kind, id);
	if (!en)
		return 0;
	thin = !readable || object_is_thin(told);
	s = stamp_of_event(st, e, entry_vocab(en));
	entry_note_birth(en, &s);
	if (thin && stamp_replaces(entry_vocab(en), &en->thin, &s))
		en->thin = s;
	if (readable) {
		content_take(en, told, &s, thin);
		links_learn(st, en, told);
	}
	chain_add(st, en, held);
	return records_told(st, en);
}

static bool entry_take_answer(struct entry *en, const struct object *answer, int64_t now_ms)
{
	struct stamp s = stamp_of_answer(answer, now_ms);
	enum vocab v = entry_vocab(en);
	bool taken = false;

	entry_note_birth(en, &s);
	if (stamp_replaces(v, &en->rest, &s) && stamp_replaces(v, &en->told.last, &s)) {
		en->rest = s;
		en->rest_answered_ms = now_ms;
		en->rest_changed_ms = object_changed_ms(answer);
		taken = true;
	}
	return content_take(en, answer, &s, false) || taken;
}

unsigned records_tell_answer(struct store *st, const struct object *answer, int64_t now_ms)
{
	struct entry *en;
	unsigned topics = 0;

	if (answer->kind == OBJECT_NONE)
		return 0;
	en = records_want(st, answer->kind, object_id(answer));
	if (!en)
		return 0;
	links_learn(st, en, answer);
	if (entry_take_answer(en, answer, now_ms))
		topics |= records_told(st, en);
	if (answer->kind == OBJECT_INVOICE && answer->as.invoice.has_latest_payment) {
		struct object payment = {.kind = OBJECT_PAYMENT,
					 .as.payment = answer->as.invoice.latest_payment};
		topics |= records_tell_answer(st, &payment, now_ms);
	}
	return topics;
}

void records_forget_event(struct store *st, struct held *held)
{
	if (held->entry)
		chain_remove(st, held->entry, held);
}

/* --- reading ----------------------------------------------------------------------- */

size_t store_record_count(const struct store *st, enum object_kind kind)
{
	return kind > OBJECT_NONE && kind < OBJECT_KIND_COUNT ? st->tables[kind].count : 0;
}

const struct record *store_record_at(const struct store *st, enum object_kind kind, size_t index)
{
	return index < store_record_count(st, kind) ? &st->tables[kind].entries[index]->record
						    : NULL;
}

const struct record *store_changed_at(const struct store *st, enum object_kind kind,
				      uint64_t version)
{
	const struct table *t = &st->tables[kind];
	const struct entry *en;

	if (version >= t->version || t->version - version > STORE_CHANGES_MAX)
		return NULL;
	en = t->changed[version % STORE_CHANGES_MAX];
	return en ? &en->record : NULL;
}

const struct record *store_record(const struct store *st, enum object_kind kind, const char *id)
{
	const struct entry *en = records_find(st, kind, id);
	return en ? &en->record : NULL;
}
