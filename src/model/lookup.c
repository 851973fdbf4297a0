#include "model/lookup_priv.h"

#include "base/strbuf.h"

#include <string.h>
#include <strings.h>

const char *lookup_place_words(enum lookup_place p)
{
	static const char *const WORDS[] = {
		[LOOKED_WINDOW] = "here",
		[LOOKED_HISTORY] = "history",
		[LOOKED_SERVER] = "Pepay",
	};

	return p < LOOKUP_PLACE_COUNT ? WORDS[p] : "";
}

/* --- hits ------------------------------------------------------------------------------------ */

static bool hit_before(const struct lookup_hit *a, const struct lookup_hit *b)
{
	if (a->near != b->near)
		return b->near;
	return a->rank != b->rank ? a->rank < b->rank : a->newest_ms > b->newest_ms;
}

static size_t hit_find(const struct lookup *l, const struct subject *what)
{
	size_t i = 0;

	while (i < l->count && !subject_equal(&l->hits[i].subject, what))
		i++;
	return i;
}

static void hit_remove(struct lookup *l, size_t at)
{
	memmove(&l->hits[at], &l->hits[at + 1], (l->count - at - 1) * sizeof(l->hits[0]));
	l->count--;
}

bool lookup_add(struct lookup *l, const struct lookup_hit *hit)
{
	struct lookup_hit it = *hit;
	size_t known = hit_find(l, &hit->subject), at;

	if (known < l->count) {
		/* What was here first stays of here; that it says more is news. */
		if (!hit_before(hit, &l->hits[known]) || hit->rank == l->hits[known].rank)
			return false;
		it.place = l->hits[known].place;
		hit_remove(l, known);
	}
	for (at = l->count; at > 0 && hit_before(&it, &l->hits[at - 1]); at--)
		;
	if (l->count == LOOKUP_HITS_MAX) {
		l->cut = true;
		if (at == LOOKUP_HITS_MAX)
			return false;
		l->count--;
	}
	memmove(&l->hits[at + 1], &l->hits[at], (l->count - at) * sizeof(l->hits[0]));
	l->hits[at] = it;
	l->count++;
	return true;
}

static int64_t newest_of(const struct store *st, const struct subject *what)
{
	const struct record *r = subject_object(what->kind) == OBJECT_NONE
					 ? NULL
					 : store_record(st, subject_object(what->kind), what->id);
	int64_t ms = r ? object_updated_ms(&r->object) : TIME_NONE;

	return ms == TIME_NONE && r ? object_created_ms(&r->object) : ms;
}

bool lookup_add_own(struct lookup *l, const struct store *st, enum lookup_place place,
		    const struct subject *what, size_t scrap)
{
	struct lookup_hit hit = {.subject = *what,
				 .place = place,
				 .match = MATCH_EXACT,
				 .newest_ms = newest_of(st, what),
				 .scrap = scrap,
				 .rank = RANK_OWN + (int)scrap};

	str_copy(hit.field, sizeof(hit.field),
		 what->kind == SUBJECT_CUSTOMER ? "customer_id" : "id");
	str_copy(hit.value, sizeof(hit.value), what->id);
	return lookup_add(l, &hit);
}

static bool is_own(const struct lookup_hit *hit)
{
	return hit->rank < RANK_SAYS;
}

bool lookup_is_settled(const struct lookup *l)
{
	return l->count > 0 && l->hits[0].rank == RANK_OWN;
}

size_t lookup_plain(const struct lookup *l)
{
	size_t i = 0;

	while (i < l->scraps.count && l->scraps.items[i].kind == SCRAP_PAYMENT_URL)
		i++;
	return i;
}

bool lookup_has(const struct lookup *l, size_t scrap)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->hits[i].rank == RANK_OWN + (int)scrap)
			return true;
	return false;
}

/* A mail that names an order and a customer is about the order; one that names two orders may be
 * about either. */
static bool is_rival(const struct lookup *l, const struct lookup_hit *hit)
{
	return is_own(hit) && l->scraps.items[hit->scrap].kind == l->scraps.items[0].kind;
}

