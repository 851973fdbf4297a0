/* The latest known state of every object, by kind. */
#include "model/store_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/lifecycle.h"

const struct entry_more *entry_more(const struct entry *en)
{
	static const struct entry_more none = {
		.base = {.stated_ms = TIME_NONE, .changed_ms = TIME_NONE}};
	return en->more ? en->more : &none;
}

struct entry_more *entry_want_more(struct entry *en)
{
	if (!en->more) {
		en->more = xmalloc(sizeof(*en->more));
		*en->more = *entry_more(&(const struct entry){.more = NULL});
	}
	return en->more;
}

const char *entry_id(const struct store *st, const struct entry *en)
{
	return names_text(st->names, en->name);
}

enum vocab entry_vocab(const struct entry *en)
{
	return kind_info((enum object_kind)en->kind)->vocab;
}

static void entry_free(struct entry *en)
{
	free(en->packed);
	free(en->more);
	free(en);
}

void records_release(struct store *st)
{
	for (int k = 1; k < OBJECT_KIND_COUNT; k++) {
		struct table *t = &st->tables[k];
		for (size_t i = 0; i < t->count; i++)
			entry_free(t->entries[i]);
		free(t->entries);
	}
}

/* Those of one id, one a kind, hang on its name. */
static struct entry *records_named(const struct store *st, enum object_kind kind, uint32_t name)
{
	struct entry *en = names_owner(st->names, name);

	while (en && en->kind != kind)
		en = en->same_id;
	return en;
}

static void records_hang(struct store *st, struct entry *en, const char *id)
{
	en->name = names_hold_text(st->names, id);
	en->same_id = names_owner(st->names, en->name);
	names_set_owner(st->names, en->name, en);
}

static void records_unhang(struct store *st, struct entry *en)
{
	struct entry *first = names_owner(st->names, en->name);

	if (first == en) {
		names_set_owner(st->names, en->name, en->same_id);
	} else {
		while (first->same_id != en)
			first = first->same_id;
		first->same_id = en->same_id;
	}
	names_drop(st->names, en->name);
}

struct entry *records_find(const struct store *st, enum object_kind kind, const char *id)
{
	return records_named(st, kind, names_find(st->names, id));
}

struct entry *records_of_row(const struct store *st, const struct event_row *r)
{
	return records_named(st, (enum object_kind)row_news(st, r).about, r->object);
}

static struct entry *records_add(struct store *st, enum object_kind kind, const char *id)
{
	struct table *t = &st->tables[kind];
	struct object fits = {.kind = kind};
	struct entry *en;

	if (!object_set_id(&fits, id))
		return NULL;
	en = xcalloc(1, sizeof(*en));
	en->kind = (uint8_t)kind;
	en->told = entry_more(en)->base;
	en->created_ms = en->updated_ms = TIME_NONE;
	array_reserve((void **)&t->entries, &t->cap, t->count + 1, sizeof(struct entry *));
	en->index = (uint32_t)t->count;
	t->entries[t->count++] = en;
	records_hang(st, en, id);
	return en;
}

static void records_note(struct store *st, const struct entry *en, enum change_kind what,
			 uint32_t last)
{
	struct table *t = &st->tables[en->kind];

	t->changed[t->version++ % STORE_CHANGES_MAX] =
		(struct table_change){.what = what, .index = en->index, .last = last};
}

static void note_near(void *ctx, struct entry *near)
{
	records_note(ctx, near, CHANGE_NEAR, near->index);
}

static void records_remove(struct store *st, struct entry *en)
{
	struct table *t = &st->tables[en->kind];
	struct entry *last = t->entries[t->count - 1];

	links_around(st, en, note_near, st);
	records_note(st, en, CHANGE_LEFT, last->index);
	t->left = t->version;
	t->count--;
	record_hide(st, en);
	links_forget(st, en);
	chain_let_go(st, en);
	customers_forget(st, en);
	records_unhang(st, en);
	t->entries[en->index] = last;
	last->index = en->index;
	entry_free(en);
}

/* --- a full table -------------------------------------------------------------- */

