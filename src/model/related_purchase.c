/*
 * What belongs to one purchase: its invoice with payments and refunds, and its order. An invoice
 * may have been replaced by another: all that name the order are part of it.
 */
#include "model/related_priv.h"

#include "base/strbuf.h"

#include <stdlib.h>

/* Those filed under an id, newest first. Returns how many. */
static size_t siblings(struct weave *w, enum object_kind kind, const char *filed_under,
		       struct entry *ret[RELATED_MAX])
{
	size_t n = 0;

	for (struct entry *en = links_first_of(w->st, kind, filed_under); en; en = en->sibling) {
		if (n == RELATED_MAX) {
			w->r->cut = true;
			break;
		}
		ret[n++] = en;
	}
	qsort(ret, n, sizeof(ret[0]), entries_newest_first);
	return n;
}

static void weave_add_siblings(struct weave *w, enum object_kind kind, const char *filed_under)
{
	struct entry *some[RELATED_MAX];
	size_t n = siblings(w, kind, filed_under, some);

	for (size_t i = 0; i < n; i++)
		weave_add_object(w, kind, entry_id(w->st, some[i]));
}

/* The order of an invoice, by whichever of them says so; "" none. */
static const char *order_of(const struct weave *w, const char *invoice)
{
	const struct entry *order = links_order_of(w->st, invoice);
	const struct entry *own = records_find(w->st, OBJECT_INVOICE, invoice);

	if (order)
		return entry_id(w->st, order);
	return own ? names_text(w->st->names, own->filed) : "";
}

static void weave_invoice(struct weave *w, const char *invoice)
{
	weave_note_entry(w, records_find(w->st, OBJECT_INVOICE, invoice));
	weave_note_entry(w, links_order_of(w->st, invoice));
	weave_add_object(w, OBJECT_INVOICE, invoice);
	weave_add_siblings(w, OBJECT_PAYMENT, invoice);
	weave_add(w, RELATION_SESSION, SUBJECT_SESSION, invoice, true);
	weave_add_object(w, OBJECT_ORDER, order_of(w, invoice));
	weave_add_siblings(w, OBJECT_ORDER, invoice);
	weave_add_siblings(w, OBJECT_REFUND, invoice);
}

/* Its own first, then those that it replaced. */
static void weave_invoices_of(struct weave *w, const char *order)
{
	const struct entry *own = links_invoice_of(w->st, order);
	struct entry *some[RELATED_MAX];
	size_t n = siblings(w, OBJECT_INVOICE, order, some);

	if (own)
		weave_invoice(w, entry_id(w->st, own));
	for (size_t i = 0; i < n; i++)
		if (some[i] != own)
			weave_invoice(w, entry_id(w->st, some[i]));
}

/* --- whose purchase it is ------------------------------------------------------------------ */

/* The invoice it is all about, by what was read back of this object; "" it does not say. */
static const char *dossier_invoice(const struct dossier *d, const struct subject *s)
{
	const char *some = "";

	for (size_t i = d ? d->count : 0; i > 0; i--) {
		const struct event *e = &d->items[i - 1].event;
		const char *invoice = related_invoice_of(&e->object);

		if (!invoice[0])
			continue;
		if (e->object.kind == subject_object(s->kind) &&
		    str_equal(object_id(&e->object), s->id))
			return invoice;
		some = invoice;
	}
	return some;
}

static const char *weave_find_invoice(const struct weave *w)
{
	const struct store *st = w->st;
	enum object_kind kind = subject_object(w->at.kind);
	const struct entry *own = records_find(st, kind, w->at.id);
	const struct entry *invoice = kind == OBJECT_ORDER ? links_invoice_of(st, w->at.id) : NULL;

	if (kind == OBJECT_INVOICE)
		return w->at.id;
	if (invoice)
		return entry_id(st, invoice);
	if (own && own->filed != 0)
		return names_text(st->names, own->filed);
	return dossier_invoice(related_dossier(st, &w->at), &w->at);
}

void weave_purchase(struct weave *w)
{
	char invoice[NAME_CAP], order[NAME_CAP];
	struct subject s;

	str_copy(invoice, sizeof(invoice), weave_find_invoice(w));
	str_copy(order, sizeof(order),
		 w->at.kind == SUBJECT_ORDER ? w->at.id : order_of(w, invoice));
	weave_note_entry(w, records_find(w->st, subject_object(w->at.kind), w->at.id));
	if (invoice[0])
		weave_invoice(w, invoice);
	if (order[0])
		weave_invoices_of(w, order);
	weave_add_dossier(w, related_dossier(w->st, &w->at));
	if (subject_set(&s, SUBJECT_INVOICE, invoice) && !subject_equal(&s, &w->at))
		weave_add_dossier(w, related_dossier(w->st, &s));
}
