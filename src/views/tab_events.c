/* Events: every one that speaks of the subject, in the window or on disk, newest last. */
#include "views/tabs.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <stdlib.h>
#include <string.h>

#define TYPE_COLUMN    12
#define WHAT_COLUMN    38
#define WHOSE_WIDTH    8
#define EVENT_ID_USUAL 21
#define WIDE_TYPE      100 /* from here on there is room for the type and for the event's id */

/* One event, wherever it was found. */
struct told {
	struct event_brief brief;
	const char *via; /* "" it came live */
};
struct tellings {
	struct told *items;
	size_t count, cap;
	bool cut;
};

static int told_compare(const void *a, const void *b)
{
	const struct event_brief *x = &((const struct told *)a)->brief;
	const struct event_brief *y = &((const struct told *)b)->brief;

	if (x->order_ms != y->order_ms)
		return x->order_ms < y->order_ms ? -1 : 1;
	if (x->order_seq != y->order_seq)
		return x->order_seq < y->order_seq ? -1 : 1;
	return strcmp(x->id, y->id);
}

static struct told *told_add(struct tellings *t)
{
	array_reserve((void **)&t->items, &t->cap, t->count + 1, sizeof(*t->items));
	memset(&t->items[t->count], 0, sizeof(*t->items));
	t->items[t->count].via = "";
	return &t->items[t->count++];
}

static void gather_dossier(struct tellings *t, const struct dossier *dossier)
{
	for (size_t i = 0; dossier && i < dossier->count; i++) {
		struct told *told = told_add(t);

		event_brief(&dossier->items[i].event, &told->brief);
		if (dossier->items[i].via != VIA_LIVE)
			told->via = event_via_word(dossier->items[i].via);
	}
	t->cut = dossier && dossier->cut;
}

/* What came since the history was asked is in the window, and is a step of the story. */
static void gather_window(struct tellings *t, const struct subject_look *l)
{
	for (size_t i = 0; i < l->story->count; i++) {
		const struct story_step *s = &l->story->steps[i];
		const struct event_row *row =
			s->source == STORY_EVENT ? store_event_by_id(l->st, s->event_id) : NULL;

		if (row)
			store_brief(l->st, row, &told_add(t)->brief);
	}
}

/* Of two tellings of one event the one that says how it came stays. */
static void told_unite(struct tellings *t)
{
	size_t kept = 0;

	qsort(t->items, t->count, sizeof(*t->items), told_compare);
	for (size_t i = 0; i < t->count; i++) {
		struct told *last = kept > 0 ? &t->items[kept - 1] : NULL;

		if (last && strcmp(last->brief.id, t->items[i].brief.id) == 0) {
			if (last->via[0] == '\0')
				last->via = t->items[i].via;
			continue;
		}
		t->items[kept++] = t->items[i];
	}
	t->count = kept;
}

/* The step of the story that this event is, looked for from where the last one stood: both are in
 * the order of time. NULL: none. */
static const struct story_step *step_of(const struct story *story, const char *event_id,
					size_t *from)
{
	for (size_t n = 0; n < story->count; n++) {
		size_t i = (*from + n) % story->count;
		const struct story_step *s = &story->steps[i];

		if (s->source != STORY_EVENT || strcmp(s->event_id, event_id) != 0)
			continue;
		*from = i + 1;
		return s;
	}
	return NULL;
}

/* What it changed, where the story knows it: a status alone would say "expired" of late money. */
static enum role what_changed(struct safe_text *t, const struct subject_look *l,
			      const struct event_brief *e, size_t *from)
{
	const struct story_step *s = step_of(l->story, e->id, from);

	if (!s || s->text[0] == '\0' || e->kind == OBJECT_NONE || e->flawed)
		return cell_event(t, e, l->ctx->ascii);
	safe_text_fmt(t, "%s %s", glyph_str(tone_glyph(s->tone), l->ctx->ascii), s->text);
	return tone_role(s->tone);
}

