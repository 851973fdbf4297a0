/*
 * What must have happened though nobody told of it: the states between two that are known. Each
 * stands where the object's own fields date it, else just before what came of it.
 */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "wire/lifecycle.h"

#define WHOLE_SECOND_MS 1000 /* fields know no less */

/* --- ways ---------------------------------------------------------------------------------- */

void way_add(struct way *w, enum vocab v, const char *status)
{
	if (w->count < WAY_MAX)
		w->states[w->count++] = vocab_parse(v, status);
}

/* The states on the shortest way, without `from` and `to`; "" is the birth. */
static void way_add_shortest(struct way *w, enum vocab v, const char *from, const char *to)
{
	int parent[RANKS_MAX], queue[RANKS_MAX], path[RANKS_MAX];
	int start = vocab_parse(v, from), end = vocab_parse(v, to);
	size_t head = 0, tail = 0, count, n = 0;
	const struct transition *steps = lifecycle_table(v, &count);

	for (size_t i = 0; i < RANKS_MAX; i++)
		parent[i] = -1;
	queue[tail++] = start;
	parent[start] = start;
	while (head < tail && parent[end] < 0) {
		int at = queue[head++];
		for (size_t i = 0; i < count; i++) {
			int next = vocab_parse(v, steps[i].to);
			if (vocab_parse(v, steps[i].from) != at || parent[next] >= 0)
				continue;
			parent[next] = at;
			queue[tail++] = next;
		}
	}
	if (end == start || parent[end] < 0)
		return;
	for (int at = parent[end]; at != start; at = parent[at])
		path[n++] = at;
	for (; n > 0; n--)
		way_add(w, v, vocab_word(v, path[n - 1])->wire);
}

/* Goes on to `by` where the lifecycle leads through it; returns from where it goes on then. */
static const char *way_go_by(struct way *w, enum vocab v, const char *from, const char *by,
			     const char *to)
{
	if (!vocab_find(v, by) || str_equal(from, by) || str_equal(by, to) ||
	    !lifecycle_reaches(v, from, by) || !lifecycle_reaches(v, by, to))
		return from;
	way_add_shortest(w, v, from, by);
	way_add(w, v, by);
	return by;
}

static bool came_short(const struct telling *t, const struct actor *inv)
{
	if (fact_status_ms(inv->latest, "underpaid") != TIME_NONE)
		return true;
	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *a = &t->actors[i];
		if (a->kind == OBJECT_PAYMENT && a->latest &&
		    str_equal(a->latest->as.payment.status, "underpaid") &&
		    telling_invoice_of(t, a) == inv)
			return !str_equal(object_status(inv->latest), "expired");
	}
	return false;
}

void way_add_between(struct way *w, const struct telling *t, const struct actor *a,
		     const char *from, const char *to)
{
	enum vocab v = kind_info(a->kind)->vocab;

	if (a->kind == OBJECT_ORDER && a->latest) {
		const struct order *o = &a->latest->as.order;
		for (size_t i = 0; i < o->timeline_count && !str_equal(o->timeline[i].status, to);
		     i++)
			from = way_go_by(w, v, from, o->timeline[i].status, to);
	}
	if (a->kind == OBJECT_INVOICE && a->latest && came_short(t, a))
		from = way_go_by(w, v, from, "underpaid", to);
	way_add_shortest(w, v, from, to);
}

/* --- places -------------------------------------------------------------------------------- */

/* What comes of what, where all is said to be of one moment. */
static int cause_rank(enum object_kind kind, bool birth)
{
	switch (kind) {
	case OBJECT_KYC:
		return 0;
	case OBJECT_INVOICE:
		return birth ? 1 : 4;
	case OBJECT_ORDER:
		return birth ? 2 : 5;
	case OBJECT_REFUND:
		return 6;
	default:
		return 3;
	}
}

struct place telling_place(const struct telling *t, const struct actor *a, int64_t ms, bool birth)
{
	struct place p = {.ms = ms, .seq = -1, .sub = 1};
	int rank = cause_rank(a->kind, birth);

	if (ms == TIME_NONE)
		return (struct place){.ms = INT64_MAX, .seq = INT64_MAX, .sub = rank * WAY_MAX};
	for (size_t i = 0; i < t->order_count; i++) {
		const struct heard *h = t->order[i];
		if (heard_key_ms(h) == ms && h->seq > p.seq &&
		    cause_rank(h->actor->kind, brief_is_birth(&h->brief)) <= rank)
			p.seq = h->seq;
	}
	p.sub += rank * WAY_MAX;
	return p;
}

/* --- a state nobody told of ---------------------------------------------------------------- */

/* Is what the invoice says of its money now what it said then? */
static bool money_held(const struct object *o, const char *status)
{
	const struct invoice *inv = &o->as.invoice;

	if (invoice_hides_money(inv))
		return false;
	if (str_equal(status, "paid"))
		return inv->last_payment_at == TIME_NONE || inv->paid_at == TIME_NONE ||
		       inv->last_payment_at <= inv->paid_at + SAME_MOMENT_MS;
	if (str_equal(status, "underpaid"))
		return fact_status_ms(o, status) != TIME_NONE;
	if (str_equal(status, "expired"))
		return inv->amount_paid == 0 || (inv->last_payment_at != TIME_NONE &&
						 inv->last_payment_at <= inv->expires_at);
	return false;
}

