/* What came of what was asked. */
#include "model/lookup_priv.h"
#include "model/store_priv.h"

#include "base/strbuf.h"

#include <string.h>
#include <strings.h>

/* --- the history --------------------------------------------------------------------------------
 */

static bool is_own_id(const char *id, const struct scrap *s)
{
	return strcasecmp(id, s->text) == 0;
}

static struct lookup_hit hit_of(const struct lookup_question *q, const struct finding *f)
{
	struct lookup_hit hit = {.place = LOOKED_HISTORY,
				 .match = f->match,
				 .newest_ms = f->newest_ms,
				 .scrap = q->scrap,
				 .rank = rank_of(f->match, q->scrap,
						 strcasecmp(f->id, f->value) != 0)};

	str_copy(hit.field, sizeof(hit.field), f->field);
	str_copy(hit.value, sizeof(hit.value), f->value);
	str_copy(hit.status, sizeof(hit.status), f->status);
	str_copy(hit.customer, sizeof(hit.customer), f->customer);
	return hit;
}

/* What is said of a customer leads to him; his objects are one step further. */
static bool add_customer(struct lookup *l, const struct finding *f, const struct scrap *s,
			 struct lookup_hit hit)
{
	enum match match;

	if (!f->customer[0] || !scrap_matches(s, f->customer, &match) ||
	    !subject_set(&hit.subject, SUBJECT_CUSTOMER, f->customer))
		return false;
	hit.match = match;
	hit.rank = is_own_id(f->customer, s) ? RANK_OWN : rank_of(match, hit.scrap, false);
	str_copy(hit.field, sizeof(hit.field), "customer_id");
	str_copy(hit.value, sizeof(hit.value), f->customer);
	lookup_add(l, &hit);
	return true;
}

static void add_finding(struct lookup *l, const struct lookup_question *q, const struct finding *f)
{
	const struct scrap *s = &l->scraps.items[q->scrap];
	struct lookup_hit hit = hit_of(q, f);

	if (add_customer(l, f, s, hit) && !is_own_id(f->id, s))
		return;
	if (is_own_id(f->id, s))
		hit.rank = RANK_OWN + (int)q->scrap;
	if (subject_set(&hit.subject,
			f->kind == OBJECT_KYC ? SUBJECT_CUSTOMER : subject_of_object(f->kind),
			f->id) &&
	    !lookup_add(l, &hit))
		l->looks[LOOKED_HISTORY].known++;
	if (s->kind != SCRAP_EMAIL || !f->customer[0])
		return;
	hit.rank = rank_of(f->match, q->scrap, false);
	if (subject_set(&hit.subject, SUBJECT_CUSTOMER, f->customer))
		lookup_add(l, &hit);
}

static void hear_history(struct lookup *l, struct lookup_question *q, const struct store *st,
			 const struct asked *asked)
{
	const struct findings *f = answer_findings(st, q->request.target, NULL);
	char note[sizeof(l->looks[0].note)], when[WHEN_TEXT_CAP];

	if (q->state == LOAD_FAILED || !f) {
		lookup_note(l, LOOKED_HISTORY, LOAD_FAILED,
			    asked->problem ? asked->problem->what : "the history did not answer");
		return;
	}
	for (size_t i = 0; i < f->count; i++)
		add_finding(l, q, &f->items[i]);
	l->history_events = f->events;
	l->history_oldest_ms = f->oldest_ms;
	l->cut = l->cut || f->more;
	str_printf(note, sizeof(note), "%llu events on disk", (unsigned long long)f->events);
	if (f->oldest_ms != TIME_NONE) {
		when_iso(when, f->oldest_ms);
		str_printf(note, sizeof(note), "%llu events on disk, back to %.10s %.5s UTC",
			   (unsigned long long)f->events, when, when + 11);
	}
	lookup_note(l, LOOKED_HISTORY, LOAD_DONE, note);
}

/* --- what the server said -----------------------------------------------------------------------
 */

