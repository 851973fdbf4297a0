/* Looking things up for a person, and what people say they have seen. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define FOUND_USUALLY 50 /* where the request does not say how many */

/* --- findings: of the file, and of what this session brought beside it ------------------ */

static size_t limit_of(const struct request *rq, size_t usual, size_t most)
{
	if (rq->limit < 1)
		return usual;
	return (size_t)rq->limit < most ? (size_t)rq->limit : most;
}

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->kind == b->kind && str_equal(a->id, b->id);
}

static void finding_merge(struct finding *was, const struct finding *f)
{
	if (f->match < was->match) {
		was->match = f->match;
		str_copy(was->field, sizeof(was->field), f->field);
		str_copy(was->value, sizeof(was->value), f->value);
	}
	if (f->newest_ms < was->newest_ms)
		return;
	was->newest_ms = f->newest_ms;
	str_copy(was->status, sizeof(was->status), f->status);
	if (f->customer[0] != '\0')
		str_copy(was->customer, sizeof(was->customer), f->customer);
}

static int finding_compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->match != y->match)
		return x->match < y->match ? -1 : 1;
	if (x->newest_ms != y->newest_ms)
		return x->newest_ms > y->newest_ms ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* A part counts only where there is nothing better, in either. */
static void findings_drop_parts(struct findings *f)
{
	if (f->count == 0 || f->items[0].match == MATCH_PART)
		return;
	while (f->count > 0 && f->items[f->count - 1].match == MATCH_PART)
		f->count--;
}

/* Takes what `more` holds. */
static void findings_merge(struct findings *f, struct findings *more, size_t limit)
{
	size_t cap = f->count;

	for (size_t i = 0; i < more->count; i++) {
		size_t at = 0;

		while (at < f->count && !same_finding(&f->items[at], &more->items[i]))
			at++;
		if (at < f->count) {
			finding_merge(&f->items[at], &more->items[i]);
			continue;
		}
		array_reserve((void **)&f->items, &cap, f->count + 1, sizeof(*f->items));
		f->items[f->count++] = more->items[i];
	}
	if (f->count > 0)
		qsort(f->items, f->count, sizeof(*f->items), finding_compare);
	findings_drop_parts(f);
	f->more |= more->more || f->count > limit;
	f->count = f->count < limit ? f->count : limit;
	f->events += more->events;
	if (f->oldest_ms == TIME_NONE ||
	    (more->oldest_ms != TIME_NONE && more->oldest_ms < f->oldest_ms))
		f->oldest_ms = more->oldest_ms;
	findings_release(more);
}

static enum status find(struct archive *a, const struct sought *sought, struct findings *ret,
			struct problem *reterr)
{
	struct findings shelf;
	enum status st = history_find(a->history, sought, ret, reterr);

	if (st != S_OK || a->shelf == NULL)
		return st;
	st = history_find(a->shelf, sought, &shelf, reterr);
	if (st == S_OK)
		findings_merge(ret, &shelf, sought->limit);
	else
		findings_release(ret);
	return st;
}

enum status lookup_find(struct archive *a, const struct request *rq, struct problem *reterr)
{
	struct sought sought = {.text = rq->target,
				.tail = rq->cursor,
				.limit = limit_of(rq, FOUND_USUALLY, FINDINGS_MAX),
				.until_ms = TIME_NONE};
	struct msg *m = msg_new(MSG_FINDINGS);
	enum status st = find(a, &sought, &m->as.findings.found, reterr);

	m->as.findings.serial = rq->serial;
	if (st == S_OK)
		archive_pass(a, m);
	else
		msg_free(m);
	return st;
}

/* --- dossiers --------------------------------------------------------------------------- */

