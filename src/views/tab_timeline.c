/* Timeline: the life of one payment step by step, then what should happen next. */
#include "views/tabs.h"

#include "base/strbuf.h"
#include "views/doc_columns.h"
#include "views/facts.h"
#include "views/subject_cells.h"

#include <string.h>

#define TIME_COLUMN   1
#define GAP_COLUMN    16 /* ends here */
#define GLYPH_COLUMN  18
#define TEXT_COLUMN   20
#define ID_WIDTH      24
#define SUBJECT_WIDTH 9
#define DAY_MS        (24 * 3600 * 1000LL)

/* --- what is next ------------------------------------------------------------------------- */

/* "12:00:03", or the day with it where it is not near. */
static const char *moment(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms)
{
	if (ms - now_ms < DAY_MS && now_ms - ms < DAY_MS)
		return when_clock(buf, ms);
	(void)when_iso(buf, ms);
	buf[strcspn(buf, "T")] = '\0';
	return buf;
}

static void add_deadline(struct safe_text *t, const struct story_next *n, int64_t now_ms)
{
	char rel[WHEN_TEXT_CAP], at[WHEN_TEXT_CAP];

	safe_text_clear(t);
	if (n->by_ms == TIME_NONE)
		return;
	if (n->overdue)
		safe_text_addf(t, "%s %s (%s)",
			       n->promised ? "overdue since" : "late: as a rule by",
			       moment(at, n->by_ms, now_ms), when_relative(rel, n->by_ms, now_ms));
	else
		safe_text_addf(t, "by %s (%s)%s", moment(at, n->by_ms, now_ms),
			       when_relative(rel, n->by_ms, now_ms),
			       n->promised ? "" : ", as a rule");
}

static void add_next(struct doc *d, const struct subject_look *l, const struct story_next *n)
{
	enum role role = n->overdue ? ROLE_BAD : tone_role(n->tone);
	struct safe_text text, by;

	add_deadline(&by, n, l->ctx->now_ms);
	safe_text_set(&text, n->text);
	doc_line(d);
	doc_add_at(d, 1, role, "%s",
		   glyph_str(n->overdue ? GLYPH_BANG : tone_glyph(n->tone), l->ctx->ascii));
	doc_wrap(d, 3, l->width - 4, ROLE_TEXT, &text);
	if (safe_text_width(&by) == 0)
		return;
	doc_line(d);
	doc_add_at(d, 3, n->overdue ? ROLE_BAD : ROLE_MUTED, "%s", safe_text_str(&by));
}

void look_add_next(struct doc *d, const struct subject_look *l)
{
	const struct story *s = l->story;

	if (s->next_count == 0 && !s->over)
		return;
	doc_heading(d, "What is next");
	for (size_t i = 0; i < s->next_count; i++)
		add_next(d, l, &s->next[i]);
	if (s->next_count == 0)
		fact_note(d, l->width, ROLE_MUTED, "Nothing more is to happen.");
}

/* --- the steps ------------------------------------------------------------------------------ */

