#include "model/evidence.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void evidence_add(struct evidence *e, const struct event *event, enum event_via via,
			 int64_t arrived_ms)
{
	if (!event->raw || idmap_has(e->ids, event->id))
		return;
	if (e->bytes + event->raw_len > EVIDENCE_BYTES_MAX) {
		e->cut = true;
		return;
	}
	idmap_put(e->ids, event->id, NULL);
	array_reserve((void **)&e->items, &e->cap, e->count + 1, sizeof(*e->items));
	e->items[e->count++] = (struct evidence_item){event, via, arrived_ms};
	e->bytes += event->raw_len;
}

static void evidence_add_dossier(struct evidence *e, const struct store *st,
				 const struct subject *s)
{
	enum object_kind kind = subject_object(s->kind);
	const struct dossier *d;

	if (kind == OBJECT_NONE && s->kind != SUBJECT_CUSTOMER)
		return;
	d = answer_dossier(st, kind, s->id, NULL);
	for (size_t i = 0; d && i < d->count; i++)
		evidence_add(e, &d->items[i].event, d->items[i].via, d->items[i].arrived_ms);
	e->cut |= d && d->cut;
}

static int by_order(const void *x, const void *y)
{
	const struct event *a = ((const struct evidence_item *)x)->event;
	const struct event *b = ((const struct evidence_item *)y)->event;

	if (a->order_ms != b->order_ms)
		return a->order_ms < b->order_ms ? -1 : 1;
	if (a->order_seq != b->order_seq)
		return a->order_seq < b->order_seq ? -1 : 1;
	return strcmp(a->id, b->id);
}

bool evidence_takes(const struct story *story, const struct related_item *item)
{
	return item->same_payment || story->related.root.kind == SUBJECT_CUSTOMER ||
	       item->subject.kind == SUBJECT_KYC;
}

void evidence_gather(struct evidence *e, const struct story *story, const struct store *st)
{
	const struct related *r = &story->related;

	*e = (struct evidence){.ids = idmap_new()};
	evidence_add_dossier(e, st, &r->root);
	for (size_t i = 0; i < r->count; i++)
		if (evidence_takes(story, &r->items[i]))
			evidence_add_dossier(e, st, &r->items[i].subject);
	for (size_t i = 0; i < story->count; i++) {
		enum load_state load;
		const struct msg_event *whole =
			store_event_whole(st, story->steps[i].event_id, &load, NULL);

		if (whole)
			evidence_add(e, &whole->event, whole->via, whole->arrived_ms);
	}
	if (e->count > 1)
		qsort(e->items, e->count, sizeof(*e->items), by_order);
}

void evidence_release(struct evidence *e)
{
	idmap_free(e->ids);
	free(e->items);
	*e = (struct evidence){.ids = NULL};
}

bool evidence_has(const struct evidence *e, const char *event_id)
{
	return idmap_has(e->ids, event_id);
}
