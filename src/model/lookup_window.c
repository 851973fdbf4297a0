/*
 * Looks through what the store has, without unpacking it: twenty thousand objects of a kind take
 * a few milliseconds.
 */
#include "model/lookup_priv.h"
#include "model/store_priv.h"

#include "base/strbuf.h"
#include "wire/pack.h"

#include <ctype.h>
#include <string.h>

#define AHEAD 8 /* entries lie all over the memory: they are asked for early */

/* One scrap, ready to be compared with very many texts. */
struct needle {
	const struct scrap *scrap;
	size_t index; /* of the scrap */
	size_t least; /* no shorter text says it */
	bool whole;   /* only a text of `least` bytes does */
	bool several; /* words: a name may stand in two texts */
	bool wordy;   /* found by chance in dull members */
};

struct walk {
	struct lookup *lookup;
	const struct store *store;
	enum lookup_place place;
	struct needle needles[SCRAPS_MAX];
	size_t count;
	size_t shortest;
	bool ids;                  /* a needle may be part of an id */
	const struct entry *entry; /* looked at now */
	bool names;                /* a needle is of several words */
	const char *first_name;    /* of the entry; NULL: none yet */
};

/* --- by id ----------------------------------------------------------------------------------- */

int64_t entry_ms(const struct entry *en)
{
	if (en->updated_ms != TIME_NONE)
		return en->updated_ms;
	return en->created_ms != TIME_NONE ? en->created_ms : en->told.stated_ms;
}

static bool is_customer_member(const char *key)
{
	return str_equal(key, "customer_id") || str_equal(key, "customerId");
}

/* Ids are compared byte by byte; UUIDs are written in small letters, whatever people do. */
static const char *small(const char *text, char ret[NAME_CAP])
{
	size_t i = 0;

	for (; text[i] && i + 1 < NAME_CAP; i++)
		ret[i] = (char)tolower((unsigned char)text[i]);
	ret[i] = '\0';
	return ret;
}

static void add_by_id(struct walk *w, const char *id, size_t scrap)
{
	struct subject what;

	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if (k != OBJECT_KYC && records_find(w->store, (enum object_kind)k, id) &&
		    subject_set(&what, subject_of_object((enum object_kind)k), id))
			lookup_add_own(w->lookup, w->store, w->place, &what, scrap);
	if ((links_first_of_customer(w->store, id) || records_find(w->store, OBJECT_KYC, id)) &&
	    subject_set(&what, SUBJECT_CUSTOMER, id))
		lookup_add_own(w->lookup, w->store, w->place, &what, scrap);
	if (store_event_by_id(w->store, id) && subject_set(&what, SUBJECT_EVENT, id))
		lookup_add_own(w->lookup, w->store, w->place, &what, scrap);
}

static void add_by_ids(struct walk *w)
{
	const struct scraps *all = &w->lookup->scraps;
	char buf[NAME_CAP];

	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i].kind == SCRAP_PAYMENT_URL || all->items[i].kind == SCRAP_PART)
			continue;
		add_by_id(w, all->items[i].text, i);
		if (all->items[i].kind == SCRAP_UUID)
			add_by_id(w, small(all->items[i].text, buf), i);
	}
}

/* --- by what objects say ------------------------------------------------------------------------
 */

static struct lookup_hit hit_of(const struct walk *w, const struct needle *n, enum match match,
				const char *field, const char *value)
{
	struct lookup_hit hit = {.place = w->place,
				 .match = match,
				 .newest_ms = entry_ms(w->entry),
				 .scrap = n->index,
				 .rank = rank_of(match, n->index, true)};

	str_copy(hit.field, sizeof(hit.field), field);
	str_copy(hit.value, sizeof(hit.value), value);
	return hit;
}

static void walk_add(const struct walk *w, const struct needle *n, enum match match,
		     const struct packed_text *t)
{
	enum subject_kind kind = subject_of_object((enum object_kind)w->entry->kind);
	const char *customer = names_text(w->store->names, w->entry->customer);
	char field[STATUS_CAP * 2];
	struct lookup_hit hit;

	str_printf(field, sizeof(field), "%s%s%s", t->outer ? t->outer : "", t->outer ? "." : "",
		   t->key);
	hit = hit_of(w, n, match, field, t->text);
	if (is_customer_member(t->key)) {
		/* His objects are one step further: he is told once. */
		hit.rank = rank_of(match, n->index, false);
		if (subject_set(&hit.subject, SUBJECT_CUSTOMER, t->text))
			lookup_add(w->lookup, &hit);
		return;
	}
	if (t->text == entry_id(w->store, w->entry))
		hit.rank = rank_of(match, n->index, false);
	if (kind == SUBJECT_KYC) /* what is said of a check is said of its customer */
		kind = SUBJECT_CUSTOMER;
	if (subject_set(&hit.subject, kind, entry_id(w->store, w->entry)))
		lookup_add(w->lookup, &hit);
	if (n->scrap->kind == SCRAP_EMAIL &&
	    subject_set(&hit.subject, SUBJECT_CUSTOMER, customer)) {
		hit.rank = rank_of(match, n->index, false);
		lookup_add(w->lookup, &hit);
	}
}