/* In this order: what is over; what ended and may hold somebody's money; what goes on. */
enum leaves { LEAVES_OVER, LEAVES_CALLING, LEAVES_OPEN };

struct leaving {
	struct entry *entry;
	const char *id;
	enum leaves leaves;
	int64_t since_ms;
};

static enum tone entry_tone(const struct store *st, const struct entry *en)
{
	const struct word *w =
		vocab_find(entry_vocab(en), word_text(st, entry_settle(st, en).h.last.status));

	return w ? w->tone : TONE_NEUTRAL;
}

/* It ended, and somebody's money may be where it should not be: the customer still asks for it. */
static bool entry_may_hold_money(const struct store *st, const struct entry *en)
{
	enum tone tone = entry_tone(st, en);
	const struct entry *invoice;
	struct record r;
	bool holds;

	if (tone == TONE_BAD || tone == TONE_GOOD)
		return tone == TONE_BAD;
	if (en->kind == OBJECT_ORDER) {
		invoice = links_invoice_of(st, entry_id(st, en));
		return invoice && entry_tone(st, invoice) == TONE_GOOD;
	}
	if (en->kind != OBJECT_INVOICE)
		return false;
	if (links_first_of(st, OBJECT_PAYMENT, entry_id(st, en)))
		return true;
	record_fill(st, en, &r);
	holds = r.object.as.invoice.amount_paid > 0;
	object_release(&r.object);
	return holds;
}

static enum leaves entry_leaves(const struct store *st, const struct entry *en,
				const struct history *h)
{
	if (!lifecycle_is_terminal(entry_vocab(en), word_text(st, h->last.status)))
		return LEAVES_OPEN;
	return entry_may_hold_money(st, en) ? LEAVES_CALLING : LEAVES_OVER;
}

static int leaving_compare(const void *pa, const void *pb)
{
	const struct leaving *a = pa, *b = pb;
	if (a->leaves != b->leaves)
		return a->leaves < b->leaves ? -1 : 1;
	if (a->since_ms != b->since_ms)
		return a->since_ms < b->since_ms ? -1 : 1;
	return strcmp(a->id, b->id);
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
		struct history h = entry_settle(st, t->entries[i]).h;
		all[i].entry = t->entries[i];
		all[i].id = entry_id(st, t->entries[i]);
		all[i].leaves = entry_leaves(st, t->entries[i], &h);
		all[i].since_ms = h.changed_ms != TIME_NONE ? h.changed_ms : h.stated_ms;
	}
	qsort(all, n, sizeof(*all), leaving_compare);
	for (size_t i = 0; i < n / EVICT_SHARE; i++)
		records_remove(st, all[i].entry);
	free(all);
}

/* `push`: another may have to leave for it. What is read back from disk pushes nothing out. */
static struct entry *records_want(struct store *st, enum object_kind kind, const char *id,
				  bool push)
{
	struct entry *en = records_find(st, kind, id);
	if (en || !id[0] || strlen(id) >= NAME_CAP)
		return en;
	if (!push && st->tables[kind].count >= STORE_RECORDS_MAX)
		return NULL;
	records_make_room(st, kind);
	return records_add(st, kind, id);
}

/* --- statements ------------------------------------------------------------------ */

static unsigned records_told(struct store *st, struct entry *en)
{
	enum object_kind kind = (enum object_kind)en->kind;

	record_hide(st, en);
	records_note(st, en, CHANGE_TOLD, en->index);
	return topic_of_kind(kind) | actions_confirm(st, en);
}

static void entry_note_birth(struct entry *en, const struct stamp *s)
{
	if (!en->born.any || (en->born.rest && !s->rest) ||
	    (en->born.rest == s->rest && stamp_compare_events(s, &en->born) < 0))
		en->born = *s;
}