/* Tells the steps of one subject apart, the same however many there are around it. */
static unsigned step_fingerprint(const struct story_step *s)
{
	uint32_t h = 2166136261u;

	for (const char *p = s->text; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	h = (h ^ (uint32_t)s->source) * 16777619u;
	return h ^ (uint32_t)((uint64_t)s->ms / 1000);
}

static void step_key(struct doc *d, const struct story_step *s)
{
	char key[SUBJECT_KEY_CAP];
	struct subject what = s->subject;

	if (s->source == STORY_EVENT)
		(void)subject_set(&what, SUBJECT_EVENT, s->event_id);
	subject_key(key, &what, step_fingerprint(s));
	doc_line_key(d, key);
}

/* There are several such in the story, so that its text alone does not say which it is. */
static bool is_one_of_several(const struct subject_look *l, const struct subject *s)
{
	const struct related *r = &l->story->related;
	bool theirs = l->what->kind == SUBJECT_CUSTOMER;
	size_t n = l->what->kind == s->kind;

	for (size_t i = 0; i < r->count; i++)
		n += r->items[i].subject.kind == s->kind && (theirs || r->items[i].same_payment);
	return n > 1;
}

/* At the right edge: whose step it is where that is not plain, and where it is known from. An event
 * says nothing of that: Enter opens it. */
static void say_source(struct safe_text *t, const struct subject_look *l,
		       const struct story_step *s)
{
	static const char *const WORDS[] = {
		[STORY_EVENT] = "", [STORY_ANSWER] = "asked", [STORY_DEADLINE] = "was due"};
	const char *from = s->marks & STORY_INFERRED ? "no event" : WORDS[s->source];
	struct safe_text id;

	safe_text_set(t, from);
	if (is_one_of_several(l, &s->subject)) {
		safe_text_set(&id, s->subject.id);
		safe_text_fit_middle(&id, SUBJECT_WIDTH);
		safe_text_addf(t, "%s%s %s", from[0] ? "  " : "", subject_label(s->subject.kind),
			       safe_text_str(&id));
	} else if (s->source == STORY_EVENT && l->width >= TABS_WIDE) {
		safe_text_set(&id, s->event_id);
		safe_text_fit_middle(&id, ID_WIDTH);
		safe_text_set(t, safe_text_str(&id));
	}
}

static enum role mark_role(unsigned mark)
{
	return mark & (STORY_IMPOSSIBLE | STORY_OVERDUE | STORY_AFTER_END) ? ROLE_BAD : ROLE_WARN;
}

/* "! came late, should not follow" */
static void say_marks(struct safe_text *t, const struct story_step *s, bool ascii)
{
	static const struct {
		unsigned mark;
		const char *words;
	} MARKS[] = {
#define X(constant, bit, words) {constant, words},
		STORY_MARKS(X)
#undef X
	};

	safe_text_clear(t);
	for (size_t i = 0; i < sizeof(MARKS) / sizeof(MARKS[0]); i++) {
		if (!(s->marks & MARKS[i].mark) || MARKS[i].mark == STORY_INFERRED)
			continue;
		if (safe_text_width(t) == 0)
			safe_text_fmt(t, "%s %s", glyph_str(GLYPH_BANG, ascii), MARKS[i].words);
		else
			safe_text_addf(t, ", %s", MARKS[i].words);
	}
}

/* The text with its marks behind it, or below where there is no room. */
static void add_words(struct doc *d, const struct subject_look *l, const struct story_step *s)
{
	struct safe_text text, marks, source;
	int room, wide;
	bool fits;

	say_source(&source, l, s);
	say_marks(&marks, s, l->ctx->ascii);
	safe_text_set(&text, s->text);
	room = l->width - TEXT_COLUMN - 1 - (int)safe_text_width(&source) - 2;
	wide = (int)safe_text_width(&text);
	fits = safe_text_width(&marks) > 0 && wide + 2 + (int)safe_text_width(&marks) <= room;
	if (fits) {
		doc_add_at(d, TEXT_COLUMN, tone_role(s->tone), "%s", safe_text_str(&text));
		safe_text_set(&text, safe_text_str(&marks));
	}
	doc_flow(d, fits ? TEXT_COLUMN + wide + 2 : TEXT_COLUMN, room,
		 fits ? mark_role(s->marks) : tone_role(s->tone), &text, ROLE_MUTED, &source);
	if (fits || safe_text_width(&marks) == 0)
		return;
	doc_line(d);
	doc_add_at(d, TEXT_COLUMN, mark_role(s->marks), "%s", safe_text_str(&marks));
}

/* Between the seconds that are shown: what is cut off of both must not be told as a gap. */
static int64_t shown_gap(const struct story_step *s)
{
	return s->ms == TIME_NONE ? s->gap_ms
				  : s->ms / 1000 * 1000 - (s->ms - s->gap_ms) / 1000 * 1000;
}

static void add_step(struct doc *d, const struct subject_look *l, const struct story_step *s,
		     bool first)
{
	char buf[WHEN_TEXT_CAP];

	doc_line(d);
	step_key(d, s);
	doc_add_at(d, TIME_COLUMN, ROLE_MUTED, "%s",
		   s->ms == TIME_NONE ? "" : when_clock(buf, s->ms));
	if (!first && s->gap_ms > 0)
		doc_add_right(d, GAP_COLUMN, ROLE_MUTED, "+%s", when_age(buf, shown_gap(s)));
	doc_add_at(d, GLYPH_COLUMN, tone_role(s->tone), "%s",
		   glyph_str(tone_glyph(s->tone), l->ctx->ascii));
	add_words(d, l, s);
}

static void add_steps(struct doc *d, const struct subject_look *l)
{
	const struct story *s = l->story;
	struct days days = days_from(s->count > 0 ? s->steps[0].ms : TIME_NONE, l->ctx->now_ms);

	if (s->cut)
		fact_note(d, l->width, ROLE_WARN, "Older steps are left out.");
	for (size_t i = 0; i < s->count; i++) {
		days_line(&days, d, s->steps[i].ms);
		add_step(d, l, &s->steps[i], i == 0);
	}
}

static void add_span(struct doc *d, const struct subject_look *l)
{
	const struct story *s = l->story;
	char span[WHEN_TEXT_CAP], clock[WHEN_TEXT_CAP], rel[WHEN_TEXT_CAP];
	int64_t now = l->ctx->now_ms > s->checked_ms ? l->ctx->now_ms : s->checked_ms;

	doc_line(d);
	doc_line(d);
	doc_add_at(d, TIME_COLUMN, ROLE_MUTED, "%zu %s", s->count,
		   s->count == 1 ? "step" : "steps");
	if (s->count > 1 && s->from_ms != TIME_NONE && s->to_ms != TIME_NONE)
		doc_add(d, ROLE_MUTED, " in %s", when_age(span, s->to_ms - s->from_ms));
	if (s->checked_ms != TIME_NONE)
		doc_add(d, ROLE_MUTED, ", the server asked at %s (%s)",
			when_clock(clock, s->checked_ms), when_relative(rel, s->checked_ms, now));
}

void tab_timeline_build(struct doc *d, const struct subject_look *l)
{
	if (l->what->kind == SUBJECT_PRODUCT || l->what->kind == SUBJECT_CART) {
		look_add_empty(d, l,
			       l->what->kind == SUBJECT_PRODUCT
				       ? "A product of the catalogue has no life to tell of."
				       : "A cart tells of nothing before it is checked out.");
		return;
	}
	if (l->story->count == 0 && l->story->next_count == 0) {
		look_add_empty(d, l, "Nothing is known to have happened to it.");
		return;
	}
	add_steps(d, l);
	look_add_next(d, l);
	add_span(d, l);
	look_add_asks(d, l);
}
