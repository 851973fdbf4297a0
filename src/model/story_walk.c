/* Goes through what was heard, oldest first, and makes steps of it. */
#include "model/story_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/lifecycle.h"

#define PATH_MAX_STEPS RANKS_MAX

struct draft *telling_draft(struct telling *t, const struct actor *a, int64_t ms,
			    enum story_source source)
{
	struct draft *d;

	array_reserve((void **)&t->drafts, &t->draft_cap, t->draft_count + 1, sizeof(*t->drafts));
	d = &t->drafts[t->draft_count++];
	memset(d, 0, sizeof(*d));
	d->step.ms = ms;
	d->step.source = source;
	if (a)
		(void)subject_set(&d->step.subject, subject_of_object(a->kind), a->id);
	d->ms = ms == TIME_NONE ? INT64_MAX : ms;
	d->seq = INT64_MAX;
	return d;
}

/* --- what must have happened in between ---------------------------------------------------- */

/* The states on the shortest way, without `from` and `to`; "" is the birth. Returns how many. */
static size_t path_between(enum vocab v, const char *from, const char *to, int ret[PATH_MAX_STEPS])
{
	int parent[PATH_MAX_STEPS], queue[PATH_MAX_STEPS], path[PATH_MAX_STEPS];
	int start = vocab_parse(v, from), end = vocab_parse(v, to);
	size_t head = 0, tail = 0, count, n = 0;
	const struct transition *steps = lifecycle_table(v, &count);

	for (size_t i = 0; i < PATH_MAX_STEPS; i++)
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
		return 0;
	for (int at = parent[end]; at != start; at = parent[at])
		path[n++] = at;
	for (size_t i = 0; i < n; i++)
		ret[i] = path[n - 1 - i];
	return n;
}

/* Before whom, and how far before. */
struct place {
	int64_t ms, seq;
	int sub;
};

static void infer_words(const struct actor *a, const char *status, struct story_step *step)
{
	const struct object *now = a->latest;
	struct change c = {.kind = a->kind,
			   .status = status,
			   .before_status = "",
			   .settlement = "",
			   .before_settlement = ""};

	c.born = str_equal(status, birth_status(a->kind));
	/* what an object says now of its beginning holds; of what came between it may not */
	if (c.born || a->kind == OBJECT_ORDER || str_equal(status, a->status))
		c.now = now;
	if (!change_words(&c, step->text, &step->tone))
		state_words(a->kind, status, step->text);
}

static void infer_step(struct telling *t, struct actor *a, const char *status,
		       const struct place *before)
{
	int64_t ms = fact_status_ms(a->latest, status);
	bool dated = ms != TIME_NONE && (!before || ms <= before->ms);
	bool close = before && (!dated || ms > before->ms - 1000);
	struct draft *d = telling_draft(t, a, dated ? ms : TIME_NONE, STORY_ANSWER);

	infer_words(a, status, &d->step);
	str_copy(d->step.status, sizeof(d->step.status), status);
	d->step.marks = STORY_INFERRED;
	if (close) {
		d->ms = before->ms;
		d->seq = before->seq;
		d->sub = before->sub;
	} else if (str_equal(status, birth_status(a->kind))) {
		d->seq = -1;
	}
	a->born |= str_equal(status, birth_status(a->kind));
	a->status = vocab_find(kind_info(a->kind)->vocab, status)->wire;
	a->since_ms = dated ? ms : before ? before->ms : TIME_NONE; /* at the latest */
	if (dated && a->first_ms == TIME_NONE)
		a->first_ms = ms;
}

void telling_infer(struct telling *t, struct actor *a, const char *to, const struct heard *before)
{
	enum vocab v = kind_info(a->kind)->vocab;
	int path[PATH_MAX_STEPS];
	size_t n = path_between(v, a->status, to, path);

	for (size_t i = 0; i < n; i++) {
		struct place p = {.sub = (int)i - (int)PATH_MAX_STEPS};
		if (before) {
			p.ms = heard_key_ms(before);
			p.seq = before->seq;
		}
		infer_step(t, a, vocab_word(v, path[i])->wire, before ? &p : NULL);
	}
}

/* --- transitions --------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && str_equal(text + n - m, end);
}

/* It says that it is so, not that this is new, and what it does tell came after. */
static bool moved_before(const struct telling *t, const struct heard *h, const char *status)
{
	const char *settlement = h->brief.settlement_status;
	int64_t then;

	if (!t->tells_before || h->brief.previous_status[0] || ends_with(h->brief.type, ".created"))
		return false;
	if (h->actor->kind == OBJECT_PAYMENT)
		return settlement[0] && !str_equal(settlement, "pending");
	if (h->actor->kind != OBJECT_ORDER && h->actor->kind != OBJECT_INVOICE)
		return false;
	then = fact_status_ms(h->now ? h->now : h->actor->latest, status);
	return then != TIME_NONE && h->ms > then + 2000;
}

