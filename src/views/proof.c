/* The record of every gap and repair, under the claim they add up to. */
#include "views/proof.h"

#include "base/strbuf.h"
#include "views/cells.h"
#include "views/count.h"
#include "views/doc.h"

#include <string.h>

#define WORD_COLUMN   15
#define LASTED_COLUMN 22 /* ends here */
#define WHAT_COLUMN   24

struct proof_view {
	struct doc doc;
};

static void add_paragraph(struct doc *d, int column, int width, enum role role,
			  const struct safe_text *t)
{
	doc_line(d);
	doc_wrap(d, column, width - column - 2, role, t);
}

/* --- the claim ---------------------------------------------------------------- */

static void say_complete(struct safe_text *t, const struct history_report *r, int64_t now_ms)
{
	char since[WHEN_TEXT_CAP], at[WHEN_TEXT_CAP], events[COUNT_CAP];

	safe_text_set(t, "Every event the server listed");
	if (r->proven_to_ms != TIME_NONE)
		safe_text_addf(t, " at %s", when_clock(at, r->proven_to_ms));
	if (r->complete_since_ms != TIME_NONE)
		safe_text_addf(t, ", back to %s,",
			       proof_moment(since, r->complete_since_ms, now_ms));
	safe_text_add(t, " is here, exactly once; what came after is compared with it next.");
	if (r->repairs > 0)
		safe_text_addf(t,
			       " In %llu %s of that time it did not come live: %s %s fetched and "
			       "proven afterwards.",
			       (unsigned long long)r->repairs,
			       r->repairs == 1 ? "stretch" : "stretches",
			       count_words(events, r->repaired_events),
			       r->repaired_events == 1 ? "event was" : "events were");
	else
		safe_text_add(t, " No stretch of it had to be repaired.");
}

static void say_behind(struct safe_text *t, const struct history_report *r, int64_t now_ms)
{
	char since[WHEN_TEXT_CAP];

	if (r->proven_to_ms == TIME_NONE)
		safe_text_set(t, "Nothing was compared with the server yet.");
	else
		safe_text_fmt(t, "Everything until %s was compared with the server.",
			      proof_moment(since, r->proven_to_ms, now_ms));
	safe_text_add(t, " What came since is not proven complete: neither a stream nor REST "
			 "answers. It catches up by itself as soon as one does.");
}

static void say_claim(struct safe_text *t, const struct history_report *r, int64_t now_ms)
{
	char events[COUNT_CAP];

	switch (r->proof) {
	case PROOF_COMPLETE:
		say_complete(t, r, now_ms);
		return;
	case PROOF_CATCHING_UP:
		safe_text_fmt(t,
			      "Fetching what happened while nobody was listening: %s events so "
			      "far. Nothing is claimed until the server has no more.",
			      count_words(events, r->catching_up));
		return;
	case PROOF_BEHIND:
		say_behind(t, r, now_ms);
		return;
	case PROOF_UNKNOWN:
		safe_text_fmt(t,
			      "Of %llu %s nobody can tell what happened: the server no longer "
			      "lists it. Objects were asked for again, so their latest state is "
			      "right; events of that time may be missing for good.",
			      (unsigned long long)r->unknown,
			      r->unknown == 1 ? "stretch" : "stretches");
		return;
	case PROOF_NONE:
	case PROOF_STATE_COUNT:
		safe_text_set(t, "Nothing is claimed yet: the history was not compared with the "
				 "server since the program started.");
		return;
	}
}

/* A history that works, and yet there is something to say: a damaged one was set aside. */
static void add_remark(struct doc *d, const struct history_report *r, int width)
{
	struct safe_text t;

	if (r->mode != HISTORY_WRITING || r->problem.status == S_OK)
		return;
	cell_problem(&t, &r->problem);
	add_paragraph(d, 1, width, ROLE_WARN, &t);
}

static void add_claim(struct doc *d, const struct history_report *r, int64_t now_ms, int width)
{
	struct safe_text t;
	enum role role = proof_claim(&t, r, now_ms, PROOF_FULL);

	doc_line(d);
	doc_add_at(d, 1, role == ROLE_TOPBAR ? ROLE_MUTED : role, "%s",
		   safe_text_width(&t) > 0     ? safe_text_str(&t)
		   : r->mode == HISTORY_REPLAY ? "a recording"
		   : r->mode == HISTORY_CASE   ? "a case"
					       : "opening the history …");
	if (r->mode == HISTORY_CASE)
		safe_text_set(&t,
			      "This is a case: it holds what was known of one thing when it was "
			      "made, and claims nothing about the rest.");
	else if (r->mode == HISTORY_REPLAY)
		safe_text_set(&t, "This is a recording: the claim is made by the dashboard that "
				  "keeps the history, and by pepaytop verify.");
	else if (!proof_trouble(&t, r, &role) || r->mode != HISTORY_STALLED)
		say_claim(&t, r, now_ms);
	add_paragraph(d, 1, width, ROLE_TEXT, &t);
	if (r->mode == HISTORY_VIEW_ONLY && proof_trouble(&t, r, &role))
		add_paragraph(d, 1, width, role, &t);
	add_remark(d, r, width);
}

