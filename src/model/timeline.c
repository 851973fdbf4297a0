/* The events of one object and of what belongs to it, with what is odd about them. */
#include "model/timeline.h"
#include "model/store_priv.h"

#include "base/strbuf.h"
#include "wire/lifecycle.h"

/* Whose events are wanted, by the names of their ids; 0 where there is none. */
struct family {
	uint32_t invoice, order;
	enum object_kind other; /* a kind that stands alone */
	uint32_t other_name;
};

static void family_of_invoice(struct family *f, const struct store *st, uint32_t invoice)
{
	const struct entry *order = links_order_of(st, names_text(st->names, invoice));

	f->invoice = invoice;
	if (order)
		f->order = order->name;
}

static void family_of_order(struct family *f, const struct store *st, uint32_t order)
{
	const char *id = names_text(st->names, order);
	const struct entry *invoice = links_invoice_of(st, id);
	const struct entry *own = records_find(st, OBJECT_ORDER, id);

	f->order = order;
	if (invoice)
		f->invoice = invoice->name;
	else if (own)
		f->invoice = own->filed;
}

static struct family family_of(const struct store *st, enum object_kind kind, const char *id)
{
	uint32_t name = names_find(st->names, id);
	struct family f = {.other = kind, .other_name = name};
	const struct entry *payment;

	switch (kind) {
	case OBJECT_INVOICE:
		family_of_invoice(&f, st, name);
		break;
	case OBJECT_ORDER:
		family_of_order(&f, st, name);
		break;
	case OBJECT_PAYMENT:
		payment = records_find(st, kind, id);
		if (payment && payment->filed != 0)
			family_of_invoice(&f, st, payment->filed);
		break;
	default:
		break;
	}
	return f;
}

/* An abbreviation may not say which invoice a payment is of; another event of it has. */
static uint32_t payment_invoice(const struct store *st, const struct event_row *r)
{
	const struct entry *payment = r->invoice == 0 ? records_of_row(st, r) : NULL;
	return payment ? payment->filed : r->invoice;
}

static bool family_has(const struct family *f, const struct store *st, const struct event_row *r)
{
	enum object_kind kind = (enum object_kind)row_news(st, r).about;

	if (kind == OBJECT_NONE || r->object == 0)
		return false;
	if (kind == f->other && r->object == f->other_name)
		return true;
	switch (kind) {
	case OBJECT_INVOICE:
		return r->object == f->invoice;
	case OBJECT_ORDER:
		return r->object == f->order;
	case OBJECT_PAYMENT:
		return f->invoice != 0 && payment_invoice(st, r) == f->invoice;
	default:
		return false;
	}
}

static void timeline_collect(struct timeline *t, const struct store *st, const struct family *f)
{
	for (size_t i = store_event_count(st); i > 0; i--) {
		const struct event_row *r = store_event(st, i - 1);
		if (!family_has(f, st, r))
			continue;
		if (t->count == TIMELINE_STEPS_MAX) {
			t->cut = true;
			break;
		}
		t->steps[t->count].row = r;
		store_brief(st, r, &t->steps[t->count].event);
		t->count++;
	}
	for (size_t i = 0; i < t->count / 2; i++) {
		struct timeline_step step = t->steps[i];
		t->steps[i] = t->steps[t->count - 1 - i];
		t->steps[t->count - 1 - i] = step;
	}
}

static bool same_object(const struct timeline_step *a, const struct timeline_step *b)
{
	return a->event.about == b->event.about && a->row->object == b->row->object;
}

static bool step_is_late(const struct timeline *t, size_t i)
{
	const struct event_row *row = t->steps[i].row;

	if (row->flags & ROW_ASKED)
		return false;
	for (size_t j = i + 1; j < t->count; j++)
		if ((int32_t)(t->steps[j].row->arrival - row->arrival) < 0 &&
		    same_object(&t->steps[j], &t->steps[i]))
			return true;
	return false;
}

static bool step_is_impossible(const struct timeline *t, size_t i)
{
	const struct event_brief *e = &t->steps[i].event;
	enum vocab v = kind_info(e->about)->vocab;

	for (size_t j = i; j > 0; j--) {
		const struct event_brief *before = &t->steps[j - 1].event;
		if (!before->status[0] || !same_object(&t->steps[j - 1], &t->steps[i]))
			continue;
		return !str_equal(before->status, e->status) && vocab_find(v, before->status) &&
		       vocab_find(v, e->status) && !lifecycle_reaches(v, before->status, e->status);
	}
	return false;
}

void timeline_build(struct timeline *t, const struct store *st, enum object_kind kind,
		    const char *id)
{
	struct family f = family_of(st, kind, id);

	memset(t, 0, sizeof(*t));
	timeline_collect(t, st, &f);
	for (size_t i = 0; i < t->count; i++) {
		struct timeline_step *step = &t->steps[i];
		if (i > 0 && step->event.created_ms != TIME_NONE &&
		    t->steps[i - 1].event.created_ms != TIME_NONE)
			step->gap_ms = step->event.created_ms - t->steps[i - 1].event.created_ms;
		step->late = step_is_late(t, i);
		step->impossible = step_is_impossible(t, i);
	}
}
