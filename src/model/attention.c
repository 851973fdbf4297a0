/* What needs a person: the list, its order, and what was acknowledged. */
#include "model/attention_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

static const struct {
	const char *name, *words, *action;
	enum severity severity;
} RULES[ATTENTION_RULE_COUNT] = {
#define X(constant, rule, how_bad, text, todo) \
	[constant] = {.name = rule, .words = text, .action = todo, .severity = how_bad},
	ATTENTION_RULES(X)
#undef X
};

static const struct {
	const char *word;
	enum tone tone;
} SEVERITIES[SEVERITY_COUNT] = {
	[SEVERITY_WATCH] = {"watch", TONE_WAITING},
	[SEVERITY_ACT] = {"act", TONE_WARN},
	[SEVERITY_URGENT] = {"urgent", TONE_BAD},
};

const char *severity_word(enum severity s)
{
	return (unsigned)s < SEVERITY_COUNT ? SEVERITIES[s].word : "?";
}

enum tone severity_tone(enum severity s)
{
	return (unsigned)s < SEVERITY_COUNT ? SEVERITIES[s].tone : TONE_NEUTRAL;
}

const char *attention_rule_name(enum attention_rule r)
{
	return (unsigned)r < ATTENTION_RULE_COUNT ? RULES[r].name : "?";
}

const char *attention_rule_words(enum attention_rule r)
{
	return (unsigned)r < ATTENTION_RULE_COUNT ? RULES[r].words : "?";
}

const char *attention_rule_action(enum attention_rule r)
{
	return (unsigned)r < ATTENTION_RULE_COUNT ? RULES[r].action : "?";
}

enum severity attention_rule_severity(enum attention_rule r)
{
	return (unsigned)r < ATTENTION_RULE_COUNT ? RULES[r].severity : SEVERITY_WATCH;
}

/* --- items ------------------------------------------------------------------------- */

static const char *customer_of(const struct sight *s)
{
	const struct object *o = &s->rec->object;
	const char *invoice = o->kind == OBJECT_PAYMENT  ? o->as.payment.invoice_id
			      : o->kind == OBJECT_REFUND ? o->as.refund.invoice_id
							 : "";
	const struct record *r;

	if (invoice[0] == '\0')
		return object_customer(o);
	r = store_record(s->st, OBJECT_INVOICE, invoice);
	return r ? object_customer(&r->object) : "";
}

void attention_fill(struct attention_item *item, const struct sight *s, const struct verdict *v,
		    enum attention_rule r)
{
	const struct object *o = &s->rec->object;

	memset(item, 0, sizeof(*item));
	item->rule = r;
	item->subject.kind = subject_of_object(o->kind);
	str_copy(item->subject.id, sizeof(item->subject.id), object_id(o));
	str_copy(item->customer, sizeof(item->customer), customer_of(s));
	memcpy(item->why, v->why, sizeof(item->why));
	item->since_ms = v->since_ms;
	item->deadline_ms = v->deadline_ms;
	item->clock_runs = v->clock_runs;
	item->has_amount = v->has_amount;
	item->at_risk = money_usd_millis(v->at_risk);
	item->facts = v->facts;
	item->seen_ms = TIME_NONE;
}

/* Something was said of them since: is what was acknowledged still so? */
static bool item_acknowledge(const struct store *st, struct attention_item *item)
{
	const struct acknowledgement *ack =
		store_acknowledged(st, attention_rule_name(item->rule),
				   subject_object(item->subject.kind), item->subject.id);
	bool seen = ack && ack->facts == item->facts;
	int64_t at = seen ? ack->at_ms : TIME_NONE;
	bool other = seen != item->acknowledged || at != item->seen_ms;

	item->acknowledged = seen;
	item->seen_ms = at;
	return other;
}

/* --- order ------------------------------------------------------------------------- */

/* Earlier is worse; what is not known comes last. */
static int by_time(int64_t a, int64_t b)
{
	if (a == b)
		return 0;
	if (a == TIME_NONE || b == TIME_NONE)
		return a == TIME_NONE ? 1 : -1;
	return a < b ? -1 : 1;
}

