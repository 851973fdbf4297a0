/* An object and its kin: all their events, by what they say of each other. */
#include "archive/history_priv.h"
#include "archive/mention.h"

#include "base/alloc.h"
#include "base/fold.h"
#include "base/idmap.h"
#include "base/strbuf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX 256 /* objects of a customer */

/* kind OBJECT_NONE: of a kind this build does not know. */
struct kin {
	enum object_kind kind;
	char id[NAME_CAP];
};

struct item {
	struct kept_event kept;
	int64_t row;
};

struct gathering {
	struct look look;
	size_t limit;
	struct kin *kin;
	size_t kin_count, kin_cap;
	struct idmap *known; /* kin, and events that are of no object */
	struct item *items;
	size_t count, cap;
	size_t bytes;
	bool cut;
	bool has_floor; /* what is older than this was left out */
	int64_t floor_ms, floor_seq;
	struct known_states states;
};

/* --- kin -------------------------------------------------------------------------------- */

static bool know(struct gathering *g, const char *word, const char *id)
{
	char key[NAME_CAP + 48];

	(void)str_printf(key, sizeof(key), "%s %s", word, id);
	if (idmap_has(g->known, key))
		return false;
	(void)idmap_put(g->known, key, NULL);
	return true;
}

static void kin_add(struct gathering *g, enum object_kind kind, const char *id)
{
	const struct kind_info *info = kind_info(kind);

	if (id[0] == '\0' || !know(g, info != NULL ? info->wire : "?", id))
		return;
	if (g->kin_count >= DOSSIER_OBJECTS_MAX) {
		g->cut = true;
		return;
	}
	array_reserve((void **)&g->kin, &g->kin_cap, g->kin_count + 1, sizeof(*g->kin));
	g->kin[g->kin_count] = (struct kin){.kind = kind};
	str_copy(g->kin[g->kin_count++].id, NAME_CAP, id);
}

/* What a member refers to. X(name of the member, kind) */
static const struct {
	const char *name;
	enum object_kind kind;
} LINKS[] = {
	{"invoice_id", OBJECT_INVOICE},
	{"invoiceId", OBJECT_INVOICE},
	{"order_id", OBJECT_ORDER},
	{"orderId", OBJECT_ORDER},
	{"payment_id", OBJECT_PAYMENT},
	{"commerce_order_id", OBJECT_ORDER},
	{"refund_id", OBJECT_REFUND},
	{"commerceOrderId", OBJECT_ORDER},
	{"payout_id", OBJECT_PAYOUT},
	{"deposit_id", OBJECT_DEPOSIT},
	{"invoice_payment_id", OBJECT_PAYMENT},
};

/* OBJECT_NONE: to nothing. `own`: of the object that says it. */
static enum object_kind link_kind(const struct mention *m, enum object_kind own)
{
	static const char LATEST[] = "latest_payment";
	const struct mention_name *outer = m->path_len > 1 ? &m->path[m->path_len - 2] : NULL;

	for (size_t i = 0; i < sizeof(LINKS) / sizeof(LINKS[0]); i++)
		if (mention_is_of(m, LINKS[i].name))
			return LINKS[i].kind;
	if (mention_is_of(m, "retry_of"))
		return own;
	if (outer != NULL && outer->len == strlen(LATEST) &&
	    memcmp(outer->at, LATEST, outer->len) == 0 && mention_is_of(m, "id"))
		return OBJECT_PAYMENT;
	return OBJECT_NONE;
}

/* --- from an object to what it names ---------------------------------------------------- */

struct naming {
	struct gathering *g;
	enum object_kind own;
};

static void name_kin(void *ctx, const struct mention *m)
{
	struct naming *n = ctx;
	enum object_kind kind = link_kind(m, n->own);

	if (kind != OBJECT_NONE)
		kin_add(n->g, kind, m->value);
}

static void names_follow(struct gathering *g, enum object_kind own, const char *body, size_t len,
			 bool is_event)
{
	struct naming n = {g, own};
	struct mention_reader to = {name_kin, &n};

	if (is_event)
		mentions_of_event(body, len, &to);
	else
		mentions_of_object(body, len, &to);
}

/* --- and to what names it ------------------------------------------------------------------------
 */

struct pointing {
	const struct kin *at; /* NULL: at the customer */
	const char *customer;
	enum object_kind own;
	bool points;
};