/* Of part of an id: the one object that goes by it, whatever else speaks of that. */
static bool is_bearer(const struct lookup *l, const struct lookup_hit *hit)
{
	enum scrap_kind kind = l->scraps.items[hit->scrap].kind;

	return (kind == SCRAP_ID || kind == SCRAP_PART || kind == SCRAP_CUSTOMER) &&
	       hit->match == MATCH_PREFIX && str_equal(hit->value, hit->subject.id);
}

const struct lookup_hit *lookup_answer(const struct lookup *l)
{
	size_t rivals = 0, exact = 0, bearers = 0;

	if (l->count == 0 || l->hits[0].near || (!l->over && !lookup_is_settled(l)))
		return NULL;
	if (l->count == 1)
		return &l->hits[0];
	for (size_t i = 0; i < l->count; i++) {
		rivals += is_rival(l, &l->hits[i]);
		exact += l->hits[i].match == MATCH_EXACT;
		bearers += is_bearer(l, &l->hits[i]);
	}
	if (lookup_is_settled(l))
		return rivals == 1 ? &l->hits[0] : NULL;
	if (exact == 0 && bearers == 1 && !l->cut && is_bearer(l, &l->hits[0]))
		return &l->hits[0];
	return exact == 1 && l->hits[0].match == MATCH_EXACT ? &l->hits[0] : NULL;
}

/* --- going on ----------------------------------------------------------------------------------
 */

static void lookup_count(struct lookup *l)
{
	for (int p = 0; p < LOOKUP_PLACE_COUNT; p++)
		l->looks[p].found = 0;
	for (size_t i = 0; i < l->count; i++)
		l->looks[l->hits[i].place].found++;
	l->over = l->server_planned;
	for (size_t i = 0; i < l->asked_count; i++)
		l->over = l->over && l->asked[i].state != LOAD_WAITING;
}

static bool history_waits(const struct lookup *l)
{
	return l->looks[LOOKED_HISTORY].state == LOAD_WAITING;
}

static void lookup_here(struct lookup *l, const struct store *st)
{
	struct lookup_look *look = &l->looks[LOOKED_WINDOW];

	if (l->scraps.count > 0 && l->scraps.items[0].kind == SCRAP_DATE) {
		str_copy(look->note, sizeof(look->note), "lists find it by a filter");
		return;
	}
	if (l->scraps.count == 0) {
		str_copy(look->note, sizeof(look->note), "there is nothing to look for");
		return;
	}
	look->state = LOAD_DONE;
	lookup_window(l, st, LOOKED_WINDOW);
	if (l->count == 0)
		lookup_nearly(l, st, LOOKED_WINDOW);
	if (l->count > 0 && l->hits[0].near)
		str_copy(look->note, sizeof(look->note),
			 "nothing here says just that, only nearly");
	else
		str_printf(look->note, sizeof(look->note), "%zu objects and %zu events are here",
			   l->window_objects, store_event_count(st));
}

void lookup_begin(struct lookup *l, const char *text, const struct store *st, struct outbox *out)
{
	lookup_begin_at(l, text, NULL, st, out);
}

void lookup_begin_at(struct lookup *l, const char *text, const char *server, const struct store *st,
		     struct outbox *out)
{
	memset(l, 0, sizeof(*l));
	l->history_oldest_ms = TIME_NONE;
	l->masked = store_history(st)->mode == HISTORY_CASE;
	recognise(&l->scraps, text, strlen(text));
	lookup_judge_links(l, server, st);
	/* What holds a secret is shown as what was seen in it, nothing more. */
	str_copy(l->text, sizeof(l->text),
		 !l->scraps.secret     ? text
		 : l->scraps.count > 0 ? l->scraps.items[0].text
				       : "");
	lookup_here(l, st);
	lookup_ask_history(l, out);
	if (!history_waits(l))
		lookup_ask_server(l, st, out);
	else
		str_copy(l->looks[LOOKED_SERVER].note, sizeof(l->looks[LOOKED_SERVER].note),
			 "the history is asked first");
	lookup_count(l);
}

bool lookup_update(struct lookup *l, const struct store *st, struct outbox *out)
{
	bool changed;

	if (l->over)
		return false;
	changed = lookup_hear(l, st, out);
	if (!history_waits(l) && !l->server_planned) {
		lookup_ask_server(l, st, out);
		changed = true;
	}
	lookup_count(l);
	return changed;
}