unsigned records_tell_event(struct store *st, uint32_t slot, const struct object *told, bool news)
{
	const struct event_row *row = window_row(&st->window, slot);
	enum object_kind kind = (enum object_kind)row_news(st, row).about;
	bool thin = row->flags & ROW_THIN;
	struct stamp s = stamp_of_row(st, row);
	struct entry *en;
	unsigned topics;

	if (kind == OBJECT_NONE)
		return 0;
	en = records_want(st, kind, names_text(st->names, row->object), news);
	if (!en)
		return 0;
	entry_note_birth(en, &s);
	if (thin && stamp_replaces(st, entry_vocab(en), &entry_more(en)->thin, &s))
		entry_want_more(en)->thin = s;
	if (told->kind != OBJECT_NONE) {
		content_take(st, en, told, &s, thin);
		links_learn(st, en, told);
	}
	chain_add(st, en, slot);
	topics = records_told(st, en);
	if (news)
		doubts_note(st, en);
	return topics;
}

static bool answer_is_thin(const struct object *answer)
{
	return answer->kind == OBJECT_INVOICE && invoice_hides_money(&answer->as.invoice);
}

static bool entry_take_answer(struct store *st, struct entry *en, const struct object *answer,
			      int64_t now_ms)
{
	struct stamp s = stamp_of_answer(st, answer, now_ms);
	struct entry_more *more = entry_want_more(en);
	enum vocab v = entry_vocab(en);
	bool taken = false;

	entry_note_birth(en, &s);
	if (now_ms >= more->said_ms) {
		taken = en->told.flaw_to != 0; /* what it says stands on the mark */
		more->said = s.status;
		more->said_ms = now_ms;
	}
	if (stamp_replaces(st, v, &more->rest, &s) && stamp_replaces(st, v, &en->told.last, &s)) {
		more->rest = s;
		more->rest_answered_ms = now_ms;
		more->rest_changed_ms = object_changed_ms(answer);
		taken = true;
	}
	return content_take(st, en, answer, &s, answer_is_thin(answer)) || taken;
}

unsigned records_tell_answer(struct store *st, const struct object *answer, int64_t now_ms)
{
	struct entry *en;
	unsigned topics = 0;

	if (answer->kind == OBJECT_NONE)
		return 0;
	en = records_want(st, answer->kind, object_id(answer), true);
	if (!en)
		return 0;
	links_learn(st, en, answer);
	if (entry_take_answer(st, en, answer, now_ms))
		topics |= records_told(st, en);
	if (answer_is_thin(answer))
		doubts_note(st, en);
	if (answer->kind == OBJECT_INVOICE && answer->as.invoice.has_latest_payment) {
		struct object payment = {.kind = OBJECT_PAYMENT,
					 .as.payment = answer->as.invoice.latest_payment};
		topics |= records_tell_answer(st, &payment, now_ms);
	}
	return topics;
}

void records_forget_event(struct store *st, uint32_t slot)
{
	const struct event_row *row = window_row(&st->window, slot);
	struct entry *en = row->flags & ROW_CHAINED ? records_of_row(st, row) : NULL;

	if (en)
		chain_remove(st, en, slot);
}

/* --- reading ----------------------------------------------------------------------- */

size_t store_record_count(const struct store *st, enum object_kind kind)
{
	return kind > OBJECT_NONE && kind < OBJECT_KIND_COUNT ? st->tables[kind].count : 0;
}

const struct record *store_record_at(const struct store *st, enum object_kind kind, size_t index)
{
	return index < store_record_count(st, kind)
		       ? record_show(st, st->tables[kind].entries[index])
		       : NULL;
}

const struct table_change *records_change(const struct store *st, enum object_kind kind,
					  uint64_t version)
{
	const struct table *t = &st->tables[kind];

	if (version >= t->version || t->version - version > STORE_CHANGES_MAX)
		return NULL;
	return &t->changed[version % STORE_CHANGES_MAX];
}

struct entry *records_changed_at(const struct store *st, enum object_kind kind, uint64_t version)
{
	const struct table *t = &st->tables[kind];
	const struct table_change *c = version < t->left ? NULL : records_change(st, kind, version);

	return c ? t->entries[c->index] : NULL;
}

const struct record *store_record(const struct store *st, enum object_kind kind, const char *id)
{
	return record_show(st, records_find(st, kind, id));
}
