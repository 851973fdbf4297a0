/* What is on disk is told at the start, slice by slice, while live messages pass between. */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

static struct history *restore_from(const struct archive *a)
{
	return a->shelf ? a->shelf : a->history;
}

void restore_init(struct restore *r, size_t events)
{
	*r = (struct restore){.step = RESTORE_ACKS, .left = events};
}

static void restore_drop_answers(struct restore *r)
{
	for (size_t i = r->answer_next; i < r->answer_count; i++)
		object_release(&r->answers[i]);
	free(r->answers);
	free(r->answered_ms);
	r->answers = NULL;
	r->answered_ms = NULL;
	r->answer_count = r->answer_next = 0;
}

void restore_release(struct restore *r)
{
	restore_drop_answers(r);
}

static void restore_trouble(const struct archive *a, const struct problem *why)
{
	log_msg(a->log, LOG_WARN, "history: cannot be read back: %s", why->what);
}

/* --- what people have seen: first, for what needs attention depends on it ------------------ */

static void restore_acks(struct archive *a)
{
	struct problem why = {.status = S_OK};
	struct acknowledgement *items = NULL;
	size_t count = 0;

	a->restore.step = RESTORE_EVENTS;
	if (history_acks(restore_from(a), &items, &count, &why) != S_OK)
		restore_trouble(a, &why);
	for (size_t i = 0; i < count; i++) {
		struct msg *m = msg_new(MSG_ACK);

		m->as.ack = items[i];
		archive_pass(a, m);
	}
	free(items);
}

/* --- events, the newest first ------------------------------------------------------------- */

static void restore_events(struct archive *a)
{
	struct restore *r = &a->restore;
	size_t want = r->begun ? MSG_EVENTS_MAX : ARCHIVE_FIRST_BATCH;
	struct problem why = {.status = S_OK};
	struct msg *m = msg_new(MSG_EVENTS);
	struct msg_events *e = &m->as.events;

	e->source = SOURCE_HISTORY;
	want = want < r->left ? want : r->left;
	r->begun = true;
	if (want > 0 &&
	    history_older(restore_from(a), r->before, want, &e->items, &e->count, &why) != S_OK) {
		restore_trouble(a, &why);
		want = 0;
	}
	e->oldest = want > 0 && e->count < want;
	r->left -= e->count;
	if (e->count > 0)
		str_copy(r->before, sizeof(r->before), e->items[0].id);
	if (e->count < want || want == 0 || r->left == 0)
		r->step = RESTORE_ANSWERS;
	if (want > 0)
		archive_pass(a, m);
	else
		msg_free(m);
}

/* --- answers, the oldest first --------------------------------------------------------------- */

static bool same_answer(const struct restore *r, size_t i)
{
	size_t first = r->answer_next;

	return r->answers[i].kind == r->answers[first].kind &&
	       r->answered_ms[i] == r->answered_ms[first];
}

/* Those the server gave in one answer come as one page again. */
static void restore_page(struct archive *a)
{
	struct restore *r = &a->restore;
	size_t count = 1;
	struct msg *m;
	struct msg_page *p;

	while (count < LIST_ITEMS_MAX && r->answer_next + count < r->answer_count &&
	       same_answer(r, r->answer_next + count))
		count++;
	m = msg_new(MSG_PAGE);
	p = &m->as.page;
	p->object = r->answers[r->answer_next].kind;
	p->from_history = true;
	p->answered_ms = r->answered_ms[r->answer_next];
	p->page.items = xcalloc(count, sizeof(*p->page.items));
	p->page.count = count;
	memcpy(p->page.items, &r->answers[r->answer_next], count * sizeof(*p->page.items));
	r->answer_next += count;
	archive_pass(a, m);
}

static void restore_answers(struct archive *a)
{
	struct restore *r = &a->restore;
	struct problem why = {.status = S_OK};

	if (!r->answers && history_answers(restore_from(a), ARCHIVE_ANSWERS_MAX, &r->answers,
					   &r->answered_ms, &r->answer_count, &why) != S_OK)
		restore_trouble(a, &why);
	for (size_t pages = 0; pages < 16 && r->answer_next < r->answer_count; pages++)
		restore_page(a);
	if (r->answer_next < r->answer_count)
		return;
	restore_drop_answers(r);
	r->step = RESTORE_INCIDENTS;
}

/* --- incidents
 * ------------------------------------------------------------------------------------ */

static void restore_incidents(struct archive *a)
{
	struct problem why = {.status = S_OK};
	struct incident *items = NULL;
	size_t count = 0;

	a->restore.step = RESTORE_DONE;
	/* of this session only where the file is another's: their numbers are its own */
	if (history_incidents(a->history, ARCHIVE_INCIDENTS_TOLD, &items, &count, &why) != S_OK)
		restore_trouble(a, &why);
	for (size_t i = 0; i < count; i++) {
		struct msg *m = msg_new(MSG_INCIDENT);

		m->as.incident = items[i];
		archive_pass(a, m);
	}
	free(items);
}

void restore_go_on(struct archive *a)
{
	if (a->restore.step == RESTORE_ACKS)
		restore_acks(a);
	switch (a->restore.step) {
	case RESTORE_ACKS:
	case RESTORE_EVENTS:
		restore_events(a);
		break;
	case RESTORE_ANSWERS:
		restore_answers(a);
		break;
	case RESTORE_INCIDENTS:
		restore_incidents(a);
		break;
	case RESTORE_DONE:
		break;
	}
}
