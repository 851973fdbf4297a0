/*
 * What is asked for. The history by one request; the server only where nothing here goes by that
 * id, by at most two.
 */
#include "model/lookup_priv.h"

#include "base/strbuf.h"

#include <string.h>

void lookup_note(struct lookup *l, enum lookup_place place, enum load_state state, const char *note)
{
	l->looks[place].state = state;
	str_copy(l->looks[place].note, sizeof(l->looks[place].note), note);
}

bool lookup_ask_again(struct lookup_question *q, struct outbox *out)
{
	uint64_t serial = outbox_add(out, &q->request);

	if (serial != 0)
		q->request.serial = serial;
	q->again = serial != 0;
	return q->again;
}

bool lookup_ask(struct lookup *l, const struct request *rq, size_t scrap, struct outbox *out)
{
	struct lookup_question *q = &l->asked[l->asked_count];

	*q = (struct lookup_question){.request = *rq, .state = LOAD_WAITING, .scrap = scrap};
	q->request.serial = outbox_add(out, rq);
	if (q->request.serial == 0)
		return false;
	l->asked_count++;
	return true;
}

/* --- the history --------------------------------------------------------------------------------
 */

void lookup_ask_history(struct lookup *l, struct outbox *out)
{
	size_t plain = lookup_plain(l);
	const struct scrap *s = &l->scraps.items[plain % SCRAPS_MAX];
	struct request rq = {.kind = REQUEST_FIND, .limit = FINDINGS_MAX};

	if (l->scraps.count == 0)
		lookup_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "there is nothing to look for");
	else if (plain < l->scraps.count && lookup_has(l, plain))
		lookup_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "not needed: it is here");
	else if (is_quantity(s))
		lookup_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED,
			    "it finds ids and texts, no amounts or days");
	else if (l->masked)
		lookup_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "all that is in this case is here");
	else if (plain == l->scraps.count)
		lookup_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "links are secret: it keeps none");
	else if (!str_copy(rq.target, sizeof(rq.target), s->text) ||
		 !str_copy(rq.cursor, sizeof(rq.cursor), s->tail))
		lookup_note(l, LOOKED_HISTORY, LOAD_NOT_ASKED, "it is too long to be looked up");
	else if (!lookup_ask(l, &rq, plain, out))
		lookup_note(l, LOOKED_HISTORY, LOAD_FAILED,
			    "too many requests are waiting; try again in a moment");
	else
		lookup_note(l, LOOKED_HISTORY, LOAD_WAITING, "looking through every event on disk");
}

/* --- the server ---------------------------------------------------------------------------------
 */

const char *lookup_asked_words(const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_GET:
		return subject_word(subject_of_object(rq->object));
	case REQUEST_LIST:
		if (rq->of == LIST_OF_CUSTOMER)
			return rq->object == OBJECT_INVOICE ? "invoices" : "orders";
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

const char *lookup_asked_of(const struct request *rq, char ret[NAME_CAP + 16])
{
	ret[0] = '\0';
	if (rq->kind == REQUEST_GET || rq->kind == REQUEST_EVENT_FETCH)
		str_copy(ret, NAME_CAP + 16, " of this id");
	else if (rq->kind == REQUEST_LIST && rq->of == LIST_OF_CUSTOMER)
		str_printf(ret, NAME_CAP + 16, " of customer %s", rq->target);
	return ret;
}

static const char *article(const struct request *rq)
{
	if (rq->kind != REQUEST_GET)
		return "";
	return strchr("aeiou", lookup_asked_words(rq)[0]) ? "an " : "a ";
}

void lookup_note_asking(struct lookup *l, const struct request *rq, const struct request *other)
{
	char note[sizeof(l->looks[0].note)], of[NAME_CAP + 16];

	str_printf(note, sizeof(note), "asking for %s%s%s%s%s%s", article(rq),
		   lookup_asked_words(rq), other ? " and " : "", other ? article(other) : "",
		   other ? lookup_asked_words(other) : "", lookup_asked_of(other ? other : rq, of));
	lookup_note(l, LOOKED_SERVER, LOAD_WAITING, note);
}

void lookup_ask_server(struct lookup *l, const struct store *st, struct outbox *out)
{
	char note[sizeof(l->looks[0].note)];
	struct lookup_plan p;

	l->server_planned = true;
	if (l->scraps.count == 0) {
		lookup_note(l, LOOKED_SERVER, LOAD_NOT_ASKED, "there is nothing to look for");
		return;
	}
	if (lookup_is_settled(l)) {
		lookup_note(l, LOOKED_SERVER, LOAD_NOT_ASKED,
			    l->looks[LOOKED_HISTORY].state == LOAD_DONE
				    ? "not needed: the history has it"
				    : "not needed: it is here");
		return;
	}
	lookup_plan_make(&p, l, st);
	str_copy(note, sizeof(note), p.why_not);
	lookup_note_foreign(l, note, sizeof(note));
	lookup_note(l, LOOKED_SERVER, LOAD_NOT_ASKED, note);
	if (p.count == 0)
		return;
	lookup_note_asking(l, &p.requests[0], p.count > 1 && !p.then ? &p.requests[1] : NULL);
	if (p.then)
		l->next = p.requests[1];
	for (size_t i = 0; i < p.count && !(p.then && i > 0); i++)
		if (!lookup_ask(l, &p.requests[i], p.scraps[i], out))
			lookup_note(l, LOOKED_SERVER, LOAD_FAILED,
				    "too many requests are waiting; try again in a moment");
}