static void add_on_disk(struct doc *d, const struct history_report *r, int64_t now_ms)
{
	char oldest[WHEN_TEXT_CAP], events[COUNT_CAP];
	bool disk = r->path[0] != '\0';

	doc_fact(d, disk ? "on disk" : "kept", ROLE_TEXT, "%s %s", count_words(events, r->events),
		 r->events == 1 ? "event" : "events");
	if (r->oldest_ms != TIME_NONE)
		doc_add(d, ROLE_MUTED, ", the oldest of %s",
			proof_moment(oldest, r->oldest_ms, now_ms));
	if (disk)
		doc_fact(d, "file", ROLE_TEXT, "%s", r->path);
	else if (r->mode != HISTORY_STARTING)
		doc_fact(d, "file", ROLE_WARN, "none: all of this is gone when the program ends");
}

static void add_facts(struct doc *d, const struct history_report *r, const struct view_context *ctx)
{
	char at[WHEN_TEXT_CAP], age[WHEN_TEXT_CAP], events[COUNT_CAP];

	doc_line(d);
	if (r->proven_to_ms == TIME_NONE)
		doc_fact(d, "compared", ROLE_MUTED, "not yet");
	else
		doc_fact(d, "compared", ROLE_TEXT, "%s, %s UTC",
			 when_relative(age, r->proven_to_ms, ctx->wall_ms),
			 when_clock(at, r->proven_to_ms));
	add_on_disk(d, r, ctx->now_ms);
	doc_fact(d, "repaired", r->repairs ? ROLE_GOOD : ROLE_TEXT, "%llu %s, %s %s",
		 (unsigned long long)r->repairs, r->repairs == 1 ? "stretch" : "stretches",
		 count_words(events, r->repaired_events),
		 r->repaired_events == 1 ? "event" : "events");
	doc_fact(d, "unknown", r->unknown ? ROLE_BAD : ROLE_TEXT, "%llu %s",
		 (unsigned long long)r->unknown, r->unknown == 1 ? "stretch" : "stretches");
	doc_fact(d, "alarms", r->alarms ? ROLE_BAD : ROLE_TEXT, "%llu",
		 (unsigned long long)r->alarms);
}

/* --- the incidents -------------------------------------------------------------- */

static void incident_when(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms)
{
	char day[WHEN_TEXT_CAP], clock[WHEN_TEXT_CAP];

	proof_when(day, ms, now_ms);
	when_clock(clock, ms);
	if (strchr(day, ':') || ms == TIME_NONE)
		str_copy(buf, WHEN_TEXT_CAP, clock);
	else if (strlen(day) > strlen("21 Nov"))
		str_copy(buf, WHEN_TEXT_CAP, day); /* another year: the day says enough */
	else
		str_printf(buf, WHEN_TEXT_CAP, "%s %s", day, clock);
}

static void incident_lasted(char buf[WHEN_TEXT_CAP], const struct incident *inc, int64_t now_ms)
{
	int64_t end = inc->to_ms != TIME_NONE ? inc->to_ms : now_ms;

	buf[0] = '\0';
	if (inc->from_ms == TIME_NONE || end <= inc->from_ms)
		return;
	if (inc->to_ms == TIME_NONE && inc->state != INCIDENT_OPEN)
		return;
	when_age(buf, end - inc->from_ms);
}

static void add_incident(struct doc *d, const struct incident *inc, const struct view_context *ctx,
			 int width)
{
	enum tone tone = incident_state_tone(inc->state);
	char when[WHEN_TEXT_CAP], lasted[WHEN_TEXT_CAP], events[COUNT_CAP];
	struct safe_text note;

	incident_when(when, inc->from_ms != TIME_NONE ? inc->from_ms : inc->to_ms, ctx->now_ms);
	incident_lasted(lasted, inc, ctx->wall_ms);
	doc_line(d);
	doc_add_at(d, 1, ROLE_MUTED, "%s", when);
	doc_add_right(d, LASTED_COLUMN, ROLE_TEXT, "%s", lasted);
	doc_add_at(d, WHAT_COLUMN, ROLE_TEXT, "%s", incident_kind_words(inc->kind));
	if (inc->recovered > 0)
		doc_add_right(d, -1, tone_role(tone), "  %s %s, %s %s",
			      glyph_str(tone_glyph(tone), ctx->ascii),
			      incident_state_word(inc->state), count_words(events, inc->recovered),
			      inc->recovered == 1 ? "event" : "events");
	else
		doc_add_right(d, -1, tone_role(tone), "  %s %s",
			      glyph_str(tone_glyph(tone), ctx->ascii),
			      incident_state_word(inc->state));
	if (inc->note[0] == '\0')
		return;
	safe_text_set(&note, inc->note);
	add_paragraph(d, WHAT_COLUMN, width, ROLE_MUTED, &note);
}