static int kept_compare(const void *a, const void *b)
{
	const struct event *x = &((const struct kept_event *)a)->event;
	const struct event *y = &((const struct kept_event *)b)->event;

	if (x->order_ms != y->order_ms)
		return x->order_ms < y->order_ms ? -1 : 1;
	if (x->order_seq != y->order_seq)
		return x->order_seq < y->order_seq ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Those that are there already, and the oldest beyond the limits, are let go. */
static void dossier_thin(struct dossier *d, size_t limit)
{
	size_t left = 0, over = 0, bytes = 0;

	qsort(d->items, d->count, sizeof(*d->items), kept_compare);
	for (size_t i = 0; i < d->count; i++) {
		if (left > 0 && str_equal(d->items[left - 1].event.id, d->items[i].event.id))
			kept_event_release(&d->items[i]);
		else
			d->items[left++] = d->items[i];
	}
	for (size_t i = 0; i < left; i++)
		bytes += kept_event_bytes(&d->items[i]);
	while (left - over > limit || (bytes > DOSSIER_BYTES_MAX && left - over > 1)) {
		bytes -= kept_event_bytes(&d->items[over]);
		kept_event_release(&d->items[over++]);
	}
	memmove(d->items, d->items + over, (left - over) * sizeof(*d->items));
	d->count = left - over;
	d->cut |= over > 0;
}

/* Takes what `more` holds. */
static void dossier_merge(struct dossier *d, struct dossier *more, size_t limit)
{
	size_t cap = d->count;

	array_reserve((void **)&d->items, &cap, d->count + more->count + 1, sizeof(*d->items));
	if (more->count > 0)
		memcpy(d->items + d->count, more->items, more->count * sizeof(*d->items));
	d->count += more->count;
	d->cut |= more->cut;
	more->count = 0;
	dossier_release(more);
	if (d->count > 0)
		dossier_thin(d, limit);
}

/* --- what is known of each object, told before them --------------------------------------------
 */

/* Those of one moment and kind come as one page, as answers do at the start. Takes them. */
static void states_pass(struct archive *a, struct known_states *s)
{
	for (size_t i = 0, n; i < s->count; i += n) {
		struct msg *m = msg_new(MSG_PAGE);
		struct msg_page *p = &m->as.page;

		n = 1;
		while (i + n < s->count && n < LIST_ITEMS_MAX &&
		       s->items[i + n].said_ms == s->items[i].said_ms &&
		       s->items[i + n].object.kind == s->items[i].object.kind)
			n++;
		p->object = s->items[i].object.kind;
		p->from_history = true;
		p->answered_ms = s->items[i].said_ms;
		p->page.items = xcalloc(n, sizeof(*p->page.items));
		p->page.count = n;
		for (size_t k = 0; k < n; k++)
			p->page.items[k] = s->items[i + k].object; /* moved */
		archive_pass(a, m);
	}
	free(s->items);
	*s = (struct known_states){.items = NULL};
}

static enum status dossier_of_both(struct archive *a, const struct dossier_asked *asked,
				   struct dossier *ret, struct known_states states[2],
				   struct problem *reterr)
{
	struct dossier more;
	enum status st = history_dossier(a->history, asked, ret, &states[1], reterr);

	if (st != S_OK || a->shelf == NULL)
		return st;
	st = history_dossier(a->shelf, asked, &more, &states[0], reterr);
	if (st == S_OK) {
		dossier_merge(ret, &more, asked->limit);
		return S_OK;
	}
	dossier_release(ret);
	known_states_release(&states[1]);
	return st;
}

enum status lookup_dossier(struct archive *a, const struct request *rq, struct problem *reterr)
{
	struct dossier_asked asked = {.kind = rq->object,
				      .id = rq->target,
				      .limit = limit_of(rq, DOSSIER_EVENTS_MAX, DOSSIER_EVENTS_MAX),
				      .until_ms = TIME_NONE};
	struct known_states states[2] = {{.items = NULL}, {.items = NULL}};
	struct msg *m = msg_new(MSG_DOSSIER);
	enum status st = dossier_of_both(a, &asked, &m->as.dossier.dossier, states, reterr);

	m->as.dossier.serial = rq->serial;
	if (st != S_OK) {
		msg_free(m);
		return st;
	}
	states_pass(a, &states[0]);
	states_pass(a, &states[1]);
	archive_pass(a, m);
	return S_OK;
}
