/* What has to be asked so that a story is whole; nothing a second time that waits or failed. */
#include "model/related_priv.h"
#include "model/story.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>

#define WANT_PAGE 50

struct wants {
	const struct store *st;
	struct request *ret;
	size_t cap, count;
};

static void want(struct wants *w, const struct request *rq)
{
	if (w->count < w->cap)
		w->ret[w->count++] = *rq;
}

static bool is_asked(const struct store *st, const struct request *rq)
{
	struct asked how;

	answer_asked(st, rq, &how);
	return how.load != LOAD_NOT_ASKED;
}

static void want_once(struct wants *w, const struct request *rq)
{
	if (!is_asked(w->st, rq))
		want(w, rq);
}

static struct request request_of(enum request_kind kind, enum object_kind object,
				 const char *target)
{
	struct request rq = {.kind = kind, .object = object};

	str_copy(rq.target, sizeof(rq.target), target);
	return rq;
}

/* --- the dossier --------------------------------------------------------------------------- */

/* Did an event of one of these come after the dossier was asked for? */
static bool has_grown(const struct store *st, const struct related *r, const struct subject *at,
		      uint64_t asked)
{
	for (size_t i = 0; i <= r->count; i++) {
		const struct subject *s = i == 0 ? at : &r->items[i - 1].subject;
		enum object_kind kind = subject_object(s->kind);
		const struct entry *en = kind != OBJECT_NONE ? records_find(st, kind, s->id) : NULL;
		const struct event_row *newest;

		if (!en || en->newest == 0 ||
		    (i > 0 && !r->items[i - 1].same_payment && at->kind != SUBJECT_CUSTOMER))
			continue;
		newest = window_row(&st->window, en->newest);
		if ((int32_t)(newest->arrival - (uint32_t)asked) > 0)
			return true;
	}
	return false;
}

static void want_dossier(struct wants *w, const struct related *r, const struct subject *at)
{
	enum object_kind kind = subject_object(at->kind);
	struct request rq = request_of(REQUEST_DOSSIER, kind, at->id);
	struct asked how;
	uint64_t asked;

	if (kind == OBJECT_NONE && at->kind != SUBJECT_CUSTOMER)
		return;
	(void)answer_dossier(w->st, kind, at->id, &how);
	if (how.load == LOAD_NOT_ASKED ||
	    (how.load == LOAD_DONE && answers_dossier_asked(w->st, kind, at->id, &asked) &&
	     has_grown(w->st, r, at, asked)))
		want(w, &rq);
}

/* --- objects ------------------------------------------------------------------------------- */

static bool can_get(const struct store *st, enum object_kind kind)
{
	const struct capabilities *c = store_capabilities(st);

	switch (kind) {
	case OBJECT_INVOICE:
	case OBJECT_ORDER:
		return true;
	case OBJECT_PAYOUT:
	case OBJECT_DEPOSIT:
	case OBJECT_KYC:
		return capabilities_have(c, "ramps");
	case OBJECT_REFUND:
		return capabilities_have(c, "invoice_refund");
	default:
		return false; /* a payment comes with its invoice */
	}
}

static void want_object(struct wants *w, const struct subject *s)
{
	enum object_kind kind = subject_object(s->kind);
	struct request rq = request_of(REQUEST_GET, kind, s->id);
	const struct record *rec;

	if (!can_get(w->st, kind))
		return;
	rec = store_record(w->st, kind, s->id);
	if (!rec || rec->incomplete)
		want_once(w, &rq);
}

static void want_refunds(struct wants *w, const struct related *r, const struct subject *at)
{
	const struct related_item *item = related_first(r, SUBJECT_INVOICE);
	const char *invoice = at->kind == SUBJECT_INVOICE  ? at->id
			      : item && item->same_payment ? item->subject.id
							   : "";
	const struct record *rec = store_record(w->st, OBJECT_INVOICE, invoice);
	struct request rq = request_of(REQUEST_LIST, OBJECT_REFUND, invoice);

	rq.of = LIST_OF_INVOICE;
	rq.limit = WANT_PAGE;
	if (rec && rec->object.as.invoice.amount_paid > 0 && can_get(w->st, OBJECT_REFUND))
		want_once(w, &rq);
}

static void want_lists(struct wants *w, const char *customer)
{
	static const enum object_kind kinds[] = {OBJECT_INVOICE, OBJECT_ORDER, OBJECT_PAYOUT,
						 OBJECT_DEPOSIT};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct request rq = request_of(REQUEST_LIST, kinds[i], customer);
		rq.of = LIST_OF_CUSTOMER;
		rq.limit = WANT_PAGE;
		if (can_get(w->st, kinds[i]))
			want_once(w, &rq);
	}
}

static void want_event(struct wants *w, const struct subject *root)
{
	struct request rq = request_of(REQUEST_EVENT, OBJECT_NONE, root->id);

	want_once(w, &rq);
}

size_t story_wants(const struct store *st, const struct subject *root, struct request *ret,
		   size_t cap)
{
	struct wants w = {.st = st, .ret = ret, .cap = cap};
	struct subject at = related_stands_for(st, root);
	struct related *r = xmalloc(sizeof(*r));
	struct subject kyc;

	related_build(r, st, root);
	if (at.kind == SUBJECT_EVENT)
		want_event(&w, root);
	want_dossier(&w, r, &at);
	want_object(&w, &at);
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].same_payment)
			want_object(&w, &r->items[i].subject);
	want_refunds(&w, r, &at);
	if (at.kind == SUBJECT_CUSTOMER)
		want_lists(&w, at.id);
	if ((at.kind == SUBJECT_CUSTOMER || at.kind == SUBJECT_PAYOUT ||
	     at.kind == SUBJECT_DEPOSIT) &&
	    subject_set(&kyc, SUBJECT_KYC, r->customer))
		want_object(&w, &kyc);
	free(r);
	return w.count;
}
