/*
 * What is asked for, and what came of it. The history by one request; the server only where
 * nothing here goes by that id, by at most two.
 */
#include "model/lookup_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LIST_LIMIT 100

static void look_note(struct lookup *l, enum lookup_place place, enum load_state state,
		      const char *note)
{
	l->looks[place].state = state;
	str_copy(l->looks[place].note, sizeof(l->looks[place].note), note);
}

/* False: the outbox has no room. */
static bool lookup_ask(struct lookup *l, const struct request *rq, size_t scrap, struct outbox *out)
{
	struct lookup_question *q = &l->asked[l->asked_count];

	*q = (struct lookup_question){.request = *rq, .state = LOAD_WAITING, .scrap = scrap};
	q->request.serial = outbox_add(out, rq);
	if (q->request.serial == 0)
		return false;
	l->asked_count++;
	return true;
}

static bool is_own_id(const char *id, const struct scrap *s)
{
	return strcasecmp(id, s->text) == 0;
}

/* --- the history --------------------------------------------------------------------------------
 */

void lookup_ask_history(struct lookup *l, struct outbox *out)
{
	const struct scrap *s = &l->scraps.items[0];
	struct request rq = {.kind = REQUEST_FIND, .limit = FINDINGS_MAX};

	if (l->scraps.count == 0)
		look_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "there is nothing to look for");
	else if (lookup_is_settled(l))
		look_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "not needed: it is here");
	else if (l->masked)
		look_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "all that is in this case is here");
	else if (s->kind == SCRAP_PAYMENT_URL)
		look_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "links are secret: it keeps none");
	else if (!str_copy(rq.target, sizeof(rq.target), s->text) ||
		 !str_copy(rq.cursor, sizeof(rq.cursor), s->tail))
		look_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "it is too long to be looked up");
	else if (!lookup_ask(l, &rq, 0, out))
		look_note(l, LOOKED_HISTORY, LOAD_FAILED,
			  "too many requests are waiting; try again in a moment");
	else
		look_note(l, LOOKED_HISTORY, LOAD_WAITING, "looking through every event on disk");
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
		look_note(l, LOOKED_HISTORY, LOAD_FAILED,
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
	look_note(l, LOOKED_HISTORY, LOAD_DONE, note);
}

/* --- the server ---------------------------------------------------------------------------------
 */

/* What is asked for, in words. */
static const char *request_words(const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_GET:
		return subject_word(subject_of_object(rq->object));
	case REQUEST_LIST:
		if (rq->of == LIST_OF_CUSTOMER)
			return rq->object == OBJECT_INVOICE ? "invoices of this customer"
							    : "orders of this customer";
		return rq->object == OBJECT_INVOICE ? "invoices paid from this wallet"
						    : "orders of this wallet";
	case REQUEST_EVENT_FETCH:
		return "event";
	case REQUEST_SESSION:
		return "the payment session";
	default:
		return "product";
	}
}

static struct request get_of(enum object_kind kind, const struct scrap *s)
{
	struct request rq = {.kind = REQUEST_GET, .object = kind};

	str_copy(rq.target, sizeof(rq.target), s->text);
	for (char *p = rq.target; s->kind == SCRAP_UUID && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return rq;
}

static struct request list_of(enum object_kind kind, enum list_of of, const struct scrap *s)
{
	struct request rq = {.kind = REQUEST_LIST, .object = kind, .of = of, .limit = LIST_LIMIT};