/* Returns false when the lifecycle knows no way. */
static bool walk_status(struct telling *t, struct heard *h, const char *status)
{
	struct actor *a = h->actor;
	enum vocab v = kind_info(a->kind)->vocab;
	const char *said = h->brief.previous_status;

	if (!vocab_find(v, status) || str_equal(a->status, status) ||
	    (a->status[0] && !vocab_find(v, a->status)))
		return true;
	if (vocab_find(v, said) && !str_equal(said, status) && !str_equal(said, a->status) &&
	    lifecycle_reaches(v, a->status, said)) {
		struct place p = {heard_key_ms(h), h->seq, -1};
		telling_infer(t, a, said, h);
		infer_step(t, a, said, &p);
	}
	if (!lifecycle_reaches(v, a->status, status))
		return false;
	if (!lifecycle_allows(v, a->status, status))
		telling_infer(t, a, status, h);
	if (moved_before(t, h, status)) {
		struct place p = {heard_key_ms(h), h->seq, -1};
		infer_step(t, a, status, &p);
	}
	return true;
}

static void infer_settlement(struct telling *t, const struct heard *h, const char *to)
{
	struct actor *a = h->actor;
	int path[PATH_MAX_STEPS];
	size_t n = path_between(VOCAB_SETTLEMENT, a->settlement, to, path);

	for (size_t i = 0; i < n; i++) {
		const struct word *w = vocab_word(VOCAB_SETTLEMENT, path[i]);
		struct draft *d;

		if (str_equal(w->wire, "pending"))
			continue; /* goes without saying */
		d = telling_draft(t, a, TIME_NONE, STORY_ANSWER);
		str_printf(d->step.text, sizeof(d->step.text), "%s",
			   status_phrase(VOCAB_SETTLEMENT, w->wire));
		d->step.tone = w->tone;
		d->step.marks = STORY_INFERRED;
		d->ms = heard_key_ms(h);
		d->seq = h->seq;
		d->sub = (int)i - (int)PATH_MAX_STEPS;
	}
}

static bool walk_settlement(struct telling *t, const struct heard *h, const char *settlement)
{
	const struct actor *a = h->actor;

	if (!vocab_find(VOCAB_SETTLEMENT, settlement) || str_equal(a->settlement, settlement) ||
	    (a->settlement[0] && !vocab_find(VOCAB_SETTLEMENT, a->settlement)) ||
	    lifecycle_allows(VOCAB_SETTLEMENT, a->settlement, settlement))
		return true;
	if (!lifecycle_reaches(VOCAB_SETTLEMENT, a->settlement, settlement))
		return false;
	infer_settlement(t, h, settlement);
	return true;
}

/* --- marks --------------------------------------------------------------------------------- */

static bool invoice_is_closed(const struct actor *inv)
{
	return inv && (str_equal(inv->status, "expired") || str_equal(inv->status, "canceled"));
}

/* Money that came when the invoice wanted none any more. */
static bool payment_is_after_end(const struct telling *t, const struct actor *a,
				 const struct change *c)
{
	const struct actor *inv = telling_invoice_of(t, a);

	if (str_equal(c->status, c->before_status))
		return false;
	if (invoice_is_closed(inv))
		return true;
	return inv && str_equal(inv->status, "paid") && str_equal(c->status, "pending");
}

static bool is_after_end(const struct telling *t, const struct actor *a, const struct change *c)
{
	if (c->kind == OBJECT_PAYMENT)
		return payment_is_after_end(t, a, c);
	if (c->kind != OBJECT_INVOICE || !c->ended || !str_equal(c->status, c->before_status))
		return false;
	if (c->now && c->before)
		return c->now->as.invoice.amount_paid > c->before->as.invoice.amount_paid;
	return !str_equal(c->status, "paid");
}

static int64_t due_ms(const struct telling *t, const struct actor *a, const struct change *c)
{
	const struct actor *inv = telling_invoice_of(t, a);

	if (str_equal(c->status, c->before_status))
		return TIME_NONE;
	if (c->kind == OBJECT_PAYMENT || str_equal(c->status, "underpaid") ||
	    (c->kind == OBJECT_INVOICE && str_equal(c->status, "paid")))
		return inv && inv->latest ? inv->latest->as.invoice.expires_at : TIME_NONE;
	if (c->kind == OBJECT_PAYOUT && str_equal(c->status, "paid") && c->now)
		return c->now->as.payout.estimated_arrival_at;
	return TIME_NONE;
}

static unsigned step_marks(const struct telling *t, const struct actor *a, const struct change *c,
			   int64_t ms)
{
	int64_t due = due_ms(t, a, c);

	if (is_after_end(t, a, c))
		return STORY_AFTER_END;
	if (due != TIME_NONE && ms != TIME_NONE && ms > due + 999)
		return STORY_OVERDUE;
	return 0;
}