static void add_incidents(struct doc *d, const struct store *st, const struct view_context *ctx,
			  int width)
{
	size_t n = store_incident_count(st);
	struct safe_text t;

	doc_heading(d, "Gaps and repairs, newest first");
	if (n == 0) {
		safe_text_set(&t, "None. A stretch in which something was not as it should be is "
				  "written down here, and stays.");
		add_paragraph(d, 1, width, ROLE_MUTED, &t);
	}
	for (size_t i = n; i-- > 0;)
		add_incident(d, store_incident(st, i), ctx, width);
	if (n == STORE_INCIDENTS_MAX) {
		safe_text_set(&t, "Older ones are in the history and not shown here.");
		add_paragraph(d, 1, width, ROLE_MUTED, &t);
	}
}

static void add_words(struct doc *d, int width)
{
	static const struct {
		const char *word;
		enum role role;
		const char *meaning;
	} WORDS[] = {
		{"complete", ROLE_GOOD,
		 "all the server listed when last compared is on disk, and a way to the next is "
		 "open"},
		{"catching up", ROLE_WAITING, "it is being compared with the server right now"},
		{"not proven", ROLE_WARN,
		 "neither a stream nor REST answered since the time given"},
		{"incomplete", ROLE_BAD, "a stretch is lost: the server no longer lists it"},
		{"repaired", ROLE_GOOD, "it did not come live; it was fetched, and proven whole"},
		{"lost", ROLE_BAD, "what is missing stays missing"},
		{"noted", ROLE_TEXT, "worth knowing; nothing is missing"},
		{"open", ROLE_WARN, "still being looked into"},
	};
	struct safe_text t;

	doc_heading(d, "What the words mean");
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		doc_line(d);
		doc_add_at(d, 1, WORDS[i].role, "%s", WORDS[i].word);
		safe_text_set(&t, WORDS[i].meaning);
		doc_wrap(d, WORD_COLUMN, width - WORD_COLUMN - 2, ROLE_TEXT, &t);
	}
}

/* --- the view -------------------------------------------------------------------- */

static void proof_ask(struct outbox *out)
{
	struct request rq = {.kind = REQUEST_INCIDENTS, .limit = STORE_INCIDENTS_MAX};

	outbox_add(out, &rq);
}

static void proof_open(struct view *v, const struct store *st, struct outbox *out)
{
	struct proof_view *p = v->state;

	(void)st;
	doc_init(&p->doc);
	proof_ask(out);
}

static void proof_close(struct view *v)
{
	struct proof_view *p = v->state;

	doc_release(&p->doc);
}

static void proof_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			  int height)
{
	const struct history_report *r = store_history(st);
	struct proof_view *p = v->state;

	(void)out;
	doc_clear(&p->doc);
	add_claim(&p->doc, r, v->ctx.now_ms, width);
	add_facts(&p->doc, r, &v->ctx);
	add_incidents(&p->doc, st, &v->ctx, width);
	add_words(&p->doc, width);
	doc_clamp(&p->doc, height);
}

static enum handled proof_act(struct view *v, enum command cmd, const struct store *st,
			      struct outbox *out)
{
	struct proof_view *p = v->state;

	(void)st;
	if (cmd == CMD_REFRESH) {
		proof_ask(out);
		return HANDLED;
	}
	return doc_act(&p->doc, cmd, v->height) ? HANDLED : NOT_HANDLED;
}

static void proof_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct proof_view *p = v->state;

	(void)st;
	doc_draw(&p->doc, c);
}

static void proof_heading(const struct view *v, const struct store *st, struct safe_text *title,
			  struct safe_text *badge)
{
	(void)v;
	(void)st;
	safe_text_set(title, "Proof");
	safe_text_set(badge, "Esc closes");
}

static bool proof_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	(void)v;
	(void)st;
	(void)ret;
	return false;
}

static void proof_search(struct view *v, const char *text)
{
	struct proof_view *p = v->state;

	doc_search(&p->doc, text, v->height);
}

static const char *proof_search_text(const struct view *v)
{
	const struct proof_view *p = v->state;

	return doc_search_text(&p->doc);
}

static void proof_search_count(const struct view *v, size_t *ret_at, size_t *ret_total)
{
	const struct proof_view *p = v->state;

	doc_search_count(&p->doc, ret_at, ret_total);
}

static void proof_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct proof_view *p = v->state;

	(void)st;
	doc_plain(&p->doc, v->width, ret);
}

static const enum command BAR[] = {CMD_BACK,   CMD_DOWN,    CMD_UP,   CMD_PAGE_DOWN,
				   CMD_SEARCH, CMD_REFRESH, CMD_HELP, CMD_NONE};

const struct view_ops PROOF_VIEW = {
	.name = "proof",
	.title = "Proof",
	.watches = TOPIC_HISTORY | TOPIC_CLOCK,
	.context = CTX_PROOF,
	.bar = BAR,
	.state_size = sizeof(struct proof_view),
	.open = proof_open,
	.close = proof_close,
	.refresh = proof_refresh,
	.act = proof_act,
	.draw = proof_draw,
	.heading = proof_heading,
	.selected = proof_selected,
	.search = proof_search,
	.search_text = proof_search_text,
	.search_count = proof_search_count,
	.plain = proof_plain,
};
