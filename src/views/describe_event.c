/* An event as facts, and its body as it came. */
#include "views/describe.h"

#include "views/facts.h"
#include "views/subject_cells.h"

#include <stdlib.h>
#include <string.h>

/* How it came into the history. */
static void event_arrival(struct doc *d, const struct view_context *ctx, const struct msg_event *m)
{
	doc_fact(d, "came", ROLE_TEXT, "%s", event_via_word(m->via));
	fact_when_ours(d, ctx, "on disk", m->arrived_ms, m->event.created_ms);
}

/* As it came; made readable where it is JSON. */
static void event_raw(struct doc *d, const char *heading, const char *text, size_t len)
{
	struct json *value;
	char *pretty = NULL;

	if (json_parse(text, len, &value, NULL) == S_OK) {
		pretty = json_print_pretty(value);
		json_free(value);
	}
	doc_heading(d, heading ? heading : pretty ? "JSON" : "As received");
	doc_text(d, ROLE_MUTED, pretty ? pretty : text);
	free(pretty);
}

static void event_body(struct doc *d, const struct view_context *ctx, const struct msg_event *m)
{
	const struct event *e = &m->event;

	if (e->flaw[0] != '\0')
		doc_fact(d, "look here", ROLE_WARN, "%s", e->flaw);
	fact_given(d, "request", e->request_id);
	fact_given(d, "idempotency", e->idempotency_key);
	fact_given(d, "event id", e->id);
	fact_given(d, "API version", e->api_version);
	doc_fact(d, "money", ROLE_TEXT, "%s", e->livemode ? "live" : "test");
	event_arrival(d, ctx, m);
	if (m->other)
		event_raw(d, "The other body under this id", m->other, strlen(m->other));
	event_raw(d, NULL, e->raw, e->raw_len);
}

static void event_waiting(struct doc *d, const struct event_brief *e, enum load_state load,
			  const struct problem *why)
{
	struct safe_text t;

	if (e->flawed)
		doc_fact(d, "look here", ROLE_WARN, "its object is not what it should be");
	fact_given(d, "event id", e->id);
	doc_heading(d, "JSON");
	doc_line(d);
	if (load == LOAD_FAILED && why) {
		cell_problem(&t, why);
		doc_add_at(d, 1, ROLE_WARN, "%s", safe_text_str(&t));
	} else {
		doc_add_at(d, 1, ROLE_MUTED, "Reading it from the history …");
	}
}

static void event_facts(struct doc *d, const struct describing *w, const struct event_brief *e)
{
	struct safe_text t;
	enum role role = cell_event(&t, e, w->ctx->ascii);

	fact_text(d, "event", role, &t);
	doc_fact(d, "type", ROLE_TEXT, "%s", e->type);
	fact_when(d, w->ctx, "created", e->created_ms);
	if (e->previous_status[0] != '\0')
		doc_fact(d, "changed", ROLE_TEXT, "%s %s %s", e->previous_status,
			 glyph_str(GLYPH_ARROW, w->ctx->ascii), e->status);
	fact_subject(d, "customer", SUBJECT_CUSTOMER, event_customer(e, w->st));
	if (e->about != OBJECT_NONE)
		fact_subject(d, subject_label(subject_of_object(e->about)),
			     subject_of_object(e->about), e->object_id);
	else
		doc_fact(d, "about", ROLE_TEXT, "%s %s", e->object_word, e->object_id);
}

bool describe_event(struct doc *d, const struct describing *w, const char *id)
{
	const struct event_row *row = store_event_by_id(w->st, id);
	const struct problem *why = NULL;
	enum load_state load;
	const struct msg_event *whole = store_event_whole(w->st, id, &load, &why);
	struct event_brief e;
	struct safe_text t;

	if (!row && !whole) {
		if (load == LOAD_FAILED && why) {
			cell_problem(&t, why);
			fact_text(d, "event", ROLE_WARN, &t);
		}
		return load == LOAD_FAILED;
	}
	if (row)
		store_brief(w->st, row, &e);
	else
		event_brief(&whole->event, &e);
	if (whole && whole->other)
		doc_fact(d, "look here", ROLE_BAD,
			 "another body came under this id; it is below, before this one's");
	event_facts(d, w, &e);
	if (whole)
		event_body(d, w->ctx, whole);
	else
		event_waiting(d, &e, load, why);
	return true;
}
