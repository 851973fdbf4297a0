/* What views ask of the history, answered between batches. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

static void answer_failed(struct archive *a, const struct request *rq, const struct problem *why)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = *rq;
	m->as.failed.problem = *why;
	archive_pass(a, m);
}

/* --- one event whole ---------------------------------------------------------------------- */

static enum status event_from(struct history *h, const char *id, struct msg_event *ret,
			      struct problem *reterr)
{
	return history_event(h, id, &ret->event, &ret->via, &ret->arrived_ms, &ret->other, reterr);
}

static void answer_event(struct archive *a, const struct request *rq)
{
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_EVENT);

	m->as.event.serial = rq->serial;
	if (event_from(a->history, rq->target, &m->as.event, &why) == S_OK ||
	    (a->shelf && event_from(a->shelf, rq->target, &m->as.event, &why) == S_OK)) {
		archive_pass(a, m);
		return;
	}
	msg_free(m);
	answer_failed(a, rq, &why);
}

/* --- older events --------------------------------------------------------------------------- */

/* What this session has brought lies before what is on the shelf. */
static enum status older_from_both(struct archive *a, const struct request *rq, size_t limit,
				   struct msg_events *e, struct problem *reterr)
{
	bool on_shelf = history_has(a->shelf, rq->cursor);
	enum status st = S_OK;

	if (!on_shelf)
		st = history_older(a->history, rq->cursor, limit, &e->items, &e->count, reterr);
	if (st != S_OK || e->count > 0)
		return st;
	free(e->items);
	e->items = NULL;
	st = history_older(a->shelf, on_shelf ? rq->cursor : "", limit, &e->items, &e->count,
			   reterr);
	e->oldest = st == S_OK && e->count < limit;
	return st;
}

static enum status older_from_one(struct archive *a, const struct request *rq, size_t limit,
				  struct msg_events *e, struct problem *reterr)
{
	enum status st = history_older(a->history, rq->cursor, limit, &e->items, &e->count, reterr);

	e->oldest = st == S_OK && e->count < limit;
	return st;
}

static void answer_older(struct archive *a, const struct request *rq)
{
	size_t limit = rq->limit < 1                ? 1
		       : rq->limit > MSG_EVENTS_MAX ? MSG_EVENTS_MAX
						    : (size_t)rq->limit;
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_EVENTS);
	enum status st;

	m->as.events.source = SOURCE_HISTORY;
	m->as.events.serial = rq->serial;
	st = a->shelf ? older_from_both(a, rq, limit, &m->as.events, &why)
		      : older_from_one(a, rq, limit, &m->as.events, &why);
	if (st == S_OK) {
		archive_pass(a, m);
		return;
	}
	msg_free(m);
	answer_failed(a, rq, &why);
}

/* --- incidents -------------------------------------------------------------------------------- */

static void answer_incidents(struct archive *a, const struct request *rq)
{
	size_t limit = rq->limit > 0 && rq->limit <= ARCHIVE_INCIDENTS_ASKED
			       ? (size_t)rq->limit
			       : ARCHIVE_INCIDENTS_TOLD;
	struct problem why = {.status = S_OK};
	struct incident *items = NULL;
	size_t count = 0;

	if (history_incidents(a->history, limit, &items, &count, &why) != S_OK)
		answer_failed(a, rq, &why);
	for (size_t i = 0; i < count; i++) {
		struct msg *m = msg_new(MSG_INCIDENT);

		m->as.incident = items[i];
		archive_pass(a, m);
	}
	free(items);
}

/* --- looking up ------------------------------------------------------------------------------- */

static void answer_lookup(struct archive *a, const struct request *rq)
{
	struct problem why = {.status = S_OK};
	enum status st =
		rq->kind == REQUEST_FIND ? lookup_find(a, rq, &why) : lookup_dossier(a, rq, &why);

	if (st != S_OK)
		answer_failed(a, rq, &why);
}

/* --- what people have seen -------------------------------------------------------------------- */

/* In another one's file it is written at once; where that fails it holds for this session, and they
 * are told. */
static void take_ack(struct archive *a, const struct request *rq)
{
	struct problem why = {.status = S_OK};

	if (a->shelf != NULL && history_lend_ack(a->shelf, &rq->ack, &why) == S_OK)
		return;
	batch_add_ack(&a->batch, &rq->ack);
	if (a->shelf != NULL)
		answer_failed(a, rq, &why);
}

/* --- serving ------------------------------------------------------------------------------------
 */

static void answer(struct archive *a, const struct request *rq)
{
	static const struct problem stranger = {.status = E_UNSUPPORTED,
						.what = "the history cannot answer this"};

	switch (rq->kind) {
	case REQUEST_EVENT:
		answer_event(a, rq);
		break;
	case REQUEST_OLDER:
		answer_older(a, rq);
		break;
	case REQUEST_INCIDENTS:
		answer_incidents(a, rq);
		break;
	case REQUEST_FIND:
	case REQUEST_DOSSIER:
		answer_lookup(a, rq);
		break;
	case REQUEST_ACK:
		take_ack(a, rq);
		break;
	default:
		answer_failed(a, rq, &stranger);
		break;
	}
}

static size_t requests_take(struct archive *a, struct request *ret, size_t max)
{
	size_t n;

	pthread_mutex_lock(&a->lock);
	n = a->request_count < max ? a->request_count : max;
	memcpy(ret, a->requests, n * sizeof(*ret));
	a->request_count -= n;
	memmove(&a->requests[0], &a->requests[n], a->request_count * sizeof(*ret));
	pthread_mutex_unlock(&a->lock);
	return n;
}

bool requests_wait(struct archive *a)
{
	bool any;

	pthread_mutex_lock(&a->lock);
	any = a->request_count > 0;
	pthread_mutex_unlock(&a->lock);
	return any;
}

bool requests_serve(struct archive *a)
{
	struct request some[ARCHIVE_REQUESTS_A_ROUND];
	size_t n = requests_take(a, some, ARCHIVE_REQUESTS_A_ROUND);
	size_t acks = a->batch.ack_count;

	for (size_t i = 0; i < n; i++)
		answer(a, &some[i]);
	return a->batch.ack_count > acks || (n == ARCHIVE_REQUESTS_A_ROUND && requests_wait(a));
}

void requests_finish(struct archive *a)
{
	struct request one;

	while (requests_take(a, &one, 1) > 0)
		if (one.kind == REQUEST_ACK)
			answer(a, &one);
}