static void hear_own(struct lookup *l, const struct store *st, const struct lookup_question *q,
		     enum subject_kind kind, const char *id)
{
	struct subject what;

	if (subject_set(&what, kind, id))
		lookup_add_own(l, st, LOOKED_SERVER, &what, q->scrap);
}

static void hear_answer(struct lookup *l, const struct lookup_question *q, const struct store *st)
{
	const struct request *rq = &q->request;
	const struct payor_session *session;
	const struct shop_products *products;

	switch (rq->kind) {
	case REQUEST_GET:
		if (store_record(st, rq->object, rq->target))
			hear_own(l, st, q, subject_of_object(rq->object), rq->target);
		break;
	case REQUEST_EVENT_FETCH:
		hear_own(l, st, q, SUBJECT_EVENT, rq->target);
		break;
	case REQUEST_SESSION:
		session = answer_session_by_serial(st, rq->serial, NULL);
		if (session)
			hear_own(l, st, q, SUBJECT_SESSION, session->invoice_id);
		break;
	case REQUEST_PRODUCT:
		products = answer_product(st, rq->target, NULL);
		if (products && products->count > 0)
			hear_own(l, st, q, SUBJECT_PRODUCT, rq->target);
		break;
	default: /* a list only adds to what is here */
		lookup_window(l, st, LOOKED_SERVER);
		if (rq->of == LIST_OF_CUSTOMER && links_first_of_customer(st, rq->target))
			l->looks[LOOKED_SERVER].known++;
		break;
	}
}

#define LINK_REFUSED "the link is not valid (any more)"

/* A link that a server knows nothing of, or will not open. */
static bool is_refused(const struct lookup_question *q)
{
	return q->request.kind == REQUEST_SESSION && q->state == LOAD_FAILED;
}

/* "it knows no invoice and no order of this id" */
static void note_nothing(struct lookup *l)
{
	char note[sizeof(l->looks[0].note)] = "", of[NAME_CAP + 16] = "";
	size_t n = 0, said = 0;

	for (size_t i = 0; i < l->asked_count; i++)
		if (is_refused(&l->asked[i]))
			str_copy(note, sizeof(note), LINK_REFUSED);
	for (size_t i = 0; i < l->asked_count; i++) {
		const struct request *rq = &l->asked[i].request;

		if (request_kind_asked_of(rq->kind) != OF_SERVER || is_refused(&l->asked[i]))
			continue;
		n = strlen(note);
		str_printf(note + n, sizeof(note) - n, "%s%sno %s", n ? " and " : "",
			   said++ ? "" : "it knows ", lookup_asked_words(rq));
		lookup_asked_of(rq, of);
	}
	n = strlen(note);
	str_printf(note + n, sizeof(note) - n, "%s", of);
	lookup_note_foreign(l, note, sizeof(note));
	lookup_note(l, LOOKED_SERVER, LOAD_DONE, note);
}

/* "asked for invoices and orders of customer 8F" */
static void note_found(struct lookup *l)
{
	char note[sizeof(l->looks[0].note)] = "asked for ", of[NAME_CAP + 16] = "";
	size_t n, said = 0;
	bool refused = false;

	for (size_t i = 0; i < l->asked_count; i++) {
		const struct request *rq = &l->asked[i].request;

		if (request_kind_asked_of(rq->kind) != OF_SERVER)
			continue;
		refused = refused || is_refused(&l->asked[i]);
		n = strlen(note);
		str_printf(note + n, sizeof(note) - n, "%s%s%s", said++ ? " and " : "",
			   rq->kind == REQUEST_LIST || rq->kind == REQUEST_SESSION ? "" : "this ",
			   rq->kind == REQUEST_SESSION ? "the session of this link"
						       : lookup_asked_words(rq));
		if (rq->kind == REQUEST_LIST)
			lookup_asked_of(rq, of);
	}
	n = strlen(note);
	str_printf(note + n, sizeof(note) - n, "%s%s", of, refused ? "; " LINK_REFUSED : "");
	lookup_note_foreign(l, note, sizeof(note));
	lookup_note(l, LOOKED_SERVER, LOAD_DONE, note);
}

