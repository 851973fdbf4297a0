/* Goes through what was heard, oldest first, and makes steps of it. */
#include "model/story_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/lifecycle.h"

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
	d->at.ms = ms == TIME_NONE ? INT64_MAX : ms;
	d->at.seq = INT64_MAX;
	return d;
}

/* --- transitions --------------------------------------------------------------------------- */

/* It says that it is so, not that this is new, and what it does tell came after. */
static bool moved_before(const struct telling *t, const struct heard *h, const char *status)
{
	const struct object *now = h->now ? h->now : h->actor->latest;

	if (h->brief.previous_status[0] || brief_is_birth(&h->brief))
		return false;
	if (h->actor->kind == OBJECT_PAYMENT)
		return settles_after(h->actor, h->brief.settlement_status, t->tells_before);
	return changed_after(now, status, h->ms, t->tells_before);
}

/* Returns false when the lifecycle knows no way. */
static bool walk_status(struct telling *t, struct heard *h, const char *status)
{
	struct actor *a = h->actor;
	enum vocab v = kind_info(a->kind)->vocab;
	const char *said = h->brief.previous_status, *from = a->status;
	struct place p = {heard_key_ms(h), h->seq, SUB_BEFORE_SETTLEMENT};
	struct way w = {.count = 0};
	bool possible;

	if (!vocab_find(v, status) || str_equal(from, status) || (from[0] && !vocab_find(v, from)))
		return true;
	if (vocab_find(v, said) && !str_equal(said, status) && !str_equal(said, from) &&
	    lifecycle_reaches(v, from, said)) {
		way_add_between(&w, t, a, from, said);
		way_add(&w, v, said);
		from = said;
	}
	possible = lifecycle_reaches(v, from, status);
	if (possible && !lifecycle_allows(v, from, status))
		way_add_between(&w, t, a, from, status);
	if (possible && moved_before(t, h, status))
		way_add(&w, v, status);
	telling_infer(t, a, &w, h->brief.status, p);
	return possible;
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
	telling_infer_settlement(t, a, settlement,
				 (struct place){heard_key_ms(h), h->seq, SUB_SETTLEMENT});
	return true;
}

/* --- marks --------------------------------------------------------------------------------- */

/* As far as it is told; of one that is not, as its own fields date it. */
static const char *invoice_status_at(const struct actor *inv, int64_t ms)
{
	const char *status = inv->latest ? object_status(inv->latest) : "";
	int64_t then;

	if (inv->status[0])
		return inv->status;
	then = fact_status_ms(inv->latest, status);
	return then != TIME_NONE && ms != TIME_NONE && ms > then + 999 ? status : "";
}

/* Money that came when the invoice wanted none any more. */
static bool payment_is_after_end(const struct telling *t, const struct actor *a,
				 const struct change *c, int64_t ms)
{
	const struct actor *inv = telling_invoice_of(t, a);
	const char *status = inv ? invoice_status_at(inv, ms) : "";

	if (str_equal(c->status, c->before_status))
		return false;
	if (str_equal(status, "expired") || str_equal(status, "canceled"))
		return true;
	return str_equal(status, "paid") && str_equal(c->status, "pending");
}

static bool is_after_end(const struct telling *t, const struct actor *a, const struct change *c,
			 int64_t ms)
{
	if (c->kind == OBJECT_PAYMENT)
		return payment_is_after_end(t, a, c, ms);
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

unsigned telling_marks(const struct telling *t, const struct actor *a, const struct change *c,
		       int64_t ms)
{
	int64_t due = due_ms(t, a, c);

	if (is_after_end(t, a, c, ms))
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
	if (brief_is_birth(&h->brief))
		return true;
	return h->actor->kind == OBJECT_KYC && str_equal(status, "pending") &&
	       !h->brief.previous_status[0];
}

/* An event that tells nothing new, or nothing that is known. */
static void words_of_nothing(const struct heard *h, const struct change *c, struct draft *d)
{
	const struct heard *last = h->actor->last;
	bool again =
		last && (str_equal(last->brief.type, h->brief.type) || brief_is_birth(&h->brief));
	bool same = c->now && c->before;

	if (again && !same && h->brief.previous_status[0] &&
	    str_equal(h->brief.previous_status, last->brief.previous_status))
		same = true; /* the same change a second time */
	if (again && !same && brief_is_birth(&h->brief))
		same = true;
	if (same && last)
		d->step.marks |= STORY_DOUBLE;
	str_printf(d->step.text, sizeof(d->step.text), same ? "%s: nothing new" : "%s updated",
		   subject_word(subject_of_object(c->kind)));
	d->step.tone = TONE_NEUTRAL;
}

/* Payments that are seen and not confirmed, at this moment of the walk. */
static struct purse_sum pending_now(const struct telling *t, const struct actor *inv)
{
	struct purse p;

	purse_begin(&p, inv->status, NULL, true);
	for (size_t i = 0; i < t->actor_count; i++) {
		const struct actor *a = &t->actors[i];

		if (a->kind == OBJECT_PAYMENT && a->last && telling_invoice_of(t, a) == inv)
			purse_add_payment(&p, a->status,
					  a->last->brief.has_amount ? a->last->brief.amount.minor
								    : 0,
					  TIME_NONE);
	}
	return p.payments[STAGE_COMING];
}

static struct change change_of(const struct telling *t, const struct heard *h, const char *status,
			       const char *settlement)
{
	const struct actor *a = h->actor;
	bool told_before =
		h->brief.previous_status[0] && !str_equal(h->brief.previous_status, status);
	struct change c = {
		.kind = a->kind,
		.status = status,
		.before_status =
			!a->status[0] && told_before ? h->brief.previous_status : a->status,
		.settlement = settlement,
		.before_settlement = a->settlement,
		.now = h->now,
		.before = a->last_now ? a->last_now->now : NULL,
		.brief = &h->brief,
		.ms = h->ms,
		.born = heard_is_birth(h, status),
		.ended = a->ended_ms != TIME_NONE,
		.pending = a->kind == OBJECT_INVOICE ? pending_now(t, a) : (struct purse_sum){0},
	};

	if (!c.now)
		change_by_hindsight(&c, a->latest);
	return c;
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
	d->at = (struct place){heard_key_ms(h), h->seq, 0};
	str_copy(d->step.event_id, sizeof(d->step.event_id), h->brief.id);
	if (!change_words(&c, d->step.text, &d->step.tone))
		words_of_nothing(h, &c, d);
	if (!str_equal(status, c.before_status))
		str_copy(d->step.status, sizeof(d->step.status), status);
	d->step.marks |=
		h->marks | telling_marks(t, a, &c, h->ms) | (possible ? 0u : STORY_IMPOSSIBLE);
	if (d->step.marks & STORY_AFTER_END && d->step.tone != TONE_BAD)
		d->step.tone = TONE_WARN;
	actor_moves_on(a, h, &c);
}

void telling_walk(struct telling *t)
{
	for (size_t i = 0; i < t->order_count; i++)
		walk_heard(t, t->order[i]);
}