void change_by_hindsight(struct change *c, const struct object *latest)
{
	c->past = true;
	c->before = NULL;
	if (latest && c->kind == OBJECT_ORDER && is_near(latest->as.order.updated_at, c->ms))
		c->past = false; /* nothing came of it since */
	if (latest && (c->born || c->kind != OBJECT_INVOICE ||
		       str_equal(c->status, c->before_status) || money_held(latest, c->status)))
		c->now = latest;
}

static struct change infer_change(const struct actor *a, const char *status)
{
	struct change c = {.kind = a->kind,
			   .status = status,
			   .before_status = a->status,
			   .settlement = "",
			   .before_settlement = "",
			   .ms = TIME_NONE,
			   .ended = a->ended_ms != TIME_NONE};

	c.born = str_equal(status, birth_status(a->kind)) && !a->born;
	change_by_hindsight(&c, a->latest);
	return c;
}

static void infer_step(struct telling *t, struct actor *a, const char *status, struct place p,
		       int64_t ms)
{
	struct draft *d = telling_draft(t, a, ms, STORY_ANSWER);
	enum vocab v = kind_info(a->kind)->vocab;
	struct change c = infer_change(a, status);

	if (!change_words(&c, d->step.text, &d->step.tone))
		state_words(a->kind, status, d->step.text);
	str_copy(d->step.status, sizeof(d->step.status), status);
	d->step.marks = STORY_INFERRED | (ms == TIME_NONE ? 0u : telling_marks(t, a, &c, ms));
	d->at = p;
	a->born |= str_equal(status, birth_status(a->kind));
	a->status = vocab_find(v, status)->wire;
	a->since_ms = ms != TIME_NONE ? ms : p.ms != INT64_MAX ? p.ms : TIME_NONE;
	a->ended_ms = lifecycle_is_terminal(v, status) ? p.ms : TIME_NONE;
	if (a->first_ms == TIME_NONE)
		a->first_ms = ms;
}

/* When it came to a state of the way, at the latest `limit`; TIME_NONE: it does not say. */
static int64_t way_ms(const struct actor *a, const char *status, int64_t limit)
{
	int64_t ms = fact_status_ms(a->latest, status);

	if (ms == TIME_NONE || ms > limit)
		return TIME_NONE;
	if (a->since_ms == TIME_NONE || ms >= a->since_ms)
		return ms;
	return ms > a->since_ms - WHOLE_SECOND_MS ? a->since_ms : TIME_NONE;
}

void telling_infer(struct telling *t, struct actor *a, const struct way *w, const char *to,
		   struct place limit)
{
	enum vocab v = kind_info(a->kind)->vocab;
	struct place places[WAY_MAX];
	int64_t ms[WAY_MAX];

	for (size_t i = w->count; i > 0; i--) {
		const char *status = vocab_word(v, w->states[i - 1])->wire;
		/* of what it came to twice, the later is dated */
		bool again = i < w->count && str_equal(status, to);

		ms[i - 1] = again ? TIME_NONE : way_ms(a, status, limit.ms);
		if (ms[i - 1] != TIME_NONE && ms[i - 1] <= limit.ms - WHOLE_SECOND_MS) {
			limit = telling_place(t, a, ms[i - 1],
					      str_equal(status, birth_status(a->kind)));
		} else {
			ms[i - 1] = ms[i - 1] == TIME_NONE ? TIME_NONE : limit.ms;
			limit.sub--;
		}
		places[i - 1] = limit;
	}
	for (size_t i = 0; i < w->count; i++)
		infer_step(t, a, vocab_word(v, w->states[i])->wire, places[i], ms[i]);
}

void telling_infer_settlement(struct telling *t, const struct actor *a, const char *to,
			      struct place limit)
{
	struct way w = {.count = 0};

	way_add_shortest(&w, VOCAB_SETTLEMENT, a->settlement, to);
	for (size_t i = 0; i < w.count; i++) {
		const struct word *word = vocab_word(VOCAB_SETTLEMENT, w.states[i]);
		struct draft *d;

		if (str_equal(word->wire, "pending"))
			continue; /* goes without saying */
		d = telling_draft(t, a, TIME_NONE, STORY_ANSWER);
		str_copy(d->step.text, sizeof(d->step.text),
			 status_phrase(VOCAB_SETTLEMENT, word->wire));
		d->step.tone = word->tone;
		d->step.marks = STORY_INFERRED;
		d->at = limit;
		d->at.sub += (int)i;
	}
}

/* --- two changes, one word of them --------------------------------------------------------- */

bool changed_after(const struct object *o, const char *status, int64_t ms, bool tells_before)
{
	int64_t then;

	if (!o || (o->kind != OBJECT_ORDER && o->kind != OBJECT_INVOICE) || ms == TIME_NONE)
		return false;
	then = fact_status_ms(o, status);
	return then != TIME_NONE && ms > then + SAME_MOMENT_MS &&
	       (tells_before || object_updated_ms(o) > then + SAME_MOMENT_MS);
}

bool settles_after(const struct actor *a, const char *settlement, bool tells_before)
{
	if (!settlement[0] || str_equal(settlement, "pending"))
		return false;
	return tells_before || !lifecycle_allows(VOCAB_SETTLEMENT, "pending", settlement) ||
	       (a->settlement[0] && !str_equal(a->settlement, "pending"));
}
