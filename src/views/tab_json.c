/*
 * JSON: the object as the server answered, else as the newest event carried it, else
 * made anew from what is known; and which of these it is.
 */
#include "views/tabs.h"

#include "base/strbuf.h"
#include "views/cells.h"
#include "views/subject_json.h"

#include <stdlib.h>
#include <string.h>

static void say_source(struct safe_text *t, const char *words, int64_t ms, int64_t now_ms)
{
	char clock[WHEN_TEXT_CAP], rel[WHEN_TEXT_CAP];

	safe_text_set(t, words);
	if (ms != TIME_NONE)
		safe_text_addf(t, ", %s (%s)", when_clock(clock, ms),
			       when_relative(rel, ms, now_ms));
}

/* --- what was read of the bytes that are shown -------------------------------------------------
 */

/* Is it this answer, or this event of it, that is shown already? Else it is to be read. */
static bool is_learnt(const struct json_learnt *known, const struct store *st, uint64_t version,
		      const char *event_id)
{
	return version != 0 && known->st == st && known->version == version &&
	       str_equal(known->event_id, event_id);
}

static void learn(struct json_learnt *known, const struct store *st, uint64_t version,
		  const char *event_id)
{
	memset(known, 0, sizeof(*known));
	known->st = st;
	known->version = version;
	str_copy(known->event_id, sizeof(known->event_id), event_id);
}

static void learn_object(struct json_learnt *known, enum object_kind kind, const char *raw,
			 size_t len)
{
	struct object then;

	if (answer_decode(kind, raw, len, &then, NULL) != S_OK)
		return;
	known->readable = true;
	str_copy(known->status, sizeof(known->status), object_status(&then));
	known->updated_ms = object_updated_ms(&then);
	object_release(&then);
}

/* --- an answer ----------------------------------------------------------------------------- */

/* The object went on since it was asked about: what is shown is not what it is. */
static bool went_on(struct safe_text *t, const struct subject_look *l, enum object_kind kind,
		    const struct json_learnt *then)
{
	const struct record *r = store_record(l->st, kind, l->what->id);
	const char *bang = glyph_str(GLYPH_BANG, l->ctx->ascii);
	int64_t now;

	if (!r || !then->readable)
		return false;
	now = object_updated_ms(&r->object);
	if (!str_equal(then->status, object_status(&r->object)))
		safe_text_fmt(t, "%s Out of date, by now it is %s. R asks again. ", bang,
			      object_status(&r->object));
	else if (now != TIME_NONE && then->updated_ms != TIME_NONE && now > then->updated_ms)
		safe_text_fmt(t, "%s Out of date, it changed since. R asks again. ", bang);
	else
		return false;
	return true;
}

static bool show_answer(struct json_view *j, struct json_learnt *known, struct safe_text *source,
			const struct subject_look *l, enum object_kind kind, enum role *ret_role)
{
	struct safe_text said;
	struct asked asked;
	int64_t at = TIME_NONE;
	size_t len = 0;
	const char *raw = answer_raw(l->st, kind, l->what->id, &len, &at, &asked);

	if (!raw)
		return false;
	if (!is_learnt(known, l->st, asked.version, "")) {
		json_view_set(j, raw, len);
		learn(known, l->st, asked.version, "");
		learn_object(known, kind, raw, len);
	}
	say_source(&said, "As the server answered", at, l->ctx->now_ms);
	safe_text_clear(source);
	*ret_role = went_on(source, l, kind, known) ? ROLE_WARN : ROLE_MUTED;
	safe_text_add(source, safe_text_str(&said));
	return true;
}

/* --- an event's object -------------------------------------------------------------------------
 */

/* An event's data.object as it stands in its body. */
static bool show_object_of(struct json_view *j, const struct event *e)
{
	struct json *root;
	const struct json *object;
	const char *text;
	size_t len = 0;

	if (json_parse(e->raw, e->raw_len, &root, NULL) != S_OK)
		return false;
	object = json_get(json_get(root, "data"), "object");
	text = object ? json_source(object, e->raw, &len) : NULL;
	if (text && len > 0)
		json_view_set(j, text, len);
	json_free(root);
	return text && len > 0;
}