static void point(void *ctx, const struct mention *m)
{
	struct pointing *p = ctx;

	if (p->at != NULL)
		p->points |= str_equal(m->value, p->at->id) && link_kind(m, p->own) == p->at->kind;
	else
		p->points |= str_equal(m->value, p->customer) &&
			     (mention_is_of(m, "customer_id") || mention_is_of(m, "customerId"));
}

static bool witness_points(const struct witness *w, struct pointing *p)
{
	struct mention_reader to = {point, p};

	p->own = w->kind;
	p->points = false;
	if (w->event[0] != '\0')
		mentions_of_event(w->body, w->body_len, &to);
	else
		mentions_of_object(w->body, w->body_len, &to);
	return p->points;
}

/* --- items ------------------------------------------------------------------------------ */

static int item_compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const struct event *e = &x->kept.event, *f = &y->kept.event;

	if (e->order_ms != f->order_ms)
		return e->order_ms < f->order_ms ? -1 : 1;
	if (e->order_seq != f->order_seq)
		return e->order_seq < f->order_seq ? -1 : 1;
	return strcmp(e->id, f->id);
}

static void item_drop(struct gathering *g, struct item *it)
{
	g->bytes -= kept_event_bytes(&it->kept);
	kept_event_release(&it->kept);
}

/* In order, and no more than the newest that fit. */
static void items_trim(struct gathering *g)
{
	size_t over = 0;

	if (g->count > 0)
		qsort(g->items, g->count, sizeof(*g->items), item_compare);
	while (g->count - over > g->limit || (g->bytes > DOSSIER_BYTES_MAX && g->count - over > 1))
		item_drop(g, &g->items[over++]);
	if (over == 0)
		return;
	memmove(g->items, g->items + over, (g->count - over) * sizeof(*g->items));
	g->count -= over;
	g->cut = g->has_floor = true;
	g->floor_ms = g->items[0].kept.event.order_ms;
	g->floor_seq = g->items[0].kept.event.order_seq;
}

/* What is kept has no hole: where a large one did not fit, smaller ones before it do not count. */
static bool is_below_floor(const struct gathering *g, const struct event *e)
{
	return g->has_floor && (e->order_ms < g->floor_ms ||
				(e->order_ms == g->floor_ms && e->order_seq < g->floor_seq));
}

/* Takes what *r holds. */
static void items_take(struct gathering *g, struct event_row *r)
{
	if (is_below_floor(g, &r->event)) {
		event_release(&r->event);
		return;
	}
	if (g->count >= 2 * g->limit || g->bytes > 2 * (size_t)DOSSIER_BYTES_MAX)
		items_trim(g);
	array_reserve((void **)&g->items, &g->cap, g->count + 1, sizeof(*g->items));
	g->items[g->count++] = (struct item){.kept = {.event = r->event,
						      .via = r->via,
						      .arrived_ms = r->arrived_ms},
					     .row = r->row};
	g->bytes += kept_event_bytes(&g->items[g->count - 1].kept);
}

static enum status lone_event_take(struct gathering *g, const struct witness *w)
{
	struct event_row r;
	bool found = false;
	enum status st = S_OK;

	if (know(g, "event", w->event))
		st = look_event(&g->look, w->row, &r, &found);
	if (st == S_OK && found)
		items_take(g, &r);
	return st;
}

/* Whoever points at it belongs to it. */
static enum status pointers_follow(struct gathering *g, struct pointing *p, const char *text,
				   size_t most)
{
	struct lead_list leads = {.items = NULL};
	char folded[NAME_CAP];
	enum status st;
	size_t taken = 0;

	(void)fold_text(text, folded, sizeof(folded));
	st = look_leads(&g->look, MATCH_EXACT, folded, "", &leads);
	for (size_t i = 0; i < leads.count && st == S_OK && taken < most; i++) {
		struct witness w;
		bool found;

		st = look_follow(&g->look, &leads.items[i], &w, &found);
		if (st == S_OK && found && witness_points(&w, p)) {
			if (w.id[0] != '\0')
				kin_add(g, w.kind, w.id);
			else if (w.event[0] != '\0')
				st = lone_event_take(g, &w);
			taken++;
		}
		witness_release(&w);
	}
	g->cut |= leads.cut || taken >= most;
	free(leads.items);
	return st;
}

/* --- what is known last ----------------------------------------------------------------- */