	str_copy(rq.target, sizeof(rq.target), s->text);
	if (of == LIST_OF_WALLET)
		str_copy(rq.word, sizeof(rq.word), s->network);
	return rq;
}

/* Up to two requests; `then`: the second only if the first finds nothing. */
struct plan {
	struct request requests[2];
	size_t count;
	bool then;
	const char *why_not;
};

static bool have(const struct store *st, const char *extension)
{
	return capabilities_have(store_capabilities(st), extension);
}

static void plan_add(struct plan *p, struct request rq)
{
	p->requests[p->count++] = rq;
}

/* An id of one object: which kind the words around it say, else what most ids are of. */
static void plan_id(struct plan *p, const struct scrap *s, const struct store *st)
{
	static const struct {
		enum subject_kind likely;
		enum object_kind kind;
		const char *extension;
	} EXTENSIONS[] = {
		{SUBJECT_PAYOUT, OBJECT_PAYOUT, "ramps"},
		{SUBJECT_DEPOSIT, OBJECT_DEPOSIT, "ramps"},
		{SUBJECT_REFUND, OBJECT_REFUND, "invoice_refund"},
	};

	for (size_t i = 0; i < sizeof(EXTENSIONS) / sizeof(EXTENSIONS[0]); i++) {
		if (s->likely != EXTENSIONS[i].likely)
			continue;
		if (have(st, EXTENSIONS[i].extension))
			plan_add(p, get_of(EXTENSIONS[i].kind, s));
		else
			p->why_not = "this server publishes no route for that";
		return;
	}
	plan_add(p, get_of(s->likely == SUBJECT_ORDER ? OBJECT_ORDER : OBJECT_INVOICE, s));
	plan_add(p, get_of(s->likely == SUBJECT_ORDER ? OBJECT_INVOICE : OBJECT_ORDER, s));
	p->then = true;
}

static void plan_customer(struct plan *p, const struct scrap *s)
{
	plan_add(p, list_of(OBJECT_INVOICE, LIST_OF_CUSTOMER, s));
	plan_add(p, list_of(OBJECT_ORDER, LIST_OF_CUSTOMER, s));
}

static void plan_one(struct plan *p, enum request_kind kind, const struct lookup *l)
{
	struct request rq = {.kind = kind};

	if (kind == REQUEST_SESSION)
		rq.pass = l->scraps.pass;
	else
		str_copy(rq.target, sizeof(rq.target), l->scraps.items[0].text);
	plan_add(p, rq);
}

/* Where nobody would answer; NULL: there is a server. */
static const char *no_server(const struct store *st)
{
	switch (store_history(st)->mode) {
	case HISTORY_REPLAY:
		return "a recording has no server";
	case HISTORY_CASE:
		return "a case has no server";
	default:
		return NULL;
	}
}

static void plan_make(struct plan *p, const struct lookup *l, const struct store *st)
{
	const struct scrap *s = &l->scraps.items[0];

	*p = (struct plan){.why_not = no_server(st)};
	if (p->why_not)
		return;
	p->why_not = "";
	switch (s->kind) {
	case SCRAP_PAYMENT_URL:
		plan_one(p, REQUEST_SESSION, l);
		break;
	case SCRAP_EVENT:
		plan_one(p, REQUEST_EVENT_FETCH, l);
		break;
	case SCRAP_UUID:
		if (s->likely == SUBJECT_CUSTOMER)
			plan_customer(p, s);
		else
			plan_id(p, s, st);
		break;
	case SCRAP_CUSTOMER:
		plan_customer(p, s);
		break;
	case SCRAP_ADDRESS:
		plan_add(p, list_of(OBJECT_INVOICE, LIST_OF_WALLET, s));
		if (s->network[0])
			plan_add(p, list_of(OBJECT_ORDER, LIST_OF_WALLET, s));
		break;
	case SCRAP_ID:
		if (s->likely == SUBJECT_PRODUCT)
			plan_one(p, REQUEST_PRODUCT, l);
		else if (s->likely != SUBJECT_EVENT)
			plan_id(p, s, st);
		else
			p->why_not = "it finds ids only when they are whole";
		break;
	case SCRAP_WORD:
		if (s->likely == SUBJECT_CUSTOMER)
			plan_customer(p, s);
		else
			p->why_not = "it cannot be asked for a name or a phrase";
		break;
	case SCRAP_HASH:
		p->why_not = "it cannot be asked for a transaction hash";
		break;
	case SCRAP_EMAIL:
		p->why_not = "it cannot be asked for an e-mail address";
		break;
	case SCRAP_TRACKING:
		p->why_not = "it cannot be asked for a tracking number";
		break;
	case SCRAP_PART:
	case SCRAP_KIND_COUNT:
		p->why_not = "it finds ids only when they are whole";
		break;
	}
}

static void note_asking(struct lookup *l, const struct request *rq, const struct request *other)
{
	char note[sizeof(l->looks[0].note)];

	str_printf(note, sizeof(note), "asking for %s%s%s", request_words(rq), other ? " and " : "",
		   other ? request_words(other) : "");
	if (rq->kind == REQUEST_GET)
		str_printf(note, sizeof(note), "asking for an %s of this id", request_words(rq));
	if (rq->kind == REQUEST_GET && !strchr("aeiou", request_words(rq)[0]))
		str_printf(note, sizeof(note), "asking for a %s of this id", request_words(rq));
	look_note(l, LOOKED_SERVER, LOAD_WAITING, note);
}

void lookup_ask_server(struct lookup *l, const struct store *st, struct outbox *out)
{
	struct plan p;

	l->server_planned = true;
	if (l->scraps.count == 0) {
		look_note(l, LOOKED_SERVER, LOAD_NOT_ASKED, "there is nothing to look for");
		return;
	}
	if (lookup_is_settled(l)) {
		look_note(l, LOOKED_SERVER, LOAD_NOT_ASKED,
			  l->looks[LOOKED_HISTORY].state == LOAD_DONE
				  ? "not needed: the history has it"
				  : "not needed: it is here");
		return;
	}
	plan_make(&p, l, st);
	look_note(l, LOOKED_SERVER, LOAD_NOT_ASKED, p.why_not);
	if (p.count == 0)
		return;
	note_asking(l, &p.requests[0], p.count > 1 && !p.then ? &p.requests[1] : NULL);
	if (p.then)
		l->next = p.requests[1];
	for (size_t i = 0; i < p.count && !(p.then && i > 0); i++)
		if (!lookup_ask(l, &p.requests[i], 0, out))
			look_note(l, LOOKED_SERVER, LOAD_FAILED,
				  "too many requests are waiting; try again in a moment");
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
		break;
	}
}