static bool may_match(const struct needle *n, size_t len, const char *key)
{
	return (n->whole ? len == n->least : len >= n->least) &&
	       !(n->wordy && is_dull_member(key)) && !(n->several && is_id_member(key));
}

/* First and last name stand in texts of their own, one after the other; people type both. */
static void walk_name(struct walk *w, const struct packed_text *t)
{
	char name[2 * NAME_CAP];
	struct packed_text both = {.outer = t->outer, .key = "name", .text = name};
	enum match match;

	if (str_equal(t->key, "first_name"))
		w->first_name = t->text;
	if (!w->first_name || !str_equal(t->key, "last_name"))
		return;
	str_printf(name, sizeof(name), "%s %s", w->first_name, t->text);
	both.len = strlen(name);
	for (size_t i = 0; i < w->count; i++)
		if (w->needles[i].several && scrap_matches(w->needles[i].scrap, name, &match))
			walk_add(w, &w->needles[i], match, &both);
}

static void walk_text(void *ctx, const struct packed_text *t)
{
	struct walk *w = ctx;
	enum match match;

	if (w->names)
		walk_name(w, t);

	for (size_t i = 0; i < w->count; i++)
		if (may_match(&w->needles[i], t->len, t->key) &&
		    scrap_matches(w->needles[i].scrap, t->text, &match))
			walk_add(w, &w->needles[i], match, t);
}

/* An id is in the entry, not in what is packed; of a customer's KYC it is his. */
static void walk_id(const struct walk *w)
{
	const char *id = entry_id(w->store, w->entry);
	struct packed_text t = {.key = w->entry->kind == OBJECT_KYC ? "customer_id" : "id",
				.text = id};
	enum match match;

	for (size_t i = 0; i < w->count; i++)
		if (strlen(id) >= w->needles[i].least && !w->needles[i].several &&
		    scrap_matches(w->needles[i].scrap, id, &match))
			walk_add(w, &w->needles[i], match, &t);
}

static void walk_prepare(struct walk *w)
{
	const struct scraps *all = &w->lookup->scraps;

	w->shortest = SIZE_MAX;
	for (size_t i = 0; i < all->count; i++) {
		const struct scrap *s = &all->items[i];
		struct needle *n = &w->needles[w->count];

		if (s->kind == SCRAP_PAYMENT_URL || s->kind == SCRAP_EVENT || is_quantity(s))
			continue;
		*n = (struct needle){.scrap = s, .index = i, .least = strlen(s->text)};
		n->whole =
			s->kind == SCRAP_UUID || s->kind == SCRAP_ADDRESS || s->kind == SCRAP_EMAIL;
		n->wordy =
			s->kind == SCRAP_WORD || s->kind == SCRAP_CUSTOMER || s->kind == SCRAP_ID;
		if (s->kind == SCRAP_WORD)
			n->least = name_letters(s->text);
		if (s->kind == SCRAP_HASH && n->least > 2)
			n->least -= 2; /* without 0x */
		n->several = s->kind == SCRAP_WORD && strchr(s->text, ' ');
		w->names = w->names || n->several;
		if (n->several)
			w->shortest = 1;
		if (n->least < w->shortest)
			w->shortest = n->least;
		w->ids = w->ids || n->wordy || s->kind == SCRAP_PART;
		w->count++;
	}
}

void lookup_window(struct lookup *l, const struct store *st, enum lookup_place place)
{
	struct walk w = {.lookup = l, .store = st, .place = place};

	l->window_objects = 0;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		l->window_objects += st->tables[k].count;
	add_by_ids(&w);
	if (lookup_is_settled(l))
		return;
	walk_prepare(&w);
	for (size_t i = 0; i < l->scraps.count; i++)
		if (l->scraps.items[i].kind == SCRAP_AMOUNT)
			lookup_amounts(l, st, i, place);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT && w.count > 0; k++) {
		const struct table *t = &st->tables[k];

		for (size_t i = 0; i < t->count; i++) {
			w.entry = t->entries[i];
			w.first_name = NULL;
			if (i + AHEAD < t->count)
				__builtin_prefetch(t->entries[i + AHEAD]);
			if (i + AHEAD / 2 < t->count)
				__builtin_prefetch(t->entries[i + AHEAD / 2]->packed);
			if (w.ids)
				walk_id(&w);
			if (w.entry->packed)
				object_packed_texts((enum object_kind)k, w.entry->packed,
						    w.shortest, walk_text, &w);
		}
	}
}