static uint64_t dossier_version(const struct subject_look *l)
{
	struct asked asked = {.version = 0};

	for (size_t i = 0; i < l->asks->count; i++)
		if (l->asks->items[i].kind == REQUEST_DOSSIER)
			asks_state(l->asks, l->st, i, &asked);
	return asked.version;
}

static bool show_newest_event(struct json_view *j, struct json_learnt *known,
			      struct safe_text *source, const struct subject_look *l,
			      enum object_kind kind)
{
	const struct dossier *dossier = asks_dossier(l->asks, l->st);
	uint64_t version = dossier_version(l);

	for (size_t i = dossier ? dossier->count : 0; i > 0; i--) {
		const struct event *e = &dossier->items[i - 1].event;
		bool about = str_equal(e->object_id, l->what->id) &&
			     kind_from_wire(e->object_word) == kind;

		if (!about || (!is_learnt(known, l->st, version, e->id) && !show_object_of(j, e)))
			continue;
		learn(known, l->st, version, e->id);
		say_source(source, "As its newest event on disk carried it", e->created_ms,
			   l->ctx->now_ms);
		return true;
	}
	return false;
}

/* --- everything else ---------------------------------------------------------------------------
 */

static bool show_made(struct json_view *j, struct safe_text *source, const struct subject_look *l)
{
	struct json *value = subject_to_json(l->st, l->what, &l->story->related);
	char *text;

	if (!value)
		return false;
	text = json_print_pretty(value);
	json_view_set(j, text, strlen(text));
	json_free(value);
	free(text);
	say_source(source,
		   subject_object(l->what->kind) == OBJECT_NONE
			   ? "Put together from what was answered; secrets are masked"
			   : "Made anew from what events told: members this build does not know "
			     "are missing",
		   TIME_NONE, l->ctx->now_ms);
	return true;
}

static bool show_event(struct json_view *j, struct safe_text *source, const struct subject_look *l)
{
	enum load_state load;
	const struct msg_event *whole = store_event_whole(l->st, l->what->id, &load, NULL);
	const struct dossier *dossier = asks_dossier(l->asks, l->st);

	if (whole) {
		json_view_set(j, whole->event.raw, whole->event.raw_len);
		say_source(source, "As it was received", whole->arrived_ms, cell_our_now(l->ctx));
		return true;
	}
	for (size_t i = 0; dossier && i < dossier->count; i++) {
		const struct kept_event *k = &dossier->items[i];

		if (!str_equal(k->event.id, l->what->id))
			continue;
		json_view_set(j, k->event.raw, k->event.raw_len);
		say_source(source, "As it was received", k->arrived_ms, cell_our_now(l->ctx));
		return true;
	}
	return false;
}

static void say_why_not(struct safe_text *t, const struct subject_look *l)
{
	if (asks_wait(l->asks, l->st))
		safe_text_set(t, "Asking for it …");
	else
		safe_text_fmt(t, "There is no JSON of it here. %s",
			      l->ctx->no_server ? "" : "R asks again.");
}

enum role tab_json_build(struct json_view *j, struct json_learnt *known,
			 struct safe_text *ret_source, const struct subject_look *l)
{
	enum role role = ROLE_MUTED;
	enum object_kind kind = subject_object(l->what->kind);

	if (kind != OBJECT_NONE && (show_answer(j, known, ret_source, l, kind, &role) ||
				    show_newest_event(j, known, ret_source, l, kind)))
		return role;
	learn(known, l->st, 0, "");
	if (l->what->kind == SUBJECT_EVENT ? show_event(j, ret_source, l)
					   : show_made(j, ret_source, l))
		return role;
	json_view_set(j, "", 0);
	say_why_not(ret_source, l);
	return role;
}
