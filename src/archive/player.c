#include "archive/player.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define PLAYER_INCIDENTS_MAX 4096
#define PLAYER_AHEAD         256 /* records read at once */

/* An incident is told twice: when it began and when it was over. */
struct cue {
	int64_t at_ms;
	size_t incident;
	bool over;
};

struct player {
	struct history *history;
	char path[256];
	int64_t from_ms, first_ms, last_ms;
	struct history_place place;
	struct recorded *ahead; /* read, and not yet told: [next_ahead, ahead_count) */
	size_t next_ahead, ahead_count;
	bool ended; /* there are no more records */
	struct incident *incidents;
	struct cue *cues; /* in order of time */
	size_t cue_count, next_cue;
	int64_t at_ms; /* of what was told last */
	bool begun;
};

/* --- opening ------------------------------------------------------------------------------ */

static int cue_compare(const void *a, const void *b)
{
	const struct cue *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	if (x->incident != y->incident)
		return x->incident < y->incident ? -1 : 1;
	return (int)x->over - (int)y->over;
}

static void cues_add(struct player *p, size_t incident, bool over, int64_t at_ms)
{
	p->cues[p->cue_count++] = (struct cue){.at_ms = at_ms, .incident = incident, .over = over};
}

static enum status player_open_incidents(struct player *p, struct problem *reterr)
{
	size_t count = 0;
	enum status st =
		history_incidents(p->history, PLAYER_INCIDENTS_MAX, &p->incidents, &count, reterr);

	if (st != S_OK)
		return st;
	p->cues = xcalloc(2 * count + 1, sizeof(*p->cues));
	for (size_t i = 0; i < count; i++) {
		const struct incident *inc = &p->incidents[i];
		bool instant = inc->from_ms == TIME_NONE || inc->from_ms == inc->to_ms;

		if (!instant)
			cues_add(p, i, false, inc->from_ms);
		if (inc->to_ms != TIME_NONE)
			cues_add(p, i, true, inc->to_ms);
	}
	qsort(p->cues, p->cue_count, sizeof(*p->cues), cue_compare);
	return S_OK;
}

static int64_t rows_back(int64_t row, size_t window)
{
	return (uint64_t)row > window ? row - (int64_t)window : 0;
}

static enum status player_open_place(struct player *p, const struct player_options *opt,
				     struct problem *reterr)
{
	enum status st;

	if (opt->from_ms == TIME_NONE)
		return S_OK;
	st = history_seek(p->history, opt->from_ms, &p->place, reterr);
	if (st != S_OK)
		return st;
	p->place.event_row = rows_back(p->place.event_row, opt->window);
	p->place.answer_row = rows_back(p->place.answer_row, opt->window);
	return S_OK;
}

static bool player_has_ahead(const struct player *p)
{
	return p->next_ahead < p->ahead_count;
}

static const struct recorded *player_ahead(const struct player *p)
{
	return &p->ahead[p->next_ahead];
}

/* Those that can no longer be read are left out. False: not now, or not any more. */
static bool player_read_one(struct player *p)
{
	struct recorded *r = &p->ahead[p->ahead_count];
	enum status st = history_next(p->history, &p->place, r, NULL);

	p->ended = st == E_NOT_FOUND;
	if (st != S_OK)
		return false;
	if (r->is_event || r->object.kind != OBJECT_NONE)
		p->ahead_count++;
	else
		recorded_release(r);
	return true;
}

/* A writer may be in the way: then there is nothing ahead and the end is not reached either. */
static void player_read(struct player *p)
{
	if (player_has_ahead(p) || p->ended)
		return;
	p->next_ahead = p->ahead_count = 0;
	if (history_hold(p->history, NULL) != S_OK)
		return;
	while (p->ahead_count < PLAYER_AHEAD && player_read_one(p))
		;
	history_let_go(p->history);
}

enum status player_open(const struct player_options *opt, struct player **ret,
			struct problem *reterr)
{
	struct history_options ho = {.path = opt->path,
				     .world = opt->world,
				     .read_only = true,
				     .clock = opt->clock};
	struct history_opening opening;
	struct player *p = xcalloc(1, sizeof(*p));
	enum status st = history_open(&ho, &p->history, &opening, reterr);

	if (st == S_OK) {
		history_span(p->history, &p->first_ms, &p->last_ms);
		if (p->first_ms == TIME_NONE)
			st = problem_set(reterr, E_NOT_FOUND, "run pepaytop for a while first",
					 "nothing is recorded in %s", opt->path);
	}
	if (st == S_OK)
		st = player_open_place(p, opt, reterr);
	if (st == S_OK)
		st = player_open_incidents(p, reterr);
	if (st != S_OK) {
		player_close(p);
		return st;
	}
	str_copy(p->path, sizeof(p->path), opt->path);
	p->from_ms = opt->from_ms != TIME_NONE ? opt->from_ms : p->first_ms;
	p->ahead = xcalloc(PLAYER_AHEAD, sizeof(*p->ahead));
	player_read(p);
	*ret = p;
	return S_OK;
}