/* Not found, or a link that opens nothing: that is an answer. */
static bool is_answer(const struct lookup_question *q, const struct problem *why)
{
	if (!why)
		return false;
	return why->status == E_NOT_FOUND || (q->request.kind == REQUEST_SESSION &&
					      (why->status == E_AUTH || why->status == E_DENIED));
}

static size_t found_by_server(const struct lookup *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += l->hits[i].place == LOOKED_SERVER;
	return n;
}

static void hear_server(struct lookup *l, struct lookup_question *q, const struct store *st,
			const struct asked *asked, struct outbox *out)
{
	const struct request next = l->next;

	if (q->state == LOAD_DONE) {
		hear_answer(l, q, st);
	} else if (!is_answer(q, asked->problem)) {
		lookup_note(l, LOOKED_SERVER, LOAD_FAILED,
			    asked->problem ? asked->problem->what : "it did not answer");
		return;
	}
	if (found_by_server(l) + l->looks[LOOKED_SERVER].known > 0) {
		if (l->looks[LOOKED_SERVER].state != LOAD_FAILED)
			note_found(l);
	} else if (next.kind == REQUEST_GET) {
		l->next.kind = REQUEST_CAPABILITIES;
		lookup_note_asking(l, &next, NULL);
		if (!lookup_ask(l, &next, q->scrap, out))
			lookup_note(l, LOOKED_SERVER, LOAD_FAILED,
				    "too many requests are waiting; try again in a moment");
	} else if (l->looks[LOOKED_SERVER].state != LOAD_FAILED) {
		note_nothing(l);
	}
}

/* --- what went -----------------------------------------------------------------------------------
 */

static bool is_in(const struct outbox *out, uint64_t serial)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->items[i].serial == serial)
			return true;
	return false;
}

/*
 * It was handed over, and of its answer there is nothing any more: others took its place before it
 * was looked at. Asked once more, then given up, so that nothing is asked without end.
 */
static bool hear_lost(struct lookup *l, struct lookup_question *q, struct outbox *out)
{
	bool history = request_kind_asked_of(q->request.kind) == OF_HISTORY;

	if (!q->again) {
		(void)lookup_ask_again(q, out); /* no room: the next time */
		return false;
	}
	q->state = LOAD_FAILED;
	lookup_note(l, history ? LOOKED_HISTORY : LOOKED_SERVER, LOAD_FAILED,
		    "its answer had to make room for others; R asks again");
	return true;
}

bool lookup_hear(struct lookup *l, const struct store *st, struct outbox *out)
{
	bool changed = false;

	for (size_t i = 0; i < l->asked_count; i++) {
		struct lookup_question *q = &l->asked[i];
		struct asked asked;

		if (q->state != LOAD_WAITING)
			continue;
		answer_asked(st, &q->request, &asked);
		if (asked.load == LOAD_NOT_ASKED && !is_in(out, q->request.serial)) {
			changed = hear_lost(l, q, out) || changed;
			continue;
		}
		if (asked.serial < q->request.serial || asked.load == LOAD_WAITING)
			continue; /* not handed over yet, or on its way */
		q->state = asked.load == LOAD_DONE ? LOAD_DONE : LOAD_FAILED;
		if (request_kind_asked_of(q->request.kind) == OF_HISTORY)
			hear_history(l, q, st, &asked);
		else
			hear_server(l, q, st, &asked, out);
		changed = true;
	}
	/* One of two lists came: the other is still on its way. */
	for (size_t i = 0; i < l->asked_count; i++)
		if (l->asked[i].state == LOAD_WAITING &&
		    request_kind_asked_of(l->asked[i].request.kind) == OF_SERVER)
			l->looks[LOOKED_SERVER].state = LOAD_WAITING;
	return changed;
}
