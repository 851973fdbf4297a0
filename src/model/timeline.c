/* The events of one object and of what belongs to it, with what is odd about them. */
#include "model/timeline.h"
#include "model/store_priv.h"

#include "base/strbuf.h"
#include "wire/lifecycle.h"

/* Whose events are wanted: "" where there is none. */
struct family {
	char invoice[NAME_CAP];
	char order[NAME_CAP];
	enum object_kind other; /* a kind that stands alone */
	const char *other_id;
};

static void family_of_invoice(struct family *f, const struct store *st, const char *invoice)
{
	const struct record *order = store_order_of(st, invoice);

	str_copy(f->invoice, sizeof(f->invoice), invoice);
	if (order)
		str_copy(f->order, sizeof(f->order), object_id(&order->object));
}

static void family_of_order(struct family *f, const struct store *st, const char *order)
{
	const struct record *invoice = store_invoice_of(st, order);
	const struct record *own = store_record(st, OBJECT_ORDER, order);

	str_copy(f->order, sizeof(f->order), order);
	if (invoice)
		str_copy(f->invoice, sizeof(f->invoice), object_id(&invoice->object));
	else if (own)
		str_copy(f->invoice, sizeof(f->invoice), own->object.as.order.invoice_id);
}

static struct family family_of(const struct store *st, enum object_kind kind, const char *id)
{
	struct family f = {.other = kind, .other_id = id};
	const struct entry *payment;

	switch (kind) {
	case OBJECT_INVOICE:
		family_of_invoice(&f, st, id);
		break;
	case OBJECT_ORDER:
		family_of_order(&f, st, id);
		break;
	case OBJECT_PAYMENT:
		payment = records_find(st, kind, id);
		if (payment && payment->filed != 0)
			family_of_invoice(&f, st, names_text(st->names, payment->filed));
		break;
	default:
		break;
	}
	return f;
}

static bool family_has(const struct family *f, const struct store *st, const struct event_row *r)
{
	enum object_kind kind = (enum object_kind)row_news(st, r).about;
	const char *id = names_text(st->names, r->object);
	const struct entry *payment;

	if (kind == OBJECT_NONE || !id[0])
		return false;
	if (kind == f->other && str_equal(id, f->other_id))
		return true;
	switch (kind) {
	case OBJECT_INVOICE:
		return str_equal(id, f->invoice);
	case OBJECT_ORDER:
		return str_equal(id, f->order);
	case OBJECT_PAYMENT:
		payment = f->invoice[0] ? records_of_row(st, r) : NULL;
		return payment && str_equal(names_text(st->names, payment->filed), f->invoice);
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