/* "no invoice and no order of this id" */
static void note_nothing(struct lookup *l)
{
	char note[sizeof(l->looks[0].note)] = "it knows ";
	size_t n = strlen(note);
	bool by_id = false;

	for (size_t i = 0, said = 0; i < l->asked_count; i++) {
		const struct request *rq = &l->asked[i].request;

		if (request_kind_asked_of(rq->kind) != OF_SERVER)
			continue;
		str_printf(note + n, sizeof(note) - n, "%sno %s", said++ ? " and " : "",
			   request_words(rq));
		n = strlen(note);
		by_id = by_id || rq->kind == REQUEST_GET || rq->kind == REQUEST_EVENT_FETCH;
	}
	str_printf(note + n, sizeof(note) - n, "%s", by_id ? " of this id" : "");
	look_note(l, LOOKED_SERVER, LOAD_DONE, note);
}

static void note_found(struct lookup *l, const struct request *rq)
{
	char note[sizeof(l->looks[0].note)];

	str_printf(note, sizeof(note), "asked for %s%s",
		   rq->kind == REQUEST_LIST || rq->kind == REQUEST_SESSION ? "" : "this ",
		   rq->kind == REQUEST_SESSION ? "the session of this link" : request_words(rq));
	look_note(l, LOOKED_SERVER, LOAD_DONE, note);
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
	} else if (!asked->problem || asked->problem->status != E_NOT_FOUND) {
		look_note(l, LOOKED_SERVER, LOAD_FAILED,
			  asked->problem ? asked->problem->what : "it did not answer");
		return;
	}
	if (found_by_server(l) > 0) {
		if (l->looks[LOOKED_SERVER].state != LOAD_FAILED)
			note_found(l, &q->request);
	} else if (next.kind == REQUEST_GET) {
		l->next.kind = REQUEST_CAPABILITIES;
		note_asking(l, &next, NULL);
		if (!lookup_ask(l, &next, q->scrap, out))
			look_note(l, LOOKED_SERVER, LOAD_FAILED,
				  "too many requests are waiting; try again in a moment");
	} else if (l->looks[LOOKED_SERVER].state != LOAD_FAILED) {
		note_nothing(l);
	}
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
