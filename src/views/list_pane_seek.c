/* Where the eye should go next: the rows that need a person or failed, and, among the events, those
 * of one payment. */
#include "views/list_pane_seek.h"

#include "base/idmap.h"
#include "base/strbuf.h"

#include <string.h>

static const char *row_id(const void *rows, size_t i)
{
	return listing_id(rows, i);
}

/* --- trouble ------------------------------------------------------------------------------------
 */

static bool is_bad(enum object_kind kind, const char *status)
{
	const struct kind_info *k = kind_info(kind);
	const struct word *w = k ? vocab_find(k->vocab, status) : NULL;

	return w && w->tone == TONE_BAD;
}

/* Ids of the kind that need a person, or NULL where nobody looked. */
static struct idmap *needing(const struct attention *a, enum object_kind kind)
{
	struct idmap *ids = idmap_new();

	for (size_t i = 0; a && i < attention_count(a); i++) {
		const struct attention_item *item = attention_at(a, i);

		if (!item->acknowledged && subject_object(item->subject.kind) == kind)
			idmap_put(ids, item->subject.id, NULL);
	}
	return ids;
}

static bool is_trouble(const struct list_pane *p, const struct store *st, const struct idmap *needy,
		       size_t i)
{
	const struct record *r;
	struct event_brief e;

	if (p->spec->kind == OBJECT_NONE) {
		store_brief(st, listing_event(&p->listing, i), &e);
		return is_bad(e.kind, e.status) || is_bad(e.kind, e.settlement_status);
	}
	r = listing_record(&p->listing, i);
	return is_bad(p->spec->kind, object_status(&r->object)) ||
	       idmap_has(needy, object_id(&r->object));
}

/* --- one payment --------------------------------------------------------------------------------
 */

/* The invoice the event is about, or its object where there is none; false: of nothing. */
static bool payment_of(const struct list_pane *p, const struct store *st, size_t i,
		       char ret[NAME_CAP])
{
	const struct record *order;
	struct event_brief e;

	store_brief(st, listing_event(&p->listing, i), &e);
	if (e.kind == OBJECT_NONE)
		return false;
	if (e.kind == OBJECT_ORDER && !e.invoice[0]) {
		order = store_record(st, OBJECT_ORDER, e.object_id);
		if (order && order->object.as.order.invoice_id[0])
			return str_copy(ret, NAME_CAP, order->object.as.order.invoice_id);
	}
	return str_copy(ret, NAME_CAP,
			e.kind == OBJECT_INVOICE || !e.invoice[0] ? e.object_id : e.invoice);
}

/* --- moving -------------------------------------------------------------------------------------
 */

static void go_to(struct list_pane *p, size_t i)
{
	list_select(&p->list, i, row_id, &p->listing);
}

enum handled list_pane_seek_trouble(struct view *v, const struct store *st, int step)
{
	struct list_pane *p = list_pane(v);
	struct idmap *needy = needing(v->ctx.attention, p->spec->kind);
	size_t i = p->list.cursor + (size_t)step;

	while (i < p->listing.count && !is_trouble(p, st, needy, i))
		i += (size_t)step; /* below nothing there is a very great number */
	idmap_free(needy);
	if (i < p->listing.count)
		go_to(p, i);
	else
		view_ask_notice(v, ROLE_MUTED, "No row %s here needs a person or failed.",
				step > 0 ? "below" : "above");
	return HANDLED;
}

enum handled list_pane_seek_payment(struct view *v, const struct store *st, int step)
{
	struct list_pane *p = list_pane(v);
	char wanted[NAME_CAP], here[NAME_CAP];
	size_t i = p->list.cursor + (size_t)step;

	if (p->spec->kind != OBJECT_NONE)
		return NOT_HANDLED;
	if (p->listing.count == 0 || !payment_of(p, st, p->list.cursor, wanted)) {
		view_ask_notice(v, ROLE_MUTED, "This event is of no payment.");
		return HANDLED;
	}
	while (i < p->listing.count && !(payment_of(p, st, i, here) && str_equal(here, wanted)))
		i += (size_t)step;
	if (i < p->listing.count)
		go_to(p, i);
	else
		view_ask_notice(v, ROLE_MUTED, "No event of this payment %s here.",
				step > 0 ? "below" : "above");
	return HANDLED;
}