void known_states_release(struct known_states *s)
{
	for (size_t i = 0; i < s->count; i++)
		object_release(&s->items[i].object);
	free(s->items);
	*s = (struct known_states){.items = NULL};
}

/* Takes o. */
static void states_take(struct known_states *s, struct object *o, int64_t said_ms)
{
	array_reserve((void **)&s->items, &s->cap, s->count + 1, sizeof(*s->items));
	s->items[s->count++] = (struct known_state){.object = *o, .said_ms = said_ms};
	*o = (struct object){.kind = OBJECT_NONE};
}

static bool abbreviated(const struct object *o)
{
	return o->kind == OBJECT_ORDER && !o->as.order.has_snapshot &&
	       o->as.order.created_at == TIME_NONE;
}

/* The newest of an object's events, and the newest that is no abbreviation. */
struct last_words {
	struct object newest, full;
	int64_t newest_ms, newest_seq;
	int64_t full_ms, full_seq;
	int64_t said_ms; /* created time of the newest */
};

static void keep_newer(struct object *was, int64_t *ms, int64_t *seq, const struct event *e)
{
	if (was->kind != OBJECT_NONE &&
	    (e->order_ms < *ms || (e->order_ms == *ms && e->order_seq <= *seq)))
		return;
	object_release(was);
	object_copy(was, &e->object);
	*ms = e->order_ms;
	*seq = e->order_seq;
}

static void words_hear(struct last_words *w, const struct event *e)
{
	if (e->object.kind == OBJECT_NONE)
		return;
	if (w->newest.kind == OBJECT_NONE || e->order_ms > w->newest_ms ||
	    (e->order_ms == w->newest_ms && e->order_seq > w->newest_seq))
		w->said_ms = e->created_ms;
	keep_newer(&w->newest, &w->newest_ms, &w->newest_seq, e);
	if (!abbreviated(&e->object))
		keep_newer(&w->full, &w->full_ms, &w->full_seq, e);
}

/* What an abbreviation leaves out is as it was told before. */
static void words_fill(struct last_words *w, struct object *answer)
{
	struct object *whole = answer->kind != OBJECT_NONE ? answer : &w->full;
	char status[STATUS_CAP];

	if (!abbreviated(&w->newest) || whole->kind != OBJECT_ORDER)
		return;
	str_copy(status, sizeof(status), w->newest.as.order.status);
	object_release(&w->newest);
	w->newest = *whole;
	*whole = (struct object){.kind = OBJECT_NONE};
	str_copy(w->newest.as.order.status, STATUS_CAP, status);
}

static enum status state_take(struct gathering *g, const struct kin *k, struct last_words *w)
{
	int64_t answered_ms = TIME_NONE;
	struct object answer;
	enum status st = look_answer(&g->look, k->kind, k->id, &answer, &answered_ms);

	if (st != S_OK)
		return st;
	if (answer.kind != OBJECT_NONE &&
	    (w->newest.kind == OBJECT_NONE || answered_ms >= w->said_ms)) {
		states_take(&g->states, &answer, answered_ms);
		return S_OK;
	}
	words_fill(w, &answer);
	object_release(&answer);
	if (w->newest.kind != OBJECT_NONE && w->said_ms != TIME_NONE)
		states_take(&g->states, &w->newest, w->said_ms);
	return S_OK;
}

/* --- one object ------------------------------------------------------------------------- */

static int placed_newest_first(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms > y->ms ? -1 : 1;
	if (x->seq != y->seq)
		return x->seq > y->seq ? -1 : 1;
	return (x->row < y->row) - (x->row > y->row);
}

static enum status events_take(struct gathering *g, const struct kin *k, struct last_words *words)
{
	struct placed_list rows = {.items = NULL};
	enum status st = look_rows(&g->look, object_hash(k->kind, k->id), &rows);

	if (rows.count > 0)
		qsort(rows.items, rows.count, sizeof(*rows.items), placed_newest_first);
	g->cut |= rows.count > g->limit;
	for (size_t i = 0; i < rows.count && i < g->limit && st == S_OK; i++) {
		struct event_row r;
		bool found;

		st = look_event(&g->look, rows.items[i].row, &r, &found);
		if (st != S_OK || !found)
			continue;
		if (event_object_kind(&r.event) != k->kind ||
		    !str_equal(r.event.object_id, k->id)) {
			event_release(&r.event);
			continue;
		}
		names_follow(g, k->kind, r.event.raw, r.event.raw_len, true);
		words_hear(words, &r.event);
		items_take(g, &r);
	}
	free(rows.items);
	return st;
}

