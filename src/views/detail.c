/*
 * One subject over the whole screen, in tabs. It asks for what is missing, stays true
 * while it is open, and every tab stays where it was left.
 */
#include "views/detail_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "views/detail_copies.h"
#include "views/jump.h"
#include "views/registry.h"

#include <stdlib.h>
#include <string.h>

#define LONG_STORY         150 /* steps and what is related */
#define LONG_STORY_PACE_MS 300

struct subject_look detail_look(const struct view *v, const struct store *st)
{
	const struct detail *d = v->state;

	return (struct subject_look){
		.ctx = &v->ctx,
		.st = st,
		.what = &d->what,
		.story = d->story,
		.explain = d->explain,
		.asks = &d->asks,
		.width = v->width > 2 ? v->width - 2 : 0, /* the scrollbar's */
	};
}

int detail_body_height(const struct view *v)
{
	return v->height > DETAIL_BAR_HEIGHT ? v->height - DETAIL_BAR_HEIGHT : 0;
}

struct doc *detail_doc(const struct view *v)
{
	struct detail *d = v->state;

	return &d->docs[d->bar.tab];
}

/* --- opening, refreshing ------------------------------------------------------------------ */

static void detail_open(struct view *v, const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;

	(void)st;
	(void)out;
	for (int t = 0; t < DETAIL_TAB_COUNT; t++)
		doc_init(&d->docs[t]);
	d->json = json_view_new();
	d->story = xcalloc(1, sizeof(*d->story));
	d->explain = xcalloc(1, sizeof(*d->explain));
}

static void detail_close(struct view *v)
{
	struct detail *d = v->state;

	for (int t = 0; t < DETAIL_TAB_COUNT; t++)
		doc_release(&d->docs[t]);
	json_view_free(d->json);
	free(d->story);
	free(d->explain);
	qr_free(d->qr);
}

void detail_show(struct view *v, const struct subject *what, enum detail_tab tab,
		 const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;

	d->what = *what;
	d->bar.tab = tab < DETAIL_TAB_COUNT ? tab : TAB_SUMMARY;
	v->stale = true;
	asks_begin(&d->asks, st, &d->what, out);
}

/* What happened is told oldest first: until somebody moves, the newest is in sight. */
static bool detail_follows(const struct detail *d)
{
	return !d->moved[d->bar.tab] && (d->bar.tab == TAB_TIMELINE || d->bar.tab == TAB_EVENTS);
}

void detail_build_tab(struct view *v, const struct store *st)
{
	static void (*const BUILD[DETAIL_TAB_COUNT])(struct doc *, const struct subject_look *) = {
		[TAB_SUMMARY] = tab_summary_build,
		[TAB_TIMELINE] = tab_timeline_build,
		[TAB_EVENTS] = tab_events_build,
		[TAB_RELATED] = tab_related_build,
	};
	struct detail *d = v->state;
	struct subject_look look = detail_look(v, st);
	struct doc *doc = detail_doc(v);

	if (d->bar.tab == TAB_JSON) {
		d->json_role = tab_json_build(d->json, &d->json_learnt, &d->json_source, &look);
		json_view_resize(d->json, v->width, detail_body_height(v) - 1);
		return;
	}
	d->split = tab_summary_split(&look);
	doc_clear(doc);
	BUILD[d->bar.tab](doc, &look);
	doc_clamp(doc, detail_body_height(v));
	if (detail_follows(d))
		(void)doc_act(doc, CMD_LAST, detail_body_height(v));
}

static void detail_count(struct view *v, const struct store *st)
{
	struct detail *d = v->state;
	struct subject_look look = detail_look(v, st);

	d->bar.counts[TAB_TIMELINE] = d->story->count;
	d->bar.counts[TAB_EVENTS] = tab_events_count(&look);
	d->bar.counts[TAB_RELATED] = d->story->related.count;
	d->bar.waiting = asks_count(&d->asks, st, LOAD_WAITING);
	d->bar.failed = v->ctx.no_server ? 0 : asks_count(&d->asks, st, LOAD_FAILED);
}

/* A long story is not told anew for every event of a flood; the clock's tick makes up for it. */
static bool detail_is_recent(const struct view *v, int width, int height)
{
	const struct detail *d = v->state;
	size_t size = d->story->count + d->story->related.count;

	return d->built_mono_ms != 0 && size > LONG_STORY && d->built_width == width &&
	       d->built_height == height && v->ctx.mono_ms - d->built_mono_ms < LONG_STORY_PACE_MS;
}

static void detail_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			   int height)
{
	struct detail *d = v->state;

	if (detail_is_recent(v, width, height))
		return;
	d->built_mono_ms = v->ctx.mono_ms;
	d->built_width = width;
	d->built_height = height;
	asks_missing(&d->asks, st, v->ctx.mono_ms, out);
	story_build(d->story, st, &d->what, v->ctx.now_ms);
	explain_build(d->explain, d->story, v->ctx.attention, st, v->ctx.now_ms);
	detail_count(v, st);
	detail_build_tab(v, st);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The cursor is on a fact, not on what stands beside it. */
static void detail_trim_cursor(const struct detail *d, struct canvas *c)
{
	const struct doc *doc = &d->docs[TAB_SUMMARY];
	int y = (int)doc->cursor - (int)doc->top;

	if (d->bar.tab != TAB_SUMMARY || d->split == 0 || !doc->has_cursor || y < 0 || y >= c->at.h)
		return;
	for (int x = 0; x < d->split; x++) {
		uint8_t over = grid_cell(c->grid, c->at.x + x, c->at.y + y)->over;

		if (over == ROLE_SELECTION || over == ROLE_SELECTION_OFF)
			canvas_overlay(c, (struct rect){x, y, 1, 1}, ROLE_NONE);
	}
}

static void detail_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct detail *d = v->state;
	struct canvas body = canvas_sub(c, (struct rect){0, DETAIL_BAR_HEIGHT, c->at.w,
							 c->at.h - DETAIL_BAR_HEIGHT});

	if (d->qr) {
		session_draw_qr(d->qr, answer_session(st, d->what.id, NULL), &v->ctx, c);
		return;
	}
	detail_bar_draw(&d->bar, c);
	if (d->bar.tab != TAB_JSON) {
		doc_draw_focused(&d->docs[d->bar.tab], &body, v->focused);
		detail_trim_cursor(d, &body);
		return;
	}
	canvas_text(&body, 1, 0, body.at.w - 2, d->json_role, &d->json_source);
	body = canvas_sub(&body, (struct rect){0, 1, body.at.w, body.at.h - 1});
	json_view_draw(d->json, &body, v->focused);
}