/* --- one event ----------------------------------------------------------------------------- */

static bool heard_is_birth(const struct heard *h, const char *status)
{
	if (h->actor->last || h->actor->born)
		return false;
	if (ends_with(h->brief.type, ".created"))
		return true;
	return h->actor->kind == OBJECT_KYC && str_equal(status, "pending") &&
	       !h->brief.previous_status[0];
}

/* An event that tells nothing new, or nothing that is known. */
static void words_of_nothing(const struct heard *h, const struct change *c, struct draft *d)
{
	const struct heard *last = h->actor->last;
	bool again = last && (str_equal(last->brief.type, h->brief.type) ||
			      ends_with(h->brief.type, ".created"));
	bool same = c->now && c->before;

	if (again && !same && h->brief.previous_status[0] &&
	    str_equal(h->brief.previous_status, last->brief.previous_status))
		same = true; /* the same change a second time */
	if (again && !same && ends_with(h->brief.type, ".created"))
		same = true;
	if (same && last)
		d->step.marks |= STORY_DOUBLE;
	str_printf(d->step.text, sizeof(d->step.text), same ? "%s: nothing new" : "%s updated",
		   subject_word(subject_of_object(c->kind)));
	d->step.tone = TONE_NEUTRAL;
}

static int64_t pending_now(const struct telling *t, const struct actor *inv)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *a = &t->actors[i];
		if (a->kind == OBJECT_PAYMENT && str_equal(a->status, "pending") && a->last &&
		    a->last->brief.has_amount && telling_invoice_of(t, a) == inv)
			sum = money_plus(sum, a->last->brief.amount.minor);
	}
	return sum;
}

static struct change change_of(const struct telling *t, const struct heard *h, const char *status,
			       const char *settlement)
{
	const struct actor *a = h->actor;
	bool born = heard_is_birth(h, status);
	bool told_before =
		h->brief.previous_status[0] && !str_equal(h->brief.previous_status, status);

	return (struct change){
		.kind = a->kind,
		.status = status,
		.before_status =
			!a->status[0] && told_before ? h->brief.previous_status : a->status,
		.settlement = settlement,
		.before_settlement = a->settlement,
		.now = h->now,
		.before = a->last_now ? a->last_now->now : NULL,
		.brief = &h->brief,
		.born = born,
		.ended = a->ended_ms != TIME_NONE,
		.pending = a->kind == OBJECT_INVOICE ? pending_now(t, a) : 0,
	};
}

static void actor_moves_on(struct actor *a, const struct heard *h, const struct change *c)
{
	enum vocab v = kind_info(a->kind)->vocab;
	const struct word *w = vocab_find(v, c->status);

	if (!str_equal(a->status, c->status)) {
		a->status = w ? w->wire : c->status;
		a->since_ms = h->ms;
		a->ended_ms = lifecycle_is_terminal(v, c->status) ? h->ms : TIME_NONE;
	}
	if (!str_equal(a->settlement, c->settlement)) {
		a->settlement = c->settlement;
		a->settlement_since_ms = h->ms;
	}
	if (a->first_ms == TIME_NONE)
		a->first_ms = h->ms;
	a->born |= c->born;
	a->last = h;
	if (h->now)
		a->last_now = h;
}

static void walk_heard(struct telling *t, struct heard *h)
{
	struct actor *a = h->actor;
	const char *status = h->brief.status[0] ? h->brief.status : a->status;
	const char *settlement =
		h->brief.settlement_status[0] ? h->brief.settlement_status : a->settlement;
	bool possible = walk_status(t, h, status);
	struct change c;
	struct draft *d;

	possible = walk_settlement(t, h, settlement) && possible;
	c = change_of(t, h, status, settlement);
	d = telling_draft(t, a, h->ms, STORY_EVENT);
	d->ms = heard_key_ms(h);
	d->seq = h->seq;
	str_copy(d->step.event_id, sizeof(d->step.event_id), h->brief.id);
	if (!change_words(&c, d->step.text, &d->step.tone))
		words_of_nothing(h, &c, d);
	if (!str_equal(status, c.before_status))
		str_copy(d->step.status, sizeof(d->step.status), status);
	d->step.marks |=
		h->marks | step_marks(t, a, &c, h->ms) | (possible ? 0u : STORY_IMPOSSIBLE);
	if (d->step.marks & STORY_AFTER_END && d->step.tone != TONE_BAD)
		d->step.tone = TONE_WARN;
	actor_moves_on(a, h, &c);
}

void telling_walk(struct telling *t)
{
	for (size_t i = 0; i < t->order_count; i++)
		walk_heard(t, t->order[i]);
}