void player_close(struct player *p)
{
	if (!p)
		return;
	for (; player_has_ahead(p); p->next_ahead++)
		recorded_release(&p->ahead[p->next_ahead]);
	free(p->ahead);
	history_close(p->history);
	free(p->incidents);
	free(p->cues);
	free(p);
}

/* --- telling ---------------------------------------------------------------------------------- */

static enum event_source source_of(enum event_via via)
{
	if (via == VIA_LIVE)
		return SOURCE_STREAM;
	return via == VIA_REPLAY ? SOURCE_REPLAY : SOURCE_REST;
}

static bool goes_with(const struct player *p, const struct msg_events *m, int64_t at_ms)
{
	const struct recorded *r = player_ahead(p);

	return player_has_ahead(p) && r->is_event && r->arrived_ms == at_ms &&
	       source_of(r->via) == m->source && m->count < MSG_EVENTS_MAX;
}

static struct msg *tell_events(struct player *p)
{
	int64_t at_ms = player_ahead(p)->arrived_ms;
	struct msg *m = msg_new(MSG_EVENTS);
	struct msg_events *e = &m->as.events;
	size_t cap = 0;

	e->source = source_of(player_ahead(p)->via);
	do {
		array_reserve((void **)&e->items, &cap, e->count + 1, sizeof(*e->items));
		e->items[e->count++] = p->ahead[p->next_ahead++].event; /* moved */
		player_read(p);
	} while (goes_with(p, e, at_ms));
	return m;
}

static struct msg *tell_answer(struct player *p)
{
	struct msg *m = msg_new(MSG_PAGE);
	struct msg_page *page = &m->as.page;
	struct recorded *r = &p->ahead[p->next_ahead++];

	page->object = r->object.kind;
	page->answered_ms = r->arrived_ms;
	page->page.items = xcalloc(1, sizeof(*page->page.items));
	page->page.items[0] = r->object; /* moved */
	page->page.count = 1;
	player_read(p);
	return m;
}

static struct msg *tell_incident(struct player *p)
{
	const struct cue *cue = &p->cues[p->next_cue++];
	struct msg *m = msg_new(MSG_INCIDENT);

	m->as.incident = p->incidents[cue->incident];
	if (!cue->over) {
		m->as.incident.state = INCIDENT_OPEN;
		m->as.incident.to_ms = TIME_NONE;
		m->as.incident.recovered = 0;
		m->as.incident.to_id[0] = '\0';
	}
	return m;
}

static struct msg *tell_mode(struct player *p)
{
	struct msg *m = msg_new(MSG_HISTORY);
	struct history_report *r = &m->as.history;

	p->begun = true;
	r->mode = HISTORY_REPLAY;
	str_copy(r->path, sizeof(r->path), p->path);
	r->proof = PROOF_NONE;
	r->complete_since_ms = r->proven_to_ms = TIME_NONE;
	r->events = history_count(p->history);
	r->oldest_ms = history_oldest_ms(p->history);
	return m;
}

/* On a tie what was recorded comes before what is said of it. */
static bool incident_is_next(const struct player *p)
{
	if (p->next_cue == p->cue_count)
		return false;
	return player_has_ahead(p) ? p->cues[p->next_cue].at_ms < player_ahead(p)->arrived_ms
				   : p->ended;
}

int64_t player_next_ms(struct player *p)
{
	if (!p->begun)
		return p->from_ms;
	if (incident_is_next(p))
		return p->cues[p->next_cue].at_ms;
	if (player_has_ahead(p))
		return player_ahead(p)->arrived_ms;
	return p->ended ? TIME_NONE : p->at_ms;
}

struct msg *player_take(struct player *p, int64_t until_ms, int64_t *ret_at_ms)
{
	int64_t next_ms;
	struct msg *m;

	player_read(p);
	next_ms = player_next_ms(p);
	if (!p->begun) {
		*ret_at_ms = p->from_ms;
		return tell_mode(p);
	}
	if (next_ms == TIME_NONE || next_ms > until_ms)
		return NULL;
	if (incident_is_next(p))
		m = tell_incident(p);
	else if (player_has_ahead(p))
		m = player_ahead(p)->is_event ? tell_events(p) : tell_answer(p);
	else
		return NULL; /* not now */
	*ret_at_ms = p->at_ms = next_ms;
	return m;
}

const struct world *player_world(const struct player *p)
{
	return history_world(p->history);
}