static void detail_heading(const struct view *v, const struct store *st, struct safe_text *title,
			   struct safe_text *badge)
{
	const struct detail *d = v->state;

	(void)st;
	safe_text_fmt(title, "%s %s", subject_noun(d->what.kind), d->what.id);
	if (v->ctx.paused)
		safe_text_set(badge, "PAUSED");
	else
		safe_text_clear(badge);
}

static bool detail_selected(const struct view *v, const struct store *st, struct subject *ret)
{
	const struct detail *d = v->state;

	(void)st;
	*ret = d->what;
	return true;
}

/* --- search, copies, plain ----------------------------------------------------------------------
 */

static void detail_search(struct view *v, const char *text)
{
	struct detail *d = v->state;

	if (d->bar.tab == TAB_JSON)
		json_view_search(d->json, text);
	else
		doc_search(detail_doc(v), text, detail_body_height(v));
	d->moved[d->bar.tab] = true;
}

static const char *detail_search_text(const struct view *v)
{
	const struct detail *d = v->state;

	return d->bar.tab == TAB_JSON ? json_view_search_text(d->json)
				      : doc_search_text(detail_doc(v));
}

static void detail_search_count(const struct view *v, size_t *ret_at, size_t *ret_total)
{
	const struct detail *d = v->state;

	if (d->bar.tab == TAB_JSON)
		json_view_search_count(d->json, ret_at, ret_total);
	else
		doc_search_count(detail_doc(v), ret_at, ret_total);
}

static void detail_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct detail *d = v->state;
	struct safe_text title;

	(void)st;
	safe_text_fmt(&title, "%s %s, %s", subject_noun(d->what.kind), d->what.id,
		      detail_tab_title(d->bar.tab));
	strbuf_addf(ret, "%s\n\n", safe_text_str(&title));
	if (d->bar.tab == TAB_JSON)
		json_view_plain(d->json, ret);
	else
		doc_plain(&d->docs[d->bar.tab], v->width, ret);
}

/* The subject's id is what y takes, wherever the cursor is; in the JSON that what is under the
 * cursor comes first. */
static void detail_view_copies(const struct view *v, const struct store *st, struct copies *ret)
{
	const struct detail *d = v->state;
	struct subject_look look = detail_look(v, st);
	const char *key = detail_cursor(v);
	struct subject what;
	struct strbuf text;
	char label[48];

	if (d->bar.tab == TAB_JSON && !ret->id_only)
		json_view_copies(d->json, ret);
	detail_copy_id(ret, &d->what);
	if (ret->id_only)
		return;
	if (d->bar.tab != TAB_JSON && key && subject_of_key(key, &what) &&
	    !subject_equal(&what, &d->what)) {
		str_printf(label, sizeof(label), "%s id under the cursor", subject_word(what.kind));
		copies_add(ret, label, what.id);
	}
	detail_copies(ret, &look);
	strbuf_init(&text, JSON_VIEW_TEXT_MAX);
	detail_plain(v, st, &text);
	copies_add(ret, "all as text", strbuf_str(&text));
	strbuf_release(&text);
}

static const enum command BAR[] = {CMD_BACK,    CMD_NEXT_TAB,    CMD_OPEN, CMD_SEARCH,  CMD_COPY,
				   CMD_ACTIONS, CMD_CASE,        CMD_HELP, CMD_REFRESH, CMD_LOOK_UP,
				   CMD_QR,      CMD_GO_CUSTOMER, CMD_NONE};

static bool detail_offers(const struct view *v, const struct store *st, enum command cmd)
{
	const struct detail *d = v->state;
	struct subject to;

	if (d->qr)
		return cmd == CMD_BACK || cmd == CMD_COPY || cmd == CMD_QR || cmd == CMD_HELP;
	if (cmd == CMD_QR)
		return detail_payment_url(d, st) != NULL;
	if (cmd == CMD_GO_CUSTOMER)
		return d->what.kind != SUBJECT_CUSTOMER &&
		       jump_target_of(&d->story->related, cmd, &to);
	return true;
}

const struct view_ops DETAIL_VIEW = {
	.context = CTX_DETAIL,
	.bar = BAR,
	.offers = detail_offers,
	.name = "detail",
	.title = "Detail",
	.watches = TOPIC_ALL & ~(unsigned)TOPIC_LINK,
	.state_size = sizeof(struct detail),
	.open = detail_open,
	.close = detail_close,
	.refresh = detail_refresh,
	.act = detail_act,
	.click = detail_click,
	.draw = detail_draw,
	.heading = detail_heading,
	.selected = detail_selected,
	.search = detail_search,
	.search_text = detail_search_text,
	.search_count = detail_search_count,
	.copies = detail_view_copies,
	.plain = detail_plain,
};