static const char ANSWER_BODY[] = "SELECT body FROM answer WHERE object = ? AND kind = ?"
				  " AND id = ? AND row <= ? ORDER BY row DESC LIMIT 1";

static enum status answer_names_follow(struct gathering *g, const struct kin *k)
{
	const struct kind_info *info = kind_info(k->kind);
	struct query q;
	size_t len;

	if (info == NULL)
		return S_OK;
	query_start(&q, g->look.h->db, ANSWER_BODY);
	query_int(&q, object_hash(k->kind, k->id));
	query_str(&q, info->wire);
	query_str(&q, k->id);
	query_int(&q, g->look.last_answer);
	if (query_step(&q)) {
		const char *body = query_get_blob(&q, 0, &len);

		names_follow(g, k->kind, body, len, false);
	}
	return query_end(&q, g->look.why);
}

/* A KYC check has its customer's id: what says that is the customer's, not its own. */
static enum status expand(struct gathering *g, size_t at)
{
	struct last_words words = {.said_ms = TIME_NONE};
	struct kin k = g->kin[at]; /* the list may move */
	struct pointing p = {.at = &k};
	enum status st = events_take(g, &k, &words);

	if (st == S_OK)
		st = answer_names_follow(g, &k);
	if (st == S_OK)
		st = state_take(g, &k, &words);
	if (st == S_OK && k.kind != OBJECT_KYC && k.kind != OBJECT_NONE)
		st = pointers_follow(g, &p, k.id, SIZE_MAX);
	object_release(&words.newest);
	object_release(&words.full);
	return st;
}

/* --- the whole -------------------------------------------------------------------------- */

static enum status seed(struct gathering *g, const struct dossier_asked *asked)
{
	struct pointing p = {.customer = asked->id};

	if (asked->kind != OBJECT_NONE) {
		kin_add(g, asked->kind, asked->id);
		return S_OK;
	}
	kin_add(g, OBJECT_KYC, asked->id);
	return asked->id[0] != '\0' ? pointers_follow(g, &p, asked->id, SEEDS_MAX) : S_OK;
}

static int state_compare(const void *a, const void *b)
{
	const struct known_state *x = a, *y = b;

	if (x->said_ms != y->said_ms)
		return x->said_ms < y->said_ms ? -1 : 1;
	return (x->object.kind > y->object.kind) - (x->object.kind < y->object.kind);
}

static void gathering_release(struct gathering *g)
{
	for (size_t i = 0; i < g->count; i++)
		kept_event_release(&g->items[i].kept);
	free(g->items);
	free(g->kin);
	idmap_free(g->known);
	known_states_release(&g->states);
}

static void gathering_give(struct gathering *g, const struct dossier_asked *asked,
			   struct dossier *ret, struct known_states *ret_states)
{
	struct dossier d = {.kind = asked->kind};

	items_trim(g);
	str_copy(d.id, sizeof(d.id), asked->id);
	d.cut = g->cut;
	d.count = g->count;
	d.items = xcalloc(g->count ? g->count : 1, sizeof(*d.items));
	for (size_t i = 0; i < g->count; i++)
		d.items[i] = g->items[i].kept;
	g->count = 0;
	if (g->states.count > 0)
		qsort(g->states.items, g->states.count, sizeof(*g->states.items), state_compare);
	*ret = d;
	*ret_states = g->states;
	g->states = (struct known_states){.items = NULL};
}

enum status history_dossier(struct history *h, const struct dossier_asked *asked,
			    struct dossier *ret, struct known_states *ret_states,
			    struct problem *reterr)
{
	struct problem why = {.status = S_OK};
	struct gathering g = {.limit = asked->limit > 0 && asked->limit <= DOSSIER_EVENTS_MAX
					       ? asked->limit
					       : DOSSIER_EVENTS_MAX};
	enum status st;

	g.known = idmap_new();
	st = look_begin(&g.look, h, asked->until_ms, &why);
	if (st == S_OK)
		st = seed(&g, asked);
	for (size_t i = 0; i < g.kin_count && st == S_OK; i++)
		st = expand(&g, i);
	st = look_end(&g.look, st);
	if (st == S_OK)
		gathering_give(&g, asked, ret, ret_states);
	else if (reterr != NULL)
		*reterr = why;
	gathering_release(&g);
	return st;
}