/* Event ids are of almost one length: what stands before them stands in a column. */
static int whose_gap(const char *event_id)
{
	int gap = 2 + EVENT_ID_USUAL - (int)strlen(event_id);

	return gap > 2 ? gap : 2;
}

/* At the right edge: of a customer's, of which of their things it speaks; and the event's id. */
static void say_ids(struct safe_text *t, const struct subject_look *l, const struct event_brief *e)
{
	struct safe_text id;

	safe_text_clear(t);
	if (l->what->kind == SUBJECT_CUSTOMER && e->object_id[0] != '\0') {
		safe_text_set(&id, e->object_id);
		safe_text_fit(&id, WHOSE_WIDTH);
		safe_text_set(t, safe_text_str(&id));
	}
	if (l->width >= WIDE_TYPE)
		safe_text_addf(t, "%*s%s", safe_text_width(t) > 0 ? whose_gap(e->id) : 0, "",
			       e->id);
}

/* What happened is what one reads; the server's word for it stands beside it where there is room.
 */
static int add_type(struct doc *d, const struct subject_look *l, const struct event_brief *e)
{
	struct safe_text type;

	if (l->width < WIDE_TYPE)
		return TYPE_COLUMN;
	safe_text_set(&type, e->type);
	safe_text_fit(&type, WHAT_COLUMN - TYPE_COLUMN - 1);
	doc_add_at(d, TYPE_COLUMN, ROLE_MUTED, "%s", safe_text_str(&type));
	return WHAT_COLUMN;
}

static void add_told(struct doc *d, const struct subject_look *l, const struct told *told,
		     size_t *from)
{
	const struct event_brief *e = &told->brief;
	struct subject what = {.kind = SUBJECT_EVENT};
	char clock[WHEN_TEXT_CAP], key[SUBJECT_KEY_CAP];
	struct safe_text text, ids;
	enum role role = what_changed(&text, l, e, from);
	int column, room;

	(void)str_copy(what.id, sizeof(what.id), e->id);
	subject_key(key, &what, 0);
	doc_line(d);
	doc_line_key(d, key);
	doc_add_at(d, 1, ROLE_MUTED, "%s", when_clock(clock, e->created_ms));
	column = add_type(d, l, e);
	say_ids(&ids, l, e);
	room = l->width - column - (int)safe_text_width(&ids) - 4;
	if (safe_text_width(&ids) > 0 && room > WHOSE_WIDTH)
		safe_text_fit(&text, (unsigned)room);
	doc_add_at(d, column, role, "%s", safe_text_str(&text));
	if (told->via[0] != '\0')
		doc_add(d, ROLE_WARN, "  %s", told->via);
	if (safe_text_width(&ids) > 0)
		doc_add_right(d, -1, ROLE_MUTED, "  %s ", safe_text_str(&ids));
}

static struct tellings gather(const struct subject_look *l)
{
	struct tellings t = {0};

	gather_dossier(&t, asks_dossier(l->asks, l->st));
	gather_window(&t, l);
	if (t.count > 0)
		told_unite(&t);
	return t;
}

size_t tab_events_count(const struct subject_look *l)
{
	struct tellings t = gather(l);

	free(t.items);
	return t.count;
}

void tab_events_build(struct doc *d, const struct subject_look *l)
{
	struct tellings t = gather(l);
	struct days days =
		days_from(t.count > 0 ? t.items[0].brief.created_ms : TIME_NONE, l->ctx->now_ms);
	size_t from = 0;

	if (t.cut)
		fact_note(d, l->width, ROLE_WARN, "Older events are left out.");
	for (size_t i = 0; i < t.count; i++) {
		days_line(&days, d, t.items[i].brief.created_ms);
		add_told(d, l, &t.items[i], &from);
	}
	if (t.count == 0)
		look_add_empty(d, l, "No event speaks of it.");
	else
		look_add_asks(d, l);
	free(t.items);
}