static int by_rank(const void *x, const void *y)
{
	const struct attention_item *a = *(const struct attention_item *const *)x;
	const struct attention_item *b = *(const struct attention_item *const *)y;
	int64_t money_a = a->has_amount ? a->at_risk.minor : 0;
	int64_t money_b = b->has_amount ? b->at_risk.minor : 0;
	int order;

	if (a->acknowledged != b->acknowledged)
		return a->acknowledged ? 1 : -1;
	if (a->acknowledged && a->seen_ms != b->seen_ms)
		return by_time(b->seen_ms, a->seen_ms);
	if (RULES[a->rule].severity != RULES[b->rule].severity)
		return RULES[a->rule].severity > RULES[b->rule].severity ? -1 : 1;
	if (a->clock_runs != b->clock_runs)
		return a->clock_runs ? -1 : 1;
	if (a->clock_runs && a->deadline_ms != b->deadline_ms)
		return by_time(a->deadline_ms, b->deadline_ms);
	if (money_a != money_b)
		return money_a > money_b ? -1 : 1;
	order = by_time(a->deadline_ms, b->deadline_ms);
	if (order == 0)
		order = by_time(a->since_ms, b->since_ms);
	if (order == 0)
		order = (int)a->rule - (int)b->rule;
	return order != 0 ? order : strcmp(a->subject.id, b->subject.id);
}

static void attention_gather(struct attention *a)
{
	a->count = a->open = 0;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		for (size_t i = 0; i < a->slots[k].count; i++) {
			for (struct found *f = a->slots[k].items[i].found; f; f = f->next) {
				array_reserve((void **)&a->list, &a->cap, a->count + 1,
					      sizeof(struct attention_item *));
				a->list[a->count++] = &f->item;
				a->open += !f->item.acknowledged;
			}
		}
	}
	if (a->count > 1)
		qsort(a->list, a->count, sizeof(struct attention_item *), by_rank);
}

static bool attention_acknowledge(struct attention *a)
{
	uint64_t version = store_acks_version(a->store);
	bool other = false;

	if (!a->changed && version == a->acks_seen)
		return false;
	a->acks_seen = version;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		for (size_t i = 0; i < a->slots[k].count; i++)
			for (struct found *f = a->slots[k].items[i].found; f; f = f->next)
				other |= item_acknowledge(a->store, &f->item);
	return other;
}

/* --- the whole ------------------------------------------------------------------------- */

struct attention *attention_new(void)
{
	struct attention *a = xcalloc(1, sizeof(*a));

	a->since_ms = a->now_ms = TIME_NONE;
	a->refunds = xcalloc(1, sizeof(*a->refunds));
	return a;
}

void attention_free(struct attention *a)
{
	if (!a)
		return;
	attention_forget(a);
	for (int k = 0; k < OBJECT_KIND_COUNT; k++)
		free(a->slots[k].items);
	free(a->list);
	free(a->refunds->items);
	free(a->refunds);
	free(a);
}

bool attention_refresh(struct attention *a, const struct store *st, int64_t now_ms)
{
	bool acknowledged;

	/* Another store, or a recording that went back: what was found says nothing any more. */
	if (a->store != st || (a->now_ms != TIME_NONE && now_ms < a->now_ms)) {
		a->changed = a->store != NULL;
		attention_forget(a);
		a->store = st;
		a->since_ms = now_ms;
	}
	a->now_ms = now_ms;
	attention_look(a);
	acknowledged = attention_acknowledge(a);
	if (!a->changed && !acknowledged)
		return false;
	a->changed = false;
	attention_gather(a);
	return true;
}

size_t attention_count(const struct attention *a)
{
	return a->count;
}

size_t attention_open_count(const struct attention *a)
{
	return a->open;
}

const struct attention_item *attention_at(const struct attention *a, size_t i)
{
	return i < a->count ? a->list[i] : NULL;
}

int64_t attention_since_ms(const struct attention *a)
{
	return a->since_ms;
}

size_t attention_of(const struct attention *a, const struct subject *s,
		    const struct attention_item **ret, size_t cap)
{
	enum object_kind kind = subject_object(s->kind);
	const struct slots *slots = &a->slots[kind];
	const struct entry *en = kind != OBJECT_NONE && a->store && cap > 0
					 ? records_find(a->store, kind, s->id)
					 : NULL;
	const struct attention_item *of[ATTENTION_RULE_COUNT];
	size_t n = 0;

	if (!en || en->index >= slots->count)
		return 0;
	for (const struct found *f = slots->items[en->index].found; f; f = f->next)
		if (n < ATTENTION_RULE_COUNT && subject_equal(&f->item.subject, s))
			of[n++] = &f->item;
	if (n > 1)
		qsort(of, n, sizeof(of[0]), by_rank);
	n = n < cap ? n : cap;
	memcpy(ret, of, n * sizeof(of[0]));
	return n;
}
