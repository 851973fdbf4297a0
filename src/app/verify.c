#include "app/verify.h"

#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_EVENTS   100
#define RECENT_MS     10000 /* what is younger may not be committed yet */
#define INCIDENTS_MAX 10000

static void named_add(struct verify_named *n, const char *id)
{
	if (n->count < VERIFY_NAMED_MAX)
		str_copy(n->ids[n->count], ID_CAP, id);
	n->count++;
}

static void named_remove(struct verify_named *n, const char *id)
{
	uint64_t named = n->count < VERIFY_NAMED_MAX ? n->count : VERIFY_NAMED_MAX;

	n->count--;
	for (uint64_t i = 0; i < named; i++) {
		if (!str_equal(n->ids[i], id))
			continue;
		memmove(n->ids[i], n->ids[i + 1], (named - i - 1) * sizeof(n->ids[0]));
		memset(n->ids[named - 1], 0, sizeof(n->ids[0]));
		return;
	}
}

/* They were missing after all: one on disk lies before them. */
static void verify_take_before(struct verify *v)
{
	uint64_t named = v->before.count < VERIFY_NAMED_MAX ? v->before.count : VERIFY_NAMED_MAX;

	for (uint64_t i = 0; i < named; i++)
		named_add(&v->missing, v->before.ids[i]);
	v->missing.count += v->before.count - named;
	memset(&v->before, 0, sizeof(v->before));
}

static void verify_missing(struct verify *v, const struct event *e, int64_t begins_ms)
{
	if (begins_ms != TIME_NONE && e->created_ms <= begins_ms) {
		named_add(&v->before, e->id);
		return;
	}
	if (e->created_ms >= v->now_ms - RECENT_MS && v->recent_count < VERIFY_RECENT_MAX)
		str_copy(v->recent[v->recent_count++], ID_CAP, e->id);
	named_add(&v->missing, e->id);
}

static enum status verify_event(struct verify *v, const struct event *e, int64_t begins_ms,
				struct problem *reterr)
{
	enum keeping keeping;
	enum status s = history_compare(v->history, e, &keeping, reterr);

	if (s != S_OK)
		return s;
	switch (keeping) {
	case KEPT_NEW:
		verify_missing(v, e, begins_ms);
		break;
	case KEPT_BEFORE:
		v->on_disk++;
		verify_take_before(v);
		break;
	case KEPT_COLLISION:
		named_add(&v->differing, e->id);
		verify_take_before(v);
		break;
	case KEPT_APART:
		v->strangers++;
		break;
	}
	v->compared++;
	if (v->newest_ms == TIME_NONE)
		v->newest_ms = e->created_ms;
	v->oldest_ms = e->created_ms;
	return S_OK;
}

/* How far back is to be compared: what was let go, and what is older than the history, is not
 * missing. */
static int64_t verify_begins_ms(struct verify *v)
{
	int64_t begins = history_oldest_ms(v->history), retired_ms;
	char retired[ID_CAP];

	history_retired(v->history, retired, &retired_ms);
	return retired[0] != '\0' && retired_ms > begins ? retired_ms : begins;
}

/* False once the walk has come to where nothing needs to be compared any more. */
static bool verify_wants(const struct verify *v, const struct event *e, int64_t begins_ms)
{
	if (e->created_ms == TIME_NONE)
		return true;
	return (begins_ms == TIME_NONE || e->created_ms >= begins_ms) &&
	       (v->since_ms == TIME_NONE || e->created_ms >= v->since_ms);
}

static void verify_lost(struct verify *v)
{
	struct incident *incidents;
	size_t count;

	if (history_incidents(v->history, INCIDENTS_MAX, &incidents, &count, NULL) != S_OK) {
		v->lost++; /* nobody can tell */
		return;
	}
	for (size_t i = 0; i < count; i++) {
		bool in_range = v->since_ms == TIME_NONE || incidents[i].to_ms == TIME_NONE ||
				incidents[i].to_ms >= v->since_ms;

		v->lost += incidents[i].state == INCIDENT_LOST && in_range;
	}
	free(incidents);
}

/* One page; *ret_more is false at the end of the walk. */
static enum status verify_page(struct verify *v, char cursor[ID_CAP], int64_t begins_ms,
			       bool *ret_more, struct problem *reterr)
{
	const struct event_query q = {.starting_after = cursor,
				      .environment = v->environment,
				      .limit = PAGE_EVENTS};
	struct event_page page;
	enum status s = api_event_list(v->client, &q, &page, NULL, reterr);

	if (s != S_OK)
		return s;
	v->unreadable += page.skipped;
	*ret_more = page.has_more && page.count > 0;
	for (size_t i = 0; s == S_OK && i < page.count; i++) {
		if (!verify_wants(v, &page.items[i], begins_ms)) {
			*ret_more = false;
			break;
		}
		s = verify_event(v, &page.items[i], begins_ms, reterr);
	}
	if (s == S_OK && *ret_more && str_equal(cursor, page.items[page.count - 1].id))
		s = problem_set(reterr, E_PROTOCOL, NULL,
				"the server's list goes round in a circle at %s", cursor);
	if (page.count > 0)
		str_copy(cursor, ID_CAP, page.items[page.count - 1].id);
	event_page_release(&page);
	return s;
}

enum status verify_walk(struct verify *v, void (*progress)(const struct verify *v),
			struct problem *reterr)
{
	int64_t begins_ms = verify_begins_ms(v);
	char cursor[ID_CAP] = "";
	bool more = true;

	v->newest_ms = v->oldest_ms = TIME_NONE;
	verify_lost(v);
	while (more) {
		enum status s = verify_page(v, cursor, begins_ms, &more, reterr);

		if (s != S_OK)
			return s;
		if (progress)
			progress(v);
	}
	/* What is left lies before where the history begins, in the same second. */
	v->compared -= v->before.count;
	memset(&v->before, 0, sizeof(v->before));
	return S_OK;
}

void verify_recheck(struct verify *v)
{
	for (size_t i = 0; i < v->recent_count; i++) {
		if (!history_has(v->history, v->recent[i]))
			continue;
		named_remove(&v->missing, v->recent[i]);
		v->on_disk++;
	}
	v->recent_count = 0;
}

bool verify_complete(const struct verify *v)
{
	return v->missing.count == 0 && v->differing.count == 0 && v->unreadable == 0 &&
	       v->lost == 0;
}
