/* One object or event over the whole screen. It stays true while it is open. */
#include "views/cells.h"
#include "views/describe.h"
#include "views/registry.h"

#include "base/strbuf.h"

#include <string.h>

struct detail {
	struct subject what;
	struct doc doc;
	bool missing; /* the store no longer has it */
};

static void detail_open(struct view *v, const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;

	(void)st;
	(void)out;
	doc_init(&d->doc);
}

static void detail_close(struct view *v)
{
	struct detail *d = v->state;

	doc_release(&d->doc);
}

/* An object of the server; an event of the history, which has every body. */
static void detail_ask(const struct detail *d, struct outbox *out)
{
	struct request rq = {.kind = REQUEST_EVENT};

	if (subject_object(d->what.kind) != OBJECT_NONE)
		outbox_get(out, subject_object(d->what.kind), d->what.id);
	else if (str_copy(rq.target, sizeof(rq.target), d->what.id))
		outbox_add(out, &rq);
}

void detail_show(struct view *v, const struct subject *what, enum detail_tab tab,
		 const struct store *st, struct outbox *out)
{
	struct detail *d = v->state;

	(void)st;
	(void)tab;
	d->what = *what;
	d->doc.top = 0;
	v->stale = true;
	detail_ask(d, out);
}

static void detail_refresh(struct view *v, const struct store *st, struct outbox *out, int width,
			   int height)
{
	struct detail *d = v->state;
	const struct record *r;

	struct describing w = {.ctx = &v->ctx, .st = st, .width = width};

	(void)out;
	doc_clear(&d->doc);
	d->missing = false;
	if (d->what.kind == SUBJECT_EVENT) {
		d->missing = !describe_event(&d->doc, &w, d->what.id);
	} else {
		r = store_record(st, subject_object(d->what.kind), d->what.id);
		if (r)
			describe_record(&d->doc, &w, r);
		d->missing = !r;
	}
	doc_clamp(&d->doc, height);
}

static enum handled detail_act(struct view *v, enum command cmd, const struct store *st,
			       struct outbox *out)
{
	struct detail *d = v->state;

	(void)st;
	switch (cmd) {
	case CMD_REFRESH:
		detail_ask(d, out);
		return HANDLED;
	case CMD_BACK:
	case CMD_QUIT:
		return HANDLED_CLOSE;
	default:
		return doc_act(&d->doc, cmd, v->height) ? HANDLED : NOT_HANDLED;
	}
}

static void detail_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct detail *d = v->state;

	(void)st;
	if (d->missing)
		canvas_wrap(c, 1, 1, c->at.w - 2, 3, ROLE_MUTED,
			    "Not here: it is older than what the dashboard keeps, or the answer is "
			    "still on its way. R asks again.");
	else
		doc_draw(&d->doc, c);
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

static const enum command BAR[] = {CMD_BACK,    CMD_DOWN,    CMD_UP,   CMD_PAGE_DOWN,
				   CMD_ACTIONS, CMD_REFRESH, CMD_HELP, CMD_NONE};

const struct view_ops DETAIL_VIEW = {
	.context = CTX_DETAIL,
	.bar = BAR,
	.name = "detail",
	.title = "Detail",
	.watches = TOPIC_ALL & ~(unsigned)TOPIC_LINK,
	.state_size = sizeof(struct detail),
	.open = detail_open,
	.close = detail_close,
	.refresh = detail_refresh,
	.act = detail_act,
	.draw = detail_draw,
	.heading = detail_heading,
	.selected = detail_selected,
};