void player_span(const struct player *p, int64_t *ret_first_ms, int64_t *ret_last_ms)
{
	*ret_first_ms = p->first_ms;
	*ret_last_ms = p->last_ms;
}

/* --- answering -----------------------------------------------------------------------------------
 */

static struct msg *answer_failed(const struct request *rq, const struct problem *why)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = *rq;
	m->as.failed.problem = *why;
	return m;
}

static enum status whole_event(struct player *p, const char *id, struct msg_event *ret,
			       struct problem *reterr)
{
	enum status st = history_event(p->history, id, &ret->event, &ret->via, &ret->arrived_ms,
				       &ret->other, reterr);

	if (st != S_OK || ret->arrived_ms <= p->at_ms)
		return st;
	event_release(&ret->event);
	free(ret->other);
	*ret = (struct msg_event){.serial = ret->serial};
	return problem_set(reterr, E_NOT_FOUND, NULL, "the event %s came later", id);
}

static struct msg *answer_event(struct player *p, const struct request *rq)
{
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_EVENT);

	m->as.event.serial = rq->serial;
	if (whole_event(p, rq->target, &m->as.event, &why) == S_OK)
		return m;
	msg_free(m);
	return answer_failed(rq, &why);
}

/* Leaves out what came later than what is played. */
static void older_until_now(struct player *p, struct msg_events *e)
{
	size_t left = 0;

	for (size_t i = 0; i < e->count; i++) {
		struct msg_event one = {.serial = 0};

		if (whole_event(p, e->items[i].id, &one, NULL) != S_OK) {
			event_release(&e->items[i]);
			continue;
		}
		event_release(&one.event);
		free(one.other);
		if (left != i)
			e->items[left] = e->items[i];
		left++;
	}
	e->count = left;
}

/* Pages of which all came later are passed over: an empty answer would look like the end. */
static struct msg *answer_older(struct player *p, const struct request *rq)
{
	size_t limit =
		rq->limit > 0 && rq->limit < MSG_EVENTS_MAX ? (size_t)rq->limit : MSG_EVENTS_MAX;
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_EVENTS);
	struct msg_events *e = &m->as.events;
	char before[ID_CAP];
	enum status st;

	e->source = SOURCE_HISTORY;
	e->serial = rq->serial;
	str_copy(before, sizeof(before), rq->cursor);
	do {
		free(e->items);
		e->items = NULL;
		e->count = 0;
		st = history_older(p->history, before, limit, &e->items, &e->count, &why);
		if (st != S_OK)
			break;
		e->oldest = e->count < limit;
		if (e->count > 0)
			str_copy(before, sizeof(before), e->items[0].id);
		older_until_now(p, e);
	} while (e->count == 0 && !e->oldest);
	if (st == S_OK)
		return m;
	msg_free(m);
	return answer_failed(rq, &why);
}

/* --- looking up --- */

static struct msg *answer_find(struct player *p, const struct request *rq)
{
	bool says = rq->limit > 0 && rq->limit < FINDINGS_MAX;
	struct sought sought = {.text = rq->target,
				.tail = rq->cursor,
				.limit = says ? (size_t)rq->limit : FINDINGS_MAX,
				.until_ms = p->at_ms};
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_FINDINGS);

	m->as.findings.serial = rq->serial;
	if (history_find(p->history, &sought, &m->as.findings.found, &why) == S_OK)
		return m;
	msg_free(m);
	return answer_failed(rq, &why);
}

static struct msg *answer_dossier(struct player *p, const struct request *rq)
{
	struct dossier_asked asked = {.kind = rq->object,
				      .id = rq->target,
				      .limit = rq->limit > 0 ? (size_t)rq->limit : 0,
				      .until_ms = p->at_ms};
	struct known_states states;
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_DOSSIER);
	enum status st = history_dossier(p->history, &asked, &m->as.dossier.dossier, &states, &why);

	m->as.dossier.serial = rq->serial;
	if (st == S_OK) {
		known_states_release(&states); /* an answer is one message */
		return m;
	}
	msg_free(m);
	return answer_failed(rq, &why);
}

struct msg *player_answer(struct player *p, const struct request *rq)
{
	static const struct problem stranger = {.status = E_UNSUPPORTED,
						.what = "a replay cannot answer this"};
	static const struct problem no_server = {.status = E_NOT_FOUND,
						 .what = "not asked: a recording has no server"};

	switch (rq->kind) {
	case REQUEST_EVENT:
		return answer_event(p, rq);
	case REQUEST_OLDER:
		return answer_older(p, rq);
	case REQUEST_FIND:
		return answer_find(p, rq);
	case REQUEST_DOSSIER:
		return answer_dossier(p, rq);
	default:
		return answer_failed(rq, request_kind_asked_of(rq->kind) == OF_SERVER ? &no_server
										      : &stranger);
	}
}
