/* What the newest answer says of an object that no event did. */
#include "model/story_priv.h"

#include "base/strbuf.h"
#include "wire/lifecycle.h"

static struct change change_by_answer(const struct actor *a, const char *status)
{
	const struct object *o = a->latest;

	return (struct change){
		.kind = a->kind,
		.status = status,
		.before_status = a->status,
		.settlement = a->kind == OBJECT_PAYMENT ? o->as.payment.settlement_status : "",
		.before_settlement = a->settlement,
		.now = o,
		.before = a->last_now ? a->last_now->now : NULL,
		.ms = object_updated_ms(o),
		.ended = a->ended_ms != TIME_NONE,
	};
}

static int64_t answer_ms(const struct actor *a, const char *status, bool moved)
{
	int64_t ms = moved ? fact_status_ms(a->latest, status) : object_updated_ms(a->latest);

	if (moved && ms == TIME_NONE && a->record && a->kind != OBJECT_KYC)
		ms = a->record->changed_ms; /* a check has no time but that of its review */
	return a->kind == OBJECT_PAYMENT ? TIME_NONE : ms;
}

/* `ms`: it was so then, at the latest. */
static void actor_learns(struct actor *a, const struct change *c, int64_t ms)
{
	const struct word *w = vocab_find(kind_info(a->kind)->vocab, c->status);

	if (!str_equal(a->status, c->status)) {
		a->status = w ? w->wire : c->status;
		a->since_ms = ms;
		a->ended_ms = w && lifecycle_is_terminal(kind_info(a->kind)->vocab, w->wire)
				      ? ms
				      : TIME_NONE;
	}
	if (c->settlement[0] && !str_equal(a->settlement, c->settlement)) {
		a->settlement = c->settlement;
		a->settlement_since_ms = ms;
	}
}

static bool tells_by_answer(const struct actor *a)
{
	return a->entry && a->entry->content.any && a->entry->content.rest;
}

/* Is the status that holds one that an answer gave? */
static bool moved_by_answer(const struct telling *t, const struct actor *a, const char *status)
{
	const struct stamp *rest = a->entry ? &entry_more(a->entry)->rest : NULL;

	if (!status[0] || str_equal(status, a->status))
		return false;
	return !a->heard ||
	       (rest && rest->any && str_equal(word_text(t->st, rest->status), status));
}

/* Payments have no times; their invoice says when it had the money, at the latest. */
static struct place answer_place(const struct telling *t, const struct actor *a, int64_t ms)
{
	const struct actor *inv = telling_invoice_of(t, a);
	const char *status = a->latest ? object_status(a->latest) : "";

	if (a->kind != OBJECT_PAYMENT || !inv || !inv->latest || str_equal(status, "pending"))
		return telling_place(t, a, ms, false);
	ms = inv->latest->as.invoice.last_payment_at;
	if (ms == TIME_NONE)
		ms = inv->latest->as.invoice.paid_at;
	return telling_place(t, a, ms < a->since_ms ? TIME_NONE : ms, false);
}

static bool came_to_it_before(const struct actor *a, const char *status)
{
	if (a->kind == OBJECT_PAYMENT)
		return settles_after(a, a->latest->as.payment.settlement_status, true);
	return changed_after(a->latest, status, object_updated_ms(a->latest), false);
}

/* Returns whether what is left to tell came after it. */
static bool infer_answer(struct telling *t, struct actor *a, const char *status, struct place p)
{
	enum vocab v = kind_info(a->kind)->vocab;
	bool before = came_to_it_before(a, status);
	struct way w = {.count = 0};

	way_add_between(&w, t, a, a->status, status);
	if (before)
		way_add(&w, v, status);
	telling_infer(t, a, &w, status, p);
	return before;
}

static struct place later_place(const struct telling *t, const struct actor *a, int64_t ms,
				struct place p)
{
	if (ms != TIME_NONE)
		return telling_place(t, a, ms, false);
	if (p.ms != INT64_MAX)
		p.ms += 999; /* when the invoice has told its part, too */
	p.seq = INT64_MAX;
	return p;
}

static void add_change(struct telling *t, struct actor *a, const struct change *c, int64_t ms,
		       struct place p, unsigned marks)
{
	bool moved = !str_equal(c->status, c->before_status);
	char text[STORY_TEXT_CAP];
	struct draft *d;
	enum tone tone;

	if (!change_words(c, text, &tone))
		return;
	d = telling_fact(t, a, ms, tone);
	d->at = p;
	d->step.marks |= marks;
	str_copy(d->step.text, sizeof(d->step.text), text);
	if (moved)
		str_copy(d->step.status, sizeof(d->step.status), c->status);
	if (ms != TIME_NONE)
		d->step.marks |= telling_marks(t, a, c, ms);
	a->born |= c->born;
	if (a->first_ms == TIME_NONE)
		a->first_ms = ms;
	actor_learns(a, c, ms != TIME_NONE || p.ms == INT64_MAX ? ms : p.ms);
}

void telling_add_answer(struct telling *t, struct actor *a)
{
	const char *status = a->record ? object_status(&a->record->object) : "";
	enum vocab v = kind_info(a->kind)->vocab;
	bool moved = moved_by_answer(t, a, status), later = false;
	bool known = vocab_find(v, status) && (!a->status[0] || vocab_find(v, a->status));
	bool possible = !moved || !known || lifecycle_reaches(v, a->status, status);
	struct change c;
	struct place p;
	int64_t ms;

	if (!a->latest || (!moved && !tells_by_answer(a)))
		return;
	ms = answer_ms(a, status, moved);
	p = answer_place(t, a, ms);
	if (moved && known && possible)
		later = infer_answer(t, a, status, p);
	c = change_by_answer(a, moved ? status : a->status);
	if (later) {
		ms = c.ms;
		p = later_place(t, a, ms, p);
	} else if (!moved && !c.before && a->heard) {
		return; /* nothing to compare it with */
	}
	c.born = moved && !later && !a->born && str_equal(status, birth_status(a->kind));
	if (c.born)
		p = telling_place(t, a, ms, true);
	add_change(t, a, &c, ms, p, possible ? 0u : STORY_IMPOSSIBLE);
}
